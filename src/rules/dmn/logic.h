// Logic at work: the value of a boxed expression in a scope.
//
// As evaluate() of FEEL these never fail: an error is null, with its reason, and reported. One
// thread at a time for each Evaluation.
//
//   const Value rate = evaluate_logic(*element.logic, scope, evaluation);
#pragma once

#include "rules/dmn/compile.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {

/// Null where the text could not be parsed, or where there is none; both are reported.
Value evaluate_feel(const Feel& feel, const Scope& scope, Evaluation& evaluation);

/// Coerced to its type, where it has one.
Value evaluate_logic(const Logic& logic, const Scope& scope, Evaluation& evaluation);

/// A boxed function, closed over a scope; `result` is what its values are coerced to, may be null.
Value function_value(const Logic& logic, const Scope& scope, const TypePtr& result,
                     Evaluation& evaluation);

/// A function that is none of FEEL, from what its body describes.
Value external_function(const Logic& logic, const Value& body, Evaluation& evaluation);

/// As coerce() of FEEL; a type that is a null pointer is any.
Value coerce_to(const TypePtr& type, const Value& value, const Scope& scope,
                Evaluation& evaluation);

}  // namespace hq::rules
