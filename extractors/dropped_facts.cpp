#include "extractors/dropped_facts.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "extractors/fact_periods.h"
#include "extractors/whole_facts.h"
#include "grammars/lexicon_image.h"

namespace dossier {

namespace {

// "He and his father": two pronouns of one chain are no two people.
bool is_about_itself(const Fact& fact, const std::vector<std::uint32_t>& chains) {
  if (fact.arguments.size() < 2) return false;
  const std::uint32_t first = chains[fact.arguments.front().mention];
  return first != kNone && std::any_of(fact.arguments.begin() + 1, fact.arguments.end(),
                                       [&](const Argument& argument) { return chains[argument.mention] == first; });
}

// Those with more arguments first, then those of the better standing; ties by rule, place and order.
std::vector<std::size_t> fullest_first(const std::vector<Fact>& facts,
                                       const std::function<Standing(RuleId)>& standing_of) {
  struct Ranked {
    std::size_t arguments;
    Standing standing;
    RuleId rule;
    Span span;
    std::size_t fact;
  };
  std::vector<Ranked> ranked;
  ranked.reserve(facts.size());
  for (const Fact& fact : facts)
    ranked.push_back({fact.arguments.size(), standing_of(fact.rule), fact.rule, fact.span, ranked.size()});
  std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    if (a.arguments != b.arguments) return a.arguments > b.arguments;
    if (a.standing != b.standing) return a.standing > b.standing;
    return std::tie(a.rule, a.span, a.fact) < std::tie(b.rule, b.span, b.fact);
  });
  std::vector<std::size_t> order;
  order.reserve(ranked.size());
  for (const Ranked& each : ranked) order.push_back(each.fact);
  return order;
}

// "She was a sailor and chair of Harborworks": what is said of the same person in one sentence shares its tense.
class SharedTenses {
 public:
  explicit SharedTenses(const MarkedText& text)
      : text_(text), sentences_(text.document.sentences), earlier_word_(text.lexicons.find("earlier_word")) {}

  void learn(const Fact& fact, TokenRange tokens, Status status) {
    if (status == Status::kPast || status == Status::kCurrent) tenses_.try_emplace(clause_of(fact, tokens), status);
  }

  void settle(StatedFacts& stated) const {
    for (std::size_t i = 0; i < stated.facts.size() && !tenses_.empty(); ++i) {
      Period& period = stated.facts[i].period;
      if (period.status != Status::kUnknown) continue;
      // "Before she joined Harborworks, Lund was a sailor": what came after that is not over with it.
      if (text_.is_in_lexicon(stated.ranges[i].first, earlier_word_)) continue;
      const auto tense = tenses_.find(clause_of(stated.facts[i], stated.ranges[i]));
      const bool has_ended = !period.to.empty();
      if (tense == tenses_.end() || (has_ended && tense->second == Status::kCurrent)) continue;
      if (tense->second == Status::kPast && is_beside_name(stated.facts[i])) continue;
      period.status = tense->second;
    }
  }

 private:
  using Clause = std::tuple<PredicateId, std::uint32_t, std::uint32_t>;  // predicate, subject, sentence

  // "Lund, owner of Harborworks, was a cook", "the owner, Lund, was a cook": she may still own it.
  bool is_beside_name(const Fact& fact) const {
    const std::uint32_t subject = fact.arguments.front().mention;
    std::uint32_t first = text_.mentions[subject].first_token, end = text_.mentions[subject].end_token;
    for (const Argument& argument : fact.arguments) {
      first = std::min(first, text_.mentions[argument.mention].first_token);
      end = std::max(end, text_.mentions[argument.mention].end_token);
    }
    const bool is_title = first < text_.mentions[subject].first_token && end == text_.mentions[subject].end_token;
    return is_title || (end < text_.tokens.size() && text_.word(end) == "," && !text_.opens_sentence(end));
  }

  Clause clause_of(const Fact& fact, TokenRange tokens) const {
    const auto sentence = std::partition_point(sentences_.begin(), sentences_.end(),
                                               [&](const Sentence& each) { return each.end_token <= tokens.first; });
    return {fact.predicate, fact.arguments.front().mention, static_cast<std::uint32_t>(sentence - sentences_.begin())};
  }

  const MarkedText& text_;
  const std::vector<Sentence>& sentences_;
  LexiconId earlier_word_;
  std::map<Clause, Status> tenses_;
};

// Who is what, where; who stands for nobody, or is missing, is kNone.
class Affiliations {
 public:
  Affiliations(const MarkedText& text, const Knowledge& knowledge, const std::vector<std::uint32_t>& chains,
               PredicateId affiliation)
      : text_(text),
        chains_(chains),
        affiliation_(affiliation),
        role_(knowledge.argument(affiliation, "role")),
        person_(knowledge.argument(affiliation, "person")) {}

  bool is_one(const Fact& fact) const { return fact.predicate == affiliation_; }

  bool has_role(const Fact& fact) const {
    return std::any_of(fact.arguments.begin(), fact.arguments.end(),
                       [&](const Argument& argument) { return role_ && argument.name == *role_; });
  }

  // Who and where, roles apart.
  std::vector<std::uint32_t> ends_of(const Fact& fact) const {
    std::vector<std::uint32_t> ends;
    for (const Argument& argument : fact.arguments) {
      if (role_ && argument.name == *role_) continue;
      ends.push_back(argument.name);
      ends.push_back(chains_[argument.mention]);
    }
    return ends;
  }

  // Who is called what, and whether that is over.
  using Seat = std::tuple<std::uint32_t, std::string, bool>;
  Seat seat_of(const Fact& fact) const {
    Seat seat{kNone, std::string(), fact.period.status == Status::kPast};
    for (const Argument& argument : fact.arguments) {
      if (person_ && argument.name == *person_) std::get<0>(seat) = chains_[argument.mention];
      if (role_ && argument.name == *role_)
        fold_case(text_.document.slice(text_.mentions[argument.mention].span), std::get<1>(seat));
    }
    return seat;
  }

 private:
  const MarkedText& text_;
  const std::vector<std::uint32_t>& chains_;
  PredicateId affiliation_;
  std::optional<std::uint16_t> role_, person_;
};

// "Maria Lindgren, Harborworks" in the title says less than "CEO of Harborworks" below it: those without role give way
// to those with one. "She joined Harborworks in 2010" says more: since when she is there, not since when she is its
// CEO.
void mark_without_role(const Affiliations& affiliations, const std::vector<Fact>& facts, std::vector<bool>& dropped) {
  std::set<std::vector<std::uint32_t>> with_role;
  for (const Fact& fact : facts) {
    if (affiliations.is_one(fact) && affiliations.has_role(fact)) with_role.insert(affiliations.ends_of(fact));
  }
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!affiliations.is_one(facts[i]) || affiliations.has_role(facts[i]) || has_dates(facts[i].period)) continue;
    const std::vector<std::uint32_t> ends = affiliations.ends_of(facts[i]);
    if (with_role.contains(ends) && std::find(ends.begin(), ends.end(), kNone) == ends.end()) dropped[i] = true;
  }
}

// "CTO of Harborworks … My title is CTO": the second says less than the first.
void mark_without_seat(const Affiliations& affiliations, const std::vector<Fact>& facts, std::vector<bool>& dropped) {
  std::set<Affiliations::Seat> seated;
  for (const Fact& fact : facts) {
    if (affiliations.is_one(fact) && fact.arguments.size() == 3) seated.insert(affiliations.seat_of(fact));
  }
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!affiliations.is_one(facts[i]) || facts[i].arguments.size() != 2 || has_dates(facts[i].period)) continue;
    const Affiliations::Seat seat = affiliations.seat_of(facts[i]);
    if (std::get<0>(seat) != kNone && !std::get<1>(seat).empty() && seated.contains(seat)) dropped[i] = true;
  }
}

// What somebody has studied, and where if that is said.
class Studies {
 public:
  Studies(const Knowledge& knowledge, const std::vector<std::uint32_t>& chains)
      : chains_(chains), education_(knowledge.predicate("education")) {
    if (!education_) return;
    person_ = knowledge.argument(*education_, "person");
    institution_ = knowledge.argument(*education_, "institution");
  }

  bool is_one(const Fact& fact) const { return education_ && fact.predicate == *education_; }
  bool has_institution(const Fact& fact) const { return mention_of(fact, institution_) != kNone; }

  // One number for each person, also for one that no entity is known of.
  std::uint64_t person_of(const Fact& fact) const {
    const std::uint32_t mention = mention_of(fact, person_);
    if (mention == kNone) return kNone;
    return chains_[mention] != kNone ? chains_[mention] : (std::uint64_t{1} << 32) + mention;
  }

 private:
  std::uint32_t mention_of(const Fact& fact, std::optional<std::uint16_t> name) const {
    for (const Argument& argument : fact.arguments) {
      if (name && argument.name == *name) return argument.mention;
    }
    return kNone;
  }

  const std::vector<std::uint32_t>& chains_;
  std::optional<PredicateId> education_;
  std::optional<std::uint16_t> person_, institution_;
};

// "phd in physics" has the words "phd", "mba" has not "ba".
bool has_words(const std::string& text, const std::string& words) {
  return (" " + text + " ").find(" " + words + " ") != std::string::npos;
}

// "She holds a PhD in physics from Larkmoor. … Her PhD took years.": the second says less. Degrees that nothing else is
// told of stay; neither subject nor place is no study.
void mark_without_institution(const Studies& studies, const std::vector<Fact>& facts, std::vector<bool>& dropped) {
  struct Told {
    std::size_t fact;
    std::string degree;
    bool has_institution;
  };
  std::map<std::uint64_t, std::vector<Told>> told;  // by person
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!studies.is_one(facts[i])) continue;
    Told each{i, std::string(), studies.has_institution(facts[i])};
    fold_case(facts[i].text, each.degree);
    if (!each.has_institution && each.degree.empty()) dropped[i] = true;
    if (!dropped[i]) told[studies.person_of(facts[i])].push_back(std::move(each));
  }
  for (const auto& [person, all] : told) {
    for (const Told& each : all) {
      if (each.has_institution) continue;
      dropped[each.fact] = std::any_of(all.begin(), all.end(), [&](const Told& other) {
        if (other.fact == each.fact) return false;
        if (other.has_institution && other.degree.empty())
          return facts[other.fact].span.begin < facts[each.fact].span.end &&
                 facts[each.fact].span.begin < facts[other.fact].span.end;
        if (!has_words(other.degree, each.degree)) return false;
        return other.has_institution || other.degree.size() > each.degree.size() || other.fact < each.fact;
      });
    }
  }
}

}  // namespace

void drop_supposed(const std::vector<std::uint16_t>& supposed, StatedFacts& stated) {
  using Key = std::vector<std::uint32_t>;
  const std::vector<Fact>& facts = stated.facts;
  const auto key_without = [](const Fact& fact, std::uint16_t left_out) {
    Key key{fact.predicate, left_out};
    for (const Argument& a : fact.arguments) {
      if (a.name == left_out) continue;
      key.push_back(a.name);
      key.push_back(a.mention);
    }
    return key;
  };
  std::set<std::pair<PredicateId, std::uint16_t>> of_interest;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (supposed[i] != kNoArgument) of_interest.emplace(facts[i].predicate, supposed[i]);
  }
  std::set<Key> named;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (supposed[i] != kNoArgument) continue;
    for (const Argument& a : facts[i].arguments) {
      if (of_interest.contains({facts[i].predicate, a.name})) named.insert(key_without(facts[i], a.name));
    }
  }
  stated.drop_if([&](std::size_t i) {
    return supposed[i] != kNoArgument && facts[i].arguments.size() > 1 &&
           named.contains(key_without(facts[i], supposed[i]));
  });
}

void drop_forbidden(const Forbidden& forbidden, const std::vector<std::uint32_t>& chains, PredicateId one_chain,
                    StatedFacts& stated) {
  const RangeIndex index(forbidden.ranges);
  const auto is_forbidden = [&](std::size_t i) {
    bool is_met = false;
    index.each_near(stated.ranges[i], 0, [&](std::size_t f) {
      is_met = forbidden.predicates[f] == stated.facts[i].predicate;
      return !is_met;
    });
    return is_met;
  };
  stated.drop_if([&](std::size_t i) {
    const Fact& fact = stated.facts[i];
    return fact.arguments.empty() || (fact.predicate != one_chain && is_about_itself(fact, chains)) || is_forbidden(i);
  });
}

void keep_whole(const MarkedText& text, const Knowledge& knowledge, const std::function<Standing(RuleId)>& standing_of,
                StatedFacts& stated) {
  SharedTenses tenses(text);
  WholeFacts kept;
  for (const std::size_t i : fullest_first(stated.facts, standing_of)) {
    const std::uint32_t whole = kept.whole_of(stated.facts[i], stated.ranges[i]);
    if (whole == kNone) {
      kept.add(std::move(stated.facts[i]), stated.ranges[i]);
      continue;
    }
    const Fact& part = stated.facts[i];
    Period& known = kept.facts[whole].period;
    if (!has_dates(known)) {
      known.from = part.period.from;
      known.to = part.period.to;
    }
    if (known.status == Status::kUnknown) known.status = part.period.status;
    // "Lund, former head of Harborworks, leads Brightsail": the word tells of that post only.
    if (!has_former_role(text.extraction, knowledge, part)) tenses.learn(part, stated.ranges[i], part.period.status);
  }
  stated.facts = std::move(kept.facts);
  stated.ranges = std::move(kept.ranges);
  tenses.settle(stated);
}

// A relative pronoun without a name runs on from something else: "my husband, who"; who "he" and "we" are, the turns
// before may have said that are not there.
void drop_loose(const MarkedText& text, const std::vector<std::uint32_t>& chains, std::vector<Fact>& facts) {
  const bool is_talk = text.document.kind == DocumentKind::kPodcast || text.document.kind == DocumentKind::kInterview;
  if (text.document.turns.empty() && !is_talk) return;
  const auto is_loose = [&](const Argument& argument) {
    const Mention& pronoun = text.mentions[argument.mention];
    if (pronoun.type != type::kPronoun || pronoun.entity != kNone) return false;
    const bool is_relative = text.is_listed(pronoun.first_token, text.case_, {"relative"});
    return is_relative ? chains[argument.mention] == kNone
                       : text.is_listed(pronoun.first_token, text.number, {"s", "p"});
  };
  std::erase_if(facts,
                [&](const Fact& fact) { return std::any_of(fact.arguments.begin(), fact.arguments.end(), is_loose); });
}

void drop_vaguer(const MarkedText& text, const Knowledge& knowledge, const std::vector<std::uint32_t>& chains,
                 std::vector<Fact>& facts) {
  const std::optional<PredicateId> affiliation = knowledge.predicate("affiliation");
  if (!affiliation) return;
  const Affiliations affiliations(text, knowledge, chains, *affiliation);
  std::vector<bool> dropped(facts.size());
  mark_without_role(affiliations, facts, dropped);
  mark_without_seat(affiliations, facts, dropped);
  mark_without_institution(Studies(knowledge, chains), facts, dropped);
  std::size_t next = 0;
  std::erase_if(facts, [&](const Fact&) { return dropped[next++]; });
}

}  // namespace dossier
