// pronoun_senses.h - what lexicons say of the words of a document that stand for people and things: who a pronoun can
// mean, which gender a first name has, what part of speech a word is.
//
//   senses.of(token of "she")              ->  third person, singular, female
//   senses.gender_of_first("ada")          ->  female
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/marked_text.h"

namespace dossier {

enum class Gender : std::uint8_t { kUnknown, kFemale, kMale, kNeuter, kNotMale };

struct PronounSense {
  char person = 0;  // '1', '2', '3'; 0: none
  char number = 0;  // 's', 'p'; 0: either
  Gender gender = Gender::kUnknown;
  bool is_pronoun = false;  // or "the company"
  bool relative = false;
  bool possessive = false;

  bool is_i() const { return person == '1' && number == 's'; }
  bool is_he_or_she() const { return gender == Gender::kFemale || gender == Gender::kMale; }
};

class PronounSenses {
 public:
  // `text` must outlive it.
  explicit PronounSenses(const MarkedText& text);

  // The row of the language of the document, if it has one: "se" and "lui" are words of several.
  PronounSense of(std::uint32_t token) const;
  // Of a first name, folded.
  Gender gender_of_first(const std::string& word) const;
  // "preposition", "article" …, in the language of the document; empty for all other words.
  std::string_view part_of_speech(std::uint32_t token) const;

 private:
  PronounSense read(WordId word) const;

  const MarkedText& text_;
  LexiconId pronoun_, given_name_, function_word_;
  AttributeId gender_, person_, lang_;
  mutable std::vector<std::pair<WordId, PronounSense>> known_;  // of the pronouns met
};

}  // namespace dossier
