// Functions that make dates, times and durations, or tell where in the year a day is (DMN 1.5,
// tables 73, 80 and 82).
#include <array>

#include "rules/feel/built_in_families.h"

namespace hq::rules {
namespace {

/// The value that was read, or null with what the reader said.
template <class T>
Value value_or_failed(const Result<T>& read, Evaluation& evaluation, std::string_view function) {
  if (read) return Value(*read);
  return failed(evaluation, function, read.error().message, read.error().message_zh);
}

Value no_such(Evaluation& evaluation, std::string_view function) {
  return failed(evaluation, function, "the parts are outside of the calendar or the clock",
                "各部分超出日历或时钟的范围");
}

/// The day of a date, or of a date and time by its own clock.
Date day_of(const Value& value) {
  if (const auto* moment = value.as<DateTime>()) return moment->date;
  return get<Date>(value);
}

Value date(Arguments arguments, std::size_t form, Evaluation& evaluation) {
  if (form == 0) {
    return value_or_failed(parse_date(get<std::string>(arguments[0])), evaluation, "date");
  }
  if (form == 1) return Value(day_of(arguments[0]));
  const std::optional<Date> day =
      Date::from_civil(integer(arguments[0]), integer(arguments[1]), integer(arguments[2]));
  return day ? Value(*day) : no_such(evaluation, "date");
}

/// hour, minute, second and, where it is there and no null, offset.
std::optional<Time> time_of(Arguments parts) {
  Zone zone;
  const auto* offset = parts.size() > 3 ? parts[3].as<DaysDuration>() : nullptr;
  if (offset != nullptr) {
    const Int128 seconds = offset->nanoseconds / kNanosecondsPerSecond;
    const std::optional<Zone> fixed = Zone::fixed(static_cast<int64_t>(seconds));
    if (!fixed) return std::nullopt;
    zone = *fixed;
  }
  return Time::from_parts(integer(parts[0]), integer(parts[1]), get<Decimal>(parts[2]), zone);
}

Value time(Arguments arguments, std::size_t form, Evaluation& evaluation) {
  const Value& from = arguments[0];
  if (form == 0) {
    return value_or_failed(parse_time(get<std::string>(from)), evaluation, "time");
  }
  if (form == 1) return from;
  if (form == 2) {
    const auto* moment = from.as<DateTime>();
    return Value(moment != nullptr ? moment->time : midnight_utc(get<Date>(from)).time);
  }
  const std::optional<Time> time = time_of(arguments);
  return time ? Value(*time) : no_such(evaluation, "time");
}

Value date_and_time(Arguments arguments, std::size_t form, Evaluation& evaluation) {
  const Value& from = arguments[0];
  if (form == 0) return Value(DateTime{day_of(from), get<Time>(arguments[1])});
  if (form == 1) {
    return value_or_failed(parse_date_time(get<std::string>(from)), evaluation, "date and time");
  }
  const auto* day = from.as<Date>();
  return day != nullptr ? Value(midnight_utc(*day)) : from;
}

Value duration(Arguments arguments, std::size_t form, Evaluation& evaluation) {
  if (form == 1) return arguments[0];
  const Result<Duration> read = parse_duration(get<std::string>(arguments[0]));
  if (!read) return failed(evaluation, "duration", read.error().message, read.error().message_zh);
  return std::visit([](const auto& value) { return Value(value); }, *read);
}

Value years_and_months_duration(Arguments arguments, std::size_t /*form*/,
                                Evaluation& /*evaluation*/) {
  return Value(months_between(day_of(arguments[0]), day_of(arguments[1])));
}

Value day_of_year(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  return Value(int64_t{day_of(arguments[0]).day_of_year()});
}

Value week_of_year(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  return Value(int64_t{day_of(arguments[0]).week_of_year()});
}

Value day_of_week(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  constexpr std::array kNames = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                 "Friday", "Saturday", "Sunday"};
  return Value(kNames.at(static_cast<std::size_t>(day_of(arguments[0]).weekday() - 1)));
}

Value month_of_year(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  constexpr std::array kNames = {"January",   "February", "March",    "April",
                                 "May",       "June",     "July",     "August",
                                 "September", "October",  "November", "December"};
  return Value(kNames.at(static_cast<std::size_t>(day_of(arguments[0]).month() - 1)));
}

Value no_clock(Evaluation& evaluation, std::string_view function) {
  return failed(evaluation, function, "this evaluation was given no time",
                "本次计算未给定当前时间");
}

Value now(Arguments /*arguments*/, std::size_t /*form*/, Evaluation& evaluation) {
  const std::optional<DateTime>& moment = evaluation.options().now;
  return moment ? Value(*moment) : no_clock(evaluation, "now");
}

Value today(Arguments /*arguments*/, std::size_t /*form*/, Evaluation& evaluation) {
  const std::optional<DateTime>& moment = evaluation.options().now;
  return moment ? Value(moment->date) : no_clock(evaluation, "today");
}

}  // namespace

std::vector<BuiltIn> temporal_built_ins() {
  const BuiltIn::Form from_text = form({{"from", Accepts::string}});
  const BuiltIn::Form from_date = form({{"from", Accepts::date}});
  const BuiltIn::Form of_date = form({{"date", Accepts::date}});
  return {
      {"date",
       {from_text, from_date,
        form({{"year", Accepts::integer}, {"month", Accepts::integer}, {"day", Accepts::integer}})},
       date},
      {"time",
       {from_text, form({{"from", Accepts::time}}), from_date,
        form({{"hour", Accepts::integer},
              {"minute", Accepts::integer},
              {"second", Accepts::number},
              {"offset", Accepts::days_duration_or_null}},
             1)},
       time},
      {"date and time",
       {form({{"date", Accepts::date}, {"time", Accepts::time}}), from_text, from_date},
       date_and_time},
      {"duration", {from_text, form({{"from", Accepts::duration}})}, duration},
      {"years and months duration",
       {form({{"from", Accepts::date}, {"to", Accepts::date}})},
       years_and_months_duration},
      {"day of year", {of_date}, day_of_year},
      {"day of week", {of_date}, day_of_week},
      {"month of year", {of_date}, month_of_year},
      {"week of year", {of_date}, week_of_year},
      {"now", {form({})}, now},
      {"today", {form({})}, today},
  };
}

}  // namespace hq::rules
