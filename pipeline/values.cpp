#include "pipeline/values.h"

#include <array>
#include <charconv>
#include <cstdlib>

namespace dossier {
namespace {

template <std::size_t count>
std::string_view nth(const std::array<std::string_view, count>& names, std::size_t index) {
  return index < count ? names[index] : std::string_view();
}

}  // namespace

Decimal Decimal::of(std::int64_t integer) {
  Decimal decimal{integer, 0, false};
  if (integer == 0) return decimal;
  while (decimal.coefficient % 10 == 0) {
    decimal.coefficient /= 10;
    ++decimal.exponent;
  }
  return decimal;
}

std::string Decimal::to_string() const {
  if (coefficient == 0) return "0";
  std::string digits = std::to_string(coefficient);
  std::string sign;
  if (digits.front() == '-') {
    sign = "-";
    digits.erase(0, 1);
  }
  if (exponent >= 0) return sign + digits + std::string(static_cast<std::size_t>(exponent), '0');
  const std::size_t decimals = static_cast<std::size_t>(-static_cast<std::int64_t>(exponent));
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - decimals, ".");
  return sign + digits;
}

double Decimal::to_double() const {
  const std::string scientific = std::to_string(coefficient) + "e" + std::to_string(exponent);
  double value = 0;
  const auto result = std::from_chars(scientific.data(), scientific.data() + scientific.size(), value);
  // from_chars leaves the value alone where it is out of range; strtod gives infinity or zero as one expects.
  return result.ec == std::errc() ? value : std::strtod(scientific.c_str(), nullptr);
}

std::string_view name_of(StatisticKind kind) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "count", "money", "percentage", "percentage_points", "measure", "duration", "multiple", "ratio", "number"};
  return nth(kNames, static_cast<std::size_t>(kind));
}

std::string_view name_of(Comparator comparator) {
  static constexpr std::array<std::string_view, 6> kNames = {"=", ">", ">=", "<", "<=", "~"};
  return nth(kNames, static_cast<std::size_t>(comparator));
}

std::string_view name_of(Modality modality) {
  static constexpr std::array<std::string_view, 3> kNames = {"stated", "planned", "hypothetical"};
  return nth(kNames, static_cast<std::size_t>(modality));
}

std::string_view name_of(ChangeDirection direction) {
  static constexpr std::array<std::string_view, 3> kNames = {"", "up", "down"};
  return nth(kNames, static_cast<std::size_t>(direction));
}

std::string_view name_of(DatePart part) {
  static constexpr std::array<std::string_view, 5> kNames = {"", "early", "mid", "late", "end"};
  return nth(kNames, static_cast<std::size_t>(part));
}

std::string_view name_of(DateBound bound) {
  static constexpr std::array<std::string_view, 6> kNames = {"", "since", "after", "until", "before", "by"};
  return nth(kNames, static_cast<std::size_t>(bound));
}

std::string_view name_of(DatePrecision precision) {
  static constexpr std::array<std::string_view, 10> kNames = {"day",  "week", "month",  "quarter", "season",
                                                              "half", "year", "decade", "century", "interval"};
  return nth(kNames, static_cast<std::size_t>(precision));
}

}  // namespace dossier
