#include "rules/compiled/coercion.h"

#include <algorithm>
#include <utility>

#include "rules/compiled/feel_compiler.h"

namespace hq::rules {
namespace {

bool is_plain(const Type& type) {
  return !type.allowed && !type.constraint && (!type.element || is_plain(*type.element)) &&
         std::ranges::all_of(type.members,
                             [](const Type::Member& member) { return is_plain(*member.type); });
}

/// Values of the type, where that tells all.
std::optional<Value> example_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::number:
      return Value(Decimal());
    case TypeKind::string:
      return Value("");
    case TypeKind::boolean:
      return Value(false);
    case TypeKind::date:
      return Value(Date());
    case TypeKind::time:
      return Value(Time());
    case TypeKind::date_time:
      return Value(DateTime());
    case TypeKind::days_duration:
      return Value(DaysDuration());
    case TypeKind::months_duration:
      return Value(MonthsDuration());
    default:
      return std::nullopt;
  }
}

}  // namespace

Coercion::Coercion(TypePtr type, const EvaluationOptions& options) : type_(std::move(type)) {
  if (type_ == nullptr) return;
  is_plain_ = is_plain(*type_);
  if (is_plain_ && type_->kind == TypeKind::any) type_ = nullptr;
  if (type_ == nullptr) return;
  if (is_plain_) {
    const std::optional<Value> example = example_of(type_->kind);
    if (example) kind_ = example->kind().index();
    return;
  }
  FeelCompiler compiler(options);
  if (type_->allowed) allowed_ = compiler.tests(*type_->allowed);
  if (type_->constraint) constraint_ = compiler.tests(*type_->constraint);
  slots_ = compiler.scopes().slots();
}

bool Coercion::is_identity_of(const TypePtr& known) const {
  return is_identity() || (kind_ != kNoKind && known != nullptr && known->kind == type_->kind);
}

bool Coercion::stays_as_it_is(const Value& value, Value& room, Evaluation& evaluation) const {
  if (is_plain_ && conforms(value, *type_)) return true;
  const TypeKind kind = kind_of(value);
  const bool is_point =
      kind < TypeKind::list && (kind == type_->kind || type_->kind == TypeKind::any);
  if (!is_plain_ && is_point) {
    Slots slots(slots_);
    Frame frame{evaluation, slots.data()};
    if ((!allowed_ || allowed_->holds(value, frame)) &&
        (!constraint_ || constraint_->holds(value, frame))) {
      return true;
    }
  }
  room = coerce(value, *type_, Scope(), evaluation);
  return false;
}

}  // namespace hq::rules
