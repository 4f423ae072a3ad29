// GtfsTable: one file of a GTFS feed, row by row, read from its archive in pieces of a megabyte.
//
// Puts what is wrong with the file itself into the report: cells padded with blanks, rows longer
// than the header, open quotes, bytes that are no UTF-8, columns that nobody asked for. Ask for all
// columns before the first row. Lives no longer than its archive and report; one thread.
//
//   HQ_TRY(GtfsTable table, GtfsTable::open(archive, "stops.txt", report));
//   const int name = table.column("stop_name");
//   while (table.next()) use(table.text(name), table.where(name));
//   HQ_TRY_VOID(table.finish());
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "route/archive.h"
#include "route/report.h"

namespace hq::route {

inline constexpr std::size_t kPieceBytes = 1 << 20;
inline constexpr std::size_t kRowBytesMax = 1 << 20;  // a longer row has an open quote

class GtfsTable {
 public:
  static Result<GtfsTable> open(const Archive& archive, const std::string& name,
                                ImportReport& report);

  /// Index of the column, or -1; the column counts as used.
  int column(std::string_view name);
  Result<int> require_column(std::string_view name);

  /// A column that is known and, on purpose, not kept, because it says nothing of its own.
  void ignore_column(std::string_view name) { column(name); }

  /// Moves to the next row; false at the end, and where reading failed (finish() then says why).
  bool next();

  /// After the last row: the Error of reading, if there was one; completes the report.
  Result<> finish();

  /// The cell without outer blanks; good until next().
  std::string_view cell(int column) const { return csv_->cell(column); }

  /// The cell as UTF-8: bytes that are none become U+FFFD, which is reported.
  std::string text(int column);

  /// Whole number in [least, most]; nullopt for an empty cell; reports anything else.
  std::optional<int64_t> number(int column, int64_t least, int64_t most,
                                DefectAction action_if_bad);

  std::size_t line() const { return csv_->line() + lines_before_; }
  std::string where(int column = -1) const;
  const std::string& name() const { return name_; }

  void report(DefectKind kind, DefectAction action, int column, std::string detail) {
    report_->add(kind, action, where(column), std::move(detail));
  }

  /// Bytes of rows read so far, and of the whole file: how much is still to come.
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t bytes_total() const { return bytes_total_; }

 private:
  GtfsTable() = default;
  bool read_row();
  bool refill(std::size_t keep_from);
  void reopen();
  bool skip_broken_row(std::size_t start);
  bool row_is_too_long();
  void look_at_row();

  std::string name_;
  ImportReport* report_ = nullptr;
  std::unique_ptr<FileReader> file_;
  std::unique_ptr<std::string> buffer_;  // the header, then rows; csv_ looks into it
  std::unique_ptr<CsvReader> csv_;
  std::size_t header_bytes_ = 0;
  std::size_t lines_before_ = 0;  // of rows that have left the buffer
  bool at_end_ = false;
  std::optional<Error> error_;
  std::vector<bool> used_;
  uint64_t padded_rows_ = 0;
  std::size_t first_padded_line_ = 0;
  uint64_t bytes_read_ = 0;   // of rows that have left the buffer
  uint64_t bytes_taken_ = 0;  // from the file
  uint64_t bytes_total_ = 0;
};

/// `bytes` with everything that is not UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view bytes);

/// Whole decimal number, with sign; nullopt for anything else or where it does not fit.
std::optional<int64_t> parse_whole(std::string_view text);

/// Decimal number such as "31.2" or "-5"; finite.
std::optional<double> parse_decimal(std::string_view text);

}  // namespace hq::route
