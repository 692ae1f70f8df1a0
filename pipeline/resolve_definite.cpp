#include "pipeline/resolve_definite.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "pipeline/names.h"

namespace dossier {

namespace {

constexpr std::uint32_t kMentionReach = 200;  // mentions back
constexpr std::uint32_t kOtherReach = 80;     // tokens back to "a small firm"
constexpr std::uint32_t kOtherWords = 3;      // from "a" to its noun

}  // namespace

DefiniteOrganizations::DefiniteOrganizations(const MarkedText& text)
    : text_(text),
      traits_(text.knowledge.kind_traits()),
      nouns_(text.lexicons.find("definite_org")),
      others_(text.lexicons.find("other_word")),
      org_noun_(text.lexicons.find("org_noun")),
      org_head_(text.lexicons.find("org_head")),
      organization_(text.lexicons.find("organization")),
      lang_(text.lexicons.find_attribute("lang")),
      scope_(text.lexicons.find_attribute("scope")),
      kind_(text.lexicons.find_attribute("kind")) {}

// Of a noun that must be in the name the nearest that bears it; else the one that is named most often so far, the first
// of several, if the nearest sentence that names any names it.
std::uint32_t DefiniteOrganizations::meant_by(std::uint32_t noun) const {
  const std::uint32_t mention = text_.index_of(text_.first_mention_at(noun));
  const Block* own = text_.block_of(noun);
  const std::string_view scope = scope_of(noun);
  const std::string word = fold(text_.word(noun));
  std::map<std::uint32_t, std::uint32_t> uses;  // by entity
  std::set<std::uint32_t> nearest;              // entities of one sentence
  std::uint32_t sentence = kNone;               // its first token
  std::uint32_t topic = kNone;
  std::uint32_t authority = kNone;
  const Block* authority_block = nullptr;
  const std::uint32_t last = mention - std::min(mention, kMentionReach);
  for (std::uint32_t m = mention; m-- > last;) {
    const Mention& before = text_.mentions[m];
    if (before.type != type::kOrganization || before.entity == kNone) continue;
    const Block* block = text_.block_of(before.first_token);
    if (own != nullptr && block != nullptr && (block->turn != own->turn || block->slide != own->slide)) break;
    if (scope == "named") {
      if (is_head(before, word)) return before.entity;
      continue;
    }
    if (scope == "public") {
      // "the Harbor Arts Agency" of the same paragraph goes before what is only public.
      if (authority != kNone && block != authority_block) return authority;
      if (is_head(before, word)) return before.entity;
      if (authority == kNone && is_public(before)) {
        authority = before.entity;
        authority_block = block;
      }
      continue;
    }
    if (scope == "company" && !is_company(before)) continue;
    if (sentence == kNone) sentence = text_.sentence_first(before.first_token);
    if (before.first_token >= sentence) nearest.insert(before.entity);
    const std::uint32_t count = ++uses[before.entity];
    if (topic == kNone || count >= uses[topic]) topic = before.entity;
  }
  if (authority != kNone) return authority;
  if (topic == kNone || has_other_between(sentence, noun)) return kNone;
  if (nearest.contains(topic)) return topic;
  // A new paragraph returns to the one that the text is about.
  const bool is_new = own != nullptr && own->turn == kNone && sentence < own->first_token;
  const bool is_most = std::all_of(uses.begin(), uses.end(),
                                   [&](const auto& use) { return use.first == topic || use.second < uses[topic]; });
  return is_new && is_most ? topic : kNone;
}

std::uint32_t DefiniteOrganizations::named_before(std::uint32_t noun) const {
  const std::uint32_t entity = meant_by(noun);
  if (entity == kNone) return kNone;
  for (auto it = text_.first_mention_at(noun); it != text_.mentions.begin();) {
    --it;
    if (it->entity == entity && it->type == type::kOrganization) return text_.index_of(it);
  }
  return kNone;
}

std::uint32_t DefiniteOrganizations::noun_between(std::uint32_t first, std::uint32_t end) const {
  for (auto it = text_.first_mention_at(end); it != text_.mentions.begin();) {
    --it;
    if (it->first_token < first) break;
    if (it->type == type::kPronoun && text_.is_in_lexicon(it->first_token, nouns_)) return it->first_token;
  }
  return kNone;
}

// "She works at a small firm. She joined the firm in 2016", "un'altra azienda": one without a name was told of since.
bool DefiniteOrganizations::has_other_between(std::uint32_t first, std::uint32_t noun) const {
  for (std::uint32_t t = std::max(first, noun - std::min(noun, kOtherReach)); t + 1 < noun; ++t) {
    if (!text_.is_in_lexicon(t, others_) || describes_named(t)) continue;
    for (std::uint32_t n = t + 1; n < std::min(noun, t + 1 + kOtherWords); ++n) {
      if (text_.is_in_lexicon(n, nouns_) || text_.is_in_lexicon(n, org_noun_)) return true;
    }
  }
  return false;
}

// "Trevik Ltd was a small firm", "Trevik Ltd, a small firm": the one that is named; not "there was", "Berg has a firm".
bool DefiniteOrganizations::describes_named(std::uint32_t article) const {
  if (article < 2) return false;
  if (!text_.is_listed(article - 1, text_.pos, {"auxiliary"}) && text_.word(article - 1) != ",") return false;
  const auto behind = text_.first_mention_at(article);
  return behind != text_.mentions.begin() && std::prev(behind)->type == type::kOrganization &&
         std::prev(behind)->end_token == article - 1;
}

std::string_view DefiniteOrganizations::scope_of(std::uint32_t noun) const {
  for (const EntryId entry : text_.lexicons.entries_of(text_.pass.words[noun])) {
    if (text_.lexicons.lexicon_of(entry) == nouns_ &&
        text_.lexicons.attribute(entry, lang_) == text_.document.languages.front())
      return text_.lexicons.attribute(entry, scope_);
  }
  return "named";
}

// "Harbor Foundation", "Lukosh-Stiftung", "Foundation of Lund": at the end of the name or of what stands in front of a
// preposition, or at its begin where nouns come first; not "Lund University Press".
bool DefiniteOrganizations::is_head(const Mention& organization, std::string_view noun) const {
  const auto is_noun = [&](std::uint32_t token) { return fold(text_.word(token)) == noun; };
  if (is_noun(organization.end_token - 1)) return true;
  for (std::uint32_t t = organization.first_token; t + 1 < organization.end_token; ++t) {
    if (is_noun(t) && (t == organization.first_token || text_.is_listed(t + 1, text_.pos, {"preposition"})))
      return true;
  }
  return false;
}

// "Harbor Authority", by its last word, "NASA", by the lexicon.
bool DefiniteOrganizations::is_public(const Mention& organization) const {
  const LexiconHit known =
      longest_hit(text_.lexicons, text_.document, text_.pass, organization_, organization.first_token);
  if (known.end_token == organization.end_token && traits_.has(text_.lexicons.attribute(known.entry, kind_), Trait::kPublic))
    return true;
  for (const EntryId entry : text_.lexicons.entries_of(text_.pass.words[organization.end_token - 1])) {
    const bool is_kind = text_.lexicons.lexicon_of(entry) == org_head_;
    if (is_kind && traits_.has(text_.lexicons.attribute(entry, kind_), Trait::kPublic)) return true;
  }
  return false;
}

// Whose name does not say that it is something else ("University of Lisbon").
bool DefiniteOrganizations::is_company(const Mention& organization) const {
  for (std::uint32_t t = organization.first_token; t < organization.end_token; ++t) {
    for (const EntryId entry : text_.lexicons.entries_of(text_.pass.words[t])) {
      if (text_.lexicons.lexicon_of(entry) != org_head_) continue;
      const std::string_view kind = text_.lexicons.attribute(entry, kind_);
      if (!kind.empty() && !traits_.has(kind, Trait::kFirm)) return false;
    }
  }
  return true;
}

}  // namespace dossier
