// date_words.h - the words and characters that dates are made of: what a piece of text can mean inside a date.
//
//   "mid-February"  ->  atoms  mid | - | February    mid: part mid,  February: month 2
//   "'23"           ->  atoms  ' | 23                23: number of two digits
//
// Tokens serve names and sentences; dates need letters and digits apart ("3Q21", "90s", "22.04."). So the neighbourhood
// of every token that can start a date is cut again, into atoms: runs of letters, runs of digits, single marks.
// The words come from the lexicons date_word, icu_month, icu_weekday and icu_number: a language is added by adding
// rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "grammars/lexicon.h"
#include "pipeline/document.h"

namespace dossier::date_words {

// What a word does in a date. Names in date_word.tsv (column `means`) are these in snake_case.
enum class Kind : std::uint8_t {
  kMonth,         // value 1..12
  kMonthShort,    // an abbreviation: "jan", "mar"; only beside a day or a year
  kWeekday,       // value 1 Monday .. 7 Sunday
  kWeekdayShort,  // "tue", "mer": only beside a date
  kCardinal,      // spelled number
  kOrdinal,       // spelled ordinal
  kYearName,      // spelled year: "nineteen ninety-six"
  kWeakMonth,     // also a common word: "may", "march"; alone only with a capital and a lead
  kUnit,          // "week"; value: Unit
  kUnits,         // "weeks"
  kYearBefore,    // "the year before that"
  kSeason,        // value 21..24, as in EDTF
  kWeakSeason,    // also a common word: "fall"
  kToday,         // names the day of the anchor, or an open end
  kDayShift,      // "yesterday": value in days
  kShiftBefore,   // "last", "next" before its noun: value in units; +-11: the nearest, not that of the next period
  kShiftAfter,    // "scorso", "prochain" after its noun
  kThat,          // "that", "the same": the period spoken of
  kAgoAfter,      // "ago", "fa" after the duration
  kAgoBefore,     // "il y a", "hace", "vor" before it
  kEarlierAfter,  // "a year earlier"
  kYearEarlier,   // "year-ago quarter"
  kBeforeRef,     // "two days before Christmas"
  kAfterRef,      // "two days after Christmas"
  kInBefore,      // "in two weeks"
  kPart,          // "early", "end of": value 1..4 as DatePart, kRest "the rest of"
  kPartAfter,     // "year-end"
  kEarlierPart,   // "earlier this year"
  kApprox,        // "about", "circa"; value 1 only with "ago", 2 "more than", 3 "less than" of such
  kUncertain,     // "possibly"
  kRangeFrom,     // opens a range; value 0 closed by kRangeTo "to", 1 by "and"
  kRangeTo,       // joins its ends; value 0 "to", 1 "and"
  kBound,         // "since", "until": value as DateBound
  kOf,            // between day, month and year
  kArticle,
  kOne,        // "a year ago"
  kNumberAnd,  // "two thousand and five"
  kNth,        // "last week of": value -1; ordinals are kOrdinal
  kLatest,     // "latest quarter"
  kYearWord,   // "the year 2008"
  kFiscal,
  kSet,            // "every Monday": not a date
  kDurative,       // "for the last three years": a duration
  kFuture,         // the sentence speaks of what is to come
  kPast,           // value 1: a verb in the singular, "wurde 2016 Präsidentin" counts no presidents
  kDecadeWord,     // "nineties": value 90; "nineteen nineties": 1990
  kDecadePrefix,   // "anni '90", "années 90"
  kDecadeSuffix,   // "90s", "90er"
  kDecadeTail,     // "90er Jahre"
  kPeriodLetter,   // "Q3", "FY24": value: Unit, + kLone
  kOrdinalSuffix,  // "3rd", "1er"
  kEra,            // "BC": value -1, "AD": 1
  kNotYear,        // "page 1984"
  kDateLead,       // a preposition after which a number may be a year or a day
  kWeekStart,      // "week of", "week beginning"
  kSequel,         // "1994 or later"
  kNoDate,         // "weekend", "il lunedì" (every one of them): not a date
  kHalfMore,       // "two years AND A HALF ago", "anderthalb"
  kToDate,         // "year to date": value Unit
  kPartOf,         // "Jahresende", "EOY": value 8 * Unit + DatePart
  kCenturyWord,    // "Novecento": value 19
  kDurationTail,   // after a length of time: 0 "or so", 1 "in two weeks' TIME"
  kSelfDate,       // "today is May 5, 2021": the day of the document itself
  kHoliday,        // value: index into holidays()
  kCount
};

enum class Unit : std::uint8_t {
  kDay,
  kWorkday,
  kWeek,
  kWorkweek,
  kFortnight,
  kMonth,
  kQuarter,
  kHalf,
  kYear,
  kFiscal,
  kDecade,
  kCentury,
  kPeriod,
};

constexpr std::int16_t kRest = 5;   // of kPart: what is left of a period
constexpr std::int16_t kLone = 32;  // added to the value of a kPeriodLetter that needs no year: "Q3"

struct Meaning {
  Kind kind;
  std::uint8_t language;  // index into languages of DateWords
  std::int16_t value;
  bool accents = false;  // counts only as accented: "dès" is not "des"
};

enum class Shape : std::uint8_t { kWord, kNumber, kMark, kOpaque };

struct Atom {
  std::uint32_t begin = 0;  // bytes of Document::text
  std::uint32_t end = 0;
  std::uint32_t token = 0;
  std::uint32_t term = 0;   // words: DateWords::term, 0 unknown
  std::int32_t number = 0;  // numbers: value, -1 above nine digits; marks: ASCII code, dashes '-', apostrophes '\''
  Shape shape = Shape::kMark;
  bool space = false;    // blank before it
  bool line = false;     // line break before it
  bool wall = false;     // empty line, new block or gap before it: no date crosses
  bool capital = false;  // words: first letter is upper case
  bool all_caps = false;
  bool sentence = false;  // first of its sentence

  std::uint32_t digits() const { return end - begin; }
};

// A fixed or movable feast. Easter-bound: days after Easter Sunday. Weekday-bound: the nth weekday of a month (-1:
// last).
struct Holiday {
  enum class Rule : std::uint8_t { kFixed, kEaster, kNthWeekday } rule = Rule::kFixed;
  int month = 0;
  int day = 0;  // kFixed: day; kEaster: days after Easter Sunday; kNthWeekday: n, -1 the last
  int weekday = 0;
  int later = 0;  // kNthWeekday: days after it
};

class DateWords {
 public:
  explicit DateWords(const Lexicons& lexicons);  // keeps a reference

  // 0: no language of ours.
  std::uint8_t language(std::string_view code) const;
  // Endings of verbs that tell the tense, where a language has them ("iré", "announced").
  bool is_future_form(std::string_view surface, std::uint8_t language) const;
  bool is_past_form(std::string_view surface, std::uint8_t language) const;
  // What a word beside a number says about it.
  enum class Neighbour : std::uint8_t { kOther, kFunctionWord, kDeterminer, kPossessive, kMeasure };
  Neighbour neighbour(std::string_view surface) const;
  // How a language orders and parts numeric dates, from ICU, and its traits (`grammar` in date_word).
  struct Order {
    bool month_first = false;
    bool dots = false;            // "24.12."
    bool capital_months = false;  // "May", not "mai"
    bool capital_weekdays = false;
    bool short_centuries = false;   // "nell'800"
    bool capital_nouns = false;     // "der Morgen"
    bool cardinal_days = false;     // "il 23", "lunes veintiuno": days are plain numbers, an article may lead them
    bool year_before_noun = false;  // "our 2018 elections"
    bool article_quarter = false;   // "the quarter" of a report is the last one that has ended
  };
  Order order(std::uint8_t language) const { return language < orders_.size() ? orders_[language] : Order{}; }
  // The folded word (lower case, no accents) as a number; 0: part of no date word.
  std::uint32_t term(std::string_view surface) const;
  // The same for a word of the lexicons.
  std::uint32_t term_of(WordId word) const { return word < term_of_word_.size() ? term_of_word_[word] : 0; }
  // Bits of all kinds that a phrase starting with this term may have: in any language, or in one, where months and
  // weekdays of every other language count too.
  std::uint64_t kinds(std::uint32_t term) const { return kinds_[term]; }
  std::uint64_t kinds(std::uint32_t term, std::uint8_t language) const {
    return kinds_by_language_[std::size_t{term} * languages_.size() + language];
  }
  // Does this word of the lexicons make a date possible where it stands, in texts of this language? kPhrase: only if
  // the phrase goes on ("new year"); kWeak: only beside others ("first", "year"); kSmall: weak in small letters
  // ("may").
  enum class Trigger : std::uint8_t { kNone, kPhrase, kWeak, kSmall, kStrong };
  Trigger trigger(WordId word, std::uint8_t language) const {
    if (word >= triggers_.size()) return Trigger::kNone;
    const auto has = [&](std::uint32_t bits) { return ((bits >> (language & 31)) & 1) != 0; };
    const TriggerBits& bits = triggers_[word];
    if (!has(bits.any)) return Trigger::kNone;
    if (has(bits.small)) return Trigger::kSmall;
    if (has(bits.strong)) return Trigger::kStrong;
    return has(bits.weak) ? Trigger::kWeak : Trigger::kPhrase;
  }
  // Does a phrase of these two words, one behind the other, exist?
  bool is_phrase(WordId word, WordId next) const {
    const std::uint32_t after = term_of(next);
    return after != 0 && follow(first_[term_of(word)], after) != 0;
  }

  // Phrases: the node of a term, and that of a longer one; 0: no phrase goes on.
  std::uint32_t first(std::uint32_t term) const { return first_[term]; }
  std::uint32_t follow(std::uint32_t node, std::uint32_t term) const;
  bool goes_on(std::uint32_t node) const { return goes_on_[node]; }
  const std::vector<Meaning>& meanings(std::uint32_t node) const { return meanings_[node]; }
  const std::vector<Holiday>& holidays() const { return holidays_; }
  // What of date_word.tsv says nothing that this version knows.
  const std::vector<std::string>& unknown() const { return unknown_; }

 private:
  std::uint32_t intern(std::string_view surface);
  void add(const Lexicons& lexicons, std::string_view entry, Meaning meaning);
  void read_meanings(const Lexicons& lexicons, EntryId entry, std::string_view means, std::uint8_t language);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> terms_;
  std::vector<std::uint32_t> term_of_word_;
  std::vector<std::uint64_t> kinds_;
  std::vector<std::uint64_t> kinds_by_language_;  // term * languages + language
  std::vector<std::uint32_t> first_;
  std::vector<bool> goes_on_;
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;
  std::vector<std::vector<Meaning>> meanings_;
  struct TriggerBits {  // bits of languages
    std::uint32_t any = 0;
    std::uint32_t strong = 0;
    std::uint32_t weak = 0;
    std::uint32_t small = 0;
  };
  std::vector<TriggerBits> triggers_;  // by word
  std::vector<std::string> languages_;
  std::vector<Order> orders_;
  std::vector<std::pair<std::string, std::uint8_t>> future_endings_;
  std::vector<std::pair<std::string, std::uint8_t>> past_endings_;
  std::vector<std::pair<std::uint32_t, Meaning>> said_;  // of each first term, until kinds_by_language_ is filled
  const Lexicons* lexicons_ = nullptr;
  LexiconId function_word_ = kNoLexicon;
  LexiconId pronoun_ = kNoLexicon;
  LexiconId unit_ = kNoLexicon;
  LexiconId currency_ = kNoLexicon;
  LexiconId currency_code_ = kNoLexicon;
  AttributeId pos_ = kNoAttribute;
  AttributeId case_ = kNoAttribute;
  std::vector<Holiday> holidays_;
  std::vector<std::string> unknown_;
};

// Cuts tokens [first, end) into atoms and appends them. `pass` is that of the document, or null.
void cut(const Document& document, const LexiconPass* pass, const DateWords& words, std::uint32_t first,
         std::uint32_t end, std::vector<Atom>& atoms);

}  // namespace dossier::date_words
