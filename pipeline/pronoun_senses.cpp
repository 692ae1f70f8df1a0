#include "pipeline/pronoun_senses.h"

#include <algorithm>

namespace dossier {

namespace {

Gender gender_named(std::string_view name) {
  if (name == "f") return Gender::kFemale;
  if (name == "m") return Gender::kMale;
  if (name == "n") return Gender::kNeuter;
  if (name == "fn") return Gender::kNotMale;
  return Gender::kUnknown;
}

}  // namespace

PronounSenses::PronounSenses(const MarkedText& text)
    : text_(text),
      pronoun_(text.lexicons.find("pronoun")),
      given_name_(text.lexicons.find("given_name")),
      function_word_(text.lexicons.find("function_word")),
      gender_(text.lexicons.find_attribute("gender")),
      person_(text.lexicons.find_attribute("person")),
      lang_(text.lexicons.find_attribute("lang")) {}

PronounSense PronounSenses::of(std::uint32_t token) const {
  const WordId word = text_.pass.words[token];
  const auto known = std::find_if(known_.begin(), known_.end(), [&](const auto& each) { return each.first == word; });
  return known != known_.end() ? known->second : known_.emplace_back(word, read(word)).second;
}

PronounSense PronounSenses::read(WordId word) const {
  const Lexicons& lexicons = text_.lexicons;
  PronounSense sense;
  bool is_known = false;
  for (const EntryId entry : lexicons.entries_of(word)) {
    if (lexicons.lexicon_of(entry) != pronoun_) continue;
    const bool is_native = lexicons.attribute(entry, lang_) == text_.document.languages.front();
    if (is_known && !is_native) continue;
    is_known = true;
    sense.is_pronoun = true;
    const std::string_view person = lexicons.attribute(entry, person_);
    const std::string_view number = lexicons.attribute(entry, text_.number);
    sense.person = person.empty() ? '\0' : person.front();
    sense.number = number.empty() ? '\0' : number.front();
    sense.gender = gender_named(lexicons.attribute(entry, gender_));
    sense.relative = lexicons.attribute(entry, text_.case_) == "relative";
    sense.possessive = lexicons.attribute(entry, text_.case_) == "possessive";
    if (is_native) break;
  }
  return sense;
}

Gender PronounSenses::gender_of_first(const std::string& word) const {
  const Lexicons& lexicons = text_.lexicons;
  Gender gender = Gender::kUnknown;
  for (const EntryId entry : lexicons.entries_of(lexicons.word(word))) {
    if (lexicons.lexicon_of(entry) == given_name_) gender = gender_named(lexicons.attribute(entry, gender_));
  }
  return gender;
}

std::string_view PronounSenses::part_of_speech(std::uint32_t token) const {
  const Lexicons& lexicons = text_.lexicons;
  for (const EntryId entry : lexicons.entries_of(text_.pass.words[token])) {
    if (lexicons.lexicon_of(entry) == function_word_ &&
        lexicons.attribute(entry, lang_) == text_.document.languages.front())
      return lexicons.attribute(entry, text_.pos);
  }
  return {};
}

}  // namespace dossier
