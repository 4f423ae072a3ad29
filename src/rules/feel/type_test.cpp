#include "rules/feel/type.h"

#include <gtest/gtest.h>

#include "rules/feel/evaluator_testing.h"

namespace hq::rules {
namespace {

TEST(Type, says_what_is_an_instance_of_it) {
  expect_answers(R"(
    1 instance of number                                     => true
    1 instance of Any                                        => true
    null instance of Any                                     => false
    null instance of Null                                    => true
    null instance of number                                  => false
    [1] instance of number                                   => false
    1 instance of list<number>                               => false
    [1, null] instance of list<number>                       => true
    [1, "2"] instance of list<number>                        => false
    [] instance of list<number>                              => true
    {a: "1", b: 2} instance of context<a: string>            => true
    {a: "1"} instance of context<a: string, b: number>       => false
    {a: {b: 1}} instance of context<a: context<b: number>>   => true
    [1..2] instance of range<number>                         => true
    ["a".."b"] instance of range<number>                     => false
    @"P1D" instance of days and time duration                => true
    @"P1D" instance of years and months duration             => false
    1 instance of tUnknown                                   => null !
  )");
}

TEST(Type, compares_functions_by_parameters_and_result) {
  expect_answers(R"(
    (function() "foo") instance of function<>->Any                          => true
    (function() "foo") instance of function<>->string                       => true
    (function() 123) instance of function<>->string                         => false
    (function(a: list) {b: 1, c: 2}) instance of function<list<Any>>->context<b: number> => true
    (function(a: list) {c: 2}) instance of function<list<Any>>->context<b: number> => false
    (function(a: context<a: Any>) 1) instance of function<context<a: Any, b: Any>>->Any => true
    (function(a: context<a: Any, b: Any>) 1) instance of function<context<a: Any>>->Any => false
    (function(a: string, b: string) "foo") instance of function<string>->string => false
    (function(a: string) a + "b") instance of function<string>->string      => true
    (function(a) a) instance of function<number>->boolean                   => true
    (function(a) a < 3) instance of function<number>->boolean               => true
  )");
}

TEST(Type, asks_for_the_names_of_item_definitions) {
  EvaluationOptions options;
  options.find_type = [](std::string_view name) -> TypePtr {
    return name == "tNumbers" ? list_of(simple(TypeKind::number)) : nullptr;
  };
  Names names;
  names.add("tNumbers");
  const auto tree = parse_expression("[1] instance of tNumbers", names);
  ASSERT_TRUE(tree) << tree.error().text();
  Evaluation evaluation(options);
  EXPECT_EQ(to_text(evaluate(**tree, Scope(), evaluation)), "true");
}

/// A number of at most 255, as an item definition says it.
Type small_number() {
  Result<ExpressionPtr> tests = parse_unary_tests("[0..255]", Names());
  Type type{.kind = TypeKind::number, .name = "tSmall"};
  if (tests) type.allowed = std::move(*tests);
  return type;
}

std::string coerced(const Value& value, const Type& type) {
  Evaluation evaluation({});
  const Value result = coerce(value, type, Scope(), evaluation);
  return evaluation.reports().empty() ? to_text(result) : evaluation.reports()[0].en;
}

TEST(Coerce, turns_lists_of_one_and_dates) {
  const Value seven(int64_t{7});
  const Value date(*parse_date("2026-11-22"));
  EXPECT_EQ(coerced(Value(List{seven}), *simple(TypeKind::number)), "7");
  EXPECT_EQ(coerced(seven, *list_of(simple(TypeKind::number))), "[7]");
  EXPECT_EQ(coerced(date, *simple(TypeKind::date_time)), "2026-11-22T00:00:00Z");
  EXPECT_EQ(coerced(Value(), *simple(TypeKind::number)), "null");
  EXPECT_EQ(coerced(seven, *simple(TypeKind::any)), "7");
}

TEST(Coerce, reports_what_does_not_conform) {
  const Value seven(int64_t{7});
  EXPECT_EQ(coerced(seven, *simple(TypeKind::string)), "a number is no value of type string");
  EXPECT_EQ(coerced(Value(List{seven, seven}), *simple(TypeKind::number)),
            "a list is no value of type number");
  EXPECT_EQ(coerced(Value(List{Value(List{seven})}), *simple(TypeKind::number)),
            "a list is no value of type number");
  EXPECT_EQ(coerced(Value("a"), *list_of(simple(TypeKind::number))),
            "a string is no value of type list<number>");
}

TEST(Coerce, checks_allowed_values_within_lists_and_contexts) {
  const TypePtr small = std::make_shared<const Type>(small_number());
  ASSERT_NE(small->allowed, nullptr);
  Type record{.kind = TypeKind::context};
  record.members = {{"n", small}};
  const std::string refused = "the value is none of those that are allowed for type ";
  EXPECT_EQ(coerced(Value(int64_t{255}), *small), "255");
  EXPECT_EQ(coerced(Value(int64_t{256}), *small), refused + "tSmall");
  EXPECT_EQ(coerced(Value(List{Value(int64_t{1}), Value(int64_t{-1})}), *list_of(small)),
            refused + "list<tSmall>");
  EXPECT_EQ(coerced(Value(Context({{"n", Value(int64_t{300})}})), record), refused + "context");
  EXPECT_EQ(coerced(Value(Context({{"n", Value()}})), record), "{n: null}");
}

}  // namespace
}  // namespace hq::rules
