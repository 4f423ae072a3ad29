#include "rules/temporal/zone.h"

#include <gtest/gtest.h>

#include "base/time_zone.h"
#include "rules/temporal/temporal_testing.h"

namespace hq::rules {
namespace {

Zone zone(std::string_view name) {
  return Zone::named(name).value();
}

int64_t day(std::string_view text) {
  return parse_date(text).value().days;
}

/// The moment of a text in UTC, as text.
std::string in_utc(std::string_view text) {
  const auto utc = utc_nanoseconds(parse_date_time(text).value());
  return utc ? shown(from_utc_nanoseconds(*utc, Zone::utc())) : "none";
}

TEST(Zone, is_small_and_equal_by_name_or_offset) {
  static_assert(sizeof(Zone) == 16 && std::is_trivially_copyable_v<Zone>);
  EXPECT_EQ(zone("Europe/Paris"), zone("Europe/Paris"));
  EXPECT_NE(zone("Europe/Paris"), zone("Europe/Berlin"));
  EXPECT_NE(zone("Etc/UTC"), Zone::utc());
  EXPECT_EQ(Zone::fixed(0), Zone::utc());
  EXPECT_NE(Zone(), Zone::utc());
  EXPECT_FALSE(Zone::fixed(18 * 3600 + 1).has_value());
  EXPECT_FALSE(Zone::fixed(INT64_MIN).has_value());
}

TEST(Zone, refuses_names_that_are_none) {
  for (const std::string_view name : {"", "Nowhere", "xyz/abc", "../passwd", "Europe/", "Europe"}) {
    const Result<Zone> found = Zone::named(name);
    ASSERT_FALSE(found.has_value()) << name;
    EXPECT_EQ(found.error().code, ErrorCode::not_found) << name;
    EXPECT_FALSE(found.error().message_zh.empty());
  }
}

TEST(Zone, knows_which_zones_never_change) {
  EXPECT_EQ(zone("Etc/UTC").constant_offset_s(), 0);
  EXPECT_EQ(zone("Etc/GMT+3").constant_offset_s(), -3 * 3600);
  EXPECT_EQ(zone("Asia/Shanghai").constant_offset_s(), std::nullopt);
  EXPECT_EQ(Zone::fixed(3600)->constant_offset_s(), 3600);
  EXPECT_EQ(Zone().constant_offset_s(), std::nullopt);
}

TEST(Zone, gives_moments_in_utc) {
  EXPECT_EQ(in_utc("2026-11-22T08:00:00@Asia/Shanghai"), "2026-11-22T00:00:00Z");
  EXPECT_EQ(in_utc("2026-07-01T08:00:00.5@Europe/Paris"), "2026-07-01T06:00:00.5Z");
  EXPECT_EQ(in_utc("2026-01-01T08:00:00@Europe/Paris"), "2026-01-01T07:00:00Z");
  EXPECT_EQ(in_utc("2026-01-01T08:00:00-03:30"), "2026-01-01T11:30:00Z");
  EXPECT_EQ(in_utc("2026-01-01T08:00:00"), "none");
}

TEST(Zone, a_time_shown_twice_is_the_earlier_and_a_skipped_one_the_jump) {
  // Clocks in Paris went from 02:00 to 03:00 on 2021-03-28 and from 03:00 to 02:00 on 2021-10-31.
  EXPECT_EQ(in_utc("2021-10-31T02:30:00@Europe/Paris"), "2021-10-31T00:30:00Z");
  EXPECT_EQ(in_utc("2021-03-28T02:30:00@Europe/Paris"), "2021-03-28T01:00:00Z");
}

TEST(Zone, days_are_elapsed_hours_where_clocks_change_and_months_keep_the_clock) {
  EXPECT_EQ(result("2021-03-27T12:00:00@Europe/Paris", '+', "P1D"),
            "2021-03-28T13:00:00@Europe/Paris");
  EXPECT_EQ(result("2021-02-28T12:00:00@Europe/Paris", '+', "P1M"),
            "2021-03-28T12:00:00@Europe/Paris");
  EXPECT_EQ(result("2021-03-28T12:00:00@Europe/Paris", '-', "2021-03-27T12:00:00@Europe/Paris"),
            "PT23H");
}

TEST(Zone, rules_go_on_in_far_years) {
  EXPECT_EQ(in_utc("999999999-07-01T12:00:00@Europe/Paris"), "999999999-07-01T10:00:00Z");
  EXPECT_EQ(in_utc("999999999-01-01T12:00:00@Europe/Paris"), "999999999-01-01T11:00:00Z");
  // Before the first change there is local mean time: 9 min 21 s in Paris.
  EXPECT_EQ(in_utc("-999999999-07-01T12:00:00@Europe/Paris"), "-999999999-07-01T11:50:39Z");
  EXPECT_EQ(in_utc("0500-07-01T12:00:00@Europe/Paris"), "0500-07-01T11:50:39Z");
}

TEST(Zone, agrees_with_the_time_zone_of_base_at_the_ends_of_what_is_folded) {
  for (const std::string_view name : {"Europe/Paris", "Australia/Melbourne", "America/New_York"}) {
    const TimeZone expected = TimeZone::load(name).value();
    for (const std::string_view around : {"1200-01-01", "2400-01-01", "2799-12-31", "2037-06-01"}) {
      for (int64_t days = day(around) - 400; days < day(around) + 400; ++days) {
        const hq::Date date{std::chrono::days(static_cast<int>(days))};
        ASSERT_EQ(zone(name).offset_at_utc_s(days, 7200),
                  expected.offset_s(date + std::chrono::hours(2)))
            << name << " day " << days;
        const auto shown = std::chrono::duration_cast<std::chrono::seconds>(
            date + std::chrono::hours(2) - expected.to_utc(date, 7200));
        ASSERT_EQ(zone(name).offset_at_local_s(days, 7200), shown.count())
            << name << " day " << days;
      }
    }
  }
}

TEST(Zone, results_out_of_range_are_none) {
  EXPECT_EQ(result("999999999-12-31T23:30:00@Europe/Paris", '+', "PT30M"), "none");
  EXPECT_EQ(result("999999999-12-31T23:30:00@Europe/Paris", '+', "PT29M"),
            "999999999-12-31T23:59:00@Europe/Paris");
  EXPECT_EQ(result("-999999999-01-01T00:00:00@Asia/Shanghai", '-', "PT1S"), "none");
  EXPECT_EQ(result("-999999999-01-01T00:00:00@Asia/Shanghai", '+', "PT1S"),
            "-999999999-01-01T00:00:01@Asia/Shanghai");
  EXPECT_FALSE(from_utc_nanoseconds(DaysDuration::kNanosecondsMax, Zone::utc()).has_value());
}

}  // namespace
}  // namespace hq::rules
