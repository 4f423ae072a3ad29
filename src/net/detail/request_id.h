// The id of a request: what the client sent as X-Request-Id where well-formed, or a new UUID.
#pragma once

#include <string>

#include "base/id.h"
#include "net/message.h"

namespace hq::net::detail {

/// At most kRequestIdBytesMax of [A-Za-z0-9._-], so that it can stand in any log line or header.
std::string choose_request_id(const Headers& headers, IdSource& ids);

}  // namespace hq::net::detail
