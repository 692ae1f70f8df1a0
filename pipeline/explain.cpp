#include "pipeline/explain.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "extractors/known_names.h"
#include "grammars/knowledge_error.h"
#include "grammars/rule_reference.h"
#include "grammars/rules.h"
#include "pipeline/extract.h"
#include "pipeline/extract_trace.h"
#include "pipeline/ingest.h"
#include "pipeline/json_text.h"
#include "pipeline/knowledge_parts.h"
#include "pipeline/rule_report.h"

namespace dossier {

namespace {

std::string quoted(const std::string& words) {
  return "\"" + words + "\"";
}

class Explainer {
 public:
  Explainer(const Source& source, const Knowledge& knowledge, const ExplainRequest& request)
      : knowledge_(knowledge), request_(request), document_(ingest(source, knowledge)) {
    check_request(source);
    Extractor extractor(knowledge, {.has_repeats = true});
    std::vector<KnownName> known;
    for (const KnownFrom& each : request.known) known.push_back(each.name);
    extraction_ = extractor.extract(document_, &trace_, known);
    known_hits_ = find_known_names(document_, known);
    if (request.offset) {
      const auto at = static_cast<std::uint32_t>(*request.offset);
      where_ = document_.map.to_text({at, at + 1});
      // Marks and blanks belong to the words that follow them.
      constexpr std::uint32_t kNear = 80;
      const std::uint32_t next = token_here();
      if (next != kNone && document_.tokens[next].begin >= where_.end &&
          document_.tokens[next].begin - where_.end < kNear && tokens_here().first >= tokens_here().end)
        where_ = document_.tokens[next].span();
    } else {
      where_ = {0, static_cast<std::uint32_t>(document_.text.size())};
    }
  }

  std::vector<Explanation> explain() {
    std::vector<Explanation> out;
    bool found = false;
    if (request_.mention.empty()) {
      std::vector<std::pair<const Fact*, std::size_t>> told;  // fact, its place in `out`
      // Those at the place itself; if there are none, those of its sentence.
      const auto is_wanted = [&](const Fact& fact) {
        return request_.fact.empty() || knowledge_.predicates()[fact.predicate].name == request_.fact;
      };
      const bool is_at_place = std::any_of(extraction_.facts.begin(), extraction_.facts.end(),
                                           [&](const Fact& fact) { return is_wanted(fact) && is_here(fact.span); });
      const Span sentence = span_of(tokens_here());
      for (const Fact& fact : extraction_.facts) {
        if (is_at_place || request_.fact.empty() ? !is_here(fact.span) : !fact.span.overlaps(sentence)) continue;
        if (!is_wanted(fact)) continue;
        found = true;
        // The same statement with another mention of the same things ("Ada Lovell … she …") is told once.
        const auto same =
            std::find_if(told.begin(), told.end(), [&](const auto& each) { return says_same(*each.first, fact); });
        if (same != told.end()) {
          std::string also = "the same with";
          for (const Argument& argument : fact.arguments) {
            if (!has_argument(*same->first, argument)) also += " " + named_argument(fact, argument);
          }
          std::vector<Explanation>& children = out[same->second].children;
          children.push_back(note(also));
          continue;
        }
        told.emplace_back(&fact, out.size());
        out.push_back(explain_fact(fact));
      }
    }
    if (request_.fact.empty() && (request_.offset || !request_.mention.empty())) {
      for (const Mention& mention : extraction_.mentions) {
        if (!is_here(mention.span) || (request_.mention.empty() && told_mentions_.contains(&mention))) continue;
        const bool wanted = request_.mention.empty() || knowledge_.types()[mention.type].name == request_.mention;
        if (wanted) {
          out.push_back(explain_mention(mention));
          found = true;
        } else if (request_.offset) {
          Explanation note = explain_mention(mention);
          note.tone = Tone::kAgainst;
          note.label += ", not " + request_.mention;
          out.push_back(std::move(note));
        }
      }
    }
    const bool is_asked_for = !request_.fact.empty() || !request_.mention.empty();
    if (is_asked_for && !found) {
      const std::string what = request_.fact.empty() ? "mention " + request_.mention : "fact " + request_.fact;
      out.insert(out.begin(), note("no " + what + " here", Tone::kMissing));
      tell_what_is_here(out);
      explain_candidates(out);
    } else if (out.empty()) {
      out.push_back(note("nothing was found here", Tone::kMissing));
      tell_what_is_here(out);
      out.push_back(note("--fact TYPE or --mention TYPE tells why there is none of that type"));
    }
    return out;
  }

 private:
  void check_request(const Source& source) const {
    if (!request_.fact.empty() && !knowledge_.predicate(request_.fact)) {
      std::vector<std::string> names;
      for (const PredicateInfo& info : knowledge_.predicates()) names.push_back(info.name);
      throw std::invalid_argument(unknown("fact type", request_.fact, names));
    }
    std::vector<std::string> names;
    for (const TypeInfo& info : knowledge_.types()) names.push_back(info.name);
    if (!request_.mention.empty() && std::find(names.begin(), names.end(), request_.mention) == names.end())
      throw std::invalid_argument(unknown("mention type", request_.mention, names));
    if (request_.offset && *request_.offset >= source.bytes.size()) {
      throw std::invalid_argument("offset " + std::to_string(*request_.offset) +
                                  " lies behind the end: the source has " + std::to_string(source.bytes.size()) +
                                  " bytes");
    }
  }

  static std::string unknown(const char* what, const std::string& name, const std::vector<std::string>& names) {
    const std::string near = did_you_mean(name, names);
    std::string message = std::string("unknown ") + what + " " + name;
    if (!near.empty()) return message + " - did you mean " + near + "?";
    message += " - there are:";
    for (const std::string& each : names) message += " " + each;
    return message;
  }

  bool is_here(Span span) const { return span.overlaps(where_) || (where_.is_empty() && span.contains(where_)); }

  static Explanation note(std::string text, Tone tone = Tone::kPlain) {
    Explanation out;
    out.kind = "note";
    out.label = std::move(text);
    out.tone = tone;
    return out;
  }

  Explanation about(std::string kind, std::string label, Span span) const {
    Explanation out;
    out.kind = std::move(kind);
    out.label = std::move(label);
    const Span source = document_.map.to_source(span);
    out.begin = source.begin;
    out.end = source.end;
    return out;
  }

  void name_rule(Explanation& out, RuleId rule) const {
    const RuleInfo& info = knowledge_.rules()[rule];
    out.rule = info.id;
    out.place = place_of_rule(info);
  }

  Span span_of(TokenRange tokens) const {
    if (tokens.first >= tokens.end || tokens.end > document_.tokens.size()) return {};
    return {document_.tokens[tokens.first].begin, document_.tokens[tokens.end - 1].end};
  }

  static TokenRange tokens_of(const Mention& mention) { return {mention.first_token, mention.end_token}; }
  static bool overlap(TokenRange a, TokenRange b) { return a.first < b.end && b.first < a.end; }

  // --- what is there ------------------------------------------------------------------------------------------------

  // "person "she" (Ada Lovell)"
  std::string named_argument(const Fact& fact, const Argument& argument) const {
    const Mention& mention = extraction_.mentions[argument.mention];
    const std::string words = words_of(document_, tokens_of(mention));
    std::string out = knowledge_.predicates()[fact.predicate].arguments[argument.name].name + " " + quoted(words);
    if (mention.entity != kNone && extraction_.entities[mention.entity].name != words)
      out += " (" + extraction_.entities[mention.entity].name + ")";
    return out;
  }

  static bool has_argument(const Fact& fact, const Argument& wanted) {
    return std::any_of(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& argument) {
      return argument.name == wanted.name && argument.mention == wanted.mention;
    });
  }

  // Are two facts one statement about the same things?
  bool says_same(const Fact& a, const Fact& b) const {
    if (a.predicate != b.predicate || a.text != b.text || a.period.from != b.period.from ||
        a.period.to != b.period.to || a.period.status != b.period.status || !a.span.overlaps(b.span))
      return false;
    return std::equal(
        a.arguments.begin(), a.arguments.end(), b.arguments.begin(), b.arguments.end(),
        [&](const Argument& x, const Argument& y) {
          const std::uint32_t x_entity = extraction_.mentions[x.mention].entity;
          return x.name == y.name &&
                 (x.mention == y.mention || (x_entity != kNone && x_entity == extraction_.mentions[y.mention].entity));
        });
  }

  Explanation explain_fact(const Fact& fact) {
    const PredicateInfo& predicate = knowledge_.predicates()[fact.predicate];
    std::string label = predicate.name;
    for (const Argument& argument : fact.arguments) {
      label += (label == predicate.name ? "  " : ", ") + named_argument(fact, argument);
    }
    Explanation out = about("fact", label, fact.span);
    out.tone = Tone::kThere;
    out.confidence = fact.confidence;
    name_rule(out, fact.rule);
    if (!fact.period.from.empty() || !fact.period.to.empty() || fact.period.status != Status::kUnknown) {
      std::string period = "period";
      if (!fact.period.from.empty()) period += " from " + fact.period.from;
      if (!fact.period.to.empty()) period += " to " + fact.period.to;
      if (fact.period.status != Status::kUnknown) period += ", " + std::string(name_of(fact.period.status));
      out.children.push_back(note(period));
      out.children.back().kind = "value";
    }
    bool has_match = false;
    for (const ExtractionTrace::Match* match : matches_of(fact.rule)) {
      const Span span = span_of(match->tokens);
      if (!span.overlaps(fact.span) && span != fact.span) continue;
      out.children.push_back(explain_match(*match));
      has_match = true;
      break;
    }
    if (!has_match) {
      for (const Argument& argument : fact.arguments)
        out.children.push_back(explain_mention(extraction_.mentions[argument.mention]));
    }
    return out;
  }

  std::vector<const ExtractionTrace::Match*> matches_of(RuleId rule) const {
    std::vector<const ExtractionTrace::Match*> found;
    for (const ExtractionTrace::Phase& phase : trace_.phases) {
      for (const ExtractionTrace::Match& match : phase.matches) {
        if (match.rule == rule) found.push_back(&match);
      }
    }
    return found;
  }

  Explanation explain_match(const ExtractionTrace::Match& match) {
    Explanation out = about("match", "match " + quoted(words_of(document_, match.tokens)), span_of(match.tokens));
    const CompiledRule& rule = knowledge_.rule_set().rules()[match.rule];
    for (std::size_t i = 0; i < match.captures.size(); ++i) {
      if (match.captures[i].first == kNone || match.captures[i].is_empty()) continue;
      Explanation capture = about("capture", rule.captures[i] + " " + quoted(words_of(document_, match.captures[i])),
                                  span_of(match.captures[i]));
      for (const Mention& mention : extraction_.mentions) {
        if (tokens_of(mention).first >= match.captures[i].first && mention.end_token <= match.captures[i].end)
          capture.children.push_back(explain_mention(mention));
      }
      out.children.push_back(std::move(capture));
    }
    // Mentions that the pattern passed over outside its captures.
    for (const Mention& mention : extraction_.mentions) {
      if (!overlap(tokens_of(mention), match.tokens)) continue;
      const bool is_captured = std::any_of(match.captures.begin(), match.captures.end(), [&](TokenRange capture) {
        return capture.first != kNone && overlap(tokens_of(mention), capture);
      });
      if (is_captured) continue;
      out.children.push_back(about("mention",
                                   knowledge_.types()[mention.type].name + " " +
                                       quoted(words_of(document_, tokens_of(mention))) + " stands between",
                                   mention.span));
    }
    return out;
  }

  Explanation explain_mention(const Mention& mention) {
    Explanation out =
        about("mention", knowledge_.types()[mention.type].name + " " + quoted(words_of(document_, tokens_of(mention))),
              mention.span);
    out.tone = Tone::kThere;
    out.confidence = mention.confidence;
    name_rule(out, mention.rule);
    if (!told_mentions_.insert(&mention).second) {  // its derivation stands further up
      if (mention.entity != kNone && mention.entity < extraction_.entities.size())
        out.children.push_back(note("stands for \"" + extraction_.entities[mention.entity].name + "\", see above"));
      return out;
    }
    if (mention.date != kNone) {
      const Date& date = extraction_.dates[mention.date];
      out.children.push_back(
          note(date.edtf.empty() ? "date not resolved, offset " + date.offset : "date " + date.edtf));
      out.children.back().kind = "value";
    }
    if (mention.role != kNone && !extraction_.roles[mention.role].category.empty()) {
      const RoleValue& role = extraction_.roles[mention.role];
      out.children.push_back(note("category " + role.category + (role.qualifier.empty() ? "" : ", " + role.qualifier)));
      out.children.back().kind = "value";
    }
    if (mention.statistic != kNone) {
      const Statistic& statistic = extraction_.statistics[mention.statistic];
      out.children.push_back(note(std::string(name_of(statistic.kind)) + " " +
                                  std::string(name_of(statistic.comparator)) + " " + statistic.number.to_string() +
                                  " " + statistic.unit));
      out.children.back().kind = "value";
    }
    add_votes(tokens_of(mention), out);
    if (mention.entity != kNone && mention.entity < extraction_.entities.size()) {
      const LocalEntity& entity = extraction_.entities[mention.entity];
      Explanation node =
          note("stands for " + quoted(entity.name) + ", mentioned " + std::to_string(entity.mentions.size()) +
               (entity.mentions.size() == 1 ? " time" : " times"));
      node.kind = "entity";
      for (const std::string& why : entity.evidence) node.children.push_back(note(why));
      out.children.push_back(std::move(node));
    }
    return out;
  }

  // What rules said about these words: each match that proposes, supports or forbids a type on them.
  void add_votes(TokenRange tokens, Explanation& out) const {
    const std::span<const CompiledRule> rules = knowledge_.rule_set().rules();
    std::vector<Explanation> votes;
    for (const ExtractionTrace::Phase& phase : trace_.phases) {
      for (const ExtractionTrace::Match& match : phase.matches) {
        for (const CompiledAction& action : rules[match.rule].actions) {
          if (action.is_fact) continue;
          const TokenRange range = action.tokens_of(match);
          if (range.first == kNone || !overlap(range, tokens)) continue;
          Explanation vote = about("vote",
                                   std::string(action.forbids ? "not " : "") + knowledge_.types()[action.type].name +
                                       " " + quoted(words_of(document_, range)),
                                   span_of(match.tokens));
          vote.confidence = rules[match.rule].confidence;
          vote.tone = action.forbids ? Tone::kAgainst : Tone::kPlain;
          name_rule(vote, match.rule);
          votes.push_back(std::move(vote));
        }
      }
    }
    for (const KnownNameHit& hit : known_hits_) {
      if (!overlap(hit.tokens, tokens)) continue;
      const KnownFrom& known = request_.known[hit.known];
      Explanation vote =
          about("vote", knowledge_.types()[known.name.type].name + " " + quoted(words_of(document_, hit.tokens)),
                span_of(hit.tokens));
      vote.confidence = confidence_of(known.name, hit.tokens);
      name_rule(vote,
                knowledge_.rule(known.name.type == type::kPerson ? "name.known_person" : "name.known_organization"));
      for (const std::string& from : known.from) {
        vote.children.push_back(note("known from " + from));
        vote.children.back().kind = "source";
      }
      votes.push_back(std::move(vote));
    }
    std::stable_sort(votes.begin(), votes.end(),
                     [](const Explanation& a, const Explanation& b) { return *a.confidence > *b.confidence; });
    // A single vote of the rule that the mention names already says nothing more.
    if (votes.size() == 1 && votes.front().rule == out.rule && votes.front().children.empty()) return;
    out.children.insert(out.children.end(), votes.begin(), votes.end());
  }

  // --- what is not there --------------------------------------------------------------------------------------------

  bool aims_at_request(const CompiledRule& rule) const {
    return std::any_of(rule.actions.begin(), rule.actions.end(), [&](const CompiledAction& action) {
      if (action.forbids) return false;
      return request_.fact.empty() ? !action.is_fact && knowledge_.types()[action.type].name == request_.mention
                                   : action.is_fact && knowledge_.predicates()[action.predicate].name == request_.fact;
    });
  }

  // The sentences that `where_` touches, as tokens.
  TokenRange tokens_here() const {
    TokenRange tokens{static_cast<std::uint32_t>(document_.tokens.size()), 0};
    for (const Sentence& sentence : document_.sentences) {
      if (!is_here(span_of({sentence.first_token, sentence.end_token}))) continue;
      tokens.first = std::min(tokens.first, sentence.first_token);
      tokens.end = std::max(tokens.end, sentence.end_token);
    }
    return tokens;
  }

  // What there is to build on: the mentions of the sentence, its facts, and what a fact of the wanted type lacks.
  void tell_what_is_here(std::vector<Explanation>& out) const {
    const TokenRange here = tokens_here();
    if (here.first >= here.end) return;
    if (request_.offset) {
      const std::string words = words_of(document_, here);
      out.push_back(about("note", "the sentence: " + quoted(words), span_of(here)));
    }
    constexpr std::size_t kMost = 12;
    std::string mentions, facts;
    std::size_t count = 0;
    for (const Mention& mention : extraction_.mentions) {
      if (!overlap(tokens_of(mention), here) || ++count > kMost) continue;
      mentions += (mentions.empty() ? "" : ", ") + knowledge_.types()[mention.type].name + " " +
                  quoted(words_of(document_, tokens_of(mention)));
    }
    if (count > kMost) mentions += " and " + std::to_string(count - kMost) + " others";
    out.push_back(note(mentions.empty() ? "no mention in it" : "mentions: " + mentions));
    std::set<std::string> seen;
    for (const Fact& fact : extraction_.facts) {
      if (!fact.span.overlaps(span_of(here))) continue;
      const std::string& name = knowledge_.predicates()[fact.predicate].name;
      if (seen.insert(name).second) facts += (facts.empty() ? "" : ", ") + name;
    }
    if (!facts.empty() && request_.offset) out.push_back(note("facts: " + facts));
    if (request_.fact.empty()) return;
    const PredicateInfo& wanted = knowledge_.predicates()[*knowledge_.predicate(request_.fact)];
    for (const ArgumentInfo& argument : wanted.arguments) {
      if (!argument.required || argument.types.empty()) continue;
      const bool is_there =
          std::any_of(extraction_.mentions.begin(), extraction_.mentions.end(), [&](const Mention& m) {
            if (!overlap(tokens_of(m), here)) return false;
            return m.type == type::kPronoun ||
                   std::find(argument.types.begin(), argument.types.end(), m.type) != argument.types.end();
          });
      if (is_there) continue;
      std::string types;
      for (const TypeId type : argument.types) types += (types.empty() ? "" : " or ") + knowledge_.types()[type].name;
      out.push_back(
          note(wanted.name + " needs " + argument.name + ", and there is no mention of type " + types + " here",
               Tone::kMissing));
    }
  }

  // Does the match make a mention of the wanted type on the token?
  bool makes_at(const CompiledRule& rule, const ExtractionTrace::Match& match, std::uint32_t token) const {
    return std::any_of(rule.actions.begin(), rule.actions.end(), [&](const CompiledAction& action) {
      if (action.is_fact || action.forbids || knowledge_.types()[action.type].name != request_.mention) return false;
      const TokenRange range = action.tokens_of(match);
      return range.first != kNone && range.first <= token && token < range.end;
    });
  }

  // What a pattern cannot do without, each for itself: is it anywhere in the sentence?
  struct Ingredients {
    std::vector<std::string> there, missing;  // as written
  };

  static bool says_something(const RuleAttempt& attempt, const ExtractionTrace::Match* match,
                             const Ingredients& ingredients) {
    return match != nullptr || !ingredients.there.empty() || !attempt.held.empty();
  }

  // The token at, or next after, the place asked for.
  std::uint32_t token_here() const {
    const auto token = std::partition_point(document_.tokens.begin(), document_.tokens.end(),
                                            [&](const Token& each) { return each.end <= where_.begin; });
    return token == document_.tokens.end() ? kNone : static_cast<std::uint32_t>(token - document_.tokens.begin());
  }

  void explain_candidates(std::vector<Explanation>& out) {
    const TokenRange here = tokens_here();
    if (here.first >= here.end) {
      out.push_back(note("no rule reads this place: it is no running text (code, boilerplate, or between blocks)"));
      return;
    }
    const ParsedRules parsed = rules_as_written(knowledge_);
    RuleReference reference(parsed, knowledge_.lexicons(), knowledge_.types());
    LexiconPass pass;
    run_lexicon_pass(knowledge_.lexicons(), document_, pass);
    reference.begin(document_, pass);
    struct Candidate {
      RuleAttempt attempt;
      const CompiledRule* rule;
      const ExtractionTrace::Match* match;
      Ingredients ingredients;
    };
    std::vector<Candidate> candidates;
    std::size_t not_for_this_document = 0;
    std::size_t elsewhere = 0;
    const std::uint32_t about = request_.mention.empty() || !request_.offset ? kNone : token_here();
    for (const ExtractionTrace::Phase& phase : trace_.phases) {
      for (const std::vector<ExtractionTrace::Seen>& added : phase.added) {
        std::vector<SeenMention> seen;
        for (const ExtractionTrace::Seen& one : added)
          seen.push_back({one.tokens, one.type, one.entry, one.attributes});
        reference.add(seen);
      }
      for (const CompiledRule& rule : knowledge_.rule_set().rules()) {
        if (rule.phase != phase.phase || !aims_at_request(rule)) continue;
        const auto written = std::find_if(parsed.rules.begin(), parsed.rules.end(),
                                          [&](const rules::Rule& each) { return each.id == rule.id; });
        if (written == parsed.rules.end()) continue;
        if (!reference.applies(*written)) {
          ++not_for_this_document;
          continue;
        }
        const ExtractionTrace::Match* matched = nullptr;
        for (const ExtractionTrace::Match& match : phase.matches) {
          if (&knowledge_.rule_set().rules()[match.rule] != &rule || !overlap(match.tokens, here)) continue;
          if (about == kNone || makes_at(rule, match, about)) matched = &match;
        }
        RuleAttempt attempt = reference.attempt(*written, here.first, here.end, about);
        // It matched other words, or does not even begin here.
        if (matched == nullptr &&
            (attempt.rule == nullptr || attempt.matched || (about != kNone && attempt.reached == attempt.first))) {
          ++elsewhere;
          continue;
        }
        candidates.push_back({std::move(attempt), &rule, matched,
                              request_.fact.empty() ? Ingredients{} : ingredients(reference, *written, here)});
      }
    }
    // A rule that matched came all the way; then those that lack least of what they need, the surer ones first.
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      const auto progress = [](const Candidate& c) {
        const auto has = static_cast<double>(c.ingredients.there.size());
        const auto lacks = static_cast<double>(c.ingredients.missing.size());
        return std::tuple(c.match != nullptr, has + lacks == 0 ? 0 : has / (has + lacks), has, c.attempt.held.size(),
                          c.rule->confidence);
      };
      return progress(a) > progress(b);
    });
    std::size_t told = candidates.size();
    while (told > 0 &&
           !says_something(candidates[told - 1].attempt, candidates[told - 1].match, candidates[told - 1].ingredients))
      --told;
    const std::size_t begun = told;
    told = std::min(begun, request_.max_candidates);
    for (std::size_t i = 0; i < told; ++i)
      out.push_back(
          explain_attempt(candidates[i].attempt, *candidates[i].rule, candidates[i].match, candidates[i].ingredients));
    if (begun > told) out.push_back(note("and " + std::to_string(begun - told) + " more that came less far"));
    if (candidates.size() + elsewhere > begun) {
      out.push_back(note(std::to_string(candidates.size() + elsewhere - begun) +
                         " of the rules found nothing here that they look for"));
    }
    if (not_for_this_document > 0) {
      out.push_back(note(std::to_string(not_for_this_document) +
                         " more rules are for other languages or kinds of documents (this is " +
                         (document_.languages.empty() ? std::string("?") : document_.languages.front()) + ", " +
                         std::string(name_of(document_.kind)) + ")"));
    }
    if (candidates.empty() && not_for_this_document == 0) {
      out.push_back(note("no rule of a file makes it: it comes from code, or nothing makes it"));
    }
  }

  // Matches of rules that forbid what is asked for, over the same words.
  std::vector<const ExtractionTrace::Match*> forbidding_matches(const ExtractionTrace::Match& of) const {
    std::vector<const ExtractionTrace::Match*> found;
    for (const ExtractionTrace::Phase& phase : trace_.phases) {
      for (const ExtractionTrace::Match& match : phase.matches) {
        const CompiledRule& rule = knowledge_.rule_set().rules()[match.rule];
        const bool forbids = std::any_of(rule.actions.begin(), rule.actions.end(), [&](const CompiledAction& action) {
          if (!action.forbids || action.is_fact == request_.fact.empty()) return false;
          return action.is_fact ? knowledge_.predicates()[action.predicate].name == request_.fact
                                : knowledge_.types()[action.type].name == request_.mention;
        });
        if (forbids && overlap(match.tokens, of.tokens)) found.push_back(&match);
      }
    }
    return found;
  }

  static void collect_needed(const rules::Node& node, std::vector<const rules::Node*>& out) {
    switch (node.kind) {
      case rules::NodeKind::kSequence:
      case rules::NodeKind::kCapture:
        for (const rules::Node& child : node.children) collect_needed(child, out);
        break;
      case rules::NodeKind::kRepeat:
        if (node.min > 0) collect_needed(node.children.front(), out);
        break;
      case rules::NodeKind::kLiteral:
      case rules::NodeKind::kExactLiteral:
      case rules::NodeKind::kLexicon:
      case rules::NodeKind::kMention:
      case rules::NodeKind::kAnd:
      case rules::NodeKind::kAlternation:
        out.push_back(&node);
        break;
      default:  // any token, places and contexts say nothing by themselves
        break;
    }
  }

  static Ingredients ingredients(RuleReference& reference, const rules::Rule& rule, TokenRange here) {
    std::vector<const rules::Node*> needed;
    collect_needed(rule.pattern, needed);
    Ingredients out;
    for (const rules::Node* node : needed) {
      rules::Rule probe;
      probe.id = rule.id;
      probe.within = rule.within;
      probe.reach = rule.reach;
      probe.pattern = *node;
      const bool is_there = reference.attempt(probe, here.first, here.end).matched;
      (is_there ? out.there : out.missing).push_back(rules::print(*node));
    }
    return out;
  }

  // Parts of a pattern that need not be there.
  static void collect_optional(const rules::Node& node, bool is_optional, std::set<const rules::Node*>& out) {
    const bool now = is_optional || (node.kind == rules::NodeKind::kRepeat && node.min == 0);
    if (now) out.insert(&node);
    for (const rules::Node& child : node.children) collect_optional(child, now, out);
  }

  Explanation explain_attempt(const RuleAttempt& attempt, const CompiledRule& rule, const ExtractionTrace::Match* match,
                              const Ingredients& ingredients) {
    Explanation out;
    out.kind = "rule";
    out.rule = rule.id;
    out.place = rule.file + ":" + std::to_string(rule.line);
    out.confidence = rule.confidence;
    if (match != nullptr) {
      out.label = "matched, but what it makes is not in the result";
      out.tone = Tone::kAgainst;
      Explanation matched = explain_match(*match);
      for (const Mention& mention : extraction_.mentions) {
        if (request_.fact.empty() && overlap(tokens_of(mention), match->tokens)) {
          Explanation winner = explain_mention(mention);
          winner.label += " stands there";
          winner.tone = Tone::kAgainst;
          out.children.push_back(std::move(winner));
        }
      }
      for (const ExtractionTrace::Match* other : forbidding_matches(*match)) {
        Explanation winner =
            about("rule", "forbids it: match " + quoted(words_of(document_, other->tokens)), span_of(other->tokens));
        winner.tone = Tone::kAgainst;
        name_rule(winner, other->rule);
        out.children.push_back(std::move(winner));
      }
      out.begin = matched.begin;
      out.end = matched.end;
      out.children.push_back(std::move(matched));
      return out;
    }
    out.tone = Tone::kMissing;
    if (attempt.reached == attempt.first && ingredients.missing.empty()) {
      out.label = "could begin nowhere in the sentence";
      return out;
    }
    const TokenRange done{attempt.first, attempt.reached};
    const std::string came = "came as far as " + quoted(words_of(document_, done));
    out.label = came;
    if (!ingredients.missing.empty()) {
      // Where something is missing altogether, that is the answer; how far the rule came is a detail.
      constexpr std::size_t kMostMissing = 3;
      constexpr std::size_t kLongest = 60;
      out.label = "lacks ";
      for (std::size_t i = 0; i < std::min(ingredients.missing.size(), kMostMissing); ++i) {
        std::string part = ingredients.missing[i];
        if (part.size() > kLongest) {
          std::size_t cut = part.rfind(' ', kLongest);
          if (cut == std::string::npos) cut = part.find(' ');
          if (cut != std::string::npos) part = part.substr(0, cut) + " …";
        }
        out.label += (i == 0 ? "" : ", and ") + part;
      }
      if (ingredients.missing.size() > kMostMissing) out.label += ", …";
      out.children.push_back(note(attempt.reached == attempt.first ? "could begin nowhere in the sentence" : came));
      out.children.back().kind = "test";
      if (attempt.reached == attempt.first) return out;
    }
    const Span span = span_of(done);
    const Span source = document_.map.to_source(span);
    out.begin = source.begin;
    out.end = source.end;
    std::string next = "the end of the text";
    if (attempt.reached < document_.tokens.size()) {
      next = quoted(std::string(document_.word(attempt.reached)));
      if (attempt.at_edge) next = "the end of the " + attempt.rule->within + " (then " + next + ")";
    }
    constexpr std::size_t kMaxTests = 8;
    // What may be left out is told only if nothing else failed.
    std::set<const rules::Node*> optional;
    collect_optional(attempt.rule->pattern, false, optional);
    const bool has_needed = std::any_of(attempt.failed.begin(), attempt.failed.end(),
                                        [&](const rules::Node* node) { return !optional.contains(node); });
    std::vector<std::string> tests;
    for (const rules::Node* node : attempt.failed) {
      if (has_needed && optional.contains(node)) continue;
      std::string test = rules::print(*node);
      if (std::find(tests.begin(), tests.end(), test) == tests.end()) tests.push_back(std::move(test));
    }
    std::string wanted;
    for (std::size_t i = 0; i < std::min(tests.size(), kMaxTests); ++i) wanted += (i == 0 ? "" : " or ") + tests[i];
    if (tests.size() > kMaxTests) wanted += " or " + std::to_string(tests.size() - kMaxTests) + " others";
    Explanation test;
    test.kind = "test";
    test.label = "then " + next + ", but wanted " + (wanted.empty() ? "a shorter match (reach)" : wanted);
    test.tone = Tone::kMissing;
    if (attempt.reached < document_.tokens.size()) {
      const Span at = document_.map.to_source(document_.tokens[attempt.reached].span());
      test.begin = at.begin;
      test.end = at.end;
    }
    out.children.push_back(std::move(test));
    return out;
  }

  const Knowledge& knowledge_;
  const ExplainRequest& request_;
  Document document_;
  Extraction extraction_;
  ExtractionTrace trace_;
  std::vector<KnownNameHit> known_hits_;
  std::set<const Mention*> told_mentions_;  // explained already
  Span where_;
};

// --- rendering -------------------------------------------------------------------------------------------------------

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

const char* colour_of(Tone tone) {
  switch (tone) {
    case Tone::kThere:
      return "\x1b[32m";
    case Tone::kAgainst:
      return "\x1b[31m";
    case Tone::kMissing:
      return "\x1b[33m";
    default:
      return "";
  }
}

class TextRenderer {
 public:
  TextRenderer(std::size_t width, bool with_colours)
      : width_(std::max<std::size_t>(width, 20)), colours_(with_colours) {}

  void add(const Explanation& node, const std::string& first, const std::string& rest) {
    std::string tail;
    if (!node.rule.empty()) tail += node.rule;
    if (node.confidence) {
      char number[16];
      std::snprintf(number, sizeof number, " %.2f", *node.confidence);
      tail += number;
    }
    if (!node.place.empty()) tail += "  " + node.place;
    // Deep in the tree of a narrow screen the lead alone would fill the line: it is shortened.
    const std::size_t most = width_ / 2;
    const std::string lead = clip(first, most);
    const std::string follow = clip(rest, most) + (node.children.empty() ? "  " : "│ ");
    std::vector<std::pair<std::string, bool>> words;  // word, belongs to the tail
    split(node.label, false, words);
    split(tail, true, words);
    std::string line = lead;
    std::size_t used = width_of(lead);
    bool is_first = true;
    bool in_tail = false;
    open(line, node.tone, false);
    for (const auto& [word, is_tail] : words) {
      const std::size_t size = width_of(word);
      if (is_tail != in_tail) {
        close(line, node.tone, in_tail);
        if (!is_first && used + 2 + size <= width_) {  // set apart by one space more
          line += ' ';
          ++used;
        }
        in_tail = is_tail;
        open(line, node.tone, in_tail);
      }
      if (!is_first && used + 1 + size > width_) {
        close(line, node.tone, in_tail);
        out_ += line + '\n';
        line = follow;
        used = width_of(follow);
        open(line, node.tone, in_tail);
      } else if (!is_first) {
        line += ' ';
        ++used;
      }
      line += word;
      used += size;
      is_first = false;
    }
    close(line, node.tone, in_tail);
    out_ += line + '\n';
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool is_last = i + 1 == node.children.size();
      add(node.children[i], rest + (is_last ? "└ " : "├ "), rest + (is_last ? "  " : "│ "));
    }
  }

  std::string take() { return std::move(out_); }

 private:
  static void split(const std::string& text, bool is_tail, std::vector<std::pair<std::string, bool>>& words) {
    std::string word;
    for (const char c : text) {
      if (c != ' ') {
        word += c;
      } else if (!word.empty()) {
        words.emplace_back(std::exchange(word, {}), is_tail);
      }
    }
    if (!word.empty()) words.emplace_back(word, is_tail);
  }

  static std::string clip(const std::string& lead, std::size_t width) {
    if (width_of(lead) <= width) return lead;
    // The innermost branches say most.
    std::size_t cut = 0;
    for (std::size_t drop = width_of(lead) - width + 1; drop > 0 && cut < lead.size();) {
      ++cut;
      while (cut < lead.size() && (static_cast<unsigned char>(lead[cut]) & 0xC0) == 0x80) ++cut;
      --drop;
    }
    return "…" + lead.substr(cut);
  }

  void open(std::string& line, Tone tone, bool is_tail) const {
    if (colours_) line += is_tail ? "\x1b[2m" : colour_of(tone);
  }
  void close(std::string& line, Tone tone, bool is_tail) const {
    if (colours_ && (is_tail || tone != Tone::kPlain)) line += "\x1b[0m";
  }

  std::size_t width_;
  bool colours_;
  std::string out_;
};

std::string_view name_of(Tone tone) {
  static constexpr std::string_view kNames[] = {"plain", "there", "against", "missing"};
  return kNames[static_cast<std::size_t>(tone)];
}

void append_json(const Explanation& node, std::string& out) {
  append_json_string(out += "{\"kind\":", node.kind);
  append_json_string(out += ",\"label\":", node.label);
  append_json_string(out += ",\"tone\":", name_of(node.tone));
  if (!node.rule.empty()) append_json_string(out += ",\"rule\":", node.rule);
  if (!node.place.empty()) append_json_string(out += ",\"place\":", node.place);
  if (node.begin != node.end) {
    append_json_number(out += ",\"start\":", node.begin);
    append_json_number(out += ",\"end\":", node.end);
  }
  if (node.confidence) append_json_number(out += ",\"confidence\":", *node.confidence);
  if (!node.children.empty()) {
    out += ",\"children\":[";
    for (const Explanation& child : node.children) {
      if (out.back() != '[') out += ',';
      append_json(child, out);
    }
    out += ']';
  }
  out += '}';
}

}  // namespace

std::vector<Explanation> explain(const Source& source, const Knowledge& knowledge, const ExplainRequest& request) {
  return Explainer(source, knowledge, request).explain();
}

std::string render_text(const std::vector<Explanation>& explanations, std::size_t width, bool with_colours) {
  TextRenderer renderer(width, with_colours);
  for (const Explanation& node : explanations) renderer.add(node, "", "");
  return renderer.take();
}

std::string render_json(const std::vector<Explanation>& explanations) {
  std::string out = "[";
  for (const Explanation& node : explanations) {
    if (out.back() != '[') out += ',';
    append_json(node, out);
  }
  return out + "]\n";
}

}  // namespace dossier
