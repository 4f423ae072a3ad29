// Search: one RAPTOR query in one direction of time, to targets or to all stops.
//
// Rounds count trips. A stop has two labels: the best arrival by a trip, from which one may walk
// on, and the time from which one may board there (after a change or a walk). Boarding times are
// committed only after a round, so one array of each serves all rounds. Reuse the object; it keeps
// its memory. One thread.
//
//   HQ_TRY_VOID(search.run(view, rules, {.origins = a, .targets = b, .time_s = t, ...}));
#pragma once

#include <span>
#include <vector>

#include "base/error.h"
#include "route/detail/scanner.h"
#include "route/detail/trace.h"

namespace hq::route {

struct SearchInput {
  std::span<const Access> origins = {};  // stops that trips call at, each once
  std::span<const Access> targets = {};  // the same; empty for all stops
  int32_t time_s = 0;                    // clock time
  uint32_t trips_max = 1;
  int32_t horizon_s = kDaySeconds;
  bool only_last = false;           // of ends() only the last one is wanted
  const int32_t* limits = nullptr;  // per stop, on the axis of this search; may be null
  std::vector<std::vector<int32_t>>* by_trips = nullptr;  // filled on the axis; may be null
};

template <Direction kDirection>
class Search {
 public:
  /// Fails with timeout when rules.work_max is passed.
  Result<> run(const DayView& view, const QueryRules& rules, const SearchInput& input);

  /// Best by (time, trips), fewest trips first.
  const std::vector<End>& ends() const { return ends_; }
  Journey journey(const End& end) const {
    return trace_.journey<kDirection>(*view_, *rules_, end, origin_s_, scanner_.egress);
  }

  /// Per stop, on the axis: when a further trip may be boarded there at the earliest, or kFar.
  const std::vector<int32_t>& ready() const { return ready_; }
  /// Per stop, on the axis: the best time at the stop, by trip or on foot, or kFar.
  const std::vector<int32_t>& best() const { return best_; }
  /// Per stop: the trips of that.
  const std::vector<uint8_t>& trips() const { return trips_; }
  const Work& work() const { return scanner_.work; }

 private:
  int32_t first_horizon(const SearchInput& input);
  Result<> run_within(int32_t horizon_s, const SearchInput& input);
  void start(int32_t horizon_s, const SearchInput& input);
  void commit(uint32_t round);
  void walk_from(uint32_t stop, int32_t time, uint32_t round, int32_t after_walk_s);
  void reach(uint32_t stop, int32_t time, uint32_t round, bool on_foot, uint32_t from);
  void mark(uint32_t stop);

  Scanner<kDirection> scanner_;
  Trace trace_;
  const DayView* view_ = nullptr;
  const QueryRules* rules_ = nullptr;
  std::vector<int32_t> best_trip_;  // by a trip, from any round so far
  std::vector<int32_t> ready_;      // may board from then on, after the rounds before
  std::vector<int32_t> best_;
  std::vector<uint8_t> trips_;
  std::vector<int32_t> origin_s_;  // access seconds of origins
  std::vector<Ridden> ridden_;     // per pattern, in any round so far
  std::vector<int32_t> scanned_;   // per stop, as in RoundState
  std::vector<uint32_t> marked_;
  std::vector<uint8_t> is_marked_;
  End end_;  // best target of the present round
  std::vector<End> ends_;
};

extern template class Search<Direction::depart_at>;
extern template class Search<Direction::arrive_by>;

/// The error of a search that has scanned more than QueryRules::work_max stop events.
Error work_exceeded(uint64_t work_max);

}  // namespace hq::route
