#include "rules/feel/walker.h"

#include <gtest/gtest.h>

#include "rules/feel/evaluator_testing.h"

namespace hq::rules {
namespace {

TEST(Walker, knows_three_values_in_and_and_or) {
  expect_answers(R"(
    true and null    => null
    false and null   => false
    null and false   => false
    "a" and true     => null
    0 and 0          => null
    123 or true      => true
    null or false    => null
    false and nix    => false
    true and nix     => null !
  )");
}

TEST(Walker, reports_a_name_that_is_not_there) {
  expect_answers(R"(
    nix       => null !
    1 + nix   => null !
    [nix]     => [null] !
  )");
}

TEST(Walker, takes_else_where_the_condition_is_null) {
  expect_answers(R"(
    if true then 1 else 2   => 1
    if false then 1 else 2  => 2
    if null then 1 else 2   => 2
    if 1 then 1 else 2      => null !
    if true then 1 else nix => 1
  )");
}

TEST(Walker, lets_later_entries_of_a_context_see_earlier_ones) {
  expect_answers(R"(
    {a: 1 + 2, b: a + 3}                => {a: 3, b: 6}
    {a: 1, c: {d: a + 1}}.c.d           => 2
    {foo: "bar", foo: "baz"}            => null !
    {"foo+bar((!!],foo": "foo"}         => {foo+bar((!!],foo: "foo"}
    {a: 1}.b                            => null !
  )");
}

TEST(Walker, filters_by_place) {
  expect_answers(R"(
    [1,2,3][1]    => 1
    [1,2,3][-1]   => 3
    [1,2,3][-4]   => null
    [1,2,3][0]    => null
    [1,2,3][1.5]  => null !
    "a"[1]        => a
    "a"[2]        => null
    [][1]         => null
    [4,5,6][count([1,2])] => 5
  )");
}

TEST(Walker, filters_by_condition) {
  expect_answers(R"(
    [1,2,3][item >= 2]                       => [2, 3]
    [1,2,3][true]                            => [1, 2, 3]
    100[false]                               => []
    [][item > 2]                             => []
    [{a: 1}, {a: 2}, {a: 3}][item.a >= 2]    => [{a: 2}, {a: 3}]
    [{a: 1}, {a: 2}, {a: 3}][a >= 2]         => [{a: 2}, {a: 3}]
    [{item: 1}, {item: 2}][item >= 2]        => [{item: 2}]
    [{x: 1, y: 2}, {x: null, y: 3}][x < 2]   => [{x: 1, y: 2}]
    [{x: 1}][y > 1]                          => []
    [{x: 1}, {y: 2}][y > 1]                  => [{y: 2}]
    [1,2]["a"]                               => null !
  )");
}

TEST(Walker, takes_the_members_of_all_items) {
  expect_answers(R"(
    [{x: 1}, {x: 2}].x                 => [1, 2]
    [{x: 1}, {y: 2}].y                 => [null, 2]
    [{b: 1}, {b: [2, 3]}].b            => [1, [2, 3]]
    [{a: {b: 1}}, {a: {b: [2]}}].a.b   => [1, [2]]
  )");
}

TEST(Walker, goes_through_lists_and_ranges) {
  expect_answers(R"(
    for i in [1,2,3] return i + 1                         => [2, 3, 4]
    for i in [] return i                                  => []
    for i in 4..2 return i                                => [4, 3, 2]
    for i in 1..1 return i                                => [1]
    for i in [1..3] return i                              => [1, 2, 3]
    for i in (1..3) return i                              => [2]
    for i in 1..2, j in [4,5] return i + j                => [5, 6, 6, 7]
    for x in [[1,2],[3,4]], y in x return y               => [1, 2, 3, 4]
    for i in 0..4 return if i = 0 then 1 else i * partial[-1] => [1, 1, 2, 6, 24]
    for i in 1..3 return partial                          => [[], [[]], [[], [[]]]]
    for i in @"1980-01-03"..@"1980-01-02" return i        => [1980-01-03, 1980-01-02]
    for i in "a" return i                                 => ["a"]
  )");
}

TEST(Walker, reports_what_cannot_be_gone_through) {
  expect_answers(R"(
    for i in "a".."z" return i            => null !
    for i in @"P1D"..@"P2D" return i      => null !
    for i in [2..1] return i              => null !
    for i in null return i                => null !
    for i in 1.5..3 return i              => null !
    for i in [1], j in null return i      => null !
    for i in 1..99999999999999999999 return i => null !
  )");
}

TEST(Walker, asks_some_and_every) {
  expect_answers(R"(
    some i in [1,2,3] satisfies i > 2      => true
    every i in [1,2,3] satisfies i > 2     => false
    every i in [] satisfies false          => true
    some i in [] satisfies true            => false
    some i in [1,2], j in [3] satisfies i + j = 5 => true
    some i in [null, 3] satisfies i > 2    => true
    some i in [null, 1] satisfies i > 2    => null
    every i in [1] satisfies i             => null !
  )");
}

TEST(Walker, tests_values_in_ranges_and_lists) {
  expect_answers(R"(
    1 in [2,3,1]                     => true
    1 in [[2..4], [1..3]]            => true
    10 in (1, < 5, >= 10)            => true
    10 in (!=10)                     => false
    true in [false, 2, 3]            => false
    [1,2,3] in [[1,2,3,4], [1,2,3]]  => true
    {a: "foo"} in {a: "foo"}         => true
    5 in (null..10]                  => null
    5 in [1..null]                   => null !
    null in [1..10]                  => null !
    "a" in [1..10]                   => null !
    null in (1, null)                => true
    5 in (< 10)                      => true
    1 between 1 and 2                => true
    2 between null and 10            => null !
    null between 1 and 10            => null !
  )");
}

TEST(Walker, keeps_how_a_range_was_written) {
  expect_answers(R"(
    (1..10] = ]1..10]     => true
    [1..10) = [1..10[     => true
    (< 10) = (null..10)   => false
    (< 10) = (< 10)       => true
    (=10) = [10..10]      => false
    [1.."a"]              => null !
    [[1]..[2]]            => null !
  )");
}

Value passed(std::string_view tests, const Value& value) {
  const Result<ExpressionPtr> tree = parse_unary_tests(tests, Names());
  if (!tree) return Value(tree.error().text());
  Evaluation evaluation({});
  Value verdict = passes(**tree, value, Scope(), evaluation);
  EXPECT_TRUE(evaluation.reports().empty()) << tests;
  return verdict;
}

TEST(Walker, passes_the_cells_of_a_table) {
  const Value seven(int64_t{7});
  EXPECT_EQ(to_text(passed("-", Value())), "true");
  EXPECT_EQ(to_text(passed("< 5, [7..9]", seven)), "true");
  EXPECT_EQ(to_text(passed("not(7, 8)", seven)), "false");
  EXPECT_EQ(to_text(passed("not(\"a\")", Value("b"))), "true");
  EXPECT_EQ(to_text(passed("? * 2 = 14", seven)), "true");
  EXPECT_EQ(to_text(passed("null", Value())), "true");
  EXPECT_EQ(to_text(passed("< 5", Value())), "null");
  EXPECT_EQ(to_text(passed("\"a\"", seven)), "null");
  EXPECT_EQ(to_text(passed("[1, 7]", seven)), "true");
}

}  // namespace
}  // namespace hq::rules
