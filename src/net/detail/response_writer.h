// From a Response to the bytes of its head, and what must happen to it before: compression.
//
// Pure functions. finish_response runs on the worker thread, for compressing costs time;
// encode_head runs on the I/O thread just before the answer is sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/message.h"

namespace hq::net::detail {

/// gzip where the client takes it and the body is text of kCompressBytesMin or more; Vary; and the
/// ETag of a compressed body is made weak, for its bytes differ.
void finish_response(const Request& request, Response& response);

struct HeadOptions {
  std::optional<uint64_t> content_length;  // nullopt: chunked or until the connection closes
  bool is_chunked = false;
  bool keep_alive = false;
  bool is_http_1_1 = true;
  std::string_view request_id;
  std::string_view date;  // of the Date field
};

/// Status line and fields with the blank line. Fields that frame the message are ours alone; line
/// ends in a handler's field values become blanks, so that none can forge a field.
std::string encode_head(const Response& response, const HeadOptions& options);

/// 204 and 304 never have a body (RFC 9110, 6.4.1).
bool status_has_body(int status);

/// "Sun, 22 Nov 2026 08:00:00 GMT"
std::string http_date(int64_t unix_seconds);

/// Bytes, less than 2 GiB, as one gzip member (RFC 1952). Level 1 is fast, 9 is small.
std::string gzip(std::string_view bytes, int level);

}  // namespace hq::net::detail
