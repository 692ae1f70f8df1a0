#include "pipeline/resolve_questions.h"

#include <algorithm>
#include <map>

#include "pipeline/names.h"

namespace dossier {

namespace {

constexpr std::uint32_t kFewestQuestions = 2;  // that make a text questions and answers

}  // namespace

std::uint32_t Questions::find_interviewed() {
  interviewed_ = find_interviewed_in_bold();
  if (interviewed_ != kNone) return interviewed_;
  interviewed_ = find_interviewed_plainly();
  asks_plainly_ = interviewed_ != kNone;
  return interviewed_;
}

std::uint32_t Questions::find_interviewed_in_bold() {
  const Block* first = nullptr;
  std::uint32_t questions = 0, addressed = 0;
  for (const Block& block : text_.blocks) {
    const std::uint32_t end = end_of_question(block);
    if (end == block.first_token) continue;
    if (questions++ == 0) first = &block;
    if (asks_you(block, end)) ++addressed;
  }
  if (questions < kFewestQuestions) return kNone;
  first_question_ = first->first_token;
  const std::uint32_t found = addressed < kFewestQuestions ? kNone : named_twice_before(first->span.begin);
  return found != kNone ? found : only_person_before(first->span.begin);
}

// "Ada Lovell, a tanner at Harborworks: how did you begin?"; if somebody has said "I" before, it is who asks, and who
// answers is named twice.
std::uint32_t Questions::find_interviewed_plainly() {
  const Block* first = nullptr;
  std::uint32_t questions = 0;
  for (const Block& block : text_.blocks) {
    if (is_plain_question(block) && questions++ == 0) first = &block;
  }
  if (first == nullptr) return kNone;
  first_question_ = first->first_token;
  for (const Mention& mention : text_.mentions) {
    if (mention.first_token >= first->end_token) break;
    if (says(mention, '1')) return questions < kFewestQuestions ? kNone : named_twice_before(first->span.begin);
  }
  const std::uint32_t found = only_person_before(first->span.end);
  if (questions >= kFewestQuestions || found == kNone) return found;
  const auto named = std::find_if(text_.first_mention_at(first->first_token), text_.mentions.cend(),
                                  [&](const Mention& mention) { return mention.entity == found; });
  return named != text_.mentions.cend() && named->span.end <= first->span.end ? found : kNone;
}

// "I" or "my"; "you" or "your".
bool Questions::says(const Mention& mention, char person) const {
  if (mention.type != type::kPronoun) return false;
  const PronounSense sense = senses_.of(mention.first_token);
  return sense.person == person && (person == '2' || sense.number == 's');
}

// Before the token.
bool Questions::asks_you(const Block& block, std::uint32_t end) const {
  for (auto it = text_.first_mention_at(block.first_token); it != text_.mentions.end() && it->first_token < end; ++it) {
    if (says(*it, '2')) return true;
  }
  return false;
}

std::set<std::uint32_t> Questions::authors() const {
  std::set<std::uint32_t> authors;
  for (const MetadataField& field : text_.document.metadata) {
    if (field.name != "author" || field.block == kNone) continue;
    const Block& block = text_.blocks[field.block];
    auto it = text_.first_mention_at(block.first_token);
    for (; it != text_.mentions.end() && it->first_token < block.end_token; ++it) authors.insert(it->entity);
  }
  return authors;
}

// "Meet Ada. Ada is a tanner in the yard of Paul Berg": who is named there twice and more often than anybody else,
// authors apart.
std::uint32_t Questions::named_twice_before(std::uint32_t end) const {
  const std::set<std::uint32_t> authors = this->authors();
  std::map<std::uint32_t, std::uint32_t> times;
  for (const Mention& mention : text_.mentions) {
    if (mention.span.begin >= end) break;
    if (mention.type == type::kPerson && mention.entity != kNone && !authors.contains(mention.entity))
      ++times[mention.entity];
  }
  std::uint32_t found = kNone, most = 1;
  for (const auto& [entity, count] : times) {
    if (count == most) found = kNone;
    if (count <= most) continue;
    found = entity;
    most = count;
  }
  return found;
}

std::uint32_t Questions::only_person_before(std::uint32_t end) const {
  const std::set<std::uint32_t> authors = this->authors();
  std::uint32_t found = kNone;
  for (const Mention& mention : text_.mentions) {
    if (mention.span.begin >= end) break;
    if (mention.type != type::kPerson || mention.entity == kNone || mention.entity == found) continue;
    if (authors.contains(mention.entity) || words_of(fold(text_.entities[mention.entity].name)).size() < 2) continue;
    if (found != kNone) return kNone;
    found = mention.entity;
  }
  return found;
}

// A paragraph or heading that is all in bold and ends with a question mark, or the bold begin of one that does so and
// has the answer behind it.
std::uint32_t Questions::end_of_question(const Block& block) const {
  if (block.first_token >= block.end_token) return block.first_token;
  if (block.kind == BlockKind::kHeading)
    return text_.word(block.end_token - 1) == "?" ? block.end_token : block.first_token;
  if (block.kind != BlockKind::kParagraph && block.kind != BlockKind::kFragment && block.kind != BlockKind::kListItem)
    return block.first_token;
  std::uint32_t bold = end_of_emphasis(block);
  while (bold > block.first_token && !text_.is_emphasized(bold - 1) && text_.word(bold - 1) != "?") --bold;
  if (bold != block.first_token && text_.word(bold - 1) == "?") return bold;
  return asks_plainly_ && is_plain_question(block) ? block.end_token : block.first_token;
}

// A block that ends with a question mark and asks "you", without saying "I".
bool Questions::is_plain_question(const Block& block) const {
  const bool is_text =
      block.kind == BlockKind::kParagraph || block.kind == BlockKind::kFragment || block.kind == BlockKind::kHeading;
  if (!is_text || block.first_token >= block.end_token || text_.word(block.end_token - 1) != "?") return false;
  bool asks = false;
  auto it = text_.first_mention_at(block.first_token);
  for (; it != text_.mentions.end() && it->first_token < block.end_token; ++it) {
    if (says(*it, '1')) return false;
    asks = asks || says(*it, '2');
  }
  return asks;
}

bool Questions::is_question_of_other(const Block& block) const {
  if (block.turn == kNone || block.kind != BlockKind::kParagraph) return false;
  const std::uint32_t first = text_.document.turns[block.turn].speaker_block + 1;  // behind the label
  return first != 0 && first < text_.index_of(block) && is_in_bold(block) && !is_in_bold(text_.blocks[first]);
}

bool Questions::is_in_bold(const Block& block) const {
  return block.first_token < block.end_token && end_of_emphasis(block) == block.end_token;
}

// Where what stands in bold at the begin of the block ends.
std::uint32_t Questions::end_of_emphasis(const Block& block) const {
  const auto [it, is_new] = emphasized_.try_emplace(text_.index_of(block), block.first_token);
  if (!is_new) return it->second;
  std::uint32_t& end = it->second;
  while (end < block.end_token && (text_.is_emphasized(end) || text_.is_punctuation(end))) ++end;
  return end;
}

}  // namespace dossier
