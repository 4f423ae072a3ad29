// The lines of a timetable for a map: each section between neighbouring stops once.
//
// An express train makes a section out of two stops far apart. Such a jump is left out where a way
// over shorter sections is not much longer, so that lines are drawn where they run: up to 1.15
// times as long for near stops, up to kDetourMax for those kFarM and more apart, since a long
// straight jump hides more bends. Its trips and its class count for the sections of that way.
#pragma once

#include <string>

#include "route/timetable.h"

namespace hq::hub {

inline constexpr double kDetourNear = 1.15;
inline constexpr double kDetourMax = 1.6;
inline constexpr double kFarM = 150'000;

/// A GeoJSON FeatureCollection of LineStrings with mode, class, colour, the ids of both stops and
/// the number of trips (both directions, all services). Stops without a position have no sections.
std::string make_sections_geojson(const route::Timetable& timetable);

}  // namespace hq::hub
