// The metro folder: systems, headways, stations, lines and their segments (docs/format/hub.md).
#include <fmt/format.h>

#include "hub/reference/detail/load.h"

namespace hq::hub {
namespace {

constexpr int kSegmentSecondsMax = 4 * 3600;

/// systems.csv: who runs the lines. Returns the ids.
Result<IdSet> load_systems(const std::filesystem::path& folder, ReferenceHub& hub,
                           const KnownIds& known) {
  HQ_TRY(Table table, Table::open(folder, "metro/systems.csv",
                                  {"system", "prefix", "name_zh", "name_en", "city", "source"}));
  IdSet ids;
  while (table.next()) {
    MetroSystem system;
    HQ_TRY(system.id, table.new_id("system"));
    HQ_TRY(system.prefix, table.required("prefix"));
    HQ_TRY(system.name, table.names());
    HQ_TRY(system.city, table.reference("city", known.cities, "city", "城市"));
    HQ_TRY(system.source, table.reference("source", known.sources, "source", "来源"));
    ids.insert(system.id);
    hub.metro_systems.push_back(std::move(system));
  }
  HQ_TRY_VOID(table.finish());
  return ids;
}

/// headways.csv. Windows of a class that overlap would send trains twice as often as stated, so
/// they are refused. Returns the classes.
Result<IdSet> load_headways(const std::filesystem::path& folder, ReferenceHub& hub,
                            const KnownIds& known) {
  HQ_TRY(Table table, Table::open(folder, "metro/headways.csv",
                                  {"class", "service", "from", "to", "headway_s", "quality"}));
  IdSet classes;
  while (table.next()) {
    HeadwayWindow window;
    HQ_TRY(const std::string name, table.required("class"));
    HQ_TRY(window.service, table.reference("service", known.services, "service", "运行日"));
    HQ_TRY(window.from, table.clock("from"));
    HQ_TRY(window.to, table.clock("to"));
    if (window.to <= window.from) {
      return table.wrong("to", "the window ends before it begins", "时段的结束不晚于开始");
    }
    HQ_TRY(const int64_t headway, table.integer("headway_s", 30, 86'400));
    window.headway_s = static_cast<int32_t>(headway);
    HQ_TRY(window.quality, table.required("quality"));
    std::vector<HeadwayWindow>& windows = hub.headways[name];
    for (const HeadwayWindow& other : windows) {
      if (other.service != window.service || other.to <= window.from || window.to <= other.from) {
        continue;
      }
      return table.wrong("from", "the window overlaps another of its class", "与同类时段重叠");
    }
    classes.insert(name);
    windows.push_back(std::move(window));
  }
  HQ_TRY_VOID(table.finish());
  return classes;
}

/// stations.csv. Ids share one space with railway stations: all of them become stops of one feed.
Result<> load_stations(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known,
                       const IdSet& systems) {
  HQ_TRY(Table table,
         Table::open(folder, "metro/stations.csv",
                     {"id", "system", "name_zh", "name_en", "name_en_quality", "alias_zh",
                      "alias_en", "city", "lat", "lon", "coord_quality", "change_s", "source"}));
  while (table.next()) {
    MetroStation station;
    HQ_TRY(station.id, table.new_id("id"));
    if (known.rail_stations.contains(station.id)) {
      return table.wrong("id", "a railway station has this id", "该标识已用于火车站");
    }
    HQ_TRY(station.system, table.reference("system", systems, "metro system", "轨道交通系统"));
    HQ_TRY(station.name, table.names());
    HQ_TRY(station.name_en_quality, table.one_of("name_en_quality", {"official_style", "pinyin"}));
    station.aliases = split(table.text("alias_zh"), '|');
    for (std::string& alias : split(table.text("alias_en"), '|')) {
      station.aliases.push_back(std::move(alias));
    }
    HQ_TRY(station.city, table.reference("city", known.cities, "city", "城市"));
    HQ_TRY(station.position, table.position());
    HQ_TRY(station.coord_quality, table.required("coord_quality"));
    HQ_TRY(const int64_t change, table.integer("change_s", 0, 3600));
    station.change_s = static_cast<int32_t>(change);
    HQ_TRY(station.source, table.reference("source", known.sources, "source", "来源"));
    known.metro_stations.insert(station.id);
    hub.metro_stations.push_back(std::move(station));
  }
  return table.finish();
}

/// Where each line stands, for the segments that follow in their own file.
using LineIndex = std::unordered_map<std::string, std::size_t>;

/// lines.csv: one row a service, so a line with branches has several.
Result<LineIndex> load_lines(const std::filesystem::path& folder, ReferenceHub& hub,
                             const KnownIds& known, const IdSet& systems, const IdSet& classes) {
  HQ_TRY(Table table,
         Table::open(folder, "metro/lines.csv",
                     {"line", "group", "system", "name_zh", "name_en", "branch_zh", "branch_en",
                      "mode", "color", "loop", "headway_class", "source"}));
  LineIndex index;
  while (table.next()) {
    MetroLine line;
    HQ_TRY(line.id, table.new_id("line"));
    HQ_TRY(line.group, table.required("group"));
    HQ_TRY(line.system, table.reference("system", systems, "metro system", "轨道交通系统"));
    HQ_TRY(line.name, table.names());
    line.branch = {table.text("branch_zh"), table.text("branch_en")};
    HQ_TRY(line.mode, table.one_of("mode", {"metro", "suburban", "maglev"}));
    HQ_TRY(line.color, table.required("color"));
    if (line.color.size() != 6 ||
        line.color.find_first_not_of("0123456789ABCDEFabcdef") != std::string::npos) {
      return table.wrong("color", "a colour has six hexadecimal digits", "颜色应为六位十六进制数");
    }
    HQ_TRY(const int64_t loop, table.integer("loop", 0, 1));
    line.loop = loop == 1;
    HQ_TRY(line.headway_class,
           table.reference("headway_class", classes, "headway class", "班次类别"));
    HQ_TRY(line.source, table.reference("source", known.sources, "source", "来源"));
    index.emplace(line.id, hub.metro_lines.size());
    hub.metro_lines.push_back(std::move(line));
  }
  HQ_TRY_VOID(table.finish());
  return index;
}

/// A row of segments.csv, which must join on to the row before it.
Result<MetroSegment> read_segment(const Table& table, const KnownIds& known,
                                  const MetroLine& line) {
  MetroSegment segment;
  HQ_TRY(const int64_t seq, table.integer("seq", 1, 1000));
  if (seq != static_cast<int64_t>(line.segments.size()) + 1) {
    return table.wrong("seq", fmt::format("expected {}", line.segments.size() + 1),
                       fmt::format("此处应为{}", line.segments.size() + 1));
  }
  HQ_TRY(segment.from, table.reference("from", known.metro_stations, "metro station", "地铁站"));
  HQ_TRY(segment.to, table.reference("to", known.metro_stations, "metro station", "地铁站"));
  if (!line.segments.empty() && line.segments.back().to != segment.from) {
    return table.wrong("from", "the segment does not begin where the one before ends",
                       "区间起点与上一区间终点不同");
  }
  HQ_TRY(segment.crow_km, table.number("crow_km", 0, 1000));
  HQ_TRY(const int64_t run, table.integer("run_s", 1, kSegmentSecondsMax));
  HQ_TRY(const int64_t back, table.integer("back_s", 1, kSegmentSecondsMax));
  segment.run_s = static_cast<int32_t>(run);
  segment.back_s = static_cast<int32_t>(back);
  HQ_TRY(segment.quality,
         table.one_of("quality", {"official", "official_corrected", "mixed", "estimated"}));
  return segment;
}

/// segments.csv; at the end every line must have segments that fit its loop flag.
Result<> load_segments(const std::filesystem::path& folder, ReferenceHub& hub,
                       const KnownIds& known, const LineIndex& lines) {
  HQ_TRY(Table table,
         Table::open(folder, "metro/segments.csv",
                     {"line", "seq", "from", "to", "crow_km", "run_s", "back_s", "quality"}));
  while (table.next()) {
    const auto found = lines.find(table.text("line"));
    if (found == lines.end()) {
      return table.wrong("line", fmt::format("there is no line '{}'", table.text("line")),
                         fmt::format("没有线路“{}”", table.text("line")));
    }
    MetroLine& line = hub.metro_lines[found->second];
    HQ_TRY(MetroSegment segment, read_segment(table, known, line));
    line.segments.push_back(std::move(segment));
  }
  HQ_TRY_VOID(table.finish());
  for (const MetroLine& line : hub.metro_lines) {
    const bool closed =
        !line.segments.empty() && line.segments.front().from == line.segments.back().to;
    if (!line.segments.empty() && closed == line.loop) continue;
    return fail(
        ErrorCode::parse_error,
        fmt::format("the line '{}' has no segments, or its loop flag does not fit them", line.id),
        fmt::format("线路“{}”没有区间，或环线标记与区间不符", line.id), "metro/segments.csv");
  }
  return {};
}

}  // namespace

Result<> load_metro(const std::filesystem::path& folder, ReferenceHub& hub, KnownIds& known) {
  HQ_TRY(const IdSet systems, load_systems(folder, hub, known));
  HQ_TRY(const IdSet classes, load_headways(folder, hub, known));
  HQ_TRY_VOID(load_stations(folder, hub, known, systems));
  HQ_TRY(const LineIndex lines, load_lines(folder, hub, known, systems, classes));
  return load_segments(folder, hub, known, lines);
}

}  // namespace hq::hub
