// tense.h - whether what a fact says still holds, by the verb between its arguments.
//
//   "Ada Lovell leads Harborworks"               current
//   "Ada Lovell was Harborworks's dean"          past
//   "Ada Lovell became Harborworks's dean"       not said: she may still be; so "was replaced by Ada Lovell"
//   "Ada Lovell has led Harborworks"             not said; a date will tell ("since 2019", "until 2019")
//   "Ada Lovell left Harborworks"                past
//   "Ich bin zu Harborworks gekommen"            not said: the participle decides, not "bin"
//   "Ada Lovell, dean of Harborworks, was born"  not said: there is no verb between
//
// Verbs are those of the lexicon tense_word (column tense: present, past, been, perfect, plain, over); words of
// start_word and end_word tell what happened, not what holds, but for how long they say (time_noun: "pasó tres años
// en"). What a rule says itself stands.
#pragma once

#include "extractors/stated_facts.h"
#include "pipeline/marked_text.h"

namespace dossier {

// Gives a status to the affiliations without one. Linear in the tokens of facts.
void settle_by_tense(const MarkedText& text, const Knowledge& knowledge, StatedFacts& stated);

}  // namespace dossier
