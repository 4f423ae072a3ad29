#include "rules/dmn/execute.h"

#include <gmock/gmock.h>

#include "rules/dmn/model_testing.h"
#include "rules/dmn/observer.h"

namespace hq::rules {
namespace {

using testing::HasSubstr;

std::string knowledge(std::string_view name, std::string_view parameters, std::string_view body,
                      std::string_view more = "") {
  const std::string quoted(name);
  return "<businessKnowledgeModel name='" + quoted + "' id='_" + quoted + "'><variable name='" +
         quoted + "'/>" + std::string(more) + "<encapsulatedLogic>" + std::string(parameters) +
         literal(body) + "</encapsulatedLogic></businessKnowledgeModel>";
}

std::string service(std::string_view name, std::string_view parts, std::string_view type = "Any") {
  const std::string quoted(name);
  return "<decisionService name='" + quoted + "' id='_" + quoted + "'><variable name='" + quoted +
         "' typeRef='" + std::string(type) + "'/>" + std::string(parts) + "</decisionService>";
}

TEST(Execute, works_through_the_requirement_graph) {
  const std::string xml =
      input("Monthly income", "number") +
      decision("Yearly", literal("Monthly income * 12"), needs_input("Monthly income")) +
      decision("Is rich", literal("Yearly &gt; 1000"), needs_decision("Yearly"));
  EXPECT_EQ(decide(xml, "Is rich", {{"Monthly income", "100"}}), "true");
  EXPECT_EQ(decide(xml, "Is rich", {{"Monthly income", "1"}}), "false");
}

TEST(Execute, sees_only_what_is_required) {
  const std::string xml = decision("a", literal("1")) + decision("b", literal("a"));
  EXPECT_EQ(decide(xml, "b"), "null !");
}

TEST(Execute, reports_only_what_it_had_to_work_out) {
  const std::string xml = decision("bad", literal("1 / 0")) + decision("good", literal("1"));
  EXPECT_EQ(decide(xml, "good"), "1");
}

TEST(Execute, a_decision_is_worked_out_once) {
  // Two ways lead to `bad`, but its error is reported a single time.
  const std::string xml =
      decision("bad", literal("1 / 0")) +
      decision("b", literal("bad = null"), needs_decision("bad")) +
      decision("c", literal("bad = null"), needs_decision("bad")) +
      decision("d", literal("b and c"), needs_decision("b") + needs_decision("c"));
  const Answer answer = run(*compiled({definitions(xml)}), {ElementKind::decision, "d"});
  EXPECT_EQ(to_text(answer.value), "true");
  EXPECT_EQ(answer.reports.size(), 1u);
  EXPECT_EQ(answer.reports[0].where, "decision bad");
}

TEST(Execute, a_cycle_is_null_and_reported) {
  const std::string xml = decision("a", literal("b"), needs_decision("b")) +
                          decision("b", literal("a"), needs_decision("a"));
  const Answer answer = run(*compiled({definitions(xml)}), {ElementKind::decision, "a"});
  EXPECT_TRUE(answer.value.is_null());
  ASSERT_FALSE(answer.reports.empty());
  EXPECT_THAT(answer.reports[0].en, HasSubstr("requires itself"));
  EXPECT_EQ(answer.reports[0].zh, "决策循环依赖自身");
}

TEST(Execute, a_long_chain_ends_in_an_error_and_not_in_a_crash) {
  std::string xml = decision("d0", literal("1"));
  for (int i = 1; i < 5000; ++i) {
    const std::string before = "d" + std::to_string(i - 1);
    xml += decision("d" + std::to_string(i), literal(before), needs_decision(before));
  }
  EXPECT_EQ(decide(xml, "d100"), "1");
  EXPECT_EQ(decide(xml, "d4999"), "null !");
}

TEST(Execute, inputs_are_coerced_by_their_type) {
  const std::string xml =
      "<itemDefinition name='tGrade'><typeRef>string</typeRef><allowedValues><text>\"A\", \"B\""
      "</text></allowedValues></itemDefinition>" +
      input("grade", "tGrade") + decision("d", literal("grade"), needs_input("grade"));
  EXPECT_EQ(decide(xml, "d", {{"grade", "\"A\""}}), "A");
  EXPECT_EQ(decide(xml, "d", {{"grade", "[\"A\"]"}}), "A");
  EXPECT_EQ(decide(xml, "d", {{"grade", "\"X\""}}), "null !");
  EXPECT_EQ(decide(xml, "d", {{"grade", "1"}}), "null !");
  EXPECT_EQ(decide(xml, "d"), "null");
}

TEST(Execute, a_value_may_stand_in_for_a_decision) {
  const std::string xml = "<decision name='human' id='_human'><variable name='human'/></decision>" +
                          decision("d", literal("human + 1"), needs_decision("human"));
  EXPECT_EQ(decide(xml, "d", {{"human", "41"}}), "42");
  EXPECT_EQ(decide(xml, "d"), "null !");
}

TEST(Execute, knowledge_models_are_functions_and_may_call_themselves) {
  const std::string xml = knowledge("fac", "<formalParameter name='n' typeRef='number'/>",
                                    "if n = 0 then 1 else n * fac(n - 1)") +
                          decision("d", literal("fac(20)"), needs_knowledge("fac")) +
                          decision("forever", literal("fac(-1)"), needs_knowledge("fac")) +
                          decision("wrong", literal("fac(\"x\")"), needs_knowledge("fac"));
  EXPECT_EQ(decide(xml, "d"), "2432902008176640000");
  EXPECT_EQ(decide(xml, "forever"), "null !");
  EXPECT_EQ(decide(xml, "wrong"), "null !");
  const auto program = compiled({definitions(xml)});
  EXPECT_EQ(said(run(*program, {ElementKind::knowledge_model, "fac"}, {{"n", "5"}})), "120");
}

TEST(Execute, knowledge_models_see_those_that_they_require) {
  const std::string xml = knowledge("twice", "<formalParameter name='x'/>", "x * 2") +
                          knowledge("four times", "<formalParameter name='x'/>", "twice(twice(x))",
                                    needs_knowledge("twice")) +
                          decision("d", literal("four times(3)"), needs_knowledge("four times"));
  EXPECT_EQ(decide(xml, "d"), "12");
}

const std::string kService =
    input("x", "number") + decision("base", literal("100")) +
    decision("sum", literal("base + x"), needs_decision("base") + needs_input("x")) +
    service("add",
            "<outputDecision href='#_sum'/><inputDecision href='#_base'/>"
            "<inputData href='#_x'/>") +
    service("both",
            "<outputDecision href='#_sum'/><outputDecision href='#_base'/>"
            "<inputData href='#_x'/>");

TEST(Execute, a_service_takes_input_data_before_input_decisions) {
  const std::string xml = kService + decision("d", literal("add(1, 10)"), needs_knowledge("add")) +
                          decision("named", literal("add(base: 3, x: 4)"), needs_knowledge("add")) +
                          decision("few", literal("add(1)"), needs_knowledge("add"));
  EXPECT_EQ(decide(xml, "d"), "11");
  EXPECT_EQ(decide(xml, "named"), "7");
  EXPECT_EQ(decide(xml, "few"), "null !");
}

TEST(Execute, a_service_called_by_its_name_gives_all_outputs) {
  const auto program = compiled({definitions(kService)});
  EXPECT_EQ(said(run(*program, {ElementKind::service, "both"}, {{"x", "1"}})),
            "{sum: 101, base: 100}");
  EXPECT_EQ(said(run(*program, {ElementKind::service, "add"}, {{"x", "1"}, {"base", "2"}})), "3");
  // Its input decision is given or null, but never worked out.
  EXPECT_EQ(said(run(*program, {ElementKind::service, "add"}, {{"x", "1"}})), "null !");
}

TEST(Execute, a_service_does_not_change_what_its_caller_sees) {
  const std::string xml = kService + decision("d", literal("[add(1, 10), base]"),
                                              needs_knowledge("add") + needs_decision("base"));
  EXPECT_EQ(decide(xml, "d"), "[11, 100]");
}

TEST(Execute, services_that_call_each_other_forever_end_in_an_error) {
  const std::string xml = decision("d", literal("again()"), needs_knowledge("again")) +
                          service("again", "<outputDecision href='#_d'/>");
  EXPECT_EQ(decide(xml, "d"), "null !");
}

TEST(Execute, imported_elements_go_by_their_prefix) {
  const std::string library = definitions(
      "<itemDefinition name='tAge'><typeRef>number</typeRef><allowedValues><text>[0..150]</text>"
      "</allowedValues></itemDefinition>" +
          knowledge("twice it", "<formalParameter name='x' typeRef='tAge'/>", "x * 2") +
          input("age", "tAge") + decision("next", literal("age + 1"), needs_input("age")),
      "urn:lib");
  const std::string main = definitions(
      "<import name='lib' namespace='urn:lib' importType='dmn'/>" + input("mine", "lib.tAge") +
      decision("d", literal("lib.twice it(mine) + lib.next"),
               "<informationRequirement><requiredDecision href='urn:lib#_next'/>"
               "</informationRequirement><knowledgeRequirement>"
               "<requiredKnowledge href='urn:lib#_twice it'/></knowledgeRequirement>" +
                   needs_input("mine")));
  const auto program = compiled({main, library});
  EXPECT_EQ(said(run(*program, {ElementKind::decision, "d"}, {{"mine", "10"}, {"age", "5"}})),
            "26");
  EXPECT_EQ(said(run(*program, {ElementKind::decision, "d"}, {{"mine", "200"}, {"age", "5"}})),
            "null !");
}

TEST(Execute, an_import_may_have_no_prefix) {
  const std::string library = definitions(decision("a", literal("1")), "urn:lib");
  const std::string main =
      definitions("<import name='' namespace='urn:lib'/>" +
                  decision("d", literal("a + 1"),
                           "<informationRequirement><requiredDecision href='urn:lib#_a'/>"
                           "</informationRequirement>"));
  EXPECT_EQ(said(run(*compiled({main, library}), {ElementKind::decision, "d"})), "2");
}

TEST(Execute, types_of_the_model_are_in_scope_of_instance_of) {
  const std::string xml =
      "<itemDefinition name='tPerson'><itemComponent name='first name'><typeRef>string</typeRef>"
      "</itemComponent></itemDefinition>" +
      decision("d", literal("{first name: \"Li\"} instance of tPerson")) +
      decision("e", literal("{age: 1} instance of tPerson"));
  EXPECT_EQ(decide(xml, "d"), "true");
  EXPECT_EQ(decide(xml, "e"), "false");
}

TEST(Execute, says_what_it_does_not_have) {
  const auto program = compiled({definitions(decision("a", literal("1")))});
  const auto answer = execute(*program, {ElementKind::decision, "b"}, {}, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::not_found);
}

TEST(Compile, lists_what_cannot_be_parsed_or_found) {
  const auto program = compiled({definitions(decision("a", literal("1 +")) +
                                             decision("b", literal("c"), needs_decision("c")))});
  ASSERT_EQ(program->faults().size(), 2u);
  EXPECT_THAT(program->faults()[0].where, HasSubstr("test.dmn:1: decision a: "));
  EXPECT_THAT(program->faults()[1].message, HasSubstr("#_c"));
}

TEST(Compile, refuses_models_that_cannot_be_told_apart) {
  const auto model = [] { return *read_model(definitions(decision("a", literal("1"))), "a.dmn"); };
  std::vector<Model> twice;
  twice.push_back(model());
  twice.push_back(model());
  EXPECT_EQ(compile(twice).error().code, ErrorCode::already_exists);
  EXPECT_EQ(compile({}).error().code, ErrorCode::invalid_argument);
  std::vector<Model> one;
  one.push_back(
      *read_model(definitions(decision("a", literal("1")) + decision("a", literal("2"))), "a.dmn"));
  EXPECT_EQ(compile(one).error().code, ErrorCode::already_exists);
}

/// Writes down what it sees.
class Listener final : public Observer {
 public:
  void begin(const Element& element, std::span<const Value> arguments,
             const Evaluation& /*evaluation*/) override {
    seen += "(" + element.name;
    for (const Value& argument : arguments) seen += " " + to_text(argument);
  }
  void reads(const Element& other, const Value& value) override {
    seen += " " + other.name + "=" + to_text(value);
  }
  void end(const Element& /*element*/, const Value& value,
           const Evaluation& /*evaluation*/) override {
    seen += " ->" + to_text(value) + ")";
  }
  void begin(const Logic& /*logic*/, const Scope& /*scope*/) override { seen += "["; }
  void end(const Logic& /*logic*/, const Scope& /*scope*/, const Value& /*value*/) override {
    seen += "]";
  }
  void decided(const CompiledTable& /*table*/, const Scope& /*scope*/,
               std::span<const Value> inputs, std::span<const std::size_t> hits) override {
    for (const Value& value : inputs) seen += " ?" + to_text(value);
    for (const std::size_t hit : hits) seen += " #" + std::to_string(hit + 1);
  }
  std::string seen;
};

TEST(Execute, tells_an_observer_how_a_value_comes_about) {
  const std::string rule = "<rule><inputEntry><text>";
  const std::string out = "</text></inputEntry><outputEntry><text>";
  const auto program = compiled({definitions(
      input("x") +
      "<businessKnowledgeModel name='twice' id='_twice'><variable name='twice'/><encapsulatedLogic>"
      "<formalParameter name='n'/>" +
      literal("n * 2") + "</encapsulatedLogic></businessKnowledgeModel>" +
      decision("a", literal("twice(x)"), needs_input("x") + needs_knowledge("twice")) +
      decision("b",
               "<decisionTable><input><inputExpression><text>a</text></inputExpression></input>"
               "<output/>" +
                   rule + "&lt; 5" + out + "1</text></outputEntry></rule>" + rule + "&gt;= 5" +
                   out + "a</text></outputEntry></rule></decisionTable>",
               needs_decision("a") + needs_input("x")))});
  Listener listener;
  const auto answer = execute(*program, {ElementKind::decision, "b"},
                              {{"x", Value(int64_t{4}), ""}}, {.observer = &listener});
  ASSERT_TRUE(answer);
  EXPECT_EQ(listener.seen, "(b(a x=4[(twice 4[] ->8)] ->8) a=8 x=4[ ?8 #2] ->8)");
}

}  // namespace
}  // namespace hq::rules
