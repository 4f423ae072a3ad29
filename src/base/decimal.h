// Decimal: a number of up to 34 digits, as people write it (IEEE 754 decimal128, half to even).
//
// A value of 16 bytes on any thread, always finite, never -0. Exponents are -6176 to 6111; what is
// nearer to 0 than that is rounded to it, what is beyond has no value. A coefficient of 63 bits
// with a small exponent is worked on in place; all else goes to Intel's BID library, which keeps
// no state. 1.0 and 1.00 are equal, hash equally and read "1".
//
//   const Decimal price = *Decimal::parse("19.90");
//   const std::optional<Decimal> sum = multiply(price, Decimal(3));          // 59.7
//   const std::optional<Decimal> each = divide(*sum, Decimal(0));            // none
//   const std::optional<Decimal> fen = round(price, 1, Rounding::half_even); // scale 1: 19.9
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hq {

/// floor and ceiling are towards minus and plus infinity; down is towards 0, up away from it.
enum class Rounding { floor, ceiling, up, down, half_up, half_down, half_even };

class Decimal {
 public:
  constexpr Decimal() = default;
  constexpr explicit Decimal(int64_t value) : Decimal(small(value, 0)) {}

  /// "-12.50", ".5", "5.", "1.2e-3": digits with at most one point, an exponent with or without
  /// a sign. Over 34 digits are rounded. None where the text is something else or too large.
  static std::optional<Decimal> parse(std::string_view text);

  /// The shortest decimal that reads back as `value` (0.1 is 0.1); none for infinity and NaN.
  static std::optional<Decimal> from_double(double value);

  /// coefficient * 10^exponent, rounded where it has over 34 digits.
  static std::optional<Decimal> scaled(int64_t coefficient, int64_t exponent);

  /// Plain digits without needless zeros, "0.05", "1200"; where that takes more than 40
  /// characters, "1.2E+60". parse reads both back to the same value.
  std::string text() const;

  bool is_zero() const { return is_small() && low_ == 0; }
  bool is_negative() const {
    return is_small() ? static_cast<int64_t>(low_) < 0 : (high_ >> 63U) != 0;
  }
  bool is_integer() const;
  /// The value where it is an integer of 64 bits.
  std::optional<int64_t> to_int64() const;
  double to_double() const;  // the nearest
  /// Whole millionths towards minus infinity, in the order of the values; at most what 64 bits
  /// hold. Exact where they are all of it, which is told of numbers with a small form only.
  struct Millionths {
    int64_t count = 0;
    bool is_exact = true;
  };
  Millionths millionths() const {
    Millionths made;
    // A negative exponent below -6 becomes a large index.
    const auto power = static_cast<std::size_t>(small_exponent()) + 6;
    if (is_small() && power < kTens.size() &&
        !__builtin_mul_overflow(static_cast<int64_t>(low_), kTens[power], &made.count)) {
      return made;
    }
    return millionths_slowly();
  }

  uint64_t hash() const;  // equal for equal values

  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
    if (a.is_small() && b.is_small() && a.high_ == b.high_) {
      return static_cast<int64_t>(a.low_) <=> static_cast<int64_t>(b.low_);
    }
    return compare_slowly(a, b);
  }
  friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }

  // Rounded once to 34 digits; none where the result is too large.
  friend std::optional<Decimal> add(const Decimal& a, const Decimal& b) {
    int64_t sum = 0;
    if (a.is_small() && b.is_small() && a.high_ == b.high_ &&
        !__builtin_add_overflow(static_cast<int64_t>(a.low_), static_cast<int64_t>(b.low_), &sum) &&
        sum != INT64_MIN) {
      return small(sum, a.small_exponent());
    }
    return add_slowly(a, b);
  }
  friend std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) {
    int64_t product = 0;
    const int exponent = a.small_exponent() + b.small_exponent();
    if (a.is_small() && b.is_small() && exponent >= -128 && exponent <= 127 &&
        !__builtin_mul_overflow(static_cast<int64_t>(a.low_), static_cast<int64_t>(b.low_),
                                &product) &&
        product != INT64_MIN) {
      return small(product, exponent);
    }
    return multiply_slowly(a, b);
  }
  friend Decimal negate(const Decimal& a) {
    return a.is_small() ? small(-static_cast<int64_t>(a.low_), a.small_exponent())
                        : Decimal(a.low_, a.high_ ^ (uint64_t{1} << 63U));
  }
  friend Decimal absolute(const Decimal& a) { return a.is_negative() ? negate(a) : a; }

 private:
  friend struct DecimalParts;

  /// The upper word of the small form: a NaN to BID, with the exponent in its last byte. The
  /// lower word is then the coefficient, never INT64_MIN so that it can be negated. A zero is
  /// always small.
  static constexpr uint64_t kSmall = 0x7C00'0000'0000'0000;

  constexpr Decimal(uint64_t low, uint64_t high) : low_(low), high_(high) {}

  static constexpr Decimal small(int64_t coefficient, int exponent) {
    // 2^63 is no small coefficient, so it goes in as BID: exponent 0 is biased by 6176.
    return coefficient == INT64_MIN && exponent == 0
               ? Decimal(uint64_t{1} << 63U, (uint64_t{1} << 63U) | (uint64_t{6176} << 49U))
               : Decimal(static_cast<uint64_t>(coefficient),
                         kSmall | static_cast<uint8_t>(static_cast<int8_t>(exponent)));
  }
  bool is_small() const { return (high_ & ~uint64_t{0xFF}) == kSmall; }
  int small_exponent() const { return static_cast<int8_t>(high_ & 0xFFU); }

  static constexpr auto kTens = [] {
    std::array<int64_t, 19> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
  }();
  Millionths millionths_slowly() const;

  static std::strong_ordering compare_slowly(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> add_slowly(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> multiply_slowly(const Decimal& a, const Decimal& b);

  uint64_t low_ = 0;
  uint64_t high_ = kSmall;
};

std::optional<Decimal> add(const Decimal& a, const Decimal& b);
std::optional<Decimal> multiply(const Decimal& a, const Decimal& b);
inline std::optional<Decimal> subtract(const Decimal& a, const Decimal& b) {
  return add(a, negate(b));
}
/// None where the divisor is 0.
std::optional<Decimal> divide(const Decimal& dividend, const Decimal& divisor);

/// dividend - divisor * floor(dividend / divisor), exact before it is rounded: the sign is that
/// of the divisor. None where the divisor is 0.
std::optional<Decimal> modulo(const Decimal& dividend, const Decimal& divisor);
/// The same with the quotient cut off towards 0: the sign is that of the dividend.
std::optional<Decimal> remainder(const Decimal& dividend, const Decimal& divisor);

/// To `scale` digits behind the point, before it where `scale` is negative. A number that has no
/// more than those stays. None where scale is not in -6111 to 6176.
std::optional<Decimal> round(const Decimal& value, int64_t scale, Rounding rounding);

/// An integer exponent to 10^15 gives the exact power, rounded once; others, by way of binary128,
/// may be off by two in the last digit, as exponential and logarithm may. x^0 is 1. None where it
/// is no real number or too large.
std::optional<Decimal> power(const Decimal& base, const Decimal& exponent);
/// Correctly rounded; none for a negative number.
std::optional<Decimal> square_root(const Decimal& value);
std::optional<Decimal> exponential(const Decimal& value);  // e^value
std::optional<Decimal> logarithm(const Decimal& value);    // natural; none for 0 and less

}  // namespace hq
