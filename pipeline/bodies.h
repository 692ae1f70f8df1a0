// bodies.h - which organizations have members and are appointed by a larger one: committees, boards.
//
//   bodies.is_noun(word of "committee")              ->  true
//   bodies.letters_at(word of "tsc", "TSC")          ->  its entry in the lexicon body_letters
#pragma once

#include <algorithm>
#include <string_view>

#include "grammars/lexicon.h"
#include "pipeline/kind_traits.h"
#include "pipeline/knowledge.h"

namespace dossier {

class Bodies {
 public:
  explicit Bodies(const Knowledge& knowledge)
      : lexicons_(knowledge.lexicons()),
        traits_(knowledge.kind_traits()),
        org_head_(lexicons_.find("org_head")),
        body_letters_(lexicons_.find("body_letters")),
        kind_(lexicons_.find_attribute("kind")),
        sure_(lexicons_.find_attribute("sure")) {}

  bool is_kind(std::string_view kind) const { return traits_.has(kind, Trait::kHasMembers); }

  bool is_noun(WordId word) const {
    const auto entries = lexicons_.entries_of(word);
    return std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
      return lexicons_.lexicon_of(entry) == org_head_ && is_kind(lexicons_.attribute(entry, kind_));
    });
  }

  // The entry of the lexicon body_letters that a word is, as written; kNone if it is none.
  EntryId letters_at(WordId word, std::string_view surface) const {
    return find(word, [&](EntryId entry) { return fits(lexicons_, entry, surface); });
  }
  // The same in any case, if the letters hardly stand for anything else.
  EntryId sure_letters(WordId word) const {
    return find(word, [&](EntryId entry) { return lexicons_.attribute(entry, sure_) == "1"; });
  }

 private:
  template <class Test>
  EntryId find(WordId word, const Test& is_wanted) const {
    for (const EntryId entry : lexicons_.entries_of(word)) {
      if (lexicons_.lexicon_of(entry) == body_letters_ && is_wanted(entry)) return entry;
    }
    return kNone;
  }

  const Lexicons& lexicons_;
  const KindTraits& traits_;
  LexiconId org_head_, body_letters_;
  AttributeId kind_, sure_;
};

}  // namespace dossier
