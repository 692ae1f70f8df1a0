#include "grammars/decimal.h"

#include <algorithm>
#include <cstdlib>

namespace dossier {

namespace {

using Wide = __int128;

constexpr std::int64_t kLimit = 999'999'999'999'999'999;  // 18 digits
constexpr std::int32_t kMaxExponent = 4096;               // beyond it a value is no number that anybody writes

Decimal normalized(Wide coefficient, std::int64_t exponent, bool rounded) {
  const bool negative = coefficient < 0;
  if (negative) coefficient = -coefficient;
  Wide dropped = 1;
  Wide head = coefficient;
  while (head > kLimit) {
    head /= 10;
    dropped *= 10;
    ++exponent;
  }
  if (dropped > 1) {
    const Wide rest = coefficient - head * dropped;
    if (rest != 0) rounded = true;
    if (rest * 2 >= dropped) ++head;
  }
  if (head == 0) return {};
  while (head % 10 == 0) {
    head /= 10;
    ++exponent;
  }
  exponent = std::clamp<std::int64_t>(exponent, -kMaxExponent, kMaxExponent);
  Decimal result;
  result.coefficient = static_cast<std::int64_t>(negative ? -head : head);
  result.exponent = static_cast<std::int32_t>(exponent);
  result.rounded = rounded;
  return result;
}

Wide ten_to(std::int32_t power) {
  Wide result = 1;
  for (std::int32_t i = 0; i < power; ++i) result *= 10;
  return result;
}

// coefficient * 10^places, as far as 38 digits reach; `lost` counts the places that did not fit.
Wide scaled(std::int64_t coefficient, std::int32_t places, std::int32_t& lost) {
  const std::int32_t fits = std::min(places, 19);
  lost = places - fits;
  return static_cast<Wide>(coefficient) * ten_to(fits);
}

}  // namespace

Decimal add(Decimal a, Decimal b) {
  if (a.coefficient == 0) return b;
  if (b.coefficient == 0) return a;
  if (a.exponent < b.exponent) std::swap(a, b);
  std::int32_t lost = 0;
  const Wide high = scaled(a.coefficient, a.exponent - b.exponent, lost);
  if (lost > 0) {  // b lies below every digit that is kept of a
    a.rounded = true;
    return a;
  }
  return normalized(high + b.coefficient, b.exponent, a.rounded || b.rounded);
}

Decimal multiply(Decimal a, Decimal b) {
  return normalized(static_cast<Wide>(a.coefficient) * b.coefficient, std::int64_t{a.exponent} + b.exponent,
                    a.rounded || b.rounded);
}

Decimal divide(Decimal a, Decimal b) {
  if (b.coefficient == 0) return {};
  // Two steps give at least 18 digits of the quotient and tell whether the division was exact.
  const Wide high = static_cast<Wide>(a.coefficient) * ten_to(19);
  const Wide quotient = high / b.coefficient;
  const Wide rest = high % b.coefficient;
  return normalized(quotient, std::int64_t{a.exponent} - b.exponent - 19, a.rounded || b.rounded || rest != 0);
}

Decimal shift(Decimal a, std::int32_t power_of_ten) {
  if (a.coefficient == 0) return a;
  a.exponent = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(std::int64_t{a.exponent} + power_of_ten, -kMaxExponent, kMaxExponent));
  return a;
}

bool is_less(Decimal a, Decimal b) {
  b.coefficient = -b.coefficient;
  return add(a, b).coefficient < 0;
}

Decimal power_of(Decimal base, std::int32_t exponent) {
  Decimal result = Decimal::of(1);
  const bool negative = exponent < 0;
  for (std::int32_t i = 0; i < std::abs(exponent); ++i) {
    result = multiply(result, base);
    if (std::abs(result.exponent) >= kMaxExponent / 2) break;
  }
  return negative ? divide(Decimal::of(1), result) : result;
}

Decimal decimal_of(std::string_view integer_digits, std::string_view fraction_digits) {
  Wide coefficient = 0;
  std::int64_t exponent = 0;
  bool rounded = false;
  std::size_t kept = 0;
  const auto feed = [&](std::string_view digits, bool is_fraction) {
    for (const char c : digits) {
      if (c < '0' || c > '9') continue;
      if (kept < 36) {
        coefficient = coefficient * 10 + (c - '0');
        if (coefficient != 0) ++kept;
        if (is_fraction) --exponent;
      } else {
        rounded |= c != '0';
        if (!is_fraction) ++exponent;
      }
    }
  };
  feed(integer_digits, false);
  feed(fraction_digits, true);
  return normalized(coefficient, exponent, rounded);
}

}  // namespace dossier
