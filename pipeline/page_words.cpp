#include "pipeline/page_words.h"

#include <unicode/dtfmtsym.h>
#include <unicode/locid.h>
#include <unicode/unistr.h>

namespace dossier {

std::string without_separator(std::string_view text) {
  std::string joined;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_separator = text.substr(at).starts_with(kRoleSeparator);
    joined += is_separator ? '/' : text[at];
    at += is_separator ? kRoleSeparator.size() : 1;
  }
  return joined;
}

std::string timeline_words(const PageLabels& labels, std::string_view language, const TimelineWords& entry) {
  if (!entry.text.empty()) return entry.text;
  std::string key = "timeline." + entry.kind;
  if ((entry.kind == "born" || entry.kind == "died") && !entry.title.empty()) key += "_at";
  std::string words = labels.has(key) ? labels.fill(key, language, {{"title", entry.title}, {"entity", entry.entity}})
                                      : entry.title + ", " + entry.entity;
  // Where one of two parts is missing, so is what parts them.
  const auto is_joint = [](char c) { return c == ' ' || c == ',' || c == ':'; };
  while (!words.empty() && is_joint(words.back())) words.pop_back();
  std::size_t begin = 0;
  while (begin < words.size() && is_joint(words[begin])) ++begin;
  return words.substr(begin);
}

std::string month_and_year(std::string_view edtf, std::string_view language) {
  if (const std::size_t slash = edtf.rfind('/'); slash != std::string_view::npos && slash + 1 < edtf.size()) {
    edtf.remove_prefix(slash + 1);
  }
  const auto is_digit = [&](std::size_t i) { return i < edtf.size() && edtf[i] >= '0' && edtf[i] <= '9'; };
  if (!is_digit(0) || !is_digit(1) || !is_digit(2) || !is_digit(3)) return {};
  const std::string year(edtf.substr(0, 4));
  if (edtf.size() < 7 || edtf[4] != '-' || !is_digit(5) || !is_digit(6)) return year;
  const int month = (edtf[5] - '0') * 10 + (edtf[6] - '0');
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale locale(std::string(language).c_str());
  const icu::DateFormatSymbols symbols(locale, status);
  int32_t count = 0;
  const icu::UnicodeString* names =
      U_SUCCESS(status) ? symbols.getMonths(count, icu::DateFormatSymbols::STANDALONE, icu::DateFormatSymbols::WIDE)
                        : nullptr;
  if (month < 1 || month > count) return year;
  std::string name;
  icu::UnicodeString(names[month - 1]).toTitle(nullptr, locale).toUTF8String(name);
  return name + " " + year;
}

}  // namespace dossier
