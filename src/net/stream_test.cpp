// Answers of no known length: pulled chunks and server-sent events.
#include <gtest/gtest.h>

#include <atomic>

#include "net/events.h"
#include "net/testing/server_fixture.h"

namespace hq::net {
namespace {

using std::chrono::milliseconds;

PullBody lines(int count) {
  return [next = 0, count]() mutable -> Result<std::optional<std::string>> {
    if (next == count) return std::nullopt;
    return "line " + std::to_string(next++) + "\n";
  };
}

class StreamTest : public ServerFixture {
 protected:
  TestClient subscribe(const std::vector<Header>& headers = {}) {
    TestClient one = client();
    std::string head = "GET /events HTTP/1.1\r\nHost: a\r\n";
    for (const Header& header : headers) head += header.name + ": " + header.value + "\r\n";
    EXPECT_TRUE(one.send(head + "\r\n").has_value());
    const auto answer = one.read_head();
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->header("Content-Type"), "text/event-stream");
    return one;
  }

  /// Each client gets a stream with these options; streams_ keeps them.
  void start_events(EventStreamOptions event_options, ServerOptions options = {}) {
    start(std::move(options), [this, event_options](const Request& request) -> Result<Response> {
      const std::lock_guard lock(mutex_);
      last_event_id_ = request.last_event_id().value_or("none");
      streams_.push_back(std::make_shared<EventStream>(event_options));
      return Response::events(streams_.back());
    });
  }

  std::shared_ptr<EventStream> stream(std::size_t index) {
    const std::lock_guard lock(mutex_);
    return streams_.at(index);
  }

  std::mutex mutex_;
  std::vector<std::shared_ptr<EventStream>> streams_;
  std::string last_event_id_;
};

TEST_F(StreamTest, sends_pulled_pieces_as_chunks_and_keeps_the_connection) {
  start({},
        [](const Request&) -> Result<Response> { return Response::stream(lines(3), "text/csv"); });
  TestClient one = client();
  for (int i = 0; i < 2; ++i) {
    const auto answer = one.get("/");
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(answer->body, "line 0\nline 1\nline 2\n");
  }
}

TEST_F(StreamTest, an_empty_piece_does_not_end_the_body) {
  start({}, [](const Request&) -> Result<Response> {
    return Response::stream(
        [count = 0]() mutable -> Result<std::optional<std::string>> {
          ++count;
          if (count == 1) return "";
          if (count == 2) return "after";
          return std::nullopt;
        },
        "text/plain");
  });
  EXPECT_EQ(get("/").body, "after");
}

TEST_F(StreamTest, a_stream_to_http_1_0_ends_with_the_connection) {
  start({},
        [](const Request&) -> Result<Response> { return Response::stream(lines(2), "text/csv"); });
  TestClient one = client();
  ASSERT_TRUE(one.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  const auto answer = one.read_response();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->header("Transfer-Encoding"), "");
  EXPECT_EQ(answer->header("Connection"), "close");
  EXPECT_EQ(answer->body, "line 0\nline 1\n");
}

TEST_F(StreamTest, head_of_a_stream_pulls_nothing) {
  std::atomic<int> pulls = 0;
  start({}, [&](const Request&) -> Result<Response> {
    return Response::stream(
        [&]() -> Result<std::optional<std::string>> {
          ++pulls;
          return std::nullopt;
        },
        "text/csv");
  });
  TestClient one = client();
  EXPECT_EQ(one.request(Method::head, "/")->status, 200);
  EXPECT_EQ(pulls, 0);
  EXPECT_EQ(one.get("/")->body, "");
  EXPECT_EQ(pulls, 1);
}

TEST_F(StreamTest, an_error_or_exception_in_a_stream_cuts_it_off_and_is_reported) {
  start({}, [](const Request& request) -> Result<Response> {
    return Response::stream(
        [count = 0,
         throws = request.path == "/throw"]() mutable -> Result<std::optional<std::string>> {
          if (count++ == 0) return "some";
          if (throws) throw std::runtime_error("broke");
          return fail(ErrorCode::io_error, "broke");
        },
        "text/csv");
  });
  for (const std::string path : {"/error", "/throw"}) {
    TestClient one = client();
    ASSERT_TRUE(one.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    ASSERT_EQ(one.read_head()->status, 200);
    EXPECT_EQ(one.read_chunk(), "some");
    const auto rest = one.read_chunk();
    ASSERT_FALSE(rest.has_value());  // no last chunk: the client knows that it is not whole
    EXPECT_EQ(rest.error().code, ErrorCode::unavailable);
  }
  ASSERT_EQ(errors().size(), 2u);
  EXPECT_EQ(errors()[0].second.message, "broke");
}

TEST_F(StreamTest, pulls_only_as_fast_as_the_client_reads) {
  std::atomic<int> pulls = 0;
  start({.socket_send_buffer_bytes = 4096}, [&](const Request&) -> Result<Response> {
    return Response::stream(
        [&]() -> Result<std::optional<std::string>> {
          ++pulls;
          return std::string(100'000, 'a');
        },
        "text/csv");
  });
  TestClient one = client();
  ASSERT_TRUE(one.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_EQ(one.read_head()->status, 200);
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_LT(pulls, 200);  // what the kernel buffers between us, and no more
  one.close();
  wait_until([&] { return server().stats().connection_count == 0; });
}

TEST_F(StreamTest, events_arrive_in_order_from_many_threads) {
  start_events({});
  TestClient one = subscribe({{"Last-Event-ID", "41"}});
  EXPECT_EQ(last_event_id_, "41");
  const auto events = stream(0);
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        events->push({.id = std::to_string(i), .type = "t" + std::to_string(t), .data = "a\nb"});
      }
    });
  }
  std::map<std::string, int> next;
  for (int i = 0; i < 1500; ++i) {
    const auto event = one.read_event();
    ASSERT_TRUE(event.has_value()) << event.error().text();
    EXPECT_EQ(event->id, std::to_string(next[event->type]++));
    EXPECT_EQ(event->data, "a\nb");
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(next.size(), 3u);
}

TEST_F(StreamTest, events_pushed_before_the_head_is_out_are_sent) {
  start({}, [](const Request&) -> Result<Response> {
    auto events = std::make_shared<EventStream>();
    EXPECT_TRUE(events->push({.data = "first"}));
    events->close();
    return Response::events(events);
  });
  TestClient one = subscribe();
  EXPECT_EQ(one.read_event()->data, "first");
  EXPECT_EQ(one.read_event().error().code, ErrorCode::unavailable);
}

TEST_F(StreamTest, a_quiet_stream_sends_heartbeats) {
  start_events({.heartbeat = milliseconds(50)});
  TestClient one = subscribe();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(one.read_event_line(), ":");
    EXPECT_EQ(one.read_event_line(), "");
  }
}

TEST_F(StreamTest, heartbeats_find_out_that_a_client_has_gone) {
  start_events({.heartbeat = milliseconds(20)});
  TestClient one = subscribe();
  EXPECT_TRUE(stream(0)->is_open());
  one.close();
  wait_until([&] { return !stream(0)->is_open(); });
  EXPECT_FALSE(stream(0)->push({.data = "x"}));
  EXPECT_FALSE(stream(0)->was_dropped());
}

TEST_F(StreamTest, a_slow_client_is_dropped_and_others_are_not) {
  start_events({.backlog_bytes_max = 200'000}, {.socket_send_buffer_bytes = 4096});
  TestClient slow = subscribe();
  TestClient quick = subscribe();
  std::atomic<int> received = 0;
  std::thread reader([&] {
    while (quick.read_event()) ++received;
  });
  const std::string data(10'000, 'x');
  int pushed = 0;
  while (stream(0)->push({.data = data}) && pushed < 5000) {
    ASSERT_TRUE(stream(1)->push({.data = data}));
    ++pushed;
    wait_until([&] { return received >= pushed - 5; });
  }
  EXPECT_LT(pushed, 5000);
  EXPECT_TRUE(stream(0)->was_dropped());
  wait_until([&] { return server().stats().connection_count == 1; });
  EXPECT_TRUE(stream(1)->is_open());
  stream(1)->close();
  reader.join();
  EXPECT_EQ(received, pushed);
}

TEST_F(StreamTest, the_number_of_waiting_events_is_bounded_too) {
  EventStream events({.backlog_count_max = 2});
  EXPECT_TRUE(events.push({.data = "1"}));
  EXPECT_TRUE(events.push({.data = "2"}));
  EXPECT_FALSE(events.push({.data = "3"}));
  EXPECT_TRUE(events.was_dropped());
  EXPECT_FALSE(events.is_open());
}

TEST_F(StreamTest, events_outlive_the_server) {
  start_events({});
  TestClient one = subscribe();
  const auto events = stream(0);
  end_server();
  EXPECT_FALSE(events->push({.data = "x"}));
  EXPECT_FALSE(events->is_open());
}

TEST_F(StreamTest, head_of_events_ends_the_stream) {
  start_events({});
  EXPECT_EQ(client().request(Method::head, "/")->status, 200);
  wait_until([&] { return !stream(0)->is_open(); });
}

TEST(EventEncoding, keeps_line_ends_of_data_and_lets_none_into_fields) {
  EXPECT_EQ(encode_event({.data = "a"}), "data: a\n\n");
  EXPECT_EQ(encode_event({.id = "1", .type = "t", .data = "a\r\nb\nc\rd"}),
            "id: 1\nevent: t\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
  EXPECT_EQ(encode_event({.id = "1\ndata: forged", .data = ""}), "id: 1 data: forged\ndata: \n\n");
}

}  // namespace
}  // namespace hq::net
