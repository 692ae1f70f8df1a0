// block_labels.h - what stands beside a block and says what its words are.
//
//   | Name     | Company    |      "Trevik Ltd":  column "Company", row "Ada Lund", section "Our speakers"
//   |----------|------------|
//   | Ada Lund | Trevik Ltd |      Guest: Ada Lund    ->  "Ada Lund":  key "guest" (its canonical name) and "Guest" (as
//   written)
//
// The column of a cell is the topmost cell over it, whether the table marks a header or not (tab-separated text does
// not); its row is the first cell of its row. A heading's section is the heading above it; on a slide without headings,
// the line in front of a list, or else the slide's first. What is longer than
// kLongestLabel says nothing short enough to be a label: every block under it would have to read it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/lexicon.h"
#include "pipeline/document.h"

namespace dossier {

enum class LabelPart : std::uint8_t { kColumn, kRow, kKey, kSection };
inline constexpr std::array<std::string_view, 4> kLabelParts = {"column", "row", "key", "section"};  // by LabelPart

inline constexpr std::size_t kLongestLabel = 200;  // bytes

class BlockLabels {
 public:
  BlockLabels(const Document& document, const Lexicons& lexicons);
  // Views into the document; empty: there is none. Keys have two, and headings of columns that name two things.
  std::array<std::string_view, 2> of(std::uint32_t block, LabelPart part) const;

 private:
  std::string_view slide_section(std::uint32_t index) const;

  const Document& document_;
  const Lexicons& lexicons_;
  std::vector<std::uint32_t> fields_;  // by block: the metadata field whose value it holds; empty: no metadata at all
};

// "Founded in:" -> "Founded in".
std::string_view without_edge_marks(std::string_view label);
// The words of a label, case folded, without punctuation at its edges: "Founded in:" -> founded, in.
std::vector<std::string> label_words(std::string_view label);

// Table cells of one row, and metadata fields that follow each other, are one record; any other block stands for
// itself.
bool share_record(const Block& a, const Block& b);

}  // namespace dossier
