#include "hub/policies/policy_cases.h"

#include <gtest/gtest.h>

namespace hq::hub {
namespace {

constexpr std::string_view kHead =
    "policy: refund\nbase: visitor\n- Residence: foreign\n- Days: 12\n";

Result<std::vector<TextCase>> read(std::string_view text) {
  return read_cases(text, "cases.txt");
}

/// Where the reader stops, and its first word of complaint.
std::string error_of(std::string_view text) {
  const auto cases = read(text);
  return cases ? "none" : cases.error().where + ": " + cases.error().message;
}

TEST(PolicyCases, reads_a_case_with_all_that_may_stand_in_it) {
  const auto cases = read(std::string(kHead) + R"(
# a remark
case: 起退点，差一分
as of: 2025-04-27
known at: 2025-04-26
from: visitor
- Amount: 199.99
- Unused: true
- Shop: "13"
- Days: ?
version: 2025
expect: no refund
expect amount: null
assumed: no
what-if: Amount = 200; Shop = refund shop
ask: Days; Port
)");
  ASSERT_TRUE(cases) << cases.error().text();
  ASSERT_EQ(cases->size(), 1);
  const TextCase& one = cases->front();
  EXPECT_EQ(one.where, "cases.txt:7");
  EXPECT_EQ(one.title, "起退点，差一分");
  EXPECT_EQ(one.policy, "refund");
  EXPECT_EQ(one.as_of, parse_date("2025-04-27").value());
  EXPECT_EQ(one.known_at, parse_date("2025-04-26").value());
  using Facts = std::map<std::string, std::string>;
  EXPECT_EQ(one.facts, (Facts{{"Residence", "\"foreign\""},
                              {"Amount", "199.99"},
                              {"Unused", "true"},
                              {"Shop", "\"13\""}}));
  EXPECT_EQ(one.version, "2025");
  EXPECT_EQ(one.outcome, "no refund");
  EXPECT_EQ(one.members, (Facts{{"amount", "null"}}));
  EXPECT_EQ(one.is_assumed, false);
  EXPECT_EQ(one.what_if, (Facts{{"Amount", "200"}, {"Shop", "\"refund shop\""}}));
  EXPECT_EQ(one.ask, (Facts{{"Days", ""}, {"Port", ""}}));
  EXPECT_EQ(one.error, std::nullopt);
}

TEST(PolicyCases, takes_the_day_for_what_was_known) {
  const auto cases = read("policy: p\ncase: c\nas of: 2025-04-27\nfails: not_found\n");
  ASSERT_TRUE(cases) << cases.error().text();
  EXPECT_EQ(cases->front().known_at, cases->front().as_of);
  EXPECT_EQ(cases->front().error, "not_found");
}

TEST(PolicyCases, facts_of_a_case_come_before_those_of_its_base) {
  const auto cases = read(std::string(kHead) +
                          "case: c\nas of: 2025-04-27\nfrom: visitor\n- Days: 13\nexpect: yes\n");
  ASSERT_TRUE(cases) << cases.error().text();
  EXPECT_EQ(cases->front().facts.at("Days"), "13");
  EXPECT_EQ(cases->front().facts.at("Residence"), "\"foreign\"");
}

TEST(PolicyCases, names_the_line_that_is_no_key_and_value) {
  EXPECT_EQ(error_of("policy: p\nnonsense\n"),
            "cases.txt:2: a line is `key: value`, or `- fact: value`");
  EXPECT_EQ(error_of("policy:\n"), "cases.txt:1: nothing stands behind the colon");
  EXPECT_EQ(error_of("policy: p\n- Days: 3\n"),
            "cases.txt:2: a fact is `- name: value`, in a base or a case");
  EXPECT_EQ(error_of(std::string(kHead) + "- : 3\n"),
            "cases.txt:5: a fact is `- name: value`, in a base or a case");
  EXPECT_EQ(error_of(std::string(kHead) + "- Days\n"),
            "cases.txt:5: a fact is `- name: value`, in a base or a case");
}

TEST(PolicyCases, refuses_what_stands_twice) {
  EXPECT_EQ(error_of("policy: p\npolicy: q\n"), "cases.txt:2: the policy stands twice");
  EXPECT_EQ(error_of(std::string(kHead) + "base: visitor\n"),
            "cases.txt:5: a base of this name is there already");
  EXPECT_EQ(error_of(std::string(kHead) + "- Days: 3\n"), "cases.txt:5: the fact stands twice");
  EXPECT_EQ(error_of("policy: p\ncase: c\nexpect: a\nexpect: b\n"),
            "cases.txt:4: this stands twice in the case");
}

TEST(PolicyCases, refuses_what_stands_in_the_wrong_place) {
  EXPECT_EQ(error_of("case: c\n"), "cases.txt:1: the policy comes first");
  EXPECT_EQ(error_of("policy: p\nexpect: a\n"), "cases.txt:2: this belongs into a case");
  EXPECT_EQ(error_of(std::string(kHead) + "as of: 2025-01-01\n"),
            "cases.txt:5: this belongs into a case");
}

TEST(PolicyCases, refuses_keys_and_values_it_does_not_know) {
  const std::string begun = "policy: p\ncase: c\nas of: 2025-01-01\n";
  const std::string unknown = "cases.txt:4: this is no key of a case; see spec/rules/README.md";
  EXPECT_EQ(error_of(begun + "expects: a\n"), unknown);
  EXPECT_EQ(error_of(begun + "assumed: perhaps\n"), unknown);
  EXPECT_EQ(error_of(begun + "fails: badly\n"), "cases.txt:4: there is no such error");
  EXPECT_EQ(error_of(begun + "what-if: Amount\n"),
            "cases.txt:4: this is already, impossible, not_settled, or `FACT = VALUE; ...`");
  EXPECT_TRUE(error_of(begun + "what-if: = 3\n").starts_with("cases.txt:4: this is already"));
  EXPECT_TRUE(error_of("policy: p\ncase: c\nas of: soon\n").starts_with("cases.txt:3"));
  EXPECT_TRUE(error_of("policy: p\ncase: c\nknown at: soon\n").starts_with("cases.txt:3"));
}

TEST(PolicyCases, refuses_a_case_that_is_not_whole) {
  const std::string whole = "a case has `as of:`, and either `expect:` or `fails:`";
  EXPECT_EQ(error_of("policy: p\ncase: c\nexpect: a\n"), "cases.txt:2: " + whole);
  EXPECT_EQ(error_of("policy: p\ncase: c\nas of: 2025-01-01\ncase: d\n"), "cases.txt:2: " + whole);
  EXPECT_EQ(error_of("policy: p\ncase: c\nas of: 2025-01-01\nexpect: a\nfails: not_found\n"),
            "cases.txt:2: " + whole);
  EXPECT_EQ(error_of("policy: p\ncase: c\nas of: 2025-01-01\nfrom: nobody\nexpect: a\n"),
            "cases.txt:2: there is no base of this name above: nobody");
}

TEST(PolicyCases, refuses_a_file_that_is_no_text) {
  EXPECT_EQ(error_of("policy: \xff\n"), "cases.txt: the file is not UTF-8; save it as UTF-8");
}

}  // namespace
}  // namespace hq::hub
