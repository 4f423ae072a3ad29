// Errors as application/problem+json (RFC 9457), in the language that the client asked for.
//
//   {"type":"urn:hongqiao:error:not_found","title":"未找到","status":404,
//    "detail":"没有这个车站：XYZ","code":"not_found","where":"id","request_id":"..."}
//
// A fault of the server (5xx) does not show `where`, which may name a file of ours. Errors of the
// protocol, which have no ErrorCode, are of type about:blank and have the status as their code.
#pragma once

#include <string_view>

#include "base/error.h"
#include "net/message.h"

namespace hq::net {

/// The answer for `error`, with Content-Language, Vary, no-store and, where it helps, Retry-After.
Response problem(const Error& error, const Request& request);

/// An error of the protocol itself: 405, 408, 411, 413, 414, 417, 431, 501, 505 ...
struct ProtocolProblem {
  int status = 400;
  std::string_view detail;  // what is wrong and what to do
  std::string_view detail_zh;
};
Response protocol_problem(const ProtocolProblem& problem, const Request& request);

}  // namespace hq::net
