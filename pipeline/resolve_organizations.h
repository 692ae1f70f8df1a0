// resolve_organizations.h - which names of organizations in one document are one organization's.
//
//   "Harborworks Inc.", "Harborworks"                         ->  one: without legal form
//   "Harbor Steering Committee", "HSC", "the Committee"       ->  one: initials; kind word alone
//   "Microsoft Research", "Microsoft"                         ->  two: one of them is known by itself
//
// A shorter name is joined to the longer one, only if there is one that it may be; each join says why.
#pragma once

#include <string>

#include "pipeline/bodies.h"
#include "pipeline/resolve_names.h"

namespace dossier {

void join_organizations(const MarkedText& text, const Knowledge& knowledge, DocumentNames& names);

// What a well-known acronym stands for, if the lexicon knows only one organization by it; empty. The word is folded.
std::string expansion_of(const Lexicons& lexicons, const Bodies& bodies, const std::string& acronym);

}  // namespace dossier
