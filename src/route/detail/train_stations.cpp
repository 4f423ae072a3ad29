#include "route/detail/train_stations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "route/detail/gtfs_table.h"

namespace hq::route {

Result<> StationDirectory::add(const NamedText& list, ImportReport& report) {
  const std::size_t start = list.text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::size_t first = list.text.find_first_not_of(" \t\r\n", start);
  if (first != std::string::npos && list.text[first] == '@') {
    add_telecodes(list, report);
    return {};
  }
  return add_csv(list, report);
}

/// "@bjb|北京北|VAP|beijingbei|bjb|0|..." without line ends: the station list of the ticket office.
void StationDirectory::add_telecodes(const NamedText& list, ImportReport& report) {
  std::string_view rest = list.text;
  std::size_t record = 0;
  rest.remove_prefix(rest.find('@') + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('@');
    std::string_view text = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const std::string where = fmt::format("{}:record {}", list.name, ++record);
    std::array<std::string_view, 3> fields;  // abbreviation, name, telecode
    for (std::string_view& field : fields) {
      const std::size_t bar = text.find('|');
      field = text.substr(0, bar);
      text = bar == std::string_view::npos ? std::string_view() : text.substr(bar + 1);
    }
    if (fields[1].empty() || fields[2].empty()) {
      report.add(DefectKind::broken_row, DefectAction::dropped, where, "no name or no telecode");
      continue;
    }
    put({.id = valid_utf8(fields[2]), .name = valid_utf8(fields[1])}, where, report);
  }
}

Result<> StationDirectory::add_csv(const NamedText& list, ImportReport& report) {
  const Archive file = Archive::of({{list.name, list.text}});
  HQ_TRY(GtfsTable table, GtfsTable::open(file, list.name, report));
  HQ_TRY(const int id, table.require_column("station_id"));
  HQ_TRY(const int name, table.require_column("name"));
  const int lat = table.column("lat"), lon = table.column("lon"),
            quality = table.column("coord_quality");
  while (table.next()) {
    Station station{.id = table.text(id), .name = table.text(name)};
    if (station.id.empty() || station.name.empty()) {
      table.report(DefectKind::bad_value, DefectAction::dropped, station.id.empty() ? id : name,
                   "no id or no name");
      continue;
    }
    const auto y = parse_decimal(table.cell(lat)), x = parse_decimal(table.cell(lon));
    if (y && x && is_valid({*y, *x}) && (*y != 0 || *x != 0)) {
      station.position = {*y, *x};
      station.has_position = true;
      station.position_quality = table.text(quality);
    } else if (!table.cell(lat).empty() || !table.cell(lon).empty()) {
      table.report(
          DefectKind::bad_value, DefectAction::dropped, lat,
          fmt::format("'{}', '{}' is no place; '{}' stays without one", valid_utf8(table.cell(lat)),
                      valid_utf8(table.cell(lon)), station.name));
    }
    put(std::move(station), table.where(), report);
  }
  return table.finish();
}

void StationDirectory::put(Station station, const std::string& where, ImportReport& report) {
  const auto known = by_name_.find(station.name);
  if (known != by_name_.end()) {
    Station& first = stations_[known->second];
    if (!first.has_position && station.has_position) {
      first.position = station.position;
      first.has_position = true;
      first.position_quality = std::move(station.position_quality);
    }
    if (first.id != station.id) {
      report.add(DefectKind::duplicate_id, DefectAction::noted, where,
                 fmt::format("'{}' is {} here and {} further up, which stays", first.name,
                             station.id, first.id));
    }
    return;
  }
  if (!ids_.insert(station.id).second) {
    report.add(DefectKind::duplicate_id, DefectAction::dropped, where,
               fmt::format("'{}' has the id {} of another station", station.name, station.id));
    return;
  }
  by_name_.emplace(station.name, stations_.size());
  stations_.push_back(std::move(station));
}

void StationDirectory::mend_names(Listing& train, const std::string& file,
                                  ImportReport& report) const {
  for (ListedCall& call : train.calls) {
    const char last = call.station.back();
    if (last < '0' || last > '9' || find(call.station) != nullptr) continue;
    const std::string name =
        call.station.substr(0, call.station.find_last_not_of("0123456789") + 1);
    if (name.empty() || find(name) == nullptr) continue;
    report.add(DefectKind::unknown_station, DefectAction::repaired,
               fmt::format("{}:{}", file, call.line),
               fmt::format("'{}' is '{}'", call.station, name));
    call.station = name;
  }
}

const Station* StationDirectory::find(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &stations_[found->second];
}

}  // namespace hq::route
