#include "extractors/dates.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "extractors/date_calendar.h"
#include "extractors/date_grammar.h"
#include "extractors/date_words.h"

namespace dossier {

namespace {

using date_calendar::Op;
using date_calendar::Period;
using date_calendar::Steps;
using date_grammar::End;
using date_grammar::Expression;
using date_grammar::Rule;
using date_words::Atom;
using date_words::DateWords;

RuleInfo rule(const char* id, std::uint32_t line, double confidence) {
  return {id, "extractors/dates.cpp", line, confidence};
}

// In the order of date_grammar::Rule. How each is read: date_grammar.cpp, the function of the same name.
const std::vector<RuleInfo>& rule_table() {
  static const std::vector<RuleInfo> kRules = {
      rule("date.iso", __LINE__, 0.98),             // 2022-10-17, 20221017, 2022-10
      rule("date.numeric", __LINE__, 0.95),         // 25/12/2021, 25.12.21, 3/2016
      rule("date.numeric_short", __LINE__, 0.8),    // am 24.12., on 25/12
      rule("date.day_month_year", __LINE__, 0.99),  // 15 March 2018, March 15, 2018, 05-Aug-2016
      rule("date.day_month", __LINE__, 0.95),       // 15 March
      rule("date.month_year", __LINE__, 0.98),      // March 2018, Dec-2018
      rule("date.month", __LINE__, 0.85),           // in March
      rule("date.year", __LINE__, 0.9),             // 2018
      rule("date.year_apostrophe", __LINE__, 0.9),  // '23
      rule("date.year_spelled", __LINE__, 0.85),    // nineteen ninety-six
      rule("date.decade", __LINE__, 0.95),          // 1990s, anni '90
      rule("date.century", __LINE__, 0.95),         // 21st century
      rule("date.quarter", __LINE__, 0.9),          // Q3 2021, third quarter
      rule("date.half", __LINE__, 0.9),             // H1 2024
      rule("date.season", __LINE__, 0.85),          // summer 2019
      rule("date.fiscal", __LINE__, 0.9),           // FY24
      rule("date.weekday", __LINE__, 0.85),         // Monday, Tue 13th
      rule("date.day_shift", __LINE__, 0.9),        // yesterday
      rule("date.relative", __LINE__, 0.9),         // last week, next summer
      rule("date.ago", __LINE__, 0.9),              // two years ago
      rule("date.rolling", __LINE__, 0.8),          // next three days
      rule("date.nth", __LINE__, 0.9),              // first week of May
      rule("date.week", __LINE__, 0.9),             // week 31, week of April 10th
      rule("date.day_of_month", __LINE__, 0.6),     // on the 18th
      rule("date.holiday", __LINE__, 0.85),         // Christmas 2019
      rule("date.that", __LINE__, 0.7),             // that year
      rule("date.range", __LINE__, 0.95),           // October 17-21, 2022; from 2014 to 2018
      rule("date.open_range", __LINE__, 0.95),      // 2019-present
  };
  return kRules;
}

// A date's expression as kept in Date::offset: "P-1Y month=11", "2019 .. / monthday~5,1"; ".." and "" as in EDTF.
constexpr std::string_view kBetween = " / ";

struct Span2 {
  Steps from;
  Steps to;
  End end = End::kNone;
};

std::string print(const Span2& span) {
  std::string text = date_calendar::print(span.from);
  if (span.end == End::kNone) return text;
  text += kBetween;
  if (span.end == End::kOpen) text += "..";
  if (span.end == End::kDate) text += date_calendar::print(span.to);
  return text;
}

std::optional<Span2> parse_span(std::string_view text) {
  Span2 span;
  const std::size_t at = text.find(kBetween);
  const auto from = date_calendar::parse(text.substr(0, at));
  if (!from) return std::nullopt;
  span.from = *from;
  if (at == std::string_view::npos) return span;
  const std::string_view rest = text.substr(at + kBetween.size());
  if (rest == "..") {
    span.end = End::kOpen;
  } else if (rest.empty()) {
    span.end = End::kUnknown;
  } else {
    const auto to = date_calendar::parse(rest);
    if (!to) return std::nullopt;
    span.to = *to;
    span.end = End::kDate;
  }
  return span;
}

void mark_quality(Date& date) {
  // A qualifier on a part of a year, a week or an interval is not understood everywhere; the fields tell it anyway.
  const bool is_plain = date.edtf.find('/') == std::string::npos && date.precision != DatePrecision::kQuarter &&
                        date.precision != DatePrecision::kHalf && date.precision != DatePrecision::kSeason;
  if (date.edtf.empty() || !is_plain) return;
  if (date.approximate && date.uncertain)
    date.edtf += '%';
  else if (date.approximate)
    date.edtf += '~';
  else if (date.uncertain)
    date.edtf += '?';
}

void apply_bound(Date& date) {
  const std::int32_t earliest = date.earliest;
  switch (date.bound) {
    case DateBound::kNone:
      return;
    case DateBound::kSince:
      date.latest = kDayOpenEnd;
      return;
    case DateBound::kAfter:
      date.earliest = date.latest == kDayOpenEnd ? kDayOpenEnd : date.latest + 1;
      date.latest = kDayOpenEnd;
      return;
    case DateBound::kUntil:
    case DateBound::kBy:
      date.earliest = kDayOpenBegin;
      return;
    case DateBound::kBefore:
      date.latest = earliest == kDayOpenBegin ? kDayOpenBegin : earliest - 1;
      date.earliest = kDayOpenBegin;
      return;
  }
}

enum class Outcome : std::uint8_t { kResolved, kUnresolved, kImpossible };

// Fills edtf, precision and days of `date` from its steps.
Outcome settle(const Span2& span, const std::optional<edtf::Bounds>& anchor, Date& date) {
  date.edtf.clear();
  date.earliest = kDayOpenBegin;
  date.latest = kDayOpenEnd;
  const auto from = date_calendar::evaluate(span.from, anchor);
  if (!from) return date_calendar::needs_anchor(span.from) ? Outcome::kUnresolved : Outcome::kImpossible;
  date.precision = from->precision;
  date.earliest = from->earliest;
  date.latest = from->latest;
  date.edtf = from->edtf;
  if (span.end == End::kDate) {
    const auto to = date_calendar::evaluate(span.to, anchor);
    if (!to) {
      const Outcome outcome = date_calendar::needs_anchor(span.to) ? Outcome::kUnresolved : Outcome::kImpossible;
      date.edtf.clear();
      return outcome;
    }
    if (to->latest < from->earliest) return Outcome::kImpossible;
    const std::string_view begin = std::string_view(from->edtf).substr(0, from->edtf.find('/'));
    const std::size_t slash = to->edtf.find('/');
    const std::string_view end =
        slash == std::string::npos ? std::string_view(to->edtf) : std::string_view(to->edtf).substr(slash + 1);
    date.latest = to->latest;
    date.precision = DatePrecision::kInterval;
    const bool is_coded = from->precision == DatePrecision::kQuarter || from->precision == DatePrecision::kHalf ||
                          from->precision == DatePrecision::kSeason || to->precision == DatePrecision::kQuarter ||
                          to->precision == DatePrecision::kHalf || to->precision == DatePrecision::kSeason;
    // Intervals of quarters are read by few: their months say the same.
    date.edtf = is_coded ? edtf::of_bounds({date.earliest, date.latest}) : std::string(begin) + "/" + std::string(end);
  } else if (span.end == End::kOpen || span.end == End::kUnknown) {
    date.latest = kDayOpenEnd;
    const bool is_coded = from->precision == DatePrecision::kQuarter || from->precision == DatePrecision::kHalf;
    date.precision = DatePrecision::kInterval;
    if (const std::size_t slash = date.edtf.find('/'); slash != std::string::npos) date.edtf.resize(slash);
    if (is_coded) date.edtf = edtf::of_day(date.earliest).substr(0, 7);
    date.edtf += span.end == End::kOpen ? "/.." : "/";
  }
  mark_quality(date);
  return Outcome::kResolved;
}

std::optional<edtf::Bounds> bounds_of(std::string_view edtf_text) {
  if (edtf_text.empty()) return std::nullopt;
  const auto value = edtf::parse(edtf_text);
  if (!value) return std::nullopt;
  const edtf::Bounds bounds = edtf::bounds(*value);
  if (bounds.earliest == kDayOpenBegin || bounds.latest == kDayOpenEnd) return std::nullopt;
  return bounds;
}

}  // namespace

std::span<const RuleInfo> date_rules() {
  return rule_table();
}

struct DateExtractor::State {
  explicit State(const Lexicons& all)
      : words(all), lexicons(all), given_name(all.find("given_name")), mononym(all.find("mononym")) {}
  DateWords words;
  const Lexicons& lexicons;
  LexiconId given_name;
  LexiconId mononym;
  std::uint8_t english = 0;
  std::array<RuleId, static_cast<std::size_t>(Rule::kCount)> rules{};
};

DateExtractor::DateExtractor(const Lexicons& lexicons, const std::function<RuleId(std::string_view)>& rule) {
  auto state = std::make_unique<State>(lexicons);
  state->english = state->words.language("en");
  const std::vector<RuleInfo>& table = rule_table();
  for (std::size_t i = 0; i < state->rules.size() && i < table.size(); ++i) state->rules[i] = rule(table[i].id);
  state_ = std::move(state);
}
DateExtractor::~DateExtractor() = default;
DateExtractor::DateExtractor(DateExtractor&&) noexcept = default;
DateExtractor& DateExtractor::operator=(DateExtractor&&) noexcept = default;

namespace {

// Tokens around one that can start a date; stretches that meet are one.
struct Stretch {
  std::uint32_t first;
  std::uint32_t end;
  std::uint8_t language;
};

// How far a date and the words that tell about it reach from the token that carries it.
constexpr std::uint32_t kReach = 12;

// Is there, near a word that makes a date only beside others, one of these others? "three years ago", "the first week",
// "end of the month"; not "for years", "the first one".
bool has_partner(const Document& document, const LexiconPass& pass, const DateWords& words, std::uint32_t first,
                 std::uint32_t end, std::uint32_t at, std::uint8_t language) {
  using date_words::Kind;
  constexpr auto bit = [](Kind kind) { return std::uint64_t{1} << static_cast<unsigned>(kind); };
  constexpr std::uint32_t kFar = 6;
  constexpr std::uint32_t kNear = 3;
  constexpr std::uint64_t kUnits = bit(Kind::kUnit) | bit(Kind::kUnits);
  constexpr std::uint64_t kNumbers = bit(Kind::kOrdinal) | bit(Kind::kYearName) | bit(Kind::kNth);
  constexpr std::uint64_t kWays = bit(Kind::kShiftBefore) | bit(Kind::kShiftAfter) | bit(Kind::kYearBefore) |
                                  bit(Kind::kAgoAfter) | bit(Kind::kAgoBefore) | bit(Kind::kEarlierAfter) |
                                  bit(Kind::kYearEarlier) | bit(Kind::kPart) | bit(Kind::kPartAfter) |
                                  bit(Kind::kEarlierPart) | bit(Kind::kLatest) | bit(Kind::kToday) | bit(Kind::kFiscal);
  constexpr std::uint64_t kCounts = bit(Kind::kOne) | bit(Kind::kCardinal) | bit(Kind::kHalfMore);
  const bool has_capital_months = words.order(language).capital_months;
  const auto kinds_at = [&](std::uint32_t t) -> std::uint64_t {
    if (const std::uint32_t term = words.term_of(pass.words[t]); term != 0) return words.kinds(term, language);
    // "d'ici", "l'anno": one word of the lexicons, several of dates; what they are is found out later.
    const std::string_view token = document.slice(document.tokens[t].span());
    const bool is_elided =
        token.size() > 1 && token.size() < 12 && !has_capital_months &&
        (token.find('\'') != std::string_view::npos || token.find("\u2019") != std::string_view::npos);
    return is_elided ? ~std::uint64_t{0} : std::uint64_t{0};
  };
  const std::uint64_t own = kinds_at(at);
  const bool is_unit = (own & kUnits) != 0;
  const bool is_month = (own & bit(Kind::kMonth)) != 0;
  const std::uint32_t from = at - first > kFar ? at - kFar : first;
  const std::uint32_t to = std::min(end, at + kFar + 1);
  std::uint64_t far = 0;
  std::uint64_t near = 0;
  for (std::uint32_t t = from; t < to; ++t) {
    if (t == at) continue;
    const std::uint64_t kinds = kinds_at(t);
    far |= kinds;
    if (t + kNear >= at && t <= at + kNear) near |= kinds;
  }
  if (is_unit && ((far & (kWays | kNumbers)) != 0 || (near & (kUnits | bit(Kind::kThat))) != 0)) return true;
  if (is_unit && (far & bit(Kind::kInBefore)) != 0 && (far & kCounts) != 0) return true;
  if (is_month) return (near & (kWays | kNumbers | kUnits | kCounts)) != 0;
  return !is_unit && (near & kUnits) != 0;
}

void find_stretches(const Document& document, const LexiconPass& pass, const DateWords& words, std::uint32_t first,
                    std::uint32_t end, std::uint8_t language, std::vector<Stretch>& stretches) {
  const std::size_t begin = stretches.size();
  const bool has_capital_months = words.order(language).capital_months;
  for (std::uint32_t t = first; t < end; ++t) {
    const bool has_digit = (document.tokens[t].shape & shape::kHasDigit) != 0;
    const DateWords::Trigger trigger = has_digit ? DateWords::Trigger::kStrong : words.trigger(pass.words[t], language);
    if (trigger == DateWords::Trigger::kNone) continue;
    const auto goes_on = [&] {  // over a hyphen, too
      return (t + 1 < end && words.is_phrase(pass.words[t], pass.words[t + 1])) ||
             (t + 2 < end && words.is_phrase(pass.words[t], pass.words[t + 2]));
    };
    const char initial = document.text[document.tokens[t].begin];
    const bool is_small = trigger == DateWords::Trigger::kSmall && has_capital_months && initial >= 'a';
    if (trigger == DateWords::Trigger::kPhrase && !goes_on()) continue;
    const bool is_weak = (trigger == DateWords::Trigger::kWeak && !goes_on()) || is_small;
    if (is_weak && !has_partner(document, pass, words, first, end, t, language)) continue;
    const std::uint32_t from = t - first > kReach ? t - kReach : first;
    const std::uint32_t to = end - t > kReach + 1 ? t + kReach + 1 : end;
    if (stretches.size() > begin && stretches.back().end >= from) {
      stretches.back().end = to;
    } else {
      stretches.push_back({from, to, language});
    }
  }
}

}  // namespace

namespace {

// "Ada Lovell (4 May 1901 – 2 June 1979)", "(…; 1901–1979)": a birth and a death, two dates and no time between them.
// Shorter spans in brackets behind a name are terms of office. The token between the two dates; kNone: none.
std::uint32_t between_birth_and_death(const Document& document, const LexiconPass& pass, const Lexicons& lexicons,
                                      std::span<const LexiconId> names, const Mention& lived, const Date& date) {
  constexpr std::int32_t kLeast = 15 * 365;  // days
  constexpr std::int32_t kMost = 116 * 366;
  constexpr std::uint32_t kReachInBrackets = 12;  // tokens from the bracket
  constexpr std::uint32_t kReachOfName = 6;       // tokens back from the bracket
  const std::vector<Token>& tokens = document.tokens;
  if (date.earliest == kDayOpenBegin || date.latest == kDayOpenEnd || date.approximate || date.uncertain) return kNone;
  if (date.latest - date.earliest < kLeast || date.latest - date.earliest > kMost) return kNone;
  if (lived.first_token == 0 || lived.end_token >= tokens.size()) return kNone;
  const std::string_view before = document.word(lived.first_token - 1), behind = document.word(lived.end_token);
  if ((before != "(" && before != ";") || (behind != ")" && behind != ";" && behind != ",")) return kNone;
  std::uint32_t open = lived.first_token - 1;
  while (open > 0 && document.word(open) != "(" && lived.first_token - open < kReachInBrackets) --open;
  if (document.word(open) != "(") return kNone;
  bool is_named = false;
  for (std::uint32_t t = open; t > 0 && open - t < kReachOfName && !is_named; --t) {
    if ((tokens[t - 1].shape & (shape::kUpperFirst | shape::kPunctuation)) == 0) break;
    for (const EntryId entry : lexicons.entries_of(pass.words[t - 1])) {
      const LexiconId lexicon = lexicons.lexicon_of(entry);
      is_named = is_named || std::find(names.begin(), names.end(), lexicon) != names.end();
    }
  }
  if (!is_named) return kNone;
  for (std::uint32_t t = lived.first_token + 1; t + 1 < lived.end_token; ++t) {
    const std::string_view word = document.word(t);
    if (word == "-" || word == "\u2013" || word == "\u2014" || word == "\u2212" || word == "--") return t;
  }
  return kNone;
}

}  // namespace

void DateExtractor::extract(const Document& document, const LexiconPass& pass, std::vector<Mention>& mentions,
                            std::vector<Date>& dates) const {
  const DateWords& words = state_->words;
  if (pass.words.size() < document.tokens.size()) return;
  const auto language_of = [&](std::string_view code) {
    const std::uint8_t known = words.language(code.substr(0, 2));
    return known != 0 ? known : state_->english;
  };
  std::vector<Stretch> stretches;
  const auto token_count = static_cast<std::uint32_t>(document.tokens.size());
  if (document.blocks.empty()) {
    find_stretches(document, pass, words, 0, token_count,
                   language_of(document.languages.empty() ? "en" : document.languages[0]), stretches);
  }
  for (const Block& block : document.blocks) {
    if (!block.is_extracted()) continue;
    const std::string_view code =
        block.language < document.languages.size() ? std::string_view(document.languages[block.language]) : "en";
    find_stretches(document, pass, words, block.first_token, std::min(block.end_token, token_count), language_of(code),
                   stretches);
  }
  if (stretches.empty()) return;

  // Relative dates count from the document's date, or from the one that its beginning states: "Today is May 5, 2021."
  std::string anchor_text = document.date;
  std::string anchor_origin = document.date_origin;
  std::optional<edtf::Bounds> anchor = bounds_of(document.date);
  constexpr std::uint32_t kOpening = 1000;  // bytes
  std::vector<Atom> all_atoms;              // of all stretches; where each begins, and the end of the last
  std::vector<std::size_t> begins;
  int evidence = 0;
  const auto atoms_of = [&](std::size_t s) {
    return std::span<const Atom>(all_atoms).subspan(begins[s], begins[s + 1] - begins[s]);
  };
  begins.push_back(0);
  std::size_t tokens = 0;
  for (const Stretch& stretch : stretches) tokens += stretch.end - stretch.first;
  all_atoms.reserve(tokens + tokens / 4);
  for (std::size_t s = 0; s < stretches.size(); ++s) {
    date_words::cut(document, &pass, words, stretches[s].first, stretches[s].end, all_atoms);
    begins.push_back(all_atoms.size());
    evidence += date_grammar::order_evidence(atoms_of(s));
  }
  std::vector<date_grammar::Match> matches;
  std::optional<edtf::Bounds> spoken;  // the date spoken of last
  std::uint32_t spoken_at = 0;
  constexpr std::uint32_t kMemory = 300;  // bytes after which it is no longer meant by "that year"
  for (std::size_t s = 0; s < stretches.size(); ++s) {
    date_grammar::Habits habits;
    const DateWords::Order order = words.order(stretches[s].language);
    habits.month_first = evidence != 0 ? evidence < 0 : order.month_first;
    habits.dots = order.dots;
    if (anchor) habits.year = static_cast<std::int32_t>(edtf::civil_of(anchor->earliest).year);
    matches.clear();
    const std::span<const Atom> atoms = atoms_of(s);
    date_grammar::read(document.text, words, atoms, stretches[s].language, habits, matches);
    for (date_grammar::Match& match : matches) {
      Expression& said = match.expression;
      const Atom& first = atoms[match.begin];
      const Atom& last = atoms[match.end - 1];
      Date date;
      date.part = said.part != DatePart::kWhole ? said.part : said.to_part;
      date.bound = said.bound;
      date.approximate = said.approximate;
      date.uncertain = said.uncertain;
      date.fiscal = said.fiscal;
      if (said.part != DatePart::kWhole)
        said.from.push_back({Op::kNarrow, {}, {}, static_cast<std::int32_t>(said.part), 0, 0});
      if (said.to_part != DatePart::kWhole)
        said.to.push_back({Op::kNarrow, {}, {}, static_cast<std::int32_t>(said.to_part), 0, 0});
      for (Steps* steps : {&said.from, &said.to}) {
        for (date_calendar::Step& step : *steps) {
          if (step.op == Op::kNarrow) step.choice = date_calendar::Choice::kWithin;
        }
      }
      const Span2 span{said.from, said.to, said.end};
      const bool is_relative = date_calendar::needs_anchor(span.from) || date_calendar::needs_anchor(span.to);
      const bool has_spoken = said.from_text && spoken && first.begin - spoken_at <= kMemory;
      const bool is_from_text = said.from_text && (has_spoken || !said.is_soft);
      const std::optional<edtf::Bounds> base = is_from_text ? (has_spoken ? spoken : std::nullopt) : anchor;
      const Outcome outcome = settle(span, base, date);
      if (outcome == Outcome::kImpossible) continue;
      if (is_relative) {
        date.offset = print(span);
        if (outcome == Outcome::kResolved) {
          date.anchor = is_from_text ? edtf::of_bounds(*base) : anchor_text;
          date.anchor_origin = is_from_text ? "text" : anchor_origin;
        } else if (is_from_text) {
          date.anchor_origin = "text";  // no date of the document resolves it
        }
      } else if (said.is_document_date && !anchor && outcome == Outcome::kResolved && first.begin < kOpening &&
                 date.latest - date.earliest < 7) {
        anchor = edtf::Bounds{date.earliest, date.latest};
        anchor_text = date.edtf;
        anchor_origin = "stated";
      }
      if (outcome == Outcome::kResolved && date.earliest != kDayOpenBegin && date.latest != kDayOpenEnd) {
        spoken = edtf::Bounds{date.earliest, date.latest};
        spoken_at = last.end;
      }
      if (outcome == Outcome::kResolved) apply_bound(date);
      Mention mention;
      mention.type = type::kDate;
      mention.span = {first.begin, last.end};
      mention.first_token = first.token;
      mention.end_token = last.token + 1;
      const auto rule_index = static_cast<std::size_t>(said.rule);
      mention.rule = state_->rules[rule_index];
      mention.confidence = static_cast<float>(rule_table()[rule_index].confidence);
      const std::array<LexiconId, 2> names = {state_->given_name, state_->mononym};
      const std::uint32_t dash = span.end == End::kDate && !is_relative && outcome == Outcome::kResolved
                                     ? between_birth_and_death(document, pass, state_->lexicons, names, mention, date)
                                     : kNone;
      Date death;
      if (dash != kNone && settle({span.to, {}, End::kNone}, std::nullopt, death) == Outcome::kResolved &&
          settle({span.from, {}, End::kNone}, std::nullopt, date) == Outcome::kResolved) {
        Mention later = mention;
        mention.end_token = dash;
        mention.span.end = document.tokens[dash - 1].end;
        later.first_token = dash + 1;
        later.span.begin = document.tokens[dash + 1].begin;
        mention.date = static_cast<std::uint32_t>(dates.size());
        later.date = mention.date + 1;
        mentions.push_back(mention);
        mentions.push_back(later);
        dates.push_back(std::move(date));
        dates.push_back(std::move(death));
        continue;
      }
      mention.date = static_cast<std::uint32_t>(dates.size());
      mentions.push_back(mention);
      dates.push_back(std::move(date));
    }
  }
}

Date resolve(const Date& date, std::string_view anchor, std::string_view anchor_origin) {
  Date result = date;
  if (date.offset.empty() || date.anchor_origin == "text") return result;
  const auto span = parse_span(date.offset);
  if (!span) return result;
  result.anchor.clear();
  result.anchor_origin.clear();
  if (settle(*span, bounds_of(anchor), result) != Outcome::kResolved) return result;
  apply_bound(result);
  result.anchor = anchor;
  result.anchor_origin = anchor_origin;
  return result;
}

std::string bounded_edtf(const Date& date) {
  if (date.edtf.empty() || date.bound == DateBound::kNone) return date.edtf;
  const std::size_t slash = date.edtf.find('/');
  switch (date.bound) {
    case DateBound::kNone:
      break;
    case DateBound::kSince:
      return (slash == std::string::npos ? date.edtf : date.edtf.substr(0, slash)) + "/..";
    case DateBound::kUntil:
    case DateBound::kBy:
      return "../" + (slash == std::string::npos ? date.edtf : date.edtf.substr(slash + 1));
    case DateBound::kAfter: {
      const auto value = edtf::parse(date.edtf);
      if (!value) return date.edtf;
      return edtf::of_bounds({edtf::bounds(*value).latest + 1, kDayOpenEnd});
    }
    case DateBound::kBefore: {
      const auto value = edtf::parse(date.edtf);
      if (!value) return date.edtf;
      return edtf::of_bounds({kDayOpenBegin, edtf::bounds(*value).earliest - 1});
    }
  }
  return date.edtf;
}

}  // namespace dossier
