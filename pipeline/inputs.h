// inputs.h - what the user named on the command line -> the documents it means, one after the other.
//
//   Inputs::of({"talks/", "notes/*.md", "batch.jsonl", "-"}, {})  ->  every file below talks, every note, every line of
//                                                                     the batch, and standard input as one document
//
// Folders are walked in the order of their names; hidden files and files of formats that are not text yet (by their
// ending) are passed over and counted; pages that a build wrote there are no documents. A file named twice is read
// once. Files ending in .jsonl or .ndjson hold a request of the machine protocol a line (request.h);
// its id may be missing there.
//
// Promise: only one document is held at a time, however many there are. A document that cannot be read is an Input with
// an error, never an exception; a name that leads nowhere, or names without any document, are an InputError before
// anything is done.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "pipeline/document.h"

namespace dossier {

struct InputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct InputOptions {
  std::string language;  // given for every document that does not say otherwise itself
  std::string date;
  DocumentKind kind = DocumentKind::kAuto;
  // A file below this folder is named relative to it, any other by its absolute path. Empty: as the user wrote it.
  std::filesystem::path base;
};

struct Input {
  Source source;                 // without bytes while `file` is to be read; without id
  std::filesystem::path file;    // empty: the bytes are there
  std::string error;             // why there is no document
  std::vector<KnownName> known;  // names that other documents have established (known_names.h), sorted
};

// The name of a file's place, as Input::source.uri has it.
std::string place_of(const std::filesystem::path& file, const std::filesystem::path& base);

// Reads the bytes that are still to be read and sets the content id if it is not known. From any thread.
void read(Input& input);

class Inputs {
 public:
  static Inputs of(const std::vector<std::string>& arguments, InputOptions options);  // throws InputError
  Inputs(Inputs&&) noexcept;
  Inputs& operator=(Inputs&&) noexcept;
  ~Inputs();

  std::optional<Input> next();     // nothing: that was the last
  std::size_t file_count() const;  // how many there are at least (a .jsonl file counts as one)
  const std::map<std::string, std::size_t>& skipped() const;  // ending -> files passed over in folders

 private:
  struct State;
  explicit Inputs(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dossier
