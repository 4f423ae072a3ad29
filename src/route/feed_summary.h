// FeedSummary: what is in a feed, in figures; the ground of `doctor` and of a feed's page.
//
//   const FeedSummary summary = summarize(feed);
//   print(summary.trips, summary.first_day, summary.busiest_day_events);
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "route/feed.h"

namespace hq::route {

struct BoundingBox {
  LatLng south_west;
  LatLng north_east;

  bool operator==(const BoundingBox&) const = default;
};

struct FeedSummary {
  uint64_t agencies = 0;
  uint64_t stops = 0;
  uint64_t lines = 0;
  uint64_t services = 0;
  uint64_t trips = 0;
  uint64_t stop_times = 0;
  uint64_t frequencies = 0;
  uint64_t transfers = 0;

  std::array<uint64_t, 5> stops_by_kind{};  // by StopKind
  uint64_t stops_without_position = 0;
  uint64_t stops_never_served = 0;                         // platforms at which no trip calls
  std::map<int32_t, uint64_t> lines_by_type;               // GTFS route_type
  std::map<std::string, uint64_t> trips_by_service_class;  // of their lines; "" where not stated
  std::map<std::string, uint64_t> trips_by_service;        // by service id

  std::optional<BoundingBox> box;  // of the stops with a position
  std::optional<Date> first_day;   // the first and last day on which anything runs
  std::optional<Date> last_day;
  uint64_t services_never_running = 0;
  int32_t latest_clock = 0;  // the latest time of any trip, seconds

  // The day with most departures; runs by headway are counted one by one.
  std::optional<Date> busiest_day;
  uint64_t busiest_day_runs = 0;
  uint64_t busiest_day_events = 0;  // stop events: calls at stops
};

FeedSummary summarize(const Feed& feed);

/// The first and last day on which `service` runs; none where it never does. Looks at 10 years of
/// a weekly part at the most.
std::optional<std::pair<Date, Date>> running_days(const Service& service);

}  // namespace hq::route
