// numbers.h - reads numbers as people write them, exactly, in the language of the text.
//
//   "40,000,000"  "12,34,567.89"  "1.234,5" (it)  "2 1/4"  "40M"  "two and a half million"  "duecentoquarantatré"  "⅔"
//
// Grouping goes by the shape of the digits ("1.234.567,8" can be read in one way only); the language decides where the
// shape leaves two readings ("1.234"). Words come from the lexicon number_word: nothing here knows a word of any
// language. Promise: exact decimals (18 digits kept); total; a reading looks at a bounded number of units, so a text is
// read in linear time. Ordinals are read too, and marked, so that callers can leave them out. Not here: what a number
// counts (extractors/statistics.h). Tested by tests/numbers_test.cpp against ICU's spell-out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "grammars/decimal.h"
#include "grammars/lexicon.h"
#include "pipeline/document.h"

namespace dossier {

struct NumberWord;  // what a word means in numbers; numbers.cpp

// A piece of text as number and quantity grammars see it: tokens, cut further where digits meet letters ("40M",
// "10km/h").
struct NumberUnit {
  enum class Kind : std::uint8_t { kWord, kNumber, kMark, kBarrier };  // kBarrier: nothing to be read ("1.2.3", a URL)
  std::uint32_t begin = 0;  // bytes of the text; all parts of a compound word have the span of the whole word
  std::uint32_t end = 0;
  std::uint32_t token = 0;
  Kind kind = Kind::kWord;
  bool is_glued = false;  // no space before it
  bool is_after_newline = false;
  bool is_after_blank = false;       // an empty line or the start of a block before it
  bool is_part = false;              // second or later part of a compound word
  bool is_plain = false;             // kNumber: digits only
  bool is_grouped = false;           // kNumber: with separators between thousands
  bool is_fraction = false;          // kNumber: "½"
  std::uint8_t digits = 0;           // kNumber: digits before the decimal separator
  Decimal number;                    // kNumber
  std::uint64_t key = 0;             // kWord: word_key() of it
  const NumberWord* word = nullptr;  // kWord: its meaning in numbers, if any
};

// Equal for words that differ in case and accents only.
std::uint64_t word_key(std::string_view word);

struct NumberReading {
  std::uint32_t first = 0;  // units [first, end)
  std::uint32_t end = 0;
  Decimal value;
  Span digits;  // what stands before the scale word
  Span scale;   // "million", "M"; empty if none
  std::int32_t scale_power = 0;
  bool is_spelled = false;  // in words
  bool is_article = false;  // only an article or a pronoun that also means one
  bool is_ordinal = false;
  bool is_fraction = false;  // "half", "two thirds"
  bool is_ratio = false;     // "9 out of 10": value is 0.9
  bool is_letter = false;    // the scale is a letter or abbreviation
  bool has_plus = false;     // "40+ million"
  bool is_dozen = false;     // "two dozen": what is counted may follow behind "of"
  bool is_about = false;     // "une trentaine"
  bool is_grouped = false;
  bool is_plain = false;  // one literal of digits only
  bool is_signed = false;
};

class NumberReader {
 public:
  explicit NumberReader(const Lexicons& lexicons);
  ~NumberReader();
  NumberReader(NumberReader&&) noexcept;

  using Language = std::uint32_t;
  static constexpr Language kAnyLanguage = 0;      // digits only
  Language language(std::string_view code) const;  // "en-US" counts as "en"; kAnyLanguage: no words of it known

  // May a number start at this token? Cheap, without looking at other tokens: kWeak are small numbers, which count only
  // before a unit or another number word, kOrdinal those that make a fraction behind a number or an article.
  enum class Start : std::uint8_t { kNo, kYes, kWeak, kOrdinal, kArticle };
  Start start_at(const Document& document, std::uint32_t token, WordId word, Language language) const;

  // Cuts tokens [first, end) of the document into units, which are appended.
  void cut(const Document& document, std::uint32_t first, std::uint32_t end, Language language,
           std::vector<NumberUnit>& units) const;

  // The number that starts at units[at], the longest; nothing if none does. `text` is the document's; is_money: a
  // currency stands by, so that "m" and "grand" are scales.
  std::optional<NumberReading> read(std::string_view text, std::span<const NumberUnit> units, std::uint32_t at,
                                    bool is_money) const;

  // "due anni e MEZZO": half by itself, where others say "a half".
  static bool is_half_after_and(const NumberUnit& unit);
  // The power of ten of a scale word ("million": 6), 0 for all others.
  static std::int32_t scale_power(const NumberUnit& unit);
  // "a", "un", "eine".
  static bool is_article(const NumberUnit& unit);

  // A text that is one number from end to end.
  std::optional<Decimal> read_all(std::string_view text, std::string_view language) const;

 private:
  struct Words;
  std::unique_ptr<Words> words_;
};

}  // namespace dossier
