#include "pipeline/merge.h"

#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "pipeline/corrections.h"
#include "pipeline/identity.h"
#include "pipeline/profile_builder.h"
#include "pipeline/profile_ids.h"

namespace dossier {
namespace merging {
namespace {

// Entities named in decisions by id: the nodes of every anchor that had the id, or one that led to it.
class Resolver {
 public:
  Resolver(const Records& records, const std::map<std::string, std::string>& ids,
           const std::map<std::string, std::string>& redirects)
      : records_(records), redirects_(redirects) {
    for (const auto& [anchor, id] : ids) {
      anchors_[id].push_back(anchor);
      if (const std::string target = target_of(id); target != id) anchors_[target].push_back(anchor);
    }
  }

  bool knows(const std::string& name) const { return is_anchor(name) || anchors_.contains(name); }

  std::vector<std::uint32_t> nodes(const std::vector<std::string>& names) const {
    std::vector<std::uint32_t> out;
    const auto add = [&](const std::string& anchor) {
      if (const std::uint32_t node = find_anchor(records_, anchor); node != kNone) out.push_back(node);
    };
    for (const std::string& name : names) {
      if (is_anchor(name)) {
        add(name);
      } else if (const auto found = anchors_.find(name); found != anchors_.end()) {
        for (const std::string& anchor : found->second) add(anchor);
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

 private:
  static bool is_anchor(const std::string& name) { return name.find('@') != std::string::npos; }

  std::string target_of(std::string id) const {
    for (std::size_t hops = 0; hops <= redirects_.size(); ++hops) {
      const auto next = redirects_.find(id);
      if (next == redirects_.end()) break;
      id = next->second;
    }
    return id;
  }

  const Records& records_;
  const std::map<std::string, std::string>& redirects_;
  std::map<std::string, std::vector<std::string>> anchors_;
};

bool is_pair(Verdict verdict) {
  return verdict == Verdict::kSame || verdict == Verdict::kDifferent || verdict == Verdict::kUnsure;
}

// One run over corrected documents: what merge() gives, and what decisions by key refer to.
struct Run {
  Merged merged;
  std::map<std::string, std::vector<FactPlace>> places;  // wanted key -> facts
};

struct Task {
  const std::vector<const DocumentResult*>& documents;
  const std::vector<Decision>& decisions;
  const MergeTables& tables;
  const MergeOptions& options;
  const std::map<std::string, std::string>& ids;  // anchor -> id, to understand decisions by id
  const std::map<std::string, std::string>& redirects;
  std::set<std::string, std::less<>> wanted_keys;
  std::set<std::string, std::less<>> rejected_keys;
};

std::vector<Profile> build_profiles(const Context& context) {
  std::vector<Profile> profiles;
  profiles.reserve(static_cast<std::size_t>(std::count_if(context.entities.begin(), context.entities.end(),
                                                          [](const Entity& entity) { return !entity.id.empty(); })));
  for (std::uint32_t e = 0; e < context.entities.size(); ++e) {
    const Entity& entity = context.entities[e];
    if (entity.id.empty()) continue;
    Profile& profile = profiles.emplace_back();
    profile.id = entity.id;
    profile.name = entity.name;
    profile.type = entity.is_person ? "person" : "organization";
    profile.redirects = entity.former_ids;
    add_common_fields(context, e, profile);
    if (entity.is_person) {
      add_person_fields(context, e, profile);
    } else {
      add_organization_fields(context, e, profile);
    }
    profile.statistics = statistics_of(context, context.by_subject[e], e, &profile.questions);
  }
  std::map<std::string, std::size_t, std::less<>> by_id;
  for (std::size_t i = 0; i < profiles.size(); ++i) by_id.emplace(profiles[i].id, i);
  const auto find = [&](const std::string& id) {
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : &profiles[found->second];
  };
  for (const Profile& profile : profiles) {
    if (profile.type == "person") add_leadership(context, profile, find);
  }
  std::size_t next = 0;
  for (std::uint32_t e = 0; e < context.entities.size(); ++e) {
    if (!context.entities[e].id.empty()) finish_profile(context, e, profiles[next++]);
  }
  return profiles;
}

void add_suggestions(const Context& context, const Identity& identity, std::vector<Profile>& profiles, Merged& merged) {
  constexpr std::size_t kMostOfOne = 5;  // more likely namesakes than this help nobody
  std::map<std::string_view, Profile*> by_id;
  for (Profile& profile : profiles) by_id.emplace(profile.id, &profile);
  std::map<std::uint32_t, std::size_t> count;
  for (const Identity::Pair& pair : identity.suggestions) {
    const Entity &a = context.entities[pair.a], &b = context.entities[pair.b];
    if (a.id.empty() || b.id.empty()) continue;
    if (count[pair.a] >= kMostOfOne || count[pair.b] >= kMostOfOne) continue;
    ++count[pair.a];
    ++count[pair.b];
    merged.suggestions.push_back({std::min(a.id, b.id), std::max(a.id, b.id), pair.score, pair.why});
    for (const auto& [own, other] : {std::pair(pair.a, pair.b), std::pair(pair.b, pair.a)}) {
      OpenQuestion question;
      question.kind = "maybe_same";
      question.entity = context.ref(other);
      question.key = context.key("question", own, {"maybe_same", question.entity.id}, {});
      by_id.at(context.entities[own].id)->questions.push_back(std::move(question));
    }
  }
}

Run run(const Task& task, const Corrections& corrections) {
  Run out;
  std::deque<DocumentResult> copies;
  Corrected corrected = apply_corrections(task.documents, corrections, task.tables, copies);

  // What people added needs the entity it is about, so the records are made twice where there is any of it.
  std::vector<std::pair<std::string, std::vector<std::string>>>
      links;  // anchor in the added document -> names of its entity
  std::vector<Decision> additions;
  for (const Decision& decision : task.decisions) {
    if (decision.verdict == Verdict::kAdd) additions.push_back(decision);
  }
  Records records = make_records(corrected.documents, task.tables);
  if (!additions.empty()) {
    const Resolver resolver(records, task.ids, task.redirects);
    for (const Decision& decision : additions) {
      const std::vector<std::uint32_t> subject = resolver.nodes(decision.a);
      if (subject.empty()) {
        out.merged.orphans.push_back(decision);
        continue;
      }
      const Node& node = records.nodes[subject.front()];
      DocumentResult document =
          added_document(decision, node.is_person ? "person" : "organization", records.entity_of(node).name);
      if (document.facts.empty()) {
        out.merged.orphans.push_back(decision);
        continue;
      }
      corrected.marks[{document.source_id, 0}] = {"added", decision.key};
      links.emplace_back(anchor_of(document, document.entities.front()), decision.a);
      copies.push_back(std::move(document));
      corrected.documents.push_back(&copies.back());
    }
    std::sort(corrected.documents.begin(), corrected.documents.end(),
              [](const DocumentResult* a, const DocumentResult* b) {
                return std::tie(a->source_id, a->uri) < std::tie(b->source_id, b->uri);
              });
    records = make_records(corrected.documents, task.tables);
  }
  if (!corrected.marks.empty()) {
    for (std::uint32_t d = 0; d < records.documents.size(); ++d) {
      const std::string& source = records.documents[d]->source_id;
      for (auto mark = corrected.marks.lower_bound({source, 0});
           mark != corrected.marks.end() && mark->first.first == source; ++mark) {
        records.marks[mark_key(d, mark->first.second)] = mark->second;
      }
    }
  }

  const Resolver resolver(records, task.ids, task.redirects);
  std::vector<PairDecision> pairs;
  for (const Decision& decision : task.decisions) {
    if (!is_pair(decision.verdict)) continue;
    PairDecision pair{decision.verdict, resolver.nodes(decision.a), resolver.nodes(decision.b)};
    if (pair.a.empty() || (pair.b.empty() && pair.a.size() < 2)) {
      out.merged.orphans.push_back(decision);
    } else {
      pairs.push_back(std::move(pair));
    }
  }
  for (const auto& [anchor, names] : links)
    pairs.push_back({Verdict::kSame, resolver.nodes(names), {find_anchor(records, anchor)}});
  Identity identity = identify(records, task.tables, pairs);

  std::map<std::uint32_t, std::string> pinned_names;
  for (const Decision& decision : task.decisions) {
    if (decision.verdict != Verdict::kPin || !decision.key.empty()) continue;
    const std::vector<std::uint32_t> nodes = resolver.nodes(decision.a);
    if (nodes.empty()) out.merged.orphans.push_back(decision);
    for (const auto& [slot, value] : decision.values) {
      if (slot == "name" && !nodes.empty()) pinned_names[identity.entity_of[nodes.front()]] = value;
    }
  }
  ProfileIds named = name_entities(records, task.tables, identity, pinned_names, task.options);

  Context context{records, task.tables,       identity, named.entities,     corrections.rules, {},
                  {},      &task.wanted_keys, {},       &task.rejected_keys};
  context.by_subject.resize(named.entities.size());
  context.by_object.resize(named.entities.size());
  ClaimList of_nobody;
  for (const Claim& claim : records.claims) {
    const std::uint32_t subject = context.entity_of(claim.subject), object = context.entity_of(claim.object);
    if (subject != kNone) context.by_subject[subject].push_back(&claim);
    if (object != kNone) context.by_object[object].push_back(&claim);
    const bool has_page = subject != kNone && !named.entities[subject].id.empty();
    if (claim.predicate == Predicate::kStatistic && !has_page) of_nobody.push_back(&claim);
  }
  context.on_wanted = [&](const std::string& key, const ClaimList& claims) {
    std::vector<FactPlace>& places = out.places[key];
    for (const Claim* claim : claims) places.emplace_back(records.documents[claim->document]->source_id, claim->fact);
  };
  Merged& merged = out.merged;
  merged.profiles = build_profiles(context);
  add_suggestions(context, identity, merged.profiles, merged);
  merged.statistics = statistics_of(context, of_nobody, kNone, nullptr);
  std::sort(merged.profiles.begin(), merged.profiles.end(),
            [](const Profile& a, const Profile& b) { return std::tie(b.type, a.id) < std::tie(a.type, b.id); });
  for (const Profile& profile : merged.profiles) {
    merged.conflicts += static_cast<std::size_t>(std::count_if(
        profile.questions.begin(), profile.questions.end(),
        [](const OpenQuestion& question) { return question.kind == "conflict" || question.kind == "near_conflict"; }));
  }
  for (std::uint32_t d = 0; d < records.documents.size(); ++d) {
    if (records.origins[d] != d)
      merged.copies.emplace(records.documents[d]->source_id, records.documents[records.origins[d]]->source_id);
  }
  merged.judgements = std::move(identity.judgements);
  merged.diagnostics = std::move(identity.diagnostics);
  merged.redirects = std::move(named.redirects);
  merged.ids = std::move(named.ids);
  return out;
}

}  // namespace
}  // namespace merging

std::string_view name_of(Sameness sameness) {
  static constexpr std::array<std::string_view, 3> kNames = {"same", "different", "unsure"};
  return kNames[static_cast<std::size_t>(sameness)];
}

const Profile* Merged::find(std::string_view id) const {
  const auto redirect = std::lower_bound(redirects.begin(), redirects.end(), id,
                                         [](const Redirect& r, std::string_view wanted) { return r.from < wanted; });
  if (redirect != redirects.end() && redirect->from == id) id = redirect->to;
  for (const Profile& profile : profiles) {
    if (profile.id == id) return &profile;
  }
  return nullptr;
}

// Decisions by key speak of statements or facts as they are without any correction, and decisions by id of profiles as
// they were: where either is not known beforehand, a first run without them finds it out.
Merged merge(std::span<const DocumentResult> documents, const Decisions& decisions, const MergeTables& tables,
             const MergeOptions& options) {
  using namespace merging;
  const std::vector<const DocumentResult*> ordered = in_order(documents);
  const std::vector<Decision> effective = decisions.effective();

  std::map<std::string, std::string> ids = options.known_ids;
  std::map<std::string, std::string> redirects = options.known_redirects;
  Task task{ordered, effective, tables, options, ids, redirects, {}, {}};
  std::map<std::string, std::vector<FactPlace>> places;
  bool needs_first_run = false;
  std::set<std::string_view> known;
  for (const auto& [anchor, id] : ids) known.insert(id);
  for (const auto& [from, to] : redirects) known.insert(from);
  for (const Decision& decision : effective) {
    if (!decision.key.empty() && decision.verdict != Verdict::kAdd) places[decision.key];
    for (const std::vector<std::string>* names : {&decision.a, &decision.b}) {
      for (const std::string& name : *names) {
        if (name.find('@') == std::string::npos && !known.contains(name)) needs_first_run = true;
      }
    }
  }
  if (!places.empty()) {
    for (const DocumentResult* document : ordered) {
      for (std::uint32_t f = 0; f < document->facts.size(); ++f) {
        const auto wanted = places.find(document->facts[f].key);
        if (wanted != places.end()) wanted->second.emplace_back(document->source_id, f);
      }
    }
  }
  for (const auto& [key, found] : places) {
    if (found.empty()) task.wanted_keys.insert(key);
  }
  if (needs_first_run || !task.wanted_keys.empty()) {
    std::vector<Decision> about_pairs;
    for (const Decision& decision : effective) {
      if (is_pair(decision.verdict)) about_pairs.push_back(decision);
    }
    const Task without_corrections{ordered, about_pairs, tables, options, ids, redirects, task.wanted_keys, {}};
    Run found = run(without_corrections, {});
    for (auto& [key, facts] : found.places) {
      if (facts.empty()) {
        task.rejected_keys.insert(key);
        places.erase(key);
      } else {
        places[key] = std::move(facts);
      }
    }
    for (const auto& [anchor, id] : found.merged.ids) ids.emplace(anchor, id);
    for (const Redirect& redirect : found.merged.redirects) redirects.emplace(redirect.from, redirect.to);
    task.wanted_keys.clear();
  }
  std::vector<Decision> about_facts, orphans;
  std::set<std::string, std::less<>> rejected;
  for (const Decision& decision : effective) {
    if (!task.rejected_keys.contains(decision.key)) about_facts.push_back(decision);
    if (decision.verdict == Verdict::kReject && task.rejected_keys.contains(decision.key))
      rejected.insert(decision.key);
  }
  task.rejected_keys = std::move(rejected);
  const Corrections corrections = plan_corrections(ordered, about_facts, places, orphans);
  Merged merged = run(task, corrections).merged;
  merged.orphans.insert(merged.orphans.begin(), orphans.begin(), orphans.end());
  return merged;
}

}  // namespace dossier
