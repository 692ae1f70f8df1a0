// Statistics are found, measured to their last word, and left alone where they are none: tables by language, slides,
// context.
#include "extractors/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "extractors/dates.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

struct Found {
  Document document;
  std::vector<Mention> mentions;
  std::vector<Statistic> statistics;

  std::string text(std::size_t i) const { return std::string(document.slice(mentions[i].span)); }
};

class Reader {
 public:
  Reader()
      : lexicons_(Lexicons::load({.folders = {DOSSIER_SOURCE_DIR "/grammars/lexicons"}})),
        data_(IngestData::load({DOSSIER_SOURCE_DIR "/grammars"})),
        dates_(lexicons_, [](std::string_view) { return RuleId{0}; }),
        statistics_(lexicons_, [](std::string_view id) {
          const auto rules = statistic_rules();
          return static_cast<RuleId>(
              std::find_if(rules.begin(), rules.end(), [&](const RuleInfo& r) { return r.id == id; }) - rules.begin());
        }) {}

  Found read(std::string_view text, std::string_view language, DocumentKind kind = DocumentKind::kAuto) const {
    Source source;
    source.bytes = text;
    source.language = language;
    source.date = "2024-05-01";
    source.kind = kind;
    Found found;
    found.document = ingest(source, data_);
    LexiconPass pass;
    run_lexicon_pass(lexicons_, found.document, pass);
    std::vector<Mention> date_mentions;
    std::vector<Date> dates;
    dates_.extract(found.document, pass, date_mentions, dates);
    statistics_.extract(found.document, pass, date_mentions, found.mentions, found.statistics, dates);
    return found;
  }

  std::vector<std::pair<std::string, std::string>> numbers(std::string_view text, std::string_view language) const {
    Source source;
    source.bytes = text;
    source.language = language;
    const Document document = ingest(source, data_);
    std::vector<Mention> mentions;
    std::vector<Statistic> statistics;
    statistics_.extract_numbers(document, mentions, statistics);
    std::vector<std::pair<std::string, std::string>> found;
    for (const Mention& mention : mentions) {
      EXPECT_EQ(statistics[mention.statistic].kind, StatisticKind::kNumber);
      found.emplace_back(document.slice(mention.span), statistics[mention.statistic].number.to_string());
    }
    return found;
  }

 private:
  Lexicons lexicons_;
  IngestData data_;
  DateExtractor dates_;
  StatisticExtractor statistics_;
};

const Reader& reader() {
  static const Reader loaded;
  return loaded;
}

std::string value_of(const Statistic& s) {
  std::string value;
  if (s.comparator != Comparator::kEqual) value = name_of(s.comparator);
  value += s.number.to_string();
  if (s.number_max) value += ".." + s.number_max->to_string();
  return value;
}

class StatisticTable : public testing::TestWithParam<const char*> {};

TEST_P(StatisticTable, FindsWhatItSays) {
  const std::string language = GetParam();
  std::size_t stated = 0;
  std::size_t none = 0;
  for (const CaseRow& row : read_cases("statistics." + language + ".tsv")) {  // text, statistic, kind, value, unit
    const Found found = reader().read(row[0], language);
    if (row[1] == "-") {
      ++none;
      EXPECT_TRUE(found.mentions.empty()) << row << "\n  found: " << found.text(0);
      continue;
    }
    ++stated;
    ASSERT_LE(found.mentions.size(), 1u) << row << "\n  also: " << found.text(1);
    if (found.mentions.empty()) {
      ADD_FAILURE() << row << "\n  found nothing";
      continue;
    }
    EXPECT_EQ(found.text(0), row[1]) << row;
    const Statistic& s = found.statistics[0];
    EXPECT_EQ(name_of(s.kind), row[2]) << row;
    EXPECT_EQ(value_of(s), row[3]) << row;
    EXPECT_EQ(s.unit, row[4]) << row;
  }
  EXPECT_GE(none, stated) << "at least as many wordings that are no statistics";
  EXPECT_GT(stated, 30u);
}

INSTANTIATE_TEST_SUITE_P(Languages, StatisticTable, testing::Values("en", "it", "fr", "es", "de"));

TEST(Statistics, PairNumbersAndLabelsOfSlides) {
  const Found found = reader().read(
      "THE LIGHTHOUSE CLUB\n\n\n\n320\n\nLIGHTHOUSES\n\n5,400\n\nKEEPERS\n\n\n\n12+\nMILLION\n\n**LAMPS "
      "IN\nSERVICE**\n",
      "en", DocumentKind::kSlides);
  ASSERT_EQ(found.statistics.size(), 3u);
  EXPECT_EQ(found.statistics[0].unit, "lighthouse");
  EXPECT_EQ(found.statistics[1].number, Decimal::of(5400));
  EXPECT_EQ(found.statistics[1].unit, "keeper");
  EXPECT_EQ(value_of(found.statistics[2]), ">=12000000");
  EXPECT_EQ(found.statistics[2].unit, "lamp");
}

TEST(Statistics, ATitleAboveFiguresIsNoLabelOfTheirs) {
  for (const char* text : {"BY THE NUMBERS\n240+ contributors\n", "FIGURES\n240+\nCONTRIBUTORS\n"}) {
    const Found found = reader().read(text, "en", DocumentKind::kSlides);
    ASSERT_EQ(found.statistics.size(), 1u) << text;
    EXPECT_EQ(value_of(found.statistics[0]), ">=240") << text;
  }
  EXPECT_TRUE(reader().read("FIGURE 240 shows it\n", "en", DocumentKind::kSlides).statistics.empty());
}

TEST(Statistics, PairColumnsOfSlidesInOrder) {
  const Found found = reader().read("HARBOUR REPORT\n\n\n\n40+\n\n1,200\n\n300K\n\nPIERS\n\nCRANES\n\nVISITORS\n", "en",
                                    DocumentKind::kSlides);
  ASSERT_EQ(found.statistics.size(), 3u);
  EXPECT_EQ(found.statistics[0].unit, "pier");
  EXPECT_EQ(found.statistics[1].unit, "crane");
  EXPECT_EQ(found.statistics[2].unit, "visitor");
  EXPECT_EQ(found.statistics[2].number, Decimal::of(300000));
}

TEST(Statistics, PairColumnsSideBySide) {
  const Found found =
      reader().read("HARBOUR REPORT\n\n\n\n40+     12     300\n\nMILLION LAMPS     CRANES     VISITORS\n", "en",
                    DocumentKind::kSlides);
  ASSERT_EQ(found.statistics.size(), 3u);
  EXPECT_EQ(value_of(found.statistics[0]), ">=40000000");
  EXPECT_EQ(found.statistics[0].unit, "lamp");
  EXPECT_EQ(found.statistics[1].unit, "crane");
  EXPECT_EQ(found.statistics[2].number, Decimal::of(300));
  EXPECT_EQ(found.statistics[2].unit, "visitor");
}

TEST(Statistics, AreAPlanWhereTheLineAboveSaysSo) {
  const Found found = reader().read("WE HOPE TO SELL\n\n2M\n\nLAMPS\n", "en", DocumentKind::kSlides);
  ASSERT_EQ(found.statistics.size(), 1u);
  EXPECT_EQ(found.statistics[0].modality, Modality::kPlanned);
}

TEST(Statistics, TellChangeModalityAndRate) {
  const Found grown = reader().read("Sales of lamps grew 18% last winter.", "en");
  ASSERT_EQ(grown.statistics.size(), 1u);
  EXPECT_EQ(grown.statistics[0].change, ChangeDirection::kUp);
  EXPECT_EQ(grown.statistics[0].modality, Modality::kStated);
  const Found fallen = reader().read("Le vendite sono in calo del 7%.", "it");
  ASSERT_EQ(fallen.statistics.size(), 1u);
  EXPECT_EQ(fallen.statistics[0].change, ChangeDirection::kDown);
  const Found hoped = reader().read("We hope to reach 100 million lamps by 2031.", "en");
  ASSERT_EQ(hoped.statistics.size(), 1u);
  EXPECT_EQ(hoped.statistics[0].modality, Modality::kPlanned);
  const Found imagined = reader().read("Imagine a town with 900 bakeries.", "en");
  ASSERT_EQ(imagined.statistics.size(), 1u);
  EXPECT_EQ(imagined.statistics[0].modality, Modality::kHypothetical);
  const Found rate = reader().read("The mill grinds 2,000 sacks a day.", "en");
  ASSERT_EQ(rate.statistics.size(), 1u);
  EXPECT_EQ(rate.statistics[0].per, "day");
}

TEST(Statistics, EndsOfAChangeShareUnitAndScale) {
  const Found share = reader().read("The share of salt rose from 10 to 20%.", "en");
  ASSERT_EQ(share.statistics.size(), 2u);
  EXPECT_EQ(share.statistics[0].kind, StatisticKind::kPercentage);
  EXPECT_EQ(share.statistics[0].unit, "%");
  const Found sales = reader().read("Sales fell from 5 to 3 million dollars.", "en");
  ASSERT_EQ(sales.statistics.size(), 2u);
  EXPECT_EQ(value_of(sales.statistics[0]), "5000000");
  EXPECT_EQ(sales.statistics[0].unit, "USD");
  const Found users = reader().read("The number of users grew from 800 to 1.2 million.", "en");
  ASSERT_EQ(users.statistics.size(), 2u);
  EXPECT_EQ(value_of(users.statistics[0]), "800");
}

TEST(Statistics, TellWhatTheyAreAboutAndWhen) {
  const Found found = reader().read("Marlow Lighting employs 320 people.", "en");
  ASSERT_EQ(found.statistics.size(), 1u);
  EXPECT_EQ(found.statistics[0].subject, "Marlow Lighting");
  EXPECT_EQ(found.statistics[0].as_of, "2024-05-01");
  EXPECT_EQ(found.statistics[0].as_of_origin, "document");
  const auto subject_of = [](const char* text, const char* language) {
    const Found one = reader().read(text, language);
    return one.statistics.empty() ? "no statistic" : one.statistics[0].subject;
  };
  EXPECT_EQ(subject_of("I think we have 320 people.", "en"), "we");
  EXPECT_EQ(subject_of("She always has 40 boats.", "en"), "She");
  EXPECT_EQ(subject_of("Marlow Lighting and has 40 boats.", "en"), "Marlow Lighting");
  EXPECT_EQ(subject_of("Quella che mi piace di più è 4.400 metri.", "it"), "");
  const Found dated = reader().read("In 2019 Marlow Lighting employed 290 people.", "en");
  ASSERT_EQ(dated.statistics.size(), 1u);
  EXPECT_EQ(dated.statistics[0].as_of, "2019");
  EXPECT_EQ(dated.statistics[0].as_of_origin, "explicit");
}

TEST(Statistics, RestatementsAreTheSame) {
  const auto one = [](std::string_view text) {
    const Found found = reader().read(text, "en", DocumentKind::kSlides);
    EXPECT_EQ(found.statistics.size(), 1u) << text;
    return found.statistics.empty() ? Statistic() : found.statistics[0];
  };
  const Statistic spelled = one("They light 12+ million street lamps.");
  const Statistic brief = one("12M\n\nLAMPS");
  const Statistic split = one("12+\nMILLION\n\nLAMPS IN\nSERVICE");
  EXPECT_TRUE(same_statistic(spelled, brief));
  EXPECT_TRUE(same_statistic(brief, split));
  EXPECT_FALSE(same_statistic(one("They light 13 million lamps."), brief));
  EXPECT_FALSE(same_statistic(one("They sold 12 million bulbs."), brief));
}

TEST(Statistics, EveryNumberWhereNumbersAreAskedFor) {
  const auto numbers = [](std::string_view text, std::string_view language) {
    std::string all;
    for (const auto& [words, value] : reader().numbers(text, language)) all += words + "=" + value + " ";
    return all;
  };
  EXPECT_EQ(numbers("Page 12 of 300, May 2010: two cats and a dog, 4.5 million stamps.", "en"),
            "12=12 300=300 2010=2010 two=2 4.5 million=4500000 ");
  EXPECT_EQ(numbers("Il terzo gatto e la versione 1.2.3 di un sito.", "it"), "");
  EXPECT_EQ(numbers("Un gatto, ventidue cani e 1.234,5 euro.", "it"), "ventidue=22 1.234,5=1234.5 ");
  EXPECT_EQ(numbers("7", "de"), "7=7 ");
  EXPECT_EQ(numbers("", "en"), "");
}

TEST(Statistics, SpansAndPartsLieInTheText) {
  const Found found = reader().read("It holds more than 4.5 million rare stamps.", "en");
  ASSERT_EQ(found.statistics.size(), 1u);
  const Statistic& s = found.statistics[0];
  const auto part = [&](Statistic::Component c) { return found.document.text.substr(c.begin, c.end - c.begin); };
  EXPECT_EQ(part(s.number_at), "4.5");
  EXPECT_EQ(part(s.comparator_at), "more than");
  EXPECT_EQ(part(s.scale_at), "million");
  EXPECT_EQ(part(s.unit_at), "stamps");
  EXPECT_EQ(s.noun, "rare stamps");
  EXPECT_EQ(s.scale, "million");
}

TEST(Statistics, DigitSoupTakesLinearTime) {
  std::string soup;
  for (int i = 0; i < 20000; ++i) soup += i % 3 == 0 ? "12-" : i % 3 == 1 ? "7,500 and " : "one hundred 3/4 ";
  const Found found = reader().read(soup, "en", DocumentKind::kPlain);  // would not come back if it were quadratic
  EXPECT_EQ(found.mentions.size(), found.statistics.size());
}

}  // namespace
}  // namespace dossier
