#include "hub/journeys/journeys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/journeys/hub_network_testing.h"

namespace hq::hub {
namespace {

using testing::HasSubstr;

const char* const kMorning = "2026-11-24T08:00";

JourneysAnswer find(JourneyRequest request) {
  if (request.time.empty()) request.time = kMorning;
  auto answer = find_journeys(*reference_network(), request);
  EXPECT_TRUE(answer) << answer.error().text();
  return answer.value_or(JourneysAnswer{});
}

Error refused(JourneyRequest request) {
  if (request.time.empty()) request.time = kMorning;
  const auto answer = find_journeys(*reference_network(), request);
  EXPECT_FALSE(answer.has_value());
  return answer ? Error{} : answer.error();
}

/// Legs follow each other in place and time, and the journey begins and ends with them.
void expect_sound(const JourneyAnswer& journey) {
  ASSERT_FALSE(journey.legs.empty());
  EXPECT_EQ(journey.legs.front().departure, journey.departure);
  EXPECT_EQ(journey.legs.back().arrival, journey.arrival);
  for (std::size_t i = 0; i + 1 < journey.legs.size(); ++i) {
    EXPECT_EQ(journey.legs[i].to.id, journey.legs[i + 1].from.id);
    EXPECT_LE(journey.legs[i].arrival, journey.legs[i + 1].departure);
  }
  for (const Leg& leg : journey.legs) {
    if (leg.kind != LegKind::ride) continue;
    EXPECT_GE(leg.stops.size(), 2u);
    EXPECT_EQ(leg.stops.front().departure, leg.departure);
    EXPECT_EQ(leg.stops.back().arrival, leg.arrival);
    EXPECT_TRUE(leg.line && leg.operated_by);
  }
}

TEST(Journeys, go_from_a_metro_stop_by_its_older_name_to_a_railway_station) {
  const auto found = reference_network()->search("徐泾东", 5);
  ASSERT_FALSE(found.empty());
  const auto& timetable = reference_network()->timetable();
  const std::string from(timetable.text(timetable.stop(found.front()).id));
  const auto haining = reference_network()->search("海宁西", 1);
  const std::string to(timetable.text(timetable.stop(haining.front()).id));
  const JourneysAnswer answer = find({.from = from, .to = to});
  ASSERT_FALSE(answer.journeys.empty());
  for (const JourneyAnswer& journey : answer.journeys) expect_sound(journey);
  bool metro_then_rail = false;
  for (const JourneyAnswer& journey : answer.journeys) {
    metro_then_rail |=
        journey.legs.front().mode == Mode::metro && journey.legs.back().mode == Mode::rail;
  }
  EXPECT_TRUE(metro_then_rail);
}

TEST(Journeys, are_all_worth_taking) {
  const JourneysAnswer answer = find({.from = "AOH", .to = "NKH", .limit = 50});
  ASSERT_GT(answer.journeys.size(), 3u);
  for (const JourneyAnswer& a : answer.journeys) {
    for (const JourneyAnswer& b : answer.journeys) {
      if (&a == &b) continue;
      EXPECT_FALSE(a.departure >= b.departure && a.arrival <= b.arrival && a.changes <= b.changes)
          << a.departure << " beats " << b.departure;
    }
  }
}

TEST(Journeys, leave_within_the_window_or_are_the_first_after_it) {
  const JourneysAnswer answer = find({.from = "AOH", .to = "NKH", .window_min = 60, .limit = 50});
  for (const JourneyAnswer& journey : answer.journeys) {
    EXPECT_GE(journey.departure, "2026-11-24T08:00:00+08:00");
    EXPECT_LT(journey.departure, "2026-11-24T09:00:00+08:00");
  }
}

TEST(Journeys, are_found_late_in_the_evening_and_over_a_window_of_a_day) {
  EXPECT_FALSE(find({.from = "AOH", .to = "NKH", .time = "2026-11-24T23:59"}).journeys.empty());
  EXPECT_FALSE(
      find(
          {.from = "AOH", .to = "NKH", .time = "2026-11-24T23:59", .window_min = 1440, .limit = 50})
          .journeys.empty());
  EXPECT_FALSE(find({.from = "AOH",
                     .to = "NKH",
                     .time = "2026-11-24T00:01",
                     .arrive_by = true,
                     .window_min = 1440})
                   .journeys.empty());
}

TEST(Journeys, arrive_by_the_asked_time) {
  const JourneysAnswer answer =
      find({.from = "AOH", .to = "HGH", .time = "2026-11-24T18:00", .arrive_by = true});
  ASSERT_FALSE(answer.journeys.empty());
  for (const JourneyAnswer& journey : answer.journeys) {
    expect_sound(journey);
    EXPECT_LE(journey.arrival, "2026-11-24T18:00:00+08:00");
    EXPECT_GT(journey.arrival, "2026-11-24T15:00:00+08:00");
  }
}

TEST(Journeys, give_the_same_ids_and_link_each_time) {
  const JourneysAnswer first = find({.from = "place:hongqiao", .to = "city:苏州"});
  const JourneysAnswer second = find({.from = "place:hongqiao", .to = "city:苏州"});
  EXPECT_EQ(to_json(first), to_json(second));
  EXPECT_EQ(first.link,
            "/journeys?from=place:hongqiao&to=city:%E8%8B%8F%E5%B7%9E&time=2026-11-24T08:00"
            "&timetable=ref");
  EXPECT_THAT(first.later, HasSubstr("time=2026-11-24T10:00"));
  EXPECT_THAT(first.earlier, HasSubstr("time=2026-11-24T06:00"));
}

TEST(Journeys, start_at_coordinates_with_a_walk) {
  const JourneysAnswer answer = find({.from = "31.1950,121.3200", .to = "SZH"});
  ASSERT_FALSE(answer.journeys.empty());
  EXPECT_EQ(answer.journeys.front().legs.front().kind, LegKind::walk);
  EXPECT_EQ(answer.from.kind, EndpointKind::coordinates);
  EXPECT_FALSE(answer.notes.empty());
}

TEST(Journeys, carry_the_caveat_and_the_rules) {
  const JourneysAnswer answer = find({.from = "AOH", .to = "NKH", .change_min = 15});
  EXPECT_THAT(answer.caveat.en, HasSubstr("June 2024"));
  EXPECT_THAT(answer.caveat.zh, HasSubstr("2024年6月"));
  EXPECT_EQ(answer.rules.change_min, 15);
  EXPECT_EQ(answer.timetable, "ref");
}

TEST(Journeys, say_so_where_there_is_no_way) {
  const JourneysAnswer answer = find({.from = "AOH", .to = "NKH", .modes = {Mode::metro}});
  EXPECT_TRUE(answer.journeys.empty());
  ASSERT_FALSE(answer.notes.empty());
  EXPECT_THAT(answer.notes.front().en, HasSubstr("No way"));
}

TEST(Journeys, name_the_parameter_that_is_wrong) {
  EXPECT_EQ(refused({.from = "NOWHERE", .to = "NKH"}).where, "from");
  EXPECT_EQ(refused({.from = "AOH", .to = "place:atlantis"}).where, "to");
  EXPECT_EQ(refused({.from = "AOH", .to = "city:亚特兰蒂斯"}).where, "to");
  EXPECT_EQ(refused({.from = "AOH", .to = "0,0"}).code, ErrorCode::not_found);
  EXPECT_EQ(refused({.from = "AOH", .to = "99,0"}).code, ErrorCode::invalid_argument);
  EXPECT_EQ(refused({.from = "AOH", .to = "NKH", .time = "yesterday"}).where, "time");
  EXPECT_EQ(refused({.from = "AOH", .to = "NKH", .time = "2026-11-24T25:00"}).where, "time");
  EXPECT_EQ(refused({.from = "AOH", .to = "NKH", .time = "1999-01-01"}).code, ErrorCode::not_found);
}

TEST(DayTime, is_read_in_local_time_and_with_an_offset) {
  const Network& network = *reference_network();
  const auto read = [&](const char* text) {
    const DayTime time = parse_day_time(network, text, {}).value();
    return format_date(time.date) + " " + format_clock_seconds(time.seconds);
  };
  EXPECT_EQ(read("2026-11-24T08:00"), "2026-11-24 08:00:00");
  EXPECT_EQ(read("2026-11-24"), "2026-11-24 00:00:00");
  EXPECT_EQ(read("2026-11-23T23:30:00Z"), "2026-11-24 07:30:00");
  EXPECT_EQ(read("2026-11-24T08:00:00+09:00"), "2026-11-24 07:00:00");
  const Instant evening = parse_instant("2026-11-24T11:59:30Z").value();
  EXPECT_EQ(parse_day_time(network, "", evening)->seconds, 20 * 3600);
}

TEST(Sections, leave_express_jumps_out) {
  const std::string& text = reference_network()->sections_geojson();
  EXPECT_THAT(text, HasSubstr(R"("type":"FeatureCollection")"));
  // Hongqiao to Nanjing South runs non-stop, but the line goes through Suzhou, Wuxi, Changzhou.
  EXPECT_EQ(text.find(R"("from":"AOH","to":"NKH")"), std::string::npos);
  EXPECT_TRUE(JsonDocument::parse(text, {.bytes_max = text.size()}).has_value());
}

}  // namespace
}  // namespace hq::hub
