// The service plan of a hub as a feed: stops, then railway, then metro, then ways on foot.
#include <fmt/format.h>

#include "hub/reference/reference.h"

namespace hq::hub {
namespace {

// GTFS route_type of the basic list, which every reader knows; the finer kind is service_class.
constexpr int32_t kTypeMetro = 1;
constexpr int32_t kTypeRail = 2;
constexpr int kLoopLaps = 2;  // trains of a loop go round twice, at twice the headway

/// Index of an id in a vector of the feed.
using Index = std::unordered_map<std::string, uint32_t>;

/// The index of an id, or an Error that says what kind of thing is unknown.
Result<uint32_t> find(const Index& index, const std::string& id, std::string_view kind_en,
                      std::string_view kind_zh) {
  const auto found = index.find(id);
  if (found != index.end()) return found->second;
  return fail(ErrorCode::invalid_argument, fmt::format("there is no {} '{}'", kind_en, id),
              fmt::format("没有{}“{}”", kind_zh, id));
}

/// Fills a feed from a hub; one use, one thread.
class Builder {
 public:
  explicit Builder(const ReferenceHub& hub) : hub_(hub) {}

  Result<route::Feed> build() {
    add_title();
    add_services();
    add_rail_stops();
    add_metro_stops();
    HQ_TRY_VOID(add_airports());
    HQ_TRY_VOID(add_rail_trips());
    HQ_TRY_VOID(add_metro_trips());
    HQ_TRY_VOID(add_walks());
    return std::move(feed_);
  }

 private:
  void add_title();
  void add_services();
  void add_rail_stops();
  void add_metro_stops();
  Result<> add_airports();
  Result<> add_rail_trips();
  Result<> add_metro_trips();
  Result<> add_walks();

  uint32_t add_agency(std::string id, const Name& name);
  void add_stop(route::Stop stop, LatLng position, const std::string& quality);
  uint32_t rail_line(const RailPattern& pattern, uint32_t agency);
  Result<> add_pattern(const RailPattern& pattern, uint32_t agency);
  Result<uint32_t> add_metro_line(const MetroLine& line, const Index& agencies);
  Result<uint32_t> add_metro_trip(const MetroLine& line, uint32_t line_index, bool back,
                                  const HeadwayWindow& first);
  Result<> add_metro_services(const MetroLine& line, uint32_t line_index);

  const ReferenceHub& hub_;
  route::Feed feed_;
  Index services_;
  Index stops_;
  Index lines_;
};

/// The id names the timetable in answers and links; the caveat goes with every one of them.
void Builder::add_title() {
  feed_.id = hub_.id + "-reference";
  feed_.title = fmt::format("Reference service plan: {}", hub_.name.en);
  feed_.title_zh = fmt::format("参考开行方案：{}", hub_.name.zh);
  feed_.caveat = hub_.caveat.en;
  feed_.caveat_zh = hub_.caveat.zh;
  feed_.version = "1";
}

void Builder::add_services() {
  for (const ServiceDays& days : hub_.services) {
    services_.emplace(days.id, static_cast<uint32_t>(feed_.services.size()));
    feed_.services.push_back(
        {days.id, days.weekdays, days.first, days.last, days.added, days.removed});
  }
}

/// Operators' addresses are left empty: the plan is the hub's own, not theirs.
uint32_t Builder::add_agency(std::string id, const Name& name) {
  feed_.agencies.push_back({std::move(id), name.zh, name.en, {}, hub_.time_zone});
  return static_cast<uint32_t>(feed_.agencies.size() - 1);
}

void Builder::add_stop(route::Stop stop, LatLng position, const std::string& quality) {
  stop.position = position;
  stop.has_position = true;
  stop.position_quality = quality;
  stops_.emplace(stop.id, static_cast<uint32_t>(feed_.stops.size()));
  feed_.stops.push_back(std::move(stop));
}

void Builder::add_rail_stops() {
  for (const RailStation& station : hub_.rail_stations) {
    route::Stop stop;
    stop.id = station.id;
    stop.code = station.id;
    stop.name = station.name.zh;
    stop.name_en = station.name.en;
    add_stop(std::move(stop), station.position, station.coord_quality);
  }
}

/// The change time of a station is a transfer from the stop to itself, as GTFS has it.
void Builder::add_metro_stops() {
  for (const MetroStation& station : hub_.metro_stations) {
    route::Stop stop;
    stop.id = station.id;
    stop.name = station.name.zh;
    stop.name_en = station.name.en;
    stop.aliases = station.aliases;
    add_stop(std::move(stop), station.position, station.coord_quality);
    if (station.change_s == 0) continue;
    const uint32_t index = stops_.at(station.id);
    feed_.transfers.push_back({index, index, route::TransferKind::minimum_time, station.change_s});
  }
}

/// An airport with terminals is a station: journeys begin and end at a terminal, and a search for
/// the airport finds all of them. One without is a stop itself.
Result<> Builder::add_airports() {
  for (const Airport& airport : hub_.airports) {
    route::Stop stop;
    stop.id = airport.id;
    stop.code = airport.iata;
    stop.name = airport.name.zh;
    stop.name_en = airport.name.en;
    if (airport.is_terminal()) {
      HQ_TRY(stop.parent, find(stops_, airport.parent, "airport", "机场"));
      feed_.stops[stop.parent].kind = route::StopKind::station;
    }
    add_stop(std::move(stop), airport.position, airport.coord_quality);
  }
  return {};
}

/// Patterns of one class between the same two ends are one line: "G 上海虹桥—杭州东".
uint32_t Builder::rail_line(const RailPattern& pattern, uint32_t agency) {
  std::string id = fmt::format("R-{}-{}-{}", pattern.service_class, pattern.calls.front().station,
                               pattern.calls.back().station);
  const auto [found, is_new] =
      lines_.emplace(std::move(id), static_cast<uint32_t>(feed_.lines.size()));
  if (is_new) {
    route::Line line;
    line.id = found->first;
    line.long_name = pattern.name.zh;
    line.name_en = pattern.name.en;
    line.service_class = pattern.service_class;
    line.agency = agency;
    line.type = kTypeRail;
    feed_.lines.push_back(std::move(line));
  }
  return found->second;
}

/// One trip for each departure. Its id holds the departure, so that it outlives other changes of
/// the plan: "G-AOH-HGH-1@06:35", and "...@13:05+1" for a second train of the same minute.
Result<> Builder::add_pattern(const RailPattern& pattern, uint32_t agency) {
  HQ_TRY(const uint32_t service, find(services_, pattern.service, "service", "运行日"));
  std::vector<uint32_t> stops;
  for (const RailCall& call : pattern.calls) {
    HQ_TRY(const uint32_t stop, find(stops_, call.station, "station", "车站"));
    stops.push_back(stop);
  }
  if (stops.size() < 2) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("the pattern '{}' has fewer than two calls", pattern.id),
                fmt::format("停站方案“{}”少于两站", pattern.id));
  }
  const uint32_t line = rail_line(pattern, agency);
  int same_minute = 0;
  for (std::size_t i = 0; i < pattern.departures.size(); ++i) {
    int32_t clock = pattern.departures[i];
    same_minute = i > 0 && clock == pattern.departures[i - 1] ? same_minute + 1 : 0;
    route::Trip trip;
    trip.id = fmt::format("{}@{}", pattern.id, format_clock(clock));
    if (same_minute > 0) trip.id += fmt::format("+{}", same_minute);
    trip.headsign = feed_.stops[stops.back()].name;
    trip.line = line;
    trip.service = service;
    trip.first_stop_time = static_cast<uint32_t>(feed_.stop_times.size());
    trip.stop_time_count = static_cast<uint32_t>(stops.size());
    for (std::size_t k = 0; k < stops.size(); ++k) {
      const int32_t arrival = clock + pattern.calls[k].run_s;
      clock = arrival + pattern.calls[k].dwell_s;
      feed_.stop_times.push_back({arrival, clock, stops[k]});
    }
    feed_.trips.push_back(std::move(trip));
  }
  return {};
}

/// One operator for all: the plan does not say which company runs what.
Result<> Builder::add_rail_trips() {
  const uint32_t agency = add_agency("rail", {"铁路（参考方案）", "Railway (reference plan)"});
  for (const RailPattern& pattern : hub_.rail_patterns) {
    HQ_TRY_VOID(add_pattern(pattern, agency));
  }
  return {};
}

/// "2号线" is what passengers say; the branch, where there is one, is the long name.
Result<uint32_t> Builder::add_metro_line(const MetroLine& from, const Index& agencies) {
  route::Line line;
  line.id = from.id;
  line.short_name = from.name.zh;
  line.long_name = from.branch.zh;
  line.name_en =
      from.branch.en.empty() ? from.name.en : fmt::format("{} ({})", from.name.en, from.branch.en);
  line.service_class = from.mode;
  line.color = from.color;
  HQ_TRY(line.agency, find(agencies, from.system, "metro system", "轨道交通系统"));
  line.type = kTypeMetro;
  feed_.lines.push_back(std::move(line));
  return static_cast<uint32_t>(feed_.lines.size() - 1);
}

/// The template trip of a line in one direction, starting when its first window opens.
Result<uint32_t> Builder::add_metro_trip(const MetroLine& line, uint32_t line_index, bool back,
                                         const HeadwayWindow& first) {
  std::vector<MetroSegment> way = line.segments;
  if (back) {
    std::ranges::reverse(way);
    for (MetroSegment& segment : way) {
      std::swap(segment.from, segment.to);
      std::swap(segment.run_s, segment.back_s);
    }
  }
  route::Trip trip;
  trip.id = fmt::format("{}/{}/{}", line.id, back ? 1 : 0, first.service);
  trip.line = line_index;
  HQ_TRY(trip.service, find(services_, first.service, "service", "运行日"));
  trip.first_stop_time = static_cast<uint32_t>(feed_.stop_times.size());
  HQ_TRY(uint32_t stop, find(stops_, way.front().from, "metro station", "地铁站"));
  int32_t clock = first.from;
  feed_.stop_times.push_back({clock, clock, stop});
  for (int lap = 0; lap < (line.loop ? kLoopLaps : 1); ++lap) {
    for (const MetroSegment& segment : way) {
      HQ_TRY(stop, find(stops_, segment.to, "metro station", "地铁站"));
      clock += segment.run_s;
      feed_.stop_times.push_back({clock, clock, stop});
    }
  }
  trip.stop_time_count = static_cast<uint32_t>(feed_.stop_times.size()) - trip.first_stop_time;
  trip.headsign = feed_.stops[stop].name;
  feed_.trips.push_back(std::move(trip));
  return static_cast<uint32_t>(feed_.trips.size() - 1);
}

/// Both directions of a line, for each kind of day that its headways name.
Result<> Builder::add_metro_services(const MetroLine& line, uint32_t line_index) {
  const auto windows = hub_.headways.find(line.headway_class);
  if (windows == hub_.headways.end() || line.segments.empty()) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("the line '{}' has no headways or no segments", line.id),
                fmt::format("线路“{}”没有班次间隔或区间", line.id));
  }
  for (const bool back : {false, true}) {
    std::unordered_map<std::string, uint32_t> trips;  // by service
    for (const HeadwayWindow& window : windows->second) {
      if (!trips.contains(window.service)) {
        HQ_TRY(trips[window.service], add_metro_trip(line, line_index, back, window));
      }
      feed_.frequencies.push_back({trips[window.service], window.from, window.to,
                                   window.headway_s * (line.loop ? kLoopLaps : 1), false});
    }
  }
  return {};
}

Result<> Builder::add_metro_trips() {
  Index agencies;
  for (const MetroSystem& system : hub_.metro_systems) {
    agencies.emplace(system.id, add_agency(system.id, system.name));
  }
  for (const MetroLine& line : hub_.metro_lines) {
    HQ_TRY(const uint32_t line_index, add_metro_line(line, agencies));
    HQ_TRY_VOID(add_metro_services(line, line_index));
  }
  return {};
}

/// Seconds are a minimum: trains do not wait.
Result<> Builder::add_walks() {
  for (const Walk& walk : hub_.walks) {
    HQ_TRY(const uint32_t from, find(stops_, walk.from, "stop", "站点"));
    HQ_TRY(const uint32_t to, find(stops_, walk.to, "stop", "站点"));
    feed_.transfers.push_back({from, to, route::TransferKind::minimum_time, walk.seconds});
  }
  return {};
}

}  // namespace

Result<route::Feed> build_feed(const ReferenceHub& hub) {
  return Builder(hub).build();
}

}  // namespace hq::hub
