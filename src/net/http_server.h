// HttpServer: HTTP/1.1, with TLS by option, in front of one Handler (usually a Router).
//
// One thread does all input and output; handlers run on a bounded pool of worker threads, so they
// may block without delaying other connections, and one that answers later (reply.h) holds no
// thread meanwhile. What ServerOptions::is_quick names is handled on the first thread. A full pool,
// or one that is late, answers 503 with Retry-After, without keeping the body of the request. When
// all connections are taken, the one idle longest makes room; if none is idle, the newcomer is
// answered 503. Each answer carries X-Request-Id; stop() lets what is in flight finish.
// Start it, keep it, stop it (or destroy it) on any thread but its own.
//
//   HQ_TRY(auto server, HttpServer::start({.port = 8080}, handler));
//   ...
//   server->stop();
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/limits.h"
#include "net/message.h"

namespace hq::net {

struct TlsOptions {
  std::string certificate_file;  // PEM, the server's certificate first, then its issuers
  std::string key_file;          // PEM, without a passphrase
};

/// What became of one request. The views are good during the call only.
struct RequestRecord {
  std::string_view method;  // as it came; empty where not even that could be read
  std::string_view path;    // decoded; empty where it could not be read
  std::string_view route;   // label that the handler gave; empty for none
  std::string_view request_id;
  std::string_view remote_address;
  int status = 0;
  uint64_t bytes = 0;  // of the body, as sent
  double seconds = 0;  // from the last byte of the request header to the last of the answer
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: any free port; see HttpServer::port
  std::optional<TlsOptions> tls = std::nullopt;
  std::size_t worker_count = 4;
  std::size_t worker_queue_max = kWorkerQueueMax;
  std::size_t connection_count_max = kConnectionCountMax;
  uint64_t requests_per_connection_max = kRequestsPerConnectionMax;
  std::size_t header_bytes_max = kHeaderBytesMax;
  uint64_t body_bytes_max = kBodyBytesMax;
  uint64_t body_bytes_total_max = kBodyBytesTotalMax;
  std::chrono::milliseconds header_timeout = kHeaderTimeout;
  std::chrono::milliseconds body_timeout = kBodyTimeout;
  std::chrono::milliseconds idle_timeout = kIdleTimeout;
  std::chrono::milliseconds write_timeout = kWriteTimeout;
  std::chrono::milliseconds answer_timeout = kAnswerTimeout;  // until a Reply (reply.h) is sent
  bool compress = true;              // gzip for text, JSON and CSV bodies that are not streams
  int socket_send_buffer_bytes = 0;  // SO_SNDBUF; 0 leaves it to the system
  /// Asked on the I/O thread once the header of a request is there and again once its body is: it
  /// must be quick and must not throw. An Error is the answer; a body not read yet is thrown away.
  std::function<std::optional<Error>(const Request&)> refuse = nullptr;
  /// Asked on the I/O thread once a request is there: whether the handler takes some microseconds
  /// for it and waits for nothing. It is then called right there, where it holds up all others.
  std::function<bool(const Request&)> is_quick = nullptr;
  /// After each answer, on the I/O thread: it must be quick and must not throw.
  std::function<void(const RequestRecord&)> on_request = nullptr;
  /// A handler threw, a stream broke, or a 5xx Error was answered; on any thread of the server.
  std::function<void(std::string_view request_id, const Error&)> on_error = nullptr;
};

struct ServerStats {
  std::size_t connection_count = 0;  // open now
  std::size_t queued_count = 0;      // requests waiting for a worker now
  uint64_t accepted_count = 0;       // connections since the start
  uint64_t request_count = 0;
  uint64_t overload_count = 0;  // requests and connections answered 503 by the server itself
  uint64_t evicted_count = 0;   // idle connections closed to make room
  uint64_t timeout_count = 0;   // connections ended by a timeout, but for idle ones
};

class HttpServer {
 public:
  /// Listens, or says why not: conflict (the port is taken), forbidden, or invalid_argument (an
  /// address, certificate or key that cannot be used).
  static Result<std::unique_ptr<HttpServer>> start(ServerOptions options, Handler handler);
  ~HttpServer();  // stop(kStopGrace)

  uint16_t port() const;
  std::string url() const;  // "http://127.0.0.1:8080"
  ServerStats stats() const;

  /// Stops listening, ends idle connections and event streams, lets requests in flight, also those
  /// that are answered later, finish for `grace`, then closes what is left and waits for the
  /// handlers that still run. May be called again; later calls do nothing.
  void stop(std::chrono::milliseconds grace = kStopGrace);

 private:
  class Core;
  explicit HttpServer(std::unique_ptr<Core> core);

  std::unique_ptr<Core> core_;
};

}  // namespace hq::net
