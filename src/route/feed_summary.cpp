#include "route/feed_summary.h"

#include <algorithm>
#include <vector>

namespace hq::route {
namespace {

constexpr int kWeeklyDaysMax = 3660;  // days of a calendar that are looked at

/// Runs of each trip on a day of its service: 1, or its starts by headway.
std::vector<uint64_t> runs_per_day(const Feed& feed) {
  std::vector<uint64_t> by_headway(feed.trips.size(), 0);
  for (const Frequency& row : feed.frequencies) {
    by_headway[row.trip] += static_cast<uint64_t>((row.end - row.start - 1) / row.headway_s + 1);
  }
  for (uint64_t& runs : by_headway) runs = std::max<uint64_t>(runs, 1);
  return by_headway;
}

void count_days(const Feed& feed, FeedSummary& summary) {
  std::vector<uint64_t> runs(feed.services.size(), 0);
  std::vector<uint64_t> events(feed.services.size(), 0);
  const std::vector<uint64_t> runs_of_trip = runs_per_day(feed);
  for (std::size_t i = 0; i < feed.trips.size(); ++i) {
    const Trip& trip = feed.trips[i];
    runs[trip.service] += runs_of_trip[i];
    events[trip.service] += runs_of_trip[i] * trip.stop_time_count;
  }

  std::map<Date, std::pair<uint64_t, uint64_t>> of_day;  // events, runs
  for (std::size_t i = 0; i < feed.services.size(); ++i) {
    const Service& service = feed.services[i];
    const auto span = running_days(service);
    if (!span) {
      ++summary.services_never_running;
      continue;
    }
    summary.first_day = std::min(summary.first_day.value_or(span->first), span->first);
    summary.last_day = std::max(summary.last_day.value_or(span->second), span->second);
    if (runs[i] == 0) continue;
    const auto count = [&](Date day) {
      of_day[day].first += events[i];
      of_day[day].second += runs[i];
    };
    for (const Date day : service.added) count(day);
    if (service.weekdays == 0) continue;
    const Date end = std::min(service.last, service.first + std::chrono::days(kWeeklyDaysMax));
    for (Date day = service.first; day <= end; day += std::chrono::days(1)) {
      const bool also_added = std::binary_search(service.added.begin(), service.added.end(), day);
      if (!also_added && service.runs_on(day)) count(day);
    }
  }
  for (const auto& [day, figures] : of_day) {
    if (figures.first <= summary.busiest_day_events) continue;
    summary.busiest_day = day;
    summary.busiest_day_events = figures.first;
    summary.busiest_day_runs = figures.second;
  }
}

void count_stops(const Feed& feed, FeedSummary& summary) {
  std::vector<bool> served(feed.stops.size());
  for (const StopTime& time : feed.stop_times) served[time.stop] = true;
  for (std::size_t i = 0; i < feed.stops.size(); ++i) {
    const Stop& stop = feed.stops[i];
    ++summary.stops_by_kind[static_cast<std::size_t>(stop.kind)];
    if (stop.kind == StopKind::platform && !served[i]) ++summary.stops_never_served;
    if (!stop.has_position) {
      ++summary.stops_without_position;
      continue;
    }
    if (!summary.box) summary.box = BoundingBox{stop.position, stop.position};
    BoundingBox& box = *summary.box;
    box.south_west.lat = std::min(box.south_west.lat, stop.position.lat);
    box.south_west.lng = std::min(box.south_west.lng, stop.position.lng);
    box.north_east.lat = std::max(box.north_east.lat, stop.position.lat);
    box.north_east.lng = std::max(box.north_east.lng, stop.position.lng);
  }
}

}  // namespace

std::optional<std::pair<Date, Date>> running_days(const Service& service) {
  std::optional<std::pair<Date, Date>> span;
  const auto widen = [&](Date day) {
    if (!span) span = {day, day};
    span->first = std::min(span->first, day);
    span->second = std::max(span->second, day);
  };
  if (!service.added.empty()) {
    widen(service.added.front());
    widen(service.added.back());
  }
  if (service.weekdays == 0) return span;
  const auto limit = std::chrono::days(kWeeklyDaysMax);
  const Date end = std::min(service.last, service.first + limit);
  for (Date day = service.first; day <= end; day += std::chrono::days(1)) {
    if (!service.runs_on(day)) continue;
    widen(day);
    break;
  }
  const Date start = std::max(service.first, service.last - limit);
  for (Date day = service.last; day >= start; day -= std::chrono::days(1)) {
    if (!service.runs_on(day)) continue;
    widen(day);
    break;
  }
  return span;
}

FeedSummary summarize(const Feed& feed) {
  FeedSummary summary;
  summary.agencies = feed.agencies.size();
  summary.stops = feed.stops.size();
  summary.lines = feed.lines.size();
  summary.services = feed.services.size();
  summary.trips = feed.trips.size();
  summary.stop_times = feed.stop_times.size();
  summary.frequencies = feed.frequencies.size();
  summary.transfers = feed.transfers.size();
  for (const Line& line : feed.lines) ++summary.lines_by_type[line.type];
  for (const Trip& trip : feed.trips) {
    ++summary.trips_by_service_class[feed.lines[trip.line].service_class];
    ++summary.trips_by_service[feed.services[trip.service].id];
  }
  for (const StopTime& time : feed.stop_times) {
    summary.latest_clock = std::max(summary.latest_clock, time.departure);
  }
  count_stops(feed, summary);
  count_days(feed, summary);
  return summary;
}

}  // namespace hq::route
