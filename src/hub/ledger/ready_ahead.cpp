#include "hub/ledger/ready_ahead.h"

#include <algorithm>
#include <utility>

namespace hq::hub {

void ReadyAhead::want(uint32_t begin, uint32_t end) {
  const std::lock_guard lock(mutex_);
  begin_ = std::max(begin_, begin);
  if (end <= std::max(begin_, end_)) return;
  end_ = end;
  if (!thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
  wanted_.notify_one();
}

void ReadyAhead::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wanted_.wait(lock, stop, [&] { return begin_ < end_; })) {
    const uint32_t begin = std::exchange(begin_, end_);
    const uint32_t end = end_;
    lock.unlock();
    make_ready_(begin, end);
    lock.lock();
  }
}

}  // namespace hq::hub
