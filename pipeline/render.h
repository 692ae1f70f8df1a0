// render.h - fifth stage: profiles -> JSON records, Markdown pages, HTML pages and index pages.
//
//   Renderer renderer = Renderer::load(files_below("grammars"));
//   renderer.render(merged.profiles, {}, [](RenderedFile file) { write_atomically(file.path, file.bytes); });
//
//   records/persons/ada-lovell.json             the record (docs/profile.schema.json)
//   pages/it/persons/ada-lovell.md              the page, one tree a language; pages/it/index.md lists them
//   html/it/persons/ada-lovell.html             the same page for a browser
//
// Words come from grammars/labels/<language>.tsv, layouts from the Mustache templates in grammars/pages/.
// Promise: a pure function with the same bytes in any run; names and quotes are data, never markup: whatever a source
// says cannot break a table, open a tag, or hide a link. What the tables of a page hold is read back from it by
// extractors/profile_page. A page quotes at most `kShownEvidence` passages a statement and says how many more there
// are; the record has all. Not here: writing files (the workspace does that).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/page_labels.h"
#include "pipeline/profile.h"

namespace dossier {

inline constexpr std::size_t kShownEvidence = 3;

struct RenderedFile {
  std::string path;  // relative, with "/"
  std::string bytes;
};

struct RenderOptions {
  std::vector<std::string> languages = {"it", "en"};
  bool records = true;
  bool pages = true;
  bool html = false;
};

// Which profiles there are: links lead only to these.
class ProfileIndex {
 public:
  struct Entry {
    std::string type;  // "person", "organization"
    std::string name;
    std::string acronym;  // the first one known that is not the name itself; may be empty
  };
  ProfileIndex() = default;
  explicit ProfileIndex(std::span<const Profile> profiles);
  void add(const Profile& profile);
  const Entry* find(std::string_view id) const;  // nullptr: no such profile
  const std::map<std::string, Entry, std::less<>>& entries() const { return entries_; }

 private:
  std::map<std::string, Entry, std::less<>> entries_;
};

// "persons/ada-lovell": where a profile lies below records/ and pages/<language>/, without its ending. An id with bytes
// other than letters, digits, "-", "_" and inner "." is percent-encoded: no id leads out of the folder.
std::string profile_path(std::string_view type, std::string_view id);

// The canonical JSON record, indented, ending in a line break.
std::string render_record(const Profile& profile);

class Renderer {
 public:
  static Renderer load(const FileFinder& file);  // throws KnowledgeError
  Renderer(Renderer&&) noexcept;
  Renderer& operator=(Renderer&&) noexcept;
  ~Renderer();

  const PageLabels& labels() const;

  std::string page(const Profile& profile, std::string_view language, const ProfileIndex& index) const;
  std::string html_page(const Profile& profile, std::string_view language, const ProfileIndex& index) const;

  // All files, in the order of their paths' profiles: records, pages, redirects of former ids, index pages. A profile
  // of which nothing is stated has a record and no page: it is only named somewhere.
  void render(std::span<const Profile> profiles, const RenderOptions& options,
              const std::function<void(RenderedFile)>& write) const;

 private:
  struct State;
  explicit Renderer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dossier
