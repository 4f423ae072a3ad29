#include "log/detail/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <thread>
#include <vector>

#include "log/detail/checked_pages.h"

namespace hq::log {
namespace {

// SQLite keeps its locks in the page at 1 GiB and never writes it.
constexpr sqlite3_int64 kLockBytesAt = 0x4000'0000;
constexpr int kReadAttempts = 3;
constexpr std::chrono::milliseconds kReadPause{5};

/// errno of the system call behind the last error, 0 where there was none. SQLite keeps that of a
/// failed write to the write-ahead log with that file.
int system_errno(sqlite3* database) {
  int number = sqlite3_system_errno(database);
  sqlite3_file* file = nullptr;
  if (number == 0 &&
      sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER,
                           static_cast<void*>(&file)) == SQLITE_OK &&
      file != nullptr && file->pMethods != nullptr) {
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
  }
  return number;
}

Error page_error(sqlite3* database, const std::string& path) {
  uint32_t page = 0;
  if (database != nullptr) sqlite3_file_control(database, "main", kFailedPageControl, &page);
  return {ErrorCode::corrupt,
          fmt::format("the file is damaged: page {} does not match its sum", page),
          fmt::format("日志文件已损坏：第 {} 页与其校验和不符", page), path};
}

/// The Error for what the last call on `database` said.
Error sqlite_error(sqlite3* database, int code, const std::string& path) {
  const int system = database == nullptr ? 0 : system_errno(database);
  std::string said = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::disk_full,
              "the disk, or the space allowed for the log, is full; free or allow more",
              "磁盘或日志可用空间已满；请释放或增加空间", path};
    case SQLITE_IOERR:
      if (code == SQLITE_IOERR_DATA) return page_error(database, path);
      // A file size limit of the process is a full disk to us.
      if (system == ENOSPC || system == EDQUOT || system == EFBIG) {
        return system_error(ENOSPC, path);
      }
      if (system != 0) return system_error(system, path);
      return {ErrorCode::io_error, std::move(said), {}, path};
    case SQLITE_CANTOPEN:
      if (system != 0) return system_error(system, path);
      return {ErrorCode::io_error, std::move(said), {}, path};
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return system_error(EACCES, path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::unavailable, "another program holds a lock on the log file; close it",
              "日志文件被其他程序锁定；请关闭该程序", path};
    case SQLITE_NOTADB:
      return {ErrorCode::corrupt, "the file is not a log of this program", "该文件不是本程序的日志",
              path};
    case SQLITE_CORRUPT:
      return {ErrorCode::corrupt, fmt::format("the file is damaged: {}", said), "日志文件已损坏",
              path};
    case SQLITE_TOOBIG:
      return {ErrorCode::too_large, std::move(said), {}, path};
    case SQLITE_CONSTRAINT:
      return {ErrorCode::already_exists, std::move(said), {}, path};
    default:
      return {ErrorCode::io_error, fmt::format("SQLite: {}", said), {}, path};
  }
}

}  // namespace

void Statement::Finalise::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close(database);
}

Statement& Statement::bind(int parameter, int64_t value) {
  const int code = sqlite3_bind_int64(statement_.get(), parameter, value);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

// The bytes are not copied: they must live until the statement is reset, which run() does.
Statement& Statement::bind_text(int parameter, std::string_view text) {
  const int code = sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  const int code =
      sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Result<bool> Statement::step() {
  sqlite3* const database = sqlite3_db_handle(statement_.get());
  if (bind_error_ != 0) {
    return std::unexpected(sqlite_error(database, std::exchange(bind_error_, 0), path_));
  }
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Error error = sqlite_error(database, code, path_);
  reset();
  return std::unexpected(std::move(error));
}

Result<> Statement::run() {
  while (true) {
    HQ_TRY(const bool row, step());
    if (!row) break;
  }
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const {
  // The pointer first: asking for the size before it may convert the value under it.
  const void* const data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

Result<Database> Database::open(const std::filesystem::path& file, Access access,
                                std::chrono::milliseconds busy_wait, const std::string& vfs) {
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  std::shared_ptr<CheckedPages> pages = CheckedPages::over(vfs);
  if (pages == nullptr) {
    return fail(ErrorCode::internal, fmt::format("SQLite has no file system '{}' to use", vfs),
                fmt::format("SQLite 没有可用的文件系统“{}”", vfs), file.string());
  }
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, pages->name());
  Database opened;
  opened.database_ = {raw, Close{std::move(pages)}};
  opened.path_ = file.string();
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(raw, code, opened.path_));
  sqlite3_busy_timeout(raw, static_cast<int>(busy_wait.count()));
  return opened;
}

Result<> Database::run(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(database_.get(), code, path_));
  return {};
}

Result<int64_t> Database::integer(const char* sql) {
  HQ_TRY(Statement statement, prepare(sql));
  HQ_TRY(const bool row, statement.step());
  const int64_t value = row ? statement.integer(0) : 0;
  HQ_TRY_VOID(statement.run());  // what a statement changes may fail after its row
  return value;
}

Result<std::string> Database::text(const char* sql) {
  HQ_TRY(Statement statement, prepare(sql));
  HQ_TRY(const bool row, statement.step());
  std::string value = row ? std::string(statement.bytes(0)) : std::string();
  HQ_TRY_VOID(statement.run());
  return value;
}

Result<> Database::reserve_page_sums() {
  int bytes = kPageSumBytes;
  const int code =
      sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(database_.get(), code, path_));
  return {};
}

Result<bool> Database::has_page_sums() {
  int bytes = -1;  // only asks
  const int code =
      sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(database_.get(), code, path_));
  return bytes == kPageSumBytes;
}

Result<> Database::check_pages() {
  HQ_TRY(const int64_t page_bytes, integer("PRAGMA page_size"));
  sqlite3_file* file = nullptr;
  sqlite3_file* newer = nullptr;
  sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_FILE_POINTER,
                       static_cast<void*>(&file));
  sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER,
                       static_cast<void*>(&newer));
  const auto newer_bytes = [&] {
    sqlite3_int64 bytes = 0;
    const bool is_open = newer != nullptr && newer->pMethods != nullptr;
    return is_open && newer->pMethods->xFileSize(newer, &bytes) == SQLITE_OK ? bytes : 0;
  };
  sqlite3_int64 bytes = 0;
  if (const int code = file->pMethods->xFileSize(file, &bytes); code != SQLITE_OK) {
    return std::unexpected(sqlite_error(database_.get(), code, path_));
  }
  std::vector<char> page(static_cast<std::size_t>(page_bytes));
  const sqlite3_int64 locks_at = kLockBytesAt / page_bytes * page_bytes;
  for (sqlite3_int64 at = 0; at < bytes && newer_bytes() == 0; at += page_bytes) {
    if (at == locks_at) continue;
    int code = SQLITE_OK;
    // A writer that begins just now may be in the middle of the page.
    for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
      code = file->pMethods->xRead(file, page.data(), static_cast<int>(page_bytes), at);
      if (code != SQLITE_IOERR_DATA) break;
      std::this_thread::sleep_for(kReadPause);
    }
    if (code != SQLITE_OK && newer_bytes() == 0) {
      return std::unexpected(sqlite_error(database_.get(), code, path_));
    }
  }
  return {};
}

Result<> Database::sync_write_ahead_log() {
  sqlite3_file* file = nullptr;
  int code = sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER,
                                  static_cast<void*>(&file));
  if (code == SQLITE_OK && file != nullptr && file->pMethods != nullptr) {
    code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
  }
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(database_.get(), code, path_));
  return {};
}

void Database::fold_write_ahead_log(int pages) {
  fold_->pages = pages;
  const auto committed = [](void* of, sqlite3* database, const char* name, int count) {
    auto& fold = *static_cast<Fold*>(of);
    if (fold.pages == 0 || count < fold.pages || fold.code != SQLITE_OK) return SQLITE_OK;
    fold.code =
        sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (fold.code == SQLITE_BUSY) fold.code = SQLITE_OK;  // another folds
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database_.get(), committed, fold_.get());
}

Result<> Database::folded() {
  if (fold_->code == SQLITE_OK) return {};
  sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return std::unexpected(sqlite_error(database_.get(), fold_->code, path_));
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  Statement statement;
  statement.statement_.reset(raw);
  statement.path_ = path_;
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(database_.get(), code, path_));
  return statement;
}

}  // namespace hq::log
