// quantity_words.h - what words and signs around a number mean: units, currencies, comparators, rates, changes.
//
//   "more than" -> {comparator, ">"}    "km/h" -> {unit, "km/h"}    "US$" -> {money, "USD"}    "version" -> {label}
//
// One table a language, made once from the lexicons quantity_word, unit_code, function_word, pronoun, speech_verb and
// from ICU's icu_unit, icu_currency and icu_currency_code. Phrases are matched over the units of grammars/numbers.h,
// forwards from a place and backwards to one.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "grammars/flat_map.h"
#include "grammars/lexicon.h"
#include "grammars/numbers.h"

namespace dossier {

enum class QuantityKind : std::uint8_t {
  kComparatorBefore,
  kComparatorAfter,
  kPercent,
  kPoints,
  kMultiple,      // "x" in "10x"
  kTimes,         // "times"
  kMultipleWord,  // "twice"
  kMultipleNext,  // makes "three times" a multiple: "as many"
  kMoney,
  kMinor,
  kMoneyAnd,
  kUnit,
  kUnitOf,
  kRate,
  kRateWord,
  kRateNoun,
  kRateAbbreviation,
  kRange,
  kRangeOpen,
  kLabel,
  kClock,
  kClockBefore,
  kAge,
  kAgeBefore,
  kChange,
  kPlanned,
  kHypothetical,
  kNoun,
  kNounSkip,
  kEnding,
  kGrammar,
  kWindow,
  kAgo,
  kAgoBefore,
  kAsOf,
  kSubjectVerb,
  kOrdinalLead,
  kDecadeBefore,  // "the", "her": "the 80s" and "her 40s" are no seconds
  kPartOf,        // "of them"
  kClause,        // begins a clause: "that"
  kSpeech,        // "said": what follows may be a clause
  kChangeOf,      // behind "growth": "in"
  kArticle,       // may stand between comparator and number
  kAdjectiveEnding,
  kSingularEnding,
  kUnitLetter,
  kCodeScale,
  kWeight,       // "weighs": pounds near it are no money
  kMillionNoun,  // "users": "5m users" are millions
  kRatioBefore,  // "a ratio of" 3:1
  kShare,        // "nove barche SU dieci"
  kCount_
};

struct QuantityWord {
  QuantityKind kind = QuantityKind::kCount_;
  std::string value;        // comparator, ISO code, code of the unit …
  std::string form;         // of the lexicon
  std::string text;         // as written there
  std::string sub;          // kUnit: ICU's identifier of the smaller unit that may follow
  std::string id;           // kUnit: ICU's identifier
  double ratio = 0;         // kUnit: how many of `sub` make one
  bool is_time = false;     // kUnit: a duration
  bool is_moment = false;   // kUnit: one of it, in words, is no measure
  bool is_short = false;    // an abbreviation: counts only as written
  bool is_symbol = false;   // kMoney: a sign
  bool is_by_hand = false;  // stated in quantity_word, which wins over ICU
};

struct QuantityMatch {
  const QuantityWord* word = nullptr;
  std::uint32_t first = 0;  // units [first, end)
  std::uint32_t end = 0;
  explicit operator bool() const { return word != nullptr; }
};

class QuantityWords {
 public:
  QuantityWords(const Lexicons& lexicons, const NumberReader& reader);

  using Kinds = std::uint64_t;
  static constexpr Kinds of(QuantityKind kind) { return Kinds{1} << static_cast<unsigned>(kind); }

  // The longest phrase of these kinds that begins at units[at] / ends before units[end].
  QuantityMatch at(std::string_view text, std::span<const NumberUnit> units, std::uint32_t at, std::uint32_t language,
                   Kinds kinds) const;
  QuantityMatch before(std::string_view text, std::span<const NumberUnit> units, std::uint32_t end,
                       std::uint32_t language, Kinds kinds) const;

  // By word of the vocabulary: does it begin a unit or another word that a small number may count with; a multiple
  // ("twice")?
  bool is_follower(WordId word, std::uint32_t language) const { return has(tables_[language].followers, word); }
  bool is_multiple_word(WordId word, std::uint32_t language) const { return has(tables_[language].multiples, word); }
  // Does a word between a part and its whole begin with it ("nove barche SU dieci")?
  bool is_share_word(WordId word, std::uint32_t language) const { return has(tables_[language].shares, word); }
  // Does a comparator end with it ("more than")?
  bool is_comparator_end(WordId word, std::uint32_t language) const { return has(tables_[language].comparators, word); }

  bool is_preposition(const NumberUnit& unit, std::uint32_t language) const;
  bool is_subject_pronoun(const NumberUnit& unit, std::uint32_t language) const;  // "she"
  bool is_object_pronoun(const NumberUnit& unit, std::uint32_t language) const;   // "her"
  bool is_counted(const NumberUnit& unit, std::uint32_t language) const;
  bool is_word_code(const NumberUnit& unit, std::uint32_t language) const;

  // An article, preposition, verb …: no noun phrase goes over it.
  bool is_stop(const NumberUnit& unit, std::uint32_t language) const;

  // The singular of a noun in the plural, lower case; empty: it does not look like one.
  std::string singular(std::string_view noun, std::uint32_t language) const;

  // The currency of a code in capitals; null: no such code.
  const QuantityWord* currency(const std::string& code) const;

  bool has_capital_nouns(std::uint32_t language) const { return tables_[language].nouns_are_capital; }
  bool is_adjective_first(std::uint32_t language) const { return tables_[language].adjective_first; }
  bool is_article_one(std::uint32_t language) const { return tables_[language].article_is_one; }

  // By its ending: may it be an adjective, can it be a plural? Where no endings are listed, no.
  bool is_adjective(std::string_view word, std::uint32_t language) const;
  bool may_be_plural(std::string_view word, std::uint32_t language) const;

  // Units of one letter: "5 m" is one, "5 K" none.
  bool is_unit_apart(std::string_view letter) const { return apart_letters_.find(letter) != std::string::npos; }
  bool is_never_unit(std::string_view letter) const { return never_letters_.find(letter) != std::string::npos; }
  // The power of ten of the letter before a code, "MUSD"; 0: none.
  std::int32_t code_scale(char letter) const;

 private:
  struct Table {
    std::unordered_map<std::uint64_t, std::vector<QuantityWord>> phrases;  // by hash of the keys of its units
    std::vector<const std::vector<QuantityWord>*> meanings;                // the same, by place in `phrase_ids`
    FlatMap phrase_ids;
    struct Reach {
      std::uint8_t longest = 0;  // units of the longest phrase
      Kinds kinds = 0;           // of all of them
    };
    std::vector<Reach> reaches;
    FlatMap from;                  // by first key: its place in `reaches`
    FlatMap to;                    // by last key
    std::bitset<65536> may_begin;  // low bits of the first keys: most words are turned away here
    std::bitset<65536> may_end;
    std::unordered_map<std::uint64_t, std::string> singulars;  // by word key; empty: no plural
    std::vector<std::pair<std::string, std::string>> endings;  // plural -> singular, longest first
    FlatMap stops;
    std::unordered_set<std::uint64_t> prepositions, subject_pronouns, object_pronouns;
    std::unordered_set<std::uint64_t> word_codes;  // codes of currencies that are everyday words: "TOP", "ALL"
    std::unordered_set<std::uint64_t> counted;     // nouns that are no unit in spite of ICU: "nodi" are nodes
    std::vector<std::uint8_t> followers;           // by WordId
    std::vector<std::uint8_t> multiples;
    std::vector<std::uint8_t> comparators;
    std::vector<std::uint8_t> shares;
    bool nouns_are_capital = false;
    bool adjective_first = false;
    bool article_is_one = false;
    std::vector<std::string> adjective_endings;
    std::vector<std::string> singular_endings;
  };

  bool fits(const QuantityWord& word, std::string_view text, std::span<const NumberUnit> units, std::uint32_t first,
            std::uint32_t end, std::uint32_t language) const;
  void add(Table& table, const QuantityWord& word, std::span<const NumberUnit> units);
  static void extend(Table& table, FlatMap& ends, std::uint64_t key, std::size_t size, Kinds kinds);
  static bool has(const std::vector<std::uint8_t>& words, WordId word) {
    return word < words.size() && words[word] != 0;
  }

  std::unordered_map<std::string, QuantityWord> codes_;
  std::string apart_letters_, never_letters_;
  std::vector<std::pair<char, std::int32_t>> code_scales_;
  std::vector<Table> tables_;  // by NumberReader::Language; [0]: words of no language
};

}  // namespace dossier
