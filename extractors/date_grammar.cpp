// date_grammar.cpp - reads the dates of a stretch: a core with its part, bound and quality, alone or as a range.
#include "extractors/date_grammar.h"

#include "extractors/date_reader.h"

namespace dossier::date_grammar {

bool Reader::may_start(std::uint32_t i) const {
  const Atom& atom = atoms_[i];
  if (atom.shape == Shape::kNumber) return true;
  if (atom.shape == Shape::kMark) return (mark(i, '\'') && is_number(i + 1) && glued(i + 1)) || mark(i, '~');
  if (atom.shape != Shape::kWord) return false;
  constexpr std::uint64_t kInner = bits(
      Kind::kOf, Kind::kArticle, Kind::kBound, Kind::kDateLead, Kind::kRangeTo, Kind::kSet, Kind::kPast, Kind::kFuture,
      Kind::kNotYear, Kind::kDurative, Kind::kSequel, Kind::kToday, Kind::kUnits, Kind::kWeekStart,
      Kind::kOrdinalSuffix, Kind::kDecadeSuffix, Kind::kShiftAfter, Kind::kAfterRef, Kind::kBeforeRef, Kind::kNumberAnd,
      Kind::kUncertain, Kind::kAgoAfter, Kind::kEarlierAfter, Kind::kDurationTail, Kind::kSelfDate);
  const std::uint64_t kinds = kinds_at(i);
  // "a", "in", "from": only with a number or unit behind them.
  constexpr std::uint64_t kLeads =
      bits(Kind::kOne, Kind::kInBefore, Kind::kAgoBefore, Kind::kRangeFrom, Kind::kNoDate, Kind::kHalfMore);
  if ((kinds & ~kInner) != 0) return (kinds & ~kInner & ~kLeads) != 0 || is_lead_of_date(i);
  return atom.capital && roman(surface(i)).first != 0;
}

// One point or period in any shape.
Candidate Reader::core(std::uint32_t i, bool no_ago) const {
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
  if (!number && order_.short_centuries) take(best, century_word(i));
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
  if (may(bits(Kind::kPartOf))) take(best, part_of_unit(i));
  if (number) take(best, iso_week(i));
  if (number || may(bits(Kind::kOrdinal, Kind::kNth))) {
    take(best, nth(i));
    take(best, nth_weekday(i));
  }
  if (number || may(bits(Kind::kUnit))) take(best, day_of_relative_month(i));
  if (!no_ago) {
    if (number || may(bits(Kind::kAgoBefore, Kind::kInBefore, Kind::kCardinal, Kind::kOne, Kind::kHalfMore))) {
      take(best, ago(i));
    }
    if (number || may(bits(Kind::kShiftBefore, Kind::kCardinal))) take(best, rolling(i));
  }
  if (number) take(best, day_of_month(i));
  return best;
}

// A core with "early", "mid-", "end of", "year-end" about it.
Candidate Reader::simple(std::uint32_t i) const {
  const Hit part = find(i, Kind::kPart);
  const bool is_of_bound = part && begin_of(Kind::kBound, part.end) < i;  // "al più tardi il 3 maggio"
  if (part && part.value != kRest && !is_of_bound) {
    std::uint32_t j = part.end;
    auto said = static_cast<DatePart>(part.value);
    // "early to mid 1990s", "mid-to-late 2020": no one part
    const auto past_dash = [&](std::uint32_t at) { return mark(at, '-') && glued(at) && glued(at + 1) ? at + 1 : at; };
    const std::uint32_t to = past_dash(j);
    if (const Hit joint = joined(to) ? find(to, Kind::kRangeTo) : Hit{}) {
      const std::uint32_t next = past_dash(joint.end);
      if (const Hit other = joined(next) ? find(next, Kind::kPart) : Hit{}) {
        j = other.end;
        said = DatePart::kWhole;
      }
    }
    if (mark(j, '-') && glued(j)) ++j;
    if (joined(j)) {
      const std::uint32_t k = of(j);
      for (const std::uint32_t at : {j, k}) {
        if (!joined(at)) continue;
        Candidate inner = core(at, true);
        if (!inner) inner = unit_alone(at, at != j);
        if (!inner || inner.is_impossible) continue;
        if (inner.partial.is_weak && inner.partial.month != 0 &&
            ((month(at).is_short && !atoms_[at].capital) || inner.partial.day != 0)) {
          continue;
        }
        if (inner.partial.is_weak && inner.partial.year != kNoYear && inner.partial.rule == Rule::kYear) {
          if (preceded(Kind::kNotYear, at) || inner.partial.year < 1000) continue;
        }
        if (inner.partial.rule == Rule::kRolling || inner.partial.rule == Rule::kAgo) continue;
        inner.partial.is_weak = false;
        inner.partial.part = said;
        return inner;
      }
    }
  }
  if (const Hit part = find(i, Kind::kEarlierPart);
      part && begin_of(Kind::kBound, part.end) >= i) {  // "earlier this year", "later in the year"
    const std::uint32_t k = of(part.end);
    if (joined(k)) {
      Candidate inner = relative_unit(part.end);  // "plus tôt ce mois-ci": "ce" may be passed over, too
      if (!inner) inner = relative_unit(k);
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
Candidate Reader::unit_alone(std::uint32_t i, bool has_of) const {
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

// "Jahresende 2023", "EOY": a part of a period in one word.
Candidate Reader::part_of_unit(std::uint32_t i) const {
  const Hit named = find(i, Kind::kPartOf);
  if (!named) return {};
  const auto unit = static_cast<Unit>(named.value / 8);
  Candidate candidate;
  candidate.end = named.end;
  candidate.partial.rule = Rule::kRelative;
  candidate.partial.part = static_cast<DatePart>(named.value % 8);
  const std::uint32_t j = of(named.end);
  const Year year = unit == Unit::kYear && joined(j) ? attached_year(j, false) : Year{};
  if (year) {
    candidate.end = year.end;
    candidate.partial.year = year.value;
    candidate.partial.year_steps = year.steps;
  } else {
    candidate.partial.whole = {shift(0, scale_of(unit))};
  }
  return candidate;
}

// "the rest of the week": from the anchor to the last day of the period that holds it.
bool Reader::rest_of(std::uint32_t i, Match& match) const {
  const Hit part = find(i, Kind::kPart);
  if (!part || part.value != kRest) return false;
  const std::uint32_t j = of(mark(part.end, '\'') && glued(part.end) ? part.end + 1 : part.end);
  if (!joined(j)) return false;
  Candidate period = relative_unit(j);
  if (!period) period = unit_alone(j, true);
  const Steps& whole = period.partial.whole;
  if (!period || whole.size() != 1 || whole[0].op != Op::kShift || whole[0].a != 0) return false;
  if (is_number(period.end) && joined(period.end)) return false;  // "the rest of the year 1987"
  match.begin = i;
  match.end = period.end;
  match.is_date = true;
  match.expression.from = {shift(0, Scale::kDay)};
  match.expression.to = whole;
  match.expression.to.push_back({Op::kNth, Choice::kWithin, Scale::kDay, -1, 0, 0});
  match.expression.end = End::kDate;
  match.expression.rule = Rule::kRange;
  return true;
}

// Tense: of what is repeated, the past or the coming one?
Choice Reader::tense(std::uint32_t begin, std::uint32_t end) const {
  int bound = 0;
  if (preceded_by_bound(begin, bound)) {
    if (bound == static_cast<int>(DateBound::kBy) || bound == static_cast<int>(DateBound::kUntil)) {
      // "had purchased shares through March"
      return tense_around(begin, end) == Choice::kNearPast ? Choice::kNearPast : Choice::kSoon;
    }
    if (bound == static_cast<int>(DateBound::kSince)) return Choice::kRecent;
  }
  return tense_around(begin, end);
}

// What the verbs around say.
Choice Reader::tense_around(std::uint32_t begin, std::uint32_t end) const {
  for (std::uint32_t back = 1; back <= 14 && back <= begin; ++back) {
    const std::uint32_t j = begin - back;
    if (atoms_[j + 1].wall || atoms_[j + 1].sentence || mark(j, '.') || mark(j, ';') || mark(j, '!')) break;
    if (mark(j, '?') && atoms_[j + 1].capital) break;  // "Do they sail in June? or in July?"
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
    if (find(j, Kind::kPast) || words_.is_past_form(surface(j), language_)) return Choice::kNearPast;
  }
  return Choice::kNear;
}

bool Reader::preceded_by_bound(std::uint32_t i, int& value) const {
  const std::uint32_t a = before_article(i);
  if (begin_of(Kind::kBound, i, &value) != i) return true;
  return a != i && begin_of(Kind::kBound, a, &value) != a;
}

Steps Reader::steps_of(const Partial& partial, Choice tense_choice) const {
  if (!partial.whole.empty()) return partial.whole;
  Steps steps;
  const Choice chosen = partial.choice.value_or(tense_choice);
  Choice choice = chosen;
  // Days of the week and of the month come round so often that tense decides alone.
  const bool is_weekday_and_day = partial.weekday != 0 && partial.day != 0;  // that is rare: the nearest
  if (partial.month == 0 && partial.part_code == 0 && partial.holiday < 0 && !is_weekday_and_day) {
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

bool Reader::parse(std::uint32_t i, Match& match) const {
  if (const Hit none = find(i, Kind::kNoDate)) {
    match = {i, none.end, false, {}};
    const Hit after = joined(none.end) ? find(none.end, Kind::kShiftAfter) : Hit{};
    // "il lunedì" is every one of them, "il lunedì 5 maggio" and "il lunedì seguente" are days.
    const std::uint32_t next = mark(none.end, ',') ? none.end + 1 : none.end;
    const bool is_day = none.value == 1 && joined(next) &&
                        (after || is_number(next) || find(none.end, Kind::kOf) || find(none.end - 1, Kind::kHoliday));
    if (!is_day) {
      if (after) match.end = after.end;
      return true;
    }
  }
  if (mark(i, '(')) return false;
  // "about five years ago", "circa 1605", "~2000s"
  Hit approx = find(i, Kind::kApprox);
  if (mark(i, '~') && glued(i + 1)) approx = {i + 1, 0, false};
  if (approx) {
    std::uint32_t j = approx.end;
    if ((mark(j, '.') || mark(j, '\'')) && glued(j)) ++j;  // "c. 1605", "plus d'un an"
    const std::uint32_t k = joined(j) ? article(j) : j;
    for (const std::uint32_t at : {j, k}) {
      if (!joined(at)) continue;
      Match inner;
      if (!bare(at, inner) || !inner.is_date) continue;
      const bool is_ago = inner.expression.rule == Rule::kAgo;
      const bool is_coarse = inner.expression.rule != Rule::kWeekday && inner.expression.rule != Rule::kDayShift;
      if (approx.value >= 1 ? !is_ago : !is_coarse) break;
      match = inner;
      match.begin = i;
      if (approx.value >= kMoreThan) {
        if (inner.expression.from.empty()) break;
        match.expression.bound = limit_of(approx.value, inner.expression.from.back());
      } else {
        match.expression.approximate = true;
      }
      finish(i, match);
      return true;
    }
  }
  if (!bare(i, match)) return false;
  finish(i, match);
  return true;
}

void Reader::finish(std::uint32_t i, Match& match) const {
  if (!match.is_date) return;
  int bound = 0;
  if (match.expression.end == End::kNone && preceded_by_bound(i, bound)) {
    match.expression.bound = bound == kFromNearest ? DateBound::kSince : static_cast<DateBound>(bound);
  }
  if (i >= 2 && mark(i - 1, '=') && joined(i) && joined(i - 1)) {  // ">= 2019"
    if (mark(i - 2, '>')) match.expression.bound = DateBound::kSince;
    if (mark(i - 2, '<')) match.expression.bound = DateBound::kUntil;
  }
  if (match.expression.end == End::kNone) {
    // "1994 or later"; "from 1994 on"
    const Hit sequel = joined(match.end) ? find(match.end, Kind::kSequel) : Hit{};
    if (sequel && (sequel.value == 0 || preceded(Kind::kRangeFrom, before_article(i)))) {
      match.expression.bound = DateBound::kSince;
    }
  }
  for (std::uint32_t back = 1; back <= 5 && back <= i && !atoms_[i - back + 1].wall; ++back) {
    const Hit self = find(i - back, Kind::kSelfDate);  // "today is", "for the week of": may reach into the date
    if (self && article(self.end) >= i) match.expression.is_document_date = true;
  }
  if (preceded(Kind::kUncertain, i)) match.expression.uncertain = true;  // "possibly 1935"
  match.end = past_abbreviation(match.end);
}

// The point of "30 Sept." belongs to it where the sentence goes on.
std::uint32_t Reader::past_abbreviation(std::uint32_t end) const {
  if (end == 0 || !mark(end, '.') || !glued(end) || !joined(end + 1)) return end;
  if (!find(end - 1, Kind::kMonthShort) && !find(end - 1, Kind::kWeekdayShort) && !find(end - 1, Kind::kWeekday)) {
    return end;
  }
  if (atoms_[end - 1].end - atoms_[end - 1].begin > 6 || atoms_[end + 1].sentence || atoms_[end + 1].line) return end;
  if (is_word(end + 1)) return atoms_[end + 1].capital ? end : end + 1;
  const bool is_name = find(end - 1, Kind::kWeekday) && !find(end - 1, Kind::kWeekdayShort);
  const bool goes_on = mark(end + 1, ',') || mark(end + 1, ';') || mark(end + 1, ':') || mark(end + 1, '?') ||
                       mark(end + 1, '!') || mark(end + 1, ')');
  return goes_on && !is_name ? end + 1 : end;
}

// A date or range without "about".
bool Reader::bare(std::uint32_t i, Match& match) const {
  if (preceded(Kind::kSet, i)) {
    // "every Monday", "each year": not a date, but a year may stand there ("every 2018 issue").
    const Candidate skipped = simple(i);
    if (skipped && skipped.partial.year == kNoYear) {
      match = {i, skipped.end, false, {}};
      return true;
    }
  }
  if (const Hit running = find(i, Kind::kToDate)) {  // "year to date"
    match.begin = i;
    match.end = running.end;
    match.is_date = true;
    match.expression.from = {shift(0, scale_of(static_cast<Unit>(running.value)))};
    match.expression.fiscal = static_cast<Unit>(running.value) == Unit::kFiscal;
    match.expression.end = End::kOpen;
    match.expression.rule = Rule::kOpenRange;
    return true;
  }
  if (rest_of(i, match)) return true;
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
  if (try_length_from(i, match)) return true;
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
    if (try_open_end(i, first, range) || try_days_after_relative_month(i, first, range) ||
        try_shared_year(i, first, range)) {
      match = range;
      return true;
    }
  }
  if (const Candidate number = day_only(i)) {  // "17-21 October 2022", "18 and 19 June"
    Match range;
    if (number.end > first.end || !first || first.partial.is_weak || first.partial.rule == Rule::kDayOfMonth) {
      if (try_range(i, number, -1, range)) {
        match = range;
        return true;
      }
      const Candidate other = last_of_days(number);
      if (other && is_possible_day(other.partial.month, number.partial.day)) {
        Partial partial = other.partial;
        partial.day = number.partial.day;
        match.begin = i;
        match.end = number.end;
        match.is_date = true;
        match.expression = expression_of(partial, tense(i, other.end));
        return true;
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

void read(std::string_view text, const DateWords& words, std::span<const Atom> atoms, std::uint8_t language,
          const Habits& habits, std::vector<Match>& matches) {
  Reader(text, words, atoms, language, habits).read(matches);
}

int order_evidence(std::span<const Atom> atoms) {
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
