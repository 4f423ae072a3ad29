// What each construct means once its parts are values: for all that executes FEEL, be it by
// walking the tree or compiled.
//
// Pure but for reports and the budget of the evaluation, as arithmetic.h is.
//
//   matches(Value(int64_t{7}), wanted);                // a cell `[1..9]` of a decision table
//   member_of(value, "age", false, span, evaluation);  // value.age
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "rules/feel/evaluator.h"

namespace hq::rules {

/// `[low..high]`.
Value interval(Value low, Value high, bool open_low, bool open_high, Span span,
               Evaluation& evaluation);
/// `(< operand)` as a value.
Value test_range(Kind compare, Value operand, Evaluation& evaluation);
Value between(const Value& value, const Value& low, const Value& high, Span span,
              Evaluation& evaluation);

/// A value against what the expression of a test gave; nothing where the two cannot be compared.
std::optional<bool> matches(const Value& value, const Value& wanted);
/// `(null..10]`: that nothing can be told about such a range is no error.
bool has_open_null(const Value& range);
/// What `in` gives where its tests say nothing.
Value not_testable(const Value& value, Span span, Evaluation& evaluation);

/// The member of a value; of a list that of each of its items, null where one lacks it. `is_quiet`:
/// that a context lacks it is no error.
Value member_of(const Value& value, std::string_view name, bool is_quiet, Span span,
                Evaluation& evaluation);
/// The item at a place counted from 1, or from -1 backwards; null where there is none.
Value item_at(std::span<const Value> items, const Decimal& place, Span span,
              Evaluation& evaluation);
/// A filter of this form asks for one place, whatever the items are: `[-1]`.
bool is_place(const Expression& filter);
/// A filter of this kind gives no item of an empty list, but an empty list.
bool is_condition(Kind filter);

/// Is there such a type?
bool is_known_type(const TypeExpression& type, const Evaluation& evaluation);
/// A built-in function as a value; nothing where there is none of the name.
std::optional<Value> built_in_value(std::string_view name);
/// The function that `body` describes, by who evaluates (EvaluationOptions::find_external).
Value external_function(const Value& body, const std::vector<Function::Parameter>& parameters,
                        Span span, Evaluation& evaluation);
/// `value` where it is not nested too deeply.
Value checked_nesting(Value value, Span span, Evaluation& evaluation);

/// The place of a call, for what it reports, while it runs.
class CallPlace {
 public:
  CallPlace(Evaluation& evaluation, Span span)
      : evaluation_(evaluation), outer_(std::exchange(evaluation.call_span, span)) {}
  CallPlace(const CallPlace&) = delete;
  CallPlace& operator=(const CallPlace&) = delete;
  ~CallPlace() { evaluation_.call_span = outer_; }

 private:
  Evaluation& evaluation_;
  Span outer_;
};

}  // namespace hq::rules
