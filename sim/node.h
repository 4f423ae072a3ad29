// Node: the hub's writer on a simulated process: the real log, machine, ledger and Writer.
//
// The Writer has threads of its own. What they do follows from the seed all the same: a group is
// submitted whole before its first command is decided (a command before it is a gate: its lookup
// holds the decider), the next one only when every answer of the last has been given and thrown
// away, and a group that is decided while another is written is handed over inside a call to the
// disk, which waits for the decider (a mark behind its last command tells). One thread drives a
// Node.
//
//   HQ_TRY(auto node, Node::start(process, {}));
//   for (const Answered& one : node->send(commands)) oracle.answered(one);
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hub/ledger/ledger_service.h"
#include "log/snapshot.h"
#include "log/sqlite_log.h"
#include "log/writer.h"
#include "sim/host.h"

namespace hq::sim {

inline constexpr const char* kFolder = "/data";
inline constexpr ledger::LedgerOptions kLedgerOptions{.accounts_max = 16, .transfers_max = 4000};

/// A defect put in on purpose, to see that the checks find it.
enum class Defect : uint8_t {
  none,
  sync_does_nothing,     // as with synchronous=OFF, while the disk is taken to be honest
  answers_before_write,  // a group is acknowledged before it is written
  forgets_repeats,       // a command id that was used looks new to the writer
  second_history,        // what is read from the log is not what was written
};

struct NodeOptions {
  int wal_pages = log::kWalPages;
  Defect defect = Defect::none;
  std::filesystem::path snapshots = {};  // a folder of the real file system; empty for none
};

struct Answered {
  log::Command command;
  Result<log::Receipt> result;
  bool was_alive = false;  // else nobody received it
};

class Node {
 public:
  static Result<std::unique_ptr<Node>> start(Process& process, const NodeOptions& options);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Submits commands as one group and waits for all answers, also those to `submit_beside`.
  std::vector<Answered> send(std::vector<log::Command> commands);

  /// From within a call to the disk that writes a group: has the writer decide these meanwhile.
  void submit_beside(std::vector<log::Command> commands);

  /// Stops the writer in order.
  void stop() { writer_->stop(); }
  /// Keeps the state of a writer that has stopped in order.
  Result<> keep_snapshot();
  /// The commit that the start folded from a snapshot; zero for none.
  uint64_t folded_seq() const { return folded_.seq; }
  /// Why snapshots were not taken.
  const std::vector<Error>& passed_over() const { return passed_over_; }

  log::Log& log() { return *log_; }
  log::Machine& machine() { return machine_; }
  hub::LedgerService& ledger() { return ledger_; }
  /// What a failed write made the process say before it ended.
  std::optional<Error> last_word() const;

 private:
  class WatchedLog;
  struct Ticket;
  enum class Gate : uint8_t { shut, holds, open };

  Node(Process& process, std::unique_ptr<log::Log> log, const NodeOptions& options);
  Result<> load_snapshot(const std::filesystem::path& folder);
  void submit(log::Command command);
  void submit_together(std::vector<log::Command> commands);

  Process& process_;
  std::unique_ptr<log::Log> log_;
  hub::LedgerService ledger_;
  log::Machine machine_;
  std::optional<log::SnapshotStore> snapshots_;
  log::Head folded_;
  std::vector<Error> passed_over_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Gate gate_ = Gate::open;
  uint64_t marks_found_ = 0;
  std::size_t outstanding_ = 0;  // answers that are not given and thrown away
  std::vector<Answered> answers_;
  std::optional<Error> last_word_;

  std::unique_ptr<log::Writer> writer_;  // last: its threads use all of the above
};

}  // namespace hq::sim
