#include "rules/reason/value_set.h"

#include <gtest/gtest.h>

#include <random>

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

ValueSet numbers(int64_t low, int64_t high, std::optional<Decimal> step = std::nullopt) {
  return ValueSet::between(Value(low), Value(high), std::move(step));
}
std::string said(const ValueSet& set) {
  return describe(set, Language::en);
}
Decimal decimal(std::string_view text) {
  return Decimal::parse(text).value();
}

TEST(ValueSet, cuts_a_dense_interval_so_that_the_end_belongs_to_one_side) {
  const auto [below, above] = numbers(0, 10).split({Value(int64_t{4}), Cut::Side::below});
  EXPECT_EQ(said(below), "0 to 4");
  EXPECT_EQ(said(above), "over 4 and at most 10");
  const auto [before, from] = numbers(0, 10).split({Value(int64_t{4}), Cut::Side::above});
  EXPECT_EQ(said(before), "at least 0 and under 4");
  EXPECT_EQ(said(from), "4 to 10");
}

TEST(ValueSet, keeps_the_ends_of_a_grid_on_it) {
  const auto [before, from] =
      numbers(0, 10, Decimal(1)).split({Value(decimal("4.5")), Cut::Side::above});
  EXPECT_EQ(said(before), "0 to 4");
  EXPECT_EQ(said(from), "5 to 10");
  EXPECT_TRUE(
      numbers(0, 10, Decimal(1)).split({Value(int64_t{0}), Cut::Side::above}).first.is_empty());
}

TEST(ValueSet, picks_a_value_out_of_an_interval_in_two_cuts) {
  const Cut pick{Value(int64_t{4}), Cut::Side::pick};
  const auto [before, rest] = numbers(0, 10).split(pick);
  EXPECT_EQ(said(before), "at least 0 and under 4");
  const auto [four, behind] = rest.split(pick);
  EXPECT_EQ(said(four), "4");
  EXPECT_EQ(said(behind), "over 4 and at most 10");
}

TEST(ValueSet, takes_texts_out_of_all_texts) {
  const auto [a, others] = ValueSet::any_text().split({Value("a"), Cut::Side::pick});
  EXPECT_EQ(said(a), "\"a\"");
  EXPECT_EQ(said(others), "any text but \"a\"");
  EXPECT_FALSE(others.holds(Value("a")));
  EXPECT_TRUE(others.holds(Value("b")));
  EXPECT_NE(to_text(others.witness()), "a");
  EXPECT_EQ(ValueSet::united(a, others), ValueSet::any_text());
}

TEST(ValueSet, leaves_null_with_the_first_part_of_a_cut) {
  ValueSet set = numbers(0, 10);
  set.insert(Value());
  const auto [first, second] = set.split({Value(int64_t{4}), Cut::Side::below});
  EXPECT_EQ(said(first), "unknown or 0 to 4");
  EXPECT_EQ(said(second), "over 4 and at most 10");
}

TEST(ValueSet, unites_only_what_leaves_no_hole) {
  EXPECT_FALSE(ValueSet::united(numbers(0, 4), numbers(5, 9)).has_value());
  EXPECT_EQ(said(ValueSet::united(numbers(0, 4, Decimal(1)), numbers(5, 9, Decimal(1))).value()),
            "0 to 9");
  EXPECT_EQ(said(ValueSet::united(numbers(0, 4), numbers(2, 9)).value()), "0 to 9");
  const auto [before, behind] = numbers(0, 9).split({Value(int64_t{3}), Cut::Side::above});
  EXPECT_EQ(ValueSet::united(before, behind), numbers(0, 9));
}

TEST(ValueSet, halves_down_to_single_values) {
  for (const ValueSet& whole :
       {numbers(0, 100, Decimal(1)),
        ValueSet::between(feel("@\"2026-01-01\""), feel("@\"2026-03-01\""), Decimal(1)),
        ValueSet::of(std::vector{Value("a"), Value("b"), Value()})}) {
    std::vector<ValueSet> open = {whole};
    std::size_t singles = 0;
    while (!open.empty()) {
      const ValueSet set = open.back();
      open.pop_back();
      if (set.single() != nullptr) {
        ++singles;
        continue;
      }
      const auto cut = set.halved();
      ASSERT_TRUE(cut.has_value()) << said(set);
      const auto [first, second] = set.split(*cut);
      ASSERT_FALSE(first.is_empty() || second.is_empty()) << said(set);
      open.push_back(first);
      open.push_back(second);
    }
    EXPECT_EQ(singles, whole.listed(1000)->size());
  }
}

TEST(ValueSet, halves_what_has_no_end_ever_further_out) {
  ValueSet set = ValueSet::between(Value(int64_t{0}), Value(), std::nullopt);
  for (int i = 0; i < 50; ++i) set = set.split(set.halved().value()).second;
  EXPECT_EQ(said(set), "over 562949953421312");
}

TEST(ValueSet, has_a_witness_that_is_in_it) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 2000; ++i) {
    const auto a = static_cast<int64_t>(random() % 1000);
    const auto b = a + static_cast<int64_t>(random() % 10);
    Interval interval{.kind = TypeKind::number,
                      .low = Decimal::scaled(a, -2),
                      .high = Decimal::scaled(b, -2),
                      .open_low = random() % 2 == 0,
                      .open_high = random() % 2 == 0};
    if (random() % 2 == 0) interval.step = decimal("0.01");
    const ValueSet set = ValueSet::of(interval);
    if (!set.is_empty()) EXPECT_TRUE(set.holds(set.witness())) << said(set);
  }
}

TEST(ValueSet, finds_the_nearest_place_on_the_grid) {
  Interval grid{
      .kind = TypeKind::number, .low = Decimal(0), .high = Decimal(9), .step = Decimal(3)};
  EXPECT_EQ(grid.nearest(Decimal(4)).place, Decimal(3));
  EXPECT_EQ(grid.nearest(Decimal(5)).place, Decimal(6));
  EXPECT_EQ(grid.nearest(Decimal(20)).place, Decimal(9));
  EXPECT_EQ(grid.nearest(Decimal(20)).distance, Decimal(11));
  const Interval dense{.kind = TypeKind::number, .low = Decimal(100), .open_low = true};
  const auto nearest = dense.nearest(Decimal(0));
  EXPECT_FALSE(nearest.is_reached);
  EXPECT_EQ(nearest.distance, Decimal(100));
  EXPECT_TRUE(dense.holds(nearest.place));
}

TEST(ValueSet, keeps_times_with_and_without_a_zone_apart) {
  const ValueSet local = ValueSet::between(feel("@\"2026-01-01T00:00:00\""),
                                           feel("@\"2026-01-02T00:00:00\""), Decimal(1));
  EXPECT_TRUE(local.holds(feel("@\"2026-01-01T12:00:00\"")));
  EXPECT_FALSE(local.holds(feel("@\"2026-01-01T12:00:00Z\"")));
}

TEST(ValueSet, tells_null_from_null_for_a_reason) {
  const Value failed(Null{std::make_shared<const Reason>(Reason{"why", "原因", {}, ""})});
  ValueSet set = ValueSet::of(Value());
  EXPECT_FALSE(set.holds(failed));
  set.insert(failed);
  EXPECT_EQ(set.points().size(), 2U);
}

}  // namespace
}  // namespace hq::rules
