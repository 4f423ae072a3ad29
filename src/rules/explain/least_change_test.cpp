#include "rules/explain/least_change.h"

#include <gtest/gtest.h>

#include <random>

#include "rules/explain/conditions.h"
#include "rules/feel/arithmetic.h"
#include "rules/feel/parser.h"

namespace hq::rules {
namespace {

Value value_of(const std::string& text) {
  const auto tree = parse_expression(text, {});
  EXPECT_TRUE(tree) << text;
  Evaluation evaluation{EvaluationOptions{}};
  return tree ? evaluate(**tree, Scope(), evaluation) : Value();
}

Feel tests_of(const std::string& text) {
  auto tree = parse_unary_tests(text, {});
  EXPECT_TRUE(tree) << text;
  return {tree ? std::move(*tree) : nullptr, {}, text};
}

std::optional<Change> change_of(const std::string& tests, const Value& value,
                                const std::string& allowed = "-") {
  const Scope scope;
  Evaluation evaluation{EvaluationOptions{}};
  const Labels labels;
  const Feel closed = tests_of(allowed);
  return Conditions(scope, evaluation, labels)
      .change_of_cell(tests_of(tests), value, closed.tree.get());
}

/// "+20", "-5 open", or the alternatives.
std::string said(const std::string& tests, const std::string& value,
                 const std::string& allowed = "-") {
  const auto change = change_of(tests, value_of(value), allowed);
  if (!change) return "none";
  std::string text = change->by.is_null() ? "" : to_text(change->by);
  if (change->is_open) text += " open";
  for (const Value& one : change->alternatives) text += "|" + to_text(one);
  return text;
}

TEST(LeastChange, goes_to_the_end_of_a_comparison) {
  EXPECT_EQ(said(">= 200", "180"), "20");
  EXPECT_EQ(said("<= 10", "12.5"), "-2.5");
  EXPECT_EQ(said("7", "5"), "2");
}

TEST(LeastChange, says_that_an_end_is_open) {
  EXPECT_EQ(said("> 200", "180"), "20 open");
  EXPECT_EQ(said("< 3", "3"), "0 open");
  EXPECT_EQ(said("(1..2)", "5"), "-3 open");
  EXPECT_EQ(said("not(5)", "5"), "0 open");
}

TEST(LeastChange, takes_the_nearest_of_several) {
  EXPECT_EQ(said("[1..3], [8..9], 20", "7"), "1");
  EXPECT_EQ(said("[1..3], [8..9], 20", "5"), "-2");
  EXPECT_EQ(said("not([1..10], [11..20])", "9"), "1 open");
  EXPECT_EQ(said("? >= 3 and ? < 9", "11"), "-2 open");
}

TEST(LeastChange, counts_days_and_months_one_by_one) {
  EXPECT_EQ(said("[@\"2026-01-01\"..@\"2026-03-31\"]", "@\"2026-04-05\""), "-P5D");
  EXPECT_EQ(said("> date(\"2026-01-01\")", "date(\"2025-12-30\")"), "P3D");
  EXPECT_EQ(said("not(@\"2026-01-01\")", "@\"2026-01-01\""), "-P1D");
  EXPECT_EQ(said("> @\"P1Y\"", "@\"P10M\""), "P3M");
}

TEST(LeastChange, knows_times_and_durations) {
  EXPECT_EQ(said(">= @\"2026-01-01T10:00:00\"", "@\"2026-01-01T09:30:00\""), "PT30M");
  EXPECT_EQ(said("< @\"09:00:00\"", "@\"10:00:00\""), "-PT1H open");
  EXPECT_EQ(said("> @\"23:00:00\"", "@\"10:00:00\""), "PT13H open");
  EXPECT_EQ(said(">= @\"P90D\"", "@\"P85DT12H\""), "P4DT12H");
}

TEST(LeastChange, names_the_alternatives_of_what_has_no_differences) {
  EXPECT_EQ(said("\"a\", \"b\"", "\"c\""), "|a|b");
  EXPECT_EQ(said("not(\"a\")", "\"a\"", "\"a\", \"b\", \"c\""), "|b|c");
  EXPECT_EQ(said("starts with(?, \"x\")", "\"a\"", "\"a\", \"xa\""), "|xa");
  EXPECT_EQ(said("true", "false"), "|true");
}

TEST(LeastChange, is_unknown_where_the_value_is_used_in_another_way) {
  EXPECT_EQ(said("modulo(?, 2) = 0", "3"), "none");
  EXPECT_EQ(said("?.year = 2026", "@\"2025-01-01\""), "none");
}

TEST(LeastChange, is_none_where_nothing_would_do) {
  EXPECT_EQ(said("[5..1]", "3"), "none");
  EXPECT_EQ(said("\"a\"", "3"), "none");
}

/// A random test over small whole numbers, or over days that stand for them.
std::string random_tests(std::mt19937& random, bool is_date) {
  const auto pick = [&](int from, int to) {
    return std::uniform_int_distribution(from, to)(random);
  };
  const auto point = [&] {
    const int number = pick(0, 12);
    return is_date ? "@\"2026-01-" + std::string(number + 10 > 9 ? "" : "0") +
                         std::to_string(number + 10) + "\""
                   : std::to_string(number);
  };
  const auto one = [&]() -> std::string {
    constexpr const char* kSigns[] = {"< ", "<= ", "> ", ">= ", "", "!= "};
    if (pick(0, 2) > 0) return kSigns[pick(0, 5)] + point();
    return (pick(0, 1) == 0 ? "[" : "(") + point() + ".." + point() + (pick(0, 1) == 0 ? "]" : ")");
  };
  std::string text = one();
  while (pick(0, 2) == 0) text += ", " + one();
  return pick(0, 3) == 0 ? "not(" + text + ")" : text;
}

/// The change, counted in halves of a step, that brute force finds; open ends are a half further.
std::optional<int> brute(const Feel& tests, int at, bool is_date) {
  const Scope scope;
  Evaluation evaluation{EvaluationOptions{}};
  const Labels labels;
  const Conditions look(scope, evaluation, labels);
  const int step = is_date ? 2 : 1;  // between two days there is nothing
  for (int size = step; size < 80; size += step) {
    for (const int by : {size, -size}) {
      const int halves = 2 * at + by;
      const Value value = is_date ? Value(Date{20463 + 9 + halves / 2})
                                  : Value(*Decimal::scaled(halves * int64_t{5}, -1));
      if (look.truth_of_cell(tests, value) == Truth::holds) return size;
    }
  }
  return std::nullopt;
}

TEST(LeastChange, is_what_brute_force_finds) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const Scope scope;
  Evaluation evaluation{EvaluationOptions{}};
  const Labels labels;
  const Conditions look(scope, evaluation, labels);
  int compared = 0;
  for (int i = 0; i < 4000; ++i) {
    const bool is_date = i % 2 == 0;
    const std::string text = random_tests(random, is_date);
    const Feel tests = tests_of(text);
    const int at = std::uniform_int_distribution(0, 14)(random);
    const Value value = is_date ? Value(Date{20463 + 9 + at}) : Value(int64_t{at});
    if (look.truth_of_cell(tests, value) != Truth::fails) continue;
    const auto change = change_of(text, value);
    const auto wanted = brute(tests, at, is_date);
    ASSERT_EQ(change.has_value(), wanted.has_value()) << text << " at " << at;
    if (!change) continue;
    ++compared;
    if (is_date) {
      const int64_t days = change->by.as<DaysDuration>()->days();
      EXPECT_EQ(std::abs(days) * 2, *wanted) << text << " at " << at;
      EXPECT_FALSE(change->is_open);
      EXPECT_EQ(look.truth_of_cell(tests, Value(Date{20463 + 9 + at + days})), Truth::holds);
      continue;
    }
    const int64_t by = change->by.as<Decimal>()->to_int64().value_or(-100);
    EXPECT_EQ(std::abs(by) * 2 + (change->is_open ? 1 : 0), *wanted) << text << " at " << at;
    const bool is_met = look.truth_of_cell(tests, Value(at + by)) == Truth::holds;
    EXPECT_EQ(is_met, !change->is_open) << text << " at " << at;
  }
  EXPECT_GT(compared, 500);
}

}  // namespace
}  // namespace hq::rules
