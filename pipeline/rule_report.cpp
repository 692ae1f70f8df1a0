#include "pipeline/rule_report.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "grammars/rules.h"
#include "pipeline/ingest.h"

namespace dossier {

namespace {

bool overlap(TokenRange a, TokenRange b) {
  return a.first < b.end && b.first < a.end;
}

TokenRange tokens_of(const Mention& mention) {
  return {mention.first_token, mention.end_token};
}

// What a match of a rule came to.
struct Outcome {
  bool is_visible = true;  // false: what the rule makes serves other rules only (candidates, pronouns, periods)
  bool is_kept = false;
  std::uint32_t mention = kNone;  // the mention or fact of the result that says what the match says
  std::uint32_t fact = kNone;
};

class Judge {
 public:
  Judge(const Knowledge& knowledge, const Document& document, const Extraction& extraction)
      : document_(document), extraction_(extraction), period_(knowledge.predicate("period")) {}

  Outcome outcome(const CompiledAction& action, const ExtractionTrace::Match& match) const {
    Outcome out;
    if (action.is_fact) {
      out.is_visible = action.predicate != period_;
      if (!out.is_visible) return out;
      for (std::uint32_t f = 0; f < extraction_.facts.size(); ++f) {
        const Fact& fact = extraction_.facts[f];
        if (fact.predicate != action.predicate) continue;
        if (action.forbids ? overlap(tokens_of_span(fact.span), match.tokens) : says(fact, action, match)) out.fact = f;
      }
      out.is_kept = (out.fact != kNone) != action.forbids;
      return out;
    }
    out.is_visible = action.type != type::kName && action.type != type::kPronoun;
    if (!out.is_visible) return out;
    const TokenRange tokens = action.tokens_of(match);
    for (std::uint32_t m = 0; m < extraction_.mentions.size(); ++m) {
      const Mention& mention = extraction_.mentions[m];
      if (mention.type != action.type) continue;
      if (action.forbids ? overlap(tokens_of(mention), tokens) : tokens_of(mention) == tokens) out.mention = m;
    }
    out.is_kept = (out.mention != kNone) != action.forbids;
    return out;
  }

  // Does the fact have each argument that the action gives, from inside its capture? For "our" stands who is meant.
  bool says(const Fact& fact, const CompiledAction& action, const ExtractionTrace::Match& match) const {
    for (const CompiledAssignment& wanted : action.arguments) {
      if (wanted.capture == kNoCapture) continue;
      const TokenRange tokens = match.captures[wanted.capture];
      if (tokens.first == kNone) continue;
      const bool found = std::any_of(fact.arguments.begin(), fact.arguments.end(), [&](const Argument& argument) {
        return argument.name == wanted.argument &&
               (overlap(tokens_of(extraction_.mentions[argument.mention]), tokens) || !is_mention(tokens));
      });
      if (!found) return false;
    }
    return true;
  }

  bool is_mention(TokenRange tokens) const {
    return std::any_of(extraction_.mentions.begin(), extraction_.mentions.end(),
                       [&](const Mention& mention) { return overlap(tokens_of(mention), tokens); });
  }

  // The rule whose mention stands where the match wanted its own, or kNone.
  RuleId winner_over(const CompiledAction& action, const ExtractionTrace::Match& match) const {
    if (action.is_fact) {
      for (const Fact& fact : extraction_.facts) {
        if (overlap(tokens_of_span(fact.span), match.tokens)) return fact.rule;
      }
      return kNone;
    }
    for (const Mention& mention : extraction_.mentions) {
      if (overlap(tokens_of(mention), action.tokens_of(match))) return mention.rule;
    }
    return kNone;
  }

 private:
  TokenRange tokens_of_span(Span span) const {
    const auto first = std::partition_point(document_.tokens.begin(), document_.tokens.end(),
                                            [&](const Token& token) { return token.end <= span.begin; });
    const auto end =
        std::partition_point(first, document_.tokens.end(), [&](const Token& token) { return token.begin < span.end; });
    return {static_cast<std::uint32_t>(first - document_.tokens.begin()),
            static_cast<std::uint32_t>(end - document_.tokens.begin())};
  }

  const Document& document_;
  const Extraction& extraction_;
  std::optional<PredicateId> period_;
};

// --- examples --------------------------------------------------------------------------------------------------------

DocumentKind kind_for(const CompiledRule& rule) {
  if (rule.kind_mask == 0xFFFFFFFFu) return DocumentKind::kAuto;
  for (const DocumentKind kind : {DocumentKind::kPlain, DocumentKind::kMarkdown, DocumentKind::kInterview,
                                  DocumentKind::kPodcast, DocumentKind::kSlides, DocumentKind::kProfile}) {
    if ((rule.kind_mask >> static_cast<unsigned>(kind) & 1) != 0) return kind;
  }
  return DocumentKind::kAuto;
}

using Expectations = std::vector<std::pair<std::string, std::string>>;

std::string print(const Expectations& values) {
  std::string out;
  for (const auto& [name, words] : values) out += (out.empty() ? "" : " ") + name + "=\"" + words + "\"";
  return out;
}

Expectations captures_of(const Document& document, const CompiledRule& rule, const ExtractionTrace::Match& match) {
  Expectations captures;
  for (std::size_t i = 0; i < match.captures.size(); ++i) {
    if (match.captures[i].first != kNone)
      captures.emplace_back(rule.captures[i], words_of(document, match.captures[i]));
  }
  return captures;
}

// White space apart.
bool same_words(std::string_view expected, std::string_view got) {
  std::string a, b;
  for (const char c : expected) {
    if (c != ' ') a += c;
  }
  for (const char c : got) {
    if (c != ' ') b += c;
  }
  return a == b;
}

class ExampleRunner {
 public:
  explicit ExampleRunner(const Knowledge& knowledge)
      : knowledge_(knowledge), extractor_(knowledge, {.has_repeats = true}) {}

  ExampleOutcome run(RuleId id, const CompiledRule& rule, const rules::Example& example) {
    ExampleOutcome out{.rule = id,
                       .line = example.line,
                       .is_positive = example.positive,
                       .text = example.text,
                       .expected = {},
                       .got = {}};
    Source source;
    source.bytes = example.text;
    source.kind = kind_for(rule);
    if (!rule.languages.empty()) source.language = rule.languages.front();
    const Document document = ingest(source, knowledge_);
    ExtractionTrace trace;
    const Extraction extraction = extractor_.extract(document, &trace);
    std::vector<const ExtractionTrace::Match*> matches;
    for (const ExtractionTrace::Phase& phase : trace.phases) {
      for (const ExtractionTrace::Match& match : phase.matches) {
        if (match.rule == id) matches.push_back(&match);
      }
    }
    if (!example.positive) {
      out.expected = "no match";
      out.holds = matches.empty();
      if (!out.holds) out.got = "a match: " + describe(document, rule, *matches.front());
      return out;
    }
    out.expected = example.expected.empty() ? "a match" : print(example.expected);
    out.holds = false;
    if (matches.empty()) out.got = "no match";
    const Judge judge(knowledge_, document, extraction);
    for (const ExtractionTrace::Match* match : matches) {
      std::string wrong = difference(document, extraction, judge, rule, example, *match);
      out.holds = wrong.empty();
      if (out.holds) {
        out.got.clear();
        break;
      }
      out.got += (out.got.empty() ? "" : "; ") + wrong;
    }
    return out;
  }

 private:
  std::string describe(const Document& document, const CompiledRule& rule, const ExtractionTrace::Match& match) const {
    const Expectations captures = captures_of(document, rule, match);
    return captures.empty() ? "\"" + words_of(document, match.tokens) + "\"" : print(captures);
  }

  // Empty: the match is what the example wants.
  std::string difference(const Document& document, const Extraction& extraction, const Judge& judge,
                         const CompiledRule& rule, const rules::Example& example,
                         const ExtractionTrace::Match& match) const {
    const Expectations captures = captures_of(document, rule, match);
    bool is_kept = false;
    bool is_visible = false;
    std::string lost;
    Expectations arguments;
    for (const CompiledAction& action : rule.actions) {
      const Outcome outcome = judge.outcome(action, match);
      is_visible = is_visible || outcome.is_visible;
      is_kept = is_kept || outcome.is_kept;
      if (outcome.fact != kNone) {
        const Fact& fact = extraction.facts[outcome.fact];
        const PredicateInfo& predicate = knowledge_.predicates()[fact.predicate];
        for (const Argument& argument : fact.arguments) {
          arguments.emplace_back(predicate.arguments[argument.name].name,
                                 words_of(document, tokens_of(extraction.mentions[argument.mention])));
        }
        arguments.emplace_back("status", name_of(fact.period.status));
      }
      if (outcome.is_visible && !outcome.is_kept) {
        const RuleId winner = judge.winner_over(action, match);
        lost += std::string(lost.empty() ? "" : ", ") +
                (action.forbids ? "forbids, but there is " : "matched, but no ") + name_of_target(action) +
                " in the result" +
                (winner == kNone ? std::string() : ": " + knowledge_.rules()[winner].id + " stands there");
      }
    }
    for (const auto& expected : example.expected) {
      const auto has = [&](const Expectations& values) {
        return std::any_of(values.begin(), values.end(), [&](const auto& value) {
          return value.first == expected.first && same_words(expected.second, value.second);
        });
      };
      if (!has(captures) && !has(arguments)) return describe(document, rule, match);
    }
    return is_kept || !is_visible ? std::string() : lost;
  }

  std::string name_of_target(const CompiledAction& action) const {
    return action.is_fact ? knowledge_.predicates()[action.predicate].name : knowledge_.types()[action.type].name;
  }

  const Knowledge& knowledge_;
  Extractor extractor_;
};

}  // namespace

std::string words_of(const Document& document, TokenRange tokens) {
  std::string out;
  for (std::uint32_t t = tokens.first; t < tokens.end && t < document.tokens.size(); ++t) {
    if (t > tokens.first && (document.tokens[t].flags & (token_flag::kSpaceBefore | token_flag::kNewlineBefore |
                                                         token_flag::kBlankLineBefore)) != 0)
      out += ' ';
    out += document.word(t);
  }
  return out;
}

std::string place_of_rule(const RuleInfo& rule) {
  return rule.line == 0 ? rule.file : rule.file + ":" + std::to_string(rule.line);
}

std::vector<Problem> check_rules(const Knowledge& knowledge) {
  std::vector<Problem> problems;
  const RuleSet& set = knowledge.rule_set();
  const std::set<std::string> run(std::begin(Extractor::kPhases), std::end(Extractor::kPhases));
  for (const CompiledRule& rule : set.rules()) {
    const auto report = [&](std::uint32_t line, std::string what, std::string piece, std::string advice) {
      problems.push_back({rule.file, line, 0, rule.id + ": " + std::move(what), std::move(piece), std::move(advice)});
    };
    const auto has = [&](bool positive) {
      return std::any_of(rule.examples.begin(), rule.examples.end(),
                         [positive](const rules::Example& example) { return example.positive == positive; });
    };
    if (!has(true))
      report(rule.line, "no positive example", "", "add: yes \"a sentence it matches\" capture=\"words\"");
    if (!has(false)) report(rule.line, "no negative example", "", "add: no \"a similar sentence it must not match\"");
    const std::string& phase = set.phases()[rule.phase];
    if (!run.contains(phase)) {
      const std::string hint = did_you_mean(phase, {run.begin(), run.end()});
      report(rule.line, "nothing runs the phase", phase,
             hint.empty() ? "use names, roles, evidence or facts" : "did you mean " + hint + "?");
    }
    std::vector<std::string> names = rule.captures;
    for (const CompiledAction& action : rule.actions) {
      for (const CompiledAssignment& argument : action.arguments) names.push_back(argument.name);
      if (action.is_fact) names.push_back("status");
    }
    for (const rules::Example& example : rule.examples) {
      for (const auto& [name, words] : example.expected) {
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        const std::string hint = did_you_mean(name, names);
        report(example.line, "example expects what the rule does not capture", name,
               hint.empty() ? "name a capture or an argument" : "did you mean " + hint + "?");
      }
    }
  }
  return problems;
}

std::vector<ExampleOutcome> test_rules(const Knowledge& knowledge, std::string_view prefix) {
  std::vector<ExampleOutcome> outcomes;
  ExampleRunner runner(knowledge);
  const std::span<const CompiledRule> rules = knowledge.rule_set().rules();
  for (RuleId id = 0; id < rules.size(); ++id) {
    if (!std::string_view(rules[id].id).starts_with(prefix)) continue;
    for (const rules::Example& example : rules[id].examples) outcomes.push_back(runner.run(id, rules[id], example));
  }
  return outcomes;
}

std::string rule_source(const Knowledge& knowledge, RuleId rule) {
  const RuleInfo& info = knowledge.rules()[rule];
  const std::filesystem::path in_folder = knowledge.file(info.file);
  std::ifstream in(in_folder.empty() ? std::filesystem::path(info.file) : in_folder);
  std::string out;
  std::string line;
  const auto begins_item = [&] { return !line.empty() && line.front() != ' ' && line.front() != '\t'; };
  for (std::uint32_t number = 1; std::getline(in, line); ++number) {
    if (number < info.line) continue;
    if (number > info.line && begins_item()) break;
    out += line + '\n';
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

// --- profile ---------------------------------------------------------------------------------------------------------

RuleProfiler::RuleProfiler(const Knowledge& knowledge)
    : knowledge_(knowledge), extractor_(knowledge, {.has_repeats = true}) {
  rows_.resize(knowledge.rule_set().rules().size());
  for (RuleId id = 0; id < rows_.size(); ++id) rows_[id].rule = id;
}

void RuleProfiler::add(const Source& source) {
  const Document document = ingest(source, knowledge_);
  ExtractionTrace trace;
  const auto start = std::chrono::steady_clock::now();
  const Extraction extraction = extractor_.extract(document, &trace);
  seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  bytes_ += source.bytes.size();

  const std::span<const CompiledRule> rules = knowledge_.rule_set().rules();
  for (const Mention& mention : extraction.mentions) {
    if (mention.rule < rows_.size()) ++rows_[mention.rule].named;
  }
  for (const Fact& fact : extraction.facts) {
    if (fact.rule < rows_.size()) ++rows_[fact.rule].named;
  }
  const Judge judge(knowledge_, document, extraction);
  // Who says what is in the result: (is it a fact, its number) -> rules.
  std::map<std::pair<bool, std::uint32_t>, std::set<RuleId>> sayers;
  std::vector<std::tuple<RuleId, bool, std::uint32_t>> kept;
  for (const ExtractionTrace::Phase& phase : trace.phases) {
    for (const ExtractionTrace::Match& match : phase.matches) {
      RuleProfile& row = rows_[match.rule];
      bool is_kept = false;
      bool is_visible = false;
      RuleId winner = kNone;
      for (const CompiledAction& action : rules[match.rule].actions) {
        const Outcome outcome = judge.outcome(action, match);
        is_visible = is_visible || outcome.is_visible;
        is_kept = is_kept || outcome.is_kept || !outcome.is_visible;
        const std::uint32_t found = action.is_fact ? outcome.fact : outcome.mention;
        if (outcome.is_kept && found != kNone) {
          sayers[{action.is_fact, found}].insert(match.rule);
          kept.emplace_back(match.rule, action.is_fact, found);
        }
        if (outcome.is_visible && !outcome.is_kept && winner == kNone) winner = judge.winner_over(action, match);
      }
      if (is_kept) {
        ++row.kept;
      } else if (winner != kNone) {
        const auto it = std::find_if(row.suppressed_by.begin(), row.suppressed_by.end(),
                                     [winner](const auto& entry) { return entry.first == winner; });
        if (it == row.suppressed_by.end()) {
          row.suppressed_by.emplace_back(winner, 1);
        } else {
          ++it->second;
        }
      }
    }
  }
  // Several matches of one rule for one fact are one contribution.
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  for (const auto& [rule, is_fact, found] : kept) {
    if (sayers.at({is_fact, found}).size() == 1) ++rows_[rule].only;
  }
}

std::vector<RuleProfile> RuleProfiler::rows() const {
  std::vector<RuleProfile> rows = rows_;
  const std::span<const RuleCounters> counters = extractor_.rule_counters();
  const auto work_of = [](const RuleCounters& counter) {
    return static_cast<double>(counter.tried + counter.looked + counter.steps);
  };
  double work = 0;
  for (const RuleCounters& counter : counters) work += work_of(counter);
  for (RuleProfile& row : rows) {
    const RuleCounters& counter = counters[row.rule];
    row.tried = counter.tried;
    row.looked = counter.looked;
    row.matched = counter.matched;
    row.cut = counter.cut;
    row.share = work == 0 ? 0 : work_of(counter) / work;
    std::sort(row.suppressed_by.begin(), row.suppressed_by.end(), [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
  }
  std::stable_sort(rows.begin(), rows.end(), [](const RuleProfile& a, const RuleProfile& b) {
    return a.share != b.share ? a.share > b.share : a.rule < b.rule;
  });
  return rows;
}

}  // namespace dossier
