#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace hq {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags, unsigned mode = 0644)
      : value_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool is_open() const { return value_ >= 0; }
  int get() const { return value_; }

 private:
  int value_;
};

std::unexpected<Error> failed(const std::filesystem::path& path) {
  return std::unexpected(system_error(errno, path.string()));
}

Result<uint64_t> file_size(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return failed(path);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::invalid_argument, "not a regular file", "不是普通文件", path.string());
  }
  return static_cast<uint64_t>(status.st_size);
}

Result<> write_all(const Descriptor& file, std::string_view bytes,
                   const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) return failed(path);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, uint64_t bytes_max) {
  const Descriptor file(path, O_RDONLY);
  if (!file.is_open()) return failed(path);
  HQ_TRY(const uint64_t size, file_size(file, path));
  if (size > bytes_max) {
    return fail(ErrorCode::too_large,
                fmt::format("the file has {} bytes; at most {} are read", size, bytes_max),
                fmt::format("文件有 {} 字节，最多可读 {} 字节", size, bytes_max), path.string());
  }
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path);
    if (got == 0) break;  // it became shorter while it was read
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<> write_file_atomically(const std::filesystem::path& path, std::string_view bytes,
                               unsigned mode) {
  static std::atomic<unsigned> counter = 0;
  std::filesystem::path temporary = path;
  temporary += fmt::format(".{}.{}.tmp", ::getpid(), counter++);
  const auto write = [&]() -> Result<> {
    // A process of the same number may have left one when it was ended.
    ::unlink(temporary.c_str());
    const Descriptor file(temporary, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!file.is_open()) return failed(path);
    HQ_TRY_VOID(write_all(file, bytes, path));
    return {};
  };
  auto done = write();
  if (done) done = rename_durably(temporary, path);
  if (!done) ::unlink(temporary.c_str());  // where it has its new name already, there is none
  return done;
}

Result<> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed(to);
  // The new name is on disk only once its folder is.
  const auto parent = to.has_parent_path() ? to.parent_path() : std::filesystem::path(".");
  const Descriptor folder(parent, O_RDONLY | O_DIRECTORY);
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return failed(parent);
  return {};
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (!file.is_open()) return failed(path);
  HQ_TRY(const uint64_t size, file_size(file, path));
  MappedFile mapped;
  if (size == 0) return mapped;
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (address == MAP_FAILED) return failed(path);
  mapped.address_ = address;
  mapped.size_ = size;
  return mapped;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : address_(std::exchange(other.address_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(address_, other.address_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (address_ != nullptr) ::munmap(address_, size_);
}

}  // namespace hq
