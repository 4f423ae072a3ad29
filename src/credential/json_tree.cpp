#include "credential/json_tree.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/assert.h"
#include "base/json_document.h"
#include "base/text.h"
#include "credential/canonical_json.h"
#include "credential/limits.h"

namespace hq::credential {
namespace {

// A number is kept as written; this sees to it that it has a double.
Result<> check_number(std::string_view digits) {
  double value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) {
    return fail(ErrorCode::parse_error, "a number that a double cannot hold",
                "数字超出双精度浮点数的范围");
  }
  return {};
}

// The bracket takes the place of the last comma.
void close(std::string& out, char bracket, bool is_empty) {
  if (!is_empty) out.pop_back();
  out += bracket;
}

void append(std::string& out, const Json& value) {
  if (const auto* items = value.as_array()) {
    out += '[';
    for (const Json& item : *items) {
      append(out, item);
      out += ',';
    }
    close(out, ']', items->empty());
  } else if (const auto* fields = value.as_object()) {
    out += '{';
    for (const JsonField& field : *fields) {
      append_json_string(out, field.key);
      out += ':';
      append(out, field.value);
      out += ',';
    }
    close(out, '}', fields->empty());
  } else if (const auto* digits = value.as_number_text()) {
    out += *digits;
  } else {
    out += canonical_json(value);
  }
}

}  // namespace

/// Makes the tree of a value that was read.
struct JsonTreeBuilder {
  static Result<Json> build(const JsonValue& from) {
    switch (from.type()) {
      case JsonType::null:
        return Json();
      case JsonType::boolean:
        return Json(*from.as_bool());
      case JsonType::number: {
        HQ_TRY(const std::string_view digits, from.as_number_text());
        HQ_TRY_VOID(check_number(digits));
        return Json::number(digits);
      }
      case JsonType::string: {
        HQ_TRY(const std::string_view text, from.as_string());
        return Json(text);
      }
      case JsonType::array: {
        Json::Array items;
        for (const JsonValue& item : from.items()) {
          HQ_TRY(Json value, build(item));
          items.push_back(std::move(value));
        }
        return Json(std::move(items));
      }
      case JsonType::object:
        break;
    }
    Json::Object fields;
    for (const auto& [key, field] : from.members()) {
      HQ_TRY(Json value, build(field));
      fields.push_back({std::string(key), std::move(value)});
    }
    return Json(std::move(fields));
  }
};

Result<Json> Json::parse(std::string_view text) {
  if (!is_valid_utf8(text)) return fail(ErrorCode::parse_error, "not UTF-8", "不是 UTF-8 文本");
  HQ_TRY(const JsonDocument document,
         JsonDocument::parse(text, {.bytes_max = kTextBytesMax, .depth_max = kJsonDepthMax}));
  return JsonTreeBuilder::build(document.root());
}

Json Json::number(std::string_view digits) {
  Json value;
  value.value_ = Number{std::string(digits)};
  return value;
}

Json::Json() = default;
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;
Json::Json(bool value) : value_(value) {}
Json::Json(std::string value) : value_(std::move(value)) {}
Json::Json(std::string_view value) : value_(std::string(value)) {}
Json::Json(const char* value) : value_(std::string(value)) {}
Json::Json(Array value) : value_(std::move(value)) {}
Json::Json(double value) : value_(Number{es6_number(value)}) {}
Json::Json(int64_t value) : value_(Number{std::to_string(value)}) {}
Json::Json(Object value) : value_(std::move(value)) {}

Json Json::object() {
  return Json(Object());
}

Json Json::array() {
  return Json(Array());
}

Json Json::strings(const std::vector<std::string>& texts) {
  Array items;
  for (const std::string& text : texts) items.emplace_back(text);
  return Json(std::move(items));
}

const std::string* Json::as_number_text() const {
  const auto* number = std::get_if<Number>(&value_);
  return number == nullptr ? nullptr : &number->text;
}

std::optional<int64_t> Json::as_int() const {
  const std::string* digits = as_number_text();
  int64_t value = 0;
  if (digits == nullptr) return std::nullopt;
  const auto end_of_digits = digits->data() + digits->size();
  const auto [end, problem] = std::from_chars(digits->data(), end_of_digits, value);
  if (problem != std::errc() || end != end_of_digits) return std::nullopt;
  return value;
}

const Json* Json::find(std::string_view key) const {
  const Object* fields = as_object();
  if (fields == nullptr) return nullptr;
  const auto found = std::ranges::find(*fields, key, &JsonField::key);
  return found == fields->end() ? nullptr : &found->value;
}

Json* Json::find(std::string_view key) {
  return const_cast<Json*>(std::as_const(*this).find(key));
}

const std::string* Json::find_string(std::string_view key) const {
  const Json* value = find(key);
  return value == nullptr ? nullptr : value->as_string();
}

Json& Json::set(std::string_view key, Json value) {
  Object* fields = as_object();
  HQ_ASSERT(fields != nullptr);
  if (Json* present = find(key)) {
    *present = std::move(value);
    return *present;
  }
  fields->push_back({std::string(key), std::move(value)});
  return fields->back().value;
}

bool Json::erase(std::string_view key) {
  Object* fields = as_object();
  return fields != nullptr &&
         std::erase_if(*fields, [&](const JsonField& field) { return field.key == key; }) > 0;
}

std::vector<const Json*> Json::as_set() const {
  const Array* items = as_array();
  if (items == nullptr) return {this};
  std::vector<const Json*> all;
  for (const Json& item : *items) all.push_back(&item);
  return all;
}

std::string Json::text() const {
  std::string out;
  append(out, *this);
  return out;
}

bool Json::operator==(const Json& other) const {
  return canonical_json(*this) == canonical_json(other);
}

}  // namespace hq::credential
