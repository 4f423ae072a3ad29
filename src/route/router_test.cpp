// One feature of the router a test, on networks of a few trips.

#include "route/router.h"

#include <gmock/gmock.h>

#include "route/small_feed_testing.h"

namespace hq::route {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// "t1 08:00 a > b 08:30 | walk 08:30 b > c 08:35": a journey as text.
std::string text(const DayView& view, const Journey& journey) {
  const Timetable& timetable = view.timetable();
  const auto name = [&](uint32_t stop) {
    return stop == kNone ? "-" : std::string(timetable.text(timetable.stop(stop).id));
  };
  std::string text;
  for (const Leg& leg : journey.legs) {
    if (!text.empty()) text += " | ";
    text += leg.kind == LegKind::ride ? std::string(timetable.text(timetable.trip(leg.trip).id))
                                      : std::string(id(leg.kind));
    text += " " + format_clock(leg.departure_s) + " " + name(leg.from) + " > " + name(leg.to) +
            " " + format_clock(leg.arrival_s);
  }
  return text;
}

class RouterTest : public testing::Test {
 protected:
  void stops(std::initializer_list<const char*> ids) {
    for (const char* id : ids) small.stop(id);
  }
  std::vector<Access> place(std::string_view id, int32_t seconds = 0) {
    return {{small.find(id), seconds}};
  }
  JourneyQuery query(std::string_view from, std::string_view to, std::string_view time) {
    return {.from = place(from), .to = place(to), .time_s = at(time)};
  }
  std::vector<std::string> ask(const JourneyQuery& query) {
    if (!day) day = small.day();
    const auto answer = router.journeys(*day, query);
    EXPECT_TRUE(answer) << answer.error().text();
    std::vector<std::string> texts;
    if (!answer) return texts;
    EXPECT_EQ(answer->rules, query.rules);
    for (const Journey& journey : answer->journeys) texts.push_back(text(*day, journey));
    return texts;
  }

  SmallFeed small;
  std::shared_ptr<const DayView> day;
  Router router;
};

TEST_F(RouterTest, takes_the_next_train_and_waits_for_it) {
  stops({"a", "b"});
  small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  small.trip("t2", {{"a", "09:00"}, {"b", "09:30"}});
  EXPECT_THAT(ask(query("a", "b", "08:00")), ElementsAre("t1 08:00 a > b 08:30"));
  EXPECT_THAT(ask(query("a", "b", "08:01")), ElementsAre("t2 09:00 a > b 09:30"));
  EXPECT_THAT(ask(query("b", "a", "08:00")), IsEmpty());
}

TEST_F(RouterTest, asks_for_the_change_time_at_a_change_and_not_at_the_start) {
  stops({"a", "b", "c"});
  small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  small.trip("t2", {{"b", "08:39"}, {"c", "09:00"}});
  small.trip("t3", {{"b", "08:40"}, {"c", "09:10"}});
  EXPECT_THAT(ask(query("a", "c", "08:00")),
              ElementsAre("t1 08:00 a > b 08:30 | t3 08:40 b > c 09:10"));
  JourneyQuery quick = query("a", "c", "08:00");
  quick.rules.change_s = 540;
  EXPECT_THAT(ask(quick), ElementsAre("t1 08:00 a > b 08:30 | t2 08:39 b > c 09:00"));
}

TEST_F(RouterTest, gives_later_arrivals_with_fewer_trips_too) {
  stops({"a", "b", "c"});
  small.trip("slow", {{"a", "08:00"}, {"c", "12:00"}});
  small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  small.trip("t2", {{"b", "09:00"}, {"c", "10:00"}});
  EXPECT_THAT(ask(query("a", "c", "07:00")),
              ElementsAre("slow 08:00 a > c 12:00", "t1 08:00 a > b 08:30 | t2 09:00 b > c 10:00"));
  JourneyQuery direct = query("a", "c", "07:00");
  direct.rules.max_changes = 0;
  EXPECT_THAT(ask(direct), ElementsAre("slow 08:00 a > c 12:00"));
  const auto fastest = router.fastest(*day, query("a", "c", "07:00"));
  ASSERT_TRUE(fastest);
  ASSERT_EQ(fastest->journeys.size(), 1u);
  EXPECT_EQ(fastest->journeys[0].arrival_s, at("10:00"));
}

TEST_F(RouterTest, leaves_as_late_as_it_can_without_arriving_later) {
  stops({"a", "b", "c"});
  small.trip("early", {{"a", "08:00"}, {"b", "08:30"}});
  small.trip("later", {{"a", "09:00"}, {"b", "09:20"}});
  small.trip("last", {{"b", "10:00"}, {"c", "11:00"}});
  EXPECT_THAT(ask(query("a", "c", "07:00")),
              ElementsAre("later 09:00 a > b 09:20 | last 10:00 b > c 11:00"));
  JourneyQuery loose = query("a", "c", "07:00");
  loose.rules.tight = false;
  EXPECT_THAT(ask(loose), ElementsAre("early 08:00 a > b 08:30 | last 10:00 b > c 11:00"));
}

TEST_F(RouterTest, arrives_by_a_time) {
  stops({"a", "b"});
  small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  small.trip("t2", {{"a", "09:00"}, {"b", "09:30"}});
  JourneyQuery by = query("a", "b", "09:29");
  by.direction = Direction::arrive_by;
  EXPECT_THAT(ask(by), ElementsAre("t1 08:00 a > b 08:30"));
  by.time_s = at("09:30");
  EXPECT_THAT(ask(by), ElementsAre("t2 09:00 a > b 09:30"));
}

TEST_F(RouterTest, rides_the_train_of_the_day_before_past_midnight) {
  stops({"a", "b", "c"});
  small.trip("night", {{"a", "22:00"}, {"b", "25:00", "25:10"}, {"c", "27:00"}});
  const auto answer = ask(query("b", "c", "00:30"));
  EXPECT_THAT(answer, ElementsAre("night 01:10 b > c 03:00"));
  const auto journey = router.fastest(*day, query("b", "c", "00:30"))->journeys[0];
  EXPECT_EQ(journey.legs[0].service_day, -1);
  EXPECT_EQ(service_date(day->date(), journey.legs[0]), kMonday - std::chrono::days{1});
  EXPECT_EQ(journey.legs[0].run_start_s, -2 * 3600);
}

TEST_F(RouterTest, keeps_the_order_of_hops_of_no_time) {
  stops({"a", "b", "c"});
  small.trip("t1", {{"a", "08:00"}, {"b", "08:00"}, {"c", "08:00"}});
  EXPECT_THAT(ask(query("a", "c", "08:00")), ElementsAre("t1 08:00 a > c 08:00"));
  EXPECT_THAT(ask(query("c", "a", "08:00")), IsEmpty());
}

TEST_F(RouterTest, walks_between_trains_and_adds_what_the_rules_say) {
  stops({"a", "b", "c", "d"});
  small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  small.trip("t2", {{"c", "08:35"}, {"d", "09:00"}});
  small.trip("t3", {{"c", "08:45"}, {"d", "09:15"}});
  small.transfer("b", "c", 300);
  EXPECT_THAT(ask(query("a", "d", "08:00")),
              ElementsAre("t1 08:00 a > b 08:30 | walk 08:30 b > c 08:35 | t2 08:35 c > d 09:00"));
  JourneyQuery careful = query("a", "d", "08:00");
  careful.rules.change_after_walk_s = 1;
  EXPECT_THAT(ask(careful),
              ElementsAre("t1 08:00 a > b 08:30 | walk 08:30 b > c 08:35 | t3 08:45 c > d 09:15"));
  careful.rules.walking = false;
  EXPECT_THAT(ask(careful), IsEmpty());
}

TEST_F(RouterTest, chains_train_walk_metro_walk_train) {
  stops({"a", "north", "metro1", "metro2", "south", "b"});
  const uint32_t metro = small.line("metro", 1);
  small.trip("t1", {{"a", "08:00"}, {"north", "08:30"}});
  small.trip("m1", {{"metro1", "08:40"}, {"metro2", "09:00"}}, metro);
  small.trip("t2", {{"south", "09:10"}, {"b", "10:00"}});
  small.transfer("north", "metro1", 400);
  small.transfer("metro2", "south", 500);
  EXPECT_THAT(ask(query("a", "b", "08:00")),
              ElementsAre("t1 08:00 a > north 08:30 | walk 08:30 north > metro1 08:36:40 | "
                          "m1 08:40 metro1 > metro2 09:00 | walk 09:00 metro2 > south 09:08:20 | "
                          "t2 09:10 south > b 10:00"));
}

TEST_F(RouterTest, walks_at_the_ends_as_late_and_as_soon_as_can_be) {
  stops({"a", "b", "c", "d"});
  small.trip("t1", {{"b", "08:30"}, {"c", "09:00"}});
  small.transfer("a", "b", 600);
  small.transfer("c", "d", 120);
  EXPECT_THAT(
      ask(query("a", "d", "08:00")),
      ElementsAre("walk 08:20 a > b 08:30 | t1 08:30 b > c 09:00 | walk 09:00 c > d 09:02"));
  JourneyQuery riding = query("a", "d", "08:00");
  riding.rules.walk_at_ends = false;
  EXPECT_THAT(ask(riding), IsEmpty());
}

TEST_F(RouterTest, walks_all_the_way) {
  stops({"a", "b"});
  small.transfer("a", "b", 600);
  EXPECT_THAT(ask(query("a", "b", "08:00")), ElementsAre("walk 08:00 a > b 08:10"));
  JourneyQuery by = query("a", "b", "08:00");
  by.direction = Direction::arrive_by;
  EXPECT_THAT(ask(by), ElementsAre("walk 07:50 a > b 08:00"));
  EXPECT_THAT(ask(query("a", "a", "08:00")), ElementsAre(""));
}

TEST_F(RouterTest, starts_and_ends_at_places_away_from_stops) {
  stops({"a", "b", "c"});
  small.trip("t1", {{"a", "08:30"}, {"c", "09:00"}});
  small.trip("t2", {{"b", "08:10"}, {"c", "08:50"}});
  const JourneyQuery away{.from = {{0, 1500}, {1, 300}}, .to = {{2, 60}}, .time_s = at("08:00")};
  EXPECT_THAT(
      ask(away),
      ElementsAre("access 08:05 - > b 08:10 | t2 08:10 b > c 08:50 | egress 08:50 c > - 08:51"));
}

TEST_F(RouterTest, takes_a_station_for_all_its_platforms) {
  small.station("s");
  small.stop("p1", "s");
  small.stop("p2", "s");
  stops({"a", "b"});
  small.trip("t1", {{"a", "08:00"}, {"p1", "08:30"}});
  small.trip("t2", {{"p2", "08:40"}, {"b", "09:00"}});
  EXPECT_THAT(ask(query("a", "s", "08:00")), ElementsAre("t1 08:00 a > p1 08:30"));
  EXPECT_THAT(ask(query("s", "b", "08:00")), ElementsAre("t2 08:40 p2 > b 09:00"));
  EXPECT_THAT(
      ask(query("a", "b", "08:00")),
      ElementsAre("t1 08:00 a > p1 08:30 | walk 08:30 p1 > p2 08:40 | t2 08:40 p2 > b 09:00"));
  JourneyQuery slow = query("a", "b", "08:00");
  slow.rules.change_s = 601;
  EXPECT_THAT(ask(slow), testing::Not(testing::Contains(testing::HasSubstr("p2 08:40"))));
  const auto reach = router.reach(*day, {.from = place("a"), .time_s = at("08:00")});
  ASSERT_TRUE(reach);
  EXPECT_EQ(reach->time_s[0], at("08:30"));
  EXPECT_EQ(reach->trips[0], 1);
}

TEST_F(RouterTest, says_which_rides_are_by_headway) {
  stops({"a", "b", "c"});
  const uint32_t trip = small.trip("m", {{"a", "05:00"}, {"b", "05:10", "05:11"}, {"c", "05:20"}});
  small.feed.frequencies.push_back({trip, at("06:00"), at("23:00"), 300, false});
  EXPECT_THAT(ask(query("b", "c", "08:00")), ElementsAre("m 08:01 b > c 08:10"));
  const Leg leg = router.fastest(*day, query("b", "c", "08:00"))->journeys[0].legs[0];
  EXPECT_TRUE(leg.by_headway);
  EXPECT_EQ(leg.from_position, 1u);
  const auto on_the_way = calls(day->timetable(), leg);
  ASSERT_EQ(on_the_way.size(), 2u);
  EXPECT_EQ(on_the_way[0].arrival_s, at("08:00"));
  EXPECT_EQ(on_the_way[1].arrival_s, leg.arrival_s);
}

TEST_F(RouterTest, does_not_change_where_that_is_ruled_out) {
  stops({"a", "b", "c"});
  small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  small.trip("t2", {{"b", "09:30"}, {"c", "10:00"}});
  small.transfer("b", "b", 0, TransferKind::impossible);
  JourneyQuery any = query("a", "c", "08:00");
  EXPECT_THAT(ask(any), IsEmpty());
  any.rules.change_s = 0;
  EXPECT_THAT(ask(any), IsEmpty());
}

TEST_F(RouterTest, looks_no_further_than_the_horizon) {
  stops({"a", "b"});
  small.trip("t1", {{"a", "10:00"}, {"b", "11:00"}});
  JourneyQuery near = query("a", "b", "08:00");
  near.rules.horizon_s = 3 * 3600;
  EXPECT_EQ(ask(near).size(), 1u);
  near.rules.horizon_s -= 1;
  EXPECT_THAT(ask(near), IsEmpty());
}

TEST_F(RouterTest, profile_lists_each_train_worth_taking) {
  stops({"a", "b"});
  small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  small.trip("slow", {{"a", "08:05"}, {"b", "10:00"}});  // overtaken by t2
  small.trip("t2", {{"a", "09:00"}, {"b", "09:30"}});
  day = small.day();
  const auto answer = router.profile(*day, {.from = place("a"), .to = place("b")});
  ASSERT_TRUE(answer) << answer.error().text();
  ASSERT_EQ(answer->journeys.size(), 2u);
  EXPECT_EQ(text(*day, answer->journeys[0]), "t1 08:00 a > b 08:30");
  EXPECT_EQ(text(*day, answer->journeys[1]), "t2 09:00 a > b 09:30");
  EXPECT_EQ(answer->walk_only_s, std::nullopt);
  const auto before_nine = router.profile(
      *day, {.from = place("a"), .to = place("b"), .from_s = at("08:01"), .to_s = at("09:00")});
  ASSERT_TRUE(before_nine);
  ASSERT_EQ(before_nine->journeys.size(), 1u);
  EXPECT_EQ(text(*day, before_nine->journeys[0]), "slow 08:05 a > b 10:00");
}

TEST_F(RouterTest, window_gives_best_time_and_percentiles) {
  stops({"a", "b", "c"});
  small.trip("t1", {{"a", "08:10"}, {"b", "08:40"}});
  small.trip("t2", {{"a", "09:10"}, {"b", "09:30"}});
  day = small.day();
  const auto answer = router.reach_window(
      *day, {.from = place("a"), .from_s = at("08:00"), .to_s = at("09:00"), .percentiles = true});
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->best_s[1], 30 * 60);  // t2 leaves after the window
  EXPECT_EQ(answer->best_departure_s[1], at("08:10"));
  EXPECT_EQ(answer->best_s[2], kUnreached);
  EXPECT_EQ(answer->best_s[0], 0);
  // 08:00-08:10 take t1 (40 ... 30 min), 08:11-08:59 wait for t2 (79 ... 31 min).
  EXPECT_EQ(answer->percentile_s(1, 1), 30 * 60);
  EXPECT_EQ(answer->percentile_s(1, 100), 79 * 60);
  EXPECT_EQ(answer->percentile_s(2, 50), kUnreached);
}

TEST_F(RouterTest, ends_a_search_that_does_too_much_work) {
  stops({"a", "b"});
  small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
  small.trip("t2", {{"b", "09:00"}, {"a", "09:30"}});
  day = small.day();
  QueryRules rules;
  rules.work_max = 0;
  JourneyQuery journey = query("a", "b", "08:00");
  journey.rules = rules;
  const auto expect_timeout = [](const auto& answer) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::timeout);
  };
  expect_timeout(router.journeys(*day, journey));
  journey.direction = Direction::arrive_by;
  journey.time_s = at("09:00");
  expect_timeout(router.fastest(*day, journey));
  expect_timeout(router.reach(*day, {.from = place("a"), .time_s = 0, .rules = rules}));
  expect_timeout(router.profile(*day, {.from = place("a"), .to = place("b"), .rules = rules}));
  expect_timeout(router.reach_window(*day, {.from = place("a"), .rules = rules}));
  // The next question is answered as if nothing had been.
  EXPECT_THAT(ask(query("a", "b", "08:00")), ElementsAre("t1 08:00 a > b 08:30"));
}

TEST_F(RouterTest, refuses_questions_that_make_no_sense) {
  stops({"a", "b"});
  day = small.day();
  const JourneyQuery good = query("a", "b", "08:00");
  const auto refused = [&](auto change) {
    JourneyQuery bad = good;
    change(bad);
    const auto answer = router.journeys(*day, bad);
    EXPECT_FALSE(answer);
    return answer                                               ? ""
           : answer.error().code == ErrorCode::invalid_argument ? answer.error().where
                                                                : "another code";
  };
  EXPECT_TRUE(router.journeys(*day, good));
  EXPECT_EQ(refused([](auto& q) { q.from.clear(); }), "from");
  EXPECT_EQ(refused([](auto& q) { q.to.assign(kAccessMax + 1, {0, 0}); }), "to");
  EXPECT_EQ(refused([](auto& q) { q.to = {{0, 0}, {77, 0}}; }), "to[1]");
  EXPECT_EQ(refused([](auto& q) { q.from[0].seconds = -1; }), "from[0]");
  EXPECT_EQ(refused([](auto& q) { q.time_s = -kDaySeconds - 1; }), "time");
  EXPECT_EQ(refused([](auto& q) { q.time_s = kDaySeconds + 1; }), "time");
  EXPECT_EQ(refused([](auto& q) {
              q.direction = Direction::arrive_by;
              q.time_s = -1;
            }),
            "time");
  EXPECT_EQ(refused([](auto& q) { q.rules.max_changes = -1; }), "rules.max_changes");
  EXPECT_EQ(refused([](auto& q) { q.rules.max_changes = kChangesMax + 1; }), "rules.max_changes");
  EXPECT_EQ(refused([](auto& q) { q.rules.change_s = -1; }), "rules.change_s");
  EXPECT_EQ(refused([](auto& q) { q.rules.change_after_walk_s = -1; }),
            "rules.change_after_walk_s");
  EXPECT_EQ(refused([](auto& q) { q.rules.horizon_s = -1; }), "rules.horizon_s");
  const auto empty = router.profile(*day, {.from = place("a"), .to = place("b"), .to_s = 0});
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().where, "to_s");
  EXPECT_FALSE(router.reach_window(*day, {.from = place("a"), .to_s = 3 * kDaySeconds}));
  EXPECT_FALSE(router.reach(*day, {.time_s = 0}));
}

}  // namespace
}  // namespace hq::route
