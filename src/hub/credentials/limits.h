// Limits of hub/credentials: how many credentials, how large, and how long what is signed counts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hq::hub {

/// Credentials that one log may hold; each takes about half a kilobyte of memory.
inline constexpr std::size_t kIssuedMax = 1'000'000;

/// Places of a status list that are given away before a new list is begun. Some stay free, so that
/// a place says nothing of when a credential was issued.
inline constexpr uint32_t kListPlacesMax = 100'000;

/// Of one credential: types besides VerifiableCredential, bytes of a type, of all claims and of the
/// reason of a revocation, and claims that may be hidden.
inline constexpr std::size_t kTypesMax = 8;
inline constexpr std::size_t kTypeBytesMax = 200;
inline constexpr std::size_t kSubjectBytesMax = std::size_t{64} << 10;
inline constexpr std::size_t kDisclosableMax = 64;
inline constexpr std::size_t kReasonBytesMax = 500;

/// A status list says that it holds for so long, so that an old copy cannot hide a revocation for
/// longer; it is signed anew where the last one is older than the second span.
inline constexpr std::chrono::minutes kStatusListLife{60};
inline constexpr std::chrono::minutes kStatusListRenewal{15};

/// Credentials that one page of a list looks at.
inline constexpr uint64_t kPageScanMax = 100'000;

/// How old what was read of others' files may be, and how many files of a folder are read.
inline constexpr std::chrono::seconds kKnownAge{10};
inline constexpr std::size_t kKnownFilesMax = 1000;

}  // namespace hq::hub
