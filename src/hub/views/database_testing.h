// TestDatabase: an empty database for the tables of a test, and what SQL says of it.
//
//   TestDatabase database(Dialect::postgres);             // see HQ_REQUIRE_POSTGRES
//   auto views = Views::open(database.place(), {}).value();
//   EXPECT_EQ(database.value("SELECT count(*) FROM commits"), "7");
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include <atomic>
#include <string>
#include <vector>

#include "hub/views/detail/tables.h"
#include "log/test_postgres.h"

namespace hq::hub {

class TestDatabase {
 public:
  using Dialect = views::Dialect;
  using TextRow = std::vector<std::string>;

  explicit TestDatabase(Dialect dialect) : dialect_(dialect) {
    if (dialect == Dialect::sqlite) {
      place_ = (folder_.path() / "views.sqlite").string();
      return;
    }
    static std::atomic<int> last = 0;
    const std::string name = fmt::format("views_{}", ++last);
    log::TestPostgres::shared().sql("CREATE DATABASE " + name);
    place_ = log::TestPostgres::shared().connection(name);
  }

  const std::string& place() const { return place_; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  Dialect dialect() const { return dialect_; }

  /// Rows as text; NULL is "-".
  std::vector<TextRow> rows(const std::string& sql) const {
    return dialect_ == Dialect::sqlite ? sqlite_rows(sql) : postgres_rows(sql);
  }
  std::string value(const std::string& sql) const {
    const auto found = rows(sql);
    return found.empty() ? "" : found[0][0];
  }

  /// A time, or a flag, as SQLite has it.
  std::string time(const std::string& column) const {
    if (dialect_ == Dialect::sqlite) return column;
    return "to_char(" + column + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
  }
  std::string flag(const std::string& column) const {
    return dialect_ == Dialect::sqlite ? column : column + "::int";
  }

  /// All rows of all tables, to compare two databases.
  std::vector<std::string> dump() const {
    std::vector<std::string> lines;
    for (const views::Table* table : views::tables()) {
      for (const TextRow& row :
           rows(fmt::format("SELECT * FROM {} ORDER BY {}", table->name, table->key))) {
        lines.push_back(fmt::format("{}: {}", table->name, fmt::join(row, "|")));
      }
    }
    return lines;
  }

 private:
  std::vector<TextRow> sqlite_rows(const std::string& sql) const {
    std::vector<TextRow> rows;
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(place_.c_str(), &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 5000);
    const auto take = [](void* all, int count, char** texts, char**) {
      TextRow& row = static_cast<std::vector<TextRow>*>(all)->emplace_back();
      for (int i = 0; i < count; ++i) row.emplace_back(texts[i] == nullptr ? "-" : texts[i]);
      return 0;
    };
    char* said = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), take, &rows, &said), SQLITE_OK)
        << sql << ": " << (said == nullptr ? "" : said);
    sqlite3_free(said);
    sqlite3_close(database);
    return rows;
  }

  std::vector<TextRow> postgres_rows(const std::string& sql) const {
    std::vector<TextRow> rows;
    PGconn* const opened = PQconnectdb(place_.c_str());
    PQclear(PQexec(opened, "SET search_path = hongqiao_views, public; SET timezone = 'UTC'"));
    PGresult* const result = PQexec(opened, sql.c_str());
    const ExecStatusType status = PQresultStatus(result);
    EXPECT_TRUE(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        << sql << ": " << PQerrorMessage(opened);
    for (int i = 0; i < PQntuples(result); ++i) {
      TextRow& row = rows.emplace_back();
      for (int j = 0; j < PQnfields(result); ++j) {
        row.emplace_back(PQgetisnull(result, i, j) != 0 ? "-" : PQgetvalue(result, i, j));
      }
    }
    PQclear(result);
    PQfinish(opened);
    return rows;
  }

  Dialect dialect_;
  std::string place_;
  log::TestFolder folder_;
};

}  // namespace hq::hub
