// JsonDocument: a JSON text whose shape is not known beforehand, parsed whole and only read.
//
// A document owns all; a JsonValue is a small handle into it, good while the document lives (a
// moved document keeps its values good). Reading is safe on any number of threads. For known
// shapes use from_json.
//
//   HQ_TRY(JsonDocument document, JsonDocument::parse(text));
//   if (auto name = document.root().find("name")) HQ_TRY(auto text, name->as_string());
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json_reader.h"

namespace hq {

class JsonValue {
 public:
  JsonType type() const;
  bool is_null() const { return type() == JsonType::null; }

  // Each a parse_error where the value is of another type, or a number that does not fit.
  Result<bool> as_bool() const;
  Result<int64_t> as_int() const;
  Result<double> as_double() const;
  Result<std::string_view> as_string() const;

  /// The digits of a number as they are written; for amounts that no double may touch.
  Result<std::string_view> as_number_text() const;

  /// The field of an object; nothing where it is missing or this is no object.
  std::optional<JsonValue> find(std::string_view key) const;

  /// The item of an array; nothing beyond its end or where this is no array.
  std::optional<JsonValue> at(std::size_t index) const;

  /// Items of an array or fields of an object, in their order; none for other types.
  std::vector<JsonValue> items() const;
  std::vector<std::pair<std::string_view, JsonValue>> members() const;

  /// How many items or fields there are.
  std::size_t size() const;

 private:
  friend class JsonDocument;
  struct Node;
  JsonValue(const std::vector<Node>& nodes, std::size_t index) : nodes_(&nodes), index_(index) {}
  const Node& node() const;
  Result<std::string_view> text_of(JsonType type) const;

  const std::vector<Node>* nodes_;  // a value, then what stands within it, then the next value
  std::size_t index_;
};

class JsonDocument {
 public:
  /// A repeated key, too many bytes or too deep nesting is refused, as by from_json.
  static Result<JsonDocument> parse(std::string_view text, const JsonLimits& limits = {});

  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  JsonValue root() const;

 private:
  struct Content;
  explicit JsonDocument(std::unique_ptr<Content> content);
  static bool append(JsonReader& in, Content& content, std::string_view key);

  std::unique_ptr<Content> content_;
};

}  // namespace hq
