#include "tests/merge_cases.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "pipeline/names.h"

namespace dossier::testing {
namespace {

using Json = nlohmann::ordered_json;

std::string trimmed(std::string text) {
  while (!text.empty() && text.front() == ' ') text.erase(text.begin());
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  for (;;) {
    const std::size_t end = text.find(separator, at);
    parts.push_back(trimmed(text.substr(at, end - at)));
    if (end == std::string::npos) return parts;
    at = end + separator.size();
  }
}

Decimal decimal(std::string text) {
  Decimal out;
  const std::size_t dot = text.find('.');
  if (dot != std::string::npos) {
    out.exponent = -static_cast<std::int32_t>(text.size() - dot - 1);
    text.erase(dot, 1);
  }
  out.coefficient = std::stoll(text);
  while (out.coefficient != 0 && out.coefficient % 10 == 0) {
    out.coefficient /= 10;
    ++out.exponent;
  }
  if (out.coefficient == 0) out.exponent = 0;
  return out;
}

// ">=40000000 core (CPU cores)"
Statistic statistic(std::string text) {
  Statistic out;
  for (const auto& [sign, comparator] :
       {std::pair(">=", Comparator::kGreaterEqual), std::pair("<=", Comparator::kLessEqual),
        std::pair(">", Comparator::kGreater), std::pair("<", Comparator::kLess), std::pair("~", Comparator::kAbout)}) {
    if (text.starts_with(sign)) {
      out.comparator = comparator;
      text.erase(0, std::string_view(sign).size());
      break;
    }
  }
  if (const std::size_t open = text.find('('); open != std::string::npos) {
    out.noun = trimmed(text.substr(open + 1, text.find(')') - open - 1));
    text = trimmed(text.substr(0, open));
  }
  const std::size_t blank = text.find(' ');
  out.number = decimal(text.substr(0, blank));
  if (blank != std::string::npos) out.unit = trimmed(text.substr(blank));
  out.kind = out.unit == "%"                          ? StatisticKind::kPercentage
             : out.unit == "USD" || out.unit == "EUR" ? StatisticKind::kMoney
                                                      : StatisticKind::kCount;
  return out;
}

class Builder {
 public:
  Builder(const Json& json, MergeCase& merge_case) : case_(merge_case) {
    const std::string id = json.at("id");
    const std::string unique = merge_case.file + merge_case.name + id;
    for (const char* part : {"1", "2", "3", "4"}) document_.source_id += short_hash(unique + part);
    document_.uri = id + ".txt";
    document_.kind = json.value("kind", "plain");
    document_.date = json.value("date", "");
    document_.title = json.value("title", "");
    for (const char* group : {"people", "organizations"}) {
      if (!json.contains(group)) continue;
      const std::string type = group == std::string("people") ? "person" : "organization";
      for (const auto& [key, names] : json.at(group).items())
        add_entity(type, key, split(names.get<std::string>(), " = "));
    }
    for (const std::string& speaker : json.value("speakers", std::vector<std::string>{})) {
      const auto key = std::find(keys_.begin(), keys_.end(), speaker);
      document_.entities.at(static_cast<std::size_t>(key - keys_.begin())).speaks = true;
    }
    if (json.contains("facts")) {
      for (const Json& fact : json.at("facts")) add_fact(fact.get<std::string>());
    }
    document_.bytes = offset_;
    for (const ResultEntity& entity : document_.entities) {
      const std::string key = keys_.at(static_cast<std::size_t>(&entity - document_.entities.data()));
      case_.truth[anchor_of(document_, entity)] = entity.type + " " + key.substr(0, key.find('#'));
    }
  }

  DocumentResult take() { return std::move(document_); }

 private:
  std::uint32_t mention(const std::string& type, const std::string& text, double confidence = 0.95) {
    ResultMention out;
    out.type = type;
    out.quote = out.text = text;
    out.begin = offset_;
    out.end = offset_ += text.size();
    ++offset_;
    out.rule = type + ".case";
    out.confidence = confidence;
    document_.mentions.push_back(std::move(out));
    return static_cast<std::uint32_t>(document_.mentions.size() - 1);
  }

  void add_entity(const std::string& type, const std::string& key, const std::vector<std::string>& names) {
    const auto index = static_cast<std::uint32_t>(document_.entities.size());
    ResultEntity entity{type, names.front(), {names.begin() + 1, names.end()}, {}, {}};
    for (const std::string& name : names) {
      entity.mentions.push_back(mention(type, name));
      document_.mentions.back().entity = index;
    }
    entities_[key] = index;
    keys_.push_back(key);
    document_.entities.push_back(std::move(entity));
  }

  void add_fact(const std::string& line) {
    std::vector<std::string> fields = split(line, "|");
    ResultFact fact;
    fact.predicate = fields.front();
    fact.confidence = 0.9;
    fact.rule = fact.predicate + ".case";
    const std::size_t begin = offset_;
    std::string quote;
    for (std::size_t i = 1; i < fields.size(); ++i) {
      const std::size_t equals = fields[i].find('=');
      if (equals == std::string::npos) throw std::runtime_error(case_.file + ": no = in " + fields[i]);
      const std::string name = fields[i].substr(0, equals), value = fields[i].substr(equals + 1);
      if (name == "from") {
        fact.period.from = value;
      } else if (name == "to") {
        fact.period.to = value;
      } else if (name == "status") {
        fact.period.status = value == "current" ? Status::kCurrent : value == "past" ? Status::kPast : Status::kPlanned;
      } else if (name == "text") {
        fact.text = value;
      } else if (name == "quote") {
        quote = value;
      } else if (name == "rule") {
        fact.rule = value;
      } else if (name == "confidence") {
        fact.confidence = std::stod(value);
      } else if (name == "as_of") {
        document_.statistics.back().as_of = value;
        document_.statistics.back().as_of_origin = "explicit";
      } else if (name == "about") {
        document_.statistics.back().subject = value;
      } else {
        fact.arguments.emplace_back(name, argument(name, value));
      }
    }
    fact.begin = begin;
    fact.end = offset_;
    fact.quote = quote.empty() ? document_.uri + ": " + line : quote;
    std::string content = fact.predicate;
    for (const auto& [name, m] : fact.arguments) content += "|" + name + "=" + fold(document_.mentions[m].text);
    fact.key = fact.predicate + ":" + short_hash(content + fact.period.from + fact.period.to + fact.text);
    document_.facts.push_back(std::move(fact));
  }

  std::uint32_t argument(const std::string& name, std::string value) {
    if (const auto entity = entities_.find(value); entity != entities_.end()) {
      const ResultEntity& known = document_.entities[entity->second];
      const std::uint32_t index = mention(known.type, known.name);
      document_.mentions[index].entity = entity->second;
      return index;
    }
    if (name == "role") {
      RoleValue role;
      if (const std::size_t open = value.find('('); open != std::string::npos) {
        const std::vector<std::string> parts = split(value.substr(open + 1, value.find(')') - open - 1), ",");
        role.category = parts[0];
        if (parts.size() > 1) role.qualifier = parts[1];
        value = trimmed(value.substr(0, open));
      }
      const std::uint32_t index = mention("role", value);
      document_.mentions[index].role = static_cast<std::uint32_t>(document_.roles.size());
      document_.roles.push_back(role);
      return index;
    }
    if (name == "date") {
      const std::uint32_t index = mention("date", value);
      document_.mentions[index].date = static_cast<std::uint32_t>(document_.dates.size());
      document_.dates.emplace_back().edtf = value;
      return index;
    }
    if (name == "statistic") {
      const std::uint32_t index = mention("statistic", value);
      document_.mentions[index].statistic = static_cast<std::uint32_t>(document_.statistics.size());
      document_.statistics.push_back(statistic(value));
      return index;
    }
    const bool is_organization = name == "organization" || name == "institution" || name == "party";
    if (const std::string show = "show "; name == "event" && value.starts_with(show))
      return mention("product", value.substr(show.size()));
    return mention(name == "place" || name == "event" || name == "identifier" ? name
                   : is_organization                                          ? "organization"
                                                                              : "name",
                   value);
  }

  MergeCase& case_;
  DocumentResult document_;
  std::size_t offset_ = 0;
  std::map<std::string, std::uint32_t> entities_;
  std::vector<std::string> keys_;
};

// Decisions may name what is only known when the documents are made: "$b" the id of document b, "$b.0" the key of its
// first fact, "$b:ada" the anchor of its entity, "@ada-lovell.career.1" the key of a statement that merge makes
// (resolved by the test: see statement_key).
std::string resolved(const std::string& text, const MergeCase& merge_case) {
  if (!text.starts_with("$")) return text;
  const std::size_t mark = text.find_first_of(".:");
  const std::string uri = text.substr(1, mark == std::string::npos ? mark : mark - 1) + ".txt";
  for (const DocumentResult& document : merge_case.documents) {
    if (document.uri != uri) continue;
    if (mark == std::string::npos) return document.source_id;
    const std::string what = text.substr(mark + 1);
    if (text[mark] == '.') return document.facts.at(std::stoul(what)).key;
    for (const ResultEntity& entity : document.entities) {
      const std::string anchor = anchor_of(document, entity);
      if (merge_case.truth.at(anchor) == entity.type + " " + what) return anchor;
    }
  }
  throw std::runtime_error(merge_case.name + ": nothing is called " + text);
}

Decisions decisions_of(const Json& json, const MergeCase& merge_case) {
  std::string lines;
  for (Json decision : json) {
    for (auto& [field, value] : decision.items()) {
      if (value.is_string()) value = resolved(value.get<std::string>(), merge_case);
      if (!value.is_array()) continue;
      for (Json& item : value) item = resolved(item.get<std::string>(), merge_case);
    }
    lines += decision.dump() + "\n";
  }
  std::vector<Diagnostic> diagnostics;
  Decisions out = parse_decisions(lines, diagnostics);
  if (!diagnostics.empty()) throw std::runtime_error(diagnostics.front().message);
  return out;
}

std::string period_line(const ProfilePeriod& period) {
  std::string out = period.from + " | " + period.to;
  if (period.status != Status::kUnknown) out += " | " + std::string(name_of(period.status));
  if (period.status == Status::kCurrent && !period.asserted_at.empty()) out += " " + period.asserted_at;
  return out;
}

std::string marked(const Cited& cited) {
  return cited.decision.empty() ? std::string() : " !" + cited.decision;
}

std::string ref_line(const EntityRef& ref) {
  return ref.name + (ref.id.empty() ? " (no page)" : "");
}

std::string point_line(const StatisticPoint& point) {
  return std::string(name_of(point.value.comparator)) + point.value.number.to_string() + " " + point.value.unit +
         " @ " + point.as_of + " x" + std::to_string(point.cited.evidence.size()) + marked(point.cited);
}

void print(std::ostream& out, const Cited& cited) {
  out << "    " << cited.key << " " << cited.rule << " " << cited.confidence << marked(cited) << "\n";
  for (const Evidence& e : cited.evidence)
    out << "      " << e.source << ":" << e.begin << "-" << e.end << " " << e.rule << " " << e.fact << "\n";
}

}  // namespace

std::vector<MergeCase> load_merge_cases(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<MergeCase> cases;
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file);
    const Json json = Json::parse(in);
    for (const Json& one : json) {
      MergeCase& out = cases.emplace_back();
      out.file = file.filename();
      out.name = one.at("name");
      for (const Json& document : one.at("documents")) out.documents.push_back(Builder(document, out).take());
      if (one.contains("decisions")) out.decisions = decisions_of(one.at("decisions"), out);
      if (one.contains("apart")) out.apart = one.at("apart").get<std::vector<std::string>>();
      out.expect = one.contains("expect") ? one.at("expect").dump() : "{}";
    }
  }
  return cases;
}

std::string statement_key(const std::string& reference, const Merged& merged) {
  const std::vector<std::string> parts = split(reference.substr(1), ".");
  const Profile* profile = merged.find(parts.at(0));
  if (profile == nullptr || parts.at(1) != "career") throw std::runtime_error("no statement " + reference);
  return profile->career.at(std::stoul(parts.at(2))).cited.key;
}

std::map<std::string, std::vector<std::string>> profile_lines(const Profile& profile) {
  std::map<std::string, std::vector<std::string>> lines;
  lines["name"] = {profile.name};
  lines["type"] = {profile.type};
  lines["redirects"] = profile.redirects;
  for (const Alias& alias : profile.aliases) {
    lines["aliases"].push_back(alias.name + " (" + alias.kind + ")" +
                               (alias.period.is_empty() ? "" : " " + period_line(alias.period)) + marked(alias.cited));
  }
  for (const Identifier& identifier : profile.identifiers)
    lines["identifiers"].push_back(identifier.kind + " " + identifier.value);
  if (profile.tagline) lines["tagline"] = {profile.tagline->value + marked(profile.tagline->cited)};
  if (profile.born) lines["born"] = {profile.born->date + " | " + profile.born->place + marked(profile.born->cited)};
  if (profile.died) lines["died"] = {profile.died->date + " | " + profile.died->place + marked(profile.died->cited)};
  for (const Value& value : profile.nationality) lines["nationality"].push_back(value.value);
  for (const Education& e : profile.education)
    lines["education"].push_back(e.degree + " @ " + ref_line(e.institution) + " | " + period_line(e.period) +
                                 marked(e.cited));
  for (const Career& c : profile.career) {
    lines["career"].push_back((c.qualifier.empty() ? "" : "[" + c.qualifier + "] ") + c.title + " @ " +
                              ref_line(c.organization) + " | " + period_line(c.period) + marked(c.cited));
    lines["categories"].push_back(c.category);
    lines["evidence"].push_back(std::to_string(c.cited.evidence.size()));
    char confidence[16];
    std::snprintf(confidence, sizeof confidence, "%.4f", c.cited.confidence);
    lines["confidence"].push_back(confidence);
    lines["end_reasons"].push_back(std::string(name_of(c.period.end_reason)));
  }
  for (const Connection& c : profile.connections) {
    lines["connections"].push_back(c.relation + " " + ref_line(c.entity) + (c.text.empty() ? "" : ": " + c.text) +
                                   (c.period.is_empty() ? "" : " | " + period_line(c.period)));
  }
  for (const StatisticSeries& s : profile.statistics) {
    std::string line = s.subject + " / " + s.kind + " / " + (s.noun.empty() ? s.unit : s.noun) + ":";
    for (const StatisticPoint& point : s.points) line += " " + point_line(point) + ";";
    lines["statistics"].push_back(line);
  }
  for (const Quote& quote : profile.quotes) lines["quotes"].push_back(quote.text);
  for (const Participation& event : profile.events)
    lines["events"].push_back(event.event + " | " + event.role + " | " + event.date);
  for (const Attribute& a : profile.attributes)
    lines["attributes"].push_back(a.predicate + " " + a.value.value + (a.text.empty() ? "" : ": " + a.text) +
                                  (a.value.period.is_empty() ? "" : " | " + period_line(a.value.period)) +
                                  marked(a.value.cited));
  for (const TimelineEntry& t : profile.timeline)
    lines["timeline"].push_back(t.date + " " + t.kind + " " + t.title +
                                (t.entity.name.empty() ? "" : " @ " + t.entity.name) +
                                (t.text.empty() ? "" : ": " + t.text));
  for (const OpenQuestion& q : profile.questions) {
    std::string line = q.kind + (q.predicate.empty() ? "" : " " + q.predicate) +
                       (q.title.empty() ? "" : " " + q.title) + (q.entity.name.empty() ? "" : " @ " + q.entity.name);
    if (q.kind == "conflict" || q.kind == "near_conflict") {
      line += ":";
      for (const Claim& claim : q.claims)
        line += " " + claim.value + (claim.entity.name.empty() ? "" : " (" + claim.entity.name + ")") + ";";
    }
    lines["questions"].push_back(line);
  }
  for (const Reference& reference : profile.references)
    lines["references"].push_back(reference.title + " " + reference.url);
  for (const SourceRef& source : profile.sources)
    lines["sources"].push_back(source.uri + " " + std::to_string(source.statements));
  if (profile.inception) lines["inception"] = {profile.inception->value + marked(profile.inception->cited)};
  if (profile.headquarters) lines["headquarters"] = {profile.headquarters->value + marked(profile.headquarters->cited)};
  if (profile.parent) lines["parent"] = {ref_line(profile.parent->entity)};
  for (const LeadershipEntry& l : profile.leadership)
    lines["leadership"].push_back(l.person.name + ", " + l.title + " | " + period_line(l.period));
  for (const Member& member : profile.members)
    lines["members"].push_back(ref_line(member.organization) + (member.level.empty() ? "" : " (" + member.level + ")"));
  return lines;
}

std::string dump(const Merged& merged, bool with_history) {
  std::ostringstream out;
  for (const Profile& profile : merged.profiles) {
    out << profile.id << "\n";
    for (const auto& [field, values] : profile_lines(profile)) {
      if (field == "redirects" && !with_history) continue;
      for (const std::string& value : values) out << "  " << field << ": " << value << "\n";
    }
    for (const Career& career : profile.career) print(out, career.cited);
    for (const Education& education : profile.education) print(out, education.cited);
    for (const Connection& connection : profile.connections) print(out, connection.cited);
    for (const Alias& alias : profile.aliases) print(out, alias.cited);
    for (const Attribute& attribute : profile.attributes) print(out, attribute.value.cited);
    for (const StatisticSeries& series : profile.statistics) {
      for (const StatisticPoint& point : series.points) print(out, point.cited);
    }
    for (const OpenQuestion& question : profile.questions) {
      out << "  ? " << question.key << "\n";
      for (const Claim& claim : question.claims) print(out, claim.cited);
    }
  }
  for (const Judgement& j : merged.judgements) {
    out << j.a << " " << name_of(j.sameness) << " " << j.b << " " << j.rule << " " << j.score << "\n";
    for (const std::string& why : j.why) out << "    " << why << "\n";
  }
  for (const Suggestion& s : merged.suggestions) out << "maybe " << s.a << " " << s.b << " " << s.score << "\n";
  for (const Redirect& r : merged.redirects) {
    if (with_history) out << "redirect " << r.from << " " << r.to << "\n";
  }
  for (const auto& [anchor, id] : merged.ids) {
    const Profile* profile = merged.find(id);
    out << anchor << " -> " << (with_history || profile == nullptr ? id : profile->id) << "\n";
  }
  for (const StatisticSeries& series : merged.statistics) {
    out << series.subject << " " << series.kind << " " << series.unit << " " << series.noun << "\n";
    for (const StatisticPoint& point : series.points) out << "  " << point_line(point) << "\n";
  }
  for (const Decision& orphan : merged.orphans) out << "orphan " << serialize(orphan) << "\n";
  for (const Diagnostic& diagnostic : merged.diagnostics) out << diagnostic.code << " " << diagnostic.message << "\n";
  out << merged.conflicts << " conflicts\n";
  return std::move(out).str();
}

void score_clusters(const MergeCase& merge_case, const Merged& merged, std::string_view type, ClusterScore& score) {
  std::map<std::string, std::string> redirects;
  for (const Redirect& redirect : merged.redirects) redirects[redirect.from] = redirect.to;
  std::map<std::string, std::vector<std::string>> clusters;
  std::map<std::string, double> sizes;
  for (const auto& [anchor, truth] : merge_case.truth) {
    if (!truth.starts_with(type)) continue;
    const auto id = merged.ids.find(anchor);
    std::string cluster = id == merged.ids.end() ? anchor : id->second;
    if (const auto redirect = redirects.find(cluster); redirect != redirects.end()) cluster = redirect->second;
    clusters[cluster].push_back(truth);
    ++sizes[truth];
  }
  const auto pairs = [](double n) { return n * (n - 1) / 2; };
  for (const auto& [truth, size] : sizes) score.pairs_true += pairs(size);
  for (const auto& [cluster, members] : clusters) {
    std::map<std::string, double> inside;
    for (const std::string& truth : members) ++inside[truth];
    const auto size = static_cast<double>(members.size());
    score.pairs_together += pairs(size);
    for (const auto& [truth, count] : inside) {
      score.pairs_right += pairs(count);
      score.precision_sum += count * count / size;
      score.recall_sum += count * count / sizes[truth];
      score.entities += count;
    }
    if (inside.size() > 1) {
      std::string line = cluster + ":";
      for (const auto& [truth, count] : inside) line += " " + truth + ";";
      score.false_joins.push_back(line);
    }
  }
}

}  // namespace dossier::testing
