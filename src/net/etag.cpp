#include "net/etag.h"

#include <span>

#include "base/hash.h"
#include "net/detail/field_list.h"

namespace hq::net {
namespace {

std::string_view without_weakness(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

}  // namespace

std::string strong_etag(std::string_view body) {
  const Sha256 digest = sha256(body);  // half of it is more than enough to tell answers apart
  return '"' + to_hex(std::span(digest).first(16)) + '"';
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  for (const std::string_view item : detail::split_list(if_none_match)) {
    if (item == "*" || without_weakness(item) == without_weakness(etag)) return true;
  }
  return false;
}

Response answer_with_etag(const Request& request, Response response) {
  const auto body = response.whole_body();
  if (!body || response.status != 200) return response;
  if (!response.headers.has("ETag")) response.headers.add("ETag", strong_etag(*body));
  if (!response.headers.has("Cache-Control")) response.headers.add("Cache-Control", "no-cache");
  const bool is_read = request.method == Method::get || request.method == Method::head;
  if (!is_read) return response;
  const std::string if_none_match = request.headers.joined("If-None-Match");
  if (!etag_matches(if_none_match, response.headers.find("ETag").value_or(""))) return response;
  // RFC 9110, 15.4.5: what a 200 would have carried to keep a cache up to date, and no body. The
  // content type stays until the server is done, for Vary depends on it.
  response.status = 304;
  response.body = std::string();
  return response;
}

}  // namespace hq::net
