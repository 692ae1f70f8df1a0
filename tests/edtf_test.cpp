// Tests of grammars/edtf.h: the table tests/cases/edtf.tsv and properties over generated values.
#include "grammars/edtf.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/case_table.h"

namespace dossier::edtf {
namespace {

std::string day_text(std::int32_t day) {
  return day == kDayOpenBegin || day == kDayOpenEnd ? ".." : of_day(day);
}

TEST(Edtf, TableOfAcceptedAndRejectedStrings) {
  const std::vector<CaseRow> rows = read_cases("edtf.tsv");
  ASSERT_GT(rows.size(), 100u);
  for (const CaseRow& row : rows) {
    SCOPED_TRACE(row.place + " " + row[0]);
    const std::optional<Value> value = parse(row[0]);
    EXPECT_EQ(value.has_value(), row[1] == "accept");
    if (!value || row[1] != "accept") continue;
    ASSERT_EQ(row.cells.size(), 6u);
    EXPECT_EQ(print(*value), row[0]);
    EXPECT_EQ(std::to_string(level(*value)), row[2]);
    EXPECT_EQ(day_text(bounds(*value).earliest), row[3]);
    EXPECT_EQ(day_text(bounds(*value).latest), row[4]);
    EXPECT_EQ(is_portable(*value), row[5] == "yes");
  }
}

// Random strings of the format, most of them valid.
class Strings {
 public:
  explicit Strings(unsigned seed) : random_(seed) {}

  std::string value() {
    switch (below(8)) {
      case 0:
        return endpoint() + "/" + endpoint();
      case 1: {
        std::string out = below(2) == 0 ? "[" : "{";
        const char close = out == "[" ? ']' : '}';
        for (int i = below(3); i >= 0; --i) out += date() + (below(3) == 0 ? ".." + date() : "") + (i > 0 ? "," : "");
        return out + close;
      }
      default:
        return date();
    }
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  std::string qualifier() { return below(6) == 0 ? std::string(1, "?~%"[below(3)]) : ""; }
  std::string digits(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += below(15) == 0 ? 'X' : static_cast<char>('0' + below(10));
    return out;
  }
  std::string endpoint() {
    const int kind = below(6);
    return kind == 0 ? ".." : kind == 1 ? "" : date();
  }
  std::string date() {
    if (below(20) == 0) return "Y" + std::to_string(1 + below(99999)) + "E" + std::to_string(1 + below(6));
    std::string out =
        qualifier() + (below(20) == 0 ? "-" : "") + (below(2) == 0 ? "20" + digits(2) : digits(4)) + qualifier();
    if (below(3) == 0) return out;
    out += "-" + qualifier();
    const int month = below(6) == 0 ? 21 + below(21) : 1 + below(12);
    out += below(12) == 0 ? digits(2) : (month < 10 ? "0" : "") + std::to_string(month);
    out += qualifier();
    if (below(3) == 0) return out;
    const int day = 1 + below(31);
    return out + "-" + (below(12) == 0 ? digits(2) : (day < 10 ? "0" : "") + std::to_string(day)) + qualifier();
  }
  std::mt19937 random_;
};

TEST(Edtf, PrintedValueParsesToItselfAndBoundsAreOrdered) {
  Strings strings(4);
  int valid = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = strings.value();
    SCOPED_TRACE(text);
    const std::optional<Value> value = parse(text);
    if (!value) continue;
    ++valid;
    EXPECT_EQ(print(*value), text);
    EXPECT_EQ(parse(print(*value)), value);
    const Bounds b = bounds(*value);
    EXPECT_LE(b.earliest, b.latest);
    const std::optional<Value> plain = parse(of_bounds(b));
    ASSERT_TRUE(plain.has_value()) << of_bounds(b);
    EXPECT_EQ(bounds(*plain), b) << of_bounds(b);
  }
  EXPECT_GT(valid, 8000);
}

TEST(Edtf, IntersectCommutesAndLiesWithinBoth) {
  Strings strings(5);
  std::vector<Value> values;
  while (values.size() < 300) {
    if (auto value = parse(strings.value())) values.push_back(*value);
  }
  for (const Value& a : values) {
    for (const Value& b : values) {
      const auto ab = intersect(a, b);
      ASSERT_EQ(ab, intersect(b, a)) << print(a) << " and " << print(b);
      const Relation relation = compare(bounds(a), bounds(b));
      EXPECT_EQ(ab.has_value(), relation != Relation::kBefore && relation != Relation::kAfter);
      if (!ab) continue;
      const Bounds both = bounds(*ab);
      EXPECT_TRUE(both.earliest >= bounds(a).earliest && both.latest <= bounds(a).latest);
      EXPECT_TRUE(both.earliest >= bounds(b).earliest && both.latest <= bounds(b).latest);
    }
    EXPECT_EQ(intersect(a, a), a);
  }
}

TEST(Edtf, AnyBytesAreRejectedOrPrintedBack) {
  std::mt19937 random(6);
  static constexpr std::string_view kAlphabet = "0123456789XY-/.~?%[]{},EST:Z +\xC3\xA9";
  for (int i = 0; i < 200000; ++i) {
    std::string text;
    for (auto size = random() % 14; size > 0; --size) text += kAlphabet[random() % kAlphabet.size()];
    const std::optional<Value> value = parse(text);
    if (value) {
      ASSERT_EQ(print(*value), text);
    }
  }
}

TEST(Edtf, CompareOfAnyTwoIsMirrored) {
  Strings strings(7);
  std::vector<Bounds> all;
  while (all.size() < 300) {
    if (auto value = parse(strings.value())) all.push_back(bounds(*value));
  }
  const auto mirrored = [](Relation relation) {
    switch (relation) {
      case Relation::kBefore:
        return Relation::kAfter;
      case Relation::kAfter:
        return Relation::kBefore;
      case Relation::kContains:
        return Relation::kWithin;
      case Relation::kWithin:
        return Relation::kContains;
      default:
        return relation;
    }
  };
  for (const Bounds& a : all) {
    EXPECT_EQ(compare(a, a), Relation::kEqual);
    for (const Bounds& b : all) ASSERT_EQ(compare(a, b), mirrored(compare(b, a)));
  }
}

TEST(Edtf, CompareIsMirrored) {
  const auto at = [](const char* text) { return bounds(*parse(text)); };
  EXPECT_EQ(compare(at("2018"), at("2019")), Relation::kBefore);
  EXPECT_EQ(compare(at("2019"), at("2018")), Relation::kAfter);
  EXPECT_EQ(compare(at("2018"), at("2018-05")), Relation::kContains);
  EXPECT_EQ(compare(at("2018-05"), at("2018")), Relation::kWithin);
  EXPECT_EQ(compare(at("2018-05/2018-07"), at("2018-06/2018-08")), Relation::kOverlaps);
  EXPECT_EQ(compare(at("2018-33"), at("2018-01/2018-03")), Relation::kEqual);
  EXPECT_EQ(print(*intersect(*parse("2018/2020"), *parse("2019-05/.."))), "2019-05/2020-12");
}

TEST(Edtf, CalendarGoesThereAndBack) {
  EXPECT_EQ(days_of(1970, 1, 1), 0);
  EXPECT_EQ(weekday_of(0), 4);
  EXPECT_EQ(weekday_of(days_of(2024, 11, 4)), 1);
  for (std::int32_t day = -1'000'000; day < 1'000'000; day += 13) {
    const Civil civil = civil_of(day);
    ASSERT_EQ(days_of(civil.year, civil.month, civil.day), day);
    ASSERT_EQ(weekday_of(day) % 7 + 1, weekday_of(day + 1));
  }
}

}  // namespace
}  // namespace dossier::edtf
