// Inside a document: whom a name or a pronoun stands for, row by row of cases/resolve.tsv.
#include "pipeline/resolve.h"

#include <gtest/gtest.h>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

// Of the last mention with these words.
std::string entity_of(const Document& document, const Extraction& extraction, const std::string& words) {
  std::string entity = "no such mention";
  for (const Mention& mention : extraction.mentions) {
    if (document.slice(mention.span) != words) continue;
    entity = mention.entity == kNone ? "-" : extraction.entities[mention.entity].name;
  }
  return entity;
}

TEST(Resolve, NamesAndPronounsStandForWhomTheTableSays) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  const std::vector<CaseRow> rows = read_cases("resolve.tsv");
  EXPECT_GT(rows.size(), 8u);
  for (const CaseRow& row : rows) {  // language, text, words, entity
    const Document document = ingest(source_of(row[1], row[0]), knowledge);
    EXPECT_EQ(entity_of(document, extractor.extract(document), row[2]), row[3]) << row;
  }
}

// A line of columns begins nothing that the line before it ends.
TEST(Resolve, NamesDoNotRunIntoColumns) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Source source;
  source.kind = DocumentKind::kSlides;
  source.bytes =
      "OPEN TREVIK\n\n\n\n  10\n\n\nWe have a great TVB\nCompany            Speaker            Email\n"
      "Trevik Ltd         Ada Lund           ada@trevik.example\nMole Ltd           Paul Berg          "
      "paul@mole.example\n\n\n\n  11\n\n\nWhat we do\n";
  const Document document = ingest(source, knowledge);
  const Extraction extraction = Extractor(knowledge).extract(document);
  bool has_firm = false;
  for (const Mention& mention : extraction.mentions) {
    const std::string words(document.slice(mention.span));
    EXPECT_EQ(words.find('\n'), words.npos) << words;
    has_firm = has_firm || words == "Trevik Ltd";
  }
  EXPECT_TRUE(has_firm);
}

// The title of a page names a person, whatever its words: "I" is a pronoun and the begin of a name there.
TEST(Resolve, ANameMayBeginWithThePronounThatItIs) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  Source source;
  source.kind = DocumentKind::kProfile;
  source.bytes = "I p\n\n*";
  const Document document = ingest(source, knowledge);
  const Extraction extraction = extractor.extract(document);
  EXPECT_EQ(entity_of(document, extraction, "I p"), "I p");
}

}  // namespace
}  // namespace dossier
