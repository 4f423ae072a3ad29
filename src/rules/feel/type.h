// Type: what a value may be (DMN 1.5, 7.3.3 item definitions, 10.3.2.9 types).
//
// Immutable, shared; made from type references and item definitions. Any thread.
//
//   const TypePtr numbers = list_of(simple(TypeKind::number));
//   conforms(Value(List{Value(int64_t{1})}), *numbers);  // true
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rules/feel/value.h"

namespace hq::rules {

enum class TypeKind : uint8_t {
  any,
  null,
  number,
  string,
  boolean,
  date,
  time,
  date_time,
  days_duration,
  months_duration,
  list,
  context,
  range,
  function,
};

struct Type;
using TypePtr = std::shared_ptr<const Type>;

struct Type {
  struct Member {
    std::string name;
    TypePtr type;
  };

  TypeKind kind = TypeKind::any;
  std::string name = {};             // of the item definition, where it has one
  TypePtr element = {};              // of a list or range
  std::vector<Member> members = {};  // of a context; of a function: its parameters
  TypePtr result = {};               // of a function
  /// Unary tests that each value has to pass (allowedValues); on a list: each of its items.
  std::shared_ptr<const Expression> allowed = {};
  std::shared_ptr<const Expression> constraint = {};  // of the whole value (typeConstraint)
};

TypePtr simple(TypeKind kind);
TypePtr list_of(TypePtr element);

/// The built-in type of a name ("number", "date and time", "years and months duration" ...).
std::optional<TypeKind> built_in_type(std::string_view name);

TypeKind kind_of(const Value& value);

/// Is a value of this type? Null is of every type. Allowed values are not looked at.
bool conforms(const Value& value, const Type& type);
/// `value instance of type`: as conforms, but null is an instance of Null alone (the DMN test suite
/// says so of Any).
bool is_instance(const Value& value, const Type& type);
/// Every value of `narrow` is one of `wide`.
bool is_subtype(const Type& narrow, const Type& wide);

}  // namespace hq::rules
