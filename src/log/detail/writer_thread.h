// Writer::Thread: all of the writer. The calls of its callers are in writer.cpp, the work of its
// two threads in decider.cpp and appender.cpp.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "log/detail/background_save.h"
#include "log/writer.h"

namespace hq::log {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What a caller is told who comes too late.
Error stopped_error();

/// All of the writer: what callers share with its two threads, and what is each thread's own. One
/// decides commands into the open group; the other puts a closed group on disk meanwhile.
class Writer::Thread {
 public:
  Thread(Log& log, Machine& machine, WriterOptions options, Head head)
      : log_(log),
        machine_(machine),
        options_(std::move(options)),
        seq_(head.seq),
        time_(head.time),
        sealed_(head),
        durable_seq_(head.seq) {
    appender_ = std::thread([this] { run(&Thread::append_groups); });
    decider_ = std::thread([this] { run(&Thread::decide_commands); });
  }

  void submit(Command command, Answer answer);
  std::optional<Error> overload();
  void stop();
  uint64_t subscribe(Subscriber on_commits);
  void unsubscribe(uint64_t subscription);
  uint64_t last_seq() const { return durable_seq_.load(std::memory_order_acquire); }
  WriterMetrics metrics() const;

 private:
  struct Pending {
    Command command;
    Sha256 request;  // computed by the caller's thread
    std::size_t bytes;
    Answer answer;
    SteadyTime submitted;
  };
  /// An answer that waits for its group, and with it all before, to be on disk.
  struct Held {
    Answer answer;
    Result<Receipt> result;
    SteadyTime submitted;
    bool committed;
  };
  struct Group {
    std::vector<Commit> commits;
    std::size_t bytes = 0;
    std::unordered_map<std::string, std::size_t> index;  // of commits, by command id
    std::vector<Held> held;
    bool is_sealed = false;

    bool is_full(std::size_t commits_max) const {
      return commits.size() >= commits_max || bytes >= kBatchBytesTarget;
    }
  };

  std::optional<Error> refusal(std::size_t bytes);
  bool is_worth_deciding() const {
    return !written_ || queue_.size() >= kGatherCommands || queue_bytes_ >= kGatherBytes;
  }

  void run(void (Thread::*work)());

  // The decider's.
  void decide_commands();
  bool take(std::deque<Pending>& batch);
  bool is_worth_writing();
  Result<Receipt> handle(std::size_t place, bool& committed);
  Result<std::optional<Receipt>> earlier_answer(std::size_t place);
  void look_up_batch();
  struct Earlier {
    Sha256 request;
    Receipt receipt;
  };
  std::optional<Earlier> find_in_memory(const std::string& command_id);
  Result<Decision> decide(const Command& command) const;
  void close_group();
  void look_after_snapshots();
  void start_snapshot();
  void seal_group(Group& group);

  // The appender's.
  void append_groups();
  void write(Group& group);
  void fail_all(Group& group, const Error& cause);
  void answer(Group& group);
  void count_latency(SteadyTime submitted);

  Log& log_;
  Machine& machine_;
  const WriterOptions options_;

  // Shared.
  mutable std::mutex mutex_;
  std::condition_variable arrived_;  // for the decider: a command, a free place, the end
  std::condition_variable closed_;   // for the appender: a group, the end
  std::deque<Pending> queue_;
  std::size_t queue_bytes_ = 0;
  bool stopping_ = false;
  bool decided_all_ = false;
  std::optional<Error> failure_;  // of the disk: memory is ahead of it, nothing more is decided
  std::optional<Group> written_;  // the group that is being put on disk; the decider only reads it
  uint64_t overloaded_ = 0;

  std::mutex subscribers_mutex_;
  std::map<uint64_t, Subscriber> subscribers_;
  uint64_t last_subscription_ = 0;

  mutable std::mutex metrics_mutex_;
  WriterMetrics metrics_;  // but the fields of the queue

  // The decider's own.
  uint64_t seq_;  // of the last commit in memory; ahead of the disk
  Instant time_;  // and its time
  Group open_;
  std::deque<Pending> batch_;          // commands that were taken out of the queue
  std::vector<std::string_view> ids_;  // of the batch
  std::vector<bool> maybe_done_;       // each of the batch, before
  std::optional<BackgroundSave> save_;
  uint64_t unsaved_bytes_ = 0;  // of commits since the last snapshot began

  Head sealed_;  // of the chain; the appender's while a group is being written, else the decider's

  std::atomic<uint64_t> durable_seq_;
  std::mutex join_mutex_;
  std::thread appender_, decider_;  // last: they use all of the above
};

}  // namespace hq::log
