// Statistics find whom they are about: in prose by the clause, on slides by title or deck; and each is one fact.
#include "extractors/statistic_subjects.h"

#include <gtest/gtest.h>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "tests/case_table.h"

namespace dossier {
namespace {

const Knowledge& knowledge() {
  static const Knowledge loaded = Knowledge::load({.folders = {DOSSIER_SOURCE_DIR "/grammars"}});
  return loaded;
}

struct About {
  std::string statistic, entity, rule, words, as_of;
  std::vector<std::string> evidence;
};

std::vector<About> read(std::string_view text, std::string_view language, DocumentKind kind) {
  Source source;
  source.bytes = text;
  source.language = language;
  source.kind = kind;
  const Document document = ingest(source, knowledge());
  const Extraction extraction = Extractor(knowledge()).extract(document);
  const PredicateId predicate = knowledge().predicate("statistic").value();
  const std::uint16_t subject = knowledge().argument(predicate, "subject").value();
  std::vector<About> found;
  for (const Fact& fact : extraction.facts) {
    if (fact.predicate != predicate) continue;
    About& about = found.emplace_back();
    about.entity = "-";
    about.rule = knowledge().rules()[fact.rule].id;
    for (const Argument& argument : fact.arguments) {
      const Mention& mention = extraction.mentions[argument.mention];
      if (argument.name == subject) {
        about.entity = document.slice(mention.span);
        if (mention.entity != kNone) {
          about.entity = extraction.entities[mention.entity].name;
          about.evidence = extraction.entities[mention.entity].evidence;
        }
      } else {
        about.statistic = document.slice(mention.span);
        about.words = extraction.statistics[mention.statistic].subject;
        about.as_of = extraction.statistics[mention.statistic].as_of;
      }
    }
  }
  return found;
}

TEST(StatisticSubjects, AreWhomTheClauseIsAbout) {
  const std::vector<CaseRow> rows = read_cases("statistic_subjects.tsv");
  EXPECT_GT(rows.size(), 15u);
  for (const CaseRow& row : rows) {  // text, language, statistic, entity, rule
    const std::vector<About> found = read(row[0], row[1], DocumentKind::kPlain);
    ASSERT_EQ(found.size(), 1u) << row;
    EXPECT_EQ(found[0].statistic, row[2]) << row;
    EXPECT_EQ(found[0].entity, row[3]) << row;
    EXPECT_EQ(found[0].rule, row[4]) << row;
  }
}

constexpr std::string_view kDeck =
    "MARIA LINDGREN\n\nDIRECTOR\nTREVIK FOUNDATION\n\n\n\n"
    "Global lamp spend\n~$3.6 trillion USD\n\n\n\n"
    "5%\n\nHarbor spend\n~$180 billion USD\n\n\n\n"
    "BY 2031\n\n\n\n**THE MARKET FOR LAMPS WILL REACH**\n\n$12 BILLION USD\n\n\n\n"
    "180+ harbors\n\n40+ million street lamps\n\n\n\n"
    "33% GROWTH IN TREVIK FOUNDATION MEMBERS\n\n\n\n"
    "10 YEARS\n\n\n\n"
    "3 REASONS: WHY IT WORKS\n\n\n\n"
    "$7.7\nBILLION\n\n\n\nMARKET\n\n\n\nTHANK YOU\n\nTrevik Foundation\n";

TEST(StatisticSubjects, OfSlidesAboutNobodyAreTheOrganizationOfTheDeck) {
  const std::vector<About> found = read(kDeck, "en", DocumentKind::kSlides);
  std::vector<std::string> seen;
  for (const About& about : found) {
    seen.push_back(about.statistic + " | " + about.words + " | " + about.as_of + " | " + about.rule);
    if (about.rule == "statistic.stated") continue;
    EXPECT_EQ(about.entity, "Trevik Foundation") << about.statistic;
    EXPECT_NE(std::find(about.evidence.begin(), about.evidence.end(),
                        "organization of the deck: on its title slide, mentioned 3 times"),
              about.evidence.end());
  }
  const std::vector<std::string> expected = {
      "~$3.6 trillion USD | Global lamp spend |  | statistic.of_deck",
      "5% | Harbor spend |  | statistic.of_deck",
      "~$180 billion USD | Harbor spend |  | statistic.of_deck",
      "$12 BILLION USD | THE MARKET FOR LAMPS | 2031 | statistic.of_deck",
      "180+ harbors |  |  | statistic.of_deck",
      "40+ million street lamps |  |  | statistic.of_deck",
      "33% GROWTH | TREVIK FOUNDATION MEMBERS |  | statistic.of_words",
      "10 YEARS |  |  | statistic.stated",
      "$7.7\nBILLION | MARKET |  | statistic.of_deck",
  };
  EXPECT_EQ(seen, expected);
}

TEST(StatisticSubjects, OfADeckOfNobodyStayOpen) {
  // The second has two organizations on its title slide, none before the other.
  for (const std::string_view deck :
       {"LAMPS OF THE COAST\n\n\n\n450\n\nHARBORS\n\n\n\n12M\n\nLAMPS\n",
        "TREVIK FOUNDATION\n\nLINDGREN INSTITUTE\n\n\n\n450\n\nHARBORS\n\n\n\n12M\n\nLAMPS\n"}) {
    const std::vector<About> found = read(deck, "en", DocumentKind::kSlides);
    EXPECT_EQ(found.size(), 2u);
    for (const About& about : found) EXPECT_EQ(about.entity, "-") << about.statistic;
  }
}

TEST(StatisticSubjects, OfTablesAreTheirRows) {
  const std::vector<About> found =
      read("# Harbors\n\n| Company | Employees |\n|---|---|\n| Trevik Ltd | 1,300 |\n| Berg Holdings Ltd | 2,400 |\n",
           "en", DocumentKind::kMarkdown);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].entity, "Trevik Ltd");
  EXPECT_EQ(found[1].entity, "Berg Holdings Ltd");
  EXPECT_EQ(found[1].rule, "statistic.of_row");
}

}  // namespace
}  // namespace dossier
