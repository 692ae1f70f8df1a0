// profile_ids.h - names and ids of entities. An id is minted once from the best name and kept through merges (the other
// ids lead to it) and splits (the part with most of the id's entities keeps it).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "pipeline/statements.h"

namespace dossier::merging {

struct ProfileIds {
  std::vector<Entity> entities;            // parallel to Identity::members
  std::map<std::string, std::string> ids;  // anchor -> id it was first given
  std::vector<Redirect> redirects;         // sorted by from
};

// `pinned_names`: entity -> name a person chose.
ProfileIds name_entities(const Records& records, const MergeTables& tables, const Identity& identity,
                         const std::map<std::uint32_t, std::string>& pinned_names, const MergeOptions& options);

}  // namespace dossier::merging
