// rule_matcher.cpp - the fast road: truths -> classes -> lazily built deterministic states; captures by backtracking.
//
// Layers, each a small number that stands for something larger and is looked up once:
//   set     bits of a token (sorted list): those of its word, lexicon hits, labels; or those of mentions and looks
//   ground  a set of the former and the token's shape and structure: what a document's rules do not change
//   truth   a ground and a set of the latter
//   kind    what the automata of one phase ask for of a truth
//   class   what one automaton can tell apart of a kind: which of its conditions hold (rule_machine.h)
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
#include "grammars/rule_machine.h"
#include "grammars/rule_program.h"

namespace dossier {

namespace {

using Program = RuleSet::Program;
using Op = Program::Op;
using Instruction = Program::Instruction;
using Machine = RuleMachine;
using Classes = RuleMachine::Classes;

constexpr std::size_t kMaxSets = 1 << 18;    // kept from document to document; more: all caches start anew
constexpr std::size_t kMaxTruths = 1 << 16;  // each phase of each language may know all of them
constexpr std::size_t kMaxLanguages = 24;    // whose words are known; a megabyte each, and a code may be any of ISO's
constexpr std::size_t kMaxSurfaces = 1 << 16;
constexpr std::size_t kBeginsAtOnce = 256;  // places where matches may begin; a segment's are found together

// What the machines of a phase see in a token, a bit for each: may something start there, is it a trigger?
struct Marks {
  static_assert(2 * Program::kScopes <= 16);
  std::uint16_t starts = 0;
  std::uint16_t triggers = 0;
  std::uint32_t kind = kNone;  // kNone: not known yet
};

struct ViewHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view view) const { return std::hash<std::string_view>{}(view); }
};

struct Segment {  // of visible tokens
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct PhaseMachines {
  const SelectedRules::Phase* code = nullptr;
  std::vector<std::unique_ptr<Machine>> looks, rules;
  std::vector<std::vector<std::uint32_t>> held;  // scratch: by machine, its bits that a truth holds
  std::vector<Marks> marks;                      // by truth
  std::vector<Marks> marks_of_kind;
  // What these machines ask for of a set or form: lists of bits with a number; three such numbers are a kind.
  std::vector<std::vector<std::uint32_t>> seen;
  InternTable seen_ids;
  std::vector<std::uint32_t> seen_of_set, seen_of_form;  // kNone: not known yet
  std::vector<std::pair<std::uint32_t, std::uint32_t>> seen_grounds;  // of its set, of its form
  FlatMap seen_ground_ids;
  FlatMap kind_of_seen;  // (number of such a pair, of the other set) -> kind
  std::uint64_t reading = 0;  // the document it ran on last
};
// Interned sets, grounds and truths, and what comes of sets. A word's list is long, a hundred bits, and its own; what
// is found on it has a short one that many words share. In one list together each change of it made a long list anew.
struct Interned {
  struct Ground {
    std::uint32_t set;
    std::uint32_t form;
  };
  struct Truth {
    std::uint32_t ground;
    std::uint32_t found;  // set
  };
  std::vector<std::vector<std::uint32_t>> sets;
  InternTable set_ids;
  std::vector<Ground> grounds;
  FlatMap ground_ids;
  std::vector<Truth> truths;
  FlatMap truth_ids;
  FlatMap covered_sets;    // (set, bit, begins, ends) -> set with these bits
  FlatMap joined_sets;     // (set, predicate list, begins, ends) -> set with the bits of all of them
  FlatMap uncovered_sets;  // (set, bit) -> set without its three bits
  FlatMap added_sets;      // (set, bit) -> set with this one
};
// The rules that can apply to the documents of some languages: those of others cost these documents nothing.
struct Selection {
  std::shared_ptr<const SelectedRules> rules;
  std::vector<PhaseMachines> phases;
  std::vector<std::size_t> regexes;  // sets of which they ask for a pattern
  Interned interned;
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
  std::vector<bool> applies;                                     // by rule
  std::map<DocumentKind, std::vector<std::uint8_t>> applies_to;  // the same in documents of a kind
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
  std::vector<std::uint32_t> token_ground;
  std::vector<std::uint32_t> token_set;  // of what was found; while the document begins, of its ground
  std::vector<std::uint32_t> token_form;
  std::vector<std::uint32_t> token_truth;      // as it was when last asked for
  std::vector<std::uint32_t> changed;          // places whose set is another now
  std::vector<std::uint8_t> is_changed;        // by place
  std::vector<std::uint8_t> is_laid;           // by predicate: earlier mentions of this document hold it
  std::vector<std::vector<Segment>> segments;  // by scope
  std::vector<std::uint8_t> applies;           // by rule
  std::vector<std::uint32_t> match_counts;     // by rule
  std::vector<std::uint32_t> matched;          // the rules whose count is not 0
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

  struct Form {
    std::uint16_t shape;
    std::uint32_t structure;
    std::vector<std::uint32_t> bits{};  // of the predicates that hold
  };
  std::vector<Form> forms;
  FlatMap form_ids;
  std::uint16_t shape_mask = 0;
  std::uint32_t structure_mask = 0;

  std::map<std::string, std::unique_ptr<Language>> languages;
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
  Interned* interned = nullptr;  // of the rules for its language
  std::uint64_t reading_count = 0;
  std::vector<std::uint32_t> renewed;       // places whose truth was found last
  std::vector<std::uint16_t> token_starts;  // Marks of this phase
  std::vector<std::uint16_t> token_triggers;
  std::vector<std::uint32_t> token_kinds;
  Marks all_marks;                         // of all tokens
  std::vector<std::uint32_t> last_end;     // by predicate: end of its last hit, while hits are laid out; else 0
  std::vector<std::uint32_t> ended;        // predicates with one
  std::vector<std::uint32_t> lexicon_end;  // by lexicon: end of the last hit of any of its predicates
  std::vector<Segment> wanted;             // places to which a run is confined; empty: none
  std::vector<Segment> some_segments;
  std::vector<Machine::Begin> begins;  // of a machine, scratch
  std::vector<std::uint32_t> scratch, merged, slots;
  std::vector<std::uint32_t> longest_end;  // of the matches that begin at a place, by entry of its machine; else 0
  std::vector<std::uint8_t> has_choice;    // has it matches of several lengths there?
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
    bool has_room = true;  // for states, beside classes
    for_machines(
        [&](const Machine& machine) { has_room = has_room && machine.class_bytes() <= limits.automaton_bytes / 2; });
    std::size_t sets = 0, truths = 0;
    for (const auto& [applying, selection] : selections) {
      sets += selection->interned.sets.size();
      truths += selection->interned.truths.size();
    }
    return !has_room || sets > kMaxSets || truths > kMaxTruths || languages.size() > kMaxLanguages;
  }
  void clear_caches() {
    forms.clear();
    form_ids.clear();
    languages.clear();
    lists.clear();
    known_mentions.clear();
    for (const auto& [applying, selection] : selections) {
      selection->interned = {};
      for (PhaseMachines& machines : selection->phases) {
        machines.marks.clear();
        machines.seen.clear();
        machines.seen_ids.clear();
        machines.seen_of_set.clear();
        machines.seen_of_form.clear();
        machines.marks_of_kind.clear();
        machines.seen_grounds.clear();
        machines.seen_ground_ids.clear();
        machines.kind_of_seen.clear();
      }
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
    if (selection == nullptr) selection = select(known->applies);
    known->selection = selection.get();
    return *known;
  }

  std::unique_ptr<Selection> select(const std::vector<bool>& applying) const {
    auto selection = std::make_unique<Selection>();
    selection->rules = select_rules(program, applying);
    for (const SelectedRules::Phase& phase : selection->rules->phases) {
      PhaseMachines& machines = selection->phases.emplace_back();
      machines.code = &phase;
      for (const RuleCode& code : phase.looks) machines.looks.push_back(std::make_unique<Machine>(code, limits));
      for (const RuleCode& code : phase.rules) machines.rules.push_back(std::make_unique<Machine>(code, limits));
      machines.held.resize(phase.looks.size() + phase.rules.size());
    }
    for (std::size_t i = 0; i < program.regexes.size(); ++i) {
      const auto patterns = predicates_of_regexes(i);
      if (std::any_of(patterns.begin(), patterns.end(), [&](std::uint32_t id) { return selection->rules->asks[id]; }))
        selection->regexes.push_back(i);
    }
    return selection;
  }

  std::uint32_t intern_set(const std::vector<std::uint32_t>& bits) {
    const std::uint64_t hash = hash_of(bits);
    const std::uint32_t known =
        interned->set_ids.find(hash, [&](std::uint32_t set) { return interned->sets[set] == bits; });
    if (known != InternTable::kNew) return known;
    const auto id = static_cast<std::uint32_t>(interned->sets.size());
    interned->set_ids.insert(hash, id);
    interned->sets.push_back(bits);
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

  // The number of a pair of numbers in `ids`; new ones are added to `all`.
  template <class Pair>
  static std::uint32_t intern_pair(std::uint32_t first, std::uint32_t second, std::vector<Pair>& all, FlatMap& ids) {
    const std::uint64_t key = (static_cast<std::uint64_t>(first) << 32 | second) + 1;
    if (const std::uint32_t* known = ids.find(key)) return *known;
    const auto id = static_cast<std::uint32_t>(all.size());
    all.push_back({first, second});
    ids.insert(key, id);
    return id;
  }

  // --- bits of tokens ------------------------------------------------------------------------------------------------

  bool asks(std::uint32_t predicate) const { return now->language->selection->rules->asks[predicate]; }

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

  // Most of the list is sorted already, what was added lies at its end.
  void normalize(std::vector<std::uint32_t>& bits) {
    const auto added = std::is_sorted_until(bits.begin(), bits.end());
    if (added != bits.end()) {
      std::sort(added, bits.end());
      merged.resize(bits.size());
      std::merge(bits.begin(), added, added, bits.end(), merged.begin());
      bits.swap(merged);
    }
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

  // Of the patterns of one set.
  std::span<const std::uint32_t> predicates_of_regexes(std::size_t set) const {
    const std::span<const std::uint32_t> all(program.regex_predicates);
    const std::size_t begin = set * Program::kSetPatterns;
    return all.subspan(begin, std::min(Program::kSetPatterns, all.size() - begin));
  }

  void add_bits_of_regexes(std::string_view surface, std::vector<std::uint32_t>& bits) const {
    std::vector<int> hits;
    const re2::StringPiece word(surface.data(), surface.size());
    for (const std::size_t set : now->language->selection->regexes) {
      const std::span<const std::uint32_t> predicates = predicates_of_regexes(set);
      RE2::Set::ErrorInfo error{RE2::Set::kNoError};
      hits.clear();
      if (!program.regexes[set]->Match(word, &hits, &error) && error.kind != RE2::Set::kNoError) {
        // All at once were too much for their memory: one after the other.
        hits.clear();
        for (std::size_t n = 0; n < predicates.size(); ++n) {
          if (RE2::FullMatch(word, RE2(program.predicates[predicates[n]].text, RE2::Quiet)))
            hits.push_back(static_cast<int>(n));
        }
      }
      for (const int hit : hits) {
        const std::uint32_t id = predicates[static_cast<std::size_t>(hit)];
        if (asks(id)) bits.push_back(program.predicates[id].bit);
      }
    }
  }

  std::uint32_t set_of_surface(std::uint32_t token, std::string_view surface) {
    if (const auto known = now->language->surface_sets.find(surface); known != now->language->surface_sets.end())
      return known->second;
    const std::uint32_t set = look_up(token, surface);
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
    const WordId word = now->pass->words[token];
    const std::uint32_t known = set_of_word(word);
    const bool surface_matters = (known & kSurface) != 0 || (word == 0 && !program.exact_word_predicates.empty());
    scratch.clear();
    if (surface_matters) {
      word_bits(word, &surface, scratch);
      const auto exact = program.exact_word_predicates.find(std::string(surface));
      if (exact != program.exact_word_predicates.end()) {
        for (const std::uint32_t id : exact->second) scratch.push_back(program.predicates[id].bit);
      }
    } else {
      scratch = interned->sets[known];
    }
    add_bits_of_regexes(surface, scratch);
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
      scratch = interned->sets[now->token_set[at]];
      edit(scratch);
      normalize(scratch);
      now->token_set[at] = intern_set(scratch);
      known.insert(key, now->token_set[at]);
    }
    change(at);
  }

  // Of a sorted list.
  static void remove_span_bits(std::vector<std::uint32_t>& bits, std::uint32_t first) {
    const auto begin = std::lower_bound(bits.begin(), bits.end(), first);
    auto end = begin;
    while (end != bits.end() && *end < first + 3) ++end;
    bits.erase(begin, end);
  }

  // Sets the three bits of `predicate` on a visible token, over what single tokens said about it.
  void cover(std::uint32_t at, std::uint32_t bit, bool begins, bool ends) {
    edit_set(at, interned->covered_sets, bit << 2 | (begins ? 2u : 0u) | (ends ? 1u : 0u), [&](auto& bits) {
      remove_span_bits(bits, bit);
      add_span_bits(bits, bit, begins, ends);
    });
  }

  // The same with the bits of all predicates of a list.
  void cover_all(std::uint32_t at, std::uint32_t list, bool begins, bool ends) {
    edit_set(at, interned->joined_sets, list << 2 | (begins ? 2u : 0u) | (ends ? 1u : 0u), [&](auto& bits) {
      for (const std::uint32_t id : lists[list]) remove_span_bits(bits, program.predicates[id].bit);
      for (const std::uint32_t id : lists[list]) add_span_bits(bits, program.predicates[id].bit, begins, ends);
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
    edit_set(at, interned->added_sets, bit, [bit](auto& bits) { bits.push_back(bit); });
  }

  // As cover_range for each predicate of the list; none of them may be laid on these tokens already.
  void cover_range_with_all(TokenRange tokens, std::uint32_t list) {
    std::uint32_t first, end;
    if (!places(tokens, first, end)) return;
    for (std::uint32_t at = first; at < end; ++at) cover_all(at, list, at == first, at + 1 == end);
  }

  bool has_bit(std::uint32_t at, std::uint32_t bit) const {
    const std::vector<std::uint32_t>& bits = interned->sets[now->token_set[at]];
    return std::binary_search(bits.begin(), bits.end(), bit);
  }

  void uncover(std::uint32_t at, std::uint32_t bit) {
    edit_set(at, interned->uncovered_sets, bit, [bit](auto& bits) { remove_span_bits(bits, bit); });
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

  // --- document ------------------------------------------------------------------------------------------------------

  void turn_to(Reading::State& reading) {
    now = &reading;
    interned = &now->language->selection->interned;
  }

  void begin(const Document& given, const LexiconPass& given_pass) {
    now->document = &given;
    now->pass = &given_pass;
    now->number = ++reading_count;
    now->language = &language_for(now->document->languages.empty() ? std::string() : now->document->languages.front());
    interned = &now->language->selection->interned;
    const std::vector<Token>& tokens = now->document->tokens;
    now->match_counts.resize(program.rules.size());
    for (const std::uint32_t rule : now->matched) now->match_counts[rule] = 0;
    now->matched.clear();
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
    now->token_ground.resize(now->visible.size());
    const std::uint32_t nothing = intern_set({});
    for (std::uint32_t at = 0; at < now->visible.size(); ++at) {
      now->token_ground[at] =
          intern_pair(now->token_set[at], now->token_form[at], interned->grounds, interned->ground_ids);
      now->token_set[at] = nothing;
    }
    now->is_laid.assign(program.predicates.size(), 0);
    now->applies = applying(now->document->kind);
  }

  // By rule: does it apply to documents of this kind in the language of this one?
  const std::vector<std::uint8_t>& applying(DocumentKind kind) {
    const auto [it, is_new] = now->language->applies_to.try_emplace(kind);
    if (!is_new) return it->second;
    const std::uint32_t kind_bit = 1u << static_cast<unsigned>(kind);
    for (std::size_t i = 0; i < program.rules.size(); ++i)
      it->second.push_back((program.rules[i].kind_mask & kind_bit) != 0 && now->language->applies[i] ? 1 : 0);
    return it->second;
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

  // --- matching ------------------------------------------------------------------------------------------------------

  // The number of what the machines ask for of these bits; `known` has it by set or by form.
  std::uint32_t seen_of(PhaseMachines& machines, std::vector<std::uint32_t>& known, std::uint32_t id, std::size_t count,
                        const std::vector<std::uint32_t>& bits) {
    if (known.size() < count) known.resize(count * 5 / 4, kNone);
    if (known[id] != kNone) return known[id];
    scratch.resize(bits.size());
    std::size_t asked = 0;
    for (const std::uint32_t bit : bits) {
      scratch[asked] = bit;
      asked += machines.code->asks[bit];
    }
    scratch.resize(asked);
    const std::uint64_t hash = hash_of(scratch);
    std::uint32_t seen =
        machines.seen_ids.find(hash, [&](std::uint32_t list) { return machines.seen[list] == scratch; });
    if (seen == InternTable::kNew) {
      seen = static_cast<std::uint32_t>(machines.seen.size());
      machines.seen_ids.insert(hash, seen);
      machines.seen.push_back(scratch);
    }
    return known[id] = seen;
  }

  // Seldom needed: mark_at(), asked for each token, stays small without it. Most truths differ from one before only in
  // what no machine of the phase asks for.
  [[gnu::noinline]] Marks find_marks(PhaseMachines& machines, std::uint32_t truth) {
    const auto [ground, found] = interned->truths[truth];
    const auto [set, form] = interned->grounds[ground];
    const std::vector<std::vector<std::uint32_t>>& sets = interned->sets;
    const std::uint32_t of_set = seen_of(machines, machines.seen_of_set, set, sets.size(), sets[set]);
    const std::uint32_t of_form = seen_of(machines, machines.seen_of_form, form, forms.size(), forms[form].bits);
    const std::uint32_t of_found = seen_of(machines, machines.seen_of_set, found, sets.size(), sets[found]);
    const std::uint32_t of_ground = intern_pair(of_set, of_form, machines.seen_grounds, machines.seen_ground_ids);
    const std::uint64_t key = (std::uint64_t{of_ground} << 32 | of_found) + 1;
    if (const std::uint32_t* kind = machines.kind_of_seen.find(key)) return machines.marks_of_kind[*kind];
    for (std::vector<std::uint32_t>& bits : machines.held) bits.clear();
    for (const std::uint32_t list : {of_set, of_form, of_found}) {
      for (const std::uint32_t bit : machines.seen[list]) {
        for (std::uint32_t i = machines.code->readers_begin[bit]; i < machines.code->readers_begin[bit + 1]; ++i)
          machines.held[machines.code->readers[i].machine].push_back(machines.code->readers[i].bit);
      }
    }
    Marks marks;
    marks.kind = static_cast<std::uint32_t>(machines.marks_of_kind.size());
    unsigned number = 0;
    for_machines(machines, [&](Machine& machine) {
      const std::uint32_t cls = machine.classify(machines.held[number]);
      marks.starts = static_cast<std::uint16_t>(marks.starts | (machine.may_start(cls) ? 1u : 0u) << number);
      marks.triggers = static_cast<std::uint16_t>(marks.triggers | (machine.is_trigger(cls) ? 1u : 0u) << number);
      ++number;
    });
    machines.kind_of_seen.insert(key, marks.kind);
    machines.marks_of_kind.push_back(marks);
    return marks;
  }

  // Marks a place for the machines of a phase.
  void mark_at(PhaseMachines& machines, std::uint32_t at) {
    Marks& known = machines.marks[now->token_truth[at]];
    if (known.kind == kNone) known = find_marks(machines, now->token_truth[at]);
    token_starts[at] = known.starts;
    token_triggers[at] = known.triggers;
    token_kinds[at] = known.kind;
    all_marks.starts |= known.starts;
    all_marks.triggers |= known.triggers;
  }

  void mark(PhaseMachines& machines, const std::vector<std::uint32_t>& places) {
    make_room_for_marks(machines);
    for (const std::uint32_t at : places) mark_at(machines, at);
  }

  void make_room_for_marks(PhaseMachines& machines) const {
    if (machines.marks.size() < interned->truths.size()) machines.marks.resize(interned->truths.size() * 5 / 4);
  }

  // Budgets of a phase are those of one document.
  void begin_document(PhaseMachines& machines) const {
    if (std::exchange(machines.reading, now->number) == now->number) return;
    const std::uint64_t budget = limits.steps + limits.steps_per_token * now->document->tokens.size();
    for_machines(machines, [&](Machine& machine) { machine.begin_document(budget); });
  }

  // Of all tokens, or of those that a run to which it is confined may look at.
  void mark_all(PhaseMachines& machines) {
    find_truths();
    token_starts.resize(now->visible.size());
    token_triggers.resize(now->visible.size());
    token_kinds.resize(now->visible.size());
    all_marks = {};
    make_room_for_marks(machines);
    if (wanted.empty()) {
      for (std::uint32_t at = 0; at < now->visible.size(); ++at) mark_at(machines, at);
      return;
    }
    for_machines(machines, [&](const Machine& machine) {
      for (const Segment& segment : segments_of(machine.automaton())) {
        for (std::uint32_t at = segment.begin; at < segment.end; ++at) mark_at(machines, at);
      }
    });
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
      now->token_truth[at] =
          intern_pair(now->token_ground[at], now->token_set[at], interned->truths, interned->truth_ids);
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

  // Adds the places of a segment where a match may begin. `number` is the machine's in its phase.
  void find_begins(const Machine& machine, unsigned number, const Segment& segment,
                   std::vector<Machine::Begin>& begins) const {
    const Classes classes = machine.classes_of(token_kinds);
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
      const std::uint32_t first = machine.first_at(classes, segment.begin, start);
      if (first != Machine::kIdle) begins.push_back({segment.begin, segment.end, start, first});
      ++start;
    }
  }

  // Calls visit(begin) for the places of all segments of the machine where a match may begin, some hundred at once.
  template <class Visit>
  void for_begins(Machine& machine, unsigned number, const Visit& visit) {
    const Classes classes = machine.classes_of(token_kinds);
    const std::vector<Segment>& segments = segments_of(machine.automaton());
    for (std::size_t s = 0; s < segments.size();) {
      begins.clear();
      while (s < segments.size() && begins.size() < kBeginsAtOnce) find_begins(machine, number, segments[s++], begins);
      machine.weed(classes, begins);
      const std::uint64_t generation = machine.generation();
      for (Machine::Begin& begin : begins) {
        if (machine.generation() != generation) begin.first = machine.first_at(classes, begin.begin, begin.at);
        if (begin.first != Machine::kIdle) visit(begin);
      }
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
    const Classes classes = machine.classes_of(token_kinds);
    for_begins(machine, number, [&](const Machine::Begin& begin) {
      machine.run(classes, begin, [&](std::uint32_t entry, std::uint32_t end) {
        const Program::Automaton::Entry& look = looks[entry];
        const std::uint32_t start = begin.at + look.lead;
        if (end <= start || end - start > machine.reach_of(look)) return true;
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
        stop_rules_with(program.predicates[looks[entry].rule].bit, now->visible[begin.at]);
      }
    });
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
    const Classes classes = machine.classes_of(token_kinds);
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
    const Classes classes = machine.classes_of(token_kinds);
    std::vector<std::uint32_t> accepted;
    if (longest_end.size() < automaton.entries.size()) {
      longest_end.resize(automaton.entries.size());
      has_choice.resize(automaton.entries.size());
    }
    for_begins(machine, number, [&](const Machine::Begin& begin) {
      const std::uint32_t start = begin.at;
      accepted.clear();
      const bool whole = machine.run(classes, begin, [&](std::uint32_t entry, std::uint32_t end) {
        const Program::Automaton::Entry& rule = automaton.entries[entry];
        if (end == start || end - start > machine.reach_of(rule) || now->applies[rule.rule] == 0) return true;
        if (longest_end[entry] == 0) {
          accepted.push_back(entry);
        } else if (longest_end[entry] != end) {
          has_choice[entry] = 1;
        }
        longest_end[entry] = std::max(longest_end[entry], end);
        return true;
      });
      for (const std::uint32_t entry : accepted) {
        const Program::Automaton::Entry& rule = automaton.entries[entry];
        std::uint32_t end = std::exchange(longest_end[entry], 0);
        if (std::exchange(has_choice[entry], 0) != 0 || !machine.captures_whole(entry)) {
          const std::uint64_t steps_before = counters[rule.rule].steps;
          const bool matched = machine.backtrack(classes, begin.begin, start, end, begin.end, entry, end, slots,
                                                 counters[rule.rule].steps);
          machine.charge(entry, counters[rule.rule].steps - steps_before);
          if (!matched || end == start) continue;
        } else {
          slots.assign({start, end});
          slots.resize(rule.slots);
        }
        if (now->match_counts[rule.rule] == 0) now->matched.push_back(rule.rule);
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
  state_->turn_to(*reading.state_);
  state_->add(mentions);
}

void RuleMatcher::match(Reading& reading, std::uint32_t phase, const std::function<void(const RuleMatch&)>& found,
                        std::span<const TokenRange> places) {
  if (phase >= state_->program.phases.size()) return;
  state_->turn_to(*reading.state_);
  state_->confine(places);
  PhaseMachines& machines = state_->now->language->selection->phases[phase];
  state_->begin_document(machines);
  state_->mark_all(machines);
  const std::uint32_t kind = 1u << static_cast<unsigned>(state_->now->document->kind);
  const auto is_for_this_kind = [&](unsigned number) { return (machines.code->kinds[number] & kind) != 0; };
  unsigned number = 0;
  for (auto& machine : machines.looks) {
    if (is_for_this_kind(number)) {
      state_->run_looks(*machine, number);
      state_->mark(machines, state_->find_truths());
    }
    ++number;
  }
  for (auto& machine : machines.rules) {
    if (is_for_this_kind(number)) state_->run_rules(*machine, number, found);
    ++number;
  }
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
