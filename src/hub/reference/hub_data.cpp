#include "hub/reference/hub_data.h"

#include <algorithm>

namespace hq::hub {
namespace {

// Hubs have some thousand rows at the most and these are asked for a few at a time: a scan will do.
template <class Row, class Key>
const Row* find_row(const std::vector<Row>& rows, std::string_view value, Key key) {
  const auto found = std::ranges::find_if(rows, [&](const Row& row) { return key(row) == value; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

const Place* ReferenceHub::find_place(std::string_view place_id) const {
  return find_row(places, place_id, [](const Place& p) -> const std::string& { return p.id; });
}

const City* ReferenceHub::find_city(std::string_view name_zh) const {
  return find_row(cities, name_zh, [](const City& c) -> const std::string& { return c.name.zh; });
}

const Airport* ReferenceHub::find_airport(std::string_view airport_id) const {
  return find_row(airports, airport_id,
                  [](const Airport& a) -> const std::string& { return a.id; });
}

const MetroStation* ReferenceHub::find_metro_station(std::string_view station_id) const {
  return find_row(metro_stations, station_id,
                  [](const MetroStation& s) -> const std::string& { return s.id; });
}

const RailStation* ReferenceHub::find_rail_station(std::string_view station_id) const {
  return find_row(rail_stations, station_id,
                  [](const RailStation& s) -> const std::string& { return s.id; });
}

int64_t ReferenceHub::delta_population() const {
  int64_t people = 0;
  for (const City& city : cities) people += city.in_delta() ? city.population : 0;
  return people;
}

int ReferenceHub::delta_city_count() const {
  return static_cast<int>(std::ranges::count_if(cities, &City::in_delta));
}

}  // namespace hq::hub
