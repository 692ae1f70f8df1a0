// tokenize.h - one stretch of normalized text -> tokens with shapes. Ingest uses it for documents; lexicons and rule
// files use it for their entries and literals, so that an entry matches exactly the tokens the same words get in a
// text.
//
//   "OpenInfra's 40,000 U.S.-based sites"  ->  OpenInfra | 's | 40,000 | U.S. | - | based | sites
//   "l'associazione", "we're"              ->  l' | associazione,  we | 're
//
// Promise: total and linear; tokens are in order, disjoint, and cover every character that is not white space. Units:
// token spans count bytes of the text whose first byte is number `base`. Flags set here: kSpaceBefore, kNewlineBefore,
// kBlankLineBefore; all others are ingest's.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

void tokenize(std::string_view text, std::uint32_t base, std::vector<Token>& tokens);

// The tokens that a phrase (an entry, a literal) gets inside a text, where a word may touch its apostrophe: "'s" and
// "l'" are one token each, as in "Ada's", "l'arte". Spans count bytes of `phrase`; `tokens` is overwritten.
void tokenize_phrase(std::string_view phrase, std::vector<Token>& tokens);

// Changes whenever tokenize() or tokenize_phrase() may cut the same text differently: part of the key of compiled
// lexicon images.
std::uint32_t tokenizer_version();

}  // namespace dossier
