// FolderLock: one writing process per data folder.
//
// Holds flock(2) on the file `log.lock` of the folder for as long as it lives; the kernel lets go
// when the process ends, however it ends. The file holds the process id, for the message only.
//
//   HQ_TRY(FolderLock lock, FolderLock::take(folder));   // makes the folder if there is none
#pragma once

#include <filesystem>

#include "base/error.h"

namespace hq::log {

class FolderLock {
 public:
  /// ErrorCode::conflict where another process, or another lock of this one, holds it.
  static Result<FolderLock> take(const std::filesystem::path& folder);

  FolderLock() = default;
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  int descriptor_ = -1;
};

}  // namespace hq::log
