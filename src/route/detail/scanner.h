// Scanner: the inner loop of RAPTOR, for both directions of time.
//
// All labels are on an axis u on which smaller is better: u = t when leaving at a time, u = -t when
// arriving by one. Then one loop serves both; only the order of stops and the search for a run
// differ, and those are resolved at compile time. A scanner belongs to one search on one thread.
//
//   scanner.bind(view, rules);
//   scanner.scan(pattern, position, ready, best, labels);   // labels of stops that got better
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "route/query.h"

namespace hq::route {

inline constexpr int32_t kFar = INT32_MAX;  // no label yet, on the axis u

/// How a stop was last reached by a trip in a round.
struct TripLabel {
  int32_t time;      // on the axis u
  uint32_t pattern;  // of the view
  uint32_t run;      // of the view
  uint32_t on;       // position where the search got on the run
  uint32_t off;      // position where it got off
};

constexpr Direction opposite(Direction direction) {
  return direction == Direction::depart_at ? Direction::arrive_by : Direction::depart_at;
}

template <Direction kDirection>
class Scanner {
 public:
  static constexpr bool kForward = kDirection == Direction::depart_at;
  static constexpr uint32_t kOn = kForward ? kCanBoard : kCanAlight;
  static constexpr uint32_t kOff = kForward ? kCanAlight : kCanBoard;

  /// A clock time on the axis u, and back.
  static constexpr int32_t axis(int32_t seconds) { return kForward ? seconds : -seconds; }

  void bind(const DayView& view, const QueryRules& rules) {
    view_ = &view;
    rules_ = &rules;
    patterns_ = view.patterns().data();
    starts_ = view.starts().data();
    rows_ = view.rows().data();
    pattern_stops_ = view.timetable().pattern_stops().data();
    times_ = view.timetable().times().data();
    const uint32_t stops = view.timetable().stop_count();
    improved.clear();
    queue_.clear();
    is_improved.assign(stops, 0);
    egress.assign(stops, kFar);
    first_.assign(view.patterns().size(), kNone);
    limits = nullptr;
    bound = kFar;
    tie = 0;
    work = {};
  }

  std::span<const ViewVisit> visits(uint32_t stop) const {
    return kForward ? view_->boardings(stop) : view_->alightings(stop);
  }
  std::span<const LinkRecord> links(uint32_t stop) const {
    return kForward ? view_->timetable().links(stop) : view_->timetable().links_back(stop);
  }

  /// Seconds that a link takes under the rules, or -1 if they forbid it.
  int32_t link_seconds(const LinkRecord& link) const {
    if ((link.flags & kLinkInStation) != 0) return rules_->change_s.value_or(link.seconds);
    return rules_->walking ? link.seconds : -1;
  }
  /// Change time at a stop under the rules, or kCannotChange.
  int32_t change_seconds(uint32_t stop) const {
    const int32_t own = view_->change_s()[stop];
    return own == kCannotChange ? own : rules_->change_s.value_or(own);
  }

  /// Queues the patterns that can be boarded at the marked stops, then scans them.
  void scan_from(std::span<const uint32_t> marked, const int32_t* ready, int32_t* best,
                 TripLabel* labels);

  /// Follows one pattern from a position on, taking the best run that `ready` allows at each stop.
  void scan(uint32_t pattern, uint32_t first, const int32_t* ready, int32_t* best,
            TripLabel* labels);

  /// Follows one run (numbered within its pattern) from a position on.
  void ride(uint32_t pattern, uint32_t on, uint32_t run, int32_t* best, TripLabel* labels);

  // Set by the search.
  int32_t bound = kFar;  // labels above it are of no use
  int32_t tie = 0;       // 1: a label must beat a target already reached, 0: may equal it
  const int32_t* limits = nullptr;  // per stop, labels above are of no use; may be null
  std::vector<int32_t> egress;      // per stop: seconds on to the target, kFar for other stops

  // Filled by scans, emptied by the search.
  std::vector<uint32_t> improved;
  std::vector<uint8_t> is_improved;
  Work work;

 private:
  static constexpr int32_t on_time(int32_t start, const StopTimes& times) {
    return axis(start + (kForward ? times.departure : times.arrival));
  }
  static constexpr int32_t off_time(int32_t start, const StopTimes& times) {
    return axis(start + (kForward ? times.arrival : times.departure));
  }

  /// The best run of a pattern that can be boarded at a position from `ready` on, or kNone.
  uint32_t first_run(const ViewPattern& pattern, uint32_t position, int32_t ready) const;

  void improve(uint32_t stop, int32_t time, int32_t* best, TripLabel* labels,
               const TripLabel& label) {
    if (limits != nullptr && time > limits[stop]) return;
    best[stop] = time;
    labels[stop] = label;
    if (is_improved[stop] == 0) {
      is_improved[stop] = 1;
      improved.push_back(stop);
    }
    if (egress[stop] != kFar) bound = std::min(bound, time + egress[stop] - tie);
  }

  const DayView* view_ = nullptr;
  const QueryRules* rules_ = nullptr;
  const ViewPattern* patterns_ = nullptr;
  const int32_t* starts_ = nullptr;
  const uint32_t* rows_ = nullptr;
  const uint32_t* pattern_stops_ = nullptr;
  const StopTimes* times_ = nullptr;
  std::vector<uint32_t> queue_;
  std::vector<uint32_t> first_;  // per pattern: where to start, or kNone
};

extern template class Scanner<Direction::depart_at>;
extern template class Scanner<Direction::arrive_by>;

}  // namespace hq::route
