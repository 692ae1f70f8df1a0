// kinds.cpp - what kind of document this is, told from its lines. Signs are counted, not weighed by hand: the
// confidence is the share of lines, or of signs, that speak for the kind.
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "grammars/ascii.h"
#include "pipeline/normalize.h"
#include "pipeline/structure.h"

namespace dossier {
namespace {

// "00:01:02.500 --> 00:01:04.000", hours may be missing.
bool is_cue_timing(std::string_view line) {
  const std::size_t arrow = line.find("-->");
  if (arrow == std::string_view::npos || arrow > 16) return false;
  std::string_view begin = line.substr(0, arrow);
  while (!begin.empty() && begin.back() == ' ') begin.remove_suffix(1);
  return is_time_stamp(begin);
}

constexpr std::size_t kFewestQuestions = 2;    // that make an interview
constexpr std::size_t kFewestStamped = 4;      // that make captions, of all lines half
constexpr std::size_t kFewestPageNumbers = 3;  // that make slides

struct Signs {
  std::size_t lines = 0;
  std::size_t bytes = 0;
  std::size_t short_lines = 0;  // under 45 bytes
  std::size_t unfinished = 0;   // do not end like a sentence or a clause
  std::size_t headings = 0;
  std::size_t tables = 0;  // delimiter rows
  std::size_t fences = 0;
  std::size_t links = 0;
  std::size_t list_items = 0;
  std::size_t wide_gaps = 0;         // two or more blank lines
  std::size_t numbers_alone = 0;     // lines of digits only
  std::size_t shouted = 0;           // lines in capitals
  std::size_t profile_headings = 0;  // headings and table headers known from profile pages
  std::size_t profile_candidates = 0;
  std::size_t rules = 0;       // lines of dashes alone
  std::size_t parted = 0;      // "Ada Lovell, Harborworks"
  std::size_t directives = 0;  // ".. list-table::", of reStructuredText
  std::size_t questions = 0;   // paragraphs that are one question in bold or italic
  std::size_t stamped = 0;     // "00:02:10 That is so."
  std::uint32_t stamp = 0;     // the last of them, in seconds
  bool is_recording = true;    // the first is near the begin, and they never fall: no programme of a day, no log
};

// The seconds of the time that a line opens with: "[00:02:10]", "1:05".
std::uint32_t seconds_of(std::string_view stamp) {
  constexpr std::uint32_t kMostSeconds = 1000000;
  std::uint32_t whole = 0;
  std::uint32_t part = 0;
  bool is_begun = false;
  for (const char c : stamp) {
    if (is_digit(c)) {
      part = std::min(part * 10 + static_cast<std::uint32_t>(c - '0'), kMostSeconds);
      is_begun = true;
    } else if (c == ':') {
      whole = std::min((whole + part) * 60, kMostSeconds);
      part = 0;
    } else if (is_begun) {
      break;
    }
  }
  return whole + part;
}

void note_stamp(std::string_view stamp, Signs& signs) {
  constexpr std::uint32_t kLatestBegin = 300;  // seconds: days begin later, in minutes or in hours
  const std::uint32_t seconds = seconds_of(stamp);
  if (signs.stamped == 0 ? seconds > kLatestBegin : seconds < signs.stamp) signs.is_recording = false;
  signs.stamp = seconds;
  ++signs.stamped;
}

// "**How did you come to Harborworks?**", "*Why?*": a paragraph of an interview whose speakers have no labels.
bool is_marked_question(const Lines& lines, std::size_t i) {
  const std::string_view line = lines.text(i);
  const bool stands_alone = (i == 0 || lines[i].blanks > 0) && (i + 1 >= lines.size() || lines[i + 1].blanks > 0);
  if (!stands_alone || line.size() < 6) return false;
  if ((line.front() != '*' && line.front() != '_') || line.back() != line.front()) return false;
  const std::size_t last = line.find_last_not_of("*_ ");
  return last != std::string_view::npos && line[last] == '?';
}

bool is_shouted(std::string_view line) {
  std::size_t upper = 0;
  for (const char c : line) {
    if (c >= 'a' && c <= 'z') return false;
    if (c >= 'A' && c <= 'Z') ++upper;
  }
  return upper >= 2;
}

std::string_view strip(std::string_view text, std::string_view marks) {
  const std::size_t begin = text.find_first_not_of(marks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(marks) - begin + 1);
}

Signs read_signs(const Lines& lines, const IngestData::Tables& tables) {
  Signs signs;
  const std::size_t count = std::min<std::size_t>(lines.size(), 4000);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view line = lines.text(i);
    ++signs.lines;
    signs.bytes += line.size();
    if (line.size() < 45) ++signs.short_lines;
    if (is_marked_question(lines, i)) ++signs.questions;
    const std::uint32_t said = skip_stamp(lines.raw, lines[i].begin, lines[i].end);
    if (said > lines[i].begin && said < lines[i].end)
      note_stamp(lines.raw.substr(lines[i].begin, said - lines[i].begin), signs);
    if (is_dash_rule(line)) ++signs.rules;
    if (line.starts_with(".. ") && line.find("::") != std::string_view::npos) ++signs.directives;
    if (is_parted(line, ",:(")) ++signs.parted;
    const char last = line.back();
    if (std::string_view(".!?:,;\"”)").find(last) == std::string_view::npos) ++signs.unfinished;
    if (lines[i].blanks >= 2 || lines[i].after_form_feed) ++signs.wide_gaps;
    if (std::all_of(line.begin(), line.end(), is_digit)) ++signs.numbers_alone;
    if (is_shouted(line)) ++signs.shouted;
    if (heading_level(line) > 0) {
      ++signs.headings;
      ++signs.profile_candidates;
      if (tables.profile_headings.find(fold_phrase(strip(line, "# *"))) != tables.profile_headings.end()) {
        ++signs.profile_headings;
      }
    }
    if (i > 0 && is_table_delimiter(line) && begins_table(lines, i - 1)) {
      ++signs.tables;
      std::string_view header = strip(lines.text(i - 1), "| ");
      while (!header.empty()) {
        const std::size_t bar = header.find('|');
        ++signs.profile_candidates;
        if (tables.profile_headings.find(fold_phrase(strip(header.substr(0, bar), "* "))) !=
            tables.profile_headings.end()) {
          ++signs.profile_headings;
        }
        header = bar == std::string_view::npos ? std::string_view() : header.substr(bar + 1);
      }
    }
    if (line.substr(0, 3) == "```" || line.substr(0, 3) == "~~~") ++signs.fences;
    if (line.find("](") != std::string_view::npos) ++signs.links;
    bool is_ordered = false;
    if (list_marker(line, is_ordered, tables) > 0) ++signs.list_items;
  }
  return signs;
}

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Does prose or metadata stand before the first turn?
bool has_introduction(const Lines& lines, const Dialogue& dialogue, const IngestData::Tables& tables) {
  const std::size_t first = dialogue.labels.front().first;
  std::size_t prose = 0;
  std::size_t labels = 0;
  Label label;
  for (std::size_t i = 0; i < first && i < 400; ++i) {
    const std::string_view line = lines.text(i);
    if (heading_level(line) > 0) return true;
    if (line.size() >= 100) ++prose;
    if (parse_label(lines, i, label) && tables.labels.find(fold_phrase(lines.raw.substr(
                                            label.begin, label.end - label.begin))) != tables.labels.end()) {
      ++labels;
    }
  }
  return prose >= 2 || labels >= 1;
}

}  // namespace

bool is_web_vtt(const Lines& lines) {
  return lines.size() > 0 && lines.text(0).substr(0, 6) == "WEBVTT";
}

bool is_sub_rip(const Lines& lines) {
  if (lines.size() < 3) return false;
  const std::string_view number = lines.text(0);
  return std::all_of(number.begin(), number.end(), is_digit) && is_cue_timing(lines.text(1));
}

namespace {

// "date: 2022-10-04", "tags:": what a front matter is made of. A slide between two rules opens with its title.
bool is_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  if (colon + 1 < line.size() && line[colon + 1] != ' ' && line[colon + 1] != '\t') return false;
  return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
    return c != '#' && c != '[' && c != '*' && c != '`' && c != '|' && c != '<' && c != '>' && c != '!';
  });
}

}  // namespace

bool has_front_matter(const Lines& lines) {
  if (lines.size() < 2 || lines.text(0) != "---" || lines[0].indent > 0) return false;
  std::size_t first = 1;  // behind comments
  while (first < lines.size() && lines.text(first).starts_with("# ") && lines[first].blanks == 0) ++first;
  for (std::size_t i = 1; i < std::min<std::size_t>(lines.size(), 400); ++i) {
    const std::string_view line = lines.text(i);
    if (lines[i].indent == 0 && (line == "---" || line == "...")) return first < i && is_field(lines.text(first));
  }
  return false;
}

namespace {

// "transcript_by: Ada Lovell" in front matter: somebody wrote down what was spoken, whether speakers have labels or
// not.
bool is_transcript(const Lines& lines, const IngestData::Tables& tables) {
  if (!has_front_matter(lines)) return false;
  for (std::size_t i = 1; i < lines.size() && lines.text(i) != "---" && lines.text(i) != "..."; ++i) {
    if (lines[i].indent > 0 || !is_field(lines.text(i))) continue;
    const auto label = tables.labels.find(fold_phrase(lines.text(i).substr(0, lines.text(i).find(':'))));
    if (label != tables.labels.end() && label->second == "transcriber") return true;
  }
  return false;
}

}  // namespace

bool is_dash_rule(std::string_view line) {
  return line.size() >= 3 && line.find_first_not_of('-') == std::string_view::npos;
}

bool is_marked_deck(const Lines& lines, std::size_t fewest_parts) {
  constexpr std::size_t kLongLine = 80;   // bytes
  constexpr std::size_t kMostLines = 16;  // of a slide, on average
  std::size_t parts = 0;                  // stretches of text between rules
  std::size_t titled = 0;                 // of them with a heading among their first lines
  std::size_t in_part = 0;                // lines read of this one
  std::size_t text = 0;
  std::size_t longer = 0;
  std::size_t prose = 0;  // lines that end like a sentence, outside of lists and headings
  bool is_titled = false;
  bool is_code = false;
  const std::size_t first = has_front_matter(lines) ? 1 : 0;
  const std::size_t count = std::min<std::size_t>(lines.size(), 4000);
  for (std::size_t i = first; i < count; ++i) {
    const std::string_view line = lines.text(i);
    if (line.starts_with("```") || line.starts_with("~~~")) is_code = !is_code;
    if (is_code) continue;
    if (is_dash_rule(line) && (lines[i].blanks > 0 || in_part == 0)) {
      parts += in_part > 0 ? 1 : 0;
      in_part = 0;
      is_titled = false;
      continue;
    }
    ++in_part;
    ++text;
    longer += line.size() > kLongLine ? 1 : 0;
    const bool is_item = std::string_view("-*+><|![0123456789 #").find(line.front()) != std::string_view::npos;
    prose += !is_item && std::string_view(".!?;,").find(line.back()) != std::string_view::npos ? 1 : 0;
    if (!is_titled && in_part <= 4 && (heading_level(line) > 0 || line.starts_with("<h"))) {
      is_titled = true;
      ++titled;
    }
  }
  parts += in_part > 0 ? 1 : 0;
  return parts >= fewest_parts && titled * 2 >= parts && longer * 4 <= text && prose * 6 <= text &&
         text <= parts * kMostLines;
}

bool is_parted(std::string_view line, std::string_view marks) {
  static constexpr std::array<std::string_view, 4> kDashes = {" - ", " – ", " — ", " / "};
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {  // in most lines one stands soon
    for (const char mark : marks) {                    // two or three: shorter than a call
      if (line[i] == mark) return true;
    }
    if (line[i] != ' ') continue;
    const std::string_view rest = line.substr(i);
    if (std::any_of(kDashes.begin(), kDashes.end(), [&](auto dash) { return rest.starts_with(dash); })) return true;
  }
  return false;
}

bool is_roll(const Lines& lines, std::size_t first, std::size_t end, std::string_view marks) {
  std::size_t parted = 0;
  for (std::size_t i = first; i < end; ++i) parted += is_parted(lines.text(i), marks) ? 1 : 0;
  return parted >= 2 && parted * 2 >= end - first;
}

bool is_table_row(std::string_view line) {
  return line.size() >= 3 && line.front() == '|' && line.find('|', 1) != std::string_view::npos;
}

bool is_table_delimiter(std::string_view line) {
  if (line.size() < 3 || line.find('-') == std::string_view::npos || line.find('|') == std::string_view::npos)
    return false;
  return line.find_first_not_of("|-: \t") == std::string_view::npos;
}

std::ptrdiff_t bars_between(std::string_view line) {
  if (line.empty()) return 0;
  return std::count(line.begin(), line.end(), '|') - (line.front() == '|' ? 1 : 0) - (line.back() == '|' ? 1 : 0);
}

bool begins_table(const Lines& lines, std::size_t i) {
  if (i + 1 >= lines.size() || !is_table_delimiter(lines.text(i + 1))) return false;
  const std::string_view header = lines.text(i);
  if (is_table_row(header)) return true;
  if (lines[i + 1].blanks > 0 || header.front() == '|') return false;
  return bars_between(header) > 0 && bars_between(header) == bars_between(lines.text(i + 1));
}

std::size_t heading_level(std::string_view line) {
  std::size_t level = 0;
  while (level < line.size() && line[level] == '#') ++level;
  if (level == 0 || level > 6 || level >= line.size() || (line[level] != ' ' && line[level] != '\t')) return 0;
  return level;
}

bool is_year(std::string_view text) {
  return text.size() == 4 && std::all_of(text.begin(), text.end(), is_digit) &&
         (text.starts_with("19") || text.starts_with("20"));
}

namespace {

// "Dezember 2012 wurde ...": what is left of a date when its day is taken for the number of an item.
bool is_month_and_year(std::string_view text, const IngestData::Tables& tables) {
  const std::size_t word = text.find(' ');
  if (word == std::string_view::npos || word > 24 || text.size() < word + 5) return false;
  if (!is_year(text.substr(word + 1, 4)) || (text.size() > word + 5 && is_digit(text[word + 5]))) return false;
  return tables.months.contains(fold_phrase(text.substr(0, word)));
}

}  // namespace

namespace {

// Bytes of the pictograms and the blanks behind them that open `text`: "🚀 " of "🚀 Captain"; 0 if nothing follows.
std::size_t pictograms_of(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), 64));
  std::int32_t end = 0;
  for (std::int32_t read = 0; read < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, read, size, c);
    if (c < 0x80 && c != ' ') break;
    if (c != ' ' && u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) == 0 &&
        u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) == 0 && c != 0x200D && c != 0xFE0F)
      break;
    end = read;
  }
  return static_cast<std::size_t>(end) < text.size() ? static_cast<std::size_t>(end) : 0;
}

std::size_t bare_marker(std::string_view line, bool& is_ordered, const IngestData::Tables& tables) {
  is_ordered = false;
  if (line.size() < 2) return 0;
  const char c = line[0];
  if ((c == '-' || c == '*' || c == '+') && (line[1] == ' ' || line[1] == '\t')) return 2;
  if (is_digit(c)) {
    std::size_t digits = 1;
    while (digits < line.size() && is_digit(line[digits])) ++digits;
    if (digits > 3 || digits + 1 >= line.size()) return 0;
    if ((line[digits] != '.' && line[digits] != ')') || line[digits + 1] != ' ') return 0;
    if (digits <= 2 && line[digits] == '.' && is_month_and_year(line.substr(digits + 2), tables)) return 0;
    is_ordered = true;
    return digits + 2;
  }
  if (static_cast<unsigned char>(c) < 0x80) return 0;
  static constexpr std::array<std::string_view, 13> kBullets = {"•", "●", "○", "◦", "▪", "■", "□",
                                                                "‣", "",  "",  "➢", "✓", "∙"};
  for (const std::string_view bullet : kBullets) {
    if (line.substr(0, bullet.size()) != bullet) continue;
    std::size_t size = bullet.size();
    while (size < line.size() && (line[size] == ' ' || line[size] == '\t')) ++size;
    return size < line.size() ? size : 0;
  }
  return 0;
}

}  // namespace

std::size_t list_marker(std::string_view line, bool& is_ordered, const IngestData::Tables& tables) {
  std::size_t size = bare_marker(line, is_ordered, tables);
  // "- [x] Ada Lovell": a box to tick belongs to the mark.
  const std::string_view rest = size > 0 ? line.substr(size) : std::string_view();
  const bool has_box = rest.size() > 4 && rest[0] == '[' && rest[2] == ']' && rest[3] == ' ' &&
                       (rest[1] == ' ' || rest[1] == 'x' || rest[1] == 'X');
  if (has_box) size += 4;
  const bool is_followed_by_sign = size > 0 && size < line.size() && static_cast<unsigned char>(line[size]) >= 0xE2;
  return is_followed_by_sign ? size + pictograms_of(line.substr(size)) : size;
}

KindGuess detect_kind(const Lines& lines, const Dialogue& dialogue, std::string_view media_type,
                      const IngestData::Tables& tables) {
  if (lines.size() == 0) return {DocumentKind::kPlain, 1.0};
  if (is_web_vtt(lines) || media_type == "text/vtt") return {DocumentKind::kPodcast, 1.0};
  if (is_sub_rip(lines) || media_type == "application/x-subrip") return {DocumentKind::kPodcast, 1.0};
  const Signs signs = read_signs(lines, tables);
  const bool front_matter = has_front_matter(lines);

  if (signs.tables >= 2 && signs.headings >= 2 && signs.profile_headings * 2 >= signs.profile_candidates) {
    return {DocumentKind::kProfile, share(signs.profile_headings, signs.profile_candidates)};
  }
  // Slides: many short lines that end like no sentence, and gaps, page breaks or capitals between them.
  const double shortness = share(signs.short_lines, signs.lines);
  const double looseness = share(signs.unfinished, signs.lines);
  const bool is_marked_up = front_matter || signs.headings >= 2 || signs.tables >= 1 || signs.directives >= 1;
  // Without any of these, lines that are nearly all short and open, and not parted like those of a roll.
  const bool is_nothing_but_lines =
      signs.lines >= 20 && shortness >= 0.65 && looseness >= 0.7 && share(signs.parted, signs.lines) < 0.6;
  const bool has_breaks = lines.form_feeds >= 2 || signs.wide_gaps >= 3 || signs.rules >= kFewestSlideRules ||
                          signs.numbers_alone >= kFewestPageNumbers || share(signs.shouted, signs.lines) >= 0.2 ||
                          is_nothing_but_lines;
  if (!is_marked_up && signs.lines >= 10 && shortness >= 0.5 && looseness >= 0.5 && has_breaks &&
      dialogue.labels.size() * 4 < signs.lines) {
    return {DocumentKind::kSlides, std::min(1.0, (shortness + looseness) / 2 + 0.1)};
  }
  if (dialogue.is_dialogue()) {
    const bool is_spoken = dialogue.own_line + dialogue.stamped > dialogue.inline_ + dialogue.bold;
    const bool is_interview = !is_spoken && (front_matter || has_introduction(lines, dialogue, tables));
    const double certainty = dialogue.labels.size() >= 4 ? 0.95 : 0.7;
    return {is_interview ? DocumentKind::kInterview : DocumentKind::kPodcast, certainty};
  }
  if (is_marked_deck(lines)) return {DocumentKind::kSlides, std::min(1.0, (shortness + looseness) / 2 + 0.1)};
  if (signs.questions >= kFewestQuestions && signs.questions * 8 >= signs.lines) {
    return {DocumentKind::kInterview, signs.questions >= 4 ? 0.9 : 0.7};
  }
  if (is_transcript(lines, tables)) return {DocumentKind::kPodcast, 0.7};
  if (signs.is_recording && signs.stamped >= kFewestStamped && signs.stamped * 2 >= signs.lines)
    return {DocumentKind::kPodcast, 0.7};
  const std::size_t markdown = signs.headings + signs.tables * 2 + signs.fences + signs.links + (front_matter ? 4 : 0);
  if (markdown >= 2 || media_type == "text/markdown") {
    return {DocumentKind::kMarkdown,
            std::min(1.0, 0.6 + 0.1 * static_cast<double>(std::min<std::size_t>(markdown, 4)))};
  }
  return {DocumentKind::kPlain, signs.lines <= 2 ? 0.9 : 0.8};
}

}  // namespace dossier
