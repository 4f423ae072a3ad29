#include "rules/check/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '<' ? std::string("&lt;") : std::string(1, c);
  return out;
}

std::vector<Problem> problems(const std::string& content, const CheckOptions& options = {}) {
  const auto program = compiled({definitions(content)});
  return check(*program, options);
}

/// "error unknown_name": what is no hint.
std::vector<std::string> codes(const std::vector<Problem>& problems) {
  std::vector<std::string> all;
  for (const Problem& one : problems) {
    if (one.severity == Severity::hint) continue;
    all.push_back((one.severity == Severity::error ? "error " : "warning ") +
                  std::string(one.code));
  }
  return all;
}

/// Of a decision with inputs n (number), m (number), s (string), b (boolean), d (date), p (a person
/// with age and name), l (list of numbers), x (anything); all of them given but m and x.
std::vector<std::string> said(const std::string& text) {
  const std::string person =
      "<itemDefinition name='tPerson'><itemComponent name='age'><typeRef>number</typeRef>"
      "</itemComponent><itemComponent name='name'><typeRef>string</typeRef></itemComponent>"
      "</itemDefinition><itemDefinition name='tNumbers' isCollection='true'><typeRef>number"
      "</typeRef></itemDefinition>";
  std::string inputs;
  std::string needs;
  for (const auto& [name, type] : {std::pair("n", "number"),
                                   {"m", "number"},
                                   {"s", "string"},
                                   {"b", "boolean"},
                                   {"d", "date"},
                                   {"p", "tPerson"},
                                   {"l", "tNumbers"},
                                   {"x", "Any"},
                                   {"maybe", "boolean"}}) {
    inputs += input(name, type);
    needs += needs_input(name);
  }
  return codes(problems(person + inputs + decision("out", literal(escaped(text)), needs),
                        {.always_given = {"n", "s", "b", "d", "p", "l"}}));
}

TEST(Check, says_nothing_of_what_is_right) {
  for (const char* text : {"n + 1",
                           "s + \"a\"",
                           "d + duration(\"P1D\")",
                           "if n > 1 then 2 else 3",
                           "p.age * 2",
                           "n in [1..3]",
                           "not(b)",
                           "l[1]",
                           "l[item > 2]",
                           "for i in l return i + n",
                           "some i in l satisfies i > 1",
                           "count(l) > 3",
                           "x + 1",
                           "x.whatever",
                           "d.year = 2026",
                           "[{a: 1}][a = 1].a",
                           "substring(s, 2)",
                           "{f: function(a: number) a + 1, g: f(n)}.g",
                           "n instance of number",
                           "string(m)",
                           "if m = null then 0 else m",
                           "date(s)",
                           "sum(l)",
                           "n between 1 and 5",
                           "max(l)",
                           "d in [date(\"2026-01-01\")..date(\"2026-12-31\")]"}) {
    EXPECT_THAT(said(text), IsEmpty()) << text;
  }
}

TEST(Check, names_that_nothing_binds) {
  EXPECT_THAT(said("n + y"), ElementsAre("error unknown_name"));
  EXPECT_THAT(said("foo(n)"), ElementsAre("error unknown_function"));
  EXPECT_THAT(said("p.agee"), ElementsAre("error unknown_member"));
  EXPECT_THAT(said("d.hour"), ElementsAre("error unknown_member"));
  EXPECT_THAT(said("[{a: 1}][z = n]"), ElementsAre("warning unknown_name"));
}

TEST(Check, suggests_the_name_that_was_meant) {
  const auto found = problems(input("amount", "number") +
                              decision("d", literal("amuont + 1"), needs_input("amount")));
  ASSERT_FALSE(found.empty());
  EXPECT_THAT(found[0].message_en, HasSubstr("did you mean \"amount\""));
  EXPECT_THAT(found[0].message_zh, HasSubstr("是否指“amount”"));
  EXPECT_EQ(found[0].text.substr(found[0].span.begin, found[0].span.end - found[0].span.begin),
            "amuont");
  EXPECT_EQ(found[0].where(), "test.dmn:1: decision d");
}

TEST(Check, operands_of_the_wrong_type) {
  EXPECT_THAT(said("n + s"), ElementsAre("error wrong_operand"));
  EXPECT_THAT(said("b * x"), ElementsAre("error wrong_operand"));
  EXPECT_THAT(said("d + n"), ElementsAre("error wrong_operand"));
  EXPECT_THAT(said("-s"), ElementsAre("error wrong_operand"));
  EXPECT_THAT(said("n / 0"), ElementsAre("error division_by_zero"));
  EXPECT_THAT(said("d > n"), ElementsAre("error not_comparable"));
  EXPECT_THAT(said("b < x"), ElementsAre("error not_comparable"));
  EXPECT_THAT(said("s = 1"), ElementsAre("error not_comparable"));
  EXPECT_THAT(said("n between 1 and \"b\""), ElementsAre("error not_comparable"));
  EXPECT_THAT(said("n in (\"a\", \"b\")"), ElementsAre("error wrong_test"));
  EXPECT_THAT(said("b and n"), ElementsAre("warning no_boolean"));
}

TEST(Check, arguments_of_functions) {
  EXPECT_THAT(said("floor(s)"), ElementsAre("error wrong_argument"));
  EXPECT_THAT(said("floor(n, 1, 2)"), ElementsAre("error wrong_arguments"));
  EXPECT_THAT(said("substring(string: s, begin: 1)"), ElementsAre("error wrong_arguments"));
  EXPECT_THAT(said("not(n)"), ElementsAre("error wrong_argument"));
  EXPECT_THAT(said("sum(s)"), ElementsAre("error wrong_argument"));
  EXPECT_THAT(said("n(1)"), ElementsAre("error no_function"));
  EXPECT_THAT(said("{f: function(a: number) a, g: f(s)}"), ElementsAre("error wrong_type"));
  EXPECT_THAT(said("{f: function(a: number) a, g: f(n, n)}"), ElementsAre("error wrong_arguments"));
  EXPECT_THAT(said("{f: function(a: number) a, g: f(b: n)}"), ElementsAre("error wrong_arguments"));
}

TEST(Check, conditions_and_filters) {
  EXPECT_THAT(said("if n then 1 else 2"), ElementsAre("error no_condition"));
  EXPECT_THAT(said("every i in l satisfies i"), ElementsAre("error no_condition"));
  EXPECT_THAT(said("l[s]"), ElementsAre("error wrong_filter"));
  EXPECT_THAT(said("l[1.5]"), ElementsAre("error wrong_filter"));
  EXPECT_THAT(said("l[0]"), ElementsAre("warning no_such_item"));
  EXPECT_THAT(said("for i in null return n"), ElementsAre("error no_list"));
}

TEST(Check, constants_that_always_fail_say_why) {
  EXPECT_THAT(said("n + number(\"one\", \",\", \".\")"), Contains("error always_fails"));
  EXPECT_THAT(said("d > date(\"2026-02-30\")"), Contains("error always_fails"));
  EXPECT_THAT(said("if b then 1 / 0 else 1"), ElementsAre("error always_fails"));
}

TEST(Check, null_must_not_silently_equal_null) {
  EXPECT_THAT(said("if m = x then 1 else 2"), ElementsAre("warning null_equals_null"));
  EXPECT_THAT(said("m = n"), IsEmpty());  // n is always given
  EXPECT_THAT(said("m != null and m = x"), IsEmpty());
  EXPECT_THAT(said("m = l[1]"), ElementsAre("warning null_equals_null"));
}

TEST(Check, null_differs_from_everything) {
  EXPECT_THAT(said("m != 5"), ElementsAre("warning null_differs"));
  EXPECT_THAT(said("m != null and m != 5"), IsEmpty());
  EXPECT_THAT(said("not(m = 5)"), ElementsAre("warning null_in_not"));
  EXPECT_THAT(said("not(m in (1, 2))"), ElementsAre("warning null_in_not"));
  EXPECT_THAT(said("not(m = null)"), IsEmpty());
  EXPECT_THAT(said("not(m > 5)"), IsEmpty());  // stays unknown
}

TEST(Check, a_condition_that_is_unknown_counts_as_false) {
  EXPECT_THAT(said("if m > 5 then 1 else 2"), ElementsAre("warning null_condition"));
  EXPECT_THAT(said("if maybe then 1 else 2"), ElementsAre("warning null_condition"));
  EXPECT_THAT(said("if m = null then 0 else if m > 5 then 1 else 2"), IsEmpty());
  EXPECT_THAT(said("if m != null and m > 5 then 1 else 2"), IsEmpty());
  EXPECT_THAT(said("if m = null or m > 5 then 1 else 2"), IsEmpty());
}

struct Row {
  std::vector<std::string> inputs;
  std::string output;
};

/// A table over a (number, allowed 1 to 9), s (text) in a decision "out".
std::vector<Problem> of_table(const std::vector<Row>& rows, const std::string& policy = "UNIQUE",
                              const std::string& output = "<output typeRef='string'/>",
                              const CheckOptions& options = {.always_given = {"a", "s"}}) {
  std::string text = "<decisionTable " +
                     (policy.contains('=') ? policy : "hitPolicy='" + policy + "'") +
                     "><input><inputExpression typeRef='number'><text>a</text></inputExpression>"
                     "<inputValues><text>[1..9]</text></inputValues></input><input>"
                     "<inputExpression><text>s</text></inputExpression></input>" +
                     output;
  for (const Row& row : rows) {
    text += "<rule>";
    for (const std::string& cell : row.inputs) {
      text += "<inputEntry><text>" + escaped(cell) + "</text></inputEntry>";
    }
    text += "<outputEntry><text>" + escaped(row.output) + "</text></outputEntry></rule>";
  }
  return problems(
      input("a", "number") + input("s", "string") +
          decision("out", text + "</decisionTable>", needs_input("a") + needs_input("s")),
      options);
}

TEST(CheckTable, says_nothing_of_what_is_right) {
  EXPECT_THAT(codes(of_table({{{"< 5", "\"x\", \"y\""}, "\"low\""},
                              {{"[5..9]", "not(\"z\")"}, "\"high\""},
                              {{"-", "starts with(?, \"q\")"}, "s"}})),
              IsEmpty());
}

TEST(CheckTable, a_cell_of_another_type_than_its_input) {
  const auto found = of_table({{{"< 5", "> 3"}, "\"low\""}});
  ASSERT_THAT(codes(found), ElementsAre("error wrong_test"));
  EXPECT_EQ(found[0].rule, 1u);
  EXPECT_EQ(found[0].column, 2u);
  EXPECT_EQ(found[0].text, "> 3");
  EXPECT_EQ(found[0].where(), "test.dmn:1: decision out, rule 1, column 2");
  EXPECT_THAT(codes(of_table({{{"3, \"three\"", "-"}, "\"low\""}})),
              ElementsAre("warning wrong_test"));
}

TEST(CheckTable, an_output_of_another_type_than_its_clause) {
  const auto found = of_table({{{"-", "-"}, "a + 1"}});
  ASSERT_THAT(codes(found), ElementsAre("error wrong_type"));
  EXPECT_EQ(found[0].column, 3u);
  EXPECT_THAT(codes(of_table({{{"-", "-"}, ""}})), ElementsAre("error no_output"));
}

TEST(CheckTable, cells_that_can_never_hold) {
  EXPECT_THAT(codes(of_table({{{"> 10", "-"}, "\"x\""}})), ElementsAre("warning never_holds"));
  EXPECT_THAT(codes(of_table({{{"[5..1]", "-"}, "\"x\""}})), ElementsAre("warning never_holds"));
  EXPECT_THAT(codes(of_table({{{"(8..9)", "-"}, "\"x\""}})), IsEmpty());
  EXPECT_THAT(codes(of_table({{{"not([0..20])", "-"}, "\"x\""}})),
              ElementsAre("warning never_holds"));
}

TEST(CheckTable, outputs_are_among_the_allowed_ones) {
  const std::string values =
      "<output><outputValues><text>\"yes\", \"no\"</text></outputValues></output>";
  EXPECT_THAT(codes(of_table({{{"-", "-"}, "\"maybe\""}}, "UNIQUE", values)),
              ElementsAre("warning output_not_allowed"));
  EXPECT_THAT(codes(of_table({{{"-", "-"}, "\"yes\""}}, "UNIQUE", values)), IsEmpty());
}

TEST(CheckTable, rules_with_the_same_conditions) {
  const std::vector<Row> other = {{{"1", "-"}, "\"x\""}, {{"1", "-"}, "\"y\""}};
  const std::vector<Row> same = {{{"1", "-"}, "\"x\""}, {{"1", "-"}, "\"x\""}};
  EXPECT_THAT(codes(of_table(other)), ElementsAre("error same_conditions"));
  EXPECT_THAT(codes(of_table(other, "ANY")), ElementsAre("error same_conditions"));
  EXPECT_THAT(codes(of_table(same, "ANY")), IsEmpty());  // a hint
  EXPECT_THAT(codes(of_table(other, "FIRST")), ElementsAre("warning shadowed"));
  EXPECT_THAT(codes(of_table(other, "COLLECT")), IsEmpty());
  EXPECT_THAT(codes(of_table({{{"-", "-"}, "\"x\""}, {{"2", "-"}, "\"y\""}}, "FIRST")),
              ElementsAre("warning shadowed"));
}

TEST(CheckTable, hit_policies_that_lack_what_they_need) {
  EXPECT_THAT(codes(of_table({{{"1", "-"}, "\"x\""}}, "PRIORITY")),
              ElementsAre("warning no_priorities"));
  EXPECT_THAT(codes(of_table({{{"1", "-"}, "\"x\""}}, "hitPolicy='COLLECT' aggregation='SUM'")),
              ElementsAre("error wrong_aggregation"));
  EXPECT_THAT(codes(of_table({{{"1", "-"}, "\"x\""}}, "hitPolicy='COLLECT' aggregation='COUNT'")),
              IsEmpty());
}

TEST(CheckTable, an_input_that_may_be_null_wants_a_rule_for_null) {
  const CheckOptions none;
  const std::string output = "<output typeRef='string'/>";
  // Nothing applies, and that is to be seen.
  EXPECT_THAT(codes(of_table({{{"< 5", "\"x\""}, "\"low\""}}, "UNIQUE", output, none)), IsEmpty());
  EXPECT_THAT(
      codes(of_table({{{"< 5", "-"}, "\"low\""}, {{"-", "-"}, "\"rest\""}}, "FIRST", output, none)),
      ElementsAre("warning null_falls_through"));
  EXPECT_THAT(codes(of_table({{{"< 5", "not(\"x\")"}, "\"low\""}}, "UNIQUE", output, none)),
              ElementsAre("warning null_passes"));
  EXPECT_THAT(
      codes(of_table(
          {{{"null", "-"}, "\"unknown\""}, {{"< 5", "-"}, "\"low\""}, {{"-", "-"}, "\"rest\""}},
          "FIRST", output, none)),
      IsEmpty());
}

TEST(CheckTable, constants_are_values_of_their_clause) {
  const std::string type =
      "<itemDefinition name='tAnswer'><typeRef>string</typeRef><allowedValues><text>\"yes\", "
      "\"no\"</text></allowedValues></itemDefinition>";
  const auto of = [&](const std::string& text) {
    return codes(problems(type +
                          "<decision name='d' id='_d'><variable name='d' "
                          "typeRef='tAnswer'/>" +
                          literal(text) + "</decision>"));
  };
  EXPECT_THAT(of("\"maybe\""), ElementsAre("error wrong_value"));
  EXPECT_THAT(of("\"yes\""), IsEmpty());
}

std::vector<std::string> hints(const std::vector<Problem>& problems) {
  std::vector<std::string> all;
  for (const Problem& one : problems) {
    if (one.severity == Severity::hint) all.push_back(one.element + " " + std::string(one.code));
  }
  return all;
}

TEST(CheckTable, hints_at_what_is_needless) {
  EXPECT_THAT(hints(of_table({{{"1", "-"}, "\"x\""}, {{"1", "-"}, "\"x\""}}, "ANY")),
              ElementsAre("decision out same_rule"));
  EXPECT_THAT(
      hints(of_table({{{"1", "-"}, "1"}}, "hitPolicy='FIRST' aggregation='COUNT'", "<output/>")),
      ElementsAre("decision out unused_aggregation"));
}

TEST(CheckTable, a_missing_customer_is_not_the_missing_vip) {
  const std::string table =
      "<decisionTable hitPolicy='FIRST'><input><inputExpression><text>customer</text>"
      "</inputExpression></input><output/><rule><inputEntry><text>vip</text></inputEntry>"
      "<outputEntry><text>1</text></outputEntry></rule></decisionTable>";
  const auto of = [&](const CheckOptions& options) {
    return codes(
        problems(input("customer", "string") + input("vip", "string") +
                     decision("discount", table, needs_input("customer") + needs_input("vip")),
                 options));
  };
  EXPECT_THAT(of({}), ElementsAre("warning null_equals_null"));
  EXPECT_THAT(of({.always_given = {"vip"}}), IsEmpty());
}

TEST(CheckModel, faults_stand_with_their_element) {
  const auto found = problems(decision("d", literal("1 +")));
  ASSERT_THAT(codes(found), ElementsAre("error fault"));
  EXPECT_EQ(found[0].element, "decision d");
  EXPECT_EQ(found[0].line, 1u);
  EXPECT_THAT(found[0].message_en, testing::StartsWith("1:4: "));
  EXPECT_THAT(found[0].message_zh, HasSubstr("1:4"));
  EXPECT_THAT(codes(problems(input("a", "tNothing"))), ElementsAre("error fault"));
}

TEST(CheckModel, hostile_texts_take_no_more_than_their_size) {
  std::string chain = "n";
  for (int i = 0; i < 990; ++i) chain += " + n";
  EXPECT_THAT(said(chain), IsEmpty());
  std::string nested = "n = m";
  for (int i = 0; i < 150; ++i) nested = "not(" + nested + ") = b";
  EXPECT_THAT(said(nested), Contains("warning null_in_not"));
  std::string list = "n in (1";
  for (int i = 0; i < 20'000; ++i) list += ", " + std::to_string(i);
  EXPECT_THAT(said(list + ")"), IsEmpty());
}

TEST(CheckTable, a_table_of_very_many_rules_is_checked_in_time) {
  std::vector<Row> rows;
  for (int i = 0; i < 3700; ++i) rows.push_back({{"-", "\"" + std::to_string(i) + "\""}, "\"x\""});
  EXPECT_THAT(codes(of_table(rows)), IsEmpty());
  for (Row& row : rows) row.inputs[0] = "> 10";
  EXPECT_THAT(codes(of_table(rows)), testing::SizeIs(3700));
}

TEST(CheckModel, decisions_that_require_themselves) {
  EXPECT_THAT(codes(problems(decision("a", literal("b"), needs_decision("b")) +
                             decision("b", literal("a"), needs_decision("a")))),
              Contains("error cycle"));
}

TEST(CheckModel, what_nothing_needs) {
  EXPECT_THAT(
      hints(problems(input("a") + input("b") + decision("c", literal("1"), needs_input("b")) +
                     decision("d", literal("2")))),
      testing::UnorderedElementsAre("input data a unused_input", "decision c unused_requirement",
                                    "decision c unneeded", "decision d unneeded"));
  EXPECT_THAT(hints(problems(decision("d", literal("2")))), IsEmpty());
}

TEST(CheckModel, results_of_decisions_carry_their_types) {
  const std::string table =
      "<decisionTable><input><inputExpression><text>1</text></inputExpression></input><output/>"
      "<rule><inputEntry><text>2</text></inputEntry><outputEntry><text>\"x\"</text></outputEntry>"
      "</rule></decisionTable>";
  const std::string one = decision("a", table);
  EXPECT_THAT(codes(problems(one + decision("b", literal("a + 1"), needs_decision("a")))),
              ElementsAre("error wrong_operand"));
  // Without a default the table may give null.
  EXPECT_THAT(codes(problems(one + decision("b", literal("a != \"y\""), needs_decision("a")))),
              ElementsAre("warning null_differs"));
}

TEST(CheckModel, calls_of_knowledge_models_and_services) {
  const std::string knowledge =
      "<businessKnowledgeModel name='f' id='_f'><variable name='f'/><encapsulatedLogic>"
      "<formalParameter name='n' typeRef='number'/>" +
      literal("n + 1") + "</encapsulatedLogic></businessKnowledgeModel>";
  const auto of = [&](const std::string& text) {
    return codes(problems(knowledge + decision("d", literal(text), needs_knowledge("f"))));
  };
  EXPECT_THAT(of("f(1) + 1"), IsEmpty());
  EXPECT_THAT(of("f(\"x\")"), ElementsAre("error wrong_type"));
  EXPECT_THAT(of("f(1, 2)"), ElementsAre("error wrong_arguments"));
  EXPECT_THAT(of("f(1) + \"x\""), ElementsAre("error wrong_operand"));
  const std::string boxed = "<invocation>" + literal("f") + "<binding><parameter name='m'/>" +
                            literal("1") + "</binding></invocation>";
  EXPECT_THAT(codes(problems(knowledge + decision("d", boxed, needs_knowledge("f")))),
              ElementsAre("error wrong_arguments"));
}

TEST(CheckModel, boxed_expressions) {
  const auto of = [&](const std::string& box) {
    return codes(problems(input("n", "number") + decision("d", box, needs_input("n")),
                          {.always_given = {"n"}}));
  };
  EXPECT_THAT(of("<conditional><if>" + literal("n") + "</if><then>" + literal("1") +
                 "</then><else>" + literal("2") + "</else></conditional>"),
              ElementsAre("error no_condition"));
  EXPECT_THAT(of("<context><contextEntry><variable name='a' typeRef='string'/>" + literal("n") +
                 "</contextEntry></context>"),
              ElementsAre("error wrong_type"));
  EXPECT_THAT(of("<filter><in>" + literal("[{a: n}]") + "</in><match>" + literal("a + 1") +
                 "</match></filter>"),
              ElementsAre("error no_condition"));
  EXPECT_THAT(of("<for iteratorVariable='i'><in>" + literal("[n]") + "</in><return>" +
                 literal("i + \"x\"") + "</return></for>"),
              ElementsAre("error wrong_operand"));
  EXPECT_THAT(of("<list>" + literal("n + \"x\"") + "</list>"), ElementsAre("error wrong_operand"));
  EXPECT_THAT(
      of("<relation><column name='a' typeRef='string'/><row>" + literal("n") + "</row></relation>"),
      ElementsAre("error wrong_type"));
  EXPECT_THAT(of("<context><contextEntry><variable name='a'/></contextEntry></context>"),
              ElementsAre("error no_expression"));
}

TEST(CheckModel, declared_results_are_held_to) {
  const std::string text = "<decision name='d' id='_d'><variable name='d' typeRef='number'/>" +
                           literal("\"x\"") + "</decision>";
  EXPECT_THAT(codes(problems(text)), Contains("error wrong_type"));
}

TEST(CheckModel, a_decision_without_logic_has_to_be_given) {
  EXPECT_THAT(codes(problems(decision("d", ""))), ElementsAre("warning no_logic"));
}

}  // namespace
}  // namespace hq::rules
