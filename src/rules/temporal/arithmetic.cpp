// Order and arithmetic of dates, times and durations (DMN 1.5, tables 53 to 57).
#include "rules/temporal/detail/calendar.h"
#include "rules/temporal/temporal.h"

namespace hq::rules {
namespace {

using detail::floor_divide;

constexpr int64_t kDayMin = detail::days_from_civil(-kYearMax, 1, 1);
constexpr int64_t kDayMax = detail::days_from_civil(kYearMax, 12, 31);

std::optional<Date> date_in_range(Int128 days) {
  if (days < kDayMin || days > kDayMax) return std::nullopt;
  return Date{static_cast<int64_t>(days)};
}

std::optional<DaysDuration> duration_in_range(Int128 nanoseconds) {
  if (nanoseconds < -DaysDuration::kNanosecondsMax || nanoseconds > DaysDuration::kNanosecondsMax) {
    return std::nullopt;
  }
  return DaysDuration{nanoseconds};
}

std::optional<MonthsDuration> months_in_range(Int128 months) {
  if (months < -INT64_MAX || months > INT64_MAX) return std::nullopt;
  return MonthsDuration{static_cast<int64_t>(months)};
}

/// By the local clock, since 1970-01-01T00:00 of it.
Int128 local_nanoseconds(const DateTime& value) {
  return Int128{value.date.days} * kNanosecondsPerDay + value.time.nanoseconds;
}

std::optional<DateTime> from_local_nanoseconds(Int128 nanoseconds, Zone zone) {
  const auto [days, rest] = floor_divide<Int128>(nanoseconds, kNanosecondsPerDay);
  const std::optional<Date> date = date_in_range(days);
  if (!date) return std::nullopt;
  return DateTime{*date, {static_cast<int64_t>(rest), zone}};
}

/// Two moments on one scale.
struct Pair {
  Int128 a = 0;
  Int128 b = 0;
};

std::optional<Pair> on_one_scale(const DateTime& a, const DateTime& b) {
  if (a.time.zone.is_none() != b.time.zone.is_none()) return std::nullopt;
  const std::optional<Int128> a_utc = utc_nanoseconds(a);
  const std::optional<Int128> b_utc = utc_nanoseconds(b);
  if (a_utc && b_utc) return Pair{*a_utc, *b_utc};
  return Pair{local_nanoseconds(a), local_nanoseconds(b)};
}

std::optional<Pair> on_one_scale(const Time& a, const Time& b) {
  if (a.zone == b.zone) return Pair{a.nanoseconds, b.nanoseconds};
  const std::optional<int32_t> a_offset_s = a.zone.constant_offset_s();
  const std::optional<int32_t> b_offset_s = b.zone.constant_offset_s();
  if (!a_offset_s || !b_offset_s) return std::nullopt;
  return Pair{a.nanoseconds - *a_offset_s * kNanosecondsPerSecond,
              b.nanoseconds - *b_offset_s * kNanosecondsPerSecond};
}

std::optional<std::strong_ordering> order_of(const std::optional<Pair>& pair) {
  if (!pair) return std::nullopt;
  return floor_divide<Int128>(pair->a, kNanosecondsPerSecond).quotient <=>
         floor_divide<Int128>(pair->b, kNanosecondsPerSecond).quotient;
}

std::optional<DaysDuration> difference_of(const std::optional<Pair>& pair) {
  if (!pair) return std::nullopt;
  return duration_in_range(pair->a - pair->b);
}

/// 64 bits of `value` cut towards 0, but for INT64_MIN.
std::optional<MonthsDuration> whole_months(const std::optional<Decimal>& value) {
  const std::optional<Decimal> cut = value ? hq::round(*value, 0, Rounding::down) : std::nullopt;
  const std::optional<int64_t> months = cut ? cut->to_int64() : std::nullopt;
  return months ? months_in_range(*months) : std::nullopt;
}

std::optional<DaysDuration> whole_nanoseconds(const std::optional<Decimal>& seconds) {
  return seconds ? DaysDuration::from_seconds(*seconds) : std::nullopt;
}

DaysDuration seconds_duration(int32_t seconds) {
  return {Int128{seconds} * kNanosecondsPerSecond};
}

}  // namespace

std::optional<std::strong_ordering> compare(const Time& a, const Time& b) {
  return order_of(on_one_scale(a, b));
}

std::optional<std::strong_ordering> compare(const DateTime& a, const DateTime& b) {
  return order_of(on_one_scale(a, b));
}

std::optional<Int128> utc_nanoseconds(const DateTime& value) {
  if (value.time.zone.is_none()) return std::nullopt;
  const auto seconds = static_cast<int32_t>(value.time.nanoseconds / kNanosecondsPerSecond);
  const int32_t offset_s = value.time.zone.offset_at_local_s(value.date.days, seconds);
  const Int128 fraction = value.time.nanoseconds % kNanosecondsPerSecond;
  const Int128 whole = local_nanoseconds(value) - fraction;
  return whole - Int128{offset_s} * kNanosecondsPerSecond + fraction;
}

std::optional<DateTime> from_utc_nanoseconds(Int128 nanoseconds, Zone zone) {
  // A day beyond the range may be within it by the local clock.
  const auto [days, rest] = floor_divide<Int128>(nanoseconds, kNanosecondsPerDay);
  if (days < kDayMin - 1 || days > kDayMax + 1) return std::nullopt;
  const int32_t offset_s = zone.offset_at_utc_s(static_cast<int64_t>(days),
                                                static_cast<int32_t>(rest / kNanosecondsPerSecond));
  return from_local_nanoseconds(nanoseconds + Int128{offset_s} * kNanosecondsPerSecond, zone);
}

DateTime midnight_utc(const Date& date) {
  return {date, {0, Zone::utc()}};
}

DateTime midnight(const Date& date) {
  return {date, {0, Zone()}};
}

std::optional<Date> add(const Date& date, const DaysDuration& duration) {
  const Int128 sum = local_nanoseconds(midnight(date)) + duration.nanoseconds;
  return date_in_range(floor_divide<Int128>(sum, kNanosecondsPerDay).quotient);
}

Time add(const Time& time, const DaysDuration& duration) {
  const Int128 sum = time.nanoseconds + duration.nanoseconds;
  return {static_cast<int64_t>(floor_divide<Int128>(sum, kNanosecondsPerDay).rest), time.zone};
}

std::optional<DateTime> add(const DateTime& value, const DaysDuration& duration) {
  const Zone zone = value.time.zone;
  if (const auto utc = zone.is_named() ? utc_nanoseconds(value) : std::nullopt) {
    return from_utc_nanoseconds(*utc + duration.nanoseconds, zone);
  }
  return from_local_nanoseconds(local_nanoseconds(value) + duration.nanoseconds, zone);
}

std::optional<Date> add(const Date& date, const MonthsDuration& duration) {
  const CivilDate civil = date.civil();
  const Int128 months = Int128{civil.year} * 12 + (civil.month - 1) + duration.months;
  const auto [year, month_index] = floor_divide<Int128>(months, 12);
  if (year < -kYearMax || year > kYearMax) return std::nullopt;
  const auto to_year = static_cast<int64_t>(year);
  const int month = static_cast<int>(month_index) + 1;
  const int day = std::min(civil.day, detail::days_in_month(to_year, month));
  return Date{detail::days_from_civil(to_year, month, day)};
}

std::optional<DateTime> add(const DateTime& value, const MonthsDuration& duration) {
  const std::optional<Date> date = add(value.date, duration);
  if (!date) return std::nullopt;
  return DateTime{*date, value.time};
}

std::optional<DaysDuration> add(const DaysDuration& a, const DaysDuration& b) {
  return duration_in_range(a.nanoseconds + b.nanoseconds);
}

std::optional<MonthsDuration> add(const MonthsDuration& a, const MonthsDuration& b) {
  return months_in_range(Int128{a.months} + b.months);
}

std::optional<Date> subtract(const Date& date, const DaysDuration& duration) {
  return add(date, negate(duration));
}

Time subtract(const Time& time, const DaysDuration& duration) {
  return add(time, negate(duration));
}

std::optional<DateTime> subtract(const DateTime& value, const DaysDuration& duration) {
  return add(value, negate(duration));
}

std::optional<Date> subtract(const Date& date, const MonthsDuration& duration) {
  return add(date, negate(duration));
}

std::optional<DateTime> subtract(const DateTime& value, const MonthsDuration& duration) {
  return add(value, negate(duration));
}

std::optional<DaysDuration> subtract(const DaysDuration& a, const DaysDuration& b) {
  return add(a, negate(b));
}

std::optional<MonthsDuration> subtract(const MonthsDuration& a, const MonthsDuration& b) {
  return add(a, negate(b));
}

DaysDuration subtract(const Date& a, const Date& b) {
  return {Int128{a.days - b.days} * kNanosecondsPerDay};
}

std::optional<DaysDuration> subtract(const Time& a, const Time& b) {
  return difference_of(on_one_scale(a, b));
}

std::optional<DaysDuration> subtract(const DateTime& a, const DateTime& b) {
  return difference_of(on_one_scale(a, b));
}

std::optional<DaysDuration> subtract(const Date& a, const DateTime& b) {
  return subtract(midnight_utc(a), b);
}

std::optional<DaysDuration> subtract(const DateTime& a, const Date& b) {
  return subtract(a, midnight_utc(b));
}

MonthsDuration months_between(const Date& from, const Date& to) {
  const CivilDate a = from.civil();
  const CivilDate b = to.civil();
  int64_t months = (b.year - a.year) * 12 + (b.month - a.month);
  if (months > 0 && b.day < a.day) --months;
  if (months < 0 && b.day > a.day) ++months;
  return {months};
}

DaysDuration negate(const DaysDuration& duration) {
  return {-duration.nanoseconds};
}

MonthsDuration negate(const MonthsDuration& duration) {
  return {-duration.months};
}

DaysDuration absolute(const DaysDuration& duration) {
  return duration.nanoseconds < 0 ? negate(duration) : duration;
}

MonthsDuration absolute(const MonthsDuration& duration) {
  return duration.months < 0 ? negate(duration) : duration;
}

std::optional<DaysDuration> multiply(const DaysDuration& duration, const Decimal& factor) {
  return whole_nanoseconds(hq::multiply(duration.total_seconds(), factor));
}

std::optional<MonthsDuration> multiply(const MonthsDuration& duration, const Decimal& factor) {
  return whole_months(hq::multiply(Decimal(duration.months), factor));
}

std::optional<DaysDuration> divide(const DaysDuration& duration, const Decimal& divisor) {
  return whole_nanoseconds(hq::divide(duration.total_seconds(), divisor));
}

std::optional<MonthsDuration> divide(const MonthsDuration& duration, const Decimal& divisor) {
  return whole_months(hq::divide(Decimal(duration.months), divisor));
}

std::optional<Decimal> divide(const DaysDuration& dividend, const DaysDuration& divisor) {
  return hq::divide(dividend.total_seconds(), divisor.total_seconds());
}

std::optional<Decimal> divide(const MonthsDuration& dividend, const MonthsDuration& divisor) {
  return hq::divide(Decimal(dividend.months), Decimal(divisor.months));
}

std::optional<DaysDuration> time_offset(const Time& time) {
  const std::optional<int32_t> offset_s = time.zone.constant_offset_s();
  if (!offset_s) return std::nullopt;
  return seconds_duration(*offset_s);
}

std::optional<DaysDuration> time_offset(const DateTime& value) {
  const std::optional<Int128> utc = utc_nanoseconds(value);
  if (!utc) return std::nullopt;
  const auto [days, rest] = floor_divide<Int128>(*utc, kNanosecondsPerDay);
  return seconds_duration(value.time.zone.offset_at_utc_s(
      static_cast<int64_t>(days), static_cast<int32_t>(rest / kNanosecondsPerSecond)));
}

}  // namespace hq::rules
