// CommandSink: where commands go in, and where those who watch the log hear of commits.
//
// What the API stands on: the Writer of one node, or a node of a cluster that hands commands to
// its writer while it is the active one and refuses them while it is a standby. Any thread.
//
//   Result<Receipt> receipt = sink.submit({.id = "k-1", .type = "plan.adopt", ...}).get();
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "log/commit.h"
#include "log/machine.h"

namespace hq::log {

/// The answer to a command that is on disk.
struct Receipt {
  uint64_t seq = 0;
  Instant time{};
  std::string reply;      // JSON, from the service
  bool repeated = false;  // the command had been done before; this is its answer of then

  bool operator==(const Receipt&) const = default;
};

class CommandSink {
 public:
  virtual ~CommandSink() = default;

  /// Runs on the thread that writes, so it must be short and must not wait for the sink.
  using Answer = std::move_only_function<void(Result<Receipt>)>;

  /// overloaded: too many wait; conflict: the id was used for a different command; unavailable: no
  /// command is taken here now; else what the service says.
  virtual void submit(Command command, Answer answer) = 0;
  std::future<Result<Receipt>> submit(Command command);

  /// Why commands are refused now, asked before one is there; nothing where they are taken.
  virtual std::optional<Error> overload() const = 0;

  /// `on_commits` is called on one thread with commits that are on disk and have been published,
  /// in order, and must be short. After unsubscribe returns it is not called again; it must not
  /// unsubscribe itself.
  using Subscriber = std::function<void(std::span<const Commit>)>;
  virtual uint64_t subscribe(Subscriber on_commits) = 0;
  virtual void unsubscribe(uint64_t subscription) = 0;

  /// Sequence number of the last commit that has been published here.
  virtual uint64_t last_seq() const = 0;
};

}  // namespace hq::log
