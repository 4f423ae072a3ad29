// SHA-256 (FIPS 180-4, by OpenSSL) and lower-case hexadecimal text.
//
//   std::string id = to_hex(sha256(bytes));
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hq {

using Sha256 = std::array<uint8_t, 32>;

Sha256 sha256(std::span<const uint8_t> bytes);
Sha256 sha256(std::string_view text);

/// SHA-256 over parts that come one after the other. One hasher gives one digest.
class Sha256Hasher {
 public:
  Sha256Hasher();
  ~Sha256Hasher();
  Sha256Hasher(const Sha256Hasher&) = delete;
  Sha256Hasher& operator=(const Sha256Hasher&) = delete;

  Sha256Hasher& add(std::string_view bytes);
  Sha256 digest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string to_hex(std::span<const uint8_t> bytes);
Result<std::string> from_hex(std::string_view text);

/// Equal or not in a time that does not depend on where they differ (secrets).
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace hq
