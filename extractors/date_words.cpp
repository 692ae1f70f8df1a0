#include "extractors/date_words.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "grammars/ascii.h"
#include "grammars/lexicon_image.h"

namespace dossier::date_words {

namespace {

struct KindName {
  std::string_view name;
  Kind kind;
};
constexpr std::array kKindNames = {
    KindName{"month", Kind::kMonth},
    KindName{"month_short", Kind::kMonthShort},
    KindName{"weekday_short", Kind::kWeekdayShort},
    KindName{"weekday", Kind::kWeekday},
    KindName{"weak_month", Kind::kWeakMonth},
    KindName{"unit", Kind::kUnit},
    KindName{"units", Kind::kUnits},
    KindName{"year_before", Kind::kYearBefore},
    KindName{"season", Kind::kSeason},
    KindName{"weak_season", Kind::kWeakSeason},
    KindName{"today", Kind::kToday},
    KindName{"day_shift", Kind::kDayShift},
    KindName{"shift_before", Kind::kShiftBefore},
    KindName{"shift_after", Kind::kShiftAfter},
    KindName{"that", Kind::kThat},
    KindName{"ago_after", Kind::kAgoAfter},
    KindName{"ago_before", Kind::kAgoBefore},
    KindName{"earlier_after", Kind::kEarlierAfter},
    KindName{"year_earlier", Kind::kYearEarlier},
    KindName{"before_ref", Kind::kBeforeRef},
    KindName{"after_ref", Kind::kAfterRef},
    KindName{"in_before", Kind::kInBefore},
    KindName{"part", Kind::kPart},
    KindName{"part_after", Kind::kPartAfter},
    KindName{"earlier_part", Kind::kEarlierPart},
    KindName{"approx", Kind::kApprox},
    KindName{"uncertain", Kind::kUncertain},
    KindName{"range_from", Kind::kRangeFrom},
    KindName{"range_to", Kind::kRangeTo},
    KindName{"bound", Kind::kBound},
    KindName{"of", Kind::kOf},
    KindName{"article", Kind::kArticle},
    KindName{"one", Kind::kOne},
    KindName{"number_and", Kind::kNumberAnd},
    KindName{"nth", Kind::kNth},
    KindName{"latest", Kind::kLatest},
    KindName{"year_word", Kind::kYearWord},
    KindName{"fiscal", Kind::kFiscal},
    KindName{"set", Kind::kSet},
    KindName{"durative", Kind::kDurative},
    KindName{"future", Kind::kFuture},
    KindName{"past", Kind::kPast},
    KindName{"decade_word", Kind::kDecadeWord},
    KindName{"decade_prefix", Kind::kDecadePrefix},
    KindName{"decade_suffix", Kind::kDecadeSuffix},
    KindName{"decade_tail", Kind::kDecadeTail},
    KindName{"period_letter", Kind::kPeriodLetter},
    KindName{"ordinal_suffix", Kind::kOrdinalSuffix},
    KindName{"era", Kind::kEra},
    KindName{"not_year", Kind::kNotYear},
    KindName{"date_lead", Kind::kDateLead},
    KindName{"week_start", Kind::kWeekStart},
    KindName{"sequel", Kind::kSequel},
    KindName{"no_date", Kind::kNoDate},
    KindName{"half_more", Kind::kHalfMore},
    KindName{"to_date", Kind::kToDate},
    KindName{"part_of", Kind::kPartOf},
    KindName{"century_word", Kind::kCenturyWord},
    KindName{"duration_tail", Kind::kDurationTail},
    KindName{"self_date", Kind::kSelfDate},
    KindName{"cardinal", Kind::kCardinal},
    KindName{"ordinal", Kind::kOrdinal},
};

struct ValueName {
  std::string_view name;
  std::int16_t value;
};
constexpr std::array kValueNames = {
    ValueName{"day", static_cast<std::int16_t>(Unit::kDay)},
    ValueName{"workday", static_cast<std::int16_t>(Unit::kWorkday)},
    ValueName{"week", static_cast<std::int16_t>(Unit::kWeek)},
    ValueName{"workweek", static_cast<std::int16_t>(Unit::kWorkweek)},
    ValueName{"fortnight", static_cast<std::int16_t>(Unit::kFortnight)},
    ValueName{"month", static_cast<std::int16_t>(Unit::kMonth)},
    ValueName{"quarter", static_cast<std::int16_t>(Unit::kQuarter)},
    ValueName{"half", static_cast<std::int16_t>(Unit::kHalf)},
    ValueName{"year", static_cast<std::int16_t>(Unit::kYear)},
    ValueName{"fiscal", static_cast<std::int16_t>(Unit::kFiscal)},
    ValueName{"decade", static_cast<std::int16_t>(Unit::kDecade)},
    ValueName{"century", static_cast<std::int16_t>(Unit::kCentury)},
    ValueName{"period", static_cast<std::int16_t>(Unit::kPeriod)},
    ValueName{"early", static_cast<std::int16_t>(DatePart::kEarly)},
    ValueName{"mid", static_cast<std::int16_t>(DatePart::kMid)},
    ValueName{"late", static_cast<std::int16_t>(DatePart::kLate)},
    ValueName{"end", static_cast<std::int16_t>(DatePart::kEnd)},
    ValueName{"since", static_cast<std::int16_t>(DateBound::kSince)},
    ValueName{"from", 16},
    ValueName{"after", static_cast<std::int16_t>(DateBound::kAfter)},
    ValueName{"until", static_cast<std::int16_t>(DateBound::kUntil)},
    ValueName{"before", static_cast<std::int16_t>(DateBound::kBefore)},
    ValueName{"by", static_cast<std::int16_t>(DateBound::kBy)},
    ValueName{"to", 0},
    ValueName{"and", 1},
    ValueName{"or", 4},
    ValueName{"more", 2},
    ValueName{"less", 3},
    ValueName{"rest", kRest},
    ValueName{"here", 8},
    ValueName{"tail", 9},
    ValueName{"lone_quarter", kLone + static_cast<std::int16_t>(Unit::kQuarter)},
};

constexpr std::string_view kAccents = " accents";  // at the end of `means`

// Traits of a language, by the value of `grammar`.
struct Trait {
  std::string_view name;
  bool DateWords::Order::*field;
};
constexpr std::array kTraits = {
    Trait{"capital_nouns", &DateWords::Order::capital_nouns},
    Trait{"cardinal_days", &DateWords::Order::cardinal_days},
    Trait{"year_before_noun", &DateWords::Order::year_before_noun},
    Trait{"article_quarter", &DateWords::Order::article_quarter},
};

// "end_of_year" is the value of "Jahresende": a part and its unit.
std::int16_t value_of(std::string_view text) {
  if (const std::size_t of = text.find("_of_"); of != std::string_view::npos) {
    return static_cast<std::int16_t>(8 * value_of(text.substr(of + 4)) + value_of(text.substr(0, of)));
  }
  for (const ValueName& name : kValueNames) {
    if (name.name == text) return name.value;
  }
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return static_cast<std::int16_t>(value);
}

std::uint64_t bit(Kind kind) {
  return std::uint64_t{1} << static_cast<unsigned>(kind);
}

// Words that may start or carry a date by themselves; all others only matter beside one.
constexpr std::array kCarriers = {Kind::kMonth,    Kind::kMonthShort, Kind::kWeekday,      Kind::kWeekdayShort,
                                  Kind::kYearName, Kind::kUnit,       Kind::kUnits,        Kind::kSeason,
                                  Kind::kDayShift, Kind::kFiscal,     Kind::kDecadeWord,   Kind::kYearEarlier,
                                  Kind::kHoliday,  Kind::kWeakSeason, Kind::kDecadePrefix, Kind::kWeakMonth,
                                  Kind::kOrdinal,  Kind::kToDate,     Kind::kPartOf,       Kind::kCenturyWord};

// Too frequent to be looked around for nothing: ordinals, and the units that everybody speaks of.
bool is_weak(const Meaning& meaning) {
  if (meaning.kind == Kind::kOrdinal) return true;
  if (meaning.kind != Kind::kUnit && meaning.kind != Kind::kUnits) return false;
  const auto unit = static_cast<Unit>(meaning.value);
  return unit == Unit::kDay || unit == Unit::kWeek || unit == Unit::kMonth || unit == Unit::kYear;
}

// Names of days and months are understood in a text of another language, too.
bool is_of_every_language(Kind kind) {
  return kind == Kind::kMonth || kind == Kind::kWeekday;
}

// The code point at `at` of valid UTF-8 (anything else counts as one byte), and its size.
struct CodePoint {
  std::uint32_t value;
  std::uint32_t size;
};
CodePoint code_point(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const std::uint32_t first = byte(0);
  if (first >= 0xF0) return {((first & 7) << 18) | ((byte(1) & 63) << 12) | ((byte(2) & 63) << 6) | (byte(3) & 63), 4};
  if (first >= 0xE0) return {((first & 15) << 12) | ((byte(1) & 63) << 6) | (byte(2) & 63), 3};
  if (first >= 0xC0) return {((first & 31) << 6) | (byte(1) & 63), 2};
  return {first, 1};
}

enum class Class : std::uint8_t { kLetter, kDash, kApostrophe, kBlank, kIgnored, kOther };
Class class_of(std::uint32_t c) {
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE63 || c == 0xFF0D) return Class::kDash;
  if (c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x02BC || c == 0x2032 || c == 0xB4) return Class::kApostrophe;
  if (c == 0xA0 || c == 0x202F || c == 0x205F || c == 0x3000 || (c >= 0x2000 && c <= 0x200A)) return Class::kBlank;
  if (c == 0xAD || (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF) return Class::kIgnored;
  if (c == 0xAA || c == 0xBA || c == 0xB0) return Class::kLetter;  // ordinal signs, and the degree sign used as one
  if ((c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) || (c >= 0x370 && c <= 0x1FFF) ||
      (c >= 0x2C00 && c <= 0x2DFF) || (c >= 0x3040 && c <= 0xDFFF) || (c >= 0xF900 && c <= 0xFAFF)) {
    return Class::kLetter;
  }
  return Class::kOther;
}

bool is_upper(std::uint32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x100 && c <= 0x17F && (c & 1) == 0);
}

void fold(std::string_view surface, std::string& folded) {
  thread_local std::string plain;
  fold_case(surface, folded);
  if (strip_accents(folded, plain)) folded.swap(plain);
}

}  // namespace

std::uint32_t DateWords::term(std::string_view surface) const {
  constexpr std::size_t kLongest = 48;
  if (surface.size() > kLongest) return 0;
  char small[kLongest];
  bool is_ascii = true;
  for (std::size_t i = 0; i < surface.size(); ++i) {
    const char c = surface[i];
    if (static_cast<unsigned char>(c) >= 0x80) is_ascii = false;
    small[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  if (is_ascii) {
    const auto found = terms_.find(std::string_view(small, surface.size()));
    return found == terms_.end() ? 0 : found->second;
  }
  thread_local std::string folded;
  fold(surface, folded);
  const auto found = terms_.find(folded);
  return found == terms_.end() ? 0 : found->second;
}

std::uint32_t DateWords::intern(std::string_view surface) {
  std::string folded;
  fold(surface, folded);
  const auto [at, is_new] = terms_.try_emplace(folded, static_cast<std::uint32_t>(kinds_.size()));
  if (is_new) {
    kinds_.push_back(0);
    first_.push_back(0);
    if (const WordId word = lexicons_->word(folded); word != 0) term_of_word_[word] = at->second;  // "annee"
  }
  return at->second;
}

std::uint32_t DateWords::follow(std::uint32_t node, std::uint32_t term) const {
  if (!goes_on_[node]) return 0;
  const auto found = edges_.find((std::uint64_t{node} << 32) | term);
  return found == edges_.end() ? 0 : found->second;
}

bool DateWords::is_future_form(std::string_view surface, std::uint8_t language) const {
  thread_local std::string folded;
  fold_case(surface, folded);
  return std::any_of(future_endings_.begin(), future_endings_.end(), [&](const auto& ending) {
    return ending.second == language && folded.size() > ending.first.size() && folded.ends_with(ending.first);
  });
}

bool DateWords::is_past_form(std::string_view surface, std::uint8_t language) const {
  return std::any_of(past_endings_.begin(), past_endings_.end(), [&](const auto& ending) {
    return ending.second == language && surface.size() > ending.first.size() + 1 && surface.ends_with(ending.first);
  });
}

DateWords::Neighbour DateWords::neighbour(std::string_view surface) const {
  bool is_function = false;
  bool is_determiner = false;
  for (const EntryId entry : lexicons_->entries_of(lexicons_->word(surface))) {
    const LexiconId lexicon = lexicons_->lexicon_of(entry);
    if (lexicon == kNoLexicon) continue;
    if (lexicon == currency_code_ && fits(*lexicons_, entry, surface)) return Neighbour::kMeasure;
    if (lexicon == function_word_) {
      is_function = true;
      const std::string_view pos = lexicons_->attribute(entry, pos_);
      is_determiner = is_determiner || pos == "article" || pos == "determiner";
    }
    if (lexicon == pronoun_ && lexicons_->attribute(entry, case_) == "possessive") return Neighbour::kPossessive;
    if ((lexicon == unit_ || lexicon == currency_) && surface.size() > 1 && !is_function) return Neighbour::kMeasure;
  }
  if (is_determiner) return Neighbour::kDeterminer;
  return is_function ? Neighbour::kFunctionWord : Neighbour::kOther;
}

std::uint8_t DateWords::language(std::string_view code) const {
  for (std::size_t i = 1; i < languages_.size(); ++i) {
    if (languages_[i] == code) return static_cast<std::uint8_t>(i);
  }
  return 0;
}

void DateWords::add(const Lexicons& lexicons, std::string_view entry, Meaning meaning) {
  Document scratch;
  scratch.text = entry;
  scratch.tokens.push_back({0, static_cast<std::uint32_t>(entry.size()), 0, 0});
  std::vector<Atom> atoms;
  cut(scratch, nullptr, *this, 0, 1, atoms);
  std::uint32_t node = 0;
  std::uint32_t first = 0;
  std::string_view first_text;
  for (const Atom& atom : atoms) {
    if (atom.shape != Shape::kWord) continue;  // marks between the parts of a phrase are free
    const std::string_view text = entry.substr(atom.begin, atom.end - atom.begin);
    const std::uint32_t id = intern(text);
    if (const WordId word = lexicons.word(text); word != 0) term_of_word_[word] = id;
    if (first == 0) {
      first = id;
      first_text = text;
    }
    const auto [edge, is_new] =
        edges_.try_emplace((std::uint64_t{node} << 32) | id, static_cast<std::uint32_t>(meanings_.size()));
    if (is_new) {
      meanings_.emplace_back();
      goes_on_.push_back(false);
      goes_on_[node] = true;
    }
    if (node == 0) first_[id] = edge->second;
    node = edge->second;
  }
  if (node == 0) return;
  meanings_[node].push_back(meaning);
  kinds_[first] |= bit(meaning.kind);
  said_.emplace_back(first, meaning);
  if (std::find(kCarriers.begin(), kCarriers.end(), meaning.kind) == kCarriers.end()) return;
  const WordId word = lexicons.word(first_text);
  if (word == 0 || word >= triggers_.size()) return;
  const std::uint32_t own = std::uint32_t{1} << (meaning.language & 31);
  const std::uint32_t languages = is_of_every_language(meaning.kind) ? ~std::uint32_t{0} : own;
  triggers_[word].any |= languages;
  // A phrase of plain words is looked for as such.
  const bool is_phrase =
      std::count_if(atoms.begin(), atoms.end(), [](const Atom& a) { return a.shape == Shape::kWord; }) > 1 &&
      entry.find_first_of("'.\xE2") == std::string_view::npos;
  if (!is_phrase) (is_weak(meaning) ? triggers_[word].weak : triggers_[word].strong) |= languages;
  if (meaning.kind == Kind::kWeakMonth && meaning.value == 2) triggers_[word].small |= own;
}

// "bound:since range_to:and date_lead"
void DateWords::read_meanings(const Lexicons& lexicons, EntryId entry, std::string_view means, std::uint8_t language) {
  const bool needs_accents = means.ends_with(kAccents);
  if (needs_accents) means.remove_suffix(kAccents.size());
  while (!means.empty()) {
    const std::size_t blank = std::min(means.find(' '), means.size());
    const std::string_view one = means.substr(0, blank);
    means.remove_prefix(std::min(blank + 1, means.size()));
    const std::size_t colon = std::min(one.find(':'), one.size());
    const std::string_view name = one.substr(0, colon);
    const std::string_view value = one.substr(std::min(colon + 1, one.size()));
    if (name == "future_ending" || name == "past_ending") {
      std::string folded;
      fold_case(lexicons.entry_text(entry), folded);  // accents tell the tense
      (name == "past_ending" ? past_endings_ : future_endings_).emplace_back(folded, language);
      continue;
    }
    const auto at =
        std::find_if(kKindNames.begin(), kKindNames.end(), [&](const KindName& k) { return k.name == name; });
    if (name == "grammar") {
      Order& order = orders_[language];
      const auto trait = std::find_if(kTraits.begin(), kTraits.end(), [&](const Trait& t) { return t.name == value; });
      if (trait != kTraits.end()) {
        order.*trait->field = true;
        continue;
      }
    }
    if (at == kKindNames.end()) {
      unknown_.push_back(std::string(lexicons.entry_text(entry)) + ": " + std::string(one));
      continue;
    }
    if (at->kind == Kind::kCenturyWord) orders_[language].short_centuries = true;
    add(lexicons, lexicons.entry_text(entry), {at->kind, language, value_of(value), needs_accents});
  }
}

DateWords::DateWords(const Lexicons& lexicons) {
  static_assert(static_cast<unsigned>(Kind::kCount) <= 64);
  kinds_.push_back(0);
  first_.push_back(0);
  meanings_.emplace_back();
  goes_on_.push_back(false);
  languages_.emplace_back();
  lexicons_ = &lexicons;
  function_word_ = lexicons.find("function_word");
  pronoun_ = lexicons.find("pronoun");
  unit_ = lexicons.find("icu_unit");
  currency_ = lexicons.find("icu_currency");
  currency_code_ = lexicons.find("icu_currency_code");
  pos_ = lexicons.find_attribute("pos");
  case_ = lexicons.find_attribute("case");
  triggers_.resize(lexicons.word_count());
  term_of_word_.resize(lexicons.word_count());
  const LexiconId date_word = lexicons.find("date_word");
  const LexiconId month = lexicons.find("icu_month");
  const LexiconId weekday = lexicons.find("icu_weekday");
  const LexiconId number = lexicons.find("icu_number");
  const LexiconId order = lexicons.find("icu_date_order");
  const LexiconId holiday = lexicons.find("holiday");
  const AttributeId lang = lexicons.find_attribute("lang");
  const AttributeId value = lexicons.find_attribute("value");
  const AttributeId means = lexicons.find_attribute("means");
  const AttributeId form = lexicons.find_attribute("form");
  const AttributeId day = lexicons.find_attribute("day");
  for (const EntryId entry : lexicons.entries_in({date_word, month, weekday, number, holiday, order})) {
    const LexiconId lexicon = lexicons.lexicon_of(entry);
    const std::string_view code = lexicons.attribute(entry, lang);
    auto known = std::find(languages_.begin() + 1, languages_.end(), code);
    if (known == languages_.end()) known = languages_.insert(languages_.end(), std::string(code));
    orders_.resize(languages_.size());
    if (lexicon == order) {
      const std::string_view pattern = lexicons.entry_text(entry);
      Order& one = orders_[static_cast<std::size_t>(known - languages_.begin())];
      one.month_first = pattern.starts_with('M');
      one.dots = pattern.find('.') != std::string_view::npos;
      continue;
    }
    Meaning meaning{Kind::kCount, static_cast<std::uint8_t>(known - languages_.begin()),
                    value_of(lexicons.attribute(entry, value))};
    const bool is_short = lexicons.attribute(entry, form) == "short";
    if (lexicon == month) {
      meaning.kind = is_short ? Kind::kMonthShort : Kind::kMonth;
      if (is_upper(code_point(lexicons.entry_text(entry), 0).value)) orders_[meaning.language].capital_months = true;
    } else if (lexicon == weekday) {
      meaning.kind = is_short ? Kind::kWeekdayShort : Kind::kWeekday;
      if (is_upper(code_point(lexicons.entry_text(entry), 0).value)) orders_[meaning.language].capital_weekdays = true;
    } else if (lexicon == number) {
      const std::string_view name = lexicons.attribute(entry, form);
      meaning.kind = name == "ordinal" ? Kind::kOrdinal : name == "year" ? Kind::kYearName : Kind::kCardinal;
    } else if (lexicon == holiday) {
      meaning.kind = Kind::kHoliday;
      meaning.value = static_cast<std::int16_t>(holidays_.size());
      const std::string_view text = lexicons.attribute(entry, day);
      Holiday one;
      int numbers[3] = {0, 0, 0};
      std::size_t at = 0;
      if (text.starts_with("easter")) {
        one.rule = Holiday::Rule::kEaster;
        at = text.size() > 6 && text[6] == '+' ? 7 : 6;
        std::from_chars(text.data() + at, text.data() + text.size(), one.day);
      } else {
        const char separator = text.find('/') == std::string_view::npos ? '-' : '/';
        for (int& n : numbers) {
          if (at > text.size()) break;
          std::from_chars(text.data() + at, text.data() + text.size(), n);
          const std::size_t next = text.find(separator, at + 1);
          at = next == std::string_view::npos ? text.size() + 1 : next + 1;
        }
        one.rule = separator == '/' ? Holiday::Rule::kNthWeekday : Holiday::Rule::kFixed;
        one.month = numbers[0];
        one.day = numbers[1];
        one.weekday = numbers[2];
        if (const std::size_t plus = text.find('+'); plus != std::string_view::npos) {
          std::from_chars(text.data() + plus + 1, text.data() + text.size(), one.later);
        }
      }
      holidays_.push_back(one);
    } else {
      read_meanings(lexicons, entry, lexicons.attribute(entry, means), meaning.language);
      continue;
    }
    add(lexicons, lexicons.entry_text(entry), meaning);
  }
  kinds_by_language_.assign(kinds_.size() * languages_.size(), 0);
  for (const auto& [term, meaning] : said_) {
    for (std::size_t language = 0; language < languages_.size(); ++language) {
      if (language != meaning.language && !is_of_every_language(meaning.kind)) continue;
      kinds_by_language_[std::size_t{term} * languages_.size() + language] |= bit(meaning.kind);
    }
  }
  said_ = {};
}

void cut(const Document& document, const LexiconPass* pass, const DateWords& words, std::uint32_t first,
         std::uint32_t end, std::vector<Atom>& atoms) {
  constexpr std::uint16_t kWholeShapes = shape::kUrl | shape::kHandle;
  const std::string_view text = document.text;
  bool is_wall = true;
  bool is_line = false;
  bool is_spaced = true;
  for (std::uint32_t t = first; t < end; ++t) {
    const Token& token = document.tokens[t];
    if ((token.flags & (token_flag::kBlockFirst | token_flag::kBlankLineBefore)) != 0) is_wall = true;
    if ((token.flags & token_flag::kNewlineBefore) != 0) is_line = true;
    if ((token.flags & (token_flag::kSpaceBefore | token_flag::kNewlineBefore | token_flag::kBlankLineBefore)) != 0) {
      is_spaced = true;
    }
    bool is_sentence = (token.flags & token_flag::kSentenceFirst) != 0;
    const auto push = [&](Shape shape, std::uint32_t begin, std::uint32_t stop, std::int32_t number) {
      Atom atom;
      atom.begin = begin;
      atom.end = stop;
      atom.token = t;
      atom.shape = shape;
      atom.number = number;
      atom.space = is_spaced || is_wall || is_line;
      atom.line = is_line || is_wall;
      atom.wall = is_wall;
      atom.sentence = is_sentence;
      if (shape == Shape::kWord) {
        const std::string_view word = text.substr(begin, stop - begin);
        const bool is_whole = pass != nullptr && begin == token.begin && stop == token.end && pass->words[t] != 0;
        atom.term = is_whole ? words.term_of(pass->words[t]) : words.term(word);
        atom.capital = is_upper(code_point(word, 0).value);
        atom.all_caps = atom.capital && word.size() > 1 &&
                        std::none_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
      }
      atoms.push_back(atom);
      is_spaced = is_line = is_wall = is_sentence = false;
    };
    if ((token.shape & kWholeShapes) != 0 || (token.flags & token_flag::kSkipped) != 0) {
      push(Shape::kOpaque, token.begin, token.end, 0);
      continue;
    }
    for (std::uint32_t at = token.begin; at < token.end;) {
      const char c = text[at];
      if (is_space(c)) {
        is_spaced = true;
        is_line = is_line || c == '\n';
        ++at;
      } else if (is_digit(c)) {
        std::uint32_t stop = at;
        std::int32_t number = 0;
        for (; stop < token.end && is_digit(text[stop]); ++stop) {
          if (stop - at < 9) number = number * 10 + (text[stop] - '0');
        }
        push(Shape::kNumber, at, stop, stop - at <= 9 ? number : -1);
        at = stop;
      } else {
        std::uint32_t stop = at;
        CodePoint point{0, 1};
        Class kind = Class::kOther;
        while (stop < token.end) {
          const char letter = text[stop];
          if (is_ascii_letter(letter)) {
            ++stop;
            continue;
          }
          if (static_cast<unsigned char>(letter) < 0x80) break;
          point = code_point(text, stop);
          kind = class_of(point.value);
          if (kind == Class::kIgnored && stop > at) kind = Class::kLetter;  // soft hyphen inside a word
          if (kind != Class::kLetter) break;
          stop = std::min(stop + point.size, token.end);
        }
        if (stop > at) {
          push(Shape::kWord, at, stop, 0);
          at = stop;
          continue;
        }
        if (static_cast<unsigned char>(c) < 0x80) {
          const bool is_dash = c == '-' && !atoms.empty() && !is_spaced && atoms.back().end == at &&
                               atoms.back().shape == Shape::kMark && atoms.back().number == '-';
          if (is_dash) {
            atoms.back().end = at + 1;  // "--" is one dash
          } else {
            push(Shape::kMark, at, at + 1, c == '`' ? '\'' : c);
          }
          ++at;
          continue;
        }
        stop = std::min(at + point.size, token.end);
        if (kind == Class::kBlank) {
          is_spaced = true;
        } else if (kind == Class::kDash && !is_spaced && !atoms.empty() && atoms.back().shape == Shape::kMark &&
                   atoms.back().number == '-') {
          atoms.back().end = stop;
        } else if (kind != Class::kIgnored) {
          push(Shape::kMark, at, stop, kind == Class::kDash ? '-' : kind == Class::kApostrophe ? '\'' : 0);
        }
        at = stop;
      }
    }
  }
}

}  // namespace dossier::date_words
