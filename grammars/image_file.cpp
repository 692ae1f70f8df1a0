#include "grammars/image_file.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <utility>
#include <vector>

namespace dossier {

namespace fs = std::filesystem;

namespace {

constexpr auto kOld = std::chrono::hours(24 * 30);
constexpr std::size_t kKept = 24;

// Also what somebody began to write and never finished ("rules-1a.image.77.123").
void remove_others(const fs::path& path) {
  const std::string name = path.filename().string();
  const std::string kind = name.substr(0, name.find('-') + 1);
  std::vector<std::pair<fs::file_time_type, fs::path>> others;
  std::error_code error;
  for (fs::directory_iterator it(path.parent_path(), error), end; !error && it != end; it.increment(error)) {
    const std::string other = it->path().filename().string();
    if (!other.starts_with(kind) || other.find(".image") == std::string::npos || other == name) continue;
    std::error_code unknown;
    const fs::file_time_type written = it->last_write_time(unknown);
    if (!unknown) others.emplace_back(written, it->path());
  }
  std::sort(others.rbegin(), others.rend());
  const fs::file_time_type old = fs::file_time_type::clock::now() - kOld;
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (i + 1 >= kKept || others[i].first < old) fs::remove(others[i].second, error);
  }
}

}  // namespace

void write_image(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  // Its own for each thread, and for processes of the same number in containers that share the cache.
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  const fs::path temporary = path.string() + "." + std::to_string(getpid()) + "." + std::to_string(now);
  std::ofstream out(temporary, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();  // a full disk may be told only now
  error.clear();
  if (out) fs::rename(temporary, path, error);
  if (!out || error) {
    fs::remove(temporary, error);
    return;
  }
  remove_others(path);
}

std::string read_image(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return {};
  std::string bytes(size, '\0');
  std::ifstream in(path, std::ios::binary);
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  return in ? bytes : std::string();
}

}  // namespace dossier
