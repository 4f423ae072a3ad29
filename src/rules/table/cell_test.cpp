#include "rules/table/cell.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "rules/table/table_testing.h"

namespace hq::rules {
namespace {

/// Does the cell say of the value what the evaluator says?
void expect_same(const std::string& text, const std::string& value_text) {
  const Feel tests = tests_of(text);
  ASSERT_TRUE(tests.tree) << text;
  const auto cell = cell_of(*tests.tree, nullptr);
  ASSERT_TRUE(cell) << text;
  std::vector<Value> constants;
  add_constants(*cell, constants);
  const Scale scale(constants);
  const Value value = feel_value(value_text);
  const auto id = scale.locate(value);
  ASSERT_TRUE(id) << value_text;
  Evaluation evaluation({});
  const Value verdict = passes(*tests.tree, value, Scope(), evaluation);
  const bool* truth = verdict.as<bool>();
  const Verdicts told = verdicts_of(*cell, scale);
  EXPECT_EQ(contains(told.holds, *id), truth != nullptr && *truth) << text << " of " << value_text;
  EXPECT_EQ(contains(told.not_false, *id), truth == nullptr || *truth)
      << text << " of " << value_text;
}

/// Each of them, between bars and line ends.
std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("|\n"), text.size());
    const std::string_view one = trimmed(text.substr(0, end));
    if (!one.empty()) all.emplace_back(one);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

TEST(Cell, says_what_the_evaluator_says_of_each_kind_of_value) {
  const auto tests = listed(R"(
    - | 5 | < 5 | <= 5 | > 5 | >= 5 | = 5 | != 5 | [1..5] | (1..5) | ]1..5[ | [5..1]
    [1..null] | (null..5] | null | != null | = null | < null | true | false | = true
    != false | < true | "b" | < "b" | ["a".."c") | [1, 5, null] | [(< 5), 7] | [[1..3], "b"]
    [[5], 5] | [] | not(5) | not(5, < 1) | not(null) | not(true) | not([1, 5])
    1, "b", null | not("a", "b") | [1, 2], 5 | [(!= 5)] | [(= null)] | = [1, 2] | != [1, 2]
    < [1, 2] | [(!= [1])] | [(< null)] | = [1..5] | date("2025-01-01")
    < @"2025-01-01T00:00:00Z" | [@"2025-01-01T00:00:00Z"..@"2025-01-02T00:00:00"] | @"P1D"
    > @"P1Y" | [@"2025-01-01T00:00:00"..@"2025-01-02T00:00:00"]
  )");
  const auto values = listed(R"(
    null | true | false | 0 | 1 | 3 | 5 | 5.0 | 6 | "" | "a" | "b" | "c" | @"2025-01-01"
    @"2025-01-02" | @"2024-12-31T23:59:59Z" | @"2025-01-01T00:00:00"
    @"2025-01-01T08:00:00+08:00" | @"P1D" | @"PT24H" | @"P2D" | @"P2Y" | @"12:00:00"
    {a: 5}
  )");
  for (const std::string& test : tests) {
    for (const std::string& value : values) expect_same(test, value);
  }
}

TEST(Cell, is_none_where_the_test_needs_more_than_the_value) {
  for (const char* text :
       {"x", "< x", "? > 5", "[1..x]", "5, x", "not(x)", "@\"12:00:00\"", "< @\"12:00:00\"",
        "{a: 1}", "[{a: 1}]", "[[@\"10:00:00\"..@\"12:00:00\"]]", "today()", "< now()",
        "count([1, x])", "if true then 1 else 2"}) {
    EXPECT_FALSE(cell_of(*tests_of(text).tree, nullptr)) << text;
  }
}

TEST(Cell, is_none_where_its_constants_are_errors_that_have_to_be_reported) {
  for (const char* text :
       {"< date(\"x\")", "1 / 0", "[1..\"a\"]", "@\"2025-02-30\"", "not(not(5))", "nothing(1)"}) {
    EXPECT_FALSE(cell_of(*tests_of(text).tree, nullptr)) << text;
  }
}

TEST(Cell, is_none_where_a_constant_takes_too_much_work) {
  std::string text = "1";
  for (int i = 0; i < 20'000; ++i) text += ", 1";
  EXPECT_FALSE(cell_of(*tests_of("[" + text + "]").tree, nullptr));
  EXPECT_TRUE(cell_of(*tests_of(text).tree, nullptr));
}

TEST(Cell, knows_that_a_variable_may_hide_a_function) {
  const Feel tests = tests_of("< date(\"2025-01-01\")");
  EXPECT_TRUE(cell_of(*tests.tree, [](std::string_view name) { return name == "time"; }));
  EXPECT_FALSE(cell_of(*tests.tree, [](std::string_view name) { return name == "date"; }));
}

}  // namespace
}  // namespace hq::rules
