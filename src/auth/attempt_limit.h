// How many failed attempts to log in are let through: a token bucket for each address and one for
// all together.
//
// Time comes in with each call. Addresses of IPv6 count by their /64, which is what one subscriber
// has. At most kRemotesMax addresses are remembered; the one untouched longest makes room. Any
// thread.
//
//   HQ_TRY_VOID(limit.check_remote("192.0.2.7", time));    // rate_limited, with retry_after_s
//   if (wrong) limit.count_failure("192.0.2.7", time);
#pragma once

#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "base/time.h"

namespace hq::auth {

class AttemptLimit {
 public:
  /// May this address make an attempt? / may anyone?
  Result<> check_remote(std::string_view remote, Instant time);
  Result<> check_all(Instant time);

  void count_failure(std::string_view remote, Instant time);

  std::size_t remembered() const;

 private:
  /// Failures that have not yet worn off, as a level that sinks with time.
  class Bucket {
   public:
    void add(Instant time, Duration refill);
    /// Time until there is room for one more of `most`; zero if there is.
    Duration wait(Instant time, Duration refill, int most);

   private:
    void sink(Instant time);

    Duration level_{};  // failures times refill time
    Instant at_{};
  };
  struct Remote {
    std::string key;
    Bucket bucket;
  };

  mutable std::mutex mutex_;
  std::list<Remote> remotes_;  // touched last first
  std::unordered_map<std::string_view, std::list<Remote>::iterator> by_key_;
  Bucket all_;
};

/// The key under which the failures of an address are counted.
std::string remote_key(std::string_view remote);

}  // namespace hq::auth
