// The hub as data: one struct for each kind of row in a hub's folder (docs/format/hub.md,
// docs/format/hub-rail.md), with references checked.
//
// Plain values, filled by load_hub() (reference.h) and read on any thread. Ids are kept as text,
// since that is how the page, the API and people name things; the find_ functions turn them into
// rows. Positions are WGS-84; times are seconds of the service day in the hub's time zone.
//
//   const City* city = hub.find_city("苏州");
//   if (city != nullptr && city->in_delta()) total += city->population;
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/geo.h"
#include "base/time.h"
#include "hub/name.h"

namespace hq::hub {

/// Where a figure comes from (sources.csv).
struct Source {
  std::string id;
  std::string title;
  std::string date;  // YYYY, YYYY-MM or YYYY-MM-DD; empty where it has none
  std::string kind;  // document, facts, derived, assumed
  std::string note;
};

/// A policy document that the hub rests on.
struct Document {
  std::string id;  // "2021"
  Name name;
  int year = 0;
  int articles = 0;  // numbered 1 to `articles`
};

struct Belt {
  std::string id;  // "core", "north", "south", "linked"
  Name name;
};

/// An article of a document: "2021 plan, article 3".
struct Article {
  std::string document;
  int number = 0;
};

struct Place {
  std::string id;
  Name name;
  std::string belt;
  std::string city;  // City::name.zh
  LatLng position;
  std::string coord_quality;
  std::optional<double> area_km2;  // only where a document states it
  std::vector<Article> articles;
  std::vector<std::string> rail_stops;  // most important first
  std::vector<std::string> metro_stops;
  std::string source;
  std::string note;

  /// One of the fourteen places, not a city linked to them.
  bool in_hub() const { return belt != "linked"; }
};

struct City {
  Name name;
  Name province;  // empty outside the delta
  int64_t population = 0;
  int census_year = 0;
  LatLng position;
  std::string coord_quality;
  std::string main_station;           // empty where the city has no station
  std::vector<std::string> stations;  // every station of the plan in this city
  std::string source;

  bool in_delta() const { return !province.zh.empty(); }
};

struct Airport {
  std::string id;      // ICAO code, a terminal adds "-T1"
  std::string parent;  // of a terminal, the airport; else empty
  std::string iata;
  std::string icao;
  Name name;
  std::string city;
  LatLng position;
  std::string coord_quality;
  std::string source;
  std::string note;

  bool is_terminal() const { return !parent.empty(); }
};

/// A way on foot in one direction.
struct Walk {
  std::string from;
  std::string to;
  std::string kind;  // rail-metro, metro-rail, metro-metro, air-metro, rail-air, air-rail
  int32_t seconds = 0;
  std::string quality;  // derived or assumed
  std::string note;
};

struct MetroSystem {
  std::string id;
  std::string prefix;  // of station ids
  Name name;
  std::string city;
  std::string source;
};

struct MetroStation {
  std::string id;
  std::string system;
  Name name;
  std::string name_en_quality;
  std::vector<std::string> aliases;  // older and everyday names, Chinese first
  std::string city;
  LatLng position;
  std::string coord_quality;
  int32_t change_s = 0;  // to change trains at this station
  std::string source;
};

struct MetroSegment {
  std::string from;
  std::string to;
  double crow_km = 0;
  int32_t run_s = 0;   // departure at `from` to departure at `to`
  int32_t back_s = 0;  // the other way
  std::string quality;
};

/// One service of a line; a line with branches has one for each branch.
struct MetroLine {
  std::string id;     // "SH-L11A"
  std::string group;  // the line passengers know: "SH-L11"
  std::string system;
  Name name;
  Name branch;       // empty without branches
  std::string mode;  // metro, suburban, maglev
  std::string color;
  bool loop = false;  // the last station is the first
  std::string headway_class;
  std::string source;
  std::vector<MetroSegment> segments;  // in order; each begins where the one before ends
};

/// Trains leave every `headway_s` from `from` until before `to`.
struct HeadwayWindow {
  std::string service;
  int32_t from = 0;
  int32_t to = 0;
  int32_t headway_s = 0;
  std::string quality;
};

struct RailStation {
  std::string id;  // telecode, or an id of the hub's own
  Name name;
  std::string city;      // Chinese name of the prefecture-level city
  std::string province;  // empty outside the delta
  LatLng position;
  std::string coord_quality;
  int importance = 0;  // daily trains that call
  std::string source;

  bool in_delta() const { return !province.empty(); }
};

/// Two neighbouring stations, for drawing lines; holds in both directions.
struct RailSection {
  std::string from;
  std::string to;
  double km = 0;
  int run_minutes = 0;
  std::string line_class;  // high_speed, intercity, conventional
  std::string km_source;
};

struct RailCall {
  std::string station;
  int32_t run_s = 0;    // from the departure at the call before; 0 at the first
  int32_t dwell_s = 0;  // 0 at the first and the last
};

/// A kind of run that leaves several times a day and calls at the same stations.
struct RailPattern {
  std::string id;
  std::string service_class;  // high_speed, emu, intercity, suburban, direct, express, fast, local
  std::string service;        // a Service::id
  std::vector<int32_t> departures;  // from the first station, ascending; two trains may share one
  Name name;
  std::vector<RailCall> calls;
};

/// A kind of day: the days on which patterns run.
struct ServiceDays {
  std::string id;
  uint8_t weekdays = 0;  // bit 0 Monday ... bit 6 Sunday
  Date first{};
  Date last{};
  std::vector<Date> added;
  std::vector<Date> removed;
};

struct ReferenceHub {
  std::string id;
  Name name;
  std::string time_zone;
  std::string core_place;
  std::vector<std::string> core_stops;
  Name caveat;  // goes with every page and answer that rests on the plan
  std::vector<Document> documents;
  std::vector<Belt> belts;

  std::vector<Source> sources;
  std::vector<Place> places;
  std::vector<City> cities;
  std::vector<Airport> airports;
  std::vector<Walk> walks;

  std::vector<MetroSystem> metro_systems;
  std::vector<MetroLine> metro_lines;
  std::vector<MetroStation> metro_stations;
  std::unordered_map<std::string, std::vector<HeadwayWindow>> headways;  // by class, in order

  std::vector<RailStation> rail_stations;
  std::vector<RailSection> rail_sections;
  std::vector<RailPattern> rail_patterns;
  std::vector<ServiceDays> services;

  /// The row of this id, or null.
  const Place* find_place(std::string_view place_id) const;
  const City* find_city(std::string_view name_zh) const;
  const Airport* find_airport(std::string_view airport_id) const;
  const MetroStation* find_metro_station(std::string_view station_id) const;
  const RailStation* find_rail_station(std::string_view station_id) const;

  /// People and number of the cities that have a province: the delta.
  int64_t delta_population() const;
  int delta_city_count() const;
};

}  // namespace hq::hub
