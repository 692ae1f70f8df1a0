// number_parser.h - units -> one number, by recursive descent over words and literals; for grammars/numbers.cpp only.
//
//   four thousand three hundred | 21      two and a half million      nine out of ten      3 milioni e mezzo
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "grammars/numbers.h"

namespace dossier {

// The longest number that starts at units[first]. is_money: a currency stands by, so that "m" and "grand" are scales.
std::optional<NumberReading> parse_number(std::string_view text, std::span<const NumberUnit> units, std::uint32_t first,
                                          bool is_money);

}  // namespace dossier
