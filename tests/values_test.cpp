// Tests of pipeline/values.h: exact decimals in plain notation, and the words of the enumerations.
#include "pipeline/values.h"

#include <gtest/gtest.h>

#include <limits>

namespace dossier {
namespace {

TEST(Decimal, DropsTrailingZerosOfAnInteger) {
  EXPECT_EQ(Decimal::of(40000000), (Decimal{4, 7, false}));
  EXPECT_EQ(Decimal::of(0), (Decimal{0, 0, false}));
  EXPECT_EQ(Decimal::of(-120), (Decimal{-12, 1, false}));
}

TEST(Decimal, PrintsPlainNotationExactly) {
  EXPECT_EQ((Decimal{77, 8, false}).to_string(), "7700000000");
  EXPECT_EQ((Decimal{5, -1, false}).to_string(), "0.5");
  EXPECT_EQ((Decimal{-325, -2, false}).to_string(), "-3.25");
  EXPECT_EQ((Decimal{1, -3, false}).to_string(), "0.001");
  EXPECT_EQ((Decimal{123456789012345678, -9, false}).to_string(), "123456789.012345678");
  EXPECT_EQ(Decimal{}.to_string(), "0");
  EXPECT_EQ((Decimal{INT64_MIN, 0, false}).to_string(), "-9223372036854775808");
}

TEST(Decimal, GivesTheNearestDouble) {
  EXPECT_EQ((Decimal{1, -1, false}).to_double(), 0.1);
  EXPECT_EQ((Decimal{36, 11, false}).to_double(), 3.6e12);
  EXPECT_EQ((Decimal{1, 400, false}).to_double(), std::numeric_limits<double>::infinity());
  EXPECT_EQ((Decimal{1, -400, false}).to_double(), 0.0);
}

TEST(Values, EnumerationsHaveWords) {
  EXPECT_EQ(name_of(StatisticKind::kPercentagePoints), "percentage_points");
  EXPECT_EQ(name_of(StatisticKind::kRatio), "ratio");
  EXPECT_EQ(name_of(Comparator::kAbout), "~");
  EXPECT_EQ(name_of(Modality::kHypothetical), "hypothetical");
  EXPECT_EQ(name_of(ChangeDirection::kDown), "down");
  EXPECT_EQ(name_of(DatePart::kWhole), "");
  EXPECT_EQ(name_of(DatePrecision::kInterval), "interval");
}

}  // namespace
}  // namespace dossier
