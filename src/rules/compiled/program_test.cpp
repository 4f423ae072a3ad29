// Both executors on models: the graph, services, knowledge models, imports; plans.
#include "rules/compiled/program.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "rules/compiled/program_testing.h"

namespace hq::rules {
namespace {

std::string knowledge(std::string_view name, std::string_view parameters, std::string_view body,
                      std::string_view more = "") {
  const std::string quoted(name);
  return "<businessKnowledgeModel name=\"" + quoted + "\" id=\"_" + quoted +
         "\"><variable name=\"" + quoted + "\"/><encapsulatedLogic>" + std::string(parameters) +
         std::string(body) + "</encapsulatedLogic>" + std::string(more) +
         "</businessKnowledgeModel>";
}

std::string parameter(std::string_view name, std::string_view type = "Any") {
  return "<formalParameter name=\"" + std::string(name) + "\" typeRef=\"" + std::string(type) +
         "\"/>";
}

TEST(CompiledProgram, works_each_decision_out_once_and_in_order) {
  const std::string model =
      input("n", "number") + decision("a", literal("n + 1"), needs_input("n")) +
      decision("b", literal("a * 2"), needs_decision("a")) +
      decision("c", literal("[a, b, a + b]"), needs_decision("b") + needs_decision("a"));
  EXPECT_EQ(agreed(model, "c", {{"n", "3"}}), "[4, 8, 12]");
  EXPECT_EQ(agreed(model, "c", {{"n", "\"x\""}}), "[null, null, null] !");
  EXPECT_EQ(agreed(model, "c", {}), "[null, null, null] !");
  // A decision that is given is not worked out, nor is what it alone requires.
  EXPECT_EQ(agreed(model, "c", {{"a", "10"}}), "[10, 20, 30]");
  EXPECT_EQ(agreed(model, "c", {{"a", "10"}, {"a", "1"}, {"b", "2"}}), "[1, 2, 3]");
  EXPECT_EQ(agreed(model, "c", {{"c", "1"}, {"nothing", "2"}, {"n", "1"}}), "[2, 4, 6]");
  EXPECT_NE(agreed(model, "none").find("none"), std::string::npos);
}

TEST(CompiledProgram, reports_what_cannot_be_worked_out) {
  EXPECT_EQ(agreed(decision("a", literal("b"), needs_decision("b")) +
                       decision("b", literal("[a]"), needs_decision("a")),
                   "a"),
            "[null] !");
  EXPECT_EQ(agreed(decision("a", literal("count([a]) + 1 + (if a = null then 1 else 100)"),
                            needs_decision("a")),
                   "a"),
            "3 !");
  EXPECT_EQ(agreed(decision("a", ""), "a"), "null !");
  EXPECT_EQ(agreed(decision("a", literal("1 +")), "a"), "null !");
  EXPECT_EQ(agreed(decision("a", literal("1 + nix")), "a"), "null !");
  EXPECT_EQ(agreed(decision("a", "<literalExpression/>"), "a"), "null !");
}

TEST(CompiledProgram, ends_a_chain_of_decisions_that_is_too_long) {
  std::string model = decision("d0", literal("1"));
  for (int i = 1; i <= 600; ++i) {
    const std::string before = "d" + std::to_string(i - 1);
    model += decision("d" + std::to_string(i), literal(before), needs_decision(before));
  }
  const CompiledProgram program(compiled({definitions(model)}));
  const auto answer = program.execute({ElementKind::decision, "d600"}, {}, {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(rules::said(*answer), "null !");
}

TEST(CompiledProgram, calls_knowledge_models) {
  const std::string model =
      knowledge("fac", parameter("n", "number"), literal("if n = 0 then 1 else n * fac(n - 1)"),
                "") +
      knowledge("twice", parameter("f") + parameter("x"), literal("f(fac(x))"),
                needs_knowledge("fac")) +
      decision("a", literal("fac(5)"), needs_knowledge("fac")) +
      decision("b", literal("twice(function(y) y + 1, 4)"), needs_knowledge("twice")) +
      decision("c",
               literal("[fac(\"x\"), fac(n: 3), fac(), fac instance of function&lt;number>->Any]"),
               needs_knowledge("fac")) +
      decision("d",
               "<invocation><literalExpression><text>fac</text></literalExpression><binding>"
               "<parameter name=\"n\"/><literalExpression><text>2 + 2</text></literalExpression>"
               "</binding></invocation>",
               needs_knowledge("fac"));
  EXPECT_EQ(agreed(model, "a"), "120");
  EXPECT_EQ(agreed(model, "b"), "25");
  EXPECT_EQ(agreed(model, "c"), "[null, 6, null, true] !");
  EXPECT_EQ(agreed(model, "d"), "24");
  const auto program = compiled({definitions(model)});
  EXPECT_EQ(agreed(program, {ElementKind::knowledge_model, "fac"}, {{"n", "4"}}), "24");
  EXPECT_EQ(agreed(program, {ElementKind::knowledge_model, "fac"}, {{"m", "4"}}), "null !");
}

TEST(CompiledProgram, serves_as_a_function_and_alone) {
  const std::string model =
      input("n", "number") + decision("a", literal("n + 1"), needs_input("n")) +
      decision("b", literal("a * 2"), needs_decision("a")) +
      "<decisionService name=\"s\" id=\"_s\"><variable name=\"s\"/>"
      "<outputDecision href=\"#_b\"/><inputDecision href=\"#_a\"/></decisionService>"
      "<decisionService name=\"both\" id=\"_both\"><variable name=\"both\"/>"
      "<outputDecision href=\"#_a\"/><outputDecision href=\"#_b\"/><inputData href=\"#_n\"/>"
      "</decisionService>" +
      decision("c", literal("[s(10), both(1), both(\"x\"), s()]"),
               needs_knowledge("s") + needs_knowledge("both"));
  EXPECT_EQ(agreed(model, "c"), "[20, {a: 2, b: 4}, null, null] !");
  const auto program = compiled({definitions(model)});
  EXPECT_EQ(agreed(program, {ElementKind::service, "s"}, {{"a", "3"}}), "6");
  EXPECT_EQ(agreed(program, {ElementKind::service, "s"}, {{"n", "3"}}), "null !");
  EXPECT_EQ(agreed(program, {ElementKind::service, "both"}, {{"n", "3"}}), "{a: 4, b: 8}");
}

TEST(CompiledProgram, sees_imports_as_members_of_their_prefix) {
  const std::string main =
      "<import name=\"other\" namespace=\"urn:other\" "
      "importType=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"/>" +
      decision("a", literal("other.f(other.d) + other.n"),
               "<informationRequirement><requiredDecision href=\"urn:other#_d\"/>"
               "</informationRequirement><informationRequirement>"
               "<requiredInput href=\"urn:other#_n\"/></informationRequirement>"
               "<knowledgeRequirement><requiredKnowledge href=\"urn:other#_f\"/>"
               "</knowledgeRequirement>") +
      decision("b", literal("other.f(1)"),
               "<knowledgeRequirement><requiredKnowledge href=\"urn:other#_f\"/>"
               "</knowledgeRequirement>");
  const std::string other = input("n", "number") +
                            decision("d", literal("n * 2"), needs_input("n")) +
                            knowledge("f", parameter("x"), literal("x * 100"));
  const auto program = compiled({definitions(main), definitions(other, "urn:other")});
  EXPECT_EQ(agreed(program, {ElementKind::decision, "a"}, {{"n", "3"}}), "603");
  EXPECT_EQ(agreed(program, {ElementKind::decision, "b"}), "100");
}

TEST(CompiledProgram, knows_all_boxes) {
  const auto of = [](std::string_view box) { return agreed(decision("d", box), "d"); };
  const std::string numbers = "<in>" + literal("[1, 2, 3]") + "</in>";
  EXPECT_EQ(of("<context><contextEntry><variable name=\"a\"/>" + literal("1") +
               "</contextEntry><contextEntry><variable name=\"a\"/>" + literal("a + 1") +
               "</contextEntry><contextEntry><variable name=\"b\" typeRef=\"string\"/>" +
               literal("a") + "</contextEntry></context>"),
            "{a: 2, b: null} !");
  EXPECT_EQ(of("<context><contextEntry><variable name=\"a\"/>" + literal("[1, 2]") +
               "</contextEntry><contextEntry>" + literal("a[2]") + "</contextEntry></context>"),
            "2");
  EXPECT_EQ(of("<list>" + literal("1") + literal("nix") + "</list>"), "[1, null] !");
  EXPECT_EQ(of("<relation><column name=\"a\"/><column name=\"b\" typeRef=\"number\"/><row>" +
               literal("1") + literal("2") + "</row><row>" + literal("\"x\"") + literal("\"y\"") +
               "</row></relation>"),
            "[{a: 1, b: 2}, {a: \"x\", b: null}] !");
  EXPECT_EQ(of("<conditional><if>" + literal("null") + "</if><then>" + literal("1") +
               "</then><else>" + literal("2") + "</else></conditional>"),
            "2");
  EXPECT_EQ(of("<conditional><if>" + literal("1") + "</if><then>" + literal("1") + "</then><else>" +
               literal("2") + "</else></conditional>"),
            "null !");
  EXPECT_EQ(of("<for iteratorVariable=\"i\">" + numbers + "<return>" +
               literal("i + count(partial)") + "</return></for>"),
            "[1, 3, 5]");
  EXPECT_EQ(of("<some iteratorVariable=\"i\">" + numbers + "<satisfies>" + literal("i > 2") +
               "</satisfies></some>"),
            "true");
  EXPECT_EQ(of("<every iteratorVariable=\"i\">" + numbers + "<satisfies>" + literal("i") +
               "</satisfies></every>"),
            "null !");
  EXPECT_EQ(of("<filter><in>" + literal("[{a: 1, item: 2}, {a: 3}]") + "</in><match>" +
               literal("a = 1 and item.item = 2") + "</match></filter>"),
            "[{a: 1, item: 2}]");
  EXPECT_EQ(of("<filter><in>" + literal("[{a: 1}]") + "</in><match>" + literal("b = 1") +
               "</match></filter>"),
            "[] !");
  EXPECT_EQ(
      of("<filter><in>" + literal("null") + "</in><match>" + literal("true") + "</match></filter>"),
      "null !");
}

TEST(CompiledProgram, keeps_what_boxed_functions_saw) {
  const std::string function =
      "<functionDefinition><formalParameter name=\"x\" typeRef=\"number\"/>" + literal("x + a") +
      "</functionDefinition>";
  EXPECT_EQ(agreed(decision("d", "<context><contextEntry><variable name=\"a\"/>" + literal("10") +
                                     "</contextEntry><contextEntry><variable name=\"f\"/>" +
                                     function + "</contextEntry><contextEntry>" +
                                     literal("[f(1), f(\"x\"), (for a in [1, 2] return f(a))[2]]") +
                                     "</contextEntry></context>"),
                   "d"),
            "[11, null, 12] !");
  EXPECT_EQ(
      agreed(decision("d",
                      "<context><contextEntry><variable name=\"f\"/>"
                      "<functionDefinition kind=\"Java\"><formalParameter name=\"x\"/>"
                      "<context><contextEntry><variable name=\"class\"/>" +
                          literal("\"java.lang.Math\"") +
                          "</contextEntry><contextEntry><variable name=\"method signature\"/>" +
                          literal("\"abs(double)\"") +
                          "</contextEntry></context></functionDefinition></contextEntry>"
                          "<contextEntry>" +
                          literal("f(-2)") + "</contextEntry></context>"),
             "d"),
      "2");
}

TEST(CompiledProgram, converts_to_types_and_looks_at_allowed_values) {
  const std::string types =
      "<itemDefinition name=\"tGrade\"><typeRef>string</typeRef><allowedValues>"
      "<text>\"a\", \"b\"</text></allowedValues></itemDefinition>"
      "<itemDefinition name=\"tGrades\" isCollection=\"true\"><typeRef>tGrade</typeRef>"
      "</itemDefinition><itemDefinition name=\"tPupil\"><itemComponent name=\"grade\">"
      "<typeRef>tGrade</typeRef></itemComponent></itemDefinition>";
  const auto of = [&](std::string_view type, const std::string& value) {
    return agreed(types + input("x", type) + decision("d", literal("[x]"), needs_input("x")), "d",
                  {{"x", value}});
  };
  EXPECT_EQ(of("tGrade", "\"a\""), "[\"a\"]");
  EXPECT_EQ(of("tGrade", "[\"b\"]"), "[\"b\"]");
  EXPECT_EQ(of("tGrade", "\"c\""), "[null] !");
  EXPECT_EQ(of("tGrade", "1"), "[null] !");
  EXPECT_EQ(of("tGrades", "[\"a\", \"b\"]"), "[[\"a\", \"b\"]]");
  EXPECT_EQ(of("tGrades", "[\"a\", \"c\"]"), "[null] !");
  EXPECT_EQ(of("tPupil", "{grade: \"b\"}"), "[{grade: \"b\"}]");
  EXPECT_EQ(of("tPupil", "{grade: \"c\"}"), "[null] !");
  EXPECT_EQ(of("number", "[1]"), "[1]");
  EXPECT_EQ(of("dateTime", "@\"2026-11-22\""), "[2026-11-22T00:00:00Z]");
  EXPECT_EQ(of("list&lt;number>", "1"), "[[1]]");
}

TEST(CompiledProgram, ends_what_takes_too_much) {
  const auto reasons = [](std::string_view text, EvaluationOptions options) {
    const CompiledProgram program(
        compiled({definitions(knowledge("f", parameter("n"), literal("1 + f(n + 1)")) +
                              decision("d", literal(text), needs_knowledge("f")))}));
    const auto answer = program.execute({ElementKind::decision, "d"}, {}, std::move(options));
    return rules::said(*answer);
  };
  EXPECT_EQ(reasons("f(1)", {}), "null !");
  EXPECT_EQ(reasons("f(1)", {.depth_max = 1'000'000}), "null !");
  EXPECT_EQ(reasons("count(for i in 1..1000000000 return i)", {.steps_max = 1'000}), "null !");
  EXPECT_EQ(reasons("for i in 0..60 return if i = 0 then \"ab\" else partial[-1] + partial[-1]",
                    {.bytes_max = 1 << 20}),
            "null !");
  EXPECT_EQ(reasons("count(for i in 1..2000 return partial)", {}), "null !");
}

TEST(Plan, takes_its_inputs_by_position_again_and_again) {
  const CompiledProgram program(compiled(
      {definitions(input("a", "number") + input("b", "number") +
                   decision("d", literal("a - b"), needs_input("a") + needs_input("b")))}));
  const Target target{ElementKind::decision, "d"};
  EXPECT_EQ(program.plan({ElementKind::decision, "none"}, {}).error().code, ErrorCode::not_found);
  const auto plan = program.plan(target, std::vector<std::string>{"b", "a"});
  ASSERT_TRUE(plan);
  Machine machine;
  for (int64_t i = 0; i < 3; ++i) {
    const std::vector<Value> inputs{Value(i), Value(int64_t{10})};
    EXPECT_EQ(to_text(plan->decide(inputs, machine)), std::to_string(10 - i));
    EXPECT_TRUE(machine.reports().empty());
  }
  EXPECT_EQ(to_text(plan->decide(std::vector{Value("x"), Value(int64_t{1})}, machine)), "null");
  EXPECT_FALSE(machine.reports().empty());
}

TEST(Plan, is_shared_by_threads) {
  std::string rules;
  for (int i = 0; i < 100; ++i) {
    rules += fmt::format(
        "<rule><inputEntry><text>{0}</text></inputEntry><outputEntry><text>\"r{0}\"</text>"
        "</outputEntry></rule>",
        i);
  }
  const CompiledProgram program(compiled({definitions(
      input("n", "number") +
      decision("d",
               "<decisionTable><input><inputExpression><text>n</text></inputExpression></input>"
               "<output/>" +
                   rules + "</decisionTable>",
               needs_input("n")))}));
  const auto plan = program.plan({ElementKind::decision, "d"}, std::vector<std::string>{"n"});
  ASSERT_TRUE(plan);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&plan] {
      Machine machine;
      for (int64_t i = 0; i < 2'000; ++i) {
        const Value value = plan->decide(std::vector{Value(i % 100)}, machine);
        ASSERT_EQ(to_text(value), "r" + std::to_string(i % 100));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace hq::rules
