#include "pipeline/workspace.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>

#include "pipeline/names.h"
#include "pipeline/process.h"
#include "pipeline/program_id.h"
#include "pipeline/publish.h"

namespace dossier {
namespace fs = std::filesystem;
namespace {

constexpr const char* kFolderName = ".dossier";
constexpr const char* kDatabaseName = "workspace.db";

// What is written to the database at once. Small enough that a killed build loses little work, large enough that
// waiting for the disk costs little.
constexpr std::size_t kBatchDocuments = 64;
constexpr std::size_t kBatchBytes = std::size_t{16} << 20;

class Stopwatch {
 public:
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

bool by_source(const DocumentResult& a, const DocumentResult& b) {
  return std::tie(a.source_id, a.uri) < std::tie(b.source_id, b.uri);
}

void write_files(const Merged& merged, const Renderer& renderer, const BuildOptions& options, const fs::path& folder,
                 Report& report) {
  Publisher publisher(folder);
  renderer.render(merged.profiles, options.render, [&](RenderedFile file) { publisher.write(file.path, file.bytes); });
  publisher.write("report.json", to_json(report, Report::Scope::kContent));
  report.files = publisher.finish();
}

// A stored result, unless there is none or it is damaged; both mean that the source is extracted (again).
std::optional<DocumentResult> stored_result(const Store& store, const StoredSource& source, const std::string& key) {
  const std::optional<std::string> stored = store.result(source.id, key);
  if (!stored) return std::nullopt;
  try {
    DocumentResult result = deserialize(*stored);
    result.uri = source.uri;  // the file may have been moved since
    return result;
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

Renderer load_renderer(const Knowledge& knowledge, const RenderOptions& options) {
  Renderer renderer = Renderer::load([&](std::string_view relative) { return knowledge.files(relative); });
  for (const std::string& language : options.languages) {
    if (renderer.labels().has_language(language)) continue;
    std::string known;
    for (const std::string& one : renderer.labels().languages()) known += (known.empty() ? "" : ", ") + one;
    throw std::invalid_argument("--languages: no pages in \"" + language + "\" - there are labels for: " + known);
  }
  return renderer;
}

}  // namespace

Report run_once(Inputs inputs, const Knowledge& knowledge, const BuildOptions& options, const fs::path& folder) {
  Stopwatch watch;
  const Renderer renderer = load_renderer(knowledge, options.render);
  const MergeTables tables = load_merge_tables(knowledge);
  Report report;
  report.seconds.emplace_back("start", watch.lap());

  std::vector<DocumentResult> results;
  std::vector<DocumentResult> failures;
  std::uint64_t bytes = 0;
  process(
      knowledge, options.threads, [&] { return inputs.next(); },
      [&](Processed processed) {
        bytes += processed.result.bytes;
        (processed.is_document ? results : failures).push_back(std::move(processed.result));
        if (options.progress) options.progress(results.size() + failures.size(), inputs.file_count(), bytes);
      });
  // The same bytes from two places are one source.
  std::sort(results.begin(), results.end(), by_source);
  results.erase(
      std::unique(results.begin(), results.end(),
                  [](const DocumentResult& a, const DocumentResult& b) { return a.source_id == b.source_id; }),
      results.end());
  for (const DocumentResult& result : results) report.add(result);
  for (const DocumentResult& result : failures) report.add(result);
  report.extracted = report.documents;
  report.seconds.emplace_back("extract", watch.lap());

  const Merged merged = merge(results, Decisions{}, tables);
  report.add(merged);
  report.seconds.emplace_back("merge", watch.lap());
  write_files(merged, renderer, options, folder, report);
  report.seconds.emplace_back("write", watch.lap());
  return report;
}

std::string result_key(const StoredSource& source, const Knowledge& knowledge) {
  static const std::string kProgram = program_id() + DOSSIER_VERSION;
  std::string parts = kProgram + "\n" + knowledge.hash();
  for (const std::string_view part : {std::string_view(source.language), std::string_view(source.date),
                                      std::string_view(source.media_type), name_of(source.kind)}) {
    parts.append("\n").append(part);
  }
  return short_hash(parts);
}

Workspace::Workspace(fs::path folder, Store store) : folder_(std::move(folder)), store_(std::move(store)) {}

Workspace Workspace::create(const fs::path& folder) {
  return Workspace(folder, Store::open(folder / kFolderName / kDatabaseName, /*create=*/true));
}

Workspace Workspace::open(const fs::path& folder) {
  for (fs::path at = fs::absolute(folder).lexically_normal();; at = at.parent_path()) {
    std::error_code error;
    if (fs::exists(at / kFolderName / kDatabaseName, error)) {
      return Workspace(at, Store::open(at / kFolderName / kDatabaseName, /*create=*/false));
    }
    if (at == at.parent_path()) break;
  }
  throw StoreError(folder.string() + ": no workspace here or above - make one with `dossier init " + folder.string() +
                   "`");
}

std::vector<fs::path> Workspace::knowledge_folders() const {
  const fs::path own = folder_ / "knowledge";
  std::error_code error;
  return fs::is_directory(own, error) ? std::vector<fs::path>{own} : std::vector<fs::path>{};
}

Workspace::Added Workspace::add(Inputs inputs) {
  Added out;
  std::vector<Source> batch;
  std::size_t batch_bytes = 0;
  const auto store_batch = [&] {
    for (const Put put : store_.put(batch)) {
      ++(put == Put::kNew ? out.added : put == Put::kUnchanged ? out.unchanged : out.replaced);
    }
    batch.clear();
    batch_bytes = 0;
  };
  while (std::optional<Input> input = inputs.next()) {
    read(*input);
    if (!input->error.empty()) {
      out.failures.push_back({input->source.uri, "input.unreadable", input->error});
      continue;
    }
    batch_bytes += input->source.bytes.size();
    batch.push_back(std::move(input->source));
    if (batch.size() >= kBatchDocuments || batch_bytes >= kBatchBytes) store_batch();
  }
  if (!batch.empty()) store_batch();
  return out;
}

Decisions Workspace::decisions(std::vector<Diagnostic>& diagnostics) const {
  std::string lines;
  for (const std::string& line : store_.decisions()) lines += line + "\n";
  return parse_decisions(lines, diagnostics);
}

Report Workspace::build(const Knowledge& knowledge, const BuildOptions& options) {
  Stopwatch watch;
  const Renderer renderer = load_renderer(knowledge, options.render);
  const MergeTables tables = load_merge_tables(knowledge);
  Report report;

  RunOutcome outcome;
  outcome.run.at = options.now;
  outcome.run.knowledge = knowledge.hash();
  std::vector<DocumentResult> results;
  std::vector<StoredSource> missing;
  std::size_t total = 0;
  for (StoredSource& source : store_.sources()) {
    const std::string key = result_key(source, knowledge);
    outcome.run.documents.push_back({source.id, source.uri, key});
    ++total;
    std::optional<DocumentResult> known = stored_result(store_, source, key);
    if (known) {
      results.push_back(std::move(*known));
    } else {
      missing.push_back(std::move(source));
    }
  }
  report.seconds.emplace_back("start", watch.lap());

  // The reading thread has a connection of its own.
  const Store reader = Store::open(folder_ / kFolderName / kDatabaseName, /*create=*/false);
  std::size_t next = 0;
  std::vector<Store::NewResult> batch;
  std::size_t batch_bytes = 0;
  std::uint64_t bytes = 0;
  const auto next_missing = [&]() -> std::optional<Input> {
    if (next == missing.size()) return std::nullopt;
    Input input;
    input.source = reader.load(missing[next].id).value();
    ++next;
    return input;
  };
  process(knowledge, options.threads, next_missing, [&](Processed processed) {
    bytes += processed.result.bytes;
    if (processed.is_document) {
      const StoredSource& source = missing[report.extracted];
      batch.push_back({source.id, result_key(source, knowledge), serialize(processed.result)});
      batch_bytes += batch.back().bytes.size();
    }
    ++report.extracted;
    results.push_back(std::move(processed.result));
    if (batch.size() >= kBatchDocuments || batch_bytes >= kBatchBytes || report.extracted == missing.size()) {
      store_.put_results(batch);
      batch.clear();
      batch_bytes = 0;
    }
    if (options.progress) options.progress(total - missing.size() + report.extracted, total, bytes);
  });
  std::sort(results.begin(), results.end(), by_source);
  for (const DocumentResult& result : results) report.add(result);
  report.seconds.emplace_back("extract", watch.lap());

  std::vector<Diagnostic> unreadable_decisions;
  const Decisions decided = decisions(unreadable_decisions);
  report.decisions = decided.log.size();
  for (const Diagnostic& diagnostic : unreadable_decisions) ++report.diagnostics[diagnostic.code];
  const Merged merged = dossier::merge(results, decided, tables, {store_.ids(), store_.redirects()});
  report.add(merged);
  report.seconds.emplace_back("merge", watch.lap());

  // Ids are minted for good before any file speaks of them.
  outcome.ids = merged.ids;
  for (const Redirect& redirect : merged.redirects) outcome.redirects.emplace(redirect.from, redirect.to);
  outcome.run.report = to_json(report, Report::Scope::kContent);
  store_.finish_run(outcome);
  write_files(merged, renderer, options, folder_, report);
  report.seconds.emplace_back("write", watch.lap());
  return report;
}

std::vector<DocumentResult> Workspace::results(const Knowledge& knowledge) const {
  std::vector<DocumentResult> out;
  for (const StoredSource& source : store_.sources()) {
    std::optional<DocumentResult> known = stored_result(store_, source, result_key(source, knowledge));
    if (known) out.push_back(std::move(*known));
  }
  return out;
}

Merged Workspace::merged(const Knowledge& knowledge) const {
  std::vector<Diagnostic> diagnostics;
  return dossier::merge(results(knowledge), decisions(diagnostics), load_merge_tables(knowledge),
                        {store_.ids(), store_.redirects()});
}

}  // namespace dossier
