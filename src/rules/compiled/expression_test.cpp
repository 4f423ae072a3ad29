// One FEEL text, compiled: inputs by position, what is worked out once, and the limits.
#include "rules/compiled/expression.h"

#include <gtest/gtest.h>

#include "rules/compiled/agreement_testing.h"

namespace hq::rules {
namespace {

/// "null ! why"
std::string answer(std::string_view text, const Variables& variables = {},
                   EvaluationOptions options = {}) {
  std::vector<std::string> names;
  std::vector<Value> values;
  for (const auto& [name, value] : variables) {
    names.push_back(name);
    values.push_back(value);
  }
  const auto compiled = compile_expression(text, names);
  if (!compiled) return compiled.error().text();
  Machine machine(std::move(options));
  const Value value = compiled->run(values, machine);
  return said(value, machine.reports());
}

TEST(CompiledExpression, takes_its_inputs_in_the_order_of_the_names) {
  EXPECT_EQ(answer("a - b", {{"b", Value(int64_t{2})}, {"a", Value(int64_t{5})}}), "3");
  EXPECT_EQ(answer("monthly income * 12", {{"monthly income", Value(int64_t{100})}}), "1200");
}

TEST(CompiledExpression, refuses_what_cannot_be_parsed) {
  EXPECT_EQ(compile_expression("1 +", {}).error().code, ErrorCode::parse_error);
}

TEST(CompiledExpression, begins_anew_with_each_run) {
  const auto compiled = compile_expression("1 / n", std::vector<std::string>{"n"});
  ASSERT_TRUE(compiled);
  Machine machine({.steps_max = 10});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(to_text(compiled->run(std::vector{Value(int64_t{0})}, machine)), "null");
    EXPECT_EQ(machine.reports().size(), 1u);
    EXPECT_EQ(to_text(compiled->run(std::vector{Value(int64_t{2})}, machine)), "0.5");
    EXPECT_TRUE(machine.reports().empty());
  }
}

TEST(CompiledExpression, asks_for_the_time_when_it_runs) {
  EXPECT_NE(answer("today()").find("null !"), std::string::npos);
  EvaluationOptions options;
  options.now = parse_date_time("2026-11-22T08:00:00Z").value();
  EXPECT_EQ(answer("string(today())", {}, options), "2026-11-22");
}

TEST(CompiledExpression, knows_types_that_are_given_when_it_is_compiled) {
  EvaluationOptions options;
  options.find_type = [](std::string_view name) {
    return name == "tAge" ? simple(TypeKind::number) : nullptr;
  };
  Machine machine;
  const auto known = compile_expression("1 instance of tAge", {}, options);
  ASSERT_TRUE(known);
  EXPECT_EQ(to_text(known->run({}, machine)), "true");
  EXPECT_NE(answer("1 instance of tAge").find("no type"), std::string::npos);
}

TEST(CompiledExpression, gives_functions_that_others_can_call) {
  const auto compiled = compile_expression("{k: 10, f: function(n) n + k}.f", {});
  ASSERT_TRUE(compiled);
  Machine machine;
  const Value function = compiled->run({}, machine);
  Evaluation evaluation({});
  EXPECT_EQ(to_text(call(function, std::vector{Value(int64_t{1})}, {}, evaluation)), "11");
}

TEST(CompiledLimits, end_a_recursion_without_end) {
  const std::string_view endless = "{f: function(n) 1 + f(n + 1), r: f(0)}.r";
  const std::string deep = "null ! functions call each other too deeply";
  EXPECT_EQ(answer(endless), deep);
  EXPECT_EQ(answer(endless, {}, {.depth_max = 50}), deep);
  // With any depth the stack itself is looked at.
  EXPECT_EQ(answer(endless, {}, {.depth_max = 1'000'000}), deep);
  EXPECT_EQ(answer("{f: function(n) (for i in [n] return f(i + 1))[1], r: f(0)}.r"), deep);
}

TEST(CompiledLimits, end_work_without_end) {
  const std::string steps =
      "null ! this takes too many steps: the limit of the evaluation is reached";
  const EvaluationOptions few{.steps_max = 10'000};
  EXPECT_EQ(answer("for i in 1..1000000000 return i", {}, few), steps);
  EXPECT_EQ(answer("[1, count(for i in 1..1000000000 return i)]", {}, few), steps);
  EXPECT_EQ(answer("some i in [1..1000000000] satisfies i < 0", {}, few), steps);
  EXPECT_EQ(answer("{f: function(n) f(n + 1) + f(n + 1), r: f(0)}.r", {}, {.steps_max = 1'000}),
            steps);
  EXPECT_EQ(answer("(for i in 1..9000 return i)[(for i in 1..9000 return i)[1] = 2]", {},
                   {.steps_max = 50'000}),
            steps);
}

TEST(CompiledLimits, end_strings_and_lists_that_grow) {
  const std::string bytes =
      "null ! this takes too much memory: the limit of the evaluation is reached";
  const EvaluationOptions few{.bytes_max = 1 << 20};
  EXPECT_EQ(
      answer("for i in 0..60 return if i = 0 then \"ab\" else partial[-1] + partial[-1]", {}, few),
      bytes);
  EXPECT_EQ(answer("for i in 1..1000000 return i", {}, few), bytes);
  EXPECT_EQ(answer("for i in 1..100000 return {a: [i], b: partial}", {}, few), bytes);
}

TEST(CompiledLimits, bound_how_deep_values_lie_in_each_other) {
  EXPECT_NE(answer("count(for i in 1..2000 return [partial[-1]])").find("null !"),
            std::string::npos);
  EXPECT_NE(answer("count(for i in 1..2000 return partial)").find("null !"), std::string::npos);
  EXPECT_NE(answer("count(for i in 1..2000 return function() partial[-1])").find("null !"),
            std::string::npos);
  EXPECT_EQ(answer("count(for i in 1..100 return [partial[-1]])"), "100");
}

TEST(CompiledLimits, hold_for_what_is_worked_out_when_it_is_compiled) {
  std::string text = "\"ab\"";
  for (int i = 0; i < 60; ++i) text.insert(0, "replace(").append(", \".\", \"$0$0\")");
  EXPECT_NE(answer(text, {}, {.bytes_max = 1 << 20}).find("null !"), std::string::npos);
}

TEST(CompiledLimits, take_the_highest_trees_that_the_parser_lets_through) {
  std::string sum = "1";
  std::string calls = "n";
  for (int i = 0; i < 990; ++i) sum += " + n";
  for (int i = 0; i < 190; ++i) calls.insert(0, "[0, count(").append(")][n]");
  EXPECT_EQ(answer(sum, {{"n", Value(int64_t{1})}}), "991");
  EXPECT_EQ(answer(calls, {{"n", Value(int64_t{1})}}), "0");
}

}  // namespace
}  // namespace hq::rules
