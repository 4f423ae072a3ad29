#include "sim/weather.h"

namespace hq::sim {
namespace {

// One call in so many.
constexpr uint64_t kFailureOneIn = 300;
constexpr uint64_t kLieOneIn = 8;
constexpr uint64_t kAstrayOneIn = 150;
constexpr uint64_t kSlowOneIn = 100;
constexpr uint64_t kBesideOneIn = 25;

}  // namespace

Fate Weather::judge(const CallInfo& call) {
  if (ignores_syncs_ && call.call == Call::sync) return Fate::lie;
  if (is_fair_) return Fate::pass;
  const bool writes = call.call == Call::write || call.call == Call::sync;
  if (beside_ && !is_beside_ && writes && random_.one_in(kBesideOneIn)) {
    is_beside_ = true;
    beside_();
    is_beside_ = false;
  }
  if (is_time_to_die(call.call)) {
    return random_.one_in(2) ? Fate::die_before : Fate::die_after;
  }
  if (random_.one_in(kSlowOneIn)) {
    host_.clock.advance(static_cast<int64_t>(random_.below(3'000'000)));
    ++met_[Event::slow_calls];
  }
  if (kind_ == DiskKind::failing && random_.one_in(kFailureOneIn)) return failure(call.call);
  if (kind_ == DiskKind::lying && call.call == Call::sync && random_.one_in(kLieOneIn)) {
    ++met_[Event::lost_syncs];
    return Fate::lie;
  }
  if (kind_ == DiskKind::astray && call.call == Call::write && random_.one_in(kAstrayOneIn)) {
    ++met_[Event::writes_astray];
    return Fate::astray;
  }
  return Fate::pass;
}

bool Weather::is_time_to_die(Call call) {
  const auto is_the_one = [](uint64_t& left) {
    if (left == 0) return false;
    --left;
    return left == 0;
  };
  const bool dies = is_the_one(calls_left_);
  return (changes_disk(call) && is_the_one(changes_left_)) || dies;
}

/// What can go wrong with this call. Letting go of a lock and closing cannot.
Fate Weather::failure(Call call) {
  if (call == Call::unlock || call == Call::unlock_shared || call == Call::close) {
    return Fate::pass;
  }
  if (call == Call::read && random_.one_in(2)) {
    ++met_[Event::short_reads];
    return Fate::short_read;
  }
  ++met_[Event::failed_calls];
  if (call == Call::write && random_.one_in(2)) return Fate::fail_partly;
  if (call == Call::write && random_.one_in(2)) return Fate::disk_full;
  return Fate::fail;
}

}  // namespace hq::sim
