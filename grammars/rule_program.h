// rule_program.h - the compiled form of a rule set: interned predicates and one NFA a (phase, scope). Immutable, but
// for `selections`, which has its own lock.
#pragma once

#include <re2/re2.h>
#include <re2/set.h>

#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "grammars/rules.h"
#include "pipeline/block_labels.h"

namespace dossier {

// What a bit says about a token. Spanning predicates (lexicon hits, mentions, looks) own three bits.
namespace predicate {
enum class Kind : std::uint8_t { kWords, kExactWord, kLexicon, kMention, kRegex, kShape, kStructure, kLabel, kLook };
// Offsets of a spanning predicate's bits from its first.
inline constexpr std::uint32_t kBegins = 0;
inline constexpr std::uint32_t kEnds = 1;
inline constexpr std::uint32_t kCovers = 2;
}  // namespace predicate

// Structure bits: token flags, facts about the block, and boundaries of what is visible (two bits for each scope).
namespace structure {
inline constexpr std::uint32_t kFlags =
    token_flag::kSpaceBefore | token_flag::kNewlineBefore | token_flag::kBlankLineBefore | token_flag::kSentenceFirst |
    token_flag::kSentenceLast | token_flag::kEmphasis | token_flag::kLinked | token_flag::kQuoted;
inline constexpr std::uint32_t kBlockFirst = token_flag::kBlockFirst;  // of visible tokens, as all below
inline constexpr std::uint32_t kBlockLast = token_flag::kBlockLast;
inline constexpr std::uint32_t kToken = token_flag::kSkipped;  // any visible token; only the edges of a segment lack it
inline constexpr std::uint32_t kSentenceFirst = 1u << 11;
inline constexpr std::uint32_t kSentenceLast = 1u << 12;
inline constexpr std::uint32_t kRecordFirst = 1u << 13;
inline constexpr std::uint32_t kShouting = 1u << 14;  // block in capitals
inline constexpr std::uint32_t kTitled = 1u << 15;    // block in title case
inline constexpr std::uint32_t kTurnFirst = 1u << 16;
inline constexpr std::uint32_t kSlideFirst = 1u << 17;
inline constexpr std::uint32_t kTurnLast = 1u << 18;
inline constexpr std::uint32_t kSlideLast = 1u << 19;
inline constexpr std::uint32_t kBlockKind = 20;  // shift: one bit for each BlockKind
// Code is not extracted: no token has the bit of its kind.
inline constexpr std::uint32_t kRecordLast = 1u << (kBlockKind + static_cast<unsigned>(BlockKind::kCode));
constexpr std::uint32_t first_of(unsigned scope) {  // Program::Scope
  constexpr std::uint32_t kFirst[] = {kSentenceFirst, kBlockFirst, kTurnFirst, kSlideFirst, kRecordFirst};
  return kFirst[scope];
}
constexpr std::uint32_t last_of(unsigned scope) {
  constexpr std::uint32_t kLast[] = {kSentenceLast, kBlockLast, kTurnLast, kSlideLast, kRecordLast};
  return kLast[scope];
}
}  // namespace structure

struct SelectedRules;  // rule_code.h

struct RuleSet::Program {
  struct Predicate {
    predicate::Kind kind;
    std::uint32_t bit;               // first bit
    std::string text;                // word, lexicon, regex …, for printing
    std::vector<WordId> words;       // kWords
    LexiconId lexicon = kNoLexicon;  // kLexicon
    struct Attribute {
      AttributeId id;
      std::string name;
      std::string value;
      rules::Comparison comparison;
    };
    std::vector<Attribute> attributes;  // kLexicon, kMention
    std::vector<TypeId> types;          // kMention
    std::uint32_t mask = 0;             // kShape, kStructure: any of these bits
    LabelPart part{};                   // kLabel
    std::vector<std::string> label;     // kLabel: its words, folded; or the lexicon and attributes above
  };
  struct Literal {  // one bit, wanted or not wanted
    std::uint32_t bit;
    bool wanted;
    friend bool operator==(Literal, Literal) = default;
    friend auto operator<=>(Literal, Literal) = default;
  };
  using Condition = std::vector<Literal>;  // all must hold; empty: any token

  enum class Op : std::uint8_t { kTest, kSplit, kCapture, kNextIs, kPreviousIs, kMatch };
  struct Instruction {
    Op op;
    std::uint32_t a = 0;  // kTest, kNextIs, kPreviousIs: condition; kSplit: first choice; kCapture: slot; kMatch: rule
    std::uint32_t next = 0;
  };
  enum class Scope : std::uint8_t { kSentence, kBlock, kTurn, kSlide, kRecord };
  static constexpr std::size_t kScopes = 5;
  // One automaton: the rules of a phase with the same scope, or the looks that run before them.
  struct Automaton {
    Scope scope = Scope::kSentence;
    std::vector<Instruction> code;
    struct Entry {
      std::uint32_t rule;   // index of the rule, or of the look predicate
      std::uint32_t begin;  // its code: [begin, end)
      std::uint32_t end;
      std::uint32_t start;     // its first instruction
      std::uint32_t slots;     // two for each capture
      std::uint32_t reach;     // 0: the default
      bool behind = false;     // looks: holds at the token before its end
      std::uint32_t lead = 0;  // looks ahead: tokens that it reads before the place where it holds
    };
    std::vector<Entry> entries;
    std::vector<std::uint32_t> bits;  // global bits it tests, sorted
  };
  struct Phase {
    std::string name;
    std::vector<Automaton> looks;  // run first, by scope
    std::vector<Automaton> rules;  // by scope
  };

  std::vector<CompiledRule> rules;
  std::vector<std::string> phase_names;
  std::vector<Phase> phases;
  std::vector<Predicate> predicates;
  std::vector<Condition> conditions;
  std::uint32_t bit_count = 0;
  std::unordered_map<WordId, std::vector<std::uint32_t>> word_predicates;             // kWords by word
  std::unordered_map<std::string, std::vector<std::uint32_t>> exact_word_predicates;  // kExactWord by surface
  std::unordered_map<WordId, bool> has_exact_word;                                    // words with kExactWord
  std::vector<std::vector<std::uint32_t>> lexicon_predicates;                         // kLexicon by lexicon
  std::vector<std::vector<std::uint32_t>> mention_predicates;                         // kMention by type
  std::vector<std::uint32_t> shape_predicates;
  std::vector<std::uint32_t> structure_predicates;
  std::vector<std::uint32_t> regex_predicates;
  std::vector<std::uint32_t> label_predicates;
  // All kRegex patterns, kSetPatterns a set in the order of regex_predicates: what a text makes of one set stays small,
  // where all patterns in one set would be new states for nearly each word.
  static constexpr std::size_t kSetPatterns = 8;
  std::vector<std::unique_ptr<RE2::Set>> regexes;
  // What select_rules() has made of it.
  struct Selections {
    std::mutex mutex;
    std::map<std::vector<bool>, std::shared_ptr<const SelectedRules>> by_applying;
  };
  mutable Selections selections;
};

// Does it ask for a condition?
inline bool is_test(const RuleSet::Program::Instruction& instruction) {
  using Op = RuleSet::Program::Op;
  return instruction.op == Op::kTest || instruction.op == Op::kNextIs || instruction.op == Op::kPreviousIs;
}

// Makes `regexes` of the predicates with a pattern; false if some together are too large.
bool compile_regexes(RuleSet::Program& program);

}  // namespace dossier
