#include "extractors/fact_subjects.h"

namespace dossier {

namespace {

constexpr std::uint32_t kOmittedReach = 6;     // sentences back
constexpr std::uint32_t kMostDeterminers = 2;  // between a preposition and a role
constexpr std::uint32_t kMostBetween = 40;     // mentions between a match and what is named before it

}  // namespace

FactSubjects::FactSubjects(const MarkedText& text, const NamedAbove& above)
    : text_(text),
      above_(above),
      role_qualifier_(text.lexicons.find("role_qualifier")),
      person_(text.lexicons.find_attribute("person")) {}

std::uint32_t FactSubjects::subject_before(std::uint32_t token, const Types& types) const {
  const std::uint32_t first = text_.sentence_first(token);
  const std::uint32_t described = described_by_apposition(first, token, types);
  if (described != kNone) return described;
  const std::uint32_t subject = subject_between(first, token, types, 0);
  const std::uint32_t introduced = introduced_after(subject, token, types);
  return introduced != kNone ? introduced : subject;
}

// "I'm joined by Lovell, author of a book that came out in May, [chair of Harborworks]": a role without a verb is not
// the speaker's but that of the last name behind a preposition that a comma parts from what is said of it: not "I
// followed Lovell, …".
std::uint32_t FactSubjects::introduced_after(std::uint32_t subject, std::uint32_t token, const Types& types) const {
  if (subject == kNone || text_.mentions[subject].type != type::kPronoun ||
      !text_.is_listed(text_.mentions[subject].first_token, person_, {"1"}))
    return kNone;
  std::uint32_t role_token = token + 1;
  const std::uint32_t last = std::min(token + 1 + kMostDeterminers, static_cast<std::uint32_t>(text_.tokens.size()));
  while (role_token < last &&
         (text_.is_listed(role_token, text_.pos, {"article"}) || text_.is_in_lexicon(role_token, role_qualifier_)))
    ++role_token;
  const auto role = text_.first_mention_at(role_token);
  if (role == text_.mentions.end() || role->type != type::kRole || role->first_token != role_token) return kNone;
  for (std::uint32_t m = text_.index_of(role); m > subject + 1; --m) {
    const Mention& mention = text_.mentions[m - 1];
    if (mention.first_token >= token) continue;
    if (mention.type == type::kPronoun && text_.is_listed(mention.first_token, text_.case_, {"subject"})) return kNone;
    if (mention.type != type::kPerson || !is_among(mention.type, types)) continue;
    const bool is_met = mention.first_token > 0 && text_.is_listed(mention.first_token - 1, text_.pos, {"preposition"});
    return is_met && text_.word(mention.end_token) == "," ? m - 1 : kNone;
  }
  return kNone;
}

// "interviews Berg, a former Larkmoor engineer and [founder of Harborworks]": the name whose apposition goes on up to
// the token. Nothing but roles, names of organizations and what joins them may lie between.
std::uint32_t FactSubjects::described_by_apposition(std::uint32_t first, std::uint32_t token,
                                                    const Types& types) const {
  auto m = text_.index_of(std::partition_point(text_.mentions.begin(), text_.mentions.end(),
                                               [&](const Mention& mention) { return mention.end_token <= token; }));
  bool has_role = false;
  while (token > first && m > 0) {
    const Mention& before = text_.mentions[m - 1];
    if (before.end_token == token) {
      if (is_among(before.type, types) && before.type == type::kPerson)
        return has_role && text_.word(token) == "," ? m - 1 : kNone;
      if (before.type != type::kRole && before.type != type::kOrganization) return kNone;
      has_role = has_role || before.type == type::kRole;
      token = before.first_token;
      --m;
    } else {
      --token;
      if (text_.word(token) != "," && !text_.is_listed(token, text_.pos, {"article", "conjunction", "preposition"}) &&
          !text_.is_in_lexicon(token, role_qualifier_))
        return kNone;
    }
  }
  return kNone;
}

// "After a year in Rome with Berg, Lovell left and lived in Lisbon": the first name that is neither owner nor object of
// a preposition. A subject pronoun after it says it better: "When Lovell met Berg, she left and …".
std::uint32_t FactSubjects::subject_between(std::uint32_t first, std::uint32_t token, const Types& types,
                                            std::uint32_t most_determiners) const {
  std::uint32_t name = kNone;
  std::uint32_t pronoun = kNone;
  const bool is_end = token >= text_.tokens.size();
  for (auto it = text_.first_mention_at(first); it != text_.mentions.end() && it->end_token <= token; ++it) {
    // "I lost it," says Lovell, chair of Harborworks: who speaks in a quotation is not the subject outside of it.
    if (text_.is_quoted(it->first_token) && !is_end && !text_.is_quoted(token)) continue;
    if (it->type == type::kPronoun) {
      const bool is_aside = (pronoun != kNone || name != kNone) && is_inserted(*it, token);
      if (!is_aside && may_be_subject(*it, types)) pronoun = text_.index_of(it);
      continue;
    }
    if (!is_among(it->type, types)) continue;
    // "… met Berg, chair of Harborworks": an apposition is about the name right before it.
    if (it->end_token == token && !is_end && text_.is_punctuation(token)) return text_.index_of(it);
    if (name != kNone) continue;
    const bool is_owner =
        it->end_token < text_.tokens.size() && (text_.tokens[it->end_token].shape & shape::kClitic) != 0;
    if (!is_owner && !has_preposition(text_.index_of(it), first, most_determiners)) name = text_.index_of(it);
  }
  return pronoun != kNone ? pronoun : name;
}

// "He was, I believe, a sailor and works there": what stands between is another sentence.
bool FactSubjects::is_inserted(const Mention& pronoun, std::uint32_t token) const {
  return pronoun.first_token > 0 && pronoun.end_token + 1 < token && text_.word(pronoun.first_token - 1) == "," &&
         text_.word(pronoun.end_token + 1) == ",";
}

// "who", if it is known whom that means; "she", "they" only if so.
bool FactSubjects::may_be_subject(const Mention& pronoun, const Types& types) const {
  const bool is_known = pronoun.entity != kNone;
  if (is_known && !is_among(text_.entities[pronoun.entity].type, types)) return false;
  if (text_.is_listed(pronoun.first_token, text_.case_, {"relative"})) return is_known;
  return text_.is_listed(pronoun.first_token, text_.case_, {"subject"}) &&
         (is_known || text_.is_listed(pronoun.first_token, text_.number, {"s"}));
}

// "With Berg": a preposition before the name. "With the architect Ada Berg", "to his former chancellor Berg": if asked
// for, also one before its roles and their determiners.
bool FactSubjects::has_preposition(std::uint32_t mention, std::uint32_t first, std::uint32_t most_determiners) const {
  std::uint32_t token = text_.mentions[mention].first_token;
  for (std::uint32_t before = mention;
       most_determiners > 0 && before > 0 && text_.mentions[before - 1].type == type::kRole &&
       text_.mentions[before - 1].end_token == token;
       --before) {
    token = text_.mentions[before - 1].first_token;
  }
  for (std::uint32_t step = 0; step <= most_determiners && token > first; ++step, --token) {
    if (text_.is_listed(token - 1, text_.pos, {"preposition"})) {
      // "In the past Lovell …": behind an article a word that may also say of a post that it is over is no preposition;
      // others are, as in "die von Berg geförderte Lovell".
      const bool is_noun = token - 1 > first && text_.is_listed(token - 2, text_.pos, {"article"}) &&
                           text_.is_in_lexicon(token - 1, role_qualifier_);
      return !is_noun;
    }
    if (!text_.is_listed(token - 1, text_.pos, {"article", "determiner"}) &&
        !text_.is_listed(token - 1, text_.case_, {"possessive"}))
      return false;
  }
  return false;
}

// "Ada Lovell è nata a Lisbona. Nel 2011 entra in Harborworks": the subject of the nearest sentence that has one and
// that nobody else has spoken since.
std::uint32_t FactSubjects::omitted_subject(std::uint32_t token, const Types& types) const {
  const std::uint32_t first = text_.sentence_first(token);
  const std::uint32_t here = subject_between(first, token, types, kMostDeterminers);
  if (here != kNone && !follows_verb(text_.mentions[here], first)) return here;
  const std::vector<Sentence>& sentences = text_.document.sentences;
  auto sentence = std::partition_point(sentences.begin(), sentences.end(),
                                       [&](const Sentence& each) { return each.end_token <= token; });
  const Block* block = text_.block_of(token);
  if (sentence == sentences.end() || block == nullptr) return kNone;
  // A paragraph that begins so is about the one whom its heading or the title names.
  if (sentence->first_token == block->first_token && block->kind == BlockKind::kParagraph && block->turn == kNone) {
    const std::uint32_t named = above_.thing_above(token, types);
    if (named != kNone) return named;
  }
  for (std::uint32_t step = 0; step < kOmittedReach && sentence != sentences.begin(); ++step) {
    --sentence;
    const Block* other = text_.block_of(sentence->first_token);
    if (other == nullptr || other->turn != block->turn || other->slide != block->slide) return kNone;
    if (other->kind == BlockKind::kSpeaker || other->kind == BlockKind::kMetadata) continue;
    const std::uint32_t end = std::min(sentence->end_token, sentence->first_token + MarkedText::kSentenceReach);
    const std::uint32_t found = subject_between(sentence->first_token, end, types, kMostDeterminers);
    if (found != kNone && !follows_verb(text_.mentions[found], sentence->first_token)) return found;
  }
  return kNone;
}

// "Nel 2010 incontra Berg": a name right after a word in small letters that is no article, conjunction, adverb or role
// and that no article opens ("l'altro Berg").
bool FactSubjects::follows_verb(const Mention& mention, std::uint32_t first) const {
  if (mention.type == type::kPronoun || mention.first_token == first) return false;
  const std::uint32_t before = mention.first_token - 1;
  if ((text_.tokens[before].shape & shape::kLower) == 0) return false;
  if (text_.is_listed(before, text_.pos, {"article", "conjunction", "adverb", "determiner"})) return false;
  if (before > first && text_.is_listed(before - 1, text_.pos, {"article", "determiner"})) return false;
  const auto at = static_cast<std::size_t>(&mention - text_.mentions.data());
  if (at == 0 || text_.mentions[at - 1].end_token != mention.first_token) return true;
  const TypeId before_it = text_.mentions[at - 1].type;  // "In luglio scorso Ada Lovell …"
  return before_it != type::kRole && before_it != type::kDate;
}

// In a new paragraph "the company" is the one the text is about: the most often named of those before. An answer speaks
// of what was said last: "And then you joined Harborworks?", "Right, I was a sailor there".
std::uint32_t FactSubjects::last_before(std::uint32_t token, const Types& types) const {
  const std::uint32_t first = text_.index_of(text_.first_mention_at(token));
  const Block* block = text_.block_of(token);
  const std::uint32_t block_first = block == nullptr ? 0 : block->first_token;
  std::uint32_t found = kNone;
  std::size_t most = 0;
  for (std::uint32_t m = first; m > first - std::min(first, kMostBetween); --m) {
    const Mention& mention = text_.mentions[m - 1];
    if (!is_among(mention.type, types)) continue;
    if (mention.first_token >= block_first) return m - 1;
    const Block* other = block != nullptr && block->turn != kNone ? text_.block_of(mention.first_token) : nullptr;
    if (other != nullptr && other->turn != kNone && other->turn + 1 >= block->turn) return m - 1;
    const std::size_t uses = mention.entity == kNone ? 1 : text_.entities[mention.entity].mentions.size();
    if (uses > most) {
      most = uses;
      found = m - 1;
    }
  }
  return found;
}

// "Lovell of Harborworks, who has …": what a pronoun stands for must be of a type that fits; if it does not, the
// nearest mention before it in the sentence that does is meant.
std::uint32_t FactSubjects::fitting(std::uint32_t mention, const Types& types) const {
  const Mention& pronoun = text_.mentions[mention];
  if (pronoun.type != type::kPronoun || pronoun.entity == kNone || is_among(text_.entities[pronoun.entity].type, types))
    return mention;
  // "my colleague": the speaker's organization, see extractors/seats.h.
  if (is_among(type::kOrganization, types) && text_.is_listed(pronoun.first_token, text_.person, {"1"}) &&
      text_.is_listed(pronoun.first_token, text_.case_, {"possessive"}))
    return mention;
  std::uint32_t token = pronoun.first_token;
  while (mention > 0) {
    const Mention& before = text_.mentions[--mention];
    if (before.first_token + MarkedText::kSentenceReach < pronoun.first_token) return kNone;
    for (; token > before.first_token; --token) {
      if (text_.opens_sentence(token)) return kNone;
    }
    if (is_among(before.type, types)) return mention;
  }
  return kNone;
}

}  // namespace dossier
