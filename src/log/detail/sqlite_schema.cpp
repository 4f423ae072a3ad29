#include "log/detail/sqlite_schema.h"

#include <fmt/format.h>

#include <algorithm>

namespace hq::log {
namespace {

// Tables and marks in one transaction: a file has all of them or, after a crash, none.
// `command` could be made anew from the groups; it stands beside them so that a repeat is found,
// and a double refused, in the same write.
std::string creation_sql() {
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
    PRAGMA application_id = {};
    PRAGMA user_version = {};
    COMMIT;)",
                     kApplicationId, kFormatVersion);
}

}  // namespace

Result<> check_format(Database& database, const std::filesystem::path& file) {
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
  return {};
}

Result<> prepare_for_writing(Database& database, const std::filesystem::path& file,
                             uint64_t bytes_max) {
  const Result<> format = check_format(database, file);
  const bool is_new = !format && format.error().code == ErrorCode::not_found;
  if (!format && !is_new) return format;

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
    HQ_TRY_VOID(database.run(creation_sql().c_str()));
  }
  if (bytes_max > 0) {
    HQ_TRY(const int64_t page_bytes, database.integer("PRAGMA page_size"));
    const int64_t pages = std::max<int64_t>(1, static_cast<int64_t>(bytes_max) / page_bytes);
    HQ_TRY_VOID(database.run(fmt::format("PRAGMA max_page_count = {}", pages).c_str()));
  }
  return {};
}

}  // namespace hq::log
