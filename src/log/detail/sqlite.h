// The little of SQLite that the log needs, as Results. The only folder part that knows sqlite3.h
// is the .cpp behind this header.
//
// A Database and its Statements belong to one thread at a time and a Statement must not outlive
// its Database. What a column gives stays good until the statement is stepped, reset or bound.
//
//   HQ_TRY(Database db, Database::open(file, Database::Access::write, kBusyWait));
//   HQ_TRY(Statement add, db.prepare("INSERT INTO t VALUES(?1, ?2)"));
//   HQ_TRY_VOID(add.bind(1, 7).bind_text(2, "x").run());
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace hq::log {

class CheckedPages;

class Statement {
 public:
  /// Parameters count from 1, columns from 0, as SQLite has it. A bind that fails shows in the
  /// next step.
  Statement& bind(int parameter, int64_t value);
  Statement& bind_text(int parameter, std::string_view text);
  Statement& bind_blob(int parameter, std::string_view bytes);

  /// True with a row, false at the end.
  Result<bool> step();
  /// Steps to the end and resets; for statements without rows.
  Result<> run();
  void reset();

  int64_t integer(int column) const;
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const;
  };

  std::unique_ptr<sqlite3_stmt, Finalise> statement_;
  std::string path_;
  int bind_error_ = 0;
};

class Database {
 public:
  enum class Access { read, write };  // write creates the file if there is none

  /// `vfs` names the SQLite file system to use; empty for the system's files.
  static Result<Database> open(const std::filesystem::path& file, Access access,
                               std::chrono::milliseconds busy_wait, const std::string& vfs = {});

  /// Runs statements that give no rows that anyone wants.
  Result<> run(const char* sql);
  /// The first column of the first row; 0 where there is none or it is NULL.
  Result<int64_t> integer(const char* sql);
  Result<std::string> text(const char* sql);
  Result<Statement> prepare(std::string_view sql);

  /// Puts the write-ahead log on disk. A process that was killed between a write and its sync has
  /// left commits that can be read and that a loss of power would still take.
  Result<> sync_write_ahead_log();

  /// From now on a commit that leaves so many pages or more in the write-ahead log folds them into
  /// the file; 0 for none. SQLite would do the same, and keep to itself that it failed.
  void fold_write_ahead_log(int pages);
  /// Why the last fold failed, if so. What it could not put on disk is in the write-ahead log
  /// alone, which is then not folded when the last connection closes, either.
  Result<> folded();

  /// Has room for a sum kept in each page (checked_pages.h); only before the file has any page.
  Result<> reserve_page_sums();
  Result<bool> has_page_sums();
  /// Reads every page of the file, used or not, past SQLite's memory of them; corrupt where one
  /// does not match its sum. Does nothing while the write-ahead log holds newer pages, since what
  /// stands in the file may then be about to be replaced.
  Result<> check_pages();

 private:
  struct Close {
    std::shared_ptr<CheckedPages> pages;  // let go after the connection that uses it
    void operator()(sqlite3* database) const;
  };

  struct Fold {
    int pages = 0;
    int code = 0;  // of SQLite
  };

  std::unique_ptr<Fold> fold_ = std::make_unique<Fold>();  // where SQLite finds it
  std::unique_ptr<sqlite3, Close> database_;
  std::string path_;
};

}  // namespace hq::log
