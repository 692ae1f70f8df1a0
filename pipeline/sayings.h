// sayings.h - whose words a quotation holds: the person it is attributed to behind its closing mark, in front of a
// colon or in a line of its own below.
//
//   “I joined Harborworks in May.” – Ada Lovell        “I sail,” said Ada Lovell        Ada Lovell writes: “I sail.”
//   > I joined Harborworks in May.
//   > – Ada Lovell, tanner
//
// Not here: quotations that the words in front attribute without a colon ("Lovell said “…”").
#pragma once

#include <cstdint>
#include <vector>

#include "grammars/lexicon.h"
#include "pipeline/document.h"

namespace dossier {

struct Saying {
  std::uint32_t first_token = 0;
  std::uint32_t end_token = 0;
  std::uint32_t speaker = kNone;  // index of the mention
};

// In the order of their tokens; they do not overlap. `mentions` are sorted by place.
std::vector<Saying> find_sayings(const Document& document, const std::vector<Mention>& mentions);

// The speaker of the saying that holds the token; kNone if none does.
std::uint32_t who_says(const std::vector<Saying>& sayings, std::uint32_t token);

// Where the first speaker's label begins: what stands in front of it is in no speaker's turn. kNone, which no token
// reaches: there are no labels.
std::uint32_t first_label(const Document& document);

// Whose text it is, by a name that fills a block of its own near the top, as the only one that does: the mention, or
// kNone.
std::uint32_t named_alone(const Document& document, const Lexicons& lexicons, const LexiconPass& pass,
                          const std::vector<Mention>& mentions);

}  // namespace dossier
