#include "pipeline/names.h"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <utility>

namespace dossier {
namespace {

// Transliterators are not safe to share between threads while they work: one a thread.
const icu::Transliterator* transliterator() {
  thread_local const std::unique_ptr<icu::Transliterator> instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    UParseError where;
    std::unique_ptr<icu::Transliterator> made(icu::Transliterator::createInstance(
        u"Any-Latin; NFKD; [:Mn:] Remove; Latin-ASCII; Lower", UTRANS_FORWARD, where, status));
    if (U_FAILURE(status)) made.reset();
    return made;
  }();
  return instance.get();
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Letters of names that are no ASCII letter with an accent, and marks between names; empty: none of these.
std::string_view latin_of(char16_t c) {
  static constexpr std::pair<std::u16string_view, std::string_view> kLatin[] = {
      {u"Ææ", "ae"}, {u"Œœ", "oe"}, {u"Øø", "o"}, {u"Łł", "l"}, {u"ĐđÐð", "d"}, {u"Þþ", "th"},
      {u"ß", "ss"},  {u"ı", "i"},   {u"–—", "-"}, {u"‘’", "'"}, {u"“”", "\""}};
  for (const auto& [letters, latin] : kLatin) {
    if (letters.find(c) != letters.npos) return latin;
  }
  return {};
}

// The same without a transliterator, whose making takes twenty milliseconds: appends text of ASCII, letters that are
// ASCII with accents, and what latin_of() knows. False: there is something else.
bool add_plain_latin(const icu::UnicodeString& text, std::string& out) {
  static const icu::Normalizer2* const decomposition = [] {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* found = icu::Normalizer2::getNFKDInstance(status);
    return U_FAILURE(status) ? nullptr : found;
  }();
  constexpr char16_t kFirstLetter = 0xC0, kLastLetter = 0x24F;  // Latin with accents
  icu::UnicodeString parts;
  for (std::int32_t i = 0; i < text.length(); ++i) {
    const char16_t c = text[i];
    if (c < 0x80) {
      out += lower(static_cast<char>(c));
    } else if (const std::string_view latin = latin_of(c); !latin.empty()) {
      out += latin;
    } else if (c >= kFirstLetter && c <= kLastLetter && decomposition != nullptr &&
               decomposition->getDecomposition(c, parts)) {
      for (std::int32_t at = 0; at < parts.length(); ++at) {
        if (parts[at] < 0x80) {
          out += lower(static_cast<char>(parts[at]));
        } else if (u_charType(parts[at]) != U_NON_SPACING_MARK) {
          return false;
        }
      }
    } else {
      return false;
    }
  }
  return true;
}

std::string to_latin(std::string_view text) {
  std::string out;
  if (!is_ascii(text)) {
    // Names come again and again, and a transliteration is slow.
    constexpr std::size_t kMaxKnown = 4096;
    thread_local std::unordered_map<std::string, std::string> known;
    if (known.size() >= kMaxKnown) known.clear();
    const auto [it, is_new] = known.try_emplace(std::string(text));
    if (!is_new) return it->second;
    icu::UnicodeString wide =
        icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
    if (!add_plain_latin(wide, out)) {
      out.clear();
      if (transliterator() != nullptr) transliterator()->transliterate(wide);
      wide.toUTF8String(out);
      std::transform(out.begin(), out.end(), out.begin(), lower);
    }
    it->second = out;
    return out;
  }
  out.resize(text.size());
  std::transform(text.begin(), text.end(), out.begin(), lower);
  return out;
}

}  // namespace

std::string fold(std::string_view name) {
  const bool is_plain = is_ascii(name);
  const std::string transliterated = is_plain ? std::string() : to_latin(name);
  const std::string_view latin = is_plain ? name : std::string_view(transliterated);
  std::string out;
  out.reserve(latin.size());
  for (std::size_t i = 0; i < latin.size(); ++i) {
    const char c = lower(latin[i]);
    const bool inside = i > 0 && i + 1 < latin.size() && is_alnum(latin[i - 1]) && is_alnum(latin[i + 1]);
    if (is_alnum(c) || (inside && (c == '-' || c == '\'' || c == '&' || c == '.')) || c == '+' || c == '@' ||
        c == '#') {
      out += c;
    } else if (c == '.' && i > 0 && is_alnum(latin[i - 1])) {
      continue;  // the dot of an abbreviation or initial: "K." is "k"
    } else if (c == '&') {
      if (!out.empty() && out.back() != ' ') out += ' ';
      out += "& ";
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<std::string> words_of(std::string_view folded) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < folded.size()) {
    const std::size_t end = std::min(folded.find(' ', at), folded.size());
    if (end > at) words.emplace_back(folded.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string slug(std::string_view name) {
  std::string out;
  for (const char c : to_latin(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += c;
    } else if (c == '\'' || c == '.') {
      continue;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
    if (out.size() >= 96) break;  // file systems allow 255 bytes; a name this long is no name
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

PersonName parse_person_name(std::string_view folded, const std::set<std::string, std::less<>>& suffixes,
                             const std::set<std::string, std::less<>>& particles) {
  PersonName name;
  std::vector<std::string> words;
  for (std::string& word : words_of(folded)) {
    // "j.r.r" is three initials.
    if (word.find('.') != std::string::npos) {
      std::size_t at = 0;
      while (at <= word.size()) {
        const std::size_t dot = std::min(word.find('.', at), word.size());
        if (dot > at) words.push_back(word.substr(at, dot - at));
        at = dot + 1;
      }
    } else {
      words.push_back(std::move(word));
    }
  }
  while (words.size() > 2 && suffixes.contains(words.back())) {
    name.suffix = name.suffix.empty() ? words.back() : words.back() + " " + name.suffix;
    words.pop_back();
  }
  name.size = words.size();
  for (const std::string& word : words) name.full += (name.full.empty() ? "" : " ") + word;
  if (words.empty()) return name;
  name.given = words.front();
  if (words.size() == 1) return name;
  std::size_t family_from = words.size() - 1;
  while (family_from > 1 && particles.contains(words[family_from - 1])) --family_from;
  name.middle.assign(words.begin() + 1, words.begin() + static_cast<std::ptrdiff_t>(family_from));
  for (std::size_t i = family_from; i < words.size(); ++i) name.family += (i == family_from ? "" : " ") + words[i];
  return name;
}

OrganizationName compare_form(std::string_view folded,
                              const std::map<std::string, std::string, std::less<>>& legal_forms,
                              const std::set<std::string, std::less<>>& articles) {
  OrganizationName name;
  std::vector<std::string> words = words_of(folded);
  if (words.size() > 1 && articles.contains(words.front())) words.erase(words.begin());
  // Legal forms of up to four words, longest first, again and again ("Harbor Holdings GmbH & Co. KG").
  bool taken = true;
  while (taken) {
    taken = false;
    for (std::size_t size = std::min<std::size_t>(4, words.size() - (words.empty() ? 0 : 1)); size > 0; --size) {
      std::string tail;
      for (std::size_t i = words.size() - size; i < words.size(); ++i) tail += (tail.empty() ? "" : " ") + words[i];
      const auto form = legal_forms.find(tail);
      if (form == legal_forms.end()) continue;
      if (!form->second.empty()) name.classes.insert(form->second);
      std::erase_if(tail, [](char c) { return c == '.' || c == ' '; });
      name.form.insert(0, tail);
      words.resize(words.size() - size);
      taken = true;
      break;
    }
  }
  while (words.size() > 1 && words.back() == "&") words.pop_back();
  for (const std::string& word : words) name.core += (name.core.empty() ? "" : " ") + word;
  return name;
}

bool is_acronym_of(std::string_view folded_acronym, std::string_view folded_name,
                   const std::set<std::string, std::less<>>& stop_words) {
  std::string letters;
  for (const char c : folded_acronym) {
    if (is_alnum(c)) letters += c;
  }
  if (letters.size() < 2) return false;
  std::string all, without_stops;
  for (const std::string& word : words_of(folded_name)) {
    std::size_t at = 0;
    while (at <= word.size()) {  // "e-learning" gives two letters
      if (at < word.size() && is_alnum(word[at])) {
        all += word[at];
        if (!stop_words.contains(word)) without_stops += word[at];
      }
      const std::size_t hyphen = word.find('-', at);
      if (hyphen == std::string::npos) break;
      at = hyphen + 1;
    }
  }
  return letters == all || letters == without_stops;
}

bool looks_like_acronym(std::string_view name) {
  std::size_t upper = 0;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      ++upper;
    } else if (c != '.' && c != '&' && !(c >= '0' && c <= '9')) {
      return false;
    }
  }
  return upper >= 2 && name.size() <= 8;
}

std::string normalize_identifier(std::string_view value) {
  std::string out(value);
  while (!out.empty() && (out.front() == ' ' || out.front() == '<')) out.erase(out.begin());
  while (!out.empty() && (out.back() == ' ' || out.back() == '>')) out.pop_back();
  const std::size_t scheme = out.find("://");
  const bool is_url = scheme != std::string::npos;
  if (is_url) out.erase(0, scheme + 3);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  if (out.starts_with("mailto:")) out.erase(0, 7);
  if (out.starts_with("www.")) out.erase(0, 4);
  const std::size_t extra = out.find_first_of("?#");
  if (is_url && extra != std::string::npos) out.erase(extra);
  while (!out.empty() && out.back() == '/') out.pop_back();
  return out;
}

std::string short_hash(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a, then mixed so that short inputs spread over all digits
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3u;
  }
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdu;
  hash ^= hash >> 33;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 0; i < 16; ++i) out[15 - i] = kDigits[(hash >> (4 * i)) & 0xF];
  return out;
}

bool one_letter_apart(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (a.size() < 5 || b.size() - a.size() > 1 || a == b) return false;
  const std::size_t front = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
  const std::string_view rest_a = a.substr(front), rest_b = b.substr(front);
  if (a.size() < b.size()) return rest_a == rest_b.substr(1);
  return rest_a.substr(1) == rest_b.substr(1) || (rest_a.size() > 1 && rest_a[0] == rest_b[1] &&
                                                  rest_a[1] == rest_b[0] && rest_a.substr(2) == rest_b.substr(2));
}

}  // namespace dossier
