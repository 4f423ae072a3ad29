// From a folder of files to a table in the binary: what each file becomes.
//
// Used at build time by the hq_embed_files tool (main.cpp) and by its tests. Pure functions but for
// read_folder. Order and bytes of the result depend on the files alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hq::net::embed {

inline constexpr uint64_t kFileBytesMax = uint64_t{64} << 20;
inline constexpr std::size_t kFileCountMax = 10'000;

struct PackedFile {
  std::string path;  // "/assets/index-BvX1z9aQ.js"
  std::string mime_type;
  std::string tag;
  std::string plain;
  std::string gzip;    // empty where it is not smaller by a twentieth
  std::string brotli;  // the same
  bool is_immutable = false;
};

/// All regular files under `folder`, sorted by path; none where the folder does not exist.
/// Hidden files and source maps are left out.
Result<std::vector<PackedFile>> read_folder(const std::filesystem::path& folder);

/// By its extension; "application/octet-stream" where that is not known.
std::string_view mime_type_of(std::string_view path);

/// A build tool gave it a name with a hash of what is in it: "/assets/<name>-<8 or more>.<ext>",
/// where the hash has a digit or a capital. Such a file never changes.
bool is_hashed_asset(std::string_view path);

/// The C++ source of the table, and the bytes that it names with .incbin.
struct Generated {
  std::string source;
  std::string blob;
};
struct TableName {
  std::string name_space;  // "hq::server"
  std::string function;    // "web_files"
  std::string blob_file;   // path that the assembler finds the blob under
};
Generated generate(const std::vector<PackedFile>& files, const TableName& name);

}  // namespace hq::net::embed
