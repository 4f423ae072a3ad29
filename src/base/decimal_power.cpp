// Powers with an integer exponent: exact up to 108 digits, beyond that cut to so many and more
// than exact enough to be rounded to 34 once.
#include <algorithm>
#include <vector>

#include "base/decimal.h"
#include "base/decimal_parts.h"

namespace hq {
namespace {

constexpr uint32_t kLimbBase = 1'000'000'000;
constexpr int kLimbDigits = 9;
constexpr std::size_t kLimbsMax = 12;

/// Digits of a result before it is rounded; with the note of what follows, three more than needed.
constexpr int kResultDigits = 37;

/// A positive number: limbs of nine digits, least first, none 0 on top, times 10^exponent.
struct Wide {
  std::vector<uint32_t> limbs;
  int64_t exponent = 0;
  bool has_more = false;  // digits were cut off
};

void drop_leading_zeros(std::vector<uint32_t>& limbs) {
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
}

Wide wide_of(const DecimalParts& parts) {
  Wide wide{.limbs = {}, .exponent = parts.exponent, .has_more = false};
  for (DecimalDigits rest = parts.coefficient; rest != 0; rest /= kLimbBase) {
    wide.limbs.push_back(static_cast<uint32_t>(rest % kLimbBase));
  }
  return wide;
}

Wide product(const Wide& a, const Wide& b) {
  Wide wide{.limbs = std::vector<uint32_t>(a.limbs.size() + b.limbs.size()),
            .exponent = a.exponent + b.exponent,
            .has_more = a.has_more || b.has_more};
  for (std::size_t i = 0; i < a.limbs.size(); ++i) {
    uint64_t carry = 0;
    for (std::size_t k = 0; k < b.limbs.size(); ++k) {
      carry += wide.limbs[i + k] + uint64_t{a.limbs[i]} * b.limbs[k];
      wide.limbs[i + k] = static_cast<uint32_t>(carry % kLimbBase);
      carry /= kLimbBase;
    }
    wide.limbs[i + b.limbs.size()] = static_cast<uint32_t>(carry);
  }
  drop_leading_zeros(wide.limbs);
  // Zeros at the end carry nothing: without them more products stay exact.
  std::size_t cut = 0;
  while (wide.limbs[cut] == 0) ++cut;
  while (wide.limbs.size() - cut > kLimbsMax)
    wide.has_more = wide.limbs[cut++] != 0 || wide.has_more;
  wide.limbs.erase(wide.limbs.begin(), wide.limbs.begin() + static_cast<std::ptrdiff_t>(cut));
  wide.exponent += static_cast<int64_t>(cut) * kLimbDigits;
  return wide;
}

int digit_count(const Wide& wide) {
  return static_cast<int>(wide.limbs.size() - 1) * kLimbDigits + hq::digit_count(wide.limbs.back());
}

/// The leading digits of `wide`, rounded once.
std::optional<Decimal> rounded(const Wide& wide, bool negative) {
  DecimalParts parts{negative, 0, wide.exponent};
  bool has_more = wide.has_more;
  int kept = 0;
  for (std::size_t i = wide.limbs.size(); i-- > 0;) {
    for (uint32_t unit = kLimbBase / 10; unit != 0; unit /= 10) {
      const uint32_t digit = wide.limbs[i] / unit % 10;
      if (kept == kResultDigits) {
        has_more = has_more || digit != 0;
        ++parts.exponent;
        continue;
      }
      parts.coefficient = parts.coefficient * 10 + digit;
      if (parts.coefficient != 0) ++kept;
    }
  }
  return parts.pack(has_more);
}

bool is_less(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

void subtract_in_place(std::vector<uint32_t>& from, const std::vector<uint32_t>& what) {
  uint32_t borrow = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const uint32_t taken = (i < what.size() ? what[i] : 0) + borrow;
    borrow = from[i] < taken ? 1 : 0;
    from[i] += borrow * kLimbBase - taken;
  }
  drop_leading_zeros(from);
}

void multiply_by_ten(std::vector<uint32_t>& limbs) {
  uint32_t carry = 0;
  for (uint32_t& limb : limbs) {
    const uint64_t value = uint64_t{limb} * 10 + carry;
    limb = static_cast<uint32_t>(value % kLimbBase);
    carry = static_cast<uint32_t>(value / kLimbBase);
  }
  if (carry != 0) limbs.push_back(carry);
}

/// 1 / wide by long division, digit after digit.
std::optional<Decimal> reciprocal(const Wide& wide, bool negative) {
  const int digits = digit_count(wide);
  std::vector<uint32_t> rest{1};
  for (int i = 1; i < digits; ++i) multiply_by_ten(rest);  // of as many digits as the divisor
  DecimalParts parts{negative, 0, -wide.exponent - (digits - 1) - kResultDigits};
  for (int i = 0; i <= kResultDigits; ++i) {
    uint32_t digit = 0;
    for (; !is_less(rest, wide.limbs); ++digit) subtract_in_place(rest, wide.limbs);
    parts.coefficient = parts.coefficient * 10 + digit;
    if (i < kResultDigits) multiply_by_ten(rest);
  }
  return parts.pack(wide.has_more || !rest.empty());
}

/// coefficient^exponent while it fits 64 bits, as most powers in rules do.
std::optional<uint64_t> small_power(DecimalDigits coefficient, int64_t exponent) {
  if (coefficient > UINT64_MAX || exponent < 0 || exponent > 64) return std::nullopt;
  uint64_t product = 1;
  for (int64_t i = 0; i < exponent; ++i) {
    if (__builtin_mul_overflow(product, static_cast<uint64_t>(coefficient), &product)) {
      return std::nullopt;
    }
  }
  return product;
}

}  // namespace

std::optional<Decimal> integer_power(const Decimal& base, int64_t exponent) {
  if (exponent == 0) return Decimal(1);
  if (base.is_zero()) return exponent > 0 ? std::optional(Decimal()) : std::nullopt;
  DecimalParts parts = DecimalParts::of(base);
  parts.strip(INT64_MAX);
  const bool negative = parts.negative && exponent % 2 != 0;
  if (const auto power = small_power(parts.coefficient, exponent)) {
    return DecimalParts{negative, *power, parts.exponent * exponent}.pack();
  }
  int64_t rest = exponent < 0 ? -exponent : exponent;
  Wide square = wide_of(parts);
  Wide result{.limbs = {1}, .exponent = 0, .has_more = false};
  while (true) {
    if (rest % 2 != 0) result = product(result, square);
    rest /= 2;
    if (rest == 0) break;
    square = product(square, square);
  }
  return exponent < 0 ? reciprocal(result, negative) : rounded(result, negative);
}

}  // namespace hq
