#include "extractors/date_calendar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace dossier::date_calendar {

namespace {

using edtf::Civil;
using edtf::civil_of;
using edtf::days_in_month;
using edtf::days_of;
using edtf::weekday_of;

constexpr std::int64_t kFirstYear = -9999;
constexpr std::int64_t kLastYear = 9999;

bool is_sane(std::int64_t year) {
  return year >= kFirstYear && year <= kLastYear;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

Period day_period(std::int32_t day) {
  return {day, day, DatePrecision::kDay, edtf::of_day(day)};
}

Period stretch(std::int32_t first, std::int32_t last, DatePrecision precision) {
  if (first == last) return day_period(first);
  return {first, last, precision, edtf::of_day(first) + "/" + edtf::of_day(last)};
}

Period month_period(std::int64_t year, int month) {
  return {days_of(year, month, 1), days_of(year, month, days_in_month(year, month)), DatePrecision::kMonth,
          edtf::of_month(year, month)};
}

// code: 21..24, 33..36, 40, 41.
Period part_period(std::int64_t year, int code) {
  Period period;
  period.edtf = edtf::of_month(year, code);
  const auto value = edtf::parse(period.edtf);
  const edtf::Bounds bounds = value ? edtf::bounds(*value) : edtf::Bounds{};
  period.earliest = bounds.earliest;
  period.latest = bounds.latest;
  period.precision = code <= 24 ? DatePrecision::kSeason : code <= 36 ? DatePrecision::kQuarter : DatePrecision::kHalf;
  return period;
}

Period year_period(std::int64_t year) {
  return {days_of(year, 1, 1), days_of(year, 12, 31), DatePrecision::kYear, edtf::of_year(year)};
}

Period years(std::int64_t first, std::int64_t count, DatePrecision precision) {
  Period period{days_of(first, 1, 1), days_of(first + count - 1, 12, 31), precision, {}};
  char text[16];
  if (first >= 0 && count == 10) {
    std::snprintf(text, sizeof text, "%03dX", static_cast<int>(first / 10));
    period.edtf = text;
  } else if (first >= 0 && count == 100) {
    std::snprintf(text, sizeof text, "%02dXX", static_cast<int>(first / 100));
    period.edtf = text;
  } else {
    period.edtf = edtf::of_year(first) + "/" + edtf::of_year(first + count - 1);
  }
  return period;
}

std::int32_t monday_of(std::int32_t day) {
  return day - (weekday_of(day) - 1);
}

// The period of a scale that holds `day`, `n` periods on.
std::optional<Period> unit_period(std::int32_t day, Scale scale, std::int64_t n) {
  const Civil civil = civil_of(day);
  if (n > 200000 || n < -200000) return std::nullopt;
  switch (scale) {
    case Scale::kDay:
      return day_period(day + static_cast<std::int32_t>(n));
    case Scale::kWorkday: {
      std::int32_t at = day;
      for (std::int64_t left = n; left != 0;) {
        const int step = left > 0 ? 1 : -1;
        at += step;
        if (weekday_of(at) <= 5) left -= step;
      }
      return day_period(at);
    }
    case Scale::kWeek: {
      const std::int32_t monday = monday_of(day) + static_cast<std::int32_t>(7 * n);
      return stretch(monday, monday + 6, DatePrecision::kWeek);
    }
    case Scale::kWorkweek: {
      const std::int32_t monday = monday_of(day) + static_cast<std::int32_t>(7 * n);
      return stretch(monday, monday + 4, DatePrecision::kInterval);
    }
    case Scale::kFortnight: {
      const std::int32_t monday = monday_of(day) + static_cast<std::int32_t>(n < 0 ? 14 * n : 14 * n - 7);
      return stretch(monday, monday + 13, DatePrecision::kInterval);
    }
    case Scale::kMonth: {
      const std::int64_t index = civil.year * 12 + civil.month - 1 + n;
      const std::int64_t year = floor_div(index, 12);
      if (!is_sane(year)) return std::nullopt;
      return month_period(year, static_cast<int>(index - year * 12) + 1);
    }
    case Scale::kQuarter: {
      const std::int64_t index = civil.year * 4 + (civil.month - 1) / 3 + n;
      const std::int64_t year = floor_div(index, 4);
      if (!is_sane(year)) return std::nullopt;
      return part_period(year, static_cast<int>(index - year * 4) + 33);
    }
    case Scale::kHalf: {
      const std::int64_t index = civil.year * 2 + (civil.month - 1) / 6 + n;
      const std::int64_t year = floor_div(index, 2);
      if (!is_sane(year)) return std::nullopt;
      return part_period(year, static_cast<int>(index - year * 2) + 40);
    }
    case Scale::kYear:
      if (!is_sane(civil.year + n)) return std::nullopt;
      return year_period(civil.year + n);
    case Scale::kDecade: {
      const std::int64_t first = (floor_div(civil.year, 10) + n) * 10;
      if (!is_sane(first) || !is_sane(first + 9)) return std::nullopt;
      return years(first, 10, DatePrecision::kDecade);
    }
    case Scale::kCentury: {
      const std::int64_t first = (floor_div(civil.year, 100) + n) * 100;
      if (!is_sane(first) || !is_sane(first + 99)) return std::nullopt;
      return years(first, 100, DatePrecision::kCentury);
    }
  }
  return std::nullopt;
}

// `n` months on, the day kept where the month has it.
std::int32_t add_months(std::int32_t day, std::int64_t n) {
  const Civil civil = civil_of(day);
  const std::int64_t index = civil.year * 12 + civil.month - 1 + n;
  const std::int64_t year = std::clamp(floor_div(index, 12), kFirstYear, kLastYear);
  const int month = static_cast<int>(index - floor_div(index, 12) * 12) + 1;
  return days_of(year, month, std::min(civil.day, days_in_month(year, month)));
}

std::int32_t add_units(std::int32_t day, Scale scale, std::int64_t n) {
  n = std::clamp<std::int64_t>(n, -100000, 100000);
  switch (scale) {
    case Scale::kDay:
      return day + static_cast<std::int32_t>(n);
    case Scale::kWorkday:
      return unit_period(day, scale, n)->earliest;
    case Scale::kWeek:
    case Scale::kWorkweek:
      return day + static_cast<std::int32_t>(7 * n);
    case Scale::kFortnight:
      return day + static_cast<std::int32_t>(14 * n);
    case Scale::kMonth:
      return add_months(day, n);
    case Scale::kQuarter:
      return add_months(day, 3 * n);
    case Scale::kHalf:
      return add_months(day, 6 * n);
    case Scale::kYear:
      return add_months(day, 12 * n);
    case Scale::kDecade:
      return add_months(day, 120 * n);
    case Scale::kCentury:
      return add_months(day, 1200 * n);
  }
  return day;
}

// Picks among yearly (monthly, weekly) repetitions `make(k)`, k = 0 being that of the anchor's own year.
template <class Make>
std::optional<Period> choose(Choice choice, std::int32_t from, std::int32_t to, int reach, const Make& make) {
  switch (choice) {
    case Choice::kWithin:
      return make(0);
    case Choice::kNext:
      return make(1);
    case Choice::kLast:
      return make(-1);
    case Choice::kNear:
    case Choice::kNearPast:
    case Choice::kNearFuture: {
      const auto past = choose(Choice::kRecent, from, to, reach, make);
      const auto coming = choose(Choice::kSoon, from, to, reach, make);
      if (!past || !coming) return past ? past : coming;
      // Distances in days; those against the tense weigh more.
      const double back = std::max(0, from - past->latest);
      const double ahead = std::max(0, coming->earliest - to);
      const double back_weight = choice == Choice::kNearFuture ? 2.5 : choice == Choice::kNear ? 0.9 : 1;
      const double ahead_weight = choice == Choice::kNearPast ? 3.5 : 1;
      return back * back_weight <= ahead * ahead_weight ? past : coming;
    }
    case Choice::kPast:
      for (int k = 1; k >= -reach; --k) {
        const auto period = make(k);
        if (period && period->latest < from) return period;
      }
      return std::nullopt;
    case Choice::kRecent:
      for (int k = 1; k >= -reach; --k) {
        const auto period = make(k);
        if (period && period->earliest <= to) return period;
      }
      return std::nullopt;
    case Choice::kFuture:
      for (int k = -1; k <= reach; ++k) {
        const auto period = make(k);
        if (period && period->earliest > to) return period;
      }
      return std::nullopt;
    case Choice::kSoon:
      for (int k = -1; k <= reach; ++k) {
        const auto period = make(k);
        if (period && period->latest >= from) return period;
      }
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Period> nth_weekday(std::int64_t year, int month, int n, int weekday) {
  if (month < 1 || month > 12 || weekday < 1 || weekday > 7) return std::nullopt;
  if (n > 0) {
    const std::int32_t first = days_of(year, month, 1);
    const std::int32_t day = first + (weekday - weekday_of(first) + 7) % 7 + 7 * (n - 1);
    return day_period(day);
  }
  const std::int32_t last = days_of(year, month, days_in_month(year, month));
  return day_period(last - (weekday_of(last) - weekday + 7) % 7);
}

std::optional<Period> exact_day(std::int64_t year, int month, int day) {
  if (month < 1 || month > 12 || day < 1 || !is_sane(year) || day > days_in_month(year, month)) return std::nullopt;
  return day_period(days_of(year, month, day));
}

// The Monday of the first week of a period: the week that holds its first Thursday, as ISO 8601 counts weeks of a year.
std::int32_t first_week(const Period& period) {
  return monday_of(period.earliest + 3);
}

// The unit so many units away, if all days of the period reach the same.
std::optional<Period> shifted(const Step& step, const Period& now) {
  const auto first = unit_period(now.earliest, step.scale, step.a);
  const auto last = unit_period(now.latest, step.scale, step.a);
  if (!first || !last || first->earliest != last->earliest) return std::nullopt;
  return first;
}

// The day, or the unit that holds it, so many units away.
std::optional<Period> moved(const Step& step, const Period& now) {
  const bool is_fine = step.scale <= Scale::kFortnight;
  const std::int32_t first = add_units(now.earliest, step.scale, step.a);
  const std::int32_t last = add_units(now.latest, step.scale, step.a);
  if (is_fine || step.b == 1) return first == last ? std::optional(day_period(first)) : std::nullopt;
  const auto a = unit_period(first, step.scale, 0);
  const auto b = unit_period(last, step.scale, 0);
  if (!a || !b || a->earliest != b->earliest) return std::nullopt;
  return a;
}

// "two to three weeks ago".
std::optional<Period> moved_span(const Step& step, const Period& now) {
  const auto reach = [&](std::int32_t n) -> std::optional<Period> {
    const std::int32_t first = add_units(now.earliest, step.scale, n);
    const std::int32_t last = add_units(now.latest, step.scale, n);
    const Scale scale = step.scale <= Scale::kFortnight ? Scale::kDay : step.scale;
    const auto a = unit_period(first, scale, 0);
    const auto b = unit_period(last, scale, 0);
    return a && b && a->earliest == b->earliest ? a : std::nullopt;
  };
  const auto a = reach(std::min(step.a, step.b));
  const auto b = reach(std::max(step.a, step.b));
  if (!a || !b) return std::nullopt;
  if (a->precision == DatePrecision::kYear || a->precision == DatePrecision::kMonth) {
    return Period{a->earliest, b->latest, DatePrecision::kInterval, a->edtf + "/" + b->edtf};
  }
  return stretch(a->earliest, b->latest, DatePrecision::kInterval);
}

// "the past ten days", "the next two years": a stretch that begins or ends at the period.
std::optional<Period> rolled(const Step& step, const Period& now) {
  const Civil from = civil_of(now.earliest);
  if (now.earliest != now.latest) {
    if (now.precision != DatePrecision::kYear || step.scale < Scale::kYear) return std::nullopt;
  }
  if (step.scale >= Scale::kYear) {
    const std::int64_t n = std::int64_t{step.a} * (step.scale == Scale::kYear     ? 1
                                                   : step.scale == Scale::kDecade ? 10
                                                                                  : 100);
    if (!is_sane(from.year + n)) return std::nullopt;
    const std::int64_t first = std::min(from.year, from.year + n);
    const std::int64_t last = std::max(from.year, from.year + n);
    return Period{days_of(first, 1, 1), days_of(last, 12, 31), DatePrecision::kInterval,
                  edtf::of_year(first) + "/" + edtf::of_year(last)};
  }
  if (step.scale == Scale::kQuarter || step.scale == Scale::kHalf) {
    const auto a = unit_period(now.earliest, step.scale, step.a < 0 ? step.a : 1);
    const auto b = unit_period(now.earliest, step.scale, step.a < 0 ? -1 : step.a);
    if (!a || !b) return std::nullopt;
    return stretch(a->earliest, b->latest, DatePrecision::kInterval);
  }
  const std::int32_t other = add_units(now.earliest, step.scale, step.a);
  return step.a < 0 ? stretch(other, now.earliest - 1, DatePrecision::kInterval)
                    : stretch(now.earliest + 1, other, DatePrecision::kInterval);
}

// "in March", "in summer".
std::optional<Period> named_month_or_part(const Step& step, const Period& now) {
  const Civil from = civil_of(now.earliest);
  const Civil to = civil_of(now.latest);
  if (step.choice == Choice::kWithin && (from.year != to.year)) return std::nullopt;
  const auto make = [&](int k) -> std::optional<Period> {
    const std::int64_t year = from.year + k;
    if (!is_sane(year)) return std::nullopt;
    return step.op == Op::kMonth ? month_period(year, step.a) : part_period(year, step.a);
  };
  return choose(step.choice, now.earliest, now.latest, 2, make);
}

// "on 4 March".
std::optional<Period> day_of_month(const Step& step, const Period& now) {
  const Civil from = civil_of(now.earliest);
  const auto make = [&](int k) { return exact_day(from.year + k, step.a, step.b); };
  return choose(step.choice, now.earliest, now.latest, 8, make);
}

// "on the 4th".
std::optional<Period> day_of_this_month(const Step& step, const Period& now) {
  const Civil from = civil_of(now.earliest);
  const Civil to = civil_of(now.latest);
  if (step.choice == Choice::kWithin) {
    if (from.year != to.year || from.month != to.month) return std::nullopt;
    return exact_day(from.year, from.month, step.a);
  }
  const auto make = [&](int k) {
    const std::int64_t index = from.year * 12 + from.month - 1 + k;
    const std::int64_t year = floor_div(index, 12);
    return exact_day(year, static_cast<int>(index - year * 12) + 1, step.a);
  };
  return choose(step.choice, now.earliest, now.latest, 4, make);
}

// "on Friday".
std::optional<Period> named_weekday(const Step& step, const Period& now) {
  if (now.latest - now.earliest > 6) return std::nullopt;
  const auto make = [&](int k) -> std::optional<Period> {
    return day_period(monday_of(now.earliest) + step.a - 1 + 7 * k);
  };
  return choose(step.choice, now.earliest, now.latest, 3, make);
}

// "Friday the 13th".
std::optional<Period> weekday_on_day(const Step& step, const Period& now) {
  const Civil from = civil_of(now.earliest);
  const auto make = [&](int k) -> std::optional<Period> {
    const std::int64_t index = from.year * 12 + from.month - 1 + k;
    const std::int64_t year = floor_div(index, 12);
    const auto day = exact_day(year, static_cast<int>(index - year * 12) + 1, step.b);
    if (!day || weekday_of(day->earliest) != step.a) return std::nullopt;
    return day;
  };
  return choose(step.choice, now.earliest, now.latest, 40, make);
}

// "week 12", as ISO 8601 counts.
std::optional<Period> numbered_week(const Step& step, const Period& now) {
  const Civil from = civil_of(now.earliest);
  const Civil to = civil_of(now.latest);
  if (from.year != to.year) return std::nullopt;
  const std::int32_t monday = monday_of(days_of(from.year, 1, 4)) + 7 * (step.a - 1);
  if (step.a < 1 || step.a > 53) return std::nullopt;
  return stretch(monday, monday + 6, DatePrecision::kWeek);
}

// "the second week of", "the first three months of", "the last quarter of".
std::optional<Period> counted_units(const Step& step, const Period& now) {
  const int count = step.op == Op::kNth ? 1 : step.a;
  std::int32_t first = 0;
  std::int32_t last = 0;
  if (count < 1 || count > 1000 || step.a == 0) return std::nullopt;
  if (step.scale == Scale::kWeek || step.scale == Scale::kWorkweek) {
    const std::int32_t begin = first_week(now);
    const std::int32_t end = monday_of(now.latest - 3);  // the last week with its Thursday inside
    first = step.op == Op::kFirst  ? begin
            : step.op == Op::kLast ? end - 7 * (count - 1)
            : step.a > 0           ? begin + 7 * (step.a - 1)
                                   : end + 7 * (step.a + 1);
    last = first + 7 * (count - 1) + (step.scale == Scale::kWeek ? 6 : 4);
    if (first < begin || first > end) return std::nullopt;
    return stretch(first, last, count == 1 ? DatePrecision::kWeek : DatePrecision::kInterval);
  }
  if (step.scale == Scale::kFortnight && step.op == Op::kNth && now.precision == DatePrecision::kMonth) {
    const std::int32_t middle = now.earliest + 14;  // "la primera quincena de marzo"
    if (step.a == 1) return stretch(now.earliest, middle, DatePrecision::kInterval);
    if (step.a == 2 || step.a == -1) return stretch(middle + 1, now.latest, DatePrecision::kInterval);
    return std::nullopt;
  }
  const bool is_backward = step.op == Op::kLast || (step.op == Op::kNth && step.a < 0);
  const std::int32_t edge = is_backward ? now.latest : now.earliest;
  const int offset = step.op == Op::kNth ? (step.a > 0 ? step.a - 1 : step.a + 1) : 0;
  const auto one = unit_period(edge, step.scale, offset);
  if (!one || one->earliest < now.earliest || one->latest > now.latest) return std::nullopt;
  if (count == 1) return one;
  const auto other = unit_period(edge, step.scale, is_backward ? 1 - count : count - 1);
  if (!other || other->earliest < now.earliest || other->latest > now.latest) return std::nullopt;
  const std::int32_t begin = std::min(one->earliest, other->earliest);
  const std::int32_t end = std::max(one->latest, other->latest);
  if (step.scale >= Scale::kYear) return Period{begin, end, DatePrecision::kInterval, edtf::of_bounds({begin, end})};
  return stretch(begin, end, DatePrecision::kInterval);
}

// Days counted from Easter.
std::optional<Period> from_easter(const Step& step, const Period& now) {
  const Civil from = civil_of(now.earliest);
  const auto make = [&](int k) -> std::optional<Period> {
    if (!is_sane(from.year + k)) return std::nullopt;
    return day_period(easter_sunday(from.year + k) + step.a);
  };
  return choose(step.choice, now.earliest, now.latest, 2, make);
}

// "the third Thursday of November"; a = 0: of the period reached.
std::optional<Period> counted_weekday(const Step& step, const Period& now) {
  const Civil from = civil_of(now.earliest);
  if (step.a == 0) {  // of the period reached
    if (step.b == 0 || step.c < 1 || step.c > 7 || std::abs(step.b) > 60) return std::nullopt;
    const std::int32_t first = now.earliest + (step.c - weekday_of(now.earliest) + 7) % 7;
    const std::int32_t last = now.latest - (weekday_of(now.latest) - step.c + 7) % 7;
    const std::int32_t day = step.b > 0 ? first + 7 * (step.b - 1) : last + 7 * (step.b + 1);
    return day >= now.earliest && day <= now.latest ? std::optional(day_period(day)) : std::nullopt;
  }
  const auto make = [&](int k) { return nth_weekday(from.year + k, step.a, step.b, step.c); };
  return choose(step.choice, now.earliest, now.latest, 2, make);
}

// Of reports: the quarter before.
std::optional<Period> last_ended_quarter(const Period& now) {
  const auto a = unit_period(now.earliest, Scale::kQuarter, -1);
  const auto b = unit_period(now.latest, Scale::kQuarter, -1);
  if (!a || !b || a->earliest != b->earliest) return std::nullopt;
  return a;
}

// "early March".
std::optional<Period> narrowed(const Step& step, const Period& now) {
  if (step.a < 0 || step.a > static_cast<int>(DatePart::kEnd)) return std::nullopt;
  Period narrowed = now;
  const edtf::Bounds bounds = part_of(now, static_cast<DatePart>(step.a));
  narrowed.earliest = bounds.earliest;
  narrowed.latest = bounds.latest;
  return narrowed;
}

std::optional<Period> apply(const Step& step, const Period& now) {
  switch (step.op) {
    case Op::kYear:
      return is_sane(step.a) ? std::optional(year_period(step.a)) : std::nullopt;
    case Op::kDecade:
      return years(std::int64_t{step.a} * 10, 10, DatePrecision::kDecade);
    case Op::kCentury:
      return years(std::int64_t{step.a} * 100, 100, DatePrecision::kCentury);
    case Op::kDay:
      return day_period(step.a);
    case Op::kShift:
      return shifted(step, now);
    case Op::kMove:
      return moved(step, now);
    case Op::kMoveSpan:
      return moved_span(step, now);
    case Op::kRoll:
      return rolled(step, now);
    case Op::kMonth:
    case Op::kPart:
      return named_month_or_part(step, now);
    case Op::kMonthDay:
      return day_of_month(step, now);
    case Op::kDayOf:
      return day_of_this_month(step, now);
    case Op::kWeekday:
      return named_weekday(step, now);
    case Op::kWeekdayDay:
      return weekday_on_day(step, now);
    case Op::kWeekNumber:
      return numbered_week(step, now);
    case Op::kWeekOf:
      return unit_period(now.earliest, Scale::kWeek, 0);
    case Op::kNth:
    case Op::kFirst:
    case Op::kLast:
      return counted_units(step, now);
    case Op::kEaster:
      return from_easter(step, now);
    case Op::kNthWeekday:
      return counted_weekday(step, now);
    case Op::kLastPeriod:
      return last_ended_quarter(now);
    case Op::kNarrow:
      return narrowed(step, now);
  }
  return std::nullopt;
}

bool is_absolute(Op op) {
  return op == Op::kYear || op == Op::kDecade || op == Op::kCentury || op == Op::kDay;
}

std::optional<Period> walk(const Steps& steps, std::int32_t anchor_day) {
  Period now = day_period(anchor_day);
  for (const Step& step : steps) {
    const auto next = apply(step, now);
    if (!next) return std::nullopt;
    now = *next;
  }
  return now;
}

struct OpName {
  std::string_view name;
  Op op;
};
constexpr std::array kOpNames = {
    OpName{"year", Op::kYear},
    OpName{"decade", Op::kDecade},
    OpName{"century", Op::kCentury},
    OpName{"date", Op::kDay},
    OpName{"shift", Op::kShift},
    OpName{"move", Op::kMove},
    OpName{"movespan", Op::kMoveSpan},
    OpName{"roll", Op::kRoll},
    OpName{"month", Op::kMonth},
    OpName{"part", Op::kPart},
    OpName{"monthday", Op::kMonthDay},
    OpName{"day", Op::kDayOf},
    OpName{"weekday", Op::kWeekday},
    OpName{"weekdayday", Op::kWeekdayDay},
    OpName{"week", Op::kWeekNumber},
    OpName{"weekof", Op::kWeekOf},
    OpName{"nth", Op::kNth},
    OpName{"first", Op::kFirst},
    OpName{"last", Op::kLast},
    OpName{"easter", Op::kEaster},
    OpName{"nthweekday", Op::kNthWeekday},
    OpName{"lastquarter", Op::kLastPeriod},
    OpName{"narrow", Op::kNarrow},
};
constexpr std::array<std::string_view, 11> kScaleNames = {"D", "WD", "W", "WW", "F", "M", "Q", "H", "Y", "DEC", "CEN"};

bool has_scale(Op op) {
  return op == Op::kShift || op == Op::kMove || op == Op::kMoveSpan || op == Op::kRoll || op == Op::kNth ||
         op == Op::kFirst || op == Op::kLast;
}

}  // namespace

std::int32_t easter_sunday(std::int64_t year) {
  // Meeus, Jones and Butcher: the Gregorian computus.
  const std::int64_t a = year % 19;
  const std::int64_t b = year / 100;
  const std::int64_t c = year % 100;
  const std::int64_t d = b / 4;
  const std::int64_t e = b % 4;
  const std::int64_t f = (b + 8) / 25;
  const std::int64_t g = (b - f + 1) / 3;
  const std::int64_t h = (19 * a + b - d - g + 15) % 30;
  const std::int64_t i = c / 4;
  const std::int64_t k = c % 4;
  const std::int64_t l = (32 + 2 * e + 2 * i - h - k) % 7;
  const std::int64_t m = (a + 11 * h + 22 * l) / 451;
  const std::int64_t month = (h + l - 7 * m + 114) / 31;
  const std::int64_t day = (h + l - 7 * m + 114) % 31 + 1;
  return days_of(year, static_cast<int>(month), static_cast<int>(day));
}

bool needs_anchor(const Steps& steps) {
  return !steps.empty() && !is_absolute(steps.front().op);
}

// "shift-1Y month=11 day=3": name, choice where it matters, numbers, scale.
std::string print(const Steps& steps) {
  std::string text;
  for (const Step& step : steps) {
    if (!text.empty()) text += ' ';
    if (step.op == Op::kShift) {  // the common case looks like ISO 8601
      text += "P" + std::to_string(step.a);
      text += kScaleNames[static_cast<std::size_t>(step.scale)];
      continue;
    }
    for (const OpName& name : kOpNames) {
      if (name.op == step.op) text += name.name;
    }
    text += static_cast<char>(step.choice);
    text += std::to_string(step.a);
    if (step.b != 0 || step.c != 0) text += "," + std::to_string(step.b);
    if (step.c != 0) text += "," + std::to_string(step.c);
    if (has_scale(step.op)) {
      text += ':';
      text += kScaleNames[static_cast<std::size_t>(step.scale)];
    }
  }
  return text;
}

std::optional<Steps> parse(std::string_view text) {
  Steps steps;
  const auto scale_of = [](std::string_view name) -> std::optional<Scale> {
    const auto at = std::find(kScaleNames.begin(), kScaleNames.end(), name);
    if (at == kScaleNames.end()) return std::nullopt;
    return static_cast<Scale>(at - kScaleNames.begin());
  };
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    Step step;
    const auto number = [&](std::int32_t& value) {
      const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
      if (error != std::errc()) return false;
      word.remove_prefix(static_cast<std::size_t>(end - word.data()));
      return true;
    };
    if (word.starts_with('P')) {
      word.remove_prefix(1);
      step.op = Op::kShift;
      if (!number(step.a)) return std::nullopt;
      const auto scale = scale_of(word);
      if (!scale) return std::nullopt;
      step.scale = *scale;
      steps.push_back(step);
      continue;
    }
    const std::size_t sign = word.find_first_of("=<>~^+|?{}");
    if (sign == std::string_view::npos) return std::nullopt;
    const auto name = std::find_if(kOpNames.begin(), kOpNames.end(),
                                   [&](const OpName& one) { return one.name == word.substr(0, sign); });
    if (name == kOpNames.end()) return std::nullopt;
    step.op = name->op;
    step.choice = static_cast<Choice>(word[sign]);
    word.remove_prefix(sign + 1);
    if (!number(step.a)) return std::nullopt;
    for (std::int32_t* value : {&step.b, &step.c}) {
      if (!word.starts_with(',')) break;
      word.remove_prefix(1);
      if (!number(*value)) return std::nullopt;
    }
    if (has_scale(step.op)) {
      if (!word.starts_with(':')) return std::nullopt;
      const auto scale = scale_of(word.substr(1));
      if (!scale) return std::nullopt;
      step.scale = *scale;
      word = {};
    }
    if (!word.empty()) return std::nullopt;
    steps.push_back(step);
  }
  if (steps.empty()) return std::nullopt;
  return steps;
}

std::optional<Period> evaluate(const Steps& steps, const std::optional<edtf::Bounds>& anchor) {
  if (steps.empty()) return std::nullopt;
  if (!needs_anchor(steps)) return walk(steps, 0);
  if (!anchor || anchor->earliest == kDayOpenBegin || anchor->latest == kDayOpenEnd) return std::nullopt;
  const auto first = walk(steps, anchor->earliest);
  if (!first || anchor->earliest == anchor->latest) return first;
  const auto last = walk(steps, anchor->latest);
  if (!last || last->edtf != first->edtf) return std::nullopt;
  return first;
}

edtf::Bounds part_of(const Period& period, DatePart part) {
  const Civil from = civil_of(period.earliest);
  const auto months = [&](int first, int last) {
    return edtf::Bounds{days_of(from.year, first, 1), days_of(from.year, last, days_in_month(from.year, last))};
  };
  const auto years_of = [&](std::int64_t first, std::int64_t last) {
    return edtf::Bounds{days_of(from.year + first, 1, 1), days_of(from.year + last, 12, 31)};
  };
  const auto days = [&](int first, int last) {
    return edtf::Bounds{days_of(from.year, from.month, first), days_of(from.year, from.month, last)};
  };
  switch (part) {
    case DatePart::kWhole:
      break;
    case DatePart::kEarly:
      if (period.precision == DatePrecision::kYear) return months(1, 4);
      if (period.precision == DatePrecision::kDecade) return years_of(0, 3);
      if (period.precision == DatePrecision::kCentury) return years_of(0, 33);
      if (period.precision == DatePrecision::kMonth) return days(1, 10);
      break;
    case DatePart::kMid:
      if (period.precision == DatePrecision::kYear) return months(5, 8);
      if (period.precision == DatePrecision::kDecade) return years_of(4, 6);
      if (period.precision == DatePrecision::kCentury) return years_of(34, 66);
      if (period.precision == DatePrecision::kMonth) return days(11, 20);
      break;
    case DatePart::kLate:
      if (period.precision == DatePrecision::kYear) return months(9, 12);
      if (period.precision == DatePrecision::kDecade) return years_of(7, 9);
      if (period.precision == DatePrecision::kCentury) return years_of(67, 99);
      if (period.precision == DatePrecision::kMonth) return days(21, days_in_month(from.year, from.month));
      break;
    case DatePart::kEnd:
      if (period.precision == DatePrecision::kYear) return months(10, 12);
      if (period.precision == DatePrecision::kDecade) return years_of(8, 9);
      if (period.precision == DatePrecision::kCentury) return years_of(90, 99);
      if (period.precision == DatePrecision::kMonth) return days(21, days_in_month(from.year, from.month));
      break;
  }
  if (part == DatePart::kWhole) return {period.earliest, period.latest};
  const std::int32_t third = (period.latest - period.earliest + 1) / 3;
  if (part == DatePart::kEarly) return {period.earliest, period.earliest + third};
  if (part == DatePart::kMid) return {period.earliest + third, period.latest - third};
  return {period.latest - third, period.latest};
}

}  // namespace dossier::date_calendar
