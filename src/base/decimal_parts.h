// DecimalParts: a Decimal taken apart into sign, coefficient and power of ten, for decimal*.cpp.
//
// Plain integers on any thread. Work on parts is exact as long as the coefficient has at most 38
// digits; pack() rounds it to 34, once.
//
//   DecimalParts parts = DecimalParts::of(value);     // 12.50: 1250 * 10^-2
//   std::optional<Decimal> same = parts.pack();
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/decimal.h"

namespace hq {

using DecimalDigits = unsigned __int128;

constexpr int kDecimalDigitsMax = 34;
constexpr int64_t kDecimalExponentMin = -6176;
constexpr int64_t kDecimalExponentMax = 6111;

/// 10^0 to 10^38, all that 128 bits hold.
constexpr std::array<DecimalDigits, 39> kPowersOfTen = [] {
  std::array<DecimalDigits, 39> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// How many digits it has; 0 has none.
inline int digit_count(DecimalDigits value) {
  const auto high = static_cast<uint64_t>(value >> 64U);
  const int bits = high != 0    ? 128 - __builtin_clzll(high)
                   : value != 0 ? 64 - __builtin_clzll(static_cast<uint64_t>(value))
                                : 0;
  const int least = bits * 1233 >> 12U;  // bits * log10(2), at most one too small
  return least < 39 && value >= kPowersOfTen[static_cast<std::size_t>(least)] ? least + 1 : least;
}

struct DecimalParts {
  bool negative = false;
  DecimalDigits coefficient = 0;
  int64_t exponent = 0;

  /// The two words of a BID128.
  struct Words {
    uint64_t low = 0;
    uint64_t high = 0;
  };

  static DecimalParts of(const Decimal& value);
  static Words words(const Decimal& value);
  /// None for infinity and NaN.
  static std::optional<Decimal> from_words(const Words& words);

  /// The nearest Decimal, half to even; none where it is too large. `has_more` says that digits
  /// other than 0 follow the coefficient.
  std::optional<Decimal> pack(bool has_more = false) const;

  /// Takes zeros off the end of the coefficient while the exponent is below `exponent_end`.
  void strip(int64_t exponent_end);
};

/// base^exponent for |exponent| up to kIntegerPowerMax, rounded once (decimal_power.cpp).
constexpr int64_t kIntegerPowerMax = 1'000'000'000'000'000;
std::optional<Decimal> integer_power(const Decimal& base, int64_t exponent);

}  // namespace hq
