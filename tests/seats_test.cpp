// Roles said without their organization: of which one, row by row of cases/seats.tsv.
#include "extractors/seats.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"

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
  std::ifstream file(DOSSIER_SOURCE_DIR "/tests/cases/seats.tsv");
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream cells(line);
    std::string language, text, person, role, organization;
    for (std::string* cell : {&language, &text, &person, &role, &organization}) std::getline(cells, *cell, '\t');
    Source source;
    source.bytes = std::regex_replace(text, std::regex(R"(\\n)"), "\n");
    source.language = language;
    const Document document = ingest(source, knowledge);
    EXPECT_EQ(organization_of(knowledge, document, extractor.extract(document), person, role), organization) << text;
    ++rows;
  }
  EXPECT_GT(rows, 5);
}

}  // namespace
}  // namespace dossier
