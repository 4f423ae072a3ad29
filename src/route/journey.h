// Journey: what a query answers with, leg by leg.
//
// Times are seconds from the start of the view's date, as in DayView. Waiting is what lies between
// two legs. Plain values that hold indices into the Timetable they come from.
//
//   for (const Call& call : calls(*timetable, leg)) show(call.stop, call.arrival_s);
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "route/timetable.h"

namespace hq::route {

enum class LegKind : uint8_t {
  access,  // from the place that was asked for to its first stop; no `from`
  walk,    // a link of the timetable, on foot or inside a station
  ride,
  egress,  // from the last stop to the place that was asked for; no `to`
};
std::string_view id(LegKind kind);

struct Leg {
  LegKind kind = LegKind::walk;
  bool by_headway = false;  // a ride of which only the headway is promised
  bool in_station = false;  // a walk between platforms of one station
  uint32_t from = kNone;    // stop
  uint32_t to = kNone;      // stop
  int32_t departure_s = 0;
  int32_t arrival_s = 0;

  // Of rides.
  uint32_t trip = kNone;
  uint32_t line = kNone;
  uint32_t from_position = 0;  // of the stop in the trip, from 0
  uint32_t to_position = 0;
  int32_t run_start_s = 0;  // departure of this run at the first stop of its trip
  int32_t service_day = 0;  // its service date is this many days after the view's date

  bool operator==(const Leg&) const = default;
};

struct Journey {
  int32_t departure_s = 0;  // leaving the origin, access included
  int32_t arrival_s = 0;    // at the target, egress included
  uint32_t trips = 0;       // rides; changes are one less
  std::vector<Leg> legs;

  int32_t duration_s() const { return arrival_s - departure_s; }
  bool operator==(const Journey&) const = default;
};

/// One stop of a ride.
struct Call {
  uint32_t stop = kNone;
  int32_t arrival_s = 0;
  int32_t departure_s = 0;
};

/// The stops of a ride from where it is boarded to where it is left, both included.
std::vector<Call> calls(const Timetable& timetable, const Leg& ride);

/// The service date of a ride of a view of `date`.
Date service_date(Date date, const Leg& ride);

}  // namespace hq::route
