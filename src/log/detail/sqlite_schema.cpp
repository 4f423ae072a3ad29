#include "log/detail/sqlite_schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/streams.h"

namespace hq::log {
namespace {

// Tables and marks in one transaction: a file has all of them or, after a crash, none.
// `command` could be made anew from the groups; it stands beside them so that a repeat is found,
// and a double refused, in the same write.
std::string creation_sql(std::string_view stream) {
  return fmt::format(R"(
    BEGIN EXCLUSIVE;
    CREATE TABLE commit_group (
      first_seq INTEGER PRIMARY KEY,
      last_seq  INTEGER NOT NULL,
      commits   BLOB NOT NULL
    ) STRICT;
    CREATE TABLE command (
      id  TEXT PRIMARY KEY,
      seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE stream (
      name TEXT NOT NULL
    ) STRICT;
    INSERT INTO stream VALUES('{}');
    PRAGMA application_id = {};
    PRAGMA user_version = {};
    COMMIT;)",
                     stream, kApplicationId, kFormatVersion);
}

/// The file says itself which stream it is, so that a file under another name is no other stream.
Result<> check_stream(Database& database, const std::filesystem::path& file, int64_t version,
                      std::string_view stream) {
  std::string stored(kMainStream);
  if (version >= 2) {
    HQ_TRY(stored, database.text("SELECT name FROM stream"));
  }
  if (stored == stream) return {};
  if (stored.empty()) {
    return fail(ErrorCode::corrupt,
                "the file is damaged: it does not say which stream it holds; it may be cut short",
                "日志文件已损坏：其中没有流的名称，文件可能不完整", file.string());
  }
  return fail(ErrorCode::conflict,
              fmt::format("the file holds the stream '{}', not '{}': it was renamed or put in the "
                          "place of another",
                          stored, stream),
              fmt::format("该文件保存的是流“{}”，而不是“{}”：它被改名或放错了位置", stored, stream),
              file.string());
}

Result<> check_sums(Database& database, const std::filesystem::path& file) {
  HQ_TRY(const bool has_sums, database.has_page_sums());
  if (has_sums) return {};
  return fail(ErrorCode::corrupt,
              "the file is damaged: its pages have no room for the sums of its format",
              "日志文件已损坏：页中没有其格式所需的校验和", file.string());
}

}  // namespace

Result<> check_format(Database& database, const std::filesystem::path& file,
                      std::string_view stream) {
  HQ_TRY(const int64_t application, database.integer("PRAGMA application_id"));
  HQ_TRY(const int64_t version, database.integer("PRAGMA user_version"));
  HQ_TRY(const int64_t objects, database.integer("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && objects == 0) {
    return fail(ErrorCode::not_found, "the log has not been started yet", "日志尚未启用",
                file.string());
  }
  if (application != kApplicationId || version < 1) {
    return fail(ErrorCode::corrupt, "the file is not a log of this program",
                "该文件不是本程序的日志", file.string());
  }
  if (version > kFormatVersion) {
    return fail(ErrorCode::newer_version,
                fmt::format("the log has format {}; this program knows formats up to {}. Use the "
                            "newer program; nothing was changed",
                            version, kFormatVersion),
                fmt::format("日志格式为 {}，本程序只支持到 {}；请使用新版本程序，数据未被改动",
                            version, kFormatVersion),
                file.string());
  }
  if (version >= 2) {
    HQ_TRY_VOID(check_sums(database, file));
  }
  return check_stream(database, file, version, stream);
}

Result<> prepare_for_writing(Database& database, const std::filesystem::path& file,
                             std::string_view stream, uint64_t bytes_max) {
  const Result<> format = check_format(database, file, stream);
  const bool is_new = !format && format.error().code == ErrorCode::not_found;
  if (!format && !is_new) return format;
  if (is_new) {
    // A file that was begun without that room keeps it so.
    HQ_TRY(const int64_t pages, database.integer("PRAGMA page_count"));
    if (pages == 0) {
      // Between groups of megabytes, for which pages cannot be too large, and commits of a few
      // hundred bytes, each of which writes a page of the index of commands.
      HQ_TRY_VOID(database.run("PRAGMA page_size = 16384"));
    }
    const Result<> room = pages > 0 ? check_sums(database, file) : database.reserve_page_sums();
    HQ_TRY_VOID(room);
  }

  HQ_TRY(const std::string mode, database.text("PRAGMA journal_mode = WAL"));
  if (mode != "wal") {
    return fail(ErrorCode::unsupported,
                "SQLite cannot use its write-ahead log here; a network file system may be the "
                "reason, use a local disk",
                "此处无法使用 SQLite 预写日志；请使用本地磁盘", file.string());
  }
  HQ_TRY_VOID(
      database.run("PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;"
                   "PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 67108864"));
  if (is_new) {
    HQ_TRY_VOID(database.run(creation_sql(stream).c_str()));
  }
  if (bytes_max > 0) {
    HQ_TRY(const int64_t page_bytes, database.integer("PRAGMA page_size"));
    const int64_t pages = std::max<int64_t>(1, static_cast<int64_t>(bytes_max) / page_bytes);
    HQ_TRY_VOID(database.run(fmt::format("PRAGMA max_page_count = {}", pages).c_str()));
  }
  return {};
}

}  // namespace hq::log
