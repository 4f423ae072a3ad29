// calendar.txt, calendar_dates.txt and trips.txt.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "route/detail/gtfs_import.h"

namespace hq::route {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

/// A date cell; where it cannot be read, that is reported.
std::optional<Date> read_date(GtfsTable& table, int column, DefectAction action_if_bad) {
  const auto date = parse_date(table.cell(column));
  if (date) return *date;
  table.report(DefectKind::bad_value, action_if_bad, column,
               fmt::format("'{}' is not a date", valid_utf8(table.cell(column))));
  return std::nullopt;
}

Result<> read_calendar(GtfsImport& import) {
  HQ_TRY(GtfsTable table, GtfsTable::open(import.archive, "calendar.txt", import.report));
  HQ_TRY(const int id, table.require_column("service_id"));
  std::array<int, 7> days{};
  for (std::size_t i = 0; i < days.size(); ++i) days[i] = table.column(kWeekdays[i]);
  const int start = table.column("start_date"), end = table.column("end_date");
  auto& services = import.feed.services;
  while (table.next()) {
    auto taken = import.take_id(table, id, import.service_of, services.size());
    if (!taken) continue;
    Service& service = services.emplace_back();
    service.id = *std::move(taken);
    for (std::size_t i = 0; i < days.size(); ++i) {
      const bool runs = table.number(days[i], 0, 1, DefectAction::repaired).value_or(0) == 1;
      if (runs) service.weekdays |= static_cast<uint8_t>(1 << i);
    }
    if (service.weekdays == 0) continue;
    const auto first = read_date(table, start, DefectAction::dropped);
    const auto last = read_date(table, end, DefectAction::dropped);
    if (first && last && *first > *last) {
      table.report(DefectKind::bad_value, DefectAction::dropped, end,
                   "the last day lies before the first; the weekly days were left out");
    }
    if (first && last && *first <= *last) {
      service.first = *first;
      service.last = *last;
    } else {
      service.weekdays = 0;
    }
  }
  return table.finish();
}

/// Sorts days and takes out doubles; the number of doubles.
std::size_t sort_days(std::vector<Date>& days) {
  std::sort(days.begin(), days.end());
  const auto end = std::unique(days.begin(), days.end());
  const auto doubles = static_cast<std::size_t>(days.end() - end);
  days.erase(end, days.end());
  return doubles;
}

Result<> read_calendar_dates(GtfsImport& import) {
  HQ_TRY(GtfsTable table, GtfsTable::open(import.archive, "calendar_dates.txt", import.report));
  HQ_TRY(const int id, table.require_column("service_id"));
  HQ_TRY(const int date_column, table.require_column("date"));
  HQ_TRY(const int type_column, table.require_column("exception_type"));
  auto& services = import.feed.services;
  while (table.next()) {
    uint32_t at = import.service_of.find(table.cell(id));
    const auto day = read_date(table, date_column, DefectAction::dropped);
    const auto type = table.number(type_column, 1, 2, DefectAction::dropped);
    if (table.cell(type_column).empty()) {
      table.report(DefectKind::bad_value, DefectAction::dropped, type_column, "no type");
    }
    if (!day || !type) continue;
    if (at == kNone) {
      // A service may be stated by its days alone.
      auto taken = import.take_id(table, id, import.service_of, services.size());
      if (!taken) continue;
      at = static_cast<uint32_t>(services.size());
      services.emplace_back().id = *std::move(taken);
    }
    (*type == 1 ? services[at].added : services[at].removed).push_back(*day);
  }
  HQ_TRY_VOID(table.finish());
  for (Service& service : services) {
    const std::size_t doubles = sort_days(service.added) + sort_days(service.removed);
    const std::size_t both = std::erase_if(service.removed, [&](Date day) {
      return std::binary_search(service.added.begin(), service.added.end(), day);
    });
    if (doubles + both == 0) continue;
    import.report.add(DefectKind::duplicate_id, DefectAction::dropped, "calendar_dates.txt",
                      fmt::format("service '{}': {} days twice, {} days both added and removed "
                                  "(they count as added)",
                                  service.id, doubles, both));
  }
  return {};
}

}  // namespace

Result<> GtfsImport::read_services() {
  const bool weekly = archive.has("calendar.txt");
  const bool by_day = archive.has("calendar_dates.txt");
  if (!weekly && !by_day) {
    report.add(DefectKind::missing_file, DefectAction::noted, "calendar.txt",
               "neither calendar.txt nor calendar_dates.txt: nothing can run");
  }
  if (weekly) {
    HQ_TRY_VOID(read_calendar(*this));
  }
  if (by_day) {
    HQ_TRY_VOID(read_calendar_dates(*this));
  }
  return {};
}

Result<> GtfsImport::read_trips() {
  HQ_TRY(GtfsTable table, GtfsTable::open(archive, "trips.txt", report));
  HQ_TRY(const int id, table.require_column("trip_id"));
  HQ_TRY(const int line, table.require_column("route_id"));
  HQ_TRY(const int service, table.require_column("service_id"));
  const int headsign = table.column("trip_headsign"), number = table.column("trip_short_name"),
            block = table.column("block_id");
  while (table.next()) {
    const uint32_t line_at = resolve(table, line, line_of, DefectAction::dropped);
    const uint32_t service_at = resolve(table, service, service_of, DefectAction::dropped);
    if (line_at == kNone || service_at == kNone) {
      lost_trips.insert(std::string(table.cell(id)));
      continue;
    }
    auto taken = take_id(table, id, trip_of, feed.trips.size());
    if (!taken) continue;
    Trip trip;
    trip.id = *std::move(taken);
    trip.short_name = table.text(number);
    trip.headsign = table.text(headsign);
    trip.block_id = table.text(block);
    trip.line = line_at;
    trip.service = service_at;
    feed.trips.push_back(std::move(trip));
    trip_lines.push_back(table.line());
  }
  return table.finish();
}

}  // namespace hq::route
