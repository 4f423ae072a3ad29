// Session: one connection from its first byte to its last, as a coroutine on the I/O thread.
//
// Reads a request, has it handled, on a worker thread unless that is quick, writes the answer, and
// again. Every wait for the peer has a deadline; the server's tick calls check_deadline, so no wait
// costs a timer of its own. Owned by its coroutine and by the lists in ServerState, which it leaves
// at its end.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "net/detail/request_reader.h"
#include "net/detail/server_state.h"
#include "net/detail/transport.h"
#include "net/events.h"
#include "net/reply.h"

namespace hq::net::detail {

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(ServerState& state, std::unique_ptr<Transport> transport, std::string remote_address);

  /// Enters the lists of the server and begins. A refusal is told 503, whatever it asks for.
  void start(bool is_refusal);

  void check_deadline(Clock::time_point now);
  /// Looks again whether its later answer is there.
  void wake() { wake_timer_.cancel(); }
  /// The server stops: ends what waits, lets what works finish.
  void begin_stop();
  /// Ends at once.
  void abort();
  /// Ends an idle connection at once, to make room; false where that was done before.
  bool evict();

 private:
  enum class ReadEnd { request, problem, closed };
  class Membership;

  // The life of a connection (session.cpp).
  Task<void> run();
  Task<void> refuse();
  Task<bool> serve_one();
  Task<ReadEnd> read_request();
  Task<bool> begin_body();
  ReadEnd end_with(const ProtocolProblem& problem);
  ReadEnd on_read_error();
  Request take_request();
  bool hold_body(uint64_t bytes);
  std::optional<Error> refusal(const Request& request);
  Task<Response> handle(Request& request);
  Response invoke(Request& request) const;
  Task<Response> handle_later(Request& request, Response placeholder);
  Task<Result<std::optional<std::string>>> pull(const PullBody& source);
  template <class Work>
  Task<void> on_worker(Work& work);

  // Answers (session_write.cpp). True: written whole.
  Task<bool> write_response(const Request& request, Response& response);
  Task<bool> write_body(const Request& request, const Response& response);
  Task<bool> write_whole(const Response& response, bool with_body);
  Task<bool> write_stream(const Response& response, const PullBody& source);
  Task<bool> write_events(const Response& response, std::shared_ptr<EventStream> stream);
  Task<bool> pump_events(EventStream& stream);
  Task<bool> write_piece(const std::string& bytes);
  Task<bool> write_end();
  Task<bool> write(std::string_view bytes);
  Task<void> linger();
  std::string head_of(const Response& response, std::optional<uint64_t> content_length);
  void record(const Request& request, const Response& response) const;
  void on_event_wake();

  void set_deadline(std::chrono::milliseconds from_now);
  void clear_deadline();
  void become_idle();
  void become_busy();
  void begin_lingering();

  ServerState& state_;
  std::unique_ptr<Transport> transport_;
  const std::string remote_address_;
  RequestReader reader_;
  std::string read_buffer_;
  std::list<std::shared_ptr<Session>>::iterator place_;
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point started_;  // of the request being served
  std::string request_id_;     // of the same
  ProtocolProblem problem_;
  std::optional<Error> refusal_;  // of the same, decided before its body was read
  std::shared_ptr<EventStream> events_;
  Timer wake_timer_;  // what waits for another thread waits on it: events, a later answer
  uint64_t request_count_ = 0;
  uint64_t sent_body_bytes_ = 0;
  uint64_t held_bytes_ = 0;
  bool keep_alive_ = false;  // after the answer to the present request
  bool is_http_1_1_ = true;  // the present request
  bool is_chunked_ = false;  // the present answer
  bool is_idle_ = false;
  bool is_timed_out_ = false;
  bool is_refusal_ = false;
  bool is_evicted_ = false;
  bool is_lingering_ = false;  // answered for good; waits for the peer to close
};

}  // namespace hq::net::detail
