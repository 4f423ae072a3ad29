#include "rules/dmn/logic.h"

#include <utility>

#include "rules/dmn/decision_table.h"
#include "rules/dmn/items.h"
#include "rules/dmn/observer.h"

namespace hq::rules {
namespace {

Value missing(Evaluation& evaluation) {
  return evaluation.null({}, "the expression is missing", "缺少表达式");
}

Value part_value(const LogicPtr& part, const Scope& scope, Evaluation& evaluation) {
  return part ? evaluate_logic(*part, scope, evaluation) : missing(evaluation);
}

/// A function definition as a box, with what it saw where it was defined.
class BoxedFunction : public Function {
 public:
  BoxedFunction(const Logic& logic, const Scope& scope, const TypePtr& result)
      : Function(logic.names, result ? result : simple(TypeKind::any)), logic_(logic) {
    for (Context::Member& member : scope.flattened()) {
      seen_.set(std::move(member.name), std::move(member.value));
    }
  }

  Value call(std::span<const Value> arguments, Evaluation& evaluation) const override {
    Scope scope(&seen_);
    for (std::size_t i = 0; i < parameters().size() && i < arguments.size(); ++i) {
      scope.set(parameters()[i].name, arguments[i]);
    }
    return part_value(logic_.parts[0], scope, evaluation);
  }

 private:
  const Logic& logic_;
  Scope seen_;
};

Value context_value(const Logic& logic, const Scope& scope, Evaluation& evaluation) {
  Scope inner(&scope);
  Context context;
  for (std::size_t i = 0; i < logic.parts.size(); ++i) {
    const Function::Parameter& entry = logic.names[i];
    Value value = part_value(logic.parts[i], inner, evaluation);
    if (entry.name.empty()) return value;  // the result of the context
    value = coerce_to(entry.type, value, inner, evaluation);
    inner.set(entry.name, value);
    context.set(entry.name, std::move(value));
  }
  return Value(std::move(context));
}

Value invocation_value(const Logic& logic, const Scope& scope, Evaluation& evaluation) {
  const Value callee = part_value(logic.parts[0], scope, evaluation);
  std::vector<Value> arguments;
  std::vector<std::string> names;
  for (std::size_t i = 1; i < logic.parts.size(); ++i) {
    arguments.push_back(part_value(logic.parts[i], scope, evaluation));
    names.push_back(logic.names[i - 1].name);
  }
  return call(callee, arguments, names, evaluation);
}

Value list_value(const Logic& logic, const Scope& scope, Evaluation& evaluation) {
  List items;
  for (const LogicPtr& part : logic.parts) items.push_back(part_value(part, scope, evaluation));
  return Value(std::move(items));
}

Value relation_value(const Logic& logic, const Scope& scope, Evaluation& evaluation) {
  List rows;
  for (const LogicPtr& row : logic.parts) {
    Context context;
    for (std::size_t i = 0; row && i < row->parts.size() && i < logic.names.size(); ++i) {
      Value cell = part_value(row->parts[i], scope, evaluation);
      context.set(logic.names[i].name, coerce_to(logic.names[i].type, cell, scope, evaluation));
    }
    rows.emplace_back(std::move(context));
  }
  return Value(std::move(rows));
}

Value conditional_value(const Logic& logic, const Scope& scope, Evaluation& evaluation) {
  const Value condition = part_value(logic.parts[0], scope, evaluation);
  const bool* holds = condition.as<bool>();
  if (holds == nullptr && !condition.is_null()) {
    return evaluation.null({}, "the condition is no boolean", "条件不是布尔值");
  }
  return part_value(logic.parts[holds != nullptr && *holds ? 1 : 2], scope, evaluation);
}

Value no_list(Evaluation& evaluation) {
  return evaluation.null({}, "what is iterated over is no list", "被遍历的值不是列表");
}

Value for_value(const Logic& logic, const Scope& scope, Evaluation& evaluation) {
  auto items = Items::of(part_value(logic.parts[0], scope, evaluation));
  if (!items) return no_list(evaluation);
  List results;
  while (const std::optional<Value> item = items->next(evaluation)) {
    Scope inner(&scope);
    if (logic.uses_partial) inner.set("partial", Value(results));
    inner.set(logic.names[0].name, *item);
    results.push_back(part_value(logic.parts[1], inner, evaluation));
    if (!evaluation.hold(sizeof(Value))) break;
  }
  return Value(std::move(results));
}

Value quantified_value(const Logic& logic, const Scope& scope, Evaluation& evaluation) {
  auto items = Items::of(part_value(logic.parts[0], scope, evaluation));
  if (!items) return no_list(evaluation);
  const bool is_some = logic.kind == BoxedKind::some_in;
  bool is_decided = false;
  while (const std::optional<Value> item = items->next(evaluation)) {
    Scope inner(&scope);
    inner.set(logic.names[0].name, *item);
    const Value value = part_value(logic.parts[1], inner, evaluation);
    const bool* holds = value.as<bool>();
    if (holds == nullptr) {
      return evaluation.null({}, "the condition is no boolean", "条件不是布尔值");
    }
    is_decided = is_decided || *holds == is_some;
  }
  return Value(is_decided == is_some);
}

Value filter_value(const Logic& logic, const Scope& scope, Evaluation& evaluation) {
  auto items = Items::of(part_value(logic.parts[0], scope, evaluation));
  if (!items) return no_list(evaluation);
  List kept;
  while (const std::optional<Value> item = items->next(evaluation)) {
    Scope inner(&scope);
    if (const Context* context = item->as<Context>()) {
      for (const Context::Member& member : context->members()) {
        inner.set(member.name, member.value);
      }
    }
    inner.set("item", *item);
    const Value value = part_value(logic.parts[1], inner, evaluation);
    const bool* holds = value.as<bool>();
    if (holds == nullptr) {
      return evaluation.null({}, "the condition of the filter is no boolean", "过滤条件不是布尔值");
    }
    if (*holds) kept.push_back(*item);
  }
  return Value(std::move(kept));
}

Value plain_value(const Logic& logic, const Scope& scope, Evaluation& evaluation) {
  switch (logic.kind) {
    case BoxedKind::literal:
      return evaluate_feel(logic.feel, scope, evaluation);
    case BoxedKind::context:
      return context_value(logic, scope, evaluation);
    case BoxedKind::invocation:
      return invocation_value(logic, scope, evaluation);
    case BoxedKind::list:
      return list_value(logic, scope, evaluation);
    case BoxedKind::relation:
      return relation_value(logic, scope, evaluation);
    case BoxedKind::function:
      return function_value(logic, scope, nullptr, evaluation);
    case BoxedKind::decision_table:
      return decide_by_table(*logic.table, scope, evaluation);
    case BoxedKind::conditional:
      return conditional_value(logic, scope, evaluation);
    case BoxedKind::filter:
      return filter_value(logic, scope, evaluation);
    case BoxedKind::for_in:
      return for_value(logic, scope, evaluation);
    case BoxedKind::some_in:
    case BoxedKind::every_in:
      return quantified_value(logic, scope, evaluation);
  }
  return Value();
}

}  // namespace

Value coerce_to(const TypePtr& type, const Value& value, const Scope& scope,
                Evaluation& evaluation) {
  return type == nullptr ? value : coerce(value, *type, scope, evaluation);
}

Value evaluate_feel(const Feel& feel, const Scope& scope, Evaluation& evaluation) {
  if (feel.fault) {
    return evaluation.null({}, feel.fault->text(Language::en), feel.fault->text(Language::zh));
  }
  return feel.tree ? evaluate(*feel.tree, scope, evaluation) : missing(evaluation);
}

Value evaluate_logic(const Logic& logic, const Scope& scope, Evaluation& evaluation) {
  const Evaluation::Deeper deeper(evaluation);
  if (deeper.is_too_deep()) return evaluation.null({}, "nested too deep", "嵌套过深");
  Observer* observer = evaluation.options().observer;
  if (observer != nullptr) observer->begin(logic, scope);
  Value value = coerce_to(logic.type, plain_value(logic, scope, evaluation), scope, evaluation);
  if (observer != nullptr) observer->end(logic, scope, value);
  return value;
}

Value external_function(const Logic& logic, const Value& body, Evaluation& evaluation) {
  std::vector<std::string> names;
  names.reserve(logic.names.size());
  for (const Function::Parameter& parameter : logic.names) names.push_back(parameter.name);
  Context where;
  where.set(logic.function_kind == FunctionKind::java ? "java" : "pmml", body);
  const auto& find = evaluation.options().find_external;
  if (auto found = find ? find(Value(std::move(where)), names) : nullptr) {
    return Value(std::move(found));
  }
  return evaluation.null({}, "the external function is not one that can be called here",
                         "外部函数在此处不可调用");
}

Value function_value(const Logic& logic, const Scope& scope, const TypePtr& result,
                     Evaluation& evaluation) {
  if (logic.function_kind != FunctionKind::feel) {
    return external_function(logic, part_value(logic.parts[0], scope, evaluation), evaluation);
  }
  return Value(std::make_shared<const BoxedFunction>(logic, scope, result));
}

}  // namespace hq::rules
