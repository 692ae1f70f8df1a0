#include "extractors/further_posts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "extractors/fact_periods.h"
#include "extractors/stated_facts.h"
#include "pipeline/kind_traits.h"

namespace dossier {

namespace {

constexpr std::uint32_t kMostQualifying = 3;  // words between a comma and a role: "a former senior"
constexpr std::uint32_t kMostBetween = 40;    // tokens from one post to the next
constexpr std::uint32_t kMostPlain = 6;       // words of it that are no function words and no part of a name
constexpr float kListed = 0.85F;              // share of the confidence of the post before
// Posts behind the first. The words of each fact reach back to who holds it, so a list without an end would cost its
// length for every post; each is less sure than the one before it, too.
constexpr std::uint32_t kMostListed = 16;

class FurtherPosts {
 public:
  FurtherPosts(const MarkedText& text, const Forbidden& forbidden, PredicateId affiliation)
      : text_(text),
        forbidden_(forbidden),
        forbidden_at_(forbidden.ranges),
        affiliation_(affiliation),
        person_(*text.knowledge.argument(affiliation, "person")),
        role_(*text.knowledge.argument(affiliation, "role")),
        organization_(*text.knowledge.argument(affiliation, "organization")),
        qualifier_(text.lexicons.find("role_qualifier")),
        function_word_(text.lexicons.find("function_word")),
        role_head_(text.lexicons.find("role_head")),
        number_word_(text.lexicons.find("number_word")),
        value_(text.lexicons.find_attribute("value")) {}

  // False: a list is too long for all of it.
  bool run(std::vector<Fact>& facts) const {
    struct Holding {
      std::size_t fact;
      std::uint32_t count;  // posts of its list before it
    };
    std::map<std::uint32_t, Holding> holding;  // by role
    std::set<std::uint32_t> shared, held;      // roles: of several holders, of any
    bool is_complete = true;
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (facts[i].predicate != affiliation_) continue;
      const std::uint32_t role = argument(facts[i], role_);
      if (role == kNone || argument(facts[i], person_) == kNone) continue;
      held.insert(role);
      const auto [at, is_new] = holding.emplace(role, Holding{i, 0});
      if (!is_new && argument(facts[at->second.fact], person_) != argument(facts[i], person_)) shared.insert(role);
    }
    for (auto it = holding.begin(); it != holding.end(); ++it) {
      const auto& [role, holder] = *it;
      if (shared.contains(role)) continue;
      const std::uint32_t next = next_post(role, facts[holder.fact]);
      if (next == kNone || held.contains(next)) continue;
      if (holder.count == kMostListed) {
        is_complete = false;
        continue;
      }
      held.insert(next);
      holding.emplace(next, Holding{facts.size(), holder.count + 1});  // behind this one, so it is gone on from later
      facts.push_back(of_same_holder(facts[holder.fact], next));
    }
    return is_complete;
  }

 private:
  static std::uint32_t argument(const Fact& fact, std::uint16_t name) {
    for (const Argument& a : fact.arguments) {
      if (a.name == name) return a.mention;
    }
    return kNone;
  }

  // The role behind `role` that goes on listing what its holder is.
  std::uint32_t next_post(std::uint32_t role, const Fact& fact) const {
    const Mention& first = text_.mentions[role];
    std::uint32_t next = role + 1;
    while (next < text_.mentions.size() && text_.mentions[next].type != type::kRole) {
      const TypeId kind = text_.mentions[next].type;
      if (kind == type::kPerson || (kind == type::kPronoun && !is_in_name(next))) return kNone;
      ++next;
    }
    if (next >= text_.mentions.size()) return kNone;
    const Mention& post = text_.mentions[next];
    if (post.first_token < first.end_token || post.first_token - first.end_token > kMostBetween) return kNone;
    if (text_.mentions[argument(fact, person_)].first_token > post.first_token) return kNone;
    if (is_plural(post) && !is_of_several(post)) return kNone;
    if (is_forbidden(post) || precedes_person(next) || is_part_of_term(post)) return kNone;
    const std::uint32_t named = in_front(next);
    const std::uint32_t opens = named != kNone ? text_.mentions[named].first_token : post.first_token;
    const std::uint32_t link = link_before(opens, first.end_token);
    if (link == kNone || !goes_on(first.end_token, link)) return kNone;
    return !describes_firm(link) || ends_with_another(next) ? next : kNone;
  }

  static bool is_name(const Mention& mention) {
    return mention.type == type::kOrganization || mention.type == type::kProduct || mention.type == type::kEvent ||
           mention.type == type::kPlace;
  }

  // "a Lisbon Gophers organizer": the name right in front of a role; kNone: there is none.
  std::uint32_t in_front(std::uint32_t role) const {
    const std::uint32_t end = text_.mentions[role].first_token;
    for (std::uint32_t m = role; m-- > 0 && text_.mentions[m].end_token + kMostQualifying > end;) {
      if (is_name(text_.mentions[m]) && text_.mentions[m].end_token == end) return m;
    }
    return kNone;
  }

  // "Women Who Raft": the word of a name is nobody.
  bool is_in_name(std::uint32_t pronoun) const {
    return pronoun > 0 && is_name(text_.mentions[pronoun - 1]) &&
           text_.mentions[pronoun].end_token <= text_.mentions[pronoun - 1].end_token;
  }

  // The conjunction or comma that opens the item of the list; kNone: the role opens none.
  std::uint32_t link_before(std::uint32_t token, std::uint32_t end) const {
    std::uint32_t plain = 0;
    bool is_open = false;  // "met a lawyer": what stands in front of the article is not about the post
    while (token-- > end) {
      // "no longer host of a show", "never its chair"
      if (text_.opens_sentence(token + 1) || text_.is_listed(token, text_.pos, {"negation"})) return kNone;
      const std::string_view word = text_.word(token);
      if (word == "," || word == "&" || text_.is_listed(token, text_.pos, {"conjunction"})) return token;
      if (is_one_of(token + 1)) {
        --token;
      } else if (!leads_role(token)) {
        const bool is_plain =
            (text_.tokens[token].shape & shape::kLower) != 0 && !text_.is_in_lexicon(token, function_word_);
        if (!is_plain || is_open || ++plain > kMostQualifying) return kNone;
      }
      is_open = is_open || text_.is_listed(token, text_.pos, {"article"});
    }
    return kNone;
  }

  // "a", "also", "one", "former".
  bool leads_role(std::uint32_t token) const {
    return text_.is_listed(token, text_.pos, {"article", "determiner", "adverb", "number"}) ||
           text_.is_in_lexicon(token, qualifier_);
  }

  // "[head] of Harborworks, [author]", "[contributor] since 2017, a [reviewer]": from a post to the item of the next
  // one stands what it is a post of, and no verb.
  bool goes_on(std::uint32_t first, std::uint32_t end) const {
    for (std::uint32_t t = first; t <= end; ++t) {
      if (text_.opens_sentence(t)) return false;
    }
    std::uint32_t plain = 0;
    bool is_behind_preposition = false;
    for (std::uint32_t t = first; t < end; ++t) {
      const auto behind = text_.first_mention_at(t);
      if (behind != text_.mentions.end() && behind->first_token == t && is_name(*behind)) {
        t = behind->end_token - 1;  // "Women Who Raft"
        continue;
      }
      const std::string_view word = text_.word(t);
      if (word == ";" || word == ":" || word == "?" || word == "!") return false;
      if (text_.is_listed(t, text_.pos, {"auxiliary", "verb", "contraction"}) ||
          text_.is_listed(t, text_.case_, {"subject", "relative"}))
        return false;
      if (text_.is_listed(t, text_.pos, {"preposition"})) is_behind_preposition = true;
      // "head of Harborworks and met a lawyer": what follows may be a verb.
      if (word == "," || text_.is_listed(t, text_.pos, {"conjunction"})) is_behind_preposition = false;
      const bool is_plain = (text_.tokens[t].shape & shape::kLower) != 0 && !text_.is_in_lexicon(t, function_word_);
      if (is_plain && (!is_behind_preposition || ++plain > kMostPlain)) return false;
    }
    return true;
  }

  // "engineers", "heads of operations": the head is listed, but not as it stands here.
  bool is_plural(const Mention& post) const {
    std::uint32_t head = post.first_token;
    while (head + 1 < post.end_token && !text_.is_listed(head + 1, text_.pos, {"preposition"})) ++head;
    bool is_head = false;
    for (const EntryId entry : text_.lexicons.entries_of(text_.pass.words[head])) {
      if (text_.lexicons.lexicon_of(entry) != role_head_) continue;
      if (text_.lexicons.word(text_.lexicons.entry_text(entry)) == text_.pass.words[head]) return false;
      is_head = true;
    }
    return is_head;
  }

  // "one of", in front of the token.
  bool is_one_of(std::uint32_t token) const {
    if (token < 2 || !text_.is_listed(token - 1, text_.pos, {"preposition"})) return false;
    const auto entries = text_.lexicons.entries_of(text_.pass.words[token - 2]);
    return std::any_of(entries.begin(), entries.end(), [&](EntryId entry) {
      return text_.lexicons.lexicon_of(entry) == number_word_ && text_.lexicons.attribute(entry, value_) == "1";
    });
  }

  // "one of the founders", "one of its former chairs".
  bool is_of_several(const Mention& post) const {
    for (std::uint32_t t = post.first_token; t + kMostQualifying > post.first_token && t > 1; --t) {
      if (is_one_of(t)) return true;
    }
    return false;
  }

  // "head of Harborworks, [a host] of two shows, and a sailor": a post behind it, with a conjunction, ends the list.
  bool ends_with_another(std::uint32_t role) const {
    std::uint32_t end = text_.mentions[role].end_token;
    const auto last = std::min<std::size_t>(text_.mentions.size(), role + kMostBetween);
    for (std::uint32_t m = role + 1; m < last; ++m) {
      const Mention& post = text_.mentions[m];
      const bool is_somebody = post.type == type::kPerson || (post.type == type::kPronoun && !is_in_name(m));
      if (post.first_token > end + kMostBetween || is_somebody) return false;
      if (post.type != type::kRole) continue;
      const std::uint32_t named = in_front(m);
      const std::uint32_t link =
          link_before(named != kNone ? text_.mentions[named].first_token : post.first_token, end);
      if (link == kNone || !goes_on(end, link)) return false;
      if (text_.word(link) != ",") return true;
      end = post.end_token;
    }
    return false;
  }

  // "head of Harborworks, the leader in rafts": what the firm is.
  bool describes_firm(std::uint32_t link) const {
    if (text_.word(link) != "," || !text_.is_listed(link + 1, text_.pos, {"article"})) return false;
    const auto behind = text_.first_mention_at(link);
    return behind != text_.mentions.begin() && std::prev(behind)->type == type::kOrganization &&
           std::prev(behind)->end_token == link;
  }

  // "a social justice collaborative".
  bool is_part_of_term(const Mention& post) const {
    const std::uint32_t behind = post.end_token;
    return behind < text_.tokens.size() && !text_.opens_sentence(behind) &&
           (text_.tokens[behind].shape & shape::kLower) != 0 && !text_.is_in_lexicon(behind, function_word_);
  }

  bool is_forbidden(const Mention& post) const {
    bool is_met = false;
    forbidden_at_.each_near({post.first_token, post.end_token}, 0, [&](std::size_t i) {
      is_met = forbidden_.predicates[i] == affiliation_;
      return !is_met;
    });
    return is_met;
  }

  // "and the mayor, Paul Berg": his.
  bool precedes_person(std::uint32_t role) const {
    const Mention& post = text_.mentions[role];
    if (role + 1 >= text_.mentions.size()) return false;
    const Mention& behind = text_.mentions[role + 1];
    return behind.type == type::kPerson && behind.first_token - post.end_token <= 2;
  }

  Fact of_same_holder(const Fact& before, std::uint32_t role) const {
    const Mention& post = text_.mentions[role];
    const std::uint32_t first = argument(before, role_);
    Fact fact;
    fact.predicate = affiliation_;
    fact.rule = before.rule;
    fact.confidence = before.confidence * kListed;
    fact.arguments = {{person_, argument(before, person_)}, {role_, role}};
    std::uint32_t organization = organization_behind(role);
    const std::uint32_t named = in_front(role);
    if (organization == kNone && named != kNone && text_.mentions[named].type == type::kOrganization)
      organization = named;
    // "at Harborworks as a clerk, and then a sailor": both there.
    const std::uint32_t shared = argument(before, organization_);
    const bool is_in_front = shared != kNone && text_.mentions[shared].end_token <= text_.mentions[first].first_token;
    if (organization == kNone && stand_together(first, role, is_in_front)) organization = shared;
    if (organization != kNone) fact.arguments.push_back({organization_, organization});
    std::sort(fact.arguments.begin(), fact.arguments.end(),
              [](const Argument& a, const Argument& b) { return a.name < b.name; });
    // "a former cook and a sailor": who is no cook any more may sail; "a former cook and sailor" does neither.
    if (!is_over_or_to_come(text_.mentions[first]) || are_qualified_together(first, role))
      fact.period.status = before.period.status;
    settle_by_role(text_, post, fact.period);
    const std::uint32_t last = organization != kNone ? organization : role;
    fact.span = {std::min(before.span.begin, post.span.begin),
                 std::max(before.span.end, text_.mentions[last].span.end)};
    return fact;
  }

  bool is_over_or_to_come(const Mention& post) const {
    if (post.role == kNone) return false;
    const std::string& qualifier = text_.extraction.roles[post.role].qualifier;
    const KindTraits& traits = text_.knowledge.kind_traits();
    return traits.has(qualifier, Trait::kOver) || traits.has(qualifier, Trait::kToCome);
  }

  bool are_qualified_together(std::uint32_t first, std::uint32_t second) const {
    for (std::uint32_t t = text_.mentions[first].end_token; t < text_.mentions[second].first_token; ++t) {
      if (text_.word(t) != "&" && !text_.is_listed(t, text_.pos, {"conjunction"})) return false;
    }
    return true;
  }

  // "founder & chair", "assistant professor and then professor": of one organization, if the second names none. A comma
  // may part them only if the organization stands in front of both.
  bool stand_together(std::uint32_t first, std::uint32_t second, bool may_be_parted) const {
    const std::uint32_t behind = text_.mentions[second].end_token;
    if (second != first + 1 || (behind < text_.tokens.size() && !text_.opens_sentence(behind) &&
                                text_.is_listed(behind, text_.pos, {"preposition"})))
      return false;
    for (std::uint32_t t = text_.mentions[first].end_token; t < text_.mentions[second].first_token; ++t) {
      if (may_be_parted && text_.word(t) == ",") continue;
      if (!leads_role(t) && text_.word(t) != "&" && !text_.is_listed(t, text_.pos, {"conjunction"})) return false;
    }
    return true;
  }

  // "reviewer for SIG Rafts", "a maintainer of the Harbor Foundation".
  std::uint32_t organization_behind(std::uint32_t role) const {
    std::uint32_t token = text_.mentions[role].end_token;
    if (role + 1 >= text_.mentions.size() || token >= text_.tokens.size() || text_.opens_sentence(token)) return kNone;
    if (!text_.is_listed(token, text_.pos, {"preposition"})) return kNone;
    ++token;
    if (token < text_.tokens.size() && text_.is_listed(token, text_.pos, {"article"})) ++token;
    const Mention& behind = text_.mentions[role + 1];
    return behind.type == type::kOrganization && behind.first_token == token ? role + 1 : kNone;
  }

  const MarkedText& text_;
  const Forbidden& forbidden_;
  RangeIndex forbidden_at_;
  PredicateId affiliation_;
  std::uint16_t person_, role_, organization_;
  LexiconId qualifier_, function_word_, role_head_, number_word_;
  AttributeId value_;  // of number words
};

}  // namespace

bool add_further_posts(const MarkedText& text, const Forbidden& forbidden, std::vector<Fact>& facts) {
  const std::optional<PredicateId> affiliation = text.knowledge.predicate("affiliation");
  return !affiliation || FurtherPosts(text, forbidden, *affiliation).run(facts);
}

}  // namespace dossier
