// resolve.h - third stage: the mentions of one document -> the things they refer to.
//
//   "Ada Lovell" … "Lovell" … "she" … "Harborworks Inc." … "Harborworks"
//   -> person Ada Lovell {3 mentions}, organization Harborworks Inc. {2 mentions}
//
// Rules, most precise first, each leaving a line of evidence in LocalEntity::evidence: same words; legal form dropped;
// name with and without middle name; declared alias; acronym of initials; initial and surname; unique surname; unique
// first name; nearest of several. Pronouns: first person is the speaker of the turn, second the one spoken to, third
// the current subject that agrees in gender and number. Promise: never joins two full names that differ in first name
// and surname, nor "the other Ada Lovell" with Ada Lovell. Depends on the document alone.
//
// In this order, each in a file of its own: resolve_names, resolve_people, resolve_organizations; then
// resolve_pronouns, which asks resolve_speakers and resolve_questions who says "I", and resolve_definite what "the
// company" is.
#pragma once

#include <utility>
#include <vector>

#include "grammars/lexicon.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

// Fills Extraction::entities and Mention::entity. `aliases`: pairs of mentions that the text declares to be the same.
// Pronoun mentions get the entity they stand for, or kNone.
// Returns for each mention a number that is equal for mentions of one thing: the entity, or, for pronouns that agree
// with each other but stand for nobody the text names ("I … my …"), a number beyond the entities; kNone for all others.
std::vector<std::uint32_t> resolve(const Document& document, const Knowledge& knowledge, const LexiconPass& pass,
                                   const std::vector<std::pair<std::uint32_t, std::uint32_t>>& aliases,
                                   Extraction& extraction);

}  // namespace dossier
