#include "route/gtfs_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "route/detail/gtfs_import.h"
#include "route/feed_summary.h"

namespace hq::route {
namespace {

constexpr std::array<std::string_view, 4> kFatalFiles = {"stops.txt", "routes.txt", "trips.txt",
                                                         "stop_times.txt"};
constexpr std::array<std::string_view, 7> kFurtherFiles = {
    "agency.txt",    "calendar.txt",     "calendar_dates.txt", "frequencies.txt",
    "transfers.txt", "translations.txt", "feed_info.txt"};
constexpr std::array<std::string_view, 23> kKnownUnusedFiles = {"areas.txt",
                                                                "attributions.txt",
                                                                "booking_rules.txt",
                                                                "fare_attributes.txt",
                                                                "fare_leg_join_rules.txt",
                                                                "fare_leg_rules.txt",
                                                                "fare_media.txt",
                                                                "fare_products.txt",
                                                                "fare_rules.txt",
                                                                "fare_transfer_rules.txt",
                                                                "levels.txt",
                                                                "location_group_stops.txt",
                                                                "location_groups.txt",
                                                                "locations.geojson",
                                                                "networks.txt",
                                                                "pathways.txt",
                                                                "rider_categories.txt",
                                                                "route_networks.txt",
                                                                "shapes.txt",
                                                                "stop_areas.txt",
                                                                "timeframes.txt",
                                                                "cemv_support.txt",
                                                                "directions.txt"};

/// The id itself, or, where it is no UTF-8, with its foreign bytes in hexadecimal: "%E9".
std::string id_as_text(std::string_view raw) {
  if (valid_utf8(raw) == raw) return std::string(raw);
  std::string id;
  for (const char c : raw) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x80) {
      id += c;
    } else {
      id += fmt::format("%{:02X}", byte);
    }
  }
  return id;
}

bool contains(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A short ASCII id from a file name: "Renfe 2026.zip" becomes "renfe-2026".
std::string id_from_name(std::string_view name) {
  std::string id;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (upper || plain) {
      id += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  while (id.ends_with('-')) id.pop_back();
  return id.empty() ? "feed" : id;
}

}  // namespace

std::optional<std::string> GtfsImport::take_id(GtfsTable& table, int column, IdMap& ids,
                                               std::size_t index) {
  const std::string_view raw = table.cell(column);
  if (raw.empty()) {
    table.report(DefectKind::bad_value, DefectAction::dropped, column, "the id is empty");
    return std::nullopt;
  }
  // References are compared byte by byte, so an id that is no UTF-8 still leads home; what goes
  // into the feed is text, and has to stay the only one of its kind.
  std::string id = id_as_text(raw);
  const auto at = static_cast<uint32_t>(index);
  const bool is_new = ids.find(id) == kNone && ids.add(raw, at);
  if (is_new && id == raw) return id;
  if (is_new) {
    ids.add(id, at);
    table.report(DefectKind::bad_value, DefectAction::repaired, column,
                 fmt::format("the id is not UTF-8; it becomes '{}'", id));
    return id;
  }
  table.report(DefectKind::duplicate_id, DefectAction::dropped, column,
               fmt::format("'{}' stands further up already", id));
  return std::nullopt;
}

uint32_t GtfsImport::resolve(GtfsTable& table, int column, const IdMap& ids,
                             DefectAction action_if_unknown) {
  const uint32_t index = ids.find(table.cell(column));
  if (index == kNone) {
    table.report(DefectKind::unknown_reference, action_if_unknown, column,
                 fmt::format("'{}'", valid_utf8(table.cell(column))));
  }
  return index;
}

void GtfsImport::note_unused_files() {
  for (const auto& [name, bytes] : archive.files()) {
    if (contains(kFatalFiles, name) || contains(kFurtherFiles, name)) continue;
    const bool known = contains(kKnownUnusedFiles, name);
    report.add(DefectKind::unused_file, DefectAction::noted, valid_utf8(name),
               fmt::format("{} bytes; {}", bytes,
                           known ? "part of GTFS that is not read here" : "not a file of GTFS"));
  }
}

void GtfsImport::note_services_that_never_run() {
  for (const Service& service : feed.services) {
    if (running_days(service)) continue;
    report.add(DefectKind::service_never_runs, DefectAction::noted, "calendar.txt",
               fmt::format("service '{}'", service.id));
  }
}

void GtfsImport::note_hops_too_fast() {
  if (options.speed_kmh_max <= 0) return;
  for (std::size_t i = 0; i < feed.trips.size(); ++i) {
    const Trip& trip = feed.trips[i];
    const int32_t type = feed.lines[trip.line].type;
    if (type >= 1100 && type < 1200) continue;
    for (uint32_t k = 1; k < trip.stop_time_count; ++k) {
      const StopTime& from = feed.stop_times[trip.first_stop_time + k - 1];
      const StopTime& to = feed.stop_times[trip.first_stop_time + k];
      const Stop& a = feed.stops[from.stop];
      const Stop& b = feed.stops[to.stop];
      if (!a.has_position || !b.has_position) continue;
      const double km = great_circle_m(a.position, b.position) / 1000;
      const double hours = (to.arrival - from.departure + 60) / 3600.0;
      if (km <= options.speed_kmh_max * hours) continue;
      report.add(DefectKind::too_fast, DefectAction::noted,
                 fmt::format("trips.txt:{}", trip_lines[i]),
                 fmt::format("trip '{}' from '{}' to '{}': {:.0f} km in {} s", trip.id, a.id, b.id,
                             km, to.arrival - from.departure));
    }
  }
}

Result<Feed> read_gtfs(const std::filesystem::path& zip_or_folder, ImportReport& report,
                       const GtfsOptions& options) {
  HQ_TRY(const Archive archive, Archive::open(zip_or_folder, options.limits));
  auto feed = read_gtfs(archive, zip_or_folder.stem().string(), report, options);
  if (!feed) return std::unexpected(std::move(feed).error().at(zip_or_folder.string()));
  return feed;
}

Result<Feed> read_gtfs(const Archive& archive, const std::string& name, ImportReport& report,
                       const GtfsOptions& options) {
  for (const std::string_view file : kFatalFiles) {
    if (archive.has(file)) continue;
    return fail(ErrorCode::parse_error, fmt::format("this is no GTFS feed: '{}' is missing", file),
                fmt::format("这不是 GTFS 数据：缺少“{}”", file), std::string(file));
  }
  GtfsImport import{.archive = archive, .options = options, .report = report};
  HQ_TRY_VOID(import.read_agencies());
  HQ_TRY_VOID(import.read_stops());
  HQ_TRY_VOID(import.read_lines());
  HQ_TRY_VOID(import.read_services());
  HQ_TRY_VOID(import.read_trips());
  HQ_TRY_VOID(import.read_stop_times());
  HQ_TRY_VOID(import.read_frequencies());
  HQ_TRY_VOID(import.read_transfers());
  HQ_TRY_VOID(import.read_feed_info());
  HQ_TRY_VOID(import.read_translations());
  import.note_unused_files();
  import.note_services_that_never_run();
  import.note_hops_too_fast();

  Feed& feed = import.feed;
  const auto prefer = [](std::string& field, const std::string& option) {
    if (!option.empty()) field = option;
  };
  prefer(feed.id, options.id);
  prefer(feed.title, options.title);
  prefer(feed.title_zh, options.title_zh);
  prefer(feed.caveat, options.caveat);
  prefer(feed.caveat_zh, options.caveat_zh);
  if (feed.id.empty()) feed.id = id_from_name(name);
  if (feed.title.empty()) feed.title = feed.id;
  HQ_ASSERT(check(feed).has_value());
  return std::move(feed);
}

}  // namespace hq::route
