#include "net/detail/request_reader.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/assert.h"
#include "net/uri.h"

namespace hq::net::detail {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastString = boost::beast::string_view;

std::string_view view(BeastString text) {
  return {text.data(), text.size()};
}

/// "GET /x HTTP/2.0": well-formed, but of a version that is not ours.
bool names_another_version(std::string_view buffer) {
  const std::string_view line = buffer.substr(0, buffer.find('\r'));
  const auto at = line.rfind(" HTTP/");
  if (at == std::string_view::npos) return false;
  const std::string_view version = line.substr(at + 6);
  return version.size() == 3 && version[1] == '.' && version[0] >= '0' && version[0] <= '9' &&
         version[2] >= '0' && version[2] <= '9';
}

}  // namespace

// Beast's grammar, writing straight into our Request.
class RequestReader::Parser final : public http::basic_parser<true> {
 public:
  Parser(Request& request, std::string& method_text)
      : request_(request), method_text_(method_text) {}

  bool is_http_1_1() const { return version_ == 11; }
  void drop_body() { is_body_kept_ = false; }

 private:
  void on_request_impl(http::verb, BeastString method, BeastString target, int version,
                       error_code&) override {
    method_text_ = view(method);
    request_.target = view(target);
    version_ = version;
  }
  void on_response_impl(int, BeastString, int, error_code&) override {}
  void on_field_impl(http::field, BeastString name, BeastString value, error_code& ec) override {
    if (is_header_done_) return;  // trailers say nothing that we use, and must not pass as fields
    if (request_.headers.size() == kHeaderCountMax) {
      ec = http::error::header_limit;
      return;
    }
    request_.headers.add(view(name), view(value));
  }
  void on_header_impl(error_code&) override { is_header_done_ = true; }
  void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(BeastString body, error_code&) override {
    if (is_body_kept_) request_.body.append(view(body));
    return body.size();
  }
  void on_chunk_header_impl(uint64_t, BeastString, error_code&) override {}
  std::size_t on_chunk_body_impl(uint64_t, BeastString body, error_code& ec) override {
    return on_body_impl(body, ec);
  }
  void on_finish_impl(error_code&) override {}

  Request& request_;
  std::string& method_text_;
  int version_ = 11;
  bool is_header_done_ = false;
  bool is_body_kept_ = true;
};

RequestReader::RequestReader(ReaderLimits limits) : limits_(limits) {
  start_request();
}
RequestReader::~RequestReader() = default;

// Parser writes into request_ and method_text_, so each request begins with a new one of it.
void RequestReader::start_request() {
  request_ = Request();
  method_text_.clear();
  header_bytes_ = 0;
  keep_alive_ = false;
  is_http_1_1_ = true;
  last_ = Step::need_more;
  parser_ = std::make_unique<Parser>(request_, method_text_);
  parser_->header_limit(static_cast<uint32_t>(limits_.header_bytes_max));
  parser_->body_limit(limits_.body_bytes_max);
}

void RequestReader::drop_body() {
  parser_->drop_body();
}

Request RequestReader::take_request() {
  HQ_ASSERT(last_ == Step::complete);
  Request taken = std::move(request_);
  drop_used();
  start_request();
  return taken;
}

void RequestReader::drop_used() {
  // Moving the rest each time would cost the square of it, so only when the used part dominates.
  if (used_ < buffer_.size() && used_ < kReadBytes) return;
  buffer_.erase(0, used_);
  used_ = 0;
  if (buffer_.empty() && buffer_.capacity() > 4 * kReadBytes) buffer_ = std::string();
}

RequestReader::Step RequestReader::fail_with(int status, std::string_view detail,
                                             std::string_view detail_zh) {
  error_ = {status, detail, detail_zh};
  return last_ = Step::failed;
}

RequestReader::Step RequestReader::advance() {
  if (last_ == Step::failed || last_ == Step::complete) return last_;
  drop_used();
  if (!parser_->is_header_done()) return parse_head();
  return parse_body();
}

RequestReader::Step RequestReader::parse_head() {
  // A blank line left over from a request before is passed over (RFC 9112, 2.2), once.
  if (header_bytes_ == 0 && !parser_->got_some()) {
    const std::string_view start = std::string_view(buffer_).substr(used_, 2);
    if (start == "\r") return last_ = Step::need_more;
    if (start == "\r\n") {
      used_ += 2;
      header_bytes_ += 2;
    }
  }
  while (unread_bytes() > 0 && !parser_->is_header_done()) {
    error_code ec;
    const auto used = parser_->put({buffer_.data() + used_, unread_bytes()}, ec);
    used_ += used;
    header_bytes_ += used;
    // Beast's own limit starts anew at each call, so the sum is ours to watch.
    const std::size_t pending = parser_->is_header_done() ? 0 : unread_bytes();
    if (header_bytes_ + pending > limits_.header_bytes_max) ec = http::error::header_limit;
    if (ec == http::error::need_more) break;
    if (ec) return fail_with_parser_error(ec.value());
  }
  if (!parser_->is_header_done()) {
    if (target_is_too_long()) {
      return fail_with_parser_error(static_cast<int>(http::error::header_limit));
    }
    return last_ = Step::need_more;
  }
  return check_head();
}

bool RequestReader::target_is_too_long() const {
  if (request_.target.size() > kTargetBytesMax) return true;
  if (!request_.target.empty()) return false;
  // Not even the request line is whole: then all that there is may be the target.
  const std::string_view line = std::string_view(buffer_).substr(used_);
  return line.size() > kTargetBytesMax && line.find('\n') > kTargetBytesMax;
}

RequestReader::Step RequestReader::check_head() {
  is_http_1_1_ = parser_->is_http_1_1();
  keep_alive_ = parser_->keep_alive();
  if (request_.target.size() > kTargetBytesMax) {
    return fail_with_parser_error(static_cast<int>(http::error::header_limit));
  }
  // 501 and not 405: no resource here would take it (RFC 9110, 9.1).
  const auto method = method_from_name(method_text_);
  if (!method) {
    return fail_with(501, "this method is not known here", "不支持此请求方法");
  }
  request_.method = *method;
  const std::size_t host_count = request_.headers.count("Host");
  if (host_count > 1 || (host_count == 0 && is_http_1_1_)) {
    return fail_with(400, "a request must have one Host field", "请求必须有且只有一个 Host 字段");
  }
  Result<Target> target = parse_target(request_.target);
  if (!target) return fail_with_target(target.error());
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  return check_framing();
}

RequestReader::Step RequestReader::fail_with_target(const Error& error) {
  target_error_ = error;
  return fail_with(400, target_error_.message, target_error_.message_zh);
}

// Two readings of where a body ends would let one request hide in another (RFC 9112, 6.3 and 11.2).
RequestReader::Step RequestReader::check_framing() {
  const Headers& headers = request_.headers;
  const bool has_encoding = headers.has("Transfer-Encoding");
  if (has_encoding &&
      (!equal_ignoring_case(headers.joined("Transfer-Encoding"), "chunked") || !is_http_1_1_)) {
    return fail_with(501, "the only transfer coding known here is chunked",
                     "只支持 chunked 传输编码");
  }
  const bool may_have_body = request_.method == Method::post || request_.method == Method::put ||
                             request_.method == Method::patch;
  if (may_have_body && headers.has("Content-Type") && !has_encoding &&
      !headers.has("Content-Length")) {
    return fail_with(411, "a body needs Content-Length or chunked coding",
                     "请求体需要 Content-Length 或 chunked 编码");
  }
  const auto expect = headers.find("Expect");
  if (expect && !equal_ignoring_case(*expect, "100-continue")) {
    return fail_with(417, "the only expectation known here is 100-continue",
                     "只支持 100-continue 期望");
  }
  return last_ = Step::head;
}

bool RequestReader::has_body() const {
  return !parser_->is_done();
}

bool RequestReader::expects_continue() const {
  return is_http_1_1_ && has_body() && unread_bytes() == 0 && request_.headers.has("Expect");
}

RequestReader::Step RequestReader::parse_body() {
  while (!parser_->is_done() && unread_bytes() > 0) {
    error_code ec;
    const auto used = parser_->put({buffer_.data() + used_, unread_bytes()}, ec);
    used_ += used;
    if (ec == http::error::need_more) {
      if (unread_bytes() > kChunkOverheadBytesMax) {
        return fail_with(400, "a chunk header or trailer is too long", "分块头或尾部字段过长");
      }
      break;
    }
    if (ec) return fail_with_parser_error(ec.value());
  }
  return last_ = parser_->is_done() ? Step::complete : Step::need_more;
}

RequestReader::Step RequestReader::fail_with_parser_error(int parser_error) {
  switch (static_cast<http::error>(parser_error)) {
    case http::error::header_limit:
      if (target_is_too_long()) {
        return fail_with(414, "the request target is too long", "请求目标过长");
      }
      return fail_with(431, "the request header is too large", "请求头过大");
    case http::error::body_limit:
      return fail_with(413, "the request body is larger than this server takes",
                       "请求体超过服务器允许的大小");
    case http::error::bad_version:
      if (names_another_version(std::string_view(buffer_).substr(used_))) {
        return fail_with(505, "use HTTP/1.1", "请使用 HTTP/1.1");
      }
      return fail_with(400, "the request line is malformed", "请求行格式有误");
    case http::error::bad_method:
    case http::error::bad_target:
      return fail_with(400, "the request line is malformed", "请求行格式有误");
    case http::error::bad_content_length:
    case http::error::multiple_content_length:
    case http::error::bad_transfer_encoding:
      return fail_with(400, "Content-Length and Transfer-Encoding do not agree or are malformed",
                       "Content-Length 与 Transfer-Encoding 冲突或格式有误");
    case http::error::bad_chunk:
    case http::error::bad_chunk_extension:
      return fail_with(400, "the chunked body is malformed", "分块请求体格式有误");
    default:
      return fail_with(400, "a header field is malformed", "请求头字段格式有误");
  }
}

}  // namespace hq::net::detail
