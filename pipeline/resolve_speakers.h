// resolve_speakers.h - who says "I" and who is "you" at a place of a document.
//
//   "ADA: I sail. You?\nPAUL: I do."                              "I": Ada; "You": Paul
//   "Speaker 2: Hi, my name is Ada Lovell."                       "I" in all turns of that label: Ada Lovell
//   "by Ada Lovell … I sail. “I do, too,” said Paul Berg."         the first "I": Ada Lovell; the second: Paul Berg
//   "## Ada Lovell, cook\nI bake.\n\n## Paul Berg\nI sail."         in each section the one who is its heading
//   "## Ada Lovell, cook\nI met her in Rome. …"                    not she
//
// Answers are entities, or kNone. Not here: a name that a turn calls the other by (resolve_pronouns.h).
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "pipeline/resolve_questions.h"
#include "pipeline/sayings.h"

namespace dossier {

class Speakers {
 public:
  // Both must outlive it; the entities of names are known.
  Speakers(const MarkedText& text, const PronounSenses& senses);

  // Whose "I" it is at the token: not the author's where somebody else asks the author.
  std::uint32_t speaker_at(std::uint32_t token, const Block& block);
  // Whom a "you" means there.
  std::uint32_t addressee_at(std::uint32_t token, const Block& block) const;
  // Whose text the block is, questions and quotations apart.
  std::uint32_t speaker_of(const Block& block) const;
  std::uint32_t next_speaker(std::uint32_t turn) const;
  bool is_question_of_other(const Block& block) const { return questions_.is_question_of_other(block); }

 private:
  void find_author();
  std::uint32_t find_self_introduction();
  std::uint32_t author_in_metadata() const;
  void find_introduced_speakers();
  void find_headed_sections();
  void find_answering_label(std::map<std::string_view, std::uint32_t>& introduced) const;
  void find_addressees();
  bool is_exchange() const;
  std::uint32_t introduced_near(std::uint32_t token, const Block& block) const;
  bool introduces(const Mention& pronoun, const Mention& name) const;
  bool is_what_somebody_is(std::uint32_t first, const Mention& name) const;
  bool is_introduction(std::uint32_t first, std::uint32_t end) const;
  bool is_present(std::uint32_t entity, std::uint32_t end) const;
  bool is_called(const Mention& name, const Block& block) const;
  bool stands_beside_i(const Mention& name) const;
  bool names_nobody(const Turn& turn) const;
  std::uint32_t author_of_quotation(const Block& block);
  std::uint32_t named_in_front(const Block& lead, const Block& block) const;

  struct QuotationRow {
    std::uint32_t block = kNone;  // of it
    std::uint32_t author = kNone;
  };

  const MarkedText& text_;
  const PronounSenses& senses_;
  Questions questions_;
  LexiconId introduction_, conversation_cue_, given_name_, surname_, role_qualifier_;
  AttributeId tense_;
  std::uint32_t author_ = kNone;                         // of a text without turns
  bool is_asked_ = false;                                // who answers questions there, which are another's
  std::map<const Block*, std::uint32_t> introduced_in_;  // who says in a block of such a text who they are
  std::map<std::uint32_t, std::uint32_t> headed_by_;     // section, by its heading's block -> who answers in it
  bool is_exchange_ = false;  // several speak in such a text, and nothing tells who: "Thanks for having me"
  std::vector<std::pair<std::uint32_t, std::uint32_t>> introductions_;  // the pronoun's token and who it is, in order
  std::uint32_t first_label_;                                           // token
  std::vector<Saying> sayings_;
  QuotationRow read_out_;                  // the one that was asked for last
  std::vector<std::uint32_t> speakers_;    // of each turn
  std::vector<std::uint32_t> addressees_;  // of each turn
};

}  // namespace dossier
