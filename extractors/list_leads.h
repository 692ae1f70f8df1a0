// list_leads.h - what leads into a list or table: who stands in it is what the text right in front of it says, or the
// item that has the others below it.
//
//   "Many thanks to our chairs:\n\n* Ada Lovell\n* Paul Berg"     both items: the paragraph
//   "* TSC:\n  * Ada Lovell\n* Others\n  * Paul Berg"             Lovell: "TSC:"; Berg: nothing
//
// Not here: headings, and what the words of a lead mean.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

// By block: of items and cells, the block that leads into their list, which has tokens; kNone: none does.
std::vector<std::uint32_t> find_list_leads(const Document& document);

bool ends_in_colon(const Document& document, const Block& block);

// The first token of the last line of a block with tokens; kNone: the line has more than `most` tokens, or is the end
// of a sentence that began above ("… most of them guests of\nthe Harbor Committee.").
std::uint32_t last_line_of(const Document& document, const Block& block, std::uint32_t most);

}  // namespace dossier
