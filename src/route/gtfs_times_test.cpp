// Tests of read_gtfs: calendars, stop times, frequencies, transfers, translations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "route/feed_summary.h"
#include "route/gtfs_reader.h"
#include "route/gtfs_testing.h"

namespace hq::route {
namespace {

using enum DefectKind;
using enum DefectAction;
using testing::ElementsAre;

Date day(const char* text) {
  return parse_date(text).value();
}

/// The small feed with these rows as its stop times.
Files with_times(const std::string& rows) {
  Files files = small_gtfs();
  files["stop_times.txt"] = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + rows;
  return files;
}

constexpr const char* kSecondTrip =
    "T2,10:00:00,10:00:00,C,1\n"
    "T2,11:00:00,11:00:00,A,2\n";

std::vector<int32_t> seconds(const Feed& feed, std::size_t trip) {
  std::vector<int32_t> times;
  for (uint32_t k = 0; k < feed.trips.at(trip).stop_time_count; ++k) {
    const StopTime& time = feed.stop_times[feed.trips[trip].first_stop_time + k];
    times.push_back(time.arrival);
    times.push_back(time.departure);
  }
  return times;
}

TEST(Services, calendar_dates_alone_are_enough) {
  Files files = small_gtfs();
  files.erase("calendar.txt");
  files["calendar_dates.txt"] =
      "service_id,date,exception_type\nD,20260103,1\nD,20260101,1\nD,20260102,2\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(report.total(), 0u);
  EXPECT_THAT(feed.services[0].added, ElementsAre(day("20260101"), day("20260103")));
  EXPECT_THAT(feed.services[0].removed, ElementsAre(day("20260102")));
  EXPECT_EQ(feed.services[0].weekdays, 0);
}

TEST(Services, exceptions_change_the_weekly_calendar) {
  Files files = small_gtfs();
  files["calendar_dates.txt"] = "service_id,date,exception_type\nD,20260103,2\nD,20270101,1\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_FALSE(feed.services[0].runs_on(day("20260103")));
  EXPECT_TRUE(feed.services[0].runs_on(day("20270101")));
}

TEST(Services, bad_rows_of_dates_are_dropped) {
  Files files = small_gtfs();
  files["calendar_dates.txt"] =
      "service_id,date,exception_type\n"
      "D,20260230,1\nD,20260101,3\nD,20260101,\n,20260101,1\n"
      "D,20270101,1\nD,20270101,1\nD,20270101,2\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_THAT(feed.services.at(0).added, ElementsAre(day("20270101")));
  EXPECT_TRUE(feed.services[0].removed.empty());
  EXPECT_TRUE(reports(report, bad_value, dropped, "calendar_dates.txt:2:date"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "calendar_dates.txt:3:exception_type"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "calendar_dates.txt:4:exception_type"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "calendar_dates.txt:5:service_id"));
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "calendar_dates.txt"));
  EXPECT_EQ(report.total(), 5u);
}

TEST(Services, that_never_run_are_noted_and_kept) {
  Files files = small_gtfs();
  files["calendar.txt"] +=
      "N,0,0,0,0,0,0,0,20260101,20261231\n"
      "M,1,1,1,1,1,1,1,20261231,20260101\n"
      "B,1,1,1,1,1,1,1,soon,20260101\n"
      "W,2,1,1,1,1,1,1,20260101,20260201\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(feed.services.size(), 5u);
  EXPECT_EQ(report.count(service_never_runs, noted), 3u);
  EXPECT_TRUE(reports(report, bad_value, dropped, "calendar.txt:4:end_date"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "calendar.txt:5:start_date"));
  EXPECT_TRUE(reports(report, bad_value, repaired, "calendar.txt:6:monday"));
  EXPECT_EQ(feed.services[4].weekdays, 0x7e);
}

TEST(Services, without_any_calendar_no_trip_is_left) {
  Files files = small_gtfs();
  files.erase("calendar.txt");
  ImportReport report;
  EXPECT_TRUE(read(files, report).trips.empty());
  EXPECT_TRUE(reports(report, missing_file, noted, "calendar.txt"));
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "trips.txt:2:service_id"));
}

TEST(StopTimes, may_pass_midnight_up_to_99_hours_and_keep_seconds) {
  ImportReport report;
  const Feed feed = read(with_times("T1,8:00:30,8:00:30,A,1\nT1,25:10:00,25:10:00,B,2\n"
                                    "T1,99:59:59,99:59:59,C,3\n" +
                                    std::string(kSecondTrip)),
                         report);
  EXPECT_THAT(seconds(feed, 0), ElementsAre(28830, 28830, 90600, 90600, 359999, 359999));
  EXPECT_EQ(report.total(), 0u);
}

TEST(StopTimes, hops_of_no_time_are_kept) {
  ImportReport report;
  const Feed feed = read(with_times("T1,08:00:00,08:00:00,A,1\nT1,08:00:00,08:00:00,B,2\n"
                                    "T1,08:00:00,08:01:00,C,3\n" +
                                    std::string(kSecondTrip)),
                         report, {.speed_kmh_max = 0});
  EXPECT_THAT(seconds(feed, 0), ElementsAre(28800, 28800, 28800, 28800, 28800, 28860));
  EXPECT_EQ(report.total(), 0u);
}

TEST(StopTimes, are_sorted_by_sequence_and_rows_of_trips_may_be_mixed) {
  ImportReport report;
  const Feed feed = read(with_times("T1,09:00:00,09:00:00,C,30\n"
                                    "T2,10:00:00,10:00:00,C,1\n"
                                    "T1,08:00:00,08:00:00,A,2\n"
                                    "T2,11:00:00,11:00:00,A,2\n"
                                    "T1,08:30:00,08:32:00,B,10\n"),
                         report);
  EXPECT_THAT(seconds(feed, 0), ElementsAre(28800, 28800, 30600, 30720, 32400, 32400));
  EXPECT_THAT(seconds(feed, 1), ElementsAre(36000, 36000, 39600, 39600));
  EXPECT_EQ(report.total(), 1u);
  EXPECT_TRUE(reports(report, stop_sequence_out_of_order, repaired, "stop_times.txt:4"));
}

TEST(StopTimes, a_sequence_that_stands_twice_counts_once) {
  ImportReport report;
  const Feed feed = read(with_times("T1,08:00:00,08:00:00,A,1\nT1,08:30:00,08:32:00,B,2\n"
                                    "T1,08:40:00,08:40:00,C,2\n" +
                                    std::string(kSecondTrip)),
                         report);
  EXPECT_EQ(feed.trips[0].stop_time_count, 2u);
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "stop_times.txt:4"));
}

TEST(StopTimes, a_trip_whose_time_runs_back_is_dropped) {
  ImportReport report;
  const Feed feed = read(
      with_times("T1,08:00:00,08:00:00,A,1\nT1,07:59:59,08:32:00,B,2\n" + std::string(kSecondTrip)),
      report);
  ASSERT_EQ(feed.trips.size(), 1u);
  EXPECT_EQ(feed.trips[0].id, "T2");
  EXPECT_THAT(seconds(feed, 0), ElementsAre(36000, 36000, 39600, 39600));
  EXPECT_TRUE(reports(report, time_runs_back, dropped, "stop_times.txt:3"));
}

TEST(StopTimes, a_departure_before_the_arrival_runs_back_too) {
  ImportReport report;
  const Feed feed = read(
      with_times("T1,08:00:00,07:00:00,A,1\nT1,08:30:00,08:32:00,B,2\n" + std::string(kSecondTrip)),
      report);
  EXPECT_EQ(feed.trips.size(), 1u);
  EXPECT_TRUE(reports(report, time_runs_back, dropped, "stop_times.txt:2"));
}

TEST(StopTimes, trips_with_one_stop_or_none_are_dropped) {
  ImportReport report;
  const Feed feed = read(with_times("T1,08:00:00,08:00:00,A,1\n"), report);
  EXPECT_TRUE(feed.trips.empty());
  EXPECT_TRUE(feed.stop_times.empty());
  EXPECT_TRUE(reports(report, trip_with_one_stop, dropped, "stop_times.txt:2"));
  EXPECT_TRUE(reports(report, trip_without_stop_times, dropped, "trips.txt:3"));
}

TEST(StopTimes, rows_with_unknown_trip_or_stop_or_no_stop_are_dropped) {
  Files files = small_gtfs();
  files["stop_times.txt"] +=
      "T9,10:00:00,10:00:00,C,1\nT2,12:00:00,12:00:00,Z,3\n"
      "T2,12:00:00,12:00:00,,4\nT2,12:00:00,12:00:00,B,x\n"
      "T2,12:00:00,12:00:00,B,\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(feed.stop_times.size(), 5u);
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "stop_times.txt:7:trip_id"));
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "stop_times.txt:8:stop_id"));
  EXPECT_TRUE(reports(report, unsupported_feature, dropped, "stop_times.txt:9:stop_id"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "stop_times.txt:10:stop_sequence"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "stop_times.txt:11:stop_sequence"));
}

TEST(StopTimes, missing_times_are_filled_in_by_the_way_flown) {
  Files files = with_times("T1,08:00:00,08:00:00,A,1\nT1,,,B,2\nT1,09:00:00,09:00:00,C,3\n" +
                           std::string(kSecondTrip));
  ImportReport report;
  const Feed feed = read(files, report);
  // B lies a third of the way from A to C.
  EXPECT_NEAR(seconds(feed, 0)[2], 28800 + 1200, 5);
  EXPECT_TRUE(reports(report, missing_time, repaired, "stop_times.txt:3"));
  EXPECT_EQ(report.total(), 1u);
}

TEST(StopTimes, missing_times_are_filled_in_by_the_distance_stated) {
  Files files = small_gtfs();
  files["stop_times.txt"] =
      "trip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled\n"
      "T1,08:00:00,08:00:00,A,1,10\nT1,,,B,2,19\nT1,09:00:00,09:00:00,C,3,20\n";
  ImportReport report;
  EXPECT_THAT(seconds(read(files, report), 0),
              ElementsAre(28800, 28800, 32040, 32040, 32400, 32400));
}

TEST(StopTimes, missing_times_without_any_distance_are_filled_in_evenly) {
  Files files = with_times(
      "T1,08:00:00,08:00:00,A,1\nT1,,,B,2\nT1,,,B,3\n"
      "T1,09:00:00,09:00:00,C,4\n");
  files["stops.txt"] = "stop_id,stop_name\nA,a\nB,b\nC,c\n";
  ImportReport report;
  EXPECT_THAT(seconds(read(files, report), 0),
              ElementsAre(28800, 28800, 30000, 30000, 31200, 31200, 32400, 32400));
}

TEST(StopTimes, one_of_two_times_stands_for_both) {
  ImportReport report;
  const Feed feed = read(with_times("T1,,08:00:00,A,1\nT1,09:00:00,,C,3\n"), report);
  EXPECT_THAT(seconds(feed, 0), ElementsAre(28800, 28800, 32400, 32400));
  EXPECT_EQ(report.count(missing_time, repaired), 2u);
}

TEST(StopTimes, a_trip_without_a_time_at_an_end_is_dropped) {
  ImportReport report;
  const Feed feed = read(with_times("T1,,,A,1\nT1,09:00:00,09:00:00,C,3\n"
                                    "T2,09:00:00,09:00:00,A,1\nT2,noon,100:00:00,C,2\n"),
                         report);
  EXPECT_TRUE(feed.trips.empty());
  EXPECT_TRUE(reports(report, missing_time, dropped, "stop_times.txt:2"));
  EXPECT_TRUE(reports(report, missing_time, dropped, "stop_times.txt:5"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "stop_times.txt:5:arrival_time"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "stop_times.txt:5:departure_time"));
}

TEST(StopTimes, boarding_and_alighting_can_be_ruled_out) {
  Files files = small_gtfs();
  files["stop_times.txt"] =
      "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n"
      "T1,08:00:00,08:00:00,A,1,0,1\nT1,08:30:00,08:32:00,B,2,2,3\n"
      "T1,09:00:00,09:00:00,C,3,1,7\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_TRUE(feed.stop_times[0].can_board);
  EXPECT_FALSE(feed.stop_times[0].can_alight);
  EXPECT_TRUE(feed.stop_times[1].can_board && feed.stop_times[1].can_alight);
  EXPECT_FALSE(feed.stop_times[2].can_board);
  EXPECT_TRUE(feed.stop_times[2].can_alight);
  EXPECT_TRUE(reports(report, bad_value, repaired, "stop_times.txt:4:drop_off_type"));
  EXPECT_TRUE(reports(report, unsupported_feature, noted, "stop_times.txt"));
}

TEST(StopTimes, at_an_entrance_are_noted) {
  Files files = small_gtfs();
  files["stops.txt"] =
      "stop_id,stop_name,stop_lat,stop_lon,location_type\n"
      "A,a,31,121,2\nB,b,31.1,121.1,1\nC,c,31.3,121.3,\n";
  ImportReport report;
  EXPECT_EQ(read(files, report).stop_times.size(), 5u);
  EXPECT_EQ(report.count(bad_value, noted), 2u);
}

TEST(Frequencies, are_read_with_both_kinds_of_exactness) {
  Files files = small_gtfs();
  files["frequencies.txt"] =
      "trip_id,start_time,end_time,headway_secs,exact_times\n"
      "T1,06:00:00,09:00:00,300,0\nT1,09:00:00,25:00:00,600,1\nT2,06:00:00,07:00:00,60,\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(report.total(), 0u);
  EXPECT_THAT(feed.frequencies, ElementsAre(Frequency{0, 21600, 32400, 300, false},
                                            Frequency{0, 32400, 90000, 600, true},
                                            Frequency{1, 21600, 25200, 60, false}));
}

TEST(Frequencies, that_cannot_be_are_dropped) {
  Files files = small_gtfs();
  files["frequencies.txt"] =
      "trip_id,start_time,end_time,headway_secs\n"
      "T9,06:00:00,09:00:00,300\nT1,09:00:00,09:00:00,600\nT1,06:00:00,07:00:00,0\n"
      "T1,6,07:00:00,60\n";
  ImportReport report;
  EXPECT_TRUE(read(files, report).frequencies.empty());
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "frequencies.txt:2:trip_id"));
  for (const char* where : {"frequencies.txt:3", "frequencies.txt:4", "frequencies.txt:5"}) {
    EXPECT_TRUE(reports(report, bad_value, dropped, where)) << where;
  }
}

TEST(Transfers, of_all_kinds_are_read) {
  Files files = small_gtfs();
  files["transfers.txt"] =
      "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_route_id,to_route_id,"
      "from_trip_id,to_trip_id\n"
      "A,B,,,,,,\nA,C,1,,,,,\nB,B,2,180,,,,\nB,C,3,,,,,\nB,B,2,60,L,L,,\n,,4,,,,T1,T2\n"
      "C,C,5,,,,T2,T1\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(report.total(), 0u);
  ASSERT_EQ(feed.transfers.size(), 7u);
  EXPECT_EQ(feed.transfers[0], (Transfer{.from = 0, .to = 1}));
  EXPECT_EQ(feed.transfers[1].kind, TransferKind::timed);
  EXPECT_EQ(feed.transfers[2],
            (Transfer{.from = 1, .to = 1, .kind = TransferKind::minimum_time, .seconds = 180}));
  EXPECT_EQ(feed.transfers[3].kind, TransferKind::impossible);
  EXPECT_EQ(feed.transfers[4].from_line, 0u);
  // Staying seated from T1, which ends at C, to T2, which starts there.
  EXPECT_EQ(
      feed.transfers[5],
      (Transfer{.from = 2, .to = 2, .kind = TransferKind::in_seat, .from_trip = 0, .to_trip = 1}));
  EXPECT_EQ(feed.transfers[6].kind, TransferKind::in_seat_not_allowed);
}

TEST(Transfers, that_lead_nowhere_are_dropped) {
  Files files = small_gtfs();
  files["transfers.txt"] =
      "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id\n"
      "A,Z,0,,\nA,B,6,,\nA,,0,,\nA,B,0,,T9\n,B,4,,\nA,C,2,,\nA,C,2,60,\nB,A,2,-5,\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(feed.transfers.size(), 2u);
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "transfers.txt:2:to_stop_id"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "transfers.txt:3:transfer_type"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "transfers.txt:4:to_stop_id"));
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "transfers.txt:5:from_trip_id"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "transfers.txt:6:from_stop_id"));
  EXPECT_TRUE(reports(report, bad_value, repaired, "transfers.txt:7:min_transfer_time"));
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "transfers.txt:8"));
  EXPECT_TRUE(reports(report, bad_value, repaired, "transfers.txt:9:min_transfer_time"));
  EXPECT_EQ(report.total(), 8u);
}

TEST(Transfers, to_a_trip_that_was_dropped_are_dropped) {
  Files files = with_times("T1,08:00:00,08:00:00,A,1\n" + std::string(kSecondTrip));
  files["transfers.txt"] =
      "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\n"
      "A,C,1,T1,T2\nA,C,1,T2,T2\n";
  files["frequencies.txt"] =
      "trip_id,start_time,end_time,headway_secs\nT1,6:00:00,7:00:00,60\n"
      "T2,6:00:00,7:00:00,60\n";
  ImportReport report;
  const Feed feed = read(files, report);
  ASSERT_EQ(feed.transfers.size(), 1u);
  EXPECT_EQ(feed.transfers[0].from_trip, 0u);
  ASSERT_EQ(feed.frequencies.size(), 1u);
  EXPECT_EQ(feed.frequencies[0].trip, 0u);
}

TEST(Translations, give_english_names_by_record_and_by_value) {
  Files files = small_gtfs();
  files["feed_info.txt"] = "feed_publisher_name,feed_publisher_url,feed_lang\nP,u,zh\n";
  files["translations.txt"] =
      "table_name,field_name,language,translation,record_id,field_value\n"
      "stops,stop_name,en,Alpha,A,\nstops,stop_name,en-GB,Beta,,乙\n"
      "agency,agency_name,EN,The Operator,O,\nroutes,route_long_name,en,First line,,Line 1\n"
      "stops,stop_name,ja,さん,C,\ntrips,trip_headsign,en,x,T1,\n"
      "stops,stop_name,en,x,Z,\nstops,stop_name,en,x,,nobody\nroutes,route_long_name,en,x,Z,\n"
      "routes,route_long_name,en,x,,nothing\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(feed.stops[0].name_en, "Alpha");
  EXPECT_EQ(feed.stops[1].name_en, "Beta");
  EXPECT_EQ(feed.agencies[0].name_en, "The Operator");
  EXPECT_EQ(feed.lines[0].name_en, "First line");
  EXPECT_EQ(report.count(unsupported_feature, noted), 2u);
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "translations.txt:8:record_id"));
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "translations.txt:9:field_value"));
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "translations.txt:10:record_id"));
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "translations.txt:11:field_value"));
}

TEST(Translations, into_chinese_become_aliases_of_a_feed_in_another_language) {
  Files files = small_gtfs();
  files["feed_info.txt"] = "feed_publisher_name,feed_publisher_url,feed_lang\nP,u,en\n";
  files["translations.txt"] =
      "table_name,field_name,language,translation,record_id\n"
      "stops,stop_name,zh-Hans,子,A\nstops,stop_name,zh-Hant,子,A\nstops,stop_name,zh,丑|寅,A\n";
  ImportReport report;
  EXPECT_THAT(read(files, report).stops[0].aliases, ElementsAre("子"));
}

TEST(Translations, in_the_older_form_of_the_file) {
  Files files = small_gtfs();
  files["translations.txt"] = "trans_id,lang,translation\n甲,en,Alpha\nLine 1,en,First line\n";
  ImportReport report;
  EXPECT_EQ(read(files, report).stops[0].name_en, "Alpha");
  EXPECT_TRUE(reports(report, unsupported_feature, noted, "translations.txt"));
}

TEST(Translations, without_its_columns_the_file_is_an_error) {
  Files files = small_gtfs();
  files["translations.txt"] = "table_name,field_name\nstops,stop_name\n";
  EXPECT_EQ(read_error(files).code, ErrorCode::parse_error);
}

}  // namespace
}  // namespace hq::route
