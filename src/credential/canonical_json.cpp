#include "credential/canonical_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/assert.h"

namespace hq::credential {
namespace {

// The bracket takes the place of the last comma.
void close(std::string& out, char bracket, bool is_empty) {
  if (!is_empty) out.pop_back();
  out += bracket;
}

void append(std::string& out, const Json& value) {
  if (const auto* truth = value.as_bool()) {
    out += *truth ? "true" : "false";
  } else if (const auto* digits = value.as_number_text()) {
    out += es6_number(double_of(*digits));
  } else if (const auto* text = value.as_string()) {
    append_json_string(out, *text);
  } else if (const auto* items = value.as_array()) {
    out += '[';
    for (const Json& item : *items) {
      append(out, item);
      out += ',';
    }
    close(out, ']', items->empty());
  } else if (const auto* fields = value.as_object()) {
    std::vector<const JsonField*> sorted;
    for (const JsonField& field : *fields) sorted.push_back(&field);
    std::ranges::sort(sorted, utf16_less, &JsonField::key);
    out += '{';
    for (const JsonField* field : sorted) {
      append_json_string(out, field->key);
      out += ':';
      append(out, field->value);
      out += ',';
    }
    close(out, '}', sorted.empty());
  } else {
    out += "null";
  }
}

}  // namespace

std::string canonical_json(const Json& value) {
  std::string out;
  append(out, value);
  return out;
}

Result<std::string> canonical_json(std::string_view text) {
  HQ_TRY(const Json value, Json::parse(text));
  return canonical_json(value);
}

double double_of(const std::string& digits) {
  double value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  HQ_ASSERT(problem == std::errc() && end == digits.data() + digits.size());  // seen by parse
  return value;
}

// to_chars gives the shortest digits that read back as the same double, and the nearest of those,
// which is what ECMAScript asks for; only their layout differs.
std::string es6_number(double value) {
  HQ_ASSERT(std::isfinite(value));
  if (value == 0) return "0";
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value),
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view written(buffer.data(), end);
  const std::size_t e = written.find('e');
  std::string digits(written.substr(0, e));
  std::erase(digits, '.');
  int exponent = 0;  // value = 0.d1d2d3... x 10^point
  const std::size_t first = written[e + 1] == '+' ? e + 2 : e + 1;
  std::from_chars(written.data() + first, end, exponent);
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;
  std::string text = value < 0 ? "-" : "";
  if (point > 21 || point <= -6) {
    text += digits.substr(0, 1);
    if (count > 1) text += "." + digits.substr(1);
    return text + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
  }
  if (point <= 0) return text + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (point >= count)
    return text + digits + std::string(static_cast<std::size_t>(point - count), '0');
  return text + digits.substr(0, static_cast<std::size_t>(point)) + "." +
         digits.substr(static_cast<std::size_t>(point));
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (const auto byte = static_cast<unsigned char>(c); byte < 0x20) {
          out += "\\u00";
          out += kDigits[byte >> 4];
          out += kDigits[byte & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// The order of bytes is that of code points. UTF-16 differs in one thing: what takes a pair of
// surrogates (lead bytes F0 and above) comes before U+E000 to U+FFFF (lead bytes EE and EF).
bool utf16_less(std::string_view a, std::string_view b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a == a.end() || in_b == b.end()) return in_a == a.end() && in_b != b.end();
  const auto left = static_cast<unsigned char>(*in_a);
  const auto right = static_cast<unsigned char>(*in_b);
  if (left >= 0xEE && right >= 0xEE && (left >= 0xF0) != (right >= 0xF0)) return left >= 0xF0;
  return left < right;
}

}  // namespace hq::credential
