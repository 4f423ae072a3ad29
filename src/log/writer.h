// Writer: decides commands one after the other, and writes what they do in groups.
//
// One thread decides: for each command decide, seal, evolve in memory. While one group is being
// written by a second thread, the next one is decided; a lone caller never waits for company, and
// many share one durable write. For each group: one `append`, then publish, tell subscribers,
// answer, in this order.
// No answer, refusals included, leaves before the commits it may rest on are on disk.
// A write that fails ends the process (crash-only): state in memory is then ahead of the disk.
//
//   HQ_TRY(auto writer, Writer::start(*log, machine));          // replays the log first
//   Result<Receipt> receipt = writer->submit({.id = "k-1", .type = "plan.adopt", ...}).get();
//
// submit, subscribe, metrics and stop may be called on any thread. The log and the machine
// outlive the writer.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "log/command_sink.h"
#include "log/limits.h"
#include "log/log.h"
#include "log/machine.h"

namespace hq::log {

class SnapshotStore;

/// Counters since the start, and gauges; read without stopping anything.
struct WriterMetrics {
  uint64_t commits = 0;
  uint64_t groups = 0;          // durable writes
  uint64_t refused = 0;         // commands that a service answered with an Error
  uint64_t repeated = 0;        // commands that had been done before
  uint64_t overloaded = 0;      // commands that found the queue full
  uint64_t queue_commands = 0;  // waiting now
  uint64_t queue_bytes = 0;
  uint64_t group_commits_max = 0;
  uint64_t write_us_sum = 0;    // of durable writes
  uint64_t latency_us_sum = 0;  // of commits, from submit to answer
  /// Commits by latency: entry i counts those under 2^i microseconds that no earlier one counts.
  std::array<uint64_t, 26> latency_us_log2{};
};

/// Prints a last word for the operator on standard error and ends the process.
[[noreturn]] void stop_process(const Error& error);

struct WriterOptions {
  std::function<Instant()> clock = now;
  /// Called once, on the thread that writes, when a durable write failed. If it returns (tests),
  /// all that waits is answered with ErrorCode::unavailable and nothing more is taken.
  std::function<void(const Error&)> on_fatal = stop_process;
  std::size_t queue_commands_max = kQueueCommandsMax;
  std::size_t queue_bytes_max = kQueueBytesMax;
  std::chrono::milliseconds queue_wait_max = kQueueWaitMax;
  std::size_t group_commits_max = kBatchCommitsMax;
  /// The machine has folded the log up to here (from a snapshot, or by following); the rest is
  /// replayed.
  Head folded = {};
  LogReader::Progress on_replay = {};
  /// Where snapshots go, if any are to be made: in a copy of the process, each after so many bytes
  /// of commits, and at least as many as the last one has.
  SnapshotStore* snapshots = nullptr;
  uint64_t snapshot_bytes = kSnapshotBytes;
  /// Called on the thread that decides: a snapshot was kept, or why it was not.
  std::function<void(const Result<Head>&)> on_snapshot = {};
};

class Writer final : public CommandSink {
 public:
  /// Replays `log` into `machine` and starts the threads.
  static Result<std::unique_ptr<Writer>> start(Log& log, Machine& machine,
                                               WriterOptions options = {});
  ~Writer() override;  // stop()

  /// unavailable: stopping, or stopped by a failed write.
  void submit(Command command, Answer answer) override;
  using CommandSink::submit;
  std::optional<Error> overload() const override;

  /// Takes nothing more, finishes what waits, ends the thread. May be called again.
  void stop();

  uint64_t subscribe(Subscriber on_commits) override;
  void unsubscribe(uint64_t subscription) override;
  uint64_t last_seq() const override;
  WriterMetrics metrics() const;

 private:
  class Thread;
  explicit Writer(std::unique_ptr<Thread> thread);

  std::unique_ptr<Thread> thread_;
};

}  // namespace hq::log
