// date_names.cpp - days and months by name: "15 March", "March 15, 2018", "Friday (Jun-15)", "Christmas".
#include "extractors/date_reader.h"

namespace dossier::date_grammar {

Candidate Reader::with_year(std::uint32_t end, int month_value, int day_value, const Year& year, Rule rule) const {
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
Candidate Reader::day_month(std::uint32_t i) const {
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
    if (!is_sure || (name.weakness == 2 && name.is_short && !atoms_[j].capital && !year && !number.ordinal)) return {};
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
Candidate Reader::spelled_day_numeric_month(std::uint32_t i) const {
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
// "March 3, 5 AND 7, 2021": the year of all these days.
Year Reader::year_behind_days(std::uint32_t i) const {
  constexpr int kMostDays = 8;
  std::uint32_t k = i;
  for (int n = 0; n < kMostDays && joined(k); ++n) {
    const Hit joint = find(k, Kind::kRangeTo);
    const bool is_comma = mark(k, ',');
    if (!is_comma && !(joint && joint.value == 1) && !mark(k, '&')) return {};
    std::uint32_t at = joint ? joint.end : k + 1;
    if (is_comma && joined(at)) {  // ", and"
      if (const Hit more = find(at, Kind::kRangeTo); more && more.value == 1) at = more.end;
    }
    const Number number = joined(at) ? day(at) : Number{};
    if (!number || number.value > 31) return {};
    k = number.end;
    if (const Year year = year_after(k, true, false)) return year.value == kNoYear ? Year{} : year;
  }
  return {};
}

Candidate Reader::month_first(std::uint32_t i) const {
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
        const Year shared = year || best.is_impossible ? Year{} : year_behind_days(number.end);
        if (shared && is_real_day(shared.value, name.value, number.value)) best.partial.year = shared.value;
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
  bare.partial.is_weak =
      (name.is_short && !is_led_abbreviation(i, name)) || name.is_foreign || miscased || !is_bare_month(i, name);
  return bare;
}

// "in Dec", "since Sept": a capital shows the month where months have one; "in Jan" is no name, "by Jan" may be.
bool Reader::is_led_abbreviation(std::uint32_t i, const Month& name) const {
  if (!order_.capital_months || !atoms_[i].capital || (atoms_[i].all_caps && i > 0 && atoms_[i - 1].all_caps)) {
    return false;
  }
  if (name.weakness != 0) return preceded(Kind::kInBefore, i);
  return preceded(Kind::kBound, i) || preceded(Kind::kDateLead, i);
}

bool Reader::is_bare_month(std::uint32_t i, const Month& name) const {
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
Candidate Reader::weekday(std::uint32_t i) const {
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
    const bool is_apart = k != j && !(mark(j, ',') && l != k && number.ordinal && !number.spelled &&
                                      !(joined(number.end) && is_word(number.end)));  // "Tuesday, the 18th"
    if (number && !is_opened && !is_apart && !has_number_after(number.end) && joined(l) &&
        !(joined(number.end) && find(number.end, Kind::kUnits)) && !find(number.end, Kind::kUnit) &&
        (number.ordinal || l == k) && (order_.cardinal_days || !number.spelled || number.ordinal)) {
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
    if (std::abs(after.value) == 2) {  // "the Friday before last"
      const bool is_past = after.value < 0;
      candidate.partial.whole = {
          {Op::kWeekday, is_past ? Choice::kPast : Choice::kFuture, Scale::kDay, hit.value, 0, 0},
          shift(is_past ? -7 : 7, Scale::kDay)};
      return candidate;
    }
    candidate.partial.choice = after.value < 0 ? Choice::kLast : after.value > 0 ? Choice::kNext : Choice::kWithin;
    const Candidate date = joined(after.end) ? calendar_day(after.end) : Candidate{};
    if (date && !date.is_impossible && date.partial.day != 0) return date;  // "dimanche suivant 20/05"
  }
  return candidate;
}

bool Reader::is_week(const Candidate& candidate) {
  return !candidate.partial.whole.empty() && candidate.partial.whole.back().op == Op::kShift &&
         candidate.partial.whole.back().scale == Scale::kWeek;
}

// A day by number and month, in any shape but a weekday.
Candidate Reader::calendar_day(std::uint32_t i) const {
  Candidate best = numeric(i);
  take(best, glued_triple(i));
  take(best, day_month(i));
  take(best, spelled_day_numeric_month(i));
  if (is_word(i)) take(best, month_first(i));
  return best;
}

// "the 18th", "el 4.º": an ordinal and nothing after it that it could count.
Candidate Reader::day_of_month(std::uint32_t i) const {
  const std::uint32_t a = before_article(i);
  if (a == i || !is_number(i)) return {};
  Number number = ordinal(i);
  if (!number && order_.cardinal_days) {  // "ci vediamo il 23": the end of what is to come
    number = day(i);
    const std::uint32_t next = number.end;
    const bool is_end = number && (!joined(next) || (atoms_[next].shape == Shape::kMark && !glued(next + 1) &&
                                                     !mark(next, '-') && !mark(next, '/') && !mark(next, '%')));
    if (!is_end || has_number_after(next) || !preceded(Kind::kDateLead, i)) return {};
    if (tense(i, next) != Choice::kNearFuture) return {};
    Candidate candidate;
    candidate.end = next;
    candidate.partial.day = number.value;
    candidate.partial.choice = Choice::kSoon;
    candidate.partial.rule = Rule::kDayOfMonth;
    return candidate;
  }
  if (!number || number.value > 31 || order_.dots) return {};
  if (joined(number.end) && !atoms_[number.end].line && is_word(number.end) && !find(number.end, Kind::kRangeTo) &&
      !find(number.end, Kind::kDateLead) && !find(number.end, Kind::kBound)) {
    return {};
  }
  if (mark(number.end, '-') || mark(number.end, '/')) return {};
  const bool has_lead = preceded(Kind::kDateLead, a) || preceded(Kind::kBound, a) || order_.cardinal_days;
  if (!has_lead) return {};
  Candidate candidate;
  candidate.end = number.end;
  candidate.partial.day = number.value;
  candidate.partial.rule = Rule::kDayOfMonth;
  return candidate;
}

Candidate Reader::holiday(std::uint32_t i) const {
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
Candidate Reader::month_word(std::uint32_t i) const {
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

}  // namespace dossier::date_grammar
