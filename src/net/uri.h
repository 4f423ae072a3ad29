// Request targets: from "/stops/%E8%99%B9?q=a+b" to a decoded path and query (RFC 3986, 9112).
//
// What could be read in two ways is refused, not repaired: bad percent codes, bytes that are not
// UTF-8, control characters, an encoded slash or backslash, and "." or ".." segments in any
// spelling. So a path that was accepted means one thing to routes, files and logs.
//
//   HQ_TRY(Target target, parse_target("/api/v1/stops?q=hongqiao&limit=5"));
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/message.h"

namespace hq::net {

struct Target {
  std::string path;
  std::vector<Parameter> query;
};

/// Origin form ("/a?b"), absolute form ("http://host/a?b") or "*".
Result<Target> parse_target(std::string_view target);

/// "a=1&b=%20+" as pairs; '+' is a blank. Also for bodies of application/x-www-form-urlencoded.
Result<std::vector<Parameter>> parse_query(std::string_view query);

/// Decodes %XX. Checks only the codes; the bytes may be anything.
Result<std::string> percent_decode(std::string_view text);

/// Everything but unreserved characters (RFC 3986, 2.3) as %XX.
std::string percent_encode(std::string_view text);

}  // namespace hq::net
