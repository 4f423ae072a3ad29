// The engine on the real rail feed of the delta: known figures of the two-hour circle, and 10,000
// random queries against a connection scan. Skips where the shared data is absent.

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "base/csv.h"
#include "base/file.h"
#include "route/gtfs_reader.h"
#include "route/journey_check_testing.h"
#include "route/naive_model_testing.h"
#include "route/router.h"

namespace hq::route {
namespace {

const std::string kFolder = std::string(HQ_SHARED_DIR) + "/data/transport";
constexpr Date kSunday = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

struct City {
  std::string name;
  int64_t people = 0;
  std::vector<uint32_t> stops;
};

struct Circle {
  int cities = 0;
  int64_t people = 0;
  int stations = 0;
  bool operator==(const Circle&) const = default;
};

void PrintTo(const Circle& circle, std::ostream* out) {
  *out << circle.cities << " cities, " << circle.people << " people, " << circle.stations
       << " stations";
}

class DeltaRail : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFolder + "/gtfs_yrd_rail.zip")) {
      GTEST_SKIP() << "no rail feed in " << kFolder;
    }
    ImportReport report;
    auto feed = read_gtfs(kFolder + "/gtfs_yrd_rail.zip", report);
    ASSERT_TRUE(feed) << feed.error().text();
    feed_ = *std::move(feed);
    auto image = compile(feed_, {}, report);
    ASSERT_TRUE(image) << image.error().text();
    auto timetable = Timetable::from_bytes(*std::move(image));
    ASSERT_TRUE(timetable) << timetable.error().text();
    timetable_ = *timetable;
  }

  std::shared_ptr<const DayView> view(const std::vector<std::string>& services) {
    DayViewOptions options;
    for (const std::string& service : services) {
      options.services.push_back(timetable_->find_service(service).value());
    }
    auto view = DayView::build(timetable_, kSunday, options);
    EXPECT_TRUE(view);
    return *view;
  }

  uint32_t stop_named(std::string_view name) const {
    for (uint32_t stop = 0; stop < timetable_->stop_count(); ++stop) {
      if (timetable_->text(timetable_->stop(stop).name) == name) return stop;
    }
    return kNone;
  }

  std::vector<City> cities() const {
    std::vector<City> cities;
    const auto bytes = read_file(kFolder + "/cities.csv");
    EXPECT_TRUE(bytes);
    auto csv = CsvReader::open(*bytes, "cities.csv");
    EXPECT_TRUE(csv);
    while (csv->next()) {
      if (csv->cell(csv->column("province")).empty()) continue;
      City city;
      city.name = csv->cell(csv->column("city"));
      city.people = std::stoll(std::string(csv->cell(csv->column("population"))));
      std::istringstream names{std::string(csv->cell(csv->column("station_names")))};
      for (std::string name; names >> name;) {
        if (stop_named(name) != kNone) city.stops.push_back(stop_named(name));
      }
      cities.push_back(std::move(city));
    }
    return cities;
  }

  /// Cities with a station within `limit_s`; the city one starts in always counts.
  Circle circle(const std::vector<int32_t>& seconds, int32_t limit_s) const {
    Circle circle;
    for (const City& city : cities()) {
      const bool is_near =
          std::ranges::any_of(city.stops, [&](uint32_t stop) { return seconds[stop] <= limit_s; });
      if (!is_near && city.name != "上海") continue;
      ++circle.cities;
      circle.people += city.people;
    }
    for (const int32_t s : seconds) circle.stations += s <= limit_s ? 1 : 0;
    return circle;
  }

  Feed feed_;
  std::shared_ptr<const Timetable> timetable_;
  Router router_;
};

TEST_F(DeltaRail, direct_trains_best_of_the_day) {
  const auto day = view({"DAILY", "PEAK"});
  WindowQuery query{.from = {{stop_named("上海虹桥")}}, .from_s = 0, .to_s = kDaySeconds};
  query.rules.max_changes = 0;
  const auto answer = router_.reach_window(*day, query);
  ASSERT_TRUE(answer) << answer.error().text();
  const Circle two_hours = circle(answer->best_s, 120 * 60);
  EXPECT_EQ(two_hours.cities, 21);
  EXPECT_NEAR(static_cast<double>(two_hours.people), 154.4e6, 0.05e6);
  EXPECT_EQ(circle(answer->best_s, 60 * 60).cities, 8);
  EXPECT_EQ(circle(answer->best_s, 90 * 60).cities, 12);
  EXPECT_EQ(circle(answer->best_s, 180 * 60).cities, 34);
}

TEST_F(DeltaRail, with_changes_best_departure_of_the_day) {
  const auto day = view({"DAILY"});
  WindowQuery query{.from = {{stop_named("上海虹桥")}}};
  query.rules.change_s = 600;
  const auto answer = router_.reach_window(*day, query);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(circle(answer->best_s, 60 * 60).people, 80'221'394);
  EXPECT_EQ(circle(answer->best_s, 90 * 60).people, 119'188'535);
  EXPECT_EQ(circle(answer->best_s, 120 * 60).people, 162'680'567);
  EXPECT_EQ(circle(answer->best_s, 120 * 60).cities, 24);
  EXPECT_EQ(circle(answer->best_s, 180 * 60).people, 220'858'745);
}

TEST_F(DeltaRail, leaving_at_a_time_with_waiting_counted) {
  const auto day = view({"DAILY"});
  ReachQuery query{.from = {{stop_named("上海虹桥")}}, .time_s = 8 * 3600};
  query.rules.change_s = 900;
  const auto seconds = [&] {
    auto answer = router_.reach(*day, query);
    EXPECT_TRUE(answer);
    for (int32_t& time : answer->time_s) {
      if (time != kUnreached) time -= query.time_s;
    }
    return answer->time_s;
  };
  EXPECT_EQ(circle(seconds(), 120 * 60), (Circle{18, 131'955'906, 46}));
  EXPECT_EQ(circle(seconds(), 240 * 60), (Circle{38, 227'088'744, 202}));
  query.time_s = 14 * 3600;
  EXPECT_EQ(circle(seconds(), 120 * 60), (Circle{18, 134'102'381, 55}));
}

TEST_F(DeltaRail, ten_thousand_random_queries_agree_with_a_connection_scan) {
  const auto day = view({});
  NaiveModel model(feed_, kSunday, {}, {});
  std::mt19937_64 random(20'261'122);
  const auto any_stop = [&] { return static_cast<uint32_t>(random() % feed_.stops.size()); };
  int found = 0;
  for (int i = 0; i < 500; ++i) {
    QueryRules rules;
    rules.max_changes = kChangesMax;
    rules.tight = i % 10 == 0;
    if (i % 3 == 1) rules.change_s = 300;
    const std::vector<Access> from{{any_stop()}};
    const auto time_s = static_cast<int32_t>(random() % kDaySeconds);
    const auto wanted = model.connection_scan(from, time_s, rules);
    const auto reach = router_.reach(*day, {.from = from, .time_s = time_s, .rules = rules});
    ASSERT_TRUE(reach);
    ASSERT_EQ(reach->time_s, wanted) << "from " << from[0].stop << " at " << time_s;
    for (int k = 0; k < 20; ++k) {
      const std::vector<Access> to{{any_stop()}};
      const auto answer =
          router_.fastest(*day, {.from = from, .to = to, .time_s = time_s, .rules = rules});
      ASSERT_TRUE(answer);
      const int32_t got = answer->journeys.empty() ? kUnreached : answer->journeys[0].arrival_s;
      ASSERT_EQ(got, wanted[to[0].stop])
          << "from " << from[0].stop << " to " << to[0].stop << " at " << time_s;
      if (answer->journeys.empty()) continue;
      ++found;
      if (k > 1) continue;
      ASSERT_EQ(check_journey(model, feed_, answer->journeys[0], from, to, rules), "");
    }
  }
  EXPECT_GT(found, 1000);
}

}  // namespace
}  // namespace hq::route
