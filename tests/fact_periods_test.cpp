// When facts held, by the dates of their sentences: row by row of cases/fact_periods.tsv.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"

namespace dossier {
namespace {

std::string shown(const Period& period) {
  const auto or_none = [](std::string_view text) { return text.empty() ? std::string("-") : std::string(text); };
  const std::string status = period.status == Status::kUnknown ? "-" : std::string(name_of(period.status));
  return or_none(period.from) + " " + or_none(period.to) + " " + status;
}

TEST(FactPeriods, AreWhatTheTableSays) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  Extractor extractor(knowledge);
  std::ifstream file(DOSSIER_SOURCE_DIR "/tests/cases/fact_periods.tsv");
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream cells(line);
    std::string language, text, predicate, from, to, status;
    for (std::string* cell : {&language, &text, &predicate, &from, &to, &status}) std::getline(cells, *cell, '\t');
    Source source;
    source.bytes = text;
    source.language = language;
    const Extraction extraction = extractor.extract(ingest(source, knowledge));
    std::string found = "no such fact";
    for (const Fact& fact : extraction.facts) {
      if (fact.predicate == knowledge.predicate(predicate)) found = shown(fact.period);
    }
    EXPECT_EQ(found, from + " " + to + " " + status) << text;
    ++rows;
  }
  EXPECT_GT(rows, 10);
}

}  // namespace
}  // namespace dossier
