#include "rules/explain/least_change.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rules/feel/arithmetic.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

constexpr std::string_view kTested = "?";

void take(const Value& value, std::vector<Value>& points) {
  if (const Range* range = value.as<Range>()) {
    take(range->low, points);
    take(range->high, points);
  } else if (const List* items = value.as<List>()) {
    for (const Value& item : *items) take(item, points);
  } else if (!value.is_null()) {
    points.push_back(value);
  }
}

/// Finds what the tested value is compared with.
class Collector {
 public:
  Collector(const Scope& scope, Evaluation& evaluation) : scope_(scope), evaluation_(evaluation) {}

  std::vector<Value> points;

  /// False where the value is used in another way.
  bool collect(const Expression& tree) {
    switch (tree.kind) {
      case Kind::any_test:
        return true;
      case Kind::tests:
      case Kind::negated_tests:
      case Kind::logical_and:
      case Kind::logical_or:
        return std::ranges::all_of(tree.parts,
                                   [&](const ExpressionPtr& part) { return collect(*part); });
      case Kind::in:
        return is_tested(*tree.parts[0])
                   ? std::all_of(tree.parts.begin() + 1, tree.parts.end(),
                                 [&](const ExpressionPtr& part) { return collect(*part); })
                   : !mentions(tree, kTested);
      case Kind::equal:
      case Kind::not_equal:
      case Kind::less:
      case Kind::less_or_equal:
      case Kind::greater:
      case Kind::greater_or_equal:
      case Kind::between:
      case Kind::unary_compare:
        return std::ranges::all_of(tree.parts,
                                   [&](const ExpressionPtr& part) { return constant(*part); });
      case Kind::call:
        if (tree.parts.size() == 2 && tree.parts[0]->text == "not") return collect(*tree.parts[1]);
        return constant(tree);
      default:
        return constant(tree);
    }
  }

 private:
  static bool is_tested(const Expression& tree) {
    return tree.kind == Kind::name && tree.text == kTested;
  }

  bool constant(const Expression& tree) {
    if (is_tested(tree)) return true;
    if (mentions(tree, kTested)) return false;
    take(evaluate(tree, scope_, evaluation_), points);
    return true;
  }

  const Scope& scope_;
  Evaluation& evaluation_;
};

/// Days and months come one by one: beyond an open end lies the next.
bool is_discrete(const Value& value) {
  return value.as<Date>() != nullptr || value.as<MonthsDuration>() != nullptr;
}

bool has_differences(const Value& value) {
  return value.as<Decimal>() != nullptr || value.as<DateTime>() != nullptr ||
         value.as<Time>() != nullptr || value.as<DaysDuration>() != nullptr || is_discrete(value);
}

/// A step of values of this kind, as a difference.
Value unit_of(const Value& value) {
  if (value.as<Decimal>() != nullptr) return Value(int64_t{1});
  if (value.as<MonthsDuration>() != nullptr) return Value(MonthsDuration{1});
  return Value(DaysDuration{kNanosecondsPerDay});
}

/// Looks for the nearest place where the test holds, among and between its turning points.
class Search {
 public:
  Search(const Value& value, std::vector<Value> points, const Holds& holds)
      : value_(value), points_(std::move(points)), holds_(holds) {
    std::erase_if(points_, [&](const Value& point) { return !compare(point, value_); });
    std::ranges::sort(points_, [](const Value& a, const Value& b) { return *compare(a, b) < 0; });
    const auto same = [](const Value& a, const Value& b) { return *compare(a, b) == 0; };
    points_.erase(std::unique(points_.begin(), points_.end(), same), points_.end());
  }

  std::optional<Change> run() {
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const Value& point = points_[i];
      if (holds_(point)) offer(point, false);
      if (i > 0) between(points_[i - 1], point);
    }
    if (!points_.empty()) {
      beyond(points_.front(), Kind::subtract);
      beyond(points_.back(), Kind::add);
    }
    return best_;
  }

 private:
  Value calculated(Kind operation, const Value& a, const Value& b) {
    return calculate(operation, a, b, {}, scratch_);
  }

  void between(const Value& low, const Value& high) {
    if (is_discrete(value_)) {
      const Value first = calculated(Kind::add, low, unit_of(value_));
      const Value last = calculated(Kind::subtract, high, unit_of(value_));
      if (compare(first, high).value_or(0) >= 0 || !holds_(first)) return;
      offer(first, false);
      offer(last, false);
      return;
    }
    const Value half =
        calculated(Kind::divide, calculated(Kind::subtract, high, low), Value(int64_t{2}));
    const Value middle = calculated(Kind::add, low, half);
    // Times are compared by whole seconds: between two that follow each other there is none.
    if (compare(low, middle).value_or(0) >= 0 || compare(middle, high).value_or(0) >= 0) return;
    if (!holds_(middle)) return;
    offer(low, true);
    offer(high, true);
  }

  /// What lies below the lowest (Kind::subtract) or above the highest point (Kind::add).
  void beyond(const Value& end, Kind operation) {
    Value probe = calculated(operation, end, unit_of(value_));
    if (const Time* time = end.as<Time>()) {
      // A time of day ends at midnight, where adding would begin anew.
      const int64_t midnight = operation == Kind::add ? kNanosecondsPerDay : 0;
      probe = Value(Time{.nanoseconds = (time->nanoseconds + midnight) / 2, .zone = time->zone});
    }
    const int wanted = operation == Kind::add ? 1 : -1;
    if (compare(probe, end).value_or(0) != wanted || !holds_(probe)) return;
    offer(is_discrete(value_) ? probe : end, !is_discrete(value_));
  }

  void offer(const Value& place, bool is_open) {
    const Value by = calculated(Kind::subtract, place, value_);
    const Value zero = calculated(Kind::subtract, value_, value_);
    const bool is_down = compare(by, zero).value_or(0) < 0;
    const Value size = is_down ? negated(by, {}, scratch_) : by;
    const int order = best_ ? compare(size, best_size_).value_or(1) : -1;
    if (order > 0 || (order == 0 && (is_open || !best_->is_open))) return;
    best_ = Change{by, is_open, {}};
    best_size_ = size;
  }

  const Value& value_;
  std::vector<Value> points_;
  const Holds& holds_;
  Evaluation scratch_{EvaluationOptions{}};  // of sums that leave their range
  std::optional<Change> best_;
  Value best_size_;
};

double number_of(const Value& value) {
  constexpr double kSecondsPerDay = 86'400;
  if (const auto* number = value.as<Decimal>()) return number->to_double();
  if (const auto* months = value.as<MonthsDuration>()) return static_cast<double>(months->months);
  if (const auto* days = value.as<DaysDuration>()) {
    return days->total_seconds().to_double() / kSecondsPerDay;
  }
  return 365;  // of dates: a change of a year is half of what there is
}

}  // namespace

std::optional<std::vector<Value>> turning_points(const Expression& tests, const Scope& scope,
                                                 Evaluation& evaluation) {
  Collector collector(scope, evaluation);
  if (!collector.collect(tests)) return std::nullopt;
  return std::move(collector.points);
}

std::optional<Change> least_change(const Value& value, const std::vector<Value>& points,
                                   const Holds& holds) {
  if (has_differences(value)) return Search(value, points, holds).run();
  Change change;
  for (const Value& point : points) {
    const bool is_new = std::ranges::none_of(
        change.alternatives, [&](const Value& known) { return is_same(known, point); });
    if (is_new && holds(point)) change.alternatives.push_back(point);
  }
  if (change.alternatives.empty()) return std::nullopt;
  return change;
}

double relative_size(const std::optional<Change>& change, const Value& value) {
  if (!change || change->by.is_null()) return 1;
  const double by = std::abs(number_of(change->by));
  const double size = by + std::abs(number_of(value));
  return size > 0 ? by / size : 0;
}

}  // namespace hq::rules
