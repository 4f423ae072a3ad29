#include "route/detail/scanner.h"

namespace hq::route {

template <Direction kDirection>
uint32_t Scanner<kDirection>::first_run(const ViewPattern& pattern, uint32_t position,
                                        int32_t ready) const {
  const int32_t* starts = starts_ + pattern.first_run;
  const uint32_t* rows = rows_ + pattern.first_run;
  // Runs of a pattern are sorted at every stop, so this is one binary search. Forward: the first
  // that leaves at `ready` or later. Backward: the last that arrives at -ready or earlier.
  const auto is_before = [&](uint32_t run) {
    const StopTimes& times = times_[(pattern.one_row != 0 ? pattern.times : rows[run]) + position];
    return kForward ? starts[run] + times.departure < ready : starts[run] + times.arrival <= -ready;
  };
  uint32_t low = 0;
  uint32_t count = pattern.run_count;
  while (count > 0) {
    const uint32_t half = count / 2;
    if (is_before(low + half)) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  if constexpr (kForward) return low < pattern.run_count ? low : kNone;
  return low > 0 ? low - 1 : kNone;
}

template <Direction kDirection>
void Scanner<kDirection>::scan_from(std::span<const uint32_t> marked, const int32_t* ready,
                                    int32_t* best, TripLabel* labels) {
  for (const uint32_t stop : marked) {
    if (ready[stop] > bound) continue;
    for (const ViewVisit& visit : visits(stop)) {
      uint32_t& first = first_[visit.pattern];
      if (first == kNone) {
        first = visit.position;
        queue_.push_back(visit.pattern);
      } else {
        first = kForward ? std::min(first, visit.position) : std::max(first, visit.position);
      }
    }
  }
  for (const uint32_t pattern : queue_) {
    scan(pattern, first_[pattern], ready, best, labels);
    first_[pattern] = kNone;
  }
  queue_.clear();
}

template <Direction kDirection>
void Scanner<kDirection>::scan(uint32_t number, uint32_t first, const int32_t* ready,
                               int32_t* best, TripLabel* labels) {
  const ViewPattern& pattern = patterns_[number];
  const uint32_t* stops = pattern_stops_ + pattern.first_stop;
  const uint32_t stop_count = kForward ? pattern.stop_count - first : first + 1;
  const StopTimes* row = nullptr;
  int32_t start = 0;
  uint32_t run = kNone;
  uint32_t on = 0;
  ++work.patterns;
  work.stop_events += stop_count;
  for (uint32_t n = 0; n < stop_count; ++n) {
    const uint32_t i = kForward ? first + n : first - n;
    const uint32_t stop = stops[i] & kStopMask;
    if (run != kNone && (stops[i] & kOff) != 0) {
      const int32_t time = off_time(start, row[i]);
      if (time < best[stop] && time <= bound) {
        improve(stop, time, best, labels, {time, number, pattern.first_run + run, on, i});
      }
    }
    if ((stops[i] & kOn) == 0 || ready[stop] > bound) continue;
    if (run != kNone) {
      // Only a run before the present one is worth a search, and only if it can be caught.
      const uint32_t better = kForward ? run - 1 : run + 1;
      if (better >= pattern.run_count) continue;  // also 0 - 1
      const uint32_t times = rows_[pattern.first_run + better] + i;
      if (on_time(starts_[pattern.first_run + better], times_[times]) < ready[stop]) continue;
    }
    const uint32_t found = first_run(pattern, i, ready[stop]);
    if (found == kNone) continue;
    const int32_t found_start = starts_[pattern.first_run + found];
    const StopTimes* found_row = times_ + rows_[pattern.first_run + found];
    if (on_time(found_start, found_row[i]) > bound) continue;
    run = found;
    start = found_start;
    row = found_row;
    on = i;
  }
}

template <Direction kDirection>
void Scanner<kDirection>::ride(uint32_t number, uint32_t on, uint32_t run, int32_t* best,
                               TripLabel* labels) {
  const ViewPattern& pattern = patterns_[number];
  const uint32_t* stops = pattern_stops_ + pattern.first_stop;
  const StopTimes* row = times_ + rows_[pattern.first_run + run];
  const int32_t start = starts_[pattern.first_run + run];
  const uint32_t stop_count = kForward ? pattern.stop_count - on - 1 : on;
  ++work.patterns;
  work.stop_events += stop_count;
  for (uint32_t n = 1; n <= stop_count; ++n) {
    const uint32_t i = kForward ? on + n : on - n;
    if ((stops[i] & kOff) == 0) continue;
    const uint32_t stop = stops[i] & kStopMask;
    const int32_t time = off_time(start, row[i]);
    if (time < best[stop] && time <= bound) {
      improve(stop, time, best, labels, {time, number, pattern.first_run + run, on, i});
    }
  }
}

template class Scanner<Direction::depart_at>;
template class Scanner<Direction::arrive_by>;

}  // namespace hq::route
