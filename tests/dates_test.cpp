// Dates in text: the tables of tests/cases/dates.<language>.tsv, and what must hold for any text.
#include "extractors/dates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "extractors/date_calendar.h"
#include "extractors/date_words.h"
#include "grammars/edtf.h"
#include "grammars/lexicon.h"
#include "pipeline/tokenize.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

const Lexicons& lexicons() {
  static const Lexicons kLexicons = Lexicons::load({.folders = {DOSSIER_SOURCE_DIR "/grammars/lexicons"}});
  return kLexicons;
}

const DateExtractor& extractor() {
  static const DateExtractor kExtractor(lexicons(), [](std::string_view id) {
    const auto rules = date_rules();
    const auto at = std::find_if(rules.begin(), rules.end(), [&](const RuleInfo& rule) { return rule.id == id; });
    return static_cast<RuleId>(at - rules.begin());
  });
  return kExtractor;
}

struct Found {
  Document document;
  std::vector<Mention> mentions;
  std::vector<Date> dates;
};

Found find_dates(std::string_view text, std::string_view language, std::string_view date) {
  Found found;
  found.document.text = text;
  found.document.languages = {std::string(language)};
  found.document.date = date;
  found.document.date_origin = date.empty() ? "" : "given";
  tokenize(found.document.text, 0, found.document.tokens);
  LexiconPass pass;
  run_lexicon_pass(lexicons(), found.document, pass);
  extractor().extract(found.document, pass, found.mentions, found.dates);
  return found;
}

// As in the tables: "mid-2010s=201X mid ; 2010=2010 since".
std::string describe(const Found& found) {
  static const char* const kParts[] = {"", " early", " mid", " late", " end"};
  static const char* const kBounds[] = {"", " since", " after", " until", " before", " by"};
  std::string text;
  for (const Mention& mention : found.mentions) {
    const Date& date = found.dates[mention.date];
    if (!text.empty()) text += " ; ";
    text += found.document.slice(mention.span);
    text += '=';
    text += date.edtf.empty() ? "?" : date.edtf;
    text += kParts[static_cast<int>(date.part)];
    text += kBounds[static_cast<int>(date.bound)];
  }
  return text.empty() ? "-" : text;
}

class Table : public testing::TestWithParam<const char*> {};

TEST_P(Table, FindsWhatEachRowSays) {
  const std::string language = GetParam();
  int rows = 0;
  int without_date = 0;
  for (const CaseRow& row : read_cases("dates." + language + ".tsv")) {  // text, dates
    if (row[0] == "text") continue;
    EXPECT_EQ(describe(find_dates(row[0], language, "2024-05-14")), row[1]) << row;
    ++rows;
    without_date += row[1] == "-";
  }
  EXPECT_GE(rows, 200);
  EXPECT_GE(2 * without_date, rows) << "as many texts without a date as with one";
}
INSTANTIATE_TEST_SUITE_P(Languages, Table, testing::Values("en", "it", "fr", "es", "de"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Dates, AreUnresolvedWithoutADateOfTheDocument) {
  const Found found = find_dates("We met last Friday.", "en", "");
  ASSERT_EQ(found.dates.size(), 1u);
  EXPECT_EQ(found.dates[0].edtf, "");
  EXPECT_EQ(found.dates[0].offset, "weekday|5");
  EXPECT_EQ(found.dates[0].anchor, "");
}

TEST(Dates, AreUnresolvedUnderAnAnchorThatIsNotPreciseEnough) {
  EXPECT_EQ(find_dates("We met last Friday.", "en", "2016").dates.at(0).edtf, "");
  EXPECT_EQ(find_dates("We met last year.", "en", "2016").dates.at(0).edtf, "2015");
  EXPECT_EQ(find_dates("We met last month.", "en", "2016-03").dates.at(0).edtf, "2016-02");
}

TEST(Dates, ResolveAnewWhenTheAnchorIsCorrected) {
  for (const char* text :
       {"last Friday", "two years ago", "in the summer", "next month", "March 3", "from May to July",
        "end of last year", "early next week", "Christmas", "the first week of next month", "the last Friday of May",
        "a year and a half ago", "two or three years ago", "EOY", "year to date", "the week before last",
        "next month from the 4th to the 23rd", "June or July 2020 or last summer"}) {
    for (const char* first : {"", "2019-02-28", "2024-05-14"}) {
      const Found before = find_dates(text, "en", first);
      const Found after = find_dates(text, "en", "2021-11-30");
      ASSERT_GE(before.dates.size(), 1u) << text;
      const Date again = resolve(before.dates.back(), "2021-11-30", "given");
      EXPECT_EQ(again.edtf, after.dates.back().edtf) << text;
      EXPECT_EQ(again.earliest, after.dates.back().earliest) << text;
      EXPECT_EQ(again.latest, after.dates.back().latest) << text;
      EXPECT_EQ(again.anchor, "2021-11-30");
    }
  }
}

TEST(Dates, KeepTheirAnchorAndItsOrigin) {
  const Date date = find_dates("last year", "en", "2019-06").dates.at(0);
  EXPECT_EQ(date.anchor, "2019-06");
  EXPECT_EQ(date.anchor_origin, "given");
  EXPECT_EQ(find_dates("in 2018", "en", "2019-06").dates.at(0).anchor, "");
  const Found spoken = find_dates("In 2012 we began; that year we moved.", "en", "2019-06");
  EXPECT_EQ(spoken.dates.at(1).anchor, "2012");
  EXPECT_EQ(spoken.dates.at(1).anchor_origin, "text");
}

TEST(Dates, KeepTheirLimitWhenTheAnchorIsCorrected) {
  const Date since = resolve(find_dates("since last year", "en", "2019-02-28").dates.at(0), "2021-11-30", "given");
  EXPECT_EQ(bounded_edtf(since), "2020/..");
  EXPECT_EQ(since.earliest, edtf::days_of(2020, 1, 1));
  EXPECT_EQ(since.latest, kDayOpenEnd);
}

TEST(Dates, FollowTheDateSpokenOfBeforeTheDocuments) {
  const Found spoken = find_dates("Nel 2012 aprì; l'anno seguente chiuse.", "it", "2019-06");
  EXPECT_EQ(spoken.dates.at(1).edtf, "2013");
  EXPECT_EQ(spoken.dates.at(1).anchor_origin, "text");
  const Found alone = find_dates("L'anno seguente chiuse.", "it", "2019-06");
  EXPECT_EQ(alone.dates.at(0).edtf, "2020");
  EXPECT_EQ(alone.dates.at(0).anchor_origin, "given");
}

TEST(Dates, CountFromTheDayThatTheTextSaysItIs) {
  const Found found = find_dates("Today is Tuesday, May 14, 2024. Last Friday the kiln broke.", "en", "");
  EXPECT_EQ(found.dates.at(1).edtf, "2024-05-10");
  EXPECT_EQ(found.dates.at(1).anchor, "2024-05-14");
  EXPECT_EQ(found.dates.at(1).anchor_origin, "stated");
  EXPECT_EQ(resolve(found.dates.at(1), "2024-05-21", "given").edtf, "2024-05-17");
  EXPECT_EQ(find_dates("The news for the week of May 13, 2024. Next week we rest.", "en", "").dates.at(1).edtf,
            "2024-05-20/2024-05-26");
  EXPECT_EQ(find_dates("Today is Tuesday, May 14, 2024. Last Friday it broke.", "en", "2020-01-01").dates.at(1).edtf,
            "2019-12-27");
}

TEST(Dates, SpokenOfNowhereStayUnresolvedUnderAnyAnchor) {
  const Date that = find_dates("That year the roof fell in.", "en", "2019-06").dates.at(0);
  EXPECT_EQ(that.edtf, "");
  EXPECT_EQ(resolve(that, "2021-11-30", "given").edtf, "");
}

TEST(Dates, TellOpenAndUnknownEndsApart) {
  EXPECT_EQ(find_dates("Curator, 2019–present", "en", "").dates.at(0).edtf, "2019/..");
  EXPECT_EQ(find_dates("Curator (2019–)", "en", "").dates.at(0).edtf, "2019/");
  EXPECT_EQ(find_dates("Curator (2019–)", "en", "").dates.at(0).latest, kDayOpenEnd);
}

TEST(Dates, SayWhatTheirLimitMeans) {
  const auto bounded = [](const char* text) { return bounded_edtf(find_dates(text, "en", "").dates.at(0)); };
  EXPECT_EQ(bounded("since 2010"), "2010/..");
  EXPECT_EQ(bounded("until May 2018"), "../2018-05");
  EXPECT_EQ(bounded("before 2010"), "../2009");
  EXPECT_EQ(bounded("after May 2013"), "2013-06/..");
  EXPECT_EQ(bounded("by 2027"), "../2027");
  EXPECT_EQ(bounded("in 2010"), "2010");
  const Date since = find_dates("since 2010", "en", "").dates.at(0);
  EXPECT_EQ(since.earliest, edtf::days_of(2010, 1, 1));
  EXPECT_EQ(since.latest, kDayOpenEnd);
}

TEST(Dates, HaveTheDaysOfTheirPart) {
  const Date early = find_dates("in early 2017", "en", "").dates.at(0);
  EXPECT_EQ(early.earliest, edtf::days_of(2017, 1, 1));
  EXPECT_EQ(early.latest, edtf::days_of(2017, 4, 30));
  const Date mid = find_dates("the mid-2010s", "en", "").dates.at(0);
  EXPECT_EQ(mid.earliest, edtf::days_of(2014, 1, 1));
  EXPECT_EQ(mid.latest, edtf::days_of(2016, 12, 31));
}

TEST(Dates, KnowTheWindowOfApostropheYears) {
  const auto year = [](const char* text, const char* date) { return find_dates(text, "en", date).dates.at(0).edtf; };
  EXPECT_EQ(year("class of '44", "2024-05-14"), "2044");
  EXPECT_EQ(year("class of '45", "2024-05-14"), "1945");
  EXPECT_EQ(year("class of '05", "1990-05-14"), "2005");
  EXPECT_EQ(year("class of '11", "1990-05-14"), "1911");
}

TEST(Dates, OneDateSettlesTheOrderForAll) {
  EXPECT_EQ(find_dates("On 3/4/2020 and 25/12/2020.", "en", "").dates.at(0).edtf, "2020-04-03");
  EXPECT_EQ(find_dates("On 3/4/2020 and 12/25/2020.", "it", "").dates.at(0).edtf, "2020-03-04");
}

TEST(Dates, AllMeaningsOfTheirWordsAreKnown) {
  const date_words::DateWords words(lexicons());
  for (const std::string& unknown : words.unknown()) ADD_FAILURE() << unknown;
}

TEST(Dates, RulesAreNamedOnceAndInOrder) {
  std::vector<std::string> ids;
  for (const RuleInfo& rule : date_rules()) {
    EXPECT_TRUE(rule.id.starts_with("date.")) << rule.id;
    EXPECT_GT(rule.line, 0u);
    ids.push_back(rule.id);
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  const Found found = find_dates("In March 2016", "en", "");
  EXPECT_EQ(date_rules()[found.mentions.at(0).rule].id, "date.month_year");
}

void expect_sound(const Found& found, std::string_view text) {
  std::uint32_t end = 0;
  for (const Mention& mention : found.mentions) {
    ASSERT_LE(end, mention.span.begin) << text;
    ASSERT_LT(mention.span.begin, mention.span.end) << text;
    ASSERT_LE(mention.span.end, found.document.text.size()) << text;
    ASSERT_LT(mention.first_token, mention.end_token) << text;
    ASSERT_LE(mention.end_token, found.document.tokens.size()) << text;
    ASSERT_LE(found.document.tokens[mention.first_token].begin, mention.span.begin) << text;
    ASSERT_GE(found.document.tokens[mention.end_token - 1].end, mention.span.end) << text;
    const Date& date = found.dates[mention.date];
    ASSERT_LE(date.earliest, date.latest) << text;
    if (!date.edtf.empty()) {
      ASSERT_TRUE(edtf::parse(date.edtf)) << date.edtf << " of " << text;
    }
    const std::size_t cut = date.offset.find(" / ");
    if (!date.offset.empty()) {
      const auto steps = date_calendar::parse(date.offset.substr(0, cut));
      ASSERT_TRUE(steps) << date.offset;
      ASSERT_EQ(date_calendar::print(*steps), date.offset.substr(0, cut));
    }
  }
}

TEST(Dates, AnyMixOfDateWordsGivesSoundMentions) {
  static const char* const kWords[] = {
      "2018",   "'23",        "March",      "may",    "31",    "30",    "3",     "1",      "of",
      "the",    "last",       "next",       "Friday", "-",     "–",     "/",     ".",      ",",
      "to",     "from",       "between",    "and",    "since", "year",  "years", "ago",    "week",
      "two",    "first",      "quarter",    "Q3",     "1990s", "early", "mid",   "end of", "summer",
      "Easter", "BC",         "century",    "19th",   "XX",    "\n",    "\n\n",  "(",      ")",
      "00",     "12",         "2019-02-29", "29/2",   "FY24",  "%",     "$",     "every",  "il",
      "anni",   "'90",        "fa",         "il y a", "de",    "hace",  "vor",   "im",     "half",
      "or",     "and a half", "ed",         "'800",   "W23",   "KW",    "EOY",   "Monday", "YTD"};
  std::mt19937 random(20240514);
  for (int n = 0; n < 20000; ++n) {
    std::string text;
    for (auto k = 1 + random() % 12; k > 0; --k) {
      text += kWords[random() % std::size(kWords)];
      if (random() % 4 != 0) text += ' ';
    }
    static const char* const kLanguages[] = {"en", "it", "fr", "es", "de"};
    const Found found = find_dates(text, kLanguages[random() % 5], random() % 3 == 0 ? "" : "2024-02-29");
    expect_sound(found, text);
    if (HasFatalFailure()) return;
  }
}

// Time of this thread on the processor: what else the machine does hardly shows in it.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Eight times the text: 8 times the work if it is linear, 64 times if it is quadratic. The least of three runs is the
// one that was disturbed least.
TEST(Dates, TakeTimeInProportionToTheText) {
  for (const char* unit : {"1", "1/", "12-", "2018-", "next Monday ", "first week of ", "2 years and ", "from May to ",
                           "'23 ", "the ", "1.1.", "between 2 and "}) {
    const auto seconds = [&](std::size_t times) {
      std::string text;
      for (std::size_t i = 0; i < times; ++i) text += unit;
      double least = 1e9;
      for (int run = 0; run < 3; ++run) {
        const double begin = processor_seconds();
        expect_sound(find_dates(text, "en", "2024-05-14"), unit);
        least = std::min(least, processor_seconds() - begin);
      }
      return least;
    };
    const double small = seconds(4000);
    EXPECT_LT(seconds(32000), 32 * small + 0.02) << unit;
  }
}

}  // namespace
}  // namespace dossier
