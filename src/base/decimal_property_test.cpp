// Decimal against numbers that are nothing but strings of digits, worked on as at school.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/decimal.h"

namespace hq {
namespace {

/// Digits, most significant first, times 10^exponent. Of any length.
struct Naive {
  bool negative = false;
  std::string digits = "0";
  int64_t exponent = 0;
};

std::string without_leading_zeros(const std::string& digits) {
  const std::size_t at = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  return digits.substr(at);
}

bool is_zero(const Naive& value) {
  return value.digits.find_first_not_of('0') == std::string::npos;
}

int compare_digits(const std::string& a, const std::string& b) {
  const std::string x = without_leading_zeros(a);
  const std::string y = without_leading_zeros(b);
  if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
  return x.compare(y);
}

std::string add_digits(const std::string& a, const std::string& b) {
  std::string sum;
  int carry = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
    const int x = i < a.size() ? a[a.size() - 1 - i] - '0' : 0;
    const int y = i < b.size() ? b[b.size() - 1 - i] - '0' : 0;
    sum += static_cast<char>('0' + (x + y + carry) % 10);
    carry = (x + y + carry) / 10;
  }
  return {sum.rbegin(), sum.rend()};
}

/// a - b, where a is not less.
std::string subtract_digits(const std::string& a, const std::string& b) {
  std::string rest;
  int borrow = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const int x = i < a.size() ? a[a.size() - 1 - i] - '0' : 0;
    const int y = (i < b.size() ? b[b.size() - 1 - i] - '0' : 0) + borrow;
    borrow = x < y ? 1 : 0;
    rest += static_cast<char>('0' + x + 10 * borrow - y);
  }
  return {rest.rbegin(), rest.rend()};
}

void align(Naive& a, Naive& b) {
  Naive& coarse = a.exponent > b.exponent ? a : b;
  const int64_t least = std::min(a.exponent, b.exponent);
  coarse.digits.append(static_cast<std::size_t>(coarse.exponent - least), '0');
  coarse.exponent = least;
}

Naive sum(Naive a, Naive b) {
  align(a, b);
  if (a.negative == b.negative) return {a.negative, add_digits(a.digits, b.digits), a.exponent};
  const bool a_is_larger = compare_digits(a.digits, b.digits) >= 0;
  const Naive& larger = a_is_larger ? a : b;
  const Naive& smaller = a_is_larger ? b : a;
  return {larger.negative, subtract_digits(larger.digits, smaller.digits), a.exponent};
}

Naive product(const Naive& a, const Naive& b) {
  std::string total = "0";
  for (const char c : b.digits) {
    total += '0';
    for (int i = 0; i < c - '0'; ++i) total = add_digits(total, a.digits);
  }
  return {a.negative != b.negative, total, a.exponent + b.exponent};
}

int compare(Naive a, Naive b) {
  if (is_zero(a)) a.negative = false;
  if (is_zero(b)) b.negative = false;
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  align(a, b);
  const int order = compare_digits(a.digits, b.digits);
  return a.negative ? -order : order;
}

/// Without its last `count` digits, in one of the seven ways.
Naive cut(const Naive& value, std::size_t count, Rounding rounding) {
  const std::string padded = std::string(count + 1, '0') + value.digits;
  const std::string kept = padded.substr(0, padded.size() - count);
  const std::string lost = padded.substr(padded.size() - count);
  const bool is_exact = lost.find_first_not_of('0') == std::string::npos;
  const int to_half = lost.compare("5" + std::string(count - 1, '0'));
  const bool is_odd = (kept.back() - '0') % 2 == 1;
  const std::array<bool, 7> away = {value.negative,
                                    !value.negative,
                                    true,
                                    false,
                                    to_half >= 0,
                                    to_half > 0,
                                    to_half > 0 || (to_half == 0 && is_odd)};
  const bool up = !is_exact && away[static_cast<std::size_t>(rounding)];
  return {value.negative, up ? add_digits(kept, "1") : kept,
          value.exponent + static_cast<int64_t>(count)};
}

Naive rounded_to_34(const Naive& value) {
  const std::size_t size = without_leading_zeros(value.digits).size();
  if (size <= 34) return value;
  return cut(value, size - 34, Rounding::half_even);
}

std::string text_of(const Naive& value) {
  return (value.negative ? "-" : "") + value.digits + "E" + std::to_string(value.exponent);
}

/// Through its text, so that neither side can share a mistake of representation.
Decimal decimal_of(const Naive& value) {
  return Decimal::parse(text_of(value)).value_or(Decimal());
}

/// Is `actual` what `expected` says, and equal to a Decimal read from it?
void expect_same(const std::optional<Decimal>& actual, const Naive& expected) {
  RC_ASSERT(actual.has_value());
  RC_ASSERT(*actual == decimal_of(expected));
  RC_ASSERT(actual->hash() == decimal_of(expected).hash());
  RC_ASSERT(actual->is_zero() == is_zero(expected));
  RC_ASSERT(actual->is_negative() == (expected.negative && !is_zero(expected)));
}

/// Few digits and many, round ones and such near the limits of the small form.
Naive any_number() {
  const auto size = static_cast<std::size_t>(*rc::gen::element(1, 2, 3, 9, 18, 19, 20, 33, 34));
  Naive value{*rc::gen::arbitrary<bool>(), "", *rc::gen::inRange<int64_t>(-20, 20)};
  const int kind = *rc::gen::inRange(0, 8);
  if (kind == 0) {
    value.digits = *rc::gen::element<std::string>("0", "9223372036854775807", "9223372036854775808",
                                                  "18446744073709551616", "5", "1");
  } else if (kind == 1) {
    value.digits = *rc::gen::element<std::string>("1", "5", "9") + std::string(size - 1, '0');
  } else if (kind == 2) {
    value.digits = std::string(size, '9');
  } else {
    for (std::size_t i = 0; i < size; ++i) value.digits += *rc::gen::inRange<char>('0', '9' + 1);
  }
  return value;
}

RC_GTEST_PROP(DecimalProperty, adds_and_subtracts_as_at_school, ()) {
  const Naive a = any_number();
  Naive b = any_number();
  expect_same(add(decimal_of(a), decimal_of(b)), rounded_to_34(sum(a, b)));
  const Decimal taken = decimal_of(b);
  b.negative = !b.negative;
  expect_same(subtract(decimal_of(a), taken), rounded_to_34(sum(a, b)));
}

RC_GTEST_PROP(DecimalProperty, multiplies_as_at_school, ()) {
  const Naive a = any_number();
  const Naive b = any_number();
  expect_same(multiply(decimal_of(a), decimal_of(b)), rounded_to_34(product(a, b)));
}

RC_GTEST_PROP(DecimalProperty, compares_as_at_school, ()) {
  const Naive a = any_number();
  Naive b = any_number();
  if (*rc::gen::inRange(0, 3) == 0) {  // the same with other zeros
    b = a;
    b.digits += "00";
    b.exponent -= 2;
  }
  const std::strong_ordering expected = compare(a, b) <=> 0;
  RC_ASSERT((decimal_of(a) <=> decimal_of(b)) == expected);
  RC_ASSERT((decimal_of(a) == decimal_of(b)) == (expected == 0));
}

RC_GTEST_PROP(DecimalProperty, rounds_as_at_school, ()) {
  const Naive value = any_number();
  const auto scale = *rc::gen::inRange<int64_t>(-40, 40);
  const auto rounding = static_cast<Rounding>(*rc::gen::inRange(0, 7));
  const int64_t count = -scale - value.exponent;
  const Naive expected = count <= 0 ? value : cut(value, static_cast<std::size_t>(count), rounding);
  expect_same(round(decimal_of(value), scale, rounding), expected);
}

RC_GTEST_PROP(DecimalProperty, a_quotient_is_the_nearest_there_is, ()) {
  const Decimal a = decimal_of(any_number());
  const Decimal b = decimal_of(any_number());
  RC_PRE(!a.is_zero() && !b.is_zero());
  const std::optional<Decimal> quotient = divide(a, b);
  RC_ASSERT(quotient.has_value());
  // |q * b - a| is at most half a unit of the last of 34 digits of q, times b; products rounded.
  const Decimal error = absolute(*subtract(*multiply(*quotient, b), a));
  const Decimal bound = absolute(*multiply(a, *Decimal::parse("1.1e-33")));
  RC_ASSERT(error <= bound);
}

RC_GTEST_PROP(DecimalProperty, remainders_make_the_dividend_whole_again, (int64_t a, int64_t b)) {
  RC_PRE(b != 0 && b != -1);
  const std::optional<Decimal> rest = remainder(Decimal(a), Decimal(b));
  RC_ASSERT(rest == Decimal(a % b));
  const int64_t floored = a % b != 0 && (a % b < 0) != (b < 0) ? a % b + b : a % b;
  RC_ASSERT(modulo(Decimal(a), Decimal(b)) == Decimal(floored));
}

RC_GTEST_PROP(DecimalProperty, a_power_is_repeated_multiplication, ()) {
  Naive base = any_number();
  base.digits = base.digits.substr(0, 12);
  const auto exponent = *rc::gen::inRange<int64_t>(0, 12);
  Naive expected{false, "1", 0};
  for (int64_t i = 0; i < exponent; ++i) expected = product(expected, base);
  expect_same(power(decimal_of(base), Decimal(exponent)), rounded_to_34(expected));
}

RC_GTEST_PROP(DecimalProperty, text_reads_back_as_the_same, ()) {
  Naive value = any_number();
  value.exponent = *rc::gen::inRange<int64_t>(-6100, 6000);
  const Decimal decimal = decimal_of(value);
  RC_ASSERT(Decimal::parse(decimal.text()) == decimal);
  RC_ASSERT(decimal.text().size() <= 42);
}

RC_GTEST_PROP(DecimalProperty, doubles_come_back, (double value)) {
  const std::optional<Decimal> decimal = Decimal::from_double(value);
  RC_ASSERT(decimal.has_value());
  RC_ASSERT(decimal->to_double() == value);
}

RC_GTEST_PROP(DecimalProperty, the_double_is_the_nearest, ()) {
  // Around 2^53 and 10^22, where both ways of working it out meet.
  const auto bits = *rc::gen::inRange(1, 63);
  const auto coefficient = *rc::gen::inRange<int64_t>(-(int64_t{1} << bits), int64_t{1} << bits);
  const auto exponent = *rc::gen::inRange<int64_t>(-30, 30);
  const std::string text = std::to_string(coefficient) + "e" + std::to_string(exponent);
  RC_ASSERT(Decimal::parse(text)->to_double() == std::strtod(text.c_str(), nullptr));
}

RC_GTEST_PROP(DecimalProperty, millionths_are_in_the_order_of_the_values, ()) {
  const auto any = [] {
    const auto coefficient = *rc::gen::arbitrary<int64_t>();
    return *Decimal::scaled(coefficient, *rc::gen::inRange<int64_t>(-30, 8));
  };
  const Decimal one = any();
  const Decimal other = *rc::gen::element(any(), *add(one, *Decimal::scaled(1, -7)), negate(one));
  const auto a = one.millionths();
  const auto b = other.millionths();
  RC_ASSERT((one < other ? a.count <= b.count : a.count >= b.count));
  if (a.is_exact && b.is_exact) RC_ASSERT((one == other) == (a.count == b.count));
  if (a.is_exact) RC_ASSERT(*Decimal::scaled(a.count, -6) == one);
}

RC_GTEST_PROP(DecimalProperty, integers_come_back, (int64_t value)) {
  RC_ASSERT(Decimal(value).to_int64() == value);
  RC_ASSERT(Decimal(value).text() == std::to_string(value));
  RC_ASSERT(Decimal::parse(std::to_string(value)) == Decimal(value));
}

}  // namespace
}  // namespace hq
