#include "extractors/seats.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "pipeline/kind_traits.h"
#include "pipeline/resolve_definite.h"

namespace dossier {

namespace {

constexpr std::uint32_t kTeamReach = 7;       // tokens from "on" to "team"
constexpr std::uint32_t kOwnReach = 1;        // sentences from a fact that names somebody's organization
constexpr std::uint32_t kSpeakerReach = 3;    // the same, where somebody tells of herself
constexpr std::uint32_t kNextReach = 2;       // sentences to one that names it only then
constexpr std::uint32_t kSubjectReach = 6;    // sentences from the mention of the organization that a text is about
constexpr std::uint32_t kSubjectUses = 3;     // mentions that make it the one
constexpr std::uint32_t kFarAhead = 3;        // times as many as of any other that make a conversation that of one firm
constexpr std::uint32_t kDefiniteReach = 3;   // sentences from "the chair" to the one organization named before it
constexpr std::uint32_t kMostAdjectives = 2;  // between a possessive and a role
constexpr std::uint32_t kTimeReach = 3;       // tokens from "at" to "time": "at that same time"
constexpr std::uint32_t kEarlierReach = 5;    // tokens from "before" to the organization of its phrase
constexpr std::uint32_t kNowReach = 40;       // tokens from a post to an organization behind "now"
constexpr std::uint32_t kRoleGap = 4;         // tokens between two roles that stand together
// More roles of one person are a list of something else; each fact's words would reach back to the first.
constexpr std::uint32_t kMostTogether = 8;
constexpr std::uint32_t kMostBeside = 256;  // facts of one person looked at before or behind a post of hers
constexpr float kUnderstood = 0.85F;        // share of the rule's confidence

class Seats {
 public:
  Seats(const MarkedText& text, const std::vector<std::uint32_t>& chains)
      : text_(text),
        knowledge_(text.knowledge),
        document_(text.document),
        extraction_(text.extraction),
        chains_(chains),
        definite_(text),
        affiliation_(text.knowledge.predicate("affiliation")),
        founded_(text.knowledge.predicate("founded")) {
    const Lexicons& lexicons = text.lexicons;
    org_noun_ = lexicons.find("org_noun");
    org_head_ = lexicons.find("org_head");
    legal_form_ = lexicons.find("legal_form");
    person_attribute_ = lexicons.find_attribute("person");
    number_attribute_ = lexicons.find_attribute("number");
    case_attribute_ = lexicons.find_attribute("case");
    pos_attribute_ = lexicons.find_attribute("pos");
    status_attribute_ = lexicons.find_attribute("status");
    pronoun_ = lexicons.find("pronoun");
    qualifier_ = lexicons.find("role_qualifier");
    function_word_ = lexicons.find("function_word");
    definite_article_ = lexicons.find("definite_article");
    time_noun_ = lexicons.find("time_noun");
    earlier_word_ = lexicons.find("earlier_word");
    role_modifier_ = lexicons.find("role_modifier");
    kind_attribute_ = lexicons.find_attribute("kind");
  }

  void run(std::vector<Fact>& facts) {
    if (!affiliation_) return;
    person_ = *knowledge_.argument(*affiliation_, "person");
    role_ = *knowledge_.argument(*affiliation_, "role");
    organization_ = *knowledge_.argument(*affiliation_, "organization");
    collect_organizations();
    for (Fact& fact : facts) name_part(fact);
    collect_known(facts);
    for (Fact& fact : facts) complete(fact);
    // "our colleague Ada Lovell": of nobody's organization, for all that is known.
    std::erase_if(facts, [&](const Fact& fact) {
      if (fact.predicate != *affiliation_ || !fact.text.empty() || argument(fact, role_) != kNone) return false;
      const std::uint32_t given = argument(fact, organization_);
      return given != kNone && is_of_speaker(extraction_.mentions[given]);
    });
    add_sibling_roles(facts);
    add_founders(facts);
  }

 private:
  // Somebody's organization, as a fact states it.
  struct Known {
    std::uint32_t sentence;
    std::uint32_t person;        // chain
    std::uint32_t organization;  // mention
    bool is_past;
    bool is_current;     // said to be so at the time of the text
    bool is_introduced;  // told before the first turn of a conversation: what its guest is there as
    bool has_role;
    bool is_founder;
  };

  // Where the person of a fact is, by the facts about her up to it, and by the first from it on that is not past.
  struct Present {
    std::uint32_t so_far = kNone;  // mentions
    std::uint32_t from_here = kNone;
  };

  static std::uint32_t argument(const Fact& fact, std::uint16_t name) {
    for (const Argument& a : fact.arguments) {
      if (a.name == name) return a.mention;
    }
    return kNone;
  }

  std::uint32_t sentence_of(std::uint32_t token) const {
    const auto it = std::partition_point(document_.sentences.begin(), document_.sentences.end(),
                                         [&](const Sentence& sentence) { return sentence.end_token <= token; });
    return static_cast<std::uint32_t>(it - document_.sentences.begin());
  }

  const Block* block_of(std::uint32_t token) const { return text_.block_of(token); }
  bool is_in(std::uint32_t token, LexiconId lexicon) const { return text_.is_in_lexicon(token, lexicon); }

  std::string_view attribute_of(std::uint32_t token, LexiconId lexicon, AttributeId attribute) const {
    for (const EntryId entry : text_.lexicons.entries_of(text_.pass.words[token])) {
      if (text_.lexicons.lexicon_of(entry) == lexicon) return text_.lexicons.attribute(entry, attribute);
    }
    return {};
  }

  void collect_organizations() {
    std::map<std::uint32_t, std::uint32_t> uses;
    for (std::uint32_t m = 0; m < extraction_.mentions.size(); ++m) {
      const Mention& mention = extraction_.mentions[m];
      if (mention.type != type::kOrganization || mention.entity == kNone) continue;
      organizations_.push_back(m);
      ++uses[mention.entity];
    }
    std::uint32_t most = 0, second = 0;
    for (const auto& [entity, count] : uses) {
      if (count > most) {
        second = most;
        most = count;
        subject_ = entity;
      } else {
        second = std::max(second, count);
      }
    }
    if (uses.size() > 1 && (most < kSubjectUses || most == second)) subject_ = kNone;
    is_of_one_ = subject_ != kNone && most >= kSubjectUses && most >= second * kFarAhead;
  }

  void collect_known(const std::vector<Fact>& facts) {
    const auto add = [&](const Fact& fact, std::uint32_t person, std::uint32_t organization) {
      if (person == kNone || organization == kNone || chains_[person] == kNone ||
          extraction_.mentions[organization].type != type::kOrganization)
        return;
      const bool has_role = fact.predicate != *affiliation_ || argument(fact, role_) != kNone;
      known_.push_back({sentence_of(extraction_.mentions[person].first_token), chains_[person], organization,
                        fact.period.status == Status::kPast, fact.period.status == Status::kCurrent,
                        is_introduction(organization), has_role, is_of_founder(fact)});
      if (has_role) posts_.emplace(chains_[person], thing_of(organization));
      const std::uint32_t entity = extraction_.mentions[organization].entity;
      if (entity != kNone) stays_[{chains_[person], entity}] |= fact.period.status != Status::kPast;
    };
    for (const Fact& fact : facts) {
      if (fact.predicate == *affiliation_) add(fact, argument(fact, person_), argument(fact, organization_));
      if (founded_ && fact.predicate == *founded_) {
        add(fact, argument(fact, *knowledge_.argument(*founded_, "person")),
            argument(fact, *knowledge_.argument(*founded_, "organization")));
      }
    }
    std::stable_sort(known_.begin(), known_.end(), [](const Known& a, const Known& b) {
      return a.person != b.person ? a.person < b.person : a.sentence < b.sentence;
    });
    collect_presents();
  }

  // Does the mention stand in what leads into a conversation?
  bool is_introduction(std::uint32_t mention) const {
    if (document_.turns.empty()) return false;
    const Block* block = block_of(extraction_.mentions[mention].first_token);
    return block != nullptr && block->turn == kNone &&
           extraction_.mentions[mention].first_token < text_.blocks[document_.turns.front().first_block].first_token;
  }

  bool is_of_founder(const Fact& fact) const {
    if (fact.predicate != *affiliation_) return true;
    const std::uint32_t role = argument(fact, role_);
    return role != kNone && has_trait(extraction_.mentions[role], Trait::kFounds);
  }

  // "my co-founder", "my boss": what the possessor has founded, told nearest to the sentence; else where she is.
  std::uint32_t organization_of_possessor(std::uint32_t person, const Mention& role) const {
    const std::uint32_t sentence = sentence_of(role.first_token);
    if (has_trait(role, Trait::kShared) || has_trait(role, Trait::kPersonal)) return kNone;
    if (!has_trait(role, Trait::kFounds)) {
      const std::uint32_t own = own_organization(person, role.first_token, kOwnReach, /*is_past=*/true);
      // "Ada, your chief operating officer", asked of a guest; "my manager", far from where she says where she is.
      const bool is_in_talk = !document_.turns.empty() && has_trait(role, Trait::kInFirm);
      return own != kNone || !is_in_talk ? own : present_organization(person, sentence);
    }
    auto it = std::partition_point(known_.begin(), known_.end(), [&](const Known& k) { return k.person < person; });
    const Known* nearest = nullptr;
    const auto gap = [&](const Known& k) { return std::max(k.sentence, sentence) - std::min(k.sentence, sentence); };
    for (; it != known_.end() && it->person == person; ++it) {
      if (it->is_founder && (nearest == nullptr || gap(*it) < gap(*nearest))) nearest = &*it;
    }
    return nearest != nullptr ? nearest->organization : present_organization(person, sentence);
  }

  // The organization of the person's last fact before `token`, at most `reach` sentences back. What somebody has left
  // is not hers any more, unless the post is past, too.
  std::uint32_t own_organization(std::uint32_t person, std::uint32_t token, std::uint32_t reach, bool is_past,
                                 bool without_role = false) const {
    const std::uint32_t sentence = sentence_of(token);
    auto it = std::partition_point(known_.begin(), known_.end(), [&](const Known& k) {
      return k.person < person || (k.person == person && k.sentence <= sentence);
    });
    for (std::uint32_t count = 0; count < kMostBeside && it != known_.begin() && std::prev(it)->person == person;
         --it, ++count) {
      const Known& known = *std::prev(it);
      if (sentences_since(known.sentence, sentence, reach, is_past) > reach) break;
      if (known.is_past && !is_past) continue;
      // "I joined Harborworks. … So I quit. Now I'm a chef.": far off only where it is said to be so now.
      const bool is_far = sentences_since(known.sentence, sentence, kOwnReach, is_past) > kOwnReach;
      if (reach == kSpeakerReach && is_far && !known.is_current) return kNone;
      if (without_role && has_role_at(person, known.organization)) return kNone;
      const std::uint32_t named = extraction_.mentions[known.organization].first_token;
      if (named < token)
        return definite_.has_other_between(std::max(named, text_.sentence_first(token)), token) ? kNone
                                                                                                : known.organization;
    }
    return kNone;
  }

  // From one sentence to another. The label of an answer is none of them ("What do you do at Harborworks?" - "I'm a
  // sailor"), unless it tells of what was before.
  std::uint32_t sentences_since(std::uint32_t from, std::uint32_t to, std::uint32_t reach, bool is_past) const {
    std::uint32_t count = to - from;
    if (count <= reach || count > reach + 1 || is_past) return count;
    for (std::uint32_t s = from + 1; s < to; ++s) {
      const Block* block = block_of(document_.sentences[s].first_token);
      if (block != nullptr && block->kind == BlockKind::kSpeaker) --count;
    }
    return count;
  }

  // "She was a sailor at Harborworks, where she spent years": a role there is told.
  bool has_role_at(std::uint32_t person, std::uint32_t organization) const {
    return posts_.contains({person, thing_of(organization)});
  }

  // The entity of a mention, or, of one that has none, a number that no entity has.
  std::uint64_t thing_of(std::uint32_t mention) const {
    const std::uint32_t entity = extraction_.mentions[mention].entity;
    return entity != kNone ? entity : (std::uint64_t{1} << 32) + mention;
  }

  // All that is told of the person there is past: "You left Harborworks." - "I'm a CEO now."
  bool has_left(std::uint32_t person, std::uint32_t organization) const {
    const auto stay = stays_.find({person, extraction_.mentions[organization].entity});
    return stay != stays_.end() && !stay->second;
  }

  // "I'm a designer. I live in Lisbon, and I work for Harborworks.": the organization that the same speaker names as
  // theirs right behind the token, if nothing has been said of a post there.
  std::uint32_t next_organization(std::uint32_t person, std::uint32_t token) const {
    const std::uint32_t sentence = sentence_of(token);
    const Block* block = block_of(token);
    auto it = std::partition_point(known_.begin(), known_.end(), [&](const Known& k) {
      return k.person < person || (k.person == person && k.sentence < sentence);
    });
    const Known* next = nullptr;  // in the first sentence that names any, the one that is named first
    for (std::uint32_t count = 0;
         count < kMostBeside && it != known_.end() && it->person == person && it->sentence - sentence <= kNextReach;
         ++it, ++count) {
      if (extraction_.mentions[it->organization].first_token < token) continue;
      if (next != nullptr && it->sentence != next->sentence) break;
      if (next == nullptr || it->organization < next->organization) next = &*it;
    }
    if (next == nullptr || next->is_past || next->has_role || block == nullptr) return kNone;
    const Block* other = block_of(extraction_.mentions[next->organization].first_token);
    const bool is_same_turn = other == block || (block->turn != kNone && other->turn == block->turn);
    return is_same_turn ? next->organization : kNone;
  }

  // Where somebody is at the time of the text: of the facts that are not past one about the organization that the text
  // is about, else the first of a conversation's introduction, else the last before the sentence that is said to hold,
  // else the last before it, else the first after it.
  std::uint32_t present_organization(std::uint32_t person, std::uint32_t sentence) const {
    const auto after = std::partition_point(known_.begin(), known_.end(), [&](const Known& k) {
      return k.person < person || (k.person == person && k.sentence <= sentence);
    });
    const auto at = static_cast<std::size_t>(after - known_.begin());
    if (at > 0 && known_[at - 1].person == person && presents_[at - 1].so_far != kNone) return presents_[at - 1].so_far;
    return after != known_.end() && after->person == person ? presents_[at].from_here : kNone;
  }

  void collect_presents() {
    presents_.resize(known_.size());
    bool is_said = false, is_subject = false, is_introduced = false;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      const bool is_first = i == 0 || known_[i - 1].person != known_[i].person;
      if (is_first) is_said = is_subject = is_introduced = false;
      presents_[i].so_far = is_first ? kNone : presents_[i - 1].so_far;
      if (known_[i].is_past || is_subject) continue;
      is_subject = subject_ != kNone && extraction_.mentions[known_[i].organization].entity == subject_;
      if (!is_subject && (is_introduced || (is_said && !known_[i].is_current))) continue;
      presents_[i].so_far = known_[i].organization;
      is_said = known_[i].is_current;
      is_introduced = known_[i].is_introduced;
    }
    for (std::size_t i = known_.size(); i-- > 0;) {
      const bool is_last = i + 1 == known_.size() || known_[i + 1].person != known_[i].person;
      const std::uint32_t next = is_last ? kNone : presents_[i + 1].from_here;
      presents_[i].from_here = known_[i].is_past ? next : known_[i].organization;
    }
  }

  // The last organization that is named before the token.
  std::uint32_t organization_before(std::uint32_t token) const {
    const auto after = std::partition_point(organizations_.begin(), organizations_.end(), [&](std::uint32_t m) {
      return extraction_.mentions[m].first_token < token;
    });
    return after == organizations_.begin() ? kNone : *std::prev(after);
  }

  // The last mention of the organization the text is about, if it is the last one that is named before the token.
  std::uint32_t subject_before(std::uint32_t token, std::uint32_t sentence) const {
    const std::uint32_t last = organization_before(token);
    if (subject_ == kNone || last == kNone || extraction_.mentions[last].entity != subject_) return kNone;
    return sentence - sentence_of(extraction_.mentions[last].first_token) <= kSubjectReach ? last : kNone;
  }

  std::uint32_t first_of_subject() const {
    for (const std::uint32_t m : organizations_) {
      if (extraction_.mentions[m].entity == subject_) return m;
    }
    return kNone;
  }

  bool is_i(const Mention& mention) const {
    return mention.type == type::kPronoun && attribute_of(mention.first_token, pronoun_, person_attribute_) == "1";
  }

  bool is_unnamed_group(const Mention& mention) const {
    return mention.type == type::kPronoun && mention.entity == kNone &&
           attribute_of(mention.first_token, pronoun_, number_attribute_) == "p";
  }

  // "our", "my": whose organization a fact names by who speaks.
  bool is_of_speaker(const Mention& mention) const {
    return is_i(mention) &&
           (is_unnamed_group(mention) || attribute_of(mention.first_token, pronoun_, case_attribute_) == "possessive");
  }

  // "an engineer at Harborworks's Tidal Labs": the part that follows says it more exactly; not its board, whose members
  // are told of otherwise.
  void name_part(Fact& fact) const {
    if (fact.predicate != *affiliation_) return;
    for (Argument& a : fact.arguments) {
      if (a.name != organization_) continue;
      const std::uint32_t behind = extraction_.mentions[a.mention].end_token + 1;
      if (behind >= document_.tokens.size() || !has_owner(behind - 2)) return;
      const auto part = text_.first_mention_at(behind);
      if (part == extraction_.mentions.end() || part->first_token != behind || part->type != type::kOrganization)
        return;
      if (is_body(part->first_token) || is_body(part->end_token - 1)) return;
      // "leads Harborworks's Brightsail practice": not its part, but whom it serves.
      const std::uint32_t end = part->end_token;
      const bool goes_on = end < document_.tokens.size() && !text_.opens_sentence(end) &&
                           (document_.tokens[end].shape & shape::kLower) != 0 && !is_in(end, function_word_);
      if (goes_on) return;
      a.mention = text_.index_of(part);
      fact.span.end = std::max(fact.span.end, part->span.end);
    }
  }

  // "Committee", "Board of Directors": the noun of what has members.
  bool is_body(std::uint32_t noun) const {
    return knowledge_.kind_traits().has(attribute_of(noun, org_head_, kind_attribute_), Trait::kHasMembers);
  }

  // "a freelance designer": of no organization.
  bool is_for_oneself(const Mention& role) const {
    for (std::uint32_t t = role.first_token; t < role.end_token; ++t) {
      if (is_in(t, role_modifier_) && attribute_of(t, role_modifier_, kind_attribute_) == "self") return true;
    }
    return false;
  }

  // "our": whose? In a conversation the speaker's organization, else the one the text is about.
  std::uint32_t speakers_organization(std::uint32_t token, std::uint32_t sentence) const {
    const Block* block = block_of(token);
    if (block == nullptr) return kNone;
    if (block->turn == kNone) return document_.turns.empty() && subject_ != kNone ? first_of_subject() : kNone;
    const std::uint32_t label = speaker_label(token);
    return label == kNone ? kNone : present_organization(chains_[label], sentence);
  }

  // "my colleague": where the speaker is or was, as told right before; else where she is now.
  std::uint32_t my_organization(std::uint32_t pronoun) const {
    const std::uint32_t speaker = chains_[pronoun];
    if (speaker == kNone) return kNone;
    const std::uint32_t token = extraction_.mentions[pronoun].first_token;
    const std::uint32_t own = own_organization(speaker, token, kOwnReach, /*is_past=*/true);
    return own != kNone || document_.turns.empty() ? own : present_organization(speaker, sentence_of(token));
  }

  // The speaker's, else the one told of the holder right before or behind ("Ada is our architect. She joined
  // Harborworks in May.").
  std::uint32_t our_organization(std::uint32_t token, std::uint32_t holder) const {
    std::uint32_t found = speakers_organization(token, sentence_of(token));
    if (found != kNone || holder == kNone) return found;
    found = own_organization(holder, token, kOwnReach, /*is_past=*/false);
    return found != kNone ? found : next_organization(holder, token);
  }

  // The person that the label of the token's turn names.
  std::uint32_t speaker_label(std::uint32_t token) const {
    const Block* block = block_of(token);
    if (block == nullptr || block->turn == kNone) return kNone;
    return text_.named_on_label(document_.turns[block->turn]);
  }

  void complete(Fact& fact) const {
    if (fact.predicate != *affiliation_ || !fact.text.empty()) return;
    const std::uint32_t role = argument(fact, role_);
    const std::uint32_t person = argument(fact, person_);
    const std::uint32_t given = argument(fact, organization_);
    if (person == kNone) return;
    const bool is_past = fact.period.status == Status::kPast;
    if (given != kNone && role != kNone && is_of_thing(extraction_.mentions[role], extraction_.mentions[given])) {
      std::erase_if(fact.arguments, [&](const Argument& a) { return a.name == organization_; });
      return;
    }
    if (given != kNone) {
      // "our chief of staff": the pronoun itself is the organization so far.
      const Mention& pronoun = extraction_.mentions[given];
      // "Its chair is Lovell", of what the text does not name as an organization: the post is known, not where.
      if (pronoun.type == type::kPronoun && pronoun.entity == kNone && role != kNone && !is_unnamed_group(pronoun)) {
        std::erase_if(fact.arguments, [&](const Argument& a) { return a.name == organization_; });
        return;
      }
      if (!is_of_speaker(pronoun)) return;
      const std::uint32_t found = is_unnamed_group(pronoun)
                                      ? our_organization(pronoun.first_token, is_past ? kNone : chains_[person])
                                      : my_organization(given);
      for (Argument& a : fact.arguments) {
        if (a.name == organization_ && found != kNone) a.mention = found;
      }
      // "I worked at Harborworks. Years later my colleague Ada called."
      const bool is_over = found != kNone && !is_unnamed_group(pronoun) && chains_[given] != kNone &&
                           fact.period.status == Status::kCurrent && has_left(chains_[given], found);
      if (is_over) fact.period.status = Status::kPast;
      if (found == kNone && role != kNone)
        std::erase_if(fact.arguments, [&](const Argument& a) { return a.name == organization_; });
      return;
    }
    if (role == kNone) return;
    const Mention& post = extraction_.mentions[role];
    if (is_for_oneself(post)) return;
    const std::uint32_t found = understood(post, extraction_.mentions[person], person, is_past);
    if (found == kNone || (!is_past && has_left(chains_[person], found))) return;
    if (is_other_item(post, extraction_.mentions[found])) return;
    // "I've been a chair, and now I work at Harborworks": that is another post.
    if (fact.period.status != Status::kCurrent && has_now_between(post, extraction_.mentions[found])) return;
    if (is_told_of_later(post, extraction_.mentions[found])) return;
    fact.arguments.push_back({organization_, found});
    std::sort(fact.arguments.begin(), fact.arguments.end(),
              [](const Argument& a, const Argument& b) { return a.name < b.name; });
    fact.confidence *= kUnderstood;
  }

  // "* I'm part of Harborworks\n* I'm a musician": each item of a list is told for itself, but for "our chair".
  bool is_other_item(const Mention& post, const Mention& organization) const {
    const Block* block = block_of(post.first_token);
    if (block == nullptr || block->kind != BlockKind::kListItem || block == block_of(organization.first_token))
      return false;
    const std::uint32_t before = begin_of_roles(post);
    return before <= block->first_token || !is_in(before - 1, pronoun_);
  }

  // A word for the present between the two, in one sentence and not far apart.
  bool has_now_between(const Mention& post, const Mention& organization) const {
    if (organization.first_token < post.end_token || organization.first_token - post.end_token > kNowReach ||
        sentence_of(organization.first_token) != sentence_of(post.first_token))
      return false;
    for (std::uint32_t t = post.end_token; t < organization.first_token; ++t) {
      const bool is_now = is_in(t, qualifier_) && attribute_of(t, qualifier_, status_attribute_) == "current";
      if (is_now || (is_in(t, time_noun_) && is_in(t - 1, definite_article_))) return true;
    }
    return false;
  }

  // "Before joining Harborworks, she was a nurse": she was it elsewhere, behind "before" or in front of it.
  bool is_told_of_later(const Mention& post, const Mention& organization) const {
    if (sentence_of(organization.first_token) != sentence_of(post.first_token)) return false;
    for (std::uint32_t t = organization.first_token, left = kEarlierReach; t > 0 && left > 0; --left) {
      if ((document_.tokens[t].flags & token_flag::kSentenceFirst) != 0 || text_.is_punctuation(--t)) return false;
      const bool holds_post = t < post.end_token && post.first_token < organization.first_token;
      if (holds_post) return false;
      if (is_in(t, earlier_word_)) return true;
    }
    return false;
  }

  // "host of Harborworks's podcast": of what the organization makes, not of itself.
  bool is_of_thing(const Mention& role, const Mention& organization) const {
    return organization.type == type::kOrganization && organization.first_token >= role.end_token &&
           organization.end_token < document_.tokens.size() &&
           (document_.tokens[organization.end_token].shape & shape::kClitic) != 0 && has_trait(role, Trait::kShared);
  }

  // Of the kind of a role (grammars/kind_traits.tsv).
  bool has_trait(const Mention& role, Trait trait) const {
    return knowledge_.kind_traits().has(extraction_.roles[role.role].category, trait);
  }

  // "city's", "today's", "another's", not "who's", "l'".
  bool has_owner(std::uint32_t token) const {
    const std::string_view clitic = text_.word(token + 1);
    return (clitic == "'s" || clitic == "’s") && !is_in(token, pronoun_) &&
           attribute_of(token, function_word_, pos_attribute_) != "pronoun";
  }

  // "the company" may be any, "the school" none whose legal form says that it is a firm.
  bool may_be(std::uint32_t noun, const Mention& organization) const {
    if (knowledge_.kind_traits().has(attribute_of(noun, org_noun_, kind_attribute_), Trait::kFirm)) return true;
    for (std::uint32_t t = organization.first_token; t < organization.end_token; ++t) {
      if (is_in(t, legal_form_)) return false;
    }
    return true;
  }

  bool follows_place(std::uint32_t token) const {
    const auto it = std::partition_point(extraction_.mentions.begin(), extraction_.mentions.end(),
                                         [&](const Mention& mention) { return mention.first_token < token; });
    return it != extraction_.mentions.begin() && std::prev(it)->type == type::kPlace &&
           std::prev(it)->end_token == token && token > 0 &&
           (document_.tokens[token - 1].flags & token_flag::kSentenceLast) == 0;
  }

  // "our other co-founder", "his amazing first boss": the token behind the possessive if only adjectives stand between.
  std::uint32_t behind_possessive(std::uint32_t token) const {
    std::uint32_t first = token;
    for (std::uint32_t words = 0; words < kMostAdjectives && first > 0; ++words) {
      if ((document_.tokens[first - 1].shape & (shape::kLower | shape::kClitic)) != shape::kLower) break;
      const std::string_view pos = attribute_of(first - 1, function_word_, pos_attribute_);
      if (!pos.empty() && pos != "determiner" && pos != "adverb" && pos != "interjection" && pos != "number") break;
      --first;
    }
    const bool is_owned = first > 0 && first < token && is_in(first - 1, pronoun_) &&
                          attribute_of(first - 1, pronoun_, case_attribute_) == "possessive";
    return is_owned ? first : token;
  }

  // The token behind a possessive that the role has ("its former chair"), or the first of the roles that stand together
  // with it ("its founder and chair"); without one the token where the role begins, "former" included.
  std::uint32_t begin_of_roles(const Mention& role) const {
    auto mention = static_cast<std::uint32_t>(&role - extraction_.mentions.data());
    std::uint32_t own = kNone;
    for (std::uint32_t count = 0; mention != kNone && count < kMostTogether; mention = role_before(mention), ++count) {
      std::uint32_t before = extraction_.mentions[mention].first_token;
      if (before > 0 && is_in(before - 1, qualifier_)) --before;
      before = behind_possessive(before);
      if (own == kNone) own = before;
      if (before > 0 && is_in(before - 1, pronoun_) &&
          attribute_of(before - 1, pronoun_, case_attribute_) == "possessive")
        return before;
    }
    return own;
  }

  std::uint32_t understood(const Mention& role, const Mention& holder, std::uint32_t person, bool is_past) const {
    const std::uint32_t sentence = sentence_of(role.first_token);
    const std::uint32_t before = begin_of_roles(role);
    if (before > 0 && is_in(before - 1, pronoun_)) {
      // "the US chief technology officer"
      if (attribute_of(before - 1, pronoun_, case_attribute_) != "possessive") return kNone;
      const std::string_view whose = attribute_of(before - 1, pronoun_, person_attribute_);
      const bool is_group = attribute_of(before - 1, pronoun_, number_attribute_) == "p";
      if (whose == "1" && is_group) return our_organization(before - 1, is_past ? kNone : chains_[person]);
      if (whose == "1" || whose == "2" || whose == "3") return possessor(before - 1, role);
    }
    // "Lovell, the company's chair": the holder's, else what "the company" means.
    const bool is_its = before > 1 && (document_.tokens[before - 1].shape & shape::kClitic) != 0 &&
                        (document_.tokens[before - 2].shape & shape::kLower) != 0;
    if (is_its && is_in(before - 2, org_noun_)) {
      const std::uint32_t own =
          chains_[person] == kNone ? kNone : own_organization(chains_[person], role.first_token, kNone, is_past);
      if (own != kNone) return may_be(before - 2, extraction_.mentions[own]) ? own : kNone;
      const std::uint32_t named = definite_.named_before(before - 2);
      if (named != kNone || is_past || chains_[person] == kNone) return named;
      return next_organization(chains_[person], role.first_token);
    }
    if (is_its && has_owner(before - 2)) return kNone;  // "the city's chair"
    if (follows_place(before)) return kNone;            // "US chief technology officer"
    // "## Ada Lovell, sailor", and below it "I came to Harborworks in May": the section tells where.
    const Block* block = block_of(role.first_token);
    if (!is_past && chains_[person] != kNone && block != nullptr && block->kind == BlockKind::kHeading &&
        !names_place(end_of_roles(role))) {
      const std::uint32_t own = only_organization(chains_[person], is_past);
      if (own != kNone) return own;
    }
    if (!has_trait(role, Trait::kSeat)) {
      // "She joined Harborworks in 2011. She started as a technician."
      const std::uint32_t behind = end_of_roles(role);
      if (chains_[person] == kNone || (names_place(behind) && !names_team(behind))) return kNone;
      const std::uint32_t reach = is_i(holder) && !is_past ? kSpeakerReach : kOwnReach;
      const std::uint32_t own =
          own_organization(chains_[person], role.first_token, reach, is_past, /*without_role=*/true);
      // "Ada is a sailor. She works at Harborworks": two things said of her, unless she says them herself, or in one.
      if (own != kNone || is_past || !has_trait(role, Trait::kCraft)) return own;
      const std::uint32_t next = next_organization(chains_[person], role.first_token);
      const bool is_one =
          next == kNone || is_i(holder) || sentence_of(extraction_.mentions[next].first_token) == sentence;
      return is_one ? next : kNone;
    }
    // "President Lovell": of a state, for all we know.
    if (has_trait(role, Trait::kOfState) && role.end_token == holder.first_token) return kNone;
    if (names_place(end_of_roles(role))) return kNone;
    if (chains_[person] != kNone && !is_one_of_several(role, holder)) {
      const std::uint32_t reach = is_past ? kOwnReach : kNone;
      const std::uint32_t own = own_organization(chains_[person], role.first_token, reach, is_past);
      if (own != kNone) return own;
      // "I'm a founder, and I work at Harborworks": of something else.
      const bool can_follow = !is_past && !has_trait(role, Trait::kFounds);
      const std::uint32_t next = can_follow ? next_organization(chains_[person], role.first_token) : kNone;
      if (next != kNone) return next;
    }
    const bool is_any =
        before > 0 && text_.is_listed(before - 1, text_.pos, {"article"}) && !is_in(before - 1, definite_article_);
    const std::uint32_t subject = is_any ? kNone : subject_before(role.first_token, sentence);
    if (subject != kNone) return subject;
    const bool is_definite = before > 0 && is_in(before - 1, definite_article_);
    const std::uint32_t firm = firm_in_talk(role, chains_[person], is_past, is_definite);
    if (firm != kNone) return firm;
    return is_definite ? only_one_before(role.first_token, sentence) : kNone;
  }

  // "co-chairs Ada Lovell (Trevik Ltd) and Paul Berg (Harborworks)": the brackets tell who sends them, not what they
  // chair.
  bool is_one_of_several(const Mention& role, const Mention& holder) const {
    const std::string_view head = text_.word(role.end_token - 1);
    const bool is_plural = head.size() > 2 && head.back() == 's' && head[head.size() - 2] != 's';
    return is_plural && !has_trait(role, Trait::kLeadsFirm) && holder.end_token < document_.tokens.size() &&
           text_.word(holder.end_token) == "(";
  }

  // "You're a co-founder, right?", far from where the only firm is named that is known of somebody in a conversation,
  // or "I'm CEO" of one of whom none is known, where all talk is of one firm.
  std::uint32_t firm_in_talk(const Mention& role, std::uint32_t person, bool is_past, bool is_definite) const {
    if (document_.turns.empty() || person == kNone || !has_trait(role, Trait::kInFirm)) return kNone;
    if (is_past) return is_definite ? only_organization(person, is_past) : kNone;
    const std::uint32_t only = only_organization(person, is_past);
    if (only != kNone || is_definite || !has_trait(role, Trait::kLeadsFirm) || !is_of_one_) return only;
    const std::uint32_t label = speaker_label(role.first_token);
    if (label == kNone || chains_[label] != person) return kNone;
    const auto it =
        std::partition_point(known_.begin(), known_.end(), [&](const Known& k) { return k.person < person; });
    return it != known_.end() && it->person == person ? kNone : first_of_subject();
  }

  // "Ben ran Harborworks. … He was the CEO": the one organization that all facts about somebody name. What somebody has
  // left is not hers any more, unless the post is past, too.
  std::uint32_t only_organization(std::uint32_t person, bool is_past) const {
    auto it = std::partition_point(known_.begin(), known_.end(), [&](const Known& k) { return k.person < person; });
    std::uint32_t found = kNone;
    for (; it != known_.end() && it->person == person; ++it) {
      if (found == kNone) found = it->organization;
      if (it->is_past && !is_past) return kNone;
      if (extraction_.mentions[it->organization].entity != extraction_.mentions[found].entity) return kNone;
    }
    return found;
  }

  // "Harborworks was sold. The chair is Lovell.": the organization named before the token in its paragraph, if the last
  // sentences name no other.
  std::uint32_t only_one_before(std::uint32_t token, std::uint32_t sentence) const {
    const auto after = std::partition_point(organizations_.begin(), organizations_.end(), [&](std::uint32_t m) {
      return extraction_.mentions[m].first_token < token;
    });
    std::uint32_t found = kNone;
    for (auto it = after; it != organizations_.begin(); --it) {
      const Mention& mention = extraction_.mentions[*std::prev(it)];
      if (sentence - sentence_of(mention.first_token) > kDefiniteReach ||
          block_of(mention.first_token) != block_of(token))
        break;
      if (found == kNone) found = *std::prev(it);
      if (mention.entity != extraction_.mentions[found].entity) return kNone;
    }
    return found;
  }

  // "a sailor and chair at Harborworks": what is said of the last of several roles holds for those before it.
  void add_sibling_roles(std::vector<Fact>& facts) const {
    const std::size_t size = facts.size();
    std::set<std::pair<std::uint32_t, std::uint32_t>> stated;  // person, role
    for (const Fact& fact : facts) {
      if (fact.predicate == *affiliation_ && argument(fact, organization_) != kNone)
        stated.emplace(argument(fact, person_), argument(fact, role_));
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (facts[i].predicate != *affiliation_ || argument(facts[i], organization_) == kNone) continue;
      const std::uint32_t person = argument(facts[i], person_);
      std::uint32_t role = argument(facts[i], role_);
      if (person == kNone || role == kNone) continue;
      std::uint32_t before = role_before(role);
      for (std::uint32_t count = 0; before != kNone && count < kMostTogether; before = role_before(role), ++count) {
        role = before;
        if (!stated.emplace(person, role).second) break;
        Fact fact = facts[i];
        for (Argument& a : fact.arguments) {
          if (a.name == role_) a.mention = role;
        }
        fact.span.begin = std::min(fact.span.begin, extraction_.mentions[role].span.begin);
        fact.confidence *= kUnderstood;
        facts.push_back(std::move(fact));
      }
    }
  }

  // Whoever is a founder of an organization has founded it.
  void add_founders(std::vector<Fact>& facts) const {
    if (!founded_) return;
    const std::uint16_t founder = *knowledge_.argument(*founded_, "person");
    const std::uint16_t organization = *knowledge_.argument(*founded_, "organization");
    std::set<std::pair<std::uint32_t, std::uint32_t>> stated;  // chains
    for (const Fact& fact : facts) {
      if (fact.predicate != *founded_) continue;
      const std::uint32_t who = argument(fact, founder), what = argument(fact, organization);
      if (who != kNone && what != kNone) stated.emplace(chains_[who], chains_[what]);
    }
    const std::size_t size = facts.size();
    for (std::size_t i = 0; i < size; ++i) {
      if (facts[i].predicate != *affiliation_) continue;
      const std::uint32_t who = argument(facts[i], person_), what = argument(facts[i], organization_),
                          role = argument(facts[i], role_);
      if (who == kNone || what == kNone || role == kNone || chains_[who] == kNone || chains_[what] == kNone) continue;
      if (!has_trait(extraction_.mentions[role], Trait::kFounds)) continue;
      if (!stated.emplace(chains_[who], chains_[what]).second) continue;
      Fact fact = facts[i];
      fact.predicate = *founded_;
      fact.arguments = {{organization, what}, {founder, who}};
      std::sort(fact.arguments.begin(), fact.arguments.end(),
                [](const Argument& a, const Argument& b) { return a.name < b.name; });
      fact.period = {};
      fact.confidence *= kUnderstood;
      facts.push_back(std::move(fact));
    }
  }

  // The role that a conjunction alone parts from this one.
  std::uint32_t role_before(std::uint32_t role) const {
    const std::uint32_t first = extraction_.mentions[role].first_token;
    if (role == 0 || first == 0) return kNone;
    const Mention& before = extraction_.mentions[role - 1];
    if (before.type != type::kRole || before.end_token >= first || first - before.end_token > kRoleGap) return kNone;
    bool is_joined = false, has_article = false;
    for (std::uint32_t t = before.end_token; t < first; ++t) {
      const std::string_view word = document_.word(t);
      const std::string_view pos = attribute_of(t, function_word_, pos_attribute_);
      const bool is_link =
          word == "," || word == "&" || word == "/" || pos == "conjunction" || pos == "article" || is_in(t, qualifier_);
      if (!is_link || (document_.tokens[t].flags & token_flag::kSentenceFirst) != 0) return kNone;
      is_joined = is_joined || word == "&" || word == "/" ||
                  (pos == "conjunction" && !text_.is_listed(t, text_.pos, {"adverb"}));
      has_article = has_article || pos == "article";
    }
    // "a sailor, also the chair of Harborworks": the second stands for itself.
    return has_article && !is_joined ? kNone : role - 1;
  }

  // "Harborworks and its chair": the organization that the pronoun stands for, or that of the person.
  std::uint32_t possessor(std::uint32_t token, const Mention& role) const {
    auto it = std::partition_point(extraction_.mentions.begin(), extraction_.mentions.end(),
                                   [&](const Mention& mention) { return mention.first_token < token; });
    for (; it != extraction_.mentions.end() && it->first_token == token; ++it) {
      if (it->type != type::kPronoun || it->entity == kNone) continue;
      const TypeId owner = extraction_.entities[it->entity].type;
      if (owner == type::kPerson) {
        const std::uint32_t person = chains_[static_cast<std::size_t>(it - extraction_.mentions.begin())];
        return person == kNone ? kNone : organization_of_possessor(person, role);
      }
      if (owner != type::kOrganization) return kNone;
      for (auto back = it; back != extraction_.mentions.begin();) {
        --back;
        if (back->entity == it->entity && back->type == type::kOrganization)
          return static_cast<std::uint32_t>(back - extraction_.mentions.begin());
      }
    }
    return kNone;
  }

  // "founder/owner of", "founder and chair of": where the roles end that stand together.
  std::uint32_t end_of_roles(const Mention& role) const {
    auto it = std::partition_point(extraction_.mentions.begin(), extraction_.mentions.end(),
                                   [&](const Mention& mention) { return mention.first_token < role.end_token; });
    std::uint32_t end = role.end_token;
    std::uint32_t count = 0;
    for (; it != extraction_.mentions.end() && it->type == type::kRole && it->first_token <= end + 1 &&
           count < kMostTogether;
         ++it, ++count) {
      // "chair of Sailors United": what stands behind "of" is no further role.
      if (it->first_token == end + 1 && attribute_of(end, function_word_, pos_attribute_) == "preposition") break;
      end = it->end_token;
    }
    return end;
  }

  // "chair of", "head for": the words behind the role say of what.
  bool names_place(std::uint32_t token) const {
    return token < document_.tokens.size() && (document_.tokens[token].flags & token_flag::kSentenceFirst) == 0 &&
           attribute_of(token, function_word_, pos_attribute_) == "preposition" && is_place_preposition(token);
  }

  // "on the storage team": where in the organization, not which one.
  bool names_team(std::uint32_t token) const {
    for (std::uint32_t t = token + 1;
         t < std::min(token + kTeamReach, static_cast<std::uint32_t>(document_.tokens.size())); ++t) {
      if (is_in(t, org_noun_) && attribute_of(t, org_noun_, kind_attribute_) == "team") return true;
      if (text_.is_punctuation(t) || (document_.tokens[t].flags & token_flag::kSentenceFirst) != 0) return false;
      const auto mention = text_.first_mention_at(t);
      if (mention != extraction_.mentions.end() && mention->first_token == t) return false;
    }
    return false;
  }

  // Not "since 2004", "until June", "at the time", "for many years": those tell when.
  bool is_place_preposition(std::uint32_t token) const {
    for (std::uint32_t t = token + 1; t <= token + kTimeReach && t < document_.tokens.size(); ++t) {
      if (is_in(t, time_noun_)) return false;
      if ((document_.tokens[t].shape & shape::kLower) == 0) break;
    }
    const auto it = std::partition_point(extraction_.mentions.begin(), extraction_.mentions.end(),
                                         [&](const Mention& mention) { return mention.first_token <= token; });
    return it == extraction_.mentions.end() || it->first_token != token + 1 || it->type != type::kDate;
  }

  const MarkedText& text_;
  const Knowledge& knowledge_;
  const Document& document_;
  const Extraction& extraction_;
  const std::vector<std::uint32_t>& chains_;
  DefiniteOrganizations definite_;
  std::optional<PredicateId> affiliation_, founded_;
  std::uint16_t person_ = 0, role_ = 0, organization_ = 0;
  AttributeId person_attribute_, number_attribute_, case_attribute_, pos_attribute_, status_attribute_, kind_attribute_;
  LexiconId org_noun_, org_head_, legal_form_, pronoun_, qualifier_, function_word_, definite_article_, time_noun_,
      role_modifier_, earlier_word_;
  std::vector<std::uint32_t> organizations_;                       // mentions
  std::vector<Known> known_;                                       // by person, then sentence
  std::vector<Present> presents_;                                  // parallel
  std::map<std::pair<std::uint32_t, std::uint32_t>, bool> stays_;  // chain, entity -> one of its facts is not past
  std::set<std::pair<std::uint32_t, std::uint64_t>> posts_;        // chain, thing -> a fact names a role there
  std::uint32_t subject_ = kNone;                                  // the organization that the text is about
  bool is_of_one_ = false;                                         // hardly any other is named
};

}  // namespace

void complete_seats(const MarkedText& text, const std::vector<std::uint32_t>& chains, std::vector<Fact>& facts) {
  Seats(text, chains).run(facts);
}

}  // namespace dossier
