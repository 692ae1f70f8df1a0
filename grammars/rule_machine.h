// rule_machine.h - one automaton of a rule set at work: tokens are told apart as far as it can (classes), states are
// built as texts ask for them, and captures are found on what matched. Used by rule_matcher.cpp alone.
//
//   class   which of the automaton's conditions hold for a token
//   wait    an instruction at which a run waits for the next token
//   state   the waits at which runs may stand after a token: sets of bits, joined 32 waits at a time
//   closure the waits that are reached from an instruction without reading a token, up to a border of the code; kept
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "grammars/flat_map.h"
#include "grammars/rule_code.h"

namespace dossier {

// (state, class) -> what comes next, in eight bytes: of all that is known of an automaton this is most, and is looked
// at in no order.
class TransitionTable {
 public:
  static constexpr std::uint32_t kMaxStates = 1u << 22, kMaxClasses = 1u << 20, kMaxValues = 1u << 22;
  TransitionTable() { clear(); }
  void clear() {
    slots_.assign(64, 0);
    shift_ = 64 - 6;
    size_ = 0;
  }
  // State 0 has none. kNone: not known.
  std::uint32_t find(std::uint32_t state, std::uint32_t cls) const {
    const std::uint64_t key = key_of(state, cls);
    for (std::size_t at = home(key);; at = (at + 1) & (slots_.size() - 1)) {
      const std::uint64_t slot = slots_[at];
      if (slot >> kValueBits == key) return static_cast<std::uint32_t>(slot & (kMaxValues - 1));
      if (slot == 0) return kNone;
    }
  }
  // The pair must be new.
  void insert(std::uint32_t state, std::uint32_t cls, std::uint32_t value) {
    if ((size_ + 1) * 3 > slots_.size() * 2) grow();
    place(key_of(state, cls) << kValueBits | value);
    ++size_;
  }
  // Asks the memory for what find() will look at.
  void fetch(std::uint32_t state, std::uint32_t cls) const { __builtin_prefetch(&slots_[home(key_of(state, cls))]); }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return slots_.size() * sizeof(slots_[0]); }

 private:
  static constexpr unsigned kClassBits = 20, kValueBits = 22;
  static std::uint64_t key_of(std::uint32_t state, std::uint32_t cls) {
    return static_cast<std::uint64_t>(state) << kClassBits | cls;
  }
  std::size_t home(std::uint64_t key) const { return (key * 0x9E3779B97F4A7C15ull) >> shift_; }
  void place(std::uint64_t slot) {
    std::size_t at = home(slot >> kValueBits);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
  void grow() {
    std::vector<std::uint64_t> old(slots_.size() * 2, 0);
    old.swap(slots_);
    --shift_;
    for (const std::uint64_t slot : old) {
      if (slot != 0) place(slot);
    }
  }
  std::vector<std::uint64_t> slots_;
  unsigned shift_ = 0;
  std::size_t size_ = 0;
};

class RuleMachine {
 public:
  using Program = RuleSet::Program;
  static constexpr std::uint32_t kEdge = 0;  // the class beyond the ends of a segment: no bit holds

  // The classes of visible tokens in one machine. A kind: what the machines of a phase see of a token, together.
  struct Classes {
    const std::uint32_t* kinds;  // by token
    const std::uint32_t* class_of_kind;
    std::uint32_t operator[](std::uint32_t at) const { return class_of_kind[kinds[at]]; }
  };

  RuleMachine(const RuleCode& code, const RuleLimits& limits);

  const Program::Automaton& automaton() const { return code_.automaton; }
  std::uint32_t reach_of(const Program::Automaton::Entry& entry) const {
    return entry.reach == 0 ? limits_.reach : entry.reach;
  }
  std::uint32_t longest_reach() const { return longest_reach_; }
  std::uint64_t resets() const { return resets_; }
  std::size_t bytes() const;
  std::size_t class_bytes() const;  // of them, what only forget() gives back

  // Kinds are numbered anew: nothing known about them holds any longer.
  void forget();
  void begin_document(std::uint64_t budget);

  // Entries that have spent their budget; each is told once.
  std::vector<std::uint32_t> take_over_budget() { return std::exchange(over_, {}); }
  bool is_over_budget() const { return !over_.empty(); }
  // Charges an entry for work elsewhere.
  void charge(std::uint32_t entry, std::uint64_t steps);
  // The entry starts nowhere until the document ends.
  void switch_off(std::uint32_t entry);

  // The class of the next kind of tokens, numbered from 0: what holds these bits of automaton().bits, by their place
  // there.
  std::uint32_t classify(const std::vector<std::uint32_t>& bits);
  // By token, of kinds that were classified.
  Classes classes_of(const std::vector<std::uint32_t>& kinds) const { return {kinds.data(), class_of_kind_.data()}; }

  // May something start at a token of this class, after whatever token?
  bool may_start(std::uint32_t cls) const { return (marks_[cls] & kMayStartMark) != 0; }
  // Every match of any entry holds a trigger, if there are any.
  bool has_triggers() const { return !code_.triggers.empty(); }
  bool is_trigger(std::uint32_t cls) const { return (marks_[cls] & kTriggerMark) != 0; }

  // What is known of a start at this place of a segment, for run(); kIdle: there is nothing.
  static constexpr std::uint32_t kIdle = TransitionTable::kMaxValues - 1;
  std::uint32_t first_at(Classes classes, std::uint32_t begin, std::uint32_t at) const {
    const std::uint32_t start = starts_of_class_[at == begin ? kEdge : classes[at - 1]];
    return start == kNone ? kUnbuilt : firsts_.find(start + 1, classes[at]);
  }

  // A place of a segment, [begin, end), where a match may begin; `first` as first_at() tells.
  struct Begin {
    std::uint32_t begin, end, at, first;
  };
  // Drops those of which the second token lets nothing go on, as at most places. What is known of a place lies in four
  // tables that no cache holds, one leading to the next: places that are looked at one beside the other wait together.
  void weed(Classes classes, std::vector<Begin>& places);
  // What first_at() told holds as long as this stays the same.
  std::uint64_t generation() const { return generation_; }

  // Runs from a place on: accept(entry, end) for every end of every entry, until it says no. Returns false if a run was
  // stopped by `reach`.
  template <class Accept>
  bool run(Classes classes, const Begin& place, const Accept& accept);

  // Has the entry no capture but one of the whole match?
  bool captures_whole(std::uint32_t entry) const { return code_.captures_whole[entry] != 0; }

  // The match of an entry that a regular-expression user expects: first choice first. Its captures are visible
  // positions.
  bool backtrack(Classes classes, std::uint32_t begin, std::uint32_t start, std::uint32_t longest, std::uint32_t end,
                 std::uint32_t entry, std::uint32_t& match_end, std::vector<std::uint32_t>& slots,
                 std::uint64_t& steps);

  // Counts, for each entry, whether it can begin at a place: what holds before it and its first token pass.
  void add_tries(Classes classes, std::uint32_t begin, std::uint32_t at, std::vector<std::uint64_t>& tries);

 private:
  using Op = Program::Op;
  using Instruction = Program::Instruction;
  using Mask = RuleCode::Mask;
  using Wait = RuleCode::Wait;

  static constexpr std::uint32_t kDead = 0;          // the state without waits
  static constexpr std::uint32_t kUnbuilt = kNone;   // a transition nobody took yet
  static constexpr std::uint32_t kCheckpoint = 128;  // tokens of a run
  static constexpr std::uint32_t kMaxWasted = 8;     // resets of a document that came too early
  static constexpr std::uint8_t kMayStartMark = 1, kTriggerMark = 2;
  // The state that comes next, or the number of a transition that accepts something.
  static constexpr std::uint32_t kAccepting = TransitionTable::kMaxValues / 2;

  // 32 waits in each number: which word of all waits in its upper half, the bits of it in its lower half. Sorted.
  using WaitSet = std::vector<std::uint64_t>;
  // What is reached from an instruction without reading a token: waits, and instructions behind what must be asked of
  // the token before (condition), or behind a border of the code (kNone), so that all closures are linear in the code.
  struct Guard {
    std::uint32_t condition;
    std::uint32_t next;
  };
  struct Closure {
    std::uint32_t waits_begin, waits_end, guards_begin, guards_end;
  };
  struct State {
    WaitSet waits;
    std::uint32_t previous = kEdge;  // class before it, if that may be asked for
    std::vector<Mask> masks;         // conditions of its tests, if it is gated
    std::vector<Mask> relevant;      // see relevance_of(); found with its first transition
  };
  // What is asked of a state at each token, in few bytes. Tokens that end a gated state, one of tests that most tokens
  // fail, are known without a transition: they are most, and would fill the table.
  struct Gate {
    std::uint32_t word = 0;
    std::uint16_t is_gated = 0;
    std::uint16_t has_more = 0;  // masks than this first one
    std::uint64_t mask = 0;
  };
  struct Transition {
    std::uint32_t target = kDead;
    std::uint32_t accepts_begin = 0;
    std::uint32_t accepts_end = 0;
    std::uint32_t sibling = kNone;  // of a first transition: a further one, for what many rules begin with
  };
  // What came of a class in a state, or behind a start set (kFromStart and its number).
  struct Alike {
    std::uint32_t from, cls, next;
  };
  // Waits of one kind by condition: only those that hold are looked at, however many there are.
  struct ByCondition {
    struct Group {  // of one condition
      std::uint32_t begin, end;
      std::uint32_t state = kUnbuilt;  // where its tests lead to, if that is the same after any token that meets it
    };
    std::vector<Mask> masks;              // conditions
    std::vector<std::uint32_t> first_of;  // by mask: the group of its first condition
    std::vector<Group> groups;            // by condition
    std::vector<std::uint32_t> waits;     // groups: begin, end
  };
  // What rules wait for at a place: whatever the token before it is (base_), or only where something holds there.
  struct Start {
    ByCondition tests, ahead;        // kTest, kNextIs
    std::vector<Mask> relevant;      // as of a state: of base_ and of this one
    std::uint32_t previous = kEdge;  // a class with what holds there
  };
  // An entry's code for finding captures: splits and captures are followed beforehand. A node is a place in the code;
  // its edges, first choice first, are what may come next: a token that is read, an assertion, the end of the match.
  struct Edge {
    enum Kind : std::uint32_t { kRead, kNextIs, kPreviousIs, kMatch, kGoOn };
    Kind kind = kRead;
    std::uint32_t condition = 0;
    std::uint32_t target = 0;
    std::uint32_t slots_begin = 0, slots_end = 0;  // captures passed on the way
  };
  struct Graph {
    struct Node {
      std::uint32_t begin, end;
    };
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<std::uint32_t> slots;
  };
  struct Job {
    std::uint32_t node, at, edge, trail;
  };

  // --- captures
  const Graph& graph_of(std::uint32_t entry);
  template <class NodeFor>
  void add_edges(Graph& graph, std::uint32_t pc, const NodeFor& node_for);

  // --- classes
  // Asked at each token or edge: too short to be called.
  [[gnu::always_inline]] bool holds(std::uint32_t condition, std::uint32_t cls) const {
    return (class_bits_[cls * class_words_ + condition / 64] >> (condition % 64)) & 1;
  }
  bool any_holds(const std::vector<Mask>& masks, std::uint32_t cls) const {
    const std::uint64_t* bits = &class_bits_[cls * class_words_];
    return std::any_of(masks.begin(), masks.end(),
                       [bits](const Mask& mask) { return (bits[mask.word] & mask.bits) != 0; });
  }
  void find_class_bits(const std::vector<std::uint32_t>& bits);
  std::uint32_t class_of_found_bits();
  std::uint32_t add_class();
  void add_scratch_bits(const std::vector<Mask>& masks) {
    for (const Mask& mask : masks) scratch_bits_[mask.word] |= mask.bits;
  }
  std::vector<Mask> scratch_masks() const;

  // --- states
  template <class Visit>
  static void for_waits(const WaitSet& set, const Visit& visit) {
    for (const std::uint64_t word : set) {
      for (auto rest = static_cast<std::uint32_t>(word); rest != 0; rest &= rest - 1)
        visit(static_cast<std::uint32_t>(word >> 32) * 32 + static_cast<std::uint32_t>(std::countr_zero(rest)));
    }
  }
  // Has a set that is not empty nothing but tests? What else there is has the last numbers.
  bool has_only_tests(const WaitSet& set) const {
    const auto bits = static_cast<std::uint32_t>(set.back());
    return (set.back() >> 32) * 32 + 31 - static_cast<unsigned>(std::countl_zero(bits)) < code_.ahead_begin;
  }
  // Calls visit(number) for the groups whose condition holds.
  template <class Visit>
  void for_held(const ByCondition& waits, std::uint32_t cls, const Visit& visit) const {
    for (std::size_t i = 0; i < waits.masks.size(); ++i) {
      const Mask& mask = waits.masks[i];
      for (std::uint64_t rest = class_bits_[cls * class_words_ + mask.word] & mask.bits; rest != 0; rest &= rest - 1) {
        const std::uint64_t below = (rest & (~rest + 1)) - 1;
        visit(waits.first_of[i] + static_cast<std::uint32_t>(std::popcount(mask.bits & below)));
      }
    }
  }
  static bool has_any(const WaitSet& set, const std::vector<std::uint32_t>& words) {
    return std::any_of(set.begin(), set.end(),
                       [&](std::uint64_t word) { return (words[word >> 32] & static_cast<std::uint32_t>(word)) != 0; });
  }
  // Does any test of the state hold?
  [[gnu::always_inline]] bool goes_on(const Gate& gate, std::uint32_t state, std::uint32_t cls) const {
    return (class_bits_[cls * class_words_ + gate.word] & gate.mask) != 0 ||
           (gate.has_more != 0 && any_holds(states_[state].masks, cls));
  }
  void gather(std::uint64_t waits) {
    const std::uint64_t word = waits >> 32;
    gathered_[word] |= static_cast<std::uint32_t>(waits);
    not_empty_[word / 64] |= std::uint64_t{1} << (word % 64);
  }
  void take_gathered(WaitSet& set);
  Closure closure_of(std::uint32_t pc) {
    if (closure_ids_[pc] == kNone) add_closure(pc);
    return closures_[closure_ids_[pc]];
  }
  void add_closure(std::uint32_t pc);
  const std::vector<Mask>& relevance_of(std::uint32_t wait);
  void add_relevance(std::uint32_t wait);
  bool are_alike(const std::vector<Mask>& relevant, std::uint32_t a, std::uint32_t b) const {
    const std::uint64_t* of_a = &class_bits_[a * class_words_];
    const std::uint64_t* of_b = &class_bits_[b * class_words_];
    return std::all_of(relevant.begin(), relevant.end(),
                       [&](const Mask& mask) { return ((of_a[mask.word] ^ of_b[mask.word]) & mask.bits) == 0; });
  }
  std::uint64_t hash_of_relevant(std::uint32_t from, const std::vector<Mask>& relevant, std::uint32_t cls) const;
  std::uint32_t find_alike(std::uint64_t hash, std::uint32_t from, const std::vector<Mask>& relevant,
                           std::uint32_t cls) const;
  void keep_alike(std::uint64_t hash, const Alike& alike) {
    alike_ids_.insert(hash, static_cast<std::uint32_t>(alike_.size()));
    alike_.push_back(alike);
  }
  void add_relevant(const WaitSet& waits);
  void follow(std::uint32_t pc, std::uint32_t previous);
  void follow_guards(std::uint32_t begin, std::uint32_t end, std::uint32_t previous);
  void follow_group(const ByCondition& waits, std::uint32_t number, std::uint32_t previous);
  void ask_ahead(std::uint32_t previous, std::uint32_t cls);
  void read(const WaitSet& waits, std::uint32_t cls, bool at_edge);
  void step(const WaitSet& waits, std::uint32_t previous, std::uint32_t cls, bool at_edge);
  void step_start(const Start& start, std::uint32_t cls, bool in_one_set);
  std::uint32_t find_first(std::uint32_t previous, std::uint32_t cls);
  std::uint32_t first_transition(std::uint32_t number, std::uint32_t cls);
  std::uint32_t state_after(std::uint32_t tests, std::uint32_t cls);
  std::uint32_t intern_state(const WaitSet& waits, std::uint32_t previous);
  std::uint32_t add_transition(std::uint32_t target);
  std::uint32_t build_transition(std::uint32_t state, std::uint32_t cls, bool at_edge);
  bool make_room();
  void reset();
  void start_anew();
  void forget_closures();
  void forget_starts();
  std::uint32_t start_for(std::uint32_t previous);
  void make_base();
  void add_by_condition(const WaitSet& waits, Op op, ByCondition& groups);

  // Long runs are charged to the rules that are still alive, at places that do not depend on what is cached: a rule is
  // stopped at the same token whatever was read before. Short ones are bounded by themselves.
  static bool is_checkpoint(std::uint32_t start, std::uint32_t at) { return (at - start) % kCheckpoint == 0; }
  void charge_all(const WaitSet& waits, std::uint32_t start, std::uint32_t at);

  // The exact fallback: sets of waits, nothing kept.
  template <class Accept>
  bool run_without_states(Classes classes, std::uint32_t previous, std::uint32_t start, std::uint32_t end,
                          std::uint32_t limit, const Accept& accept);

  const RuleCode& code_;
  const RuleLimits& limits_;
  std::uint32_t longest_reach_ = 0;
  std::vector<std::unique_ptr<Graph>> graphs_;  // by entry

  std::vector<std::uint32_t> class_of_kind_;
  std::size_t class_count_ = 0;
  const std::size_t class_words_;
  std::vector<std::uint64_t> class_bits_;  // by class: which conditions hold
  std::vector<std::uint8_t> marks_;        // by class
  InternTable class_ids_;                  // by their bits
  // Which bits of the automaton hold: known lists, one after the other.
  std::vector<std::uint32_t> lists_, list_ends_, class_of_list_;
  InternTable list_ids_;

  std::vector<std::uint32_t> relevance_ids_;  // by wait
  std::vector<std::uint32_t> closure_ids_;    // by instruction
  std::vector<Closure> closures_;
  WaitSet closure_waits_;
  std::vector<Guard> guards_;

  std::vector<State> states_;
  std::vector<Gate> gates_;  // by state
  InternTable state_ids_;
  TransitionTable transitions_;
  std::vector<Transition> steps_;  // first ones, and those that accept
  static constexpr std::uint32_t kFromStart = 1u << 31;
  std::vector<Alike> alike_;
  InternTable alike_ids_;
  std::vector<std::vector<Mask>> relevances_;
  std::vector<std::uint32_t> accepts_;
  Start base_;                                // made with the first start set
  std::vector<Guard> base_guards_;            // what begins only if the token before meets a condition
  std::vector<std::uint32_t> base_gathered_;  // words of all waits: those of base_
  std::vector<std::unique_ptr<Start>> all_starts_;
  std::vector<std::uint32_t> starts_of_class_;  // by previous class
  TransitionTable firsts_;                      // (number of a start set + 1, class) -> first transition, or kIdle
  InternTable start_ids_;                       // by what looks back see
  std::size_t state_bytes_ = 0;
  std::uint64_t resets_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t uses_ = 0;    // of transitions since the last reset
  std::uint32_t wasted_ = 0;  // resets of this document that came too early

  // Of this document, by entry.
  std::uint64_t budget_ = ~std::uint64_t{0};
  std::vector<std::uint64_t> spent_;
  std::vector<std::uint32_t> spending_;                           // the entries that have spent anything
  std::vector<std::pair<std::uint32_t, std::uint32_t>> charged_;  // start and place of its last checkpoint
  std::vector<std::uint8_t> is_off_;
  bool is_any_off_ = false;
  std::vector<std::uint32_t> over_;

  std::vector<std::uint64_t> scratch_bits_;  // of a class
  std::vector<std::uint64_t> held_;          // bits
  std::vector<std::uint32_t> scratch_list_;
  Visits met_;      // instructions, on a walk over the code
  Visits entered_;  // instructions followed in a step
  std::vector<std::uint32_t> stack_;
  std::vector<std::uint32_t> ways_;  // of follow_guards()
  std::vector<std::uint32_t> asked_;      // words of waits: asked in ask_ahead()
  std::vector<std::uint32_t> gathered_;   // words of all waits
  std::vector<std::uint64_t> not_empty_;  // which of them are not 0
  WaitSet out_, resolved_;
  std::vector<std::uint32_t> accepted_;
  std::vector<std::uint32_t> large_;  // of step_start(): groups of base_.tests that lead to a state of their own
  bool has_asked_backward_ = false;   // since it was set back: has follow() met a condition on the token before?
  std::vector<Job> jobs_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> trail_;  // slots and what they held before
  std::vector<std::uint64_t> tried_nodes_;
};

// ---------------------------------------------------------------------------------------------------------------------

template <class Accept>
bool RuleMachine::run(Classes classes, const Begin& place, const Accept& accept) {
  const std::uint32_t begin = place.begin, start = place.at, end = place.end;
  std::uint32_t first = place.first;
  const std::uint32_t limit = std::min(end, start + longest_reach_ + 1);
  const auto run_slowly = [&] {
    return run_without_states(classes, start == begin ? kEdge : classes[start - 1], start, end, limit, accept);
  };
  if (wasted_ > kMaxWasted || class_count_ >= TransitionTable::kMaxClasses) return run_slowly();
  if (first == kUnbuilt) {
    first = find_first(start == begin ? kEdge : classes[start - 1], classes[start]);
    if (first == kUnbuilt) return run_slowly();
  }
  if (first == kIdle) return true;
  if (start + 1 >= limit && limit < end) return false;
  const std::uint32_t last = limit < end ? limit - 1 : kNone;  // place where the reach is spent
  bool is_whole = true;
  for (std::uint32_t first_step = first; first_step != kNone;) {
    std::uint32_t state = steps_[first_step].target;
    first_step = steps_[first_step].sibling;
    std::uint32_t at = start + 1;
    for (std::uint32_t stop = std::min(last, start + kCheckpoint);; ++at) {
      const bool at_edge = at >= end;
      const std::uint32_t cls = at_edge ? kEdge : classes[at];
      const Gate& gate = gates_[state];
      if (gate.is_gated != 0 && (at_edge || !goes_on(gate, state, cls))) break;
      std::uint32_t next = transitions_.find(state, cls);
      if (next == kUnbuilt) {
        if (make_room()) return run_slowly();
        next = build_transition(state, cls, at_edge);
      }
      if ((next & kAccepting) != 0) {
        const Transition& taken = steps_[next ^ kAccepting];
        for (std::uint32_t i = taken.accepts_begin; i < taken.accepts_end; ++i) {
          if (!accept(accepts_[i], at)) return true;
        }
        next = taken.target;
      }
      state = next;
      if (state == kDead || at_edge) break;
      if (at < stop) continue;
      if (is_checkpoint(start, at)) charge_all(states_[state].waits, start, at);
      if (at >= last) {
        is_whole = false;
        break;
      }
      stop = std::min(last, at + kCheckpoint);
    }
    uses_ += at - start;
  }
  return is_whole;
}

template <class Accept>
bool RuleMachine::run_without_states(Classes classes, std::uint32_t previous, std::uint32_t start, std::uint32_t end,
                                     std::uint32_t limit, const Accept& accept) {
  step_start(*all_starts_[start_for(previous)], classes[start], true);
  WaitSet waits = out_;
  if (waits.empty()) return true;
  if (start + 1 >= limit && limit < end) return false;
  previous = classes[start];
  for (std::uint32_t at = start + 1;; ++at) {
    const bool at_edge = at >= end;
    const std::uint32_t cls = at_edge ? kEdge : classes[at];
    step(waits, previous, cls, at_edge);
    for (const std::uint32_t entry : accepted_) {
      if (!accept(entry, at)) return true;
    }
    waits = out_;
    previous = cls;
    if (waits.empty() || at_edge) return true;
    if (is_checkpoint(start, at)) charge_all(waits, start, at);
    if (at + 1 >= limit && limit < end) return false;
  }
}

}  // namespace dossier
