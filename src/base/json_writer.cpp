#include "base/json_writer.h"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <cmath>

namespace hq {
namespace {

enum class ByteKind : uint8_t { plain, escaped, beyond_ascii };

constexpr std::array<ByteKind, 256> kByteKinds = [] {
  std::array<ByteKind, 256> kinds{};
  for (std::size_t byte = 0; byte < kinds.size(); ++byte) {
    kinds[byte] = byte < 0x20 || byte == '"' || byte == '\\' ? ByteKind::escaped
                  : byte < 0x80                              ? ByteKind::plain
                                                             : ByteKind::beyond_ascii;
  }
  return kinds;
}();

ByteKind kind_of(char c) { return kByteKinds[static_cast<uint8_t>(c)]; }

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<uint8_t>(c);
  out.append("\\u00").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
}

/// The text with U+FFFD in place of each byte that belongs to no valid UTF-8 sequence.
std::string repaired(std::string_view text) {
  std::string good;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size <= 4 && size <= text.size() && !simdjson::validate_utf8(text.data(), size)) ++size;
    if (size <= 4 && size <= text.size()) {
      good += text.substr(0, size);
    } else {
      good += "\uFFFD";
      size = 1;
    }
    text.remove_prefix(size);
  }
  return good;
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t start = 0;  // of what is not written yet
  bool is_checked = false;
  std::string repaired_rest;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const ByteKind kind = kind_of(text[i]);
    if (kind == ByteKind::plain || (kind == ByteKind::beyond_ascii && is_checked)) continue;
    out += text.substr(start, i - start);
    start = i;
    if (kind == ByteKind::escaped) {
      append_escaped(out, text[i]);
      start = i + 1;
    } else {
      if (!simdjson::validate_utf8(text.data() + i, text.size() - i)) {
        repaired_rest = repaired(text.substr(i));
        text = repaired_rest;
        start = i = 0;
      }
      is_checked = true;
    }
  }
  out += text.substr(start);
  out += '"';
}

}  // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
  start_key();
  append_string(out_, name);
  out_ += ':';
  return *this;
}

JsonWriter& JsonWriter::integer(int64_t value) {
  start_value();
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
  return *this;
}

JsonWriter& JsonWriter::unsigned_integer(uint64_t value) {
  start_value();
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  HQ_ASSERT(std::isfinite(value));
  start_value();
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  start_value();
  append_string(out_, text);
  return *this;
}

}  // namespace hq
