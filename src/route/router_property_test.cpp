// Router against NaiveModel on random networks: every kind of query, every rule.

#include <gtest/gtest.h>

#include <cstdlib>

#include "route/journey_check_testing.h"
#include "route/naive_model_testing.h"
#include "route/random_feed_testing.h"
#include "route/router.h"

namespace hq::route {
namespace {

/// Networks looked at; HQ_PROPERTY_NETWORKS asks for more, HQ_PROPERTY_SEED starts elsewhere.
uint64_t setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// A random network, compiled, with the model beside it.
class Network {
 public:
  explicit Network(uint64_t seed) : random(seed * 7919 + 1), feed(random_feed(seed)) {
    CompileOptions compile_options;
    if (below(3) == 0) compile_options.walk_chain_max_s = 0;
    if (below(3) == 0) compile_options.change_rail_s = below(3) * 300;
    DayViewOptions view_options;
    view_options.from_s = -2 * kDaySeconds;
    view_options.to_s = 3 * kDaySeconds;
    if (below(4) == 0) view_options.services = {static_cast<uint32_t>(below(feed.services.size()))};
    if (below(5) == 0) view_options.modes = mask(Mode::rail) | mask(Mode::bus) | mask(Mode::tram);
    ImportReport report;
    auto image = compile(feed, compile_options, report);
    EXPECT_TRUE(image) << image.error().text();
    auto timetable = Timetable::from_bytes(*std::move(image));
    EXPECT_TRUE(timetable) << timetable.error().text();
    auto built = DayView::build(*timetable, kRandomFeedDate, view_options);
    EXPECT_TRUE(built) << built.error().text();
    view = *built;
    model.emplace(feed, kRandomFeedDate, compile_options, view_options);
  }

  int32_t below(uint64_t limit) { return static_cast<int32_t>(random() % limit); }

  std::vector<Access> place() {
    std::vector<Access> stops;
    const int32_t count = below(4) == 0 ? 2 : 1;
    stops.reserve(static_cast<std::size_t>(count));
    for (int32_t i = 0; i < count; ++i) {
      stops.push_back(
          {static_cast<uint32_t>(below(feed.stops.size())), below(3) == 0 ? below(10) * 60 : 0});
    }
    return stops;
  }

  QueryRules rules() {
    QueryRules rules;
    if (below(3) == 0) rules.change_s = below(4) * 300;
    if (below(4) == 0) rules.change_after_walk_s = 150;
    rules.walking = below(4) != 0;
    rules.walk_at_ends = below(4) != 0;
    rules.max_changes = below(6);
    rules.horizon_s = below(3) == 0 ? below(12) * 3600 : kDaySeconds;
    rules.tight = below(2) == 0;
    return rules;
  }

  int32_t time() { return below(2) == 0 ? below(312) * 300 : below(93'600); }

  /// Whether one can be at `to` by `latest` with at most `trips` trips, leaving at `time` or later.
  bool can(const std::vector<Access>& from, const std::vector<Access>& to, int32_t time,
           int32_t latest, uint32_t trips, QueryRules rules) const {
    rules.horizon_s = latest - time;
    const auto best = model->rounds(from, time, rules);
    const int32_t arrival = model->at_target(best[trips], to);
    return arrival != kUnreached && arrival <= latest;
  }

  std::mt19937_64 random;
  Feed feed;
  std::shared_ptr<const DayView> view;
  std::optional<NaiveModel> model;
  Router router;
};

/// Runs `body` on networks of many seeds, until one fails.
template <class Body>
void for_networks(uint64_t count, Body body) {
  const uint64_t first = setting("HQ_PROPERTY_SEED", 1);
  const uint64_t last = first + setting("HQ_PROPERTY_NETWORKS", count);
  for (uint64_t seed = first; seed < last; ++seed) {
    SCOPED_TRACE("HQ_PROPERTY_SEED=" + std::to_string(seed) + " HQ_PROPERTY_NETWORKS=1");
    Network network(seed);
    for (int i = 0; i < 12; ++i) {
      SCOPED_TRACE("query " + std::to_string(i));
      body(network);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(RouterProperty, journeys_are_the_pareto_set_of_the_model) {
  uint64_t found = 0;
  for_networks(400, [&](Network& n) {
    const JourneyQuery query{n.place(), n.place(), n.time(), Direction::depart_at, n.rules()};
    const auto answer = n.router.journeys(*n.view, query);
    ASSERT_TRUE(answer) << answer.error().text();
    const auto best = n.model->rounds(query.from, query.time_s, query.rules);
    std::vector<std::pair<uint32_t, int32_t>> wanted;
    int32_t least = kUnreached;
    for (uint32_t trips = 0; trips < best.size(); ++trips) {
      const int32_t arrival = n.model->at_target(best[trips], query.to);
      if (arrival == kUnreached || arrival - query.time_s > query.rules.horizon_s) continue;
      if (arrival < least) wanted.push_back({trips, arrival});
      least = std::min(least, arrival);
    }
    std::vector<std::pair<uint32_t, int32_t>> got;
    for (const Journey& journey : answer->journeys) {
      got.push_back({journey.trips, journey.arrival_s});
      ASSERT_EQ(check_journey(*n.model, n.feed, journey, query.from, query.to, query.rules), "");
      ASSERT_GE(journey.departure_s, query.time_s);
      if (query.rules.tight && journey.trips > 0) {
        ASSERT_FALSE(n.can(query.from, query.to, journey.departure_s + 1, journey.arrival_s,
                           journey.trips, query.rules));
      }
    }
    ASSERT_EQ(got, wanted);
    const auto fastest = n.router.fastest(*n.view, query);
    ASSERT_TRUE(fastest);
    ASSERT_EQ(fastest->journeys.empty(), got.empty());
    if (!got.empty()) ASSERT_EQ(fastest->journeys[0], answer->journeys.back());
    found += got.size();
  });
  EXPECT_GT(found, 0u);
}

TEST(RouterProperty, arriving_by_a_time_is_leaving_as_late_as_the_model_can) {
  uint64_t found = 0;
  for_networks(400, [&](Network& n) {
    const JourneyQuery query{n.place(), n.place(), n.time(), Direction::arrive_by, n.rules()};
    const auto answer = n.router.journeys(*n.view, query);
    ASSERT_TRUE(answer) << answer.error().text();
    const int32_t earliest = query.time_s - query.rules.horizon_s;
    uint32_t next = 0;
    int32_t latest = earliest - 1;  // best departure with the trips looked at so far
    for (uint32_t trips = 0; trips <= static_cast<uint32_t>(query.rules.max_changes) + 1; ++trips) {
      if (next < answer->journeys.size() && answer->journeys[next].trips == trips) {
        const Journey& journey = answer->journeys[next++];
        ASSERT_EQ(check_journey(*n.model, n.feed, journey, query.from, query.to, query.rules), "");
        ASSERT_GT(journey.departure_s, latest);
        ASSERT_LE(journey.arrival_s, query.time_s);
        latest = journey.departure_s;
        if (query.rules.tight && trips > 0) {
          ASSERT_FALSE(n.can(query.from, query.to, journey.departure_s, journey.arrival_s - 1,
                             trips, query.rules));
        }
      }
      ASSERT_FALSE(n.can(query.from, query.to, latest + 1, query.time_s, trips, query.rules))
          << trips << " trips";
    }
    ASSERT_EQ(next, answer->journeys.size());
    found += next;
  });
  EXPECT_GT(found, 0u);
}

TEST(RouterProperty, reach_is_the_earliest_arrival_of_the_model_everywhere) {
  for_networks(400, [&](Network& n) {
    ReachQuery query{n.place(), n.time(), Direction::depart_at, true, n.rules()};
    const auto answer = n.router.reach(*n.view, query);
    ASSERT_TRUE(answer) << answer.error().text();
    const auto best = n.model->rounds(query.from, query.time_s, query.rules);
    for (uint32_t trips = 0; trips < best.size(); ++trips) {
      // Rounds that bring nothing new are not in the answer.
      const auto& got = answer->by_trips[std::min<std::size_t>(trips, answer->by_trips.size() - 1)];
      ASSERT_EQ(got, n.model->with_stations(best[trips])) << trips;
    }
    ASSERT_EQ(answer->time_s, n.model->with_stations(best.back()));
    for (uint32_t stop = 0; stop < n.feed.stops.size(); ++stop) {
      const int32_t time = answer->time_s[stop];
      if (time == kUnreached) continue;
      ASSERT_EQ(answer->by_trips[answer->trips[stop]][stop], time);
      if (answer->trips[stop] > 0)
        ASSERT_GT(answer->by_trips[answer->trips[stop] - 1u][stop], time);
    }
    query.rules.max_changes = kChangesMax;
    const auto all = n.router.reach(*n.view, query);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->time_s, n.model->with_stations(
                               n.model->connection_scan(query.from, query.time_s, query.rules)));
  });
}

TEST(RouterProperty, reach_backward_is_the_arrive_by_journey_from_every_stop) {
  for_networks(200, [&](Network& n) {
    const ReachQuery query{n.place(), n.time(), Direction::arrive_by, false, n.rules()};
    const auto answer = n.router.reach(*n.view, query);
    ASSERT_TRUE(answer) << answer.error().text();
    for (uint32_t stop = 0; stop < n.feed.stops.size(); ++stop) {
      const auto one = n.router.fastest(*n.view, {.from = {{stop, 0}},
                                                  .to = query.from,
                                                  .time_s = query.time_s,
                                                  .direction = Direction::arrive_by,
                                                  .rules = query.rules});
      ASSERT_TRUE(one);
      const int32_t wanted = one->journeys.empty() ? kUnreached : one->journeys.back().departure_s;
      ASSERT_EQ(answer->time_s[stop], wanted) << "stop " << stop;
    }
  });
}

TEST(RouterProperty, profile_is_all_that_is_worth_leaving_for) {
  uint64_t found = 0;
  for_networks(250, [&](Network& n) {
    const int32_t from_s = n.time();
    const ProfileQuery query{n.place(), n.place(), from_s, from_s + 1 + n.below(72'000), n.rules()};
    const auto answer = n.router.profile(*n.view, query);
    ASSERT_TRUE(answer) << answer.error().text();
    ASSERT_EQ(answer->walk_only_s.value_or(kUnreached),
              n.model->walk_all_the_way(query.from, query.to, query.rules));
    std::vector<NaiveModel::Point> got;
    for (const Journey& journey : answer->journeys) {
      got.push_back({journey.departure_s, journey.arrival_s, journey.trips});
      ASSERT_EQ(check_journey(*n.model, n.feed, journey, query.from, query.to, query.rules), "");
    }
    const auto wanted =
        n.model->profile(query.from, query.to, query.from_s, query.to_s, query.rules);
    ASSERT_EQ(got, wanted);
    found += got.size();
  });
  EXPECT_GT(found, 0u);
}

TEST(RouterProperty, window_is_reach_at_each_minute) {
  for_networks(100, [&](Network& n) {
    const int32_t from_s = n.time();
    const WindowQuery query{n.place(), from_s, from_s + 60 * (1 + n.below(90)), true, n.rules()};
    const auto answer = n.router.reach_window(*n.view, query);
    ASSERT_TRUE(answer) << answer.error().text();
    std::vector<std::vector<int32_t>> seconds(n.feed.stops.size());
    for (int32_t minute = query.from_s; minute < query.to_s; minute += 60) {
      const auto reach =
          n.router.reach(*n.view, {query.from, minute, Direction::depart_at, false, query.rules});
      ASSERT_TRUE(reach);
      for (uint32_t stop = 0; stop < n.feed.stops.size(); ++stop) {
        const int32_t time = reach->time_s[stop];
        seconds[stop].push_back(time == kUnreached ? kUnreached : time - minute);
      }
    }
    for (uint32_t stop = 0; stop < n.feed.stops.size(); ++stop) {
      std::ranges::sort(seconds[stop]);
      for (const int32_t percent : {1, 50, 90, 100}) {
        const std::size_t rank = (seconds[stop].size() * static_cast<uint64_t>(percent) + 99) / 100;
        ASSERT_EQ(answer->percentile_s(stop, percent), seconds[stop][rank - 1])
            << "stop " << stop << ", " << percent << " %";
      }
      const auto points =
          n.model->profile(query.from, {{stop, 0}}, query.from_s, query.to_s, query.rules);
      int32_t best = n.model->with_stations(n.model->on_foot(query.from, query.rules))[stop];
      for (const auto& point : points) best = std::min(best, point.arrival_s - point.departure_s);
      ASSERT_EQ(answer->best_s[stop], best) << "stop " << stop;
    }
  });
}

}  // namespace
}  // namespace hq::route
