// Tests of pipeline/in_order.h: order, bounds and errors at any number of threads.
#include "pipeline/in_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
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
                            .size = [](int job) { return static_cast<std::size_t>(job % 7) * kBatchBytes / 6; }});
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

TEST(InOrder, GivesSmallJobsThatWaitToAWorkerTogether) {
  std::atomic<int> given = 0;
  std::vector<std::size_t> batches;
  run_in_order<int, int>(1, {.next = [&]() -> std::optional<int> {
                               if (given == 300) return std::nullopt;
                               return given++;
                             },
                             .work =
                                 [&](unsigned, std::vector<int> jobs) {
                                   if (jobs.front() == 0) {
                                     while (given < 15) std::this_thread::yield();
                                   }
                                   batches.push_back(jobs.size());
                                   return jobs;
                                 },
                             .done = [](int) {},
                             .size = [](int job) { return job == 20 ? 2 * kBatchBytes : std::size_t{1}; }});
  EXPECT_EQ(std::accumulate(batches.begin(), batches.end(), std::size_t{0}), 300u);
  EXPECT_GT(*std::max_element(batches.begin(), batches.end()), 1u);
  EXPECT_LE(*std::max_element(batches.begin(), batches.end()), kBatchJobs);
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
  for (const std::size_t size : {kBatchBytes, std::size_t{1}}) {
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
    EXPECT_LE(most.load(), (size == 1 ? 2 * kBatchJobs : kJobsInFlight) * 2 + 1);
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
