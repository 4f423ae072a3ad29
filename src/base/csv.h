// CSV as RFC 4180 has it, and as real feeds write it: a byte order mark, CRLF or LF, padded cells,
// header names with trailing blanks, rows that are short or long.
//
// A reader lives over bytes that outlive it and hands out one row at a time; cells are views into
// the bytes (or into the reader's scratch, for quoted cells with doubled quotes) and stay good
// until the next row. Outer blanks of a cell are no part of it, quoted or not. Rows without any
// text are passed over. Not shared between threads.
//
//   HQ_TRY(CsvReader csv, CsvReader::open(bytes, "stops.txt"));
//   const int name = csv.column("stop_name");          // -1 where the file has no such column
//   while (csv.next()) use(csv.cell(name), csv.line());
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hq {

class CsvReader {
 public:
  static constexpr std::size_t kCellsMax = 10'000;

  /// Reads the header. Fails if there is none, or if it names a column twice.
  static Result<CsvReader> open(std::string_view bytes, std::string file_name);

  CsvReader(CsvReader&&) = default;
  CsvReader& operator=(CsvReader&&) = default;

  /// Moves to the next row that is not blank; false at the end.
  bool next();

  /// Index of the column of this name, or -1.
  int column(std::string_view name) const;

  /// The same, but an Error that names the file where the column is missing.
  Result<int> require_column(std::string_view name) const;

  /// The cell of the present row without outer blanks; empty for -1 or a short row.
  std::string_view cell(int column) const;

  std::size_t cell_count() const { return cells_.size(); }
  const std::vector<std::string>& header() const { return header_; }
  std::size_t line() const { return row_line_; }  // 1-based, of the start of the present row
  const std::string& file_name() const { return file_name_; }

  /// What has not been read yet; for a caller that holds a file piece by piece and has to know
  /// whether the present row may go on in the next piece.
  std::string_view rest() const { return rest_; }

  /// True if the present row cannot be read for sure: a quoted cell is never closed or has text
  /// behind its closing quote (left out), or there are more than kCellsMax cells (left out).
  bool row_is_broken() const { return broken_; }

  /// "stops.txt:12" or "stops.txt:12:stop_lat", for Error::where.
  std::string where(int column = -1) const;

 private:
  CsvReader() = default;
  void read_row();
  std::string_view read_quoted_cell();

  std::string_view rest_;
  std::string file_name_;
  std::vector<std::string> header_;
  std::vector<std::string_view> cells_;
  std::list<std::string> unquoted_;  // cells of the present row whose quotes were doubled
  std::size_t line_ = 1;
  std::size_t row_line_ = 0;
  bool broken_ = false;
};

/// Appends `cell` to `line`, quoted where it must be.
void append_csv_cell(std::string& line, std::string_view cell);

/// One row with its line end.
std::string csv_row(const std::vector<std::string>& cells);

}  // namespace hq
