#include "log/detail/backup_manifest.h"

#include <fmt/format.h>

#include "base/file.h"
#include "log/detail/byte_file.h"

namespace hq::log {
namespace {

constexpr std::string_view kFormat = "hongqiao backup";
constexpr std::string_view kDigestKey = R"(,"sha256":")";
constexpr std::size_t kDigestDigits = 64;
constexpr std::string_view kEnd = "\"}\n";
constexpr uint64_t kManifestBytesMax = uint64_t{256} << 20;  // a million files and more
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

std::unexpected<Error> damaged(const std::filesystem::path& file) {
  return fail(ErrorCode::corrupt, "the manifest of the backup is damaged: use another backup",
              "备份清单已损坏：请使用其他备份", file.string());
}

/// The object without its digest, which is checked.
Result<std::string> take_digest(const std::string& text, const std::filesystem::path& file) {
  const std::size_t tail = kDigestKey.size() + kDigestDigits + kEnd.size();
  if (text.size() < tail) return damaged(file);
  std::string_view rest = text;
  const std::string_view end = rest.substr(rest.size() - tail);
  rest.remove_suffix(tail);
  if (!end.starts_with(kDigestKey) || !end.ends_with(kEnd) ||
      end.substr(kDigestKey.size(), kDigestDigits) != to_hex(sha256(rest))) {
    return damaged(file);
  }
  return std::string(rest) + '}';
}

}  // namespace

Result<Manifest> read_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kManifestFile;
  auto text = read_file(file, kManifestBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) {
    std::error_code error;
    if (std::filesystem::exists(folder / kUnfinishedFile, error)) {
      return fail(ErrorCode::not_found,
                  "the backup was never finished: its manifest is missing; make it again",
                  "备份从未完成：缺少清单；请重新备份", folder.string());
    }
    return fail(ErrorCode::not_found, "there is no backup in this folder", "该文件夹中没有备份",
                folder.string());
  }
  HQ_TRY_VOID(text);
  HQ_TRY(const std::string object, take_digest(*text, file));
  const JsonLimits limits{.bytes_max = kManifestBytesMax, .unknown_fields_allowed = true};
  auto manifest = from_json<Manifest>(object, limits);
  if (!manifest) return std::unexpected(std::move(manifest).error().at(file.string()));
  if (manifest->format != kFormat || manifest->version == 0) return damaged(file);
  if (manifest->version > kBackupVersion) {
    return fail(ErrorCode::newer_version,
                fmt::format("the backup has format {}; this program knows formats up to {}",
                            manifest->version, kBackupVersion),
                fmt::format("备份格式为 {}，本程序只支持到 {}", manifest->version, kBackupVersion),
                file.string());
  }
  return manifest;
}

Result<> write_manifest(const std::filesystem::path& folder, Manifest manifest) {
  manifest.format = kFormat;
  manifest.version = kBackupVersion;
  std::string text = to_json(manifest);
  text.pop_back();  // the brace that ends the object
  const std::string digest = to_hex(sha256(std::string_view(text)));
  text.append(kDigestKey).append(digest).append(kEnd);
  return write_file_atomically(folder / kManifestFile, text);
}

std::filesystem::path object_path(const std::filesystem::path& folder, const FileEntry& file) {
  return folder / kObjectsFolder / file.sha256;
}

Result<std::string> digest_of_file(const std::filesystem::path& file) {
  HQ_TRY(const auto in, ByteReader::open(file));
  Sha256Hasher hasher;
  while (true) {
    HQ_TRY(const std::string_view piece, in->take(kPieceBytes));
    if (piece.empty()) return to_hex(hasher.digest());
    hasher.add(piece);
  }
}

Result<std::string> copy_file_durably(const std::filesystem::path& from,
                                      const std::filesystem::path& to, uint32_t mode) {
  HQ_TRY(const auto in, ByteReader::open(from));
  HQ_TRY(const auto out, ByteWriter::create(to, mode));
  while (true) {
    HQ_TRY(const std::string_view piece, in->take(kPieceBytes));
    if (piece.empty()) break;
    HQ_TRY_VOID(out->add(piece));
  }
  HQ_TRY_VOID(out->finish());
  return to_hex(out->digest());
}

}  // namespace hq::log
