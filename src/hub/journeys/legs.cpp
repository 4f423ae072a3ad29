#include "hub/journeys/legs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/hash.h"

namespace hq::hub {
namespace {

constexpr std::size_t kJourneyIdDigits = 16;

int32_t whole_minutes(int32_t seconds) {
  return (seconds + 59) / 60;
}

LegStop endpoint_stop(const Endpoint& endpoint) {
  return {endpoint.id.value_or(""), endpoint.name, endpoint.position, {}, {}};
}

std::optional<std::string> if_any(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

/// The name by which passengers call the line of a ride.
Name line_name(const route::Timetable& timetable, const route::LineRecord& line) {
  const auto short_name = timetable.text(line.short_name);
  const auto long_name = timetable.text(line.long_name);
  const std::string_view own = short_name.empty() ? long_name : short_name;
  const auto english = timetable.text(line.name_en);
  return {std::string(own), std::string(english.empty() ? own : english)};
}

void describe_ride(const Network& network, Date date, const route::Leg& ride, Leg& leg) {
  const route::Timetable& timetable = network.timetable();
  const route::LineRecord& line = timetable.line(ride.line);
  const route::TripRecord& trip = timetable.trip(ride.trip);
  leg.kind = LegKind::ride;
  leg.mode = static_cast<Mode>(line.mode);
  leg.line = line_name(timetable, line);
  leg.service_class = if_any(timetable.text(line.service_class));
  leg.color = if_any(timetable.text(line.color));
  leg.run_number = if_any(timetable.text(trip.short_name));
  leg.headsign = if_any(timetable.text(trip.headsign));
  if (line.agency != route::kNone) {
    const route::AgencyRecord& agency = timetable.agencies()[line.agency];
    const auto name = timetable.text(agency.name);
    const auto english = timetable.text(agency.name_en);
    leg.operated_by = Name{std::string(name), std::string(english.empty() ? name : english)};
  }
  if (ride.by_headway) leg.by_headway = true;
  for (const route::Call& call : route::calls(timetable, ride)) {
    LegStop stop = network.leg_stop(call.stop);
    stop.arrival = network.local_time(date, call.arrival_s);
    stop.departure = network.local_time(date, call.departure_s);
    leg.stops.push_back(std::move(stop));
  }
}

Leg describe_leg(const Network& network, Date date, const route::Leg& given, const Endpoint& from,
                 const Endpoint& to) {
  Leg leg;
  leg.from = given.from == route::kNone ? endpoint_stop(from) : network.leg_stop(given.from);
  leg.to = given.to == route::kNone ? endpoint_stop(to) : network.leg_stop(given.to);
  leg.departure = network.local_time(date, given.departure_s);
  leg.arrival = network.local_time(date, given.arrival_s);
  leg.minutes = whole_minutes(given.arrival_s - given.departure_s);
  if (given.kind == route::LegKind::ride) {
    describe_ride(network, date, given, leg);
    return leg;
  }
  leg.kind = LegKind::walk;
  leg.mode = Mode::walk;
  if (leg.from.position && leg.to.position) {
    leg.metres =
        static_cast<int32_t>(std::lround(great_circle_m(*leg.from.position, *leg.to.position)));
  }
  return leg;
}

std::string journey_id(const Network& network, Date date, const route::Journey& journey) {
  std::string text = network.id();
  for (const route::Leg& leg : journey.legs) {
    text += fmt::format("|{} {} {} {} {} {} {}", static_cast<int>(leg.kind), leg.from, leg.to,
                        leg.trip, leg.departure_s, leg.arrival_s, format_date(date));
  }
  return to_hex(sha256(text)).substr(0, kJourneyIdDigits);
}

}  // namespace

JourneyAnswer describe_journey(const Network& network, Date date, const route::Journey& journey,
                               const Endpoint& from, const Endpoint& to) {
  JourneyAnswer answer;
  answer.id = journey_id(network, date, journey);
  answer.departure = network.local_time(date, journey.departure_s);
  answer.arrival = network.local_time(date, journey.arrival_s);
  answer.minutes = whole_minutes(journey.duration_s());
  answer.changes = static_cast<int32_t>(std::max(1u, journey.trips)) - 1;
  int32_t walk_s = 0;
  int32_t moving_s = 0;
  bool by_headway = false;
  for (const route::Leg& leg : journey.legs) {
    const int32_t seconds = leg.arrival_s - leg.departure_s;
    moving_s += seconds;
    if (leg.kind != route::LegKind::ride) {
      walk_s += seconds;
      const bool at_end = leg.from == route::kNone || leg.to == route::kNone;
      if (seconds == 0 && at_end) continue;  // the stop stands for the place
    }
    by_headway = by_headway || leg.by_headway;
    answer.legs.push_back(describe_leg(network, date, leg, from, to));
  }
  answer.walk_minutes = whole_minutes(walk_s);
  answer.wait_minutes = (journey.duration_s() - moving_s) / 60;
  if (by_headway) {
    answer.notes.push_back({"部分班次按发车间隔运行，时刻为推算。",
                            "Some of these services run by headway; their times are derived."});
  }
  return answer;
}

}  // namespace hq::hub
