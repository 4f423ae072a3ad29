#include "route/gtfs_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "route/gtfs_testing.h"

namespace hq::route {
namespace {

using enum DefectKind;
using enum DefectAction;

/// Puts `row` in place of the line of `text` that starts with `start`.
void replace_row(std::string& text, const std::string& start, const std::string& row) {
  const std::size_t at = text.find("\n" + start);
  ASSERT_NE(at, std::string::npos) << start;
  const std::size_t end = text.find('\n', at + 1);
  text.replace(at + 1, end - at - 1, row);
}

std::vector<std::string> clocks(const Feed& feed, std::size_t trip) {
  std::vector<std::string> times;
  for (uint32_t k = 0; k < feed.trips[trip].stop_time_count; ++k) {
    const StopTime& time = feed.stop_times[feed.trips[trip].first_stop_time + k];
    times.push_back(feed.stops[time.stop].id + " " + format_clock(time.arrival) + "-" +
                    format_clock(time.departure));
  }
  return times;
}

TEST(ReadGtfs, a_clean_feed_has_no_defects) {
  ImportReport report;
  const Feed feed = read(small_gtfs(), report);
  EXPECT_EQ(report.total(), 0u);
  EXPECT_EQ(feed.id, "test");
  EXPECT_EQ(feed.agencies.at(0).name, "Operator");
  EXPECT_EQ(feed.stops.at(1).name, "乙");
  EXPECT_EQ(feed.stops.at(1).position, (LatLng{31.1, 121.1}));
  EXPECT_EQ(feed.lines.at(0).type, 2);
  EXPECT_EQ(feed.lines.at(0).agency, 0u);
  EXPECT_EQ(feed.services.at(0).weekdays, 0x7f);
  EXPECT_EQ(feed.trips.at(1).short_name, "G2");
  EXPECT_THAT(clocks(feed, 0),
              testing::ElementsAre("A 08:00-08:00", "B 08:30-08:32", "C 09:00-09:00"));
  EXPECT_THAT(clocks(feed, 1), testing::ElementsAre("C 10:00-10:00", "A 11:00-11:00"));
}

TEST(ReadGtfs, byte_order_mark_crlf_quotes_and_padding_change_nothing) {
  ImportReport clean_report, report;
  const Feed clean = read(small_gtfs(), clean_report);
  Files files = small_gtfs();
  for (auto& [name, text] : files) {
    std::string dressed = "\xEF\xBB\xBF";
    for (const char c : text) {
      dressed += c == '\n' ? "   \r\n" : c == ',' ? " ,\t" : std::string(1, c);
    }
    text = dressed;
  }
  replace_row(files["stops.txt"], "A", "\"A\",\" 甲\",\"31.0\",121.0");
  EXPECT_EQ(read(files, report), clean);
  EXPECT_EQ(report.count(padded_cell, repaired), 6u);
  EXPECT_EQ(report.total(), 6u);
}

TEST(ReadGtfs, without_a_main_file_there_is_no_feed) {
  for (const char* name : {"stops.txt", "routes.txt", "trips.txt", "stop_times.txt"}) {
    Files files = small_gtfs();
    files.erase(name);
    const Error error = read_error(files);
    EXPECT_EQ(error.code, ErrorCode::parse_error);
    EXPECT_EQ(error.where, name);
  }
}

TEST(ReadGtfs, without_a_main_column_there_is_no_feed) {
  for (const auto& [name, column] :
       std::vector<std::pair<std::string, std::string>>{{"stops.txt", "stop_id"},
                                                        {"routes.txt", "route_id"},
                                                        {"trips.txt", "trip_id"},
                                                        {"trips.txt", "route_id"},
                                                        {"trips.txt", "service_id"},
                                                        {"stop_times.txt", "trip_id"},
                                                        {"stop_times.txt", "stop_id"},
                                                        {"stop_times.txt", "arrival_time"},
                                                        {"stop_times.txt", "departure_time"},
                                                        {"stop_times.txt", "stop_sequence"},
                                                        {"calendar.txt", "service_id"}}) {
    Files files = small_gtfs();
    files[name].replace(files[name].find(column), column.size(), "nothing");
    const Error error = read_error(files);
    EXPECT_EQ(error.code, ErrorCode::parse_error) << column;
    EXPECT_EQ(error.where, name);
  }
}

TEST(ReadGtfs, too_many_stop_times_are_an_error) {
  EXPECT_EQ(read_error(small_gtfs(), {.stop_times_max = 4}).code, ErrorCode::limit_exceeded);
}

TEST(ReadGtfs, several_time_zones_are_refused) {
  Files files = small_gtfs();
  files["agency.txt"] += "P,Other,https://example.org/,Europe/Madrid\n";
  const Error error = read_error(files);
  EXPECT_EQ(error.code, ErrorCode::unsupported);
  EXPECT_EQ(error.where, "agency.txt:3:agency_timezone");
}

TEST(ReadGtfs, several_agencies_of_one_zone_are_fine) {
  Files files = small_gtfs();
  files["agency.txt"] +=
      "P,Other,https://example.org/,Asia/Shanghai\nP,Again,,Asia/Shanghai\nQ,,,\n";
  files["routes.txt"] += "M,P,2,,3\nN,,3,,3\nX,?,4,,3\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(feed.lines[1].agency, 1u);
  EXPECT_EQ(feed.lines[2].agency, kNone);
  EXPECT_EQ(feed.lines[3].agency, kNone);
  EXPECT_EQ(feed.agencies[2].time_zone, "Asia/Shanghai");
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "agency.txt:4:agency_id"));
  EXPECT_TRUE(reports(report, bad_value, repaired, "agency.txt:5:agency_timezone"));
  EXPECT_TRUE(reports(report, unknown_reference, repaired, "routes.txt:5:agency_id"));
}

TEST(ReadGtfs, one_agency_needs_no_id) {
  Files files = small_gtfs();
  files["agency.txt"] = "agency_name,agency_timezone\nOperator,Asia/Shanghai\n";
  replace_row(files["routes.txt"], "L", "L,,1,Line 1,2");
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(feed.agencies.at(0).id, "Operator");
  EXPECT_EQ(feed.lines.at(0).agency, 0u);
  EXPECT_EQ(report.total(), 0u);
}

TEST(ReadGtfs, without_agencies_times_are_utc) {
  Files files = small_gtfs();
  files.erase("agency.txt");
  replace_row(files["routes.txt"], "L", "L,,1,Line 1,2");
  ImportReport report;
  EXPECT_EQ(time_zone(read(files, report)), "UTC");
  EXPECT_TRUE(reports(report, missing_file, noted, "agency.txt"));
}

TEST(ReadGtfs, another_zone_of_a_stop_is_noted) {
  Files files = small_gtfs();
  files["stops.txt"] =
      "stop_id,stop_name,stop_lat,stop_lon,stop_timezone\n"
      "A,a,31,121,Asia/Shanghai\nB,b,31.1,121.1,\nC,c,31.3,121.3,Asia/Tokyo\n";
  ImportReport report;
  read(files, report);
  EXPECT_EQ(report.total(), 1u);
  EXPECT_TRUE(reports(report, unsupported_feature, noted, "stops.txt"));
}

TEST(ReadGtfs, stations_platforms_entrances_and_areas_hang_together) {
  Files files = small_gtfs();
  files["stops.txt"] =
      "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code\n"
      "A,a,31,121,,S,3A\n"
      "S,s,31,121,1,,\n"
      "B,b,31.1,121.1,0,,\n"
      "C,c,31.3,121.3,0,,\n"
      "E,e,31,121,2,S,\n"
      "N,,,,3,S,\n"
      "F,,,,4,A,\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(feed.stops[0].parent, 1u);
  EXPECT_EQ(feed.stops[0].platform_code, "3A");
  EXPECT_EQ(feed.stops[1].kind, StopKind::station);
  EXPECT_EQ(feed.stops[4].kind, StopKind::entrance);
  EXPECT_EQ(feed.stops[6].kind, StopKind::area);
  EXPECT_EQ(feed.stops[6].parent, 0u);
  EXPECT_EQ(feed.stops[5].position, feed.stops[1].position);
  EXPECT_EQ(report.total(), 2u);
  EXPECT_TRUE(reports(report, missing_position, repaired, "stops.txt:7"));
  EXPECT_TRUE(reports(report, missing_position, repaired, "stops.txt:8"));
}

TEST(ReadGtfs, a_parent_that_cannot_be_one_is_left_out) {
  Files files = small_gtfs();
  files["stops.txt"] =
      "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
      "A,a,31,121,0,B\n"
      "B,b,31.1,121.1,0,?\n"
      "C,c,31.3,121.3,9,\n"
      "S,s,31,121,1,S\n";
  ImportReport report;
  const Feed feed = read(files, report);
  for (const Stop& stop : feed.stops) EXPECT_EQ(stop.parent, kNone);
  EXPECT_TRUE(reports(report, bad_value, repaired, "stops.txt:2:parent_station"));
  EXPECT_TRUE(reports(report, unknown_reference, repaired, "stops.txt:3:parent_station"));
  EXPECT_TRUE(reports(report, bad_value, repaired, "stops.txt:4:location_type"));
  EXPECT_TRUE(reports(report, bad_value, repaired, "stops.txt:5:parent_station"));
  EXPECT_EQ(report.total(), 4u);
}

TEST(ReadGtfs, a_stop_at_zero_zero_or_nowhere_has_no_position) {
  Files files = small_gtfs();
  replace_row(files["stops.txt"], "A", "A,甲,0.0,0");
  replace_row(files["stops.txt"], "B", "B,乙,,");
  replace_row(files["stops.txt"], "C", "C,,95,121.3");
  ImportReport report;
  const Feed feed = read(files, report);
  for (const Stop& stop : feed.stops) EXPECT_FALSE(stop.has_position);
  EXPECT_TRUE(reports(report, implausible_position, dropped, "stops.txt:2:stop_lat"));
  EXPECT_TRUE(reports(report, missing_position, noted, "stops.txt:3"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "stops.txt:4:stop_lat"));
  EXPECT_TRUE(reports(report, bad_value, noted, "stops.txt:4:stop_name"));
}

TEST(ReadGtfs, doubled_and_empty_ids_are_dropped) {
  Files files = small_gtfs();
  files["stops.txt"] += "A,again,1,1\n,none,1,1\n";
  files["routes.txt"] += "L,O,again,,2\n";
  files["trips.txt"] += "L,D,T1,again\n";
  files["calendar.txt"] += "D,0,0,0,0,0,0,1,20260101,20261231\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(feed.stops.size(), 3u);
  EXPECT_EQ(feed.stops[0].name, "甲");
  EXPECT_EQ(feed.trips.size(), 2u);
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "stops.txt:5:stop_id"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "stops.txt:6:stop_id"));
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "routes.txt:3:route_id"));
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "trips.txt:4:trip_id"));
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "calendar.txt:3:service_id"));
  EXPECT_EQ(report.total(), 5u);
}

TEST(ReadGtfs, ids_that_are_no_utf8_still_lead_home) {
  Files files = small_gtfs();
  replace_row(files["stops.txt"], "A", "\xE9,甲,31.0,121.0");
  replace_row(files["stop_times.txt"], "T1,08:00:00", "T1,08:00:00,08:00:00,\xE9,1");
  files["stops.txt"] += "%E9,taken,31,121\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(feed.stops[0].id, "%E9");
  EXPECT_EQ(feed.trips[0].stop_time_count, 3u);
  EXPECT_TRUE(reports(report, bad_value, repaired, "stops.txt:2:stop_id"));
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "stops.txt:5:stop_id"));
}

TEST(ReadGtfs, types_and_colors_of_lines_are_checked) {
  Files files = small_gtfs();
  files["routes.txt"] =
      "route_id,route_short_name,route_desc,route_type,route_color\n"
      "L,1,high_speed,102,00FF99\nM,2,,,\nN,3,,x,red\n";
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_EQ(feed.lines[0].type, 102);
  EXPECT_EQ(feed.lines[0].color, "00FF99");
  EXPECT_EQ(feed.lines[0].service_class, "high_speed");
  EXPECT_EQ(feed.lines[1].type, 3);
  EXPECT_EQ(feed.lines[2].color, "");
  EXPECT_TRUE(reports(report, bad_value, repaired, "routes.txt:3:route_type"));
  EXPECT_TRUE(reports(report, bad_value, repaired, "routes.txt:4:route_type"));
  EXPECT_TRUE(reports(report, bad_value, dropped, "routes.txt:4:route_color"));
}

TEST(ReadGtfs, trips_with_unknown_line_or_service_are_dropped_with_their_times) {
  Files files = small_gtfs();
  replace_row(files["trips.txt"], "L,D,T1", "?,D,T1,G1");
  replace_row(files["trips.txt"], "L,D,T2", "L,?,T2,G2");
  ImportReport report;
  const Feed feed = read(files, report);
  EXPECT_TRUE(feed.trips.empty());
  EXPECT_TRUE(feed.stop_times.empty());
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "trips.txt:2:route_id"));
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "trips.txt:3:service_id"));
  EXPECT_TRUE(reports(report, unknown_reference, dropped, "stop_times.txt:6:trip_id"));
  EXPECT_EQ(report.total(), 7u);
}

TEST(ReadGtfs, names_of_columns_and_files_that_are_not_used_are_noted) {
  Files files = small_gtfs();
  files["trips.txt"] = "route_id,service_id,trip_id,shape_id\nL,D,T1,s\nL,D,T2,s\n";
  files["shapes.txt"] = "anything";
  files["attributions.txt"] = "anything";
  files["notes.md"] = "anything";
  ImportReport report;
  read(files, report);
  EXPECT_TRUE(reports(report, unused_column, noted, "trips.txt:1"));
  EXPECT_TRUE(reports(report, unused_file, noted, "shapes.txt"));
  EXPECT_TRUE(reports(report, unused_file, noted, "attributions.txt"));
  EXPECT_TRUE(reports(report, unused_file, noted, "notes.md"));
  EXPECT_EQ(report.total(), 4u);
}

TEST(ReadGtfs, hops_that_are_too_fast_are_noted_but_not_of_planes) {
  Files files = small_gtfs();
  replace_row(files["stops.txt"], "B", "B,乙,41.1,121.1");
  ImportReport report, air_report;
  read(files, report);
  EXPECT_EQ(report.count(too_fast, noted), 2u);
  EXPECT_TRUE(reports(report, too_fast, noted, "trips.txt:2"));
  replace_row(files["routes.txt"], "L", "L,O,1,Line 1,1101");
  read(files, air_report);
  EXPECT_EQ(air_report.total(), 0u);
}

TEST(ReadGtfs, options_stand_before_what_the_feed_says_of_itself) {
  Files files = small_gtfs();
  files["feed_info.txt"] =
      "feed_publisher_name,feed_publisher_url,feed_lang,feed_version\nPublisher,u,zh-CN,v1\n"
      "Second,u,en,v2\n";
  ImportReport report;
  Feed feed = read(files, report);
  EXPECT_EQ(feed.title, "Publisher");
  EXPECT_EQ(feed.version, "v1");
  EXPECT_EQ(feed.language, "zh-CN");
  EXPECT_TRUE(reports(report, duplicate_id, dropped, "feed_info.txt:3"));
  feed = read(files, report,
              {.id = "i", .title = "t", .title_zh = "tz", .caveat = "c", .caveat_zh = "cz"});
  EXPECT_EQ(feed.id + feed.title + feed.title_zh + feed.caveat + feed.caveat_zh, "ittzccz");
}

TEST(ReadGtfs, reads_a_folder_and_takes_its_name_as_id) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_archive(small_gtfs(), folder / "Delta Rail 2026").has_value());
  ImportReport report;
  const auto feed = read_gtfs(folder / "Delta Rail 2026", report);
  ASSERT_TRUE(feed.has_value()) << feed.error().text();
  EXPECT_EQ(feed->id, "delta-rail-2026");
  EXPECT_EQ(feed->trips.size(), 2u);
}

TEST(ReadGtfs, errors_name_the_feed_and_the_place_in_it) {
  const TemporaryFolder folder;
  Files files = small_gtfs();
  files.erase("trips.txt");
  ASSERT_TRUE(write_archive(files, folder / "a.zip").has_value());
  ImportReport report;
  const auto feed = read_gtfs(folder / "a.zip", report);
  ASSERT_FALSE(feed.has_value());
  EXPECT_EQ(feed.error().where, (folder / "a.zip").string() + ": trips.txt");
  EXPECT_EQ(read_gtfs(folder / "none.zip", report).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace hq::route
