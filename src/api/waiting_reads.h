// WaitingReads: reads that ask for a state of the log no older than a commit.
//
// A GET with "X-At-Least-Commit: 17" is answered from a state that has folded commit 17 at least.
// On the node that writes, an acknowledged commit is visible at once; a standby is a moment behind,
// and the answer waits until it has followed, while no worker is held. If that takes too long, it
// is 503 with Retry-After and says how far this node is. Every answer under /api/v1 says in
// X-Commit which commit it shows at least.
//
// Any thread. The sink outlives it; it goes before the services, with the router that it is put
// around.
//
//   auto reads = std::make_shared<WaitingReads>(services.writer);
//   router.set_around_reads([reads](const auto& request, const auto& handler) {
//     return reads->answer(request, handler);
//   });
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "log/command_sink.h"
#include "net/reply.h"
#include "net/router.h"

namespace hq::api {

/// How long a read waits for its commit.
inline constexpr std::chrono::milliseconds kAtLeastWait{3000};
/// Reads that wait at a time; more are refused.
inline constexpr std::size_t kWaitingReadsMax = 4096;
inline constexpr int kAtLeastRetryAfterS = 1;

class WaitingReads {
 public:
  explicit WaitingReads(log::CommandSink& commits, std::chrono::milliseconds wait = kAtLeastWait,
                        std::size_t count_max = kWaitingReadsMax);
  ~WaitingReads();
  WaitingReads(const WaitingReads&) = delete;
  WaitingReads& operator=(const WaitingReads&) = delete;

  /// Around a handler of GET, which lives as long as the server. It must not answer later itself.
  Result<net::Response> answer(const net::Request& request, const net::RouteHandler& handler);

 private:
  struct Waiting {
    uint64_t seq = 0;
    std::chrono::steady_clock::time_point deadline;
    net::Request request;
    const net::RouteHandler* handler = nullptr;
    net::Reply reply;
  };

  net::Response answer_now(const net::Request& request, const net::RouteHandler& handler) const;
  net::Response too_late(const Waiting& waiting) const;
  void let_go(uint64_t seq);
  void watch_deadlines(const std::stop_token& stop);

  log::CommandSink& commits_;
  const std::chrono::milliseconds wait_;
  const std::size_t count_max_;

  std::mutex mutex_;
  std::condition_variable_any added_;
  std::list<Waiting> waiting_;  // by deadline, since all wait as long
  uint64_t seen_ = 0;           // the last commit that was told of
  uint64_t subscription_ = 0;
  std::jthread thread_;  // answers those whose time is over
};

}  // namespace hq::api
