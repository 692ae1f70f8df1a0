#include "extractors/fact_periods.h"

#include <algorithm>
#include <tuple>

#include "extractors/dates.h"
#include "pipeline/kind_traits.h"

namespace dossier {

namespace {

constexpr std::uint32_t kReach = 8;             // tokens between a fact and a date that belongs to it
constexpr std::uint32_t kFormerReach = 2;       // the same for posts that are called former
constexpr std::uint32_t kBesideGap = 1;         // tokens between a post and its date: "dean Ada Lovell (2015)"
constexpr std::uint32_t kClauseBeforeDate = 4;  // tokens behind a comma that may lead to a date: ", from 2010"
constexpr std::uint32_t kPreposition = 1;       // tokens in front of a date: "until"
constexpr std::uint32_t kBracketGap = 3;        // from a date in brackets to the words around them
constexpr std::uint32_t kClauseReach = 16;       // tokens from the word that opens a clause to a date in it
constexpr std::uint32_t kEndReach = 12;  // tokens from a fact to the date of its end: "and left the firm in 2016"

// "Lovell, who was chair until 2012, is dean": inside the words of one fact another one ends right before the date; the
// date is its. So it is of one of `posts` if the date ends an aside: "Lovell, chair since 2012, lives in Rome".
std::size_t told_right_before(const RangeIndex& index, TokenRange date, PredicateId posts, std::size_t whole,
                              const StatedFacts& stated) {
  const TokenRange range = stated.ranges[whole];
  std::size_t found = whole;
  if (range.end <= date.first || date.end <= range.first) return found;
  index.each_near(date, kPreposition + 1, [&](std::size_t i) {
    const bool is_inside = stated.ranges[i].first >= range.first && stated.ranges[i].end <= date.first;
    const PredicateId predicate = stated.facts[i].predicate;
    const bool is_alike = predicate == posts || predicate == stated.facts[whole].predicate;
    if (is_inside && is_alike && stated.ranges[i].end + kPreposition >= date.first &&
        !has_dates(stated.facts[i].period))
      found = i;
    return found == whole;
  });
  return found;
}

void settle_by_qualifier(const MarkedText& text, std::string_view qualifier, Period& period) {
  const KindTraits& traits = text.knowledge.kind_traits();
  if (traits.has(qualifier, Trait::kOver)) period.status = Status::kPast;
  if (traits.has(qualifier, Trait::kToCome)) period.status = Status::kPlanned;
  if (traits.has(qualifier, Trait::kHeld) && period.status == Status::kUnknown) period.status = Status::kCurrent;
}

}  // namespace

FactPeriods::FactPeriods(const MarkedText& text, const Knowledge& knowledge)
    : text_(text),
      knowledge_(knowledge),
      affiliation_(knowledge.predicate("affiliation").value_or(0xFFFF)),
      education_(knowledge.predicate("education").value_or(0xFFFF)),
      end_word_(text.lexicons.find("end_word")),
      start_word_(text.lexicons.find("start_word")),
      function_word_(text.lexicons.find("function_word")),
      pronoun_(text.lexicons.find("pronoun")),
      definite_org_(text.lexicons.find("definite_org")),
      earlier_word_(text.lexicons.find("earlier_word")) {
  for (const PredicateInfo& predicate : knowledge.predicates()) {
    has_own_date_.push_back(std::any_of(predicate.arguments.begin(), predicate.arguments.end(),
                                        [](const auto& argument) { return argument.name == "date"; }));
  }
}

void FactPeriods::attach(StatedFacts& stated) const {
  const RangeIndex index(stated.ranges);
  for (const Dated& dated : periods_of_dates(stated.facts)) {
    if (ends_begun(index, dated, stated)) continue;
    const std::size_t found = nearest(index, dated, stated);
    if (found == stated.facts.size()) continue;
    const bool ends_aside = dated.tokens.end < text_.tokens.size() && text_.word(dated.tokens.end) == ",";
    const PredicateId posts = ends_aside ? affiliation_ : stated.facts[found].predicate;
    give(index, dated, told_right_before(index, dated.tokens, posts, found, stated), stated);
  }
}

// "Lovell joined Harborworks in 2010 and left in 2016": a second date, behind the word of an end, of what began with
// the first. Names between tell of something else.
bool FactPeriods::ends_begun(const RangeIndex& index, const Dated& dated, StatedFacts& stated) const {
  if (!dated.is_point) return false;
  bool has_ended = false;
  index.each_near(dated.tokens, kEndReach, [&](std::size_t i) {
    const TokenRange between{stated.ranges[i].end, dated.tokens.first};
    Fact& fact = stated.facts[i];
    if (between.first >= between.end || fact.predicate != affiliation_) return true;
    if (fact.period.from.empty() || !fact.period.to.empty() || fact.period.from > dated.period.from) return true;
    if (!tells_end_of_it(between) || is_parted(stated.ranges[i], dated.tokens)) return true;
    fact.period.to = dated.period.from;
    fact.period.status = Status::kPast;
    has_ended = true;
    return true;
  });
  return has_ended;
}

// "and left in", "before she left the company in": a word of an end, and beside it nothing but function words and nouns
// for the organization; not "and her father left the country in", "and retired from sailing in".
bool FactPeriods::tells_end_of_it(TokenRange words) const {
  bool has_end = false;
  auto mention = text_.first_mention_at(words.first);
  for (std::uint32_t t = words.first; t < words.end; ++t) {
    while (mention != text_.mentions.end() && (mention->end_token <= t || mention->type != type::kDate)) ++mention;
    if (mention != text_.mentions.end() && mention->first_token <= t) continue;  // the date of the begin
    if (text_.is_in_lexicon(t, end_word_)) {
      has_end = true;
    } else if (!text_.is_in_lexicon(t, function_word_) && !text_.is_in_lexicon(t, pronoun_) &&
               !text_.is_in_lexicon(t, definite_org_) && !text_.is_punctuation(t)) {
      return false;
    }
  }
  return has_end;
}

// "since 2010", "from 2010 to 2013", "in 2010": every date that is no argument of a fact says when something near it
// held.
std::vector<FactPeriods::Dated> FactPeriods::periods_of_dates(const std::vector<Fact>& facts) const {
  std::vector<Dated> periods;
  if (facts.empty()) return periods;
  std::vector<std::uint8_t> is_argument(text_.mentions.size());
  for (const Fact& fact : facts) {
    for (const Argument& argument : fact.arguments) is_argument[argument.mention] = 1;
  }
  for (std::uint32_t m = 0; m < text_.mentions.size(); ++m) {
    const Mention& mention = text_.mentions[m];
    if (mention.type != type::kDate || mention.date == kNone || is_argument[m] != 0) continue;
    const Date& date = text_.extraction.dates[mention.date];
    const std::string edtf = bounded_edtf(date);
    if (edtf.empty()) continue;
    // "More than a year ago I came to Harborworks": some day before, not the end of a time.
    if (edtf.starts_with("..") && !date.offset.empty() && date.bound != DateBound::kUntil) continue;
    if (dates_page(mention, date)) continue;
    Period period;
    if (edtf.find('/') == std::string::npos) {
      period.from = edtf;
    } else {
      set_during(period, edtf);
      // "2010-" of a post: it is held.
      period.status = edtf.ends_with("..") || edtf.ends_with("/") ? Status::kCurrent : Status::kPast;
    }
    const bool is_point = period.to.empty() && period.status == Status::kUnknown;
    periods.push_back({{mention.first_token, mention.end_token}, std::move(period), is_point});
  }
  return periods;
}

// "Ada Lovell\nCEO, Harborworks\nLisbon, May 31, 2019": a day on a line of its own tells of the page.
bool FactPeriods::dates_page(const Mention& mention, const Date& date) const {
  const Block* block = text_.block_of(mention.first_token);
  if (block == nullptr || date.precision != DatePrecision::kDay) return false;
  if (block->kind != BlockKind::kFragment && block->kind != BlockKind::kHeading) return false;
  for (std::uint32_t t = mention.first_token; t > block->first_token; --t) {
    if (text_.opens_line(t)) return true;
    if (text_.is_listed(t - 1, text_.pos, {"preposition"})) return false;
  }
  return false;
}

// Tokens between a fact and a date; one more for a date in front, so that the fact before it wins a tie, and two where
// a conjunction leads on from it: "joined in 2010 and became its dean". Of "Lovell
// (dean of Larkmoor, 2010-2016) lives in Rome" all the sentence holds the date, and the words of the bracket are nearer
// to it.
std::uint32_t FactPeriods::gap_between(TokenRange fact, TokenRange date) const {
  if (fact.end <= date.first) return date.first - fact.end;
  if (date.end <= fact.first) {
    const bool leads_on = text_.is_listed(fact.first, text_.pos, {"conjunction"});
    return fact.first - date.end + 1 + (leads_on ? kPreposition : 0);
  }
  for (std::uint32_t t = date.first; t-- > fact.first;) {
    if (text_.word(t) == ")") return 0;
    if (text_.word(t) == "(") return kBracketGap;
  }
  return 0;
}

// The nearest fact of the same sentence, lengths of time last ("she was dean for two years, from 2001"); the size of
// the facts if there is none.
std::size_t FactPeriods::nearest(const RangeIndex& index, const Dated& dated, const StatedFacts& stated) const {
  using Rank = std::tuple<bool, std::uint32_t, std::size_t>;  // is it a length of time, the gap, the fact
  Rank best{true, kReach + 1, stated.facts.size()};
  index.each_near(dated.tokens, kReach + 1, [&](std::size_t i) {
    const std::uint32_t gap = gap_between(stated.ranges[i], dated.tokens);
    if (gap > kReach) return true;
    const Rank rank{is_duration(stated.facts[i]), gap, i};
    if (rank < best && may_date(dated, stated.facts[i], stated.ranges[i], gap)) best = rank;
    return true;
  });
  return std::get<std::size_t>(best);
}

bool FactPeriods::may_date(const Dated& dated, const Fact& fact, TokenRange range, std::uint32_t gap) const {
  if (has_dates(fact.period) || has_own_date_[fact.predicate]) return false;
  if (is_of_main_verb(dated, fact, range, gap) || is_of_later_clause(dated.tokens, range)) return false;
  // "Lovell, the former head of storage at Harborworks, joins us in March": when she was that is not said.
  if (gap > kFormerReach && dated.is_point && fact.period.status == Status::kPast &&
      has_former_role(text_.extraction, knowledge_, fact))
    return false;
  return !is_parted(range, dated.tokens);
}

// "for two years"
bool FactPeriods::is_duration(const Fact& fact) const {
  return std::any_of(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& argument) {
    const std::uint32_t statistic = text_.mentions[argument.mention].statistic;
    return statistic != kNone && text_.extraction.statistics[statistic].kind == StatisticKind::kDuration;
  });
}

// "In 2015 Harborworks's dean, Ada Lovell, called me", "We met the dean Ada Lovell in 2015": the date is of what
// happened, not of the post that is told in passing.
bool FactPeriods::is_of_main_verb(const Dated& dated, const Fact& fact, TokenRange range, std::uint32_t gap) const {
  std::uint32_t person = kNone;
  bool has_role = false;
  for (const Argument& argument : fact.arguments) {
    const TypeId type = text_.mentions[argument.mention].type;
    has_role = has_role || type == type::kRole;
    if (type == type::kPerson) person = argument.mention;
  }
  if (person == kNone || !has_role) return false;
  const std::uint32_t end = text_.mentions[person].end_token;
  const bool is_before = dated.tokens.end <= range.first;
  if (end == range.end) return is_before || (dated.is_point && gap > kBesideGap);
  return is_before && end < text_.tokens.size() && text_.is_punctuation(end);
}

// "Before her return to Harborworks in 2014, Lovell was dean": the date is of the return. "Before 2014" is one date.
bool FactPeriods::is_of_later_clause(TokenRange date, TokenRange range) const {
  if (date.end > range.first) return false;
  for (std::uint32_t t = std::max(date.first, 1u) - 1; t-- > 0 && date.first - t <= kClauseReach && text_.word(t) != ",";) {
    if (text_.is_in_lexicon(t, earlier_word_)) return true;
    if (text_.opens_sentence(t)) break;
  }
  return false;
}

// By the end of a sentence, or by a clause of its own: "Berg, founder of Harborworks, died in Rome in 2015".
bool FactPeriods::is_parted(TokenRange range, TokenRange date) const {
  const std::uint32_t high = std::max(range.end, date.end);
  for (std::uint32_t t = std::min(range.first, date.first) + 1; t < high; ++t) {
    if (text_.opens_sentence(t)) return true;
  }
  for (std::uint32_t t = range.end; t + kClauseBeforeDate < date.first; ++t) {
    if (text_.word(t) == ",") return true;
  }
  return false;
}

// "founder and CEO since 2004": all facts of the same words share their time.
void FactPeriods::give(const RangeIndex& index, const Dated& dated, std::size_t to, StatedFacts& stated) const {
  const TokenRange range = stated.ranges[to];
  const PredicateId predicate = stated.facts[to].predicate;
  const bool ends = dated.is_point && tells_of(end_word_, range, dated.tokens);
  const bool starts = dated.is_point && tells_of(start_word_, range, dated.tokens);
  // "Berg, head of storage, will leave the company in June": said behind the fact.
  const bool leaves =
      ends && range.end <= dated.tokens.first && tells_of(end_word_, {range.end, range.end}, dated.tokens);
  const auto shares_time = [&](std::size_t i) {
    return stated.ranges[i] == range && stated.facts[i].predicate == predicate && !has_dates(stated.facts[i].period);
  };
  // "In 2019 Lovell succeeded Berg as chair": one's begin is the other's end.
  bool has_past = false;
  bool has_other = false;
  index.each_near(range, 0, [&](std::size_t i) {
    if (shares_time(i)) (stated.facts[i].period.status == Status::kPast ? has_past : has_other) = true;
    return true;
  });
  const bool passes_on = dated.is_point && predicate == affiliation_ && has_past && has_other;
  index.each_near(range, 0, [&](std::size_t i) {
    if (!shares_time(i)) return true;
    Period& period = stated.facts[i].period;
    const bool is_past = period.status == Status::kPast;
    const bool is_end = leaves || (ends && predicate == education_) || ((ends || passes_on) && is_past);
    // "She was dean in 2016", not "became": some time then; when it began and ended is not said.
    const bool is_within = dated.is_point && !starts && is_past;
    period.from = is_end ? "" : dated.period.from;
    period.to = is_end || is_within ? dated.period.from : dated.period.to;
    // "She was chair of Harborworks (2001-2005) and Brightsail (since 2005)": the bracket knows better than the verb,
    // not than "will be" and "former".
    const bool is_told = dated.period.status != Status::kUnknown && period.status != Status::kPlanned &&
                         is_bracketed_behind(range, dated.tokens) &&
                         !has_former_role(text_.extraction, knowledge_, stated.facts[i]);
    if (period.status == Status::kUnknown || is_told) period.status = dated.period.status;
    return true;
  });
}

// "chair of Brightsail (since 2005)"
bool FactPeriods::is_bracketed_behind(TokenRange fact, TokenRange date) const {
  return fact.end < date.first && date.first - fact.end <= kBracketGap && text_.word(fact.end) == "(";
}

// "Graduated from Larkmoor in 2010", "left Harborworks in 2019": the date is the end of what the fact says; "became
// head in 2010": its begin.
bool FactPeriods::tells_of(LexiconId ends_or_starts, TokenRange fact, TokenRange date) const {
  for (std::uint32_t t = std::min(fact.first, date.first); t < std::max(fact.end, date.end); ++t) {
    if (text_.is_in_lexicon(t, ends_or_starts)) return true;
  }
  return false;
}

bool has_dates(const Period& period) {
  return !period.from.empty() || !period.to.empty();
}

void set_during(Period& period, const std::string& edtf) {
  const std::size_t slash = edtf.find('/');
  if (slash == std::string::npos) {
    period.from = period.to = edtf;
    return;
  }
  const std::string from = edtf.substr(0, slash);
  const std::string to = edtf.substr(slash + 1);
  period.from = from == ".." ? "" : from;
  period.to = to == ".." ? "" : to;
}

std::string begin_of(const std::string& edtf) {
  const std::string part = edtf.substr(0, edtf.find('/'));
  return part == ".." ? "" : part;
}

std::string end_of(const std::string& edtf) {
  const std::size_t slash = edtf.find('/');
  const std::string part = slash == std::string::npos ? edtf : edtf.substr(slash + 1);
  return part == ".." ? "" : part;
}

void settle_end(std::string_view today, Period& period) {
  constexpr std::size_t kYear = 4;
  const std::string_view end = period.to;
  if (end.empty()) return;
  if (period.status == Status::kUnknown && period.from != period.to) period.status = Status::kPast;
  const auto is_year = [](std::string_view edtf) {
    return edtf.size() >= kYear && edtf.substr(0, kYear).find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!is_year(end)) return;
  if (!is_year(today)) {
    if (period.status == Status::kCurrent && is_year(period.from) && period.from != period.to)
      period.status = Status::kPast;
    return;
  }
  const std::size_t common = std::min(end.size(), today.size());
  const int order = end.substr(0, common).compare(today.substr(0, common));
  if (period.status == Status::kPast && order > 0) period.status = Status::kCurrent;
  if (period.status == Status::kCurrent && order < 0) period.status = Status::kPast;
}

void settle_by_role(const MarkedText& text, const Mention& role, Period& period) {
  if (role.role == kNone) return;
  // "the 45-year-old chairman" is no former one.
  const std::uint32_t first = role.first_token;
  if (first >= 2 && text.word(first - 1) == "old" && text.word(first - 2) == "-") return;
  settle_by_qualifier(text, text.extraction.roles[role.role].qualifier, period);
}

void settle_by_word_in_front(const MarkedText& text, const Fact& fact, Period& period) {
  const Mention *role = nullptr, *organization = nullptr;
  for (const Argument& argument : fact.arguments) {
    const Mention& mention = text.mentions[argument.mention];
    if (mention.type == type::kOrganization) organization = &mention;
    if (mention.role != kNone) role = &mention;
  }
  if (role == nullptr || organization == nullptr) return;
  if (organization->end_token != role->first_token || organization->first_token < 2) return;
  const std::uint32_t before = organization->first_token - 1, word = text.word(before) == "-" ? before - 1 : before;
  const LexiconId role_qualifier = text.lexicons.find("role_qualifier");
  const AttributeId status = text.lexicons.find_attribute("status");
  for (const EntryId entry : text.lexicons.entries_of(text.pass.words[word])) {
    if (text.lexicons.lexicon_of(entry) == role_qualifier)
      settle_by_qualifier(text, text.lexicons.attribute(entry, status), period);
  }
}

bool has_former_role(const Extraction& extraction, const Knowledge& knowledge, const Fact& fact) {
  return std::any_of(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& argument) {
    const std::uint32_t role = extraction.mentions[argument.mention].role;
    return role != kNone && knowledge.kind_traits().has(extraction.roles[role].qualifier, Trait::kOver);
  });
}

}  // namespace dossier
