#include "extractors/quantity_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "grammars/lexicon_image.h"
#include "pipeline/tokenize.h"

namespace dossier {
namespace {

using Kind = NumberUnit::Kind;

constexpr std::array<std::pair<std::string_view, QuantityKind>, 49> kKinds = {{
    {"percent", QuantityKind::kPercent},
    {"points", QuantityKind::kPoints},
    {"multiple", QuantityKind::kMultiple},
    {"times", QuantityKind::kTimes},
    {"multiple_word", QuantityKind::kMultipleWord},
    {"multiple_next", QuantityKind::kMultipleNext},
    {"money", QuantityKind::kMoney},
    {"minor", QuantityKind::kMinor},
    {"money_and", QuantityKind::kMoneyAnd},
    {"unit", QuantityKind::kUnit},
    {"unit_of", QuantityKind::kUnitOf},
    {"rate", QuantityKind::kRate},
    {"rate_word", QuantityKind::kRateWord},
    {"rate_noun", QuantityKind::kRateNoun},
    {"rate_abbreviation", QuantityKind::kRateAbbreviation},
    {"range", QuantityKind::kRange},
    {"range_open", QuantityKind::kRangeOpen},
    {"label", QuantityKind::kLabel},
    {"clock", QuantityKind::kClock},
    {"clock_before", QuantityKind::kClockBefore},
    {"age", QuantityKind::kAge},
    {"age_before", QuantityKind::kAgeBefore},
    {"change", QuantityKind::kChange},
    {"planned", QuantityKind::kPlanned},
    {"hypothetical", QuantityKind::kHypothetical},
    {"noun", QuantityKind::kNoun},
    {"noun_skip", QuantityKind::kNounSkip},
    {"ending", QuantityKind::kEnding},
    {"grammar", QuantityKind::kGrammar},
    {"window", QuantityKind::kWindow},
    {"ago", QuantityKind::kAgo},
    {"ago_before", QuantityKind::kAgoBefore},
    {"as_of", QuantityKind::kAsOf},
    {"subject_verb", QuantityKind::kSubjectVerb},
    {"ordinal_lead", QuantityKind::kOrdinalLead},
    {"decade_before", QuantityKind::kDecadeBefore},
    {"part_of", QuantityKind::kPartOf},
    {"clause", QuantityKind::kClause},
    {"change_of", QuantityKind::kChangeOf},
    {"article", QuantityKind::kArticle},
    {"adjective_ending", QuantityKind::kAdjectiveEnding},
    {"singular_ending", QuantityKind::kSingularEnding},
    {"unit_letter", QuantityKind::kUnitLetter},
    {"code_scale", QuantityKind::kCodeScale},
    {"weight", QuantityKind::kWeight},
    {"million_noun", QuantityKind::kMillionNoun},
    {"ratio_before", QuantityKind::kRatioBefore},
    {"share", QuantityKind::kShare},
    {"comparator", QuantityKind::kComparatorBefore},
}};

constexpr std::uint8_t kMaxPhrase = 8;

std::uint64_t key_of(const NumberUnit& unit) {
  return unit.key;
}

std::uint64_t combine(std::uint64_t hash, std::uint64_t key) {
  hash ^= key + 0x9E3779B97F4A7C15u + (hash << 12) + (hash >> 4);
  return hash * 0xFF51AFD7ED558CCDu;
}

std::string lower_of(std::string_view text) {
  std::string folded;
  fold_case(text, folded);
  return folded;
}

// Codes of units are output; ICU's identifiers are input.
struct UnitCode {
  std::string code, sub, kind;
  double ratio = 0;
};

}  // namespace

QuantityWords::QuantityWords(const Lexicons& lexicons, const NumberReader& reader) {
  const AttributeId lang_id = lexicons.find_attribute("lang");
  const AttributeId kind_id = lexicons.find_attribute("kind");
  const AttributeId value_id = lexicons.find_attribute("value");
  const AttributeId form_id = lexicons.find_attribute("form");
  const AttributeId code_id = lexicons.find_attribute("code");
  const AttributeId unit_id = lexicons.find_attribute("unit");
  const AttributeId sub_id = lexicons.find_attribute("sub");
  const AttributeId ratio_id = lexicons.find_attribute("ratio");
  const AttributeId ambiguous_id = lexicons.find_attribute("ambiguous");
  const AttributeId pos_id = lexicons.find_attribute("pos");
  const LexiconId words = lexicons.find("quantity_word");
  const LexiconId codes = lexicons.find("unit_code");
  const LexiconId icu_units = lexicons.find("icu_unit");
  const LexiconId currencies = lexicons.find("icu_currency");
  const LexiconId currency_codes = lexicons.find("icu_currency_code");
  const LexiconId common_words = lexicons.find("common_word");
  const LexiconId functions = lexicons.find("function_word");
  const LexiconId speech = lexicons.find("speech_verb");
  const LexiconId pronouns = lexicons.find("pronoun");
  const AttributeId case_id = lexicons.find_attribute("case");
  const std::vector<EntryId> number_entries = lexicons.entries_in({lexicons.find("number_word")});
  tables_.resize(1);
  const auto table_of = [&](std::string_view language) -> std::uint32_t {
    const std::uint32_t index = reader.language(language);
    if (tables_.size() <= index) tables_.resize(index + 1);
    return index;
  };
  // All languages first, so that words of no language can be added to each.
  for (const EntryId entry : lexicons.entries_in({words})) table_of(lexicons.attribute(entry, lang_id));
  std::unordered_map<std::string, UnitCode> unit_codes;
  for (const EntryId entry : lexicons.entries_in({codes})) {
    unit_codes[std::string(lexicons.entry_text(entry))] = {
        std::string(lexicons.attribute(entry, code_id)), std::string(lexicons.attribute(entry, sub_id)),
        std::string(lexicons.attribute(entry, kind_id)), lexicons.number(entry, ratio_id)};
  }
  std::vector<NumberUnit> units;
  Document scratch;
  const auto cut = [&](std::string_view text) -> std::span<const NumberUnit> {
    // "d'" is one token only before a vowel.
    const bool is_elided = text.size() > 1 && text.ends_with('\'');
    scratch.text = text;
    if (is_elided) scratch.text += 'a';
    scratch.tokens.clear();
    units.clear();
    tokenize(scratch.text, 0, scratch.tokens);
    reader.cut(scratch, 0, static_cast<std::uint32_t>(scratch.tokens.size()), NumberReader::kAnyLanguage, units);
    if (is_elided && units.size() > 1) units.pop_back();
    return units;
  };
  const auto set_unit = [&](QuantityWord& word, const std::string& id, std::string_view type) {
    const auto code = unit_codes.find(id);
    if (code == unit_codes.end()) return false;
    word.kind = QuantityKind::kUnit;
    word.id = id;
    word.value = code->second.code;
    word.sub = code->second.sub;
    word.ratio = code->second.ratio;
    word.is_moment = code->second.kind == "moment";
    word.is_time = type == "duration" || !code->second.kind.empty();
    return true;
  };
  for (const EntryId entry :
       lexicons.entries_in({functions, pronouns, speech, currency_codes, currencies, icu_units, words})) {
    const LexiconId lexicon = lexicons.lexicon_of(entry);
    const std::string_view text = lexicons.entry_text(entry);
    if (lexicon == functions) {
      const std::uint32_t language = reader.language(lexicons.attribute(entry, lang_id));
      if (language != NumberReader::kAnyLanguage && language < tables_.size() &&
          lexicons.attribute(entry, pos_id) != "number" && text.find(' ') == std::string_view::npos) {
        if (tables_[language].stops.find(word_key(text)) == nullptr) tables_[language].stops.insert(word_key(text), 1);
        if (lexicons.attribute(entry, pos_id) == "preposition") tables_[language].prepositions.insert(word_key(text));
      }
      continue;
    }
    if (lexicon == pronouns) {
      const std::uint32_t language = reader.language(lexicons.attribute(entry, lang_id));
      if (language == NumberReader::kAnyLanguage || language >= tables_.size()) continue;
      const std::string_view form = lexicons.attribute(entry, case_id);
      if (form == "subject") tables_[language].subject_pronouns.insert(word_key(text));
      if (form == "object") tables_[language].object_pronouns.insert(word_key(text));
      continue;
    }
    QuantityWord word;
    word.text = text;
    if (lexicon == speech) {
      const std::uint32_t language = reader.language(lexicons.attribute(entry, lang_id));
      word.kind = QuantityKind::kSpeech;
      if (language != NumberReader::kAnyLanguage && language < tables_.size()) add(tables_[language], word, cut(text));
      continue;
    }
    if (lexicon == currency_codes) {
      word.kind = QuantityKind::kMoney;
      word.value = lexicons.attribute(entry, code_id);
      word.is_short = true;
      for (Table& table : tables_) add(table, word, cut(text));
      codes_.emplace(std::string(text), word);
      for (const EntryId other : lexicons.entries_of(lexicons.word(text))) {  // "TOP", "ALL"
        if (lexicons.lexicon_of(other) != common_words) continue;
        const std::uint32_t language = reader.language(lexicons.attribute(other, lang_id));
        if (language != NumberReader::kAnyLanguage && language < tables_.size())
          tables_[language].word_codes.insert(word_key(text));
      }
      continue;
    }
    if (lexicon == currencies) {
      const std::string_view form = lexicons.attribute(entry, form_id);
      if (!lexicons.attribute(entry, ambiguous_id).empty()) continue;
      // Letters that stand for a currency in its own country only ("K", "Ft") are words and units elsewhere.
      const bool is_ascii_word =
          std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0 && c != '$'; });
      if (form == "symbol" && is_ascii_word && text.size() <= 3) continue;
      word.kind = QuantityKind::kMoney;
      word.value = lexicons.attribute(entry, code_id);
      word.is_symbol = form == "symbol";
      const std::uint32_t language = reader.language(lexicons.attribute(entry, lang_id));
      if (language != NumberReader::kAnyLanguage && language < tables_.size()) add(tables_[language], word, cut(text));
      continue;
    }
    if (lexicon == icu_units) {
      if (!set_unit(word, std::string(lexicons.attribute(entry, unit_id)), lexicons.attribute(entry, kind_id)))
        continue;
      word.is_short = lexicons.attribute(entry, form_id) == "short";
      const std::uint32_t language = reader.language(lexicons.attribute(entry, lang_id));
      if (language != NumberReader::kAnyLanguage && language < tables_.size()) {
        add(tables_[language], word, cut(text));
        if (text.find("\u2019") != std::string_view::npos || text.find("\u00B2") != std::string_view::npos) continue;
      }
      continue;
    }
    const std::string_view kind = lexicons.attribute(entry, kind_id);
    const auto named = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& k) { return k.first == kind; });
    if (named == kKinds.end()) continue;
    word.kind = named->second;
    word.is_by_hand = true;
    word.value = lexicons.attribute(entry, value_id);
    word.form = lexicons.attribute(entry, form_id);
    word.is_short = word.form == "exact";
    if (word.kind == QuantityKind::kComparatorBefore && word.form == "after")
      word.kind = QuantityKind::kComparatorAfter;
    if (word.kind == QuantityKind::kUnit) {
      const std::string id = word.value;
      if (!set_unit(word, id, "")) continue;
      word.is_short = word.form == "short" || word.form == "exact" || text.size() <= 3;
    }
    if (word.kind == QuantityKind::kMoney) {
      word.is_symbol = word.form == "symbol";
      word.is_short = word.is_symbol && text.size() <= 3 && (text.front() & 0x80) == 0 && text.front() >= 'A';
    }
    if (word.kind == QuantityKind::kUnitLetter) {
      (word.value == "apart" ? apart_letters_ : never_letters_) += text;
      continue;
    }
    if (word.kind == QuantityKind::kCodeScale) {
      code_scales_.emplace_back(text.front(), static_cast<std::int32_t>(std::lround(lexicons.number(entry, value_id))));
      continue;
    }
    const std::string_view lang = lexicons.attribute(entry, lang_id);
    const std::uint32_t language = reader.language(lang);
    const std::span<const NumberUnit> pieces = cut(text);
    for (std::uint32_t t = 0; t < tables_.size(); ++t) {
      if (!lang.empty() && t != language) continue;
      Table& table = tables_[t];
      if (word.kind == QuantityKind::kNoun) {
        table.singulars[word_key(text)] = lower_of(word.value);
        if (word.form == "counted") table.counted.insert(word_key(text));
      } else if (word.kind == QuantityKind::kGrammar) {
        table.nouns_are_capital |= word.value == "capital_nouns";
        table.adjective_first |= word.value == "adjective_first";
        table.article_is_one |= word.value == "article_is_one";
      } else if (word.kind == QuantityKind::kAdjectiveEnding) {
        table.adjective_endings.emplace_back(text);
      } else if (word.kind == QuantityKind::kSingularEnding) {
        table.singular_endings.emplace_back(text);
      } else if (word.kind == QuantityKind::kEnding) {
        table.endings.emplace_back(text, word.value);
      } else {
        add(table, word, pieces);
      }
    }
  }
  const Kinds follower = of(QuantityKind::kPercent) | of(QuantityKind::kPoints) | of(QuantityKind::kMultiple) |
                         of(QuantityKind::kTimes) | of(QuantityKind::kMoney) | of(QuantityKind::kMinor) |
                         of(QuantityKind::kUnit) | of(QuantityKind::kUnitOf) | of(QuantityKind::kRange) |
                         of(QuantityKind::kAge) | of(QuantityKind::kMoneyAnd);
  std::vector<Token> tokens;
  for (Table& table : tables_) {
    table.followers.assign(lexicons.word_count() + 1, 0);
    table.multiples.assign(lexicons.word_count() + 1, 0);
    table.comparators.assign(lexicons.word_count() + 1, 0);
    table.shares.assign(lexicons.word_count() + 1, 0);
    for (const auto& [hash, meanings] : table.phrases) {
      table.phrase_ids.insert(hash, static_cast<std::uint32_t>(table.meanings.size()));
      table.meanings.push_back(&meanings);
      for (const QuantityWord& word : meanings) {
        const bool follows = (follower & of(word.kind)) != 0;
        const bool compares = word.kind == QuantityKind::kComparatorBefore;
        const bool shares = word.kind == QuantityKind::kShare;
        if (!follows && !compares && !shares && word.kind != QuantityKind::kMultipleWord) continue;
        tokens.clear();
        tokenize(word.text, 0, tokens);
        if (tokens.empty()) continue;
        if (compares) {
          const Token& last = tokens.back();
          const WordId id = lexicons.word(std::string_view(word.text).substr(last.begin, last.end - last.begin));
          if (id != 0) table.comparators[id] = 1;
          continue;
        }
        const WordId id =
            lexicons.word(std::string_view(word.text).substr(tokens[0].begin, tokens[0].end - tokens[0].begin));
        if (id != 0) (follows ? table.followers : shares ? table.shares : table.multiples)[id] = 1;
      }
    }
    // Number words that go on behind a small number.
    for (const EntryId entry : number_entries) {
      if (&tables_[reader.language(lexicons.attribute(entry, lang_id))] != &table) continue;
      const std::string_view text = lexicons.entry_text(entry);
      const WordId id = lexicons.word(text.substr(0, text.find(' ')));
      if (id != 0) table.followers[id] = 1;
    }
  }
  for (Table& table : tables_) {
    std::sort(table.endings.begin(), table.endings.end(), [](const auto& a, const auto& b) {
      return a.first.size() != b.first.size() ? a.first.size() > b.first.size() : a < b;
    });
  }
}

void QuantityWords::add(Table& table, const QuantityWord& word, std::span<const NumberUnit> units) {
  if (units.empty() || units.size() > kMaxPhrase) return;
  std::uint64_t hash = 0;
  for (const NumberUnit& unit : units) {
    if (key_of(unit) == 0) return;
    hash = combine(hash, key_of(unit));
  }
  std::vector<QuantityWord>& same = table.phrases[hash];
  // A sign or name stated by hand wins over ICU's.
  for (const QuantityWord& other : same) {
    if (other.kind == word.kind && other.value == word.value && other.text == word.text) return;
  }
  if (word.is_by_hand) {
    same.insert(same.begin(), word);
  } else {
    same.push_back(word);
  }
  table.may_begin.set(key_of(units.front()) & 0xFFFF);
  table.may_end.set(key_of(units.back()) & 0xFFFF);
  extend(table, table.from, key_of(units.front()), units.size(), of(word.kind));
  extend(table, table.to, key_of(units.back()), units.size(), of(word.kind));
}

void QuantityWords::extend(Table& table, FlatMap& ends, std::uint64_t key, std::size_t size, Kinds kinds) {
  const std::uint32_t* known = ends.find(key);
  if (known == nullptr) {
    ends.insert(key, static_cast<std::uint32_t>(table.reaches.size()));
    table.reaches.emplace_back();
    known = ends.find(key);
  }
  Table::Reach& reach = table.reaches[*known];
  reach.longest = std::max(reach.longest, static_cast<std::uint8_t>(size));
  reach.kinds |= kinds;
}

bool QuantityWords::fits(const QuantityWord& word, std::string_view text, std::span<const NumberUnit> units,
                         std::uint32_t first, std::uint32_t end, std::uint32_t language) const {
  if (!word.is_short) return true;
  const std::string_view surface = text.substr(units[first].begin, units[end - 1].end - units[first].begin);
  if (surface == word.text) return true;
  if (!word.is_symbol || end - first < 2) return false;
  // "c $", "us $" of texts without capitals, but not "a $5 note".
  const bool is_tail =
      first > 0 && units[first - 1].kind == Kind::kMark && !units[first - 1].is_after_newline;  // "' s $"
  return !is_stop(units[first], language) && units[first].kind == Kind::kWord &&
         (!is_tail || units[first + 1].is_glued);
}

QuantityMatch QuantityWords::at(std::string_view text, std::span<const NumberUnit> units, std::uint32_t at,
                                std::uint32_t language, Kinds kinds) const {
  if (at >= units.size()) return {};
  const Table& table = tables_[language < tables_.size() ? language : 0];
  if (!table.may_begin[key_of(units[at]) & 0xFFFF]) return {};
  const std::uint32_t* from = table.from.find(key_of(units[at]));
  if (from == nullptr || (table.reaches[*from].kinds & kinds) == 0) return {};
  const std::uint32_t longest = table.reaches[*from].longest;
  QuantityMatch best;
  std::uint64_t hash = 0;
  for (std::uint32_t end = at; end < units.size() && end - at < longest; ++end) {
    if (end > at && units[end].is_after_blank) break;
    if (key_of(units[end]) == 0) break;
    hash = combine(hash, key_of(units[end]));
    const std::uint32_t* found = table.phrase_ids.find(hash);
    if (found == nullptr) continue;
    for (const QuantityWord& word : *table.meanings[*found]) {
      if ((kinds & of(word.kind)) == 0 || !fits(word, text, units, at, end + 1, language)) continue;
      best = {&word, at, end + 1};
      break;
    }
  }
  return best;
}

QuantityMatch QuantityWords::before(std::string_view text, std::span<const NumberUnit> units, std::uint32_t end,
                                    std::uint32_t language, Kinds kinds) const {
  if (end == 0 || end > units.size()) return {};
  const Table& table = tables_[language < tables_.size() ? language : 0];
  if (!table.may_end[key_of(units[end - 1]) & 0xFFFF]) return {};
  const std::uint32_t* to = table.to.find(key_of(units[end - 1]));
  if (to == nullptr || (table.reaches[*to].kinds & kinds) == 0) return {};
  const std::uint32_t longest = table.reaches[*to].longest;
  QuantityMatch best;
  for (std::uint32_t size = 1; size <= longest && size <= end; ++size) {
    const std::uint32_t first = end - size;
    if (key_of(units[first]) == 0) break;
    std::uint64_t hash = 0;
    for (std::uint32_t i = first; i < end; ++i) hash = combine(hash, key_of(units[i]));
    const std::uint32_t* found = table.phrase_ids.find(hash);
    if (found != nullptr) {
      for (const QuantityWord& word : *table.meanings[*found]) {
        if ((kinds & of(word.kind)) == 0 || !fits(word, text, units, first, end, language)) continue;
        best = {&word, first, end};
        break;
      }
    }
    if (units[first].is_after_blank) break;
  }
  return best;
}

const QuantityWord* QuantityWords::currency(const std::string& code) const {
  const auto found = codes_.find(code);
  return found == codes_.end() ? nullptr : &found->second;
}

bool QuantityWords::is_stop(const NumberUnit& unit, std::uint32_t language) const {
  const Table& table = tables_[language < tables_.size() ? language : 0];
  return unit.key != 0 && table.stops.find(unit.key) != nullptr;
}

bool QuantityWords::is_adjective(std::string_view word, std::uint32_t language) const {
  const std::vector<std::string>& endings = tables_[language < tables_.size() ? language : 0].adjective_endings;
  return std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) { return word.ends_with(ending); });
}

bool QuantityWords::may_be_plural(std::string_view word, std::uint32_t language) const {
  if (!singular(word, language).empty()) return true;
  const std::vector<std::string>& endings = tables_[language < tables_.size() ? language : 0].singular_endings;
  return !endings.empty() && std::none_of(endings.begin(), endings.end(),
                                          [&](const std::string& ending) { return word.ends_with(ending); });
}

std::int32_t QuantityWords::code_scale(char letter) const {
  const auto found =
      std::find_if(code_scales_.begin(), code_scales_.end(), [&](const auto& scale) { return scale.first == letter; });
  return found == code_scales_.end() ? 0 : found->second;
}

bool QuantityWords::is_word_code(const NumberUnit& unit, std::uint32_t language) const {
  return tables_[language < tables_.size() ? language : 0].word_codes.contains(unit.key);
}

bool QuantityWords::is_counted(const NumberUnit& unit, std::uint32_t language) const {
  return tables_[language < tables_.size() ? language : 0].counted.contains(unit.key);
}

bool QuantityWords::is_subject_pronoun(const NumberUnit& unit, std::uint32_t language) const {
  return tables_[language < tables_.size() ? language : 0].subject_pronouns.contains(unit.key);
}

bool QuantityWords::is_object_pronoun(const NumberUnit& unit, std::uint32_t language) const {
  return tables_[language < tables_.size() ? language : 0].object_pronouns.contains(unit.key);
}

bool QuantityWords::is_preposition(const NumberUnit& unit, std::uint32_t language) const {
  return tables_[language < tables_.size() ? language : 0].prepositions.contains(unit.key);
}

std::string QuantityWords::singular(std::string_view noun, std::uint32_t language) const {
  const Table& table = tables_[language < tables_.size() ? language : 0];
  const auto known = table.singulars.find(word_key(noun));
  if (known != table.singulars.end()) return known->second;
  const std::string folded = lower_of(noun);
  for (const auto& [plural, ending] : table.endings) {
    if (folded.size() < plural.size() + 2 || !folded.ends_with(plural)) continue;
    if (ending == "!") return {};  // "-ss" is no plural
    return folded.substr(0, folded.size() - plural.size()) + ending;
  }
  return {};
}

}  // namespace dossier
