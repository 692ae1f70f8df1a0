// tsv.h - the plain tables of knowledge: tab-separated rows under a header row, with `# ` comments. The `#!` line of a
// lexicon is passed over, so that lexicons can be read as tables too.
//
//   # words in period cells                        TsvTable{columns {"word", "lang"}, rows {{"oggi", "it"}}}
//   word<TAB>lang
//   oggi<TAB>it
//
// Promise: every problem of the file (unreadable, a missing column, a row with too many cells) is added to `problems`
// with file and line; the rows that are right are returned. A row with fewer cells than columns ends in empty cells.
// Not here: lexicons, which have their own header and compiled form (lexicon.h).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/knowledge_error.h"

namespace dossier {

struct TsvRow {
  std::vector<std::string> cells;  // as many as the table has columns
  std::uint32_t line = 0;          // 1-based
};

struct TsvTable {
  std::string file;
  std::vector<std::string> columns;
  std::vector<TsvRow> rows;

  // npos: no such column.
  std::size_t column(std::string_view name) const;
};

TsvTable read_tsv(const std::filesystem::path& path, const std::vector<std::string>& required_columns,
                  std::vector<Problem>& problems);

// The languages of languages.tsv in these folders, in their order, each once; a Problem when there is none.
std::vector<std::string> read_languages(const std::vector<std::filesystem::path>& folders,
                                        std::vector<Problem>& problems);

// The whole file; a Problem and "" when it cannot be read.
std::string read_text_file(const std::filesystem::path& path, std::vector<Problem>& problems);

}  // namespace dossier
