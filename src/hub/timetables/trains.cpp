#include "hub/timetables/trains.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/csv.h"
#include "base/file.h"
#include "route/train_listing.h"

namespace hq::hub {
namespace {

/// The stations of the hub in the form of a station list.
route::NamedText hub_stations(const ReferenceHub& hub) {
  route::NamedText list{"rail/stations.csv", "station_id,name,lat,lon,coord_quality\n"};
  for (const RailStation& station : hub.rail_stations) {
    list.text += csv_row({station.id, station.name.zh, fmt::format("{}", station.position.lat),
                          fmt::format("{}", station.position.lng), station.coord_quality});
  }
  return list;
}

Result<route::NamedText> read_text(const std::filesystem::path& file) {
  HQ_TRY(std::string text, read_file(file));
  return route::NamedText{file.filename().string(), std::move(text)};
}

}  // namespace

Result<route::Feed> read_trains(const ImportSource& source, const ReferenceHub& hub,
                                route::ImportReport& report) {
  HQ_TRY(const route::NamedText listing, read_text(source.file));
  route::NamedText earlier;
  if (!source.earlier_edition.empty()) {
    HQ_TRY(earlier, read_text(source.earlier_edition));
  }
  std::vector<route::NamedText> stations = {hub_stations(hub)};
  for (const auto& file : source.station_files) {
    HQ_TRY(route::NamedText list, read_text(file));
    stations.push_back(std::move(list));
  }
  route::TrainListingOptions options;
  options.id = source.name;
  // A listing has no dates; the hub's own calendar says which days are daily and which holidays.
  const auto days = [&](std::string_view id) {
    return std::ranges::find(hub.services, id, &ServiceDays::id);
  };
  if (const auto daily = days("DAILY"); daily != hub.services.end()) {
    options.first_day = daily->first;
    options.last_day = daily->last;
  }
  if (const auto holiday = days("HOLIDAY"); holiday != hub.services.end()) {
    options.holidays = holiday->added;
  }
  return route::read_train_listing(listing, earlier, stations, options, report);
}

}  // namespace hq::hub
