// Functions of numbers (DMN 1.5, table 75), all in exact decimals of 34 digits.
#include "rules/feel/built_in_families.h"

namespace hq::rules {
namespace {

struct RoundingName {
  std::string_view name;
  Rounding rounding;
};

Value rounded(Arguments arguments, RoundingName how, Evaluation& evaluation) {
  const int64_t scale = arguments.size() > 1 ? integer(arguments[1]) : 0;
  const std::optional<Decimal> result = round(get<Decimal>(arguments[0]), scale, how.rounding);
  if (result) return Value(*result);
  return failed(evaluation, how.name, "scale must be from -6111 to 6176, and the result a number",
                "小数位数 scale 应在 -6111 到 6176 之间，且结果须为有效数值");
}

Value decimal(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  return rounded(arguments, {"decimal", Rounding::half_even}, evaluation);
}

Value floor(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  return rounded(arguments, {"floor", Rounding::floor}, evaluation);
}

Value ceiling(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  return rounded(arguments, {"ceiling", Rounding::ceiling}, evaluation);
}

Value round_up(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  return rounded(arguments, {"round up", Rounding::up}, evaluation);
}

Value round_down(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  return rounded(arguments, {"round down", Rounding::down}, evaluation);
}

Value round_half_up(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  return rounded(arguments, {"round half up", Rounding::half_up}, evaluation);
}

Value round_half_down(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  return rounded(arguments, {"round half down", Rounding::half_down}, evaluation);
}

Value absolute_value(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  const Value& n = arguments[0];
  if (const auto* days = n.as<DaysDuration>()) return Value(absolute(*days));
  if (const auto* months = n.as<MonthsDuration>()) return Value(absolute(*months));
  return Value(absolute(get<Decimal>(n)));
}

Value modulo_of(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& divisor = get<Decimal>(arguments[1]);
  if (divisor.is_zero()) return failed(evaluation, "modulo", "the divisor is 0", "除数为 0");
  return number_or_failed(modulo(get<Decimal>(arguments[0]), divisor), evaluation, "modulo");
}

Value square_root_of(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::optional<Decimal> root = square_root(get<Decimal>(arguments[0]));
  if (root) return Value(*root);
  return failed(evaluation, "sqrt", "the number is negative", "该数为负数");
}

Value logarithm_of(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::optional<Decimal> result = logarithm(get<Decimal>(arguments[0]));
  if (result) return Value(*result);
  return failed(evaluation, "log", "the number is not above 0", "该数不大于 0");
}

Value exponential_of(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  return number_or_failed(exponential(get<Decimal>(arguments[0])), evaluation, "exp");
}

/// What is left of the number by 2: 0, 1, or something else where it is no integer.
Decimal parity(const Value& number) {
  const std::optional<Decimal> rest = modulo(get<Decimal>(number), Decimal(2));
  HQ_ASSERT(rest.has_value());  // less than the divisor, so never too large
  return *rest;
}

Value is_odd(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  return Value(parity(arguments[0]) == Decimal(1));
}

Value is_even(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  return Value(parity(arguments[0]).is_zero());
}

}  // namespace

std::vector<BuiltIn> number_built_ins() {
  const BuiltIn::Form scaled = form({{"n", Accepts::number}, {"scale", Accepts::integer}});
  const BuiltIn::Form scalable = form({{"n", Accepts::number}, {"scale", Accepts::integer}}, 1);
  const BuiltIn::Form number = form({{"number", Accepts::number}});
  return {
      {"decimal", {scaled}, decimal},
      {"floor", {scalable}, floor},
      {"ceiling", {scalable}, ceiling},
      {"round up", {scaled}, round_up},
      {"round down", {scaled}, round_down},
      {"round half up", {scaled}, round_half_up},
      {"round half down", {scaled}, round_half_down},
      {"abs", {form({{"n", Accepts::quantity}})}, absolute_value},
      {"modulo", {form({{"dividend", Accepts::number}, {"divisor", Accepts::number}})}, modulo_of},
      {"sqrt", {number}, square_root_of},
      {"log", {number}, logarithm_of},
      {"exp", {number}, exponential_of},
      {"odd", {number}, is_odd},
      {"even", {number}, is_even},
  };
}

}  // namespace hq::rules
