#include "rules/dmn/logic.h"

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

std::string value(const std::string& logic) {
  return decide(decision("d", logic), "d");
}

std::string entry(std::string_view name, const std::string& logic, std::string_view type = "Any") {
  const std::string variable = name.empty() ? ""
                                            : "<variable name=\"" + std::string(name) +
                                                  "\" typeRef=\"" + std::string(type) + "\"/>";
  return "<contextEntry>" + variable + logic + "</contextEntry>";
}

std::string wrapped(std::string_view name, const std::string& logic) {
  return "<" + std::string(name) + ">" + logic + "</" + std::string(name) + ">";
}

TEST(Logic, literal_that_cannot_be_parsed_is_null_and_reported) {
  EXPECT_EQ(value(literal("1 + 2")), "3");
  EXPECT_EQ(value(literal("1 + ")), "null !");
  EXPECT_EQ(value("<literalExpression/>"), "null !");
}

TEST(Logic, text_may_be_broken_by_comments_and_cdata) {
  EXPECT_EQ(value("<literalExpression><text>1 <!-- one -->+ <![CDATA[2]]></text>"
                  "</literalExpression>"),
            "3");
  EXPECT_EQ(value("<literalExpression><text><![CDATA[2 < 4]]></text></literalExpression>"), "true");
}

TEST(Logic, context_entries_see_those_before_them) {
  EXPECT_EQ(value("<context>" + entry("net price", literal("10")) +
                  entry("gross", literal("net price * 2")) + "</context>"),
            "{net price: 10, gross: 20}");
}

TEST(Logic, context_with_a_result_gives_it_alone) {
  EXPECT_EQ(
      value("<context>" + entry("a", literal("10")) + entry("", literal("a + 1")) + "</context>"),
      "11");
}

TEST(Logic, context_entries_are_coerced) {
  EXPECT_EQ(value("<context>" + entry("a", literal("[7]"), "number") +
                  entry("b", literal("\"x\""), "number") + "</context>"),
            "{a: 7, b: null} !");
}

TEST(Logic, lists_and_relations) {
  EXPECT_EQ(value("<list>" + literal("1") + literal("\"b\"") + "</list>"), R"([1, "b"])");
  EXPECT_EQ(value("<relation><column name='first name'/><column name='age'/><row>" +
                  literal("\"Li\"") + literal("44") + "</row></relation>"),
            R"([{first name: "Li", age: 44}])");
}

TEST(Logic, conditional_wants_a_boolean_or_null) {
  const auto with = [](std::string_view condition) {
    return value("<conditional>" + wrapped("if", literal(condition)) +
                 wrapped("then", literal("1")) + wrapped("else", literal("2")) + "</conditional>");
  };
  EXPECT_EQ(with("true"), "1");
  EXPECT_EQ(with("false"), "2");
  EXPECT_EQ(with("null"), "2");
  EXPECT_EQ(with("\"true\""), "null !");
}

TEST(Logic, filter_keeps_what_matches) {
  const auto with = [](std::string_view list, std::string_view match) {
    return value("<filter>" + wrapped("in", literal(list)) + wrapped("match", literal(match)) +
                 "</filter>");
  };
  EXPECT_EQ(with("[1, 2, 3]", "item &gt; 1"), "[2, 3]");
  EXPECT_EQ(with("[{a: 1}, {a: 2}]", "a = 2"), "[{a: 2}]");
  EXPECT_EQ(with("[1]", "\"x\""), "null !");
  EXPECT_EQ(with("null", "true"), "null !");
}

TEST(Logic, for_goes_through_lists_and_ranges) {
  const auto with = [](std::string_view list, std::string_view body) {
    return value("<for iteratorVariable='i'>" + wrapped("in", literal(list)) +
                 wrapped("return", literal(body)) + "</for>");
  };
  EXPECT_EQ(with("[1, 2, 3]", "i * 2"), "[2, 4, 6]");
  EXPECT_EQ(with("[2..4]", "i"), "[2, 3, 4]");
  EXPECT_EQ(with("[1, 2, 3]", "i + count(partial)"), "[1, 3, 5]");
  EXPECT_EQ(with("(1..3]", "i"), "[2, 3]");
  EXPECT_EQ(with("[9223372036854775806..9223372036854775807]", "i - 1"),
            "[9223372036854775805, 9223372036854775806]");
  EXPECT_EQ(with("(&gt; 1)", "i"), "null !");
}

TEST(Logic, a_loop_ends_at_the_limit_of_steps) {
  const auto program = compiled({definitions(
      decision("d", "<for iteratorVariable='i'>" + wrapped("in", literal("[1..9999999999]")) +
                        wrapped("return", literal("i")) + "</for>"))});
  EvaluationOptions options;
  options.steps_max = 1000;
  const auto answer = execute(*program, {ElementKind::decision, "d"}, {}, options);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->value.is_null());
  EXPECT_EQ(answer->reports.size(), 1u);
}

TEST(Logic, what_was_counted_when_the_limit_was_met_is_no_answer) {
  std::string rules;
  for (int i = 0; i < 50; ++i) {
    rules +=
        "<rule><inputEntry><text>-</text></inputEntry>"
        "<outputEntry><text>1</text></outputEntry></rule>";
  }
  const auto program = compiled({definitions(
      decision("d",
               "<decisionTable hitPolicy='COLLECT' aggregation='COUNT'><input><inputExpression>"
               "<text>1</text></inputExpression></input><output/>" +
                   rules + "</decisionTable>"))});
  EvaluationOptions options;
  const auto whole = execute(*program, {ElementKind::decision, "d"}, {}, options);
  EXPECT_EQ(said(*whole), "50");
  options.steps_max = 20;
  const auto cut = execute(*program, {ElementKind::decision, "d"}, {}, options);
  EXPECT_EQ(said(*cut), "null !");
}

TEST(Logic, some_and_every) {
  const auto with = [](std::string_view kind, std::string_view list, std::string_view condition) {
    const std::string name(kind);
    return value("<" + name + " iteratorVariable='i'>" + wrapped("in", literal(list)) +
                 wrapped("satisfies", literal(condition)) + "</" + name + ">");
  };
  EXPECT_EQ(with("some", "[1, 2]", "i = 2"), "true");
  EXPECT_EQ(with("some", "[]", "true"), "false");
  EXPECT_EQ(with("every", "[1, 2]", "i = 2"), "false");
  EXPECT_EQ(with("every", "[]", "false"), "true");
  EXPECT_EQ(with("every", "[1]", "\"x\""), "null !");
}

TEST(Logic, function_definitions_close_over_what_they_see) {
  const std::string function = "<functionDefinition><formalParameter name='x' typeRef='number'/>" +
                               literal("x + base") + "</functionDefinition>";
  EXPECT_EQ(value("<context>" + entry("base", literal("100")) + entry("f", function) +
                  entry("", literal("f(1)")) + "</context>"),
            "101");
  EXPECT_EQ(value("<context>" + entry("base", literal("100")) + entry("f", function) +
                  entry("", literal("f(\"a\")")) + "</context>"),
            "null !");
}

TEST(Logic, invocation_binds_by_name) {
  const auto with = [](std::string_view parameter) {
    return value("<context>" + entry("f", literal("function(a, b) a - b")) +
                 entry("", "<invocation>" + literal("f") + "<binding><parameter name='b'/>" +
                               literal("1") + "</binding><binding><parameter name='" +
                               std::string(parameter) + "'/>" + literal("10") +
                               "</binding></invocation>") +
                 "</context>");
  };
  EXPECT_EQ(with("a"), "9");
  EXPECT_EQ(with("c"), "null !");
}

TEST(Logic, a_type_of_the_expression_coerces_its_value) {
  const auto with = [](std::string_view type, std::string_view text) {
    return value("<literalExpression typeRef='" + std::string(type) + "'><text>" +
                 std::string(text) + "</text></literalExpression>");
  };
  EXPECT_EQ(with("string", "1"), "null !");
  EXPECT_EQ(with("number", "[1]"), "1");
  EXPECT_EQ(with("dateTime", "@\"2026-11-22T08:00:00\""), "2026-11-22T08:00:00");
}

}  // namespace
}  // namespace hq::rules
