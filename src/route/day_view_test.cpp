#include "route/day_view.h"

#include <gmock/gmock.h>

#include "route/small_feed_testing.h"

namespace hq::route {
namespace {

using testing::ElementsAre;

std::vector<int32_t> hours(const DayView& view) {
  std::vector<int32_t> hours;
  for (const int32_t start : view.starts()) hours.push_back(start / 3600);
  return hours;
}

SmallFeed two_stops() {
  SmallFeed small;
  small.stop("a");
  small.stop("b");
  return small;
}

TEST(DayView, holds_the_runs_of_the_days_around_in_order) {
  SmallFeed small = two_stops();
  small.trip("t1", {{"a", "08:00"}, {"b", "09:00"}});
  small.trip("t2", {{"a", "25:00"}, {"b", "26:00"}});
  const auto day = small.day();
  // From -24 h to 48 h: the trip after midnight of each day belongs to the day before.
  EXPECT_THAT(hours(*day), ElementsAre(-23, -16, 1, 8, 25, 32));
  EXPECT_EQ(day->date(), kMonday);
  EXPECT_GT(day->bytes(), sizeof(DayView));
}

TEST(DayView, keeps_a_run_that_is_still_under_way_from_days_before) {
  SmallFeed small = two_stops();
  small.trip("t1", {{"a", "10:00"}, {"b", "70:00"}});
  DayViewOptions options{.from_s = 0, .to_s = 3600};
  // It starts at 10:00 three days, two days and one day before, and ends at 70:00, 22:00 ...
  EXPECT_THAT(hours(*small.day(options)), ElementsAre(-38, -14));
}

TEST(DayView, asks_the_calendar_of_the_service_day_and_not_of_the_clock) {
  SmallFeed small = two_stops();
  const uint32_t sunday = small.service("sunday", 64);
  small.trip("t1", {{"a", "25:00"}, {"b", "26:00"}}, 0, sunday);
  DayViewOptions options{.from_s = 0, .to_s = kDaySeconds};
  EXPECT_THAT(hours(*small.day(options)), ElementsAre(1));
}

TEST(DayView, is_empty_outside_the_calendar) {
  SmallFeed small = two_stops();
  small.trip("t1", {{"a", "08:00"}, {"b", "09:00"}});
  const auto view = DayView::build(small.timetable(), kMonday + std::chrono::days{500}, {});
  ASSERT_TRUE(view);
  EXPECT_EQ((*view)->run_count(), 0u);
  EXPECT_TRUE((*view)->boardings(0).daily.empty());
}

TEST(DayView, leaves_out_other_modes_and_services) {
  SmallFeed small = two_stops();
  const uint32_t metro = small.line("metro", 1);
  const uint32_t other = small.service("other", 127);
  small.trip("t1", {{"a", "08:00"}, {"b", "09:00"}});
  small.trip("t2", {{"a", "10:00"}, {"b", "11:00"}}, metro);
  small.trip("t3", {{"a", "12:00"}, {"b", "13:00"}}, 0, other);
  DayViewOptions options{.from_s = 0, .to_s = kDaySeconds};
  EXPECT_THAT(hours(*small.day(options)), testing::UnorderedElementsAre(8, 10, 12));
  options.modes = mask(Mode::metro);
  EXPECT_THAT(hours(*small.day(options)), ElementsAre(10));
  options.modes = kAllModes;
  options.services = {other};
  EXPECT_THAT(hours(*small.day(options)), ElementsAre(12));
}

TEST(DayView, lists_where_one_can_get_on_and_off) {
  SmallFeed small = two_stops();
  small.stop("c");
  small.trip("t1", {{"a", "08:00"}, {"b", "09:00"}, {"c", "10:00"}});
  small.feed.stop_times[1].can_board = false;
  const auto day = small.day();
  EXPECT_EQ(day->boardings(0).daily.size(), 1u);
  EXPECT_EQ(day->boardings(1).daily.size(), 0u);
  EXPECT_EQ(day->boardings(2).daily.size(), 0u);
  EXPECT_EQ(day->alightings(0).daily.size(), 0u);
  EXPECT_EQ(day->alightings(1).daily[0].position, 1u);
  EXPECT_EQ(day->alightings(2).daily[0].position, 2u);
  EXPECT_EQ(day->alightings(2).daily[0].order, 0u);
}

TEST(DayView, sorts_runs_that_come_once_a_day_by_the_clock) {
  SmallFeed small = two_stops();
  small.stop("c");
  small.trip("late", {{"a", "25:30"}, {"b", "26:00"}});
  small.trip("noon", {{"a", "12:00"}, {"c", "26:30"}});
  small.trip("m1", {{"b", "08:00"}, {"a", "09:00"}, {"c", "10:00"}});
  small.trip("m2", {{"b", "08:30"}, {"a", "09:30"}, {"c", "10:30"}});
  const auto day = small.day();
  std::vector<int32_t> clocks;
  for (const ViewVisit& visit : day->boardings(0).daily) clocks.push_back(visit.clock_s);
  EXPECT_THAT(clocks, ElementsAre(at("01:30"), at("12:00")));
  EXPECT_EQ(day->boardings(0).others.size(), 1u);
  EXPECT_EQ(day->alightings(2).daily[0].clock_s, kDaySeconds - at("02:30"));
}

TEST(DayView, refuses_windows_modes_and_services_that_make_no_sense) {
  const auto timetable = two_stops().timetable();
  for (const DayViewOptions& options :
       {DayViewOptions{.from_s = 5, .to_s = 5}, DayViewOptions{.from_s = 0, .to_s = 15 * 86400},
        DayViewOptions{.from_s = -15 * 86400, .to_s = -15 * 86400 + 5}, DayViewOptions{.modes = 0},
        DayViewOptions{.services = {9}}}) {
    const auto view = DayView::build(timetable, kMonday, options);
    ASSERT_FALSE(view);
    EXPECT_EQ(view.error().code, ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace hq::route
