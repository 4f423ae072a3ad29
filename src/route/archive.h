// Archive: the files of a feed, whether they lie in a zip, in a folder or in memory; read piece by
// piece, so that a file of some hundred megabytes never stands in memory whole.
//
// What a zip declares is checked against limits before anything is unpacked, and what comes out is
// checked against what was declared, so a zip bomb is an Error. Methods stored, deflate, bzip2, xz
// (libzip) and LZMA (method 14, by liblzma; found in the wild). A reader keeps its archive alive.
// One thread at a time.
//
//   HQ_TRY(Archive archive, Archive::open("rail.zip"));
//   HQ_TRY(auto reader, archive.reader("stops.txt"));
//   HQ_TRY(std::size_t size, reader->read(buffer));      // 0 at the end
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hq::route {

inline constexpr uint64_t kWholeFileBytesMax = uint64_t{256} << 20;

struct ArchiveLimits {
  uint64_t files_max = 10'000;
  uint64_t file_bytes_max = uint64_t{8} << 30;    // of one file, unpacked
  uint64_t total_bytes_max = uint64_t{16} << 30;  // of all files, unpacked
  uint64_t ratio_max = 2'000;                     // unpacked to packed, for files over 16 MiB
};

/// Bytes of one file from its start to its end.
class FileReader {
 public:
  virtual ~FileReader() = default;

  /// Fills at most `buffer`; the count of bytes, 0 at the end. Fails where the file is damaged.
  virtual Result<std::size_t> read(std::span<char> buffer) = 0;
};

class Archive {
 public:
  /// A zip file or a folder (its direct files). Where all the files of a zip lie in one folder
  /// inside it, that folder counts as the top.
  static Result<Archive> open(const std::filesystem::path& zip_or_folder,
                              const ArchiveLimits& limits = {});

  /// Files given by name and content; for tests and for feeds that come over the network.
  static Archive of(std::map<std::string, std::string> files);

  /// Name and unpacked bytes of each file.
  const std::map<std::string, uint64_t>& files() const { return files_; }
  bool has(std::string_view name) const { return files_.contains(std::string(name)); }

  Result<std::unique_ptr<FileReader>> reader(const std::string& name) const;

  /// The whole of one file, of at most kWholeFileBytesMax.
  Result<std::string> read(const std::string& name) const;

  class Source;  // where the bytes are: one kind for each of zip, folder and memory

 private:
  std::shared_ptr<Source> source_;
  std::map<std::string, uint64_t> files_;
};

/// Writes files as a zip (where the path ends in .zip) or into a folder, which is made. The same
/// files give the same bytes on any day and machine. A zip appears whole or not at all; a folder
/// that holds other files is refused.
Result<> write_archive(const std::map<std::string, std::string>& files,
                       const std::filesystem::path& zip_or_folder);

}  // namespace hq::route
