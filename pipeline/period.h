// period.h - when something held, combined from what several sources say: intervals with bounds, stints kept apart.
//
//   "2010 to 2013" and "from March 2010"          -> one stint, from 2010-03, to 2013
//   "2010 to 2013" and "since 2016"               -> two stints: a gap of a year or more
//   "is CEO" in a text of 2020, "former" of 2023  -> one stint, past, its end between 2020 and 2023
//   "since 2010" and "since 2014"                 -> one stint and a conflict about its start
//
//   "in 2012" (from 2012 to 2012) and "2010 to 2013" -> the latter: some time in a year is neither begin nor end
//
// A period is four bounds: start >=, start <=, end >=, end <= (days since 1970-01-01, closed), and why the end is open.
// Promise: the order of the claims does not matter. Not here: reading dates in texts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/profile.h"

namespace dossier {

// Days from one to the other; either may be open.
constexpr std::int64_t days_between(std::int32_t from, std::int32_t to) {
  return std::int64_t{to} - from;
}

struct DayRange {
  std::int32_t earliest = kDayOpenBegin;
  std::int32_t latest = kDayOpenEnd;
  bool approximate = false;

  bool contains(const DayRange& other) const { return earliest <= other.earliest && other.latest <= latest; }
  bool overlaps(const DayRange& other) const { return earliest <= other.latest && other.earliest <= latest; }
};

// The days an EDTF date or interval covers: "2018" -> 2018-01-01 .. 2018-12-31. nullopt: not EDTF.
std::optional<DayRange> days_of(std::string_view edtf);

// The bounds that one statement gives. `document_date` stands in where the period does not say when it was asserted.
ProfilePeriod bounds_of(const Period& stated, std::string_view document_date);

// One statement of a date that can have only one value: a birth, a start.
struct DateClaim {
  std::string edtf;
  std::string document_date;
  std::uint32_t origin = 0;
  double trust = 1;
  double confidence = 0;
  bool is_pinned = false;  // a person chose it
};

struct DateChoice {
  struct Alternative {
    std::string edtf;
    std::vector<std::uint32_t> claims;
  };
  std::string edtf;  // the preferred date; empty: none of the claims has one
  DayRange days;
  bool is_near = false;             // all alternatives lie within `near_days` of it
  std::vector<Alternative> values;  // the preferred first; more than one: the sources disagree
};

DateChoice choose_date(std::span<const DateClaim> claims, std::int32_t near_days);

struct PeriodClaim {
  Period stated;
  std::string document_date;  // EDTF or empty
  std::uint32_t origin = 0;   // claims of one origin (a document and its near-duplicates) count once
  double confidence = 0;
  double trust = 1;  // how much its origin counts
};

enum class PeriodSlot : std::uint8_t { kStart, kEnd };

struct PeriodConflict {
  PeriodSlot slot = PeriodSlot::kStart;
  bool is_near = false;  // less than `near_days` apart, or one of them only about
  std::vector<std::pair<std::string, std::vector<std::uint32_t>>> values;  // EDTF -> claims, the preferred first
};

struct Stint {
  ProfilePeriod period;
  std::vector<std::uint32_t> claims;  // indexes, ascending
  std::vector<PeriodConflict> conflicts;
};

struct PeriodWeights {
  std::int32_t stint_gap_days = 365;
  std::int32_t near_days = 366;
};

// At least one stint for at least one claim; sorted by start, then end.
std::vector<Stint> combine_periods(std::span<const PeriodClaim> claims, const PeriodWeights& weights = {});

// Could both have held at some common time?
bool can_overlap(const ProfilePeriod& a, const ProfilePeriod& b);

}  // namespace dossier
