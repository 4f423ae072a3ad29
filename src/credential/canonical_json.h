// The JSON Canonicalization Scheme (RFC 8785): one text for all ways to write the same value.
//
// Fields are sorted by the UTF-16 code units of their names, numbers are written as ECMAScript
// writes a double, strings with as few escapes as there can be. Signatures are made over this text.
// Pure functions on any thread.
//
//   HQ_TRY(std::string text, canonical_json(R"({"b":1.0,"a":"\u20ac"})"));   // {"a":"€","b":1}
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "credential/json_tree.h"

namespace hq::credential {

/// The canonical text of a value.
std::string canonical_json(const Json& value);

/// The same from text; errors as of Json::parse.
Result<std::string> canonical_json(std::string_view text);

/// A finite number as ECMAScript's Number::toString writes it: 1e+21, 0.000001, 1e-7, 0 for -0.
std::string es6_number(double value);

/// The double that the digits of a JSON number stand for. They must be of a Json.
double double_of(const std::string& digits);

/// Appends a JSON string in quotes with the fewest escapes (RFC 8785, 3.2.2.2).
void append_json_string(std::string& out, std::string_view text);

/// Whether `a` comes before `b` in the order of UTF-16 code units. Both are UTF-8.
bool utf16_less(std::string_view a, std::string_view b);

}  // namespace hq::credential
