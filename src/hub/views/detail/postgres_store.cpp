// The tables in a schema of a PostgreSQL database, which may be that of the log or another one.
#include <fmt/format.h>

#include <array>

#include "base/assert.h"
#include "hub/views/detail/table_store.h"
#include "log/detail/postgres.h"

namespace hq::hub::views {
namespace {

using log::PostgresConnection;
using log::PostgresRows;
using log::PostgresStatement;
using log::PostgresValues;

// One statement may carry thousands of rows, and a rebuild drops large tables.
constexpr std::chrono::minutes kAnswerWait{10};
// Rows are sent when so many wait, or so many bytes of them.
constexpr std::size_t kRowsSent = 10'000;
constexpr std::size_t kBytesSent = std::size_t{8} << 20;

// A transaction that is lost with the server is made again by the next run, so it waits for no
// standby. Tables that grow from nothing have no statistics, and plans made then are kept: they
// must use the keys.
constexpr const char* kSession =
    "SET synchronous_commit = local; SET jit = off; SET statement_timeout = 0;"
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
    "SET idle_in_transaction_session_timeout = 0; SET client_min_messages = error;"
    "SET timezone = 'UTC'; SET datestyle = 'ISO'";

constexpr PostgresStatement kWhatIsThere = {
    "views_what_is_there",
    "SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'hongqiao_views'),"
    " (SELECT count(*) FROM pg_attribute"
    " WHERE attrelid = to_regclass('hongqiao_views.as_of') AND attname = 'format')"};
constexpr PostgresStatement kFormat = {
    "views_format", "SELECT coalesce(max(format), 0)::bigint FROM hongqiao_views.as_of"};
constexpr PostgresStatement kStanding = {
    "views_standing",
    "SELECT seq, hash, coalesce((extract(epoch FROM time) * 1000000)::bigint, 0)"
    " FROM hongqiao_views.as_of"};
constexpr PostgresStatement kLockedStanding = {
    "views_locked_standing",
    "SELECT seq, hash, coalesce((extract(epoch FROM time) * 1000000)::bigint, 0)"
    " FROM hongqiao_views.as_of FOR UPDATE"};
constexpr PostgresStatement kSetStanding = {
    "views_set_standing",
    "UPDATE hongqiao_views.as_of SET seq = $1, hash = $2, time = $3::text::timestamptz"};

/// The errors of PostgreSQL in words about these tables.
Error in_words(Error error) {
  switch (error.code) {
    case ErrorCode::disk_full:
      error.message = fmt::format(
          "the disk of PostgreSQL is full; free some space and run this again: it goes on where "
          "the "
          "tables stand ({})",
          error.message);
      error.message_zh = "PostgreSQL 的磁盘已满；请释放空间后重新运行，将从表的现有进度继续";
      break;
    case ErrorCode::forbidden:
      error.message =
          fmt::format("PostgreSQL does not let this user make or write the tables of schema {}: {}",
                      kSchema, error.message);
      error.message_zh = fmt::format("PostgreSQL 不允许该用户建立或写入模式 {} 中的表", kSchema);
      break;
    default:
      if (error.message_zh.empty()) {
        error.message_zh = fmt::format("写入视图时 PostgreSQL 报错：{}", error.message);
      }
  }
  return error;
}

template <class T>
Result<T> told(Result<T> result) {
  if (!result) return std::unexpected(in_words(std::move(result).error()));
  return result;
}

const char* array_type(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return "bigint[]";
    case ColumnType::number:
      return "numeric[]";
    case ColumnType::time:
      return "timestamptz[]";
    case ColumnType::date:
      return "date[]";
    case ColumnType::flag:
      return "boolean[]";
    case ColumnType::text:
    case ColumnType::decimal:
      break;
  }
  return "text[]";
}

/// Each column comes as one array, written as text, so that a statement carries many rows.
std::string sql_of(const WriteForm& form) {
  std::string names;
  std::string arrays;
  std::string changes;
  int number = 0;
  const bool is_update = form.mode == WriteForm::Mode::update;
  for (const Column& column : form.columns) {
    ++number;
    const char* const comma = number == 1 ? "" : ", ";
    names += fmt::format("{}{}", comma, column.name);
    arrays += fmt::format("{}${}::text::{}", comma, number, array_type(column.type));
    if (is_update && number == 1) continue;
    changes += fmt::format("{}{} = {}.{}", changes.empty() ? "" : ", ", column.name,
                           is_update ? "fresh" : "excluded", column.name);
  }
  const std::string table = name_in(Dialect::postgres, form.table->name);
  if (is_update) {
    return fmt::format(
        "UPDATE {} AS known SET {} FROM unnest({}) AS fresh({}) "
        "WHERE known.{} = fresh.{}",
        table, changes, arrays, names, form.columns[0].name, form.columns[0].name);
  }
  std::string sql =
      fmt::format("INSERT INTO {} ({}) SELECT * FROM unnest({})", table, names, arrays);
  if (form.mode == WriteForm::Mode::replace) {
    sql += fmt::format(" ON CONFLICT ({}) DO UPDATE SET {}", form.table->key, changes);
  }
  return sql;
}

/// A value as an element of an array that is written as text.
void append_element(std::string& array, const Cell& cell) {
  array += array.empty() ? '{' : ',';
  switch (cell.kind) {
    case Cell::Kind::null:
      array += "NULL";
      return;
    case Cell::Kind::integer:
      array += std::to_string(cell.integer);
      return;
    case Cell::Kind::number:
      array += number_text(cell);
      return;
    case Cell::Kind::time:
      array += '"' + time_text(cell.integer) + '"';
      return;
    case Cell::Kind::text:
      break;
  }
  array += '"';
  for (const char c : is_storable(cell.text) ? std::string(cell.text) : storable(cell.text)) {
    if (c == '"' || c == '\\') array += '\\';
    array += c;
  }
  array += '"';
}

/// Rows that wait to be sent: an array for each column.
struct Waiting {
  std::string name;
  std::string sql;
  std::vector<std::string> arrays;
  std::size_t rows = 0;
  std::size_t bytes = 0;
};

class PostgresStore final : public TableStore {
 public:
  explicit PostgresStore(PostgresConnection connection);

  Result<> create(bool drop_first);

  Result<Standing> standing() override { return told(read_standing(kStanding)); }
  Result<> begin(const Standing& expected) override;
  Result<> put(Write write, const Row& row) override;
  Result<> commit(const Standing& now) override;

 private:
  Result<Standing> read_standing(const PostgresStatement& statement);
  Result<> send(Waiting& waiting);

  PostgresConnection connection_;
  std::array<Waiting, kWriteCount> waiting_;
};

PostgresStore::PostgresStore(PostgresConnection connection) : connection_(std::move(connection)) {
  for (std::size_t i = 0; i < kWriteCount; ++i) {
    const WriteForm& form = form_of(static_cast<Write>(i));
    waiting_[i].name = fmt::format("views_write_{}", i);
    waiting_[i].sql = sql_of(form);
    waiting_[i].arrays.resize(form.columns.size());
  }
}

/// One transaction. The schema stays, and with it what was granted on it; what others have built
/// upon a table makes PostgreSQL refuse the whole.
Result<> PostgresStore::create(bool drop_first) {
  std::string sql = fmt::format("CREATE SCHEMA IF NOT EXISTS {};\n", kSchema);
  if (drop_first) {
    for (const SqlView& view : sql_views()) {
      sql += fmt::format("DROP VIEW IF EXISTS {};\n", name_in(Dialect::postgres, view.name));
    }
    for (const Table* table : tables()) {
      sql += fmt::format("DROP TABLE IF EXISTS {};\n", name_in(Dialect::postgres, table->name));
    }
  }
  for (const Table* table : tables()) sql += creation_of(*table, Dialect::postgres);
  for (const SqlView& view : sql_views()) sql += creation_of(view, Dialect::postgres);
  sql += fmt::format("INSERT INTO {} VALUES ({}, 0, '', NULL);",
                     name_in(Dialect::postgres, kAsOf.name), kViewsFormat);
  return told(connection_.run_script(sql));
}

Result<Standing> PostgresStore::read_standing(const PostgresStatement& statement) {
  HQ_TRY(const PostgresRows rows, connection_.run(statement));
  if (rows.count() != 1) {
    return fail(ErrorCode::corrupt, "as_of has not one row; make the tables anew with --rebuild",
                "as_of 表应只有一行；请用 --rebuild 重建", kSchema);
  }
  return Standing{static_cast<uint64_t>(rows.integer(0, 0)), std::string(rows.bytes(0, 1)),
                  Instant(Duration(rows.integer(0, 2)))};
}

Result<> PostgresStore::begin(const Standing& expected) {
  HQ_TRY_VOID(told(connection_.run_script("BEGIN")));
  HQ_TRY(const Standing found, told(read_standing(kLockedStanding)));
  if (found.is_at(expected)) return {};
  HQ_TRY_VOID(told(connection_.run_script("ROLLBACK")));
  return written_by_another(expected, found);
}

Result<> PostgresStore::put(Write write, const Row& row) {
  Waiting& waiting = waiting_[static_cast<std::size_t>(write)];
  HQ_ASSERT(row.cells().size() == waiting.arrays.size());
  for (std::size_t i = 0; i < waiting.arrays.size(); ++i) {
    const std::size_t before = waiting.arrays[i].size();
    append_element(waiting.arrays[i], row.cells()[i]);
    waiting.bytes += waiting.arrays[i].size() - before;
  }
  ++waiting.rows;
  if (waiting.rows < kRowsSent && waiting.bytes < kBytesSent) return {};
  return send(waiting);
}

Result<> PostgresStore::send(Waiting& waiting) {
  if (waiting.rows == 0) return {};
  PostgresValues values;
  for (std::string& array : waiting.arrays) {
    array += '}';
    values.add_text(array);
  }
  HQ_TRY_VOID(told(connection_.run({waiting.name.c_str(), waiting.sql.c_str()}, values)));
  for (std::string& array : waiting.arrays) array.clear();
  waiting.rows = 0;
  waiting.bytes = 0;
  return {};
}

Result<> PostgresStore::commit(const Standing& now) {
  for (Waiting& waiting : waiting_) {
    HQ_TRY_VOID(send(waiting));
  }
  const std::string time = time_text(now.time.time_since_epoch().count());
  HQ_TRY_VOID(told(connection_.run(
      kSetStanding,
      PostgresValues().add(static_cast<int64_t>(now.seq)).add_text(now.hash).add_text(time))));
  return told(connection_.run_script("COMMIT"));
}

/// Whether the tables are there; an Error where the schema holds anything else.
Result<bool> check_tables(PostgresConnection& connection, bool may_be_older) {
  HQ_TRY(const PostgresRows there, connection.run(kWhatIsThere));
  if (there.integer(0, 0) == 0) return false;
  if (there.integer(0, 1) == 0) {
    return fail(
        ErrorCode::conflict,
        fmt::format("the schema {} of this database holds something else; use another "
                    "database. Nothing was changed",
                    kSchema),
        fmt::format("该数据库的模式 {} 中是其他内容；请使用其他数据库。数据未被改动", kSchema),
        kSchema);
  }
  HQ_TRY(const PostgresRows format, connection.run(kFormat));
  HQ_TRY_VOID(check_format(format.integer(0, 0), kSchema, may_be_older));
  return true;
}

}  // namespace

Result<std::unique_ptr<TableStore>> open_postgres_store(const std::string& address,
                                                        Opening opening) {
  using Role = PostgresConnection::Role;
  const Role role = opening == Opening::existing ? Role::read : Role::write;
  HQ_TRY(auto connection, PostgresConnection::open(address, role, kAnswerWait));
  HQ_TRY_VOID(told(connection.run_script(kSession)));
  HQ_TRY(const bool has_tables, told(check_tables(connection, opening == Opening::anew)));
  if (opening == Opening::existing && !has_tables) return no_tables(kSchema);
  auto store = std::make_unique<PostgresStore>(std::move(connection));
  if (opening == Opening::anew || (opening == Opening::or_create && !has_tables)) {
    HQ_TRY_VOID(store->create(has_tables));
  }
  return store;
}

}  // namespace hq::hub::views
