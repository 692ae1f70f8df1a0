// report.h - what a run did: documents, what was found in them, what became of it, and what went wrong.
//
//   Report report;
//   for (const DocumentResult& result : results) report.add(result);
//   report.add(merged);
//   to_text(report)  ->  "Documents   24 (2 failed), 310 KB, 2,410 blocks …"
//
// Promise: to_json(report, Scope::kContent) is the same for the same input, at any number of threads, in any order, and
// however much was there already; kRun adds what this run did: documents extracted, files written, times.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/known_names.h"
#include "pipeline/merge.h"
#include "pipeline/publish.h"
#include "pipeline/results.h"

namespace dossier {

struct Report {
  enum class Scope { kContent, kRun };
  using Counts = std::map<std::string, std::uint64_t>;
  struct Failure {
    std::string uri;
    std::string code;
    std::string message;
    friend auto operator<=>(const Failure&, const Failure&) = default;
  };

  std::uint64_t documents = 0;
  std::uint64_t extracted = 0;  // the others' results were there from an earlier run
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
  std::uint64_t tokens = 0;
  Counts kinds;
  Counts languages;
  Counts mentions;                // by type
  Counts facts;                   // by predicate
  Counts diagnostics;             // by code, of documents and of merge
  std::vector<Failure> failures;  // every diagnostic of severity error

  Counts profiles;  // by type
  std::uint64_t conflicts = 0;
  std::uint64_t suggestions = 0;
  std::uint64_t decisions = 0;
  std::optional<KnownNamesEffect> known_names;  // none: documents did not learn from each other
  std::uint64_t orphans = 0;                    // decisions that found nothing to apply to

  Published files;
  std::vector<std::pair<std::string, double>> seconds;  // by stage, in order

  void add(const DocumentResult& result);
  void add(const Merged& merged);
};

std::string to_text(const Report& report);
std::string to_json(const Report& report, Report::Scope scope);

}  // namespace dossier
