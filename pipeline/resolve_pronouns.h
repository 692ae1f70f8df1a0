// resolve_pronouns.h - what the pronouns of a document stand for.
//
//   "Ada Lovell runs Trevik Ltd. She founded it."     She: Ada Lovell; it: Trevik Ltd
//   "I sail", "You sail"                              who speaks and who is spoken to (resolve_speakers.h)
//   "Lund is a painter who …"                         who: Lund
//   "Joi Lovell", and below it "He sails."            He: Joi Lovell, unless a heading above names somebody else
//
// A pronoun of which that is not sure stands for nothing: kNone.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/marked_text.h"
#include "pipeline/pronoun_senses.h"

namespace dossier {

// Fills Mention::entity of pronouns and adds them to their entities; those of names are known. `text` is of
// `extraction`. Returns a number for each mention that is equal for mentions of one thing (see resolve.h).
std::vector<std::uint32_t> resolve_pronouns(const MarkedText& text, const PronounSenses& senses,
                                            Extraction& extraction);

}  // namespace dossier
