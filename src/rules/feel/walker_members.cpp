// Members and items: paths and filters.
#include <utility>

#include "rules/feel/operations.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

Value condition_of(const Expression& condition, const Value& item, const Scope& scope,
                   Evaluation& evaluation) {
  Scope inner(&scope, item.as<Context>(), item.as<Context>() != nullptr);
  inner.set("item", item);
  return walk(condition, inner, evaluation);
}

/// Those items for which the condition holds. A condition that gives a number is a place.
Value filtered(const List& items, const Expression& tree, const Scope& scope,
               Evaluation& evaluation) {
  const Expression& condition = *tree.parts[1];
  List kept;
  for (const Value& item : items) {
    const Value verdict = condition_of(condition, item, scope, evaluation);
    if (const Decimal* place = verdict.as<Decimal>()) {
      return item_at(items, *place, tree.span, evaluation);
    }
    const bool* truth = verdict.as<bool>();
    if (truth == nullptr && !verdict.is_null()) {
      return evaluation.null(condition.span, "a filter is a condition or the place of an item",
                             "过滤条件必须是布尔值或下标");
    }
    if (truth == nullptr || !*truth) continue;
    if (!evaluation.hold(sizeof(Value))) return evaluation.spent();
    kept.push_back(item);
  }
  return Value(std::move(kept));
}

}  // namespace

Value walk_path(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value value = walk(*tree.parts[0], scope, evaluation);
  if (value.is_null() && value.reason() == nullptr && scope.is_in_context()) return Value();
  return member_of(value, tree.text, scope.is_in_context(), tree.span, evaluation);
}

Value walk_filter(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value value = walk(*tree.parts[0], scope, evaluation);
  if (value.reason() != nullptr) return value;
  const List* items = value.as<List>();
  const List single = items != nullptr || value.is_null() ? List() : List{value};
  const List& all = items != nullptr ? *items : single;
  if (is_place(*tree.parts[1])) {
    Value place = walk(*tree.parts[1], scope, evaluation);
    const Decimal* number = place.as<Decimal>();
    return number == nullptr ? place : item_at(all, *number, tree.span, evaluation);
  }
  if (all.empty()) {
    // Of nothing there is no item either; so a place gives null, a condition the empty list.
    if (is_condition(tree.parts[1]->kind)) return Value(List());
    const Value place = condition_of(*tree.parts[1], Value(Context()), scope, evaluation);
    return place.as<Decimal>() != nullptr ? Value() : Value(List());
  }
  return filtered(all, tree, scope, evaluation);
}

}  // namespace hq::rules
