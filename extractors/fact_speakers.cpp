#include "extractors/fact_speakers.h"

#include <map>
#include <tuple>

namespace dossier {

namespace {

const Types kPerson = {type::kPerson};

bool is_full_name(const Mention& mention) {
  return mention.type == type::kPerson && mention.end_token >= mention.first_token + 2;
}

}  // namespace

std::uint32_t FactSpeakers::speaker_at(std::uint32_t token) const {
  const Block* block = text_.block_of(token);
  if (block == nullptr) return kNone;
  if (!sayings_) {
    sayings_ = find_sayings(text_.document, text_.mentions);
    first_label_ = first_label(text_.document);
  }
  const std::uint32_t quoted = who_says(*sayings_, token);
  if (quoted != kNone || text_.is_quoted(token)) return quoted;
  if (block->first_token >= first_label_) {
    if (block->turn == kNone || block->kind == BlockKind::kQuotation) return kNone;
    return text_.named_on_label(text_.document.turns[block->turn]);
  }
  if (text_.document.kind == DocumentKind::kInterview && text_.is_emphasized(token)) return kNone;
  if (!writer_) writer_ = writer();
  const bool is_line = block->kind == BlockKind::kListItem || block->kind == BlockKind::kFragment;
  if (*writer_ != kNone || !is_line) return *writer_;
  if (!title_person_) title_person_ = on_title_page();
  const bool is_on_slide = block->slide < text_.document.slides.size();
  return *title_person_ == kNone && is_on_slide ? on_slides(block->slide, block->slide + 1) : *title_person_;
}

std::uint32_t FactSpeakers::addressee_at(std::uint32_t token) const {
  const Block* block = text_.block_of(token);
  if (block == nullptr || block->kind == BlockKind::kQuotation || text_.is_quoted(token)) return kNone;
  const std::uint32_t called = called_at(token);
  if (called != kNone) return called;
  if (block->turn == kNone) {
    if (text_.document.kind != DocumentKind::kInterview || !text_.is_emphasized(token)) return kNone;
    if (!writer_) writer_ = writer();
    return *writer_;
  }
  const std::vector<Turn>& turns = text_.document.turns;
  const std::uint32_t own = text_.named_on_label(turns[block->turn]);
  if (own == kNone) return kNone;
  const auto other_at = [&](std::uint32_t turn) {
    const std::uint32_t label = text_.named_on_label(turns[turn]);
    return label != kNone && text_.mentions[label].entity != text_.mentions[own].entity ? label : kNone;
  };
  const std::uint32_t next = block->turn + 1 < turns.size() ? other_at(block->turn + 1) : kNone;
  return next != kNone || block->turn == 0 ? next : other_at(block->turn - 1);
}

// "Ada, hai fondato …": whom the sentence calls by name.
std::uint32_t FactSpeakers::called_at(std::uint32_t token) const {
  const std::uint32_t first = text_.sentence_first(token);
  const auto name = text_.first_mention_at(first);
  const bool is_in_front = name != text_.mentions.end() && name->first_token == first && name->end_token <= token &&
                           name->type == type::kPerson && text_.word(name->end_token) == ",";
  if (!is_in_front || tells_of_name(name->end_token + 1, token)) return kNone;
  const Block* block = text_.block_of(token);
  const bool has_label = block != nullptr && block->turn != kNone;
  const std::uint32_t own = has_label ? text_.named_on_label(text_.document.turns[block->turn]) : kNone;
  return own != kNone && text_.mentions[own].entity == name->entity ? kNone : text_.index_of(name);
}

// Whether the words from `first` on, behind a name and its comma, go on about it: "Ada, la tua socia, …",
// "Ada, ingegnere di Torino, …", "Ada, che hai conosciuto a Roma, …", "Ada, Bo e altri …".
bool FactSpeakers::tells_of_name(std::uint32_t first, std::uint32_t token) const {
  // "Ada, senti, da quanto …": a word that carries nothing.
  if (first + 1 < token && text_.word(first + 1) == "," &&
      (text_.is_in_lexicon(first, filler_) || text_.is_listed_here(first, text_.pos, {"interjection"})))
    first += 2;
  if (first >= text_.tokens.size()) return true;
  const auto next = text_.first_mention_at(first);
  const bool is_named = next != text_.mentions.end() && next->first_token == first && next->type != type::kPronoun &&
                        next->type != type::kDate;
  if (is_named || (text_.tokens[first].shape & shape::kUpperFirst) != 0) return true;
  if (text_.is_listed_here(first, text_.pos, {"article"})) return true;
  if (text_.is_listed_here(first, text_.case_, {"relative", "possessive"})) return true;
  for (std::uint32_t t = first; t <= token && t < text_.tokens.size(); ++t) {
    if (text_.word(t) == ",") return true;
  }
  return false;
}

// Who says "I" in a text without turns.
std::uint32_t FactSpeakers::writer() const {
  std::uint32_t author = kNone;
  for (const MetadataField& field : text_.document.metadata) {
    if (field.name == "author" && field.block != kNone)
      author = text_.only_mention_in(text_.blocks[field.block], kPerson);
  }
  if (author == kNone) author = named_alone(text_.document, text_.lexicons, text_.pass, text_.mentions);
  if (author == kNone) author = self_introduced();
  if (text_.document.kind != DocumentKind::kInterview) return author;
  for (const Block& title : text_.blocks) {
    if (title.kind != BlockKind::kMetadata && (title.kind != BlockKind::kHeading || title.level > 1)) continue;
    const std::uint32_t named = text_.only_mention_in(title, kPerson);
    if (named == kNone) continue;
    if (author == kNone || text_.mentions[named].entity != text_.mentions[author].entity) return named;
  }
  return introduced(author);
}

// Who says what they are called (lexicon introduction), if only one does.
std::uint32_t FactSpeakers::self_introduced() const {
  const LexiconId introduction = text_.lexicons.find("introduction");
  std::uint32_t only = kNone;
  for (const LexiconHit& hit : text_.pass.phrases) {
    if (text_.lexicons.lexicon_of(hit.entry) != introduction || text_.is_quoted(hit.first_token)) continue;
    // "In the film she says: my name is Bond."
    if (hit.first_token > 0 && !text_.opens_sentence(hit.first_token) && text_.word(hit.first_token - 1) == ":")
      continue;
    const auto name = text_.first_mention_at(hit.end_token);
    if (name == text_.mentions.end() || name->first_token != hit.end_token || name->type != type::kPerson) continue;
    if (only != kNone && text_.mentions[only].entity != name->entity) return kNone;
    only = text_.index_of(name);
  }
  return only;
}

// Whom the paragraphs before the first question of an interview speak of most, but for its author.
std::uint32_t FactSpeakers::introduced(std::uint32_t author) const {
  std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>> uses;  // entity: how often, its first mention
  for (std::uint32_t m = 0; m < text_.mentions.size(); ++m) {
    const Mention& mention = text_.mentions[m];
    const Block* block = text_.block_of(mention.first_token);
    if (block == nullptr || block->kind != BlockKind::kParagraph) continue;
    if (text_.is_emphasized(block->first_token)) break;
    if (mention.type != type::kPerson || mention.entity == kNone) continue;
    if (author != kNone && mention.entity == text_.mentions[author].entity) continue;
    ++uses.try_emplace(mention.entity, 0U, m).first->second.first;
  }
  std::uint32_t found = kNone;
  std::uint32_t most = 0;
  for (const auto& [entity, use] : uses) {
    if (use.first == most) found = kNone;
    if (use.first > most) std::tie(most, found) = use;
  }
  return found;
}

// Whose deck it is: the only person named in full on the title slide, or before the second heading.
std::uint32_t FactSpeakers::on_title_page() const {
  if (!text_.document.slides.empty()) {
    const std::uint32_t on_first = on_slides(0, 1);
    if (on_first != kNone) return on_first;
  }
  std::uint32_t headings = 0;
  std::uint32_t end = 0;
  for (const Block& block : text_.blocks) {
    if (block.kind == BlockKind::kHeading && ++headings == 2) break;
    if (block.kind != BlockKind::kMetadata) end = block.end_token;
  }
  if (headings < 2) return kNone;
  std::uint32_t only = kNone;
  for (std::uint32_t m = 0; m < text_.mentions.size() && text_.mentions[m].end_token <= end; ++m) {
    if (!is_full_name(text_.mentions[m])) continue;
    if (only != kNone && text_.mentions[m].entity != text_.mentions[only].entity) return kNone;
    if (only == kNone) only = m;
  }
  return only;
}

// The only person whom slides [first, end) name in full.
std::uint32_t FactSpeakers::on_slides(std::uint32_t first, std::uint32_t end) const {
  std::uint32_t only = kNone;
  const Block& begin = text_.blocks[text_.document.slides[first].first_block];
  for (auto it = text_.first_mention_at(begin.first_token); it != text_.mentions.end(); ++it) {
    if (!is_full_name(*it)) continue;
    const Block* block = text_.block_of(it->first_token);
    if (block == nullptr || block->slide < first || block->kind == BlockKind::kFooter) continue;
    if (block->slide >= end) break;
    if (only != kNone && it->entity != text_.mentions[only].entity) return kNone;
    if (only == kNone) only = text_.index_of(it);
  }
  return only;
}

}  // namespace dossier
