#include "base/time.h"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>

namespace hq {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

std::unexpected<Error> bad(std::string_view text, const char* form, const char* form_zh) {
  return fail(ErrorCode::invalid_argument, fmt::format("'{}' is not {}", text, form),
              fmt::format("“{}”不是{}", text, form_zh));
}

/// Exactly `size` digits at `at`, as a number.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t size) {
  if (at + size > text.size()) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, size)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<Date> make_date(std::optional<int> y, std::optional<int> m, std::optional<int> d) {
  if (!y || !m || !d) return std::nullopt;
  const year_month_day ymd{year{*y}, month{static_cast<unsigned>(*m)},
                           day{static_cast<unsigned>(*d)}};
  if (!ymd.ok()) return std::nullopt;
  return Date{ymd};
}

/// The date of an RFC 3339 text; what follows is the caller's.
std::optional<Date> date_at_start(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return make_date(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
}

/// The offset from UTC at the end of an RFC 3339 text, in minutes.
std::optional<int> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = digits(text, 1, 2);
  const auto minutes = digits(text, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int total = *hours * 60 + *minutes;
  return text[0] == '-' ? -total : total;
}

}  // namespace

Instant now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Result<Date> parse_date(std::string_view text) {
  std::optional<Date> date;
  if (text.size() == 10) {
    date = date_at_start(text);
  } else if (text.size() == 8) {
    date = make_date(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2));
  }
  if (!date) return bad(text, "a date (2026-11-22)", "日期（如 2026-11-22）");
  return *date;
}

std::string format_date(Date date) {
  const year_month_day ymd{date};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

std::string format_date_basic(Date date) {
  const year_month_day ymd{date};
  return fmt::format("{:04}{:02}{:02}", static_cast<int>(ymd.year()),
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

int weekday_index(Date date) {
  return static_cast<int>(std::chrono::weekday{date}.iso_encoding()) - 1;
}

Result<Instant> parse_instant(std::string_view text) {
  const auto refuse = [&] {
    return bad(text, "an instant (2026-11-22T08:00:00+08:00)",
               "时刻（如 2026-11-22T08:00:00+08:00）");
  };
  const auto date = date_at_start(text);
  if (!date || text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':') {
    return refuse();
  }
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return refuse();

  // Six decimals are all that an Instant can hold; more are refused, not rounded.
  std::size_t at = 19;
  int64_t micros = 0;
  if (text[at] == '.') {
    int64_t unit = 100'000;
    const std::size_t start = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
      micros += unit * (text[at] - '0');
    }
    if (at == start || at - start > 6) return refuse();
  }
  const auto offset = parse_offset(text.substr(at));
  if (!offset) return refuse();
  const Instant instant = Instant{*date} + std::chrono::hours(*hour) +
                          std::chrono::minutes(*minute - *offset) + std::chrono::seconds(*second) +
                          std::chrono::microseconds(micros);
  // An offset can lead out of the years that have four digits.
  constexpr Instant kStart{std::chrono::sys_days{year{0} / 1 / 1}};
  constexpr Instant kEnd{std::chrono::sys_days{year{10'000} / 1 / 1}};
  if (instant < kStart || instant >= kEnd) return refuse();
  return instant;
}

std::string format_instant(Instant instant) {
  const auto date = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::hh_mm_ss time{instant - date};
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", format_date(date), time.hours().count(),
                                 time.minutes().count(), time.seconds().count());
  if (const auto micros = time.subseconds().count(); micros != 0) {
    text += fmt::format(".{:06}", micros);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + "Z";
}

std::string format_instant(Instant instant, int32_t offset_s) {
  std::string text = format_instant(instant + std::chrono::seconds(offset_s));
  text.pop_back();  // the Z
  const int32_t minutes = std::abs(offset_s) / 60;
  return text + fmt::format("{}{:02}:{:02}", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

Result<int32_t> parse_clock(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto hours = colon == 1 || colon == 2 ? digits(text, 0, colon) : std::nullopt;
  const bool with_seconds = hours && text.size() == colon + 6 && text[colon + 3] == ':';
  const auto minutes = hours ? digits(text, colon + 1, 2) : std::nullopt;
  const auto seconds = with_seconds ? digits(text, colon + 4, 2) : std::optional(0);
  if (!hours || !minutes || !seconds || *minutes > 59 || *seconds > 59 ||
      (!with_seconds && text.size() != colon + 3)) {
    return bad(text, "a clock time (08:30 or 25:10:00)", "钟点（如 08:30 或 25:10:00）");
  }
  return *hours * 3600 + *minutes * 60 + *seconds;
}

std::string format_clock(int32_t seconds) {
  if (seconds % 60 != 0) return format_clock_seconds(seconds);
  const int64_t size = std::abs(int64_t{seconds});  // int32_t has no size for its least value
  return fmt::format("{}{:02}:{:02}", seconds < 0 ? "-" : "", size / 3600, size / 60 % 60);
}

std::string format_clock_seconds(int32_t seconds) {
  const int64_t size = std::abs(int64_t{seconds});
  return fmt::format("{}{:02}:{:02}:{:02}", seconds < 0 ? "-" : "", size / 3600, size / 60 % 60,
                     size % 60);
}

}  // namespace hq
