// Functions and their calls; the limits that hold them.
#include <gtest/gtest.h>

#include "rules/feel/evaluator_testing.h"

namespace hq::rules {
namespace {

TEST(Call, keeps_what_the_function_saw) {
  expect_answers(R"(
    {a: 2, f: function(x) x * a, r: f(3)}.r                      => 6
    {f: function(a) function(b) a + b, r: f(1)(2)}.r             => 3
    (function(a: number, b) a + b)(b: 1, a: 2)                   => 3
    {f: function(n) if n = 0 then 1 else n * f(n - 1), r: f(20)}.r => 2432902008176640000
  )");
}

TEST(Call, prefers_a_name_in_scope_to_a_built_in_function) {
  expect_answers(R"(
    {abs: function(x) "mine", r: abs(-1)}.r  => mine
    {f: abs, r: f(-1)}.r                     => 1
    {f: function(g) g([1, 2]), r: f(sum)}.r  => 3
  )");
}

TEST(Call, reports_arguments_that_do_not_fit) {
  expect_answers(R"(
    (function(a) a)()              => null !
    (function(a) a)(1, 2)          => null !
    (function(a) a)(b: 1)          => null !
    (function(a, b) a)(a: 1, a: 2) => null !
    (function(a: number) 1)("a")   => null !
    (function(a: number) a)([1])   => 1
    (function(a: list<number>) a)(1) => [1]
    (function(a: number) 1)(null)  => 1
  )");
}

TEST(Call, reports_what_is_no_function) {
  expect_answers(R"(
    nix()       => null !
    "abs"(-1)   => null !
    123()       => null !
    null()      => null !
    {a: 1}.a()  => null !
  )");
}

class Twice final : public Function {
 public:
  Twice() : Function({{"n", simple(TypeKind::number)}}) {}
  Value call(std::span<const Value> arguments, Evaluation& /*evaluation*/) const override {
    return Value(*add(*arguments[0].as<Decimal>(), *arguments[0].as<Decimal>()));
  }
};

TEST(Call, asks_who_evaluates_for_external_functions) {
  EvaluationOptions options;
  options.find_external = [](const Value& body, const std::vector<std::string>& names) {
    const bool is_twice = names.size() == 1 && names[0] == "n" &&
                          to_text(body) == R"({java: {class: "A", method signature: "f"}})";
    return is_twice ? std::make_shared<const Twice>() : nullptr;
  };
  expect_answers(R"(
    (function(n) external {java: {class: "A", method signature: "f"}})(21)  => 42
    (function(n) external {java: {class: "A", method signature: "g"}})(21)  => null !
    (function(m) external {java: {class: "A", method signature: "f"}})(21)  => null !
  )",
                 options);
}

std::string reason_of(std::string_view expression, EvaluationOptions options = {}) {
  const Result<ExpressionPtr> tree = parse_expression(expression, Names());
  if (!tree) return tree.error().text();
  Evaluation evaluation(std::move(options));
  const Value value = evaluate(**tree, Scope(), evaluation);
  return value.reason() == nullptr ? "no reason: " + to_text(value) : value.reason()->en;
}

TEST(CallLimits, end_a_recursion_without_end) {
  const std::string deep = "functions call each other too deeply";
  EXPECT_EQ(reason_of("{f: function(n) 1 + f(n + 1), r: f(0)}.r", {.depth_max = 50}), deep);
  EXPECT_EQ(
      reason_of("{f: function(n) (for i in [n] return f(i + 1))[1], r: f(0)}.r", {.depth_max = 50}),
      deep);
  // With any depth the stack itself is looked at.
  EXPECT_NE(reason_of("{f: function(n) 1 + f(n + 1), r: f(0)}.r", {.depth_max = 1'000'000}), "");
}

TEST(CallLimits, end_work_without_end) {
  const std::string steps = "this takes too many steps: the limit of the evaluation is reached";
  EXPECT_EQ(reason_of("for i in 1..1000000000 return i", {.steps_max = 1000}), steps);
  EXPECT_EQ(reason_of("[1, count(for i in 1..1000000000 return i)]", {.steps_max = 1000}), steps);
  EXPECT_EQ(reason_of("{f: function(n) f(n + 1) + f(n + 1), r: f(0)}.r", {.steps_max = 10'000}),
            steps);
}

TEST(CallLimits, end_strings_and_lists_that_grow) {
  const std::string bytes = "this takes too much memory: the limit of the evaluation is reached";
  EXPECT_EQ(reason_of("for i in 0..60 return if i = 0 then \"ab\" else partial[-1] + partial[-1]",
                      {.bytes_max = 1 << 20}),
            bytes);
  EXPECT_EQ(reason_of("for i in 1..1000000 return i", {.bytes_max = 1 << 20}), bytes);
  EXPECT_EQ(reason_of("for i in 1..100000 return {a: [i], b: partial}", {.bytes_max = 1 << 20}),
            bytes);
}

TEST(CallLimits, bound_how_deep_values_lie_in_each_other) {
  const Walked lists = answer_of("count(for i in 1..2000 return [partial[-1]])");
  EXPECT_TRUE(lists.is_error);
  EXPECT_EQ(lists.text, "null");
  EXPECT_TRUE(answer_of("count(for i in 1..2000 return function() partial[-1])").is_error);
  EXPECT_FALSE(answer_of("count(for i in 1..100 return [partial[-1]])").is_error);
}

TEST(CallLimits, keep_a_bounded_number_of_reports) {
  const Result<ExpressionPtr> tree = parse_expression("for i in 1..5000 return i + null", Names());
  ASSERT_TRUE(tree);
  Evaluation evaluation({});
  (void)evaluate(**tree, Scope(), evaluation);
  EXPECT_EQ(evaluation.reports().size(), Evaluation::kReportsMax);
}

}  // namespace
}  // namespace hq::rules
