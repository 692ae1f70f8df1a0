// Tests of pipeline/publish.h: what is written, what is left alone, and what a killed process leaves behind.
#include "pipeline/publish.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <random>
#include <sstream>

namespace dossier {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

class PublishTest : public testing::Test {
 protected:
  PublishTest() {
    std::string pattern = (fs::temp_directory_path() / "dossier-publish-XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~PublishTest() override { fs::remove_all(folder); }

  Published publish(const Files& files) const {
    Publisher publisher(folder);
    for (const auto& [path, bytes] : files) publisher.write(path, bytes);
    return publisher.finish();
  }
  Files on_disk() const {
    Files files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ostringstream bytes;
      bytes << std::ifstream(entry.path()).rdbuf();
      files[entry.path().lexically_relative(folder).generic_string()] = bytes.str();
    }
    return files;
  }
  Files shown() const {  // without the publisher's own list
    Files files = on_disk();
    files.erase(".dossier-files");
    return files;
  }
  void edit(const std::string& path, const std::string& bytes) const {
    fs::create_directories((folder / path).parent_path());
    std::ofstream(folder / path) << bytes;
  }

  fs::path folder;
};

TEST_F(PublishTest, WritesWhatIsNewAndLeavesWhatIsThere) {
  EXPECT_EQ(publish({{"a.md", "one"}, {"deep/er/b.md", "two"}}).written, 2u);
  const auto time = fs::last_write_time(folder / "a.md");
  const Published second = publish({{"a.md", "one"}, {"deep/er/b.md", "2"}});
  EXPECT_EQ(second.unchanged, 1u);
  EXPECT_EQ(second.written, 1u);
  EXPECT_EQ(fs::last_write_time(folder / "a.md"), time);
  EXPECT_EQ(shown(), (Files{{"a.md", "one"}, {"deep/er/b.md", "2"}}));
}

TEST_F(PublishTest, RemovesWhatIsNoLongerWritten) {
  publish({{"a.md", "one"}, {"deep/er/b.md", "two"}});
  EXPECT_EQ(publish({{"a.md", "one"}}).removed, 1u);
  EXPECT_EQ(shown(), (Files{{"a.md", "one"}}));
  EXPECT_FALSE(fs::exists(folder / "deep"));
}

TEST_F(PublishTest, KeepsHandEditsAndPutsTheNewTextBeside) {
  publish({{"a.md", "one"}, {"b.md", "two"}});
  edit("a.md", "one, better");
  const Published second = publish({{"a.md", "one!"}, {"b.md", "two"}});
  EXPECT_EQ(second.kept, std::vector<std::string>{"a.md"});
  EXPECT_EQ(shown(), (Files{{"a.md", "one, better"}, {"a.md.new", "one!"}, {"b.md", "two"}}));
  // No longer written: the edited file stays, the text beside it goes.
  EXPECT_EQ(publish({{"b.md", "two"}}).kept, std::vector<std::string>{"a.md"});
  EXPECT_EQ(shown(), (Files{{"a.md", "one, better"}, {"b.md", "two"}}));
}

TEST_F(PublishTest, TakesAFileBackOnceTheEditIsUndone) {
  publish({{"a.md", "one"}});
  edit("a.md", "edited");
  publish({{"a.md", "two"}});
  edit("a.md", "one");
  EXPECT_TRUE(publish({{"a.md", "three"}}).kept.empty());
  EXPECT_EQ(shown(), (Files{{"a.md", "three"}}));
}

TEST_F(PublishTest, NeverTouchesFilesOfOthers) {
  edit("notes.txt", "mine");
  edit("a.md", "mine, too");
  EXPECT_EQ(publish({{"a.md", "one"}}).kept, std::vector<std::string>{"a.md"});
  publish({});
  EXPECT_EQ(shown(), (Files{{"a.md", "mine, too"}, {"notes.txt", "mine"}}));
}

TEST_F(PublishTest, ChangesNothingUnlessItFinishes) {
  publish({{"a.md", "one"}, {"b.md", "two"}});
  {
    Publisher publisher(folder);
    publisher.write("a.md", "one!");
    publisher.write("c.md", "three");
  }
  EXPECT_EQ(shown(), (Files{{"a.md", "one"}, {"b.md", "two"}}));
  EXPECT_TRUE(publish({{"a.md", "one!"}}).kept.empty());
  EXPECT_EQ(shown(), (Files{{"a.md", "one!"}}));
}

TEST_F(PublishTest, SaysWhatCannotBeWritten) {
  edit("file", "");
  try {
    Publisher(folder / "file" / "below");
    FAIL() << "a folder below a file was made";
  } catch (const PublishError& error) {
    EXPECT_NE(std::string(error.what()).find("cannot be made"), std::string::npos);
  }
}

// A run that goes from one set of files to another is killed at a random moment, then repeated: the folder must be as
// if nothing had happened, without a single file taken for a hand edit.
TEST_F(PublishTest, AKilledRunIsMendedByTheNext) {
  const auto version = [](int number) {
    Files files;
    for (int i = 0; i < 40; ++i) {
      if ((i + number) % 5 != 0) {
        files["p/" + std::to_string(i) + ".md"] =
            std::string(static_cast<std::size_t>(i) * 50, 'x') + std::to_string(number % 3 + i % 2);
      }
    }
    return files;
  };
  for (int number = 1; number <= 60; ++number) {
    std::mt19937 random(static_cast<unsigned>(number));
    const pid_t child = fork();
    if (child == 0) {
      publish(version(number));
      _exit(0);
    }
    usleep(static_cast<useconds_t>(random() % 15000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    if (number % 3 == 0) continue;  // sometimes the next run has other things to write
    const Published done = publish(version(number));
    ASSERT_TRUE(done.kept.empty()) << number << ": " << done.kept.front();
    ASSERT_EQ(shown(), version(number)) << number;
  }
}

}  // namespace
}  // namespace dossier
