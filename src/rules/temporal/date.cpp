// Dates, times of day and durations as the parts that people read.
#include "rules/temporal/detail/calendar.h"
#include "rules/temporal/temporal.h"

namespace hq::rules {
namespace {

constexpr int kDaysPerWeek = 7;
constexpr int64_t kNanosecondsPerMinute = 60 * kNanosecondsPerSecond;

/// Nanoseconds below a minute as seconds.
Decimal seconds_of(int64_t nanoseconds) {
  if (nanoseconds % kNanosecondsPerSecond == 0) return Decimal(nanoseconds / kNanosecondsPerSecond);
  return Decimal::scaled(nanoseconds, -9).value_or(Decimal());
}

/// The part of a whole in units of which so many make up the next larger one, with its sign.
int part_of(Int128 nanoseconds, int64_t unit, int64_t count) {
  return static_cast<int>(nanoseconds / unit % count);
}

}  // namespace

std::optional<Date> Date::from_civil(int64_t year, int64_t month, int64_t day) {
  if (year < -kYearMax || year > kYearMax || month < 1 || month > 12 || day < 1) {
    return std::nullopt;
  }
  if (day > detail::days_in_month(year, static_cast<int>(month))) return std::nullopt;
  return Date{detail::days_from_civil(year, static_cast<int>(month), static_cast<int>(day))};
}

CivilDate Date::civil() const {
  const detail::Civil civil = detail::civil_from_days(days);
  return {civil.year, civil.month, civil.day};
}

int Date::weekday() const {
  // 1970-01-01 was a Thursday: three days after a Monday.
  return static_cast<int>(detail::floor_divide<int64_t>(days + 3, kDaysPerWeek).rest) + 1;
}

int Date::day_of_year() const {
  return static_cast<int>(days - detail::days_from_civil(year(), 1, 1)) + 1;
}

int Date::week_of_year() const {
  // A week belongs to the year that has its Thursday (ISO 8601).
  const Date thursday{days - weekday() + 4};
  return (thursday.day_of_year() - 1) / kDaysPerWeek + 1;
}

Date Date::last_day_of_month() const {
  const CivilDate now = civil();
  return {days - now.day + detail::days_in_month(now.year, now.month)};
}

std::optional<Time> Time::from_parts(int64_t hour, int64_t minute, const Decimal& second,
                                     Zone zone) {
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  if (second.is_negative() || second >= Decimal(60)) return std::nullopt;
  const std::optional<DaysDuration> seconds = DaysDuration::from_seconds(second);
  if (!seconds) return std::nullopt;
  return Time{
      (hour * 60 + minute) * kNanosecondsPerMinute + static_cast<int64_t>(seconds->nanoseconds),
      zone};
}

Decimal Time::second() const {
  return seconds_of(nanoseconds % kNanosecondsPerMinute);
}

std::optional<DaysDuration> DaysDuration::from_seconds(const Decimal& seconds) {
  const std::optional<Decimal> whole = hq::round(seconds, 0, Rounding::down);
  if (!whole) return std::nullopt;
  const std::optional<int64_t> whole_s = whole->to_int64();
  if (!whole_s || *whole_s == INT64_MIN) return std::nullopt;
  // Below 1, with at most nine digits behind the point.
  const std::optional<Decimal> fraction = hq::subtract(seconds, *whole);
  const std::optional<Decimal> cut =
      fraction ? hq::round(*fraction, 9, Rounding::down) : std::nullopt;
  const std::optional<Decimal> scaled =
      cut ? hq::multiply(*cut, Decimal(kNanosecondsPerSecond)) : std::nullopt;
  const std::optional<int64_t> nanoseconds = scaled ? scaled->to_int64() : std::nullopt;
  if (!nanoseconds) return std::nullopt;
  const DaysDuration made{Int128{*whole_s} * kNanosecondsPerSecond + *nanoseconds};
  if (made.nanoseconds > kNanosecondsMax || made.nanoseconds < -kNanosecondsMax) {
    return std::nullopt;
  }
  return made;
}

int DaysDuration::hours() const {
  return part_of(nanoseconds, 60 * kNanosecondsPerMinute, 24);
}

int DaysDuration::minutes() const {
  return part_of(nanoseconds, kNanosecondsPerMinute, 60);
}

Decimal DaysDuration::seconds() const {
  return seconds_of(static_cast<int64_t>(nanoseconds % kNanosecondsPerMinute));
}

Decimal DaysDuration::total_seconds() const {
  const Decimal whole(static_cast<int64_t>(nanoseconds / kNanosecondsPerSecond));
  const Decimal fraction = seconds_of(static_cast<int64_t>(nanoseconds % kNanosecondsPerSecond));
  return hq::add(whole, fraction).value_or(whole);  // 28 digits, so there always is a sum
}

}  // namespace hq::rules
