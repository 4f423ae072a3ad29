// Many small regions as few large ones: two that differ in one fact only, whose values there make
// one set, become one; again and again.
#pragma once

#include <vector>

#include "rules/reason/region.h"

namespace hq::rules {

/// The same points in fewer regions, for people to read; over kMergedMax they stay as they are.
std::vector<Region> merged(std::vector<Region> regions);

}  // namespace hq::rules
