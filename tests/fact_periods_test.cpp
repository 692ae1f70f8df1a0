// When facts held, by the dates of their sentences: row by row of cases/fact_periods.tsv.
#include <gtest/gtest.h>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

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
  const std::vector<CaseRow> rows = read_cases("fact_periods.tsv");
  EXPECT_GT(rows.size(), 10u);
  for (const CaseRow& row : rows) {  // language, text, predicate, from, to, status
    const Extraction extraction = extractor.extract(ingest(source_of(row[1], row[0]), knowledge));
    std::string found = "no such fact";
    for (const Fact& fact : extraction.facts) {
      if (fact.predicate == knowledge.predicate(row[2])) found = shown(fact.period);
    }
    EXPECT_EQ(found, row[3] + " " + row[4] + " " + row[5]) << row;
  }
}

}  // namespace
}  // namespace dossier
