// Entity tags for answers made on the spot, and conditional requests (RFC 9110, 13.1).
//
//   return answer_with_etag(request, Response::json(body));   // 304 where the client has it
#pragma once

#include <string>
#include <string_view>

#include "net/message.h"

namespace hq::net {

/// A strong tag, with its quotes: the first 128 bits of SHA-256.
std::string strong_etag(std::string_view body);

/// Whether an If-None-Match value names `etag` or is "*"; weak comparison, as it asks for.
bool etag_matches(std::string_view if_none_match, std::string_view etag);

/// Adds the ETag to a whole 200 answer (one that it has is kept), or answers 304 where a GET or
/// HEAD shows that the client has it. Streams and other statuses pass unchanged. The default
/// Cache-Control is "no-cache": keep it, but ask.
Response answer_with_etag(const Request& request, Response response);

}  // namespace hq::net
