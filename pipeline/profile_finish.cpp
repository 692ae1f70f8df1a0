#include <algorithm>
#include <map>
#include <set>

#include "pipeline/profile_builder.h"

namespace dossier::merging {
namespace {

std::string interval(const ProfilePeriod& period) {
  if (period.from.empty()) return period.to.empty() ? std::string() : "../" + period.to;
  if (period.from.find('/') != std::string::npos) return period.from;
  if (!period.to.empty())
    return period.to == period.from || period.to.find('/') != std::string::npos ? period.from
                                                                                : period.from + "/" + period.to;
  return period.status == Status::kCurrent ? period.from + "/.." : period.from;
}

// Does a line of a curated timeline tell this already? The same dates, and the name or its letters in its words.
bool is_told(const std::vector<TimelineEntry>& curated, const TimelineEntry& entry) {
  const auto days = days_of(entry.date);
  for (const TimelineEntry& line : curated) {
    const auto other = days_of(line.date);
    const bool is_near =
        days && other && days->overlaps(*other) && std::abs(days_between(days->earliest, other->earliest)) <= 366;
    if (!is_near) continue;
    const std::string text = " " + fold(line.text) + " ";
    if (entry.entity.name.empty() && entry.title.empty()) return true;
    for (const std::string& name : {fold(entry.entity.name), fold(entry.title)}) {
      if (!name.empty() && text.find(" " + name + " ") != std::string::npos) return true;
    }
  }
  return false;
}

void add_timeline(Profile& profile) {
  const std::vector<TimelineEntry> curated = profile.timeline;
  const auto add = [&](const Cited& cited, std::string date, std::string kind, std::string title, EntityRef entity) {
    TimelineEntry entry{cited, std::move(date), std::move(kind), std::move(title), std::move(entity), ""};
    if (!entry.date.empty() && !is_told(curated, entry)) profile.timeline.push_back(std::move(entry));
  };
  if (profile.born) add(profile.born->cited, profile.born->date, "born", profile.born->place, {});
  if (profile.died) add(profile.died->cited, profile.died->date, "died", profile.died->place, {});
  for (const Education& education : profile.education) {
    add(education.cited, interval(education.period), "education", education.degree, education.institution);
  }
  for (const Career& career : profile.career) {
    add(career.cited, interval(career.period), career.category == "founder" ? "founded" : "career", career.title,
        career.organization);
  }
  if (profile.inception) add(profile.inception->cited, profile.inception->value, "inception", "", {});
  for (const Alias& alias : profile.aliases) {
    if (alias.kind == "former") add(alias.cited, interval(alias.period), "former_name", alias.name, {});
  }
  for (const Participation& event : profile.events) add(event.cited, event.date, "event", event.event, {});
  for (const LeadershipEntry& entry : profile.leadership) {
    add(entry.cited, interval(entry.period), "leadership", entry.title, entry.person);
  }
  std::stable_sort(
      profile.timeline.begin(), profile.timeline.end(), [](const TimelineEntry& a, const TimelineEntry& b) {
        const auto rank = [](const TimelineEntry& entry) {
          const auto days = days_of(entry.date);
          return std::tuple(days ? days->earliest == kDayOpenBegin ? days->latest : days->earliest : kDayOpenEnd,
                            entry.kind != "text", std::string_view(entry.date), std::string_view(entry.cited.key));
        };
        return rank(a) < rank(b);
      });
}

void ask_about_ends(const Context& context, std::uint32_t entity, Profile& profile) {
  for (const Career& career : profile.career) {
    const ProfilePeriod& period = career.period;
    const bool lacks_end = period.to.empty() && (period.end_reason == EndReason::kEnded ||
                                                 (period.end_reason == EndReason::kUnknown && !period.from.empty()));
    const bool lacks_start = period.from.empty() && !period.to.empty();
    for (const auto& [lacks, kind] : {std::pair(lacks_end, "missing_end"), std::pair(lacks_start, "missing_start")}) {
      if (!lacks || !career.cited.decision.empty() || career.category == "founder") continue;
      OpenQuestion question;
      question.kind = kind;
      question.predicate = "affiliation";
      question.title = career.title;
      question.entity = career.organization;
      question.claims.push_back({career.cited, interval(period), career.organization});
      question.key = context.key("question", entity, {kind, career.cited.key}, {});
      profile.questions.push_back(std::move(question));
    }
  }
}

// Posts after a death or before a birth: one of the two is wrong, or two people were taken for one.
void ask_about_lifespan(const Context& context, std::uint32_t entity, Profile& profile) {
  const auto born = profile.born && !profile.born->date.empty() ? days_of(profile.born->date) : std::nullopt;
  const auto died = profile.died && !profile.died->date.empty() ? days_of(profile.died->date) : std::nullopt;
  if (!born && !died) return;
  for (const Career& career : profile.career) {
    const ProfilePeriod& period = career.period;
    const bool before = born && ((!period.from.empty() && period.start_latest < born->earliest) ||
                                 (!period.to.empty() && period.end_latest < born->earliest));
    const bool after = died && !period.from.empty() && period.start_earliest > died->latest;
    if (!before && !after) continue;
    OpenQuestion question;
    question.kind = "lifespan";
    question.predicate = "affiliation";
    question.title = career.title;
    question.entity = career.organization;
    question.claims.push_back({career.cited, interval(period), career.organization});
    question.claims.push_back(before ? dossier::Claim{profile.born->cited, profile.born->date, {}}
                                     : dossier::Claim{profile.died->cited, profile.died->date, {}});
    question.key = context.key("question", entity, {"lifespan", career.cited.key}, {});
    profile.questions.push_back(std::move(question));
  }
}

// A seat that one person holds at a time, and two who held it at once for more than a year.
void ask_about_seats(const Context& context, std::uint32_t entity, Profile& profile) {
  std::map<std::string, std::vector<const LeadershipEntry*>> seats;
  for (const LeadershipEntry& entry : profile.leadership) {
    const std::string title = canonical_title(entry.title, context.tables);
    if (context.records.exclusive_titles.contains(title)) seats[title].push_back(&entry);
  }
  for (const auto& [title, holders] : seats) {
    for (std::size_t i = 0; i < holders.size(); ++i) {
      for (std::size_t j = i + 1; j < holders.size(); ++j) {
        const ProfilePeriod &a = holders[i]->period, &b = holders[j]->period;
        if (holders[i]->person == holders[j]->person || a.from.empty() || b.from.empty()) continue;
        // Surely held: from the latest start to the earliest end.
        const std::int64_t first = std::max(a.start_latest, b.start_latest);
        const std::int64_t last = std::min(a.end_earliest, b.end_earliest);
        if (last - first <= 365) continue;
        OpenQuestion question = disagreement(context, entity, "affiliation.holder", false, "",
                                             {{holders[i]->cited, interval(a), holders[i]->person},
                                              {holders[j]->cited, interval(b), holders[j]->person}});
        question.title = holders[i]->title;
        profile.questions.push_back(std::move(question));
      }
    }
  }
}

void order_people(Profile& profile) {
  const auto rank = [](const auto& entry) {
    const bool is_over = entry.period.status == Status::kPast;
    const std::int32_t since = entry.period.from.empty() ? kDayOpenBegin + 1 : entry.period.start_earliest;
    return std::pair(is_over, -static_cast<std::int64_t>(since));
  };
  std::sort(profile.leadership.begin(), profile.leadership.end(),
            [&](const LeadershipEntry& a, const LeadershipEntry& b) {
              return std::tuple(rank(a), std::string_view(a.person.name), std::string_view(a.title),
                                std::string_view(a.cited.key)) < std::tuple(rank(b), std::string_view(b.person.name),
                                                                            std::string_view(b.title),
                                                                            std::string_view(b.cited.key));
            });
  std::sort(profile.connections.begin(), profile.connections.end(), [](const Connection& a, const Connection& b) {
    return std::tie(a.relation, a.entity.name, a.text, a.cited.key) <
           std::tie(b.relation, b.entity.name, b.text, b.cited.key);
  });
  std::sort(profile.questions.begin(), profile.questions.end(), [](const OpenQuestion& a, const OpenQuestion& b) {
    return std::tie(a.kind, a.predicate, a.key) < std::tie(b.kind, b.predicate, b.key);
  });
  profile.questions.erase(std::unique(profile.questions.begin(), profile.questions.end(),
                                      [](const OpenQuestion& a, const OpenQuestion& b) { return a.key == b.key; }),
                          profile.questions.end());
  std::sort(profile.quotes.begin(), profile.quotes.end(),
            [](const Quote& a, const Quote& b) { return std::tie(a.date, a.text) < std::tie(b.date, b.text); });
  std::sort(profile.events.begin(), profile.events.end(), [](const Participation& a, const Participation& b) {
    return std::tie(a.date, a.event, a.role) < std::tie(b.date, b.event, b.role);
  });
}

void add_sources(const Context& context, std::uint32_t entity, Profile& profile) {
  std::map<std::string, std::set<std::string>> statements;  // source -> keys
  const auto count = [&](const Cited& cited) {
    for (const Evidence& evidence : cited.evidence) statements[evidence.source].insert(cited.key);
  };
  for_each_cited(profile, count);

  std::set<std::uint32_t> documents;
  for (const std::uint32_t node : context.identity.members[entity])
    documents.insert(context.records.nodes[node].document);
  for (const std::uint32_t index : documents) {
    const DocumentResult& document = *context.records.documents[index];
    const auto found = statements.find(document.source_id);
    const auto number = found == statements.end() ? 0u : static_cast<std::uint32_t>(found->second.size());
    profile.sources.push_back({document.source_id, document.uri, document.title, document.date, document.kind, number});
  }
  std::sort(profile.sources.begin(), profile.sources.end(), [](const SourceRef& a, const SourceRef& b) {
    return std::tie(b.statements, a.date, a.uri, a.source) < std::tie(a.statements, b.date, b.uri, b.source);
  });
}

}  // namespace

void finish_profile(const Context& context, std::uint32_t entity, Profile& profile) {
  order_people(profile);
  add_timeline(profile);
  ask_about_ends(context, entity, profile);
  ask_about_lifespan(context, entity, profile);
  ask_about_seats(context, entity, profile);
  order_people(profile);
  add_sources(context, entity, profile);
}

}  // namespace dossier::merging

namespace dossier {

void for_each_cited(const Profile& profile, const std::function<void(const Cited&)>& visit) {
  for (const Alias& alias : profile.aliases) visit(alias.cited);
  for (const Identifier& identifier : profile.identifiers) visit(identifier.cited);
  for (const auto* value : {&profile.tagline, &profile.inception, &profile.headquarters, &profile.parent}) {
    if (*value) visit((*value)->cited);
  }
  for (const Connection& connection : profile.connections) visit(connection.cited);
  for (const StatisticSeries& series : profile.statistics) {
    for (const StatisticPoint& point : series.points) visit(point.cited);
  }
  for (const Quote& quote : profile.quotes) visit(quote.cited);
  for (const Participation& event : profile.events) visit(event.cited);
  for (const Attribute& attribute : profile.attributes) visit(attribute.value.cited);
  for (const TimelineEntry& entry : profile.timeline) visit(entry.cited);
  for (const Reference& reference : profile.references) visit(reference.cited);
  for (const Value& value : profile.nationality) visit(value.cited);
  for (const auto* event : {&profile.born, &profile.died}) {
    if (*event) visit((*event)->cited);
  }
  for (const Education& education : profile.education) visit(education.cited);
  for (const Career& career : profile.career) visit(career.cited);
  for (const LeadershipEntry& entry : profile.leadership) visit(entry.cited);
  for (const Member& member : profile.members) visit(member.cited);
}

}  // namespace dossier
