// What the sessions of one server share. I/O thread only, but for what is atomic or says so.
#pragma once

#include <atomic>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/id.h"
#include "net/detail/asio.h"
#include "net/detail/worker_pool.h"
#include "net/http_server.h"

namespace hq::net::detail {

class Session;

struct ServerCounters {
  std::atomic<std::size_t> connections = 0;
  std::atomic<uint64_t> accepted = 0;
  std::atomic<uint64_t> requests = 0;
  std::atomic<uint64_t> overloads = 0;
  std::atomic<uint64_t> evictions = 0;
  std::atomic<uint64_t> timeouts = 0;
};

struct ServerState {
  ServerState(ServerOptions its_options, Handler its_handler)
      : options(std::move(its_options)),
        handler(std::move(its_handler)),
        pool(options.worker_count, options.worker_queue_max) {}

  const ServerOptions options;
  const Handler handler;
  asio::io_context io{1};
  WorkerPool pool;

  // Idle ones stand in the order in which they became idle, so the first makes room.
  std::list<std::shared_ptr<Session>> idle;
  std::list<std::shared_ptr<Session>> busy;
  std::size_t refusal_count = 0;  // of the busy ones: connections over the bound, being told so
  uint64_t body_bytes_held = 0;   // of all request bodies
  IdSource ids;                   // for requests that come without one
  bool is_stopping = false;
  std::atomic<bool> is_aborted = false;  // the grace is over: queued requests are not begun
  ServerCounters counters;

  // Any thread: stop() waits here until the last session is gone.
  std::mutex done_mutex;
  std::condition_variable done_changed;
  bool is_done = false;

  /// The Date field; made once a second.
  std::string_view date();
  /// Any thread.
  void report(std::string_view request_id, const Error& error) const;
  /// Any thread: wakes the session if it is still there. Those of many answers that are sent
  /// together wake the I/O thread once.
  void wake(std::weak_ptr<Session> session);
  /// Tells stop() where nothing is left.
  void note_if_done();

 private:
  void wake_all();

  std::mutex woken_mutex_;
  std::vector<std::weak_ptr<Session>> woken_;
  int64_t date_seconds_ = -1;
  std::string date_;
};

}  // namespace hq::net::detail
