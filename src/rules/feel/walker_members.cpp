// Members and items: paths and filters.
#include <utility>

#include "rules/feel/arithmetic.h"
#include "rules/feel/properties.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

/// The member of a value; of a list that of each of its items, null where one lacks it.
Value member_of(const Value& value, const Expression& tree, const Scope& scope,
                Evaluation& evaluation) {
  if (const Context* context = value.as<Context>()) {
    if (const Value* found = context->find(tree.text)) return *found;
    if (scope.is_in_context()) return Value();
    return evaluation.null(tree.span, "the context has no entry \"" + tree.text + "\"",
                           "上下文没有条目“" + tree.text + "”");
  }
  const List* items = value.as<List>();
  if (items == nullptr) return property(value, tree.text, tree.span, evaluation);
  if (!evaluation.spend(items->size()) || !evaluation.hold(items->size() * sizeof(Value))) {
    return evaluation.spent();
  }
  List members;
  members.reserve(items->size());
  for (const Value& item : *items) {
    const Context* context = item.as<Context>();
    if (context != nullptr) {
      const Value* found = context->find(tree.text);
      members.push_back(found == nullptr ? Value() : *found);
    } else if (item.is_null()) {
      members.emplace_back();
    } else {
      members.push_back(member_of(item, tree, scope, evaluation));
    }
  }
  return Value(std::move(members));
}

/// The item at a place counted from 1, or from -1 backwards; null where there is none.
Value item_at(const List& items, const Decimal& place, Span span, Evaluation& evaluation) {
  const std::optional<int64_t> index = place.to_int64();
  if (!index) {
    return evaluation.null(span, "the place of an item is an integer", "列表下标必须是整数");
  }
  const auto size = static_cast<int64_t>(items.size());
  if (*index > 0 && *index <= size) return items[static_cast<std::size_t>(*index - 1)];
  if (*index < 0 && *index >= -size) return items[static_cast<std::size_t>(size + *index)];
  return Value();
}

bool is_number(const Expression& tree) {
  if (tree.kind == Kind::negate) return is_number(*tree.parts[0]);
  return tree.kind == Kind::number_literal;
}

bool is_condition(Kind kind) {
  return kind == Kind::boolean_literal || (kind >= Kind::equal && kind <= Kind::in);
}

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
  return member_of(value, tree, scope, evaluation);
}

Value walk_filter(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value value = walk(*tree.parts[0], scope, evaluation);
  if (value.reason() != nullptr) return value;
  const List* items = value.as<List>();
  const List single = items != nullptr || value.is_null() ? List() : List{value};
  const List& all = items != nullptr ? *items : single;
  if (is_number(*tree.parts[1])) {
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
