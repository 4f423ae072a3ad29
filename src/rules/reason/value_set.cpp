#include "rules/reason/value_set.h"

#include <algorithm>
#include <iterator>

#include "base/assert.h"

namespace hq::rules {
namespace {

/// Null for a reason is not the same as null that was meant: tests tell them apart.
bool is_same_point(const Value& a, const Value& b) {
  return is_same(a, b) && (a.reason() == nullptr) == (b.reason() == nullptr);
}

/// Is the place before the cut, with it or not as its side says?
bool is_first(const Decimal& place, const Decimal& at, Cut::Side side) {
  return side == Cut::Side::below ? place <= at : place < at;
}

/// The interval grown by what touches it: nothing where there is a hole between them.
std::optional<Interval> joined(const Interval& a, const Interval& b) {
  if (!a.is_alike(b) || a.step != b.step) return std::nullopt;
  const Interval& first = !a.low || (b.low && *a.low <= *b.low) ? a : b;
  const Interval& second = &first == &a ? b : a;
  if (first.high && second.low) {
    const std::optional<Decimal> reach = a.step ? add(*first.high, *a.step) : *first.high;
    if (!reach || *reach < *second.low) return std::nullopt;
    if (*first.high == *second.low && first.open_high && second.open_low) return std::nullopt;
  }
  Interval result = first;
  if (second.low && first.low && *first.low == *second.low) {
    result.open_low = first.open_low && second.open_low;
  }
  if (!second.high || (result.high && *second.high > *result.high)) {
    result.high = second.high;
    result.open_high = second.open_high;
  } else if (result.high && *second.high == *result.high) {
    result.open_high = first.open_high && second.open_high;
  }
  return result;
}

}  // namespace

ValueSet ValueSet::of(Value value) {
  ValueSet set;
  set.insert(std::move(value));
  return set;
}

ValueSet ValueSet::of(std::vector<Value> values) {
  ValueSet set;
  for (Value& value : values) set.insert(std::move(value));
  return set;
}

ValueSet ValueSet::of(Interval interval) {
  ValueSet set;
  interval.tighten();
  if (interval.is_empty()) return set;
  if (interval.low && interval.low == interval.high) return of(interval.value_at(*interval.low));
  set.interval_ = std::move(interval);
  return set;
}

ValueSet ValueSet::between(const Value& low, const Value& high, std::optional<Decimal> step) {
  const Value& one = low.is_null() ? high : low;
  Interval interval{.kind = scale_of(one), .step = std::move(step), .zone = zone_of(one)};
  interval.low = place_of(low);
  interval.high = place_of(high);
  return of(std::move(interval));
}

ValueSet ValueSet::any_text() {
  ValueSet set;
  set.has_other_texts_ = true;
  return set;
}

const Value* ValueSet::single() const {
  return points_.size() == 1 && !interval_ && !has_other_texts_ ? points_.data() : nullptr;
}

bool ValueSet::holds(const Value& value) const {
  if (std::ranges::any_of(points_, [&](const Value& one) { return is_same_point(one, value); })) {
    return true;
  }
  if (interval_) {
    const std::optional<Decimal> place = interval_->place(value);
    if (place && interval_->holds(*place)) return true;
  }
  const std::string* text = value.as<std::string>();
  return has_other_texts_ && text != nullptr && !std::ranges::binary_search(other_than_, *text);
}

bool ValueSet::holds(const ValueSet& other) const {
  if (!std::ranges::all_of(other.points_, [&](const Value& one) { return holds(one); })) {
    return false;
  }
  if (other.interval_ && !(interval_ && interval_->holds(*other.interval_))) return false;
  return !other.has_other_texts_ ||
         (has_other_texts_ && std::ranges::includes(other.other_than_, other_than_));
}

bool ValueSet::meets(const ValueSet& other) const {
  if (has_other_texts_ && other.has_other_texts_) return true;
  if (interval_ && other.interval_ && interval_->common(*other.interval_)) return true;
  return std::ranges::any_of(points_, [&](const Value& one) { return other.holds(one); }) ||
         std::ranges::any_of(other.points_, [&](const Value& one) { return holds(one); });
}

ValueSet ValueSet::without_points() const {
  ValueSet rest = *this;
  rest.points_.clear();
  return rest;
}

std::optional<Interval> ValueSet::spanned() const {
  if (has_other_texts_) return std::nullopt;
  std::optional<Interval> all = interval_;
  for (const Value& point : points_) {
    const std::optional<Decimal> place = place_of(point);
    if (!place) return std::nullopt;
    const Interval one{
        .kind = scale_of(point), .low = place, .high = place, .zone = zone_of(point)};
    if (all && !all->is_alike(one)) return std::nullopt;
    all = all ? all->hull(one) : one;
  }
  return all;
}

std::optional<std::vector<Value>> ValueSet::listed(uint64_t max) const {
  if (has_other_texts_ || points_.size() > max) return std::nullopt;
  std::vector<Value> values = points_;
  if (!interval_) return values;
  const std::optional<uint64_t> size = interval_->size(max - points_.size());
  if (!size) return std::nullopt;
  std::optional<Decimal> place = interval_->low;
  for (uint64_t i = 0; i < *size && place; ++i) {
    values.push_back(interval_->value_at(*place));
    place = hq::add(*place, *interval_->step);
  }
  return values;
}

void ValueSet::insert(Value value) {
  if (holds(value)) return;
  const std::string* text = value.as<std::string>();
  if (has_other_texts_ && text != nullptr) {
    std::erase(other_than_, *text);
  } else {
    points_.push_back(std::move(value));
  }
}

bool ValueSet::join(const ValueSet& other) {
  if (other.interval_) {
    if (interval_ && !interval_->is_alike(*other.interval_)) return false;
    interval_ = interval_ ? interval_->hull(*other.interval_) : *other.interval_;
  }
  if (other.has_other_texts_) {
    if (has_other_texts_) {
      std::vector<std::string> both;
      std::ranges::set_intersection(other_than_, other.other_than_, std::back_inserter(both));
      other_than_ = std::move(both);
    } else {
      other_than_ = other.other_than_;
    }
    has_other_texts_ = true;
  }
  std::vector<Value> points = std::move(points_);
  points_.clear();
  for (Value& point : points) insert(std::move(point));
  for (const Value& point : other.points_) insert(point);
  return true;
}

std::optional<ValueSet> ValueSet::united(const ValueSet& a, const ValueSet& b) {
  ValueSet result = a;
  if (a.interval_ && b.interval_) {
    result.interval_ = joined(*a.interval_, *b.interval_);
    if (!result.interval_) return std::nullopt;
  }
  if (!result.join(b)) return std::nullopt;
  // Single values that touch the interval become part of it.
  for (bool has_grown = result.interval_.has_value(); has_grown;) {
    has_grown = false;
    for (std::size_t i = 0; i < result.points_.size() && !has_grown; ++i) {
      const std::optional<Decimal> place = result.interval_->place(result.points_[i]);
      if (!place) continue;
      Interval point = *result.interval_;
      point.low = point.high = place;
      point.open_low = point.open_high = false;
      if (auto grown = joined(*result.interval_, point)) {
        result.interval_ = std::move(*grown);
        result.points_.erase(result.points_.begin() + static_cast<std::ptrdiff_t>(i));
        has_grown = true;
      }
    }
  }
  return result;
}

std::pair<ValueSet, ValueSet> ValueSet::split(const Cut& cut) const {
  std::pair<ValueSet, ValueSet> parts;
  Cut::Side side = cut.side;
  if (side == Cut::Side::pick) {
    const std::optional<Decimal> place = interval_ ? interval_->place(cut.at) : std::nullopt;
    if (!place || !interval_->holds(*place)) {
      if (holds(cut.at)) parts.first = of(cut.at);
      parts.second = *this;
      std::erase_if(parts.second.points_,
                    [&](const Value& one) { return is_same_point(one, cut.at); });
      const std::string* text = cut.at.as<std::string>();
      if (has_other_texts_ && text != nullptr && !parts.first.is_empty()) {
        auto& others = parts.second.other_than_;
        others.insert(std::ranges::lower_bound(others, *text), *text);
      }
      return parts;
    }
    // Out of an interval: first what is before it, and once it is the end, what is behind it.
    side = interval_->low == place ? Cut::Side::below : Cut::Side::above;
  }
  const std::optional<Decimal> at = place_of(cut.at);
  HQ_ASSERT(at.has_value());
  if (interval_ && interval_->place(cut.at)) {
    Interval first = {.kind = interval_->kind, .high = at, .zone = interval_->zone};
    Interval second = {.kind = interval_->kind, .low = at, .zone = interval_->zone};
    first.open_high = side == Cut::Side::above;
    second.open_low = side == Cut::Side::below;
    if (const auto part = interval_->common(first)) parts.first = of(*part);
    if (const auto part = interval_->common(second)) parts.second = of(*part);
  } else if (interval_) {
    parts.first.interval_ = interval_;
  }
  for (const Value& point : points_) {
    const std::optional<Decimal> place = place_of(point);
    const bool is_on_scale = place && scale_of(point) == scale_of(cut.at);
    (!is_on_scale || is_first(*place, *at, side) ? parts.first : parts.second).insert(point);
  }
  parts.first.has_other_texts_ = has_other_texts_;
  parts.first.other_than_ = other_than_;
  return parts;
}

std::optional<Cut> ValueSet::halved() const {
  if (!points_.empty()) {
    if (single() != nullptr) return std::nullopt;
    return Cut{points_.front(), Cut::Side::pick};
  }
  if (!interval_) return std::nullopt;
  const Interval& all = *interval_;
  if (all.low && all.high) return Cut{all.value_at(all.middle()), Cut::Side::below};
  // Without an end: ever further out, twice as far each time.
  Decimal at(0);
  if (all.low) at = std::max(Decimal(1), hq::add(*all.low, *all.low).value_or(*all.low));
  if (all.high) at = std::min(Decimal(-1), hq::add(*all.high, *all.high).value_or(*all.high));
  const Value cut = all.value_at(at);
  if (cut.is_null() || place_of(cut) == all.low || place_of(cut) == all.high) return std::nullopt;
  return Cut{cut, all.low ? Cut::Side::below : Cut::Side::above};
}

Value ValueSet::witness() const {
  for (const Value& point : points_) {
    if (!point.is_null()) return point;
  }
  if (interval_) return interval_->value_at(interval_->some_place());
  if (has_other_texts_) {
    std::string text = "other";
    while (std::ranges::binary_search(other_than_, text)) text += "_";
    return Value(std::move(text));
  }
  return points_.empty() ? Value() : points_.front();
}

bool ValueSet::operator==(const ValueSet& other) const {
  return points_.size() == other.points_.size() && interval_ == other.interval_ &&
         has_other_texts_ == other.has_other_texts_ && other_than_ == other.other_than_ &&
         points_.size() == other.points_.size() && holds(other);
}

}  // namespace hq::rules
