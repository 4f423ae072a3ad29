#include "rules/policy/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

using testing::HasSubstr;

hq::Date day(std::string_view text) {
  return hq::parse_date(text).value();
}

PolicyVersion version(std::string id, std::string_view from, std::string_view known_since,
                      std::string_view outcome_text) {
  PolicyVersion made;
  made.id = std::move(id);
  made.validity = {day(from), std::nullopt, day(known_since)};
  made.basis.is_assumed = false;
  made.program = compiled(
      {definitions(input("Amount", "number") + input("Least", "number") + input("Kind", "string") +
                   decision("Refund", literal(outcome_text),
                            needs_input("Amount") + needs_input("Least") + needs_input("Kind")))});
  return made;
}

constexpr std::string_view kAtLeast = R"(if Amount &gt;= Least then "yes" else "no")";
constexpr std::string_view kMore = R"(if Amount &gt; Least then "yes" else "no")";

PolicyParameter least() {
  PolicyParameter parameter{"Least", {"Least amount", "起退点"}, "CNY", {}};
  parameter.values.push_back({{day("2015-01-01"), day("2025-04-27"), day("2015-01-01")},
                              {false, {"old notice", "旧公告"}, ""},
                              Value(int64_t{500})});
  parameter.values.push_back({{day("2025-04-27"), std::nullopt, day("2025-04-26")},
                              {true, {"a guess", "估计"}, ""},
                              Value(int64_t{200})});
  return parameter;
}

Policy refund() {
  Policy policy;
  policy.id = "refund";
  policy.decision = "Refund";
  policy.outcomes = {{Value("yes"), Verdict::yes, {"granted", "准予"}},
                     {Value("no"), Verdict::no, {"refused", "不予"}}};
  policy.versions = {version("1", "2015-01-01", "2015-01-01", kAtLeast),
                     version("2", "2026-01-01", "2025-12-01", kMore)};
  policy.parameters = {least()};
  PolicyFact amount;
  amount.name = "Amount";
  amount.label = {"Amount", "金额"};
  amount.type = simple(TypeKind::number);
  amount.min = Value(int64_t{0});
  amount.max = Value(int64_t{10'000});
  amount.step = Decimal::parse("0.01");
  PolicyFact kind;
  kind.name = "Kind";
  kind.label = {"Kind", "种类"};
  kind.type = simple(TypeKind::string);
  kind.choices = {{Value("goods"), {"goods", "货物"}}, {Value("food"), {"food", "食品"}}};
  policy.facts = {amount, kind};
  return policy;
}

std::string decided(const Policy& policy, std::string_view as_of, std::string_view known_at,
                    int64_t amount) {
  const auto law = in_force(policy, day(as_of), day(known_at));
  if (!law) return law.error().text();
  const auto decided = decide(*law, {{"Amount", Value(amount), ""}});
  if (!decided) return decided.error().text();
  return law->version->id + " " +
         std::string(boost::describe::enum_to_string(decided->verdict, ""));
}

TEST(Policy, takes_the_version_and_the_figures_of_the_day) {
  const Policy policy = refund();
  ASSERT_TRUE(check_policy(policy));
  EXPECT_EQ(decided(policy, "2020-01-01", "2026-02-01", 300), "1 no");
  EXPECT_EQ(decided(policy, "2025-04-26", "2026-02-01", 200), "1 no");
  EXPECT_EQ(decided(policy, "2025-04-27", "2026-02-01", 200), "1 yes");
  EXPECT_EQ(decided(policy, "2026-01-01", "2026-02-01", 200), "2 no");
  EXPECT_EQ(decided(policy, "2026-01-01", "2026-02-01", 201), "2 yes");
}

TEST(Policy, answers_by_what_was_known_then) {
  const Policy policy = refund();
  // On the last day of November nobody knew of the second version.
  EXPECT_EQ(decided(policy, "2026-01-01", "2025-11-30", 200), "1 yes");
  EXPECT_EQ(decided(policy, "2026-01-01", "2025-12-01", 200), "2 no");
  EXPECT_THAT(decided(policy, "2025-05-01", "2025-04-25", 300), HasSubstr("no value of Least"));
  EXPECT_THAT(decided(policy, "2014-12-31", "2026-01-01", 300), HasSubstr("no version"));
  EXPECT_THAT(decided(policy, "2016-01-01", "2014-12-31", 300), HasSubstr("no version"));
}

TEST(Policy, takes_a_later_correction_where_it_is_known) {
  Policy policy = refund();
  policy.parameters[0].values.push_back({{day("2025-04-27"), std::nullopt, day("2025-06-01")},
                                         {false, {"correction", "更正"}, ""},
                                         Value(int64_t{250})});
  ASSERT_TRUE(check_policy(policy));
  EXPECT_EQ(decided(policy, "2025-05-01", "2025-05-01", 200), "1 yes");
  EXPECT_EQ(decided(policy, "2025-05-01", "2025-06-01", 200), "1 no");
}

TEST(Policy, knows_what_rests_on_assumptions) {
  const Policy policy = refund();
  EXPECT_FALSE(in_force(policy, day("2020-01-01"), day("2026-01-01"))->is_assumed());
  EXPECT_TRUE(in_force(policy, day("2025-05-01"), day("2026-01-01"))->is_assumed());
}

TEST(Policy, refuses_facts_that_cannot_be) {
  const Policy policy = refund();
  const InForce law = in_force(policy, day("2020-01-01"), day("2020-01-01")).value();
  const auto error = [&](std::string name, Value value) {
    const auto decided = decide(law, {{std::move(name), std::move(value), ""}});
    return decided ? "" : decided.error().text();
  };
  EXPECT_EQ(error("Kind", Value("food")), "");
  EXPECT_EQ(error("Kind", Value()), "");
  EXPECT_THAT(error("Kind", Value("drink")), HasSubstr("cannot be drink"));
  EXPECT_THAT(error("Amount", Value("much")), HasSubstr("cannot be much"));
  EXPECT_THAT(error("Amount", Value(int64_t{-1})), HasSubstr("cannot be -1"));
  EXPECT_THAT(error("Amount", Value(int64_t{10'001})), HasSubstr("cannot be 10001"));
  EXPECT_THAT(error("Amount", Value(*Decimal::parse("1.005"))), HasSubstr("cannot be 1.005"));
  EXPECT_THAT(error("Amuont", Value(int64_t{1})), HasSubstr("it has: Amount, Kind"));
  // A parameter is of the law and not for who asks.
  EXPECT_THAT(error("Least", Value(int64_t{1})), HasSubstr("no such fact"));
}

TEST(Policy, passes_over_a_fact_that_another_version_uses) {
  Policy policy = refund();
  PolicyFact age = policy.facts[0];
  age.name = "Age";
  policy.facts.push_back(age);
  const InForce law = in_force(policy, day("2020-01-01"), day("2020-01-01")).value();
  EXPECT_TRUE(decide(law, {{"Age", Value(int64_t{40}), ""}}));
  EXPECT_FALSE(decide(law, {{"Age", Value("old"), ""}}));
}

TEST(Policy, is_not_whole_with) {
  const auto error = [](const Policy& policy) {
    const auto checked = check_policy(policy);
    return checked ? "" : checked.error().text();
  };
  Policy policy = refund();
  policy.facts.pop_back();
  EXPECT_THAT(error(policy), HasSubstr("Kind is neither fact nor parameter"));
  policy = refund();
  policy.parameters.push_back({"Kind", {}, "", {}});
  EXPECT_THAT(error(policy), HasSubstr("Kind is both"));
  policy = refund();
  policy.versions[0] = version("1", "2015-01-01", "2015-01-01", "Amount + Kind");
  EXPECT_THAT(error(policy), HasSubstr("decision Refund"));
  policy = refund();
  policy.decision = "Other";
  EXPECT_THAT(error(policy), HasSubstr("no decision Other"));
  policy = refund();
  policy.versions.push_back(policy.versions.front());
  EXPECT_THAT(error(policy), HasSubstr("two versions begin"));
  policy = refund();
  policy.parameters[0].values.push_back(policy.parameters[0].values.front());
  EXPECT_THAT(error(policy), HasSubstr("two values begin"));
  policy = refund();
  policy.trusts.push_back({"Kind", "did:web:x", "T", {}, {}, {}});
  EXPECT_THAT(error(policy), HasSubstr("no fact with a claim"));
  EXPECT_THAT(error(Policy()), HasSubstr("no version"));
}

TEST(Policy, an_outcome_that_is_not_listed_depends) {
  Policy policy = refund();
  policy.outcomes.pop_back();
  EXPECT_EQ(decided(policy, "2020-01-01", "2026-02-01", 300), "1 depends");
  EXPECT_EQ(goal_of(policy)(Value("no")), Verdict::depends);
  EXPECT_EQ(goal_of(policy)(Value("yes")), Verdict::yes);
}

TEST(Policy, finds_the_outcome_among_the_members_of_a_value) {
  Policy policy = refund();
  policy.result = "status";
  Context context;
  context.set("status", Value("yes"));
  EXPECT_TRUE(is_same(policy.outcome_of(Value(context)), Value("yes")));
  EXPECT_TRUE(policy.outcome_of(Value("yes")).is_null());
}

TEST(Policy, tells_reasoning_what_facts_can_be) {
  const Policy policy = refund();
  const InForce law = in_force(policy, day("2020-01-01"), day("2020-01-01")).value();
  const Question question = question_of(law);
  ASSERT_EQ(question.facts.size(), 2U);
  EXPECT_FALSE(question.facts[0].may_be_null);
  EXPECT_TRUE(question_of(law, true).facts[0].may_be_null);
  EXPECT_EQ(question.facts[1].values.size(), 2U);
  ASSERT_EQ(question.constants.size(), 1U);
  EXPECT_TRUE(is_same(question.constants[0].value, Value(int64_t{500})));
  const Labels labels = labels_of(law);
  EXPECT_EQ(labels.names.at("Least").zh, "起退点");
  EXPECT_EQ(labels.units.at("Least").many.en, "yuan");
  EXPECT_EQ(labels.values.at("Kind").at("food").zh, "食品");
  EXPECT_EQ(labels.values.at("Refund").at("no").en, "refused");
}

TEST(Policy, asks_reasoning_only_about_values_and_outcomes_that_the_version_allows) {
  const auto one_of = [](std::string_view name, std::string_view value) {
    return "<itemDefinition name=\"" + std::string(name) +
           "\"><typeRef>string</typeRef><allowedValues><text>\"" + std::string(value) +
           "\"</text></allowedValues></itemDefinition>";
  };
  Policy policy = refund();
  policy.versions[0].program = compiled({definitions(
      one_of("tKind", "food") + one_of("tOutcome", "yes") + input("Amount", "number") +
      input("Least", "number") + input("Kind", "tKind") +
      R"(<decision name="Refund" id="_Refund"><variable name="Refund" typeRef="tOutcome"/>)" +
      needs_input("Amount") + needs_input("Least") + needs_input("Kind") + literal(R"("yes")") +
      "</decision>")});
  const InForce law = in_force(policy, day("2020-01-01"), day("2020-01-01")).value();
  const Question question = question_of(law);
  ASSERT_EQ(question.facts[1].values.size(), 1U);
  EXPECT_TRUE(is_same(question.facts[1].values[0], Value("food")));
  ASSERT_EQ(question.outcomes.size(), 1U);
  EXPECT_TRUE(is_same(question.outcomes[0], Value("yes")));
}

}  // namespace
}  // namespace hq::rules
