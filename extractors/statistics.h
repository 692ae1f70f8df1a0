// statistics.h - finds numbers with what they count or measure: "40+ million CPU cores", "$7.7 billion", "33% growth".
//
//   "They employ more than 8,500 people in Turin."  ->  mention "more than 8,500 people"
//                                                       {count, > 8500, unit "person", subject "They"}
//
// What is a statistic and where its span ends is fixed by the guidelines in docs/; what is none: ordinals, versions,
// identifiers, episode and page numbers, list markers, dates, phone numbers, times, vague amounts, one to ten in words
// before an ordinary noun. Words come from the lexicons number_word, quantity_word, unit_code and ICU's icu_unit,
// icu_currency. Promise: total, linear in the tokens; mentions in text order, none overlaps another; the result depends
// on the arguments only. Tested by tests/statistics_test.cpp with tests/cases/statistics.*.tsv.
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

// The built-in rules that statistics name as their origin: "statistic.money", "statistic.count" …
std::span<const RuleInfo> statistic_rules();

class StatisticExtractor {
 public:
  StatisticExtractor(const Lexicons& lexicons, const std::function<RuleId(std::string_view)>& rule);
  ~StatisticExtractor();
  StatisticExtractor(StatisticExtractor&&) noexcept;

  // `dates`: the mentions of dates, in text order; numbers in them are left alone. Appends to both vectors; the new
  // mentions' `statistic` are indexes into `statistics`.
  void extract(const Document& document, const LexiconPass& pass, std::span<const Mention> dates,
               std::vector<Mention>& mentions, std::vector<Statistic>& statistics,
               std::span<const Date> date_values = {}) const;

  // Every number as a mention of kind number, whether it counts anything or not: "page 12 of 300, May 2010", "two cats
  // and a dog" -> 12, 300, 2010, 2. None are ordinals, an article alone, and what stands in versions and identifiers.
  // They may lie inside the mentions of statistics and dates. Appends to both vectors.
  void extract_numbers(const Document& document, std::vector<Mention>& mentions,
                       std::vector<Statistic>& statistics) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

// One fact stated twice? "40+ million CPU cores", "40M CORES" and "40+ MILLION CORES IN PRODUCTION" are: kind, unit,
// value and rate agree; comparators may differ where one of them is "=", ">=" or "~". Subjects and dates are the
// caller's to compare.
bool same_statistic(const Statistic& a, const Statistic& b);

// Equal for statistics that are the same in that sense: "count|40000000|core|". Stable, for indexes and keys.
std::string statistic_key(const Statistic& statistic);

}  // namespace dossier
