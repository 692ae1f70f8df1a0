// facts.h - matches of fact rules -> facts with arguments, periods and status.
//
//   affiliation(person, role, organization) on "Ada Lovell, then CEO of Harborworks since 2019"
//   -> Fact{affiliation, {person: mention 0, role: mention 1, organization: mention 2}, from 2019, status current}
//
//   => education(person, institution) [list=institution]    one fact for each of "Lund College, Berg School and …"
//
// A capture stands for the mention on exactly its tokens, or else for the first mention inside it that the argument
// accepts; a match whose required argument finds none is dropped. Facts with the same arguments are one, the surest
// rule named; a fact whose arguments are part of another's is dropped. `forbid` takes facts away that overlap its
// match. What an argument is that a right side gives without a capture ("subject"): unnamed_arguments.h. Not here: what
// mentions refer to (resolve.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extractors/dropped_facts.h"
#include "extractors/list_members.h"
#include "extractors/repeated_facts.h"
#include "extractors/stated_facts.h"
#include "extractors/unnamed_arguments.h"
#include "grammars/rules.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"
#include "pipeline/marked_text.h"

namespace dossier {

class FactBuilder {
 public:
  explicit FactBuilder(const Knowledge& knowledge);

  void begin(const Document& document, const LexiconPass& pass);
  // One right side of one match. Copies what it needs.
  void add(const CompiledRule& rule, RuleId id, const CompiledAction& action, const RuleMatch& match);

  // Pairs of mentions that rules declare to be one entity.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> aliases(const std::vector<Mention>& mentions) const;

  // Builds the facts. Mentions must be sorted by place; their entities decide constraints. `chains`: what resolve()
  // returned. `has_repeats`: each fact for each mention that stands for its things, not once. False: there are so many
  // that some were left out.
  bool build(const Extraction& extraction, const std::vector<std::uint32_t>& chains, bool has_repeats,
             std::vector<Fact>& facts) const;

  // The value that a right side computes: a text, the words of a capture, a column of its lexicon entry, or several
  // joined.
  std::string value_of(const CompiledAssignment& assignment, std::span<const TokenRange> captures) const;

  // The attribute of the lexicon entry that a token range is a hit of; empty if none.
  std::string_view attribute_of(TokenRange tokens, AttributeId attribute) const;

 private:
  struct Pending {
    const CompiledRule* rule;
    RuleId id;
    const CompiledAction* action;
    TokenRange tokens;  // of the match
    TokenRange clause;  // the words in it that state the fact
    std::vector<TokenRange> captures;
  };
  static std::uint32_t find_mention(const std::vector<Mention>& mentions, TokenRange tokens, const Types& types);
  // The first step of build: what the rules state. False: a list is too long for all.
  bool state(const MarkedText& text, StatedFacts& stated) const;
  Forbidden forbidden() const;
  static std::uint16_t supposed_argument(const CompiledAction& action);
  bool satisfies_constraints(const Pending& pending, const MarkedText& text) const;
  bool make(const Pending& pending, const MarkedText& text, const UnnamedArguments& unnamed, Fact& fact) const;
  // The steps of make, in their order.
  bool is_unknown_noun(const MarkedText& text, std::uint32_t mention) const;
  bool fill_arguments(const Pending& pending, const MarkedText& text, const UnnamedArguments& unnamed,
                      Fact& fact) const;
  bool has_only_subject(const CompiledAction& action, const Fact& fact) const;
  bool names_one_twice(const MarkedText& text, const Fact& fact) const;
  void set_qualifiers(const Pending& pending, const MarkedText& text, Fact& fact) const;
  bool add_list_members(const Pending& pending, const MarkedText& text, const ListMembers& lists, const Fact& fact,
                        StatedFacts& stated) const;
  // Which of two rules says a thing better: its priority, then its confidence, then how much must hold for it.
  Standing standing_of(RuleId rule) const;

  const Knowledge& knowledge_;
  const Document* document_ = nullptr;
  const LexiconPass* pass_ = nullptr;
  PredicateId alias_;
  LexiconId pronoun_;
  std::vector<Pending> pending_;
};

}  // namespace dossier
