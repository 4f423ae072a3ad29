#include "route/archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/file.h"
#include "route/detail/archive_zip.h"

namespace hq::route {

/// A set of files and how to read each.
class Archive::Source {
 public:
  virtual ~Source() = default;
  virtual Result<std::unique_ptr<FileReader>> reader(const std::string& name) const = 0;
};

namespace {

class MemoryReader : public FileReader {
 public:
  explicit MemoryReader(std::string_view bytes) : rest_(bytes) {}

  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t size = std::min(buffer.size(), rest_.size());
    std::memcpy(buffer.data(), rest_.data(), size);
    rest_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view rest_;
};

class MemorySource : public Archive::Source {
 public:
  explicit MemorySource(std::map<std::string, std::string> files) : files_(std::move(files)) {}

  Result<std::unique_ptr<FileReader>> reader(const std::string& name) const override {
    return std::make_unique<MemoryReader>(files_.at(name));
  }

 private:
  std::map<std::string, std::string> files_;
};

class StreamReader : public FileReader {
 public:
  StreamReader(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {}
  StreamReader(const StreamReader&) = delete;
  StreamReader& operator=(const StreamReader&) = delete;
  ~StreamReader() override { std::fclose(file_); }

  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file_);
    if (size < buffer.size() && std::ferror(file_) != 0) {
      return std::unexpected(system_error(errno, name_));
    }
    return size;
  }

 private:
  std::FILE* file_;
  std::string name_;
};

class FolderSource : public Archive::Source {
 public:
  explicit FolderSource(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<std::unique_ptr<FileReader>> reader(const std::string& name) const override {
    const std::string path = (folder_ / name).string();
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return std::unexpected(system_error(errno, path));
    return std::make_unique<StreamReader>(file, path);
  }

 private:
  std::filesystem::path folder_;
};

class ZipSource : public Archive::Source {
 public:
  ZipSource(std::shared_ptr<ZipFile> zip, std::map<std::string, uint64_t> index_of)
      : zip_(std::move(zip)), index_of_(std::move(index_of)) {}

  Result<std::unique_ptr<FileReader>> reader(const std::string& name) const override {
    return zip_->reader(zip_, index_of_.at(name));
  }

 private:
  std::shared_ptr<ZipFile> zip_;
  std::map<std::string, uint64_t> index_of_;
};

std::unexpected<Error> too_large(std::string_view what, std::string_view what_zh,
                                 std::string where) {
  return fail(ErrorCode::too_large, fmt::format("the feed is too large: {}", what),
              fmt::format("数据包过大：{}", what_zh), std::move(where));
}

Result<> check_limits(const std::map<std::string, uint64_t>& files, const ArchiveLimits& limits,
                      const std::string& where) {
  if (files.size() > limits.files_max) {
    return too_large(fmt::format("{} files, {} at the most", files.size(), limits.files_max),
                     fmt::format("{} 个文件，最多 {} 个", files.size(), limits.files_max), where);
  }
  uint64_t total = 0;
  for (const auto& [name, bytes] : files) {
    total += bytes;
    if (bytes <= limits.file_bytes_max && total <= limits.total_bytes_max) continue;
    return too_large(fmt::format("over {} bytes unpacked at '{}'",
                                 std::min(limits.file_bytes_max, limits.total_bytes_max), name),
                     fmt::format("解压后超过上限（{}）", name), where);
  }
  return {};
}

Result<std::map<std::string, uint64_t>> list_folder(const std::filesystem::path& folder) {
  std::map<std::string, uint64_t> files;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (!at->is_regular_file(error) || error) continue;
    files[at->path().filename().string()] = at->file_size(error);
  }
  if (error) return std::unexpected(system_error(error.value(), folder.string()));
  return files;
}

/// The one folder in which all the files of a zip lie, with its slash; else empty.
std::string common_folder(const std::vector<ZipEntry>& entries) {
  std::string folder;
  for (const ZipEntry& entry : entries) {
    if (entry.name.ends_with('/')) continue;
    const std::size_t slash = entry.name.find('/');
    if (slash == std::string::npos) return {};
    const std::string top = entry.name.substr(0, slash + 1);
    if (top == "__MACOSX/") continue;  // resource forks that one packer adds
    if (folder.empty()) folder = top;
    if (folder != top) return {};
  }
  return folder;
}

}  // namespace

Result<Archive> Archive::open(const std::filesystem::path& zip_or_folder,
                              const ArchiveLimits& limits) {
  const std::string where = zip_or_folder.string();
  Archive archive;
  std::error_code error;
  if (std::filesystem::is_directory(zip_or_folder, error)) {
    HQ_TRY(archive.files_, list_folder(zip_or_folder));
    HQ_TRY_VOID(check_limits(archive.files_, limits, where));
    archive.source_ = std::make_shared<FolderSource>(zip_or_folder);
    return archive;
  }

  HQ_TRY(auto zip, ZipFile::open(zip_or_folder));
  if (zip->entry_count() > limits.files_max) {
    return too_large(fmt::format("{} files, {} at the most", zip->entry_count(), limits.files_max),
                     fmt::format("{} 个文件，最多 {} 个", zip->entry_count(), limits.files_max),
                     where);
  }
  HQ_TRY(const std::vector<ZipEntry> entries, zip->entries());
  const std::string folder = common_folder(entries);
  std::map<std::string, uint64_t> index_of;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ZipEntry& entry = entries[i];
    if (entry.name.ends_with('/')) continue;
    if (entry.bytes > (uint64_t{16} << 20) &&
        entry.bytes / std::max<uint64_t>(entry.packed_bytes, 1) > limits.ratio_max) {
      return too_large(
          fmt::format("'{}' unpacks to more than {} times its size", entry.name, limits.ratio_max),
          fmt::format("“{}”解压后超过原大小的 {} 倍", entry.name, limits.ratio_max), where);
    }
    const bool inside = !folder.empty() && entry.name.starts_with(folder);
    const std::string name = inside ? entry.name.substr(folder.size()) : entry.name;
    if (!index_of.emplace(name, i).second) {
      return fail(ErrorCode::parse_error, fmt::format("the zip holds '{}' twice", name),
                  fmt::format("压缩包中“{}”重复", name), where);
    }
    archive.files_[name] = entry.bytes;
  }
  HQ_TRY_VOID(check_limits(archive.files_, limits, where));
  archive.source_ = std::make_shared<ZipSource>(std::move(zip), std::move(index_of));
  return archive;
}

Archive Archive::of(std::map<std::string, std::string> files) {
  Archive archive;
  for (const auto& [name, bytes] : files) archive.files_[name] = bytes.size();
  archive.source_ = std::make_shared<MemorySource>(std::move(files));
  return archive;
}

Result<std::unique_ptr<FileReader>> Archive::reader(const std::string& name) const {
  if (!has(name)) {
    return fail(ErrorCode::not_found, fmt::format("the feed has no file '{}'", name),
                fmt::format("数据包中没有文件“{}”", name), name);
  }
  return source_->reader(name);
}

Result<std::string> Archive::read(const std::string& name) const {
  HQ_TRY(auto file, reader(name));
  const uint64_t declared = files_.at(name);
  if (declared > kWholeFileBytesMax) {
    return too_large(fmt::format("'{}' has {} bytes", name, declared),
                     fmt::format("“{}”有 {} 字节", name, declared), name);
  }
  std::string bytes(declared + 1, '\0');  // one more, so that the end is met and checked
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    HQ_TRY(const std::size_t size, file->read(std::span(bytes).subspan(filled)));
    if (size == 0) break;
    filled += size;
  }
  if (filled != declared) {
    return fail(ErrorCode::corrupt, fmt::format("'{}' changed while it was read", name),
                fmt::format("“{}”在读取时发生变化", name), name);
  }
  bytes.resize(filled);
  return bytes;
}

Result<> write_archive(const std::map<std::string, std::string>& files,
                       const std::filesystem::path& zip_or_folder) {
  if (zip_or_folder.extension() == ".zip") {
    HQ_TRY(const std::string bytes, pack_zip(files));
    return write_file_atomically(zip_or_folder, bytes);
  }
  std::error_code error;
  std::filesystem::create_directories(zip_or_folder, error);
  if (error) return std::unexpected(system_error(error.value(), zip_or_folder.string()));
  HQ_TRY(const auto present, list_folder(zip_or_folder));
  for (const auto& [name, bytes] : present) {
    if (files.contains(name)) continue;
    return fail(ErrorCode::already_exists,
                fmt::format("the folder holds another file, '{}'; name a new folder", name),
                fmt::format("文件夹中已有其他文件“{}”，请另选文件夹", name),
                zip_or_folder.string());
  }
  for (const auto& [name, bytes] : files) {
    HQ_TRY_VOID(write_file_atomically(zip_or_folder / name, bytes));
  }
  return {};
}

}  // namespace hq::route
