// The reference hub: reads a hub's folder and makes a timetable feed of its service plan.
//
// load_hub() checks every row and every reference; the first thing wrong is an Error that names
// file, line and column. build_feed() lays the plan out as trips: each railway departure is a trip
// of its own without a train number (the plan has none); metro lines are template trips with
// headways, which the compiler of timetables turns into departures. Both are pure functions of the
// folder: the same files give the same feed. Call on any thread.
//
//   HQ_TRY(ReferenceHub hub, load_hub("hubs/hongqiao"));
//   HQ_TRY(route::Feed feed, build_feed(hub));
#pragma once

#include <filesystem>

#include "base/error.h"
#include "hub/reference/hub_data.h"
#include "route/feed.h"

namespace hq::hub {

/// Reads the folder. Errors: not_found or io_error for a file that is missing or cannot be read;
/// parse_error, with where "places.csv:7:lat", for anything wrong in it.
Result<ReferenceHub> load_hub(const std::filesystem::path& folder);

/// The plan as a feed. Errors: invalid_argument where the hub was put together by hand and a
/// reference leads nowhere; a hub from load_hub() never fails.
Result<route::Feed> build_feed(const ReferenceHub& hub);

}  // namespace hq::hub
