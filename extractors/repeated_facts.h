// repeated_facts.h - one thing said with several words: which of a document's facts is the fact, which say it again.
//
//   "Ada Lovell, who founded Harborworks, was named its CEO": that she founded it can be read off "who" and off "Ada
//   Lovell", and two rules may have read it. One of those facts is left, the others are marked (Fact::is_repeat).
//
// Facts are the same if they stand in one sentence and say the same of the same things: of the same entity or the
// unnamed "she" of one chain (chains: what resolve() returns), with the same words for a role. One that leaves an
// argument or the text out is the same, too. "She was its dean until 2010 and is its dean again" are two: their times
// contradict.
#pragma once

#include <cstdint>
#include <functional>
#include <tuple>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

// How far the word of a rule goes: the higher the better.
using Standing = std::tuple<std::int32_t, double, std::uint32_t>;

// Of the facts that are the same the one that says most is the fact, then the one of the best standing, then the one
// that names its things rather than says "she", then the first. It takes over what others know of the time.
void mark_repeats(const Document& document, const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                  const std::function<Standing(RuleId)>& standing_of, std::vector<Fact>& facts);

// For who counts mentions: adds each fact again, as a repeat, for all other mentions of its sentence that stand for the
// same person or organization. `one_chain`: the predicate whose arguments are the same thing. False: there would be
// more than `most` facts, or more mentions than anybody counts; some are left out.
bool add_repeats(const Document& document, const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                 PredicateId one_chain, std::size_t most, std::vector<Fact>& facts);

}  // namespace dossier
