#include "base/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace hq {
namespace {

static_assert(sizeof(Decimal) == 16 && std::is_trivially_copyable_v<Decimal>);

Decimal of(std::string_view text) {
  const std::optional<Decimal> value = Decimal::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Decimal());
}

/// The text of a result, or "none".
std::string shown(const std::optional<Decimal>& value) {
  return value ? value->text() : "none";
}

struct Case {
  std::string_view a;
  std::string_view b;
  std::string_view result;
};

const std::string k34Nines(34, '9');
const std::string kLargest = "9999999999999999999999999999999999E6111";
const std::string kLeast = "1E-6176";

TEST(Decimal, reads_numbers_and_prints_them_without_needless_zeros) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"0", "0"},
      {"-0", "0"},
      {"0.000", "0"},
      {"0e99999", "0"},
      {"007", "7"},
      {"1.50", "1.5"},
      {"-1.00", "-1"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1200", "1200"},
      {"1.2e3", "1200"},
      {"1.2E+3", "1200"},
      {"12e-4", "0.0012"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "9223372036854775808"},
      {"1234567890123456789012345678901234", "1234567890123456789012345678901234"},
      {"-0.1234567890123456789012345678901234", "-0.1234567890123456789012345678901234"},
      {"1e39", "1" + std::string(39, '0')},
      {"1e40", "1E+40"},
      {"-1e39", "-1E+39"},
      {"12e60", "1.2E+61"},
      {"1e-38", "0." + std::string(37, '0') + "1"},
      {"1e-39", "1E-39"},
      {"0." + std::string(7000, '0') + "12e7000", "0.12"},
      {"12" + std::string(7000, '0') + "e-7000", "12"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(of(text).text(), expected) << text;
}

TEST(Decimal, refuses_what_is_no_number) {
  for (const std::string_view text :
       {"", "-", "+1", ".", "-.", "1.2.3", "1e", "1e+", "1e-", "e5", "1 ", " 1", "0x1", "1,5",
        "--1", "1e5.0", "NaN", "Infinity", "１"}) {
    EXPECT_FALSE(Decimal::parse(text).has_value()) << text;
  }
}

TEST(Decimal, rounds_more_than_34_digits_half_to_even) {
  EXPECT_EQ(of("1234567890123456789012345678901234"
               "5")
                .text(),
            "12345678901234567890123456789012340");
  EXPECT_EQ(of("1234567890123456789012345678901235"
               "5")
                .text(),
            "12345678901234567890123456789012360");
  EXPECT_EQ(of("1234567890123456789012345678901234"
               "50000000001")
                .text(),
            of("1234567890123456789012345678901235e11").text());
  EXPECT_EQ(of("1234567890123456789012345678901234.5" + std::string(500, '0') + "1").text(),
            "1234567890123456789012345678901235");
  EXPECT_EQ(of(k34Nines + "9").text(), "1" + std::string(35, '0'));
}

TEST(Decimal, has_a_range) {
  EXPECT_EQ(of(kLargest).text(), "9.999999999999999999999999999999999E+6144");
  EXPECT_EQ(of("1E6144").text(), "1E+6144");
  EXPECT_FALSE(Decimal::parse("1E6145").has_value());
  EXPECT_FALSE(Decimal::parse("-1E99999999999999999999").has_value());
  EXPECT_EQ(of(kLeast).text(), "1E-6176");
  EXPECT_EQ(of("1E-6177").text(), "0");
  EXPECT_EQ(of("5.1E-6177").text(), "1E-6176");
  EXPECT_EQ(of("-1E-99999999999999999999").text(), "0");
  EXPECT_FALSE(of("-1E-99999").is_negative());
  EXPECT_EQ(shown(add(of(kLargest), of("1E6111"))), "none");
  EXPECT_EQ(shown(multiply(of("1E4000"), of("1E4000"))), "none");
  EXPECT_EQ(shown(multiply(of("1E-4000"), of("-1E-4000"))), "0");
  EXPECT_EQ(shown(divide(of("1E4000"), of("1E-4000"))), "none");
}

TEST(Decimal, adds_and_subtracts_exactly) {
  const std::vector<Case> cases = {
      {"0.1", "0.2", "0.3"},
      {"1", "-1", "0"},
      {"9223372036854775807", "1", "9223372036854775808"},
      {"-9223372036854775807", "-1", "-9223372036854775808"},
      {"-9223372036854775808", "-1", "-9223372036854775809"},
      {"1e20", "1e-10", "100000000000000000000.0000000001"},
      {"1e40", "1", "1E+40"},
      {"9999999999999999999999999999999999", "0.5", "10000000000000000000000000000000000"},
      {"9999999999999999999999999999999998", "0.5", "9999999999999999999999999999999998"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(shown(add(of(c.a), of(c.b))), c.result) << c.a << " + " << c.b;
    EXPECT_EQ(shown(subtract(of(c.a), negate(of(c.b)))), c.result) << c.a << " - -" << c.b;
  }
}

TEST(Decimal, multiplies_and_divides_rounding_once) {
  EXPECT_EQ(shown(multiply(of("19.90"), Decimal(3))), "59.7");
  EXPECT_EQ(shown(multiply(of("3037000500"), of("3037000500"))), "9223372037000250000");
  EXPECT_EQ(shown(multiply(of("9999999999999999999"), of("9999999999999999999"))),
            "99999999999999999980000000000000000000");
  EXPECT_EQ(shown(divide(Decimal(1), Decimal(3))), "0.3333333333333333333333333333333333");
  EXPECT_EQ(shown(divide(Decimal(2), Decimal(3))), "0.6666666666666666666666666666666667");
  EXPECT_EQ(shown(divide(Decimal(1), Decimal(4))), "0.25");
  EXPECT_EQ(shown(divide(Decimal(-10), of("2.5"))), "-4");
  EXPECT_EQ(shown(divide(Decimal(1), Decimal())), "none");
  EXPECT_EQ(shown(divide(Decimal(), Decimal())), "none");
  EXPECT_EQ(shown(divide(Decimal(), Decimal(-5))), "0");
}

TEST(Decimal, modulo_has_the_sign_of_the_divisor_and_remainder_that_of_the_dividend) {
  const std::vector<std::array<std::string_view, 4>> cases = {
      {"10", "4", "2", "2"},         {"-10", "4", "2", "-2"},
      {"10", "-4", "-2", "2"},       {"-10", "-4", "-2", "-2"},
      {"10.1", "4.5", "1.1", "1.1"}, {"-10.1", "4.5", "3.4", "-1.1"},
      {"8", "4", "0", "0"},          {"-8", "4", "0", "0"},
      {"1e6000", "3", "1", "1"},     {"-1e30", "7e-9", "0.000000001", "-0.000000006"},
      {"1", "0", "none", "none"},
  };
  for (const auto& [a, b, modulo_text, remainder_text] : cases) {
    EXPECT_EQ(shown(modulo(of(a), of(b))), modulo_text) << a << " modulo " << b;
    EXPECT_EQ(shown(remainder(of(a), of(b))), remainder_text) << a << " remainder " << b;
  }
}

TEST(Decimal, compares_by_value) {
  const std::vector<std::string> ascending = {"-" + kLargest,
                                              "-1e100",
                                              "-" + k34Nines,
                                              "-2",
                                              "-1.5",
                                              "-1e-6176",
                                              "0",
                                              kLeast,
                                              "1e-100",
                                              "0.1",
                                              "1",
                                              "1.01",
                                              "2",
                                              "9223372036854775807",
                                              "9223372036854775808",
                                              k34Nines,
                                              "1e34",
                                              "1e100",
                                              kLargest};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t k = 0; k < ascending.size(); ++k) {
      EXPECT_EQ(of(ascending[i]) <=> of(ascending[k]), i <=> k)
          << ascending[i] << " and " << ascending[k];
    }
  }
}

TEST(Decimal, is_equal_and_hashes_equally_whatever_its_zeros) {
  const std::vector<std::vector<std::string>> groups = {
      {"0", "0.00", "-0", "0e500"},
      {"1", "1.0", "1.000000000000000000000000000000000", "0.1e1"},
      {"100", "1e2", "1.00e2", "100.0"},
      {"-1e30", "-1000000000000000000000000000000", "-1000000000000000000000000000000.0"},
      {"5e200", "50e199", "5000000000000000000000e179"},
      {"9223372036854775808", "9223372036854775808.0"},
  };
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const std::string& a : groups[i]) {
      for (const std::string& b : groups[i]) {
        EXPECT_EQ(of(a), of(b)) << a << " and " << b;
        EXPECT_EQ(of(a).hash(), of(b).hash()) << a << " and " << b;
      }
      EXPECT_NE(of(a), of(groups[(i + 1) % groups.size()][0]));
      EXPECT_NE(of(a).hash(), of(groups[(i + 1) % groups.size()][0]).hash());
    }
  }
}

TEST(Decimal, hashes_apart_what_differs_little) {
  std::set<uint64_t> hashes;
  for (int64_t coefficient = -50; coefficient <= 50; ++coefficient) {
    if (coefficient % 10 == 0) continue;
    for (int64_t exponent = -10; exponent <= 10; ++exponent) {
      hashes.insert(Decimal::scaled(coefficient, exponent)->hash());
    }
  }
  EXPECT_EQ(hashes.size(), 90U * 21U);
}

TEST(Decimal, knows_integers) {
  EXPECT_EQ(Decimal(INT64_MIN).to_int64(), INT64_MIN);
  EXPECT_EQ(Decimal(INT64_MAX).to_int64(), INT64_MAX);
  EXPECT_EQ(of("12.00").to_int64(), 12);
  EXPECT_EQ(of("12e3").to_int64(), 12'000);
  EXPECT_EQ(of("0e-50").to_int64(), 0);
  for (const std::string_view text :
       {"0.5", "9223372036854775808", "-9223372036854775809", "1e19", "1e6000", "1e-6000"}) {
    EXPECT_EQ(of(text).to_int64(), std::nullopt) << text;
  }
  EXPECT_TRUE(of("1e6000").is_integer());
  EXPECT_TRUE(of("3.0").is_integer());
  EXPECT_TRUE(of("1.000000000000000000000000000000000").is_integer());
  EXPECT_FALSE(of("1.000000000000000000000000000000001").is_integer());
  EXPECT_FALSE(of("1e-6000").is_integer());
}

TEST(Decimal, the_least_int64_is_a_number_like_others) {
  const Decimal least(INT64_MIN);
  EXPECT_TRUE(least.is_negative());
  EXPECT_EQ(least.text(), "-9223372036854775808");
  EXPECT_EQ(negate(least).text(), "9223372036854775808");
  EXPECT_EQ(absolute(least), negate(least));
  EXPECT_EQ(shown(add(least, Decimal(1))), "-9223372036854775807");
  EXPECT_LT(least, Decimal(INT64_MIN + 1));
}

TEST(Decimal, counts_millionths_in_the_order_of_the_values) {
  const std::vector<std::pair<std::string, Decimal::Millionths>> counts = {
      {"-1e40", {INT64_MIN, false}},
      {"-9223372036854.775809", {INT64_MIN, false}},
      {"-1.25", {-1'250'000, true}},
      {"-0.0000001", {-1, false}},
      {"0", {0, true}},
      {"0.0000001", {0, false}},
      {"0.000001", {1, true}},
      {"2e6", {2'000'000'000'000, true}},
      {"9223372036854.775807", {INT64_MAX, true}},
      {"9223372036854.775808", {INT64_MAX, false}},
      {"1234567890123456789012345678901234", {INT64_MAX, false}}};
  for (const auto& [text, expected] : counts) {
    const auto [count, is_exact] = of(text).millionths();
    EXPECT_EQ(count, expected.count) << text;
    EXPECT_EQ(is_exact, expected.is_exact) << text;
  }
}

TEST(Decimal, comes_from_and_goes_to_double) {
  for (const double value : {0.0, 0.1, -2.5, 1e22, 1.7976931348623157e308, 5e-324, 1.0 / 3}) {
    const std::optional<Decimal> decimal = Decimal::from_double(value);
    ASSERT_TRUE(decimal.has_value()) << value;
    EXPECT_EQ(decimal->to_double(), value);
  }
  EXPECT_EQ(shown(Decimal::from_double(0.1)), "0.1");
  EXPECT_EQ(shown(Decimal::from_double(100.0)), "100");
  EXPECT_EQ(shown(Decimal::from_double(-0.0)), "0");
  EXPECT_FALSE(Decimal::from_double(std::numeric_limits<double>::infinity()).has_value());
  EXPECT_FALSE(Decimal::from_double(std::numeric_limits<double>::quiet_NaN()).has_value());
  EXPECT_EQ(of("1e400").to_double(), std::numeric_limits<double>::infinity());
}

TEST(Decimal, scales) {
  EXPECT_EQ(shown(Decimal::scaled(1250, -2)), "12.5");
  EXPECT_EQ(shown(Decimal::scaled(INT64_MIN, 0)), "-9223372036854775808");
  EXPECT_EQ(shown(Decimal::scaled(1, 6144)), "1E+6144");
  EXPECT_EQ(shown(Decimal::scaled(1, INT64_MAX)), "none");
  EXPECT_EQ(shown(Decimal::scaled(1, INT64_MIN)), "0");
  EXPECT_EQ(shown(Decimal::scaled(0, INT64_MAX)), "0");
}

TEST(Decimal, rounds_seven_ways) {
  // floor, ceiling, up, down, half up, half down, half even
  const std::vector<std::pair<std::string_view, std::array<int, 7>>> cases = {
      {"2.5", {2, 3, 3, 2, 3, 2, 2}},        {"-2.5", {-3, -2, -3, -2, -3, -2, -2}},
      {"3.5", {3, 4, 4, 3, 4, 3, 4}},        {"-3.5", {-4, -3, -4, -3, -4, -3, -4}},
      {"2.4", {2, 3, 3, 2, 2, 2, 2}},        {"2.6", {2, 3, 3, 2, 3, 3, 3}},
      {"2.50000001", {2, 3, 3, 2, 3, 3, 3}}, {"-0.1", {-1, 0, -1, 0, 0, 0, 0}},
      {"1e-6000", {0, 1, 1, 0, 0, 0, 0}},    {"7", {7, 7, 7, 7, 7, 7, 7}},
  };
  for (const auto& [text, expected] : cases) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(round(of(text), 0, static_cast<Rounding>(i)), Decimal(expected[i]))
          << text << ", way " << i;
    }
  }
}

TEST(Decimal, rounds_to_a_scale) {
  EXPECT_EQ(shown(round(of("1.115"), 2, Rounding::half_even)), "1.12");
  EXPECT_EQ(shown(round(of("1.125"), 2, Rounding::half_even)), "1.12");
  EXPECT_EQ(shown(round(of("1250"), -2, Rounding::half_even)), "1200");
  EXPECT_EQ(shown(round(of("1250"), -2, Rounding::half_up)), "1300");
  EXPECT_EQ(shown(round(of("49"), -2, Rounding::half_up)), "0");
  EXPECT_EQ(shown(round(of("1"), -40, Rounding::up)), "1E+40");
  EXPECT_EQ(shown(round(of(k34Nines), -1, Rounding::up)), "1" + std::string(34, '0'));
  EXPECT_EQ(shown(round(of("1.5"), 100, Rounding::up)), "1.5");
  EXPECT_EQ(shown(round(of("1.5"), 6176, Rounding::up)), "1.5");
  EXPECT_EQ(shown(round(of("1.5"), 6177, Rounding::up)), "none");
  EXPECT_EQ(shown(round(of("1.5"), -6111, Rounding::up)), "1E+6111");
  EXPECT_EQ(shown(round(of("1.5"), -6112, Rounding::up)), "none");
}

TEST(Decimal, integer_powers_are_exact_and_rounded_once) {
  const std::vector<Case> cases = {
      {"5", "2", "25"},
      {"-5", "3", "-125"},
      {"-5", "4", "625"},
      {"3", "20", "3486784401"},
      {"1.1", "20", "6.72749994932560009201"},
      {"2", "-1", "0.5"},
      {"-2", "-3", "-0.125"},
      {"3", "-2", "0.1111111111111111111111111111111111"},
      {"10", "100", "1E+100"},
      {"10", "6144", "1E+6144"},
      {"10", "6145", "none"},
      {"10", "-6176", "1E-6176"},
      {"10", "-7000", "0"},
      {"0", "0", "1"},
      {"0", "5", "0"},
      {"0", "-1", "none"},
      {"1", "999999999999999", "1"},
      {"-1", "999999999999999", "-1"},
      {"2", "999999999999999", "none"},
      // (1 + 10^-8)^(10^8), to 40 digits by python3's decimal
      // module: 2.71828181486763621765297724300917669
      {"1.00000001", "100000000", "2.718281814867636217652977243009177"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(shown(power(of(c.a), of(c.b))), c.result) << c.a << " ** " << c.b;
  }
}

TEST(Decimal, has_roots_and_transcendental_functions) {
  EXPECT_EQ(shown(square_root(Decimal(16))), "4");
  EXPECT_EQ(shown(square_root(Decimal(2))), "1.414213562373095048801688724209698");
  EXPECT_EQ(shown(square_root(Decimal(-1))), "none");
  EXPECT_EQ(shown(exponential(Decimal())), "1");
  EXPECT_EQ(shown(exponential(Decimal(100'000))), "none");
  EXPECT_EQ(shown(exponential(Decimal(-100'000))), "0");
  EXPECT_EQ(shown(logarithm(Decimal(1))), "0");
  EXPECT_EQ(shown(logarithm(Decimal())), "none");
  EXPECT_EQ(shown(logarithm(Decimal(-1))), "none");
  EXPECT_EQ(shown(power(Decimal(-2), of("0.5"))), "none");
  EXPECT_EQ(shown(power(Decimal(), of("-0.5"))), "none");
  // To 30 digits: e^4, ln 10 and 5^2.55.
  const auto to_30 = [](const std::optional<Decimal>& value) {
    return value ? shown(round(*value, 28, Rounding::half_even)) : "none";
  };
  EXPECT_EQ(to_30(exponential(Decimal(4))), "54.5981500331442390781102612029");
  EXPECT_EQ(to_30(logarithm(Decimal(10))), "2.3025850929940456840179914547");
  EXPECT_EQ(to_30(power(Decimal(5), of("2.55"))), "60.5861716660663367374572492824");
}

}  // namespace
}  // namespace hq
