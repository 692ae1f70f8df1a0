// date_periods.cpp - periods of the calendar: "Q3 2021", "fiscal 2024", "summer of 2019", "the 1990s", "XX secolo".
#include "extractors/date_reader.h"

namespace dossier::date_grammar {

void Reader::take(Candidate& best, Candidate other) {
  if (other.end > best.end) best = std::move(other);
}

// A number of one or two digits, an apostrophe year or four digits after "Q3", "FY".
Year Reader::period_year(std::uint32_t i) const {
  std::uint32_t j = i;
  if (mark(j, '-') || mark(j, '/') || mark(j, ','))
    ++j;
  else if (is_number(j) && glued(j))
    return {};
  j = of(j);
  if (!joined(j)) return {};
  return attached_year(j, false);
}

Candidate Reader::quarter_of(std::uint32_t end, int code, const Year& year, Rule rule) const {
  Candidate candidate;
  candidate.end = year ? year.end : end;
  candidate.partial.part_code = code;
  candidate.partial.year = year.value;
  candidate.partial.year_steps = year.steps;
  candidate.partial.rule = rule;
  return candidate;
}

// 33..36 for quarters, 40 and 41 for halves; 0: no such part.
int Reader::code_of(Unit unit, int n) {
  if (unit == Unit::kQuarter && n >= 1 && n <= 4) return 32 + n;
  if (unit == Unit::kHalf && n >= 1 && n <= 2) return 39 + n;
  return 0;
}

// "Q1: What is new?": the label of a question. It ends before atom i.
bool Reader::is_question(std::uint32_t i) const {
  constexpr std::uint32_t kLongest = 40;
  if (!mark(i, ':') && !mark(i, '.')) return false;
  for (std::uint32_t j = i + 1; j < i + kLongest && joined(j); ++j) {
    if (mark(j, '?')) return true;
    if (mark(j, '.') || mark(j, ':')) return false;
  }
  return false;
}

// "Q3 2021", "3Q21", "2019-Q1", "H1 2024", "FY24", "third quarter of 2021", "2018, quarter four".
Candidate Reader::quarter(std::uint32_t i) const {
  if (const Hit letter = find(i, Kind::kPeriodLetter); letter && is_number(letter.end)) {
    const Atom& number = atoms_[letter.end];
    const auto unit = static_cast<Unit>(letter.value % kLone);
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
      if (!year && mark(letter.end + 1, '\'')) year = apostrophe_year(letter.end + 1, true);  // "Q4'19"
      Candidate candidate =
          quarter_of(letter.end + 1, code, year, unit == Unit::kQuarter ? Rule::kQuarter : Rule::kHalf);
      // Alone "Q3" is a quarter, "H1", "T1" and "S2" are many things.
      candidate.partial.is_weak =
          !year && !(letter.value >= kLone && atoms_[i].capital && !is_question(letter.end + 1));
      return candidate;
    }
  }
  if (is_number(i) && atoms_[i].digits() == 1 && is_word(i + 1) && glued(i + 1) && !has_number_before(i)) {  // "3Q21"
    const Hit letter = find(i + 1, Kind::kPeriodLetter);
    const int code = letter ? code_of(static_cast<Unit>(letter.value % kLone), atoms_[i].number) : 0;
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
        const int code = code_of(static_cast<Unit>(letter.value % kLone), atoms_[letter.end].number);
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

Year Reader::digits_year_loose(std::uint32_t i) const {
  if (!is_number(i) || atoms_[i].digits() != 4 || atoms_[i].number < 1900 || atoms_[i].number > 2099) return {};
  return {i + 1, atoms_[i].number, {}, Rule::kYear};
}

Year Reader::plain_year(std::uint32_t i) const {
  Year year = digits_year_or_dash(i);
  return year;
}

// As digits_year, but what stands behind a dash may follow: "2019-Q1".
Year Reader::digits_year_or_dash(std::uint32_t i) const {
  if (!is_number(i) || atoms_[i].digits() != 4 || has_number_before(i)) return {};
  if (atoms_[i].number < 1000 || atoms_[i].number > 2199 || (is_word(i + 1) && glued(i + 1)) || has_number_after(i + 1))
    return {};
  return {i + 1, atoms_[i].number, {}, Rule::kYear};
}

// "third quarter [of 2021]", "first half of 2024", "fiscal first quarter"
Candidate Reader::ordinal_quarter(std::uint32_t i) const {
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
  if (kind == Unit::kHalf) {
    if (const Candidate half = half_of_years(unit.end, code == 40)) return half;
  }
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

// "[first half] of the 1990s", "[second half] of the 19th century"
Candidate Reader::half_of_years(std::uint32_t i, bool is_first) const {
  const std::uint32_t j = of(i);
  if (j == i || !joined(j)) return {};
  Candidate period;
  for (std::uint32_t k = i + 1; k <= j; ++k) take(period, decade(k));  // "degli anni '90": some words are both
  take(period, century(j));
  if (!period || period.is_impossible) return {};
  const int many = period.partial.rule == Rule::kDecade ? 5 : 50;
  period.partial.whole.push_back({is_first ? Op::kFirst : Op::kLast, Choice::kWithin, Scale::kYear, many, 0, 0});
  return period;
}

Candidate Reader::season(std::uint32_t i) const {
  const Hit hit = find(i, Kind::kSeason);
  if (!hit) return {};
  const Hit weak = find(i, Kind::kWeakSeason);
  std::uint32_t j = hit.end;
  if (mark(j, ',') || (mark(j, '-') && glued(j))) ++j;
  const std::uint32_t k = of(j);
  Year year;
  if (joined(k) && !(is_number(k) && atoms_[k].line)) year = attached_year(k, false);
  if (year && year.value == kNoYear && k == j) year = relative_year(k);
  const std::uint32_t next = year.end + 1;  // "winter of 2011-12" begins in the first of the two
  if (year && hit.value == 24 && (mark(year.end, '-') || mark(year.end, '/')) && glued(year.end) && is_number(next) &&
      glued(next) && (atoms_[next].number == year.value + 1 || atoms_[next].number == (year.value + 1) % 100)) {
    year.end = next + 1;
  }
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
Candidate Reader::year(std::uint32_t i) const {
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
// "his late thirties", "in her 40s": an age.
bool Reader::is_of_somebody(std::uint32_t i) const {
  int part = 0;
  std::uint32_t k = begin_of(Kind::kPart, i, &part);
  if (k == i && i > 1 && mark(i - 1, '-') && glued(i)) k = begin_of(Kind::kPart, i - 1, &part);
  return k > 0 && !atoms_[k].wall && is_word(k - 1) &&
         words_.neighbour(surface(k - 1)) == DateWords::Neighbour::kPossessive;
}

// "the 80s AND 90s"
bool Reader::is_behind_decade(std::uint32_t i) const {
  if (i < 3 || atoms_[i].wall || !find(i - 2, Kind::kDecadeSuffix) || !is_number(i - 3) || !glued(i - 2)) return false;
  const Hit joint = find(i - 1, Kind::kRangeTo);
  return joint && joint.value == 1 && before_article(i - 3) != i - 3;
}

Candidate Reader::decade(std::uint32_t i) const {
  const auto make = [&](std::uint32_t end, int first_year, bool is_century) {
    Candidate candidate;
    candidate.end = end;
    candidate.partial.rule = is_century ? Rule::kCentury : Rule::kDecade;
    candidate.partial.whole = {is_century ? Step{Op::kCentury, Choice::kWithin, Scale::kYear, first_year / 100, 0, 0}
                                          : Step{Op::kDecade, Choice::kWithin, Scale::kYear, first_year / 10, 0, 0}};
    return candidate;
  };
  const auto of_two = [](int n) { return n < 20 ? 2000 + n : 1900 + n; };
  // "gli anni ottanta dell'Ottocento", "los años ochenta del siglo XIX"
  const auto of_century = [&](Candidate one, int tens) {
    const std::uint32_t k = of(one.end);
    if (k == one.end || !joined(k)) return one;
    Candidate hundred = century(k);
    take(hundred, century_word(k));
    if (!hundred || hundred.partial.whole.size() != 1) return one;
    return make(hundred.end, hundred.partial.whole[0].a * 100 + tens, false);
  };
  std::uint32_t j = i;
  bool has_prefix = false;
  if (const Hit prefix = find(i, Kind::kDecadePrefix)) {
    j = prefix.end;
    has_prefix = true;
    if (!joined(j)) return {};
  }
  const bool has_apostrophe =
      mark(j, '\'') && is_number(j + 1) && glued(j + 1) && !(j > 0 && glued(j) && (is_word(j - 1) || is_number(j - 1)));
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
      const std::uint32_t next = mark(end, '-') && glued(end) && glued(end + 1) ? end + 1 : end;  // "90er-Jahre"
      if (const Hit tail = joined(next) ? find(next, Kind::kDecadeTail) : Hit{}) end = tail.end;
    } else {
      end = j + 1;
    }
    if (has_suffix || (has_prefix && !(is_word(end) && glued(end)) && !has_number_after(end))) {
      if (atoms_[j].digits() == 4) {
        // "the 1800s" are a century, "the 2000s" a decade.
        return make(end, number, has_suffix && number % 100 == 0 && number < 2000);
      }
      const bool is_sure =
          !is_of_somebody(i) && (has_apostrophe || has_prefix || order_.dots || before_article(i) != i ||
                                 preceded(Kind::kPart, i) || (mark(j + 1, '\'') && i > 0) || is_behind_decade(i));
      if (is_sure && (number >= 10 || number == 0)) return of_century(make(end, of_two(number), false), number);
    }
  }
  if (has_prefix) {
    if (const Hit name = find(j, Kind::kCardinal); name && name.value >= 20 && name.value % 10 == 0)
      return of_century(make(name.end, of_two(name.value), false), name.value);
  }
  if (const Hit word = find(i, Kind::kDecadeWord)) {
    if (word.value >= 1000) return make(word.end, word.value, false);  // "nineteen eighties"
    const bool is_dashed = i > 0 && mark(i - 1, '-') && glued(i);      // "the mid-sixties", but "his mid-sixties"
    const std::uint32_t part = is_dashed ? begin_of(Kind::kPart, i - 1) : i;
    const bool is_of_part = is_dashed && part != i - 1 && before_article(part) != part;
    const bool is_sure =
        before_article(i) != i || preceded(Kind::kPart, i) || is_of_part || (order_.dots && word.end > i + 1);
    const bool is_age = i > 0 && (preceded(Kind::kShiftBefore, i) || is_of_somebody(i));
    if (is_sure && !is_age) return of_century(make(word.end, of_two(word.value), false), word.value);
  }
  return {};
}

// The value of the Roman numeral a word begins with, and its length: "XIXe" -> 19, 3.
std::pair<int, std::size_t> Reader::roman(std::string_view text) {
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

int Reader::roman_ordinal(std::uint32_t i) const {
  const std::string_view word = surface(i);
  const auto [value, size] = roman(word);
  if (value < 1 || size == word.size()) return value;
  const std::uint32_t suffix = words_.term(word.substr(size));
  return ((words_.kinds(suffix) >> static_cast<unsigned>(Kind::kOrdinalSuffix)) & 1) != 0 ? value : 0;
}

// "21st century", "XX secolo", "siglo XV", "19. Jahrhundert".
Candidate Reader::century(std::uint32_t i) const {
  int n = 0;
  std::uint32_t end = 0;
  const auto is_century = [&](std::uint32_t at) {
    const Hit unit = joined(at) || at == i ? find(at, Kind::kUnit) : Hit{};
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
    candidate.end = past_point(era.end);
    if (era.value < 0) first = -n;
  }
  candidate.partial.whole = {{Op::kCentury, Choice::kWithin, Scale::kYear, first, 0, 0}};
  return candidate;
}

// "il Novecento", "nell'800": a number is meant in small letters and without its article.
Candidate Reader::century_word(std::uint32_t i) const {
  Candidate candidate;
  candidate.partial.rule = Rule::kCentury;
  int first = 0;
  if (const Hit name = find(i, Kind::kCenturyWord); name && atoms_[i].capital) {
    const bool has_lead = before_article(i) != i || preceded(Kind::kOf, i) || preceded(Kind::kDateLead, i) ||
                          preceded(Kind::kPart, i) || preceded(Kind::kOrdinal, i);
    if (!has_lead || is_lower_noun(name.end)) return {};
    candidate.end = name.end;
    first = name.value;
  } else if (mark(i, '\'') && is_number(i + 1) && glued(i + 1) && atoms_[i + 1].digits() == 3) {
    const int number = atoms_[i + 1].number;
    if (number % 100 != 0 || number < 200 || has_number_after(i + 2) || is_lower_noun(i + 2)) return {};
    if ((is_word(i + 2) && glued(i + 2)) || mark(i + 2, '%')) return {};
    candidate.end = i + 2;
    first = 10 + number / 100;
  } else {
    return {};
  }
  candidate.partial.whole = {{Op::kCentury, Choice::kWithin, Scale::kYear, first, 0, 0}};
  return candidate;
}

}  // namespace dossier::date_grammar
