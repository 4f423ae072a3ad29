// The log in one SQLite file of the data folder; the default backend. The main stream is
// `log.sqlite`, any other `log-NAME.sqlite` beside it (streams.h).
//
// One process writes a stream (FolderLock); any number of others, and of threads, read meanwhile.
// Each group of commits is one row and one durable transaction (WAL, synchronous=FULL).
// docs/format/log.md states the bytes, docs/decisions/0003-log-in-sqlite.md says why.
//
//   HQ_TRY(auto log, open_log("data"));                 // the server
//   HQ_TRY(auto reader, open_log_reader("data"));       // `log tail` beside it
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "log/limits.h"
#include "log/log.h"
#include "log/streams.h"

namespace hq::log {

inline constexpr const char* kLogFileName = "log.sqlite";

struct SqliteOptions {
  std::string stream = std::string(kMainStream);
  /// The log file may grow to so many bytes, then append says disk_full; 0 for no bound.
  uint64_t bytes_max = 0;
  std::chrono::milliseconds busy_wait = kBusyWait;
  /// The write-ahead log is folded into the file when it has so many pages. A commit waits for
  /// that: few pages make it short, but batches slower.
  int wal_pages = kWalPages;
  /// For simulation: the name of the SQLite VFS that holds the file, and what stands in for the
  /// lock on the folder and lets go when it is destroyed. The system's where they are empty.
  std::string vfs = {};
  std::function<Result<std::shared_ptr<void>>(const std::filesystem::path& folder)> take_lock = {};
};

/// Opens or creates the log of `folder` for writing.
/// conflict: another process writes it, or the file is that of another stream; newer_version: made
/// by a later version of this program; corrupt: not a log of ours, or its end is damaged;
/// invalid_argument: no name of a stream.
Result<std::unique_ptr<Log>> open_log(const std::filesystem::path& folder,
                                      const SqliteOptions& options = {});

/// Opens the log of `folder` for reading only; not_found where there is none.
Result<std::unique_ptr<LogReader>> open_log_reader(const std::filesystem::path& folder,
                                                   const SqliteOptions& options = {});

}  // namespace hq::log
