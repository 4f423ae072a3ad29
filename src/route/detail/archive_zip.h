// ZipFile: the thin layer over libzip (and liblzma for method 14, which libzip 1.7 cannot unpack).
// The only place that knows either library; use Archive. One thread at a time.
//
//   HQ_TRY(auto zip, ZipFile::open("rail.zip"));
//   HQ_TRY(auto entries, zip->entries());
//   HQ_TRY(auto reader, zip->reader(zip, 0));
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "route/archive.h"

namespace hq::route {

struct ZipEntry {
  std::string name;
  uint64_t bytes = 0;  // unpacked, as declared
  uint64_t packed_bytes = 0;
};

class ZipFile {
 public:
  static Result<std::shared_ptr<ZipFile>> open(const std::filesystem::path& path);
  ~ZipFile();
  ZipFile(const ZipFile&) = delete;
  ZipFile& operator=(const ZipFile&) = delete;

  uint64_t entry_count() const;

  /// All entries in the order of the zip; an Error where one is encrypted.
  Result<std::vector<ZipEntry>> entries() const;

  /// Reads the entry of this index; holds on to `self`, which must be this file.
  Result<std::unique_ptr<FileReader>> reader(std::shared_ptr<ZipFile> self, uint64_t index) const;

 private:
  ZipFile(void* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

  void* handle_;  // zip_t
  std::string path_;
};

/// The bytes of a zip of these files, all dated 1980-01-01, so that equal files give equal bytes.
Result<std::string> pack_zip(const std::map<std::string, std::string>& files);

}  // namespace hq::route
