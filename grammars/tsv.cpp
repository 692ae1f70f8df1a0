#include "grammars/tsv.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace dossier {
namespace {

std::vector<std::string> split_cells(std::string_view line) {
  std::vector<std::string> cells;
  for (;;) {
    const std::size_t tab = line.find('\t');
    cells.emplace_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

}  // namespace

std::size_t TsvTable::column(std::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  return found == columns.end() ? std::string::npos : static_cast<std::size_t>(found - columns.begin());
}

std::string read_text_file(const std::filesystem::path& path, std::vector<Problem>& problems) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  if (in) bytes << in.rdbuf();
  if (!in) {
    problems.push_back({path.string(), 0, 0, "cannot read the file", "", "check that it exists and may be read"});
    return {};
  }
  return std::move(bytes).str();
}

TsvTable read_tsv(const std::filesystem::path& path, const std::vector<std::string>& required_columns,
                  std::vector<Problem>& problems) {
  TsvTable table;
  table.file = path.string();
  const std::size_t problems_before = problems.size();
  std::istringstream lines(read_text_file(path, problems));
  if (problems.size() != problems_before) return table;

  std::uint32_t line_number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++line_number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line == "#" || line.starts_with("# ") || line.starts_with("#!")) continue;
    std::vector<std::string> cells = split_cells(line);
    if (table.columns.empty()) {
      table.columns = std::move(cells);
      for (const std::string& name : required_columns) {
        if (table.column(name) == std::string::npos) {
          problems.push_back({table.file, line_number, 1, "missing column", name, "add it to the header row"});
        }
      }
      if (problems.size() != problems_before) return table;
      continue;
    }
    if (cells.size() > table.columns.size()) {
      problems.push_back({table.file, line_number, 1, "more cells than columns", line,
                          "the header row names " + std::to_string(table.columns.size()) + " columns"});
      continue;
    }
    cells.resize(table.columns.size());
    table.rows.push_back({std::move(cells), line_number});
  }
  if (table.columns.empty()) {
    problems.push_back({table.file, 0, 0, "no header row", "", "name the columns in the first line"});
  }
  return table;
}

std::vector<std::string> read_languages(const std::vector<std::filesystem::path>& folders,
                                        std::vector<Problem>& problems) {
  std::vector<std::string> languages;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    const std::filesystem::path path = folders[i] / "languages.tsv";
    std::error_code error;
    if (i > 0 && !std::filesystem::exists(path, error)) continue;
    const TsvTable table = read_tsv(path, {"lang"}, problems);
    const std::size_t column = table.column("lang");
    if (column == std::string::npos) continue;
    for (const TsvRow& row : table.rows) {
      if (std::find(languages.begin(), languages.end(), row.cells[column]) == languages.end())
        languages.push_back(row.cells[column]);
    }
  }
  return languages;
}

}  // namespace dossier
