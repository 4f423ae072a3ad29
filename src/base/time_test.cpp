#include "base/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace hq {
namespace {

using std::chrono::microseconds;

TEST(Date, reads_both_forms) {
  EXPECT_EQ(format_date(*parse_date("2026-11-22")), "2026-11-22");
  EXPECT_EQ(format_date_basic(*parse_date("2026-11-22")), "20261122");
  EXPECT_EQ(parse_date("20240229"), parse_date("2024-02-29"));
  EXPECT_EQ(parse_date("1970-01-01")->time_since_epoch().count(), 0);
  EXPECT_EQ(format_date(*parse_date("0000-01-01")), "0000-01-01");
}

TEST(Date, refuses_days_that_do_not_exist) {
  for (const std::string_view text :
       {"2023-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "20260431", "2026-1-01",
        "2026/11/22", "26-11-2200", "", " 2026-11-22", "2026-11-22 ", "2026112", "+0261122"}) {
    const auto date = parse_date(text);
    ASSERT_FALSE(date) << text;
    EXPECT_EQ(date.error().code, ErrorCode::invalid_argument);
    EXPECT_FALSE(date.error().message_zh.empty());
  }
}

TEST(Date, week_starts_on_monday) {
  EXPECT_EQ(weekday_index(*parse_date("2026-11-23")), 0);
  EXPECT_EQ(weekday_index(*parse_date("2026-11-22")), 6);
  EXPECT_EQ(weekday_index(*parse_date("1969-12-31")), 2);
}

TEST(Instant, reads_offsets_and_decimals) {
  const auto same = [](std::string_view text, std::string_view utc) {
    const auto instant = parse_instant(text);
    ASSERT_TRUE(instant) << text;
    EXPECT_EQ(format_instant(*instant), utc) << text;
  };
  same("2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z");
  same("2026-11-22t08:00:00z", "2026-11-22T08:00:00Z");
  same("2026-11-22T16:00:00.25+08:00", "2026-11-22T08:00:00.25Z");
  same("2026-11-22T02:30:00-05:30", "2026-11-22T08:00:00Z");
  same("2026-01-01T00:00:00+00:01", "2025-12-31T23:59:00Z");
  same("2026-11-22T08:00:00.000001Z", "2026-11-22T08:00:00.000001Z");
  same("2026-11-22T08:00:00.100000Z", "2026-11-22T08:00:00.1Z");
  same("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z");
}

TEST(Instant, refuses_other_texts) {
  for (const std::string_view text :
       {"", "2026-11-22", "2026-11-22T08:00Z", "2026-11-22T08:00:00", "2026-11-22 08:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T08:60:00Z", "2026-11-22T08:00:60Z",
        "2026-11-22T08:00:00.Z", "2026-11-22T08:00:00.1234567Z", "2026-11-22T08:00:00+0800",
        "2026-11-22T08:00:00+24:00", "2026-11-22T08:00:00+08:60", "2026-11-22T08:00:00ZZ",
        "2026-02-30T08:00:00Z", "2026-11-22T08:00:00.1", "2026-11-22T08-00-00Z",
        "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:00-00:01"}) {
    const auto instant = parse_instant(text);
    ASSERT_FALSE(instant) << text;
    EXPECT_EQ(instant.error().code, ErrorCode::invalid_argument);
    EXPECT_FALSE(instant.error().message_zh.empty());
  }
}

TEST(Instant, now_is_after_the_day_this_was_written) {
  EXPECT_GT(now(), *parse_instant("2024-01-01T00:00:00Z"));
}

TEST(Clock, passes_midnight) {
  EXPECT_EQ(parse_clock("25:10"), 90'600);
  EXPECT_EQ(parse_clock("8:05"), 29'100);
  EXPECT_EQ(parse_clock("08:05:09"), 29'109);
  EXPECT_EQ(parse_clock("76:00:00"), 273'600);
  EXPECT_EQ(parse_clock("99:59:59"), 359'999);
  EXPECT_EQ(format_clock(90'600), "25:10");
  EXPECT_EQ(format_clock(29'109), "08:05:09");
  EXPECT_EQ(format_clock_seconds(90'600), "25:10:00");
  EXPECT_EQ(format_clock(-60), "-00:01");
  EXPECT_EQ(format_clock_seconds(-3'601), "-01:00:01");
}

TEST(Clock, refuses_other_texts) {
  for (const std::string_view text :
       {"", "8", "8:5", ":05", "08:60", "08:05:60", "08:05:9", "100:00", "08:05:", "08:05:090",
        "-1:00", "08.05", "0a:05", " 8:05", "08:05 "}) {
    const auto clock = parse_clock(text);
    ASSERT_FALSE(clock) << text;
    EXPECT_EQ(clock.error().code, ErrorCode::invalid_argument);
    EXPECT_FALSE(clock.error().message_zh.empty());
  }
}

RC_GTEST_PROP(Time, texts_come_back, ()) {
  const auto micros = *rc::gen::inRange<int64_t>(-62'167'219'200'000'000, 253'402'300'800'000'000);
  const Instant instant{microseconds(micros)};
  RC_ASSERT(parse_instant(format_instant(instant)).value() == instant);
  const Date date = std::chrono::floor<std::chrono::days>(instant);
  RC_ASSERT(parse_date(format_date(date)).value() == date);
  RC_ASSERT(parse_date(format_date_basic(date)).value() == date);
  const int32_t clock = *rc::gen::inRange(0, 360'000);
  RC_ASSERT(parse_clock(format_clock(clock)).value() == clock);
  RC_ASSERT(parse_clock(format_clock_seconds(clock)).value() == clock);
}

}  // namespace
}  // namespace hq
