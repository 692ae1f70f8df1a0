// kind_traits.h - what follows from the kind of a thing: which organizations have members, which roles are seats, which
// qualifiers say that a post is over (grammars/kind_traits.tsv).
//
//   traits.has("committee", Trait::kHasMembers)   ->  true
//   traits.has("painter", Trait::kSeat)           ->  false
//
// A kind without a row has no trait. Errors at load: an unknown trait, a kind that no entry of the lexicon has.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grammars/knowledge_error.h"
#include "grammars/lexicon.h"

namespace dossier {

enum class Trait : std::uint8_t {
  kHasMembers,
  kYounger,
  kFirm,
  kPublic,
  kSeat,
  kCraft,
  kShared,
  kPersonal,
  kFounds,
  kInFirm,
  kLeadsFirm,
  kOfState,
  kOver,
  kHeld,
  kToCome
};

class KindTraits {
 public:
  // The rows of all files; problems are added.
  static KindTraits load(const std::vector<std::filesystem::path>& files, const Lexicons& lexicons,
                         std::vector<Problem>& problems);

  bool has(std::string_view kind, Trait trait) const { return rows_.contains(std::pair(kind, trait)); }

 private:
  struct Less {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      return a.second != b.second ? a.second < b.second : std::string_view(a.first) < std::string_view(b.first);
    }
  };
  std::set<std::pair<std::string, Trait>, Less> rows_;
};

}  // namespace dossier
