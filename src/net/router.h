// Router: from method and path to the handler of a route, and CORS.
//
// Filled once, before the server starts; then used by many threads at a time. Literal segments win
// over {parameters}. HEAD runs the handler of GET; OPTIONS answers Allow; a path without the
// method is 405 with Allow, a path without any is 404 or goes to the fallback. Errors leave as
// problem+json. The label of an answer (metrics) is the template.
//
//   Router router;
//   router.add(Method::get, "/api/v1/stops/{id}", [&](const Request& request) -> Result<Response> {
//     return Response::json(stop_json(request.path_parameter("id")));
//   });
//   HQ_TRY(auto server, HttpServer::start(options, std::move(router)));
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/message.h"

namespace hq::net {

using RouteHandler = std::function<Result<Response>(const Request&)>;
/// Runs in the place of a handler, and is given it.
using AroundHandler = std::function<Result<Response>(const Request&, const RouteHandler&)>;

struct CorsOptions {
  std::vector<std::string> allowed_origins;  // "https://example.org", or "*"; empty: no CORS
  std::vector<std::string> allowed_headers = {
      "Authorization", "Content-Type",    "If-None-Match", "X-Request-Id",
      "Last-Event-ID", "Idempotency-Key", "X-Command-Id",  "X-At-Least-Commit"};
  std::vector<std::string> exposed_headers = {"ETag", "X-Request-Id", "Retry-After",
                                              "Link", "X-Commit",     "X-Commit-Time"};
  int max_age_seconds = 3600;  // how long a browser may keep the answer to a preflight
};

class Router {
 public:
  Router();

  /// Template: "/a/{name}/b". The same method and template twice is a bug (assert).
  void add(Method method, std::string_view path_template, RouteHandler handler);

  /// For paths that no template matches: static files. Called for any method.
  void set_fallback(RouteHandler handler) { fallback_ = std::move(handler); }
  /// Runs for GET and HEAD of every template, in the place of the handler.
  void set_around_reads(AroundHandler around) { around_reads_ = std::move(around); }
  void set_cors(CorsOptions cors) { cors_ = std::move(cors); }

  /// "GET /api/v1/stops/{id}" for each route, sorted; for the check against the OpenAPI file.
  std::vector<std::string> route_names() const;

  /// A Handler. The Result always has a value.
  Result<Response> operator()(Request& request) const;

 private:
  struct Endpoint {
    std::string path_template;
    std::vector<std::string> parameter_names;  // in the order of the path
    RouteHandler handler;                      // empty: no such method here
  };
  static constexpr std::size_t kMethodCount = 7;
  struct Node {
    std::map<std::string, std::shared_ptr<Node>, std::less<>> literals;
    std::shared_ptr<Node> parameter;
    std::array<Endpoint, kMethodCount> endpoints;

    bool has_endpoint() const;
  };
  struct Match {
    const Node* node = nullptr;
    std::vector<std::string> values;
  };

  static bool find(const Node& node, std::string_view rest, Match& match);
  Response route(Request& request) const;
  Response run(const RouteHandler& handler, const Request& request) const;
  Response answer_options(const Request& request, const Node* node) const;
  void add_cors(const Request& request, Response& response) const;
  bool allows_origin(std::string_view origin) const;

  std::shared_ptr<Node> root_;  // never changed after the server starts, so copies may share it
  RouteHandler fallback_;
  AroundHandler around_reads_;
  CorsOptions cors_;
};

}  // namespace hq::net
