#include "route/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "route/feed_summary.h"

namespace hq::route {
namespace {

using std::chrono::days;

Date day(const char* text) {
  return parse_date(text).value();
}

/// A station with two platforms and a lone stop; two trips.
Feed sound_feed() {
  Feed feed;
  feed.id = "sound";
  feed.agencies = {{.id = "O", .name = "Operator", .time_zone = "Asia/Shanghai"}};
  feed.stops.resize(4);
  for (std::size_t i = 0; i < 4; ++i) {
    feed.stops[i].id = "S" + std::to_string(i);
    feed.stops[i].position = {30.0 + 0.1 * static_cast<double>(i), 120.0};
    feed.stops[i].has_position = true;
  }
  feed.stops[0].kind = StopKind::station;
  feed.stops[1].parent = 0;
  feed.stops[2].parent = 0;
  feed.lines = {{.id = "L", .service_class = "metro", .agency = 0, .type = 1}};
  feed.services = {{.id = "D", .weekdays = 0x1f, .first = day("20260101"), .last = day("20260131")},
                   {.id = "X", .added = {day("20260103"), day("20260104")}}};
  feed.stop_times = {{.arrival = 100, .departure = 100, .stop = 1},
                     {.arrival = 200, .departure = 210, .stop = 3},
                     {.arrival = 300, .departure = 300, .stop = 3},
                     {.arrival = 400, .departure = 400, .stop = 2},
                     {.arrival = 500, .departure = 500, .stop = 1}};
  feed.trips = {{.id = "T1", .line = 0, .service = 0, .first_stop_time = 0, .stop_time_count = 2},
                {.id = "T2", .line = 0, .service = 1, .first_stop_time = 2, .stop_time_count = 3}};
  feed.frequencies = {{.trip = 0, .start = 3600, .end = 7200, .headway_s = 600}};
  feed.transfers = {{.from = 1, .to = 2, .kind = TransferKind::minimum_time, .seconds = 120}};
  return feed;
}

TEST(Service, runs_on_its_weekdays_between_first_and_last_day) {
  const Service service{
      .id = "D", .weekdays = 0b0000001, .first = day("20260105"), .last = day("20260112")};
  EXPECT_TRUE(service.runs_on(day("20260105")));  // Monday
  EXPECT_FALSE(service.runs_on(day("20260106")));
  EXPECT_TRUE(service.runs_on(day("20260112")));
  EXPECT_FALSE(service.runs_on(day("20260119")));
  EXPECT_FALSE(service.runs_on(day("20251229")));
}

TEST(Service, added_and_removed_days_stand_above_weekdays) {
  const Service service{.id = "D",
                        .weekdays = 0b0000001,
                        .first = day("20260105"),
                        .last = day("20260112"),
                        .added = {day("20260107"), day("20270101")},
                        .removed = {day("20260112")}};
  EXPECT_TRUE(service.runs_on(day("20260107")));
  EXPECT_TRUE(service.runs_on(day("20270101")));
  EXPECT_FALSE(service.runs_on(day("20260112")));
}

TEST(Service, without_weekdays_runs_on_added_days_only) {
  const Service service{.id = "X", .added = {day("20260107")}};
  EXPECT_TRUE(service.runs_on(day("20260107")));
  EXPECT_FALSE(service.runs_on(day("20260108")));
  EXPECT_FALSE(service.runs_on(Date{}));
}

TEST(RunningDays, span_the_days_on_which_it_really_runs) {
  Service service{
      .id = "D", .weekdays = 0b0000001, .first = day("20260101"), .last = day("20260131")};
  EXPECT_EQ(running_days(service), std::pair(day("20260105"), day("20260126")));
  service.removed = {day("20260105"), day("20260126")};
  EXPECT_EQ(running_days(service), std::pair(day("20260112"), day("20260119")));
  service.added = {day("20250101")};
  EXPECT_EQ(running_days(service)->first, day("20250101"));
}

TEST(RunningDays, none_for_a_service_that_never_runs) {
  EXPECT_EQ(running_days({.id = "N"}), std::nullopt);
  EXPECT_EQ(running_days({.id = "N",
                          .weekdays = 0x40,  // Sundays, in a week that is cut before its Sunday
                          .first = day("20260105"),
                          .last = day("20260106")}),
            std::nullopt);
}

TEST(TimeZone, is_that_of_the_agencies_or_utc) {
  EXPECT_EQ(time_zone(sound_feed()), "Asia/Shanghai");
  EXPECT_EQ(time_zone(Feed{}), "UTC");
}

TEST(Check, passes_a_sound_feed_and_an_empty_one) {
  EXPECT_TRUE(check(sound_feed()).has_value());
  EXPECT_TRUE(check(Feed{}).has_value());
}

struct Breakage {
  const char* where;
  std::function<void(Feed&)> apply;
};

class CheckFinds : public testing::TestWithParam<Breakage> {};

TEST_P(CheckFinds, what_is_broken) {
  Feed feed = sound_feed();
  GetParam().apply(feed);
  const auto result = check(feed);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(result.error().where, GetParam().where);
  EXPECT_FALSE(result.error().message_zh.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Feed, CheckFinds,
    testing::Values(
        Breakage{"agencies[0].id", [](Feed& f) { f.agencies[0].id.clear(); }},
        Breakage{"agencies[1].time_zone",
                 [](Feed& f) { f.agencies.push_back({.id = "P", .time_zone = "UTC"}); }},
        Breakage{"stops[3].id", [](Feed& f) { f.stops[3].id = "S1"; }},
        Breakage{"stops[1].parent", [](Feed& f) { f.stops[1].parent = 4; }},
        Breakage{"stops[2].parent", [](Feed& f) { f.stops[2].parent = 3; }},
        Breakage{"stops[0].parent", [](Feed& f) { f.stops[0].parent = 0; }},
        Breakage{"stops[1].position", [](Feed& f) { f.stops[1].position.lat = 91; }},
        Breakage{"stops[1].aliases", [](Feed& f) { f.stops[1].aliases = {"a|b"}; }},
        Breakage{"lines[0].agency", [](Feed& f) { f.lines[0].agency = 1; }},
        Breakage{"services[0]", [](Feed& f) { f.services[0].weekdays = 0x80; }},
        Breakage{"services[0]", [](Feed& f) { f.services[0].last = Date{}; }},
        Breakage{"services[1]",
                 [](Feed& f) { std::swap(f.services[1].added[0], f.services[1].added[1]); }},
        Breakage{"services[1]", [](Feed& f) { f.services[1].removed = f.services[1].added; }},
        Breakage{"trips[1].line", [](Feed& f) { f.trips[1].line = kNone; }},
        Breakage{"trips[1].service", [](Feed& f) { f.trips[1].service = 2; }},
        Breakage{"trips[1]", [](Feed& f) { f.trips[1].stop_time_count = 1; }},
        Breakage{"trips[1]", [](Feed& f) { f.trips[1].first_stop_time = 3; }},
        Breakage{"stop_times[1].stop", [](Feed& f) { f.stop_times[1].stop = 4; }},
        Breakage{"stop_times[1]", [](Feed& f) { f.stop_times[1].arrival = 99; }},
        Breakage{"stop_times[1]", [](Feed& f) { f.stop_times[1].departure = 199; }},
        Breakage{"stop_times[4]", [](Feed& f) { f.stop_times[4].departure = kClockEnd; }},
        Breakage{"frequencies[0].trip", [](Feed& f) { f.frequencies[0].trip = 2; }},
        Breakage{"frequencies[0]", [](Feed& f) { f.frequencies[0].headway_s = 0; }},
        Breakage{"frequencies[0]", [](Feed& f) { f.frequencies[0].end = kClockEnd; }},
        Breakage{"transfers[0].from", [](Feed& f) { f.transfers[0].from = kNone; }},
        Breakage{"transfers[0].to_trip", [](Feed& f) { f.transfers[0].to_trip = 2; }},
        Breakage{"transfers[0].seconds", [](Feed& f) { f.transfers[0].seconds = -1; }}));

TEST(Join, puts_one_feed_behind_the_other_and_keeps_all_references) {
  const Feed one = sound_feed();
  const Feed both = join(one, one, "b:");
  EXPECT_TRUE(check(both).has_value());
  EXPECT_EQ(both.stops[5].id, "b:S1");
  EXPECT_EQ(both.stops[5].parent, 4u);
  EXPECT_EQ(both.stops[4].parent, kNone);
  EXPECT_EQ(both.lines[1].agency, 1u);
  EXPECT_EQ(both.trips[3].first_stop_time, 7u);
  EXPECT_EQ(both.trips[3].service, 3u);
  EXPECT_EQ(both.stop_times[7].stop, 7u);
  EXPECT_EQ(both.frequencies[1].trip, 2u);
  EXPECT_EQ(both.transfers[1].from, 5u);
  EXPECT_EQ(both.transfers[1].from_line, kNone);
}

TEST(Join, leaves_ids_that_do_not_clash_and_repeats_the_prefix_until_they_do_not) {
  Feed a = sound_feed();
  Feed b = sound_feed();
  a.stops[3].id = "b:S0";
  b.stops[3].id = "other";
  const Feed both = join(a, b, "b:");
  EXPECT_EQ(both.stops[4].id, "b:b:S0");
  EXPECT_EQ(both.stops[7].id, "other");
  EXPECT_TRUE(check(join(a, b, "")).has_value());
}

TEST(Join, takes_the_texts_of_the_second_where_the_first_has_none) {
  Feed a = sound_feed();
  Feed b = sound_feed();
  a.title = "A";
  b.title = "B";
  b.caveat = "assumed";
  const Feed both = join(a, b, "b:");
  EXPECT_EQ(both.title, "A");
  EXPECT_EQ(both.caveat, "assumed");
}

TEST(JoinDeathTest, refuses_two_time_zones) {
  Feed b = sound_feed();
  b.agencies[0].time_zone = "Europe/Madrid";
  EXPECT_DEATH(join(sound_feed(), b, "b:"), "time_zone");
}

TEST(Summary, counts_what_is_there) {
  const FeedSummary summary = summarize(sound_feed());
  EXPECT_EQ(summary.stops, 4u);
  EXPECT_EQ(summary.stops_by_kind, (std::array<uint64_t, 5>{3, 1, 0, 0, 0}));
  EXPECT_EQ(summary.stops_never_served, 0u);
  EXPECT_EQ(summary.trips, 2u);
  EXPECT_EQ(summary.stop_times, 5u);
  EXPECT_EQ(summary.lines_by_type, (std::map<int32_t, uint64_t>{{1, 1}}));
  EXPECT_EQ(summary.trips_by_service_class, (std::map<std::string, uint64_t>{{"metro", 2}}));
  EXPECT_EQ(summary.trips_by_service, (std::map<std::string, uint64_t>{{"D", 1}, {"X", 1}}));
  EXPECT_EQ(summary.latest_clock, 500);
  EXPECT_EQ(summary.first_day, day("20260101"));
  EXPECT_EQ(summary.last_day, day("20260130"));
}

TEST(Summary, busiest_day_counts_runs_by_headway_one_by_one) {
  Feed feed = sound_feed();
  FeedSummary summary = summarize(feed);
  EXPECT_EQ(summary.busiest_day, day("20260101"));  // T1 six times: 12 events
  EXPECT_EQ(summary.busiest_day_runs, 6u);
  EXPECT_EQ(summary.busiest_day_events, 12u);
  feed.frequencies.clear();
  summary = summarize(feed);
  EXPECT_EQ(summary.busiest_day, day("20260103"));  // Saturday: T2 alone, three stops
  EXPECT_EQ(summary.busiest_day_runs, 1u);
  EXPECT_EQ(summary.busiest_day_events, 3u);
}

TEST(Summary, box_spans_the_stops_that_have_a_position) {
  Feed feed = sound_feed();
  feed.stops[0].has_position = false;
  const FeedSummary summary = summarize(feed);
  EXPECT_EQ(summary.stops_without_position, 1u);
  EXPECT_EQ(summary.box, (BoundingBox{{30.1, 120.0}, {30.0 + 0.1 * 3, 120.0}}));
  EXPECT_EQ(summarize(Feed{}).box, std::nullopt);
}

TEST(Summary, names_services_that_never_run_and_stops_nobody_calls_at) {
  Feed feed = sound_feed();
  feed.services.push_back({.id = "N"});
  feed.stops.push_back({.id = "S4"});
  const FeedSummary summary = summarize(feed);
  EXPECT_EQ(summary.services_never_running, 1u);
  EXPECT_EQ(summary.stops_never_served, 1u);
  EXPECT_EQ(summarize(Feed{}).first_day, std::nullopt);
}

}  // namespace
}  // namespace hq::route
