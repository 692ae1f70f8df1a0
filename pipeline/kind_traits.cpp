#include "pipeline/kind_traits.h"

#include <algorithm>
#include <array>
#include <map>

#include "grammars/tsv.h"

namespace dossier {
namespace {

struct TraitInfo {
  std::string_view name;
  Trait trait;
  std::string_view lexicon;  // whose column says of what kind a thing is
  std::string_view column;
};

constexpr std::array<TraitInfo, 15> kTraits = {{{"has_members", Trait::kHasMembers, "org_head", "kind"},
                                                {"younger", Trait::kYounger, "org_head", "kind"},
                                                {"firm", Trait::kFirm, "org_head", "kind"},
                                                {"public", Trait::kPublic, "org_head", "kind"},
                                                {"seat", Trait::kSeat, "role_head", "category"},
                                                {"craft", Trait::kCraft, "role_head", "category"},
                                                {"shared", Trait::kShared, "role_head", "category"},
                                                {"personal", Trait::kPersonal, "role_head", "category"},
                                                {"founds", Trait::kFounds, "role_head", "category"},
                                                {"in_firm", Trait::kInFirm, "role_head", "category"},
                                                {"leads_firm", Trait::kLeadsFirm, "role_head", "category"},
                                                {"of_state", Trait::kOfState, "role_head", "category"},
                                                {"over", Trait::kOver, "role_qualifier", "status"},
                                                {"held", Trait::kHeld, "role_qualifier", "status"},
                                                {"to_come", Trait::kToCome, "role_qualifier", "status"}}};

// Each value of a lexicon's column once, sorted; none of a lexicon that is not there.
std::vector<std::string> values_of(const Lexicons& lexicons, std::string_view lexicon, std::string_view column) {
  const AttributeId attribute = lexicons.find_attribute(column);
  std::set<std::string_view> values;
  if (attribute == kNoAttribute) return {};
  for (const EntryId entry : lexicons.entries_in({lexicons.find(lexicon)})) {
    if (const std::string_view value = lexicons.attribute(entry, attribute); !value.empty()) values.insert(value);
  }
  return {values.begin(), values.end()};
}

}  // namespace

KindTraits KindTraits::load(const std::vector<std::filesystem::path>& files, const Lexicons& lexicons,
                            std::vector<Problem>& problems) {
  std::vector<std::string> names;
  std::string all;
  for (const TraitInfo& info : kTraits) {
    names.emplace_back(info.name);
    all += (all.empty() ? "" : ", ") + names.back();
  }
  std::map<std::string_view, std::vector<std::string>> known;  // lexicon -> its kinds
  for (const TraitInfo& info : kTraits) {
    if (!known.contains(info.lexicon)) known.emplace(info.lexicon, values_of(lexicons, info.lexicon, info.column));
  }
  KindTraits traits;
  for (const std::filesystem::path& file : files) {
    const TsvTable table = read_tsv(file, {"kind", "trait"}, problems);
    for (const TsvRow& row : table.rows) {
      const std::string& kind = row.cells[table.column("kind")];
      const std::string& name = row.cells[table.column("trait")];
      const auto info =
          std::find_if(kTraits.begin(), kTraits.end(), [&](const TraitInfo& each) { return each.name == name; });
      if (info == kTraits.end()) {
        const std::string near = did_you_mean(name, names);
        problems.push_back({table.file, row.line, 0, "unknown trait", name,
                            near.empty() ? "there are " + all : "did you mean " + near + "?"});
        continue;
      }
      const std::vector<std::string>& kinds = known[info->lexicon];
      if (!kinds.empty() && !std::binary_search(kinds.begin(), kinds.end(), kind)) {
        const std::string near = did_you_mean(kind, kinds);
        const std::string column = "column " + std::string(info->column) + " of lexicon " + std::string(info->lexicon);
        problems.push_back({table.file, row.line, 0, "no entry is of this kind", kind,
                            near.empty() ? "see " + column : "did you mean " + near + "? see " + column});
        continue;
      }
      if (!traits.rows_.emplace(kind, info->trait).second)
        problems.push_back({table.file, row.line, 0, "row stands twice", kind + " " + name, "remove one"});
    }
  }
  return traits;
}

}  // namespace dossier
