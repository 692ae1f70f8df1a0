// json_text.h - JSON written straight into a string: for the lines of the machine protocol, of which there are many.
//
//   append_json_string(out, "40+ \"M\"\n")  ->  "40+ \"M\"\n"   with quotation marks and escapes
//   append_json_number(out, 0.97)           ->  0.97
//
// Promise: what is appended is valid JSON whatever the bytes: each broken piece of UTF-8 becomes one U+FFFD, numbers
// that JSON does not have become null. Reading JSON is nlohmann's work; this is only the way out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/values.h"

namespace dossier {

void append_json_string(std::string& out, std::string_view text);
void append_json_number(std::string& out, double number);  // shortest form that reads back the same
void append_json_number(std::string& out, std::uint64_t number);
// Exact digits in plain notation; null beyond what a reader's double can hold (10^300) or tell from zero (10^-300).
void append_json_number(std::string& out, const Decimal& number);

}  // namespace dossier
