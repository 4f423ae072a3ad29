#include "rules/feel/built_ins.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "rules/feel/built_ins_testing.h"

namespace hq::rules {
namespace {

using Names_ = std::vector<std::string>;

struct Outcome {
  Value value;
  std::vector<Reason> reports;

  bool is_error() const { return value.is_null() && !reports.empty(); }
};

Outcome run(std::string_view name, const List& arguments, const Names_& names = {},
            EvaluationOptions options = {}) {
  const BuiltIn* function = find_built_in(name);
  if (function == nullptr) return {Value("no such function"), {}};
  Evaluation evaluation(std::move(options));
  Value value = call_built_in(*function, arguments, names, evaluation);
  return {std::move(value), evaluation.reports()};
}

Value number(std::string_view text) {
  return Value(*Decimal::parse(text));
}

TEST(BuiltIns, has_each_name_once_in_order) {
  const auto table = all_built_ins();
  EXPECT_EQ(table.size(), 86U);
  EXPECT_TRUE(std::ranges::is_sorted(table, std::ranges::less_equal(), &BuiltIn::name));
  EXPECT_EQ(find_built_in("substring before")->name, "substring before");
  EXPECT_EQ(find_built_in("substring  before"), nullptr);
  EXPECT_EQ(find_built_in(""), nullptr);
}

TEST(BuiltIns, chooses_the_form_by_the_number_of_arguments) {
  EXPECT_EQ(to_text(run("floor", {number("1.56")}).value), "1");
  EXPECT_EQ(to_text(run("floor", {number("1.56"), number("1")}).value), "1.5");
  EXPECT_EQ(to_text(run("date", {number("2026"), number("11"), number("22")}).value), "2026-11-22");
  EXPECT_EQ(to_text(run("date", {Value("2026-11-22")}).value), "2026-11-22");
}

TEST(BuiltIns, reports_a_number_of_arguments_that_no_form_takes) {
  const Outcome none = run("floor", {});
  ASSERT_TRUE(none.is_error());
  EXPECT_NE(none.reports[0].en.find("floor(n), floor(n, scale)"), std::string::npos)
      << none.reports[0].en;
  EXPECT_FALSE(none.reports[0].zh.empty());
  EXPECT_TRUE(run("floor", {number("1"), number("1"), number("1")}).is_error());
  EXPECT_TRUE(run("sum", {}).is_error());
  EXPECT_TRUE(run("append", {Value(List{})}).is_error());
}

TEST(BuiltIns, takes_named_arguments_in_any_order) {
  const List arguments{number("4"), number("10")};
  EXPECT_EQ(to_text(run("modulo", arguments, {"divisor", "dividend"}).value), "2");
  EXPECT_TRUE(run("modulo", arguments, {"divisor", "divisor"}).is_error());
  EXPECT_TRUE(run("modulo", arguments, {"dividend", "other"}).is_error());
  EXPECT_TRUE(run("modulo", {number("4")}, {"dividend"}).is_error());
  EXPECT_TRUE(run("floor", {number("4")}, {"scale"}).is_error());
  EXPECT_EQ(to_text(run("floor", {number("4.5")}, {"n"}).value), "4");
}

TEST(BuiltIns, lets_only_is_be_called_by_name_with_less) {
  EXPECT_EQ(to_text(run("is", {number("4")}, {"value2"}).value), "false");
  EXPECT_TRUE(run("is", {number("4")}).is_error());
}

TEST(BuiltIns, takes_a_list_of_one_for_its_item_and_a_value_for_a_list_of_one) {
  EXPECT_EQ(to_text(run("abs", {Value(List{number("-2")})}).value), "2");
  EXPECT_TRUE(run("abs", {Value(List{number("-2"), number("3")})}).is_error());
  EXPECT_EQ(to_text(run("count", {number("7")}).value), "1");
  EXPECT_EQ(to_text(run("string join", {Value("a"), Value("-")}).value), "a");
  EXPECT_TRUE(run("count", {Value()}).is_error());
}

TEST(BuiltIns, takes_many_arguments_as_one_list) {
  EXPECT_EQ(to_text(run("sum", {number("1"), number("2")}).value), "3");
  EXPECT_EQ(to_text(run("sum", {Value(List{number("1"), number("2")})}).value), "3");
  EXPECT_TRUE(run("sum", {number("1"), Value("2")}).is_error());
  const Value ones(List{number("1")});
  EXPECT_EQ(to_text(run("append", {ones, ones, number("2")}).value), "[1, [1], 2]");
  EXPECT_EQ(to_text(run("append", {ones, number("2")}, {"list", "item"}).value), "[1, 2]");
  EXPECT_EQ(to_text(run("concatenate", {ones, number("2"), ones}).value), "[1, 2, 1]");
  EXPECT_EQ(to_text(run("concatenate", {ones}, {"list"}).value), "[1]");
}

TEST(BuiltIns, says_what_an_argument_must_be) {
  const Outcome outcome = run("date", {number("1")});
  ASSERT_TRUE(outcome.is_error());
  EXPECT_EQ(outcome.reports[0].en,
            "date: from must be a text, or a date or a date and time; it is number");
}

TEST(BuiltIns, names_the_place_of_the_call) {
  Evaluation evaluation{EvaluationOptions{}};
  evaluation.call_span = Span{3, 9};
  const Value value = call_built_in(*find_built_in("abs"), List{Value("x")}, {}, evaluation);
  ASSERT_NE(value.reason(), nullptr);
  EXPECT_EQ(value.reason()->span, (Span{3, 9}));
}

TEST(BuiltIns, ends_in_an_error_once_the_steps_are_spent) {
  List many(10'000, number("1"));
  const EvaluationOptions options{.now = {}, .steps_max = 5'000};
  for (const std::string_view name : {"sum", "count", "reverse", "distinct values", "flatten",
                                      "mode", "min", "concatenate", "string"}) {
    EXPECT_TRUE(run(name, {Value(many)}, {}, options).is_error()) << name;
  }
  const Value text(std::string(1'000'000, 'a'));
  for (const std::string_view name : {"string length", "upper case"}) {
    EXPECT_TRUE(run(name, {text}, {}, options).is_error()) << name;
  }
  for (const std::string_view name : {"contains", "matches", "split", "substring after"}) {
    EXPECT_TRUE(run(name, {text, Value("b")}, {}, options).is_error()) << name;
  }
}

TEST(BuiltIns, ends_in_an_error_once_the_memory_is_spent) {
  const Value text(std::string(100'000, 'a'));
  const EvaluationOptions options{.now = {}, .bytes_max = 1'000'000};
  EXPECT_TRUE(run("string join", {Value(List(20, text))}, {}, options).is_error());
  EXPECT_FALSE(run("string join", {Value(List(5, text))}, {}, options).is_error());
  EXPECT_TRUE(run("replace", {text, Value("a"), text}, {}, options).is_error());
}

TEST(BuiltIns, compares_values_that_share_parts_within_its_steps) {
  // Each list holds the one before twice: as a tree it has 2^60 items.
  Value doubled(List{number("1")});
  for (int i = 0; i < 60; ++i) doubled = Value(List{doubled, doubled});
  const EvaluationOptions options{.now = {}, .steps_max = 100'000};
  EXPECT_TRUE(run("string", {doubled}, {}, options).is_error());
  EXPECT_TRUE(run("flatten", {doubled}, {}, options).is_error());
  EXPECT_TRUE(run("is", {doubled, doubled}, {}, options).is_error());
  EXPECT_TRUE(run("list contains", {Value(List{doubled}), doubled}, {}, options).is_error());
  EXPECT_TRUE(run("distinct values", {Value(List{doubled, doubled})}, {}, options).is_error());
}

}  // namespace
}  // namespace hq::rules
