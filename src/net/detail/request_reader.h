// RequestReader: from the bytes of a connection to Requests, without any input or output.
//
// Bytes go in with append(), as they come and cut anywhere; advance() says how far they lead. One
// reader lives as long as its connection. It keeps what follows a request (pipelining) for the
// next. After `failed` nothing more can be read: answer error() and close. One thread.
//
//   reader.append(bytes);
//   if (reader.advance() == RequestReader::Step::complete) handle(reader.take_request());
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/limits.h"
#include "net/message.h"
#include "net/problem.h"

namespace hq::net::detail {

struct ReaderLimits {
  std::size_t header_bytes_max = kHeaderBytesMax;
  uint64_t body_bytes_max = kBodyBytesMax;
};

class RequestReader {
 public:
  enum class Step {
    need_more,  // append more bytes
    head,       // the header is read, once per request; the body follows
    complete,   // take_request
    failed,     // see error
  };

  explicit RequestReader(ReaderLimits limits);
  ~RequestReader();

  void append(std::string_view bytes) { buffer_.append(bytes); }
  Step advance();

  /// The request so far: from `head` on all but the body; after `failed` what is known.
  const Request& request() const { return request_; }
  /// The method as it came; empty before `head`.
  std::string_view method_text() const { return method_text_; }
  const ProtocolProblem& error() const { return error_; }

  bool keep_alive() const { return keep_alive_; }
  bool is_http_1_1() const { return is_http_1_1_; }
  /// The client waits for "100 Continue" before it sends the body.
  bool expects_continue() const;
  /// From `head` on: there is more of this request than its header.
  bool has_body() const;
  /// Bytes that were appended and not used yet.
  std::size_t unread_bytes() const { return buffer_.size() - used_; }

  /// From `head` on: what follows of the body is read and forgotten.
  void drop_body();

  /// Hands out the complete request and makes ready for the next.
  Request take_request();

 private:
  class Parser;

  Step parse_head();
  Step parse_body();
  Step check_head();
  Step check_framing();
  Step fail_with(int status, std::string_view detail, std::string_view detail_zh);
  Step fail_with_parser_error(int parser_error);
  Step fail_with_target(const Error& error);
  bool target_is_too_long() const;
  void start_request();
  void drop_used();

  const ReaderLimits limits_;
  std::string buffer_;
  std::size_t used_ = 0;  // of buffer_
  std::size_t header_bytes_ = 0;
  std::unique_ptr<Parser> parser_;
  Request request_;
  std::string method_text_;
  ProtocolProblem error_;
  Error target_error_;  // holds the text that error_ views
  Step last_ = Step::need_more;
  bool keep_alive_ = false;
  bool is_http_1_1_ = true;
};

}  // namespace hq::net::detail
