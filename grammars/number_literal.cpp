#include "grammars/number_literal.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "grammars/ascii.h"

namespace dossier {
namespace {

constexpr std::size_t kMaxDigits = 40;  // of one literal; longer rows are no numbers that people write

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}
std::int32_t integer_of(std::string_view text) {
  std::int32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Length of a separator between thousands that is a space or an apostrophe at text[at]; 0: none.
std::size_t wide_separator(std::string_view text, std::size_t at, bool plain_space, char32_t& which) {
  if (at >= text.size()) return 0;
  if (text[at] == '\'' || (text[at] == ' ' && plain_space)) {
    which = static_cast<char32_t>(text[at]);
    return 1;
  }
  static constexpr std::array<std::pair<std::string_view, char32_t>, 4> kMarks = {
      {{"\u00A0", U'\u00A0'}, {"\u2009", U'\u2009'}, {"\u202F", U'\u202F'}, {"\u2019", U'\u2019'}}};
  for (const auto& [mark, code] : kMarks) {
    if (text.substr(at).starts_with(mark)) {
      which = code;
      return mark.size();
    }
  }
  return 0;
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

}  // namespace

NumberLiteral read_literal(std::string_view text, std::size_t at, bool comma_decimal, bool space_groups, bool in_list) {
  NumberLiteral literal;
  std::size_t end = at;
  struct Group {
    std::size_t begin, size;
    char separator;  // before it
  };
  std::array<Group, 16> groups;
  std::size_t count = 0;
  bool overflow = false;
  const auto push = [&](std::size_t begin, std::size_t size, char separator) {
    if (count == groups.size()) {
      overflow = true;
    } else {
      groups[count++] = {begin, size, separator};
    }
  };
  if (!is_digit(text[at])) {  // ".5", ",08"
    const std::size_t size = digits_at(text, at + 1);
    literal.end = at + 1 + size;
    literal.value = decimal_of("", text.substr(at + 1, std::min(size, kMaxDigits)));
    return literal;
  }
  push(at, digits_at(text, at), 0);
  end = at + groups[0].size;
  if (in_list) {
    literal.end = end;
    literal.is_plain = true;
    literal.is_in_list = true;
    literal.digits = static_cast<std::uint8_t>(std::min<std::size_t>(groups[0].size, 255));
    literal.value = decimal_of(text.substr(at, std::min(groups[0].size, kMaxDigits)), "");
    return literal;
  }
  while (end + 1 < text.size() && (text[end] == '.' || text[end] == ',') && is_digit(text[end + 1])) {
    const std::size_t size = digits_at(text, end + 1);
    push(end + 1, size, text[end]);
    end += 1 + size;
  }
  literal.end = end;
  literal.digits = static_cast<std::uint8_t>(std::min<std::size_t>(groups[0].size, 255));
  if (overflow || end - at > kMaxDigits * 2) {
    literal.is_barrier = true;
    return literal;
  }
  const auto is_grouped = [&](std::size_t first, std::size_t last) {  // groups (first, last] are thousands
    if (groups[first].size > 3 || text[groups[first].begin] == '0') return false;
    for (std::size_t i = first + 1; i <= last; ++i) {
      if (groups[i].size != 3) return false;
    }
    return true;
  };
  const auto is_indian = [&](std::size_t last) {  // 12,34,567
    if (groups[0].size > 2 || groups[last].size != 3 || last < 2 || text[groups[0].begin] == '0') return false;
    for (std::size_t i = 1; i < last; ++i) {
      if (groups[i].size != 2) return false;
    }
    return true;
  };
  const auto joined = [&](std::size_t last) { return text.substr(at, groups[last].begin + groups[last].size - at); };
  if (count == 1) {
    // Thousands parted by spaces or apostrophes: the first group has one to three digits, all others three.
    literal.is_plain = true;
    if (groups[0].size <= 3 && text[at] != '0') {
      std::size_t next = end;
      std::size_t thousands = 0;
      char32_t separator = 0;
      while (thousands < 6) {
        char32_t which = 0;
        const std::size_t width = wide_separator(text, next, true, which);
        if (width == 0 || (separator != 0 && which != separator)) break;
        if (digits_at(text, next + width) != 3) break;
        separator = which;
        next += width + 3;
        ++thousands;
      }
      const bool certain = separator != U' ' || thousands >= 2 || space_groups;
      if (thousands > 0 && certain && (next >= text.size() || !is_digit(text[next]))) {
        std::string digits;
        for (const char c : text.substr(at, next - at)) {
          if (is_digit(c)) digits += c;
        }
        std::size_t fraction = 0;
        if (next + 1 < text.size() && (text[next] == '.' || text[next] == ',')) fraction = digits_at(text, next + 1);
        if (fraction > 0) {
          literal.value = decimal_of(digits, text.substr(next + 1, std::min(fraction, kMaxDigits)));
          next += 1 + fraction;
        } else {
          literal.value = decimal_of(digits, "");
        }
        literal.is_plain = false;
        literal.is_grouped = true;
        literal.digits = static_cast<std::uint8_t>(digits.size());
        literal.end = next;
        return literal;
      }
    }
    if (groups[0].size > kMaxDigits) {
      literal.is_barrier = true;
      return literal;
    }
    literal.value = decimal_of(text.substr(at, groups[0].size), "");
    return literal;
  }
  const std::size_t last = count - 1;
  const char final_mark = groups[last].separator;
  std::size_t same = 0;  // how many separators are the final one
  for (std::size_t i = 1; i < count; ++i) same += groups[i].separator == final_mark ? 1 : 0;
  if (same == last) {  // one kind of separator
    if (last == 1) {
      const bool could_group = is_grouped(0, 1);
      const bool decimal_by_language = (final_mark == ',') == comma_decimal;
      if (could_group && !decimal_by_language) {
        literal.is_grouped = true;
        literal.value = decimal_of(joined(1), "");
      } else {
        literal.value = decimal_of(joined(0), text.substr(groups[1].begin, groups[1].size));
      }
      return literal;
    }
    if (is_grouped(0, last) || (final_mark == ',' && is_indian(last))) {
      literal.is_grouped = true;
      literal.value = decimal_of(joined(last), "");
      return literal;
    }
    if (final_mark == ',') {  // a list without spaces: "22,24,26"
      literal.is_in_list = true;
      literal.end = groups[0].begin + groups[0].size;
      literal.is_plain = true;
      literal.value = decimal_of(joined(0), "");
      return literal;
    }
    literal.is_barrier = true;
    return literal;
  }
  if (same == 1 && (is_grouped(0, last - 1) || (final_mark == '.' && is_indian(last - 1)))) {
    for (std::size_t i = 2; i < last; ++i) {
      if (groups[i].separator != groups[1].separator) literal.is_barrier = true;
    }
    literal.is_grouped = true;
    literal.value = decimal_of(joined(last - 1), text.substr(groups[last].begin, groups[last].size));
    return literal;
  }
  literal.is_barrier = true;
  return literal;
}

std::size_t read_exponent(std::string_view text, std::size_t at, Decimal& value) {
  std::size_t next = at;
  if (next >= text.size() || (text[next] != 'e' && text[next] != 'E' && text[next] != '^')) return 0;
  const bool is_power = text[next] == '^';
  ++next;
  bool negative = false;
  while (next < text.size() && next - at < 4 && (text[next] == '+' || text[next] == '-')) {
    if (text[next] == '-') negative = !negative;
    ++next;
  }
  const std::size_t size = digits_at(text, next);
  if (size == 0 || size > 3) return 0;
  const std::int32_t exponent = integer_of(text.substr(next, size)) * (negative ? -1 : 1);
  next += size;
  if (next < text.size() && is_letter(text[next])) return 0;
  value = is_power ? power_of(value, exponent) : shift(value, exponent);
  return next - at;
}

bool read_vulgar(std::string_view text, std::size_t at, std::size_t& end, Decimal& value) {
  if ((text[at] & 0x80) == 0) return false;
  std::int32_t next = static_cast<std::int32_t>(at);
  UChar32 c = 0;
  const std::int32_t size = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), at + 4));
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), next, size, c);
  if (c < 0 || u_charType(c) != U_OTHER_NUMBER || u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE) != U_NT_NUMERIC)
    return false;
  const double number = u_getNumericValue(c);
  if (number <= 0 || number >= 1) return false;
  for (std::int64_t d = 2; d <= 10; ++d) {
    const double n = number * static_cast<double>(d);
    if (std::abs(n - std::round(n)) < 1e-9) {
      value = divide(Decimal::of(std::llround(n)), Decimal::of(d));
      end = static_cast<std::size_t>(next);
      return true;
    }
  }
  return false;
}

}  // namespace dossier
