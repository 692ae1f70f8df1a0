// values.h - normalized values of dates and statistics: what "40+ million CPU cores" and "October 17-21, 2022" mean.
//
//   "October 17-21, 2022"    -> Date{edtf "2022-10-17/2022-10-21", precision day}
//   "40+ million CPU cores"  -> Statistic{kind count, comparator >=, number 40000000, unit "core"}
//
// Exact: numbers are decimals, never binary fractions. Not here: how they are read (extractors/) and printed as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dossier {

// coefficient * 10^exponent, exact, kept with no trailing zeros in the coefficient (0 is 0 * 10^0).
// 18 significant digits are kept; a literal with more is rounded to them and says so in `rounded`.
struct Decimal {
  std::int64_t coefficient = 0;
  std::int32_t exponent = 0;
  bool rounded = false;

  static Decimal of(std::int64_t integer);
  std::string to_string() const;  // plain notation: "7700000000", "0.5", "-3.25"
  double to_double() const;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

enum class DatePart : std::uint8_t { kWhole, kEarly, kMid, kLate, kEnd };
// The word before a date that makes it the limit of a period: "since 2010", "until 2018". It stands outside the mention
// and outside `edtf`; `earliest` and `latest` and bounded_edtf (extractors/dates.h) take it into account.
enum class DateBound : std::uint8_t { kNone, kSince, kAfter, kUntil, kBefore, kBy };
enum class DatePrecision : std::uint8_t {
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kSeason,
  kHalf,
  kYear,
  kDecade,
  kCentury,
  kInterval
};

inline constexpr std::int32_t kDayOpenBegin = INT32_MIN;  // earliest of "../2027"
inline constexpr std::int32_t kDayOpenEnd = INT32_MAX;    // latest of "2010/.."

struct Date {
  std::string edtf;    // ISO 8601-2; empty if it cannot be resolved
  std::string offset;  // relative expressions: ISO 8601 offset from the anchor ("P-1Y"), kept for re-resolution
  DatePart part = DatePart::kWhole;
  DateBound bound = DateBound::kNone;
  DatePrecision precision = DatePrecision::kYear;
  std::int32_t earliest = kDayOpenBegin;  // days since 1970-01-01, closed
  std::int32_t latest = kDayOpenEnd;      // closed
  std::string anchor;                     // EDTF of the date it was resolved against; empty: absolute or unresolved
  std::string anchor_origin;  // where the anchor came from: "given", "metadata", "stated", "text" (docs/dates.md)
  bool approximate = false;
  bool uncertain = false;
  bool fiscal = false;  // a fiscal, school or sports year: its days are not those of the calendar year
};

// kNumber: a number as it stands, whatever it counts; only where numbers are asked for.
enum class StatisticKind : std::uint8_t {
  kCount,
  kMoney,
  kPercentage,
  kPercentagePoints,
  kMeasure,
  kDuration,
  kMultiple,
  kRatio,
  kNumber
};
enum class Comparator : std::uint8_t { kEqual, kGreater, kGreaterEqual, kLess, kLessEqual, kAbout };
enum class Modality : std::uint8_t { kStated, kPlanned, kHypothetical };
enum class ChangeDirection : std::uint8_t { kNone, kUp, kDown };
// How the text says what a statistic is about: the clause's subject ("Lamps sell for 5 euros"), the whole of a share or
// a change ("5% of the lamps"), words above or below on a slide, the first cell of its row.
enum class SubjectOrigin : std::uint8_t { kNone, kClause, kBase, kLabel, kRow };

// The words of output and storage: "money", ">=", "planned", "up", "early", "quarter". kEqual is "=", kNone and kWhole
// "".
std::string_view name_of(StatisticKind kind);
std::string_view name_of(Comparator comparator);
std::string_view name_of(Modality modality);
std::string_view name_of(ChangeDirection direction);
std::string_view name_of(DatePart part);
std::string_view name_of(DateBound bound);
std::string_view name_of(DatePrecision precision);

struct Statistic {
  StatisticKind kind = StatisticKind::kCount;
  Comparator comparator = Comparator::kEqual;
  Decimal number;
  std::optional<Decimal> number_max;  // upper end of a range
  std::string unit;                   // ISO 4217, "%", "x", UCUM, or the counted noun's head, lower case, singular
  std::string noun;                   // counted noun phrase as written ("CPU cores"); empty if none
  std::string scale;                  // scale word as written ("million", "M")
  std::string per;                    // "year" of "per year"; empty if no rate
  ChangeDirection change = ChangeDirection::kNone;
  Modality modality = Modality::kStated;
  std::string subject;                                  // what it is about, as written; empty if unknown
  SubjectOrigin subject_origin = SubjectOrigin::kNone;  // only within extraction, like subject_at
  std::string as_of;                                    // EDTF
  std::string as_of_origin;                             // "explicit", "slide", "document"
  // Where its parts stand, as (begin, end) byte pairs of Document::text; empty where the part is absent.
  struct Component {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  Component number_at, comparator_at, scale_at, unit_at;
  Component subject_at;
};

}  // namespace dossier
