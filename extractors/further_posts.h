// further_posts.h - posts that are listed behind one that a rule has read.
//
//   "Ada Lovell is head of Harborworks, author of three books, and host of a show about rafts."
//        -> also the author and the host: what is listed behind a post is of the same person
//   "She has been a contributor since 2017, a reviewer for SIG Rafts and a maintainer of Tidewater."
//        -> also the maintainer, whatever Tidewater is
//   "Lovell, chair of Harborworks, Paul Berg, a lawyer, and Kim Roe met."      Berg is the lawyer: somebody is named
//   between "Lovell is head of Harborworks and met a lawyer and the mayor."            nothing: a verb stands between
//
// Rules say who holds a post; this goes on from there, so that no rule has to know how long a list is and what it
// lists. Between two posts of a list stand only a conjunction or comma, a determiner and a word or two that qualify the
// post, and behind the first one what it is a post of. The organization is what "of", "at" or "for" names behind the
// role, or what stands right in front of it ("a Lisbon Gophers organizer"). A post is past where the one before it is,
// unless "former" says that of one of them alone.
//
// Not here: what one organization several roles in a row are of (seats.h). Tested by tests/further_posts_test.cpp.
#pragma once

#include <vector>

#include "extractors/dropped_facts.h"
#include "pipeline/marked_text.h"

namespace dossier {

// Adds to `facts`, at the end; each with the rule of the post it follows, less sure than that. No post of words that a
// rule forbids. False: a list goes on for longer than it is followed. Time linear in facts and in the mentions of their
// sentences, sorting apart.
bool add_further_posts(const MarkedText& text, const Forbidden& forbidden, std::vector<Fact>& facts);

}  // namespace dossier
