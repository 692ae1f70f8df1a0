// resolve_definite.h - which organization "the company" is.
//
//   "Trevik Ltd grew. Ada Lovell leads the company."                  Trevik Ltd: no other is named before
//   "The Harbor Foundation and Trevik Ltd met. … the foundation"      the Harbor Foundation: the noun is in its name
//   "Trevik Ltd … Trevik Ltd bought Lukosh. … the company"            Trevik Ltd: named most often
//   "The Harbor Authority grew. … the agency"         the Harbor Authority: a public body
//   "The Harbor Guild grew. … the group"                              the Harbor Guild: of whatever kind
//   "Trevik Ltd grew. Paul works at a small firm. He left the firm."  nobody knows: kNone
//   "Trevik Ltd … Trevik Ltd met Lukosh.\n\nThe company grew."         Trevik Ltd: what a new paragraph returns to
//
// This is the one place that knows. Who meets "the company said it", "Ada, the company's chair" or "the company was
// founded by Ada" asks here what the noun means: pronouns (resolve_pronouns.h), posts (extractors/seats.h), rules with
// organization="before" (extractors/unnamed_arguments.h).
//
// Nouns and what they may mean: lexicon definite_org; what tells of another one: other_word. Counted is what the 200
// mentions before it name; in a conversation only what the same turn names: of which company a speaker says "the
// company" depends on who that is.
#pragma once

#include <cstdint>
#include <string_view>

#include "pipeline/kind_traits.h"
#include "pipeline/marked_text.h"

namespace dossier {

class DefiniteOrganizations {
 public:
  // `text` must outlive it.
  explicit DefiniteOrganizations(const MarkedText& text);

  // The entity that the noun stands for which is this token, by what is named before it, or kNone. Those of names must
  // be known.
  std::uint32_t meant_by(std::uint32_t noun) const;
  // The last mention before the noun that names that organization, or kNone.
  std::uint32_t named_before(std::uint32_t noun) const;
  // The last such noun in [first, end) that a rule has marked (pronoun.definite), or kNone.
  std::uint32_t noun_between(std::uint32_t first, std::uint32_t end) const;
  // Whether one without a name is told of between the two tokens, at most 80 back: "at a small firm".
  bool has_other_between(std::uint32_t first, std::uint32_t noun) const;

 private:
  // What the noun may mean, by the lexicon: "company", "public", "every" or "named".
  std::string_view scope_of(std::uint32_t noun) const;
  bool describes_named(std::uint32_t article) const;
  bool is_head(const Mention& organization, std::string_view noun) const;
  bool is_company(const Mention& organization) const;
  bool is_public(const Mention& organization) const;

  const MarkedText& text_;
  const KindTraits& traits_;
  LexiconId nouns_, others_, org_noun_, org_head_, organization_;
  AttributeId lang_, scope_, kind_;
};

}  // namespace dossier
