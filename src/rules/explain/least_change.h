// Least change: how far a value is from what a test asks for.
//
// Found by asking the evaluator at the turning points of the test and between them
// (feel/turning_points.h). Pure but for the work they count; one thread.
//
//   const auto points = turning_points(tests, scope, evaluation);           // of ">= 200": {200}
//   if (points) least_change(Value(int64_t{180}), *points, holds);          // +20
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "rules/explain/explain.h"
#include "rules/feel/turning_points.h"

namespace hq::rules {

using Holds = std::function<bool(const Value&)>;

/// Of values with differences the least one to add; of others those of `points` that hold, each
/// once. Nothing where no value would do.
std::optional<Change> least_change(const Value& value, const std::vector<Value>& points,
                                   const Holds& holds);

/// 0 to 1: how large a change is beside the value; 1 where it is unknown or no number.
double relative_size(const std::optional<Change>& change, const Value& value);

}  // namespace hq::rules
