// case_table.h - the rows of a table in tests/cases: cells parted by tabs; "\n" in a cell is a line break.
//
//   for (const CaseRow& row : read_cases("seats.tsv")) EXPECT_EQ(organization_of(row[1]), row[2]) << row;
//
// Comments and empty lines are no rows. A cell that a row does not have is empty. A row prints as its place and its
// text, for messages. A table that is not there is a failed test.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

struct CaseRow {
  std::string place;  // "seats.tsv:12"
  std::vector<std::string> cells;

  const std::string& operator[](std::size_t column) const {
    static const std::string kNothing;
    return column < cells.size() ? cells[column] : kNothing;
  }
  friend std::ostream& operator<<(std::ostream& out, const CaseRow& row) {
    out << row.place << ":";
    for (const std::string& cell : row.cells) out << "  " << cell;
    return out;
  }
};

inline std::vector<CaseRow> read_cases(const std::string& name) {
  std::ifstream file(DOSSIER_SOURCE_DIR "/tests/cases/" + name);
  EXPECT_TRUE(file) << "tests/cases/" << name << " cannot be read";
  std::vector<CaseRow> rows;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    CaseRow& row = rows.emplace_back();
    row.place = name + ":" + std::to_string(number);
    row.cells.emplace_back();
    for (std::size_t at = 0; at < line.size(); ++at) {
      if (line[at] == '\t') {
        row.cells.emplace_back();
      } else if (line.compare(at, 2, "\\n") == 0) {
        row.cells.back() += '\n';
        ++at;
      } else {
        row.cells.back() += line[at];
      }
    }
  }
  return rows;
}

inline Source source_of(const std::string& text, const std::string& language) {
  Source source;
  source.bytes = text;
  source.language = language;
  return source;
}

}  // namespace dossier
