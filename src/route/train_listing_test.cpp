#include "route/train_listing.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "route/detail/train_numbers.h"
#include "route/feed_summary.h"
#include "route/gtfs_testing.h"

namespace hq::route {
namespace {

using enum DefectKind;
using enum DefectAction;
using testing::ElementsAre;

Date day(const char* text) {
  return parse_date(text).value();
}

TrainListingOptions options() {
  TrainListingOptions options;
  options.first_day = day("20260101");
  options.last_day = day("20261231");
  options.holidays = {day("20261002"), day("20261001"), day("20261001"), day("20270101")};
  return options;
}

constexpr const char* kStations =
    "station_id,name,lat,lon,coord_quality\n"
    "AAA,甲,31.0,121.0,survey\nBBB,乙,31.1,121.1,\nCCC,丙,31.3,121.3,\nDDD,丁,,,\n";

struct Outcome {
  ImportReport report;
  Result<Feed> feed = fail(ErrorCode::internal, "not read");

  std::vector<std::string> trips() const {
    std::vector<std::string> texts;
    if (!feed) return texts;
    for (const Trip& trip : feed->trips) {
      std::string text = trip.short_name;
      for (uint32_t k = 0; k < trip.stop_time_count; ++k) {
        const StopTime& time = feed->stop_times[trip.first_stop_time + k];
        text += " " + feed->stops[time.stop].name + " " + format_clock(time.arrival);
        if (time.departure != time.arrival) text += "-" + format_clock(time.departure);
      }
      texts.push_back(text);
    }
    return texts;
  }
};

/// Reads a listing, with the second edition and stations as given. '>' stands for a tab.
Outcome read_listing(std::string listing, std::string second = "",
                     const std::string& stations = kStations) {
  std::ranges::replace(listing, '>', '\t');
  std::ranges::replace(second, '>', '\t');
  Outcome outcome;
  outcome.feed =
      read_train_listing(NamedText{"a.txt", listing}, NamedText{"b.txt", second},
                         {NamedText{"stations.csv", stations}}, options(), outcome.report);
  return outcome;
}

TEST(TrainNumber, is_a_letter_and_digits_or_digits) {
  EXPECT_EQ(train_number("G14"), "G14");
  EXPECT_EQ(train_number(" 1461 "), "1461");
  EXPECT_EQ(train_number("N1461"), "1461");
  for (const char* text : {"", "G", "上海", "G123456", "GG1", "g14", "G1a"}) {
    EXPECT_EQ(train_number(text), std::nullopt) << text;
  }
}

TEST(TrainNumber, letters_and_ranges_say_what_runs) {
  for (const char* number :
       {"G4001", "G9999", "D4123", "D9000", "C9001", "Z4000", "T3001", "T4001", "K4001", "K5999"}) {
    EXPECT_TRUE(is_holiday_number(number)) << number;
  }
  for (const char* number : {"G400", "G1", "G5001", "Z3001", "T5001", "K3001", "4001"}) {
    EXPECT_FALSE(is_holiday_number(number)) << number;
  }
  EXPECT_EQ(service_class("G1"), "high_speed");
  EXPECT_EQ(service_class("1461"), "ordinary");
  EXPECT_TRUE(number_before("G2", "G10"));
  EXPECT_TRUE(number_before("D10", "G2"));
}

TEST(TrainListing, a_clean_listing_has_no_defects) {
  const Outcome out = read_listing(
      "G2\n甲>08:00>08:00\n乙>08:20>08:22\n丙>09:00>09:00\n\nK7\n丙>10:00>10:00\n甲>11:00>11:00\n");
  ASSERT_TRUE(out.feed.has_value()) << out.feed.error().text();
  EXPECT_EQ(out.report.total(), 0u);
  EXPECT_THAT(out.trips(),
              ElementsAre("G2 甲 08:00 乙 08:20-08:22 丙 09:00", "K7 丙 10:00 甲 11:00"));
  const Feed& feed = *out.feed;
  EXPECT_EQ(feed.stops[0].id, "AAA");
  EXPECT_EQ(feed.stops[0].position, (LatLng{31.0, 121.0}));
  EXPECT_EQ(feed.stops[0].position_quality, "survey");
  EXPECT_EQ(feed.lines[0].id, "G_AAA_CCC");
  EXPECT_EQ(feed.lines[0].long_name, "甲-丙");
  EXPECT_EQ(feed.lines[0].service_class, "high_speed");
  EXPECT_EQ(feed.trips[0].headsign, "丙");
  EXPECT_EQ(feed.services[0].id, "DAILY");
  EXPECT_EQ(feed.services[0].last, day("20261231"));
  EXPECT_EQ(time_zone(feed), "Asia/Shanghai");
  EXPECT_FALSE(feed.caveat.empty());
}

TEST(TrainListing, byte_order_mark_crlf_and_missing_blank_lines_change_nothing) {
  const Outcome out = read_listing(
      "\xEF\xBB\xBFG2\r\n甲>08:00>08:00\r\n丙>09:00>09:00\r\nK7\r\n丙>10:00>10:00\r\n甲>11:00>11:"
      "00");
  EXPECT_THAT(out.trips(), ElementsAre("G2 甲 08:00 丙 09:00", "K7 丙 10:00 甲 11:00"));
  EXPECT_EQ(out.report.total(), 0u);
}

TEST(TrainListing, days_are_derived_from_the_running_clock) {
  const Outcome out =
      read_listing("Z8\n甲>22:00>22:00\n乙>23:58>00:10\n丙>13:00>13:05\n丁>01:00>01:00\n");
  EXPECT_THAT(out.trips(), ElementsAre("Z8 甲 22:00 乙 23:58-24:10 丙 37:00-37:05 丁 49:00"));
}

TEST(TrainListing, rows_that_cannot_be_read_are_dropped) {
  const Outcome out = read_listing(
      "甲>07:00>07:00\n\nG2\n甲>08:00>08:00\n乙>8h>08:22\n乙>24:00>24:01\n乙>08:20\n"
      "乙>08:20>08:22>x\n>08:20>08:22\n丙>09:00>09:00\n");
  EXPECT_THAT(out.trips(), ElementsAre("G2 甲 08:00 丙 09:00"));
  EXPECT_TRUE(reports(out.report, broken_row, dropped, "a.txt:1"));
  EXPECT_TRUE(reports(out.report, bad_value, dropped, "a.txt:5"));
  EXPECT_TRUE(reports(out.report, bad_value, dropped, "a.txt:6"));
  EXPECT_TRUE(reports(out.report, bad_value, dropped, "a.txt:7"));
  EXPECT_TRUE(reports(out.report, broken_row, dropped, "a.txt:8"));
  EXPECT_TRUE(reports(out.report, broken_row, dropped, "a.txt:9"));
}

TEST(TrainListing, trains_without_a_number_or_listed_twice_or_empty_are_dropped) {
  const Outcome out = read_listing(
      "G2\n甲>08:00>08:00\n丙>09:00>09:00\n\nExpress\n甲>08:30>08:30\n丙>09:30>09:30\n\n"
      "G2\n甲>10:00>10:00\n丙>11:00>11:00\n\nG4\n\nG6\n甲>12:00>12:00\n");
  EXPECT_THAT(out.trips(), ElementsAre("G2 甲 08:00 丙 09:00"));
  EXPECT_TRUE(reports(out.report, bad_value, dropped, "a.txt:5"));
  EXPECT_TRUE(reports(out.report, duplicate_id, dropped, "a.txt:9"));
  EXPECT_TRUE(reports(out.report, trip_without_stop_times, dropped, "a.txt:13"));
  EXPECT_TRUE(reports(out.report, trip_with_one_stop, dropped, "a.txt:15"));
  EXPECT_EQ(out.report.total(), 4u);
}

TEST(TrainListing, a_number_in_the_station_field_is_resolved_by_the_second_edition) {
  const Outcome out = read_listing("G2\n甲>08:00>08:00\nG3>08:20>08:22\n丙>09:00>09:00\n",
                                   "G2\n甲>08:00>08:00\n乙>08:20>08:22\n丙>09:05>09:05\n");
  EXPECT_THAT(out.trips(), ElementsAre("G2 甲 08:00 乙 08:20-08:22 丙 09:00"));
  EXPECT_TRUE(reports(out.report, number_in_station_field, repaired, "a.txt:3"));
}

TEST(TrainListing, a_number_in_the_station_field_is_resolved_by_the_other_number) {
  const Outcome out = read_listing(
      "G2\n甲>08:00>08:00\nG3>08:20>08:22\n丙>09:00>09:00\n\n"
      "G3\n甲>08:00>08:00\n乙>08:20>08:22\n丙>09:00>09:00\n");
  EXPECT_THAT(out.trips(), ElementsAre("G2/G3 甲 08:00 乙 08:20-08:22 丙 09:00"));
  EXPECT_EQ(out.feed->trips[0].id, "G2-G3");
  EXPECT_TRUE(reports(out.report, number_in_station_field, repaired, "a.txt:3"));
  EXPECT_TRUE(reports(out.report, twin_listing, repaired, "a.txt:6"));
}

TEST(TrainListing, a_number_in_the_station_field_that_nobody_resolves_costs_the_call) {
  const Outcome out = read_listing("G2\n甲>08:00>08:00\nG3>08:20>08:22\n丙>09:00>09:00\n");
  EXPECT_THAT(out.trips(), ElementsAre("G2 甲 08:00 丙 09:00"));
  EXPECT_TRUE(reports(out.report, number_in_station_field, dropped, "a.txt:3"));
}

TEST(TrainListing, twins_are_one_train_also_where_one_lacks_a_call) {
  const Outcome out = read_listing(
      "G10\n甲>08:00>08:00\n丙>09:00>09:00\n\nG7\n甲>08:00>08:00\n乙>08:20>08:22\n丙>09:00>09:"
      "00\n");
  EXPECT_THAT(out.trips(), ElementsAre("G7/G10 甲 08:00 乙 08:20-08:22 丙 09:00"));
  EXPECT_EQ(out.report.count(twin_listing, repaired), 1u);
}

TEST(TrainListing, trains_with_the_same_ends_and_other_times_between_stay_two) {
  const Outcome out = read_listing(
      "G2\n甲>08:00>08:00\n乙>08:20>08:22\n丙>09:00>09:00\n\n"
      "G8\n甲>08:00>08:00\n乙>08:21>08:22\n丙>09:00>09:00\n");
  EXPECT_EQ(out.feed->trips.size(), 2u);
  EXPECT_EQ(out.report.count(twin_listing), 0u);
}

constexpr const char* kScrambled =
    "G2\n甲>08:00>08:00\n丁>08:30>08:32\n乙>08:20>08:22\n丙>09:00>09:00\n\n"
    "G4\n甲>08:00>08:00\n丁>08:30>08:30\n";

TEST(TrainListing, a_scrambled_listing_is_replaced_by_the_second_edition) {
  const Outcome out = read_listing(
      std::string(kScrambled) + "\nK1\n甲>08:00>08:00\n乙>07:00>07:00\n丙>06:50>06:50\n",
      "G2\n甲>08:00>08:00\n乙>08:20>08:22\n丙>09:00>09:00\n\n"
      "K1\n甲>08:00>08:00\n乙>07:00>07:00\n丙>06:55>06:55\n");
  EXPECT_THAT(out.trips(),
              ElementsAre("G2 甲 08:00 乙 08:20-08:22 丙 09:00", "G4 甲 08:00 丁 08:30"));
  EXPECT_TRUE(reports(out.report, scrambled_listing, repaired, "a.txt:1"));
  EXPECT_TRUE(reports(out.report, scrambled_listing, dropped, "a.txt:11"));
}

TEST(TrainListing, a_scrambled_listing_without_a_second_edition_is_dropped) {
  // The hop from 09:01 to 09:00 would take a day.
  const Outcome out = read_listing(
      "G2\n甲>08:00>08:00\n丁>09:01>09:01\n丙>09:00>09:00\n\nG4\n甲>08:00>08:00\n丁>08:30>08:30\n");
  EXPECT_THAT(out.trips(), ElementsAre("G4 甲 08:00 丁 08:30"));
  EXPECT_TRUE(reports(out.report, scrambled_listing, dropped, "a.txt:1"));
}

TEST(TrainListing, a_run_past_the_end_of_the_service_clock_is_scrambled) {
  std::string listing = "K2\n甲>00:00>00:00\n";
  for (int i = 0; i < 9; ++i) listing += i % 2 == 0 ? "乙>13:00>13:00\n" : "丙>02:00>02:00\n";
  const Outcome out = read_listing(listing + "\nG4\n甲>08:00>08:00\n丁>08:30>08:30\n");
  EXPECT_TRUE(reports(out.report, scrambled_listing, dropped, "a.txt:1"));
}

TEST(TrainListing, a_station_twice_in_a_row_is_one_call) {
  const Outcome out =
      read_listing("D2\n甲>08:00>08:00\n乙>08:20>08:20\n乙>08:26>08:30\n丙>09:00>09:00\n");
  EXPECT_THAT(out.trips(), ElementsAre("D2 甲 08:00 乙 08:20-08:30 丙 09:00"));
  EXPECT_TRUE(reports(out.report, duplicate_id, repaired, "a.txt:4"));
}

TEST(TrainListing, extra_trains_run_on_holidays) {
  const Outcome out = read_listing(
      "G4002\n甲>08:00>08:00\n丙>09:00>09:00\n\nC12\n甲>00:30>00:30\n乙>01:00>01:02\n丙>02:00>02:"
      "00\n\n"
      "C14\n甲>00:10>00:10\n丙>01:10>01:10\n\nK8\n甲>02:00>02:00\n丙>04:00>04:00\n");
  std::vector<std::string> services;
  for (const Trip& trip : out.feed->trips) services.push_back(out.feed->services[trip.service].id);
  EXPECT_THAT(services, ElementsAre("HOLIDAY", "HOLIDAY", "DAILY", "DAILY"));
  EXPECT_THAT(out.feed->services[0].added, ElementsAre(day("20261001"), day("20261002")));
}

TEST(TrainListing, holiday_trains_without_holidays_are_noted) {
  ImportReport report;
  TrainListingOptions none = options();
  none.holidays.clear();
  const auto feed =
      read_train_listing(NamedText{"a.txt", "G4002\n甲\t08:00\t08:00\n丙\t09:00\t09:00\n"},
                         NamedText{}, {NamedText{"s.csv", kStations}}, none, report);
  ASSERT_TRUE(feed.has_value());
  EXPECT_TRUE(reports(report, service_never_runs, noted, "HOLIDAY"));
}

TEST(TrainListing, unknown_stations_and_those_without_a_place_are_noted) {
  const Outcome out =
      read_listing("G2\n甲>08:00>08:00\n丁>08:20>08:22\n戊>08:30>08:31\n丙2>09:00>09:00\n");
  EXPECT_TRUE(reports(out.report, missing_position, noted, "a.txt:3"));
  EXPECT_TRUE(reports(out.report, unknown_station, noted, "a.txt:4"));
  EXPECT_TRUE(reports(out.report, unknown_station, repaired, "a.txt:5"));
  EXPECT_EQ(out.feed->stops[2].id, "?戊");
  EXPECT_EQ(out.feed->stops[3].name, "丙");
}

TEST(TrainListing, a_place_that_makes_all_its_hops_too_fast_is_rejected) {
  std::string stations = kStations;
  stations += "EEE,己,41.0,121.0,\n";  // 1,100 km away, a namesake
  const Outcome out = read_listing(
      "G2\n甲>08:00>08:00\n己>08:10>08:12\n乙>08:20>08:22\n丙>09:00>09:00\n\n"
      "G3\n丙>10:00>10:00\n乙>10:30>10:32\n己>10:40>10:42\n甲>10:50>10:50\n\n"
      "G5\n甲>11:00>11:00\n乙>11:20>11:22\n丙>11:50>11:50\n",
      "", stations);
  EXPECT_TRUE(reports(out.report, implausible_position, dropped, "EEE"));
  EXPECT_EQ(out.report.count(implausible_position), 1u);
  EXPECT_EQ(out.report.count(too_fast), 0u);
  EXPECT_FALSE(out.feed->stops[1].has_position);
  EXPECT_TRUE(out.feed->stops[0].has_position);
}

TEST(TrainListing, one_hop_too_fast_is_noted) {
  std::string listing = "G2\n甲>08:00>08:00\n丙>08:02>08:02\n";
  for (int i = 3; i < 6; ++i) {
    const int hour = i + 10;
    listing += fmt::format("\nG{}\n甲>{}:00>{}:00\n丙>{}:40>{}:40\n", i, hour, hour, hour, hour);
  }
  const Outcome out = read_listing(listing);
  EXPECT_TRUE(reports(out.report, too_fast, noted, "a.txt:1"));
  EXPECT_EQ(out.report.count(implausible_position), 0u);
}

TEST(TrainListing, station_lists_of_both_forms_add_to_each_other) {
  ImportReport report;
  const auto feed = read_train_listing(
      NamedText{"a.txt", "G2\n甲\t08:00\t08:00\n乙\t08:30\t08:30\n丙\t09:00\t09:00\n"}, NamedText{},
      {NamedText{"code.txt", "@jia|甲|JIA|jia|j|0|@yi|乙|YII|yi|y|1@bad|丙||x@x|癸|JIA|x"},
       NamedText{"s.csv", kStations}},
      options(), report);
  ASSERT_TRUE(feed.has_value()) << feed.error().text();
  EXPECT_EQ(feed->stops[0].id, "JIA");
  EXPECT_EQ(feed->stops[0].position, (LatLng{31.0, 121.0}));
  EXPECT_EQ(feed->stops[2].id, "CCC");
  EXPECT_TRUE(reports(report, broken_row, dropped, "code.txt:record 3"));
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "code.txt:record 4"));
  EXPECT_TRUE(reports(report, duplicate_id, noted, "s.csv:2"));
}

TEST(TrainListing, bad_rows_of_station_lists_are_reported) {
  const Outcome out = read_listing("G2\n甲>08:00>08:00\n乙>08:30>08:30\n", "",
                                   "station_id,name,lat,lon\nAAA,甲,0,0\n,乙,1,1\nBBB,,1,1\n");
  EXPECT_TRUE(reports(out.report, bad_value, dropped, "stations.csv:2:lat"));
  EXPECT_TRUE(reports(out.report, bad_value, dropped, "stations.csv:3:station_id"));
  EXPECT_TRUE(reports(out.report, bad_value, dropped, "stations.csv:4:name"));
}

TEST(TrainListing, what_is_no_listing_or_no_station_list_is_an_error) {
  EXPECT_EQ(read_listing("").feed.error().code, ErrorCode::parse_error);
  EXPECT_EQ(read_listing("stop_id,stop_name\nA,a\n").feed.error().code, ErrorCode::parse_error);
  EXPECT_EQ(
      read_listing("G2\n甲>08:00>08:00\n乙>08:30>08:30\n", "", "id,label\n").feed.error().code,
      ErrorCode::parse_error);
}

TEST(TrainListing, a_last_day_before_the_first_is_an_error) {
  ImportReport report;
  TrainListingOptions wrong = options();
  wrong.last_day = day("20251231");
  EXPECT_EQ(read_train_listing(NamedText{"a.txt"}, NamedText{}, {}, wrong, report).error().code,
            ErrorCode::invalid_argument);
}

TEST(TrainListing, reads_files_and_fails_where_one_is_missing) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file_atomically(folder / "a.txt",
                                    "G2\n甲\t08:00\t08:00\nG3\t08:20\t08:22\n"
                                    "丙\t09:00\t09:00\n"));
  ASSERT_TRUE(write_file_atomically(folder / "b.txt", "G2\n乙\t08:20\t08:22\n"));
  ASSERT_TRUE(write_file_atomically(folder / "s.csv", kStations));
  TrainListingOptions paths = options();
  paths.station_files = {folder / "s.csv"};
  paths.second_edition = folder / "b.txt";
  ImportReport report;
  const auto feed = read_train_listing(folder / "a.txt", paths, report);
  ASSERT_TRUE(feed.has_value()) << feed.error().text();
  EXPECT_EQ(feed->stops.size(), 3u);
  EXPECT_FALSE(read_train_listing(folder / "none.txt", paths, report).has_value());
  paths.second_edition = folder / "none.txt";
  EXPECT_FALSE(read_train_listing(folder / "a.txt", paths, report).has_value());
  paths.second_edition.clear();
  paths.station_files = {folder / "none.csv"};
  EXPECT_FALSE(read_train_listing(folder / "a.txt", paths, report).has_value());
}

/// The national listing of 2024. What its own documentation counts by other rules is in brackets:
/// 20,859 listings and 190,110 calls, 720 of them with a number for a station.
TEST(TrainListing, national_listing_of_2024_is_mended_as_documented) {
  const auto data = std::filesystem::path(HQ_SHARED_DIR) / "data/transport";
  if (!std::filesystem::exists(data / "raw/train_2024_S2.txt")) {
    GTEST_SKIP() << data << " is absent";
  }
  TrainListingOptions paths = options();
  paths.station_files = {data / "raw/station_code.txt", data / "stations.csv"};
  paths.second_edition = data / "raw/train_time.txt";
  ImportReport report;
  const auto feed = read_train_listing(data / "raw/train_2024_S2.txt", paths, report);
  ASSERT_TRUE(feed.has_value()) << feed.error().text();
  EXPECT_EQ(report.count(number_in_station_field), 720u);
  EXPECT_EQ(report.count(number_in_station_field, repaired), 557u);  // [531]
  EXPECT_EQ(report.count(trip_with_one_stop, dropped), 14u);         // [14]
  EXPECT_EQ(report.count(scrambled_listing, repaired), 49u);         // [62]
  EXPECT_EQ(report.count(scrambled_listing, dropped), 109u);         // [127]
  EXPECT_EQ(report.count(twin_listing, repaired), 4330u);            // [4,361]
  EXPECT_EQ(feed->trips.size(), 16406u);                             // [16,357]
  EXPECT_EQ(feed->trips.size() + 4330 + 109 + 14, 20859u) << "each listing is accounted for";
}

}  // namespace
}  // namespace hq::route
