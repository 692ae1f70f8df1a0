#include "grammars/page_labels.h"

#include <unicode/uloc.h>

#include <algorithm>

#include "grammars/tsv.h"
#include "pipeline/names.h"

namespace dossier {
namespace {

// Groups whose words are looked up on pages, and groups that are only written.
const std::vector<std::string> kReadGroups = {"column",  "qualifier",  "relation", "rename", "row",
                                              "section", "subsection", "type",     "vague",  "word"};
const std::vector<std::string> kWrittenGroups = {"alias", "kind", "number", "predicate", "question", "timeline"};

bool is_one_of(const std::vector<std::string>& groups, const std::string& group) {
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace

FileFinder files_below(std::filesystem::path folder) {
  return [folder = std::move(folder)](std::string_view relative) {
    std::filesystem::path file = folder / relative;
    return std::filesystem::exists(file) ? std::vector{file} : std::vector<std::filesystem::path>();
  };
}

PageLabels PageLabels::load(const FileFinder& file, std::vector<Problem>& problems) {
  PageLabels labels;
  std::map<std::pair<std::string, std::string>, std::pair<std::string, std::uint32_t>> owners;  // for the messages
  for (const char* const* code = uloc_getISOLanguages(); *code != nullptr; ++code) {
    const std::string language = *code;
    if (language.size() != 2) continue;
    for (const std::filesystem::path& path : file("labels/" + language + ".tsv")) {
      const TsvTable table = read_tsv(path, {"key", "label", "use"}, problems);
      if (table.columns.empty()) continue;
      if (!labels.has_language(language)) labels.languages_.push_back(language);
      const std::size_t key_column = table.column("key"), label_column = table.column("label"),
                        use_column = table.column("use");
      if (std::max({key_column, label_column, use_column}) == std::string::npos) continue;
      for (const TsvRow& row : table.rows) {
        const std::string& key = row.cells[key_column];
        const std::string& label = row.cells[label_column];
        const std::string& use = row.cells[use_column];
        const std::size_t dot = key.find('.');
        if (dot == std::string::npos || dot == 0 || dot + 1 == key.size()) {
          problems.push_back(
              {table.file, row.line, 1, "a key is a group and a name", key, "write it as section.career"});
          continue;
        }
        if (label.empty()) {
          problems.push_back({table.file, row.line, 1, "empty label", key, "remove the row"});
          continue;
        }
        if (!use.empty() && use != "read") {
          problems.push_back(
              {table.file, row.line, 1, "unknown use", use, "`read` for a spelling that is only read, else nothing"});
          continue;
        }
        if (use.empty() && !labels.written_.emplace(std::pair(key, language), label).second) {
          problems.push_back({table.file, row.line, 1, "two labels to write for one key", key,
                              "put `read` in the column use of one of them"});
        }
        const std::string group = key.substr(0, dot), name = key.substr(dot + 1), folded = fold(label);
        if (!is_one_of(kReadGroups, group)) {
          if (is_one_of(kWrittenGroups, group)) continue;
          std::vector<std::string> known = kReadGroups;
          known.insert(known.end(), kWrittenGroups.begin(), kWrittenGroups.end());
          const std::string near = did_you_mean(group, known);
          problems.push_back(
              {table.file, row.line, 1, "unknown group of labels", group,
               near.empty() ? "see the groups in grammars/page_labels.h" : "did you mean " + near + "?"});
          continue;
        }
        if (folded.empty()) continue;  // signs are written, not looked up
        const auto [found, is_new] = labels.read_.emplace(std::pair(group, folded), Found{name, language});
        if (!is_new && found->second.name != name) {
          const auto& [other_file, other_line] = owners.at({group, folded});
          problems.push_back({table.file, row.line, 1, "label has two meanings", label,
                              "it also stands for " + group + "." + found->second.name + " in " + other_file + ":" +
                                  std::to_string(other_line)});
        }
        if (is_new) owners[{group, folded}] = {table.file, row.line};
      }
    }
  }
  for (const auto& [key_and_language, label] : labels.written_) {
    if (labels.keys_.empty() || labels.keys_.back() != key_and_language.first) {
      labels.keys_.push_back(key_and_language.first);
    }
  }
  return labels;
}

bool PageLabels::has(std::string_view key) const {
  return std::binary_search(keys_.begin(), keys_.end(), key);
}

bool PageLabels::has_language(std::string_view language) const {
  return std::find(languages_.begin(), languages_.end(), language) != languages_.end();
}

std::string PageLabels::text(std::string_view key, std::string_view language) const {
  for (const std::string_view candidate : {language, std::string_view("en")}) {
    const auto found = written_.find(std::pair(std::string(key), std::string(candidate)));
    if (found != written_.end()) return found->second;
  }
  std::string words(key.substr(key.find('.') == std::string_view::npos ? 0 : key.find('.') + 1));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string PageLabels::fill(std::string_view key, std::string_view language,
                             const std::vector<std::pair<std::string_view, std::string>>& values) const {
  const std::string pattern = text(key, language);
  std::string filled;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t close = pattern[at] == '{' ? pattern.find('}', at) : std::string::npos;
    if (close == std::string::npos) {
      filled += pattern[at++];
      continue;
    }
    const std::string_view name = std::string_view(pattern).substr(at + 1, close - at - 1);
    for (const auto& [known, value] : values) {
      if (known == name) filled += value;
    }
    at = close + 1;
  }
  return filled;
}

PageLabels::Found PageLabels::find(std::string_view group, std::string_view words) const {
  const auto found = read_.find(std::pair(std::string(group), fold(words)));
  return found == read_.end() ? Found{} : found->second;
}

}  // namespace dossier
