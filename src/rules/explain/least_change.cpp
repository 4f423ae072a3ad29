#include "rules/explain/least_change.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rules/feel/arithmetic.h"

namespace hq::rules {
namespace {

/// The change to the nearest piece of the line where the test holds.
std::optional<Change> nearest(const Value& value, const std::vector<Piece>& pieces,
                              const Holds& holds) {
  Evaluation scratch{EvaluationOptions{}};  // of differences that leave their range
  std::optional<Change> best;
  Value best_size;
  const Value zero = calculate(Kind::subtract, value, value, {}, scratch);
  for (const Piece& piece : pieces) {
    if (!holds(piece.probe)) continue;
    for (const Value* end : {&piece.low, &piece.high}) {
      if (end->is_null()) continue;
      const Value by = calculate(Kind::subtract, *end, value, {}, scratch);
      const bool is_down = compare(by, zero).value_or(0) < 0;
      const Value size = is_down ? negated(by, {}, scratch) : by;
      if (best) {
        const int order = compare(size, best_size).value_or(1);
        if (order > 0 || (order == 0 && (piece.is_open || !best->is_open))) continue;
      }
      best = Change{by, piece.is_open, {}};
      best_size = size;
    }
  }
  return best;
}

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

std::optional<Change> least_change(const Value& value, const std::vector<Value>& points,
                                   const Holds& holds) {
  if (has_differences(value)) {
    std::vector<Value> near = points;
    std::erase_if(near, [&](const Value& point) { return !compare(point, value); });
    return nearest(value, pieces_of(std::move(near)), holds);
  }
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
