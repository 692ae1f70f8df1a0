// edtf.h - dates as strings: Extended Date/Time Format, ISO 8601-2, levels 0 to 2.
//
//   parse("2022-10-17/2022-10-21")  -> interval;  bounds: the two days
//   parse("199X~")                  -> about the nineties;  bounds 1990-01-01 .. 1999-12-31
//   parse("2015-02-31")             -> nullopt: no such day
//
// Promise: parse(print(value)) == value for every value that parse gives; bounds are ordered; intersect commutes.
// Bounds are closed and count days since 1970-01-01 in the proleptic Gregorian calendar; an open or unknown end is
// kDayOpenBegin or kDayOpenEnd (values.h), and so is a bound more than five million years away. Approximate and
// uncertain dates have the bounds of what is written: how far "about" reaches is the reader's policy. Not here: weeks,
// durations and repetitions (EDTF has none). Cases: tests/cases/edtf.tsv.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/values.h"

namespace dossier::edtf {

// "?" "~" "%", as bits: "%" says both.
inline constexpr std::uint8_t kUncertain = 1;
inline constexpr std::uint8_t kApproximate = 2;

// A year, month or day as written. "1X" is value 10 with unspecified = 0b01: the bit of a digit that is not known, bit
// 0 for the last one. A qualifier before a component speaks of it alone, one after it also of all to its left.
struct Component {
  std::int64_t value = 0;
  std::uint8_t unspecified = 0;
  std::uint8_t before = 0;
  std::uint8_t after = 0;
  friend bool operator==(const Component&, const Component&) = default;
};

enum class YearForm : std::uint8_t { kFourDigits, kLong, kExponent };  // "1985", "Y170000002", "Y-17E7"

struct Date {
  Component year;  // value without sign; the mantissa of kExponent
  bool negative = false;
  YearForm form = YearForm::kFourDigits;
  std::uint8_t exponent = 0;
  std::uint8_t significant = 0;    // "1950S2": 2; 0: not said
  std::optional<Component> month;  // 1..12, or a part of the year: 21..24 seasons, 25..32 seasons of a hemisphere,
                                   // 33..36 quarters, 37..39 thirds, 40..41 halves
  std::optional<Component> day;
  std::string time;  // "T23:20:30Z"; empty: none
  friend bool operator==(const Date&, const Date&) = default;
};

// An end of an interval. Open ("..") says that it has no end, unknown ("") that nobody said which.
struct Endpoint {
  enum class Kind : std::uint8_t { kDate, kOpen, kUnknown };
  Kind kind = Kind::kDate;
  Date date;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// One member of a set: "1984", or a run of them, "1984..1986".
struct Member {
  Endpoint from;
  Endpoint to;  // == from where it is no run
  bool is_run = false;
  friend bool operator==(const Member&, const Member&) = default;
};

enum class Kind : std::uint8_t {
  kDate,
  kInterval,
  kOneOf,
  kAllOf
};  // "1984", "1984/1986", "[1984,1985]", "{1984,1985}"

struct Value {
  Kind kind = Kind::kDate;
  Endpoint begin;               // kDate: the date; kInterval: its begin
  Endpoint end;                 // kInterval
  std::vector<Member> members;  // kOneOf, kAllOf
  friend bool operator==(const Value&, const Value&) = default;
};

struct Bounds {
  std::int32_t earliest = kDayOpenBegin;
  std::int32_t latest = kDayOpenEnd;
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

enum class Relation : std::uint8_t { kEqual, kBefore, kAfter, kContains, kWithin, kOverlaps };

std::optional<Value> parse(std::string_view text);  // nullopt: not EDTF, or no such date ("2015-02-31", "2008/2007")
std::string print(const Value& value);
Bounds bounds(const Value& value);
int level(const Value& value);         // the lowest level of the standard that has it: 0, 1 or 2
bool is_portable(const Value& value);  // understood by other libraries too: level 1, quarters, halves, one-of sets
std::uint8_t qualifiers(const Value& value);  // kUncertain and kApproximate, wherever they stand in it

Relation compare(Bounds a, Bounds b);  // kBefore: a ends before b begins; kContains: b lies within a
std::optional<Bounds> intersect(Bounds a, Bounds b);
// What both allow, as EDTF: one of the two where it lies within the other; nullopt: nothing.
std::optional<Value> intersect(const Value& a, const Value& b);

// The shortest plain string with these bounds: "2018", "2018-05", "199X", "2018-05-03/2018-06-10", "../2018".
std::string of_bounds(Bounds bounds);
std::string of_year(std::int64_t year);              // "2018"
std::string of_month(std::int64_t year, int month);  // "2018-05"; month may be a part of the year
std::string of_day(std::int32_t days);               // "2018-05-03"

// Calendar.
struct Civil {
  std::int64_t year = 1970;
  int month = 1;
  int day = 1;
};
std::int32_t days_of(std::int64_t year, int month,
                     int day);  // days since 1970-01-01; years beyond 5 million are cut there
Civil civil_of(std::int32_t days);
int days_in_month(std::int64_t year, int month);
int weekday_of(std::int32_t days);  // 1 Monday .. 7 Sunday

}  // namespace dossier::edtf
