// in_order.h - a stream of jobs, done by several threads, handed out in the order in which they came.
//
//   run_in_order<std::string, std::size_t>(2, {.next = next_line, .work = lengths_of, .done = print});
//
// Small jobs that are waiting are given to a worker some at a time, so that what a step of its work needs is fetched
// once for all of them. None waits for another to come.
//
// Promise: `done` sees the results of `next` one by one and in its order, each as soon as it and all before it are
// there, even while `next` waits for more. Memory is bounded however long the stream is: at most kJobsInFlight jobs a
// thread are between `next` and `done`, and of small ones as many as make two batches. What `next` throws is thrown
// from here when all before it is done; what another stage throws stops the others and is thrown from here, once the
// call of `next` that may be going on has returned.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace dossier {

inline constexpr std::size_t kJobsInFlight = 4;
inline constexpr std::size_t kJobBatch = 128;
inline constexpr std::size_t kJobBatchBytes = std::size_t{3} << 17;

template <class Job, class Result>
struct Stages {
  std::function<std::optional<Job>()> next;  // nothing: the end. Called from one thread at a time
  // A result for each job. worker: 0 … threads - 1, each on a thread of its own.
  std::function<std::vector<Result>(unsigned worker, std::vector<Job> jobs)> work;
  std::function<void(Result result)> done;          // called from the calling thread
  std::function<std::size_t(const Job& job)> size;  // in bytes; without it each job is a batch
};

template <class Job, class Result>
void run_in_order(unsigned threads, const Stages<Job, Result>& stages) {
  threads = std::max(threads, 1u);
  struct Slot {
    std::optional<Job> job;
    std::size_t size = 0;
    std::optional<Result> result;
  };
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::shared_ptr<Slot>> waiting;  // for a worker
  std::deque<std::shared_ptr<Slot>> ordered;  // from `next` to `done`
  std::size_t bytes = 0;                      // of `ordered`
  bool is_ended = false;                      // `next` gave its last job
  std::exception_ptr error, last_error;       // of a stage; of `next`

  const auto guarded = [&](const auto& body) {
    try {
      body();
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
      changed.notify_all();
    }
  };
  const auto has_room = [&] {
    return ordered.size() < kJobsInFlight * threads ||
           (ordered.size() < 2 * kJobBatch * threads && bytes < 2 * kJobBatchBytes * threads);
  };
  const auto next_job = [&]() -> std::optional<Job> {
    try {
      return stages.next();
    } catch (...) {
      last_error = std::current_exception();
      return std::nullopt;
    }
  };

  const auto read = [&] {
    guarded([&] {
      while (true) {
        {
          std::unique_lock lock(mutex);
          changed.wait(lock, [&] { return error || has_room(); });
          if (error) return;
        }
        std::optional<Job> job = next_job();
        const std::size_t size = job && stages.size ? stages.size(*job) : kJobBatchBytes;
        const std::lock_guard lock(mutex);
        if (job) {
          const auto slot = std::make_shared<Slot>(Slot{std::move(job), size, std::nullopt});
          waiting.push_back(slot);
          ordered.push_back(slot);
          bytes += size;
        } else {
          is_ended = true;
        }
        changed.notify_all();
        if (is_ended) return;
      }
    });
  };
  // What waits is shared out evenly.
  const auto take_batch = [&] {
    std::vector<std::shared_ptr<Slot>> batch;
    const std::size_t most = std::clamp<std::size_t>(waiting.size() / threads, 1, kJobBatch);
    for (std::size_t size = 0; !waiting.empty() && batch.size() < most; waiting.pop_front()) {
      size += waiting.front()->size;
      if (!batch.empty() && size > kJobBatchBytes) break;
      batch.push_back(std::move(waiting.front()));
    }
    return batch;
  };
  const auto work = [&](unsigned worker) {
    guarded([&] {
      while (true) {
        std::vector<std::shared_ptr<Slot>> batch;
        {
          std::unique_lock lock(mutex);
          changed.wait(lock, [&] { return error || is_ended || !waiting.empty(); });
          if (error || waiting.empty()) return;
          batch = take_batch();
        }
        std::vector<Job> jobs;
        for (const std::shared_ptr<Slot>& slot : batch) jobs.push_back(std::move(*slot->job));
        std::vector<Result> results = stages.work(worker, std::move(jobs));
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < batch.size(); ++i) batch[i]->result = std::move(results.at(i));
        changed.notify_all();
      }
    });
  };
  std::vector<std::thread> running;
  guarded([&] {  // the system may have no more threads
    running.reserve(threads + 1);
    running.emplace_back(read);
    for (unsigned worker = 0; worker < threads; ++worker) running.emplace_back(work, worker);
  });
  guarded([&] {
    while (true) {
      std::shared_ptr<Slot> slot;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return error || (ordered.empty() ? is_ended : ordered.front()->result.has_value()); });
        if (error || ordered.empty()) return;
        slot = std::move(ordered.front());
        ordered.pop_front();
        bytes -= slot->size;
        changed.notify_all();
      }
      stages.done(std::move(*slot->result));
    }
  });
  for (std::thread& thread : running) thread.join();
  if (error) std::rethrow_exception(error);
  if (last_error) std::rethrow_exception(last_error);
}

}  // namespace dossier
