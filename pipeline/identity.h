// identity.h - which entities of which documents are one: judgements with their evidence, and the groups they make.
//
//   "Thorvald Quillfeather, CEO of Brightmoor" (a) and "Brightmoor's chief executive Thorvald Quillfeather" (b)
//     -> same: name 24 bits + employer 8 + title 3 + a seat that only one person holds 4
//   "Maria Rossi" (a) and "Maria Rossi" (b), nothing shared  -> two entities and a suggestion
//
// Evidence adds up in bits (grammars/merge.tsv). Junctions are made strongest first; whatever contradicts one keeps the
// two groups apart: a person's "different", two entities that one document tells apart, years of birth, legal forms.
// Promise: the result depends on the records only, not on their order of arrival; time is near-linear, as nodes are
// compared only where they share a name and something rare besides.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pipeline/merge_records.h"

namespace dossier::merging {

struct PairDecision {
  Verdict verdict = Verdict::kSame;  // kSame, kDifferent or kUnsure
  std::vector<std::uint32_t> a, b;   // nodes of the two sides
};

struct Identity {
  struct Pair {
    std::uint32_t a = 0, b = 0;  // entities, a < b
    double score = 0;
    std::vector<std::string> why;
  };

  std::vector<std::uint32_t> entity_of;             // of each node
  std::vector<std::vector<std::uint32_t>> members;  // of each entity: nodes, ascending; entities by their first node
  std::vector<Judgement> judgements;
  std::vector<Pair> suggestions;  // strongest first
  std::vector<Diagnostic> diagnostics;
};

Identity identify(const Records& records, const MergeTables& tables, std::span<const PairDecision> decisions);

// How two names of people agree, from the surest to the weakest.
enum class NameMatch : std::uint8_t {
  kEqual,
  kSubset,     // one has middle names the other lacks
  kNickname,   // "Bob Quill", "Robert Quill"
  kReordered,  // "Li Wei", "Wei Li"
  kHyphen,     // one family name is a part of the other: "Quill", "Quill-Åkesson"
  kSuffix,     // one is a "Jr", the other says nothing
  kInitial,    // "R. Quill"
  kSpelling,   // one letter differs
  kSurname,    // the family name alone
  kRival,      // the same given and family name, other middle names or suffix: two people
  kNone,
};
std::string_view name_of(NameMatch match);
NameMatch compare_person_names(const PersonName& a, const PersonName& b, const MergeTables& tables);

}  // namespace dossier::merging
