#include "route/detail/gtfs_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/assert.h"

namespace hq::route {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// Length of the UTF-8 sequence at the start of `bytes`; 0 where there is none (RFC 3629).
std::size_t utf8_sequence(std::string_view bytes) {
  const auto at = [&](std::size_t i) {
    return i < bytes.size() ? static_cast<uint8_t>(bytes[i]) : uint8_t{0};
  };
  const auto follows = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
  const uint8_t first = at(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4 || !follows(1)) return 0;
  if (first < 0xe0) return 2;
  if (!follows(2)) return 0;
  if (first < 0xf0) {
    const bool overlong = first == 0xe0 && at(1) < 0xa0;
    const bool surrogate = first == 0xed && at(1) > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  if (!follows(3) || (first == 0xf0 && at(1) < 0x90) || (first == 0xf4 && at(1) > 0x8f)) return 0;
  return 4;
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t size = utf8_sequence(bytes);
    text += size == 0 ? std::string_view("\xEF\xBF\xBD") : bytes.substr(0, size);
    bytes.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return text;
}

std::optional<int64_t> parse_whole(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_decimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

Result<GtfsTable> GtfsTable::open(const Archive& archive, const std::string& name,
                                  ImportReport& report) {
  GtfsTable table;
  table.name_ = name;
  table.report_ = &report;
  HQ_TRY(table.file_, archive.reader(name));
  table.bytes_total_ = archive.files().at(name);
  table.buffer_ = std::make_unique<std::string>();
  table.refill(0);
  if (table.error_) return std::unexpected(*table.error_);

  HQ_TRY(CsvReader header, CsvReader::open(*table.buffer_, name));
  if (header.row_is_broken()) {
    return fail(ErrorCode::parse_error, "the header has a quote that is not closed",
                "表头的引号未闭合", name + ":1");
  }
  table.header_bytes_ = table.buffer_->size() - header.rest().size();
  table.used_.resize(header.header().size());
  table.reopen();
  table.look_at_row();
  return table;
}

int GtfsTable::column(std::string_view name) {
  const int index = csv_->column(name);
  if (index >= 0) used_[static_cast<std::size_t>(index)] = true;
  return index;
}

Result<int> GtfsTable::require_column(std::string_view name) {
  column(name);
  return csv_->require_column(name);
}

/// Drops what lies between the header and `keep_from`, and reads on behind what is left. False
/// where reading failed.
bool GtfsTable::refill(std::size_t keep_from) {
  std::string& buffer = *buffer_;
  const auto gone = std::string_view(buffer).substr(header_bytes_, keep_from - header_bytes_);
  lines_before_ += static_cast<std::size_t>(std::count(gone.begin(), gone.end(), '\n'));
  bytes_read_ += gone.size();
  buffer.erase(header_bytes_, gone.size());

  // No more room than what is left of the file, and one byte to meet its end.
  const uint64_t left = bytes_total_ - std::min(bytes_taken_, bytes_total_);
  const std::size_t piece = std::min<uint64_t>(kPieceBytes, left + 1);
  const std::size_t filled = buffer.size();
  buffer.resize(filled + piece);
  std::size_t size = 0;
  while (size < piece && !at_end_) {
    auto read = file_->read(std::span(buffer).subspan(filled + size));
    if (!read) {
      error_ = std::move(read).error();
      buffer.resize(filled);
      return false;
    }
    at_end_ = *read == 0;
    size += *read;
  }
  bytes_taken_ += size;
  buffer.resize(filled + size);
  return true;
}

/// A new reader over the buffer, standing behind the header.
void GtfsTable::reopen() {
  auto csv = CsvReader::open(*buffer_, name_);
  HQ_ASSERT(csv.has_value());  // the header was read before
  csv_ = std::make_unique<CsvReader>(*std::move(csv));
}

bool GtfsTable::next() {
  if (error_ || !read_row()) return false;
  look_at_row();
  return true;
}

bool GtfsTable::read_row() {
  for (;;) {
    const std::size_t start = buffer_->size() - csv_->rest().size();
    const bool found = csv_->next();
    if (!csv_->rest().empty()) return true;
    // The row reaches the end of what is here: it may go on in the next piece.
    const bool too_long = found && buffer_->size() - start > kRowBytesMax;
    if (!at_end_ && !too_long) {
      if (!refill(found ? start : buffer_->size())) return false;
      reopen();
    } else if (found && csv_->row_is_broken()) {
      if (!skip_broken_row(start)) return false;
    } else if (!at_end_) {
      return row_is_too_long();
    } else {
      return found;
    }
  }
}

bool GtfsTable::row_is_too_long() {
  error_ =
      Error{ErrorCode::limit_exceeded, "a row is longer than 1 MiB", "一行超过 1 MiB", where()};
  return false;
}

/// Goes on behind the first line of a row whose quote is never closed, so that it does not swallow
/// the rows that follow. False where that line is the last.
bool GtfsTable::skip_broken_row(std::size_t start) {
  report(DefectKind::broken_row, DefectAction::dropped, -1, "a quote that is not closed");
  const std::size_t text = buffer_->find_first_not_of("\r\n \t", start);
  HQ_ASSERT(text != std::string::npos);
  const std::size_t line_end = buffer_->find('\n', text);
  if (line_end == std::string::npos && at_end_) return false;
  if (line_end == std::string::npos) return row_is_too_long();
  if (!refill(line_end + 1)) return false;
  reopen();
  return true;
}

/// Notes padding and surplus cells of the present row.
void GtfsTable::look_at_row() {
  const char* first = buffer_->data();
  const char* last = first + buffer_->size();
  bool padded = false;
  const std::size_t count = csv_->cell_count();
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view cell = csv_->cell(static_cast<int>(i));
    const char* end = cell.data() + cell.size();
    if (cell.data() <= first || end >= last || cell.data() > last) continue;  // unquoted copy
    padded = padded || is_blank(*end) || is_blank(cell.data()[-1]);
  }
  if (padded && padded_rows_++ == 0) first_padded_line_ = line();
  if (count <= used_.size()) return;
  for (std::size_t i = used_.size(); i < count; ++i) {
    if (csv_->cell(static_cast<int>(i)).empty()) continue;
    report(DefectKind::broken_row, DefectAction::noted, -1,
           fmt::format("{} cells under {} columns; the surplus is not used", count, used_.size()));
    return;
  }
}

Result<> GtfsTable::finish() {
  if (error_) return std::unexpected(*error_);
  if (padded_rows_ > 0) {
    report_->add(DefectKind::padded_cell, DefectAction::repaired,
                 fmt::format("{}:{}", name_, first_padded_line_),
                 fmt::format("{} rows, the header counted; blanks cut off", padded_rows_));
  }
  for (std::size_t i = 0; i < used_.size(); ++i) {
    if (used_[i]) continue;
    report_->add(DefectKind::unused_column, DefectAction::noted, name_ + ":1",
                 valid_utf8(csv_->header()[i]));
  }
  return {};
}

std::string GtfsTable::text(int column) {
  std::string text = valid_utf8(cell(column));
  if (text != cell(column)) {
    report(DefectKind::bad_value, DefectAction::repaired, column,
           fmt::format("'{}' is not UTF-8; the bytes that are not were replaced", text));
  }
  return text;
}

std::optional<int64_t> GtfsTable::number(int column, int64_t least, int64_t most,
                                         DefectAction action_if_bad) {
  const std::string_view text = cell(column);
  if (text.empty()) return std::nullopt;
  const auto value = parse_whole(text);
  if (value && *value >= least && *value <= most) return value;
  report(DefectKind::bad_value, action_if_bad, column,
         fmt::format("'{}' is not a whole number of {} to {}", valid_utf8(text), least, most));
  return std::nullopt;
}

std::string GtfsTable::where(int column) const {
  if (column < 0) return fmt::format("{}:{}", name_, line());
  return fmt::format("{}:{}:{}", name_, line(),
                     valid_utf8(csv_->header()[static_cast<std::size_t>(column)]));
}

}  // namespace hq::route
