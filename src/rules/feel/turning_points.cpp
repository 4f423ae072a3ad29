#include "rules/feel/turning_points.h"

#include <algorithm>
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

/// A step of values of this kind, as a difference.
Value unit_of(const Value& value) {
  if (value.as<Decimal>() != nullptr) return Value(int64_t{1});
  if (value.as<MonthsDuration>() != nullptr) return Value(MonthsDuration{1});
  return Value(DaysDuration{kNanosecondsPerDay});
}

/// Cuts the line of values at its points.
class Cutter {
 public:
  explicit Cutter(std::vector<Value> points) : points_(std::move(points)) {
    const auto before = [](const Value& a, const Value& b) {
      return compare(a, b).value_or(0) < 0;
    };
    std::ranges::sort(points_, before);
    const auto same = [&](const Value& a, const Value& b) { return !before(a, b); };
    points_.erase(std::unique(points_.begin(), points_.end(), same), points_.end());
  }

  std::vector<Piece> run() {
    if (points_.empty()) return {};
    beyond(points_.front(), Kind::subtract);
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (i > 0) between(points_[i - 1], points_[i]);
      pieces_.push_back({points_[i], points_[i], false, points_[i]});
    }
    beyond(points_.back(), Kind::add);
    return std::move(pieces_);
  }

 private:
  Value calculated(Kind operation, const Value& a, const Value& b) {
    return calculate(operation, a, b, {}, scratch_);
  }

  void between(const Value& low, const Value& high) {
    if (is_discrete(low)) {
      const Value first = calculated(Kind::add, low, unit_of(low));
      const Value last = calculated(Kind::subtract, high, unit_of(low));
      if (compare(first, high).value_or(0) < 0) pieces_.push_back({first, last, false, first});
      return;
    }
    const Value whole = calculated(Kind::subtract, high, low);
    const Value half = calculated(Kind::divide, whole, Value(int64_t{2}));
    const Value middle = calculated(Kind::add, low, half);
    // Times are compared by whole seconds: between two that follow each other there is none.
    if (compare(low, middle).value_or(0) < 0 && compare(middle, high).value_or(0) < 0) {
      pieces_.push_back({low, high, true, middle});
    }
  }

  /// What lies below the lowest (Kind::subtract) or above the highest point (Kind::add).
  void beyond(const Value& end, Kind operation) {
    const bool is_above = operation == Kind::add;
    Value probe = calculated(operation, end, unit_of(end));
    if (const Time* time = end.as<Time>()) {
      // A time of day ends at midnight, where adding would begin anew.
      const int64_t midnight = is_above ? kNanosecondsPerDay : 0;
      probe = Value(Time{.nanoseconds = (time->nanoseconds + midnight) / 2, .zone = time->zone});
    }
    if (compare(probe, end).value_or(0) != (is_above ? 1 : -1)) return;
    const Value& near = is_discrete(end) ? probe : end;
    pieces_.push_back(
        {is_above ? near : Value(), is_above ? Value() : near, !is_discrete(end), probe});
  }

  std::vector<Value> points_;
  Evaluation scratch_{EvaluationOptions{}};  // of sums that leave their range
  std::vector<Piece> pieces_;
};

}  // namespace

bool has_differences(const Value& value) {
  return value.as<Decimal>() != nullptr || value.as<DateTime>() != nullptr ||
         value.as<Time>() != nullptr || value.as<DaysDuration>() != nullptr || is_discrete(value);
}

std::optional<std::vector<Value>> turning_points(const Expression& tests, const Scope& scope,
                                                 Evaluation& evaluation) {
  Collector collector(scope, evaluation);
  if (!collector.collect(tests)) return std::nullopt;
  return std::move(collector.points);
}

std::vector<Piece> pieces_of(std::vector<Value> points) {
  return Cutter(std::move(points)).run();
}

}  // namespace hq::rules
