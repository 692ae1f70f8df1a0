// structure_slides.cpp - outline of slide text, as OCR and PDF conversion give it: slides at page breaks, page numbers
// or wide gaps; in a slide, fragments between blank lines.
//
// Statements broken over lines stay one block: the lines of a fragment, and a bare number with the words below it
// ("450", blank line, "ORGANIZATIONS").
//
// Member lists: names in columns, rows parted by line breaks, cells by tabs, names sorted down the columns. A name too
// long for its cell goes on in the row below; its rest breaks the order ("Brocade | Communications | Caleb"), and that
// is how it is told. Names that stand a few places off, because somebody's order looks at signs, are left alone. Known
// to fail: a rest that happens to stand in order is taken for a name of its own.
#include <algorithm>
#include <unordered_map>

#include "pipeline/structure.h"

namespace dossier {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr std::size_t kMinPageNumbers = 3;
constexpr std::size_t kMinFooterRepeats = 4;

// Lower case, signs before letters: what order and equality of names look at.
std::string sort_key(std::string_view text) {
  std::string key(text);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c + 32);
    } else if (!is_letter(c) && !is_digit(c) && static_cast<unsigned char>(c) < 0x80) {
      c = ' ';
    }
  }
  return key;
}

// Which members of `keys` belong to the longest run that never decreases.
std::vector<bool> longest_ordered(const std::vector<std::string>& keys) {
  std::vector<std::size_t> tails;  // tails[k]: index of the least last member of runs of k + 1
  std::vector<std::size_t> before(keys.size(), keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto place = std::upper_bound(tails.begin(), tails.end(), i,
                                        [&keys](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
    if (place != tails.begin()) before[i] = *(place - 1);
    if (place == tails.end()) {
      tails.push_back(i);
    } else {
      *place = i;
    }
  }
  std::vector<bool> in_order(keys.size(), false);
  for (std::size_t i = tails.empty() ? keys.size() : tails.back(); i < keys.size(); i = before[i]) in_order[i] = true;
  return in_order;
}

class SlideOutliner {
 public:
  explicit SlideOutliner(const OutlineContext& context)
      : context_(context), lines_(context.lines), raw_(context.lines.raw) {}

  Outline run() {
    find_page_numbers();
    find_footers();
    open_slide();
    std::size_t i = 0;
    while (i < lines_.size()) {
      if (i > 0 && breaks_before(i)) open_slide();
      i = construct(i);
    }
    close_slide();
    return std::move(outline_);
  }

 private:
  enum class Role : std::uint8_t { kText, kPageNumber, kFooter };

  std::string_view line(std::size_t i) const { return lines_.text(i); }

  // Numbers alone on a line that count upwards through the document.
  void find_page_numbers() {
    roles_.assign(lines_.size(), Role::kText);
    std::vector<std::size_t> chain;
    std::uint32_t last = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view text = line(i);
      if (text.size() > 4 || !std::all_of(text.begin(), text.end(), is_digit)) continue;
      std::uint32_t number = 0;
      for (const char c : text) number = number * 10 + static_cast<std::uint32_t>(c - '0');
      if (chain.empty() ? number <= 9 : (number > last && number <= last + 4)) {
        chain.push_back(i);
        last = number;
      }
    }
    if (chain.size() < kMinPageNumbers) return;
    has_page_numbers_ = true;
    for (const std::size_t i : chain) roles_[i] = Role::kPageNumber;
  }

  // Lines that come back, but for their digits, on a good part of the slides. The first one stays text.
  void find_footers() {
    std::unordered_map<std::string, std::vector<std::size_t>> places;
    std::size_t gaps = 1;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].blanks >= 2 || lines_[i].after_form_feed) ++gaps;
      const std::string_view text = line(i);
      if (text.size() < 4 || text.size() > 120 || roles_[i] != Role::kText || text.find('\t') != std::string_view::npos)
        continue;
      std::string key(text);
      for (char& c : key) c = is_digit(c) ? '0' : c;
      places[std::move(key)].push_back(i);
    }
    for (const auto& [key, lines] : places) {
      if (lines.size() < kMinFooterRepeats || lines.size() * 4 < std::min<std::size_t>(gaps, 4 * kMinFooterRepeats * 2))
        continue;
      for (std::size_t i = 1; i < lines.size(); ++i) roles_[lines[i]] = Role::kFooter;
    }
  }

  bool breaks_before(std::size_t i) const {
    if (lines_.form_feeds > 0) return lines_[i].after_form_feed;
    if (has_page_numbers_) return roles_[i - 1] == Role::kPageNumber;
    return lines_[i].blanks >= 2;
  }

  void open_slide() {
    close_slide();
    const auto first = static_cast<std::uint32_t>(outline_.drafts.size());
    outline_.slides.push_back({first, first, kNone});
  }

  void close_slide() {
    if (outline_.slides.empty()) return;
    Slide& slide = outline_.slides.back();
    slide.end_block = static_cast<std::uint32_t>(outline_.drafts.size());
    if (slide.first_block == slide.end_block) {
      outline_.slides.pop_back();
      return;
    }
    for (std::uint32_t block = slide.first_block; block < slide.end_block; ++block) {
      const Draft& draft = outline_.drafts[block];
      if (draft.kind != BlockKind::kFragment) continue;
      if (draft.end - draft.begin <= 120) slide.title_block = block;
      break;
    }
  }

  Draft& add(BlockKind kind, std::uint32_t begin, std::uint32_t end) {
    Draft draft;
    draft.begin = begin;
    draft.end = end;
    draft.kind = kind;
    draft.slide = static_cast<std::uint32_t>(outline_.slides.size() - 1);
    outline_.drafts.push_back(draft);
    return outline_.drafts.back();
  }

  std::size_t construct(std::size_t i) {
    if (roles_[i] != Role::kText) {
      add(BlockKind::kBoilerplate, lines_[i].begin, lines_[i].end);
      return i + 1;
    }
    if (const std::size_t next = tab_table(i); next > i) return next;
    if (const std::size_t next = aligned_table(i); next > i) return next;
    const std::string_view text = line(i);
    if (is_description(text)) {
      const std::size_t next = fragment_end(i);
      add(BlockKind::kDescription, lines_[i].begin, lines_[next - 1].end);
      return next;
    }
    bool is_ordered = false;
    if (const std::size_t marker = list_marker(text, is_ordered)) {
      const std::size_t next = fragment_end(i);
      add(BlockKind::kListItem, lines_[i].begin + static_cast<std::uint32_t>(marker), lines_[next - 1].end).level =
          static_cast<std::uint16_t>(std::min(lines_[i].indent / 2, context_.max_nesting));
      return next;
    }
    if (const std::size_t level = heading_level(text)) {
      std::uint32_t begin = lines_[i].begin + static_cast<std::uint32_t>(level);
      while (raw_[begin] == ' ' || raw_[begin] == '\t') ++begin;
      add(BlockKind::kHeading, begin, lines_[i].end).level = static_cast<std::uint16_t>(level);
      return i + 1;
    }
    std::size_t next = fragment_end(i);
    if (is_bare_number(raw_.substr(lines_[i].begin, lines_[next - 1].end - lines_[i].begin)) && next < lines_.size() &&
        lines_[next].blanks == 1 && !breaks_before(next) && roles_[next] == Role::kText &&
        opens_with_word(line(next))) {
      next = fragment_end(next);
    }
    add(BlockKind::kFragment, lines_[i].begin, lines_[next - 1].end);
    return next;
  }

  std::size_t fragment_end(std::size_t i) const {
    std::size_t next = i + 1;
    bool is_ordered = false;
    while (next < lines_.size() && lines_[next].blanks == 0 && !breaks_before(next) && roles_[next] == Role::kText &&
           list_marker(line(next), is_ordered) == 0 && cell_count(next) < 2 && heading_level(line(next)) == 0) {
      ++next;
    }
    return next;
  }

  bool is_description(std::string_view text) const {
    if (text.size() < 80) return false;
    const std::string folded = fold_phrase(text.substr(0, 48));
    return std::any_of(context_.tables.starts.begin(), context_.tables.starts.end(), [&folded](const auto& start) {
      return start.second == Boilerplate::kDescription && folded.compare(0, start.first.size(), start.first) == 0;
    });
  }

  // "450", "40M", "**8,500**", "\$7.7\nBILLION", "40+\nMILLION": a number with at most one word; no year, no
  // percentage.
  static bool is_bare_number(std::string_view text) {
    if (text.size() > 28 || text.find('%') != std::string_view::npos) return false;
    const std::size_t first = text.find_first_of("0123456789");
    if (first == std::string_view::npos) return false;
    for (std::size_t i = 0; i < first; ++i) {
      if (is_letter(text[i])) return false;
    }
    std::size_t digits = 0;
    std::size_t words = 0;
    bool has_separator = false;
    for (std::size_t i = first; i < text.size(); ++i) {
      if (is_digit(text[i])) ++digits;
      if (text[i] == ',' || text[i] == '.') has_separator = true;
      if (text[i] == '/' || text[i] == ':') return false;
      if (is_letter(text[i]) && !is_letter(text[i - 1])) ++words;
    }
    const bool is_year = digits == 4 && words == 0 && !has_separator && (text[first] == '1' || text[first] == '2');
    return words <= 1 && !is_year;
  }

  static bool opens_with_word(std::string_view text) {
    const std::size_t first = text.find_first_not_of("*_ ");
    return first != std::string_view::npos &&
           (is_letter(text[first]) || static_cast<unsigned char>(text[first]) >= 0xC3) && text.size() <= 60;
  }

  // Cells of a line that tabs part, those that are blank included.
  std::size_t cell_count(std::size_t i) const {
    const std::string_view text = line(i);
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\t')) + 1;
  }

  struct Cell {
    std::uint32_t begin;
    std::uint32_t end;
  };

  std::vector<Cell> tab_cells(std::size_t i) const {
    std::uint32_t begin = lines_[i].begin;  // leading tabs stand for empty cells
    while (begin > 0 && (raw_[begin - 1] == '\t' || raw_[begin - 1] == ' ')) --begin;
    std::vector<Cell> cells;
    for (;;) {
      const std::size_t tab = raw_.substr(begin, lines_[i].end - begin).find('\t');
      std::uint32_t end = tab == std::string_view::npos ? lines_[i].end : begin + static_cast<std::uint32_t>(tab);
      const std::uint32_t next = end + 1;
      std::uint32_t from = begin;
      while (from < end && raw_[from] == ' ') ++from;
      while (end > from && raw_[end - 1] == ' ') --end;
      cells.push_back({from, end});
      if (tab == std::string_view::npos) return cells;
      begin = next;
    }
  }

  std::size_t tab_table(std::size_t i) {
    std::size_t next = i;
    while (next < lines_.size() && (next == i || lines_[next].blanks == 0) && cell_count(next) >= 2 &&
           !(next > i && breaks_before(next))) {
      ++next;
    }
    if (next - i < 2 || (next - i < 3 && cell_count(i) < 3)) return i;
    std::vector<std::vector<Cell>> rows;
    for (std::size_t row = i; row < next; ++row) rows.push_back(tab_cells(row));
    add_table(rows, false);
    find_broken_names(outline_.tables.back());
    return next;
  }

  // Columns parted by runs of spaces, the same number in three lines or more.
  std::size_t aligned_table(std::size_t i) {
    std::vector<std::vector<Cell>> rows;
    std::size_t next = i;
    for (; next < lines_.size() && (next == i || lines_[next].blanks == 0); ++next) {
      std::vector<Cell> cells = spaced_cells(next);
      if (cells.size() < 2 || (!rows.empty() && cells.size() != rows.front().size())) break;
      rows.push_back(std::move(cells));
    }
    if (rows.size() < 3) return i;
    add_table(rows, true);
    return next;
  }

  std::vector<Cell> spaced_cells(std::size_t i) const {
    std::vector<Cell> cells;
    bool is_ordered = false;
    if (list_marker(line(i), is_ordered) > 0) return cells;
    std::uint32_t begin = lines_[i].begin;
    const std::uint32_t end = lines_[i].end;
    while (begin < end) {
      const std::size_t gap = raw_.substr(begin, end - begin).find("   ");
      const std::uint32_t stop = gap == std::string_view::npos ? end : begin + static_cast<std::uint32_t>(gap);
      cells.push_back({begin, stop});
      begin = stop;
      while (begin < end && raw_[begin] == ' ') ++begin;
    }
    return cells;
  }

  void add_table(const std::vector<std::vector<Cell>>& rows, bool has_header) {
    Table table;
    table.has_header = has_header;
    table.rows = static_cast<std::uint32_t>(rows.size());
    for (const auto& row : rows) table.columns = std::max(table.columns, static_cast<std::uint32_t>(row.size()));
    table.columns = std::min(table.columns, kMaxColumns);
    table.cells.assign(std::size_t{table.rows} * table.columns, kNone);
    const auto index = static_cast<std::uint32_t>(outline_.tables.size());
    for (std::uint32_t row = 0; row < table.rows; ++row) {
      for (std::uint32_t column = 0; column < rows[row].size(); ++column) {
        const Cell& cell = rows[row][column];
        if (cell.begin >= cell.end) continue;
        if (column < table.columns) {
          table.cells[std::size_t{row} * table.columns + column] = static_cast<std::uint32_t>(outline_.drafts.size());
        }
        Draft& draft = add(BlockKind::kTableCell, cell.begin, cell.end);
        draft.table = index;
        draft.row = row;
        draft.column = column;
      }
    }
    outline_.tables.push_back(std::move(table));
  }

  // Is the table a list of names sorted down its columns? Then the cells out of order are rests of broken names.
  void find_broken_names(Table& table) {
    std::vector<std::uint32_t> cells;  // drafts, down the columns
    for (std::uint32_t column = 0; column < table.columns; ++column) {
      for (std::uint32_t row = 0; row < table.rows; ++row) {
        if (const std::uint32_t draft = table.cell(row, column); draft != kNone) cells.push_back(draft);
      }
    }
    if (cells.size() < 12) return;
    std::vector<std::string> keys;
    for (const std::uint32_t draft : cells) {
      keys.push_back(sort_key(
          raw_.substr(outline_.drafts[draft].begin, outline_.drafts[draft].end - outline_.drafts[draft].begin)));
    }
    const std::vector<bool> in_order = longest_ordered(keys);
    const auto ordered = static_cast<std::size_t>(std::count(in_order.begin(), in_order.end(), true));
    if (ordered * 4 < cells.size() * 3) return;
    table.is_member_list = true;
    std::vector<std::string> sorted;
    std::vector<std::size_t> rank(cells.size(), 0);  // members of the order up to and with a cell
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (in_order[i]) sorted.push_back(keys[i]);
      rank[i] = sorted.size();
    }
    for (std::size_t i = 1; i < cells.size(); ++i) {
      if (in_order[i]) continue;
      Draft& draft = outline_.drafts[cells[i]];
      const auto place =
          static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), keys[i]) - sorted.begin());
      const std::size_t distance = place > rank[i] ? place - rank[i] : rank[i] - place;
      if (distance < kMinDistance || repeats_whole_name(keys, in_order, i)) continue;
      const bool is_copy = repeats_part(keys, i);
      if (!is_copy && fits_beside(cells, keys, in_order, i)) continue;
      if (!is_copy && !in_order[i - 1]) continue;  // two strangers in a row: names of their own
      draft.kind = BlockKind::kBoilerplate;        // no name by itself
      if (!is_copy) table.joins.push_back({cells[i - 1], cells[i]});
      std::replace(table.cells.begin(), table.cells.end(), cells[i], kNone);
    }
  }

  // Would the cell stand in order in the column to its left or right? Then it slipped there whole.
  bool fits_beside(const std::vector<std::uint32_t>& cells, const std::vector<std::string>& keys,
                   const std::vector<bool>& in_order, std::size_t i) const {
    const Draft& draft = outline_.drafts[cells[i]];
    for (const int side : {-1, 1}) {
      const std::string* above = nullptr;
      const std::string* below = nullptr;
      for (std::size_t k = 0; k < cells.size() && below == nullptr; ++k) {
        const Draft& other = outline_.drafts[cells[k]];
        if (!in_order[k] || static_cast<int>(other.column) != static_cast<int>(draft.column) + side) continue;
        (other.row < draft.row ? above : below) = &keys[k];
      }
      if (above != nullptr && below != nullptr && *above <= keys[i] && keys[i] <= *below) return true;
    }
    return false;
  }

  // The same name stands in its place in the order elsewhere.
  static bool repeats_whole_name(const std::vector<std::string>& keys, const std::vector<bool>& in_order,
                                 std::size_t i) {
    for (std::size_t k = 0; k < keys.size(); ++k) {
      if (in_order[k] && keys[k] == keys[i]) return true;
    }
    return false;
  }

  // It repeats the end or the middle of a name above it, or an earlier rest.
  static bool repeats_part(const std::vector<std::string>& keys, std::size_t i) {
    const std::size_t from = i > kReach ? i - kReach : 0;
    for (std::size_t k = from; k < i; ++k) {
      if (const std::size_t place = keys[k].find(keys[i]); place != std::string::npos && (place > 0 || k + 1 < i))
        return true;
    }
    return false;
  }

  static constexpr std::uint32_t kMaxColumns = 64;
  static constexpr std::size_t kMinDistance = 4;  // places between where a rest stands and where it would as a name
  static constexpr std::size_t kReach = 12;       // cells above that a copy may repeat

  const OutlineContext& context_;
  const Lines& lines_;
  std::string_view raw_;
  Outline outline_;
  std::vector<Role> roles_;
  bool has_page_numbers_ = false;
};

}  // namespace

Outline outline_slides(const OutlineContext& context) {
  return SlideOutliner(context).run();
}

}  // namespace dossier
