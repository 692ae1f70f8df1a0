// Tests of pipeline/in_order.h: order, bounds and errors at any number of threads.
#include "pipeline/in_order.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <random>
#include <stdexcept>

namespace dossier {
namespace {

TEST(InOrder, GivesResultsInTheOrderOfJobsWhateverEachTakes) {
  for (const unsigned threads : {1u, 2u, 3u, 8u}) {
    int given = 0;
    std::vector<int> seen;
    run_in_order<int, int>(threads, {.next = [&]() -> std::optional<int> {
                                       if (given == 300) return std::nullopt;
                                       return given++;
                                     },
                                     .work =
                                         [](unsigned, int job) {
                                           std::mt19937 random(static_cast<unsigned>(job));
                                           std::this_thread::sleep_for(std::chrono::microseconds(random() % 300));
                                           return job * 2;
                                         },
                                     .done = [&](int result) { seen.push_back(result); }});
    ASSERT_EQ(seen.size(), 300u) << threads;
    for (int i = 0; i < 300; ++i) ASSERT_EQ(seen[static_cast<std::size_t>(i)], 2 * i) << threads;
  }
}

TEST(InOrder, EndsAtOnceWithoutJobs) {
  for (const unsigned threads : {0u, 1u, 4u}) {
    run_in_order<int, int>(threads, {.next = [] { return std::optional<int>(); },
                                     .work = [](unsigned, int job) { return job; },
                                     .done = [](int) { FAIL() << "there was nothing to do"; }});
  }
}

TEST(InOrder, HandsOutAResultWhileTheNextJobIsStillAwaited) {
  // As on a terminal: the second line is typed only after the answer to the first has been seen.
  std::atomic<int> answered = 0;
  int given = 0;
  run_in_order<int, int>(2, {.next = [&]() -> std::optional<int> {
                               if (given == 5) return std::nullopt;
                               while (answered.load() < given) std::this_thread::yield();
                               return given++;
                             },
                             .work = [](unsigned, int job) { return job; },
                             .done = [&](int) { ++answered; }});
  EXPECT_EQ(answered.load(), 5);
}

TEST(InOrder, HoldsFewJobsHoweverManyThereAre) {
  std::atomic<std::size_t> held = 0;
  std::atomic<std::size_t> most = 0;
  int given = 0;
  run_in_order<int, int>(2, {.next = [&]() -> std::optional<int> {
                               if (given == 500) return std::nullopt;
                               most = std::max(most.load(), ++held);
                               return given++;
                             },
                             .work = [](unsigned, int job) { return job; },
                             .done =
                                 [&](int) {
                                   std::this_thread::sleep_for(std::chrono::microseconds(50));
                                   --held;
                                 }});
  EXPECT_LE(most.load(), kJobsInFlight * 2 + 1);
}

TEST(InOrder, ThrowsWhatAStageThrew) {
  for (const unsigned threads : {1u, 4u}) {
    for (const int thrower : {0, 1, 2}) {
      int given = 0;
      const auto run = [&] {
        run_in_order<int, int>(threads, {.next = [&]() -> std::optional<int> {
                                           if (thrower == 0 && given == 7) throw std::runtime_error("stage 0");
                                           return given++;
                                         },
                                         .work =
                                             [&](unsigned, int job) {
                                               if (thrower == 1 && job == 7) throw std::runtime_error("stage 1");
                                               return job;
                                             },
                                         .done =
                                             [&](int result) {
                                               if (thrower == 2 && result == 7) throw std::runtime_error("stage 2");
                                             }});
      };
      try {
        run();
        FAIL() << "nothing was thrown";
      } catch (const std::runtime_error& error) {
        EXPECT_EQ(std::string(error.what()), "stage " + std::to_string(thrower));
      }
    }
  }
}

}  // namespace
}  // namespace dossier
