#include "grammars/lexicon.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <tuple>
#include <unordered_map>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "grammars/image_file.h"
#include "grammars/knowledge_error.h"
#include "grammars/lexicon_image.h"
#include "grammars/tsv.h"
#include "pipeline/tokenize.h"

namespace dossier {

namespace {

constexpr char kMagic[8] = {'d', 'o', 's', 's', 'l', 'e', 'x', '6'};
constexpr std::size_t kSections = 11;

struct Header {
  char magic[8];
  std::uint64_t key_low, key_high;
  std::uint64_t content;
  std::uint64_t size;                      // bytes after the header
  std::uint64_t section_begin[kSections];  // bytes after the header
  std::uint64_t section_size[kSections];   // elements
  std::uint64_t names_begin, names_size;   // names of lexicons and attributes, '\n' after each, '\n' between the lists
};

std::uint32_t hash_word(std::string_view folded) {
  return static_cast<std::uint32_t>(XXH3_64bits(folded.data(), folded.size()) >> 16);
}

std::uint32_t hash_edge(std::uint32_t node, std::uint32_t word) {
  std::uint64_t x = (std::uint64_t{node} << 32) | word;
  x ^= x >> 31;
  x *= 0x9E3779B97F4A7C15u;
  return static_cast<std::uint32_t>(x >> 32);
}

// Of all of an image: where its sections lie counts as much as what they hold. Body: header.size bytes.
std::uint64_t content_hash(Header header, const char* body) {
  header.content = 0;
  return XXH3_64bits_withSeed(body, header.size, XXH3_64bits(&header, sizeof header));
}

const icu::Normalizer2& nfd() {
  static const icu::Normalizer2* normalizer = [] {
    UErrorCode status = U_ZERO_ERROR;
    return icu::Normalizer2::getNFDInstance(status);
  }();
  return *normalizer;
}

void append_code_point(UChar32 c, std::string& out) {
  char buffer[U8_MAX_LENGTH];
  std::int32_t length = 0;
  UBool failed = false;
  U8_APPEND(reinterpret_cast<std::uint8_t*>(buffer), length, U8_MAX_LENGTH, c, failed);
  if (!failed) out.append(buffer, static_cast<std::size_t>(length));
}

// Letters that Unicode does not decompose but everybody writes without their stroke.
const char* plain_letter(UChar32 c) {
  switch (c) {
    case 0xF8:
      return "o";
    case 0xE6:
      return "ae";
    case 0x153:
      return "oe";
    case 0xDF:
      return "ss";
    case 0x111:
      return "d";
    case 0xF0:
      return "d";
    case 0xFE:
      return "th";
    case 0x131:
      return "i";
    case 0x142:
      return "l";
    case 0x127:
      return "h";
    default:
      return nullptr;
  }
}

}  // namespace

namespace {

// Characters with status F in Unicode's CaseFolding.txt lie in these ranges: "ß" folds to "ss", as "SS" does.
bool folds_to_several(UChar32 c) {
  return c == 0xDF || c == 0x130 || c == 0x149 || c == 0x1F0 || c == 0x390 || c == 0x3B0 || c == 0x587 ||
         (c >= 0x1E96 && c <= 0x1E9E) || (c >= 0x1F50 && c <= 0x1FFC) || (c >= 0xFB00 && c <= 0xFB17);
}

}  // namespace

void fold_case(std::string_view surface, std::string& out) {
  out.resize(surface.size());
  char* lower = out.data();
  std::size_t i = 0;
  for (; i < surface.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(surface[i]);
    if (c >= 0x80) break;
    lower[i] = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  out.resize(i);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(surface.data());
  const auto size = static_cast<std::int32_t>(surface.size());
  for (auto at = static_cast<std::int32_t>(i); at < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) c = 0xFFFD;
    if (c == 0x2019 || c == 0x2018 || c == 0x02BC) c = '\'';
    if (!folds_to_several(c)) {
      append_code_point(u_foldCase(c, U_FOLD_CASE_DEFAULT), out);
      continue;
    }
    UChar utf16[2], folded[8];
    std::int32_t units = 0;
    U16_APPEND_UNSAFE(utf16, units, c);
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t count = u_strFoldCase(folded, 8, utf16, units, U_FOLD_CASE_DEFAULT, &status);
    for (std::int32_t k = 0; U_SUCCESS(status) && k < count;) {
      UChar32 part = 0;
      U16_NEXT(folded, k, count, part);
      append_code_point(part, out);
    }
  }
  if (out == "e'") out = "è";  // as Italian keyboards without the letter write it
}

bool strip_accents(std::string_view folded, std::string& out) {
  if (std::all_of(folded.begin(), folded.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return false;
  }
  const icu::UnicodeString source =
      icu::UnicodeString::fromUTF8(icu::StringPiece(folded.data(), static_cast<std::int32_t>(folded.size())));
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString decomposed = nfd().normalize(source, status);
  if (U_FAILURE(status)) return false;
  out.clear();
  for (std::int32_t i = 0; i < decomposed.length();) {
    const UChar32 c = decomposed.char32At(i);
    i += U16_LENGTH(c);
    if (u_charType(c) == U_NON_SPACING_MARK) continue;
    if (const char* plain = plain_letter(c)) {
      out += plain;
    } else {
      append_code_point(c, out);
    }
  }
  return out != folded;
}

Lexicons::Image::~Image() {
  if (mapped != nullptr) munmap(mapped, mapped_size);
}

WordId Lexicons::Image::find(std::string_view folded) const {
  const std::uint32_t hash = hash_word(folded);
  const std::size_t mask = slots.size - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots.data[at];
    if (slot.word == 0) return 0;
    if (slot.hash == hash && string(words.data[slot.word].text) == folded) return slot.word;
  }
}

std::uint32_t Lexicons::Image::follow(std::uint32_t node, WordId word) const {
  const std::size_t mask = edges.size - 1;
  for (std::size_t at = hash_edge(node, word) & mask;; at = (at + 1) & mask) {
    const Edge& edge = edges.data[at];
    if (edge.word == 0) return 0;
    if (edge.node == node && edge.word == word) return edge.target;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Reading the TSV files.

namespace {

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = line.find(separator, begin);
    parts.push_back(line.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

class LexiconFile {
 public:
  LexiconFile(std::string file, std::string_view bytes, std::vector<Problem>& problems)
      : file_(std::move(file)), bytes_(bytes), problems_(problems) {}

  // Reads the file into `source`; returns false (with problems reported) if nothing of it can be used.
  bool read(LexiconSource& source) {
    source.file = file_;
    bool has_directive = false;
    bool has_header = false;
    std::uint32_t number = 0;
    for (std::size_t begin = 0; begin < bytes_.size();) {
      std::size_t end = bytes_.find('\n', begin);
      if (end == std::string_view::npos) end = bytes_.size();
      std::string_view line = bytes_.substr(begin, end - begin);
      begin = end + 1;
      ++number;
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      if (line.starts_with("#!")) {
        has_directive = read_directive(line.substr(2), number, source);
      } else if (line.empty() || (line.front() == '#' && (line.size() == 1 || line[1] == ' '))) {
        continue;
      } else if (!has_directive) {
        report(number, "row before the directive", "", "start the file with: #! lexicon=NAME fold=case");
        return false;
      } else if (!has_header) {
        has_header = read_header(line, number, source);
        if (!has_header) return false;
      } else {
        read_row(line, number, source);
      }
    }
    return has_directive;
  }

 private:
  void report(std::uint32_t line, std::string what, std::string_view piece, std::string advice) {
    problems_.push_back({file_, line, 0, std::move(what), std::string(piece), std::move(advice)});
  }

  bool read_directive(std::string_view text, std::uint32_t number, LexiconSource& source) {
    bool folded = false;
    for (std::string_view word : split(text, ' ')) {
      if (word.empty()) continue;
      if (word.starts_with("lexicon=")) {
        source.name = word.substr(8);
      } else if (word.starts_with("fold=")) {
        for (std::string_view fold : split(word.substr(5), ',')) {
          if (fold == "exact") {
            source.exact = true;
          } else if (fold == "case") {
            folded = true;
          } else if (fold == "diacritics") {
            source.diacritics = true;
          } else if (fold == "plural") {
            source.plural = true;
          } else {
            report(number, "unknown fold", fold, "use exact, case, diacritics or plural");
          }
        }
      } else {
        report(number, "unknown setting", word, "a directive reads: #! lexicon=NAME fold=case,diacritics,plural");
      }
    }
    if (source.exact && folded) report(number, "fold=exact and fold=case exclude each other", "", "keep one of them");
    if (source.name.empty()) report(number, "directive without a name", text, "add lexicon=NAME");
    return true;
  }

  bool read_header(std::string_view line, std::uint32_t number, LexiconSource& source) {
    const std::vector<std::string_view> columns = split(line, '\t');
    if (columns.front() != "entry") {
      report(number, "header row must start with the column `entry`", columns.front(), "add the header row");
      return false;
    }
    for (std::size_t i = 1; i < columns.size(); ++i) source.columns.emplace_back(columns[i]);
    return true;
  }

  void read_row(std::string_view line, std::uint32_t number, LexiconSource& source) {
    const std::vector<std::string_view> cells = split(line, '\t');
    if (cells.front().empty()) {
      report(number, "empty entry", line, "remove the row or fill its first cell");
      return;
    }
    if (cells.size() > source.columns.size() + 1) {
      report(number, "more cells than columns", line, "the header has " + std::to_string(source.columns.size() + 1));
      return;
    }
    LexiconSource::Row row;
    row.entry = cells.front();
    row.line = number;
    for (std::size_t i = 0; i < source.columns.size(); ++i) {
      row.values.emplace_back(i + 1 < cells.size() ? cells[i + 1] : std::string_view());
    }
    source.rows.push_back(std::move(row));
  }

  std::string file_;
  std::string_view bytes_;
  std::vector<Problem>& problems_;
};

// Endings of plurals by language: longest matching ending wins (grammars/plural_endings.tsv).
struct PluralEnding {
  std::string language;
  std::string singular;
  std::string plural;
};

void read_plural_endings(std::string_view bytes, std::vector<PluralEnding>& endings) {
  bool header = true;
  for (std::string_view line : split(bytes, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    if (header) {
      header = false;
      continue;
    }
    const std::vector<std::string_view> cells = split(line, '\t');
    if (cells.size() == 3) endings.push_back({std::string(cells[0]), std::string(cells[1]), std::string(cells[2])});
  }
}

std::string plural_of(const std::string& word, std::string_view language, const std::vector<PluralEnding>& endings) {
  const PluralEnding* best = nullptr;
  for (const PluralEnding& ending : endings) {
    if (ending.language != language || !word.ends_with(ending.singular)) continue;
    if (best == nullptr || ending.singular.size() > best->singular.size()) best = &ending;
  }
  if (best == nullptr) return {};
  return word.substr(0, word.size() - best->singular.size()) + best->plural;
}

// ---------------------------------------------------------------------------------------------------------------------
// Compilation.

class ImageBuilder {
 public:
  ImageBuilder() {
    words_.push_back({});
    word_texts_.emplace_back();
    nodes_.resize(1);
    intern_text("");
  }

  WordId add_word(const std::string& folded) {
    const auto [it, is_new] = word_ids_.try_emplace(folded, static_cast<WordId>(words_.size()));
    if (is_new) {
      words_.push_back({intern_text(folded), 0, 0, 0, 0});
      word_texts_.push_back(folded);
      singles_of_.emplace_back();
    }
    return it->second;
  }

  void add_lexicon(const LexiconSource& source, const std::vector<PluralEnding>& endings) {
    const auto lexicon = static_cast<std::uint16_t>(lexicon_names.size());
    lexicon_names.push_back(source.name);
    exact_.push_back(source.exact ? 1 : 0);
    std::vector<std::uint32_t> attributes;
    std::size_t language_column = source.columns.size();
    for (std::size_t i = 0; i < source.columns.size(); ++i) {
      attributes.push_back(attribute_id(source.columns[i]));
      if (source.columns[i] == "lang") language_column = i;
    }
    for (const LexiconSource::Row& row : source.rows) {
      const auto entry = static_cast<EntryId>(entries_.size());
      Image::Entry record{intern_text(row.entry), static_cast<std::uint32_t>(values_.size()), 0, lexicon};
      for (std::size_t i = 0; i < row.values.size(); ++i) {
        if (row.values[i].empty()) continue;
        values_.push_back({intern_text(row.values[i]), attributes[i]});
        ++record.attribute_count;
      }
      entries_.push_back(record);
      add_forms(row.entry, language_column < row.values.size() ? row.values[language_column] : "", source, endings,
                entry);
    }
  }

  // Writes header and sections; `key` identifies what the image was made from.
  std::vector<std::uint64_t> finish(XXH128_hash_t key);

  std::vector<std::string> lexicon_names;
  std::vector<std::string> attribute_names;

 private:
  using Image = Lexicons::Image;

  std::uint32_t intern_text(const std::string& text) {
    const auto [it, is_new] = text_ids_.try_emplace(text, static_cast<std::uint32_t>(strings_.size()));
    if (is_new) {
      strings_.push_back({static_cast<std::uint32_t>(characters_.size()), static_cast<std::uint32_t>(text.size())});
      characters_ += text;
    }
    return it->second;
  }

  std::uint32_t attribute_id(const std::string& name) {
    const auto it = std::find(attribute_names.begin(), attribute_names.end(), name);
    if (it != attribute_names.end()) return static_cast<std::uint32_t>(it - attribute_names.begin());
    attribute_names.push_back(name);
    return static_cast<std::uint32_t>(attribute_names.size() - 1);
  }

  void add_forms(const std::string& text, const std::string& language, const LexiconSource& source,
                 const std::vector<PluralEnding>& endings, EntryId entry) {
    tokenize_phrase(text, tokens_);
    if (tokens_.empty()) return;
    std::vector<std::string> folded(tokens_.size());
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      fold_case(std::string_view(text).substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin), folded[i]);
    }
    add_sequence(folded, entry);
    std::string plain;
    if (source.diacritics) {
      std::vector<std::string> stripped = folded;
      bool changed = false;
      for (std::string& word : stripped) {
        if (strip_accents(word, plain)) {
          word = plain;
          changed = true;
        }
      }
      if (changed) add_sequence(stripped, entry);
    }
    if (source.plural) {
      std::string plural = plural_of(folded.back(), language.empty() ? "en" : language, endings);
      if (!plural.empty() && plural != folded.back()) {
        folded.back() = std::move(plural);
        add_sequence(folded, entry);
      }
    }
  }

  void add_sequence(const std::vector<std::string>& folded, EntryId entry) {
    if (folded.size() == 1) {
      const WordId word = add_word(folded.front());
      std::vector<EntryId>& singles = singles_of_[word - 1];
      if (std::find(singles.begin(), singles.end(), entry) == singles.end()) singles.push_back(entry);
      return;
    }
    std::uint32_t node = 0;
    for (std::size_t i = 0; i < folded.size(); ++i) {
      const WordId word = add_word(folded[i]);
      if (i == 0) {
        if (words_[word].root == 0) words_[word].root = new_node();
        node = words_[word].root;
        continue;
      }
      std::uint32_t& target = edges_[(std::uint64_t{node} << 32) | word];
      if (target == 0) target = new_node();
      node = target;
    }
    std::vector<EntryId>& ends = ends_of_[node];
    if (std::find(ends.begin(), ends.end(), entry) == ends.end()) ends.push_back(entry);
  }

  std::uint32_t new_node() {
    nodes_.push_back({});
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }

  std::string characters_;
  std::vector<Image::Text> strings_;
  std::unordered_map<std::string, std::uint32_t> text_ids_;
  std::vector<Image::Word> words_;
  std::vector<std::string> word_texts_;
  std::unordered_map<std::string, WordId> word_ids_;
  std::vector<std::vector<EntryId>> singles_of_;  // index = word - 1
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;
  std::unordered_map<std::uint32_t, std::vector<EntryId>> ends_of_;
  std::vector<Image::Node> nodes_;
  std::vector<Image::Entry> entries_;
  std::vector<Image::Value> values_;
  std::vector<std::uint8_t> exact_;
  std::vector<Token> tokens_;
};

std::vector<std::uint64_t> ImageBuilder::finish(XXH128_hash_t key) {
  // Words without accents lead from those with them.
  std::string plain;
  for (std::size_t word = 1; word < words_.size(); ++word) {
    if (!strip_accents(word_texts_[word], plain)) continue;
    const auto it = word_ids_.find(plain);
    if (it != word_ids_.end()) words_[word].plain = it->second;
  }
  std::vector<EntryId> singles;
  for (std::size_t word = 1; word < words_.size(); ++word) {
    words_[word].single_begin = static_cast<std::uint32_t>(singles.size());
    words_[word].single_count = static_cast<std::uint32_t>(singles_of_[word - 1].size());
    singles.insert(singles.end(), singles_of_[word - 1].begin(), singles_of_[word - 1].end());
  }
  // "José" is a word of "José Antonio" and no entry by itself: alone it is "Jose", as if no list had it.
  for (std::size_t word = 1; word < words_.size(); ++word) {
    if (words_[word].single_count > 0 || words_[word].plain == 0) continue;
    words_[word].single_begin = words_[words_[word].plain].single_begin;
    words_[word].single_count = words_[words_[word].plain].single_count;
  }
  std::vector<Image::Slot> slots(std::bit_ceil(words_.size() * 2 + 2));
  for (std::size_t word = 1; word < words_.size(); ++word) {
    const std::uint32_t hash = hash_word(word_texts_[word]);
    std::size_t at = hash & (slots.size() - 1);
    while (slots[at].word != 0) at = (at + 1) & (slots.size() - 1);
    slots[at] = {hash, static_cast<std::uint32_t>(word)};
  }
  std::vector<EntryId> ends;
  for (std::uint32_t node = 1; node < nodes_.size(); ++node) {
    const auto it = ends_of_.find(node);
    if (it == ends_of_.end()) continue;
    nodes_[node] = {static_cast<std::uint32_t>(ends.size()), static_cast<std::uint32_t>(it->second.size())};
    ends.insert(ends.end(), it->second.begin(), it->second.end());
  }
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted_edges(edges_.begin(), edges_.end());
  std::sort(sorted_edges.begin(), sorted_edges.end());
  std::vector<Image::Edge> edges(std::bit_ceil(sorted_edges.size() * 2 + 2));
  for (const auto& [from, target] : sorted_edges) {
    const auto node = static_cast<std::uint32_t>(from >> 32);
    const auto word = static_cast<std::uint32_t>(from);
    std::size_t at = hash_edge(node, word) & (edges.size() - 1);
    while (edges[at].word != 0) at = (at + 1) & (edges.size() - 1);
    edges[at] = {node, word, target};
  }
  std::string names;
  for (const std::string& name : lexicon_names) names += name + '\n';
  names += '\n';
  for (const std::string& name : attribute_names) names += name + '\n';

  Header header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.key_low = key.low64;
  header.key_high = key.high64;
  std::string body;
  std::size_t section = 0;
  const auto put = [&](const void* data, std::size_t element, std::size_t count) {
    body.resize((body.size() + 7) & ~std::size_t{7});
    header.section_begin[section] = body.size();
    header.section_size[section] = count;
    ++section;
    body.append(static_cast<const char*>(data), element * count);
  };
  put(characters_.data(), 1, characters_.size());
  put(strings_.data(), sizeof strings_[0], strings_.size());
  put(words_.data(), sizeof words_[0], words_.size());
  put(slots.data(), sizeof slots[0], slots.size());
  put(singles.data(), sizeof singles[0], singles.size());
  put(edges.data(), sizeof edges[0], edges.size());
  put(nodes_.data(), sizeof nodes_[0], nodes_.size());
  put(ends.data(), sizeof ends[0], ends.size());
  put(entries_.data(), sizeof entries_[0], entries_.size());
  put(values_.data(), sizeof values_[0], values_.size());
  put(exact_.data(), 1, exact_.size());
  header.names_begin = body.size();
  header.names_size = names.size();
  body += names;
  header.size = body.size();
  header.content = content_hash(header, body.data());

  std::vector<std::uint64_t> bytes((sizeof header + body.size() + 7) / 8);
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(reinterpret_cast<char*>(bytes.data()) + sizeof header, body.data(), body.size());
  return bytes;
}

std::string hex(XXH128_hash_t key) {
  char buffer[33];
  std::snprintf(buffer, sizeof buffer, "%016llx%016llx", static_cast<unsigned long long>(key.high64),
                static_cast<unsigned long long>(key.low64));
  return buffer;
}

// Points the image's views into `bytes`; false if they are no intact image with that key.
bool attach(Lexicons::Image& image, const char* bytes, std::size_t size, XXH128_hash_t key) {
  Header header;
  if (size < sizeof header) return false;
  std::memcpy(&header, bytes, sizeof header);
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0 || header.key_low != key.low64 ||
      header.key_high != key.high64 || header.size > size - sizeof header) {
    return false;
  }
  const char* body = bytes + sizeof header;
  if (content_hash(header, body) != header.content) return false;
  std::size_t section = 0;
  const auto view = [&]<class T>(Lexicons::Image::View<T>& out) {
    out = {reinterpret_cast<const T*>(body + header.section_begin[section]), header.section_size[section]};
    ++section;
  };
  view(image.characters);
  view(image.strings);
  view(image.words);
  view(image.slots);
  view(image.singles);
  view(image.edges);
  view(image.nodes);
  view(image.ends);
  view(image.entries);
  view(image.values);
  view(image.exact);
  const std::string_view names(body + header.names_begin, header.names_size);
  bool in_attributes = false;
  for (std::string_view name : split(names, '\n')) {
    if (name.empty()) {
      in_attributes = true;
      continue;
    }
    (in_attributes ? image.attribute_names : image.lexicon_names).emplace_back(name);
  }
  const auto number = [](const std::vector<std::string>& all, auto& ids) {
    for (std::size_t i = 0; i < all.size(); ++i) ids.try_emplace(all[i], static_cast<std::uint16_t>(i));
  };
  number(image.lexicon_names, image.lexicon_ids);
  number(image.attribute_names, image.attribute_ids);
  image.hash = hex(key);
  static std::atomic<std::uint64_t> images = 0;
  image.number = ++images;
  return true;
}

bool map_file(Lexicons::Image& image, const std::filesystem::path& path, XXH128_hash_t key) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct stat status {};
  void* mapped = MAP_FAILED;
  std::size_t size = 0;
  if (fstat(file, &status) == 0 && status.st_size > 0) {
    size = static_cast<std::size_t>(status.st_size);
    mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  }
  close(file);
  if (mapped == MAP_FAILED) return false;
  if (!attach(image, static_cast<const char*>(mapped), size, key)) {
    munmap(mapped, size);
    return false;
  }
  madvise(mapped, size, MADV_DONTNEED);  // to be checked it was read whole: only what is asked for need stay resident
  image.mapped = mapped;
  image.mapped_size = size;
  return true;
}

struct KnowledgeFile {
  std::string name;  // relative, for messages
  std::string bytes;
};

std::vector<KnowledgeFile> read_sources(const Lexicons::Options& options, std::vector<Problem>& problems) {
  std::vector<KnowledgeFile> files;
  for (const std::filesystem::path& folder : options.folders) {
    std::vector<std::filesystem::path> paths;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error)) {
      // A link to nothing is a file that cannot be read.
      if ((it->is_regular_file(error) || it->is_symlink(error)) && it->path().extension() == ".tsv")
        paths.push_back(it->path());
      error.clear();
    }
    std::sort(paths.begin(), paths.end());
    for (const std::filesystem::path& path : paths) {
      std::string bytes = read_text_file(path, problems);
      // A table without the directive is not a lexicon (labels …).
      if (bytes.find("#! lexicon=") == std::string::npos) continue;
      files.push_back({std::filesystem::relative(path, folder).string(), std::move(bytes)});
    }
  }
  return files;
}

}  // namespace

Lexicons Lexicons::load(const Options& options) {
  std::vector<Problem> problems;
  const std::vector<KnowledgeFile> files = read_sources(options, problems);
  std::vector<PluralEnding> endings;
  std::string plural_endings;
  for (const std::filesystem::path& path : options.plural_endings) {
    const std::string bytes = read_text_file(path, problems);
    read_plural_endings(bytes, endings);
    plural_endings += bytes + '\0';
  }
  if (!problems.empty()) throw KnowledgeError(std::move(problems));
  XXH3_state_t* state = XXH3_createState();
  XXH3_128bits_reset(state);
  const auto feed = [&](std::string_view text) {
    const std::uint64_t size = text.size();
    XXH3_128bits_update(state, &size, sizeof size);
    XXH3_128bits_update(state, text.data(), text.size());
  };
  feed(std::string_view(kMagic, sizeof kMagic));
  feed(U_ICU_VERSION);
  feed(std::to_string(tokenizer_version()));
  for (const std::string& language : options.languages) feed(language);
  const std::set<std::string> extra(options.extra_words.begin(), options.extra_words.end());
  for (const std::string& word : extra) feed(word);
  for (const KnowledgeFile& file : files) {
    feed(file.name);
    feed(file.bytes);
  }
  feed(plural_endings);
  const XXH128_hash_t key = XXH3_128bits_digest(state);
  XXH3_freeState(state);

  auto image = std::make_unique<Image>();
  const std::filesystem::path cached =
      options.cache.empty() ? std::filesystem::path() : options.cache / ("lexicons-" + hex(key) + ".image");
  if (!cached.empty() && map_file(*image, cached, key)) return Lexicons(std::move(image));

  std::vector<LexiconSource> sources;
  for (const KnowledgeFile& file : files) {
    LexiconSource source;
    if (!LexiconFile(file.name, file.bytes, problems).read(source)) continue;
    // A later file may add to a lexicon with the same name and columns.
    const auto same =
        std::find_if(sources.begin(), sources.end(), [&](const LexiconSource& s) { return s.name == source.name; });
    if (same == sources.end()) {
      sources.push_back(std::move(source));
    } else if (same->columns != source.columns) {
      problems.push_back({file.name, 0, 0, "lexicon " + source.name + " already has other columns", same->file,
                          "use the same header row in both files"});
    } else {
      same->rows.insert(same->rows.end(), source.rows.begin(), source.rows.end());
    }
  }
  if (!problems.empty()) throw KnowledgeError(std::move(problems));
  for (LexiconSource& made : make_icu_lexicons(options.languages)) sources.push_back(std::move(made));

  ImageBuilder builder;
  std::string folded;
  for (const std::string& word : extra) {
    fold_case(word, folded);
    builder.add_word(folded);
  }
  for (const LexiconSource& source : sources) builder.add_lexicon(source, endings);
  std::vector<std::uint64_t> bytes = builder.finish(key);
  if (!cached.empty()) {
    write_image(cached, {reinterpret_cast<const char*>(bytes.data()), bytes.size() * 8});
    if (map_file(*image, cached, key)) return Lexicons(std::move(image));
  }
  image->owned = std::move(bytes);
  attach(*image, reinterpret_cast<const char*>(image->owned.data()), image->owned.size() * 8, key);
  return Lexicons(std::move(image));
}

Lexicons::Lexicons(std::unique_ptr<Image> image) : image_(std::move(image)) {}
Lexicons::Lexicons(Lexicons&&) noexcept = default;
Lexicons& Lexicons::operator=(Lexicons&&) noexcept = default;
Lexicons::~Lexicons() = default;

LexiconId Lexicons::find(std::string_view lexicon) const {
  const auto it = image_->lexicon_ids.find(lexicon);
  return it == image_->lexicon_ids.end() ? kNoLexicon : LexiconId{it->second};
}

AttributeId Lexicons::find_attribute(std::string_view name) const {
  const auto it = image_->attribute_ids.find(name);
  return it == image_->attribute_ids.end() ? kNoAttribute : AttributeId{it->second};
}

std::span<const std::string> Lexicons::lexicon_names() const {
  return image_->lexicon_names;
}
std::span<const std::string> Lexicons::attribute_names() const {
  return image_->attribute_names;
}

std::string_view Lexicons::entry_text(EntryId entry) const {
  return image_->string(image_->entries[entry].text);
}
LexiconId Lexicons::lexicon_of(EntryId entry) const {
  return image_->entries[entry].lexicon;
}

std::string_view Lexicons::attribute(EntryId entry, AttributeId attribute) const {
  const Image::Entry& record = image_->entries[entry];
  for (std::uint32_t i = 0; i < record.attribute_count; ++i) {
    const Image::Value& value = image_->values[record.attributes + i];
    if (value.attribute == attribute) return image_->string(value.text);
  }
  return {};
}

double Lexicons::number(EntryId entry, AttributeId attribute, double fallback) const {
  const std::string_view text = this->attribute(entry, attribute);
  double value = fallback;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : fallback;
}

namespace {

WordId find_word(const Lexicons::Image& image, std::string_view surface) {
  std::string folded;
  fold_case(surface, folded);
  if (const WordId found = image.find(folded)) return found;
  std::string plain;
  return strip_accents(folded, plain) ? image.find(plain) : 0;
}

}  // namespace

// The words of names are asked for again and again, each time in four tables of a million words: those that a thread
// asked for lately are known.
WordId Lexicons::word(std::string_view surface) const {
  struct Recent {
    std::uint64_t low = 0, high = 0;  // the surface, zero-padded; its size in the last byte
    std::uint64_t image = 0;
    WordId word = 0;
  };
  constexpr unsigned kRecentBits = 10;
  thread_local std::array<Recent, std::size_t{1} << kRecentBits> recent;
  if (surface.empty() || surface.size() > 15) return find_word(*image_, surface);
  std::uint64_t key[2] = {0, 0};
  std::memcpy(key, surface.data(), surface.size());
  key[1] |= static_cast<std::uint64_t>(surface.size()) << 56;
  Recent& slot = recent[((key[0] ^ (key[1] >> 7)) * 0x9E3779B97F4A7C15ull) >> (64 - kRecentBits)];
  if (slot.low != key[0] || slot.high != key[1] || slot.image != image_->number)
    slot = {key[0], key[1], image_->number, find_word(*image_, surface)};
  return slot.word;
}

std::size_t Lexicons::word_count() const {
  return image_->words.size;
}

std::span<const EntryId> Lexicons::entries_of(WordId word) const {
  const Image::Word& record = image_->words[word];
  return {image_->singles.data + record.single_begin, record.single_count};
}

std::vector<EntryId> Lexicons::entries_in(std::initializer_list<LexiconId> lexicons) const {
  const std::span<const Image::Entry> all(image_->entries.data, image_->entries.size);  // lexicon after lexicon
  std::vector<EntryId> entries;
  for (const LexiconId lexicon : lexicons) {
    if (lexicon == kNoLexicon) continue;
    const auto first = std::partition_point(all.begin(), all.end(), [&](const auto& e) { return e.lexicon < lexicon; });
    const auto last = std::partition_point(first, all.end(), [&](const auto& e) { return e.lexicon == lexicon; });
    for (auto it = first; it != last; ++it) entries.push_back(static_cast<EntryId>(it - all.begin()));
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::size_t Lexicons::entry_count() const {
  return image_->entries.size;
}
std::string_view Lexicons::image_hash() const {
  return image_->hash;
}

bool fits(const Lexicons& lexicons, EntryId entry, std::string_view surface) {
  const Lexicons::Image& image = lexicons.image();
  return image.exact[image.entries[entry].lexicon] == 0 || image.string(image.entries[entry].text) == surface;
}

namespace {

// Do the tokens [first, end) read exactly as the entry is written? White space between words counts as one space.
bool reads_exactly(const Document& document, std::uint32_t first, std::uint32_t end, std::string_view entry) {
  std::size_t at = 0;
  for (std::uint32_t i = first; i < end; ++i) {
    if (i > first && (document.tokens[i].flags & token_flag::kSpaceBefore) != 0) {
      if (at >= entry.size() || entry[at] != ' ') return false;
      ++at;
    }
    const std::string_view word = document.word(i);
    if (entry.substr(at, word.size()) != word) return false;
    at += word.size();
  }
  return at == entry.size();
}

}  // namespace

void run_lexicon_pass(const Lexicons& lexicons, const Document& document, LexiconPass& pass, RecentWords& recent) {
  const Lexicons::Image& image = lexicons.image();
  const std::size_t count = document.tokens.size();
  pass.words.resize(count);
  pass.phrases.clear();
  pass.phrase_begin.resize(count + 1);
  constexpr std::size_t kRecent = 8192;
  // Behind the surfaces the edges of the trie that were followed lately: from and over which word, and where to.
  constexpr unsigned kRecentEdgeBits = 12;
  // A few words alone, a label say, are looked up faster than these tables are made.
  constexpr std::size_t kFewTokens = 32;
  const bool is_small = recent.slots.empty() && count < kFewTokens;
  if (recent.slots.empty() && !is_small) recent.slots.assign(kRecent + (std::size_t{1} << kRecentEdgeBits), {});
  recent.roots.resize(count);
  std::string folded;
  std::string plain;
  const auto look_up = [&](std::string_view surface, std::uint16_t shape, WordId& word, std::uint32_t& root) {
    word = 0;
    if (surface.size() <= 64) {
      fold_case(surface, folded);
      word = image.find(folded);
      if (word == 0 && (shape & shape::kNonAscii) != 0 && strip_accents(folded, plain)) word = image.find(plain);
    }
    const Lexicons::Image::Word& entry = image.words[word];
    root = entry.root == 0 && entry.plain != 0 ? image.words[entry.plain].root : entry.root;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const Token& token = document.tokens[i];
    const std::string_view surface = document.slice(token.span());
    if (is_small || surface.size() > 15) {
      look_up(surface, token.shape, pass.words[i], recent.roots[i]);
      continue;
    }
    std::uint64_t key[2] = {0, 0};
    std::memcpy(key, surface.data(), surface.size());
    key[1] |= static_cast<std::uint64_t>(surface.size()) << 56;
    RecentWords::Slot& slot = recent.slots[((key[0] ^ (key[1] >> 7)) * 0x9E3779B97F4A7C15ull) >> 51];
    if (slot.low != key[0] || slot.high != key[1]) {
      slot.low = key[0];
      slot.high = key[1];
      look_up(surface, token.shape, slot.word, slot.root);
    }
    pass.words[i] = slot.word;
    recent.roots[i] = slot.root;
  }
  const auto step = [&](std::uint32_t node, WordId word) {
    if (word == 0) return std::uint32_t{0};
    RecentWords::Slot unknown;
    RecentWords::Slot& known =
        is_small ? unknown
                 : recent.slots[kRecent + ((node * 0x9E3779B1u + word * 0x85EBCA77u) >> (32 - kRecentEdgeBits))];
    const std::uint64_t edge = std::uint64_t{node} << 32 | word;
    if (known.low == edge) return known.root;
    known.low = edge;
    known.root = image.follow(node, word);
    const WordId without_accents = known.root == 0 ? image.words[word].plain : 0;
    if (without_accents != 0) known.root = image.follow(node, without_accents);
    return known.root;
  };
  std::size_t sentence = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    pass.phrase_begin[i] = static_cast<std::uint32_t>(pass.phrases.size());
    while (sentence < document.sentences.size() && document.sentences[sentence].end_token <= i) ++sentence;
    std::uint32_t node = recent.roots[i];
    if (node == 0) continue;
    const std::uint32_t limit = sentence < document.sentences.size() ? document.sentences[sentence].end_token
                                                                     : static_cast<std::uint32_t>(count);
    const std::size_t first_phrase = pass.phrases.size();
    for (std::uint32_t j = i + 1; j < limit; ++j) {
      node = step(node, pass.words[j]);
      if (node == 0) break;
      const Lexicons::Image::Node& end = image.nodes[node];
      for (std::uint32_t e = 0; e < end.count; ++e) {
        const EntryId entry = image.ends[end.begin + e];
        const LexiconId lexicon = image.entries[entry].lexicon;
        if (image.exact[lexicon] != 0 && !reads_exactly(document, i, j + 1, lexicons.entry_text(entry))) continue;
        pass.phrases.push_back({i, j + 1, entry, lexicon});
      }
    }
    std::sort(pass.phrases.begin() + static_cast<std::ptrdiff_t>(first_phrase), pass.phrases.end(),
              [](const LexiconHit& a, const LexiconHit& b) {
                return std::tuple(b.end_token, a.entry) < std::tuple(a.end_token, b.entry);
              });
  }
  pass.phrase_begin[count] = static_cast<std::uint32_t>(pass.phrases.size());
}

void run_lexicon_pass(const Lexicons& lexicons, const Document& document, LexiconPass& pass) {
  RecentWords recent;
  run_lexicon_pass(lexicons, document, pass, recent);
}

LexiconHit longest_hit(const Lexicons& lexicons, const Document& document, const LexiconPass& pass, LexiconId lexicon,
                       std::uint32_t token) {
  for (std::uint32_t i = pass.phrase_begin[token]; i < pass.phrase_begin[token + 1]; ++i) {
    if (pass.phrases[i].lexicon == lexicon) return pass.phrases[i];
  }
  for (const EntryId entry : lexicons.entries_of(pass.words[token])) {
    if (lexicons.lexicon_of(entry) == lexicon && fits(lexicons, entry, document.word(token))) {
      return {token, token + 1, entry, lexicon};
    }
  }
  return {token, token, 0, lexicon};
}

std::vector<EntryId> entries_of_phrase(const Lexicons& lexicons, std::string_view text) {
  Document phrase;
  phrase.text = text;
  tokenize_phrase(phrase.text, phrase.tokens);
  std::vector<EntryId> entries;
  if (phrase.tokens.empty()) return entries;
  LexiconPass pass;
  run_lexicon_pass(lexicons, phrase, pass);
  for (const LexiconHit& hit : pass.phrases) {
    if (hit.first_token == 0 && hit.end_token == phrase.tokens.size()) entries.push_back(hit.entry);
  }
  if (phrase.tokens.size() == 1) {
    for (const EntryId entry : lexicons.entries_of(pass.words[0])) {
      if (fits(lexicons, entry, phrase.word(0))) entries.push_back(entry);
    }
  }
  return entries;
}

}  // namespace dossier
