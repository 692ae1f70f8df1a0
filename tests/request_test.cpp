// Tests of pipeline/request.h: good lines, bad lines, and what is said about them.
#include "pipeline/request.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace dossier {
namespace {

TEST(Request, TakesWhatTheProtocolKnowsAndSkipsTheRest) {
  const Request request = parse_request(
      R"({"id":"a1","mentions":[{"id":"inner","text":"no"}],"text":"Gr\u00fc\u00dfe, \ud83d\ude00","lang":"de",)"
      R"("date":"2022-06-07","media_type":"text/markdown","uri":"mail.md","kind":"slides","n":1.5,"x":null,"y":true})",
      3);
  EXPECT_EQ(request.error, "");
  EXPECT_EQ(request.id, "a1");
  EXPECT_EQ(request.line, 3u);
  EXPECT_EQ(request.source.bytes, "Grüße, \U0001F600");
  EXPECT_EQ(request.source.language, "de");
  EXPECT_EQ(request.source.date, "2022-06-07");
  EXPECT_EQ(request.source.media_type, "text/markdown");
  EXPECT_EQ(request.source.uri, "mail.md");
  EXPECT_EQ(request.source.kind, DocumentKind::kSlides);
}

TEST(Request, AMemberThatIsNullIsLeftOut) {
  const Request request = parse_request(R"({"id":"a","text":"","lang":null})", 1);
  EXPECT_EQ(request.error, "");
  EXPECT_EQ(request.source.language, "");
}

TEST(Request, SaysWhatIsWrongWithALine) {
  const auto error = [](std::string_view line) { return parse_request(line, 1).error; };
  EXPECT_EQ(error(R"({"text":"x"})"), "\"id\" is missing");
  EXPECT_EQ(error(R"({"id":"a"})"), "\"text\" is missing");
  EXPECT_EQ(error(R"({"id":7,"text":"x"})"), "\"id\" must be a string");
  EXPECT_EQ(error(R"({"id":"a","text":{"x":1}})"), "\"text\" must be a string");
  EXPECT_EQ(error(R"({"id":"a","text":["x"]})"), "\"text\" must be a string");
  EXPECT_EQ(error(R"({"id":"a","text":"x","kind":"opera"})"),
            "\"kind\" is not one of auto, interview, podcast, slides, markdown, profile, plain");
  EXPECT_EQ(error("[]"), "not a JSON object");
  EXPECT_EQ(error("null"), "not a JSON object");
  EXPECT_EQ(error("\"text\""), "not a JSON object");
  EXPECT_EQ(error("").substr(0, 16), "not JSON at byte");
  EXPECT_EQ(error(R"({"id":"a","text":"x")").substr(0, 16), "not JSON at byte");
  EXPECT_EQ(error("{\"id\":\"a\",\"text\":\"\xff\"}").substr(0, 16), "not JSON at byte");
  EXPECT_EQ(error(R"({"id":"a","text":"\ud800"})").substr(0, 16), "not JSON at byte");
}

// An object of strings is read on a short way of its own; a number in it sends the same strings on the long way.
TEST(Request, BothWaysOfReadingSayTheSame) {
  static constexpr std::string_view kPieces[] = {"a",
                                                 "text of some length, ",
                                                 "\\n",
                                                 "\\\"",
                                                 "\\\\",
                                                 "\\/",
                                                 "\\u00e9",
                                                 "\\ud83d\\ude00",
                                                 "\\ud83d",
                                                 "\\ude00",
                                                 "\\u12",
                                                 "\\x",
                                                 "\xC3\xA9",
                                                 "\xC3",
                                                 "\xED\xA0\x80",
                                                 "\xF0\x9F\x98\x80",
                                                 "\x1F",
                                                 "\x7F",
                                                 "\"",
                                                 "\\",
                                                 "\u2019"};
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t size = random() % 6; size > 0; --size) text += kPieces[random() % std::size(kPieces)];
    const std::string line = "{ \"id\" : \"a\", \"uri\":\"" + text + "\",\"text\":\"" + text + "\"";
    const Request plain = parse_request(line + "}\t", 1);
    const Request full = parse_request(line + ",\"n\":1}\t", 1);
    ASSERT_EQ(plain.error.empty(), full.error.empty()) << text << "\n" << plain.error << "\n" << full.error;
    if (!plain.error.empty()) continue;
    ASSERT_EQ(plain.source.bytes, full.source.bytes) << text;
    ASSERT_EQ(plain.source.uri, full.source.uri) << text;
  }
}

TEST(Request, AnIdMayBeMissingWhereItIsOptional) {
  EXPECT_EQ(parse_request(R"({"text":"x"})", 1, IdIs::kOptional).error, "");
  EXPECT_EQ(parse_request(R"({"id":7,"text":"x"})", 1, IdIs::kOptional).error, "\"id\" must be a string");
}

TEST(Request, AnErrorIsAnsweredWithTheIdIfThereWasOne) {
  EXPECT_EQ(error_line(parse_request(R"({"id":"a\"1"})", 4)),
            R"({"id":"a\"1","line":4,"error":"\"text\" is missing"})");
  EXPECT_EQ(error_line(parse_request(R"({"text":"x"})", 5)), R"({"id":null,"line":5,"error":"\"id\" is missing"})");
}

TEST(Request, SurvivesEveryDamageOfALine) {
  const std::string good = R"({"id":"a1","text":"x\u00e9\n","lang":"en","more":[{"a":[1,2,{}]}]})";
  for (unsigned seed = 1; seed <= 20000; ++seed) {
    std::mt19937 random(seed);
    std::string line = good;
    for (std::size_t i = 1 + random() % 3; i > 0; --i) {
      const std::size_t at = random() % line.size();
      if (random() % 2 == 0) {
        line[at] = static_cast<char>(random() % 256);
      } else {
        line.erase(at, 1 + random() % 4);
      }
      if (line.empty()) break;
    }
    const Request request = parse_request(line, 1);
    if (!request.error.empty()) {
      const auto answer = nlohmann::json::parse(error_line(request));
      ASSERT_TRUE(answer["error"].is_string()) << "seed " << seed;
    }
  }
  parse_request(std::string(200000, '['), 1);
  parse_request("{\"a\":" + std::string(200000, '['), 1);
}

}  // namespace
}  // namespace dossier
