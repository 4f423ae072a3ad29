#include "rules/feel/arithmetic.h"

#include <gtest/gtest.h>

#include "rules/feel/evaluator_testing.h"

namespace hq::rules {
namespace {

TEST(Arithmetic, works_on_numbers) {
  expect_answers(R"(
    10 + 5          => 15
    0.1 + 0.2       => 0.3
    -3 ** 2         => 9
    3 ** 4 ** 5     => 3486784401
    10 / 4          => 2.5
    --10            => 10
    1 / 3           => 0.3333333333333333333333333333333333
  )");
}

TEST(Arithmetic, reports_what_has_no_row_in_the_tables) {
  expect_answers(R"(
    10 + null       => null !
    null - null     => null !
    "a" * 2         => null !
    10 * [10]       => null !
    -"a"            => null !
    -@"2021-01-01"  => null !
    "a" + 1         => null !
    true ** 4       => null !
    @"P1D" / @"P1Y" => null !
  )");
}

TEST(Arithmetic, reports_what_is_out_of_range) {
  expect_answers(R"(
    100 / 0                    => null !
    @"P10D" / 0                => null !
    @"P10D" / @"P0D"           => null !
    10 ** 7000                 => null !
    @"999999999-12-31" + @"P1D" => null !
  )");
}

TEST(Arithmetic, joins_strings) {
  expect_answers(R"(
    "a" + "b"       => ab
    "虹" + "桥"     => 虹桥
  )");
}

TEST(Arithmetic, works_on_durations) {
  expect_answers(R"(
    @"P1D" + @"PT2H"     => P1DT2H
    @"P1Y" - @"P2M"      => P10M
    2.5 * @"PT23H"       => P2DT9H30M
    @"P1Y11M" * -2.5     => -P4Y9M
    @"P10Y" / @"P5Y"     => 2
    @"P10D" / 10         => P1D
    -@"-P1Y"             => P1Y
  )");
}

TEST(Arithmetic, works_on_dates_and_times) {
  expect_answers(R"(
    @"2021-01-01" + @"PT36H"                          => 2021-01-02
    @"P1M" + @"2021-01-31"                            => 2021-02-28
    @"2021-01-02" - @"PT1H"                           => 2021-01-01
    @"2021-01-02" - @"2021-01-01"                     => P1D
    @"10:10:10" - @"11:10:10"                         => -PT1H
    @"10:15:00" + @"P1D"                              => 10:15:00
    @"2021-01-02T10:10:10+01:00" - @"2021-01-01"      => P1DT9H10M10S
    @"2021-01-02T10:10:10" - @"2021-01-01T10:10:10Z"  => null !
    @"2021-01-02" - @"2021-01-01T10:10:10"            => null !
  )");
}

TEST(Arithmetic, compares_values_of_one_kind) {
  expect_answers(R"(
    1 < 2                              => true
    "a" >= "b"                         => false
    @"2021-01-01" < @"2021-01-02"      => true
    @"P1D" = @"PT24H"                  => true
    1 = "1"                            => null !
    true < false                       => null !
    @"10:00:00" < @"10:00:00Z"         => null !
    null = null                        => true
    1 != null                          => true
    1 < null                           => null
    (1 + null) < 2                     => null !
  )");
}

TEST(Arithmetic, reports_the_first_cause_once) {
  const Result<ExpressionPtr> tree = parse_expression("((1 + null) * 2 - 3) ** 2", Names());
  ASSERT_TRUE(tree) << tree.error().text();
  Evaluation evaluation({});
  const Value value = evaluate(**tree, Scope(), evaluation);
  ASSERT_EQ(evaluation.reports().size(), 1U);
  ASSERT_NE(value.reason(), nullptr);
  EXPECT_EQ(value.reason()->en, "FEEL has no number + null");
  EXPECT_FALSE(value.reason()->zh.empty());
  EXPECT_EQ(value.reason()->span, (Span{2, 10}));
}

}  // namespace
}  // namespace hq::rules
