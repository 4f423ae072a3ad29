// The files of hubs/hongqiao against known figures of June 2024 and the 2020 census.
#include <gtest/gtest.h>

#include <set>

#include "hub/reference/reference.h"

namespace hq::hub {
namespace {

/// Read once for all tests; a failure to read is reported and leaves an empty hub.
const ReferenceHub& hongqiao() {
  static const ReferenceHub hub = [] {
    Result<ReferenceHub> loaded = load_hub(std::filesystem::path(HQ_SOURCE_DIR) / "hubs/hongqiao");
    if (!loaded) ADD_FAILURE() << loaded.error().text();
    return loaded.value_or(ReferenceHub());
  }();
  return hub;
}

/// The feed of the hub, built once.
const route::Feed& feed() {
  static const route::Feed built = build_feed(hongqiao()).value();
  return built;
}

TEST(Hongqiao, has_the_fourteen_places) {
  std::map<std::string, int> by_belt;
  for (const Place& place : hongqiao().places) ++by_belt[place.belt];
  EXPECT_EQ(by_belt["core"], 1);
  EXPECT_EQ(by_belt["north"], 6);
  EXPECT_EQ(by_belt["south"], 7);
  EXPECT_EQ(std::ranges::count_if(hongqiao().places, &Place::in_hub), 14);
  EXPECT_EQ(hongqiao().find_place("hongqiao")->area_km2, 151);
}

TEST(Hongqiao, has_the_people_of_the_delta) {
  EXPECT_EQ(hongqiao().delta_city_count(), 41);
  EXPECT_EQ(hongqiao().delta_population(), 235'213'670);
  std::map<std::string, int64_t> by_province;
  for (const City& city : hongqiao().cities) by_province[city.province.en] += city.population;
  EXPECT_EQ(by_province["Jiangsu"], 84'748'016);
  EXPECT_EQ(by_province["Zhejiang"], 64'567'588);
  EXPECT_EQ(by_province["Anhui"], 61'027'171);
}

TEST(Hongqiao, gives_every_delta_station_to_its_city) {
  std::set<std::string> given;
  for (const City& city : hongqiao().cities) {
    for (const std::string& id : city.stations) EXPECT_TRUE(given.insert(id).second) << id;
  }
  for (const RailStation& station : hongqiao().rail_stations) {
    if (station.in_delta()) {
      EXPECT_TRUE(given.contains(station.id)) << station.name.zh;
    }
  }
  EXPECT_TRUE(hongqiao().find_city("舟山")->stations.empty());
}

TEST(Hongqiao, carries_the_caveat) {
  EXPECT_EQ(feed().caveat,
            "Reference service plan, condensed from June 2024 figures; import the operator's "
            "timetable for real trains.");
  EXPECT_NE(feed().caveat_zh.find("2024年6月"), std::string::npos);
}

/// Minutes of each G, D or C train from Hongqiao to a station, in order.
std::vector<int> minutes_from_hongqiao(std::string_view to) {
  std::vector<int> minutes;
  for (const route::Trip& trip : feed().trips) {
    const std::string& service_class = feed().lines[trip.line].service_class;
    if (service_class != "high_speed" && service_class != "emu" && service_class != "intercity") {
      continue;
    }
    int32_t left = -1;
    for (uint32_t i = 0; i < trip.stop_time_count; ++i) {
      const route::StopTime& call = feed().stop_times[trip.first_stop_time + i];
      if (feed().stops[call.stop].id == "AOH") left = call.departure;
      if (left >= 0 && feed().stops[call.stop].name == to) {
        minutes.push_back((call.arrival - left) / 60);
      }
    }
  }
  std::ranges::sort(minutes);
  return minutes;
}

/// A destination and its figures of June 2024: trains, fastest and median minutes.
struct Golden {
  const char* to;
  double trains;
  int fastest;
  double median;
};

void PrintTo(const Golden& golden, std::ostream* out) {
  *out << golden.to;
}

class HongqiaoReaches : public testing::TestWithParam<Golden> {};

TEST_P(HongqiaoReaches, as_in_june_2024) {
  const Golden& golden = GetParam();
  const std::vector<int> minutes = minutes_from_hongqiao(golden.to);
  ASSERT_FALSE(minutes.empty());
  const std::size_t half = minutes.size() / 2;
  const double median =
      minutes.size() % 2 == 1 ? minutes[half] : (minutes[half - 1] + minutes[half]) / 2.0;
  RecordProperty("trains", static_cast<int>(minutes.size()));
  EXPECT_NEAR(minutes.front(), golden.fastest, 1);
  EXPECT_NEAR(median, golden.median, 0.05 * golden.median);
  EXPECT_NEAR(static_cast<double>(minutes.size()), golden.trains, 0.10 * golden.trains);
}

INSTANTIATE_TEST_SUITE_P(
    Cities, HongqiaoReaches,
    testing::Values(Golden{"苏州北", 76, 21, 23}, Golden{"杭州东", 193, 45, 56},
                    Golden{"南京南", 225, 59, 90}, Golden{"昆山南", 73, 17, 19},
                    Golden{"嘉兴南", 127, 27, 28}, Golden{"合肥南", 61, 111, 154},
                    Golden{"宁波", 44, 94, 124}));

TEST(Hongqiao, has_every_shanghai_line) {
  std::set<std::string> groups;
  for (const MetroLine& line : hongqiao().metro_lines) {
    if (line.system == "shanghai") groups.insert(line.group);
  }
  for (int number = 1; number <= 18; ++number) {
    EXPECT_TRUE(groups.contains("SH-L" + std::to_string(number))) << number;
  }
  EXPECT_TRUE(groups.contains("SH-AL"));  // airport link line
  EXPECT_TRUE(groups.contains("SH-MG"));
  EXPECT_TRUE(groups.contains("SH-PJ"));
}

/// Seconds of a whole run of a metro line.
int run_seconds(std::string_view id) {
  const auto line = std::ranges::find(hongqiao().metro_lines, id, &MetroLine::id);
  if (line == hongqiao().metro_lines.end()) return 0;
  int seconds = 0;
  for (const MetroSegment& segment : line->segments) seconds += segment.run_s;
  return seconds;
}

TEST(Hongqiao, runs_shanghai_lines_in_their_known_minutes) {
  EXPECT_EQ(run_seconds("SH-L1"), 64 * 60);
  EXPECT_NEAR(run_seconds("SH-L2"), 98 * 60, 5 * 60);
  EXPECT_NEAR(run_seconds("SH-L4"), 64 * 60, 5 * 60);
  EXPECT_EQ(run_seconds("SH-MG"), 8 * 60);
}

/// The stops one can go to from `from` by one trip or one walk.
std::set<std::string> one_step(std::string_view from) {
  std::set<std::string> reached;
  for (const route::Trip& trip : feed().trips) {
    bool on_board = false;
    for (uint32_t i = 0; i < trip.stop_time_count; ++i) {
      const uint32_t stop = feed().stop_times[trip.first_stop_time + i].stop;
      if (on_board) reached.insert(feed().stops[stop].id);
      on_board = on_board || feed().stops[stop].id == from;
    }
  }
  for (const route::Transfer& walk : feed().transfers) {
    if (feed().stops[walk.from].id == from) reached.insert(feed().stops[walk.to].id);
  }
  return reached;
}

TEST(Hongqiao, leads_from_xujing_east_to_haining_west) {
  const auto station = std::ranges::find_if(hongqiao().metro_stations, [](const MetroStation& s) {
    return std::ranges::count(s.aliases, "徐泾东") > 0;
  });
  ASSERT_NE(station, hongqiao().metro_stations.end());
  EXPECT_EQ(station->name.zh, "国家会展中心(2号线)");
  EXPECT_TRUE(one_step(station->id).contains("SH-hongqiaohuochezhan"));
  EXPECT_TRUE(one_step("SH-hongqiaohuochezhan").contains("AOH"));
  EXPECT_TRUE(one_step("AOH").contains("EUH"));
  // By way of Linping South and the Hangzhou-Haining line, too.
  EXPECT_TRUE(one_step("EVH").contains("HZ-linpingnangaotiezhan"));
  EXPECT_TRUE(one_step("HZ-linpingnangaotiezhan").contains("HH-haininggaotiexizhan"));
  EXPECT_TRUE(one_step("HH-haininggaotiexizhan").contains("EUH"));
}

TEST(Hongqiao, links_the_airports_to_the_ground) {
  EXPECT_TRUE(one_step("AOH").contains("ZSSS-T2"));
  EXPECT_TRUE(one_step("SH-hongqiao2haohangzhanlou").contains("SH-pudong1hao2haohangzhanlou"));
  EXPECT_TRUE(one_step("SH-pudong1hao2haohangzhanlou").contains("ZSPD-T1"));
  EXPECT_TRUE(one_step("SH-pudong1hao2haohangzhanlou").contains("ZSPD-T2"));
}

TEST(Hongqiao, uses_every_metro_station_and_source) {
  std::set<std::string> used;
  for (const MetroLine& line : hongqiao().metro_lines) {
    for (const MetroSegment& s : line.segments) used.insert({s.from, s.to});
  }
  for (const MetroStation& station : hongqiao().metro_stations) {
    EXPECT_TRUE(used.contains(station.id)) << station.id;
  }
  for (const MetroStation& station : hongqiao().metro_stations) {
    EXPECT_TRUE(station.id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789-") == std::string::npos)
        << station.id;
  }
}

}  // namespace
}  // namespace hq::hub
