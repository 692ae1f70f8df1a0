// cli.h - what the subcommands of the program share: options, knowledge, progress, and how they tell what they did.
//
// Exit codes: 0 done; 1 done, but documents failed (listed) or a comparison found differences; 2 the command, the
// knowledge or the workspace is wrong, and nothing was done.
// Only here and in the cli_*.cpp files does anything print.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/document.h"
#include "pipeline/inputs.h"
#include "pipeline/knowledge.h"

namespace dossier::cli {

inline constexpr int kDone = 0;
inline constexpr int kDocumentsFailed = 1;
inline constexpr int kWrongUse = 2;

// A command says what it will do while the command line is parsed; main does it afterwards.
struct Program {
  CLI::App app;
  std::function<int()> action;
  std::vector<std::string> knowledge_folders;  // --knowledge, beside the program's own
  bool is_quiet = false;                       // --quiet: no progress
};

// One function a cli_*.cpp file; each adds its subcommands.
void add_extract(Program& program);  // extract, eval
void add_build(Program& program);    // run, init, add, remove, build, status
void add_review(Program& program);   // show, audit, names, decide, diff
void add_rules(Program& program);    // rules, explain

// Loads the program's knowledge, what --knowledge adds to it, and `more` after that.
Knowledge load_knowledge(const Program& program, const std::vector<std::filesystem::path>& more = {});

// -j/--threads
void add_threads(CLI::App& command, unsigned& threads);
// --known-names, --no-known-names; neither: `known_names` stays empty and the workspace's setting holds
void add_known_names(CLI::App& command, std::optional<bool>& known_names);
// --lang, --date, --kind
void add_given(CLI::App& command, InputOptions& given);

// A line on the terminal that is written over again and again; silent where the error stream is not a terminal.
class Progress {
 public:
  explicit Progress(const Program& program);
  ~Progress();
  void show(std::size_t done, std::size_t total, std::uint64_t bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Columns as wide as their widest cell, parted by two spaces.
std::string table(const std::vector<std::vector<std::string>>& rows);

// The same, its first row a header; on a terminal too narrow for it each row is told on lines of its own:
//   affiliation.joined
//     phase facts  confidence 0.85  …
std::string headed_table(const std::vector<std::vector<std::string>>& rows);

// The width of the terminal; 100 where there is none.
std::size_t terminal_width();

// At most `width` characters of one line: line breaks become spaces, what is cut ends in "…".
std::string shortened(std::string_view text, std::size_t width);

std::string now();  // ISO 8601, UTC, seconds

}  // namespace dossier::cli
