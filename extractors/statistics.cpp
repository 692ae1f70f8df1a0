#include "extractors/statistics.h"

#include <algorithm>
#include <array>
#include <optional>

#include "extractors/quantities.h"
#include "extractors/quantity_words.h"
#include "grammars/ascii.h"
#include "grammars/lexicon_image.h"
#include "grammars/numbers.h"

namespace dossier {
namespace {

using Units = std::span<const NumberUnit>;
using UnitKind = NumberUnit::Kind;
using Q = QuantityKind;

constexpr std::uint32_t kMaxChunkTokens = 4096;  // blocks read as one piece of a slide deck
constexpr std::uint32_t kWindow = 48;            // tokens looked at on both sides of a number

constexpr QuantityWords::Kinds kinds(std::initializer_list<Q> list) {
  QuantityWords::Kinds all = 0;
  for (const Q kind : list) all |= QuantityWords::of(kind);
  return all;
}

Statistic::Component component(Span span) {
  return {span.begin, span.end};
}

}  // namespace

struct StatisticExtractor::State {
  State(const Lexicons& lexicons, const std::function<RuleId(std::string_view)>& rule)
      : reader(lexicons), words(lexicons, reader) {
    const std::span<const RuleInfo> infos = statistic_rules();
    for (std::size_t i = 0; i < kRuleCount; ++i) rules[i] = rule(infos[i].id);
  }
  bool is_number_after_all(std::string_view text, Units units, std::uint32_t first, std::uint32_t end,
                           std::uint32_t language) const;

  // Does the token begin a unit, a currency or another word that makes a small number a quantity?
  bool is_follower(const Document& document, const LexiconPass& pass, std::uint32_t token,
                   std::uint32_t language) const {
    if ((document.tokens[token].shape & shape::kPunctuation) != 0)
      return document.text[document.tokens[token].begin] != ',' && document.text[document.tokens[token].begin] != '.';
    return token < pass.words.size() && words.is_follower(pass.words[token], language);
  }
  bool is_multiple_word(const LexiconPass& pass, std::uint32_t token, std::uint32_t language) const {
    return token < pass.words.size() && words.is_multiple_word(pass.words[token], language);
  }

  NumberReader reader;
  QuantityWords words;
  std::array<RuleId, kRuleCount> rules{};
};

std::span<const RuleInfo> statistic_rules() {
  static const std::vector<RuleInfo> kRules = [] {
    std::vector<RuleInfo> rules(kRuleCount);
    const auto set = [&](RuleIndex index, const char* id, double confidence) {
      rules[index] = {id, "extractors/statistics.cpp", 0, confidence};
    };
    set(kCountRule, "statistic.count", 0.85);
    set(kMoneyRule, "statistic.money", 0.97);
    set(kPercentageRule, "statistic.percentage", 0.97);
    set(kMeasureRule, "statistic.measure", 0.93);
    set(kDurationRule, "statistic.duration", 0.92);
    set(kMultipleRule, "statistic.multiple", 0.85);
    set(kRatioRule, "statistic.ratio", 0.8);
    set(kBareRule, "statistic.bare", 0.6);
    set(kColumnRule, "statistic.column", 0.75);
    set(kNumberRule, "statistic.number", 0.9);
    return rules;
  }();
  return kRules;
}

StatisticExtractor::StatisticExtractor(const Lexicons& lexicons, const std::function<RuleId(std::string_view)>& rule)
    : state_(std::make_unique<State>(lexicons, rule)) {}
StatisticExtractor::~StatisticExtractor() = default;
StatisticExtractor::StatisticExtractor(StatisticExtractor&&) noexcept = default;

namespace {

std::string block_words(const Document& document, std::uint32_t block) {
  return block < document.blocks.size() ? on_one_line(document.slice(document.blocks[block].span)) : std::string();
}

void set_subject(const Document& document, Span span, SubjectOrigin origin, Statistic& s) {
  if (span.is_empty()) return;
  s.subject = on_one_line(document.slice(span));
  s.subject_at = component(span);
  s.subject_origin = origin;
}

bool is_word_block(const Document& document, const Block& block) {
  for (std::uint32_t t = block.first_token; t < block.end_token; ++t) {
    if ((document.tokens[t].shape & shape::kHasDigit) != 0) return false;
  }
  return block.first_token < block.end_token;
}

// What a figure is about where its own words do not say so: the first cell of its row; on slides the title, or a label
// alone on the next one. A counted noun needs no title: the same count comes back under other titles.
void find_subject_around(const Document& document, const Block& block, const Mention& mention, Statistic& s) {
  if (block.kind == BlockKind::kTableCell && block.table < document.tables.size()) {
    const std::uint32_t first = document.tables[block.table].cell(block.row, 0);
    if (block.column > 0 && first < document.blocks.size())
      set_subject(document, document.blocks[first].span, SubjectOrigin::kRow, s);
    return;
  }
  if (block.slide >= document.slides.size() || !s.noun.empty() || s.kind == StatisticKind::kCount) return;
  const Slide& slide = document.slides[block.slide];
  const auto label = [&](std::uint32_t b) {
    const Block& title = document.blocks[b];
    if (!title.span.overlaps(mention.span) && is_word_block(document, title))
      set_subject(document, title.span, SubjectOrigin::kLabel, s);
  };
  constexpr std::uint32_t kMaxLabelTokens = 4;
  if (slide.end_block > slide.first_block && block.slide + 1 < document.slides.size()) {
    const Slide& next = document.slides[block.slide + 1];
    const bool is_last = mention.span.end == document.blocks[slide.end_block - 1].span.end;
    if (is_last && next.end_block == next.first_block + 1 &&
        document.blocks[next.first_block].end_token - document.blocks[next.first_block].first_token <= kMaxLabelTokens)
      label(next.first_block);
  }
  if (s.subject.empty() && slide.title_block < document.blocks.size()) label(slide.title_block);
}

// A slide of nothing but a date is the headline of the one behind it: where its text begins, else `begin`.
std::uint32_t with_date_slide(const Document& document, std::span<const Mention> mentions, std::uint32_t slide,
                              std::uint32_t begin) {
  if (slide == 0 || slide >= document.slides.size()) return begin;
  const Slide& before = document.slides[slide - 1];
  if (before.end_block != before.first_block + 1) return begin;
  const Block& block = document.blocks[before.first_block];
  const auto date = std::partition_point(mentions.begin(), mentions.end(),
                                         [&](const Mention& m) { return m.span.begin < block.span.begin; });
  constexpr std::uint32_t kMaxLead = 2;  // "BY 2027"
  const bool is_date = date != mentions.end() && date->type == type::kDate && date->end_token == block.end_token &&
                       date->first_token <= block.first_token + kMaxLead;
  return is_date ? block.span.begin : begin;
}

// The date a figure holds for: one in its sentence, the slide's, the document's.
void find_as_of(const Document& document, std::span<const Mention> mentions, std::span<const Date> dates, Span sentence,
                Span chunk, bool is_slide, Statistic& s) {
  const auto first_in = [&](Span span) -> const Date* {
    auto at = std::lower_bound(mentions.begin(), mentions.end(), span.begin,
                               [](const Mention& m, std::uint32_t begin) { return m.span.begin < begin; });
    for (; at != mentions.end() && at->span.begin < span.end; ++at) {
      if (at->type == type::kDate && at->date < dates.size() && !dates[at->date].edtf.empty()) return &dates[at->date];
    }
    return nullptr;
  };
  if (const Date* date = first_in(sentence)) {
    s.as_of = date->edtf;
    s.as_of_origin = "explicit";
  } else if (const Date* shown = is_slide ? first_in(chunk) : nullptr) {
    s.as_of = shown->edtf;
    s.as_of_origin = "slide";
  } else if (!document.date.empty()) {
    s.as_of = document.date;
    s.as_of_origin = "document";
  }
}

// Makes barriers of the units of dates, where `closes` agrees: nothing is read in them.
template <class Closes>
void close_dates(std::span<const Mention> dates, std::vector<NumberUnit>& units, const Closes& closes) {
  if (units.empty()) return;
  auto date = std::partition_point(dates.begin(), dates.end(),
                                   [&](const Mention& d) { return d.span.end <= units.front().begin; });
  std::size_t u = 0;
  for (; date != dates.end() && date->span.begin < units.back().end; ++date) {
    if (date->type != type::kDate) continue;
    while (u < units.size() && units[u].end <= date->span.begin) ++u;
    std::size_t end = u;
    while (end < units.size() && units[end].begin < date->span.end) ++end;
    if (!closes(u, end)) continue;
    for (std::size_t i = u; i < end; ++i) {
      units[i].kind = UnitKind::kBarrier;
      units[i].key = 0;
      units[i].word = nullptr;
    }
  }
}

// The tokens of units [first, end).
void set_tokens(const Document& document, Units units, std::uint32_t first, std::uint32_t end, Mention& mention) {
  mention.first_token = units[first].token;
  mention.end_token = units[end - 1].token + 1;
  while (mention.end_token < document.tokens.size() && document.tokens[mention.end_token].begin < mention.span.end)
    ++mention.end_token;
}

}  // namespace

// Is what was taken for a date in units [first, end) also a quantity? "the last 20 years", "1/4 of a mile", and words
// of a longer number ("cincuenta y dos mil", where "dos mil" alone would be a year).
bool StatisticExtractor::State::is_number_after_all(std::string_view text, Units units, std::uint32_t first,
                                                    std::uint32_t end, std::uint32_t language) const {
  for (std::uint32_t i = first; i < end; ++i) {
    const bool starts = units[i].kind == UnitKind::kNumber || units[i].word != nullptr;
    if (starts && i > 0 && words.before(text, units, i, language, kinds({Q::kWindow}))) return true;
  }
  if (end == first + 3 && units[first].kind == UnitKind::kNumber && units[first + 2].kind == UnitKind::kNumber &&
      text[units[first + 1].begin] == '/') {
    const QuantityMatch of = words.at(text, units, end, language, kinds({Q::kUnitOf}));
    return static_cast<bool>(words.at(text, units, of ? of.end : end, language, kinds({Q::kUnit, Q::kPercent})));
  }
  if (first > 0 && first < end && units[first].kind == UnitKind::kWord && units[first].word != nullptr &&
      units[first - 1].kind == UnitKind::kWord && units[first - 1].word != nullptr && !units[first].is_after_newline) {
    for (std::uint32_t back = first; back-- > 0 && first - back <= 4;) {
      const std::optional<NumberReading> number = reader.read(text, units, back, false);
      if (number && number->end > first && !number->is_article) return true;
    }
  }
  return false;
}

void StatisticExtractor::extract(const Document& document, const LexiconPass& pass, std::span<const Mention> dates,
                                 std::vector<Mention>& mentions, std::vector<Statistic>& statistics,
                                 std::span<const Date> date_values) const {
  const NumberReader& reader = state_->reader;
  std::vector<NumberUnit> units;
  for (std::size_t b = 0; b < document.blocks.size();) {
    // One chunk: the blocks of one slide, else one block.
    const Block& block = document.blocks[b];
    std::size_t next = b + 1;
    const bool is_slide = block.slide != kNone || document.kind == DocumentKind::kSlides;
    std::uint32_t chunk_end = block.end_token;
    std::uint32_t window_end = 0;
    while (is_slide && next < document.blocks.size() && document.blocks[next].slide == block.slide &&
           document.blocks[next].end_token - block.first_token < kMaxChunkTokens) {
      chunk_end = std::max(chunk_end, document.blocks[next].end_token);
      ++next;
    }
    b = next;
    const std::uint32_t language =
        reader.language(document.languages.empty() ? std::string_view() : document.language_of(block));
    // Only the neighbourhood of what may start a number is looked at; figures of slides and cells may lie far from
    // their labels.
    const auto start_at = [&](std::uint32_t t) {
      return reader.start_at(document, t, t < pass.words.size() ? pass.words[t] : 0, language);
    };
    const auto is_share = [&](std::uint32_t t) {  // "un socio su cinque"
      return t + 3 < chunk_end && t + 2 < pass.words.size() && state_->words.is_share_word(pass.words[t + 2], language);
    };
    const auto is_candidate = [&](std::uint32_t t) {
      switch (start_at(t)) {
        case NumberReader::Start::kYes:
          return true;
        case NumberReader::Start::kWeak: {
          if (is_share(t)) return true;
          std::uint32_t next = t + 1;
          if (next < chunk_end && document.text[document.tokens[next].begin] == '-') ++next;
          return next < chunk_end &&
                 (state_->is_follower(document, pass, next, language) || start_at(next) == NumberReader::Start::kWeak ||
                  start_at(next) == NumberReader::Start::kYes);
        }
        case NumberReader::Start::kArticle: {  // "un euro", "over a century"
          if (t + 1 >= chunk_end || t + 1 >= pass.words.size()) return false;
          if (is_share(t)) return true;
          const QuantityWords& words = state_->words;
          const bool counts = words.is_article_one(language) ||
                              (t > block.first_token && words.is_comparator_end(pass.words[t - 1], language));
          return counts && words.is_follower(pass.words[t + 1], language);
        }
        case NumberReader::Start::kOrdinal:
          return t > block.first_token && start_at(t - 1) != NumberReader::Start::kNo;
        default:
          return state_->is_multiple_word(pass, t, language);
      }
    };
    const bool is_whole = is_slide || block.kind == BlockKind::kTableCell;
    for (std::uint32_t t = block.first_token; t < chunk_end;) {
      if (!is_candidate(t)) {
        ++t;
        continue;
      }
      std::uint32_t range_first = t - std::min(t - block.first_token, kWindow);
      std::uint32_t range_end = std::min(chunk_end, t + kWindow);
      for (++t; t < range_end && t < chunk_end; ++t) {
        if (is_candidate(t)) range_end = std::min(chunk_end, t + kWindow);
      }
      range_first = std::max(range_first, window_end);
      if (is_whole) {
        range_first = block.first_token;
        range_end = t = chunk_end;
      }
      window_end = range_end;
      units.clear();
      reader.cut(document, range_first, range_end, language, units);

      // Dates are read by another extractor; their digits are closed here, except in "the last 20 years".
      close_dates(dates, units, [&](std::size_t first, std::size_t end) {
        return !state_->is_number_after_all(document.text, units, static_cast<std::uint32_t>(first),
                                            static_cast<std::uint32_t>(end), language);
      });
      const bool is_cell = block.kind == BlockKind::kTableCell && block.table < document.tables.size();
      for (Quantity& q :
           read_quantities({reader, state_->words, document.text, units, language, is_slide && !is_cell, is_cell})) {
        const bool is_bare = q.kind == StatisticKind::kCount && !q.has_noun && !q.has_unit;
        if (is_cell && is_bare) {
          const Table& table = document.tables[block.table];
          for (const std::uint32_t at :
               {table.cell(block.row, 0), table.has_header ? table.cell(0, block.column) : kNone}) {
            if (at >= document.blocks.size() || &document.blocks[at] == &block || !q.unit.empty()) continue;
            const Block& label = document.blocks[at];
            std::vector<NumberUnit> label_units;
            reader.cut(document, label.first_token, label.end_token, language, label_units);
            q.unit = counted_noun({reader, state_->words, document.text, label_units, language});
            if (!q.unit.empty()) q.noun = block_words(document, at);
          }
          if (q.is_pending && q.unit.empty()) continue;
          q.rule = kColumnRule;
        }
        Statistic s;
        s.kind = q.kind;
        s.comparator = q.comparator;
        s.number = q.value;
        s.number_max = q.value_max;
        s.unit = q.unit;
        s.per = q.per;
        s.change = q.change;
        s.modality = q.modality;
        s.noun = q.noun.empty() && q.noun_at.size() > 0 ? on_one_line(document.slice(q.noun_at)) : q.noun;
        if (q.scale_at.size() > 0) s.scale = document.slice(q.scale_at);
        s.number_at = component(q.digits_at);
        s.comparator_at = component(q.comparator_at);
        s.scale_at = component(q.scale_at);
        s.unit_at = component(q.unit_at);
        set_subject(document, q.subject_at, q.subject_origin, s);
        find_as_of(document, dates, date_values,
                   {units[q.sentence_first].begin,
                    units[q.sentence_end > q.sentence_first ? q.sentence_end - 1 : q.sentence_first].end},
                   {is_slide ? with_date_slide(document, dates, block.slide, units.front().begin) : units.front().begin,
                    units.back().end},
                   is_slide, s);
        Mention m;
        m.type = type::kStatistic;
        m.span = {units[q.first].begin, units[q.end - 1].end};
        set_tokens(document, units, q.first, q.end, m);
        if (s.subject.empty()) find_subject_around(document, block, m, s);
        m.rule = state_->rules[q.rule];
        m.confidence = static_cast<float>(statistic_rules()[q.rule].confidence);
        m.statistic = static_cast<std::uint32_t>(statistics.size());
        statistics.push_back(std::move(s));
        mentions.push_back(m);
      }
    }
  }
}

void StatisticExtractor::extract_numbers(const Document& document, std::vector<Mention>& mentions,
                                         std::vector<Statistic>& statistics) const {
  const NumberReader& reader = state_->reader;
  std::vector<NumberUnit> units;
  for (const Block& block : document.blocks) {
    const std::uint32_t language =
        reader.language(document.languages.empty() ? std::string_view() : document.language_of(block));
    units.clear();
    reader.cut(document, block.first_token, block.end_token, language, units);
    for (std::uint32_t i = 0; i < units.size();) {
      const std::optional<NumberReading> reading = reader.read(document.text, units, i, false);
      if (!reading) {
        ++i;
        continue;
      }
      i = reading->end;
      if (reading->is_ordinal || reading->is_article) continue;
      Mention mention;
      mention.type = type::kStatistic;
      mention.span = {units[reading->first].begin, units[reading->end - 1].end};
      set_tokens(document, units, reading->first, reading->end, mention);
      mention.rule = state_->rules[kNumberRule];
      mention.confidence = static_cast<float>(statistic_rules()[kNumberRule].confidence);
      mention.statistic = static_cast<std::uint32_t>(statistics.size());
      mentions.push_back(mention);
      Statistic statistic;
      statistic.kind = StatisticKind::kNumber;
      statistic.number = reading->value;
      statistic.number_at = component(reading->digits);
      statistic.scale_at = component(reading->scale);
      if (reading->scale.size() > 0) statistic.scale = document.slice(reading->scale);
      statistics.push_back(std::move(statistic));
    }
  }
}

bool same_statistic(const Statistic& a, const Statistic& b) {
  const auto is_soft = [](Comparator c) {
    return c == Comparator::kEqual || c == Comparator::kGreaterEqual || c == Comparator::kAbout ||
           c == Comparator::kGreater;
  };
  if (statistic_key(a) != statistic_key(b)) return false;
  return a.comparator == b.comparator || (is_soft(a.comparator) && is_soft(b.comparator));
}

std::string statistic_key(const Statistic& statistic) {
  std::string key(name_of(statistic.kind));
  key += '|';
  key += statistic.number.to_string();
  if (statistic.number_max) key += ".." + statistic.number_max->to_string();
  key += '|';
  key += statistic.unit;
  key += '|';
  key += statistic.per;
  return key;
}

}  // namespace dossier
