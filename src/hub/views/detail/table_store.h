// TableStore: the database that holds the tables, SQLite or PostgreSQL, behind one interface.
//
// Rows are put in transactions, each of which also moves the row that says how far the tables are.
// `begin` asks for where the caller believes them to be, so that two who write the same tables find
// out. One thread. A store that goes with a transaction open leaves nothing of it.
//
//   HQ_TRY(auto store, open_store("views.sqlite", {}));
//   HQ_TRY_VOID(store->begin(store->standing()));
//   HQ_TRY_VOID(store->put(Write::commits, row));
//   HQ_TRY_VOID(store->commit(now));
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "hub/views/detail/cell.h"
#include "hub/views/detail/tables.h"

namespace hq::hub::views {

/// The commit that tables show: all up to it, nothing behind it.
struct Standing {
  uint64_t seq = 0;
  std::string hash;  // hexadecimal; empty with seq 0
  Instant time{};

  bool is_at(const Standing& other) const { return seq == other.seq && hash == other.hash; }
};

/// The ways in which rows are put. All of one transaction are carried out in this order.
enum class Write : uint8_t {
  commits,
  timetables,  // takes the place of the row with its key; so do assets, accounts and limits
  assets,
  accounts,
  ended,  // record, state, ended_by: changes a transfer of an earlier transaction
  transfers,
  entries,
  limits,
  limit_weights,
};
inline constexpr std::size_t kWriteCount = 9;

struct WriteForm {
  enum class Mode : uint8_t { insert, replace, update };

  const Table* table;
  Mode mode;
  std::vector<Column> columns;  // of a row; the first is the key of an update
};
const WriteForm& form_of(Write write);

class TableStore {
 public:
  virtual ~TableStore() = default;

  /// How far the tables are.
  virtual Result<Standing> standing() = 0;

  /// Starts a transaction. conflict: the tables are not there, since another has written them.
  virtual Result<> begin(const Standing& expected) = 0;
  virtual Result<> put(Write write, const Row& row) = 0;
  virtual Result<> commit(const Standing& now) = 0;
};

enum class Opening : uint8_t {
  existing,   // for reading: not_found where there are no tables yet
  or_create,  // makes them where there are none
  anew,       // drops them first
};

/// `place` is a file, or an address of PostgreSQL. Errors, with nothing changed: conflict (a
/// database of another program, or tables of an earlier format: rebuild), newer_version, forbidden,
/// unavailable, disk_full, corrupt.
Result<std::unique_ptr<TableStore>> open_store(const std::string& place, Opening opening);
Result<std::unique_ptr<TableStore>> open_sqlite_store(const std::string& file, Opening opening);
Result<std::unique_ptr<TableStore>> open_postgres_store(const std::string& address,
                                                        Opening opening);

/// What both say the same way.
std::unexpected<Error> written_by_another(const Standing& expected, const Standing& found);
Result<> check_format(int64_t format, const std::string& place, bool may_be_older);
std::unexpected<Error> no_tables(const std::string& place);

}  // namespace hq::hub::views
