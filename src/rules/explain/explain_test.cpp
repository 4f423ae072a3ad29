#include "rules/explain/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Row {
  std::vector<std::string> inputs;
  std::string output;
  std::vector<std::string> annotations = {};
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string table(const std::vector<std::string>& inputs, const std::vector<Row>& rows,
                  std::string_view policy = "UNIQUE", const std::string& more = "") {
  std::string text = "<decisionTable hitPolicy='" + std::string(policy) + "'>";
  for (const std::string& one : inputs) {
    text += "<input><inputExpression><text>" + one + "</text></inputExpression></input>";
  }
  text += "<output>" + more +
          "</output><annotation name='article'/><annotation name='zh'/>"
          "<annotation name='en'/>";
  for (const Row& row : rows) {
    text += "<rule>";
    for (const std::string& one : row.inputs) {
      text += "<inputEntry><text>" + escaped(one) + "</text></inputEntry>";
    }
    text += "<outputEntry><text>" + row.output + "</text></outputEntry>";
    for (const std::string& one : row.annotations) {
      text += "<annotationEntry><text>" + one + "</text></annotationEntry>";
    }
    text += "</rule>";
  }
  return text + "</decisionTable>";
}

Explanation explained(const std::string& content, const std::string& name, const Inputs& inputs,
                      ExplainOptions options = {}, ElementKind kind = ElementKind::decision) {
  const auto program = compiled({definitions(content)});
  std::vector<Input> given;
  for (const auto& [input, text] : inputs) given.push_back({input, feel(text), ""});
  auto explanation = explain(*program, {kind, name}, given, std::move(options));
  EXPECT_TRUE(explanation) << (explanation ? "" : explanation.error().text());
  return explanation ? *std::move(explanation) : Explanation{};
}

std::string refund() {
  return input("Purchase amount", "number") + input("Departure", "date") +
         decision("Refund",
                  table({"Purchase amount", "Departure"},
                        {{{">= 500", "<= @\"2026-03-31\""}, "\"full\"", {"A5(1)", "大额", "large"}},
                         {{"[200..500)", "<= @\"2026-03-31\""}, "\"part\"", {"A5(2)", "小额", ""}},
                         {{"< 200", "-"}, "\"none\"", {}}}),
                  needs_input("Purchase amount") + needs_input("Departure"));
}

std::vector<std::string> texts(const Explanation& explanation, Language language) {
  std::vector<std::string> out;
  for (const ExplanationLine& line : lines_of(explanation)) {
    out.push_back(std::string(line.depth * 2, ' ') +
                  (language == Language::en ? line.text.en : line.text.zh));
  }
  return out;
}

TEST(Explain, names_the_rule_that_hit_with_its_citation) {
  const auto why =
      explained(refund(), "Refund", {{"Purchase amount", "300"}, {"Departure", "@\"2026-02-01\""}});
  EXPECT_EQ(to_text(why.answer.value), "part");
  ASSERT_TRUE(why.why.table);
  ASSERT_EQ(why.why.table->hits.size(), 1u);
  const ExplainedRule& hit = why.why.table->hits[0];
  EXPECT_EQ(hit.number, 2u);
  EXPECT_EQ(hit.article, "A5(2)");
  EXPECT_EQ(hit.reason.zh, "小额");
  EXPECT_EQ(hit.failing, 0u);
  ASSERT_EQ(hit.conditions.size(), 2u);
  EXPECT_EQ(hit.conditions[0].truth, Truth::holds);
  EXPECT_EQ(to_text(hit.outputs[0].value), "part");
}

TEST(Explain, orders_misses_by_failing_conditions_and_then_by_distance) {
  const auto why =
      explained(refund(), "Refund", {{"Purchase amount", "180"}, {"Departure", "@\"2026-02-01\""}});
  const auto& misses = why.why.table->misses;
  ASSERT_EQ(misses.size(), 2u);
  EXPECT_EQ(misses[0].number, 2u);  // 20 short
  EXPECT_EQ(misses[1].number, 1u);  // 320 short
  EXPECT_EQ(misses[0].failing, 1u);
  EXPECT_LT(misses[0].distance, misses[1].distance);
}

TEST(Explain, says_by_how_much_a_condition_fails) {
  Labels labels;
  labels.names["Purchase amount"] = {"Purchase amount", "购物金额"};
  labels.names["Departure"] = {"Departure", "离境日期"};
  const auto why =
      explained(refund(), "Refund", {{"Purchase amount", "180"}, {"Departure", "@\"2026-04-05\""}},
                {.labels = labels});
  const ExplainedRule& miss = why.why.table->misses[1];
  ASSERT_EQ(miss.number, 1u);
  EXPECT_EQ(miss.conditions[0].text.en, "Purchase amount is 180, at least 500 needed: 320 short");
  EXPECT_EQ(miss.conditions[0].text.zh, "购物金额为 180，需不低于 500：差 320");
  EXPECT_EQ(to_text(miss.conditions[1].change->by), "-P5D");
  EXPECT_EQ(miss.conditions[1].text.en,
            "Departure is 5 April 2026, no later than 31 March 2026 needed: 5 days too late");
  EXPECT_EQ(miss.conditions[1].text.zh, "离境日期为 2026年4月5日，需不晚于 2026年3月31日：晚 5 天");
}

TEST(Explain, calls_a_condition_unknown_where_there_is_no_value) {
  const auto why = explained(refund(), "Refund", {{"Purchase amount", "300"}});
  ASSERT_EQ(why.why.table->misses[1].number, 2u);
  const Condition& unknown = why.why.table->misses[1].conditions[1];
  EXPECT_EQ(unknown.truth, Truth::unknown);
  EXPECT_FALSE(unknown.change);
  EXPECT_THAT(unknown.text.zh, HasSubstr("Departure 未知，需不晚于"));
  ASSERT_EQ(why.why.needs.size(), 2u);
  EXPECT_EQ(why.why.needs[0].origin, Origin::given);
  EXPECT_EQ(why.why.needs[1].origin, Origin::missing);
}

TEST(Explain, leaves_the_answer_as_it_is) {
  const auto program = compiled({definitions(refund())});
  const std::vector<Input> inputs = {{"Purchase amount", Value("many"), ""}};
  const auto plain = execute(*program, {ElementKind::decision, "Refund"}, inputs, {});
  const auto why = explain(*program, {ElementKind::decision, "Refund"}, inputs, {});
  ASSERT_TRUE(plain && why);
  EXPECT_TRUE(is_same(plain->value, why->answer.value));
  EXPECT_EQ(plain->reports.size(), why->answer.reports.size());
}

TEST(Explain, a_default_is_told) {
  const auto why = explained(
      input("x") + decision("d",
                            table({"x"}, {{{"1"}, "2"}}, "UNIQUE",
                                  "<defaultOutputEntry><text>9</text></defaultOutputEntry>"),
                            needs_input("x")),
      "d", {{"x", "5"}});
  EXPECT_TRUE(why.why.table->is_default);
  EXPECT_THAT(texts(why, Language::zh), testing::Contains("  没有适用的规则，取默认值"));
}

TEST(Explain, a_rule_behind_the_first_is_no_miss) {
  const auto why = explained(
      input("x") + decision("d",
                            table({"x"}, {{{"> 1"}, "1"}, {{"> 2"}, "2"}, {{"> 9"}, "3"}}, "FIRST"),
                            needs_input("x")),
      "d", {{"x", "5"}});
  ASSERT_EQ(why.why.table->misses.size(), 1u);
  EXPECT_EQ(why.why.table->misses[0].number, 3u);
}

std::vector<std::size_t> misses(const std::vector<Row>& rows, const std::string& value) {
  const auto why = explained(input("x") + decision("d", table({"x"}, rows), needs_input("x")), "d",
                             {{"x", value}});
  std::vector<std::size_t> numbers;
  for (const ExplainedRule& one : why.why.table->misses) numbers.push_back(one.number);
  return numbers;
}

TEST(Explain, a_rule_that_says_the_same_is_no_miss) {
  EXPECT_THAT(misses({{{"< 3"}, "1"}, {{"[3..9]"}, "2"}, {{"> 9"}, "1"}}, "2"), ElementsAre(2));
}

TEST(Explain, a_rule_for_what_is_unknown_is_no_miss_of_what_is_known) {
  const std::vector<Row> rows = {{{"< 3"}, "1"}, {{">= 3"}, "2"}, {{"null"}, "3"}};
  EXPECT_THAT(misses(rows, "2"), ElementsAre(2));
  EXPECT_THAT(misses(rows, "null"), ElementsAre(1, 2));
}

TEST(Explain, a_table_of_many_rules_names_the_nearest) {
  std::vector<Row> rows;
  for (int i = 0; i < 500; ++i) {
    rows.push_back({{std::to_string((i * 7) % 1000)}, std::to_string(i)});
  }
  EXPECT_THAT(misses(rows, "500.5"), testing::SizeIs(3));
}

TEST(Explain, shows_each_decision_once) {
  const auto why =
      explained(input("x") + decision("a", literal("x + 1"), needs_input("x")) +
                    decision("b", literal("a * 2"), needs_decision("a")) +
                    decision("c", literal("a + b"), needs_decision("a") + needs_decision("b")),
                "c", {{"x", "1"}});
  ASSERT_EQ(why.why.needs.size(), 2u);
  EXPECT_EQ(why.why.needs[0].origin, Origin::literal);
  EXPECT_EQ(why.why.needs[0].needs[0].name, "x");
  EXPECT_EQ(why.why.needs[1].name, "b");
  ASSERT_EQ(why.why.needs[1].needs.size(), 1u);
  EXPECT_EQ(why.why.needs[1].needs[0].origin, Origin::repeated);
  EXPECT_EQ(to_text(why.why.needs[1].needs[0].value), "2");
}

TEST(Explain, names_the_operand_of_a_conjunction_that_failed) {
  const auto why = explained(
      input("age") + input("member") +
          decision("d", literal("age &gt;= 18 and not(member = false or age in [60..70))"),
                   needs_input("age") + needs_input("member")),
      "d", {{"age", "65"}, {"member", "true"}});
  ASSERT_EQ(why.why.conditions.size(), 1u);
  const Condition& all = why.why.conditions[0];
  EXPECT_EQ(all.joined_by, "and");
  EXPECT_EQ(all.truth, Truth::fails);
  ASSERT_EQ(all.parts.size(), 2u);
  EXPECT_EQ(all.parts[0].truth, Truth::holds);
  const Condition& none = all.parts[1];  // not(a or b): both not
  EXPECT_EQ(none.joined_by, "and");
  ASSERT_EQ(none.parts.size(), 2u);
  EXPECT_EQ(none.parts[0].truth, Truth::holds);
  EXPECT_EQ(none.parts[1].truth, Truth::fails);
  EXPECT_EQ(none.parts[1].text.en, "age is 65, less than 60 or at least 70 needed: 5 short");
}

TEST(Explain, follows_the_branch_of_an_if) {
  const auto why =
      explained(input("x") + decision("d",
                                      literal("if 10 &lt; x then \"a\" else if x between 3 and 5 "
                                              "then \"b\" else \"c\""),
                                      needs_input("x")),
                "d", {{"x", "2"}});
  ASSERT_EQ(why.why.conditions.size(), 2u);
  EXPECT_EQ(why.why.conditions[0].text.zh, "x 为 2，需高于 10：差 8 以上");
  EXPECT_EQ(why.why.conditions[1].text.en, "x is 2, at least 3 and at most 5 needed: 1 short");
}

TEST(Explain, shows_entries_and_calls) {
  const auto why =
      explained(input("x") +
                    "<businessKnowledgeModel name='twice' id='_twice'><variable name='twice'/>"
                    "<encapsulatedLogic><formalParameter name='n'/>" +
                    literal("n * 2") + "</encapsulatedLogic></businessKnowledgeModel>" +
                    decision("d",
                             "<context><contextEntry><variable name='a'/>" + literal("twice(x)") +
                                 "</contextEntry><contextEntry>" + literal("a + 1") +
                                 "</contextEntry></context>",
                             needs_input("x") + needs_knowledge("twice")),
                "d", {{"x", "3"}});
  EXPECT_THAT(texts(why, Language::en),
              ElementsAre("d:", "  a: 6, from twice(x)", "    twice: 6, from n * 2",
                          "      n: 3 (given)", "  result: 7, from a + 1", "  x: 3 (given)"));
}

std::string needed(const std::string& cell, const std::string& value, bool is_zh = false) {
  Labels labels;
  labels.names["limit"] = {"the limit", "上限"};
  labels.units["x"] = {{"CNY", "元"}, "CNY"};
  const auto why =
      explained(input("x") + input("limit") + input("none") +
                    decision("d", table({"x"}, {{{cell}, "1"}, {{"none"}, "2"}}),
                             needs_input("x") + needs_input("limit") + needs_input("none")),
                "d", {{"x", value}, {"limit", "7"}}, {.labels = labels});
  const auto& table = *why.why.table;
  const Wording& text = (table.hits.empty() ? table.misses : table.hits)[0].conditions[0].text;
  return is_zh ? text.zh : text.en;
}

TEST(Explain, puts_tests_into_words) {
  EXPECT_EQ(needed("\"a\", \"b\", \"c\"", "\"d\""), "x is \"d\", \"a\", \"b\" or \"c\" needed");
  EXPECT_EQ(needed("\"a\", \"b\"", "\"d\"", true), "x 为“d”，需为“a”或“b”");
  EXPECT_EQ(needed("not(\"a\", \"b\")", "\"b\""), "x is \"b\", other than \"a\" or \"b\" needed");
  EXPECT_EQ(needed("> limit", "5"),
            "x is 5 CNY, more than 7 CNY (the limit) needed: more than 2 CNY short");
  EXPECT_EQ(needed("<= limit", "5", true), "x 为 5 元，需不高于 7 元（上限）：符合");
  EXPECT_EQ(needed("\"a\"", "\"a\""), "x is \"a\": met");
  EXPECT_EQ(needed("> none", "5"), "x is 5 CNY, more than none (not known) needed");
  EXPECT_EQ(needed("< 3, null", "5"),
            "x is 5 CNY, less than 3 CNY or no value needed: "
            "more than 2 CNY too much");
  EXPECT_EQ(needed("even(?)", "5"), "x is 5 CNY, even(?) needed");
  EXPECT_EQ(needed(">= @\"P1Y2M\"", "@\"P1Y\"", true),
            "x 为 1 年，需不短于 1 年 2 个月：差 2 个月");
  EXPECT_EQ(needed("< @\"PT3H\"", "@\"P1DT3H\""),
            "x is 1 day 3 hours, shorter than 3 hours needed: more than 1 day too long");
  EXPECT_EQ(needed("true", "false", true), "x 为 否，需为是");
  EXPECT_EQ(needed("> 5", "5"),
            "x is 5 CNY, more than 5 CNY needed: the limit itself does not count");
}

TEST(Explain, shows_the_branch_that_was_taken) {
  const auto why =
      explained(input("x") + decision("d",
                                      "<conditional><if>" + literal("x &gt; 1") + "</if><then>" +
                                          literal("\"a\"") + "</then><else>" + literal("\"b\"") +
                                          "</else></conditional>",
                                      needs_input("x")),
                "d", {{"x", "1"}});
  EXPECT_THAT(texts(why, Language::zh),
              ElementsAre("d：“b”", "  如果：否，由 x > 1 得出",
                          "    x 为 1，需高于 1：界限本身不算", "  否则：“b”", "  x：1（给定）"));
}

TEST(Explain, writes_the_whole_as_sentences) {
  const auto why = explained(
      refund(), "Refund", {{"Purchase amount", "300"}, {"Departure", "@\"2026-02-01\""}},
      {.labels = {.names = {}, .values = {{"Refund", {{"part", {"partial refund", "部分退税"}}}}}},
       .misses_max = 1});
  EXPECT_THAT(texts(why, Language::zh),
              ElementsAre("Refund：部分退税", "  规则 2 适用（A5(2)）：小额",
                          "    Purchase amount 为 300，需不低于 200 且低于 500：符合",
                          "    Departure 为 2026年2月1日，需不晚于 2026年3月31日：符合",
                          "  规则 3 不适用，其结果为 “none”",
                          "    Purchase amount 为 300，需低于 200：超出 100 以上",
                          "  Purchase amount：300（给定）", "  Departure：2026年2月1日（给定）"));
}

TEST(Explain, reports_stand_where_they_came_about) {
  const auto why = explained(
      decision("a", literal("1 / 0")) + decision("b", literal("a + 1"), needs_decision("a")), "b",
      {});
  EXPECT_TRUE(why.why.reports.empty());
  ASSERT_EQ(why.why.needs[0].reports.size(), 1u);
  EXPECT_THAT(why.why.needs[0].reports[0].zh, HasSubstr("除数为 0"));
}

TEST(Explain, a_service_is_explained_by_its_outputs) {
  const auto why = explained(
      input("x") + decision("a", literal("x + 1"), needs_input("x")) +
          "<decisionService name='s' id='_s'><variable name='s'/><outputDecision href='#_a'/>"
          "<inputData href='#_x'/></decisionService>",
      "s", {{"x", "3"}}, {}, ElementKind::service);
  EXPECT_THAT(texts(why, Language::en),
              ElementsAre("s: 4", "  a: 4, from x + 1", "    x: 3 (given)"));
}

TEST(Explain, leaves_out_what_is_beyond_the_limit) {
  const auto why = explained(
      input("n") +
          "<businessKnowledgeModel name='f' id='_f'><variable name='f'/><encapsulatedLogic>"
          "<formalParameter name='n'/>" +
          literal("if n = 0 then 0 else f(n - 1)") +
          "</encapsulatedLogic></businessKnowledgeModel>" +
          decision("d", literal("f(n)"), needs_input("n") + needs_knowledge("f")),
      "d", {{"n", "50"}}, {.nodes_max = 10});
  EXPECT_TRUE(why.is_cut);
  EXPECT_EQ(to_text(why.answer.value), "0");
  EXPECT_LE(lines_of(why).size(), 40u);
}

TEST(Explain, tells_what_the_answer_turned_on_from_the_rest) {
  const std::string model = input("Age") + input("Purse") +
                            decision("Fit", literal("Age >= 18"), needs_input("Age")) +
                            decision("Rich", literal("Purse >= 9"), needs_input("Purse")) +
                            decision("Enter",
                                     table({"Fit", "Rich"},
                                           {{{"false", "-"}, "\"no\""},
                                            {{"true", "true"}, "\"yes\""},
                                            {{"true", "false"}, "\"wait\""}},
                                           "FIRST"),
                                     needs_decision("Fit") + needs_decision("Rich"));
  const Explanation why = explained(model, "Enter", {{"Age", "12"}, {"Purse", "1"}});
  std::vector<std::string> decisive;
  std::vector<std::string> others;
  for (const ExplanationLine& line : lines_of(why)) {
    (line.is_decisive ? decisive : others).push_back(line.text.en);
  }
  EXPECT_THAT(decisive, ElementsAre("Enter: \"no\"", "Rule 1 applies", "Fit is no: met",
                                    "Rule 3 does not apply; it would give \"wait\"",
                                    "Fit is no, yes needed", "Fit: no, from Age >= 18",
                                    "Age is 12, at least 18 needed: 6 short", "Age: 12 (given)"));
  EXPECT_THAT(others,
              ElementsAre("Rule 2 does not apply; it would give \"yes\"", "Fit is no, yes needed",
                          "Rich is no, yes needed", "Rich: no, from Purse >= 9",
                          "Purse is 1, at least 9 needed: 8 short", "Purse: 1 (given)"));
}

TEST(Explain, refuses_what_execute_refuses) {
  const auto program = compiled({definitions(refund())});
  const auto why = explain(*program, {ElementKind::decision, "none"}, {}, {});
  ASSERT_FALSE(why);
  EXPECT_EQ(why.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace hq::rules
