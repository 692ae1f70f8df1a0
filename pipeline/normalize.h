// normalize.h - the source text of one block -> clean text appended to a Document, with the way back.
//
//   "**40\\+ million** CPU&nbsp;co­res, see [our site](https://a.org)"  ->  "40+ million CPU cores, see our site"
//
// Removed: Markdown marks, escapes, HTML tags and comments, soft hyphens, zero-width and control characters, direction
// marks. Replaced: character references, full-width forms, ligatures, no-break spaces (not between digits), apostrophes
// inside words (to '), composed letters (NFC). Kept: everything else, superscripts too (m² is not m2).
// Promise: total, linear in the size of the block; whatever is appended to `text` is mapped by `map`.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pipeline/document.h"
#include "pipeline/ingest_data.h"

namespace dossier {

// Stretches of Document::text, in text order.
struct Annotations {
  std::vector<Span> emphasis;
  std::vector<Span> skipped;  // time stamps and stage directions
};

struct NormalizeOptions {
  bool has_marks = true;        // read Markdown and HTML marks; false: code
  bool is_quoted = false;       // lines after the first carry ">" marks
  bool is_dialogue = false;     // look for time stamps and stage directions
  std::span<const Span> holes;  // stretches of raw text that are read as one line break, in order
};

class Normalizer {
 public:
  // `raw` is decoded text that `document.map` will lead back to; all outlive the Normalizer.
  Normalizer(std::string_view raw, const IngestData::Tables& tables, const PhraseMap<std::string>& references,
             Document& document, Annotations& annotations);

  // Appends raw[begin, end) and returns where it stands in the text, without white space at its edges.
  Span append(std::uint32_t begin, std::uint32_t end, const NormalizeOptions& options);

  // Appends `separator` for the raw text between two blocks.
  void separate(std::string_view separator, std::uint32_t raw_begin, std::uint32_t raw_end);

 private:
  struct Edit {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t value;  // of a note: index of the link
    std::uint8_t note;    // 0: an edit
    std::uint8_t size;    // of the replacement
    std::array<char, 8> replacement;
  };
  struct Delimiter {  // a run of marks that may begin or end emphasis
    std::uint32_t begin;
    std::uint32_t size;
    char mark;
    bool opens;
    bool closes;
  };

  void scan(std::uint32_t position, const NormalizeOptions& options);
  std::uint32_t scan_special(std::uint32_t position, const NormalizeOptions& options);
  std::uint32_t scan_wide(std::uint32_t position);
  std::uint32_t scan_entity(std::uint32_t position);
  std::uint32_t scan_tag(std::uint32_t position);
  std::uint32_t scan_code(std::uint32_t position);
  std::uint32_t rst_link(std::uint32_t open, std::uint32_t close);
  std::uint32_t scan_delimiter(std::uint32_t position);
  bool is_link_to_nowhere(std::uint32_t open, std::uint32_t close, std::uint32_t after) const;
  std::uint32_t behind_attributes(std::uint32_t position) const;
  std::uint32_t scan_close_bracket(std::uint32_t position);
  std::uint32_t scan_stage(std::uint32_t position);
  void match_delimiters();
  void apply();
  void compose(std::size_t first_piece, std::uint32_t text_begin, std::size_t first_emphasis, std::size_t first_skipped,
               std::size_t first_link);
  void edit(std::uint32_t begin, std::uint32_t end, std::string_view replacement = {});
  void note(std::uint32_t position, std::uint8_t what, std::uint32_t value = 0);
  char at(std::uint32_t position) const { return position < end_ ? raw_[position] : '\n'; }
  char before(std::uint32_t position) const { return position > begin_ ? raw_[position - 1] : '\n'; }

  std::string_view raw_;
  const IngestData::Tables& tables_;
  const PhraseMap<std::string>& references_;
  Document& document_;
  Annotations& annotations_;

  // Of the block at hand.
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;  // of the stretch being scanned, up to the next hole
  bool needs_composition_check_ = false;
  std::vector<Edit> edits_;
  std::vector<Delimiter> delimiters_;
  std::vector<std::uint32_t> brackets_;  // open "[" not yet closed
  struct PendingLink {
    std::string target;
    std::uint32_t target_begin = 0;
    std::uint32_t target_end = 0;
  };
  std::vector<PendingLink> pending_links_;
  std::uint32_t open_anchors_ = 0;        // <a> without </a>
  std::uint32_t no_backticks_until_ = 0;  // a search from before there found nothing up to there
  std::uint32_t no_comment_ends_until_ = 0;
};

// Is `text` (without brackets) a time stamp: "04:10", "1:07:32.19", "00:04:10,250"?
bool is_time_stamp(std::string_view text);
// "0.00 → 15.02", "00:00:01.200 --> 00:00:05.440", "0.00s - 2.34s": from when to when something is said.
bool is_stamp_range(std::string_view text);

}  // namespace dossier
