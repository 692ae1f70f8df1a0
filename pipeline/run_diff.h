// run_diff.h - what one run found and another did not, and why: for each fact that was added, removed or changed, the
// change of a rule, a document, a known name, a table or the program that brought it about.
//
//   for (const FactChange& change : diff_runs(store, 3, 4, &knowledge)) …
//
//   - affiliation  person: Ada Lovell  organization: Trevik Ltd      talks/a.md:120-158
//       because rule affiliation.joined changed: its confidence
//
// How a cause is found, the surest first: the document itself; the rule that made the fact; the rules that made the
// mentions it speaks of, or what now stands in their place; changed rules that match in its sentence (only if
// `knowledge` is that of one of the runs: the document is extracted once more and watched); at last all that changed in
// the knowledge and could be it. A cause of the first kinds is certain, one of the others likely.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/knowledge.h"
#include "pipeline/store.h"

namespace dossier {

struct ChangeCause {
  std::string kind;    // "document", "given", "rule", "known_name", "file", "program"
  std::string name;    // place, rule id, name, file
  std::string change;  // "added", "removed", "changed"
  std::string detail;  // how it worked: `forbids person here`; of a changed rule, what of it: "confidence 0.8 -> 0.9"
  bool is_certain = true;
  friend auto operator<=>(const ChangeCause&, const ChangeCause&) = default;
};

struct FactChange {
  std::string change;  // "added", "removed", "changed"
  std::string uri;
  std::uint64_t begin = 0, end = 0;
  std::string key;         // of the fact; of a changed one, the later key
  std::string former_key;  // of a changed one
  std::string fact;        // readable: `affiliation  person: Ada Lovell`
  std::string former_fact;
  std::string quote;
  std::string rule;
  std::string former_rule;
  std::vector<ChangeCause> causes;  // the surest first
};

// Sorted by (uri, begin, key). Throws StoreError if there is no such run.
std::vector<FactChange> diff_runs(const Store& store, std::int64_t before, std::int64_t after,
                                  const Knowledge* knowledge);

}  // namespace dossier
