// Table: a strict reader of one CSV file of a hub's folder.
//
// Every column asked for must exist, every row must have as many cells as the header, and a cell
// that is not what it should be is an Error with file, line and column. Lives while its rows are
// read, on one thread; what it hands out are copies.
//
//   HQ_TRY(Table table, Table::open(folder, "places.csv", {"id", "lat", "lon"}));
//   while (table.next()) {
//     HQ_TRY(std::string id, table.new_id("id"));
//     HQ_TRY(LatLng position, table.position());
//   }
//   HQ_TRY_VOID(table.finish());
#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/csv.h"
#include "base/error.h"
#include "base/geo.h"
#include "base/time.h"
#include "hub/reference/hub_data.h"

namespace hq::hub {

/// Ids that other rows may refer to.
using IdSet = std::unordered_set<std::string>;

class Table {
 public:
  /// Reads folder/name. Errors: no such file, no header, a column that is missing.
  static Result<Table> open(const std::filesystem::path& folder, std::string name,
                            std::initializer_list<std::string_view> columns);

  /// Moves to the next row; false at the end or at a row that is not well formed.
  bool next();

  /// Success unless next() stopped at a row that is not well formed.
  Result<> finish() const;

  std::string text(std::string_view column) const;
  bool is_empty(std::string_view column) const;

  Result<std::string> required(std::string_view column) const;
  /// A required text that no row of this table had before.
  Result<std::string> new_id(std::string_view column);
  /// An id of `known`; `kind_en` and `kind_zh` name what it should be in the message.
  Result<std::string> reference(std::string_view column, const IdSet& known,
                                std::string_view kind_en, std::string_view kind_zh) const;
  /// Blank-separated ids of `known`; may be empty.
  Result<std::vector<std::string>> references(std::string_view column, const IdSet& known,
                                              std::string_view kind_en,
                                              std::string_view kind_zh) const;
  Result<std::string> one_of(std::string_view column,
                             std::initializer_list<std::string_view> words) const;

  Result<int64_t> integer(std::string_view column, int64_t least, int64_t most) const;
  Result<double> number(std::string_view column, double least, double most) const;
  Result<int32_t> clock(std::string_view column) const;  // HH:MM as seconds
  Result<Date> date(std::string_view column) const;
  Result<LatLng> position() const;  // columns lat and lon
  Result<Name> names() const;       // columns name_zh and name_en, both required

  /// An Error at a column of the present row, or at the row.
  std::unexpected<Error> wrong(std::string_view column, std::string message,
                               std::string message_zh) const;

 private:
  Table(std::unique_ptr<std::string> bytes, CsvReader csv)
      : bytes_(std::move(bytes)), csv_(std::move(csv)) {}

  std::string_view cell(std::string_view column) const { return csv_.cell(csv_.column(column)); }

  std::unique_ptr<std::string> bytes_;  // the reader's cells are views into it
  CsvReader csv_;
  IdSet seen_;
  bool malformed_ = false;
};

/// The parts of `text` between separators, without empty ones.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace hq::hub
