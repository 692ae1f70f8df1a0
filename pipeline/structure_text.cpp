// structure_text.cpp - outline of texts in paragraphs: interviews, transcripts, Markdown articles and decks, profile
// pages, plain text. One pass over the lines; each construct takes its lines and returns the next one. The marks of
// Markdown count in plain text too: a document that has none loses nothing by that.
#include <re2/re2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "grammars/ascii.h"
#include "pipeline/structure.h"

namespace dossier {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_fence(std::string_view line) {
  return line.substr(0, 3) == "```" || line.substr(0, 3) == "~~~";
}

// "---", "* * *", "=====": a rule, no text.
bool is_rule(std::string_view line) {
  if (line.size() < 3) return false;
  const char mark = line[0];
  if (mark != '-' && mark != '*' && mark != '_' && mark != '=') return false;
  std::size_t marks = 0;
  for (const char c : line) {
    if (c == mark) {
      ++marks;
    } else if (!is_blank(c)) {
      return false;
    }
  }
  return marks >= 3;
}

// Does `mark` underline `title`, as reStructuredText has it: one sign, as often as the title has letters?
bool underlines(std::string_view mark, std::string_view title) {
  static constexpr std::string_view kSigns = "=-~^*#+\"'`:.";
  return mark.size() >= 4 && mark.size() + 1 >= title.size() && mark.size() <= title.size() + 24 &&
         kSigns.find(mark.front()) != std::string_view::npos &&
         mark.find_first_not_of(mark.front()) == std::string_view::npos;
}

// "[name]: target": where the name and the target stand; empty name: no definition.
struct Definition {
  std::string_view name;
  std::string_view target;
};
Definition definition_of(std::string_view line) {
  if (line.size() < 5 || line[0] != '[') return {};
  const std::size_t close = line.find("]:");
  if (close == std::string_view::npos || close == 1) return {};
  std::string_view target = line.substr(close + 2);
  while (!target.empty() && is_blank(target.front())) target.remove_prefix(1);
  return {line.substr(1, close - 1), target};
}

// Does the paragraph begin with a pictogram?
bool opens_with_pictogram(std::string_view text) {
  if (text.empty() || static_cast<unsigned char>(text.front()) < 0xE2) return false;
  std::int32_t read = 0;
  UChar32 c = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), read,
          static_cast<std::int32_t>(std::min<std::size_t>(text.size(), 4)), c);
  return c > 0 && u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) != 0;
}

// The name of the block element whose tag a line begins with ("<dt>Title</dt>", "</div>"); empty if with none.
std::string_view block_tag(std::string_view line) {
  static constexpr std::array<std::string_view, 23> kTags = {
      "article", "blockquote", "dd", "div", "dl", "dt",      "footer", "h1", "h2", "h3", "h4", "h5",
      "h6",      "header",     "li", "ol",  "p",  "section", "table",  "td", "th", "tr", "ul"};
  if (line.size() < 3 || line.front() != '<') return {};
  line.remove_prefix(line[1] == '/' ? 2 : 1);
  const std::string_view name = line.substr(0, line.find_first_of(" \t>/"));
  return name.size() < line.size() && std::find(kTags.begin(), kTags.end(), name) != kTags.end() ? name
                                                                                                 : std::string_view();
}

// The bytes of the tag "<li>" with which the item of a list begins, blanks behind it included; 0: there is none, or
// nothing behind it.
std::size_t item_tag(std::string_view line) {
  if (block_tag(line) != "li" || line[1] == '/') return 0;
  const std::size_t close = line.find('>');
  if (close == std::string_view::npos) return 0;
  const std::size_t text = line.find_first_not_of(" \t", close + 1);
  return text == std::string_view::npos || line.substr(text) == "</li>" ? 0 : text;
}

constexpr std::ptrdiff_t kMaxTabColumns = 64;
constexpr std::size_t kMostCells = 4'000'000;  // of a table of pipes: a longer one has fewer columns

class TextOutliner {
 public:
  explicit TextOutliner(const OutlineContext& context)
      : context_(context), lines_(context.lines), raw_(context.lines.raw) {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::size_t size = lines_[i].end - lines_[i].begin;
      if (size <= kMostLine) longest_line_ = std::max(longest_line_, size);
    }
    first_turn_line_ = context.dialogue.labels.empty() ? lines_.size() : context.dialogue.labels.front().first;
  }

  Outline run() {
    std::size_t i = 0;
    if (has_front_matter(lines_)) i = outline_front_matter(context_, outline_);
    if (is_deck()) open_slide();
    while (i < lines_.size()) i = construct(i);
    close_turn();
    close_slide();
    return std::move(outline_);
  }

 private:
  std::string_view line(std::size_t i) const { return lines_.text(i); }
  bool is_deck() const { return context_.kind == DocumentKind::kSlides; }
  bool starts_paragraph(std::size_t i) const { return i == 0 || lines_[i].blanks > 0; }
  const Label* label_at(std::size_t i) {
    const auto& labels = context_.dialogue.labels;
    while (next_label_ < labels.size() && labels[next_label_].first < i) ++next_label_;
    return next_label_ < labels.size() && labels[next_label_].first == i ? &labels[next_label_].second : nullptr;
  }

  Draft& add(BlockKind kind, std::uint32_t begin, std::uint32_t end) {
    Draft draft;
    draft.begin = begin;
    draft.end = end;
    draft.kind = kind;
    const bool belongs_to_turn =
        kind != BlockKind::kBoilerplate && kind != BlockKind::kHeading && kind != BlockKind::kMetadata;
    if (belongs_to_turn) draft.turn = turn_;
    if (!outline_.slides.empty()) draft.slide = static_cast<std::uint32_t>(outline_.slides.size() - 1);
    is_opening_ = is_opening_ && !belongs_to_turn;
    outline_.drafts.push_back(draft);
    return outline_.drafts.back();
  }

  void open_slide() {
    close_slide();
    begin_slide(outline_);
  }

  void close_slide() {
    if (is_deck()) end_slide(outline_, BlockKind::kHeading);
  }

  void close_turn() {
    if (turn_ != kNone) outline_.turns[turn_].end_block = static_cast<std::uint32_t>(outline_.drafts.size());
    turn_ = kNone;
  }

  std::size_t construct(std::size_t i) {
    const std::string_view text = line(i);
    if (const Label* label = label_at(i)) return turn(i, *label);
    switch (text.front()) {
      case '`':
      case '~':
        if (is_fence(text)) return code(i);
        break;
      case '#':
        if (const std::size_t level = heading_level(text)) return heading(i, level);
        break;
      case '>':
        return quotation(i);
      case '<':
        if (const std::size_t next = tagged_heading(i); next > i) return next;
        break;
      case '[':
        if (const Definition definition = definition_of(text); !definition.name.empty()) return define(i, definition);
        break;
      default:
        break;
    }
    if (begins_table(lines_, i)) return table(i);
    if (is_rule(text)) {
      if (is_deck()) open_slide();
      return i + 1;
    }
    if (text.starts_with(".. list-table::")) {
      if (const std::size_t next = list_table(i); next > i) return next;
    }
    bool is_ordered = false;
    if (const std::size_t marker = list_marker(text, is_ordered, context_.tables)) {
      if (!is_ordered || starts_paragraph(i) || in_list_) return list_item(i, marker);
    }
    if (const std::size_t marker = item_tag(text)) return list_item(i, marker);
    in_list_ = false;
    if (i < first_turn_line_ || turn_ == kNone) {
      if (metadata(i)) return i + 1;
    }
    if (const std::size_t next = tab_table(i); next > i) return next;
    if (const std::size_t next = columns(i); next > i) return next;
    if (const std::size_t next = furniture(i); next > i) return next;
    return paragraph(i);
  }

  // The first line after `i` that begins another construct.
  std::size_t paragraph_end(std::size_t i) {
    std::size_t next = i + 1;
    for (; next < lines_.size() && lines_[next].blanks == 0; ++next) {
      const std::string_view text = line(next);
      const char c = text.front();
      if (next == i + 1 && underlines(text, line(i))) break;
      if ((c == '`' || c == '~') && is_fence(text)) break;
      if (c == '#' && heading_level(text) > 0) break;
      if (c == '>') break;
      if (c == '<' && !block_tag(text).empty()) break;
      if (begins_table(lines_, next)) break;
      if (label_at(next) != nullptr || is_rule(text)) break;
      bool is_ordered = false;
      if (list_marker(text, is_ordered, context_.tables) > 0 && (!is_ordered || in_list_)) break;
      if (next < first_turn_line_ && is_metadata(next)) break;
    }
    return next;
  }

  std::size_t turn(std::size_t i, const Label& label) {
    in_list_ = false;
    close_turn();
    const std::string_view name = raw_.substr(label.begin, label.end - label.begin);
    const auto break_label = context_.tables.speakers.find(fold_phrase(name));
    if (break_label != context_.tables.speakers.end()) {
      add(BlockKind::kBoilerplate, label.begin, label.end);
      if (label.text < lines_[i].end) {
        const std::size_t next = paragraph_end(i);
        add(BlockKind::kBoilerplate, label.text, lines_[next - 1].end);
        return next;
      }
      return i + 1;
    }
    turn_ = static_cast<std::uint32_t>(outline_.turns.size());
    const auto block = static_cast<std::uint32_t>(outline_.drafts.size());
    outline_.turns.push_back({block, block, block});
    add(BlockKind::kSpeaker, label.begin, label.end);
    if (label.text >= lines_[i].end) return i + 1;
    const std::size_t next = paragraph_end(i);
    add(BlockKind::kParagraph, label.text, lines_[next - 1].end);
    return next;
  }

  std::size_t code(std::size_t i) {
    const std::string_view fence = line(i).substr(0, 3);
    std::size_t last = i + 1;
    while (last < lines_.size() && line(last).substr(0, 3) != fence) ++last;
    if (last > i + 1) add(BlockKind::kCode, lines_[i + 1].begin, lines_[last - 1].end).has_marks = false;
    if (last >= lines_.size() && i + 1 >= lines_.size()) return i + 1;
    return std::min(last + 1, lines_.size());
  }

  std::size_t heading(std::size_t i, std::size_t level) {
    close_turn();
    std::uint32_t begin = lines_[i].begin + static_cast<std::uint32_t>(level);
    std::uint32_t end = lines_[i].end;
    // "## Title ## {#anchor}"
    if (raw_[end - 1] == '}') {
      const std::size_t brace = raw_.substr(begin, end - begin).rfind("{#");
      if (brace != std::string_view::npos) end = begin + static_cast<std::uint32_t>(brace);
    }
    while (end > begin && (is_blank(raw_[end - 1]) || raw_[end - 1] == '#')) --end;
    while (begin < end && is_blank(raw_[begin])) ++begin;
    if (begin < end) add(BlockKind::kHeading, begin, end).level = static_cast<std::uint16_t>(level);
    is_opening_ = is_opening_ && level == 1;  // below a section's mark a line alone is no headline
    return i + 1;
  }

  // "<h2>Title</h2>" on a line of its own.
  std::size_t tagged_heading(std::size_t i) {
    const std::string_view text = line(i);
    const std::string_view tag = block_tag(text);
    if (tag.size() != 2 || tag[0] != 'h' || text[1] != 'h') return i;
    const std::size_t open = text.find('>');
    const std::size_t close = text.rfind("</h");
    if (open == std::string_view::npos || close == std::string_view::npos || close <= open) return i;
    close_turn();
    const std::size_t first = text.find_first_not_of(" \t", open + 1);
    const std::size_t last = text.find_last_not_of(" \t", close - 1);
    const std::uint32_t begin = lines_[i].begin;
    if (first <= last && first < close)
      add(BlockKind::kHeading, begin + static_cast<std::uint32_t>(first), begin + static_cast<std::uint32_t>(last) + 1)
          .level = static_cast<std::uint16_t>(tag[1] - '0');
    return i + 1;
  }

  // Lines with ">": each paragraph among them is one block. A line without ">" right after goes on with the paragraph.
  std::size_t quotation(std::size_t i) {
    in_list_ = false;
    std::uint32_t begin = kNone;
    std::uint32_t end = 0;
    std::uint16_t depth = 0;
    const auto flush = [&] {
      if (begin == kNone) return;
      Draft& draft = add(BlockKind::kQuotation, begin, end);
      draft.level = depth;
      draft.is_quoted = true;
      begin = kNone;
    };
    std::size_t next = i;
    for (; next < lines_.size(); ++next) {
      const std::string_view text = line(next);
      if (text.front() != '>') {
        if (lines_[next].blanks > 0 || begin == kNone || label_at(next) != nullptr || heading_level(text) > 0 ||
            is_fence(text))
          break;
        end = lines_[next].end;
        continue;
      }
      if (next > i && lines_[next].blanks > 0) flush();
      std::uint32_t p = lines_[next].begin;
      std::uint32_t marks = 0;
      while (p < lines_[next].end && (raw_[p] == '>' || is_blank(raw_[p]))) marks += raw_[p++] == '>' ? 1 : 0;
      if (p == lines_[next].end) {
        flush();
        continue;
      }
      const auto here = static_cast<std::uint16_t>(std::min(marks, context_.max_nesting));
      bool is_ordered = false;
      const std::size_t marker = list_marker(raw_.substr(p, lines_[next].end - p), is_ordered, context_.tables);
      if (marker > 0 || here != depth) flush();
      if (begin == kNone) {
        begin = p + static_cast<std::uint32_t>(marker);
        depth = here;
      }
      end = lines_[next].end;
    }
    flush();
    return next;
  }

  std::size_t list_item(std::size_t i, std::size_t marker) {
    const std::uint32_t begin = lines_[i].begin + static_cast<std::uint32_t>(marker);
    in_list_ = true;
    const std::size_t next = paragraph_end(i);
    const auto level = static_cast<std::uint16_t>(std::min(lines_[i].indent / 2, context_.max_nesting));
    Draft& draft = add(BlockKind::kListItem, begin, lines_[next - 1].end);
    draft.level = level;
    return next;
  }

  std::size_t table(std::size_t i) {
    in_list_ = false;
    const auto index = static_cast<std::uint32_t>(outline_.tables.size());
    Table result;
    result.has_header = true;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> cells;
    std::size_t next = i;
    std::vector<std::vector<std::uint32_t>> rows;
    const bool has_edges = line(i).front() == '|';
    // A row may go without the bars at its edges: "Ada Lovell | Harborworks"; a heading or list item is none.
    const std::ptrdiff_t header_bars = bars_between(line(i));
    const auto is_row = [&](std::string_view text) {
      if (!has_edges) return text.find('|') != std::string_view::npos;
      if (text.front() == '|') return true;
      bool is_ordered = false;
      return header_bars > 0 && bars_between(text) == header_bars && heading_level(text) == 0 &&
             list_marker(text, is_ordered, context_.tables) == 0;
    };
    for (; next < lines_.size(); ++next) {
      if (next > i && lines_[next].blanks > 0) break;
      if (!is_row(line(next))) break;
      if (next == i + 1) continue;
      cells.clear();
      split_cells(next, cells);
      std::vector<std::uint32_t>& row = rows.emplace_back();
      for (std::size_t column = 0; column < cells.size(); ++column) {
        if (cells[column].first == cells[column].second) {
          row.push_back(kNone);
          continue;
        }
        row.push_back(static_cast<std::uint32_t>(outline_.drafts.size()));
        Draft& cell = add(BlockKind::kTableCell, cells[column].first, cells[column].second);
        cell.table = index;
        cell.row = static_cast<std::uint32_t>(rows.size() - 1);
        cell.column = static_cast<std::uint32_t>(column);
      }
    }
    // As wide as the header: further cells of a row belong to no column, as in Markdown.
    result.rows = static_cast<std::uint32_t>(rows.size());
    result.columns = static_cast<std::uint32_t>(std::min(rows.front().size(), kMostCells / rows.size()));
    result.cells.assign(std::size_t{result.rows} * result.columns, kNone);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::size_t width = std::min<std::size_t>(rows[row].size(), result.columns);
      std::copy_n(rows[row].begin(), width, result.cells.begin() + static_cast<std::ptrdiff_t>(row * result.columns));
    }
    outline_.tables.push_back(std::move(result));
    return next;
  }

  // Text parted by tabs, as spreadsheets copy it: lines with as many cells each, three lines or three columns at least.
  std::size_t tab_table(std::size_t i) {
    const auto cells_of = [&](std::size_t row) { return std::count(line(row).begin(), line(row).end(), '\t') + 1; };
    const auto columns = cells_of(i);
    if (columns < 2 || columns > kMaxTabColumns) return i;
    std::size_t next = i + 1;
    while (next < lines_.size() && lines_[next].blanks == 0 && cells_of(next) == columns && label_at(next) == nullptr)
      ++next;
    if (next - i < 2 || (next - i < 3 && columns < 3)) return i;
    Table result;
    result.rows = static_cast<std::uint32_t>(next - i);
    result.columns = static_cast<std::uint32_t>(columns);
    result.cells.assign(std::size_t{result.rows} * result.columns, kNone);
    for (std::size_t row = i; row < next; ++row) {
      std::uint32_t begin = lines_[row].begin;
      for (std::uint32_t column = 0; column < result.columns; ++column) {
        const std::size_t tab = raw_.substr(0, lines_[row].end).find('\t', begin);
        std::uint32_t end = tab == std::string_view::npos ? lines_[row].end : static_cast<std::uint32_t>(tab);
        const std::uint32_t after = std::min(end + 1, lines_[row].end);
        while (begin < end && raw_[begin] == ' ') ++begin;
        while (end > begin && raw_[end - 1] == ' ') --end;
        if (begin < end) {
          result.cells[(row - i) * result.columns + column] = static_cast<std::uint32_t>(outline_.drafts.size());
          Draft& cell = add(BlockKind::kTableCell, begin, end);
          cell.table = static_cast<std::uint32_t>(outline_.tables.size());
          cell.row = static_cast<std::uint32_t>(row - i);
          cell.column = column;
        }
        begin = after;
      }
    }
    outline_.tables.push_back(std::move(result));
    return next;
  }

  // reStructuredText, a row from each "* - " on, a cell from each "- ":
  //   .. list-table::
  //      * - Ada Lovell
  //        - Harborworks
  std::size_t list_table(std::size_t i) {
    ColumnRows rows;
    std::size_t next = i + 1;
    const std::uint32_t margin = lines_[i].indent;
    while (next < lines_.size() && lines_[next].indent > margin && line(next).front() == ':') ++next;  // its options
    for (; next < lines_.size() && lines_[next].indent > margin; ++next) {
      std::string_view text = line(next);
      std::uint32_t begin = lines_[next].begin;
      const auto take = [&](std::string_view mark) {
        const bool has_mark = text.starts_with(mark) && (text.size() == mark.size() || is_blank(text[mark.size()]));
        if (has_mark) {
          const std::size_t from = std::min(text.find_first_not_of(" \t", mark.size()), text.size());
          text.remove_prefix(from);
          begin += static_cast<std::uint32_t>(from);
        }
        return has_mark;
      };
      if (take("*")) rows.rows.emplace_back();
      if (rows.rows.empty()) return i;
      std::vector<ColumnCell>& row = rows.rows.back();
      if (take("-")) {
        row.push_back({begin, lines_[next].end, static_cast<std::uint32_t>(row.size()), 0});
      } else if (!row.empty()) {
        row.back().end = lines_[next].end;
      }
    }
    // As wide as the first row. A row that has more makes it no table.
    if (rows.rows.size() < 2) return i;
    const std::size_t width = rows.rows.front().size();
    if (width < 2 || width > static_cast<std::size_t>(kMaxTabColumns) ||
        std::any_of(rows.rows.begin(), rows.rows.end(), [&](const auto& row) { return row.size() > width; }))
      return i;
    rows.columns = static_cast<std::uint32_t>(width);
    for (auto& row : rows.rows) std::erase_if(row, [](const ColumnCell& cell) { return cell.begin >= cell.end; });
    add_columns(rows, outline_,
                [this](auto begin, auto end) -> Draft& { return add(BlockKind::kTableCell, begin, end); });
    return next;
  }

  std::size_t columns(std::size_t i) {
    if (turn_ != kNone) return i;
    const auto is_end = [&](std::size_t k) {
      bool is_ordered = false;
      return label_at(k) != nullptr || heading_level(line(k)) > 0 || line(k).find('\t') != std::string_view::npos ||
             list_marker(line(k), is_ordered, context_.tables) > 0;
    };
    return columns_.take(lines_, i, is_end, outline_,
                         [this](auto begin, auto end) -> Draft& { return add(BlockKind::kTableCell, begin, end); });
  }

  void split_cells(std::size_t i, std::vector<std::pair<std::uint32_t, std::uint32_t>>& cells) const {
    std::uint32_t p = lines_[i].begin + (line(i).front() == '|' ? 1 : 0);
    const std::uint32_t end = lines_[i].end;
    bool in_code = false;
    while (p < end) {
      std::uint32_t stop = p;
      while (stop < end && (raw_[stop] != '|' || in_code)) {
        if (raw_[stop] == '\\') ++stop;
        if (stop < end && raw_[stop] == '`')
          in_code = !in_code && raw_.substr(stop + 1, end - stop - 1).find('`') < 200;
        ++stop;
      }
      stop = std::min(stop, end);
      std::uint32_t from = p;
      std::uint32_t to = stop;
      while (from < to && is_blank(raw_[from])) ++from;
      while (to > from && is_blank(raw_[to - 1])) --to;
      cells.emplace_back(from, to);
      p = stop + 1;
    }
  }

  std::size_t define(std::size_t i, const Definition& definition) {
    if (definition.name.front() == '^') {  // a footnote
      const auto begin = static_cast<std::uint32_t>(definition.target.data() - raw_.data());
      const std::size_t next = paragraph_end(i);
      if (begin < lines_[next - 1].end) add(BlockKind::kParagraph, begin, lines_[next - 1].end);
      return next;
    }
    const std::string_view target = definition.target.substr(0, definition.target.find(' '));
    const bool is_address = target.find('/') != std::string_view::npos || target.find('.') != std::string_view::npos ||
                            target.substr(0, 1) == "#";
    if (!is_address) return paragraph(i);
    outline_.references.emplace(fold_phrase(definition.name), std::string(target));
    return i + 1;
  }

  // "Guest: Ada Lovell", "**Author:** Ada Lovell", "*Ultimo aggiornamento: Febbraio 2026*" with a known label.
  struct Field {
    std::uint32_t label_begin = 0;
    std::uint32_t label_end = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string name;
  };
  bool read_metadata(std::size_t i, Field& field) const {
    constexpr std::size_t kMaxLine = 1000;  // nine authors with their links
    constexpr std::size_t kMaxLabel = 32;
    const std::string_view text = line(i);
    const std::size_t colon = text.substr(0, kMaxLabel).find(':');
    if (text.size() > kMaxLine || colon == std::string_view::npos || colon + 1 == text.size()) return false;
    const std::size_t from = text.find_first_not_of("*_");
    const std::size_t to = text.find_last_not_of("*_ ", colon - (colon > 0 ? 1 : 0));
    if (from >= colon || to == std::string_view::npos || to < from) return false;
    const std::string_view label = text.substr(from, to + 1 - from);
    auto found = context_.tables.labels.find(fold_phrase(label));
    const std::size_t mark = label.find_first_of("&/");  // "Authors & Editors": what the first is
    if (found == context_.tables.labels.end() && mark != std::string_view::npos && mark > 1)
      found = context_.tables.labels.find(fold_phrase(label.substr(0, label.find_last_not_of(" ", mark - 1) + 1)));
    if (found == context_.tables.labels.end() || found->second.starts_with('-')) return false;
    std::size_t value = colon + 1;
    std::size_t marks = from;  // opening ones, to be closed behind the label or the value
    while (value < text.size() && marks > 0 && (text[value] == '*' || text[value] == '_')) ++value, --marks;
    if (value >= text.size() || !is_blank(text[value])) return false;
    while (value < text.size() && is_blank(text[value])) ++value;
    std::size_t end = text.size();
    while (end > value && marks > 0 && (text[end - 1] == '*' || text[end - 1] == '_')) --end, --marks;
    if (value >= end) return false;
    const std::uint32_t base = lines_[i].begin;
    field = {base + static_cast<std::uint32_t>(from), base + static_cast<std::uint32_t>(to) + 1,
             base + static_cast<std::uint32_t>(value), base + static_cast<std::uint32_t>(end), found->second};
    return true;
  }

  bool is_metadata(std::size_t i) const {
    Field field;
    return read_metadata(i, field);
  }

  bool metadata(std::size_t i) {
    Field field;
    if (!read_metadata(i, field)) return false;
    add(BlockKind::kMetadata, field.begin, field.end);
    outline_.metadata.push_back({std::move(field.name),
                                 std::string(raw_.substr(field.label_begin, field.label_end - field.label_begin)),
                                 static_cast<std::uint32_t>(outline_.drafts.size() - 1)});
    return true;
  }

  // Navigation, share bars, cookie lines, counters, adverts, descriptions of pictures: the line after them, or `i`.
  std::size_t furniture(std::size_t i) {
    const std::string_view text = line(i);
    const IngestData::Tables& tables = context_.tables;
    const bool stands_alone = starts_paragraph(i) && (i + 1 == lines_.size() || lines_[i + 1].blanks > 0);
    if (stands_alone && text.size() <= 60) {
      if (text.find_first_not_of("0123456789") == std::string_view::npos && text.size() <= 6 && turn_ == kNone &&
          lines_.size() > 1 && !is_year(text)) {
        add(BlockKind::kBoilerplate, lines_[i].begin, lines_[i].end);  // a counter of shares or comments
        return i + 1;
      }
      const auto found = tables.lines.find(fold_phrase(text));
      if (found != tables.lines.end()) {
        if (found->second == Boilerplate::kNavigation) make_teaser();
        close_turn();
        add(BlockKind::kBoilerplate, lines_[i].begin, lines_[i].end);
        return i + 1;
      }
    }
    if (!starts_paragraph(i) || turn_ != kNone) return i;
    const std::string folded = fold_phrase(text.substr(0, 48));
    for (const auto& [start, kind] : tables.starts) {
      if (start[0] != folded[0] || !folded.starts_with(start)) continue;
      if (kind == Boilerplate::kDescription && context_.kind != DocumentKind::kSlides) continue;
      const std::size_t next = paragraph_end(i);
      add(kind == Boilerplate::kDescription ? BlockKind::kDescription : BlockKind::kBoilerplate, lines_[i].begin,
          lines_[next - 1].end);
      return next;
    }
    const std::size_t next = paragraph_end(i);
    if (is_advert(raw_.substr(lines_[i].begin, lines_[next - 1].end - lines_[i].begin))) {
      add(BlockKind::kBoilerplate, lines_[i].begin, lines_[next - 1].end);
      return next;
    }
    return i;
  }

  // The paragraph before a navigation line is the headline of another page: no part of the turn it seems to stand in.
  void make_teaser() {
    if (outline_.drafts.empty()) return;
    Draft& draft = outline_.drafts.back();
    if (draft.kind != BlockKind::kParagraph || draft.end - draft.begin > 200) return;
    if (draft.turn != kNone && draft.turn < outline_.turns.size()) {
      outline_.turns[draft.turn].end_block = static_cast<std::uint32_t>(outline_.drafts.size() - 1);
      if (turn_ == draft.turn) turn_ = kNone;
    }
    draft.turn = kNone;
    draft.kind = BlockKind::kHeading;
    draft.level = 6;
  }

  bool is_advert(std::string_view text) const {
    if (text.size() > 1200) return false;
    std::size_t phrases = opens_with_pictogram(text) ? 1 : 0;
    re2::StringPiece rest(text.data(), text.size());
    while (phrases < 2 && RE2::FindAndConsume(&rest, *context_.tables.advert_phrases)) ++phrases;
    return phrases >= 2;
  }

  std::size_t paragraph(std::size_t i) {
    const std::size_t next = paragraph_end(i);
    const std::uint32_t begin = lines_[i].begin;
    // "Title" over "=====".
    if (next == i + 1 && next < lines_.size() && lines_[next].blanks == 0 && starts_paragraph(i) &&
        lines_[i].end - begin < 120 && turn_ == kNone) {
      const bool is_markdown = is_rule(line(next)) && (line(next).front() == '=' || line(next).front() == '-');
      if (is_markdown || underlines(line(next), line(i))) {
        // The level of a sign is the order in which the text first uses it; Markdown has two.
        if (underlines_.find(line(next).front()) == std::string::npos) underlines_ += line(next).front();
        const bool is_known = line(next).front() == '=' || line(next).front() == '-';
        const std::size_t order = underlines_.find(line(next).front()) + 1;
        add(BlockKind::kHeading, begin, lines_[i].end).level =
            static_cast<std::uint16_t>(!is_known                   ? order
                                       : line(next).front() == '=' ? 1
                                                                   : 2);
        return next + 1;
      }
    }
    // A short line alone before all prose is a headline.
    const bool stands_alone =
        next == i + 1 && starts_paragraph(i) && (next == lines_.size() || lines_[next].blanks > 0);
    if (stands_alone && is_opening_ && !is_deck() && is_headline(line(i)) && next < lines_.size()) {
      add(BlockKind::kHeading, begin, lines_[i].end).level = 1;
      return next;
    }
    if (turn_ == kNone && is_card(i, next)) {
      if (!is_roll(lines_, i, next, kRollMarks)) {
        add(BlockKind::kFragment, begin, lines_[next - 1].end);
        return next;
      }
      for (std::size_t k = i; k < next; ++k) add(BlockKind::kListItem, lines_[k].begin, lines_[k].end);
      return next;
    }
    if (is_deck() && turn_ == kNone && is_line_of_slide(i, next)) {
      add(BlockKind::kFragment, begin, lines_[next - 1].end);
      return next;
    }
    if (goes_on(i)) {
      Draft& draft = outline_.drafts.back();
      outline_.holes.push_back({draft.end, past_stamp(i)});
      leave_out_stamps(i + 1, next);
      draft.end_hole = static_cast<std::uint32_t>(outline_.holes.size());
      draft.end = lines_[next - 1].end;
      return next;
    }
    // In a transcript stamps are no text: not in front of what is said, nor between two lines of it.
    // Elsewhere "09:00 Opening" is a line of a programme.
    is_stamped_ = context_.kind == DocumentKind::kPodcast && past_stamp(i) > begin && past_stamp(i) < lines_[i].end;
    Draft& draft = add(BlockKind::kParagraph, is_stamped_ ? past_stamp(i) : begin, lines_[next - 1].end);
    draft.first_hole = static_cast<std::uint32_t>(outline_.holes.size());
    if (is_stamped_) leave_out_stamps(i + 1, next);
    draft.end_hole = static_cast<std::uint32_t>(outline_.holes.size());
    return next;
  }

  // Those that the lines [first, next) of a paragraph open with.
  void leave_out_stamps(std::size_t first, std::size_t next) {
    for (std::size_t k = first; k < next; ++k) {
      if (past_stamp(k) == lines_[k].begin || past_stamp(k) == lines_[k].end) continue;
      outline_.holes.push_back({lines_[k - 1].end, past_stamp(k)});
    }
  }

  // Behind the time stamp that a line opens with, else its begin: "00:02:10 a member of the board".
  std::uint32_t past_stamp(std::size_t i) const { return skip_stamp(raw_, lines_[i].begin, lines_[i].end); }

  // Is the line, with a stamp as the paragraph before it, in the middle of a sentence?
  //   00:02:03 Ada Lovell is a sailor at Harborworks,
  //
  //   00:02:10 and a member of the board of Trevik.
  bool goes_on(std::size_t i) const {
    if (!is_stamped_ || outline_.drafts.empty() || past_stamp(i) == lines_[i].begin) return false;
    const Draft& draft = outline_.drafts.back();
    const bool is_last = draft.kind == BlockKind::kParagraph && i > 0 && draft.end == lines_[i - 1].end;
    UChar32 last = 0;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(raw_.data());
    auto before = static_cast<std::int32_t>(draft.end);
    U8_PREV(bytes, 0, before, last);
    return is_last && draft.turn == turn_ && (u_isalnum(last) != 0 || last == ',');
  }

  // "Ada Lovell\nChair, Harborworks\nLisbon": lines that end where their author wants, not where the page is full. None
  // ends like a sentence or a clause, each begins like a name or a number, and the next word would have had its place.
  bool is_card(std::size_t i, std::size_t next) const {
    constexpr std::size_t kLeastPage = 50;     // bytes: a paragraph with a line as long as this may be as wide as that
    constexpr std::size_t kFewestTitles = 3;   // lines that are short and begin like titles, all of them
    constexpr std::size_t kMeanOfTitles = 40;  // bytes
    if (next < i + 2) return false;
    std::size_t width = 0;
    std::size_t bytes = 0;
    for (std::size_t k = i; k < next; ++k) {
      width = std::max(width, line(k).size());
      bytes += line(k).size();
    }
    const bool has_short_lines =
        next - i >= kFewestTitles && width <= kLeastPage + 10 && bytes <= (next - i) * kMeanOfTitles;
    if (width < kLeastPage) width = longest_line_;
    for (std::size_t k = i; k < next; ++k) {
      const std::string_view text = line(k);
      if (text.size() > kMostLine || text.find('\t') != std::string_view::npos) return false;
      const bool is_last = k + 1 == next;
      if (std::string_view(".!?;,-").find(text.back()) != std::string_view::npos && !is_last) return false;
      if (k > i && text.front() >= 'a' && text.front() <= 'z' && !opens_with_abbreviation(text)) return false;
      if (is_last) continue;
      const std::string_view below = line(k + 1);
      const std::size_t word = std::min(below.find(' '), below.size());
      if (!has_short_lines && text.size() + 1 + word + kMargin > width) return false;
    }
    return true;
  }

  // Words and no sentence: short lines, the last of which ends open.
  bool is_line_of_slide(std::size_t i, std::size_t next) const {
    constexpr std::size_t kLongest = 60;  // bytes
    if (std::string_view(".!?;,").find(line(next - 1).back()) != std::string_view::npos) return false;
    for (std::size_t k = i; k < next; ++k) {
      if (line(k).size() > kLongest) return false;
    }
    return true;
  }

  // "prof. Ada Lovell".
  static bool opens_with_abbreviation(std::string_view text) {
    const std::size_t space = text.find(' ');
    return space != std::string_view::npos && space <= 9 && text.substr(0, space).find('.') != std::string_view::npos;
  }

  static bool is_headline(std::string_view text) {
    return text.size() <= 160 && std::string_view(".,;").find(text.back()) == std::string_view::npos;
  }

  static constexpr std::string_view kRollMarks = ",:(";
  static constexpr std::size_t kMostLine =
      120;                                   // bytes of a line that its author or a page broke: longer ones are whole
  static constexpr std::size_t kMargin = 6;  // bytes that a full line may be shorter than the longest

  const OutlineContext& context_;
  const Lines& lines_;
  std::string_view raw_;
  Outline outline_;
  std::size_t longest_line_ = 0;
  std::size_t first_turn_line_ = 0;
  std::size_t next_label_ = 0;
  std::uint32_t turn_ = kNone;
  ColumnTables columns_;
  std::string underlines_;  // signs that underlined a title, in the order of their first use
  bool in_list_ = false;
  bool is_stamped_ = false;  // the last paragraph of a transcript opens with a time stamp
  bool is_opening_ = true;   // nothing but headlines and metadata so far
};

}  // namespace

Outline outline_text(const OutlineContext& context) {
  return TextOutliner(context).run();
}

}  // namespace dossier
