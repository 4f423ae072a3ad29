// Tests of a value: intervals, `in`, `between`, and the cells of decision tables.
#include <algorithm>
#include <utility>

#include "rules/feel/arithmetic.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

using Verdict = std::optional<bool>;

Value made(Verdict verdict) {
  return verdict ? Value(*verdict) : Value();
}

/// Is the value in the list, itself or in a range of it? Items of other kinds do not count.
bool is_in_list(const Value& value, const List& items) {
  return std::ranges::any_of(items, [&](const Value& item) {
    const Range* range = item.as<Range>();
    if (range != nullptr && value.as<Range>() == nullptr) {
      return contains(*range, value).value_or(false);
    }
    return equal(item, value).value_or(false);
  });
}

/// The value against what the expression of a test gave.
Verdict matches(const Value& value, const Value& wanted) {
  if (const List* items = wanted.as<List>()) {
    return is_in_list(value, *items) || equal(value, wanted).value_or(false);
  }
  const Range* range = wanted.as<Range>();
  if (range != nullptr && value.as<Range>() == nullptr) return contains(*range, value);
  // A condition about other things than the value: it holds or it does not.
  const bool* truth = wanted.as<bool>();
  if (truth != nullptr && value.as<bool>() == nullptr && !value.is_null()) return *truth;
  return equal(value, wanted);
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

/// `(null..10]`: that nothing can be told about such a range is no error.
bool has_open_null(const Value& value) {
  const Range* range = value.as<Range>();
  if (range == nullptr || range->test) return false;
  return (range->low.is_null() && range->open_low) || (range->high.is_null() && range->open_high);
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
  return evaluation.null(tree.span,
                         std::string("a ").append(kind_name(value)).append(" cannot be tested so"),
                         std::string("不能这样检验这种值：").append(kind_name(value)));
}

Value walk_between(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value value = walk(*tree.parts[0], scope, evaluation);
  Value low = walk(*tree.parts[1], scope, evaluation);
  Value high = walk(*tree.parts[2], scope, evaluation);
  const std::optional<int> from_low = compare(value, low);
  const std::optional<int> from_high = compare(value, high);
  if (from_low && from_high) return Value(*from_low >= 0 && *from_high <= 0);
  return null_of({&value, &low, &high}, evaluation, tree.span,
                 "between takes three values of one kind that have an order",
                 "between 需要三个同类且可排序的值");
}

Value walk_interval(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value low = walk(*tree.parts[0], scope, evaluation);
  Value high = walk(*tree.parts[1], scope, evaluation);
  if (low.reason() != nullptr) return low;
  if (high.reason() != nullptr) return high;
  const auto is_end = [](const Value& end) {
    return end.is_null() || compare(end, end).has_value();
  };
  const bool is_alike =
      low.is_null() || high.is_null() || low.kind().index() == high.kind().index();
  if (!is_alike || !is_end(low) || !is_end(high)) {
    return evaluation.null(tree.span,
                           "the ends of a range are two values of one kind that have an order",
                           "区间两端必须是同类且可排序的值");
  }
  if (!evaluation.hold(sizeof(Range))) return evaluation.spent();
  return Value(Range{std::move(low), std::move(high), tree.open_low, tree.open_high});
}

Value walk_unary_compare(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value operand = walk(*tree.parts[0], scope, evaluation);
  if (operand.reason() != nullptr) return operand;
  if (!evaluation.hold(sizeof(Range))) return evaluation.spent();
  Range range;
  range.test = tree.compare;
  switch (tree.compare) {
    case Kind::less:
    case Kind::less_or_equal:
      range.high = std::move(operand);
      range.open_low = true;
      range.open_high = tree.compare == Kind::less;
      break;
    case Kind::greater:
    case Kind::greater_or_equal:
      range.low = std::move(operand);
      range.open_low = tree.compare == Kind::greater;
      range.open_high = true;
      break;
    default:
      range.low = operand;
      range.high = std::move(operand);
      break;
  }
  return Value(std::move(range));
}

}  // namespace hq::rules
