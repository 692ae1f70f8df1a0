// The canonical JSON record of a profile: docs/profile.schema.json describes it. Members without a value are left out,
// the order of members is the order written here.
#include <cmath>
#include <nlohmann/json.hpp>

#include "grammars/edtf.h"
#include "pipeline/render.h"

namespace dossier {
namespace {

using Json = nlohmann::ordered_json;

void put(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}
void put(Json& object, const char* name, Json value) {
  if (!value.empty()) object[name] = std::move(value);
}

// Four digits are more than a confidence knows; the last bits of its arithmetic must not show.
double rounded(double confidence) {
  return std::round(confidence * 10000.0) / 10000.0;
}

// A JSON number where a reader's double holds it exactly as written, else a string of its digits.
Json number_json(const Decimal& number) {
  const std::string exact = number.to_string();
  if (exact.find('.') == std::string::npos && exact.size() <= 16) return std::stoll(exact);
  const Json as_double = number.to_double();
  return as_double.dump() == exact ? as_double : Json(exact);
}

Json evidence_json(const Evidence& evidence) {
  Json json = Json::object();
  json["source"] = evidence.source;
  put(json, "uri", evidence.uri);
  json["begin"] = evidence.begin;
  json["end"] = evidence.end;
  json["quote"] = evidence.quote;
  json["rule"] = evidence.rule;
  json["confidence"] = rounded(evidence.confidence);
  put(json, "document_date", evidence.document_date);
  put(json, "fact", evidence.fact);
  return json;
}

Json cited_json(const Cited& cited) {
  Json json = Json::object();
  json["key"] = cited.key;
  json["rule"] = cited.rule;
  json["confidence"] = rounded(cited.confidence);
  put(json, "decision", cited.decision);
  json["evidence"] = Json::array();
  for (const Evidence& evidence : cited.evidence) json["evidence"].push_back(evidence_json(evidence));
  return json;
}

// Every statement: its own members first, then why it is here.
Json with_citation(Json statement, const Cited& cited) {
  statement.update(cited_json(cited));
  return statement;
}

Json ref_json(const EntityRef& ref) {
  Json json = Json::object();
  put(json, "name", ref.name);
  put(json, "id", ref.id);
  return json;
}

Json bounds_json(std::int32_t earliest, std::int32_t latest) {
  Json json = Json::object();
  if (earliest != kDayOpenBegin) json["earliest"] = edtf::of_day(earliest);
  if (latest != kDayOpenEnd) json["latest"] = edtf::of_day(latest);
  return json;
}

Json period_json(const ProfilePeriod& period) {
  Json json = Json::object();
  put(json, "from", period.from);
  put(json, "to", period.to);
  put(json, "start", bounds_json(period.start_earliest, period.start_latest));
  put(json, "end", bounds_json(period.end_earliest, period.end_latest));
  if (period.end_reason != EndReason::kUnknown) json["end_reason"] = std::string(name_of(period.end_reason));
  put(json, "asserted_at", period.asserted_at);
  return json;
}

// Statements that hold over time carry the period and its status side by side.
void put_period(Json& statement, const ProfilePeriod& period) {
  put(statement, "period", period_json(period));
  statement["status"] = std::string(name_of(period.status));
}

Json value_json(const Value& value) {
  Json json = Json::object();
  put(json, "value", value.value);
  put(json, "entity", ref_json(value.entity));
  if (!value.period.is_empty()) put_period(json, value.period);
  return with_citation(std::move(json), value.cited);
}

Json statistic_json(const Statistic& value) {
  Json json = Json::object();
  json["kind"] = std::string(name_of(value.kind));
  json["comparator"] = std::string(name_of(value.comparator));
  json["number"] = number_json(value.number);
  if (value.number_max) json["number_max"] = number_json(*value.number_max);
  put(json, "unit", value.unit);
  put(json, "noun", value.noun);
  put(json, "per", value.per);
  if (value.change != ChangeDirection::kNone) json["change"] = std::string(name_of(value.change));
  if (value.modality != Modality::kStated) json["modality"] = std::string(name_of(value.modality));
  return json;
}

template <typename Item, typename ToJson>
Json list_json(const std::vector<Item>& items, ToJson to_json) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(to_json(item));
  return list;
}

Json alias_json(const Alias& alias) {
  Json json = {{"name", alias.name}};
  put(json, "kind", alias.kind);
  if (!alias.period.is_empty()) put_period(json, alias.period);
  return with_citation(std::move(json), alias.cited);
}

Json life_event_json(const LifeEvent& event) {
  Json json = Json::object();
  put(json, "date", event.date);
  put(json, "place", event.place);
  return with_citation(std::move(json), event.cited);
}

Json education_json(const Education& education) {
  Json json = Json::object();
  put(json, "institution", ref_json(education.institution));
  put(json, "degree", education.degree);
  put_period(json, education.period);
  return with_citation(std::move(json), education.cited);
}

Json career_json(const Career& career) {
  Json json = Json::object();
  put(json, "role", career.title);
  put(json, "category", career.category);
  put(json, "qualifier", career.qualifier);
  put(json, "organization", ref_json(career.organization));
  put_period(json, career.period);
  return with_citation(std::move(json), career.cited);
}

Json connection_json(const Connection& connection) {
  Json json = {{"relation", connection.relation}};
  put(json, "entity", ref_json(connection.entity));
  put(json, "entity_type", connection.entity_type);
  put(json, "text", connection.text);
  if (!connection.period.is_empty()) put_period(json, connection.period);
  return with_citation(std::move(json), connection.cited);
}

Json series_json(const StatisticSeries& series) {
  Json json = {{"subject", series.subject}, {"kind", series.kind}};
  put(json, "unit", series.unit);
  put(json, "noun", series.noun);
  json["points"] = list_json(series.points, [](const StatisticPoint& point) {
    Json point_json = statistic_json(point.value);
    put(point_json, "as_of", point.as_of);
    return with_citation(std::move(point_json), point.cited);
  });
  return json;
}

Json quote_json(const Quote& quote) {
  Json json = {{"text", quote.text}};
  put(json, "date", quote.date);
  return with_citation(std::move(json), quote.cited);
}

Json participation_json(const Participation& participation) {
  Json json = {{"event", participation.event}};
  put(json, "role", participation.role);
  put(json, "date", participation.date);
  return with_citation(std::move(json), participation.cited);
}

Json attribute_json(const Attribute& attribute) {
  Json json = {{"predicate", attribute.predicate}};
  put(json, "text", attribute.text);
  json.update(value_json(attribute.value));
  return json;
}

Json timeline_json(const TimelineEntry& entry) {
  Json json = {{"date", entry.date}, {"kind", entry.kind}};
  put(json, "title", entry.title);
  put(json, "entity", ref_json(entry.entity));
  put(json, "text", entry.text);
  return with_citation(std::move(json), entry.cited);
}

Json question_json(const OpenQuestion& question) {
  Json json = {{"key", question.key}, {"kind", question.kind}};
  put(json, "predicate", question.predicate);
  put(json, "title", question.title);
  put(json, "entity", ref_json(question.entity));
  put(json, "chosen", question.chosen);
  put(json, "claims", list_json(question.claims, [](const Claim& claim) {
        Json claim_json = Json::object();
        put(claim_json, "value", claim.value);
        put(claim_json, "entity", ref_json(claim.entity));
        return with_citation(std::move(claim_json), claim.cited);
      }));
  return json;
}

Json leadership_json(const LeadershipEntry& entry) {
  Json json = Json::object();
  put(json, "person", ref_json(entry.person));
  put(json, "role", entry.title);
  put(json, "category", entry.category);
  put(json, "qualifier", entry.qualifier);
  put_period(json, entry.period);
  return with_citation(std::move(json), entry.cited);
}

Json member_json(const Member& member) {
  Json json = Json::object();
  put(json, "organization", ref_json(member.organization));
  put(json, "level", member.level);
  put_period(json, member.period);
  return with_citation(std::move(json), member.cited);
}

}  // namespace

std::string render_record(const Profile& profile) {
  Json record = {{"id", profile.id}, {"type", profile.type}, {"name", profile.name}};
  put(record, "aliases", list_json(profile.aliases, alias_json));
  put(record, "identifiers", list_json(profile.identifiers, [](const Identifier& identifier) {
        Json json = {{"kind", identifier.kind}, {"value", identifier.value}};
        return with_citation(std::move(json), identifier.cited);
      }));
  if (profile.tagline) record["tagline"] = value_json(*profile.tagline);
  put(record, "nationality", list_json(profile.nationality, value_json));
  if (profile.born) record["born"] = life_event_json(*profile.born);
  if (profile.died) record["died"] = life_event_json(*profile.died);
  if (profile.inception) record["inception"] = value_json(*profile.inception);
  if (profile.headquarters) record["headquarters"] = value_json(*profile.headquarters);
  if (profile.parent) record["parent"] = value_json(*profile.parent);
  put(record, "education", list_json(profile.education, education_json));
  put(record, "career", list_json(profile.career, career_json));
  put(record, "leadership", list_json(profile.leadership, leadership_json));
  put(record, "members", list_json(profile.members, member_json));
  put(record, "connections", list_json(profile.connections, connection_json));
  put(record, "statistics", list_json(profile.statistics, series_json));
  put(record, "quotes", list_json(profile.quotes, quote_json));
  put(record, "events", list_json(profile.events, participation_json));
  put(record, "attributes", list_json(profile.attributes, attribute_json));
  put(record, "timeline", list_json(profile.timeline, timeline_json));
  put(record, "questions", list_json(profile.questions, question_json));
  put(record, "references", list_json(profile.references, [](const Reference& reference) {
        Json json = Json::object();
        put(json, "title", reference.title);
        json["url"] = reference.url;
        return with_citation(std::move(json), reference.cited);
      }));
  record["sources"] = list_json(profile.sources, [](const SourceRef& source) {
    Json json = {{"source", source.source}};
    put(json, "uri", source.uri);
    put(json, "title", source.title);
    put(json, "date", source.date);
    put(json, "kind", source.kind);
    json["statements"] = source.statements;
    return json;
  });
  put(record, "redirects", Json(profile.redirects));
  // Quotes are source bytes and may be broken UTF-8: each bad piece becomes U+FFFD.
  return record.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dossier
