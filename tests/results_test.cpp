// Tests of pipeline/results.h and pipeline/json_text.h: the protocol line against a JSON library, storage and back.
#include "pipeline/results.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>

#include "pipeline/json_text.h"

namespace dossier {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// "Ada Lovell has been CEO of Open Harbor since 2019, with 40+ million boats."
DocumentResult harbor() {
  DocumentResult result;
  result.source_id = "3fa9";
  result.uri = "talks/harbor.txt";
  result.kind = "plain";
  result.language = "en";
  result.metadata = {{"title", "Harbors"}};
  result.dates = {{.edtf = "2019", .bound = DateBound::kSince, .precision = DatePrecision::kYear, .earliest = 17897},
                  {.edtf = "", .offset = "P-1Y", .precision = DatePrecision::kYear}};
  result.statistics = {{.kind = StatisticKind::kCount,
                        .comparator = Comparator::kGreaterEqual,
                        .number = Decimal{4, 7, false},
                        .unit = "boat",
                        .noun = "boats",
                        .scale = "million"}};
  result.roles = {{.category = "executive", .qualifier = ""}};
  result.entities = {{.type = "person", .name = "Ada Lovell", .aliases = {"Lovell"}, .mentions = {0}},
                     {.type = "organization", .name = "Open Harbor", .mentions = {2}}};
  result.mentions = {{.type = "person",
                      .begin = 0,
                      .end = 10,
                      .quote = "Ada Lovell",
                      .text = "Ada Lovell",
                      .entity = 0,
                      .rule = "person.full",
                      .confidence = 0.97},
                     {.type = "role",
                      .begin = 20,
                      .end = 23,
                      .quote = "CEO",
                      .text = "CEO",
                      .role = 0,
                      .rule = "role.title",
                      .confidence = 1},
                     {.type = "organization",
                      .begin = 27,
                      .end = 38,
                      .quote = "Open Harbor",
                      .text = "Open Harbor",
                      .entity = 1,
                      .rule = "organization.context",
                      .confidence = 0.8},
                     {.type = "date",
                      .begin = 45,
                      .end = 49,
                      .quote = "2019",
                      .text = "2019",
                      .date = 0,
                      .rule = "date.year",
                      .confidence = 0.9},
                     {.type = "statistic",
                      .begin = 56,
                      .end = 73,
                      .quote = "40+ million boats",
                      .text = "40+ million boats",
                      .statistic = 0,
                      .rule = "statistic.count",
                      .confidence = 0.9},
                     {.type = "date",
                      .begin = 74,
                      .end = 83,
                      .quote = "last year",
                      .text = "last year",
                      .date = 1,
                      .rule = "date.relative",
                      .confidence = 0.9}};
  result.facts = {{.predicate = "affiliation",
                   .key = "affiliation:0123",
                   .arguments = {{"person", 0}, {"role", 1}, {"organization", 2}},
                   .period = {.from = "2019", .to = "", .status = Status::kCurrent, .asserted_at = "2022"},
                   .begin = 0,
                   .end = 49,
                   .quote = "Ada Lovell has been CEO of Open Harbor since 2019",
                   .rule = "affiliation.copula",
                   .confidence = 0.95}};
  result.diagnostics = {{Severity::kWarning, "encoding.replaced", "2 bytes replaced"}};
  return result;
}

TEST(Protocol, LineHasTheFieldsOfTheDocumentedFormat) {
  const std::string expected =
      R"({"id":"a1","mentions":[)"
      R"({"type":"person","start":0,"end":10,"text":"Ada Lovell","entity":"e1","rule":"person.full","confidence":0.97},)"
      R"({"type":"role","start":20,"end":23,"text":"CEO","value":{"category":"executive"},"rule":"role.title","confidence":1.0},)"
      R"({"type":"organization","start":27,"end":38,"text":"Open Harbor","entity":"e2","rule":"organization.context","confidence":0.8},)"
      R"({"type":"date","start":45,"end":49,"text":"2019","value":{"edtf":"2019","bound":"since","precision":"year","earliest":"2019-01-01"},"rule":"date.year","confidence":0.9},)"
      R"({"type":"statistic","start":56,"end":73,"text":"40+ million boats","value":{"kind":"count","comparator":">=","number":40000000,"unit":"boat","noun":"boats","scale":"million"},"rule":"statistic.count","confidence":0.9},)"
      R"({"type":"date","start":74,"end":83,"text":"last year","unresolved":{"offset":"P-1Y","precision":"year"},"rule":"date.relative","confidence":0.9}],)"
      R"("facts":[{"type":"affiliation","key":"affiliation:0123","args":{"person":0,"role":1,"organization":2},)"
      R"("value":{"period":{"from":"2019","asserted_at":"2022"},"status":"current"},"start":0,"end":49,"rule":"affiliation.copula","confidence":0.95}],)"
      R"("entities":[{"id":"e1","type":"person","name":"Ada Lovell","aliases":["Lovell"]},{"id":"e2","type":"organization","name":"Open Harbor","aliases":[]}],)"
      R"("diagnostics":[{"severity":"warning","code":"encoding.replaced","message":"2 bytes replaced"}]})";
  EXPECT_EQ(protocol_line(harbor(), "a1"), expected);
}

TEST(Protocol, ObjectIsTheLineWithoutItsId) {
  ordered_json line = ordered_json::parse(protocol_line(harbor(), "a1"));
  line.erase("id");
  EXPECT_EQ(protocol_json(harbor()), line);
}

TEST(Protocol, EmptyResultIsStillAWholeObject) {
  EXPECT_EQ(protocol_line({}, ""), R"({"id":"","mentions":[],"facts":[],"entities":[]})");
}

// Random bytes of all sorts: ASCII, control characters, well-formed characters of 2 to 4 bytes, and broken ones.
std::string random_text(std::mt19937& random) {
  static const std::string kPieces[] = {"a",
                                        "Z",
                                        "\"",
                                        "\\",
                                        "\n",
                                        "\t",
                                        "\x01",
                                        "\x7f",
                                        "/",
                                        "é",
                                        "ß",
                                        "漢",
                                        "\U0001F600",
                                        "\u2028",
                                        "\xEF\xBF\xBD",
                                        "\xff",
                                        "\xc3",
                                        "\xed\xa0\x80",
                                        "\xf4\x90\x80\x80",
                                        "\xe2\x82",
                                        "\xc0\xaf",
                                        std::string(1, '\0'),
                                        "\xf0\x9f"};
  std::string text;
  for (std::size_t i = random() % 12; i > 0; --i) text += kPieces[random() % std::size(kPieces)];
  return text;
}

TEST(JsonText, StringsReadBackAsTheJsonLibraryWritesThem) {
  for (unsigned seed = 1; seed <= 20000; ++seed) {
    std::mt19937 random(seed);
    const std::string text = random_text(random);
    std::string written;
    append_json_string(written, text);
    const std::string reference = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    ASSERT_EQ(json::parse(written), json::parse(reference)) << "seed " << seed << ": " << written;
  }
}

TEST(JsonText, WellFormedStringsAreByteForByteThoseOfTheJsonLibrary) {
  const std::string text = "x\"\\/\b\f\n\r\t\x01\x1f é 漢 \U0001F600";
  std::string written;
  append_json_string(written, text);
  EXPECT_EQ(written, json(text).dump());
}

TEST(JsonText, NumbersReadBackTheSame) {
  for (unsigned seed = 1; seed <= 20000; ++seed) {
    std::mt19937_64 random(seed);
    const double number = std::bit_cast<double>(random());
    std::string written;
    append_json_number(written, number);
    const json back = json::parse(written);
    if (std::isfinite(number)) {
      ASSERT_EQ(back.get<double>(), number) << "seed " << seed << ": " << written;
    } else {
      ASSERT_TRUE(back.is_null());
    }
    const Decimal decimal = {static_cast<std::int64_t>(random() % 1000000000000000000u),
                             static_cast<std::int32_t>(random() % 620) - 310, false};
    written.clear();
    append_json_number(written, decimal);
    const json exact = json::parse(written);
    if (!exact.is_null()) {
      ASSERT_EQ(exact.get<double>(), decimal.to_double()) << "seed " << seed << ": " << written;
    } else {
      ASSERT_GT(std::abs(decimal.exponent), 280);
    }
  }
}

DocumentResult random_result(std::mt19937& random) {
  DocumentResult result = harbor();
  const auto number = [&](std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); };
  result.uri = random_text(random);
  result.title = random_text(random);
  result.date = random_text(random);
  result.kind_confidence = number(1000) / 1000.0;
  result.bytes = random();
  result.statistics[0].number = {static_cast<std::int64_t>(random()) - (1 << 30),
                                 static_cast<std::int32_t>(number(40)) - 20, number(2) == 1};
  if (number(2) == 1) result.statistics[0].number_max = Decimal::of(number(100000));
  result.statistics[0].change = static_cast<ChangeDirection>(number(3));
  result.statistics[0].unit_at = {number(100), number(100)};
  result.dates[0].earliest = static_cast<std::int32_t>(number(40000)) - 20000;
  result.dates[0].latest = number(2) == 1 ? kDayOpenEnd : 0;
  result.dates[0].part = static_cast<DatePart>(number(5));
  result.dates[0].bound = static_cast<DateBound>(number(6));
  result.dates[0].fiscal = number(2) == 1;
  for (ResultMention& mention : result.mentions) {
    mention.quote = random_text(random);
    mention.text = random_text(random);
    mention.begin = random();
  }
  for (ResultFact& fact : result.facts) fact.text = random_text(random);
  result.entities[0].evidence = {random_text(random), random_text(random)};
  if (number(3) == 0) result.mentions.clear();
  return result;
}

TEST(Storage, GivesBackWhatWasStored) {
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    std::mt19937 random(seed);
    const DocumentResult result = random_result(random);
    const std::string stored = serialize(result);
    const DocumentResult back = deserialize(stored);
    ASSERT_EQ(serialize(back), stored) << "seed " << seed;
    ASSERT_EQ(protocol_line(back, "x"), protocol_line(result, "x")) << "seed " << seed;
    ASSERT_EQ(back.entities[0].evidence, result.entities[0].evidence);
    ASSERT_EQ(back.dates[0].earliest, result.dates[0].earliest);
    ASSERT_EQ(back.statistics[0].number, result.statistics[0].number);
    ASSERT_EQ(back.metadata, result.metadata);
    ASSERT_EQ(back.bytes, result.bytes);
  }
}

TEST(Storage, RefusesEveryTruncationAndEveryFlippedByte) {
  const std::string stored = serialize(harbor());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    EXPECT_THROW(deserialize(stored.substr(0, i)), std::runtime_error) << i;
    std::string flipped = stored;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x20);
    EXPECT_THROW(deserialize(flipped), std::runtime_error) << i;
  }
  EXPECT_THROW(deserialize(stored + "x"), std::runtime_error);
}

}  // namespace
}  // namespace dossier
