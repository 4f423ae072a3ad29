// Id: a UUID, and IdSource: UUIDs of version 7 (RFC 9562, 5.7), whose order is that of time.
//
// An Id is 16 bytes: 48 bits of milliseconds since 1970, the version, and random bits of which
// the first 12 count up within one millisecond (RFC 9562, 6.2, method 1 with the counter carried
// into the time when it is full). Ids of one source strictly increase, even if the clock it is
// given steps back. Ids are unique, not secret: who knows some can guess others. The instant is the
// caller's; a source is not shared between threads.
//
//   IdSource ids;                                  // seeded by the operating system
//   Id id = ids.next(now());                       // 019a9f3c-5c00-7abc-8def-0123456789ab
//   HQ_TRY(Id same, Id::parse(id.text()));
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace hq {

struct Id {
  std::array<uint8_t, 16> bytes{};

  /// 8-4-4-4-12 hexadecimal digits; upper case is read, lower case is written.
  static Result<Id> parse(std::string_view text);
  std::string text() const;

  /// The millisecond in an Id of version 7; meaningless in others.
  Instant instant() const;

  int version() const { return bytes[6] >> 4; }
  bool is_nil() const { return *this == Id{}; }

  auto operator<=>(const Id&) const = default;
};

class IdSource {
 public:
  IdSource();                        // ends the process if the system gives no randomness
  explicit IdSource(uint64_t seed);  // the same ids each time; for tests and simulation

  Id next(Instant at);

 private:
  std::mt19937_64 random_;
  int64_t last_ms_ = -1;
  uint32_t counter_ = 0;  // 12 bits
};

}  // namespace hq

template <>
struct std::hash<hq::Id> {
  std::size_t operator()(const hq::Id& id) const noexcept {
    // The last eight bytes are random but for two bits.
    uint64_t value = 0;
    for (std::size_t i = 8; i < 16; ++i) value = value << 8 | id.bytes[i];
    return static_cast<std::size_t>(value);
  }
};
