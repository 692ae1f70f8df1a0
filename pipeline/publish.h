// publish.h - output files: each replaced as a whole, untouched where nothing changed, hand edits kept.
//
//   Publisher publisher("site");
//   publisher.write("pages/en/persons/ada-lovell.md", page);
//   const Published done = publisher.finish();      // also removes what an earlier run wrote and this one did not
//
// The folder's file .dossier-files tells, by hash, what was written there. A file that is neither what was written nor
// what is to be written was edited by hand (or is somebody else's): it stays as it is, and the new text is put beside
// it as NAME.new. A file edited by hand that is no longer written stays, too. Promise: a reader sees the old file or
// the new one, never a half. A process that dies at any moment leaves a folder that the next run brings to the same
// state as an undisturbed one. One process at a time works on a folder. Errors: PublishError, which names the file and
// the reason.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dossier {

struct PublishError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Published {
  std::uint64_t written = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t removed = 0;
  std::vector<std::string> kept;  // edited by hand, sorted
};

class Publisher {
 public:
  explicit Publisher(const std::filesystem::path& folder);  // makes the folder; waits for another process to finish
  ~Publisher();
  void write(std::string_view path, std::string_view bytes);  // path: relative, with "/", inside the folder
  Published finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What a publisher wrote into this folder, as relative paths; empty if none ever did.
std::set<std::string> published_files(const std::filesystem::path& folder);

}  // namespace dossier
