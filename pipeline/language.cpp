#include "pipeline/language.h"

#include <cld2/public/compact_lang_det.h>

#include <algorithm>

namespace dossier {
namespace {
constexpr std::size_t kSample = std::size_t{1} << 15;
}

LanguageGuess detect_language(std::string_view text) {
  LanguageGuess guess;
  std::size_t size = std::min(text.size(), kSample);
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  if (size == 0) return guess;
  CLD2::Language languages[3] = {};
  int percents[3] = {};
  int bytes = 0;
  const CLD2::Language language = CLD2::DetectLanguageSummary(text.data(), static_cast<int>(size), true, languages,
                                                              percents, &bytes, &guess.is_reliable);
  if (language == CLD2::UNKNOWN_LANGUAGE) return guess;
  guess.language = CLD2::LanguageCode(language);
  return guess;
}

}  // namespace dossier
