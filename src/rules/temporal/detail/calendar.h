// The proleptic Gregorian calendar over 64 bits: days since 1970-01-01 and back.
//
// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil and
// civil_from_days): eras of 400 years, years that begin in March. Pure functions on any thread;
// years to some 10^15 either way.
//
//   days_from_civil(1970, 1, 2);                      // 1
#pragma once

#include <cstdint>

namespace hq::rules::detail {

constexpr int64_t kDaysPerEra = 146'097;   // 400 years; whole weeks, so weekdays repeat too
constexpr int64_t kDaysToEpoch = 719'468;  // from 0000-03-01 to 1970-01-01

struct Civil {
  int64_t year = 1970;
  int month = 1;
  int day = 1;
};

/// The quotient towards minus infinity, and what remains: 0 to divisor - 1.
template <class Integer>
struct FloorDivision {
  Integer quotient;
  Integer rest;
};
template <class Integer>
constexpr FloorDivision<Integer> floor_divide(Integer value, Integer divisor) {
  Integer quotient = value / divisor;
  if (value % divisor < 0) --quotient;
  return {quotient, value - quotient * divisor};
}

constexpr bool is_leap_year(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int days_in_month(int64_t year, int month) {
  if (month == 2) return is_leap_year(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

constexpr int64_t days_from_civil(int64_t year, int month, int day) {
  const int64_t march_year = month <= 2 ? year - 1 : year;
  const auto [era, year_of_era] = floor_divide<int64_t>(march_year, 400);
  const int march_month = month > 2 ? month - 3 : month + 9;
  const int day_of_year = (153 * march_month + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysToEpoch;
}

constexpr Civil civil_from_days(int64_t days) {
  const auto [era, day_of_era] = floor_divide<int64_t>(days + kDaysToEpoch, kDaysPerEra);
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const auto day_of_year =
      static_cast<int>(day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100));
  const int march_month = (5 * day_of_year + 2) / 153;
  const int day = day_of_year - (153 * march_month + 2) / 5 + 1;
  const int month = march_month < 10 ? march_month + 3 : march_month - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

}  // namespace hq::rules::detail
