// knowledge.cpp - reads the knowledge folders: rules, lexicons, types, predicates; one hash over all of it.
#include "pipeline/knowledge.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "extractors/dates.h"
#include "extractors/names.h"
#include "extractors/statistics.h"
#include "grammars/image_file.h"
#include "grammars/knowledge_error.h"
#include "grammars/rule_image.h"
#include "grammars/rules.h"
#include "grammars/tsv.h"
#include "pipeline/built_in_rules.h"
#include "pipeline/ingest.h"
#include "pipeline/kind_traits.h"
#include "pipeline/tokenize.h"

namespace dossier {

namespace fs = std::filesystem;

using RuleTexts = std::vector<std::pair<std::string, std::string>>;  // by file

struct Knowledge::State {
  std::vector<fs::path> folders;
  std::unique_ptr<Lexicons> lexicons;
  std::unique_ptr<RuleSet> rule_set;
  std::vector<RuleInfo> rules;
  std::unordered_map<std::string, RuleId> rule_ids;
  std::vector<TypeInfo> types;
  std::vector<PredicateInfo> predicates;
  std::unique_ptr<IngestData> ingest_data;
  KindTraits kind_traits;
  std::string hash;

  struct Readers {
    DateExtractor dates;
    StatisticExtractor statistics;
  };
  std::once_flag has_readers;
  std::optional<Readers> readers;
  const Readers& all_readers(const Knowledge& knowledge) {
    std::call_once(has_readers, [&] {
      const auto rule = [&](std::string_view id) { return knowledge.rule(id); };
      readers.emplace(Readers{DateExtractor(*lexicons, rule), StatisticExtractor(*lexicons, rule)});
    });
    return *readers;
  }

  void load_rules(const RuleTexts& files, Lexicons::Options options, const std::string& key,
                  std::vector<Problem>& problems);
};

namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return parts;
}

constexpr std::array<std::string_view, 11> kFixedTypes = {"person",    "organization", "role",  "date",
                                                          "statistic", "place",        "event", "product",
                                                          "pronoun",   "identifier",   "name"};

std::vector<TypeInfo> read_types(const std::vector<fs::path>& folders, std::vector<Problem>& problems) {
  std::vector<TypeInfo> types;
  for (const fs::path& folder : folders) {
    const fs::path path = folder / "types.tsv";
    if (!fs::exists(path)) continue;
    const TsvTable table = read_tsv(path, {"type", "layer"}, problems);
    for (const TsvRow& row : table.rows) {
      types.push_back({row.cells[table.column("type")], row.cells[table.column("layer")]});
    }
  }
  if (types.size() > kMaxTypes) {
    problems.push_back({"types.tsv", 0, 0, "too many types", types[kMaxTypes].name,
                        "at most " + std::to_string(kMaxTypes) + " are possible"});
  }
  for (std::size_t i = 0; i < kFixedTypes.size(); ++i) {
    if (i >= types.size() || types[i].name != kFixedTypes[i]) {
      problems.push_back(
          {"types.tsv", 0, 0, "wrong order of types", std::string(kFixedTypes[i]), "the first eleven rows are fixed"});
      types.resize(std::max(types.size(), i + 1));
      types[i].name = kFixedTypes[i];
    }
  }
  return types;
}

std::vector<PredicateInfo> read_predicates(const std::vector<fs::path>& folders, const std::vector<TypeInfo>& types,
                                           std::vector<Problem>& problems) {
  static const std::map<std::string, Cardinality, std::less<>> kCardinalities = {
      {"functional", Cardinality::kFunctional},
      {"functional_at_a_time", Cardinality::kFunctionalAtATime},
      {"set", Cardinality::kSet},
      {"measured", Cardinality::kMeasuredAtDate}};
  std::vector<std::string> type_names;
  for (const TypeInfo& type : types) type_names.push_back(type.name);
  std::vector<PredicateInfo> predicates;
  for (const fs::path& folder : folders) {
    const fs::path path = folder / "predicates.tsv";
    if (!fs::exists(path)) continue;
    const TsvTable table = read_tsv(path, {"predicate", "arguments", "cardinality"}, problems);
    for (const TsvRow& row : table.rows) {
      PredicateInfo predicate;
      predicate.name = row.cells[table.column("predicate")];
      if (std::any_of(predicates.begin(), predicates.end(),
                      [&](const PredicateInfo& other) { return other.name == predicate.name; })) {
        problems.push_back({table.file, row.line, 0, "predicate declared twice", predicate.name, "remove one row"});
        continue;
      }
      const auto cardinality = kCardinalities.find(row.cells[table.column("cardinality")]);
      if (cardinality == kCardinalities.end()) {
        problems.push_back({table.file, row.line, 0, "unknown cardinality", row.cells[table.column("cardinality")],
                            "functional, functional_at_a_time, set or measured"});
      } else {
        predicate.cardinality = cardinality->second;
      }
      for (std::string text : split(row.cells[table.column("arguments")], ' ')) {
        ArgumentInfo argument;
        if (!text.empty() && text.back() == '!') {
          argument.required = true;
          text.pop_back();
        }
        const std::size_t colon = text.find(':');
        argument.name = text.substr(0, colon);
        for (const std::string& name :
             split(colon == std::string::npos ? "" : std::string_view(text).substr(colon + 1), '|')) {
          const auto it = std::find(type_names.begin(), type_names.end(), name);
          if (it == type_names.end()) {
            const std::string hint = did_you_mean(name, type_names);
            problems.push_back({table.file, row.line, 0, "unknown mention type", name,
                                hint.empty() ? "see types.tsv" : "did you mean " + hint + "?"});
            continue;
          }
          argument.types.push_back(static_cast<TypeId>(it - type_names.begin()));
        }
        predicate.arguments.push_back(std::move(argument));
      }
      predicates.push_back(std::move(predicate));
    }
  }
  return predicates;
}

std::string hex(XXH128_hash_t hash) {
  char buffer[33];
  std::snprintf(buffer, sizeof buffer, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return buffer;
}

}  // namespace

std::vector<fs::path> files_below(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, fs::directory_options::follow_directory_symlink, error), end;
       !error && it != end; it.increment(error)) {
    const bool is_file = it->is_regular_file(error) || (it->is_symlink(error) && !it->is_directory(error));
    error.clear();
    if (is_file && it->path().extension() == extension) files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Lexicons and rules: the rules as they were compiled before, if they and what they were compiled with are the same.
void Knowledge::State::load_rules(const RuleTexts& files, Lexicons::Options options, const std::string& key,
                                  std::vector<Problem>& problems) {
  const fs::path cached = options.cache.empty() ? fs::path() : options.cache / ("rules-" + key + ".image");
  try {
    if (problems.empty() && !cached.empty()) {
      if (std::optional<RuleImage> image = rule_image_of(read_image(cached), key)) {
        options.extra_words = std::move(image->words);
        lexicons = std::make_unique<Lexicons>(Lexicons::load(options));
        if (lexicons->image_hash() == image->lexicons) {
          rule_set = std::make_unique<RuleSet>(std::move(image->rules));
          return;
        }
      }
    }
    ParsedRules parsed = parse_rules(files, problems);
    options.extra_words = parsed.words;
    lexicons = std::make_unique<Lexicons>(Lexicons::load(options));
    RuleSet rules = compile_rules(parsed, {*lexicons, types, predicates}, problems);
    if (problems.empty() && !cached.empty()) {
      RuleImage image{std::move(parsed.words), std::string(lexicons->image_hash()), std::move(rules)};
      write_image(cached, to_bytes(image, key));
      rules = std::move(image.rules);
    }
    rule_set = std::make_unique<RuleSet>(std::move(rules));
  } catch (const KnowledgeError& error) {
    problems.insert(problems.end(), error.problems().begin(), error.problems().end());
  }
}

Knowledge Knowledge::load(const Options& options) {
  auto state = std::make_unique<State>();
  std::vector<Problem> problems;
  state->folders = options.folders.empty() ? std::vector<fs::path>{default_folder()} : options.folders;
  for (const fs::path& folder : state->folders) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
      problems.push_back(
          {folder.string(), 0, 0, "no such knowledge folder", "", "give one with --knowledge or $DOSSIER_KNOWLEDGE"});
    }
  }
  if (!problems.empty()) throw KnowledgeError(std::move(problems));

  RuleTexts rule_files;
  std::string all_text;  // of everything that is not a lexicon
  for (const fs::path& folder : state->folders) {
    for (const fs::path& path : files_below(folder / "rules", ".rules")) {
      rule_files.emplace_back(path.lexically_relative(folder).string(), read_text_file(path, problems));
    }
    for (const char* extension : {".tsv", ".mustache"}) {
      for (const fs::path& path : files_below(folder, extension)) {
        if (path.parent_path() == folder / "lexicons") continue;  // in the hash of the lexicons
        all_text += path.lexically_relative(folder).string() + '\0' + read_text_file(path, problems) + '\0';
      }
    }
  }
  for (const fs::path& path : options.extra_rules)
    rule_files.emplace_back(path.string(), read_text_file(path, problems));
  for (const auto& [name, text] : rule_files) all_text += name + '\0' + text + '\0';

  state->types = read_types(state->folders, problems);
  state->predicates = read_predicates(state->folders, state->types, problems);
  Lexicons::Options lexicon_options;
  for (const fs::path& folder : state->folders) {
    if (fs::is_directory(folder / "lexicons")) lexicon_options.folders.push_back(folder / "lexicons");
  }
  for (const fs::path& folder : state->folders) {
    if (fs::is_regular_file(folder / "plural_endings.tsv"))
      lexicon_options.plural_endings.push_back(folder / "plural_endings.tsv");
  }
  lexicon_options.languages = read_languages(state->folders, problems);
  lexicon_options.cache = options.cache;
  state->load_rules(rule_files, std::move(lexicon_options), hex(XXH3_128bits(all_text.data(), all_text.size())),
                    problems);
  if (state->lexicons != nullptr) {
    std::vector<fs::path> files;
    for (const fs::path& folder : state->folders) {
      if (fs::is_regular_file(folder / "kind_traits.tsv")) files.push_back(folder / "kind_traits.tsv");
    }
    state->kind_traits = KindTraits::load(files, *state->lexicons, problems);
  }
  try {
    state->ingest_data = std::make_unique<IngestData>(IngestData::load(state->folders));
  } catch (const KnowledgeError& error) {
    problems.insert(problems.end(), error.problems().begin(), error.problems().end());
  }
  if (!problems.empty()) throw KnowledgeError(std::move(problems));

  for (const CompiledRule& rule : state->rule_set->rules())
    state->rules.push_back({rule.id, rule.file, rule.line, rule.confidence});
  for (const std::span<const RuleInfo> table : built_in_rules()) {
    state->rules.insert(state->rules.end(), table.begin(), table.end());
  }
  for (RuleId id = 0; id < state->rules.size(); ++id) state->rule_ids.try_emplace(state->rules[id].id, id);

  all_text +=
      std::string(state->lexicons->image_hash()) + '\0' + DOSSIER_VERSION + '\0' + std::to_string(tokenizer_version());
  state->hash = hex(XXH3_128bits(all_text.data(), all_text.size()));
  return Knowledge(std::move(state));
}

fs::path Knowledge::default_folder() {
  if (const char* given = std::getenv("DOSSIER_KNOWLEDGE"); given != nullptr && *given != '\0') return given;
  // Beside the installed program, wherever the installation was moved to.
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = program.parent_path().parent_path() / "share" / "dossier" / "grammars";
  if (!error && fs::is_directory(beside, error)) return beside;
  if (fs::is_directory(DOSSIER_SOURCE_KNOWLEDGE, error)) return DOSSIER_SOURCE_KNOWLEDGE;
  return DOSSIER_INSTALLED_KNOWLEDGE;
}

fs::path Knowledge::default_cache() {
  fs::path base;
  if (const char* given = std::getenv("XDG_CACHE_HOME"); given != nullptr && *given != '\0') {
    base = given;
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    base = fs::path(home) / ".cache";
  } else {
    return {};
  }
  std::error_code error;
  fs::create_directories(base / "dossier", error);
  return error ? fs::path{} : base / "dossier";
}

Knowledge::Knowledge(std::unique_ptr<State> state) : state_(std::move(state)) {}
Knowledge::Knowledge(Knowledge&&) noexcept = default;
Knowledge& Knowledge::operator=(Knowledge&&) noexcept = default;
Knowledge::~Knowledge() = default;

const Lexicons& Knowledge::lexicons() const {
  return *state_->lexicons;
}
const RuleSet& Knowledge::rule_set() const {
  return *state_->rule_set;
}
const IngestData& Knowledge::ingest_data() const {
  return *state_->ingest_data;
}
const KindTraits& Knowledge::kind_traits() const {
  return state_->kind_traits;
}
std::span<const RuleInfo> Knowledge::rules() const {
  return state_->rules;
}
std::span<const TypeInfo> Knowledge::types() const {
  return state_->types;
}
std::span<const PredicateInfo> Knowledge::predicates() const {
  return state_->predicates;
}
const DateExtractor& Knowledge::dates() const {
  return state_->all_readers(*this).dates;
}
const StatisticExtractor& Knowledge::statistics() const {
  return state_->all_readers(*this).statistics;
}
const std::string& Knowledge::hash() const {
  return state_->hash;
}

RuleId Knowledge::rule(std::string_view id) const {
  const auto it = state_->rule_ids.find(std::string(id));
  return it == state_->rule_ids.end() ? kNone : it->second;
}

std::optional<PredicateId> Knowledge::predicate(std::string_view name) const {
  for (std::size_t i = 0; i < state_->predicates.size(); ++i) {
    if (state_->predicates[i].name == name) return static_cast<PredicateId>(i);
  }
  return std::nullopt;
}

std::optional<std::uint16_t> Knowledge::argument(PredicateId predicate, std::string_view name) const {
  const auto& arguments = state_->predicates[predicate].arguments;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].name == name) return static_cast<std::uint16_t>(i);
  }
  return std::nullopt;
}

const std::vector<fs::path>& Knowledge::folders() const {
  return state_->folders;
}

fs::path Knowledge::file(std::string_view relative) const {
  const std::vector<fs::path> all = files(relative);
  return all.empty() ? fs::path() : all.back();
}

std::vector<fs::path> Knowledge::files(std::string_view relative) const {
  std::vector<fs::path> found;
  for (const fs::path& folder : state_->folders) {
    std::error_code error;
    if (fs::is_regular_file(folder / relative, error)) found.push_back(folder / relative);
  }
  return found;
}

}  // namespace dossier
