// names.h - arbitration: candidates and evidence of many rules -> which names there are, how long, of which type.
//
//   "Ada Lovell joined Harborworks."
//   proposals:  "Ada Lovell" person 0.95 (given name + surname), "Harborworks" name (capitalized)
//   evidence:   "Harborworks" organization 0.85 (after "joined")
//   decision:   person "Ada Lovell", organization "Harborworks"
//
// How: each rule is a vote, its weight ln(c / (1 - c)) of its confidence c; `forbid` votes against. Votes of distinct
// rules add up, at the place itself in full and from the same name elsewhere in the document discounted, so that one
// proof
// ("Harborworks Inc.") carries all uses. Then parts of proven names ("Lovell", the acronym) are voted for, and uses
// that no rule proposed are found, whole names also where rules proposed pieces of them. Longer typed candidates win
// over shorter ones, typed over untyped. Promise: the result does not depend on the order of votes. Time linear in
// candidates, sorting apart.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "grammars/rules.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

inline constexpr std::size_t kMaxTypes = 32;  // of mentions: votes are counted by type

// Rules that are C++ and not files: what propagation inside a document adds.
std::span<const RuleInfo> name_rules();

class NameArbiter {
 public:
  explicit NameArbiter(const Knowledge& knowledge);

  void begin(const Document& document);
  // A candidate of the `names` phase. type::kName: a name without a type.
  void propose(TokenRange tokens, TypeId type, RuleId rule, double confidence, bool forbids);
  // "Main Street Tartu (MST)": words whose first letters stand in brackets behind them are one name, as if of an
  // organization, but not surely enough to be one without further evidence.
  void propose_defined();
  // By token: where the longest name ends that has been proposed from there as of this type with this confidence or
  // more; 0: none.
  std::vector<std::uint32_t> ends_of(TypeId type, double confidence) const;
  // No name runs on into these tokens, sorted; what has been proposed over them is forgotten.
  void part_at(std::span<const std::uint32_t> tokens);
  // Chooses non-overlapping candidates. `guess` of a candidate is the type its votes prefer so far.
  void segment();
  struct Candidate {
    TokenRange tokens;
    TypeId guess = type::kName;
    double score = 0;
  };
  std::span<const Candidate> candidates() const { return candidates_; }
  // Evidence about a candidate (the one that `tokens` covers or lies in); about no candidate, it makes one.
  void testify(TokenRange tokens, TypeId type, RuleId rule, double confidence, bool forbids);
  // Appends the accepted mentions, sorted by place.
  void decide(std::vector<Mention>& mentions);

 private:
  struct Vote {
    RuleId rule;
    TypeId type;
    float weight;
  };
  struct Proposal {
    TokenRange tokens;
    Vote vote;
  };
  struct Group {                     // all candidates with the same words
    std::vector<Vote> votes;         // by (rule, type), the strongest
    std::vector<std::string> words;  // folded
    bool is_proven = false;          // of several words, surely a person or an organization
    bool is_in_capitals = false;     // one word that looks like an acronym where it stands first
  };
  struct Held {  // a candidate with its votes
    std::vector<Vote> votes;
    std::uint32_t group = 0;
  };

  struct Proof {  // a group that is surely of this type
    std::uint32_t group;
    TypeId type;
  };
  struct Phrase;
  struct Choice;

  void find_breaks();
  void break_columns();
  void break_lines_of_columns();
  void break_lines_of_cards();
  void find_link_edges();
  bool propose_between_links(TokenRange tokens, const Vote& vote);
  TokenRange body_in(TokenRange piece) const;
  void sort_proposals();
  std::vector<Phrase> sum_up_proposals() const;
  std::vector<Choice> choose(const std::vector<Phrase>& phrases) const;
  std::vector<TokenRange> pieces_left(TokenRange tokens, const std::vector<bool>& taken) const;
  std::vector<Vote> votes_of(const Phrase& phrase) const;
  void inherit(const Phrase& part, TokenRange whole, std::vector<Vote>& votes) const;
  std::int32_t priority_of(RuleId rule) const;
  bool is_upper(std::uint32_t token) const;
  bool is_in(const std::string& word, LexiconId lexicon) const;
  std::string key_of(TokenRange tokens) const;
  std::uint32_t group_of(TokenRange tokens);
  std::uint32_t begin_of_defined(std::string_view letters, std::uint32_t end) const;
  Held* held_at(TokenRange tokens);
  void widen(Held& held, TokenRange tokens);
  void merge_added();
  void pool_votes();
  void propagate();
  std::vector<Proof> find_proofs() const;
  void vote_for(const std::string& words, TypeId type, RuleId rule, double confidence);
  void propagate_person(const std::vector<std::string>& words);
  void propagate_acronym(const std::vector<std::string>& words);
  void propagate_begin(const std::vector<std::string>& words, bool is_shared);
  void propagate_end(const std::vector<std::string>& words);
  void place_proven_names();
  bool runs_over_break(TokenRange tokens) const;
  bool is_handle_of_person(std::string_view handle) const;
  bool is_first_subject(std::uint32_t token) const;
  void recover(std::vector<Mention>& mentions) const;
  static const Vote* strongest_for(TypeId type, const std::vector<Vote>& votes);
  Mention mention_of(TokenRange tokens, TypeId type, RuleId rule, double score) const;

  const Knowledge& knowledge_;
  const Document* document_ = nullptr;
  RuleId given_rule_, surname_rule_, prefix_rule_, acronym_rule_, repeat_rule_, defined_rule_;
  std::size_t types_;  // of mentions
  AttributeId pos_;
  LexiconId function_word_, common_word_, place_, surname_, given_name_, body_letters_, org_head_, legal_form_;
  std::vector<bool> breaks_;      // by token: no name runs on from the token before it
  std::vector<bool> link_edges_;  // by token: it begins a link or stands behind one
  std::vector<Proposal> proposals_;
  std::vector<Candidate> candidates_;
  std::vector<Held> held_;  // parallel to candidates_
  // Candidates that evidence made, by first token; they overlap no other. Merged into candidates_ by decide().
  std::map<std::uint32_t, std::pair<Candidate, Held>> added_;
  std::vector<Group> groups_;
  std::unordered_map<std::string, std::uint32_t> group_ids_;
  std::unordered_map<std::string, std::pair<std::uint32_t, TypeId>> proven_parts_;  // folded word -> group, type
  std::unordered_map<std::string, std::set<std::uint32_t>> proven_names_;  // folded first word -> lengths in words
};

}  // namespace dossier
