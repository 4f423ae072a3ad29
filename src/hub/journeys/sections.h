// The lines of a timetable for a map: each section between neighbouring stops once.
//
// An express train makes a section out of two stops far apart. Such a jump is left out where a way
// over shorter sections is at most kDetourMax as long, so that lines are drawn where they run.
#pragma once

#include <string>

#include "route/timetable.h"

namespace hq::hub {

inline constexpr double kDetourMax = 1.12;

/// A GeoJSON FeatureCollection of LineStrings with mode, class, colour, the ids of both stops and
/// the number of trips (both directions, all services). Stops without a position have no sections.
std::string make_sections_geojson(const route::Timetable& timetable);

}  // namespace hq::hub
