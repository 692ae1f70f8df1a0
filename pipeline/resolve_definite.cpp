#include "pipeline/resolve_definite.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "pipeline/names.h"

namespace dossier {

namespace {

constexpr std::uint32_t kMentionReach = 200;  // mentions back

}  // namespace

DefiniteOrganizations::DefiniteOrganizations(const MarkedText& text)
    : text_(text),
      nouns_(text.lexicons.find("definite_org")),
      org_head_(text.lexicons.find("org_head")),
      lang_(text.lexicons.find_attribute("lang")),
      scope_(text.lexicons.find_attribute("scope")),
      kind_(text.lexicons.find_attribute("kind")) {}

// The nearest that bears the noun; else the one that is named most often so far, the first of several, if the nearest
// sentence that names any names it.
std::uint32_t DefiniteOrganizations::meant_by(std::uint32_t mention) const {
  const std::uint32_t noun = text_.mentions[mention].first_token;
  const Block* own = text_.block_of(noun);
  const bool may_be_any = is_any(noun);
  std::map<std::uint32_t, std::uint32_t> uses;  // by entity
  std::set<std::uint32_t> nearest;              // entities of one sentence
  std::uint32_t sentence = kNone;               // its first token
  std::uint32_t topic = kNone;
  const std::uint32_t last = mention - std::min(mention, kMentionReach);
  for (std::uint32_t m = mention; m-- > last;) {
    const Mention& before = text_.mentions[m];
    if (before.type != type::kOrganization || before.entity == kNone) continue;
    const Block* block = text_.block_of(before.first_token);
    if (own != nullptr && block != nullptr && (block->turn != own->turn || block->slide != own->slide)) break;
    if (has_in_name(before, noun)) return before.entity;
    if (!may_be_any || !is_company(before)) continue;
    if (sentence == kNone) sentence = text_.sentence_first(before.first_token);
    if (before.first_token >= sentence) nearest.insert(before.entity);
    const std::uint32_t count = ++uses[before.entity];
    if (topic == kNone || count >= uses[topic]) topic = before.entity;
  }
  return nearest.contains(topic) ? topic : kNone;
}

bool DefiniteOrganizations::is_any(std::uint32_t token) const {
  for (const EntryId entry : text_.lexicons.entries_of(text_.pass.words[token])) {
    if (text_.lexicons.lexicon_of(entry) == nouns_ &&
        text_.lexicons.attribute(entry, lang_) == text_.document.languages.front())
      return text_.lexicons.attribute(entry, scope_) == "any";
  }
  return false;
}

// "Harbor Foundation", "Lukosh-Stiftung".
bool DefiniteOrganizations::has_in_name(const Mention& organization, std::uint32_t noun) const {
  const std::string word = fold(text_.word(noun));
  for (std::uint32_t t = organization.first_token; t < organization.end_token; ++t) {
    if (fold(text_.word(t)) == word) return true;
  }
  return false;
}

// Whose name does not say that it is something else ("University of Lisbon").
bool DefiniteOrganizations::is_company(const Mention& organization) const {
  for (std::uint32_t t = organization.first_token; t < organization.end_token; ++t) {
    for (const EntryId entry : text_.lexicons.entries_of(text_.pass.words[t])) {
      if (text_.lexicons.lexicon_of(entry) != org_head_) continue;
      const std::string_view kind = text_.lexicons.attribute(entry, kind_);
      if (kind != "company" && kind != "association" && !kind.empty()) return false;
    }
  }
  return true;
}

}  // namespace dossier
