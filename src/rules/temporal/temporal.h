// Dates, times and durations of FEEL (DMN 1.5, 10.3.2.3), with years of nine digits.
//
// Small values on any thread; a zone is a pointer to one that is loaded once and lives as long as
// the process. Nothing reads a clock. What leaves the range of years -999999999 to 999999999, of
// 2^63 seconds or of 2^63 months is no value: no result ever wraps. Years count through 0 (the year
// before 0001 is 0000), by the Gregorian calendar at all times.
//
// operator== tells whether two values are the same (FEEL's is): 20:00Z is not 21:00+01:00.
// compare orders by value as FEEL's = and < do, where these two are equal; it looks at whole
// seconds, as the DMN test suite wants it. With a zone and without one there is no order.
//
//   HQ_TRY(const DateTime start, parse_date_time("2026-11-22T08:00:00@Asia/Shanghai"));
//   HQ_TRY(const DaysDuration stay, parse_days_duration("P3DT12H"));
//   const std::optional<DateTime> end = add(start, stay);
//   text(*end);                                       // 2026-11-25T20:00:00@Asia/Shanghai
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/decimal.h"
#include "base/error.h"
#include "rules/temporal/zone.h"

namespace hq::rules {

using Int128 = __int128;

constexpr int64_t kYearMax = 999'999'999;
constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr int64_t kNanosecondsPerDay = 86'400 * kNanosecondsPerSecond;

struct CivilDate {
  int64_t year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31

  bool operator==(const CivilDate&) const = default;
};

struct Date {
  int64_t days = 0;  // since 1970-01-01

  /// None where there is no such day in the calendar, or the year is out of range.
  static std::optional<Date> from_civil(int64_t year, int64_t month, int64_t day);

  CivilDate civil() const;
  int64_t year() const { return civil().year; }
  int month() const { return civil().month; }
  int day() const { return civil().day; }
  int weekday() const;       // ISO 8601: Monday 1 to Sunday 7
  int day_of_year() const;   // 1 to 366
  int week_of_year() const;  // ISO 8601: 1 to 53
  Date last_day_of_month() const;

  auto operator<=>(const Date&) const = default;
};

/// A time of day, with or without a zone.
struct Time {
  int64_t nanoseconds = 0;  // since midnight, less than a day
  Zone zone;

  /// None where a part is out of range. Seconds are below 60; digits behind the ninth are cut.
  static std::optional<Time> from_parts(int64_t hour, int64_t minute, const Decimal& second,
                                        Zone zone = {});

  int hour() const { return static_cast<int>(nanoseconds / (3600 * kNanosecondsPerSecond)); }
  int minute() const { return static_cast<int>(nanoseconds / (60 * kNanosecondsPerSecond) % 60); }
  Decimal second() const;  // with its fraction

  bool operator==(const Time&) const = default;
};

struct DateTime {
  Date date;
  Time time;

  bool operator==(const DateTime&) const = default;
};

/// FEEL's "days and time duration". Its parts have the sign of the whole.
struct DaysDuration {
  Int128 nanoseconds = 0;  // at most kNanosecondsMax either way

  static constexpr Int128 kNanosecondsMax = Int128{INT64_MAX} * kNanosecondsPerSecond;
  static std::optional<DaysDuration> from_seconds(const Decimal& seconds);  // cut to nanoseconds

  int64_t days() const { return static_cast<int64_t>(nanoseconds / kNanosecondsPerDay); }
  int hours() const;        // less than 24
  int minutes() const;      // less than 60
  Decimal seconds() const;  // less than 60, with the fraction
  Decimal total_seconds() const;

  auto operator<=>(const DaysDuration&) const = default;
};

/// FEEL's "years and months duration". Its parts have the sign of the whole.
struct MonthsDuration {
  int64_t months = 0;  // all of them; never INT64_MIN

  int64_t years() const { return months / 12; }
  int months_of_year() const { return static_cast<int>(months % 12); }

  auto operator<=>(const MonthsDuration&) const = default;
};

// Texts, in the lexical forms of XML Schema part 2 with FEEL's zones. Errors are parse_error.

/// "2026-11-22", "-0044-03-15", "12026-01-01".
Result<Date> parse_date(std::string_view text);
/// "08:00:00", with fraction "08:00:00.25", with zone "Z", "+08:00", "@Asia/Shanghai". 24:00:00 is
/// 00:00:00.
Result<Time> parse_time(std::string_view text);
/// "2026-11-22T08:00:00Z"; a date alone is its midnight. 24:00:00 is midnight of the next day.
Result<DateTime> parse_date_time(std::string_view text);
/// "P1DT2H3M4.5S", "-PT90M".
Result<DaysDuration> parse_days_duration(std::string_view text);
/// "P1Y2M", "-P18M".
Result<MonthsDuration> parse_months_duration(std::string_view text);

using Duration = std::variant<DaysDuration, MonthsDuration>;
Result<Duration> parse_duration(std::string_view text);

using Temporal = std::variant<Date, Time, DateTime, DaysDuration, MonthsDuration>;
/// What an at-literal holds (without "@" and quotes): the kind follows from the form.
Result<Temporal> parse_temporal(std::string_view text);

std::string text(const Date& date);
std::string text(const Time& time);
std::string text(const DateTime& value);
std::string text(const DaysDuration& duration);    // P1DT2H; none at all is PT0S
std::string text(const MonthsDuration& duration);  // P1Y2M; none at all is P0M

// Order by value. None where one has a zone and the other none, and where a time of day in a
// named zone would need a date to know its offset.

std::optional<std::strong_ordering> compare(const Time& a, const Time& b);
std::optional<std::strong_ordering> compare(const DateTime& a, const DateTime& b);

// Arithmetic. None where the result is out of range.

/// Nanoseconds since 1970-01-01T00:00Z; none without a zone. Of a local time that a named zone
/// shows twice the earlier; for one that it skips the instant of the jump.
std::optional<Int128> utc_nanoseconds(const DateTime& value);
std::optional<DateTime> from_utc_nanoseconds(Int128 nanoseconds, Zone zone);

/// Midnight in UTC, which a date is among values with a zone.
DateTime midnight_utc(const Date& date);
/// Midnight without a zone.
DateTime midnight(const Date& date);

/// The day in which midnight + duration lies.
std::optional<Date> add(const Date& date, const DaysDuration& duration);
/// By the clock: past midnight it begins anew.
Time add(const Time& time, const DaysDuration& duration);
/// In a named zone by elapsed time: P1D is 24 hours, also where clocks change.
std::optional<DateTime> add(const DateTime& value, const DaysDuration& duration);
/// The same day of another month, or the last one where it has fewer.
std::optional<Date> add(const Date& date, const MonthsDuration& duration);
std::optional<DateTime> add(const DateTime& value, const MonthsDuration& duration);
std::optional<DaysDuration> add(const DaysDuration& a, const DaysDuration& b);
std::optional<MonthsDuration> add(const MonthsDuration& a, const MonthsDuration& b);

std::optional<Date> subtract(const Date& date, const DaysDuration& duration);
Time subtract(const Time& time, const DaysDuration& duration);
std::optional<DateTime> subtract(const DateTime& value, const DaysDuration& duration);
std::optional<Date> subtract(const Date& date, const MonthsDuration& duration);
std::optional<DateTime> subtract(const DateTime& value, const MonthsDuration& duration);
std::optional<DaysDuration> subtract(const DaysDuration& a, const DaysDuration& b);
std::optional<MonthsDuration> subtract(const MonthsDuration& a, const MonthsDuration& b);

/// Differences, fractions of seconds included; none where compare has none.
DaysDuration subtract(const Date& a, const Date& b);
std::optional<DaysDuration> subtract(const Time& a, const Time& b);
std::optional<DaysDuration> subtract(const DateTime& a, const DateTime& b);
std::optional<DaysDuration> subtract(const Date& a, const DateTime& b);  // of midnight_utc(a)
std::optional<DaysDuration> subtract(const DateTime& a, const Date& b);

/// Whole months between two days, towards 0 (FEEL's "years and months duration").
MonthsDuration months_between(const Date& from, const Date& to);

DaysDuration negate(const DaysDuration& duration);
MonthsDuration negate(const MonthsDuration& duration);
DaysDuration absolute(const DaysDuration& duration);
MonthsDuration absolute(const MonthsDuration& duration);

/// Cut towards 0, to nanoseconds or months. None for a division by 0.
std::optional<DaysDuration> multiply(const DaysDuration& duration, const Decimal& factor);
std::optional<MonthsDuration> multiply(const MonthsDuration& duration, const Decimal& factor);
std::optional<DaysDuration> divide(const DaysDuration& duration, const Decimal& divisor);
std::optional<MonthsDuration> divide(const MonthsDuration& duration, const Decimal& divisor);
std::optional<Decimal> divide(const DaysDuration& dividend, const DaysDuration& divisor);
std::optional<Decimal> divide(const MonthsDuration& dividend, const MonthsDuration& divisor);

/// Local time minus UTC; none without a zone, or of a time whose named zone changes its offset.
std::optional<DaysDuration> time_offset(const Time& time);
std::optional<DaysDuration> time_offset(const DateTime& value);

}  // namespace hq::rules
