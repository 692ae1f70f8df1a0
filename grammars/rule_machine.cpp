#include "grammars/rule_machine.h"

namespace dossier {

namespace {

using Program = RuleSet::Program;

// States that are thrown away for want of memory before each of them was used this often on average were not worth
// building; after so many such resets (kMaxWasted) in a document the automaton runs without states.
constexpr std::uint64_t kWorthwhileUses = 20;

}  // namespace

RuleMachine::RuleMachine(const RuleCode& code, const RuleLimits& limits)
    : code_(code), limits_(limits), class_words_(code.class_words) {
  met_.resize(code_.automaton.code.size());
  entered_.resize(code_.automaton.code.size());
  for (const Program::Automaton::Entry& entry : code_.automaton.entries)
    longest_reach_ = std::max(longest_reach_, entry.lead + reach_of(entry));
  is_off_.assign(code_.automaton.entries.size(), 0);
  graphs_.resize(code_.automaton.entries.size());
  scratch_bits_.assign(class_words_, 0);
  held_.assign(code_.automaton.bits.size() / 64 + 1, 0);
  relevance_ids_.assign(code_.waits.size(), kNone);
  const std::size_t words = code_.ahead.size();
  gathered_.assign(words, 0);
  asked_.assign(words, 0);
  not_empty_.assign(words / 64 + 1, 0);
  start_anew();
}

// --- captures --------------------------------------------------------------------------------------------------------

const RuleMachine::Graph& RuleMachine::graph_of(std::uint32_t entry) {
  if (graphs_[entry] != nullptr) return *graphs_[entry];
  graphs_[entry] = std::make_unique<Graph>();
  Graph& graph = *graphs_[entry];
  std::vector<std::uint32_t> node_of(code_.automaton.entries[entry].end - code_.automaton.entries[entry].begin, kNone);
  std::vector<std::uint32_t> starts = {
      code_.automaton.entries[entry].start};  // by node: where its edges are looked for
  const auto node_for = [&](std::uint32_t pc) {
    std::uint32_t& node = node_of[pc - code_.automaton.entries[entry].begin];
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
// tried by then. Beyond so many edges what is left gets nodes of its own, so that all edges are linear in the
// code.
template <class NodeFor>
void RuleMachine::add_edges(Graph& graph, std::uint32_t pc, const NodeFor& node_for) {
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
  met_.renew();
  while (!branches.empty()) {
    std::uint32_t at = branches.back().pc;
    slots.resize(branches.back().slots);
    branches.pop_back();
    if (graph.edges.size() - first >= limits_.cuts.edges && !met_.has(at)) {
      add(Edge::kGoOn, 0, node_for(at));
      continue;
    }
    for (bool goes_on = true; goes_on && !met_.has(at);) {
      met_.add(at);
      const Instruction& instruction = code_.automaton.code[at];
      switch (instruction.op) {
        case Op::kSplit:
          branches.push_back({instruction.next, slots.size()});
          at = instruction.a;
          continue;
        case Op::kCapture:
          slots.push_back(instruction.a);
          break;
        case Op::kTest:
          add(Edge::kRead, code_.condition_of[at], node_for(instruction.next));
          goes_on = false;
          break;
        case Op::kNextIs:
          add(Edge::kNextIs, code_.condition_of[at], node_for(instruction.next));
          goes_on = false;
          break;
        case Op::kPreviousIs:
          add(Edge::kPreviousIs, code_.condition_of[at], node_for(instruction.next));
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

// --- documents and budgets -------------------------------------------------------------------------------------------

std::size_t RuleMachine::class_bytes() const {
  return class_bits_.size() * 8 + lists_.size() * 4 + list_ends_.size() * 8 + class_ids_.bytes() + list_ids_.bytes() +
         class_count_ * 9 + class_of_kind_.size() * 4;
}

std::size_t RuleMachine::bytes() const {
  const std::size_t closures =
      closures_.size() * sizeof(Closure) + closure_waits_.size() * 8 + guards_.size() * sizeof(Guard);
  return class_bytes() + closures + state_bytes_ + firsts_.bytes() + state_ids_.bytes() + transitions_.bytes() +
         alike_.size() * sizeof(Alike) + alike_ids_.bytes();
}

void RuleMachine::forget() {
  class_of_kind_.clear();
  class_count_ = 0;
  class_bits_.clear();
  marks_.clear();
  class_ids_.clear();
  lists_.clear();
  list_ends_.clear();
  class_of_list_.clear();
  list_ids_.clear();
  start_anew();
}

void RuleMachine::begin_document(std::uint64_t budget) {
  wasted_ = 0;
  budget_ = budget;
  spent_.resize(code_.automaton.entries.size());
  charged_.resize(code_.automaton.entries.size(), {kNone, 0});
  for (const std::uint32_t entry : spending_) {
    spent_[entry] = 0;
    charged_[entry] = {kNone, 0};
  }
  spending_.clear();
  over_.clear();
  if (!std::exchange(is_any_off_, false)) return;
  is_off_.assign(code_.automaton.entries.size(), 0);
  start_anew();
}

void RuleMachine::charge(std::uint32_t entry, std::uint64_t steps) {
  if (steps == 0) return;
  if (spent_[entry] == 0) spending_.push_back(entry);
  if (spent_[entry] <= budget_ && spent_[entry] + steps > budget_) over_.push_back(entry);
  spent_[entry] += steps;
}

void RuleMachine::charge_all(const WaitSet& waits, std::uint32_t start, std::uint32_t at) {
  for_waits(waits, [&](std::uint32_t wait) {
    const std::uint32_t entry = code_.waits[wait].entry;
    auto& [charged_start, charged_at] = charged_[entry];
    if (charged_start == start && charged_at >= at) return;
    charged_start = start;
    charged_at = at;
    charge(entry, kCheckpoint * (1 + (code_.automaton.entries[entry].end - code_.automaton.entries[entry].begin) / 16));
  });
}

void RuleMachine::switch_off(std::uint32_t entry) {
  is_any_off_ = true;
  if (std::exchange(is_off_[entry], 1) == 0) start_anew();
}

// --- classes ---------------------------------------------------------------------------------------------------------

// Kinds differ in much that this automaton does not ask for: what it does ask for is mostly known.
std::uint32_t RuleMachine::classify(const std::vector<std::uint32_t>& bits) {
  const std::uint64_t hash = hash_of(bits);
  std::uint32_t list = list_ids_.find(hash, [&](std::uint32_t known) {
    const std::uint32_t begin = known == 0 ? 0 : list_ends_[known - 1];
    return std::equal(bits.begin(), bits.end(), lists_.begin() + begin, lists_.begin() + list_ends_[known]);
  });
  if (list == InternTable::kNew) {
    find_class_bits(bits);
    list = static_cast<std::uint32_t>(list_ends_.size());
    lists_.insert(lists_.end(), bits.begin(), bits.end());
    list_ends_.push_back(static_cast<std::uint32_t>(lists_.size()));
    class_of_list_.push_back(class_of_found_bits());
    list_ids_.insert(hash, list);
  }
  class_of_kind_.push_back(class_of_list_[list]);
  return class_of_kind_.back();
}

// Which conditions hold: scratch_bits_.
void RuleMachine::find_class_bits(const std::vector<std::uint32_t>& bits) {
  std::fill(scratch_bits_.begin(), scratch_bits_.end(), 0);
  std::fill(held_.begin(), held_.end(), 0);
  const auto is_held = [this](std::uint32_t bit) { return ((held_[bit / 64] >> (bit % 64)) & 1) != 0; };
  const auto clear = [this](const std::vector<Mask>& masks) {
    for (const Mask& mask : masks) scratch_bits_[mask.word] &= ~mask.bits;
  };
  for (const std::uint32_t bit : bits) held_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  for (const Mask& mask : code_.negative) scratch_bits_[mask.word] |= mask.bits;
  for (const std::uint32_t bit : bits) {
    for (const Mask& mask : code_.made_by[bit]) scratch_bits_[mask.word] |= mask.bits;
    for (const RuleCode::Joint& joint : code_.joints[bit]) {
      bool holds = true;
      for (const std::uint32_t other : joint.bits) holds = holds && is_held(other);
      if (!holds) continue;
      for (const Mask& mask : joint.masks) scratch_bits_[mask.word] |= mask.bits;
    }
  }
  for (const std::uint32_t bit : bits) clear(code_.broken_by[bit]);
  for (const auto& [bit, masks] : code_.broken_without) {
    if (!is_held(bit)) clear(masks);
  }
}

std::uint32_t RuleMachine::class_of_found_bits() {
  const std::uint64_t hash = hash_of(scratch_bits_);
  std::uint32_t cls = class_ids_.find(hash, [&](std::uint32_t known) {
    return std::equal(scratch_bits_.begin(), scratch_bits_.end(),
                      class_bits_.begin() + static_cast<std::ptrdiff_t>(known * class_words_));
  });
  if (cls == InternTable::kNew) class_ids_.insert(hash, cls = add_class());
  return cls;
}

std::vector<RuleMachine::Mask> RuleMachine::scratch_masks() const {
  std::vector<Mask> masks;
  masks.reserve(static_cast<std::size_t>(
      std::count_if(scratch_bits_.begin(), scratch_bits_.end(), [](std::uint64_t word) { return word != 0; })));
  for (std::uint32_t word = 0; word < class_words_; ++word) {
    if (scratch_bits_[word] != 0) masks.push_back({word, scratch_bits_[word]});
  }
  return masks;
}

std::uint32_t RuleMachine::add_class() {
  const auto cls = static_cast<std::uint32_t>(class_count_++);
  class_bits_.insert(class_bits_.end(), scratch_bits_.begin(), scratch_bits_.end());
  marks_.push_back(static_cast<std::uint8_t>((any_holds(code_.first_masks, cls) ? kMayStartMark : 0) |
                                             (any_holds(code_.trigger_masks, cls) ? kTriggerMark : 0)));
  starts_of_class_.resize(class_count_, kNone);
  if (class_count_ == TransitionTable::kMaxClasses) firsts_.clear();  // run() asks for none from now on
  return cls;
}

// --- what is reached without a token ---------------------------------------------------------------------------------

// What was gathered becomes the set.
void RuleMachine::take_gathered(WaitSet& set) {
  set.clear();
  for (std::size_t i = 0; i < not_empty_.size(); ++i) {
    for (std::uint64_t rest = std::exchange(not_empty_[i], 0); rest != 0; rest &= rest - 1) {
      const std::uint64_t word = i * 64 + static_cast<std::size_t>(std::countr_zero(rest));
      set.push_back(word << 32 | std::exchange(gathered_[word], 0));
    }
  }
}

void RuleMachine::add_closure(std::uint32_t pc) {
  if (closure_waits_.size() + guards_.size() > limits_.cuts.closures) forget_closures();
  closure_ids_[pc] = static_cast<std::uint32_t>(closures_.size());
  const auto waits_begin = static_cast<std::uint32_t>(closure_waits_.size());
  const auto guards_begin = static_cast<std::uint32_t>(guards_.size());
  const std::uint32_t part = pc / limits_.cuts.border;
  scratch_list_.clear();
  stack_.assign(1, pc);
  met_.renew();
  code_.walk(stack_, met_, [&](std::uint32_t at, const Instruction& instruction) {
    if (at / limits_.cuts.border != part) {
      guards_.push_back({kNone, at});
    } else if (code_.wait_of[at] != kNone) {
      scratch_list_.push_back(code_.wait_of[at]);
    } else if (instruction.op == Op::kPreviousIs) {
      guards_.push_back({code_.condition_of[at], instruction.next});
    } else {
      return RuleCode::Way::kGoOn;
    }
    return RuleCode::Way::kTurnBack;
  });
  std::sort(scratch_list_.begin(), scratch_list_.end());
  for (const std::uint32_t wait : scratch_list_) {
    if (closure_waits_.size() == waits_begin || closure_waits_.back() >> 32 != wait / 32)
      closure_waits_.push_back(std::uint64_t{wait / 32} << 32);
    closure_waits_.back() |= std::uint64_t{1} << (wait % 32);
  }
  closures_.push_back({waits_begin, static_cast<std::uint32_t>(closure_waits_.size()), guards_begin,
                       static_cast<std::uint32_t>(guards_.size())});
}

// The conditions of a token on which it depends what a wait makes of it: its own, those of what is asked ahead behind
// it, and what is asked of that token once it lies behind. Tokens of other classes for which the same of them hold need
// no transition of their own.
const std::vector<RuleMachine::Mask>& RuleMachine::relevance_of(std::uint32_t wait) {
  if (relevance_ids_[wait] == kNone) add_relevance(wait);
  return relevances_[relevance_ids_[wait]];
}

void RuleMachine::add_relevance(std::uint32_t wait) {
  std::vector<std::uint32_t> conditions;
  std::vector<std::uint32_t> behind;  // instructions that are reached once the token is read
  met_.renew();
  entered_.renew();
  std::vector<std::uint32_t> ahead;
  const auto follow_wait = [&](const Wait& asked) {
    if (asked.op == Op::kMatch) return;
    conditions.push_back(asked.condition);
    (asked.op == Op::kTest ? behind : ahead).push_back(asked.next);
  };
  follow_wait(code_.waits[wait]);
  code_.walk(ahead, met_, [&](std::uint32_t pc, const Instruction&) {
    if (code_.wait_of[pc] == kNone) return RuleCode::Way::kGoOn;
    follow_wait(code_.waits[code_.wait_of[pc]]);
    return RuleCode::Way::kTurnBack;
  });
  code_.walk(behind, entered_, [&](std::uint32_t pc, const Instruction& instruction) {
    if (instruction.op == Op::kPreviousIs) conditions.push_back(code_.condition_of[pc]);
    return RuleCode::ends_step(instruction) ? RuleCode::Way::kTurnBack : RuleCode::Way::kGoOn;
  });
  relevance_ids_[wait] = static_cast<std::uint32_t>(relevances_.size());
  relevances_.push_back(RuleCode::masks_of(std::move(conditions)));
}

std::uint64_t RuleMachine::hash_of_relevant(std::uint32_t from, const std::vector<Mask>& relevant,
                                            std::uint32_t cls) const {
  const std::uint64_t* bits = &class_bits_[cls * class_words_];
  std::uint64_t hash = from;
  for (const Mask& mask : relevant) hash = mix(hash + (bits[mask.word] & mask.bits) + 0x9E3779B97F4A7C15ull);
  return hash;
}

std::uint32_t RuleMachine::find_alike(std::uint64_t hash, std::uint32_t from, const std::vector<Mask>& relevant,
                                      std::uint32_t cls) const {
  const std::uint32_t known = alike_ids_.find(hash, [&](std::uint32_t id) {
    return alike_[id].from == from && are_alike(relevant, cls, alike_[id].cls);
  });
  return known == InternTable::kNew ? kUnbuilt : alike_[known].next;
}

// What the waits of a set depend on, added to scratch_bits_.
void RuleMachine::add_relevant(const WaitSet& waits) {
  for_waits(waits, [&](std::uint32_t number) {
    const Wait& wait = code_.waits[number];
    if (wait.is_plain) {
      scratch_bits_[wait.condition / 64] |= std::uint64_t{1} << (wait.condition % 64);
    } else if (wait.op != Op::kMatch) {
      add_scratch_bits(relevance_of(number));
    }
  });
}

// Gathers the waits that are reached from `pc` without a token, where the token before is of class `previous`.
void RuleMachine::follow(std::uint32_t pc, std::uint32_t previous) {
  if (!entered_.add(pc)) return;
  const Closure closure = closure_of(pc);
  for (std::uint32_t i = closure.waits_begin; i < closure.waits_end; ++i) gather(closure_waits_[i]);
  if (closure.guards_begin != closure.guards_end) follow_guards(closure.guards_begin, closure.guards_end, previous);
}

void RuleMachine::follow_guards(std::uint32_t begin, std::uint32_t end, std::uint32_t previous) {
  ways_.clear();
  while (true) {
    for (std::uint32_t i = begin; i < end; ++i) {
      const Guard& guard = guards_[i];
      if (guard.condition != kNone) has_asked_backward_ = true;
      if (guard.condition != kNone && !holds(guard.condition, previous)) continue;
      if (entered_.add(guard.next)) ways_.push_back(guard.next);
    }
    if (ways_.empty()) return;
    const Closure closure = closure_of(ways_.back());
    ways_.pop_back();
    for (std::uint32_t i = closure.waits_begin; i < closure.waits_end; ++i) gather(closure_waits_[i]);
    begin = closure.guards_begin;
    end = closure.guards_end;
  }
}

void RuleMachine::follow_group(const ByCondition& waits, std::uint32_t number, std::uint32_t previous) {
  const ByCondition::Group& group = waits.groups[number];
  for (std::uint32_t at = group.begin; at < group.end; ++at) follow(code_.waits[waits.waits[at]].next, previous);
}

// Gathers what those of the gathered waits lead to that ask for the next token, if it is of class `cls`, and takes all
// into resolved_.
void RuleMachine::ask_ahead(std::uint32_t previous, std::uint32_t cls) {
  const std::uint32_t first = code_.ahead_begin / 32, last = (code_.ahead_end - 1) / 32;
  for (bool is_more = true; is_more;) {
    is_more = false;
    for (std::uint32_t word = first; word <= last; ++word) {
      while (const std::uint32_t bits = gathered_[word] & code_.ahead[word] & ~asked_[word]) {
        const auto place = static_cast<unsigned>(std::countr_zero(bits));
        asked_[word] |= std::uint32_t{1} << place;
        const Wait& wait = code_.waits[word * 32 + place];
        if (!holds(wait.condition, cls)) continue;
        follow(wait.next, previous);
        is_more = true;
      }
    }
  }
  std::fill(asked_.begin() + first, asked_.begin() + last + 1, 0);
  take_gathered(resolved_);
}

// Gathers what the tests of a set lead to that a token of class `cls` meets, and adds what it accepts to accepted_.
void RuleMachine::read(const WaitSet& waits, std::uint32_t cls, bool at_edge) {
  const std::uint64_t* held = &class_bits_[cls * class_words_];
  for (const std::uint64_t word : waits) {
    const std::uint32_t first = static_cast<std::uint32_t>(word >> 32) * 32;
    for (auto rest = static_cast<std::uint32_t>(word); rest != 0; rest &= rest - 1) {
      const std::uint32_t number = first + static_cast<std::uint32_t>(std::countr_zero(rest));
      if (number < code_.ahead_begin) {
        const std::uint32_t condition = code_.condition_of_wait[number];
        if (((held[condition / 64] >> (condition % 64)) & 1) != 0 && !at_edge) follow(code_.waits[number].next, cls);
      } else if (number >= code_.ahead_end) {
        const std::uint32_t entry = code_.waits[number].entry;
        if (accepted_.empty() || accepted_.back() != entry) accepted_.push_back(entry);
      }
    }
  }
}

// One token: `waits` after a token of class `previous` read one of class `cls` -> next set in out_, accepted entries
// in accepted_.
void RuleMachine::step(const WaitSet& waits, std::uint32_t previous, std::uint32_t cls, bool at_edge) {
  accepted_.clear();
  resolved_.clear();
  const bool looks_ahead = !has_only_tests(waits) && has_any(waits, code_.ahead);
  if (looks_ahead) {
    entered_.renew();
    for (std::size_t i = waits.size(); i-- > 0 && (waits[i] >> 32) >= code_.ahead_begin / 32;) {
      const std::uint64_t word = waits[i] >> 32;
      const std::uint32_t ahead = static_cast<std::uint32_t>(waits[i]) & code_.ahead[word];
      if (ahead != 0) gather(word << 32 | ahead);
    }
    ask_ahead(previous, cls);
  }
  entered_.renew();
  read(waits, cls, at_edge);
  if (!resolved_.empty()) {
    read(resolved_, cls, at_edge);
    std::sort(accepted_.begin(), accepted_.end());
    accepted_.erase(std::unique(accepted_.begin(), accepted_.end()), accepted_.end());
  }
  take_gathered(out_);
}

// The first token: as step(), but only the tests that hold are looked at, however many rules there are. What begins
// with a test of many rules (large_) is a state of its own: it is the same after whatever word, where one state for all
// that begins here would be a large one for each word. `in_one_set`: there is but one set.
void RuleMachine::step_start(const Start& start, std::uint32_t cls, bool in_one_set) {
  accepted_.clear();
  large_.clear();
  resolved_.clear();
  if (!base_.ahead.groups.empty() || !start.ahead.groups.empty()) {
    entered_.renew();
    for_held(base_.ahead, cls, [&](std::uint32_t number) { follow_group(base_.ahead, number, start.previous); });
    for_held(start.ahead, cls, [&](std::uint32_t number) { follow_group(start.ahead, number, start.previous); });
    ask_ahead(start.previous, cls);
  }
  entered_.renew();
  for_waits(resolved_, [&](std::uint32_t number) {
    const Wait& wait = code_.waits[number];
    if (wait.op == Op::kTest && holds(wait.condition, cls)) follow(wait.next, cls);
  });
  for_held(base_.tests, cls, [&](std::uint32_t number) {
    const ByCondition::Group& tests = base_.tests.groups[number];
    if (!in_one_set && tests.end - tests.begin > limits_.cuts.many_tests) {
      large_.push_back(number);
    } else {
      follow_group(base_.tests, number, cls);
    }
  });
  for_held(start.tests, cls, [&](std::uint32_t number) { follow_group(start.tests, number, cls); });
  take_gathered(out_);
}

// --- states ----------------------------------------------------------------------------------------------------------

// The first token. kUnbuilt if there was no room for what it leads to.
std::uint32_t RuleMachine::find_first(std::uint32_t previous, std::uint32_t cls) {
  const std::uint32_t start = start_for(previous);
  std::uint32_t first = firsts_.find(start + 1, cls);
  if (first != kUnbuilt) return first;
  if (make_room()) return kUnbuilt;
  first = first_transition(start, cls);
  firsts_.insert(start + 1, cls, first);
  return first;
}

void RuleMachine::weed(Classes classes, std::vector<Begin>& places) {
  std::size_t kept = 0;
  for (const Begin place : places) {
    places[kept] = place;
    if (place.first == kUnbuilt) {
      ++kept;
      continue;
    }
    const Transition& first = steps_[place.first];
    const Gate& gate = gates_[first.target];
    const std::uint32_t cls = place.at + 1 < place.end ? classes[place.at + 1] : kEdge;
    // Without a branch for each place: which are kept is not to be foreseen. At the edge no test holds.
    const std::uint64_t held = class_bits_[cls * class_words_ + gate.word] & gate.mask;
    kept +=
        static_cast<std::size_t>((gate.is_gated == 0) | (held != 0) | (gate.has_more != 0) | (first.sibling != kNone));
    transitions_.fetch(first.target, cls);
  }
  uses_ += places.size() - kept;
  places.resize(kept);
}

// Keeps what a first token leads to; kIdle if that is nothing.
std::uint32_t RuleMachine::first_transition(std::uint32_t number, std::uint32_t cls) {
  const Start& start = *all_starts_[number];
  const std::uint64_t hash = hash_of_relevant(kFromStart | number, start.relevant, cls);
  const std::uint32_t known = find_alike(hash, kFromStart | number, start.relevant, cls);
  if (known != kUnbuilt) return known;
  // A look alone goes on in one set: whoever asks stops at its first match, wherever that comes from.
  step_start(start, cls, code_.automaton.entries.size() == 1);
  std::uint32_t first = out_.empty() ? kNone : add_transition(intern_state(out_, cls));
  for (const std::uint32_t tests : large_) {
    const std::uint32_t state = state_after(tests, cls);
    if (state == kDead) continue;
    const std::uint32_t transition = add_transition(state);
    steps_[transition].sibling = std::exchange(first, transition);
  }
  if (first == kNone) first = kIdle;
  keep_alike(hash, {kFromStart | number, cls, first});
  return first;
}

// Where the tests of one condition lead to when a token of class `cls` meets it: a group of base_.tests.
std::uint32_t RuleMachine::state_after(std::uint32_t number, std::uint32_t cls) {
  ByCondition::Group& tests = base_.tests.groups[number];
  if (tests.state != kUnbuilt) return tests.state;
  has_asked_backward_ = false;
  entered_.renew();
  follow_group(base_.tests, number, cls);
  take_gathered(out_);
  const std::uint32_t state = intern_state(out_, cls);
  if (!has_asked_backward_ && !has_any(out_, code_.backward)) tests.state = state;
  return state;
}

std::uint32_t RuleMachine::intern_state(const WaitSet& waits, std::uint32_t previous) {
  if (waits.empty()) return kDead;
  if (!has_any(waits, code_.backward)) previous = kEdge;
  const std::uint64_t hash = hash_of(waits) + previous;
  const std::uint32_t known = state_ids_.find(
      hash, [&](std::uint32_t state) { return states_[state].previous == previous && states_[state].waits == waits; });
  if (known != InternTable::kNew) return known;
  State state{waits, previous, {}, {}};
  Gate gate;
  std::uint32_t count = 0;
  bool has_negative = false;
  const bool only_tests = has_only_tests(waits);
  if (only_tests) {
    std::fill(scratch_bits_.begin(), scratch_bits_.end(), 0);
    for_waits(waits, [&](std::uint32_t wait) {
      ++count;
      const std::uint32_t condition = code_.waits[wait].condition;
      has_negative = has_negative || code_.is_negative[condition] != 0;
      scratch_bits_[condition / 64] |= std::uint64_t{1} << (condition % 64);
    });
  }
  if (only_tests && !(has_negative && count > limits_.cuts.few_tests)) {  // else most tokens go on
    state.masks = scratch_masks();
    gate = {state.masks.front().word, 1, static_cast<std::uint16_t>(state.masks.size() > 1 ? 1 : 0),
            state.masks.front().bits};
  }
  state_bytes_ += waits.size() * 8 + state.masks.size() * sizeof(Mask) + sizeof(State) + sizeof(Gate);
  gates_.push_back(gate);
  states_.push_back(std::move(state));
  const auto id = static_cast<std::uint32_t>(states_.size() - 1);
  state_ids_.insert(hash, id);
  return id;
}

// Keeps a step to `target` that accepts what is in accepted_.
std::uint32_t RuleMachine::add_transition(std::uint32_t target) {
  Transition transition;
  transition.accepts_begin = static_cast<std::uint32_t>(accepts_.size());
  accepts_.insert(accepts_.end(), accepted_.begin(), accepted_.end());
  transition.accepts_end = static_cast<std::uint32_t>(accepts_.size());
  transition.target = target;
  const auto id = static_cast<std::uint32_t>(steps_.size());
  steps_.push_back(transition);
  state_bytes_ += sizeof(Transition) + accepted_.size() * 4;
  return id;
}

std::uint32_t RuleMachine::build_transition(std::uint32_t state, std::uint32_t cls, bool at_edge) {
  std::uint64_t hash = 0;
  std::uint32_t next = kUnbuilt;
  if (!at_edge) {
    std::vector<Mask>& relevant = states_[state].relevant;
    if (relevant.empty()) {
      std::fill(scratch_bits_.begin(), scratch_bits_.end(), 0);
      add_relevant(states_[state].waits);
      relevant = scratch_masks();
      state_bytes_ += relevant.size() * sizeof(Mask);
    }
    hash = hash_of_relevant(state, relevant, cls);
    next = find_alike(hash, state, relevant, cls);
  }
  if (next == kUnbuilt) {
    step(states_[state].waits, states_[state].previous, cls, at_edge);
    const std::uint32_t target = intern_state(out_, cls);
    next = accepted_.empty() ? target : kAccepting | add_transition(target);
    if (!at_edge) keep_alike(hash, {state, cls, next});
  }
  transitions_.insert(state, cls, next);
  return next;
}

// Where the memory for states is spent, they are built anew, from the next place on; returns whether it was.
bool RuleMachine::make_room() {
  const bool fits =
      states_.size() < kAccepting && class_count_ < TransitionTable::kMaxClasses && steps_.size() < kAccepting;
  if (fits && bytes() <= limits_.automaton_bytes) return false;
  reset();
  return true;
}

void RuleMachine::reset() {
  ++resets_;
  if (uses_ < kWorthwhileUses * (transitions_.size() + 1)) ++wasted_;
  start_anew();
}

void RuleMachine::start_anew() {
  ++generation_;
  uses_ = 0;
  states_.assign(1, {});
  gates_.assign(1, {});
  state_ids_.clear();
  transitions_.clear();
  steps_.clear();
  accepts_.clear();
  state_bytes_ = 0;
  forget_closures();
  if (class_count_ == 0) {  // the edge is a class of its own, even if some token has no bit either
    find_class_bits({});
    add_class();
  }
  forget_starts();
}

void RuleMachine::forget_closures() {
  closure_ids_.assign(code_.automaton.code.size(), kNone);
  closures_.clear();
  closure_waits_.clear();
  guards_.clear();
}

void RuleMachine::forget_starts() {
  starts_of_class_.assign(class_count_, kNone);
  start_ids_.clear();
  all_starts_.clear();
  alike_.clear();  // start sets get the same numbers again
  alike_ids_.clear();
  firsts_.clear();
}

std::uint32_t RuleMachine::start_for(std::uint32_t previous) {
  if (starts_of_class_[previous] != kNone) return starts_of_class_[previous];
  const std::uint64_t hash = hash_of_relevant(0, code_.start_masks, previous);
  std::uint32_t id = start_ids_.find(
      hash, [&](std::uint32_t known) { return are_alike(code_.start_masks, previous, all_starts_[known]->previous); });
  if (id != InternTable::kNew) return starts_of_class_[previous] = id;
  if (all_starts_.size() >= limits_.cuts.starts) forget_starts();
  if (all_starts_.empty()) make_base();
  Start& start = *all_starts_.emplace_back(std::make_unique<Start>());
  start.previous = previous;
  entered_.renew();
  for (const Guard& guard : base_guards_) {
    if (holds(guard.condition, previous)) follow(guard.next, previous);
  }
  for (std::size_t word = 0; word < gathered_.size(); ++word) gathered_[word] &= ~base_gathered_[word];
  take_gathered(out_);
  std::erase_if(out_, [](std::uint64_t word) { return static_cast<std::uint32_t>(word) == 0; });
  add_by_condition(out_, Op::kTest, start.tests);
  add_by_condition(out_, Op::kNextIs, start.ahead);
  std::fill(scratch_bits_.begin(), scratch_bits_.end(), 0);
  add_scratch_bits(base_.relevant);
  add_relevant(out_);
  start.relevant = scratch_masks();
  state_bytes_ += start.relevant.size() * sizeof(Mask) + sizeof(Start);
  id = static_cast<std::uint32_t>(all_starts_.size() - 1);
  start_ids_.insert(hash, id);
  return starts_of_class_[previous] = id;
}

void RuleMachine::make_base() {
  base_ = {};
  base_guards_.clear();
  stack_.clear();
  for (const std::uint32_t pc : code_.starts) {
    if (is_off_[code_.entry_of[pc]] == 0) stack_.push_back(pc);
  }
  met_.renew();
  code_.walk(stack_, met_, [&](std::uint32_t pc, const Instruction& instruction) {
    const std::uint32_t wait = code_.wait_of[pc];
    if (wait != kNone) {
      gather(std::uint64_t{wait / 32} << 32 | std::uint64_t{1} << (wait % 32));
    } else if (instruction.op == Op::kPreviousIs) {
      base_guards_.push_back({code_.condition_of[pc], instruction.next});
    } else {
      return RuleCode::Way::kGoOn;
    }
    return RuleCode::Way::kTurnBack;
  });
  base_gathered_ = gathered_;
  take_gathered(out_);
  add_by_condition(out_, Op::kTest, base_.tests);
  add_by_condition(out_, Op::kNextIs, base_.ahead);
  std::fill(scratch_bits_.begin(), scratch_bits_.end(), 0);
  add_relevant(out_);
  base_.relevant = scratch_masks();
  state_bytes_ += base_gathered_.size() * 4 + base_guards_.size() * sizeof(Guard);
}

// Those of a set that are of this kind. First ones are numbered by condition, see RuleCode.
void RuleMachine::add_by_condition(const WaitSet& waits, Op op, ByCondition& groups) {
  std::vector<std::uint32_t> conditions;
  for_waits(waits, [&](std::uint32_t number) {
    const Wait& wait = code_.waits[number];
    if (wait.op != op) return;
    const auto at = static_cast<std::uint32_t>(groups.waits.size());
    if (conditions.empty() || conditions.back() != wait.condition) {
      conditions.push_back(wait.condition);
      groups.groups.push_back({at, at, kUnbuilt});
    }
    groups.waits.push_back(number);
    groups.groups.back().end = at + 1;
  });
  std::uint32_t first = 0;
  state_bytes_ += groups.waits.size() * 4 + conditions.size() * sizeof(ByCondition::Group);
  groups.masks = RuleCode::masks_of(std::move(conditions));
  for (const Mask& mask : groups.masks) {
    groups.first_of.push_back(first);
    first += static_cast<std::uint32_t>(std::popcount(mask.bits));
  }
  state_bytes_ += groups.masks.size() * (sizeof(Mask) + 4);
}

// --- matches ---------------------------------------------------------------------------------------------------------

bool RuleMachine::backtrack(Classes classes, std::uint32_t begin, std::uint32_t start, std::uint32_t longest,
                            std::uint32_t end, std::uint32_t entry, std::uint32_t& match_end,
                            std::vector<std::uint32_t>& slots, std::uint64_t& steps) {
  const Graph& graph = graph_of(entry);
  const std::uint32_t width = longest - start + 1;
  tried_nodes_.assign((graph.nodes.size() * width + 63) / 64, 0);
  steps += tried_nodes_.size() / 16;
  slots.assign(code_.automaton.entries[entry].slots, kNone);
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
      const bool has_failed = edge.kind != Edge::kMatch && ((tried_nodes_[bit / 64] >> (bit % 64)) & 1) != 0;
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
      tried_nodes_[bit / 64] |= std::uint64_t{1} << (bit % 64);
      job = {edge.target, next, graph.nodes[edge.target].begin, static_cast<std::uint32_t>(trail_.size())};
      continue;
    }
    if (jobs_.empty()) return false;
    job = jobs_.back();
    jobs_.pop_back();
    for (; trail_.size() > job.trail; trail_.pop_back()) slots[trail_.back().first] = trail_.back().second;
  }
}

void RuleMachine::add_tries(Classes classes, std::uint32_t begin, std::uint32_t at, std::vector<std::uint64_t>& tries) {
  step_start(*all_starts_[start_for(at == begin ? kEdge : classes[at - 1])], classes[at], true);
  scratch_list_.clear();
  for_waits(out_, [&](std::uint32_t wait) { scratch_list_.push_back(code_.waits[wait].entry); });
  std::sort(scratch_list_.begin(), scratch_list_.end());
  scratch_list_.erase(std::unique(scratch_list_.begin(), scratch_list_.end()), scratch_list_.end());
  for (const std::uint32_t entry : scratch_list_) ++tries[entry];
}

}  // namespace dossier
