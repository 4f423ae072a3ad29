// JsonReader: one value after another out of a JSON text, strictly checked.
//
// It is what from_json is made of, and what a type of its own kind overloads read_json with. Each
// member returns false after an error; the first error is kept, and its path ("/stops/3/name",
// RFC 6901) grows as the callers return. Strings are views that live until the reader ends. The
// text is copied. One thread.
//
//   bool read_json(JsonReader& in, Money& out) {
//     std::string_view text;
//     return in.string(text) && (parse_money(text, out) || in.refuse("not money", "不是金额"));
//   }
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/error.h"

namespace hq {

struct JsonLimits {
  std::size_t bytes_max = std::size_t{8} << 20;
  int depth_max = 32;  // objects and arrays within each other
  bool unknown_fields_allowed = false;
};

enum class JsonType { null, boolean, number, string, array, object };

/// The error for a value of another type than the one that is wanted.
Error wrong_json_type(JsonType wanted, JsonType found);

/// A callable that is only borrowed for the length of one call.
template <class Signature>
class JsonCallback;

template <class... Args>
class JsonCallback<bool(Args...)> {
 public:
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, JsonCallback>)
  JsonCallback(F&& function)  // NOLINT(bugprone-forwarding-reference-overload)
      : object_(&function), call_([](const void* object, Args... args) -> bool {
          return (*static_cast<std::remove_reference_t<F>*>(const_cast<void*>(object)))(args...);
        }) {}
  bool operator()(Args... args) const { return call_(object_, args...); }

 private:
  const void* object_;
  bool (*call_)(const void*, Args...);
};

class JsonReader {
 public:
  JsonReader(std::string_view text, const JsonLimits& limits);
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  /// Reads the one value of the text by `read_value`, and sees to it that nothing follows.
  bool document(JsonCallback<bool()> read_value);

  bool type(JsonType& out);  // looks only
  bool is_null();            // takes the null if there is one
  bool boolean(bool& out);
  bool integer(int64_t& out, int64_t least, int64_t greatest);
  bool unsigned_integer(uint64_t& out, uint64_t greatest);
  bool number(double& out);
  bool string(std::string_view& out);
  bool raw(std::string& out);  // the value as it is written, checked
  bool skip();

  /// Calls `on_field` for each field; it must read or skip the value.
  bool object(JsonCallback<bool(std::string_view key)> on_field);

  /// The same for an object whose field "type", wherever it stands, says what the others are.
  bool typed_object(JsonCallback<bool(std::string_view type)> on_type,
                    JsonCallback<bool(std::string_view key)> on_field);

  /// Calls `on_item` for each item; it must read or skip the value.
  bool array(JsonCallback<bool(std::size_t index)> on_item);

  /// Keeps an error about the present value; false, so that it can be returned.
  bool refuse(std::string message, std::string message_zh);

  bool unknown_field();                      // skips the present value where that is allowed
  bool missing_field(std::string_view key);  // of the object that was just read
  bool repeated_field();

  Error take_error();

 private:
  struct Engine;
  static std::unique_ptr<Engine>& kept_engine();
  bool expect(JsonType wanted);
  bool malformed(int code);
  bool enter();
  template <class Object>
  bool fields(Object& object, JsonCallback<bool(std::string_view key)> on_field);
  template <class Array>
  bool items(Array& array, JsonCallback<bool(std::size_t index)> on_item);

  std::unique_ptr<Engine> engine_;
  JsonLimits limits_;
  int depth_ = 0;
};

}  // namespace hq
