// FolderLock: one writing process per stream of a data folder.
//
// Holds flock(2) on a file of the folder (`log.lock` for the main stream) for as long as it lives;
// the kernel lets go when the process ends, however it ends. The file holds the process id, for
// the message only.
//
//   HQ_TRY(FolderLock lock, FolderLock::take(folder, "log.lock"));   // makes the folder too
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace hq::log {

class FolderLock {
 public:
  /// ErrorCode::conflict where another process, or another lock of this one, holds it.
  static Result<FolderLock> take(const std::filesystem::path& folder, const std::string& name);

  FolderLock() = default;
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  int descriptor_ = -1;
};

}  // namespace hq::log
