// stop_times.txt: rows are collected in the order of the file, then put together trip by trip.
//
// A row costs 36 bytes until its trip is complete, whatever the length of its ids. A trip keeps
// the order of its stop_sequence; missing times are filled in by distance; a trip whose time runs
// back, or with fewer than two stops, is dropped.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "route/detail/gtfs_import.h"

namespace hq::route {
namespace {

constexpr std::size_t kRowsBeforeReserve = 16'384;

struct Columns {
  int trip, stop, arrival, departure, sequence, pickup, drop_off, distance;
};

/// Collects the rows of the file.
class RowReader {
 public:
  RowReader(GtfsImport& import, GtfsTable& table, const Columns& columns)
      : import_(import), table_(table), columns_(columns) {}

  Result<std::vector<StopTimeRow>> read() {
    while (table_.next()) {
      if (rows_.size() >= import_.options.stop_times_max) {
        return fail(ErrorCode::limit_exceeded,
                    fmt::format("more than {} stop times", import_.options.stop_times_max),
                    fmt::format("停站时刻超过 {} 条", import_.options.stop_times_max),
                    table_.where());
      }
      read_row();
      if (rows_.size() == kRowsBeforeReserve) reserve();
    }
    HQ_TRY_VOID(table_.finish());
    if (special_ > 0) {
      import_.report.add(DefectKind::unsupported_feature, DefectAction::noted, "stop_times.txt",
                         fmt::format("{} stop times by arrangement (pickup_type or drop_off_type "
                                     "2 or 3) count as ordinary ones",
                                     special_));
    }
    return std::move(rows_);
  }

 private:
  /// Room for all rows, guessed from the length of those read, so that the vector need not grow.
  void reserve() {
    const double part = static_cast<double>(table_.bytes_read() + kPieceBytes) /
                        static_cast<double>(std::max<uint64_t>(table_.bytes_total(), 1));
    const double rows = static_cast<double>(rows_.size()) / std::min(part, 1.0);
    rows_.reserve(static_cast<std::size_t>(
        std::min(rows * 1.1, static_cast<double>(import_.options.stop_times_max))));
  }

  void read_row() {
    const std::string_view trip_id = table_.cell(columns_.trip);
    if (trip_id != last_trip_id_ || last_trip_id_.empty()) {
      last_trip_id_ = trip_id;
      last_trip_ = import_.trip_of.find(trip_id);
    }
    const std::string_view stop_id = table_.cell(columns_.stop);
    const uint32_t stop = import_.stop_of.find(stop_id);
    if (last_trip_ == kNone) {
      const bool lost = import_.lost_trips.contains(trip_id);
      table_.report(
          DefectKind::unknown_reference, DefectAction::dropped, columns_.trip,
          fmt::format("trip '{}'{}", valid_utf8(trip_id), lost ? ", which was dropped" : ""));
      return;
    }
    if (stop == kNone) {
      table_.report(
          stop_id.empty() ? DefectKind::unsupported_feature : DefectKind::unknown_reference,
          DefectAction::dropped, columns_.stop,
          stop_id.empty() ? "a stop time without a stop (service on demand)"
                          : fmt::format("stop '{}'", valid_utf8(stop_id)));
      return;
    }
    const auto sequence = table_.number(columns_.sequence, 0, UINT32_MAX, DefectAction::dropped);
    if (!sequence) {
      if (table_.cell(columns_.sequence).empty()) {
        table_.report(DefectKind::bad_value, DefectAction::dropped, columns_.sequence,
                      "no stop_sequence");
      }
      return;
    }
    const StopKind kind = import_.feed.stops[stop].kind;
    if (kind != StopKind::platform && kind != StopKind::station) {
      table_.report(DefectKind::bad_value, DefectAction::noted, columns_.stop,
                    fmt::format("'{}' is neither a platform nor a station", valid_utf8(stop_id)));
    }
    const auto line = std::min<std::size_t>(table_.line(), UINT32_MAX);
    rows_.push_back({.trip = last_trip_,
                     .sequence = static_cast<uint32_t>(*sequence),
                     .stop = stop,
                     .arrival = clock(columns_.arrival),
                     .departure = clock(columns_.departure),
                     .distance = distance(),
                     .line = static_cast<uint32_t>(line),
                     .can_board = possible(columns_.pickup),
                     .can_alight = possible(columns_.drop_off)});
  }

  int32_t clock(int column) {
    const std::string_view text = table_.cell(column);
    if (text.empty()) return kNoTime;
    const auto seconds = parse_clock(text);
    if (seconds) return *seconds;
    table_.report(DefectKind::bad_value, DefectAction::dropped, column,
                  fmt::format("'{}' is not a time of 0:00:00 to 99:59:59; counts as missing",
                              valid_utf8(text)));
    return kNoTime;
  }

  float distance() {
    const auto value = parse_decimal(table_.cell(columns_.distance));
    return value && *value >= 0 ? static_cast<float>(*value)
                                : std::numeric_limits<float>::quiet_NaN();
  }

  bool possible(int column) {
    const std::string_view text = table_.cell(column);
    if (text.empty() || text == "0") return true;
    const auto type = table_.number(column, 0, 3, DefectAction::repaired);
    if (type && *type >= 2) ++special_;
    return type != 1;
  }

  GtfsImport& import_;
  GtfsTable& table_;
  Columns columns_;
  std::vector<StopTimeRow> rows_;
  std::string last_trip_id_;
  uint32_t last_trip_ = kNone;
  uint64_t special_ = 0;
};

/// Brings the rows of one trip in order and fills in what is missing.
class TripBuilder {
 public:
  explicit TripBuilder(GtfsImport& import) : import_(import) {}

  /// Appends the stop times of trip `index`; false, after a report, where the trip has to go.
  bool build(uint32_t index, std::vector<StopTimeRow>& rows) {
    const std::string& id = import_.feed.trips[index].id;
    if (rows.empty()) {
      import_.report.add(DefectKind::trip_without_stop_times, DefectAction::dropped,
                         fmt::format("trips.txt:{}", import_.trip_lines[index]),
                         fmt::format("trip '{}'", id));
      return false;
    }
    sort(id, rows);
    if (rows.size() < 2) {
      import_.report.add(DefectKind::trip_with_one_stop, DefectAction::dropped, where(rows[0]),
                         fmt::format("trip '{}'", id));
      return false;
    }
    if (!fill_in(id, rows) || runs_back(id, rows)) return false;
    Trip& trip = import_.feed.trips[index];
    auto& times = import_.feed.stop_times;
    trip.first_stop_time = static_cast<uint32_t>(times.size());
    trip.stop_time_count = static_cast<uint32_t>(rows.size());
    for (const StopTimeRow& row : rows) {
      times.push_back({row.arrival, row.departure, row.stop, row.can_board, row.can_alight});
    }
    return true;
  }

 private:
  static std::string where(const StopTimeRow& row) {
    return fmt::format("stop_times.txt:{}", row.line);
  }

  void sort(const std::string& id, std::vector<StopTimeRow>& rows) {
    const auto before = [](const StopTimeRow& a, const StopTimeRow& b) {
      return a.sequence < b.sequence;
    };
    const auto first_late = std::is_sorted_until(rows.begin(), rows.end(), before);
    if (first_late != rows.end()) {
      import_.report.add(DefectKind::stop_sequence_out_of_order, DefectAction::repaired,
                         where(*first_late), fmt::format("trip '{}'; sorted", id));
      std::sort(rows.begin(), rows.end(), [](const StopTimeRow& a, const StopTimeRow& b) {
        return a.sequence != b.sequence ? a.sequence < b.sequence : a.line < b.line;
      });
    }
    const auto end = std::unique(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
      if (a.sequence != b.sequence) return false;
      import_.report.add(DefectKind::duplicate_id, DefectAction::dropped, where(b),
                         fmt::format("trip '{}' has stop_sequence {} twice", id, b.sequence));
      return true;
    });
    rows.erase(end, rows.end());
  }

  /// Where a row states one of its two times, that is both. What lies between two stated times is
  /// filled in by distance. False where the trip has no time at an end.
  bool fill_in(const std::string& id, std::vector<StopTimeRow>& rows) {
    for (StopTimeRow& row : rows) {
      if ((row.arrival == kNoTime) == (row.departure == kNoTime)) continue;
      import_.report.add(DefectKind::missing_time, DefectAction::repaired, where(row),
                         fmt::format("trip '{}'; {}", id,
                                     row.arrival == kNoTime ? "arrival set to the departure"
                                                            : "departure set to the arrival"));
      (row.arrival == kNoTime ? row.arrival : row.departure) =
          row.arrival == kNoTime ? row.departure : row.arrival;
    }
    for (const StopTimeRow* end : {&rows.front(), &rows.back()}) {
      if (end->arrival != kNoTime) continue;
      import_.report.add(DefectKind::missing_time, DefectAction::dropped, where(*end),
                         fmt::format("trip '{}' has no time at an end; the trip goes", id));
      return false;
    }
    std::size_t known = 0;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      if (rows[i].arrival == kNoTime) continue;
      if (i > known + 1) interpolate(id, std::span(rows).subspan(known, i - known + 1));
      known = i;
    }
    return true;
  }

  void interpolate(const std::string& id, std::span<StopTimeRow> gap) {
    const std::vector<double> way = way_along(gap);
    const int32_t start = gap.front().departure;
    const int32_t span = gap.back().arrival - start;
    for (std::size_t i = 1; i + 1 < gap.size(); ++i) {
      const double part = way.back() > 0
                              ? way[i] / way.back()
                              : static_cast<double>(i) / static_cast<double>(gap.size() - 1);
      gap[i].arrival = start + static_cast<int32_t>(std::floor(part * span));
      gap[i].departure = gap[i].arrival;
      import_.report.add(DefectKind::missing_time, DefectAction::repaired, where(gap[i]),
                         fmt::format("trip '{}'; filled in by distance: {}", id,
                                     format_clock_seconds(std::max(gap[i].arrival, 0))));
    }
  }

  /// The way from the first row to each: as stated where it is stated and grows, else as the crow
  /// flies, else one per hop.
  std::vector<double> way_along(std::span<const StopTimeRow> gap) const {
    std::vector<double> stated, flown;
    bool is_stated = true, is_placed = true;
    for (std::size_t i = 0; i < gap.size(); ++i) {
      stated.push_back(gap[i].distance - gap[0].distance);
      is_stated = is_stated && stated[i] >= (i == 0 ? 0 : stated[i - 1]);  // false for NaN
      const Stop& stop = import_.feed.stops[gap[i].stop];
      is_placed = is_placed && stop.has_position;
      flown.push_back(
          i == 0 ? 0
                 : flown[i - 1] +
                       great_circle_m(import_.feed.stops[gap[i - 1].stop].position, stop.position));
    }
    if (is_stated && stated.back() > 0) return stated;
    if (is_placed && flown.back() > 0) return flown;
    return std::vector<double>(gap.size(), 0.0);
  }

  bool runs_back(const std::string& id, const std::vector<StopTimeRow>& rows) {
    int32_t before = 0;
    for (const StopTimeRow& row : rows) {
      if (row.arrival < before || row.departure < row.arrival) {
        import_.report.add(
            DefectKind::time_runs_back, DefectAction::dropped, where(row),
            fmt::format("trip '{}': {} after {}; the trip goes", id,
                        format_clock_seconds(row.arrival < before ? row.arrival : row.departure),
                        format_clock_seconds(row.arrival < before ? before : row.arrival)));
        return true;
      }
      before = row.departure;
    }
    return false;
  }

  GtfsImport& import_;
};

/// Where the rows of each trip start, were they sorted by trip; one more entry for the end.
std::vector<uint32_t> starts_by_trip(const std::vector<StopTimeRow>& rows, std::size_t trips) {
  std::vector<uint32_t> starts(trips + 1, 0);
  for (const StopTimeRow& row : rows) ++starts[row.trip + 1];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  return starts;
}

}  // namespace

Result<> GtfsImport::read_stop_times() {
  HQ_TRY(GtfsTable table, GtfsTable::open(archive, "stop_times.txt", report));
  Columns columns{};
  HQ_TRY(columns.trip, table.require_column("trip_id"));
  HQ_TRY(columns.stop, table.require_column("stop_id"));
  HQ_TRY(columns.arrival, table.require_column("arrival_time"));
  HQ_TRY(columns.departure, table.require_column("departure_time"));
  HQ_TRY(columns.sequence, table.require_column("stop_sequence"));
  columns.pickup = table.column("pickup_type");
  columns.drop_off = table.column("drop_off_type");
  columns.distance = table.column("shape_dist_traveled");
  HQ_TRY(const std::vector<StopTimeRow> rows, RowReader(*this, table, columns).read());

  // Which row comes next for each trip: a counting sort of row numbers, stable by trip.
  const std::vector<uint32_t> starts = starts_by_trip(rows, feed.trips.size());
  std::vector<uint32_t> order(rows.size());
  std::vector<uint32_t> next(starts.begin(), starts.end());
  for (uint32_t i = 0; i < rows.size(); ++i) order[next[rows[i].trip]++] = i;

  feed.stop_times.reserve(rows.size());
  TripBuilder builder(*this);
  std::vector<StopTimeRow> of_trip;
  uint32_t kept = 0;
  std::vector<uint32_t> new_index(feed.trips.size(), kNone);
  for (uint32_t trip = 0; trip < feed.trips.size(); ++trip) {
    of_trip.clear();
    for (uint32_t i = starts[trip]; i < starts[trip + 1]; ++i) of_trip.push_back(rows[order[i]]);
    if (!builder.build(trip, of_trip)) {
      lost_trips.insert(feed.trips[trip].id);
      continue;
    }
    new_index[trip] = kept;
    if (kept != trip) feed.trips[kept] = std::move(feed.trips[trip]);
    trip_lines[kept++] = trip_lines[trip];
  }
  feed.trips.resize(kept);
  trip_of.replace(new_index);
  return {};
}

}  // namespace hq::route
