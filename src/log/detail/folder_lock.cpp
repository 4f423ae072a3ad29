#include "log/detail/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

namespace hq::log {
namespace {

/// The process that wrote its number into the file, for the error message.
std::string holder(int descriptor) {
  char text[24];
  const ssize_t size = ::pread(descriptor, text, sizeof text, 0);
  if (size <= 0) return "?";
  std::string pid(text, static_cast<std::size_t>(size));
  pid.erase(std::min(pid.find('\n'), pid.size()));
  return pid;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder, const std::string& name) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return std::unexpected(system_error(error.value(), folder.string()));
  const std::filesystem::path file = folder / name;
  FolderLock lock;
  lock.descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock.descriptor_ < 0) return std::unexpected(system_error(errno, file.string()));
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return std::unexpected(system_error(errno, file.string()));
    const std::string pid = holder(lock.descriptor_);
    return fail(ErrorCode::conflict,
                fmt::format("the data folder is in use by process {}; stop it first, or choose "
                            "another folder",
                            pid),
                fmt::format("数据文件夹正被进程 {} 使用；请先停止该进程或换一个文件夹", pid),
                folder.string());
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  // Only a help for people: the lock holds without it, so a full disk is no reason to stop here.
  if (::ftruncate(lock.descriptor_, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(lock.descriptor_, pid.data(), pid.size(), 0);
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace hq::log
