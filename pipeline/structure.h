// structure.h - inside ingest: the lines of a decoded document -> an outline of its blocks, still in offsets of the
// decoded
// ("raw") text. Each kind of document has one function; ingest.cpp turns the outline into the Document.
//
//   "**Ada:** Hello.\n\n\\[laughs\\] Yes."  ->  drafts: speaker "Ada", paragraph "Hello.", paragraph "\\[laughs\\]
//   Yes.", one turn
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/ingest_data.h"

namespace dossier {

// A line that is not blank, without white space at its edges.
struct Line {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t indent = 0;  // columns before `begin`, a tab counting four
  std::uint16_t blanks = 0;  // blank lines before it, at most 65535
  bool after_form_feed = false;
};

struct Lines {
  std::string_view raw;
  std::vector<Line> lines;
  std::uint32_t form_feeds = 0;
  std::uint32_t rest = kNone;  // where the text begins that exceeded the limit of lines

  std::size_t size() const { return lines.size(); }
  const Line& operator[](std::size_t i) const { return lines[i]; }
  std::string_view text(std::size_t i) const { return raw.substr(lines[i].begin, lines[i].end - lines[i].begin); }
};
Lines split_lines(std::string_view raw, std::uint32_t max_lines);

// A block to be. Offsets count bytes of the raw text.
struct Draft {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  BlockKind kind = BlockKind::kParagraph;
  std::uint16_t level = 0;
  bool has_marks = true;
  bool is_quoted = false;
  std::uint32_t turn = kNone;
  std::uint32_t slide = kNone;
  std::uint32_t table = kNone;
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  std::uint32_t first_hole =
      0;  // holes [first_hole, end_hole) of the outline: stretches that are no text, read as a line break
  std::uint32_t end_hole = 0;
};

struct MetadataDraft {
  std::string name;
  std::string label;
  std::uint32_t draft = kNone;
};

// Indexes into `drafts` where Document's types have block indexes.
struct Outline {
  std::vector<Draft> drafts;
  std::vector<Span> holes;
  std::vector<Turn> turns;
  std::vector<Slide> slides;
  std::vector<Table> tables;
  std::vector<MetadataDraft> metadata;
  PhraseMap<std::string> references;  // "[name]: target"
  std::vector<Diagnostic> diagnostics;
};

// ---------------------------------------------------------------------------------------------------------------------
// Speaker labels (structure_labels.cpp).

enum class LabelStyle : std::uint8_t {
  kBold,     // **Ada Lovell:** text    **Ada Lovell**: text    **AL: all of it bold**
  kOwnLine,  // Ada Lovell:
  kInline,   // Ada Lovell: text    Ada Lovell  0:02
  kStamped,  // Ada Lovell (00:04:10)    00:04:10 Ada Lovell
};

struct Label {
  std::uint32_t begin = 0;  // the name, in raw
  std::uint32_t end = 0;
  std::uint32_t text = 0;  // where the text begins; the end of the line if nothing follows
  LabelStyle style = LabelStyle::kInline;
};
// Behind an opening time stamp "[00:04]", "(00:04:10)", "\[04:10\]", "00:04:10", "[0.00 → 15.02]" and the dash or space
// that follows it, else `position`.
std::uint32_t skip_stamp(std::string_view raw, std::uint32_t position, std::uint32_t end);
// The label that line `i` opens with, by its shape alone.
bool parse_label(const Lines& lines, std::size_t i, Label& label);

// The labels of a document that are taken for speakers.
struct Dialogue {
  std::vector<std::pair<std::uint32_t, Label>> labels;  // line and label, in order
  std::size_t bold = 0, own_line = 0, inline_ = 0, stamped = 0;
  std::size_t speakers = 0;  // distinct names
  bool is_dialogue() const { return labels.size() >= 2; }
};
Dialogue find_dialogue(const Lines& lines, const IngestData::Tables& tables);

// ---------------------------------------------------------------------------------------------------------------------
// Kinds (kinds.cpp).

struct KindGuess {
  DocumentKind kind = DocumentKind::kPlain;
  double confidence = 1.0;
};
KindGuess detect_kind(const Lines& lines, const Dialogue& dialogue, std::string_view media_type,
                      const IngestData::Tables& tables);

bool is_web_vtt(const Lines& lines);
bool is_sub_rip(const Lines& lines);
bool has_front_matter(const Lines& lines);
constexpr std::size_t kFewestSlideRules = 2;  // lines of dashes that make a deck of slides
bool is_dash_rule(std::string_view line);     // "---"
// Is it a deck written in Markdown: short lines under headings that are no sentences, lines of dashes between its
// slides? Sections of articles, minutes and curricula have such lines between them, too: few of them are no deck.
constexpr std::size_t kFewestSlides = 5;
constexpr std::size_t kFewestSlidesOfDeck = 3;  // where it is known to be slides
bool is_marked_deck(const Lines& lines, std::size_t fewest_parts = kFewestSlides);
// Has a line two parts, with a dash or one of `marks` between: "Ada Lovell - chair"?
bool is_parted(std::string_view line, std::string_view marks);
// Is a paragraph a roll, in which each line is for itself? At least two lines and half of all are parted.
bool is_roll(const Lines& lines, std::size_t first, std::size_t end, std::string_view marks);
bool is_table_row(std::string_view line);            // "| a | b |"
bool is_table_delimiter(std::string_view line);      // "|---|:-:|"
std::ptrdiff_t bars_between(std::string_view line);  // how many "|" part cells: not those at the edges
// Do the lines from `i` on open a Markdown table: a header, its bars at the edges or not, over a delimiter row?
bool begins_table(const Lines& lines, std::size_t i);
std::size_t heading_level(std::string_view line);  // 0: no "## heading"
// The marker of a list item, "- " or "12. " or a bullet, with pictograms behind it: its length with the space; 0: none,
// as in "28. Dezember 2012".
std::size_t list_marker(std::string_view line, bool& is_ordered, const IngestData::Tables& tables);
// "2019" alone: no page number and no counter.
bool is_year(std::string_view text);

// ---------------------------------------------------------------------------------------------------------------------
// Columns parted by spaces (structure_columns.cpp).

struct ColumnCell {
  std::uint32_t begin = 0;  // in raw
  std::uint32_t end = 0;
  std::uint32_t column = 0;
  std::ptrdiff_t line = 0;  // of the table: a row may go over several
};
struct ColumnRows {
  std::vector<std::vector<ColumnCell>> rows;
  std::uint32_t columns = 0;
  std::size_t next = 0;  // the line behind the table; 0: there is none
  std::size_t read = 0;  // then: before this line none begins either, as was seen from many lines; 0: not known
};
// The table that begins in line `first`; `is_end` tells which lines can't be part of it.
ColumnRows read_columns(const Lines& lines, std::size_t first, const std::function<bool(std::size_t)>& is_end);
// Adds its cells; `add` makes a cell's draft.
void add_columns(const ColumnRows& columns, Outline& outline,
                 const std::function<Draft&(std::uint32_t, std::uint32_t)>& add);
// Both, on the way through the lines of one document: none is read again where many lines have shown that no table
// begins.
class ColumnTables {
 public:
  // The line behind the table that begins in line `i`; `i`: none does.
  std::size_t take(const Lines& lines, std::size_t i, const std::function<bool(std::size_t)>& is_end, Outline& outline,
                   const std::function<Draft&(std::uint32_t, std::uint32_t)>& add);
  // Would take() find one?
  bool begins(const Lines& lines, std::size_t i, const std::function<bool(std::size_t)>& is_end);

 private:
  std::size_t from_ = 0;  // no table begins before this line
};

// ---------------------------------------------------------------------------------------------------------------------
// Outlines.

struct OutlineContext {
  const Lines& lines;
  const Dialogue& dialogue;
  const IngestData::Tables& tables;
  DocumentKind kind;
  std::uint32_t max_nesting;
};
Outline outline_text(
    const OutlineContext& context);  // interview, podcast, Markdown (decks too), profile, plain: structure_text.cpp
Outline outline_slides(const OutlineContext& context);  // structure_slides.cpp
// A slide of what is added to the outline from now on, and its end: its title is its first block of that kind, if that
// is short. A slide of nothing is none (structure_slides.cpp).
void begin_slide(Outline& outline);
void end_slide(Outline& outline, BlockKind title);
Outline outline_cues(const OutlineContext& context);  // WebVTT and SRT: structure_cues.cpp

// Fields of YAML front matter whose first "---" is line 0; returns the line after the closing one (structure_yaml.cpp).
std::size_t outline_front_matter(const OutlineContext& context, Outline& outline);

}  // namespace dossier
