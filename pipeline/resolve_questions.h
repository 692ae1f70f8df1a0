// resolve_questions.h - questions that stand without a label of who asks them, and who answers them.
//
//   "Meet Ada Lovell.\n\n**How did you begin?**\n\nI sailed.\n\n**And then?**\n\nI …"     ->  Ada Lovell answers
//   "Ada Lovell, how did you begin?\n\nI sailed."                                      ->  the same, not in bold
//
// Things are entities, or kNone. Not here: labels (resolve_speakers.h).
#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>

#include "pipeline/pronoun_senses.h"

namespace dossier {

class Questions {
 public:
  // Both must outlive it; the entities of names are known.
  Questions(const MarkedText& text, const PronounSenses& senses) : text_(text), senses_(senses) {}

  // Who answers where questions stand in bold or else plainly, and the answers say "I": who is named most before
  // questions to "you", else the one person named in full before the first answer, authors apart. To be asked in texts
  // without turns only; all that follows knows the answer.
  std::uint32_t find_interviewed();
  std::uint32_t interviewed() const { return interviewed_; }
  std::uint32_t first_question() const { return first_question_; }  // token

  // Where the question that the block begins with ends; its first token if it asks nothing.
  std::uint32_t end_of_question(const Block& block) const;
  // In a turn that is set in plain letters, a paragraph in bold is a question of the other's without a label.
  bool is_question_of_other(const Block& block) const;
  // The one person that is named in full before the byte, authors apart.
  std::uint32_t only_person_before(std::uint32_t end) const;

 private:
  std::uint32_t find_interviewed_in_bold();
  std::uint32_t find_interviewed_plainly();
  std::uint32_t named_twice_before(std::uint32_t end) const;
  std::set<std::uint32_t> authors() const;
  bool says(const Mention& mention, char person) const;
  bool asks_you(const Block& block, std::uint32_t end) const;
  bool is_plain_question(const Block& block) const;
  bool is_in_bold(const Block& block) const;
  std::uint32_t end_of_emphasis(const Block& block) const;

  const MarkedText& text_;
  const PronounSenses& senses_;
  std::uint32_t interviewed_ = kNone;
  std::uint32_t first_question_ = 0;
  bool asks_plainly_ = false;                                            // the questions do not stand in bold
  mutable std::unordered_map<std::uint32_t, std::uint32_t> emphasized_;  // block -> where its bold begin ends
};

}  // namespace dossier
