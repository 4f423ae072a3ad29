#include <gtest/gtest.h>

#include "hub/reference/reference.h"
#include "hub/reference/tiny_hub.h"

namespace hq::hub {
namespace {

ReferenceHub tiny_hub() {
  return load_hub(TinyHub::source()).value();
}

const route::Trip* find_trip(const route::Feed& feed, std::string_view id) {
  const auto found = std::ranges::find(feed.trips, id, &route::Trip::id);
  return found == feed.trips.end() ? nullptr : &*found;
}

uint32_t stop_index(const route::Feed& feed, std::string_view id) {
  const auto found = std::ranges::find(feed.stops, id, &route::Stop::id);
  return found == feed.stops.end() ? route::kNone
                                   : static_cast<uint32_t>(found - feed.stops.begin());
}

/// Arrival at each stop of a trip, in seconds of the service day.
std::vector<int32_t> arrivals(const route::Feed& feed, const route::Trip& trip) {
  std::vector<int32_t> times;
  times.reserve(trip.stop_time_count);
  for (uint32_t i = 0; i < trip.stop_time_count; ++i) {
    times.push_back(feed.stop_times[trip.first_stop_time + i].arrival);
  }
  return times;
}

TEST(BuildFeed, carries_title_caveat_and_time_zone) {
  const route::Feed feed = build_feed(tiny_hub()).value();
  EXPECT_EQ(feed.id, "tiny-reference");
  EXPECT_EQ(feed.caveat, "A plan for tests.");
  EXPECT_EQ(feed.caveat_zh, "测试用方案。");
  for (const route::Agency& agency : feed.agencies) EXPECT_EQ(agency.time_zone, "Asia/Shanghai");
}

TEST(BuildFeed, makes_a_trip_of_each_railway_departure) {
  const route::Feed feed = build_feed(tiny_hub()).value();
  const route::Trip* trip = find_trip(feed, "G-1@06:40");
  ASSERT_NE(trip, nullptr);
  EXPECT_EQ(trip->short_name, "");
  EXPECT_EQ(trip->headsign, "乙");
  EXPECT_EQ(feed.services[trip->service].id, "DAILY");
  const route::Line& line = feed.lines[trip->line];
  EXPECT_EQ(line.long_name, "甲—乙");
  EXPECT_EQ(line.service_class, "high_speed");
  EXPECT_EQ(line.type, 2);
  EXPECT_EQ(arrivals(feed, *trip), (std::vector<int32_t>{24000, 25500, 26100}));
  EXPECT_EQ(feed.stop_times[trip->first_stop_time + 1].departure, 25620);
}

TEST(BuildFeed, tells_two_trains_of_the_same_minute_apart) {
  const route::Feed feed = build_feed(tiny_hub()).value();
  EXPECT_NE(find_trip(feed, "G-2@08:00"), nullptr);
  EXPECT_NE(find_trip(feed, "G-2@08:00+1"), nullptr);
}

TEST(BuildFeed, lets_times_pass_midnight) {
  const route::Feed feed = build_feed(tiny_hub()).value();
  const route::Trip* trip = find_trip(feed, "G-2@23:50");
  ASSERT_NE(trip, nullptr);
  EXPECT_EQ(arrivals(feed, *trip).back(), 24 * 3600 + 20 * 60);
}

TEST(BuildFeed, joins_patterns_of_a_class_between_the_same_ends_to_a_line) {
  const route::Feed feed = build_feed(tiny_hub()).value();
  EXPECT_EQ(find_trip(feed, "G-1@06:10")->line, find_trip(feed, "G-2@08:00")->line);
  EXPECT_NE(find_trip(feed, "G-1@06:10")->line, find_trip(feed, "K-1@12:00")->line);
}

TEST(BuildFeed, runs_metro_lines_both_ways_by_headway) {
  const route::Feed feed = build_feed(tiny_hub()).value();
  const route::Trip* out = find_trip(feed, "M-L1/0/DAILY");
  const route::Trip* back = find_trip(feed, "M-L1/1/DAILY");
  ASSERT_NE(out, nullptr);
  ASSERT_NE(back, nullptr);
  EXPECT_EQ(arrivals(feed, *out), (std::vector<int32_t>{21600, 21720, 21900}));
  EXPECT_EQ(arrivals(feed, *back), (std::vector<int32_t>{21600, 21780, 21930}));
  EXPECT_EQ(out->headsign, "东门");
  EXPECT_EQ(back->headsign, "枢纽");
  EXPECT_EQ(feed.lines[out->line].type, 1);
  EXPECT_EQ(feed.lines[out->line].color, "E3002A");
  std::vector<std::array<int32_t, 3>> windows;
  for (const route::Frequency& f : feed.frequencies) {
    if (feed.trips[f.trip].id != out->id) continue;
    windows.push_back({f.start, f.end, f.headway_s});
    EXPECT_FALSE(f.exact);
  }
  EXPECT_EQ(windows,
            (std::vector<std::array<int32_t, 3>>{{21600, 28800, 600}, {28800, 79200, 900}}));
}

TEST(BuildFeed, sends_loop_trains_round_twice_at_twice_the_headway) {
  const route::Feed feed = build_feed(tiny_hub()).value();
  const route::Trip* trip = find_trip(feed, "M-L2A/0/DAILY");
  ASSERT_NE(trip, nullptr);
  EXPECT_EQ(trip->stop_time_count, 7U);
  EXPECT_EQ(arrivals(feed, *trip).back() - arrivals(feed, *trip).front(), 2 * 480);
  const auto first = std::ranges::find_if(
      feed.frequencies, [&](const auto& f) { return feed.trips[f.trip].id == trip->id; });
  ASSERT_NE(first, feed.frequencies.end());
  EXPECT_EQ(first->headway_s, 1200);
  EXPECT_EQ(feed.lines[trip->line].name_en, "Line 2 (inner)");
}

TEST(BuildFeed, keeps_aliases_parents_and_ways_on_foot) {
  const route::Feed feed = build_feed(tiny_hub()).value();
  const uint32_t metro = stop_index(feed, "M-hub");
  const uint32_t airport = stop_index(feed, "ZAAA");
  const uint32_t terminal = stop_index(feed, "ZAAA-T1");
  ASSERT_NE(metro, route::kNone);
  EXPECT_EQ(feed.stops[metro].aliases.front(), "旧枢纽");
  EXPECT_EQ(feed.stops[terminal].parent, airport);
  EXPECT_EQ(feed.stops[airport].kind, route::StopKind::station);
  const auto seconds = [&](uint32_t from, uint32_t to) {
    for (const route::Transfer& t : feed.transfers) {
      if (t.from == from && t.to == to) return t.seconds;
    }
    return -1;
  };
  EXPECT_EQ(seconds(stop_index(feed, "AAA"), metro), 240);
  EXPECT_EQ(seconds(metro, stop_index(feed, "AAA")), 540);
  EXPECT_EQ(seconds(metro, metro), 180);
  EXPECT_EQ(seconds(stop_index(feed, "M-park"), stop_index(feed, "M-park")), -1);
}

TEST(BuildFeed, carries_service_days_over) {
  const route::Feed feed = build_feed(tiny_hub()).value();
  ASSERT_EQ(feed.services.size(), 2U);
  EXPECT_EQ(feed.services[1].weekdays, 0b1110001);
  EXPECT_EQ(feed.services[1].added.size(), 1U);
  EXPECT_EQ(feed.services[1].removed.size(), 1U);
}

/// A hub put together by hand may hold references that lead nowhere.
void expect_refused(const ReferenceHub& hub, std::string_view part_of_message) {
  const Result<route::Feed> feed = build_feed(hub);
  ASSERT_FALSE(feed);
  EXPECT_EQ(feed.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(feed.error().message.find(part_of_message), std::string::npos) << feed.error().text();
}

TEST(BuildFeed, refuses_a_pattern_whose_station_is_unknown) {
  ReferenceHub hub = tiny_hub();
  hub.rail_patterns[0].calls[1].station = "XXX";
  expect_refused(hub, "no station 'XXX'");
}

TEST(BuildFeed, refuses_a_pattern_whose_service_is_unknown) {
  ReferenceHub hub = tiny_hub();
  hub.rail_patterns[0].service = "OFF";
  expect_refused(hub, "no service 'OFF'");
}

TEST(BuildFeed, refuses_a_pattern_with_one_call) {
  ReferenceHub hub = tiny_hub();
  hub.rail_patterns[0].calls.resize(1);
  expect_refused(hub, "'G-1' has fewer than two calls");
}

TEST(BuildFeed, refuses_a_metro_line_whose_parts_are_unknown) {
  ReferenceHub hub = tiny_hub();
  hub.metro_lines[0].system = "yi";
  expect_refused(hub, "no metro system 'yi'");
  hub = tiny_hub();
  hub.metro_lines[0].headway_class = "none";
  expect_refused(hub, "'M-L1' has no headways");
  hub = tiny_hub();
  hub.metro_lines[0].segments[0].from = "M-x";
  expect_refused(hub, "no metro station 'M-x'");
  hub = tiny_hub();
  hub.metro_lines[0].segments[1].to = "M-x";
  expect_refused(hub, "no metro station 'M-x'");
  hub = tiny_hub();
  hub.headways["all"][0].service = "OFF";
  expect_refused(hub, "no service 'OFF'");
}

TEST(BuildFeed, refuses_ways_and_terminals_that_lead_nowhere) {
  ReferenceHub hub = tiny_hub();
  hub.walks[0].from = "XXX";
  expect_refused(hub, "no stop 'XXX'");
  hub = tiny_hub();
  hub.walks[0].to = "XXX";
  expect_refused(hub, "no stop 'XXX'");
  hub = tiny_hub();
  hub.airports[1].parent = "ZZZZ";
  expect_refused(hub, "no airport 'ZZZZ'");
}

}  // namespace
}  // namespace hq::hub
