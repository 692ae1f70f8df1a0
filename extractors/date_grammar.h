// date_grammar.h - reads one date expression from atoms: "end of September last year" -> steps, part, range.
//
// The grammar of dates.cpp in one place: which words in which order are a date, and which look like one and are not.
// It knows no text and no anchor, only atoms and what their words can mean.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "extractors/date_calendar.h"
#include "extractors/date_words.h"

namespace dossier::date_grammar {

// The built-in rules, in the order of date_rules().
enum class Rule : std::uint8_t {
  kIso,
  kNumeric,
  kNumericShort,
  kDayMonthYear,
  kDayMonth,
  kMonthYear,
  kMonth,
  kYear,
  kYearApostrophe,
  kYearSpelled,
  kDecade,
  kCentury,
  kQuarter,
  kHalf,
  kSeason,
  kFiscal,
  kWeekday,
  kDayShift,
  kRelative,
  kAgo,
  kRolling,
  kNth,
  kWeek,
  kDayOfMonth,
  kHoliday,
  kThat,
  kRange,
  kOpenRange,
  kCount
};

enum class End : std::uint8_t { kNone, kDate, kOpen, kUnknown };

// What an expression says, before the calendar is asked.
struct Expression {
  date_calendar::Steps from;
  date_calendar::Steps to;  // of a range
  End end = End::kNone;     // kNone: no range
  End begin = End::kDate;
  DatePart part = DatePart::kWhole;
  DatePart to_part = DatePart::kWhole;
  bool approximate = false;
  bool uncertain = false;
  bool fiscal = false;
  bool from_text = false;         // the anchor is the date spoken of before, not the document's
  bool is_soft = false;           // ... and the document's where none was
  bool is_document_date = false;  // "today is ..."
  DateBound bound = DateBound::kNone;
  Rule rule = Rule::kYear;
};

struct Match {
  std::uint32_t begin = 0;  // atoms [begin, end)
  std::uint32_t end = 0;
  bool is_date = false;  // false: looks like a date and must not be read as one: go on after it
  Expression expression;
};

// What the whole document tells about its dates.
struct Habits {
  bool month_first = false;
  bool dots = false;
  std::int32_t year = 0;  // of the anchor; 0: none
};

// Reads all dates of one stretch of atoms, left to right.
void read(std::string_view text, const date_words::DateWords& words, std::span<const date_words::Atom> atoms,
          std::uint8_t language, const Habits& habits, std::vector<Match>& matches);

// Do the numeric dates of these atoms tell the order? -1 the month comes first, 1 the day does, 0 they do not tell.
int order_evidence(std::span<const date_words::Atom> atoms);

}  // namespace dossier::date_grammar
