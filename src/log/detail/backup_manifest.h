// The manifest of a backup: what belongs to it, byte for byte. docs/format/log.md has its fields.
//
// It is written last and whole, and ends with its own SHA-256: a backup without one was never
// finished, and one whose manifest is there is whole as of that manifest, whatever a later run that
// was cut off has left beside it.
//
//   HQ_TRY(const Manifest manifest, read_manifest("backup"));
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"

namespace hq::log {

inline constexpr const char* kManifestFile = "manifest.json";
inline constexpr const char* kUnfinishedFile = "unfinished";
inline constexpr const char* kObjectsFolder = "objects";
inline constexpr const char* kStreamsFolder = "streams";
inline constexpr uint32_t kBackupVersion = 1;

/// An export of some commits of a stream.
struct PartEntry {
  std::string file;  // in the backup
  uint64_t from = 0;
  uint64_t to = 0;
  uint64_t bytes = 0;
  std::string sha256;
};
BOOST_DESCRIBE_STRUCT(PartEntry, (), (file, from, to, bytes, sha256))

struct StreamEntry {
  std::string name;
  uint64_t seq = 0;  // of the last commit
  std::string hash;
  JsonText checkpoint;  // a line as checkpoint.h has it
  std::vector<PartEntry> parts;
};
BOOST_DESCRIBE_STRUCT(StreamEntry, (), (name, seq, hash, checkpoint, parts))

/// A file of the data folder; its bytes are objects/SHA256.
struct FileEntry {
  std::string path;  // in the data folder, with / between
  uint64_t bytes = 0;
  std::string sha256;
  uint32_t mode = 0;
  uint64_t commit = 0;  // that refers to it; 0 for none
};
BOOST_DESCRIBE_STRUCT(FileEntry, (), (path, bytes, sha256, mode, commit))

struct Manifest {
  std::string format;
  uint32_t version = 0;
  Instant time{};
  std::string public_key;
  std::vector<StreamEntry> streams;
  std::vector<FileEntry> files;
};
BOOST_DESCRIBE_STRUCT(Manifest, (), (format, version, time, public_key, streams, files))

/// not_found: no backup there, or one that was never finished; parse_error; corrupt; newer_version.
Result<Manifest> read_manifest(const std::filesystem::path& folder);
Result<> write_manifest(const std::filesystem::path& folder, Manifest manifest);

std::filesystem::path object_path(const std::filesystem::path& folder, const FileEntry& file);

/// SHA-256 of a file of any size, as hexadecimal digits.
Result<std::string> digest_of_file(const std::filesystem::path& file);

/// Copies a file of any size, on disk when it returns; gives the SHA-256 of what was copied.
Result<std::string> copy_file_durably(const std::filesystem::path& from,
                                      const std::filesystem::path& to, uint32_t mode);

}  // namespace hq::log
