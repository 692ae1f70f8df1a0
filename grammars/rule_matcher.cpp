// rule_matcher.cpp - the fast road: truths -> classes -> lazily built deterministic states; captures by backtracking.
//
// Layers, each a small number that stands for something larger and is looked up once:
//   set     the bits of words, lexicon hits, mentions, looks of a token (sorted list)
//   truth   a set and the token's shape and structure
//   class   what one automaton can tell apart of a truth: which of its conditions hold
//   state   the instructions an automaton may stand at after a token
#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "grammars/flat_map.h"
#include "grammars/lexicon_image.h"
#include "grammars/rule_program.h"

namespace dossier {

namespace {

using Program = RuleSet::Program;
using Op = Program::Op;
using Instruction = Program::Instruction;

constexpr std::uint32_t kDead = 0;          // the state without instructions
constexpr std::uint32_t kUnbuilt = kNone;   // a transition nobody took yet
constexpr std::uint32_t kIdle = kNone - 1;  // a first transition that leads nowhere and accepts nothing
constexpr std::uint32_t kEdge = 0;          // the class beyond the ends of a segment: no bit holds
constexpr std::size_t kMaxSets = 1 << 18;   // kept from document to document; more: all caches start anew
constexpr std::size_t kMaxTruths = 1 << 20;
constexpr std::size_t kMaxLanguages = 24;  // whose words are known; a megabyte each, and a code may be any of ISO's
// States that are thrown away for want of memory before each of them was used this often on average were not worth
// building; after so many such resets in a document the automaton runs without states.
constexpr std::uint64_t kWorthwhileUses = 20;
constexpr std::uint32_t kMaxWasted = 8;
constexpr std::size_t kMaxStarts = 1024;         // start sets kept: one for each set of what looks back sees
constexpr std::size_t kFewTests = 6;             // of a state: asked one by one
constexpr std::ptrdiff_t kManyTests = 128;       // rules that begin with the same test
constexpr std::size_t kMaxBitConditions = 2048;  // with more, a class is the list of conditions that hold
constexpr std::size_t kMaxSurfaces = 1 << 16;
constexpr std::uint32_t kCheckpoint = 128;     // tokens of a run
constexpr std::size_t kMaxTriggerCode = 4096;  // instructions of an automaton for which triggers are sought
constexpr std::size_t kMaxTriggerTries = 32;   // conditions of an entry that are tried
constexpr std::size_t kMaxEdges = 64;          // of a node of an entry's graph
// What the machines of a phase see in a token, a bit for each: may something start there, is it a trigger?
struct Marks {
  static_assert(2 * Program::kScopes <= 16);
  std::uint16_t starts = 0;
  std::uint16_t triggers = 0;
  bool is_known = false;
};

struct ViewHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view view) const { return std::hash<std::string_view>{}(view); }
};

struct ListHash {
  std::size_t operator()(const std::vector<std::uint32_t>& list) const {
    std::uint64_t hash = list.size();
    for (const std::uint32_t value : list) hash = mix(hash + value + 0x9E3779B97F4A7C15ull);
    return hash;
  }
};

// ---------------------------------------------------------------------------------------------------------------------

bool is_test(const Instruction& instruction) {
  return instruction.op == Op::kTest || instruction.op == Op::kNextIs || instruction.op == Op::kPreviousIs;
}

// The automaton with only those of its entries that are wanted, by number.
Program::Automaton restrict(const Program& program, const Program::Automaton& whole, const std::vector<bool>& wanted) {
  Program::Automaton some;
  some.scope = whole.scope;
  for (std::size_t i = 0; i < whole.entries.size(); ++i) {
    if (!wanted[i]) continue;
    Program::Automaton::Entry entry = whole.entries[i];
    const auto begin = static_cast<std::uint32_t>(some.code.size());
    for (std::uint32_t pc = entry.begin; pc < entry.end; ++pc) {
      Instruction instruction = whole.code[pc];
      instruction.next = instruction.next - entry.begin + begin;
      if (instruction.op == Op::kSplit) instruction.a = instruction.a - entry.begin + begin;
      if (instruction.op == Op::kMatch) instruction.a = static_cast<std::uint32_t>(some.entries.size());
      if (is_test(instruction)) {
        for (const Program::Literal& literal : program.conditions[instruction.a]) some.bits.push_back(literal.bit);
      }
      some.code.push_back(instruction);
    }
    entry.start = entry.start - entry.begin + begin;
    entry.begin = begin;
    entry.end = static_cast<std::uint32_t>(some.code.size());
    some.entries.push_back(entry);
  }
  std::sort(some.bits.begin(), some.bits.end());
  some.bits.erase(std::unique(some.bits.begin(), some.bits.end()), some.bits.end());
  return some;
}

struct Segment {  // of visible tokens
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// The classes of visible tokens in one machine.
struct Classes {
  const std::uint32_t* truths;  // by token
  const std::uint32_t* class_of_truth;
  std::uint32_t operator[](std::uint32_t at) const { return class_of_truth[truths[at]]; }
};

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
  // State 0 has none. kUnbuilt: not known.
  std::uint32_t find(std::uint32_t state, std::uint32_t cls) const {
    const std::uint64_t key = key_of(state, cls);
    for (std::size_t at = home(key);; at = (at + 1) & (slots_.size() - 1)) {
      const std::uint64_t slot = slots_[at];
      if (slot >> kValueBits == key) return static_cast<std::uint32_t>(slot & (kMaxValues - 1));
      if (slot == 0) return kUnbuilt;
    }
  }
  // The pair must be new.
  void insert(std::uint32_t state, std::uint32_t cls, std::uint32_t value) {
    if ((size_ + 1) * 3 > slots_.size() * 2) grow();
    place(key_of(state, cls) << kValueBits | value);
    ++size_;
  }
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

// The states of one automaton.
class Machine {
 public:
  Machine(const Program& program, Program::Automaton given, const RuleLimits& limits)
      : automaton_(std::move(given)), limits_(limits) {
    const Program::Automaton& automaton = automaton_;
    // Conditions of this automaton by its own numbers.
    local_bit_.assign(program.bit_count, kNone);
    for (std::uint32_t i = 0; i < automaton.bits.size(); ++i) local_bit_[automaton.bits[i]] = i;
    std::vector<bool> is_common(program.bit_count);
    for (const std::vector<std::uint32_t>* ids : {&program.shape_predicates, &program.structure_predicates}) {
      for (const std::uint32_t id : *ids) is_common[program.predicates[id].bit] = true;
    }
    std::unordered_map<std::uint32_t, std::uint32_t> local;
    condition_of_.assign(automaton.code.size(), 0);
    conditions_by_bit_.resize(automaton.bits.size());
    for (std::size_t pc = 0; pc < automaton.code.size(); ++pc) {
      const Instruction& instruction = automaton.code[pc];
      if (!is_test(instruction)) continue;
      const auto [it, is_new] = local.try_emplace(instruction.a, static_cast<std::uint32_t>(conditions_.size()));
      if (is_new) {
        std::vector<Program::Literal> literals = program.conditions[instruction.a];
        // It is looked at where a bit that it wants holds: of words and lexicons rather than of shapes, which all have.
        auto wanted = std::find_if(literals.begin(), literals.end(),
                                   [&](const auto& l) { return l.wanted && !is_common[l.bit]; });
        if (wanted == literals.end()) {
          wanted = std::find_if(literals.begin(), literals.end(), [](const auto& l) { return l.wanted; });
        }
        for (Program::Literal& literal : literals) literal.bit = local_bit_[literal.bit];
        is_negative_.push_back(wanted == literals.end() ? 1 : 0);
        if (wanted != literals.end()) {
          conditions_by_bit_[wanted->bit].push_back(it->second);
        } else {
          for (const Program::Literal& literal : literals) conditions_by_bit_[literal.bit].push_back(it->second);
        }
        conditions_.push_back(std::move(literals));
      }
      condition_of_[pc] = it->second;
    }
    if (conditions_.size() <= kMaxBitConditions) class_words_ = conditions_.size() / 64 + 1;
    for (std::uint32_t id = 0; id < conditions_.size(); ++id) {
      if (is_negative_[id] != 0) negative_.push_back(id);
    }
    mark_.assign(automaton.code.size(), 0);
    entry_of_.assign(automaton.code.size(), 0);
    for (std::uint32_t i = 0; i < automaton.entries.size(); ++i) {
      const Program::Automaton::Entry& entry = automaton.entries[i];
      starts_.push_back(entry.start);
      std::fill(entry_of_.begin() + entry.begin, entry_of_.begin() + entry.end, i);
    }
    is_off_.assign(automaton.entries.size(), 0);
    graphs_.resize(automaton.entries.size());
    find_triggers();
    first_conditions_ = conditions_at(starts_, Op::kTest);
    start_conditions_ = conditions_at(starts_, Op::kPreviousIs);
    find_backward_waits();
    rule_end_.assign(automaton.entries.size(), 0);
    for (const Program::Automaton::Entry& entry : automaton.entries)
      longest_reach_ = std::max(longest_reach_, reach_of(entry));
    reset();
    resets_ = 0;
  }

  std::uint32_t reach_of(const Program::Automaton::Entry& entry) const {
    return entry.reach == 0 ? limits_.reach : entry.reach;
  }
  const Program::Automaton& automaton() const { return automaton_; }
  std::uint64_t resets() const { return resets_; }
  std::size_t bytes() const { return state_bytes_ + transitions_.bytes() + class_bytes_ + rows_.size() * 4; }

  // Truths were renumbered: nothing known about them holds any longer.
  void forget() {
    class_of_truth_.clear();
    classes_.clear();
    class_bits_.clear();
    marks_.clear();
    class_ids_.clear();
    class_of_list_.clear();
    class_bytes_ = 0;
    reset();
  }
  void begin_document(std::uint64_t budget) {
    wasted_ = 0;
    budget_ = budget;
    spent_.assign(automaton_.entries.size(), 0);
    charged_.assign(automaton_.entries.size(), {kNone, 0});
    over_.clear();
    if (std::find(is_off_.begin(), is_off_.end(), 1) == is_off_.end()) return;
    is_off_.assign(automaton_.entries.size(), 0);
    start_anew();
  }

  // Entries that have spent their budget; each is told once.
  std::vector<std::uint32_t> take_over_budget() { return std::exchange(over_, {}); }
  bool is_over_budget() const { return !over_.empty(); }
  // Charges an entry for work elsewhere.
  void charge(std::uint32_t entry, std::uint64_t steps) {
    if (spent_[entry] <= budget_ && spent_[entry] + steps > budget_) over_.push_back(entry);
    spent_[entry] += steps;
  }
  // The entry starts nowhere until the document ends.
  void switch_off(std::uint32_t entry) {
    if (std::exchange(is_off_[entry], 1) == 0) start_anew();
  }

  // The class of a truth below `truth_count`. `for_bits(truth, visit)` calls visit(bit) for those that hold.
  template <class ForBits>
  std::uint32_t class_of(std::uint32_t truth, std::size_t truth_count, const ForBits& for_bits) {
    if (truth_count > class_of_truth_.size()) class_of_truth_.resize(truth_count * 5 / 4, kUnbuilt);
    std::uint32_t& cls = class_of_truth_[truth];
    if (cls == kUnbuilt) {
      scratch_list_.clear();
      for_bits(truth, [this](std::uint32_t bit) {
        if (local_bit_[bit] != kNone) scratch_list_.push_back(local_bit_[bit]);
      });
      cls = class_of_list();
    }
    return cls;
  }
  // By token, of truths that have been asked for.
  Classes classes_of(const std::vector<std::uint32_t>& truths) const { return {truths.data(), class_of_truth_.data()}; }

  // May something start at a token of this class, after whatever token?
  bool may_start(std::uint32_t cls) const { return (marks_[cls] & kMayStartMark) != 0; }
  // Every match of any entry holds a trigger, if there are any.
  bool has_triggers() const { return !triggers_.empty(); }
  bool is_trigger(std::uint32_t cls) const { return (marks_[cls] & kTriggerMark) != 0; }

  // Is it not known yet that nothing starts at this place of a segment?
  bool can_start(Classes classes, std::uint32_t begin, std::uint32_t at) const {
    return rows_[row_of_class_[at == begin ? kEdge : classes[at - 1]] + classes[at]] != kIdle;
  }
  std::uint32_t longest_reach() const { return longest_reach_; }

  // Runs from `start` in [begin, end) of `classes`. accept(entry, end) for every end of every entry, until it says no.
  // Returns false if a run was stopped by `reach`.
  template <class Accept>
  bool run(Classes classes, std::uint32_t begin, std::uint32_t start, std::uint32_t end, const Accept& accept) {
    const std::uint32_t previous = start == begin ? kEdge : classes[start - 1];
    const std::uint32_t limit = std::min(end, start + longest_reach_ + 1);
    if (wasted_ > kMaxWasted) return run_without_states(classes, previous, start, end, limit, accept);
    // The first token: a start set has its own row of transitions, the trigger index of tokens that can start nothing.
    const std::uint32_t known_start = starts_of_class_[previous];
    const std::uint32_t first = known_start != kNone ? known_start : start_for(previous);
    const std::uint32_t first_class = classes[start];
    std::uint32_t transition = rows_[(first + 1) * row_size_ + first_class];
    if (transition == kIdle) return true;
    if (transition == kUnbuilt) {
      if (is_full()) return run_without_states(classes, previous, start, end, limit, accept);
      step_start(*all_starts_[first], first_class);
      transition = add_first_transitions(first_class);
      rows_[(first + 1) * row_size_ + first_class] = transition;
      if (transition == kIdle) return true;
    }
    if (start + 1 >= limit && limit < end) return false;
    const std::uint32_t last = limit < end ? limit - 1 : kNone;  // place where the reach is spent
    bool is_whole = true;
    for (std::uint32_t first_step = transition; first_step != kNone;) {
      std::uint32_t state = steps_[first_step].target;
      first_step = steps_[first_step].sibling;
      std::uint32_t at = start + 1;
      for (std::uint32_t stop = std::min(last, start + kCheckpoint);; ++at) {
        const bool at_edge = at >= end;
        const std::uint32_t cls = at_edge ? kEdge : classes[at];
        const Gate& gate = gates_[state];
        if (gate.only_tests != 0 && (at_edge || !goes_on(gate, state, cls))) break;
        std::uint32_t next = transitions_.find(state, cls);
        if (next == kUnbuilt) {
          if (is_full()) return run_without_states(classes, previous, start, end, limit, accept);
          step_state(states_[state], cls, at_edge);
          next = accepted_.empty() ? intern_state(out_, cls) : kAccepting | add_transition(cls);
          transitions_.insert(state, cls, next);
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
        if (is_checkpoint(start, at)) charge_all(states_[state].code, start, at);
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

  // The match of an entry that a regular-expression user expects: first choice first. Its captures are visible
  // positions.
  bool backtrack(Classes classes, std::uint32_t begin, std::uint32_t start, std::uint32_t longest, std::uint32_t end,
                 std::uint32_t entry, std::uint32_t& match_end, std::vector<std::uint32_t>& slots,
                 std::uint64_t& steps) {
    const Graph& graph = graph_of(entry);
    const std::uint32_t width = longest - start + 1;
    visited_.assign((graph.nodes.size() * width + 63) / 64, 0);
    steps += visited_.size() / 16;
    slots.assign(automaton_.entries[entry].slots, kNone);
    jobs_.clear();
    trail_.clear();
    Job job{0, start, graph.nodes[0].begin, 0};
    while (true) {
      const std::uint32_t last = graph.nodes[job.node].end;
      const std::uint32_t cls = job.at < end ? classes[job.at] : kEdge;
      const auto may_take = [&](const Edge& edge) {
        switch (edge.kind) {
          case Edge::kRead:
            return job.at < longest && holds(edge.condition, cls);
          case Edge::kNextIs:
            return holds(edge.condition, cls);
          case Edge::kPreviousIs:
            return holds(edge.condition, job.at > begin ? classes[job.at - 1] : kEdge);
          default:
            return true;
        }
      };
      for (; job.edge < last && !may_take(graph.edges[job.edge]); ++job.edge) ++steps;
      if (job.edge < last) {
        ++steps;
        const Edge& edge = graph.edges[job.edge];
        const std::uint32_t next = job.at + (edge.kind == Edge::kRead ? 1 : 0);
        const std::size_t bit = static_cast<std::size_t>(edge.target) * width + (next - start);
        const bool has_failed = edge.kind != Edge::kMatch && ((visited_[bit / 64] >> (bit % 64)) & 1) != 0;
        ++job.edge;
        if (has_failed) continue;
        if (job.edge < last) jobs_.push_back(job);
        for (std::uint32_t i = edge.slots_begin; i < edge.slots_end; ++i) {
          const std::uint32_t slot = graph.slots[i];
          trail_.emplace_back(slot, slots[slot]);
          slots[slot] = job.at;
        }
        if (edge.kind == Edge::kMatch) {
          match_end = job.at;
          return true;
        }
        visited_[bit / 64] |= std::uint64_t{1} << (bit % 64);
        job = {edge.target, next, graph.nodes[edge.target].begin, static_cast<std::uint32_t>(trail_.size())};
        continue;
      }
      if (jobs_.empty()) return false;
      job = jobs_.back();
      jobs_.pop_back();
      for (; trail_.size() > job.trail; trail_.pop_back()) slots[trail_.back().first] = trail_.back().second;
    }
  }

  // Counts, for each entry, whether it can begin at a place: what holds before it and its first token pass.
  void add_tries(Classes classes, std::uint32_t begin, std::uint32_t at, std::vector<std::uint64_t>& tries) {
    step_start(*all_starts_[start_for(at == begin ? kEdge : classes[at - 1])], classes[at]);
    tried_ = accepted_;
    parts_.push_back(out_);
    for (const std::vector<std::uint32_t>& part : parts_) {
      for (const std::uint32_t pc : part) tried_.push_back(entry_of_[pc]);
    }
    std::sort(tried_.begin(), tried_.end());
    tried_.erase(std::unique(tried_.begin(), tried_.end()), tried_.end());
    for (const std::uint32_t entry : tried_) ++tries[entry];
  }

  std::vector<std::uint32_t> rule_end_;  // scratch of the caller: longest end by entry, 0: none

 private:
  struct State {
    std::vector<std::uint32_t> code;  // sorted: kTest, kNextIs and kMatch instructions
    std::uint32_t previous = kEdge;   // class before it, if kNextIs is among them
    bool only_tests = false;          // then tokens that end it are known without a transition: they are most, and
                                      // would fill the table
    std::vector<std::pair<std::uint32_t, std::uint32_t>> tests;  // (condition, instruction), sorted; if only_tests
    std::vector<std::pair<std::uint32_t, std::uint64_t>> masks;  // their conditions as words of a class's bits
  };
  // What is asked of a state at each token, in few bytes.
  struct Gate {
    std::uint32_t word = 0;
    std::uint16_t only_tests = 0;
    std::uint16_t has_more = 0;  // masks than this first one
    std::uint64_t mask = 0;
  };
  struct Transition {
    std::uint32_t target = kDead;
    std::uint32_t accepts_begin = 0;
    std::uint32_t accepts_end = 0;
    std::uint32_t sibling = kNone;  // of a first transition: a further one, for what many rules begin with
  };
  // Conditions that want some bit mostly fail, those that only want bits away mostly hold: a class is what is notable
  // about it, the former that hold and the latter that fail; sorted.
  using Class = std::vector<std::uint32_t>;
  // What all rules wait for at a place, given what holds at the token before it.
  struct Start {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> tests;  // (condition, kTest instruction), sorted
    std::vector<std::uint32_t> negative;                         // kTest instructions that most tokens pass
    std::vector<std::uint32_t> others;                           // kNextIs and kMatch instructions
    std::uint32_t previous = kEdge;                              // a class with what holds there
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

  // Long runs are charged to the rules that are still alive, at places that do not depend on what is cached: a rule is
  // stopped at the same token whatever was read before. Short ones are bounded by themselves.
  static bool is_checkpoint(std::uint32_t start, std::uint32_t at) { return (at - start) % kCheckpoint == 0; }
  void charge_all(const std::vector<std::uint32_t>& code, std::uint32_t start, std::uint32_t at) {
    for (const std::uint32_t pc : code) {
      const std::uint32_t entry = entry_of_[pc];
      auto& [charged_start, charged_at] = charged_[entry];
      if (charged_start == start && charged_at >= at) continue;
      charged_start = start;
      charged_at = at;
      charge(entry, kCheckpoint * (1 + (automaton_.entries[entry].end - automaton_.entries[entry].begin) / 16));
    }
  }

  // Asked at each token or edge: too short to be called.
  [[gnu::always_inline]] bool holds(std::uint32_t condition, std::uint32_t cls) const {
    if (class_words_ == 0) return holds_by_list(condition, cls);
    return (class_bits_[cls * class_words_ + condition / 64] >> (condition % 64)) & 1;
  }
  bool holds_by_list(std::uint32_t condition, std::uint32_t cls) const {
    const Class& notable = classes_[cls];
    return std::binary_search(notable.begin(), notable.end(), condition) != (is_negative_[condition] != 0);
  }

  // Does any test of the state hold?
  [[gnu::always_inline]] bool goes_on(const Gate& gate, std::uint32_t number, std::uint32_t cls) const {
    if (class_words_ == 0) return goes_on_by_list(number, cls);
    const std::uint64_t* bits = &class_bits_[cls * class_words_];
    return (bits[gate.word] & gate.mask) != 0 || (gate.has_more != 0 && goes_on_by_masks(number, bits));
  }
  bool goes_on_by_masks(std::uint32_t number, const std::uint64_t* bits) const {
    for (const auto& [word, mask] : states_[number].masks) {
      if ((bits[word] & mask) != 0) return true;
    }
    return false;
  }
  bool goes_on_by_list(std::uint32_t number, std::uint32_t cls) const {
    const State& state = states_[number];
    const Class& notable = classes_[cls];
    if (state.tests.size() <= kFewTests) {
      return std::any_of(state.tests.begin(), state.tests.end(),
                         [&](const auto& test) { return holds(test.first, cls); });
    }
    return std::any_of(notable.begin(), notable.end(), [&](std::uint32_t condition) {
      const auto test = std::lower_bound(state.tests.begin(), state.tests.end(), std::pair(condition, 0u));
      return is_negative_[condition] == 0 && test != state.tests.end() && test->first == condition;
    });
  }

  Class class_of_bits() const {
    Class cls;
    for (std::size_t word = 0; word < scratch_bits_.size(); ++word) {
      for (std::uint64_t rest = scratch_bits_[word]; rest != 0; rest &= rest - 1) {
        for (const std::uint32_t id :
             conditions_by_bit_[word * 64 + static_cast<std::size_t>(std::countr_zero(rest))]) {
          const bool all =
              std::all_of(conditions_[id].begin(), conditions_[id].end(), [&](const Program::Literal& literal) {
                return (((scratch_bits_[literal.bit / 64] >> (literal.bit % 64)) & 1) != 0) == literal.wanted;
              });
          if (all != (is_negative_[id] != 0)) cls.push_back(id);
        }
      }
    }
    std::sort(cls.begin(), cls.end());
    cls.erase(std::unique(cls.begin(), cls.end()), cls.end());
    return cls;
  }

  void add_class(Class cls) {
    if (class_words_ != 0) {
      const std::size_t first = class_bits_.size();
      class_bits_.resize(first + class_words_);
      const auto flip = [&](std::size_t id) { class_bits_[first + id / 64] ^= std::uint64_t{1} << (id % 64); };
      for (const std::uint32_t id : negative_) flip(id);
      for (const std::uint32_t id : cls) flip(id);
    }
    class_bytes_ += class_words_ * 8 + cls.size() * 8 + 72;
    classes_.push_back(std::move(cls));
    const auto number = static_cast<std::uint32_t>(classes_.size() - 1);
    const auto is_met = [&](std::uint32_t condition) { return holds(condition, number); };
    const bool starts = std::any_of(first_conditions_.begin(), first_conditions_.end(), is_met);
    const bool triggers = std::any_of(triggers_.begin(), triggers_.end(), is_met);
    marks_.push_back(static_cast<std::uint8_t>((starts ? kMayStartMark : 0) | (triggers ? kTriggerMark : 0)));
    starts_of_class_.resize(classes_.size(), kNone);
    row_of_class_.resize(classes_.size(), 0);
    if (classes_.size() > row_size_) widen_rows();
  }

  // Truths differ in much that this automaton does not ask for: what it does ask for, bits in scratch_list_, is mostly
  // known.
  std::uint32_t class_of_list() {
    const auto [known, is_new_list] = class_of_list_.try_emplace(scratch_list_, kNone);
    if (!is_new_list) return known->second;
    scratch_bits_.assign((automaton_.bits.size() + 63) / 64 + 1, 0);
    for (const std::uint32_t bit : scratch_list_) scratch_bits_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    Class cls = class_of_bits();
    const auto [it, is_new] = class_ids_.try_emplace(cls, static_cast<std::uint32_t>(classes_.size()));
    if (is_new) add_class(std::move(cls));
    class_bytes_ += scratch_list_.size() * 4 + 64;
    return known->second = it->second;
  }

  // Conditions of one kind among the instructions that are reached from these before a token is read: kTest, those on
  // the first token of what begins there; kPreviousIs, those on the token before it.
  std::vector<std::uint32_t> conditions_at(std::vector<std::uint32_t> stack, Op kind) {
    std::vector<std::uint32_t> found;
    new_stamp();
    while (!stack.empty()) {
      const std::uint32_t pc = stack.back();
      stack.pop_back();
      if (mark_[pc] == stamp_) continue;
      mark_[pc] = stamp_;
      const Instruction& instruction = automaton_.code[pc];
      if (instruction.op == kind) found.push_back(condition_of_[pc]);
      if (instruction.op == Op::kTest || instruction.op == Op::kMatch) continue;
      if (instruction.op == Op::kSplit) stack.push_back(instruction.a);
      stack.push_back(instruction.next);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

  // For each entry a condition that some token of every match meets; none at all if an entry has no such condition.
  void find_triggers() {
    if (automaton_.code.size() > kMaxTriggerCode) return;
    for (const Program::Automaton::Entry& entry : automaton_.entries) {
      std::vector<std::uint32_t> wanted = triggers_;  // one that another entry has is best, then what comes late
      for (std::uint32_t pc = entry.end; pc-- > entry.begin;) {
        const std::uint32_t condition = condition_of_[pc];
        if (automaton_.code[pc].op == Op::kTest && is_negative_[condition] == 0 &&
            std::find(wanted.begin(), wanted.end(), condition) == wanted.end())
          wanted.push_back(condition);
      }
      if (wanted.size() > kMaxTriggerTries) wanted.resize(kMaxTriggerTries);
      const auto found = std::find_if(wanted.begin(), wanted.end(),
                                      [&](std::uint32_t condition) { return !can_match_without(entry, condition); });
      if (found == wanted.end()) {
        triggers_.clear();
        return;
      }
      if (std::find(triggers_.begin(), triggers_.end(), *found) == triggers_.end()) triggers_.push_back(*found);
    }
  }

  bool can_match_without(const Program::Automaton::Entry& entry, std::uint32_t condition) {
    std::vector<std::uint32_t> stack = {entry.start};
    new_stamp();
    while (!stack.empty()) {
      const std::uint32_t pc = stack.back();
      stack.pop_back();
      if (mark_[pc] == stamp_) continue;
      mark_[pc] = stamp_;
      const Instruction& instruction = automaton_.code[pc];
      if (instruction.op == Op::kMatch) return true;
      if (instruction.op == Op::kTest && condition_of_[pc] == condition) continue;
      if (instruction.op == Op::kSplit) stack.push_back(instruction.a);
      stack.push_back(instruction.next);
    }
    return false;
  }

  // Instructions that wait for the next token and, when it comes, may ask about the one before it.
  void find_backward_waits() {
    waits_backward_.assign(automaton_.code.size(), false);
    std::vector<std::uint32_t> stack;
    for (std::uint32_t wait = 0; wait < automaton_.code.size(); ++wait) {
      if (automaton_.code[wait].op != Op::kNextIs) continue;
      stack.assign(1, wait);
      new_stamp();
      while (!stack.empty() && !waits_backward_[wait]) {
        const std::uint32_t pc = stack.back();
        stack.pop_back();
        if (mark_[pc] == stamp_) continue;
        mark_[pc] = stamp_;
        const Instruction& instruction = automaton_.code[pc];
        if (instruction.op == Op::kPreviousIs) waits_backward_[wait] = true;
        if (instruction.op == Op::kTest || instruction.op == Op::kMatch) continue;
        if (instruction.op == Op::kSplit) stack.push_back(instruction.a);
        stack.push_back(instruction.next);
      }
    }
  }

  void new_stamp() {
    if (++stamp_ != 0) return;
    std::fill(mark_.begin(), mark_.end(), 0);
    stamp_ = 1;
  }

  void reset() {
    ++resets_;
    if (uses_ < kWorthwhileUses * (transitions_.size() + 1)) ++wasted_;
    start_anew();
  }

  void start_anew() {
    uses_ = 0;
    states_.clear();
    state_ids_.clear();
    transitions_.clear();
    steps_.clear();
    accepts_.clear();
    state_bytes_ = 0;
    states_.push_back({});
    gates_.assign(1, {});
    if (classes_.empty()) {  // the edge is a class of its own, even if some token has no bit either
      scratch_bits_.assign((automaton_.bits.size() + 63) / 64 + 1, 0);
      add_class(class_of_bits());
    }
    forget_starts();
  }

  const Graph& graph_of(std::uint32_t entry) {
    if (graphs_[entry] != nullptr) return *graphs_[entry];
    graphs_[entry] = std::make_unique<Graph>();
    Graph& graph = *graphs_[entry];
    std::vector<std::uint32_t> node_of(automaton_.entries[entry].end - automaton_.entries[entry].begin, kNone);
    std::vector<std::uint32_t> starts = {automaton_.entries[entry].start};  // by node: where its edges are looked for
    const auto node_for = [&](std::uint32_t pc) {
      std::uint32_t& node = node_of[pc - automaton_.entries[entry].begin];
      if (node == kNone) {
        node = static_cast<std::uint32_t>(starts.size());
        starts.push_back(pc);
      }
      return node;
    };
    for (std::size_t node = 0; node < starts.size(); ++node) {
      const auto begin = static_cast<std::uint32_t>(graph.edges.size());
      add_edges(graph, starts[node], node_for);
      graph.nodes.push_back({begin, static_cast<std::uint32_t>(graph.edges.size())});
    }
    return graph;
  }

  // The edges of a node that begins at `pc`. An instruction met again is not followed again: what it leads to has been
  // tried by then. Beyond kMaxEdges what is left gets nodes of its own, so that all edges are linear in the code.
  template <class NodeFor>
  void add_edges(Graph& graph, std::uint32_t pc, const NodeFor& node_for) {
    struct Branch {
      std::uint32_t pc;
      std::size_t slots;  // how many of the captures on the way are passed before it
    };
    std::vector<Branch> branches = {{pc, 0}};
    std::vector<std::uint32_t> slots;
    const std::size_t first = graph.edges.size();
    const auto add = [&](Edge::Kind kind, std::uint32_t condition, std::uint32_t target) {
      const auto begin = static_cast<std::uint32_t>(graph.slots.size());
      graph.slots.insert(graph.slots.end(), slots.begin(), slots.end());
      graph.edges.push_back({kind, condition, target, begin, static_cast<std::uint32_t>(graph.slots.size())});
    };
    new_stamp();
    while (!branches.empty()) {
      std::uint32_t at = branches.back().pc;
      slots.resize(branches.back().slots);
      branches.pop_back();
      if (graph.edges.size() - first >= kMaxEdges && mark_[at] != stamp_) {
        add(Edge::kGoOn, 0, node_for(at));
        continue;
      }
      for (bool goes_on = true; goes_on && mark_[at] != stamp_;) {
        mark_[at] = stamp_;
        const Instruction& instruction = automaton_.code[at];
        switch (instruction.op) {
          case Op::kSplit:
            branches.push_back({instruction.next, slots.size()});
            at = instruction.a;
            continue;
          case Op::kCapture:
            slots.push_back(instruction.a);
            break;
          case Op::kTest:
            add(Edge::kRead, condition_of_[at], node_for(instruction.next));
            goes_on = false;
            break;
          case Op::kNextIs:
            add(Edge::kNextIs, condition_of_[at], node_for(instruction.next));
            goes_on = false;
            break;
          case Op::kPreviousIs:
            add(Edge::kPreviousIs, condition_of_[at], node_for(instruction.next));
            goes_on = false;
            break;
          case Op::kMatch:
            add(Edge::kMatch, 0, 0);
            goes_on = false;
            break;
        }
        at = instruction.next;
      }
    }
  }

  // Follows everything that takes no token from `pc`. Instructions that wait for the next token go to out_.
  void close(std::uint32_t pc, std::uint32_t previous, std::uint32_t next, bool next_known) {
    while (true) {
      if (mark_[pc] != stamp_) {
        mark_[pc] = stamp_;
        const Instruction& instruction = automaton_.code[pc];
        bool goes_on = true;
        switch (instruction.op) {
          case Op::kTest:
          case Op::kMatch:
            goes_on = false;
            out_.push_back(pc);
            break;
          case Op::kNextIs:
            goes_on = next_known && holds(condition_of_[pc], next);
            if (!next_known) out_.push_back(pc);
            break;
          case Op::kPreviousIs:
            goes_on = holds(condition_of_[pc], previous);
            break;
          case Op::kSplit:
            stack_.push_back(instruction.a);
            break;
          case Op::kCapture:
            break;
        }
        if (goes_on) {
          pc = instruction.next;
          continue;
        }
      }
      if (stack_.empty()) return;
      pc = stack_.back();
      stack_.pop_back();
    }
  }

  void forget_starts() {
    starts_of_class_.assign(classes_.size(), kNone);
    row_of_class_.assign(classes_.size(), 0);
    start_ids_.clear();
    all_starts_.clear();
    row_size_ = classes_.size();
    rows_.assign(row_size_, kUnbuilt);
  }

  // Room for the transitions on classes that came up since the rows were made.
  void widen_rows() {
    const std::size_t size = std::max(classes_.size(), row_size_ * 2);
    const std::size_t count = all_starts_.size() + 1;
    std::vector<std::uint32_t> rows(count * size, kUnbuilt);
    for (std::size_t i = 0; i < count; ++i)
      std::copy_n(rows_.begin() + static_cast<std::ptrdiff_t>(i * row_size_), row_size_,
                  rows.begin() + static_cast<std::ptrdiff_t>(i * size));
    rows_ = std::move(rows);
    row_size_ = size;
    for (std::uint32_t cls = 0; cls < classes_.size(); ++cls) point_at_row(cls);
  }

  void point_at_row(std::uint32_t previous) {
    const std::uint32_t start = starts_of_class_[previous];
    row_of_class_[previous] = start == kNone ? 0 : static_cast<std::uint32_t>((start + 1) * row_size_);
  }

  std::uint32_t start_for(std::uint32_t previous) {
    if (starts_of_class_[previous] != kNone) return starts_of_class_[previous];
    std::vector<std::uint32_t> key;
    for (const std::uint32_t condition : start_conditions_) {
      if (holds(condition, previous)) key.push_back(condition);
    }
    const auto known = start_ids_.find(key);
    if (known != start_ids_.end()) {
      starts_of_class_[previous] = known->second;
      point_at_row(previous);
      return known->second;
    }
    if (all_starts_.size() >= kMaxStarts) forget_starts();
    auto start = std::make_unique<Start>();
    start->previous = previous;
    out_.clear();
    new_stamp();
    for (const std::uint32_t pc : starts_) {
      if (is_off_[entry_of_[pc]] == 0) close(pc, previous, kEdge, false);
    }
    for (const std::uint32_t pc : out_) {
      if (automaton_.code[pc].op == Op::kTest && is_negative_[condition_of_[pc]] != 0) {
        start->negative.push_back(pc);
      } else if (automaton_.code[pc].op == Op::kTest) {
        start->tests.emplace_back(condition_of_[pc], pc);
      } else {
        start->others.push_back(pc);
      }
    }
    std::sort(start->tests.begin(), start->tests.end());
    state_bytes_ += start->tests.size() * 8 + start->others.size() * 4 + 160;
    const auto id = static_cast<std::uint32_t>(all_starts_.size());
    start_ids_.emplace(std::move(key), id);
    starts_of_class_[previous] = id;
    all_starts_.push_back(std::move(start));
    rows_.resize((all_starts_.size() + 1) * row_size_, kUnbuilt);
    point_at_row(previous);
    return id;
  }

  // The first token: as step(), but only the tests that hold are looked at, however many rules there are. What begins
  // with a test of many rules goes to parts_, by test: as a state of its own it is the same after whatever word, where
  // one state for all that begins here would be a large one for each word.
  void step_start(const Start& start, std::uint32_t cls) {
    accepted_.clear();
    parts_.clear();
    out_.clear();
    new_stamp();
    for (const std::uint32_t pc : start.others) close(pc, start.previous, cls, true);
    resolved_ = out_;
    out_.clear();
    new_stamp();
    for (const std::uint32_t pc : start.negative) {
      if (holds(condition_of_[pc], cls)) close(automaton_.code[pc].next, cls, kEdge, false);
    }
    for (const std::uint32_t pc : resolved_) {
      const Instruction& instruction = automaton_.code[pc];
      if (instruction.op == Op::kTest && holds(condition_of_[pc], cls)) close(instruction.next, cls, kEdge, false);
    }
    large_.clear();
    for (const std::uint32_t condition : classes_[cls]) {
      const auto first = std::lower_bound(start.tests.begin(), start.tests.end(), std::pair(condition, 0u));
      auto last = first;
      while (last != start.tests.end() && last->first == condition) ++last;
      if (last - first > kManyTests) {
        large_.emplace_back(first - start.tests.begin(), last - start.tests.begin());
        continue;
      }
      for (auto test = first; test != last; ++test) close(automaton_.code[test->second].next, cls, kEdge, false);
    }
    std::sort(out_.begin(), out_.end());
    if (large_.empty()) return;
    std::vector<std::uint32_t> rest = std::move(out_);
    for (const auto& [first, last] : large_) {
      out_.clear();
      new_stamp();
      for (auto i = first; i < last; ++i)
        close(automaton_.code[start.tests[static_cast<std::size_t>(i)].second].next, cls, kEdge, false);
      std::sort(out_.begin(), out_.end());
      parts_.push_back(std::move(out_));
    }
    out_ = std::move(rest);
  }

  // Keeps what step_start() found; kIdle if it is nothing.
  std::uint32_t add_first_transitions(std::uint32_t cls) {
    std::uint32_t first = out_.empty() ? kNone : add_transition(cls);
    for (std::vector<std::uint32_t>& part : parts_) {
      out_ = std::move(part);
      const std::uint32_t transition = add_transition(cls);
      steps_[transition].sibling = std::exchange(first, transition);
    }
    return first == kNone ? kIdle : first;
  }

  // As step(), looking only at the tests that hold where they are many.
  void step_state(const State& state, std::uint32_t cls, bool at_edge) {
    if (!state.only_tests || state.tests.size() <= kFewTests) return step(state.code, state.previous, cls, at_edge);
    accepted_.clear();
    out_.clear();
    new_stamp();
    for (const std::uint32_t condition : classes_[cls]) {
      auto test = std::lower_bound(state.tests.begin(), state.tests.end(), std::pair(condition, 0u));
      for (; test != state.tests.end() && test->first == condition; ++test)
        close(automaton_.code[test->second].next, cls, kEdge, false);
    }
    std::sort(out_.begin(), out_.end());
  }

  // One token: `code` after `previous` reads `cls` -> next set in out_, accepted entries in accepted_.
  void step(const std::vector<std::uint32_t>& code, std::uint32_t previous, std::uint32_t cls, bool at_edge) {
    accepted_.clear();
    // First resolve what waited for the next token.
    resolved_.clear();
    bool waits = false;
    for (const std::uint32_t pc : code) waits = waits || automaton_.code[pc].op == Op::kNextIs;
    const std::vector<std::uint32_t>* tests = &code;
    if (waits) {
      out_.clear();
      new_stamp();
      for (const std::uint32_t pc : code) close(pc, previous, cls, true);
      resolved_ = out_;
      tests = &resolved_;
    }
    out_.clear();
    new_stamp();
    for (const std::uint32_t pc : *tests) {
      const Instruction& instruction = automaton_.code[pc];
      if (instruction.op == Op::kMatch) {
        accepted_.push_back(instruction.a);
      } else if (!at_edge && holds(condition_of_[pc], cls)) {
        close(instruction.next, cls, kEdge, false);
      }
    }
    std::sort(out_.begin(), out_.end());
    std::sort(accepted_.begin(), accepted_.end());
    accepted_.erase(std::unique(accepted_.begin(), accepted_.end()), accepted_.end());
  }

  std::uint32_t intern_state(const std::vector<std::uint32_t>& code, std::uint32_t previous) {
    if (code.empty()) return kDead;
    const bool waits = std::any_of(code.begin(), code.end(), [&](std::uint32_t pc) { return waits_backward_[pc]; });
    if (!waits) previous = kEdge;
    const std::uint64_t hash = mix(ListHash()(code) + previous);
    const auto [first, last] = state_ids_.equal_range(hash);
    for (auto it = first; it != last; ++it) {
      if (states_[it->second].previous == previous && states_[it->second].code == code) return it->second;
    }
    State state{code, previous, false, {}, {}};
    state.only_tests =
        std::all_of(code.begin(), code.end(), [&](std::uint32_t pc) { return automaton_.code[pc].op == Op::kTest; });
    const bool has_negative = state.only_tests && std::any_of(code.begin(), code.end(), [&](std::uint32_t pc) {
                                return is_negative_[condition_of_[pc]] != 0;
                              });
    if (has_negative && code.size() > kFewTests) state.only_tests = false;  // most tokens go on
    if (state.only_tests) {
      for (const std::uint32_t pc : code) state.tests.emplace_back(condition_of_[pc], pc);
      std::sort(state.tests.begin(), state.tests.end());
      for (const auto& [condition, pc] : state.tests) {
        if (class_words_ == 0) break;
        if (state.masks.empty() || state.masks.back().first != condition / 64)
          state.masks.emplace_back(condition / 64, 0);
        state.masks.back().second |= std::uint64_t{1} << (condition % 64);
      }
    }
    state_bytes_ += code.size() * 4 + state.tests.size() * 8 + state.masks.size() * 16 + 240;
    Gate gate;
    gate.only_tests = state.only_tests ? 1 : 0;
    gate.has_more = state.masks.size() > 1 ? 1 : 0;
    if (!state.masks.empty()) gate.word = state.masks.front().first;
    if (!state.masks.empty()) gate.mask = state.masks.front().second;
    gates_.push_back(gate);
    states_.push_back(std::move(state));
    const auto id = static_cast<std::uint32_t>(states_.size() - 1);
    state_ids_.emplace(hash, id);
    return id;
  }

  // Is the memory for states spent? Then they are built anew, from the next place on.
  bool is_full() {
    const bool fits = states_.size() < TransitionTable::kMaxStates && classes_.size() < TransitionTable::kMaxClasses &&
                      steps_.size() < kAccepting;
    if (fits && bytes() <= limits_.automaton_bytes) return false;
    reset();
    return true;
  }

  // Keeps what step() found: out_ after reading `cls`, accepted_.
  std::uint32_t add_transition(std::uint32_t cls) {
    Transition transition;
    transition.accepts_begin = static_cast<std::uint32_t>(accepts_.size());
    accepts_.insert(accepts_.end(), accepted_.begin(), accepted_.end());
    transition.accepts_end = static_cast<std::uint32_t>(accepts_.size());
    transition.target = intern_state(out_, cls);
    const auto id = static_cast<std::uint32_t>(steps_.size());
    steps_.push_back(transition);
    state_bytes_ += sizeof(Transition) + accepted_.size() * 4;
    return id;
  }

  // The exact fallback: sets of instructions, nothing kept.
  template <class Accept>
  bool run_without_states(Classes classes, std::uint32_t previous, std::uint32_t start, std::uint32_t end,
                          std::uint32_t limit, const Accept& accept) {
    step_start(*all_starts_[start_for(previous)], classes[start]);
    std::vector<std::uint32_t> code = out_;
    if (!parts_.empty()) {
      for (const std::vector<std::uint32_t>& part : parts_) code.insert(code.end(), part.begin(), part.end());
      std::sort(code.begin(), code.end());
      code.erase(std::unique(code.begin(), code.end()), code.end());
    }
    if (code.empty()) return true;
    if (start + 1 >= limit && limit < end) return false;
    previous = classes[start];
    for (std::uint32_t at = start + 1;; ++at) {
      const bool at_edge = at >= end;
      const std::uint32_t cls = at_edge ? kEdge : classes[at];
      step(code, previous, cls, at_edge);
      for (const std::uint32_t entry : accepted_) {
        if (!accept(entry, at)) return true;
      }
      code = out_;
      previous = cls;
      if (code.empty() || at_edge) return true;
      if (is_checkpoint(start, at)) charge_all(code, start, at);
      if (at + 1 >= limit && limit < end) return false;
    }
  }

  const Program::Automaton automaton_;
  const RuleLimits& limits_;
  std::vector<std::vector<Program::Literal>> conditions_;
  std::vector<std::uint32_t> condition_of_;  // by instruction
  std::vector<std::vector<std::uint32_t>> conditions_by_bit_;
  std::vector<std::uint8_t> is_negative_;  // by condition: it wants no bit, only bits away
  std::vector<std::uint32_t> negative_;    // these conditions
  std::vector<std::uint32_t> starts_;
  std::vector<std::uint32_t> entry_of_;  // by instruction
  std::vector<std::uint32_t> start_conditions_;
  std::vector<bool> waits_backward_;  // by instruction
  std::uint32_t longest_reach_ = 0;

  std::vector<std::uint32_t> class_of_truth_;
  std::vector<Class> classes_;
  std::size_t class_words_ = 0;            // of the bits of a class; 0: too many conditions
  std::vector<std::uint64_t> class_bits_;  // by class: which conditions hold
  std::vector<std::uint32_t> triggers_;    // conditions
  std::vector<std::uint32_t> first_conditions_;
  static constexpr std::uint8_t kMayStartMark = 1, kTriggerMark = 2;
  std::vector<std::uint8_t> marks_;  // by class
  std::unordered_map<std::vector<std::uint32_t>, std::uint32_t, ListHash> class_ids_;
  std::unordered_map<std::vector<std::uint32_t>, std::uint32_t, ListHash> class_of_list_;  // by the bits that hold
  std::size_t class_bytes_ = 0;

  std::vector<State> states_;
  std::vector<Gate> gates_;                                          // by state
  std::unordered_multimap<std::uint64_t, std::uint32_t> state_ids_;  // by hash
  // The state that comes next, or the number of a transition that accepts something.
  static constexpr std::uint32_t kAccepting = TransitionTable::kMaxValues / 2;
  TransitionTable transitions_;
  std::vector<Transition> steps_;  // first ones, and those that accept
  std::vector<std::uint32_t> accepts_;
  std::vector<std::unique_ptr<Start>> all_starts_;
  std::vector<std::uint32_t> starts_of_class_;  // by previous class
  std::vector<std::uint32_t> rows_;  // by start set, then by class: its first transition; row 0: of start sets to come
  std::vector<std::uint32_t> row_of_class_;  // by previous class: where its row begins
  std::size_t row_size_ = 0;
  std::map<std::vector<std::uint32_t>, std::uint32_t> start_ids_;
  std::size_t state_bytes_ = 0;
  std::uint64_t resets_ = 0;
  std::uint64_t uses_ = 0;    // of transitions since the last reset
  std::uint32_t wasted_ = 0;  // resets of this document that came too early

  // Of this document, by entry.
  std::uint64_t budget_ = ~std::uint64_t{0};
  std::vector<std::uint64_t> spent_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> charged_;  // start and place of its last checkpoint
  std::vector<std::uint8_t> is_off_;
  std::vector<std::uint32_t> over_;

  std::vector<std::uint64_t> scratch_bits_;
  std::vector<std::uint32_t> scratch_list_;
  std::vector<std::uint32_t> mark_;
  std::uint32_t stamp_ = 0;
  std::vector<std::uint32_t> stack_, out_, resolved_, accepted_;
  std::vector<std::vector<std::uint32_t>> parts_;  // of step_start()
  std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>> large_;
  std::vector<std::unique_ptr<Graph>> graphs_;  // by entry
  std::vector<Job> jobs_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> trail_;  // slots and what they held before
  std::vector<std::uint32_t> local_bit_;                        // by bit of the program: its number here, or kNone
  std::vector<std::uint64_t> visited_;
  std::vector<std::uint32_t> tried_;  // entries
};

struct PhaseMachines {
  std::vector<std::unique_ptr<Machine>> looks, rules;
  std::vector<Marks> marks;   // by truth
  std::uint64_t reading = 0;  // the document it ran on last
};
// The rules that can apply to the documents of some languages: those of others cost these documents nothing.
struct Selection {
  std::vector<PhaseMachines> phases;
  std::vector<bool> asks;  // by predicate: does any of these rules ask for it?
};

// What is known of words in documents of one language.
static constexpr std::uint32_t kSurface = 0x80000000u;
static constexpr std::size_t kRecentBits = 13;
struct Recent {
  std::uint64_t low = 0, high = 0;  // the surface, zero-padded; its size in the last byte
  std::uint32_t set = 0;
};
struct Language {
  std::string code;
  Selection* selection = nullptr;
  std::vector<bool> applies;             // by rule
  std::vector<std::uint32_t> word_sets;  // by word: its set without surface tests; kSurface: its surface matters
  std::vector<Recent> recent;            // short surfaces met lately, so that frequent words are not looked up again
  // Sets of longer surfaces, and of those that another one drove out of `recent`.
  std::unordered_map<std::string, std::uint32_t, ViewHash, std::equal_to<>> surface_sets;
  std::unordered_map<std::string, std::vector<std::uint32_t>> label_bits;  // by part and label
  FlatMap entry_lists;                                                     // entry + 1 -> list
  FlatMap mention_lists;  // hash -> known mention; another of the same hash stays unknown
};

}  // namespace

// ---------------------------------------------------------------------------------------------------------------------

struct RuleMatcher::Reading::State {
  std::uint64_t number = 0;  // of all readings of a matcher
  const Document* document = nullptr;
  const LexiconPass* pass = nullptr;
  Language* language = nullptr;
  std::vector<std::uint32_t> visible;  // token numbers
  std::vector<std::uint32_t> place;    // by token: its place in `visible`, or of the next visible one
  std::vector<std::uint32_t> token_set;
  std::vector<std::uint32_t> token_form;
  std::vector<std::uint32_t> token_truth;      // as it was when last asked for
  std::vector<std::uint32_t> changed;          // places whose set is another now
  std::vector<std::uint8_t> is_changed;        // by place
  std::vector<std::uint8_t> is_laid;           // by predicate: earlier mentions of this document hold it
  std::vector<std::vector<Segment>> segments;  // by scope
  std::vector<std::uint8_t> applies;           // by rule
  std::vector<std::uint32_t> match_counts;     // by rule
  std::vector<RuleCut> cuts;
};

struct RuleMatcher::State {
  const RuleSet& rule_set;
  const Program& program;
  const Lexicons& lexicons;
  RuleLimits limits;
  std::vector<RuleCounters> counters;
  bool counts_tries = false;

  std::map<std::vector<bool>, std::unique_ptr<Selection>> selections;  // by which rules apply

  // Interned sets and truths.
  std::vector<std::vector<std::uint32_t>> sets;
  std::unordered_map<std::vector<std::uint32_t>, std::uint32_t, ListHash> set_ids;
  struct Form {
    std::uint16_t shape;
    std::uint32_t structure;
    std::vector<std::uint32_t> bits{};  // of the predicates that hold
  };
  std::vector<Form> forms;
  FlatMap form_ids;
  struct Truth {
    std::uint32_t set;
    std::uint32_t form;
  };
  std::vector<Truth> truths;
  FlatMap truth_ids;
  FlatMap covered_sets;    // (set, bit, begins, ends) -> set with these bits
  FlatMap joined_sets;     // (set, predicate list, begins, ends) -> set with the bits of all of them
  FlatMap uncovered_sets;  // (set, bit) -> set without its three bits
  FlatMap added_sets;      // (set, bit) -> set with this one
  std::uint16_t shape_mask = 0;
  std::uint32_t structure_mask = 0;

  std::map<std::string, std::unique_ptr<Language>> languages;
  std::unordered_map<std::string, std::vector<std::uint32_t>> regex_bits;  // by surface

  // Predicates that hold together, of a lexicon entry or of mentions with the same attributes: found once, then laid
  // out in one go.
  std::vector<std::vector<std::uint32_t>> lists;
  struct KnownMention {
    TypeId type;
    EntryId entry;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::uint32_t list;
  };
  std::vector<KnownMention> known_mentions;

  // The document that is read now.
  Reading::State* now = nullptr;
  std::uint64_t reading_count = 0;
  std::vector<std::uint32_t> renewed;       // places whose truth was found last
  std::vector<std::uint16_t> token_starts;  // Marks of this phase
  std::vector<std::uint16_t> token_triggers;
  Marks all_marks;                         // of all tokens
  std::vector<std::uint32_t> last_end;     // by predicate: end of its last hit, while hits are laid out; else 0
  std::vector<std::uint32_t> ended;        // predicates with one
  std::vector<std::uint32_t> lexicon_end;  // by lexicon: end of the last hit of any of its predicates
  std::vector<Segment> wanted;             // places to which a run is confined; empty: none
  std::vector<Segment> some_segments;
  std::vector<std::uint32_t> scratch, slots;
  std::vector<std::uint32_t> scratch_list;
  std::string label_key;
  std::uint32_t found_list = kNone;  // of predicates_of()
  std::vector<TokenRange> captures;

  State(const RuleSet& given_rules, const Lexicons& all_lexicons, const RuleLimits& given)
      : rule_set(given_rules), program(given_rules.program()), lexicons(all_lexicons), limits(given) {
    counters.resize(rule_set.rules().size());
    for (const std::uint32_t id : program.shape_predicates)
      shape_mask = static_cast<std::uint16_t>(shape_mask | program.predicates[id].mask);
    for (const std::uint32_t id : program.structure_predicates) structure_mask |= program.predicates[id].mask;
    clear_caches();
  }

  bool is_full() const {
    return sets.size() > kMaxSets || truths.size() > kMaxTruths || languages.size() > kMaxLanguages;
  }
  void clear_caches() {
    sets.clear();
    set_ids.clear();
    truths.clear();
    truth_ids.clear();
    covered_sets.clear();
    joined_sets.clear();
    forms.clear();
    form_ids.clear();
    uncovered_sets.clear();
    added_sets.clear();
    languages.clear();
    lists.clear();
    known_mentions.clear();
    intern_set({});
    for (const auto& [applying, selection] : selections) {
      for (PhaseMachines& machines : selection->phases) machines.marks.clear();
    }
    for_machines([](Machine& machine) { machine.forget(); });
  }

  template <class Visit>
  void for_machines(const Visit& visit) const {
    for (const auto& [applying, selection] : selections) {
      for (const PhaseMachines& machines : selection->phases) for_machines(machines, visit);
    }
  }
  template <class Visit>
  static void for_machines(const PhaseMachines& machines, const Visit& visit) {
    for (const auto& machine : machines.looks) visit(*machine);
    for (const auto& machine : machines.rules) visit(*machine);
  }

  // --- languages ----------------------------------------------------------------------------------------------------

  // `code` empty: the language is not known, and every rule may apply.
  Language& language_for(const std::string& code) {
    std::unique_ptr<Language>& known = languages[code];
    if (known != nullptr) return *known;
    known = std::make_unique<Language>();
    known->code = code;
    known->word_sets.assign(lexicons.word_count() + 1, kNone);
    known->recent.resize(std::size_t{1} << kRecentBits);
    for (const CompiledRule& rule : program.rules) {
      const bool is_of_it = std::find(rule.languages.begin(), rule.languages.end(), code) != rule.languages.end();
      known->applies.push_back(rule.languages.empty() || code.empty() || is_of_it);
    }
    std::unique_ptr<Selection>& selection = selections[known->applies];
    if (selection == nullptr) selection = std::make_unique<Selection>(select(known->applies));
    known->selection = selection.get();
    return *known;
  }

  Selection select(const std::vector<bool>& applying) const {
    std::vector<std::uint32_t> predicate_of(program.bit_count);  // by bit
    for (std::uint32_t id = 0; id < program.predicates.size(); ++id) {
      const std::uint32_t end = id + 1 < program.predicates.size() ? program.predicates[id + 1].bit : program.bit_count;
      for (std::uint32_t bit = program.predicates[id].bit; bit < end; ++bit) predicate_of[bit] = id;
    }
    Selection selection;
    selection.asks.assign(program.predicates.size(), false);
    const auto add = [&](std::vector<std::unique_ptr<Machine>>& machines, const Program::Automaton& automaton,
                         const auto& is_wanted) {
      std::vector<bool> wanted;
      for (const Program::Automaton::Entry& entry : automaton.entries) wanted.push_back(is_wanted(entry.rule));
      Program::Automaton some = restrict(program, automaton, wanted);
      if (some.entries.empty()) return;
      for (const std::uint32_t bit : some.bits) selection.asks[predicate_of[bit]] = true;
      machines.push_back(std::make_unique<Machine>(program, std::move(some), limits));
    };
    for (const Program::Phase& phase : program.phases) {
      PhaseMachines& machines = selection.phases.emplace_back();
      for (const Program::Automaton& automaton : phase.rules)
        add(machines.rules, automaton, [&](std::uint32_t rule) { return applying[rule]; });
      for (const Program::Automaton& automaton : phase.looks)
        add(machines.looks, automaton, [&](std::uint32_t look) { return selection.asks[look]; });
    }
    return selection;
  }

  std::uint32_t intern_set(const std::vector<std::uint32_t>& bits) {
    const auto it = set_ids.find(bits);
    if (it != set_ids.end()) return it->second;
    const auto id = static_cast<std::uint32_t>(sets.size());
    set_ids.emplace(bits, id);
    sets.push_back(bits);
    return id;
  }

  std::uint32_t intern_form(std::uint16_t shape, std::uint32_t structure) {
    const std::uint64_t key = (static_cast<std::uint64_t>(structure) << 16 | shape) + 1;
    if (const std::uint32_t* known = form_ids.find(key)) return *known;
    const auto id = static_cast<std::uint32_t>(forms.size());
    Form& form = forms.emplace_back(Form{shape, structure});
    for (const std::uint32_t predicate : program.shape_predicates) {
      if ((program.predicates[predicate].mask & shape) != 0) form.bits.push_back(program.predicates[predicate].bit);
    }
    for (const std::uint32_t predicate : program.structure_predicates) {
      if ((program.predicates[predicate].mask & structure) != 0) form.bits.push_back(program.predicates[predicate].bit);
    }
    form_ids.insert(key, id);
    return id;
  }

  std::uint32_t intern_truth(std::uint32_t set, std::uint32_t form) {
    const std::uint64_t key = (static_cast<std::uint64_t>(set) << 32 | form) + 1;
    if (const std::uint32_t* known = truth_ids.find(key)) return *known;
    const auto id = static_cast<std::uint32_t>(truths.size());
    truths.push_back({set, form});
    truth_ids.insert(key, id);
    return id;
  }

  // --- bits of tokens
  // -------------------------------------------------------------------------------------------------

  bool asks(std::uint32_t predicate) const { return now->language->selection->asks[predicate]; }

  bool satisfies(const Program::Predicate& predicate, EntryId entry) const {
    for (const Program::Predicate::Attribute& test : predicate.attributes) {
      const std::string_view value = lexicons.attribute(entry, test.id);
      // [lang=document]: entries of the document's language, and those of none; [lang=document+en]: English ones, too.
      const bool of_document = test.name == "lang" && test.value.starts_with("document");
      if (of_document && (value.empty() || (value == "en" && test.value == "document+en"))) continue;
      if (!rules::compare(test.comparison, value,
                          of_document ? std::string_view(now->language->code) : std::string_view(test.value)))
        return false;
    }
    return true;
  }

  static void add_span_bits(std::vector<std::uint32_t>& bits, std::uint32_t first, bool begins, bool ends) {
    if (begins) bits.push_back(first + predicate::kBegins);
    if (ends) bits.push_back(first + predicate::kEnds);
    bits.push_back(first + predicate::kCovers);
  }

  void normalize(std::vector<std::uint32_t>& bits) const {
    std::sort(bits.begin(), bits.end());
    bits.erase(std::unique(bits.begin(), bits.end()), bits.end());
  }

  // The bits a word has in any surface (surface == nullptr) or in this one.
  bool word_bits(WordId word, const std::string_view* surface, std::vector<std::uint32_t>& bits) const {
    bool surface_matters = false;
    const auto words = program.word_predicates.find(word);
    if (words != program.word_predicates.end()) {
      for (const std::uint32_t id : words->second) {
        if (asks(id)) bits.push_back(program.predicates[id].bit);
      }
    }
    for (const EntryId entry : lexicons.entries_of(word)) {
      const LexiconId lexicon = lexicons.lexicon_of(entry);
      for (const std::uint32_t id : program.lexicon_predicates[lexicon]) {
        if (!asks(id) || !satisfies(program.predicates[id], entry)) continue;
        if (lexicons.image().exact[lexicon] != 0) {
          surface_matters = true;
          if (surface == nullptr || !fits(lexicons, entry, *surface)) continue;
        }
        add_span_bits(bits, program.predicates[id].bit, true, true);
      }
    }
    return surface_matters;
  }

  std::uint32_t set_of_word(WordId word) {
    std::uint32_t& known = now->language->word_sets[word];
    if (known == kNone) {
      std::vector<std::uint32_t> bits;
      const bool surface_matters = word_bits(word, nullptr, bits) || program.has_exact_word.contains(word);
      normalize(bits);
      known = intern_set(bits) | (surface_matters ? kSurface : 0);
    }
    return known;
  }

  const std::vector<std::uint32_t>& bits_of_regexes(std::string_view surface) {
    if (regex_bits.size() > kMaxSurfaces) regex_bits.clear();
    const auto [it, is_new] = regex_bits.try_emplace(std::string(surface));
    if (is_new) {
      std::vector<int> hits;
      const re2::StringPiece word(surface.data(), surface.size());
      RE2::Set::ErrorInfo error{RE2::Set::kNoError};
      if (!program.regexes->Match(word, &hits, &error) && error.kind != RE2::Set::kNoError) {
        // All at once were too much for their memory: one after the other.
        hits.clear();
        for (const std::uint32_t id : program.regex_predicates) {
          if (RE2::FullMatch(word, RE2(program.predicates[id].text, RE2::Quiet)))
            hits.push_back(program.predicates[id].regex);
        }
      }
      for (const int hit : hits) {
        for (const std::uint32_t id : program.regex_predicates) {
          if (program.predicates[id].regex == hit) it->second.push_back(program.predicates[id].bit);
        }
      }
    }
    return it->second;
  }

  std::uint32_t set_of_surface(std::uint32_t token, std::string_view surface) {
    if (const auto known = now->language->surface_sets.find(surface); known != now->language->surface_sets.end())
      return known->second;
    const std::uint32_t set = look_up(token, surface) & ~kSurface;
    if (now->language->surface_sets.size() >= kMaxSurfaces) now->language->surface_sets.clear();
    now->language->surface_sets.emplace(surface, set);
    return set;
  }

  // The set of a token that stands alone.
  std::uint32_t base_set(std::uint32_t token) {
    const std::string_view surface = now->document->word(token);
    if (surface.size() > 15) return set_of_surface(token, surface);
    std::uint64_t key[2] = {0, 0};
    std::memcpy(key, surface.data(), surface.size());
    key[1] |= static_cast<std::uint64_t>(surface.size()) << 56;
    Recent& slot = now->language->recent[((key[0] ^ (key[1] >> 7)) * 0x9E3779B97F4A7C15ull) >> (64 - kRecentBits)];
    if (slot.low != key[0] || slot.high != key[1]) slot = {key[0], key[1], set_of_surface(token, surface)};
    return slot.set;
  }

  std::uint32_t look_up(std::uint32_t token, std::string_view surface) {
    const std::uint32_t known = set_of_word(now->pass->words[token]);
    const bool surface_matters =
        (known & kSurface) != 0 || (now->pass->words[token] == 0 && !program.exact_word_predicates.empty());
    if (!surface_matters && !program.regexes) return known;
    const std::vector<std::uint32_t>* matched = program.regexes ? &bits_of_regexes(surface) : nullptr;
    if (!surface_matters && matched->empty()) return known;
    scratch.clear();
    word_bits(now->pass->words[token], &surface, scratch);
    const auto exact = program.exact_word_predicates.find(std::string(surface));
    if (exact != program.exact_word_predicates.end()) {
      for (const std::uint32_t id : exact->second) scratch.push_back(program.predicates[id].bit);
    }
    if (matched != nullptr) scratch.insert(scratch.end(), matched->begin(), matched->end());
    normalize(scratch);
    return intern_set(scratch);
  }

  // The set of a visible token is another now. Its truth is looked up when it is asked for: most change more than once.
  void change(std::uint32_t at) {
    if (std::exchange(now->is_changed[at], 1) == 0) now->changed.push_back(at);
  }

  // The token's set becomes what `edit` makes of its bits; `known` remembers what came of a set and `what`.
  template <class Edit>
  void edit_set(std::uint32_t at, FlatMap& known, std::uint32_t what, const Edit& edit) {
    const std::uint64_t key = (static_cast<std::uint64_t>(now->token_set[at]) << 32 | what) + 1;
    if (const std::uint32_t* set = known.find(key)) {
      now->token_set[at] = *set;
    } else {
      scratch = sets[now->token_set[at]];
      edit(scratch);
      normalize(scratch);
      now->token_set[at] = intern_set(scratch);
      known.insert(key, now->token_set[at]);
    }
    change(at);
  }

  static void remove_span_bits(std::vector<std::uint32_t>& bits, std::uint32_t first) {
    std::erase_if(bits, [first](std::uint32_t bit) { return bit >= first && bit < first + 3; });
  }

  // Sets the three bits of `predicate` on a visible token, over what single tokens said about it.
  void cover(std::uint32_t at, std::uint32_t bit, bool begins, bool ends) {
    edit_set(at, covered_sets, bit << 2 | (begins ? 2u : 0u) | (ends ? 1u : 0u), [&](auto& bits) {
      remove_span_bits(bits, bit);
      add_span_bits(bits, bit, begins, ends);
    });
  }

  // The same with the bits of all predicates of a list.
  void cover_all(std::uint32_t at, std::uint32_t list, bool begins, bool ends) {
    edit_set(at, joined_sets, list << 2 | (begins ? 2u : 0u) | (ends ? 1u : 0u), [&](auto& bits) {
      for (const std::uint32_t id : lists[list]) {
        remove_span_bits(bits, program.predicates[id].bit);
        add_span_bits(bits, program.predicates[id].bit, begins, ends);
      }
    });
  }

  // Visible places of a token range; false if none of it is visible.
  bool places(TokenRange tokens, std::uint32_t& first, std::uint32_t& end) const {
    if (tokens.first >= tokens.end || tokens.end >= now->place.size()) return false;
    first = now->place[tokens.first];
    end = now->place[tokens.end];
    return first < end;
  }

  void cover_range(TokenRange tokens, std::uint32_t predicate_id) {
    std::uint32_t first, end;
    if (!places(tokens, first, end)) return;
    const std::uint32_t bit = program.predicates[predicate_id].bit;
    for (std::uint32_t at = first; at < end; ++at) cover(at, bit, at == first, at + 1 == end);
  }

  void add_bit(std::uint32_t at, std::uint32_t bit) {
    edit_set(at, added_sets, bit, [bit](auto& bits) { bits.push_back(bit); });
  }

  // As cover_range for each predicate of the list; none of them may be laid on these tokens already.
  void cover_range_with_all(TokenRange tokens, std::uint32_t list) {
    std::uint32_t first, end;
    if (!places(tokens, first, end)) return;
    for (std::uint32_t at = first; at < end; ++at) cover_all(at, list, at == first, at + 1 == end);
  }

  bool has_bit(std::uint32_t at, std::uint32_t bit) const {
    return std::binary_search(sets[now->token_set[at]].begin(), sets[now->token_set[at]].end(), bit);
  }

  void uncover(std::uint32_t at, std::uint32_t bit) {
    edit_set(at, uncovered_sets, bit, [bit](auto& bits) { remove_span_bits(bits, bit); });
  }

  // Takes away what an earlier mention left beyond the edges of a later one that overlaps it.
  void uncover_overlapped(TokenRange tokens, std::uint32_t predicate_id) {
    std::uint32_t first, end;
    if (!places(tokens, first, end)) return;
    const std::uint32_t bit = program.predicates[predicate_id].bit;
    if (has_bit(first, bit + predicate::kCovers) && !has_bit(first, bit + predicate::kBegins)) {
      for (bool more = true; more && first > 0;) {
        more = !has_bit(--first, bit + predicate::kBegins);
        uncover(first, bit);
      }
    }
    if (has_bit(end - 1, bit + predicate::kCovers) && !has_bit(end - 1, bit + predicate::kEnds)) {
      for (bool more = true; more && end < now->visible.size(); ++end) {
        more = !has_bit(end, bit + predicate::kEnds);
        uncover(end, bit);
      }
    }
  }

  // --- document
  // -------------------------------------------------------------------------------------------------------

  void begin(const Document& given, const LexiconPass& given_pass) {
    now->document = &given;
    now->pass = &given_pass;
    now->number = ++reading_count;
    now->language = &language_for(now->document->languages.empty() ? std::string() : now->document->languages.front());
    const std::vector<Token>& tokens = now->document->tokens;
    now->match_counts.assign(program.rules.size(), 0);
    now->cuts.clear();
    std::vector<std::uint32_t> facts(tokens.size());
    for (const Block& block : now->document->blocks) {
      for (std::uint32_t t = block.first_token; t < block.end_token && t < tokens.size(); ++t) {
        facts[t] = 1u << (structure::kBlockKind + static_cast<unsigned>(block.kind));
      }
    }
    mark_capitals(facts);
    now->visible.clear();
    now->place.assign(tokens.size() + 1, 0);
    std::uint32_t line_breaks = 0;  // before skipped tokens: they belong to the next visible one
    for (std::uint32_t t = 0; t < tokens.size(); ++t) {
      now->place[t] = static_cast<std::uint32_t>(now->visible.size());
      if ((tokens[t].flags & token_flag::kSkipped) != 0) {
        line_breaks |= tokens[t].flags & (token_flag::kNewlineBefore | token_flag::kBlankLineBefore);
        continue;
      }
      facts[t] |= structure::kToken | line_breaks;
      line_breaks = 0;
      now->visible.push_back(t);
    }
    now->place[tokens.size()] = static_cast<std::uint32_t>(now->visible.size());
    lay_segments(facts);
    now->token_set.resize(now->visible.size());
    now->token_form.resize(now->visible.size());
    now->token_truth.assign(now->visible.size(), kNone);
    now->is_changed.assign(now->visible.size(), 1);
    now->changed.resize(now->visible.size());
    std::iota(now->changed.begin(), now->changed.end(), 0u);
    for (std::uint32_t at = 0; at < now->visible.size(); ++at) {
      const Token& token = tokens[now->visible[at]];
      now->token_form[at] = intern_form(static_cast<std::uint16_t>(token.shape & shape_mask),
                                        ((token.flags & structure::kFlags) | facts[now->visible[at]]) & structure_mask);
      now->token_set[at] = base_set(now->visible[at]);
    }
    mark_labels();
    lay_phrases();
    now->is_laid.assign(program.predicates.size(), 0);
    const std::uint32_t kind_bit = 1u << static_cast<unsigned>(now->document->kind);
    now->applies.assign(program.rules.size(), 0);
    for (std::size_t i = 0; i < program.rules.size(); ++i) {
      now->applies[i] = (program.rules[i].kind_mask & kind_bit) != 0 && now->language->applies[i];
    }
  }

  // Sets on the tokens of labelled blocks which label tests hold.
  void mark_labels() {
    if (program.label_predicates.empty()) return;
    if (now->language->label_bits.size() > kMaxSurfaces) now->language->label_bits.clear();
    const BlockLabels labels(*now->document, lexicons);
    for (std::uint32_t b = 0; b < now->document->blocks.size(); ++b) {
      const Block& block = now->document->blocks[b];
      if (block.first_token >= block.end_token || block.end_token >= now->place.size()) continue;
      for (std::size_t part = 0; part < kLabelParts.size(); ++part) {
        for (const std::string_view label : labels.of(b, static_cast<LabelPart>(part))) {
          if (label.empty()) continue;
          for (const std::uint32_t bit : bits_of_label(static_cast<LabelPart>(part), label)) {
            for (std::uint32_t at = now->place[block.first_token]; at < now->place[block.end_token]; ++at)
              add_bit(at, bit);
          }
        }
      }
    }
  }

  const std::vector<std::uint32_t>& bits_of_label(LabelPart part, std::string_view label) {
    label_key.assign(1, static_cast<char>('0' + static_cast<int>(part))).append(label);
    const auto [it, is_new] = now->language->label_bits.try_emplace(label_key);
    if (!is_new) return it->second;
    const std::vector<std::string> words = label_words(label);
    const std::vector<EntryId> entries = entries_of_phrase(lexicons, without_edge_marks(label));
    for (const std::uint32_t id : program.label_predicates) {
      const Program::Predicate& predicate = program.predicates[id];
      if (predicate.part != part || !asks(id)) continue;
      const bool holds = predicate.lexicon == kNoLexicon
                             ? predicate.label == words
                             : std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
                                 return lexicons.lexicon_of(entry) == predicate.lexicon && satisfies(predicate, entry);
                               });
      if (holds) it->second.push_back(predicate.bit);
    }
    return it->second;
  }

  // Blocks written in capitals, and in title case: there a capital says nothing.
  void mark_capitals(std::vector<std::uint32_t>& facts) const {
    for (const Block& block : now->document->blocks) {
      std::uint32_t words = 0, capitals = 0, upper = 0, content = 0, content_upper = 0;
      for (std::uint32_t t = block.first_token; t < block.end_token && t < facts.size(); ++t) {
        const Token& token = now->document->tokens[t];
        if ((token.shape & shape::kAlpha) == 0) continue;
        ++words;
        capitals += (token.shape & (shape::kAllCaps | shape::kInitial)) != 0;
        upper += (token.shape & shape::kUpperFirst) != 0;
        if (token.end - token.begin > 3) {
          ++content;
          content_upper += (token.shape & shape::kUpperFirst) != 0;
        }
      }
      std::uint32_t bits = 0;
      if (words >= 3 && capitals * 5 >= words * 4) bits |= structure::kShouting;
      // A full stop at its end says that it is a sentence, however many names it has.
      const std::string_view last = block.first_token < block.end_token ? now->document->word(block.end_token - 1) : "";
      const bool is_sentence = last == "." || last == "!" || last == "?";
      if (!is_sentence && content >= 3 && content_upper == content && words <= 20 && upper * 3 >= words * 2) {
        bits |= structure::kTitled;
      }
      for (std::uint32_t t = block.first_token; bits != 0 && t < block.end_token && t < facts.size(); ++t)
        facts[t] |= bits;
    }
  }

  // Boundaries are those of visible tokens: a sentence that opens with a filler begins after it.
  void lay_segments(std::vector<std::uint32_t>& facts) {
    now->segments.assign(Program::kScopes, {});
    const auto lay = [&](Program::Scope scope, std::uint32_t first, std::uint32_t end) {
      const Segment segment{now->place[first], now->place[end]};
      if (segment.begin >= segment.end) return;
      now->segments[static_cast<std::size_t>(scope)].push_back(segment);
      facts[now->visible[segment.begin]] |= structure::first_of(static_cast<unsigned>(scope));
      facts[now->visible[segment.end - 1]] |= structure::last_of(static_cast<unsigned>(scope));
    };
    for (const Sentence& sentence : now->document->sentences)
      lay(Program::Scope::kSentence, sentence.first_token, sentence.end_token);
    for (const Block& block : now->document->blocks) lay(Program::Scope::kBlock, block.first_token, block.end_token);
    // Blocks that belong to no turn (slide, record) stand for themselves.
    const auto group = [&](Program::Scope scope, const auto& belong_together) {
      for (std::size_t i = 0; i < now->document->blocks.size();) {
        std::size_t next = i + 1;
        while (next < now->document->blocks.size() &&
               belong_together(now->document->blocks[i], now->document->blocks[next]))
          ++next;
        const std::uint32_t first = now->document->blocks[i].first_token;
        const std::uint32_t end = now->document->blocks[next - 1].end_token;
        if (first < end) lay(scope, first, end);
        i = next;
      }
    };
    group(Program::Scope::kTurn, [](const Block& a, const Block& b) { return a.turn != kNone && a.turn == b.turn; });
    group(Program::Scope::kSlide,
          [](const Block& a, const Block& b) { return a.slide != kNone && a.slide == b.slide; });
    group(Program::Scope::kRecord, share_record);
  }

  // The predicates of its lexicon that an entry satisfies.
  std::uint32_t list_of_entry(EntryId entry, LexiconId lexicon) {
    if (const std::uint32_t* known = now->language->entry_lists.find(std::uint64_t{entry} + 1)) return *known;
    const auto list = static_cast<std::uint32_t>(lists.size());
    std::vector<std::uint32_t>& ids = lists.emplace_back();
    for (const std::uint32_t id : program.lexicon_predicates[lexicon]) {
      if (asks(id) && satisfies(program.predicates[id], entry)) ids.push_back(id);
    }
    now->language->entry_lists.insert(std::uint64_t{entry} + 1, list);
    return list;
  }

  void lay_phrases() {
    last_end.resize(program.predicates.size());
    lexicon_end.assign(program.lexicon_predicates.size(), 0);
    for (const LexiconHit& hit : now->pass->phrases) {
      const std::uint32_t list = list_of_entry(hit.entry, hit.lexicon);
      if (lists[list].empty()) continue;
      const TokenRange tokens{hit.first_token, hit.end_token};
      if (tokens.first >= lexicon_end[hit.lexicon]) {
        cover_range_with_all(tokens, list);
        for (const std::uint32_t id : lists[list]) set_end(id, tokens.end);
      } else {
        for (const std::uint32_t id : lists[list]) {
          if (tokens.first < last_end[id]) continue;
          set_end(id, tokens.end);
          cover_range(tokens, id);
        }
      }
      lexicon_end[hit.lexicon] = std::max(lexicon_end[hit.lexicon], tokens.end);
    }
    forget_ends();
  }

  bool satisfies(const Program::Predicate& predicate, const SeenMention& mention) const {
    for (const Program::Predicate::Attribute& test : predicate.attributes) {
      std::string_view value;
      const auto own = std::find_if(mention.attributes.begin(), mention.attributes.end(),
                                    [&](const auto& a) { return a.first == test.name; });
      if (own != mention.attributes.end()) {
        value = own->second;
      } else if (mention.entry != kNone && test.id != kNoAttribute) {
        value = lexicons.attribute(mention.entry, test.id);
      }
      if (!rules::compare(test.comparison, value, test.value)) return false;
    }
    return true;
  }

  void add(std::span<const SeenMention> mentions) {
    std::vector<const SeenMention*> ordered;
    for (const SeenMention& mention : mentions) ordered.push_back(&mention);
    std::stable_sort(ordered.begin(), ordered.end(), [](const SeenMention* a, const SeenMention* b) {
      return a->tokens.first != b->tokens.first ? a->tokens.first < b->tokens.first : a->tokens.end > b->tokens.end;
    });
    std::uint32_t covered = 0;  // end of all that is laid so far
    for (const SeenMention* mention : ordered) {
      if (mention->type >= program.mention_predicates.size()) continue;
      const TokenRange tokens = mention->tokens;
      const std::vector<std::uint32_t>& ids = predicates_of(*mention);
      const bool is_free = tokens.first >= covered && std::none_of(ids.begin(), ids.end(), [this](std::uint32_t id) {
                             return now->is_laid[id] != 0;
                           });
      if (is_free && found_list != kNone) {
        cover_range_with_all(tokens, found_list);
        for (const std::uint32_t id : ids) set_end(id, tokens.end);
      } else {
        for (const std::uint32_t id : ids) {
          if (tokens.first < last_end[id]) continue;
          set_end(id, tokens.end);
          if (now->is_laid[id] != 0) uncover_overlapped(tokens, id);
          cover_range(tokens, id);
        }
      }
      covered = std::max(covered, tokens.end);
    }
    for (const std::uint32_t id : ended) now->is_laid[id] = 1;
    forget_ends();
  }

  void set_end(std::uint32_t predicate, std::uint32_t end) {
    if (std::exchange(last_end[predicate], end) == 0) ended.push_back(predicate);
  }
  void forget_ends() {
    for (const std::uint32_t id : ended) last_end[id] = 0;
    ended.clear();
  }

  // The predicates a mention satisfies; found_list is their list, or kNone.
  const std::vector<std::uint32_t>& predicates_of(const SeenMention& mention) {
    std::uint64_t hash = mix(std::uint64_t{mention.entry} << 16 | mention.type);
    for (const auto& [name, value] : mention.attributes) {
      hash = mix(hash + value.size());
      for (std::size_t i = 0; i < value.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, value.data() + i, std::min<std::size_t>(8, value.size() - i));
        hash = mix(hash + word);
      }
    }
    hash |= 1;
    const std::uint32_t* place = now->language->mention_lists.find(hash);
    if (place == nullptr) {
      if (known_mentions.size() >= kMaxSurfaces) {  // values without end: what a list stands for must stay as it is
        found_list = kNone;
        scratch_list.clear();
        add_satisfied(mention, scratch_list);
        return scratch_list;
      }
      const auto list = static_cast<std::uint32_t>(lists.size());
      add_satisfied(mention, lists.emplace_back());
      now->language->mention_lists.insert(hash, static_cast<std::uint32_t>(known_mentions.size()));
      known_mentions.push_back(
          {mention.type, mention.entry, {mention.attributes.begin(), mention.attributes.end()}, list});
      found_list = list;
      return lists[list];
    }
    const KnownMention& known = known_mentions[*place];
    const bool is_same = known.type == mention.type && known.entry == mention.entry &&
                         std::equal(known.attributes.begin(), known.attributes.end(), mention.attributes.begin(),
                                    mention.attributes.end());
    if (is_same) {
      found_list = known.list;
      return lists[known.list];
    }
    found_list = kNone;
    scratch_list.clear();
    add_satisfied(mention, scratch_list);
    return scratch_list;
  }

  void add_satisfied(const SeenMention& mention, std::vector<std::uint32_t>& ids) const {
    for (const std::uint32_t id : program.mention_predicates[mention.type]) {
      if (asks(id) && satisfies(program.predicates[id], mention)) ids.push_back(id);
    }
  }

  // --- matching
  // -------------------------------------------------------------------------------------------------------

  template <class Visit>
  void for_bits(std::uint32_t truth, const Visit& visit) const {
    for (const std::uint32_t bit : sets[truths[truth].set]) visit(bit);
    for (const std::uint32_t bit : forms[truths[truth].form].bits) visit(bit);
  }

  Marks find_marks(PhaseMachines& machines, std::uint32_t truth) {
    Marks marks;
    unsigned number = 0;
    for_machines(machines, [&](Machine& machine) {
      const std::uint32_t cls =
          machine.class_of(truth, truths.size(), [this](std::uint32_t t, const auto& visit) { for_bits(t, visit); });
      marks.starts = static_cast<std::uint16_t>(marks.starts | (machine.may_start(cls) ? 1u : 0u) << number);
      marks.triggers = static_cast<std::uint16_t>(marks.triggers | (machine.is_trigger(cls) ? 1u : 0u) << number);
      ++number;
    });
    marks.is_known = true;
    return marks;
  }

  // Marks a place for the machines of a phase.
  void mark_at(PhaseMachines& machines, std::uint32_t at) {
    Marks& known = machines.marks[now->token_truth[at]];
    if (!known.is_known) known = find_marks(machines, now->token_truth[at]);
    token_starts[at] = known.starts;
    token_triggers[at] = known.triggers;
    all_marks.starts |= known.starts;
    all_marks.triggers |= known.triggers;
  }

  void mark(PhaseMachines& machines, const std::vector<std::uint32_t>& places) {
    make_room_for_marks(machines);
    for (const std::uint32_t at : places) mark_at(machines, at);
  }

  void make_room_for_marks(PhaseMachines& machines) const {
    if (machines.marks.size() < truths.size()) machines.marks.resize(truths.size() * 5 / 4);
  }

  // Budgets of a phase are those of one document.
  void begin_document(PhaseMachines& machines) const {
    if (std::exchange(machines.reading, now->number) == now->number) return;
    const std::uint64_t budget = limits.steps + limits.steps_per_token * now->document->tokens.size();
    for_machines(machines, [&](Machine& machine) { machine.begin_document(budget); });
  }

  void mark_all(PhaseMachines& machines) {
    find_truths();
    token_starts.resize(now->visible.size());
    token_triggers.resize(now->visible.size());
    all_marks = {};
    make_room_for_marks(machines);
    for (std::uint32_t at = 0; at < now->visible.size(); ++at) mark_at(machines, at);
  }

  // The first place from `at` on, before `end`, whose marks have this bit, four at a time; `end` if there is none.
  static std::uint32_t next_marked(const std::vector<std::uint16_t>& marks, std::uint16_t bit, std::uint32_t at,
                                   std::uint32_t end) {
    const std::uint64_t wanted = bit * 0x0001000100010001u;
    for (; at + 4 <= end; at += 4) {
      std::uint64_t four = 0;
      std::memcpy(&four, marks.data() + at, sizeof(four));
      if ((four & wanted) != 0) return at + static_cast<std::uint32_t>(std::countr_zero(four & wanted)) / 16;
    }
    while (at < end && (marks[at] & bit) == 0) ++at;
    return at;
  }

  // Of tokens whose set has changed; returns which.
  const std::vector<std::uint32_t>& find_truths() {
    for (const std::uint32_t at : now->changed) {
      now->token_truth[at] = intern_truth(now->token_set[at], now->token_form[at]);
      now->is_changed[at] = 0;
    }
    renewed.swap(now->changed);
    now->changed.clear();
    return renewed;
  }

  // All segments of its scope, or those that overlap one of `wanted`.
  const std::vector<Segment>& segments_of(const Program::Automaton& automaton) {
    const std::vector<Segment>& all = now->segments[static_cast<std::size_t>(automaton.scope)];
    if (wanted.empty()) return all;
    some_segments.clear();
    for (const Segment& one : wanted) {
      auto it = std::partition_point(all.begin(), all.end(), [&](const Segment& s) { return s.end <= one.begin; });
      for (; it != all.end() && it->begin < one.end; ++it) {
        if (some_segments.empty() || some_segments.back().begin < it->begin) some_segments.push_back(*it);
      }
    }
    return some_segments;
  }

  // Calls visit(start) for the places of a segment where a match may begin. `number` is the machine's in its phase.
  template <class Visit>
  void for_starts(const Machine& machine, unsigned number, const Segment& segment, const Visit& visit) {
    const Classes classes = machine.classes_of(now->token_truth);
    const auto bit = static_cast<std::uint16_t>(1u << number);
    const bool has_triggers = machine.has_triggers();
    std::uint32_t trigger = segment.begin;
    bool is_known = false;  // is `trigger` one?
    for (std::uint32_t start = segment.begin; start < segment.end;) {
      if (has_triggers && (!is_known || trigger < start)) {
        trigger = next_marked(token_triggers, bit, start, segment.end);
        is_known = true;
        if (trigger == segment.end) return;
        if (trigger - start >= machine.longest_reach()) start = trigger - machine.longest_reach() + 1;
      }
      start = next_marked(token_starts, bit, start, segment.end);
      if (start == segment.end) return;
      if (has_triggers && start > trigger) continue;
      if (machine.can_start(classes, segment.begin, start)) visit(start);
      ++start;
    }
  }

  // Is there nothing for this machine in the whole document?
  bool is_idle(const Machine& machine, unsigned number) const {
    return ((all_marks.starts >> number) & 1) == 0 ||
           (machine.has_triggers() && ((all_marks.triggers >> number) & 1) == 0);
  }

  void run_looks(Machine& machine, unsigned number) {
    if (counts_tries) count_looks(machine);
    if (is_idle(machine, number)) return;
    // Of looks ahead it is enough to know that there is a match.
    const std::vector<Program::Automaton::Entry>& looks = machine.automaton().entries;
    const bool is_one = looks.size() == 1 && !looks.front().behind;
    const Classes classes = machine.classes_of(now->token_truth);
    for (const Segment& segment : segments_of(machine.automaton())) {
      for_starts(machine, number, segment, [&](std::uint32_t start) {
        machine.run(classes, segment.begin, start, segment.end, [&](std::uint32_t entry, std::uint32_t end) {
          const Program::Automaton::Entry& look = looks[entry];
          if (end == start || end - start > machine.reach_of(look)) return true;
          const std::uint32_t bit = program.predicates[look.rule].bit;
          if (look.behind) {
            add_bit(end - 1, bit + predicate::kEnds);
          } else {
            add_bit(start, bit + predicate::kBegins);
          }
          return !is_one;
        });
        if (!machine.is_over_budget()) return;
        for (const std::uint32_t entry : machine.take_over_budget()) {
          machine.switch_off(entry);
          stop_rules_with(program.predicates[looks[entry].rule].bit, now->visible[start]);
        }
      });
    }
  }

  void confine(std::span<const TokenRange> to) {
    wanted.clear();
    for (const TokenRange& range : to) {
      Segment segment;
      if (places(range, segment.begin, segment.end)) wanted.push_back(segment);
    }
    std::sort(wanted.begin(), wanted.end(), [](const Segment& a, const Segment& b) { return a.begin < b.begin; });
  }

  // --- budgets ------------------------------------------------------------------------------------------------------

  void stop(std::uint32_t rule, std::uint32_t token, RuleCut::Why why) {
    if (std::exchange(now->applies[rule], 0) != 0) now->cuts.push_back({rule, token, why});
  }

  // A look is not known everywhere: the rules that ask for it would be wrong.
  void stop_rules_with(std::uint32_t look_bit, std::uint32_t token) {
    const auto is_look = [&](const Program::Literal& literal) {
      return literal.bit >= look_bit && literal.bit < look_bit + 3;
    };
    for (const Program::Phase& phase : program.phases) {
      for (const Program::Automaton& automaton : phase.rules) {
        for (const Program::Automaton::Entry& entry : automaton.entries) {
          for (std::uint32_t pc = entry.begin; pc < entry.end; ++pc) {
            const Instruction& instruction = automaton.code[pc];
            if (!is_test(instruction)) continue;
            const Program::Condition& condition = program.conditions[instruction.a];
            if (std::any_of(condition.begin(), condition.end(), is_look)) stop(entry.rule, token, RuleCut::Why::kSteps);
          }
        }
      }
    }
  }

  TokenRange tokens_of(std::uint32_t first, std::uint32_t end) const {
    if (first == kNone || end == kNone) return {kNone, kNone};
    if (first == end) {  // empty: before the next visible token
      const auto at =
          first < now->visible.size() ? now->visible[first] : static_cast<std::uint32_t>(now->place.size() - 1);
      return {at, at};
    }
    return {now->visible[first], now->visible[end - 1] + 1};
  }

  // calls count(entry, times) for what can begin somewhere.
  template <class Count>
  void count_tries(Machine& machine, const Count& count) {
    std::vector<std::uint64_t> tries(machine.automaton().entries.size());
    const Classes classes = machine.classes_of(now->token_truth);
    for (const Segment& segment : segments_of(machine.automaton())) {
      for (std::uint32_t at = segment.begin; at < segment.end; ++at)
        machine.add_tries(classes, segment.begin, at, tries);
    }
    for (std::size_t i = 0; i < tries.size(); ++i) {
      if (tries[i] != 0) count(machine.automaton().entries[i].rule, tries[i]);
    }
  }

  void count_looks(Machine& machine) {
    count_tries(machine, [&](std::uint32_t look, std::uint64_t times) {
      const auto rule = std::find_if(program.rules.begin(), program.rules.end(),
                                     [&](const auto& r) { return r.id == program.predicates[look].text; });
      if (rule != program.rules.end()) counters[static_cast<std::size_t>(rule - program.rules.begin())].looked += times;
    });
  }

  void run_rules(Machine& machine, unsigned number, const std::function<void(const RuleMatch&)>& found) {
    if (counts_tries) {
      count_tries(machine, [&](std::uint32_t rule, std::uint64_t times) {
        if (now->applies[rule] != 0) counters[rule].tried += times;
      });
    }
    if (is_idle(machine, number)) return;
    const Program::Automaton& automaton = machine.automaton();
    const Classes classes = machine.classes_of(now->token_truth);
    std::vector<std::uint32_t> accepted;
    std::vector<std::uint32_t>& ends = machine.rule_end_;
    for (const Segment& segment : segments_of(automaton)) {
      for_starts(machine, number, segment, [&](std::uint32_t start) {
        accepted.clear();
        const bool whole =
            machine.run(classes, segment.begin, start, segment.end, [&](std::uint32_t entry, std::uint32_t end) {
              const Program::Automaton::Entry& rule = automaton.entries[entry];
              if (end == start || end - start > machine.reach_of(rule) || now->applies[rule.rule] == 0) return true;
              if (ends[entry] == 0) accepted.push_back(entry);
              ends[entry] = std::max(ends[entry], end);
              return true;
            });
        for (const std::uint32_t entry : accepted) {
          const Program::Automaton::Entry& rule = automaton.entries[entry];
          const std::uint64_t steps_before = counters[rule.rule].steps;
          std::uint32_t end = 0;
          const bool matched = machine.backtrack(classes, segment.begin, start, ends[entry], segment.end, entry, end,
                                                 slots, counters[rule.rule].steps);
          ends[entry] = 0;
          machine.charge(entry, counters[rule.rule].steps - steps_before);
          if (!matched || end == start) continue;
          if (++now->match_counts[rule.rule] > limits.matches) {
            machine.switch_off(entry);
            stop(rule.rule, now->visible[start], RuleCut::Why::kMatches);
            continue;
          }
          captures.clear();
          for (std::size_t i = 0; i + 1 < slots.size(); i += 2) captures.push_back(tokens_of(slots[i], slots[i + 1]));
          RuleCounters& counter = counters[rule.rule];
          ++counter.matched;
          if (!whole) ++counter.cut;
          found({rule.rule, tokens_of(start, end), captures});
        }
        if (!machine.is_over_budget()) return;
        for (const std::uint32_t entry : machine.take_over_budget()) {
          machine.switch_off(entry);
          stop(automaton.entries[entry].rule, now->visible[start], RuleCut::Why::kSteps);
        }
      });
    }
  }
};

RuleMatcher::RuleMatcher(const RuleSet& rules, const Lexicons& lexicons, const RuleLimits& limits)
    : state_(std::make_unique<State>(rules, lexicons, limits)) {}
RuleMatcher::~RuleMatcher() = default;

RuleMatcher::Reading::Reading() : state_(std::make_unique<State>()) {}
RuleMatcher::Reading::Reading(Reading&&) noexcept = default;
RuleMatcher::Reading& RuleMatcher::Reading::operator=(Reading&&) noexcept = default;
RuleMatcher::Reading::~Reading() = default;

std::span<const RuleCut> RuleMatcher::Reading::cuts() const {
  return state_->cuts;
}

void RuleMatcher::make_room() {
  if (state_->is_full()) state_->clear_caches();
}

void RuleMatcher::begin(Reading& reading, const Document& document, const LexiconPass& pass) {
  state_->now = reading.state_.get();
  state_->begin(document, pass);
}

void RuleMatcher::add(Reading& reading, std::span<const SeenMention> mentions) {
  state_->now = reading.state_.get();
  state_->add(mentions);
}

void RuleMatcher::match(Reading& reading, std::uint32_t phase, const std::function<void(const RuleMatch&)>& found,
                        std::span<const TokenRange> places) {
  if (phase >= state_->program.phases.size()) return;
  state_->now = reading.state_.get();
  state_->confine(places);
  PhaseMachines& machines = state_->now->language->selection->phases[phase];
  state_->begin_document(machines);
  state_->mark_all(machines);
  unsigned number = 0;
  for (auto& machine : machines.looks) {
    state_->run_looks(*machine, number++);
    state_->mark(machines, state_->find_truths());
  }
  for (auto& machine : machines.rules) state_->run_rules(*machine, number++, found);
}

void RuleMatcher::count_tries() {
  state_->counts_tries = true;
}

std::span<const RuleCounters> RuleMatcher::counters() const {
  return state_->counters;
}

std::size_t RuleMatcher::automaton_bytes() const {
  std::size_t bytes = 0;
  state_->for_machines([&](const Machine& machine) { bytes += machine.bytes(); });
  return bytes;
}

std::uint64_t RuleMatcher::automaton_resets() const {
  std::uint64_t resets = 0;
  state_->for_machines([&](const Machine& machine) { resets += machine.resets(); });
  return resets;
}

}  // namespace dossier
