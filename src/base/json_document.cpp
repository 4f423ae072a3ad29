#include "base/json_document.h"

#include <charconv>
#include <deque>
#include <unordered_set>

#include "base/assert.h"

namespace hq {

struct JsonValue::Node {
  JsonType type = JsonType::null;
  bool truth = false;
  std::size_t end = 0;    // the first node that is not within this one
  std::string_view key;   // where it is a field of an object
  std::string_view text;  // of a string or a number
};

struct JsonDocument::Content {
  std::vector<JsonValue::Node> nodes;
  std::deque<std::string> texts;  // what the views of the nodes look at; they stay in place

  std::string_view keep(std::string_view text) {
    return text.empty() ? std::string_view() : texts.emplace_back(text);
  }
};

JsonDocument::JsonDocument(std::unique_ptr<Content> content) : content_(std::move(content)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<JsonDocument> JsonDocument::parse(std::string_view text, const JsonLimits& limits) {
  auto content = std::make_unique<Content>();
  JsonReader in(text, limits);
  if (!in.document([&] { return append(in, *content, {}); })) {
    return std::unexpected(in.take_error());
  }
  return JsonDocument(std::move(content));
}

// Appends the present value and all within it. The node is reached by its index, since those that
// follow may move it.
bool JsonDocument::append(JsonReader& in, Content& content, std::string_view key) {
  JsonValue::Node node;
  if (!in.type(node.type)) return false;
  node.key = content.keep(key);
  const std::size_t index = content.nodes.size();
  content.nodes.push_back(node);
  std::unordered_set<std::string_view> keys;
  std::string_view text;
  std::string digits;
  bool read = false;
  switch (node.type) {
    case JsonType::object:
      read = in.object([&](std::string_view name) {
        const std::size_t field = content.nodes.size();
        return append(in, content, name) &&
               (keys.insert(content.nodes[field].key).second || in.repeated_field());
      });
      break;
    case JsonType::array:
      read = in.array([&](std::size_t) { return append(in, content, {}); });
      break;
    case JsonType::string:
      read = in.string(text);
      content.nodes[index].text = content.keep(text);
      break;
    case JsonType::number:
      read = in.raw(digits);
      content.nodes[index].text = content.keep(digits);
      break;
    case JsonType::boolean:
      read = in.boolean(content.nodes[index].truth);
      break;
    case JsonType::null:
      read = in.skip();
      break;
  }
  content.nodes[index].end = content.nodes.size();
  return read;
}

JsonValue JsonDocument::root() const {
  HQ_ASSERT(content_ != nullptr);
  return {content_->nodes, 0};
}

const JsonValue::Node& JsonValue::node() const {
  return (*nodes_)[index_];
}

JsonType JsonValue::type() const {
  return node().type;
}

Result<std::string_view> JsonValue::text_of(JsonType type) const {
  if (node().type != type) return std::unexpected(wrong_json_type(type, node().type));
  return node().text;
}

Result<bool> JsonValue::as_bool() const {
  HQ_TRY_VOID(text_of(JsonType::boolean));
  return node().truth;
}

Result<int64_t> JsonValue::as_int() const {
  HQ_TRY(const std::string_view digits, text_of(JsonType::number));
  int64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), value);
  if (problem != std::errc() || end != digits.end()) {
    return fail(ErrorCode::parse_error, "expected a whole number that fits 64 bits",
                "应为 64 位以内的整数");
  }
  return value;
}

Result<double> JsonValue::as_double() const {
  HQ_TRY(const std::string_view digits, text_of(JsonType::number));
  double value = 0;
  // Only a number too small for a double does not fit here: the reader refused the larger ones.
  static_cast<void>(std::from_chars(digits.begin(), digits.end(), value));
  return value;
}

Result<std::string_view> JsonValue::as_string() const {
  return text_of(JsonType::string);
}

Result<std::string_view> JsonValue::as_number_text() const {
  return text_of(JsonType::number);
}

std::optional<JsonValue> JsonValue::find(std::string_view key) const {
  if (node().type != JsonType::object) return std::nullopt;
  for (std::size_t i = index_ + 1; i < node().end; i = (*nodes_)[i].end) {
    if ((*nodes_)[i].key == key) return JsonValue(*nodes_, i);
  }
  return std::nullopt;
}

std::optional<JsonValue> JsonValue::at(std::size_t index) const {
  if (node().type != JsonType::array) return std::nullopt;
  for (std::size_t i = index_ + 1; i < node().end; i = (*nodes_)[i].end) {
    if (index-- == 0) return JsonValue(*nodes_, i);
  }
  return std::nullopt;
}

std::vector<JsonValue> JsonValue::items() const {
  std::vector<JsonValue> items;
  if (node().type != JsonType::array) return items;
  for (std::size_t i = index_ + 1; i < node().end; i = (*nodes_)[i].end) {
    items.push_back(JsonValue(*nodes_, i));
  }
  return items;
}

std::vector<std::pair<std::string_view, JsonValue>> JsonValue::members() const {
  std::vector<std::pair<std::string_view, JsonValue>> members;
  if (node().type != JsonType::object) return members;
  for (std::size_t i = index_ + 1; i < node().end; i = (*nodes_)[i].end) {
    members.emplace_back((*nodes_)[i].key, JsonValue(*nodes_, i));
  }
  return members;
}

std::size_t JsonValue::size() const {
  std::size_t count = 0;
  for (std::size_t i = index_ + 1; i < node().end; i = (*nodes_)[i].end) ++count;
  return count;
}

}  // namespace hq
