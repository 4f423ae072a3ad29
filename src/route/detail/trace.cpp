#include "route/detail/trace.h"

#include <algorithm>

#include "base/assert.h"

namespace hq::route {
namespace {

int32_t floor_days(int32_t seconds) {
  return (seconds >= 0 ? seconds : seconds - kDaySeconds + 1) / kDaySeconds;
}

Leg ride_leg(const DayView& view, const TripLabel& label) {
  const Timetable& timetable = view.timetable();
  const ViewPattern& pattern = view.patterns()[label.pattern];
  const uint32_t first = std::min(label.on, label.off);
  const uint32_t last = std::max(label.on, label.off);
  const RunRecord& run = timetable.runs()[view.run_sources()[label.run]];
  const int32_t start = view.starts()[label.run];
  Leg leg;
  leg.kind = LegKind::ride;
  leg.by_headway = run.by_headway != 0;
  leg.from = timetable.pattern_stops()[pattern.first_stop + first] & kStopMask;
  leg.to = timetable.pattern_stops()[pattern.first_stop + last] & kStopMask;
  leg.departure_s = start + timetable.times()[run.times + first].departure;
  leg.arrival_s = start + timetable.times()[run.times + last].arrival;
  leg.trip = run.trip;
  leg.line = timetable.trip(run.trip).line;
  leg.from_position = first;
  leg.to_position = last;
  leg.run_start_s = start;
  leg.service_day = floor_days(start) - run.day;
  return leg;
}

/// A walk; its seconds stand in arrival_s until the legs are timed.
Leg walk_leg(const DayView& view, const QueryRules& rules, uint32_t from, uint32_t to) {
  Leg leg;
  leg.kind = LegKind::walk;
  leg.from = from;
  leg.to = to;
  const std::span<const LinkRecord> links = view.timetable().links(from);
  const auto link = std::ranges::find(links, to, &LinkRecord::stop);
  HQ_ASSERT(link != links.end());
  leg.in_station = (link->flags & kLinkInStation) != 0;
  leg.arrival_s = leg.in_station ? rules.change_s.value_or(link->seconds) : link->seconds;
  return leg;
}

/// Sets the times of walks: as late as can be before the first ride, at once after any ride.
/// `time_s` is when the origin is left, for a journey without a ride.
void time_walks(std::vector<Leg>& legs, int32_t time_s) {
  const auto first_ride = std::ranges::find(legs, LegKind::ride, &Leg::kind);
  if (first_ride != legs.end()) {
    int32_t time = first_ride->departure_s;
    for (auto leg = first_ride; leg != legs.begin();) {
      --leg;
      leg->departure_s = time - leg->arrival_s;
      leg->arrival_s = time;
      time = leg->departure_s;
    }
    time_s = first_ride->arrival_s;
  }
  for (auto leg = first_ride == legs.end() ? legs.begin() : first_ride + 1; leg != legs.end();
       ++leg) {
    if (leg->kind != LegKind::ride) {
      leg->departure_s = time_s;
      leg->arrival_s += time_s;
    }
    time_s = leg->arrival_s;
  }
}

Leg access_leg(LegKind kind, uint32_t stop, int32_t seconds) {
  Leg leg;
  leg.kind = kind;
  (kind == LegKind::access ? leg.to : leg.from) = stop;
  leg.arrival_s = seconds;
  return leg;
}

}  // namespace

template <Direction kDirection>
Journey Trace::journey(const DayView& view, const QueryRules& rules, const End& end,
                       const std::vector<int32_t>& origin_s,
                       const std::vector<int32_t>& target_s) const {
  constexpr bool kForward = kDirection == Direction::depart_at;
  std::vector<Leg> legs;  // from the end of the search to its start
  const auto add_walk = [&](uint32_t near, uint32_t far) {
    legs.push_back(kForward ? walk_leg(view, rules, near, far) : walk_leg(view, rules, far, near));
  };
  uint32_t stop = end.stop;
  if (end.on_foot) {
    const uint32_t near = reached_from[at(end.trips, stop)];
    add_walk(near, stop);
    stop = near;
  }
  for (uint32_t round = end.trips; round > 0; --round) {
    const TripLabel& label = trips[at(round, stop)];
    legs.push_back(ride_leg(view, label));
    stop = kForward ? legs.back().from : legs.back().to;
    const uint32_t near = ready_from[at(round - 1, stop)];
    if (near != stop) add_walk(near, stop);
    stop = near;
  }
  if (kForward) std::ranges::reverse(legs);

  const uint32_t first = kForward ? stop : end.stop;
  const uint32_t last = kForward ? end.stop : stop;
  const int32_t access = kForward ? origin_s[stop] : target_s[end.stop];
  const int32_t egress = kForward ? target_s[end.stop] : origin_s[stop];
  if (access > 0) legs.insert(legs.begin(), access_leg(LegKind::access, first, access));
  if (egress > 0) legs.push_back(access_leg(LegKind::egress, last, egress));

  Journey journey;
  journey.trips = end.trips;
  int32_t leave = kForward ? end.time : -end.time;  // of a journey without a ride
  if (kForward && end.trips == 0) {
    for (const Leg& leg : legs) leave -= leg.arrival_s;
  }
  time_walks(legs, leave);
  journey.departure_s = legs.empty() ? leave : legs.front().departure_s;
  journey.arrival_s = legs.empty() ? leave : legs.back().arrival_s;
  journey.legs = std::move(legs);
  return journey;
}

template Journey Trace::journey<Direction::depart_at>(const DayView&, const QueryRules&, const End&,
                                                      const std::vector<int32_t>&,
                                                      const std::vector<int32_t>&) const;
template Journey Trace::journey<Direction::arrive_by>(const DayView&, const QueryRules&, const End&,
                                                      const std::vector<int32_t>&,
                                                      const std::vector<int32_t>&) const;

}  // namespace hq::route
