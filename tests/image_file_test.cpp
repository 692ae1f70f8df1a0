// Files of the cache: whole or not there, and not ever more of them.
#include "grammars/image_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

namespace dossier {
namespace {

namespace fs = std::filesystem;

class ImageFile : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::chrono::hours age = {}) const {
    std::ofstream(folder_ / name) << name;
    fs::last_write_time(folder_ / name, fs::file_time_type::clock::now() - age);
  }
  std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_)) all.insert(entry.path().filename());
    return all;
  }

  const fs::path folder_ = fs::temp_directory_path() / ("dossier_image_file" + std::to_string(::getpid()));
};

TEST_F(ImageFile, IsReadAsWritten) {
  const std::string bytes("a\0b\r\n\xFF", 6);
  write_image(folder_ / "new/rules-1.image", bytes);
  EXPECT_EQ(read_image(folder_ / "new/rules-1.image"), bytes);
  EXPECT_EQ(read_image(folder_ / "rules-2.image"), "");
  EXPECT_EQ(read_image(folder_), "") << "a folder";
}

TEST_F(ImageFile, WhatCannotBeWrittenLeavesNothing) {
  fs::create_directories(folder_ / "rules-1.image/x");
  write_image(folder_ / "rules-1.image", "bytes");
  EXPECT_EQ(names(), std::set<std::string>{"rules-1.image"});
  write("file");
  write_image(folder_ / "file/rules-1.image", "bytes");
  EXPECT_EQ(read_image(folder_ / "file"), "file");
}

TEST_F(ImageFile, OldOnesOfItsKindGo) {
  constexpr auto kMonths = std::chrono::hours(24 * 62);
  write("rules-1.image", kMonths);
  write("rules-2.image", std::chrono::hours(24));
  write("rules-3.image.77.5", kMonths);  // never finished
  write("lexicons-1.image", kMonths);
  write("rules-notes.txt", kMonths);
  write_image(folder_ / "rules-4.image", "new");
  EXPECT_EQ(names(), (std::set<std::string>{"rules-2.image", "rules-4.image", "lexicons-1.image", "rules-notes.txt"}));
}

TEST_F(ImageFile, TheNewestOfItsKindStay) {
  for (int i = 0; i < 40; ++i) write("rules-" + std::to_string(i) + ".image", std::chrono::hours(i));
  write_image(folder_ / "rules-new.image", "new");
  EXPECT_EQ(names().size(), 24u);
  EXPECT_TRUE(names().contains("rules-new.image"));
  EXPECT_TRUE(names().contains("rules-22.image"));
  EXPECT_FALSE(names().contains("rules-23.image"));
}

// Threads that make the same image at once do not write into each other's file.
TEST_F(ImageFile, ReadersNeverSeeHalfAFile) {
  const fs::path path = folder_ / "rules-1.image";
  constexpr std::size_t kSize = 3 << 20;
  write_image(path, std::string(kSize, 'a'));
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (const char c : {'a', 'b', 'c'}) {
    writers.emplace_back([&path, &stop, c] {
      while (!stop) write_image(path, std::string(kSize, c));
    });
  }
  for (int i = 0; i < 100; ++i) {
    const std::string seen = read_image(path);
    EXPECT_EQ(seen.size(), kSize);
    EXPECT_TRUE(seen.empty() || seen.find_first_not_of(seen.front()) == std::string::npos);
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(names().size(), 1u);
}

}  // namespace
}  // namespace dossier
