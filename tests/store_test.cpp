// Tests of pipeline/store.h: what is put in comes out, whatever happens to the process in between.
#include "pipeline/store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <random>

namespace dossier {
namespace {

namespace fs = std::filesystem;

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    std::string pattern = (fs::temp_directory_path() / "dossier-store-XXXXXX").string();
    folder = mkdtemp(pattern.data());
  }
  ~StoreTest() override { fs::remove_all(folder); }

  fs::path folder;
  fs::path database() const { return folder / ".dossier" / "workspace.db"; }
};

Source source_of(std::string id, std::string uri, std::string bytes = "some bytes") {
  Source source;
  source.id = std::move(id);
  source.uri = std::move(uri);
  source.bytes = std::move(bytes);
  return source;
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const StoreError& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(StoreTest, KeepsSourcesAcrossProcesses) {
  {
    Store store = Store::open(database(), true);
    Source source = source_of("1f", "talks/a.txt", std::string("\0\xff\n bytes", 9));
    source.language = "it";
    source.date = "2022-06";
    source.kind = DocumentKind::kSlides;
    EXPECT_EQ(store.put(source), Put::kNew);
  }
  Store store = Store::open(database(), false);
  const std::vector<StoredSource> sources = store.sources();
  ASSERT_EQ(sources.size(), 1u);
  EXPECT_EQ(sources[0].uri, "talks/a.txt");
  EXPECT_EQ(sources[0].bytes, 9u);
  const std::optional<Source> loaded = store.load("1f");
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->bytes, std::string("\0\xff\n bytes", 9));
  EXPECT_EQ(loaded->language, "it");
  EXPECT_EQ(loaded->date, "2022-06");
  EXPECT_EQ(loaded->kind, DocumentKind::kSlides);
  EXPECT_FALSE(store.load("2f").has_value());
}

TEST_F(StoreTest, AddingTheSameAgainChangesNothing) {
  Store store = Store::open(database(), true);
  EXPECT_EQ(store.put(source_of("1f", "a.txt")), Put::kNew);
  EXPECT_EQ(store.put(source_of("1f", "a.txt")), Put::kUnchanged);
  Source dated = source_of("1f", "a.txt");
  dated.date = "2020";
  EXPECT_EQ(store.put(dated), Put::kReplaced);
  EXPECT_EQ(store.sources().size(), 1u);
}

TEST_F(StoreTest, ANewVersionReplacesTheOldOneAtItsPlaceButEvidenceStays) {
  Store store = Store::open(database(), true);
  store.put(source_of("1f", "a.txt", "old"));
  EXPECT_EQ(store.put(source_of("2f", "a.txt", "new")), Put::kReplaced);
  ASSERT_EQ(store.sources().size(), 1u);
  EXPECT_EQ(store.sources()[0].id, "2f");
  EXPECT_EQ(store.load("1f")->bytes, "old");
}

TEST_F(StoreTest, TheOrderOfPlacesDoesNotMatter) {
  Store store = Store::open(database(), true);
  store.put({source_of("1f", "b.txt"), source_of("1f", "a.txt"), source_of("1f", "c.txt")});
  ASSERT_EQ(store.sources().size(), 1u);
  EXPECT_EQ(store.sources()[0].uri, "a.txt");
  EXPECT_TRUE(store.remove("a.txt"));
  EXPECT_FALSE(store.remove("a.txt"));
  EXPECT_EQ(store.sources()[0].uri, "b.txt");
  EXPECT_EQ(store.places().size(), 2u);
}

TEST_F(StoreTest, KeepsResultsByKey) {
  Store store = Store::open(database(), true);
  store.put(source_of("1f", "a.txt"));
  store.put_results({{"1f", "k1", std::string("\0r1", 3)}, {"1f", "k2", "r2"}});
  EXPECT_TRUE(store.has_result("1f", "k1"));
  EXPECT_EQ(store.result("1f", "k1"), std::string("\0r1", 3));
  EXPECT_EQ(store.result("1f", "k2"), "r2");
  EXPECT_FALSE(store.has_result("1f", "k3"));
  EXPECT_EQ(store.result("2f", "k1"), std::nullopt);
}

TEST_F(StoreTest, KeepsDecisionsIdsAndRuns) {
  {
    Store store = Store::open(database(), true);
    store.append_decision(R"({"verdict":"reject","key":"x"})");
    store.append_decision(R"({"verdict":"accept","key":"x"})");
    RunOutcome first;
    first.run.at = "2026-01-01T00:00:00Z";
    first.run.knowledge = "abc";
    first.run.documents = {{"1f", "a.txt", "k1"}};
    first.ids = {{"person:ada@1f", "ada"}};
    first.redirects = {{"ada-2", "ada"}};
    EXPECT_EQ(store.finish_run(first), 1);
    RunOutcome second;
    second.ids = {{"person:bo@2f", "bo"}};
    EXPECT_EQ(store.finish_run(second), 2);
    EXPECT_EQ(store.finish_run(second), 2);  // nothing has changed
  }
  const Store store = Store::open(database(), false);
  EXPECT_EQ(store.decisions(),
            (std::vector<std::string>{R"({"verdict":"reject","key":"x"})", R"({"verdict":"accept","key":"x"})"}));
  EXPECT_EQ(store.ids().size(), 2u);  // ids are minted once and kept
  EXPECT_TRUE(store.redirects().empty());
  ASSERT_EQ(store.runs().size(), 2u);
  EXPECT_EQ(store.runs()[0].knowledge, "abc");
  EXPECT_EQ(store.run(1)->documents, (std::vector<RunDocument>{{"1f", "a.txt", "k1"}}));
  EXPECT_FALSE(store.run(3).has_value());
}

TEST_F(StoreTest, SaysWhatIsWrongWithADatabase) {
  EXPECT_EQ(error_of([&] { Store::open(database(), false); }),
            database().string() +
                ": unable to open database file - check that the folder exists and that you may write to it");
  fs::create_directories(database().parent_path());
  std::ofstream(database()) << "this is a text file and no database at all, and long enough to be read as one .......";
  EXPECT_NE(error_of([&] { Store::open(database(), false); }).find("restore it from a copy"), std::string::npos);
  fs::remove(database());

  Store::open(database(), true);
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(database().c_str(), &raw), SQLITE_OK);
  sqlite3_exec(raw, "PRAGMA user_version = 99", nullptr, nullptr, nullptr);
  EXPECT_NE(error_of([&] { Store::open(database(), false); }).find("was written by a newer dossier"),
            std::string::npos);
  sqlite3_exec(raw, "PRAGMA user_version = 1; PRAGMA application_id = 7", nullptr, nullptr, nullptr);
  EXPECT_NE(error_of([&] { Store::open(database(), false); }).find("another program"), std::string::npos);
  sqlite3_close(raw);
}

// The full disk is played by a limit on the size of files, which makes writing fail in the middle of a transaction.
TEST_F(StoreTest, AFullDiskLosesNothingCommitted) {
  Store store = Store::open(database(), true);
  store.put(source_of("1f", "a.txt", "kept"));
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    Store own = Store::open(database(), false);
    const rlimit limit = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_FSIZE, &limit);
    _exit(error_of([&] { own.put(source_of("2f", "b.txt", std::string(10 << 20, 'x'))); }) == "no error" ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0) << "writing 10 MB was not refused";
  EXPECT_EQ(store.sources().size(), 1u);
  EXPECT_EQ(store.load("1f")->bytes, "kept");
  EXPECT_EQ(store.put(source_of("2f", "b.txt", "fits")), Put::kNew);
}

// A child puts sources one by one and tells after each; it is killed at a random moment. What it told of is there, and
// going on brings the store to where an undisturbed run would have left it.
TEST_F(StoreTest, AKilledProcessLosesNothingItWasToldIsStored) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    const fs::path path = folder / std::to_string(seed) / "workspace.db";
    int told[2];
    ASSERT_EQ(pipe(told), 0);
    const pid_t child = fork();
    if (child == 0) {
      Store store = Store::open(path, true);
      for (int i = 0; i < 80; ++i) {
        const std::string id = std::to_string(i);
        store.put(source_of(id, "doc" + id, std::string(5000, 'x')));
        store.put_results({{id, "k", "result " + id}});
        const char byte = 1;
        if (write(told[1], &byte, 1) != 1) _exit(1);
      }
      _exit(0);
    }
    close(told[1]);
    std::mt19937 random(seed);
    const auto wait_for = static_cast<unsigned>(random() % 60);
    char byte = 0;
    unsigned stored = 0;
    while (stored < wait_for && read(told[0], &byte, 1) == 1) ++stored;
    usleep(static_cast<useconds_t>(random() % 3000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    while (read(told[0], &byte, 1) == 1) ++stored;
    close(told[0]);

    Store store = Store::open(path, true);
    ASSERT_GE(store.sources().size(), stored) << "seed " << seed;
    for (unsigned i = 0; i < stored; ++i) {
      const std::string id = std::to_string(i);
      ASSERT_EQ(store.result(id, "k"), "result " + id) << "seed " << seed;
      ASSERT_EQ(store.load(id)->bytes.size(), 5000u) << "seed " << seed;
    }
    for (int i = 0; i < 80; ++i) {
      const std::string id = std::to_string(i);
      store.put(source_of(id, "doc" + id, std::string(5000, 'x')));
    }
    ASSERT_EQ(store.sources().size(), 80u);
  }
}

}  // namespace
}  // namespace dossier
