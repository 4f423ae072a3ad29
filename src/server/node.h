// Node: one process of a cluster that shares a log in PostgreSQL; active or standby.
//
// A standby folds the log as it comes, so that it answers reads, and refuses commands with the
// address of the active node. When the lease of the log has ended it takes it, folds what is left
// and starts its Writer. There is no way back: a node that loses its lease, or finds that it has
// folded what is not in the log, ends its process with a clear last word and starts again as a
// standby (crash-only).
//
//   HQ_TRY(auto node, Node::open({.log = {.connection = "postgresql://..."}}, machine));
//   HQ_TRY_VOID(node->start());
//   node->submit(command);                     // unavailable while it is a standby
//
// Any thread. The machine outlives the node, and belongs to it: standby or active, one thread
// folds.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "log/command_sink.h"
#include "log/postgres_log.h"
#include "log/writer.h"

namespace hq::server {

enum class Role : uint8_t { standby, active };

/// How the cluster looks from this node.
struct NodeState {
  Role role = Role::standby;
  uint64_t term = 0;    // of the lease as it was seen last
  std::string holder;   // who has it, or had it last
  std::string address;  // where that node is reached; may be empty
};

/// Prints a last word for the operator on standard error and ends the process.
[[noreturn]] void stop_standby(const Error& error);

struct NodeOptions {
  log::PostgresOptions log;
  /// Asked after each part of the log that was folded; an Error ends the node.
  std::function<Result<>()> check = [] { return Result<>(); };
  /// Called on the thread of the node when it takes over, and when the database is lost or back.
  std::function<void(const std::string& what, const NodeState&)> on_change = {};
  /// Called once, on the thread of the node, when it cannot go on.
  std::function<void(const Error&)> on_fatal = stop_standby;
};

class Node final : public log::CommandSink {
 public:
  /// Connects, and makes the tables where there are none. Errors as of open_postgres_log.
  static Result<std::unique_ptr<Node>> open(NodeOptions options, log::Machine& machine);
  ~Node() override;  // stop()

  /// Folds the log to its end, from where `writing` says the machine is, and starts the thread.
  Result<> start(log::WriterOptions writing = {});

  void submit(log::Command command, Answer answer) override;
  using CommandSink::submit;
  std::optional<Error> overload() const override;
  uint64_t subscribe(Subscriber on_commits) override;
  void unsubscribe(uint64_t subscription) override;
  uint64_t last_seq() const override;

  NodeState state() const;
  log::WriterMetrics metrics() const;  // of its writer; all zero for a standby
  const log::LogReader& reader() const { return *reader_; }

  /// Ends the thread and the writer, and gives the lease back, so that another takes over at once.
  void stop();

 private:
  Node(NodeOptions options, log::Machine& machine);

  void run(const std::stop_token& stop);
  Result<> fold_new(const std::stop_token& stop);
  Result<> fold_until_end(const log::LogReader& log);
  Result<bool> is_free();
  Result<> take_over();
  void publish(std::vector<log::Commit>& folded);
  void tell(const std::string& what);
  log::Writer* writer() const;

  const NodeOptions options_;
  log::Machine& machine_;
  log::WriterOptions writing_;
  std::unique_ptr<log::LogReader> reader_;
  log::LeaseReader lease_;
  log::Head folded_;                                 // the thread's own
  std::atomic<uint64_t> published_seq_ = 0;          // while a standby
  bool is_database_lost_ = false;                    // the thread's own
  std::chrono::steady_clock::time_point looked_at_;  // the thread's own

  mutable std::mutex mutex_;
  NodeState state_;
  std::unique_ptr<log::PostgresLog> log_;
  std::unique_ptr<log::Writer> writer_;  // once active; never replaced

  std::mutex subscribers_mutex_;
  std::map<uint64_t, Subscriber> subscribers_;
  uint64_t last_subscription_ = 0;

  std::jthread thread_;
};

}  // namespace hq::server
