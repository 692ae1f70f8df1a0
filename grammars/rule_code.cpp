#include "grammars/rule_code.h"

#include <algorithm>
#include <numeric>

namespace dossier {

namespace {

using Program = RuleSet::Program;
using Op = Program::Op;
using Instruction = Program::Instruction;

constexpr std::size_t kMaxTriggerCode = 4096;  // instructions of an automaton for which triggers are sought
constexpr std::size_t kMaxTriggerTries = 32;   // conditions of an entry that are tried

// The automaton with only those of its entries that are wanted, by number.
Program::Automaton restrict(const Program& program, const Program::Automaton& whole, const std::vector<bool>& wanted) {
  Program::Automaton some;
  some.scope = whole.scope;
  std::vector<bool> asked(program.bit_count);
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
        for (const Program::Literal& literal : program.conditions[instruction.a]) asked[literal.bit] = true;
      }
      some.code.push_back(instruction);
    }
    entry.start = entry.start - entry.begin + begin;
    entry.begin = begin;
    entry.end = static_cast<std::uint32_t>(some.code.size());
    some.entries.push_back(entry);
  }
  for (std::uint32_t bit = 0; bit < asked.size(); ++bit) {
    if (asked[bit]) some.bits.push_back(bit);
  }
  return some;
}

void find_readers(const Program& program, SelectedRules::Phase& phase) {
  std::vector<std::pair<std::uint32_t, SelectedRules::Phase::Reader>> readers;  // by bit
  std::uint32_t count = 0;
  for (const std::vector<RuleCode>* all : {&phase.looks, &phase.rules}) {
    for (const RuleCode& code : *all) {
      const std::vector<std::uint32_t>& bits = code.automaton.bits;
      for (std::uint32_t i = 0; i < bits.size(); ++i) readers.push_back({bits[i], {count, i}});
      ++count;
    }
  }
  std::stable_sort(readers.begin(), readers.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  phase.readers_begin.assign(program.bit_count + 1, 0);
  phase.readers.reserve(readers.size());
  for (const auto& [bit, reader] : readers) {
    phase.readers.push_back(reader);
    ++phase.readers_begin[bit + 1];
  }
  for (std::uint32_t bit = 0; bit < program.bit_count; ++bit)
    phase.asks.push_back(phase.readers_begin[bit + 1] != 0 ? 1 : 0);
  std::partial_sum(phase.readers_begin.begin(), phase.readers_begin.end(), phase.readers_begin.begin());
}

SelectedRules selected(const Program& program, const std::vector<bool>& applying) {
  std::vector<std::uint32_t> predicate_of(program.bit_count);  // by bit
  for (std::uint32_t id = 0; id < program.predicates.size(); ++id) {
    const std::uint32_t end = id + 1 < program.predicates.size() ? program.predicates[id + 1].bit : program.bit_count;
    for (std::uint32_t bit = program.predicates[id].bit; bit < end; ++bit) predicate_of[bit] = id;
  }
  SelectedRules rules;
  rules.asks.assign(program.predicates.size(), false);
  std::vector<std::uint32_t> kinds_asking(program.predicates.size(), 0);  // by predicate
  // kinds_of(entry.rule): of documents; none: the entry is left out.
  const auto add = [&](std::vector<RuleCode>& codes, std::vector<std::uint32_t>& kinds,
                       const Program::Automaton& automaton, const auto& kinds_of) {
    std::vector<bool> wanted;
    std::uint32_t all_kinds = 0;
    for (const Program::Automaton::Entry& entry : automaton.entries) {
      const std::uint32_t kinds_of_entry = kinds_of(entry.rule);
      all_kinds |= kinds_of_entry;
      wanted.push_back(kinds_of_entry != 0);
      for (std::uint32_t pc = entry.begin; pc < entry.end && kinds_of_entry != 0; ++pc) {
        if (!is_test(automaton.code[pc])) continue;
        for (const Program::Literal& literal : program.conditions[automaton.code[pc].a])
          kinds_asking[predicate_of[literal.bit]] |= kinds_of_entry;
      }
    }
    if (all_kinds == 0) return;
    Program::Automaton some = restrict(program, automaton, wanted);
    for (const std::uint32_t bit : some.bits) rules.asks[predicate_of[bit]] = true;
    codes.emplace_back(program, std::move(some));
    kinds.push_back(all_kinds);
  };
  for (const Program::Phase& phase : program.phases) {
    SelectedRules::Phase& some = rules.phases.emplace_back();
    std::vector<std::uint32_t> kinds_of_rules;
    for (const Program::Automaton& automaton : phase.rules) {
      add(some.rules, kinds_of_rules, automaton,
          [&](std::uint32_t rule) { return applying[rule] ? program.rules[rule].kind_mask : 0; });
    }
    for (const Program::Automaton& automaton : phase.looks)
      add(some.looks, some.kinds, automaton, [&](std::uint32_t look) { return kinds_asking[look]; });
    some.kinds.insert(some.kinds.end(), kinds_of_rules.begin(), kinds_of_rules.end());
    find_readers(program, some);
  }
  return rules;
}

}  // namespace

std::shared_ptr<const SelectedRules> select_rules(const Program& program, const std::vector<bool>& applying) {
  const std::lock_guard lock(program.selections.mutex);
  std::shared_ptr<const SelectedRules>& known = program.selections.by_applying[applying];
  if (known == nullptr) known = std::make_shared<const SelectedRules>(selected(program, applying));
  return known;
}

RuleCode::RuleCode(const Program& program, Program::Automaton given) : automaton(std::move(given)) {
  Visits met;
  met.resize(automaton.code.size());
  const std::vector<std::uint32_t> order = order_of_waits(met);
  number_conditions(program, order);
  entry_of.assign(automaton.code.size(), 0);
  for (std::uint32_t i = 0; i < automaton.entries.size(); ++i) {
    const Program::Automaton::Entry& entry = automaton.entries[i];
    starts.push_back(entry.start);
    std::fill(entry_of.begin() + entry.begin, entry_of.begin() + entry.end, i);
  }
  find_whole_captures(met);
  number_waits(order);
  find_triggers(met);
  trigger_masks = masks_of(triggers);
  first_masks = masks_of(conditions_at(starts, Op::kTest, met));
  start_masks = masks_of(conditions_at(starts, Op::kPreviousIs, met));
}

// The instructions that ask for a next token, kTest and kNextIs, in the order in which they get their numbers: those of
// first tokens by condition, then what each of these conditions leads to, and so on. After a person a hundred rules
// wait for a second word. Numbered as they stand in the code, each of these waits had a word of a state's set for
// itself; so they lie side by side, and so do the conditions that they ask for.
std::vector<std::uint32_t> RuleCode::order_of_waits(Visits& met) const {
  std::vector<std::uint32_t> order;
  const auto condition = [&](std::uint32_t pc) { return automaton.code[pc].a; };
  const auto add_reached_from = [&](std::vector<std::uint32_t>& stack) {
    const auto first = static_cast<std::ptrdiff_t>(order.size());
    walk(stack, met, [&](std::uint32_t pc, const Instruction& instruction) {
      if (instruction.op == Op::kTest || instruction.op == Op::kNextIs) order.push_back(pc);
      return ends_step(instruction) ? Way::kTurnBack : Way::kGoOn;
    });
    std::sort(order.begin() + first, order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(condition(a), a) < std::pair(condition(b), b);
    });
  };
  met.renew();
  std::vector<std::uint32_t> stack;
  for (const Program::Automaton::Entry& entry : automaton.entries) stack.push_back(entry.start);
  add_reached_from(stack);
  for (std::size_t i = 0; i < order.size();) {
    const std::uint32_t asked = condition(order[i]);
    for (; i < order.size() && condition(order[i]) == asked; ++i) {
      if (automaton.code[order[i]].op == Op::kTest) stack.push_back(automaton.code[order[i]].next);
    }
    add_reached_from(stack);
  }
  return order;
}

// Conditions of this automaton by its own numbers, and how they follow from bits.
void RuleCode::number_conditions(const Program& program, std::span<const std::uint32_t> order) {
  std::vector<std::uint32_t> number_of_condition(program.conditions.size(), kNone), conditions;
  condition_of.assign(automaton.code.size(), 0);
  const auto number = [&](std::uint32_t pc) {
    std::uint32_t& condition = number_of_condition[automaton.code[pc].a];
    if (condition == kNone) {
      condition = static_cast<std::uint32_t>(conditions.size());
      conditions.push_back(automaton.code[pc].a);
    }
    condition_of[pc] = condition;
  };
  for (const std::uint32_t pc : order) number(pc);
  for (std::uint32_t pc = 0; pc < automaton.code.size(); ++pc) {
    if (is_test(automaton.code[pc])) number(pc);
  }
  condition_count = conditions.size();
  class_words = condition_count / 64 + 1;

  std::vector<bool> is_common(program.bit_count);
  for (const std::vector<std::uint32_t>* ids : {&program.shape_predicates, &program.structure_predicates}) {
    for (const std::uint32_t id : *ids) is_common[program.predicates[id].bit] = true;
  }
  const auto number_of = [&](std::uint32_t bit) {
    return static_cast<std::uint32_t>(std::lower_bound(automaton.bits.begin(), automaton.bits.end(), bit) -
                                      automaton.bits.begin());
  };
  const auto add_to = [](std::vector<Mask>& masks, std::uint32_t condition) {
    if (masks.empty() || masks.back().word != condition / 64) masks.push_back({condition / 64, 0});
    masks.back().bits |= std::uint64_t{1} << (condition % 64);
  };
  made_by.resize(automaton.bits.size());
  broken_by.resize(automaton.bits.size());
  joints.resize(automaton.bits.size());
  std::vector<std::vector<Mask>> without(automaton.bits.size());
  std::vector<std::uint32_t> rare, common;
  for (std::uint32_t condition = 0; condition < conditions.size(); ++condition) {
    rare.clear();
    common.clear();
    for (const Program::Literal& literal : program.conditions[conditions[condition]]) {
      const std::uint32_t bit = number_of(literal.bit);
      if (!literal.wanted) {
        add_to(broken_by[bit], condition);
      } else {
        (is_common[literal.bit] ? common : rare).push_back(bit);
      }
    }
    is_negative.push_back(rare.empty() && common.empty() ? 1 : 0);
    if (is_negative.back() != 0) add_to(negative, condition);
    if (rare.size() == 1) add_to(made_by[rare.front()], condition);
    if (rare.size() > 1) {
      const std::span<const std::uint32_t> others = std::span(rare).subspan(1);
      std::vector<Joint>& known = joints[rare.front()];
      auto joint = std::find_if(known.begin(), known.end(),
                                [&](const Joint& one) { return std::ranges::equal(one.bits, others); });
      if (joint == known.end()) joint = known.insert(joint, {{others.begin(), others.end()}, {}});
      add_to(joint->masks, condition);
    }
    if (rare.empty() && !common.empty()) add_to(made_by[common.front()], condition);
    for (const std::uint32_t bit : common) add_to(without[bit], condition);
  }
  for (std::uint32_t bit = 0; bit < without.size(); ++bit) {
    if (!without[bit].empty()) broken_without.emplace_back(bit, std::move(without[bit]));
  }
}

void RuleCode::number_waits(std::span<const std::uint32_t> order) {
  // From which instructions may the token before be asked for without reading one? What an instruction leads to stands
  // before it in the code, but for repetitions: a few rounds.
  std::vector<bool> asks_backward(automaton.code.size());
  for (bool is_more = true; is_more;) {
    is_more = false;
    for (std::size_t pc = 0; pc < automaton.code.size(); ++pc) {
      const Instruction& instruction = automaton.code[pc];
      if (asks_backward[pc] || instruction.op == Op::kTest || instruction.op == Op::kMatch) continue;
      const bool asks = instruction.op == Op::kPreviousIs || asks_backward[instruction.next] ||
                        (instruction.op == Op::kSplit && asks_backward[instruction.a]);
      if (!asks) continue;
      asks_backward[pc] = true;
      is_more = true;
    }
  }
  wait_of.assign(automaton.code.size(), kNone);
  const auto add = [&](std::uint32_t pc) {
    const Instruction& instruction = automaton.code[pc];
    const bool is_plain = instruction.op == Op::kTest && !asks_backward[instruction.next];
    wait_of[pc] = static_cast<std::uint32_t>(waits.size());
    waits.push_back({instruction.op, is_plain, condition_of[pc], instruction.next, entry_of[pc]});
  };
  const auto add_all = [&](Op op) {
    for (const std::uint32_t pc : order) {
      if (automaton.code[pc].op == op) add(pc);
    }
  };
  add_all(Op::kTest);
  ahead_begin = static_cast<std::uint32_t>(waits.size());
  add_all(Op::kNextIs);
  ahead_end = static_cast<std::uint32_t>(waits.size());
  for (std::uint32_t pc = 0; pc < automaton.code.size(); ++pc) {
    if (automaton.code[pc].op == Op::kMatch) add(pc);
  }
  for (const Wait& wait : waits) condition_of_wait.push_back(wait.condition);
  const std::size_t words = waits.size() / 32 + 1;
  ahead.assign(words, 0);
  backward.assign(words, 0);
  for (std::uint32_t wait = ahead_begin; wait < ahead_end; ++wait) {
    const std::uint32_t bit = std::uint32_t{1} << (wait % 32);
    ahead[wait / 32] |= bit;
    if (asks_backward[waits[wait].next]) backward[wait / 32] |= bit;
  }
}

// Conditions of one kind among the instructions that are reached from these before a token is read: kTest, those on
// the first token of what begins there; kPreviousIs, those on the token before it.
std::vector<std::uint32_t> RuleCode::conditions_at(std::vector<std::uint32_t> stack, Op kind, Visits& met) const {
  std::vector<std::uint32_t> found;
  met.renew();
  walk(stack, met, [&](std::uint32_t pc, const Instruction& instruction) {
    if (instruction.op == kind) found.push_back(condition_of[pc]);
    return ends_step(instruction) ? Way::kTurnBack : Way::kGoOn;
  });
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<RuleCode::Mask> RuleCode::masks_of(std::vector<std::uint32_t> conditions) {
  std::sort(conditions.begin(), conditions.end());
  std::vector<Mask> masks;
  for (const std::uint32_t condition : conditions) {
    if (masks.empty() || masks.back().word != condition / 64) masks.push_back({condition / 64, 0});
    masks.back().bits |= std::uint64_t{1} << (condition % 64);
  }
  return masks;
}

// For each entry a condition that some token of every match meets; none at all if an entry has no such condition.
void RuleCode::find_triggers(Visits& met) {
  if (automaton.code.size() > kMaxTriggerCode) return;
  for (const Program::Automaton::Entry& entry : automaton.entries) {
    // One that another entry has is best, then what comes late in a match: what follows stands before in the code.
    std::vector<std::uint32_t> wanted = triggers;
    for (std::uint32_t pc = entry.begin; pc < entry.end; ++pc) {
      const std::uint32_t condition = condition_of[pc];
      if (automaton.code[pc].op == Op::kTest && is_negative[condition] == 0 &&
          std::find(wanted.begin(), wanted.end(), condition) == wanted.end())
        wanted.push_back(condition);
    }
    if (wanted.size() > kMaxTriggerTries) wanted.resize(kMaxTriggerTries);
    const auto found = std::find_if(wanted.begin(), wanted.end(),
                                    [&](std::uint32_t condition) { return !can_match_without(entry, condition, met); });
    if (found == wanted.end()) {
      triggers.clear();
      return;
    }
    if (std::find(triggers.begin(), triggers.end(), *found) == triggers.end()) triggers.push_back(*found);
  }
}

bool RuleCode::can_match_without(const Program::Automaton::Entry& entry, std::uint32_t condition, Visits& met) const {
  std::vector<std::uint32_t> stack = {entry.start};
  bool can = false;
  met.renew();
  walk(stack, met, [&](std::uint32_t pc, const Instruction& instruction) {
    can = instruction.op == Op::kMatch;
    if (can) return Way::kStop;
    return instruction.op == Op::kTest && condition_of[pc] == condition ? Way::kTurnBack : Way::kGoOn;
  });
  return can;
}

void RuleCode::find_whole_captures(Visits& met) {
  // Does every way from `start` come to an instruction of this kind (a capture's: of slot `a`) before a token is read?
  const auto leads_to = [&](std::uint32_t start, Op op, std::uint32_t a) {
    std::vector<std::uint32_t> stack = {start};
    bool leads = true;
    met.renew();
    walk(stack, met, [&](std::uint32_t, const Instruction& instruction) {
      if (instruction.op == op && (op == Op::kMatch || instruction.a == a)) return Way::kTurnBack;
      leads = !ends_step(instruction) && instruction.op != Op::kCapture;
      return leads ? Way::kGoOn : Way::kStop;
    });
    return leads;
  };
  for (const Program::Automaton::Entry& entry : automaton.entries) {
    bool is_whole = entry.slots <= 2 && (entry.slots == 0 || leads_to(entry.start, Op::kCapture, 0));
    for (std::uint32_t pc = entry.begin; pc < entry.end && is_whole; ++pc) {
      const Instruction& instruction = automaton.code[pc];
      if (instruction.op == Op::kCapture && instruction.a == 1) is_whole = leads_to(instruction.next, Op::kMatch, 0);
    }
    captures_whole.push_back(is_whole ? 1 : 0);
  }
}

}  // namespace dossier
