// Inside a document: whom a name or a pronoun stands for, row by row of cases/resolve.tsv.
#include "pipeline/resolve.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"

namespace dossier {
namespace {

std::string with_line_breaks(std::string text) {
  for (std::size_t at = 0; (at = text.find("\\n", at)) != std::string::npos;) text.replace(at, 2, "\n");
  return text;
}

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
  std::ifstream file(DOSSIER_SOURCE_DIR "/tests/cases/resolve.tsv");
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream cells(line);
    std::string language, text, words, entity;
    std::getline(cells, language, '\t');
    std::getline(cells, text, '\t');
    std::getline(cells, words, '\t');
    std::getline(cells, entity, '\t');
    Source source;
    source.bytes = with_line_breaks(text);
    source.language = language;
    const Document document = ingest(source, knowledge);
    EXPECT_EQ(entity_of(document, extractor.extract(document), words), entity) << words << " of: " << text;
    ++rows;
  }
  EXPECT_GT(rows, 8);
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
