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

}  // namespace

Coercion::Coercion(TypePtr type, const EvaluationOptions& options) : type_(std::move(type)) {
  if (type_ == nullptr) return;
  is_plain_ = is_plain(*type_);
  if (is_plain_ && type_->kind == TypeKind::any) type_ = nullptr;
  if (is_plain_) return;
  FeelCompiler compiler(options);
  if (type_->allowed) allowed_ = compiler.tests(*type_->allowed);
  if (type_->constraint) constraint_ = compiler.tests(*type_->constraint);
  slots_ = compiler.scopes().slots();
}

const Value& Coercion::apply_slowly(const Value& value, Value& room, Evaluation& evaluation) const {
  if (is_plain_ && conforms(value, *type_)) return value;
  const TypeKind kind = kind_of(value);
  const bool is_point =
      kind < TypeKind::list && (kind == type_->kind || type_->kind == TypeKind::any);
  if (!is_plain_ && is_point) {
    Slots slots(slots_);
    Frame frame{evaluation, slots.data()};
    if ((!allowed_ || allowed_->holds(value, frame)) &&
        (!constraint_ || constraint_->holds(value, frame))) {
      return value;
    }
  }
  room = coerce(value, *type_, Scope(), evaluation);
  return room;
}

}  // namespace hq::rules
