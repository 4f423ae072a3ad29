// Intervals on the scale of a kind.
#include <algorithm>

#include "base/assert.h"
#include "rules/reason/value_set.h"

namespace hq::rules {
namespace {

Decimal whole_seconds(Int128 nanoseconds) {
  const Int128 rest = nanoseconds % kNanosecondsPerSecond;
  const Int128 seconds = nanoseconds / kNanosecondsPerSecond - (rest < 0 ? 1 : 0);
  return Decimal(static_cast<int64_t>(seconds));  // of years below 10^9: 63 bits do
}

std::optional<Decimal> place_of_time(const Time& time) {
  const Decimal local = whole_seconds(time.nanoseconds);
  if (time.zone.is_none()) return local;
  const std::optional<int32_t> offset_s = time.zone.constant_offset_s();
  return offset_s ? subtract(local, Decimal(*offset_s)) : std::nullopt;
}

std::optional<Decimal> place_of_moment(const DateTime& moment) {
  if (const auto utc = utc_nanoseconds(moment)) return whole_seconds(*utc);
  return whole_seconds(Int128{moment.date.days} * kNanosecondsPerDay + moment.time.nanoseconds);
}

/// The multiple of `step` at or beyond `place`, in the direction.
std::optional<Decimal> onto_grid(const Decimal& place, const Decimal& step, Rounding direction) {
  const std::optional<Decimal> rest = modulo(place, step);
  if (!rest || rest->is_zero()) return place;
  const std::optional<Decimal> below = subtract(place, *rest);
  return direction == Rounding::floor || !below ? below : add(*below, step);
}

/// A place strictly between with as few digits as can be.
Decimal short_between(const Decimal& low, const Decimal& high) {
  const std::optional<Decimal> sum = add(low, high);
  const Decimal middle = sum ? divide(*sum, Decimal(2)).value_or(low) : low;
  for (int64_t scale = -12; scale <= 40; ++scale) {
    const std::optional<Decimal> rounded = round(middle, scale, Rounding::half_even);
    if (rounded && *rounded > low && *rounded < high) return *rounded;
  }
  return middle;
}

}  // namespace

std::optional<Decimal> place_of(const Value& value) {
  if (const Decimal* number = value.as<Decimal>()) return *number;
  if (const Date* date = value.as<Date>()) return Decimal(date->days);
  if (const Time* time = value.as<Time>()) return place_of_time(*time);
  if (const DateTime* moment = value.as<DateTime>()) return place_of_moment(*moment);
  if (const DaysDuration* days = value.as<DaysDuration>()) return days->total_seconds();
  if (const MonthsDuration* months = value.as<MonthsDuration>()) return Decimal(months->months);
  return std::nullopt;
}

TypeKind scale_of(const Value& value) {
  if (value.as<Date>() != nullptr) return TypeKind::date;
  if (value.as<Time>() != nullptr) return TypeKind::time;
  if (value.as<DateTime>() != nullptr) return TypeKind::date_time;
  if (value.as<DaysDuration>() != nullptr) return TypeKind::days_duration;
  if (value.as<MonthsDuration>() != nullptr) return TypeKind::months_duration;
  return TypeKind::number;
}

Zone zone_of(const Value& value) {
  if (const Time* time = value.as<Time>()) return time->zone;
  if (const DateTime* moment = value.as<DateTime>()) return moment->time.zone;
  return {};
}

bool Interval::is_empty() const {
  if (!low || !high) return false;
  return *low > *high || (*low == *high && (open_low || open_high));
}

std::optional<Decimal> Interval::place(const Value& value) const {
  const std::optional<Decimal> place = place_of(value);
  if (!place || scale_of(value) != kind || zone_of(value).is_none() == has_zone()) {
    return std::nullopt;
  }
  return place;
}

bool Interval::holds(const Decimal& place) const {
  if (low && (open_low ? place <= *low : place < *low)) return false;
  if (high && (open_high ? place >= *high : place > *high)) return false;
  const std::optional<Decimal> rest = step ? modulo(place, *step) : Decimal(0);
  return rest && rest->is_zero();
}

bool Interval::holds(const Interval& other) const {
  if (!is_alike(other)) return false;
  if (step && step != other.step) {
    const std::optional<Decimal> rest = other.step ? modulo(*other.step, *step) : std::nullopt;
    if (!rest || !rest->is_zero()) return false;
  }
  const bool is_low_in =
      !low ||
      (other.low && (*low < *other.low || (*low == *other.low && (!open_low || other.open_low))));
  const bool is_high_in =
      !high || (other.high &&
                (*high > *other.high || (*high == *other.high && (!open_high || other.open_high))));
  return is_low_in && is_high_in;
}

std::optional<Interval> Interval::common(const Interval& other) const {
  if (!is_alike(other)) return std::nullopt;
  Interval result = *this;
  if (other.low && (!low || *other.low > *low || (*other.low == *low && other.open_low))) {
    result.low = other.low;
    result.open_low = other.open_low;
  }
  if (other.high && (!high || *other.high < *high || (*other.high == *high && other.open_high))) {
    result.high = other.high;
    result.open_high = other.open_high;
  }
  // Of two grids the finer one is kept, or any: both hold what is common.
  if (!result.step) result.step = other.step;
  result.tighten();
  if (result.is_empty()) return std::nullopt;
  return result;
}

Interval Interval::hull(const Interval& other) const {
  Interval result = *this;
  if (low && (!other.low || *other.low < *low)) {
    result.low = other.low;
    result.open_low = other.open_low;
  } else if (low && other.low && *low == *other.low) {
    result.open_low = open_low && other.open_low;
  }
  if (high && (!other.high || *other.high > *high)) {
    result.high = other.high;
    result.open_high = other.open_high;
  } else if (high && other.high && *high == *other.high) {
    result.open_high = open_high && other.open_high;
  }
  if (step != other.step) result.step.reset();
  return result;
}

void Interval::tighten() {
  if (!step) return;
  if (low) {
    auto on_grid = onto_grid(*low, *step, Rounding::ceiling);
    if (on_grid && open_low && *on_grid == *low) on_grid = add(*low, *step);
    if (on_grid) low = on_grid;
    open_low = open_low && !on_grid;
  }
  if (high) {
    auto on_grid = onto_grid(*high, *step, Rounding::floor);
    if (on_grid && open_high && *on_grid == *high) on_grid = subtract(*high, *step);
    if (on_grid) high = on_grid;
    open_high = open_high && !on_grid;
  }
}

Value Interval::value_at(const Decimal& place) const {
  if (kind == TypeKind::number) return Value(place);
  if (kind == TypeKind::days_duration) {
    const auto duration = DaysDuration::from_seconds(place);
    return duration ? Value(*duration) : Value();
  }
  const std::optional<Decimal> whole = round(place, 0, Rounding::floor);
  const std::optional<int64_t> at = whole ? whole->to_int64() : std::nullopt;
  if (!at) return Value();
  if (kind == TypeKind::date) return Value(Date{*at});
  if (kind == TypeKind::months_duration) return Value(MonthsDuration{*at});
  const Int128 nanoseconds = Int128{*at} * kNanosecondsPerSecond;
  const auto moment = from_utc_nanoseconds(nanoseconds, zone);
  if (!moment) return Value();
  return kind == TypeKind::time ? Value(moment->time) : Value(*moment);
}

std::optional<uint64_t> Interval::size(uint64_t max) const {
  if (!low || !high) return std::nullopt;
  if (is_empty()) return 0;
  if (*low == *high) return 1;
  if (!step) return std::nullopt;
  const std::optional<Decimal> width = subtract(*high, *low);
  const std::optional<Decimal> steps = width ? divide(*width, *step) : std::nullopt;
  const std::optional<int64_t> count = steps ? steps->to_int64() : std::nullopt;
  if (!count || static_cast<uint64_t>(*count) >= max) return std::nullopt;
  return static_cast<uint64_t>(*count) + 1;
}

Decimal Interval::some_place() const {
  if (low && !open_low) return *low;
  if (high && !open_high) return *high;
  if (low && high) return short_between(*low, *high);
  const Decimal one = step.value_or(Decimal(1));
  if (low) return add(*low, one).value_or(*low);
  if (high) return subtract(*high, one).value_or(*high);
  return Decimal(0);
}

Decimal Interval::middle() const {
  if (!step) return short_between(*low, *high);
  const std::optional<Decimal> sum = add(*low, *high);
  const std::optional<Decimal> half = sum ? divide(*sum, Decimal(2)) : std::nullopt;
  return half ? onto_grid(*half, *step, Rounding::floor).value_or(*low) : *low;
}

Interval::Nearest Interval::nearest(const Decimal& from) const {
  if (holds(from)) return {from, Decimal(0)};
  const auto distance = [&](const Decimal& place) {
    const std::optional<Decimal> difference = subtract(place, from);
    HQ_ASSERT(difference.has_value());
    return absolute(*difference);
  };
  const bool is_below = low && from <= *low;
  const bool is_above = high && from >= *high;
  if (is_below || is_above) {
    const Decimal& end = is_below ? *low : *high;
    if (!(is_below ? open_low : open_high)) return {end, distance(end)};
    // A hundredth of the way in, so that it reads well and is close.
    const Decimal other = is_below ? high.value_or(add(end, Decimal(1)).value_or(end))
                                   : low.value_or(subtract(end, Decimal(1)).value_or(end));
    const auto width = subtract(other, end);
    const auto part = width ? divide(*width, Decimal(100)) : std::nullopt;
    const auto inner = part ? add(end, *part) : std::nullopt;
    const Decimal place = short_between(is_below ? end : inner.value_or(other),
                                        is_below ? inner.value_or(other) : end);
    return {place, distance(end), false};
  }
  // Between two places of the grid.
  const auto below = onto_grid(from, *step, Rounding::floor);
  const auto above = onto_grid(from, *step, Rounding::ceiling);
  const bool has_below = below && holds(*below);
  const bool has_above = above && holds(*above);
  if (has_below && (!has_above || distance(*below) <= distance(*above))) {
    return {*below, distance(*below)};
  }
  return {above.value_or(from), distance(above.value_or(from))};
}

}  // namespace hq::rules
