// date_calendar.h - what date expressions amount to on the calendar: a short list of steps, walked from an anchor.
//
//   "November of last year"  ->  P-1Y month=11      (anchor 2016-05-10: 2015-11)
//   "last Friday"            ->  weekday<5
//   "August 2015"            ->  2015 month=8       (needs no anchor)
//
// The steps are printed into Date::offset, so a relative date can be resolved again when the anchor is corrected; both
// ways run the same code. An anchor that is not precise enough ("2016" for "last Friday") leaves the date unresolved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/edtf.h"
#include "pipeline/values.h"

namespace dossier::date_calendar {

// How a part is chosen among its repetitions.
enum class Choice : char {
  kWithin = '=',      // of the period reached so far: "March" in "March of that year"
  kPast = '<',        // the latest one that lies before the anchor: "last March"
  kRecent = '~',      // the latest one that has begun: "since March"
  kFuture = '>',      // the first one after the anchor: "next March"
  kSoon = '^',        // the first one that has not ended: "by March"
  kNext = '+',        // of the period after the anchor's: "next Friday" is the Friday of next week
  kLast = '|',        // of the period before: "last Friday" is the Friday of last week
  kNear = '?',        // the nearest, the past one if in doubt: "March 3"
  kNearPast = '{',    // the same in a sentence about the past: one to come must be much nearer
  kNearFuture = '}',  // the same in a sentence about what is to come
};

enum class Op : std::uint8_t {
  kYear,        // a: absolute year
  kDecade,      // a: 199 for 199X
  kCentury,     // a: 18 for 18XX
  kDay,         // a: absolute day since 1970
  kShift,       // a units of `unit` on, cut to that unit: "last year"
  kMove,        // a units on, kept to the day for days and weeks, or if b is 1: "two weeks ago"
  kMoveSpan,    // from a to b units on: "two or three years ago"
  kRoll,        // from the anchor on to a units away, without the anchor's day: "next three days"
  kMonth,       // a: 1..12
  kPart,        // a: 21..24, 33..36, 40, 41 as in EDTF
  kMonthDay,    // a: month, b: day
  kDayOf,       // a: day of the month
  kWeekday,     // a: 1..7
  kWeekdayDay,  // a: weekday, b: day of the month
  kWeekNumber,  // a: ISO week of the year
  kWeekOf,      // the week that holds the day reached
  kNth,         // the a-th `unit` of the period reached, -1 the last
  kFirst,       // the first a units of it
  kLast,        // the last a units of it
  kEaster,      // a: days after Easter Sunday
  kNthWeekday,  // a: month, 0 for the period reached, b: n, c: weekday
  kLastPeriod,  // the last quarter that has ended
  kNarrow,      // a: DatePart; the period keeps its name, its days become those of the part
};

enum class Scale : std::uint8_t {
  kDay,
  kWorkday,
  kWeek,
  kWorkweek,
  kFortnight,
  kMonth,
  kQuarter,
  kHalf,
  kYear,
  kDecade,
  kCentury
};

struct Step {
  Op op = Op::kYear;
  Choice choice = Choice::kWithin;
  Scale scale = Scale::kDay;
  std::int32_t a = 0;
  std::int32_t b = 0;
  std::int32_t c = 0;
  friend bool operator==(const Step&, const Step&) = default;
};
using Steps = std::vector<Step>;

bool needs_anchor(const Steps& steps);
std::string print(const Steps& steps);
std::optional<Steps> parse(std::string_view text);

// A stretch of days with a name.
struct Period {
  std::int32_t earliest = 0;
  std::int32_t latest = 0;
  DatePrecision precision = DatePrecision::kDay;
  std::string edtf;
};
// nullopt: no anchor where one is needed, an anchor not precise enough, or no such date.
std::optional<Period> evaluate(const Steps& steps, const std::optional<edtf::Bounds>& anchor);

// The closed days of a part of a period: "early 2019" is January to April. Policy: thirds; of ten years 0-3, 4-6, 7-9.
edtf::Bounds part_of(const Period& period, DatePart part);

std::int32_t easter_sunday(std::int64_t year);

}  // namespace dossier::date_calendar
