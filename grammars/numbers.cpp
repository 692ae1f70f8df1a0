#include "grammars/numbers.h"

#include <unicode/dcfmtsym.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <bitset>
#include <charconv>
#include <cmath>
#include <string>
#include <unordered_map>

#include "grammars/ascii.h"
#include "grammars/lexicon_image.h"
#include "grammars/number_literal.h"
#include "grammars/number_parser.h"
#include "grammars/number_word.h"
#include "pipeline/tokenize.h"

namespace dossier {

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

namespace {

using Cardinal = NumberWord::Cardinal;
using Kind = NumberUnit::Kind;

constexpr std::size_t kMaxUnits = 96;       // of one number
constexpr std::size_t kMaxCompound = 160;   // bytes of one compound word
constexpr std::size_t kCompoundPrefix = 3;  // letters that a compound's first part is recognized by

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

std::int32_t integer_of(std::string_view text) {
  std::int32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
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
  const std::vector<EntryId> entries = lexicons.entries_in({lexicon});
  for (const EntryId entry : entries) {
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
  for (const EntryId entry : entries) {
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
  if ((t.shape & (shape::kNonAscii | shape::kAlpha)) == shape::kNonAscii && t.end - t.begin <= 4) {
    // "½", but no dash, quotation mark, "©" or picture
    const std::string_view sign = document.slice(t.span());
    const bool is_other =
        sign.starts_with("\xE2\x80") || sign.starts_with("\xF0\x9F") || sign == "©" || sign == "«" || sign == "»";
    return is_other ? Start::kNo : Start::kYes;
  }
  const Words::Table& table = words_->tables[language];
  if (!table.has_compounds || t.end - t.begin < 5 || (t.shape & shape::kAlpha) == 0) return Start::kNo;
  return table.part_prefixes.test(prefix_hash(document.slice(t.span()))) ? Start::kYes : Start::kNo;
}

// ---------------------------------------------------------------------------------------------------------------------
// Cutting: text -> units.

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
        NumberLiteral literal = read_literal(visible, at, table.is_comma_decimal, table.has_space_groups, in_list);
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
// Reading.

std::optional<NumberReading> NumberReader::read(std::string_view text, std::span<const NumberUnit> units,
                                                std::uint32_t at, bool is_money) const {
  if (at >= units.size()) return {};
  const std::span<const NumberUnit> window = units.subspan(at, std::min<std::size_t>(units.size() - at, kMaxUnits));
  // A sign looks one unit back.
  const std::uint32_t back = at > 0 ? 1 : 0;
  const std::span<const NumberUnit> seen = units.subspan(at - back, window.size() + back);
  std::optional<NumberReading> reading = parse_number(text, seen, back, is_money);
  if (!reading) return {};
  reading->first += at - back;
  reading->end += at - back;
  // A compound word is read whole or not at all.
  if (reading->end < units.size() && units[reading->end].is_part) return {};
  return reading;
}

bool NumberReader::is_half_after_and(const NumberUnit& unit) {
  return unit.word != nullptr && unit.word->is_half && unit.word->is_half_after_and;
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
