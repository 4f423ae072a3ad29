// The two-hour circle (P2; 2021 plan, article 16): which cities, how many people and which
// stations lie within a time of a point of the hub.
//
// find_reach() is a pure function of a Network and a request; call it on any thread. A city counts
// when any of its stations is reached. How minutes are measured is the request's choice and stands,
// with every other rule, in the answer's definition.
//
//   HQ_TRY(ReachAnswer answer, find_reach(*network, {.from = "AOH", .measure = Measure::best}));
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/journeys/journeys.h"

namespace hq::hub {

enum class Measure : uint8_t {
  depart,  // leaving at a time, waiting counted
  best,    // the best departure in a window, waiting not counted
  p50,     // what half of the minutes of a window do not exceed, waiting counted
  p90,
};
BOOST_DESCRIBE_ENUM(Measure, depart, best, p50, p90)

struct ReachRequest {
  std::string from = {};  // see Network::resolve
  int32_t limit_min = 120;
  Measure measure = Measure::depart;
  std::string time = {};  // as in JourneyRequest; only the date counts for all but `depart`
  Instant now{};
  int32_t window_from_s = 6 * 3600;
  int32_t window_to_s = 22 * 3600;  // not included
  int32_t changes_max = 5;
  std::optional<int32_t> change_min = {};
  std::vector<Mode> modes = {Mode::rail};
  bool walking = true;
};

/// Errors as find_journeys; invalid_argument for a limit over kReachLimitMinMax or an empty window.
Result<ReachAnswer> find_reach(const Network& network, const ReachRequest& request);

/// RFC 4180, with a header; minutes within the limit, nearest first. The caveat is the last column.
std::string reach_cities_csv(const ReachAnswer& answer);
std::string reach_stops_csv(const ReachAnswer& answer);

/// A FeatureCollection of the stops that have a position; definition and caveat beside them.
std::string reach_geojson(const ReachAnswer& answer);

}  // namespace hq::hub
