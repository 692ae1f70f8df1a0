// page_labels.h - the words of profile pages: headings, column heads, row names, relations, in every language.
//
//   labels.text("section.education", "it")       -> "Formazione"
//   labels.find("section", "FORMAZIONE")         -> "education"      (any language, any spelling of the file)
//   labels.fill("timeline.founded", "en", {{"entity", "Open Harbor"}})  -> "Founds Open Harbor"
//
// One file a language, grammars/labels/<language>.tsv; another language is another file. Keys are "group.name":
//   section subsection   headings                     row          names of rows in tables of key facts
//   column               heads of table columns       relation     what connects two entities (connections)
//   qualifier type kind  of a role, entity, document  rename vague words behind or before names ("formerly", "several")
//   timeline question    patterns of sentences        predicate    names of statements in questions
//   number alias word    everything else
// Promise: every language has a word for every key (the English one where its file has none; the name of the key with
// spaces where English has none either), and whatever is written is found again. Used by the writer of pages (render)
// and by their reader (profile_page), so both speak of the same words.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grammars/knowledge_error.h"

namespace dossier {

// The files of a path relative to the knowledge folders, that of the first folder first (Knowledge::files).
using FileFinder = std::function<std::vector<std::filesystem::path>(std::string_view relative)>;
FileFinder files_below(std::filesystem::path folder);

class PageLabels {
 public:
  static PageLabels load(const FileFinder& file, std::vector<Problem>& problems);

  const std::vector<std::string>& languages() const { return languages_; }
  bool has_language(std::string_view language) const;

  const std::vector<std::string>& keys() const { return keys_; }  // sorted
  bool has(std::string_view key) const;
  std::string text(std::string_view key, std::string_view language) const;
  // text() with "{name}" replaced by the values; a name without value is replaced by nothing.
  std::string fill(std::string_view key, std::string_view language,
                   const std::vector<std::pair<std::string_view, std::string>>& values) const;

  struct Found {
    std::string name;      // key without its group; empty: not a label
    std::string language;  // the first language that writes it so
  };
  // Letter case, accents and punctuation do not matter: "Nazionalita'" is "nazionalità".
  Found find(std::string_view group, std::string_view words) const;

 private:
  std::vector<std::string> languages_;
  std::vector<std::string> keys_;
  std::map<std::pair<std::string, std::string>, std::string> written_;  // (key, language) -> words
  std::map<std::pair<std::string, std::string>, Found> read_;           // (group, folded) -> key
};

}  // namespace dossier
