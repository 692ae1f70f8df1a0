// quantities.h - the quantities of one stretch of units: a block, or the blocks of a slide.
//
//   "The mill has about 40 new boats, 12% of them white."   ->  a count, about 40, boats, about "The mill"; 12 %
//   "In 2016 it ran PostgreSQL 9.2."                        ->  none: a date, a version
//
// Places are spans of the text's bytes or indices of units, ranges half-open. Answers own their words. For
// extractors/statistics.cpp, which makes mentions of them; how they are read: quantity_reader.h. Tested by
// tests/statistics_test.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "extractors/quantity_words.h"
#include "grammars/numbers.h"
#include "pipeline/document.h"

namespace dossier {

// Which rule a quantity names as its origin; order of statistic_rules().
enum RuleIndex : std::uint8_t {
  kCountRule,
  kMoneyRule,
  kPercentageRule,
  kMeasureRule,
  kDurationRule,
  kMultipleRule,
  kRatioRule,
  kBareRule,
  kColumnRule,
  kNumberRule,
  kRuleCount
};

struct Quantity {
  NumberReading number;
  std::uint32_t first = 0;  // units [first, end): the mention
  std::uint32_t end = 0;
  StatisticKind kind = StatisticKind::kCount;
  Comparator comparator = Comparator::kEqual;
  Decimal value;
  std::optional<Decimal> value_max;
  std::string unit;
  Span comparator_at, scale_at, unit_at, digits_at, noun_at;
  std::string per;
  bool has_unit = false;  // money, percentage, measure …
  bool has_noun = false;
  bool is_change_noun = false;
  bool is_from_to = false;  // one of the values of "from 702 to 735"
  bool is_pending = false;  // a number alone on a line, nothing found yet that it counts
  std::string noun;         // from another line: label of a column or row
  Span subject_at;          // what it is about; empty if the text around it does not say
  SubjectOrigin subject_origin = SubjectOrigin::kNone;
  Modality modality = Modality::kStated;
  ChangeDirection change = ChangeDirection::kNone;
  std::uint32_t sentence_first = 0;  // units of the sentence around it
  std::uint32_t sentence_end = 0;
  bool is_up = false;
  bool is_down = false;
  RuleIndex rule = kBareRule;
};

struct QuantityContext {
  const NumberReader& reader;
  const QuantityWords& words;
  std::string_view text;  // of the document
  std::span<const NumberUnit> units;
  NumberReader::Language language;
  bool is_slide = false;  // numbers and labels may stand on lines of their own
  bool is_cell = false;   // numbers alone are kept as pending: the caller knows the labels
};

// All quantities, in text order, none overlapping another.
std::vector<Quantity> read_quantities(const QuantityContext& context);

// For the units of a label: the singular of the first noun in the plural ("number of sites" -> "site"); empty: none.
std::string counted_noun(const QuantityContext& context);

}  // namespace dossier
