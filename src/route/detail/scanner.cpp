#include "route/detail/scanner.h"

namespace hq::route {

// d(s, l) <= d(s, t) + d(t, l) bounds d(s, t) by ways to a landmark l, d(l, t) <= d(l, s) + d(s, t)
// by ways from it. Of several targets the nearest counts. Backward, to and from change places.
template <Direction kDirection>
void Scanner<kDirection>::set_goal(std::span<const Access> targets) {
  has_goal_ = !targets.empty();
  if (!has_goal_) return;
  still_to_go_.assign(egress.size(), -1);
  at_goal_.assign(view_->patterns().size(), 0);
  above_.fill(-kNever);
  below_.fill(kNever);
  for (const Access& target : targets) {
    egress[target.stop] = target.seconds;
    const VisitList ends =
        kForward ? view_->alightings(target.stop) : view_->boardings(target.stop);
    for (const ViewVisit& visit : ends.daily) at_goal_[visit.pattern] = 1;
    for (const ViewVisit& visit : ends.others) at_goal_[visit.pattern] = 1;
    const LandmarkRecord& landmarks = view_->timetable().landmarks()[target.stop];
    for (uint32_t k = 0; k < kLandmarkCount; ++k) {
      const int32_t onward = kForward ? landmarks.to[k] : landmarks.from[k];
      const int32_t inward = kForward ? landmarks.from[k] : landmarks.to[k];
      above_[k] = std::max(above_[k], onward - target.seconds);
      below_[k] = std::min(below_[k], inward + target.seconds);
    }
  }
}

template <Direction kDirection>
int32_t Scanner<kDirection>::bound_by_landmarks(uint32_t stop) const {
  const LandmarkRecord& landmarks = view_->timetable().landmarks()[stop];
  int32_t most = 0;
  for (uint32_t k = 0; k < kLandmarkCount; ++k) {
    const int32_t onward = kForward ? landmarks.to[k] : landmarks.from[k];
    const int32_t inward = kForward ? landmarks.from[k] : landmarks.to[k];
    most = std::max(most, std::max(onward - above_[k], below_[k] - inward));
  }
  return most;
}

// Runs of a pattern are sorted at every stop, so the first that can be caught is searched for.
// Where `end` is a run that can, it is mostly close before that.
template <Direction kDirection>
uint32_t Scanner<kDirection>::first_run(const ViewPattern& pattern, uint32_t position,
                                        int32_t ready, uint32_t end) const {
  uint32_t high = end;
  uint32_t low = 0;
  if (end != pattern.run_count) {
    uint32_t step = 1;
    while (step <= high && on_time(pattern, high - step, position) >= ready) {
      high -= step;
      step *= 2;
    }
    if (step <= high) low = high - step + 1;
  }
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (on_time(pattern, middle, position) >= ready) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

template <Direction kDirection>
void Scanner<kDirection>::queue_visits(uint32_t stop, const RoundState& round) {
  const int32_t ready = round.ready[stop];
  // Who leaves at scanned or later has been boarded from an earlier label of this stop.
  const int32_t scanned_from = round.scanned[stop];
  const int32_t last =
      std::min(bound - still_to_go(stop), scanned_from == kFar ? kFar : scanned_from - 1);
  if (ready > last) return;
  for (uint32_t k = 0; k <= round.later_rounds; ++k) {
    int32_t& scanned = round.scanned[k * round.stop_stride + stop];
    scanned = std::min(scanned, ready);
  }
  const VisitList list = visits(stop);
  for (const ViewVisit& visit : list.others) queue(visit);
  const int32_t window = last - ready;
  if (window >= kDaySeconds - 1) {
    for (const ViewVisit& visit : list.daily) queue(visit);
    return;
  }
  // The part of the day from `ready` to `last`, which may go past midnight.
  const int32_t clock = clock_of(ready);
  const auto first = std::ranges::lower_bound(list.daily, clock, {}, &ViewVisit::clock_s);
  for (auto visit = first; visit != list.daily.end(); ++visit) {
    if (visit->clock_s - clock > window) return;
    queue(*visit);
  }
  for (auto visit = list.daily.begin(); visit != first; ++visit) {
    if (visit->clock_s - clock + kDaySeconds > window) return;
    queue(*visit);
  }
}

template <Direction kDirection>
void Scanner<kDirection>::scan_from(std::span<const uint32_t> marked,
                                    const std::vector<uint8_t>& is_marked,
                                    const RoundState& round) {
  for (const uint32_t stop : marked) queue_visits(stop, round);
  if (has_goal_) {
    // What ends at the target comes first, so that the rest has a bound to be held against.
    std::ranges::partition(queue_, [&](uint32_t pattern) { return at_goal_[pattern] != 0; });
  }
  // A scan touches a few cache lines in five tables, each for the first time: they are asked for
  // while patterns before it are scanned, the header first, then what the header points to.
  constexpr std::size_t kHeaderAhead = 8;
  constexpr std::size_t kTablesAhead = 4;
  for (std::size_t q = 0; q < queue_.size(); ++q) {
    if (q + kHeaderAhead < queue_.size()) {
      __builtin_prefetch(&patterns_[queue_[q + kHeaderAhead]]);
      __builtin_prefetch(&round.ridden[queue_[q + kHeaderAhead]]);
    }
    if (q + kTablesAhead < queue_.size()) {
      const ViewPattern& next = patterns_[queue_[q + kTablesAhead]];
      const uint32_t position = ordered(spans_[queue_[q + kTablesAhead]].first, next.stop_count);
      __builtin_prefetch(&pattern_stops_[next.first_stop + position]);
      __builtin_prefetch(&starts_[next.first_run]);
      __builtin_prefetch(&times_[next.times + position]);
      __builtin_prefetch(&times_[next.times + ordered(next.stop_count - 1, next.stop_count)]);
    }
    const uint32_t pattern = queue_[q];
    scan(pattern, spans_[pattern], is_marked.data(), round);
    spans_[pattern].first = kNone;
  }
  queue_.clear();
}

template <Direction kDirection>
void Scanner<kDirection>::scan(uint32_t number, Span marked, const uint8_t* is_marked,
                               const RoundState& round) {
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
      const uint32_t view_run = pattern.first_run + ordered(run, pattern.run_count);
      const bool goes_on = time < round.best[stop]
                               ? improve(stop, {time, number, view_run, on, i}, round)
                               : time <= bound;
      if (!goes_on) run = kNone;
    }
    // From here on an earlier ride has done as well: it was on this run or a better one.
    if (run != kNone && run >= ridden.run && n >= ridden.position) run = kNone;
    if (n > marked.last) {
      if (run == kNone) break;
      continue;
    }
    if (is_marked[stop] == 0 || (stops[i] & kOn) == 0) continue;
    const int32_t latest = bound - still_to_go(stop);
    if (round.ready[stop] > latest) continue;
    // Only a run before the one that one is on, or that was ridden from here before, is of use.
    uint32_t end = run == kNone ? pattern.run_count : run;
    if (n >= ridden.position) end = std::min(end, ridden.run);
    if (end == 0) continue;
    const uint32_t found = first_run(pattern, i, round.ready[stop], end);
    if (found == end || on_time(pattern, found, i) > latest) continue;
    const uint32_t view_run = pattern.first_run + ordered(found, pattern.run_count);
    now = {found, n};
    run = found;
    start = starts_[view_run];
    row = row_of(pattern, view_run);
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
  const StopTimes* row = row_of(pattern, pattern.first_run + view_run);
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
    const bool goes_on =
        time < round.best[stop]
            ? improve(stop, {time, number, pattern.first_run + view_run, on, i}, round)
            : time <= bound;
    if (!goes_on) break;
  }
  note_ridden(number, {run, first}, round);
}
template class Scanner<Direction::depart_at>;
template class Scanner<Direction::arrive_by>;

}  // namespace hq::route
