// Implicit conversions (DMN 1.5, 10.3.2.9.4) and the allowed values of item definitions.
#include <algorithm>
#include <utility>

#include "rules/feel/evaluator.h"

namespace hq::rules {
namespace {

/// The type as messages name it.
std::string name_of(const Type& type) {
  if (!type.name.empty()) return type.name;
  switch (type.kind) {
    case TypeKind::any:
      return "Any";
    case TypeKind::null:
      return "Null";
    case TypeKind::number:
      return "number";
    case TypeKind::string:
      return "string";
    case TypeKind::boolean:
      return "boolean";
    case TypeKind::date:
      return "date";
    case TypeKind::time:
      return "time";
    case TypeKind::date_time:
      return "date and time";
    case TypeKind::days_duration:
      return "days and time duration";
    case TypeKind::months_duration:
      return "years and months duration";
    case TypeKind::list:
      return type.element ? "list<" + name_of(*type.element) + ">" : "list";
    case TypeKind::context:
      return "context";
    case TypeKind::range:
      return "range";
    case TypeKind::function:
      return "function";
  }
  return "";
}

/// The value as one of the type, allowed values aside; nothing where it cannot be.
std::optional<Value> converted(const Value& value, const Type& type) {
  if (conforms(value, type)) return value;
  const List* items = value.as<List>();
  if (items != nullptr && items->size() == 1 && type.kind != TypeKind::list) {
    // Once only: [[10]] is no number.
    if (conforms(items->front(), type)) return items->front();
  }
  if (items == nullptr && type.kind == TypeKind::list && type.element) {
    if (conforms(value, *type.element)) return Value(List{value});
  }
  const Date* date = value.as<Date>();
  if (date != nullptr && type.kind == TypeKind::date_time) return Value(midnight_utc(*date));
  return std::nullopt;
}

/// Do the value and all in it pass the unary tests of their types?
bool is_allowed(const Value& value, const Type& type, const Scope& scope, Evaluation& evaluation) {
  if (value.is_null()) return true;
  if (!evaluation.spend(1)) return false;
  const auto holds = [&](const Expression& tests, const Value& one) {
    const Value verdict = passes(tests, one, scope, evaluation);
    const bool* truth = verdict.as<bool>();
    return truth != nullptr && *truth;
  };
  const List* items = value.as<List>();
  const Context* context = value.as<Context>();
  if (type.constraint && !holds(*type.constraint, value)) return false;
  if (type.allowed && items == nullptr && !holds(*type.allowed, value)) return false;
  if (items != nullptr) {
    return std::ranges::all_of(*items, [&](const Value& item) {
      return (!type.allowed || item.is_null() || holds(*type.allowed, item)) &&
             (!type.element || is_allowed(item, *type.element, scope, evaluation));
    });
  }
  if (context != nullptr) {
    return std::ranges::all_of(type.members, [&](const Type::Member& member) {
      const Value* found = context->find(member.name);
      return found == nullptr || is_allowed(*found, *member.type, scope, evaluation);
    });
  }
  return true;
}

}  // namespace

bool is_coerced(const Value& value, const Type& type) {
  if (value.is_null()) return true;
  if (type.allowed || type.constraint) return false;
  if (type.kind == TypeKind::any) return true;
  return type.kind < TypeKind::list && kind_of(value) == type.kind;
}

Value coerce(const Value& value, const Type& type, const Scope& scope, Evaluation& evaluation) {
  if (is_coerced(value, type)) return value;
  std::optional<Value> result = converted(value, type);
  if (!result) {
    const std::string wanted = name_of(type);
    return evaluation.null(
        evaluation.call_span,
        std::string("a ").append(kind_name(value)).append(" is no value of type ") + wanted,
        std::string(kind_name(value)).append(" 不是此类型的值：") + wanted);
  }
  if (!is_allowed(*result, type, scope, evaluation)) {
    if (evaluation.is_spent()) return evaluation.spent();
    const std::string wanted = name_of(type);
    return evaluation.null(evaluation.call_span,
                           "the value is none of those that are allowed for type " + wanted,
                           "该值不在此类型的允许值之内：" + wanted);
  }
  return *std::move(result);
}

}  // namespace hq::rules
