// Whole small files, and files that appear whole or not at all.
//
//   HQ_TRY(std::string bytes, read_file(path));
//   HQ_TRY_VOID(write_file_atomically(path, bytes));   // temporary file, fsync, rename, fsync
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hq {

/// The bytes of a file of at most `bytes_max`.
Result<std::string> read_file(const std::filesystem::path& path,
                              uint64_t bytes_max = uint64_t{4} << 30);

/// After success the file holds `bytes` and is on disk. After failure it is as it was, unless only
/// the last step failed, the flush of its folder: then it is new, but may not outlast a power cut.
/// `mode` are the permissions of the file, less the umask; 0600 for secrets.
Result<> write_file_atomically(const std::filesystem::path& path, std::string_view bytes,
                               unsigned mode = 0644);

/// Gives a file that is on disk a new name in the same folder, in place of what has it; on disk
/// when it returns.
Result<> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// A file mapped read-only into memory for the life of this object. The bytes may be read on any
/// thread; the file must not be cut short meanwhile (ours are written once and never changed).
class MappedFile {
 public:
  static Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::string_view bytes() const { return {static_cast<const char*>(address_), size_}; }

 private:
  void* address_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace hq
