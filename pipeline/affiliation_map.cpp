#include "pipeline/affiliation_map.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "pipeline/page_markup.h"

namespace dossier {
namespace {

constexpr std::size_t kColumn = 18;    // width of a column, one blank of it between neighbours
constexpr std::size_t kPerRow = 4;     // more affiliations stand in further rows below
constexpr std::size_t kNameLines = 4;  // a longer name or note is cut with "…"

std::size_t cells_of(char32_t character) {
  const auto c = static_cast<UChar32>(character);
  const int category = u_charType(c);
  if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR) return 0;
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) width += cells_of(next_character(text, i));
  return width;
}

// The longest beginning of `text` that is at most `width` wide.
std::string_view head_of(std::string_view text, std::size_t width) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    used += cells_of(next_character(text, i));
    if (used > width) return text.substr(0, begin);
  }
  return text;
}

std::string plain(std::string_view text) {
  std::string line = one_line(text);
  std::replace(line.begin(), line.end(), '`', '\'');
  return line;
}

// Words over lines at most `width` wide; a longer word is broken.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) lines.push_back(std::move(line));
    line.clear();
  };
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    if (word.empty()) continue;
    if (!line.empty() && width_of(line) + 1 + width_of(word) > width) flush();
    while (width_of(word) > width) {
      const std::string_view head = head_of(word, width);
      lines.emplace_back(head);
      word.remove_prefix(head.size());
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  flush();
  if (lines.size() > kNameLines) {
    lines.resize(kNameLines);
    lines.back() = std::string(head_of(lines.back(), width - 1)) + "…";
  }
  return lines;
}

// Puts `text` into `line` so that its middle stands at `center`; texts come from left to right.
void put_centered(std::string& line, std::string_view text, std::size_t center) {
  const std::size_t half = width_of(text) / 2;
  const std::size_t begin = center > half ? center - half : 0;
  const std::size_t used = width_of(line);
  if (used < begin) line.append(begin - used, ' ');
  line += text;
}

void put_line(std::string& map, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  map += line + "\n";
}

}  // namespace

std::string draw_affiliation_map(std::string_view center_name, const std::vector<MapNode>& nodes) {
  if (nodes.empty()) return {};
  icu::UnicodeString upper = icu::UnicodeString::fromUTF8(plain(center_name));
  upper.toUpper(icu::Locale::getRoot());
  std::string title;
  upper.toUTF8String(title);

  const std::size_t widest = std::min(nodes.size(), kPerRow);
  const std::size_t middle = std::max(kColumn * widest / 2, width_of(title) / 2);
  std::string map, line;
  put_centered(line, title, middle);
  put_line(map, line);

  for (std::size_t first = 0; first < nodes.size(); first += kPerRow) {
    const std::size_t count = std::min(kPerRow, nodes.size() - first);
    std::vector<std::size_t> centers;
    for (std::size_t i = 0; i < count; ++i) centers.push_back(middle + kColumn * i + kColumn / 2 - kColumn * count / 2);
    const auto marks = [&](std::string_view mark) {
      std::string marked;
      for (const std::size_t center : centers) put_centered(marked, mark, center);
      put_line(map, marked);
    };

    if (first > 0) map += "\n";
    put_line(map, std::string(middle, ' ') + "|");
    if (count > 1) {
      std::string branch(centers.back() + 1, ' ');
      std::fill(branch.begin() + static_cast<std::ptrdiff_t>(centers.front()), branch.end(), '-');
      for (const std::size_t center : centers) branch[center] = '+';
      branch[middle] = '+';
      put_line(map, branch);
      marks("|");
    }
    marks("v");
    std::vector<std::vector<std::string>> columns;
    std::size_t height = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const MapNode& node = nodes[first + i];
      std::vector<std::string> column = wrap(plain(node.name), kColumn - 1);
      if (!node.note.empty()) {
        for (std::string& note : wrap("(" + plain(node.note) + ")", kColumn - 1)) column.push_back(std::move(note));
      }
      height = std::max(height, column.size());
      columns.push_back(std::move(column));
    }
    for (std::size_t row = 0; row < height; ++row) {
      std::string words;
      for (std::size_t i = 0; i < count; ++i) {
        if (row < columns[i].size()) put_centered(words, columns[i][row], centers[i]);
      }
      put_line(map, words);
    }
  }
  return map;
}

}  // namespace dossier
