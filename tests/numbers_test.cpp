// Numbers are read exactly: tables of wordings, and ICU's spell-out as an endless supply of number words.
#include "grammars/numbers.h"

#include <gtest/gtest.h>
#include <unicode/rbnf.h>

#include <random>

#include "tests/case_table.h"

namespace dossier {
namespace {

const Lexicons& lexicons() {
  static const Lexicons loaded = Lexicons::load({.folders = {DOSSIER_SOURCE_DIR "/grammars/lexicons"}});
  return loaded;
}

const NumberReader& reader() {
  static const NumberReader loaded(lexicons());
  return loaded;
}

std::string read(std::string_view text, std::string_view language) {
  const std::optional<Decimal> value = reader().read_all(text, language);
  return value ? value->to_string() : "-";
}

// tests/cases/numbers.tsv: language, text, value ("-": not one number).
TEST(Numbers, ReadsTheTable) {
  const std::vector<CaseRow> rows = read_cases("numbers.tsv");
  EXPECT_GT(rows.size(), 100u);
  for (const CaseRow& row : rows) EXPECT_EQ(read(row[1], row[0]), row[2]) << row;
}

std::string spelled(const icu::RuleBasedNumberFormat& format, double value, const char* rules) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString text;
  icu::FieldPosition position;
  if (rules == nullptr) {
    format.format(value, text);
  } else {
    format.format(value, icu::UnicodeString(rules), text, position, status);
  }
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

std::string without_soft_hyphens(std::string text) {
  for (std::size_t at = 0; (at = text.find("\u00AD", at)) != std::string::npos;) text.erase(at, 2);
  return text;
}

class SpelledOut : public testing::TestWithParam<const char*> {};

// ICU writes the number, the grammar reads it; then the value read is written again and must give the same words.
TEST_P(SpelledOut, RoundTripsThroughIcu) {
  UErrorCode status = U_ZERO_ERROR;
  const std::string language = GetParam();
  const icu::RuleBasedNumberFormat format(icu::URBNF_SPELLOUT, icu::Locale(language.c_str()), status);
  ASSERT_TRUE(U_SUCCESS(status));
  std::mt19937_64 random(20260101);
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i <= 2100; ++i) numbers.push_back(i);
  for (const std::int64_t limit :
       {100'000LL, 1'000'000LL, 1'000'000'000LL, 1'000'000'000'000LL, 900'000'000'000'000LL}) {
    for (int i = 0; i < 1500; ++i)
      numbers.push_back(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit)));
  }
  std::size_t wrong = 0;
  for (const std::int64_t number : numbers) {
    const std::string text = spelled(format, static_cast<double>(number), nullptr);
    for (const std::string& form : {without_soft_hyphens(text), text}) {
      const std::string value = read(form, language);
      if (value != std::to_string(number) && ++wrong <= 20)
        ADD_FAILURE() << form << " is " << number << ", read as " << value;
      if (value != std::to_string(number)) continue;
      EXPECT_EQ(spelled(format, std::stod(value), nullptr), text);
    }
  }
  EXPECT_EQ(wrong, 0u) << "of " << numbers.size();
}

TEST_P(SpelledOut, ReadsDecimalsAndNegatives) {
  UErrorCode status = U_ZERO_ERROR;
  const std::string language = GetParam();
  const icu::RuleBasedNumberFormat format(icu::URBNF_SPELLOUT, icu::Locale(language.c_str()), status);
  for (const auto& [value, text] : std::vector<std::pair<double, std::string>>{
           {2.5, "2.5"}, {-7, "-7"}, {0.75, "0.75"}, {13.04, "13.04"}, {-120.5, "-120.5"}, {-21000, "-21000"}}) {
    EXPECT_EQ(read(without_soft_hyphens(spelled(format, value, nullptr)), language), text)
        << spelled(format, value, nullptr);
  }
}

// Ordinals are known as such and never read as cardinals.
TEST_P(SpelledOut, OrdinalsAreNoNumbers) {
  UErrorCode status = U_ZERO_ERROR;
  const std::string language = GetParam();
  const icu::RuleBasedNumberFormat format(icu::URBNF_SPELLOUT, icu::Locale(language.c_str()), status);
  const char* rules = language == "en" || language == "de" ? "%spellout-ordinal" : "%spellout-ordinal-masculine";
  for (std::int64_t number = 1; number <= 99; ++number) {
    const std::string text = without_soft_hyphens(spelled(format, static_cast<double>(number), rules));
    EXPECT_EQ(read(text, language), "-") << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Languages, SpelledOut, testing::Values("en", "it", "fr", "es", "de"));

TEST(Numbers, ArithmeticIsExact) {
  EXPECT_EQ(add(Decimal{1, -1}, Decimal{2, -1}).to_string(), "0.3");
  EXPECT_EQ(multiply(Decimal{15, -1}, Decimal{1, 6}).to_string(), "1500000");
  EXPECT_EQ(divide(Decimal::of(1), Decimal::of(4)).to_string(), "0.25");
  EXPECT_TRUE(divide(Decimal::of(1), Decimal::of(3)).rounded);
  EXPECT_FALSE(divide(Decimal::of(1), Decimal::of(8)).rounded);
  EXPECT_EQ(divide(Decimal::of(1), Decimal{}), Decimal{});
  EXPECT_TRUE(is_less(Decimal{1, -3}, Decimal{1, 0}));
  EXPECT_FALSE(is_less(Decimal::of(5), Decimal::of(5)));
  EXPECT_EQ(add(Decimal{1, 4000}, Decimal{1, -4000}), (Decimal{1, 4000, true}));
}

}  // namespace
}  // namespace dossier
