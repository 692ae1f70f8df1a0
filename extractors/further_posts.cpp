#include "extractors/further_posts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace dossier {

namespace {

constexpr std::uint32_t kMostQualifying = 3;  // words between a comma and a role: "a former senior"
constexpr std::uint32_t kMostBetween = 40;    // tokens from one post to the next
constexpr std::uint32_t kMostPlain = 6;       // words of it that are no function words and no part of a name
constexpr float kListed = 0.85F;              // share of the confidence of the post before

class FurtherPosts {
 public:
  FurtherPosts(const MarkedText& text, const std::vector<TokenRange>& forbidden, PredicateId affiliation)
      : text_(text),
        forbidden_(forbidden),
        affiliation_(affiliation),
        person_(*text.knowledge.argument(affiliation, "person")),
        role_(*text.knowledge.argument(affiliation, "role")),
        organization_(*text.knowledge.argument(affiliation, "organization")),
        qualifier_(text.lexicons.find("role_qualifier")),
        function_word_(text.lexicons.find("function_word")) {}

  void run(std::vector<Fact>& facts) {
    std::map<std::uint32_t, std::size_t> holding;  // by role, the fact of one holder; of several: none
    std::set<std::uint32_t> shared, held;          // roles
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (facts[i].predicate != affiliation_) continue;
      const std::uint32_t role = argument(facts[i], role_);
      if (role == kNone || argument(facts[i], person_) == kNone) continue;
      held.insert(role);
      const auto [at, is_new] = holding.emplace(role, i);
      if (!is_new && argument(facts[at->second], person_) != argument(facts[i], person_)) shared.insert(role);
    }
    for (auto it = holding.begin(); it != holding.end(); ++it) {
      if (shared.contains(it->first)) continue;
      const std::uint32_t next = next_post(it->first, facts[it->second]);
      if (next == kNone || !held.insert(next).second) continue;
      holding.emplace(next, facts.size());  // behind this one, so it is gone on from later
      facts.push_back(of_same_holder(facts[it->second], next));
    }
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
      if (kind == type::kPerson || kind == type::kPronoun) return kNone;
      ++next;
    }
    if (next >= text_.mentions.size()) return kNone;
    const Mention& post = text_.mentions[next];
    if (post.first_token < first.end_token || post.first_token - first.end_token > kMostBetween) return kNone;
    if (text_.mentions[argument(fact, person_)].first_token > post.first_token) return kNone;
    if (is_plural(post) && !is_of_several(post)) return kNone;
    if (is_forbidden(post) || precedes_person(next) || is_part_of_term(post)) return kNone;
    const std::uint32_t link = link_before(post.first_token, first.end_token);
    return link != kNone && !describes_firm(link) && goes_on(first.end_token, link) ? next : kNone;
  }

  // The conjunction or comma that opens the item of the list; kNone: the role opens none.
  std::uint32_t link_before(std::uint32_t token, std::uint32_t end) const {
    std::uint32_t plain = 0;
    bool is_open = false;  // "met a lawyer": what stands in front of the article is not about the post
    while (token-- > end) {
      if (text_.opens_sentence(token + 1)) return kNone;
      const std::string_view word = text_.word(token);
      if (word == "," || word == "&" || text_.is_listed(token, text_.pos, {"conjunction"})) return token;
      if (is_one_of(token + 1)) {
        --token;
      } else if (!is_among_small(token)) {
        const bool is_plain =
            (text_.tokens[token].shape & shape::kLower) != 0 && !text_.is_in_lexicon(token, function_word_);
        if (!is_plain || is_open || ++plain > kMostQualifying) return kNone;
      }
      is_open = is_open || text_.is_listed(token, text_.pos, {"article"});
    }
    return kNone;
  }

  // Determiners and the like, in front of a role.
  bool is_among_small(std::uint32_t token) const {
    return text_.is_listed(token, text_.pos, {"article", "determiner", "adverb", "number"}) ||
           text_.is_in_lexicon(token, qualifier_);
  }

  // "[head] of Harborworks, [author]", "[contributor] since 2017, a [reviewer]": from a post to the item of the next
  // one stands what it is a post of, and no verb.
  bool goes_on(std::uint32_t first, std::uint32_t end) const {
    std::uint32_t plain = 0;
    bool is_behind_preposition = false;
    for (std::uint32_t t = first; t < end; ++t) {
      if (text_.opens_sentence(t)) return false;
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

  bool is_plural(const Mention& post) const {
    const std::string_view word = text_.word(post.end_token - 1);
    return word.size() > 3 && word.back() == 's' && word[word.size() - 2] != 's';
  }

  // "one of", in front of the token.
  bool is_one_of(std::uint32_t token) const {
    return token > 1 && text_.is_listed(token - 1, text_.pos, {"preposition"}) &&
           text_.is_listed(token - 2, text_.pos, {"number"});
  }

  // "one of the founders", "one of its former chairs".
  bool is_of_several(const Mention& post) const {
    for (std::uint32_t t = post.first_token; t + kMostQualifying > post.first_token && t > 1; --t) {
      if (is_one_of(t)) return true;
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
    return std::any_of(forbidden_.begin(), forbidden_.end(), [&](const TokenRange& range) {
      return range.first < post.end_token && post.first_token < range.end;
    });
  }

  // "and the mayor, Paul Berg": his.
  bool precedes_person(std::uint32_t role) const {
    const Mention& post = text_.mentions[role];
    if (role + 1 >= text_.mentions.size()) return false;
    const Mention& behind = text_.mentions[role + 1];
    return behind.type == type::kPerson && behind.first_token - post.end_token <= 2;
  }

  Fact of_same_holder(const Fact& before, std::uint32_t role) const {
    Fact fact = before;
    const Mention& post = text_.mentions[role];
    fact.arguments.clear();
    fact.arguments.push_back({person_, argument(before, person_)});
    fact.arguments.push_back({role_, role});
    std::uint32_t organization = organization_behind(role);
    if (organization == kNone && stand_together(argument(before, role_), role))
      organization = argument(before, organization_);
    if (organization != kNone) fact.arguments.push_back({organization_, organization});
    std::sort(fact.arguments.begin(), fact.arguments.end(),
              [](const Argument& a, const Argument& b) { return a.name < b.name; });
    fact.period.from.clear();
    fact.period.to.clear();
    const std::uint32_t last = organization != kNone ? organization : role;
    fact.span.begin = std::min(fact.span.begin, post.span.begin);
    fact.span.end = std::max(fact.span.end, text_.mentions[last].span.end);
    fact.confidence *= kListed;
    return fact;
  }

  // "founder & chair", "assistant professor and then professor": of one organization, if the second names none.
  bool stand_together(std::uint32_t first, std::uint32_t second) const {
    const std::uint32_t behind = text_.mentions[second].end_token;
    if (second != first + 1 || (behind < text_.tokens.size() && !text_.opens_sentence(behind) &&
                                text_.is_listed(behind, text_.pos, {"preposition"})))
      return false;
    for (std::uint32_t t = text_.mentions[first].end_token; t < text_.mentions[second].first_token; ++t) {
      if (!is_among_small(t) && text_.word(t) != "&" && !text_.is_listed(t, text_.pos, {"conjunction"})) return false;
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
  const std::vector<TokenRange>& forbidden_;
  PredicateId affiliation_;
  std::uint16_t person_, role_, organization_;
  LexiconId qualifier_, function_word_;
};

}  // namespace

void add_further_posts(const MarkedText& text, const std::vector<TokenRange>& forbidden, std::vector<Fact>& facts) {
  const std::optional<PredicateId> affiliation = text.knowledge.predicate("affiliation");
  if (affiliation) FurtherPosts(text, forbidden, *affiliation).run(facts);
}

}  // namespace dossier
