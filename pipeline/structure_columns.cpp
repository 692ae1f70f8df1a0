// structure_columns.cpp - tables whose columns are parted by runs of spaces, as PDF conversion lays them out:
//
//   Name             Company            Role
//   Ada Lovell       Harborworks        chair
//   Tom Brandt       Trevik Ltd
//
// A column is a strip of places in which some line has text; the gutters between are blank in every line. So a row may
// leave cells empty, and headings need not stand flush with what is below them. A line without a first cell and with
// fewer than half of the others goes on with the row above. Prose in columns is no table: its cells are long.
#include <algorithm>

#include "pipeline/structure.h"

namespace dossier {
namespace {

constexpr std::size_t kWidest = 400;  // columns of a line: further right all is one column
constexpr std::size_t kMostRows = 2000;
constexpr std::size_t kFewestRows = 3;
constexpr std::size_t kLongTry = 64;      // lines: having read so many in vain, none of them is tried again
constexpr std::size_t kMeanOfProse = 28;  // bytes of a cell
constexpr std::size_t kLongestCell = 50;  // places
constexpr std::size_t kMostColumns = 12;

struct Piece {
  std::uint32_t begin, end;  // bytes of the raw text
  std::size_t from, to;      // places in the line, [from, to)
};

// What two spaces or more part.
std::vector<Piece> pieces_of(const Lines& lines, std::size_t i) {
  std::vector<Piece> pieces;
  const Line& line = lines[i];
  std::size_t place = line.indent;
  std::size_t blanks = 2;
  for (std::uint32_t p = line.begin; p < line.end; ++p) {
    const char c = lines.raw[p];
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) {  // inside a character
      pieces.back().end = p + 1;
      continue;
    }
    if (c == ' ') {
      ++blanks;
    } else {
      if (blanks >= 2) {
        pieces.push_back({p, p + 1, place, place + 1});
      } else {
        pieces.back().end = p + 1;
        pieces.back().to = place + 1;
      }
      blanks = 0;
    }
    ++place;
  }
  return pieces;
}

using Strips = std::vector<std::pair<std::size_t, std::size_t>>;

// Adds what a line covers; strips closer than two places become one.
Strips covered(const Strips& strips, const std::vector<Piece>& pieces) {
  Strips all = strips;
  for (const Piece& piece : pieces) all.emplace_back(piece.from, piece.to);
  std::sort(all.begin(), all.end());
  Strips joined;
  for (const auto& [from, to] : all) {
    if (!joined.empty() && from < joined.back().second + 2) {
      joined.back().second = std::max(joined.back().second, to);
    } else {
      joined.emplace_back(from, to);
    }
  }
  return joined;
}

std::size_t strip_at(const Strips& strips, std::size_t place) {
  const auto behind =
      std::partition_point(strips.begin(), strips.end(), [&](const auto& strip) { return strip.second <= place; });
  return static_cast<std::size_t>(behind - strips.begin());
}

bool is_prose(const ColumnRows& rows, std::size_t columns) {
  std::size_t wide = 0;
  for (std::size_t column = 0; column < columns; ++column) {
    std::size_t bytes = 0;
    std::size_t cells = 0;
    for (const auto& row : rows.rows) {
      for (const ColumnCell& cell : row) {
        if (cell.column != column) continue;
        bytes += cell.end - cell.begin;
        ++cells;
      }
    }
    wide += cells > 0 && bytes / cells >= kMeanOfProse ? 1 : 0;
  }
  return wide >= 2;
}

}  // namespace

ColumnRows read_columns(const Lines& lines, std::size_t first, const std::function<bool(std::size_t)>& is_end) {
  ColumnRows result;
  if (lines.text(first).find("  ") == std::string_view::npos) return result;
  std::vector<std::vector<Piece>> pieces;
  Strips strips;
  std::size_t parted = 0;                                                           // lines of several cells
  const bool is_spaced = first + 1 < lines.size() && lines[first + 1].blanks == 1;  // a blank line behind each row
  for (std::size_t i = first; i < lines.size() && pieces.size() < kMostRows; ++i) {
    if (i > first && (lines[i].blanks > (is_spaced ? 1 : 0) || is_end(i))) break;
    if (lines.text(i).find_first_not_of("=-+| \t") == std::string_view::npos) {  // a rule below headings
      pieces.emplace_back();
      continue;
    }
    std::vector<Piece> here = pieces_of(lines, i);
    const bool is_prose =
        std::any_of(here.begin(), here.end(), [](const Piece& piece) { return piece.to - piece.from > kLongestCell; });
    if (here.back().to > kWidest || is_prose) break;
    Strips wider = covered(strips, here);
    if (i > first && wider.size() < strips.size()) break;
    if (wider.size() > kMostColumns) break;
    if (here.size() == 1 && (lines[i].blanks > 0 || wider.size() > strips.size())) break;
    parted += here.size() >= 2 ? 1 : 0;
    strips = std::move(wider);
    pieces.push_back(std::move(here));
  }
  ColumnRows none;
  if (pieces.size() >= kLongTry) none.read = first + pieces.size();
  while (!pieces.empty() && pieces.back().size() <= 1) pieces.pop_back();
  if (strips.size() < 2 || parted < kFewestRows || parted * 5 < pieces.size() * 3) return none;
  for (const std::vector<Piece>& line : pieces) {
    if (line.empty()) continue;
    const bool lacks_first = strip_at(strips, line.front().from) > 0;
    const bool goes_on = lacks_first && !result.rows.empty() && line.size() * 2 < strips.size();
    if (!goes_on) result.rows.emplace_back();
    std::vector<ColumnCell>& row = result.rows.back();
    for (const Piece& piece : line) {
      const auto column = static_cast<std::uint32_t>(strip_at(strips, piece.from));
      const bool is_same = !row.empty() && row.back().column == column && row.back().line == &line - pieces.data();
      if (is_same) {
        row.back().end = piece.end;
      } else {
        row.push_back({piece.begin, piece.end, column, &line - pieces.data()});
      }
    }
  }
  result.columns = static_cast<std::uint32_t>(strips.size());
  result.next = first + pieces.size();
  if (result.rows.size() < kFewestRows || is_prose(result, strips.size())) return none;
  return result;
}

void add_columns(const ColumnRows& columns, Outline& outline,
                 const std::function<Draft&(std::uint32_t, std::uint32_t)>& add) {
  Table table;
  table.has_header = true;
  table.rows = static_cast<std::uint32_t>(columns.rows.size());
  table.columns = columns.columns;
  table.cells.assign(std::size_t{table.rows} * table.columns, kNone);
  const auto index = static_cast<std::uint32_t>(outline.tables.size());
  for (std::uint32_t row = 0; row < table.rows; ++row) {
    for (const ColumnCell& cell : columns.rows[row]) {
      const auto number = static_cast<std::uint32_t>(outline.drafts.size());
      Draft& draft = add(cell.begin, cell.end);
      draft.table = index;
      draft.row = row;
      draft.column = cell.column;
      std::uint32_t& place = table.cells[std::size_t{row} * table.columns + cell.column];
      if (place == kNone) {
        place = number;
      } else {
        table.joins.push_back({place, number});
      }
    }
  }
  outline.tables.push_back(std::move(table));
}

std::size_t ColumnTables::take(const Lines& lines, std::size_t i, const std::function<bool(std::size_t)>& is_end,
                               Outline& outline, const std::function<Draft&(std::uint32_t, std::uint32_t)>& add) {
  if (i < from_) return i;
  const ColumnRows rows = read_columns(lines, i, is_end);
  if (rows.next == 0) {
    from_ = rows.read;
    return i;
  }
  add_columns(rows, outline, add);
  return rows.next;
}

bool ColumnTables::begins(const Lines& lines, std::size_t i, const std::function<bool(std::size_t)>& is_end) {
  if (i < from_) return false;
  const ColumnRows rows = read_columns(lines, i, is_end);
  if (rows.next == 0) from_ = rows.read;
  return rows.next > 0;
}

}  // namespace dossier
