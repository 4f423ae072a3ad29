// The answers of a session: whole bodies, pulled streams, events.
#include <fmt/format.h>

#include <boost/asio/post.hpp>

#include "net/detail/response_writer.h"
#include "net/detail/session.h"

namespace hq::net::detail {

Task<bool> Session::write_response(const Request& request, Response& response) {
  keep_alive_ = keep_alive_ && !state_.is_stopping;
  sent_body_bytes_ = 0;
  const bool is_written = co_await write_body(request, response);
  if (!is_written && is_timed_out_) ++state_.counters.timeouts;
  record(request, response);
  co_return is_written;
}

Task<bool> Session::write_body(const Request& request, const Response& response) {
  const bool with_body = request.method != Method::head && status_has_body(response.status);
  if (const auto* source = std::get_if<PullBody>(&response.body)) {
    if (with_body) co_return co_await write_stream(response, *source);
    co_return co_await write(head_of(response, std::nullopt));
  }
  if (const auto* stream = std::get_if<std::shared_ptr<EventStream>>(&response.body)) {
    if (with_body) co_return co_await write_events(response, *stream);
    (*stream)->detach();
    co_return co_await write(head_of(response, std::nullopt));
  }
  co_return co_await write_whole(response, with_body);
}

// Without a length, the body ends with its last chunk or, for HTTP/1.0, with the connection.
std::string Session::head_of(const Response& response, std::optional<uint64_t> content_length) {
  const bool has_no_length = !content_length && status_has_body(response.status);
  is_chunked_ = has_no_length && is_http_1_1_;
  if (has_no_length && !is_http_1_1_) keep_alive_ = false;
  return encode_head(response, {.content_length = content_length,
                                .is_chunked = is_chunked_,
                                .keep_alive = keep_alive_,
                                .is_http_1_1 = is_http_1_1_,
                                .request_id = request_id_,
                                .date = state_.date()});
}

Task<bool> Session::write_whole(const Response& response, bool with_body) {
  const std::string_view body = response.whole_body().value_or("");
  std::string head = head_of(response, body.size());
  if (!with_body) co_return co_await write(head);
  sent_body_bytes_ = body.size();
  // One write, and so one packet, for most answers.
  const bool is_joined = body.size() <= kJoinedWriteBytes;
  if (is_joined) head.append(body);
  if (!co_await write(head)) co_return false;
  co_return is_joined || co_await write(body);
}

Task<bool> Session::write_stream(const Response& response, const PullBody& source) {
  if (!co_await write(head_of(response, std::nullopt))) co_return false;
  while (true) {
    clear_deadline();
    const Result<std::optional<std::string>> piece = co_await pull(source);
    if (!piece) {
      // The head is out, so the only way to say it is a body without an end.
      state_.report(request_id_, piece.error());
      co_return false;
    }
    const std::optional<std::string>& bytes = *piece;
    if (!bytes) co_return co_await write_end();
    if (!co_await write_piece(*bytes)) co_return false;
  }
}

Task<bool> Session::write_events(const Response& response, std::shared_ptr<EventStream> stream) {
  keep_alive_ = false;
  // Ends the stream for those who push to it, however this coroutine ends.
  struct Attachment {
    Session& session;
    ~Attachment() {
      session.events_->detach();
      session.events_ = nullptr;
    }
  };
  events_ = stream;
  const Attachment attachment{*this};
  stream->attach([weak = weak_from_this(), &io = state_.io] {
    asio::post(io, [weak] {
      if (const auto self = weak.lock()) self->on_event_wake();
    });
  });
  if (state_.is_stopping) stream->close();
  if (!co_await write(head_of(response, std::nullopt))) co_return false;
  co_return co_await pump_events(*stream);
}

Task<bool> Session::pump_events(EventStream& stream) {
  bool is_heartbeat_due = false;
  while (true) {
    EventStream::Taken taken = stream.take();
    if (taken.was_dropped) co_return false;
    if (taken.bytes.empty() && is_heartbeat_due) taken.bytes = ":\n\n";
    is_heartbeat_due = false;
    if (!co_await write_piece(taken.bytes)) co_return false;
    if (taken.is_last) co_return co_await write_end();
    if (!taken.bytes.empty()) continue;
    clear_deadline();
    wake_timer_.expires_after(stream.heartbeat());
    const auto [ec] = co_await wake_timer_.async_wait(kAwait);
    is_heartbeat_due = !ec;
    if (state_.is_aborted) co_return false;
  }
}

void Session::on_event_wake() {
  // A write to a client that does not read would hold the news back until its deadline.
  if (events_ && events_->was_dropped()) transport_->close();
  wake_timer_.cancel();
}

Task<bool> Session::write_piece(const std::string& bytes) {
  if (bytes.empty()) co_return true;  // an empty chunk would end the body
  sent_body_bytes_ += bytes.size();
  if (!is_chunked_) co_return co_await write(bytes);
  std::string chunk = fmt::format("{:x}\r\n", bytes.size());
  chunk.append(bytes).append("\r\n");
  co_return co_await write(chunk);
}

Task<bool> Session::write_end() {
  if (!is_chunked_) co_return true;
  co_return co_await write("0\r\n\r\n");
}

// Each piece has the whole write timeout, so a slow but living reader gets a large body.
Task<bool> Session::write(std::string_view bytes) {
  std::size_t piece_left = 0;
  while (!bytes.empty()) {
    if (piece_left == 0) {
      piece_left = kWritePieceBytes;
      set_deadline(state_.options.write_timeout);
    }
    const auto [ec, count] =
        co_await transport_->write_some(bytes.substr(0, std::min(piece_left, bytes.size())));
    if (ec) co_return false;
    bytes.remove_prefix(count);
    piece_left -= count;
  }
  co_return true;
}

// Closing with unread bytes would reset the connection, and the peer could lose the answer; so
// say that nothing more comes, and read on for a moment (RFC 9112, 9.6).
Task<void> Session::linger() {
  if (!is_refusal_) begin_lingering();
  set_deadline(kLingerTimeout);
  read_buffer_.resize(kReadBytes);
  co_await transport_->finish_sending();
  std::size_t thrown_away = 0;
  while (thrown_away < kLingerBytesMax && !is_timed_out_) {
    const auto [ec, count] = co_await transport_->read_some(read_buffer_);
    if (ec) co_return;
    thrown_away += count;
  }
}

void Session::record(const Request& request, const Response& response) const {
  if (!state_.options.on_request) return;
  const std::chrono::duration<double> taken = Clock::now() - started_;
  const bool is_known = !request.path.empty();
  state_.options.on_request({.method = is_known ? method_name(request.method) : "",
                             .path = request.path,
                             .route = response.route,
                             .request_id = request_id_,
                             .remote_address = remote_address_,
                             .status = response.status,
                             .bytes = sent_body_bytes_,
                             .seconds = taken.count()});
}

}  // namespace hq::net::detail
