// Calls of whatever function: built in, written in FEEL, or of a model.
#include <algorithm>
#include <utility>

#include "rules/feel/arithmetic.h"
#include "rules/feel/built_ins.h"
#include "rules/feel/operations.h"

namespace hq::rules {
namespace {

/// A built-in function as a value, to be handed to another.
class BuiltInFunction final : public Function {
 public:
  explicit BuiltInFunction(const BuiltIn& built_in)
      : Function(parameters_of(built_in)), built_in_(built_in) {}

  const BuiltIn* built_in() const override { return &built_in_; }

  Value call(std::span<const Value> arguments, Evaluation& evaluation) const override {
    return call_built_in(built_in_, arguments, {}, evaluation);
  }

 private:
  static std::vector<Parameter> parameters_of(const BuiltIn& built_in) {
    std::vector<Parameter> parameters;
    if (built_in.forms.empty()) return parameters;
    for (const std::string_view name : built_in.forms.front().parameters) {
      parameters.push_back({std::string(name), simple(TypeKind::any)});
    }
    return parameters;
  }

  const BuiltIn& built_in_;
};

/// The values in the order of the parameters; nothing where a name is wrong, twice or missing.
std::optional<std::vector<Value>> in_order(const Function& function,
                                           std::span<const Value> arguments,
                                           std::span<const std::string> names) {
  const std::vector<Function::Parameter>& parameters = function.parameters();
  if (names.size() != arguments.size() || parameters.size() != arguments.size()) {
    return std::nullopt;
  }
  std::vector<Value> ordered;
  ordered.reserve(parameters.size());
  for (const Function::Parameter& parameter : parameters) {
    const auto found = std::ranges::find(names, parameter.name);
    if (found == names.end()) return std::nullopt;
    ordered.push_back(arguments[static_cast<std::size_t>(found - names.begin())]);
  }
  return ordered;
}

Value other_arguments(const Function& callee, Evaluation& evaluation) {
  std::string wanted;
  for (const Function::Parameter& parameter : callee.parameters()) {
    if (!wanted.empty()) wanted += ", ";
    wanted += parameter.name;
  }
  return evaluation.null(evaluation.call_span,
                         "the function takes other arguments: (" + wanted + ")",
                         "函数的参数不符，应为：(" + wanted + ")");
}

}  // namespace

std::optional<Value> built_in_value(std::string_view name) {
  const BuiltIn* built_in = find_built_in(name);
  if (built_in == nullptr) return std::nullopt;
  return Value(std::shared_ptr<const Function>(std::make_shared<BuiltInFunction>(*built_in)));
}

Value call(const Value& function, std::span<const Value> arguments,
           std::span<const std::string> names, Evaluation& evaluation) {
  const Span span = evaluation.call_span;
  const Function* callee = function.as<Function>();
  if (callee == nullptr) {
    return null_of({&function}, evaluation, span,
                   std::string("a ").append(kind_name(function)).append(" cannot be called"),
                   std::string(kind_name(function)).append(" 不能被调用"));
  }
  if (const BuiltIn* built_in = callee->built_in()) {
    return call_built_in(*built_in, arguments, names, evaluation);
  }
  // Copied only where they stand in another order, or one is converted.
  std::vector<Value> own;
  if (!names.empty()) {
    std::optional<std::vector<Value>> ordered = in_order(*callee, arguments, names);
    if (!ordered) return other_arguments(*callee, evaluation);
    own = *std::move(ordered);
    arguments = own;
  } else if (arguments.size() != callee->parameters().size()) {
    return other_arguments(*callee, evaluation);
  }
  const Scope scope;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const TypePtr& type = callee->parameters()[i].type;
    if (!type || is_coerced(arguments[i], *type)) continue;
    Value coerced = coerce(arguments[i], *type, scope, evaluation);
    // An argument of the wrong type makes the whole call null.
    if (coerced.reason() != nullptr) return coerced;
    if (own.empty()) own.assign(arguments.begin(), arguments.end());
    own[i] = std::move(coerced);
    arguments = own;
  }
  return callee->call(arguments, evaluation);
}

}  // namespace hq::rules
