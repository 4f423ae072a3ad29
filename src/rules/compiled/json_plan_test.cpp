#include "rules/compiled/json_plan.h"

#include <gtest/gtest.h>

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

/// What the literal expression over the typed inputs a, b and c answers.
std::string answer_of(std::string_view expression, std::string_view json) {
  const auto program = compiled({definitions(
      input("a", "number") + input("b", "date") + input("c") +
      decision("d", literal(expression), needs_input("a") + needs_input("b") + needs_input("c")))});
  const auto plan = JsonPlan::make(program, {ElementKind::decision, "d"});
  EXPECT_TRUE(plan);
  Machine machine;
  std::string answer = "what stood here";
  const auto done = plan->decide(json, machine, answer);
  return done ? answer : done.error().where + ": " + done.error().message;
}

TEST(JsonPlan, takes_fields_in_any_order_and_gives_json) {
  EXPECT_EQ(answer_of("[a + 1, b, c]", R"({"a": 1, "b": "2026-11-22", "c": {"x": [true]}})"),
            R"([2,"2026-11-22",{"x":[true]}])");
  EXPECT_EQ(answer_of("{r: b.year, s: c}", R"({"c": "x", "b": "2026-11-22"})"),
            R"({"r":2026,"s":"x"})");
}

TEST(JsonPlan, takes_what_is_left_out_as_null) {
  EXPECT_EQ(answer_of("[a, b, c]", "{}"), "[null,null,null]");
  EXPECT_EQ(answer_of("a = null", R"({"a": null})"), "true");
}

TEST(JsonPlan, keeps_all_digits) {
  EXPECT_EQ(answer_of("a + 1", R"({"a": 0.1000000000000000000000000000001})"),
            "1.1000000000000000000000000000001");
}

TEST(JsonPlan, refuses_what_is_no_object_of_its_inputs) {
  EXPECT_EQ(answer_of("a", "[1]"), ": expected an object, found an array");
  EXPECT_EQ(answer_of("a", R"({"z": 1})"), "/z: no such field is known");
  EXPECT_EQ(answer_of("a", R"({"a": 1, "a": 2})"), "/a: this field stands twice");
  EXPECT_EQ(answer_of("a", R"({"a": 1)"), ": not valid JSON");
  EXPECT_TRUE(answer_of("b", R"({"b": "soon"})").starts_with("/b: "));
}

TEST(JsonPlan, refuses_an_element_that_is_not_there) {
  const auto program = compiled({definitions(decision("d", literal("1")))});
  const auto plan = JsonPlan::make(program, {ElementKind::decision, "e"});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace hq::rules
