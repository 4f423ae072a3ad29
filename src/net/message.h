// Request and Response: what a handler is given and what it answers. Plain values.
//
// A handler is an ordinary function. It runs on a worker thread, may block, and answers a whole
// body, a pulled stream of chunks, a stream of events (events.h), or later (reply.h). An Error
// becomes application/problem+json (problem.h).
//
//   Result<Response> hello(const Request& request) {
//     const auto name = request.query_value("name");
//     if (!name) return fail(ErrorCode::invalid_argument, "name is missing", "缺少 name", "name");
//     return Response::json("{\"hello\":\"...\"}");
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

namespace hq::net {

class EventStream;
class LaterResponse;
class Reply;

enum class Method { get, head, post, put, patch, delete_, options };

std::string_view method_name(Method method);
std::optional<Method> method_from_name(std::string_view name);

/// ASCII letters alike in either case, as names of fields and tokens are compared.
bool equal_ignoring_case(std::string_view a, std::string_view b);

struct Header {
  std::string name;
  std::string value;

  bool operator==(const Header&) const = default;
};

/// Header fields in the order they came or were added; names compare without case.
class Headers {
 public:
  /// Adds a field, also where one of that name is there.
  void add(std::string_view name, std::string_view value);
  /// Puts this field in place of all of that name.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  /// The first of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  std::size_t count(std::string_view name) const;
  /// All of that name as one list, joined with ", " (RFC 9110, 5.3).
  std::string joined(std::string_view name) const;
  /// Adds `name` to the Vary field unless it is there.
  void add_vary(std::string_view name);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }
  bool operator==(const Headers&) const = default;

 private:
  std::vector<Header> fields_;
};

using Parameter = std::pair<std::string, std::string>;

struct Request {
  Method method = Method::get;
  std::string target;  // as it came: "/api/v1/stops?q=%E8%99%B9"
  std::string path;    // decoded, valid UTF-8, no "." or ".." segment: "/api/v1/stops"; "*" alone
  std::vector<Parameter> query;            // decoded, in order, names may repeat
  std::vector<Parameter> path_parameters;  // of the route that matched, filled in by the Router
  Headers headers;
  std::string body;
  std::string id;              // of this request; also in the answer as X-Request-Id
  std::string remote_address;  // "127.0.0.1"
  bool is_secure = false;      // came over TLS

  std::optional<std::string_view> query_value(std::string_view name) const;  // the first
  std::vector<std::string_view> query_values(std::string_view name) const;
  /// A parameter of the route; asking for one that its template does not name is a bug (assert).
  std::string_view path_parameter(std::string_view name) const;
  /// The better of zh and en by Accept-Language (RFC 9110, 12.5.4); en where it says nothing.
  Language preferred_language() const;
  /// Last-Event-ID, with which a client of events goes on after a break.
  std::optional<std::string_view> last_event_id() const { return headers.find("Last-Event-ID"); }
};

/// The next piece of a streamed body; nullopt is the end. Called on worker threads, one call at a
/// time, only as fast as the client reads. An Error cuts the body off visibly and is reported.
using PullBody = std::function<Result<std::optional<std::string>>()>;

using Body = std::variant<std::string,                         // owned
                          std::string_view,                    // static bytes, never freed
                          std::shared_ptr<const std::string>,  // shared, as from a cache
                          PullBody, std::shared_ptr<EventStream>,
                          std::shared_ptr<LaterResponse>>;  // stands for what is not there yet

struct Response {
  int status = 200;
  Headers headers;
  Body body = std::string();
  bool may_compress = true;    // false for a body that mixes a secret with what a stranger sent
  std::string route;           // label for metrics; the Router sets the template of the route
  std::optional<Error> error;  // that a problem was made from; the server reports those of 5xx

  static Response json(std::string body, int status = 200);
  static Response text(std::string body, std::string_view content_type,  // "text/plain; ..."
                       int status = 200);
  static Response empty(int status = 204);
  /// A body of unknown length, sent in chunks.
  static Response stream(PullBody pull, std::string_view content_type);
  /// text/event-stream; the handler keeps its own pointer to push to.
  static Response events(std::shared_ptr<EventStream> stream);
  /// What `reply` is sent, when it is; the handler keeps the reply or hands it on.
  static Response later(const Reply& reply);

  /// The bytes of a whole body; nullopt for a stream.
  std::optional<std::string_view> whole_body() const;
};

/// Request& so that a router in front can fill in what it found; handlers take const Request&.
using Handler = std::function<Result<Response>(Request&)>;

/// "Not Found" for 404, for the status line; English, as the protocol is.
std::string_view reason_phrase(int status);

}  // namespace hq::net
