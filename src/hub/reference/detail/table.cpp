#include "hub/reference/detail/table.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/file.h"
#include "base/text.h"

namespace hq::hub {
namespace {

constexpr uint64_t kFileBytesMax = uint64_t{64} << 20;  // a file that people can read is smaller

/// The whole of `text` as a number: "12 km" or "1e6" for an integer is a mistake, not 12 or 1.
template <class Number>
bool parse_whole(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Result<Table> Table::open(const std::filesystem::path& folder, std::string name,
                          std::initializer_list<std::string_view> columns) {
  HQ_TRY(std::string content, read_file(folder / name, kFileBytesMax));
  auto bytes = std::make_unique<std::string>(std::move(content));
  if (!is_valid_utf8(*bytes)) {
    return fail(ErrorCode::parse_error, "the file is not UTF-8; save it as UTF-8",
                "文件不是UTF-8编码，请另存为UTF-8", std::move(name));
  }
  HQ_TRY(CsvReader csv, CsvReader::open(*bytes, std::move(name)));
  for (const std::string_view column : columns) HQ_TRY_VOID(csv.require_column(column));
  return Table(std::move(bytes), std::move(csv));
}

bool Table::next() {
  if (malformed_ || !csv_.next()) return false;
  // A row that is short or long has lost its columns: a comma without quotes moves all after it.
  malformed_ = csv_.row_is_broken() || csv_.cell_count() != csv_.header().size();
  return !malformed_;
}

Result<> Table::finish() const {
  if (!malformed_) return {};
  if (csv_.row_is_broken()) return wrong({}, "a quotation mark is never closed", "引号没有闭合");
  return wrong(
      {},
      fmt::format("the row has {} cells, the header {}", csv_.cell_count(), csv_.header().size()),
      fmt::format("该行有{}个单元格，表头有{}个", csv_.cell_count(), csv_.header().size()));
}

std::string Table::text(std::string_view column) const {
  return std::string(cell(column));
}

bool Table::is_empty(std::string_view column) const {
  return cell(column).empty();
}

Result<std::string> Table::required(std::string_view column) const {
  if (is_empty(column)) return wrong(column, "the cell is empty", "单元格为空");
  return text(column);
}

Result<std::string> Table::new_id(std::string_view column) {
  HQ_TRY(std::string id, required(column));
  if (!seen_.insert(id).second) {
    return wrong(column, fmt::format("the id '{}' stands twice", id),
                 fmt::format("标识“{}”重复", id));
  }
  return id;
}

Result<std::string> Table::reference(std::string_view column, const IdSet& known,
                                     std::string_view kind_en, std::string_view kind_zh) const {
  HQ_TRY(std::string id, required(column));
  if (!known.contains(id)) {
    return wrong(column, fmt::format("there is no {} '{}'", kind_en, id),
                 fmt::format("没有{}“{}”", kind_zh, id));
  }
  return id;
}

Result<std::vector<std::string>> Table::references(std::string_view column, const IdSet& known,
                                                   std::string_view kind_en,
                                                   std::string_view kind_zh) const {
  std::vector<std::string> ids = split(cell(column), ' ');
  for (const std::string& id : ids) {
    if (known.contains(id)) continue;
    return wrong(column, fmt::format("there is no {} '{}'", kind_en, id),
                 fmt::format("没有{}“{}”", kind_zh, id));
  }
  return ids;
}

Result<std::string> Table::one_of(std::string_view column,
                                  std::initializer_list<std::string_view> words) const {
  for (const std::string_view word : words) {
    if (cell(column) == word) return std::string(word);
  }
  return wrong(column, fmt::format("'{}' is none of {}", cell(column), fmt::join(words, ", ")),
               fmt::format("“{}”不在可用值之内：{}", cell(column), fmt::join(words, "、")));
}

Result<int64_t> Table::integer(std::string_view column, int64_t least, int64_t most) const {
  int64_t value = 0;
  if (!parse_whole(cell(column), value) || value < least || value > most) {
    return wrong(column,
                 fmt::format("'{}' is not a whole number from {} to {}", cell(column), least, most),
                 fmt::format("“{}”不是{}到{}之间的整数", cell(column), least, most));
  }
  return value;
}

Result<double> Table::number(std::string_view column, double least, double most) const {
  double value = 0;
  if (!parse_whole(cell(column), value) || !std::isfinite(value) || value < least || value > most) {
    return wrong(column,
                 fmt::format("'{}' is not a number from {} to {}", cell(column), least, most),
                 fmt::format("“{}”不是{}到{}之间的数", cell(column), least, most));
  }
  return value;
}

Result<int32_t> Table::clock(std::string_view column) const {
  const Result<int32_t> seconds = parse_clock(cell(column));
  if (seconds) return *seconds;
  return wrong(column, fmt::format("'{}' is not a time of day as HH:MM", cell(column)),
               fmt::format("“{}”不是HH:MM形式的时刻", cell(column)));
}

Result<Date> Table::date(std::string_view column) const {
  const Result<Date> day = parse_date(cell(column));
  if (day) return *day;
  return wrong(column, fmt::format("'{}' is not a date as YYYYMMDD", cell(column)),
               fmt::format("“{}”不是YYYYMMDD形式的日期", cell(column)));
}

Result<LatLng> Table::position() const {
  HQ_TRY(const double lat, number("lat", -90, 90));
  HQ_TRY(const double lng, number("lon", -180, 180));
  return LatLng{lat, lng};
}

Result<Name> Table::names() const {
  Name both;
  HQ_TRY(both.zh, required("name_zh"));
  HQ_TRY(both.en, required("name_en"));
  return both;
}

std::unexpected<Error> Table::wrong(std::string_view column, std::string message,
                                    std::string message_zh) const {
  return fail(ErrorCode::parse_error, std::move(message), std::move(message_zh),
              csv_.where(csv_.column(column)));
}

}  // namespace hq::hub
