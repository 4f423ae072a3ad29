// Arithmetic and comparison of FEEL values (DMN 1.5, tables 47 to 54).
//
// Pure but for the reports: what has no row in the tables is null with a reason. Where an operand
// is null for a reason already, that reason is handed on and nothing is reported again.
//
//   calculate(Kind::add, Value("a"), Value("b"), span, evaluation);   // "ab"
#pragma once

#include <initializer_list>
#include <string>

#include "rules/feel/evaluator.h"

namespace hq::rules {

/// Kind::add, subtract, multiply, divide or power.
Value calculate(Kind operation, const Value& left, const Value& right, Span span,
                Evaluation& evaluation);

Value negated(const Value& value, Span span, Evaluation& evaluation);

/// Kind::equal to greater_or_equal. An order that null is asked for is null, which is no error.
Value compared(Kind operation, const Value& left, const Value& right, Span span,
               Evaluation& evaluation);

/// The same, quietly.
std::optional<bool> holds(Kind operation, const Value& left, const Value& right);

/// The null of the first operand that is one for a reason; else a new one.
Value null_of(std::initializer_list<const Value*> operands, Evaluation& evaluation, Span span,
              std::string en, std::string zh);

}  // namespace hq::rules
