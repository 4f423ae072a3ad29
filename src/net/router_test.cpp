#include "net/router.h"

#include <gtest/gtest.h>

#include "net/problem.h"

namespace hq::net {
namespace {

RouteHandler name(const std::string& text) {
  return [text](const Request& request) -> Result<Response> {
    std::string body = text;
    for (const auto& [key, value] : request.path_parameters)
      body.append(" ").append(key).append("=").append(value);
    return Response::text(body, "text/plain");
  };
}

Request request_of(Method method, std::string path, const std::vector<Header>& headers = {}) {
  Request request;
  request.method = method;
  request.path = std::move(path);
  request.id = "r";
  for (const Header& header : headers) request.headers.add(header.name, header.value);
  return request;
}

Response ask(const Router& router, Request request) {
  return *router(request);
}

std::string body_of(const Response& response) {
  return std::string(*response.whole_body());
}

Router sample() {
  Router router;
  router.add(Method::get, "/", name("root"));
  router.add(Method::get, "/stops", name("list"));
  router.add(Method::post, "/stops", name("create"));
  router.add(Method::get, "/stops/{id}", name("one"));
  router.add(Method::get, "/stops/nearest", name("nearest"));
  router.add(Method::get, "/stops/{stop}/lines/{line}", name("line"));
  router.add(Method::delete_, "/stops/{key}", name("delete"));
  router.add(Method::get, "/stops/nearest/map", name("map"));
  return router;
}

TEST(Router, finds_routes_and_their_parameters) {
  const Router router = sample();
  const auto get = [&](std::string path) {
    return body_of(ask(router, request_of(Method::get, std::move(path))));
  };
  EXPECT_EQ(get("/"), "root");
  EXPECT_EQ(get("/stops"), "list");
  EXPECT_EQ(get("/stops/虹桥"), "one id=虹桥");
  EXPECT_EQ(get("/stops/nearest"), "nearest");  // a literal wins
  EXPECT_EQ(get("/stops/nearest/map"), "map");
  EXPECT_EQ(get("/stops/nearest/lines/2"), "line stop=nearest line=2");  // and may be gone back on
  EXPECT_EQ(body_of(ask(router, request_of(Method::delete_, "/stops/7"))), "delete key=7");
}

TEST(Router, labels_the_answer_with_the_template) {
  const Router router = sample();
  EXPECT_EQ(ask(router, request_of(Method::get, "/stops/1")).route, "/stops/{id}");
  EXPECT_EQ(ask(router, request_of(Method::get, "/nothing")).route, "");
}

TEST(Router, unknown_paths_are_404_problems) {
  const Router router = sample();
  for (const std::string path : {"/stops/", "/stop", "/stops/1/lines", "/stops//lines/2", "//"}) {
    const Response response = ask(router, request_of(Method::get, path));
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
  }
}

TEST(Router, a_method_that_is_not_there_is_405_with_allow) {
  const Response response = ask(sample(), request_of(Method::put, "/stops"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
  EXPECT_EQ(ask(sample(), request_of(Method::head, "/stops/1")).status, 200);
}

TEST(Router, head_runs_get_unless_it_has_its_own) {
  Router router = sample();
  router.add(Method::head, "/stops", name("own head"));
  EXPECT_EQ(body_of(ask(router, request_of(Method::head, "/stops/1"))), "one id=1");
  EXPECT_EQ(body_of(ask(router, request_of(Method::head, "/stops"))), "own head");
}

TEST(Router, puts_one_handler_around_all_reads) {
  Router router = sample();
  router.set_around_reads(
      [](const Request& request, const RouteHandler& handler) -> Result<Response> {
        if (request.headers.has("X-No")) return fail(ErrorCode::forbidden, "not now");
        HQ_TRY(Response response, handler(request));
        response.headers.set("X-Seen", request.path_parameters.empty() ? "" : "with parameters");
        return response;
      });
  for (const Method method : {Method::get, Method::head}) {
    const Response read = ask(router, request_of(method, "/stops/1"));
    EXPECT_EQ(body_of(read), "one id=1");
    EXPECT_EQ(read.headers.find("X-Seen"), "with parameters");
  }
  Request refused = request_of(Method::get, "/stops/1");
  refused.headers.set("X-No", "1");
  EXPECT_EQ(ask(router, refused).status, 403);
  const Response posted = ask(router, request_of(Method::post, "/stops"));
  EXPECT_EQ(body_of(posted), "create");
  EXPECT_FALSE(posted.headers.has("X-Seen"));
  EXPECT_EQ(ask(router, request_of(Method::get, "/none")).status, 404);
}

TEST(Router, options_says_what_is_allowed) {
  const Response response = ask(sample(), request_of(Method::options, "/stops/1"));
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(ask(sample(), request_of(Method::options, "*")).headers.find("Allow"),
            "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
}

TEST(Router, errors_of_handlers_become_problems_with_the_label) {
  Router router;
  router.add(Method::get, "/{x}", [](const Request&) -> Result<Response> {
    return fail(ErrorCode::rate_limited, "slow down", "请放慢");
  });
  const Response response = ask(router, request_of(Method::get, "/1"));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.route, "/{x}");
  EXPECT_EQ(response.headers.find("Retry-After"), "1");
}

TEST(Router, the_fallback_gets_what_no_template_matches) {
  Router router = sample();
  router.set_fallback(name("fallback"));
  EXPECT_EQ(body_of(ask(router, request_of(Method::get, "/else"))), "fallback");
  EXPECT_EQ(body_of(ask(router, request_of(Method::get, "/stops"))), "list");
  EXPECT_EQ(ask(router, request_of(Method::put, "/stops")).status, 405);
  EXPECT_EQ(ask(router, request_of(Method::options, "/else")).status, 204);
}

TEST(Router, lists_its_routes) {
  Router router;
  router.add(Method::post, "/b", name("b"));
  router.add(Method::get, "/a/{id}", name("a"));
  EXPECT_EQ(router.route_names(), (std::vector<std::string>{"GET /a/{id}", "POST /b"}));
}

TEST(RouterDeathTest, the_same_route_twice_is_a_bug) {
  Router router = sample();
  EXPECT_DEATH(router.add(Method::get, "/stops/{other}", name("again")), "handler == nullptr");
}

TEST(Cors, is_silent_unless_it_is_set) {
  const Response response =
      ask(sample(), request_of(Method::get, "/stops", {{"Origin", "https://a.example"}}));
  EXPECT_FALSE(response.headers.has("Access-Control-Allow-Origin"));
  EXPECT_FALSE(response.headers.has("Vary"));
}

TEST(Cors, lets_listed_origins_read_answers_and_problems) {
  Router router = sample();
  router.set_cors({.allowed_origins = {"https://a.example"}});
  for (const std::string path : {"/stops", "/nothing"}) {
    const Response listed =
        ask(router, request_of(Method::get, path, {{"Origin", "https://a.example"}}));
    EXPECT_EQ(listed.headers.find("Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_NE(listed.headers.joined("Vary").find("Origin"), std::string::npos);
    EXPECT_TRUE(listed.headers.has("Access-Control-Expose-Headers"));
    const Response other =
        ask(router, request_of(Method::get, path, {{"Origin", "https://b.example"}}));
    EXPECT_FALSE(other.headers.has("Access-Control-Allow-Origin"));
    EXPECT_NE(other.headers.joined("Vary").find("Origin"), std::string::npos);
  }
}

TEST(Cors, answers_preflights) {
  Router router = sample();
  router.set_cors({.allowed_origins = {"https://a.example"}, .max_age_seconds = 60});
  const auto preflight = [&](std::string origin) {
    return ask(router, request_of(Method::options, "/stops",
                                  {{"Origin", std::move(origin)},
                                   {"Access-Control-Request-Method", "POST"}}));
  };
  const Response listed = preflight("https://a.example");
  EXPECT_EQ(listed.status, 204);
  EXPECT_EQ(listed.headers.find("Access-Control-Allow-Methods"), "GET, HEAD, POST, OPTIONS");
  EXPECT_NE(listed.headers.find("Access-Control-Allow-Headers")->find("Authorization"),
            std::string_view::npos);
  EXPECT_EQ(listed.headers.find("Access-Control-Max-Age"), "60");
  EXPECT_FALSE(preflight("https://b.example").headers.has("Access-Control-Allow-Methods"));
}

TEST(Cors, a_star_allows_all_by_name) {
  Router router = sample();
  router.set_cors({.allowed_origins = {"*"}});
  EXPECT_EQ(ask(router, request_of(Method::get, "/stops", {{"Origin", "https://x.example"}}))
                .headers.find("Access-Control-Allow-Origin"),
            "https://x.example");
}

TEST(Problem, speaks_both_languages_and_names_the_request) {
  const Error error{ErrorCode::not_found, "no such stop", "没有这个车站", "id"};
  const Response en = problem(error, request_of(Method::get, "/"));
  EXPECT_EQ(body_of(en),
            R"({"type":"urn:hongqiao:error:not_found","title":"Not found","status":404,)"
            R"("detail":"id: no such stop","code":"not_found","where":"id","request_id":"r"})");
  EXPECT_EQ(en.headers.find("Content-Language"), "en");
  EXPECT_EQ(en.headers.find("Vary"), "Accept-Language");
  EXPECT_EQ(en.headers.find("Cache-Control"), "no-store");
  const Response zh = problem(
      error, request_of(Method::get, "/", {{"Accept-Language", "zh-CN,zh;q=0.9,en;q=0.1"}}));
  EXPECT_NE(body_of(zh).find(R"("title":"未找到")"), std::string::npos);
  EXPECT_NE(body_of(zh).find("没有这个车站"), std::string::npos);
  EXPECT_EQ(zh.headers.find("Content-Language"), "zh-CN");
}

TEST(Problem, hides_where_a_fault_of_the_server_is) {
  const Error error{ErrorCode::io_error, "reading failed", "读取失败", "/srv/data/x"};
  const Response response = problem(error, request_of(Method::get, "/"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(body_of(response).find("/srv"), std::string::npos);
  EXPECT_EQ(response.error, error);  // for the log
}

TEST(Problem, every_error_code_has_a_well_formed_one) {
  for (const ErrorInfo& row : all_error_infos()) {
    const Response response = problem({row.code, {}, {}, {}}, request_of(Method::get, "/"));
    EXPECT_EQ(response.status, row.http_status);
    EXPECT_EQ(response.headers.has("Retry-After"),
              row.http_status == 503 || row.http_status == 429);
    EXPECT_EQ(body_of(response).find("detail"), std::string::npos);
  }
}

TEST(Problem, of_the_protocol_is_about_blank) {
  const Request zh = request_of(Method::get, "/", {{"Accept-Language", "zh"}});
  EXPECT_EQ(body_of(protocol_problem({431, "too much", "过多"}, zh)),
            R"({"type":"about:blank","title":"请求头过大","status":431,"detail":"过多",)"
            R"("code":"431","request_id":"r"})");
}

}  // namespace
}  // namespace hq::net
