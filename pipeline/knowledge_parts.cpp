#include "pipeline/knowledge_parts.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "grammars/tsv.h"
#include "pipeline/json_text.h"
#include "pipeline/names.h"
#include "pipeline/program_id.h"

namespace dossier {

namespace fs = std::filesystem;

namespace {

std::string listed(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

std::string print(const rules::Assignment& assignment) {
  if (assignment.capture.empty()) return assignment.name + "=\"" + assignment.text + "\"";
  return assignment.name + "=" + assignment.capture + (assignment.attribute.empty() ? "" : "." + assignment.attribute);
}

// All that a rule says, on one line.
std::string print(const rules::Rule& rule) {
  std::string out = "phase " + rule.phase + " within " + rule.within;
  if (rule.reach != 0) out += " reach " + std::to_string(rule.reach);
  for (const rules::Guard& guard : rule.guards) {
    out += " when " + guard.name + (guard.negated ? " != " : " = ") + listed(guard.values);
  }
  out += "  " + rules::print(rule.pattern);
  for (const rules::Constraint& constraint : rule.constraints) {
    out += " where " + constraint.name + "(" + listed(constraint.captures) + ")";
  }
  for (const rules::Action& action : rule.actions) {
    out += std::string(" => ") + (action.forbids ? "forbid " : "") + action.target + "(";
    for (const rules::Assignment& argument : action.arguments) out += (out.back() == '(' ? "" : ", ") + print(argument);
    out += ")";
    if (action.attributes.empty()) continue;
    out += " [";
    for (const rules::Assignment& attribute : action.attributes)
      out += (out.back() == '[' ? "" : ", ") + print(attribute);
    out += "]";
  }
  std::string number;
  append_json_number(number, rule.confidence);
  out += " confidence " + number;
  if (rule.priority != 0) out += " priority " + std::to_string(rule.priority);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
  return out;
}

}  // namespace

ParsedRules rules_as_written(const Knowledge& knowledge) {
  std::vector<std::pair<std::string, std::string>> files;
  std::set<std::string> seen;
  std::vector<Problem> ignored;  // knowledge that was loaded has none
  for (const fs::path& folder : knowledge.folders()) {
    for (const fs::path& path : files_below(folder / "rules", ".rules")) {
      const std::string name = path.lexically_relative(folder).string();
      seen.insert(name);
      files.emplace_back(name, read_text_file(path, ignored));
    }
  }
  // Rule files beside the folders.
  for (const CompiledRule& rule : knowledge.rule_set().rules()) {
    if (seen.insert(rule.file).second) files.emplace_back(rule.file, read_text_file(rule.file, ignored));
  }
  return parse_rules(files, ignored);
}

KnowledgeParts knowledge_parts(const Knowledge& knowledge) {
  KnowledgeParts parts;
  for (const rules::Rule& rule : rules_as_written(knowledge).rules) parts[{"rule", rule.id}] = print(rule);
  std::vector<Problem> ignored;
  for (const fs::path& folder : knowledge.folders()) {
    for (const fs::path& path : files_below(folder, ".tsv")) {
      std::string& hash = parts[{"file", path.lexically_relative(folder).string()}];
      hash = short_hash(hash + read_text_file(path, ignored));  // folders add to each other
    }
  }
  parts[{"program", DOSSIER_VERSION}] = program_id();
  return parts;
}

std::string serialize(const KnowledgeParts& parts) {
  std::string out;
  for (const auto& [name, text] : parts) out += name.first + "\t" + name.second + "\t" + text + "\n";
  return out;
}

KnowledgeParts parse_knowledge_parts(std::string_view text) {
  KnowledgeParts parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    const std::size_t first = line.find('\t');
    const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
    if (second == std::string_view::npos) continue;
    parts[{std::string(line.substr(0, first)), std::string(line.substr(first + 1, second - first - 1))}] =
        line.substr(second + 1);
  }
  return parts;
}

}  // namespace dossier
