// date_ranges.cpp - dates with two ends: "17-21 October 2022", "between 2010 and 2012", "2019-?".
#include "extractors/date_reader.h"

namespace dossier::date_grammar {

// The mark or word between the ends; `closing` is that of the opening word, -1 if there was none.
Hit Reader::link(std::uint32_t i, int closing) const {
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
Candidate Reader::from_today(std::uint32_t i) const {
  const Hit today = find(i, Kind::kToday);
  if (!today) return {};
  Candidate candidate;
  candidate.end = today.end;
  candidate.partial.whole = {shift(0, Scale::kDay)};
  candidate.partial.rule = Rule::kDayShift;
  return candidate;
}

Candidate Reader::day_only(std::uint32_t i) const {
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
// "3, 4 and 5 May 2021": the last of them, whose month the first one shares.
Candidate Reader::last_of_days(const Candidate& first) const {
  constexpr int kMostDays = 8;
  Candidate last = first;
  for (int n = 0; n < kMostDays; ++n) {
    std::uint32_t j = last.end;
    if (!joined(j)) return {};
    const Hit joint = find(j, Kind::kRangeTo);
    if (!mark(j, ',') && !(joint && joint.value == 1)) return {};
    j = joint ? joint.end : j + 1;
    if (joined(j)) j = article(j);
    if (!joined(j)) return {};
    const Candidate named = day_month(j);
    const Candidate next = named ? named : day_only(j);
    if (!next || next.is_impossible || next.partial.day <= last.partial.day) return {};
    if (named) return named;
    last = next;
  }
  return {};
}

Candidate Reader::second_end(std::uint32_t i, const Partial& first, int how) const {
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
  // "du 02/06 au 09/06, 2018"
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
      k == i && atoms_[k].digits() == 2 && glued(i) && !has_number_after(k + 1) && !(is_word(k + 1) && glued(k + 1)) &&
      !(mark(k + 1, '-') && glued(k + 1)) && !(mark(k + 1, '/') && glued(k + 1))) {
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

bool Reader::is_year_only(const Partial& p) {
  return p.year != kNoYear && p.month == 0 && p.part_code == 0 && p.day == 0 && p.holiday < 0;
}

// Month and year are said once for both ends.
bool Reader::distribute(Partial& first, Partial& second) {
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
bool Reader::try_days_of_relative_month(std::uint32_t begin, const Candidate& first, const Hit& joint,
                                        Match& match) const {
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

// "next month from the 4th to the 23rd"
bool Reader::try_days_after_relative_month(std::uint32_t begin, const Candidate& first, Match& match) const {
  const Steps& month_steps = first.partial.whole;
  if (month_steps.size() != 1 || month_steps[0].op != Op::kShift || month_steps[0].scale != Scale::kMonth) return false;
  const Hit opening = joined(first.end) ? find(first.end, Kind::kRangeFrom) : Hit{};
  if (!opening) return false;
  const Number from = joined(opening.end) ? day(article(opening.end)) : Number{};
  const Hit joint = from ? link(from.end, opening.value) : Hit{};
  const Number to = joint && joined(joint.end) ? day(article(joint.end)) : Number{};
  if (!to || to.value <= from.value || find(to.end, Kind::kUnits) || month(of(to.end))) return false;
  match.begin = begin;
  match.end = to.end;
  match.is_date = true;
  match.expression.end = End::kDate;
  match.expression.rule = Rule::kRange;
  match.expression.from = month_steps;
  match.expression.to = month_steps;
  match.expression.from.push_back({Op::kDayOf, Choice::kWithin, Scale::kDay, from.value, 0, 0});
  match.expression.to.push_back({Op::kDayOf, Choice::kWithin, Scale::kDay, to.value, 0, 0});
  return true;
}

// "June/July 2020", "spring and summer 2019": two dates, the year said once. The first of them is read.
bool Reader::try_shared_year(std::uint32_t begin, const Candidate& first, Match& match) const {
  const Partial& p = first.partial;
  const bool is_month = p.month != 0 && p.part_code == 0;
  if ((!is_month && p.part_code == 0) || p.day != 0 || p.weekday != 0 || p.has_year() || p.choice || !p.whole.empty() ||
      miscased(begin) || !joined(first.end)) {
    return false;
  }
  std::uint32_t j = first.end + 1;
  if (!(mark(first.end, '/') && glued(first.end))) {
    const Hit joint = find(first.end, Kind::kRangeTo);
    if (!joint || joint.value == 0) return false;
    j = joint.end;
  }
  if (!joined(j)) return false;
  if (const Hit lead = find(j, Kind::kDateLead)) j = lead.end;  // "au printemps et en été 2019"
  if (!joined(j)) return false;
  const Candidate second = simple(article(j));
  if (!second || second.is_impossible || second.partial.year == kNoYear || second.partial.day != 0) return false;
  if ((second.partial.month != 0) != is_month || (second.partial.part_code != 0) == is_month) return false;
  Partial from = p;
  Partial to = second.partial;
  if (!distribute(from, to)) return false;
  match.begin = begin;
  match.end = first.end;
  match.is_date = true;
  match.expression = expression_of(from, Choice::kNear);
  return true;
}

// "two weeks starting May 20th"
bool Reader::try_length_from(std::uint32_t i, Match& match) const {
  const Duration length = duration(i, 1);
  if (!length || length.parts.size() != 1 || !joined(length.end)) return false;
  const Hit start = find(length.end, Kind::kBound);
  if (!start || start.value != kFromNearest || !joined(start.end)) return false;
  const Hit lead = find(start.end, Kind::kDateLead);
  const std::uint32_t at = article(lead ? lead.end : start.end);
  const Candidate day = joined(at) ? core(at, true) : Candidate{};
  if (!day || day.is_impossible || day.partial.is_weak || day.partial.day == 0) return false;
  match.begin = i;
  match.end = day.end;
  match.is_date = true;
  match.expression = expression_of(day.partial, tense(i, day.end));
  Expression& expression = match.expression;
  expression.end = End::kDate;
  expression.rule = Rule::kRange;
  expression.to = expression.from;
  const auto& [many, scale] = length.parts[0];
  expression.to.push_back({Op::kMove, Choice::kWithin, scale, many, 1, 0});
  expression.to.push_back(shift(-1, Scale::kDay));
  return true;
}

bool Reader::is_bare_weekday(const Partial& p) {
  return p.weekday != 0 && p.day == 0 && p.month == 0 && !p.choice && p.whole.empty();
}

bool Reader::try_range(std::uint32_t begin, Candidate first, int closing, Match& match) const {
  if (mark(first.end, '.') && glued(first.end) && is_word(first.end - 1) && find(first.end - 1, Kind::kMonthShort)) {
    ++first.end;  // "30 Jul. to 30 Sept."
  }
  const Hit joint = link(first.end, closing);
  if (!joint) return false;
  if (first.partial.day != 0 && first.partial.month == 0 && first.partial.weekday == 0 && first.partial.whole.empty() &&
      try_days_of_relative_month(begin, first, joint, match)) {
    return true;
  }
  if (atoms_[first.end].line && (joint.value == 2 || joint.value == 3) && joined(joint.end) && atoms_[joint.end].line) {
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
    // "an answer Monday to June's letters", "this year through August": only like joins like.
    if (!from.whole.empty() && from.rule == Rule::kRelative) return false;
    if ((from.weekday != 0) != (to.weekday != 0) && !to.is_open) return false;
  }
  if ((from.rule == Rule::kNumericShort) != (to.rule == Rule::kNumericShort) && from.rule == Rule::kNumericShort &&
      !(to.month != 0 && to.day != 0 && second.end > joint.end + 1)) {
    return false;  // "1/4 to 12 3/4"
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
    if (is_numeric && !(has_lead || has_any_year || (!first.partial.is_weak || !second.partial.is_weak))) return false;
    if (!both_days && !both_months && !both_years) return false;
    if (both_years && closing == -1 && !(from.year >= 1900 && from.year < 2100 && to.year >= 1900 && to.year < 2100)) {
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
    const bool is_of_year = from.day == 0 && to.day == 0 && from.weekday == 0 && to.weekday == 0 && !from.choice &&
                            !to.choice && from.whole.empty() && from.holiday < 0 && to.holiday < 0;
    if (is_of_year && when == Choice::kNearFuture) {
      // "The lamps will burn from March to October", said in June: the first of these ranges that has not ended.
      expression.to = steps_of(to, Choice::kSoon);
      expression.from = expression.to;
      const Steps head = steps_of(from, Choice::kPast);
      expression.from.insert(expression.from.end(), head.begin(), head.end());
      return true;
    }
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

bool Reader::miscased(std::uint32_t begin) const {
  const Month name = month(begin);
  return name && is_miscased(begin, name);
}

Expression Reader::expression_of(const Partial& partial, Choice when) const {
  Expression expression;
  expression.from = steps_of(partial, when);
  expression.part = partial.part;
  expression.approximate = partial.approximate;
  expression.uncertain = partial.uncertain;
  expression.fiscal = partial.fiscal;
  expression.from_text = partial.from_text;
  expression.is_soft = partial.is_soft;
  expression.bound = partial.bound;
  expression.rule = partial.rule;
  return expression;
}

// "(2019-)", "2019-?": an end nobody states.
bool Reader::try_open_end(std::uint32_t begin, const Candidate& first, Match& match) const {
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

}  // namespace dossier::date_grammar
