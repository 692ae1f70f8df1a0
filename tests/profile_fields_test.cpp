// From words to the fields of a profile, all stages in between: row by row of cases/profile_fields.tsv.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "merge_cases.h"
#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "pipeline/results.h"

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
  std::ifstream file(DOSSIER_SOURCE_DIR "/tests/cases/profile_fields.tsv");
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream cells(line);
    std::string language, text, name, field, expected;
    for (std::string* cell : {&language, &text, &name, &field, &expected}) std::getline(cells, *cell, '\t');
    Source source;
    source.bytes = text;
    source.language = language;
    const Document document = ingest(source, knowledge);
    const std::vector<DocumentResult> results = {summarize(source, document, extractor.extract(document), knowledge)};
    const Merged merged = merge(results, {}, tables);
    std::string found = "no such profile";
    for (const Profile& profile : merged.profiles) {
      if (profile.name == name) found = lines_of(profile, field);
    }
    EXPECT_EQ(found, expected) << text;
    ++rows;
  }
  EXPECT_GT(rows, 10);
}

}  // namespace
}  // namespace dossier
