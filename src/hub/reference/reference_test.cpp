#include "hub/reference/reference.h"

#include <gtest/gtest.h>

#include "hub/reference/tiny_hub.h"

namespace hq::hub {
namespace {

TEST(LoadHub, reads_a_whole_folder) {
  const Result<ReferenceHub> hub = load_hub(TinyHub::source());
  ASSERT_TRUE(hub) << hub.error().text();
  EXPECT_EQ(hub->id, "tiny");
  EXPECT_EQ(hub->name.zh, "小枢纽");
  EXPECT_EQ(hub->caveat.en, "A plan for tests.");
  EXPECT_EQ(hub->core_stops, std::vector<std::string>{"AAA"});
  EXPECT_EQ(hub->documents.front().articles, 5);
  EXPECT_EQ(hub->belts.size(), 2U);
  EXPECT_EQ(hub->walks.size(), 3U);
  EXPECT_EQ(hub->rail_sections.size(), 2U);
}

TEST(LoadHub, reads_places_with_their_articles_and_stops) {
  const ReferenceHub hub = load_hub(TinyHub::source()).value();
  const Place* core = hub.find_place("core");
  ASSERT_NE(core, nullptr);
  EXPECT_EQ(core->area_km2, 12.5);
  ASSERT_EQ(core->articles.size(), 2U);
  EXPECT_EQ(core->articles[1].document, "2021");
  EXPECT_EQ(core->articles[1].number, 3);
  EXPECT_EQ(core->metro_stops, std::vector<std::string>{"M-hub"});
  EXPECT_TRUE(core->in_hub());
  const Place* far = hub.find_place("far");
  ASSERT_NE(far, nullptr);
  EXPECT_FALSE(far->area_km2.has_value());
  EXPECT_EQ(far->note, "a note, with a comma");
  EXPECT_FALSE(far->in_hub());
  EXPECT_EQ(hub.find_place("nowhere"), nullptr);
}

TEST(LoadHub, counts_the_people_of_the_delta_only) {
  const ReferenceHub hub = load_hub(TinyHub::source()).value();
  EXPECT_EQ(hub.cities.size(), 3U);
  EXPECT_EQ(hub.delta_city_count(), 2);
  EXPECT_EQ(hub.delta_population(), 1'500'000);
}

TEST(LoadHub, reads_departures_from_headways_and_from_lists) {
  const ReferenceHub hub = load_hub(TinyHub::source()).value();
  ASSERT_EQ(hub.rail_patterns.size(), 3U);
  EXPECT_EQ(hub.rail_patterns[0].departures,
            (std::vector<int32_t>{6 * 3600 + 600, 6 * 3600 + 2400, 7 * 3600 + 600}));
  EXPECT_EQ(hub.rail_patterns[1].departures,
            (std::vector<int32_t>{8 * 3600, 8 * 3600, 23 * 3600 + 3000}));
  ASSERT_EQ(hub.rail_patterns[0].calls.size(), 3U);
  EXPECT_EQ(hub.rail_patterns[0].calls[1].run_s, 1500);
  EXPECT_EQ(hub.rail_patterns[0].calls[1].dwell_s, 120);
}

TEST(LoadHub, reads_service_days_with_their_exceptions) {
  const ReferenceHub hub = load_hub(TinyHub::source()).value();
  ASSERT_EQ(hub.services.size(), 2U);
  const ServiceDays& peak = hub.services[1];
  EXPECT_EQ(peak.weekdays, 0b1110001);
  EXPECT_EQ(peak.added, std::vector<Date>{parse_date("2024-10-01").value()});
  EXPECT_EQ(peak.removed, std::vector<Date>{parse_date("2024-10-07").value()});
}

TEST(LoadHub, reads_metro_stations_with_their_aliases) {
  const ReferenceHub hub = load_hub(TinyHub::source()).value();
  const MetroStation* station = hub.find_metro_station("M-hub");
  ASSERT_NE(station, nullptr);
  EXPECT_EQ(station->aliases, (std::vector<std::string>{"旧枢纽", "大枢纽", "Old Hub"}));
  EXPECT_EQ(hub.metro_lines[1].segments.size(), 3U);
  EXPECT_TRUE(hub.metro_lines[1].loop);
  EXPECT_EQ(hub.headways.at("all").size(), 2U);
}

TEST(LoadHub, says_which_file_is_missing) {
  for (const char* file :
       {"hub.toml", "sources.csv", "places.csv", "cities.csv", "airports.csv", "transfers.csv",
        "rail/calendar.csv", "rail/calendar_dates.csv", "rail/stations.csv", "rail/sections.csv",
        "rail/patterns.csv", "rail/calls.csv", "metro/systems.csv", "metro/lines.csv",
        "metro/stations.csv", "metro/segments.csv", "metro/headways.csv"}) {
    TinyHub tiny;
    ASSERT_TRUE(std::filesystem::remove(tiny.folder() / file));
    const Result<ReferenceHub> hub = load_hub(tiny.folder());
    ASSERT_FALSE(hub) << file;
    EXPECT_EQ(hub.error().code, ErrorCode::not_found) << file;
    EXPECT_NE(hub.error().text().find(file), std::string::npos) << hub.error().text();
  }
}

/// One change to the tiny hub and the error it must lead to.
struct Damage {
  const char* file;
  const char* old_text;
  const char* new_text;
  const char* where;
  const char* message;  // a part of it
};

void PrintTo(const Damage& damage, std::ostream* out) {
  *out << damage.file << ": " << damage.old_text << " -> " << damage.new_text;
}

class LoadHubRefuses : public testing::TestWithParam<Damage> {};

TEST_P(LoadHubRefuses, and_names_file_line_and_column) {
  const Damage& damage = GetParam();
  TinyHub tiny;
  tiny.replace(damage.file, damage.old_text, damage.new_text);
  const Result<ReferenceHub> hub = load_hub(tiny.folder());
  ASSERT_FALSE(hub);
  EXPECT_EQ(hub.error().code, ErrorCode::parse_error);
  EXPECT_EQ(hub.error().where, damage.where) << hub.error().text();
  EXPECT_NE(hub.error().message.find(damage.message), std::string::npos) << hub.error().text();
  EXPECT_FALSE(hub.error().message_zh.empty());
}

constexpr Damage kTomlDamages[] = {
    {"hub.toml", "id = \"tiny\"", "id = tiny", "hub.toml:1", "a value is"},
    {"hub.toml", "name_en = \"Tiny Hub\"", "", "hub.toml:1:name_en", "'name_en' is missing"},
    {"hub.toml", "time_zone", "zone", "hub.toml:1:time_zone", "'time_zone'"},
    {"hub.toml", "[\"AAA\"]", "[]", "hub.toml:6:core_stops", "list of texts"},
    {"hub.toml", "[\"AAA\"]", "[\"ZZZ\"]", "hub.toml:core_stops", "no stop 'ZZZ'"},
    {"hub.toml", "\"core\"", "\"heart\"", "hub.toml:core_place", "no place 'heart'"},
    {"hub.toml", "articles = 5", "articles = 0", "hub.toml:15:articles", "whole number"},
    {"hub.toml", "year = 2021", "year = \"x\"", "hub.toml:14:year", "whole number"},
    {"hub.toml", "[[documents]]", "[[papers]]", "hub.toml:10:papers", "[[papers]] is not known"},
    {"hub.toml", "[[documents]]", "[[belts]]", "hub.toml:1:documents", "no [[documents]]"},
    {"hub.toml", "id = \"linked\"", "id = \"core\"", "hub.toml:23:id", "'core' stands twice"},
    {"hub.toml", "id = \"linked\"", "", "hub.toml:22:id", "'id' is missing"},
};

constexpr Damage kPlaceDamages[] = {
    {"sources.csv", "title", "name", "sources.csv", "column 'title' is missing"},
    {"sources.csv", "assumed", "guessed", "sources.csv:2:kind", "'guessed' is none of"},
    {"places.csv", "far,", "core,", "places.csv:3:id", "'core' stands twice"},
    {"places.csv", "甲区", "", "places.csv:2:name_zh", "empty"},
    {"places.csv", ",linked,", ",west,", "places.csv:3:belt", "no belt 'west'"},
    {"places.csv", ",甲城,", ",丁城,", "places.csv:2:city", "no city '丁城'"},
    {"places.csv", "31.20", "north", "places.csv:2:lat", "'north' is not a number"},
    {"places.csv", "12.5", "-1", "places.csv:2:area_km2", "'-1' is not a number"},
    {"places.csv", "2021:1,3", "2021:1,6", "places.csv:2:article", "no article '6'"},
    {"places.csv", "2021:1,3", "2020:1", "places.csv:2:article", "names no articles"},
    {"places.csv", "2021:5", "2021", "places.csv:3:article", "names no articles"},
    {"places.csv", ",AAA,", ",XXX,", "places.csv:2:rail_stops", "no station 'XXX'"},
    {"places.csv", "M-hub", "M-hut", "places.csv:2:metro_stops", "no metro station 'M-hut'"},
    {"places.csv", "made,\n", "found,\n", "places.csv:2:source", "no source 'found'"},
    {"places.csv", "core,甲区", "core,extra,甲区", "places.csv:2", "15 cells"},
    {"cities.csv", "1000000", "1e6", "cities.csv:2:population", "whole number"},
    {"cities.csv", "2020", "20", "cities.csv:2:census_year", "whole number"},
    {"cities.csv", "甲省,Jia", "甲省,", "cities.csv:2:province_en", "both languages"},
    {"cities.csv", "AAA,AAA", "BBB,AAA", "cities.csv:2:main_station", "not one of"},
    {"cities.csv", "AAA,AAA", ",AAA", "cities.csv:2:main_station", "not one of"},
    {"cities.csv", "BBB CCC", "BBB AAA", "cities.csv:3:stations", "puts 'AAA' into 甲省 甲城"},
    {"cities.csv", "BBB CCC", "BBB DDD", "cities.csv:3:stations", "no station 'DDD'"},
    {"airports.csv", "ZAAA,airport", "AAA,airport", "airports.csv:2:id", "a station has this id"},
    {"airports.csv", "airport,,", "airport,ZZ,", "airports.csv:2:parent", "no parent"},
    {"airports.csv", "terminal,ZAAA", "terminal,ZBBB", "airports.csv:3:parent", "'ZBBB'"},
    {"airports.csv", "terminal", "gate", "airports.csv:3:kind", "'gate' is none of"},
    {"transfers.csv", "AAA,M-hub,rail", "AAA,M-hut,rail", "transfers.csv:2:to", "no stop 'M-hut'"},
    {"transfers.csv", "M-hub,AAA", "AAA,M-hub", "transfers.csv:3:to", "stands twice"},
    {"transfers.csv", "M-hub,AAA", "AAA,AAA", "transfers.csv:3:to", "leads nowhere"},
    {"transfers.csv", "240", "0", "transfers.csv:2:seconds", "whole number"},
    {"transfers.csv", "rail-metro", "lift", "transfers.csv:2:kind", "'lift' is none of"},
    {"transfers.csv", "assumed", "sure", "transfers.csv:4:quality", "'sure' is none of"},
};

constexpr Damage kRailDamages[] = {
    {"rail/calendar.csv", "PEAK,1", "PEAK,2", "rail/calendar.csv:3:monday", "whole number"},
    {"rail/calendar.csv", "PEAK", "DAILY", "rail/calendar.csv:3:service_id", "stands twice"},
    {"rail/calendar.csv", "20240601", "June", "rail/calendar.csv:2:start_date", "not a date"},
    {"rail/calendar.csv", "20241231", "20231231", "rail/calendar.csv:2:end_date", "before"},
    {"rail/calendar_dates.csv", "PEAK", "OFF", "rail/calendar_dates.csv:2:service_id",
     "no service 'OFF'"},
    {"rail/calendar_dates.csv", ",1,", ",3,", "rail/calendar_dates.csv:2:exception_type",
     "whole number"},
    {"rail/stations.csv", "BBB", "AAA", "rail/stations.csv:3:station_id", "stands twice"},
    {"rail/stations.csv", "121.30", "181", "rail/stations.csv:2:lon", "not a number"},
    {"rail/stations.csv", ",20,", ",-1,", "rail/stations.csv:2:importance", "whole number"},
    {"rail/sections.csv", "AAA,CCC", "AAA,XXX", "rail/sections.csv:2:to", "no station 'XXX'"},
    {"rail/sections.csv", "90.5", "far", "rail/sections.csv:2:km", "not a number"},
    {"rail/sections.csv", "high_speed", "fast", "rail/sections.csv:2:line_class", "none of"},
    {"rail/patterns.csv", "high_speed", "quick", "rail/patterns.csv:2:class", "none of"},
    {"rail/patterns.csv", "PEAK", "OFF", "rail/patterns.csv:3:days", "no service 'OFF'"},
    {"rail/patterns.csv", "06:10", "6h10", "rail/patterns.csv:2:first", "time of day"},
    {"rail/patterns.csv", ",30,", ",0,", "rail/patterns.csv:2:headway_min", "whole number"},
    {"rail/patterns.csv", "07:15", "05:15", "rail/patterns.csv:2:last", "before the first"},
    {"rail/patterns.csv", ",30,,", ",30,07:00,", "rail/patterns.csv:2:departures", "either"},
    {"rail/patterns.csv", "12:00", "", "rail/patterns.csv:4:departures", "either"},
    {"rail/patterns.csv", "08:00 23:50", "07:59", "rail/patterns.csv:3:departures", "'07:59'"},
    {"rail/patterns.csv", "08:00 23:50", "8am", "rail/patterns.csv:3:departures", "'8am'"},
    {"rail/calls.csv", "G-2,1", "G-9,1", "rail/calls.csv:5:pattern_id", "no pattern 'G-9'"},
    {"rail/calls.csv", "G-1,2", "G-1,3", "rail/calls.csv:3:seq", "expected 2"},
    {"rail/calls.csv", "CCC,25", "XXX,25", "rail/calls.csv:3:station_id", "no station 'XXX'"},
    {"rail/calls.csv", "CCC,25", "CCC,0", "rail/calls.csv:3:run_min", "at least 1"},
    {"rail/calls.csv", "AAA,0,0", "AAA,5,0", "rail/calls.csv:2:run_min", "first call"},
    {"rail/calls.csv", "BBB,8", "AAA,8", "rail/calls.csv:4:station_id", "twice"},
    {"rail/calls.csv", "25,2", "25,-2", "rail/calls.csv:3:dwell_min", "whole number"},
    {"rail/calls.csv", "K-1,2,AAA,90,0\n", "", "rail/calls.csv", "'K-1' has fewer than two"},
};

constexpr Damage kMetroDamages[] = {
    {"metro/systems.csv", "甲城", "丁城", "metro/systems.csv:2:city", "no city '丁城'"},
    {"metro/headways.csv", "DAILY", "OFF", "metro/headways.csv:2:service", "no service 'OFF'"},
    {"metro/headways.csv", "08:00,600", "05:00,600", "metro/headways.csv:2:to", "ends before"},
    {"metro/headways.csv", "08:00,22", "07:00,22", "metro/headways.csv:3:from", "overlaps"},
    {"metro/headways.csv", "600", "6", "metro/headways.csv:2:headway_s", "whole number"},
    {"metro/stations.csv", "M-park,jia", "M-hub,jia", "metro/stations.csv:3:id", "stands twice"},
    {"metro/stations.csv", "M-park,jia", "AAA,jia", "metro/stations.csv:3:id",
     "a railway station has this id"},
    {"metro/stations.csv", "M-park,jia", "M-park,yi", "metro/stations.csv:3:system",
     "no metro system 'yi'"},
    {"metro/stations.csv", "pinyin", "good", "metro/stations.csv:2:name_en_quality", "none of"},
    {"metro/stations.csv", ",180,", ",long,", "metro/stations.csv:2:change_s", "whole number"},
    {"metro/lines.csv", "metro,E3", "tram,E3", "metro/lines.csv:2:mode", "'tram' is none of"},
    {"metro/lines.csv", "E3002A", "red", "metro/lines.csv:2:color", "hexadecimal"},
    {"metro/lines.csv", ",0,all", ",0,none", "metro/lines.csv:2:headway_class",
     "no headway class 'none'"},
    {"metro/lines.csv", ",1,all", ",0,all", "metro/segments.csv", "'M-L2A'"},
    {"metro/lines.csv", ",1,all", ",2,all", "metro/lines.csv:3:loop", "whole number"},
    {"metro/segments.csv", "M-L1,1", "M-L9,1", "metro/segments.csv:2:line", "no line 'M-L9'"},
    {"metro/segments.csv", "M-L1,2", "M-L1,3", "metro/segments.csv:3:seq", "expected 2"},
    {"metro/segments.csv", "2,M-park,M-east,1.5,180", "2,M-east,M-park,1.5,180",
     "metro/segments.csv:3:from", "begin where"},
    {"metro/segments.csv", "120,150", "0,150", "metro/segments.csv:2:run_s", "whole number"},
    {"metro/segments.csv", "estimated", "felt", "metro/segments.csv:3:quality", "none of"},
};

INSTANTIATE_TEST_SUITE_P(Toml, LoadHubRefuses, testing::ValuesIn(kTomlDamages));
INSTANTIATE_TEST_SUITE_P(Places, LoadHubRefuses, testing::ValuesIn(kPlaceDamages));
INSTANTIATE_TEST_SUITE_P(Rail, LoadHubRefuses, testing::ValuesIn(kRailDamages));
INSTANTIATE_TEST_SUITE_P(Metro, LoadHubRefuses, testing::ValuesIn(kMetroDamages));

}  // namespace
}  // namespace hq::hub
