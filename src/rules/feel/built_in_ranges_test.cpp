#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "rules/feel/built_ins.h"
#include "rules/feel/built_ins_testing.h"

namespace hq::rules {
namespace {

TEST(BuiltInRanges, order_points_and_ranges) {
  expect_answers({
      {"before(1, 10)", "true"},
      {"before(1, [1..10])", "false"},
      {"before(1, (1..10])", "true"},
      {"before([1..10), 10)", "true"},
      {"before([1..10], (10..20])", "true"},
      {"before([1..10], [10..20])", "false"},
      {"after(12, [1..10])", "true"},
      {"after([11..20], 11)", "false"},
      {"before(point: 1, range: [2..3])", "true"},
      {"before(range1: [1..2], range2: [3..4])", "true"},
      {"before(point1: 1, range2: [3..4])", "error"},
      {"before(1, \"a\")", "error"},
      {"before(1, null)", "error"},
      {"meets([1..5], [5..10])", "true"},
      {"met by((5..10], [1..5])", "false"},
      {"meets(1, [1..5])", "error"},
  });
}

TEST(BuiltInRanges, tell_overlaps_apart) {
  expect_answers({
      {"overlaps([1..8], [3..5])", "true"},
      {"overlaps([1..5], (5..8])", "false"},
      {"overlaps before([1..5], [3..8])", "true"},
      {"overlaps before([1..5), (1..5])", "true"},
      {"overlaps before([1..5], [1..5])", "false"},
      {"overlaps after([3..8], [1..5])", "true"},
      {"overlaps after((1..5], [1..5))", "true"},
      {"overlaps after([1..5], [1..5))", "false"},
  });
}

TEST(BuiltInRanges, tell_parts_apart) {
  expect_answers({
      {"finishes(10, [1..10])", "true"},
      {"finishes(10, [1..10))", "false"},
      {"finishes([5..10), [1..10))", "true"},
      {"finished by([1..10], [5..10))", "false"},
      {"includes([1..10], 10)", "true"},
      {"includes([1..10), 10)", "false"},
      {"includes([1..10], (1..10))", "true"},
      {"includes((1..10), [1..10])", "false"},
      {"during(5, [1..10])", "true"},
      {"during([1..10), [1..10])", "true"},
      {"starts(1, (1..10])", "false"},
      {"starts([1..5], [1..10])", "true"},
      {"started by([1..10], (1..5])", "false"},
      {"coincides(5, 5)", "true"},
      {"coincides([1..5], [1..5])", "true"},
      {"coincides((1..5), [1..5])", "false"},
  });
}

Value range_of(const Value& low, const Value& high, bool open_low, bool open_high) {
  return Value(Range{low, high, open_low, open_high});
}

bool holds(std::string_view function, const Value& a, const Value& b) {
  Evaluation evaluation{EvaluationOptions{}};
  const Value value = call_built_in(*find_built_in(function), List{a, b}, {}, evaluation);
  const bool* is_so = value.as<bool>();
  EXPECT_NE(is_so, nullptr) << function;
  return is_so != nullptr && *is_so;
}

TEST(BuiltInRanges, take_a_missing_end_as_no_bound) {
  const Value one(int64_t{1});
  const Value above = range_of(one, Value(), true, true);
  const Value below = range_of(Value(), one, true, true);
  EXPECT_TRUE(holds("before", below, above));
  EXPECT_TRUE(holds("before", one, above));
  EXPECT_TRUE(holds("includes", above, Value(int64_t{1'000'000})));
  EXPECT_FALSE(holds("includes", below, one));
  EXPECT_FALSE(holds("overlaps", above, below));
  EXPECT_TRUE(holds("coincides", above, above));
  EXPECT_FALSE(holds("coincides", above, below));
}

/// The naive model: a range from 0 to 4 as the set of its half and quarter points.
std::array<bool, 17> points_of(int low, int high, bool open_low, bool open_high) {
  std::array<bool, 17> points{};
  for (int i = 0; i < 17; ++i) {
    points.at(static_cast<std::size_t>(i)) = (i > 4 * low || (i == 4 * low && !open_low)) &&
                                             (i < 4 * high || (i == 4 * high && !open_high));
  }
  return points;
}

RC_GTEST_PROP(BuiltInRangesProperty, agree_with_sets_of_points, ()) {
  const auto end = [] { return *rc::gen::inRange(0, 5); };
  const int low = end();
  const int high = low + 1 + end();
  const int other_low = end();
  const int other_high = other_low + 1 + end();
  RC_PRE(high <= 4 && other_high <= 4);
  const auto open = *rc::gen::container<std::vector<bool>>(4, rc::gen::arbitrary<bool>());
  const Value a = range_of(Value(int64_t{low}), Value(int64_t{high}), open[0], open[1]);
  const Value b = range_of(Value(int64_t{other_low}), Value(int64_t{other_high}), open[2], open[3]);
  const auto in_a = points_of(low, high, open[0], open[1]);
  const auto in_b = points_of(other_low, other_high, open[2], open[3]);
  bool shares = false;
  bool is_within = true;
  bool is_same_set = true;
  for (std::size_t i = 0; i < in_a.size(); ++i) {
    shares |= in_a.at(i) && in_b.at(i);
    is_within &= !in_a.at(i) || in_b.at(i);
    is_same_set &= in_a.at(i) == in_b.at(i);
  }
  RC_ASSERT(holds("overlaps", a, b) == shares);
  RC_ASSERT(holds("before", a, b) + holds("after", a, b) == (shares ? 0 : 1));
  RC_ASSERT(holds("during", a, b) == is_within);
  RC_ASSERT(holds("includes", b, a) == is_within);
  RC_ASSERT(holds("coincides", a, b) == is_same_set);
  RC_ASSERT(holds("starts", a, b) == holds("started by", b, a));
  RC_ASSERT((holds("starts", a, b) && holds("finishes", a, b)) == is_same_set);
}

TEST(BuiltInRanges, are_read_from_text) {
  expect_answers({
      {R"x(range("[18..21)") = [18..21))x", "true"},
      {R"x(range("]18..21[") = (18..21))x", "true"},
      {R"x(range(" [ 1 .. 3 ] ") = [1..3])x", "true"},
      {R"x(range("[-2..-1]") = [-2..-1])x", "true"},
      {R"x(range("[\"a..\"..\"c\"]") = ["a..".."c"])x", "true"},
      {R"x(range("[@\"P1Y\"..@\"P2Y\"]") = [@"P1Y"..@"P2Y"])x", "true"},
      {R"x(5 in range("[2..)"))x", "true"},
      {R"x(5 in range("(..2]"))x", "false"},
      {R"x(5 in range("[date(\"2026-01-01\")..date(\"2026-01-02\")]"))x", "error"},
      {R"x(@"2026-01-02" in range("[date(\"2026-01-01\")..@\"2026-01-02\"]"))x", "true"},
  });
}

TEST(BuiltInRanges, are_not_read_from_other_texts) {
  expect_answers({
      {R"x(range("[..2]"))x", "error"},
      {R"x(range("(..)"))x", "error"},
      {R"x(range(""))x", "error"},
      {R"x(range(">=10"))x", "error"},
      {R"x(range("[3..1]"))x", "error"},
      {R"x(range("[1..\"a\"]"))x", "error"},
      {R"x(range("[1+1..3]"))x", "error"},
      {R"x(range("[date(string(\"2026-01-01\"))..@\"2026-01-02\"]"))x", "error"},
      {R"x(range("[@\"1970-01-01\"..@\"1970-01-02T00:00:00\"]"))x", "error"},
      {R"x(range("[date(\"1970-99-01\")..@\"1970-01-02\"]"))x", "error"},
      {R"x(range("[1..3]", "foo"))x", "error"},
      {"range([1..3])", "error"},
  });
}

}  // namespace
}  // namespace hq::rules
