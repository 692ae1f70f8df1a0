// decimal.h - exact arithmetic on the decimals of pipeline/values.h.
//
//   add(0.1, 0.2) -> 0.3     divide(1, 3) -> 0.333333333333333333 (rounded)
//
// Promise: total; results keep 18 significant digits, and say so where more were rounded away.
#pragma once

#include <cstdint>
#include <string_view>

#include "pipeline/values.h"

namespace dossier {

Decimal add(Decimal a, Decimal b);
Decimal multiply(Decimal a, Decimal b);
Decimal divide(Decimal a, Decimal b);  // b == 0 gives 0
Decimal shift(Decimal a, std::int32_t power_of_ten);
Decimal power_of(Decimal base, std::int32_t exponent);
bool is_less(Decimal a, Decimal b);

// "1,250" and "75" -> 1250.75: all other characters are passed over.
Decimal decimal_of(std::string_view integer_digits, std::string_view fraction_digits);

}  // namespace dossier
