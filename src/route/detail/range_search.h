// RangeSearch: all departures of a window at once (range RAPTOR, Delling et al. 2012), forward.
//
// Departures are taken from the latest to the earliest; labels stay from one to the next, so a
// departure only touches what it reaches earlier than every later one does (self-pruning). Labels
// are kept per round, since a later departure may arrive earlier with more trips. One thread; reuse
// the object.
//
//   HQ_TRY_VOID(search.run(view, rules, {.origins = a, .targets = b, .from_s = 0, .to_s = 86400}));
#pragma once

#include <span>
#include <vector>

#include "base/error.h"
#include "route/detail/scanner.h"
#include "route/detail/trace.h"

namespace hq::route {

struct RangeInput {
  std::span<const Access> origins = {};  // stops that trips call at, each once
  std::span<const Access> targets = {};  // the same; empty for all stops
  int32_t from_s = 0;
  int32_t to_s = 0;        // departures before it
  bool and_after = false;  // also take the best of leaving at to_s or later, as leaving at to_s
};

/// A stop reached earlier than by any later departure.
struct RangePoint {
  uint32_t stop;
  int32_t departure_s;
  int32_t arrival_s;
};

class RangeSearch {
 public:
  Result<> run(const DayView& view, const QueryRules& rules, const RangeInput& input);

  /// With targets: the journeys, latest departure first.
  const std::vector<Journey>& journeys() const { return journeys_; }
  /// With targets: seconds on foot all the way, or kFar.
  int32_t walk_only_s() const { return walk_only_s_; }
  /// Without targets: what was reached when, latest departure first; of two entries in a row for
  /// one stop and departure the later counts.
  const std::vector<RangePoint>& points() const { return points_; }
  /// Per stop: seconds on foot from the place, or kFar.
  const std::vector<int32_t>& walk_s() const { return walk_s_; }
  const Work& work() const { return scanner_.work; }

 private:
  /// Catching a run at a stop means leaving the place at leave_s.
  struct Departure {
    int32_t leave_s;
    uint32_t pattern;
    uint32_t position;
    uint32_t run;  // within its pattern
  };

  void prepare(const RangeInput& input);
  void collect(const RangeInput& input);
  void set_bound(uint32_t round);
  RoundState state(uint32_t round);
  Result<> rounds_from(uint32_t round);
  void commit(uint32_t round);
  void walk_from(uint32_t stop, int32_t time, uint32_t round);
  void reach(uint32_t stop, int32_t time, uint32_t round, bool on_foot, uint32_t from);
  void make_ready(uint32_t stop, int32_t time, uint32_t round, uint32_t from);
  void take_journeys();
  Result<> leave_after(int32_t time_s);

  Scanner<Direction::depart_at> scanner_;
  Trace trace_;
  const DayView* view_ = nullptr;
  const QueryRules* rules_ = nullptr;
  bool to_all_ = false;
  uint32_t trips_max_ = 0;
  uint32_t stops_ = 0;
  int32_t leave_s_ = 0;             // the departure being worked on
  std::vector<int32_t> best_trip_;  // per round and stop, not rising with the round
  std::vector<int32_t> ready_;      // the same
  std::vector<Ridden> ridden_;      // per round and pattern
  std::vector<int32_t> scanned_;    // per round and stop, as in RoundState
  std::vector<int32_t> overall_;    // per stop, any round; for RangePoint
  std::vector<int32_t> origin_s_;   // access seconds of origins
  std::vector<int32_t> walk_s_;     // per stop: seconds from the place without a trip
  std::vector<int32_t> board_s_;    // per stop: seconds from the place until one may board
  std::vector<uint32_t> marked_;
  std::vector<uint8_t> is_marked_;
  std::vector<Departure> departures_;
  std::vector<End> target_;      // per round: the best so far, not rising with the round
  std::vector<uint8_t> is_new_;  // per round: found from the present departure
  int32_t walk_only_s_ = kFar;
  std::vector<Journey> journeys_;
  std::vector<RangePoint> points_;
};

}  // namespace hq::route
