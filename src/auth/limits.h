// Limits of auth/.
#pragma once

#include <chrono>
#include <cstddef>

namespace hq::auth {

/// Longest Authorization header that is looked at.
inline constexpr std::size_t kHeaderBytesMax = 512;

/// Failed attempts that one address may make at once, and the time in which it gains one more.
inline constexpr int kRemoteFailuresMax = 10;
inline constexpr std::chrono::seconds kRemoteRefill{6};

/// The same for all addresses together.
inline constexpr int kAllFailuresMax = 100;
inline constexpr std::chrono::seconds kAllRefill{1};

/// Addresses with failed attempts that are remembered.
inline constexpr std::size_t kRemotesMax = 4096;

/// Size of the token file that is read at most.
inline constexpr std::size_t kTokenFileBytesMax = 4096;

}  // namespace hq::auth
