// Least change: how far a value is from what a test asks for.
//
// A test that only compares the value with others changes its verdict at those alone. So it is
// enough to ask it at each of them, and once between each two: no algebra of intervals, and the
// answer is that of the evaluator itself. Tests that look at the value in another way ("its year",
// "its length") have no such change here. Pure but for the work they count; one thread.
//
//   const auto points = turning_points(tests, scope, evaluation);           // of ">= 200": {200}
//   if (points) least_change(Value(int64_t{180}), *points, holds);          // +20
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "rules/explain/explain.h"

namespace hq::rules {

/// The values that `?` is compared with in unary tests or an expression; nothing where `?` is used
/// in another way.
std::optional<std::vector<Value>> turning_points(const Expression& tests, const Scope& scope,
                                                 Evaluation& evaluation);

using Holds = std::function<bool(const Value&)>;

/// Of values with differences the least one to add; of others those of `points` that hold, each
/// once. Nothing where no value would do.
std::optional<Change> least_change(const Value& value, const std::vector<Value>& points,
                                   const Holds& holds);

/// 0 to 1: how large a change is beside the value; 1 where it is unknown or no number.
double relative_size(const std::optional<Change>& change, const Value& value);

}  // namespace hq::rules
