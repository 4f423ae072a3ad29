#include "hub/policies/policy_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/policies/tiny_policy_testing.h"

namespace hq::hub {
namespace {

using testing::HasSubstr;

TEST(PolicyBook, reads_a_policy) {
  const TinyPolicy tiny;
  const auto book = load_policies(tiny.folder());
  ASSERT_TRUE(book) << book.error().text();
  ASSERT_EQ((*book)->entries().size(), 1U);
  const PolicyEntry& entry = **(*book)->get("tiny");
  EXPECT_EQ(entry.card.en, "# Tiny refund\n");
  const rules::Policy& policy = entry.policy;
  EXPECT_EQ(policy.title.zh, "小退税");
  EXPECT_EQ(policy.versions.at(1).model_hash.size(), 64U);
  EXPECT_TRUE(policy.versions.at(1).basis.is_assumed);
  EXPECT_EQ(policy.parameters.at(0).values.size(), 2U);
  EXPECT_EQ(policy.facts.at(1).choices.at(1).label.zh, "外地");
  EXPECT_EQ(policy.trusts.at(0).type, "Resident");
  EXPECT_EQ(policy.terms.at(0).values.at(1).label.zh, "不退");
}

TEST(PolicyBook, is_empty_without_a_folder_and_names_what_there_is) {
  const auto none = load_policies("/nowhere/policies");
  ASSERT_TRUE(none);
  EXPECT_TRUE((*none)->entries().empty());
  const TinyPolicy tiny;
  const auto book = load_policies(tiny.folder()).value();
  EXPECT_THAT(book->get("tny").error().text(), HasSubstr("there are: tiny"));
}

/// What is wrong with the folder once `from` in the file is `to`.
std::string fault(const std::string& file, std::string_view original, std::string_view from,
                  std::string_view to) {
  const TinyPolicy tiny;
  std::string text(original);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  tiny.write(file, text);
  const auto book = load_policies(tiny.folder());
  return book ? "" : book.error().text();
}

struct Fault {
  const char* from;
  const char* to;
  const char* message;
};

TEST(PolicyBook, says_what_is_wrong_with_a_policy) {
  constexpr Fault kFaults[] = {
      {"id = \"tiny\"", "id = \"big\"", "policy.toml:1:id: the id is not the name"},
      {"title_en", "titel_en", "there is no key 'titel_en'"},
      {"[[trust]]", "[[trusts]]", "the tables are"},
      {"verdict = \"yes\"", "verdict = \"ja\"", "a verdict is yes, no or depends"},
      {"decision = \"Refund\"", "decision = \"Refunds\"", "no decision Refunds"},
      {"model = \"two.dmn\"", "model = \"three.dmn\"", "three.dmn"},
      {"id = \"2\"", "id = \"1\"", "the id stands twice"},
      {"effective_from = \"2026-01-01\"", "effective_from = \"2026-13-01\"", "effective_from"},
      {"basis = \"assumed\"", "basis = \"guessed\"", "sourced or assumed"},
      {"name = \"Amount\"", "name = \"Amuont\"", "no input datum of any version"},
      {"name = \"Residence\"", "name = \"Amount\"", "stands twice"},
      {"min = \"0\"", "min = \"nil +\"", ":min:"},
      {"min = \"0\"", "min = \"true\"", "another type than the fact"},
      {"step = \"0.01\"", "step = \"-1\"", "greater than 0"},
      {"values_en = [\"here\", \"elsewhere\"]", "values_en = [\"here\"]", "as many texts each"},
      {"origin = \"asked\"", "origin = \"heard\"", "an origin is"},
      {"effective_to = \"2027-01-01\"", "effective_to = \"2020-01-01\"", "after effective_from"},
      {"fact = \"Residence\"", "fact = \"Amount\"", "no fact with a claim"},
  };
  for (const Fault& one : kFaults) {
    EXPECT_THAT(fault("policy.toml", kTinyToml, one.from, one.to), HasSubstr(one.message))
        << one.to;
  }
}

TEST(PolicyBook, says_what_is_wrong_with_parameters) {
  constexpr Fault kFaults[] = {
      {"unit\n", "\n", "unit"},
      {"Least,500", "Lest,500", "parameters.csv:2:name: no version has this input datum: Lest"},
      {"Least,500", "Least,", "parameters.csv:2:value"},
      {"Least,500", "Least,true", "another type than the input datum"},
      {"2015-07-01,,", "2015-07-01,2015-07-01,", "after effective_from"},
      {"2015-01-06,sourced", "2015-01-06,", "sourced or assumed"},
      {"旧公告", "", "in both languages"},
      {"2025-04-27,,2025-04-26", "2015-07-01,,2015-01-06", "two values begin"},
  };
  for (const Fault& one : kFaults) {
    EXPECT_THAT(fault("parameters.csv", kTinyParameters, one.from, one.to), HasSubstr(one.message))
        << one.to;
  }
}

TEST(PolicyBook, refuses_a_model_that_does_not_fit) {
  const std::string model = tiny_model(true);
  EXPECT_THAT(fault("two.dmn", model, "Amount * 0.09", "Amount *"), HasSubstr("two.dmn"));
  EXPECT_THAT(
      fault("two.dmn", model, "</definitions>",
            R"(<inputData name="Age" id="x"><variable name="Age"/></inputData></definitions>)"),
      HasSubstr("Age is neither fact nor parameter"));
  EXPECT_THAT(fault("two.dmn", model, "<definitions", "<definition"), HasSubstr("two.dmn"));
}

TEST(PolicyBook, reads_the_policies_of_the_hub) {
  const auto book = load_policies(std::filesystem::path(HQ_SOURCE_DIR) / "hubs/hongqiao/policies");
  ASSERT_TRUE(book) << book.error().text();
  EXPECT_NE((*book)->find("departure-tax-refund"), nullptr);
  EXPECT_NE((*book)->find("foreign-professional-certificates"), nullptr);
  EXPECT_NE((*book)->find("class-a-b-medical-equipment"), nullptr);
}

}  // namespace
}  // namespace hq::hub
