// The bounds of this folder.
#pragma once

#include <cstdint>

namespace hq::hub {

/// Regions that one question about a policy may look at: about a second of work. What this does
/// not suffice for is said to be not proved.
inline constexpr uint64_t kPolicyRegionsMax = 3000;

}  // namespace hq::hub
