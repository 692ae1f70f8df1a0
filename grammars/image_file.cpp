#include "grammars/image_file.h"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <vector>

namespace dossier {

namespace fs = std::filesystem;

namespace {

constexpr auto kOld = std::chrono::hours(24 * 30);

void remove_old(const fs::path& path) {
  const std::string name = path.filename().string();
  const std::string kind = name.substr(0, name.find('-') + 1);
  std::vector<fs::path> old;
  std::error_code error;
  for (fs::directory_iterator it(path.parent_path(), error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    const bool is_of_kind = it->path().filename().string().starts_with(kind) && it->path().extension() == ".image";
    if (is_of_kind && it->last_write_time(ignored) < fs::file_time_type::clock::now() - kOld) old.push_back(it->path());
  }
  for (const fs::path& image : old) fs::remove(image, error);
}

}  // namespace

void write_image(const fs::path& path, std::string_view bytes) {
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  const fs::path temporary = path.string() + "." + std::to_string(getpid());
  {
    std::ofstream out(temporary, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out) {
      out.close();
      fs::remove(temporary, ignored);
      return;
    }
  }
  fs::rename(temporary, path, ignored);
  remove_old(path);
}

}  // namespace dossier
