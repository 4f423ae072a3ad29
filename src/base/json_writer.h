// JsonWriter: canonical JSON, appended to a string as it is produced.
//
// Canonical means: no blanks, fields in the order written, the shortest digits that read back as
// the same number, and one form of each escape; so equal values give equal bytes and equal
// hashes. Wrong nesting or a non-finite number is a broken invariant. Text that is not UTF-8 is
// written with U+FFFD in place of each bad byte. The string must outlive the writer.
//
//   std::string out;
//   JsonWriter(out).begin_object().field("stop", "上海虹桥").field("trains", 3).end_object();
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"

namespace hq {

class JsonWriter {
 public:
  static constexpr int kDepthMax = 64;

  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{', true); }
  JsonWriter& end_object() { return close('}', true); }
  JsonWriter& begin_array() { return open('[', false); }
  JsonWriter& end_array() { return close(']', false); }

  /// The name of the next value; only directly inside an object.
  JsonWriter& key(std::string_view name);

  /// The same for a key prepared as `,"name":`, so that it is one copy.
  JsonWriter& prepared_key(std::string_view comma_name_colon) {
    if (is_first_) comma_name_colon.remove_prefix(1);
    HQ_ASSERT(in_object() && !has_key_);
    is_first_ = false;
    has_key_ = true;
    out_.append(comma_name_colon);
    return *this;
  }

  JsonWriter& null() { return verbatim("null"); }
  JsonWriter& boolean(bool value) { return verbatim(value ? "true" : "false"); }
  JsonWriter& integer(int64_t value);
  JsonWriter& unsigned_integer(uint64_t value);
  JsonWriter& number(double value);  // finite
  JsonWriter& string(std::string_view text);

  /// A value that is JSON already; it is not checked.
  JsonWriter& verbatim(std::string_view json) {
    start_value();
    out_.append(json);
    return *this;
  }

  /// Any type that base/json.h knows.
  template <class T>
  JsonWriter& value(const T& thing) {
    write_json(*this, thing);
    return *this;
  }

  template <class T>
  JsonWriter& field(std::string_view name, const T& thing) {
    return key(name).value(thing);
  }

  /// One whole value has been written.
  bool is_complete() const { return depth_ == 0 && !is_first_; }

 private:
  bool in_object() const { return ((objects_ >> depth_) & 1) != 0; }

  void start_value() {
    if (in_object()) {
      HQ_ASSERT(has_key_);
      has_key_ = false;
      return;
    }
    HQ_ASSERT(depth_ > 0 || is_first_);
    if (!is_first_) out_ += ',';
    is_first_ = false;
  }

  JsonWriter& open(char bracket, bool object) {
    start_value();
    HQ_ASSERT(depth_ + 1 < kDepthMax);
    ++depth_;
    const uint64_t bit = uint64_t{1} << depth_;
    objects_ = object ? objects_ | bit : objects_ & ~bit;
    is_first_ = true;
    out_ += bracket;
    return *this;
  }

  JsonWriter& close(char bracket, bool object) {
    HQ_ASSERT(depth_ > 0 && in_object() == object && !has_key_);
    --depth_;
    is_first_ = false;
    out_ += bracket;
    return *this;
  }

  std::string& out_;
  uint64_t objects_ = 0;  // bit d: level d is an object, not an array
  int depth_ = 0;
  bool is_first_ = true;  // nothing stands at this level yet
  bool has_key_ = false;  // a key waits for its value
};

}  // namespace hq
