// Limits of credential/: how large and how deep what others wrote may be.
//
// Each bound is checked before the work that it bounds, so that a hostile text costs little.
// What is over one of them is refused with too_large or limit_exceeded.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hq::credential {

/// A JSON text: a credential, a presentation, a DID document, a status list credential.
inline constexpr std::size_t kTextBytesMax = std::size_t{2} << 20;

/// Objects and arrays within each other. A presentation wraps a credential in two more.
inline constexpr int kJsonDepthMax = 32;

/// Characters of a base58 text; its decoding is quadratic.
inline constexpr std::size_t kBase58CharsMax = 256;

/// Proofs of one document, and credentials of one presentation.
inline constexpr std::size_t kProofsMax = 32;
inline constexpr std::size_t kCredentialsMax = 64;

/// Disclosures of one SD-JWT, and decoys that one object or array may be given.
inline constexpr std::size_t kDisclosuresMax = 1024;
inline constexpr std::size_t kDecoysMax = 64;

/// Bits of a status list: the least that hides one holder among others (Bitstring Status List
/// 1.0), and the most that is unpacked (8 MiB), against zip bombs.
inline constexpr std::size_t kStatusBitsMin = 131'072;
inline constexpr std::size_t kStatusBitsMax = std::size_t{1} << 26;

/// Bits of one entry of a status list.
inline constexpr int64_t kStatusSizeMax = 8;

/// Salts of disclosures (RFC 9901 advises 128 bits).
inline constexpr std::size_t kSaltBytes = 16;

/// How old a status list may be that does not say until when it holds: it could be a copy from
/// before a revocation.
inline constexpr std::chrono::hours kStatusAgeMax{24 * 7};

/// How far the clocks of issuer, holder and verifier may be apart.
inline constexpr std::chrono::seconds kClockSkewMax{60};

/// How old a key binding may be.
inline constexpr std::chrono::seconds kKeyBindingAgeMax{600};

}  // namespace hq::credential
