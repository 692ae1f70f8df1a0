// The grammar of period cells: every spelling of tests/cases/period_cells.tsv, and reading back what is printed.
#include "extractors/period_cells.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "grammars/tsv.h"

namespace dossier {
namespace {

const std::filesystem::path kRoot = DOSSIER_SOURCE_DIR;

const PeriodCells& cells() {
  static const PeriodCells loaded = [] {
    std::vector<Problem> problems;
    PeriodCells result = PeriodCells::load({kRoot / "grammars/period_words.tsv"}, problems);
    for (const Problem& problem : problems) ADD_FAILURE() << problem.to_string();
    return result;
  }();
  return loaded;
}

std::string status_word(Status status) {
  static const char* const kWords[] = {"", "current", "past", "planned"};
  return kWords[static_cast<int>(status)];
}

std::string shown(const Period& period) {
  return period.from + " | " + period.to + " | " + status_word(period.status);
}

TEST(PeriodCells, ReadsAndPrintsEveryCaseOfTheTable) {
  std::vector<Problem> problems;
  const TsvTable table = read_tsv(kRoot / "tests/cases/period_cells.tsv",
                                  {"cell", "as_of", "from", "to", "status", "text", "it", "en"}, problems);
  ASSERT_TRUE(problems.empty());
  ASSERT_GE(table.rows.size(), 60u);
  for (const TsvRow& row : table.rows) {
    const auto value = [&](const char* column) { return row.cells[table.column(column)]; };
    SCOPED_TRACE("period_cells.tsv:" + std::to_string(row.line) + " " + value("cell") + "  " + value("why"));
    const PeriodCells::Reading reading = cells().read(value("cell"), value("as_of"));
    EXPECT_EQ(shown(reading.period), value("from") + " | " + value("to") + " | " + value("status"));
    EXPECT_EQ(reading.text, value("text"));
    for (const char* language : {"it", "en"}) {
      const std::string printed = cells().print(reading.period, language, value("as_of"));
      if (!value(language).empty()) {
        EXPECT_EQ(printed, value(language));
      }
      EXPECT_EQ(shown(cells().read(printed, value("as_of")).period), shown(reading.period)) << printed;
    }
  }
}

TEST(PeriodCells, CurrentIsAssertedAtThePageDate) {
  EXPECT_EQ(cells().read("2018-oggi", "2026-02").period.asserted_at, "2026-02");
  EXPECT_EQ(cells().read("2018-", "2026-02").period.asserted_at, "");
}

// Any period merge may make is printed so that reading gives it back.
TEST(PeriodCells, ReadsBackWhatItPrintsForAnyPeriod) {
  std::mt19937 random(20260214);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto two_digits = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const auto date = [&](int year) {
    static const int kParts[] = {21, 22, 23, 24, 33, 34, 35, 36, 40, 41};
    std::string text = std::to_string(year);
    switch (pick(7)) {
      case 0:
        text += "-" + two_digits(1 + pick(12));
        break;
      case 1:
        text += "-" + two_digits(1 + pick(12)) + "-" + two_digits(1 + pick(28));
        break;
      case 2:
        text.back() = 'X';
        break;
      case 3:
        text += "-" + std::to_string(kParts[pick(10)]);
        break;
      default:
        break;
    }
    static const char* const kMarks[] = {"", "", "", "~", "?", "%"};
    return text + kMarks[pick(6)];
  };
  for (int round = 0; round < 4000; ++round) {
    Period period;
    const int first = 1900 + pick(120);
    switch (pick(7)) {
      case 0:
        break;
      case 1:
        period.from = date(first);
        break;
      case 2:
        period.to = date(first);
        break;
      case 3:
        period.from = period.to = date(first);
        break;
      case 4:
        period.from = date(first) + "/..";
        break;
      case 5:
        period.to = "../" + date(first);
        break;
      default:
        period.from = date(first);
        period.to = date(first + 10 + pick(20));
    }
    period.status = static_cast<Status>(pick(4));
    for (const char* language : {"it", "en", "fr", "es", "de"}) {
      const std::string printed = cells().print(period, language, "2026-02");
      const PeriodCells::Reading reading = cells().read(printed, "2026-02");
      EXPECT_TRUE(reading.understood) << printed;
      EXPECT_EQ(reading.period.from, period.from) << printed;
      EXPECT_EQ(reading.period.to, period.to) << printed;
      if (period.status != Status::kUnknown) {
        EXPECT_EQ(reading.period.status, period.status) << printed;
      }
    }
    if (HasFailure()) break;
  }
}

TEST(PeriodCells, TakesAnyBytes) {
  std::mt19937 random(7);
  static const char kAlphabet[] = "0129-~?/X.' ()+smago\xC3\xA9\xE2\x80\x93\xFF\n|";
  for (int round = 0; round < 3000; ++round) {
    std::string cell;
    for (std::size_t size = random() % 24; size > 0; --size) cell += kAlphabet[random() % (sizeof(kAlphabet) - 1)];
    const PeriodCells::Reading reading = cells().read(cell, "2026");
    EXPECT_TRUE(reading.understood || reading.period.from.empty());
  }
}

TEST(PeriodCells, ReportsWrongWordFiles) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "dossier_period_words_test.tsv";
  std::ofstream(file) << "word\tlang\tmeaning\tprint\nora\tit\tnoww\t\noggi\tit\tnow\tyes\npresente\tit\tnow\tyes\n";
  std::vector<Problem> problems;
  PeriodCells::load({file}, problems);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].to_string(), file.string() + ":2:1: unknown meaning - noww - did you mean now?");
  EXPECT_EQ(problems[1].line, 4u);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace dossier
