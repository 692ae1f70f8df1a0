// merge_test.cpp - merge on small sets of hand-made documents (tests/cases/merge), and its properties on random
// subsets.
#include "pipeline/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/merge_cases.h"

namespace dossier {
namespace {

using testing::MergeCase;

const MergeTables& tables() {
  static const MergeTables tables = load_merge_tables({DOSSIER_SOURCE_DIR "/grammars"});
  return tables;
}

const std::vector<MergeCase>& cases() {
  static const std::vector<MergeCase> cases = [] {
    auto loaded = testing::load_merge_cases(std::filesystem::path(DOSSIER_SOURCE_DIR) / "tests/cases/merge");
    // Keys of statements are those that a person sees before deciding.
    for (MergeCase& c : loaded) {
      const Merged undecided = merge(c.documents, {}, tables());
      for (Decision& decision : c.decisions.log) {
        if (decision.key.starts_with("@")) decision.key = testing::statement_key(decision.key, undecided);
      }
    }
    return loaded;
  }();
  return cases;
}

Merged merged(const MergeCase& c, const MergeOptions& options = {}) {
  return merge(c.documents, c.decisions, tables(), options);
}

MergeOptions known(const Merged& merged) {
  MergeOptions options;
  options.known_ids = merged.ids;
  for (const Redirect& redirect : merged.redirects) options.known_redirects[redirect.from] = redirect.to;
  return options;
}

void check_expectations(const MergeCase& c, const Merged& result) {
  const auto expect = nlohmann::ordered_json::parse(c.expect);
  const auto none = nlohmann::ordered_json::object();
  const auto profiles = expect.value("profiles", none), counts = expect.value("count", none);
  for (const auto& [id, fields] : profiles.items()) {
    const Profile* profile = result.find(id);
    ASSERT_NE(profile, nullptr) << "no profile " << id << "\n" << testing::dump(result);
    auto lines = testing::profile_lines(*profile);
    for (const auto& [field, value] : fields.items()) {
      if (field == "keys_kept") {
        const std::string reference = value.get<std::string>();
        EXPECT_EQ(testing::statement_key(reference, result),
                  testing::statement_key(reference, merge(c.documents, {}, tables())));
        continue;
      }
      const std::vector<std::string> wanted =
          value.is_array() ? value.get<std::vector<std::string>>() : std::vector{value.get<std::string>()};
      EXPECT_EQ(lines[field], wanted) << id << "." << field << "\n" << testing::dump(result);
    }
  }
  for (const auto& wanted : counts.items()) {
    const std::string& type = wanted.key();
    const auto found =
        std::count_if(result.profiles.begin(), result.profiles.end(), [&](const Profile& p) { return p.type == type; });
    EXPECT_EQ(found, wanted.value().get<std::ptrdiff_t>()) << type << "\n" << testing::dump(result);
  }
  if (expect.contains("suggestions")) {
    std::vector<std::string> pairs;
    for (const Suggestion& suggestion : result.suggestions) pairs.push_back(suggestion.a + " " + suggestion.b);
    EXPECT_EQ(pairs, expect["suggestions"].get<std::vector<std::string>>()) << testing::dump(result);
  }
  if (expect.contains("redirects")) {
    std::vector<std::string> redirects;
    for (const Redirect& redirect : result.redirects) redirects.push_back(redirect.from + " " + redirect.to);
    EXPECT_EQ(redirects, expect["redirects"].get<std::vector<std::string>>());
  }
  if (expect.contains("orphans")) {
    EXPECT_EQ(result.orphans.size(), expect["orphans"].get<std::size_t>()) << testing::dump(result);
  }
  if (expect.contains("conflicts")) {
    EXPECT_EQ(result.conflicts, expect["conflicts"].get<std::size_t>()) << testing::dump(result);
  }
  for (const auto& code : expect.value("diagnostics", std::vector<std::string>{})) {
    EXPECT_TRUE(std::any_of(result.diagnostics.begin(), result.diagnostics.end(), [&](const Diagnostic& diagnostic) {
      return diagnostic.code == code;
    })) << code;
  }
  for (const auto& rule : expect.value("judgements", std::vector<std::string>{})) {
    const bool found = std::any_of(result.judgements.begin(), result.judgements.end(), [&](const Judgement& j) {
      return std::string(name_of(j.sameness)) + " " + j.rule == rule;
    });
    EXPECT_TRUE(found) << "no judgement " << rule << "\n" << testing::dump(result);
  }
}

class MergeCases : public ::testing::TestWithParam<std::size_t> {
 protected:
  const MergeCase& c() const { return cases()[GetParam()]; }
};

TEST_P(MergeCases, GivesWhatIsExpected) {
  SCOPED_TRACE(c().file + ": " + c().name);
  check_expectations(c(), merged(c()));
}

TEST_P(MergeCases, JoinsNoTwoThings) {
  SCOPED_TRACE(c().file + ": " + c().name);
  const Merged result = merged(c());
  for (const char* type : {"person", "organization"}) {
    testing::ClusterScore score;
    score_clusters(c(), result, type, score);
    for (const std::string& line : score.false_joins) ADD_FAILURE() << line << "\n" << testing::dump(result);
  }
}

TEST_P(MergeCases, JoinsWhatBelongsTogether) {
  SCOPED_TRACE(c().file + ": " + c().name);
  const Merged result = merged(c());
  std::map<std::string, std::string> profile_of;
  for (const auto& [anchor, truth] : c().truth) {
    const auto id = result.ids.find(anchor);
    const Profile* profile = id == result.ids.end() ? nullptr : result.find(id->second);
    if (profile == nullptr || std::count(c().apart.begin(), c().apart.end(), truth.substr(truth.find(' ') + 1)) > 0)
      continue;
    const auto [known, is_new] = profile_of.emplace(truth, profile->id);
    EXPECT_EQ(known->second, profile->id) << truth << " is on two pages\n" << testing::dump(result);
  }
}

TEST_P(MergeCases, DoesNotDependOnTheOrderOfDocuments) {
  SCOPED_TRACE(c().file + ": " + c().name);
  const std::string expected = testing::dump(merged(c()));
  MergeCase shuffled = c();
  std::reverse(shuffled.documents.begin(), shuffled.documents.end());
  EXPECT_EQ(testing::dump(merged(shuffled)), expected);
  std::rotate(shuffled.documents.begin(), shuffled.documents.begin() + 1, shuffled.documents.end());
  EXPECT_EQ(testing::dump(merged(shuffled)), expected);
}

TEST_P(MergeCases, ASecondRunChangesNothing) {
  SCOPED_TRACE(c().file + ": " + c().name);
  const Merged first = merged(c());
  EXPECT_EQ(testing::dump(merged(c(), known(first))), testing::dump(first));
}

TEST_P(MergeCases, AddingADocumentAndTakingItAwayLeavesNoTrace) {
  SCOPED_TRACE(c().file + ": " + c().name);
  for (std::size_t i = 0; i < c().documents.size(); ++i) {
    MergeCase less = c();
    less.documents.erase(less.documents.begin() + static_cast<std::ptrdiff_t>(i));
    const Merged before = merged(less);
    const Merged with = merged(c(), known(before));
    const Merged after = merged(less, known(with));
    EXPECT_EQ(testing::dump(after, false), testing::dump(before, false)) << "document " << c().documents[i].uri;
  }
}

INSTANTIATE_TEST_SUITE_P(All, MergeCases, ::testing::Range(std::size_t{0}, cases().size()),
                         [](const ::testing::TestParamInfo<std::size_t>& info) {
                           std::string name = cases()[info.param].file + cases()[info.param].name;
                           std::erase_if(name,
                                         [](char ch) { return std::isalnum(static_cast<unsigned char>(ch)) == 0; });
                           return name;
                         });

TEST(MergeBenchmark, PrintsPairwiseAndBCubedAndJoinsNoTwoPeople) {
  for (const char* type : {"person", "organization"}) {
    testing::ClusterScore score;
    for (const MergeCase& c : cases()) score_clusters(c, merged(c), type, score);
    const auto share = [](double part, double whole) { return whole == 0 ? 1.0 : part / whole; };
    std::printf("%-12s %4.0f mentions in %zu sets: pairwise P %.3f R %.3f, B-cubed P %.3f R %.3f, false joins %zu\n",
                type, score.entities, cases().size(), share(score.pairs_right, score.pairs_together),
                share(score.pairs_right, score.pairs_true), share(score.precision_sum, score.entities),
                share(score.recall_sum, score.entities), score.false_joins.size());
    EXPECT_TRUE(score.false_joins.empty());
  }
  EXPECT_GE(cases().size(), 60u);
}

TEST(Decisions, ComeBackFromTheirLines) {
  Decisions decisions;
  decisions.log.push_back({"2026-01-02T03:04:05Z",
                           "ada",
                           Verdict::kEdit,
                           "affiliation:12",
                           {},
                           {},
                           "typo \"here\"",
                           "",
                           {{"title", "CTO"}, {"from", "2011"}}});
  decisions.log.push_back(
      {"", "", Verdict::kDifferent, "", {"person:ada lovell@12"}, {"ada-lovell-2", "x"}, "", "", {}});
  std::vector<Diagnostic> diagnostics;
  EXPECT_EQ(parse_decisions(serialize(decisions), diagnostics).log, decisions.log);
  EXPECT_TRUE(diagnostics.empty());
}

TEST(Decisions, UnreadableLinesAreReportedWithTheirNumber) {
  std::vector<Diagnostic> diagnostics;
  const Decisions decisions = parse_decisions(
      "{\"verdict\": \"accept\", \"key\": \"k\"}\n\nnonsense\n{\"verdict\": \"maybe\"}\n{\"verdict\": \"pin\", "
      "\"keys\": \"k\"}\n[1]",
      diagnostics);
  EXPECT_EQ(decisions.log.size(), 1u);
  ASSERT_EQ(diagnostics.size(), 4u);
  EXPECT_EQ(diagnostics[0].message, "line 3: not JSON; the line is left out");
  EXPECT_EQ(diagnostics[1].message, "line 4: unknown verdict \"maybe\"; the line is left out");
  EXPECT_EQ(diagnostics[2].message, "line 5: unknown or wrong field \"keys\"; the line is left out");
}

// All cases are one world: what holds in each set must hold in any mixture of documents from all of them.
TEST(MergeProperties, HoldOnRandomMixturesOfAllDocuments) {
  constexpr unsigned kSeed = 20260301;
  std::mt19937 random(kSeed);
  std::vector<DocumentResult> all;
  for (const MergeCase& c : cases()) {
    if (c.decisions.log.empty()) all.insert(all.end(), c.documents.begin(), c.documents.end());
  }
  for (int round = 0; round < 20; ++round) {
    SCOPED_TRACE("seed " + std::to_string(kSeed) + " round " + std::to_string(round));
    std::shuffle(all.begin(), all.end(), random);
    const std::span<const DocumentResult> some(all.data(), all.size() / 2);
    const Merged first = merge(some, {}, tables());
    const std::string expected = testing::dump(first);
    std::vector<DocumentResult> shuffled(some.begin(), some.end());
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    ASSERT_EQ(testing::dump(merge(shuffled, {}, tables())), expected);
    ASSERT_EQ(testing::dump(merge(shuffled, {}, tables(), known(first))), expected);
    const Merged more = merge(all, {}, tables(), known(first));
    ASSERT_EQ(testing::dump(merge(some, {}, tables(), known(more)), false), testing::dump(first, false));
  }
}

}  // namespace
}  // namespace dossier
