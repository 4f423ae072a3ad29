// Turning points: where the verdict of a test may change.
//
// A test that only compares the value with others changes its verdict at those alone. Who asks it
// at each of them and once between each two knows all that it can say: no algebra of intervals is
// needed, and every answer is that of the evaluator. Pure but for the work they count; one thread.
//
//   turning_points(*parse_unary_tests("[1..3], > 7", {}), scope, evaluation);   // 1, 3, 7
//   pieces_of({1, 3, 7});   // below 1, 1, between 1 and 3, 3 ... above 7
#pragma once

#include <optional>
#include <vector>

#include "rules/feel/evaluator.h"

namespace hq::rules {

/// The values that `?` is compared with in unary tests or an expression; nothing where `?` is used
/// in another way.
std::optional<std::vector<Value>> turning_points(const Expression& tests, const Scope& scope,
                                                 Evaluation& evaluation);

/// Is it a number, date, time or duration: can one say how far it is from another?
bool has_differences(const Value& value);

/// Values between which a test with known turning points does not change.
struct Piece {
  Value low;  // null: it has no end there; equal to high: a turning point
  Value high;
  bool is_open =
      false;    // its ends do not belong to it; never of days and months, which are counted
  Value probe;  // one of them
};

/// The whole line, in order, cut at points that have differences and can be compared with each
/// other. None without a point.
std::vector<Piece> pieces_of(std::vector<Value> points);

}  // namespace hq::rules
