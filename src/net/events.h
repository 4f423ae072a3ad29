// EventStream: server-sent events to one client (WHATWG HTML, 9.2).
//
// A handler makes one, answers Response::events(stream), and keeps a pointer wherever events come
// from. Any thread may push; push never waits. A client that reads slower than events come loses
// its connection once its backlog is full: it reconnects with Last-Event-ID and catches up.
// The stream ends when the client goes, the backlog overflows, close() is called, or the server
// stops; is_open() is then false for good. Quiet streams send a comment as a heartbeat.
//
//   auto stream = std::make_shared<EventStream>();
//   feed.add(stream, request.last_event_id());
//   return Response::events(stream);
//   ... later, elsewhere: if (!stream->push({.id = "7", .type = "commit", .data = json})) drop it
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "net/limits.h"

namespace hq::net {

struct Event {
  std::string id = {};    // becomes Last-Event-ID of the client; empty for none; no line ends
  std::string type = {};  // empty for "message"; no line ends
  std::string data = {};  // any text; line ends are kept
};

struct EventStreamOptions {
  std::size_t backlog_bytes_max = kEventBacklogBytesMax;
  std::size_t backlog_count_max = kEventBacklogCountMax;
  std::chrono::milliseconds heartbeat = kEventHeartbeat;
};

class EventStream {
 public:
  explicit EventStream(EventStreamOptions options = {}) : options_(options) {}

  /// False if the stream is over; the event is then lost.
  bool push(const Event& event);
  /// Ends the stream after what is in the backlog.
  void close();
  bool is_open() const;
  /// The client was too slow and its backlog overflowed.
  bool was_dropped() const;
  std::chrono::milliseconds heartbeat() const { return options_.heartbeat; }

  // The server's side. `wake` is called, under the lock, when there is something to take.
  struct Taken {
    std::string bytes;  // encoded events, ready to send
    bool is_last = false;
    bool was_dropped = false;
  };
  void attach(std::function<void()> wake);
  Taken take();
  /// No call of `wake` runs after this returns; the stream is over.
  void detach();

 private:
  enum class State { open, closing, dropped, over };

  void wake_once();

  const EventStreamOptions options_;
  mutable std::mutex mutex_;
  std::string backlog_;
  std::size_t backlog_count_ = 0;
  State state_ = State::open;
  bool woken_ = false;
  std::function<void()> wake_;
};

/// The bytes of one event on the wire.
std::string encode_event(const Event& event);

}  // namespace hq::net
