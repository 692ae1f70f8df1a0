#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <unordered_set>

#include "pipeline/identity_parts.h"

namespace dossier::merging {
namespace {

// How a name came to an organization, the surest first.
enum class Via : std::uint8_t { kName, kDeclared, kAlias };

struct Holder {
  std::uint32_t node = 0;
  Via via = Via::kName;
};

class Scorer {
 public:
  Scorer(const Records& records, const MergeTables& tables, Groups& groups, Outcome& outcome)
      : records_(records), tables_(tables), groups_(groups), outcome_(outcome) {}

  void run() {
    read_names();
    read_facts();
    join_declared();
    join_equal_names();
    join_translations();
    join_aliases();
    suggest_initials();
  }

 private:
  struct Core {
    std::uint32_t id = 0;  // in cores_
    std::uint32_t classes = 0;
    bool is_generic = false;
    bool is_acronym = false;  // one word, written in capitals somewhere
  };

  const Core& core_of(std::uint32_t name) {
    const auto [found, is_new] = core_of_name_.try_emplace(name);
    if (!is_new) return found->second;
    const OrganizationName form =
        compare_form(records_.words.text(name), tables_.legal_forms, tables_.word_list("article"));
    Core& core = found->second;
    core.id = cores_.id(form.core);
    for (const std::string& form_class : form.classes) core.classes |= class_bit(form_class);
    core.is_generic = true;
    const MergeTables::WordSet& generic = tables_.word_list("generic_organization_word");
    for (const std::string& word : words_of(form.core)) core.is_generic = core.is_generic && generic.contains(word);
    return core;
  }

  std::uint32_t class_bit(const std::string& name) {
    const auto [found, is_new] = classes_.try_emplace(name, classes_.size());
    return std::uint32_t{1} << std::min<std::size_t>(found->second, 31);
  }

  void read_names() {
    for (std::uint32_t n = 0; n < records_.nodes.size(); ++n) {
      const Node& node = records_.nodes[n];
      if (node.is_person) continue;
      const Core core = core_of(node.name);
      groups_.set_classes(n, core.classes);
      holders_[core.id].push_back({n, Via::kName});
      if (looks_like_acronym(records_.entity_of(node).name)) acronyms_.insert(core.id);
      for (const std::uint32_t name : node.names) {
        if (name != node.name) groups_.declare(name, node.name);
        const Core& alias = core_of(name);
        if (alias.id != core.id && !alias.is_generic) holders_[alias.id].push_back({n, Via::kAlias});
      }
      for (const std::string& alias : records_.entity_of(node).aliases) {
        if (looks_like_acronym(alias)) acronyms_.insert(core_of(records_.words.find(fold(alias))).id);
      }
    }
  }

  void read_facts() {
    for (const Claim& claim : records_.claims) {
      if (claim.subject == kNone || records_.nodes[claim.subject].is_person) continue;
      const DocumentResult& document = *records_.documents[claim.document];
      if (claim.predicate == Predicate::kInception) {
        if (records_.fact_of(claim).confidence < tables_.weight("inception.confidence")) continue;
        const ResultMention* date = argument(document, records_.fact_of(claim), "date");
        if (date == nullptr || date->date == kNone) continue;
        if (const auto days = days_of(document.dates[date->date].edtf)) groups_.set_years(claim.subject, *days);
      } else if (claim.predicate == Predicate::kAlias && claim.object != kNone) {
        if (records_.nodes[claim.object].is_person) continue;
        groups_.declare(records_.nodes[claim.subject].name, records_.nodes[claim.object].name);
        declared_.push_back({std::min(claim.subject, claim.object),
                             std::max(claim.subject, claim.object),
                             tables_.weight("alias.declared"),
                             "organization.alias",
                             {{"alias.declared", kNone, tables_.weight("alias.declared")}}});
      } else if (claim.predicate == Predicate::kIdentifier) {
        const std::string address = address_of(document, records_.fact_of(claim));
        if (!address.empty()) identifiers_[address].push_back(claim.subject);
      }
    }
  }

  void join_declared() {
    sort_edges(declared_);
    for (const Edge& edge : declared_) {
      if (edge.a == edge.b || groups_.root(edge.a) == groups_.root(edge.b)) continue;
      // What one document declares to be two names of one thing is not told apart by that document.
      const char* obstacle = groups_.obstacle(edge.a, edge.b);
      if (obstacle != nullptr && std::string_view(obstacle) != "organization.told_apart") {
        refuse(edge, obstacle);
      } else {
        groups_.join_by_decision(edge.a, edge.b);
        outcome_.joined.push_back(edge);
      }
    }
    // The two nodes now share their names.
    for (const Edge& edge : declared_) {
      for (const auto& [from, to] : {std::pair(edge.a, edge.b), std::pair(edge.b, edge.a)}) {
        const Core core = core_of(records_.nodes[from].name);
        if (!core.is_generic) holders_[core.id].push_back({to, Via::kDeclared});
      }
    }
    for (const auto& [identifier, nodes] : identifiers_) {
      for (std::size_t i = 1; i < nodes.size(); ++i) {
        const Node &a = records_.nodes[nodes[0]], &b = records_.nodes[nodes[i]];
        const Core one = core_of(a.name), other = core_of(b.name);
        const double bits = tables_.weight("identifier.same");
        if (one.id == other.id)
          propose({nodes[0], nodes[i], bits, "organization.identifier", {{"identifier.same", kNone, bits}}});
      }
    }
  }

  void refuse(Edge edge, const char* obstacle) {
    edge.rule = obstacle;
    outcome_.refused.push_back(std::move(edge));
  }

  void propose(Edge edge) {
    if (edge.b < edge.a) std::swap(edge.a, edge.b);
    if (groups_.root(edge.a) == groups_.root(edge.b)) return;
    if (edge.score >= tables_.weight("organization.same")) {
      if (const char* obstacle = groups_.obstacle(edge.a, edge.b)) {
        refuse(std::move(edge), obstacle);
      } else if (groups_.join(edge.a, edge.b)) {
        outcome_.joined.push_back(std::move(edge));
      }
    } else if (edge.score >= tables_.weight("organization.suggest")) {
      outcome_.doubtful.push_back(std::move(edge));
    }
  }

  // What the documents of two nodes have in common besides them.
  void add_context(Edge& edge) {
    if (world_ == nullptr) {
      world_ = std::make_unique<World>(make_world(records_, tables_, groups_));
    }
    const auto &a = world_->context[records_.nodes[edge.a].document],
               &b = world_->context[records_.nodes[edge.b].document];
    double bits = 0;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
      if (a[i] == b[j]) {
        bits += tables_.weight("comention.organization") * world_->rarity(a[i]);
        ++i, ++j;
      } else if (a[i] < b[j]) {
        ++i;
      } else {
        ++j;
      }
    }
    bits = std::min(bits, tables_.weight("comention.cap"));
    if (bits <= 0) return;
    edge.score += bits;
    edge.reasons.push_back({"comention", kNone, bits});
  }

  // One name, the legal form apart. Those that say the same about themselves are joined in a row; the rows are then
  // compared with one another.
  void join_equal_names() {
    for (auto& [core, holders] : holders_) {
      std::map<std::tuple<std::uint32_t, std::int32_t, std::int32_t>, std::uint32_t> rows;
      for (const Holder& holder : holders) {
        if (holder.via != Via::kName) continue;
        const Node& node = records_.nodes[holder.node];
        const Core own = core_of(node.name);
        const DayRange years = groups_.years(groups_.root(holder.node));
        const auto [row, is_new] = rows.try_emplace({own.classes, years.earliest, years.latest}, holder.node);
        if (!is_new) {
          propose(equal_edge(row->second, holder.node, own));
        } else if (rows.size() <= kMaxRows) {
          for (const auto& [signature, first] : rows) {
            if (first != holder.node) propose(equal_edge(first, holder.node, own));
          }
        }
      }
    }
  }

  Edge equal_edge(std::uint32_t a, std::uint32_t b, const Core& core) {
    Edge edge{a, b, 0, "organization.name", {}};
    const char* what = core.is_generic ? "organization.generic" : "organization.name";
    edge.score = tables_.weight(what);
    edge.reasons.push_back({what, records_.nodes[a].name, edge.score});
    if (core.is_generic) add_context(edge);
    return edge;
  }

  // "Fondazione Corvane", "Corvane-Stiftung" and "Corvane Foundation": one name in several languages. Where all words
  // are common nouns ("Ministero della Salute"), only with what the documents have in common.
  void join_translations() {
    std::map<std::string, std::map<std::uint32_t, TranslatedName>> by_words;  // -> first node of each spelling
    std::unordered_set<std::uint32_t> seen;                                   // names
    for (std::uint32_t n = 0; n < records_.nodes.size(); ++n) {
      const Node& node = records_.nodes[n];
      if (node.is_person || !seen.insert(node.name).second) continue;
      TranslatedName name = translated_name(records_.words.text(node.name), tables_);
      if (name.words.find(' ') != std::string::npos) by_words[name.words].emplace(n, std::move(name));
    }
    std::vector<Edge> edges;
    for (const auto& [words, nodes] : by_words) {
      if (nodes.size() > kMaxRows) continue;
      for (auto one = nodes.begin(); one != nodes.end(); ++one) {
        for (auto other = std::next(one); other != nodes.end(); ++other) {
          if (!one->second.is_translated && !other->second.is_translated) continue;
          const char* what = one->second.is_distinctive ? "organization.translated" : "organization.common_noun";
          const auto words_agreeing = 1 + std::count(words.begin(), words.end(), ' ');
          Edge edge{one->first, other->first, tables_.weight(what), "organization.translation", {}};
          if (!one->second.is_distinctive) edge.score *= static_cast<double>(words_agreeing);
          edge.reasons.push_back({what, records_.nodes[other->first].name, edge.score});
          if (!one->second.is_distinctive) add_context(edge);
          edges.push_back(std::move(edge));
        }
      }
    }
    sort_edges(edges);
    for (Edge& edge : edges) propose(std::move(edge));
  }

  void join_aliases() {
    world_.reset();  // groups have grown
    std::vector<std::uint32_t> shared;
    for (const auto& [core, holders] : holders_) {
      if (std::any_of(holders.begin(), holders.end(), [](const Holder& holder) { return holder.via != Via::kName; })) {
        shared.push_back(core);
      }
    }
    std::sort(shared.begin(), shared.end());
    std::vector<Edge> edges;
    for (const std::uint32_t core : shared) {
      const std::vector<Holder>& holders = holders_[core];
      // Groups that call themselves so, and groups that are also called so.
      std::map<std::uint32_t, std::uint32_t> bearers;                 // root -> first node
      std::map<std::uint32_t, std::pair<Via, std::uint32_t>> owners;  // root -> the surest way, first node
      for (const Holder& holder : holders) {
        const std::uint32_t root = groups_.root(holder.node);
        if (holder.via == Via::kName) {
          bearers.try_emplace(root, holder.node);
        } else {
          const auto [known, is_new] = owners.try_emplace(root, holder.via, holder.node);
          if (!is_new) known->second = std::min(known->second, {holder.via, holder.node});
        }
      }
      if (owners.size() > kMaxRows || bearers.size() > kMaxRows) continue;
      const bool is_acronym = acronyms_.contains(core);
      for (const auto& [bearer_root, bearer] : bearers) {
        for (const auto& [owner_root, owner] : owners) {
          if (owner_root == bearer_root) continue;
          const auto [via, node] = owner;
          const char* what = via == Via::kDeclared                                  ? "organization.declared_name"
                             : !is_acronym                                          ? "organization.short"
                             : owners.size() > 1                                    ? "acronym.ambiguous"
                             : has_initials(holders, owner_root, cores_.text(core)) ? "acronym.declared"
                                                                                    : "acronym.translated";
          Edge edge{std::min(bearer, node), std::max(bearer, node), tables_.weight(what), "organization.alias", {}};
          edge.reasons.push_back({what, records_.nodes[bearer].name, edge.score});
          add_context(edge);
          edges.push_back(std::move(edge));
        }
      }
    }
    sort_edges(edges);
    for (Edge& edge : edges) propose(std::move(edge));
  }

  // Whether one of the names that a group has where it is also called so begins its words with these letters.
  bool has_initials(const std::vector<Holder>& holders, std::uint32_t root, const std::string& letters) const {
    return std::any_of(holders.begin(), holders.end(), [&](const Holder& holder) {
      if (holder.via == Via::kName || groups_.root(holder.node) != root) return false;
      const std::vector<std::uint32_t>& names = records_.nodes[holder.node].names;
      return std::any_of(names.begin(), names.end(), [&](std::uint32_t name) {
        return is_acronym_of(letters, records_.words.text(name), tables_.word_list("stop_word"));
      });
    });
  }

  // "OSI" here and "Open Source Initiative" there, and nobody says that they belong together.
  void suggest_initials() {
    std::map<std::string, std::vector<std::uint32_t>> by_initials;
    for (const auto& [core, holders] : holders_) {
      if (holders.front().via != Via::kName || acronyms_.contains(core)) continue;
      std::string all, without_stops;
      for (const std::string& word : words_of(cores_.text(core))) {
        all += word.front();
        if (!tables_.word_list("stop_word").contains(word)) without_stops += word.front();
      }
      if (all.size() < 3) continue;
      by_initials[all].push_back(holders.front().node);
      if (without_stops != all && without_stops.size() >= 3) by_initials[without_stops].push_back(holders.front().node);
    }
    std::vector<std::uint32_t> acronyms(acronyms_.begin(), acronyms_.end());
    std::sort(acronyms.begin(), acronyms.end());
    std::vector<Edge> edges;
    for (const std::uint32_t acronym : acronyms) {
      const std::vector<Holder>& holders = holders_[acronym];
      const auto found = by_initials.find(cores_.text(acronym));
      if (found == by_initials.end() || holders.empty() || found->second.size() > 4) continue;
      const auto bearer =
          std::find_if(holders.begin(), holders.end(), [](const Holder& h) { return h.via == Via::kName; });
      if (bearer == holders.end()) continue;
      for (const std::uint32_t node : found->second) {
        Edge edge{std::min(bearer->node, node),
                  std::max(bearer->node, node),
                  tables_.weight("acronym.initials"),
                  "organization.initials",
                  {}};
        edge.reasons.push_back({"acronym.initials", records_.nodes[bearer->node].name, edge.score});
        if (groups_.root(edge.a) == groups_.root(edge.b)) continue;
        add_context(edge);
        // Letters alone join nothing, however much the documents have in common.
        if (edge.score >= tables_.weight("organization.suggest")) edges.push_back(std::move(edge));
      }
    }
    sort_edges(edges);
    outcome_.doubtful.insert(outcome_.doubtful.end(), edges.begin(), edges.end());
  }

  static constexpr std::size_t kMaxRows = 32;  // a name that means more things than this says nothing

  const Records& records_;
  const MergeTables& tables_;
  Groups& groups_;
  Outcome& outcome_;
  Words cores_;
  std::unordered_map<std::uint32_t, Core> core_of_name_;
  std::map<std::string, std::size_t> classes_;
  std::map<std::uint32_t, std::vector<Holder>> holders_;  // by core, in the order of nodes
  std::unordered_set<std::uint32_t> acronyms_;            // cores
  std::vector<Edge> declared_;
  std::map<std::string, std::vector<std::uint32_t>> identifiers_;
  std::unique_ptr<World> world_;
};

}  // namespace

void join_organizations(const Records& records, const MergeTables& tables, Groups& groups, Outcome& outcome) {
  Scorer(records, tables, groups, outcome).run();
}

}  // namespace dossier::merging
