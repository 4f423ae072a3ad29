#include "rules/feel/built_in_families.h"

#include <fmt/format.h>

namespace hq::rules {

BuiltIn::Form form(std::initializer_list<Parameter> parameters, std::size_t optional) {
  BuiltIn::Form form;
  form.optional = optional;
  for (const Parameter& parameter : parameters) {
    form.parameters.push_back(parameter.name);
    form.accepts.push_back(parameter.accepts);
  }
  return form;
}

BuiltIn::Form variadic_form(std::initializer_list<Parameter> parameters) {
  BuiltIn::Form variadic = form(parameters);
  variadic.is_variadic = true;
  return variadic;
}

int64_t integer(const Value& argument) {
  const std::optional<int64_t> value = get<Decimal>(argument).to_int64();
  HQ_ASSERT(value.has_value());
  return *value;
}

Value failed(Evaluation& evaluation, std::string_view function, std::string_view en,
             std::string_view zh) {
  return evaluation.null(evaluation.call_span, fmt::format("{}: {}", function, en),
                         fmt::format("{}：{}", function, zh));
}

Value number_or_failed(const std::optional<Decimal>& number, Evaluation& evaluation,
                       std::string_view function) {
  if (number) return Value(*number);
  return failed(evaluation, function, "the result is too large for a number", "结果超出数值的范围");
}

Value call_back(const Value& function, Arguments arguments, Evaluation& evaluation) {
  const Span span = evaluation.call_span;
  Value result = call(function, arguments, {}, evaluation);
  evaluation.call_span = span;
  return result;
}

bool can_afford(Evaluation& evaluation, std::size_t items) {
  return evaluation.spend(items + 1) && evaluation.hold(items * sizeof(Value));
}

bool can_afford_text(Evaluation& evaluation, std::size_t bytes) {
  constexpr std::size_t kBytesPerStep = 16;
  return evaluation.spend(bytes / kBytesPerStep + 1) && evaluation.hold(bytes);
}

Value out_of_budget(const Evaluation& evaluation) {
  return evaluation.spent();
}

std::optional<uint64_t> weight(const Value& value, Evaluation& evaluation) {
  // A stack of its own: what a value holds may be nested deeper than calls may be.
  constexpr std::size_t kBytesPerStep = 64;
  uint64_t sum = 0;
  std::vector<const Value*> open{&value};
  while (!open.empty()) {
    const Value& one = *open.back();
    open.pop_back();
    uint64_t steps = 1;
    if (const auto* text = one.as<std::string>()) steps += text->size() / kBytesPerStep;
    if (const auto* items = one.as<List>()) {
      for (const Value& item : *items) open.push_back(&item);
    }
    if (const auto* context = one.as<Context>()) {
      for (const Context::Member& member : context->members()) open.push_back(&member.value);
    }
    if (!evaluation.spend(steps)) return std::nullopt;
    sum += steps;
  }
  return sum;
}

}  // namespace hq::rules
