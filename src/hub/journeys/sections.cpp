#include "hub/journeys/sections.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <queue>
#include <vector>

#include "base/json.h"

namespace hq::hub {
namespace {

struct Edge {
  uint32_t from = 0;  // the smaller stop index
  uint32_t to = 0;
  double metres = 0;
  uint32_t trips = 0;
  uint32_t line = 0;  // of the best class that runs here
  int rank = 0;
};

/// High-speed lines are drawn over others, so they name the section.
int rank_of(std::string_view service_class) {
  if (service_class == "high_speed") return 3;
  if (service_class == "emu" || service_class == "intercity") return 2;
  return 1;
}

std::vector<Edge> collect_edges(const route::Timetable& timetable, uint32_t mode) {
  std::map<std::pair<uint32_t, uint32_t>, Edge> edges;
  for (const route::PatternRecord& pattern : timetable.patterns()) {
    if (pattern.mode != mode) continue;
    const auto stops = timetable.pattern_stops().subspan(pattern.first_stop, pattern.stop_count);
    const auto& first_run = timetable.runs()[pattern.first_run];
    const uint32_t line = timetable.trip(first_run.trip).line;
    const int rank = rank_of(timetable.text(timetable.line(line).service_class));
    for (std::size_t i = 0; i + 1 < stops.size(); ++i) {
      const uint32_t a = timetable.station_of(stops[i] & route::kStopMask);
      const uint32_t b = timetable.station_of(stops[i + 1] & route::kStopMask);
      if (a == b || timetable.stop(a).has_position == 0 || timetable.stop(b).has_position == 0) {
        continue;
      }
      Edge& edge = edges[std::minmax(a, b)];
      edge.trips += pattern.run_count;
      if (rank > edge.rank) {
        edge = {std::min(a, b),
                std::max(a, b),
                great_circle_m(timetable.position(a), timetable.position(b)),
                edge.trips,
                line,
                rank};
      }
    }
  }
  std::vector<Edge> result;
  result.reserve(edges.size());
  for (const auto& [key, edge] : edges) result.push_back(edge);
  return result;
}

/// Finds ways over shorter edges by Dijkstra's algorithm, cut off at a length.
class DetourSearch {
 public:
  DetourSearch(const std::vector<Edge>& edges, uint32_t stop_count)
      : edges_(edges),
        incident_(stop_count),
        metres_(stop_count, kFar),
        came_by_(stop_count),
        removed_(edges.size()) {
    for (uint32_t i = 0; i < edges.size(); ++i) {
      incident_[edges[i].from].push_back(i);
      incident_[edges[i].to].push_back(i);
    }
  }

  void remove(uint32_t edge) { removed_[edge] = true; }

  /// The edges of the shortest way instead of one; empty where there is none short enough.
  std::vector<uint32_t> detour(uint32_t edge) {
    const double distance = std::min(1.0, edges_[edge].metres / kFarM);
    const double detour = kDetourNear + (kDetourMax - kDetourNear) * distance;
    const double metres_max = edges_[edge].metres * detour;
    const uint32_t target = edges_[edge].to;
    for (const uint32_t stop : touched_) metres_[stop] = kFar;
    touched_.clear();
    std::priority_queue<std::pair<double, uint32_t>, std::vector<std::pair<double, uint32_t>>,
                        std::greater<>>
        queue;
    const auto reach = [&](uint32_t stop, double metres, uint32_t by) {
      if (metres >= metres_[stop] || metres > metres_max) return;
      metres_[stop] = metres;
      came_by_[stop] = by;
      touched_.push_back(stop);
      queue.emplace(metres, stop);
    };
    reach(edges_[edge].from, 0, edge);
    while (!queue.empty()) {
      const auto [metres, stop] = queue.top();
      queue.pop();
      if (stop == target) return way_to(target, edge);
      if (metres > metres_[stop]) continue;
      for (const uint32_t other : incident_[stop]) {
        if (other == edge || removed_[other]) continue;
        reach(other_end(other, stop), metres + edges_[other].metres, other);
      }
    }
    return {};
  }

 private:
  uint32_t other_end(uint32_t edge, uint32_t stop) const {
    return edges_[edge].from == stop ? edges_[edge].to : edges_[edge].from;
  }

  std::vector<uint32_t> way_to(uint32_t stop, uint32_t instead_of) const {
    std::vector<uint32_t> way;
    for (; stop != edges_[instead_of].from; stop = other_end(way.back(), stop)) {
      way.push_back(came_by_[stop]);
    }
    return way;
  }

  static constexpr double kFar = std::numeric_limits<double>::infinity();

  const std::vector<Edge>& edges_;
  std::vector<std::vector<uint32_t>> incident_;
  std::vector<double> metres_;
  std::vector<uint32_t> came_by_;  // edge
  std::vector<uint32_t> touched_;
  std::vector<bool> removed_;
};

void write_edge(JsonWriter& out, const route::Timetable& timetable, const Edge& edge) {
  const route::LineRecord& line = timetable.line(edge.line);
  const auto write_point = [&](uint32_t stop) {
    out.begin_array();
    out.number(timetable.position(stop).lng);
    out.number(timetable.position(stop).lat);
    out.end_array();
  };
  out.begin_object();
  out.field("type", std::string_view("Feature")).key("geometry").begin_object();
  out.field("type", std::string_view("LineString")).key("coordinates").begin_array();
  write_point(edge.from);
  write_point(edge.to);
  out.end_array().end_object().key("properties").begin_object();
  out.field("mode", route::id(static_cast<route::Mode>(line.mode)));
  out.field("class", timetable.text(line.service_class));
  if (const auto color = timetable.text(line.color); !color.empty()) out.field("color", color);
  out.field("from", timetable.text(timetable.stop(edge.from).id));
  out.field("to", timetable.text(timetable.stop(edge.to).id));
  out.field("trips", edge.trips);
  out.end_object().end_object();
}

}  // namespace

std::string make_sections_geojson(const route::Timetable& timetable) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().field("type", std::string_view("FeatureCollection"));
  out.key("features").begin_array();
  for (uint32_t mode = 0; mode < route::kModeCount; ++mode) {
    std::vector<Edge> edges = collect_edges(timetable, mode);
    // Longest first, so that a jump over a jump finds the way over what is left.
    std::ranges::sort(edges, std::greater<>(), &Edge::metres);
    DetourSearch search(edges, timetable.stop_count());
    std::vector<uint32_t> drawn;
    for (uint32_t i = 0; i < edges.size(); ++i) {
      const std::vector<uint32_t> way = search.detour(i);
      if (way.empty()) {
        drawn.push_back(i);
        continue;
      }
      search.remove(i);
      // The trains of the jump run there.
      for (const uint32_t part : way) {
        edges[part].trips += edges[i].trips;
        if (edges[i].rank <= edges[part].rank) continue;
        edges[part].rank = edges[i].rank;
        edges[part].line = edges[i].line;
      }
    }
    for (const uint32_t i : drawn) write_edge(out, timetable, edges[i]);
  }
  out.end_array().end_object();
  return text;
}

}  // namespace hq::hub
