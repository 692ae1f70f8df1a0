// language.h - the language of a stretch of text, by CLD2: "en", "it" …; "und" if it cannot tell. For most text a
// glance at its small words says the same at a fraction of the cost.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dossier {

struct LanguageGuess {
  std::string language = "und";
  bool is_reliable = false;
};
// Looks at no more than the first 32 KB.
LanguageGuess detect_language(std::string_view text);

// "en-US", "EN" -> "en"; "" if there is no such language ("zz").
std::string language_code(std::string_view given);

// The words of grammars/language_words.tsv.
//
//   "What would you say to people who have just joined?"  ->  "en"   (what, would, you, people, have)
//   "Buongiorno a tutti"                                   ->  ""     (one word: too little)
class LanguageWords {
 public:
  static constexpr std::size_t kLongest = 8;                   // bytes of a word
  void add(std::string_view word, std::string_view language);  // lower case
  // The language of which at least three of the words are there, four times in all, and hardly any of another; else "".
  std::string_view of(std::string_view text) const;

 private:
  struct Slot {
    std::uint64_t word = 0;
    std::uint16_t language = 0;  // its place in languages_
    std::uint16_t number = 0;    // among the words of its language
  };
  struct Language {
    std::string code;
    std::uint16_t words = 0;
  };
  std::size_t slot_of(std::uint64_t word) const;
  std::vector<Slot> slots_;
  std::vector<Language> languages_;
  std::size_t count_ = 0;
};

}  // namespace dossier
