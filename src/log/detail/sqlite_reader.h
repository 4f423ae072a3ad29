// Reading a log file: one connection with its statements, a pool of them, and the walk that
// verifies all that is stored.
//
// A SqliteReader belongs to one thread at a time; the pool may be asked on any thread. No read
// holds a transaction between two calls, so readers never keep the write-ahead log from being
// folded into the file.
//
//   HQ_TRY(auto reader, pool.take());              // goes back to the pool by itself
//   HQ_TRY(auto group, reader->group_with(17));
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "log/detail/sqlite.h"
#include "log/detail/stored_group.h"
#include "log/log.h"

namespace hq::log {

class SqliteReader {
 public:
  static Result<std::unique_ptr<SqliteReader>> open(const std::filesystem::path& file,
                                                    std::chrono::milliseconds busy_wait,
                                                    const std::string& vfs);

  Result<Head> last();
  Result<uint64_t> last_seq();
  /// The group that holds commit `seq`, or the first after it, if there is one.
  Result<std::optional<StoredGroup>> group_with(uint64_t seq);
  /// The first group that begins at commit `seq` or after it.
  Result<std::optional<StoredGroup>> group_from(uint64_t seq);
  Result<std::optional<uint64_t>> seq_of_command(std::string_view id);
  /// Those of these commands that are in the file; it is locked once for all of them.
  Result<std::vector<std::string>> known_of(std::span<const std::string_view> ids);

  Database& database() { return database_; }

 private:
  Result<std::optional<StoredGroup>> one_group(Statement& statement);

  Database database_;
  Statement group_at_or_before_;
  Statement group_at_or_after_;
  Statement last_group_;
  Statement command_;
};

class SqliteReaderPool {
 public:
  SqliteReaderPool(std::filesystem::path file, std::chrono::milliseconds busy_wait, std::string vfs)
      : file_(std::move(file)), busy_wait_(busy_wait), vfs_(std::move(vfs)) {}

  struct GiveBack {
    SqliteReaderPool* pool = nullptr;
    void operator()(SqliteReader* reader) const { pool->give_back(reader); }
  };
  using Lease = std::unique_ptr<SqliteReader, GiveBack>;

  Result<Lease> take();
  /// A new one that is not kept.
  Result<std::unique_ptr<SqliteReader>> open() const;

 private:
  void give_back(SqliteReader* reader);

  std::filesystem::path file_;
  std::chrono::milliseconds busy_wait_;
  std::string vfs_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<SqliteReader>> idle_;
};

/// LogReader::verify for a file: the chain, the bounds of each row, the index of commands, and
/// SQLite's own structure.
Result<Verification> verify_stored(SqliteReader& reader, const LogReader::Progress& progress);

}  // namespace hq::log
