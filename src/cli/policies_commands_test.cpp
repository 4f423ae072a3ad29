#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "cli/command_testing.h"

namespace hq::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kFacts = R"({"Residence": "foreign", "Days of stay": 12,
 "Kind of shop": "instant refund shop", "Purchase amount": 199.99, "VAT rate on invoice": "13%",
 "Barred from export": false, "Port of departure": "Shanghai", "Days to departure": 5,
 "Unused": true, "Carried by the traveller": true, "Way asked for": "upon purchase",
 "Card guarantee": true, "Payment asked for": "cash"})";

class PoliciesCommandTest : public CommandTest {
 protected:
  PoliciesCommandTest() { EXPECT_TRUE(write_file_atomically(path("facts.json"), kFacts)); }

  /// A command on the tax refund, with the facts above under the law of the day.
  Outcome refund(const std::string& command, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"rules", command, "departure-tax-refund", "--as-of", "2025-04-27",
                               "--input", path("facts.json")});
    return hongqiao(more);
  }
};

TEST_F(PoliciesCommandTest, takes_a_decision_under_the_law_of_a_day) {
  const Outcome outcome = refund("eval");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("no: No refund"), HasSubstr(R"("outcome":"no refund")")));
  EXPECT_THAT(outcome.err, HasSubstr("version 2025, law of 2025-04-27"));
  EXPECT_THAT(refund("eval", {"--json"}).out, HasSubstr(R"("verdict":"no")"));
}

TEST_F(PoliciesCommandTest, takes_the_folder_of_a_policy_too) {
  const std::string folder =
      std::string(HQ_SOURCE_DIR) + "/hubs/hongqiao/policies/departure-tax-refund";
  for (const std::string& named : {folder, folder + "/"}) {
    const Outcome outcome =
        hongqiao({"rules", "eval", named, "--as-of", "2016-01-01", "--input", path("facts.json")});
    EXPECT_THAT(outcome.err, HasSubstr("version 2015")) << named;
  }
}

TEST_F(PoliciesCommandTest, explains_and_names_what_is_assumed) {
  const Outcome outcome = refund("explain");
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("0.01 yuan short"), HasSubstr("assumed: Days promised")));
}

TEST_F(PoliciesCommandTest, explains_what_the_answer_turned_on_or_all_of_it) {
  const Outcome outcome = refund("explain");
  EXPECT_THAT(outcome.out, Not(HasSubstr("Port of departure: ")));
  EXPECT_THAT(outcome.err, HasSubstr("--whole"));
  const Outcome whole = refund("explain", {"--whole"});
  EXPECT_THAT(whole.out, HasSubstr("Port of departure: "));
  EXPECT_THAT(whole.err, Not(HasSubstr("--whole")));
}

TEST_F(PoliciesCommandTest, runs_cases_written_as_text) {
  const std::string file = std::string(HQ_SOURCE_DIR) + "/spec/rules/departure-tax-refund.txt";
  const Outcome held = hongqiao({"rules", "cases", file});
  EXPECT_EQ(held.exit_code, 0) << held.out << held.err;
  EXPECT_THAT(held.out, HasSubstr("cases hold"));
  ASSERT_TRUE(write_file_atomically(path("wrong.txt"),
                                    "policy: departure-tax-refund\n\ncase: all get it\n"
                                    "as of: 2016-01-01\n- Residence: mainland\n"
                                    "expect: refund upon purchase\n"));
  const Outcome wrong = hongqiao({"rules", "cases", file, path("wrong.txt")});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.out, HasSubstr("wrong.txt:3 all get it: outcome is no refund, expected"));
  EXPECT_THAT(hongqiao({"rules", "cases", path("wrong.txt"), "--json"}).out,
              HasSubstr(R"("holds":false)"));
  EXPECT_EQ(hongqiao({"rules", "cases", path("facts.json")}).exit_code, 65);
  ASSERT_TRUE(write_file_atomically(path("empty.txt"), "policy: departure-tax-refund\n"));
  EXPECT_EQ(hongqiao({"rules", "cases", path("empty.txt")}).exit_code, 65);
  EXPECT_EQ(hongqiao({"rules", "cases", path("none.txt")}).exit_code, 66);
}

TEST_F(PoliciesCommandTest, finds_the_least_change) {
  const Outcome outcome = refund("whatif");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("200"));
  EXPECT_THAT(refund("whatif", {"--fixed", "Purchase amount", "--json"}).out,
              HasSubstr(R"("verdict":"impossible")"));
  EXPECT_THAT(refund("whatif", {"--weight", "Purchase amount=3", "--json"}).out,
              HasSubstr(R"("cost":0.03)"));
  EXPECT_EQ(refund("whatif", {"--weight", "Purchase amount"}).exit_code, 64);
  EXPECT_EQ(refund("whatif", {"--fixed", "Weather"}).exit_code, 64);
}

TEST_F(PoliciesCommandTest, asks_for_what_is_missing) {
  ASSERT_TRUE(write_file_atomically(path("facts.json"), R"({"Residence": "mainland"})"));
  EXPECT_THAT(refund("ask", {"--json"}).out, HasSubstr(R"("verdict":"no","is_settled":true)"));
  ASSERT_TRUE(write_file_atomically(path("facts.json"), R"({"Residence": "foreign"})"));
  const Outcome outcome = refund("ask");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("- "));
}

TEST_F(PoliciesCommandTest, proves_checks_and_compares_versions) {
  const Outcome proved = hongqiao({"rules", "prove", "departure-tax-refund"});
  EXPECT_THAT(proved.out, HasSubstr("cases"));
  EXPECT_EQ(hongqiao({"rules", "prove", "departure-tax-refund", "--version-id", "9"}).exit_code,
            66);
  const Outcome checked = hongqiao({"rules", "check", "departure-tax-refund"});
  EXPECT_EQ(checked.exit_code, 0) << checked.out;
  ASSERT_TRUE(write_file_atomically(path("people.json"), "[" + std::string(kFacts) + "]"));
  const Outcome diff = hongqiao({"rules", "diff", "departure-tax-refund", "--from", "2015", "--to",
                                 "2025", "--population", path("people.json")});
  EXPECT_EQ(diff.exit_code, 0) << diff.err;
  EXPECT_THAT(diff.out, HasSubstr("of 1 ("));
  EXPECT_EQ(hongqiao({"rules", "readiness", "departure-tax-refund"}).exit_code, 0);
}

TEST_F(PoliciesCommandTest, says_what_is_no_receipt) {
  ASSERT_TRUE(write_file_atomically(path("receipt.json"), "{}"));
  const Outcome outcome = hongqiao({"rules", "replay", path("receipt.json")});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("no receipt of a decision"));
}

TEST_F(PoliciesCommandTest, says_what_is_wrong_with_its_arguments) {
  EXPECT_THAT(hongqiao({"rules", "eval", "nothing"}).err, HasSubstr("there are: class-a-b"));
  EXPECT_EQ(hongqiao({"rules", "eval", "departure-tax-refund", "--as-of", "soon"}).exit_code, 64);
  EXPECT_EQ(hongqiao({"rules", "eval", "departure-tax-refund", "--as-of", "1999-01-01"}).exit_code,
            66);
  EXPECT_EQ(hongqiao({"rules", "diff", "departure-tax-refund"}).exit_code, 64);
}

}  // namespace
}  // namespace hq::cli
