// FEEL values as JSON, and back: what stands in an API body or a file of inputs.
//
// Pure functions; any thread. JSON has no dates: a text becomes one where the type asks for it. A
// number keeps all its digits. Ranges and functions are written as texts.
//
//   HQ_TRY(const Value age, from_json(document.root(), *simple(TypeKind::number)));
//   to_json(Value(Decimal(12)));  // 12
#pragma once

#include <string>

#include "base/error.h"
#include "base/json_document.h"
#include "rules/feel/type.h"
#include "rules/feel/value.h"

namespace hq::rules {

/// parse_error where a text is no date, time or duration though the type wants one.
Result<Value> value_from_json(const JsonValue& json, const Type& type);

std::string json_of(const Value& value);

}  // namespace hq::rules
