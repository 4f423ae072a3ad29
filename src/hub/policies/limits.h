// The bounds of this folder.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hq::hub {

/// Regions that one question about a policy may look at: some seconds of work at most. What this
/// does not suffice for is said to be not proved.
inline constexpr uint64_t kPolicyRegionsMax = 8000;

/// Proofs, differences and readiness that are kept, of each so many.
inline constexpr std::size_t kKeptAnswersMax = 32;

}  // namespace hq::hub
