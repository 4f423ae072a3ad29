// frequencies.txt and transfers.txt.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "route/detail/gtfs_import.h"

namespace hq::route {
namespace {

constexpr int64_t kSecondsMax = 360'000;  // 100 h

/// A reference that may be left out: kNone with `known` set for an empty cell.
struct Reference {
  uint32_t index = kNone;
  bool known = true;
};

Reference optional_reference(GtfsImport& import, GtfsTable& table, int column, const IdMap& ids) {
  if (table.cell(column).empty()) return {};
  const uint32_t index = import.resolve(table, column, ids, DefectAction::dropped);
  return {index, index != kNone};
}

/// The stop at which one trip ends or starts, for a change from trip to trip that names no stop.
uint32_t stop_at_end(const Feed& feed, uint32_t trip, bool last) {
  if (trip == kNone) return kNone;
  const Trip& of = feed.trips[trip];
  return feed.stop_times[of.first_stop_time + (last ? of.stop_time_count - 1 : 0)].stop;
}

}  // namespace

Result<> GtfsImport::read_frequencies() {
  if (!archive.has("frequencies.txt")) return {};
  HQ_TRY(GtfsTable table, GtfsTable::open(archive, "frequencies.txt", report));
  HQ_TRY(const int trip, table.require_column("trip_id"));
  HQ_TRY(const int start, table.require_column("start_time"));
  HQ_TRY(const int end, table.require_column("end_time"));
  HQ_TRY(const int headway, table.require_column("headway_secs"));
  const int exact = table.column("exact_times");
  while (table.next()) {
    Frequency row;
    row.trip = resolve(table, trip, trip_of, DefectAction::dropped);
    if (row.trip == kNone) continue;
    const auto from = parse_clock(table.cell(start));
    const auto to = parse_clock(table.cell(end));
    const auto seconds = parse_whole(table.cell(headway));
    if (!from || !to || *to <= *from || !seconds || *seconds <= 0 || *seconds > kSecondsMax) {
      table.report(DefectKind::bad_value, DefectAction::dropped, -1,
                   fmt::format("'{}' to '{}' every '{}' s is no run by headway",
                               valid_utf8(table.cell(start)), valid_utf8(table.cell(end)),
                               valid_utf8(table.cell(headway))));
      continue;
    }
    row.start = *from;
    row.end = *to;
    row.headway_s = static_cast<int32_t>(*seconds);
    row.exact = table.number(exact, 0, 1, DefectAction::repaired).value_or(0) == 1;
    feed.frequencies.push_back(row);
  }
  return table.finish();
}

Result<> GtfsImport::read_transfers() {
  if (!archive.has("transfers.txt")) return {};
  HQ_TRY(GtfsTable table, GtfsTable::open(archive, "transfers.txt", report));
  const int from = table.column("from_stop_id"), to = table.column("to_stop_id"),
            type = table.column("transfer_type"), seconds = table.column("min_transfer_time"),
            from_line = table.column("from_route_id"), to_line = table.column("to_route_id"),
            from_trip = table.column("from_trip_id"), to_trip = table.column("to_trip_id");
  std::set<std::tuple<uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t>> seen;
  while (table.next()) {
    const Reference stop_a = optional_reference(*this, table, from, stop_of),
                    stop_b = optional_reference(*this, table, to, stop_of),
                    line_a = optional_reference(*this, table, from_line, line_of),
                    line_b = optional_reference(*this, table, to_line, line_of),
                    trip_a = optional_reference(*this, table, from_trip, trip_of),
                    trip_b = optional_reference(*this, table, to_trip, trip_of);
    if (!stop_a.known || !stop_b.known || !line_a.known || !line_b.known || !trip_a.known ||
        !trip_b.known) {
      continue;  // resolve() has reported it
    }
    const auto kind = table.number(type, 0, 5, DefectAction::dropped);
    if (!kind && !table.cell(type).empty()) continue;

    Transfer row;
    row.kind = static_cast<TransferKind>(kind.value_or(0));
    row.from = stop_a.index;
    row.to = stop_b.index;
    row.from_line = line_a.index;
    row.to_line = line_b.index;
    row.from_trip = trip_a.index;
    row.to_trip = trip_b.index;
    if (row.kind >= TransferKind::in_seat) {
      // The stops may be left out here; the trips say which they are.
      if (row.from == kNone) row.from = stop_at_end(feed, row.from_trip, true);
      if (row.to == kNone) row.to = stop_at_end(feed, row.to_trip, false);
    }
    if (row.from == kNone || row.to == kNone) {
      table.report(DefectKind::bad_value, DefectAction::dropped, row.from == kNone ? from : to,
                   "a transfer without its stops");
      continue;
    }
    row.seconds = static_cast<int32_t>(
        table.number(seconds, 0, kSecondsMax, DefectAction::repaired).value_or(0));
    if (row.kind == TransferKind::minimum_time && table.cell(seconds).empty()) {
      table.report(DefectKind::bad_value, DefectAction::repaired, seconds,
                   "a least time is asked for and not stated; taken as 0");
    }
    if (!seen.emplace(row.from, row.to, row.from_line, row.to_line, row.from_trip, row.to_trip)
             .second) {
      table.report(DefectKind::duplicate_id, DefectAction::dropped, -1,
                   fmt::format("a second rule from '{}' to '{}' for the same lines and trips",
                               feed.stops[row.from].id, feed.stops[row.to].id));
      continue;
    }
    feed.transfers.push_back(row);
  }
  return table.finish();
}

}  // namespace hq::route
