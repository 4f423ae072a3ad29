#include "hub/reference/reference.h"

#include <fmt/format.h>

#include "hub/reference/detail/load.h"

namespace hq::hub {
namespace {

/// The core that hub.toml names must be among the places and stations.
Result<> check_core(const ReferenceHub& hub) {
  if (hub.find_place(hub.core_place) == nullptr) {
    return fail(ErrorCode::parse_error, fmt::format("there is no place '{}'", hub.core_place),
                fmt::format("没有地点“{}”", hub.core_place), "hub.toml:core_place");
  }
  for (const std::string& id : hub.core_stops) {
    if (hub.find_rail_station(id) != nullptr || hub.find_metro_station(id) != nullptr) continue;
    return fail(ErrorCode::parse_error, fmt::format("there is no stop '{}'", id),
                fmt::format("没有站点“{}”", id), "hub.toml:core_stops");
  }
  return {};
}

}  // namespace

Result<ReferenceHub> load_hub(const std::filesystem::path& folder) {
  ReferenceHub hub;
  KnownIds known;
  // Each file after those it refers to.
  for (const auto load : {load_toml, load_sources, load_rail, load_cities, load_metro, load_places,
                          load_airports, load_walks}) {
    HQ_TRY_VOID(load(folder, hub, known));
  }
  HQ_TRY_VOID(check_core(hub));
  return hub;
}

}  // namespace hq::hub
