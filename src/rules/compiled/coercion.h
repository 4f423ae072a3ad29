// Coercion: coerce() of a known type, quick where it leaves the value as it is.
//
// Immutable; any thread.
//
//   const Coercion to_status(type, options);
//   const Value& status = to_status.apply(value, room, evaluation);
#pragma once

#include <optional>

#include "rules/compiled/tests.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {

class Coercion {
 public:
  /// `type`: nullptr for any. Of the options only find_type counts.
  explicit Coercion(TypePtr type, const EvaluationOptions& options);

  /// It leaves all values as they are.
  bool is_identity() const { return type_ == nullptr; }
  /// The same where they are null, or are known to be of type `known`.
  bool is_identity_of(const TypePtr& known) const;

  /// `value` itself or, where it is converted or refused, what is then in `room`, which may be
  /// where the value is.
  const Value& apply(const Value& value, Value& room, Evaluation& evaluation) const {
    const bool stays = type_ == nullptr || value.is_null() || value.kind().index() == kind_;
    // NOLINTNEXTLINE(bugprone-return-const-ref-from-parameter): as Node::run() gives what stands
    return stays || stays_as_it_is(value, room, evaluation) ? value : room;
  }

 private:
  /// The same, by a closer look; else what becomes of it is in `room`.
  bool stays_as_it_is(const Value& value, Value& room, Evaluation& evaluation) const;

  static constexpr std::size_t kNoKind = SIZE_MAX;

  TypePtr type_;                // nullptr for any
  std::size_t kind_ = kNoKind;  // of values that are of the type without a closer look: their index
  bool is_plain_ = true;        // nothing in the type has values that are not allowed
  std::optional<Tests> allowed_;  // of the type itself
  std::optional<Tests> constraint_;
  uint32_t slots_ = 0;  // of the tests
};

}  // namespace hq::rules
