// ReadyAhead: has memory made ready on a thread of its own before it is needed.
//
// The first touch of a page costs the system more than the ledger needs for the transfers that fit
// in it. One thread calls `want`; what is made ready is up to the function that was given.
//
//   ReadyAhead ahead([&](uint32_t begin, uint32_t end) { ledger.make_records_ready(begin, end); });
//   ahead.want(records, records + 500'000);
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace hq::hub {

class ReadyAhead {
 public:
  using MakeReady = std::function<void(uint32_t begin, uint32_t end)>;
  explicit ReadyAhead(MakeReady make_ready) : make_ready_(std::move(make_ready)) {}

  /// From `begin` on, unless that was made ready before, up to `end`.
  void want(uint32_t begin, uint32_t end);

 private:
  void work(const std::stop_token& stop);

  const MakeReady make_ready_;
  std::mutex mutex_;
  std::condition_variable_any wanted_;
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace hq::hub
