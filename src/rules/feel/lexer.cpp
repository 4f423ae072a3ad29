#include "rules/feel/lexer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/text.h"

namespace hq::rules {
namespace {

struct Interval {
  char32_t first;
  char32_t last;
};

// Rule 28; and arrows to dingbats (2190 to 2BFF), where the older half of the emoji stands.
constexpr std::array<Interval, 19> kNameStarts = {{{'?', '?'},
                                                   {'A', 'Z'},
                                                   {'_', '_'},
                                                   {'a', 'z'},
                                                   {0xC0, 0xD6},
                                                   {0xD8, 0xF6},
                                                   {0xF8, 0x2FF},
                                                   {0x370, 0x37D},
                                                   {0x37F, 0x167F},
                                                   {0x1681, 0x180D},
                                                   {0x180F, 0x1FFF},
                                                   {0x200C, 0x200D},
                                                   {0x2070, 0x218F},
                                                   {0x2190, 0x2BFF},
                                                   {0x2C00, 0x2FEF},
                                                   {0x3001, 0xD7FF},
                                                   {0xF900, 0xFDCF},
                                                   {0xFDF0, 0xFEFE},
                                                   {0xFF00, 0xFFFD}}};

constexpr std::string_view kOwnSigns = "()[]{},:<>=!\"@";  // a name never holds these

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The byte at a place, 0 past the end. A zero byte within the text is no token either.
char byte_at(std::string_view text, std::size_t position) {
  return position < text.size() ? text[position] : '\0';
}

CodePoint code_point_at(std::string_view text, uint32_t position) {
  const CodePoint one = decode_utf8(text.substr(position));
  return one.size == 0 ? CodePoint{0xFFFD, std::min<std::size_t>(1, text.size() - position)} : one;
}

uint32_t plus(uint32_t position, std::size_t bytes) {
  return position + static_cast<uint32_t>(bytes);
}

uint32_t word_end(std::string_view text, uint32_t position) {
  while (position < text.size()) {
    const CodePoint one = code_point_at(text, position);
    if (!is_name_part(one.value)) break;
    position = plus(position, one.size);
  }
  return position;
}

uint32_t digits_end(std::string_view text, uint32_t position) {
  while (is_digit(byte_at(text, position))) ++position;
  return position;
}

uint32_t number_end(std::string_view text, uint32_t position) {
  position = digits_end(text, position);
  if (byte_at(text, position) == '.' && is_digit(byte_at(text, std::size_t{position} + 1))) {
    position = digits_end(text, position + 1);
  }
  const char letter = byte_at(text, position);
  if (letter != 'e' && letter != 'E') return position;
  const char sign = byte_at(text, std::size_t{position} + 1);
  const uint32_t digits = position + (sign == '+' || sign == '-' ? 2 : 1);
  return is_digit(byte_at(text, digits)) ? digits_end(text, digits) : position;
}

Token text_token(std::string_view text, uint32_t begin) {
  for (uint32_t at = begin + 1; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') return {TokenKind::text, begin, at + 1};
    if (c == '\n' || c == '\r') break;
    if (c == '\\') ++at;
  }
  return {TokenKind::open_text, begin, static_cast<uint32_t>(text.size())};
}

struct Sign {
  std::string_view text;
  TokenKind kind;
};

// Longer ones first.
constexpr std::array<Sign, 23> kSigns = {{{"..", TokenKind::dot_dot},
                                          {"**", TokenKind::star_star},
                                          {"!=", TokenKind::not_equal},
                                          {"<=", TokenKind::less_or_equal},
                                          {">=", TokenKind::greater_or_equal},
                                          {".", TokenKind::dot},
                                          {",", TokenKind::comma},
                                          {":", TokenKind::colon},
                                          {"(", TokenKind::left_paren},
                                          {")", TokenKind::right_paren},
                                          {"[", TokenKind::left_bracket},
                                          {"]", TokenKind::right_bracket},
                                          {"{", TokenKind::left_brace},
                                          {"}", TokenKind::right_brace},
                                          {"+", TokenKind::plus},
                                          {"-", TokenKind::minus},
                                          {"*", TokenKind::star},
                                          {"/*", TokenKind::open_comment},
                                          {"/", TokenKind::slash},
                                          {"=", TokenKind::equal},
                                          {"<", TokenKind::less},
                                          {">", TokenKind::greater},
                                          {"@", TokenKind::at}}};

std::optional<uint32_t> hex_number(std::string_view text, std::size_t position,
                                   std::size_t digits) {
  if (position + digits > text.size()) return {};
  uint32_t number = 0;
  for (const char c : text.substr(position, digits)) {
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c)) {
      number = number * 16 + static_cast<uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      number = number * 16 + static_cast<uint32_t>(lower - 'a' + 10);
    } else {
      return {};
    }
  }
  return number;
}

struct Escape {
  char32_t value = 0;
  std::size_t size = 0;  // bytes of text; 0 where it is none
};

/// The escape that begins at `position`, a backslash.
Escape escape_at(std::string_view text, std::size_t position) {
  const char letter = byte_at(text, position + 1);
  constexpr std::string_view kLetters = "ntr\"'\\";
  constexpr std::string_view kMeanings = "\n\t\r\"'\\";
  if (const std::size_t i = kLetters.find(letter); i != std::string_view::npos) {
    return {static_cast<char32_t>(kMeanings[i]), 2};
  }
  if (letter != 'u' && letter != 'U') return {};
  const std::size_t digits = letter == 'u' ? 4 : 6;
  const std::optional<uint32_t> unit = hex_number(text, position + 2, digits);
  if (!unit) return {};
  const bool is_high = letter == 'u' && *unit >= 0xD800 && *unit < 0xDC00;
  if (is_high && text.substr(position + 6).starts_with("\\u")) {
    const std::optional<uint32_t> low = hex_number(text, position + 8, 4);
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      return {0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00), 12};
    }
  }
  return {*unit, 2 + digits};
}

bool is_scalar(char32_t c) {
  return c < 0xD800 || (c >= 0xE000 && c <= 0x10FFFF);
}

}  // namespace

bool is_name_start(char32_t c) {
  if (c >= 0x10000) return c <= 0xEFFFF;
  return std::ranges::any_of(
      kNameStarts, [&](const Interval& range) { return c >= range.first && c <= range.last; });
}

bool is_name_part(char32_t c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) ||
         c == 0x203F || c == 0x2040;
}

bool is_blank(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         c == 0x180E || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

uint32_t name_part_end(std::string_view text, uint32_t position) {
  if (position >= text.size()) return position;
  const CodePoint one = code_point_at(text, position);
  if (is_name_part(one.value)) return word_end(text, position);
  if (is_blank(one.value) || one.value < 0x20) return position;
  if (one.value < 0x80 && kOwnSigns.contains(static_cast<char>(one.value))) return position;
  return plus(position, one.size);
}

uint32_t skip_blanks(std::string_view text, uint32_t position) {
  while (position < text.size()) {
    const CodePoint one = code_point_at(text, position);
    if (is_blank(one.value)) {
      position = plus(position, one.size);
    } else if (text.substr(position).starts_with("//")) {
      position = static_cast<uint32_t>(std::min(text.find_first_of("\r\n", position), text.size()));
    } else if (text.substr(position).starts_with("/*")) {
      const std::size_t end = text.find("*/", std::size_t{position} + 2);
      if (end == std::string_view::npos) return position;
      position = static_cast<uint32_t>(end + 2);
    } else {
      return position;
    }
  }
  return position;
}

Token token_at(std::string_view text, uint32_t position) {
  const uint32_t begin = skip_blanks(text, position);
  if (begin >= text.size()) return {TokenKind::end, begin, begin};
  const char c = text[begin];
  if (is_digit(c) || (c == '.' && is_digit(byte_at(text, std::size_t{begin} + 1)))) {
    return {TokenKind::number, begin, number_end(text, begin)};
  }
  if (c == '"') return text_token(text, begin);
  const CodePoint one = code_point_at(text, begin);
  if (is_name_start(one.value)) return {TokenKind::word, begin, word_end(text, begin)};
  for (const Sign& sign : kSigns) {
    if (text.substr(begin).starts_with(sign.text)) {
      return {sign.kind, begin, plus(begin, sign.text.size())};
    }
  }
  return {TokenKind::unknown, begin, plus(begin, one.size)};
}

Result<std::string> unescaped(std::string_view quoted) {
  HQ_ASSERT(quoted.size() >= 2);
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Escape escape = text[at] == '\\' ? escape_at(text, at) : Escape{};
    if (escape.size == 0) {
      plain += text[at++];
      continue;
    }
    if (!is_scalar(escape.value)) {
      const std::string written(text.substr(at, escape.size));
      return fail(ErrorCode::parse_error,
                  written + " is no Unicode character; write a pair, or \\U",
                  written + " 不是 Unicode 字符；请写成代理对或 \\U");
    }
    plain += to_utf8(std::u32string_view(&escape.value, 1));
    at += escape.size;
  }
  return plain;
}

}  // namespace hq::rules
