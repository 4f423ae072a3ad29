// Functions: those written in FEEL with what they saw, those built in, and calls of all of them.
#include <algorithm>
#include <utility>

#include "rules/feel/arithmetic.h"
#include "rules/feel/built_ins.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

/// A function written in FEEL. It keeps the values it saw; the tree belongs to who parsed it and
/// has to live as long.
class Closure final : public Function, public std::enable_shared_from_this<Closure> {
 public:
  Closure(const Expression& tree, std::string name, std::vector<Parameter> parameters,
          TypePtr result, Context seen)
      : Function(std::move(parameters), std::move(result)),
        body_(*tree.parts.back()),
        name_(std::move(name)),
        seen_(std::move(seen)) {
    for (const auto& [key, value] : seen_.members()) nesting_ = std::max(nesting_, value.nesting());
  }

  Value call(std::span<const Value> arguments, Evaluation& evaluation) const override {
    const Evaluation::Deeper deeper(evaluation);
    if (deeper.is_too_deep()) {
      return evaluation.null(body_.span, "functions call each other too deeply",
                             "函数调用层次过深");
    }
    const Scope seen(nullptr, &seen_, false);
    Scope inner(&seen);
    // Bound here and not kept, as a function that keeps itself would never be freed.
    if (!name_.empty())
      inner.set(name_, Value(std::shared_ptr<const Function>(shared_from_this())));
    for (std::size_t i = 0; i < arguments.size() && i < parameters().size(); ++i) {
      inner.set(parameters()[i].name, arguments[i]);
    }
    return walk(body_, inner, evaluation);
  }

 private:
  const Expression& body_;
  std::string name_;
  Context seen_;
};

/// A built-in function as a value, to be handed to another.
class BuiltInFunction final : public Function {
 public:
  explicit BuiltInFunction(const BuiltIn& built_in)
      : Function(parameters_of(built_in)), built_in_(built_in) {}

  const BuiltIn& built_in() const { return built_in_; }

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

Value external_function(const Expression& tree, const std::vector<Function::Parameter>& parameters,
                        const Scope& scope, Evaluation& evaluation) {
  Value body = walk(*tree.parts.back(), scope, evaluation);
  if (body.reason() != nullptr) return body;
  std::vector<std::string> names;
  names.reserve(parameters.size());
  for (const Function::Parameter& parameter : parameters) names.push_back(parameter.name);
  std::shared_ptr<const Function> found;
  if (evaluation.options().find_external) found = evaluation.options().find_external(body, names);
  if (found) return Value(std::move(found));
  return evaluation.null(tree.span, "there is no such external function: " + to_text(body),
                         "没有这个外部函数：" + to_text(body));
}

std::vector<Function::Parameter> parameters_of(const Expression& tree,
                                               const Evaluation& evaluation) {
  std::vector<Function::Parameter> parameters;
  for (std::size_t i = 0; i + 1 < tree.parts.size(); ++i) {
    const Expression& part = *tree.parts[i];
    parameters.push_back(
        {part.text, part.type ? resolve(*part.type, evaluation) : simple(TypeKind::any)});
  }
  return parameters;
}

struct Arguments {
  std::vector<Value> values;
  std::vector<std::string> names;
};

Arguments arguments_of(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Arguments arguments;
  for (std::size_t i = 1; i < tree.parts.size(); ++i) {
    const Expression& part = *tree.parts[i];
    if (part.kind == Kind::argument) {
      arguments.names.push_back(part.text);
      arguments.values.push_back(walk(*part.parts.front(), scope, evaluation));
    } else {
      arguments.values.push_back(walk(part, scope, evaluation));
    }
  }
  return arguments;
}

/// The place of the call, for what it reports, while it runs.
class CallPlace {
 public:
  CallPlace(Evaluation& evaluation, Span span)
      : evaluation_(evaluation), outer_(std::exchange(evaluation.call_span, span)) {}
  CallPlace(const CallPlace&) = delete;
  CallPlace& operator=(const CallPlace&) = delete;
  ~CallPlace() { evaluation_.call_span = outer_; }

 private:
  Evaluation& evaluation_;
  Span outer_;
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

std::string listed(const std::vector<Function::Parameter>& parameters) {
  std::string out;
  for (const Function::Parameter& parameter : parameters) {
    if (!out.empty()) out += ", ";
    out += parameter.name;
  }
  return out;
}

}  // namespace

std::optional<Value> built_in_value(std::string_view name) {
  const BuiltIn* built_in = find_built_in(name);
  if (built_in == nullptr) return std::nullopt;
  return Value(std::shared_ptr<const Function>(std::make_shared<BuiltInFunction>(*built_in)));
}

Value walk_function(const Expression& tree, std::string_view name, const Scope& scope,
                    Evaluation& evaluation) {
  std::vector<Function::Parameter> parameters = parameters_of(tree, evaluation);
  if (tree.is_external) return external_function(tree, parameters, scope, evaluation);
  std::vector<Context::Member> seen = scope.flattened();
  if (!evaluation.spend(seen.size()) || !evaluation.hold(seen.size() * sizeof(Context::Member))) {
    return evaluation.spent();
  }
  TypePtr result = inferred_type(*tree.parts.back(), parameters);
  Value function(std::shared_ptr<const Function>(
      std::make_shared<Closure>(tree, std::string(name), std::move(parameters), std::move(result),
                                Context(std::move(seen)))));
  if (function.nesting() > Evaluation::kNestingMax) {
    return evaluation.null(tree.span, "functions are nested too deeply in each other",
                           "函数相互嵌套过深");
  }
  return function;
}

Value walk_call(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  const Expression& callee = *tree.parts.front();
  if (callee.kind == Kind::name && scope.find(callee.text) == nullptr) {
    if (const BuiltIn* built_in = find_built_in(callee.text)) {
      const Arguments arguments = arguments_of(tree, scope, evaluation);
      if (evaluation.is_spent()) return evaluation.spent();
      const CallPlace place(evaluation, tree.span);
      return call_built_in(*built_in, arguments.values, arguments.names, evaluation);
    }
    return evaluation.null(callee.span, "there is no function \"" + callee.text + "\"",
                           "没有名为“" + callee.text + "”的函数");
  }
  Value function = walk(callee, scope, evaluation);
  if (function.reason() != nullptr) return function;
  const Arguments arguments = arguments_of(tree, scope, evaluation);
  if (evaluation.is_spent()) return evaluation.spent();
  const CallPlace place(evaluation, tree.span);
  return call(function, arguments.values, arguments.names, evaluation);
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
  if (const auto* built_in = dynamic_cast<const BuiltInFunction*>(callee)) {
    return call_built_in(built_in->built_in(), arguments, names, evaluation);
  }
  std::optional<std::vector<Value>> ordered;
  if (!names.empty()) {
    ordered = in_order(*callee, arguments, names);
  } else if (arguments.size() == callee->parameters().size()) {
    ordered.emplace(arguments.begin(), arguments.end());
  }
  if (!ordered) {
    const std::string wanted = listed(callee->parameters());
    return evaluation.null(span, "the function takes other arguments: (" + wanted + ")",
                           "函数的参数不符，应为：(" + wanted + ")");
  }
  const Scope scope;
  for (std::size_t i = 0; i < ordered->size(); ++i) {
    const TypePtr& type = callee->parameters()[i].type;
    if (!type) continue;
    Value coerced = coerce((*ordered)[i], *type, scope, evaluation);
    // An argument of the wrong type makes the whole call null.
    if (coerced.reason() != nullptr && !(*ordered)[i].is_null()) return coerced;
    (*ordered)[i] = std::move(coerced);
  }
  return callee->call(*ordered, evaluation);
}

}  // namespace hq::rules
