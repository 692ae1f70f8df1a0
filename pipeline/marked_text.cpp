#include "pipeline/marked_text.h"

namespace dossier {

MarkedText::MarkedText(const Document& a_document, const Knowledge& a_knowledge, const LexiconPass& a_pass,
                       const Extraction& an_extraction)
    : knowledge(a_knowledge),
      document(a_document),
      tokens(a_document.tokens),
      blocks(a_document.blocks),
      lexicons(knowledge.lexicons()),
      pass(a_pass),
      extraction(an_extraction),
      mentions(an_extraction.mentions),
      entities(an_extraction.entities),
      pos(lexicons.find_attribute("pos")),
      case_(lexicons.find_attribute("case")),
      number(lexicons.find_attribute("number")),
      person(lexicons.find_attribute("person")),
      lang(lexicons.find_attribute("lang")) {}

bool MarkedText::is_in_lexicon(std::uint32_t token, LexiconId lexicon) const {
  if (lexicon == kNoLexicon) return false;
  const auto entries = lexicons.entries_of(pass.words[token]);
  return std::any_of(entries.begin(), entries.end(),
                     [&](EntryId entry) { return lexicons.lexicon_of(entry) == lexicon; });
}

bool MarkedText::is_listed(std::uint32_t token, AttributeId attribute,
                           std::initializer_list<std::string_view> values) const {
  if (attribute == kNoAttribute) return false;
  for (const EntryId entry : lexicons.entries_of(pass.words[token])) {
    const std::string_view value = lexicons.attribute(entry, attribute);
    if (std::find(values.begin(), values.end(), value) != values.end()) return true;
  }
  return false;
}

bool MarkedText::is_listed_here(std::uint32_t token, AttributeId attribute,
                                std::initializer_list<std::string_view> values) const {
  if (attribute == kNoAttribute || lang == kNoAttribute || document.languages.empty()) return false;
  for (const EntryId entry : lexicons.entries_of(pass.words[token])) {
    if (lexicons.attribute(entry, lang) != document.languages.front()) continue;
    const std::string_view value = lexicons.attribute(entry, attribute);
    if (std::find(values.begin(), values.end(), value) != values.end()) return true;
  }
  return false;
}

std::uint32_t MarkedText::sentence_first(std::uint32_t token) const {
  const std::uint32_t least = token - std::min(token, kSentenceReach);
  while (token > least && !opens_sentence(token)) --token;
  return token;
}

const Block* MarkedText::block_of(std::uint32_t token) const {
  const auto it =
      std::partition_point(blocks.begin(), blocks.end(), [&](const Block& block) { return block.end_token <= token; });
  return it == blocks.end() ? nullptr : &*it;
}

std::vector<Mention>::const_iterator MarkedText::first_mention_at(std::uint32_t token) const {
  return std::partition_point(mentions.begin(), mentions.end(),
                              [&](const Mention& mention) { return mention.first_token < token; });
}

std::uint32_t MarkedText::named_on_label(const Turn& turn) const {
  static const Types kPerson = {type::kPerson};
  return turn.speaker_block == kNone ? kNone : only_mention_in(blocks[turn.speaker_block], kPerson);
}

std::uint32_t MarkedText::only_mention_in(const Block& block, const Types& types) const {
  std::uint32_t only = kNone;
  for (auto it = first_mention_at(block.first_token); it != mentions.end() && it->first_token < block.end_token; ++it) {
    if (!is_among(it->type, types)) continue;
    const bool is_other = only != kNone && (it->entity == kNone || it->entity != mentions[only].entity);
    if (is_other) return kNone;
    if (only == kNone) only = index_of(it);
  }
  return only;
}

std::uint32_t MarkedText::last_mention_in(const Block& block, const Types& types) const {
  auto it = first_mention_at(block.end_token);
  for (std::uint32_t count = 0; count < kMostInBlock && it != mentions.begin(); ++count) {
    --it;
    if (it->first_token < block.first_token) return kNone;
    if (is_among(it->type, types)) return index_of(it);
  }
  return kNone;
}

}  // namespace dossier
