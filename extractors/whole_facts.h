// whole_facts.h - of facts that say the same with the same words, or less, the one that says all of it.
//
//   affiliation(Lovell, chair, Harborworks), affiliation(Lovell, Harborworks)   ->  the second is part of the first
//
// "Lovell joined Harborworks in 2010 and became its chair in 2018" says both, each in a clause of its own.
//
// Facts are compared by their mentions; whoever says the same with other mentions: repeated_facts.h. Those that say
// more are added before those that say less. A document may have 100,000 facts of one person: a question looks through
// those of the argument that fewest have.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "grammars/flat_map.h"
#include "grammars/rules.h"
#include "pipeline/document.h"

namespace dossier {

class WholeFacts {
 public:
  // The first fact added that has the predicate, all arguments and the text of `fact` in words that `tokens` overlaps,
  // or the words of a longer quotation that overlaps it; kNone.
  std::uint32_t whole_of(const Fact& fact, TokenRange tokens) const;
  void add(Fact fact, TokenRange tokens);

  std::vector<Fact> facts;         // in the order in which they were added
  std::vector<TokenRange> ranges;  // parallel

 private:
  struct Link {
    std::uint32_t fact;
    std::uint32_t before;  // link of the same hash, or kNone
    std::uint32_t size;    // of the list from here on
  };
  static std::uint64_t hash_of(const Fact& fact, std::uint32_t mention, std::string_view text);
  bool has_all(std::uint32_t whole, const Fact& fact) const;
  void enter(std::uint64_t hash, std::uint32_t fact);

  // The facts that an argument's mention is in, by their text and under "" all of them: lists, by hash, the last one
  // first.
  std::vector<Link> links_;
  FlatMap by_mention_;
  std::set<std::tuple<PredicateId, std::uint32_t, std::uint32_t>> text_at_;  // those with a text: where they begin
  std::uint32_t longest_text_ = 0;                                           // bytes
};

}  // namespace dossier
