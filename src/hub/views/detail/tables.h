// The tables of the projection and the SQL views over them: names, types and what each column says.
//
// One description gives the CREATE statements of both databases, the comments in them, and what
// docs/format/views.md is held to by a test. Constants; any thread.
//
//   for (const Table* table : tables()) database.run(creation_of(*table, Dialect::sqlite));
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hq::hub::views {

/// Raised whenever a table or column changes: tables of an earlier one are made anew.
inline constexpr int64_t kViewsFormat = 1;

/// The schema of the tables in PostgreSQL, apart from that of the log.
inline constexpr const char* kSchema = "hongqiao_views";

/// Marks a SQLite file as ours ("HQVW").
inline constexpr int64_t kViewsApplicationId = 0x4851'5657;

enum class Dialect : uint8_t { sqlite, postgres };

enum class ColumnType : uint8_t {
  integer,  // of 64 bits
  number,   // unsigned of 128 bits, or signed where the description says so
  text,
  time,  // UTC
  date,
  flag,
  decimal,  // exact, with a point; SQLite: as text
};

struct Column {
  const char* name;
  ColumnType type;
  const char* en;
  const char* zh;
  bool may_be_null = false;
};

struct Table {
  const char* name;
  const char* key;      // columns of the primary key, with commas between
  bool is_kept_by_key;  // SQLite: the rows lie in the order of their key
  const char* en;
  const char* zh;
  std::span<const Column> columns;
};

/// A view in SQL; what it selects stands in sql_views.cpp.
struct SqlView {
  const char* name;
  const char* en;
  const char* zh;
  std::span<const Column> columns;
};

extern const Table kAsOf;
extern const Table kCommits;
extern const Table kTimetables;
extern const Table kAssets;
extern const Table kAccounts;
extern const Table kTransfers;
extern const Table kEntries;
extern const Table kLimits;
extern const Table kLimitWeights;

/// In the order in which they are made.
std::span<const Table* const> tables();
std::span<const SqlView> sql_views();

/// "hongqiao_views.commits", or "commits".
std::string name_in(Dialect dialect, std::string_view name);

/// The statements that make a table with its indices, or a view; those of PostgreSQL with comments.
std::string creation_of(const Table& table, Dialect dialect);
std::string creation_of(const SqlView& view, Dialect dialect);
std::string comments_of(const SqlView& view);

}  // namespace hq::hub::views
