#include "route/journey.h"

#include "base/assert.h"

namespace hq::route {

std::string_view id(LegKind kind) {
  switch (kind) {
    case LegKind::access:
      return "access";
    case LegKind::walk:
      return "walk";
    case LegKind::ride:
      return "ride";
    case LegKind::egress:
      return "egress";
  }
  return {};
}

std::vector<Call> calls(const Timetable& timetable, const Leg& ride) {
  HQ_ASSERT(ride.kind == LegKind::ride);
  const TripRecord& trip = timetable.trip(ride.trip);
  const PatternRecord& pattern = timetable.patterns()[trip.pattern];
  std::vector<Call> calls;
  for (uint32_t i = ride.from_position; i <= ride.to_position; ++i) {
    const StopTimes& times = timetable.times()[trip.times + i];
    calls.push_back({timetable.pattern_stops()[pattern.first_stop + i] & kStopMask,
                     ride.run_start_s + times.arrival, ride.run_start_s + times.departure});
  }
  return calls;
}

Date service_date(Date date, const Leg& ride) {
  return date + std::chrono::days{ride.service_day};
}

}  // namespace hq::route
