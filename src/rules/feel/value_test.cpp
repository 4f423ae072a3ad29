#include "rules/feel/value.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rules/feel/evaluator_testing.h"

namespace hq::rules {
namespace {

Value number(int64_t value) {
  return Value(value);
}

TEST(Value, gives_what_it_holds_and_nothing_else) {
  const Value text("a");
  ASSERT_NE(text.as<std::string>(), nullptr);
  EXPECT_EQ(*text.as<std::string>(), "a");
  EXPECT_EQ(text.as<Decimal>(), nullptr);
  EXPECT_EQ(text.as<List>(), nullptr);
  EXPECT_TRUE(Value().is_null());
  EXPECT_EQ(Value().reason(), nullptr);
  EXPECT_EQ(*Value(true).as<bool>(), true);
}

TEST(Value, counts_how_deep_it_is_nested) {
  EXPECT_EQ(number(1).nesting(), 0U);
  EXPECT_EQ(Value(List{}).nesting(), 1U);
  EXPECT_EQ(Value(List{number(1), Value(List{number(2)})}).nesting(), 2U);
  EXPECT_EQ(Value(Context({{"a", Value(List{})}})).nesting(), 2U);
  EXPECT_EQ(Value(Range{number(1), number(2)}).nesting(), 1U);
}

TEST(Value, keeps_a_name_of_a_context_once_in_its_place) {
  Context context;
  context.set("a", number(1));
  context.set("b", number(2));
  context.set("a", number(3));
  EXPECT_EQ(to_text(Value(context)), "{a: 3, b: 2}");
  EXPECT_EQ(context.find("c"), nullptr);
}

TEST(Value, writes_strings_bare_at_the_top_and_quoted_within) {
  EXPECT_EQ(to_text(Value("a\"b")), "a\"b");
  EXPECT_EQ(to_text(Value(List{Value("a\"b\\"), Value()})), R"(["a\"b\\", null])");
}

TEST(Value, tells_equality_of_one_kind_only_and_null_from_all) {
  EXPECT_EQ(equal(number(1), number(1)), true);
  EXPECT_EQ(equal(number(1), Value("1")), std::nullopt);
  EXPECT_EQ(equal(number(1), Value()), false);
  EXPECT_EQ(equal(Value(), Value()), true);
  EXPECT_EQ(equal(Value(List{number(1)}), Value(List{Value("1")})), false);
}

TEST(Value, is_same_only_where_time_and_zone_are) {
  const Value a(*parse_time("20:00:50+00:00"));
  const Value b(*parse_time("21:00:50+01:00"));
  EXPECT_EQ(equal(a, b), true);
  EXPECT_FALSE(is_same(a, b));
  EXPECT_TRUE(is_same(a, a));
  EXPECT_TRUE(is_same(Value(), Value()));
  EXPECT_FALSE(is_same(Value(List{a}), Value(List{b})));
}

TEST(Value, has_no_order_between_kinds) {
  EXPECT_EQ(compare(number(1), Value("a")), std::nullopt);
  EXPECT_EQ(compare(Value(true), Value(false)), std::nullopt);
  EXPECT_EQ(compare(Value("a"), Value("b")), -1);
}

RC_GTEST_PROP(Value, range_contains_what_lies_between_its_ends, (int8_t low, int8_t high)) {
  const int64_t value = *rc::gen::inRange<int64_t>(-140, 140);
  const bool open_low = *rc::gen::arbitrary<bool>();
  const bool open_high = *rc::gen::arbitrary<bool>();
  const Range range{number(low), number(high), open_low, open_high};
  const bool is_above = open_low ? value > low : value >= low;
  const bool is_below = open_high ? value < high : value <= high;
  RC_ASSERT(contains(range, number(value)) == (is_above && is_below));
}

}  // namespace
}  // namespace hq::rules
