// The plain train listing as an import format, with what the hub knows about stations.
#pragma once

#include "hub/reference/hub_data.h"
#include "hub/timetables/import.h"
#include "route/feed.h"
#include "route/report.h"

namespace hq::hub {

/// Reads the listing of `source`; stations get the ids, English names and positions of the hub's.
Result<route::Feed> read_trains(const ImportSource& source, const ReferenceHub& hub,
                                route::ImportReport& report);

}  // namespace hq::hub
