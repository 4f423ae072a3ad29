// Boxed expressions over regions.
#include <algorithm>
#include <utility>

#include "rules/dmn/logic.h"
#include "rules/reason/abstract_table.h"
#include "rules/reason/abstract_walker.h"

namespace hq::rules {

Abstract AbstractWalker::logic(const Logic& logic, const AbstractScope& scope) {
  if (has_given_up()) return {};
  if (++depth_ > kAbstractDepthMax) has_given_up_ = true;
  Abstract value = has_given_up_ ? Abstract() : coerced(logic.type, plain_logic(logic, scope));
  --depth_;
  return value;
}

Abstract AbstractWalker::part(const LogicPtr& part, const AbstractScope& scope) {
  return part ? logic(*part, scope) : Abstract(error_value());
}

Abstract AbstractWalker::plain_logic(const Logic& logic, const AbstractScope& scope) {
  switch (logic.kind) {
    case BoxedKind::literal:
      return feel(logic.feel, scope);
    case BoxedKind::decision_table:
      return AbstractTable(*this, *logic.table, scope).decide();
    case BoxedKind::context:
      return context_logic(logic, scope);
    case BoxedKind::invocation:
      return invocation_logic(logic, scope);
    case BoxedKind::conditional:
      return branched(part(logic.parts[0], scope),
                      [&](bool truth) { return part(logic.parts[truth ? 1 : 2], scope); });
    case BoxedKind::list: {
      Abstract::Items items;
      for (const LogicPtr& one : logic.parts) items.push_back(part(one, scope));
      return Abstract::of_items(std::move(items));
    }
    case BoxedKind::relation: {
      Abstract::Items rows;
      for (const LogicPtr& row : logic.parts) {
        Abstract::Members members;
        for (std::size_t i = 0; row && i < row->parts.size() && i < logic.names.size(); ++i) {
          members.push_back(
              {logic.names[i].name, coerced(logic.names[i].type, part(row->parts[i], scope))});
        }
        rows.push_back(Abstract::of_members(std::move(members)));
      }
      return Abstract::of_items(std::move(rows));
    }
    case BoxedKind::function: {
      Abstract value;
      Callable callable{nullptr, &logic, {}};
      for (const AbstractScope* one = &scope; one != nullptr; one = one->outer()) {
        if (one->element != nullptr) {
          for (const Element::Need& need : one->element->needs) {
            find(scope, need.prefix.empty() ? program_.element(need.element).name : need.prefix);
          }
        }
        callable.seen.insert(one->names().begin(), one->names().end());
      }
      value.callable = std::make_shared<const Callable>(std::move(callable));
      return value;
    }
    default:
      return logic_by_cases(logic, scope);
  }
}

Abstract AbstractWalker::context_logic(const Logic& logic, const AbstractScope& scope) {
  AbstractScope inner(&scope);
  Abstract::Members members;
  for (std::size_t i = 0; i < logic.parts.size(); ++i) {
    const Function::Parameter& entry = logic.names[i];
    Abstract value = part(logic.parts[i], inner);
    if (entry.name.empty()) return value;  // the result of the context
    value = coerced(entry.type, value);
    inner.set(entry.name, value);
    const auto found = std::ranges::find(members, entry.name, &Abstract::Member::name);
    if (found == members.end()) {
      members.push_back({entry.name, std::move(value)});
    } else {
      found->value = std::move(value);
    }
  }
  return Abstract::of_members(std::move(members));
}

Abstract AbstractWalker::invocation_logic(const Logic& logic, const AbstractScope& scope) {
  const Abstract callee = part(logic.parts[0], scope);
  Arguments arguments;
  std::vector<std::string> names;
  for (std::size_t i = 1; i < logic.parts.size(); ++i) {
    arguments.push_back(part(logic.parts[i], scope));
    names.push_back(logic.names[i - 1].name);
  }
  return call_value(callee, std::move(arguments), names);
}

/// Iterations and filters: with all that is in scope known, one case after the other.
Abstract AbstractWalker::logic_by_cases(const Logic& logic, const AbstractScope& scope) {
  std::vector<std::string> names;
  Arguments arguments;
  Scope outer;
  std::set<std::string> seen;
  for (const AbstractScope* one = &scope; one != nullptr; one = one->outer()) {
    if (one->element != nullptr) {
      for (const Element::Need& need : one->element->needs) {
        find(scope, need.prefix.empty() ? program_.element(need.element).name : need.prefix);
      }
    }
    for (const auto& [name, value] : one->names()) {
      if (!seen.insert(name).second) continue;
      if (value.constant() != nullptr || value.callable) {
        outer.set(name, concrete(value));
      } else {
        names.push_back(name);
        arguments.push_back(value);
      }
    }
  }
  return each_case(arguments, [&](std::span<const Value> values) {
    Scope inner(&outer);
    for (std::size_t i = 0; i < names.size(); ++i) inner.set(names[i], values[i]);
    return evaluate_logic(logic, inner, evaluation_);
  });
}

}  // namespace hq::rules
