// Trace: turns the labels of a search into a Journey.
//
// Keeps, per round and stop, how the stop was reached by a trip, from where it was made ready for
// boarding, and from where it was last reached on foot. Labels are only read where the search has
// improved something, so nothing is cleared between queries.
//
//   Journey journey = trace.journey<Direction::depart_at>(view, rules, end);
#pragma once

#include <vector>

#include "route/detail/scanner.h"

namespace hq::route {

/// Where a search ended: at `stop` with `trips` trips, `time` on its axis, egress included.
struct End {
  uint32_t trips = 0;
  uint32_t stop = kNone;
  int32_t time = kFar;
  bool on_foot = false;  // by a link from reached_from
};

class Trace {
 public:
  void bind(uint32_t stops, uint32_t rounds) {
    stops_ = stops;
    const std::size_t size = std::size_t{stops} * rounds;
    if (trips.size() < size) {
      trips.resize(size);
      ready_from.resize(size);
      reached_from.resize(size);
    }
  }
  std::size_t at(uint32_t round, uint32_t stop) const { return std::size_t{round} * stops_ + stop; }

  /// The journey that ends at `end`. `origin_s` and `target_s` hold the access seconds per stop.
  template <Direction kDirection>
  Journey journey(const DayView& view, const QueryRules& rules, const End& end,
                  const std::vector<int32_t>& origin_s, const std::vector<int32_t>& target_s) const;

  // Index: at(round, stop).
  std::vector<TripLabel> trips;
  std::vector<uint32_t> ready_from;    // the stop itself for a change or an origin
  std::vector<uint32_t> reached_from;  // start of the link by which it was reached on foot

 private:
  uint32_t stops_ = 0;
};

}  // namespace hq::route
