// Tests of pipeline/in_order.h: order, bounds and errors at any number of threads.
#include "pipeline/in_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <random>
#include <stdexcept>

namespace dossier {
namespace {

TEST(InOrder, GivesResultsInTheOrderOfJobsWhateverEachTakes) {
  for (const unsigned threads : {1u, 2u, 3u, 8u}) {
    int given = 0;
    std::vector<int> seen;
    run_in_order<int, int>(threads,
                           {.next = [&]() -> std::optional<int> {
                              if (given == 300) return std::nullopt;
                              return given++;
                            },
                            .work =
                                [](unsigned, std::vector<int> jobs) {
                                  for (int& job : jobs) {
                                    std::mt19937 random(static_cast<unsigned>(job));
                                    std::this_thread::sleep_for(std::chrono::microseconds(random() % 300));
                                    job *= 2;
                                  }
                                  return jobs;
                                },
                            .done = [&](int result) { seen.push_back(result); },
                            .size = [](int job) { return static_cast<std::size_t>(job % 7) * kJobBatchBytes / 6; }});
    ASSERT_EQ(seen.size(), 300u) << threads;
    for (int i = 0; i < 300; ++i) ASSERT_EQ(seen[static_cast<std::size_t>(i)], 2 * i) << threads;
  }
}

TEST(InOrder, EndsAtOnceWithoutJobs) {
  for (const unsigned threads : {0u, 1u, 4u}) {
    run_in_order<int, int>(threads, {.next = [] { return std::optional<int>(); },
                                     .work = [](unsigned, std::vector<int> jobs) { return jobs; },
                                     .done = [](int) { FAIL() << "there was nothing to do"; }});
  }
}

TEST(InOrder, HandsOutAResultWhileTheNextJobIsStillAwaited) {
  // As on a terminal: the second line is typed only after the answer to the first has been seen.
  for (const unsigned threads : {1u, 2u}) {
    std::atomic<int> answered = 0;
    int given = 0;
    run_in_order<int, int>(threads, {.next = [&]() -> std::optional<int> {
                                       if (given == 5) return std::nullopt;
                                       while (answered.load() < given) std::this_thread::yield();
                                       return given++;
                                     },
                                     .work = [](unsigned, std::vector<int> jobs) { return jobs; },
                                     .done = [&](int) { ++answered; },
                                     .size = [](int) { return std::size_t{1}; }});
    EXPECT_EQ(answered.load(), 5) << threads;
  }
}

// The first job is held back until as many wait as there is room for; then what waits is shared out.
std::vector<std::vector<int>> batches_of(unsigned threads, const std::function<std::size_t(const int&)>& size,
                                         int waiting, int total = 300) {
  std::atomic<int> given = 0;
  std::mutex mutex;
  std::vector<std::vector<int>> batches;
  run_in_order<int, int>(threads, {.next = [&]() -> std::optional<int> {
                                     if (given == total) return std::nullopt;
                                     return given++;
                                   },
                                   .work =
                                       [&](unsigned, std::vector<int> jobs) {
                                         while (given < waiting) std::this_thread::yield();
                                         const std::lock_guard lock(mutex);
                                         batches.push_back(jobs);
                                         return jobs;
                                       },
                                   .done = [](int) {},
                                   .size = size});
  return batches;
}

TEST(InOrder, GivesSmallJobsThatWaitToAWorkerTogether) {
  const std::vector<std::vector<int>> small = batches_of(
      1, [](int) { return std::size_t{1}; }, 100);
  std::size_t jobs = 0, most = 0;
  for (const std::vector<int>& batch : small) {
    jobs += batch.size();
    most = std::max(most, batch.size());
  }
  EXPECT_EQ(jobs, 300u);
  EXPECT_GT(most, 30u);
  EXPECT_LE(most, kJobBatch);
}

TEST(InOrder, ABatchHasABound) {
  const auto size = [](int job) { return job == 20 ? 2 * kJobBatchBytes : kJobBatchBytes / 10; };
  for (const std::vector<int>& batch : batches_of(1, size, 15)) {
    std::size_t bytes = 0;
    for (const int job : batch) bytes += size(job);
    EXPECT_TRUE(batch.size() == 1 || bytes <= kJobBatchBytes) << "from " << batch.front() << ", " << batch.size();
  }
  for (const std::vector<int>& batch : batches_of(1, {}, 4)) EXPECT_EQ(batch.size(), 1u) << "jobs of unknown size";
}

TEST(InOrder, SharesOutWhatWaits) {
  for (const std::vector<int>& batch : batches_of(
           2, [](int) { return std::size_t{1}; }, 100, 100))
    EXPECT_LE(batch.size(), 50u) << "of a hundred, from " << batch.front();
}

TEST(InOrder, WhatCameBeforeTheEndIsHandedOutEvenIfTheEndIsAnError) {
  for (const unsigned threads : {1u, 3u}) {
    int given = 0;
    std::vector<int> seen;
    const auto run = [&] {
      run_in_order<int, int>(threads, {.next = [&]() -> std::optional<int> {
                                         if (given == 20) throw std::runtime_error("no more");
                                         return given++;
                                       },
                                       .work = [](unsigned, std::vector<int> jobs) { return jobs; },
                                       .done = [&](int result) { seen.push_back(result); }});
    };
    EXPECT_THROW(run(), std::runtime_error);
    EXPECT_EQ(seen.size(), 20u) << threads;
  }
}

TEST(InOrder, HoldsFewJobsHoweverManyThereAre) {
  for (const std::size_t size : {kJobBatchBytes, std::size_t{1}}) {
    std::atomic<std::size_t> held = 0;
    std::atomic<std::size_t> most = 0;
    int given = 0;
    run_in_order<int, int>(2, {.next = [&]() -> std::optional<int> {
                                 if (given == 2000) return std::nullopt;
                                 most = std::max(most.load(), ++held);
                                 return given++;
                               },
                               .work = [](unsigned, std::vector<int> jobs) { return jobs; },
                               .done =
                                   [&](int) {
                                     std::this_thread::sleep_for(std::chrono::microseconds(20));
                                     --held;
                                   },
                               .size = [size](int) { return size; }});
    EXPECT_LE(most.load(), (size == 1 ? 2 * kJobBatch : kJobsInFlight) * 2 + 1);
  }
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
                                             [&](unsigned, std::vector<int> jobs) {
                                               if (thrower == 1 && jobs.back() >= 7)
                                                 throw std::runtime_error("stage 1");
                                               return jobs;
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
