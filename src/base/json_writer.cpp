#include "base/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/utf8.h"

namespace hq {
namespace {

/// How many bytes at the start of `text` stand for themselves: ASCII but controls, " and \\.
std::size_t plain_size(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  std::size_t size = 0;
  // Eight bytes at once; the high bit of a byte is set where it is less than the other number
  // (Mycroft's test, exact as to whether there is any such byte).
  const auto has_less = [](uint64_t word, uint64_t than) {
    return (word - kOnes * than) & ~word & kHighs;
  };
  for (; size + 8 <= text.size(); size += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + size, 8);
    if (((word & kHighs) | has_less(word, 0x20) | has_less(word ^ kOnes * '"', 1) |
         has_less(word ^ kOnes * '\\', 1)) != 0) {
      break;
    }
  }
  const auto is_plain = [](char c) { return c >= 0x20 && c != '"' && c != '\\'; };
  while (size < text.size() && is_plain(text[size])) ++size;
  return size;
}

/// RFC 8259, 7. The short form where there is one, so that each text has one spelling.
void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<uint8_t>(c);
  out.append("\\u00").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const std::size_t plain = plain_size(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (static_cast<uint8_t>(text.front()) < 0x80) {
      append_escaped(out, text.front());
      text.remove_prefix(1);
      continue;
    }
    // A run of characters beyond ASCII is copied as one.
    std::size_t beyond_ascii = 0;
    for (;;) {
      const CodePoint one = decode_utf8(text.substr(beyond_ascii));
      if (one.size < 2) break;
      beyond_ascii += one.size;
    }
    out.append(text.substr(0, beyond_ascii));
    text.remove_prefix(beyond_ascii);
    if (beyond_ascii == 0) {
      out += "\uFFFD";
      text.remove_prefix(1);
    }
  }
  out += '"';
}

}  // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
  HQ_ASSERT(in_object() && !has_key_);
  if (!is_first_) out_ += ',';
  is_first_ = false;
  has_key_ = true;
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
