#include "extractors/repeated_facts.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "extractors/fact_periods.h"
#include "grammars/flat_map.h"
#include "grammars/lexicon_image.h"

namespace dossier {
namespace {

constexpr std::size_t kMaxRepeats = 32;  // mentions of one thing in one sentence; more are no other ways to say it

std::uint32_t sentence_at(const Document& document, std::uint32_t begin) {
  const auto it = std::partition_point(
      document.sentences.begin(), document.sentences.end(),
      [&](const Sentence& sentence) { return document.tokens[sentence.end_token - 1].end <= begin; });
  return static_cast<std::uint32_t>(it - document.sentences.begin());
}

bool contradict(const Period& a, const Period& b) {
  if (has_dates(a) && has_dates(b) && (a.from != b.from || a.to != b.to)) return true;
  return a.status != Status::kUnknown && b.status != Status::kUnknown && a.status != b.status;
}

// "Lovell joined Harborworks in 2010 and became its chair": the date of what says less is not that of what says more.
bool repeats(const Fact& fact, const Fact& known) {
  const bool has_own_date =
      fact.arguments.size() < known.arguments.size() && has_dates(fact.period) && !has_dates(known.period);
  return !has_own_date && !contradict(known.period, fact.period);
}

void complete(Period& period, const Period& other) {
  if (period.from.empty() && period.to.empty()) {
    period.from = other.from;
    period.to = other.to;
  }
  if (period.status == Status::kUnknown) period.status = other.status;
}

// What a fact says, so far as it is compared, in parts: words that are equal stand for the same.
class Meaning {
 public:
  Meaning(const Document& document, const Extraction& extraction, const std::vector<std::uint32_t>& chains,
          const Fact& fact)
      : text_(fact.text) {
    append(parts_, fact.predicate);
    append(parts_, sentence_at(document, fact.span.begin));
    ends_.push_back(parts_.size());
    std::string folded;
    for (const Argument& argument : fact.arguments) {
      append(parts_, argument.name);
      const Mention& mention = extraction.mentions[argument.mention];
      if (mention.type == type::kRole) {
        fold_case(document.slice(mention.span), folded);
        parts_.append(folded).append(1, '\x1f');
      } else if (chains[argument.mention] != kNone) {
        append(parts_ += 'c', chains[argument.mention]);
      } else {
        append(parts_ += 'm', argument.mention);
      }
      ends_.push_back(parts_.size());
    }
  }

  // The key without the arguments whose bits are set in `left_out`, and without the fact's text if asked for. It stays
  // until another is asked for.
  const std::string& key(unsigned left_out = 0, bool has_text = true) {
    key_.assign(parts_, 0, ends_.front());
    for (std::size_t a = 0; a + 1 < ends_.size(); ++a) {
      if ((left_out >> a & 1u) == 0) key_.append(parts_, ends_[a], ends_[a + 1] - ends_[a]);
    }
    if (has_text) key_ += text_;
    return key_;
  }

 private:
  static void append(std::string& key, std::uint32_t number) {
    char digits[10];
    key.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr).append(1, '\x1f');
  }

  std::string parts_;              // predicate and sentence, then the arguments
  std::vector<std::size_t> ends_;  // of these parts
  std::string_view text_;
  std::string key_;
};

}  // namespace

void mark_repeats(const Document& document, const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                  const std::function<Standing(RuleId)>& standing_of, std::vector<Fact>& facts) {
  const auto pronouns_in = [&](const Fact& fact) {
    return std::count_if(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& argument) {
      return extraction.mentions[argument.mention].type == type::kPronoun;
    });
  };
  std::vector<std::size_t> order(facts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t k) {
    const Fact& a = facts[i];
    const Fact& b = facts[k];
    if (a.arguments.size() != b.arguments.size()) return a.arguments.size() > b.arguments.size();
    if (a.text.empty() != b.text.empty()) return b.text.empty();
    const Standing of_a = standing_of(a.rule), of_b = standing_of(b.rule);
    if (of_a != of_b) return of_a > of_b;
    const auto in_a = pronouns_in(a), in_b = pronouns_in(b);
    return in_a != in_b ? in_a < in_b : a.span < b.span;
  });
  // Most facts are the only one of their kind in their sentence: nothing repeats them.
  FlatMap counts;  // by predicate and sentence
  std::vector<std::uint64_t> group_of(facts.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    group_of[i] = (std::uint64_t{sentence_at(document, facts[i].span.begin)} << 16 | facts[i].predicate) + 1;
    if (std::uint32_t* count = counts.find(group_of[i])) {
      ++*count;
    } else {
      counts.insert(group_of[i], 1);
    }
  }
  std::unordered_map<std::string, std::vector<std::size_t>> kept;  // by what they say, whole and in part
  std::vector<std::pair<std::size_t, std::size_t>> found_repeats;  // fact, the one that it repeats
  for (const std::size_t i : order) {
    if (*counts.find(group_of[i]) == 1) continue;
    Fact& fact = facts[i];
    Meaning meaning(document, extraction, chains, fact);
    const auto found = kept.find(meaning.key());
    if (found != kept.end()) {
      const auto same = std::find_if(found->second.begin(), found->second.end(),
                                     [&](std::size_t k) { return repeats(fact, facts[k]); });
      if (same != found->second.end()) {
        complete(facts[*same].period, fact.period);
        fact.is_repeat = true;
        found_repeats.emplace_back(i, *same);
        continue;
      }
    }
    const unsigned subsets = 1u << std::min<std::size_t>(fact.arguments.size(), 8);
    for (unsigned left_out = 0; left_out + 1 < subsets; ++left_out) {
      for (const bool has_text : {true, false}) {
        if (!has_text && fact.text.empty()) continue;
        std::vector<std::size_t>& alike = kept[meaning.key(left_out, has_text)];
        if (alike.size() < kMaxRepeats) alike.push_back(i);
      }
    }
  }
  for (const auto& [repeat, fact] : found_repeats) facts[repeat].period = facts[fact].period;
}

bool add_repeats(const Document& document, const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                 PredicateId one_chain, std::size_t most, std::vector<Fact>& facts) {
  const std::vector<Mention>& mentions = extraction.mentions;
  // Facts by their arguments: the last one of each hash, and for each the one of the same hash before it.
  FlatMap last_of;
  std::vector<std::uint32_t> earlier;
  // Is the fact there whose arguments are those of `fact`, but for the a-th, which is `mention`?
  const auto hash_of = [](const Fact& fact, std::size_t a, std::uint32_t mention) {
    std::uint64_t hash = mix(fact.predicate + 1);
    for (std::size_t i = 0; i < fact.arguments.size(); ++i) {
      const Argument& argument = fact.arguments[i];
      hash = mix(hash + (std::uint64_t{argument.name} << 32 | (i == a ? mention : argument.mention)) + 1);
    }
    return hash | 1;
  };
  const auto is_there = [&](const Fact& fact, std::size_t a, std::uint32_t mention, std::uint64_t hash) {
    const std::uint32_t* last = last_of.find(hash);
    for (std::uint32_t other = last == nullptr ? kNone : *last; other != kNone; other = earlier[other]) {
      const Fact& known = facts[other];
      bool is_same = known.predicate == fact.predicate && known.arguments.size() == fact.arguments.size();
      for (std::size_t i = 0; is_same && i < fact.arguments.size(); ++i) {
        is_same = known.arguments[i].name == fact.arguments[i].name &&
                  known.arguments[i].mention == (i == a ? mention : fact.arguments[i].mention);
      }
      if (is_same) return true;
    }
    return false;
  };
  const auto enter = [&](std::uint32_t index, std::uint64_t hash) {
    std::uint32_t* last = last_of.find(hash);
    earlier.push_back(last == nullptr ? kNone : *last);
    if (last == nullptr) {
      last_of.insert(hash, index);
    } else {
      *last = index;
    }
  };
  for (std::uint32_t i = 0; i < facts.size(); ++i) enter(i, hash_of(facts[i], facts[i].arguments.size(), 0));
  // Mentions by chain and sentence.
  struct Place {
    std::uint32_t chain, sentence, mention;
    bool operator<(const Place& other) const {
      return std::tie(chain, sentence, mention) < std::tie(other.chain, other.sentence, other.mention);
    }
  };
  std::vector<Place> places;
  std::vector<std::uint32_t> sentence_of(chains.size());
  for (std::uint32_t m = 0; m < chains.size(); ++m) {
    const auto it = std::upper_bound(document.sentences.begin(), document.sentences.end(), mentions[m].first_token,
                                     [](std::uint32_t t, const Sentence& sentence) { return t < sentence.end_token; });
    sentence_of[m] = static_cast<std::uint32_t>(it - document.sentences.begin());
    if (chains[m] != kNone) places.push_back({chains[m], sentence_of[m], m});
  }
  std::sort(places.begin(), places.end());
  bool is_complete = true;
  for (std::size_t i = 0; i < facts.size(); ++i) {  // facts grows: chains of two arguments are reached
    if (facts.size() > most) return false;
    if (facts[i].predicate == one_chain) continue;  // its arguments are of one chain
    for (std::size_t a = 0; a < facts[i].arguments.size(); ++a) {
      const std::uint32_t of = facts[i].arguments[a].mention;
      const Mention& mention = mentions[of];
      const std::uint32_t chain = chains[of];
      if (chain == kNone ||
          (mention.type != type::kPerson && mention.type != type::kOrganization && mention.type != type::kPronoun))
        continue;
      const auto first = std::lower_bound(places.begin(), places.end(), Place{chain, sentence_of[of], 0});
      auto end = first;
      while (end != places.end() && end->chain == chain && end->sentence == sentence_of[of] &&
             end - first <= static_cast<std::ptrdiff_t>(kMaxRepeats))
        ++end;
      if (end - first > static_cast<std::ptrdiff_t>(kMaxRepeats)) {
        is_complete = false;
        continue;
      }
      for (auto place = first; place != end; ++place) {
        if (place->mention == of) continue;
        const std::uint64_t hash = hash_of(facts[i], a, place->mention);
        if (is_there(facts[i], a, place->mention, hash)) continue;
        Fact repeated = facts[i];
        repeated.arguments[a].mention = place->mention;
        repeated.is_repeat = true;
        enter(static_cast<std::uint32_t>(facts.size()), hash);
        facts.push_back(std::move(repeated));
      }
    }
  }
  return is_complete;
}

}  // namespace dossier
