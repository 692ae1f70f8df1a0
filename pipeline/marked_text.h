// marked_text.h - a document with what is known of its words and what was found in it: what the parts of fact building
// ask of a place.
//
//   text.is_listed(token of "with", pos, {"preposition"})      ->  true
//   text.only_mention_in(block "## Ada Lovell", {type::kPerson})    ->  the index of the mention
//
// Owns nothing: all it is made of must outlive it and stay as it is. Mentions are sorted by place.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "grammars/rules.h"
#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

using Types = std::vector<TypeId>;

inline bool is_among(TypeId type, const Types& types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

struct MarkedText {
  MarkedText(const Document& a_document, const Knowledge& a_knowledge, const LexiconPass& a_pass,
             const Extraction& an_extraction);

  // Tokens back to where a sentence begins: one that is longer is none, and only its last tokens count. So a list of a
  // thousand clauses costs no more than a thousand sentences.
  static constexpr std::uint32_t kSentenceReach = 300;
  static constexpr std::uint32_t kMostInBlock = 256;  // mentions, from its end; a title may be as long as the text

  std::string_view word(std::uint32_t token) const { return document.word(token); }
  bool is_punctuation(std::uint32_t token) const { return (tokens[token].shape & shape::kPunctuation) != 0; }
  bool opens_sentence(std::uint32_t token) const { return (tokens[token].flags & token_flag::kSentenceFirst) != 0; }
  bool opens_line(std::uint32_t token) const { return (tokens[token].flags & token_flag::kNewlineBefore) != 0; }
  bool is_quoted(std::uint32_t token) const { return (tokens[token].flags & token_flag::kQuoted) != 0; }
  bool is_emphasized(std::uint32_t token) const { return (tokens[token].flags & token_flag::kEmphasis) != 0; }
  // Is it a word of the lexicon; has it an entry with one of these values?
  bool is_in_lexicon(std::uint32_t token, LexiconId lexicon) const;
  bool is_listed(std::uint32_t token, AttributeId attribute, std::initializer_list<std::string_view> values) const;
  // As is_listed, but only by entries of the document's language: "tu" is a possessive in Spanish, not in Italian.
  bool is_listed_here(std::uint32_t token, AttributeId attribute, std::initializer_list<std::string_view> values) const;

  std::uint32_t sentence_first(std::uint32_t token) const;
  const Block* block_of(std::uint32_t token) const;  // nullptr: of none
  std::uint32_t index_of(const Block& block) const { return static_cast<std::uint32_t>(&block - blocks.data()); }

  // The first mention that begins at the token or behind it.
  std::vector<Mention>::const_iterator first_mention_at(std::uint32_t token) const;
  std::uint32_t index_of(std::vector<Mention>::const_iterator mention) const {
    return static_cast<std::uint32_t>(mention - mentions.begin());
  }
  // Who speaks in the turn, by its label: the only person that it names; kNone.
  std::uint32_t named_on_label(const Turn& turn) const;
  // The first mention of the only thing of these types that the block names; kNone: it names none, or several.
  std::uint32_t only_mention_in(const Block& block, const Types& types) const;
  // "Harbor Foundation Steering Committee": the last that the block names, among its last mentions; kNone.
  std::uint32_t last_mention_in(const Block& block, const Types& types) const;

  const Knowledge& knowledge;
  const Document& document;
  const std::vector<Token>& tokens;
  const std::vector<Block>& blocks;
  const Lexicons& lexicons;
  const LexiconPass& pass;
  const Extraction& extraction;
  const std::vector<Mention>& mentions;
  const std::vector<LocalEntity>& entities;
  // Of function words and pronouns: lexicon attributes that nearly everybody asks for.
  const AttributeId pos, case_, number, person, lang;
};

}  // namespace dossier
