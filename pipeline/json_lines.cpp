// json_lines.cpp - the door for JSON Lines of documents (ingest.h).
#include <nlohmann/json.hpp>

#include "pipeline/ingest.h"

namespace dossier {
namespace {

std::string text_field(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::vector<JsonLine> split_json_lines(std::string_view bytes) {
  std::vector<JsonLine> result;
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  std::size_t number = 0;
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::string_view line = bytes.substr(0, newline);
    bytes = newline == std::string_view::npos ? std::string_view() : bytes.substr(newline + 1);
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    JsonLine& entry = result.emplace_back();
    entry.name = std::to_string(number);
    const auto fail = [&entry, number](const std::string& what) {
      entry.diagnostics.push_back({Severity::kError, "json.line", "line " + std::to_string(number) + ": " + what});
    };
    const nlohmann::json object = nlohmann::json::parse(line, nullptr, false);
    if (object.is_discarded() || !object.is_object()) {
      fail("not a JSON object");
      continue;
    }
    const auto text = object.find("text");
    if (text == object.end() || !text->is_string()) {
      fail("no \"text\"");
      continue;
    }
    if (const auto id = object.find("id"); id != object.end())
      entry.name = id->is_string() ? id->get<std::string>() : id->dump();
    entry.source.bytes = text->get<std::string>();
    entry.source.id = content_id(entry.source.bytes);
    entry.source.uri = text_field(object, "uri");
    entry.source.media_type = text_field(object, "media_type");
    entry.source.language = text_field(object, "lang");
    entry.source.date = text_field(object, "date");
  }
  return result;
}

}  // namespace dossier
