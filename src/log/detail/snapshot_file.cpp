#include "log/detail/snapshot_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace hq::log {
namespace {

constexpr std::string_view kMark = "HQSNAP01";
constexpr std::size_t kTailBytes = 8 + kMark.size() + 32;  // directory bytes, mark, digest
constexpr std::size_t kBufferBytes = std::size_t{1} << 20;
constexpr std::size_t kPieceBytes = std::size_t{4} << 20;

/// Piece by piece, each out of memory before the next: the writes of the log wait behind what the
/// disk has been given, and must not wait for a gigabyte.
Result<> write_at(int descriptor, std::string_view bytes, uint64_t offset,
                  const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor, bytes.data(), std::min(bytes.size(), kPieceBytes),
                                     static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(system_error(errno, path.string()));
    if (::sync_file_range(descriptor, static_cast<off_t>(offset), written,
                          SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER) != 0 &&
        errno != ENOSYS && errno != EINVAL) {  // which a file system may say that has no such call
      return std::unexpected(system_error(errno, path.string()));
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<uint64_t>(written);
  }
  return {};
}

std::unexpected<Error> damaged(const std::filesystem::path& path, std::string_view what,
                               std::string_view what_zh) {
  return fail(ErrorCode::corrupt, fmt::format("the snapshot is damaged: {}", what),
              fmt::format("快照已损坏：{}", what_zh), path.string());
}

std::string segment_digest(std::string_view bytes, uint64_t segment) {
  return to_hex(sha256(bytes.substr(segment * kSegmentBytes, kSegmentBytes)));
}

uint64_t segment_count(uint64_t bytes) {
  return (bytes + kSegmentBytes - 1) / kSegmentBytes;
}

}  // namespace

Result<GrowingFile> StateReader::growing(std::string_view name) const {
  const auto found = growing_.find(name);
  if (found != growing_.end()) return found->second;
  return fail(ErrorCode::corrupt, fmt::format("the snapshot has no file '{}'", name),
              fmt::format("快照缺少文件“{}”", name));
}

std::filesystem::path growing_path(const std::filesystem::path& folder, std::string_view prefix,
                                   std::string_view name) {
  return folder / fmt::format("{}{}", prefix, name);
}

SnapshotFileWriter::SnapshotFileWriter(std::filesystem::path path, SnapshotDirectory before)
    : path_(std::move(path)), before_(std::move(before)) {
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor_ < 0) error_ = system_error(errno, path_.string());
  buffer_.reserve(kBufferBytes);
}

SnapshotFileWriter::~SnapshotFileWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SnapshotFileWriter::begin(std::string_view prefix, uint32_t version) {
  end_state();
  directory_.states.push_back({std::string(prefix), version, flushed_ + buffer_.size(), 0, {}});
}

void SnapshotFileWriter::end_state() {
  if (directory_.states.empty()) return;
  StateEntry& state = directory_.states.back();
  state.bytes = flushed_ + buffer_.size() - state.begin;
}

void SnapshotFileWriter::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t piece = std::min(bytes.size(), kBufferBytes - buffer_.size());
    buffer_.append(bytes.substr(0, piece));
    bytes.remove_prefix(piece);
    if (buffer_.size() == kBufferBytes) flush();
  }
}

void SnapshotFileWriter::flush() {
  hasher_.add(buffer_);
  if (!error_) {
    if (auto done = write_at(descriptor_, buffer_, flushed_, path_); !done) {
      error_ = std::move(done).error();
    }
    // Nobody reads it before the next start; the memory is for what is in use.
    ::posix_fadvise(descriptor_, static_cast<off_t>(flushed_), static_cast<off_t>(buffer_.size()),
                    POSIX_FADV_DONTNEED);
  }
  flushed_ += buffer_.size();
  buffer_.clear();
}

const GrowingEntry* SnapshotFileWriter::entry_before(std::string_view name) const {
  const std::string& prefix = directory_.states.back().prefix;
  for (const StateEntry& state : before_.states) {
    if (state.prefix != prefix) continue;
    const auto found = std::ranges::find(state.growing, name, &GrowingEntry::name);
    if (found != state.growing.end()) return &*found;
  }
  return nullptr;
}

void SnapshotFileWriter::add_growing(std::string_view name, std::string_view bytes) {
  HQ_ASSERT(!directory_.states.empty());
  StateEntry& state = directory_.states.back();
  GrowingEntry entry{std::string(name), bytes.size(), {}};
  const GrowingEntry* before = entry_before(name);
  const uint64_t bytes_before = before == nullptr ? 0 : before->bytes;
  HQ_ASSERT(bytes_before <= bytes.size());
  // Whole segments of the time before stand as they are.
  const uint64_t segments_before = bytes_before / kSegmentBytes;
  if (before != nullptr) {
    entry.segments.assign(before->segments.begin(),
                          before->segments.begin() + static_cast<std::ptrdiff_t>(segments_before));
  }
  for (uint64_t i = segments_before; i < segment_count(bytes.size()); ++i) {
    entry.segments.push_back(segment_digest(bytes, i));
  }
  if (!error_) {
    const auto path = growing_path(path_.parent_path(), state.prefix, name);
    if (auto done = grow(path, bytes_before, bytes); !done) error_ = std::move(done).error();
  }
  state.growing.push_back(std::move(entry));
}

Result<> SnapshotFileWriter::grow(const std::filesystem::path& path, uint64_t bytes_before,
                                  std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return std::unexpected(system_error(errno, path.string()));
  // What an unfinished snapshot left behind it is written again.
  Result<> done = write_at(file, bytes.substr(bytes_before), bytes_before, path);
  if (done && ::fdatasync(file) != 0) done = std::unexpected(system_error(errno, path.string()));
  ::close(file);
  return done;
}

Result<> SnapshotFileWriter::finish(const Head& head) {
  end_state();
  directory_.seq = head.seq;
  directory_.time = head.time;
  directory_.hash = to_hex(head.hash);
  const std::string directory = to_json(directory_);
  const uint64_t size = directory.size();
  add(directory);
  add({reinterpret_cast<const char*>(&size), sizeof size});
  add(kMark);
  flush();
  const Sha256 digest = hasher_.digest();
  if (error_) return std::unexpected(*error_);
  HQ_TRY_VOID(write_at(descriptor_, {reinterpret_cast<const char*>(digest.data()), digest.size()},
                       flushed_, path_));
  if (::fsync(descriptor_) != 0) return std::unexpected(system_error(errno, path_.string()));
  return {};
}

Result<SnapshotFile> SnapshotFile::open(const std::filesystem::path& path) {
  SnapshotFile snapshot;
  snapshot.path_ = path;
  HQ_TRY(snapshot.file_, MappedFile::open(path));
  const std::string_view all = snapshot.file_.bytes();
  if (all.size() < kTailBytes) return damaged(path, "it is cut short", "文件不完整");
  const std::string_view tail = all.substr(all.size() - kTailBytes);
  if (tail.substr(8, kMark.size()) != kMark) {
    return damaged(path, "its end is not that of a snapshot", "结尾不是快照的结尾");
  }
  uint64_t size = 0;
  tail.copy(reinterpret_cast<char*>(&size), sizeof size);
  if (size > all.size() - kTailBytes) {
    return damaged(path, "its directory does not fit", "目录长度不符");
  }
  const uint64_t states = all.size() - kTailBytes - size;
  auto directory = from_json<SnapshotDirectory>(all.substr(states, size), {.bytes_max = size});
  if (!directory) return damaged(path, "its directory cannot be read", "目录无法读取");
  snapshot.directory_ = *std::move(directory);
  for (const StateEntry& state : snapshot.directory_.states) {
    if (state.begin > states || state.bytes > states - state.begin) {
      return damaged(path, "its directory does not fit", "目录与内容不符");
    }
  }
  return snapshot;
}

Result<> SnapshotFile::check() const {
  const std::string_view all = file_.bytes();
  const Sha256 digest = sha256(all.substr(0, all.size() - 32));
  if (std::memcmp(digest.data(), all.data() + all.size() - 32, 32) != 0) {
    return damaged(path_, "its digest is another one", "摘要不符");
  }
  if (directory_.version != kSnapshotVersion) {
    return fail(ErrorCode::newer_version,
                fmt::format("the snapshot has format {}; this program reads {}", directory_.version,
                            kSnapshotVersion),
                fmt::format("快照格式为 {}，本程序只读 {}", directory_.version, kSnapshotVersion),
                path_.string());
  }
  for (const StateEntry& state : directory_.states) {
    for (const GrowingEntry& entry : state.growing) HQ_TRY_VOID(check_growing(state, entry));
  }
  return {};
}

Result<> SnapshotFile::check_growing(const StateEntry& state, const GrowingEntry& entry) const {
  const auto path = growing_path(path_.parent_path(), state.prefix, entry.name);
  HQ_TRY(const MappedFile file, MappedFile::open(path));
  if (file.bytes().size() < entry.bytes || entry.segments.size() != segment_count(entry.bytes)) {
    return damaged(path, "it is cut short", "文件不完整");
  }
  const std::string_view bytes = file.bytes().substr(0, entry.bytes);
  for (uint64_t i = 0; i < entry.segments.size(); ++i) {
    if (segment_digest(bytes, i) == entry.segments[i]) continue;
    return damaged(path, fmt::format("the digest of segment {} is another one", i),
                   fmt::format("第 {} 段的摘要不符", i));
  }
  return {};
}

Result<Head> SnapshotFile::head() const {
  const auto hash = from_hex(directory_.hash);
  if (!hash || hash->size() != 32) return damaged(path_, "it has no hash", "缺少哈希");
  Head head{directory_.seq, directory_.time, {}};
  std::memcpy(head.hash.data(), hash->data(), hash->size());
  return head;
}

const StateEntry* SnapshotFile::find(std::string_view prefix) const {
  const auto found = std::ranges::find(directory_.states, prefix, &StateEntry::prefix);
  return found == directory_.states.end() ? nullptr : &*found;
}

std::string_view SnapshotFile::bytes(const StateEntry& entry) const {
  return file_.bytes().substr(entry.begin, entry.bytes);
}

std::map<std::string, GrowingFile, std::less<>> SnapshotFile::growing(
    const StateEntry& entry) const {
  std::map<std::string, GrowingFile, std::less<>> files;
  for (const GrowingEntry& one : entry.growing) {
    files[one.name] = {growing_path(path_.parent_path(), entry.prefix, one.name), one.bytes};
  }
  return files;
}

}  // namespace hq::log
