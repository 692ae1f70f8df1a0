// rule_code.h - the rules that can apply to the documents of some languages, made ready to run before any text is read:
// automata without the entries of other rules, their conditions and waits by number. Immutable, and shared by the
// machines (rule_machine.h) of all threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "grammars/rule_program.h"

namespace dossier {

// Which of some numbered things were met since the last renewal.
class Visits {
 public:
  void resize(std::size_t size) { stamps_.assign(size, 0); }
  void renew() {
    if (++stamp_ != 0) return;
    std::fill(stamps_.begin(), stamps_.end(), 0);
    stamp_ = 1;
  }
  bool has(std::uint32_t item) const { return stamps_[item] == stamp_; }
  // False if it was met already.
  bool add(std::uint32_t item) { return std::exchange(stamps_[item], stamp_) != stamp_; }

 private:
  std::vector<std::uint32_t> stamps_;
  std::uint32_t stamp_ = 0;
};

// One automaton. The words class, wait and state are those of rule_machine.h.
struct RuleCode {
  using Program = RuleSet::Program;
  using Op = Program::Op;

  // It reads the next token (kTest), asks for it (kNextIs), or says that a match ends before it (kMatch).
  struct Wait {
    Op op;
    bool is_plain;  // kTest, and what it leads to does not ask for the token that it reads
    std::uint32_t condition;
    std::uint32_t next;  // instruction
    std::uint32_t entry;
  };
  struct Mask {  // of the bits of a class
    std::uint32_t word = 0;
    std::uint64_t bits = 0;
  };

  RuleCode(const Program& program, Program::Automaton given);
  static std::vector<Mask> masks_of(std::vector<std::uint32_t> conditions);

  // On a walk over the code.
  enum class Way : std::uint8_t { kGoOn, kTurnBack, kStop };
  // Nothing behind it is reached before a token is read.
  static bool ends_step(const Program::Instruction& instruction) {
    return instruction.op == Op::kTest || instruction.op == Op::kMatch;
  }
  // Visits the instructions that are reached from these, each once: behind one of which visit(pc, instruction) says
  // kTurnBack those are not, at kStop the walk ends. The stack is empty then; visit may put further ones on it.
  template <class Visit>
  void walk(std::vector<std::uint32_t>& stack, Visits& met, const Visit& visit) const {
    while (!stack.empty()) {
      const std::uint32_t pc = stack.back();
      stack.pop_back();
      if (!met.add(pc)) continue;
      const Program::Instruction& instruction = automaton.code[pc];
      const Way way = visit(pc, instruction);
      if (way == Way::kStop) stack.clear();
      if (way != Way::kGoOn) continue;
      if (instruction.op == Op::kSplit) stack.push_back(instruction.a);
      stack.push_back(instruction.next);
    }
  }

  Program::Automaton automaton;
  std::vector<std::uint32_t> condition_of;  // by instruction
  std::vector<std::uint32_t> entry_of;      // by instruction
  std::vector<std::uint32_t> starts;        // instructions
  std::vector<std::uint8_t> captures_whole;  // by entry

  // How the conditions of a class follow from its bits. Most want one bit of words, lexicons, mentions: it says that
  // they may hold; bits of shapes and structure, which all tokens have many of, say by their absence that they fail.
  std::size_t condition_count = 0;
  std::size_t class_words = 0;               // 64 conditions in each
  std::vector<std::uint8_t> is_negative;     // by condition: it wants no bit, only bits away
  std::vector<Mask> negative;                // these conditions
  std::vector<std::vector<Mask>> made_by;    // by bit: conditions that may hold
  std::vector<std::vector<Mask>> broken_by;  // by bit: conditions that fail
  std::vector<std::pair<std::uint32_t, std::vector<Mask>>> broken_without;  // by bit that is away
  struct Joint {                      // conditions that want the same several bits of words, lexicons, mentions
    std::vector<std::uint32_t> bits;  // those beside the first of them
    std::vector<Mask> masks;
  };
  std::vector<std::vector<Joint>> joints;  // by the first of them

  std::vector<std::uint32_t> triggers;  // conditions
  std::vector<Mask> trigger_masks, first_masks;
  std::vector<Mask> start_masks;  // conditions on the token before a match

  // kTest, by level and condition (order_of_waits), those of first tokens in front; then kNextIs, likewise; then kMatch
  // as they stand in the code.
  std::vector<Wait> waits;
  std::vector<std::uint32_t> condition_of_wait;  // the same as in waits, side by side
  std::uint32_t ahead_begin = 0;                 // the first kNextIs
  std::uint32_t ahead_end = 0;                   // the first kMatch
  std::vector<std::uint32_t> wait_of;            // by instruction
  std::vector<std::uint32_t> ahead, backward;    // words of all waits: kNextIs; those of them from which the token
                                                 // before may be asked for

 private:
  std::vector<std::uint32_t> order_of_waits(Visits& met) const;
  void number_conditions(const Program& program, std::span<const std::uint32_t> order);
  void number_waits(std::span<const std::uint32_t> order);
  void find_whole_captures(Visits& met);
  void find_triggers(Visits& met);
  bool can_match_without(const Program::Automaton::Entry& entry, std::uint32_t condition, Visits& met) const;
  std::vector<std::uint32_t> conditions_at(std::vector<std::uint32_t> stack, Op kind, Visits& met) const;
};

struct SelectedRules {
  struct Phase {
    std::vector<RuleCode> looks, rules;
    // Which automata, in the order looks, rules, ask for a bit, and by which number of their own: by bit, one after the
    // other.
    struct Reader {
      std::uint32_t machine, bit;
    };
    std::vector<Reader> readers;
    std::vector<std::uint32_t> readers_begin;  // by bit, and the end of the last one's
    std::vector<std::uint8_t> asks;            // by bit: has it any?
    // By automaton, in the same order: the kinds of documents (DocumentKind, by bit) that any of its rules, or of those
    // that ask for its looks, is for.
    std::vector<std::uint32_t> kinds;
  };
  std::vector<Phase> phases;
  std::vector<bool> asks;  // by predicate: does any of these rules ask for it?
};

// `applying`: by rule. The same for the same, whichever thread asks.
std::shared_ptr<const SelectedRules> select_rules(const RuleSet::Program& program, const std::vector<bool>& applying);

}  // namespace dossier
