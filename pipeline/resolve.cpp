#include "pipeline/resolve.h"

#include <set>
#include <string>

#include "pipeline/bodies.h"
#include "pipeline/marked_text.h"
#include "pipeline/names.h"
#include "pipeline/pronoun_senses.h"
#include "pipeline/resolve_names.h"
#include "pipeline/resolve_organizations.h"
#include "pipeline/resolve_people.h"
#include "pipeline/resolve_pronouns.h"

namespace dossier {

namespace {

// ASCII letters after the first of a word; enough for names that are written in plain capitals.
std::string title_case(std::string text) {
  bool inside = false;
  for (char& c : text) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
    if (letter && inside && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    inside = letter;
  }
  return text;
}

// "TREVIK LTD": as the lexicon writes it, "HSC" as what it stands for, if that is well known; empty.
std::string known_spelling(const Knowledge& knowledge, const DocumentName& name, const std::string& shouted) {
  const Lexicons& lexicons = knowledge.lexicons();
  if (name.words.size() == 1) {
    std::string known = expansion_of(lexicons, Bodies(knowledge), name.words.front());
    if (!known.empty()) return known;
  }
  const LexiconId organization = lexicons.find("organization");
  for (const EntryId entry : entries_of_phrase(lexicons, shouted)) {
    const std::string_view known = lexicons.entry_text(entry);
    if (lexicons.lexicon_of(entry) == organization && !is_shouted(known)) return std::string(known);
  }
  return {};
}

// The form that people use: mixed case before capitals, then the first.
std::string display_name(const MarkedText& text, const Knowledge& knowledge, const DocumentNames& names,
                         const DocumentName& name) {
  std::string best;
  for (const std::uint32_t m : name.mentions) {
    std::string surface = names.words_as_written(text.mentions[m]);
    if (best.empty() || (is_shouted(best) && !is_shouted(surface))) best = std::move(surface);
  }
  if (!is_shouted(best)) return best;
  if (name.type == type::kPerson && name.words.size() > 1) return title_case(best);
  const std::string known = name.type == type::kOrganization ? known_spelling(knowledge, name, best) : std::string();
  return known.empty() ? best : known;
}

// One entity for each name that was joined to no other, in order of first use.
void build_entities(const MarkedText& text, const Knowledge& knowledge, DocumentNames& names, Extraction& extraction) {
  std::vector<std::uint32_t> entity_of_name(names.size(), kNone);
  std::set<std::pair<std::uint32_t, std::string>> known_aliases;
  for (std::uint32_t m = 0; m < extraction.mentions.size(); ++m) {
    if (names.of_mention(m) == kNone) continue;
    const std::uint32_t head = names.root(names.of_mention(m));
    if (entity_of_name[head] == kNone) {
      entity_of_name[head] = static_cast<std::uint32_t>(extraction.entities.size());
      LocalEntity entity;
      entity.type = names[head].type;
      entity.name = display_name(text, knowledge, names, names[head]);
      extraction.entities.push_back(std::move(entity));
    }
    const std::uint32_t id = entity_of_name[head];
    extraction.mentions[m].entity = id;
    LocalEntity& entity = extraction.entities[id];
    entity.mentions.push_back(m);
    std::string surface = names.words_as_written(extraction.mentions[m]);
    if (surface != entity.name && known_aliases.emplace(id, surface).second)
      entity.aliases.push_back(std::move(surface));
  }
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    if (names[i].parent == kNone) continue;
    const std::uint32_t id = entity_of_name[names.root(i)];
    if (id != kNone) extraction.entities[id].evidence.push_back(names[i].why);
  }
}

}  // namespace

std::vector<std::uint32_t> resolve(const Document& document, const Knowledge& knowledge, const LexiconPass& pass,
                                   const std::vector<std::pair<std::uint32_t, std::uint32_t>>& aliases,
                                   Extraction& extraction) {
  const MarkedText text(document, knowledge, pass, extraction);
  const PronounSenses senses(text);
  DocumentNames names(text);
  names.join_declared(aliases);
  if (!join_people(text, senses, names)) {
    extraction.diagnostics.push_back(
        {Severity::kNote, "limit.namesakes",
         "more than " + std::to_string(kMostNamesakes) + " people share a surname; not all pairs were compared"});
  }
  join_organizations(text, knowledge, names);
  build_entities(text, knowledge, names, extraction);
  return resolve_pronouns(text, senses, extraction);
}

}  // namespace dossier
