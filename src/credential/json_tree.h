// Json: a JSON value that can be taken apart and changed.
//
// base/json_document.h only reads; signing needs documents with a proof taken out or put in. An
// object keeps the order of its fields, a number its digits as written, so that text() gives back
// what was read but for blanks and escapes. Refused: repeated keys, lone surrogates, numbers that
// no finite double is near to, and what is over limits.h. Values; safe on any thread.
//
//   HQ_TRY(Json credential, Json::parse(text));
//   if (const std::string* id = credential.find_string("id")) ...
//   credential.set("issuer", Json("did:web:hub.example"));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

namespace hq::credential {

struct JsonField;

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<JsonField>;

  /// parse_error: not JSON, or not as strict as above; too_large or limit_exceeded.
  static Result<Json> parse(std::string_view text);

  Json();  // null
  explicit Json(bool value);
  explicit Json(double value);  // finite
  explicit Json(int64_t value);
  explicit Json(std::string value);
  explicit Json(std::string_view value);
  explicit Json(const char* value);
  explicit Json(Array value);
  explicit Json(Object value);
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  /// A number by its digits, which must be JSON's and fit a double.
  static Json number(std::string_view digits);
  static Json object();
  static Json array();
  static Json strings(const std::vector<std::string>& texts);

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }

  // Each is null where the value is of another type.
  const bool* as_bool() const { return std::get_if<bool>(&value_); }
  const std::string* as_string() const { return std::get_if<std::string>(&value_); }
  const Array* as_array() const { return std::get_if<Array>(&value_); }
  Array* as_array() { return std::get_if<Array>(&value_); }
  const Object* as_object() const { return std::get_if<Object>(&value_); }
  Object* as_object() { return std::get_if<Object>(&value_); }
  const std::string* as_number_text() const;

  /// The number as a whole one; nothing where it is none or does not fit.
  std::optional<int64_t> as_int() const;

  /// The field of an object; null where it is missing or this is no object.
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
  /// The same for a field that is a string.
  const std::string* find_string(std::string_view key) const;

  /// Puts a field in the place of the one of that name, or at the end. This must be an object.
  Json& set(std::string_view key, Json value);
  /// Takes a field away; true where it was there.
  bool erase(std::string_view key);

  /// One value is read like an array of one: the JSON-LD way of writing sets.
  std::vector<const Json*> as_set() const;

  /// The value in one line, fields in their order.
  std::string text() const;

  /// Equal as JSON: the order of fields and the way a number is written do not count.
  bool operator==(const Json& other) const;

 private:
  struct Number {
    std::string text;
  };
  std::variant<std::monostate, bool, Number, std::string, Array, Object> value_;
};

struct JsonField {
  std::string key;
  Json value;
};

}  // namespace hq::credential
