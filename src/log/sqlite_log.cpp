#include "log/sqlite_log.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/assert.h"
#include "log/detail/folder_lock.h"
#include "log/detail/sqlite.h"
#include "log/detail/sqlite_reader.h"
#include "log/detail/sqlite_schema.h"
#include "log/detail/wal_check.h"

namespace hq::log {
namespace {

/// The one connection that writes, with its statements.
struct WriteConnection {
  Database database;
  Statement begin;
  Statement add_group;
  Statement add_command;
  Statement commit;
  Statement rollback;

  static Result<WriteConnection> prepare(Database database) {
    HQ_TRY(Statement begin, database.prepare("BEGIN IMMEDIATE"));
    HQ_TRY(Statement add_group,
           database.prepare("INSERT INTO commit_group(first_seq, last_seq, commits) "
                            "VALUES(?1, ?2, ?3)"));
    HQ_TRY(Statement add_command, database.prepare("INSERT INTO command(id, seq) VALUES(?1, ?2)"));
    HQ_TRY(Statement commit, database.prepare("COMMIT"));
    HQ_TRY(Statement rollback, database.prepare("ROLLBACK"));
    return WriteConnection{std::move(database),    std::move(begin),  std::move(add_group),
                           std::move(add_command), std::move(commit), std::move(rollback)};
  }
};

class SqliteLog final : public Log {
 public:
  /// Without `lock` and `writer` it only reads, and open_log_reader gives it out as LogReader.
  SqliteLog(const std::filesystem::path& file, const SqliteOptions& options)
      : file_(file), vfs_(options.vfs), readers_(file, options.busy_wait, options.vfs) {}

  Result<> start_writing(std::shared_ptr<void> lock, Database database) {
    HQ_TRY(WriteConnection writer, WriteConnection::prepare(std::move(database)));
    writer_.emplace(std::move(writer));
    lock_ = std::move(lock);
    HQ_TRY(head_, last_stored());
    // Whoever starts from these commits answers repeats with them, so they must stay.
    return writer_->database.sync_write_ahead_log();
  }

  Result<> append(std::span<const Commit> group) override;
  Result<Head> last() const override;
  Result<> read(uint64_t from_seq, const Visit& visit) const override;
  Result<std::optional<Commit>> find(std::string_view command_id) const override;
  Result<std::vector<std::string>> known(std::span<const std::string_view> ids) const override;
  Result<bool> wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                        std::stop_token stop) const override;
  Result<Verification> verify(const Progress& progress) const override;

 private:
  Result<Head> last_stored() const;
  Result<> append_group(std::span<const Commit> group);
  Result<> write(WriteConnection& writer, std::span<const Commit> group);
  Result<> write_rows(WriteConnection& writer, std::span<const Commit> group);

  std::filesystem::path file_;
  std::string vfs_;
  std::shared_ptr<void> lock_;  // first in, last out: the stream is ours while a connection is open
  std::optional<WriteConnection> writer_;
  mutable SqliteReaderPool readers_;  // closed before the writer, which then tidies the file
  std::string bytes_;                 // of the group being written
  std::optional<Error> failed_;       // the write after which the log does not know its own end

  mutable std::mutex mutex_;
  mutable std::condition_variable_any grown_;
  Head head_;  // of what is on disk; only where we write
};

Result<> SqliteLog::append(std::span<const Commit> group) {
  HQ_ASSERT(writer_.has_value());
  if (failed_) return std::unexpected(*failed_);
  try {
    return append_group(group);
  } catch (const std::bad_alloc&) {
    // Texts so short that they need no memory themselves.
    failed_.emplace(ErrorCode::io_error, "out of memory", "内存不足");
    return std::unexpected(*failed_);
  }
}

Result<> SqliteLog::append_group(std::span<const Commit> group) {
  HQ_ASSERT(writer_.has_value());
  HQ_TRY(const Head head, last());
  HQ_TRY_VOID(check_group(group, head));
  if (group.empty()) return {};
  HQ_TRY_VOID(write(*writer_, group));
  {
    const std::lock_guard lock(mutex_);
    head_ = {group.back().seq, group.back().time, group.back().hash};
  }
  grown_.notify_all();
  return {};
}

Result<> SqliteLog::write(WriteConnection& writer, std::span<const Commit> group) {
  // Nothing is written before this, so its failure leaves the log as it was.
  HQ_TRY_VOID(writer.begin.run());
  Result<> written = write_rows(writer, group);
  if (written) written = writer.commit.run();
  if (written) {
    // The group stands, but what folded it may have lost what a second try would take for written.
    written = writer.database.folded();
    if (!written) failed_ = written.error();
    return written;
  }
  // SQLite may have rolled back by itself; then this one has nothing to do and says so.
  [[maybe_unused]] const Result<> rolled_back = writer.rollback.run();
  if (written.error().code != ErrorCode::already_exists) failed_ = written.error();
  return written;
}

Result<> SqliteLog::write_rows(WriteConnection& writer, std::span<const Commit> group) {
  bytes_.clear();
  for (const Commit& commit : group) append_commit(bytes_, commit);
  HQ_TRY_VOID(writer.add_group.bind(1, static_cast<int64_t>(group.front().seq))
                  .bind(2, static_cast<int64_t>(group.back().seq))
                  .bind_blob(3, bytes_)
                  .run());
  for (const Commit& commit : group) {
    Result<> added = writer.add_command.bind_text(1, commit.command_id)
                         .bind(2, static_cast<int64_t>(commit.seq))
                         .run();
    if (!added && added.error().code == ErrorCode::already_exists) {
      return fail(ErrorCode::already_exists, "a command of this id is in the log",
                  "日志中已有此编号的命令", commit.command_id);
    }
    HQ_TRY_VOID(std::move(added));
  }
  return {};
}

Result<Head> SqliteLog::last() const {
  if (!writer_) return last_stored();
  const std::lock_guard lock(mutex_);
  return head_;
}

Result<Head> SqliteLog::last_stored() const {
  HQ_TRY(auto reader, readers_.take());
  return reader->last();
}

Result<> SqliteLog::read(uint64_t from_seq, const Visit& visit) const {
  uint64_t next = std::max<uint64_t>(from_seq, 1);
  ChainChecker checker = ChainChecker::starting_at(next);
  bool first = true;
  while (true) {
    StoredGroup group;
    {
      // The connection goes back before `visit` runs: a slow visitor holds nothing.
      HQ_TRY(auto reader, readers_.take());
      HQ_TRY(std::optional<StoredGroup> found,
             first ? reader->group_with(next) : reader->group_from(next));
      if (!found) return {};
      group = *std::move(found);
    }
    // The first group may begin before the commit that was asked for.
    if (first && group.first_seq < next) checker = ChainChecker::starting_at(group.first_seq);
    first = false;
    HQ_TRY(const std::vector<Commit> commits, decode_group(group, checker));
    for (const Commit& commit : commits) {
      if (commit.seq >= next && !visit(commit)) return {};
    }
    next = checker.head().seq + 1;
  }
}

Result<std::optional<Commit>> SqliteLog::find(std::string_view command_id) const {
  HQ_TRY(auto reader, readers_.take());
  HQ_TRY(const std::optional<uint64_t> seq, reader->seq_of_command(command_id));
  if (!seq) return std::nullopt;
  HQ_TRY(const std::optional<StoredGroup> group, reader->group_with(*seq));
  if (group) {
    ChainChecker checker = ChainChecker::starting_at(group->first_seq);
    HQ_TRY(std::vector<Commit> commits, decode_group(*group, checker));
    for (Commit& commit : commits) {
      if (commit.seq == *seq && commit.command_id == command_id) return std::move(commit);
    }
  }
  return std::unexpected(damage_at(*seq, "it is not the commit that the index of commands names",
                                   "与命令索引所指的提交不符"));
}

Result<std::vector<std::string>> SqliteLog::known(std::span<const std::string_view> ids) const {
  HQ_TRY(auto reader, readers_.take());
  return reader->known_of(ids);
}

Result<bool> SqliteLog::wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                                 std::stop_token stop) const {
  std::unique_lock lock(mutex_);
  if (writer_) return grown_.wait_for(lock, stop, timeout, [&] { return head_.seq >= seq; });
  // The writer is another process: look again and again.
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (true) {
    HQ_TRY(auto reader, readers_.take());
    HQ_TRY(const uint64_t last_seq, reader->last_seq());
    if (last_seq >= seq) return true;
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= left.zero() || stop.stop_requested()) return false;
    grown_.wait_for(lock, stop, std::min<std::chrono::nanoseconds>(left, kPollInterval),
                    [] { return false; });
  }
}

Result<Verification> SqliteLog::verify(const Progress& progress) const {
  // A connection of its own: those of the pool remember pages that the disk may have lost since.
  HQ_TRY(const auto reader, readers_.open());
  HQ_TRY(Verification found, verify_stored(*reader, progress));
  if (found.damage) return found;
  Result<> wal = check_wal(file_, vfs_);
  if (wal) return found;
  if (wal.error().code != ErrorCode::corrupt) return std::unexpected(std::move(wal).error());
  found.damage = std::move(wal).error().at(fmt::format("commit {}", found.head.seq + 1));
  return found;
}

std::filesystem::path log_file(const std::filesystem::path& folder, std::string_view stream) {
  return folder / (stream_file_stem(stream) + ".sqlite");
}

/// Holds the stream for this process alone for as long as it lives.
Result<std::shared_ptr<void>> take_stream(const std::filesystem::path& folder,
                                          const SqliteOptions& options) {
  const std::string stem = stream_file_stem(options.stream);
  if (options.take_lock) {
    return options.take_lock(options.stream == kMainStream ? folder : folder / stem);
  }
  HQ_TRY(FolderLock lock, FolderLock::take(folder, stem + ".lock"));
  return std::make_shared<FolderLock>(std::move(lock));
}

}  // namespace

Result<std::unique_ptr<Log>> open_log(const std::filesystem::path& folder,
                                      const SqliteOptions& options) {
  HQ_TRY_VOID(check_stream_name(options.stream));
  HQ_TRY(std::shared_ptr<void> lock, take_stream(folder, options));
  const std::filesystem::path file = log_file(folder, options.stream);
  HQ_TRY_VOID(check_wal(file, options.vfs));
  HQ_TRY(Database database,
         Database::open(file, Database::Access::write, options.busy_wait, options.vfs));
  HQ_TRY_VOID(prepare_for_writing(database, file, options.stream, options.bytes_max));
  database.fold_write_ahead_log(options.wal_pages);
  auto log = std::make_unique<SqliteLog>(file, options);
  HQ_TRY_VOID(log->start_writing(std::move(lock), std::move(database)));
  return log;
}

Result<std::unique_ptr<LogReader>> open_log_reader(const std::filesystem::path& folder,
                                                   const SqliteOptions& options) {
  HQ_TRY_VOID(check_stream_name(options.stream));
  const std::filesystem::path file = log_file(folder, options.stream);
  std::error_code error;
  if (options.vfs.empty() && !std::filesystem::exists(file, error)) {
    if (options.stream == kMainStream) {
      return fail(ErrorCode::not_found, "there is no log in this folder", "该文件夹中没有日志",
                  folder.string());
    }
    return fail(ErrorCode::not_found,
                fmt::format("there is no stream '{}' in this folder", options.stream),
                fmt::format("该文件夹中没有流“{}”", options.stream), folder.string());
  }
  HQ_TRY(Database database,
         Database::open(file, Database::Access::read, options.busy_wait, options.vfs));
  if (Result<> format = check_format(database, file, options.stream); !format) {
    // What is missing may stand in a part of the write-ahead file that SQLite takes for cut off.
    HQ_TRY_VOID(check_wal(file, options.vfs));
    return std::unexpected(std::move(format).error());
  }
  return std::make_unique<SqliteLog>(file, options);
}

}  // namespace hq::log
