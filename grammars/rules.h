// rules.h - the rule engine: token patterns of all rule files, matched together in one pass a phase.
//
//   ParsedRules parsed = parse_rules(files);                       // text -> rules, still data
//   RuleSet rules = compile_rules(parsed, lexicons, types, …);      // -> immutable automata
//   RuleMatcher matcher(rules, lexicons);                           // per thread: lazily built states, scratch
//   RuleMatcher::Reading reading;                                   // a document
//   matcher.begin(reading, document, pass);
//   matcher.match(reading, phase, [&](const RuleMatch& m) {…});     // every rule, every start, its best match
//
// How: every atomic test is interned as bits; the truths about a token are a bit set, equal sets are one class; all
// rules of a phase form one NFA whose deterministic states are built on demand over classes, within a byte budget.
// Where a state accepts, a backtracker that never visits (instruction, position) twice finds the captures on the
// matched window only. Promise: for each rule and each start position the match is the one a regular-expression user
// expects (leftmost start, greedy unless lazy); the same for any order of rule files; time linear in tokens times
// `reach`; memory capped; a rule that costs more than its budget in a document is stopped there, and told. The slow and
// obvious matcher it is tested against: rule_reference.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/lexicon.h"
#include "grammars/rule_ast.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

struct ParsedRules {
  std::vector<rules::Rule> rules;            // macros expanded, sorted by id
  std::vector<std::string> words;            // all words of literals, for the vocabulary
  std::vector<std::string> phases;           // sorted by name
  std::map<std::string, std::string> texts;  // by file, for the positions in messages
};

// `files`: name -> text. Imports are resolved among them. Problems are collected, not thrown.
ParsedRules parse_rules(const std::vector<std::pair<std::string, std::string>>& files, std::vector<Problem>& problems);

// What may stand on a rule's right side and in its atoms; spans must outlive the call only.
struct RuleContext {
  const Lexicons& lexicons;
  std::span<const TypeInfo> types;
  std::span<const PredicateInfo> predicates;
};

struct TokenRange {
  std::uint32_t first = 0;
  std::uint32_t end = 0;
  bool is_empty() const { return first == end; }
  friend bool operator==(TokenRange, TokenRange) = default;
};

struct RuleMatch {
  std::uint32_t rule = 0;                // index into RuleSet::rules()
  TokenRange tokens;                     // of Document::tokens; context outside captures included
  std::span<const TokenRange> captures;  // by capture index; {kNone, kNone} if it took no part. Valid during the call
};

// A right side with its names resolved.
inline constexpr std::uint16_t kNoCapture = 0xFFFF;
struct CompiledAssignment {
  std::string name;
  std::uint16_t argument = 0;            // of the predicate
  std::uint16_t capture = kNoCapture;    // index into CompiledRule::captures
  AttributeId attribute = kNoAttribute;  // of the capture's lexicon entry
  std::string text;
  std::vector<CompiledAssignment> more;  // further parts of a joined value
};
struct CompiledAction {
  bool is_fact = false;
  bool forbids = false;
  TypeId type = 0;                     // mention
  PredicateId predicate = 0;           // fact
  std::uint16_t capture = kNoCapture;  // mention: what it spans; fact: its clause; none: the whole match
  std::vector<CompiledAssignment> arguments;
  std::vector<CompiledAssignment> attributes;  // attributes and, for facts, literal arguments (status="past")

  // The words of the mention that it makes of a match, or those that state its fact; {kNone, kNone} if its capture took
  // no part.
  template <class Match>
  TokenRange tokens_of(const Match& match) const {
    return capture == kNoCapture ? match.tokens : match.captures[capture];
  }
};
struct CompiledRule {
  std::string id;
  std::string file;
  std::uint32_t line = 0;
  double confidence = 0.5;
  std::int32_t priority = 0;
  std::uint32_t specificity = 0;  // number of atoms that must hold
  std::uint32_t phase = 0;
  std::vector<std::string> captures;
  std::vector<CompiledAction> actions;
  std::vector<rules::Example> examples;
  std::vector<rules::Constraint> constraints;
  std::uint32_t kind_mask = 0xFFFFFFFFu;  // document kinds it runs on, by bit
  std::vector<std::string> languages;     // empty: all
};

class RuleSet {
 public:
  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;
  ~RuleSet();
  std::span<const CompiledRule> rules() const;
  std::span<const std::string> phases() const;
  std::uint32_t phase(std::string_view name) const;  // kNone: no rule of it

  struct Program;  // rule_program.h
  explicit RuleSet(std::unique_ptr<Program> program);
  const Program& program() const { return *program_; }

 private:
  std::unique_ptr<Program> program_;
};

RuleSet compile_rules(const ParsedRules& parsed, const RuleContext& context, std::vector<Problem>& problems);

// A mention as rules see it.
struct SeenMention {
  TokenRange tokens;  // of Document::tokens
  TypeId type = 0;
  EntryId entry = kNone;                                            // lexicon entry that gives its attributes, or kNone
  std::span<const std::pair<std::string, std::string>> attributes;  // these win over the entry's
};

struct RuleLimits {
  std::size_t automaton_bytes = std::size_t{24} << 20;  // of one automaton; spent: its states are built anew
  std::uint32_t reach = 100;                            // tokens a match may span unless its rule says otherwise
  // What one rule may spend on one document; then it is stopped there, and Reading::cuts() tells.
  std::uint64_t steps = 5'000'000;      // of runs longer than 128 tokens and of finding captures
  std::uint64_t steps_per_token = 300;  // added for each token of the document
  std::uint32_t matches = 200'000;
  // How an automaton cuts what it keeps: answers do not depend on it. Tests reach every road with small numbers.
  struct Cuts {
    std::uint32_t border = 512;         // a closure ends at borders so far apart in the code
    std::uint32_t closures = 1u << 20;  // numbers in all closures together; more: they are found anew
    std::uint32_t starts = 1024;        // start sets kept: one for each set of what looks back see
    std::uint32_t many_tests = 128;     // rules that begin with the same test lead to a state of their own
    std::uint32_t few_tests = 6;        // of a state that has tests which most tokens pass
    std::uint32_t edges = 64;           // of a node of an entry's graph
  };
  Cuts cuts = {};
};

// A rule that was stopped in a document: where, and what it had used up.
struct RuleCut {
  enum class Why : std::uint8_t { kSteps, kMatches };
  std::uint32_t rule = 0;
  std::uint32_t token = 0;
  Why why = Why::kSteps;
};

struct RuleCounters {
  std::uint64_t tried = 0;   // places where the rule can begin: what stands before and the first token pass
  std::uint64_t looked = 0;  // the same of its looks of several tokens; one that rules share is counted for the first
  std::uint64_t matched = 0;
  std::uint64_t steps = 0;  // instructions run to find captures
  std::uint64_t cut = 0;    // matches that ended at `reach`, maybe too early
};

class RuleMatcher {
 public:
  explicit RuleMatcher(const RuleSet& rules, const Lexicons& lexicons, const RuleLimits& limits = {});
  ~RuleMatcher();

  // A document as the rules of one matcher see it. Many may be read side by side, phase by phase, so that what a phase
  // needs is in the processor's caches for all of them; a reading that ends may be begun again with another document.
  class Reading {
   public:
    Reading();
    Reading(Reading&&) noexcept;
    Reading& operator=(Reading&&) noexcept;
    ~Reading();
    std::span<const RuleCut> cuts() const;  // of this document, in the order in which they came

   private:
    friend class RuleMatcher;
    struct State;
    std::unique_ptr<State> state_;
  };

  // Forgets what it knows of words and states if that has become too much. No reading goes on after it.
  void make_room();
  // Starts a document. It and its pass must live as long as it is read.
  void begin(Reading& reading, const Document& document, const LexiconPass& pass);
  // Makes mentions visible to the following phases. For one atom of a rule mentions never overlap: of those added
  // together the leftmost wins (at one place the longest), and what is added later takes the place of what it overlaps.
  void add(Reading& reading, std::span<const SeenMention> mentions);
  // `places`: only the segments (sentences, blocks … of each rule's scope) that overlap one of them; empty: all.
  // All calls for a phase of a document come before those for the same phase of another.
  void match(Reading& reading, std::uint32_t phase, const std::function<void(const RuleMatch&)>& found,
             std::span<const TokenRange> places = {});

  void count_tries();                              // from now on: RuleCounters::tried costs time
  std::span<const RuleCounters> counters() const;  // by rule, since construction
  std::size_t automaton_bytes() const;
  std::uint64_t automaton_resets() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dossier
