// bodies.h - which organizations have members and are appointed by a larger one: committees, boards.
//
//   is_body_noun(lexicons, word of "committee", org_head, kind)  ->  true
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "grammars/lexicon.h"

namespace dossier {

// Kinds of the lexicon org_head.
inline constexpr std::array<std::string_view, 4> kBodyKinds = {"committee", "board", "council", "workinggroup"};

inline bool is_body_noun(const Lexicons& lexicons, WordId word, LexiconId org_head, AttributeId kind) {
  const auto entries = lexicons.entries_of(word);
  return std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
    return lexicons.lexicon_of(entry) == org_head &&
           std::find(kBodyKinds.begin(), kBodyKinds.end(), lexicons.attribute(entry, kind)) != kBodyKinds.end();
  });
}

}  // namespace dossier
