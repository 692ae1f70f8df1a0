// rolls.h - lists and columns most of whose items begin with a person: what the other items are.
//
//   * Ada Lovell, Harborworks      rules have proposed "Ada Lovell", a person, and "Harborworks", an organization
//   * Paul Berg, Trevik Ltd        likewise
//   * Trevika Lumo, Lukosh         -> person "Trevika Lumo", organization "Lukosh"
//
// Items of a list are read field by field, parted by commas, brackets, dashes; cells of a table column by column. Where
// most items that look like names are people the rest is, too, and where the fields of one place are organizations
// oftener than anything else that is known, so are those that nobody knows. What the words of an item speak against
// ("Vacant Seat") is left.
//
// Also: blocks that are nothing but names, one of them known at least ("Ada Lovell, Paul Berg and Trevika Lumo"), and
// items or lines under a heading of firms ("Our sponsors", "Who uses it?", "Gold" below "Sponsors"), one of them known
// at least and none of them a person. These are proposals among others (names.h). Time linear in the tokens of lists
// and tables.
#pragma once

#include <span>
#include <vector>

#include "extractors/names.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

// Rules that are C++: person.of_roll, organization.of_roll.
std::span<const RuleInfo> roll_rules();

struct RollName {
  TokenRange tokens;
  TypeId type = type::kPerson;  // or type::kOrganization
  bool is_line = false;         // the item is a line: no name runs into it or out of it
};

// By token: where the longest name ends that rules have proposed from there; 0: none.
struct ProposedEnds {
  std::vector<std::uint32_t> people;
  std::vector<std::uint32_t> organizations;       // surely
  std::vector<std::uint32_t> weak_organizations;  // those and others: letters in capitals
  std::vector<std::uint32_t> places;
};

// In order of the text.
std::vector<RollName> find_roll_names(const Document& document, const Lexicons& lexicons, const LexiconPass& pass,
                                      const ProposedEnds& proposed);

}  // namespace dossier
