// HttpPeer: one keep-alive connection to a server on 127.0.0.1, for load programs that drive many
// of them from one thread.
//
// It sends one request at a time and never waits: `begin` sends what the socket takes, `go_on` the
// rest and then reads, whenever the socket is ready. Where an answer closes the connection, the
// next `begin` needs `connect` first. Any other failure of the connection ends the program: a load
// that loses connections measures nothing.
//
//   HttpPeer peer(8080);
//   peer.begin(head, body);                       // body must live until the answer is there
//   if (const HttpAnswer* answer = peer.go_on()) ...   // when epoll says that it is ready
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hq::bench {

struct HttpAnswer {
  int status = 0;
  bool has_retry_after = false;
  bool closes = false;
  std::string_view body;  // good until the next `begin`
};

class HttpPeer {
 public:
  explicit HttpPeer(uint16_t port) : port_(port) { connect(); }
  HttpPeer(HttpPeer&& other) noexcept;
  HttpPeer& operator=(HttpPeer&&) = delete;
  ~HttpPeer();

  /// Opens the connection anew; the descriptor is another one.
  void connect();
  int descriptor() const { return descriptor_; }
  void begin(std::string_view head, std::string_view body);
  /// The answer once it is whole; nullptr before.
  const HttpAnswer* go_on();

 private:
  void send_rest();
  bool read_some();
  bool parse();

  uint16_t port_;
  int descriptor_ = -1;
  std::string_view head_;
  std::string_view body_;
  std::string buffer_;
  std::size_t filled_ = 0;      // of buffer_
  std::size_t body_at_ = 0;     // in buffer_; 0 until the head is whole
  std::size_t body_bytes_ = 0;  // that the head promises
  HttpAnswer answer_;
};

}  // namespace hq::bench
