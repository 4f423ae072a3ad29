// SmallFeed: a feed written down in a few lines of a test.
//
//   SmallFeed small;
//   small.stop("a"); small.stop("b");
//   small.trip("t1", {{"a", "08:00"}, {"b", "08:30"}});
//   auto timetable = small.timetable();
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/time.h"
#include "route/compile.h"
#include "route/day_view.h"

namespace hq::route {

inline constexpr Date kMonday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

/// "08:30" in seconds.
inline int32_t at(std::string_view clock) {
  return parse_clock(clock).value();
}

struct SmallStop {
  std::string_view stop;
  std::string_view arrival;
  std::string_view departure = {};  // as the arrival
};

class SmallFeed {
 public:
  SmallFeed() {
    feed.id = "small";
    feed.agencies.push_back({"A", "Agency", "", "", "Asia/Shanghai"});
    service("daily", 127);
    line("rail", 2);
  }

  uint32_t stop(std::string id, std::string_view parent = {}) {
    Stop stop;
    stop.id = stop.name = std::move(id);
    if (!parent.empty()) stop.parent = find(parent);
    feed.stops.push_back(stop);
    return static_cast<uint32_t>(feed.stops.size() - 1);
  }
  uint32_t station(std::string id) {
    const uint32_t index = stop(std::move(id));
    feed.stops[index].kind = StopKind::station;
    return index;
  }
  uint32_t service(std::string id, uint8_t weekdays) {
    Service service;
    service.id = std::move(id);
    service.weekdays = weekdays;
    service.first = kMonday - std::chrono::days{7};
    service.last = kMonday + std::chrono::days{13};
    feed.services.push_back(service);
    return static_cast<uint32_t>(feed.services.size() - 1);
  }
  uint32_t line(std::string id, int32_t type) {
    Line line;
    line.id = std::move(id);
    line.agency = 0;
    line.type = type;
    feed.lines.push_back(line);
    return static_cast<uint32_t>(feed.lines.size() - 1);
  }
  uint32_t trip(std::string id, const std::vector<SmallStop>& stops, uint32_t line = 0,
                uint32_t service = 0) {
    Trip trip;
    trip.id = std::move(id);
    trip.line = line;
    trip.service = service;
    trip.first_stop_time = static_cast<uint32_t>(feed.stop_times.size());
    trip.stop_time_count = static_cast<uint32_t>(stops.size());
    for (const SmallStop& stop : stops) {
      StopTime time;
      time.stop = find(stop.stop);
      time.arrival = at(stop.arrival);
      time.departure = stop.departure.empty() ? time.arrival : at(stop.departure);
      feed.stop_times.push_back(time);
    }
    feed.trips.push_back(trip);
    return static_cast<uint32_t>(feed.trips.size() - 1);
  }
  void transfer(std::string_view from, std::string_view to, int32_t seconds,
                TransferKind kind = TransferKind::minimum_time) {
    Transfer transfer;
    transfer.from = find(from);
    transfer.to = find(to);
    transfer.seconds = seconds;
    transfer.kind = kind;
    feed.transfers.push_back(transfer);
  }

  uint32_t find(std::string_view id) const {
    const auto at = std::ranges::find(feed.stops, id, &Stop::id);
    EXPECT_NE(at, feed.stops.end()) << id;
    return static_cast<uint32_t>(at - feed.stops.begin());
  }

  std::string image(const CompileOptions& options = {}) {
    auto image = compile(feed, options, report);
    EXPECT_TRUE(image) << image.error().text();
    return image.value_or(std::string());
  }
  std::shared_ptr<const Timetable> timetable(const CompileOptions& options = {}) {
    auto timetable = Timetable::from_bytes(image(options));
    EXPECT_TRUE(timetable) << timetable.error().text();
    return timetable.value_or(nullptr);
  }
  std::shared_ptr<const DayView> day(const DayViewOptions& options = {}) {
    auto view = DayView::build(timetable(), kMonday, options);
    EXPECT_TRUE(view) << view.error().text();
    return view.value_or(nullptr);
  }

  Feed feed;
  ImportReport report;
};

}  // namespace hq::route
