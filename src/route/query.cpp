#include "route/query.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace hq::route {

int32_t WindowAnswer::percentile_s(uint32_t stop, int32_t percent) const {
  HQ_ASSERT(percent >= 1 && percent <= 100 && !offsets.empty());
  constexpr int32_t kStep = 60;
  std::vector<int32_t> seconds;
  seconds.reserve(static_cast<std::size_t>((to_s - from_s + kStep - 1) / kStep));
  uint32_t point = offsets[stop];
  int32_t arrival = kUnreached;
  // Minutes from the last to the first, so that arrivals of later departures are known already.
  for (int32_t minute = from_s + (to_s - 1 - from_s) / kStep * kStep; minute >= from_s;
       minute -= kStep) {
    while (point < offsets[stop + 1] && points[point].departure_s >= minute) {
      arrival = points[point++].arrival_s;
    }
    int32_t best = walk_s[stop];
    if (arrival != kUnreached && arrival - minute <= rules.horizon_s) {
      best = std::min(best, arrival - minute);
    }
    seconds.push_back(best);
  }
  // Nearest rank: the smallest value that at least `percent` of the minutes do not exceed.
  const std::size_t rank = (seconds.size() * static_cast<std::size_t>(percent) + 99) / 100;
  const auto at = seconds.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
  std::ranges::nth_element(seconds, at);
  return *at;
}

}  // namespace hq::route
