// FEEL values as JSON, and back: what stands in an API body or a file of inputs.
//
// Pure functions; any thread. JSON has no dates: a text becomes one where the type asks for it. A
// number keeps all its digits. Ranges and functions are written as texts.
//
//   HQ_TRY(const Value age, value_from_json(document.root(), *simple(TypeKind::number)));
//   json_of(Value(Decimal(12)));  // 12
#pragma once

#include <string>

#include "base/error.h"
#include "base/json_document.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "rules/feel/type.h"
#include "rules/feel/value.h"

namespace hq::rules {

/// parse_error where a text is no date, time or duration though the type wants one.
Result<Value> value_from_json(const JsonValue& json, const Type& type);

/// The same for the value that a reader has before it: quicker where the shape is known.
bool read_value(JsonReader& in, const Type& type, Value& out);

std::string json_of(const Value& value);
/// Appends it.
void write_value(JsonWriter& out, const Value& value);

}  // namespace hq::rules
