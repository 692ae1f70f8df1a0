// date_reader.h - the reader of one stretch of atoms; inside of the date grammar, for its files only.
//
// Each reading function looks at one shape at an atom and gives a Candidate: where it ends and what it says. They stand
// by topic in date_numbers.cpp, date_names.cpp, date_periods.cpp and date_relative.cpp, with the wordings they read;
// date_ranges.cpp joins two of them, date_grammar.cpp picks the best and says what it means. Promise: a reading looks
// at a bounded number of atoms.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "extractors/date_grammar.h"
#include "grammars/edtf.h"

namespace dossier::date_grammar {

using date_calendar::Choice;
using date_calendar::Op;
using date_calendar::Scale;
using date_calendar::Step;
using date_calendar::Steps;
using date_words::Atom;
using date_words::DateWords;
using date_words::Kind;
using date_words::kLone;
using date_words::kRest;
using date_words::Meaning;
using date_words::Shape;
using date_words::Unit;

constexpr std::int32_t kNoYear = INT32_MIN;
constexpr int kHere = 8;      // of Kind::kThat: only after its noun, "ce mois-CI"
constexpr int kTail = 9;      // of Kind::kThat: only after its noun, "cette année-LÀ"
constexpr int kMoreThan = 2;  // of Kind::kApprox: "more than two weeks ago" is a limit
constexpr int kLessThan = 3;
constexpr int kFromNearest = 16;  // of Kind::kBound: since, but what begins may be to come, "effective March 1"

// A date as written: what is said of it and what is left out.
struct Partial {
  Steps whole;                  // complete by itself: "yesterday", "1990s"
  Steps year_steps;             // a relative year: "last year"
  std::int32_t year = kNoYear;  // an absolute one
  int month = 0;                // 1..12
  int part_code = 0;            // 21..24, 33..36, 40, 41
  int day = 0;
  int weekday = 0;
  int holiday = -1;
  std::optional<Choice> choice;  // said by a word: "last", "next"
  DatePart part = DatePart::kWhole;
  bool approximate = false;
  bool uncertain = false;
  bool fiscal = false;
  bool from_text = false;
  bool is_soft = false;                // from_text, or else from the anchor: "l'anno seguente"
  bool is_weak = false;                // no date alone, only beside another part: "Jan", "5/12"
  bool is_open = false;                // "present", "today" as the end of a range
  DateBound bound = DateBound::kNone;  // said by its own words: "within two weeks"
  Rule rule = Rule::kYear;

  bool has_year() const { return year != kNoYear || !year_steps.empty(); }
};

struct Candidate {
  std::uint32_t end = 0;  // 0: none
  Partial partial;
  bool is_impossible = false;
  explicit operator bool() const { return end != 0; }
};

struct Hit {
  std::uint32_t end = 0;
  int value = 0;
  bool foreign = false;
  explicit operator bool() const { return end != 0; }
};

struct Number {
  std::uint32_t end = 0;
  int value = 0;
  bool ordinal = false;
  bool spelled = false;
  explicit operator bool() const { return end != 0; }
};

template <class... Kinds>
constexpr std::uint64_t bits(Kinds... kinds) {
  return ((std::uint64_t{1} << static_cast<unsigned>(kinds)) | ...);
}

inline Scale scale_of(Unit unit) {
  switch (unit) {
    case Unit::kDay:
      return Scale::kDay;
    case Unit::kWorkday:
      return Scale::kWorkday;
    case Unit::kWeek:
      return Scale::kWeek;
    case Unit::kWorkweek:
      return Scale::kWorkweek;
    case Unit::kFortnight:
      return Scale::kFortnight;
    case Unit::kMonth:
      return Scale::kMonth;
    case Unit::kQuarter:
    case Unit::kPeriod:
      return Scale::kQuarter;
    case Unit::kHalf:
      return Scale::kHalf;
    case Unit::kYear:
    case Unit::kFiscal:
      return Scale::kYear;
    case Unit::kDecade:
      return Scale::kDecade;
    case Unit::kCentury:
      return Scale::kCentury;
  }
  return Scale::kYear;
}

inline Step shift(int n, Scale scale) {
  return {Op::kShift, Choice::kWithin, scale, n, 0, 0};
}
inline Step year_step(int year) {
  return {Op::kYear, Choice::kWithin, Scale::kYear, year, 0, 0};
}

inline bool is_real_day(std::int64_t year, int month, int day) {
  return month >= 1 && month <= 12 && day >= 1 && day <= edtf::days_in_month(year, month);
}
// Without a year the 29th of February may be.
inline bool is_possible_day(int month, int day) {
  return is_real_day(2000, month, day);
}

struct Month {
  std::uint32_t end = 0;    // without the point of an abbreviation
  std::uint32_t after = 0;  // past it
  int value = 0;
  bool is_short = false;
  bool is_foreign = false;
  int weakness = 0;  // 1 a given name too, 2 a common word too
  explicit operator bool() const { return end != 0; }
};

struct Year {
  std::uint32_t end = 0;
  std::int32_t value = kNoYear;
  Steps steps;
  Rule rule = Rule::kYear;
  explicit operator bool() const { return end != 0; }
};

struct Duration {
  std::uint32_t end = 0;
  std::vector<std::pair<int, Scale>> parts;
  bool is_one = false;          // "a year"
  bool is_approximate = false;  // "a year or so", "a year and a half"
  explicit operator bool() const { return end != 0; }
};

class Reader {
 public:
  Reader(std::string_view text, const DateWords& words, std::span<const Atom> atoms, std::uint8_t language,
         const Habits& habits)
      : text_(text),
        words_(words),
        atoms_(atoms),
        language_(language),
        habits_(habits),
        size_(static_cast<std::uint32_t>(atoms.size())),
        order_(words.order(language)) {
    kinds_.reserve(size_);
    for (std::uint32_t i = 0; i < size_; ++i) kinds_.push_back({phrase_kinds(i), kinds_before(i)});
  }

  // All dates, left to right.
  void read(std::vector<Match>& matches) {
    for (std::uint32_t i = 0; i < size_;) {
      Match match;
      if (may_start(i) && parse(i, match)) {
        i = std::max(match.end, i + 1);
        if (match.is_date) matches.push_back(std::move(match));
      } else {
        ++i;
      }
    }
  }

 private:
  // Looking at atoms.
  bool in(std::uint32_t i) const { return i < size_; }
  bool joined(std::uint32_t i) const { return i < size_ && !atoms_[i].wall; }
  bool glued(std::uint32_t i) const { return i < size_ && !atoms_[i].space; }
  static bool is_ascii(std::string_view word) {
    return std::none_of(word.begin(), word.end(), [](char c) { return (c & 0x80) != 0; });
  }
  bool is_word(std::uint32_t i) const { return i < size_ && atoms_[i].shape == Shape::kWord; }
  bool is_number(std::uint32_t i) const { return i < size_ && atoms_[i].shape == Shape::kNumber; }
  bool mark(std::uint32_t i, char c) const {
    return i < size_ && atoms_[i].shape == Shape::kMark && atoms_[i].number == c;
  }
  std::string_view surface(std::uint32_t i) const {
    return text_.substr(atoms_[i].begin, atoms_[i].end - atoms_[i].begin);
  }
  // The longest phrase of this kind that begins at atom i. Most atoms begin none: that is told without a call.
  Hit find(std::uint32_t i, Kind kind, bool in_any_language = false) const {
    if (!is_word(i)) return {};
    const std::uint64_t kinds = in_any_language ? words_.kinds(atoms_[i].term) : kinds_at(i);
    return ((kinds >> static_cast<unsigned>(kind)) & 1) == 0 ? Hit{} : find_phrase(i, kind, in_any_language);
  }
  // Calls visit(end, meanings) for the phrases that begin at atom i, whatever they mean; `end` is past the last atom.
  template <class Visit>
  void for_phrases(std::uint32_t i, const Visit& visit) const {
    std::uint32_t node = words_.first(atoms_[i].term);
    for (std::uint32_t j = i; node != 0; node = words_.follow(node, atoms_[j].term)) {
      visit(j + 1, words_.meanings(node));
      if (!words_.goes_on(node)) break;
      ++j;
      for (int marks = 0; marks < 2; ++marks) {  // "l'an", "av. J.-C."
        if (glued(j) && (mark(j, '-') || mark(j, '\'') || mark(j, '.')) && j + 1 < size_) ++j;
      }
      if (!joined(j) || !is_word(j)) break;
    }
  }
  Hit find_phrase(std::uint32_t i, Kind kind, bool in_any_language) const {
    Hit best;
    const bool is_calendar = in_any_language || is_of_calendar(kind);
    for_phrases(i, [&](std::uint32_t end, const std::vector<Meaning>& meanings) {
      Hit here;
      for (const Meaning& meaning : meanings) {
        if (meaning.kind != kind) continue;
        if (meaning.language == language_) {
          if (meaning.accents && is_ascii(surface(i))) continue;
          here = {end, meaning.value, false};
          break;
        }
        if (is_calendar && !here) here = {end, meaning.value, true};
      }
      if (here) best = here;
    });
    return best;
  }
  // Months and weekdays are understood in a text of another language, too.
  static bool is_of_calendar(Kind kind) { return kind == Kind::kMonth || kind == Kind::kWeekday; }
  // The kinds of all phrases that begin at atom i.
  std::uint64_t phrase_kinds(std::uint32_t i) const {
    if (!is_word(i) || words_.kinds(atoms_[i].term, language_) == 0) return 0;
    std::uint64_t kinds = 0;
    for_phrases(i, [&](std::uint32_t, const std::vector<Meaning>& meanings) {
      for (const Meaning& meaning : meanings) {
        if (meaning.language == language_ || is_of_calendar(meaning.kind)) kinds |= bits(meaning.kind);
      }
    });
    return kinds;
  }
  // The kinds of the phrases that begin few atoms before i, and may reach to it.
  std::uint64_t kinds_before(std::uint32_t i) const {
    std::uint64_t kinds = 0;
    for (std::uint32_t back = 1; back <= kLongestLead && back <= i; ++back) kinds |= kinds_[i - back].own;
    return kinds;
  }
  // The longest phrase of this kind that ends right before atom i; its begin, or i.
  std::uint32_t begin_of(Kind kind, std::uint32_t i, int* value = nullptr) const {
    std::uint32_t begin = i;
    if (in(i) && ((kinds_[i].before >> static_cast<unsigned>(kind)) & 1) == 0) return begin;
    for (std::uint32_t back = 1; back <= kLongestLead && back <= i; ++back) {
      if (in(i - back + 1) && atoms_[i - back + 1].wall) break;
      const Hit hit = find(i - back, kind);
      // An apostrophe belongs to the word before it: "dell'", "l'"; so does the point of "ca.".
      const bool is_of_word = mark(hit.end, '\'') || (kind == Kind::kApprox && mark(hit.end, '.'));
      if (hit && (hit.end == i || (hit.end + 1 == i && is_of_word))) {
        if (value != nullptr) *value = hit.value;
        begin = i - back;
      }
    }
    return begin;
  }
  bool preceded(Kind kind, std::uint32_t i) const { return begin_of(kind, i) != i; }
  std::uint32_t before_article(std::uint32_t i) const { return begin_of(Kind::kArticle, i); }
  // Past articles and prepositions between the parts of a date, at most two of them.
  std::uint32_t of(std::uint32_t i) const {
    for (int n = 0; n < 2 && joined(i); ++n) {
      const Hit hit = find(i, Kind::kOf);
      if (!hit) break;
      i = hit.end;
      if (mark(i, '\'') && glued(i)) ++i;
    }
    return i;
  }
  std::uint32_t article(std::uint32_t i) const {
    const Hit hit = joined(i) ? find(i, Kind::kArticle) : Hit{};
    if (!hit) return i;
    return mark(hit.end, '\'') && glued(hit.end) ? hit.end + 1 : hit.end;
  }
  // Is there, few words behind a weak beginning, anything that a date is made of?
  bool is_lead_of_date(std::uint32_t i) const {
    constexpr std::uint64_t kCarriers =
        bits(Kind::kMonth, Kind::kMonthShort, Kind::kWeekday, Kind::kWeekdayShort, Kind::kCardinal, Kind::kOrdinal,
             Kind::kYearName, Kind::kUnit, Kind::kUnits, Kind::kSeason, Kind::kToday, Kind::kDayShift,
             Kind::kShiftBefore, Kind::kPart, Kind::kEarlierPart, Kind::kNth, Kind::kFiscal, Kind::kDecadePrefix,
             Kind::kPeriodLetter, Kind::kHoliday, Kind::kThat);
    for (std::uint32_t j = i + 1; j < i + 9 && joined(j); ++j) {
      if (is_number(j) || (kinds_at(j) & kCarriers) != 0) return true;
    }
    return false;
  }
  std::uint64_t kinds_at(std::uint32_t i) const { return in(i) ? kinds_[i].own : 0; }

  // date_numbers.cpp: numbers and years.
  bool has_number_before(std::uint32_t i) const;
  bool has_number_after(std::uint32_t end) const;
  Number cardinal(std::uint32_t i) const;
  Number count(std::uint32_t i) const;
  Number ordinal(std::uint32_t i) const;
  Number day(std::uint32_t i) const;
  Month month(std::uint32_t i) const;
  bool is_miscased(std::uint32_t i, const Month& month) const;
  int window(int two_digits) const;
  Year digits_year(std::uint32_t i) const;
  std::uint32_t past_point(std::uint32_t end) const;
  Year apostrophe_year(std::uint32_t i, bool is_after_period = false) const;
  Year relative_year(std::uint32_t i) const;
  Year attached_year(std::uint32_t i, bool is_after_of) const;
  Year year_after(std::uint32_t i, bool has_day, bool takes_two_digits) const;
  bool is_function_word(std::string_view word) const;
  bool is_lower_noun(std::uint32_t i) const;
  bool is_noun(std::uint32_t i) const;
  bool is_numbered(std::uint32_t i) const;
  bool is_bare_year(std::uint32_t i, const Year& year) const;
  static Candidate impossible(std::uint32_t end);
  static Candidate full(std::uint32_t end, std::int32_t year, int month, int day, Rule rule);
  bool order_numbers(int first, int second, int& month, int& day) const;
  Candidate numeric(std::uint32_t i) const;
  Candidate spaced_numbers(std::uint32_t i) const;
  Candidate glued_triple(std::uint32_t i) const;

  // date_names.cpp: days and months by name, weekdays, holidays.
  Candidate with_year(std::uint32_t end, int month_value, int day_value, const Year& year, Rule rule) const;
  Candidate day_month(std::uint32_t i) const;
  Candidate spelled_day_numeric_month(std::uint32_t i) const;
  Year year_behind_days(std::uint32_t i) const;
  Candidate month_first(std::uint32_t i) const;
  bool is_led_abbreviation(std::uint32_t i, const Month& name) const;
  bool is_bare_month(std::uint32_t i, const Month& name) const;
  Candidate weekday(std::uint32_t i) const;
  static bool is_week(const Candidate& candidate);
  Candidate calendar_day(std::uint32_t i) const;
  Candidate day_of_month(std::uint32_t i) const;
  Candidate holiday(std::uint32_t i) const;
  Candidate month_word(std::uint32_t i) const;

  // date_periods.cpp: quarters, seasons, years, decades, centuries.
  static void take(Candidate& best, Candidate other);
  Year period_year(std::uint32_t i) const;
  Candidate quarter_of(std::uint32_t end, int code, const Year& year, Rule rule) const;
  static int code_of(Unit unit, int n);
  bool is_question(std::uint32_t i) const;
  Candidate quarter(std::uint32_t i) const;
  Year digits_year_loose(std::uint32_t i) const;
  Year plain_year(std::uint32_t i) const;
  Year digits_year_or_dash(std::uint32_t i) const;
  Candidate ordinal_quarter(std::uint32_t i) const;
  Candidate half_of_years(std::uint32_t i, bool is_first) const;
  Candidate season(std::uint32_t i) const;
  Candidate year(std::uint32_t i) const;
  bool is_of_somebody(std::uint32_t i) const;
  bool is_behind_decade(std::uint32_t i) const;
  Candidate decade(std::uint32_t i) const;
  static std::pair<int, std::size_t> roman(std::string_view text);
  int roman_ordinal(std::uint32_t i) const;
  Candidate century(std::uint32_t i) const;
  Candidate century_word(std::uint32_t i) const;

  // date_relative.cpp: expressions that count from another date.
  Candidate day_shift(std::uint32_t i) const;
  Candidate relative_unit(std::uint32_t i) const;
  Candidate read_relative_unit(std::uint32_t i) const;
  // Its cases.
  Candidate shifted(std::uint32_t i, const Hit& before) const;
  Candidate shifted_unit(std::uint32_t i, const Hit& before, const Hit& unit, int n, bool is_fiscal) const;
  Candidate shifted_name(const Hit& before, std::uint32_t j, int n) const;
  Candidate year_earlier(const Hit& earlier) const;
  Candidate unit_then_shift(std::uint32_t i, const Hit& unit) const;
  Candidate name_then_shift(std::uint32_t i) const;
  Candidate latest_unit(const Hit& latest) const;
  bool is_of_event(std::uint32_t begin, std::uint32_t end) const;
  void add_weekday(std::uint32_t k, Candidate& candidate) const;
  Candidate that(std::uint32_t i) const;
  Duration duration(std::uint32_t i, int most = 3) const;
  bool add_part(std::uint32_t i, Duration& duration) const;
  static DateBound limit_of(int approx, const Step& moved);
  static void move(Steps& steps, const Duration& duration, int sign);
  Candidate either_of_two(std::uint32_t i, int sign) const;
  Candidate ago(std::uint32_t i) const;
  Candidate rolling(std::uint32_t i) const;
  Candidate roll(std::uint32_t begin, std::uint32_t end, int n, Scale scale) const;
  Candidate container(std::uint32_t i) const;
  Candidate nth(std::uint32_t i) const;
  Candidate nth_weekday(std::uint32_t i) const;
  Candidate day_of_relative_month(std::uint32_t i) const;
  Candidate week(std::uint32_t i) const;
  Candidate iso_week(std::uint32_t i) const;

  // date_ranges.cpp: two ends.
  Hit link(std::uint32_t i, int closing) const;
  Candidate from_today(std::uint32_t i) const;
  Candidate day_only(std::uint32_t i) const;
  Candidate last_of_days(const Candidate& first) const;
  Candidate second_end(std::uint32_t i, const Partial& first, int how) const;
  static bool is_year_only(const Partial& p);
  static bool distribute(Partial& first, Partial& second);
  bool try_days_of_relative_month(std::uint32_t begin, const Candidate& first, const Hit& joint, Match& match) const;
  bool try_days_after_relative_month(std::uint32_t begin, const Candidate& first, Match& match) const;
  bool try_shared_year(std::uint32_t begin, const Candidate& first, Match& match) const;
  static bool is_bare_weekday(const Partial& p);
  bool try_range(std::uint32_t begin, Candidate first, int closing, Match& match) const;
  bool try_length_from(std::uint32_t i, Match& match) const;
  bool miscased(std::uint32_t begin) const;
  Expression expression_of(const Partial& partial, Choice when) const;
  bool try_open_end(std::uint32_t begin, const Candidate& first, Match& match) const;

  // date_grammar.cpp: the whole expression.
  bool may_start(std::uint32_t i) const;
  Candidate core(std::uint32_t i, bool no_ago = false) const;
  Candidate simple(std::uint32_t i) const;
  Candidate unit_alone(std::uint32_t i, bool has_of) const;
  Candidate part_of_unit(std::uint32_t i) const;
  bool rest_of(std::uint32_t i, Match& match) const;
  std::uint32_t past_abbreviation(std::uint32_t end) const;
  Choice tense(std::uint32_t begin, std::uint32_t end) const;
  Choice tense_around(std::uint32_t begin, std::uint32_t end) const;
  bool preceded_by_bound(std::uint32_t i, int& value) const;
  Steps steps_of(const Partial& partial, Choice tense_choice) const;
  bool parse(std::uint32_t i, Match& match) const;
  void finish(std::uint32_t i, Match& match) const;
  bool bare(std::uint32_t i, Match& match) const;

  std::string_view text_;
  const DateWords& words_;
  std::span<const Atom> atoms_;
  std::uint8_t language_;
  Habits habits_;
  std::uint32_t size_;
  DateWords::Order order_;
  struct Kinds {
    std::uint64_t own;     // of phrases that begin here
    std::uint64_t before;  // of those that begin at the kLongestLead atoms before
  };
  std::vector<Kinds> kinds_;  // by atom
  static constexpr std::uint32_t kLongestLead = 5;
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
  mutable std::uint32_t second_at_ = kNowhere;  // where the second end of a range is being read
  mutable int depth_ = 0;                       // of relative_unit and weekday in each other
};

}  // namespace dossier::date_grammar
