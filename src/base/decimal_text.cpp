// Decimals as text and back, and from binary numbers by way of it.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/decimal.h"
#include "base/decimal_parts.h"

namespace hq {
namespace {

constexpr std::size_t kPlainSizeMax = 40;

/// Digits that are kept of a text; with what follows told apart from 0, they round correctly.
constexpr int kDigitsKept = 37;

/// Far beyond all exponents, so that sums of it and the size of any text cannot overflow.
constexpr int64_t kExponentClamp = int64_t{1} << 40;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Digits as they come: of the coefficient, of what it had to leave out.
struct DigitReader {
  DecimalParts parts;
  int kept = 0;
  bool has_more = false;

  void take(char c, bool is_fraction) {
    if (kept == kDigitsKept) {
      has_more = has_more || c != '0';
      if (!is_fraction) ++parts.exponent;
      return;
    }
    parts.coefficient = parts.coefficient * 10 + static_cast<unsigned>(c - '0');
    if (parts.coefficient != 0) ++kept;
    if (is_fraction) --parts.exponent;
  }
};

/// "E-12" at the start of `rest`: its value, none where it is malformed.
std::optional<int64_t> read_exponent(std::string_view rest) {
  rest.remove_prefix(1);
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest.empty()) return std::nullopt;
  int64_t value = 0;
  for (const char c : rest) {
    if (!is_digit(c)) return std::nullopt;
    value = std::min<int64_t>(value * 10 + (c - '0'), kExponentClamp);
  }
  return negative ? -value : value;
}

/// The digits of `value`, most significant first.
std::string digits_of(DecimalDigits value) {
  std::array<char, 40> buffer;
  std::size_t at = buffer.size();
  do {
    buffer[--at] = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  return {buffer.data() + at, buffer.size() - at};
}

std::string scientific(DecimalParts parts) {
  parts.strip(INT64_MAX);
  std::string digits = digits_of(parts.coefficient);
  const int64_t exponent = parts.exponent + static_cast<int64_t>(digits.size()) - 1;
  if (digits.size() > 1) digits.insert(1, 1, '.');
  return (parts.negative ? "-" : "") + digits + (exponent < 0 ? "E-" : "E+") +
         std::to_string(std::abs(exponent));
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  DigitReader reader;
  reader.parts.negative = text.starts_with('-');
  std::string_view rest = text.substr(reader.parts.negative ? 1 : 0);
  bool has_digit = false;
  bool is_fraction = false;
  while (!rest.empty() && (is_digit(rest.front()) || (rest.front() == '.' && !is_fraction))) {
    if (rest.front() == '.') {
      is_fraction = true;
    } else {
      has_digit = true;
      reader.take(rest.front(), is_fraction);
    }
    rest.remove_prefix(1);
  }
  if (!has_digit) return std::nullopt;
  if (!rest.empty()) {
    if (rest.front() != 'e' && rest.front() != 'E') return std::nullopt;
    const std::optional<int64_t> exponent = read_exponent(rest);
    if (!exponent) return std::nullopt;
    reader.parts.exponent += *exponent;
  }
  if (reader.parts.coefficient == 0) return Decimal();
  return reader.parts.pack(reader.has_more);
}

std::optional<Decimal> Decimal::from_double(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  std::array<char, 32> buffer;  // the longest is "-2.2250738585072014e-308"
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::scientific);
  if (error != std::errc()) return std::nullopt;
  return parse({buffer.data(), end});
}

std::string Decimal::text() const {
  DecimalParts parts = DecimalParts::of(*this);
  if (parts.coefficient == 0) return "0";
  parts.strip(0);
  const std::string digits = digits_of(parts.coefficient);
  const std::size_t sign_size = parts.negative ? 1 : 0;
  const auto shift = static_cast<std::size_t>(std::abs(parts.exponent));
  std::string plain(parts.negative ? "-" : "");
  if (parts.exponent >= 0) {
    if (sign_size + digits.size() + shift > kPlainSizeMax) return scientific(parts);
    return plain.append(digits).append(shift, '0');
  }
  if (digits.size() > shift) {
    const std::size_t whole = digits.size() - shift;
    return plain.append(digits, 0, whole).append(1, '.').append(digits, whole);
  }
  if (sign_size + 2 + shift > kPlainSizeMax) return scientific(parts);
  return plain.append("0.").append(shift - digits.size(), '0').append(digits);
}

}  // namespace hq
