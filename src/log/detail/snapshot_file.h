// The bytes of one snapshot: docs/format/snapshot.md.
//
// SnapshotFileWriter is what services write into: their states one after the other, then a
// directory of them, then a digest of all. SnapshotFile is one that was read, checked as a whole;
// the states are views into the mapped file.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "log/commit.h"
#include "log/state.h"

namespace hq::log {

inline constexpr uint32_t kSnapshotVersion = 1;
inline constexpr uint64_t kSegmentBytes = uint64_t{8} << 20;  // of a growing file, by digest

struct GrowingEntry {
  std::string name;
  uint64_t bytes = 0;
  std::vector<std::string> segments;  // SHA-256 of each 8 MiB, the last one shorter
};
BOOST_DESCRIBE_STRUCT(GrowingEntry, (), (name, bytes, segments))

struct StateEntry {
  std::string prefix;  // of the service
  uint32_t version = 0;
  uint64_t begin = 0;
  uint64_t bytes = 0;
  std::vector<GrowingEntry> growing;
};
BOOST_DESCRIBE_STRUCT(StateEntry, (), (prefix, version, begin, bytes, growing))

struct SnapshotDirectory {
  uint32_t version = kSnapshotVersion;
  uint64_t seq = 0;
  Instant time{};
  std::string hash;  // of that commit
  std::vector<StateEntry> states;
};
BOOST_DESCRIBE_STRUCT(SnapshotDirectory, (), (version, seq, time, hash, states))

/// Where the bytes of a service that grow lie.
std::filesystem::path growing_path(const std::filesystem::path& folder, std::string_view prefix,
                                   std::string_view name);

class SnapshotFileWriter final : public StateWriter {
 public:
  /// `before` is the directory of the snapshot that the growing files are counted from.
  SnapshotFileWriter(std::filesystem::path path, SnapshotDirectory before);
  ~SnapshotFileWriter() override;
  SnapshotFileWriter(const SnapshotFileWriter&) = delete;
  SnapshotFileWriter& operator=(const SnapshotFileWriter&) = delete;

  void begin(std::string_view prefix, uint32_t version);
  void add(std::string_view bytes) override;
  void add_growing(std::string_view name, std::string_view bytes) override;
  /// Writes directory and digest, and flushes; the first error of all.
  Result<> finish(const Head& head);

 private:
  void end_state();
  void flush();
  Result<> grow(const std::filesystem::path& path, uint64_t bytes_before, std::string_view bytes);
  const GrowingEntry* entry_before(std::string_view name) const;

  std::filesystem::path path_;
  SnapshotDirectory before_;
  SnapshotDirectory directory_;
  int descriptor_ = -1;
  std::string buffer_;
  uint64_t flushed_ = 0;
  Sha256Hasher hasher_;
  std::optional<Error> error_;
};

class SnapshotFile {
 public:
  /// Reads the directory alone, of a file that was written by this program just now.
  static Result<SnapshotFile> open(const std::filesystem::path& path);
  /// Checks all of it, and the growing files beside it. corrupt, or newer_version.
  Result<> check() const;

  const SnapshotDirectory& directory() const { return directory_; }
  /// Behind which commit it stands.
  Result<Head> head() const;
  const StateEntry* find(std::string_view prefix) const;
  std::string_view bytes(const StateEntry& entry) const;
  std::map<std::string, GrowingFile, std::less<>> growing(const StateEntry& entry) const;

 private:
  Result<> check_growing(const StateEntry& state, const GrowingEntry& entry) const;

  std::filesystem::path path_;
  MappedFile file_;
  SnapshotDirectory directory_;
};

}  // namespace hq::log
