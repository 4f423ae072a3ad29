#include "base/decimal.h"

// Numbers by value, rounding and flags as arguments: libbidgcc000, the header's default.
#include <bid_conf.h>
#include <bid_functions.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <utility>

#include "base/decimal_parts.h"

#if DECIMAL_CALL_BY_REFERENCE || DECIMAL_GLOBAL_ROUNDING || DECIMAL_GLOBAL_EXCEPTION_FLAGS
#error "the BID library must be the variant without global state"
#endif

namespace hq {
namespace {

using Int128 = __int128;

/// Differences of exponents up to here keep two small coefficients within 128 bits.
constexpr int kAlignMax = 18;

/// 10^0 to 10^22: those that a double holds exactly.
constexpr auto kExactPowersOfTen = [] {
  std::array<double, 23> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

BID_UINT128 to_bid(const Decimal& value) {
  const DecimalParts::Words words = DecimalParts::words(value);
  return {{words.low, words.high}};
}

std::optional<Decimal> from_bid(const BID_UINT128& value) {
  return DecimalParts::from_words({value.w[0], value.w[1]});
}

/// A function of the library with one argument or two, rounded half to even.
template <class Function, class... Values>
std::optional<Decimal> by_bid(Function function, const Values&... values) {
  _IDEC_flags flags = 0;
  return from_bid(function(to_bid(values)..., BID_ROUNDING_TO_NEAREST, &flags));
}

DecimalDigits power_of_ten(int64_t exponent) {
  return kPowersOfTen[static_cast<std::size_t>(exponent)];
}

struct Quotient {
  DecimalDigits whole = 0;
  DecimalDigits rest = 0;
};

/// value / 10^count with its remainder; count is 0 to 38.
Quotient divide_by_power(DecimalDigits value, int64_t count) {
  if (value <= UINT64_MAX && count <= 19) {  // several times as fast
    const auto small = static_cast<uint64_t>(value);
    const auto divisor = static_cast<uint64_t>(power_of_ten(count));
    return {small / divisor, small % divisor};
  }
  const DecimalDigits whole = value / power_of_ten(count);
  return {whole, value - whole * power_of_ten(count)};
}

/// Two numbers as integers of one unit, 10^exponent.
struct Aligned {
  Int128 a = 0;
  Int128 b = 0;
  int64_t exponent = 0;
};

Int128 signed_coefficient(const DecimalParts& parts) {
  const auto value = static_cast<Int128>(parts.coefficient);
  return parts.negative ? -value : value;
}

/// None where one of them would not fit.
std::optional<Aligned> align(const DecimalParts& a, const DecimalParts& b) {
  constexpr DecimalDigits kMax = INT64_MAX;
  const int64_t difference = a.exponent - b.exponent;
  if (difference > kAlignMax || difference < -kAlignMax) return std::nullopt;
  if (a.coefficient > kMax || b.coefficient > kMax) return std::nullopt;
  const auto unit = static_cast<Int128>(power_of_ten(difference < 0 ? -difference : difference));
  const Int128 a_value = signed_coefficient(a);
  const Int128 b_value = signed_coefficient(b);
  if (difference >= 0) return Aligned{a_value * unit, b_value, b.exponent};
  return Aligned{a_value, b_value * unit, a.exponent};
}

std::optional<Decimal> pack_signed(Int128 value, int64_t exponent) {
  const bool negative = value < 0;
  const auto magnitude = static_cast<DecimalDigits>(negative ? -value : value);
  return DecimalParts{negative, magnitude, exponent}.pack();
}

/// Whether cutting off `rest` of `unit` is to raise the magnitude of `whole`.
bool rounds_away(Rounding rounding, bool negative, const Quotient& quotient, DecimalDigits unit) {
  if (quotient.rest == 0) return false;
  const DecimalDigits half = unit / 2;  // a unit is a power of ten above 1
  switch (rounding) {
    case Rounding::floor:
      return negative;
    case Rounding::ceiling:
      return !negative;
    case Rounding::down:
      return false;
    case Rounding::up:
      return true;
    case Rounding::half_up:
      return quotient.rest >= half;
    case Rounding::half_down:
      return quotient.rest > half;
    case Rounding::half_even:
      return quotient.rest > half || (quotient.rest == half && quotient.whole % 2 == 1);
  }
  return false;
}

}  // namespace

DecimalParts DecimalParts::of(const Decimal& value) {
  if (value.is_small()) {
    const auto coefficient = static_cast<int64_t>(value.low_);
    const bool negative = coefficient < 0;
    return {negative, static_cast<uint64_t>(negative ? -coefficient : coefficient),
            value.small_exponent()};
  }
  constexpr uint64_t kCoefficient = (uint64_t{1} << 49U) - 1;
  return {value.high_ >> 63U != 0, DecimalDigits{value.high_ & kCoefficient} << 64U | value.low_,
          static_cast<int64_t>(value.high_ >> 49U & 0x3FFFU) + kDecimalExponentMin};
}

DecimalParts::Words DecimalParts::words(const Decimal& value) {
  if (!value.is_small()) return {value.low_, value.high_};
  const DecimalParts parts = of(value);
  const auto biased = static_cast<uint64_t>(parts.exponent - kDecimalExponentMin);
  return {static_cast<uint64_t>(parts.coefficient),
          (parts.negative ? uint64_t{1} << 63U : 0) | biased << 49U};
}

std::optional<Decimal> DecimalParts::from_words(const Words& words) {
  constexpr uint64_t kInfinityOrNan = 0x7800'0000'0000'0000;
  if ((words.high & kInfinityOrNan) == kInfinityOrNan) return std::nullopt;
  return of(Decimal(words.low, words.high)).pack();
}

std::optional<Decimal> DecimalParts::pack(bool has_more) const {
  if (coefficient <= INT64_MAX && exponent >= -128 && exponent <= 127 && !has_more) {
    const auto small = static_cast<int64_t>(coefficient);
    return Decimal::small(negative ? -small : small, static_cast<int>(exponent));
  }
  DecimalDigits digits = coefficient;
  int64_t power = exponent;
  const int64_t drop =
      std::max<int64_t>({0, digit_count(digits) - kDecimalDigitsMax, kDecimalExponentMin - power});
  if (drop > 38) return Decimal();  // 10^38 is over twice any coefficient
  if (drop > 0) {
    const Quotient quotient = divide_by_power(digits, drop);
    const DecimalDigits half = power_of_ten(drop) / 2;
    const bool is_half = quotient.rest == half;
    const bool up = is_half ? has_more || quotient.whole % 2 == 1 : quotient.rest > half;
    digits = quotient.whole + (up ? 1 : 0);
    power += drop;
    if (digits == power_of_ten(kDecimalDigitsMax)) {
      digits /= 10;
      ++power;
    }
  }
  if (digits == 0) return Decimal();
  while (power > kDecimalExponentMax && digits < power_of_ten(kDecimalDigitsMax - 1)) {
    digits *= 10;
    --power;
  }
  if (power > kDecimalExponentMax) return std::nullopt;
  if (digits <= INT64_MAX && power >= -128 && power <= 127) {
    const auto small = static_cast<int64_t>(digits);
    return Decimal::small(negative ? -small : small, static_cast<int>(power));
  }
  const auto biased = static_cast<uint64_t>(power - kDecimalExponentMin);
  return Decimal(static_cast<uint64_t>(digits), (negative ? uint64_t{1} << 63U : 0) |
                                                    biased << 49U |
                                                    static_cast<uint64_t>(digits >> 64U));
}

void DecimalParts::strip(int64_t exponent_end) {
  while (exponent < exponent_end && coefficient != 0) {
    const Quotient quotient = divide_by_power(coefficient, 1);
    if (quotient.rest != 0) return;
    coefficient = quotient.whole;
    ++exponent;
  }
}

std::optional<Decimal> Decimal::scaled(int64_t coefficient, int64_t exponent) {
  constexpr int64_t kBeyond = 10'000;  // as good as any exponent further out
  return pack_signed(coefficient, std::clamp(exponent, -kBeyond, kBeyond));
}

bool Decimal::is_integer() const {
  const DecimalParts parts = DecimalParts::of(*this);
  if (parts.exponent >= 0 || parts.coefficient == 0) return true;
  if (parts.exponent < -kDecimalDigitsMax) return false;
  return divide_by_power(parts.coefficient, -parts.exponent).rest == 0;
}

std::optional<int64_t> Decimal::to_int64() const {
  const DecimalParts parts = DecimalParts::of(*this);
  if (parts.coefficient == 0) return 0;
  if (!is_integer() || parts.exponent > kAlignMax) return std::nullopt;
  const bool divides = parts.exponent < 0;
  const DecimalDigits unit = power_of_ten(divides ? -parts.exponent : parts.exponent);
  const DecimalDigits limit = DecimalDigits{INT64_MAX} + (parts.negative ? 1 : 0);
  if (!divides && parts.coefficient > limit / unit) return std::nullopt;
  const DecimalDigits value = divides ? parts.coefficient / unit : parts.coefficient * unit;
  if (value > limit) return std::nullopt;
  const auto magnitude = static_cast<Int128>(value);
  return static_cast<int64_t>(parts.negative ? -magnitude : magnitude);
}

double Decimal::to_double() const {
  // Of two integers that a double holds exactly, quotient and product are rounded once.
  constexpr int64_t kExactMax = int64_t{1} << 53U;
  const auto coefficient = static_cast<int64_t>(low_);
  const auto power = static_cast<std::size_t>(std::abs(small_exponent()));
  if (is_small() && coefficient <= kExactMax && coefficient >= -kExactMax &&
      power < kExactPowersOfTen.size()) {
    const auto whole = static_cast<double>(coefficient);
    return small_exponent() < 0 ? whole / kExactPowersOfTen[power]
                                : whole * kExactPowersOfTen[power];
  }
  _IDEC_flags flags = 0;
  return bid128_to_binary64(to_bid(*this), BID_ROUNDING_TO_NEAREST, &flags);
}

Decimal::Millionths Decimal::millionths_slowly() const {
  const std::optional<Decimal> whole = round(*this, 6, Rounding::floor);
  const auto count = whole ? multiply(*whole, Decimal(1'000'000)) : std::nullopt;
  const auto held = count ? count->to_int64() : std::nullopt;
  return {held.value_or(is_negative() ? INT64_MIN : INT64_MAX), false};
}

uint64_t Decimal::hash() const {
  DecimalParts parts = DecimalParts::of(*this);
  if (parts.coefficient == 0) return 0;
  parts.strip(INT64_MAX);
  // The finisher of MurmurHash3, over each word in turn.
  const auto mix = [](uint64_t word) {
    word = (word ^ word >> 33U) * 0xFF51'AFD7'ED55'8CCD;
    word = (word ^ word >> 33U) * 0xC4CE'B9FE'1A85'EC53;
    return word ^ word >> 33U;
  };
  const auto scale = std::bit_cast<uint64_t>(parts.exponent) << 1U | (parts.negative ? 1U : 0U);
  uint64_t hash = mix(static_cast<uint64_t>(parts.coefficient));
  hash = mix(hash ^ static_cast<uint64_t>(parts.coefficient >> 64U));
  return mix(hash ^ scale);
}

std::strong_ordering Decimal::compare_slowly(const Decimal& left, const Decimal& right) {
  const DecimalParts a = DecimalParts::of(left);
  const DecimalParts b = DecimalParts::of(right);
  if (const auto aligned = align(a, b)) return aligned->a <=> aligned->b;
  if (a.coefficient == 0 || b.coefficient == 0 || a.negative != b.negative) {
    const auto sign = [](const DecimalParts& parts) {
      return parts.coefficient == 0 ? 0 : parts.negative ? -1 : 1;
    };
    return sign(a) <=> sign(b);
  }
  const int64_t a_top = digit_count(a.coefficient) + a.exponent;
  const int64_t b_top = digit_count(b.coefficient) + b.exponent;
  std::strong_ordering order = a_top <=> b_top;
  if (order == 0) {
    // The same leading place: both fit 34 digits of the smaller unit.
    const int64_t least = std::min(a.exponent, b.exponent);
    order = a.coefficient * power_of_ten(a.exponent - least) <=>
            b.coefficient * power_of_ten(b.exponent - least);
  }
  return a.negative ? 0 <=> order : order;
}

std::optional<Decimal> Decimal::add_slowly(const Decimal& a, const Decimal& b) {
  if (const auto aligned = align(DecimalParts::of(a), DecimalParts::of(b))) {
    return pack_signed(aligned->a + aligned->b, aligned->exponent);
  }
  return by_bid(bid128_add, a, b);
}

std::optional<Decimal> Decimal::multiply_slowly(const Decimal& a, const Decimal& b) {
  if (a.is_small() && b.is_small()) {
    const Int128 product =
        Int128{static_cast<int64_t>(a.low_)} * Int128{static_cast<int64_t>(b.low_)};
    return pack_signed(product, a.small_exponent() + b.small_exponent());
  }
  return by_bid(bid128_mul, a, b);
}

std::optional<Decimal> divide(const Decimal& dividend, const Decimal& divisor) {
  if (divisor.is_zero()) return std::nullopt;
  const DecimalParts a = DecimalParts::of(dividend);
  const DecimalParts b = DecimalParts::of(divisor);
  if (a.coefficient <= INT64_MAX && b.coefficient <= INT64_MAX) {
    const auto a_value = static_cast<uint64_t>(a.coefficient);
    const auto b_value = static_cast<uint64_t>(b.coefficient);
    if (a_value % b_value == 0) {
      return DecimalParts{a.negative != b.negative, a_value / b_value, a.exponent - b.exponent}
          .pack();
    }
  }
  return by_bid(bid128_div, dividend, divisor);
}

std::optional<Decimal> remainder(const Decimal& dividend, const Decimal& divisor) {
  if (divisor.is_zero()) return std::nullopt;
  if (const auto aligned = align(DecimalParts::of(dividend), DecimalParts::of(divisor))) {
    return pack_signed(aligned->a % aligned->b, aligned->exponent);
  }
  _IDEC_flags flags = 0;
  return from_bid(bid128_fmod(to_bid(dividend), to_bid(divisor), &flags));
}

std::optional<Decimal> modulo(const Decimal& dividend, const Decimal& divisor) {
  const std::optional<Decimal> rest = remainder(dividend, divisor);
  if (!rest || rest->is_zero() || rest->is_negative() == divisor.is_negative()) return rest;
  return add(*rest, divisor);
}

std::optional<Decimal> round(const Decimal& value, int64_t scale, Rounding rounding) {
  if (scale < -kDecimalExponentMax || scale > -kDecimalExponentMin) return std::nullopt;
  const DecimalParts parts = DecimalParts::of(value);
  const int64_t drop = -scale - parts.exponent;
  if (drop <= 0 || parts.coefficient == 0) return value;
  // Of 10^38 no coefficient is as much as half, so more digits change nothing.
  const int64_t digits = std::min<int64_t>(drop, 38);
  Quotient quotient = divide_by_power(parts.coefficient, digits);
  if (rounds_away(rounding, parts.negative, quotient, power_of_ten(digits))) ++quotient.whole;
  return DecimalParts{parts.negative, quotient.whole, -scale}.pack();
}

std::optional<Decimal> power(const Decimal& base, const Decimal& exponent) {
  const std::optional<int64_t> integer = exponent.to_int64();
  if (integer && *integer >= -kIntegerPowerMax && *integer <= kIntegerPowerMax) {
    return integer_power(base, *integer);
  }
  if (base.is_zero() && exponent.is_negative()) return std::nullopt;
  return by_bid(bid128_pow, base, exponent);
}

std::optional<Decimal> square_root(const Decimal& value) {
  if (value.is_negative()) return std::nullopt;
  return by_bid(bid128_sqrt, value);
}

std::optional<Decimal> exponential(const Decimal& value) {
  return by_bid(bid128_exp, value);
}

std::optional<Decimal> logarithm(const Decimal& value) {
  if (value.is_negative() || value.is_zero()) return std::nullopt;
  return by_bid(bid128_log, value);
}

}  // namespace hq
