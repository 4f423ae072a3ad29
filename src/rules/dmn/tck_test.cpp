#include "rules/dmn/tck.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "rules/dmn/model_testing.h"
#include "rules/dmn/tck_cases.h"

namespace hq::rules {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHead =
    "<testCases xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
    "xmlns:xsd='http://www.w3.org/2001/XMLSchema'><modelName>m.dmn</modelName>";

std::string case_of(std::string_view id, std::string_view result, std::string_view expected,
                    std::string_view more = "") {
  return "<testCase id='" + std::string(id) + "'><resultNode name='" + std::string(result) + "' " +
         std::string(more) + "><expected>" + std::string(expected) +
         "</expected></resultNode></testCase>";
}

std::string number(std::string_view digits) {
  return "<value xsi:type='xsd:decimal'>" + std::string(digits) + "</value>";
}

class TckTest : public testing::Test {
 protected:
  TckTest() { fs::create_directories(folder_); }
  ~TckTest() override { fs::remove_all(folder_); }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name) << text;
  }
  fs::path folder_ =
      fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST(TckCases, reads_every_kind_of_value) {
  const auto file = read_tck_file(
      std::string(kHead) + "<testCase id='1' type='decisionService' invocableName='s'>" +
          "<inputNode name='p'><component name='a'>" + number("1.50") +
          "</component><component name='b'><list><item><value xsi:type='xsd:string'> x "
          "</value></item><item><value xsi:nil='true'/></item></list></component></inputNode>"
          "<inputNode name='d'><value xsi:type='xsd:date'>2026-11-22</value></inputNode>"
          "<inputNode name='t'><value xsi:type='xsd:duration'>P1Y</value></inputNode>"
          "<resultNode name='r' errorResult='true'><expected><value xsi:nil='true'/></expected>"
          "</resultNode></testCase></testCases>",
      "f.xml");
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(file->model, "m.dmn");
  const TckCase& test = file->cases.at(0);
  EXPECT_EQ(test.kind, ElementKind::service);
  EXPECT_EQ(test.invocable, "s");
  EXPECT_EQ(to_text(test.inputs[0].value), R"({a: 1.5, b: [" x ", null]})");
  EXPECT_NE(test.inputs[1].value.as<Date>(), nullptr);
  EXPECT_NE(test.inputs[2].value.as<MonthsDuration>(), nullptr);
  EXPECT_TRUE(test.results[0].wants_error);
  EXPECT_TRUE(test.results[0].expected.is_null());
}

TEST(TckCases, says_where_a_value_is_wrong) {
  const auto file = read_tck_file(
      std::string(kHead) + "\n" + case_of("1", "r", number("many")) + "</testCases>", "f.xml");
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().where, testing::HasSubstr("f.xml:2"));
  EXPECT_FALSE(read_tck_file("<x/>", "f.xml"));
}

TEST(TckCompare, strict_is_exact_where_lenient_is_not) {
  const auto both = [](std::string_view expected, std::string_view got) {
    return std::pair(equals_leniently(feel(expected), feel(got)),
                     equals_strictly(feel(expected), feel(got)));
  };
  EXPECT_EQ(both("1.0", "1.00"), std::pair(true, true));
  EXPECT_EQ(both("1", "1.000000001"), std::pair(true, false));
  EXPECT_EQ(both("1", "1.0000001"), std::pair(false, false));
  EXPECT_EQ(both("{a: 1, b: null}", "{a: 1}"), std::pair(true, false));
  EXPECT_EQ(both("{a: 1}", "{a: 1, b: 2}"), std::pair(false, false));
  EXPECT_EQ(both("[1, {a: 2}]", "[1, {a: 2}]"), std::pair(true, true));
  EXPECT_EQ(both("[1]", "[1, 2]"), std::pair(false, false));
  EXPECT_EQ(both("\"12\"", "12"), std::pair(true, false));
  EXPECT_EQ(both("null", "0"), std::pair(false, false));
  EXPECT_EQ(both("@\"08:00:00Z\"", "@\"09:00:00+01:00\""), std::pair(true, false));
}

TEST(TckCompare, rounded_numbers_count_to_the_digits_that_are_written) {
  EXPECT_TRUE(equals_rounded(feel("0.667"), feel("2 / 3")));
  EXPECT_TRUE(equals_rounded(feel("0.666"), feel("2 / 3")));  // cut off
  EXPECT_FALSE(equals_rounded(feel("0.665"), feel("2 / 3")));
  EXPECT_TRUE(equals_rounded(feel("1680.880325608555"), feel("1680.8803256086348")));
  EXPECT_FALSE(equals_rounded(feel("1680.8803256"), feel("1680.88033")));
}

TEST_F(TckTest, counts_cases_as_vendors_do_and_strictly) {
  write("m.dmn", definitions(decision("one", literal("1")) + decision("bad", literal("1 / 0")) +
                             decision("off", literal("2.000000001"))));
  write("m-test-01.xml", std::string(kHead) + case_of("1", "one", number("1.0")) +
                             case_of("2", "bad", "<value xsi:nil='true'/>", "errorResult='true'") +
                             case_of("3", "bad", "<value xsi:nil='true'/>") +
                             case_of("4", "off", number("2")) + case_of("5", "one", number("7")) +
                             case_of("6", "none", number("7")) + "</testCases>");
  const auto score = run_tck(folder_, {});
  ASSERT_TRUE(score) << score.error().text();
  EXPECT_EQ(score->total, 6u);
  EXPECT_EQ(score->passed, 4u);
  EXPECT_EQ(score->non_null, 4u);
  EXPECT_EQ(score->non_null_passed, 2u);
  EXPECT_EQ(score->strict_passed, 2u);
  ASSERT_EQ(score->failures.size(), 4u);
  EXPECT_EQ(score->failures[0].case_id, "3");
  EXPECT_TRUE(score->failures[0].is_strict_only);
  EXPECT_EQ(score->failures[2].got, "1");
  EXPECT_FALSE(score->failures[2].is_strict_only);
}

TEST_F(TckTest, a_model_that_cannot_be_read_fails_its_cases) {
  write("m.dmn", "<definitions>");
  write("m-test-01.xml", std::string(kHead) + case_of("1", "one", number("1")) + "</testCases>");
  const auto score = run_tck(folder_, {});
  ASSERT_TRUE(score) << score.error().text();
  EXPECT_EQ(score->total, 1u);
  EXPECT_EQ(score->passed, 0u);
}

TEST_F(TckTest, a_folder_without_tests_is_not_found) {
  EXPECT_EQ(run_tck(folder_, {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(run_tck(folder_ / "none", {}).error().code, ErrorCode::not_found);
}

TEST(Tck, the_public_suite_passes) {
  const fs::path cases = fs::path(HQ_SHARED_DIR) / "data/dmn-tck/cases";
  if (!fs::exists(cases)) GTEST_SKIP() << "the DMN TCK is not at " << cases;
  const auto now = parse_date_time("2026-11-22T08:00:00+08:00");
  ASSERT_TRUE(now);
  const auto score = run_tck(cases, {*now});
  ASSERT_TRUE(score) << score.error().text();
  std::ostringstream failures;
  for (const TckFailure& one : score->failures) {
    failures << "\n"
             << one.folder << " " << one.case_id << " " << one.result << ": expected "
             << one.expected << ", got " << one.got << ": " << one.reason;
  }
  EXPECT_EQ(score->total, 2374u);
  EXPECT_EQ(score->passed, 2374u) << failures.str();
  EXPECT_EQ(score->strict_passed, 2374u) << failures.str();
  EXPECT_LE(score->strict_by_exception, 31u);  // none is to come
}

}  // namespace
}  // namespace hq::rules
