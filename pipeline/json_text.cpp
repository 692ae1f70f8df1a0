#include "pipeline/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace dossier {
namespace {

// 0: stands for itself; 'u': a control character; 'x': start of more than one byte; else the letter after the
// backslash.
constexpr std::array<char, 256> escapes() {
  std::array<char, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = 'u';
  for (std::size_t i = 0x80; i < 256; ++i) table[i] = 'x';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}
constexpr std::array<char, 256> kEscapes = escapes();

struct Character {
  std::size_t size;  // of the character, or of the longest beginning of one
  bool is_well_formed;
};

// The UTF-8 character at `at`, which is not ASCII.
Character character(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(at);
  if (first < 0xC2 || first > 0xF4) return {1, false};
  const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  // The second byte has narrower bounds after four first bytes: no overlong forms, surrogates, or more than U+10FFFF.
  const unsigned lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(at + 1) < lowest || byte(at + 1) > highest) return {1, false};
  for (std::size_t i = 2; i < size; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {i, false};
  }
  return {size, true};
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t copied = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const unsigned char byte = static_cast<unsigned char>(text[at]);
    const char escape = kEscapes[byte];
    if (escape == 0) {
      ++at;
      continue;
    }
    if (escape == 'x') {
      const Character here = character(text, at);
      if (!here.is_well_formed) {
        out.append(text.substr(copied, at - copied)).append("\xEF\xBF\xBD");
        copied = at + here.size;
      }
      at += here.size;
      continue;
    }
    out.append(text.substr(copied, at - copied)).push_back('\\');
    out += escape;
    if (escape == 'u') {
      out.append("00");
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
    copied = ++at;
  }
  out.append(text.substr(copied)).push_back('"');
}

void append_json_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_json_number(std::string& out, std::uint64_t number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_json_number(std::string& out, const Decimal& number) {
  constexpr std::int32_t kLargest = 280;  // 18 digits more stay below 10^300
  if (number.exponent > kLargest || number.exponent < -kLargest) {
    out += "null";
  } else {
    out += number.to_string();
  }
}

}  // namespace dossier
