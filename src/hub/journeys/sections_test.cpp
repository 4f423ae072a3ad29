#include "hub/journeys/sections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "route/small_feed_testing.h"

namespace hq::hub {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Sections, leave_out_the_jump_of_an_express_and_count_it_where_it_runs) {
  route::SmallFeed small;
  const double kLng[] = {120.0, 120.2, 120.4};
  for (int i = 0; i < 3; ++i) {
    const uint32_t stop = small.stop(std::string(1, static_cast<char>('a' + i)));
    small.feed.stops[stop].position = LatLng{31.0, kLng[i]};
    small.feed.stops[stop].has_position = true;
  }
  const uint32_t express = small.line("express", 2);
  small.feed.lines[express].service_class = "high_speed";
  small.trip("slow", {{"a", "08:00"}, {"b", "08:20"}, {"c", "08:40"}});
  small.trip("fast", {{"a", "09:00"}, {"c", "09:15"}}, express);
  const std::string text = make_sections_geojson(*small.timetable());
  EXPECT_THAT(text, HasSubstr(R"("class":"high_speed","from":"a","to":"b","trips":2)"));
  EXPECT_THAT(text, HasSubstr(R"("class":"high_speed","from":"b","to":"c","trips":2)"));
  EXPECT_THAT(text, Not(HasSubstr(R"("from":"a","to":"c")")));
}

TEST(Sections, draw_a_way_of_its_own_where_the_other_is_long) {
  route::SmallFeed small;
  const LatLng kPlaces[] = {{31.0, 120.0}, {31.3, 120.2}, {31.0, 120.4}};
  for (int i = 0; i < 3; ++i) {
    const uint32_t stop = small.stop(std::string(1, static_cast<char>('a' + i)));
    small.feed.stops[stop].position = kPlaces[i];
    small.feed.stops[stop].has_position = true;
  }
  small.trip("round", {{"a", "08:00"}, {"b", "08:20"}, {"c", "08:40"}});
  small.trip("straight", {{"a", "09:00"}, {"c", "09:15"}});
  EXPECT_THAT(make_sections_geojson(*small.timetable()),
              HasSubstr(R"("from":"a","to":"c","trips":1)"));
}

}  // namespace
}  // namespace hq::hub
