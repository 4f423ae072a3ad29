// The thread that writes: puts a closed group on disk, then has it published, told and answered.
#include <pthread.h>

#include <bit>

#include "log/detail/writer_thread.h"

namespace hq::log {
namespace {

uint64_t microseconds_since(SteadyTime start) {
  const auto past = std::chrono::steady_clock::now() - start;
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(past).count());
}

Error unknown_fate(const Error& cause) {
  return {ErrorCode::unavailable,
          "the log could not be written, and whether this command was recorded is unknown; send "
          "it again with the same id once the server is back: " +
              cause.text(),
          "日志写入失败，无法确定该命令是否已记录；请在服务恢复后用同一编号重试",
          {}};
}

}  // namespace

void Writer::Thread::append_groups() {
  ::pthread_setname_np(::pthread_self(), "hq-appender");
  std::unique_lock lock(mutex_);
  while (true) {
    closed_.wait(lock, [&] { return written_ || decided_all_; });
    if (!written_) return;
    const bool has_failed = failure_.has_value();
    lock.unlock();
    if (has_failed) {
      fail_all(*written_, *failure_);
    } else {
      write(*written_);
    }
    lock.lock();
    written_.reset();
    arrived_.notify_one();
  }
}

void Writer::Thread::write(Group& group) {
  if (!group.commits.empty()) {
    const auto start = std::chrono::steady_clock::now();
    seal_group(group);
    if (const Result<> written = log_.append(group.commits); !written) {
      {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        failure_ = written.error();
      }
      options_.on_fatal(written.error());
      return fail_all(group, written.error());
    }
    durable_seq_.store(group.commits.back().seq, std::memory_order_release);
    machine_.publish();
    const std::lock_guard lock(metrics_mutex_);
    metrics_.write_us_sum += microseconds_since(start);
    metrics_.commits += group.commits.size();
    metrics_.groups += 1;
    metrics_.group_commits_max =
        std::max<uint64_t>(metrics_.group_commits_max, group.commits.size());
  }
  // Before the answers, so that who has an answer finds its commit on every live page.
  if (!group.commits.empty()) {
    const std::lock_guard lock(subscribers_mutex_);
    for (const auto& [id, on_commits] : subscribers_) on_commits(group.commits);
  }
  answer(group);
}

void Writer::Thread::answer(Group& group) {
  {
    const std::lock_guard lock(metrics_mutex_);
    for (const Held& held : group.held) {
      if (!held.result) ++metrics_.refused;
      if (held.committed) count_latency(held.submitted);
    }
  }
  for (Held& held : group.held) held.answer(std::move(held.result));
}

/// Nothing of the group counts: whether it is on disk is not known. What was refused because of
/// that is told as it is.
void Writer::Thread::fail_all(Group& group, const Error& cause) {
  for (Held& held : group.held) {
    const bool was_stopped = !held.result && held.result.error() == stopped_error();
    held.answer(was_stopped ? std::move(held.result) : std::unexpected(unknown_fate(cause)));
  }
}

void Writer::Thread::count_latency(SteadyTime submitted) {
  const uint64_t us = microseconds_since(submitted);
  const std::size_t bucket = std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(us)),
                                                   metrics_.latency_us_log2.size() - 1);
  metrics_.latency_us_sum += us;
  ++metrics_.latency_us_log2[bucket];
}

}  // namespace hq::log
