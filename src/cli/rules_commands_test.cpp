#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "cli/command_testing.h"

namespace hq::cli {
namespace {

using testing::HasSubstr;

constexpr std::string_view kModel =
    R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:m">
  <inputData name="Day" id="i"><variable name="Day" typeRef="date"/></inputData>
  <decision name="Next day" id="d"><variable name="Next day"/>
    <informationRequirement><requiredInput href="#i"/></informationRequirement>
    <literalExpression><text>Day + duration("P1D")</text></literalExpression></decision>
  <decision name="Bad" id="b"><literalExpression><text>1 / 0</text></literalExpression></decision>
</definitions>)";

constexpr std::string_view kCases =
    R"(<testCases xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>m.dmn</modelName>
  <testCase id="1"><inputNode name="Day"><value xsi:type="xsd:date">2026-11-22</value></inputNode>
    <resultNode name="Next day"><expected><value xsi:type="xsd:date">2026-11-23</value></expected>
    </resultNode></testCase>
  <testCase id="2"><resultNode name="Bad"><expected><value xsi:type="xsd:decimal">7</value>
    </expected></resultNode></testCase>
</testCases>)";

class RulesCommandTest : public CommandTest {
 protected:
  RulesCommandTest() {
    EXPECT_TRUE(write_file_atomically(path("m.dmn"), kModel));
    EXPECT_TRUE(write_file_atomically(path("in.json"), R"({"Day":"2026-11-22"})"));
  }
  Outcome eval(std::vector<std::string> more) const {
    more.insert(more.begin(), {"rules", "eval", path("m.dmn"), "--decision"});
    return hongqiao(more);
  }
};

TEST_F(RulesCommandTest, takes_a_decision) {
  const Outcome outcome = eval({"Next day", "--input", path("in.json")});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "\"2026-11-23\"\n");
  EXPECT_THAT(eval({"Next day", "--input", path("in.json"), "--json"}).out,
              HasSubstr(R"("value":"2026-11-23","reports":[])"));
}

TEST_F(RulesCommandTest, says_why_a_decision_is_null) {
  const Outcome outcome = eval({"Bad"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out, "null\n");
  EXPECT_THAT(outcome.err, HasSubstr("decision Bad: "));
}

TEST_F(RulesCommandTest, says_what_is_wrong_with_its_arguments) {
  EXPECT_EQ(eval({"None"}).exit_code, 66) << eval({"None"}).err;
  EXPECT_NE(eval({"Next day", "--input", path("none.json")}).exit_code, 0);
  EXPECT_EQ(hongqiao({"rules", "eval", path("m.dmn")}).exit_code, 64);  // no --decision
  ASSERT_TRUE(write_file_atomically(path("in.json"), R"({"Day":"soon"})"));
  EXPECT_THAT(eval({"Next day", "--input", path("in.json")}).err, HasSubstr("Day"));
}

TEST_F(RulesCommandTest, explains_checks_and_proves_a_model) {
  EXPECT_EQ(hongqiao({"rules", "explain", path("m.dmn"), "--decision", "Next day", "--input",
                      path("in.json")})
                .exit_code,
            0);
  EXPECT_EQ(hongqiao({"rules", "check", path("m.dmn")}).exit_code, 1);
  EXPECT_THAT(hongqiao({"rules", "check", path("m.dmn")}).out, HasSubstr("decision Bad"));
  EXPECT_EQ(hongqiao({"rules", "prove", path("m.dmn"), "--decision", "Next day"}).exit_code, 0);
}

TEST_F(RulesCommandTest, measures_a_model) {
  const Outcome outcome = hongqiao({"rules", "bench", path("m.dmn"), "--decision", "Next day",
                                    "--input", path("in.json"), "--seconds", "0.01", "--json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\"compiled\":"));
}

TEST_F(RulesCommandTest, tells_a_misspelt_input_from_one_that_is_left_out) {
  ASSERT_TRUE(write_file_atomically(path("in.json"), R"({"Dya":"2026-11-22"})"));
  const Outcome misspelt = eval({"Next day", "--input", path("in.json")});
  EXPECT_EQ(misspelt.exit_code, 64);
  EXPECT_THAT(misspelt.err, HasSubstr("they have: Day"));
  EXPECT_THAT(eval({"Next day"}).err, HasSubstr("input data Day: not given, so it is null"));
  EXPECT_THAT(eval({"Bad"}).err, testing::Not(HasSubstr("Day")));
}

TEST_F(RulesCommandTest, runs_the_test_suite_and_shows_what_fails) {
  ASSERT_TRUE(write_file_atomically(path("m-test-01.xml"), kCases));
  const std::string folder = path("");
  const Outcome outcome = hongqiao({"rules", "tck", folder});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("2 Bad: expected 7, got null"));
  EXPECT_THAT(hongqiao({"rules", "tck", folder, "--failures", "0"}).out,
              testing::Not(HasSubstr("expected")));
  EXPECT_THAT(hongqiao({"rules", "tck", folder, "--json"}).out,
              HasSubstr(R"({"total":2,"passed":1,"non_null":2,"non_null_passed":1,)"));
  EXPECT_EQ(hongqiao({"rules", "tck", folder, "--executor", "walker"}).out, outcome.out);
  EXPECT_EQ(hongqiao({"rules", "tck", folder, "--executor", "none"}).exit_code, 64);
  EXPECT_NE(hongqiao({"rules", "tck", path("none")}).exit_code, 0);
}

}  // namespace
}  // namespace hq::cli
