// What the journeys service answers: plain structs, described once for JSON.
//
// The shapes are those of src/api/openapi.json (schemas of the same names); a contract test holds
// the two together. Times are texts, local to the hub with their offset.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/geo.h"
#include "hub/name.h"

namespace hq::hub {

/// route::Mode, with walking behind it.
enum class Mode : uint8_t { rail, metro, tram, bus, coach, ferry, air, cable, other, walk };
BOOST_DESCRIBE_ENUM(Mode, rail, metro, tram, bus, coach, ferry, air, cable, other, walk)

enum class EndpointKind : uint8_t { stop, place, city, coordinates };
BOOST_DESCRIBE_ENUM(EndpointKind, stop, place, city, coordinates)

struct StopAnswer {
  std::string id;
  Name name;
  std::vector<std::string> aliases;
  std::optional<LatLng> position;
  std::optional<std::string> position_quality;
  std::optional<std::string> city;
  std::optional<std::string> station;
  std::vector<Mode> modes;
  uint32_t importance = 0;
  std::vector<std::string> lines;
};
BOOST_DESCRIBE_STRUCT(StopAnswer, (),
                      (id, name, aliases, position, position_quality, city, station, modes,
                       importance, lines))

struct Endpoint {
  EndpointKind kind = EndpointKind::stop;
  std::optional<std::string> id;
  Name name;
  std::optional<LatLng> position;
};
BOOST_DESCRIBE_STRUCT(Endpoint, (), (kind, id, name, position))

struct LegStop {
  std::string id;
  Name name;
  std::optional<LatLng> position;
  std::optional<std::string> arrival;
  std::optional<std::string> departure;
};
BOOST_DESCRIBE_STRUCT(LegStop, (), (id, name, position, arrival, departure))

enum class LegKind : uint8_t { ride, walk };
BOOST_DESCRIBE_ENUM(LegKind, ride, walk)

struct Leg {
  LegKind kind = LegKind::ride;
  Mode mode = Mode::rail;
  LegStop from;
  LegStop to;
  std::string departure;
  std::string arrival;
  int32_t minutes = 0;
  std::optional<Name> line;
  std::optional<std::string> service_class;
  std::optional<std::string> color;
  std::optional<std::string> run_number;
  std::optional<std::string> headsign;
  std::optional<Name> operated_by;
  std::optional<bool> by_headway;
  std::optional<int32_t> metres;
  std::vector<LegStop> stops;
};
BOOST_DESCRIBE_STRUCT(Leg, (),
                      (kind, mode, from, to, departure, arrival, minutes, line, service_class,
                       color, run_number, headsign, operated_by, by_headway, metres, stops))

struct JourneyAnswer {
  std::string id;
  std::string departure;
  std::string arrival;
  int32_t minutes = 0;
  int32_t changes = 0;
  int32_t walk_minutes = 0;
  int32_t wait_minutes = 0;
  std::vector<Leg> legs;
  std::vector<Name> notes;
};
BOOST_DESCRIBE_STRUCT(JourneyAnswer, (),
                      (id, departure, arrival, minutes, changes, walk_minutes, wait_minutes, legs,
                       notes))

/// The rules a search went by: nothing that shapes an answer is hidden.
struct RulesAnswer {
  int32_t changes_max = 0;
  std::vector<Mode> modes;
  bool walking = true;
  Name change;
  std::optional<int32_t> change_min;
};
BOOST_DESCRIBE_STRUCT(RulesAnswer, (), (changes_max, modes, walking, change, change_min))

struct JourneysAnswer {
  Endpoint from;
  Endpoint to;
  std::string time;
  bool arrive_by = false;
  int32_t window_min = 0;
  std::string timetable;
  RulesAnswer rules;
  std::vector<JourneyAnswer> journeys;
  std::string earlier;
  std::string later;
  std::string link;
  Name caveat;
  std::vector<Name> notes;
};
BOOST_DESCRIBE_STRUCT(JourneysAnswer, (),
                      (from, to, time, arrive_by, window_min, timetable, rules, journeys, earlier,
                       later, link, caveat, notes))

struct DefinitionAnswer {
  std::string measure;
  Name text;
  RulesAnswer rules;
  std::string date;
  std::optional<std::string> time;
  std::optional<std::string> window_from;
  std::optional<std::string> window_to;
};
BOOST_DESCRIBE_STRUCT(DefinitionAnswer, (),
                      (measure, text, rules, date, time, window_from, window_to))

struct ReachCity {
  std::string id;
  Name name;
  Name province;
  int64_t population = 0;
  int32_t minutes = 0;
  std::optional<int32_t> changes;
  std::string stop;
  LatLng position;
};
BOOST_DESCRIBE_STRUCT(ReachCity, (),
                      (id, name, province, population, minutes, changes, stop, position))

struct ReachStop {
  std::string id;
  Name name;
  int32_t minutes = 0;
  std::optional<int32_t> changes;
  std::optional<std::string> city;
  std::optional<LatLng> position;
};
BOOST_DESCRIBE_STRUCT(ReachStop, (), (id, name, minutes, changes, city, position))

struct ReachCurvePoint {
  int32_t minutes = 0;
  int32_t cities = 0;
  int64_t population = 0;
};
BOOST_DESCRIBE_STRUCT(ReachCurvePoint, (), (minutes, cities, population))

struct ReachAnswer {
  Endpoint from;
  int32_t limit_min = 0;
  int32_t city_count = 0;
  int64_t population = 0;
  int64_t population_of_delta = 0;
  int32_t stop_count = 0;
  std::vector<ReachCity> cities;
  std::vector<ReachStop> stops;
  std::vector<ReachCurvePoint> curve;
  DefinitionAnswer definition;
  std::string timetable;
  Name caveat;
  std::string link;
  std::vector<Name> notes;
};
BOOST_DESCRIBE_STRUCT(ReachAnswer, (),
                      (from, limit_min, city_count, population, population_of_delta, stop_count,
                       cities, stops, curve, definition, timetable, caveat, link, notes))

}  // namespace hq::hub
