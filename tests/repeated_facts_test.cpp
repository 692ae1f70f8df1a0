// One thing said with several words is one fact, row by row of cases/repeated_facts.tsv.
#include "extractors/repeated_facts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"

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
  std::ifstream file(DOSSIER_SOURCE_DIR "/tests/cases/repeated_facts.tsv");
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream cells(line);
    std::string language, text, expected, count;
    for (std::string* cell : {&language, &text, &expected, &count}) std::getline(cells, *cell, '\t');
    Source source;
    source.bytes = std::regex_replace(text, std::regex(R"(\\n)"), "\n");
    source.language = language;
    const Document document = ingest(source, knowledge);
    const Extraction extraction = once.extract(document);
    std::string facts;
    for (const Fact& fact : extraction.facts) {
      facts += (facts.empty() ? "" : "; ") + told(knowledge, document, extraction, fact);
      EXPECT_FALSE(fact.is_repeat) << text;
    }
    EXPECT_EQ(facts, expected) << text;
    const Extraction all = for_each_mention.extract(document);
    EXPECT_EQ(std::to_string(all.facts.size()), count) << text;
    const auto facts_once =
        std::count_if(all.facts.begin(), all.facts.end(), [](const Fact& fact) { return !fact.is_repeat; });
    EXPECT_EQ(static_cast<std::size_t>(facts_once), extraction.facts.size()) << text;
    ++rows;
  }
  EXPECT_GT(rows, 5);
}

}  // namespace
}  // namespace dossier
