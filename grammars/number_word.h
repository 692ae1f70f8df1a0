// number_word.h - what one word means in numbers, as the lexicon number_word states it; for grammars/numbers*.cpp only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "grammars/numbers.h"

namespace dossier {

struct NumberWord {
  enum class Cardinal : std::uint8_t { kNo, kZero, kUnit, kTeen, kTen, kHundred, kHundreds };
  Cardinal cardinal = Cardinal::kNo;
  bool is_cardinal_bound = false;  // only inside compounds
  bool is_bare = false;            // hundred, thousand without a coefficient
  bool takes_digits = false;       // hundred: "322 hundred"
  bool takes_teens = false;        // "soixante-dix"
  bool takes_units = false;        // "dix-sept"
  bool takes_four = false;         // "quatre-vingts"
  bool is_plural_scale = false;    // "millions", where the singular is used after numbers
  bool is_money_only = false;      // "grand"
  bool is_article = false;
  bool is_half = false;
  bool is_half_noun = false;       // "moitié": no number before it
  bool is_half_after_and = false;  // "due e mezzo", where English says "two and a half"
  bool is_and = false;
  bool joins_hundred = false;
  bool joins_ten = false;
  bool joins_one_only = false;  // "vingt et un", not "vingt et deux"
  bool joins_reverse = false;   // "zweiundzwanzig"
  bool is_point = false;
  bool is_minus = false;
  bool is_of = false;
  bool is_ordinal_suffix = false;
  bool is_ordinal_mark = false;
  bool is_denominator_plural = false;
  bool is_denominator_only = false;  // "quarter", "Drittel": not an ordinal
  bool is_ratio_over = false;
  bool is_ratio_of = false;
  std::uint64_t ratio_second = 0;  // key of "of" in "out of"; 0: one word
  std::int32_t value = 0;          // of the cardinal
  std::int32_t scale = 0;          // power of ten, 0: none
  std::int32_t dozen = 0;
  bool is_about = false;               // dozen: "trentaine"
  std::int32_t denominator = 0;        // also the value of an ordinal
  std::int32_t denominator_power = 0;  // "millionth"
  Decimal mixed;                       // "anderthalb"
  struct Letter {
    std::string text;  // as written
    std::int32_t power = 0;
    bool is_money_only = false;  // "m": metres, unless a currency stands by
  };
  std::vector<Letter> letters;

  bool is_scale() const { return scale > 0; }
  NumberReader::Start start() const {
    using Start = NumberReader::Start;
    const bool strong = cardinal == Cardinal::kTen || cardinal == Cardinal::kHundred ||
                        cardinal == Cardinal::kHundreds || (cardinal == Cardinal::kTeen && value > 10) || is_half ||
                        dozen > 0 || is_minus || mixed.coefficient != 0 || scale > 0 ||
                        (is_denominator_only && !is_denominator_plural);
    if (strong) return Start::kYes;
    if (is_article && cardinal == Cardinal::kNo) return Start::kArticle;
    if (cardinal != Cardinal::kNo) return Start::kWeak;
    if (denominator > 0 || denominator_power > 0) return Start::kOrdinal;
    return Start::kNo;
  }
};

}  // namespace dossier
