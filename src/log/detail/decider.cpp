// The thread that decides: takes commands from the queue, folds what they do into memory, and
// closes groups; it starts snapshots and keeps them.
#include <fmt/format.h>
#include <pthread.h>

#include <unordered_set>

#include "base/assert.h"
#include "log/detail/writer_thread.h"

namespace hq::log {
namespace {

Error id_reused(const std::string& id) {
  return {ErrorCode::conflict, "this id was used for a different command; choose a new one",
          "该编号已用于另一命令；请更换编号", id};
}

}  // namespace

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
    taken_bytes += queue_.front().bytes;
    queue_bytes_ -= queue_.front().bytes;
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

}  // namespace hq::log
