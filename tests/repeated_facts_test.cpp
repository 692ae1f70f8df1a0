// One thing said with several words is one fact, row by row of cases/repeated_facts.tsv.
#include "extractors/repeated_facts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

std::string told(const Knowledge& knowledge, const Document& document, const Extraction& extraction, const Fact& fact) {
  std::string out = knowledge.predicates()[fact.predicate].name;
  for (const Argument& argument : fact.arguments) {
    const Mention& mention = extraction.mentions[argument.mention];
    out += (&argument == fact.arguments.data() ? " " : ", ") + (mention.entity == kNone
                                                                    ? std::string(document.slice(mention.span))
                                                                    : extraction.entities[mention.entity].name);
  }
  return out;
}

TEST(RepeatedFacts, AreToldOnceUnlessEachMentionIsAskedFor) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor once(knowledge);
  Extractor for_each_mention(knowledge, {.has_repeats = true});
  const std::vector<CaseRow> rows = read_cases("repeated_facts.tsv");
  EXPECT_GT(rows.size(), 5u);
  for (const CaseRow& row : rows) {  // language, text, facts, how many with repetitions
    const Document document = ingest(source_of(row[1], row[0]), knowledge);
    const Extraction extraction = once.extract(document);
    std::string facts;
    for (const Fact& fact : extraction.facts) {
      facts += (facts.empty() ? "" : "; ") + told(knowledge, document, extraction, fact);
      EXPECT_FALSE(fact.is_repeat) << row;
    }
    EXPECT_EQ(facts, row[2]) << row;
    const Extraction all = for_each_mention.extract(document);
    EXPECT_EQ(std::to_string(all.facts.size()), row[3]) << row;
    const auto facts_once =
        std::count_if(all.facts.begin(), all.facts.end(), [](const Fact& fact) { return !fact.is_repeat; });
    EXPECT_EQ(static_cast<std::size_t>(facts_once), extraction.facts.size()) << row;
  }
}

}  // namespace
}  // namespace dossier
