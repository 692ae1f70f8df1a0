// merge_records.h - what merge works on: all documents in a fixed order, their entities as nodes, their facts as
// claims.
//
//   DocumentResult "a" {entity person "Ada Lovell", fact affiliation(Ada Lovell, CEO, Harbor Labs)}
//     -> Node {document 0, entity 0, names {"ada lovell"}}, Claim {affiliation, subject node 0, object node 1,
//        title "chief executive officer"}
//
// Records keeps references into the documents: they must outlive it. Promise: the same for any order of the documents
// given; documents with the same id are one. Not here: which nodes are one entity (identity.h).
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pipeline/merge.h"
#include "pipeline/names.h"

namespace dossier::merging {

// Strings with numbers, so that comparing and hashing them is comparing numbers. The same order of calls gives the same
// numbers.
class Words {
 public:
  std::uint32_t id(std::string_view text);
  std::uint32_t find(std::string_view text) const;  // kNone: never seen
  const std::string& text(std::uint32_t id) const { return texts_[id]; }
  std::size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

// Kind of the documents that stand for what a person added.
inline constexpr std::string_view kReviewKind = "review";

enum class Predicate : std::uint8_t {
  kAffiliation,
  kEducation,
  kFounded,
  kMembership,
  kParticipation,
  kStatistic,
  kQuote,
  kAlias,
  kIdentifier,
  kBorn,
  kDied,
  kNationality,
  kResidence,
  kSpouse,
  kParent,
  kParty,
  kInception,
  kHeadquarters,
  kSubsidiary,
  kHomonym,     // (entity): the text says that somebody else bears its name
  kTagline,     // of curated pages: (subject), text
  kConnection,  // of curated pages: (subject, entity), text
  kTimeline,    // of curated pages: (subject), text, period.from
  kReference,   // of curated pages: (subject, identifier), text = title
  kOther,       // any other: an attribute of the subject, (subject, value?), text
};

// One entity of one document.
struct Node {
  std::uint32_t document = 0;
  std::uint32_t entity = 0;          // index into DocumentResult::entities
  std::uint32_t ordinal = 0;         // how many earlier entities of the document have its type and folded name
  std::uint32_t name = 0;            // folded, in Records::words
  std::vector<std::uint32_t> names;  // `name` first, then the other full names
  bool is_person = false;
};

// One fact of one document; a combined title gives one claim a part.
struct Claim {
  std::uint32_t document = 0;
  std::uint32_t fact = 0;  // index into DocumentResult::facts
  Predicate predicate = Predicate::kOther;
  std::uint16_t part = 0;         // which part of a combined title ("founder and CEO")
  std::uint32_t subject = kNone;  // node
  std::uint32_t object = kNone;   // node; kNone: no entity, or none stated
  std::uint32_t title = kNone;    // canonical title, in Records::words
};

// What people said about single facts, by (document, fact).
struct Mark {
  std::string decision;  // "accepted", "edited", "added", "pinned"
  std::string key;       // of the statement the decision named; empty: the statement's own
};

struct Records {
  std::vector<const DocumentResult*> documents;  // sorted by (source_id, uri), ids distinct
  std::vector<std::uint32_t> origins;            // of each document: near-duplicates share one
  std::vector<double> trust;                     // of each document: by its kind
  Words words;
  std::vector<Node> nodes;                // sorted by (document, entity)
  std::vector<std::uint32_t> first_node;  // of each document, and one past the end
  std::vector<Claim> claims;              // in the order of documents and facts
  std::unordered_map<std::uint64_t, Mark> marks;
  MergeTables::WordSet exclusive_titles;  // canonical

  const ResultFact& fact_of(const Claim& claim) const { return documents[claim.document]->facts[claim.fact]; }
  const ResultEntity& entity_of(const Node& node) const { return documents[node.document]->entities[node.entity]; }
  std::string anchor(std::uint32_t node) const;
  std::uint32_t node_of(std::uint32_t document, std::uint32_t mention) const;  // kNone: no person or organization
  const Mark* mark_of(const Claim& claim) const;
};

// The documents in their fixed order; those with the id of an earlier one are left out.
std::vector<const DocumentResult*> in_order(std::span<const DocumentResult> documents);

Records make_records(std::vector<const DocumentResult*> documents, const MergeTables& tables);

// The mention that fills an argument, or null.
const ResultMention* argument(const DocumentResult& document, const ResultFact& fact, std::string_view name);
// The n-th argument, or null.
const ResultMention* argument(const DocumentResult& document, const ResultFact& fact, std::size_t position);

// What an identifier or a reference leads to, normalized: the address of its link, else its words. "" if it has none.
std::string address_of(const DocumentResult& document, const ResultFact& fact);

// "Founder & CEO" -> {"Founder", "CEO"} where both parts are titles by themselves; else the title whole. What several
// are called together is one's title: "co-chairs" -> {"co-chair"}.
std::vector<std::string> split_title(const std::string& title, const MergeTables& tables);
// "VP of Engineering" -> "vice president engineering"
std::string canonical_title(std::string_view title, const MergeTables& tables);

// The node that an anchor names; kNone: no such entity.
std::uint32_t find_anchor(const Records& records, std::string_view anchor);

std::uint64_t mark_key(std::uint32_t document, std::uint32_t fact);

}  // namespace dossier::merging
