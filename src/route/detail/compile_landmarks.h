// Lower bounds of travel time, by landmarks (ALT; Goldberg and Harrelson 2005).
//
// Hops at their fastest and links are the edges of a graph without waiting or changing; changes
// inside a station count nothing, since a query may set them so. Shortest ways to and from a few
// far-apart stops then bound every journey from below. Works on plain vectors, on one thread.
//
//   std::vector<LandmarkRecord> landmarks = compile_landmarks(patterns, links);
#pragma once

#include <vector>

#include "route/detail/compile_links.h"
#include "route/detail/compile_patterns.h"
#include "route/detail/image.h"

namespace hq::route {

/// One record a stop.
std::vector<LandmarkRecord> compile_landmarks(const Patterns& patterns, const Links& links);

}  // namespace hq::route
