#include "rules/dmn/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "rules/dmn/compile.h"

namespace hq::rules {
namespace {

using testing::HasSubstr;

constexpr std::string_view kLoan = R"(<?xml version="1.0" encoding="UTF-8"?>
<dmn:definitions xmlns:dmn="http://www.omg.org/spec/DMN/20180521/MODEL/"
    name="Loan" namespace="urn:loan">
  <dmn:import name="lib" namespace="urn:lib" importType="x"/>
  <dmn:itemDefinition name="tLoan" isCollection="true">
    <dmn:itemComponent name="amount"><dmn:typeRef>number</dmn:typeRef>
      <dmn:allowedValues><dmn:text> &gt; 0 </dmn:text></dmn:allowedValues></dmn:itemComponent>
  </dmn:itemDefinition>
  <dmn:inputData name="Loan" id="i1"><dmn:variable name="Loan" typeRef="tLoan"/></dmn:inputData>
  <dmn:knowledgeSource name="law" id="k1"/>
  <dmn:decision name=" Risk
      class " id="d1">
    <dmn:informationRequirement><dmn:requiredInput href="#i1"/></dmn:informationRequirement>
    <dmn:decisionTable hitPolicy="COLLECT" aggregation="MAX">
      <dmn:input><dmn:inputExpression typeRef="number">
        <dmn:text>Loan.amount</dmn:text></dmn:inputExpression></dmn:input>
      <dmn:output name="r">
        <dmn:defaultOutputEntry><dmn:text>0</dmn:text></dmn:defaultOutputEntry></dmn:output>
      <dmn:rule id="r1"><dmn:inputEntry><dmn:text>-</dmn:text></dmn:inputEntry>
        <dmn:outputEntry><dmn:text>1</dmn:text></dmn:outputEntry></dmn:rule>
    </dmn:decisionTable>
  </dmn:decision>
</dmn:definitions>)";

std::string error_of(std::string_view xml, const ReaderLimits& limits = {}) {
  const auto model = read_model(xml, "m.dmn", limits);
  return model ? "" : model.error().text();
}

std::string within(std::string_view content) {
  return "<definitions namespace='urn:m'>" + std::string(content) + "</definitions>";
}

TEST(Reader, reads_elements_whatever_their_prefix) {
  const auto model = read_model(kLoan, "loan.dmn");
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->name, "Loan");
  EXPECT_EQ(model->name_space, "urn:loan");
  ASSERT_EQ(model->imports.size(), 1u);
  EXPECT_EQ(model->imports[0].name, "lib");
  ASSERT_EQ(model->item_definitions.size(), 1u);
  EXPECT_TRUE(model->item_definitions[0].is_collection);
  EXPECT_EQ(model->item_definitions[0].components[0].allowed, "> 0");
  EXPECT_EQ(model->input_data[0].variable.type_ref, "tLoan");
  ASSERT_EQ(model->decisions.size(), 1u);
  const Decision& decision = model->decisions[0];
  EXPECT_EQ(decision.name, "Risk class");
  EXPECT_EQ(decision.variable.name, "Risk class");  // for want of a variable
  EXPECT_EQ(decision.place.id, "d1");
  EXPECT_EQ(decision.place.line, 11u);
  EXPECT_EQ(decision.required_inputs, std::vector<Href>{"#i1"});
  ASSERT_NE(decision.logic, nullptr);
  ASSERT_EQ(decision.logic->kind, BoxedKind::decision_table);
  const DecisionTable& table = *decision.logic->table;
  EXPECT_EQ(table.hit_policy, HitPolicy::collect);
  EXPECT_EQ(table.aggregation, Aggregation::max);
  EXPECT_EQ(table.inputs[0].text, "Loan.amount");
  EXPECT_EQ(table.outputs[0].default_text, "0");
  EXPECT_EQ(table.rules[0].inputs, std::vector<std::string>{"-"});
}

TEST(Reader, keeps_the_annotations_of_a_table) {
  auto model = read_model(
      within("<decision name='d'><decisionTable><input/><output/><annotation name='article'/>"
             "<annotation name='zh'/><rule><inputEntry/><outputEntry/>"
             "<annotationEntry><text> 第 5 条 </text></annotationEntry>"
             "<annotationEntry><text>理由</text></annotationEntry></rule>"
             "<rule><inputEntry/><outputEntry/></rule></decisionTable></decision>"),
      "m.dmn");
  ASSERT_TRUE(model) << model.error().text();
  const DecisionTable& table = *model->decisions[0].logic->table;
  EXPECT_THAT(table.annotations, testing::ElementsAre("article", "zh"));
  EXPECT_THAT(table.rules[0].annotations, testing::ElementsAre("第 5 条", "理由"));
  EXPECT_THAT(table.rules[1].annotations, testing::ElementsAre("", ""));
  // And so does what is compiled.
  std::vector<Model> models;
  models.push_back(*std::move(model));
  const auto program = compile(models);
  ASSERT_TRUE(program) << program.error().text();
  const CompiledTable& compiled = *(*program)->element(0).logic->table;
  EXPECT_THAT(compiled.annotations, testing::ElementsAre("article", "zh"));
  EXPECT_THAT(compiled.rules[0].annotations, testing::ElementsAre("第 5 条", "理由"));
}

TEST(Reader, names_the_line_of_what_is_wrong) {
  EXPECT_THAT(error_of("<definitions>\n<a></b></definitions>"), HasSubstr("m.dmn:2"));
  EXPECT_THAT(error_of("<other/>"), HasSubstr("m.dmn:1"));
  EXPECT_THAT(error_of(within("\n<decision id='d'><decisionTable id='t' hitPolicy='BEST'>"
                              "<output/></decisionTable></decision>")),
              HasSubstr("m.dmn:2 #t: the hit policy"));
  EXPECT_THAT(error_of(within("<decision><decisionTable/></decision>")), HasSubstr("no output"));
  EXPECT_THAT(
      error_of(within("<decision><decisionTable><input/><output/><rule id='r'><outputEntry/>"
                      "</rule></decisionTable></decision>")),
      HasSubstr("#r: the rule has not one entry"));
  EXPECT_THAT(error_of(within("<decision><conditional><if/></conditional></decision>")),
              HasSubstr("no then"));
  EXPECT_THAT(error_of(""), HasSubstr("no well-formed XML"));
}

TEST(Reader, refuses_what_is_too_large_or_too_deep) {
  EXPECT_THAT(error_of(kLoan, {.bytes_max = 100}), HasSubstr("over 100 bytes"));
  EXPECT_THAT(error_of(kLoan, {.elements_max = 5}), HasSubstr("over 5"));
  std::string open;
  std::string close;
  for (int i = 0; i < 100'000; ++i) {
    open += "<list>";
    close += "</list>";
  }
  EXPECT_THAT(error_of(within("<decision>" + open + close + "</decision>")),
              HasSubstr("nested deeper than 100"));
}

TEST(Reader, expands_no_entities) {
  const std::string bomb =
      "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>" +
      within(
          "<decision name='d'><literalExpression><text>\"&b;\"</text></literalExpression>"
          "</decision>");
  const auto model = read_model(bomb, "m.dmn");
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->decisions[0].logic->text, "\"&b;\"");
}

}  // namespace
}  // namespace hq::rules
