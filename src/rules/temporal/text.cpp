// Texts of dates, times and durations: XML Schema part 2, with FEEL's named zones.
#include <fmt/format.h>

#include "rules/temporal/detail/calendar.h"
#include "rules/temporal/temporal.h"

namespace hq::rules {
namespace {

constexpr std::size_t kTextShownMax = 64;  // of a wrong text in its error

/// Takes pieces off the front; what does not fit stays.
struct Reader {
  std::string_view rest;

  bool take(char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
  }

  std::string_view digits() {
    std::size_t size = 0;
    while (size < rest.size() && rest[size] >= '0' && rest[size] <= '9') ++size;
    const std::string_view found = rest.substr(0, size);
    rest.remove_prefix(size);
    return found;
  }

  /// Two digits, at most `most`.
  std::optional<int> pair(int most) {
    if (rest.size() < 2 || rest[0] < '0' || rest[0] > '9' || rest[1] < '0' || rest[1] > '9') {
      return std::nullopt;
    }
    const int value = (rest[0] - '0') * 10 + (rest[1] - '0');
    if (value > most) return std::nullopt;
    rest.remove_prefix(2);
    return value;
  }
};

/// Up to 18 digits, leading zeros not counted.
std::optional<int64_t> number(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  int64_t value = 0;
  for (const char c : digits) {
    if (value >= 100'000'000'000'000'000) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Digits behind a point as nanoseconds, cut after the ninth.
int64_t nanoseconds_of(std::string_view fraction) {
  int64_t value = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  return value;
}

std::unexpected<Error> wrong(std::string_view text, std::string_view what, std::string_view what_zh,
                             std::string_view example) {
  std::size_t size = std::min(text.size(), kTextShownMax);
  // Not within a character of UTF-8.
  while (size < text.size() && size > 0 && (static_cast<uint8_t>(text[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  const std::string shown = std::string(text.substr(0, size)) + (size < text.size() ? "…" : "");
  return fail(ErrorCode::parse_error,
              fmt::format("\"{}\" is not {}; write it like {}", shown, what, example),
              fmt::format("“{}”不是{}，应写作 {}", shown, what_zh, example));
}

std::optional<Date> read_date(Reader& reader) {
  const bool negative = reader.take('-');
  const std::string_view digits = reader.digits();
  if (digits.size() < 4 || digits.size() > 9) return std::nullopt;
  if (digits.size() > 4 && digits.front() == '0') return std::nullopt;
  const int64_t year = number(digits).value_or(0);
  if (negative && year == 0) return std::nullopt;
  if (!reader.take('-')) return std::nullopt;
  const std::optional<int> month = reader.pair(12);
  if (!month || !reader.take('-')) return std::nullopt;
  const std::optional<int> day = reader.pair(31);
  if (!day) return std::nullopt;
  return Date::from_civil(negative ? -year : year, *month, *day);
}

/// Nanoseconds of "08:00:00.5": a whole day for 24:00:00.
std::optional<int64_t> read_clock(Reader& reader) {
  const std::optional<int> hour = reader.pair(24);
  if (!hour || !reader.take(':')) return std::nullopt;
  const std::optional<int> minute = reader.pair(59);
  if (!minute || !reader.take(':')) return std::nullopt;
  const std::optional<int> second = reader.pair(59);
  if (!second) return std::nullopt;
  int64_t fraction = 0;
  if (reader.take('.')) {
    const std::string_view digits = reader.digits();
    if (digits.empty()) return std::nullopt;
    fraction = nanoseconds_of(digits);
  }
  const int64_t seconds = (int64_t{*hour} * 60 + *minute) * 60 + *second;
  const int64_t nanoseconds = seconds * kNanosecondsPerSecond + fraction;
  if (nanoseconds > kNanosecondsPerDay) return std::nullopt;
  return nanoseconds;
}

/// "+08:00" or, as FEEL writes some, "-02:45:55".
std::optional<Zone> read_offset(Reader& reader) {
  const bool west = reader.take('-');
  if (!west && !reader.take('+')) return std::nullopt;
  const std::optional<int> hours = reader.pair(18);
  if (!hours || !reader.take(':')) return std::nullopt;
  const std::optional<int> minutes = reader.pair(59);
  if (!minutes) return std::nullopt;
  int seconds = 0;
  if (reader.take(':')) {
    const std::optional<int> read = reader.pair(59);
    if (!read) return std::nullopt;
    seconds = *read;
  }
  const int offset_s = (*hours * 60 + *minutes) * 60 + seconds;
  return Zone::fixed(west ? -offset_s : offset_s);
}

/// All that is left of a text, as a zone; nullopt where it has another form.
Result<std::optional<Zone>> read_zone(Reader& reader) {
  if (reader.rest.empty()) return Zone();
  if (reader.take('@')) {
    HQ_TRY(const Zone zone, Zone::named(reader.rest));
    return zone;
  }
  std::optional<Zone> zone = Zone::utc();
  if (!reader.take('Z')) zone = read_offset(reader);
  if (!reader.rest.empty()) return std::nullopt;
  return zone;
}

/// One number and its unit, "12H", where the next unit is that one; 0 where it is not there.
std::optional<int64_t> read_part(Reader& reader, char unit, bool& has_part) {
  const Reader before = reader;
  const std::string_view digits = reader.digits();
  if (digits.empty() || !reader.take(unit)) {
    reader = before;
    return 0;
  }
  has_part = true;
  return number(digits);
}

/// The seconds, which may have a fraction.
std::optional<Int128> read_seconds(Reader& reader, bool& has_part) {
  if (reader.rest.empty()) return 0;
  const std::optional<int64_t> whole = number(reader.digits());
  if (!whole) return std::nullopt;
  int64_t fraction = 0;
  if (reader.take('.')) {
    const std::string_view digits = reader.digits();
    if (digits.empty()) return std::nullopt;
    fraction = nanoseconds_of(digits);
  }
  if (!reader.take('S')) return std::nullopt;
  has_part = true;
  return Int128{*whole} * kNanosecondsPerSecond + fraction;
}

/// The size of a duration behind "P".
std::optional<Int128> read_days(Reader& reader) {
  bool has_part = false;
  const std::optional<int64_t> days = read_part(reader, 'D', has_part);
  if (!days) return std::nullopt;
  Int128 nanoseconds = Int128{*days} * kNanosecondsPerDay;
  if (reader.take('T')) {
    has_part = false;  // "T" has to be followed by something
    const std::optional<int64_t> hours = read_part(reader, 'H', has_part);
    const std::optional<int64_t> minutes = read_part(reader, 'M', has_part);
    const std::optional<Int128> seconds = read_seconds(reader, has_part);
    if (!hours || !minutes || !seconds) return std::nullopt;
    nanoseconds += (Int128{*hours} * 60 + *minutes) * 60 * kNanosecondsPerSecond + *seconds;
  }
  if (!has_part || !reader.rest.empty()) return std::nullopt;
  if (nanoseconds > DaysDuration::kNanosecondsMax) return std::nullopt;
  return nanoseconds;
}

std::optional<int64_t> read_months(Reader& reader) {
  bool has_part = false;
  const std::optional<int64_t> years = read_part(reader, 'Y', has_part);
  const std::optional<int64_t> months = read_part(reader, 'M', has_part);
  if (!years || !months || !has_part || !reader.rest.empty()) return std::nullopt;
  const Int128 sum = Int128{*years} * 12 + *months;
  if (sum > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(sum);
}

/// ".25", or nothing where there is no fraction.
std::string fraction_text(int64_t nanoseconds) {
  if (nanoseconds == 0) return {};
  std::string text = fmt::format(".{:09}", nanoseconds);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::string clock_text(const Time& time) {
  const int64_t seconds = time.nanoseconds / kNanosecondsPerSecond;
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60) +
         fraction_text(time.nanoseconds % kNanosecondsPerSecond);
}

}  // namespace

Result<Date> parse_date(std::string_view text) {
  Reader reader{text};
  const std::optional<Date> date = read_date(reader);
  if (!date || !reader.rest.empty()) return wrong(text, "a date", "日期", "2026-11-22");
  return *date;
}

Result<Time> parse_time(std::string_view text) {
  Reader reader{text};
  const auto bad = [&] { return wrong(text, "a time", "时间", "08:00:00+08:00"); };
  const std::optional<int64_t> clock = read_clock(reader);
  if (!clock) return bad();
  HQ_TRY(const std::optional<Zone> zone, read_zone(reader));
  if (!zone) return bad();
  return Time{*clock % kNanosecondsPerDay, *zone};
}

Result<DateTime> parse_date_time(std::string_view text) {
  Reader reader{text};
  const auto bad = [&] {
    return wrong(text, "a date and time", "日期时间", "2026-11-22T08:00:00+08:00");
  };
  std::optional<Date> date = read_date(reader);
  if (!date) return bad();
  if (reader.rest.empty()) return midnight(*date);
  if (!reader.take('T')) return bad();
  const std::optional<int64_t> clock = read_clock(reader);
  if (!clock) return bad();
  HQ_TRY(const std::optional<Zone> zone, read_zone(reader));
  if (!zone) return bad();
  if (*clock == kNanosecondsPerDay) date = add(*date, DaysDuration{kNanosecondsPerDay});
  if (!date) return bad();
  return DateTime{*date, {*clock % kNanosecondsPerDay, *zone}};
}

Result<DaysDuration> parse_days_duration(std::string_view text) {
  Reader reader{text};
  const bool negative = reader.take('-');
  const std::optional<Int128> size = reader.take('P') ? read_days(reader) : std::nullopt;
  if (!size) {
    return wrong(text, "a duration of days and time", "以日和时间计的时长", "P1DT2H30M");
  }
  return DaysDuration{negative ? -*size : *size};
}

Result<MonthsDuration> parse_months_duration(std::string_view text) {
  Reader reader{text};
  const bool negative = reader.take('-');
  const std::optional<int64_t> size = reader.take('P') ? read_months(reader) : std::nullopt;
  if (!size) return wrong(text, "a duration of years and months", "以年和月计的时长", "P1Y6M");
  return MonthsDuration{negative ? -*size : *size};
}

Result<Duration> parse_duration(std::string_view text) {
  if (text.find_first_of("DT") != std::string_view::npos) {
    HQ_TRY(const DaysDuration duration, parse_days_duration(text));
    return duration;
  }
  if (text.find_first_of("YM") == std::string_view::npos) {
    return wrong(text, "a duration", "时长", "P1DT2H");
  }
  HQ_TRY(const MonthsDuration duration, parse_months_duration(text));
  return duration;
}

Result<Temporal> parse_temporal(std::string_view text) {
  if (text.starts_with('P') || text.starts_with("-P")) {
    HQ_TRY(const Duration duration, parse_duration(text));
    return std::visit([](const auto& value) { return Temporal(value); }, duration);
  }
  const std::string_view clock = text.substr(0, text.find('@'));  // names have letters of their own
  if (clock.contains('T')) {
    HQ_TRY(const DateTime value, parse_date_time(text));
    return value;
  }
  if (clock.contains(':')) {
    HQ_TRY(const Time value, parse_time(text));
    return value;
  }
  const Result<Date> date = parse_date(text);
  if (!date) {
    return wrong(text, "a date, a time or a duration", "日期、时间或时长", "2026-11-22");
  }
  return *date;
}

std::string text(const Date& date) {
  const CivilDate civil = date.civil();
  return fmt::format("{}{:04}-{:02}-{:02}", civil.year < 0 ? "-" : "",
                     civil.year < 0 ? -civil.year : civil.year, civil.month, civil.day);
}

std::string text(const Time& time) {
  return clock_text(time) + time.zone.text();
}

std::string text(const DateTime& value) {
  return text(value.date) + "T" + text(value.time);
}

std::string text(const DaysDuration& duration) {
  if (duration.nanoseconds == 0) return "PT0S";
  const DaysDuration size = absolute(duration);
  std::string result(duration.nanoseconds < 0 ? "-P" : "P");
  if (size.days() != 0) result += fmt::format("{}D", size.days());
  if (size.nanoseconds % kNanosecondsPerDay == 0) return result;
  result += 'T';
  if (size.hours() != 0) result += fmt::format("{}H", size.hours());
  if (size.minutes() != 0) result += fmt::format("{}M", size.minutes());
  const auto rest = static_cast<int64_t>(size.nanoseconds % (Int128{60} * kNanosecondsPerSecond));
  if (rest != 0) {
    result += fmt::format("{}{}S", rest / kNanosecondsPerSecond,
                          fraction_text(rest % kNanosecondsPerSecond));
  }
  return result;
}

std::string text(const MonthsDuration& duration) {
  if (duration.months == 0) return "P0M";
  const MonthsDuration size = absolute(duration);
  std::string result(duration.months < 0 ? "-P" : "P");
  if (size.years() != 0) result += fmt::format("{}Y", size.years());
  if (size.months_of_year() != 0) result += fmt::format("{}M", size.months_of_year());
  return result;
}

}  // namespace hq::rules
