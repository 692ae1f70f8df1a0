// lexicon.h - lists of words and phrases with attributes, matched all at once in one pass over the tokens.
//
//   grammars/lexicons/role_head.tsv:   entry      lang  category
//                                      engineer   en    engineer
//   "our engineers"  ->  hit{tokens [1,2), lexicon role_head, entry "engineer"}   (fold=case,plural)
//
// Source form: TSV files (format in grammars/README.md), plus lists made from ICU's locale data (months, countries …).
// Compiled form: one image file, keyed by a hash of all sources, memory-mapped, rebuilt by itself when they change.
// Promise: immutable after load, usable from any thread; a hit is found iff the tokens equal the entry's tokens under
// the lexicon's declared folds. Errors at load: KnowledgeError with every problem of every file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

using WordId = std::uint32_t;  // index into the vocabulary of all lexicons and rules; 0: not a word of it
using LexiconId = std::uint16_t;
using EntryId = std::uint32_t;      // over all lexicons
using AttributeId = std::uint16_t;  // over all lexicons: the same column name has the same id everywhere

inline constexpr LexiconId kNoLexicon = 0xFFFF;
inline constexpr AttributeId kNoAttribute = 0xFFFF;

struct LexiconHit {
  std::uint32_t first_token = 0;
  std::uint32_t end_token = 0;
  EntryId entry = 0;
  LexiconId lexicon = 0;
};

class Lexicons {
 public:
  struct Options {
    std::vector<std::filesystem::path> folders;         // *.tsv below them are lexicons
    std::vector<std::filesystem::path> plural_endings;  // tables for fold=plural (grammars/plural_endings.tsv)
    std::vector<std::string> extra_words;               // words that rules use, so that they get ids ("of", "joined")
    std::vector<std::string> languages = {"en", "it", "fr", "es", "de"};  // for the lists made from ICU
    std::filesystem::path cache;  // folder for the image; empty: build in memory
  };
  static Lexicons load(const Options& options);  // throws KnowledgeError

  Lexicons(Lexicons&&) noexcept;
  Lexicons& operator=(Lexicons&&) noexcept;
  ~Lexicons();

  LexiconId find(std::string_view lexicon) const;           // kNoLexicon: no such lexicon
  AttributeId find_attribute(std::string_view name) const;  // kNoAttribute: no such column anywhere
  std::span<const std::string> lexicon_names() const;       // index = LexiconId
  std::span<const std::string> attribute_names() const;

  std::string_view entry_text(EntryId entry) const;  // as written in the file
  LexiconId lexicon_of(EntryId entry) const;
  std::string_view attribute(EntryId entry, AttributeId attribute) const;  // empty: none
  // The same, as a number; `fallback` if it is empty or not a number.
  double number(EntryId entry, AttributeId attribute, double fallback = 0) const;

  // Vocabulary. `fold` lower-cases (full Unicode); a word with accents falls back to its form without them.
  WordId word(std::string_view surface) const;  // of any surface form
  std::size_t word_count() const;

  // Entries of one word alone ("may" -> {given_name, month, common_word}).
  std::span<const EntryId> entries_of(WordId word) const;

  std::size_t entry_count() const;
  std::vector<EntryId> entries_in(std::initializer_list<LexiconId> lexicons) const;  // sorted; kNoLexicon has none
  std::string_view image_hash() const;  // hex; changes whenever any result may change

  struct Image;  // layout: lexicon_image.h
  const Image& image() const { return *image_; }

 private:
  explicit Lexicons(std::unique_ptr<Image> image);
  std::unique_ptr<Image> image_;
};

// What the one pass over a document's tokens gives: a word id for every token and all hits of two or more tokens.
// Hits of a single token are not written out: they are lexicons.entries_of(words[token]), filtered by fits().
struct LexiconPass {
  std::vector<WordId> words;                // one per token
  std::vector<LexiconHit> phrases;          // two tokens or more; sorted by first_token, then longest first, then entry
  std::vector<std::uint32_t> phrase_begin;  // phrases starting at token i: [phrase_begin[i], phrase_begin[i+1])
};

// Words and steps of phrases met lately, so that frequent ones are not looked up again, and scratch memory: of one
// Lexicons and one thread, for any number of passes.
struct RecentWords {
  struct Slot {
    std::uint64_t low = 0, high = 0;  // the surface, zero-padded; its size in the last byte. Of a step: node and word
    WordId word = 0;
    std::uint32_t root = 0;  // trie node after this word as the first of a phrase. Of a step: the node it leads to
  };
  std::vector<Slot> slots;  // of words, then of steps
  std::vector<std::uint32_t> roots;
};
void run_lexicon_pass(const Lexicons& lexicons, const Document& document, LexiconPass& pass, RecentWords& recent);
void run_lexicon_pass(const Lexicons& lexicons, const Document& document, LexiconPass& pass);

// Does the token's surface satisfy the entry's case rule (fold=exact)? Single-token entries only.
bool fits(const Lexicons& lexicons, EntryId entry, std::string_view surface);

// The longest hit of one lexicon starting at a token; end_token == first_token if there is none.
LexiconHit longest_hit(const Lexicons& lexicons, const Document& document, const LexiconPass& pass, LexiconId lexicon,
                       std::uint32_t token);

// The entries that a text is as a whole: "Managing director" -> {role_head entry …}. Slow; for short texts outside the
// document's tokens.
std::vector<EntryId> entries_of_phrase(const Lexicons& lexicons, std::string_view text);

}  // namespace dossier
