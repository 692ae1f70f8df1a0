// rule_report.h - what can be told about rules: do their examples hold, and what does each do on documents?
//
//   for (const Problem& problem : check_rules(knowledge)) …          // what the loader lets pass, but should not stay
//   for (const ExampleOutcome& outcome : test_rules(knowledge)) …     // every `yes` and `no`, through the whole
//   pipeline RuleProfiler profiler(knowledge);  profiler.add(source);  …  profiler.rows()
//
// A `yes` holds if the rule matches, its captures (or the arguments of its fact) have the expected words, and what the
// rule is for is in the result: the fact, the mention of its type on its capture, or, for `forbid`, no such mention.
// A `no` holds if the rule does not match.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grammars/knowledge_error.h"
#include "pipeline/document.h"
#include "pipeline/extract.h"
#include "pipeline/extract_trace.h"
#include "pipeline/knowledge.h"

namespace dossier {

// Rules without a `yes` or without a `no`, phases that nothing runs, expectations about captures that do not exist.
std::vector<Problem> check_rules(const Knowledge& knowledge);

struct ExampleOutcome {
  RuleId rule = 0;
  std::uint32_t line = 0;  // of the example
  bool is_positive = true;
  std::string text;
  bool holds = true;
  std::string expected;  // `name="Trevika Luk"`, "no match"
  std::string got;       // what happened instead; empty if the example holds
};

// Of the rules whose id begins with `prefix`, by rule and line.
std::vector<ExampleOutcome> test_rules(const Knowledge& knowledge, std::string_view prefix = {});

// The rule as it stands in its file, from its first line to the end of its examples; empty for a rule that is code.
std::string rule_source(const Knowledge& knowledge, RuleId rule);

// "names.rules:12"
std::string place_of_rule(const RuleInfo& rule);

// The words of a token range, one space between them.
std::string words_of(const Document& document, TokenRange tokens);

// What one rule did on all documents added.
struct RuleProfile {
  RuleId rule = 0;
  std::uint64_t tried = 0;  // places where it can begin: what stands before and the first token pass
  std::uint64_t looked =
      0;  // the same of its looks of several tokens; one that rules share counts for the first of them
  std::uint64_t matched = 0;  // places where it matched
  std::uint64_t kept = 0;     // matches that are in the result: by this rule, or by another that says the same
  std::uint64_t named = 0;    // mentions and facts of the result that name it as their maker
  std::uint64_t only = 0;     // mentions and facts of the result that it matched and no other rule: lost without it
  std::uint64_t cut = 0;      // matches that ended at the reach of the rule
  double share = 0;  // of the work spent on single rules: first tokens, also of looks, and captures; the scan is common
  std::vector<std::pair<RuleId, std::uint64_t>> suppressed_by;  // makers of what stands in place of lost matches
};

class RuleProfiler {
 public:
  explicit RuleProfiler(const Knowledge& knowledge);
  void add(const Source& source);
  // Of all rules of files, by share of the work, then by id.
  std::vector<RuleProfile> rows() const;
  std::uint64_t bytes() const { return bytes_; }
  double seconds_of_extraction() const { return seconds_; }

 private:
  const Knowledge& knowledge_;
  Extractor extractor_;
  std::vector<RuleProfile> rows_;
  std::uint64_t bytes_ = 0;
  double seconds_ = 0;
};

}  // namespace dossier
