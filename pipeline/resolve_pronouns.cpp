#include "pipeline/resolve_pronouns.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "pipeline/names.h"
#include "pipeline/resolve_definite.h"
#include "pipeline/resolve_names.h"
#include "pipeline/resolve_speakers.h"

namespace dossier {

namespace {

constexpr std::uint32_t kLeadIn = 2;             // tokens in front of a name that is called
constexpr std::uint32_t kAntecedentReach = 14;   // tokens back
constexpr std::uint32_t kInserted = 7;           // tokens from a name to a relative pronoun behind an insertion
constexpr std::uint32_t kAgeReach = 6;           // tokens of an age or a seat between commas behind a name
constexpr std::uint32_t kOfFirm = 2;             // tokens from a name or a post to its firm: "of", ", of"
constexpr std::ptrdiff_t kSubjectReach = 6;      // sentences back
constexpr std::uint32_t kLeadOfPhrase = 3;       // tokens of a sentence in front of "her role"
constexpr std::uint32_t kAsideReach = 10;        // tokens from a name to a possessive behind "and"
constexpr std::uint32_t kKindReach = 12;         // tokens from "the company" to its "it"
constexpr std::uint32_t kPhraseReach = 8;        // tokens from a name back to what governs it
constexpr std::uint32_t kSubjectMentions = 100;  // mentions back: a sentence may be as long as the document

class Pronouns {
 public:
  Pronouns(const MarkedText& text, const PronounSenses& senses, Extraction& extraction)
      : text_(text),
        senses_(senses),
        extraction_(extraction),
        speakers_(text, senses),
        definite_(text),
        own_phrase_(text.lexicons.find("own_phrase")),
        others_noun_(text.lexicons.find("others_noun")),
        time_noun_(text.lexicons.find("time_noun")),
        joining_word_(text.lexicons.find("joining_word")) {}

  void resolve();
  std::vector<std::uint32_t> chains() const;

 private:
  // The entity that a pronoun stands for, by its person; kNone.
  std::uint32_t first_person(std::uint32_t token, const Block& block);
  std::uint32_t second_person(std::uint32_t pronoun, const Block& block);
  std::uint32_t third_person(std::uint32_t pronoun, const PronounSense& sense, const Block& block);
  std::uint32_t antecedent_of(std::uint32_t pronoun, const PronounSense& sense) const;  // a mention

  std::uint32_t called_by_name(std::uint32_t pronoun, const Block& block) const;
  std::uint32_t called_behind(std::uint32_t pronoun, const Block& block) const;
  bool leads_sentence(std::uint32_t token) const;
  std::uint32_t person_beside(std::uint32_t pronoun, const PronounSense& sense);
  bool is_others(std::uint32_t possessive) const;
  std::uint32_t subject_behind_phrase(std::uint32_t pronoun, const PronounSense& sense);
  std::uint32_t named_above(std::uint32_t pronoun, const PronounSense& sense, const Block& block) const;
  bool is_byline(std::uint32_t block, std::uint32_t name) const;
  std::uint32_t next_speaker_named_behind(std::uint32_t pronoun, const PronounSense& sense, const Block& block);
  std::uint32_t subject_before(std::uint32_t pronoun, const PronounSense& sense, const Block& own);
  std::uint32_t named_behind(std::uint32_t pronoun, const PronounSense& sense, const Block& block);
  bool is_label(std::uint32_t name, std::uint32_t pronoun, const Block& block) const;
  bool names_in_front(std::uint32_t sentence_first, std::uint32_t pronoun) const;
  bool is_inserted(std::uint32_t begin, std::uint32_t relative) const;
  std::uint32_t behind_brackets(std::uint32_t token) const;
  std::uint32_t behind_age(std::uint32_t comma) const;
  bool is_of(std::uint32_t token) const;
  bool agrees(const PronounSense& sense, const Mention& mention);
  Gender gender_of_entity(std::uint32_t entity);

  const MarkedText& text_;
  const PronounSenses& senses_;
  Extraction& extraction_;
  Speakers speakers_;
  DefiniteOrganizations definite_;
  LexiconId own_phrase_, others_noun_, time_noun_, joining_word_;
  std::vector<std::pair<bool, Gender>> entity_gender_;  // is it known?
  std::map<std::uint32_t, std::uint32_t> antecedents_;  // relative pronoun -> the mention it stands for, or kNone
};

void Pronouns::resolve() {
  for (std::uint32_t m = 0; m < extraction_.mentions.size(); ++m) {
    Mention& mention = extraction_.mentions[m];
    if (mention.type != type::kPronoun) continue;
    const PronounSense sense = senses_.of(mention.first_token);
    const Block* block = text_.block_of(mention.first_token);
    if (block == nullptr) continue;
    if (!sense.is_pronoun) {
      mention.entity = definite_.meant_by(mention.first_token);
    } else if (sense.person == '1') {
      if (sense.number != 'p') mention.entity = first_person(mention.first_token, *block);
    } else if (sense.person == '2') {
      mention.entity = second_person(m, *block);
    } else if (sense.relative || sense.person == '\0') {
      const std::uint32_t antecedent = antecedent_of(m, sense);
      antecedents_.emplace(m, antecedent);
      if (antecedent != kNone) mention.entity = extraction_.mentions[antecedent].entity;
    } else {
      mention.entity = third_person(m, sense, *block);
    }
    if (mention.entity != kNone) extraction_.entities[mention.entity].mentions.push_back(m);
  }
  for (LocalEntity& entity : extraction_.entities) std::sort(entity.mentions.begin(), entity.mentions.end());
}

// Entities, and beyond them one number for the unnamed I and we of each turn and for each unnamed he and she.
std::vector<std::uint32_t> Pronouns::chains() const {
  std::vector<std::uint32_t> chains;
  std::map<std::tuple<char, Gender, std::uint32_t>, std::uint32_t> unnamed;
  for (std::uint32_t m = 0; m < text_.mentions.size(); ++m) {
    const Mention& mention = text_.mentions[m];
    std::uint32_t chain = mention.entity;
    if (const auto known = antecedents_.find(m); known != antecedents_.end()) {
      if (known->second != kNone) chain = chains[known->second];
    } else if (mention.type == type::kPronoun && chain == kNone) {
      const PronounSense sense = senses_.of(mention.first_token);
      const bool is_we = sense.person == '1' && sense.number == 'p';
      const bool is_she = sense.person == '3' && sense.is_he_or_she();
      if (is_we || (sense.number == 's' && !sense.relative && (sense.person == '1' || is_she))) {
        const Block* block = text_.block_of(mention.first_token);
        const std::uint32_t turn = sense.person == '1' && block != nullptr ? block->turn : kNone;
        const Gender gender = sense.person == '1' ? Gender::kUnknown : sense.gender;
        const auto next = static_cast<std::uint32_t>(text_.entities.size() + unnamed.size());
        chain = unnamed.try_emplace({is_we ? 'w' : sense.person, gender, turn}, next).first->second;
      }
    }
    chains.push_back(chain);
  }
  return chains;
}

std::uint32_t Pronouns::first_person(std::uint32_t token, const Block& block) {
  return speakers_.is_question_of_other(block) ? speakers_.addressee_at(token, block)
                                               : speakers_.speaker_at(token, block);
}

std::uint32_t Pronouns::second_person(std::uint32_t pronoun, const Block& block) {
  const std::uint32_t called = block.turn == kNone ? kNone : called_by_name(pronoun, block);
  if (called != kNone) return called;
  return speakers_.is_question_of_other(block) ? speakers_.speaker_of(block)
                                               : speakers_.addressee_at(text_.mentions[pronoun].first_token, block);
}

std::uint32_t Pronouns::third_person(std::uint32_t pronoun, const PronounSense& sense, const Block& block) {
  std::uint32_t found = person_beside(pronoun, sense);
  if (found == kNone) found = named_above(pronoun, sense, block);
  if (found == kNone) found = subject_behind_phrase(pronoun, sense);
  const bool is_of_turn = sense.is_he_or_she() && block.turn != kNone;
  if (found == kNone && is_of_turn) found = next_speaker_named_behind(pronoun, sense, block);
  if (found == kNone) found = subject_before(pronoun, sense, block);
  return found == kNone && is_of_turn ? named_behind(pronoun, sense, block) : found;
}

// "In her place, Ada Lovell …": not the one named behind it.
bool Pronouns::is_others(std::uint32_t possessive) const {
  return possessive + 1 < text_.document.tokens.size() && text_.is_in_lexicon(possessive + 1, others_noun_);
}

// "In her role at Harborworks, Ada Lovell oversaw …": whose it is follows the phrase that the sentence begins with
// (lexicon own_phrase); not "Under her lead, Ada Lovell joined", nor "In her place, …" (lexicon others_noun).
std::uint32_t Pronouns::subject_behind_phrase(std::uint32_t pronoun, const PronounSense& sense) {
  const std::uint32_t token = text_.mentions[pronoun].first_token;
  const std::uint32_t first = text_.sentence_first(token);
  if (!sense.possessive || !sense.is_he_or_she() || token == first || token > first + kLeadOfPhrase ||
      !text_.is_in_lexicon(first, own_phrase_) || is_others(token))
    return kNone;
  for (std::uint32_t m = pronoun + 1; m < text_.mentions.size() && m <= pronoun + kSubjectMentions; ++m) {
    const Mention& mention = text_.mentions[m];
    if (text_.sentence_first(mention.first_token) != first) break;
    if (mention.type == type::kPerson && text_.word(mention.first_token - 1) == ",")
      return agrees(sense, mention) ? mention.entity : kNone;
  }
  return kNone;
}

// "Joi Lovell", and below it a paragraph that begins with "He": the one whose name stands alone there, whatever the
// lists say of such first names.
std::uint32_t Pronouns::named_above(std::uint32_t pronoun, const PronounSense& sense, const Block& block) const {
  if (!sense.is_he_or_she() || block.turn != kNone || block.kind != BlockKind::kParagraph ||
      text_.mentions[pronoun].first_token != block.first_token)
    return kNone;
  const std::uint32_t here = text_.index_of(block);
  if (here == 0) return kNone;
  const Block& above = text_.blocks[here - 1];
  const std::uint32_t name = text_.only_mention_in(above, {type::kPerson});
  const bool is_alone = name != kNone && text_.mentions[name].first_token == above.first_token &&
                        text_.mentions[name].end_token == above.end_token;
  return is_alone && !is_byline(here - 1, name) ? text_.mentions[name].entity : kNone;
}

// "# Berg sails on", "Joi Lovell", "He was …": below a heading that names somebody else stands its author.
bool Pronouns::is_byline(std::uint32_t block, std::uint32_t name) const {
  if (block == 0 || text_.blocks[block - 1].kind != BlockKind::kHeading) return false;
  const std::uint32_t headed = text_.last_mention_in(text_.blocks[block - 1], {type::kPerson});
  return headed != kNone && text_.mentions[headed].entity != text_.mentions[name].entity;
}

// "Our guest runs a lab. She grew up by the sea. Ada Lovell, welcome!": introduced before she is named.
std::uint32_t Pronouns::named_behind(std::uint32_t pronoun, const PronounSense& sense, const Block& block) {
  for (std::uint32_t m = pronoun + 1; m < text_.mentions.size() && m <= pronoun + kSubjectMentions; ++m) {
    const Mention& mention = text_.mentions[m];
    const Block* own = text_.block_of(mention.first_token);
    if (own == nullptr || own->turn != block.turn) break;
    if (mention.type == type::kPerson && mention.entity != speakers_.speaker_of(block) && agrees(sense, mention))
      return mention.entity;
  }
  return kNone;
}

// "And our guest today - she has sailed a lot … Welcome, Ada Lovell!": of nobody that the turn has named so far; who
// is named behind it speaks next. "With Paul Holm I welcome Ada Lovell. She has sailed": or of her, named last.
std::uint32_t Pronouns::next_speaker_named_behind(std::uint32_t pronoun, const PronounSense& sense,
                                                  const Block& block) {
  const std::uint32_t next = speakers_.next_speaker(block.turn);
  if (next == kNone) return kNone;
  const auto in_turn = [&](std::uint32_t m) {
    const Block* own = text_.block_of(text_.mentions[m].first_token);
    return own != nullptr && own->turn == block.turn && own->kind != BlockKind::kSpeaker;
  };
  for (std::uint32_t m = pronoun; m-- > 0 && pronoun - m <= kSubjectMentions && in_turn(m);) {
    const Mention& mention = text_.mentions[m];
    if (mention.type == type::kPerson && agrees(sense, mention)) return mention.entity == next ? next : kNone;
  }
  for (std::uint32_t m = pronoun + 1; m < text_.mentions.size() && m - pronoun <= kSubjectMentions && in_turn(m); ++m) {
    const Mention& mention = text_.mentions[m];
    if (mention.type == type::kPerson && mention.entity == next && agrees(sense, mention)) return next;
  }
  return kNone;
}

// The current subject: in the sentence of the pronoun the first that agrees before it; else the first one of the
// nearest earlier sentence that has one. Of somebody who speaks in the turn it says "I", not "she".
std::uint32_t Pronouns::subject_before(std::uint32_t pronoun, const PronounSense& sense, const Block& own) {
  const std::uint32_t speaker = own.turn == kNone ? kNone : speakers_.speaker_of(own);
  const std::vector<Sentence>& sentences = text_.document.sentences;
  const std::uint32_t token = text_.mentions[pronoun].first_token;
  std::uint32_t found = kNone;
  auto sentence = std::partition_point(sentences.begin(), sentences.end(),
                                       [&](const Sentence& each) { return each.end_token <= token; });
  if (sentence == sentences.end()) return kNone;
  const std::uint32_t own_first = sentence->first_token;
  if (sense.gender == Gender::kNeuter) {  // "The company said it": what the noun means, and nothing if nobody knows
    const std::uint32_t noun = definite_.noun_between(std::max(own_first, token - std::min(token, kKindReach)), token);
    if (noun != kNone) return definite_.meant_by(noun);
  }
  const bool opens_clause = token > own_first && text_.word(token - 1) == "," && !sense.possessive;
  std::uint32_t in_front = kNone;  // who a phrase in front names: "Born to Ada Lovell, she"
  const auto last_sentence = sentence - std::min<std::ptrdiff_t>(kSubjectReach, sentence - sentences.begin());
  const std::uint32_t last_mention = pronoun - std::min(pronoun, kSubjectMentions);
  for (std::uint32_t m = pronoun; m-- > last_mention;) {
    const Mention& mention = text_.mentions[m];
    while (mention.first_token < sentence->first_token) {
      if (sentence->first_token == own_first && found != kNone && opens_clause && names_in_front(own_first, pronoun)) {
        in_front = found;
        found = kNone;
      }
      if (found != kNone || sentence == last_sentence) return found != kNone ? found : in_front;
      --sentence;
    }
    const Block* block = text_.block_of(mention.first_token);
    if (block != nullptr && (block->kind == BlockKind::kSpeaker || is_label(m, pronoun, *block))) continue;
    if (mention.entity != kNone && mention.entity == speaker) continue;
    if (mention.type == type::kPronoun) {
      if (mention.entity == kNone) continue;
      if (is_others(mention.first_token)) continue;
      const PronounSense other = senses_.of(mention.first_token);
      if (other.person == '3' && other.gender == sense.gender && sense.gender != Gender::kUnknown) {
        found = mention.entity;
        // It is the subject, not whom the phrase in front of it names.
        if (sentence->first_token != own_first && mention.first_token > 0 &&
            text_.word(mention.first_token - 1) == "," && names_in_front(sentence->first_token, m))
          return found;
      }
    } else if (agrees(sense, mention)) {
      found = mention.entity;
    }
  }
  return found != kNone ? found : in_front;
}

// "Ada Lovell: Next up is Paul Berg. He …", in a text that is no dialogue otherwise: who says it is not told of, if
// another is named in between; not "Ada Lovell: a life of Paul Berg. She …", where what she is stands behind the colon.
bool Pronouns::is_label(std::uint32_t name, std::uint32_t pronoun, const Block& block) const {
  const Mention& label = text_.mentions[name];
  if (label.type != type::kPerson || label.first_token != block.first_token || label.end_token >= block.end_token ||
      text_.word(label.end_token) != ":" || block.kind == BlockKind::kListItem)
    return false;
  const std::uint32_t said = label.end_token + 1;
  if ((text_.document.tokens[said].shape & shape::kLower) != 0 && text_.is_listed_here(said, text_.pos, {"article"}))
    return false;
  for (std::uint32_t m = name + 1; m < pronoun; ++m) {
    if (text_.mentions[m].type == type::kPerson && text_.mentions[m].entity != label.entity) return true;
  }
  return false;
}

// Whether the first person or organization of a sentence stands in a phrase, not as its subject: "Born in Lisbon to
// Ada Lovell, she", "The son of the brewer Ada Lovell, he"; not "After Lovell left, she", "Lovell's father".
bool Pronouns::names_in_front(std::uint32_t sentence_first, std::uint32_t pronoun) const {
  std::uint32_t first = pronoun;
  while (first > 0 && first + kSubjectMentions > pronoun && text_.mentions[first - 1].first_token >= sentence_first)
    --first;
  for (; first < pronoun; ++first) {
    const Mention& mention = text_.mentions[first];
    if (mention.type != type::kPerson && mention.type != type::kOrganization) continue;
    if (mention.entity == kNone || text_.word(mention.end_token) == "'s" || text_.word(mention.end_token) == "’s")
      return false;
    // Back over "the brewer", "his second wife,": to what governs the name.
    const std::uint32_t last = mention.first_token - std::min(mention.first_token - sentence_first, kPhraseReach);
    for (std::uint32_t t = mention.first_token; t-- > last;) {
      const std::string_view pos = senses_.part_of_speech(t);
      if (pos == "preposition") return t + 1 < mention.first_token || t > sentence_first;
      if (!pos.empty() && pos != "article" && pos != "determiner" && pos != "number") return false;
    }
    return false;
  }
  return false;
}

// "to Ada Lovell, a tanner, and her husband": a possessive behind "and" is of the person right before it.
std::uint32_t Pronouns::person_beside(std::uint32_t pronoun, const PronounSense& sense) {
  const std::uint32_t token = text_.mentions[pronoun].first_token;
  if (!sense.possessive || token < 2 || senses_.part_of_speech(token - 1) != "conjunction") return kNone;
  const bool has_aside = text_.word(token - 2) == ",";
  for (std::uint32_t m = pronoun; m-- > 0;) {
    const Mention& before = text_.mentions[m];
    if (before.first_token + kAsideReach < token) return kNone;
    if (before.type != type::kPerson) continue;
    const bool is_beside = before.end_token + 1 == token || (has_aside && text_.word(before.end_token) == ",");
    return is_beside && agrees(sense, before) ? before.entity : kNone;
  }
  return kNone;
}

bool Pronouns::agrees(const PronounSense& sense, const Mention& mention) {
  if (mention.entity == kNone) return false;
  if (sense.gender == Gender::kNeuter) return mention.type == type::kOrganization || mention.type == type::kProduct;
  if (sense.is_he_or_she()) {
    if (mention.type != type::kPerson) return false;
    const Gender gender = gender_of_entity(mention.entity);
    return gender == Gender::kUnknown || gender == Gender::kNeuter || gender == sense.gender;
  }
  if (sense.number == 'p') return mention.type == type::kOrganization;
  if (sense.gender == Gender::kNotMale && mention.type == type::kPerson &&
      gender_of_entity(mention.entity) == Gender::kMale)
    return false;
  return mention.type == type::kPerson || mention.type == type::kOrganization;
}

Gender Pronouns::gender_of_entity(std::uint32_t entity) {
  if (entity_gender_.size() <= entity) entity_gender_.resize(text_.entities.size(), {false, Gender::kUnknown});
  auto& [known, gender] = entity_gender_[entity];
  if (!known) {
    known = true;
    const std::vector<std::string> words = words_of(fold(text_.entities[entity].name));
    if (!words.empty()) gender = senses_.gender_of_first(words.front());
  }
  return gender;
}

// "Berg, you left Harborworks", "So Berg, you left", "You left, Berg.": whom a sentence of the turn, up to the
// pronoun's, calls by name.
std::uint32_t Pronouns::called_by_name(std::uint32_t pronoun, const Block& block) const {
  const std::uint32_t behind = called_behind(pronoun, block);
  if (behind != kNone) return behind;
  const std::uint32_t last = pronoun - std::min(pronoun, kSubjectMentions);
  for (std::uint32_t m = pronoun; m-- > last;) {
    const Mention& mention = text_.mentions[m];
    const Block* own = text_.block_of(mention.first_token);
    if (own == nullptr || own->turn != block.turn || own->kind == BlockKind::kSpeaker) return kNone;
    if (mention.type == type::kPerson && leads_sentence(mention.first_token) &&
        mention.end_token < text_.tokens.size() && text_.word(mention.end_token) == "," &&
        mention.entity != speakers_.speaker_of(block))
      return mention.entity;
  }
  return kNone;
}

// "You are a tanner, Berg.": a name between a comma and the end of the pronoun's sentence.
std::uint32_t Pronouns::called_behind(std::uint32_t pronoun, const Block& block) const {
  for (std::uint32_t m = pronoun + 1; m < text_.mentions.size() && m <= pronoun + kSubjectMentions; ++m) {
    const Mention& mention = text_.mentions[m];
    for (std::uint32_t t = text_.mentions[m - 1].first_token + 1; t <= mention.first_token; ++t) {
      if (text_.opens_sentence(t)) return kNone;
    }
    const bool ends = mention.end_token < block.end_token &&
                      (text_.tokens[mention.end_token].flags & token_flag::kSentenceLast) != 0 &&
                      text_.is_punctuation(mention.end_token);
    if (mention.type == type::kPerson && ends && mention.first_token > 0 &&
        text_.word(mention.first_token - 1) == "," && mention.entity != speakers_.speaker_of(block))
      return mention.entity;
  }
  return kNone;
}

// At the begin of its sentence, or behind a word that only leads into it: "So Berg", "Well, Berg".
bool Pronouns::leads_sentence(std::uint32_t token) const {
  for (std::uint32_t step = 0; step <= kLeadIn; ++step, --token) {
    if (text_.opens_sentence(token)) return true;
    if (token == 0) return false;
    if (text_.word(token - 1) == ",") continue;
    const std::string_view pos = senses_.part_of_speech(token - 1);
    if (pos != "conjunction" && pos != "adverb" && pos != "interjection") return false;
  }
  return false;
}

// The name right before a relative pronoun; else what the noun before it was said of: "Lund is a painter who", "Lund
// College, a school which", "Lund College in 1990, where".
std::uint32_t Pronouns::antecedent_of(std::uint32_t pronoun, const PronounSense& sense) const {
  const std::uint32_t token = text_.mentions[pronoun].first_token;
  const bool is_thing = sense.gender == Gender::kNeuter;
  bool after_role = false;
  std::uint32_t firm = kNone;
  std::uint32_t firm_first = 0;  // where it begins, or the post there: "chair of Trevik Ltd"
  for (std::uint32_t m = pronoun; m-- > 0;) {
    const Mention& before = text_.mentions[m];
    if (token - before.end_token > kAntecedentReach) return firm;
    for (std::uint32_t t = before.first_token + 1; t <= token; ++t) {
      if (text_.opens_sentence(t)) return firm;
    }
    const bool is_adjacent = behind_brackets(before.end_token) + 2 >= token;
    if (before.type == type::kRole) after_role = after_role || is_adjacent;
    const bool is_seat =
        before.type == type::kPlace && before.first_token > 0 && text_.word(before.first_token - 1) == "-";
    if (is_adjacent && is_entity(before.type) && !is_seat && (before.type != type::kPlace || !is_thing)) {
      if (is_thing || before.type != type::kOrganization) return m;
      if (after_role) continue;  // "Lund is a Trevik Party politician, who"
      firm = m;
      firm_first = before.first_token;
      continue;
    }
    if (firm !=
        kNone) {  // "Lund of Trevik Ltd, who", "Lund, chair of Trevik Ltd, who"; not "Lund sued Trevik Ltd, who"
      if (firm_first - before.end_token > kOfFirm || !is_of(before.end_token)) return firm;
      if (before.type != type::kRole) return before.type == type::kPerson ? m : firm;
      firm_first = before.first_token;
      continue;
    }
    const bool is_person = before.type == type::kPerson || before.type == type::kPronoun;
    if (is_thing && before.type == type::kOrganization) return m;
    if (!is_thing && after_role && is_person) return m;
    if (!is_thing && before.type == type::kPerson) return is_inserted(before.end_token, token) ? m : kNone;
  }
  return firm;
}

// Whether what begins at the token says whose or what somebody is: "of", "from", ",".
bool Pronouns::is_of(std::uint32_t token) const {
  return text_.word(token) == "," || senses_.part_of_speech(token) == "preposition";
}

// "We have Lund with us today, who", "Lund is joining us, who": what stands between the name and the comma only says
// how or when, or that it is with those who speak.
bool Pronouns::is_inserted(std::uint32_t begin, std::uint32_t relative) const {
  if (begin + 1 >= relative || text_.word(relative - 1) != "," || relative - begin > kInserted) return false;
  const std::string_view pos = senses_.part_of_speech(begin);
  const bool joins_us = begin + 3 <= relative && senses_.of(relative - 2).person == '1' &&
                        text_.is_in_lexicon(relative - 3, joining_word_);
  return pos == "preposition" || pos == "adverb" || joins_us;
}

// "Lund (47), who", "Lund, 47, who", "Lund, D-Ohio, who": where the insertion ends that follows a name.
std::uint32_t Pronouns::behind_brackets(std::uint32_t token) const {
  if (token >= text_.tokens.size()) return token;
  if (text_.word(token) == ",") return behind_age(token);
  if (text_.word(token) != "(") return token;
  const auto last = std::min<std::size_t>(text_.tokens.size(), token + kAntecedentReach);
  for (std::uint32_t t = token; t < last; ++t) {
    if (text_.word(t) == ")") return t + 1;
  }
  return token;
}

// The second comma of ", 47," and ", 47 years old,", of ", D-Ohio,".
std::uint32_t Pronouns::behind_age(std::uint32_t comma) const {
  const auto last = std::min<std::size_t>(text_.tokens.size(), comma + kAgeReach);
  if (comma + 2 >= last) return comma;
  const std::string_view first = text_.word(comma + 1);
  const bool is_number = first.size() <= 3 && first.front() >= '0' && first.front() <= '9';
  const std::string_view unit = text_.word(comma + 2);  // ", 12 sailors," is no age
  const bool is_age = is_number && (unit == "," || unit == "-" || text_.is_in_lexicon(comma + 2, time_noun_));
  const bool is_seat = first.size() == 1 && text_.word(comma + 2) == "-";
  if (!is_age && !is_seat) return comma;
  for (std::uint32_t t = comma + 2; t < last; ++t) {
    if (text_.word(t) == ",") return t;
  }
  return comma;
}

}  // namespace

std::vector<std::uint32_t> resolve_pronouns(const MarkedText& text, const PronounSenses& senses,
                                            Extraction& extraction) {
  Pronouns pronouns(text, senses, extraction);
  pronouns.resolve();
  return pronouns.chains();
}

}  // namespace dossier
