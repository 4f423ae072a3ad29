// JSON: the one text form of events, API bodies and spec cases.
//
// to_json writes canonical text (fields in the order of their declaration, no blanks), so equal
// values have equal hashes. from_json is strict: a missing, unknown or repeated field, a null or
// a wrong type, a number out of range, a text too long or too deep is an Error whose `where` is
// the path ("/stops/3/name"). Known are: bool, integers, finite doubles, strings, optional,
// vector, array, map by string, Date, Instant, LatLng, described enums (by name) and structs,
// variants of structs with a kType (as "type"), JsonText, and types with text() and parse().
// Another type joins by overloads of write_json and read_json beside it. Safe on any thread.
//
//   struct Stop { std::string name; std::optional<int> platform; };
//   BOOST_DESCRIBE_STRUCT(Stop, (), (name, platform))
//   to_json(Stop{"上海虹桥", 3});                            // {"name":"上海虹桥","platform":3}
//   HQ_TRY(Stop stop, from_json<Stop>(R"({"name":"x"})"));
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/geo.h"
#include "base/json_document.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace hq {

/// Ready JSON, written as it is; on reading, the checked text of whatever value stands there.
struct JsonText {
  std::string text;

  bool operator==(const JsonText&) const = default;
};

template <class T>
std::string to_json(const T& value) {
  std::string out;
  JsonWriter(out).value(value);
  return out;
}

template <class T>
Result<T> from_json(std::string_view text, const JsonLimits& limits = {}) {
  JsonReader reader(text, limits);
  Result<T> value;
  if (!reader.document([&] { return read_json(reader, *value); })) {
    value = std::unexpected(reader.take_error());
  }
  return value;
}

template <class T>
concept JsonInteger = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                      !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                      !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <class T>
concept JsonEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

/// A type with a text form of its own: an id, a decimal number.
template <class T>
concept JsonAsText = requires(const T& value, std::string_view text) {
  { value.text() } -> std::convertible_to<std::string_view>;
  { T::parse(text) } -> std::same_as<Result<T>>;
};

template <class T>
concept JsonStruct =
    std::is_class_v<T> && boost::describe::has_describe_members<T>::value && !JsonAsText<T>;

// Writing. One overload per kind of type; those for containers find the others when they are
// used, through the namespace of JsonWriter.

template <std::same_as<bool> T>
void write_json(JsonWriter& out, T value) {
  out.boolean(value);
}

template <JsonInteger T>
void write_json(JsonWriter& out, T value) {
  if constexpr (std::is_signed_v<T>) {
    out.integer(value);
  } else {
    out.unsigned_integer(value);
  }
}

template <std::floating_point T>
void write_json(JsonWriter& out, T value) {
  out.number(value);
}

inline void write_json(JsonWriter& out, std::string_view value) {
  out.string(value);
}
inline void write_json(JsonWriter& out, Date value) {
  out.string(format_date(value));
}
inline void write_json(JsonWriter& out, Instant value) {
  out.string(format_instant(value));
}
inline void write_json(JsonWriter& out, const JsonText& value) {
  out.verbatim(value.text.empty() ? std::string_view("null") : std::string_view(value.text));
}
inline void write_json(JsonWriter& out, LatLng value) {
  out.begin_object().field("lat", value.lat).field("lng", value.lng).end_object();
}

template <JsonAsText T>
void write_json(JsonWriter& out, const T& value) {
  out.string(value.text());
}

template <JsonEnum T>
void write_json(JsonWriter& out, T value) {
  const char* name = boost::describe::enum_to_string(value, nullptr);
  HQ_ASSERT(name != nullptr);
  out.string(name);
}

template <class T>
void write_json(JsonWriter& out, const std::optional<T>& value) {
  if (value) {
    out.value(*value);
  } else {
    out.null();
  }
}

template <class T>
void write_json(JsonWriter& out, const std::vector<T>& values) {
  out.begin_array();
  for (const auto& value : values) out.value(static_cast<const T&>(value));
  out.end_array();
}

template <class T, std::size_t N>
void write_json(JsonWriter& out, const std::array<T, N>& values) {
  out.begin_array();
  for (const auto& value : values) out.value(value);
  out.end_array();
}

template <class T>
void write_json(JsonWriter& out, const std::map<std::string, T>& values) {
  out.begin_object();
  for (const auto& [key, value] : values) out.field(key, value);
  out.end_object();
}

namespace json_detail {

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public |
                                                         boost::describe::mod_inherited>;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T, class Member>
using MemberType = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;

/// The name of a described member as `,"name":`.
template <class Member>
inline constexpr auto kPreparedKey = [] {
  constexpr std::string_view kName = Member::name;
  std::array<char, kName.size() + 4> text{',', '"'};
  for (std::size_t i = 0; i < kName.size(); ++i) text[i + 2] = kName[i];
  text[kName.size() + 2] = '"';
  text[kName.size() + 3] = ':';
  return text;
}();

template <class T>
void write_fields(JsonWriter& out, const T& value) {
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    const auto& field = value.*member.pointer;
    constexpr auto& kKey = kPreparedKey<decltype(member)>;
    if constexpr (kIsOptional<std::remove_cvref_t<decltype(field)>>) {
      if (field) out.prepared_key({kKey.data(), kKey.size()}).value(*field);
    } else {
      out.prepared_key({kKey.data(), kKey.size()}).value(field);
    }
  });
}

/// What reading the fields of a T needs to know, made once at compile time.
template <class T>
struct Fields {
  static constexpr std::size_t kCount = boost::mp11::mp_size<Members<T>>::value;
  static_assert(kCount < 64, "a struct with this many fields wants to be two");

  std::array<std::string_view, kCount> names{};
  uint64_t required = 0;  // bit i: field i must be there

  constexpr Fields() {
    std::size_t i = 0;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      names[i] = member.name;
      if (!kIsOptional<MemberType<T, decltype(member)>>) required |= uint64_t{1} << i;
      ++i;
    });
  }
};

template <class T>
inline constexpr Fields<T> kFields{};

/// Reads the fields of a T in whatever order they come.
template <class T>
class FieldReader {
 public:
  FieldReader(JsonReader& in, T& out) : in_(in), out_(out) {}

  bool read(std::string_view key) {
    constexpr std::size_t kCount = Fields<T>::kCount;
    std::size_t index = next_;  // the writer's order is the usual one
    if (index >= kCount || kFields<T>.names[index] != key) {
      for (index = 0; index < kCount && kFields<T>.names[index] != key;) ++index;
    }
    if (index == kCount) return in_.unknown_field();
    next_ = index + 1;
    const uint64_t bit = uint64_t{1} << index;
    if ((seen_ & bit) != 0) return in_.repeated_field();
    seen_ |= bit;
    return read_member(index);
  }

  bool finish() {
    const uint64_t missing = kFields<T>.required & ~seen_;
    if (missing == 0) [[likely]]
      return true;
    return in_.missing_field(kFields<T>.names[static_cast<std::size_t>(__builtin_ctzll(missing))]);
  }

 private:
  bool read_member(std::size_t index) {
    if constexpr (Fields<T>::kCount == 0) {
      return false;
    } else {
      return boost::mp11::mp_with_index<Fields<T>::kCount>(index, [&](auto i) {
        using Member = boost::mp11::mp_at<Members<T>, decltype(i)>;
        return read_json(in_, out_.*Member::pointer);
      });
    }
  }

  JsonReader& in_;
  T& out_;
  std::size_t next_ = 0;
  uint64_t seen_ = 0;
};

}  // namespace json_detail

template <JsonStruct T>
void write_json(JsonWriter& out, const T& value) {
  out.begin_object();
  json_detail::write_fields(out, value);
  out.end_object();
}

template <JsonStruct... Kinds>
void write_json(JsonWriter& out, const std::variant<Kinds...>& value) {
  out.begin_object();
  std::visit(
      [&](const auto& kind) {
        out.prepared_key(",\"type\":").string(std::remove_cvref_t<decltype(kind)>::kType);
        json_detail::write_fields(out, kind);
      },
      value);
  out.end_object();
}

// Reading; false after an error, which the reader keeps.

template <std::same_as<bool> T>
bool read_json(JsonReader& in, T& out) {
  return in.boolean(out);
}

template <JsonInteger T>
bool read_json(JsonReader& in, T& out) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_signed_v<T>) {
    int64_t wide = 0;
    if (!in.integer(wide, Limits::min(), Limits::max())) return false;
    out = static_cast<T>(wide);
  } else {
    uint64_t wide = 0;
    if (!in.unsigned_integer(wide, Limits::max())) return false;
    out = static_cast<T>(wide);
  }
  return true;
}

inline bool read_json(JsonReader& in, double& out) {
  return in.number(out);
}
inline bool read_json(JsonReader& in, JsonText& out) {
  return in.raw(out.text);
}
bool read_json(JsonReader& in, std::string& out);
bool read_json(JsonReader& in, Date& out);
bool read_json(JsonReader& in, Instant& out);
bool read_json(JsonReader& in, LatLng& out);

template <JsonAsText T>
bool read_json(JsonReader& in, T& out) {
  std::string_view text;
  if (!in.string(text)) return false;
  auto value = T::parse(text);
  if (!value) return in.refuse(std::move(value.error().message), value.error().message_zh);
  out = *std::move(value);
  return true;
}

/// The enumerators of T as "a, b, c", for messages.
template <JsonEnum T>
std::string enum_names() {
  std::string names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto one) {
    if (!names.empty()) names += ", ";
    names += one.name;
  });
  return names;
}

template <JsonEnum T>
bool read_json(JsonReader& in, T& out) {
  std::string_view text;
  if (!in.string(text)) return false;
  bool found = false;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto one) {
    if (text != one.name) return;
    out = one.value;
    found = true;
  });
  return found ||
         in.refuse("expected one of: " + enum_names<T>(), "应为其中之一：" + enum_names<T>());
}

template <class T>
bool read_json(JsonReader& in, std::optional<T>& out) {
  if (in.is_null()) {
    out.reset();
    return true;
  }
  return read_json(in, out.emplace());
}

template <class T>
bool read_json(JsonReader& in, std::vector<T>& out) {
  out.clear();
  return in.array([&](std::size_t) {
    T item{};
    if (!read_json(in, item)) return false;
    out.push_back(std::move(item));
    return true;
  });
}

template <class T, std::size_t N>
bool read_json(JsonReader& in, std::array<T, N>& out) {
  std::size_t count = 0;
  const bool read = in.array([&](std::size_t index) {
    ++count;
    return index < N ? read_json(in, out[index]) : in.skip();
  });
  if (read && count != N) {
    return in.refuse("expected " + std::to_string(N) + " items, found " + std::to_string(count),
                     "应有 " + std::to_string(N) + " 项，实有 " + std::to_string(count) + " 项");
  }
  return read;
}

template <class T>
bool read_json(JsonReader& in, std::map<std::string, T>& out) {
  out.clear();
  return in.object([&](std::string_view key) {
    const auto [place, is_new] = out.try_emplace(std::string(key));
    return is_new ? read_json(in, place->second) : in.repeated_field();
  });
}

template <JsonStruct T>
bool read_json(JsonReader& in, T& out) {
  json_detail::FieldReader<T> fields(in, out);
  return in.object([&](std::string_view key) { return fields.read(key); }) && fields.finish();
}

template <JsonStruct... Kinds>
bool read_json(JsonReader& in, std::variant<Kinds...>& out) {
  std::variant<std::monostate, json_detail::FieldReader<Kinds>...> fields;
  const auto on_type = [&](std::string_view type) {
    const auto choose = [&]<class Kind>(std::type_identity<Kind>) {
      if (type != Kind::kType) return false;
      fields.template emplace<json_detail::FieldReader<Kind>>(in, out.template emplace<Kind>());
      return true;
    };
    if ((choose(std::type_identity<Kinds>{}) || ...)) return true;
    std::string names;
    ((names += names.empty() ? "" : ", ", names += Kinds::kType), ...);
    return in.refuse("expected one of: " + names, "应为其中之一：" + names);
  };
  const auto with_fields = [&](auto act) {
    return std::visit(
        [&]<class Fields>(Fields& chosen) {
          if constexpr (std::is_same_v<Fields, std::monostate>) {
            return false;
          } else {
            return act(chosen);
          }
        },
        fields);
  };
  return in.typed_object(on_type, [&](std::string_view key) {
    return with_fields([&](auto& chosen) { return chosen.read(key); });
  }) && with_fields([](auto& chosen) { return chosen.finish(); });
}

}  // namespace hq
