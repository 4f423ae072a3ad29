// The circle as CSV and GeoJSON.
#include "base/csv.h"
#include "base/json.h"
#include "hub/journeys/reach.h"

namespace hq::hub {
namespace {

std::string text_of(const std::optional<int32_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

std::string coordinate(const std::optional<LatLng>& position, double LatLng::* axis) {
  if (!position) return {};
  std::string text;
  JsonWriter(text).number((*position).*axis);
  return text;
}

}  // namespace

std::string reach_cities_csv(const ReachAnswer& answer) {
  std::string csv = csv_row({"city_zh", "city_en", "province_zh", "province_en", "population",
                             "minutes", "changes", "stop", "definition", "caveat"});
  for (const ReachCity& city : answer.cities) {
    csv += csv_row({city.name.zh, city.name.en, city.province.zh, city.province.en,
                    std::to_string(city.population), std::to_string(city.minutes),
                    text_of(city.changes), city.stop, answer.definition.text.en, answer.caveat.en});
  }
  return csv;
}

std::string reach_stops_csv(const ReachAnswer& answer) {
  std::string csv = csv_row({"stop", "name_zh", "name_en", "city", "lat", "lng", "minutes",
                             "changes", "definition", "caveat"});
  for (const ReachStop& stop : answer.stops) {
    csv += csv_row({stop.id, stop.name.zh, stop.name.en, stop.city.value_or(""),
                    coordinate(stop.position, &LatLng::lat),
                    coordinate(stop.position, &LatLng::lng), std::to_string(stop.minutes),
                    text_of(stop.changes), answer.definition.text.en, answer.caveat.en});
  }
  return csv;
}

std::string reach_geojson(const ReachAnswer& answer) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().field("type", std::string_view("FeatureCollection"));
  out.key("features").begin_array();
  for (const ReachStop& stop : answer.stops) {
    if (!stop.position) continue;
    out.begin_object().field("type", std::string_view("Feature")).key("geometry").begin_object();
    out.field("type", std::string_view("Point")).key("coordinates").begin_array();
    out.number(stop.position->lng).number(stop.position->lat).end_array().end_object();
    out.field("properties", stop).end_object();
  }
  out.end_array().field("definition", answer.definition).field("caveat", answer.caveat);
  out.end_object();
  return text;
}

}  // namespace hq::hub
