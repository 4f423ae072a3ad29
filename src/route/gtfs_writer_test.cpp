#include "route/gtfs_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/file.h"
#include "route/gtfs_testing.h"

namespace hq::route {
namespace {

Date day(const char* text) {
  return parse_date(text).value();
}

/// Writes a feed, reads it back, and expects the same feed without defects.
void expect_round_trip(const Feed& feed) {
  const auto files = gtfs_files(feed);
  ASSERT_TRUE(files.has_value()) << files.error().text();
  ImportReport report;
  const Feed again = read(*files, report, {.speed_kmh_max = 0});
  EXPECT_EQ(again.stops, feed.stops);
  EXPECT_EQ(again.services, feed.services);
  EXPECT_EQ(again.trips, feed.trips);
  EXPECT_TRUE(again == feed);
}

/// A feed that uses every field there is.
Feed full_feed() {
  Feed feed;
  feed.id = "reference";
  feed.title = "Reference, \"the\" plan";
  feed.title_zh = "参考方案";
  feed.caveat = "Condensed from figures of June 2024.";
  feed.caveat_zh = "据 2024 年 6 月数据概括";
  feed.version = "2026.1";
  feed.language = "zh";
  feed.agencies = {{.id = "CR",
                    .name = "铁路",
                    .name_en = "Railway",
                    .url = "https://example.org/",
                    .time_zone = "Asia/Shanghai"},
                   {.id = "SM", .name = "地铁", .time_zone = "Asia/Shanghai"}};
  feed.stops = {{.id = "AOH",
                 .code = "AOH",
                 .name = "上海虹桥",
                 .name_en = "Shanghai Hongqiao",
                 .aliases = {"虹桥站", "虹桥火车站"},
                 .position = {31.1944, 121.3187},
                 .has_position = true,
                 .position_quality = "geocoded",
                 .kind = StopKind::station},
                {.id = "AOH1",
                 .name = "上海虹桥",
                 .platform_code = "1",
                 .position = {0.1, -0.2},
                 .has_position = true,
                 .parent = 0},
                {.id = "HGH", .name = "杭州东", .name_en = "Hangzhou East"}};
  feed.lines = {{.id = "G",
                 .short_name = "G",
                 .long_name = "沪杭高铁",
                 .name_en = "Hu-Hang",
                 .service_class = "high_speed",
                 .color = "E3002A",
                 .agency = 0,
                 .type = 101},
                {.id = "M", .short_name = "2", .type = 1}};
  feed.services = {{.id = "DAYS", .added = {day("20260501"), day("20260502")}},
                   {.id = "DAILY",
                    .weekdays = 0x7f,
                    .first = day("20260101"),
                    .last = day("20261231"),
                    .removed = {day("20260217")}},
                   {.id = "NEVER"},
                   {.id = "HOLIDAY", .added = {day("20261001")}, .removed = {day("20261002")}}};
  feed.stop_times = {{.arrival = 86399, .departure = 86400, .stop = 1, .can_alight = false},
                     {.arrival = 276060, .departure = 276060, .stop = 2, .can_board = false},
                     {.arrival = 30, .departure = 30, .stop = 2},
                     {.arrival = 30, .departure = 61, .stop = 1}};
  feed.trips = {{.id = "G1/4",
                 .short_name = "G1/G4",
                 .headsign = "杭州东",
                 .block_id = "b",
                 .line = 0,
                 .service = 1,
                 .first_stop_time = 0,
                 .stop_time_count = 2},
                {.id = "t,2", .line = 1, .service = 0, .first_stop_time = 2, .stop_time_count = 2}};
  feed.frequencies = {{.trip = 1, .start = 21600, .end = 32400, .headway_s = 180},
                      {.trip = 1, .start = 32400, .end = 90000, .headway_s = 300, .exact = true}};
  feed.transfers = {
      {.from = 1, .to = 1, .kind = TransferKind::minimum_time, .seconds = 0},
      {.from = 1, .to = 2, .kind = TransferKind::walk, .seconds = 400},
      {.from = 1, .to = 1, .kind = TransferKind::timed, .from_line = 0, .to_line = 1},
      {.from = 2, .to = 2, .kind = TransferKind::in_seat, .from_trip = 0, .to_trip = 1}};
  return feed;
}

TEST(WriteGtfs, every_field_comes_back) {
  expect_round_trip(full_feed());
}

TEST(WriteGtfs, the_smallest_feed_comes_back) {
  Feed feed;
  feed.id = feed.title = "empty";
  expect_round_trip(feed);
}

TEST(WriteGtfs, the_publisher_carries_the_caveat_and_dates_span_the_services) {
  const auto files = *gtfs_files(full_feed());
  EXPECT_THAT(files.at("feed_info.txt"),
              testing::HasSubstr("\"Reference, \"\"the\"\" plan (Condensed from figures of June "
                                 "2024.)\",https://example.org/,zh,20260101,20261231,2026.1,"));
}

TEST(WriteGtfs, rows_look_as_the_standard_has_them) {
  const auto files = *gtfs_files(full_feed());
  EXPECT_THAT(files.at("stop_times.txt"),
              testing::HasSubstr("\nG1/4,23:59:59,24:00:00,AOH1,1,0,1\n"
                                 "G1/4,76:41:00,76:41:00,HGH,2,1,0\n\"t,2\",00:00:30,"));
  EXPECT_THAT(files.at("calendar.txt"),
              testing::HasSubstr("DAYS,0,0,0,0,0,0,0,20260501,20260502\n"
                                 "DAILY,1,1,1,1,1,1,1,20260101,20261231\n"
                                 "NEVER,0,0,0,0,0,0,0,19700101,19700101\n"));
  EXPECT_THAT(files.at("calendar.txt"), testing::Not(testing::HasSubstr("HOLIDAY")));
  EXPECT_THAT(files.at("translations.txt"),
              testing::HasSubstr("stops,stop_name,en,Hangzhou East,HGH\n"));
  EXPECT_THAT(files.at("transfers.txt"), testing::HasSubstr("AOH1,AOH1,2,0,,,,\n"));
}

TEST(WriteGtfs, leaves_out_what_a_feed_does_not_have) {
  ImportReport report;
  const auto files = *gtfs_files(read(small_gtfs(), report));
  for (const char* name :
       {"calendar_dates.txt", "translations.txt", "frequencies.txt", "transfers.txt"}) {
    EXPECT_FALSE(files.contains(name)) << name;
  }
  EXPECT_TRUE(files.at("stop_times.txt")
                  .starts_with("trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"));
}

TEST(WriteGtfs, a_zip_and_a_folder_come_back_and_zips_are_equal) {
  const TemporaryFolder folder;
  const Feed feed = full_feed();
  ASSERT_TRUE(write_gtfs(feed, folder / "1.zip").has_value());
  ASSERT_TRUE(write_gtfs(feed, folder / "2.zip").has_value());
  ASSERT_TRUE(write_gtfs(feed, folder / "feed").has_value());
  EXPECT_EQ(*read_file(folder / "1.zip"), *read_file(folder / "2.zip"));
  ImportReport report;
  EXPECT_TRUE(read_gtfs(folder / "1.zip", report).value() == feed);
  EXPECT_TRUE(read_gtfs(folder / "feed", report).value() == feed);
}

TEST(WriteGtfs, refuses_a_feed_that_is_not_sound) {
  Feed feed = full_feed();
  feed.trips[0].line = 7;
  const TemporaryFolder folder;
  EXPECT_EQ(write_gtfs(feed, folder / "1.zip").error().code, ErrorCode::invalid_argument);
  EXPECT_FALSE(std::filesystem::exists(folder / "1.zip"));
}

std::string any_text() {
  static const std::vector<std::string> parts = {"a", "Z9", "上海", "\"", ",", "\n", "é", "|", "'"};
  std::string text = "x";  // no blanks outside
  for (const std::size_t part :
       *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 9))) {
    text += parts[part];
  }
  return text + "y";
}

std::vector<Date> any_days() {
  auto offsets = *rc::gen::container<std::set<int>>(rc::gen::inRange(0, 400));
  std::vector<Date> days;
  days.reserve(offsets.size());
  for (const int offset : offsets) days.push_back(day("20260101") + std::chrono::days(offset));
  return days;
}

/// Any sound feed in the form that a reader gives it.
Feed any_feed() {
  const auto upto = [](uint32_t end) { return *rc::gen::inRange<uint32_t>(0, end); };
  Feed feed;
  feed.id = "any";
  feed.title = any_text();
  feed.language = "zh";
  for (uint32_t i = 0, n = upto(3); i < n; ++i) {
    feed.agencies.push_back({.id = "A" + std::to_string(i),
                             .name = any_text(),
                             .name_en = upto(2) ? any_text() : "",
                             .time_zone = "Asia/Shanghai"});
  }
  for (uint32_t i = 0, n = 2 + upto(5); i < n; ++i) {
    Stop stop{.id = std::to_string(i) + any_text(), .name = any_text()};
    stop.has_position = upto(4) > 0;
    if (stop.has_position) stop.position = {1.0 / (1 + upto(90)), 100.0 / (1 + upto(7))};
    stop.kind = i == 0 ? StopKind::station : StopKind::platform;
    if (i > 0 && stop.has_position && upto(2)) stop.parent = 0;
    if (!stop.has_position && feed.stops.empty()) stop.has_position = false;
    if (upto(3) == 0) stop.aliases = {"alias", "别名"};
    feed.stops.push_back(stop);
  }
  for (uint32_t i = 0, n = 1 + upto(3); i < n; ++i) {
    const auto agencies = static_cast<uint32_t>(feed.agencies.size());
    feed.lines.push_back({.id = "L" + std::to_string(i),
                          .short_name = any_text(),
                          .agency = agencies == 0 ? kNone : upto(agencies),
                          .type = static_cast<int32_t>(upto(1700))});
  }
  for (uint32_t i = 0, n = 1 + upto(4); i < n; ++i) {
    Service service{.id = "S" + std::to_string(i), .weekdays = static_cast<uint8_t>(upto(128))};
    if (service.weekdays != 0) {
      service.first = day("20260101") + std::chrono::days(upto(100));
      service.last = service.first + std::chrono::days(upto(100));
    }
    service.added = any_days();
    if (upto(2)) std::swap(service.added, service.removed);
    feed.services.push_back(service);
  }
  for (uint32_t i = 0, n = upto(5); i < n; ++i) {
    Trip trip{.id = "T" + std::to_string(i), .short_name = any_text(), .headsign = any_text()};
    trip.line = upto(static_cast<uint32_t>(feed.lines.size()));
    trip.service = upto(static_cast<uint32_t>(feed.services.size()));
    trip.first_stop_time = static_cast<uint32_t>(feed.stop_times.size());
    trip.stop_time_count = 2 + upto(4);
    int32_t clock = static_cast<int32_t>(upto(90'000));
    for (uint32_t k = 0; k < trip.stop_time_count; ++k) {
      StopTime time{.arrival = clock, .departure = clock += static_cast<int32_t>(upto(600))};
      time.stop = upto(static_cast<uint32_t>(feed.stops.size()));
      time.can_board = upto(5) > 0;
      feed.stop_times.push_back(time);
      clock += static_cast<int32_t>(upto(6000));
    }
    feed.trips.push_back(trip);
  }
  if (!feed.trips.empty() && upto(2)) {
    feed.frequencies.push_back({.trip = 0,
                                .start = 60,
                                .end = 61 + static_cast<int32_t>(upto(9)),
                                .headway_s = 1 + static_cast<int32_t>(upto(900))});
  }
  if (upto(2)) feed.transfers.push_back({.from = 0, .to = 1, .seconds = 60});
  return feed;
}

RC_GTEST_PROP(WriteGtfs, any_sound_feed_comes_back, ()) {
  const Feed feed = any_feed();
  RC_ASSERT(check(feed).has_value());
  ImportReport report;
  const auto again = read_gtfs(Archive::of(*gtfs_files(feed)), "x", report);
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == feed);
}

}  // namespace
}  // namespace hq::route
