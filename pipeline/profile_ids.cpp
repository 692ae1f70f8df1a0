#include "pipeline/profile_ids.h"

#include <algorithm>
#include <set>

namespace dossier::merging {
namespace {

// A name and its spellings: for organizations legal forms and articles are spelling.
struct NameSupport {
  std::map<std::uint32_t, double> trust;  // by origin
  std::map<std::string, double> spellings;
  std::size_t words = 0;
  bool is_acronym = true;
  bool is_former = true;
  double support() const {
    double sum = 0;
    for (const auto& [origin, most] : trust) sum += most;
    return sum;
  }
};

// Names that an alias fact calls over: "formerly …".
std::set<std::uint32_t> former_names(const Records& records) {
  std::set<std::uint32_t> former;
  for (const Claim& claim : records.claims) {
    if (claim.predicate != Predicate::kAlias) continue;
    const Period& period = records.fact_of(claim).period;
    if (period.status != Status::kPast && period.to.empty()) continue;
    const ResultMention* alias = argument(*records.documents[claim.document], records.fact_of(claim), "alias");
    const std::uint32_t name = alias == nullptr ? kNone : records.words.find(fold(alias->text));
    if (name != kNone) former.insert(name);
  }
  return former;
}

// Fullest names first for people; for organizations the current name before former ones, written out before acronyms;
// then what most independent sources say, then the longer one. Of its spellings the commonest that is not shouted, on a
// tie the shorter one, without a legal form.
std::string best_name(const Records& records, const MergeTables& tables, const std::vector<std::uint32_t>& nodes,
                      const std::set<std::uint32_t>& former) {
  std::map<std::string, NameSupport> names;
  const bool is_person = records.nodes[nodes.front()].is_person;
  for (const std::uint32_t n : nodes) {
    const Node& node = records.nodes[n];
    const std::string& surface = records.entity_of(node).name;
    const std::string& folded = records.words.text(node.name);
    NameSupport& name =
        names[is_person ? folded : compare_form(folded, tables.legal_forms, tables.word_list("article")).core];
    const double trust = records.trust[node.document];
    double& most = name.trust[records.origins[node.document]];
    most = std::max(most, trust);
    name.spellings[surface] += trust;
    name.words = words_of(folded).size();
    name.is_acronym = name.is_acronym && looks_like_acronym(surface);
    name.is_former = name.is_former && former.contains(node.name);
  }
  const auto best = std::min_element(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    const auto rank = [&](const auto& entry) {
      const auto& [core, name] = entry;
      return std::tuple(name.is_former, is_person ? name.words < 2 : name.is_acronym, -name.support(),
                        -static_cast<std::ptrdiff_t>(core.size()), std::string_view(core));
    };
    return rank(a) < rank(b);
  });
  const auto& spellings = best->second.spellings;
  return std::min_element(
             spellings.begin(), spellings.end(),
             [](const auto& a, const auto& b) {
               const auto rank = [](const auto& spelling) {
                 const auto accents = std::count_if(spelling.first.begin(), spelling.first.end(),
                                                    [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
                 return std::tuple(is_shouted(spelling.first), -spelling.second, fold(spelling.first).size(), -accents,
                                   std::string_view(spelling.first));
               };
               return rank(a) < rank(b);
             })
      ->first;
}

// A first name alone, of whom nothing is said, is no one in particular.
bool deserves_profile(const Entity& entity, bool has_facts) {
  return !entity.is_person || has_facts || fold(entity.name).find(' ') != std::string::npos;
}

}  // namespace

ProfileIds name_entities(const Records& records, const MergeTables& tables, const Identity& identity,
                         const std::map<std::uint32_t, std::string>& pinned_names, const MergeOptions& options) {
  ProfileIds out;
  const auto count = static_cast<std::uint32_t>(identity.members.size());
  std::vector<bool> has_facts(count, false);
  for (const Claim& claim : records.claims) {
    if (claim.predicate == Predicate::kQuote) continue;
    if (claim.subject != kNone) has_facts[identity.entity_of[claim.subject]] = true;
    if (claim.object != kNone) has_facts[identity.entity_of[claim.object]] = true;
  }
  const std::set<std::uint32_t> former = former_names(records);
  std::vector<std::vector<std::string>> anchors(count);
  for (std::uint32_t e = 0; e < count; ++e) {
    Entity& entity = out.entities.emplace_back();
    entity.is_person = records.nodes[identity.members[e].front()].is_person;
    const auto pinned = pinned_names.find(e);
    entity.name =
        pinned != pinned_names.end() ? pinned->second : best_name(records, tables, identity.members[e], former);
    for (const std::uint32_t node : identity.members[e]) anchors[e].push_back(records.anchor(node));
  }

  // Known ids: who holds how many entities of each.
  std::map<std::string, std::map<std::uint32_t, std::size_t>> holders;
  std::vector<std::map<std::string, std::size_t>> known(count);
  for (std::uint32_t e = 0; e < count; ++e) {
    for (const std::string& anchor : anchors[e]) {
      const auto found = options.known_ids.find(anchor);
      if (found == options.known_ids.end()) continue;
      ++known[e][found->second];
      ++holders[found->second][e];
    }
  }
  // An id goes to the entity with most of its anchors, on a tie to the one with the first; an entity that could have
  // several takes the one that did not give way to another of them before, then the one that spells its name, then the
  // first.
  std::set<std::string> used;
  std::vector<std::set<std::string>> offers(count);
  for (const auto& [id, by_entity] : holders) {
    const auto most = std::max_element(by_entity.begin(), by_entity.end(), [&](const auto& a, const auto& b) {
      if (a.second != b.second) return a.second < b.second;
      return *std::min_element(anchors[b.first].begin(), anchors[b.first].end()) <
             *std::min_element(anchors[a.first].begin(), anchors[a.first].end());
    });
    offers[most->first].insert(id);
  }
  for (std::uint32_t e = 0; e < count; ++e) {
    if (offers[e].empty() || !deserves_profile(out.entities[e], has_facts[e])) continue;
    const auto rank = [&](const std::string& id) {
      const auto led = options.known_redirects.find(id);
      const bool gave_way = led != options.known_redirects.end() && offers[e].contains(led->second);
      return std::tuple(gave_way, id != slug(out.entities[e].name), id.size(), std::string_view(id));  // 2 before 12
    };
    out.entities[e].id =
        *std::min_element(offers[e].begin(), offers[e].end(),
                          [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    used.insert(out.entities[e].id);
    for (const std::string& id : offers[e]) {
      if (id != out.entities[e].id) out.redirects.push_back({id, out.entities[e].id});
      used.insert(id);
    }
  }
  for (const auto& [from, to] : options.known_redirects) used.insert(from);

  std::vector<std::uint32_t> to_mint;
  for (std::uint32_t e = 0; e < count; ++e) {
    if (out.entities[e].id.empty() && deserves_profile(out.entities[e], has_facts[e])) to_mint.push_back(e);
  }
  for (const std::uint32_t e : to_mint) {
    std::string base = slug(out.entities[e].name);
    if (base.empty())
      base = (out.entities[e].is_person ? "person-" : "organization-") + short_hash(anchors[e].front()).substr(0, 8);
    std::string id = base;
    for (std::size_t n = 2; !used.insert(id).second; ++n) id = base + "-" + std::to_string(n);
    out.entities[e].id = std::move(id);
  }

  std::map<std::string, std::string> leads;
  for (const Redirect& redirect : out.redirects) leads.emplace(redirect.from, redirect.to);
  std::set<std::string> live;
  for (const Entity& entity : out.entities) live.insert(entity.id);
  for (const auto& [from, to] : options.known_redirects) {
    if (live.contains(from) || leads.contains(from)) continue;
    std::string target = to;
    for (std::size_t hops = 0; hops < options.known_redirects.size() && !live.contains(target); ++hops) {
      const auto next = leads.find(target);
      const auto old = options.known_redirects.find(target);
      if (next != leads.end()) {
        target = next->second;
      } else if (old != options.known_redirects.end()) {
        target = old->second;
      } else {
        break;
      }
    }
    if (live.contains(target)) leads.emplace(from, target);
  }
  out.redirects.clear();
  std::map<std::string, std::uint32_t> by_id;
  for (std::uint32_t e = 0; e < count; ++e) {
    if (!out.entities[e].id.empty()) by_id.emplace(out.entities[e].id, e);
  }
  for (const auto& [from, to] : leads) {
    out.redirects.push_back({from, to});
    out.entities[by_id.at(to)].former_ids.push_back(from);
  }

  for (std::uint32_t e = 0; e < count; ++e) {
    for (const std::string& anchor : anchors[e]) {
      const auto found = options.known_ids.find(anchor);
      const bool keeps =
          found != options.known_ids.end() && (offers[e].contains(found->second) || out.entities[e].id.empty());
      const std::string& id = keeps ? found->second : out.entities[e].id;
      if (!id.empty()) out.ids[anchor] = id;
    }
  }
  return out;
}

}  // namespace dossier::merging
