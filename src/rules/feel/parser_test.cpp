#include "rules/feel/parser.h"

#include <gtest/gtest.h>

#include "rules/feel/built_ins.h"
#include "rules/feel/tree_testing.h"

namespace hq::rules {
namespace {

Names some_names() {
  Names names;
  for (const std::string_view name :
       {"a", "b", "c", "a-b", "monthly  income", "days in weekend", "decision A 2.1", "24h rate",
        "years", "Approved/Declined", "月 收入", "for each", "Date-Time", "it's"}) {
    names.add(name);
  }
  names.add_member("yearly income");
  names.add_member("a+b");
  return names;
}

std::string sketch_of(const Result<ExpressionPtr>& tree) {
  return tree ? sketch(**tree) : tree.error().text();
}
std::string parsed(std::string_view text) {
  return sketch_of(parse_expression(text, some_names()));
}
std::string tests(std::string_view text) {
  return sketch_of(parse_unary_tests(text, some_names()));
}
std::string type(std::string_view text) {
  const Result<TypeExpression> read = parse_type(text, some_names());
  return read ? feel_text(*read) : read.error().text();
}
/// What is wrong with the text.
Error error_of(std::string_view text) {
  const Result<ExpressionPtr> read = parse_expression(text, some_names());
  if (!read) return read.error();
  Error none;
  none.message = sketch(**read);
  return none;
}

TEST(Parser, reads_literals) {
  EXPECT_EQ(parsed("null"), "null");
  EXPECT_EQ(parsed(" true "), "true");
  EXPECT_EQ(parsed("1.2e3"), "1.2e3");
  EXPECT_EQ(parsed(".5"), ".5");
  EXPECT_EQ(parsed(R"("a\tb")"), "\"a\tb\"");
  EXPECT_EQ(parsed(R"(@"2024-01-01")"), R"(@"2024-01-01")");
  EXPECT_EQ(parsed("1 + /* 2 + */ 3 // 4"), "(add 1 3)");
}

TEST(Parser, arithmetic_binds_as_the_grammar_has_it) {
  EXPECT_EQ(parsed("1 + 2 * 3 - 4"), "(subtract (add 1 (multiply 2 3)) 4)");
  EXPECT_EQ(parsed("(1 + 2) * 3"), "(multiply (add 1 2) 3)");
  EXPECT_EQ(parsed("8 / 4 / 2"), "(divide (divide 8 4) 2)");
  EXPECT_EQ(parsed("2 * 3 ** 2"), "(multiply 2 (power 3 2))");
  EXPECT_EQ(parsed("3 ** 4 ** 5"), "(power (power 3 4) 5)");
}

TEST(Parser, a_sign_binds_tighter_than_a_power) {
  EXPECT_EQ(parsed("-2 ** 2"), "(power (negate 2) 2)");
  EXPECT_EQ(parsed("2 ** -1"), "(power 2 (negate 1))");
  EXPECT_EQ(parsed("--a.b"), "(negate (negate (path 'b' a)))");
  EXPECT_EQ(parsed("-(function(x) x)(10)"), "(negate (call (function (parameter 'x') x) 10))");
}

TEST(Parser, logic_binds_less_than_comparison) {
  EXPECT_EQ(parsed("a or b and c = 1 + 2"), "(or a (and b (= c (add 1 2))))");
  EXPECT_EQ(parsed("a and b or c"), "(or (and a b) c)");
  EXPECT_EQ(parsed("a < b = true"), "(= (< a b) true)");
  EXPECT_EQ(parsed("a != b and a >= b"), "(and (!= a b) (>= a b))");
}

TEST(Parser, between_keeps_its_and) {
  EXPECT_EQ(parsed("a between 1 and 2 + 3 and b"), "(and (between a 1 (add 2 3)) b)");
}

TEST(Parser, in_takes_one_test_or_several) {
  EXPECT_EQ(parsed("a in 1"), "(in a 1)");
  EXPECT_EQ(parsed("a in <= 1 + 2 and b"), "(and (in a (test<= (add 1 2))) b)");
  EXPECT_EQ(parsed("a in (1, < 5, [7..9], !=2)"),
            "(in a 1 (test< 5) (interval [] 7 9) (test!= 2))");
  EXPECT_EQ(parsed("a in [[1..2], 3]"), "(in a (list (interval [] 1 2) 3))");
  EXPECT_EQ(parsed("a in (=10)"), "(in a (test= 10))");
  EXPECT_EQ(parsed("a in (b and c)"), "(in a (and b c))");
}

TEST(Parser, a_parenthesis_after_in_may_begin_an_operand) {
  EXPECT_EQ(parsed("a in (1..2]"), "(in a (interval (] 1 2))");
  EXPECT_EQ(parsed("a in (1 + 2) * 3"), "(in a (multiply (add 1 2) 3))");
  EXPECT_EQ(parsed("a in (1..2).x"), "(in a (path 'x' (interval () 1 2)))");
  EXPECT_EQ(parsed("a in (b)[1] = c"), "(= (in a (filter b 1)) c)");
  EXPECT_EQ(parsed("a in ((1..2), 3)"), "(in a (interval () 1 2) 3)");
}

TEST(Parser, intervals_may_be_open_at_either_end) {
  EXPECT_EQ(parsed("[1..2]"), "(interval [] 1 2)");
  EXPECT_EQ(parsed("(1..2)"), "(interval () 1 2)");
  EXPECT_EQ(parsed("]1..2["), "(interval () 1 2)");
  EXPECT_EQ(parsed("[a+1..b["), "(interval [) (add a 1) b)");
  EXPECT_EQ(parsed("(null..10]"), "(interval (] null 10)");
  EXPECT_EQ(parsed("(..10]"), "(interval (] null 10)");
  EXPECT_EQ(parsed("[1..)"), "(interval [) 1 null)");
}

TEST(Parser, a_closed_end_has_a_value) {
  EXPECT_EQ(error_of("[..2]").code, ErrorCode::parse_error);
  EXPECT_EQ(error_of("[1..]").code, ErrorCode::parse_error);
  EXPECT_EQ(error_of("(..)").code, ErrorCode::parse_error);
}

TEST(Parser, a_bracket_after_an_end_is_a_filter_where_it_can_be) {
  EXPECT_EQ(parsed("]1..a[2][.start"), "(path 'start' (interval () 1 (filter a 2)))");
  EXPECT_EQ(parsed("[1..a[b > 1]]"), "(interval [] 1 (filter a (> b 1)))");
  EXPECT_EQ(parsed("[1..10[.start included"), "(path 'start included' (interval [) 1 10))");
  EXPECT_EQ(parsed("{x: ]1..10[, y: [1]}"),
            "(context (entry 'x' (interval () 1 10)) (entry 'y' (list 1)))");
  EXPECT_EQ(parsed("a in ]1..10[ and b in [1..5]"),
            "(and (in a (interval () 1 10)) (in b (interval [] 1 5)))");
}

TEST(Parser, a_comparison_in_parentheses_is_a_range) {
  EXPECT_EQ(parsed("(< 10) = (null..10)"), "(= (test< 10) (interval () null 10))");
  EXPECT_EQ(parsed("(!=10).end included"), "(path 'end included' (test!= 10))");
}

TEST(Parser, names_are_the_longest_in_scope) {
  EXPECT_EQ(parsed("monthly income * 12"), "(multiply monthly income 12)");
  EXPECT_EQ(parsed("monthly\n\t income"), "monthly income");
  EXPECT_EQ(parsed("a-b"), "a-b");
  EXPECT_EQ(parsed("a - b"), "(subtract a b)");
  EXPECT_EQ(parsed("a-c"), "(subtract a c)");
  EXPECT_EQ(parsed("decision A 2.1+1"), "(add decision A 2.1 1)");
  EXPECT_EQ(parsed("Approved/Declined"), "Approved/Declined");
  EXPECT_EQ(parsed("Date-Time"), "Date-Time");
  EXPECT_EQ(parsed("it's + 1"), "(add it's 1)");
  EXPECT_EQ(parsed("月 收入 / 2"), "(divide 月 收入 2)");
  EXPECT_EQ(parsed("24h rate"), "24h rate");
}

TEST(Parser, names_of_built_ins_are_known) {
  EXPECT_EQ(parsed("years and months duration(a, b)"), "(call years and months duration a b)");
  EXPECT_EQ(parsed("years and b"), "(and years b)");
  EXPECT_EQ(parsed("date and\n time(a)"), "(call date and time a)");
}

TEST(Parser, every_built_in_is_known) {
  EXPECT_FALSE(all_built_ins().empty());
  for (const BuiltIn& built_in : all_built_ins()) {
    const std::string name(built_in.name);
    EXPECT_EQ(parsed(name + "(1)"), "(call " + name + " 1)");
  }
}

TEST(Parser, an_unknown_name_is_one_word) {
  EXPECT_EQ(parsed("some_name(1)"), "(call some_name 1)");
  EXPECT_EQ(parsed("x-y"), "(subtract x y)");
  EXPECT_EQ(error_of("income tax").code, ErrorCode::parse_error);
}

TEST(Parser, words_of_the_language_are_names_only_where_known) {
  EXPECT_EQ(parsed("for each + 1"), "(add for each 1)");
  EXPECT_EQ(parsed("for i in days in weekend return i"), "(for (iterator 'i' days in weekend) i)");
  EXPECT_EQ(parsed("{if: 1, x: if + 1, y: if a then b else if}"),
            "(context (entry 'if' 1) (entry 'x' (add if 1)) (entry 'y' (if a b if)))");
  EXPECT_EQ(error_of("then + 1").code, ErrorCode::parse_error);
  EXPECT_EQ(error_of("1 + and").code, ErrorCode::parse_error);
}

TEST(Parser, names_bound_in_the_text_are_known_where_they_hold) {
  EXPECT_EQ(parsed("{net pay: 1, half: net pay / 2}"),
            "(context (entry 'net pay' 1) (entry 'half' (divide net pay 2)))");
  EXPECT_EQ(parsed("for one item in a return one item"), "(for (iterator 'one item' a) one item)");
  EXPECT_EQ(parsed("for p q in a, r s in p q return r s"),
            "(for (iterator 'p q' a) (iterator 'r s' p q) r s)");
  EXPECT_EQ(parsed("every p q in a satisfies p q > 1"), "(every (iterator 'p q' a) (> p q 1))");
  EXPECT_EQ(parsed("function(p-q, r) p-q + r"),
            "(function (parameter 'p-q') (parameter 'r') (add p-q r))");
  EXPECT_EQ(error_of("[{net pay: 1}, net pay]").code, ErrorCode::parse_error);
  EXPECT_EQ(error_of("[for p q in a return 1, p q]").code, ErrorCode::parse_error);
  EXPECT_EQ(parsed("function(p q) function(p q) p q"),
            "(function (parameter 'p q') (function (parameter 'p q') p q))");
}

TEST(Parser, members_are_the_longest_known_or_one_word) {
  EXPECT_EQ(parsed("a.yearly income"), "(path 'yearly income' a)");
  EXPECT_EQ(parsed("a.yearly - 1"), "(subtract (path 'yearly' a) 1)");
  EXPECT_EQ(parsed("a.a+b"), "(path 'a+b' a)");
  EXPECT_EQ(parsed("a.b.time offset"), "(path 'time offset' (path 'b' a))");
  EXPECT_EQ(parsed("{net pay: 1}.net pay"), "(path 'net pay' (context (entry 'net pay' 1)))");
  EXPECT_EQ(parsed("a.if.in"), "(path 'in' (path 'if' a))");
  EXPECT_EQ(error_of("yearly income").code, ErrorCode::parse_error);
  EXPECT_EQ(error_of("a.1").code, ErrorCode::parse_error);
}

TEST(Parser, members_are_names_within_a_filter) {
  EXPECT_EQ(parsed("a[yearly income > 1]"), "(filter a (> yearly income 1))");
  EXPECT_EQ(parsed("[{x y: 1}][x y = 1][1]"),
            "(filter (filter (list (context (entry 'x y' 1))) (= x y 1)) 1)");
  EXPECT_EQ(parsed("a[item > -1]"), "(filter a (> item (negate 1)))");
}

TEST(Parser, calls_are_by_position_or_by_name) {
  EXPECT_EQ(parsed("f()(1, a)"), "(call (call f) 1 a)");
  EXPECT_EQ(parsed("f(first value: 1, a-b: a-b)"),
            "(named_call f (argument 'first value' 1) (argument 'a-b' a-b))");
  EXPECT_EQ(parsed("f({a: 1})"), "(call f (context (entry 'a' 1)))");
  EXPECT_EQ(parsed("\"abs\"(-1)"), "(call \"abs\" (negate 1))");
  EXPECT_EQ(parsed("a.f(1).g(2)[1]"), "(filter (call (path 'g' (call (path 'f' a) 1)) 2) 1)");
  EXPECT_EQ(error_of("f(x: 1, 2)").code, ErrorCode::parse_error);
  EXPECT_EQ(error_of("f(1, x: 2)").code, ErrorCode::parse_error);
}

TEST(Parser, reads_blocks_as_far_as_they_go) {
  EXPECT_EQ(parsed("if a then b else c + 1"), "(if a b (add c 1))");
  EXPECT_EQ(parsed("if a then 1 else if b then 2 else 3"), "(if a 1 (if b 2 3))");
  EXPECT_EQ(parsed("for i in 1..-1 return i"), "(for (iterator 'i' 1 (negate 1)) i)");
  EXPECT_EQ(parsed("for i in a, j in [1..2] return i * partial[-1]"),
            "(for (iterator 'i' a) (iterator 'j' (interval [] 1 2))"
            " (multiply i (filter partial (negate 1))))");
  EXPECT_EQ(parsed("some x in a, y in b satisfies x = y"),
            "(some (iterator 'x' a) (iterator 'y' b) (= x y))");
  EXPECT_EQ(parsed("1 + if a then 2 else 3"), "(add 1 (if a 2 3))");
}

TEST(Parser, functions_have_types_and_may_be_external) {
  EXPECT_EQ(parsed("function() 1"), "(function 1)");
  EXPECT_EQ(parsed("function(p: number, q: date and time) p"),
            "(function (parameter 'p' :number) (parameter 'q' :date and time) p)");
  EXPECT_EQ(parsed("function(p: list<number>) function(q) p"),
            "(function (parameter 'p' :list<number>) (function (parameter 'q') p))");
  EXPECT_EQ(parsed("function(n) external {java: {class: \"M\", method signature: \"f(int)\"}}"),
            "(function external (parameter 'n') (context (entry 'java' (context (entry 'class' "
            "\"M\") (entry 'method signature' \"f(int)\")))))");
}

TEST(Parser, contexts_have_keys_of_any_kind) {
  EXPECT_EQ(parsed("{}"), "(context)");
  EXPECT_EQ(parsed("{foo bar: 1, foo+bar: 2, 🐎: 3, if: 4}"),
            "(context (entry 'foo bar' 1) (entry 'foo+bar' 2) (entry '🐎' 3) (entry 'if' 4))");
  EXPECT_EQ(parsed(R"({"": 1, "foo+bar((!!],foo": 2})"),
            "(context (entry 1) (entry 'foo+bar((!!],foo' 2))");
  EXPECT_EQ(error_of("{1: 2}").code, ErrorCode::parse_error);
  EXPECT_EQ(error_of("{a: 1,}").code, ErrorCode::parse_error);
}

TEST(Parser, instance_of_binds_tighter_than_signs) {
  EXPECT_EQ(parsed("a instance of number and b"), "(and (instance_of a :number) b)");
  EXPECT_EQ(parsed("1 + a instance of days and time duration"),
            "(add 1 (instance_of a :days and time duration))");
  EXPECT_EQ(parsed("-a instance of number"), "(negate (instance_of a :number))");
  EXPECT_EQ(parsed("a instance of list<list<string>>=true"),
            "(= (instance_of a :list<list<string>>) true)");
  EXPECT_EQ(parsed("a instance of context<x y: number, z: Any>"),
            "(instance_of a :context<x y: number, z: Any>)");
  EXPECT_EQ(parsed("a instance of function<number, string>->range<date>"),
            "(instance_of a :function<number, string>->range<date>)");
  EXPECT_EQ(parsed("a instance of model.tPerson"), "(instance_of a :model.tPerson)");
}

TEST(Parser, reads_unary_tests) {
  EXPECT_EQ(tests("-"), "(any)");
  EXPECT_EQ(tests(" "), "(any)");
  EXPECT_EQ(tests("-1"), "(any_of (negate 1))");
  EXPECT_EQ(tests("< 5, [7..9], \"x\", ? > 5"),
            "(any_of (test< 5) (interval [] 7 9) \"x\" (> ? 5))");
  EXPECT_EQ(tests("not(\"a\", >= 5)"), "(none_of \"a\" (test>= 5))");
  EXPECT_EQ(tests("not(a) and b"), "(any_of (and (call not a) b))");
  EXPECT_EQ(tests("not(a), b"), "(any_of (call not a) b)");
  EXPECT_EQ(tests("]1..2[ , 3"), "(any_of (interval () 1 2) 3)");
  EXPECT_EQ(tests("monthly income"), "(any_of monthly income)");
}

TEST(Parser, reads_types) {
  EXPECT_EQ(type("number"), "number");
  EXPECT_EQ(type(" years  and months duration"), "years and months duration");
  EXPECT_EQ(type("t-list_2 of.x"), "t-list_2 of.x");
  EXPECT_EQ(type("function<>->Any"), "function<>->Any");
  EXPECT_EQ(type("context<a: list<number>>"), "context<a: list<number>>");
  EXPECT_FALSE(parse_type("list<", Names()));
  EXPECT_FALSE(parse_type("list<number> x", Names()));
  EXPECT_FALSE(parse_type("function<number>", Names()));
  EXPECT_FALSE(parse_type("", Names()));
}

TEST(Parser, nodes_know_their_place) {
  const std::string_view text = " (a + 1) * f(b)[2] ";
  const ExpressionPtr tree = parse_expression(text, some_names()).value();
  const auto spelled = [&](const Expression& node) {
    return text.substr(node.span.begin, node.span.end - node.span.begin);
  };
  EXPECT_EQ(spelled(*tree), "(a + 1) * f(b)[2]");
  EXPECT_EQ(spelled(*tree->parts[0]), "a + 1");
  EXPECT_EQ(spelled(*tree->parts[1]), "f(b)[2]");
  EXPECT_EQ(spelled(*tree->parts[1]->parts[0]), "f(b)");
}

TEST(Parser, errors_name_the_place_and_what_was_expected) {
  const Error error = error_of("1 +\n 收入 * )");
  EXPECT_EQ(error.code, ErrorCode::parse_error);
  EXPECT_EQ(error.where, "2:7");
  EXPECT_EQ(error.message, "expected an expression but found )");
  EXPECT_EQ(error.message_zh, "此处应为表达式，实际为 )");
  EXPECT_EQ(error_of("(1").message, "expected \")\" but the text ends");
  EXPECT_EQ(error_of("[1, \"a").message, "this text has no closing quote");
  EXPECT_EQ(error_of("1 /* 2").message, "this comment is not closed by */");
  EXPECT_EQ(error_of("1 + \"\\uD800\"").where, "1:5");
  EXPECT_EQ(error_of("a b").where, "1:3");
}

TEST(Parser, refuses_what_is_not_whole) {
  for (const std::string_view text : {"",
                                      " ",
                                      "1 +",
                                      "if a then b",
                                      "if a else b",
                                      "for i in a",
                                      "for in a return 1",
                                      "some x in a return x",
                                      "function(",
                                      "function(1) 2",
                                      "{a}",
                                      "{a:}",
                                      "[1",
                                      "[1,]",
                                      "a[",
                                      "a[]",
                                      "f(",
                                      "f(1,",
                                      "f(,)",
                                      "a.",
                                      "a between 1",
                                      "a between 1 or 2",
                                      "a in",
                                      "a in ()",
                                      "a instance number",
                                      "a instance of",
                                      "@",
                                      "@1",
                                      "(< 5",
                                      "()",
                                      "1 2",
                                      "* 2",
                                      "1..2",
                                      "a instance of list<number",
                                      "a ! b",
                                      "\xFF",
                                      "]1..2",
                                      "(1..2"}) {
    EXPECT_EQ(error_of(text).code, ErrorCode::parse_error) << text;
  }
}

}  // namespace
}  // namespace hq::rules
