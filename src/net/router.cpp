#include "net/router.h"

#include <algorithm>

#include "base/assert.h"
#include "net/problem.h"

namespace hq::net {
namespace {

std::size_t index_of(Method method) {
  return static_cast<std::size_t>(method);
}

std::string join(const std::vector<std::string>& items) {
  std::string list;
  for (const std::string& item : items) list += (list.empty() ? "" : ", ") + item;
  return list;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// Takes the segment after the leading slash off `rest`.
std::string_view take_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::string_view segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  return segment;
}

}  // namespace

Router::Router() : root_(std::make_shared<Node>()) {}

bool Router::Node::has_endpoint() const {
  return std::ranges::any_of(endpoints,
                             [](const Endpoint& at) { return static_cast<bool>(at.handler); });
}

void Router::add(Method method, std::string_view path_template, RouteHandler handler) {
  HQ_ASSERT(path_template.starts_with('/') && handler != nullptr);
  Endpoint endpoint{std::string(path_template), {}, std::move(handler)};
  Node* node = root_.get();
  for (std::string_view rest = path_template; !rest.empty();) {
    const std::string_view segment = take_segment(rest);
    std::shared_ptr<Node>* next = nullptr;
    if (is_parameter(segment)) {
      endpoint.parameter_names.emplace_back(segment.substr(1, segment.size() - 2));
      next = &node->parameter;
    } else {
      HQ_ASSERT(segment.find_first_of("{}") == std::string_view::npos);
      next = &node->literals[std::string(segment)];
    }
    if (*next == nullptr) *next = std::make_shared<Node>();
    node = next->get();
  }
  // Two handlers for one route are a mistake of the program, not of a request.
  Endpoint& place = node->endpoints[index_of(method)];
  HQ_ASSERT(place.handler == nullptr);
  place = std::move(endpoint);
}

std::vector<std::string> Router::route_names() const {
  std::vector<std::string> names;
  std::vector<const Node*> open = {root_.get()};
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    for (std::size_t method = 0; method < kMethodCount; ++method) {
      const Endpoint& endpoint = node->endpoints[method];
      if (!endpoint.handler) continue;
      const auto name = method_name(static_cast<Method>(method));
      names.push_back(std::string(name) + " " + endpoint.path_template);
    }
    for (const auto& [segment, next] : node->literals) open.push_back(next.get());
    if (node->parameter) open.push_back(node->parameter.get());
  }
  std::ranges::sort(names);
  return names;
}

// Goes back from a literal to a parameter where the literal leads nowhere. The depth is bounded by
// the longest template, for a node without the next segment ends the search.
bool Router::find(const Node& node, std::string_view rest, Match& match) {
  if (rest.empty()) {
    if (!node.has_endpoint()) return false;
    match.node = &node;
    return true;
  }
  const std::string_view segment = take_segment(rest);
  const auto literal = node.literals.find(segment);
  if (literal != node.literals.end() && find(*literal->second, rest, match)) return true;
  if (node.parameter == nullptr || segment.empty()) return false;
  match.values.emplace_back(segment);
  if (find(*node.parameter, rest, match)) return true;
  match.values.pop_back();  // it led nowhere
  return false;
}

Result<Response> Router::operator()(Request& request) const {
  Response response = route(request);
  add_cors(request, response);
  return response;
}

Response Router::route(Request& request) const {
  Match match;
  const bool found = request.path != "*" && find(*root_, request.path, match);
  if (request.method == Method::options) return answer_options(request, match.node);
  if (!found) {
    if (fallback_) return run(fallback_, request);
    return problem({ErrorCode::not_found,
                    "there is nothing at " + request.path,
                    "此路径下没有内容：" + request.path,
                    {}},
                   request);
  }
  const Endpoint* endpoint = &match.node->endpoints[index_of(request.method)];
  if (!endpoint->handler && request.method == Method::head) {
    endpoint = &match.node->endpoints[index_of(Method::get)];
  }
  if (!endpoint->handler) {
    Response response = problem({ErrorCode::method_not_allowed, {}, {}, {}}, request);
    const Response options = answer_options(request, match.node);
    response.headers.set("Allow", options.headers.find("Allow").value_or(""));
    return response;
  }
  request.path_parameters.clear();
  for (std::size_t i = 0; i < match.values.size(); ++i) {
    request.path_parameters.emplace_back(endpoint->parameter_names[i], std::move(match.values[i]));
  }
  const bool is_read = request.method == Method::get || request.method == Method::head;
  const auto around = [&](const Request& read) { return around_reads_(read, endpoint->handler); };
  Response response =
      is_read && around_reads_ ? run(around, request) : run(endpoint->handler, request);
  response.route = endpoint->path_template;
  return response;
}

Response Router::run(const RouteHandler& handler, const Request& request) const {
  Result<Response> result = handler(request);
  if (result) return *std::move(result);
  return problem(result.error(), request);
}

// For a known path the methods it has; HEAD comes with GET. A preflight is told more.
Response Router::answer_options(const Request& request, const Node* node) const {
  Response response = Response::empty(204);
  std::vector<std::string> allowed;
  for (std::size_t method = 0; method < kMethodCount; ++method) {
    const bool get_is_there = node != nullptr && node->endpoints[index_of(Method::get)].handler;
    const bool has = node == nullptr || node->endpoints[method].handler ||
                     static_cast<Method>(method) == Method::options ||
                     (static_cast<Method>(method) == Method::head && get_is_there);
    if (has) allowed.emplace_back(method_name(static_cast<Method>(method)));
  }
  response.headers.add("Allow", join(allowed));
  const auto origin = request.headers.find("Origin");
  const bool is_preflight = origin && request.headers.has("Access-Control-Request-Method");
  if (is_preflight && allows_origin(*origin)) {
    response.headers.add("Access-Control-Allow-Methods", join(allowed));
    response.headers.add("Access-Control-Allow-Headers", join(cors_.allowed_headers));
    response.headers.add("Access-Control-Max-Age", std::to_string(cors_.max_age_seconds));
  }
  return response;
}

bool Router::allows_origin(std::string_view origin) const {
  return std::ranges::any_of(cors_.allowed_origins, [&](const std::string& allowed) {
    return allowed == "*" || allowed == origin;
  });
}

void Router::add_cors(const Request& request, Response& response) const {
  if (cors_.allowed_origins.empty()) return;
  const auto origin = request.headers.find("Origin");
  // Also where there is no Origin: a cache must not give that answer to a page of another site.
  response.headers.add_vary("Origin");
  if (!origin || !allows_origin(*origin)) return;
  response.headers.set("Access-Control-Allow-Origin", *origin);
  response.headers.set("Access-Control-Expose-Headers", join(cors_.exposed_headers));
}

}  // namespace hq::net
