#include "route/detail/compile_landmarks.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace hq::route {
namespace {

struct Edge {
  uint32_t from;
  uint32_t to;
  int32_t seconds;
};

/// Edges by the stop they start from.
class Graph {
 public:
  Graph(std::size_t stops, std::vector<Edge> edges) : edges_(std::move(edges)), begin_(stops + 1) {
    std::ranges::sort(edges_, {},
                      [](const Edge& e) { return std::tuple(e.from, e.to, e.seconds); });
    const auto rest = std::ranges::unique(
        edges_, [](const Edge& a, const Edge& b) { return a.from == b.from && a.to == b.to; });
    edges_.erase(rest.begin(), rest.end());
    for (const Edge& edge : edges_) ++begin_[edge.from + 1];
    for (std::size_t i = 0; i < stops; ++i) begin_[i + 1] += begin_[i];
  }

  /// Seconds from `start` to every stop, or kNever (Dijkstra 1959).
  std::vector<int32_t> ways_from(uint32_t start) const {
    std::vector<int32_t> ways(begin_.size() - 1, kNever);
    using Entry = std::pair<int32_t, uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    ways[start] = 0;
    queue.push({0, start});
    while (!queue.empty()) {
      const auto [seconds, stop] = queue.top();
      queue.pop();
      if (seconds > ways[stop]) continue;
      for (uint32_t i = begin_[stop]; i < begin_[stop + 1]; ++i) {
        const Edge& edge = edges_[i];
        if (seconds + edge.seconds >= ways[edge.to]) continue;
        ways[edge.to] = seconds + edge.seconds;
        queue.push({ways[edge.to], edge.to});
      }
    }
    return ways;
  }

 private:
  std::vector<Edge> edges_;
  std::vector<uint32_t> begin_;
};

std::vector<Edge> edges_of(const Patterns& patterns, const Links& links) {
  std::vector<Edge> edges;
  for (const PatternRecord& pattern : patterns.patterns) {
    for (uint32_t row = 0; row < pattern.row_count; ++row) {
      const StopTimes* times = &patterns.times[pattern.first_times + row * pattern.stop_count];
      const uint32_t* stops = &patterns.pattern_stops[pattern.first_stop];
      for (uint32_t i = 0; i + 1 < pattern.stop_count; ++i) {
        edges.push_back({stops[i] & kStopMask, stops[i + 1] & kStopMask,
                         times[i + 1].arrival - times[i].departure});
      }
    }
  }
  for (uint32_t stop = 0; stop < links.from.size(); ++stop) {
    for (const LinkRecord& link : links.from[stop]) {
      const int32_t least = (link.flags & kLinkInStation) != 0 ? 0 : link.seconds;
      edges.push_back({stop, link.stop, least});
    }
  }
  return edges;
}

/// The stop farthest from all landmarks so far that belongs to what they reach; where there is
/// none, the busiest stop of the rest.
uint32_t next_landmark(const std::vector<int32_t>& nearest, const std::vector<uint32_t>& calls) {
  uint32_t best = 0;
  for (uint32_t stop = 1; stop < nearest.size(); ++stop) {
    const auto rank = [&](uint32_t s) {
      const bool reached = nearest[s] != kNever;
      return std::tuple(reached && nearest[s] > 0, reached ? nearest[s] : 0,
                        reached ? 0 : calls[s]);
    };
    if (rank(stop) > rank(best)) best = stop;
  }
  return best;
}

}  // namespace

std::vector<LandmarkRecord> compile_landmarks(const Patterns& patterns, const Links& links) {
  const std::size_t stops = links.from.size();
  std::vector<LandmarkRecord> records(stops);
  if (stops == 0) return records;
  std::vector<Edge> edges = edges_of(patterns, links);
  const Graph forward(stops, edges);
  for (Edge& edge : edges) std::swap(edge.from, edge.to);
  const Graph backward(stops, std::move(edges));
  std::vector<uint32_t> calls(stops);
  for (const uint32_t stop : patterns.pattern_stops) ++calls[stop & kStopMask];
  // Landmarks at the rim bound best: the first is the farthest from the busiest stop.
  std::vector<int32_t> nearest(stops, kNever);  // to the nearest landmark, there and back
  uint32_t landmark = next_landmark(nearest, calls);
  landmark = next_landmark(forward.ways_from(landmark), calls);
  for (uint32_t k = 0; k < kLandmarkCount; ++k) {
    const std::vector<int32_t> from = forward.ways_from(landmark);
    const std::vector<int32_t> to = backward.ways_from(landmark);
    for (std::size_t stop = 0; stop < stops; ++stop) {
      records[stop].from[k] = from[stop];
      records[stop].to[k] = to[stop];
      nearest[stop] = std::min(nearest[stop], std::max(from[stop], to[stop]));
    }
    landmark = next_landmark(nearest, calls);
  }
  return records;
}

}  // namespace hq::route
