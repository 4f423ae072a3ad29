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
void Scanner<kDirection>::scan_from(std::span<const uint32_t> marked, const RoundState& round) {
  for (const uint32_t stop : marked) {
    if (round.ready[stop] > bound) continue;
    for (const ViewVisit& visit : visits(stop)) {
      const uint32_t position = ordered(visit.position, patterns_[visit.pattern].stop_count);
      Span& span = spans_[visit.pattern];
      if (span.first == kNone) {
        span = {position, position};
        queue_.push_back(visit.pattern);
      } else {
        span.first = std::min(span.first, position);
        span.last = std::max(span.last, position);
      }
    }
  }
  for (const uint32_t pattern : queue_) {
    scan(pattern, spans_[pattern], round);
    spans_[pattern].first = kNone;
  }
  queue_.clear();
}

template <Direction kDirection>
void Scanner<kDirection>::scan(uint32_t number, Span marked, const RoundState& round) {
  const ViewPattern& pattern = patterns_[number];
  const uint32_t* stops = pattern_stops_ + pattern.first_stop;
  const Ridden ridden = round.ridden[number];
  Ridden now;
  const StopTimes* row = nullptr;
  int32_t start = 0;
  uint32_t run = kNone;  // in the order of the search, as n and ridden
  uint32_t on = 0;
  uint32_t n = marked.first;
  for (; n < pattern.stop_count; ++n) {
    const uint32_t i = ordered(n, pattern.stop_count);
    const uint32_t stop = stops[i] & kStopMask;
    if (run != kNone && (stops[i] & kOff) != 0) {
      const int32_t time = off_time(start, row[i]);
      if (time < round.best[stop] && time <= bound) {
        const uint32_t view_run = pattern.first_run + ordered(run, pattern.run_count);
        improve(stop, {time, number, view_run, on, i}, round);
      }
    }
    // From here on an earlier ride has done as well: it was on this run or a better one.
    if (run != kNone && run >= ridden.run && n >= ridden.position) run = kNone;
    if (n > marked.last) {
      if (run == kNone) break;
      continue;
    }
    if ((stops[i] & kOn) == 0 || round.ready[stop] > bound) continue;
    if (run != kNone) {
      // Only a run before the present one is worth a search, and only if it can be caught.
      if (run == 0) continue;
      const uint32_t better = pattern.first_run + ordered(run - 1, pattern.run_count);
      if (on_time(starts_[better], times_[rows_[better] + i]) < round.ready[stop]) continue;
    }
    const uint32_t found = first_run(pattern, i, round.ready[stop]);
    if (found == kNone) continue;
    const uint32_t found_order = ordered(found, pattern.run_count);
    if (found_order >= ridden.run && n >= ridden.position) {
      run = kNone;  // ridden before, so the run one is on is no better
      continue;
    }
    const int32_t found_start = starts_[pattern.first_run + found];
    const StopTimes* found_row = times_ + rows_[pattern.first_run + found];
    if (on_time(found_start, found_row[i]) > bound) continue;
    now = {found_order, n};
    run = found_order;
    start = found_start;
    row = found_row;
    on = i;
  }
  if (now.run != kNone) note_ridden(number, now, round);
  ++work.patterns;
  work.stop_events += n - marked.first;
}

template <Direction kDirection>
void Scanner<kDirection>::ride(uint32_t number, uint32_t on, uint32_t view_run,
                               const RoundState& round) {
  const ViewPattern& pattern = patterns_[number];
  const uint32_t* stops = pattern_stops_ + pattern.first_stop;
  const StopTimes* row = times_ + rows_[pattern.first_run + view_run];
  const int32_t start = starts_[pattern.first_run + view_run];
  const uint32_t run = ordered(view_run, pattern.run_count);
  const uint32_t first = ordered(on, pattern.stop_count);
  const Ridden ridden = round.ridden[number];
  ++work.patterns;
  uint32_t end = pattern.stop_count;
  if (run >= ridden.run) {
    if (first >= ridden.position) return;
    end = ridden.position + 1;
  }
  work.stop_events += end - first - 1;
  for (uint32_t n = first + 1; n < end; ++n) {
    const uint32_t i = ordered(n, pattern.stop_count);
    if ((stops[i] & kOff) == 0) continue;
    const uint32_t stop = stops[i] & kStopMask;
    const int32_t time = off_time(start, row[i]);
    if (time < round.best[stop] && time <= bound) {
      improve(stop, {time, number, pattern.first_run + view_run, on, i}, round);
    }
  }
  note_ridden(number, {run, first}, round);
}
template class Scanner<Direction::depart_at>;
template class Scanner<Direction::arrive_by>;

}  // namespace hq::route
