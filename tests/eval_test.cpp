// Tests of pipeline/eval.h: every figure of a few hand-made lines, worked out on paper.
#include "pipeline/eval.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace dossier {
namespace {

const std::vector<EvalProperty> kProperties = {
    {"EMPLOYEE", "affiliation", "person", "organization", "", false},
    {"CEO", "affiliation", "organization", "person", R"(\bceo)", false},
    {"SPOUSE", "spouse", "person", "spouse", "", true},
};

Score score_of(const Evaluation& evaluation, std::string_view name) {
  for (const Score& score : evaluation.scores) {
    if (score.name == name) return score;
  }
  ADD_FAILURE() << "no score named " << name;
  return {};
}

Score mentions_score(const std::string& type, const std::string& gold, const std::string& system) {
  return score_of(evaluate(R"({"id":"1","text":"","types":[")" + type + R"("],"mentions":)" + gold + "}",
                           R"({"id":"1","mentions":)" + system + "}", kProperties),
                  type);
}

TEST(Eval, CountsEqualAndOverlappingSpans) {
  const Score score = mentions_score(
      "person",
      R"([{"type":"person","start":0,"end":10,"text":"Ada Lovell"},{"type":"person","start":20,"end":25,"text":"Borin"},)"
      R"({"type":"person","start":40,"end":44,"text":"Vico"}])",
      R"([{"type":"person","start":0,"end":10},{"type":"person","start":18,"end":25},{"type":"person","start":60,"end":65},)"
      R"({"type":"organization","start":40,"end":44}])");
  EXPECT_EQ(score.gold, 3u);
  EXPECT_EQ(score.system, 3u);
  EXPECT_EQ(score.strict, 1u);
  EXPECT_EQ(score.overlap, 2u);
  EXPECT_DOUBLE_EQ(score.precision(score.overlap), 2.0 / 3);
  EXPECT_DOUBLE_EQ(score.f1(score.strict), 1.0 / 3);
}

TEST(Eval, EqualSpansArePairedBeforeLargerOverlaps) {
  // The long system span overlaps the first gold span too, but belongs to the second, which it equals.
  const Score score = mentions_score(
      "person", R"([{"type":"person","start":0,"end":9,"text":""},{"type":"person","start":0,"end":12,"text":""}])",
      R"([{"type":"person","start":0,"end":12},{"type":"person","start":0,"end":2}])");
  EXPECT_EQ(score.strict, 1u);
  EXPECT_EQ(score.overlap, 2u);
}

TEST(Eval, DatesAreRightByStringOrByTheDaysTheyName) {
  const auto right = [](const std::string& values, const std::string& value) {
    const Score score =
        mentions_score("date", R"([{"type":"date","start":0,"end":4,"text":"","values":)" + values + "}]",
                       R"([{"type":"date","start":0,"end":4,"value":)" + value + "}]");
    return std::pair(score.valued, score.value_right);
  };
  using Counts = std::pair<std::uint64_t, std::uint64_t>;
  EXPECT_EQ(right(R"(["2019"])", R"({"edtf":"2019"})"), Counts(1, 1));
  EXPECT_EQ(right(R"(["2018","2019"])", R"({"edtf":"2019"})"), Counts(1, 1));
  EXPECT_EQ(right(R"(["2010/2019"])", R"({"edtf":"201X"})"), Counts(1, 1));
  EXPECT_EQ(right(R"(["2019"])", R"({"edtf":"2019~"})"), Counts(1, 1));
  EXPECT_EQ(right(R"(["2019-01/2019-03"])", R"({"edtf":"2019-33"})"), Counts(1, 1));
  EXPECT_EQ(right(R"(["2019-04/2019-06"])", R"({"edtf":"2019-33"})"), Counts(1, 0));
  EXPECT_EQ(right(R"(["2019/.."])", R"({"edtf":"2019/.."})"), Counts(1, 1));
  EXPECT_EQ(right(R"(["2019/.."])", R"({"edtf":"2019/2020"})"), Counts(1, 0));
  EXPECT_EQ(right(R"(["2019"])", "null"), Counts(1, 0));
  EXPECT_EQ(right("[]", R"({"edtf":"2019"})"), Counts(0, 0));
}

TEST(Eval, StatisticsAreRightAsFarAsGoldStatesThem) {
  const auto is_right = [](const std::string& gold, const std::string& value) {
    const Score score =
        mentions_score("statistic", R"([{"type":"statistic","start":0,"end":4,"text":"",)" + gold + "}]",
                       R"([{"type":"statistic","start":0,"end":4,"value":)" + value + "}]");
    return score.value_right == 1;
  };
  EXPECT_TRUE(is_right(R"("value":40)", R"({"kind":"count","number":40,"unit":"boat"})"));
  EXPECT_FALSE(is_right(R"("value":40)", R"({"number":41})"));
  EXPECT_FALSE(is_right(R"("value":40)", R"({"number":"40"})"));
  EXPECT_TRUE(is_right(R"("value":40,"value_max":50)", R"({"number":40,"number_max":50})"));
  EXPECT_FALSE(is_right(R"("value":40,"value_max":50)", R"({"number":40})"));
  EXPECT_FALSE(is_right(R"("value":40,"comparator":">=")", R"({"number":40})"));
  EXPECT_TRUE(is_right(R"("value":40,"comparator":">=")", R"({"number":40,"comparator":">="})"));
  EXPECT_FALSE(is_right(R"("value":40,"iso":"EUR")", R"({"number":40,"unit":"USD"})"));
  EXPECT_TRUE(is_right(R"("value":40,"noun":"fishing boat")", R"({"number":40,"unit":"boat"})"));
  EXPECT_TRUE(is_right(R"("value":40,"noun":"Café")", R"({"number":40,"unit":"cafe"})"));
  EXPECT_FALSE(is_right(R"("value":40,"kind":"money")", R"({"number":40,"kind":"count"})"));
}

TEST(Eval, OnlyAnnotatedKindsOfStatisticsAreJudged) {
  // Every gold mention has a kind, so a case with money says nothing about the duration beside it.
  const Evaluation evaluation = evaluate(
      R"({"id":"1","text":"","mentions":[{"type":"statistic","start":0,"end":3,"text":"","kind":"money","value":5}]})",
      R"({"id":"1","mentions":[{"type":"statistic","start":0,"end":3,"value":{"kind":"money","number":5}},)"
      R"({"type":"statistic","start":9,"end":12,"value":{"kind":"duration","number":2}}]})",
      kProperties);
  EXPECT_EQ(score_of(evaluation, "statistic").system, 1u);
}

TEST(Eval, NamesAreComparedThroughTheEntity) {
  const std::string gold =
      R"({"id":"1","text":"","mentions":[{"type":"person","start":0,"end":6,"text":"Lovell","canonical":"Ada Lovell"}]})";
  const auto right = [&](const std::string& system) {
    return score_of(evaluate(gold, system, kProperties), "person").value_right;
  };
  EXPECT_EQ(
      right(
          R"({"id":"1","mentions":[{"type":"person","start":0,"end":6,"text":"Lovell","entity":"e1"}],"entities":[{"id":"e1","name":"ada  LOVÉLL"}]})"),
      1u);
  EXPECT_EQ(right(R"({"id":"1","mentions":[{"type":"person","start":0,"end":6,"text":"Lovell"}]})"), 0u);
}

TEST(Eval, FactsMatchByNamesAndContainedTitles) {
  const std::string gold =
      R"({"id":"1","text":"","mentions":[],"facts":[)"
      R"({"type":"affiliation","person":"Ada Lovell","role":"vice chair","organization":"Open Harbor"},)"
      R"({"type":"affiliation","person":"Ada Lovell","role":"","organization":"Mole Works"},)"
      R"({"type":"education","person":"Ada Lovell","organization":"Portside University"},)"
      R"({"type":"founded","person":"Ada Lovell","organization":"Mole Works"}]})";
  const std::string system =
      R"({"id":"1","mentions":[{"type":"person","start":0,"end":6,"text":"Lovell","entity":"e1"},)"
      R"({"type":"role","start":10,"end":15,"text":"Chair"},{"type":"organization","start":20,"end":31,"text":"Open Harbor"},)"
      R"({"type":"organization","start":40,"end":50,"text":"Mole Works"},{"type":"organization","start":60,"end":79,"text":"Portside University"}],)"
      R"("entities":[{"id":"e1","type":"person","name":"Ada Lovell"}],"facts":[)"
      R"({"type":"affiliation","args":{"person":0,"role":1,"organization":2}},)"
      R"({"type":"affiliation","args":{"person":0,"role":1,"organization":2}},)"  // stated twice, counted once
      R"({"type":"affiliation","args":{"person":0,"role":1,"organization":3}},)"  // gold has no title there
      R"({"type":"education","args":{"person":0,"institution":4}},)"
      R"({"type":"founded","args":{"person":0,"organization":99}}]})";  // no such mention
  const Evaluation evaluation = evaluate(gold, system, kProperties, "affiliation");
  const Score affiliation = score_of(evaluation, "affiliation");
  EXPECT_EQ(affiliation.gold, 2u);
  EXPECT_EQ(affiliation.system, 2u);
  EXPECT_EQ(affiliation.strict, 1u);
  EXPECT_EQ(score_of(evaluation, "education").strict, 1u);
  EXPECT_EQ(score_of(evaluation, "founded").strict, 0u);
  EXPECT_EQ(score_of(evaluation, "founded").system, 1u);
  const std::vector<std::string> errors = {"1\tMISSED\tAda Lovell |  | Mole Works",
                                           "1\tSPURIOUS\tAda Lovell | Chair | Mole Works"};
  EXPECT_EQ(evaluation.errors, errors);
}

TEST(Eval, PassagesJudgeOnlyThePropertiesTheyName) {
  const std::string gold =
      R"({"id":"1","text":"","passages":[{"start":0,"end":50,"properties":["EMPLOYEE","SPOUSE"]}],"facts":[)"
      R"({"property":"EMPLOYEE","subject":{"start":0,"end":10,"text":"Ada Lovell"},"object":{"start":20,"end":31,"text":"Open Harbor"}},)"
      R"({"property":"SPOUSE","subject":{"start":0,"end":10,"text":"Ada Lovell"},"object":{"start":35,"end":40,"text":"Borin"}},)"
      R"({"property":"SPOUSE","subject":{"start":35,"end":40,"text":"Borin"},"object":{"start":0,"end":10,"text":"Ada Lovell"}}]})";
  const std::string system =
      R"({"id":"1","mentions":[{"type":"person","start":4,"end":10,"text":"Lovell"},{"type":"organization","start":20,"end":31,"text":"Open Harbor"},)"
      R"({"type":"person","start":35,"end":40,"text":"Borin"},{"type":"organization","start":60,"end":65,"text":"Moles"},{"type":"role","start":12,"end":15,"text":"CEO"}],)"
      R"("facts":[{"type":"affiliation","args":{"person":0,"organization":1,"role":4}},{"type":"affiliation","args":{"person":0,"organization":3}},)"
      R"({"type":"spouse","args":{"person":0,"spouse":2}}]})";
  const Evaluation evaluation = evaluate(gold, system, kProperties);
  const Score employee = score_of(evaluation, "EMPLOYEE");
  EXPECT_EQ(employee.gold, 1u);
  EXPECT_EQ(employee.system, 1u);  // the second fact reaches out of the passage
  EXPECT_EQ(employee.overlap, 1u);
  EXPECT_EQ(employee.strict, 0u);
  const Score spouse = score_of(evaluation, "SPOUSE");
  EXPECT_EQ(spouse.gold, 2u);
  EXPECT_EQ(spouse.system, 2u);
  EXPECT_EQ(spouse.overlap, 2u);
  EXPECT_EQ(score_of(evaluation, "CEO").system, 0u);  // no passage names it
  EXPECT_EQ(score_of(evaluation, "ALL").overlap, 3u);
}

TEST(Eval, TellsWhatWasNotAnswered) {
  const Evaluation evaluation =
      evaluate("{\"id\":\"1\",\"text\":\"\",\"mentions\":[]}\n\n{\"id\":\"2\",\"text\":\"\",\"mentions\":[]}\n",
               "{\"id\":\"2\",\"error\":\"no text\"}\n", kProperties);
  EXPECT_EQ(evaluation.documents, 2u);
  EXPECT_EQ(evaluation.unanswered, 2u);
}

TEST(Eval, NamesTheLineThatCannotBeRead) {
  try {
    evaluate("{\"id\":\"1\",\"mentions\":[]}\n{\"id\":", "", kProperties);
    FAIL() << "broken JSON was accepted";
  } catch (const EvalError& error) {
    EXPECT_STREQ(error.what(), "gold line 2: not a JSON object with a string \"id\" - give one object a line");
  }
}

TEST(Eval, TableAndJsonShowTheSameFigures) {
  const Evaluation evaluation =
      evaluate(R"({"id":"1","text":"","mentions":[{"type":"person","start":0,"end":6,"text":"Lovell"}]})",
               R"({"id":"1","mentions":[{"type":"person","start":0,"end":6}]})", kProperties);
  EXPECT_EQ(to_table(evaluation),
            "1 documents, 0 without an answer\n"
            "                          gold  system  strict P      R     F1  overlap P      R     F1   value\n"
            "person                       1       1     1.000  1.000  1.000      1.000  1.000  1.000       -\n");
  const auto object = nlohmann::json::parse(to_json(evaluation));
  EXPECT_EQ(object["figures"]["person"]["strict_f1"], 1.0);
  EXPECT_TRUE(object["figures"]["person"]["value"].is_null());
}

TEST(Eval, TheTableOfPropertiesIsRead) {
  const auto rows = load_eval_properties(std::string(DOSSIER_SOURCE_DIR) + "/grammars/eval_properties.tsv");
  ASSERT_EQ(rows.size(), 15u);
  EXPECT_EQ(rows[1].property, "CEO");
  EXPECT_EQ(rows[1].subject, "organization");
  EXPECT_TRUE(rows[9].symmetric);
  EXPECT_THROW(load_eval_properties("/nonexistent/table.tsv"), EvalError);
}

}  // namespace
}  // namespace dossier
