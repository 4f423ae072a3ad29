#include "auth/attempt_limit.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include "auth/limits.h"
#include "base/hash.h"

namespace hq::auth {
namespace {

std::unexpected<Error> limited(Duration wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  Error error{ErrorCode::rate_limited,
              fmt::format("too many failed attempts to log in; wait {} s", seconds),
              fmt::format("登录失败次数过多；请等待 {} 秒", seconds),
              {}};
  error.retry_after_s = static_cast<int>(seconds);
  return std::unexpected(std::move(error));
}

}  // namespace

// One who has an IPv6 address has its whole /64, so all of it counts as one caller.
std::string remote_key(std::string_view remote) {
  std::string text(remote.substr(0, INET6_ADDRSTRLEN));
  uint8_t address[16];
  if (::inet_pton(AF_INET6, text.c_str(), address) != 1) return text;
  constexpr uint8_t kMappedIpv4[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(std::begin(kMappedIpv4), std::end(kMappedIpv4), address)) {
    return fmt::format("{}.{}.{}.{}", address[12], address[13], address[14], address[15]);
  }
  return to_hex(std::span(address, 8)) + "/64";
}

void AttemptLimit::Bucket::sink(Instant time) {
  // A clock that was set back takes nothing away and gives nothing.
  if (time > at_) level_ = std::max(Duration{}, level_ - (time - at_));
  at_ = time;
}

void AttemptLimit::Bucket::add(Instant time, Duration refill) {
  sink(time);
  level_ += refill;
}

// A leaky bucket: each failure pours in `refill`, time lets it out; `most` of them fit.
Duration AttemptLimit::Bucket::wait(Instant time, Duration refill, int most) {
  sink(time);
  return std::max(Duration{}, level_ - refill * (most - 1));
}

Result<> AttemptLimit::check_remote(std::string_view remote, Instant time) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(remote_key(remote));
  if (found == by_key_.end()) return {};
  const Duration wait = found->second->bucket.wait(time, kRemoteRefill, kRemoteFailuresMax);
  if (wait > Duration{}) return limited(wait);
  return {};
}

Result<> AttemptLimit::check_all(Instant time) {
  const std::lock_guard lock(mutex_);
  const Duration wait = all_.wait(time, kAllRefill, kAllFailuresMax);
  if (wait > Duration{}) return limited(wait);
  return {};
}

void AttemptLimit::count_failure(std::string_view remote, Instant time) {
  std::string key = remote_key(remote);
  const std::lock_guard lock(mutex_);
  all_.add(time, kAllRefill);
  // The one that failed last stands first; the one that has been quiet longest is forgotten.
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    remotes_.splice(remotes_.begin(), remotes_, found->second);
  } else {
    if (remotes_.size() >= kRemotesMax) {
      by_key_.erase(remotes_.back().key);
      remotes_.pop_back();
    }
    remotes_.push_front({std::move(key), {}});
    by_key_.emplace(remotes_.front().key, remotes_.begin());
  }
  remotes_.front().bucket.add(time, kRemoteRefill);
}

std::size_t AttemptLimit::remembered() const {
  const std::lock_guard lock(mutex_);
  return remotes_.size();
}

}  // namespace hq::auth
