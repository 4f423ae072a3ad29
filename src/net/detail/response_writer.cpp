#include "net/detail/response_writer.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <chrono>

#include "base/assert.h"
#include "net/limits.h"
#include "net/static_files.h"

namespace hq::net::detail {
namespace {

bool is_compressible(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
         type == "application/json" || type == "application/xml" ||
         type == "application/javascript" || type == "application/x-ndjson" ||
         type == "application/yaml";
}

/// Fields that only this file writes.
bool is_framing_field(std::string_view name) {
  static constexpr std::string_view kOurs[] = {"Connection", "Content-Length", "Transfer-Encoding",
                                               "Date",       "X-Request-Id",   "Keep-Alive"};
  for (const std::string_view ours : kOurs) {
    if (equal_ignoring_case(name, ours)) return true;
  }
  return false;
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  const std::size_t start = head.size();
  head.append(value);
  for (std::size_t at = start; at < head.size(); ++at) {
    const auto byte = static_cast<unsigned char>(head[at]);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F) head[at] = ' ';
  }
  head.append("\r\n");
}

}  // namespace

bool status_has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string gzip(std::string_view bytes, int level) {
  z_stream stream = {};
  // 15 window bits, and 16 more for a gzip wrapper instead of zlib's.
  HQ_ASSERT(deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  HQ_ASSERT(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void finish_response(const Request& request, Response& response) {
  const auto body = response.whole_body();
  const auto type = response.headers.find("Content-Type");
  if (!response.may_compress || !body || !type || !is_compressible(*type)) return;
  if (response.headers.has("Content-Encoding")) return;
  // A 304 stands for an answer that may have been long, and its Vary must be the same.
  if (response.status == 304) {
    response.headers.add_vary("Accept-Encoding");
    return;
  }
  if (body->size() < kCompressBytesMin || body->size() > UINT32_MAX / 2) return;
  response.headers.add_vary("Accept-Encoding");
  const std::string accepted = request.headers.joined("Accept-Encoding");
  if (encoding_quality(accepted, "gzip") <= 0) return;
  std::string compressed = gzip(*body, kCompressLevel);
  if (compressed.size() >= body->size()) return;
  response.headers.add("Content-Encoding", "gzip");
  if (const auto etag = response.headers.find("ETag"); etag && !etag->starts_with("W/")) {
    response.headers.set("ETag", "W/" + std::string(*etag));
  }
  response.body = std::move(compressed);
}

std::string encode_head(const Response& response, const HeadOptions& options) {
  std::string head;
  head.reserve(512);
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status,
                 reason_phrase(response.status));
  append_field(head, "Date", options.date);
  for (const Header& field : response.headers) {
    const bool describes_body =
        !status_has_body(response.status) && equal_ignoring_case(field.name, "Content-Type");
    if (!is_framing_field(field.name) && !describes_body) {
      append_field(head, field.name, field.value);
    }
  }
  if (options.content_length && status_has_body(response.status)) {
    append_field(head, "Content-Length", std::to_string(*options.content_length));
  }
  if (options.is_chunked) append_field(head, "Transfer-Encoding", "chunked");
  if (!options.keep_alive) append_field(head, "Connection", "close");
  if (options.keep_alive && !options.is_http_1_1) append_field(head, "Connection", "keep-alive");
  if (!options.request_id.empty()) append_field(head, "X-Request-Id", options.request_id);
  if (!response.headers.has("X-Content-Type-Options")) {
    append_field(head, "X-Content-Type-Options", "nosniff");
  }
  return head.append("\r\n");
}

std::string http_date(int64_t unix_seconds) {
  static constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                            "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds time{std::chrono::seconds(unix_seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

}  // namespace hq::net::detail
