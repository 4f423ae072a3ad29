#include "log/writer.h"

#include <fmt/format.h>
#include <pthread.h>

#include <atomic>
#include <bit>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "base/assert.h"
#include "log/detail/background_save.h"

namespace hq::log {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// What a refused caller is told to wait; the queue turns over many times in it.
constexpr int kRetryAfterS = 1;

uint64_t microseconds_since(SteadyTime start) {
  const auto past = std::chrono::steady_clock::now() - start;
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(past).count());
}

// While a group is being written, small commands gather for so long, or until there are so many or
// so many bytes of them: to wake the decider for each costs more than to decide it.
constexpr std::chrono::milliseconds kGatherTime{1};
constexpr std::size_t kGatherCommands = 32;
constexpr std::size_t kGatherBytes = 65'536;

// So much is put on disk while more is decided; less waits for company, as a write costs more.
constexpr std::size_t kWriteBytes = std::size_t{512} << 10;

/// Digest of what was asked for, by whom: tells a repeat from another use of the same id.
Sha256 request_digest(const Command& command) {
  Sha256Hasher hasher;
  for (const std::string* part :
       {&command.type, &command.actor, &command.organisation, &command.body}) {
    hasher.add(fmt::format("{}:", part->size())).add(*part);
  }
  return hasher.digest();
}

std::size_t command_bytes(const Command& command) {
  return command.id.size() + command.type.size() + command.actor.size() +
         command.organisation.size() + command.body.size();
}

Result<> check_command(const Command& command) {
  const auto name = [](const std::string& text, const char* field, bool required) -> Result<> {
    if (required && text.empty()) {
      return fail(ErrorCode::invalid_argument, "it must not be empty", "不能为空", field);
    }
    if (text.size() > kNameBytesMax) {
      return fail(ErrorCode::too_large,
                  fmt::format("{} bytes; at most {}", text.size(), kNameBytesMax),
                  fmt::format("有 {} 字节，最多 {} 字节", text.size(), kNameBytesMax), field);
    }
    return {};
  };
  HQ_TRY_VOID(name(command.id, "id", true));
  HQ_TRY_VOID(name(command.type, "type", true));
  HQ_TRY_VOID(name(command.actor, "actor", false));
  HQ_TRY_VOID(name(command.organisation, "organisation", false));
  if (command.body.size() > kCommitBytesMax) {
    return fail(ErrorCode::too_large,
                fmt::format("{} bytes; at most {}", command.body.size(), kCommitBytesMax),
                fmt::format("有 {} 字节，最多 {} 字节", command.body.size(), kCommitBytesMax),
                "body");
  }
  return {};
}

Error stopped_error() {
  return {ErrorCode::unavailable,
          "the server is stopping; send the command again later",
          "服务正在停止；请稍后重试",
          {},
          kRetryAfterS};
}

Error unknown_fate(const Error& cause) {
  return {ErrorCode::unavailable,
          "the log could not be written, and whether this command was recorded is unknown; send "
          "it again with the same id once the server is back: " +
              cause.text(),
          "日志写入失败，无法确定该命令是否已记录；请在服务恢复后用同一编号重试",
          {}};
}

Error id_reused(const std::string& id) {
  return {ErrorCode::conflict, "this id was used for a different command; choose a new one",
          "该编号已用于另一命令；请更换编号", id};
}

}  // namespace

void stop_process(const Error& error) {
  end_process(
      error,
      fmt::format(
          "hongqiao: the log cannot be written: {}\n"
          "hongqiao: the process stops now. All that was acknowledged is on disk; remove the cause "
          "and start again.\n"
          "hongqiao: "
          "日志写入失败：{}。进程现在停止；已确认的内容均已落盘，排除原因后请重新启动。\n",
          error.text(), error.text(Language::zh)));
}

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

void Writer::Thread::submit(Command command, Answer answer) {
  if (auto checked = check_command(command); !checked) {
    return answer(std::unexpected(std::move(checked).error()));
  }
  const std::size_t bytes = command_bytes(command);
  std::unique_lock lock(mutex_);
  std::optional<Error> refused = refusal(bytes);
  lock.unlock();  // for the hash, which a refusal does not pay for; and answers are callers' code
  Sha256 request{};
  if (!refused) {
    request = request_digest(command);
    lock.lock();
    refused = refusal(bytes);
    if (refused) lock.unlock();
  }
  if (refused) return answer(std::unexpected(*std::move(refused)));
  queue_bytes_ += bytes;
  queue_.push_back(
      {std::move(command), request, std::move(answer), std::chrono::steady_clock::now()});
  const bool is_news = queue_.size() == 1 || is_worth_deciding();
  lock.unlock();
  if (is_news) arrived_.notify_one();
}

std::optional<Error> Writer::Thread::overload() {
  const std::lock_guard lock(mutex_);
  return refusal(0);
}

/// Why the queue takes no command of this size now; nothing where it does. Under the lock.
std::optional<Error> Writer::Thread::refusal(std::size_t bytes) {
  if (stopping_) return stopped_error();
  // How long the first has waited is about how long this one would.
  const bool is_late =
      !queue_.empty() &&
      std::chrono::steady_clock::now() - queue_.front().submitted > options_.queue_wait_max;
  if (!is_late && queue_.size() < options_.queue_commands_max &&
      queue_bytes_ + bytes <= options_.queue_bytes_max) {
    return std::nullopt;
  }
  ++overloaded_;
  return Error{ErrorCode::overloaded,
               "too many commands wait; send it again soon",
               "等待处理的命令过多；请稍后重试",
               {},
               kRetryAfterS};
}

void Writer::Thread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  // Two may stop at once, a signal and a destructor; the second waits for the first.
  const std::lock_guard lock(join_mutex_);
  if (decider_.joinable()) decider_.join();
  if (appender_.joinable()) appender_.join();
}

uint64_t Writer::Thread::subscribe(Subscriber on_commits) {
  const std::lock_guard lock(subscribers_mutex_);
  subscribers_.emplace(++last_subscription_, std::move(on_commits));
  return last_subscription_;
}

void Writer::Thread::unsubscribe(uint64_t subscription) {
  const std::lock_guard lock(subscribers_mutex_);
  subscribers_.erase(subscription);
}

WriterMetrics Writer::Thread::metrics() const {
  WriterMetrics copy;
  {
    const std::lock_guard lock(metrics_mutex_);
    copy = metrics_;
  }
  const std::lock_guard lock(mutex_);
  copy.overloaded = overloaded_;
  copy.queue_commands = queue_.size();
  copy.queue_bytes = queue_bytes_;  // of what waits; the group under way is not among it
  return copy;
}

/// All of a thread. What is thrown here, by the lack of memory as a rule, leaves things half done
/// in memory: the process ends as after a failed write, and a start finds what is on disk.
void Writer::Thread::run(void (Thread::*work)()) {
  try {
    (this->*work)();
  } catch (const std::exception& exception) {
    options_.on_fatal({ErrorCode::internal, exception.what(), {}, {}});
    std::abort();
  }
}

void Writer::Thread::decide_commands() {
  ::pthread_setname_np(::pthread_self(), "hq-writer");
  while (take(batch_)) {
    look_after_snapshots();
    look_up_batch();
    for (std::size_t place = 0; place < batch_.size(); ++place) {
      bool committed = false;
      Result<Receipt> result = handle(place, committed);
      Pending& pending = batch_[place];
      open_.held.push_back(
          {std::move(pending.answer), std::move(result), pending.submitted, committed});
      if (open_.is_full(options_.group_commits_max) || is_worth_writing()) close_group();
    }
    batch_.clear();
  }
  if (!open_.held.empty()) close_group();
  const std::lock_guard lock(mutex_);
  decided_all_ = true;
  closed_.notify_one();
}

/// Waits for commands. While a group is being written, the open one takes all that comes; as soon
/// as that is done, it is closed with what is there by then, if it is not large already. False at
/// the end.
bool Writer::Thread::take(std::deque<Pending>& batch) {
  std::unique_lock lock(mutex_);
  const auto is_closable = [&] { return !open_.held.empty() && !written_; };
  const auto has_work = [&] { return stopping_ || !queue_.empty() || is_closable(); };
  while (true) {
    while (save_ && !arrived_.wait_for(lock, kSnapshotPoll, has_work)) {
      lock.unlock();
      look_after_snapshots();
      lock.lock();
    }
    arrived_.wait(lock, has_work);
    arrived_.wait_for(lock, kGatherTime, [&] { return stopping_ || is_worth_deciding(); });
    if (!is_closable() || (!queue_.empty() && open_.bytes < kWriteBytes)) break;
    lock.unlock();
    close_group();
    lock.lock();
  }
  std::size_t taken_bytes = 0;  // what is taken is bounded too, or it would be a second queue
  while (!queue_.empty() && batch.size() < options_.group_commits_max &&
         taken_bytes < kBatchBytesTarget) {
    const std::size_t bytes = command_bytes(queue_.front().command);
    taken_bytes += bytes;
    queue_bytes_ -= bytes;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return !batch.empty();
}

/// Whether the appender would wait in vain for the rest of what was taken.
bool Writer::Thread::is_worth_writing() {
  if (open_.bytes < kWriteBytes) return false;
  const std::lock_guard lock(mutex_);
  return !written_;
}

/// Hands the open group to the appender once that is free.
void Writer::Thread::close_group() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return !written_; });
  lock.unlock();
  machine_.stage();  // nothing is being published: the group before is done with
  unsaved_bytes_ += open_.bytes;
  if (options_.snapshots != nullptr && !save_ &&
      unsaved_bytes_ >= std::max(options_.snapshot_bytes, options_.snapshots->last_bytes())) {
    start_snapshot();
  }
  lock.lock();
  written_ = std::exchange(open_, Group());
  closed_.notify_one();
}

/// Gives the commits their place in the hash chain, which nobody needs before they are written.
void Writer::Thread::seal_group(Group& group) {
  if (std::exchange(group.is_sealed, true)) return;
  for (Commit& commit : group.commits) {
    HQ_ASSERT(commit.seq == sealed_.seq + 1);
    seal(commit, sealed_);
  }
}

/// The state is as the open group leaves it; that is not on disk yet, so it is kept later.
void Writer::Thread::start_snapshot() {
  unsaved_bytes_ = 0;
  seal_group(open_);  // the hash of its last commit is a part of the snapshot
  Result<BackgroundSave> save = BackgroundSave::start(*options_.snapshots, machine_, sealed_);
  if (save) {
    save_.emplace(*std::move(save));
  } else if (options_.on_snapshot) {
    options_.on_snapshot(std::unexpected(save.error()));
  }
}

/// Keeps the snapshot that was written, once its commit is on disk.
void Writer::Thread::look_after_snapshots() {
  if (!save_ || last_seq() < save_->head().seq) return;
  std::optional<Result<>> done = save_->poll();
  if (!done) return;
  const Head head = save_->head();
  save_.reset();
  if (*done) done = options_.snapshots->keep(machine_, head);
  if (!options_.on_snapshot) return;
  options_.on_snapshot(*done ? Result<Head>(head) : std::unexpected(done->error()));
}

/// Decides one command of the batch and folds it into memory and into the open group.
Result<Receipt> Writer::Thread::handle(std::size_t place, bool& committed) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return std::unexpected(stopped_error());
  }
  HQ_TRY(std::optional<Receipt> earlier, earlier_answer(place));
  if (earlier) return *std::move(earlier);

  Command& command = batch_[place].command;
  // A clock that was set back must not break the order of time in the log.
  command.time = std::max(time_, options_.clock());
  HQ_TRY(Decision decision, decide(command));
  Commit commit;
  commit.time = command.time;
  commit.actor = std::move(command.actor);
  commit.organisation = std::move(command.organisation);
  commit.command_id = std::move(command.id);
  commit.type = std::move(command.type);
  commit.request = batch_[place].request;
  commit.events = std::move(decision.events);
  commit.reply = std::move(decision.reply);
  const std::size_t bytes = commit_bytes(commit);
  if (bytes > kCommitBytesMax) {
    return fail(
        ErrorCode::too_large,
        fmt::format("what the command does takes {} bytes; at most {}", bytes, kCommitBytesMax),
        fmt::format("该命令的结果有 {} 字节，最多 {} 字节", bytes, kCommitBytesMax));
  }
  commit.seq = ++seq_;  // the rest of its place in the chain is given by seal_group
  time_ = commit.time;
  // decide has seen to it that each event has an owner.
  const Result<> evolved = machine_.evolve(commit);
  HQ_ASSERT(evolved.has_value());
  open_.bytes += bytes;
  open_.index.emplace(commit.command_id, open_.commits.size());
  open_.commits.push_back(std::move(commit));
  committed = true;
  const Commit& done = open_.commits.back();
  return Receipt{done.seq, done.time, done.reply, false};
}

/// The answer that this command got when it was done before: in memory, or in the log.
Result<std::optional<Receipt>> Writer::Thread::earlier_answer(std::size_t place) {
  if (!maybe_done_[place]) return std::nullopt;
  const Command& command = batch_[place].command;
  std::optional<Earlier> earlier = find_in_memory(command.id);
  if (!earlier) {
    HQ_TRY(std::optional<Commit> found, log_.find(command.id));
    if (!found) return std::nullopt;
    earlier = Earlier{found->request, {found->seq, found->time, std::move(found->reply), true}};
  }
  if (earlier->request != batch_[place].request) return std::unexpected(id_reused(command.id));
  const std::lock_guard lock(metrics_mutex_);
  ++metrics_.repeated;
  return std::move(earlier->receipt);
}

std::optional<Writer::Thread::Earlier> Writer::Thread::find_in_memory(
    const std::string& command_id) {
  // Not the whole commit: the appender may just be sealing it.
  const auto find_in = [&](const Group& group) -> std::optional<Earlier> {
    const auto at = group.index.find(command_id);
    if (at == group.index.end()) return std::nullopt;
    const Commit& commit = group.commits[at->second];
    return Earlier{commit.request, {commit.seq, commit.time, commit.reply, true}};
  };
  if (auto found = find_in(open_)) return found;
  // What is not in the group that is being written, or no longer, is in the log.
  const std::lock_guard lock(mutex_);
  return written_ ? find_in(*written_) : std::nullopt;
}

/// Finds out which commands of the batch may have been done before, with one look into the log:
/// they are in memory or in the log now, or another of the batch has the same id. No other can come
/// into the log before its turn, since nobody else writes it.
void Writer::Thread::look_up_batch() {
  ids_.clear();
  for (const Pending& pending : batch_) ids_.push_back(pending.command.id);
  maybe_done_.assign(batch_.size(), false);
  std::unordered_set<std::string_view> met;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t place = 0; place < batch_.size(); ++place) {
      const std::string& id = batch_[place].command.id;
      maybe_done_[place] = open_.index.contains(id) || (written_ && written_->index.contains(id)) ||
                           !met.insert(id).second;
    }
  }
  Result<std::vector<std::string>> known = log_.known(ids_);
  if (known) std::ranges::sort(*known);
  for (std::size_t place = 0; place < batch_.size(); ++place) {
    // A log that cannot be searched is asked for each again, which then is refused.
    if (!known || std::ranges::binary_search(*known, ids_[place])) maybe_done_[place] = true;
  }
}

/// What the service says. It only reads, so an exception out of a library in it harms nothing.
Result<Decision> Writer::Thread::decide(const Command& command) const {
  try {
    return machine_.decide(command);
  } catch (const std::bad_alloc&) {
    throw;  // it may have come half way through a change that the service would have taken back
  } catch (const std::exception& exception) {
    return fail(ErrorCode::internal, exception.what(), {}, command.type);
  }
}

void Writer::Thread::append_groups() {
  ::pthread_setname_np(::pthread_self(), "hq-appender");
  std::unique_lock lock(mutex_);
  while (true) {
    closed_.wait(lock, [&] { return written_ || decided_all_; });
    if (!written_) return;
    const bool has_failed = failure_.has_value();
    lock.unlock();
    if (has_failed) {
      fail_all(*written_, *failure_);
    } else {
      write(*written_);
    }
    lock.lock();
    written_.reset();
    arrived_.notify_one();
  }
}

void Writer::Thread::write(Group& group) {
  if (!group.commits.empty()) {
    const auto start = std::chrono::steady_clock::now();
    seal_group(group);
    if (const Result<> written = log_.append(group.commits); !written) {
      {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        failure_ = written.error();
      }
      options_.on_fatal(written.error());
      return fail_all(group, written.error());
    }
    durable_seq_.store(group.commits.back().seq, std::memory_order_release);
    machine_.publish();
    const std::lock_guard lock(metrics_mutex_);
    metrics_.write_us_sum += microseconds_since(start);
    metrics_.commits += group.commits.size();
    metrics_.groups += 1;
    metrics_.group_commits_max =
        std::max<uint64_t>(metrics_.group_commits_max, group.commits.size());
  }
  // Before the answers, so that who has an answer finds its commit on every live page.
  if (!group.commits.empty()) {
    const std::lock_guard lock(subscribers_mutex_);
    for (const auto& [id, on_commits] : subscribers_) on_commits(group.commits);
  }
  answer(group);
}

void Writer::Thread::answer(Group& group) {
  {
    const std::lock_guard lock(metrics_mutex_);
    for (const Held& held : group.held) {
      if (!held.result) ++metrics_.refused;
      if (held.committed) count_latency(held.submitted);
    }
  }
  for (Held& held : group.held) held.answer(std::move(held.result));
}

/// Nothing of the group counts: whether it is on disk is not known. What was refused because of
/// that is told as it is.
void Writer::Thread::fail_all(Group& group, const Error& cause) {
  for (Held& held : group.held) {
    const bool was_stopped = !held.result && held.result.error() == stopped_error();
    held.answer(was_stopped ? std::move(held.result) : std::unexpected(unknown_fate(cause)));
  }
}

void Writer::Thread::count_latency(SteadyTime submitted) {
  const uint64_t us = microseconds_since(submitted);
  const std::size_t bucket = std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(us)),
                                                   metrics_.latency_us_log2.size() - 1);
  metrics_.latency_us_sum += us;
  ++metrics_.latency_us_log2[bucket];
}

Writer::Writer(std::unique_ptr<Thread> thread) : thread_(std::move(thread)) {}

Writer::~Writer() {
  stop();
}

Result<std::unique_ptr<Writer>> Writer::start(Log& log, Machine& machine, WriterOptions options) {
  HQ_TRY(const Head head, replay(log, machine, options.on_replay, options.folded));
  auto thread = std::make_unique<Thread>(log, machine, std::move(options), head);
  return std::unique_ptr<Writer>(new Writer(std::move(thread)));
}

void Writer::submit(Command command, Answer answer) {
  thread_->submit(std::move(command), std::move(answer));
}

void Writer::stop() {
  thread_->stop();
}
std::optional<Error> Writer::overload() const {
  return thread_->overload();
}

uint64_t Writer::subscribe(Subscriber on_commits) {
  return thread_->subscribe(std::move(on_commits));
}
void Writer::unsubscribe(uint64_t subscription) {
  thread_->unsubscribe(subscription);
}
uint64_t Writer::last_seq() const {
  return thread_->last_seq();
}
WriterMetrics Writer::metrics() const {
  return thread_->metrics();
}

}  // namespace hq::log
