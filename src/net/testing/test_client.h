// TestClient: a small blocking HTTP/1.1 client for tests, over plain TCP on 127.0.0.1.
//
// It sends what it is told, also what no good client would, and reads answers one at a time, so a
// test sees each byte. Every wait is bounded by the timeout given to connect. One thread.
//
//   auto client = TestClient::connect(server->port()).value();
//   TestResponse answer = client.get("/healthz").value();
//   EXPECT_EQ(answer.status, 200);
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/events.h"
#include "net/message.h"

namespace hq::net {

struct TestResponse {
  int status = 0;
  Headers headers;
  std::string body;

  std::string header(std::string_view name) const {
    return std::string(headers.find(name).value_or(""));
  }
};

class TestClient {
 public:
  static Result<TestClient> connect(
      uint16_t port, std::chrono::milliseconds timeout = std::chrono::milliseconds(10'000));
  /// The two halves of connect, for a test that does something between them.
  static Result<TestClient> unconnected(
      std::chrono::milliseconds timeout = std::chrono::milliseconds(10'000));
  Result<> connect_now(uint16_t port);

  TestClient(TestClient&& other) noexcept;
  TestClient& operator=(TestClient&& other) noexcept;
  ~TestClient();

  /// Adds Host and, with a body, Content-Length. The connection stays open.
  Result<TestResponse> request(Method method, std::string_view target,
                               const std::vector<Header>& headers = {}, std::string_view body = {});
  Result<TestResponse> get(std::string_view target, const std::vector<Header>& headers = {}) {
    return request(Method::get, target, headers);
  }

  Result<> send(std::string_view bytes);
  /// The next whole answer; 100 is an answer too. Without a body where `to_head`.
  Result<TestResponse> read_response(bool to_head = false);
  /// The head alone; the body is then read with the functions below.
  Result<TestResponse> read_head();
  /// The next chunk of a chunked body; empty at its end.
  Result<std::string> read_chunk();
  /// The next event of an event stream, heartbeats left out. An Error at its end.
  Result<Event> read_event();
  /// The next line of an event stream, without its end.
  Result<std::string> read_event_line();
  Result<std::string> read_exactly(std::size_t count);
  /// All that comes until the peer closes.
  Result<std::string> read_to_end();
  /// The peer has closed, and nothing was left to read.
  bool is_closed();
  void close();
  int descriptor() const { return descriptor_; }
  /// Closes our sending side only.
  void finish_sending();

 private:
  explicit TestClient(int descriptor) : descriptor_(descriptor) {}

  Result<> fill();  // at least one byte more, or an Error (unavailable at the end)
  Result<std::string> read_line();

  int descriptor_ = -1;
  std::string buffer_;
  std::string event_bytes_;  // of the chunks of an event stream, not yet made into lines
};

}  // namespace hq::net
