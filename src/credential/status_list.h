// Bitstring Status List 1.0 (W3C): which credentials of an issuer are revoked or suspended.
//
// A list is a compressed string of bits inside a credential of its own; each credential knows its
// index. A list has at least 131,072 bits, so that asking for it tells little of the holder, and is
// unpacked up to a bound. A StatusList is a value; safe as such on any thread.
//
//   HQ_TRY(StatusList list, StatusList::make());
//   HQ_TRY_VOID(list.set(4711, true));
//   std::string encoded = list.encode();                 // "uH4sI..."
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "credential/json_tree.h"
#include "credential/limits.h"

namespace hq::credential {

class StatusList {
 public:
  /// All bits zero. invalid_argument: fewer or more than limits.h says, or not whole bytes.
  static Result<StatusList> make(std::size_t bits = kStatusBitsMin);

  /// Multibase base64url of gzip. parse_error; too_large: more bits than are unpacked;
  /// invalid_argument: fewer than `bits_min`.
  static Result<StatusList> decode(std::string_view encoded, std::size_t bits_min = kStatusBitsMin);
  std::string encode() const;

  std::size_t size() const { return bytes_.size() * 8; }

  /// `bits` bits from index * bits on, first bit most significant. invalid_argument: out of range.
  Result<uint32_t> value(int64_t index, int64_t bits = 1) const;
  Result<> set(int64_t index, bool value);

  bool operator==(const StatusList&) const = default;

 private:
  explicit StatusList(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string bytes_;  // the first bit is the highest of the first byte
};

/// What a credential says of its place in a list.
struct StatusEntry {
  std::string purpose;  // revocation, suspension, message, refresh
  std::string list;     // id of the list credential
  int64_t index = 0;
  int64_t bits = 1;

  /// Of a "credentialStatus" object. unsupported: another type than BitstringStatusListEntry.
  static Result<StatusEntry> read(const Json& from);
  Json json() const;
};

/// The credential of a list, not signed yet; its subject is `id`#list.
Json make_status_credential(std::string_view id, std::string_view issuer, std::string_view purpose,
                            const StatusList& list);

/// The list in such a credential. forbidden: it is not for this purpose. Its signature, issuer and
/// time are not looked at here.
Result<StatusList> list_of(const Json& status_credential, std::string_view purpose);

}  // namespace hq::credential
