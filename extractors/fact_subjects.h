// fact_subjects.h - whom or what a clause is about that does not name it next to its verb.
//
//   "After a year with Berg, Lovell left and [lived in Lisbon]"           subject_before     ->  Lovell
//   "Ada Lovell è nata a Lisbona. Nel 2011 [entra in Harborworks]"       omitted_subject    ->  Ada Lovell
//   "Trevik Ltd grew. She is a partner [there]"                           last_before        ->  Trevik Ltd
//
// Answers are mentions, or kNone. Not here: what pronouns stand for (pipeline/resolve.h), who says "I"
// (fact_speakers.h).
#pragma once

#include <cstdint>

#include "extractors/named_above.h"
#include "pipeline/marked_text.h"

namespace dossier {

class FactSubjects {
 public:
  // Both must outlive it.
  FactSubjects(const MarkedText& text, const NamedAbove& above);

  // The subject of the sentence before the token.
  std::uint32_t subject_before(std::uint32_t token, const Types& types) const;
  // The same, or that of the nearest sentence before which has one.
  std::uint32_t omitted_subject(std::uint32_t token, const Types& types) const;
  // The last thing of these types that is named before the token.
  std::uint32_t last_before(std::uint32_t token, const Types& types) const;
  // The mention itself, or what is meant instead of a pronoun that stands for something of another type.
  std::uint32_t fitting(std::uint32_t mention, const Types& types) const;

 private:
  std::uint32_t described_by_apposition(std::uint32_t first, std::uint32_t token, const Types& types) const;
  std::uint32_t introduced_after(std::uint32_t subject, std::uint32_t token, const Types& types) const;
  std::uint32_t subject_between(std::uint32_t first, std::uint32_t token, const Types& types,
                                std::uint32_t most_determiners) const;
  bool is_inserted(const Mention& pronoun, std::uint32_t token) const;
  bool may_be_subject(const Mention& pronoun, const Types& types) const;
  bool has_preposition(std::uint32_t mention, std::uint32_t first, std::uint32_t most_determiners) const;
  bool follows_verb(const Mention& mention, std::uint32_t first) const;

  const MarkedText& text_;
  const NamedAbove& above_;
  LexiconId role_qualifier_;
  AttributeId person_;  // of pronouns
};

}  // namespace dossier
