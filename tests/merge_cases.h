// merge_cases.h - small sets of hand-made documents for merge, read from tests/cases/merge/*.json.
//
//   {"name": "same employer", "documents": [{"id": "a", "date": "2022", "people": {"ada": "Ada Lovell = Lovell"},
//     "organizations": {"labs": "Harbor Labs"}, "facts": ["affiliation | person=ada | role=CEO (executive) |
//     organization=labs | from=2020 | status=current"]}, …], "expect": {"profiles": {"ada-lovell": {"career": […]}}}}
//
// A key of `people` and `organizations` is the truth: the same key in two documents is the same person or organization
// ("labs#2" is "labs" under another name in the same document).
// "speakers": [keys of people] whose names are labels of turns; the name of a document's file is its id.
// What merge may join only with more evidence stands in "apart": […keys…]. Format of expected lines: profile_lines.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipeline/merge.h"

namespace dossier::testing {

struct MergeCase {
  std::string file;
  std::string name;
  std::vector<DocumentResult> documents;
  Decisions decisions;
  std::map<std::string, std::string> truth;  // anchor -> "person ada", "organization labs"
  std::vector<std::string> apart;
  std::string expect;  // JSON text of "expect"
};

std::vector<MergeCase> load_merge_cases(const std::filesystem::path& folder);  // throws std::runtime_error

// The fields of a profile as lines: "career" -> {"CEO @ Harbor Labs | 2020 |  | current"}.
std::map<std::string, std::vector<std::string>> profile_lines(const Profile& profile);

// "@ada-lovell.career.1" -> the key of that statement.
std::string statement_key(const std::string& reference, const Merged& merged);

// Everything that merge gives, as text: two results are the same iff their dumps are. Without history, redirects are
// left out and ids are those they lead to.
std::string dump(const Merged& merged, bool with_history = true);

struct ClusterScore {
  double pairs_together = 0, pairs_right = 0, pairs_true = 0;  // pairwise
  double precision_sum = 0, recall_sum = 0, entities = 0;      // B-cubed
  std::vector<std::string> false_joins;                        // "ada-lovell: person ada, person ada2"
};
// Adds the pairs of one case: what is together in `merged` against the truth.
void score_clusters(const MergeCase& merge_case, const Merged& merged, std::string_view type, ClusterScore& score);

}  // namespace dossier::testing
