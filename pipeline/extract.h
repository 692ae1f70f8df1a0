// extract.h - second stage: Document -> Extraction (mentions, local entities, facts).
//
// One Extractor per thread: it owns the scratch memory and lazily built automata of the rule engine. The result depends
// only on the document and the knowledge, never on what the same Extractor did before.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/document.h"
#include "pipeline/knowledge.h"

namespace dossier {

struct RuleCounters;     // grammars/rules.h
struct ExtractionTrace;  // pipeline/extract_trace.h

class Extractor {
 public:
  // The phases of rules, in the order in which they run; rules of others never do. Those of "again" read what the phase
  // before adds, theirs included.
  static constexpr std::string_view kPhases[] = {"names", "roles", "roles again", "evidence", "facts", "facts again"};

  struct Options {
    // Every number is a mention too (a statistic of kind number), also inside other mentions; nothing else changes.
    bool has_numbers = false;
    // A fact is there once for each mention of its sentence that stands for its person or organization; all but one are
    // marked (Fact::is_repeat). Else it is there once.
    bool has_repeats = false;
  };

  explicit Extractor(const Knowledge& knowledge);
  Extractor(const Knowledge& knowledge, const Options& options);
  ~Extractor();

  struct Job {
    const Document* document = nullptr;
    std::span<const KnownName> known;  // names that other documents have established, sorted
    ExtractionTrace* trace = nullptr;  // where to write down what each phase saw and what matched; null: nowhere
  };
  // One result for each job. The same as one after the other, and faster for documents of a few kilobytes: each stage
  // goes over all of them before the next. Memory grows with their number.
  std::vector<Extraction> extract(std::span<const Job> jobs);
  Extraction extract(const Document& document, ExtractionTrace* trace = nullptr, std::span<const KnownName> known = {});
  // What each rule did since construction: index = its place in Knowledge::rule_set().rules().
  std::span<const RuleCounters> rule_counters() const;

  // From now on: the seconds each stage of extraction takes, summed over documents, in the order of the stages.
  void time_stages();
  std::span<const std::pair<std::string_view, double>> stage_seconds() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dossier
