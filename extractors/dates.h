// dates.h - finds the dates of a document and says what they mean.
//
//   "OCTOBER 17-21, 2022"  -> 2022-10-17/2022-10-21        "mid-2010s"    -> 201X, part mid
//   "since 2010"           -> mention "2010", bound since   "2019-present" -> 2019/..
//   "last Friday"          -> 2024-11-01 if the document is of 2024-11-04; without a date of its own: unresolved
//
// Policies, each in one place: order of numeric dates = evidence in the document, else its language; '23 = the year
// within 79 years before and 20 after the document (or 2020); a date that cannot be ("31 February") is rejected whole;
// words before a date that make it a limit are told in Date::bound, outside the mention; a leading article is outside.
// Not dates: durations ("for three years"), repetitions ("every Monday"), times of day, today, weekends, vague words.
// Promise: total and linear; mentions are in text order and do not overlap; the document is never copied.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/lexicon.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

// The built-in rules of dates, for Knowledge: "date.month_year", with file, line and confidence.
std::span<const RuleInfo> date_rules();

class DateExtractor {
 public:
  // `rule` gives the number of a built-in rule by its id.
  DateExtractor(const Lexicons& lexicons, const std::function<RuleId(std::string_view)>& rule);
  ~DateExtractor();
  DateExtractor(DateExtractor&&) noexcept;
  DateExtractor& operator=(DateExtractor&&) noexcept;

  // Appends; `pass` is that of the same document.
  void extract(const Document& document, const LexiconPass& pass, std::vector<Mention>& mentions,
               std::vector<Date>& dates) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

// The date under another anchor (EDTF, empty: none): relative dates are resolved anew from their offset, others kept.
Date resolve(const Date& date, std::string_view anchor, std::string_view anchor_origin);

// The period that a date with its bound speaks of: "since 2010" -> "2010/..", "before 2010" -> "../2009",
// "after May 2013" -> "2013-06/.."; without a bound its own EDTF.
std::string bounded_edtf(const Date& date);

}  // namespace dossier
