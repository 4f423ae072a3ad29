// Hostile bytes as HTTP: the request reader, the router and the encoder of answers.
//
// The first byte says how the rest is cut into pieces. The same bytes in one piece and cut up must
// give the same requests and the same end; whatever is accepted must keep the promises of Request.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/text.h"
#include "net/detail/request_reader.h"
#include "net/detail/response_writer.h"
#include "net/etag.h"
#include "net/router.h"
#include "net/static_files.h"
#include "net/uri.h"

namespace {

using hq::net::Method;
using hq::net::Request;
using hq::net::Response;
using hq::net::detail::RequestReader;

struct Outcome {
  std::vector<std::string> requests;
  int failed_status = 0;

  bool operator==(const Outcome&) const = default;
};

const hq::net::Router& router() {
  static const hq::net::Router made = [] {
    static constexpr hq::net::EmbeddedFile kFiles[] = {
        {"/index.html", "text/html", "t", "<html>", "", "", false}};
    hq::net::Router router;
    const auto echo = [](const Request& request) -> hq::Result<Response> {
      return hq::net::answer_with_etag(request, Response::json(request.path + request.body));
    };
    router.add(Method::get, "/a/{x}", echo);
    router.add(Method::post, "/a/{x}/b", echo);
    router.set_cors({.allowed_origins = {"https://a"}});
    router.set_fallback(hq::net::StaticFiles(kFiles, {}));
    return router;
  }();
  return made;
}

void check_head(const std::string& head) {
  HQ_ASSERT(head.ends_with("\r\n\r\n") && head.find("\r\n\r\n") == head.size() - 4);
  // Each field of the answer stands on one line: what was echoed forged none.
  for (std::size_t at = 0; (at = head.find('\n', at)) != std::string::npos; ++at) {
    HQ_ASSERT(at > 0 && head[at - 1] == '\r');
  }
}

std::string handle(Request request) {
  HQ_ASSERT(hq::is_valid_utf8(request.path));
  HQ_ASSERT(request.path == "*" || request.path.starts_with('/'));
  HQ_ASSERT((request.path + "/").find("/../") == std::string::npos);
  Response response = router()(request).value();
  hq::net::detail::finish_response(request, response);
  check_head(
      hq::net::detail::encode_head(response, {.content_length = 0, .request_id = {}, .date = {}}));
  return request.target + '\n' + request.path + '\n' + request.body + '\n' +
         std::to_string(request.headers.size()) + '\n' + std::to_string(response.status);
}

Outcome read(std::string_view bytes, std::size_t piece) {
  RequestReader reader({.header_bytes_max = 2048, .body_bytes_max = 1024});
  Outcome outcome;
  while (true) {
    switch (reader.advance()) {
      case RequestReader::Step::need_more: {
        if (bytes.empty()) return outcome;
        reader.append(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        break;
      }
      case RequestReader::Step::head:
        static_cast<void>(reader.expects_continue());
        break;
      case RequestReader::Step::complete: {
        const bool goes_on = reader.keep_alive();
        HQ_ASSERT(reader.request().body.size() <= 1024);
        outcome.requests.push_back(handle(reader.take_request()));
        if (!goes_on) return outcome;
        break;
      }
      case RequestReader::Step::failed:
        outcome.failed_status = reader.error().status;
        HQ_ASSERT(outcome.failed_status >= 400);
        return outcome;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = read(bytes, bytes.size() + 1);
  const Outcome cut = read(bytes, 1 + data[0] % 16);
  // A fault may be noticed later where the bytes come cut, for a header is parsed once its end has
  // come; what is accepted may not depend on the cut.
  HQ_ASSERT(whole.requests == cut.requests);
  HQ_ASSERT(cut.failed_status == 0 || whole.failed_status != 0);
  return 0;
}
