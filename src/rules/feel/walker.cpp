#include "rules/feel/walker.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "rules/feel/arithmetic.h"
#include "rules/feel/operations.h"

namespace hq::rules {
namespace {

Value walk_number(const Expression& tree, Evaluation& evaluation) {
  if (const std::optional<Decimal> number = Decimal::parse(tree.text)) return Value(*number);
  return evaluation.null(tree.span, "this number is out of range: \"" + tree.text + "\"",
                         "数字超出范围：“" + tree.text + "”");
}

Value walk_at(const Expression& tree, Evaluation& evaluation) {
  Result<Temporal> value = parse_temporal(tree.text);
  if (!value) {
    return evaluation.null(tree.span, value.error().text(), value.error().text(Language::zh));
  }
  return std::visit([](const auto& one) { return Value(one); }, *value);
}

Value walk_name(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  if (const Value* found = scope.find(tree.text)) return *found;
  if (std::optional<Value> found = built_in_value(tree.text)) return *std::move(found);
  if (scope.is_in_context()) return Value();
  return evaluation.null(tree.span, "there is nothing named \"" + tree.text + "\" here",
                         "这里没有名为“" + tree.text + "”的变量或函数");
}

Value walk_list(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  if (!evaluation.hold(tree.parts.size() * sizeof(Value))) return evaluation.spent();
  List items;
  items.reserve(tree.parts.size());
  for (const ExpressionPtr& part : tree.parts) items.push_back(walk(*part, scope, evaluation));
  return Value(std::move(items));
}

Value walk_context(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Scope inner(&scope);
  std::vector<Context::Member> members;
  members.reserve(tree.parts.size());
  for (const ExpressionPtr& entry : tree.parts) {
    const std::string& name = entry->text;
    if (std::ranges::find(members, name, &Context::Member::name) != members.end()) {
      return evaluation.null(entry->span, "the entry \"" + name + "\" stands twice",
                             "上下文中的条目“" + name + "”重复");
    }
    if (!evaluation.spend(members.size() / 16) || !evaluation.hold(name.size() + sizeof(Value))) {
      return evaluation.spent();
    }
    const Expression& part = *entry->parts.front();
    Value value = part.kind == Kind::function ? walk_function(part, name, inner, evaluation)
                                              : walk(part, inner, evaluation);
    inner.set(name, value);
    members.push_back({name, std::move(value)});
  }
  return Value(Context(std::move(members)));
}

/// Three-valued: what settles it (false of `and`, true of `or`) wins, else an operand that is no
/// boolean makes it null, which is no error.
Value walk_logic(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  const bool settles = tree.kind == Kind::logical_or;
  Value left = walk(*tree.parts[0], scope, evaluation);
  const bool* a = left.as<bool>();
  if (a != nullptr && *a == settles) return left;
  Value right = walk(*tree.parts[1], scope, evaluation);
  const bool* b = right.as<bool>();
  if (b != nullptr && *b == settles) return right;
  if (a != nullptr && b != nullptr) return Value(!settles);
  return left.reason() != nullptr ? left : right.reason() != nullptr ? right : Value();
}

Value walk_conditional(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value condition = walk(*tree.parts[0], scope, evaluation);
  if (const bool* truth = condition.as<bool>()) {
    return walk(*tree.parts[*truth ? 1 : 2], scope, evaluation);
  }
  if (condition.is_null()) return walk(*tree.parts[2], scope, evaluation);
  return evaluation.null(tree.parts[0]->span, "the condition of if is no boolean",
                         "if 的条件不是布尔值");
}

Value walk_instance_of(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value value = walk(*tree.parts[0], scope, evaluation);
  HQ_ASSERT(tree.type != nullptr);
  if (!is_known_type(*tree.type, evaluation)) {
    return evaluation.null(tree.span, "there is no type named \"" + tree.type->name + "\"",
                           "没有名为“" + tree.type->name + "”的类型");
  }
  return Value(is_instance(value, *resolve(*tree.type, evaluation)));
}

Value walk_two(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value left = walk(*tree.parts[0], scope, evaluation);
  Value right = walk(*tree.parts[1], scope, evaluation);
  return tree.kind >= Kind::equal ? compared(tree.kind, left, right, tree.span, evaluation)
                                  : calculate(tree.kind, left, right, tree.span, evaluation);
}

Value walk_leaf(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  switch (tree.kind) {
    case Kind::boolean_literal:
      return Value(tree.text == "true");
    case Kind::number_literal:
      return walk_number(tree, evaluation);
    case Kind::string_literal:
      return Value(tree.text);
    case Kind::at_literal:
      return walk_at(tree, evaluation);
    case Kind::name:
      return walk_name(tree, scope, evaluation);
    default:
      return Value();
  }
}

/// What is tested stands in the scope as `?`.
Value walk_tests(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  const Value* tested = scope.find("?");
  return passes(tree, tested == nullptr ? Value() : *tested, scope, evaluation);
}

using Walk = Value (*)(const Expression&, const Scope&, Evaluation&);

Walk walk_of(Kind kind) {
  switch (kind) {
    case Kind::list:
      return walk_list;
    case Kind::context:
      return walk_context;
    case Kind::logical_and:
    case Kind::logical_or:
      return walk_logic;
    case Kind::between:
      return walk_between;
    case Kind::in:
      return walk_in;
    case Kind::interval:
      return walk_interval;
    case Kind::unary_compare:
      return walk_unary_compare;
    case Kind::any_test:
    case Kind::negated_tests:
    case Kind::tests:
      return walk_tests;
    case Kind::instance_of:
      return walk_instance_of;
    case Kind::conditional:
      return walk_conditional;
    case Kind::for_in:
      return walk_for;
    case Kind::some_in:
    case Kind::every_in:
      return walk_quantified;
    case Kind::call:
    case Kind::named_call:
      return walk_call;
    case Kind::path:
      return walk_path;
    case Kind::filter:
      return walk_filter;
    default:
      return kind >= Kind::add && kind <= Kind::greater_or_equal ? walk_two : walk_leaf;
  }
}

}  // namespace

Value walk(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  if (!evaluation.spend(1)) return evaluation.spent();
  const Evaluation::Nested nested(evaluation);
  if (nested.is_too_deep()) {
    return evaluation.null(tree.span, "this is nested too deeply", "嵌套层次过深");
  }
  if (tree.kind == Kind::negate) {
    return negated(walk(*tree.parts[0], scope, evaluation), tree.span, evaluation);
  }
  if (tree.kind == Kind::function) return walk_function(tree, "", scope, evaluation);
  return checked_nesting(walk_of(tree.kind)(tree, scope, evaluation), tree.span, evaluation);
}

bool mentions(const Expression& tree, std::string_view name) {
  if (tree.kind == Kind::name && tree.text == name) return true;
  return std::ranges::any_of(tree.parts,
                             [&](const ExpressionPtr& part) { return mentions(*part, name); });
}

}  // namespace hq::rules
