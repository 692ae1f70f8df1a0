// Posts listed behind one that a rule has read, row by row of cases/further_posts.tsv.
#include "extractors/further_posts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

// Organization and status of the affiliation of this person in this role.
std::vector<std::string> stated(const Knowledge& knowledge, const Document& document, const Extraction& extraction,
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
    const Status status = fact.period.status;
    return {text_of(fact, "organization"), status == Status::kUnknown ? "-" : std::string(name_of(status))};
  }
  return {"no such fact", ""};
}

TEST(FurtherPosts, AreWhatTheTableSays) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  const std::vector<CaseRow> rows = read_cases("further_posts.tsv");
  EXPECT_GT(rows.size(), 5u);
  for (const CaseRow& row : rows) {  // language, text, person, role, organization, status
    const Document document = ingest(source_of(row[1], row[0]), knowledge);
    EXPECT_EQ(stated(knowledge, document, extractor.extract(document), row[2], row[3]),
              (std::vector<std::string>{row[4], row[5]}))
        << row;
  }
}

// The words of each fact reach back to the person: twenty posts would cost twenty times the list.
TEST(FurtherPosts, EndWhereAListIsTooLong) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  std::string text = "Ada Lund is a sailor";
  for (const char* post : {"cook",   "painter", "lawyer",  "poet",      "teacher", "chemist", "pilot",  "nurse",
                           "baker",  "tailor",  "farmer",  "dancer",    "singer",  "actor",   "author", "editor",
                           "doctor", "lawyer",  "surgeon", "architect", "banker",  "judge"}) {
    text += std::string(" and a ") + post;
  }
  const Document document = ingest(source_of(text + ".", "en"), knowledge);
  const Extraction extraction = Extractor(knowledge).extract(document);
  EXPECT_GT(extraction.facts.size(), 10u);
  EXPECT_LT(extraction.facts.size(), 20u);
  for (const Fact& fact : extraction.facts) EXPECT_GT(fact.confidence, 0.01F);
  EXPECT_TRUE(std::any_of(extraction.diagnostics.begin(), extraction.diagnostics.end(),
                          [](const Diagnostic& diagnostic) { return diagnostic.code == "limit.facts"; }));
}

}  // namespace
}  // namespace dossier
