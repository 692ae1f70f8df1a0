// known_names.h - names that other documents have established, found again in this one.
//
//   known: organization "Trevik"       "The people from Trevik came by."  ->  organization "Trevik", a vote among
//   others
//
// A known name is found where its words stand as it is written, capitals included. It is one more vote for the arbiter
// (names.h): what the document itself says for another type can still win. No capitalized word may follow an
// organization's name, nor stand before one of one word; and that is not known to a document that uses it in lower
// case. Which names a document may take as known: pipeline/known_names.h.
#pragma once

#include <span>
#include <vector>

#include "extractors/names.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

// Rules that are C++: name.known_person, name.known_organization.
std::span<const RuleInfo> known_name_rules();

struct KnownNameHit {
  TokenRange tokens;
  std::uint32_t known = 0;  // index into the names given
};

// All places, in order of the text; `known` is sorted.
std::vector<KnownNameHit> find_known_names(const Document& document, std::span<const KnownName> known);

// What a known name is worth as a vote: the confidence of its rule, less for a single word.
double confidence_of(const KnownName& known, TokenRange tokens);

// Can the token be part of a name that is looked for by its words? Capitals or digits inside or in front.
bool is_name_word(const Token& token);

}  // namespace dossier
