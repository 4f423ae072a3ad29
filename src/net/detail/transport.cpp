#include "net/detail/transport.h"

#include <openssl/ssl.h>

#include <boost/asio/ssl/stream.hpp>

namespace hq::net::detail {
namespace {

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(Socket socket) : socket_(std::move(socket)) {}

  Task<error_code> handshake() override { co_return error_code(); }

  Task<Transferred> read_some(std::span<char> into) override {
    return socket_.async_read_some(asio::buffer(into.data(), into.size()), kAwait);
  }
  Task<Transferred> write_some(std::string_view bytes) override {
    return socket_.async_write_some(asio::buffer(bytes), kAwait);
  }
  Task<void> finish_sending() override {
    error_code ignored;  // the peer may be gone already
    socket_.shutdown(Socket::shutdown_send, ignored);
    co_return;
  }
  void cancel() override {
    error_code ignored;
    socket_.cancel(ignored);
  }
  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(Socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  Task<error_code> handshake() override {
    const auto [ec] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
    co_return ec;
  }
  Task<Transferred> read_some(std::span<char> into) override {
    return stream_.async_read_some(asio::buffer(into.data(), into.size()), kAwait);
  }
  Task<Transferred> write_some(std::string_view bytes) override {
    return stream_.async_write_some(asio::buffer(bytes), kAwait);
  }
  Task<void> finish_sending() override {
    // Sends close_notify; the session's deadline bounds the wait for the peer's.
    co_await stream_.async_shutdown(kAwait);
    error_code ignored;
    stream_.next_layer().shutdown(Socket::shutdown_send, ignored);
  }
  void cancel() override {
    error_code ignored;
    stream_.next_layer().cancel(ignored);
  }
  void close() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

 private:
  asio::ssl::stream<Socket> stream_;
};

/// Only "http/1.1" is spoken. A client that offers other protocols alone may still try it.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kProtocols[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int result = SSL_select_next_proto(&chosen, out_size, kProtocols, sizeof kProtocols,
                                           offered, offered_size);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

std::unexpected<Error> tls_error(const std::string& what, const std::string& what_zh,
                                 const error_code& ec, const std::string& file) {
  return fail(ErrorCode::invalid_argument, what + " (" + ec.message() + ")",
              what_zh + "（" + ec.message() + "）", file);
}

}  // namespace

std::unique_ptr<Transport> make_plain_transport(Socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

std::unique_ptr<Transport> make_tls_transport(Socket socket, asio::ssl::context& context) {
  return std::make_unique<TlsTransport>(std::move(socket), context);
}

Result<std::unique_ptr<asio::ssl::context>> make_tls_context(const TlsOptions& options) {
  using asio::ssl::context;
  auto made = std::make_unique<context>(context::tls_server);
  error_code ec;
  made->use_certificate_chain_file(options.certificate_file, ec);
  if (ec) {
    return tls_error("the certificate cannot be used; give a PEM file",
                     "证书无法使用；请提供 PEM 文件", ec, options.certificate_file);
  }
  made->use_private_key_file(options.key_file, context::pem, ec);
  if (ec) {
    return tls_error("the key cannot be used; give the PEM file that belongs to the certificate",
                     "私钥无法使用；请提供与证书配对的 PEM 文件", ec, options.key_file);
  }
  SSL_CTX* raw = made->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(
      raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
  // An idle connection then holds no record buffers of OpenSSL's own.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL");
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  return made;
}

}  // namespace hq::net::detail
