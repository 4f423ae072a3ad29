#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "rules/feel/built_ins.h"
#include "rules/feel/built_ins_testing.h"

namespace hq::rules {
namespace {

TEST(BuiltInLists, look_for_items) {
  expect_answers({
      {"list contains([1, 2, null], null)", "true"},
      {"list contains([1, \"a\"], \"a\")", "true"},
      {"list contains([1, \"a\"], \"b\")", "false"},
      {"list contains([[1], [2]], [2])", "true"},
      {"list contains(null, 1)", "error"},
      {"index of([1, 2, 3, 2], 2)", "[2, 4]"},
      {"index of([1, null], null)", "[2]"},
      {"index of([1], \"a\")", "[]"},
      {"index of(match: 2, list: [2])", "[1]"},
      {"count([1, null])", "2"},
      {"count([])", "0"},
  });
}

TEST(BuiltInLists, give_the_least_and_the_greatest) {
  expect_answers({
      {"min([3, 1, 2])", "1"},
      {"max(3, 1, 2)", "3"},
      {"max([\"a\", \"c\", \"b\"])", "c"},
      {"min([duration(\"P2D\"), duration(\"P1D\")])", "P1D"},
      {"min([])", "null"},
      {"max([1, \"a\"])", "error"},
      {"max([1, null])", "error"},
      {"max(null)", "error"},
  });
}

TEST(BuiltInLists, sum_up) {
  expect_answers({
      {"sum([0.1, 0.2])", "0.3"},
      {"sum(1, 2, 3)", "6"},
      {"sum(list: [6, 14, -3])", "17"},
      {"sum([])", "null"},
      {"sum([1, null])", "error"},
      {"sum([9e6144, 9e6144])", "error"},
      {"mean([6, 14, -3])", "5.666666666666666666666666666666667"},
      {"mean([])", "null"},
      {"product([2.5, 1, 2.5, 3])", "18.75"},
      {"product(2, 3, 4)", "24"},
      {"product([])", "error"},
      {"product([1, null])", "error"},
      {"product(l: [1])", "error"},
      {"product([1e4000, 1e4000, 1e4000])", "error"},
  });
}

TEST(BuiltInLists, give_statistics) {
  expect_answers({
      {"median([8, 2, 5, 3, 4])", "4"},
      {"median(8, 2, 5, 7)", "6"},
      {"median([])", "null"},
      {"median()", "error"},
      {"median([1, \"foo\"])", "error"},
      {"stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931"},
      {"stddev([47])", "error"},
      {"stddev([])", "error"},
      {"stddev([1, 1])", "0"},
      {"mode([6, 3, 9, 6, 6])", "[6]"},
      {"mode([6, 1, 9, 6, 1])", "[1, 6]"},
      {"mode(3, 2, 1)", "[1, 2, 3]"},
      {"mode([])", "[]"},
      {"mode(null)", "error"},
  });
}

TEST(BuiltInLists, say_whether_all_or_any_are_true) {
  expect_answers({
      {"all([true, false, null])", "false"},
      {"all([true, null])", "null"},
      {"all([])", "true"},
      {"all(true)", "true"},
      {"all(true, 123)", "error"},
      {"all(null)", "error"},
      {"any([false, null, true])", "true"},
      {"any([false, null])", "null"},
      {"any([])", "false"},
      {"any(123)", "error"},
      {"not(true)", "false"},
      {"not(null)", "null"},
      {"not(1)", "error"},
      {"not(negand: false)", "true"},
  });
}

TEST(BuiltInLists, take_parts_out) {
  expect_answers({
      {"sublist([4, 5, 6], 1, 2)", "[4, 5]"},
      {"sublist([4, 5, 6], -1, 1)", "[6]"},
      {"sublist([4, 5, 6], 2)", "[5, 6]"},
      {"sublist([4, 5, 6], 0)", "error"},
      {"sublist([4, 5, 6], 2, 3)", "error"},
      {"sublist([4, 5, 6], 2, 0)", "error"},
      {"remove([1, 2, 3], 2)", "[1, 3]"},
      {"remove([1, 2, 3], -3)", "[2, 3]"},
      {"remove([1, 2, 3], 4)", "error"},
      {"remove([], 1)", "error"},
      {"distinct values([1, 2, 3, 2, 1, null, null])", "[1, 2, 3, null]"},
      {"distinct values(1)", "[1]"},
  });
}

TEST(BuiltInLists, put_lists_together) {
  expect_answers({
      {"append([1], 2, [3])", "[1, 2, [3]]"},
      {"append(1, null)", "[1, null]"},
      {"concatenate([1, 2], [3])", "[1, 2, 3]"},
      {"concatenate([1, 2], 3)", "[1, 2, 3]"},
      {"concatenate([1, 2], null)", "error"},
      {"union([1, 2], [2, 3])", "[1, 2, 3]"},
      {"insert before([1, 3], 1, 2)", "[2, 1, 3]"},
      {"insert before([1, 3], -1, 2)", "[1, 2, 3]"},
      {"insert before([1, 3], 3, 2)", "error"},
      {"flatten([[1, 2], [[3]], 4, []])", "[1, 2, 3, 4]"},
      {"flatten(null)", "error"},
      {"reverse([1, 2, 3])", "[3, 2, 1]"},
  });
}

TEST(BuiltInLists, replace_items_by_place_or_by_function) {
  expect_answers({
      {"list replace([1, 2, 3], 2, 4)", "[1, 4, 3]"},
      {"list replace([1, 2, 3], -1, 4)", "[1, 2, 4]"},
      {"list replace([1, 2, 3], 2.5, 4)", "[1, 4, 3]"},
      {"list replace([1, 2, 3], 3, null)", "[1, 2, null]"},
      {"list replace([1, 2, 3], 0, 4)", "error"},
      {"list replace([1, 2, 3], null, 4)", "error"},
      {"list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", "[5, 5, 7, 8]"},
      {"list replace([2, 4], function(item) item = 2, 5)", "error"},
      {"list replace([2, 4], function(item, newItem) item, 5)", "error"},
      {"list replace(match: function(a, b) a = b, newItem: 1, list: [1, 2])", "[1, 2]"},
  });
}

TEST(BuiltInLists, sort_by_a_function) {
  expect_answers({
      {"sort([3, 1, 5, 4], function(x, y) x < y)", "[1, 3, 4, 5]"},
      {"sort(list: [3, 1, 5, 4], precedes: function(x, y) x > y)", "[5, 4, 3, 1]"},
      {"sort([], function(x, y) x > y)", "[]"},
      {"sort([[1, 1], [0, 2], [1, 3], [0, 4]], function(x, y) x[1] < y[1])",
       "[[0, 2], [0, 4], [1, 1], [1, 3]]"},
      {"sort([3, 1, 2], function(x, y) true)", "[2, 1, 3]"},
      {"sort([1, \"a\"], function(x, y) x < y)", "error"},
      {"sort([1, 2], function(x) true)", "error"},
      {"sort([1, 2])", "error"},
  });
}

List numbers(const std::vector<int>& numbers) {
  List list;
  for (const int number : numbers) list.emplace_back(int64_t{number});
  return list;
}

RC_GTEST_PROP(BuiltInListsProperty, sorts_as_the_standard_library_does,
              (const std::vector<int>& items)) {
  const Result<ExpressionPtr> tree = parse_expression("sort(items, function(x, y) x < y)", [] {
    Names names;
    names.add("items");
    return names;
  }());
  RC_ASSERT(tree.has_value());
  Scope scope;
  scope.set("items", Value(numbers(items)));
  Evaluation evaluation{EvaluationOptions{}};
  std::vector<int> sorted = items;
  std::ranges::sort(sorted);
  RC_ASSERT(to_text(evaluate(**tree, scope, evaluation)) == to_text(Value(numbers(sorted))));
}

RC_GTEST_PROP(BuiltInListsProperty, counts_the_mode_as_a_table_does,
              (const std::vector<uint8_t>& bytes)) {
  std::vector<int> items;
  std::vector<int> counts(8, 0);
  for (const uint8_t byte : bytes) {
    items.push_back(byte % 8);
    ++counts[byte % 8];
  }
  std::vector<int> expected;
  for (int i = 0; i < 8 && !items.empty(); ++i) {
    if (counts[static_cast<std::size_t>(i)] == std::ranges::max(counts)) expected.push_back(i);
  }
  Evaluation evaluation{EvaluationOptions{}};
  const Value mode =
      call_built_in(*find_built_in("mode"), List{Value(numbers(items))}, {}, evaluation);
  RC_ASSERT(to_text(mode) == to_text(Value(numbers(expected))));
}

}  // namespace
}  // namespace hq::rules
