// stated_facts.h - facts on their way from the matches of rules to the facts of a document, each with the words that
// state it; and which of many words are near a place.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "grammars/rules.h"
#include "pipeline/document.h"

namespace dossier {

struct StatedFacts {
  std::vector<Fact> facts;
  std::vector<TokenRange> ranges;  // parallel: the words that state each fact, and the members of its list

  void add(Fact fact, TokenRange tokens) {
    facts.push_back(std::move(fact));
    ranges.push_back(tokens);
  }

  // Drops those of which is_out(i) holds; each is asked about once, before it is moved.
  template <class IsOut>
  void drop_if(const IsOut& is_out) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (is_out(i)) continue;
      if (kept != i) {
        facts[kept] = std::move(facts[i]);
        ranges[kept] = ranges[i];
      }
      ++kept;
    }
    facts.resize(kept);
    ranges.resize(kept);
  }
};

// Finds those of many token ranges that touch a place, in time that does not grow with their number. The ranges must
// outlive it.
class RangeIndex {
 public:
  explicit RangeIndex(const std::vector<TokenRange>& ranges) : ranges_(ranges) {
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      if (ranges[i].is_empty()) continue;
      order_.push_back(i);
      longest_ = std::max(longest_, ranges[i].end - ranges[i].first);
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return ranges[a].first < ranges[b].first; });
  }

  // Calls visit(i) for the ranges that overlap `tokens` or miss them by less than `reach`, until it says false.
  template <class Visit>
  void each_near(TokenRange tokens, std::uint32_t reach, const Visit& visit) const {
    const std::uint32_t low = tokens.first - std::min(tokens.first, longest_ + reach);
    auto at = std::partition_point(order_.begin(), order_.end(), [&](std::size_t i) { return ranges_[i].first < low; });
    for (; at != order_.end() && ranges_[*at].first < tokens.end + reach; ++at) {
      if (ranges_[*at].end + reach > tokens.first && !visit(*at)) return;
    }
  }

 private:
  const std::vector<TokenRange>& ranges_;
  std::vector<std::size_t> order_;  // by begin
  std::uint32_t longest_ = 0;
};

}  // namespace dossier
