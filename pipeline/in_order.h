// in_order.h - a stream of jobs, done by several threads, handed out in the order in which they came.
//
//   run_in_order<std::string, std::size_t>(2, {.next = next_line, .work = length_of, .done = print});
//
// Promise: `done` sees the results of `next` one by one and in its order, each as soon as it and all before it are
// there, even while `next` waits for more; at most kJobsInFlight jobs a thread are between `next` and `done`, so memory
// is bounded however long the stream is. The first exception of any stage stops the others and is thrown from here,
// once the call of `next` that may be going on has returned.
#pragma once

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

template <class Job, class Result>
struct Stages {
  std::function<std::optional<Job>()> next;              // nothing: the end. Called from one thread at a time
  std::function<Result(unsigned worker, Job job)> work;  // worker: 0 … threads - 1, each on a thread of its own
  std::function<void(Result result)> done;               // called from the calling thread
};

template <class Job, class Result>
void run_in_order(unsigned threads, const Stages<Job, Result>& stages) {
  if (threads <= 1) {
    while (std::optional<Job> job = stages.next()) stages.done(stages.work(0, std::move(*job)));
    return;
  }

  struct Slot {
    std::optional<Job> job;
    std::optional<Result> result;
  };
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::shared_ptr<Slot>> waiting;  // for a worker
  std::deque<std::shared_ptr<Slot>> ordered;  // from `next` to `done`
  bool is_ended = false;                      // `next` gave its last job
  std::exception_ptr error;

  const auto guarded = [&](const auto& body) {
    try {
      body();
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
      changed.notify_all();
    }
  };

  std::thread reader([&] {
    guarded([&] {
      while (true) {
        {
          std::unique_lock lock(mutex);
          changed.wait(lock, [&] { return error || ordered.size() < kJobsInFlight * threads; });
          if (error) return;
        }
        std::optional<Job> job = stages.next();
        const std::lock_guard lock(mutex);
        if (job) {
          const auto slot = std::make_shared<Slot>(Slot{std::move(job), std::nullopt});
          waiting.push_back(slot);
          ordered.push_back(slot);
        } else {
          is_ended = true;
        }
        changed.notify_all();
        if (is_ended) return;
      }
    });
  });
  std::vector<std::thread> workers;
  for (unsigned worker = 0; worker < threads; ++worker) {
    workers.emplace_back([&, worker] {
      guarded([&] {
        while (true) {
          std::shared_ptr<Slot> slot;
          {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return error || is_ended || !waiting.empty(); });
            if (error || waiting.empty()) return;
            slot = std::move(waiting.front());
            waiting.pop_front();
          }
          Result result = stages.work(worker, std::move(*slot->job));
          const std::lock_guard lock(mutex);
          slot->result = std::move(result);
          changed.notify_all();
        }
      });
    });
  }
  guarded([&] {
    while (true) {
      std::shared_ptr<Slot> slot;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return error || (ordered.empty() ? is_ended : ordered.front()->result.has_value()); });
        if (error || ordered.empty()) return;
        slot = std::move(ordered.front());
        ordered.pop_front();
        changed.notify_all();
      }
      stages.done(std::move(*slot->result));
    }
  });
  reader.join();
  for (std::thread& worker : workers) worker.join();
  if (error) std::rethrow_exception(error);
}

}  // namespace dossier
