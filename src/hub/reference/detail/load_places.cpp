// Sources, cities, places, airports and ways on foot (docs/format/hub.md).
#include <fmt/format.h>

#include <charconv>

#include "hub/reference/detail/load.h"

namespace hq::hub {
namespace {

/// "2021:1,3; 2023:18": every article must be one that its document has.
Result<std::vector<Article>> read_articles(const Table& table, const ReferenceHub& hub) {
  std::vector<Article> articles;
  for (const std::string& part : split(table.text("article"), ';')) {
    const std::size_t start = std::min(part.find_first_not_of(' '), part.size());
    const std::size_t colon = std::min(part.find(':'), part.size());
    const std::string id = part.substr(start, colon - std::min(start, colon));
    const auto document = std::ranges::find(hub.documents, id, &Document::id);
    std::vector<std::string> numbers;
    if (document != hub.documents.end() && colon < part.size()) {
      numbers = split(part.substr(colon + 1), ',');
    }
    if (numbers.empty()) {
      return table.wrong("article", fmt::format("'{}' names no articles of a document", part),
                         fmt::format("“{}”没有指明文件的条目", part));
    }
    for (const std::string& text : numbers) {
      Article article{id, 0};
      std::from_chars(text.data(), text.data() + text.size(), article.number);
      if (article.number < 1 || article.number > document->articles) {
        return table.wrong("article", fmt::format("document {} has no article '{}'", id, text),
                           fmt::format("文件{}没有第“{}”条", id, text));
      }
      articles.push_back(std::move(article));
    }
  }
  return articles;
}

/// Each station belongs to the city that rail/stations.csv names, and to no other.
Result<> check_city_stations(const Table& table, const ReferenceHub& hub, const City& city) {
  for (const std::string& id : city.stations) {
    const RailStation* station = hub.find_rail_station(id);
    if (station->city == city.name.zh && station->province == city.province.zh) continue;
    return table.wrong(
        "stations",
        fmt::format("rail/stations.csv puts '{}' into {} {}", id, station->province, station->city),
        fmt::format("rail/stations.csv中“{}”属于{}{}", id, station->province, station->city));
  }
  const bool main_is_one = std::ranges::count(city.stations, city.main_station) == 1;
  if (city.main_station.empty() ? city.stations.empty() : main_is_one) return {};
  return table.wrong("main_station", "the main station is not one of the city's stations",
                     "主要车站不在该城市的车站之中");
}

/// A row of cities.csv. The province says whether the city counts as one of the delta.
Result<City> read_city(Table& table, const ReferenceHub& hub, const KnownIds& known) {
  City city;
  HQ_TRY_VOID(table.new_id("name_zh"));  // the key: stations and places name cities in Chinese
  HQ_TRY(city.name, table.names());
  city.province = {table.text("province_zh"), table.text("province_en")};
  if (city.province.zh.empty() != city.province.en.empty()) {
    return table.wrong("province_en", "give the province in both languages or in neither",
                       "省份的中英文名称应同时填写或同时留空");
  }
  HQ_TRY(city.population, table.integer("population", 1, 1'000'000'000));
  HQ_TRY(const int64_t year, table.integer("census_year", 1900, 2100));
  city.census_year = static_cast<int>(year);
  HQ_TRY(city.position, table.position());
  HQ_TRY(city.coord_quality, table.required("coord_quality"));
  city.main_station = table.text("main_station");
  HQ_TRY(city.stations, table.references("stations", known.rail_stations, "station", "车站"));
  HQ_TRY(city.source, table.reference("source", known.sources, "source", "来源"));
  HQ_TRY_VOID(check_city_stations(table, hub, city));
  return city;
}

/// A row of places.csv; the area only where a document states it, so an empty cell is no error.
Result<Place> read_place(Table& table, const ReferenceHub& hub, const KnownIds& known) {
  Place place;
  HQ_TRY(place.id, table.new_id("id"));
  HQ_TRY(place.name, table.names());
  HQ_TRY(place.belt, table.reference("belt", known.belts, "belt", "拓展带"));
  HQ_TRY(place.city, table.reference("city", known.cities, "city", "城市"));
  HQ_TRY(place.position, table.position());
  HQ_TRY(place.coord_quality, table.required("coord_quality"));
  if (!table.is_empty("area_km2")) {
    HQ_TRY(place.area_km2, table.number("area_km2", 0.01, 1e6));
  }
  HQ_TRY(place.articles, read_articles(table, hub));
  HQ_TRY(place.rail_stops, table.references("rail_stops", known.rail_stations, "station", "车站"));
  HQ_TRY(place.metro_stops,
         table.references("metro_stops", known.metro_stations, "metro station", "地铁站"));
  HQ_TRY(place.source, table.reference("source", known.sources, "source", "来源"));
  place.note = table.text("note");
  return place;
}

/// A row of airports.csv. A terminal stands below its airport, so that its parent is known.
Result<Airport> read_airport(Table& table, const ReferenceHub& hub, const KnownIds& known) {
  Airport airport;
  HQ_TRY(airport.id, table.new_id("id"));
  if (known.rail_stations.contains(airport.id) || known.metro_stations.contains(airport.id)) {
    return table.wrong("id", "a station has this id", "该标识已用于车站");
  }
  HQ_TRY(const std::string kind, table.one_of("kind", {"airport", "terminal"}));
  if (kind == "terminal") {
    airport.parent = table.text("parent");
    const Airport* parent = hub.find_airport(airport.parent);
    if (parent == nullptr || parent->is_terminal()) {
      return table.wrong("parent", fmt::format("no row above is the airport '{}'", airport.parent),
                         fmt::format("上方没有机场“{}”", airport.parent));
    }
  } else if (!table.is_empty("parent")) {
    return table.wrong("parent", "an airport has no parent", "机场没有上级");
  }
  airport.iata = table.text("iata");
  airport.icao = table.text("icao");
  HQ_TRY(airport.name, table.names());
  HQ_TRY(airport.city, table.reference("city", known.cities, "city", "城市"));
  HQ_TRY(airport.position, table.position());
  HQ_TRY(airport.coord_quality, table.required("coord_quality"));
  HQ_TRY(airport.source, table.reference("source", known.sources, "source", "来源"));
  airport.note = table.text("note");
  return airport;
}

}  // namespace

Result<> load_sources(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(Table table, Table::open(folder, "sources.csv", {"id", "title", "date", "kind", "note"}));
  while (table.next()) {
    Source source;
    HQ_TRY(source.id, table.new_id("id"));
    HQ_TRY(source.title, table.required("title"));
    source.date = table.text("date");
    HQ_TRY(source.kind, table.one_of("kind", {"document", "facts", "derived", "assumed"}));
    source.note = table.text("note");
    known.sources.insert(source.id);
    hub.sources.push_back(std::move(source));
  }
  return table.finish();
}

Result<> load_cities(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(Table table, Table::open(folder, "cities.csv",
                                  {"name_zh", "name_en", "province_zh", "province_en", "population",
                                   "census_year", "lat", "lon", "coord_quality", "main_station",
                                   "stations", "source"}));
  while (table.next()) {
    HQ_TRY(City city, read_city(table, hub, known));
    known.cities.insert(city.name.zh);
    hub.cities.push_back(std::move(city));
  }
  return table.finish();
}

Result<> load_places(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(Table table,
         Table::open(folder, "places.csv",
                     {"id", "name_zh", "name_en", "belt", "city", "lat", "lon", "coord_quality",
                      "area_km2", "article", "rail_stops", "metro_stops", "source", "note"}));
  while (table.next()) {
    HQ_TRY(Place place, read_place(table, hub, known));
    hub.places.push_back(std::move(place));
  }
  return table.finish();
}

Result<> load_airports(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(Table table, Table::open(folder, "airports.csv",
                                  {"id", "kind", "parent", "iata", "icao", "name_zh", "name_en",
                                   "city", "lat", "lon", "coord_quality", "source", "note"}));
  while (table.next()) {
    HQ_TRY(Airport airport, read_airport(table, hub, known));
    known.airports.insert(airport.id);
    hub.airports.push_back(std::move(airport));
  }
  return table.finish();
}

Result<> load_walks(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(Table table, Table::open(folder, "transfers.csv",
                                  {"from", "to", "kind", "seconds", "quality", "note"}));
  IdSet stops = known.rail_stations;
  stops.insert(known.metro_stations.begin(), known.metro_stations.end());
  stops.insert(known.airports.begin(), known.airports.end());
  // One row a direction; the same pair again would leave open which time holds.
  IdSet seen;
  while (table.next()) {
    Walk walk;
    HQ_TRY(walk.from, table.reference("from", stops, "stop", "站点"));
    HQ_TRY(walk.to, table.reference("to", stops, "stop", "站点"));
    if (walk.from == walk.to || !seen.insert(walk.from + ' ' + walk.to).second) {
      return table.wrong("to", "the way leads nowhere or stands twice", "起讫相同或重复");
    }
    HQ_TRY(walk.kind, table.one_of("kind", {"rail-metro", "metro-rail", "metro-metro", "air-metro",
                                            "rail-air", "air-rail"}));
    HQ_TRY(const int64_t seconds, table.integer("seconds", 1, 14'400));
    walk.seconds = static_cast<int32_t>(seconds);
    HQ_TRY(walk.quality, table.one_of("quality", {"official", "derived", "assumed"}));
    walk.note = table.text("note");
    hub.walks.push_back(std::move(walk));
  }
  return table.finish();
}

}  // namespace hq::hub
