#include "pipeline/report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace dossier {
namespace {

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string readable_size(std::uint64_t bytes) {
  constexpr std::uint64_t kKilo = 1000;
  char text[32];
  if (bytes < kKilo) {
    std::snprintf(text, sizeof text, "%llu bytes", static_cast<unsigned long long>(bytes));
  } else if (bytes < kKilo * kKilo) {
    std::snprintf(text, sizeof text, "%.1f KB", static_cast<double>(bytes) / 1e3);
  } else {
    std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / 1e6);
  }
  return text;
}

// "person 12, organization 8": the most frequent first.
std::string listed(const Report::Counts& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> rows(counts.begin(), counts.end());
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string out;
  for (const auto& [name, count] : rows) out += (out.empty() ? "" : ", ") + name + " " + grouped(count);
  return out;
}

std::uint64_t sum(const Report::Counts& counts) {
  std::uint64_t total = 0;
  for (const auto& [name, count] : counts) total += count;
  return total;
}

void row(std::string& out, const char* name, const std::string& text) {
  char label[16];
  std::snprintf(label, sizeof label, "%-12s", name);
  out += label + text + "\n";
}

std::string with_details(std::uint64_t total, const std::string& details) {
  return grouped(total) + (details.empty() ? "" : " (" + details + ")");
}

}  // namespace

void Report::add(const DocumentResult& result) {
  ++documents;
  bytes += result.bytes;
  blocks += result.blocks;
  tokens += result.tokens;
  if (!result.kind.empty()) ++kinds[result.kind];
  if (!result.language.empty()) ++languages[result.language];
  for (const ResultMention& mention : result.mentions) ++mentions[mention.type];
  for (const ResultFact& fact : result.facts) ++facts[fact.predicate];
  for (const Diagnostic& diagnostic : result.diagnostics) {
    ++diagnostics[diagnostic.code];
    if (diagnostic.severity != Severity::kError) continue;
    const Failure failure = {result.uri, diagnostic.code, diagnostic.message};
    failures.insert(std::upper_bound(failures.begin(), failures.end(), failure), failure);
  }
}

void Report::add(const Merged& merged) {
  for (const Profile& profile : merged.profiles) ++profiles[profile.type];
  for (const Diagnostic& diagnostic : merged.diagnostics) ++diagnostics[diagnostic.code];
  conflicts += merged.conflicts;
  suggestions += merged.suggestions.size();
  orphans += merged.orphans.size();
}

std::string to_text(const Report& report) {
  std::string out;
  row(out, "documents",
      with_details(report.documents, listed(report.kinds)) + ", " + readable_size(report.bytes) + ", " +
          grouped(report.blocks) + " blocks, " + grouped(report.tokens) + " tokens");
  if (report.extracted != report.documents) {
    row(out, "extracted", grouped(report.extracted) + "; the others have not changed");
  }
  row(out, "mentions", with_details(sum(report.mentions), listed(report.mentions)));
  row(out, "facts", with_details(sum(report.facts), listed(report.facts)));
  row(out, "profiles", with_details(sum(report.profiles), listed(report.profiles)));
  if (report.known_names && report.known_names->documents > 0) {
    const KnownNamesEffect& effect = *report.known_names;
    const auto change = [](std::uint64_t gained, std::uint64_t lost, const char* what) {
      return "+" + grouped(gained) + (lost > 0 ? " -" + grouped(lost) : "") + " " + what;
    };
    row(out, "known names",
        grouped(effect.names) + " from other documents stand in " + grouped(effect.documents) + ", change " +
            grouped(effect.changed) + ": " + change(effect.mentions_gained, effect.mentions_lost, "mentions") + ", " +
            change(effect.facts_gained, effect.facts_lost, "facts"));
  }
  if (report.conflicts > 0) row(out, "conflicts", grouped(report.conflicts) + " open, shown in the records");
  if (report.suggestions > 0) row(out, "look at", grouped(report.suggestions) + " pairs of profiles that may be one");
  if (report.orphans > 0) row(out, "decisions", grouped(report.orphans) + " found nothing to apply to");
  row(out, "files",
      grouped(report.files.written) + " written, " + grouped(report.files.unchanged) + " unchanged, " +
          grouped(report.files.removed) + " removed");
  for (const std::string& path : report.files.kept) {
    row(out, "kept", path + " was edited by hand; what dossier would write is in " + path + ".new");
  }
  if (!report.diagnostics.empty()) row(out, "noted", listed(report.diagnostics));
  if (!report.failures.empty()) row(out, "failed", grouped(report.failures.size()));
  for (const Report::Failure& failure : report.failures) {
    out += "  " + failure.uri + ": " + failure.message + " [" + failure.code + "]\n";
  }
  if (!report.seconds.empty()) {
    std::string times;
    for (const auto& [stage, seconds] : report.seconds) {
      char text[64];
      std::snprintf(text, sizeof text, "%s%s %.2f s", times.empty() ? "" : ", ", stage.c_str(), seconds);
      times += text;
    }
    row(out, "time", times);
  }
  return out;
}

std::string to_json(const Report& report, Report::Scope scope) {
  using Json = nlohmann::ordered_json;
  const auto object_of = [](const Report::Counts& counts) {
    Json object = Json::object();
    for (const auto& [name, count] : counts) object[name] = count;
    return object;
  };
  Json failures = Json::array();
  for (const Report::Failure& failure : report.failures) {
    failures.push_back({{"uri", failure.uri}, {"code", failure.code}, {"message", failure.message}});
  }
  Json out = {{"documents", report.documents},
              {"bytes", report.bytes},
              {"blocks", report.blocks},
              {"tokens", report.tokens},
              {"kinds", object_of(report.kinds)},
              {"languages", object_of(report.languages)},
              {"mentions", object_of(report.mentions)},
              {"facts", object_of(report.facts)},
              {"profiles", object_of(report.profiles)},
              {"conflicts", report.conflicts},
              {"suggestions", report.suggestions},
              {"decisions", report.decisions},
              {"orphaned_decisions", report.orphans},
              {"diagnostics", object_of(report.diagnostics)},
              {"failures", failures}};
  if (report.known_names) {
    const KnownNamesEffect& effect = *report.known_names;
    out["known_names"] = {{"names", effect.names},
                          {"documents", effect.documents},
                          {"changed", effect.changed},
                          {"mentions_gained", effect.mentions_gained},
                          {"mentions_lost", effect.mentions_lost},
                          {"facts_gained", effect.facts_gained},
                          {"facts_lost", effect.facts_lost}};
  }
  if (scope == Report::Scope::kRun) {
    out["extracted"] = report.extracted;
    out["files"] = {{"written", report.files.written},
                    {"unchanged", report.files.unchanged},
                    {"removed", report.files.removed},
                    {"kept", report.files.kept}};
    Json times = Json::object();
    for (const auto& [stage, seconds] : report.seconds) times[stage] = seconds;
    out["seconds"] = times;
  }
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dossier
