// rule_reference.h - the slow and obvious rule matcher: what a rule means, without automata.
//
//   RuleReference reference(parsed, lexicons, types);
//   reference.begin(document, pass);
//   reference.add(mentions);
//   for (const ReferenceMatch& match : reference.match("facts")) …
//
// How: a pattern at a place has a list of ways to match there, the preferred one first. A sequence tries the ways of
// its second part after each way of its first; an alternation lists its branches' ways one after the other; a
// repetition goes on before it stops (after, if lazy). Of two ways to the same end the first is kept: whatever follows
// cannot tell them apart. The match of a rule is its first way. Promise: the answers of RuleMatcher, for any rules and
// documents (tests/rule_reference_test.cpp), at the price of looking at every rule at every place. It also knows how
// far a rule came where it did not match, which the automata cannot tell: explain is made from that.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/rules.h"

namespace dossier {

struct ReferenceMatch {
  std::string rule;
  TokenRange tokens;
  std::map<std::string, TokenRange> captures;  // those that took part
  friend bool operator==(const ReferenceMatch&, const ReferenceMatch&) = default;
};

// How far a rule came from one place.
struct RuleAttempt {
  const rules::Rule* rule = nullptr;
  std::uint32_t first = 0;                 // token where it started
  std::uint32_t reached = 0;               // the token at which nothing went on; the end of the document if it was over
  bool at_edge = false;                    // `reached` lies outside the sentence (block, turn, slide) of the rule
  bool matched = false;                    // it matched: nothing failed
  std::vector<const rules::Node*> failed;  // the tests that were tried at `reached` and failed, in order of the pattern
  std::vector<const rules::Node*> held;    // words, lexicon hits and mentions of the pattern that were found on the way
};

class RuleReference {
 public:
  // `parsed` must outlive it.
  RuleReference(const ParsedRules& parsed, const Lexicons& lexicons, std::span<const TypeInfo> types,
                std::uint32_t reach = RuleLimits{}.reach);
  ~RuleReference();

  // As RuleMatcher: the arguments must live until the next call.
  void begin(const Document& document, const LexiconPass& pass);
  void add(std::span<const SeenMention> mentions);

  // All matches of a phase, sorted by (first token, rule id).
  std::vector<ReferenceMatch> match(std::string_view phase);

  // The attempt of one rule that came furthest among its starts in tokens [first, end): that found most of what the
  // pattern names, then that took most tokens. `rule` is one of `parsed`. `about`: only attempts that reached this
  // token (or failed at it) count; the rule of the attempt is null if there is none.
  RuleAttempt attempt(const rules::Rule& rule, std::uint32_t first, std::uint32_t end, std::uint32_t about = kNone);
  // Does the rule run on the document at all (guards)?
  bool applies(const rules::Rule& rule) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dossier
