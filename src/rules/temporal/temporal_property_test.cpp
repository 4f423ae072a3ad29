// Laws that hold for all dates, times and durations, and the calendar against std::chrono.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>

#include "rules/temporal/detail/calendar.h"
#include "rules/temporal/temporal.h"

namespace hq::rules {
namespace {

constexpr int64_t kDayMax = detail::days_from_civil(kYearMax, 12, 31);

/// Days near and far.
Date any_date() {
  const int64_t limit = *rc::gen::element<int64_t>(1000, 1'000'000, kDayMax);
  return {*rc::gen::inRange<int64_t>(-limit, limit)};
}

Zone any_zone() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return {};
    case 1:
      return Zone::fixed(*rc::gen::inRange(-64'800, 64'801)).value();
    case 2:
      return Zone::fixed(*rc::gen::inRange(-18, 19) * 3600).value();
    default:
      return Zone::named(*rc::gen::element("Europe/Paris", "Asia/Shanghai", "Etc/UTC",
                                           "America/St_Johns", "Pacific/Apia"))
          .value();
  }
}

Time any_time() {
  const int64_t seconds = *rc::gen::inRange<int64_t>(0, 86'400);
  const int64_t rest = *rc::gen::element<int64_t>(0, 1, 500'000'000, 999'999'999);
  return {seconds * kNanosecondsPerSecond + rest, any_zone()};
}

DateTime any_date_time() {
  return {any_date(), any_time()};
}

DaysDuration any_duration() {
  const int64_t limit = *rc::gen::element<int64_t>(100, 1'000'000, INT64_MAX);
  const int64_t seconds = *rc::gen::inRange<int64_t>(-limit, limit);
  return {Int128{seconds} * kNanosecondsPerSecond + *rc::gen::inRange(0, 1'000'000'000)};
}

RC_GTEST_PROP(CalendarProperty, agrees_with_chrono, ()) {
  const int days = *rc::gen::inRange(-12'687'428, 11'248'738);  // all that std::chrono's years hold
  const std::chrono::sys_days day{std::chrono::days(days)};
  const std::chrono::year_month_day expected(day);
  const Date date{days};
  RC_ASSERT(date.year() == static_cast<int>(expected.year()));
  RC_ASSERT(date.month() == static_cast<int>(static_cast<unsigned>(expected.month())));
  RC_ASSERT(date.day() == static_cast<int>(static_cast<unsigned>(expected.day())));
  RC_ASSERT(date.weekday() == static_cast<int>(std::chrono::weekday(day).iso_encoding()));
  RC_ASSERT(Date::from_civil(date.year(), date.month(), date.day()) == date);
  const std::chrono::sys_days last{expected.year() / expected.month() / std::chrono::last};
  RC_ASSERT(date.last_day_of_month().days == last.time_since_epoch().count());
}

RC_GTEST_PROP(CalendarProperty, repeats_every_400_years_over_the_whole_range, ()) {
  const Date date = any_date();
  const CivilDate civil = date.civil();
  RC_ASSERT(Date::from_civil(civil.year, civil.month, civil.day) == date);
  if (civil.year + 400 > kYearMax) return;
  const Date later{date.days + detail::kDaysPerEra};
  RC_ASSERT(later.civil() == (CivilDate{civil.year + 400, civil.month, civil.day}));
  RC_ASSERT(later.weekday() == date.weekday());
}

RC_GTEST_PROP(TemporalProperty, texts_read_back_as_the_same, ()) {
  const DateTime value = any_date_time();
  RC_ASSERT(parse_date(text(value.date)).value() == value.date);
  RC_ASSERT(parse_time(text(value.time)).value() == value.time);
  RC_ASSERT(parse_date_time(text(value)).value() == value);
  const DaysDuration days = any_duration();
  RC_ASSERT(parse_days_duration(text(days)).value() == days);
  const MonthsDuration months{*rc::gen::inRange<int64_t>(-1'000'000, 1'000'000)};
  RC_ASSERT(parse_months_duration(text(months)).value() == months);
  RC_ASSERT(parse_temporal(text(value)).value() == Temporal(value));
}

RC_GTEST_PROP(TemporalProperty, arbitrary_text_is_read_or_refused, (const std::string& text)) {
  const Result<Temporal> value = parse_temporal(text);
  RC_ASSERT(value.has_value() || !value.error().message.empty());
}

RC_GTEST_PROP(TemporalProperty, what_is_added_can_be_taken_away, ()) {
  const DateTime value = any_date_time();
  const DaysDuration duration = any_duration();
  const std::optional<DateTime> later = add(value, duration);
  if (!later) return;
  const std::optional<DateTime> back = subtract(*later, duration);
  // Of a time that its zone shows twice or skips only the moment is kept.
  if (value.time.zone.is_named()) {
    RC_ASSERT(utc_nanoseconds(*back).has_value());
    if (utc_nanoseconds(*later) != *utc_nanoseconds(value) + duration.nanoseconds) return;
    RC_ASSERT(utc_nanoseconds(*back) == utc_nanoseconds(value));
  } else {
    RC_ASSERT(back == value);
    RC_ASSERT(subtract(*later, value) == duration);
  }
}

RC_GTEST_PROP(TemporalProperty, sums_of_durations_are_those_of_their_nanoseconds, ()) {
  const DaysDuration a = any_duration();
  const DaysDuration b = any_duration();
  const Int128 sum = a.nanoseconds + b.nanoseconds;
  const bool fits = sum <= DaysDuration::kNanosecondsMax && sum >= -DaysDuration::kNanosecondsMax;
  RC_ASSERT(add(a, b).has_value() == fits);
  if (fits) RC_ASSERT(add(a, b)->nanoseconds == sum);
  if (fits) RC_ASSERT(subtract(*add(a, b), b) == a);
}

RC_GTEST_PROP(TemporalProperty, multiplying_and_dividing_by_a_number_undo_each_other, ()) {
  const DaysDuration duration{Int128{*rc::gen::arbitrary<int64_t>()}};
  const auto factor = *rc::gen::inRange<int64_t>(1, 100'000);
  const std::optional<DaysDuration> product = multiply(duration, Decimal(factor));
  RC_ASSERT(product.has_value());
  RC_ASSERT(product->nanoseconds == duration.nanoseconds * factor);
  RC_ASSERT(divide(*product, Decimal(factor)) == duration);
  RC_ASSERT((duration.nanoseconds == 0 || divide(*product, duration) == Decimal(factor)));
  // Cut towards 0, as integers are.
  RC_ASSERT(divide(duration, Decimal(factor))->nanoseconds == duration.nanoseconds / factor);
  const MonthsDuration months{*rc::gen::inRange<int64_t>(-1'000'000, 1'000'000)};
  RC_ASSERT(divide(months, Decimal(factor))->months == months.months / factor);
}

RC_GTEST_PROP(TemporalProperty, months_between_is_the_most_that_may_be_added, ()) {
  const Date from = any_date();
  const Date to = any_date();
  const MonthsDuration months = months_between(from, to);
  const bool forward = to >= from;
  RC_ASSERT((forward ? months.months >= 0 : months.months <= 0));
  const std::optional<Date> reached = add(from, months);
  RC_ASSERT(reached.has_value());
  RC_ASSERT((forward ? *reached <= to : *reached >= to));
  // One month more reaches or passes it; by the clamp at the end of a month it may just reach it.
  const std::optional<Date> next = add(from, MonthsDuration{months.months + (forward ? 1 : -1)});
  if (next) RC_ASSERT((forward ? *next >= to || next->day() < from.day() : *next <= to));
}

RC_GTEST_PROP(TemporalProperty, moments_have_a_total_order, ()) {
  std::array<DateTime, 3> values;
  const bool zoned = *rc::gen::arbitrary<bool>();
  const Date near = any_date();
  for (DateTime& value : values) {
    value = any_date_time();
    if (*rc::gen::arbitrary<bool>()) value.date = near;
    if (value.time.zone.is_none() == zoned) value.time.zone = zoned ? Zone::utc() : Zone();
  }
  const auto& [a, b, c] = values;
  RC_ASSERT(compare(a, a) == std::strong_ordering::equal);
  RC_ASSERT(compare(a, b).has_value());
  RC_ASSERT((*compare(a, b) == (0 <=> *compare(b, a))));
  if (*compare(a, b) <= 0 && *compare(b, c) <= 0) RC_ASSERT((*compare(a, c) <= 0));
  const std::optional<DaysDuration> difference = subtract(a, b);
  RC_ASSERT(difference.has_value());
  // The order looks at whole seconds, the difference at all.
  if (*compare(a, b) < 0) RC_ASSERT(difference->nanoseconds < 0);
  if (*compare(a, b) == 0) RC_ASSERT(absolute(*difference).nanoseconds < kNanosecondsPerSecond);
}

RC_GTEST_PROP(TemporalProperty, a_moment_is_the_same_by_any_clock, ()) {
  DateTime value = any_date_time();
  if (value.time.zone.is_none()) value.time.zone = Zone::utc();
  Zone other = any_zone();
  if (other.is_none()) other = Zone::utc();
  const Int128 utc = *utc_nanoseconds(value);
  const std::optional<DateTime> seen = from_utc_nanoseconds(utc, other);
  if (!seen) return;  // beyond the range by that clock
  RC_ASSERT(seen->time.zone == other);
  // A clock that shows a time twice may be an hour off; no other is.
  const Int128 again = *utc_nanoseconds(*seen);
  RC_ASSERT((again == utc || (other.is_named() && again < utc)));
  RC_ASSERT((again == utc || from_utc_nanoseconds(again, other) == seen));
}

RC_GTEST_PROP(TemporalProperty, parts_make_up_the_whole, ()) {
  const DaysDuration duration = any_duration();
  const Int128 minutes =
      (Int128{duration.days()} * 24 + duration.hours()) * 60 + duration.minutes();
  const std::optional<Decimal> seconds =
      add(duration.seconds(), *multiply(Decimal(static_cast<int64_t>(minutes)), Decimal(60)));
  RC_ASSERT(seconds == duration.total_seconds());
  RC_ASSERT(DaysDuration::from_seconds(duration.total_seconds()) == duration);
  const Time time = any_time();
  RC_ASSERT(Time::from_parts(time.hour(), time.minute(), time.second(), time.zone) == time);
}

}  // namespace
}  // namespace hq::rules
