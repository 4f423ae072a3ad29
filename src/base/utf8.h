// UTF-8, one sequence at a time (RFC 3629: no surrogates, no overlong forms, up to U+10FFFF).
//
//   for (std::size_t at = 0; at < text.size();) {
//     const CodePoint one = decode_utf8(text.substr(at));   // size 0: no valid sequence here
//     at += one.size;
//   }
#pragma once

#include <cstdint>
#include <string_view>

namespace hq {

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;  // bytes; 0 where the text does not start with a valid sequence
};

/// The code point that `text` starts with.
constexpr CodePoint decode_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) -> uint32_t { return static_cast<uint8_t>(text[i]); };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  if (text.empty()) return {};
  const uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xE0 && lead < 0xF0) {
    if (text.size() < 3 || !is_tail(1) || !is_tail(2)) return {};
    const char32_t value = (lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    return value < 0x800 || (value >= 0xD800 && value < 0xE000) ? CodePoint{} : CodePoint{value, 3};
  }
  if (lead >= 0xC2 && lead < 0xE0) {
    if (text.size() < 2 || !is_tail(1)) return {};
    return {(lead & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  }
  if (lead < 0xF0 || lead > 0xF4) return {};
  if (text.size() < 4 || !is_tail(1) || !is_tail(2) || !is_tail(3)) return {};
  const char32_t value =
      (lead & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
  return value < 0x10000 || value > 0x10FFFF ? CodePoint{} : CodePoint{value, 4};
}

}  // namespace hq
