// Starting and stopping: ports, addresses, the grace for what is in flight.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>

#include "net/testing/server_fixture.h"

namespace hq::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class StopTest : public ServerFixture {};

TEST_F(StopTest, a_taken_port_is_a_conflict) {
  start({}, echo());
  const auto second = HttpServer::start({.port = server().port()}, echo());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_EQ(second.error().where, "127.0.0.1:" + std::to_string(server().port()));
  EXPECT_FALSE(second.error().message_zh.empty());
}

TEST_F(StopTest, bad_addresses_and_options_are_invalid) {
  for (const std::string address : {"not an address", "203.0.113.7"}) {
    const auto started = HttpServer::start({.address = address}, echo());
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().code, ErrorCode::invalid_argument) << address;
  }
  const auto started = HttpServer::start({.worker_count = 0}, echo());
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().where, "worker_count");
}

TEST_F(StopTest, names_its_url) {
  start({}, echo());
  EXPECT_EQ(server().url(), "http://127.0.0.1:" + std::to_string(server().port()));
  const auto v6 = HttpServer::start({.address = "::1"}, echo());
  if (!v6) GTEST_SKIP() << "no IPv6 on this machine: " << v6.error().text();
  EXPECT_EQ((*v6)->url(), "http://[::1]:" + std::to_string((*v6)->port()));
}

TEST_F(StopTest, finishes_what_is_in_flight_and_refuses_what_is_new) {
  Gate gate;
  start({}, [&](const Request&) -> Result<Response> {
    gate.wait();
    return Response::text("done", "text/plain");
  });
  const uint16_t port = server().port();
  TestClient idle = client();
  TestClient busy = client();
  ASSERT_TRUE(busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  gate.wait_for_arrivals(1);
  std::thread stopper([&] { server().stop(std::chrono::seconds(10)); });
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_FALSE(TestClient::connect(port).has_value());
  gate.open();
  const auto answer = busy.read_response();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "done");
  EXPECT_EQ(answer->header("Connection"), "close");
  busy.close();
  stopper.join();
  EXPECT_EQ(server().stats().connection_count, 0u);
}

TEST_F(StopTest, cuts_off_what_outlasts_the_grace) {
  Gate gate;
  std::atomic<int> begun = 0;
  start({.worker_count = 1}, [&](const Request&) -> Result<Response> {
    ++begun;
    gate.wait();
    return Response::empty();
  });
  TestClient busy = client();
  TestClient queued = client();
  ASSERT_TRUE(busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  gate.wait_for_arrivals(1);
  ASSERT_TRUE(queued.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  wait_until([&] { return server().stats().queued_count == 1; });
  std::thread stopper([&] { server().stop(milliseconds(50)); });
  EXPECT_EQ(busy.read_to_end(), "");
  gate.open();  // stop() waits for the handler, though nobody waits for its answer
  stopper.join();
  EXPECT_EQ(begun, 1);  // the queued one was never begun
}

TEST_F(StopTest, ends_streams_of_events_and_of_chunks) {
  auto events = std::make_shared<EventStream>();
  start({}, [&](const Request& request) -> Result<Response> {
    if (request.path == "/events") return Response::events(events);
    return Response::stream(
        []() -> Result<std::optional<std::string>> {
          std::this_thread::sleep_for(milliseconds(5));
          return "more";
        },
        "text/plain");
  });
  TestClient listener = client();
  ASSERT_TRUE(listener.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_EQ(listener.read_head()->status, 200);
  TestClient endless = client();
  ASSERT_TRUE(endless.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_EQ(endless.read_head()->status, 200);
  std::thread drain([&] {
    while (endless.read_chunk()) continue;
  });
  const auto begin = steady_clock::now();
  std::thread stopper([&] { server().stop(milliseconds(300)); });
  EXPECT_EQ(listener.read_event().error().code, ErrorCode::unavailable);
  listener.close();
  stopper.join();
  drain.join();
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_FALSE(events->is_open());
}

TEST_F(StopTest, under_load_every_answer_that_began_is_whole) {
  start({}, [](const Request&) -> Result<Response> {
    return Response::text(std::string(50'000, 'a'), "application/octet-stream");
  });
  const uint16_t port = server().port();
  std::atomic<int> whole = 0;
  std::atomic<int> torn = 0;
  std::vector<std::thread> clients;
  clients.reserve(8);
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      while (true) {
        auto one = TestClient::connect(port);
        if (!one) return;
        while (one->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")) {
          const auto head = one->read_head();
          if (!head) break;  // closed before it answered: the client may ask elsewhere
          std::size_t received = 0;
          const std::string rest = one->read_exactly(50'000).value_or("");
          received = rest.size();
          (received == 50'000 ? whole : torn)++;
          if (head->header("Connection") == "close") break;
        }
      }
    });
  }
  wait_until([&] { return whole > 500; });
  server().stop();
  for (auto& one : clients) one.join();
  EXPECT_EQ(torn, 0);
}

TEST_F(StopTest, may_be_asked_twice) {
  start({}, echo());
  server().stop();
  server().stop();
  EXPECT_EQ(server().stats().connection_count, 0u);
}

TEST_F(StopTest, survives_having_no_descriptor_left) {
  start({}, echo());
  TestClient before = client();
  ASSERT_EQ(before.get("/a")->status, 200);
  TestClient spare = client();  // its descriptor is made now, its connection is accepted
  ASSERT_EQ(spare.get("/b")->status, 200);
  rlimit old = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &old), 0);
  auto blocked_socket = TestClient::unconnected();
  ASSERT_TRUE(blocked_socket.has_value());
  rlimit none = old;
  none.rlim_cur = 3;  // below what is open: accept fails with EMFILE
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const bool connected = blocked_socket->connect_now(server().port()).has_value();
  const bool sent = blocked_socket->send("GET /c HTTP/1.1\r\nHost: a\r\n\r\n").has_value();
  std::this_thread::sleep_for(milliseconds(200));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &old), 0);
  ASSERT_TRUE(connected && sent);
  EXPECT_EQ(blocked_socket->read_response()->body, "/c");
  EXPECT_GE(server().stats().evicted_count, 1u);
}

}  // namespace
}  // namespace hq::net
