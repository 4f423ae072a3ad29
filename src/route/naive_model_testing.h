// NaiveModel: slow, obvious answers straight from a Feed, to hold the router against.
//
// Shares nothing with compile(), DayView or Router but the Feed and the rules: every run is looked
// at in every round, and beside that there is a plain connection scan. For tests alone.
//
//   NaiveModel model(feed, date, {}, {});
//   auto arrivals = model.rounds({{a, 0}}, 28800, rules);   // [trips][stop]
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <vector>

#include "route/compile.h"
#include "route/query.h"

namespace hq::route {

class NaiveModel {
 public:
  struct Run {
    uint32_t trip;
    int32_t service_day;
    int32_t start_s;  // departure at the first stop, from the date
    std::vector<StopTime> times;
  };
  struct Link {
    int32_t seconds;
    bool in_station;
  };
  struct Point {
    int32_t departure_s, arrival_s;
    uint32_t trips;
    auto operator<=>(const Point&) const = default;
  };
  using Times = std::vector<int32_t>;  // per stop, kUnreached

  NaiveModel(const Feed& feed, Date date, const CompileOptions& compile, const DayViewOptions& view)
      : feed_(feed) {
    for (int day = -20; day <= 20; ++day) add_day(date, day, view);
    add_members();
    add_links(compile);
  }

  const std::vector<Run>& runs() const { return runs_; }
  const std::map<std::pair<uint32_t, uint32_t>, Link>& links() const { return links_; }
  const std::vector<uint32_t>& members(uint32_t stop) const { return members_[stop]; }

  /// Seconds of a change at a stop, or -1.
  int32_t change_s(uint32_t stop, const QueryRules& rules) const {
    if (changes_[stop] < 0) return -1;
    return rules.change_s ? *rules.change_s : changes_[stop];
  }
  /// Seconds of a link, or -1.
  int32_t link_s(const Link& link, const QueryRules& rules) const {
    if (link.in_station) return rules.change_s ? *rules.change_s : link.seconds;
    return rules.walking ? link.seconds : -1;
  }

  /// Seconds from the place to each stop without a trip, within the horizon.
  Times on_foot(const std::vector<Access>& from, const QueryRules& rules) const {
    const Times origins = expand(from);
    Times seconds = origins;
    if (!rules.walk_at_ends) return within(seconds, rules.horizon_s);
    for (const auto& [pair, link] : links_) {
      const int32_t walk = link_s(link, rules);
      if (walk < 0 || origins[pair.first] == kUnreached) continue;
      seconds[pair.second] = std::min(seconds[pair.second], origins[pair.first] + walk);
    }
    return within(seconds, rules.horizon_s);
  }

  /// Earliest time at each stop with at most k trips, k = 0 ... max_changes + 1, leaving at time_s
  /// or later, and before `leave_before`.
  std::vector<Times> rounds(const std::vector<Access>& from, int32_t time_s,
                            const QueryRules& rules, int32_t leave_before = kUnreached) const {
    const Times foot = on_foot(from, rules);
    const int32_t latest = time_s + rules.horizon_s;
    Times ready(feed_.stops.size(), kUnreached);
    for (std::size_t s = 0; s < ready.size(); ++s) {
      if (foot[s] != kUnreached) ready[s] = time_s + foot[s];
    }
    std::vector<Times> best{within(ready, latest)};
    for (int trips = 1; trips <= rules.max_changes + 1; ++trips) {
      Times by_trip(ready.size(), kUnreached);
      for (const Run& run : runs_) {
        bool aboard = false;
        for (const StopTime& at : run.times) {
          if (aboard && at.can_alight) by_trip[at.stop] = std::min(by_trip[at.stop], at.arrival);
          const bool in_time = ready[at.stop] != kUnreached && at.departure >= ready[at.stop];
          const bool leaves =
              trips > 1 || leave_before == kUnreached ||
              (foot[at.stop] != kUnreached && at.departure - foot[at.stop] < leave_before);
          aboard = aboard || (at.can_board && in_time && leaves);
        }
      }
      Times here = by_trip;
      Times next(ready.size(), kUnreached);
      for (uint32_t s = 0; s < by_trip.size(); ++s) {
        if (by_trip[s] != kUnreached && change_s(s, rules) >= 0) {
          next[s] = by_trip[s] + change_s(s, rules);
        }
      }
      for (const auto& [pair, link] : links_) {
        const int32_t walk = link_s(link, rules);
        if (walk < 0 || by_trip[pair.first] == kUnreached) continue;
        const int32_t at = by_trip[pair.first] + walk;
        if (rules.walk_at_ends) here[pair.second] = std::min(here[pair.second], at);
        const int32_t after = link.in_station ? 0 : rules.change_after_walk_s;
        next[pair.second] = std::min(next[pair.second], at + after);
      }
      for (std::size_t s = 0; s < here.size(); ++s) here[s] = std::min(here[s], best.back()[s]);
      best.push_back(within(here, latest));
      ready = next;
    }
    return best;
  }

  /// Of times at stops: the best at the target, with its access.
  int32_t at_target(const Times& times, const std::vector<Access>& to) const {
    const Times egress = expand(to);
    int32_t best = kUnreached;
    for (std::size_t s = 0; s < times.size(); ++s) {
      if (times[s] == kUnreached || egress[s] == kUnreached) continue;
      best = std::min(best, times[s] + egress[s]);
    }
    return best;
  }

  /// Seconds from place to place without a trip, or kUnreached.
  int32_t walk_all_the_way(const std::vector<Access>& from, const std::vector<Access>& to,
                           const QueryRules& rules) const {
    const int32_t seconds = at_target(on_foot(from, rules), to);
    return seconds > rules.horizon_s ? kUnreached : seconds;
  }

  /// A station has the best of its platforms.
  Times with_stations(Times times) const {
    for (uint32_t s = 0; s < times.size(); ++s) {
      for (const uint32_t member : members_[s]) times[s] = std::min(times[s], times[member]);
    }
    return times;
  }

  /// All that is worth leaving for within [from_s, to_s), by looking at each second of leaving.
  std::vector<Point> profile(const std::vector<Access>& from, const std::vector<Access>& to,
                             int32_t from_s, int32_t to_s, const QueryRules& rules) const {
    const Times foot = on_foot(from, rules);
    const int32_t walk_only = walk_all_the_way(from, to, rules);
    std::vector<int32_t> leave;
    for (const Run& run : runs_) {
      for (const StopTime& at : run.times) {
        if (foot[at.stop] == kUnreached) continue;
        const int32_t time = at.departure - foot[at.stop];
        if (time >= from_s && time < to_s) leave.push_back(time);
      }
    }
    std::ranges::sort(leave);
    leave.erase(std::unique(leave.begin(), leave.end()), leave.end());
    std::vector<Point> all;
    for (const int32_t time : leave) {
      const std::vector<Times> best = rounds(from, time, rules, to_s);
      for (uint32_t trips = 1; trips < best.size(); ++trips) {
        const int32_t arrival = at_target(best[trips], to);
        if (arrival == kUnreached || arrival - time > rules.horizon_s) continue;
        if (walk_only != kUnreached && arrival - time >= walk_only) continue;
        all.push_back({time, arrival, trips});
      }
    }
    std::vector<Point> kept;
    for (const Point& p : all) {
      const bool beaten = std::ranges::any_of(all, [&](const Point& q) {
        return q != p && q.departure_s >= p.departure_s && q.arrival_s <= p.arrival_s &&
               q.trips <= p.trips;
      });
      if (!beaten) kept.push_back(p);
    }
    std::ranges::sort(kept, {}, [](const Point& p) { return std::pair(p.departure_s, p.trips); });
    return kept;
  }

  /// Earliest arrival with any number of trips: a connection scan (Dibbelt et al. 2013) in the
  /// order of (time, run, sequence), repeated until it finds nothing new, which covers hops and
  /// changes of no time.
  Times connection_scan(const std::vector<Access>& from, int32_t time_s, const QueryRules& rules) {
    if (connections_.empty()) sort_connections();
    const int32_t latest = time_s + rules.horizon_s;
    const Times foot = on_foot(from, rules);
    Times best(feed_.stops.size(), kUnreached);
    Times ready(feed_.stops.size(), kUnreached);
    for (std::size_t s = 0; s < best.size(); ++s) {
      if (foot[s] != kUnreached && foot[s] <= rules.horizon_s)
        best[s] = ready[s] = time_s + foot[s];
    }
    std::vector<uint32_t> aboard(runs_.size(), kNone);  // from which connection of the run on
    for (bool is_new = true; is_new;) {
      is_new = false;
      auto connection = std::ranges::lower_bound(connections_, time_s, {},
                                                 [](const Connection& c) { return c.departure; });
      for (; connection != connections_.end() && connection->departure <= latest; ++connection) {
        const Connection& c = *connection;
        if (aboard[c.run] > c.sequence) {
          if (!c.can_board || ready[c.from] > c.departure) continue;
          aboard[c.run] = c.sequence;
          is_new = true;
        }
        if (!c.can_alight || c.arrival > latest) continue;
        best[c.to] = std::min(best[c.to], c.arrival);
        if (change_s(c.to, rules) >= 0) {
          ready[c.to] = std::min(ready[c.to], c.arrival + change_s(c.to, rules));
        }
        for (const auto& [to, link] : links_from_[c.to]) {
          const int32_t walk = link_s(link, rules);
          if (walk < 0) continue;
          const int32_t after = link.in_station ? 0 : rules.change_after_walk_s;
          if (rules.walk_at_ends && c.arrival + walk <= latest) {
            best[to] = std::min(best[to], c.arrival + walk);
          }
          ready[to] = std::min(ready[to], c.arrival + walk + after);
        }
      }
    }
    return best;
  }

 private:
  struct Connection {
    int32_t departure, arrival;
    uint32_t run, sequence, from, to;
    bool can_board, can_alight;
  };

  static Times within(Times times, int32_t latest) {
    for (int32_t& time : times) time = time > latest ? kUnreached : time;
    return times;
  }

  Times expand(const std::vector<Access>& access) const {
    Times seconds(feed_.stops.size(), kUnreached);
    for (const Access& a : access) {
      for (const uint32_t s : members_[a.stop]) seconds[s] = std::min(seconds[s], a.seconds);
    }
    return seconds;
  }

  bool allows(const Trip& trip, const DayViewOptions& view) const {
    if (!view.services.empty() &&
        std::ranges::find(view.services, trip.service) == view.services.end()) {
      return false;
    }
    return (view.modes & mask(mode_of_route_type(feed_.lines[trip.line].type))) != 0;
  }

  void add_day(Date date, int day, const DayViewOptions& view) {
    for (uint32_t t = 0; t < feed_.trips.size(); ++t) {
      const Trip& trip = feed_.trips[t];
      if (!allows(trip, view)) continue;
      if (!feed_.services[trip.service].runs_on(date + std::chrono::days{day})) continue;
      const int32_t template_start = feed_.stop_times[trip.first_stop_time].departure;
      std::vector<int32_t> starts;
      bool is_template = false;
      for (const Frequency& f : feed_.frequencies) {
        if (f.trip != t) continue;
        is_template = true;
        for (int32_t start = f.start; start < f.end; start += f.headway_s) starts.push_back(start);
      }
      if (!is_template) starts.push_back(template_start);
      for (const int32_t start : starts) {
        Run run{t, day, start + day * 86400, {}};
        for (uint32_t i = 0; i < trip.stop_time_count; ++i) {
          StopTime at = feed_.stop_times[trip.first_stop_time + i];
          at.arrival += run.start_s - template_start;
          at.departure += run.start_s - template_start;
          run.times.push_back(at);
        }
        if (run.start_s >= view.to_s || run.times.back().arrival < view.from_s) continue;
        runs_.push_back(std::move(run));
      }
    }
  }

  void add_members() {
    std::vector<bool> served(feed_.stops.size());
    for (const StopTime& at : feed_.stop_times) served[at.stop] = true;
    members_.resize(feed_.stops.size());
    for (uint32_t s = 0; s < feed_.stops.size(); ++s) {
      for (uint32_t other = 0; other < feed_.stops.size(); ++other) {
        if (served[other] && (other == s || feed_.stops[other].parent == s)) {
          members_[s].push_back(other);
        }
      }
      if (members_[s].empty()) members_[s].push_back(s);
    }
  }

  bool has_rail(uint32_t stop) const {
    return std::ranges::any_of(feed_.trips, [&](const Trip& trip) {
      if (mode_of_route_type(feed_.lines[trip.line].type) != Mode::rail) return false;
      for (uint32_t i = 0; i < trip.stop_time_count; ++i) {
        if (feed_.stop_times[trip.first_stop_time + i].stop == stop) return true;
      }
      return false;
    });
  }

  /// What the transfers state about a pair: the most exact ones, and of those the least seconds;
  /// -1 where one of those rules the pair out, -2 where nothing is stated.
  int32_t stated(uint32_t from, uint32_t to, const CompileOptions& options) const {
    int32_t rank = -1;
    int32_t seconds = -2;
    for (const Transfer& t : feed_.transfers) {
      if (t.from_line != kNone || t.to_line != kNone || t.kind > TransferKind::impossible) continue;
      if (std::ranges::find(members_[t.from], from) == members_[t.from].end()) continue;
      if (std::ranges::find(members_[t.to], to) == members_[t.to].end()) continue;
      int32_t value = t.kind == TransferKind::impossible ? -1 : t.seconds;
      const bool open =
          t.seconds == 0 && (t.kind == TransferKind::walk || t.kind == TransferKind::timed);
      if (open && from != to) {
        if (!feed_.stops[from].has_position || !feed_.stops[to].has_position) continue;
        value = static_cast<int32_t>(
            std::ceil(great_circle_m(feed_.stops[from].position, feed_.stops[to].position) /
                      options.walk_m_per_s));
      } else if (open && t.kind == TransferKind::walk) {
        continue;
      }
      const int32_t exact = (t.from == from) + (t.to == to);
      if (exact > rank) {
        rank = exact;
        seconds = value;
      } else if (exact == rank) {
        seconds = std::min(seconds, value);
      }
    }
    return seconds;
  }

  void add_links(const CompileOptions& options) {
    const auto n = static_cast<uint32_t>(feed_.stops.size());
    Times defaults(n);
    changes_.resize(n);
    for (uint32_t s = 0; s < n; ++s) {
      defaults[s] = has_rail(s) ? options.change_rail_s : options.change_other_s;
      const int32_t own = stated(s, s, options);
      changes_[s] = own == -2 ? defaults[s] : own;
    }
    std::map<std::pair<uint32_t, uint32_t>, int32_t> states;
    for (uint32_t a = 0; a < n; ++a) {
      for (uint32_t b = 0; b < n; ++b) {
        if (a == b) continue;
        const auto station = [&](uint32_t s) {
          return feed_.stops[s].parent == kNone ? s : feed_.stops[s].parent;
        };
        const bool inside = station(a) == station(b);
        const int32_t own = stated(a, b, options);
        if (own != -2) states[{a, b}] = own;
        if (own >= 0) {
          links_[{a, b}] = {own, inside};
        } else if (own == -2 && inside && is_member(a) && is_member(b)) {
          const auto change = [&](uint32_t s) {
            return changes_[s] < 0 ? defaults[s] : changes_[s];
          };
          links_[{a, b}] = {std::max(change(a), change(b)), true};
        }
      }
    }
    chain(n, states, options.walk_chain_max_s);
    links_from_.resize(n);
    for (const auto& [pair, link] : links_) links_from_[pair.first].push_back({pair.second, link});
  }

  bool is_member(uint32_t s) const { return members_[s].size() >= 1 && serves(s); }
  bool serves(uint32_t s) const {
    return std::ranges::any_of(feed_.stop_times, [s](const StopTime& at) { return at.stop == s; });
  }

  /// Shortest ways over all links (Floyd, Warshall), where nothing is stated and no link is.
  void chain(uint32_t n, std::map<std::pair<uint32_t, uint32_t>, int32_t>& states, int32_t limit) {
    if (limit == 0 || links_.empty()) return;
    std::vector<std::vector<int64_t>> way(n, std::vector<int64_t>(n, INT32_MAX));
    for (const auto& [pair, link] : links_) way[pair.first][pair.second] = link.seconds;
    for (uint32_t k = 0; k < n; ++k) {
      for (uint32_t i = 0; i < n; ++i) {
        for (uint32_t j = 0; j < n; ++j) way[i][j] = std::min(way[i][j], way[i][k] + way[k][j]);
      }
    }
    for (uint32_t i = 0; i < n; ++i) {
      for (uint32_t j = 0; j < n; ++j) {
        if (i == j || way[i][j] > limit) continue;
        if (states.contains({i, j}) || links_.contains({i, j})) continue;
        links_[{i, j}] = {static_cast<int32_t>(way[i][j]), false};
      }
    }
  }

  void sort_connections() {
    for (uint32_t r = 0; r < runs_.size(); ++r) {
      const auto& times = runs_[r].times;
      for (uint32_t i = 0; i + 1 < times.size(); ++i) {
        connections_.push_back({times[i].departure, times[i + 1].arrival, r, i, times[i].stop,
                                times[i + 1].stop, times[i].can_board, times[i + 1].can_alight});
      }
    }
    std::ranges::sort(connections_, {}, [](const Connection& c) {
      return std::tuple(c.departure, c.run, c.sequence);
    });
  }

  const Feed& feed_;
  std::vector<Run> runs_;
  std::vector<std::vector<uint32_t>> members_;
  Times changes_;
  std::map<std::pair<uint32_t, uint32_t>, Link> links_;
  std::vector<std::vector<std::pair<uint32_t, Link>>> links_from_;
  std::vector<Connection> connections_;
};

}  // namespace hq::route
