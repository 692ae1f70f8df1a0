// facts.h - matches of fact rules -> facts with arguments, periods and status.
//
//   affiliation(person, role, organization) on "Ada Lovell, then CEO of Harborworks since 2019"
//   -> Fact{affiliation, {person: mention 0, role: mention 1, organization: mention 2}, from 2019, status current}
//
//   => residence(person="subject", place)    "Lovell left early and lived in Lisbon": who acts is named at the head of
//                                            the sentence, outside the match
//   => headquarters(organization="heading", place)   in a table of facts: what the heading above it names
//   => affiliation(person, organization="body")       in a list of names: the committee that the heading above it names
//   => affiliation(person="omitted", organization)    "Nel 2011 entra in Harborworks": the subject of a sentence before
//   => affiliation(person="speaker", organization)    "Ho lavorato in Harborworks": the speaker of the turn, the author
//   => affiliation(person, organization="before")     "Trevik Ltd … She is a partner there": what is named last before
//                                                     the match
//   => education(person, institution) [list=institution]    one fact for each of "Lund College, Berg School and …"
//
// A capture stands for the mention on exactly its tokens, or else for the first mention inside it that the argument
// accepts; a match whose required argument finds none is dropped. Facts with the same arguments are one, the surest
// rule named; a fact whose arguments are part of another's is dropped. `forbid` takes facts away that overlap its
// match. Not here: what mentions refer to (resolve.h).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "extractors/repeated_facts.h"
#include "grammars/rules.h"
#include "pipeline/bodies.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"
#include "pipeline/sayings.h"

namespace dossier {

// Organizations of a document that have members, found once they are asked for; mentions.
struct MemberBodies {
  std::uint32_t first = kNone;
  std::uint32_t other = kNone;                        // the first that is not the same
  std::map<std::string_view, std::uint32_t> by_word;  // those of one token: the first with this word
};

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
    TokenRange tokens;
    std::vector<TokenRange> captures;
  };
  std::uint32_t find_mention(const std::vector<Mention>& mentions, TokenRange tokens,
                             const std::vector<TypeId>& types) const;
  bool make(const Pending& pending, const Extraction& extraction, Fact& fact) const;
  // The steps of make, in their order.
  bool fill_arguments(const Pending& pending, const Extraction& extraction, Fact& fact) const;
  bool has_only_subject(const CompiledAction& action, const Fact& fact) const;
  bool names_one_twice(const Extraction& extraction, const Fact& fact) const;
  void set_qualifiers(const Pending& pending, const Extraction& extraction, Fact& fact) const;
  void settle_by_roles(const Extraction& extraction, Fact& fact) const;
  // What "subject", "heading" and the like stand for in a match that begins at `token`; or kNone.
  std::uint32_t look_up(std::string_view where, const Extraction& extraction, std::uint32_t token,
                        const std::vector<TypeId>& types) const;
  // The mention that is the subject of the sentence before `token`, of one of the types or standing for one; or kNone.
  std::uint32_t subject_before(const Extraction& extraction, std::uint32_t token,
                               const std::vector<TypeId>& types) const;
  // The last thing of these types that is named before `token`; or kNone.
  std::uint32_t last_before(const Extraction& extraction, std::uint32_t token, const std::vector<TypeId>& types) const;
  // The one thing of these types that the nearest heading above `token` names, or a heading above that one, or the
  // title of the document; or kNone.
  std::uint32_t named_by_heading(const Extraction& extraction, std::uint32_t token,
                                 const std::vector<TypeId>& types) const;
  bool ends_in_colon(const Block& block) const;
  void find_list_leads();
  std::uint32_t last_line_of(const Block& block, std::uint32_t most) const;
  std::uint32_t title_at_end(const Extraction& extraction, const Block& lead) const;
  std::uint32_t title_above(const Extraction& extraction, std::uint32_t block) const;
  std::uint32_t name_line_above(const Extraction& extraction, std::uint32_t block,
                                const std::vector<TypeId>& types) const;
  std::uint32_t body_above(const Extraction& extraction, std::uint32_t token, const std::vector<TypeId>& types) const;
  std::uint32_t only_body_in(const Extraction& extraction, const Block& block) const;
  bool names_posts(const Block& heading) const;
  bool has_members(const Extraction& extraction, const Mention& organization) const;
  std::uint32_t named_by_slide(const Extraction& extraction, const Block& block,
                               const std::vector<TypeId>& types) const;
  std::uint32_t only_mention_in(const Extraction& extraction, const Block& block,
                                const std::vector<TypeId>& types) const;
  // Which of two rules says a thing better: its priority, then its confidence, then how much must hold for it.
  Standing standing_of(RuleId rule) const;
  bool is_quoted(std::uint32_t token) const;
  bool is_of_main_verb(const Extraction& extraction, const Fact& fact, TokenRange range, TokenRange date,
                       std::uint32_t gap, bool is_point) const;
  std::uint32_t sentence_first(std::uint32_t token) const;
  std::uint32_t subject_between(const Extraction& extraction, std::uint32_t first, std::uint32_t token,
                                const std::vector<TypeId>& types, std::uint32_t most_determiners) const;
  std::uint32_t described_by_apposition(const Extraction& extraction, std::uint32_t first, std::uint32_t token,
                                        const std::vector<TypeId>& types) const;
  std::uint32_t omitted_subject(const Extraction& extraction, std::uint32_t token,
                                const std::vector<TypeId>& types) const;
  bool has_preposition(const Extraction& extraction, std::uint32_t mention, std::uint32_t first,
                       std::uint32_t most_determiners) const;
  bool follows_verb(const Extraction& extraction, const Mention& mention, std::uint32_t first) const;
  // Who says "I" in a text without turns.
  std::uint32_t writer_of(const Extraction& extraction) const;
  std::uint32_t introduced(const Extraction& extraction, std::uint32_t author) const;
  std::uint32_t speaker_of(const Extraction& extraction, std::uint32_t token) const;
  const Block* block_of(std::uint32_t token) const;
  // A pronoun that stands for nobody the text names.
  bool is_loose(const Extraction& extraction, const std::vector<std::uint32_t>& chains, std::uint32_t mention) const;
  std::uint32_t fitting(const Extraction& extraction, std::uint32_t mention, const std::vector<TypeId>& types) const;
  // The argument of an action that stands in no capture ("subject"), or kNoArgument.
  static std::uint16_t supposed_argument(const CompiledAction& action);
  static void drop_supposed(const std::vector<std::uint16_t>& supposed, std::vector<Fact>& facts,
                            std::vector<TokenRange>& ranges);
  bool describes(const Extraction& extraction, std::uint32_t first, std::uint32_t end, std::uint32_t token) const;
  std::uint32_t behind_brackets(const Extraction& extraction, std::uint32_t mention) const;
  // The same fact about the further members of the list that its argument begins. False: the list is too long for all.
  bool add_list_members(const Pending& pending, const Extraction& extraction, const Fact& fact,
                        std::vector<Fact>& facts, std::vector<TokenRange>& ranges) const;
  bool is_in_lexicon(std::uint32_t token, LexiconId lexicon) const;
  bool is_listed(std::uint32_t token, AttributeId attribute, std::initializer_list<std::string_view> values) const;
  bool satisfies_constraints(const Pending& pending, const Extraction& extraction) const;
  static void settle_end(std::string_view today, Period& period);
  bool has_former_role(const Extraction& extraction, const Fact& fact) const;
  void attach_periods(const Extraction& extraction, const std::vector<std::pair<TokenRange, Period>>& periods,
                      std::vector<Fact>& facts, const std::vector<TokenRange>& ranges) const;

  bool tells_of(LexiconId ends_or_starts, TokenRange fact, TokenRange date) const;
  std::uint32_t on_title_page(const Extraction& extraction) const;
  bool names_members(const Block& heading) const;
  const MemberBodies& bodies(const Extraction& extraction) const;
  std::uint32_t only_body_before(const Extraction& extraction, std::uint32_t token) const;
  std::uint32_t body_before(const Extraction& extraction, std::uint32_t block, const std::vector<TypeId>& types) const;
  std::uint32_t last_mention_in(const Extraction& extraction, const Block& block,
                                const std::vector<TypeId>& types) const;
  std::uint32_t on_slides(const Extraction& extraction, std::uint32_t first, std::uint32_t end) const;
  std::uint32_t name_in_own_block(const Extraction& extraction, const Block& block, std::uint32_t token) const;
  bool dates_page(const Mention& mention, const Date& date) const;
  std::vector<std::pair<TokenRange, Period>> periods_of_dates(const Extraction& extraction,
                                                              const std::vector<Fact>& facts) const;
  // The steps of build, in their order. `ranges`: the words of each fact's match.
  bool state(const Extraction& extraction, std::vector<Fact>& facts, std::vector<TokenRange>& ranges) const;
  void drop_forbidden(const std::vector<std::uint32_t>& chains, std::vector<Fact>& facts,
                      std::vector<TokenRange>& ranges) const;
  void keep_whole(const Extraction& extraction, std::vector<Fact>& facts, std::vector<TokenRange>& ranges) const;
  void drop_loose(const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                  std::vector<Fact>& facts) const;
  void drop_vaguer(const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                   std::vector<Fact>& facts) const;
  void drop_without_seat(const Extraction& extraction, const std::vector<std::uint32_t>& chains,
                         const std::vector<Fact>& facts, std::vector<bool>& dropped) const;

  const Knowledge& knowledge_;
  Bodies body_words_;
  const Document* document_ = nullptr;
  const LexiconPass* pass_ = nullptr;
  PredicateId alias_;
  std::vector<std::uint32_t> heading_above_;  // by block: for headings, the one of a higher level above
  std::vector<std::uint32_t> list_lead_;      // by block: for items and cells, what leads into their list; kNone
  // Of function words, pronouns, nouns for relatives, org_head, body_letters, table_label.
  AttributeId pos_, case_, number_, relation_, kind_, named_, names_;
  LexiconId end_word_, start_word_, demonym_, honorific_, org_head_, org_noun_, role_head_, table_label_,
      role_qualifier_;
  PredicateId education_;
  std::vector<bool> has_own_date_;  // by predicate: "born" is told with its date or without any
  std::vector<Pending> pending_;
  mutable std::optional<std::uint32_t> writer_;           // once asked for
  mutable std::optional<std::vector<Saying>> sayings_;    // likewise
  mutable std::uint32_t first_label_ = kNone;             // known with them
  mutable std::vector<std::optional<bool>> has_members_;  // by entity, once asked for
  mutable std::optional<MemberBodies> bodies_;            // likewise
  mutable std::optional<std::uint32_t> title_person_;     // the same
};

}  // namespace dossier
