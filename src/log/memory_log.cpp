#include "log/memory_log.h"

namespace hq::log {
namespace {

// Commits copied out under the lock at a time, so that a slow reader does not hold up appends.
constexpr uint64_t kCommitsPerCopy = 256;

}  // namespace

Result<> MemoryLog::append(std::span<const Commit> group) {
  {
    const std::lock_guard lock(mutex_);
    const Head head = commits_.empty()
                          ? Head{}
                          : Head{commits_.back().seq, commits_.back().time, commits_.back().hash};
    HQ_TRY_VOID(check_group(group, head));
    // All are checked before one is kept: a group is in the log whole or not at all.
    for (const Commit& commit : group) {
      if (seq_of_command_.contains(commit.command_id)) {
        return fail(ErrorCode::already_exists, "a command of this id is in the log",
                    "日志中已有此编号的命令", commit.command_id);
      }
    }
    for (const Commit& commit : group) {
      seq_of_command_.emplace(commit.command_id, commit.seq);
      commits_.push_back(commit);
    }
  }
  grown_.notify_all();
  return {};
}

Result<Head> MemoryLog::last() const {
  const std::lock_guard lock(mutex_);
  if (commits_.empty()) return Head{};
  return Head{commits_.back().seq, commits_.back().time, commits_.back().hash};
}

Result<> MemoryLog::read(uint64_t from_seq, const Visit& visit) const {
  uint64_t next = std::max<uint64_t>(from_seq, 1);
  ChainChecker checker = ChainChecker::starting_at(next);
  while (true) {
    std::vector<Commit> some;
    {
      const std::lock_guard lock(mutex_);
      const uint64_t end = std::min<uint64_t>(commits_.size(), next - 1 + kCommitsPerCopy);
      for (uint64_t i = next - 1; i < end; ++i) some.push_back(commits_[i]);
    }
    if (some.empty()) return {};
    for (const Commit& commit : some) {
      HQ_TRY_VOID(checker.check(commit));
      if (!visit(commit)) return {};
    }
    next += some.size();
  }
}

Result<std::optional<Commit>> MemoryLog::find(std::string_view command_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = seq_of_command_.find(std::string(command_id));
  if (found == seq_of_command_.end()) return std::nullopt;
  return commits_[found->second - 1];
}

Result<bool> MemoryLog::wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                                 std::stop_token stop) const {
  std::unique_lock lock(mutex_);
  return grown_.wait_for(lock, stop, timeout, [&] { return commits_.size() >= seq; });
}

Result<Verification> MemoryLog::verify(const Progress& progress) const {
  HQ_TRY(const Head end, last());
  Verification found;
  auto read_all = read(1, [&](const Commit& commit) {
    found.head = {commit.seq, commit.time, commit.hash};
    if (progress) progress(commit.seq, end.seq);
    return commit.seq < end.seq;
  });
  if (!read_all) found.damage = std::move(read_all).error();
  return found;
}

}  // namespace hq::log
