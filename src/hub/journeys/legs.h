// From the engine's journeys, which are indices and seconds, to what people read.
#pragma once

#include "hub/journeys/network.h"

namespace hq::hub {

/// `journey` of a view of `date`, between the ends that were asked for. The id is the same for the
/// same runs between the same stops of the same timetable.
JourneyAnswer describe_journey(const Network& network, Date date, const route::Journey& journey,
                               const Endpoint& from, const Endpoint& to);

}  // namespace hq::hub
