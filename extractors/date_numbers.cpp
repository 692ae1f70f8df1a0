// date_numbers.cpp - dates by their digits: numbers, years, and what shows that a number is none ("25/12/2021", "'23").
#include "extractors/date_reader.h"

namespace dossier::date_grammar {

// Digits that are part of a longer number: "1,984", "3.5", "10:30", "$12", "50%".
bool Reader::has_number_before(std::uint32_t i) const {
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
bool Reader::has_number_after(std::uint32_t end) const {
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

Number Reader::cardinal(std::uint32_t i) const {
  if (is_number(i)) {
    if (atoms_[i].number < 0 || atoms_[i].digits() > 4 || has_number_before(i) || has_number_after(i + 1)) return {};
    if (is_word(i + 1) && glued(i + 1)) return {};
    return {i + 1, atoms_[i].number, false, false};
  }
  if (const Hit hit = find(i, Kind::kCardinal)) return {hit.end, hit.value, false, true};
  return {};
}

Number Reader::count(std::uint32_t i) const {
  if (const Number number = cardinal(i)) return number;
  if (const Hit hit = find(i, Kind::kOne)) return {hit.end, 1, false, true};
  return {};
}

// A number written with the suffix or the point of an ordinal, or as a word.
Number Reader::ordinal(std::uint32_t i) const {
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
Number Reader::day(std::uint32_t i) const {
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

Month Reader::month(std::uint32_t i) const {
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
bool Reader::is_miscased(std::uint32_t i, const Month& month) const {
  return month.weakness == 2 && order_.capital_months && !atoms_[i].capital;
}

int Reader::window(int two_digits) const {
  const int last = (habits_.year != 0 ? habits_.year : 2020) + 20;
  const int year = last / 100 * 100 + two_digits;
  return year > last ? year - 100 : year;
}

// Four digits that may be a year by their look alone.
Year Reader::digits_year(std::uint32_t i) const {
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
std::uint32_t Reader::past_point(std::uint32_t end) const {
  if (!mark(end, '.') || !glued(end) || end < 3) return end;
  return mark(end - 2, '.') || (mark(end - 2, '-') && mark(end - 3, '.')) ? end + 1 : end;
}

Year Reader::apostrophe_year(std::uint32_t i, bool is_after_period) const {
  if (!mark(i, '\'') || !is_number(i + 1) || !glued(i + 1) || atoms_[i + 1].digits() != 2) return {};
  if (i > 0 && glued(i) && (is_word(i - 1) || is_number(i - 1)) && !is_after_period) return {};
  if (has_number_after(i + 2)) return {};
  if (is_word(i + 2) && glued(i + 2)) return {};
  if (mark(i + 2, '\'') && glued(i + 2) && !(is_word(i + 3) && glued(i + 3))) return {};  // quoted: '23'
  return {i + 2, window(atoms_[i + 1].number), {}, Rule::kYearApostrophe};
}

// "last year", "the year", "año pasado", "questo anno".
Year Reader::relative_year(std::uint32_t i) const {
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
Year Reader::attached_year(std::uint32_t i, bool is_after_of) const {
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
Year Reader::year_after(std::uint32_t i, bool has_day, bool takes_two_digits) const {
  if (!in(i)) return {};
  std::uint32_t j = i;
  if ((mark(j, '-') || mark(j, '/') || mark(j, '.')) && glued(j) && is_number(j + 1) && glued(j + 1)) {
    if (const Year year = digits_year(j + 1)) return year;
    const bool is_free = !(glued(j + 2) && (is_word(j + 2) || is_number(j + 2)));
    const std::uint32_t past = mark(j + 2, '.') && glued(j + 2) ? j + 3 : j + 2;
    const bool is_range = mark(j, '-') && joined(past) && month(of(past));  // "1 July-30 September"
    if (has_day && atoms_[j + 1].digits() == 2 && is_free && takes_two_digits && !is_range) {
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
  // "3 Apr 18": where nothing follows that it could count.
  if (k == j && has_day && takes_two_digits && is_number(j) && atoms_[j].digits() == 2 && !has_number_after(j + 1) &&
      (!in(j + 1) || atoms_[j + 1].line || (atoms_[j + 1].shape == Shape::kMark && glued(j + 1) && !glued(j + 2)))) {
    return {j + 1, window(atoms_[j].number), {}, Rule::kYear};
  }
  return {};
}

bool Reader::is_function_word(std::string_view word) const {
  const DateWords::Neighbour kind = words_.neighbour(word);
  return kind == DateWords::Neighbour::kFunctionWord || kind == DateWords::Neighbour::kDeterminer ||
         kind == DateWords::Neighbour::kPossessive;
}

bool Reader::is_lower_noun(std::uint32_t i) const {
  if (!joined(i) || !is_word(i) || atoms_[i].capital) return false;
  return !is_function_word(surface(i)) && !find(i, Kind::kRangeTo) && !find(i, Kind::kOf) && !find(i, Kind::kUnit);
}

// A word that a number before it could count. Where nouns are capital a small word is none, but for an adjective before
// one: "1999 neue Boote", not "ist 1999 gestorben".
bool Reader::is_noun(std::uint32_t i) const {
  constexpr std::uint32_t kMostAdjectives = 2;
  if (!order_.capital_nouns) return is_lower_noun(i);
  const std::uint32_t first = i;
  while (i < first + kMostAdjectives && is_lower_noun(i) && in(i + 1)) ++i;
  return joined(i) && is_word(i) && atoms_[i].capital && !atoms_[i].sentence &&
         words_.neighbour(surface(i)) == DateWords::Neighbour::kOther;
}

// "page 1984", "p. 1984", "Nr. 3.4."
bool Reader::is_numbered(std::uint32_t i) const {
  return preceded(Kind::kNotYear, i) || (i >= 2 && mark(i - 1, '.') && preceded(Kind::kNotYear, i - 1));
}

bool Reader::is_bare_year(std::uint32_t i, const Year& year) const {
  const int value = year.value;
  if (value < 0 || year.end > i + 1) return true;  // "44 BC", "1968 AD"
  if (is_numbered(i) || mark(year.end, '%')) return false;
  if (i > 0 && is_number(i - 1) && joined(i) && !atoms_[i].line) return false;  // "055 2015"
  if (is_number(year.end) && joined(year.end) && !atoms_[year.end].line) return false;
  if (i > 0 && glued(i) && mark(i - 1, '-') && i >= 2 && glued(i - 1)) {
    if (is_number(i - 2) && atoms_[i - 2].digits() != 4) return false;  // "555-2014"
    if (i >= 4 && mark(i - 3, '-') && glued(i - 2) && glued(i - 3) && is_number(i - 4)) return false;
    if (is_word(i - 2)) return false;  // "ISO-8601", "vancouver-2023"
  }
  if (glued(year.end) && mark(year.end, '-') && is_word(year.end + 1) && glued(year.end + 1)) {
    const std::uint32_t next = year.end + 1;  // "a 2013-era kiln", but "a 1999-page report", "a 2000-acre farm"
    if (find(next, Kind::kNotYear) || words_.neighbour(surface(next)) == DateWords::Neighbour::kMeasure) return false;
    if (value % 100 == 0 || is_lower_noun(next)) return value >= 1900 && value < 2050;
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
  int approx = 0;
  const bool is_about = begin_of(Kind::kApprox, a, &approx) != a && approx < kMoreThan;
  const bool noun = !glued(year.end) && !(in(year.end) && atoms_[year.end].line) && is_noun(year.end);
  if (noun && value % 50 == 0 && !has_article) return false;   // "2000 engineers"
  if (noun && !has_lead && approx >= kMoreThan) return false;  // "more than 2012 people"
  if (has_lead || is_about) return is_near || value % 50 != 0 || !noun;
  if (!is_near) return false;
  if (!noun || has_article || i == 0 || atoms_[i].line || atoms_[i].sentence) return true;
  int verb = 0;
  if (begin_of(Kind::kPast, i, &verb) != i && verb == 1) return true;
  if (!order_.year_before_noun) return false;  // "1999 voti": elsewhere a year does not stand before its noun
  if (surface(year.end).back() != 's') return true;
  const DateWords::Neighbour lead = is_word(i - 1) ? words_.neighbour(surface(i - 1)) : DateWords::Neighbour::kOther;
  return lead == DateWords::Neighbour::kDeterminer ||
         lead == DateWords::Neighbour::kPossessive;  // "our 2018 elections"
}

Candidate Reader::impossible(std::uint32_t end) {
  Candidate candidate;
  candidate.end = end;
  candidate.is_impossible = true;
  return candidate;
}

Candidate Reader::full(std::uint32_t end, std::int32_t year, int month, int day, Rule rule) {
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
bool Reader::order_numbers(int first, int second, int& month, int& day) const {
  month = habits_.month_first ? first : second;
  day = habits_.month_first ? second : first;
  if (month > 12) std::swap(month, day);
  return is_possible_day(month, day);
}

// "2022-10-17", "25/12/2021", "22.04.", "3/2016", "2015-3", "2014-18", "20170302", "02 04 2009".
Candidate Reader::numeric(std::uint32_t i) const {
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
    if (separator == '.' && is_numbered(i)) return impossible(end);  // "version 3.5.2019"
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
  if (has_number_after(i + 3) || (separator == '.' && is_numbered(i))) return {};
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
                        (before != i && order_.cardinal_days) || preceded(Kind::kShiftBefore, i);
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
  if (!is_sure && separator == '/' && mark(i + 3, ',') && joined(i + 4) && !atoms_[i + 4].line) {
    const Candidate next = day_month(i + 4);  // "11/20, 12 of November": beside a day it is one
    is_sure = next && !next.is_impossible;
  }
  candidate.partial.is_weak = !is_sure;
  return candidate;
}

Candidate Reader::spaced_numbers(std::uint32_t i) const {
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
Candidate Reader::glued_triple(std::uint32_t i) const {
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

}  // namespace dossier::date_grammar
