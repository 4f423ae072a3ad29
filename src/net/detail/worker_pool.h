// WorkerPool: a fixed number of threads and a bounded queue in front of them.
//
// Every job that was taken runs, also during stop(), for whoever gave it waits for its end. Jobs
// must not throw. Submit from any thread; start, stop and destroy on one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hq::net::detail {

class WorkerPool {
 public:
  using Job = std::move_only_function<void()>;

  WorkerPool(std::size_t thread_count, std::size_t queue_max);
  ~WorkerPool() { stop(); }

  /// As many wait as may, or the first has waited for longer than kWorkerWaitMax.
  bool is_full() const;
  /// Takes the job, also over the bound: ask is_full first where the job is a new one. The bound
  /// may be passed by the number of jobs that go on with something already begun.
  void submit(Job job);
  std::size_t queued_count() const;
  /// Runs what is queued, then ends the threads.
  void stop();

 private:
  struct Waiting {
    Job job;
    std::chrono::steady_clock::time_point since;
  };

  void run();

  const std::size_t queue_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  bool is_stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace hq::net::detail
