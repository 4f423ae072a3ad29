#include "hub/journeys/reach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv.h"
#include "hub/journeys/batch.h"
#include "hub/journeys/hub_network_testing.h"

namespace hq::hub {
namespace {

using testing::HasSubstr;

ReachAnswer reach(const Network& network, const ReachRequest& request) {
  auto answer = find_reach(network, request);
  EXPECT_TRUE(answer) << answer.error().text();
  return answer.value_or(ReachAnswer{});
}

constexpr double kMillion = 1e6;

// The golden figures of the delta rail feed: by an independent connection scan over the same data.
class GoldenCircle : public testing::Test {
 protected:
  void SetUp() override {
    if (!delta_rail_network()) GTEST_SKIP() << "the shared data is not there: " << HQ_SHARED_DIR;
  }
};

TEST_F(GoldenCircle, direct_trains_at_their_best_reach_21_cities) {
  // 2024-06-21 is a Friday without holiday trains: DAILY and PEAK run.
  const ReachAnswer answer = reach(*delta_rail_network(), {.from = "AOH",
                                                           .measure = Measure::best,
                                                           .time = "2024-06-21",
                                                           .window_from_s = 0,
                                                           .window_to_s = 86'400,
                                                           .changes_max = 0,
                                                           .walking = false});
  EXPECT_EQ(answer.city_count, 21);
  EXPECT_NEAR(static_cast<double>(answer.population) / kMillion, 154.4, 0.05);
}

TEST_F(GoldenCircle, changes_of_10_minutes_reach_24_cities) {
  // 2024-06-18 is a Tuesday: DAILY alone.
  const ReachAnswer answer = reach(*delta_rail_network(), {.from = "AOH",
                                                           .measure = Measure::best,
                                                           .time = "2024-06-18",
                                                           .changes_max = 7,
                                                           .change_min = 10,
                                                           .walking = false});
  EXPECT_EQ(answer.city_count, 24);
  EXPECT_NEAR(static_cast<double>(answer.population) / kMillion, 162.7, 0.05);
}

TEST_F(GoldenCircle, leaving_at_8_with_changes_of_15_minutes_reaches_18_cities) {
  const ReachAnswer answer = reach(*delta_rail_network(), {.from = "AOH",
                                                           .time = "2024-06-18T08:00",
                                                           .changes_max = 7,
                                                           .change_min = 15,
                                                           .walking = false});
  EXPECT_EQ(answer.city_count, 18);
  EXPECT_NEAR(static_cast<double>(answer.population) / kMillion, 132.0, 0.05);
  EXPECT_EQ(answer.stop_count, 46);
}

const char* const kDay = "2026-11-24";

TEST(Reach, counts_each_city_once_with_its_nearest_station) {
  const ReachAnswer answer =
      reach(*reference_network(), {.from = "AOH", .measure = Measure::best, .time = kDay});
  EXPECT_EQ(answer.population_of_delta, 235'213'670);
  int64_t people = 0;
  for (std::size_t i = 0; i < answer.cities.size(); ++i) {
    people += answer.cities[i].population;
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(answer.cities[i].id, answer.cities[j].id);
    EXPECT_LE(answer.cities[i].minutes, 120);
  }
  EXPECT_EQ(people, answer.population);
  EXPECT_EQ(answer.cities.front().id, "上海");
  EXPECT_EQ(answer.cities.front().minutes, 0);
}

TEST(Reach, takes_longer_the_more_is_counted) {
  const auto people = [](Measure measure) {
    return reach(*reference_network(), {.from = "AOH", .measure = measure, .time = kDay})
        .population;
  };
  EXPECT_GE(people(Measure::best), people(Measure::p50));
  EXPECT_GE(people(Measure::p50), people(Measure::p90));
  EXPECT_GT(people(Measure::p90), 24'000'000);
}

TEST(Reach, has_a_curve_that_meets_the_total) {
  const ReachAnswer answer =
      reach(*reference_network(), {.from = "AOH", .measure = Measure::best, .time = kDay});
  ASSERT_EQ(answer.curve.size(), 73u);
  EXPECT_EQ(answer.curve[24].minutes, 120);
  EXPECT_EQ(answer.curve[24].population, answer.population);
  for (std::size_t i = 1; i < answer.curve.size(); ++i) {
    EXPECT_GE(answer.curve[i].population, answer.curve[i - 1].population);
  }
}

TEST(Reach, states_its_definition) {
  const ReachAnswer answer =
      reach(*reference_network(), {.from = "AOH", .time = "2026-11-24T08:00", .change_min = 10});
  EXPECT_THAT(answer.definition.text.en, HasSubstr("Leaving at 08:00 on 2026-11-24"));
  EXPECT_THAT(answer.definition.text.zh, HasSubstr("计入候车时间"));
  EXPECT_EQ(answer.definition.rules.change_min, 10);
  EXPECT_THAT(answer.link, HasSubstr("/circle?from=AOH&limit_min=120&measure=depart"));
}

TEST(Reach, refuses_a_limit_or_window_that_makes_no_sense) {
  const auto refused = [](const ReachRequest& request) {
    return find_reach(*reference_network(), request).error().where;
  };
  EXPECT_EQ(refused({.from = "AOH", .limit_min = 0, .time = kDay}), "limit_min");
  EXPECT_EQ(refused({.from = "AOH", .limit_min = 361, .time = kDay}), "limit_min");
  EXPECT_EQ(refused({.from = "AOH", .time = kDay, .window_from_s = 7200, .window_to_s = 3600}),
            "window_to");
  EXPECT_EQ(refused({.from = "?", .time = kDay}), "from");
}

TEST(Reach, is_written_as_csv_and_geojson) {
  const ReachAnswer answer =
      reach(*reference_network(), {.from = "AOH", .measure = Measure::best, .time = kDay});
  const std::string csv = reach_cities_csv(answer);
  CsvReader rows = CsvReader::open(csv, "reach.csv").value();
  std::size_t count = 0;
  while (rows.next()) ++count;
  EXPECT_EQ(count, answer.cities.size());
  EXPECT_GE(rows.column("population"), 0);
  EXPECT_THAT(reach_stops_csv(answer), HasSubstr("AOH,上海虹桥,Shanghai Hongqiao,上海,31.19671"));
  const std::string geojson = reach_geojson(answer);
  const auto document = JsonDocument::parse(geojson, {.bytes_max = geojson.size()});
  ASSERT_TRUE(document.has_value());
}

std::string run_batch(const std::string& queries, const BatchOptions& options, bool circles,
                      BatchCounts* counts = nullptr) {
  CsvReader csv = CsvReader::open(queries, "queries.csv").value();
  std::string text;
  const WriteText write = [&](std::string_view part) -> Result<> {
    text += part;
    return {};
  };
  const auto done = circles ? run_reach_batch(*reference_network(), csv, options, write)
                            : run_journey_batch(*reference_network(), csv, options, write);
  EXPECT_TRUE(done) << done.error().text();
  if (counts != nullptr && done) *counts = *done;
  return text;
}

TEST(Batch, answers_in_the_order_of_the_questions_and_tells_each_failure) {
  std::string queries = "from,to,date,departure\n";
  for (int i = 0; i < 50; ++i) {
    queries += i % 5 == 4 ? "AOH,NOWHERE,2026-11-24,08:00\n" : "AOH,NKH,2026-11-24,08:00\n";
  }
  BatchCounts counts;
  const std::string text = run_batch(queries, {.threads = 4}, false, &counts);
  EXPECT_EQ(counts.queries, 50u);
  EXPECT_EQ(counts.answered, 40u);
  EXPECT_EQ(counts.failed, 10u);
  CsvReader rows = CsvReader::open(text, "out.csv").value();
  for (int line = 2; rows.next(); ++line) {
    EXPECT_EQ(rows.cell(rows.column("query")), std::to_string(line));
    EXPECT_EQ(rows.cell(rows.column("error")).empty(), rows.cell(rows.column("to")) == "NKH");
  }
}

TEST(Batch, names_the_rules_and_follows_them) {
  const std::string queries = "from,to,date,departure\nAOH,HFH,2026-11-24,08:00\n";
  const std::string text = run_batch(
      queries, {.services = {"DAILY"}, .changes_max = 0, .change_min = 10, .walking = false},
      false);
  EXPECT_THAT(text, HasSubstr("services=DAILY;change=10min;walking=false;changes_max=0"));
  const std::string all =
      run_batch(queries, {.format = BatchFormat::jsonl, .all_journeys = true}, false);
  EXPECT_GE(std::ranges::count(all, '\n'), 1);
  EXPECT_THAT(all, HasSubstr(R"("timetable":"ref")"));
}

TEST(Batch, draws_circles) {
  const std::string text = run_batch(
      "from,limit_min,measure,date\nAOH,60,best,2026-11-24\nAOH,120,best,2026-11-24\n"
      "AOH,x,best,2026-11-24\nAOH,60,worst,2026-11-24\nAOH,60,best,\n",
      {}, true);
  CsvReader rows = CsvReader::open(text, "out.csv").value();
  std::vector<int> cities;
  int failures = 0;
  while (rows.next()) {
    const auto cell = rows.cell(rows.column("cities"));
    if (cell.empty()) {
      ++failures;
    } else {
      cities.push_back(std::stoi(std::string(cell)));
    }
  }
  EXPECT_EQ(failures, 3);
  ASSERT_EQ(cities.size(), 2u);
  EXPECT_LT(cities[0], cities[1]);
}

TEST(Batch, refuses_a_file_without_its_columns) {
  CsvReader csv = CsvReader::open("a,b\n1,2\n", "queries.csv").value();
  const WriteText write = [](std::string_view) -> Result<> { return {}; };
  EXPECT_EQ(run_journey_batch(*reference_network(), csv, {}, write).error().code,
            ErrorCode::parse_error);
}

}  // namespace
}  // namespace hq::hub
