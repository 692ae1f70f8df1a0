#include "pipeline/json_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <new>
#include <utility>

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

// How many of the eight bytes at `bytes` stand for themselves in a JSON string, from the first on.
std::size_t plain_bytes(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, 8);
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  constexpr std::uint64_t kHighs = 0x8080808080808080u;
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  // A byte's high bit: it is below 0x20, a quotation mark, a backslash, or not ASCII. What a borrow sets in vain lies
  // above a byte that is rightly set.
  const std::uint64_t special = ((word - kOnes * 0x20) | (quote - kOnes) | (backslash - kOnes) | word) & kHighs;
  return special == 0 ? 8 : static_cast<std::size_t>(std::countr_zero(special)) / 8;
}

// Where the run of bytes that stand for themselves ends, from `at` on.
std::size_t plain_end(std::string_view text, std::size_t at) {
  while (at + 8 <= text.size()) {
    const std::size_t plain = plain_bytes(text.data() + at);
    at += plain;
    if (plain < 8) return at;
  }
  while (at < text.size() && kEscapes[static_cast<unsigned char>(text[at])] == 0) ++at;
  return at;
}

int hex_value(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

// The four hexadecimal digits at `at`; -1 if they are none.
int code_unit(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return -1;
  int unit = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int digit = hex_value(text[at + i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto add = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

// The escape whose backslash stands at `at`: appends what it stands for, moves `at` behind it.
bool read_escape(std::string_view text, std::size_t& at, std::string& out) {
  if (at + 1 >= text.size()) return false;
  const char letter = text[at + 1];
  at += 2;
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      out += letter;
      return true;
    case 'b':
      out += '\b';
      return true;
    case 'f':
      out += '\f';
      return true;
    case 'n':
      out += '\n';
      return true;
    case 'r':
      out += '\r';
      return true;
    case 't':
      out += '\t';
      return true;
    case 'u':
      break;
    default:
      return false;
  }
  const int unit = code_unit(text, at);
  at += 4;
  if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) return false;
  auto code = static_cast<std::uint32_t>(unit);
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    if (at + 2 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return false;
    const int low = code_unit(text, at + 2);
    at += 6;
    if (low < 0xDC00 || low > 0xDFFF) return false;
    code = 0x10000 + ((code - 0xD800) << 10) + static_cast<std::uint32_t>(low - 0xDC00);
  }
  append_utf8(out, code);
  return true;
}

}  // namespace

void JsonBuffer::grow(std::size_t wanted) {
  const std::size_t capacity = std::max(size_ + wanted, std::max<std::size_t>(capacity_ * 2, 4096));
  auto* data = static_cast<char*>(std::realloc(data_.get(), capacity));  // of megabytes it moves pages, not bytes
  if (data == nullptr) throw std::bad_alloc();
  static_cast<void>(data_.release());
  data_.reset(data);
  capacity_ = capacity;
}

void JsonBuffer::string(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  constexpr std::size_t kLongestEscape = 6;
  char* out = room(text.size() * kLongestEscape + 10);
  *out++ = '"';
  std::size_t at = 0;
  while (at < text.size()) {
    // Eight bytes at a time; beyond the end of the run they are written over.
    if (at + 8 <= text.size()) {
      const std::size_t plain = plain_bytes(text.data() + at);
      std::memcpy(out, text.data() + at, 8);
      out += plain;
      at += plain;
      if (plain == 8) continue;
    }
    const unsigned char byte = static_cast<unsigned char>(text[at]);
    const char escape = kEscapes[byte];
    if (escape == 0) {
      *out++ = text[at++];
    } else if (escape == 'x') {
      const Character here = character(text, at);
      if (here.is_well_formed) {
        std::memcpy(out, text.data() + at, here.size);
        out += here.size;
      } else {
        std::memcpy(out, "\xEF\xBF\xBD", 3);
        out += 3;
      }
      at += here.size;
    } else {
      *out++ = '\\';
      *out++ = escape;
      if (escape == 'u') {
        *out++ = '0';
        *out++ = '0';
        *out++ = kHex[byte >> 4];
        *out++ = kHex[byte & 15];
      }
      ++at;
    }
  }
  *out++ = '"';
  size_ = static_cast<std::size_t>(out - data_.get());
}

void JsonBuffer::number(double number) {
  if (!std::isfinite(number)) return literal("null");
  // Most are confidences: four decimals, whose shortest form is known. Smaller ones have an exponent.
  const double scaled = std::round(number * 1e4);
  if (scaled >= 10 && scaled < 1e4 && scaled / 1e4 == number) {
    auto rest = static_cast<unsigned>(scaled);
    char* out = room(6);
    out[0] = '0';
    out[1] = '.';
    for (std::size_t i = 5; i >= 2; --i, rest /= 10) out[i] = static_cast<char>('0' + rest % 10);
    size_ += 6;
    while (data_[size_ - 1] == '0') --size_;
    return;
  }
  char* out = room(40);
  char* end = std::to_chars(out, out + 32, number).ptr;
  if (std::string_view(out, static_cast<std::size_t>(end - out)).find_first_of(".e") == std::string_view::npos) {
    *end++ = '.';
    *end++ = '0';
  }
  size_ = static_cast<std::size_t>(end - data_.get());
}

void JsonBuffer::number(std::uint64_t number) {
  char* out = room(24);
  size_ = static_cast<std::size_t>(std::to_chars(out, out + 24, number).ptr - data_.get());
}

void JsonBuffer::number(const Decimal& number) {
  constexpr std::int32_t kLargest = 280;  // 18 digits more stay below 10^300
  if (number.exponent > kLargest || number.exponent < -kLargest) return literal("null");
  if (number.exponent == 0) {
    char* out = room(24);
    size_ = static_cast<std::size_t>(std::to_chars(out, out + 24, number.coefficient).ptr - data_.get());
    return;
  }
  raw(number.to_string());
}

void append_json_string(std::string& out, std::string_view text) {
  thread_local JsonBuffer buffer;
  buffer.clear();
  buffer.string(text);
  out += buffer.view();
}

void append_json_number(std::string& out, double number) {
  JsonBuffer buffer;
  buffer.number(number);
  out += buffer.view();
}

void append_json_number(std::string& out, std::uint64_t number) {
  JsonBuffer buffer;
  buffer.number(number);
  out += buffer.view();
}

void append_json_number(std::string& out, const Decimal& number) {
  JsonBuffer buffer;
  buffer.number(number);
  out += buffer.view();
}

bool read_json_string(std::string_view text, std::size_t& at, std::string& out) {
  out.clear();
  ++at;
  while (true) {
    const std::size_t begin = at;
    while (true) {
      at = plain_end(text, at);
      if (at >= text.size()) return false;
      if (static_cast<unsigned char>(text[at]) < 0x80) break;
      const Character here = character(text, at);
      if (!here.is_well_formed) return false;
      at += here.size;
    }
    out.append(text.substr(begin, at - begin));
    if (text[at] == '"') {
      ++at;
      return true;
    }
    if (text[at] != '\\' || !read_escape(text, at, out)) return false;
  }
}

}  // namespace dossier
