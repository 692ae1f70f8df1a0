#include "pipeline/workspace.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>

#include "grammars/knowledge_error.h"
#include "grammars/tsv.h"
#include "pipeline/knowledge_parts.h"
#include "pipeline/names.h"
#include "pipeline/process.h"
#include "pipeline/program_id.h"
#include "pipeline/publish.h"

namespace dossier {
namespace fs = std::filesystem;
namespace {

constexpr const char* kFolderName = ".dossier";
constexpr const char* kDatabaseName = "workspace.db";
constexpr const char* kSettingsName = "settings.tsv";
constexpr const char* kDefaultSettings =
    "# known_names  yes: names that some documents establish are known to the others; no: each is read for itself\n"
    "setting\tvalue\n"
    "known_names\tyes\n";

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

// A document that is to be extracted again, with names that others have established.
struct SecondPass {
  std::size_t document = 0;  // index into the results of the first
  std::vector<KnownName> known;
};

std::vector<SecondPass> second_pass(const KnownNames& names, const std::vector<DocumentResult>& first,
                                    KnownNamesEffect& effect) {
  std::vector<SecondPass> out;
  std::set<KnownName> used;
  for (std::size_t d = 0; d < first.size(); ++d) {
    std::vector<KnownName> known = names.for_document(first[d]);
    if (known.empty()) continue;
    used.insert(known.begin(), known.end());
    out.push_back({d, std::move(known)});
  }
  effect.names = used.size();
  return out;
}

// A source that has no result under its key.
struct ToExtract {
  std::size_t source = 0;  // index
  std::string key;
  std::vector<KnownName> known;
};

void replace(DocumentResult& first, DocumentResult second, Report& report) {
  report.known_names->add(first, second);
  first = std::move(second);
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

  struct Read {
    DocumentResult result;
    std::size_t input = 0;  // index into `again`
  };
  std::vector<Read> reads;
  std::vector<DocumentResult> failures;
  std::vector<Input> again;  // all inputs as they were, so that some can be read a second time
  std::uint64_t bytes = 0;
  std::size_t done = 0;
  process(
      knowledge, options.threads,
      [&] {
        std::optional<Input> input = inputs.next();
        if (input && options.known_names) again.push_back(*input);
        return input;
      },
      [&](Processed processed) {
        bytes += processed.result.bytes;
        if (processed.is_document) {
          reads.push_back({std::move(processed.result), done});
        } else {
          failures.push_back(std::move(processed.result));
        }
        ++done;
        if (options.progress) options.progress(done, inputs.file_count(), bytes);
      });
  // The same bytes from two places are one source. Given twice for one place, with another date or language, they are
  // what comes first by content, not what was given first.
  std::sort(reads.begin(), reads.end(), [](const Read& a, const Read& b) {
    const auto place = std::tie(a.result.source_id, a.result.uri) <=> std::tie(b.result.source_id, b.result.uri);
    return place != 0 ? place < 0 : serialize(a.result) < serialize(b.result);
  });
  const auto repeated = std::unique(reads.begin(), reads.end(), [](const Read& a, const Read& b) {
    return a.result.source_id == b.result.source_id;
  });
  reads.erase(repeated, reads.end());
  std::vector<DocumentResult> results;
  std::vector<std::size_t> inputs_of_results;
  for (Read& read : reads) {
    results.push_back(std::move(read.result));
    inputs_of_results.push_back(read.input);
  }
  report.seconds.emplace_back("extract", watch.lap());
  Merged merged = merge(results, Decisions{}, tables);
  report.seconds.emplace_back("merge", watch.lap());

  if (options.known_names) {
    const KnownNames names(results, merged, knowledge, tables);
    report.known_names.emplace();
    const std::vector<SecondPass> pass = second_pass(names, results, *report.known_names);
    std::size_t next = 0;
    const auto next_input = [&]() -> std::optional<Input> {
      if (next == pass.size()) return std::nullopt;
      Input input = std::move(again[inputs_of_results[pass[next].document]]);
      input.known = pass[next].known;
      ++next;
      return input;
    };
    std::size_t at = 0;
    process(knowledge, options.threads, next_input, [&](Processed processed) {
      DocumentResult& result = results[pass[at++].document];
      // A file that changed or went away meanwhile stays what it was.
      if (processed.result.source_id == result.source_id) replace(result, std::move(processed.result), report);
      ++done;
      if (options.progress) options.progress(done, inputs.file_count() + pass.size(), bytes);
    });
    report.seconds.emplace_back("known names", watch.lap());
    if (!pass.empty()) merged = merge(results, Decisions{}, tables);
    report.seconds.back().second += watch.lap();
  }

  for (const DocumentResult& result : results) report.add(result);
  for (const DocumentResult& result : failures) report.add(result);
  report.extracted = report.documents;
  report.add(merged);
  write_files(merged, renderer, options, folder, report);
  report.seconds.emplace_back("write", watch.lap());
  return report;
}

std::string result_key(const StoredSource& source, const Knowledge& knowledge, std::span<const KnownName> known) {
  static const std::string kProgram = program_id() + DOSSIER_VERSION;
  std::string parts = kProgram + "\n" + knowledge.hash();
  for (const std::string_view part : {std::string_view(source.language), std::string_view(source.date),
                                      std::string_view(source.media_type), name_of(source.kind)}) {
    parts.append("\n").append(part);
  }
  if (!known.empty()) parts.append("\n").append(hash_of(known));
  return short_hash(parts);
}

Workspace::Workspace(fs::path folder, Store store) : folder_(std::move(folder)), store_(std::move(store)) {}

Workspace Workspace::create(const fs::path& folder) {
  Workspace workspace(folder, Store::open(folder / kFolderName / kDatabaseName, /*create=*/true));
  std::error_code error;
  if (!fs::exists(workspace.settings_file(), error)) {
    // Not being able to write it is no harm: the defaults hold without it.
    std::ofstream(workspace.settings_file()) << kDefaultSettings;
  }
  return workspace;
}

fs::path Workspace::settings_file() const {
  return folder_ / kFolderName / kSettingsName;
}

WorkspaceSettings Workspace::settings() const {
  WorkspaceSettings settings;
  std::error_code error;
  if (!fs::exists(settings_file(), error)) return settings;
  std::vector<Problem> problems;
  const TsvTable table = read_tsv(settings_file(), {"setting", "value"}, problems);
  if (problems.empty()) {
    for (const TsvRow& row : table.rows) {
      const std::string& name = row.cells[table.column("setting")];
      const std::string& value = row.cells[table.column("value")];
      if (name != "known_names") {
        const std::string near = did_you_mean(name, {"known_names"});
        problems.push_back({table.file, row.line, 0, "no such setting", name,
                            near.empty() ? "there is: known_names" : "did you mean " + near + "?"});
      } else if (value != "yes" && value != "no") {
        problems.push_back({table.file, row.line, 0, "wrong value of " + name, value, "yes or no"});
      } else {
        settings.known_names = value == "yes";
      }
    }
  }
  if (problems.empty()) return settings;
  std::string message;
  for (const Problem& problem : problems) message += (message.empty() ? "" : "\n") + problem.to_string();
  throw StoreError(message);
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
  outcome.knowledge_parts = serialize(knowledge_parts(knowledge));
  const std::vector<StoredSource> sources = store_.sources();
  std::vector<DocumentResult> results(sources.size());  // of the same index
  std::vector<std::uint8_t> is_extracted(sources.size());
  std::vector<ToExtract> missing;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::string key = result_key(sources[i], knowledge);
    outcome.run.documents.push_back({sources[i].id, sources[i].uri, key});
    std::optional<DocumentResult> known = stored_result(store_, sources[i], key);
    if (known) {
      results[i] = std::move(*known);
    } else {
      missing.push_back({i, key, {}});
    }
  }
  report.seconds.emplace_back("start", watch.lap());

  // The reading thread has a connection of its own.
  const Store reader = Store::open(folder_ / kFolderName / kDatabaseName, /*create=*/false);
  std::uint64_t bytes = 0;
  std::size_t done = sources.size() - missing.size();
  std::size_t total = sources.size();
  const auto extract = [&](const std::vector<ToExtract>& jobs,
                           const std::function<void(std::size_t, DocumentResult)>& take) {
    std::size_t next = 0;
    std::size_t at = 0;
    std::vector<Store::NewResult> batch;
    std::size_t batch_bytes = 0;
    const auto next_input = [&]() -> std::optional<Input> {
      if (next == jobs.size()) return std::nullopt;
      Input input;
      input.source = reader.load(sources[jobs[next].source].id).value();
      input.known = jobs[next].known;
      ++next;
      return input;
    };
    process(knowledge, options.threads, next_input, [&](Processed processed) {
      const ToExtract& job = jobs[at++];
      bytes += processed.result.bytes;
      if (processed.is_document) {
        batch.push_back({sources[job.source].id, job.key, serialize(processed.result)});
        batch_bytes += batch.back().bytes.size();
      }
      is_extracted[job.source] = 1;
      take(job.source, std::move(processed.result));
      if (batch.size() >= kBatchDocuments || batch_bytes >= kBatchBytes || at == jobs.size()) {
        store_.put_results(batch);
        batch.clear();
        batch_bytes = 0;
      }
      if (options.progress) options.progress(++done, total, bytes);
    });
  };
  extract(missing, [&](std::size_t i, DocumentResult result) { results[i] = std::move(result); });
  report.seconds.emplace_back("extract", watch.lap());

  std::vector<Diagnostic> unreadable_decisions;
  const Decisions decided = decisions(unreadable_decisions);
  report.decisions = decided.log.size();
  for (const Diagnostic& diagnostic : unreadable_decisions) ++report.diagnostics[diagnostic.code];
  const MergeOptions ids{store_.ids(), store_.redirects()};
  Merged merged = dossier::merge(results, decided, tables, ids);
  report.seconds.emplace_back("merge", watch.lap());

  if (options.known_names) {
    const KnownNames names(results, merged, knowledge, tables);
    report.known_names.emplace();
    const std::vector<SecondPass> pass = second_pass(names, results, *report.known_names);
    missing.clear();
    for (const SecondPass& document : pass) {
      const std::size_t i = document.document;
      const std::string key = result_key(sources[i], knowledge, document.known);
      outcome.run.documents[i].result_key = key;
      std::optional<DocumentResult> known = stored_result(store_, sources[i], key);
      if (known) {
        replace(results[i], std::move(*known), report);
      } else {
        missing.push_back({i, key, document.known});
      }
    }
    total += missing.size();
    extract(missing, [&](std::size_t i, DocumentResult result) { replace(results[i], std::move(result), report); });
    if (!pass.empty()) merged = dossier::merge(results, decided, tables, ids);
    report.seconds.emplace_back("known names", watch.lap());
  }
  report.extracted = static_cast<std::uint64_t>(std::count(is_extracted.begin(), is_extracted.end(), 1));
  for (const DocumentResult& result : results) report.add(result);
  report.add(merged);

  // Ids are minted for good before any file speaks of them.
  outcome.ids = merged.ids;
  for (const Redirect& redirect : merged.redirects) outcome.redirects.emplace(redirect.from, redirect.to);
  outcome.run.report = to_json(report, Report::Scope::kContent);
  store_.finish_run(outcome);
  write_files(merged, renderer, options, folder_, report);
  report.seconds.emplace_back("write", watch.lap());
  return report;
}

Workspace::View Workspace::view(const Knowledge& knowledge, bool known_names) const {
  View view;
  std::vector<StoredSource> sources;
  for (StoredSource& source : store_.sources()) {
    std::optional<DocumentResult> known = stored_result(store_, source, result_key(source, knowledge));
    if (!known) {
      ++view.to_extract;
      continue;
    }
    view.results.push_back(std::move(*known));
    sources.push_back(std::move(source));
  }
  std::vector<Diagnostic> diagnostics;
  const Decisions decided = decisions(diagnostics);
  const MergeTables tables = load_merge_tables(knowledge);
  const MergeOptions ids{store_.ids(), store_.redirects()};
  view.merged = dossier::merge(view.results, decided, tables, ids);
  if (!known_names) return view;
  view.names = KnownNames(view.results, view.merged, knowledge, tables);
  KnownNamesEffect ignored;
  bool is_other = false;
  for (const SecondPass& pass : second_pass(view.names, view.results, ignored)) {
    const StoredSource& source = sources[pass.document];
    std::optional<DocumentResult> known = stored_result(store_, source, result_key(source, knowledge, pass.known));
    if (!known) {
      ++view.to_read_again;
      continue;
    }
    view.results[pass.document] = std::move(*known);
    is_other = true;
  }
  if (is_other) view.merged = dossier::merge(view.results, decided, tables, ids);
  return view;
}

}  // namespace dossier
