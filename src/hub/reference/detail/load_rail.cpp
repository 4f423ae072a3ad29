// The rail folder: days, stations, sections and the service plan (docs/format/hub-rail.md).
#include <fmt/format.h>

#include "hub/reference/detail/load.h"

namespace hq::hub {
namespace {

constexpr int kRunMinutesMax = 60 * 60;  // longer than any run between two calls
constexpr std::array<std::string_view, 7> kWeekdays = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

/// calendar.csv: the weekly part of each kind of day, both ends included.
Result<> load_calendar(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(Table table, Table::open(folder, "rail/calendar.csv",
                                  {"service_id", "monday", "tuesday", "wednesday", "thursday",
                                   "friday", "saturday", "sunday", "start_date", "end_date"}));
  while (table.next()) {
    ServiceDays days;
    HQ_TRY(days.id, table.new_id("service_id"));
    for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
      HQ_TRY(const int64_t runs, table.integer(kWeekdays[i], 0, 1));
      days.weekdays = static_cast<uint8_t>(days.weekdays | runs << i);
    }
    HQ_TRY(days.first, table.date("start_date"));
    HQ_TRY(days.last, table.date("end_date"));
    if (days.last < days.first) {
      return table.wrong("end_date", "the last day is before the first", "最后一日早于第一日");
    }
    known.services.insert(days.id);
    hub.services.push_back(std::move(days));
  }
  return table.finish();
}

/// calendar_dates.csv: single days on which a service runs too (1) or does not run (2), as in GTFS.
Result<> load_calendar_dates(const std::filesystem::path& folder, ReferenceHub& hub,
                             const KnownIds& known) {
  HQ_TRY(Table table,
         Table::open(folder, "rail/calendar_dates.csv", {"service_id", "date", "exception_type"}));
  while (table.next()) {
    HQ_TRY(const std::string id,
           table.reference("service_id", known.services, "service", "运行日"));
    HQ_TRY(const Date day, table.date("date"));
    HQ_TRY(const int64_t type, table.integer("exception_type", 1, 2));
    ServiceDays& days = *std::ranges::find(hub.services, id, &ServiceDays::id);
    (type == 1 ? days.added : days.removed).push_back(day);
  }
  return table.finish();
}

/// stations.csv. Cities are checked the other way round, by cities.csv, since a station beyond the
/// delta may lie in a city that the hub does not list.
Result<> load_stations(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(Table table, Table::open(folder, "rail/stations.csv",
                                  {"station_id", "name_zh", "name_en", "city_zh", "province", "lat",
                                   "lon", "coord_quality", "importance", "source"}));
  while (table.next()) {
    RailStation station;
    HQ_TRY(station.id, table.new_id("station_id"));
    HQ_TRY(station.name, table.names());
    HQ_TRY(station.city, table.required("city_zh"));
    station.province = table.text("province");
    HQ_TRY(station.position, table.position());
    HQ_TRY(station.coord_quality, table.required("coord_quality"));
    HQ_TRY(const int64_t importance, table.integer("importance", 0, 100'000));
    station.importance = static_cast<int>(importance);
    HQ_TRY(station.source, table.required("source"));
    known.rail_stations.insert(station.id);
    hub.rail_stations.push_back(std::move(station));
  }
  return table.finish();
}

/// sections.csv: for drawing lines; the timetable does not need it. A distance of 0 is allowed:
/// coarse coordinates may coincide.
Result<> load_sections(const std::filesystem::path& folder, ReferenceHub& hub,
                       const KnownIds& known) {
  HQ_TRY(Table table, Table::open(folder, "rail/sections.csv",
                                  {"from", "to", "km", "run_minutes", "line_class", "km_source"}));
  while (table.next()) {
    RailSection section;
    HQ_TRY(section.from, table.reference("from", known.rail_stations, "station", "车站"));
    HQ_TRY(section.to, table.reference("to", known.rail_stations, "station", "车站"));
    HQ_TRY(section.km, table.number("km", 0, 10'000));
    HQ_TRY(const int64_t minutes, table.integer("run_minutes", 0, kRunMinutesMax));
    section.run_minutes = static_cast<int>(minutes);
    HQ_TRY(section.line_class,
           table.one_of("line_class", {"high_speed", "intercity", "conventional"}));
    HQ_TRY(section.km_source, table.required("km_source"));
    hub.rail_sections.push_back(std::move(section));
  }
  return table.finish();
}

/// "06:10 07:25 07:25": ascending; the same minute may stand twice, for two trains.
Result<std::vector<int32_t>> read_list(const Table& table) {
  std::vector<int32_t> departures;
  for (const std::string& word : split(table.text("departures"), ' ')) {
    const Result<int32_t> start = parse_clock(word);
    if (!start || (!departures.empty() && *start < departures.back())) {
      return table.wrong("departures",
                         fmt::format("'{}' is not a time HH:MM at or after the one before", word),
                         fmt::format("“{}”不是HH:MM形式且不早于前一个的时刻", word));
    }
    departures.push_back(*start);
  }
  return departures;
}

/// Departures from a list, or from first, last and headway.
Result<std::vector<int32_t>> read_departures(const Table& table) {
  const bool has_list = !table.is_empty("departures");
  const bool has_headway =
      !table.is_empty("first") || !table.is_empty("last") || !table.is_empty("headway_min");
  if (has_list == has_headway) {
    return table.wrong("departures", "give either departures or first, last and headway_min",
                       "请填写departures，或填写first、last和headway_min");
  }
  if (has_list) return read_list(table);
  HQ_TRY(const int32_t first, table.clock("first"));
  HQ_TRY(const int32_t last, table.clock("last"));
  HQ_TRY(const int64_t headway_min, table.integer("headway_min", 1, 1'440));
  if (last < first) {
    return table.wrong("last", "the last departure is before the first", "末班早于首班");
  }
  std::vector<int32_t> departures;
  for (int32_t t = first; t <= last; t += static_cast<int32_t>(headway_min * 60)) {
    departures.push_back(t);
  }
  return departures;
}

/// Where each pattern stands, for the calls that follow in their own file.
using PatternIndex = std::unordered_map<std::string, std::size_t>;

/// patterns.csv: departures and days; the calls come from calls.csv.
Result<PatternIndex> load_patterns(const std::filesystem::path& folder, ReferenceHub& hub,
                                   const KnownIds& known) {
  HQ_TRY(Table table, Table::open(folder, "rail/patterns.csv",
                                  {"pattern_id", "class", "days", "first", "last", "headway_min",
                                   "departures", "name_zh", "name_en"}));
  PatternIndex index;
  while (table.next()) {
    RailPattern pattern;
    HQ_TRY(pattern.id, table.new_id("pattern_id"));
    HQ_TRY(pattern.service_class,
           table.one_of("class", {"high_speed", "emu", "intercity", "suburban", "direct", "express",
                                  "fast", "local"}));
    HQ_TRY(pattern.service, table.reference("days", known.services, "service", "运行日"));
    HQ_TRY(pattern.departures, read_departures(table));
    HQ_TRY(pattern.name, table.names());
    index.emplace(pattern.id, hub.rail_patterns.size());
    hub.rail_patterns.push_back(std::move(pattern));
  }
  HQ_TRY_VOID(table.finish());
  return index;
}

/// A pattern's calls stand in order, take time between stations, and never come back: a pattern
/// that called twice at a station would make "from here to there" ambiguous.
Result<> check_call(const Table& table, const RailPattern& pattern, int64_t seq,
                    const RailCall& call) {
  if (seq != static_cast<int64_t>(pattern.calls.size()) + 1) {
    return table.wrong("seq", fmt::format("expected {}", pattern.calls.size() + 1),
                       fmt::format("此处应为{}", pattern.calls.size() + 1));
  }
  if ((seq == 1) != (call.run_s == 0)) {
    return table.wrong("run_min", "the first call has 0 minutes, every other at least 1",
                       "首站为0分钟，其余各站至少1分钟");
  }
  if (std::ranges::count(pattern.calls, call.station, &RailCall::station) > 0) {
    return table.wrong("station_id", "the pattern calls here twice", "同一停站方案重复停靠该站");
  }
  return {};
}

/// calls.csv. The rows of a pattern need not stand together, only in order.
Result<> load_calls(const std::filesystem::path& folder, ReferenceHub& hub, const KnownIds& known,
                    const PatternIndex& patterns) {
  HQ_TRY(Table table, Table::open(folder, "rail/calls.csv",
                                  {"pattern_id", "seq", "station_id", "run_min", "dwell_min"}));
  while (table.next()) {
    const auto found = patterns.find(table.text("pattern_id"));
    if (found == patterns.end()) {
      return table.wrong("pattern_id",
                         fmt::format("there is no pattern '{}'", table.text("pattern_id")),
                         fmt::format("没有停站方案“{}”", table.text("pattern_id")));
    }
    RailPattern& pattern = hub.rail_patterns[found->second];
    RailCall call;
    HQ_TRY(const int64_t seq, table.integer("seq", 1, 1000));
    HQ_TRY(call.station, table.reference("station_id", known.rail_stations, "station", "车站"));
    HQ_TRY(const int64_t run, table.integer("run_min", 0, kRunMinutesMax));
    HQ_TRY(const int64_t dwell, table.integer("dwell_min", 0, kRunMinutesMax));
    call.run_s = static_cast<int32_t>(run * 60);
    call.dwell_s = static_cast<int32_t>(dwell * 60);
    HQ_TRY_VOID(check_call(table, pattern, seq, call));
    pattern.calls.push_back(std::move(call));
  }
  HQ_TRY_VOID(table.finish());
  for (const RailPattern& pattern : hub.rail_patterns) {
    if (pattern.calls.size() >= 2) continue;
    return fail(ErrorCode::parse_error,
                fmt::format("the pattern '{}' has fewer than two calls", pattern.id),
                fmt::format("停站方案“{}”少于两站", pattern.id), "rail/calls.csv");
  }
  return {};
}

}  // namespace

Result<> load_rail(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY_VOID(load_calendar(folder, hub, known));
  HQ_TRY_VOID(load_calendar_dates(folder, hub, known));
  HQ_TRY_VOID(load_stations(folder, hub, known));
  HQ_TRY_VOID(load_sections(folder, hub, known));
  HQ_TRY(const PatternIndex patterns, load_patterns(folder, hub, known));
  return load_calls(folder, hub, known, patterns);
}

}  // namespace hq::hub
