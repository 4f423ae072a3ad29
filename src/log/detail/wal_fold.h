// WalFold: folds the write-ahead log of a log file into the file, beside the one who appends.
//
// SQLite would do it within a commit, which then takes many times as long as others. Here a thread
// with a connection of its own does it whenever kWalPages more pages have gathered, and puts the
// file on disk. The write-ahead log begins anew once all of it is folded and nobody reads it. Under
// a load without a pause there are always some newer pages; so at kWalFoldsPerRound times as many
// the appender folds those few itself, which bounds the file. Commits are as durable as before: a
// page leaves the write-ahead log only after the file with it was synced.
//
// A fold that fails is kept, and what is appended next is refused with it: a sync that failed once
// cannot be trusted when tried again, and the process ends as after a failed write. A foreign
// program that folds or reads just then is no failure. `appended` and `failure` belong to the
// appender.
//
//   HQ_TRY(auto fold, WalFold::start(file, options));
//   fold->appended(database.wal_pages());         // after each commit
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "log/detail/sqlite.h"
#include "log/sqlite_log.h"

namespace hq::log {

class WalFold {
 public:
  static Result<std::unique_ptr<WalFold>> start(const std::filesystem::path& file,
                                                const SqliteOptions& options);
  ~WalFold();
  WalFold(const WalFold&) = delete;
  WalFold& operator=(const WalFold&) = delete;

  /// The write-ahead log has so many pages after a commit.
  void appended(int pages);

  /// Why the log cannot be folded, if so.
  std::optional<Error> failure() const;

 private:
  WalFold(Database database, const SqliteOptions& options);
  void run();
  void fold(bool is_by_appender);
  Result<int> fold_pages(bool is_by_appender);

  const int pages_per_fold_;
  const std::function<void(std::function<void()>)> driver_;
  Database database_;  // of whoever has set is_folding_

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool is_due_ = false;
  bool is_folding_ = false;
  bool is_ending_ = false;
  int folded_pages_ = 0;  // of those that are in the write-ahead log
  std::optional<Error> failure_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace hq::log
