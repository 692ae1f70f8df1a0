// dropped_facts.h - facts that rules have stated and that are none in the end: taken back by a rule, told of nobody the
// text names, or said better by another fact.
//
//   "Berg denied that he is dean of Larkmoor"                          forbidden: a rule takes it back
//   "Lund spoke with Berg, head of Harborworks, and left"              supposed: that Lund is its head
//   "She was dean. She was dean of Larkmoor."                          vaguer: the first
//
// Those that say the same with other words stay, as repeats: repeated_facts.h.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "extractors/repeated_facts.h"
#include "extractors/stated_facts.h"
#include "pipeline/marked_text.h"

namespace dossier {

inline constexpr std::uint16_t kNoArgument = 0xFFFF;

// What a rule forbids: facts of the predicate whose words these touch.
struct Forbidden {
  std::vector<PredicateId> predicates;
  std::vector<TokenRange> ranges;  // parallel
};

// In all that follows `chains` is what resolve() returned.

// A fact one of whose arguments was looked up gives way to one that names another for the same words. `supposed`: of
// each fact that argument, or kNoArgument.
void drop_supposed(const std::vector<std::uint16_t>& supposed, StatedFacts& stated);

// Also facts without arguments and, but for those of predicate `one_chain`, facts of a thing and itself.
void drop_forbidden(const Forbidden& forbidden, const std::vector<std::uint32_t>& chains, PredicateId one_chain,
                    StatedFacts& stated);

// One fact for equal arguments, the best standing first, and none whose arguments are part of another's. What the
// dropped one knew about time is kept where the other knows nothing.
void keep_whole(const MarkedText& text, const Knowledge& knowledge, const std::function<Standing(RuleId)>& standing_of,
                StatedFacts& stated);

// In talk those about a pronoun that stands for nobody the text names.
void drop_loose(const MarkedText& text, const std::vector<std::uint32_t>& chains, std::vector<Fact>& facts);

// Of affiliations of one person those that name no role, or no organization, where another one names it, too; of her
// studies those that say nothing but a degree that another one tells, too, and those that say nothing at all.
void drop_vaguer(const MarkedText& text, const Knowledge& knowledge, const std::vector<std::uint32_t>& chains,
                 std::vector<Fact>& facts);

}  // namespace dossier
