// language.h - the language of a stretch of text, by CLD2: "en", "it" …; "und" if it cannot tell.
#pragma once

#include <string>
#include <string_view>

namespace dossier {

struct LanguageGuess {
  std::string language = "und";
  bool is_reliable = false;
};
// Looks at no more than the first 32 KB.
LanguageGuess detect_language(std::string_view text);

}  // namespace dossier
