#include "pipeline/explain.h"

#include <algorithm>
#include <set>
#include <stdexcept>
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
    Extractor extractor(knowledge);
    std::vector<KnownName> known;
    for (const KnownFrom& each : request.known) known.push_back(each.name);
    extraction_ = extractor.extract(document_, &trace_, known);
    known_hits_ = find_known_names(document_, known);
    if (request.offset) {
      const auto at = static_cast<std::uint32_t>(*request.offset);
      where_ = document_.map.to_text({at, at + 1});
    } else {
      where_ = {0, static_cast<std::uint32_t>(document_.text.size())};
    }
  }

  std::vector<Explanation> explain() {
    std::vector<Explanation> out;
    bool found = false;
    if (request_.mention.empty()) {
      for (const Fact& fact : extraction_.facts) {
        if (!is_here(fact.span)) continue;
        const bool wanted = request_.fact.empty() || knowledge_.predicates()[fact.predicate].name == request_.fact;
        if (!wanted) continue;
        out.push_back(explain_fact(fact));
        found = true;
      }
    }
    if (request_.fact.empty() && (request_.offset || !request_.mention.empty())) {
      for (const Mention& mention : extraction_.mentions) {
        if (!is_here(mention.span)) continue;
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
      explain_candidates(out);
    } else if (out.empty()) {
      out.push_back(note("nothing was found here", Tone::kMissing));
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

  Explanation explain_fact(const Fact& fact) const {
    const PredicateInfo& predicate = knowledge_.predicates()[fact.predicate];
    std::string label = predicate.name;
    for (const Argument& argument : fact.arguments) {
      label += (label == predicate.name ? "  " : ", ") + predicate.arguments[argument.name].name + " " +
               quoted(words_of(document_, tokens_of(extraction_.mentions[argument.mention])));
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

  Explanation explain_match(const ExtractionTrace::Match& match) const {
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

  Explanation explain_mention(const Mention& mention) const {
    Explanation out =
        about("mention", knowledge_.types()[mention.type].name + " " + quoted(words_of(document_, tokens_of(mention))),
              mention.span);
    out.tone = Tone::kThere;
    out.confidence = mention.confidence;
    name_rule(out, mention.rule);
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
          const TokenRange range = action.capture == 0xFFFF ? match.tokens : match.captures[action.capture];
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
    };
    std::vector<Candidate> candidates;
    std::size_t not_for_this_document = 0;
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
          if (&knowledge_.rule_set().rules()[match.rule] == &rule && overlap(match.tokens, here)) matched = &match;
        }
        candidates.push_back({reference.attempt(*written, here.first, here.end), &rule, matched});
      }
    }
    // Those that came furthest first; a rule that matched came all the way.
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      const auto progress = [](const Candidate& c) {
        return c.match != nullptr ? kNone : c.attempt.reached - c.attempt.first;
      };
      return progress(a) > progress(b);
    });
    for (std::size_t i = 0; i < candidates.size() && i < request_.max_candidates; ++i)
      out.push_back(explain_attempt(candidates[i].attempt, *candidates[i].rule, candidates[i].match));
    if (candidates.size() > request_.max_candidates) {
      out.push_back(
          note("and " + std::to_string(candidates.size() - request_.max_candidates) + " rules that came less far"));
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

  Explanation explain_attempt(const RuleAttempt& attempt, const CompiledRule& rule,
                              const ExtractionTrace::Match* match) const {
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
      out.begin = matched.begin;
      out.end = matched.end;
      out.children.push_back(std::move(matched));
      return out;
    }
    out.tone = Tone::kMissing;
    if (attempt.reached == attempt.first) {
      out.label = "could begin nowhere in the sentence";
      return out;
    }
    const TokenRange done{attempt.first, attempt.reached};
    out.label = "came as far as " + quoted(words_of(document_, done));
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
    std::vector<std::string> tests;
    for (const rules::Node* node : attempt.failed) {
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
        if (!is_first) {
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
