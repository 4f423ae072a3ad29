// The one log: an ordered, durable, hash-chained sequence of commits.
//
// `LogReader` is what anyone may have; `Log` adds `append` and belongs to the one writer. Two
// backends stand behind both: `MemoryLog` (tests, simulation) and `open_log` (SQLite, in
// sqlite_log.h). Every function may be called on any thread; `append` by one at a time.
//
//   HQ_TRY(auto log, open_log(folder));
//   HQ_TRY_VOID(log->append(commits));                      // on disk when it returns
//   HQ_TRY_VOID(log->read(1, [&](const Commit& c) { fold(c); return true; }));
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>

#include "base/error.h"
#include "log/commit.h"

namespace hq::log {

/// What a walk over the whole log found.
struct Verification {
  Head head;                    // the last commit that is sound
  std::optional<Error> damage;  // the first that is not: where = "commit 17"
};

class LogReader {
 public:
  virtual ~LogReader() = default;

  /// The end of the log.
  virtual Result<Head> last() const = 0;

  /// Calls `visit` for each commit from `from_seq` on, in order, until the end or until it returns
  /// false. Holds one group in memory. ErrorCode::corrupt at the first commit that is damaged.
  using Visit = std::function<bool(const Commit&)>;
  virtual Result<> read(uint64_t from_seq, const Visit& visit) const = 0;

  /// The commit of this command, if there is one.
  virtual Result<std::optional<Commit>> find(std::string_view command_id) const = 0;

  /// Those of these commands that are in the log, seen in one look.
  virtual Result<std::vector<std::string>> known(std::span<const std::string_view> ids) const;

  /// Waits until commit `seq` is there: true, or false when the time is over or `stop` was asked.
  virtual Result<bool> wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                                std::stop_token stop = {}) const = 0;

  /// Walks the whole hash chain and what the backend stores beside it. `progress` is called now
  /// and then with (commits done, commits in all). An Error only where the log cannot be read at
  /// all; damage is part of the answer.
  using Progress = std::function<void(uint64_t done, uint64_t total)>;
  virtual Result<Verification> verify(const Progress& progress = {}) const = 0;
};

class Log : public LogReader {
 public:
  /// Adds a group of sealed commits (commit.h) in one durable write: after success all are on
  /// disk, after failure none counts. ErrorCode::conflict where they do not continue the log,
  /// already_exists for a command id that is in the log, too_large over the limits.
  /// After io_error or disk_full what is on disk is unknown until the log is opened again, so
  /// every further append is refused.
  virtual Result<> append(std::span<const Commit> group) = 0;
};

/// Calls `visit` for each commit from `from_seq` on and goes on with new ones as they come, until
/// it returns false or `stop` is asked.
Result<> follow(const LogReader& log, uint64_t from_seq, const LogReader::Visit& visit,
                std::stop_token stop);

/// The checks that every backend makes of a group before it writes: limits, ids, the place
/// behind `head`.
Result<> check_group(std::span<const Commit> group, const Head& head);

}  // namespace hq::log
