#include "base/csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace hq {
Result<CsvReader> CsvReader::open(std::string_view bytes, std::string file_name) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  CsvReader reader;
  reader.rest_ = bytes;
  reader.file_name_ = std::move(file_name);
  if (!reader.next()) {
    return fail(ErrorCode::parse_error, "the file has no header row", "文件没有表头",
                reader.file_name_);
  }
  reader.header_.assign(reader.cells_.begin(), reader.cells_.end());
  for (std::size_t i = 0; i < reader.header_.size(); ++i) {
    const auto& name = reader.header_[i];
    if (!name.empty() && std::find(reader.header_.begin(), reader.header_.begin() + i, name) !=
                             reader.header_.begin() + i) {
      return fail(ErrorCode::parse_error, fmt::format("the column '{}' stands twice", name),
                  fmt::format("列“{}”重复", name), reader.where());
    }
  }
  return reader;
}

// A row of blanks has one empty cell; a quote that is never closed has one too, and is no blank.
bool CsvReader::next() {
  do {
    if (rest_.empty()) return false;
    read_row();
  } while (cells_.size() == 1 && cells_[0].empty() && !broken_);
  return true;
}

int CsvReader::column(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  return found == header_.end() ? -1 : static_cast<int>(found - header_.begin());
}

Result<int> CsvReader::require_column(std::string_view name) const {
  const int index = column(name);
  if (index < 0) {
    return fail(ErrorCode::parse_error, fmt::format("the column '{}' is missing", name),
                fmt::format("缺少列“{}”", name), file_name_);
  }
  return index;
}

std::string_view CsvReader::cell(int column) const {
  const auto index = static_cast<std::size_t>(column);
  return column >= 0 && index < cells_.size() ? cells_[index] : std::string_view();
}

std::string CsvReader::where(int column) const {
  const auto index = static_cast<std::size_t>(column);
  if (column < 0 || index >= header_.size()) return fmt::format("{}:{}", file_name_, row_line_);
  return fmt::format("{}:{}:{}", file_name_, row_line_, header_[index]);
}

void CsvReader::read_row() {
  cells_.clear();
  unquoted_.clear();
  broken_ = false;
  row_line_ = line_;
  for (;;) {
    // Read on to the end of the row, but keep no more than the bound.
    if (cells_.size() >= kCellsMax) {
      cells_.pop_back();
      broken_ = true;
    }
    // RFC 4180 has no blanks before a quote; feeds do.
    std::size_t blanks = 0;
    while (blanks < rest_.size() && (rest_[blanks] == ' ' || rest_[blanks] == '\t')) ++blanks;
    if (blanks < rest_.size() && rest_[blanks] == '"') {
      rest_.remove_prefix(blanks + 1);
      cells_.push_back(read_quoted_cell());
    } else {
      const std::size_t end = std::min(rest_.find_first_of(",\r\n"), rest_.size());
      cells_.push_back(trimmed(rest_.substr(0, end)));
      rest_.remove_prefix(end);
    }
    if (rest_.empty()) return;
    const char separator = rest_.front();
    rest_.remove_prefix(1);
    if (separator == ',') continue;
    if (separator == '\r' && !rest_.empty() && rest_.front() == '\n') rest_.remove_prefix(1);
    ++line_;
    return;
  }
}

std::string_view CsvReader::read_quoted_cell() {
  std::string_view plain;
  std::string* joined = nullptr;  // set once a doubled quote is met
  for (;;) {
    const std::size_t quote = rest_.find('"');
    const std::string_view part = rest_.substr(0, quote);
    line_ += static_cast<std::size_t>(std::count(part.begin(), part.end(), '\n'));
    const bool closed = quote != std::string_view::npos;
    const bool doubled = closed && quote + 1 < rest_.size() && rest_[quote + 1] == '"';
    if (doubled && joined == nullptr) joined = &unquoted_.emplace_back();
    if (joined != nullptr) {
      joined->append(part);
      if (doubled) joined->push_back('"');
    } else {
      plain = part;
    }
    rest_.remove_prefix(closed ? quote + (doubled ? 2 : 1) : rest_.size());
    if (doubled) continue;
    broken_ = broken_ || !closed;
    // What stands between the closing quote and the separator belongs to no cell.
    const std::size_t end = std::min(rest_.find_first_of(",\r\n"), rest_.size());
    broken_ = broken_ || !trimmed(rest_.substr(0, end)).empty();
    rest_.remove_prefix(end);
    return trimmed(joined != nullptr ? std::string_view(*joined) : plain);
  }
}

void append_csv_cell(std::string& line, std::string_view cell) {
  // Outer blanks would be lost on reading if they stood without quotes.
  const bool quote = cell.find_first_of(",\"\r\n") != std::string_view::npos ||
                     trimmed(cell).size() != cell.size();
  if (!quote) {
    line += cell;
    return;
  }
  line += '"';
  for (const char c : cell) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

std::string csv_row(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    append_csv_cell(line, cells[i]);
  }
  return line + "\n";
}

}  // namespace hq
