#include "pipeline/resolve_speakers.h"

#include <algorithm>
#include <set>

#include "pipeline/names.h"
#include "pipeline/resolve_names.h"

namespace dossier {

namespace {

constexpr std::size_t kFewestHeaded = 2;         // people whose sections make a text one of answers
constexpr std::uint32_t kMostBeforePost = 2;     // tokens: "your" of "your host"
constexpr std::uint32_t kIntroductionReach = 5;  // tokens of "my name is"
constexpr std::uint32_t kIntroductionNear = 50;  // tokens that who says so goes on for, where the next may be another's

// A quotation within a turn: what somebody else has written.
bool is_read_out(const Block& block) {
  return block.turn != kNone && block.kind == BlockKind::kQuotation;
}

}  // namespace

Speakers::Speakers(const MarkedText& text, const PronounSenses& senses)
    : text_(text),
      senses_(senses),
      questions_(text, senses),
      introduction_(text.lexicons.find("introduction")),
      conversation_cue_(text.lexicons.find("conversation_cue")),
      given_name_(text.lexicons.find("given_name")),
      surname_(text.lexicons.find("surname")),
      role_qualifier_(text.lexicons.find("role_qualifier")),
      tense_(text.lexicons.find_attribute("tense")),
      first_label_(first_label(text.document)),
      sayings_(find_sayings(text.document, text.mentions)) {
  find_author();
  for (const Turn& turn : text_.document.turns) {
    const std::uint32_t person = text_.named_on_label(turn);
    speakers_.push_back(person == kNone ? kNone : text_.mentions[person].entity);
  }
  find_introduced_speakers();
  find_addressees();
  // "Learned last year: …" under a heading is no speaker's turn.
  const bool is_nobody = std::all_of(speakers_.begin(), speakers_.end(), [](std::uint32_t s) { return s == kNone; });
  if (is_nobody) find_headed_sections();
}

// Whose "I" it is in a text without turns, and in front of the first label.
void Speakers::find_author() {
  if (text_.document.turns.empty()) {
    author_ = find_self_introduction();
    is_exchange_ = !introductions_.empty() && is_exchange();
    if (is_exchange_) author_ = kNone;
    if (author_ == kNone) author_ = questions_.find_interviewed();
  }
  is_asked_ = author_ != kNone;
  if (author_ == kNone) author_ = author_in_metadata();
}

// "I'm Ada", "My name is Ada": whose "I" it is in a text without turns, if only one person says so; if several do,
// in the block that says so.
std::uint32_t Speakers::find_self_introduction() {
  std::uint32_t found = kNone;
  std::uint32_t pronoun = kNone;  // the last "I" before the name
  bool is_only = true;
  for (std::uint32_t m = 0; m < text_.mentions.size(); ++m) {
    const Mention& name = text_.mentions[m];
    if (name.type == type::kPronoun && senses_.of(name.first_token).is_i()) pronoun = m;
    if (name.type != type::kPerson || name.entity == kNone || pronoun == kNone) continue;
    if (!introduces(text_.mentions[pronoun], name)) continue;
    is_only = is_only && (found == kNone || found == name.entity);
    found = name.entity;
    introductions_.emplace_back(text_.mentions[pronoun].first_token, found);
    if (const Block* block = text_.block_of(name.first_token)) introduced_in_.try_emplace(block, found);
  }
  return is_only ? found : kNone;
}

// "## Ada Lovell, cook", "## Paul Berg, sailor": people who answer one after the other, each under a heading that
// begins with the name. A section that names its person again tells of her, and so does one that begins with "she".
void Speakers::find_headed_sections() {
  std::map<std::uint32_t, std::uint32_t> named;  // heading -> entity
  std::set<std::uint32_t> people;
  for (std::uint32_t b = 0; b < text_.blocks.size(); ++b) {
    const Block& heading = text_.blocks[b];
    // Names one below the other are those of authors.
    if (heading.kind != BlockKind::kHeading || b + 1 >= text_.blocks.size() ||
        text_.blocks[b + 1].kind == BlockKind::kHeading)
      continue;
    const std::uint32_t person = text_.only_mention_in(heading, {type::kPerson});
    if (person == kNone || text_.mentions[person].first_token != heading.first_token ||
        text_.mentions[person].entity == kNone)
      continue;
    named.emplace(b, text_.mentions[person].entity);
    people.insert(text_.mentions[person].entity);
  }
  if (people.size() < kFewestHeaded) return;
  for (const Mention& mention : text_.mentions) {
    const Block* block = text_.block_of(mention.first_token);
    if (block == nullptr || block->kind == BlockKind::kHeading) continue;
    const auto section = named.find(block->section);
    if (section == named.end()) continue;
    // "I met her in Rome.": who says so in the first sentence is not she.
    const bool is_told_of = mention.type == type::kPronoun && senses_.of(mention.first_token).is_he_or_she() &&
                            text_.sentence_first(mention.first_token) == text_.blocks[section->first + 1].first_token;
    if (is_told_of || (mention.type == type::kPerson && section->second == mention.entity)) named.erase(section);
  }
  headed_by_ = std::move(named);
}

// A recording whose speakers have no labels, and who greet each other.
bool Speakers::is_exchange() const {
  const DocumentKind kind = text_.document.kind;
  if (kind != DocumentKind::kPodcast && kind != DocumentKind::kInterview) return false;
  return std::any_of(text_.pass.phrases.begin(), text_.pass.phrases.end(),
                     [&](const LexiconHit& hit) { return text_.lexicons.lexicon_of(hit.entry) == conversation_cue_; });
}

// Who has just said who they are.
std::uint32_t Speakers::introduced_near(std::uint32_t token, const Block& block) const {
  const auto after = std::partition_point(introductions_.begin(), introductions_.end(),
                                          [&](const auto& introduction) { return introduction.first <= token; });
  if (after == introductions_.begin()) return kNone;
  const auto& [first, person] = *std::prev(after);
  return first >= block.first_token && token - first <= kIntroductionNear ? person : kNone;
}

bool Speakers::introduces(const Mention& pronoun, const Mention& name) const {
  if (name.first_token < pronoun.end_token) return false;  // "I" as an initial of the name itself
  const PronounSense sense = senses_.of(pronoun.first_token);
  if (!sense.is_i()) return false;
  const bool is_next = name.first_token == pronoun.end_token + 1;
  const std::string_view pos = senses_.part_of_speech(pronoun.end_token);
  const bool is_post = !is_next && text_.is_listed(pronoun.end_token, tense_, {"present"}) &&
                       is_what_somebody_is(pronoun.end_token + 1, name);
  const bool is_copula = (is_next || is_post) && !sense.possessive &&
                         ((text_.tokens[pronoun.end_token].shape & shape::kClitic) != 0 || pos == "auxiliary");
  if (!is_copula && !is_introduction(pronoun.first_token, name.first_token)) return false;
  // "I was Ada Lovell's student", "I have Ada Lovell to thank" introduce nobody, nor does whom the text quotes.
  const std::uint32_t end = name.end_token;
  const bool is_end = end >= text_.tokens.size() || text_.opens_sentence(end) ||
                      (text_.tokens[end].shape & (shape::kPunctuation | shape::kClitic)) == shape::kPunctuation ||
                      senses_.part_of_speech(end) == "conjunction";
  return is_end && !text_.is_quoted(pronoun.first_token);
}

// "your host, " of "I'm your host, Ada Lovell": from the token on, whose a post is, the post and a comma, and then the
// name.
bool Speakers::is_what_somebody_is(std::uint32_t first, const Mention& name) const {
  if (name.first_token < first + 2 || text_.word(name.first_token - 1) != ",") return false;
  std::uint32_t post = first;
  const auto says_whose = [&](std::uint32_t token) {
    const std::string_view pos = senses_.part_of_speech(token);
    return pos == "article" || pos == "determiner" || senses_.of(token).possessive ||
           text_.is_in_lexicon(token, role_qualifier_);
  };
  while (post < first + kMostBeforePost && says_whose(post)) ++post;
  auto it = text_.first_mention_at(first);
  for (; it != text_.mentions.end() && it->first_token <= post; ++it) {
    if (it->type == type::kRole && it->end_token + 1 == name.first_token) return true;
  }
  return false;
}

// Whether the words are a phrase of those that come before one's own name: "my name is".
bool Speakers::is_introduction(std::uint32_t first, std::uint32_t end) const {
  if (introduction_ == kNoLexicon || end - first > kIntroductionReach) return false;
  const Span span{text_.tokens[first].begin, text_.tokens[end - 1].end};
  const std::vector<EntryId> entries = entries_of_phrase(text_.lexicons, text_.document.slice(span));
  return std::any_of(entries.begin(), entries.end(),
                     [&](EntryId entry) { return text_.lexicons.lexicon_of(entry) == introduction_; });
}

// The only person its metadata names as author or participant, else the only one whose name stands alone at its top.
std::uint32_t Speakers::author_in_metadata() const {
  std::uint32_t found = kNone;
  for (const MetadataField& field : text_.document.metadata) {
    if ((field.name != "author" && field.name != "participants") || field.block == kNone) continue;
    const Block& block = text_.blocks[field.block];
    auto it = text_.first_mention_at(block.first_token);
    for (; it != text_.mentions.end() && it->first_token < block.end_token; ++it) {
      if (it->type != type::kPerson || it->entity == found) continue;
      if (found != kNone) return kNone;
      found = it->entity;
    }
  }
  if (found != kNone) return found;
  const std::uint32_t alone = named_alone(text_.document, text_.lexicons, text_.pass, text_.mentions);
  return alone == kNone ? kNone : text_.mentions[alone].entity;
}

// "Speaker 2: Hi, my name is Ada Lovell": whose label names nobody speaks as who she says she is, in all turns with
// it.
void Speakers::find_introduced_speakers() {
  std::map<std::string_view, std::uint32_t> introduced;  // by label
  std::uint32_t pronoun = kNone;                         // the last "I" before the name
  for (std::uint32_t m = 0; m < text_.mentions.size(); ++m) {
    const Mention& name = text_.mentions[m];
    if (name.type == type::kPronoun && senses_.of(name.first_token).is_i()) pronoun = m;
    if (name.type != type::kPerson || name.entity == kNone || pronoun == kNone) continue;
    const Block* block = text_.block_of(name.first_token);
    if (block == nullptr || block->turn == kNone || block != text_.block_of(text_.mentions[pronoun].first_token) ||
        !introduces(text_.mentions[pronoun], name))
      continue;
    const Turn& turn = text_.document.turns[block->turn];
    if (turn.speaker_block != kNone && names_nobody(turn))
      introduced.try_emplace(text_.document.slice(text_.blocks[turn.speaker_block].span), name.entity);
  }
  if (introduced.empty()) find_answering_label(introduced);
  if (introduced.empty()) return;
  for (std::size_t i = 0; i < text_.document.turns.size(); ++i) {
    const Turn& turn = text_.document.turns[i];
    if (turn.speaker_block == kNone || !names_nobody(turn)) continue;
    const auto found = introduced.find(text_.document.slice(text_.blocks[turn.speaker_block].span));
    if (found != introduced.end()) speakers_[i] = found->second;
  }
}

// "Host: Welcome, Ada Lovell … Guest: Thanks": of two labels that name nobody the second is the one person's who is
// named in full before, and as the one who is there: not "Q: What did Ada Lovell think? A: That she was right".
void Speakers::find_answering_label(std::map<std::string_view, std::uint32_t>& introduced) const {
  std::string_view asking, answering;
  std::uint32_t first_answer = 0;
  for (const Turn& turn : text_.document.turns) {
    if (turn.speaker_block == kNone) continue;
    if (!names_nobody(turn)) return;
    const Span span = text_.blocks[turn.speaker_block].span;
    const std::string_view label = text_.document.slice(span);
    if (asking.empty()) asking = label;
    if (label == asking || label == answering) continue;
    if (!answering.empty()) return;
    answering = label;
    first_answer = span.begin;
  }
  const std::uint32_t found = answering.empty() ? kNone : questions_.only_person_before(first_answer);
  if (found != kNone && is_present(found, first_answer)) introduced.emplace(answering, found);
}

// Is the person, before `end`, named above the conversation, called by the name, or told of in a sentence of the one
// who speaks?
bool Speakers::is_present(std::uint32_t entity, std::uint32_t end) const {
  for (const Mention& mention : text_.mentions) {
    if (mention.span.begin >= end) return false;
    if (mention.entity != entity) continue;
    const Block* block = text_.block_of(mention.first_token);
    if (block != nullptr && (block->turn == kNone || is_called(mention, *block) || stands_beside_i(mention)))
      return true;
  }
  return false;
}

// "Welcome, Ada Lovell."
bool Speakers::is_called(const Mention& name, const Block& block) const {
  const std::string_view next = name.end_token < block.end_token ? text_.word(name.end_token) : ".";
  const bool is_parted = (text_.tokens[name.end_token - 1].flags & token_flag::kSentenceLast) != 0 || next == "," ||
                         next == "." || next == "!" || next == "?";
  return is_parted && (text_.opens_sentence(name.first_token) || text_.word(name.first_token - 1) == ",");
}

// "I am here with Ada Lovell."
bool Speakers::stands_beside_i(const Mention& name) const {
  const std::vector<Sentence>& sentences = text_.document.sentences;
  const auto sentence = std::partition_point(sentences.begin(), sentences.end(),
                                             [&](const Sentence& s) { return s.end_token <= name.first_token; });
  if (sentence == sentences.end() || text_.word(sentence->end_token - 1) == "?") return false;
  for (auto it = text_.first_mention_at(sentence->first_token);
       it != text_.mentions.cend() && it->first_token < sentence->end_token; ++it) {
    if (it->type == type::kPronoun && senses_.of(it->first_token).person == '1') return true;
  }
  return false;
}

// "Speaker 2", "A", "Respondent": no person, or one word that is nobody's name.
bool Speakers::names_nobody(const Turn& turn) const {
  const std::uint32_t speaker = text_.named_on_label(turn);
  const std::uint32_t entity = speaker == kNone ? kNone : text_.mentions[speaker].entity;
  if (entity == kNone) return true;
  const std::vector<std::string> words = words_of(fold(text_.entities[entity].name));
  return words.size() == 1 && !is_word_of(text_.lexicons, words.front(), given_name_) &&
         !is_word_of(text_.lexicons, words.front(), surname_);
}

// Who is spoken to in each turn: whoever answers, the next speaker that is another; else the nearest earlier one.
void Speakers::find_addressees() {
  const std::size_t size = speakers_.size();
  addressees_.assign(size, kNone);
  std::uint32_t last = kNone;      // who spoke last on the way
  std::uint32_t previous = kNone;  // who spoke last that is not `last`
  const auto visit = [&](std::size_t turn) {
    const std::uint32_t speaker = speakers_[turn];
    if (addressees_[turn] == kNone) addressees_[turn] = last == speaker ? previous : last;
    if (speaker == kNone || speaker == last) return;
    previous = last;
    last = speaker;
  };
  for (std::size_t turn = size; turn-- > 0;) visit(turn);
  last = previous = kNone;
  for (std::size_t turn = 0; turn < size; ++turn) visit(turn);
}

std::uint32_t Speakers::speaker_of(const Block& block) const {
  const auto headed = headed_by_.find(block.section);
  if (headed != headed_by_.end()) return headed->second;
  if (block.turn != kNone && text_.document.turns[block.turn].speaker_block != kNone) return speakers_[block.turn];
  const auto introduced = introduced_in_.find(&block);
  if (author_ == kNone && !is_exchange_ && introduced != introduced_in_.end()) return introduced->second;
  // Who answers says nothing before the first question.
  if (questions_.interviewed() != kNone && block.first_token < questions_.first_question()) return kNone;
  return block.first_token < first_label_ ? author_ : kNone;
}

std::uint32_t Speakers::next_speaker(std::uint32_t turn) const {
  return turn + 1 < speakers_.size() ? speakers_[turn + 1] : kNone;
}

std::uint32_t Speakers::speaker_at(std::uint32_t token, const Block& block) {
  const std::uint32_t quoted = who_says(sayings_, token);
  if (quoted != kNone) return text_.mentions[quoted].entity;
  if (is_read_out(block)) return author_of_quotation(block);
  if (is_exchange_ && block.turn == kNone) return introduced_near(token, block);
  const bool is_other = is_asked_ && block.turn == kNone && token < questions_.end_of_question(block);
  return is_other ? kNone : speaker_of(block);
}

std::uint32_t Speakers::addressee_at(std::uint32_t token, const Block& block) const {
  if (is_read_out(block)) return kNone;
  if (block.turn != kNone) return addressees_[block.turn];
  return token < questions_.end_of_question(block) ? questions_.interviewed() : kNone;
}

// "Ada Lovell has a confession to make:", and below it the quotation: the first person that the sentence in front of
// it names, the speaker apart.
std::uint32_t Speakers::author_of_quotation(const Block& block) {
  const std::uint32_t here = text_.index_of(block);
  std::uint32_t lead = here;
  while (lead > 0 && lead != read_out_.block && text_.blocks[lead].kind == BlockKind::kQuotation) --lead;
  const bool is_known = lead == read_out_.block;
  read_out_.block = here;
  if (!is_known) read_out_.author = named_in_front(text_.blocks[lead], block);
  return read_out_.author;
}

// Only within the same turn.
std::uint32_t Speakers::named_in_front(const Block& lead, const Block& block) const {
  if (lead.turn != block.turn || lead.kind == BlockKind::kSpeaker || lead.first_token >= lead.end_token) return kNone;
  const auto sentence = std::partition_point(text_.document.sentences.begin(), text_.document.sentences.end(),
                                             [&](const Sentence& each) { return each.end_token < lead.end_token; });
  if (sentence == text_.document.sentences.end()) return kNone;
  for (auto it = text_.first_mention_at(sentence->first_token);
       it != text_.mentions.end() && it->first_token < lead.end_token; ++it) {
    if (it->type == type::kPerson && it->entity != speaker_of(block)) return it->entity;
  }
  return kNone;
}

}  // namespace dossier
