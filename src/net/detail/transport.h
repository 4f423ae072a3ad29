// Transport: the bytes of one connection, plain or TLS, so that a session need not know which.
//
// Lives as long as its session; I/O thread only. One read and one write may be under way.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <span>
#include <string_view>
#include <tuple>

#include "base/error.h"
#include "net/detail/asio.h"
#include "net/http_server.h"

namespace hq::net::detail {

using Transferred = std::tuple<error_code, std::size_t>;

class Transport {
 public:
  virtual ~Transport() = default;

  virtual Task<error_code> handshake() = 0;
  virtual Task<Transferred> read_some(std::span<char> into) = 0;
  virtual Task<Transferred> write_some(std::string_view bytes) = 0;
  /// Says to the peer that nothing more comes; reading may go on.
  virtual Task<void> finish_sending() = 0;
  /// What is under way ends with operation_aborted; the connection can still be used.
  virtual void cancel() = 0;
  /// Gives the descriptor back at once. What is under way ends; later calls fail.
  virtual void close() = 0;
};

std::unique_ptr<Transport> make_plain_transport(Socket socket);
std::unique_ptr<Transport> make_tls_transport(Socket socket, asio::ssl::context& context);

/// TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers only.
Result<std::unique_ptr<asio::ssl::context>> make_tls_context(const TlsOptions& options);

}  // namespace hq::net::detail
