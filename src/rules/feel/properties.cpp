#include "rules/feel/properties.h"

#include "rules/feel/arithmetic.h"

namespace hq::rules {
namespace {

Value number(int64_t value) {
  return Value(value);
}

std::optional<Value> member(const Date& date, std::string_view name) {
  if (name == "year") return number(date.year());
  if (name == "month") return number(date.month());
  if (name == "day") return number(date.day());
  if (name == "weekday") return number(date.weekday());
  return std::nullopt;
}

Value zone_name(const Zone& zone) {
  return zone.is_named() ? Value(std::string(zone.name())) : Value();
}

template <class T>
Value offset_of(const T& value) {
  const std::optional<DaysDuration> offset = time_offset(value);
  return offset ? Value(*offset) : Value();
}

std::optional<Value> member(const Time& time, std::string_view name) {
  if (name == "hour") return number(time.hour());
  if (name == "minute") return number(time.minute());
  if (name == "second") return Value(time.second());
  if (name == "time offset") return offset_of(time);
  if (name == "timezone") return zone_name(time.zone);
  return std::nullopt;
}

std::optional<Value> member(const DateTime& value, std::string_view name) {
  if (name == "time offset") return offset_of(value);
  if (std::optional<Value> found = member(value.date, name)) return found;
  return member(value.time, name);
}

std::optional<Value> member(const DaysDuration& duration, std::string_view name) {
  if (name == "days") return number(duration.days());
  if (name == "hours") return number(duration.hours());
  if (name == "minutes") return number(duration.minutes());
  if (name == "seconds") return Value(duration.seconds());
  return std::nullopt;
}

std::optional<Value> member(const MonthsDuration& duration, std::string_view name) {
  if (name == "years") return number(duration.years());
  if (name == "months") return number(duration.months_of_year());
  return std::nullopt;
}

std::optional<Value> member(const Range& range, std::string_view name) {
  if (name == "start") return range.low;
  if (name == "end") return range.high;
  if (name == "start included") return Value(!range.open_low);
  if (name == "end included") return Value(!range.open_high);
  return std::nullopt;
}

std::optional<Value> found_member(const Value& value, std::string_view name) {
  if (const Date* date = value.as<Date>()) return member(*date, name);
  if (const Time* time = value.as<Time>()) return member(*time, name);
  if (const DateTime* moment = value.as<DateTime>()) return member(*moment, name);
  if (const DaysDuration* days = value.as<DaysDuration>()) return member(*days, name);
  if (const MonthsDuration* months = value.as<MonthsDuration>()) return member(*months, name);
  if (const Range* range = value.as<Range>()) return member(*range, name);
  return std::nullopt;
}

}  // namespace

Value property(const Value& value, std::string_view name, Span span, Evaluation& evaluation) {
  if (std::optional<Value> found = found_member(value, name)) return *std::move(found);
  const std::string quoted = std::string("\"").append(name).append("\"");
  return null_of({&value}, evaluation, span,
                 std::string("a ").append(kind_name(value)).append(" has no member ") + quoted,
                 std::string(kind_name(value)).append(" 没有成员 ") + quoted);
}

}  // namespace hq::rules
