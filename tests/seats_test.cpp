// Roles said without their organization: of which one, row by row of cases/seats.tsv.
#include "extractors/seats.h"

#include <gtest/gtest.h>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

// The organization of the affiliation of this person in this role.
std::string organization_of(const Knowledge& knowledge, const Document& document, const Extraction& extraction,
                            const std::string& person, const std::string& role) {
  const PredicateId affiliation = *knowledge.predicate("affiliation");
  const auto text_of = [&](const Fact& fact, std::string_view name) -> std::string {
    const std::optional<std::uint16_t> argument = knowledge.argument(affiliation, name);
    for (const Argument& given : fact.arguments) {
      if (given.name == argument) return std::string(document.slice(extraction.mentions[given.mention].span));
    }
    return "-";
  };
  for (const Fact& fact : extraction.facts) {
    if (fact.predicate != affiliation || text_of(fact, "person") != person || text_of(fact, "role") != role) continue;
    return text_of(fact, "organization");
  }
  return "no such fact";
}

TEST(Seats, AreOfTheOrganizationThatTheTableSays) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  const std::vector<CaseRow> rows = read_cases("seats.tsv");
  EXPECT_GT(rows.size(), 5u);
  for (const CaseRow& row : rows) {  // language, text, person, role, organization
    const Document document = ingest(source_of(row[1], row[0]), knowledge);
    EXPECT_EQ(organization_of(knowledge, document, extractor.extract(document), row[2], row[3]), row[4]) << row;
  }
}

}  // namespace
}  // namespace dossier
