// lexicon_image.h - the compiled form of all lexicons: flat arrays that can be written to a file and mapped back.
//
// Layout of a file: Header, then the sections in the order of Section, each 8-byte aligned. All offsets count elements
// of their section. `key` is the hash of everything the image was made from, `content` the hash of the bytes after the
// header: a truncated or damaged file is noticed and rebuilt, never used.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "grammars/lexicon.h"

namespace dossier {

struct Lexicons::Image {
  // One vocabulary word.
  struct Word {
    std::uint32_t text;          // index into strings: the folded form
    std::uint32_t single_begin;  // its entries of one word: singles[single_begin, single_begin + single_count)
    std::uint32_t root;          // trie node after this word as the first of a phrase; 0: starts no phrase
    std::uint32_t plain;         // the word without its accents, 0 if it has none or that is no word
    std::uint32_t single_count;
  };
  struct Slot {  // open addressing by hash
    std::uint32_t hash;
    std::uint32_t word;  // 0: empty
  };
  struct Edge {  // open addressing by (node, word)
    std::uint32_t node;
    std::uint32_t word;  // 0: empty
    std::uint32_t target;
  };
  struct Node {  // entries that end here: ends[begin, begin + count)
    std::uint32_t begin;
    std::uint32_t count;
  };
  struct Entry {
    std::uint32_t text;        // index into strings
    std::uint32_t attributes;  // first of its attribute values
    std::uint16_t attribute_count;
    std::uint16_t lexicon;
  };
  struct Value {
    std::uint32_t text;  // index into strings
    std::uint32_t attribute;
  };
  struct Text {
    std::uint32_t begin;  // into characters
    std::uint32_t size;
  };

  template <class T>
  struct View {
    const T* data = nullptr;
    std::size_t size = 0;
    const T& operator[](std::size_t i) const { return data[i]; }
  };

  View<char> characters;
  View<Text> strings;
  View<Word> words;  // [0] is the unknown word
  View<Slot> slots;  // power of two
  View<EntryId> singles;
  View<Edge> edges;  // power of two
  View<Node> nodes;  // [0] unused
  View<EntryId> ends;
  View<Entry> entries;  // lexicon after lexicon
  View<Value> values;
  View<std::uint8_t> exact;  // by lexicon: 1 if it must match as written

  std::vector<std::string> lexicon_names;
  std::vector<std::string> attribute_names;
  // The same by name: stages that begin with a document ask for some dozen of them.
  std::unordered_map<std::string_view, std::uint16_t> lexicon_ids, attribute_ids;
  std::string hash;          // hex of the key
  std::uint64_t number = 0;  // of all images of this process, from 1

  std::string_view string(std::uint32_t index) const {
    return {characters.data + strings[index].begin, strings[index].size};
  }
  WordId find(std::string_view folded) const;
  std::uint32_t follow(std::uint32_t node, WordId word) const;  // 0: no edge

  Image() = default;
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image();

  std::vector<std::uint64_t> owned;  // an image built in memory
  void* mapped = nullptr;            // an image mapped from a file
  std::size_t mapped_size = 0;
};

// Case-folds (full Unicode, typographic apostrophe to plain) into `out`, which is overwritten.
void fold_case(std::string_view surface, std::string& out);
// Drops accents of an already folded word ("müller" -> "muller"); returns false if nothing changed.
bool strip_accents(std::string_view folded, std::string& out);

// One lexicon as read from a file or made from ICU, before compilation.
struct LexiconSource {
  std::string name;
  std::string file;
  bool exact = false;
  bool diacritics = false;
  bool plural = false;
  std::vector<std::string> columns;  // without `entry`
  struct Row {
    std::string entry;
    std::vector<std::string> values;  // as many as columns
    std::uint32_t line = 0;
  };
  std::vector<Row> rows;
};

// Lists that ICU's locale data gives: icu_month, icu_weekday, icu_currency, icu_unit, icu_country.
std::vector<LexiconSource> make_icu_lexicons(const std::vector<std::string>& languages);

}  // namespace dossier
