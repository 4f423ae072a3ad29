// GET /hub, /places, /cities, /network.
#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"

namespace hq::api {
namespace {

using hub::Name;

struct BeltAnswer {
  std::string id;
  Name name;
  std::vector<std::string> places;
};
BOOST_DESCRIBE_STRUCT(BeltAnswer, (), (id, name, places))

struct DocumentAnswer {
  Name title;
  int32_t year = 0;
};
BOOST_DESCRIBE_STRUCT(DocumentAnswer, (), (title, year))

struct MapAnswer {
  LatLng center;
  double zoom = 0;
};
BOOST_DESCRIBE_STRUCT(MapAnswer, (), (center, zoom))

struct HubAnswer {
  std::string id;
  Name name;
  std::string time_zone;
  std::string core;
  std::optional<std::string> core_stop;
  std::vector<BeltAnswer> belts;
  std::vector<DocumentAnswer> documents;
  hub::TimetableAnswer timetable;
  Name caveat;
  std::string version;
  MapAnswer map;
};
BOOST_DESCRIBE_STRUCT(HubAnswer, (),
                      (id, name, time_zone, core, core_stop, belts, documents, timetable, caveat,
                       version, map))

struct PlaceAnswer {
  std::string id;
  Name name;
  std::string belt;
  std::string city;
  LatLng position;
  std::string quality;
  std::optional<double> area_km2;
  std::vector<std::string> stops;
  std::string article;
  std::string source;
};
BOOST_DESCRIBE_STRUCT(PlaceAnswer, (),
                      (id, name, belt, city, position, quality, area_km2, stops, article, source))

struct CityAnswer {
  std::string id;
  Name name;
  Name province;
  int64_t population = 0;
  int32_t census_year = 0;
  LatLng position;
  std::vector<std::string> stops;
  std::optional<std::string> main_stop;
  std::string source;
};
BOOST_DESCRIBE_STRUCT(CityAnswer, (),
                      (id, name, province, population, census_year, position, stops, main_stop,
                       source))

struct PlacesAnswer {
  std::vector<PlaceAnswer> places;
};
BOOST_DESCRIBE_STRUCT(PlacesAnswer, (), (places))

struct CitiesAnswer {
  std::vector<CityAnswer> cities;
  int64_t population = 0;
};
BOOST_DESCRIBE_STRUCT(CitiesAnswer, (), (cities, population))

constexpr double kMapZoom = 7.6;  // the core and both belts on a screen of 1,000 pixels

HubAnswer describe_hub(const Services& services) {
  const hub::ReferenceHub& hub = *services.hub;
  HubAnswer answer;
  answer.id = hub.id;
  answer.name = hub.name;
  answer.time_zone = hub.time_zone;
  answer.core = hub.core_place;
  if (!hub.core_stops.empty()) answer.core_stop = hub.core_stops.front();
  for (const hub::Belt& belt : hub.belts) {
    BeltAnswer& known = answer.belts.emplace_back(BeltAnswer{belt.id, belt.name, {}});
    for (const hub::Place& place : hub.places) {
      if (place.belt == belt.id) known.places.push_back(place.id);
    }
  }
  for (const hub::Document& document : hub.documents) {
    answer.documents.push_back({document.name, document.year});
  }
  const auto active = services.timetables.find(services.timetables.active_id());
  HQ_ASSERT(active.has_value());
  answer.timetable = *active;
  answer.caveat = active->caveat;
  answer.version = HQ_VERSION;
  if (const hub::Place* core = hub.find_place(hub.core_place)) answer.map.center = core->position;
  answer.map.zoom = kMapZoom;
  return answer;
}

PlacesAnswer describe_places(const hub::ReferenceHub& hub) {
  PlacesAnswer answer;
  for (const hub::Place& place : hub.places) {
    PlaceAnswer& known = answer.places.emplace_back();
    known.id = place.id;
    known.name = place.name;
    known.belt = place.belt;
    known.city = place.city;
    known.position = place.position;
    known.quality = place.coord_quality;
    known.area_km2 = place.area_km2;
    known.stops = place.rail_stops;
    known.stops.insert(known.stops.end(), place.metro_stops.begin(), place.metro_stops.end());
    for (const hub::Article& article : place.articles) {
      if (!known.article.empty()) known.article += ", ";
      known.article += article.document + ":" + std::to_string(article.number);
    }
    known.source = place.source;
  }
  return answer;
}

CitiesAnswer describe_cities(const hub::ReferenceHub& hub) {
  CitiesAnswer answer;
  for (const hub::City& city : hub.cities) {
    if (!city.in_delta()) continue;
    CityAnswer& known = answer.cities.emplace_back();
    known.id = city.name.zh;
    known.name = city.name;
    known.province = city.province;
    known.population = city.population;
    known.census_year = city.census_year;
    known.position = city.position;
    known.stops = city.stations;
    if (!city.main_station.empty()) known.main_stop = city.main_station;
    known.source = city.source;
    answer.population += city.population;
  }
  return answer;
}

}  // namespace

void add_hub_routes(net::Router& router, Services& services) {
  using net::Method;
  using net::Request;
  using net::Response;
  router.add(Method::get, "/api/v1/hub", [&services](const Request& request) -> Result<Response> {
    HQ_TRY_VOID(Parameters(request).check());
    return json_answer(request, to_json(describe_hub(services)));
  });
  router.add(Method::get, "/api/v1/places",
             [&services](const Request& request) -> Result<Response> {
               HQ_TRY_VOID(Parameters(request).check());
               return json_answer(request, to_json(describe_places(*services.hub)));
             });
  router.add(Method::get, "/api/v1/cities",
             [&services](const Request& request) -> Result<Response> {
               HQ_TRY_VOID(Parameters(request).check());
               return json_answer(request, to_json(describe_cities(*services.hub)));
             });
  router.add(Method::get, "/api/v1/network",
             [&services](const Request& request) -> Result<Response> {
               HQ_TRY_VOID(Parameters(request).check());
               HQ_TRY(const auto network, services.networks.get({}));
               return json_answer(request, network->sections_geojson());
             });
}

}  // namespace hq::api
