// JSON of any bytes: nothing crashes, and what is read writes the same text again.

#include "base/assert.h"
#include "base/id.h"
#include "base/json.h"

namespace {

using namespace hq;

enum class Kind { rail, metro };
BOOST_DESCRIBE_ENUM(Kind, rail, metro)

struct Inner {
  std::string name;
  std::optional<int8_t> small;
  LatLng place;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (name, small, place))

struct Left {
  static constexpr std::string_view kType = "left";
  double number = 0;
};
BOOST_DESCRIBE_STRUCT(Left, (), (number))

struct Right {
  static constexpr std::string_view kType = "right";
  std::vector<Inner> inners;
};
BOOST_DESCRIBE_STRUCT(Right, (), (inners))

struct Outer {
  Kind kind = Kind::rail;
  std::optional<uint64_t> count;
  std::optional<Date> day;
  std::optional<Instant> at;
  std::optional<Id> id;
  std::optional<JsonText> raw;
  std::map<std::string, std::variant<Left, Right>> sides;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (kind, count, day, at, id, raw, sides))

template <class T>
void read_and_write(std::string_view text, const JsonLimits& limits) {
  const auto value = from_json<T>(text, limits);
  if (!value) {
    HQ_ASSERT(!value.error().message.empty() && !value.error().message_zh.empty());
    return;
  }
  const std::string canonical = to_json(*value);
  const auto again = from_json<T>(canonical, {.bytes_max = SIZE_MAX});
  HQ_ASSERT(again.has_value());
  HQ_ASSERT(to_json(*again) == canonical);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_and_write<Outer>(text, {});
  read_and_write<Outer>(text, {.unknown_fields_allowed = true});
  read_and_write<std::vector<Inner>>(text, {});
  read_and_write<JsonText>(text, {});
  read_and_write<std::string>(text, {});
  read_and_write<double>(text, {});

  // A document that reads whole is also raw text that is accepted.
  const auto document = JsonDocument::parse(text);
  if (document) {
    HQ_ASSERT(from_json<JsonText>(text).has_value());
    for (const auto& [key, value] : document->root().members()) {
      HQ_ASSERT(document->root().find(key).has_value());
    }
  }
  return 0;
}
