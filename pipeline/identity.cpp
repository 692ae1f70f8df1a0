#include "pipeline/identity.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>

#include "pipeline/identity_parts.h"

namespace dossier::merging {
namespace {

constexpr std::uint32_t kPersonBit = 0x80000000u;

// Both names full, and neither only a shorter form of the other: then whoever wrote both meant two.
bool are_distinct_people(const std::string& a, const std::string& b) {
  return a != b && a.find(' ') != std::string::npos && b.find(' ') != std::string::npos;
}

bool are_distinct_organizations(const std::string& a, const std::string& b, const MergeTables& tables) {
  const MergeTables::WordSet& articles = tables.word_list("article");
  const std::string core_a = compare_form(a, tables.legal_forms, articles).core;
  const std::string core_b = compare_form(b, tables.legal_forms, articles).core;
  if (core_a == core_b) return false;
  const std::string& shorter = core_a.size() < core_b.size() ? core_a : core_b;
  const std::string& longer = core_a.size() < core_b.size() ? core_b : core_a;
  const MergeTables::WordSet& stop_words = tables.word_list("stop_word");
  if (shorter.find(' ') == std::string::npos && is_acronym_of(shorter, longer, stop_words)) return false;
  if (!longer.starts_with(shorter + " ")) {
    const TranslatedName one = translated_name(a, tables), other = translated_name(b, tables);
    return one.words != other.words || (!one.is_translated && !other.is_translated);
  }
  const MergeTables::WordSet& generic = tables.word_list("generic_organization_word");
  for (const std::string& word : words_of(longer.substr(shorter.size()))) {
    if (!generic.contains(word)) return true;
  }
  return false;
}

std::string bits_text(double bits) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%+.1f", bits);
  return buffer;
}

std::vector<std::string> words_for(const Edge& edge, const Words& words) {
  std::vector<std::string> out;
  for (const Reason& reason : edge.reasons) {
    std::string line = reason.what;
    if (reason.detail != kNone) line.append(": ").append(words.text(reason.detail));
    line.append(" (").append(bits_text(reason.bits)).append(")");
    out.push_back(std::move(line));
  }
  return out;
}

Judgement judgement_of(const Edge& edge, Sameness sameness, const Records& records) {
  Judgement judgement{records.anchor(edge.a),        records.anchor(edge.b), sameness, edge.rule, edge.score,
                      words_for(edge, records.words)};
  if (judgement.b < judgement.a) std::swap(judgement.a, judgement.b);
  return judgement;
}

void apply_decisions(const Records& records, std::span<const PairDecision> decisions, Groups& groups,
                     Identity& identity) {
  for (const PairDecision& decision : decisions) {
    if (decision.verdict != Verdict::kDifferent) continue;
    for (const std::uint32_t a : decision.a) {
      for (const std::uint32_t b : decision.b) groups.forbid(a, b);
    }
    if (!decision.a.empty() && !decision.b.empty()) {
      identity.judgements.push_back(
          judgement_of({decision.a.front(), decision.b.front(), 0, "decision", {}}, Sameness::kDifferent, records));
    }
  }
  for (const PairDecision& decision : decisions) {
    if (decision.verdict != Verdict::kSame) continue;
    std::vector<std::uint32_t> all = decision.a;
    all.insert(all.end(), decision.b.begin(), decision.b.end());
    for (std::size_t i = 1; i < all.size(); ++i) {
      if (groups.root(all[0]) == groups.root(all[i])) continue;
      const Edge edge{all[0], all[i], 0, "decision", {}};
      const char* obstacle = groups.obstacle(all[0], all[i]);
      if (obstacle != nullptr && std::string_view(obstacle) == "decision") {
        identity.diagnostics.push_back(
            {Severity::kWarning, "merge.conflicting_judgements",
             records.anchor(all[0]) + " and " + records.anchor(all[i]) +
                 " are called the same, but other decisions keep them apart; they stay apart"});
        continue;
      }
      groups.join_by_decision(all[0], all[i]);
      identity.judgements.push_back(judgement_of(edge, Sameness::kSame, records));
    }
  }
}

}  // namespace

TranslatedName translated_name(const std::string& folded, const MergeTables& tables) {
  TranslatedName name;
  const MergeTables::WordSet& stop_words = tables.word_list("stop_word");
  const MergeTables::WordSet& articles = tables.word_list("article");
  const MergeTables::WordSet& generic = tables.word_list("generic_organization_word");
  const MergeTables::WordSet& english_words = tables.word_list("organization_word");
  std::string spaced = folded;
  for (std::size_t i = 0; i < spaced.size(); ++i) {  // "corvane-stiftung", "dell'industria"
    if (spaced[i] == '-' || spaced[i] == '\'') spaced[i] = ' ';
  }
  std::vector<std::string> words;
  for (std::string& word : words_of(spaced)) {
    if (stop_words.contains(word) || articles.contains(word)) continue;
    if (const auto form = tables.legal_forms.find(word); form != tables.legal_forms.end() && form->second == "company")
      continue;
    if (const auto english = tables.organization_words.find(word); english != tables.organization_words.end()) {
      words.push_back(english->second);
      name.is_translated = true;
      continue;
    }
    name.is_distinctive = name.is_distinctive || (!english_words.contains(word) && !generic.contains(word));
    words.push_back(std::move(word));
  }
  std::sort(words.begin(), words.end());
  for (const std::string& word : words) (name.words += name.words.empty() ? "" : " ") += word;
  return name;
}

Groups::Groups(const Records& records, const MergeTables& tables) : records_(records), tables_(tables) {
  const auto size = static_cast<std::uint32_t>(records.nodes.size());
  parent_.resize(size);
  members_.resize(size);
  years_.resize(size);
  classes_.resize(size, 0);
  for (std::uint32_t i = 0; i < size; ++i) {
    parent_[i] = i;
    members_[i] = {i};
  }
  gap_days_[0] = static_cast<std::int32_t>(365 * (tables.weight("inception.gap_years") - 1));
  gap_days_[1] = static_cast<std::int32_t>(365 * (tables.weight("birth.gap_years") - 1));
}

std::uint32_t Groups::root(std::uint32_t node) const {
  while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
  return node;
}

void Groups::forbid(std::uint32_t a, std::uint32_t b) {
  enemies_[a].push_back(b);
  enemies_[b].push_back(a);
}

void Groups::declare(std::uint32_t name_a, std::uint32_t name_b) {
  declared_.insert(std::minmax(name_a, name_b));
}

void Groups::set_years(std::uint32_t node, DayRange range) {
  years_[node] = range;
}
void Groups::set_classes(std::uint32_t node, std::uint32_t classes) {
  classes_[node] = classes;
}

bool Groups::told_apart(std::uint32_t a, std::uint32_t b) const {
  const Node &one = records_.nodes[a], &other = records_.nodes[b];
  if (one.document != other.document) return false;
  // A document that keeps two people of one name apart means two.
  if (one.is_person && one.name == other.name) return one.entity != other.entity;
  if (declared_.contains(std::minmax(one.name, other.name))) return false;
  const std::string &name = records_.words.text(one.name), &other_name = records_.words.text(other.name);
  return one.is_person ? are_distinct_people(name, other_name) : are_distinct_organizations(name, other_name, tables_);
}

const char* Groups::obstacle(std::uint32_t a, std::uint32_t b) const {
  a = root(a);
  b = root(b);
  if (a == b) return nullptr;
  if (members_[a].size() > members_[b].size()) std::swap(a, b);
  if (!enemies_.empty()) {
    for (const std::uint32_t member : members_[a]) {
      const auto found = enemies_.find(member);
      if (found == enemies_.end()) continue;
      for (const std::uint32_t enemy : found->second) {
        if (root(enemy) == b) return "decision";
      }
    }
  }
  const bool is_person = records_.nodes[a].is_person;
  if (is_person != records_.nodes[b].is_person) return "type";
  const DayRange &one = years_[a], &other = years_[b];
  const auto apart = [&](const DayRange& first, const DayRange& second) {
    return first.latest != kDayOpenEnd && second.earliest != kDayOpenBegin &&
           second.earliest - first.latest > gap_days_[is_person ? 1 : 0];
  };
  if (apart(one, other) || apart(other, one)) return is_person ? "person.birth_year" : "organization.inception";
  if (classes_[a] != 0 && classes_[b] != 0 && (classes_[a] & classes_[b]) == 0) return "organization.legal_form";
  // Members are sorted, and so are their documents.
  const std::vector<std::uint32_t>& larger = members_[b];
  for (const std::uint32_t member : members_[a]) {
    const std::uint32_t document = records_.nodes[member].document;
    const std::uint32_t first = records_.first_node[document], end = records_.first_node[document + 1];
    for (auto at = std::lower_bound(larger.begin(), larger.end(), first); at != larger.end() && *at < end; ++at) {
      if (told_apart(member, *at)) return is_person ? "person.told_apart" : "organization.told_apart";
    }
  }
  return nullptr;
}

bool Groups::join(std::uint32_t a, std::uint32_t b) {
  if (root(a) == root(b) || obstacle(a, b) != nullptr) return false;
  join_by_decision(a, b);
  return true;
}

void Groups::join_by_decision(std::uint32_t a, std::uint32_t b) {
  a = root(a);
  b = root(b);
  if (a == b) return;
  if (members_[a].size() < members_[b].size()) std::swap(a, b);
  std::vector<std::uint32_t>& into = members_[a];
  const auto middle = static_cast<std::ptrdiff_t>(into.size());
  const bool in_order = into.back() < members_[b].front();
  into.insert(into.end(), members_[b].begin(), members_[b].end());
  if (!in_order) std::inplace_merge(into.begin(), into.begin() + middle, into.end());
  members_[b] = {};
  parent_[b] = a;
  years_[a] = {std::max(years_[a].earliest, years_[b].earliest), std::min(years_[a].latest, years_[b].latest),
               years_[a].approximate || years_[b].approximate};
  if (years_[a].earliest > years_[a].latest) std::swap(years_[a].earliest, years_[a].latest);
  classes_[a] |= classes_[b];
}

std::uint32_t person_key(std::uint32_t name) {
  return name | kPersonBit;
}
bool is_person_key(std::uint32_t key) {
  return (key & kPersonBit) != 0;
}
std::uint32_t organization_key(std::uint32_t root) {
  return root;
}

double World::rarity(std::uint32_t key) const {
  const bool is_person = is_person_key(key);
  const std::uint32_t index = key & ~kPersonBit;
  const std::uint32_t seen = is_person ? person_frequency[index] : organization_frequency[index];
  const double all = static_cast<double>(records.documents.size()) + tables.weight("rarity.pseudo_documents");
  return std::min(tables.weight("rarity.cap"), std::log2(all / std::max<double>(1, seen)));
}

World make_world(const Records& records, const MergeTables& tables, const Groups& groups) {
  World world{records,
              tables,
              std::vector<std::uint32_t>(records.words.size(), 0),
              std::vector<std::uint32_t>(records.nodes.size(), 0),
              {}};
  world.context.reserve(records.documents.size());
  for (std::uint32_t document = 0; document < records.documents.size(); ++document) {
    std::vector<std::uint32_t> keys;
    for (std::uint32_t n = records.first_node[document]; n < records.first_node[document + 1]; ++n) {
      const Node& node = records.nodes[n];
      if (!node.is_person) {
        keys.push_back(organization_key(groups.root(n)));
      } else if (records.words.text(node.name).find(' ') != std::string::npos) {
        keys.push_back(person_key(node.name));
      }
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    for (const std::uint32_t key : keys) {
      ++(is_person_key(key) ? world.person_frequency[key & ~kPersonBit] : world.organization_frequency[key]);
    }
    world.context.push_back(std::move(keys));
  }
  return world;
}

void sort_edges(std::vector<Edge>& edges) {
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return std::tie(b.score, a.a, a.b) < std::tie(a.score, b.a, b.b); });
}

Identity identify(const Records& records, const MergeTables& tables, std::span<const PairDecision> decisions) {
  Identity identity;
  Groups groups(records, tables);
  apply_decisions(records, decisions, groups, identity);
  Outcome outcome;
  join_organizations(records, tables, groups, outcome);
  join_people(make_world(records, tables, groups), groups, outcome);

  identity.entity_of.assign(records.nodes.size(), kNone);
  for (std::uint32_t node = 0; node < records.nodes.size(); ++node) {
    const std::uint32_t root = groups.root(node);
    if (identity.entity_of[root] == kNone) {
      identity.entity_of[root] = static_cast<std::uint32_t>(identity.members.size());
      identity.members.emplace_back();
    }
    const std::uint32_t entity = identity.entity_of[root];
    identity.members[entity].push_back(node);
  }
  for (std::uint32_t entity = 0; entity < identity.members.size(); ++entity) {
    for (const std::uint32_t node : identity.members[entity]) identity.entity_of[node] = entity;
  }

  for (const Edge& edge : outcome.joined) identity.judgements.push_back(judgement_of(edge, Sameness::kSame, records));
  for (const Edge& edge : outcome.refused) {
    identity.judgements.push_back(judgement_of(edge, Sameness::kDifferent, records));
  }
  // Pairs that a person has judged already are not asked again.
  std::set<std::pair<std::uint32_t, std::uint32_t>> answered;
  for (const PairDecision& decision : decisions) {
    for (const std::uint32_t a : decision.a) {
      for (const std::uint32_t b : decision.b) {
        answered.emplace(std::minmax(identity.entity_of[a], identity.entity_of[b]));
      }
    }
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, const Edge*> best;
  for (const Edge& edge : outcome.doubtful) {
    const std::pair<std::uint32_t, std::uint32_t> pair =
        std::minmax(identity.entity_of[edge.a], identity.entity_of[edge.b]);
    if (pair.first == pair.second || answered.contains(pair) || groups.obstacle(edge.a, edge.b) != nullptr) continue;
    const Edge*& known = best[pair];
    if (known == nullptr || known->score < edge.score) known = &edge;
  }
  for (const auto& [pair, edge] : best) {
    identity.suggestions.push_back({pair.first, pair.second, edge->score, words_for(*edge, records.words)});
    identity.judgements.push_back(judgement_of(*edge, Sameness::kUnsure, records));
  }
  std::stable_sort(identity.suggestions.begin(), identity.suggestions.end(),
                   [](const Identity::Pair& a, const Identity::Pair& b) { return a.score > b.score; });
  std::sort(identity.judgements.begin(), identity.judgements.end(), [](const Judgement& a, const Judgement& b) {
    return std::tie(a.a, a.b, a.rule) < std::tie(b.a, b.b, b.rule);
  });
  return identity;
}

}  // namespace dossier::merging
