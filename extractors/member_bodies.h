// member_bodies.h - which organizations of a document have members: committees and boards, by their own words or by
// those of another name of theirs.
//
//   "Harbor Steering Committee (HSC) … HSC members"    has_members(mention of "HSC")  ->  true
//
// Depends on the words alone; what belongs to such a word: pipeline/bodies.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "pipeline/bodies.h"
#include "pipeline/marked_text.h"

namespace dossier {

struct FoundBodies {  // mentions
  std::uint32_t first = kNone;
  std::uint32_t other = kNone;  // the first that is not the same
  std::map<std::string_view, std::uint32_t> by_word;
};

class MemberBodies {
 public:
  // `text` must outlive it. Nothing is looked up before it is asked for.
  MemberBodies(const MarkedText& text, const Knowledge& knowledge);

  bool has_members(const Mention& organization) const;
  // The only one that the block names; kNone. Mentions, as in all that follows.
  std::uint32_t only_one_in(const Block& block) const;
  // The only one that the text names before the token, what stands in lists and tables apart; kNone.
  std::uint32_t only_one_before(std::uint32_t token) const;
  // The first whose name is this word alone; kNone.
  std::uint32_t called(std::string_view word) const;

 private:
  const FoundBodies& found() const;
  bool has_word_of_body(const Mention& organization) const;

  const MarkedText& text_;
  Bodies words_;
  LexiconId org_head_;
  AttributeId kind_, named_;
  mutable std::optional<FoundBodies> found_;
  mutable std::vector<std::optional<bool>> has_members_;  // by entity
};

}  // namespace dossier
