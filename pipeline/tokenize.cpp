// tokenize.cpp - one pass over the bytes: ASCII by table, the rest by ICU's character properties.
//
// Where it cuts (tests/cases/tokenize.tsv has a case for each line):
//   words          letters, and digits after a letter: B2B K8s FY2022 snake_case C++ AT&T; hyphens and slashes are
//   tokens apostrophes    Ada|'s  we|'re  don't  O'Brien;  elisions after a consonant before a vowel: l'|arte D'|Angelo
//   qu'|il inner dots     U.S. Ph.D. S.p.A. Node.js v1.24 openinfra.dev; the dot that ends a sentence or a short form
//   stands
//                  alone: Dr|.  J|.  end|.
//   numbers        40,000.5  3.5.1  1'000  10 000 (with a no-break or thin space); .5 after a space
//   and letters    40|M  5|G  3|D  10|h|30, but 17th 1er 1990s '90s '23 are one token
//   signs          each one alone, $|40  95|%  40|+; a run of one and the same sign is one token: ... -- ##
//   addresses      https://a.org/b  a.org/b  ada@a.org  @ada  @ada@a.org: one token, without closing punctuation
//   scripts        Chinese and Japanese: each ideograph is a token; kana, Thai … are cut at spaces and signs only
// Control characters count as white space.
#include "pipeline/tokenize.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

namespace dossier {
namespace {

enum Class : std::uint8_t { kSpace, kUpperLetter, kLowerLetter, kDigit, kSign, kWide };

constexpr std::array<Class, 256> make_classes() {
  std::array<Class, 256> classes{};
  for (std::size_t c = 0; c < 256; ++c) {
    if (c >= 0x80) {
      classes[c] = kWide;
    } else if (c <= ' ' || c == 0x7F) {
      classes[c] = kSpace;
    } else if (c >= 'A' && c <= 'Z') {
      classes[c] = kUpperLetter;
    } else if (c >= 'a' && c <= 'z') {
      classes[c] = kLowerLetter;
    } else if (c >= '0' && c <= '9') {
      classes[c] = kDigit;
    } else {
      classes[c] = kSign;
    }
  }
  return classes;
}
constexpr std::array<Class, 256> kClasses = make_classes();

Class class_of(char c) {
  return kClasses[static_cast<unsigned char>(c)];
}
bool is_ascii_letter(char c) {
  return class_of(c) == kUpperLetter || class_of(c) == kLowerLetter;
}
bool is_ascii_alnum(char c) {
  return is_ascii_letter(c) || class_of(c) == kDigit;
}
char lower(char c) {
  return class_of(c) == kUpperLetter ? static_cast<char>(c + 32) : c;
}

// Last labels that make a dotted lower-case word an address or a file name ("openinfra.dev", "main.cpp") and that may
// follow a dot in capitals ("Zetta.IO"). Sorted.
constexpr std::array<std::string_view, 71> kLastLabels = {
    "ai",   "app",  "be",  "biz",  "blog", "br",   "c",   "ca",  "cc",   "ch",   "cloud", "cn",   "co",  "com", "conf",
    "cpp",  "csv",  "de",  "dev",  "doc",  "docx", "edu", "es",  "eu",   "fi",   "fm",    "fr",   "gif", "gov", "h",
    "htm",  "html", "in",  "info", "ini",  "int",  "io",  "it",  "jp",   "jpeg", "jpg",   "json", "ly",  "md",  "me",
    "mil",  "mp3",  "mp4", "net",  "news", "nl",   "org", "pdf", "png",  "ppt",  "pptx",  "py",   "rs",  "sh",  "svg",
    "tech", "toml", "tsv", "tv",   "txt",  "uk",   "us",  "xml", "yaml", "yml",  "zip"};

bool is_last_label(std::string_view label) {
  std::array<char, 5> folded{};
  if (label.empty() || label.size() > folded.size()) return false;
  std::transform(label.begin(), label.end(), folded.begin(), lower);
  return std::binary_search(kLastLabels.begin(), kLastLabels.end(), std::string_view(folded.data(), label.size()));
}

enum class Wide : std::uint8_t { kSpace, kLetter, kMark, kIdeograph, kDigit, kOtherNumber, kApostrophe, kSign };

struct WideChar {
  UChar32 code = 0;
  std::uint32_t size = 1;
  Wide kind = Wide::kSign;
  int case_of = 0;  // 1 upper or title, -1 lower, 0 neither
};

class Tokenizer {
 public:
  Tokenizer(std::string_view text, std::uint32_t base, std::vector<Token>& tokens)
      : text_(text), base_(base), tokens_(tokens), first_(tokens.size()) {}

  void run() {
    const std::size_t size = text_.size();
    while (position_ < size) {
      switch (class_of(text_[position_])) {
        case kSpace:
          skip_space();
          break;
        case kUpperLetter:
        case kLowerLetter:
          word();
          break;
        case kDigit:
          number();
          break;
        case kSign:
          sign();
          break;
        case kWide:
          wide();
          break;
      }
    }
  }

 private:
  char at(std::size_t position) const { return position < text_.size() ? text_[position] : ' '; }

  WideChar decode(std::size_t position) const {
    WideChar wide;
    if (position >= text_.size()) {
      wide.kind = Wide::kSpace;
      return wide;
    }
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text_.data());
    const std::size_t left = std::min<std::size_t>(text_.size() - position, 4);
    std::int32_t read = 0;
    UChar32 c = 0;
    U8_NEXT(bytes + position, read, static_cast<std::int32_t>(left), c);
    wide.code = c;
    wide.size = static_cast<std::uint32_t>(read);
    if (c < 0) return wide;
    if (c == 0x2019 || c == 0x2018 || c == 0x02BC) {
      wide.kind = Wide::kApostrophe;
      return wide;
    }
    switch (u_charType(c)) {
      case U_UPPERCASE_LETTER:
      case U_TITLECASE_LETTER:
        wide.case_of = 1;
        wide.kind = Wide::kLetter;
        break;
      case U_LOWERCASE_LETTER:
        wide.case_of = -1;
        wide.kind = Wide::kLetter;
        break;
      case U_MODIFIER_LETTER:
        wide.kind = Wide::kLetter;
        break;
      case U_OTHER_LETTER:
        wide.kind = (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF)
                        ? Wide::kIdeograph
                        : Wide::kLetter;
        break;
      case U_NON_SPACING_MARK:
      case U_ENCLOSING_MARK:
      case U_COMBINING_SPACING_MARK:
      case U_FORMAT_CHAR:
        wide.kind = Wide::kMark;
        break;
      case U_DECIMAL_DIGIT_NUMBER:
        wide.kind = Wide::kDigit;
        break;
      case U_LETTER_NUMBER:
      case U_OTHER_NUMBER:
        wide.kind = Wide::kOtherNumber;
        break;
      case U_SPACE_SEPARATOR:
      case U_LINE_SEPARATOR:
      case U_PARAGRAPH_SEPARATOR:
      case U_CONTROL_CHAR:
        wide.kind = Wide::kSpace;
        break;
      default:
        break;
    }
    return wide;
  }

  // Length in bytes of an apostrophe at `position`, 0 if there is none.
  std::size_t apostrophe_at(std::size_t position) const {
    const char c = at(position);
    if (c == '\'') return 1;
    if (class_of(c) != kWide) return 0;
    const WideChar wide = decode(position);
    return wide.kind == Wide::kApostrophe ? wide.size : 0;
  }

  bool letter_at(std::size_t position) const {
    const char c = at(position);
    if (class_of(c) != kWide) return is_ascii_letter(c);
    const WideChar wide = decode(position);
    return wide.kind == Wide::kLetter || wide.kind == Wide::kMark;
  }

  bool alnum_at(std::size_t position) const {
    const char c = at(position);
    if (class_of(c) != kWide) return is_ascii_alnum(c);
    const WideChar wide = decode(position);
    return wide.kind == Wide::kLetter || wide.kind == Wide::kMark || wide.kind == Wide::kDigit;
  }

  // Bytes of a digit at `position`, 0 if there is none.
  std::size_t digit_at(std::size_t position) const {
    const char c = at(position);
    if (class_of(c) == kDigit) return 1;
    if (class_of(c) != kWide) return 0;
    const WideChar wide = decode(position);
    return wide.kind == Wide::kDigit ? wide.size : 0;
  }

  bool follows_token() const {  // the token before ends right here
    return tokens_.size() > first_ && tokens_.back().end == base_ + position_;
  }

  bool follows_word() const { return follows_token() && (tokens_.back().shape & shape::kPunctuation) == 0; }

  void emit(std::size_t end, unsigned shape) {
    std::uint16_t flags = 0;
    if (spaced_) flags |= token_flag::kSpaceBefore;
    if (breaks_ == 1) flags |= token_flag::kNewlineBefore;
    if (breaks_ > 1) flags |= token_flag::kBlankLineBefore;
    tokens_.push_back({static_cast<std::uint32_t>(base_ + position_), static_cast<std::uint32_t>(base_ + end),
                       static_cast<std::uint16_t>(shape), flags});
    position_ = end;
    spaced_ = false;
    breaks_ = 0;
  }

  void skip_space() {
    spaced_ = true;
    do {
      const char c = text_[position_];
      if (c == '\n' || (c == '\r' && at(position_ + 1) != '\n')) ++breaks_;
      ++position_;
    } while (position_ < text_.size() && class_of(text_[position_]) == kSpace);
  }

  // Letters seen so far in a word, from which its shape is told.
  struct Letters {
    std::uint32_t count = 0;
    std::uint32_t uppers = 0;
    std::uint32_t lowers = 0;
    std::uint32_t segment = 0;  // letters since the last inner dot
    bool first_upper = false;
    bool upper_inside = false;  // an upper letter that starts neither the word nor a part after an apostrophe
    bool upper_after_lower = false;
    bool after_apostrophe = false;
    bool others = false;  // anything but letters and inner apostrophes
    bool digits = false;
    bool dotted = false;
    bool wide = false;

    void add(int case_of) {
      if (case_of > 0) {
        ++uppers;
        if (count == 0) first_upper = true;
        if (count > 0 && !after_apostrophe) {
          upper_inside = true;
          if (lowers > 0) upper_after_lower = true;
        }
      } else if (case_of < 0) {
        ++lowers;
      }
      ++count;
      ++segment;
      after_apostrophe = false;
    }

    unsigned shape() const {
      unsigned bits = 0;
      if (!others && !digits && !dotted) bits |= shape::kAlpha;
      if (first_upper) bits |= shape::kUpperFirst;
      if (first_upper && lowers > 0 && !upper_inside) bits |= shape::kCapitalized;
      if (uppers >= 2 && uppers == count) bits |= shape::kAllCaps;
      if (lowers > 0 && lowers == count) bits |= shape::kLower;
      if (upper_after_lower) bits |= shape::kMixed;
      if (count == 1 && uppers == 1 && !digits && !others) bits |= shape::kInitial;
      if (digits) bits |= shape::kHasDigit;
      if (dotted) bits |= shape::kDotted;
      if (wide) bits |= shape::kNonAscii;
      return bits;
    }

    // Of "l'" and "dell'": part of a word, no word.
    unsigned elided_shape() const {
      constexpr unsigned kWholeWord = shape::kAlpha | shape::kInitial;
      return (shape() & ~kWholeWord) | shape::kClitic;
    }
  };

  // "'s" "'re" "'ve" "'ll" "'d" "'m" at `position`: where it ends, or 0. The short forms of English verbs and its
  // genitive; "'t" is no clitic, because "don't" stays whole.
  std::size_t clitic_end(std::size_t position) const {
    const std::size_t mark = apostrophe_at(position);
    if (mark == 0) return 0;
    const std::size_t begin = position + mark;
    const char first = lower(at(begin));
    const char second = lower(at(begin + 1));
    std::size_t end = 0;
    if ((second == 'e' && (first == 'r' || first == 'v')) || (second == 'l' && first == 'l')) {
      end = begin + 2;
    } else if (first == 's' || first == 'd' || first == 'm') {
      end = begin + 1;
    }
    return end != 0 && !alnum_at(end) ? end : 0;
  }

  bool vowel_at(std::size_t position) const {
    char c = lower(at(position));
    if (class_of(c) == kWide) {
      const UChar32 code = decode(position).code;  // Latin letters with marks: all but those on c, d, n, s, t …
      return (code >= 0xC0 && code <= 0xFF && code != 0xC7 && code != 0xE7 && code != 0xD1 && code != 0xF1 &&
              code != 0xD0 && code != 0xF0 && code != 0xDE && code != 0xFE && code != 0xDF && code != 0xD7 &&
              code != 0xF7) ||
             code == 0x152 || code == 0x153;
    }
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y' || c == 'h';
  }

  // Is [begin, apostrophe) the rest of a word that lost its last vowel before another vowel ("l'arte", "dell'anno",
  // "vent'anni", "qu'il")? Such a rest ends in one of few consonants or in "qu": "Xi'an" and "O'Hara" do not.
  bool is_elision(std::size_t begin, std::size_t apostrophe, std::size_t after) const {
    const std::size_t size = apostrophe - begin;
    if (size == 0 || size > 8 || !vowel_at(after)) return false;
    if (size > 5 && lower(at(after)) == 'h') return false;  // "aujourd'hui" is one word
    const char last = lower(text_[apostrophe - 1]);
    if (last == 'u') return size >= 2 && lower(text_[apostrophe - 2]) == 'q';
    return std::string_view("cdjlmnstvz").find(last) != std::string_view::npos;
  }

  // The same with a space behind the apostrophe, as pre-cut texts have it ("l' arte"). "users' own" and "'old' age" are
  // none.
  bool is_spaced_elision(std::size_t begin, std::size_t apostrophe, std::size_t after) const {
    if (lower(text_[apostrophe - 1]) == 's' || !is_elision(begin, apostrophe, after)) return false;
    const bool is_quoted = follows_token() && tokens_.size() > first_ &&
                           apostrophe_at(tokens_.back().begin - base_) == tokens_.back().end - tokens_.back().begin;
    return !is_quoted;
  }

  // "E' nata a Lisbona": how "È" is written where the keyboard has none.
  bool is_typed_accent(std::size_t begin, std::size_t apostrophe, std::size_t after) const {
    return apostrophe == begin + 1 && lower(text_[begin]) == 'e' && at(after) == ' ' && letter_at(after + 1) &&
           !(begin > 0 && (at(begin - 1) == '\'' || at(begin - 1) == '-' || at(begin - 1) == '.'));
  }

  // The common case by itself: "word" or "Word" before a space, a comma, a closing dot. Says no to all others.
  bool plain_word() {
    std::size_t p = position_ + 1;
    const std::size_t size = text_.size();
    while (p < size && class_of(text_[p]) == kLowerLetter) ++p;
    if (p < size) {
      const char c = text_[p];
      if (c == '.') {
        if (p + 1 < size && class_of(text_[p + 1]) != kSpace) return false;
      } else if (c != ' ' && c != ',' && c != '\n' && c != '-' && c != ')' && c != '?') {
        return false;
      }
    }
    const bool is_upper = class_of(text_[position_]) == kUpperLetter;
    if (p == position_ + 1) {
      emit(p, is_upper ? shape::kAlpha | shape::kUpperFirst | shape::kInitial : shape::kAlpha | shape::kLower);
    } else {
      emit(p, is_upper ? shape::kAlpha | shape::kUpperFirst | shape::kCapitalized : shape::kAlpha | shape::kLower);
    }
    return true;
  }

  void word() {
    if (class_of(text_[position_]) != kWide && plain_word()) return;
    // After a number, letters stand for a unit and take no digits: 10|h|30.
    const bool after_number = follows_token() && (tokens_.back().shape & shape::kDigits) != 0;
    const std::size_t begin = position_;
    std::size_t p = begin;
    std::size_t label = begin;  // first byte after the last inner dot
    Letters letters;
    while (p < text_.size()) {
      const char c = text_[p];
      const Class kind = class_of(c);
      if (kind == kLowerLetter) {
        letters.add(-1);
        ++p;
      } else if (kind == kUpperLetter) {
        letters.add(1);
        ++p;
      } else if (kind == kDigit) {
        if (after_number) break;
        letters.digits = true;
        ++letters.segment;
        ++p;
      } else if (kind == kWide) {
        const WideChar wide = decode(p);
        if (wide.kind == Wide::kLetter) {
          letters.add(wide.case_of);
        } else if (wide.kind == Wide::kApostrophe) {
          const int step = apostrophe(begin, p, wide.size, letters);
          if (step < 0) break;
          if (step > 0) return;
        } else if (wide.kind == Wide::kOtherNumber || (wide.kind == Wide::kDigit && !after_number)) {
          letters.digits = true;  // "km²"
        } else if (wide.kind != Wide::kMark) {
          break;
        }
        letters.wide = true;
        p += wide.size;
      } else if (c == '\'') {
        const int step = apostrophe(begin, p, 1, letters);
        if (step < 0) break;
        if (step > 0) return;
        ++p;
      } else if (c == '.') {
        if (!dot_joins(p, letters)) break;
        letters.dotted = true;
        letters.segment = 0;
        label = ++p;
      } else if (c == '_') {
        if (!is_ascii_alnum(at(p + 1))) break;
        letters.others = true;
        ++p;
      } else if (c == '&') {  // "AT&T", "R&D"
        if (class_of(at(p + 1)) != kUpperLetter || letters.uppers != letters.count || letters.digits) break;
        letters.others = true;
        ++p;
      } else {
        break;
      }
    }
    unsigned bits = letters.shape();
    if (letters.dotted) {
      // Closing dot of "U.S." and "Ph.D.", whose last part is one or two letters.
      if (at(p) == '.' && at(p + 1) != '.' && letters.segment <= 2 && !letters.digits &&
          (letters.count <= 2 * letters.segment + 3) && is_short_form(begin, p)) {
        ++p;
      } else if (letters.uppers == 0 && at(p) == '/' && is_ascii_alnum(at(p + 1)) && p - label >= 2) {
        emit(address_end(p), shape::kUrl | shape::kDotted);
        return;
      } else if (letters.uppers == 0 && is_last_label(text_.substr(label, p - label))) {
        bits |= shape::kUrl;
      }
    } else if (at(p) == ':' && at(p + 1) == '/' && at(p + 2) == '/' && class_of(at(p + 3)) != kSpace && !letters.wide) {
      emit(address_end(p + 3), shape::kUrl);
      return;
    } else if (letters.count == 1 && letters.uppers == 1 && !letters.digits) {
      if (at(p) == '+' && at(p + 1) == '+') {  // "C++"
        p += 2;
        bits = shape::kUpperFirst;
      } else if (at(p) == '#' && !alnum_at(p + 1)) {  // "C#"
        ++p;
        bits = shape::kUpperFirst;
      }
    }
    emit(p, bits);
  }

  // What an apostrophe at `p` does to the word that began at `begin`: 0 joins the parts, -1 the word ends before it,
  // 1 the word ended behind it and has been emitted (elision).
  int apostrophe(std::size_t begin, std::size_t p, std::size_t size, Letters& letters) {
    const std::size_t after = p + size;
    if (is_typed_accent(begin, p, after)) {
      emit(after, letters.shape());
      return 1;
    }
    if (at(after) == ' ' && is_spaced_elision(begin, p, after + 1) && !letters.digits && !letters.dotted) {
      emit(after, letters.elided_shape());
      return 1;
    }
    if (!letter_at(after) || clitic_end(p) != 0) return -1;
    if (!letters.digits && !letters.dotted && is_elision(begin, p, after)) {
      emit(after, letters.elided_shape());
      return 1;
    }
    letters.after_apostrophe = true;
    return 0;
  }

  // Does the dot at `p` belong inside the word?
  bool dot_joins(std::size_t p, const Letters& letters) const {
    const char next = at(p + 1);
    const Class kind = class_of(next);
    if (kind == kDigit) return letters.digits || (letters.segment == 1 && letters.uppers == letters.count);  // "v1.24"
    if (kind != kUpperLetter && kind != kLowerLetter) return false;
    std::size_t run = 1;  // letters after the dot, as far as they matter
    while (run < 6 && is_ascii_letter(at(p + 1 + run))) ++run;
    if (letters.segment == 1 && run <= 2) return true;  // "U.S", "e.g", "M.Sc"
    if (letters.segment <= 3 && run == 1 && letters.first_upper && kind == kUpperLetter && !is_ascii_alnum(at(p + 2)))
      return true;                                                            // "Ph.D"
    if (kind == kLowerLetter) return run >= 2 || !is_ascii_alnum(at(p + 2));  // "Node.js", "main.c"
    return run <= 3 && !is_ascii_alnum(at(p + 1 + run)) && is_last_label(text_.substr(p + 1, run));  // "Zetta.IO"
  }

  // All parts of the dotted word are at most three letters and the last ones one or two: "U.S", "Ph.D", not "main.c".
  bool is_short_form(std::size_t begin, std::size_t end) const {
    std::size_t part = 0;
    std::size_t shortest = 99;
    for (std::size_t i = begin; i <= end; ++i) {
      if (i < end && text_[i] != '.') {
        if (++part > 3) return false;
      } else {
        shortest = std::min(shortest, part);
        part = 0;
      }
    }
    return shortest == 1;
  }

  // The end of an address from `p` on: up to white space, quotes, angle brackets; closing punctuation stays outside,
  // and so does a bracket that the address did not open.
  std::size_t address_end(std::size_t p) const {
    const std::size_t begin = p;
    int open = 0;
    for (; p < text_.size(); ++p) {
      const char c = text_[p];
      if (class_of(c) == kSpace || c == '<' || c == '>' || c == '"' || c == '`' || c == '|') break;
      if (class_of(c) == kWide) {
        const WideChar wide = decode(p);
        if (wide.kind == Wide::kSpace || wide.kind == Wide::kSign || wide.kind == Wide::kApostrophe) break;
        p += wide.size - 1;
      }
      if (c == '(' || c == '[') ++open;
      if ((c == ')' || c == ']') && --open < 0) break;
    }
    while (p > begin && std::string_view(".,;:!?'*_").find(text_[p - 1]) != std::string_view::npos) --p;
    return p;
  }

  void number() {
    const std::size_t begin = position_;
    std::size_t p = begin;
    std::size_t group = 0;  // digits since the last separator
    bool separators = false;
    bool wide = false;
    while (p < text_.size()) {
      const char c = text_[p];
      if (class_of(c) == kDigit) {
        ++group;
        ++p;
        continue;
      }
      if (c == ',' || c == '.') {
        if (digit_at(p + 1) == 0) break;
        ++p;
      } else if (const std::size_t digit = digit_at(p); digit > 0) {
        wide = true;
        ++group;
        p += digit;
        continue;
      } else {
        // "1'000", "10 000": three digits must follow, and no more than three may stand before.
        std::size_t separator = c == '\'' ? 1 : 0;
        if (class_of(c) == kWide) {
          const WideChar w = decode(p);
          if (w.kind == Wide::kApostrophe || w.code == 0xA0 || w.code == 0x202F || w.code == 0x2009) separator = w.size;
        }
        const std::size_t three = p + separator;
        if (separator == 0 || group > 3 || class_of(at(three)) != kDigit || class_of(at(three + 1)) != kDigit ||
            class_of(at(three + 2)) != kDigit || alnum_at(three + 3)) {
          break;
        }
        if (separator > 1) wide = true;
        p += separator;
      }
      separators = true;
      group = 0;
    }
    unsigned bits = shape::kDigits | shape::kHasDigit;
    if (const std::size_t suffix = separators ? 0 : number_suffix(p); suffix > 0) {
      for (std::size_t i = p; i < p + suffix; ++i) wide = wide || class_of(text_[i]) == kWide;
      bits = shape::kHasDigit;
      p += suffix;
    }
    emit(p, bits | (wide ? shape::kNonAscii : 0u));
  }

  // Bytes of an ordinal or decade ending after digits: 1st 2nd 3rd 4th 1990s 1er 2e 3ème 1º 1ª; 0: none.
  std::size_t number_suffix(std::size_t p) const {
    static constexpr std::array<std::string_view, 13> kSuffixes = {"st", "nd",  "rd",  "th",  "s",      "er",    "re",
                                                                   "e",  "ème", "ère", "nde", "\u00BA", "\u00AA"};
    const Class kind = class_of(at(p));
    if (kind != kUpperLetter && kind != kLowerLetter && kind != kWide) return 0;
    for (const std::string_view suffix : kSuffixes) {
      if (text_.size() - p < suffix.size() || alnum_at(p + suffix.size())) continue;
      if (std::equal(suffix.begin(), suffix.end(), text_.begin() + static_cast<std::ptrdiff_t>(p),
                     [](char a, char b) { return a == lower(b); })) {
        return suffix.size();
      }
    }
    return 0;
  }

  // "'90s", "'23": two digits after an apostrophe that does not follow a word.
  bool short_year(std::size_t mark) {
    if (follows_word()) return false;
    std::size_t p = position_ + mark;
    if (class_of(at(p)) != kDigit || class_of(at(p + 1)) != kDigit) return false;
    p += 2;
    if (lower(at(p)) == 's') ++p;
    if (alnum_at(p)) return false;
    emit(p, shape::kHasDigit | (mark > 1 ? shape::kNonAscii : 0u));
    return true;
  }

  // A clitic or a short year at an apostrophe of `mark` bytes.
  bool apostrophe_token(std::size_t mark) {
    if (follows_word()) {
      if (const std::size_t end = clitic_end(position_); end != 0) {
        const char c = text_[position_ + mark];
        emit(end, shape::kClitic | (class_of(c) == kLowerLetter ? shape::kLower : shape::kUpperFirst) |
                      (mark > 1 ? shape::kNonAscii : 0u));
        return true;
      }
    }
    return short_year(mark);
  }

  void sign() {
    const char c = text_[position_];
    switch (c) {
      case '\'':
        if (apostrophe_token(1)) return;
        break;
      case '@':
        if (at_sign()) return;
        break;
      case '.':
        if (class_of(at(position_ + 1)) == kDigit && !follows_word()) {
          std::size_t p = position_ + 1;
          while (class_of(at(p)) == kDigit) ++p;
          emit(p, shape::kDigits | shape::kHasDigit);
          return;
        }
        break;
      default:
        break;
    }
    std::size_t p = position_ + 1;
    if (at(p) == c && std::string_view(".-=_*#~!?+").find(c) != std::string_view::npos) {
      while (at(p) == c) ++p;
    }
    emit(p, shape::kPunctuation);
  }

  // The end of "a.org" from `p` on if it is a host name with a dot, else 0.
  std::size_t host_end(std::size_t p) const {
    std::size_t dots = 0;
    std::size_t end = p;
    while (is_ascii_alnum(at(end)) || ((at(end) == '.' || at(end) == '-') && end > p && is_ascii_alnum(at(end + 1)))) {
      if (at(end) == '.') ++dots;
      ++end;
    }
    return dots > 0 && is_ascii_letter(at(end - 1)) ? end : 0;
  }

  bool at_sign() {
    if (!is_ascii_alnum(at(position_ + 1)) && at(position_ + 1) != '_') return false;
    if (follows_word()) return mail_address();
    std::size_t p = position_ + 1;
    while (is_ascii_alnum(at(p)) || at(p) == '_' || (at(p) == '-' && is_ascii_alnum(at(p + 1)))) ++p;
    if (at(p) == '@') {
      if (const std::size_t end = host_end(p + 1); end != 0) p = end;
    }
    emit(p, shape::kHandle);
    return true;
  }

  // "@" right after a token: takes the tokens before it back as the name of a mailbox ("ada.lovell", "a-b").
  bool mail_address() {
    const std::size_t end = host_end(position_ + 1);
    if (end == 0) return false;
    std::size_t begin = position_;
    const std::size_t reach = position_ > 64 ? position_ - 64 : 0;
    while (begin > reach && (is_ascii_alnum(text_[begin - 1]) ||
                             std::string_view("._%+-").find(text_[begin - 1]) != std::string_view::npos)) {
      --begin;
    }
    std::size_t keep = tokens_.size();
    while (keep > first_ && tokens_[keep - 1].begin >= base_ + begin) --keep;
    if (keep == tokens_.size()) return false;
    const Token first = tokens_[keep];
    tokens_.resize(keep);
    tokens_.push_back({first.begin, static_cast<std::uint32_t>(base_ + end), shape::kUrl, first.flags});
    position_ = end;
    return true;
  }

  void wide() {
    const WideChar wide = decode(position_);
    switch (wide.kind) {
      case Wide::kSpace:
        spaced_ = true;
        if (wide.code == 0x2028 || wide.code == 0x85) ++breaks_;
        if (wide.code == 0x2029) breaks_ += 2;
        position_ += wide.size;
        break;
      case Wide::kLetter:
        word();
        break;
      case Wide::kDigit:
        number();
        break;
      case Wide::kIdeograph:
        emit(with_marks(position_ + wide.size), shape::kAlpha | shape::kNonAscii);
        break;
      case Wide::kOtherNumber:
        emit(with_marks(position_ + wide.size), shape::kHasDigit | shape::kNonAscii);
        break;
      case Wide::kApostrophe:
        if (apostrophe_token(wide.size)) return;
        emit(position_ + wide.size, shape::kPunctuation | shape::kNonAscii);
        break;
      case Wide::kMark:
      case Wide::kSign:
        emit(with_marks(position_ + wide.size), shape::kPunctuation | shape::kNonAscii);
        break;
    }
  }

  // Past the marks that belong to the character before `p` (variation selectors, joiners, combining marks).
  std::size_t with_marks(std::size_t p) const {
    while (class_of(at(p)) == kWide) {
      const WideChar wide = decode(p);
      if (wide.kind != Wide::kMark) break;
      p += wide.size;
      if (wide.code == 0x200D && class_of(at(p)) == kWide) {  // a joiner binds the next sign too
        const WideChar next = decode(p);
        if (next.kind == Wide::kSign && next.code >= 0) p += next.size;
      }
    }
    return p;
  }

  std::string_view text_;
  std::uint32_t base_;
  std::vector<Token>& tokens_;
  std::size_t first_;  // tokens before this one were there already
  std::size_t position_ = 0;
  bool spaced_ = false;
  std::uint32_t breaks_ = 0;  // line breaks since the last token
};

}  // namespace

void tokenize(std::string_view text, std::uint32_t base, std::vector<Token>& tokens) {
  Tokenizer(text, base, tokens).run();
}

void tokenize_phrase(std::string_view phrase, std::vector<Token>& tokens) {
  // Words that a clitic is cut from: one before it ends in a consonant, one behind it starts with a vowel.
  constexpr std::string_view kBefore = "x", kAfter = "a";
  const auto is_apostrophe = [](std::string_view part) { return part == "'" || part == "\u2019"; };
  const auto cut = [&](bool before, bool after) {
    std::string text(before ? kBefore : "");
    text += phrase;
    if (after) text += kAfter;
    tokens.clear();
    tokenize(text, 0, tokens);
    const auto is_neighbour = [&](const Token& token, std::size_t begin) {
      return token.begin == begin && token.end == begin + 1;
    };
    if (before && (tokens.empty() || !is_neighbour(tokens.front(), 0))) return false;
    if (after && (tokens.empty() || !is_neighbour(tokens.back(), text.size() - 1))) return false;
    if (before) tokens.erase(tokens.begin());
    if (after && !tokens.empty()) tokens.pop_back();
    for (Token& token : tokens) {
      token.begin -= before ? 1 : 0;
      token.end -= before ? 1 : 0;
    }
    return !tokens.empty();
  };
  const bool before = is_apostrophe(phrase.substr(0, 1)) || is_apostrophe(phrase.substr(0, 3));
  const bool after = phrase.size() >= 1 && (is_apostrophe(phrase.substr(phrase.size() - 1)) ||
                                            (phrase.size() >= 3 && is_apostrophe(phrase.substr(phrase.size() - 3))));
  if ((before || after) && cut(before, after)) return;
  if (before && after && (cut(true, false) || cut(false, true))) return;
  cut(false, false);
}

std::uint32_t tokenizer_version() {
  return 3;
}

}  // namespace dossier
