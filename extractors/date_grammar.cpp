#include "extractors/date_grammar.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

namespace dossier::date_grammar {

namespace {

using date_calendar::Choice;
using date_calendar::Op;
using date_calendar::Scale;
using date_calendar::Step;
using date_calendar::Steps;
using date_words::Atom;
using date_words::DateWords;
using date_words::Kind;
using date_words::Meaning;
using date_words::Shape;
using date_words::Unit;

constexpr std::int32_t kNoYear = INT32_MIN;

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
  bool is_weak = false;  // no date alone, only beside another part: "Jan", "5/12"
  bool is_open = false;  // "present", "today" as the end of a range
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

Scale scale_of(Unit unit) {
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

Step shift(int n, Scale scale) {
  return {Op::kShift, Choice::kWithin, scale, n, 0, 0};
}
Step year_step(int year) {
  return {Op::kYear, Choice::kWithin, Scale::kYear, year, 0, 0};
}

bool is_real_day(std::int64_t year, int month, int day) {
  return month >= 1 && month <= 12 && day >= 1 && day <= edtf::days_in_month(year, month);
}
// Without a year the 29th of February may be.
bool is_possible_day(int month, int day) {
  return is_real_day(2000, month, day);
}

class Reader {
 public:
  Reader(std::string_view text, const DateWords& words, const std::vector<Atom>& atoms, std::uint8_t language,
         std::uint8_t english, const Habits& habits)
      : text_(text),
        words_(words),
        atoms_(atoms),
        language_(language),
        english_(english),
        habits_(habits),
        size_(static_cast<std::uint32_t>(atoms.size())),
        order_(words.order(language)) {}

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
  // -------------------------------------------------------------------------------------------------------------------
  // Looking at atoms.

  bool in(std::uint32_t i) const { return i < size_; }
  bool joined(std::uint32_t i) const { return i < size_ && !atoms_[i].wall; }
  bool glued(std::uint32_t i) const { return i < size_ && !atoms_[i].space; }
  bool is_word(std::uint32_t i) const { return i < size_ && atoms_[i].shape == Shape::kWord; }
  bool is_number(std::uint32_t i) const { return i < size_ && atoms_[i].shape == Shape::kNumber; }
  bool mark(std::uint32_t i, char c) const {
    return i < size_ && atoms_[i].shape == Shape::kMark && atoms_[i].number == c;
  }
  std::string_view surface(std::uint32_t i) const {
    return text_.substr(atoms_[i].begin, atoms_[i].end - atoms_[i].begin);
  }

  Hit find(std::uint32_t i, Kind kind, bool in_any_language = false) const {
    Hit best;
    if (!is_word(i) || ((words_.kinds(atoms_[i].term) >> static_cast<unsigned>(kind)) & 1) == 0) return best;
    const bool is_calendar = in_any_language || kind == Kind::kMonth || kind == Kind::kWeekday;
    std::uint32_t node = words_.root();
    for (std::uint32_t j = i;;) {
      node = words_.follow(node, atoms_[j].term);
      if (node == 0) break;
      Hit here;
      for (const Meaning& meaning : words_.meanings(node)) {
        if (meaning.kind != kind) continue;
        if (meaning.language == language_) {
          here = {j + 1, meaning.value, false};
          break;
        }
        if (is_calendar && !here) here = {j + 1, meaning.value, true};
      }
      if (here) best = here;
      ++j;
      if (glued(j) && (mark(j, '-') || mark(j, '\'') || mark(j, '.')) && j + 1 < size_) ++j;
      if (!joined(j) || !is_word(j)) break;
    }
    return best;
  }

  // The phrase of this kind that ends right before atom i; its begin, or i.
  std::uint32_t begin_of(Kind kind, std::uint32_t i, int* value = nullptr) const {
    for (std::uint32_t back = 1; back <= 5 && back <= i; ++back) {
      if (in(i - back + 1) && atoms_[i - back + 1].wall) break;
      const Hit hit = find(i - back, kind);
      if (hit && hit.end == i) {
        if (value != nullptr) *value = hit.value;
        return i - back;
      }
      // An apostrophe belongs to the word before it: "dell'", "l'".
      if (hit && hit.end + 1 == i && mark(hit.end, '\'')) {
        if (value != nullptr) *value = hit.value;
        return i - back;
      }
    }
    return i;
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

  std::uint64_t kinds_at(std::uint32_t i) const { return is_word(i) ? words_.kinds(atoms_[i].term) : 0; }

  bool may_start(std::uint32_t i) const {
    const Atom& atom = atoms_[i];
    if (atom.shape == Shape::kNumber) return true;
    if (atom.shape == Shape::kMark) return atom.number == '\'' || atom.number == '~' || atom.number == '(';
    if (atom.shape != Shape::kWord) return false;
    constexpr std::uint64_t kInner =
        bits(Kind::kOf, Kind::kArticle, Kind::kBound, Kind::kDateLead, Kind::kRangeTo, Kind::kSet, Kind::kPast,
             Kind::kFuture, Kind::kNotYear, Kind::kDurative, Kind::kSequel, Kind::kToday, Kind::kUnits,
             Kind::kWeekStart, Kind::kOrdinalSuffix, Kind::kDecadeSuffix, Kind::kShiftAfter, Kind::kAfterRef,
             Kind::kBeforeRef, Kind::kNumberAnd, Kind::kUncertain, Kind::kAgoAfter, Kind::kEarlierAfter);
    const std::uint64_t kinds = words_.kinds(atom.term);
    // "a", "in", "from": only with a number or unit behind them.
    constexpr std::uint64_t kLeads = bits(Kind::kOne, Kind::kInBefore, Kind::kAgoBefore, Kind::kRangeFrom);
    if ((kinds & ~kInner) != 0) return (kinds & ~kInner & ~kLeads) != 0 || is_lead_of_date(i);
    return atom.capital && roman(surface(i)).first != 0;
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Numbers.

  // Digits that are part of a longer number: "1,984", "3.5", "10:30", "$12", "50%".
  bool has_number_before(std::uint32_t i) const {
    if (i == 0) return false;
    if (!glued(i)) return mark(i - 1, '$') && joined(i) && !atoms_[i].line;
    const Atom& before = atoms_[i - 1];
    if (before.shape == Shape::kWord) return true;
    if (before.shape != Shape::kMark) return before.shape == Shape::kNumber;
    switch (before.number) {
      case '$':
      case '#':
      case '+':
      case '@':
      case '\\':
      case '%':
      case '&':
      case '_':
        return true;
      case '.':
      case ',':
      case ':':
        return i >= 2 && glued(i - 1) && (is_number(i - 2) || before.number != ':');
      default:
        return before.number == 0 && (surface(i - 1) == "€" || surface(i - 1) == "£" || surface(i - 1) == "¥" ||
                                      surface(i - 1) == "₹" || surface(i - 1) == "§");
    }
  }
  // What follows the number at i makes it something else.
  bool has_number_after(std::uint32_t end) const {
    if (!glued(end)) return mark(end, '%') || (mark(end, '$') && in(end));
    const Atom& after = atoms_[end];
    if (after.shape == Shape::kNumber) return true;
    if (after.shape != Shape::kMark) return false;
    switch (after.number) {
      case '%':
      case '$':
      case '_':
      case '=':
      case '&':
      case '+':
        return true;
      case '.':
      case ',':
      case ':':
        return is_number(end + 1) && glued(end + 1);
      default:
        return after.number == 0 && (surface(end) == "€" || surface(end) == "£" || surface(end) == "¥");
    }
  }

  Number cardinal(std::uint32_t i) const {
    if (is_number(i)) {
      if (atoms_[i].number < 0 || atoms_[i].digits() > 4 || has_number_before(i) || has_number_after(i + 1)) return {};
      if (is_word(i + 1) && glued(i + 1)) return {};
      return {i + 1, atoms_[i].number, false, false};
    }
    if (const Hit hit = find(i, Kind::kCardinal)) return {hit.end, hit.value, false, true};
    return {};
  }
  Number count(std::uint32_t i) const {
    if (const Number number = cardinal(i)) return number;
    if (const Hit hit = find(i, Kind::kOne)) return {hit.end, 1, false, true};
    return {};
  }

  // A number written with the suffix or the point of an ordinal, or as a word.
  Number ordinal(std::uint32_t i) const {
    if (is_number(i)) {
      if (atoms_[i].digits() > 3 || atoms_[i].number < 1 || has_number_before(i)) return {};
      std::uint32_t j = i + 1;
      const bool is_dotted = mark(j, '.') && glued(j);
      if (is_dotted && is_word(j + 1) && glued(j + 1)) {
        if (const Hit suffix = find(j + 1, Kind::kOrdinalSuffix)) return {suffix.end, atoms_[i].number, true, false};
      }
      if (is_word(j) && glued(j)) {
        const Hit suffix = find(j, Kind::kOrdinalSuffix);
        if (!suffix || suffix.end != j + 1) return {};
        return {suffix.end, atoms_[i].number, true, false};
      }
      if (is_dotted && order_.dots) return {j + 1, atoms_[i].number, true, false};
      return {};
    }
    if (const Hit hit = find(i, Kind::kOrdinal)) return {hit.end, hit.value, true, true};
    return {};
  }

  // A day of the month.
  Number day(std::uint32_t i) const {
    if (const Number number = ordinal(i)) return number.value <= 31 ? number : Number{};
    if (is_number(i)) {
      if (atoms_[i].digits() > 2 || atoms_[i].number < 1 || atoms_[i].number > 31 || has_number_before(i)) return {};
      if (is_word(i + 1) && glued(i + 1)) return {};
      return {i + 1, atoms_[i].number, false, false};
    }
    if (const Hit hit = find(i, Kind::kCardinal))
      return hit.value <= 31 ? Number{hit.end, hit.value, false, true} : Number{};
    return {};
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
  Month month(std::uint32_t i) const {
    Month month;
    Hit hit = find(i, Kind::kMonth);
    const Hit brief = find(i, Kind::kMonthShort);
    if (brief && (!hit || hit.foreign)) {
      hit = brief;
      month.is_short = true;
    }
    if (!hit) return month;
    month.end = hit.end;
    month.value = hit.value;
    month.is_foreign = hit.foreign;
    month.after = hit.end;
    if (mark(hit.end, '.') && glued(hit.end) && atoms_[hit.end - 1].end - atoms_[hit.end - 1].begin <= 5)
      month.after = hit.end + 1;
    if (const Hit weak = find(i, Kind::kWeakMonth); weak && weak.end == hit.end) month.weakness = weak.value;
    return month;
  }
  // A common word in the wrong case: "may", "march"; "Mar" within a sentence where months are small.
  bool is_miscased(std::uint32_t i, const Month& month) const {
    return month.weakness == 2 && order_.capital_months && !atoms_[i].capital;
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Years.

  int window(int two_digits) const {
    const int last = (habits_.year != 0 ? habits_.year : 2020) + 20;
    const int year = last / 100 * 100 + two_digits;
    return year > last ? year - 100 : year;
  }

  struct Year {
    std::uint32_t end = 0;
    std::int32_t value = kNoYear;
    Steps steps;
    Rule rule = Rule::kYear;
    explicit operator bool() const { return end != 0; }
  };

  // Four digits that may be a year by their look alone.
  Year digits_year(std::uint32_t i) const {
    if (!is_number(i) || atoms_[i].digits() != 4) return {};
    const int value = atoms_[i].number;
    if (value < 1000 || value > 2199 || has_number_before(i)) return {};
    if (is_word(i + 1) && glued(i + 1)) return {};
    if (glued(i + 1) && atoms_[i + 1].shape == Shape::kMark && has_number_after(i + 1)) return {};
    Year year{i + 1, value, {}, Rule::kYear};
    if (const Hit era = joined(year.end) ? find(year.end, Kind::kEra) : Hit{}) {
      year.end = past_point(era.end);
      if (era.value < 0) year.value = 1 - year.value;
    }
    return year;
  }

  // "d.C.": the last point of an abbreviation with points inside.
  std::uint32_t past_point(std::uint32_t end) const {
    return mark(end, '.') && glued(end) && end >= 2 && mark(end - 2, '.') ? end + 1 : end;
  }

  Year apostrophe_year(std::uint32_t i) const {
    if (!mark(i, '\'') || !is_number(i + 1) || !glued(i + 1) || atoms_[i + 1].digits() != 2) return {};
    if (i > 0 && glued(i) && (is_word(i - 1) || is_number(i - 1))) return {};
    if (has_number_after(i + 2)) return {};
    if (is_word(i + 2) && glued(i + 2)) return {};
    if (mark(i + 2, '\'') && glued(i + 2) && !(is_word(i + 3) && glued(i + 3))) return {};  // quoted: '23'
    return {i + 2, window(atoms_[i + 1].number), {}, Rule::kYearApostrophe};
  }

  // "last year", "the year", "año pasado", "questo anno".
  Year relative_year(std::uint32_t i) const {
    std::uint32_t j = i;
    int n = 0;
    bool is_said = false;
    if (const Hit before = find(j, Kind::kShiftBefore)) {
      j = before.end;
      n = before.value > 10 ? 1 : before.value < -10 ? -1 : before.value;
      is_said = true;
      if (mark(j, '\'') && glued(j)) ++j;
    }
    const Hit unit = joined(j) ? find(j, Kind::kUnit) : Hit{};
    if (!unit || unit.value != static_cast<int>(Unit::kYear)) return {};
    j = unit.end;
    if (!is_said) {
      const Hit after = joined(j) ? find(j, Kind::kShiftAfter) : Hit{};
      if (after) {
        j = after.end;
        n = after.value;
      } else if (before_article(i) == i && !preceded(Kind::kOf, i)) {
        return {};  // "the year" is this one; "year" alone is none
      }
    } else if (glued(j) && mark(j, '-') && is_word(j + 1)) {  // "cette année-là", "ce mois-ci"
      j += 2;
    }
    return {j, kNoYear, {shift(n, Scale::kYear)}, Rule::kRelative};
  }

  // A year right after a month, a quarter, a season: little doubt is left.
  Year attached_year(std::uint32_t i, bool is_after_of) const {
    if (Year year = digits_year(i)) return year;
    if (Year year = apostrophe_year(i)) return year;
    if (const Hit name = find(i, Kind::kYearName)) return {name.end, name.value, {}, Rule::kYearSpelled};
    if (Year year = relative_year(i)) return year;
    if (const Hit word = find(i, Kind::kYearWord)) {
      if (const Year year = digits_year(word.end)) return year;
    }
    if (is_after_of && is_number(i) && atoms_[i].digits() == 2 && atoms_[i].number > 31 && !has_number_after(i + 1) &&
        !(is_word(i + 1) && glued(i + 1))) {
      return {i + 1, window(atoms_[i].number), {}, Rule::kYear};
    }
    return {};
  }

  // The year that may follow a day and month or a month: ", 2018", " of last year", "-2018".
  Year year_after(std::uint32_t i, bool has_day, bool takes_two_digits) const {
    if (!in(i)) return {};
    std::uint32_t j = i;
    if ((mark(j, '-') || mark(j, '/') || mark(j, '.')) && glued(j) && is_number(j + 1) && glued(j + 1)) {
      if (const Year year = digits_year(j + 1)) return year;
      const bool is_free = !(glued(j + 2) && (is_word(j + 2) || is_number(j + 2)));
      if (has_day && atoms_[j + 1].digits() == 2 && is_free && takes_two_digits) {
        return {j + 2, window(atoms_[j + 1].number), {}, Rule::kYear};
      }
      return {};
    }
    if (mark(j, ',')) {
      ++j;
      if (joined(j) && !(atoms_[j].line && is_word(j))) {
        if (Year year = digits_year(j)) return year;
        if (Year year = apostrophe_year(j)) return year;
        if (const Hit name = find(j, Kind::kYearName)) return {name.end, name.value, {}, Rule::kYearSpelled};
        // "Tuesday, November 4, 14": two digits only at the end of a line.
        const bool is_last = !in(j + 1) || atoms_[j + 1].line;
        if (has_day && is_number(j) && atoms_[j].digits() == 2 && is_last) {
          return {j + 1, window(atoms_[j].number), {}, Rule::kYear};
        }
      }
      return {};
    }
    if (!joined(j)) return {};
    if (is_number(j) && atoms_[j].line) {  // a number on the next line is rather a new thing than a wrapped year
      if (has_day || atoms_[j].digits() != 4) return {};
    }
    const std::uint32_t k = of(j);
    if (!joined(k)) return {};
    if (k == j && has_day && takes_two_digits && is_number(j) && atoms_[j].digits() == 2 && atoms_[j].number > 31 &&
        !has_number_after(j + 1) && !(is_word(j + 1) && glued(j + 1))) {
      return {j + 1, window(atoms_[j].number), {}, Rule::kYear};
    }
    if (Year year = attached_year(k, k != j)) return year;
    return {};
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Evidence around a bare year.

  bool is_function_word(std::string_view word) const {
    const DateWords::Neighbour kind = words_.neighbour(word);
    return kind == DateWords::Neighbour::kFunctionWord || kind == DateWords::Neighbour::kDeterminer;
  }

  bool is_lower_noun(std::uint32_t i) const {
    if (!joined(i) || !is_word(i) || atoms_[i].capital) return false;
    return !is_function_word(surface(i)) && !find(i, Kind::kRangeTo) && !find(i, Kind::kOf) && !find(i, Kind::kUnit);
  }

  // A word that a number before it could count.
  bool is_noun(std::uint32_t i) const {
    if (is_lower_noun(i)) return true;
    const bool has_capital_nouns = order_.capital_weekdays && language_ != english_;
    return has_capital_nouns && joined(i) && is_word(i) && atoms_[i].capital && !atoms_[i].sentence &&
           words_.neighbour(surface(i)) == DateWords::Neighbour::kOther;
  }

  bool is_bare_year(std::uint32_t i, const Year& year) const {
    const int value = year.value;
    if (preceded(Kind::kNotYear, i)) return false;
    if (i >= 2 && mark(i - 1, '.') && preceded(Kind::kNotYear, i - 1)) return false;  // "p. 1984"
    if (i > 0 && is_number(i - 1) && joined(i) && !atoms_[i].line) return false;      // "055 2015"
    if (is_number(year.end) && joined(year.end) && !atoms_[year.end].line) return false;
    if (i > 0 && glued(i) && mark(i - 1, '-') && i >= 2 && glued(i - 1)) {
      if (is_number(i - 2) && atoms_[i - 2].digits() != 4) return false;  // "555-2014"
      if (is_word(i - 2)) return false;                                   // "ISO-8601", "vancouver-2023"
    }
    if (glued(year.end) && mark(year.end, '-') && is_word(year.end + 1) && glued(year.end + 1)) {
      if (value % 100 == 0 || is_lower_noun(year.end + 1)) return value >= 1900 && value < 2050;
    }
    if (glued(year.end) && mark(year.end, '-') && is_number(year.end + 1) && glued(year.end + 1)) return false;
    if (glued(year.end) && mark(year.end, '/') && (is_word(year.end + 1) || is_number(year.end + 1)) &&
        glued(year.end + 1)) {
      if (!(is_number(year.end + 1) && atoms_[year.end + 1].digits() == 4)) return false;
    }
    if (i > 0 && glued(i) && mark(i - 1, '/') && i >= 2 && glued(i - 1) && is_word(i - 2)) return false;
    if (i > 0 && joined(i) && is_word(i - 1) && words_.neighbour(surface(i - 1)) == DateWords::Neighbour::kMeasure &&
        atoms_[i - 1].all_caps) {
      return false;  // "USD 2000"
    }
    if (joined(year.end) && !atoms_[year.end].line && is_word(year.end) && atoms_[year.end].space &&
        words_.neighbour(surface(year.end)) == DateWords::Neighbour::kMeasure && !find(year.end, Kind::kUnit)) {
      return false;
    }
    if (find(year.end, Kind::kUnits)) return false;
    const std::uint32_t a = before_article(i);
    const bool has_article = a != i;
    const bool has_lead = preceded(Kind::kDateLead, a) || preceded(Kind::kBound, a) ||
                          (i > 0 && mark(i - 1, '(') && (mark(year.end, ')') || mark(year.end, '-'))) ||
                          (i > 0 && (surface(i - 1) == "©"));
    const bool is_near = value >= 1900 && value < 2050;
    const bool is_about = preceded(Kind::kApprox, a);
    const bool noun = !glued(year.end) && !(in(year.end) && atoms_[year.end].line) && is_noun(year.end);
    if (noun && value % 50 == 0 && !has_article) return false;  // "2000 engineers"
    if (has_lead || is_about) return is_near || value % 50 != 0 || !noun;
    if (!is_near) return false;
    if (!noun || has_article || i == 0 || atoms_[i].line || atoms_[i].sentence) return true;
    if (language_ != english_) return false;  // "1999 voti": elsewhere a year does not stand before its noun
    if (surface(year.end).back() != 's') return true;
    return is_word(i - 1) &&
           words_.neighbour(surface(i - 1)) == DateWords::Neighbour::kDeterminer;  // "our 2018 elections"
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Candidates. Each reads one shape at atom i.

  static Candidate impossible(std::uint32_t end) {
    Candidate candidate;
    candidate.end = end;
    candidate.is_impossible = true;
    return candidate;
  }

  static Candidate full(std::uint32_t end, std::int32_t year, int month, int day, Rule rule) {
    if (!is_real_day(year, month, day)) return impossible(end);
    Candidate candidate;
    candidate.end = end;
    candidate.partial.year = year;
    candidate.partial.month = month;
    candidate.partial.day = day;
    candidate.partial.rule = rule;
    return candidate;
  }

  // Day and month of two numbers, by the order of the document; the other order where only that is possible.
  bool order_numbers(int first, int second, int& month, int& day) const {
    month = habits_.month_first ? first : second;
    day = habits_.month_first ? second : first;
    if (month > 12) std::swap(month, day);
    return is_possible_day(month, day);
  }

  // "2022-10-17", "25/12/2021", "22.04.", "3/2016", "2015-3", "2014-18", "20170302", "02 04 2009".
  Candidate numeric(std::uint32_t i) const {
    if (!is_number(i) || has_number_before(i)) return {};
    const Atom& a = atoms_[i];
    if (i != second_at_ && i >= 2 && glued(i) && mark(i - 1, '-') && glued(i - 1) && is_number(i - 2)) return {};
    if (i >= 1 && glued(i) && mark(i - 1, '/')) return {};
    if (a.digits() == 8) {
      const int year = a.number / 10000;
      const int month = a.number / 100 % 100;
      const int day = a.number % 100;
      if (year < 1900 || year > 2099 || !is_real_day(year, month, day) || has_number_after(i + 1) ||
          (is_word(i + 1) && glued(i + 1) && surface(i + 1) != "T")) {
        return {};
      }
      return full(i + 1, year, month, day, Rule::kIso);
    }
    const char separator =
        in(i + 1) && atoms_[i + 1].shape == Shape::kMark ? static_cast<char>(atoms_[i + 1].number) : '\0';
    const bool is_separator = separator == '/' || separator == '-' || separator == '.';
    if (!is_separator || !glued(i + 1)) return spaced_numbers(i);
    if (!is_number(i + 2)) return {};
    const Atom& b = atoms_[i + 2];
    if (b.space) {  // "27. 11.", "27. 11. 2015"
      if (separator != '.' || !order_.dots || b.line || a.digits() > 2 || b.digits() > 2 || !mark(i + 3, '.') ||
          !glued(i + 3))
        return {};
      if (b.number > 12 || !is_possible_day(b.number, a.number)) return {};
      if (is_number(i + 4) && atoms_[i + 4].digits() == 4 && !atoms_[i + 4].line) {
        return full(i + 5, atoms_[i + 4].number, b.number, a.number, Rule::kNumeric);
      }
      Candidate candidate;
      candidate.end = i + 4;
      candidate.partial.month = b.number;
      candidate.partial.day = a.number;
      candidate.partial.rule = Rule::kNumericShort;
      return candidate;
    }
    const bool has_third = in(i + 4) && mark(i + 3, separator) && glued(i + 3) && is_number(i + 4) && glued(i + 4);
    if (has_third) {
      const Atom& c = atoms_[i + 4];
      const std::uint32_t end = i + 5;
      if (glued(end) && (mark(end, separator) || (is_word(end) && surface(end) != "T")) && in(end + 1) &&
          glued(end + 1) && (is_number(end + 1) || is_word(end + 1) || is_word(end)) && separator != '-') {
        return impossible(end);  // one more part: an address, a version, a path
      }
      if (separator != '.' && has_number_after(end) && !(mark(end, ':'))) return impossible(end);
      if (a.digits() == 4) {
        if (a.number < 1000 || a.number > 2199 || b.digits() > 2 || c.digits() > 2) return {};
        const bool is_swapped = b.number > 12 && c.number <= 12 && separator != '-';
        return full(end, a.number, is_swapped ? c.number : b.number, is_swapped ? b.number : c.number, Rule::kIso);
      }
      if (a.digits() > 2 || b.digits() > 2) return {};
      if (c.digits() == 4) {
        if (c.number < 1000 || c.number > 2199) return {};
        int month = 0;
        int day = 0;
        if (!order_numbers(a.number, b.number, month, day)) return impossible(end);
        return full(end, c.number, month, day, Rule::kNumeric);
      }
      if (c.digits() != 2) return {};
      if (separator == '.' && (!order_.dots && (a.digits() != 2 || b.digits() != 2))) return {};  // "1.2.34": a version
      if (separator == '-' && a.digits() == 1) return {};
      int month = 0;
      int day = 0;
      if (!order_numbers(a.number, b.number, month, day)) return {};
      return full(end, window(c.number), month, day, Rule::kNumeric);
    }
    if (glued(i + 3) && (is_word(i + 3) || (in(i + 3) && atoms_[i + 3].shape == Shape::kOpaque))) return {};
    if (has_number_after(i + 3)) return {};
    Candidate candidate;
    candidate.end = i + 3;
    if (b.digits() == 4 && a.digits() <= 2) {  // "3/2016", "12-2015"
      if (a.number < 1 || a.number > 12 || b.number < 1900 || b.number > 2099) return {};
      if (separator == '.' && a.digits() == 1) return {};
      candidate.partial.month = a.number;
      candidate.partial.year = b.number;
      candidate.partial.rule = Rule::kNumeric;
      return candidate;
    }
    if (a.digits() == 4 && b.digits() <= 2 && separator != '.') {
      if (a.number < 1000 || a.number > 2199) return {};
      const int last = a.number % 100;
      const bool is_next = b.digits() == 2 && b.number == (last + 1) % 100;
      if (b.digits() == 2 && (is_next || (b.number > 12 && b.number > last))) return {};  // a range of years
      if (separator == '/' && b.digits() == 1) return {};
      if (b.number < 1 || b.number > 12) return {};
      candidate.partial.year = a.number;
      candidate.partial.month = b.number;
      candidate.partial.rule = Rule::kIso;
      return candidate;
    }
    if (a.digits() > 2 || b.digits() > 2) return {};
    int month = 0;
    int day = 0;
    if (!order_numbers(a.number, b.number, month, day)) return {};
    if (a.number < 1 || b.number < 1) return {};
    candidate.partial.month = month;
    candidate.partial.day = day;
    candidate.partial.rule = Rule::kNumericShort;
    const bool is_month_first = month == a.number && day == b.number;
    const bool is_padded = a.digits() == 2 && b.digits() == 2 && (text_[a.begin] == '0' || text_[b.begin] == '0');
    const std::uint32_t before = before_article(i);
    const bool has_lead = preceded(Kind::kDateLead, before) || preceded(Kind::kBound, before) ||
                          (before != i && language_ != english_) || preceded(Kind::kShiftBefore, i);
    const bool is_alone = (i == 0 || atoms_[i].wall) && (!in(i + 3) || atoms_[i + 3].wall);
    if (mark(i + 3, '.') && glued(i + 3) && order_.dots && separator == '.') {
      candidate.end = i + 4;  // "22.04."
      return candidate;
    }
    bool is_sure = false;
    if (separator == '/') is_sure = has_lead ? true : (is_padded || is_alone) && (day > 12 || is_padded);
    if (separator == '.') is_sure = order_.dots && (has_lead || is_padded) && b.digits() == 2;
    if (separator == '-') is_sure = has_lead && is_padded;
    if (is_month_first && !habits_.month_first && day <= 12) is_sure = false;
    if (is_lower_noun(i + 3) && !is_padded) is_sure = false;
    candidate.partial.is_weak = !is_sure;
    return candidate;
  }

  Candidate spaced_numbers(std::uint32_t i) const {
    if (!is_number(i + 2) || !is_number(i + 1) || atoms_[i + 1].line || atoms_[i + 2].line) return {};
    const Atom& a = atoms_[i];
    const Atom& b = atoms_[i + 1];
    const Atom& c = atoms_[i + 2];
    if (a.digits() > 2 || b.digits() > 2 || c.digits() != 4 || c.number < 1900 || c.number > 2099) return {};
    if ((i > 0 && is_number(i - 1) && joined(i)) || (is_number(i + 3) && joined(i + 3))) return {};
    if (has_number_after(i + 3) || (is_word(i + 3) && glued(i + 3))) return {};
    int month = 0;
    int day = 0;
    if (!order_numbers(a.number, b.number, month, day)) return {};
    return full(i + 3, c.number, month, day, Rule::kNumeric);
  }

  // Three parts with the same mark between them, one the name of a month: "05-Aug-2016", "2020/23/Sep".
  Candidate glued_triple(std::uint32_t i) const {
    int month_value = 0;
    int year = kNoYear;
    int day_value = 0;
    std::uint32_t j = i;
    char separator = 0;
    for (int n = 0; n < 3; ++n) {
      if (n > 0) {
        if (!in(j) || !glued(j) || atoms_[j].shape != Shape::kMark) return {};
        const char c = static_cast<char>(atoms_[j].number);
        if (c != '-' && c != '/' && c != '.') return {};
        if (n == 2 && c != separator) return {};
        separator = c;
        ++j;
        if (!glued(j)) return {};
      }
      if (is_number(j)) {
        const Atom& atom = atoms_[j];
        if (n == 0 && has_number_before(j)) return {};
        if (atom.digits() == 4 && year == kNoYear)
          year = atom.number;
        else if (atom.digits() <= 2 && day_value == 0 && atom.number >= 1 && atom.number <= 31)
          day_value = atom.number;
        else if (atom.digits() == 2 && n == 2 && year == kNoYear)
          year = window(atom.number);
        else
          return {};
        ++j;
      } else {
        Hit name = find(j, Kind::kMonth, true);
        if (!name) name = find(j, Kind::kMonthShort, true);
        if (!name || month_value != 0) return {};
        month_value = name.value;
        j = name.end;
      }
    }
    if (month_value == 0 || year == kNoYear || day_value == 0) return {};
    if (is_word(j) && glued(j)) return {};
    return full(j, year, month_value, day_value, Rule::kDayMonthYear);
  }

  Candidate with_year(std::uint32_t end, int month_value, int day_value, const Year& year, Rule rule) const {
    Candidate candidate;
    candidate.end = year ? year.end : end;
    candidate.partial.month = month_value;
    candidate.partial.day = day_value;
    candidate.partial.rule = rule;
    if (year) {
      candidate.partial.year = year.value;
      candidate.partial.year_steps = year.steps;
      if (day_value != 0 && year.value != kNoYear && !is_real_day(year.value, month_value, day_value))
        return impossible(year.end);
    }
    if (day_value != 0 && !is_possible_day(month_value, day_value)) return impossible(candidate.end);
    return candidate;
  }

  // "15 March", "4th of July 1995", "1er oct. 2018", "28.Oktober", "twenty third day of September".
  Candidate day_month(std::uint32_t i) const {
    const Number number = day(i);
    if (!number) return {};
    std::uint32_t j = number.end;
    if (mark(j, '.') && glued(j)) ++j;
    if ((mark(j, '-') || mark(j, '/')) && glued(j) && glued(j + 1)) {
      ++j;
    } else {
      if (const Hit unit = find(j, Kind::kUnit); unit && unit.value == static_cast<int>(Unit::kDay) && number.ordinal)
        j = unit.end;
      j = of(j);
    }
    if (!joined(j)) return {};
    if (number.ordinal && order_.dots && !is_word(j)) return {};
    const Month name = month(j);
    if (name) {
      if (atoms_[j].line && name.is_short) return {};
      const Year year = year_after(name.after, true, true);
      const bool is_sure = number.ordinal || year || !is_miscased(j, name);
      if (!is_sure || (name.weakness == 2 && name.is_short && !atoms_[j].capital && !year && !number.ordinal))
        return {};
      if (number.spelled && name.weakness == 2 && !number.ordinal && !atoms_[j].capital && !year) return {};
      if (name.is_foreign && name.is_short) return {};
      return with_year(name.end, name.value, number.value, year, year ? Rule::kDayMonthYear : Rule::kDayMonth);
    }
    // "7. vierter", "zwölfter fünfter": the month by its number, where ordinals are written with a point.
    if (order_.dots && number.ordinal && j == number.end) {
      const Number second = ordinal(j);
      if (second && second.value <= 12 && (second.spelled || number.spelled)) {
        return with_year(second.spelled ? second.end : second.end, second.value, number.value, {}, Rule::kDayMonth);
      }
    }
    return {};
  }
  // German spelled day and numeric month need their own look: "siebter 4.", "dritter/11."
  Candidate spelled_day_numeric_month(std::uint32_t i) const {
    if (!order_.dots) return {};
    const Number number = ordinal(i);
    if (!number || !number.spelled || number.value > 31) return {};
    std::uint32_t j = number.end;
    if (mark(j, '/') && glued(j)) ++j;
    if (is_number(j) && joined(j) && atoms_[j].digits() <= 2 && mark(j + 1, '.') && glued(j + 1) &&
        atoms_[j].number <= 12) {
      return with_year(j + 2, atoms_[j].number, number.value, {}, Rule::kDayMonth);
    }
    const Number second = ordinal(j);
    if (second && second.spelled && second.value <= 12 && joined(j)) {
      return with_year(second.end, second.value, number.value, {}, Rule::kDayMonth);
    }
    return {};
  }

  // "March 15, 2018", "March 2018", "june the 28th 2020", "Nov/2", "Dec-2018", "March".
  Candidate month_first(std::uint32_t i) const {
    const Month name = month(i);
    if (!name) return {};
    if (is_word(name.end) && glued(name.end)) return {};
    if (i > 0 && glued(i) && (is_word(i - 1) || mark(i - 1, '@') || mark(i - 1, '#') || mark(i - 1, '_'))) return {};
    const bool miscased = is_miscased(i, name);
    std::uint32_t j = name.after;
    const bool is_marked = (mark(j, '-') || mark(j, '/')) && glued(j) && is_number(j + 1) && glued(j + 1);
    if (is_marked)
      ++j;
    else if (joined(j)) {
      // "june the 28th"
      const std::uint32_t k = article(j);
      if (k != j && ordinal(k)) j = k;
    }
    Candidate best;
    if (joined(j)) {
      const Number number = day(j);
      const bool is_broken = number && (atoms_[j].line && !is_marked);
      if (number && !is_broken) {
        bool is_day = !has_number_after(number.end) || mark(number.end, ',');
        if (number.spelled && !number.ordinal && (number.value == 1 || miscased)) is_day = false;
        if (joined(number.end) && !number.ordinal && (find(number.end, Kind::kUnits) || mark(number.end, '%')))
          is_day = false;
        if (joined(number.end) && !number.ordinal && is_word(number.end) && !atoms_[number.end].line &&
            words_.neighbour(surface(number.end)) == DateWords::Neighbour::kMeasure) {
          is_day = false;
        }
        const Year year = year_after(number.end, true, is_marked);
        if (miscased && !number.ordinal && !year) is_day = false;
        if (name.is_foreign && name.is_short) is_day = false;
        if (is_day && number.value <= 31) {
          best = with_year(number.end, name.value, number.value, year, year ? Rule::kDayMonthYear : Rule::kDayMonth);
        }
      }
    }
    if (const Year year = is_marked ? digits_year(j) : year_after(name.after, false, false)) {
      Candidate candidate = with_year(name.end, name.value, 0, year, Rule::kMonthYear);
      if (!best || (candidate.end > best.end)) best = candidate;
    }
    if (best) return best;
    Candidate bare;
    bare.end = name.end;
    bare.partial.month = name.value;
    bare.partial.rule = Rule::kMonth;
    bare.partial.is_weak = name.is_short || name.is_foreign || miscased || !is_bare_month(i, name);
    return bare;
  }

  bool is_bare_month(std::uint32_t i, const Month& name) const {
    if (name.weakness == 0) return true;
    const std::uint32_t a = before_article(i);
    const bool has_lead = preceded(Kind::kDateLead, a) || preceded(Kind::kBound, a) || preceded(Kind::kPart, i) ||
                          preceded(Kind::kShiftBefore, i) || preceded(Kind::kRangeTo, i);
    const bool next_capital = joined(name.end) && is_word(name.end) && atoms_[name.end].capital &&
                              !atoms_[name.end].sentence && !find(name.end, Kind::kMonth) &&
                              !is_function_word(surface(name.end));
    if (atoms_[i].all_caps && atoms_[i].line) return false;
    if (has_lead) return !next_capital || name.weakness == 2;
    if (name.weakness == 2) return a != i && !next_capital;
    return !atoms_[i].sentence && !next_capital && i > 0 && joined(i);
  }

  // "Monday", "Tue 13th", "Friday, 15 June", "Friday (Jun-15)".
  Candidate weekday(std::uint32_t i) const {
    Hit hit = find(i, Kind::kWeekday);
    bool is_short = false;
    if (!hit) {
      hit = find(i, Kind::kWeekdayShort);
      is_short = true;
    }
    if (!hit) return {};
    if (is_word(hit.end) && glued(hit.end)) return {};
    std::uint32_t j = hit.end;
    if (is_short && mark(j, '.') && glued(j)) ++j;
    Candidate candidate;
    candidate.partial.weekday = hit.value;
    candidate.partial.rule = Rule::kWeekday;
    const bool is_opened = mark(j, '(');
    std::uint32_t k = j;
    if (mark(k, ',') || mark(k, '-') || is_opened) ++k;
    if (joined(k) && !atoms_[k].line) {
      const std::uint32_t l = article(of(k));
      for (const std::uint32_t at : {k, l}) {
        Candidate date = calendar_day(at);
        if (!date || date.partial.day == 0) continue;
        if (is_opened) {
          if (!mark(date.end, ')')) continue;
          ++date.end;
        }
        if (is_short && date.partial.is_weak) continue;
        if (!date.is_impossible) date.partial.is_weak = false;
        date.partial.weekday = date.partial.has_year() ? 0 : hit.value;
        date.partial.rule = date.partial.has_year() ? date.partial.rule : Rule::kWeekday;
        if (!date.partial.has_year()) date.partial.weekday = 0;
        return date;
      }
      // "Monday 21", "wednesday the thirty first", "Tue 13th"
      const Number number = day(l);
      if (number && !is_opened && k == j && !has_number_after(number.end) && joined(l) &&
          !(joined(number.end) && find(number.end, Kind::kUnits)) && !find(number.end, Kind::kUnit) &&
          (number.ordinal || l == k) && !(number.spelled && !number.ordinal && language_ == english_)) {
        candidate.end = number.end;
        candidate.partial.day = number.value;
        return candidate;
      }
      // "lunes de la semana siguiente", "Monday of next week"
      const std::uint32_t w = article(of(k));
      if (const Candidate week = relative_unit(w); week && is_week(week)) {
        candidate.end = week.end;
        candidate.partial.whole = week.partial.whole;
        candidate.partial.whole.push_back({Op::kWeekday, Choice::kWithin, Scale::kDay, hit.value, 0, 0});
        return candidate;
      }
    }
    if (is_short || hit.foreign || preceded(Kind::kOne, i)) return {};  // "a Sunday" is no one day
    if (order_.capital_weekdays != atoms_[i].capital && !order_.capital_weekdays && !atoms_[i].sentence &&
        !atoms_[i].all_caps && i > 0 && joined(i)) {
      return {};  // a name: "Domingo"
    }
    candidate.end = hit.end;
    if (const Hit after = joined(hit.end) ? find(hit.end, Kind::kShiftAfter) : Hit{}) {
      candidate.end = after.end;
      candidate.partial.choice = after.value < 0 ? Choice::kLast : after.value > 0 ? Choice::kNext : Choice::kWithin;
      const Candidate date = joined(after.end) ? calendar_day(after.end) : Candidate{};
      if (date && !date.is_impossible && date.partial.day != 0) return date;  // "dimanche suivant 20/05"
    }
    return candidate;
  }

  static bool is_week(const Candidate& candidate) {
    return !candidate.partial.whole.empty() && candidate.partial.whole.back().op == Op::kShift &&
           candidate.partial.whole.back().scale == Scale::kWeek;
  }

  // A day by number and month, in any shape but a weekday.
  Candidate calendar_day(std::uint32_t i) const {
    Candidate best = numeric(i);
    take(best, glued_triple(i));
    take(best, day_month(i));
    take(best, spelled_day_numeric_month(i));
    if (is_word(i)) take(best, month_first(i));
    return best;
  }

  static void take(Candidate& best, Candidate other) {
    if (other.end > best.end) best = std::move(other);
  }

  // A number of one or two digits, an apostrophe year or four digits after "Q3", "FY".
  Year period_year(std::uint32_t i) const {
    std::uint32_t j = i;
    if (mark(j, '-') || mark(j, '/') || mark(j, ','))
      ++j;
    else if (is_number(j) && glued(j))
      return {};
    j = of(j);
    if (!joined(j)) return {};
    return attached_year(j, false);
  }

  Candidate quarter_of(std::uint32_t end, int code, const Year& year, Rule rule) const {
    Candidate candidate;
    candidate.end = year ? year.end : end;
    candidate.partial.part_code = code;
    candidate.partial.year = year.value;
    candidate.partial.year_steps = year.steps;
    candidate.partial.rule = rule;
    return candidate;
  }

  // 33..36 for quarters, 40 and 41 for halves; 0: no such part.
  static int code_of(Unit unit, int n) {
    if (unit == Unit::kQuarter && n >= 1 && n <= 4) return 32 + n;
    if (unit == Unit::kHalf && n >= 1 && n <= 2) return 39 + n;
    return 0;
  }

  // "Q3 2021", "3Q21", "2019-Q1", "H1 2024", "FY24", "third quarter of 2021", "2018, quarter four".
  Candidate quarter(std::uint32_t i) const {
    if (const Hit letter = find(i, Kind::kPeriodLetter); letter && is_number(letter.end)) {
      const Atom& number = atoms_[letter.end];
      const auto unit = static_cast<Unit>(letter.value);
      const bool is_glued = glued(letter.end);
      if (i > 0 && glued(i) && is_word(i - 1)) return {};
      if (unit == Unit::kFiscal || unit == Unit::kYear) {
        if (number.digits() != 4 && number.digits() != 2) return {};
        if (number.digits() == 2 && !is_glued) return {};
        const int value = number.digits() == 4 ? number.number : window(number.number);
        if (value < 1900 || value > 2199 || has_number_after(letter.end + 1)) return {};
        Candidate candidate;
        candidate.end = letter.end + 1;
        candidate.partial.year = value;
        candidate.partial.fiscal = unit == Unit::kFiscal;
        candidate.partial.rule = unit == Unit::kFiscal ? Rule::kFiscal : Rule::kYear;
        return candidate;
      }
      const int code = number.digits() == 1 && is_glued ? code_of(unit, number.number) : 0;
      if (code != 0 && !(is_word(letter.end + 1) && glued(letter.end + 1))) {
        Year year = period_year(letter.end + 1);
        if (!year && mark(letter.end + 1, '\'')) year = apostrophe_year(letter.end + 1);
        Candidate candidate =
            quarter_of(letter.end + 1, code, year, unit == Unit::kQuarter ? Rule::kQuarter : Rule::kHalf);
        // Alone "Q3" is a quarter, "H1", "T1" and "S2" are many things.
        candidate.partial.is_weak =
            !year && !(unit == Unit::kQuarter && language_ == english_ && atoms_[i].capital && number.number <= 4);
        return candidate;
      }
    }
    if (is_number(i) && atoms_[i].digits() == 1 && is_word(i + 1) && glued(i + 1) && !has_number_before(i)) {  // "3Q21"
      const Hit letter = find(i + 1, Kind::kPeriodLetter);
      const int code = letter ? code_of(static_cast<Unit>(letter.value), atoms_[i].number) : 0;
      if (code != 0 && letter.end == i + 2) {
        Year year;
        if (is_number(letter.end) && glued(letter.end) && atoms_[letter.end].digits() == 2) {
          year = {letter.end + 1, window(atoms_[letter.end].number), {}, Rule::kYear};
        } else if (is_number(letter.end) && atoms_[letter.end].digits() == 4) {
          year = digits_year_loose(letter.end);
        } else {
          year = period_year(letter.end);
        }
        if (year) return quarter_of(letter.end, code, year, code < 40 ? Rule::kQuarter : Rule::kHalf);
      }
    }
    if (const Year year = plain_year(i)) {
      std::uint32_t j = year.end;
      if (mark(j, '-') || mark(j, ',') || mark(j, '/')) ++j;
      if (joined(j)) {
        const Hit letter = find(j, Kind::kPeriodLetter);
        if (letter && is_number(letter.end) && glued(letter.end) && atoms_[letter.end].digits() == 1) {
          const int code = code_of(static_cast<Unit>(letter.value), atoms_[letter.end].number);
          if (code != 0)
            return quarter_of(letter.end + 1, code, {letter.end + 1, year.value, {}, Rule::kYear}, Rule::kQuarter);
        }
        const Hit unit = find(j, Kind::kUnit);
        if (unit && static_cast<Unit>(unit.value) == Unit::kQuarter) {  // "2018, quarter four"
          const Number number = cardinal(unit.end);
          const int code = number ? code_of(Unit::kQuarter, number.value) : 0;
          if (code != 0) return quarter_of(number.end, code, {number.end, year.value, {}, Rule::kYear}, Rule::kQuarter);
        }
        if (j == year.end && !atoms_[j].line) {  // "the 1988 second quarter"
          const Candidate part = ordinal_quarter(j);
          if (part && !part.partial.has_year()) {
            return quarter_of(part.end, part.partial.part_code, {part.end, year.value, {}, Rule::kYear},
                              part.partial.rule);
          }
        }
      }
    }
    return ordinal_quarter(i);
  }

  Year digits_year_loose(std::uint32_t i) const {
    if (!is_number(i) || atoms_[i].digits() != 4 || atoms_[i].number < 1900 || atoms_[i].number > 2099) return {};
    return {i + 1, atoms_[i].number, {}, Rule::kYear};
  }

  Year plain_year(std::uint32_t i) const {
    Year year = digits_year_or_dash(i);
    return year;
  }
  // As digits_year, but what stands behind a dash may follow: "2019-Q1".
  Year digits_year_or_dash(std::uint32_t i) const {
    if (!is_number(i) || atoms_[i].digits() != 4 || has_number_before(i)) return {};
    if (atoms_[i].number < 1000 || atoms_[i].number > 2199 || (is_word(i + 1) && glued(i + 1)) ||
        has_number_after(i + 1))
      return {};
    return {i + 1, atoms_[i].number, {}, Rule::kYear};
  }

  // "third quarter [of 2021]", "first half of 2024", "fiscal first quarter"
  Candidate ordinal_quarter(std::uint32_t i) const {
    std::uint32_t j = i;
    bool is_fiscal = false;
    if (const Hit fiscal = find(j, Kind::kFiscal)) {
      j = fiscal.end;
      is_fiscal = true;
      if (mark(j, '-') && glued(j)) ++j;
    }
    Number number = ordinal(j);
    bool is_last = false;
    if (!number) {
      const Hit last = find(j, Kind::kNth);
      if (!last) return {};
      number = {last.end, -1, true, true};
      is_last = true;
    }
    std::uint32_t k = number.end;
    if (mark(k, '-') && glued(k)) ++k;
    if (!joined(k)) return {};
    if (const Hit fiscal = find(k, Kind::kFiscal)) {
      k = fiscal.end;
      is_fiscal = true;
    }
    Hit unit = find(k, Kind::kUnit);
    if (!unit) return {};
    const auto kind = static_cast<Unit>(unit.value);
    int code = code_of(kind, is_last ? (kind == Unit::kQuarter ? 4 : 2) : number.value);
    if (code == 0) return {};
    std::uint32_t l = unit.end;
    if (mark(l, ',')) ++l;
    const std::uint32_t m = of(l);
    Year year;
    if (joined(m)) {
      year = attached_year(m, false);
      if (!year && find(m, Kind::kFiscal)) {
        const Hit fiscal = find(m, Kind::kFiscal);
        year = attached_year(fiscal.end, false);
        is_fiscal = is_fiscal || static_cast<bool>(year);
      }
    }
    if (is_last && !year) return {};
    if (!year && (kind == Unit::kHalf || (m != unit.end && l == unit.end))) return {};  // "first quarter of the game"
    Candidate candidate = quarter_of(unit.end, code, year, kind == Unit::kQuarter ? Rule::kQuarter : Rule::kHalf);
    candidate.partial.fiscal = is_fiscal;
    return candidate;
  }

  Candidate season(std::uint32_t i) const {
    const Hit hit = find(i, Kind::kSeason);
    if (!hit) return {};
    const Hit weak = find(i, Kind::kWeakSeason);
    std::uint32_t j = hit.end;
    if (mark(j, ',') || (mark(j, '-') && glued(j))) ++j;
    const std::uint32_t k = of(j);
    Year year;
    if (joined(k) && !(is_number(k) && atoms_[k].line)) year = attached_year(k, false);
    if (year && year.value == kNoYear && k == j) year = relative_year(k);
    Candidate candidate = quarter_of(hit.end, hit.value, year, Rule::kSeason);
    if (!year) {
      const std::uint32_t a = before_article(i);
      const bool has_lead = preceded(Kind::kDateLead, a) || (i > 0 && mark(i - 1, '\''));
      const bool is_free = !is_word(hit.end) || !joined(hit.end) || atoms_[hit.end].line ||
                           (!atoms_[hit.end].capital && is_function_word(surface(hit.end)));
      candidate.partial.is_weak =
          !(is_free && (weak ? has_lead : (has_lead || a != i))) || (glued(hit.end) && mark(hit.end, '-'));
    }
    return candidate;
  }

  // "2018", "the year 2008", "'23", "fiscal 2024", "nineteen ninety-six", "44 BC".
  Candidate year(std::uint32_t i) const {
    Candidate candidate;
    candidate.partial.rule = Rule::kYear;
    const auto set = [&](const Year& year) {
      candidate.end = year.end;
      candidate.partial.year = year.value;
      candidate.partial.year_steps = year.steps;
      candidate.partial.rule = year.rule;
    };
    if (const Year digits = digits_year(i)) {
      set(digits);
      candidate.partial.is_weak = !is_bare_year(i, digits);
      if (mark(digits.end, '?') && glued(digits.end) &&
          (mark(digits.end + 1, ')') || mark(digits.end + 1, ',') || mark(digits.end + 1, '-'))) {
        candidate.partial.uncertain = true;
        candidate.end = digits.end + 1;
      }
      return candidate;
    }
    if (const Year apostrophe = apostrophe_year(i)) {
      set(apostrophe);
      return candidate;
    }
    if (const Hit name = find(i, Kind::kYearName)) {
      const bool has_lead = preceded(Kind::kDateLead, before_article(i)) || preceded(Kind::kBound, i);
      if (name.value % 100 == 0 && !has_lead) return {};
      if (is_lower_noun(name.end) && name.value % 10 == 0) return {};
      if (find(name.end, Kind::kUnits)) return {};
      set({name.end, name.value, {}, Rule::kYearSpelled});
      return candidate;
    }
    if (const Hit word = find(i, Kind::kYearWord)) {
      std::uint32_t j = word.end;
      if (joined(j)) {
        if (const Year number = attached_year(j, false); number && number.value != kNoYear) {
          if (quarter(j).end > number.end) return {};  // "the year 2018, quarter four"
          set(number);
          return candidate;
        }
      }
    }
    if (const Hit fiscal = find(i, Kind::kFiscal)) {
      std::uint32_t j = fiscal.end;
      if (const Hit unit = find(j, Kind::kUnit); unit && unit.value == static_cast<int>(Unit::kYear)) j = unit.end;
      j = of(j);
      if (joined(j)) {
        if (const Year number = attached_year(j, false); number && number.value != kNoYear) {
          set(number);
          candidate.partial.rule = Rule::kFiscal;
          candidate.partial.fiscal = true;
          return candidate;
        }
      }
    }
    if (const Hit era = find(i, Kind::kEra); era && era.value > 0 && is_number(era.end) &&
                                             atoms_[era.end].digits() <= 4 && joined(era.end) &&
                                             !has_number_after(era.end + 1)) {
      set({era.end + 1, atoms_[era.end].number, {}, Rule::kYear});
      return candidate;
    }
    if (is_number(i) && atoms_[i].digits() <= 4 && !has_number_before(i) && atoms_[i].number > 0 && joined(i + 1)) {
      if (const Hit era = find(i + 1, Kind::kEra)) {
        set({past_point(era.end), era.value < 0 ? 1 - atoms_[i].number : atoms_[i].number, {}, Rule::kYear});
        return candidate;
      }
    }
    return {};
  }

  // "1990s", "'80s", "the 90's", "anni '90", "années 1990", "90er Jahre", "nineties".
  Candidate decade(std::uint32_t i) const {
    const auto make = [&](std::uint32_t end, int first_year, bool is_century) {
      Candidate candidate;
      candidate.end = end;
      candidate.partial.rule = is_century ? Rule::kCentury : Rule::kDecade;
      candidate.partial.whole = {is_century ? Step{Op::kCentury, Choice::kWithin, Scale::kYear, first_year / 100, 0, 0}
                                            : Step{Op::kDecade, Choice::kWithin, Scale::kYear, first_year / 10, 0, 0}};
      return candidate;
    };
    const auto of_two = [](int n) { return n < 20 ? 2000 + n : 1900 + n; };
    std::uint32_t j = i;
    bool has_prefix = false;
    if (const Hit prefix = find(i, Kind::kDecadePrefix)) {
      j = prefix.end;
      has_prefix = true;
      if (!joined(j)) return {};
    }
    const bool has_apostrophe = mark(j, '\'') && is_number(j + 1) && glued(j + 1) &&
                                !(j > 0 && glued(j) && (is_word(j - 1) || is_number(j - 1)));
    if (has_apostrophe) ++j;
    if (is_number(j) && (atoms_[j].digits() == 2 || atoms_[j].digits() == 4) && atoms_[j].number % 10 == 0) {
      if (!has_apostrophe && has_number_before(j)) return {};
      const int number = atoms_[j].number;
      if (atoms_[j].digits() == 4 && (number < 1000 || number > 2190)) return {};
      std::uint32_t end = j + 1;
      if (mark(end, '\'') && glued(end) && is_word(end + 1) && glued(end + 1)) ++end;
      const Hit suffix = is_word(end) && glued(end) ? find(end, Kind::kDecadeSuffix) : Hit{};
      const bool has_suffix =
          suffix && suffix.end == end + 1 && !(glued(suffix.end) && (is_word(suffix.end) || is_number(suffix.end)));
      if (has_suffix) {
        end = suffix.end;
        if (const Hit tail = joined(end) ? find(end, Kind::kDecadeTail) : Hit{}) end = tail.end;
      } else {
        end = j + 1;
      }
      if (has_suffix || (has_prefix && !(is_word(end) && glued(end)) && !has_number_after(end))) {
        if (atoms_[j].digits() == 4) {
          // "the 1800s" are a century, "the 2000s" a decade.
          return make(end, number, has_suffix && number % 100 == 0 && number < 2000);
        }
        const bool is_sure = has_apostrophe || has_prefix || order_.dots || before_article(i) != i ||
                             preceded(Kind::kPart, i) || (mark(j + 1, '\'') && i > 0);
        if (is_sure && (number >= 10 || number == 0)) return make(end, of_two(number), false);
      }
    }
    if (has_prefix) {
      if (const Hit name = find(j, Kind::kCardinal); name && name.value >= 20 && name.value % 10 == 0)
        return make(name.end, of_two(name.value), false);
    }
    if (const Hit word = find(i, Kind::kDecadeWord)) {
      const bool is_sure = before_article(i) != i || preceded(Kind::kPart, i) || (order_.dots && word.end > i + 1);
      const bool is_age = i > 0 && preceded(Kind::kShiftBefore, i);
      if (is_sure && !is_age) return make(word.end, of_two(word.value), false);
    }
    return {};
  }

  // The value of the Roman numeral a word begins with, and its length: "XIXe" -> 19, 3.
  static std::pair<int, std::size_t> roman(std::string_view text) {
    const auto value = [](char c) { return c == 'I' ? 1 : c == 'V' ? 5 : c == 'X' ? 10 : 0; };
    int total = 0;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
      const int one = value(text[i]);
      if (one == 0) break;
      total += i + 1 < text.size() && value(text[i + 1]) > one ? -one : one;
    }
    return {total, i};
  }
  int roman_ordinal(std::uint32_t i) const {
    const std::string_view word = surface(i);
    const auto [value, size] = roman(word);
    if (value < 1 || size == word.size()) return value;
    const std::uint32_t suffix = words_.term(word.substr(size));
    return ((words_.kinds(suffix) >> static_cast<unsigned>(Kind::kOrdinalSuffix)) & 1) != 0 ? value : 0;
  }

  // "21st century", "XX secolo", "siglo XV", "19. Jahrhundert".
  Candidate century(std::uint32_t i) const {
    int n = 0;
    std::uint32_t end = 0;
    const auto is_century = [&](std::uint32_t at) {
      Hit unit = joined(at) ? find(at, Kind::kUnit) : Hit{};
      if (unit && static_cast<Unit>(unit.value) == Unit::kCentury) return unit.end;
      return 0u;
    };
    if (const Number number = ordinal(i)) {
      std::uint32_t j = number.end;
      if (mark(j, '-') && glued(j)) ++j;
      end = is_century(j);
      n = number.value;
    } else if (is_word(i)) {
      n = roman_ordinal(i);
      std::uint32_t j = i + 1;
      if (is_word(j) && glued(j) && find(j, Kind::kOrdinalSuffix)) ++j;
      end = n > 0 ? is_century(j) : 0;
    }
    if (end == 0) {
      const std::uint32_t after = is_century(i);
      if (after == 0) return {};
      std::uint32_t j = after;
      if (mark(j, '.') && glued(j)) ++j;
      if (!is_word(j) || !joined(j)) return {};
      n = roman_ordinal(j);
      end = j + 1;
    }
    if (n < 1 || n > 22) return {};
    Candidate candidate;
    candidate.end = end;
    candidate.partial.rule = Rule::kCentury;
    int first = n - 1;
    if (const Hit era = joined(end) ? find(end, Kind::kEra) : Hit{}) {
      candidate.end = era.end;
      if (era.value < 0) first = -n;
    }
    candidate.partial.whole = {{Op::kCentury, Choice::kWithin, Scale::kYear, first, 0, 0}};
    return candidate;
  }

  Candidate day_shift(std::uint32_t i) const {
    const Hit hit = find(i, Kind::kDayShift);
    if (!hit) return {};
    if (i > 0 && joined(i)) {
      // "la mañana", "guten Morgen": the morning; a noun has a capital where nouns do.
      if (hit.value == 1 && language_ != english_ && (before_article(i) != i || preceded(Kind::kShiftBefore, i)))
        return {};
      if (order_.capital_months && language_ != english_ && atoms_[i].capital && !atoms_[i].sentence) return {};
    }
    Candidate candidate;
    candidate.end = hit.end;
    candidate.partial.rule = Rule::kDayShift;
    candidate.partial.whole = {shift(hit.value, Scale::kDay)};
    return candidate;
  }

  // "last week", "next Friday", "this summer", "semaine prochaine", "the latest quarter".
  Candidate relative_unit(std::uint32_t i) const {
    constexpr int kDeepest = 4;
    if (depth_ >= kDeepest) return {};
    ++depth_;
    Candidate candidate = read_relative_unit(i);
    --depth_;
    return candidate;
  }
  Candidate read_relative_unit(std::uint32_t i) const {
    Candidate candidate;
    candidate.partial.rule = Rule::kRelative;
    if (const Hit before = find(i, Kind::kShiftBefore)) {
      std::uint32_t j = before.end;
      if (mark(j, '\'') && glued(j)) ++j;
      if (!joined(j)) return {};
      const int n = before.value > 10 ? 1 : before.value < -10 ? -1 : before.value;
      bool is_fiscal = false;
      if (const Hit fiscal = find(j, Kind::kFiscal)) {  // "the current fiscal year"
        j = fiscal.end;
        is_fiscal = true;
      }
      if (is_fiscal && j > 0 && find(before.end, Kind::kFiscal).end > before.end + 1) {
        candidate.end = j;
        candidate.partial.whole = {shift(n, Scale::kYear)};
        candidate.partial.fiscal = true;
        return candidate;
      }
      if (const Hit word = find(j, Kind::kYearWord); word && word.end > j + 1) {  // "this calendar year"
        candidate.end = word.end;
        candidate.partial.whole = {shift(n, Scale::kYear)};
        return candidate;
      }
      if (const Hit unit = find(j, Kind::kUnit)) {
        const auto kind = static_cast<Unit>(unit.value);
        if (kind == Unit::kDay || kind == Unit::kWorkday) return {};
        if (mark(unit.end, '-') && glued(unit.end) && is_word(unit.end + 1) && find(unit.end + 1, Kind::kUnits))
          return {};
        // "over the past year" measures a time.
        if (before.value == -11 && preceded(Kind::kDurative, before_article(i))) return {};
        if (kind == Unit::kPeriod && n == 0) return {};
        candidate.end = unit.end;
        if (glued(unit.end) && mark(unit.end, '-') && is_word(unit.end + 1) && language_ != english_)
          candidate.end = unit.end + 2;
        candidate.partial.fiscal = is_fiscal;
        candidate.partial.whole = {shift(n, scale_of(kind))};
        if (n != 0 && kind == Unit::kYear) {
          // "next year's first quarter"
          std::uint32_t k = unit.end;
          if (mark(k, '\'') && glued(k)) k += is_word(k + 1) && glued(k + 1) ? 2 : 1;
          const Candidate part = joined(k) && k != unit.end ? ordinal_quarter(k) : Candidate{};
          if (part && !part.partial.has_year()) {
            return quarter_of(part.end, part.partial.part_code,
                              {part.end, kNoYear, {shift(n, Scale::kYear)}, Rule::kRelative}, part.partial.rule);
          }
        }
        if (kind == Unit::kWeek) {  // "next week Wednesday", "previous week - Monday"
          std::uint32_t k = unit.end;
          if (mark(k, '-') || mark(k, ',')) ++k;
          const std::uint32_t l = of(k);
          const Hit day_name = joined(l) ? find(l, Kind::kWeekday) : Hit{};
          if (day_name && !atoms_[l].line) {
            candidate.end = day_name.end;
            candidate.partial.whole.push_back({Op::kWeekday, Choice::kWithin, Scale::kDay, day_name.value, 0, 0});
          }
        }
        return candidate;
      }
      const Choice choice = before.value == -1 || before.value == -11 ? Choice::kPast
                            : before.value == 1                       ? Choice::kNext
                            : before.value == 11                      ? Choice::kFuture
                                                                      : Choice::kWithin;
      if (before.value == 2 || before.value == -2) return {};
      Candidate named = weekday(j);
      const bool is_weekday = static_cast<bool>(named);
      if (!named) named = holiday(j);
      if (!named) {
        named = month_first(j);
        if (named && named.partial.day != 0 && n != 0 && !named.partial.has_year()) named = {};
        if (named && named.partial.rule == Rule::kMonth && (month(j).is_short || month(j).is_foreign)) named = {};
      }
      if (!named) named = season(j);
      if (!named && before.value == 0) {
        named = numeric(j);
        if (named && (named.partial.rule != Rule::kNumericShort || language_ == english_)) named = {};
      }
      if (!named) {
        named = ordinal_quarter(j);
      }
      if (!named || named.is_impossible) return {};
      if (named.partial.has_year() && n != 0) return {};
      named.partial.is_weak = false;
      if (named.partial.month != 0 && named.partial.day != 0) {
        named.partial.choice = n < 0 ? Choice::kPast : Choice::kNear;
      } else if (!named.partial.choice && named.partial.whole.empty()) {
        named.partial.choice = is_weekday && before.value == -1 ? Choice::kLast
                               : is_weekday                     ? choice
                               : choice == Choice::kNext        ? Choice::kFuture
                                                                : choice;
      }
      return named;
    }
    if (const Hit earlier = find(i, Kind::kYearEarlier)) {  // "the year-ago third quarter"
      std::uint32_t j = earlier.end;
      candidate.end = j;
      candidate.partial.whole = {shift(-1, Scale::kYear)};
      if (!joined(j)) return candidate;
      if (const Candidate part = ordinal_quarter(j)) {
        return quarter_of(part.end, part.partial.part_code,
                          {part.end, kNoYear, {shift(-1, Scale::kYear)}, Rule::kRelative}, Rule::kQuarter);
      }
      if (const Hit unit = find(j, Kind::kUnit)) {
        const auto kind = static_cast<Unit>(unit.value);
        if (kind == Unit::kQuarter || kind == Unit::kPeriod) {
          candidate.end = unit.end;
          candidate.partial.whole = {Step{Op::kLastPeriod, Choice::kWithin, Scale::kQuarter, 0, 0, 0},
                                     shift(-4, Scale::kQuarter)};
        }
      }
      return candidate;
    }
    if (const Hit unit = find(i, Kind::kUnit)) {
      const auto kind = static_cast<Unit>(unit.value);
      const Hit after = joined(unit.end) ? find(unit.end, Kind::kShiftAfter) : Hit{};
      if (after && kind != Unit::kDay && kind != Unit::kWorkday && kind != Unit::kPeriod) {
        candidate.end = after.end;
        candidate.partial.whole = {shift(after.value, scale_of(kind))};
        if (kind == Unit::kWeek) {
          std::uint32_t k = after.end;
          if (mark(k, '-') || mark(k, ',')) ++k;
          const std::uint32_t l = of(k);
          const Hit day_name = joined(l) ? find(l, Kind::kWeekday) : Hit{};
          if (day_name && !atoms_[l].line) {
            candidate.end = day_name.end;
            candidate.partial.whole.push_back({Op::kWeekday, Choice::kWithin, Scale::kDay, day_name.value, 0, 0});
          }
        }
        return candidate;
      }
      // "the quarter" of a report is the last one that has ended.
      if (kind == Unit::kQuarter && language_ == english_ && before_article(i) == i - 1 && i > 0 &&
          surface(i - 1) != "a" && surface(i - 1) != "A" &&
          !(joined(unit.end) && (find(unit.end, Kind::kOf) || mark(unit.end, '-') || is_number(unit.end)))) {
        candidate.end = unit.end;
        candidate.partial.whole = {{Op::kLastPeriod, Choice::kWithin, Scale::kQuarter, 0, 0, 0}};
        return candidate;
      }
      return {};
    }
    if (const Month name = month(i); name && !name.is_short && !name.is_foreign) {  // "marzo scorso"
      const Hit after = joined(name.end) ? find(name.end, Kind::kShiftAfter) : Hit{};
      if (after) {
        candidate.end = after.end;
        candidate.partial.month = name.value;
        candidate.partial.choice = after.value < 0   ? Choice::kPast
                                   : after.value > 0 ? Choice::kFuture
                                                     : Choice::kWithin;
        return candidate;
      }
    }
    if (const Hit name = find(i, Kind::kSeason)) {  // "été dernier"
      const Hit after = joined(name.end) ? find(name.end, Kind::kShiftAfter) : Hit{};
      if (after) {
        candidate.end = after.end;
        candidate.partial.part_code = name.value;
        candidate.partial.choice = after.value < 0   ? Choice::kPast
                                   : after.value > 0 ? Choice::kFuture
                                                     : Choice::kWithin;
        return candidate;
      }
    }
    if (const Hit latest = find(i, Kind::kLatest)) {
      const Hit unit = joined(latest.end) ? find(latest.end, Kind::kUnit) : Hit{};
      if (!unit) return {};
      const auto kind = static_cast<Unit>(unit.value);
      if (kind != Unit::kQuarter && kind != Unit::kPeriod && kind != Unit::kYear) return {};
      candidate.end = unit.end;
      candidate.partial.whole = {kind == Unit::kYear
                                     ? shift(-1, Scale::kYear)
                                     : Step{Op::kLastPeriod, Choice::kWithin, Scale::kQuarter, 0, 0, 0}};
      return candidate;
    }
    return {};
  }

  // "that year", "the year before that": the date spoken of before.
  Candidate that(std::uint32_t i) const {
    Candidate candidate;
    candidate.partial.rule = Rule::kThat;
    candidate.partial.from_text = true;
    if (const Hit before = find(i, Kind::kYearBefore)) {
      candidate.end = before.end;
      candidate.partial.whole = {shift(-1, Scale::kYear)};
      return before_article(i) != i && before.end > i + 2 ? candidate : Candidate{};
    }
    if (const Hit hit = find(i, Kind::kThat)) {
      std::uint32_t j = hit.end;
      if (mark(j, '\'') && glued(j)) ++j;
      const Hit unit = joined(j) ? find(j, Kind::kUnit) : Hit{};
      if (!unit) return {};
      const auto kind = static_cast<Unit>(unit.value);
      if (kind != Unit::kYear && kind != Unit::kMonth && kind != Unit::kQuarter && kind != Unit::kDecade) return {};
      if (hit.value != 0 && (kind == Unit::kDecade || before_article(i) == i)) return {};
      candidate.end = unit.end;
      candidate.partial.whole = {shift(hit.value, scale_of(kind))};
      return candidate;
    }
    return {};
  }

  struct Duration {
    std::uint32_t end = 0;
    std::vector<std::pair<int, Scale>> parts;
    bool is_one = false;  // "a year"
    explicit operator bool() const { return end != 0; }
  };
  // "3 months and 2 weeks"
  Duration duration(std::uint32_t i, int most = 3) const {
    Duration result;
    std::uint32_t j = i;
    for (int n = 0; n < most && in(j); ++n) {
      const Number number = count(j);
      if (!number || number.value < 1) break;
      std::uint32_t k = number.end;
      if (mark(k, '-') && glued(k)) ++k;
      if (!joined(k)) break;
      Hit unit = find(k, Kind::kUnits);
      if (const Hit one = find(k, Kind::kUnit); one && one.end >= unit.end) unit = one;
      if (!unit) break;
      const auto kind = static_cast<Unit>(unit.value);
      if (kind == Unit::kPeriod || kind == Unit::kFiscal) break;
      result.is_one = n == 0 && !is_number(j) && number.value == 1;
      result.parts.emplace_back(number.value, scale_of(kind));
      result.end = unit.end;
      j = unit.end;
      if (mark(j, ',')) ++j;
      if (const Hit conjunction = joined(j) ? find(j, Kind::kRangeTo) : Hit{}; conjunction && conjunction.value == 1)
        j = conjunction.end;
      if (!joined(j)) break;
    }
    return result;
  }
  static void move(Steps& steps, const Duration& duration, int sign) {
    for (const auto& [n, scale] : duration.parts) steps.push_back({Op::kMove, Choice::kWithin, scale, sign * n, 0, 0});
  }

  // "two years ago", "il y a deux ans", "in two weeks", "three days after Christmas", "a year earlier".
  Candidate ago(std::uint32_t i) const {
    Candidate candidate;
    candidate.partial.rule = Rule::kAgo;
    for (const auto& [kind, sign] : {std::pair{Kind::kAgoBefore, -1}, std::pair{Kind::kInBefore, 1}}) {
      const Hit lead = find(i, kind);
      if (!lead) continue;
      std::uint32_t j = lead.end;
      if (!joined(j)) continue;
      if (const Hit approx = find(j, Kind::kApprox)) {
        j = approx.end;
        candidate.partial.approximate = true;
      }
      const Duration length = duration(j);
      if (!length) continue;
      if (kind == Kind::kInBefore) {
        // "in two weeks" may also say how long it took.
        const Choice when = tense(i, length.end);
        if (lead.value == 1 && when != Choice::kNearFuture) continue;
        if (when == Choice::kNearPast) continue;
      }
      if (kind == Kind::kAgoBefore && joined(length.end) && (find(length.end, Kind::kBeforeRef))) continue;
      candidate.end = length.end;
      move(candidate.partial.whole, length, sign);
      return candidate;
    }
    const Duration length = duration(i);
    if (!length || !joined(length.end)) return {};
    // "the last 3 months and 2 days ago": two things
    if (length.parts.size() > 1 && preceded(Kind::kShiftBefore, i)) return {};
    if (const Hit after = find(length.end, Kind::kAgoAfter)) {
      candidate.end = after.end;
      // "a year ago last month"
      const Candidate more = joined(after.end) && !atoms_[after.end].line ? relative_unit(after.end) : Candidate{};
      if (more && length.parts.size() == 1 && length.parts[0].second == Scale::kYear && !more.partial.whole.empty() &&
          more.partial.whole.back().op == Op::kShift && more.partial.whole.back().scale == Scale::kMonth) {
        candidate.end = more.end;
        candidate.partial.whole = more.partial.whole;
        candidate.partial.whole.push_back(shift(-12 * length.parts[0].first, Scale::kMonth));
        return candidate;
      }
      move(candidate.partial.whole, length, -1);
      return candidate;
    }
    if (const Hit after = find(length.end, Kind::kEarlierAfter);
        after && length.is_one && length.parts[0].second >= Scale::kMonth) {
      candidate.end = after.end;
      candidate.partial.whole = {shift(-1, length.parts[0].second)};
      return candidate;
    }
    for (const auto& [kind, sign] : {std::pair{Kind::kBeforeRef, -1}, std::pair{Kind::kAfterRef, 1}}) {
      const Hit relation = find(length.end, kind);
      if (!relation) continue;
      std::uint32_t j = relation.end;
      j = article(j);
      if (!joined(j)) continue;
      Steps steps;
      std::uint32_t end = 0;
      if (const Hit today = find(j, Kind::kToday)) {
        steps = {shift(0, Scale::kDay)};
        end = today.end;
      } else {
        Candidate point = core(j, true);
        if (!point || point.is_impossible || point.partial.is_weak || point.partial.rule == Rule::kAgo ||
            point.partial.rule == Rule::kRolling)
          continue;
        const bool is_day = point.partial.day != 0 || point.partial.weekday != 0 || point.partial.holiday >= 0 ||
                            point.partial.rule == Rule::kDayShift;
        if (!is_day) continue;
        steps = steps_of(point.partial, Choice::kSoon);
        end = point.end;
      }
      candidate.end = end;
      candidate.partial.whole = steps;
      move(candidate.partial.whole, length, sign);
      // "... on Friday"
      if (const Hit lead = joined(end) ? find(end, Kind::kDateLead) : Hit{}) {
        const Hit name = joined(lead.end) ? find(lead.end, Kind::kWeekday) : Hit{};
        if (name && !name.foreign) {
          candidate.end = name.end;
          candidate.partial.whole.push_back({Op::kWeekday, Choice::kSoon, Scale::kDay, name.value, 0, 0});
        }
      }
      return candidate;
    }
    return {};
  }

  // "next three days", "ultimi 3 mesi", "5 años pasados", "3 next weeks". Not "for the last three years".
  Candidate rolling(std::uint32_t i) const {
    std::uint32_t j = i;
    int sign = 0;
    const auto sign_of = [](int value) { return value < 0 ? -1 : value > 0 ? 1 : 0; };
    if (const Hit before = find(j, Kind::kShiftBefore); before && before.value != 0) {
      sign = sign_of(before.value);
      j = before.end;
      if (!joined(j) || !cardinal(j)) return {};
    } else if (const Number number = cardinal(j)) {
      const Hit after = joined(number.end) ? find(number.end, Kind::kShiftBefore) : Hit{};
      if (after && after.value != 0) {
        const Hit unit = joined(after.end) ? find(after.end, Kind::kUnits) : Hit{};
        if (!unit) return {};
        return roll(i, unit.end, sign_of(after.value) * number.value, scale_of(static_cast<Unit>(unit.value)));
      }
    } else {
      return {};
    }
    Duration length = duration(j);
    if (length && length.parts.size() > 1 &&
        (find(length.end, Kind::kAgoAfter) || find(length.end, Kind::kBeforeRef) ||
         find(length.end, Kind::kAfterRef))) {
      length = duration(j, 1);
    }
    if (!length || length.parts.empty()) return {};
    std::uint32_t end = length.end;
    if (sign == 0) {
      const Hit after = joined(end) ? find(end, Kind::kShiftAfter) : Hit{};
      if (!after || after.value == 0) return {};
      sign = sign_of(after.value);
      end = after.end;
    }
    if (length.parts.size() > 1) {
      Candidate candidate = roll(i, end, sign * length.parts[0].first, length.parts[0].second);
      if (!candidate) return candidate;
      int days = 0;
      for (const auto& [n, scale] : length.parts)
        days += n * (scale == Scale::kDay ? 1 : scale == Scale::kWeek ? 7 : scale == Scale::kMonth ? 30 : 365);
      candidate.partial.whole = {{Op::kRoll, Choice::kWithin, Scale::kDay, sign * days, 0, 0}};
      return candidate;
    }
    return roll(i, end, sign * length.parts[0].first, length.parts[0].second);
  }
  Candidate roll(std::uint32_t begin, std::uint32_t end, int n, Scale scale) const {
    if (n == 0 || std::abs(n) > 9999 || preceded(Kind::kDurative, before_article(begin))) return {};
    Candidate candidate;
    candidate.end = end;
    candidate.partial.rule = Rule::kRolling;
    candidate.partial.whole = {{Op::kRoll, Choice::kWithin, scale, n, 0, 0}};
    return candidate;
  }

  // The period in "first week OF January 2015", "15th OF next month".
  Candidate container(std::uint32_t i) const {
    const std::uint32_t j = of(i);
    if (!joined(j)) return {};
    Candidate best = month_first(j);
    if (best && best.partial.day != 0) best = {};
    if (!best) {
      const Year number = attached_year(j, false);
      if (number) {
        best.end = number.end;
        best.partial.year = number.value;
        best.partial.year_steps = number.steps;
      }
    }
    if (!best) {
      best = relative_unit(j);
      if (best && best.partial.whole.empty() && best.partial.month == 0) best = {};
    }
    if (!best) {
      const Hit unit = find(j, Kind::kUnit);  // "of the month"
      if (unit && j != i &&
          (unit.value == static_cast<int>(Unit::kMonth) || unit.value == static_cast<int>(Unit::kYear))) {
        best.end = unit.end;
        best.partial.whole = {shift(0, scale_of(static_cast<Unit>(unit.value)))};
      }
    }
    if (best && best.partial.is_weak && month(j).is_short) best = {};
    return best;
  }

  // "first week of 2015", "third month of 2021", "the last 3 weeks of this year", "15th of next month".
  Candidate nth(std::uint32_t i) const {
    Number number = ordinal(i);
    bool is_last = false;
    if (!number || number.value < 1) {
      number = {};
      if (const Hit last = find(i, Kind::kNth)) {
        number = {last.end, -1, true, true};
        is_last = true;
      }
    }
    if (!number) return {};
    std::uint32_t j = number.end;
    if (!joined(j)) return {};
    int many = 0;
    if (const Number n = cardinal(j); n && (is_last || number.value == 1)) {
      many = n.value;
      j = n.end;
      if (!joined(j)) return {};
    }
    Hit unit = find(j, many > 0 ? Kind::kUnits : Kind::kUnit);
    std::uint32_t k = unit ? unit.end : j;
    const bool is_bare = !unit;
    if (is_bare && (many > 0 || is_last || number.value > 31)) return {};
    if (of(k) == k && is_bare) return {};
    const auto kind = is_bare ? Unit::kDay : static_cast<Unit>(unit.value);
    if (kind == Unit::kQuarter || kind == Unit::kHalf || kind == Unit::kPeriod || kind == Unit::kCentury ||
        kind == Unit::kDecade) {
      if (many == 0) return {};
    }
    Candidate period = container(k);
    if (!period || period.is_impossible) return {};
    if (is_bare && period.partial.month != 0 && period.partial.whole.empty()) return {};  // day_month reads these
    if (period.partial.month == 0 && kind == Unit::kDay && period.partial.has_year() && number.value > 31) return {};
    Candidate candidate;
    candidate.end = period.end;
    candidate.partial.rule = Rule::kNth;
    candidate.partial.whole = steps_of(period.partial, Choice::kRecent);
    const Scale scale = scale_of(kind);
    if (many > 0) {
      candidate.partial.whole.push_back({is_last ? Op::kLast : Op::kFirst, Choice::kWithin, scale, many, 0, 0});
    } else {
      candidate.partial.whole.push_back({Op::kNth, Choice::kWithin, scale, number.value, 0, 0});
    }
    // "first week of October on Friday"
    if (kind == Unit::kWeek && many == 0) {
      const Hit lead = joined(candidate.end) ? find(candidate.end, Kind::kDateLead) : Hit{};
      const Hit name = lead && joined(lead.end) ? find(lead.end, Kind::kWeekday) : Hit{};
      if (name && !name.foreign) {
        candidate.end = name.end;
        candidate.partial.whole.push_back({Op::kWeekday, Choice::kWithin, Scale::kDay, name.value, 0, 0});
      }
    }
    return candidate;
  }
  // "15 du mois prochain", "día 21 de este mes": a plain number needs a month that is said.
  Candidate day_of_relative_month(std::uint32_t i) const {
    std::uint32_t j = i;
    if (const Hit unit = find(j, Kind::kUnit); unit && unit.value == static_cast<int>(Unit::kDay)) j = unit.end;
    const Number number = day(j);
    if (!number || !joined(number.end) || number.spelled) return {};
    const std::uint32_t k = of(number.end);
    if (k == number.end || !joined(k)) return {};
    const Candidate period = relative_unit(k);
    if (!period || period.partial.whole.size() != 1 || period.partial.whole[0].op != Op::kShift ||
        period.partial.whole[0].scale != Scale::kMonth)
      return {};
    Candidate candidate;
    candidate.end = period.end;
    candidate.partial.rule = Rule::kNth;
    candidate.partial.whole = period.partial.whole;
    candidate.partial.whole.push_back({Op::kDayOf, Choice::kWithin, Scale::kDay, number.value, 0, 0});
    return candidate;
  }

  // "week 31", "semana 27 del año pasado", "week of April 10th".
  Candidate week(std::uint32_t i) const {
    const Hit unit = find(i, Kind::kUnit);
    if (!unit || unit.value != static_cast<int>(Unit::kWeek) || !joined(unit.end)) return {};
    Candidate candidate;
    candidate.partial.rule = Rule::kWeek;
    if (is_number(unit.end) && atoms_[unit.end].digits() <= 2 && atoms_[unit.end].space &&
        !has_number_after(unit.end + 1) && atoms_[unit.end].number >= 1 && atoms_[unit.end].number <= 53 &&
        !(is_word(unit.end + 1) && glued(unit.end + 1))) {
      candidate.end = unit.end + 1;
      std::uint32_t j = of(candidate.end);
      if (mark(j, ',')) ++j;
      const Year year = joined(j) ? attached_year(j, false) : Year{};
      const bool has_context = year || before_article(i) != i || preceded(Kind::kDateLead, i);
      if (!has_context) return {};
      if (year) {
        candidate.end = year.end;
        candidate.partial.whole = year.value != kNoYear ? Steps{year_step(year.value)} : year.steps;
      } else {
        candidate.partial.whole = {shift(0, Scale::kYear)};
      }
      candidate.partial.whole.push_back(
          {Op::kWeekNumber, Choice::kWithin, Scale::kWeek, atoms_[unit.end].number, 0, 0});
      return candidate;
    }
    const Hit start = find(unit.end, Kind::kWeekStart);
    if (!start || !joined(start.end)) return {};
    std::uint32_t j = article(start.end);
    if (!joined(j)) return {};
    const Candidate date = calendar_day(j);  // "the week of Monday, May 3rd": that day
    if (!date || date.is_impossible || date.partial.day == 0) return {};
    candidate.end = date.end;
    candidate.partial.whole = steps_of(date.partial, tense(i, date.end));
    candidate.partial.whole.push_back({Op::kWeekOf, Choice::kWithin, Scale::kWeek, 0, 0, 0});
    return candidate;
  }

  // "the 18th", "el 4.º": an ordinal and nothing after it that it could count.
  Candidate day_of_month(std::uint32_t i) const {
    const std::uint32_t a = before_article(i);
    if (a == i || !is_number(i)) return {};
    const Number number = ordinal(i);
    if (!number || number.value > 31 || order_.dots) return {};
    if (joined(number.end) && !atoms_[number.end].line && is_word(number.end) && !find(number.end, Kind::kRangeTo) &&
        !find(number.end, Kind::kDateLead) && !find(number.end, Kind::kBound)) {
      return {};
    }
    if (mark(number.end, '-') || mark(number.end, '/')) return {};
    const bool has_lead = preceded(Kind::kDateLead, a) || preceded(Kind::kBound, a) || language_ != english_;
    if (!has_lead) return {};
    Candidate candidate;
    candidate.end = number.end;
    candidate.partial.day = number.value;
    candidate.partial.rule = Rule::kDayOfMonth;
    return candidate;
  }

  Candidate holiday(std::uint32_t i) const {
    const Hit hit = find(i, Kind::kHoliday);
    if (!hit) return {};
    // "Christmas lights" are no date, "next Christmas" is; nor is a person: "Babbo Natale".
    if (is_lower_noun(hit.end) && !atoms_[hit.end].line && !preceded(Kind::kShiftBefore, i)) return {};
    if (i > 0 && joined(i) && !atoms_[i].line && is_word(i - 1) && atoms_[i - 1].capital && !atoms_[i - 1].sentence &&
        !atoms_[i - 1].all_caps && find(i - 1, Kind::kDateLead).end != i && !preceded(Kind::kShiftBefore, i) &&
        words_.neighbour(surface(i - 1)) == DateWords::Neighbour::kOther) {
      return {};
    }
    std::uint32_t j = hit.end;
    if (mark(j, ',')) ++j;
    const std::uint32_t k = of(j);
    Year year;
    if (joined(k) && !(is_number(k) && atoms_[k].line)) year = attached_year(k, false);
    Candidate candidate;
    candidate.end = year ? year.end : hit.end;
    candidate.partial.holiday = hit.value;
    candidate.partial.year = year.value;
    candidate.partial.year_steps = year.steps;
    candidate.partial.rule = Rule::kHoliday;
    return candidate;
  }

  // "the month of August", "mese di maggio", "ce mois d'août"
  Candidate month_word(std::uint32_t i) const {
    const Hit unit = find(i, Kind::kUnit);
    if (!unit || unit.value != static_cast<int>(Unit::kMonth)) return {};
    const std::uint32_t j = of(unit.end);
    if (!joined(j)) return {};
    const Month name = month(j);
    if (!name || name.is_short || name.is_foreign) return {};
    Candidate candidate = month_first(j);
    if (!candidate || candidate.is_impossible || candidate.partial.day != 0) return {};
    candidate.partial.is_weak = false;
    return candidate;
  }

  // One point or period in any shape.
  Candidate core(std::uint32_t i, bool no_ago = false) const {
    // What cannot begin here is not tried.
    const std::uint64_t kinds = kinds_at(i);
    const bool number = is_number(i);
    const auto may = [&](std::uint64_t wanted) { return (kinds & wanted) != 0; };
    Candidate best;
    if (number || may(bits(Kind::kMonth, Kind::kMonthShort, Kind::kOrdinal, Kind::kCardinal))) best = calendar_day(i);
    if (may(bits(Kind::kWeekday, Kind::kWeekdayShort))) take(best, weekday(i));
    if (number || may(bits(Kind::kPeriodLetter, Kind::kOrdinal, Kind::kNth, Kind::kFiscal))) take(best, quarter(i));
    if (may(bits(Kind::kSeason))) take(best, season(i));
    if (!is_word(i) || may(bits(Kind::kDecadePrefix, Kind::kDecadeWord))) take(best, decade(i));
    if (number || may(bits(Kind::kOrdinal, Kind::kUnit)) || (is_word(i) && atoms_[i].capital)) take(best, century(i));
    if (!is_word(i) || may(bits(Kind::kYearName, Kind::kYearWord, Kind::kFiscal, Kind::kEra))) take(best, year(i));
    if (may(bits(Kind::kDayShift))) take(best, day_shift(i));
    if (may(bits(Kind::kThat, Kind::kYearBefore))) take(best, that(i));
    if (may(bits(Kind::kShiftBefore, Kind::kYearEarlier, Kind::kUnit, Kind::kMonth, Kind::kSeason, Kind::kLatest))) {
      take(best, relative_unit(i));
    }
    if (may(bits(Kind::kUnit))) {
      take(best, month_word(i));
      take(best, week(i));
    }
    if (may(bits(Kind::kHoliday))) take(best, holiday(i));
    if (number || may(bits(Kind::kOrdinal, Kind::kNth))) take(best, nth(i));
    if (number || may(bits(Kind::kUnit))) take(best, day_of_relative_month(i));
    if (!no_ago) {
      if (number || may(bits(Kind::kAgoBefore, Kind::kInBefore, Kind::kCardinal, Kind::kOne))) take(best, ago(i));
      if (number || may(bits(Kind::kShiftBefore, Kind::kCardinal))) take(best, rolling(i));
    }
    if (number) take(best, day_of_month(i));
    return best;
  }

  // A core with "early", "mid-", "end of", "year-end" about it.
  Candidate simple(std::uint32_t i) const {
    if (const Hit part = find(i, Kind::kPart)) {
      std::uint32_t j = part.end;
      if (mark(j, '-') && glued(j)) ++j;
      if (joined(j)) {
        const std::uint32_t k = of(j);
        for (const std::uint32_t at : {j, k}) {
          if (!joined(at)) continue;
          Candidate inner = core(at, true);
          if (!inner) inner = unit_alone(at, at != j);
          if (!inner || inner.is_impossible) continue;
          if (inner.partial.is_weak && inner.partial.month != 0 && (month(at).is_short || inner.partial.day != 0))
            continue;
          if (inner.partial.is_weak && inner.partial.year != kNoYear && inner.partial.rule == Rule::kYear) {
            if (preceded(Kind::kNotYear, at) || inner.partial.year < 1000) continue;
          }
          if (inner.partial.rule == Rule::kRolling || inner.partial.rule == Rule::kAgo) continue;
          inner.partial.is_weak = false;
          inner.partial.part = static_cast<DatePart>(part.value);
          return inner;
        }
      }
    }
    if (const Hit part = find(i, Kind::kEarlierPart)) {  // "earlier this year", "later in the year"
      const std::uint32_t k = of(part.end);
      if (joined(k)) {
        Candidate inner = relative_unit(k);
        if (!inner && k != part.end) inner = unit_alone(k, true);
        if (!inner && find(k, Kind::kWeekday)) inner = weekday(k);
        if (!inner) inner = day_shift(k);
        if (inner && !inner.is_impossible && inner.partial.rule != Rule::kRolling) {
          inner.partial.part = static_cast<DatePart>(part.value);
          return inner;
        }
      }
    }
    if (const Hit unit = find(i, Kind::kUnit); unit && unit.value == static_cast<int>(Unit::kYear)) {  // "year-end"
      std::uint32_t j = unit.end;
      if (mark(j, '-') && glued(j)) ++j;
      if (mark(j, '\'') && glued(j)) j += 2;
      const Hit end = joined(j) ? find(j, Kind::kPartAfter) : Hit{};
      if (end) {
        Candidate candidate;
        candidate.end = end.end;
        const Year year = joined(end.end) ? attached_year(end.end, false) : Year{};
        if (year) {
          candidate.end = year.end;
          candidate.partial.year = year.value;
          candidate.partial.year_steps = year.steps;
        } else {
          candidate.partial.whole = {shift(0, Scale::kYear)};
        }
        candidate.partial.part = DatePart::kEnd;
        candidate.partial.rule = Rule::kRelative;
        return candidate;
      }
    }
    return core(i);
  }

  // "end of the year", "fin d'année": the unit of the anchor.
  Candidate unit_alone(std::uint32_t i, bool has_of) const {
    const Hit unit = find(i, Kind::kUnit);
    if (!unit) return {};
    const auto kind = static_cast<Unit>(unit.value);
    if (kind != Unit::kYear && kind != Unit::kMonth && kind != Unit::kWeek && kind != Unit::kQuarter &&
        kind != Unit::kDecade && kind != Unit::kCentury)
      return {};
    if (!has_of && kind != Unit::kYear) return {};
    if (kind == Unit::kDecade || kind == Unit::kCentury) {
      if (!has_of) return {};
    }
    Candidate candidate;
    candidate.end = unit.end;
    candidate.partial.rule = Rule::kRelative;
    candidate.partial.whole = {shift(0, scale_of(kind))};
    return candidate;
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Tense: of what is repeated, the past or the coming one?

  Choice tense(std::uint32_t begin, std::uint32_t end) const {
    int bound = 0;
    if (preceded_by_bound(begin, bound)) {
      if (bound == static_cast<int>(DateBound::kBy) || bound == static_cast<int>(DateBound::kUntil))
        return Choice::kSoon;
      if (bound == static_cast<int>(DateBound::kSince)) return Choice::kRecent;
    }
    for (std::uint32_t back = 1; back <= 14 && back <= begin; ++back) {
      const std::uint32_t j = begin - back;
      if (atoms_[j + 1].wall || atoms_[j + 1].sentence || mark(j, '.') || mark(j, ';') || mark(j, '!') || mark(j, '?'))
        break;
      if (!is_word(j)) continue;
      if (find(j, Kind::kFuture) || words_.is_future_form(surface(j), language_)) return Choice::kNearFuture;
      if (find(j, Kind::kPast) || words_.is_past_form(surface(j), language_)) return Choice::kNearPast;
    }
    for (std::uint32_t j = end; j < end + 5 && joined(j) && !atoms_[j].sentence; ++j) {
      if (!is_word(j)) {
        if (mark(j, '.') || mark(j, '?')) break;
        continue;
      }
      if (find(j, Kind::kFuture) || words_.is_future_form(surface(j), language_)) return Choice::kNearFuture;
      if (find(j, Kind::kPast)) return Choice::kNearPast;
    }
    return Choice::kNear;
  }

  bool preceded_by_bound(std::uint32_t i, int& value) const {
    const std::uint32_t a = before_article(i);
    if (begin_of(Kind::kBound, i, &value) != i) return true;
    return a != i && begin_of(Kind::kBound, a, &value) != a;
  }

  Steps steps_of(const Partial& partial, Choice tense_choice) const {
    if (!partial.whole.empty()) return partial.whole;
    Steps steps;
    const Choice chosen = partial.choice.value_or(tense_choice);
    Choice choice = chosen;
    // Days of the week and of the month come round so often that tense decides alone.
    if (partial.month == 0 && partial.part_code == 0 && partial.holiday < 0) {
      if (choice == Choice::kNearFuture) choice = Choice::kSoon;
      if (choice == Choice::kNearPast || choice == Choice::kNear) choice = Choice::kRecent;
    }
    if (partial.year != kNoYear) {
      steps.push_back(year_step(partial.year));
      choice = Choice::kWithin;
    } else if (!partial.year_steps.empty()) {
      steps = partial.year_steps;
      choice = Choice::kWithin;
    }
    if (partial.holiday >= 0) {
      const date_words::Holiday& day = words_.holidays()[static_cast<std::size_t>(partial.holiday)];
      if (choice == Choice::kNext) choice = Choice::kFuture;
      switch (day.rule) {
        case date_words::Holiday::Rule::kFixed:
          steps.push_back({Op::kMonthDay, choice, Scale::kDay, day.month, day.day, 0});
          break;
        case date_words::Holiday::Rule::kEaster:
          steps.push_back({Op::kEaster, choice, Scale::kDay, day.day, 0, 0});
          break;
        case date_words::Holiday::Rule::kNthWeekday:
          steps.push_back({Op::kNthWeekday, choice, Scale::kDay, day.month, day.day, day.weekday});
          if (day.later != 0) steps.push_back(shift(day.later, Scale::kDay));
          break;
      }
      return steps;
    }
    if (partial.part_code != 0) {
      steps.push_back({Op::kPart, choice, Scale::kMonth, partial.part_code, 0, 0});
      return steps;
    }
    if (partial.month != 0 && partial.day != 0) {
      steps.push_back({Op::kMonthDay, choice, Scale::kDay, partial.month, partial.day, 0});
      return steps;
    }
    if (partial.month != 0) {
      steps.push_back({Op::kMonth, choice, Scale::kMonth, partial.month, 0, 0});
      return steps;
    }
    if (partial.weekday != 0 && partial.day != 0) {
      steps.push_back({Op::kWeekdayDay, choice, Scale::kDay, partial.weekday, partial.day, 0});
      return steps;
    }
    if (partial.weekday != 0) {
      steps.push_back({Op::kWeekday, choice, Scale::kDay, partial.weekday, 0, 0});
      return steps;
    }
    if (partial.day != 0) steps.push_back({Op::kDayOf, choice, Scale::kDay, partial.day, 0, 0});
    return steps;
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Ranges.

  // The mark or word between the ends; `closing` is that of the opening word, -1 if there was none.
  Hit link(std::uint32_t i, int closing) const {
    if (!joined(i)) return {};
    if (closing != 1 || mark(i, '-') || mark(i, '~')) {
      if (mark(i, '-') || mark(i, '~')) return {i + 1, 2, false};
      if (mark(i, '/') && closing == -1 && glued(i) && glued(i + 1)) return {i + 1, 3, false};
    }
    const Hit word = find(i, Kind::kRangeTo);
    if (!word) return {};
    if (closing == -1 ? word.value != 0 : word.value != closing) return {};
    return {word.end, word.value, false};
  }

  // "between now and May 3"
  Candidate from_today(std::uint32_t i) const {
    const Hit today = find(i, Kind::kToday);
    if (!today) return {};
    Candidate candidate;
    candidate.end = today.end;
    candidate.partial.whole = {shift(0, Scale::kDay)};
    candidate.partial.rule = Rule::kDayShift;
    return candidate;
  }

  Candidate day_only(std::uint32_t i) const {
    const Number number = day(i);
    if (!number || number.value > 31) return {};
    Candidate candidate;
    candidate.end = number.end;
    candidate.partial.day = number.value;
    candidate.partial.is_weak = true;
    candidate.partial.rule = Rule::kDayOfMonth;
    return candidate;
  }

  // The second end: complete, or what the first one leaves to be said.
  Candidate second_end(std::uint32_t i, const Partial& first, int how) const {
    std::uint32_t k = i;
    if (how != 3 && joined(k)) k = article(k);
    if (!joined(k)) return {};
    if (const Hit today = find(k, Kind::kToday)) {
      if (how != 3 && (first.year != kNoYear || first.month != 0 || !first.whole.empty() || first.part_code != 0)) {
        Candidate candidate;
        candidate.end = today.end;
        candidate.partial.is_open = true;
        return candidate;
      }
    }
    second_at_ = k;
    Candidate best = simple(k);
    second_at_ = kNowhere;
    // "du 01/05 au 07/05, 2020"
    if (best && best.partial.rule == Rule::kNumericShort && mark(best.end, ',')) {
      if (const Year year = digits_year(best.end + 1); year && joined(best.end + 1)) {
        best.end = year.end;
        best.partial.year = year.value;
      }
    }
    // "17-21, 2022" after a month, "9th through 17th"
    if (first.day != 0 && first.month != 0) {
      const Number number = day(k);
      if (number && number.end > best.end && !has_number_after(number.end) &&
          !(joined(number.end) && (find(number.end, Kind::kUnits) ||
                                   (mark(number.end, '-') && glued(number.end) && is_number(number.end + 1))))) {
        const Year year = first.has_year() ? Year{} : year_after(number.end, true, false);
        best = {};
        best.end = year ? year.end : number.end;
        best.partial.month = first.month;
        best.partial.day = number.value;
        best.partial.year = year.value;
        best.partial.year_steps = year.steps;
        if (number.value <= first.day && !number.ordinal && how == 2 && !year) return {};
      }
    }
    // "2014-18", "2020/21", "'98-'02"
    if (first.year != kNoYear && first.month == 0 && first.part_code == 0 && (how == 2 || how == 3) && is_number(k) &&
        k == i && atoms_[k].digits() == 2 && glued(i) && !has_number_after(k + 1) &&
        !(is_word(k + 1) && glued(k + 1)) && !(mark(k + 1, '-') && glued(k + 1)) &&
        !(mark(k + 1, '/') && glued(k + 1))) {
      const int value = first.year / 100 * 100 + atoms_[k].number;
      const int next = value > first.year ? value : value + 100;
      if (next > first.year && next - first.year < 100 &&
          (value > first.year || atoms_[k].number == (first.year + 1) % 100)) {
        best = {};
        best.end = k + 1;
        best.partial.year = next;
        best.partial.rule = Rule::kYear;
      }
    }
    if (best && best.partial.is_weak && best.partial.year != kNoYear && best.partial.rule == Rule::kYear &&
        first.year != kNoYear) {
      best.partial.is_weak = false;
    }
    return best;
  }

  static bool is_year_only(const Partial& p) {
    return p.year != kNoYear && p.month == 0 && p.part_code == 0 && p.day == 0 && p.holiday < 0;
  }

  // Month and year are said once for both ends.
  static bool distribute(Partial& first, Partial& second) {
    if (first.day != 0 && first.month == 0 && first.weekday == 0) {
      if (second.month == 0 || second.day == 0) return false;
      first.month = second.month;
    }
    if (second.day != 0 && second.month == 0 && second.weekday == 0 && second.whole.empty()) {
      if (first.month == 0 || first.day == 0) return false;
      second.month = first.month;
    }
    const auto month_of = [](const Partial& p) {
      if (p.month != 0) return p.month * 100 + p.day;
      if (p.part_code >= 33 && p.part_code <= 36) return (p.part_code - 33) * 300 + 100;
      if (p.part_code >= 21 && p.part_code <= 24) return (p.part_code - 21) * 300 + 300;
      return 0;
    };
    const int a = month_of(first);
    const int b = month_of(second);
    if (second.year != kNoYear && !first.has_year() && a != 0 && !first.choice) {
      first.year = second.year;
      if (b != 0 && a > b) --first.year;
    } else if (first.year != kNoYear && !second.has_year() && b != 0) {
      second.year = first.year;
      if (a != 0 && b < a) ++second.year;
    } else if (!second.year_steps.empty() && !first.has_year() && a != 0) {
      first.year_steps = second.year_steps;
    }
    return true;
  }

  // "4-23 next month", "from the 4th to the 23rd of next month"
  bool try_days_of_relative_month(std::uint32_t begin, const Candidate& first, const Hit& joint, Match& match) const {
    const std::uint32_t k = joined(joint.end) ? article(joint.end) : joint.end;
    const Number number = joined(k) ? day(k) : Number{};
    if (!number || number.value <= first.partial.day) return false;
    const std::uint32_t j = of(number.end);
    const Candidate period = joined(j) ? relative_unit(j) : Candidate{};
    if (!period || period.partial.whole.size() != 1 || period.partial.whole[0].op != Op::kShift ||
        period.partial.whole[0].scale != Scale::kMonth) {
      return false;
    }
    match.begin = begin;
    match.end = period.end;
    match.is_date = true;
    match.expression.end = End::kDate;
    match.expression.rule = Rule::kRange;
    match.expression.from = period.partial.whole;
    match.expression.to = period.partial.whole;
    match.expression.from.push_back({Op::kDayOf, Choice::kWithin, Scale::kDay, first.partial.day, 0, 0});
    match.expression.to.push_back({Op::kDayOf, Choice::kWithin, Scale::kDay, number.value, 0, 0});
    return true;
  }

  static bool is_bare_weekday(const Partial& p) {
    return p.weekday != 0 && p.day == 0 && p.month == 0 && !p.choice && p.whole.empty();
  }

  bool try_range(std::uint32_t begin, Candidate first, int closing, Match& match) const {
    if (mark(first.end, '.') && glued(first.end) && is_word(first.end - 1) && find(first.end - 1, Kind::kMonthShort)) {
      ++first.end;  // "30 Jul. to 30 Sept."
    }
    const Hit joint = link(first.end, closing);
    if (!joint) return false;
    if (first.partial.day != 0 && first.partial.month == 0 && first.partial.weekday == 0 &&
        first.partial.whole.empty() && try_days_of_relative_month(begin, first, joint, match)) {
      return true;
    }
    if (atoms_[first.end].line && (joint.value == 2 || joint.value == 3) && joined(joint.end) &&
        atoms_[joint.end].line) {
      if (!is_year_only(first.partial)) return false;
    }
    // A dash with blanks on one side only, or before a word, is punctuation more often than a range.
    const bool is_dash = joint.value == 2;
    Candidate second = second_end(joint.end, first.partial, joint.value);
    if (!second) return false;
    if (second.is_impossible) {
      match = {begin, second.end, false, {}};
      return true;
    }
    Partial from = first.partial;
    Partial to = second.partial;
    if (to.rule == Rule::kRange || from.rule == Rule::kAgo) return false;
    if (is_dash && !glued(first.end) && !to.is_open) {
      // " - " joins like with like only: "May 3 - May 9", "2019 - 2021".
      const bool is_alike = (from.day != 0) == (to.day != 0) || is_year_only(from) == is_year_only(to);
      if (!is_alike || from.rule == Rule::kRelative || to.rule == Rule::kRelative) return false;
    }
    if (joint.value == 3) {
      const bool both_years = is_year_only(from) && is_year_only(to);
      if (!both_years || from.is_weak) {
        if (!(both_years && to.year - from.year <= 1 && to.year > from.year)) return false;
      }
    }
    const bool from_named = from.month != 0 || from.day != 0 || from.weekday != 0 || from.has_year() ||
                            !from.whole.empty() || from.part_code != 0;
    if (!from_named) return false;
    if (closing == -1 && joint.value == 0) {
      // "a revision Friday to December's figures", "this year through August": only like joins like.
      if (!from.whole.empty() && from.rule == Rule::kRelative) return false;
      if ((from.weekday != 0) != (to.weekday != 0) && !to.is_open) return false;
    }
    if ((from.rule == Rule::kNumericShort) != (to.rule == Rule::kNumericShort) && from.rule == Rule::kNumericShort &&
        !(to.month != 0 && to.day != 0 && second.end > joint.end + 1)) {
      return false;  // "1/8 to 31 7/8"
    }
    if (to.is_open) {
      if (from.is_weak) return false;
      match.begin = begin;
      match.end = second.end;
      match.is_date = true;
      match.expression = expression_of(from, tense(begin, second.end));
      match.expression.end = End::kOpen;
      match.expression.rule = Rule::kOpenRange;
      return true;
    }
    if (is_bare_weekday(from) && is_bare_weekday(to)) {
      match = {begin, second.end, false, {}};  // "Monday to Friday": every week
      return closing == -1;
    }
    if (!distribute(from, to)) return false;
    // Weak ends hold each other up only if they are of one kind.
    if (from.is_weak || to.is_weak) {
      const bool both_days = from.day != 0 && to.day != 0 && from.month != 0 && to.month != 0;
      const bool both_months = from.month != 0 && to.month != 0;
      const bool both_years = is_year_only(from) && is_year_only(to);
      const bool has_lead = closing != -1 || preceded(Kind::kDateLead, begin) || (begin == 0 || atoms_[begin].wall);
      const bool has_any_year = from.has_year() || to.has_year();
      const bool is_numeric = first.partial.rule == Rule::kNumericShort || second.partial.rule == Rule::kNumericShort;
      if (is_numeric && !(has_lead || has_any_year || (!first.partial.is_weak || !second.partial.is_weak)))
        return false;
      if (!both_days && !both_months && !both_years) return false;
      if (both_years && closing == -1 &&
          !(from.year >= 1900 && from.year < 2100 && to.year >= 1900 && to.year < 2100)) {
        if (!(is_dash && from.year >= 1000 && to.year >= from.year)) return false;
        if (preceded(Kind::kNotYear, begin)) return false;
      }
      if (both_years && preceded(Kind::kNotYear, begin)) return false;
      if (!both_days && both_months && !has_any_year && first.partial.is_weak && second.partial.is_weak) return false;
      if (miscased(begin) && !has_any_year) return false;
    }
    if (to.year != kNoYear && from.year != kNoYear && to.year < from.year) {
      match = {begin, second.end, false, {}};  // "between 2008 and 2007": rejected whole
      return true;
    }
    if (is_year_only(from) && is_year_only(to) && joined(second.end) && find(second.end, Kind::kUnits)) return false;
    const Choice when = tense(begin, second.end);
    match.begin = begin;
    match.end = second.end;
    match.is_date = true;
    match.expression = expression_of(from, when);
    Expression& expression = match.expression;
    expression.end = End::kDate;
    expression.to_part = to.part;
    expression.rule = Rule::kRange;
    const bool to_is_free = !to.has_year() && to.whole.empty();
    if (to_is_free && !from.has_year()) {
      // The second end is the first one after the beginning.
      expression.to = expression.from;
      Steps tail = steps_of(to, Choice::kSoon);
      if (to.choice && *to.choice == Choice::kNext) {
        expression.to = tail;
      } else {
        for (Step& step : tail) {
          if (step.choice != Choice::kWithin) step.choice = Choice::kSoon;
        }
        expression.to.insert(expression.to.end(), tail.begin(), tail.end());
      }
    } else {
      expression.to = steps_of(to, when);
    }
    return true;
  }
  bool miscased(std::uint32_t begin) const {
    const Month name = month(begin);
    return name && is_miscased(begin, name);
  }

  Expression expression_of(const Partial& partial, Choice when) const {
    Expression expression;
    expression.from = steps_of(partial, when);
    expression.part = partial.part;
    expression.approximate = partial.approximate;
    expression.uncertain = partial.uncertain;
    expression.fiscal = partial.fiscal;
    expression.from_text = partial.from_text;
    expression.rule = partial.rule;
    return expression;
  }

  // "(2019-)", "2019-?": an end nobody states.
  bool try_open_end(std::uint32_t begin, const Candidate& first, Match& match) const {
    const bool is_fit = first.partial.year != kNoYear && first.partial.day == 0;
    if (!is_fit || !mark(first.end, '-') || !joined(first.end)) return false;
    const std::uint32_t j = first.end + 1;
    std::uint32_t end = 0;
    if (mark(j, '?') && joined(j)) end = j + 1;
    const bool is_opened = begin > 0 && mark(begin - 1, '(');
    if (is_opened && mark(j, ')')) end = j;
    if (end == 0 && glued(first.end) && atoms_[begin].line && (!in(j) || atoms_[j].wall)) end = j;
    if (end == 0) return false;
    match.begin = begin;
    match.end = end;
    match.is_date = true;
    match.expression = expression_of(first.partial, Choice::kRecent);
    match.expression.end = End::kUnknown;
    match.expression.rule = Rule::kOpenRange;
    return true;
  }

  // -------------------------------------------------------------------------------------------------------------------

  bool parse(std::uint32_t i, Match& match) const {
    if (const Hit weekend = find(i, Kind::kWeekend)) {
      match = {i, weekend.end, false, {}};
      if (const Hit after = joined(weekend.end) ? find(weekend.end, Kind::kShiftAfter) : Hit{}) match.end = after.end;
      return true;
    }
    if (mark(i, '(')) return false;
    // "about five years ago", "circa 1605", "~2000s"
    Hit approx = find(i, Kind::kApprox);
    if (mark(i, '~') && glued(i + 1)) approx = {i + 1, 0, false};
    if (approx) {
      std::uint32_t j = approx.end;
      if (mark(j, '.') && glued(j)) ++j;  // "c. 1605"
      const std::uint32_t k = joined(j) ? article(j) : j;
      for (const std::uint32_t at : {j, k}) {
        if (!joined(at)) continue;
        Match inner;
        if (!bare(at, inner) || !inner.is_date) continue;
        const bool is_ago = inner.expression.rule == Rule::kAgo;
        const bool is_coarse = inner.expression.rule != Rule::kWeekday && inner.expression.rule != Rule::kDayShift;
        if (approx.value == 1 ? !is_ago : !is_coarse) break;
        match = inner;
        match.begin = i;
        match.expression.approximate = true;
        finish(i, match);
        return true;
      }
    }
    if (!bare(i, match)) return false;
    finish(i, match);
    return true;
  }

  void finish(std::uint32_t i, Match& match) const {
    if (!match.is_date) return;
    int bound = 0;
    if (match.expression.end == End::kNone && preceded_by_bound(i, bound)) {
      match.expression.bound = static_cast<DateBound>(bound);
    }
    if (match.expression.end == End::kNone) {
      if (const Hit sequel = joined(match.end) ? find(match.end, Kind::kSequel) : Hit{})
        match.expression.bound = DateBound::kSince;
    }
  }

  // A date or range without "about".
  bool bare(std::uint32_t i, Match& match) const {
    if (preceded(Kind::kSet, i)) {
      // "every Monday", "each year": not a date, but a year may stand there ("every 2018 issue").
      const Candidate skipped = simple(i);
      if (skipped && skipped.partial.year == kNoYear) {
        match = {i, skipped.end, false, {}};
        return true;
      }
    }
    if (const Hit opening = find(i, Kind::kRangeFrom)) {
      std::uint32_t j = opening.end;
      if (mark(j, '\'') && glued(j)) ++j;
      const std::uint32_t k = joined(j) ? article(j) : j;
      for (const std::uint32_t at : {j, k}) {
        if (!joined(at)) continue;
        for (Candidate first : {simple(at), day_only(at), from_today(at)}) {
          if (!first || first.is_impossible) continue;
          Match range;
          if (try_range(i, first, opening.value, range)) {
            match = range;
            return true;
          }
        }
        if (k == j) break;
      }
    }
    Candidate first = simple(i);
    if (first.is_impossible) {
      match = {i, first.end, false, {}};
      return true;
    }
    if (first) {
      Match range;
      if (try_range(i, first, -1, range)) {
        match = range;
        return true;
      }
      if (try_open_end(i, first, range)) {
        match = range;
        return true;
      }
    }
    if (const Candidate number = day_only(i)) {  // "17-21 October 2022", "18 and 19 June"
      Match range;
      if (number.end > first.end || !first || first.partial.is_weak) {
        if (try_range(i, number, -1, range)) {
          match = range;
          return true;
        }
        const Hit joint = joined(number.end) ? find(number.end, Kind::kRangeTo) : Hit{};
        if (joint && joint.value == 1 && joined(joint.end)) {
          const Candidate other = day_month(article(joint.end));
          if (other && !other.is_impossible && other.partial.day > number.partial.day) {
            Partial partial = other.partial;
            partial.day = number.partial.day;
            if (is_possible_day(partial.month, partial.day)) {
              match.begin = i;
              match.end = number.end;
              match.is_date = true;
              match.expression = expression_of(partial, tense(i, other.end));
              return true;
            }
          }
        }
      }
    }
    if (!first || first.partial.is_weak) return false;
    match.begin = i;
    match.end = first.end;
    match.is_date = true;
    match.expression = expression_of(first.partial, tense(i, first.end));
    return true;
  }

  std::string_view text_;
  const DateWords& words_;
  const std::vector<Atom>& atoms_;
  std::uint8_t language_;
  std::uint8_t english_;
  Habits habits_;
  std::uint32_t size_;
  DateWords::Order order_;
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
  mutable std::uint32_t second_at_ = kNowhere;  // where the second end of a range is being read
  mutable int depth_ = 0;                       // of relative_unit and weekday in each other
};

}  // namespace

void read(std::string_view text, const DateWords& words, const std::vector<Atom>& atoms, std::uint8_t language,
          std::uint8_t english, const Habits& habits, std::vector<Match>& matches) {
  Reader(text, words, atoms, language, english, habits).read(matches);
}

int order_evidence(const std::vector<Atom>& atoms) {
  int evidence = 0;
  for (std::size_t i = 0; i + 4 < atoms.size(); ++i) {
    const auto is = [&](std::size_t at, Shape shape) {
      return atoms[at].shape == shape && (at == i || !atoms[at].space);
    };
    if (!is(i, Shape::kNumber) || !is(i + 1, Shape::kMark) || !is(i + 2, Shape::kNumber) || !is(i + 3, Shape::kMark) ||
        !is(i + 4, Shape::kNumber)) {
      continue;
    }
    const std::int32_t separator = atoms[i + 1].number;
    if ((separator != '/' && separator != '-' && separator != '.') || atoms[i + 3].number != separator) continue;
    if (atoms[i].digits() > 2 || atoms[i + 2].digits() > 2 || atoms[i + 4].digits() != 4) continue;
    const std::int32_t a = atoms[i].number;
    const std::int32_t b = atoms[i + 2].number;
    if (a > 12 && a <= 31 && b >= 1 && b <= 12) ++evidence;
    if (b > 12 && b <= 31 && a >= 1 && a <= 12) --evidence;
  }
  return evidence;
}

}  // namespace dossier::date_grammar
