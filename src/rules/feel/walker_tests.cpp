// Tests of a value: intervals, `in`, `between`, and the cells of decision tables.
#include <utility>

#include "rules/feel/arithmetic.h"
#include "rules/feel/operations.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

using Verdict = std::optional<bool>;

Value made(Verdict verdict) {
  return verdict ? Value(*verdict) : Value();
}

/// One test; `scope` has the value as `?`. Null with a reason where the test itself fails.
Value test_one(const Expression& test, const Value& value, const Scope& scope,
               Evaluation& evaluation) {
  if (test.kind == Kind::any_test) return Value(true);
  if (test.kind == Kind::tests || test.kind == Kind::negated_tests) {
    return passes(test, value, scope, evaluation);
  }
  if (test.kind == Kind::unary_compare) {
    Value operand = walk(*test.parts[0], scope, evaluation);
    if (operand.reason() != nullptr) return operand;
    return made(holds(test.compare, value, operand));
  }
  Value wanted = walk(test, scope, evaluation);
  if (wanted.reason() != nullptr) return wanted;
  if (mentions(test, "?")) return wanted.as<bool>() != nullptr ? wanted : Value();
  return made(matches(value, wanted));
}

/// One of the tests holds: true; else null where one could not be told.
Value test_any(std::span<const ExpressionPtr> tests, const Value& value, const Scope& scope,
               Evaluation& evaluation) {
  Value unknown;
  bool is_unknown = false;
  for (const ExpressionPtr& test : tests) {
    Value verdict = test_one(*test, value, scope, evaluation);
    if (const bool* truth = verdict.as<bool>()) {
      if (*truth) return verdict;
      continue;
    }
    if (!is_unknown || unknown.reason() == nullptr) unknown = std::move(verdict);
    is_unknown = true;
  }
  return is_unknown ? unknown : Value(false);
}

}  // namespace

Value passes(const Expression& tests, const Value& value, const Scope& scope,
             Evaluation& evaluation) {
  if (!evaluation.spend(1)) return evaluation.spent();
  const Evaluation::Nested nested(evaluation);
  if (nested.is_too_deep()) {
    return evaluation.null(tests.span, "this is nested too deeply", "嵌套层次过深");
  }
  Scope inner(&scope);
  inner.set("?", value);
  if (tests.kind == Kind::tests) return test_any(tests.parts, value, inner, evaluation);
  if (tests.kind == Kind::negated_tests) {
    Value verdict = test_any(tests.parts, value, inner, evaluation);
    const bool* truth = verdict.as<bool>();
    return truth == nullptr ? verdict : Value(!*truth);
  }
  return test_one(tests, value, inner, evaluation);
}

Value walk_in(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value value = walk(*tree.parts[0], scope, evaluation);
  if (value.reason() != nullptr) return value;
  Scope inner(&scope);
  inner.set("?", value);
  const std::span<const ExpressionPtr> tests = std::span(tree.parts).subspan(1);
  Value verdict = test_any(tests, value, inner, evaluation);
  if (!verdict.is_null() || verdict.reason() != nullptr) return verdict;
  if (!value.is_null() && tests.size() == 1 && tests[0]->kind == Kind::interval &&
      has_open_null(walk(*tests[0], inner, evaluation))) {
    return verdict;
  }
  return not_testable(value, tree.span, evaluation);
}

Value walk_between(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value value = walk(*tree.parts[0], scope, evaluation);
  Value low = walk(*tree.parts[1], scope, evaluation);
  Value high = walk(*tree.parts[2], scope, evaluation);
  return between(value, low, high, tree.span, evaluation);
}

Value walk_interval(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value low = walk(*tree.parts[0], scope, evaluation);
  Value high = walk(*tree.parts[1], scope, evaluation);
  return interval(std::move(low), std::move(high), tree.open_low, tree.open_high, tree.span,
                  evaluation);
}

Value walk_unary_compare(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  return test_range(tree.compare, walk(*tree.parts[0], scope, evaluation), evaluation);
}

}  // namespace hq::rules
