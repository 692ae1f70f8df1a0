// statements.h - claims that say the same become one statement: cited, keyed and weighed. The tools with which profiles
// are built (person_profile, organization_profile, statistic_series).
//
//   two documents say "Ada Lovell, CEO of Harbor Labs"  ->  Cited {key "affiliation:5c…", confidence 0.98, 2 evidences}
//
// Keys are made of the predicate, the ids of profiles and the words that identify the statement, so that they are the
// same in every run. Independent sources add to confidence; near-duplicate documents and copied sentences count once.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pipeline/identity.h"
#include "pipeline/merge_records.h"
#include "pipeline/period.h"

namespace dossier::merging {

// How often people found a rule right (accepted) and wrong (misread).
struct RuleRecord {
  std::size_t right = 0;
  std::size_t wrong = 0;
};

struct Entity {
  std::string id;    // of its profile; empty: it has none
  std::string name;  // best name
  bool is_person = false;
  std::vector<std::string> former_ids;  // ids of merged profiles that lead here
};

using ClaimList = std::vector<const Claim*>;

struct Context {
  const Records& records;
  const MergeTables& tables;
  const Identity& identity;
  const std::vector<Entity>& entities;
  const std::map<std::string, RuleRecord, std::less<>>& rules;
  std::vector<ClaimList> by_subject;  // of each entity
  std::vector<ClaimList> by_object;
  // Statements that decisions name by key, told to `on_wanted` while profiles are built.
  const std::set<std::string, std::less<>>* wanted_keys = nullptr;
  std::function<void(const std::string& key, const ClaimList& claims)> on_wanted;
  // Statements that nobody states as a fact (a name in use, two founders) and a person rejected.
  const std::set<std::string, std::less<>>* rejected_keys = nullptr;

  const DocumentResult& document_of(const Claim& claim) const { return *records.documents[claim.document]; }
  std::uint32_t entity_of(std::uint32_t node) const { return node == kNone ? kNone : identity.entity_of[node]; }
  double confidence_of(const ResultFact& fact) const;  // the rule's, corrected by what people found

  // Text of an argument, "" if it is not there; the entity's best name where the mention has one.
  std::string text_of(const Claim& claim, std::string_view name) const;
  std::string date_of(const Claim& claim, std::string_view name) const;  // EDTF or ""
  std::string place_of(const Claim& claim) const;  // "Lisbon, Portugal", as far as the text says where it lies; or ""
  EntityRef ref(std::uint32_t entity) const;
  EntityRef ref(const Claim& claim, std::string_view argument_name) const;  // by entity, else by name alone
  // What identifies the other side in keys and groups: its id, else "~" and the folded name; "" if not stated.
  std::string ref_key(const Claim& claim, std::string_view argument_name) const;

  bool is_rejected(const std::string& key) const { return rejected_keys != nullptr && rejected_keys->contains(key); }
  Cited cite(const ClaimList& claims, std::string key) const;
  Evidence evidence_of(const Claim& claim) const;
  // "affiliation:<hash of the parts>". The first part is the id of the subject. Also tells `on_wanted` if a decision
  // names the statement by this key or by one that it had under a former id of the subject.
  std::string key(std::string_view predicate, std::uint32_t subject, const std::vector<std::string>& parts,
                  const ClaimList& claims) const;

  PeriodClaim period_claim(const Claim& claim) const;
  PeriodWeights period_weights() const;
};

// The words that most trusted independent sources use, the best spelling of them. `texts` belong to `claims`.
std::string best_text(const Context& context, const ClaimList& claims, const std::vector<std::string>& texts);

// Texts that say the same at different length ("Milan", "Milan, Italy") are one value, the longest speaks for it.
struct TextChoice {
  struct Alternative {
    std::string text;
    ClaimList claims;
  };
  std::vector<Alternative> values;  // the preferred first
};
TextChoice choose_text(const Context& context, const ClaimList& claims, const std::vector<std::string>& texts);

bool is_shouted(std::string_view text);  // capitals only, longer than an acronym

}  // namespace dossier::merging
