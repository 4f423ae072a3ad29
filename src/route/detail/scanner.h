// Scanner: the inner loop of RAPTOR, for both directions of time.
//
// All labels are on an axis u on which smaller is better: u = t when leaving at a time, u = -t when
// arriving by one. Then one loop serves both; only the order of stops and the search for a run
// differ, and those are resolved at compile time. A scanner belongs to one search on one thread.
//
//   scanner.bind(view, rules);
//   scanner.scan_from(marked, round);   // improved, and the labels of those stops
#pragma once

#include <algorithm>
#include <array>
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

/// What has been ridden of a pattern: this run, or a better one, from this position on. Numbers
/// count in the order of the search, so smaller is better in both directions.
struct Ridden {
  uint32_t run = kNone;
  uint32_t position = kNone;
};

/// The places of one round in the arrays of a search, per stop but for `ridden`, per pattern. What
/// is ridden and scanned in a round holds for later ones too, whose places follow at the strides
/// where they are not shared.
struct RoundState {
  const int32_t* ready;
  int32_t* best;
  TripLabel* labels;
  Ridden* ridden;
  int32_t* scanned;  // from when on boardings at the stop have been looked at, or kFar
  uint32_t later_rounds = 0;
  std::size_t stop_stride = 0;
  std::size_t pattern_stride = 0;
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
    spans_.assign(view.patterns().size(), {});
    limits = nullptr;
    bound = kFar;
    has_goal_ = false;
    tie = 0;
    work = {};
  }

  VisitList visits(uint32_t stop) const {
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

  /// Sets where the search is to end: fills `egress` and what bounds the way there.
  void set_goal(std::span<const Access> targets);

  /// The least time from a stop to the goal, whatever the timetable of the day; 0 without a goal.
  int32_t still_to_go(uint32_t stop) {
    if (!has_goal_) return 0;
    int32_t& known = still_to_go_[stop];
    if (known < 0) known = bound_by_landmarks(stop);
    return known;
  }

  /// Queues the patterns that can be boarded at the marked stops, then scans them. `is_marked` says
  /// of each stop whether it is one of them.
  void scan_from(std::span<const uint32_t> marked, const std::vector<uint8_t>& is_marked,
                 const RoundState& round);

  /// Follows one run (numbered within its pattern) from a position on.
  void ride(uint32_t pattern, uint32_t on, uint32_t run, const RoundState& round);

  // Set by the search.
  int32_t bound = kFar;  // labels above it are of no use
  int32_t tie = 0;       // 1: a label must beat a target already reached, 0: may equal it
  const int32_t* limits = nullptr;  // per stop, labels above are of no use; may be null
  std::vector<int32_t> egress;      // per stop: seconds on to the goal, kFar for other stops

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

  /// Positions of marked stops in a queued pattern, in the order of the search.
  struct Span {
    uint32_t first = kNone;
    uint32_t last = 0;
  };

  /// Follows one pattern, taking the best run that `ready` allows at each marked stop.
  void scan(uint32_t pattern, Span marked, const uint8_t* is_marked, const RoundState& round);

  /// Queues what can be boarded at a stop and has not been looked at before.
  void queue_visits(uint32_t stop, const RoundState& round);

  void queue(const ViewVisit& visit) {
    Span& span = spans_[visit.pattern];
    if (span.first == kNone) {
      span = {visit.order, visit.order};
      queue_.push_back(visit.pattern);
    } else {
      span.first = std::min(span.first, visit.order);
      span.last = std::max(span.last, visit.order);
    }
  }

  /// The times of a run, numbered in the view. Most patterns need not look up which row it is.
  const StopTimes* row_of(const ViewPattern& pattern, uint32_t run) const {
    return times_ + (pattern.one_row != 0 ? pattern.times : rows_[run]);
  }

  /// When the run of this order can be boarded at a position.
  int32_t on_time(const ViewPattern& pattern, uint32_t order, uint32_t position) const {
    const uint32_t run = pattern.first_run + ordered(order, pattern.run_count);
    return on_time(starts_[run], row_of(pattern, run)[position]);
  }

  /// The first run, in the order of the search, that can be boarded at a position from `ready` on;
  /// `end` if there is none before it.
  uint32_t first_run(const ViewPattern& pattern, uint32_t position, int32_t ready,
                     uint32_t end) const;

  /// Runs and positions in the order of the search, and back: each is its own inverse.
  static uint32_t ordered(uint32_t number, uint32_t count) {
    return kForward ? number : count - 1 - number;
  }

  int32_t bound_by_landmarks(uint32_t stop) const;

  static void note_ridden(uint32_t pattern, Ridden now, const RoundState& round) {
    for (uint32_t k = 0; k <= round.later_rounds; ++k) {
      Ridden& before = round.ridden[k * round.pattern_stride + pattern];
      if (now.run < before.run || (now.run == before.run && now.position < before.position)) {
        before = now;
      }
    }
  }

  /// Takes a label that beats the one before. False where it, and so all that follows on the run,
  /// is too late for the goal: ways bounded by landmarks never get shorter than the ride.
  bool improve(uint32_t stop, const TripLabel& label, const RoundState& round) {
    const int32_t time = label.time;
    if (time + still_to_go(stop) > bound) return false;
    if (limits != nullptr && time > limits[stop]) return true;
    round.best[stop] = time;
    round.labels[stop] = label;
    if (is_improved[stop] == 0) {
      is_improved[stop] = 1;
      improved.push_back(stop);
    }
    if (egress[stop] != kFar) bound = std::min(bound, time + egress[stop] - tie);
    return true;
  }

  const DayView* view_ = nullptr;
  const QueryRules* rules_ = nullptr;
  const ViewPattern* patterns_ = nullptr;
  const int32_t* starts_ = nullptr;
  const uint32_t* rows_ = nullptr;
  const uint32_t* pattern_stops_ = nullptr;
  const StopTimes* times_ = nullptr;
  // Per landmark: the most from a target on to it (less its seconds), the least from it to a
  // target.
  std::array<int32_t, kLandmarkCount> above_, below_;
  bool has_goal_ = false;
  std::vector<uint8_t> at_goal_;      // per pattern: whether it calls at a target
  std::vector<int32_t> still_to_go_;  // per stop, -1 where it has not been asked for
  std::vector<uint32_t> queue_;
  std::vector<Span> spans_;  // per pattern; first is kNone where it is not queued
};

extern template class Scanner<Direction::depart_at>;
extern template class Scanner<Direction::arrive_by>;

}  // namespace hq::route
