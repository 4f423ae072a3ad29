// Reply: the answer to a request that is made later, on any thread, while no worker waits for it.
//
// A handler makes a Reply, hands it to whoever will know the answer, and returns
// Response::later(reply). send() is given the answer, or says how it is made: that runs on a
// worker thread of the server, so who sends is not held up. Route, CORS and the like are as for any
// answer.
// A Reply that goes without send() answers 500; one that is not there within the server's
// answer_timeout is 504; a client that left, or a server that stopped, makes send() do nothing.
// The Request is gone by the time of send(): copy what is needed of it.
//
//   Reply reply;
//   Response later = Response::later(reply);
//   writer.submit(command, [reply = std::move(reply)](Result<Receipt> done) mutable {
//     reply.send_made_by([done = std::move(done)]() -> Result<Response> { ... });
//   });
//   return later;
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <variant>

#include "net/message.h"

namespace hq::net {

/// Makes an answer; called once, on a worker thread, or never where nobody waits any more.
using MakeResponse = std::move_only_function<Result<Response>()>;

/// What a Reply is sent.
using Sent = std::variant<std::monostate, Result<Response>, MakeResponse>;

/// What a Reply and the server share. Only the server, and tests in its place, use it directly.
class LaterResponse {
 public:
  /// Keeps the first, and wakes the server; false where there was one before.
  bool send(Sent sent);

  /// `wake` is called once, under the lock, when there is something to take; at once if there is.
  void attach(std::function<void()> wake);
  bool is_ready() const;
  /// HQ_ASSERTs that it is ready, and was not taken.
  Sent take();
  /// No call of `wake` runs after this returns; what is sent later is dropped.
  void detach();

 private:
  mutable std::mutex mutex_;
  Sent sent_;
  std::function<void()> wake_;
  bool is_sent_ = false;
  bool is_over_ = false;
};

class Reply {
 public:
  Reply() : later_(std::make_shared<LaterResponse>()) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&& other) noexcept;
  ~Reply();

  /// Any thread; never waits. A second send, or one of a Reply moved from, is a bug (assert).
  void send(Result<Response> made) { give(Sent(std::move(made))); }
  /// The same for an answer that takes more than some microseconds to make.
  void send_made_by(MakeResponse make) { give(Sent(std::move(make))); }

 private:
  friend struct Response;
  void give(Sent sent);
  void give_up();

  std::shared_ptr<LaterResponse> later_;  // empty once moved from
};

/// The answer in place of the one that `placeholder` stood for: its route and its fields hold, an
/// Error is a problem.
Response settle(const Request& request, Response placeholder, Result<Response> made);

}  // namespace hq::net
