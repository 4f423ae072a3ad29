#include "net/detail/worker_pool.h"

#include "base/assert.h"
#include "net/limits.h"

namespace hq::net::detail {

WorkerPool::WorkerPool(std::size_t thread_count, std::size_t queue_max) : queue_max_(queue_max) {
  HQ_ASSERT(thread_count > 0);
  for (std::size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { run(); });
}

bool WorkerPool::is_full() const {
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= queue_max_) return true;
  return !queue_.empty() &&
         std::chrono::steady_clock::now() - queue_.front().since > kWorkerWaitMax;
}

std::size_t WorkerPool::queued_count() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(job), std::chrono::steady_clock::now()});
  }
  changed_.notify_one();
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  threads_.clear();  // joins
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    {
      Job job = std::move(queue_.front().job);
      queue_.pop_front();
      lock.unlock();
      job();
    }
    lock.lock();
  }
}

}  // namespace hq::net::detail
