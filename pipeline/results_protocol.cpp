// The machine protocol of results.h: a DocumentResult as one JSON object.
#include <nlohmann/json.hpp>

#include "grammars/edtf.h"
#include "pipeline/json_text.h"
#include "pipeline/results.h"

namespace dossier {
namespace {

// Writes `{"a": 1, "b": …}` member by member; the commas are its only care.
class ObjectWriter {
 public:
  explicit ObjectWriter(JsonBuffer& out) : out_(out) { out_.put('{'); }
  void end() { out_.put('}'); }

  // A name that is known here is written in one piece, without a call.
  template <std::size_t Size>
  JsonBuffer& key(const char (&name)[Size]) {
    char text[Size + 3] = {',', '"'};
    std::memcpy(text + 2, name, Size - 1);
    std::memcpy(text + 1 + Size, "\":", 2);
    const std::size_t comma = first_ ? 0 : 1;
    first_ = false;
    out_.raw({text + 1 - comma, Size + 2 + comma});
    return out_;
  }
  JsonBuffer& key(const std::string& name) {
    out_.put(first_ ? '"' : ',');
    if (!first_) out_.put('"');
    first_ = false;
    out_.raw(name);
    out_.literal("\":");
    return out_;
  }
  template <class Name>
  void string(const Name& name, std::string_view value) {
    key(name).string(value);
  }
  template <class Name>
  void string_if_any(const Name& name, std::string_view value) {
    if (!value.empty()) string(name, value);
  }
  template <class Name, class Number>
  void number(const Name& name, const Number& value) {
    key(name).number(value);
  }
  template <class Name>
  void true_if(const Name& name, bool value) {
    if (value) key(name).literal("true");
  }
  // One of the entities of a document: "e1" is the first.
  template <class Name>
  void entity(const Name& name, std::uint32_t entity) {
    key(name).literal("\"e");
    out_.number(std::uint64_t{entity} + 1);
    out_.put('"');
  }

 private:
  JsonBuffer& out_;
  bool first_ = true;
};

template <class Items, class Append>
void append_array(JsonBuffer& out, const Items& items, const Append& append) {
  out.put('[');
  bool first = true;
  for (const auto& item : items) {
    if (!first) out.put(',');
    first = false;
    append(item);
  }
  out.put(']');
}

void append_date(JsonBuffer& out, const Date& date) {
  ObjectWriter object(out);
  object.string_if_any("edtf", date.edtf);
  object.string_if_any("offset", date.offset);
  object.string_if_any("part", name_of(date.part));
  object.string_if_any("bound", name_of(date.bound));
  object.string("precision", name_of(date.precision));
  if (!date.edtf.empty()) {
    if (date.earliest != kDayOpenBegin) object.string("earliest", edtf::of_day(date.earliest));
    if (date.latest != kDayOpenEnd) object.string("latest", edtf::of_day(date.latest));
  }
  object.string_if_any("anchor", date.anchor);
  object.string_if_any("anchor_origin", date.anchor_origin);
  object.true_if("approximate", date.approximate);
  object.true_if("uncertain", date.uncertain);
  object.true_if("fiscal", date.fiscal);
  object.end();
}

void append_statistic(JsonBuffer& out, const Statistic& statistic) {
  ObjectWriter object(out);
  object.string("kind", name_of(statistic.kind));
  object.string("comparator", name_of(statistic.comparator));
  object.number("number", statistic.number);
  if (statistic.number_max) object.number("number_max", *statistic.number_max);
  object.string("unit", statistic.unit);
  object.string_if_any("noun", statistic.noun);
  object.string_if_any("scale", statistic.scale);
  object.string_if_any("per", statistic.per);
  object.string_if_any("change", name_of(statistic.change));
  if (statistic.modality != Modality::kStated) object.string("modality", name_of(statistic.modality));
  object.string_if_any("subject", statistic.subject);
  object.string_if_any("as_of", statistic.as_of);
  object.string_if_any("as_of_origin", statistic.as_of_origin);
  object.end();
}

void append_mention(JsonBuffer& out, const DocumentResult& result, const ResultMention& mention) {
  ObjectWriter object(out);
  object.string("type", mention.type);
  object.number("start", mention.begin);
  object.number("end", mention.end);
  object.string("text", mention.quote);
  if (mention.entity != kNone) object.entity("entity", mention.entity);
  if (mention.date != kNone) {
    // A date that could not be resolved has no value; what is known of it stands apart.
    const Date& date = result.dates[mention.date];
    append_date(object.key(date.edtf.empty() ? "unresolved" : "value"), date);
  } else if (mention.statistic != kNone) {
    append_statistic(object.key("value"), result.statistics[mention.statistic]);
  } else if (mention.role != kNone) {
    const RoleValue& role = result.roles[mention.role];
    if (!role.category.empty() || !role.qualifier.empty()) {
      ObjectWriter value(object.key("value"));
      value.string_if_any("category", role.category);
      value.string_if_any("qualifier", role.qualifier);
      value.end();
    }
  }
  if (mention.within != kNone) object.number("within", std::uint64_t{mention.within});
  object.string("rule", mention.rule);
  object.number("confidence", mention.confidence);
  object.end();
}

void append_fact(JsonBuffer& out, const ResultFact& fact) {
  ObjectWriter object(out);
  object.string("type", fact.predicate);
  object.string("key", fact.key);
  ObjectWriter arguments(object.key("args"));
  for (const auto& [name, mention] : fact.arguments) arguments.number(name, std::uint64_t{mention});
  arguments.end();
  const Period& period = fact.period;
  const bool has_period = !period.from.empty() || !period.to.empty() || !period.asserted_at.empty();
  if (has_period || period.status != Status::kUnknown || !fact.text.empty()) {
    ObjectWriter value(object.key("value"));
    if (has_period) {
      ObjectWriter inner(value.key("period"));
      inner.string_if_any("from", period.from);
      inner.string_if_any("to", period.to);
      inner.string_if_any("asserted_at", period.asserted_at);
      inner.end();
    }
    if (period.status != Status::kUnknown) value.string("status", name_of(period.status));
    value.string_if_any("text", fact.text);
    value.end();
  }
  object.number("start", fact.begin);
  object.number("end", fact.end);
  object.string("rule", fact.rule);
  object.number("confidence", fact.confidence);
  object.true_if("repeat", fact.is_repeat);
  object.end();
}

constexpr std::size_t kKeptBuffer = std::size_t{4} << 20;  // bytes; a larger one is not kept for the next line

}  // namespace

std::string protocol_line(const DocumentResult& result, std::string_view id) {
  thread_local JsonBuffer out;
  out.clear();
  ObjectWriter object(out);
  object.string("id", id);
  append_array(object.key("mentions"), result.mentions,
               [&](const ResultMention& mention) { append_mention(out, result, mention); });
  append_array(object.key("facts"), result.facts, [&](const ResultFact& fact) { append_fact(out, fact); });
  std::uint32_t number = 0;
  append_array(object.key("entities"), result.entities, [&](const ResultEntity& entity) {
    ObjectWriter inner(out);
    inner.entity("id", number++);
    inner.string("type", entity.type);
    inner.string("name", entity.name);
    append_array(inner.key("aliases"), entity.aliases, [&](const std::string& alias) { out.string(alias); });
    inner.end();
  });
  if (!result.diagnostics.empty()) {
    append_array(object.key("diagnostics"), result.diagnostics, [&](const Diagnostic& diagnostic) {
      ObjectWriter inner(out);
      inner.string("severity", name_of(diagnostic.severity));
      inner.string("code", diagnostic.code);
      inner.string("message", diagnostic.message);
      inner.end();
    });
  }
  object.end();
  std::string line(out.view());
  if (out.capacity() > kKeptBuffer) out = {};
  return line;
}

nlohmann::ordered_json protocol_json(const DocumentResult& result) {
  nlohmann::ordered_json object = nlohmann::ordered_json::parse(protocol_line(result, ""));
  object.erase("id");
  return object;
}

}  // namespace dossier
