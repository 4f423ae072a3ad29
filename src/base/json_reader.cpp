#include "base/json_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>
#include <limits>
#include <utility>

#include "base/assert.h"

namespace hq {

namespace ondemand = simdjson::ondemand;
using ondemand::json_type;

// All of simdjson is behind this, so that its header is read in one file only.
struct JsonReader::Engine {
  ondemand::parser parser;
  std::string text;  // "[", the document, "]" and the padding the parser asks for
  ondemand::document document;
  ondemand::value present;  // the value that the next call reads
  Error error;
  std::string path;  // of the error, filled from its end
};

namespace {

// A parser keeps its buffers, so one is kept per thread; larger ones are given back.
constexpr std::size_t kKeptBytesMax = std::size_t{1} << 20;

struct KindName {
  const char* en;
  const char* zh;
};

KindName name_of(JsonType type) {
  switch (type) {
    case JsonType::object:
      return {"an object", "对象"};
    case JsonType::array:
      return {"an array", "数组"};
    case JsonType::string:
      return {"a string", "字符串"};
    case JsonType::number:
      return {"a number", "数字"};
    case JsonType::boolean:
      return {"true or false", "布尔值"};
    case JsonType::null:
      break;
  }
  return {"null", "空值 null"};
}

JsonType type_of(json_type type) {
  switch (type) {
    case json_type::object:
      return JsonType::object;
    case json_type::array:
      return JsonType::array;
    case json_type::string:
      return JsonType::string;
    case json_type::number:
      return JsonType::number;
    case json_type::boolean:
      return JsonType::boolean;
    case json_type::null:
      break;
  }
  return JsonType::null;
}

std::string_view without_trailing_blanks(std::string_view text) {
  while (!text.empty() && std::strchr(" \t\r\n", text.back()) != nullptr) text.remove_suffix(1);
  return text;
}

/// Grows the path of an error by one step outward; RFC 6901, 3 escapes ~ and / in a key.
void put_before(std::string& path, std::string_view key) {
  std::string segment = "/";
  for (const char c : key) {
    if (c == '~') {
      segment += "~0";
    } else if (c == '/') {
      segment += "~1";
    } else {
      segment += c;
    }
  }
  path.insert(0, segment);
}

}  // namespace

Error wrong_json_type(JsonType wanted, JsonType found) {
  return {ErrorCode::parse_error,
          fmt::format("expected {}, found {}", name_of(wanted).en, name_of(found).en),
          fmt::format("应为{}，实为{}", name_of(wanted).zh, name_of(found).zh),
          {}};
}

std::unique_ptr<JsonReader::Engine>& JsonReader::kept_engine() {
  static thread_local std::unique_ptr<Engine> engine;
  return engine;
}

JsonReader::JsonReader(std::string_view text, const JsonLimits& limits)
    : engine_(std::move(kept_engine())), limits_(limits) {
  if (!engine_) engine_ = std::make_unique<Engine>();
  engine_->path.clear();
  std::string& copy = engine_->text;
  copy.clear();
  if (text.size() > limits.bytes_max) return;  // document() refuses it
  copy.reserve(text.size() + 2 + simdjson::SIMDJSON_PADDING);
  copy.append(1, '[').append(text).append(1, ']');
}

JsonReader::~JsonReader() {
  if (engine_->text.capacity() <= kKeptBytesMax) kept_engine() = std::move(engine_);
}

bool JsonReader::document(JsonCallback<bool()> read_value) {
  // The text stands in brackets, so that a lone scalar is read like any other value.
  Engine& engine = *engine_;
  const std::size_t size = engine.text.size();
  if (size < 2) {
    return refuse(fmt::format("longer than {} bytes", limits_.bytes_max),
                  fmt::format("超过 {} 字节", limits_.bytes_max));
  }
  engine.text.resize(size + simdjson::SIMDJSON_PADDING, ' ');
  const simdjson::padded_string_view padded(engine.text.data(), size, engine.text.size());
  if (const auto error = engine.parser.iterate(padded).get(engine.document))
    return malformed(error);
  ondemand::array items;
  if (const auto error = engine.document.get_array().get(items)) return malformed(error);
  bool has_value = false;
  for (auto item : items) {
    if (has_value) return refuse("something follows the value", "值之后还有多余内容");
    has_value = true;
    if (const auto error = item.get(engine.present)) return malformed(error);
    if (!read_value()) return false;
  }
  if (!has_value) return refuse("empty", "内容为空");
  // The parser must have come to its end: "1] [2" closes our bracket too early.
  const char* rest = nullptr;
  if (engine.document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
    return refuse("something follows the value", "值之后还有多余内容");
  }
  return true;
}

// simdjson's codes; those about which a writer can do something have words of their own.
bool JsonReader::malformed(int code) {
  switch (code) {
    case simdjson::UTF8_ERROR:
      return refuse("not valid UTF-8", "不是有效的 UTF-8");
    case simdjson::STRING_ERROR:
      return refuse("a bad escape in a string", "字符串中的转义有误");
    case simdjson::UNCLOSED_STRING:
      return refuse("a string is not closed", "字符串没有结束");
    case simdjson::UNESCAPED_CHARS:
      return refuse("a control character in a string", "字符串中有控制字符");
    default:
      return refuse("not valid JSON", "不是有效的 JSON");
  }
}

bool JsonReader::type(JsonType& out) {
  json_type found;
  if (const auto error = engine_->present.type().get(found)) return malformed(error);
  out = type_of(found);
  return true;
}

bool JsonReader::expect(JsonType wanted) {
  JsonType found;
  if (!type(found)) return false;
  if (found == wanted) [[likely]]
    return true;
  Error error = wrong_json_type(wanted, found);
  return refuse(std::move(error.message), std::move(error.message_zh));
}

// A malformed value is no null here, and is refused by whatever reads it next.
bool JsonReader::is_null() {
  bool null = false;
  return engine_->present.is_null().get(null) == simdjson::SUCCESS && null;
}

bool JsonReader::boolean(bool& out) {
  if (!expect(JsonType::boolean)) return false;
  if (engine_->present.get_bool().get(out) != simdjson::SUCCESS) return malformed(0);
  return true;
}

bool JsonReader::integer(int64_t& out, int64_t least, int64_t greatest) {
  if (!expect(JsonType::number)) return false;
  // 1.0 and 1e2 are refused too: a whole number has one spelling.
  if (engine_->present.get_int64().get(out) == simdjson::SUCCESS && out >= least && out <= greatest)
      [[likely]] {
    return true;
  }
  return refuse(fmt::format("expected a whole number from {} to {}", least, greatest),
                fmt::format("应为 {} 到 {} 之间的整数", least, greatest));
}

bool JsonReader::unsigned_integer(uint64_t& out, uint64_t greatest) {
  if (!expect(JsonType::number)) return false;
  if (engine_->present.get_uint64().get(out) == simdjson::SUCCESS && out <= greatest) [[likely]] {
    return true;
  }
  return refuse(fmt::format("expected a whole number from 0 to {}", greatest),
                fmt::format("应为 0 到 {} 之间的整数", greatest));
}

bool JsonReader::number(double& out) {
  if (!expect(JsonType::number)) return false;
  if (engine_->present.get_double().get(out) == simdjson::SUCCESS) [[likely]]
    return true;
  return refuse("not a number, or beyond the range of a double",
                "不是数字，或超出双精度浮点数的范围");
}

bool JsonReader::string(std::string_view& out) {
  if (!expect(JsonType::string)) return false;
  if (const auto error = engine_->present.get_string().get(out)) return malformed(error);
  return true;
}

// simdjson finds the end of an object or array by its brackets alone, so what stands within is
// gone through once more to be checked.
bool JsonReader::raw(std::string& out) {
  JsonType found;
  if (!type(found)) return false;
  ondemand::value& present = engine_->present;
  std::string_view text;
  if (found == JsonType::object) {
    ondemand::object object;
    if (const auto error = present.get_object().get(object)) return malformed(error);
    if (const auto error = object.raw_json().get(text)) return malformed(error);
    out = without_trailing_blanks(text);
    if (const auto error = object.reset().error()) return malformed(error);
    return fields(object, [this](std::string_view) { return skip(); });
  }
  if (found == JsonType::array) {
    ondemand::array array;
    if (const auto error = present.get_array().get(array)) return malformed(error);
    if (const auto error = array.raw_json().get(text)) return malformed(error);
    out = without_trailing_blanks(text);
    if (const auto error = array.reset().error()) return malformed(error);
    return items(array, [this](std::size_t) { return skip(); });
  }
  out = without_trailing_blanks(present.raw_json_token());
  return skip();
}

// Nothing is checked before it is read, so what is skipped has to be read as well.
bool JsonReader::skip() {
  JsonType found;
  if (!type(found)) return false;
  std::string_view text;
  double real;
  bool truth;
  switch (found) {
    case JsonType::object:
      return object([this](std::string_view) { return skip(); });
    case JsonType::array:
      return array([this](std::size_t) { return skip(); });
    case JsonType::string:
      return string(text);
    case JsonType::number:
      return number(real);
    case JsonType::boolean:
      return boolean(truth);
    case JsonType::null:
      break;
  }
  return is_null() || malformed(0);
}

bool JsonReader::enter() {
  if (depth_ < limits_.depth_max) return true;
  return refuse(fmt::format("nested deeper than {} levels", limits_.depth_max),
                fmt::format("嵌套超过 {} 层", limits_.depth_max));
}

// After an error depth_ stays as it is, in this and in items(): nothing more is read.
template <class Object>
bool JsonReader::fields(Object& object, JsonCallback<bool(std::string_view key)> on_field) {
  if (!enter()) return false;
  ++depth_;
  for (auto entry : object) {
    ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return malformed(error);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return malformed(error);
    engine_->present = field.value();
    if (!on_field(key)) {
      put_before(engine_->path, key);
      return false;
    }
  }
  --depth_;
  return true;
}

template <class Array>
bool JsonReader::items(Array& array, JsonCallback<bool(std::size_t index)> on_item) {
  if (!enter()) return false;
  ++depth_;
  std::size_t index = 0;
  for (auto item : array) {
    if (const auto error = std::move(item).get(engine_->present)) return malformed(error);
    if (!on_item(index)) {
      put_before(engine_->path, fmt::format("{}", index));
      return false;
    }
    ++index;
  }
  --depth_;
  return true;
}

bool JsonReader::object(JsonCallback<bool(std::string_view key)> on_field) {
  if (!expect(JsonType::object)) return false;
  ondemand::object object;
  if (const auto error = engine_->present.get_object().get(object)) return malformed(error);
  return fields(object, on_field);
}

bool JsonReader::typed_object(JsonCallback<bool(std::string_view type)> on_type,
                              JsonCallback<bool(std::string_view key)> on_field) {
  if (!expect(JsonType::object)) return false;
  ondemand::object object;
  if (const auto error = engine_->present.get_object().get(object)) return malformed(error);
  // It may stand behind the fields that depend on it, so it is looked up before they are read.
  const auto found = object.find_field_unordered("type").get(engine_->present);
  if (found == simdjson::NO_SUCH_FIELD) return missing_field("type");
  if (found != simdjson::SUCCESS) return malformed(found);
  std::string_view type;
  if (!string(type) || !on_type(type)) {
    put_before(engine_->path, "type");
    return false;
  }
  if (const auto error = object.reset().error()) return malformed(error);
  bool type_seen = false;
  return fields(object, [&](std::string_view key) {
    if (key != "type") return on_field(key);
    return !std::exchange(type_seen, true) || repeated_field();  // its value is read already
  });
}

bool JsonReader::array(JsonCallback<bool(std::size_t index)> on_item) {
  if (!expect(JsonType::array)) return false;
  ondemand::array array;
  if (const auto error = engine_->present.get_array().get(array)) return malformed(error);
  return items(array, on_item);
}

// The path begins empty; each caller that sees false puts its own step before it.
bool JsonReader::refuse(std::string message, std::string message_zh) {
  engine_->error = {ErrorCode::parse_error, std::move(message), std::move(message_zh), {}};
  engine_->path.clear();
  return false;
}

bool JsonReader::unknown_field() {
  return limits_.unknown_fields_allowed ? skip() : refuse("no such field is known", "未知字段");
}

bool JsonReader::missing_field(std::string_view key) {
  refuse("this field is missing", "缺少此字段");
  put_before(engine_->path, key);
  return false;
}

bool JsonReader::repeated_field() {
  return refuse("this field stands twice", "此字段重复");
}

Error JsonReader::take_error() {
  engine_->error.where = std::move(engine_->path);
  return std::move(engine_->error);
}

}  // namespace hq
