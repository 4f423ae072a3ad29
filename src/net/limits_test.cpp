// Each bound on what a peer may send, and each time it may take.
#include "net/limits.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "net/testing/server_fixture.h"

namespace hq::net {
namespace {

using std::chrono::milliseconds;

/// One malformed or oversized request and the status that answers it.
struct BadRequest {
  const char* name;
  std::string bytes;
  int status;
};

std::vector<BadRequest> bad_requests() {
  const std::string host = "Host: a\r\n";
  const std::string long_target(kTargetBytesMax + 1, 'a');
  std::string many_fields;
  for (std::size_t i = 0; i <= kHeaderCountMax; ++i) many_fields += "X: y\r\n";
  return {
      {"garbage", "\x16\x03\x01\x02\r\n\r\n", 400},
      {"http_0_9", "GET /\r\n\r\n", 400},
      {"version_2", "GET / HTTP/2.0\r\n" + host + "\r\n", 505},
      {"bad_version", "GET / HTTQ/1.1\r\n" + host + "\r\n", 400},
      {"unknown_method", "BREW / HTTP/1.1\r\n" + host + "\r\n", 501},
      {"connect", "CONNECT a:1 HTTP/1.1\r\n" + host + "\r\n", 501},
      {"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two_hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
      {"no_slash", "GET a HTTP/1.1\r\n" + host + "\r\n", 400},
      {"encoded_slash", "GET /a%2fb HTTP/1.1\r\n" + host + "\r\n", 400},
      {"dot_dot", "GET /a/%2e%2e/b HTTP/1.1\r\n" + host + "\r\n", 400},
      {"not_utf_8", "GET /%ff HTTP/1.1\r\n" + host + "\r\n", 400},
      {"bad_percent", "GET /%4 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"blank_before_colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"bare_line_feed", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"control_in_field", "GET / HTTP/1.1\r\n" + host + "X: \x01\r\n\r\n", 400},
      {"target_too_long", "GET /" + long_target + " HTTP/1.1\r\n" + host + "\r\n", 414},
      {"target_never_ends", "GET /" + long_target, 414},
      {"header_too_large",
       "GET / HTTP/1.1\r\n" + host + "X: " + std::string(kHeaderBytesMax, 'a') + "\r\n\r\n", 431},
      {"header_never_ends", "GET / HTTP/1.1\r\n" + host + std::string(kHeaderBytesMax, 'a'), 431},
      {"many_fields", "GET / HTTP/1.1\r\n" + host + many_fields + "\r\n", 431},
      {"body_too_large", "PUT / HTTP/1.1\r\n" + host + "Content-Length: 1001\r\n\r\n", 413},
      {"chunks_too_large",
       "PUT / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n200\r\n" +
           std::string(0x200, 'a') + "\r\n200\r\n",
       413},
      {"length_and_chunked",
       "PUT / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"chunked_and_length",
       "PUT / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
       400},
      {"two_lengths",
       "PUT / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"negative_length", "PUT / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400},
      {"unknown_coding", "PUT / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {"coding_under_chunked",
       "PUT / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"chunked_in_http_1_0", "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 501},
      {"body_without_length", "POST / HTTP/1.1\r\n" + host + "Content-Type: text/plain\r\n\r\n",
       411},
      {"unknown_expectation", "GET / HTTP/1.1\r\n" + host + "Expect: tea\r\n\r\n", 417},
      {"bad_chunk_size", "PUT / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
       400},
      {"endless_chunk_extension",
       "PUT / HTTP/1.1\r\n" + host +
           "Transfer-Encoding: chunked\r\n\r\n1;a=" + std::string(kChunkOverheadBytesMax + 1, 'b'),
       400},
      {"too_many_query_parameters",
       [] {
         std::string query;
         for (std::size_t i = 0; i <= kQueryParameterCountMax; ++i) query += "&a";
         return "GET /?" + query + " HTTP/1.1\r\nHost: a\r\n\r\n";
       }(),
       400},
  };
}

class BadRequests : public ServerFixture, public ::testing::WithParamInterface<BadRequest> {};

TEST_P(BadRequests, get_a_problem_and_the_connection_closes) {
  bool was_handled = false;
  start({.body_bytes_max = 1000}, [&](const Request&) -> Result<Response> {
    was_handled = true;
    return Response::empty();
  });
  TestClient one = client();
  ASSERT_TRUE(one.send(GetParam().bytes));
  const auto answer = one.read_response();
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  EXPECT_EQ(answer->status, GetParam().status) << answer->body;
  EXPECT_EQ(answer->header("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer->header("Connection"), "close");
  EXPECT_FALSE(answer->header("X-Request-Id").empty());
  EXPECT_NE(answer->body.find("\"status\":" + std::to_string(GetParam().status)),
            std::string::npos);
  EXPECT_TRUE(one.is_closed());
  EXPECT_FALSE(was_handled);
}

INSTANTIATE_TEST_SUITE_P(All, BadRequests, ::testing::ValuesIn(bad_requests()),
                         [](const auto& test) { return std::string(test.param.name); });

class LimitsTest : public ServerFixture {};

TEST_F(LimitsTest, what_is_just_within_the_limits_passes) {
  start({.body_bytes_max = 1000}, [](const Request& request) -> Result<Response> {
    return Response::text(std::to_string(request.body.size()), "text/plain");
  });
  TestClient one = client();
  EXPECT_EQ(one.request(Method::put, "/" + std::string(kTargetBytesMax - 1, 'a'), {},
                        std::string(1000, 'b'))
                ->body,
            "1000");
  std::string fields;
  for (std::size_t i = 1; i < kHeaderCountMax; ++i) fields += "X: y\r\n";
  ASSERT_TRUE(one.send("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"));
  EXPECT_EQ(one.read_response()->status, 200);
}

TEST_F(LimitsTest, a_blank_line_before_a_request_is_passed_over) {
  start({}, echo());
  TestClient one = client();
  for (const char c : std::string("\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n")) {
    ASSERT_TRUE(one.send(std::string_view(&c, 1)));
    std::this_thread::sleep_for(milliseconds(1));  // so that each byte is a read of its own
  }
  EXPECT_EQ(one.read_response()->body, "/a");
  ASSERT_TRUE(one.send("\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(one.read_response()->body, "/b");
}

TEST_F(LimitsTest, problems_of_the_protocol_speak_chinese_too) {
  start({.body_bytes_max = 1}, echo());
  TestClient one = client();
  const auto answer = one.request(Method::put, "/", {{"Accept-Language", "zh-CN"}}, "ab");
  ASSERT_TRUE(answer.has_value());
  EXPECT_NE(answer->body.find("内容过大"), std::string::npos) << answer->body;
}

TEST_F(LimitsTest, all_bodies_together_are_bounded) {
  start({.body_bytes_max = 1 << 20, .body_bytes_total_max = 300'000}, echo());
  TestClient first = client();
  ASSERT_TRUE(first.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 250000\r\n\r\n" +
                         std::string(249'999, 'a')));
  std::this_thread::sleep_for(milliseconds(50));
  TestClient second = client();
  ASSERT_TRUE(second.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" +
                          std::string(60'000, 'a')));
  const auto refused = second.read_response();
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->header("Retry-After"), "1");
  ASSERT_TRUE(first.send("a"));
  EXPECT_EQ(first.read_response()->status, 200);
  // What the first held is free again.
  EXPECT_EQ(client().request(Method::put, "/", {}, std::string(250'000, 'a'))->status, 200);
}

/// Refuses what is not a GET while `is_busy`, and counts how often it was asked.
struct Refusal {
  std::atomic<bool> is_busy = true;
  std::atomic<int> asked = 0;

  std::function<std::optional<Error>(const Request&)> function() {
    return [this](const Request& request) -> std::optional<Error> {
      ++asked;
      if (!is_busy || request.method == Method::get) return std::nullopt;
      return Error{ErrorCode::overloaded, "too many wait", "等待过多", {}, 7};
    };
  }
};

TEST_F(LimitsTest, what_is_refused_is_not_kept_and_the_connection_goes_on) {
  Refusal refusal;
  std::atomic<int> handled = 0;
  start({.body_bytes_max = 1 << 20, .body_bytes_total_max = 1000, .refuse = refusal.function()},
        [&](const Request& request) -> Result<Response> {
          ++handled;
          return Response::text(std::to_string(request.body.size()), "text/plain");
        });
  TestClient one = client();
  // More than all bodies together may have: it is not held.
  const auto refused = one.request(Method::put, "/", {}, std::string(500'000, 'a'));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->header("Retry-After"), "7");
  EXPECT_NE(refused->body.find("too many wait"), std::string::npos) << refused->body;
  EXPECT_EQ(handled, 0);
  EXPECT_EQ(one.get("/")->body, "0");
  refusal.is_busy = false;
  EXPECT_EQ(one.request(Method::put, "/", {}, "abc")->body, "3");
  EXPECT_EQ(server().stats().overload_count, 1u);
}

TEST_F(LimitsTest, what_is_refused_once_its_body_is_there_is_not_handled) {
  Refusal refusal;
  refusal.is_busy = false;
  start({.refuse = refusal.function()}, echo());
  TestClient one = client();
  ASSERT_TRUE(one.send("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na"));
  wait_until([&] { return refusal.asked == 1; });
  refusal.is_busy = true;
  ASSERT_TRUE(one.send("b"));
  EXPECT_EQ(one.read_response()->status, 503);
}

TEST_F(LimitsTest, what_is_quick_is_handled_where_requests_are_read) {
  std::atomic<std::thread::id> reader;
  std::atomic<std::thread::id> handler;
  start({.is_quick =
             [&](const Request& request) {
               reader = std::this_thread::get_id();
               return request.path == "/quick";
             }},
        [&](const Request& request) -> Result<Response> {
          handler = std::this_thread::get_id();
          if (request.path == "/quick") throw std::runtime_error("as any handler may");
          return Response::text("slow", "text/plain");
        });
  TestClient one = client();
  EXPECT_EQ(one.get("/quick")->status, 500);
  EXPECT_EQ(handler.load(), reader.load());
  EXPECT_EQ(one.get("/")->body, "slow");
  EXPECT_NE(handler.load(), reader.load());
}

TEST_F(LimitsTest, who_asks_before_sending_a_body_is_refused_without_it) {
  Refusal refusal;
  start({.refuse = refusal.function()}, echo());
  TestClient one = client();
  ASSERT_TRUE(
      one.send("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(one.read_response()->status, 503);
  EXPECT_TRUE(one.is_closed());
}

TEST_F(LimitsTest, a_pool_that_is_late_takes_nothing_more) {
  Gate gate;
  start({.worker_count = 1}, [&](const Request&) -> Result<Response> {
    gate.wait();
    return Response::empty();
  });
  TestClient busy = client();
  ASSERT_TRUE(busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  gate.wait_for_arrivals(1);
  TestClient waiting = client();
  ASSERT_TRUE(waiting.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  wait_until([&] { return server().stats().queued_count == 1; });
  std::this_thread::sleep_for(kWorkerWaitMax + milliseconds(20));
  const auto refused = client().get("/");
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->header("Retry-After"), "1");
  gate.open();
  EXPECT_EQ(busy.read_response()->status, 204);
  EXPECT_EQ(waiting.read_response()->status, 204);
}

TEST_F(LimitsTest, a_header_that_does_not_end_in_time_is_408) {
  start({.header_timeout = milliseconds(100)}, echo());
  TestClient one = client();
  ASSERT_TRUE(one.send("GET / HTTP/1.1\r\nHost"));
  const auto answer = one.read_response();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 408);
  EXPECT_TRUE(one.is_closed());
  EXPECT_EQ(server().stats().timeout_count, 1u);
}

TEST_F(LimitsTest, dripping_a_header_does_not_win_time) {
  start({.header_timeout = milliseconds(200)}, echo());
  TestClient one = client();
  ASSERT_TRUE(one.send("GET / HTTP/1.1\r\n"));
  const auto start_time = std::chrono::steady_clock::now();
  for (int i = 0; i < 100 && server().stats().timeout_count == 0; ++i) {
    if (!one.send("X")) break;
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_EQ(one.read_response()->status, 408);
  EXPECT_LT(std::chrono::steady_clock::now() - start_time, std::chrono::seconds(1));
}

TEST_F(LimitsTest, a_connection_that_says_nothing_is_closed_without_a_word) {
  start({.header_timeout = milliseconds(100)}, echo());
  TestClient one = client();
  EXPECT_EQ(one.read_to_end(), "");
  EXPECT_EQ(server().stats().timeout_count, 0u);
}

TEST_F(LimitsTest, a_body_that_does_not_come_in_time_is_408) {
  start({.body_timeout = milliseconds(100)}, echo());
  TestClient one = client();
  ASSERT_TRUE(one.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"));
  EXPECT_EQ(one.read_response()->status, 408);
}

TEST_F(LimitsTest, an_idle_connection_is_closed) {
  start({.idle_timeout = milliseconds(100)}, echo());
  TestClient one = client();
  EXPECT_EQ(one.get("/a")->status, 200);
  EXPECT_EQ(one.read_to_end(), "");
}

TEST_F(LimitsTest, a_client_that_does_not_read_is_cut_off) {
  start({.write_timeout = milliseconds(200), .socket_send_buffer_bytes = 4096},
        [](const Request&) -> Result<Response> {
          std::string body;
          body.resize(30'000'000, 'a');
          return Response::text(std::move(body), "application/octet-stream");
        });
  TestClient one = client();
  ASSERT_TRUE(one.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  wait_until([&] { return server().stats().timeout_count == 1; });
  wait_until([&] { return server().stats().connection_count == 0; });
}

TEST_F(LimitsTest, a_connection_ends_after_its_number_of_requests) {
  start({.requests_per_connection_max = 3}, echo());
  TestClient one = client();
  EXPECT_EQ(one.get("/")->header("Connection"), "");
  EXPECT_EQ(one.get("/")->header("Connection"), "");
  EXPECT_EQ(one.get("/")->header("Connection"), "close");
  EXPECT_TRUE(one.is_closed());
}

TEST_F(LimitsTest, a_newcomer_takes_the_place_of_the_longest_idle) {
  start({.connection_count_max = 2}, echo());
  TestClient first = client();
  EXPECT_EQ(first.get("/")->status, 200);
  TestClient second = client();
  EXPECT_EQ(second.get("/")->status, 200);
  EXPECT_EQ(first.get("/")->status, 200);  // so the second is the longest idle
  TestClient third = client();
  EXPECT_EQ(third.get("/")->status, 200);
  EXPECT_TRUE(second.is_closed());
  EXPECT_EQ(first.get("/")->status, 200);
  EXPECT_EQ(server().stats().evicted_count, 1u);
}

TEST_F(LimitsTest, a_newcomer_is_told_503_where_nobody_is_idle) {
  Gate gate;
  start({.connection_count_max = 1}, [&](const Request&) -> Result<Response> {
    gate.wait();
    return Response::empty();
  });
  TestClient busy = client();
  ASSERT_TRUE(busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  gate.wait_for_arrivals(1);
  TestClient newcomer = client();
  ASSERT_TRUE(newcomer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  const auto refused = newcomer.read_response();
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->header("Retry-After"), "1");
  EXPECT_TRUE(newcomer.is_closed());
  gate.open();
  EXPECT_EQ(busy.read_response()->status, 204);
}

}  // namespace
}  // namespace hq::net
