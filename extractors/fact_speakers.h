// fact_speakers.h - who says "I", where a verb says it alone: "Ho lavorato in Harborworks", "Worked at Harborworks";
// and whom "you" means, where a verb says that alone: "Hai lavorato in Harborworks".
//
// In a turn its label; in a quotation whoever it is attributed to; in a text without turns its only author, or the only
// one who says so ("Mi chiamo Ada Lund"), but in an interview the person whom its title names, and nobody in its
// questions (bold or italic); in the lines of a deck whose deck it is. "You" is whom the sentence calls by
// name in front ("Ada, hai fondato …"); else in a turn who speaks next, else who spoke before; in the questions of an
// interview without turns who answers them. Answers are mentions, or kNone. Not here: what the word "I" stands for
// (pipeline/resolve.h).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/marked_text.h"
#include "pipeline/sayings.h"

namespace dossier {

class FactSpeakers {
 public:
  // `text` must outlive it. Nothing is looked up before it is asked for.
  explicit FactSpeakers(const MarkedText& text) : text_(text), filler_(text.lexicons.find("filler")) {}

  std::uint32_t speaker_at(std::uint32_t token) const;
  std::uint32_t addressee_at(std::uint32_t token) const;

 private:
  std::uint32_t called_at(std::uint32_t token) const;
  bool tells_of_name(std::uint32_t first, std::uint32_t token) const;
  std::uint32_t writer() const;
  std::uint32_t self_introduced() const;
  std::uint32_t introduced(std::uint32_t author) const;
  std::uint32_t on_title_page() const;
  std::uint32_t on_slides(std::uint32_t first, std::uint32_t end) const;

  const MarkedText& text_;
  const LexiconId filler_;
  // Once asked for.
  mutable std::optional<std::vector<Saying>> sayings_;
  mutable std::uint32_t first_label_ = kNone;  // known with them
  mutable std::optional<std::uint32_t> writer_, title_person_;
};

}  // namespace dossier
