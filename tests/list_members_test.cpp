// Facts of all members of a list, row by row of cases/list_members.tsv.
#include "extractors/list_members.h"

#include <gtest/gtest.h>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

TEST(ListMembers, AreThoseOfTheTable) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  const std::vector<CaseRow> rows = read_cases("list_members.tsv");
  EXPECT_GT(rows.size(), 5u);
  for (const CaseRow& row : rows) {  // language, text, predicate, argument, members
    const Document document = ingest(source_of(row[1], row[0]), knowledge);
    const Extraction extraction = extractor.extract(document);
    const std::optional<PredicateId> predicate = knowledge.predicate(row[2]);
    ASSERT_TRUE(predicate) << row;
    const std::optional<std::uint16_t> name = knowledge.argument(*predicate, row[3]);
    std::string members;
    for (const Fact& fact : extraction.facts) {
      if (fact.predicate != predicate || fact.is_repeat) continue;
      for (const Argument& argument : fact.arguments) {
        if (argument.name != name) continue;
        members +=
            (members.empty() ? "" : "; ") + std::string(document.slice(extraction.mentions[argument.mention].span));
      }
    }
    EXPECT_EQ(members, row[4]) << row;
  }
}

}  // namespace
}  // namespace dossier
