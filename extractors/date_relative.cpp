// date_relative.cpp - dates that count from another one: "yesterday", "last week", "two years ago", "the 15th of next
// month".
#include "extractors/date_reader.h"

namespace dossier::date_grammar {

Candidate Reader::day_shift(std::uint32_t i) const {
  const Hit hit = find(i, Kind::kDayShift);
  if (!hit) return {};
  if (i > 0 && joined(i)) {
    // "la mañana", "guten Morgen": the morning; a noun has a capital where nouns do.
    if (hit.value == 1 && (before_article(i) != i || preceded(Kind::kShiftBefore, i))) return {};
    if (order_.capital_nouns && atoms_[i].capital && !atoms_[i].sentence) return {};
  }
  Candidate candidate;
  candidate.end = hit.end;
  candidate.partial.rule = Rule::kDayShift;
  candidate.partial.whole = {shift(hit.value, Scale::kDay)};
  return candidate;
}

// "last week", "next Friday", "this summer", "semaine prochaine", "the latest quarter".
Candidate Reader::relative_unit(std::uint32_t i) const {
  constexpr int kDeepest = 4;
  if (depth_ >= kDeepest) return {};
  ++depth_;
  Candidate candidate = read_relative_unit(i);
  --depth_;
  return candidate;
}

// "el año anterior a la guerra", "l'année suivant la guerre": counts from no date. The word is at [begin, end).
bool Reader::is_of_event(std::uint32_t begin, std::uint32_t end) const {
  return joined(end) && !atoms_[end].line &&
         (find(begin, Kind::kBound).end > end || find(begin, Kind::kBeforeRef).end > end);
}

// "next week Wednesday", "previous week - Monday": the day behind the week's words, which end at `k`.
void Reader::add_weekday(std::uint32_t k, Candidate& candidate) const {
  if (mark(k, '-') || mark(k, ',')) ++k;
  const std::uint32_t l = of(k);
  Hit day_name = joined(l) ? find(l, Kind::kWeekday) : Hit{};
  if (!day_name && joined(l)) day_name = find(l, Kind::kWeekdayShort);
  if (!day_name || atoms_[l].line) return;
  candidate.end = day_name.end;
  candidate.partial.whole.push_back({Op::kWeekday, Choice::kWithin, Scale::kDay, day_name.value, 0, 0});
}

// "last month", "marzo scorso", "the latest quarter": a unit or a name, counted from the date of the text.
Candidate Reader::read_relative_unit(std::uint32_t i) const {
  if (const Hit before = find(i, Kind::kShiftBefore)) return shifted(i, before);
  if (const Hit earlier = find(i, Kind::kYearEarlier)) return year_earlier(earlier);
  if (const Hit unit = find(i, Kind::kUnit)) return unit_then_shift(i, unit);
  if (const Candidate named = name_then_shift(i)) return named;
  if (const Hit latest = find(i, Kind::kLatest)) return latest_unit(latest);
  return {};
}

// "last month", "this calendar year", "next Friday": `before` is what shifts.
Candidate Reader::shifted(std::uint32_t i, const Hit& before) const {
  Candidate candidate;
  candidate.partial.rule = Rule::kRelative;
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
  if (const Hit unit = find(j, Kind::kUnit)) return shifted_unit(i, before, unit, n, is_fiscal);
  return shifted_name(before, j, n);
}

Candidate Reader::shifted_unit(std::uint32_t i, const Hit& before, const Hit& unit, int n, bool is_fiscal) const {
  Candidate candidate;
  candidate.partial.rule = Rule::kRelative;
  const auto kind = static_cast<Unit>(unit.value);
  if (kind == Unit::kDay || kind == Unit::kWorkday) return {};
  if (mark(unit.end, '-') && glued(unit.end) && is_word(unit.end + 1) && find(unit.end + 1, Kind::kUnits)) return {};
  // "over the past year" measures a time.
  if (before.value == -11 && preceded(Kind::kDurative, before_article(i))) return {};
  if (kind == Unit::kPeriod && n == 0) return {};
  if (kind == Unit::kMonth) {  // "this month of August"
    const std::uint32_t k = of(unit.end);
    const Month name = k != unit.end && joined(k) ? month(k) : Month{};
    if (name && !name.is_short && !name.is_foreign) {
      candidate.end = name.end;
      candidate.partial.rule = Rule::kMonth;
      candidate.partial.month = name.value;
      candidate.partial.choice = n < 0 ? Choice::kPast : n > 0 ? Choice::kFuture : Choice::kWithin;
      return candidate;
    }
  }
  candidate.end = unit.end;
  const Hit tail = glued(unit.end) && mark(unit.end, '-') ? find(unit.end + 1, Kind::kThat) : Hit{};
  if (tail && (tail.value == kHere || tail.value == kTail)) {
    candidate.end = tail.end;  // "ce mois-ci"; "cette année-là": the one spoken of
    candidate.partial.from_text = tail.value == kTail;
    if (candidate.partial.from_text) candidate.partial.rule = Rule::kThat;
  }
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
  if (kind == Unit::kWeek) add_weekday(unit.end, candidate);
  return candidate;
}

// "next Friday", "last summer", "this first quarter": the name begins at `j`.
Candidate Reader::shifted_name(const Hit& before, std::uint32_t j, int n) const {
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
    // "this may change" is no month.
    if (named && named.partial.rule == Rule::kMonth && before.value == 0 && is_miscased(j, month(j))) named = {};
  }
  if (!named) named = season(j);
  if (!named && before.value == 0) {
    named = numeric(j);
    if (named && named.partial.rule != Rule::kNumericShort) named = {};
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

// "the year-ago third quarter".
Candidate Reader::year_earlier(const Hit& earlier) const {
  Candidate candidate;
  candidate.partial.rule = Rule::kRelative;
  std::uint32_t j = earlier.end;
  candidate.end = j;
  candidate.partial.whole = {shift(-1, Scale::kYear)};
  if (!joined(j)) return candidate;
  if (const Candidate part = ordinal_quarter(j)) {
    return quarter_of(part.end, part.partial.part_code, {part.end, kNoYear, {shift(-1, Scale::kYear)}, Rule::kRelative},
                      Rule::kQuarter);
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

// "l'anno seguente", "the week before last"; "the quarter" of a report.
Candidate Reader::unit_then_shift(std::uint32_t i, const Hit& unit) const {
  Candidate candidate;
  candidate.partial.rule = Rule::kRelative;
  const auto kind = static_cast<Unit>(unit.value);
  const Hit after = joined(unit.end) ? find(unit.end, Kind::kShiftAfter) : Hit{};
  // "the week before last" is one, "the week before last Friday" is not.
  const bool is_of_other = after && std::abs(after.value) == 2 && joined(after.end) && is_word(after.end) &&
                           (find(after.end, Kind::kUnit) || find(after.end, Kind::kWeekday) || month(after.end));
  if (after && !is_of_other && kind != Unit::kDay && kind != Unit::kWorkday && kind != Unit::kPeriod) {
    candidate.end = after.end;
    // "l'anno seguente": of the date spoken of, if there is one.
    const bool is_soft = std::abs(after.value) > 10;
    if (is_of_event(unit.end, after.end)) return {};
    candidate.partial.from_text = candidate.partial.is_soft = is_soft;
    candidate.partial.whole = {shift(is_soft ? after.value / 11 : after.value, scale_of(kind))};
    if (kind == Unit::kWeek) add_weekday(after.end, candidate);
    return candidate;
  }
  // "the quarter" of a report is the last one that has ended.
  if (kind == Unit::kQuarter && order_.article_quarter && before_article(i) == i - 1 && i > 0 &&
      !find(i - 1, Kind::kOne) &&
      !(joined(unit.end) && (find(unit.end, Kind::kOf) || mark(unit.end, '-') || is_number(unit.end)))) {
    candidate.end = unit.end;
    candidate.partial.whole = {{Op::kLastPeriod, Choice::kWithin, Scale::kQuarter, 0, 0, 0}};
    return candidate;
  }
  return {};
}

// "marzo scorso", "été dernier".
Candidate Reader::name_then_shift(std::uint32_t i) const {
  Candidate candidate;
  candidate.partial.rule = Rule::kRelative;
  if (const Month name = month(i); name && !name.is_short && !name.is_foreign) {
    const Hit after = joined(name.end) ? find(name.end, Kind::kShiftAfter) : Hit{};
    if (after) {
      candidate.end = after.end;
      candidate.partial.month = name.value;
      candidate.partial.choice = after.value < 0 ? Choice::kPast : after.value > 0 ? Choice::kFuture : Choice::kWithin;
      return candidate;
    }
  }
  if (const Hit name = find(i, Kind::kSeason)) {
    const Hit after = joined(name.end) ? find(name.end, Kind::kShiftAfter) : Hit{};
    if (after) {
      candidate.end = after.end;
      candidate.partial.part_code = name.value;
      candidate.partial.choice = after.value < 0 ? Choice::kPast : after.value > 0 ? Choice::kFuture : Choice::kWithin;
      return candidate;
    }
  }
  return {};
}

// "the latest quarter": the last one that has ended.
Candidate Reader::latest_unit(const Hit& latest) const {
  Candidate candidate;
  candidate.partial.rule = Rule::kRelative;
  const Hit unit = joined(latest.end) ? find(latest.end, Kind::kUnit) : Hit{};
  if (!unit) return {};
  const auto kind = static_cast<Unit>(unit.value);
  if (kind != Unit::kQuarter && kind != Unit::kPeriod && kind != Unit::kYear) return {};
  candidate.end = unit.end;
  candidate.partial.whole = {kind == Unit::kYear ? shift(-1, Scale::kYear)
                                                 : Step{Op::kLastPeriod, Choice::kWithin, Scale::kQuarter, 0, 0, 0}};
  return candidate;
}

// "that year", "the year before that": the date spoken of before.
Candidate Reader::that(std::uint32_t i) const {
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
    candidate.partial.is_soft = hit.value > 10;  // "siguiente"
    if (kind != Unit::kYear && kind != Unit::kMonth && kind != Unit::kQuarter && kind != Unit::kDecade &&
        !(kind == Unit::kWeek && candidate.partial.is_soft)) {
      return {};
    }
    const bool has_lead = before_article(i) != i || preceded(Kind::kOf, i);
    if (hit.value == kTail || hit.value == kHere || (hit.value != 0 && (kind == Unit::kDecade || !has_lead))) return {};
    candidate.end = unit.end;
    candidate.partial.whole = {shift(hit.value > 10 ? 1 : hit.value, scale_of(kind))};
    return candidate;
  }
  return {};
}

// "three years", "two and a half years", "anderthalb Jahre", "half a century": appends what it finds, if anything.
bool Reader::add_part(std::uint32_t i, Duration& duration) const {
  int many = 0;
  bool has_half = false;
  std::uint32_t k = i;
  bool is_one = false;
  if (const Hit half = find(k, Kind::kHalfMore); half && half.value != 0) {  // -1: a half alone
    many = half.value > 0 ? half.value : 0;
    has_half = true;
    k = half.end;
  } else {
    const Number number = count(k);
    if (!number || number.value < 1) return false;
    many = number.value;
    k = number.end;
    is_one = !is_number(i) && many == 1;
    if (mark(k, '-') && glued(k)) ++k;
    if (const Hit more = joined(k) ? find(k, Kind::kHalfMore) : Hit{}; more && more.value == 0) {
      has_half = true;
      k = more.end;
    }
  }
  if (mark(k, '\'') && glued(k)) ++k;
  if (!joined(k)) return false;
  Hit unit = find(k, Kind::kUnits);
  if (const Hit one = find(k, Kind::kUnit); one && one.end >= unit.end) unit = one;
  if (!unit) return false;
  const auto kind = static_cast<Unit>(unit.value);
  if (kind == Unit::kPeriod || kind == Unit::kFiscal) return false;
  std::uint32_t end = unit.end;
  if (const Hit more = joined(end) ? find(end, Kind::kHalfMore) : Hit{}; more && more.value == 0 && !has_half) {
    has_half = true;
    end = more.end;
  }
  if (many > 0) duration.parts.emplace_back(many, scale_of(kind));
  if (has_half) {
    duration.is_approximate = duration.is_approximate || many > 0;
    switch (kind) {
      case Unit::kYear:
        duration.parts.emplace_back(6, Scale::kMonth);
        break;
      case Unit::kMonth:
        duration.parts.emplace_back(2, Scale::kWeek);
        break;
      case Unit::kDecade:
        duration.parts.emplace_back(5, Scale::kYear);
        break;
      case Unit::kCentury:
        duration.parts.emplace_back(50, Scale::kYear);
        break;
      default:
        return false;  // "half a day": no date
    }
  }
  duration.is_one = duration.parts.size() == 1 && is_one && !has_half;
  duration.end = end;
  return true;
}

// "3 months and 2 weeks"
Duration Reader::duration(std::uint32_t i, int most) const {
  Duration result;
  std::uint32_t j = i;
  for (int n = 0; n < most && in(j); ++n) {
    Duration longer = result;
    if (!add_part(j, longer)) break;
    result = std::move(longer);
    j = result.end;
    if (mark(j, ',')) ++j;
    if (const Hit conjunction = joined(j) ? find(j, Kind::kRangeTo) : Hit{}; conjunction && conjunction.value == 1)
      j = conjunction.end;
    if (!joined(j)) break;
  }
  if (const Hit tail = result && joined(result.end) ? find(result.end, Kind::kDurationTail) : Hit{};
      tail && tail.value == 0) {
    result.end = tail.end;  // "a week or so"
    result.is_approximate = true;
  }
  return result;
}

// "more than two weeks ago" is before that day, "less than three days after Easter" too; "more than ten years ago" may
// lie in that year.
DateBound Reader::limit_of(int approx, const Step& moved) {
  const bool is_to_the_day = moved.scale < Scale::kMonth;
  if ((approx == kMoreThan) == (moved.a < 0)) return is_to_the_day ? DateBound::kBefore : DateBound::kBy;
  return is_to_the_day ? DateBound::kAfter : DateBound::kSince;
}

// Only the last part is rounded to its unit.
void Reader::move(Steps& steps, const Duration& duration, int sign) {
  for (std::size_t i = 0; i < duration.parts.size(); ++i) {
    const auto& [n, scale] = duration.parts[i];
    steps.push_back({Op::kMove, Choice::kWithin, scale, sign * n, i + 1 < duration.parts.size() ? 1 : 0, 0});
  }
}

// "two or three years", "2-3 years", "a year or two".
Candidate Reader::either_of_two(std::uint32_t i, int sign) const {
  const Number first = count(i);
  if (!first || first.value < 1 || !joined(first.end)) return {};
  const auto joint_at = [&](std::uint32_t at) -> std::uint32_t {
    if (mark(at, '-')) return at + 1;
    const Hit joint = find(at, Kind::kRangeTo);
    return joint && joint.value != 1 ? joint.end : 0;
  };
  const auto unit_at = [&](std::uint32_t at) {
    Hit unit = find(at, Kind::kUnits);
    return unit ? unit : find(at, Kind::kUnit);
  };
  Hit unit;
  std::uint32_t end = 0;
  Number second;
  if (const std::uint32_t j = joint_at(first.end); j != 0 && joined(j)) {
    second = cardinal(j);
    unit = second && joined(second.end) ? unit_at(second.end) : Hit{};
    end = unit.end;
  } else if ((unit = unit_at(first.end))) {
    const std::uint32_t k = joined(unit.end) ? joint_at(unit.end) : 0;
    if (k == 0 || !joined(k) || mark(unit.end, '-')) return {};
    second = cardinal(k);
    end = second.end;
  }
  if (!unit || !second || second.value <= first.value) return {};
  const auto kind = static_cast<Unit>(unit.value);
  if (kind == Unit::kPeriod || kind == Unit::kFiscal || kind > Unit::kYear) return {};
  Candidate candidate;
  candidate.end = end;
  candidate.partial.rule = Rule::kAgo;
  candidate.partial.approximate = true;
  candidate.partial.whole = {
      {Op::kMoveSpan, Choice::kWithin, scale_of(kind), sign * first.value, sign * second.value, 0}};
  return candidate;
}

// "two years ago", "il y a deux ans", "in two weeks", "three days after Christmas", "a year earlier".
Candidate Reader::ago(std::uint32_t i) const {
  Candidate candidate;
  candidate.partial.rule = Rule::kAgo;
  for (const auto& [kind, sign] : {std::pair{Kind::kAgoBefore, -1}, std::pair{Kind::kInBefore, 1}}) {
    const Hit lead = find(i, kind);
    if (!lead) continue;
    std::uint32_t j = lead.end;
    if (!joined(j)) continue;
    int limit = 0;
    if (const Hit approx = find(j, Kind::kApprox)) {
      j = approx.end;
      if (mark(j, '\'') && glued(j)) ++j;
      candidate.partial.approximate = approx.value < kMoreThan;
      limit = approx.value;
    }
    Candidate span = either_of_two(j, sign);
    const Duration length = span ? Duration{} : duration(j);
    if (!length && !span) continue;
    std::uint32_t end = span ? span.end : length.end;
    if (kind == Kind::kInBefore) {
      // "in two weeks' time" is to come; "in two weeks" may also say how long it took.
      std::uint32_t k = end;
      if (mark(k, '\'') && glued(k)) k += is_word(k + 1) && glued(k + 1) ? 2 : 1;
      const Hit tail = joined(k) ? find(k, Kind::kDurationTail) : Hit{};
      const bool has_tail = tail && tail.value == 1;
      if (has_tail) end = tail.end;
      const Choice when = tense(i, end);
      if (lead.value == 1 && when != Choice::kNearFuture && !has_tail) continue;
      if (when == Choice::kNearPast && !has_tail) continue;
      if (const Hit bound = find(i, Kind::kBound); bound && bound.value == static_cast<int>(DateBound::kBy)) {
        candidate.partial.bound = span.partial.bound = DateBound::kBy;  // "within two weeks"
      }
    }
    // "vor zwei Tagen" but "zwei Tage vor Ostern"; "en tres semanas a partir de hoy" counts from today
    if (joined(end) && (find(end, Kind::kBeforeRef) || (kind == Kind::kInBefore && find(end, Kind::kAfterRef))))
      continue;
    if (span) {
      span.end = end;
      return span;
    }
    candidate.end = end;
    candidate.partial.approximate = candidate.partial.approximate || length.is_approximate;
    move(candidate.partial.whole, length, sign);
    if (limit >= kMoreThan) candidate.partial.bound = limit_of(limit, candidate.partial.whole.back());
    return candidate;
  }
  if (Candidate span = either_of_two(i, -1); span && joined(span.end)) {
    if (const Hit after = find(span.end, Kind::kAgoAfter)) {
      span.end = after.end;
      return span;
    }
  }
  const Duration length = duration(i);
  if (!length || !joined(length.end)) return {};
  // "the last 4 weeks and 5 days ago": two things
  if (length.parts.size() > 1 && preceded(Kind::kShiftBefore, i)) return {};
  candidate.partial.approximate = length.is_approximate;
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
    // "a week ago yesterday", "a week ago Friday", "three weeks ago on Friday"
    if (length.parts.size() == 1 && length.parts[0].second == Scale::kWeek && joined(after.end) &&
        !atoms_[after.end].line) {
      const Hit day = find(after.end, Kind::kDayShift);
      const Hit lead = day ? Hit{} : find(after.end, Kind::kDateLead);
      const std::uint32_t at = lead && joined(lead.end) ? lead.end : after.end;
      const Hit name = day ? Hit{} : find(at, Kind::kWeekday);
      if (day && day.value < 0) candidate.partial.whole = {shift(day.value, Scale::kDay)};
      if (name && !name.foreign && !lead) {
        candidate.partial.whole = {{Op::kWeekday, Choice::kRecent, Scale::kDay, name.value, 0, 0}};
      }
      move(candidate.partial.whole, length, -1);
      if (name && !name.foreign && lead) {
        candidate.partial.whole.push_back({Op::kWeekday, Choice::kWithin, Scale::kDay, name.value, 0, 0});
      }
      if (day && day.value < 0) candidate.end = day.end;
      if (name && !name.foreign) candidate.end = name.end;
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
      if (name && !name.foreign) {  // the one of the week that is reached
        candidate.end = name.end;
        candidate.partial.whole.back().b = 1;  // to the day
        candidate.partial.whole.push_back({Op::kWeekday, Choice::kWithin, Scale::kDay, name.value, 0, 0});
      }
    }
    return candidate;
  }
  return {};
}

// "next three days", "ultimi 3 mesi", "5 años pasados", "3 next weeks". Not "for the last three years".
Candidate Reader::rolling(std::uint32_t i) const {
  std::uint32_t j = i;
  int sign = 0;
  const auto sign_of = [](int value) { return std::abs(value) == 2 ? 0 : value < 0 ? -1 : value > 0 ? 1 : 0; };
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
      (find(length.end, Kind::kAgoAfter) || find(length.end, Kind::kBeforeRef) || find(length.end, Kind::kAfterRef))) {
    length = duration(j, 1);
  }
  if (!length || length.parts.empty()) return {};
  std::uint32_t end = length.end;
  if (sign == 0) {
    const Hit after = joined(end) ? find(end, Kind::kShiftAfter) : Hit{};
    sign = after ? sign_of(after.value) : 0;
    if (sign == 0) return {};
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

Candidate Reader::roll(std::uint32_t begin, std::uint32_t end, int n, Scale scale) const {
  // "for the past five years" measures a time, "for the past three quarters" names what is reported.
  int durative = 0;
  const std::uint32_t a = before_article(begin);
  const bool is_duration = begin_of(Kind::kDurative, a, &durative) != a && !(durative == 1 && scale == Scale::kQuarter);
  if (n == 0 || std::abs(n) > 9999 || is_duration) return {};
  Candidate candidate;
  candidate.end = end;
  candidate.partial.rule = Rule::kRolling;
  candidate.partial.whole = {{Op::kRoll, Choice::kWithin, scale, n, 0, 0}};
  return candidate;
}

// The period in "first week OF January 2015", "15th OF next month".
Candidate Reader::container(std::uint32_t i) const {
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

// "first week of 2015", "third month of 2021", "the last 2 weeks of this month", "15th of next month".
Candidate Reader::nth(std::uint32_t i) const {
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
  // "prima del 2010" is before it, no first day.
  const bool is_year =
      period.partial.month == 0 &&
      (period.partial.whole.empty() ? period.partial.has_year() : period.partial.whole.back().scale >= Scale::kYear);
  if (is_bare && is_year) return {};
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

// "last Friday of May 2019", "second Tuesday in November", "first Monday of next month".
Candidate Reader::nth_weekday(std::uint32_t i) const {
  Number number = ordinal(i);
  if (!number || number.value < 1 || number.value > 5) {
    const Hit last = find(i, Kind::kNth);
    if (!last) return {};
    number = {last.end, -1, true, true};
  }
  const Hit name = joined(number.end) ? find(number.end, Kind::kWeekday) : Hit{};
  if (!name || name.foreign || atoms_[number.end].sentence) return {};
  if (of(name.end) == name.end) {  // "the second Tuesday", "ogni primo lunedì": nobody knows of what
    return number.value > 0 || preceded(Kind::kSet, i) ? impossible(name.end) : Candidate{};
  }
  if (const Hit each = find(of(name.end), Kind::kSet)) return impossible(each.end);
  const Candidate period = container(name.end);
  if (!period) return {};
  // "the first Monday of the month" is one of every month.
  const Steps& whole = period.partial.whole;
  const bool is_any = whole.size() == 1 && whole[0].op == Op::kShift && whole[0].a == 0 && period.partial.month == 0 &&
                      find(of(name.end), Kind::kUnit);
  if (period.is_impossible || is_any) return impossible(period.end);
  Candidate candidate;
  candidate.end = period.end;
  candidate.partial.rule = Rule::kNth;
  candidate.partial.whole = steps_of(period.partial, tense(i, period.end));
  candidate.partial.whole.push_back({Op::kNthWeekday, Choice::kWithin, Scale::kDay, 0, number.value, name.value});
  return candidate;
}

// "15 du mois prochain", "día 21 de este mes": a plain number needs a month that is said.
Candidate Reader::day_of_relative_month(std::uint32_t i) const {
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
Candidate Reader::week(std::uint32_t i) const {
  const Hit unit = find(i, Kind::kUnit);
  if (!unit || unit.value != static_cast<int>(Unit::kWeek) || !joined(unit.end)) return {};
  Candidate candidate;
  candidate.partial.rule = Rule::kWeek;
  if (is_number(unit.end) && atoms_[unit.end].digits() <= 2 && atoms_[unit.end].space &&
      !has_number_after(unit.end + 1) && atoms_[unit.end].number >= 1 && atoms_[unit.end].number <= 53 &&
      !(is_word(unit.end + 1) && glued(unit.end + 1))) {
    candidate.end = unit.end + 1;
    std::uint32_t j = of(candidate.end);
    if (mark(j, ',') || (mark(j, '/') && glued(j))) ++j;
    const Year year = joined(j) ? attached_year(j, false) : Year{};
    const Hit letter = find(i, Kind::kPeriodLetter);  // "KW 31": no week of anything but the year
    const bool is_calendar = letter && letter.value == static_cast<int>(Unit::kWeek);
    const bool has_context = year || is_calendar || before_article(i) != i || preceded(Kind::kDateLead, i);
    if (!has_context) return {};
    if (year) {
      candidate.end = year.end;
      candidate.partial.whole = year.value != kNoYear ? Steps{year_step(year.value)} : year.steps;
    } else {
      candidate.partial.whole = {shift(0, Scale::kYear)};
    }
    candidate.partial.whole.push_back({Op::kWeekNumber, Choice::kWithin, Scale::kWeek, atoms_[unit.end].number, 0, 0});
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

// "2007-W23", "2007-W23-4": week and day of ISO 8601.
Candidate Reader::iso_week(std::uint32_t i) const {
  if (!is_number(i) || atoms_[i].digits() != 4 || has_number_before(i)) return {};
  std::uint32_t j = i + 1;
  if (mark(j, '-') && glued(j)) ++j;
  if (!is_word(j) || !glued(j) || surface(j) != "W" || !is_number(j + 1) || !glued(j + 1)) return {};
  if (atoms_[j + 1].digits() != 2 || atoms_[j + 1].number < 1 || atoms_[j + 1].number > 53) return {};
  Candidate candidate;
  candidate.end = j + 2;
  candidate.partial.rule = Rule::kIso;
  candidate.partial.whole = {year_step(atoms_[i].number),
                             {Op::kWeekNumber, Choice::kWithin, Scale::kWeek, atoms_[j + 1].number, 0, 0}};
  if (mark(j + 2, '-') && glued(j + 2) && is_number(j + 3) && glued(j + 3) && atoms_[j + 3].digits() == 1 &&
      atoms_[j + 3].number >= 1 && atoms_[j + 3].number <= 7) {
    candidate.end = j + 4;
    candidate.partial.whole.push_back({Op::kWeekday, Choice::kWithin, Scale::kDay, atoms_[j + 3].number, 0, 0});
  }
  if (glued(candidate.end) && (is_word(candidate.end) || is_number(candidate.end))) return {};
  return candidate;
}

}  // namespace dossier::date_grammar
