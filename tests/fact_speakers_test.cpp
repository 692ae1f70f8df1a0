// Whom a verb means that says "I" or "you" alone, row by row of cases/fact_speakers.tsv.
#include "extractors/fact_speakers.h"

#include <gtest/gtest.h>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

// Who has an affiliation with the organization of this name: the entity's name.
std::string person_of(const Knowledge& knowledge, const Extraction& extraction, const std::string& organization) {
  const PredicateId affiliation = *knowledge.predicate("affiliation");
  const auto name_of = [&](const Fact& fact, std::string_view argument) -> std::string {
    const std::optional<std::uint16_t> slot = knowledge.argument(affiliation, argument);
    for (const Argument& given : fact.arguments) {
      const std::uint32_t entity = extraction.mentions[given.mention].entity;
      if (given.name == slot && entity != kNone) return extraction.entities[entity].name;
    }
    return "-";
  };
  for (const Fact& fact : extraction.facts) {
    if (fact.predicate == affiliation && name_of(fact, "organization") == organization) return name_of(fact, "person");
  }
  return "no such fact";
}

TEST(FactSpeakers, AreWhomTheTableSays) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  const std::vector<CaseRow> rows = read_cases("fact_speakers.tsv");
  EXPECT_GT(rows.size(), 5u);
  for (const CaseRow& row : rows) {  // language, text, organization, person
    const Document document = ingest(source_of(row[1], row[0]), knowledge);
    EXPECT_EQ(person_of(knowledge, extractor.extract(document), row[2]), row[3]) << row;
  }
}

}  // namespace
}  // namespace dossier
