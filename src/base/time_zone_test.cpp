#include "base/time_zone.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <fstream>

#include "base/file.h"

namespace hq {
namespace {

TimeZone zone(std::string_view name) {
  auto loaded = TimeZone::load(name);
  EXPECT_TRUE(loaded) << loaded.error().text();
  EXPECT_FALSE(loaded->is_built_in()) << "the package tzdata is not installed";
  return *std::move(loaded);
}

Instant at(std::string_view text) {
  return *parse_instant(text);
}

/// Local time as "2026-11-22 16:00:00 +28800".
std::string shown(const TimeZone& zone, std::string_view instant) {
  const LocalTime local = zone.to_local(at(instant));
  return format_date(local.date) + " " + format_clock_seconds(local.seconds()) + " " +
         std::to_string(local.offset_s);
}

std::string utc(const TimeZone& zone, std::string_view date, std::string_view clock) {
  return format_instant(zone.to_utc(*parse_date(date), *parse_clock(clock)));
}

TEST(TimeZone, shanghai_keeps_utc_plus_8) {
  const TimeZone shanghai = zone("Asia/Shanghai");
  EXPECT_EQ(shanghai.name(), "Asia/Shanghai");
  EXPECT_EQ(shown(shanghai, "2026-11-22T00:00:00Z"), "2026-11-22 08:00:00 28800");
  EXPECT_EQ(shown(shanghai, "2026-11-22T16:00:00Z"), "2026-11-23 00:00:00 28800");
  EXPECT_EQ(utc(shanghai, "2026-11-22", "08:00"), "2026-11-22T00:00:00Z");
  EXPECT_EQ(utc(shanghai, "2026-11-22", "25:10"), "2026-11-22T17:10:00Z");
}

TEST(TimeZone, shanghai_had_summer_time_from_1986_to_1991) {
  const TimeZone shanghai = zone("Asia/Shanghai");
  EXPECT_EQ(shown(shanghai, "1986-05-03T17:59:59Z"), "1986-05-04 01:59:59 28800");
  EXPECT_EQ(shown(shanghai, "1986-05-03T18:00:00Z"), "1986-05-04 03:00:00 32400");
  EXPECT_EQ(shown(shanghai, "1991-09-14T16:59:59Z"), "1991-09-15 01:59:59 32400");
  EXPECT_EQ(shown(shanghai, "1991-09-14T17:00:00Z"), "1991-09-15 01:00:00 28800");
  EXPECT_EQ(shown(shanghai, "1992-07-01T00:00:00Z"), "1992-07-01 08:00:00 28800");
}

TEST(TimeZone, shanghai_had_summer_time_in_the_1940s) {
  const TimeZone shanghai = zone("Asia/Shanghai");
  EXPECT_EQ(shanghai.offset_s(at("1940-07-01T00:00:00Z")), 32400);
  EXPECT_EQ(shanghai.offset_s(at("1940-12-01T00:00:00Z")), 28800);
  EXPECT_EQ(shanghai.offset_s(at("1944-01-01T00:00:00Z")), 32400);  // all of 1942 to 1945
  EXPECT_EQ(shanghai.offset_s(at("1948-07-01T00:00:00Z")), 32400);
  EXPECT_EQ(shanghai.offset_s(at("1950-07-01T00:00:00Z")), 28800);
  EXPECT_EQ(shanghai.offset_s(at("1890-01-01T00:00:00Z")), 29143);  // local mean time 8:05:43
}

TEST(TimeZone, new_york_changes_twice_a_year) {
  const TimeZone york = zone("America/New_York");
  EXPECT_EQ(shown(york, "2026-03-08T06:59:59Z"), "2026-03-08 01:59:59 -18000");
  EXPECT_EQ(shown(york, "2026-03-08T07:00:00Z"), "2026-03-08 03:00:00 -14400");
  EXPECT_EQ(shown(york, "2026-11-01T05:59:59Z"), "2026-11-01 01:59:59 -14400");
  EXPECT_EQ(shown(york, "2026-11-01T06:00:00Z"), "2026-11-01 01:00:00 -18000");
}

TEST(TimeZone, a_time_shown_twice_is_the_earlier) {
  const TimeZone york = zone("America/New_York");
  EXPECT_EQ(utc(york, "2026-11-01", "01:30"), "2026-11-01T05:30:00Z");
  EXPECT_EQ(utc(york, "2026-11-01", "00:59:59"), "2026-11-01T04:59:59Z");
  EXPECT_EQ(utc(york, "2026-11-01", "02:00"), "2026-11-01T07:00:00Z");
}

TEST(TimeZone, a_skipped_time_is_the_instant_of_the_jump) {
  const TimeZone york = zone("America/New_York");
  EXPECT_EQ(utc(york, "2026-03-08", "01:59:59"), "2026-03-08T06:59:59Z");
  EXPECT_EQ(utc(york, "2026-03-08", "02:00"), "2026-03-08T07:00:00Z");
  EXPECT_EQ(utc(york, "2026-03-08", "02:30"), "2026-03-08T07:00:00Z");
  EXPECT_EQ(utc(york, "2026-03-08", "03:00"), "2026-03-08T07:00:00Z");
  EXPECT_EQ(utc(york, "2026-03-08", "03:00:01"), "2026-03-08T07:00:01Z");
}

TEST(TimeZone, lord_howe_changes_by_half_an_hour) {
  const TimeZone howe = zone("Australia/Lord_Howe");
  EXPECT_EQ(howe.offset_s(at("2026-07-01T00:00:00Z")), 37800);
  EXPECT_EQ(howe.offset_s(at("2026-12-01T00:00:00Z")), 39600);
  EXPECT_EQ(utc(howe, "2026-10-04", "02:15"), "2026-10-03T15:30:00Z");  // skipped
  EXPECT_EQ(utc(howe, "2026-04-05", "01:45"), "2026-04-04T14:45:00Z");  // shown twice
}

TEST(TimeZone, samoa_skipped_a_day) {
  const TimeZone apia = zone("Pacific/Apia");
  EXPECT_EQ(shown(apia, "2011-12-30T09:59:59Z"), "2011-12-29 23:59:59 -36000");
  EXPECT_EQ(shown(apia, "2011-12-30T10:00:00Z"), "2011-12-31 00:00:00 50400");
  EXPECT_EQ(utc(apia, "2011-12-30", "12:00"), "2011-12-30T10:00:00Z");
}

TEST(TimeZone, the_far_future_follows_the_rule) {
  const TimeZone york = zone("America/New_York");
  EXPECT_EQ(shown(york, "2999-07-01T00:00:00Z"), "2999-06-30 20:00:00 -14400");
  EXPECT_EQ(shown(york, "9999-01-01T00:00:00Z"), "9998-12-31 19:00:00 -18000");
  // 2400-03-12 is a Sunday, the second of March, as 2000-03-12 was.
  EXPECT_EQ(utc(york, "2400-03-12", "02:30"), "2400-03-12T07:00:00Z");
  EXPECT_EQ(zone("Asia/Shanghai").offset_s(at("9999-12-31T00:00:00Z")), 28800);
}

TEST(TimeZone, service_day_starts_twelve_hours_before_noon) {
  const TimeZone york = zone("America/New_York");
  const auto start = [&](std::string_view date) {
    return format_instant(york.service_day_start(*parse_date(date)));
  };
  EXPECT_EQ(start("2026-06-01"), "2026-06-01T04:00:00Z");  // midnight
  EXPECT_EQ(start("2026-03-08"), "2026-03-08T04:00:00Z");  // 23:00 of the day before
  EXPECT_EQ(start("2026-11-01"), "2026-11-01T05:00:00Z");  // 01:00
}

TEST(TimeZone, parts_of_a_second_stay) {
  const LocalTime local = zone("Asia/Shanghai").to_local(at("1969-12-31T23:59:59.75Z"));
  EXPECT_EQ(format_date(local.date), "1970-01-01");
  EXPECT_EQ(local.time_of_day.count(), (8 * 3600 - 1) * 1'000'000LL + 750'000);
  EXPECT_EQ(local.seconds(), 8 * 3600 - 1);
}

TEST(TimeZone, without_a_database_two_zones_are_built_in) {
  const auto shanghai = TimeZone::load("Asia/Shanghai", "/nonexistent");
  ASSERT_TRUE(shanghai);
  EXPECT_TRUE(shanghai->is_built_in());
  EXPECT_EQ(shown(*shanghai, "2026-11-22T00:00:00Z"), "2026-11-22 08:00:00 28800");
  EXPECT_EQ(TimeZone::load("UTC", "/nonexistent")->offset_s(at("2026-11-22T00:00:00Z")), 0);
  EXPECT_EQ(TimeZone::load("Etc/UTC", "/nonexistent")->name(), "Etc/UTC");
  EXPECT_EQ(TimeZone::utc().name(), "UTC");
  const auto other = TimeZone::load("Asia/Tokyo", "/nonexistent");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::not_found);
}

TEST(TimeZone, names_cannot_leave_the_folder) {
  for (const std::string_view name :
       {"", "/etc/passwd", "../passwd", "Asia/../../x", "Asia//Shanghai", "Asia/", ".", "Asia/.x",
        "a b", "x\n", "亚洲"}) {
    const auto zone = TimeZone::load(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code, ErrorCode::invalid_argument) << name;
  }
  EXPECT_EQ(TimeZone::load(std::string(101, 'a')).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(TimeZone::load("Asia").error().code, ErrorCode::invalid_argument);  // a folder
  EXPECT_EQ(TimeZone::load("tzdata.zi").error().code, ErrorCode::parse_error);
}

/// The same as the C library says, which reads the same files.
TEST(TimeZone, agrees_with_the_c_library_in_every_zone) {
  std::ifstream table("/usr/share/zoneinfo/zone1970.tab");
  ASSERT_TRUE(table) << "the package tzdata is not installed";
  int zones = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto start = line.find('\t', line.find('\t') + 1) + 1;
    const std::string name = line.substr(start, line.find('\t', start) - start);
    const TimeZone ours = zone(name);
    ::setenv("TZ", name.c_str(), 1);
    ::tzset();
    for (int64_t utc_s = -2'000'000'000; utc_s < 5'000'000'000; utc_s += 5'777'777) {
      const time_t time = utc_s;
      struct tm local{};
      ::localtime_r(&time, &local);
      ASSERT_EQ(ours.offset_s(Instant(std::chrono::seconds(utc_s))), local.tm_gmtoff)
          << name << " " << utc_s;
    }
    ++zones;
  }
  ::unsetenv("TZ");
  ::tzset();
  EXPECT_GT(zones, 300);
}

std::string big_endian(uint64_t value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

/// One block of a TZif file: header and data.
std::string block(char version, int time_size, const std::vector<std::pair<int64_t, int>>& changes,
                  const std::vector<int32_t>& offsets, uint32_t leaps = 0) {
  std::string bytes = "TZif" + std::string(1, version) + std::string(15, '\0');
  for (const std::size_t count : {std::size_t{0}, std::size_t{0}, std::size_t{leaps},
                                  changes.size(), offsets.size(), std::size_t{4}}) {
    bytes += big_endian(count, 4);
  }
  for (const auto& [at_s, type] : changes)
    bytes += big_endian(static_cast<uint64_t>(at_s), time_size);
  for (const auto& [at_s, type] : changes) bytes += static_cast<char>(type);
  for (const int32_t offset : offsets) {
    bytes += big_endian(static_cast<uint32_t>(offset), 4) + std::string(2, '\0');
  }
  bytes += std::string("LMT\0", 4);
  return bytes + std::string(leaps * (static_cast<std::size_t>(time_size) + 4), '\0');
}

std::string version_2(const std::vector<std::pair<int64_t, int>>& changes,
                      const std::vector<int32_t>& offsets, std::string_view footer) {
  return block('2', 4, {}, {0}) + block('2', 8, changes, offsets) + "\n" + std::string(footer) +
         "\n";
}

TEST(TimeZone, version_1_files_have_32_bits_and_no_rule) {
  const auto zone = TimeZone::parse(block('\0', 4, {{-100, 1}, {100, 0}}, {3600, 7200}), "x");
  ASSERT_TRUE(zone) << zone.error().text();
  EXPECT_EQ(zone->offset_s(Instant(std::chrono::seconds(-101))), 3600);
  EXPECT_EQ(zone->offset_s(Instant(std::chrono::seconds(-100))), 7200);
  EXPECT_EQ(zone->offset_s(Instant(std::chrono::seconds(99))), 7200);
  EXPECT_EQ(zone->offset_s(Instant(std::chrono::seconds(100))), 3600);
}

TEST(TimeZone, an_empty_rule_keeps_the_last_offset) {
  const auto zone = TimeZone::parse(version_2({{0, 1}}, {0, 5400}, ""), "x");
  ASSERT_TRUE(zone) << zone.error().text();
  EXPECT_EQ(zone->offset_s(at("2100-01-01T00:00:00Z")), 5400);
}

TEST(TimeZone, broken_files_are_refused) {
  const auto message = [](const std::string& bytes) {
    const auto zone = TimeZone::parse(bytes, "x");
    if (zone) return std::string("read");
    EXPECT_FALSE(zone.error().message_zh.empty());
    return zone.error().message;
  };
  using Changes = std::vector<std::pair<int64_t, int>>;
  const std::string no = "not a time zone file: ";
  EXPECT_EQ(message(version_2({}, {0}, "CST-8")), "read");
  EXPECT_EQ(message("TZXX" + std::string(40, '\0')), no + "it does not start with TZif");
  EXPECT_EQ(message(block('1', 4, {}, {0})), no + "its version is unknown");
  EXPECT_EQ(message(version_2({}, {}, "")), no + "it has no local time types, or too many");
  EXPECT_EQ(message(version_2({}, std::vector<int32_t>(257), "")),
            no + "it has no local time types, or too many");
  EXPECT_EQ(message(version_2(Changes{{0, 1}}, {0}, "")), no + "a transition has no type");
  EXPECT_EQ(message(version_2(Changes{{5, 0}, {5, 0}}, {0}, "")),
            no + "its transitions are not in order");
  EXPECT_EQ(message(version_2(Changes{{INT64_MAX, 0}}, {0}, "")),
            no + "a transition is out of range");
  EXPECT_EQ(message(version_2({}, {100'000}, "")), no + "an offset is out of range");
  EXPECT_EQ(message(version_2({}, {0}, "rubbish")), "'rubbish' is not a POSIX time zone rule");
  EXPECT_EQ(message(block('2', 4, {}, {0}) + block('2', 8, {}, {0}) + "CST-8\n"),
            no + "its footer is cut short");
  EXPECT_EQ(message("TZif2" + std::string(15, '\0') + std::string(24, '\xff')),
            no + "a count is too large");
  const auto leap = TimeZone::parse(block('\0', 4, {}, {0}, 2), "x");
  EXPECT_EQ(leap.error().code, ErrorCode::unsupported);
}

TEST(TimeZone, files_cut_anywhere_are_refused) {
  const auto bytes = read_file("/usr/share/zoneinfo/America/New_York");
  ASSERT_TRUE(bytes) << "the package tzdata is not installed";
  ASSERT_TRUE(TimeZone::parse(*bytes, "x"));
  for (std::size_t size = 0; size < bytes->size(); ++size) {
    ASSERT_FALSE(TimeZone::parse(bytes->substr(0, size), "x")) << size;
  }
}

TEST(PosixTz, rules_of_every_form) {
  const auto offset = [](std::string_view rule, std::string_view instant) {
    const auto parsed = PosixTz::parse(rule);
    EXPECT_TRUE(parsed) << rule;
    return parsed ? parsed->offset_s(at(instant).time_since_epoch().count() / 1'000'000) : -1;
  };
  EXPECT_EQ(offset("CST-8", "2026-01-01T00:00:00Z"), 28800);
  EXPECT_EQ(offset("<+0330>-3:30", "2026-01-01T00:00:00Z"), 12600);
  EXPECT_EQ(offset("<-00>0:00:01", "2026-01-01T00:00:00Z"), -1);
  // J60 is March 1 in every year; day 59, counted from 0, is February 29 in a leap year.
  EXPECT_EQ(offset("AAA0BBB,J60/0,J300/0", "2024-02-29T23:59:59Z"), 0);
  EXPECT_EQ(offset("AAA0BBB,J60/0,J300/0", "2024-03-01T00:00:00Z"), 3600);
  EXPECT_EQ(offset("AAA0BBB,J60/0,J300/0", "2023-03-01T00:00:00Z"), 3600);
  EXPECT_EQ(offset("AAA0BBB,59/0,300/0", "2024-02-29T00:00:00Z"), 3600);
  EXPECT_EQ(offset("AAA0BBB,59/0,300/0", "2023-02-28T23:59:59Z"), 0);
  // The south: summer time runs over the new year.
  EXPECT_EQ(offset("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z"), 39600);
  EXPECT_EQ(offset("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-07-01T00:00:00Z"), 36000);
  // Negative summer time (Dublin) and hours beyond a day (Nuuk): RFC 9636, 3.3.2.
  EXPECT_EQ(offset("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01T00:00:00Z"), 0);
  EXPECT_EQ(offset("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T00:00:00Z"), 3600);
  EXPECT_EQ(offset("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z"), -7200);
  EXPECT_EQ(offset("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z"), -3600);
  // Summer time all year: RFC 9636, 3.3.2.
  for (const std::string_view instant :
       {"2026-01-01T03:59:59Z", "2026-01-01T04:00:00Z", "2026-07-01T00:00:00Z"}) {
    EXPECT_EQ(offset("XXX3EDT4,0/0,J365/23", instant), -14400) << instant;
  }
}

TEST(PosixTz, refuses_other_texts) {
  for (const std::string_view text : {"",
                                      "CST",
                                      "C-8",
                                      "CST-25",
                                      "CST-8:60",
                                      "<+08-8",
                                      "CST-8X",
                                      "EST5EDT",
                                      "EST5EDT,M3.2.0",
                                      "EST5EDT,M0.2.0,M11.1.0",
                                      "EST5EDT,M13.2.0,M11.1.0",
                                      "EST5EDT,M3.6.0,M11.1.0",
                                      "EST5EDT,M3.0.0,M11.1.0",
                                      "EST5EDT,M3.2.7,M11.1.0",
                                      "EST5EDT,J0,J5",
                                      "EST5EDT,J366,J5",
                                      "EST5EDT,366,J5",
                                      "EST5EDT,M3.2.0/168,M11.1.0",
                                      "EST5EDT,M3.2.0,M11.1.0,",
                                      "CST-8\n",
                                      "EST5EDT25,M3.2.0,M11.1.0",
                                      "EST5:EDT,M3.2.0,M11.1.0"}) {
    EXPECT_FALSE(PosixTz::parse(text)) << text;
  }
}

RC_GTEST_PROP(TimeZone, local_time_leads_back, ()) {
  static const TimeZone kZones[] = {
      *TimeZone::load("America/New_York"), *TimeZone::load("Australia/Lord_Howe"),
      *TimeZone::load("Pacific/Apia"), *TimeZone::load("Asia/Shanghai")};
  const auto& zone = kZones[*rc::gen::inRange(0, 4)];
  const Instant instant{
      std::chrono::seconds(*rc::gen::inRange<int64_t>(-3'000'000'000, 20'000'000'000))};
  const LocalTime local = zone.to_local(instant);
  const Instant back = zone.to_utc(local.date, local.seconds());
  // The same instant, or the earlier one that shows the same time.
  RC_ASSERT(back <= instant);
  const LocalTime again = zone.to_local(back);
  RC_ASSERT(again.date == local.date);
  RC_ASSERT(again.time_of_day == local.time_of_day);
}

RC_GTEST_PROP(TimeZone, to_utc_never_runs_backward, ()) {
  static const TimeZone kYork = *TimeZone::load("America/New_York");
  const Date date{std::chrono::days(*rc::gen::inRange(-10'000, 200'000))};
  const int seconds = *rc::gen::inRange(0, 86'400);
  RC_ASSERT(kYork.to_utc(date, seconds) <= kYork.to_utc(date, seconds + 1));
}

}  // namespace
}  // namespace hq
