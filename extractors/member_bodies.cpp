#include "extractors/member_bodies.h"

namespace dossier {

MemberBodies::MemberBodies(const MarkedText& text, const Knowledge& knowledge)
    : text_(text),
      words_(knowledge),
      org_head_(text.lexicons.find("org_head")),
      kind_(text.lexicons.find_attribute("kind")),
      named_(text.lexicons.find_attribute("named")) {}

bool MemberBodies::has_members(const Mention& organization) const {
  const bool says_so = has_word_of_body(organization);
  if (says_so || organization.entity == kNone) return says_so;
  has_members_.resize(text_.entities.size());
  std::optional<bool>& known = has_members_[organization.entity];
  if (!known) {
    const std::vector<std::uint32_t>& mentions = text_.entities[organization.entity].mentions;
    known = std::any_of(mentions.begin(), mentions.end(), [&](std::uint32_t m) {
      return text_.mentions[m].type == type::kOrganization && has_word_of_body(text_.mentions[m]);
    });
  }
  return *known;
}

// "SIG Boats", "Boat Committee", "Junta Directiva"; "TSC", "TAG Boats".
bool MemberBodies::has_word_of_body(const Mention& organization) const {
  const std::uint32_t first = organization.first_token;
  const std::vector<WordId>& words = text_.pass.words;
  if (words_.is_noun(words[first]) || words_.is_noun(words[organization.end_token - 1])) return true;
  const LexiconHit head = longest_hit(text_.lexicons, text_.document, text_.pass, org_head_, first);
  if (head.end_token > first && words_.is_kind(text_.lexicons.attribute(head.entry, kind_))) return true;
  const EntryId letters = words_.letters_at(words[first], text_.word(first));
  return letters != kNone &&
         (organization.end_token == first + 1 || !text_.lexicons.attribute(letters, named_).empty());
}

// "CNCF Boats Working Group": of two organizations the one that has members.
std::uint32_t MemberBodies::only_one_in(const Block& block) const {
  std::uint32_t named = kNone;
  auto it = text_.first_mention_at(block.first_token);
  for (; it != text_.mentions.end() && it->first_token < block.end_token; ++it) {
    if (it->type != type::kOrganization || !has_members(*it)) continue;
    if (named != kNone && text_.mentions[named].entity != it->entity) return kNone;
    named = text_.index_of(it);
  }
  return named;
}

std::uint32_t MemberBodies::only_one_before(std::uint32_t token) const {
  const auto is_before = [&](std::uint32_t m) { return m != kNone && text_.mentions[m].first_token < token; };
  return is_before(found().first) && !is_before(found().other) ? found().first : kNone;
}

std::uint32_t MemberBodies::called(std::string_view word) const {
  const auto body = found().by_word.find(word);
  return body == found().by_word.end() ? kNone : body->second;
}

const FoundBodies& MemberBodies::found() const {
  if (found_) return *found_;
  found_.emplace();
  for (std::uint32_t m = 0; m < text_.mentions.size(); ++m) {
    const Mention& mention = text_.mentions[m];
    if (mention.type != type::kOrganization || !has_members(mention)) continue;
    if (mention.end_token == mention.first_token + 1) found_->by_word.try_emplace(text_.word(mention.first_token), m);
    // What stands in lists and tables may be where their people are from.
    const BlockKind kind = text_.block_of(mention.first_token)->kind;
    if (kind == BlockKind::kListItem || kind == BlockKind::kTableCell) continue;
    if (found_->first == kNone) found_->first = m;
    if (found_->other == kNone && mention.entity != text_.mentions[found_->first].entity) found_->other = m;
  }
  return *found_;
}

}  // namespace dossier
