// The engine on the reference hub, rail and metros together: 10,000 random queries against a
// connection scan that shares nothing with it but the feed.
#include <gtest/gtest.h>

#include <random>

#include "hub/journeys/hub_network_testing.h"
#include "route/journey_check_testing.h"
#include "route/naive_model_testing.h"

namespace hq::hub {
namespace {

constexpr Date kTuesday = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24};
constexpr int kOrigins = 100;
constexpr int kTargets = 100;

TEST(ReferenceHub, ten_thousand_random_queries_agree_with_a_connection_scan) {
  const route::Feed feed = build_feed(*test_hub()).value();
  // A short window, since the model looks at every run of it each time.
  const auto timetable = compiled_reference();
  const auto day = route::DayView::build(timetable, kTuesday, {}).value();
  route::NaiveModel model(feed, kTuesday, {}, day->options());
  route::Router router;
  std::mt19937_64 random(20'261'124);
  const auto any_stop = [&] { return static_cast<uint32_t>(random() % feed.stops.size()); };
  int found = 0;
  for (int i = 0; i < kOrigins; ++i) {
    route::QueryRules rules;
    rules.max_changes = route::kChangesMax;
    rules.tight = i % 10 == 0;
    if (i % 3 == 1) rules.change_s = 300;
    const std::vector<route::Access> from{{any_stop()}};
    const auto time_s = static_cast<int32_t>(random() % route::kDaySeconds);
    const auto wanted = model.connection_scan(from, time_s, rules);
    for (int k = 0; k < kTargets; ++k) {
      const std::vector<route::Access> to{{any_stop()}};
      const auto answer =
          router.fastest(*day, {.from = from, .to = to, .time_s = time_s, .rules = rules});
      ASSERT_TRUE(answer) << answer.error().text();
      const int32_t got =
          answer->journeys.empty() ? route::kUnreached : answer->journeys[0].arrival_s;
      ASSERT_EQ(got, wanted[to[0].stop]) << "from " << feed.stops[from[0].stop].id << " to "
                                         << feed.stops[to[0].stop].id << " at " << time_s;
      if (answer->journeys.empty()) continue;
      ++found;
      if (k > 1) continue;
      ASSERT_EQ(route::check_journey(model, feed, answer->journeys[0], from, to, rules), "");
    }
  }
  EXPECT_GT(found, 5000);
}

}  // namespace
}  // namespace hq::hub
