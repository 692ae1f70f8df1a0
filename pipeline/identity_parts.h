// identity_parts.h - the parts of identity: groups that can refuse a junction, and the scorers of people and
// organizations that propose them. Used by identity, person_identity and organization_identity only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "pipeline/identity.h"
#include "pipeline/period.h"

namespace dossier::merging {

// One reason of a score. The words are made only when somebody reads them.
struct Reason {
  const char* what = "";         // row of merge.tsv, or a rule
  std::uint32_t detail = kNone;  // word id
  double bits = 0;
};

struct Edge {
  std::uint32_t a = 0, b = 0;  // nodes, a < b
  double score = 0;
  const char* rule = "";
  std::vector<Reason> reasons;
};

// Disjoint sets of nodes that know what keeps two of them apart.
class Groups {
 public:
  Groups(const Records& records, const MergeTables& tables);

  std::uint32_t root(std::uint32_t node) const;
  const std::vector<std::uint32_t>& members(std::uint32_t root) const { return members_[root]; }

  void forbid(std::uint32_t a, std::uint32_t b);  // a person says: different
  // Some document says that these names (ids of words) are one thing's: a document that uses both does not tell apart.
  void declare(std::uint32_t name_a, std::uint32_t name_b);
  void set_years(std::uint32_t node, DayRange range);           // birth or foundation
  void set_classes(std::uint32_t node, std::uint32_t classes);  // bits of legal forms

  // nullptr: they may be one; else the rule that keeps them apart.
  const char* obstacle(std::uint32_t a, std::uint32_t b) const;
  bool join(std::uint32_t a, std::uint32_t b);              // false: an obstacle, or one group already
  void join_by_decision(std::uint32_t a, std::uint32_t b);  // whatever stands against it

  const DayRange& years(std::uint32_t root) const { return years_[root]; }

 private:
  bool told_apart(std::uint32_t a, std::uint32_t b) const;  // two entities of one document

  const Records& records_;
  const MergeTables& tables_;
  std::int32_t gap_days_[2];  // of organizations and people
  mutable std::vector<std::uint32_t> parent_;
  std::vector<std::vector<std::uint32_t>> members_;
  std::vector<DayRange> years_;
  std::vector<std::uint32_t> classes_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> enemies_;  // by node: nodes it is not
  std::set<std::pair<std::uint32_t, std::uint32_t>> declared_;             // pairs of names, the smaller id first
};

// What both scorers need to know about all documents.
struct World {
  const Records& records;
  const MergeTables& tables;
  std::vector<std::uint32_t> person_frequency;        // by folded name: in how many documents it is named
  std::vector<std::uint32_t> organization_frequency;  // by root of its group
  std::vector<std::vector<std::uint32_t>> context;    // by document: sorted keys named there

  // How rare a key is, in bits, never more than the table's cap.
  double rarity(std::uint32_t key) const;
};

// The organizations of `groups` by their group, people by their folded name: people are not yet known when they are
// compared.
World make_world(const Records& records, const MergeTables& tables, const Groups& groups);
std::uint32_t person_key(std::uint32_t name);
bool is_person_key(std::uint32_t key);
std::uint32_t organization_key(std::uint32_t root);

// An organization's name across languages: its words in English where the table knows them, sorted, joined by blanks,
// without stop words and legal forms of companies: "fondazione corvane", "corvane-stiftung" -> "corvane foundation".
struct TranslatedName {
  std::string words;
  bool is_translated = false;   // a word was put into English
  bool is_distinctive = false;  // a word is neither generic nor in the table, on either side
};
TranslatedName translated_name(const std::string& folded, const MergeTables& tables);

// Best first; equal scores in the order of the nodes.
void sort_edges(std::vector<Edge>& edges);

// Joins what is to be joined, says why in `judgements`, and leaves what is not strong enough in `doubtful`.
struct Outcome {
  std::vector<Edge> joined;
  std::vector<Edge> refused;   // strong enough, but something keeps them apart: rule is the obstacle
  std::vector<Edge> doubtful;  // for a person to look at
};

void join_organizations(const Records& records, const MergeTables& tables, Groups& groups, Outcome& outcome);
void join_people(const World& world, Groups& groups, Outcome& outcome);

}  // namespace dossier::merging
