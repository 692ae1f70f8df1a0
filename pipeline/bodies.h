// bodies.h - which organizations have members and are appointed by a larger one: committees, boards.
//
//   is_body_noun(lexicons, word of "committee", org_head, kind)  ->  true
//   body_letters_at(lexicons, word of "tsc", "TSC", body_letters)  ->  its entry
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "grammars/lexicon.h"

namespace dossier {

// Kinds of the lexicon org_head.
inline constexpr std::array<std::string_view, 4> kBodyKinds = {"committee", "board", "council", "workinggroup"};

inline bool is_body_kind(std::string_view kind) {
  return std::find(kBodyKinds.begin(), kBodyKinds.end(), kind) != kBodyKinds.end();
}

inline bool is_body_noun(const Lexicons& lexicons, WordId word, LexiconId org_head, AttributeId kind) {
  const auto entries = lexicons.entries_of(word);
  return std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
    return lexicons.lexicon_of(entry) == org_head && is_body_kind(lexicons.attribute(entry, kind));
  });
}

// The entry of the lexicon body_letters that a word is, as written; kNone if it is none.
inline EntryId body_letters_at(const Lexicons& lexicons, WordId word, std::string_view surface,
                               LexiconId body_letters) {
  for (const EntryId entry : lexicons.entries_of(word)) {
    if (lexicons.lexicon_of(entry) == body_letters && fits(lexicons, entry, surface)) return entry;
  }
  return kNone;
}

}  // namespace dossier
