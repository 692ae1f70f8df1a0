#include "grammars/numbers.h"

#include <unicode/dcfmtsym.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>
#include <unordered_map>

#include "grammars/lexicon_image.h"
#include "pipeline/tokenize.h"

namespace dossier {

// ---------------------------------------------------------------------------------------------------------------------
// Exact arithmetic.

namespace {

using Wide = __int128;

constexpr std::int64_t kLimit = 999'999'999'999'999'999;  // 18 digits
constexpr std::int32_t kMaxExponent = 4096;               // beyond it a value is no number that anybody writes

Decimal normalized(Wide coefficient, std::int64_t exponent, bool rounded) {
  const bool negative = coefficient < 0;
  if (negative) coefficient = -coefficient;
  Wide dropped = 1;
  Wide head = coefficient;
  while (head > kLimit) {
    head /= 10;
    dropped *= 10;
    ++exponent;
  }
  if (dropped > 1) {
    const Wide rest = coefficient - head * dropped;
    if (rest != 0) rounded = true;
    if (rest * 2 >= dropped) ++head;
  }
  if (head == 0) return {};
  while (head % 10 == 0) {
    head /= 10;
    ++exponent;
  }
  exponent = std::clamp<std::int64_t>(exponent, -kMaxExponent, kMaxExponent);
  Decimal result;
  result.coefficient = static_cast<std::int64_t>(negative ? -head : head);
  result.exponent = static_cast<std::int32_t>(exponent);
  result.rounded = rounded;
  return result;
}

Wide ten_to(std::int32_t power) {
  Wide result = 1;
  for (std::int32_t i = 0; i < power; ++i) result *= 10;
  return result;
}

// coefficient * 10^places, as far as 38 digits reach; `lost` counts the places that did not fit.
Wide scaled(std::int64_t coefficient, std::int32_t places, std::int32_t& lost) {
  const std::int32_t fits = std::min(places, 19);
  lost = places - fits;
  return static_cast<Wide>(coefficient) * ten_to(fits);
}

}  // namespace

Decimal add(Decimal a, Decimal b) {
  if (a.coefficient == 0) return b;
  if (b.coefficient == 0) return a;
  if (a.exponent < b.exponent) std::swap(a, b);
  std::int32_t lost = 0;
  const Wide high = scaled(a.coefficient, a.exponent - b.exponent, lost);
  if (lost > 0) {  // b lies below every digit that is kept of a
    a.rounded = true;
    return a;
  }
  return normalized(high + b.coefficient, b.exponent, a.rounded || b.rounded);
}

Decimal multiply(Decimal a, Decimal b) {
  return normalized(static_cast<Wide>(a.coefficient) * b.coefficient, std::int64_t{a.exponent} + b.exponent,
                    a.rounded || b.rounded);
}

Decimal divide(Decimal a, Decimal b) {
  if (b.coefficient == 0) return {};
  // Two steps give at least 18 digits of the quotient and tell whether the division was exact.
  const Wide high = static_cast<Wide>(a.coefficient) * ten_to(19);
  const Wide quotient = high / b.coefficient;
  const Wide rest = high % b.coefficient;
  return normalized(quotient, std::int64_t{a.exponent} - b.exponent - 19, a.rounded || b.rounded || rest != 0);
}

Decimal shift(Decimal a, std::int32_t power_of_ten) {
  if (a.coefficient == 0) return a;
  a.exponent = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(std::int64_t{a.exponent} + power_of_ten, -kMaxExponent, kMaxExponent));
  return a;
}

bool is_less(Decimal a, Decimal b) {
  b.coefficient = -b.coefficient;
  return add(a, b).coefficient < 0;
}

// ---------------------------------------------------------------------------------------------------------------------
// Words.

namespace {

void remove_soft_hyphens(std::string& text) {
  for (std::size_t at = 0; (at = text.find("\u00AD", at)) != std::string::npos;) text.erase(at, 2);
}

}  // namespace

std::uint64_t word_key(std::string_view word) {
  const auto hash = [](std::string_view bytes) {
    std::uint64_t key = 0xCBF29CE484222325u;
    for (const char c : bytes) key = (key ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return key;
  };
  bool is_ascii = true;
  std::uint64_t key = 0xCBF29CE484222325u;
  for (const char raw : word) {
    unsigned char c = static_cast<unsigned char>(raw);
    if (c >= 0x80) {
      is_ascii = false;
      break;
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<unsigned char>(c + ('a' - 'A'));
    key = (key ^ c) * 0x100000001B3u;
  }
  if (is_ascii) return key;
  std::string folded;
  std::string plain;
  fold_case(word, folded);
  remove_soft_hyphens(folded);
  return hash(strip_accents(folded, plain) ? std::string_view(plain) : std::string_view(folded));
}

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

namespace {

using Cardinal = NumberWord::Cardinal;
using Kind = NumberUnit::Kind;

constexpr std::size_t kMaxUnits = 96;       // of one number
constexpr std::size_t kMaxLiteral = 40;     // digits of one literal
constexpr std::size_t kMaxCompound = 160;   // bytes of one compound word
constexpr std::size_t kCompoundPrefix = 3;  // letters that a compound's first part is recognized by

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

bool has_word(std::string_view words, std::string_view word) {
  for (std::size_t begin = 0; begin < words.size();) {
    std::size_t end = words.find(' ', begin);
    if (end == std::string_view::npos) end = words.size();
    if (words.substr(begin, end - begin) == word) return true;
    begin = end + 1;
  }
  return false;
}

std::int32_t integer_of(std::string_view text) {
  std::int32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "un'" counts as "un".
std::string_view without_apostrophe(std::string_view word) {
  if (word.size() > 1 && word.ends_with('\'')) return word.substr(0, word.size() - 1);
  if (word.size() > 3 && word.ends_with("\u2019")) return word.substr(0, word.size() - 3);
  return word;
}

std::uint32_t prefix_hash(std::string_view word) {
  std::uint32_t hash = 2166136261u;
  for (std::size_t i = 0; i < kCompoundPrefix && i < word.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(word[i]);
    if (c >= 'A' && c <= 'Z') c = static_cast<unsigned char>(c + ('a' - 'A'));
    hash = (hash ^ c) * 16777619u;
  }
  return (hash ^ (hash >> 15)) & 4095u;
}

}  // namespace

struct NumberReader::Words {
  struct Table {
    std::string code;
    std::unordered_map<std::uint64_t, NumberWord> words;
    std::bitset<65536> may_be_word;  // low bits of their keys: most words are turned away here
    std::unordered_map<std::string, const NumberWord*> parts;  // folded, for compounds
    std::size_t longest_part = 0;
    std::bitset<4096> part_prefixes;
    bool has_compounds = false;
    bool has_space_groups = false;
    bool is_comma_decimal = false;
  };
  std::vector<Table> tables;               // [0] is empty: digits only
  std::vector<std::vector<Start>> starts;  // by table, by WordId: may start a number
};

NumberReader::~NumberReader() = default;
NumberReader::NumberReader(NumberReader&&) noexcept = default;

NumberReader::NumberReader(const Lexicons& lexicons) : words_(std::make_unique<Words>()) {
  words_->tables.emplace_back();
  const LexiconId lexicon = lexicons.find("number_word");
  const AttributeId lang = lexicons.find_attribute("lang");
  const AttributeId kind_id = lexicons.find_attribute("kind");
  const AttributeId value_id = lexicons.find_attribute("value");
  const AttributeId form_id = lexicons.find_attribute("form");
  const auto table_of = [&](std::string_view code) -> Words::Table& {
    for (Words::Table& table : words_->tables) {
      if (table.code == code) return table;
    }
    words_->tables.emplace_back();
    words_->tables.back().code = code;
    return words_->tables.back();
  };
  struct Row {
    std::uint32_t table;
    std::string text;
    std::string plain;
  };
  std::vector<Row> rows;
  for (EntryId entry = 0; entry < lexicons.entry_count() && lexicon != kNoLexicon; ++entry) {
    if (lexicons.lexicon_of(entry) != lexicon) continue;
    const std::string_view text = lexicons.entry_text(entry);
    const std::string_view kind = lexicons.attribute(entry, kind_id);
    const std::string_view form = lexicons.attribute(entry, form_id);
    const std::string_view value_text = lexicons.attribute(entry, value_id);
    const std::int32_t value = integer_of(value_text);
    Words::Table& table = table_of(lexicons.attribute(entry, lang));
    const std::size_t space = text.find(' ');
    NumberWord& word = table.words[word_key(without_apostrophe(text.substr(0, space)))];
    const bool bound = has_word(form, "bound");
    const auto cardinal = [&](Cardinal what) {
      // A free form of the same spelling wins over a bound one.
      if (word.cardinal != Cardinal::kNo && bound) return;
      word.cardinal = what;
      word.value = value;
      word.is_cardinal_bound = bound;
    };
    if (kind == "zero") cardinal(Cardinal::kZero);
    if (kind == "unit") cardinal(Cardinal::kUnit);
    if (kind == "teen") cardinal(Cardinal::kTeen);
    if (kind == "ten") cardinal(Cardinal::kTen);
    if (kind == "hundred") cardinal(Cardinal::kHundred);
    if (kind == "hundreds") cardinal(Cardinal::kHundreds);
    if (kind == "scale") {
      word.scale = value;
      word.is_plural_scale = has_word(form, "plural");
      word.is_money_only = has_word(form, "money");
    }
    if (kind == "letter") word.letters.push_back({std::string(text), value, has_word(form, "money")});
    if (kind == "dozen") {
      word.dozen = value;
      word.is_about = has_word(form, "about");
    }
    if (kind == "article") word.is_article = true;
    if (kind == "half") {
      word.is_half = true;
      word.is_half_noun = has_word(form, "noun");
      word.is_half_after_and = has_word(form, "and");
    }
    if (kind == "and") {
      word.is_and = true;
      word.joins_hundred |= has_word(form, "hundred");
      word.joins_ten |= has_word(form, "ten");
      word.joins_one_only |= has_word(form, "one");
      word.joins_reverse |= has_word(form, "reverse");
    }
    if (kind == "point") word.is_point = true;
    if (kind == "minus") word.is_minus = true;
    if (kind == "of") word.is_of = true;
    if (kind == "mixed") {
      double mixed = 0;
      std::from_chars(value_text.data(), value_text.data() + value_text.size(), mixed);
      word.mixed = divide(Decimal::of(std::llround(mixed * 1000)), Decimal::of(1000));
    }
    if (kind == "denominator" || kind == "ordinal" || kind == "ordinal_scale") {
      word.is_denominator_plural |= has_word(form, "plural");
      word.is_denominator_only |= kind == "denominator";
      if (kind == "ordinal_scale") {
        word.denominator_power = value;
      } else {
        word.denominator = value;
      }
    }
    if (kind == "ordinal_suffix") {
      word.is_ordinal_suffix = true;
      word.is_denominator_plural |= has_word(form, "plural");
    }
    if (kind == "ordinal_mark") word.is_ordinal_mark = true;
    if (kind == "ratio") {
      word.is_ratio_over |= has_word(form, "over");
      word.is_ratio_of |= has_word(form, "of");
      if (space != std::string_view::npos) word.ratio_second = word_key(text.substr(space + 1));
    }
    if (kind != "letter") {
      word.is_bare |= has_word(form, "bare");
      word.takes_digits |= has_word(form, "digits");
      word.takes_teens |= has_word(form, "teens");
      word.takes_units |= has_word(form, "units");
      word.takes_four |= has_word(form, "four");
      if (bound || has_word(form, "reverse")) table.has_compounds = true;
      Row row;
      fold_case(text, row.text);
      if (!strip_accents(row.text, row.plain)) row.plain = row.text;
      row.table = static_cast<std::uint32_t>(&table - words_->tables.data());
      if (kind != "article" && kind != "minus" && kind != "ratio" && kind != "point" && kind != "of" &&
          row.plain.find(' ') == std::string::npos && (row.plain.size() > 1 || bound)) {
        rows.push_back(std::move(row));
      }
    }
  }
  for (Words::Table& table : words_->tables) {
    if (table.code.empty()) continue;
    UErrorCode status = U_ZERO_ERROR;
    const icu::DecimalFormatSymbols symbols(icu::Locale(table.code.c_str()), status);
    table.is_comma_decimal =
        U_SUCCESS(status) && symbols.getConstSymbol(icu::DecimalFormatSymbols::kDecimalSeparatorSymbol) == u",";
    table.has_space_groups = table.is_comma_decimal;
  }
  for (Words::Table& table : words_->tables) {
    for (const auto& [key, word] : table.words) table.may_be_word.set(key & 0xFFFF);
  }
  for (const Row& row : rows) {
    Words::Table& table = words_->tables[row.table];
    if (!table.has_compounds) continue;
    const NumberWord& word = table.words.at(word_key(row.plain));
    table.parts[row.plain] = &word;
    table.longest_part = std::max(table.longest_part, row.plain.size());
    table.part_prefixes.set(prefix_hash(row.plain));
    table.part_prefixes.set(prefix_hash(row.text));
  }
  words_->starts.resize(words_->tables.size());
  for (std::size_t t = 0; t < words_->tables.size(); ++t) {
    words_->starts[t].assign(lexicons.word_count() + 1, Start::kNo);
  }
  for (EntryId entry = 0; entry < lexicons.entry_count() && lexicon != kNoLexicon; ++entry) {
    if (lexicons.lexicon_of(entry) != lexicon) continue;
    const std::string_view text = lexicons.entry_text(entry);
    const WordId id = lexicons.word(text);
    if (id == 0) continue;
    const Language table = language(lexicons.attribute(entry, lang));
    const auto found = words_->tables[table].words.find(word_key(without_apostrophe(text)));
    if (found != words_->tables[table].words.end()) words_->starts[table][id] = found->second.start();
  }
}

NumberReader::Language NumberReader::language(std::string_view code) const {
  code = code.substr(0, code.find_first_of("-_"));
  for (Language i = 1; i < words_->tables.size(); ++i) {
    if (words_->tables[i].code == code) return i;
  }
  return kAnyLanguage;
}

NumberReader::Start NumberReader::start_at(const Document& document, std::uint32_t token, WordId word,
                                           Language language) const {
  const Token& t = document.tokens[token];
  if ((t.shape & shape::kHasDigit) != 0) return Start::kYes;
  const std::vector<Start>& starts = words_->starts[language];
  if (word < starts.size() && starts[word] != Start::kNo) return starts[word];
  if ((t.shape & (shape::kNonAscii | shape::kAlpha)) == shape::kNonAscii && t.end - t.begin <= 4)
    return Start::kYes;  // "½"
  const Words::Table& table = words_->tables[language];
  if (!table.has_compounds || t.end - t.begin < 5 || (t.shape & shape::kAlpha) == 0) return Start::kNo;
  return table.part_prefixes.test(prefix_hash(document.slice(t.span()))) ? Start::kYes : Start::kNo;
}

// ---------------------------------------------------------------------------------------------------------------------
// Cutting: text -> units.

namespace {

// A literal of digits and separators at text[at]; `end` is behind it. is_barrier: digits, but no number ("1.2.3").
struct Literal {
  std::size_t end = 0;
  Decimal value;
  bool is_barrier = false;
  bool is_plain = false;
  bool is_grouped = false;
  bool is_in_list = false;
  std::uint8_t digits = 0;
};

// Length of a separator between thousands that is a space or an apostrophe at text[at]; 0: none.
std::size_t wide_separator(std::string_view text, std::size_t at, bool plain_space, char32_t& which) {
  if (at >= text.size()) return 0;
  if (text[at] == '\'' || (text[at] == ' ' && plain_space)) {
    which = static_cast<char32_t>(text[at]);
    return 1;
  }
  static constexpr std::array<std::pair<std::string_view, char32_t>, 4> kMarks = {
      {{"\u00A0", U'\u00A0'}, {"\u2009", U'\u2009'}, {"\u202F", U'\u202F'}, {"\u2019", U'\u2019'}}};
  for (const auto& [mark, code] : kMarks) {
    if (text.substr(at).starts_with(mark)) {
      which = code;
      return mark.size();
    }
  }
  return 0;
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

Decimal decimal_of(std::string_view integer, std::string_view fraction) {
  Wide coefficient = 0;
  std::int64_t exponent = 0;
  bool rounded = false;
  std::size_t kept = 0;
  const auto feed = [&](std::string_view digits, bool is_fraction) {
    for (const char c : digits) {
      if (!is_digit(c)) continue;
      if (kept < 36) {
        coefficient = coefficient * 10 + (c - '0');
        if (coefficient != 0) ++kept;
        if (is_fraction) --exponent;
      } else {
        rounded |= c != '0';
        if (!is_fraction) ++exponent;
      }
    }
  };
  feed(integer, false);
  feed(fraction, true);
  return normalized(coefficient, exponent, rounded);
}

Literal read_literal(std::string_view text, std::size_t at, bool comma_decimal, bool space_groups, bool in_list) {
  Literal literal;
  std::size_t end = at;
  struct Group {
    std::size_t begin, size;
    char separator;  // before it
  };
  std::array<Group, 16> groups;
  std::size_t count = 0;
  bool overflow = false;
  const auto push = [&](std::size_t begin, std::size_t size, char separator) {
    if (count == groups.size()) {
      overflow = true;
    } else {
      groups[count++] = {begin, size, separator};
    }
  };
  if (!is_digit(text[at])) {  // ".5", ",08"
    const std::size_t size = digits_at(text, at + 1);
    literal.end = at + 1 + size;
    literal.value = decimal_of("", text.substr(at + 1, std::min(size, kMaxLiteral)));
    return literal;
  }
  push(at, digits_at(text, at), 0);
  end = at + groups[0].size;
  if (in_list) {
    literal.end = end;
    literal.is_plain = true;
    literal.is_in_list = true;
    literal.digits = static_cast<std::uint8_t>(std::min<std::size_t>(groups[0].size, 255));
    literal.value = decimal_of(text.substr(at, std::min(groups[0].size, kMaxLiteral)), "");
    return literal;
  }
  while (end + 1 < text.size() && (text[end] == '.' || text[end] == ',') && is_digit(text[end + 1])) {
    const std::size_t size = digits_at(text, end + 1);
    push(end + 1, size, text[end]);
    end += 1 + size;
  }
  literal.end = end;
  literal.digits = static_cast<std::uint8_t>(std::min<std::size_t>(groups[0].size, 255));
  if (overflow || end - at > kMaxLiteral * 2) {
    literal.is_barrier = true;
    return literal;
  }
  const auto is_grouped = [&](std::size_t first, std::size_t last) {  // groups (first, last] are thousands
    if (groups[first].size > 3 || text[groups[first].begin] == '0') return false;
    for (std::size_t i = first + 1; i <= last; ++i) {
      if (groups[i].size != 3) return false;
    }
    return true;
  };
  const auto is_indian = [&](std::size_t last) {  // 12,34,567
    if (groups[0].size > 2 || groups[last].size != 3 || last < 2 || text[groups[0].begin] == '0') return false;
    for (std::size_t i = 1; i < last; ++i) {
      if (groups[i].size != 2) return false;
    }
    return true;
  };
  const auto joined = [&](std::size_t last) { return text.substr(at, groups[last].begin + groups[last].size - at); };
  if (count == 1) {
    // Thousands parted by spaces or apostrophes: the first group has one to three digits, all others three.
    literal.is_plain = true;
    if (groups[0].size <= 3 && text[at] != '0') {
      std::size_t next = end;
      std::size_t thousands = 0;
      char32_t separator = 0;
      while (thousands < 6) {
        char32_t which = 0;
        const std::size_t width = wide_separator(text, next, true, which);
        if (width == 0 || (separator != 0 && which != separator)) break;
        if (digits_at(text, next + width) != 3) break;
        separator = which;
        next += width + 3;
        ++thousands;
      }
      const bool certain = separator != U' ' || thousands >= 2 || space_groups;
      if (thousands > 0 && certain && (next >= text.size() || !is_digit(text[next]))) {
        std::string digits;
        for (const char c : text.substr(at, next - at)) {
          if (is_digit(c)) digits += c;
        }
        std::size_t fraction = 0;
        if (next + 1 < text.size() && (text[next] == '.' || text[next] == ',')) fraction = digits_at(text, next + 1);
        if (fraction > 0) {
          literal.value = decimal_of(digits, text.substr(next + 1, std::min(fraction, kMaxLiteral)));
          next += 1 + fraction;
        } else {
          literal.value = decimal_of(digits, "");
        }
        literal.is_plain = false;
        literal.is_grouped = true;
        literal.digits = static_cast<std::uint8_t>(digits.size());
        literal.end = next;
        return literal;
      }
    }
    if (groups[0].size > kMaxLiteral) {
      literal.is_barrier = true;
      return literal;
    }
    literal.value = decimal_of(text.substr(at, groups[0].size), "");
    return literal;
  }
  const std::size_t last = count - 1;
  const char final_mark = groups[last].separator;
  std::size_t same = 0;  // how many separators are the final one
  for (std::size_t i = 1; i < count; ++i) same += groups[i].separator == final_mark ? 1 : 0;
  if (same == last) {  // one kind of separator
    if (last == 1) {
      const bool could_group = is_grouped(0, 1);
      const bool decimal_by_language = (final_mark == ',') == comma_decimal;
      if (could_group && !decimal_by_language) {
        literal.is_grouped = true;
        literal.value = decimal_of(joined(1), "");
      } else {
        literal.value = decimal_of(joined(0), text.substr(groups[1].begin, groups[1].size));
      }
      return literal;
    }
    if (is_grouped(0, last) || (final_mark == ',' && is_indian(last))) {
      literal.is_grouped = true;
      literal.value = decimal_of(joined(last), "");
      return literal;
    }
    if (final_mark == ',') {  // a list without spaces: "22,24,26"
      literal.is_in_list = true;
      literal.end = groups[0].begin + groups[0].size;
      literal.is_plain = true;
      literal.value = decimal_of(joined(0), "");
      return literal;
    }
    literal.is_barrier = true;
    return literal;
  }
  if (same == 1 && (is_grouped(0, last - 1) || (final_mark == '.' && is_indian(last - 1)))) {
    for (std::size_t i = 2; i < last; ++i) {
      if (groups[i].separator != groups[1].separator) literal.is_barrier = true;
    }
    literal.is_grouped = true;
    literal.value = decimal_of(joined(last - 1), text.substr(groups[last].begin, groups[last].size));
    return literal;
  }
  literal.is_barrier = true;
  return literal;
}

Decimal power_of(Decimal base, std::int32_t exponent) {
  Decimal result = Decimal::of(1);
  const bool negative = exponent < 0;
  for (std::int32_t i = 0; i < std::abs(exponent); ++i) {
    result = multiply(result, base);
    if (std::abs(result.exponent) >= kMaxExponent / 2) break;
  }
  return negative ? divide(Decimal::of(1), result) : result;
}

// "e10", "E-3", "^23", "^--2" behind a literal; returns the bytes it takes.
std::size_t read_exponent(std::string_view text, std::size_t at, Decimal& value) {
  std::size_t next = at;
  if (next >= text.size() || (text[next] != 'e' && text[next] != 'E' && text[next] != '^')) return 0;
  const bool is_power = text[next] == '^';
  ++next;
  bool negative = false;
  while (next < text.size() && next - at < 4 && (text[next] == '+' || text[next] == '-')) {
    if (text[next] == '-') negative = !negative;
    ++next;
  }
  const std::size_t size = digits_at(text, next);
  if (size == 0 || size > 3) return 0;
  const std::int32_t exponent = integer_of(text.substr(next, size)) * (negative ? -1 : 1);
  next += size;
  if (next < text.size() && is_letter(text[next])) return 0;
  value = is_power ? power_of(value, exponent) : shift(value, exponent);
  return next - at;
}

// "½": a character that is a number below one.
bool read_vulgar(std::string_view text, std::size_t at, std::size_t& end, Decimal& value) {
  if ((text[at] & 0x80) == 0) return false;
  std::int32_t next = static_cast<std::int32_t>(at);
  UChar32 c = 0;
  const std::int32_t size = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), at + 4));
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), next, size, c);
  if (c < 0 || u_charType(c) != U_OTHER_NUMBER || u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE) != U_NT_NUMERIC)
    return false;
  const double number = u_getNumericValue(c);
  if (number <= 0 || number >= 1) return false;
  for (std::int64_t d = 2; d <= 10; ++d) {
    const double n = number * static_cast<double>(d);
    if (std::abs(n - std::round(n)) < 1e-9) {
      value = divide(Decimal::of(std::llround(n)), Decimal::of(d));
      end = static_cast<std::size_t>(next);
      return true;
    }
  }
  return false;
}

}  // namespace

void NumberReader::cut(const Document& document, std::uint32_t first, std::uint32_t end, Language language,
                       std::vector<NumberUnit>& units) const {
  if (first >= end) return;
  const Words::Table& table = words_->tables[language];
  const std::string_view text = document.text;
  std::size_t consumed = 0;  // bytes before it belong to units already made
  std::size_t list_end = 0;  // end of the last literal that is an item of a list
  const std::size_t limit = first < end ? document.tokens[end - 1].end : 0;
  const std::string_view visible = text.substr(0, limit);
  const auto make = [&](std::size_t begin, std::size_t stop, std::uint32_t token, Kind kind) -> NumberUnit& {
    NumberUnit unit;
    unit.begin = static_cast<std::uint32_t>(begin);
    unit.end = static_cast<std::uint32_t>(stop);
    unit.token = token;
    unit.kind = kind;
    const Token& t = document.tokens[token];
    if (begin == t.begin) {
      constexpr std::uint16_t kApart = token_flag::kSpaceBefore | token_flag::kNewlineBefore |
                                       token_flag::kBlankLineBefore | token_flag::kBlockFirst;
      unit.is_glued = (t.flags & kApart) == 0;
      unit.is_after_newline = (t.flags & (token_flag::kNewlineBefore | token_flag::kBlankLineBefore)) != 0;
      unit.is_after_blank = (t.flags & (token_flag::kBlankLineBefore | token_flag::kBlockFirst)) != 0;
    } else {
      unit.is_glued = true;
    }
    if (kind == Kind::kMark || (kind == Kind::kNumber && stop - begin <= 4))
      unit.key = word_key(text.substr(begin, stop - begin));
    units.push_back(unit);
    return units.back();
  };
  const auto add_word = [&](std::size_t begin, std::size_t stop, std::uint32_t token) {
    NumberUnit& unit = make(begin, stop, token, Kind::kWord);
    std::string_view surface = text.substr(begin, stop - begin);
    surface = without_apostrophe(surface);
    unit.key = word_key(surface);
    if (table.may_be_word[unit.key & 0xFFFF]) {
      const auto found = table.words.find(unit.key);
      if (found != table.words.end()) {
        unit.word = &found->second;
        return;
      }
    }
    if (!table.has_compounds || stop - begin < 5 || stop - begin > kMaxCompound) return;
    if (!table.part_prefixes.test(prefix_hash(surface))) return;
    // A compound: cut into parts from the lexicon, longest first, so that the parts read as one number.
    std::string folded;
    std::string plain;
    fold_case(surface, folded);
    remove_soft_hyphens(folded);
    if (!strip_accents(folded, plain)) plain = folded;
    std::vector<const NumberWord*> parts;
    std::size_t tries = 0;
    const NumberUnit whole = unit;
    const std::size_t index = units.size() - 1;
    const auto cut_rest = [&](const auto& self, std::size_t at) -> bool {
      if (at == plain.size()) {
        if (parts.size() < 2) return false;
        units.resize(index);
        for (std::size_t i = 0; i < parts.size(); ++i) {
          NumberUnit part = whole;
          part.key = 0;
          part.word = parts[i];
          part.is_part = i > 0;
          part.is_glued = i > 0 || whole.is_glued;
          part.is_after_newline = i == 0 && whole.is_after_newline;
          part.is_after_blank = i == 0 && whole.is_after_blank;
          units.push_back(part);
        }
        const auto reading = read(text, std::span<const NumberUnit>(units).subspan(index), 0, false);
        if (reading && reading->end == parts.size()) return true;
        units.resize(index);
        return false;
      }
      const std::size_t longest = std::min(table.longest_part, plain.size() - at);
      for (std::size_t size = longest; size >= 1 && tries < 200; --size) {
        const auto part = table.parts.find(plain.substr(at, size));
        if (part == table.parts.end()) continue;
        ++tries;
        parts.push_back(part->second);
        if (self(self, at + size)) return true;
        parts.pop_back();
      }
      return false;
    };
    if (!cut_rest(cut_rest, 0)) {
      units.resize(index);
      units.push_back(whole);
    }
  };
  for (std::uint32_t i = first; i < end; ++i) {
    const Token& token = document.tokens[i];
    if (token.end <= consumed || (token.flags & token_flag::kSkipped) != 0) continue;
    std::size_t at = std::max<std::size_t>(token.begin, consumed);
    if ((token.shape & (shape::kUrl | shape::kHandle)) != 0) {
      make(at, token.end, i, Kind::kBarrier);
      consumed = token.end;
      continue;
    }
    if ((token.shape & (shape::kHasDigit | shape::kPunctuation | shape::kNonAscii)) == 0 && is_letter(text[at])) {
      add_word(at, token.end, i);
      consumed = token.end;
      continue;
    }
    while (at < token.end) {
      const char c = text[at];
      std::size_t vulgar_end = 0;
      Decimal vulgar;
      const bool leading_mark = (c == '.' || c == ',') && at + 1 < limit && is_digit(text[at + 1]) &&
                                (units.empty() || units.back().end < at || units.back().kind == Kind::kMark);
      if (is_digit(c) || leading_mark) {
        const bool in_list = at == list_end + 1 && list_end > 0;  // behind a comma of "22,24,26"
        Literal literal = read_literal(visible, at, table.is_comma_decimal, table.has_space_groups, in_list);
        list_end = literal.is_in_list ? literal.end : 0;
        if (!literal.is_barrier) {
          const std::size_t exponent = read_exponent(visible, literal.end, literal.value);
          if (exponent > 0) literal.is_plain = false;
          literal.end += exponent;
        }
        NumberUnit& unit = make(at, literal.end, i, literal.is_barrier ? Kind::kBarrier : Kind::kNumber);
        unit.number = literal.value;
        unit.is_plain = literal.is_plain;
        unit.is_grouped = literal.is_grouped;
        unit.digits = literal.digits;
        at = literal.end;
      } else if (read_vulgar(visible, at, vulgar_end, vulgar)) {
        NumberUnit& unit = make(at, vulgar_end, i, Kind::kNumber);
        unit.number = vulgar;
        unit.is_fraction = true;
        at = vulgar_end;
      } else if (is_letter(c)) {
        std::int32_t next = static_cast<std::int32_t>(at);
        std::size_t stop = at;
        bool first_letter = true;
        while (stop < token.end) {
          UChar32 code = 0;
          next = static_cast<std::int32_t>(stop);
          U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), next, static_cast<std::int32_t>(token.end), code);
          const bool alphabetic =
              code >= 0 && (u_isUAlphabetic(code) || code == 0xAD || (!first_letter && code == '\''));
          const bool numeric = code >= 0 && u_charType(code) == U_OTHER_NUMBER;
          if (!alphabetic || numeric) break;
          stop = static_cast<std::size_t>(next);
          first_letter = false;
        }
        if (stop == at) {  // a symbol beyond ASCII
          make(at, std::min<std::size_t>(static_cast<std::size_t>(next), token.end), i, Kind::kMark);
          at = units.back().end;
        } else {
          add_word(at, stop, i);
          at = stop;
        }
      } else {
        make(at, at + 1, i, Kind::kMark);
        ++at;
      }
    }
    consumed = at;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Reading: units -> number. Recursive descent; each function returns the value and the unit behind it.

namespace {

struct Part {
  Decimal value;
  std::uint32_t end = 0;
  bool is_literal = false;  // one literal
};

class Parser {
 public:
  Parser(std::string_view text, std::span<const NumberUnit> units, bool is_money)
      : text_(text), units_(units), is_money_(is_money) {}

  std::optional<NumberReading> parse(std::uint32_t first) {
    NumberReading r;
    r.first = first;
    std::uint32_t i = first;
    bool negative = false;
    if (const NumberWord* w = word(i); w != nullptr && w->is_minus) {
      negative = true;
      i = next(i + 1);
      if (word(i) == nullptr && !is_number(i)) return {};
    } else if (is_minus_mark(i)) {
      const bool after_number = i > 0 && is_number(i - 1) && !units_[i].is_after_newline;
      const bool stands_apart = !after_number && (!units_[i].is_glued || i == 0 ||
                                                  (units_[i - 1].kind == Kind::kMark && !is_mark(i - 1, '-')));
      if (!stands_apart || !is_number(i + 1) || !units_[i + 1].is_glued) return {};
      negative = true;
      ++i;
    }
    if (!magnitude(i, r)) return {};
    r.digits.begin = units_[first].begin;
    if (negative) {
      r.value.coefficient = -r.value.coefficient;
      r.is_signed = true;
    }
    if (r.digits.end == 0) r.digits.end = units_[r.end - 1].end;
    return r;
  }

 private:
  const NumberWord* word(std::uint32_t i) const {
    return i < units_.size() && units_[i].kind == Kind::kWord ? units_[i].word : nullptr;
  }
  bool is_number(std::uint32_t i) const { return i < units_.size() && units_[i].kind == Kind::kNumber; }
  bool is_mark(std::uint32_t i, char mark) const {
    return i < units_.size() && units_[i].kind == Kind::kMark && text_[units_[i].begin] == mark;
  }
  bool is_minus_mark(std::uint32_t i) const {
    return is_mark(i, '-') || (i < units_.size() && units_[i].kind == Kind::kMark &&
                               text_.substr(units_[i].begin, units_[i].end - units_[i].begin) == "\u2212");
  }
  std::string_view surface(std::uint32_t i) const {
    return text_.substr(units_[i].begin, units_[i].end - units_[i].begin);
  }

  // Where the same number goes on: over a space, a line break or a hyphen, not over an empty line.
  std::uint32_t next(std::uint32_t i) const {
    if (i >= units_.size() || units_[i].is_after_blank) return kNone;
    if (is_mark(i, '-') && units_[i].is_glued && i + 1 < units_.size() && units_[i + 1].is_glued &&
        units_[i + 1].kind == Kind::kWord) {
      return i + 1;
    }
    return i;
  }
  bool has_part_after(std::uint32_t i) const { return i + 1 < units_.size() && units_[i + 1].is_part; }
  // "vent" counts in "ventuno", "settant" in "settant'anni", neither alone.
  bool is_usable(std::uint32_t i) const {
    return !units_[i].word->is_cardinal_bound || units_[i].is_part || has_part_after(i) || is_elided(i);
  }
  bool is_elided(std::uint32_t i) const {
    const std::string_view s = surface(i);
    return s.ends_with('\'') || s.ends_with("\u2019");
  }

  std::optional<Part> tens(std::int64_t base, bool takes_teens, std::uint32_t end) const {
    Part part{Decimal::of(base), end, false};
    std::uint32_t j = next(end);
    const NumberWord* w = word(j);
    bool joined = false;
    if (w != nullptr && w->is_and && w->joins_ten) {
      const std::uint32_t k = next(j + 1);
      const NumberWord* u = word(k);
      if (u == nullptr || (w->joins_one_only && u->value != 1 && u->value != 11)) return part;
      j = k;
      w = u;
      joined = true;
    }
    if (w == nullptr || !is_usable(j)) return part;
    if (w->cardinal == Cardinal::kTeen && takes_teens && w->value < 20) {
      const Part rest = teen(*w, j);
      part.value = add(part.value, rest.value);
      part.end = rest.end;
      return part;
    }
    if (w->cardinal != Cardinal::kUnit || (w->is_article && !joined && j == end && !units_[j].is_part)) return part;
    part.value = Decimal::of(base + w->value);
    part.end = j + 1;
    return part;
  }

  Part teen(const NumberWord& w, std::uint32_t i) const {
    Part part{Decimal::of(w.value), i + 1, false};
    const std::uint32_t j = next(i + 1);
    const NumberWord* u = w.takes_units ? word(j) : nullptr;
    if (u == nullptr || u->cardinal != Cardinal::kUnit || u->value < 7) return part;
    part.value = Decimal::of(w.value + u->value);
    part.end = j + 1;
    return part;
  }

  std::optional<Part> below_hundred(std::uint32_t i) const {
    const NumberWord* w = word(i);
    if (w == nullptr || !is_usable(i)) return {};
    switch (w->cardinal) {
      case Cardinal::kUnit: {
        const std::uint32_t j = next(i + 1);
        if (const NumberWord* four = word(j); four != nullptr && four->takes_four && w->value == 4) {
          return tens(80, true, j + 1);
        }
        const NumberWord* a = word(i + 1);
        const NumberWord* t = word(i + 2);
        if (a != nullptr && t != nullptr && a->joins_reverse && units_[i + 1].is_part &&
            t->cardinal == Cardinal::kTen) {
          return Part{Decimal::of(t->value + w->value), i + 3, false};
        }
        return Part{Decimal::of(w->value), i + 1, false};
      }
      case Cardinal::kTeen:
        return teen(*w, i);
      case Cardinal::kTen:
        return tens(w->value, w->takes_teens, i + 1);
      default:
        return {};
    }
  }

  Part hundred_tail(std::int64_t base, std::uint32_t end) const {
    Part part{Decimal::of(base), end, false};
    std::uint32_t j = next(end);
    bool joined = false;
    if (const NumberWord* a = word(j); a != nullptr && a->is_and && a->joins_hundred) {
      j = next(j + 1);
      joined = true;
    }
    std::optional<Part> rest = below_hundred(j);
    if (!rest && joined && is_number(j) && units_[j].is_plain && units_[j].digits <= 2) {
      rest = Part{units_[j].number, j + 1, true};
    }
    if (!rest || rest->value.coefficient == 0) return part;
    const std::uint32_t k = next(rest->end);
    const NumberWord* after = word(k);
    if (after != nullptr && (after->cardinal == Cardinal::kHundred || (joined && after->denominator > 0))) return part;
    // "one hundred thirty-fifths": the hyphen makes the denominator.
    if (after != nullptr && k != rest->end && after->denominator > 0 && after->is_denominator_plural &&
        !units_[k].is_part)
      return part;
    if (after != nullptr && joined && after->dozen > 0) {  // "three hundred and two dozen"
      rest->value = multiply(rest->value, Decimal::of(after->dozen));
      rest->end = k + 1;
    }
    part.value = add(part.value, rest->value);
    part.end = rest->end;
    return part;
  }

  std::optional<Part> below_thousand(std::uint32_t i, bool is_led) const {
    const NumberWord* w = word(i);
    if (w != nullptr && w->cardinal == Cardinal::kHundreds) return hundred_tail(w->value, i + 1);
    if (w != nullptr && w->cardinal == Cardinal::kHundred && (w->is_bare || is_led) && is_usable(i)) {
      return hundred_tail(100, i + 1);
    }
    std::optional<Part> c = below_hundred(i);
    if (!c && is_number(i)) c = Part{units_[i].number, i + 1, true};
    if (!c) return {};
    const std::uint32_t j = next(c->end);
    const NumberWord* h = word(j);
    if (h == nullptr || h->cardinal != Cardinal::kHundred || (c->is_literal && !h->takes_digits) || !is_usable(j))
      return c;
    Part tail = hundred_tail(0, j + 1);
    tail.value = add(multiply(c->value, Decimal::of(100)), tail.value);
    return tail;
  }

  // is_led: an article stands before it and counts as one.
  std::optional<Part> below_million(std::uint32_t i, bool is_led) const {
    const NumberWord* w = word(i);
    Decimal coefficient = Decimal::of(1);
    std::uint32_t j = i;
    std::optional<Part> c;
    if (w == nullptr || w->scale != 3 || !(w->is_bare || is_led)) {
      c = below_thousand(i, is_led);
      if (!c) return {};
      coefficient = c->value;
      j = next(c->end);
    }
    const NumberWord* t = word(j);
    if (t == nullptr || t->scale != 3 || !is_scale_allowed(*t, c && c->is_literal)) return c;
    Part result{multiply(coefficient, Decimal::of(1000)), j + 1, false};
    std::uint32_t k = next(j + 1);
    bool joined = false;
    if (const NumberWord* a = word(k); a != nullptr && a->is_and && a->joins_hundred) {
      k = next(k + 1);
      joined = true;
    }
    if (const std::optional<Part> rest = below_thousand(k, false);
        rest && !rest->is_literal && rest->value.coefficient != 0 && is_less(rest->value, Decimal::of(1000))) {
      const NumberWord* after = word(next(rest->end));
      if (after == nullptr || (after->scale != 3 && (!joined || after->denominator == 0))) {
        result.value = add(result.value, rest->value);
        result.end = rest->end;
      }
    }
    return result;
  }

  bool is_scale_allowed(const NumberWord& w, bool) const { return !w.is_money_only || is_money_; }

  // The power of ten that the unit multiplies by: a scale word, or a scale letter written so. `glued` asks for no
  // space.
  std::int32_t scale_at(std::uint32_t i, bool after_literal, bool& is_letter_scale) const {
    const NumberWord* w = word(i);
    is_letter_scale = false;
    if (w == nullptr) return 0;
    if (w->is_scale() && is_scale_allowed(*w, after_literal)) return w->scale;
    if (!after_literal || (i + 1 < units_.size() && units_[i + 1].is_glued && units_[i + 1].kind == Kind::kNumber))
      return 0;
    const std::string_view as_written = surface(i);
    for (const NumberWord::Letter& letter : w->letters) {
      if (letter.text != as_written) continue;
      if (letter.is_money_only && !is_money_) continue;
      // One letter apart from its number is a unit or a name ("5 M") unless money says otherwise.
      if (as_written.size() == 1 && as_written != "k" && !units_[i].is_glued && !is_money_) continue;
      if (units_[i].is_after_newline || (i > 0 && is_mark(i - 1, '-'))) continue;
      is_letter_scale = true;
      return letter.power;
    }
    return 0;
  }

  // The unit where a scale word may follow `end`: also behind "+", and over an empty line after digits (slides).
  std::uint32_t scale_position(std::uint32_t end, bool after_literal, bool& plus) const {
    std::uint32_t j = end;
    plus = false;
    if (after_literal && is_mark(j, '+') && j + 1 < units_.size()) {
      bool letter = false;
      if (scale_at(j + 1, false, letter) > 0) {
        plus = true;
        ++j;
      }
    }
    if (j < units_.size() && units_[j].is_after_blank) {
      const char c = text_[units_[j].begin];
      return after_literal && c >= 'A' && c <= 'Z' ? j : kNone;
    }
    return plus ? j : next(j);
  }

  // Cardinal with its scales: total of descending groups.
  bool cardinal(std::uint32_t i, bool is_led, NumberReading& r, std::int32_t& last_scale) {
    Decimal total;
    std::int32_t previous = 1000;
    std::uint32_t end = kNone;
    last_scale = 0;
    std::uint32_t j = i;
    bool joined = false;
    for (std::size_t groups = 0; groups < 8; ++groups) {
      bool led = is_led && groups == 0;
      if (const NumberWord* a = word(j); groups > 0 && a != nullptr && a->is_article) {  // "two billion, one million"
        if (const NumberWord* s = word(next(j + 1)); s != nullptr && s->scale > 3) {
          led = true;
          j = next(j + 1);
        }
      }
      std::optional<Part> part;
      if (led && word(j) != nullptr && word(j)->scale > 3) {
        part = Part{Decimal::of(1), j, false};
      } else {
        part = below_million(j, led);
      }
      if (!part) break;
      bool plus = false;
      bool letter = false;
      std::uint32_t k = led && part->end == j ? j : scale_position(part->end, part->is_literal, plus);
      const std::int32_t scale = k == kNone ? 0 : scale_at(k, part->is_literal, letter);
      if (scale == 0 || scale >= previous) {
        if (groups > 0) {
          // After a scale word only words go on ("two million three hundred"), digits start another number.
          if (part->is_literal || !is_less(part->value, shift(Decimal::of(1), previous))) break;
          const NumberWord* after = word(next(part->end));
          if (after != nullptr && joined && (after->denominator > 0 || after->denominator_power > 0 || after->is_half))
            break;
        }
        total = add(total, part->value);
        end = part->end;
        if (groups == 0) {
          r.is_plain = part->is_literal && units_[j].is_plain;
          r.is_grouped = part->is_literal && units_[j].is_grouped;
          r.is_spelled = !part->is_literal && !is_number(j);
          r.is_fraction |= part->is_literal && units_[j].is_fraction;
          if (const NumberWord* w = word(part->end - 1);
              w != nullptr && w->scale == 3 && !units_[part->end - 1].is_part) {
            r.scale = Span{units_[part->end - 1].begin, units_[part->end - 1].end};
            r.scale_power = 3;
            r.digits.end = part->end >= 2 ? units_[part->end - 2].end : 0;
            last_scale = 3;
          }
        }
        break;
      }
      total = add(total, shift(part->value, scale));
      end = k + 1;
      if (groups == 0) {
        r.is_spelled = !part->is_literal;
        r.is_letter = letter;
        r.has_plus = plus;
        r.scale = Span{units_[k].begin, units_[k].end};
        r.scale_power = scale;
        r.digits.end = units_[part->end > i ? part->end - 1 : k].end;
      }
      previous = scale;
      last_scale = scale;
      if (letter) break;
      j = next(end);
      joined = false;
      if (const NumberWord* a = word(j); a != nullptr && a->is_and && a->joins_hundred) {
        j = next(j + 1);
        joined = true;
      }
      if (j == kNone) break;
    }
    if (end == kNone) return false;
    r.value = total;
    r.end = end;
    return true;
  }

  // A fraction of one word and its numerator at i: "a half", "two thirds", "three twenty-firsts", "1/4"; the value.
  std::optional<Part> fraction(std::uint32_t i) const {
    if (is_number(i)) {
      if (units_[i].is_fraction) return Part{units_[i].number, i + 1, true};
      if (units_[i].is_plain && is_mark(i + 1, '/') && units_[i + 1].is_glued && is_number(i + 2) &&
          units_[i + 2].is_glued && units_[i + 2].is_plain && is_less(units_[i].number, units_[i + 2].number) &&
          units_[i].number.coefficient > 0 && !is_mark(i + 3, '/')) {
        return Part{divide(units_[i].number, units_[i + 2].number), i + 3, true};
      }
      return {};
    }
    const NumberWord* w = word(i);
    if (w == nullptr) return {};
    if (w->is_half && !w->is_half_noun) return Part{divide(Decimal::of(1), Decimal::of(2)), i + 1, false};
    Decimal numerator = Decimal::of(1);
    std::uint32_t j = kNone;
    if (w->is_article) {
      j = next(i + 1);
      const NumberWord* h = word(j);
      if (h != nullptr && h->is_half && !units_[j].is_part)
        return Part{divide(Decimal::of(1), Decimal::of(2)), j + 1, false};
    } else if (const std::optional<Part> c = below_hundred(i)) {
      numerator = c->value;
      j = next(c->end);
    }
    if (j == kNone || (j < units_.size() && units_[j].is_part && word(j) != nullptr && word(j)->denominator_power > 0))
      return {};
    return over_denominator(numerator, j);
  }

  // numerator / the denominator at j. A singular denominator goes with one only.
  std::optional<Part> over_denominator(Decimal numerator, std::uint32_t j) const {
    std::uint32_t k = j;
    Decimal denominator;
    bool plural = false;
    const NumberWord* w = word(k);
    if (w == nullptr) return {};
    if (w->is_half && !w->is_half_noun) {
      if (units_[k].is_part) return {};  // "zweieinhalb" adds
      return Part{divide(numerator, Decimal::of(2)), k + 1, false};
    }
    if (w->denominator > 0 || w->denominator_power > 0) {
      denominator = w->denominator > 0 ? Decimal::of(w->denominator) : shift(Decimal::of(1), w->denominator_power);
      plural = w->is_denominator_plural || w->is_denominator_only;
      ++k;
    } else if (const std::optional<Part> c = below_million(k, false); c && !c->is_literal) {
      // "twenty-fifth", "trentesimi", "veinticincoavos": a cardinal that ends as an ordinal.
      const std::uint32_t m = next(c->end);
      const NumberWord* o = word(m);
      if (o == nullptr) return {};
      const bool is_power = o->denominator_power > 0 && units_[m].is_part;  // "dosmilésimos"
      if (!o->is_ordinal_suffix && !is_power && (o->denominator == 0 || o->denominator > 9)) return {};
      if (o->is_ordinal_suffix && !units_[m].is_part) return {};
      if (!o->is_ordinal_suffix && !is_power && !is_less(c->value, Decimal::of(100))) return {};
      denominator = is_power               ? shift(c->value, o->denominator_power)
                    : o->is_ordinal_suffix ? c->value
                                           : add(c->value, Decimal::of(o->denominator));
      plural = o->is_denominator_plural;
      k = m + 1;
    } else {
      return {};
    }
    if (k < units_.size() && units_[k].is_part) return {};
    const bool is_one = numerator == Decimal::of(1);
    if (!plural && !is_one) return {};
    if (denominator.coefficient == 0 || denominator == Decimal::of(1)) return {};
    return Part{divide(numerator, denominator), k, false};
  }

  // "a million", "of a million", "million" behind a fraction.
  std::uint32_t scale_after_fraction(std::uint32_t end, std::int32_t& power) const {
    std::uint32_t j = next(end);
    if (const NumberWord* w = word(j); w != nullptr && w->is_of) j = next(j + 1);
    if (const NumberWord* w = word(j); w != nullptr && w->is_article) j = next(j + 1);
    bool letter = false;
    power = j == kNone ? 0 : scale_at(j, false, letter);
    return power > 0 ? j : kNone;
  }

  void finish_fraction(const Part& part, NumberReading& r) const {
    r.value = part.value;
    r.end = part.end;
    r.is_fraction = true;
    std::int32_t power = 0;
    const std::uint32_t k = scale_after_fraction(part.end, power);
    if (k != kNone) {
      r.digits.end = units_[part.end - 1].end;
      r.value = shift(r.value, power);
      r.end = k + 1;
      r.scale = Span{units_[k].begin, units_[k].end};
      r.scale_power = power;
      r.is_fraction = false;
      r.is_spelled = true;
      return;
    }
    std::uint32_t dozen = next(part.end);
    if (const NumberWord* a = word(dozen); a != nullptr && a->is_article) dozen = next(dozen + 1);
    if (const NumberWord* d = word(dozen); d != nullptr && d->dozen > 0) {
      r.value = multiply(r.value, Decimal::of(d->dozen));
      r.is_dozen = true;
      r.end = dozen + 1;
      r.is_fraction = false;
      r.is_spelled = true;
    }
  }

  bool magnitude(std::uint32_t i, NumberReading& r) {
    if (i >= units_.size()) return false;
    const NumberWord* w = word(i);
    if (w == nullptr && !is_number(i)) return false;
    // "1/4", "½", "half a million", "a third", "quarter million"
    if (w != nullptr && w->is_half_noun) {
      r.value = divide(Decimal::of(1), Decimal::of(2));
      r.end = i + 1;
      r.is_fraction = true;
      r.is_spelled = true;
      return true;
    }
    if (w != nullptr && w->is_denominator_only && !w->is_denominator_plural && !w->is_article) {
      const Part part{divide(Decimal::of(1), Decimal::of(w->denominator)), i + 1, false};
      NumberReading trial = r;
      finish_fraction(part, trial);
      if (trial.scale_power > 0) {
        r = trial;
        return true;
      }
    }
    if (w != nullptr && w->mixed.coefficient != 0) {
      finish_fraction(Part{w->mixed, i + 1, false}, r);
      r.is_fraction = false;
      r.is_spelled = true;
      return true;
    }
    bool is_led = false;
    std::uint32_t start = i;
    if (w != nullptr && w->is_article) {
      const std::uint32_t j = next(i + 1);
      const NumberWord* after = word(j);
      is_led =
          after != nullptr && (after->is_scale() || after->cardinal == Cardinal::kHundred) && !after->is_plural_scale;
      if (is_led) start = j;
      if (after != nullptr && after->dozen > 0) {
        r.value = Decimal::of(after->dozen);
        r.end = j + 1;
        r.is_spelled = true;
        r.is_dozen = true;
        r.is_about = after->is_about;
        return true;
      }
    }
    if (!is_led) {
      if (const std::optional<Part> f = fraction(i)) {
        finish_fraction(*f, r);
        if (w != nullptr) r.is_spelled = true;
        return true;
      }
    }
    std::int32_t last_scale = 0;
    if (!cardinal(start, is_led, r, last_scale)) return other(i, r);
    tail(i, last_scale, r);
    return true;
  }

  // What is neither cardinal nor fraction: articles, zero, ordinals, scale words alone.
  bool other(std::uint32_t i, NumberReading& r) {
    const NumberWord* w = word(i);
    if (w == nullptr) return false;
    r.end = i + 1;
    r.is_spelled = true;
    if (w->cardinal == Cardinal::kZero) {
      r.value = Decimal();
      tail(i, 0, r);
      return true;
    }
    if (w->is_article) {
      r.value = Decimal::of(1);
      r.is_article = true;
      return true;
    }
    if ((w->denominator > 0 || w->denominator_power > 0) && !w->is_denominator_only) {
      r.value = w->denominator > 0 ? Decimal::of(w->denominator) : shift(Decimal::of(1), w->denominator_power);
      r.is_ordinal = true;
      return true;
    }
    return false;
  }

  // What may follow a cardinal: decimals in words, fractions, "dozen", "out of ten", ordinal endings.
  void tail(std::uint32_t i, std::int32_t last_scale, NumberReading& r) {
    if (r.is_letter) return;
    std::uint32_t j = next(r.end);
    // Ordinals: "21st", "twenty-fifth", "centoventesimo".
    if (j != kNone && j == r.end && r.is_plain && j < units_.size() && units_[j].is_glued) {
      const NumberWord* mark = word(j);
      const bool sign = mark == nullptr && units_[j].kind == Kind::kMark;
      if (mark != nullptr && mark->is_ordinal_mark &&
          !(j + 1 < units_.size() && units_[j + 1].is_glued && units_[j + 1].kind == Kind::kWord)) {
        bool letter = false;
        if (scale_at(j, true, letter) == 0) {
          r.end = j + 1;
          r.is_ordinal = true;
          return;
        }
      }
      if (sign && (surface(j) == "\u00BA" || surface(j) == "\u00AA")) {
        r.end = j + 1;
        r.is_ordinal = true;
        return;
      }
    }
    const NumberWord* w = word(j);
    if (is_number(j) && r.is_plain && j == r.end) {  // "10 1/2", "2½"
      if (const std::optional<Part> f = fraction(j); f && is_less(f->value, Decimal::of(1))) {
        r.value = add(r.value, f->value);
        r.end = f->end;
        r.is_plain = false;
        return;
      }
    }
    if (w == nullptr) return;
    if (w->is_ordinal_suffix && units_[j].is_part) {
      r.end = j + 1;
      r.is_ordinal = true;
      return;
    }
    if (w->dozen > 0 && (r.is_plain || is_less(r.value, Decimal::of(100)) || r.is_spelled)) {
      r.value = multiply(r.value, Decimal::of(w->dozen));
      r.end = j + 1;
      r.is_dozen = true;
      r.is_about = w->is_about;
      return;
    }
    if (w->is_point && r.is_spelled && decimals(j, r)) return;
    // "one and a half", "3 milioni e mezzo", "five and three quarters", "einundhalb"
    if (w->is_and || (w->is_point && r.is_spelled) || (w->is_half && units_[j].is_part)) {
      std::uint32_t k = w->is_half ? j : next(j + 1);
      std::optional<Part> f = k == kNone ? std::nullopt : fraction(k);
      if (f && is_less(f->value, Decimal::of(1))) {
        const NumberWord* h = word(k);
        // "two and half the team" is no number, "two and a half" and "due e mezzo" are.
        const bool is_spoken_half = h == nullptr || !h->is_half || h->is_half_after_and || units_[k].is_part;
        bool own_letter = false;
        const std::uint32_t own = next(f->end);
        const std::int32_t own_scale = last_scale > 3 && own != kNone ? scale_at(own, false, own_letter) : 0;
        if (own_scale > 0 && own_scale < last_scale) {  // "one billion and three quarters million"
          r.value = add(r.value, shift(f->value, own_scale));
          r.end = own + 1;
          return;
        }
        if (is_spoken_half) {
          r.value =
              add(r.value, last_scale > 0 && r.scale_power == last_scale ? shift(f->value, last_scale) : f->value);
          r.end = f->end;
          r.is_plain = false;
          bool letter = false;
          const std::uint32_t s = next(r.end);
          const std::int32_t power = s == kNone ? 0 : scale_at(s, false, letter);
          if (power > 0 && last_scale == 0) {
            r.digits.end = units_[r.end - 1].end;
            r.value = shift(r.value, power);
            r.end = s + 1;
            r.scale = Span{units_[s].begin, units_[s].end};
            r.scale_power = power;
          }
          return;
        }
      }
    }
    if (!r.is_letter && (r.is_spelled || r.is_plain)) {
      if (const std::optional<Part> f = over_denominator(r.value, j); f && !r.is_plain) {
        r.value = f->value;
        r.end = f->end;
        r.is_fraction = true;
        return;
      }
    }
    if (r.is_spelled && w->denominator > 1 && !w->is_denominator_plural && r.end >= i + 3) {
      const NumberWord* one = word(r.end - 1);
      const NumberWord* joint = word(r.end - 2);
      if (one != nullptr && joint != nullptr && joint->is_and && joint->joins_one_only && one->value == 1) {
        r.value = add(add(r.value, Decimal::of(-1)), divide(Decimal::of(1), Decimal::of(w->denominator)));
        r.end = j + 1;
        r.is_fraction = true;
        return;
      }
    }
    if (r.is_spelled && w->denominator > 0 && !w->is_denominator_plural && !w->is_denominator_only) {
      r.value = add(r.value, Decimal::of(w->denominator));
      r.end = j + 1;
      r.is_ordinal = true;
      return;
    }
    if (w->is_ratio_of || w->is_ratio_over) ratio(i, j, r);
  }

  bool decimals(std::uint32_t j, NumberReading& r) {
    std::string digits;
    std::uint32_t k = next(j + 1);
    std::uint32_t end = kNone;
    while (k != kNone && digits.size() < 18) {
      const NumberWord* w = word(k);
      if (w == nullptr) break;
      if (w->cardinal == Cardinal::kZero || (w->cardinal == Cardinal::kUnit && !(w->is_article && digits.empty()))) {
        // A row of single digits ("zero seven five"), unless a longer number starts here ("two hundred").
        const std::optional<Part> longer = below_million(k, false);
        if (longer && longer->end > k + 1) {
          digits += longer->value.to_string();
          end = longer->end;
          break;
        }
        digits += w->cardinal == Cardinal::kZero ? "0" : std::to_string(w->value);
        end = k + 1;
        k = next(end);
        continue;
      }
      if (const std::optional<Part> rest = below_million(k, false); rest && !rest->is_literal) {
        digits += rest->value.to_string();
        end = rest->end;
      }
      break;
    }
    if (end == kNone) return false;
    // "siete con tres quintos" is a fraction, not a decimal.
    if (const NumberWord* after = word(next(end)); after != nullptr && (after->denominator > 0 || after->is_half))
      return false;
    r.value = add(r.value, decimal_of("0", digits));
    r.end = end;
    bool letter = false;
    const std::uint32_t s = next(end);
    const std::int32_t power = s == kNone ? 0 : scale_at(s, false, letter);
    if (power > 0) {
      r.digits.end = units_[end - 1].end;
      r.value = shift(r.value, power);
      r.end = s + 1;
      r.scale = Span{units_[s].begin, units_[s].end};
      r.scale_power = power;
    }
    return true;
  }

  void ratio(std::uint32_t i, std::uint32_t j, NumberReading& r) {
    const NumberWord* w = word(j);
    std::uint32_t k = j + 1;
    if (w->ratio_second != 0) {
      if (k >= units_.size() || units_[k].key != w->ratio_second) return;
      ++k;
    }
    if (k >= units_.size() || units_[k].is_after_newline) return;
    NumberReading other_side;
    std::int32_t last_scale = 0;
    if (word(k) == nullptr && !is_number(k)) return;
    if (!cardinal(k, false, other_side, last_scale)) return;
    const bool both_plain = (r.is_plain || r.is_spelled) && (other_side.is_plain || other_side.is_spelled);
    if (!both_plain || r.value.exponent < 0 || other_side.value.exponent < 0 || r.value.coefficient <= 0) return;
    if (!is_less(r.value, other_side.value)) return;
    if (w->is_ratio_over && !w->is_ratio_of && r.value != Decimal::of(1)) return;
    r.value = divide(r.value, other_side.value);
    r.end = other_side.end;
    r.is_ratio = true;
    r.is_plain = false;
    r.digits.end = units_[r.end - 1].end;
    r.digits.begin = units_[i].begin;
  }

  std::string_view text_;
  std::span<const NumberUnit> units_;
  bool is_money_;
};

}  // namespace

std::optional<NumberReading> NumberReader::read(std::string_view text, std::span<const NumberUnit> units,
                                                std::uint32_t at, bool is_money) const {
  if (at >= units.size()) return {};
  const std::span<const NumberUnit> window = units.subspan(at, std::min<std::size_t>(units.size() - at, kMaxUnits));
  // A sign looks one unit back.
  const std::uint32_t back = at > 0 ? 1 : 0;
  const std::span<const NumberUnit> seen = units.subspan(at - back, window.size() + back);
  std::optional<NumberReading> reading = Parser(text, seen, is_money).parse(back);
  if (!reading) return {};
  reading->first += at - back;
  reading->end += at - back;
  // A compound word is read whole or not at all.
  if (reading->end < units.size() && units[reading->end].is_part) return {};
  return reading;
}

std::int32_t NumberReader::scale_power(const NumberUnit& unit) {
  return unit.kind == Kind::kWord && unit.word != nullptr && !unit.word->is_money_only ? unit.word->scale : 0;
}

bool NumberReader::is_article(const NumberUnit& unit) {
  return unit.kind == Kind::kWord && unit.word != nullptr && unit.word->is_article;
}

std::optional<Decimal> NumberReader::read_all(std::string_view text, std::string_view language_code) const {
  Document document;
  document.text = text;
  tokenize(document.text, 0, document.tokens);
  for (Token& token : document.tokens) token.flags &= static_cast<std::uint16_t>(~token_flag::kBlankLineBefore);
  std::vector<NumberUnit> units;
  cut(document, 0, static_cast<std::uint32_t>(document.tokens.size()), language(language_code), units);
  if (units.empty()) return {};
  const std::optional<NumberReading> reading = read(document.text, units, 0, false);
  if (!reading || reading->end != units.size() || reading->is_ordinal) return {};
  return reading->value;
}

}  // namespace dossier
