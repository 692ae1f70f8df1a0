// period_cells.h - reads and writes the period column of profile tables.
//
//   "2010-2023"     {from 2010, to 2023, past}          "2011"        {from 2011, to 2011}: some time in that year
//   "2023-oggi"     {from 2023, current}                "2018-"       {from 2018}: the end is not known
//   "~2000s"        {from 200X~, to 200X~}              "-2017"       {to 2017, past}
//   "gen 2019-mar 2020"  {from 2019-01, to 2020-03}     "precedente"  {past}          "-"  {}
//   "pre-1990"      {to ../1990, past}: ended at an unknown time up to 1990
//   "post-2001"     {from 2001/..}: began at an unknown time from 2001 on
//   "WWII"          {} and text "WWII"
//
// Words come from grammars/period_words.tsv, month names from ICU. Dates are EDTF.
// Promise: total; read(print(p)) == p up to a status that the dates imply (a period that is over at `as_of` is read as
// past even if p said unknown) and `asserted_at`, which a cell does not hold.
// Not here: dates in running text (dates), where a period column stands (profile_page).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/knowledge_error.h"
#include "pipeline/document.h"

namespace dossier {

class PeriodCells {
 public:
  struct Reading {
    Period period;
    std::string text;  // the cell as written where `period` does not say all of it ("early 1990s", "WWII"); else empty
    bool understood = true;
  };

  // `words` is grammars/period_words.tsv, and those of further folders. Problems are added; with problems the object
  // must not be used.
  static PeriodCells load(const std::vector<std::filesystem::path>& words, std::vector<Problem>& problems);

  PeriodCells(PeriodCells&&) noexcept;
  PeriodCells& operator=(PeriodCells&&) noexcept;
  ~PeriodCells();

  // `as_of`: EDTF date of the page; a status "current" is asserted at it, a period that ends before it is past.
  Reading read(std::string_view cell, std::string_view as_of) const;
  std::string print(const Period& period, std::string_view language, std::string_view as_of) const;

  // One EDTF date in words: "2018-03-12" -> "12 mar 2018", "200X~" -> "~2000s"; what has no words is given as it is.
  std::string print_date(std::string_view edtf, std::string_view language) const;

 private:
  struct Words;
  explicit PeriodCells(std::unique_ptr<Words> words);
  std::unique_ptr<Words> words_;
};

}  // namespace dossier
