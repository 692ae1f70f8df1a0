// knowledge.h - everything that is looked for: rules, lexicons, tables. Loaded once, then immutable and shared by all
// threads.
//
//   const Knowledge knowledge = Knowledge::load({.folders = {"grammars"}});
//
// Errors: KnowledgeError with every problem of every file; nothing is half loaded.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/lexicon.h"
#include "pipeline/document.h"

namespace dossier {

class RuleSet;             // grammars/rules.h
class IngestData;          // pipeline/ingest.h
class KindTraits;          // pipeline/kind_traits.h
class DateExtractor;       // extractors/dates.h
class StatisticExtractor;  // extractors/statistics.h

struct RuleInfo {
  std::string id;    // "affiliation.appositive"
  std::string file;  // relative to the knowledge folder, or the source file of a built-in grammar
  std::uint32_t line = 0;
  double confidence = 0.5;
};

struct TypeInfo {
  std::string name;   // "person"
  std::string layer;  // mentions of one layer never overlap
};

enum class Cardinality : std::uint8_t { kFunctional, kFunctionalAtATime, kSet, kMeasuredAtDate };

struct ArgumentInfo {
  std::string name;           // "organization"
  std::vector<TypeId> types;  // mention types it accepts (a pronoun that stands for one is accepted too)
  bool required = false;
};

struct PredicateInfo {
  std::string name;  // "affiliation"
  std::vector<ArgumentInfo> arguments;
  Cardinality cardinality = Cardinality::kSet;
};

class Knowledge {
 public:
  struct Options {
    std::vector<std::filesystem::path> folders;      // later folders add to earlier ones; empty: default_folder()
    std::filesystem::path cache;                     // for compiled images; empty: no cache on disk
    std::vector<std::filesystem::path> extra_rules;  // rule files beside the folders (tests, trials)
  };
  static Knowledge load(const Options& options);

  // $DOSSIER_KNOWLEDGE, or share/dossier/grammars beside the installed program, or grammars/ of the source tree.
  static std::filesystem::path default_folder();
  static std::filesystem::path default_cache();  // $XDG_CACHE_HOME/dossier or ~/.cache/dossier; empty if not writable

  Knowledge(Knowledge&&) noexcept;
  Knowledge& operator=(Knowledge&&) noexcept;
  ~Knowledge();

  const Lexicons& lexicons() const;
  const RuleSet& rule_set() const;
  const IngestData& ingest_data() const;
  std::span<const RuleInfo> rules() const;  // index = RuleId; rule files and built-in grammars
  RuleId rule(std::string_view id) const;   // kNone: no such rule
  const KindTraits& kind_traits() const;
  // With tables of their words, 17 MB; made when the first thread asks.
  const DateExtractor& dates() const;
  const StatisticExtractor& statistics() const;
  std::span<const TypeInfo> types() const;            // index = TypeId
  std::span<const PredicateInfo> predicates() const;  // index = PredicateId
  std::optional<PredicateId> predicate(std::string_view name) const;
  std::optional<std::uint16_t> argument(PredicateId predicate, std::string_view name) const;

  const std::vector<std::filesystem::path>& folders() const;
  // A file of the knowledge folders, by path relative to them ("labels/it.tsv"): the one of the last folder that has
  // it; empty path: no such file.
  std::filesystem::path file(std::string_view relative) const;
  // All of them, of the first folder first: tables of words grow with each folder.
  std::vector<std::filesystem::path> files(std::string_view relative) const;

  const std::string& hash() const;  // hex; changes whenever any result may change

 private:
  struct State;
  explicit Knowledge(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// All files below a folder of knowledge, by path, sorted; links to nothing, too: that they cannot be read is told.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder, std::string_view extension);

}  // namespace dossier
