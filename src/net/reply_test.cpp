// Answers that are made later: by whom, in which order, and what if they never come.
#include "net/reply.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "net/router.h"
#include "net/testing/server_fixture.h"

namespace hq::net {
namespace {

using std::chrono::milliseconds;

MakeResponse text_of(std::string text) {
  return
      [text = std::move(text)]() -> Result<Response> { return Response::text(text, "text/plain"); };
}

class ReplyTest : public ServerFixture {
 protected:
  /// "/now" answers at once; all else when the test sends the reply that it finds in replies().
  Handler handler() {
    return [this](const Request& request) -> Result<Response> {
      if (request.path == "/now") return Response::text("now", "text/plain");
      Reply reply;
      Response later = Response::later(reply);
      const std::lock_guard lock(mutex_);
      replies_.push_back(std::move(reply));
      return later;
    };
  }
  std::vector<Reply> wait_for_replies(std::size_t count) {
    wait_until([&] {
      const std::lock_guard lock(mutex_);
      return replies_.size() >= count;
    });
    const std::lock_guard lock(mutex_);
    return std::exchange(replies_, {});
  }
  static std::string get_bytes(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

 private:
  std::mutex mutex_;
  std::vector<Reply> replies_;
};

TEST_F(ReplyTest, answers_when_the_reply_is_sent_and_keeps_the_connection) {
  start({}, handler());
  TestClient peer = client();
  for (const std::string text : {"first", "second"}) {
    ASSERT_TRUE(peer.send(get_bytes("/")));
    wait_for_replies(1)[0].send_made_by(text_of(text));
    const auto answer = peer.read_response();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, text);
    EXPECT_EQ(answer->header("Connection"), "");
  }
  EXPECT_EQ(server().stats().accepted_count, 1u);
}

TEST_F(ReplyTest, may_be_sent_before_the_handler_returns) {
  start({}, [](const Request&) -> Result<Response> {
    Reply reply;
    Response later = Response::later(reply);
    reply.send_made_by(text_of("early"));
    return later;
  });
  EXPECT_EQ(get("/").body, "early");
}

TEST_F(ReplyTest, may_be_sent_an_answer_that_is_made) {
  start({}, handler());
  TestClient peer = client();
  ASSERT_TRUE(peer.send(get_bytes("/small")));
  wait_for_replies(1)[0].send(Response::text("small", "text/plain", 201));
  auto answer = peer.read_response();
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "small");
  ASSERT_TRUE(peer.send(get_bytes("/refused")));
  wait_for_replies(1)[0].send(fail(ErrorCode::not_found, "no such thing", "没有"));
  EXPECT_EQ(peer.read_response()->status, 404);
  ASSERT_TRUE(peer.send("GET /large HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n"));
  wait_for_replies(1)[0].send(Response::text(std::string(5000, 'x'), "text/plain"));
  answer = peer.read_response();
  EXPECT_EQ(answer->header("Content-Encoding"), "gzip");
  EXPECT_EQ(unpack_gzip(answer->body), std::string(5000, 'x'));
}

TEST_F(ReplyTest, holds_no_worker) {
  constexpr std::size_t kClients = 50;
  start({.worker_count = 1, .worker_queue_max = kClients}, handler());
  std::vector<TestClient> peers;
  for (std::size_t i = 0; i < kClients; ++i) {
    peers.push_back(client());
    ASSERT_TRUE(peers.back().send(get_bytes("/")));
  }
  std::vector<Reply> replies = wait_for_replies(kClients);
  ASSERT_EQ(replies.size(), kClients);  // all are begun, and the one worker is free
  EXPECT_EQ(get("/now").body, "now");
  for (Reply& reply : replies) reply.send_made_by(text_of("done"));
  for (TestClient& peer : peers) EXPECT_EQ(peer.read_response()->body, "done");
}

TEST_F(ReplyTest, keeps_the_order_of_a_connection) {
  start({}, handler());
  TestClient peer = client();
  ASSERT_TRUE(peer.send(get_bytes("/later") + get_bytes("/now")));
  std::vector<Reply> replies = wait_for_replies(1);
  std::this_thread::sleep_for(milliseconds(20));  // time in which "/now" could overtake
  replies[0].send_made_by(text_of("later"));
  EXPECT_EQ(peer.read_response()->body, "later");
  EXPECT_EQ(peer.read_response()->body, "now");
}

TEST_F(ReplyTest, let_go_without_an_answer_is_an_internal_error) {
  start({}, handler());
  TestClient peer = client();
  ASSERT_TRUE(peer.send(get_bytes("/")));
  wait_for_replies(1).clear();
  const auto answer = peer.read_response();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 500);
  EXPECT_FALSE(answer->body.contains("let go"));  // for the log, not for a peer
  ASSERT_EQ(errors().size(), 1u);
  EXPECT_EQ(errors()[0].second.where, "a reply was let go without an answer");
}

TEST_F(ReplyTest, is_let_go_where_another_takes_its_place) {
  start({}, handler());
  TestClient first = client();
  ASSERT_TRUE(first.send(get_bytes("/1")));
  std::vector<Reply> one = wait_for_replies(1);
  TestClient second = client();
  ASSERT_TRUE(second.send(get_bytes("/2")));
  std::vector<Reply> other = wait_for_replies(1);
  one[0] = std::move(other[0]);
  EXPECT_EQ(first.read_response()->status, 500);
  one[0].send_made_by(text_of("second"));
  EXPECT_EQ(second.read_response()->body, "second");
}

TEST_F(ReplyTest, errors_and_exceptions_become_problems) {
  start({}, handler());
  TestClient peer = client();
  ASSERT_TRUE(peer.send(get_bytes("/")));
  wait_for_replies(1)[0].send_made_by(
      [] { return fail(ErrorCode::overloaded, "too much at once", "过多"); });
  auto answer = peer.read_response();
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->header("Retry-After"), "1");
  EXPECT_TRUE(answer->body.contains("too much at once")) << answer->body;
  ASSERT_TRUE(peer.send(get_bytes("/")));
  wait_for_replies(1)[0].send_made_by(
      []() -> Result<Response> { throw std::runtime_error("secret"); });
  answer = peer.read_response();
  EXPECT_EQ(answer->status, 500);
  EXPECT_FALSE(answer->body.contains("secret"));
  ASSERT_TRUE(peer.send(get_bytes("/")));
  wait_for_replies(1)[0].send_made_by([]() -> Result<Response> { throw 7; });
  EXPECT_EQ(peer.read_response()->status, 500);
  ASSERT_EQ(errors().size(), 3u);
  EXPECT_EQ(errors()[1].second.where, "secret");
}

TEST_F(ReplyTest, keeps_what_the_router_says_of_the_route) {
  Router router;
  router.set_cors({.allowed_origins = {"https://a.example"}});
  router.add(Method::post, "/things/{id}", [](const Request&) -> Result<Response> {
    Reply reply;
    Response later = Response::later(reply);
    reply.send_made_by([]() -> Result<Response> {
      Response made = Response::json("{}", 201);
      made.headers.add("Vary", "Accept");
      return made;
    });
    return later;
  });
  std::promise<std::string> route;
  ServerOptions options;
  options.on_request = [&](const RequestRecord& record) {
    route.set_value(std::string(record.route));
  };
  start(std::move(options), std::move(router));
  const auto answer =
      client().request(Method::post, "/things/7", {{"Origin", "https://a.example"}});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->header("Access-Control-Allow-Origin"), "https://a.example");
  EXPECT_EQ(answer->header("Vary"), "Accept, Origin");
  EXPECT_EQ(route.get_future().get(), "/things/{id}");
}

TEST_F(ReplyTest, may_be_compressed_or_a_stream) {
  start({}, handler());
  TestClient peer = client();
  ASSERT_TRUE(peer.send("GET /gzip HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n"));
  wait_for_replies(1)[0].send_made_by(text_of(std::string(5000, 'x')));
  auto answer = peer.read_response();
  EXPECT_EQ(answer->header("Content-Encoding"), "gzip");
  EXPECT_EQ(unpack_gzip(answer->body), std::string(5000, 'x'));
  ASSERT_TRUE(peer.send(get_bytes("/stream")));
  wait_for_replies(1)[0].send_made_by([]() -> Result<Response> {
    return Response::stream(
        [left = 3]() mutable -> Result<std::optional<std::string>> {
          if (left-- == 0) return std::nullopt;
          return "abc";
        },
        "text/plain");
  });
  EXPECT_EQ(peer.read_response()->body, "abcabcabc");
}

TEST_F(ReplyTest, comes_too_late_for_a_client_that_left) {
  start({}, handler());
  TestClient peer = client();
  ASSERT_TRUE(peer.send(get_bytes("/")));
  std::vector<Reply> replies = wait_for_replies(1);
  peer.close();
  replies[0].send_made_by(text_of("nobody hears it"));
  wait_until([&] { return server().stats().connection_count == 0; });
  EXPECT_EQ(get("/now").body, "now");
}

TEST_F(ReplyTest, is_answered_for_after_the_answer_timeout) {
  start({.answer_timeout = milliseconds(50)}, handler());
  TestClient peer = client();
  ASSERT_TRUE(peer.send(get_bytes("/")));
  std::vector<Reply> replies = wait_for_replies(1);
  const auto answer = peer.read_response();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 504);
  ASSERT_EQ(errors().size(), 1u);
  EXPECT_EQ(errors()[0].second.code, ErrorCode::timeout);
  std::atomic<bool> was_made = false;
  replies[0].send_made_by([&]() -> Result<Response> {
    was_made = true;
    return Response::empty();
  });
  ASSERT_TRUE(peer.send(get_bytes("/now")));
  EXPECT_EQ(peer.read_response()->body, "now");
  EXPECT_FALSE(was_made);
}

TEST_F(ReplyTest, stop_waits_for_it_within_the_grace) {
  start({}, handler());
  TestClient peer = client();
  ASSERT_TRUE(peer.send(get_bytes("/")));
  std::vector<Reply> replies = wait_for_replies(1);
  std::thread stopper([&] { server().stop(std::chrono::seconds(10)); });
  wait_until([&] { return !TestClient::connect(server().port()).has_value(); });
  replies[0].send_made_by(text_of("just in time"));
  const auto answer = peer.read_response();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "just in time");
  EXPECT_EQ(answer->header("Connection"), "close");
  peer.close();
  stopper.join();
}

TEST_F(ReplyTest, stop_ends_what_outlasts_the_grace_and_the_reply_outlives_the_server) {
  start({}, handler());
  TestClient peer = client();
  ASSERT_TRUE(peer.send(get_bytes("/")));
  std::vector<Reply> replies = wait_for_replies(1);
  server().stop(milliseconds(50));
  EXPECT_EQ(peer.read_to_end(), "");
  end_server();
  std::atomic<bool> was_made = false;
  replies[0].send_made_by([&]() -> Result<Response> {
    was_made = true;
    return Response::empty();
  });
  EXPECT_FALSE(was_made);
}

TEST_F(ReplyTest, many_threads_answer_many_clients) {
  constexpr int kClients = 8;
  constexpr int kRequests = 200;
  std::mutex mutex;
  std::vector<std::pair<Reply, std::string>> waiting;
  start({.worker_count = 2}, [&](const Request& request) -> Result<Response> {
    Reply reply;
    Response later = Response::later(reply);
    const std::lock_guard lock(mutex);
    waiting.emplace_back(std::move(reply), request.target);
    return later;
  });
  std::atomic<bool> is_over = false;
  std::vector<std::jthread> answerers;
  answerers.reserve(2);
  for (int i = 0; i < 2; ++i) {
    answerers.emplace_back([&] {
      while (!is_over) {
        std::vector<std::pair<Reply, std::string>> taken;
        {
          const std::lock_guard lock(mutex);
          taken.swap(waiting);
        }
        for (auto& [reply, target] : taken) reply.send_made_by(text_of(target));
        std::this_thread::yield();
      }
    });
  }
  {
    std::vector<std::jthread> clients;
    clients.reserve(kClients);
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back([&, i] {
        TestClient peer = client();
        for (int n = 0; n < kRequests; ++n) {
          const std::string target = "/" + std::to_string(i) + "/" + std::to_string(n);
          const auto answer = peer.get(target);
          ASSERT_TRUE(answer.has_value());
          EXPECT_EQ(answer->body, target);
        }
      });
    }
  }
  is_over = true;
}

TEST(ReplyDeathTest, is_sent_once) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        Reply reply;
        reply.send_made_by(text_of("one"));
        reply.send_made_by(text_of("two"));
      },
      "is_first");
  EXPECT_DEATH(
      {
        Reply reply;
        const Reply taken = std::move(reply);
        // NOLINTNEXTLINE(bugprone-use-after-move): what must not be done
        reply.send_made_by(text_of("nothing left to answer"));
      },
      "later_ != nullptr");
}

}  // namespace
}  // namespace hq::net
