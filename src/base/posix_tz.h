// PosixTz: the rule for the time after the last transition of a TZif file, "EST5EDT,M3.2.0,M11.1.0"
// (POSIX.1 TZ, with the hours from -167 to 167 that RFC 9636, 3.3.2 allows).
//
//   HQ_TRY(PosixTz rule, PosixTz::parse("CST-8"));
//   rule.offset_s(utc_s);                             // 28800
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hq {

class PosixTz {
 public:
  /// From `at_s` (UTC, seconds since 1970) on, local time is UTC + offset_s.
  struct Change {
    int64_t at_s = 0;
    int32_t offset_s = 0;

    bool operator==(const Change&) const = default;
  };

  static Result<PosixTz> parse(std::string_view text);

  int32_t offset_s(int64_t utc_s) const;

  /// All changes from `from_s` to before `to_s`, at most 400 years later, in their order; two at
  /// one instant can stand where summer time lasts all year.
  std::vector<Change> changes(int64_t from_s, int64_t to_s) const;

 private:
  enum class DayKind { julian, zero_based, month_week_day };
  struct When {
    DayKind kind = DayKind::month_week_day;
    int month = 0;
    int week = 0;
    int day = 0;
    int32_t clock_s = 0;
  };
  struct Summer {
    int32_t offset_s = 0;
    When start;
    When end;
  };
  struct Parser;

  static int64_t local_s(const When& when, int year);

  int32_t standard_offset_s_ = 0;
  std::optional<Summer> summer_;
};

}  // namespace hq
