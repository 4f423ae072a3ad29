#include "log/detail/wal_fold.h"

#include <pthread.h>

#include <new>

namespace hq::log {

Result<std::unique_ptr<WalFold>> WalFold::start(const std::filesystem::path& file,
                                                const SqliteOptions& options) {
  HQ_TRY(Database database,
         Database::open(file, Database::Access::write, options.busy_wait, options.vfs));
  HQ_TRY_VOID(database.run("PRAGMA synchronous = FULL"));  // or a fold would sync nothing
  return std::unique_ptr<WalFold>(new WalFold(std::move(database), options));
}

WalFold::WalFold(Database database, const SqliteOptions& options)
    : pages_per_fold_(options.wal_pages),
      driver_(options.fold_driver),
      database_(std::move(database)) {
  if (!driver_) thread_ = std::thread([this] { run(); });
}

WalFold::~WalFold() {
  if (driver_) driver_({});
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::optional<Error> WalFold::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void WalFold::run() {
  ::pthread_setname_np(::pthread_self(), "hq-fold");
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return is_due_ || is_ending_; });
      if (is_ending_) return;
    }
    fold(false);
  }
}

void WalFold::appended(int pages) {
  if (pages >= pages_per_fold_ * kWalFoldsPerRound) return fold(true);
  {
    const std::lock_guard lock(mutex_);
    if (pages < folded_pages_) folded_pages_ = 0;  // it has begun anew
    if (is_due_ || pages - folded_pages_ < pages_per_fold_) return;
    is_due_ = true;
  }
  if (driver_) return driver_([this] { fold(false); });
  changed_.notify_all();
}

/// Folds what there is. The appender waits for a fold under way; what else would be a second one at
/// a time does nothing.
void WalFold::fold(bool is_by_appender) {
  std::unique_lock lock(mutex_);
  if (is_by_appender) changed_.wait(lock, [&] { return !is_folding_; });
  if (is_folding_ || failure_) return;
  is_folding_ = true;
  is_due_ = false;
  lock.unlock();
  Result<int> folded = fold_pages(is_by_appender);
  lock.lock();
  is_folding_ = false;
  if (folded) {
    folded_pages_ = *folded;
  } else if (folded.error().code != ErrorCode::unavailable) {
    failure_ = std::move(folded).error();
  }
  lock.unlock();
  changed_.notify_all();
}

Result<int> WalFold::fold_pages(bool is_by_appender) {
  HQ_TRY(const int folded, database_.fold_write_ahead_log());
  // SQLite syncs the file only where it has caught up with the appender. Whoever folds the rest
  // then finds little to sync.
  if (!is_by_appender) {
    HQ_TRY_VOID(database_.sync_file());
  }
  return folded;
}

}  // namespace hq::log
