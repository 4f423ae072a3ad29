#include "net/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "net/router.h"
#include "net/testing/server_fixture.h"
#include "net/testing/test_client.h"

namespace hq::net {
namespace {

using std::chrono::milliseconds;

class HttpServerTest : public ServerFixture {};

TEST_F(HttpServerTest, answers_a_request) {
  start({}, [](const Request& request) -> Result<Response> {
    return Response::json("{\"path\":\"" + request.path + "\"}");
  });
  const TestResponse answer = get("/a%20b?x=1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"path\":\"/a b\"}");
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(answer.header("Content-Length"), std::to_string(answer.body.size()));
  EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
  EXPECT_TRUE(answer.header("Date").ends_with(" GMT"));
  EXPECT_EQ(answer.header("Connection"), "");
}

TEST_F(HttpServerTest, gives_the_handler_all_of_the_request) {
  Request seen;
  start({}, [&](const Request& request) -> Result<Response> {
    seen = request;
    return Response::empty();
  });
  const auto answer =
      client().request(Method::post, "/p?a=1&a=%E8%99%B9",
                       {{"X-Thing", "one"}, {"Content-Type", "text/plain"}}, "body");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 204);
  EXPECT_EQ(seen.method, Method::post);
  EXPECT_EQ(seen.target, "/p?a=1&a=%E8%99%B9");
  EXPECT_EQ(seen.query_values("a"), (std::vector<std::string_view>{"1", "虹"}));
  EXPECT_EQ(seen.headers.find("x-thing"), "one");
  EXPECT_EQ(seen.body, "body");
  EXPECT_EQ(seen.remote_address, "127.0.0.1");
  EXPECT_FALSE(seen.is_secure);
}

TEST_F(HttpServerTest, keeps_the_connection_for_many_requests) {
  start({}, echo());
  TestClient one = client();
  for (int i = 0; i < 100; ++i) {
    const auto answer = one.get("/" + std::to_string(i));
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body, "/" + std::to_string(i));
  }
  EXPECT_EQ(server().stats().accepted_count, 1u);
  EXPECT_EQ(server().stats().request_count, 100u);
}

TEST_F(HttpServerTest, answers_pipelined_requests_in_order) {
  start({}, echo());
  TestClient one = client();
  std::string all;
  for (int i = 0; i < 200; ++i) {
    all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  ASSERT_TRUE(one.send(all));
  for (int i = 0; i < 200; ++i) {
    const auto answer = one.read_response();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body, "/" + std::to_string(i));
  }
}

TEST_F(HttpServerTest, reads_a_request_that_comes_byte_by_byte) {
  start({}, [](const Request& request) -> Result<Response> {
    return Response::text(request.body, "text/plain");
  });
  TestClient one = client();
  const std::string request =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n";
  for (const char c : request) ASSERT_TRUE(one.send(std::string_view(&c, 1)));
  const auto answer = one.read_response();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "abcde");
}

TEST_F(HttpServerTest, head_has_the_length_but_no_body) {
  start({}, echo());
  TestClient one = client();
  const auto answer = one.request(Method::head, "/12345");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->header("Content-Length"), "6");
  EXPECT_EQ(one.get("/next")->body, "/next");  // nothing of a body stood between
}

TEST_F(HttpServerTest, closes_for_connection_close_and_for_http_1_0) {
  start({}, echo());
  for (const std::string request :
       {"GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /x HTTP/1.0\r\n\r\n"}) {
    TestClient one = client();
    ASSERT_TRUE(one.send(request));
    const auto answer = one.read_response();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->header("Connection"), "close");
    EXPECT_EQ(answer->body, "/x");
    EXPECT_TRUE(one.is_closed());
  }
}

TEST_F(HttpServerTest, keeps_an_http_1_0_connection_that_asks_for_it) {
  start({}, echo());
  TestClient one = client();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(one.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_EQ(one.read_response()->header("Connection"), "keep-alive");
  }
}

TEST_F(HttpServerTest, invites_a_body_that_waits_for_100_continue) {
  start({}, [](const Request& request) -> Result<Response> {
    return Response::text(request.body, "text/plain");
  });
  TestClient one = client();
  ASSERT_TRUE(
      one.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
               "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(one.read_response()->status, 100);
  ASSERT_TRUE(one.send("body"));
  EXPECT_EQ(one.read_response()->body, "body");
}

TEST_F(HttpServerTest, does_not_invite_a_body_that_is_too_large) {
  start({.body_bytes_max = 3}, echo());
  TestClient one = client();
  ASSERT_TRUE(
      one.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
               "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(one.read_response()->status, 413);
}

TEST_F(HttpServerTest, echoes_a_good_request_id_and_replaces_a_bad_one) {
  start({}, [](const Request& request) -> Result<Response> {
    return Response::text(request.id, "text/plain");
  });
  TestClient one = client();
  const auto good = one.get("/", {{"X-Request-Id", "abc-1.2_Z"}});
  EXPECT_EQ(good->header("X-Request-Id"), "abc-1.2_Z");
  EXPECT_EQ(good->body, "abc-1.2_Z");
  for (const std::string& bad : {std::string("a b"), std::string(65, 'a'), std::string("\"")}) {
    const auto answer = one.get("/", {{"X-Request-Id", bad}});
    EXPECT_NE(answer->header("X-Request-Id"), bad);
    EXPECT_GE(answer->header("X-Request-Id").size(), 32u);
    EXPECT_EQ(answer->header("X-Request-Id"), answer->body);
  }
}

TEST_F(HttpServerTest, handler_exception_is_500_and_reported_not_shown) {
  start({}, [](const Request& request) -> Result<Response> {
    if (request.path == "/int") throw 7;
    throw std::runtime_error("the secret reason");
  });
  for (const std::string path : {"/", "/int"}) {
    const TestResponse answer = get(path, {{"X-Request-Id", "r1"}});
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  }
  const auto reports = errors();
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].first, "r1");
  EXPECT_EQ(reports[0].second.where, "the secret reason");
}

TEST_F(HttpServerTest, handler_error_becomes_a_problem) {
  start({}, [](const Request&) -> Result<Response> {
    return fail(ErrorCode::forbidden, "not you", "不行");
  });
  const TestResponse answer = get("/", {{"Accept-Language", "zh"}});
  EXPECT_EQ(answer.status, 403);
  EXPECT_NE(answer.body.find("不行"), std::string::npos);
  EXPECT_TRUE(errors().empty());  // the client's fault is not ours to report
}

TEST_F(HttpServerTest, full_worker_queue_answers_503_with_retry_after) {
  Gate gate;
  start({.worker_count = 1, .worker_queue_max = 1}, [&](const Request&) -> Result<Response> {
    gate.wait();
    return Response::empty();
  });
  TestClient working = client();
  TestClient queued = client();
  ASSERT_TRUE(working.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  gate.wait_for_arrivals(1);
  ASSERT_TRUE(queued.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  wait_until([&] { return server().stats().queued_count == 1; });
  TestClient third = client();
  const auto refused = third.get("/");
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->header("Retry-After"), "1");
  EXPECT_EQ(refused->header("Content-Type"), "application/problem+json");
  EXPECT_EQ(server().stats().overload_count, 1u);
  gate.open();
  EXPECT_EQ(working.read_response()->status, 204);
  EXPECT_EQ(queued.read_response()->status, 204);
  EXPECT_EQ(third.get("/")->status, 204);  // the connection lived on
}

TEST_F(HttpServerTest, tells_the_hook_of_each_request) {
  std::mutex mutex;
  std::vector<std::string> seen;
  ServerOptions options;
  options.on_request = [&](const RequestRecord& record) {
    EXPECT_GE(record.seconds, 0);
    EXPECT_LT(record.seconds, 5);
    const std::lock_guard lock(mutex);
    seen.push_back(std::string(record.method) + " " + std::string(record.path) + " " +
                   std::string(record.route) + " " + std::to_string(record.status) + " " +
                   std::to_string(record.bytes) + " " + std::string(record.request_id));
  };
  start(std::move(options), [](const Request&) -> Result<Response> {
    Response response = Response::text("12345", "text/plain");
    response.route = "/r/{id}";
    return response;
  });
  get("/r/1", {{"X-Request-Id", "q"}});
  TestClient bad = client();
  ASSERT_TRUE(bad.send("GET /%zz HTTP/1.1\r\nHost: a\r\nX-Request-Id: b\r\n\r\n"));
  EXPECT_EQ(bad.read_response()->status, 400);
  wait_until([&] {
    const std::lock_guard lock(mutex);
    return seen.size() == 2;
  });
  EXPECT_EQ(seen[0], "GET /r/1 /r/{id} 200 5 q");
  EXPECT_TRUE(seen[1].starts_with("   400 ") && seen[1].ends_with(" b")) << seen[1];
}

TEST_F(HttpServerTest, compresses_json_for_those_who_take_it) {
  const std::string long_json = "[" + std::string(5000, ' ') + "]";
  start({}, [&](const Request& request) -> Result<Response> {
    if (request.path == "/short") return Response::json("[]");
    if (request.path == "/binary") return Response::text(long_json, "application/octet-stream");
    return Response::json(long_json);
  });
  const TestResponse plain = get("/long");
  EXPECT_EQ(plain.header("Content-Encoding"), "");
  EXPECT_EQ(plain.header("Vary"), "Accept-Encoding");
  EXPECT_EQ(plain.body, long_json);
  const std::vector<Header> accept = {{"Accept-Encoding", "br, gzip"}};
  const TestResponse packed = get("/long", accept);
  EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
  EXPECT_LT(packed.body.size(), 200u);
  EXPECT_EQ(unpack_gzip(packed.body), long_json);
  EXPECT_EQ(get("/short", accept).header("Content-Encoding"), "");
  EXPECT_EQ(get("/binary", accept).header("Content-Encoding"), "");
  EXPECT_EQ(get("/long", {{"Accept-Encoding", "gzip;q=0"}}).header("Content-Encoding"), "");
}

TEST_F(HttpServerTest, compresses_nothing_where_that_is_off) {
  start({.compress = false}, [](const Request&) -> Result<Response> {
    return Response::json("[" + std::string(5000, ' ') + "]");
  });
  const TestResponse answer = get("/", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(answer.header("Content-Encoding"), "");
  EXPECT_EQ(answer.header("Vary"), "");
  EXPECT_EQ(answer.body.size(), 5002u);
}

TEST_F(HttpServerTest, large_bodies_arrive_whole) {
  const auto shared = std::make_shared<const std::string>(9'000'000, 'x');
  start({}, [&](const Request& request) -> Result<Response> {
    Response response;
    if (request.path == "/shared") response.body = shared;
    if (request.path == "/static") response.body = std::string_view("static bytes");
    return response;
  });
  TestClient one = client();
  EXPECT_EQ(one.get("/shared")->body, *shared);
  EXPECT_EQ(one.get("/static")->body, "static bytes");
}

TEST_F(HttpServerTest, a_line_end_in_a_field_cannot_forge_another) {
  start({}, [](const Request&) -> Result<Response> {
    Response response = Response::empty();
    response.headers.add("X-Echo", "a\r\nSet-Cookie: b");
    return response;
  });
  const TestResponse answer = get("/");
  EXPECT_EQ(answer.header("X-Echo"), "a  Set-Cookie: b");
  EXPECT_FALSE(answer.headers.has("Set-Cookie"));
}

}  // namespace
}  // namespace hq::net
