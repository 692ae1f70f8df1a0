// corrections.h - decisions of people about facts, applied before anything is merged: a rejected fact is taken out of
// its document's result, an edited one is rewritten there, an added one becomes a small document of its own.
//
// So everything after (identity, periods, conflicts) sees the corrected facts only, and needs to know nothing of
// decisions but the marks it shows.
#pragma once

#include <deque>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/merge_records.h"
#include "pipeline/statements.h"

namespace dossier::merging {

// A fact as given: (source id, index into DocumentResult::facts).
using FactPlace = std::pair<std::string, std::uint32_t>;

struct Correction {
  bool is_rejected = false;
  Mark mark;
  std::vector<std::pair<std::string, std::string>> edits;  // slot -> new value
};

struct Corrections {
  std::map<FactPlace, Correction> facts;
  std::map<std::string, RuleRecord, std::less<>> rules;
};

// The decisions about facts, in their order, applied to the places that their keys name. A decision that names none is
// added to `orphans`.
Corrections plan_corrections(const std::vector<const DocumentResult*>& documents, std::span<const Decision> decisions,
                             const std::map<std::string, std::vector<FactPlace>>& places,
                             std::vector<Decision>& orphans);

// `documents` with corrected copies, owned by `copies`, in the places of those that change; what to mark by
// (source id, index of the fact in the corrected document).
struct Corrected {
  std::vector<const DocumentResult*> documents;
  std::map<FactPlace, Mark> marks;
};
Corrected apply_corrections(const std::vector<const DocumentResult*>& documents, const Corrections& corrections,
                            const MergeTables& tables, std::deque<DocumentResult>& copies);

// What a person added, as a document; `subject` is its first entity. Empty facts: the decision does not say enough.
DocumentResult added_document(const Decision& decision, std::string_view subject_type, const std::string& subject_name);

}  // namespace dossier::merging
