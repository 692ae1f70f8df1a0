// store.h - the workspace's memory: one SQLite database that keeps sources, results, decisions, ids and runs.
//
//   Store store = Store::open(folder / ".dossier/workspace.db");
//   store.put(source, "talks/harbor.md");           // the same bytes at the same place again: nothing happens
//   for (const StoredSource& source : store.sources()) …
//
// A source is its bytes, by content id. A place (path or URI) holds one source at a time; the same source may lie at
// several places. What was once stored stays: a source without a place is not part of a build, but evidence can still
// be shown from it.
// Promise: every writing call is one transaction; a process that dies, or a disk that fills up, loses nothing that a
// call had returned from, and leaves no half of anything. Two processes may have the same workspace open.
// Errors: StoreError, whose text says what to do. Not here: what the bytes of a result mean (results.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A source that lies at one place at least. Where it lies at several, `uri` and what was given with it are those of the
// place that sorts first, so that the order of adding does not matter.
struct StoredSource {
  std::string id;
  std::string uri;
  std::string media_type;
  std::string language;
  std::string date;
  DocumentKind kind = DocumentKind::kAuto;
  std::uint64_t bytes = 0;
};

enum class Put { kNew, kUnchanged, kReplaced };  // kReplaced: the place held another source, or other given metadata

struct RunDocument {
  std::string source;
  std::string uri;
  std::string result_key;
  friend bool operator==(const RunDocument&, const RunDocument&) = default;
};

struct Run {
  std::int64_t number = 0;             // 1 is the first
  std::string at;                      // ISO 8601, given by the caller
  std::string knowledge;               // hash
  std::string report;                  // JSON
  std::vector<RunDocument> documents;  // sorted by source
};

// What a finished build leaves behind, kept in one transaction.
struct RunOutcome {
  Run run;                                       // its number is given by the store
  std::string knowledge_parts;                   // what run.knowledge consists of (knowledge_parts.h)
  std::map<std::string, std::string> ids;        // anchor -> profile id; added to those known
  std::map<std::string, std::string> redirects;  // former id -> id; replaces those known
};

class Store {
 public:
  static constexpr int kSchemaVersion = 2;

  // Opens the database, making it (and its folder) if `create`, and brings an older one to the present form.
  static Store open(const std::filesystem::path& database, bool create);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // Puts a source at its place (source.uri, which must not be empty).
  Put put(const Source& source);
  // Several in one transaction; the results stand in the same order.
  std::vector<Put> put(const std::vector<Source>& sources);
  bool remove(std::string_view uri);  // takes the source away from the place; false: there was none

  std::vector<StoredSource> sources() const;                        // sorted by id
  std::vector<std::pair<std::string, std::string>> places() const;  // (uri, source id), sorted
  std::optional<Source> load(std::string_view id) const;            // with its bytes; also one without a place

  bool has_result(std::string_view source, std::string_view key) const;
  std::optional<std::string> result(std::string_view source, std::string_view key) const;
  struct NewResult {
    std::string source;
    std::string key;
    std::string bytes;
  };
  void put_results(const std::vector<NewResult>& results);

  void append_decision(std::string_view line);  // one line of JSON (decisions.h)
  std::vector<std::string> decisions() const;   // in the order in which they were made

  std::map<std::string, std::string> ids() const;
  std::map<std::string, std::string> redirects() const;

  // Gives the number of the run. A run that found all as the last one did is that run: it is not logged again.
  std::int64_t finish_run(const RunOutcome& outcome);
  std::vector<Run> runs() const;  // without their documents, oldest first
  std::optional<Run> run(std::int64_t number) const;
  std::string knowledge_parts(std::string_view knowledge) const;  // by hash; "" if no run left them behind

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dossier
