// merge.h - fourth stage: the results of all documents -> entities -> profiles.
//
//   Merged merged = merge(documents, decisions, tables, {.known_ids = ids_of_last_time});
//
// Promise: a pure function. The order of documents does not matter; taking a document away gives what would have been
// without it; nothing is decided by a name alone for people (see grammars/merge.tsv for the weights). Every decision of
// identity is a Judgement with its evidence; whatever contradicts a junction keeps two entities apart.
// Not here: resolution inside one document (resolve.h), layout (render.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/decisions.h"
#include "pipeline/profile.h"
#include "pipeline/results.h"

namespace dossier {

// The knowledge merge needs, as plain data.
struct MergeTables {
  using WordSet = std::set<std::string, std::less<>>;
  std::map<std::string, double, std::less<>> weights;  // merge.tsv: name -> bits
  std::map<std::string, WordSet, std::less<>> words;   // merge.tsv: list -> folded words ("stop_word" -> {"of", …})
  std::map<std::string, std::string, std::less<>> titles;       // folded short title -> long one ("ceo")
  std::map<std::string, std::string, std::less<>> legal_forms;  // folded legal form -> class, taken off names
  // Folded word of names of organizations -> the English word for it ("fondazione" -> "foundation"); the English words
  // are the list "organization_word".
  std::map<std::string, std::string, std::less<>> organization_words;
  std::map<std::string, std::vector<std::string>, std::less<>> formal_names;  // "bob" -> {"robert"}
  std::map<std::string, std::string, std::less<>> singular_titles;            // folded: "co-chairs" -> "co-chair"
  // How common a word is as a given name or a surname, on the lexicons' scale 0 (rare) to 9; below 0 or no function:
  // not known as one.
  std::function<double(std::string_view folded_word)> given_name_weight;
  std::function<double(std::string_view folded_word)> surname_weight;
  // Category of a role by its folded title, "" if the title is not known as one; tells "founder and CEO" from one
  // title.
  std::function<std::string(std::string_view folded_title)> role_category;

  double weight(std::string_view name) const;             // 0 if the table has no such row
  const WordSet& word_list(std::string_view name) const;  // empty if the table has no such list
};

// Reads merge.tsv and nicknames.tsv from the knowledge folders and takes names, legal forms and roles from the
// lexicons, so far as they are there. Throws KnowledgeError. The tables refer to `knowledge`, which must outlive them.
MergeTables load_merge_tables(const Knowledge& knowledge);
// The same from folders, their lexicons read as plain tables; later folders add to earlier ones.
MergeTables load_merge_tables(const std::vector<std::filesystem::path>& folders);

enum class Sameness : std::uint8_t { kSame, kDifferent, kUnsure };
std::string_view name_of(Sameness sameness);  // "same", "different", "unsure"

// One document's entity, as merge names it in judgements and in the map of known ids. Content-derived:
//   "person:ada lovell@3fa94c0b12de"  (type : folded name @ first 12 digits of the source id)
std::string anchor_of(const DocumentResult& document, const ResultEntity& entity);

struct Judgement {
  std::string a, b;  // anchors, a < b
  Sameness sameness = Sameness::kUnsure;
  std::string rule;              // "person.full_name", "person.birth_year", "decision", …
  double score = 0;              // in bits of evidence; positive speaks for sameness
  std::vector<std::string> why;  // one line a reason: "same organization: Open Harbor Foundation (+6.0)"
};

// A pair of profiles that a person should look at; strongest first.
struct Suggestion {
  std::string a, b;  // profile ids, a < b
  double score = 0;
  std::vector<std::string> why;
};

struct Redirect {
  std::string from, to;  // profile ids
};

struct MergeOptions {
  std::map<std::string, std::string> known_ids;        // Merged::ids of the last run
  std::map<std::string, std::string> known_redirects;  // Merged::redirects of the last run: former id -> id
};

struct Merged {
  std::vector<Profile> profiles;      // sorted by (type, id)
  std::vector<Judgement> judgements;  // sorted by (a, b, rule)
  std::vector<Suggestion> suggestions;
  std::vector<Redirect> redirects;  // sorted by from
  // anchor -> the id it was first given, of all anchors of this run; after junctions that id is redirected, so that
  // taking a document away gives the ids of before.
  std::map<std::string, std::string> ids;
  std::vector<StatisticSeries> statistics;  // of no entity: what documents measure
  std::vector<Decision> orphans;            // decisions that found nothing to apply to
  std::vector<Diagnostic> diagnostics;      // "merge.conflicting_judgements", …
  // Near-duplicates: source id -> id of the first of the documents that say the same, where that is another.
  std::map<std::string, std::string, std::less<>> copies;
  std::size_t conflicts = 0;  // open questions of kind "conflict" and "near_conflict"

  const Profile* find(std::string_view id) const;  // follows redirects; nullptr: no such profile
};

Merged merge(std::span<const DocumentResult> documents, const Decisions& decisions, const MergeTables& tables,
             const MergeOptions& options = {});

}  // namespace dossier
