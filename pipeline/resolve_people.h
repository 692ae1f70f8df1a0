// resolve_people.h - which names of people in one document are one person's.
//
//   "Ada K. Lovell", "Ada Lovell", "A. Lovell", "Lovell", "Ada", "@alovell"     ->  one, the longest its head
//   "Bob Lovell", "Robert Lovell"                                              ->  one: a short form
//   "Ada Lowvell", and "Ada Lovell:" who speaks                                ->  one: the label has it right
//   "Ada Lovell", "Ada Berg", then "Ada"                                       ->  the one who speaks, else the nearest
//
// Rules, most precise first; each join says why. Promise: never joins two full names that differ in first name and
// surname, nor "the other Ada Lovell" with Ada Lovell. Time linear in names, but for namesakes, which are cut.
#pragma once

#include "pipeline/pronoun_senses.h"
#include "pipeline/resolve_names.h"

namespace dossier {

// False: so many people share a surname that not all pairs of names were compared (kMostNamesakes).
bool join_people(const MarkedText& text, const PronounSenses& senses, DocumentNames& names);

inline constexpr std::size_t kMostNamesakes = 256;  // full names of one surname that a name is compared with

}  // namespace dossier
