// Functions that are written in FEEL, with what they saw; calls.
#include <algorithm>
#include <utility>

#include "rules/feel/built_ins.h"
#include "rules/feel/operations.h"
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

}  // namespace

Value walk_function(const Expression& tree, std::string_view name, const Scope& scope,
                    Evaluation& evaluation) {
  std::vector<Function::Parameter> parameters = parameters_of(tree, evaluation);
  if (tree.is_external) {
    const Value body = walk(*tree.parts.back(), scope, evaluation);
    return external_function(body, parameters, tree.span, evaluation);
  }
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

}  // namespace hq::rules
