#include "extractors/list_leads.h"

namespace dossier {

bool ends_in_colon(const Document& document, const Block& block) {
  return block.first_token < block.end_token && document.word(block.end_token - 1) == ":";
}

std::uint32_t last_line_of(const Document& document, const Block& block, std::uint32_t most) {
  std::uint32_t line = block.end_token - 1;
  const bool ends_sentence = document.word(line) == "." || document.word(line) == ";";
  while (line > block.first_token && (document.tokens[line].flags & token_flag::kNewlineBefore) == 0) {
    if (block.end_token - --line > most) return kNone;
  }
  return ends_sentence && line > block.first_token ? kNone : line;
}

std::vector<std::uint32_t> find_list_leads(const Document& document) {
  const std::vector<Block>& blocks = document.blocks;
  std::vector<std::uint32_t> leads(blocks.size(), kNone);
  for (std::uint32_t b = 1; b < blocks.size(); ++b) {
    const bool is_item = blocks[b].kind == BlockKind::kListItem;
    if (!is_item && blocks[b].kind != BlockKind::kTableCell) continue;
    const Block& above = blocks[b - 1];
    std::uint32_t lead = b - 1;
    if (above.kind == blocks[b].kind) {
      const bool has_it_below = is_item && above.level < blocks[b].level && ends_in_colon(document, above);
      if (!has_it_below) lead = leads[b - 1];
      // Of an item that stands further left again, what led in there.
      while (lead != kNone && blocks[lead].kind == BlockKind::kListItem && blocks[lead].level >= blocks[b].level)
        lead = leads[lead];
    } else if (above.kind != BlockKind::kParagraph && above.kind != BlockKind::kFragment) {
      continue;
    }
    if (lead != kNone && blocks[lead].first_token < blocks[lead].end_token) leads[b] = lead;
  }
  return leads;
}

}  // namespace dossier
