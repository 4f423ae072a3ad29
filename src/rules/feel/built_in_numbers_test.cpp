#include "rules/feel/built_ins_testing.h"

namespace hq::rules {
namespace {

TEST(BuiltInNumbers, round_to_a_scale) {
  expect_answers({
      {"decimal(1/3, 2)", "0.33"},
      {"decimal(1.5, 0)", "2"},
      {"decimal(2.5, 0)", "2"},
      {"decimal(1/3, 2.5)", "0.33"},
      {"decimal(1234, -2)", "1200"},
      {"decimal(n: 15/7, scale: 3)", "2.143"},
      {"decimal(1.5)", "error"},
      {"decimal(1.5, null)", "error"},
      {"floor(1.5)", "1"},
      {"floor(-1.5)", "-2"},
      {"floor(-1.56, 1)", "-1.6"},
      {"floor(n: 1.5, scale: null)", "error"},
      {"floor(n: 1.5, scale: \"1\")", "error"},
      {"ceiling(1.5)", "2"},
      {"ceiling(-1.5)", "-1"},
      {"ceiling(1.56, 1)", "1.6"},
      {"ceiling(null, 1)", "error"},
  });
}

TEST(BuiltInNumbers, round_in_four_ways) {
  expect_answers({
      {"round up(5.5, 0)", "6"},
      {"round up(-1.126, 2)", "-1.13"},
      {"round up(1.121, 2)", "1.13"},
      {"round down(5.5, 0)", "5"},
      {"round down(-1.126, 2)", "-1.12"},
      {"round half up(5.5, 0)", "6"},
      {"round half up(-5.5, 0)", "-6"},
      {"round half up(1.126, 2)", "1.13"},
      {"round half down(5.5, 0)", "5"},
      {"round half down(-5.5, 0)", "-5"},
      {"round half down(1.126, 2)", "1.13"},
  });
}

TEST(BuiltInNumbers, know_the_limits_of_a_scale) {
  expect_answers({
      {"round up(5.5, 6176)", "5.5"},
      {"round up(5.5, 6177)", "error"},
      {"round up(5.5, -6112)", "error"},
      {"round down(5.5, -6111)", "0"},
      {"round up(5.5, 1e30)", "error"},
      {"round up(5.5)", "error"},
      {"round up(scale: 0)", "error"},
      {"round up(n: 5.5, scale: 0, foo: 123)", "error"},
  });
}

TEST(BuiltInNumbers, take_absolute_values_of_numbers_and_durations) {
  expect_answers({
      {"abs(-1)", "1"},
      {"abs(0)", "0"},
      {"abs(n: -1)", "1"},
      {"abs(number: -1)", "error"},
      {"abs(duration(\"-P1D\"))", "P1D"},
      {"abs(duration(\"-P1Y\"))", "P1Y"},
      {"abs(date(\"2018-12-06\"))", "error"},
      {"abs(null)", "error"},
  });
}

TEST(BuiltInNumbers, give_the_rest_the_sign_of_the_divisor) {
  expect_answers({
      {"modulo(12, 5)", "2"},
      {"modulo(-12, 5)", "3"},
      {"modulo(12, -5)", "-3"},
      {"modulo(-12, -5)", "-2"},
      {"modulo(-10.1, 4.5)", "3.4"},
      {"modulo(-10.1, -4.5)", "-1.1"},
      {"modulo(10, 0)", "error"},
      {"modulo(duration(\"P10D\"), 4)", "error"},
  });
}

TEST(BuiltInNumbers, give_roots_logarithms_and_powers_of_e) {
  expect_answers({
      {"sqrt(16)", "4"},
      {"sqrt(number: 2)", "1.414213562373095048801688724209698"},
      {"sqrt(-1)", "error"},
      {"exp(0)", "1"},
      {"exp(1e6)", "error"},
      {"log(1)", "0"},
      {"log(0)", "error"},
      {"log(-1)", "error"},
      {"decimal(log(exp(2)), 20)", "2"},
  });
}

TEST(BuiltInNumbers, tell_odd_from_even) {
  expect_answers({
      {"even(2)", "true"},
      {"even(-1)", "false"},
      {"even(0)", "true"},
      {"even(2.5)", "false"},
      {"odd(-1)", "true"},
      {"odd(2)", "false"},
      {"odd(2.5)", "false"},
      {"odd(9999999999999999999999999999999999)", "true"},
      {"even(1e40)", "true"},
      {"odd(\"1\")", "error"},
  });
}

}  // namespace
}  // namespace hq::rules
