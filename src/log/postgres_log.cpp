#include "log/postgres_log.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/assert.h"
#include "log/detail/postgres_reader.h"
#include "log/limits.h"

namespace hq::log {
namespace {

using SteadyClock = std::chrono::steady_clock;

// One statement, so one transaction and one round trip. The lease row is held (FOR SHARE) until it
// is committed: a new term begins before this write or after it, never in the middle. The answer:
// whether the term holds, the end of the log as it was, groups added.
constexpr PostgresStatement kAppend = {
    "append",
    "WITH term AS MATERIALIZED ("
    "  SELECT 1 FROM hongqiao.lease WHERE stream = $1 AND term = $2 FOR SHARE), "
    "place AS MATERIALIZED ("
    "  SELECT coalesce((SELECT last_seq FROM hongqiao.commit_group WHERE stream = $1"
    "                   ORDER BY first_seq DESC LIMIT 1), 0) AS last_seq), "
    "added AS ("
    "  INSERT INTO hongqiao.commit_group (stream, first_seq, last_seq, commits)"
    "  SELECT $1, $3::bigint, $4::bigint, $5::bytea FROM term, place"
    "  WHERE place.last_seq = $3::bigint - 1 RETURNING first_seq), "
    "commands AS ("
    "  INSERT INTO hongqiao.command (stream, id, seq)"
    "  SELECT $1, given.id, $3::bigint + given.number - 1"
    "  FROM added, unnest($6::bytea[]) WITH ORDINALITY AS given (id, number) RETURNING seq) "
    "SELECT (SELECT count(*) FROM term), (SELECT last_seq FROM place), "
    "(SELECT count(*) FROM added), (SELECT count(*) FROM commands)"};
constexpr PostgresStatement kGroupAt = {
    "group_at", "SELECT commits FROM hongqiao.commit_group WHERE stream = $1 AND first_seq = $2"};

class StreamLog final : public PostgresLog {
 public:
  explicit StreamLog(const PostgresOptions& options) : options_(options), readers_(options) {}

  /// Without this it only reads, and open_postgres_log_reader gives it out as LogReader.
  Result<> start_writing() {
    HQ_TRY(auto lease, Lease::take(options_));
    // Under the lease, so that no earlier holder adds to what is read here.
    HQ_TRY(head_, last_stored());
    lease_ = std::move(lease);
    return {};
  }

  uint64_t term() const override { return lease_->term(); }
  const std::string& holder() const override { return lease_->holder(); }

  Result<> append(std::span<const Commit> group) override;
  Result<Head> last() const override;
  Result<> read(uint64_t from_seq, const Visit& visit) const override;
  Result<std::optional<Commit>> find(std::string_view command_id) const override;
  Result<std::vector<std::string>> known(std::span<const std::string_view> ids) const override;
  Result<bool> wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                        std::stop_token stop) const override;
  Result<Verification> verify(const Progress& progress) const override;

 private:
  Result<Head> last_stored() const {
    return readers_.with([](PostgresReader& reader) { return reader.last(); });
  }
  Result<> write(std::span<const Commit> group);
  Result<bool> connect();
  Result<bool> attempt(std::span<const Commit> group);
  Result<bool> after_failure(std::span<const Commit> group, const Error& error);
  Result<bool> found_there(std::span<const Commit> group);
  Result<bool> make_durable();
  Result<bool> again(const Error& error);
  Error known_command(std::span<const Commit> group);

  const PostgresOptions options_;
  mutable PostgresReaderPool readers_;
  std::unique_ptr<Lease> lease_;  // where we write
  std::unique_ptr<PostgresConnection> connection_;
  std::string bytes_;                  // of the group being written
  std::vector<std::string_view> ids_;  // of its commands
  std::optional<Error> failed_;        // the write after which the log does not know its own end
  std::optional<Error> away_;          // why the last attempt has to be made again

  mutable std::mutex mutex_;
  mutable std::condition_variable_any grown_;
  Head head_;  // of what is durable; only where we write
};

Result<> StreamLog::append(std::span<const Commit> group) {
  HQ_ASSERT(lease_ != nullptr);
  if (failed_) return std::unexpected(*failed_);
  HQ_TRY(const Head head, last());
  HQ_TRY_VOID(check_group(group, head));
  if (group.empty()) return {};
  if (Result<> written = write(group); !written) {
    if (written.error().code != ErrorCode::already_exists) failed_ = written.error();
    return written;
  }
  {
    const std::lock_guard lock(mutex_);
    head_ = {group.back().seq, group.back().time, group.back().hash};
  }
  grown_.notify_all();
  connection_->send(fmt::format("NOTIFY \"{}\"", channel_of(options_.stream)));
  return {};
}

/// Tries until the group is known to be durable, or not to be there, or the time is over. What an
/// attempt left behind is found by the next: the same row cannot come twice.
Result<> StreamLog::write(std::span<const Commit> group) {
  bytes_.clear();
  ids_.clear();
  for (const Commit& commit : group) {
    append_commit(bytes_, commit);
    ids_.emplace_back(commit.command_id);
  }
  const auto deadline = SteadyClock::now() + options_.reconnect_wait;
  while (true) {
    HQ_TRY(const bool is_connected, connect());
    if (is_connected) {
      HQ_TRY(const bool is_done, attempt(group));
      if (is_done) return {};
    }
    HQ_ASSERT(away_.has_value());
    if (SteadyClock::now() >= deadline) return std::unexpected(*away_);
    std::this_thread::sleep_for(kPostgresRetryPause);
  }
}

/// True where there is a connection; false where none can be had now.
Result<bool> StreamLog::connect() {
  if (connection_ && !connection_->is_broken()) return true;
  connection_.reset();
  auto opened = open_for_writing(options_);
  if (!opened) return again(opened.error());
  connection_ = std::make_unique<PostgresConnection>(*std::move(opened));
  return true;
}

/// False for what may go better in a moment; the Error itself for what will not.
Result<bool> StreamLog::again(const Error& error) {
  if (error.code != ErrorCode::unavailable) return std::unexpected(error);
  away_ = error;
  return false;
}

/// True: the group is durable. False: not known, or not there for now.
Result<bool> StreamLog::attempt(std::span<const Commit> group) {
  connection_->take_warning();
  const auto rows = connection_->run(kAppend, PostgresValues()
                                                  .add_text(options_.stream)
                                                  .add(static_cast<int64_t>(lease_->term()))
                                                  .add(static_cast<int64_t>(group.front().seq))
                                                  .add(static_cast<int64_t>(group.back().seq))
                                                  .add_bytes(bytes_)
                                                  .add_bytes_list(ids_));
  if (!rows) return after_failure(group, rows.error());
  if (rows->integer(0, 0) == 0) {
    return fail(ErrorCode::conflict,
                fmt::format("term {} of the stream {} is over: another node has taken its lease",
                            lease_->term(), options_.stream),
                fmt::format("日志流 {} 的任期 {} 已结束：租约已被其他节点取得", options_.stream,
                            lease_->term()));
  }
  if (rows->integer(0, 2) == 0) return found_there(group);
  HQ_ASSERT(static_cast<std::size_t>(rows->integer(0, 3)) == group.size());
  // A warning here says that the wait for the quorum was cut short.
  return connection_->take_warning() ? make_durable() : Result<bool>(true);
}

Result<bool> StreamLog::after_failure(std::span<const Commit> group, const Error& error) {
  if (connection_->is_broken() || error.code != ErrorCode::already_exists) return again(error);
  if (connection_->violated_constraint() == "commit_group_pkey") return found_there(group);
  return std::unexpected(known_command(group));
}

/// A group stands at this place: this one, from an attempt whose answer was lost, or another's.
Result<bool> StreamLog::found_there(std::span<const Commit> group) {
  const auto rows = connection_->run(
      kGroupAt,
      PostgresValues().add_text(options_.stream).add(static_cast<int64_t>(group.front().seq)));
  if (!rows) return again(rows.error());
  if (rows->count() == 1 && rows->bytes(0, 0) == bytes_) return make_durable();
  return fail(ErrorCode::conflict,
              fmt::format("commit {} does not continue the stream {}: another writer was there",
                          group.front().seq, options_.stream),
              fmt::format("第 {} 号提交不能接续日志流 {}：已有其他写入者", group.front().seq,
                          options_.stream));
}

/// What is there may not have reached the quorum yet: a server that restarted shows it before. A
/// durable write behind it settles that.
Result<bool> StreamLog::make_durable() {
  const Result<> renewed = renew_lease(*connection_, options_, lease_->term());
  if (!renewed) return again(renewed.error());
  return true;
}

Error StreamLog::known_command(std::span<const Commit> group) {
  std::string id;
  const auto there = known(ids_);
  if (there && !there->empty()) id = there->front();
  return {ErrorCode::already_exists, "a command of this id is in the log", "日志中已有此编号的命令",
          group.size() == 1 ? group.front().command_id : id};
}

Result<Head> StreamLog::last() const {
  if (!lease_) return last_stored();
  const std::lock_guard lock(mutex_);
  return head_;
}

Result<> StreamLog::read(uint64_t from_seq, const Visit& visit) const {
  uint64_t next = std::max<uint64_t>(from_seq, 1);
  ChainChecker checker = ChainChecker::starting_at(next);
  bool first = true;
  while (true) {
    // The connection goes back before `visit` runs: a slow visitor holds nothing.
    HQ_TRY(const std::vector<StoredGroup> page,
           readers_.with([&](PostgresReader& reader) { return reader.groups_from(next); }));
    if (page.empty()) return {};
    // The first group may begin before the commit that was asked for.
    if (first && page.front().first_seq < next) {
      checker = ChainChecker::starting_at(page.front().first_seq);
    }
    first = false;
    for (const StoredGroup& group : page) {
      HQ_TRY(const std::vector<Commit> commits, decode_group(group, checker));
      for (const Commit& commit : commits) {
        if (commit.seq >= next && !visit(commit)) return {};
      }
      next = checker.head().seq + 1;
    }
  }
}

Result<std::optional<Commit>> StreamLog::find(std::string_view command_id) const {
  HQ_TRY(const std::optional<uint64_t> seq,
         readers_.with([&](PostgresReader& reader) { return reader.seq_of_command(command_id); }));
  if (!seq) return std::nullopt;
  std::optional<Commit> found;
  HQ_TRY_VOID(read(*seq, [&](const Commit& commit) {
    if (commit.seq == *seq && commit.command_id == command_id) found = commit;
    return false;
  }));
  if (found) return found;
  return std::unexpected(damage_at(*seq, "it is not the commit that the index of commands names",
                                   "与命令索引所指的提交不符"));
}

Result<std::vector<std::string>> StreamLog::known(std::span<const std::string_view> ids) const {
  return readers_.with([&](PostgresReader& reader) { return reader.known_of(ids); });
}

Result<bool> StreamLog::wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                                 std::stop_token stop) const {
  if (lease_) {
    std::unique_lock lock(mutex_);
    return grown_.wait_for(lock, stop, timeout, [&] { return head_.seq >= seq; });
  }
  const auto deadline = SteadyClock::now() + timeout;
  return readers_.with(
      [&](PostgresReader& reader) { return reader.wait_for(seq, deadline, stop); });
}

Result<Verification> StreamLog::verify(const Progress& progress) const {
  return readers_.with([&](PostgresReader& reader) { return reader.verify(progress); });
}

}  // namespace

bool is_postgres_address(std::string_view address) {
  return address.starts_with("postgresql://") || address.starts_with("postgres://");
}

Result<std::unique_ptr<PostgresLog>> open_postgres_log(const PostgresOptions& options) {
  auto log = std::make_unique<StreamLog>(options);
  HQ_TRY_VOID(log->start_writing());
  return log;
}

Result<std::unique_ptr<LogReader>> open_postgres_log_reader(const PostgresOptions& options) {
  auto log = std::make_unique<StreamLog>(options);
  HQ_TRY_VOID(log->last());  // so that a database without a log is told at once
  return log;
}

}  // namespace hq::log
