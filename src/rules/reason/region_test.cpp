// What the evaluator over regions knows of each part of the language, and that it says so where it
// does not know.
#include "rules/reason/region.h"

#include <gtest/gtest.h>

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

struct Facts {
  std::vector<FactDomain> domains;
  std::string xml;
  std::string needs;

  Facts& add(const std::string& name, FactDomain domain) {
    domain.name = name;
    domains.push_back(std::move(domain));
    xml += input(name);
    needs += needs_input(name);
    return *this;
  }
};

FactDomain number(const char* low, const char* high) {
  FactDomain fact;
  fact.type = simple(TypeKind::number);
  if (*low != '\0') fact.min = feel(low);
  if (*high != '\0') fact.max = feel(high);
  return fact;
}
FactDomain dates(const char* low, const char* high) {
  FactDomain fact;
  fact.type = simple(TypeKind::date);
  fact.min = Value(parse_date(low).value());
  fact.max = Value(parse_date(high).value());
  return fact;
}
FactDomain texts() {
  FactDomain fact;
  fact.type = simple(TypeKind::string);
  return fact;
}
FactDomain booleans() {
  FactDomain fact;
  fact.type = simple(TypeKind::boolean);
  return fact;
}

Facts usual() {
  Facts facts;
  facts.add("x", number("0", "10")).add("y", number("-5", "5")).add("t", texts());
  facts.add("b", booleans()).add("d", dates("2026-01-01", "2026-12-31"));
  return facts;
}

std::string said(const Abstract& outcome) {
  if (outcome.is_anything) return "anything";
  std::string text = describe(outcome.set, Language::en);
  if (outcome.members) text += "{..}";
  if (outcome.items) text += "[..]";
  return text;
}

/// The outcome of a model over all that its facts may be.
std::string over_all(const Facts& facts, const std::string& elements,
                     const std::string& result = "") {
  const auto program = compiled({definitions(facts.xml + elements)});
  EXPECT_TRUE(program->faults().empty());
  Question question{*program, {ElementKind::decision, "D"}, result};
  question.facts = facts.domains;
  const Space space = Space::of(question).value();
  const auto evaluator = RegionEvaluator::make(question, space);
  EXPECT_TRUE(evaluator.has_value());
  return said((*evaluator)->outcome(space.whole));
}
std::string of(const std::string& expression) {
  const Facts facts = usual();
  std::string text;
  for (const char c : expression) text += c == '<' ? "&lt;" : std::string(1, c);
  return over_all(facts, decision("D", literal(text), facts.needs));
}

TEST(Region, computes_with_intervals) {
  EXPECT_EQ(of("x + y"), "-5 to 15");
  EXPECT_EQ(of("x - y"), "-5 to 15");
  EXPECT_EQ(of("x * y"), "-50 to 50");
  EXPECT_EQ(of("-x * 2 + 1"), "-19 to 1");
  EXPECT_EQ(of("x / 4"), "0 to 2.5");
  EXPECT_EQ(of("1 / (x + 1)"), "0.09090909090909090909090909090909091 to 1");
  EXPECT_EQ(of("1 / y"), "anything");
  EXPECT_EQ(of("y ** 2"), "anything");
  EXPECT_EQ(of("if x > 5 then x else 20"), "20 or 0 to 10");
}

TEST(Region, computes_with_dates_and_durations) {
  EXPECT_EQ(of("d + @\"P1D\""), "2026-01-02 to 2027-01-01");
  EXPECT_EQ(of("d - @\"2026-01-01\""), "PT0S to P364D");
  EXPECT_EQ(of("(d - @\"2026-01-01\").days"), "0 to 364");
  EXPECT_EQ(of("d.year"), "2026");
  EXPECT_EQ(of("years and months duration(@\"2008-06-15\", d).years"), "17 to 18");
  EXPECT_EQ(of("d.month"), "anything");
}

TEST(Region, knows_the_usual_functions) {
  EXPECT_EQ(of("min(x, 3)"), "0 to 3");
  EXPECT_EQ(of("max([x, y, 2])"), "2 to 10");
  EXPECT_EQ(of("sum(x, y, 1)"), "-4 to 16");
  EXPECT_EQ(of("count([x, y])"), "2");
  EXPECT_EQ(of("floor(x / 3)"), "0 to 3");
  EXPECT_EQ(of("abs(y)"), "0 to 5");
  EXPECT_EQ(of("not(x > 20)"), "true");
  EXPECT_EQ(of("string length(t)"), "anything");
}

TEST(Region, compares_as_far_as_it_can_be_told) {
  EXPECT_EQ(of("x >= 0"), "true");
  EXPECT_EQ(of("x > 10"), "false");
  EXPECT_EQ(of("x > 9"), "true or false");
  EXPECT_EQ(of("x in [0..10]"), "true");
  EXPECT_EQ(of("x between -1 and 20"), "true");
  EXPECT_EQ(of("x = \"a\""), "unknown");
  EXPECT_EQ(of("x in (1, 2, > 11)"), "true or false");
  EXPECT_EQ(of("t = \"a\""), "true or false");
  EXPECT_EQ(of("t in (\"a\", \"b\")"), "true or false");
  EXPECT_EQ(of("x = null"), "false");
  EXPECT_EQ(of("x > null"), "unknown");
}

TEST(Region, settles_logic_by_the_side_that_is_known) {
  EXPECT_EQ(of("b or x >= 0"), "true");
  EXPECT_EQ(of("x > 10 and b"), "false");
  EXPECT_EQ(of("b and x > 20"), "false");
  EXPECT_EQ(of("b and b"), "true or false");
  EXPECT_EQ(of("b and null"), "false or unknown");
}

TEST(Region, goes_through_contexts_and_lists) {
  EXPECT_EQ(of("{a: x + 1, c: a * 2}.c"), "2 to 22");
  EXPECT_EQ(of("{a: x}.nothing"), "unknown");
  EXPECT_EQ(of("[x, y]"), "[..]");
  EXPECT_EQ(of("for i in [1, 2] return i"), "[1, 2]");
  EXPECT_EQ(of("some i in [1, 2] satisfies i > x"), "anything");
  EXPECT_EQ(of("some i in [true, false] satisfies i = b"), "true");
}

TEST(Region, goes_into_knowledge_models) {
  Facts facts = usual();
  const std::string model =
      "<businessKnowledgeModel name=\"rate\" id=\"_rate\"><variable name=\"rate\"/>"
      "<encapsulatedLogic><formalParameter name=\"a\" typeRef=\"number\"/>" +
      literal("if a > 100 then 1 else a * 2") + "</encapsulatedLogic></businessKnowledgeModel>";
  EXPECT_EQ(over_all(facts, model + decision("D", literal("rate(x) + 1"),
                                             facts.needs + needs_knowledge("rate"))),
            "1 to 21");
  EXPECT_EQ(over_all(facts, model + decision("D", literal("rate(t)"),
                                             facts.needs + needs_knowledge("rate"))),
            "anything");
}

TEST(Region, gives_up_on_a_model_that_calls_itself_without_end) {
  Facts facts = usual();
  const std::string model =
      "<businessKnowledgeModel name=\"loop\" id=\"_loop\"><variable name=\"loop\"/>"
      "<encapsulatedLogic><formalParameter name=\"a\"/>" +
      literal("if a > 5 then 1 else loop(a)") + "</encapsulatedLogic></businessKnowledgeModel>";
  EXPECT_EQ(over_all(facts, model + decision("D", literal("loop(x)"),
                                             facts.needs + needs_knowledge("loop"))),
            "anything");
}

TEST(Region, takes_the_member_of_the_result_that_is_the_outcome) {
  const Facts facts = usual();
  EXPECT_EQ(over_all(facts,
                     decision("D", literal("{status: if x > 20 then \"a\" else \"b\", n: x}"),
                              facts.needs),
                     "status"),
            "\"b\"");
}

TEST(Region, holds_an_error_where_a_value_may_not_be_allowed) {
  Facts facts = usual();
  const std::string type =
      "<itemDefinition name=\"tFew\"><typeRef>number</typeRef><allowedValues><text>[0..5]</text>"
      "</allowedValues></itemDefinition>";
  const auto program = compiled({definitions(
      type + facts.xml + "<decision name=\"D\" id=\"_D\"><variable name=\"D\" typeRef=\"tFew\"/>" +
      facts.needs + literal("x") + "</decision>")});
  Question question{*program, {ElementKind::decision, "D"}};
  question.facts = facts.domains;
  const Space space = Space::of(question).value();
  const auto evaluator = RegionEvaluator::make(question, space).value();
  const Abstract outcome = evaluator->outcome(space.whole);
  EXPECT_EQ(said(outcome), "unknown or 0 to 10");
  // Split where the allowed values end, both parts are settled.
  const auto parts = split(space.whole, outcome.why());
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(said(evaluator->outcome(parts->first)), "0 to 5");
  EXPECT_EQ(said(evaluator->outcome(parts->second)), "unknown");
}

TEST(Region, splits_where_a_computed_value_turns) {
  const Facts facts = usual();
  const auto program = compiled(
      {definitions(facts.xml + decision("D", literal("100 - x * 3 &lt; 85"), facts.needs))});
  Question question{*program, {ElementKind::decision, "D"}};
  question.facts = facts.domains;
  const Space space = Space::of(question).value();
  const auto evaluator = RegionEvaluator::make(question, space).value();
  const auto parts = split(space.whole, evaluator->outcome(space.whole).why());
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(describe(parts->first[0], Language::en), "0 to 5");
  EXPECT_EQ(said(evaluator->outcome(parts->first)), "false");
  EXPECT_EQ(said(evaluator->outcome(parts->second)), "true");
}

TEST(Region, says_what_is_wrong_with_a_question) {
  const Facts facts = usual();
  const auto program =
      compiled({definitions(facts.xml + decision("D", literal("x"), facts.needs))});
  const auto error_of = [&](const Target& target, std::vector<FactDomain> domains) {
    Question question{*program, target};
    question.facts = std::move(domains);
    auto space = Space::of(question);
    if (!space) return space.error().code;
    return RegionEvaluator::make(question, *space).error().code;
  };
  const Target target{ElementKind::decision, "D"};
  const auto named = [](const std::string& name, FactDomain domain) {
    domain.name = name;
    return domain;
  };
  EXPECT_EQ(error_of({ElementKind::decision, "E"}, {}), ErrorCode::not_found);
  EXPECT_EQ(error_of(target, {named("z", texts())}), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of(target, {named("x", number("5", "1"))}), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of(target, {named("x", {})}), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of(target, {named("x", texts()), named("x", texts())}),
            ErrorCode::invalid_argument);
  FactDomain wrong = number("1", "2");
  wrong.step = Decimal(0);
  EXPECT_EQ(error_of(target, {named("x", wrong)}), ErrorCode::invalid_argument);
  wrong = number("1", "2");
  wrong.min = Value("a");
  EXPECT_EQ(error_of(target, {named("x", wrong)}), ErrorCode::invalid_argument);
  std::vector<FactDomain> many;
  for (std::size_t i = 0; i <= kFactsMax; ++i) many.push_back(named(std::to_string(i), texts()));
  EXPECT_EQ(error_of(target, many), ErrorCode::limit_exceeded);
}

TEST(Region, says_that_functions_cannot_be_reasoned_about) {
  const std::string model =
      "<businessKnowledgeModel name=\"f\" id=\"_f\"><variable name=\"f\"/><encapsulatedLogic>" +
      literal("1") + "</encapsulatedLogic></businessKnowledgeModel>";
  const auto program = compiled({definitions(model)});
  const Question question{*program, {ElementKind::knowledge_model, "f"}};
  EXPECT_EQ(RegionEvaluator::make(question, {}).error().code, ErrorCode::unsupported);
}

}  // namespace
}  // namespace hq::rules
