#include "net/detail/request_id.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/hash.h"
#include "net/limits.h"

namespace hq::net::detail {
namespace {

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::string new_request_id() {
  std::array<uint8_t, 16> bytes;
  HQ_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return to_hex(bytes);
}

}  // namespace

std::string choose_request_id(const Headers& headers) {
  const auto given = headers.find("X-Request-Id");
  const bool good = given && !given->empty() && given->size() <= kRequestIdBytesMax &&
                    std::ranges::all_of(*given, is_id_character);
  return good ? std::string(*given) : new_request_id();
}

}  // namespace hq::net::detail
