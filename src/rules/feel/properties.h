// Members of values that are no contexts (DMN 1.5, table 53): `.year` of a date, `.hours` of a
// duration, `.start included` of a range.
//
//   property(date, "weekday", span, evaluation);   // 1: Monday
#pragma once

#include <string_view>

#include "rules/feel/evaluator.h"

namespace hq::rules {

/// Null with a reason where the value has no such member; null without one where it has it, but
/// it is not set: the time zone of a time that has none.
Value property(const Value& value, std::string_view name, Span span, Evaluation& evaluation);

}  // namespace hq::rules
