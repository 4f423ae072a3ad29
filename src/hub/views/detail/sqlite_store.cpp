// The tables in a SQLite file. Any number of programs may read it meanwhile (write-ahead log).
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <optional>

#include "base/assert.h"
#include "hub/views/detail/table_store.h"
#include "log/detail/sqlite.h"
#include "log/limits.h"

namespace hq::hub::views {
namespace {

using log::Database;
using log::Statement;

// A loss of power may take the last transactions, never a part of one: the next run makes them
// again. Random places of large indices are written, so memory for them pays.
constexpr const char* kSession =
    "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144; PRAGMA trusted_schema = OFF;"
    "PRAGMA journal_size_limit = 67108864";

/// The errors of SQLite in words about these tables.
Error in_words(Error error, const std::string& file) {
  error.where = file;
  std::error_code none;
  const std::filesystem::path folder = std::filesystem::absolute(file, none).parent_path();
  if (error.code == ErrorCode::not_found && std::filesystem::is_directory(folder, none)) {
    error.code = ErrorCode::forbidden;  // the file could not be made: SQLite then looks for it
  }
  switch (error.code) {
    case ErrorCode::disk_full:
      error.message =
          "the disk with the tables is full; free some space and run this again: it goes on where "
          "the tables stand";
      error.message_zh = "存放视图的磁盘已满；请释放空间后重新运行，将从表的现有进度继续";
      break;
    case ErrorCode::forbidden:
      error.message = "the file or its folder may not be written; allow it, or choose another";
      error.message_zh = "该文件或其文件夹不可写；请授权或改用其他位置";
      break;
    case ErrorCode::not_found:
      error.message = "the folder of the file does not exist; make it first";
      error.message_zh = "该文件所在的文件夹不存在；请先建立";
      break;
    case ErrorCode::unavailable:
      error.message = "another program holds a lock on the file; close it and run this again";
      error.message_zh = "文件被其他程序锁定；请关闭该程序后重新运行";
      break;
    case ErrorCode::corrupt:
      error.message =
          "the file is no SQLite database, or it is damaged; choose another file, or remove it and "
          "build again. Nothing was changed";
      error.message_zh =
          "该文件不是 SQLite 数据库或已损坏；请改用其他文件，或删除后重建。数据未被改动";
      break;
    default:
      break;
  }
  return error;
}

std::string sql_of(const WriteForm& form) {
  std::string names;
  std::string values;
  std::string changes;
  int number = 0;
  for (const Column& column : form.columns) {
    ++number;
    names += fmt::format("{}{}", number == 1 ? "" : ", ", column.name);
    values += fmt::format("{}?{}", number == 1 ? "" : ", ", number);
    if (form.mode == WriteForm::Mode::update) {
      if (number > 1) {
        changes += fmt::format("{}{} = ?{}", changes.empty() ? "" : ", ", column.name, number);
      }
    } else {
      changes +=
          fmt::format("{}{} = excluded.{}", changes.empty() ? "" : ", ", column.name, column.name);
    }
  }
  const char* const table = form.table->name;
  if (form.mode == WriteForm::Mode::update) {
    return fmt::format("UPDATE {} SET {} WHERE {} = ?1", table, changes, form.columns[0].name);
  }
  std::string sql = fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names, values);
  if (form.mode == WriteForm::Mode::replace) {
    sql += fmt::format(" ON CONFLICT ({}) DO UPDATE SET {}", form.table->key, changes);
  }
  return sql;
}

class SqliteStore final : public TableStore {
 public:
  SqliteStore(Database database, std::string file)
      : database_(std::move(database)), file_(std::move(file)) {}

  Result<> prepare_writes();
  Result<> create(bool drop_first);

  Result<Standing> standing() override;
  Result<> begin(const Standing& expected) override;
  Result<> put(Write write, const Row& row) override;
  Result<> commit(const Standing& now) override;

 private:
  template <class T>
  Result<T> told(Result<T> result) const {
    if (!result) return std::unexpected(in_words(std::move(result).error(), file_));
    return result;
  }
  Result<> drop_all();
  void bind(Statement& statement, int parameter, const Cell& cell);
  Result<Standing> read_standing();

  Database database_;
  std::vector<Statement> writes_;  // by Write
  std::optional<Statement> set_standing_;
  std::string file_;
  std::array<std::string, 32> texts_;  // of numbers and times, while a row is put
};

Result<> SqliteStore::prepare_writes() {
  for (std::size_t i = 0; i < kWriteCount; ++i) {
    HQ_TRY(Statement statement, told(database_.prepare(sql_of(form_of(static_cast<Write>(i))))));
    writes_.push_back(std::move(statement));
  }
  HQ_TRY(set_standing_, told(database_.prepare("UPDATE as_of SET seq = ?1, hash = ?2, time = ?3")));
  return {};
}

Result<> SqliteStore::drop_all() {
  // The file is ours, so all that is in it may go; people's own views over the tables too.
  for (const char* type : {"view", "table"}) {
    std::vector<std::string> names;
    HQ_TRY(Statement list, database_.prepare("SELECT name FROM sqlite_schema WHERE type = ?1 AND "
                                             "name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"));
    list.bind_text(1, type);
    while (true) {
      HQ_TRY(const bool is_there, list.step());
      if (!is_there) break;
      names.emplace_back(list.bytes(0));
    }
    list.reset();
    for (const std::string& name : names) {
      HQ_TRY_VOID(database_.run(fmt::format("DROP {} \"{}\"", type, name).c_str()));
    }
  }
  return {};
}

/// All tables and marks in one transaction: a file has all of them or none.
Result<> SqliteStore::create(bool drop_first) {
  HQ_TRY_VOID(told(database_.run("BEGIN IMMEDIATE")));
  const auto make = [&]() -> Result<> {
    if (drop_first) {
      HQ_TRY_VOID(drop_all());
    }
    for (const Table* table : tables()) {
      HQ_TRY_VOID(database_.run(creation_of(*table, Dialect::sqlite).c_str()));
    }
    for (const SqlView& view : sql_views()) {
      HQ_TRY_VOID(database_.run(creation_of(view, Dialect::sqlite).c_str()));
    }
    return database_.run(fmt::format("INSERT INTO as_of VALUES ({}, 0, '', NULL);"
                                     "PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT",
                                     kViewsFormat, kViewsApplicationId, kViewsFormat)
                             .c_str());
  };
  auto made = make();
  if (!made) (void)database_.run("ROLLBACK");  // its own failure says nothing new
  return told(std::move(made));
}

Result<Standing> SqliteStore::read_standing() {
  HQ_TRY(Statement statement, database_.prepare("SELECT seq, hash, time FROM as_of"));
  HQ_TRY(const bool is_there, statement.step());
  if (!is_there) return fail(ErrorCode::corrupt, "as_of has no row", "as_of 表没有内容", file_);
  Standing standing;
  standing.seq = static_cast<uint64_t>(statement.integer(0));
  standing.hash = statement.bytes(1);
  if (!statement.bytes(2).empty()) {
    HQ_TRY(standing.time, parse_instant(statement.bytes(2)));
  }
  return standing;
}

Result<Standing> SqliteStore::standing() {
  return told(read_standing());
}

Result<> SqliteStore::begin(const Standing& expected) {
  HQ_TRY_VOID(told(database_.run("BEGIN IMMEDIATE")));
  HQ_TRY(const Standing found, standing());
  if (found.is_at(expected)) return {};
  HQ_TRY_VOID(told(database_.run("ROLLBACK")));
  return written_by_another(expected, found);
}

void SqliteStore::bind(Statement& statement, int parameter, const Cell& cell) {
  constexpr ledger::Uint128 kFits = INT64_MAX;
  std::string& kept = texts_[static_cast<std::size_t>(parameter)];
  switch (cell.kind) {
    case Cell::Kind::null:
      break;  // what is not bound is NULL
    case Cell::Kind::integer:
      statement.bind(parameter, cell.integer);
      break;
    case Cell::Kind::number:
      if (cell.number <= kFits) {
        const auto size = static_cast<int64_t>(cell.number);
        statement.bind(parameter, cell.is_negative ? -size : size);
      } else {
        kept = number_text(cell);
        statement.bind_text(parameter, kept);
      }
      break;
    case Cell::Kind::text:
      if (is_storable(cell.text)) {
        statement.bind_text(parameter, cell.text);
      } else {
        kept = storable(cell.text);
        statement.bind_text(parameter, kept);
      }
      break;
    case Cell::Kind::time:
      kept = time_text(cell.integer);
      statement.bind_text(parameter, kept);
      break;
  }
}

Result<> SqliteStore::put(Write write, const Row& row) {
  Statement& statement = writes_[static_cast<std::size_t>(write)];
  HQ_ASSERT(row.cells().size() == form_of(write).columns.size());
  int parameter = 0;
  for (const Cell& cell : row.cells()) bind(statement, ++parameter, cell);
  return told(statement.run());
}

Result<> SqliteStore::commit(const Standing& now) {
  HQ_ASSERT(set_standing_.has_value());  // prepare_writes
  const std::string time = time_text(now.time.time_since_epoch().count());
  set_standing_->bind(1, static_cast<int64_t>(now.seq)).bind_text(2, now.hash).bind_text(3, time);
  HQ_TRY_VOID(told(set_standing_->run()));
  return told(database_.run("COMMIT"));
}

/// Whether the file holds our tables; an Error where it holds anything else.
Result<bool> check_mark(Database& database, const std::string& file, bool may_be_older) {
  // All seen at one moment: another may be making the tables. Ends with the connection.
  HQ_TRY_VOID(database.run("BEGIN"));
  HQ_TRY(const int64_t application, database.integer("PRAGMA application_id"));
  HQ_TRY(const int64_t format, database.integer("PRAGMA user_version"));
  HQ_TRY(const int64_t objects, database.integer("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && format == 0 && objects == 0) return false;
  if (application != kViewsApplicationId) {
    return fail(ErrorCode::conflict,
                "the file is a database of something else; choose another file. Nothing was "
                "changed",
                "该文件是其他程序的数据库；请改用其他文件。数据未被改动", file);
  }
  HQ_TRY_VOID(check_format(format, file, may_be_older));
  return true;
}

}  // namespace

Result<std::unique_ptr<TableStore>> open_sqlite_store(const std::string& file, Opening opening) {
  std::error_code none;
  const bool is_there = std::filesystem::exists(file, none);
  bool has_tables = false;
  if (is_there) {
    // Looked at by a reader first, so that a file that is not ours is not touched at all.
    auto looked_at = Database::open(file, Database::Access::read, log::kBusyWait);
    if (!looked_at) return std::unexpected(in_words(std::move(looked_at).error(), file));
    auto marked = check_mark(*looked_at, file, opening == Opening::anew);
    if (!marked) {
      const ErrorCode code = marked.error().code;
      const bool is_ours = code == ErrorCode::conflict || code == ErrorCode::newer_version;
      return std::unexpected(is_ours ? marked.error() : in_words(marked.error(), file));
    }
    has_tables = *marked;
  }
  if (opening == Opening::existing && !has_tables) return no_tables(file);
  const auto access =
      opening == Opening::existing ? Database::Access::read : Database::Access::write;
  auto database = Database::open(file, access, log::kBusyWait);
  if (!database) return std::unexpected(in_words(std::move(database).error(), file));
  if (opening == Opening::existing) {
    return std::make_unique<SqliteStore>(*std::move(database), file);
  }
  auto mode = database->text("PRAGMA journal_mode = WAL");
  if (!mode) return std::unexpected(in_words(std::move(mode).error(), file));
  if (const auto session = database->run(kSession); !session) {
    return std::unexpected(in_words(session.error(), file));
  }
  auto store = std::make_unique<SqliteStore>(*std::move(database), file);
  if (!has_tables || opening == Opening::anew) {
    HQ_TRY_VOID(store->create(has_tables));
  }
  HQ_TRY_VOID(store->prepare_writes());
  return store;
}

}  // namespace hq::hub::views
