// seats.h - the organization of a role that is stated without one.
//
//   "Harborworks grew. Ada Lovell was chief financial officer until 2017."
//        -> of Harborworks: what the text is about, and named last
//   "Lovell joined Trevik Ltd in 2011. From 2014 she was head of storage."
//        -> of Trevik Ltd: hers in the sentence before
//   "our chief of staff"                        -> of the speaker's organization
//   "Harborworks was sold. The chair is Lovell."  -> of Harborworks: no other is named nearby
//   "Harborworks and its chair, Ada Lovell"     -> of Harborworks
//   "You're a co-founder, right?", in a conversation where one firm is known of whom it is said; "I'm CEO", where
//   hardly any other firm is named                     -> of that firm
//
//   "an engineer at Harborworks's Tidal Labs"   -> of Tidal Labs: the part is named behind the whole
//   "## Ada Lovell, sailor", and below it "I came to Harborworks"   -> of Harborworks, if no other is known of her
//   "my colleague Ada"                          -> of the firm where the speaker is, or was as told right before
//
// Not of "co-chairs Ada Lovell (Trevik Ltd) and Paul Berg (Mole Ltd)": the brackets tell who sends them.
// Not "She is a painter. She works for Harborworks.": two things said of her, unless she says them herself; nor a post at
// "a small company", which is none that the text names.
//
// Only for posts that somebody holds somewhere ("chair", "founder", "head of storage"), not for professions
// ("painter"), and not where the words name another place ("chair of the meeting"); "at the time" and "for many years"
// name none. A fact so completed is less sure than its rule. "host of Harborworks's show" loses Harborworks: it is of
// the show.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/marked_text.h"

namespace dossier {

// `chains`: what resolve() returned. Time linear in facts and mentions, sorting apart.
void complete_seats(const MarkedText& text, const std::vector<std::uint32_t>& chains, std::vector<Fact>& facts);

}  // namespace dossier
