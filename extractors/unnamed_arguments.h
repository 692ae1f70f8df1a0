// unnamed_arguments.h - what an argument stands for that a right side gives without a capture.
//
//   => residence(person="subject", place)    "Lovell left early and lived in Lisbon": who acts is named at the head of
//                                            the sentence, outside the match
//   => headquarters(organization="heading", place)   in a table of facts: what the heading above it names
//   => affiliation(person, organization="body")       in a list of names: the committee that the heading above it names
//   => affiliation(person="omitted", organization)    "Nel 2011 entra in Harborworks": the subject of a sentence before
//   => affiliation(person="speaker", organization)    "Ho lavorato in Harborworks": the speaker of the turn, the author
//   => affiliation(person="addressee", organization)  "Hai lavorato in Harborworks": whom the speaker of the turn asks
//   => affiliation(person, organization="before")     "Trevik Ltd … She is a partner there": what is named last before
//                                                     the match; "The company was founded by her": what the noun
//                                                     means
#pragma once

#include <cstdint>
#include <string_view>

#include "extractors/fact_speakers.h"
#include "extractors/fact_subjects.h"
#include "extractors/named_above.h"
#include "pipeline/marked_text.h"
#include "pipeline/resolve_definite.h"

namespace dossier {

class UnnamedArguments {
 public:
  // `text` must outlive it.
  UnnamedArguments(const MarkedText& text, const Knowledge& knowledge)
      : text_(text), above_(text, knowledge), subjects_(text, above_), speakers_(text), definite_(text) {}
  UnnamedArguments(const UnnamedArguments&) = delete;
  UnnamedArguments& operator=(const UnnamedArguments&) = delete;

  // Of a match that begins at `token`: a mention of one of the types, or of a pronoun; kNone.
  std::uint32_t find(std::string_view where, std::uint32_t token, const Types& types) const {
    if (where == "heading") return above_.thing_above(token, types);
    if (where == "body") return above_.body_above(token, types);
    if (where == "omitted") return subjects_.omitted_subject(token, types);
    if (where == "speaker") {
      const std::uint32_t named = above_.name_item_above(token);
      return named != kNone ? named : speakers_.speaker_at(token);
    }
    if (where == "addressee") return speakers_.addressee_at(token);
    if (where == "before") return before(token, types);
    if (where == "subject") return subjects_.subject_before(token, types);
    return kNone;
  }

  // Without it there is no fact.
  static bool is_needed(std::string_view where) { return where == "body"; }
  // It is likely, not said: a fact that names another for the same words is preferred.
  static bool is_supposed(std::string_view where) {
    return where == "subject" || where == "omitted" || where == "heading";
  }

  // The mention itself, or what is meant instead of a pronoun that stands for something of another type; kNone.
  std::uint32_t fitting(std::uint32_t mention, const Types& types) const { return subjects_.fitting(mention, types); }

 private:
  // "The company was founded by Ada": what the noun means that the match begins with; else what is named last.
  std::uint32_t before(std::uint32_t token, const Types& types) const {
    std::uint32_t end = token;
    while (end < text_.tokens.size() && end < token + kNounReach && (end == token || !text_.opens_sentence(end))) ++end;
    const std::uint32_t noun = is_among(type::kOrganization, types) ? definite_.noun_between(token, end) : kNone;
    return noun == kNone ? subjects_.last_before(token, types) : definite_.named_before(noun);
  }

  static constexpr std::uint32_t kNounReach = 6;  // tokens

  const MarkedText& text_;
  NamedAbove above_;
  FactSubjects subjects_;
  FactSpeakers speakers_;
  DefiniteOrganizations definite_;
};

}  // namespace dossier
