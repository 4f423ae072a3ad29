#include "base/secret_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "base/file.h"

namespace hq {

Result<std::string> read_secret_file(const std::filesystem::path& path, uint64_t bytes_max) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    return std::unexpected(system_error(errno, path.string()));
  }
  if ((status.st_mode & 077) != 0) {
    return fail(ErrorCode::forbidden,
                "others may read or write this file, which holds a secret; run chmod 600 on it",
                "该文件含有密钥，却可被他人读写；请对其执行 chmod 600", path.string());
  }
  return read_file(path, bytes_max);
}

Result<> make_secret_file(const std::filesystem::path& path, std::string_view text) {
  static std::atomic<unsigned> counter = 0;
  std::filesystem::path fresh = path;
  fresh += fmt::format(".{}.{}.tmp", ::getpid(), counter++);
  HQ_TRY_VOID(write_file_atomically(fresh, text, 0600));
  // link() never replaces.
  const int linked = ::link(fresh.c_str(), path.c_str());
  const int error = errno;
  ::unlink(fresh.c_str());
  if (linked == 0) return {};
  if (error == EEXIST) {
    return fail(ErrorCode::already_exists, "there is a file of that name already", "同名文件已存在",
                path.string());
  }
  return std::unexpected(system_error(error, path.string()));
}

}  // namespace hq
