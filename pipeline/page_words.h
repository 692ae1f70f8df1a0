// page_words.h - conventions of profile pages that their writer (render) and their reader (profile_page) share.
#pragma once

#include <string>
#include <string_view>

#include "grammars/page_labels.h"

namespace dossier {

// Roles held together stand in one cell: "Release Manager / VP of Engineering".
inline constexpr std::string_view kRoleSeparator = " / ";
// Several values of one row of the key facts: "FRA; ITA".
inline constexpr std::string_view kValueSeparator = "; ";

// The text with "A / B" written "A/B", so that it stays one role.
std::string without_separator(std::string_view text);

struct TimelineWords {
  std::string kind;  // "career", "born", "text", …
  std::string title;
  std::string entity;
  std::string text;  // for kind "text": all the words
};
// What stands in the event column: "General Manager, Open Harbor Foundation", "Founding of Open Harbor".
std::string timeline_words(const PageLabels& labels, std::string_view language, const TimelineWords& entry);

// "2026-02-14" -> "Febbraio 2026"; "2026" -> "2026"; what has no year -> "".
std::string month_and_year(std::string_view edtf, std::string_view language);

}  // namespace dossier
