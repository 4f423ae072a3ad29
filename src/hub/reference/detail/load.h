// The loaders of a hub's folder, one for each group of files, and the ids they share.
//
// load_hub() (reference.cpp) calls them in this order; each fills its part of the hub, checks its
// references against what came before, and adds its own ids. One thread.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "hub/reference/detail/table.h"
#include "hub/reference/hub_data.h"

namespace hq::hub {

/// Ids that rows of other files refer to.
struct KnownIds {
  IdSet sources;
  IdSet belts;
  IdSet services;
  IdSet rail_stations;
  IdSet metro_stations;
  IdSet airports;
  IdSet cities;  // Chinese names
};

/// hub.toml: name, time zone, core, caveat, documents, belts.
Result<> load_toml(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known);

/// sources.csv.
Result<> load_sources(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known);

/// rail/: calendar, stations, sections, patterns with calls.
Result<> load_rail(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known);

/// cities.csv; needs the railway stations.
Result<> load_cities(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known);

/// metro/: systems, headways, stations, lines with segments; needs cities and services.
Result<> load_metro(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known);

/// places.csv, airports.csv and transfers.csv; needs all of the above.
Result<> load_places(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known);
Result<> load_airports(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known);
Result<> load_walks(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known);

}  // namespace hq::hub
