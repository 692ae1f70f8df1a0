// number_literal.h - digits with separators, as one stretch of characters: "40,000", "1.234,5", "12 500", "2e6", "½".
//
// Shape decides ("1.234.567,8" has one reading), the language only where shape leaves two ("1.234").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "grammars/decimal.h"

namespace dossier {

// A literal of digits and separators at text[at]; `end` is behind it. is_barrier: digits, but no number ("1.2.3").
struct NumberLiteral {
  std::size_t end = 0;
  Decimal value;
  bool is_barrier = false;
  bool is_plain = false;
  bool is_grouped = false;
  bool is_in_list = false;
  std::uint8_t digits = 0;
};

// comma_decimal: how the language writes decimals; space_groups: one group of three behind a plain space counts;
// in_list: an item of "22,24,26".
NumberLiteral read_literal(std::string_view text, std::size_t at, bool comma_decimal, bool space_groups, bool in_list);

// "e10", "E-3", "^23", "^--2" behind a literal, applied to `value`; returns the bytes it takes, 0: none.
std::size_t read_exponent(std::string_view text, std::size_t at, Decimal& value);

// "½": a character that is a number below one.
bool read_vulgar(std::string_view text, std::size_t at, std::size_t& end, Decimal& value);

}  // namespace dossier
