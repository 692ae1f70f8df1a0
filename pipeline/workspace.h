// workspace.h - the whole way for many documents: sources -> results -> profiles -> records and pages in a folder.
//
//   run_once(inputs, knowledge, {.threads = 2}, "site");       // nothing is kept but the files
//
//   Workspace workspace = Workspace::open("archive");          // archive/.dossier keeps what was added and decided
//   workspace.build(knowledge, {.threads = 2});                // archive/records, archive/pages, archive/report.json
//
// build() extracts anew only what changed (source, what was given with it, knowledge, program, the names that other
// documents make known to it), merges all, and rewrites only files whose bytes change. Promise: the files are a
// function of sources, knowledge and decisions: neither threads nor the order of adding nor earlier builds matter,
// except that ids once minted stay. A process killed at any moment is made up for by the next.
//
// Known names (known_names.h): documents are extracted and merged without them, then those again in which a name stands
// that others have established. Settings of a workspace: .dossier/settings.tsv, made by create().
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/inputs.h"
#include "pipeline/knowledge.h"
#include "pipeline/known_names.h"
#include "pipeline/merge.h"
#include "pipeline/render.h"
#include "pipeline/report.h"
#include "pipeline/store.h"

namespace dossier {

struct BuildOptions {
  unsigned threads = 1;
  RenderOptions render;
  bool known_names = true;  // documents learn names from each other
  // Told after each document: how many are done, of how many, and how many bytes they had.
  std::function<void(std::size_t done, std::size_t total, std::uint64_t bytes)> progress;
  std::string now;  // ISO 8601, for the log of runs
};

// One shot: every input, nothing from earlier.
Report run_once(Inputs inputs, const Knowledge& knowledge, const BuildOptions& options,
                const std::filesystem::path& folder);

// The key under which a source's result is stored: changes whenever the result may change. `known`: the names that it
// is extracted with.
std::string result_key(const StoredSource& source, const Knowledge& knowledge, std::span<const KnownName> known = {});

struct WorkspaceSettings {
  bool known_names = true;
};

class Workspace {
 public:
  static Workspace create(const std::filesystem::path& folder);  // an existing one is opened
  // The workspace in `folder` or the nearest one above it. Throws StoreError if there is none.
  static Workspace open(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  Store& store() { return store_; }
  const Store& store() const { return store_; }
  // Knowledge of this workspace alone, read after all other: <folder>/knowledge, if there is such a folder.
  std::vector<std::filesystem::path> knowledge_folders() const;
  // Those of the file, else the defaults. Throws StoreError with every problem of the file.
  WorkspaceSettings settings() const;
  std::filesystem::path settings_file() const;

  struct Added {
    std::size_t added = 0;
    std::size_t unchanged = 0;
    std::size_t replaced = 0;
    std::vector<Report::Failure> failures;
  };
  Added add(Inputs inputs);

  Report build(const Knowledge& knowledge, const BuildOptions& options);

  // What the stored results amount to now, without extracting or writing anything. Sources not built yet are left out;
  // of those whose known names have changed since the last build, what they say without any is there.
  struct View {
    std::vector<DocumentResult> results;  // sorted by source
    Merged merged;
    KnownNames names;               // none if they are switched off
    std::size_t to_extract = 0;     // sources that a build would have to extract,
    std::size_t to_read_again = 0;  // and further ones whose known names have changed
  };
  View view(const Knowledge& knowledge, bool known_names) const;
  Decisions decisions(std::vector<Diagnostic>& diagnostics) const;

 private:
  Workspace(std::filesystem::path folder, Store store);
  std::filesystem::path folder_;
  Store store_;
};

}  // namespace dossier
