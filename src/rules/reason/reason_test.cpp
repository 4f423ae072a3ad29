// Each answer by hand on small models, its limits, and what is said of it.
#include "rules/reason/reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/reason/reason_testing.h"

namespace hq::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

FactDomain number(std::string name, int64_t low, int64_t high,
                  std::optional<Decimal> step = Decimal(1)) {
  return {std::move(name), simple(TypeKind::number), Value(low), Value(high), std::move(step)};
}
FactDomain listed(std::string name, std::vector<Value> values) {
  FactDomain fact;
  fact.name = std::move(name);
  fact.values = std::move(values);
  return fact;
}
FactDomain yes_or_no(std::string name) {
  FactDomain fact;
  fact.name = std::move(name);
  fact.type = simple(TypeKind::boolean);
  return fact;
}

const Goal kYes([](const Value& outcome) {
  return to_text(outcome) == "yes" ? Verdict::yes : Verdict::no;
});

/// A model, the facts of which are those of the question.
struct Model {
  Model(const std::vector<FactDomain>& facts,
        const std::function<std::string(const std::string&)>& elements) {
    std::string xml;
    std::string needs;
    for (const FactDomain& fact : facts) {
      xml += input(fact.name);
      needs += needs_input(fact.name);
    }
    program = compiled({definitions(xml + elements(needs))});
    question.emplace(Question{*program, {ElementKind::decision, "Answer"}});
    question->facts = facts;
  }
  Model(const std::vector<FactDomain>& facts, const TableText& table)
      : Model(facts,
              [&](const std::string& needs) { return decision("Answer", table.xml(), needs); }) {}

  std::shared_ptr<const Program> program;
  std::optional<Question> question;
};

TableText refund() {
  return {.hit_policy = "FIRST",
          .inputs = {"amount", "shop", "unused"},
          .outputs = {"answer"},
          .rules = {{">= 200", "\"refund shop\"", "true", "\"yes\""}, {"-", "-", "-", "\"no\""}}};
}
std::vector<FactDomain> refund_facts() {
  return {number("amount", 0, 10'000), listed("shop", {Value("refund shop"), Value("other")}),
          yes_or_no("unused")};
}

TEST(Reason, a_rule_is_dead_where_another_table_never_gives_its_input) {
  const Model model({number("age", 0, 120)}, [](const std::string& needs) {
    const TableText group{.inputs = {"age"},
                          .outputs = {"group"},
                          .rules = {{"< 18", "\"child\""}, {">= 18", "\"adult\""}}};
    const TableText answer{
        .inputs = {"Group"},
        .outputs = {"answer"},
        .rules = {{"\"child\"", "\"no\""}, {"\"adult\"", "\"yes\""}, {"\"senior\"", "\"yes\""}}};
    return decision("Group", group.xml(), needs) +
           decision("Answer", answer.xml(), needs_decision("Group"));
  });
  const Findings found = prove(*model.question, {}).value();
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_TRUE(found.is_complete);
  EXPECT_EQ(describe(found.findings[0], Language::en), "Rule 3 of decision Answer never hits.");
  EXPECT_EQ(describe(found.findings[0], Language::zh), "决策 Answer 的规则 3 永不命中。");
}

TEST(Reason, a_conflict_shows_an_input_and_what_each_rule_says) {
  const Model model({number("age", 0, 120)},
                    TableText{.inputs = {"age"},
                              .outputs = {"answer"},
                              .rules = {{"<= 18", "\"no\""}, {">= 18", "\"yes\""}}});
  const Findings found = prove(*model.question, {}).value();
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_EQ(to_text(found.findings[0].witness[0].value), "18");
  EXPECT_EQ(describe(found.findings[0], Language::en),
            "Rules 1 and 2 of decision Answer both hit where age is 18 and answer differently: "
            "\"no\" and \"yes\", as with age = 18.");
  EXPECT_EQ(
      describe(found.findings[0], Language::zh),
      "当 age 为 18 时，决策 Answer 的规则 1、2 同时命中而答复不同：“no”和“yes”，例如：age = 18。");
}

TEST(Reason, an_outcome_that_never_comes_about_is_named) {
  Model model(refund_facts(), refund());
  model.question->outcomes = {Value("yes"), Value("no"), Value("perhaps")};
  const Findings found = prove(*model.question, {}).value();
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_EQ(found.findings[0].kind, FindingKind::unreachable_output);
  EXPECT_EQ(describe(found.findings[0], Language::en),
            "Decision Answer never answers \"perhaps\".");
}

TEST(Reason, two_places_conflict_only_where_both_apply) {
  TableText shanghai = refund();
  shanghai.rules.pop_back();  // says nothing of other cases
  TableText suzhou = refund();
  suzhou.rules = {{">= 500", "-", "-", "\"yes\""}, {"[300..500)", "-", "-", "\"no\""}};
  const Model a(refund_facts(), shanghai);
  const Model b(refund_facts(), suzhou);
  const Findings found = prove_between(*a.question, *b.question, {}).value();
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_TRUE(found.is_complete);
  EXPECT_EQ(describe(found.findings[0].region, Language::en),
            "amount is 300 to 499; shop is \"refund shop\"; unused is true");
}

TEST(Reason, a_change_of_versions_is_told_with_the_people_it_meets) {
  TableText later = refund();
  later.rules[0][0] = ">= 500";
  const Model before(refund_facts(), refund());
  const Model after(refund_facts(), later);
  const auto person = [](int64_t amount) {
    return std::vector<Input>{{"amount", Value(amount), ""},
                              {"shop", Value("refund shop"), ""},
                              {"unused", Value(true), ""}};
  };
  const std::vector<std::vector<Input>> people = {person(100), person(300), person(400),
                                                  person(600)};
  const Difference found = diff(*before.question, *after.question, people, {}).value();
  ASSERT_EQ(found.changes.size(), 1U);
  EXPECT_EQ(found.changes[0].people, 2U);
  EXPECT_DOUBLE_EQ(found.share(), 0.5);
  EXPECT_EQ(describe(found.changes[0], Language::en),
            "Where amount is 200 to 499; shop is \"refund shop\"; unused is true, the outcome "
            "changes from \"yes\" to \"no\".");
}

TEST(Reason, the_same_formula_is_the_same_at_every_point) {
  const std::vector<FactDomain> facts = {number("amount", 0, 1'000'000, Decimal::parse("0.01"))};
  const auto model = [&](const std::string& formula) {
    return Model(facts, [&](const std::string& needs) {
      return decision("Answer", literal(escaped(formula)), needs);
    });
  };
  const Model before = model("(amount - 500) * 0.11");
  EXPECT_THAT(diff(*before.question, *model("(amount - 500) * 0.11").question, {}, {})->changes,
              IsEmpty());
  const Difference all =
      diff(*before.question, *model("(amount - 500) * 0.11 + 2000000").question, {}, {}).value();
  ASSERT_EQ(all.changes.size(), 1U);
  EXPECT_TRUE(all.is_complete);
  EXPECT_THAT(all.changes[0].where, IsEmpty());
}

TEST(Reason, what_is_missing_is_told_in_days_and_numbers) {
  FactDomain left;
  left.name = "left";
  left.type = simple(TypeKind::date);
  const Model model(
      {number("amount", 0, 10'000), left},
      TableText{.hit_policy = "FIRST",
                .inputs = {"amount", "left"},
                .outputs = {"answer"},
                .rules = {{">= 200", ">= @\"2026-03-13\"", "\"yes\""}, {"-", "-", "\"no\""}}});
  const std::vector<Input> now = {{"amount", Value(int64_t{180}), ""},
                                  {"left", feel("@\"2026-03-01\""), ""}};
  const std::vector<Changeable> both = {{"amount"}, {"left", Decimal(5)}};
  const WhatIf way = what_if(*model.question, now, both, kYes, {}).value();
  EXPECT_EQ(way.cost, Decimal(80));
  EXPECT_EQ(describe(way, Language::en),
            "It would be reached with: amount from 180 to 200 (20 more); left from 2026-03-01 to "
            "2026-03-13 (12 days later).");
  EXPECT_EQ(describe(way, Language::zh),
            "作如下变更即可满足：amount 由 180 改为 200（差 20）；left 由 2026-03-01 改为 "
            "2026-03-13（差 12 天）。");
  const WhatIf none =
      what_if(*model.question, now, std::vector<Changeable>{{"left"}}, kYes, {}).value();
  EXPECT_EQ(none.kind, WhatIf::Kind::impossible);
  EXPECT_THAT(describe(none, Language::en), HasSubstr("proved"));
}

TEST(Reason, an_end_that_does_not_belong_to_the_limit_has_no_least_change) {
  const Model model({number("amount", 0, 1000, std::nullopt)},
                    TableText{.hit_policy = "FIRST",
                              .inputs = {"amount"},
                              .outputs = {"answer"},
                              .rules = {{"> 200", "\"yes\""}, {"-", "\"no\""}}});
  const WhatIf way = what_if(*model.question, {{"amount", Value(int64_t{100}), ""}},
                             std::vector<Changeable>{{"amount"}}, kYes, {})
                         .value();
  EXPECT_EQ(way.kind, WhatIf::Kind::possible);
  EXPECT_FALSE(way.is_least_proved);
  EXPECT_EQ(to_text(way.outcome), "yes");
  EXPECT_GT(*way.changes.at(0).to.as<Decimal>(), Decimal(200));
  EXPECT_LT(*way.changes.at(0).to.as<Decimal>(), Decimal(210));
}

TEST(Reason, a_computed_outcome_is_reached_by_a_goal_of_tests) {
  const Model model({number("amount", 0, 10'000)}, [](const std::string& needs) {
    return decision("Answer", literal("amount * 0.11"), needs);
  });
  const Goal goal = Goal::tests(">= 100").value();
  const WhatIf way = what_if(*model.question, {{"amount", Value(int64_t{0}), ""}},
                             std::vector<Changeable>{{"amount"}}, goal, {})
                         .value();
  ASSERT_EQ(way.changes.size(), 1U);
  EXPECT_EQ(to_text(way.changes[0].to), "910");
  EXPECT_TRUE(way.is_least_proved);
  EXPECT_FALSE(Goal::tests(">=").has_value());
}

TEST(Reason, what_if_refuses_unknown_facts_and_negative_weights) {
  const Model model(refund_facts(), refund());
  const auto code = [&](const std::vector<Input>& facts, const Changeable& change) {
    return what_if(*model.question, facts, std::vector{change}, kYes, {}).error().code;
  };
  EXPECT_EQ(code({{"colour", Value("red"), ""}}, {"amount"}), ErrorCode::not_found);
  EXPECT_EQ(code({}, {"colour"}), ErrorCode::not_found);
  EXPECT_EQ(code({}, {"amount", Decimal(-1)}), ErrorCode::invalid_argument);
}

TEST(Reason, asks_first_for_what_may_settle_it) {
  const Model model(refund_facts(), refund());
  const Asked asked = ask(*model.question, {{"unused", Value(true), ""}}, kYes, {}).value();
  EXPECT_FALSE(asked.is_settled);
  EXPECT_EQ(asked.verdict, Verdict::depends);
  EXPECT_THAT(asked.questions, ElementsAre("amount"));
  EXPECT_THAT(asked.needed_facts, ElementsAre("amount", "shop"));
  EXPECT_EQ(asked.possible_outcomes.size(), 2U);
  EXPECT_EQ(describe(asked, Language::en), "It depends; ask for amount.");
  const Asked done = ask(*model.question, {{"unused", Value(false), ""}}, kYes, {}).value();
  EXPECT_TRUE(done.is_settled);
  EXPECT_EQ(describe(done, Language::zh), "无论其他情况如何，答复为“否”。");
  EXPECT_EQ(ask(*model.question, {{"colour", Value(), ""}}, kYes, {}).error().code,
            ErrorCode::not_found);
}

TEST(Reason, readiness_names_the_condition_that_blocks_and_what_it_would_yield) {
  const Model model(refund_facts(), refund());
  const std::vector<FactSource> sources = {
      {"amount", FactOrigin::data}, {"shop", FactOrigin::data}, {"unused", FactOrigin::judgement}};
  const Readiness found = readiness(*model.question, sources, kYes, {}, {}).value();
  // Of amount below or not, and two kinds of shops, one case needs the judgement.
  EXPECT_DOUBLE_EQ(found.decidable_share, 0.75);
  ASSERT_EQ(found.conditions.size(), 1U);
  EXPECT_TRUE(found.conditions[0].blocks);
  EXPECT_DOUBLE_EQ(found.conditions[0].share_with_data, 1);
  EXPECT_DOUBLE_EQ(found.conditions[0].share_without, 1);
  EXPECT_EQ(to_text(found.conditions[0].taken_as), "true");
  EXPECT_THAT(found.conditions[0].tables, ElementsAre("decision Answer"));
  EXPECT_EQ(describe(found, Language::en),
            "75 % of the cases can be decided by data alone. unused (a judgement): 100 % with "
            "data for it, 100 % without the condition.");
  EXPECT_EQ(
      readiness(*model.question, std::vector<FactSource>{{"colour"}}, kYes, {}, {}).error().code,
      ErrorCode::not_found);
}

/// A model that cannot be settled: nothing is known of what a text begins with.
Model opaque() {
  FactDomain name;
  name.name = "name";
  name.type = simple(TypeKind::string);
  return {{name},
          TableText{.inputs = {"starts with(name, \"A\")"},
                    .outputs = {"answer"},
                    .rules = {{"true", "\"yes\""}, {"false", "\"no\""}}}};
}

TEST(Reason, what_cannot_be_told_is_not_proved) {
  const Model model = opaque();
  const Findings found = prove(*model.question, {}).value();
  EXPECT_FALSE(found.is_complete);
  for (const Finding& finding : found.findings) EXPECT_FALSE(finding.is_proved);
  const WhatIf way = what_if(*model.question, {{"name", Value("Bo"), ""}},
                             std::vector<Changeable>{{"name"}}, kYes, {})
                         .value();
  EXPECT_EQ(way.kind, WhatIf::Kind::not_settled);
  const Asked asked = ask(*model.question, {}, kYes, {}).value();
  EXPECT_FALSE(asked.is_settled);
  EXPECT_FALSE(asked.is_proved);
  EXPECT_FALSE(readiness(*model.question, {}, kYes, {}, {})->is_proved);
}

TEST(Reason, the_budget_ends_the_work_and_is_owned_up_to) {
  const Model model(refund_facts(), refund());
  const Budget none{.regions_max = 1};
  EXPECT_FALSE(prove(*model.question, none)->is_complete);
  EXPECT_FALSE(ask(*model.question, {}, kYes, none)->is_proved);
  const WhatIf way =
      what_if(*model.question, {{"shop", Value("other"), ""}},
              std::vector<Changeable>{{"amount"}, {"shop"}, {"unused"}}, kYes, {.regions_max = 2})
          .value();
  EXPECT_FALSE(way.is_least_proved);
  TableText later = refund();
  later.rules[0][0] = ">= 500";
  const Model after(refund_facts(), later);
  EXPECT_FALSE(diff(*model.question, *after.question, {}, none)->is_complete);
  EXPECT_FALSE(diff(*model.question, *after.question, {}, {.depth_max = 2})->is_complete);
}

TEST(Reason, findings_are_cut_off_at_their_limit) {
  TableText table{.inputs = {"amount"}, .outputs = {"answer"}};
  for (int i = 0; i < 20; ++i) table.rules.push_back({"-", std::to_string(i)});
  const Model model({number("amount", 0, 10)}, table);
  const Findings found = prove(*model.question, {.findings_max = 7}).value();
  EXPECT_EQ(found.findings.size(), 7U);
  EXPECT_FALSE(found.is_complete);
}

TEST(Reason, a_table_of_300_rules_and_8_columns_is_proved) {
  // A partition of the space by random cuts: no gap, no overlap.
  using Box = std::vector<std::pair<int, int>>;
  std::mt19937_64 random(7);
  std::vector<Box> boxes = {Box(8, {0, 999})};
  while (boxes.size() < 300) {
    const std::size_t i = random() % boxes.size();
    const std::size_t side = random() % 8;
    const auto [low, high] = boxes[i][side];
    if (high - low < 2) continue;
    const int cut = low + 1 + static_cast<int>(random() % static_cast<uint64_t>(high - low - 1));
    Box other = boxes[i];
    boxes[i][side].second = cut;
    other[side].first = cut + 1;
    boxes.push_back(std::move(other));
  }
  TableText table{.outputs = {"answer"}};
  std::vector<FactDomain> facts;
  for (int i = 0; i < 8; ++i) {
    facts.push_back(number("f" + std::to_string(i), 0, 999));
    table.inputs.push_back(facts.back().name);
  }
  for (const Box& box : boxes) {
    std::vector<std::string> cells;
    for (const auto& [low, high] : box) {
      cells.push_back("[" + std::to_string(low) + ".." + std::to_string(high) + "]");
    }
    cells.emplace_back("1");
    table.rules.push_back(std::move(cells));
  }
  const Findings whole = prove(*Model(facts, table).question, {}).value();
  EXPECT_TRUE(whole.is_complete);
  EXPECT_THAT(whole.findings, IsEmpty());
  table.rules.erase(table.rules.begin() + 100);
  const Findings holed = prove(*Model(facts, table).question, {}).value();
  EXPECT_FALSE(holed.findings.empty());
  for (const Finding& gap : holed.findings) {
    EXPECT_EQ(gap.kind, FindingKind::gap);
    for (std::size_t i = 0; i < 8; ++i) {
      const Decimal at = *gap.witness[i].value.as<Decimal>();
      EXPECT_TRUE(at >= Decimal(boxes[100][i].first) && at <= Decimal(boxes[100][i].second));
    }
  }
}

TEST(Reason, labels_stand_in_sentences) {
  const FactLabels labels{.fact = [](std::string_view name,
                                     Language) { return name == "amount" ? "购物金额" : "其他"; },
                          .value =
                              [](std::string_view, const Value& value, Language) {
                                return value.as<bool>() != nullptr ? std::string("是")
                                                                   : to_text(value);
                              }};
  const Restrictions region = {{"amount", ValueSet::between(Value(int64_t{200}), Value(), {})},
                               {"unused", ValueSet::of(Value(true))}};
  EXPECT_EQ(describe(region, Language::zh, labels), "购物金额 为 不低于 200；其他 为 是");
  EXPECT_EQ(describe(Restrictions{}, Language::en), "in every case");
}

TEST(Reason, a_change_is_told_in_labels_and_only_what_changes_of_it) {
  const auto context = [](const char* status, int64_t fee) {
    return Value(Context(std::vector<Context::Member>{
        {"status", Value(status)}, {"fee", Value(fee)}, {"place", Value("here")}}));
  };
  OutcomeChange change;
  change.before = context("no", 0);
  change.after = context("yes", 5);
  change.is_throughout = true;
  EXPECT_EQ(describe(change, Language::en),
            "In every case, the outcome changes in status from \"no\" to \"yes\"; fee from 0 to "
            "5.");
  EXPECT_EQ(describe(change, Language::zh),
            "在所有情形下，结果有变：status 由 “no” 变为 “yes”；fee 由 0 变为 5。");
  change.before = Value("no");
  change.after = Value("yes");
  const FactLabels labels{.outcome = [](const Value& value, Language language) {
    const bool is_no = to_text(value) == "no";
    return std::string(language == Language::zh ? (is_no ? "不予退税" : "可以退税")
                                                : (is_no ? "No refund" : "Refund"));
  }};
  EXPECT_EQ(describe(change, Language::en, labels),
            "In every case, the outcome changes from \"No refund\" to \"Refund\".");
  EXPECT_EQ(describe(change, Language::zh, labels),
            "在所有情形下，结果由 “不予退税” 变为 “可以退税”。");
}

TEST(Reason, a_side_of_a_region_is_told_by_what_it_is_or_by_what_it_is_not) {
  const auto texts = [](std::vector<const char*> all) {
    std::vector<Value> values;
    for (const char* text : all) values.emplace_back(text);
    return ValueSet::of(std::move(values));
  };
  const auto numbers = [](int64_t low, int64_t high) {
    return ValueSet::between(Value(low), Value(high), Decimal(1));
  };
  const Restrictions region = {{"port", texts({"a", "b", "c"}), texts({"a", "b", "c", "d"})},
                               {"shop", texts({"a"}), texts({"a", "b"})},
                               {"days", numbers(0, 183), numbers(0, 1000)},
                               {"amount", numbers(500, 1000), numbers(0, 1000)},
                               {"age", numbers(18, 60), numbers(0, 100)}};
  EXPECT_EQ(describe(region, Language::en),
            "port is not \"d\"; shop is \"a\"; days is at most 183; amount is at least 500; age is "
            "18 to 60");
  EXPECT_EQ(
      describe(region, Language::zh),
      "port 不为 “d”；shop 为 “a”；days 为 不高于 183；amount 为 不低于 500；age 为 18 至 60");
}

}  // namespace
}  // namespace hq::rules
