#include "hub/views/detail/cell.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace hq::hub::views {

Row& Row::clear() {
  cells_.clear();
  return *this;
}
Row& Row::null() {
  cells_.emplace_back();
  return *this;
}
Row& Row::integer(int64_t value) {
  cells_.push_back({.kind = Cell::Kind::integer, .integer = value});
  return *this;
}
Row& Row::number(ledger::Uint128 value) {
  cells_.push_back({.kind = Cell::Kind::number, .number = value});
  return *this;
}
Row& Row::signed_number(ledger::Int128 value) {
  const bool is_negative = value < 0;
  const auto size = static_cast<ledger::Uint128>(value);
  cells_.push_back({.kind = Cell::Kind::number,
                    .is_negative = is_negative,
                    .number = is_negative ? -size : size});
  return *this;
}
Row& Row::text(std::string_view value) {
  cells_.push_back({.kind = Cell::Kind::text, .text = value});
  return *this;
}
Row& Row::time(Instant value) {
  return time_us(value.time_since_epoch().count());
}
Row& Row::time_us(int64_t value) {
  cells_.push_back({.kind = Cell::Kind::time, .integer = value});
  return *this;
}

std::string time_text(int64_t time_us) {
  const Instant instant{Duration(time_us)};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const int64_t rest = (instant - day).count();
  const int64_t seconds = rest / 1'000'000;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     seconds / 3600, seconds / 60 % 60, seconds % 60, rest % 1'000'000);
}

std::string number_text(const Cell& cell) {
  std::string digits = ledger::to_text(cell.number);
  return cell.is_negative ? '-' + digits : digits;
}

bool is_storable(std::string_view text) {
  while (!text.empty()) {
    const CodePoint one = decode_utf8(text);
    if (one.size == 0 || one.value == 0) return false;
    text.remove_prefix(one.size);
  }
  return true;
}

std::string storable(std::string_view text) {
  std::string sound;
  while (!text.empty()) {
    const CodePoint one = decode_utf8(text);
    if (one.size == 0 || one.value == 0) {
      sound += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    } else {
      sound += text.substr(0, one.size);
      text.remove_prefix(one.size);
    }
  }
  return sound;
}

}  // namespace hq::hub::views
