#include "route/compile.h"

#include <gmock/gmock.h>

#include "route/small_feed_testing.h"
#include "route/timetable.h"

namespace hq::route {
namespace {

using testing::ElementsAre;

std::optional<LinkRecord> link(const Timetable& timetable, uint32_t from, uint32_t to) {
  for (const LinkRecord& link : timetable.links(from)) {
    if (link.stop == to) return link;
  }
  return std::nullopt;
}

TEST(Compile, keeps_indices_and_texts_of_the_feed) {
  SmallFeed small;
  small.feed.title = "Small";
  small.feed.caveat_zh = "仅供测试";
  small.feed.language = "zh";
  small.stop("b");
  small.stop("a");
  small.feed.stops[1].name = "上海虹桥";
  small.feed.stops[1].aliases = {"虹桥", "虹桥火车站"};
  small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  const auto timetable = small.timetable();
  EXPECT_EQ(timetable->title(), "Small");
  EXPECT_EQ(timetable->caveat_zh(), "仅供测试");
  EXPECT_EQ(timetable->language(), "zh");
  EXPECT_EQ(timetable->time_zone(), "Asia/Shanghai");
  EXPECT_EQ(timetable->find_stop("a"), 1u);
  EXPECT_EQ(timetable->find_stop("c"), std::nullopt);
  EXPECT_EQ(timetable->find_trip("t1"), 0u);
  EXPECT_EQ(timetable->find_service("daily"), 0u);
  EXPECT_EQ(timetable->find_line("rail"), 0u);
  EXPECT_EQ(timetable->find_line("x"), std::nullopt);
  EXPECT_EQ(timetable->text(timetable->stop(1).name), "上海虹桥");
  EXPECT_EQ(timetable->text(timetable->stop(1).aliases), "虹桥\n虹桥火车站");
  EXPECT_EQ(timetable->stop(1).modes, mask(Mode::rail));
}

TEST(Compile, is_the_same_for_the_same_feed) {
  SmallFeed small;
  small.stop("a");
  small.stop("b");
  small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  EXPECT_EQ(small.image(), small.image());
}

TEST(Compile, takes_an_empty_feed) {
  const auto timetable = SmallFeed().timetable();
  EXPECT_EQ(timetable->stop_count(), 0u);
  EXPECT_TRUE(timetable->runs().empty());
}

TEST(Compile, refuses_what_check_refuses) {
  SmallFeed small;
  small.stop("a");
  small.trip("t1", {{"a", "08:00"}});
  const auto image = compile(small.feed, {}, small.report);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().where, "trips[0]");
}

TEST(Compile, refuses_options_out_of_range) {
  for (const CompileOptions& options :
       {CompileOptions{.change_rail_s = -1}, CompileOptions{.change_other_s = 90'000},
        CompileOptions{.walk_chain_max_s = -1}, CompileOptions{.walk_m_per_s = 0}}) {
    ImportReport report;
    const auto image = compile({}, options, report);
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Compile, refuses_more_runs_than_allowed) {
  SmallFeed small;
  small.stop("a");
  small.stop("b");
  const uint32_t trip = small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  small.feed.frequencies.push_back({trip, 0, 86400, 60, false});
  const auto image = compile(small.feed, {.runs_max = 1439}, small.report);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, ErrorCode::limit_exceeded);
  EXPECT_TRUE(compile(small.feed, {.runs_max = 1440}, small.report));
}

TEST(Compile, refuses_a_calendar_of_more_than_a_century) {
  SmallFeed small;
  small.feed.services[0].last = small.feed.services[0].first + std::chrono::days{40'000};
  const auto image = compile(small.feed, {}, small.report);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, ErrorCode::limit_exceeded);
}

TEST(Compile, puts_an_overtaking_run_in_a_pattern_of_its_own) {
  SmallFeed small;
  small.stop("a");
  small.stop("b");
  small.trip("slow", {{"a", "08:00"}, {"b", "10:00"}});
  small.trip("fast", {{"a", "08:30"}, {"b", "09:00"}});
  small.trip("late", {{"a", "10:30"}, {"b", "12:30"}});
  const auto timetable = small.timetable();
  ASSERT_EQ(timetable->patterns().size(), 2u);
  EXPECT_EQ(timetable->patterns()[0].run_count, 2u);
  EXPECT_EQ(timetable->patterns()[0].row_count, 1u);
}

TEST(Compile, looks_for_overtaking_across_midnight) {
  SmallFeed small;
  small.stop("a");
  small.stop("b");
  small.trip("night", {{"a", "23:00"}, {"b", "30:00"}});
  small.trip("early", {{"a", "01:00"}, {"b", "03:00"}});  // overtakes the one of the day before
  EXPECT_EQ(small.timetable()->patterns().size(), 2u);
}

TEST(Compile, tells_patterns_apart_by_boarding_rules_and_mode) {
  SmallFeed small;
  small.stop("a");
  small.stop("b");
  small.stop("c");
  const uint32_t metro = small.line("metro", 1);
  small.trip("t1", {{"a", "08:00"}, {"b", "08:10"}, {"c", "08:20"}});
  small.trip("t2", {{"a", "09:00"}, {"b", "09:10"}, {"c", "09:20"}});
  small.feed.stop_times.back().can_board = false;  // at the last stop: no difference
  small.trip("t3", {{"a", "10:00"}, {"b", "10:10"}, {"c", "10:20"}});
  small.feed.stop_times[7].can_alight = false;
  small.trip("t4", {{"a", "11:00"}, {"b", "11:10"}, {"c", "11:20"}}, metro);
  EXPECT_EQ(small.timetable()->patterns().size(), 3u);
}

TEST(Compile, makes_runs_of_frequencies_and_says_which_are_by_headway) {
  SmallFeed small;
  small.stop("a");
  small.stop("b");
  const uint32_t trip = small.trip("t1", {{"a", "05:00"}, {"b", "05:30"}});
  small.feed.frequencies.push_back({trip, at("06:00"), at("07:00"), 1800, false});
  small.feed.frequencies.push_back({trip, at("07:00"), at("08:00"), 3600, true});
  const auto timetable = small.timetable();
  std::vector<std::pair<int32_t, bool>> runs;
  for (const RunRecord& run : timetable->runs()) runs.push_back({run.start_s, run.by_headway != 0});
  EXPECT_THAT(runs, ElementsAre(std::pair(at("06:00"), true), std::pair(at("06:30"), true),
                                std::pair(at("07:00"), false)));
  EXPECT_EQ(timetable->trip(trip).runs, 3u);
  EXPECT_EQ(timetable->trip(trip).start_s, at("06:00"));
}

TEST(Compile, takes_change_times_by_mode_unless_stated) {
  SmallFeed small;
  for (const char* id : {"a", "b", "c", "d"}) small.stop(id);
  const uint32_t metro = small.line("metro", 1);
  small.trip("t1", {{"a", "08:00"}, {"b", "08:10"}});
  small.trip("t2", {{"c", "08:00"}, {"d", "08:10"}}, metro);
  small.transfer("b", "b", 240);
  small.transfer("d", "d", 0, TransferKind::impossible);
  const auto timetable = small.timetable({.change_rail_s = 500, .change_other_s = 90});
  EXPECT_EQ(timetable->stop(0).change_s, 500);
  EXPECT_EQ(timetable->stop(1).change_s, 240);
  EXPECT_EQ(timetable->stop(2).change_s, 90);
  EXPECT_EQ(timetable->stop(3).change_s, kCannotChange);
  EXPECT_EQ(timetable->info().change_rail_s, 500);
}

TEST(Compile, links_platforms_of_a_station_and_prefers_what_is_stated_for_them) {
  SmallFeed small;
  small.station("s");
  for (const char* id : {"p1", "p2", "p3"}) small.stop(id, "s");
  small.stop("x");
  small.trip("t1", {{"p1", "08:00"}, {"p2", "08:10"}, {"p3", "08:20"}, {"x", "08:30"}});
  small.transfer("s", "s", 400);
  small.transfer("p1", "p2", 100);
  small.transfer("p2", "p3", 0, TransferKind::impossible);
  const auto timetable = small.timetable();
  EXPECT_EQ(link(*timetable, 1, 2)->seconds, 100);
  EXPECT_EQ(link(*timetable, 1, 3)->seconds, 400);
  EXPECT_EQ(link(*timetable, 1, 3)->flags, kLinkInStation);
  EXPECT_FALSE(link(*timetable, 2, 3));
  EXPECT_EQ(timetable->stop(1).change_s, 400);
  EXPECT_THAT(timetable->members(0), ElementsAre(1, 2, 3));
  EXPECT_THAT(timetable->members(4), ElementsAre(4));
  EXPECT_EQ(timetable->station_of(1), 0u);
  EXPECT_EQ(timetable->station_of(4), 4u);
  EXPECT_EQ(timetable->stop(0).modes, mask(Mode::rail));
}

TEST(Compile, chains_links_up_to_the_limit_and_never_replaces_one) {
  SmallFeed small;
  for (const char* id : {"a", "b", "c", "d"}) small.stop(id);
  small.transfer("a", "b", 300);
  small.transfer("b", "c", 300);
  small.transfer("c", "d", 700);
  small.transfer("a", "c", 900);
  const auto timetable = small.timetable();
  EXPECT_EQ(link(*timetable, 0, 2)->seconds, 900);
  EXPECT_EQ(link(*timetable, 0, 2)->flags, 0u);
  EXPECT_EQ(link(*timetable, 1, 3)->seconds, 1000);
  EXPECT_EQ(link(*timetable, 1, 3)->flags, kLinkChained);
  EXPECT_FALSE(link(*timetable, 0, 3));  // 1300 s
  EXPECT_EQ(timetable->links_back(3)[0].stop, 2u);
  EXPECT_FALSE(link(*small.timetable({.walk_chain_max_s = 0}), 1, 3));
}

TEST(Compile, derives_the_time_of_a_link_from_positions_or_drops_it) {
  SmallFeed small;
  for (const char* id : {"a", "b", "c"}) small.stop(id);
  small.feed.stops[0].has_position = small.feed.stops[1].has_position = true;
  small.feed.stops[0].position = {31.0, 121.0};
  small.feed.stops[1].position = {31.001, 121.0};  // 111.2 m
  small.transfer("a", "b", 0, TransferKind::walk);
  small.transfer("a", "c", 0, TransferKind::walk);
  const auto timetable = small.timetable();
  EXPECT_EQ(link(*timetable, 0, 1)->seconds, 112);
  EXPECT_FALSE(link(*timetable, 0, 2));
  EXPECT_EQ(small.report.count(DefectKind::missing_position), 1u);
}

TEST(Compile, drops_links_that_take_longer_than_a_week) {
  SmallFeed small;
  small.stop("a");
  small.stop("b");
  small.transfer("a", "b", 8 * kDaySeconds);
  small.feed.stops[0].has_position = small.feed.stops[1].has_position = true;
  small.feed.stops[1].position = {80, 121};
  small.transfer("b", "a", 0, TransferKind::walk);
  EXPECT_TRUE(small.timetable()->links(0).empty());
  EXPECT_EQ(small.report.count(DefectKind::bad_value), 1u);
  EXPECT_EQ(small.report.count(DefectKind::implausible_position), 1u);
}

TEST(Compile, notes_what_queries_do_not_use) {
  SmallFeed small;
  small.stop("a");
  small.stop("b");
  const uint32_t trip = small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  small.feed.trips[trip].block_id = "7";
  small.transfer("a", "b", 60);
  small.feed.transfers.back().from_trip = trip;
  small.transfer("a", "b", 60, TransferKind::in_seat);
  EXPECT_TRUE(small.timetable()->links(0).empty());
  EXPECT_EQ(small.report.count(DefectKind::unsupported_feature), 3u);
}

TEST(Compile, writes_calendars_as_days) {
  SmallFeed small;
  small.stop("a");
  small.stop("b");
  small.service("monday", 1);
  small.feed.services[1].added = {kMonday + std::chrono::days{1}};
  small.feed.services[1].removed = {kMonday};
  const auto timetable = small.timetable();
  EXPECT_FALSE(timetable->runs_on(1, kMonday));
  EXPECT_TRUE(timetable->runs_on(1, kMonday + std::chrono::days{1}));
  EXPECT_TRUE(timetable->runs_on(1, kMonday + std::chrono::days{7}));
  EXPECT_FALSE(timetable->runs_on(1, kMonday + std::chrono::days{700}));
  EXPECT_FALSE(timetable->runs_on(1, kMonday - std::chrono::days{700}));
  EXPECT_EQ(timetable->first_day(), kMonday - std::chrono::days{7});
  EXPECT_EQ(timetable->last_day(), kMonday + std::chrono::days{13});
}

}  // namespace
}  // namespace hq::route
