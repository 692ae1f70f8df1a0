#include "pipeline/run_diff.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <tuple>

#include "grammars/rules.h"
#include "pipeline/extract.h"
#include "pipeline/extract_trace.h"
#include "pipeline/ingest.h"
#include "pipeline/knowledge_parts.h"
#include "pipeline/results.h"

namespace dossier {

namespace {

constexpr std::size_t kMostGuesses = 5;  // of what merely could be the cause

bool overlap(std::uint64_t a_begin, std::uint64_t a_end, std::uint64_t b_begin, std::uint64_t b_end) {
  return a_begin < b_end && b_begin < a_end;
}

std::string name_of(const DocumentResult& result, const ResultMention& mention) {
  return mention.entity != kNone ? result.entities[mention.entity].name : mention.text;
}

std::string statement_of(const DocumentResult& result, const ResultFact& fact) {
  std::string out = fact.predicate;
  for (const auto& [name, index] : fact.arguments) out += "  " + name + ": " + name_of(result, result.mentions[index]);
  for (const auto& [label, value] : {std::pair("from", &fact.period.from), std::pair("to", &fact.period.to)}) {
    if (!value->empty()) out += std::string("  ") + label + ": " + *value;
  }
  if (fact.period.status != Status::kUnknown) out += "  " + std::string(name_of(fact.period.status));
  return out;
}

// "confidence 0.8 -> 0.9", "its pattern", …: what differs between two texts of one rule.
std::string difference(const std::string& before, const std::string& after) {
  const auto split = [](const std::string& text) {
    const std::size_t makes = text.find(" => ");
    const std::size_t rank = text.rfind(" confidence ");
    return std::tuple(text.substr(0, makes), makes == std::string::npos ? "" : text.substr(makes, rank - makes),
                      rank == std::string::npos ? "" : text.substr(rank + 1));
  };
  const auto [a_pattern, a_makes, a_rank] = split(before);
  const auto [b_pattern, b_makes, b_rank] = split(after);
  std::string out;
  const auto add = [&](const std::string& what) { out += (out.empty() ? "" : ", ") + what; };
  if (a_pattern != b_pattern) add("its pattern");
  if (a_makes != b_makes) add("what it makes");
  if (a_rank != b_rank) add(a_rank + " -> " + b_rank);
  return out;
}

class Differ {
 public:
  Differ(const Store& store, std::int64_t before, std::int64_t after, const Knowledge* knowledge)
      : store_(store), before_(run_of(before)), after_(run_of(after)), knowledge_(knowledge) {
    const KnowledgeParts a = parse_knowledge_parts(store.knowledge_parts(before_.knowledge));
    const KnowledgeParts b = parse_knowledge_parts(store.knowledge_parts(after_.knowledge));
    if (before_.knowledge == after_.knowledge) return;
    for (const auto& [name, text] : a) {
      const auto other = b.find(name);
      if (other == b.end()) {
        parts_.push_back({name.first, name.second, "removed", "", true});
      } else if (other->second != text) {
        parts_.push_back({name.first, name.second, "changed",
                          name.first == "rule" ? difference(text, other->second) : std::string(), true});
      }
    }
    for (const auto& [name, text] : b) {
      if (!a.contains(name)) parts_.push_back({name.first, name.second, "added", "", true});
    }
    for (const ChangeCause& part : parts_) {
      if (part.kind != "rule") continue;
      rules_.emplace(part.name, &part);
      const std::pair name(part.kind, part.name);
      const auto now = b.find(name);
      texts_.emplace(part.name, now == b.end() ? a.at(name) : now->second);
    }
    has_parts_ = !a.empty() && !b.empty();
  }

  std::vector<FactChange> diff() {
    std::map<std::string, std::pair<const RunDocument*, const RunDocument*>> places;
    for (const RunDocument& document : before_.documents) places[document.uri].first = &document;
    for (const RunDocument& document : after_.documents) places[document.uri].second = &document;
    for (const auto& [uri, pair] : places) {
      if (pair.first == nullptr) {
        whole(*pair.second, "added");
      } else if (pair.second == nullptr) {
        whole(*pair.first, "removed");
      } else if (*pair.first != *pair.second) {
        compare(*pair.first, *pair.second);
      }
    }
    std::stable_sort(out_.begin(), out_.end(), [](const FactChange& a, const FactChange& b) {
      return std::tie(a.uri, a.begin, a.key) < std::tie(b.uri, b.begin, b.key);
    });
    return std::move(out_);
  }

 private:
  Run run_of(std::int64_t number) const {
    std::optional<Run> run = store_.run(number);
    if (!run) throw StoreError(std::to_string(number) + ": no such run - `dossier diff` without numbers lists them");
    return std::move(*run);
  }

  DocumentResult load(const RunDocument& document) const {
    const std::optional<std::string> stored = store_.result(document.source, document.result_key);
    return stored ? deserialize(*stored) : DocumentResult{};
  }

  FactChange& add(const char* change, const std::string& uri, const DocumentResult& result, const ResultFact& fact) {
    FactChange& out = out_.emplace_back();
    out.change = change;
    out.uri = uri;
    out.begin = fact.begin;
    out.end = fact.end;
    out.key = fact.key;
    out.fact = statement_of(result, fact);
    out.quote = fact.quote;
    out.rule = fact.rule;
    return out;
  }

  void whole(const RunDocument& document, const char* change) {
    const DocumentResult result = load(document);
    for (const ResultFact& fact : result.facts) {
      add(change, document.uri, result, fact).causes = {{"document", document.uri, change, "", true}};
    }
  }

  void compare(const RunDocument& from, const RunDocument& to) {
    const DocumentResult a = load(from), b = load(to);
    std::vector<const ResultFact*> gone, come;
    const auto place_of = [](const ResultFact& fact) { return std::tuple(fact.begin, fact.end, fact.key, fact.rule); };
    std::set<decltype(place_of(a.facts[0]))> in_a, in_b;
    for (const ResultFact& fact : a.facts) in_a.insert(place_of(fact));
    for (const ResultFact& fact : b.facts) in_b.insert(place_of(fact));
    const bool is_same_text = from.source == to.source;
    if (is_same_text) {
      for (const ResultFact& fact : a.facts) {
        if (!in_b.contains(place_of(fact))) gone.push_back(&fact);
      }
      for (const ResultFact& fact : b.facts) {
        if (!in_a.contains(place_of(fact))) come.push_back(&fact);
      }
    } else {  // of another text only what is said counts, not where
      std::set<std::string> keys_a, keys_b;
      for (const ResultFact& fact : a.facts) keys_a.insert(fact.key);
      for (const ResultFact& fact : b.facts) keys_b.insert(fact.key);
      for (const ResultFact& fact : a.facts) {
        if (!keys_b.contains(fact.key)) gone.push_back(&fact);
      }
      for (const ResultFact& fact : b.facts) {
        if (!keys_a.contains(fact.key)) come.push_back(&fact);
      }
    }
    watched_.reset();
    a_ = &a;
    b_ = &b;
    for (const ResultFact* fact : gone) {
      const auto other = std::find_if(come.begin(), come.end(), [&](const ResultFact* each) {
        return each != nullptr && is_same_text && each->predicate == fact->predicate &&
               overlap(each->begin, each->end, fact->begin, fact->end);
      });
      if (other == come.end()) {
        FactChange& change = add("removed", from.uri, a, *fact);
        find_causes(from, to, a, fact, b, nullptr, change);
        continue;
      }
      const ResultFact* const now = *other;
      *other = nullptr;
      FactChange& change = add("changed", to.uri, b, *now);
      change.former_key = fact->key;
      change.former_fact = statement_of(a, *fact);
      change.former_rule = fact->rule;
      find_causes(from, to, a, fact, b, now, change);
    }
    for (const ResultFact* fact : come) {
      if (fact == nullptr) continue;
      FactChange& change = add("added", to.uri, b, *fact);
      find_causes(from, to, a, nullptr, b, fact, change);
    }
  }

  void find_causes(const RunDocument& from, const RunDocument& to, const DocumentResult& a, const ResultFact* before,
                   const DocumentResult& b, const ResultFact* after, FactChange& change) {
    if (from.source != to.source) {
      change.causes.push_back({"document", to.uri, "changed", "", true});
      return;
    }
    const auto add = [&](ChangeCause cause) {
      const bool is_known = std::any_of(change.causes.begin(), change.causes.end(), [&](const ChangeCause& each) {
        return each.kind == cause.kind && each.name == cause.name;
      });
      if (!is_known) change.causes.push_back(std::move(cause));
    };
    const auto add_rule = [&](const std::string& id, const std::string& how) {
      const auto rule = rules_.find(id);
      if (rule == rules_.end()) return;
      ChangeCause cause = *rule->second;
      if (!how.empty()) cause.detail += (cause.detail.empty() ? "" : "; ") + how;
      add(std::move(cause));
    };
    if (before != nullptr) add_rule(before->rule, "");
    if (after != nullptr) add_rule(after->rule, "");
    if (before != nullptr) explain_arguments(a, *before, b, add, add_rule);
    if (after != nullptr) explain_arguments(b, *after, a, add, add_rule);
    if (!change.causes.empty()) return;
    const ResultFact& fact = before != nullptr ? *before : *after;
    for (const auto& [rule, how] : changed_rules_at(to, fact)) {
      add_rule(rule, how);
      if (!change.causes.empty()) change.causes.back().is_certain = false;
    }
    if (!change.causes.empty()) return;
    // What merely could be it.
    if (before_.knowledge == after_.knowledge) {
      add_known_names(add);
      if (change.causes.empty())
        add({"given", to.uri, "changed", "date, language or kind given with it, or the program", false});
      return;
    }
    add_known_names(add);
    std::vector<const ChangeCause*> guesses;
    for (const ChangeCause& part : parts_) guesses.push_back(&part);
    const DocumentResult& stated_in = before != nullptr ? a : b;
    std::stable_sort(guesses.begin(), guesses.end(), [&](const ChangeCause* x, const ChangeCause* y) {
      return distance(*x, stated_in, fact) < distance(*y, stated_in, fact);
    });
    const bool is_only = guesses.size() == 1 && change.causes.empty();
    for (const ChangeCause* guess : guesses) {
      if (change.causes.size() == kMostGuesses) break;
      ChangeCause cause = *guess;
      cause.is_certain = is_only;
      if (is_only) cause.detail += (cause.detail.empty() ? "" : "; ") + std::string("nothing else changed");
      add(std::move(cause));
    }
    if (change.causes.empty() && !has_parts_)
      add({"program", "knowledge", "changed", "one of the runs was made before dossier kept what rules said", false});
  }

  // How far a changed part is from a fact: what forbids it, what forbids or makes mentions like its own, tables, the
  // rest.
  int distance(const ChangeCause& part, const DocumentResult& result, const ResultFact& fact) const {
    if (part.kind != "rule") return 3;
    const std::string& text = texts_.at(part.name);
    if (text.find("=> forbid " + fact.predicate + "(") != std::string::npos) return 0;
    int nearest = 4;
    for (const auto& [name, index] : fact.arguments) {
      const std::string& type = result.mentions[index].type;
      if (text.find("=> forbid " + type + "(") != std::string::npos) nearest = std::min(nearest, 1);
      if (text.find("=> " + type + "(") != std::string::npos) nearest = std::min(nearest, 2);
    }
    return nearest;
  }

  static std::vector<KnownName> only_in(const std::vector<KnownName>& a, const std::vector<KnownName>& b) {
    std::vector<KnownName> out;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
    return out;
  }

  template <class Add>
  void add_known_names(const Add& add) const {
    for (const KnownName& name : only_in(a_->known, b_->known)) add({"known_name", name.name, "removed", "", false});
    for (const KnownName& name : only_in(b_->known, a_->known)) add({"known_name", name.name, "added", "", false});
  }

  // The mentions of a fact that the other run does not have, and what it has in their place; the fuller name that an
  // argument stands for.
  template <class Add, class AddRule>
  void explain_arguments(const DocumentResult& own, const ResultFact& fact, const DocumentResult& other, const Add& add,
                         const AddRule& add_rule) const {
    for (const auto& [name, index] : fact.arguments) {
      const ResultMention& mention = own.mentions[index];
      if (!has_mention(other, mention)) {
        explain_mention(mention, other, add, add_rule);
        continue;
      }
      if (mention.entity == kNone) continue;
      for (const std::uint32_t m : own.entities[mention.entity].mentions) {
        const ResultMention& fuller = own.mentions[m];
        if (fuller.text == own.entities[mention.entity].name && !has_mention(other, fuller))
          explain_mention(fuller, other, add, add_rule);
      }
    }
  }

  static bool has_mention(const DocumentResult& result, const ResultMention& wanted) {
    return std::any_of(result.mentions.begin(), result.mentions.end(), [&](const ResultMention& mention) {
      return mention.type == wanted.type && mention.begin == wanted.begin && mention.end == wanted.end;
    });
  }

  template <class Add, class AddRule>
  void explain_mention(const ResultMention& mention, const DocumentResult& other, const Add& add,
                       const AddRule& add_rule) const {
    const std::string what = mention.type + " \"" + mention.text + "\"";
    add_rule(mention.rule, "makes " + what);
    for (const ResultMention& winner : other.mentions) {
      if (!overlap(winner.begin, winner.end, mention.begin, mention.end)) continue;
      add_rule(winner.rule, "makes " + winner.type + " \"" + winner.text + "\" of " + what);
    }
    const auto touches = [&](const KnownName& name) {
      return mention.text.find(name.name) != std::string::npos || name.name.find(mention.text) != std::string::npos;
    };
    for (const KnownName& name : only_in(a_->known, b_->known)) {
      if (touches(name)) add({"known_name", name.name, "removed", "makes " + what, true});
    }
    for (const KnownName& name : only_in(b_->known, a_->known)) {
      if (touches(name)) add({"known_name", name.name, "added", "makes " + what, true});
    }
  }

  // The document as a run whose knowledge is at hand extracts it.
  struct Watched {
    Document document;
    ExtractionTrace trace;
  };

  // Changed rules that match in the sentence of the fact, with what they do there.
  std::vector<std::pair<std::string, std::string>> changed_rules_at(const RunDocument& document,
                                                                    const ResultFact& fact) {
    std::vector<std::pair<std::string, std::string>> out;
    const bool is_after = knowledge_ != nullptr && knowledge_->hash() == after_.knowledge;
    const bool is_before = knowledge_ != nullptr && knowledge_->hash() == before_.knowledge;
    if (rules_.empty() || !(is_after || is_before)) return out;
    if (!watched_) {
      const std::optional<Source> source = store_.load(document.source);
      if (!source) return out;
      if (extractor_ == nullptr) extractor_ = std::make_unique<Extractor>(*knowledge_);
      watched_.emplace();
      watched_->document = ingest(*source, *knowledge_);
      extractor_->extract(watched_->document, &watched_->trace, is_after ? b_->known : a_->known);
    }
    const Document& text = watched_->document;
    const Span place = text.map.to_text({static_cast<std::uint32_t>(fact.begin), static_cast<std::uint32_t>(fact.end)});
    TokenRange here{static_cast<std::uint32_t>(text.tokens.size()), 0};
    for (const Sentence& sentence : text.sentences) {
      const Span span{text.tokens[sentence.first_token].begin, text.tokens[sentence.end_token - 1].end};
      if (!span.overlaps(place)) continue;
      here.first = std::min(here.first, sentence.first_token);
      here.end = std::max(here.end, sentence.end_token);
    }
    const std::span<const CompiledRule> rules = knowledge_->rule_set().rules();
    for (const ExtractionTrace::Phase& phase : watched_->trace.phases) {
      for (const ExtractionTrace::Match& match : phase.matches) {
        const CompiledRule& rule = rules[match.rule];
        if (!rules_.contains(rule.id) || match.tokens.first >= here.end || here.first >= match.tokens.end) continue;
        std::string how = "matches here";
        for (const CompiledAction& action : rule.actions) {
          const std::string& target =
              action.is_fact ? knowledge_->predicates()[action.predicate].name : knowledge_->types()[action.type].name;
          if (action.forbids) how = "forbids " + target + " here";
        }
        out.emplace_back(rule.id, how);
      }
    }
    return out;
  }

  const Store& store_;
  Run before_, after_;
  const Knowledge* knowledge_;
  std::vector<ChangeCause> parts_;  // of the knowledge, that differ
  std::map<std::string, const ChangeCause*> rules_;
  std::map<std::string, std::string> texts_;  // of those rules
  bool has_parts_ = true;
  std::vector<FactChange> out_;
  const DocumentResult *a_ = nullptr, *b_ = nullptr;  // of the document that is compared
  std::optional<Watched> watched_;
  std::unique_ptr<Extractor> extractor_;
};

}  // namespace

std::vector<FactChange> diff_runs(const Store& store, std::int64_t before, std::int64_t after,
                                  const Knowledge* knowledge) {
  return Differ(store, before, after, knowledge).diff();
}

}  // namespace dossier
