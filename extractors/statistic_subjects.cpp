#include "extractors/statistic_subjects.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>

namespace dossier {
namespace {

enum SubjectRule : std::size_t {
  kOfClause,
  kOfWords,
  kOfRow,
  kOfSentence,
  kOfTitle,
  kOfDeck,
  kOfSpeaker,
  kSubjectRuleCount
};

// The first mention that does not begin before `begin`.
std::uint32_t first_from(const std::vector<Mention>& mentions, std::uint32_t begin) {
  const auto it =
      std::partition_point(mentions.begin(), mentions.end(), [&](const Mention& m) { return m.span.begin < begin; });
  return static_cast<std::uint32_t>(it - mentions.begin());
}

const Block* block_of(const Document& document, std::uint32_t token) {
  const auto it = std::partition_point(document.blocks.begin(), document.blocks.end(),
                                       [&](const Block& block) { return block.end_token <= token; });
  return it == document.blocks.end() || it->first_token > token ? nullptr : &*it;
}

}  // namespace

std::span<const RuleInfo> statistic_subject_rules() {
  static const std::vector<RuleInfo> kRules = [] {
    std::vector<RuleInfo> rules(kSubjectRuleCount);
    const auto set = [&](SubjectRule index, const char* id, double confidence) {
      rules[index] = {id, "extractors/statistic_subjects.cpp", 0, confidence};
    };
    set(kOfClause, "statistic.of_clause", 0.85);
    set(kOfWords, "statistic.of_words", 0.8);
    set(kOfRow, "statistic.of_row", 0.85);
    set(kOfSentence, "statistic.of_sentence", 0.62);
    set(kOfTitle, "statistic.of_title", 0.7);
    set(kOfDeck, "statistic.of_deck", 0.65);
    set(kOfSpeaker, "statistic.of_speaker", 0.6);
    return rules;
  }();
  return kRules;
}

StatisticSubjects::StatisticSubjects(const Knowledge& knowledge)
    : knowledge_(knowledge),
      predicate_(knowledge.predicate("statistic").value_or(0xFFFF)),
      subject_(0),
      statistic_(0),
      affiliation_(knowledge.predicate("affiliation").value_or(0xFFFF)),
      own_measure_(knowledge.lexicons().find("own_measure")),
      staff_noun_(knowledge.lexicons().find("staff_noun")),
      pos_(knowledge.lexicons().find_attribute("pos")),
      person_(knowledge.lexicons().find_attribute("person")),
      case_(knowledge.lexicons().find_attribute("case")),
      number_(knowledge.lexicons().find_attribute("number")),
      lang_(knowledge.lexicons().find_attribute("lang")),
      of_(knowledge.lexicons().find_attribute("of")),
      subject_of_verb_(knowledge.lexicons().find_attribute("subject")) {
  if (predicate_ != 0xFFFF) {
    subject_ = knowledge.argument(predicate_, "subject").value_or(0xFFFF);
    statistic_ = knowledge.argument(predicate_, "statistic").value_or(0xFFFF);
  }
  for (const RuleInfo& rule : statistic_subject_rules()) rules_.push_back(knowledge.rule(rule.id));
}

bool StatisticSubjects::has_value(const LexiconPass& pass, std::uint32_t token, AttributeId attribute,
                                  std::string_view value) const {
  const Lexicons& lexicons = knowledge_.lexicons();
  if (attribute == kNoAttribute || token >= pass.words.size()) return false;
  const auto& entries = lexicons.entries_of(pass.words[token]);
  return std::any_of(entries.begin(), entries.end(),
                     [&](EntryId entry) { return lexicons.attribute(entry, attribute) == value; });
}

bool StatisticSubjects::is_subject(const LexiconPass& pass, const Mention& mention,
                                   const Extraction& extraction) const {
  const std::vector<TypeId>& types = knowledge_.predicates()[predicate_].arguments[subject_].types;
  const auto is_type = [&](TypeId type) { return std::find(types.begin(), types.end(), type) != types.end(); };
  if (mention.type != type::kPronoun) return is_type(mention.type);
  // "You" is anybody: "you need 40 people".
  return mention.entity != kNone && !has_value(pass, mention.first_token, person_, "2") &&
         is_type(extraction.entities[mention.entity].type);
}

// Who is named in the words that say what a figure is about: "the revenue of Trevik", "Trevik's boats". A place is who
// the figure is about ("Italy has …"), or only where ("the boats in Lund have …").
std::uint32_t StatisticSubjects::named_in(const LexiconPass& pass, const Extraction& extraction, Span span,
                                          SubjectOrigin origin) const {
  const bool is_clause = origin == SubjectOrigin::kClause;
  const std::vector<Mention>& mentions = extraction.mentions;
  std::uint32_t place = kNone;
  for (std::uint32_t m = first_from(mentions, span.begin); m < mentions.size() && mentions[m].span.begin < span.end;
       ++m) {
    const Mention& mention = mentions[m];
    if (!span.contains(mention.span) || !is_subject(pass, mention, extraction)) continue;
    if (mention.type == type::kPronoun && !is_clause) {  // "a third of its boats", but "5% OF GLOBAL IT SPEND"
      if (origin != SubjectOrigin::kBase || !has_value(pass, mention.first_token, case_, "possessive")) continue;
    }
    if (mention.type != type::kPlace) return m;
    const bool is_circumstance =
        is_clause && mention.span.begin > span.begin && has_value(pass, mention.first_token - 1, pos_, "preposition");
    if (place == kNone && !is_circumstance) place = m;
  }
  return place;
}

// "Trevik hired 300 people last year": the name at the head of the sentence, if no other one stands between.
std::uint32_t StatisticSubjects::opens_sentence(const Document& document, const LexiconPass& pass,
                                                const Extraction& extraction, const Mention& mention) const {
  constexpr std::uint32_t kMaxLead = 2;  // "Today the", "But"
  constexpr std::uint32_t kMaxGap = 12;
  const std::vector<Mention>& mentions = extraction.mentions;
  std::uint32_t first = mention.first_token;
  while (first > 0 && mention.first_token - first < 40 &&
         (document.tokens[first].flags & token_flag::kSentenceFirst) == 0)
    --first;
  std::uint32_t found = kNone;
  for (std::uint32_t m = first_from(mentions, document.tokens[first].begin);
       m < mentions.size() && mentions[m].end_token <= mention.first_token; ++m) {
    const Mention& other = mentions[m];
    if (!is_subject(pass, other, extraction) || other.type == type::kPlace) continue;
    // "I know 40 of them" is talk.
    if (other.type == type::kPronoun && has_value(pass, other.first_token, person_, "1")) return kNone;
    if (found != kNone) return kNone;
    if (other.first_token > first + kMaxLead) return kNone;
    for (std::uint32_t t = first; t < other.first_token; ++t) {
      const bool may_lead = has_value(pass, t, pos_, "article") || has_value(pass, t, pos_, "adverb") ||
                            has_value(pass, t, pos_, "conjunction");
      if (!may_lead || has_value(pass, t, pos_, "preposition")) return kNone;
    }
    const bool is_owner =
        other.end_token < document.tokens.size() && (document.tokens[other.end_token].shape & shape::kClitic) != 0;
    if (is_owner || mention.first_token - other.end_token > kMaxGap) return kNone;
    found = m;
  }
  if (found == kNone) return kNone;
  // Another clause, another subject: "Lund says that …", "Lund laughed; 300 people …".
  for (std::uint32_t t = mentions[found].end_token; t < mention.first_token; ++t) {
    const Token& token = document.tokens[t];
    const char mark = document.text[token.begin];
    if ((token.shape & shape::kPunctuation) != 0 && (mark == ';' || mark == ':' || mark == '"' || mark == '('))
      return kNone;
    if (has_value(pass, t, pos_, "conjunction")) return kNone;
  }
  return found;
}

StatisticSubjects::Subject StatisticSubjects::subject_of(const Document& document, const LexiconPass& pass,
                                                         const Extraction& extraction, const Mention& mention) const {
  const Statistic& statistic = extraction.statistics[mention.statistic];
  const Span words{statistic.subject_at.begin, statistic.subject_at.end};
  const Block* block = block_of(document, mention.first_token);
  // What a deck says of products and places is its organization's; the words of the statistic keep them.
  const bool is_on_slide = block != nullptr && block->slide < document.slides.size();
  const auto is_someone = [&](std::uint32_t m) {
    const Mention& named = extraction.mentions[m];
    const TypeId type = named.entity != kNone ? extraction.entities[named.entity].type : named.type;
    return type == type::kOrganization || type == type::kPerson;
  };
  if (statistic.subject_origin != SubjectOrigin::kNone) {
    const bool is_clause = statistic.subject_origin == SubjectOrigin::kClause;
    const std::uint32_t named = named_in(pass, extraction, words, statistic.subject_origin);
    const std::size_t rule = is_clause                                         ? kOfClause
                             : statistic.subject_origin == SubjectOrigin::kRow ? kOfRow
                                                                               : kOfWords;
    // What somebody tells about times of their own is no measure of them: "I was there for four years".
    const bool is_own_time = named != kNone && statistic.kind == StatisticKind::kDuration &&
                             extraction.mentions[named].type == type::kPronoun &&
                             has_value(pass, extraction.mentions[named].first_token, person_, "1");
    if (is_own_time) return {};
    if (named != kNone && (!is_on_slide || is_someone(named))) return {named, rule};
    if (is_clause || statistic.subject_origin == SubjectOrigin::kRow) return {};
  }
  if (block == nullptr) return {};
  if (is_on_slide) return {in_title(document, extraction, *block), kOfTitle};
  if (statistic.subject_origin != SubjectOrigin::kNone) return {};
  return {opens_sentence(document, pass, extraction, mention), kOfSentence};
}

// The row of the word in the language of the document; kNone.
EntryId StatisticSubjects::own_measure(const Document& document, const LexiconPass& pass, std::uint32_t token) const {
  const Lexicons& lexicons = knowledge_.lexicons();
  for (const EntryId entry : lexicons.entries_of(pass.words[token])) {
    if (lexicons.lexicon_of(entry) == own_measure_ && lexicons.attribute(entry, lang_) == document.languages.front())
      return entry;
  }
  return kNone;
}

bool StatisticSubjects::counts_people(const LexiconPass& pass, const Mention& mention) const {
  const Lexicons& lexicons = knowledge_.lexicons();
  for (std::uint32_t t = mention.first_token; t < mention.end_token; ++t) {
    for (const EntryId entry : lexicons.entries_of(pass.words[t])) {
      if (lexicons.lexicon_of(entry) == staff_noun_) return true;
    }
  }
  return false;
}

// "We now run 40 million cores", "Gestiamo 40 milioni di core": the verb of it, with its "we" or with nobody in front.
bool StatisticSubjects::is_said_of_us(const Document& document, const LexiconPass& pass, const Extraction& extraction,
                                      const Mention& mention) const {
  constexpr std::uint32_t kReach = 6;    // tokens from the verb to the figure
  constexpr std::uint32_t kAdverbs = 2;  // from "we" to its verb
  const auto opens = [&](std::uint32_t t) { return (document.tokens[t].flags & token_flag::kSentenceFirst) != 0; };
  const auto is_we = [&](std::uint32_t t) {
    return has_value(pass, t, person_, "1") && has_value(pass, t, number_, "p") &&
           !has_value(pass, t, case_, "possessive");
  };
  for (std::uint32_t t = mention.first_token, steps = 0; t-- > 0 && steps < kReach; ++steps) {
    if (opens(t + 1) || (document.tokens[t].shape & shape::kPunctuation) != 0) return false;
    const EntryId verb = own_measure(document, pass, t);
    if (verb == kNone) continue;
    if (knowledge_.lexicons().attribute(verb, of_) == "people" && !counts_people(pass, mention)) return false;
    if (knowledge_.lexicons().attribute(verb, subject_of_verb_) == "own")
      return !is_named_in_front(document, extraction, t);
    if (is_we(t + 1)) return true;  // "haben wir"
    for (std::uint32_t back = 1; back <= kAdverbs + 1 && back <= t && !opens(t - back + 1); ++back) {
      if (is_we(t - back)) return true;
      if (!has_value(pass, t - back, pos_, "adverb")) break;
    }
    return false;
  }
  return false;
}

// Is a person or an organization named between the begin of the sentence and the token?
bool StatisticSubjects::is_named_in_front(const Document& document, const Extraction& extraction,
                                          std::uint32_t token) const {
  for (std::uint32_t m = first_from(extraction.mentions, document.tokens[token].begin); m-- > 0;) {
    const Mention& mention = extraction.mentions[m];
    for (std::uint32_t t = token; t > mention.first_token; --t) {
      if ((document.tokens[t].flags & token_flag::kSentenceFirst) != 0) return false;
    }
    if (mention.type == type::kPerson || mention.type == type::kOrganization) return true;
  }
  return false;
}

// By the entity of a person, the one organization that facts say somebody is of; kNone: several.
std::map<std::uint32_t, std::uint32_t> StatisticSubjects::firms(const Extraction& extraction,
                                                                const std::vector<Fact>& facts) const {
  std::map<std::uint32_t, std::uint32_t> firms;
  for (const Fact& fact : facts) {
    if (fact.predicate != affiliation_ || fact.period.status == Status::kPast || !fact.period.to.empty()) continue;
    const std::uint32_t person = extraction.mentions[fact.arguments.front().mention].entity;
    for (const Argument& argument : fact.arguments) {
      const std::uint32_t entity = extraction.mentions[argument.mention].entity;
      if (person == kNone || entity == kNone || extraction.entities[entity].type != type::kOrganization) continue;
      const auto [known, is_new] = firms.try_emplace(person, entity);
      if (!is_new && known->second != entity) known->second = kNone;
    }
  }
  return firms;
}

// The organization of the one who speaks, as its last mention by name so far, else its first.
std::uint32_t StatisticSubjects::of_speaker(const MarkedText& text, const Mention& mention,
                                            const std::map<std::uint32_t, std::uint32_t>& firms) const {
  const Extraction& extraction = text.extraction;
  const std::uint32_t speaker = text.named_on_label(text.document.turns[text.block_of(mention.first_token)->turn]);
  if (speaker == kNone) return kNone;
  const auto firm = firms.find(extraction.mentions[speaker].entity);
  if (firm == firms.end() || firm->second == kNone) return kNone;
  const std::vector<std::uint32_t>& uses = extraction.entities[firm->second].mentions;  // sorted
  const auto is_name = [&](std::uint32_t use) { return extraction.mentions[use].type == type::kOrganization; };
  const auto before = std::partition_point(uses.begin(), uses.end(), [&](std::uint32_t use) {
    return extraction.mentions[use].end_token <= mention.first_token;
  });
  const auto last = std::find_if(std::make_reverse_iterator(before), uses.rend(), is_name);
  if (last != uses.rend()) return *last;
  const auto first = std::find_if(before, uses.end(), is_name);
  return first == uses.end() ? kNone : *first;
}

// The one organization that the title of the slide names.
std::uint32_t StatisticSubjects::in_title(const Document& document, const Extraction& extraction,
                                          const Block& block) const {
  const std::uint32_t title = document.slides[block.slide].title_block;
  if (title >= document.blocks.size() || &document.blocks[title] == &block) return kNone;
  const Span span = document.blocks[title].span;
  const std::vector<Mention>& mentions = extraction.mentions;
  std::uint32_t found = kNone;
  for (std::uint32_t m = first_from(mentions, span.begin); m < mentions.size() && mentions[m].span.begin < span.end;
       ++m) {
    if (mentions[m].type != type::kOrganization) continue;
    if (found != kNone) return kNone;
    found = m;
  }
  return found;
}

// The organization a deck speaks for, as the mention that shows it; kNone where it is open.
std::uint32_t StatisticSubjects::deck_organization(const Document& document, Extraction& extraction) const {
  if (document.slides.empty()) return kNone;
  struct Candidate {
    std::uint32_t footer = kNone, title = kNone, first = kNone;
    std::size_t count = 0;
  };
  std::map<std::uint32_t, Candidate> candidates;
  for (std::uint32_t m = 0; m < extraction.mentions.size(); ++m) {
    const Mention& mention = extraction.mentions[m];
    if (mention.type != type::kOrganization || mention.entity == kNone) continue;
    const Block* block = block_of(document, mention.first_token);
    if (block == nullptr || block->kind == BlockKind::kTableCell) continue;  // lists of members, of customers
    Candidate& candidate = candidates[mention.entity];
    ++candidate.count;
    if (candidate.first == kNone) candidate.first = m;
    if (block->kind == BlockKind::kFooter && candidate.footer == kNone) candidate.footer = m;
    if (block->slide == 0 && candidate.title == kNone) candidate.title = m;
  }
  // The only one of its kind, or else the one mentioned most.
  const auto best = [&](std::uint32_t Candidate::*place, std::size_t least, std::size_t times) {
    const Candidate* found = nullptr;
    const Candidate* second = nullptr;
    for (const auto& [entity, candidate] : candidates) {
      if (candidate.*place == kNone) continue;
      if (found == nullptr || candidate.count > found->count) {
        second = found;
        found = &candidate;
      } else if (second == nullptr || candidate.count > second->count) {
        second = &candidate;
      }
    }
    if (found == nullptr || found->count < least) return kNone;
    if (second != nullptr && found->count < times * second->count + 1) return kNone;
    return found->*place;
  };
  const auto settle = [&](std::uint32_t mention, const std::string& why) {
    LocalEntity& entity = extraction.entities[extraction.mentions[mention].entity];
    const std::size_t count = candidates[extraction.mentions[mention].entity].count;
    entity.evidence.push_back("organization of the deck: " + why + ", mentioned " + std::to_string(count) +
                              (count == 1 ? " time" : " times"));
    return mention;
  };
  if (const std::uint32_t m = best(&Candidate::footer, 1, 1); m != kNone) return settle(m, "in its footer");
  if (const std::uint32_t m = best(&Candidate::title, 1, 1); m != kNone) return settle(m, "on its title slide");
  if (const std::uint32_t m = best(&Candidate::first, 3, 2); m != kNone) return settle(m, "most mentioned");
  return kNone;
}

void StatisticSubjects::assign(const Document& document, const LexiconPass& pass, Extraction& extraction,
                               std::vector<Fact>& facts) const {
  if (predicate_ == 0xFFFF || subject_ == 0xFFFF || statistic_ == 0xFFFF) return;
  const auto argument = [](const Fact& fact, std::uint16_t name) {
    for (const Argument& a : fact.arguments) {
      if (a.name == name) return a.mention;
    }
    return kNone;
  };
  // The surest fact of each statistic; one with a subject before all without.
  std::map<std::uint32_t, std::size_t> best;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const std::uint32_t statistic = argument(facts[i], statistic_);
    if (facts[i].predicate != predicate_ || statistic == kNone) continue;
    const auto [known, is_new] = best.try_emplace(statistic, i);
    if (is_new) continue;
    const auto rank = [&](const Fact& fact) { return std::pair(argument(fact, subject_) != kNone, fact.confidence); };
    Fact& kept = facts[known->second];
    if (rank(facts[i]) > rank(kept)) known->second = i;
  }
  std::erase_if(facts, [&, i = std::size_t{0}](const Fact& fact) mutable {
    const std::size_t index = i++;
    if (fact.predicate != predicate_) return false;
    const auto known = best.find(argument(fact, statistic_));
    return known != best.end() && known->second != index;
  });
  // "It has 145 boats, not 1,450": a number that is denied measures nothing.
  std::erase_if(facts, [&](const Fact& fact) {
    const std::uint32_t at = fact.predicate == predicate_ ? argument(fact, statistic_) : kNone;
    const std::uint32_t first = at == kNone ? 0 : extraction.mentions[at].first_token;
    return first > 0 && (document.tokens[first].flags & token_flag::kSentenceFirst) == 0 &&
           has_value(pass, first - 1, pos_, "negation");
  });
  std::uint32_t deck = kNone;
  bool is_deck_known = false;
  std::optional<std::map<std::uint32_t, std::uint32_t>> known_firms;
  for (Fact& fact : facts) {
    if (fact.predicate != predicate_) continue;
    const std::uint32_t at = argument(fact, statistic_);
    if (at == kNone || extraction.mentions[at].statistic == kNone) continue;
    const Mention& mention = extraction.mentions[at];
    Subject subject = subject_of(document, pass, extraction, mention);
    if (argument(fact, subject_) != kNone) {
      if (subject.mention == kNone || statistic_subject_rules()[subject.rule].confidence <= fact.confidence) continue;
      std::erase_if(fact.arguments, [&](const Argument& a) { return a.name == subject_; });
    }
    const StatisticKind kind = extraction.statistics[mention.statistic].kind;
    const Block* own = block_of(document, mention.first_token);
    if (subject.mention == kNone && kind != StatisticKind::kDuration && own != nullptr && own->turn != kNone &&
        is_said_of_us(document, pass, extraction, mention)) {
      if (!known_firms) known_firms = firms(extraction, facts);
      const MarkedText text(document, knowledge_, pass, extraction);
      subject = {of_speaker(text, mention, *known_firms), kOfSpeaker};
    }
    if (subject.mention == kNone) {
      const Block* block = block_of(document, mention.first_token);
      if (block == nullptr || block->slide >= document.slides.size()) continue;
      if (kind == StatisticKind::kDuration) continue;  // "10 YEARS" of what?
      if (!is_deck_known) deck = deck_organization(document, extraction);
      is_deck_known = true;
      subject = {deck, kOfDeck};
    }
    if (subject.mention == kNone) continue;
    fact.arguments.insert(fact.arguments.begin(), {subject_, subject.mention});
    fact.rule = rules_[subject.rule];
    fact.confidence = static_cast<float>(statistic_subject_rules()[subject.rule].confidence);
    const Span named = extraction.mentions[subject.mention].span;
    if (subject.rule != kOfDeck && subject.rule != kOfTitle && subject.rule != kOfRow && subject.rule != kOfSpeaker) {
      fact.span = {std::min(fact.span.begin, named.begin), std::max(fact.span.end, named.end)};
    }
  }
}

}  // namespace dossier
