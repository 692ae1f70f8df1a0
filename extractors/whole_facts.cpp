#include "extractors/whole_facts.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace dossier {

std::uint64_t WholeFacts::hash_of(const Fact& fact, std::uint32_t mention, std::string_view text) {
  const std::uint64_t words = text.empty() ? 0 : std::hash<std::string_view>{}(text);
  return mix((std::uint64_t{mention} << 32 | fact.predicate) + mix(words)) | 1;
}

bool WholeFacts::has_all(std::uint32_t whole, const Fact& fact) const {
  const std::vector<Argument>& known = facts[whole].arguments;
  return std::all_of(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& argument) {
    return std::any_of(known.begin(), known.end(), [&](const Argument& other) {
      return other.name == argument.name && other.mention == argument.mention;
    });
  });
}

std::uint32_t WholeFacts::whole_of(const Fact& fact, TokenRange tokens) const {
  std::uint32_t siblings = kNone;  // the shortest list of those that share an argument
  for (const Argument& argument : fact.arguments) {
    const std::uint32_t* last = by_mention_.find(hash_of(fact, argument.mention, fact.text));
    const bool is_shorter = last == nullptr || siblings == kNone || links_[*last].size < links_[siblings].size;
    if (is_shorter) siblings = last == nullptr ? kNone : *last;
    if (siblings == kNone) break;
  }
  std::uint32_t whole = kNone;
  for (; siblings != kNone; siblings = links_[siblings].before) {
    const std::uint32_t other = links_[siblings].fact;
    const bool is_alike =
        facts[other].predicate == fact.predicate && (fact.text.empty() || facts[other].text == fact.text);
    const bool shares_words = ranges[other].first < tokens.end && tokens.first < ranges[other].end;
    if (is_alike && shares_words && has_all(other, fact)) whole = other;  // in the end the first one
  }
  if (whole != kNone || fact.text.empty()) return whole;
  const std::uint32_t low = fact.span.begin - std::min(fact.span.begin, longest_text_);
  auto at = text_at_.lower_bound({fact.predicate, low, 0});
  for (; at != text_at_.end() && std::get<0>(*at) == fact.predicate && std::get<1>(*at) < fact.span.end; ++at) {
    const std::uint32_t other = std::get<2>(*at);
    const bool is_longer =
        fact.span.overlaps(facts[other].span) && facts[other].text.find(fact.text) != std::string::npos;
    if (is_longer && has_all(other, fact)) whole = std::min(whole, other);
  }
  return whole;
}

void WholeFacts::enter(std::uint64_t hash, std::uint32_t fact) {
  const auto link = static_cast<std::uint32_t>(links_.size());
  std::uint32_t* last = by_mention_.find(hash);
  links_.push_back({fact, last == nullptr ? kNone : *last, last == nullptr ? 1 : links_[*last].size + 1});
  if (last == nullptr) {
    by_mention_.insert(hash, link);
  } else {
    *last = link;
  }
}

void WholeFacts::add(Fact fact, TokenRange tokens) {
  const auto place = static_cast<std::uint32_t>(facts.size());
  for (const Argument& argument : fact.arguments) {
    enter(hash_of(fact, argument.mention, fact.text), place);
    if (!fact.text.empty()) enter(hash_of(fact, argument.mention, ""), place);
  }
  if (!fact.text.empty()) {
    text_at_.emplace(fact.predicate, fact.span.begin, place);
    longest_text_ = std::max(longest_text_, fact.span.size());
  }
  facts.push_back(std::move(fact));
  ranges.push_back(tokens);
}

}  // namespace dossier
