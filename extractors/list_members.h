// list_members.h - the further members of a list that a mention begins: [list=…] of a rule states its fact of each.
//
//   "founded by Ada Lovell (Harborworks), Paul Berg and the banker Nora Lund"     Ada Lovell  ->  Paul Berg, Nora Lund
//   "founded by Ada Lovell from Harborworks and Paul Berg"                        Ada Lovell  ->  Paul Berg
//   "at Harborworks (2001-2005), Brightsail (Rome) and Larkmoor"                  Harborworks ->  Brightsail, Larkmoor
//   "founded by Ada Lovell and her brother Paul Berg"                             Ada Lovell  ->  nobody
//   "a clerk at Harborworks, a Brightsail adviser"                                Harborworks ->  nothing
//
// Tested by tests/list_members_test.cpp with tests/cases/list_members.tsv.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/marked_text.h"

namespace dossier {

class ListMembers {
 public:
  // `text` must outlive it.
  explicit ListMembers(const MarkedText& text);

  struct Found {
    std::vector<std::uint32_t> mentions;  // without the first, in text order
    bool is_complete = true;              // false: the list is too long for all
  };
  Found behind(std::uint32_t first) const;

 private:
  std::uint32_t behind_details(std::uint32_t mention) const;
  std::uint32_t behind_brackets(std::uint32_t mention) const;
  std::uint32_t behind_firm(std::uint32_t mention) const;
  bool is_of_another(std::uint32_t organization) const;
  bool is_joined(std::uint32_t last, std::uint32_t next, std::uint32_t gap_begin) const;
  bool describes(std::uint32_t first, std::uint32_t end, std::uint32_t token) const;
  bool is_link_word(std::uint32_t token) const;

  const MarkedText& text_;
  AttributeId relation_;
  LexiconId demonym_, honorific_, org_noun_, firm_act_;
};

}  // namespace dossier
