#include "pipeline/page_markup.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace dossier {
namespace {

bool is_ascii_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
// Part of a word, as far as Markdown's rules for "_" and "~" care.
bool is_word_byte(char c) {
  return is_ascii_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
}

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// Only what would be read as markup is escaped, so that ordinary names look the same in the file and on the page:
// "snake_case" and "~2014" stay, "_x_" and "~~x~~" do not.
std::string escape_markdown(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char before = i > 0 ? text[i - 1] : ' ', after = i + 1 < text.size() ? text[i + 1] : ' ';
    bool is_mark = false;
    switch (c) {
      case '\\':
      case '`':
      case '*':
      case '[':
      case ']':
      case '<':
      case '>':
      case '|':
        is_mark = true;
        break;
      case '_':
        is_mark = !is_word_byte(before) || !is_word_byte(after);
        break;
      case '~':
        is_mark = before == '~' || after == '~';
        break;
      case '&':
        is_mark = after == '#' || is_ascii_alnum(after);
        break;
      case '!':
        is_mark = after == '[';
        break;
      default:
        break;
    }
    if (is_mark) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

char32_t next_character(std::string_view text, std::size_t& at) {
  UChar32 c = 0;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data()) + at;
  const auto left = static_cast<std::int32_t>(std::min<std::size_t>(text.size() - at, 4));
  std::int32_t read = 0;
  U8_NEXT(bytes, read, left, c);
  at += static_cast<std::size_t>(read);
  return c < 0 ? U'\uFFFD' : static_cast<char32_t>(c);
}

std::string one_line(std::string_view text) {
  std::string line;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    const auto c = static_cast<UChar32>(next_character(text, i));
    if (c == 0xFFFD) {
      line += "\xEF\xBF\xBD";
    } else if (u_isUWhiteSpace(c)) {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else if (u_charType(c) == U_CONTROL_CHAR || u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) || c == 0xFEFF) {
      continue;
    } else {
      line.append(text.substr(begin, i - begin));
    }
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

bool is_linkable(std::string_view target) {
  const auto begins_with = [&](std::string_view scheme) {
    return target.size() > scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), target.begin(),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b); });
  };
  return begins_with("https://") || begins_with("http://") || begins_with("mailto:");
}

std::string Markup::text(std::string_view text) const {
  const std::string line = one_line(text);
  return format_ == PageFormat::kMarkdown ? escape_markdown(line) : escape_html(line);
}

std::string Markup::text_at_line_start(std::string_view text) const {
  std::string line = this->text(text);
  if (format_ == PageFormat::kHtml || line.empty()) return line;
  const std::size_t digits = line.find_first_not_of("0123456789");
  if (digits != 0 && digits != std::string::npos && (line[digits] == '.' || line[digits] == ')')) {
    line.insert(digits, "\\");
  } else if (std::string_view("#-+=:~").find(line.front()) != std::string_view::npos) {
    line.insert(0, "\\");
  }
  return line;
}

std::string Markup::bold(std::string_view text) const {
  const std::string safe = this->text(text);
  if (safe.empty()) return safe;
  return format_ == PageFormat::kMarkdown ? "**" + safe + "**" : "<strong>" + safe + "</strong>";
}

std::string Markup::code(std::string_view text) const {
  std::string line = one_line(text);
  if (line.empty()) return line;
  if (format_ == PageFormat::kHtml) return "<code>" + escape_html(line) + "</code>";
  // Backslashes do not escape inside code: what could end it, or the cell around it, is replaced.
  std::replace(line.begin(), line.end(), '`', '\'');
  std::replace(line.begin(), line.end(), '|', '/');
  return "`" + line + "`";
}

std::string Markup::link(std::string_view text, std::string_view url) const {
  return is_linkable(url) ? anchor(text, url) : this->text(text);
}

std::string Markup::page_link(std::string_view text, std::string_view path) const {
  return anchor(text, path);
}

std::string Markup::anchor(std::string_view text, std::string_view target) const {
  const std::string words = this->text(text);
  if (words.empty()) return words;
  std::string address;
  for (const char c : one_line(target)) {
    if (c == ' ' || std::string_view("()<>[]\\\"'`|*{}^").find(c) != std::string_view::npos) {
      static constexpr char kHex[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      address += '%';
      address += kHex[byte >> 4];
      address += kHex[byte & 15];
    } else {
      address += c;
    }
  }
  if (format_ == PageFormat::kMarkdown) return "[" + words + "](" + address + ")";
  return "<a href=\"" + escape_html(address) + "\">" + words + "</a>";
}

std::string Markup::preformatted(std::string_view text) const {
  return format_ == PageFormat::kHtml ? escape_html(text) : std::string(text);
}

std::string Markup::footnote_reference(std::size_t number) const {
  const std::string digits = std::to_string(number);
  if (format_ == PageFormat::kMarkdown) return "[^" + digits + "]";
  return "<sup><a href=\"#n" + digits + "\">" + digits + "</a></sup>";
}

}  // namespace dossier
