// The cases of spec/rules, each against the policies of hubs/hongqiao.
#include <gtest/gtest.h>

#include "base/file.h"
#include "hub/policies/policy_cases.h"
#include "hub/policies/policy_service.h"

namespace hq::hub {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPolicies[] = {"class-a-b-medical-equipment", "departure-tax-refund",
                                          "foreign-professional-certificates"};

const PolicyService& hongqiao() {
  static const auto credentials = CredentialService::open_without_keys();
  static const PolicyService policies = [] {
    auto book = load_policies(fs::path(HQ_SOURCE_DIR) / "hubs/hongqiao/policies");
    if (!book) ADD_FAILURE() << book.error().text();
    return PolicyService(book.value_or(std::make_shared<const PolicyBook>()), *credentials, "test");
  }();
  return policies;
}

std::vector<TextCase> cases_of(std::string_view policy) {
  const fs::path file = fs::path(HQ_SOURCE_DIR) / "spec/rules" / (std::string(policy) + ".txt");
  const auto text = read_file(file);
  if (!text) ADD_FAILURE() << text.error().text();
  const auto cases = read_cases(text.value_or(""), file.filename().string());
  if (!cases) ADD_FAILURE() << cases.error().text();
  return cases.value_or(std::vector<TextCase>());
}

class SpecCases : public testing::TestWithParam<std::string_view> {};

TEST_P(SpecCases, hold) {
  const std::vector<TextCase> cases = cases_of(GetParam());
  EXPECT_GE(cases.size(), 12);
  for (const TextCase& one : cases) {
    EXPECT_EQ(one.policy, GetParam()) << one.where;
    for (const std::string& wrong : run_case(hongqiao(), one, Instant(one.known_at))) {
      ADD_FAILURE() << one.where << " " << one.title << ": " << wrong;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, SpecCases, testing::ValuesIn(kPolicies), [](const auto& info) {
  std::string name(info.param);
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(PolicyCases, each_expectation_that_does_not_hold_is_told) {
  TextCase one = cases_of("departure-tax-refund").front();
  one.version = "1900";
  one.outcome = "refund upon purchase";
  one.members = {{"amount", "1"}, {"colour", "red"}};
  one.is_assumed = true;
  using Facts = std::map<std::string, std::string>;
  one.what_if = Facts{{"already", ""}};
  one.ask = Facts{{"Unused", ""}};
  const std::vector<std::string> wrong = run_case(hongqiao(), one, Instant(one.known_at));
  EXPECT_EQ(wrong, (std::vector<std::string>{
                       "version is 2015, expected 1900",
                       "outcome is no refund, expected refund upon purchase",
                       "assumed is no, expected yes",
                       "amount is null, expected 1",
                       "colour is not there, expected red",
                       "what-if is Purchase amount = 500, expected already",
                       "ask is nothing, expected Unused",
                   }));
}

TEST(PolicyCases, an_error_where_an_answer_is_expected_is_told_and_the_other_way_round) {
  TextCase one = cases_of("departure-tax-refund").front();
  one.error = "not_found";
  EXPECT_EQ(run_case(hongqiao(), one, Instant(one.known_at)),
            std::vector<std::string>{"error is none, expected not_found"});
  one.error.reset();
  one.as_of = one.known_at = parse_date("1990-01-01").value();
  const auto wrong = run_case(hongqiao(), one, Instant(one.known_at));
  ASSERT_EQ(wrong.size(), 1);
  EXPECT_TRUE(wrong[0].starts_with("error is not_found, expected none: ")) << wrong[0];
}

}  // namespace
}  // namespace hq::hub
