// From words to the fields of a profile, all stages in between: row by row of cases/profile_fields.tsv.
#include <gtest/gtest.h>

#include "merge_cases.h"
#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "pipeline/results.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

// The lines of one field, in their order, parted by "; "; "-" if there are none.
std::string lines_of(const Profile& profile, const std::string& field) {
  const std::map<std::string, std::vector<std::string>> fields = testing::profile_lines(profile);
  const auto found = fields.find(field);
  std::string all;
  for (const std::string& line : found == fields.end() ? std::vector<std::string>{} : found->second) {
    if (!all.empty()) all += "; ";
    all += line;
  }
  return all.empty() ? "-" : all;
}

TEST(ProfileFields, AreWhatTheTableSays) {
  const Knowledge knowledge = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  const MergeTables tables = load_merge_tables(knowledge);
  Extractor extractor(knowledge);
  const std::vector<CaseRow> rows = read_cases("profile_fields.tsv");
  EXPECT_GT(rows.size(), 10u);
  for (const CaseRow& row : rows) {  // language, text, name, field, lines
    const Source source = source_of(row[1], row[0]);
    const Document document = ingest(source, knowledge);
    const std::vector<DocumentResult> results = {summarize(source, document, extractor.extract(document), knowledge)};
    const Merged merged = merge(results, {}, tables);
    std::string found = "no such profile";
    for (const Profile& profile : merged.profiles) {
      if (profile.name == row[2]) found = lines_of(profile, row[3]);
    }
    EXPECT_EQ(found, row[4]) << row;
  }
}

}  // namespace
}  // namespace dossier
