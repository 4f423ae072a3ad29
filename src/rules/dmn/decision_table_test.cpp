#include "rules/dmn/decision_table.h"

#include <gmock/gmock.h>

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

/// A table over the input `x` with one or two outputs; rows are input, then outputs.
std::string table(std::string_view attributes, std::string_view outputs,
                  const std::vector<std::vector<std::string>>& rows,
                  std::string_view allowed_inputs = "") {
  std::string xml = "<decisionTable " + std::string(attributes) +
                    "><input><inputExpression><text>x</text></inputExpression>";
  if (!allowed_inputs.empty()) {
    xml += "<inputValues><text>" + std::string(allowed_inputs) + "</text></inputValues>";
  }
  xml += "</input>" + std::string(outputs);
  for (const auto& row : rows) {
    xml += "<rule><inputEntry><text>" + row[0] + "</text></inputEntry>";
    for (std::size_t i = 1; i < row.size(); ++i) {
      xml += "<outputEntry><text>" + row[i] + "</text></outputEntry>";
    }
    xml += "</rule>";
  }
  return xml + "</decisionTable>";
}

std::string decide_x(const std::string& table, const std::string& x) {
  return decide(input("x") + decision("d", table, needs_input("x")), "d", {{"x", x}});
}

constexpr std::string_view kOne = "<output/>";
constexpr std::string_view kRanked =
    R"(<output><outputValues><text>"high", "middle", "low"</text></outputValues></output>)";
const std::vector<std::vector<std::string>> kOverlap = {
    {"[1..9]", "\"low\""}, {"[5..9]", "\"high\""}, {"9", "\"middle\""}};

TEST(DecisionTable, unique_gives_the_one_rule_that_hits) {
  EXPECT_EQ(decide_x(table("", kOne, kOverlap), "2"), "low");
  EXPECT_EQ(decide_x(table("hitPolicy='UNIQUE'", kOne, kOverlap), "20"), "null");
}

TEST(DecisionTable, unique_reports_an_overlap) {
  EXPECT_EQ(decide_x(table("hitPolicy='UNIQUE'", kOne, kOverlap), "5"), "null !");
}

TEST(DecisionTable, any_wants_equal_outputs) {
  const std::vector<std::vector<std::string>> rows = {
      {"[1..9]", "1"}, {"[5..9]", "1.0"}, {"9", "2"}};
  EXPECT_EQ(decide_x(table("hitPolicy='ANY'", kOne, rows), "6"), "1");
  EXPECT_EQ(decide_x(table("hitPolicy='ANY'", kOne, rows), "9"), "null !");
}

TEST(DecisionTable, priority_takes_the_first_of_the_output_values) {
  EXPECT_EQ(decide_x(table("hitPolicy='PRIORITY'", kRanked, kOverlap), "9"), "high");
  EXPECT_EQ(decide_x(table("hitPolicy='PRIORITY'", kRanked, kOverlap), "1"), "low");
}

TEST(DecisionTable, output_order_sorts_by_the_output_values) {
  EXPECT_EQ(decide_x(table("hitPolicy='OUTPUT ORDER'", kRanked, kOverlap), "9"),
            R"(["high", "middle", "low"])");
}

TEST(DecisionTable, rule_order_and_collect_keep_the_order_of_rules) {
  EXPECT_EQ(decide_x(table("hitPolicy='RULE ORDER'", kRanked, kOverlap), "9"),
            R"(["low", "high", "middle"])");
  EXPECT_EQ(decide_x(table("hitPolicy='COLLECT'", kOne, kOverlap), "5"), R"(["low", "high"])");
  EXPECT_EQ(decide_x(table("hitPolicy='COLLECT'", kOne, kOverlap), "0"), "[]");
}

TEST(DecisionTable, first_stops_at_the_first_rule) {
  EXPECT_EQ(decide_x(table("hitPolicy='FIRST'", kOne, kOverlap), "9"), "low");
  // The second rule would be an error, but is never looked at.
  EXPECT_EQ(decide_x(table("hitPolicy='FIRST'", kOne, {{"-", "1"}, {"1 +", "2"}}), "9"), "1");
}

TEST(DecisionTable, collect_aggregates) {
  const std::vector<std::vector<std::string>> rows = {
      {"&gt; 1", "10"}, {"&gt; 2", "0.5"}, {"&gt; 3", "7"}};
  EXPECT_EQ(decide_x(table("hitPolicy='COLLECT' aggregation='SUM'", kOne, rows), "4"), "17.5");
  EXPECT_EQ(decide_x(table("hitPolicy='COLLECT' aggregation='MIN'", kOne, rows), "4"), "0.5");
  EXPECT_EQ(decide_x(table("hitPolicy='COLLECT' aggregation='MAX'", kOne, rows), "4"), "10");
  EXPECT_EQ(decide_x(table("hitPolicy='COLLECT' aggregation='COUNT'", kOne, rows), "4"), "3");
  EXPECT_EQ(decide_x(table("hitPolicy='COLLECT' aggregation='COUNT'", kOne, rows), "0"), "0");
}

TEST(DecisionTable, several_outputs_are_a_context) {
  const std::string outputs = R"(<output name="a"/><output name="b c"/>)";
  EXPECT_EQ(decide_x(table("", outputs, {{"1", "2", "\"z\""}}), "1"), R"({a: 2, b c: "z"})");
  EXPECT_EQ(
      decide_x(table("hitPolicy='COLLECT'", outputs, {{"1", "2", "3"}, {"-", "4", "5"}}), "1"),
      "[{a: 2, b c: 3}, {a: 4, b c: 5}]");
}

TEST(DecisionTable, priority_looks_at_all_outputs_in_turn) {
  const std::string outputs =
      R"(<output name="a"><outputValues><text>"x", "y"</text></outputValues></output>
         <output name="b"><outputValues><text>1, 2</text></outputValues></output>)";
  EXPECT_EQ(decide_x(table("hitPolicy='PRIORITY'", outputs,
                           {{"-", "\"y\"", "1"}, {"-", "\"x\"", "2"}, {"-", "\"x\"", "1"}}),
                     "0"),
            R"({a: "x", b: 1})");
}

TEST(DecisionTable, default_outputs_count_where_nothing_hits) {
  const std::string_view outputs =
      "<output><defaultOutputEntry><text>\"none\"</text></defaultOutputEntry></output>";
  EXPECT_EQ(decide_x(table("", outputs, {{"1", "\"one\""}}), "2"), "none");
  EXPECT_EQ(decide_x(table("", outputs, {{"1", "\"one\""}}), "1"), "one");
}

TEST(DecisionTable, refuses_an_input_that_is_not_allowed) {
  const std::string only = table("", kOne, {{"-", "1"}}, "\"a\", \"b\"");
  EXPECT_EQ(decide_x(only, "\"b\""), "1");
  EXPECT_EQ(decide_x(only, "\"c\""), "null !");
}

TEST(DecisionTable, tests_may_read_other_inputs_and_the_tested_value) {
  const std::string xml =
      input("x") + input("limit") +
      decision("d", table("", kOne, {{"&lt; limit", "\"below\""}, {"? = limit", "\"at\""}}),
               needs_input("x") + needs_input("limit"));
  EXPECT_EQ(decide(xml, "d", {{"x", "1"}, {"limit", "2"}}), "below");
  EXPECT_EQ(decide(xml, "d", {{"x", "2"}, {"limit", "2"}}), "at");
}

TEST(DecisionTable, a_cell_that_cannot_be_parsed_is_reported_and_does_not_hit) {
  EXPECT_EQ(decide_x(table("", kOne, {{"&lt; &lt;", "1"}, {"5", "2"}}), "5"), "2 !");
}

}  // namespace
}  // namespace hq::rules
