#include "pipeline/publish.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "pipeline/names.h"

namespace dossier {
namespace fs = std::filesystem;
namespace {

constexpr const char* kListName = ".dossier-files";
constexpr const char* kScratchName = ".dossier-scratch";
constexpr const char* kNewEnding = ".new";

[[noreturn]] void fail(const fs::path& file, const char* what, int code) {
  const char* const advice = code == ENOSPC || code == EDQUOT ? " - make room and run again; nothing is lost" : "";
  throw PublishError(file.string() + ": " + what + " (" + std::strerror(code) + ")" + advice);
}

std::optional<std::string> contents_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return std::move(bytes).str();
}

// path -> hashes of what was, or may have been, written there.
using Listed = std::map<std::string, std::set<std::string>>;

Listed listed_in(const std::string& list) {
  constexpr std::size_t kHashSize = 16;
  Listed out;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(' ') == kHashSize) out[line.substr(kHashSize + 1)].insert(line.substr(0, kHashSize));
  }
  return out;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

void write_all(const Descriptor& descriptor, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(descriptor.number(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) fail(file, "cannot be written", errno);
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

struct Publisher::State {
  fs::path folder;
  std::optional<Descriptor> lock;
  std::optional<Descriptor> list;  // .dossier-files, open for appending
  Listed known;
  std::map<std::string, std::string> present;  // path -> hash of what this run wrote or found unchanged
  Published done;

  struct Staged {
    fs::path scratch;
    fs::path target;
  };
  std::vector<Staged> staged;  // written, but not yet where they belong

  fs::path scratch_folder() const { return folder / kScratchName; }

  void stage(const fs::path& target, std::string_view bytes) {
    const fs::path scratch = scratch_folder() / std::to_string(staged.size());
    const Descriptor descriptor(open(scratch.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (descriptor.number() < 0) fail(scratch, "cannot be made", errno);
    write_all(descriptor, bytes, target);
    staged.push_back({scratch, target});
  }

  // Brings all staged files to the disk, then each to its place: whole or not at all, and none before all are written.
  void put_in_place() {
    if (staged.empty()) return;
    if (syncfs(lock->number()) != 0) fail(folder, "cannot be written", errno);
    for (const Staged& file : staged) {
      std::error_code error;
      fs::create_directories(file.target.parent_path(), error);
      if (error) throw PublishError(file.target.parent_path().string() + ": cannot be made (" + error.message() + ")");
      if (std::rename(file.scratch.c_str(), file.target.c_str()) != 0) fail(file.target, "cannot be replaced", errno);
    }
    staged.clear();
  }

  // The list learns of a file before the file is there: a process that dies between the two leaves a name too many in
  // the list, never a file that would pass for somebody else's.
  void announce(const std::string& path, const std::string& hash) {
    if (!known[path].insert(hash).second) return;
    write_all(*list, hash + " " + path + "\n", folder / kListName);
  }

  bool is_ours(const std::string& path, const std::string& bytes) const {
    const auto hashes = known.find(path);
    return hashes != known.end() && hashes->second.contains(short_hash(bytes));
  }
};

Publisher::Publisher(const fs::path& folder) : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.folder = folder;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw PublishError(folder.string() + ": cannot be made (" + error.message() + ")");
  state.lock.emplace(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (state.lock->number() < 0) fail(folder, "cannot be opened", errno);
  while (flock(state.lock->number(), LOCK_EX) != 0) {
    if (errno != EINTR) fail(folder, "cannot be locked", errno);
  }
  fs::remove_all(state.scratch_folder(), error);
  fs::create_directory(state.scratch_folder(), error);
  if (error) throw PublishError(state.scratch_folder().string() + ": cannot be made (" + error.message() + ")");
  const std::string list = contents_of(folder / kListName).value_or("");
  state.known = listed_in(list);
  state.list.emplace(open((folder / kListName).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (state.list->number() < 0) fail(folder / kListName, "cannot be written", errno);
  // A process that died may have left its last line unfinished.
  if (!list.empty() && list.back() != '\n') write_all(*state.list, "\n", folder / kListName);
}

Publisher::~Publisher() {
  std::error_code ignored;  // what stays behind is removed by the next publisher
  fs::remove_all(state_->scratch_folder(), ignored);
}

void Publisher::write(std::string_view path, std::string_view bytes) {
  State& state = *state_;
  std::string name(path);
  const std::string hash = short_hash(bytes);
  const fs::path file = state.folder / name;
  std::optional<std::string> existing = contents_of(file);
  if (existing && *existing != bytes && !state.is_ours(name, *existing)) {
    state.done.kept.push_back(name);
    if (state.known.contains(name)) state.present[name] = *state.known[name].begin();  // still listed, still edited
    name += kNewEnding;
    existing = contents_of(state.folder / name);
  }
  state.announce(name, hash);
  state.present[name] = hash;
  if (existing && *existing == bytes) {
    ++state.done.unchanged;
    return;
  }
  state.stage(state.folder / name, bytes);
  ++state.done.written;
}

Published Publisher::finish() {
  State& state = *state_;
  state.put_in_place();
  for (const auto& [path, hashes] : state.known) {
    if (state.present.contains(path)) continue;
    const fs::path file = state.folder / path;
    const std::optional<std::string> existing = contents_of(file);
    if (!existing) continue;
    if (!hashes.contains(short_hash(*existing))) {
      state.done.kept.push_back(path);
      continue;
    }
    std::error_code error;
    fs::remove(file, error);
    if (error) throw PublishError(file.string() + ": cannot be removed (" + error.message() + ")");
    ++state.done.removed;
    for (fs::path parent = file.parent_path(); parent != state.folder && fs::is_empty(parent, error) && !error;
         parent = parent.parent_path()) {
      if (!fs::remove(parent, error)) break;
    }
  }
  std::string list;
  for (const auto& [path, hash] : state.present) list += hash + " " + path + "\n";
  if (contents_of(state.folder / kListName) != list) state.stage(state.folder / kListName, list);
  state.put_in_place();
  std::sort(state.done.kept.begin(), state.done.kept.end());
  return state.done;
}

std::set<std::string> published_files(const fs::path& folder) {
  std::set<std::string> paths;
  for (const auto& [path, hashes] : listed_in(contents_of(folder / kListName).value_or(""))) paths.insert(path);
  return paths;
}

}  // namespace dossier
