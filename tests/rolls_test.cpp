// Lists and tables of people: who they are and where they belong, row by row of cases/rolls.tsv.
#include "extractors/rolls.h"

#include <gtest/gtest.h>

#include <set>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

// "Ada Lund | chair | Harbor Committee", without what a fact does not state.
std::set<std::string> affiliations_of(const Knowledge& knowledge, const Document& document,
                                      const Extraction& extraction) {
  const PredicateId affiliation = *knowledge.predicate("affiliation");
  std::set<std::string> found;
  for (const Fact& fact : extraction.facts) {
    if (fact.predicate != affiliation) continue;
    std::string row;
    for (const std::string_view name : {"person", "role", "organization"}) {
      const std::optional<std::uint16_t> argument = knowledge.argument(affiliation, name);
      if (name != "person") row += " |";
      for (const Argument& given : fact.arguments) {
        const Mention& mention = extraction.mentions[given.mention];
        if (given.name == argument) {
          row += (row.empty() ? "" : " ") + (name == "organization" && mention.entity != kNone
                                                 ? extraction.entities[mention.entity].name
                                                 : std::string(document.slice(mention.span)));
        }
      }
    }
    found.insert(row);
  }
  return found;
}

std::set<std::string> names_in(const Knowledge& knowledge, Extractor& extractor, const std::string& text, TypeId type) {
  const Document document = ingest(source_of(text, "en"), knowledge);
  std::set<std::string> found;
  for (const Mention& mention : extractor.extract(document).mentions) {
    if (mention.type == type) found.insert(std::string(document.slice(mention.span)));
  }
  return found;
}

TEST(Rolls, StateWhatTheTableSays) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  const std::vector<CaseRow> rows = read_cases("rolls.tsv");
  EXPECT_GT(rows.size(), 5u);
  for (const CaseRow& row : rows) {  // language, text, affiliations
    const std::set<std::string> expected(row.cells.begin() + 2, row.cells.end());
    const Document document = ingest(source_of(row[1], row[0]), knowledge);
    EXPECT_EQ(affiliations_of(knowledge, document, extractor.extract(document)), expected) << row;
  }
}

TEST(Rolls, HoldFirmsUnderAHeadingOfFirms) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  const auto organizations_in = [&](std::string text) {
    return names_in(knowledge, extractor, std::move(text), type::kOrganization);
  };
  const std::set<std::string> firms = {"Treviko", "LKSH", "Nordvik"};
  EXPECT_EQ(organizations_in("# Our sponsors\n\n* Treviko\n* LKSH\n* Nordvik\n"), firms);
  EXPECT_EQ(organizations_in("# Who uses it?\n\n* Treviko Labs\n* LKSH\n* Nordvik\n"),
            (std::set<std::string>{"Treviko Labs", "LKSH", "Nordvik"}));
  EXPECT_EQ(
      organizations_in("# Sponsors\n\n## Gold\n\n* Treviko Labs\n* Nordvik\n\n## Boats\n\n* Lukosh Labs\n* Rowa\n"),
      (std::set<std::string>{"Treviko Labs", "Nordvik", "Lukosh Labs"}));
  EXPECT_EQ(organizations_in("# Our boats\n\n* Treviko\n* LKSH\n* Nordvik\n"), std::set<std::string>());
  EXPECT_EQ(organizations_in("# Users\n\n* Admin\n* Superuser\n* Trevor\n"), std::set<std::string>());
  EXPECT_EQ(organizations_in("# Clients for chat\n\n* Treviko\n* LKSH\n* Nordvik\n"), std::set<std::string>());
}

TEST(Rolls, HoldPeopleOneOfWhomIsKnown) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  const auto people_in = [&](std::string text) {
    return names_in(knowledge, extractor, std::move(text), type::kPerson);
  };
  const std::set<std::string> people = {"Mondo Trevemi", "Maria Lindgren", "Ada Lovell", "Winnie Anderson"};
  EXPECT_EQ(people_in("They sail.\n\nMondo Trevemi\nMaria Lindgren\nAda Lovell\nWinnie Anderson\n"), people);
  EXPECT_EQ(people_in("Jasmine Rice, Rosemary Bread and Ginger Ale"), std::set<std::string>());
  EXPECT_EQ(people_in("Rosa Canina, Erica Carnea and Viola Tricolor"), std::set<std::string>());
}

}  // namespace
}  // namespace dossier
