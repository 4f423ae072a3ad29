#include "net/detail/session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <exception>

#include "net/detail/request_id.h"
#include "net/detail/response_writer.h"
#include "net/problem.h"

namespace hq::net::detail {
namespace {

/// What `answer` gives, or what it throws as an Error: for on_error, as an answer does not show it.
template <class Answer>
Result<Response> caught(Answer&& answer) {
  try {
    return answer();
  } catch (const std::exception& thrown) {
    return fail(ErrorCode::internal, {}, {}, thrown.what());
  } catch (...) {
    return fail(ErrorCode::internal, {}, {}, "an exception of no known type");
  }
}

}  // namespace

// Takes the session out of the server's lists however its coroutine ends.
class Session::Membership {
 public:
  explicit Membership(Session& session) : session_(session) {}
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;
  ~Membership() {
    ServerState& state = session_.state_;
    session_.transport_->close();
    session_.hold_body(0);
    if (session_.is_refusal_) --state.refusal_count;
    (session_.is_idle_ ? state.idle : state.busy).erase(session_.place_);
    --state.counters.connections;
    state.note_if_done();
  }

 private:
  Session& session_;
};

Session::Session(ServerState& state, std::unique_ptr<Transport> transport,
                 std::string remote_address)
    : state_(state),
      transport_(std::move(transport)),
      remote_address_(std::move(remote_address)),
      reader_({state.options.header_bytes_max, state.options.body_bytes_max}),
      wake_timer_(state.io) {}

void Session::start(bool is_refusal) {
  is_refusal_ = is_refusal;
  if (is_refusal) ++state_.refusal_count;
  ++state_.counters.connections;
  place_ = state_.busy.insert(state_.busy.end(), shared_from_this());
  asio::co_spawn(
      state_.io,
      [](std::shared_ptr<Session> self) -> Task<void> {
        const Membership membership(*self);
        if (self->is_refusal_) {
          co_await self->refuse();
        } else {
          co_await self->run();
        }
      }(shared_from_this()),
      [this, self = shared_from_this()](const std::exception_ptr& thrown) {
        if (!thrown) return;
        try {
          std::rethrow_exception(thrown);
        } catch (const std::exception& error) {
          state_.report(request_id_, {ErrorCode::internal, error.what(), {}, "connection"});
        }
      });
}

void Session::set_deadline(std::chrono::milliseconds from_now) {
  is_timed_out_ = false;
  deadline_ = Clock::now() + from_now;
}

void Session::clear_deadline() {
  is_timed_out_ = false;
  deadline_ = Clock::time_point::max();
}

// Cancels what waits; the coroutine wakes with an error and sees is_timed_out_.
void Session::check_deadline(Clock::time_point now) {
  if (now < deadline_) return;
  deadline_ = Clock::time_point::max();
  is_timed_out_ = true;
  transport_->cancel();
}

void Session::begin_stop() {
  if (is_idle_ && !is_lingering_) transport_->cancel();
  if (events_) events_->close();
}

void Session::abort() {
  transport_->close();
  wake_timer_.cancel();
}

bool Session::evict() {
  if (is_evicted_) return false;
  is_evicted_ = true;
  transport_->close();
  return true;
}

void Session::become_idle() {
  if (is_idle_) return;
  is_idle_ = true;
  state_.idle.splice(state_.idle.end(), state_.busy, place_);
}

void Session::become_busy() {
  if (!is_idle_) return;
  is_idle_ = false;
  state_.busy.splice(state_.busy.end(), state_.idle, place_);
}

// From here on nobody waits for this connection more than for a newcomer: it makes room first.
void Session::begin_lingering() {
  become_idle();
  is_lingering_ = true;
  state_.idle.splice(state_.idle.begin(), state_.idle, place_);
}

Task<void> Session::run() {
  set_deadline(state_.options.header_timeout);
  const error_code failed = co_await transport_->handshake();
  if (failed) {
    if (is_timed_out_) ++state_.counters.timeouts;
    co_return;
  }
  while (co_await serve_one()) continue;
}

Task<void> Session::refuse() {
  ++state_.counters.overloads;
  Request request;
  request_id_ = choose_request_id(request.headers, state_.ids);
  request.id = request_id_;
  started_ = Clock::now();
  Response response = protocol_problem(
      {503, "all connections are taken; try again soon", "连接数已满，请稍后再试"}, request);
  co_await write_response(request, response);
  co_await linger();
}

// True while the connection goes on.
Task<bool> Session::serve_one() {
  keep_alive_ = false;
  is_http_1_1_ = true;
  refusal_.reset();
  const ReadEnd end = co_await read_request();
  if (end == ReadEnd::closed) co_return false;
  ++request_count_;
  ++state_.counters.requests;
  Request request = end == ReadEnd::request ? take_request() : reader_.request();
  request.id = request_id_;
  request.remote_address = remote_address_;
  request.is_secure = state_.options.tls.has_value();
  clear_deadline();
  Response response;
  if (refusal_) {
    response = problem(*refusal_, request);
  } else if (end == ReadEnd::request) {
    response = co_await handle(request);
  } else {
    response = protocol_problem(problem_, request);
  }
  hold_body(0);
  std::string().swap(request.body);  // given back before a slow reader takes its answer
  const bool is_written = co_await write_response(request, response);
  if (is_written && !keep_alive_) co_await linger();
  co_return is_written&& keep_alive_;
}

Request Session::take_request() {
  keep_alive_ = reader_.keep_alive() && request_count_ < state_.options.requests_per_connection_max;
  is_http_1_1_ = reader_.is_http_1_1();
  return reader_.take_request();
}

Task<Session::ReadEnd> Session::read_request() {
  // A newcomer has the time of a header from its first moment: it came to ask something.
  const bool is_first = request_count_ == 0;
  if (reader_.unread_bytes() == 0) {
    if (state_.is_stopping) co_return ReadEnd::closed;
    become_idle();
  }
  set_deadline(is_idle_ && !is_first ? state_.options.idle_timeout : state_.options.header_timeout);
  if (read_buffer_.size() != kReadBytes) read_buffer_ = std::string(kReadBytes, '\0');
  bool has_head = false;
  std::size_t progress_bytes = 0;
  while (true) {
    const auto step = reader_.advance();
    if (step == RequestReader::Step::complete) co_return ReadEnd::request;
    if (step == RequestReader::Step::failed) co_return end_with(reader_.error());
    if (step == RequestReader::Step::head) {
      has_head = true;
      refusal_ = refusal(reader_.request());
      if (refusal_) reader_.drop_body();
      if (!co_await begin_body()) co_return ReadEnd::closed;
      // Whoever asked first sends no body now.
      if (refusal_ && reader_.expects_continue()) co_return ReadEnd::problem;
      continue;
    }
    if (!hold_body(reader_.request().body.size())) {
      ++state_.counters.overloads;
      co_return end_with(
          {503, "too many requests with large bodies; try again soon", "大请求过多，请稍后再试"});
    }
    const auto [ec, count] = co_await transport_->read_some(read_buffer_);
    if (ec) co_return on_read_error();
    if (is_idle_) {
      become_busy();
      set_deadline(state_.options.header_timeout);
    }
    reader_.append(std::string_view(read_buffer_).substr(0, count));
    // More is there, most likely: larger reads for a large body.
    if (has_head && count == read_buffer_.size()) read_buffer_.resize(kBodyReadBytes);
    progress_bytes += count;
    if (has_head && progress_bytes >= kProgressBytes) {
      progress_bytes = 0;
      set_deadline(state_.options.body_timeout);
    }
  }
}

Session::ReadEnd Session::end_with(const ProtocolProblem& problem) {
  started_ = Clock::now();
  request_id_ = choose_request_id(reader_.request().headers, state_.ids);
  problem_ = problem;
  return ReadEnd::problem;
}

// The header is there: from now on the request has an id and its time runs.
Task<bool> Session::begin_body() {
  started_ = Clock::now();
  request_id_ = choose_request_id(reader_.request().headers, state_.ids);
  set_deadline(state_.options.body_timeout);
  if (!refusal_ && reader_.expects_continue()) {
    if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n")) co_return false;
    set_deadline(state_.options.body_timeout);
  }
  co_return true;
}

// A late request is told so; an idle connection, or one that broke, just ends.
Session::ReadEnd Session::on_read_error() {
  const bool is_ours_to_tell = is_timed_out_ && !is_idle_;
  if (!is_ours_to_tell) return ReadEnd::closed;
  ++state_.counters.timeouts;
  return end_with({408, "the request did not arrive in time", "请求未能及时到达"});
}

// Counts what this session holds of request bodies; false where the server holds too much.
bool Session::hold_body(uint64_t bytes) {
  state_.body_bytes_held += bytes - held_bytes_;
  held_bytes_ = bytes;
  return bytes == 0 || state_.body_bytes_held <= state_.options.body_bytes_total_max;
}

// Runs `work` on a worker thread and goes on here, on the I/O thread, when it is done.
template <class Work>
Task<void> Session::on_worker(Work& work) {
  constexpr asio::use_awaitable_t<Executor> token;
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [this, &work](auto handler) {
        state_.pool.submit([this, &work, handler = std::move(handler)]() mutable {
          work();
          asio::post(state_.io, [handler = std::move(handler)]() mutable { std::move(handler)(); });
        });
      },
      token);
}

// Why this request is not handled now; nothing where it is.
std::optional<Error> Session::refusal(const Request& request) {
  std::optional<Error> why;
  if (state_.pool.is_full()) {
    why = {ErrorCode::overloaded,
           "the server is busy; try again soon",
           "服务器繁忙，请稍后再试",
           {},
           kRetryAfterSeconds};
  } else if (state_.options.refuse) {
    why = state_.options.refuse(request);
  }
  if (why) ++state_.counters.overloads;
  return why;
}

// The handler runs on a worker, and so does compression; what is quick runs here, since a worker
// would take longer to wake.
Task<Response> Session::handle(Request& request) {
  if (const auto refused = refusal(request)) co_return problem(*refused, request);
  Response response;
  auto work = [this, &request, &response] {
    response = invoke(request);
    if (state_.options.compress) finish_response(request, response);
  };
  if (state_.options.is_quick && state_.options.is_quick(request)) {
    work();
  } else {
    co_await on_worker(work);
  }
  if (std::holds_alternative<std::shared_ptr<LaterResponse>>(response.body)) {
    response = co_await handle_later(request, std::move(response));
  }
  if (response.error && response.status >= 500) state_.report(request.id, *response.error);
  co_return response;
}

// On a worker thread, or where it is quick.
Response Session::invoke(Request& request) const {
  if (state_.is_aborted) {
    return protocol_problem({503, "the server is stopping", "服务器正在停止"}, request);
  }
  Result<Response> result = caught([&] { return state_.handler(request); });
  if (result) return *std::move(result);
  return problem(result.error(), request);
}

// Waits, without a worker, until the reply is sent; then its answer is made on a worker.
Task<Response> Session::handle_later(Request& request, Response placeholder) {
  struct Attachment {
    std::shared_ptr<LaterResponse> later;
    ~Attachment() { later->detach(); }
  };
  const Attachment attached{std::get<std::shared_ptr<LaterResponse>>(placeholder.body)};
  LaterResponse& later = *attached.later;
  hold_body(0);
  std::string().swap(request.body);
  later.attach([weak = weak_from_this(), &state = state_] { state.wake(weak); });
  const auto deadline = Clock::now() + state_.options.answer_timeout;
  while (!later.is_ready() && !state_.is_aborted && Clock::now() < deadline) {
    wake_timer_.expires_at(deadline);
    co_await wake_timer_.async_wait(kAwait);
  }
  if (!later.is_ready()) {
    const bool is_over = state_.is_aborted;
    const Error error{is_over ? ErrorCode::unavailable : ErrorCode::timeout, {}, {}, {}};
    co_return settle(request, std::move(placeholder), std::unexpected(error));
  }
  Sent sent = later.take();
  Response response = std::move(placeholder);
  if (auto* made = std::get_if<Result<Response>>(&sent)) {
    response = settle(request, std::move(response), std::move(*made));
    // What is small enough not to be compressed is ready; a worker would cost more than it saves.
    if (response.whole_body().value_or("").size() < kCompressBytesMin) co_return response;
  }
  auto work = [this, &request, &response, &sent] {
    if (auto* make = std::get_if<MakeResponse>(&sent)) {
      response = settle(request, std::move(response), caught(*make));
      *make = nullptr;
    }
    if (state_.options.compress) finish_response(request, response);
  };
  co_await on_worker(work);
  co_return response;
}

// The next piece of a streamed body, on a worker thread: a source may read files or compute.
Task<Result<std::optional<std::string>>> Session::pull(const PullBody& source) {
  Result<std::optional<std::string>> piece;
  auto work = [this, &source, &piece] {
    if (state_.is_aborted) {
      piece = fail(ErrorCode::cancelled, "the server is stopping");
      return;
    }
    try {
      piece = source();
    } catch (const std::exception& thrown) {
      piece = fail(ErrorCode::internal, thrown.what());
    } catch (...) {
      piece = fail(ErrorCode::internal, "an exception of no known type");
    }
  };
  co_await on_worker(work);
  co_return piece;
}

}  // namespace hq::net::detail
