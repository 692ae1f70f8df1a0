#include "pipeline/decisions.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

namespace dossier {
namespace {

constexpr std::array<std::string_view, 9> kVerdictNames = {"accept", "reject", "edit", "same", "different",
                                                           "unsure", "pin",    "add",  "undo"};
using Json = nlohmann::ordered_json;

// What a decision is about: decisions with the same topic replace one another.
enum class Group : std::uint8_t { kJudgement, kEdit, kPin, kAdd, kPair };
using Topic = std::tuple<Group, std::string, std::string, std::vector<std::string>, std::vector<std::string>>;

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string content_of(const Decision& decision) {
  std::string content;
  for (const auto& [name, value] : decision.values) content.append(name).append("=").append(value).append("\n");
  return content;
}

Topic topic_of(const Decision& decision) {
  std::vector<std::string> a = sorted(decision.a), b = sorted(decision.b);
  switch (decision.verdict) {
    case Verdict::kSame:
    case Verdict::kDifferent:
    case Verdict::kUnsure:
      if (b < a) std::swap(a, b);  // a pair has no first side
      return {Group::kPair, "", "", std::move(a), std::move(b)};
    case Verdict::kEdit:
      return {Group::kEdit, decision.key, "", {}, {}};
    case Verdict::kPin:
      return {
          Group::kPin, decision.key, decision.values.empty() ? "" : decision.values.front().first, std::move(a), {}};
    case Verdict::kAdd:
      return {Group::kAdd, decision.key.empty() ? content_of(decision) : decision.key, "", std::move(a), {}};
    default:
      return {Group::kJudgement, decision.key, decision.source, {}, {}};
  }
}

// Does an undo mean this decision? It names it by key (and source), by pair, or by the entity of a pin; "verdict" among
// its values narrows it to one kind.
bool means(const Decision& undo, const Decision& decision) {
  for (const auto& [name, value] : undo.values) {
    if (name == "verdict" && value != name_of(decision.verdict)) return false;
  }
  if (undo.key != decision.key) return false;
  if (!undo.source.empty() && undo.source != decision.source) return false;
  if (!undo.key.empty()) return true;
  std::vector<std::string> a = sorted(undo.a), b = sorted(undo.b);
  std::vector<std::string> other_a = sorted(decision.a), other_b = sorted(decision.b);
  if (a.empty() && b.empty()) return false;
  return (a == other_a && b == other_b) || (a == other_b && b == other_a);
}

Json to_json(const Decision& decision) {
  Json json = {{"at", decision.at}, {"who", decision.who}, {"verdict", name_of(decision.verdict)}};
  if (!decision.key.empty()) json["key"] = decision.key;
  if (!decision.a.empty()) json["a"] = decision.a;
  if (!decision.b.empty()) json["b"] = decision.b;
  if (!decision.reason.empty()) json["reason"] = decision.reason;
  if (!decision.source.empty()) json["source"] = decision.source;
  if (!decision.values.empty()) {
    Json& values = json["values"] = Json::object();
    for (const auto& [name, value] : decision.values) values[name] = value;
  }
  return json;
}

// Empty: read; else what is wrong with the line.
std::string read_decision(std::string_view line, Decision& decision) {
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) return "not JSON";
  if (!json.is_object()) return "not a JSON object";
  std::string verdict;
  for (const auto& entry : json.items()) {
    const std::string& name = entry.key();
    const Json& value = entry.value();
    const auto text = [&](std::string& out) { return value.is_string() && (out = value.get<std::string>(), true); };
    const auto list = [&](std::vector<std::string>& out) {
      if (value.is_string()) return out.assign({value.get<std::string>()}), true;
      if (!value.is_array()) return false;
      for (const Json& item : value) {
        if (!item.is_string()) return false;
        out.push_back(item.get<std::string>());
      }
      return true;
    };
    const auto pairs = [&] {
      if (!value.is_object()) return false;
      for (const auto& [slot, item] : value.items()) {
        if (!item.is_string()) return false;
        decision.values.emplace_back(slot, item.get<std::string>());
      }
      return true;
    };
    const bool read = name == "at"        ? text(decision.at)
                      : name == "who"     ? text(decision.who)
                      : name == "verdict" ? text(verdict)
                      : name == "key"     ? text(decision.key)
                      : name == "a"       ? list(decision.a)
                      : name == "b"       ? list(decision.b)
                      : name == "reason"  ? text(decision.reason)
                      : name == "source"  ? text(decision.source)
                      : name == "values"  ? pairs()
                                          : false;
    if (!read) return "unknown or wrong field \"" + name + "\"";
  }
  if (!parse_verdict(verdict, decision.verdict)) return "unknown verdict \"" + verdict + "\"";
  return "";
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

bool parse_verdict(std::string_view name, Verdict& verdict) {
  const auto found = std::find(kVerdictNames.begin(), kVerdictNames.end(), name);
  if (found == kVerdictNames.end()) return false;
  verdict = static_cast<Verdict>(found - kVerdictNames.begin());
  return true;
}

std::vector<Decision> Decisions::effective() const {
  // A stack a topic: its top counts, undo takes the top away. The newest living decision that an undo means is found by
  // walking back; logs are short where people write them.
  std::vector<bool> living(log.size(), false);
  std::map<Topic, std::vector<std::size_t>> stacks;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (log[i].verdict != Verdict::kUndo) {
      std::vector<std::size_t>& stack = stacks[topic_of(log[i])];
      if (!stack.empty()) living[stack.back()] = false;
      stack.push_back(i);
      living[i] = true;
      continue;
    }
    for (std::size_t back = i; back-- > 0;) {
      if (!living[back] || !means(log[i], log[back])) continue;
      std::vector<std::size_t>& stack = stacks[topic_of(log[back])];
      living[back] = false;
      stack.pop_back();
      if (!stack.empty()) living[stack.back()] = true;
      break;
    }
  }
  std::vector<Decision> out;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (living[i]) out.push_back(log[i]);
  }
  return out;
}

std::string serialize(const Decision& decision) {
  return to_json(decision).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string serialize(const Decisions& decisions) {
  std::string out;
  for (const Decision& decision : decisions.log) out.append(serialize(decision)).append("\n");
  return out;
}

Decisions parse_decisions(std::string_view json_lines, std::vector<Diagnostic>& diagnostics) {
  Decisions decisions;
  std::size_t number = 0;
  while (!json_lines.empty()) {
    ++number;
    const std::size_t end = std::min(json_lines.find('\n'), json_lines.size());
    std::string_view line = json_lines.substr(0, end);
    json_lines.remove_prefix(std::min(end + 1, json_lines.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    Decision decision;
    const std::string problem = read_decision(line, decision);
    if (problem.empty()) {
      decisions.log.push_back(std::move(decision));
    } else {
      diagnostics.push_back({Severity::kError, "decisions.unreadable",
                             "line " + std::to_string(number) + ": " + problem + "; the line is left out"});
    }
  }
  return decisions;
}

}  // namespace dossier
