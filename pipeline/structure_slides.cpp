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
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "grammars/ascii.h"
#include "pipeline/structure.h"

namespace dossier {
namespace {

constexpr std::size_t kMinPageNumbers = 3;
constexpr std::size_t kMinFooterRepeats = 4;

// Lower case, signs before letters: what order and equality of names look at.
std::string sort_key(std::string_view text) {
  std::string key(text);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c + 32);
    } else if (!is_ascii_letter(c) && !is_digit(c) && static_cast<unsigned char>(c) < 0x80) {
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
    find_rules();
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
  enum class Role : std::uint8_t { kText, kPageNumber, kFooter, kRule };

  std::string_view line(std::size_t i) const { return lines_.text(i); }

  // "---" between slides, as decks written in Markdown have it.
  void find_rules() {
    roles_.assign(lines_.size(), Role::kText);
    // Right below a line it underlines a heading; where more wide gaps stand apart from rules, these part the slides.
    const auto is_rule = [&](std::size_t i) { return is_dash_rule(line(i)) && (i == 0 || lines_[i].blanks > 0); };
    std::size_t rules = 0;
    std::size_t gaps = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (is_rule(i)) {
        ++rules;
      } else if (i > 0 && lines_[i].blanks >= 2 && !is_rule(i - 1)) {
        ++gaps;
      }
    }
    has_rules_ = rules >= kFewestSlideRules && rules >= gaps;
    for (std::size_t i = 0; has_rules_ && i < lines_.size(); ++i) {
      if (is_rule(i)) roles_[i] = Role::kRule;
    }
  }

  // Numbers alone on a line that count upwards through the document.
  void find_page_numbers() {
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

  // Lines that come back, but for their digits, on a good part of the slides.
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
      for (const std::size_t i : lines) roles_[i] = Role::kFooter;
    }
  }

  bool breaks_before(std::size_t i) const {
    if (lines_.form_feeds > 0) return lines_[i].after_form_feed;
    if (has_page_numbers_) return roles_[i - 1] == Role::kPageNumber;
    if (has_rules_) return roles_[i - 1] == Role::kRule;
    return lines_[i].blanks >= 2;
  }

  void open_slide() {
    close_slide();
    begin_slide(outline_);
  }

  void close_slide() { end_slide(outline_, BlockKind::kFragment); }

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
    if (roles_[i] == Role::kRule) return i + 1;
    if (roles_[i] != Role::kText) {
      add(roles_[i] == Role::kFooter ? BlockKind::kFooter : BlockKind::kBoilerplate, lines_[i].begin, lines_[i].end);
      return i + 1;
    }
    if (const std::size_t next = tab_table(i); next > i) return next;
    if (const std::size_t next = columns(i); next > i) return next;
    if (const std::size_t next = aligned_table(i); next > i) return next;
    if (const std::size_t next = parted_lines(i); next > i) return next;
    const std::string_view text = line(i);
    if (is_description(text)) {
      const std::size_t next = fragment_end(i);
      add(BlockKind::kDescription, lines_[i].begin, lines_[next - 1].end);
      return next;
    }
    bool is_ordered = false;
    if (const std::size_t marker = list_marker(text, is_ordered, context_.tables)) {
      const std::size_t next = item_end(i, fragment_end(i));
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
    if (is_title_of_columns(i)) {
      add(BlockKind::kFragment, lines_[i].begin, lines_[i].end);
      return i + 1;
    }
    std::size_t next = fragment_end(i);
    if (is_bare_number(raw_.substr(lines_[i].begin, lines_[next - 1].end - lines_[i].begin)) && next < lines_.size() &&
        lines_[next].blanks == 1 && !breaks_before(next) && roles_[next] == Role::kText &&
        opens_with_word(line(next))) {
      next = fragment_end(next);
    }
    if (is_roll(lines_, i, next, "")) {  // each line for itself; the first may be their title
      const bool has_title = !is_parted(line(i), "");
      for (std::size_t k = i; k < next; ++k)
        add(k == i && has_title ? BlockKind::kFragment : BlockKind::kListItem, lines_[k].begin, lines_[k].end);
      return next;
    }
    add(BlockKind::kFragment, lines_[i].begin, lines_[next - 1].end);
    return next;
  }

  std::size_t fragment_end(std::size_t i) const {
    std::size_t next = i + 1;
    bool is_ordered = false;
    while (next < lines_.size() && lines_[next].blanks == 0 && !breaks_before(next) && roles_[next] == Role::kText &&
           list_marker(line(next), is_ordered, context_.tables) == 0 && cell_count(next) < 2 &&
           heading_level(line(next)) == 0) {
      ++next;
    }
    return next;
  }

  // A list item goes on in lines that stand further right or begin small, and behind a line that was full or ends open.
  std::size_t item_end(std::size_t i, std::size_t end) const {
    constexpr std::size_t kFullLine = 45;
    std::size_t next = i + 1;
    while (next < end) {
      const std::string_view above = line(next - 1);
      const char first = line(next).front();
      const bool begins_small = !(first >= 'A' && first <= 'Z');
      const std::size_t space = above.rfind(' ');
      const std::size_t last_word = space == std::string_view::npos ? above.size() : above.size() - space - 1;
      const bool ends_open = std::string_view(",&-/(").find(above.back()) != std::string_view::npos ||
                             (last_word <= 3 && above.back() >= 'a' && above.back() <= 'z');
      if (lines_[next].indent <= lines_[i].indent && !begins_small && !ends_open && above.size() < kFullLine) break;
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
    constexpr std::size_t kLongestUnit = 3;
    if (text.size() > 28 || text.find('%') != std::string_view::npos) return false;
    const std::size_t first = text.find_first_of("0123456789");
    if (first == std::string_view::npos) return false;
    for (std::size_t i = 0; i < first; ++i) {
      if (is_ascii_letter(text[i])) return false;
    }
    std::size_t digits = 0;
    std::size_t words = 0;
    std::size_t letters = 0;  // of the word here
    bool touches = false;     // the word here begins right behind a digit
    bool has_separator = false;
    for (std::size_t i = first; i < text.size(); ++i) {
      if (is_digit(text[i])) ++digits;
      if (text[i] == ',' || text[i] == '.') has_separator = true;
      if (text[i] == '/' || text[i] == ':') return false;
      if (is_ascii_letter(text[i]) && !is_ascii_letter(text[i - 1])) ++words;
      letters = is_ascii_letter(text[i]) ? letters + 1 : 0;
      touches = letters > 1 ? touches : letters == 1 && is_digit(text[i - 1]);
      if (touches && letters > kLongestUnit) return false;  // "1Harbor": a name
    }
    const bool is_year = digits == 4 && words == 0 && !has_separator && (text[first] == '1' || text[first] == '2');
    return words <= 1 && !is_year;
  }

  static bool opens_with_word(std::string_view text) {
    const std::size_t first = text.find_first_not_of("*_ ");
    return first != std::string_view::npos &&
           (is_ascii_letter(text[first]) || static_cast<unsigned char>(text[first]) >= 0xC3) && text.size() <= 60;
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

  bool ends_columns(std::size_t i) const {
    bool is_ordered = false;
    return breaks_before(i) || roles_[i] != Role::kText || cell_count(i) >= 2 ||
           list_marker(line(i), is_ordered, context_.tables) > 0;
  }

  std::size_t columns(std::size_t i) {
    return columns_.take(
        lines_, i, [this](std::size_t k) { return ends_columns(k); }, outline_,
        [this](auto begin, auto end) -> Draft& { return add(BlockKind::kTableCell, begin, end); });
  }

  // "The committee" right over a table of columns.
  bool is_title_of_columns(std::size_t i) {
    const std::size_t next = i + 1;
    return next < lines_.size() && lines_[next].blanks == 0 && !breaks_before(next) && roles_[next] == Role::kText &&
           line(i).find("   ") == std::string_view::npos && line(next).find("   ") != std::string_view::npos &&
           columns_.begins(lines_, next, [this](std::size_t k) { return ends_columns(k); });
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

  // "Ada Lovell      Tom Brandt      Mia Torres" over "Captain         Cook            Mate": cards side by side, each
  // cell for itself; two lines make no table.
  std::size_t parted_lines(std::size_t i) {
    if (i + 1 >= lines_.size() || lines_[i + 1].blanks > 0 || roles_[i + 1] != Role::kText) return i;
    const std::vector<Cell> upper = spaced_cells(i);
    if (upper.size() < kFewestBeside || spaced_cells(i + 1).size() != upper.size()) return i;
    for (const Cell& cell : upper) add(BlockKind::kFragment, cell.begin, cell.end);
    for (const Cell& cell : spaced_cells(i + 1)) add(BlockKind::kFragment, cell.begin, cell.end);
    return i + 2;
  }

  std::vector<Cell> spaced_cells(std::size_t i) const {
    std::vector<Cell> cells;
    bool is_ordered = false;
    if (list_marker(line(i), is_ordered, context_.tables) > 0) return cells;
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
    std::vector<Name> names;  // down the columns
    for (std::uint32_t column = 0; column < table.columns; ++column) {
      const std::size_t first = names.size();
      for (std::uint32_t row = 0; row < table.rows; ++row) {
        const std::uint32_t draft = table.cell(row, column);
        if (draft == kNone) continue;
        const Draft& cell = outline_.drafts[draft];
        names.push_back({draft, row, column, sort_key(raw_.substr(cell.begin, cell.end - cell.begin))});
      }
      order_column(std::span<Name>(names).subspan(first));
    }
    const auto ordered = std::count_if(names.begin(), names.end(), [](const Name& name) { return name.is_in_order; });
    if (names.size() < 12 || names.size() > kMaxNames || static_cast<std::size_t>(ordered) * 4 < names.size() * 3)
      return;
    table.is_member_list = true;
    const std::unordered_set<std::string> later_words = words_after_the_first(names);
    for (std::size_t i = 1; i < names.size(); ++i) {
      const Name& name = names[i];
      if (names[i - 1].column != name.column) continue;
      const std::size_t part = names[i - 1].key.find(name.key);
      const bool repeats_above = part != std::string::npos && part > 0 && name.key.find(' ') != std::string::npos;
      if (!repeats_above && (name.is_in_order || repeats_whole_name(names, i))) continue;
      if (!repeats_above && name.distance < kMinDistance) {
        const bool has_kin = first_word(name.key) == first_word(names[i - 1].key) ||
                             (i + 1 < names.size() && first_word(name.key) == first_word(names[i + 1].key));
        if (has_kin || !consists_of(name.key, later_words)) continue;
      }
      const bool is_copy = repeats_above || repeats_part(names, i);
      if (!is_copy && fits_beside(names, i)) continue;
      if (!is_copy && !names[i - 1].is_in_order) continue;         // two strangers in a row: names of their own
      outline_.drafts[name.draft].kind = BlockKind::kBoilerplate;  // no name by itself
      if (!is_copy) table.joins.push_back({names[i - 1].draft, name.draft});
      std::replace(table.cells.begin(), table.cells.end(), name.draft, kNone);
    }
  }

  struct Name {
    std::uint32_t draft;
    std::uint32_t row;
    std::uint32_t column;
    std::string key;
    bool is_in_order = false;
    std::size_t distance = 0;  // places between where it stands and where its column's order has it
  };

  static void order_column(std::span<Name> column) {
    std::vector<std::string> keys;
    for (const Name& name : column) keys.push_back(name.key);
    const std::vector<bool> in_order = longest_ordered(keys);
    std::vector<std::string> sorted;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (in_order[i]) sorted.push_back(keys[i]);
    }
    std::size_t above = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      column[i].is_in_order = in_order[i];
      if (in_order[i]) ++above;
      const auto place =
          static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), keys[i]) - sorted.begin());
      column[i].distance = place > above ? place - above : above - place;
    }
  }

  // Words that stand in some name behind its first word: "institute", "gmbh", "systems".
  static std::unordered_set<std::string> words_after_the_first(const std::vector<Name>& names) {
    std::unordered_set<std::string> words;
    for (const Name& name : names) {
      std::size_t space = name.key.find(' ');
      while (space != std::string::npos) {
        const std::size_t next = name.key.find(' ', space + 1);
        words.insert(name.key.substr(space + 1, next == std::string::npos ? next : next - space - 1));
        space = next;
      }
    }
    return words;
  }

  static std::string_view first_word(std::string_view key) { return key.substr(0, key.find(' ')); }

  static bool consists_of(const std::string& key, const std::unordered_set<std::string>& words) {
    std::size_t begin = 0;
    while (begin < key.size()) {
      const std::size_t end = std::min(key.find(' ', begin), key.size());
      if (end > begin && words.find(key.substr(begin, end - begin)) == words.end()) return false;
      begin = end + 1;
    }
    return true;
  }

  // Would the cell stand in order in the column to its left or right? Then it slipped there whole.
  static bool fits_beside(const std::vector<Name>& names, std::size_t i) {
    for (const int side : {-1, 1}) {
      const Name* above = nullptr;
      const Name* below = nullptr;
      for (const Name& other : names) {
        if (!other.is_in_order || static_cast<int>(other.column) != static_cast<int>(names[i].column) + side) continue;
        if (other.row < names[i].row) {
          above = &other;
        } else if (below == nullptr) {
          below = &other;
        }
      }
      if (above != nullptr && below != nullptr && above->key <= names[i].key && names[i].key <= below->key) return true;
    }
    return false;
  }

  // The same name stands in its place in the order elsewhere.
  static bool repeats_whole_name(const std::vector<Name>& names, std::size_t i) {
    return std::any_of(names.begin(), names.end(),
                       [&](const Name& name) { return name.is_in_order && name.key == names[i].key; });
  }

  // It repeats the end or the middle of a name above it, or an earlier rest.
  static bool repeats_part(const std::vector<Name>& names, std::size_t i) {
    for (std::size_t k = i > kReach ? i - kReach : 0; k < i; ++k) {
      const std::size_t place = names[k].key.find(names[i].key);
      if (place != std::string::npos && (place > 0 || k + 1 < i)) return true;
    }
    return false;
  }

  static constexpr std::uint32_t kMaxColumns = 64;
  static constexpr std::size_t kFewestBeside = 3;  // cells of a line that may be the names of cards
  static constexpr std::size_t kMaxNames = 10000;  // a longer list is on no slide
  static constexpr std::size_t kMinDistance = 4;   // places between where a rest stands and where it would as a name
  static constexpr std::size_t kReach = 12;        // cells above that a copy may repeat

  const OutlineContext& context_;
  const Lines& lines_;
  std::string_view raw_;
  Outline outline_;
  std::vector<Role> roles_;
  ColumnTables columns_;
  bool has_page_numbers_ = false;
  bool has_rules_ = false;
};

}  // namespace

void begin_slide(Outline& outline) {
  const auto first = static_cast<std::uint32_t>(outline.drafts.size());
  outline.slides.push_back({first, first, kNone});
}

void end_slide(Outline& outline, BlockKind title) {
  constexpr std::uint32_t kLongestTitle = 120;  // bytes
  if (outline.slides.empty()) return;
  Slide& slide = outline.slides.back();
  slide.end_block = static_cast<std::uint32_t>(outline.drafts.size());
  if (slide.first_block == slide.end_block) {
    outline.slides.pop_back();
    return;
  }
  for (std::uint32_t block = slide.first_block; block < slide.end_block; ++block) {
    const Draft& draft = outline.drafts[block];
    if (draft.kind != title) continue;
    if (draft.end - draft.begin <= kLongestTitle) slide.title_block = block;
    return;
  }
}

Outline outline_slides(const OutlineContext& context) {
  return SlideOutliner(context).run();
}

}  // namespace dossier
