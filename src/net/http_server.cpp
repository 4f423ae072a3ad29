#include "net/http_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <thread>

#include "base/assert.h"
#include "net/detail/server_state.h"
#include "net/detail/session.h"
#include "net/detail/transport.h"

namespace hq::net {

using detail::Acceptor;
using detail::Clock;
using detail::error_code;
using detail::kAwait;
using detail::ServerState;
using detail::Session;
using detail::Socket;
using detail::Task;
using detail::Timer;
namespace asio = boost::asio;

// The server behind its header: what listens, the loop that admits connections, and the tick.
class HttpServer::Core {
 public:
  Core(ServerOptions options, Handler handler)
      : state_(std::move(options), std::move(handler)),
        acceptor_(state_.io),
        tick_timer_(state_.io),
        retry_timer_(state_.io) {}

  Result<> listen();
  void start();
  void stop(std::chrono::milliseconds grace);

  uint16_t port() const { return port_; }
  const ServerState& state() const { return state_; }

 private:
  Task<void> accept_loop();
  Task<void> tick_loop();
  void admit(Socket socket);
  bool evict_longest_idle();
  void begin_stop();
  void abort_all();
  std::chrono::milliseconds tick() const;

  ServerState state_;
  std::unique_ptr<asio::ssl::context> tls_;
  Acceptor acceptor_;
  Timer tick_timer_;
  Timer retry_timer_;
  uint16_t port_ = 0;
  bool is_stopped_ = false;
  std::thread thread_;  // the I/O thread; all but listen, start and stop runs on it
};

namespace {

std::unexpected<Error> listen_error(const error_code& ec, const std::string& where) {
  if (ec == asio::error::address_in_use) {
    return fail(ErrorCode::conflict, "the port is taken; stop the other program or choose another",
                "端口已被占用；请停止占用它的程序或换一个端口", where);
  }
  if (ec == asio::error::access_denied) {
    return fail(ErrorCode::forbidden, "no right to listen on this port; choose one above 1023",
                "没有权限监听此端口；请使用 1023 以上的端口", where);
  }
  return fail(ErrorCode::invalid_argument, "cannot listen there (" + ec.message() + ")",
              "无法监听此地址（" + ec.message() + "）", where);
}

}  // namespace

Result<> HttpServer::Core::listen() {
  const ServerOptions& options = state_.options;
  if (options.tls) {
    HQ_TRY(tls_, detail::make_tls_context(*options.tls));
  }
  const std::string where = options.address + ":" + std::to_string(options.port);
  error_code ec;
  const auto address = asio::ip::make_address(options.address, ec);
  if (ec) {
    return fail(ErrorCode::invalid_argument, "this is not an IP address to listen on",
                "这不是可监听的 IP 地址", where);
  }
  const asio::ip::tcp::endpoint endpoint(address, options.port);
  acceptor_.open(endpoint.protocol(), ec);
  // A restart must not wait until old connections have left TIME_WAIT.
  if (!ec) acceptor_.set_option(Acceptor::reuse_address(true), ec);
  if (!ec) acceptor_.bind(endpoint, ec);
  if (!ec) acceptor_.listen(kListenBacklog, ec);
  if (ec) return listen_error(ec, where);
  port_ = acceptor_.local_endpoint(ec).port();  // the system's choice where 0 was asked for
  return {};
}

void HttpServer::Core::start() {
  asio::co_spawn(state_.io, accept_loop(), asio::detached);
  asio::co_spawn(state_.io, tick_loop(), asio::detached);
  thread_ = std::thread([this] {
    const auto work = asio::make_work_guard(state_.io);
    state_.io.run();
  });
}

Task<void> HttpServer::Core::accept_loop() {
  while (!state_.is_stopping) {
    auto [ec, socket] = co_await acceptor_.async_accept(kAwait);
    if (state_.is_stopping) break;
    if (!ec) {
      admit(std::move(socket));
      continue;
    }
    if (ec == asio::error::connection_aborted) continue;
    // No descriptor is free, most likely: make one free, and do not spin meanwhile.
    evict_longest_idle();
    retry_timer_.expires_after(kAcceptRetry);
    co_await retry_timer_.async_wait(kAwait);
  }
}

void HttpServer::Core::admit(Socket socket) {
  ++state_.counters.accepted;
  const std::size_t held = state_.idle.size() + state_.busy.size() - state_.refusal_count;
  bool is_refusal = held >= state_.options.connection_count_max && !evict_longest_idle();
  // A refusal over TLS would cost a handshake, which is what there is no room for.
  if (is_refusal && (tls_ || state_.refusal_count >= kRefusalCountMax)) {
    ++state_.counters.overloads;
    return;  // closes
  }
  error_code ec;
  const auto peer = socket.remote_endpoint(ec);
  if (ec) return;  // gone already
  socket.set_option(asio::ip::tcp::no_delay(true), ec);
  if (const int bytes = state_.options.socket_send_buffer_bytes; bytes > 0) {
    socket.set_option(Socket::send_buffer_size(bytes), ec);
  }
  auto transport = tls_ ? detail::make_tls_transport(std::move(socket), *tls_)
                        : detail::make_plain_transport(std::move(socket));
  std::make_shared<Session>(state_, std::move(transport), peer.address().to_string())
      ->start(is_refusal);
}

bool HttpServer::Core::evict_longest_idle() {
  for (const auto& session : state_.idle) {
    if (!session->evict()) continue;  // evicted a moment ago, and not yet gone
    ++state_.counters.evictions;
    return true;
  }
  return false;
}

// Deadlines are late by a tick at the most, and by an eighth of the shortest of them.
std::chrono::milliseconds HttpServer::Core::tick() const {
  const ServerOptions& options = state_.options;
  const auto shortest = std::min(
      {options.header_timeout, options.body_timeout, options.idle_timeout, options.write_timeout});
  return std::clamp(shortest / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(100));
}

Task<void> HttpServer::Core::tick_loop() {
  while (true) {
    tick_timer_.expires_after(tick());
    co_await tick_timer_.async_wait(kAwait);
    const auto now = Clock::now();
    for (const auto& session : state_.idle) session->check_deadline(now);
    for (const auto& session : state_.busy) session->check_deadline(now);
  }
}

void HttpServer::Core::begin_stop() {
  state_.is_stopping = true;
  error_code ignored;
  acceptor_.close(ignored);
  retry_timer_.cancel();
  for (const auto& session : state_.idle) session->begin_stop();
  for (const auto& session : state_.busy) session->begin_stop();
  state_.note_if_done();
}

void HttpServer::Core::abort_all() {
  for (const auto& session : state_.idle) session->abort();
  for (const auto& session : state_.busy) session->abort();
}

void HttpServer::Core::stop(std::chrono::milliseconds grace) {
  if (is_stopped_) return;
  is_stopped_ = true;
  // From a hook it would wait for the thread that it runs on.
  HQ_ASSERT(thread_.get_id() != std::this_thread::get_id());
  asio::post(state_.io, [this] { begin_stop(); });
  {
    std::unique_lock lock(state_.done_mutex);
    if (!state_.done_changed.wait_for(lock, grace, [this] { return state_.is_done; })) {
      state_.is_aborted = true;
      asio::post(state_.io, [this] { abort_all(); });
      state_.done_changed.wait(lock, [this] { return state_.is_done; });
    }
  }
  state_.pool.stop();
  state_.io.stop();
  thread_.join();
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(ServerOptions options, Handler handler) {
  HQ_ASSERT(handler != nullptr);
  if (options.worker_count == 0) {
    return fail(ErrorCode::invalid_argument, "at least one worker thread is needed",
                "至少需要一个工作线程", "worker_count");
  }
  auto core = std::make_unique<Core>(std::move(options), std::move(handler));
  HQ_TRY_VOID(core->listen());
  core->start();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(core)));
}

HttpServer::HttpServer(std::unique_ptr<Core> core) : core_(std::move(core)) {}
HttpServer::~HttpServer() {
  core_->stop(kStopGrace);
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  core_->stop(grace);
}
uint16_t HttpServer::port() const {
  return core_->port();
}

std::string HttpServer::url() const {
  const ServerOptions& options = core_->state().options;
  const bool is_v6 = options.address.find(':') != std::string::npos;
  return std::string(options.tls ? "https://" : "http://") + (is_v6 ? "[" : "") + options.address +
         (is_v6 ? "]:" : ":") + std::to_string(port());
}

ServerStats HttpServer::stats() const {
  const ServerState& state = core_->state();
  return {.connection_count = state.counters.connections,
          .queued_count = state.pool.queued_count(),
          .accepted_count = state.counters.accepted,
          .request_count = state.counters.requests,
          .overload_count = state.counters.overloads,
          .evicted_count = state.counters.evictions,
          .timeout_count = state.counters.timeouts};
}

}  // namespace hq::net
