// ServerFixture: a gtest fixture with a server on a free port and what its tests share.
//
// The server lives from start() to the end of the test. Header only, for tests alone.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/http_server.h"
#include "net/testing/test_client.h"

namespace hq::net {

/// Holds handlers until it is opened, and counts those who came.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++arrivals_;
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(20), [this] { return is_open_; });
  }
  void wait_for_arrivals(int count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(
        changed_.wait_for(lock, std::chrono::seconds(20), [&] { return arrivals_ >= count; }));
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrivals_ = 0;
  bool is_open_ = false;
};

/// True as soon as `condition` is; a failure of the test after 10 seconds.
inline void wait_until(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ADD_FAILURE() << "what was waited for did not come";
}

inline std::string unpack_gzip(std::string_view packed) {
  z_stream stream = {};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

class ServerFixture : public ::testing::Test {
 protected:
  void start(ServerOptions options, Handler handler) {
    options.on_error = [this](std::string_view request_id, const Error& error) {
      const std::lock_guard lock(mutex_);
      errors_.emplace_back(request_id, error);
    };
    auto started = HttpServer::start(std::move(options), std::move(handler));
    ASSERT_TRUE(started.has_value()) << started.error().text();
    server_ = *std::move(started);
  }

  static Handler echo() {
    return [](const Request& request) -> Result<Response> {
      return Response::text(request.target, "text/plain");
    };
  }

  HttpServer& server() { return *server_; }
  void end_server() { server_.reset(); }
  // Before the members of a derived fixture go, which handlers may use.
  void TearDown() override { end_server(); }

  TestClient client(std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    auto connected = TestClient::connect(server_->port(), timeout);
    EXPECT_TRUE(connected.has_value());
    return *std::move(connected);
  }

  /// One request on a connection of its own.
  TestResponse get(std::string_view target, const std::vector<Header>& headers = {}) {
    auto answer = client().get(target, headers);
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return answer ? *std::move(answer) : TestResponse();
  }

  std::vector<std::pair<std::string, Error>> errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, Error>> errors_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace hq::net
