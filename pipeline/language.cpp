#include "pipeline/language.h"

#include <cld2/public/compact_lang_det.h>
#include <unicode/uloc.h>

#include <algorithm>
#include <array>
#include <bit>

namespace dossier {
namespace {

constexpr std::size_t kSample = std::size_t{1} << 15;

// What the words of one language say about a text.
constexpr std::uint32_t kEnoughHits = 4;
constexpr int kEnoughWords = 3;
constexpr std::uint32_t kForeignShare = 6;  // one word of another language is borne by so many

// Letters are ASCII's and every byte beyond: lower case of the former, 0 for all else.
constexpr std::array<unsigned char, 256> make_letters() {
  std::array<unsigned char, 256> letters{};
  for (std::size_t c = 0; c < 256; ++c) {
    if ((c >= 'a' && c <= 'z') || c >= 0x80) letters[c] = static_cast<unsigned char>(c);
    if (c >= 'A' && c <= 'Z') letters[c] = static_cast<unsigned char>(c + 32);
  }
  return letters;
}
constexpr std::array<unsigned char, 256> kLetters = make_letters();

}  // namespace

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

std::size_t LanguageWords::slot_of(std::uint64_t word) const {
  std::size_t at = (word * 0x9E3779B97F4A7C15u) >> 32;
  for (at &= slots_.size() - 1; slots_[at].word != 0 && slots_[at].word != word;) at = (at + 1) & (slots_.size() - 1);
  return at;
}

void LanguageWords::add(std::string_view word, std::string_view language) {
  std::uint64_t key = 0;
  for (const char c : word) key = key << 8 | static_cast<unsigned char>(c);
  if (word.empty() || word.size() > kLongest) return;
  if ((count_ + 1) * 4 > slots_.size()) {
    std::vector<Slot> old(std::max<std::size_t>(64, slots_.size() * 2));
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.word != 0) slots_[slot_of(slot.word)] = slot;
    }
  }
  auto known = std::find_if(languages_.begin(), languages_.end(), [&](const auto& l) { return l.code == language; });
  if (known == languages_.end()) known = languages_.insert(known, {std::string(language), 0});
  Slot& slot = slots_[slot_of(key)];
  if (slot.word != 0) return;
  slot = {key, static_cast<std::uint16_t>(known - languages_.begin()), known->words++};
  ++count_;
}

std::string_view LanguageWords::of(std::string_view text) const {
  constexpr std::size_t kMaxLanguages = 32;
  if (count_ == 0) return {};
  std::array<std::uint32_t, kMaxLanguages> hits{};
  std::array<std::uint64_t, kMaxLanguages> words{};
  std::uint32_t all = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::uint64_t key = 0;
    const std::size_t begin = at;
    for (; at < text.size(); ++at) {
      const unsigned char letter = kLetters[static_cast<unsigned char>(text[at])];
      if (letter == 0) break;
      key = key << 8 | letter;
    }
    if (at - begin > 1 && at - begin <= kLongest) {
      const Slot& slot = slots_[slot_of(key)];
      if (slot.word != 0 && slot.language < kMaxLanguages) {
        ++all;
        ++hits[slot.language];
        words[slot.language] |= std::uint64_t{1} << (slot.number % 64);
      }
    }
    ++at;
  }
  const std::size_t best = static_cast<std::size_t>(std::max_element(hits.begin(), hits.end()) - hits.begin());
  const bool is_clear = hits[best] >= kEnoughHits && std::popcount(words[best]) >= kEnoughWords &&
                        (all - hits[best]) * kForeignShare <= hits[best];
  return is_clear ? std::string_view(languages_[best].code) : std::string_view();
}

std::string language_code(std::string_view given) {
  std::string code(given.substr(0, given.find_first_of("-_")));
  for (char& c : code) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const char* const* known = uloc_getISOLanguages(); *known != nullptr; ++known) {
    if (code == *known) return code;
  }
  return {};
}

}  // namespace dossier
