#include "pipeline/inputs.h"

#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

#include "pipeline/ingest.h"
#include "pipeline/publish.h"
#include "pipeline/request.h"

namespace dossier {
namespace fs = std::filesystem;
namespace {

// Endings of text that ingest can make something of; in folders all else is passed over.
const std::set<std::string, std::less<>> kTextEndings = {"",     ".txt", ".text",  ".md",    ".markdown",
                                                         ".vtt", ".srt", ".jsonl", ".ndjson"};

std::string lower_ending(const fs::path& file) {
  std::string ending = file.extension().string();
  for (char& c : ending) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return ending;
}

bool is_line_file(const fs::path& file) {
  const std::string ending = lower_ending(file);
  return ending == ".jsonl" || ending == ".ndjson";
}

bool is_hidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.size() > 1 && name.front() == '.';
}

fs::path absolute_path(const fs::path& path) {
  return fs::absolute(path).lexically_normal();
}

// Unreadable folders are among the files: reading them says what is wrong with them, and the batch goes on.
void walk(const fs::path& folder, std::vector<fs::path>& files, std::map<std::string, std::size_t>& skipped) {
  // Pages that a build wrote are no sources: the program would be quoting itself.
  std::set<fs::path> own;
  const auto note_own = [&](const fs::path& output) {
    for (const std::string& path : published_files(output)) own.insert(absolute_path(output / path));
  };
  for (fs::path at = absolute_path(folder / ""); at != at.parent_path(); at = at.parent_path()) note_own(at);

  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && at != end; at.increment(error)) {
    std::error_code no_status;
    if (is_hidden(at->path())) {
      if (at->is_directory(no_status)) at.disable_recursion_pending();
      continue;
    }
    if (at->is_directory(no_status)) {
      note_own(at->path());
      if (access(at->path().c_str(), R_OK | X_OK) != 0) {
        files.push_back(at->path());
        at.disable_recursion_pending();
      }
    }
    if (!at->is_regular_file(no_status) || own.contains(absolute_path(at->path()))) continue;
    const std::string ending = lower_ending(at->path());
    if (kTextEndings.contains(ending)) {
      files.push_back(at->path());
    } else {
      ++skipped[ending];
    }
  }
  if (error) throw InputError(folder.string() + ": cannot be listed (" + error.message() + ")");
}

std::vector<fs::path> matches_of(const std::string& pattern) {
  std::vector<fs::path> out;
  glob_t found{};
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) out.emplace_back(found.gl_pathv[i]);
  }
  globfree(&found);
  return out;
}

std::string read_all(std::istream& stream, std::string& bytes) {
  // One byte more than ingest takes: enough for it to see, and say, that there was more.
  const std::size_t most = IngestLimits{}.max_source_bytes + 1;
  std::size_t size = 0;
  constexpr std::size_t kStep = std::size_t{1} << 16;
  std::size_t step = kStep;
  while (size < most && stream) {
    bytes.resize(std::min(size + step, most));
    stream.read(bytes.data() + size, static_cast<std::streamsize>(bytes.size() - size));
    size += static_cast<std::size_t>(stream.gcount());
    step = std::max(step, size);
  }
  bytes.resize(size);
  return stream.bad() ? "reading failed" : "";
}

}  // namespace

struct Inputs::State {
  InputOptions options;
  std::vector<fs::path> files;  // "-" is standard input
  std::size_t next_file = 0;
  std::map<std::string, std::size_t> skipped;

  std::ifstream lines;  // the .jsonl file that is being read
  std::string lines_name;
  std::uint64_t line_number = 0;

  Source given() const {
    Source source;
    source.language = options.language;
    source.date = options.date;
    source.kind = options.kind;
    return source;
  }

  std::optional<Input> next_line() {
    for (std::string line; std::getline(lines, line);) {
      ++line_number;
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      Request request = parse_request(line, line_number, IdIs::kOptional);
      Input input;
      input.source = std::move(request.source);
      const std::string here = lines_name + "#" + (request.id.empty() ? std::to_string(line_number) : request.id);
      if (input.source.uri.empty()) input.source.uri = here;
      if (input.source.language.empty()) input.source.language = options.language;
      if (input.source.date.empty()) input.source.date = options.date;
      if (input.source.kind == DocumentKind::kAuto) input.source.kind = options.kind;
      if (!request.error.empty()) {
        input.source.uri = here;
        input.error = "line " + std::to_string(line_number) + ": " + request.error;
      }
      return input;
    }
    const bool is_broken = lines.bad();
    lines.close();
    if (!is_broken) return std::nullopt;
    Input input{.source = given()};
    input.source.uri = lines_name;
    input.error = "reading failed in line " + std::to_string(line_number + 1);
    return input;
  }
};

Inputs::Inputs(std::unique_ptr<State> state) : state_(std::move(state)) {}
Inputs::Inputs(Inputs&&) noexcept = default;
Inputs& Inputs::operator=(Inputs&&) noexcept = default;
Inputs::~Inputs() = default;

Inputs Inputs::of(const std::vector<std::string>& arguments, InputOptions options) {
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  std::string problems;
  for (const std::string& argument : arguments) {
    std::vector<fs::path> found;
    std::error_code error;
    if (argument == "-" || fs::exists(argument, error)) {
      found.emplace_back(argument);
    } else {
      found = matches_of(argument);
      const bool is_pattern = argument.find_first_of("*?[") != std::string::npos;
      if (found.empty()) {
        problems += (problems.empty() ? "" : "\n") + argument +
                    (is_pattern ? ": no file matches this pattern" : ": no such file or folder");
      }
    }
    for (const fs::path& path : found) {
      if (path != "-" && fs::is_directory(path, error) && access(path.c_str(), R_OK | X_OK) == 0) {
        walk(path, state->files, state->skipped);
      } else {
        state->files.push_back(path);
      }
    }
  }
  if (!problems.empty()) throw InputError(problems);
  if (state->files.empty()) {
    std::string where;
    for (const std::string& argument : arguments) where += (where.empty() ? "" : ", ") + argument;
    throw InputError(where + ": no document there" +
                     (state->skipped.empty() ? "" : " - only files that are not text, or pages that a build wrote"));
  }
  std::sort(state->files.begin(), state->files.end());
  std::set<fs::path> seen;
  std::erase_if(state->files, [&](const fs::path& file) { return !seen.insert(absolute_path(file)).second; });
  return Inputs(std::move(state));
}

std::optional<Input> Inputs::next() {
  State& state = *state_;
  while (true) {
    if (state.lines.is_open()) {
      if (std::optional<Input> input = state.next_line()) return input;
    }
    if (state.next_file == state.files.size()) return std::nullopt;
    const fs::path file = state.files[state.next_file++];
    Input input{.source = state.given()};
    if (file == "-") {
      input.source.uri = "-";
      input.error = read_all(std::cin, input.source.bytes);
      return input;
    }
    input.source.uri = place_of(file, state.options.base);
    if (!is_line_file(file)) {
      input.file = file;
      return input;
    }
    state.lines.clear();
    state.lines.open(file, std::ios::binary);
    state.lines_name = input.source.uri;
    state.line_number = 0;
    if (!state.lines) {
      input.error = "cannot be opened for reading";
      return input;
    }
  }
}

std::size_t Inputs::file_count() const {
  return state_->files.size();
}
const std::map<std::string, std::size_t>& Inputs::skipped() const {
  return state_->skipped;
}

std::string place_of(const fs::path& file, const fs::path& base) {
  if (base.empty()) return file.lexically_normal().generic_string();
  const fs::path absolute = absolute_path(file);
  const fs::path relative = absolute.lexically_relative(absolute_path(base));
  const bool is_inside = !relative.empty() && *relative.begin() != "..";
  return (is_inside ? relative : absolute).generic_string();
}

void read(Input& input) {
  if (!input.file.empty() && input.error.empty()) {
    std::ifstream stream(input.file, std::ios::binary);
    std::error_code no_status;
    if (fs::is_directory(input.file, no_status)) {
      input.error = "folder cannot be listed";
    } else {
      input.error = stream ? read_all(stream, input.source.bytes) : "cannot be opened for reading";
    }
    input.file.clear();
  }
  if (input.source.id.empty()) input.source.id = content_id(input.source.bytes);
}

}  // namespace dossier
