#include "net/detail/request_id.h"

#include <algorithm>

#include "base/time.h"
#include "net/limits.h"

namespace hq::net::detail {
namespace {

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

std::string choose_request_id(const Headers& headers, IdSource& ids) {
  const auto given = headers.find("X-Request-Id");
  const bool good = given && !given->empty() && given->size() <= kRequestIdBytesMax &&
                    std::ranges::all_of(*given, is_id_character);
  return good ? std::string(*given) : ids.next(now()).text();
}

}  // namespace hq::net::detail
