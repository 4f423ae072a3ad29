// agency.txt, stops.txt and routes.txt.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "route/detail/gtfs_import.h"

namespace hq::route {
namespace {

/// Aliases stand in one cell, '|' between them (a column of our own).
std::vector<std::string> split_aliases(std::string_view cell) {
  std::vector<std::string> aliases;
  while (!cell.empty()) {
    const std::string_view alias = cell.substr(0, cell.find('|'));
    if (!alias.empty()) aliases.push_back(valid_utf8(alias));
    cell.remove_prefix(std::min(alias.size() + 1, cell.size()));
  }
  return aliases;
}

void read_position(GtfsTable& table, int lat_column, int lon_column, Stop& stop) {
  const std::string_view lat_text = table.cell(lat_column);
  const std::string_view lon_text = table.cell(lon_column);
  if (lat_text.empty() && lon_text.empty()) return;
  const auto lat = parse_decimal(lat_text);
  const auto lng = parse_decimal(lon_text);
  if (!lat || !lng || !is_valid({*lat, *lng})) {
    table.report(DefectKind::bad_value, DefectAction::dropped, lat_column,
                 fmt::format("'{}', '{}' is no position; the stop stays without one",
                             valid_utf8(lat_text), valid_utf8(lon_text)));
    return;
  }
  // Feeds write 0,0 for "unknown"; that point lies in the Gulf of Guinea.
  if (*lat == 0 && *lng == 0) {
    table.report(DefectKind::implausible_position, DefectAction::dropped, lat_column,
                 "0,0; the stop stays without a position");
    return;
  }
  stop.position = {*lat, *lng};
  stop.has_position = true;
}

bool is_hex_color(std::string_view text) {
  return text.size() == 6 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

Result<> GtfsImport::read_agencies() {
  if (!archive.has("agency.txt")) {
    report.add(DefectKind::missing_file, DefectAction::noted, "agency.txt",
               "no operator; times count as UTC");
    return {};
  }
  HQ_TRY(GtfsTable table, GtfsTable::open(archive, "agency.txt", report));
  const int id = table.column("agency_id"), name = table.column("agency_name"),
            url = table.column("agency_url"), zone = table.column("agency_timezone");
  for (const char* extra : {"agency_lang", "agency_phone", "agency_email", "agency_fare_url"}) {
    table.ignore_column(extra);
  }
  while (table.next()) {
    Agency agency;
    agency.name = table.text(name);
    agency.url = table.text(url);
    agency.time_zone = table.text(zone);
    if (table.cell(id).empty() && feed.agencies.empty()) {
      // The id may be left out where there is one agency.
      agency.id = agency.name.empty() ? "agency" : agency.name;
      agency_of.add(agency.id, 0);
    } else if (auto taken = take_id(table, id, agency_of, feed.agencies.size())) {
      agency.id = *std::move(taken);
    } else {
      continue;
    }
    if (agency.time_zone.empty()) {
      agency.time_zone = time_zone(feed);
      table.report(DefectKind::bad_value, DefectAction::repaired, zone,
                   fmt::format("no time zone; taken as {}", agency.time_zone));
    } else if (!feed.agencies.empty() && agency.time_zone != time_zone(feed)) {
      return fail(ErrorCode::unsupported,
                  fmt::format("the agencies are in several time zones ({} and {}); split the feed",
                              time_zone(feed), agency.time_zone),
                  fmt::format("各运营单位时区不同（{} 与 {}），请拆分数据", time_zone(feed),
                              agency.time_zone),
                  table.where(zone));
    }
    feed.agencies.push_back(std::move(agency));
  }
  return table.finish();
}

Result<> GtfsImport::read_stops() {
  HQ_TRY(GtfsTable table, GtfsTable::open(archive, "stops.txt", report));
  HQ_TRY(const int id, table.require_column("stop_id"));
  const int code = table.column("stop_code"), name = table.column("stop_name"),
            lat = table.column("stop_lat"), lon = table.column("stop_lon"),
            kind = table.column("location_type"), parent = table.column("parent_station"),
            platform = table.column("platform_code"), zone = table.column("stop_timezone"),
            aliases = table.column("stop_aliases"), quality = table.column("position_quality");
  std::size_t zones = 0;
  std::string first_zone;
  while (table.next()) {
    auto taken = take_id(table, id, stop_of, feed.stops.size());
    if (!taken) continue;
    Stop stop;
    stop.id = *std::move(taken);
    stop.code = table.text(code);
    stop.name = table.text(name);
    stop.platform_code = table.text(platform);
    stop.aliases = split_aliases(table.cell(aliases));
    stop.position_quality = table.text(quality);
    stop.kind = static_cast<StopKind>(table.number(kind, 0, 4, DefectAction::repaired).value_or(0));
    read_position(table, lat, lon, stop);
    if (const auto cell = table.cell(zone); !cell.empty() && cell != time_zone(feed)) {
      if (zones++ == 0) first_zone = fmt::format("{}: '{}'", table.where(zone), valid_utf8(cell));
    }
    if (stop.name.empty() && stop.kind <= StopKind::entrance) {
      table.report(DefectKind::bad_value, DefectAction::noted, name, "the stop has no name");
    }
    feed.stops.push_back(std::move(stop));
    parent_ids.emplace_back(table.cell(parent));
    stop_lines.push_back(table.line());
  }
  if (zones > 0) {
    report.add(
        DefectKind::unsupported_feature, DefectAction::noted, "stops.txt",
        fmt::format("{} stops state another time zone, which is not used ({})", zones, first_zone));
  }
  HQ_TRY_VOID(table.finish());
  link_parents();
  return {};
}

void GtfsImport::link_parents() {
  const auto where = [&](std::size_t i) {
    return fmt::format("stops.txt:{}:parent_station", stop_lines[i]);
  };
  for (std::size_t i = 0; i < feed.stops.size(); ++i) {
    if (parent_ids[i].empty()) continue;
    const std::string shown = valid_utf8(parent_ids[i]);
    const uint32_t parent = stop_of.find(parent_ids[i]);
    if (parent == kNone) {
      report.add(DefectKind::unknown_reference, DefectAction::repaired, where(i),
                 fmt::format("'{}'; the stop stays without a station", shown));
      continue;
    }
    const StopKind wanted =
        feed.stops[i].kind == StopKind::area ? StopKind::platform : StopKind::station;
    if (feed.stops[i].kind == StopKind::station || feed.stops[parent].kind != wanted) {
      report.add(DefectKind::bad_value, DefectAction::repaired, where(i),
                 fmt::format("'{}' cannot be the parent here; left out", shown));
      continue;
    }
    feed.stops[i].parent = parent;
  }
  for (std::size_t i = 0; i < feed.stops.size(); ++i) {
    Stop& stop = feed.stops[i];
    if (stop.has_position) continue;
    const bool inherits = stop.parent != kNone && feed.stops[stop.parent].has_position;
    if (inherits) {
      stop.position = feed.stops[stop.parent].position;
      stop.has_position = true;
    }
    report.add(DefectKind::missing_position,
               inherits ? DefectAction::repaired : DefectAction::noted,
               fmt::format("stops.txt:{}", stop_lines[i]),
               fmt::format("stop '{}'{}", stop.id, inherits ? "; taken from its station" : ""));
  }
}

Result<> GtfsImport::read_lines() {
  HQ_TRY(GtfsTable table, GtfsTable::open(archive, "routes.txt", report));
  HQ_TRY(const int id, table.require_column("route_id"));
  const int agency = table.column("agency_id"), short_name = table.column("route_short_name"),
            long_name = table.column("route_long_name"), description = table.column("route_desc"),
            type = table.column("route_type"), color = table.column("route_color");
  while (table.next()) {
    auto taken = take_id(table, id, line_of, feed.lines.size());
    if (!taken) continue;
    Line line;
    line.id = *std::move(taken);
    line.short_name = table.text(short_name);
    line.long_name = table.text(long_name);
    line.service_class = table.text(description);
    if (table.cell(agency).empty()) {
      line.agency = feed.agencies.size() == 1 ? 0 : kNone;
    } else {
      line.agency = resolve(table, agency, agency_of, DefectAction::repaired);
    }
    const auto stated = table.number(type, 0, 9999, DefectAction::repaired);
    if (table.cell(type).empty()) {
      table.report(DefectKind::bad_value, DefectAction::repaired, type, "no type; taken as 3, bus");
    }
    line.type = static_cast<int32_t>(stated.value_or(3));
    line.color = table.text(color);
    if (!line.color.empty() && !is_hex_color(line.color)) {
      table.report(DefectKind::bad_value, DefectAction::dropped, color,
                   fmt::format("'{}' is not six hexadecimal digits", line.color));
      line.color.clear();
    }
    feed.lines.push_back(std::move(line));
  }
  return table.finish();
}

}  // namespace hq::route
