#include "route/detail/compile_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>
#include <unordered_map>

#include "route/timetable.h"

namespace hq::route {
namespace {

constexpr int32_t kLinkSecondsMax = 7 * kDaySeconds;

/// What the feed states about one pair of stops.
struct Stated {
  int32_t seconds = 0;
  int32_t rank = 0;  // 2 both stops named themselves, 1 one station, 0 two stations
  bool impossible = false;
};

using Pairs = std::map<std::pair<uint32_t, uint32_t>, Stated>;

uint32_t station_of(const Feed& feed, uint32_t stop) {
  return feed.stops[stop].parent == kNone ? stop : feed.stops[stop].parent;
}

class LinkCompiler {
 public:
  LinkCompiler(const Feed& feed, const std::vector<std::vector<uint32_t>>& members,
               const std::vector<uint32_t>& modes, const CompileOptions& options,
               ImportReport& report)
      : feed_(feed), members_(members), modes_(modes), options_(options), report_(report) {}

  Links run() {
    for (std::size_t i = 0; i < feed_.transfers.size(); ++i) state(i);
    Links links;
    links.change_s.resize(feed_.stops.size());
    for (uint32_t stop = 0; stop < feed_.stops.size(); ++stop) {
      links.change_s[stop] = change_at(stop);
    }
    direct_.resize(feed_.stops.size());
    add_stated();
    add_within_stations(links);
    links.from = direct_;
    add_chains(links);
    for (auto& list : links.from) {
      std::ranges::sort(list, {}, [](const LinkRecord& l) { return std::pair(l.seconds, l.stop); });
    }
    return links;
  }

 private:
  void state(std::size_t index) {
    const Transfer& transfer = feed_.transfers[index];
    const std::string where = fmt::format("transfers[{}]", index);
    const bool narrowed = transfer.from_line != kNone || transfer.to_line != kNone ||
                          transfer.from_trip != kNone || transfer.to_trip != kNone;
    if (narrowed || transfer.kind == TransferKind::in_seat ||
        transfer.kind == TransferKind::in_seat_not_allowed) {
      report_.add(DefectKind::unsupported_feature, DefectAction::noted, where,
                  "a rule between two trips or lines; queries do not use it");
      return;
    }
    if (transfer.seconds > kLinkSecondsMax) {
      report_.add(DefectKind::bad_value, DefectAction::dropped, where,
                  fmt::format("{} s for a transfer", transfer.seconds));
      return;
    }
    for (const uint32_t from : members_[transfer.from]) {
      for (const uint32_t to : members_[transfer.to]) state_pair(transfer, from, to, where);
    }
  }

  void state_pair(const Transfer& transfer, uint32_t from, uint32_t to, const std::string& where) {
    Stated stated;
    stated.rank = (from == transfer.from ? 1 : 0) + (to == transfer.to ? 1 : 0);
    stated.impossible = transfer.kind == TransferKind::impossible;
    stated.seconds = transfer.seconds;
    const bool needs_time = transfer.seconds == 0 && (transfer.kind == TransferKind::walk ||
                                                      transfer.kind == TransferKind::timed);
    if (needs_time && from != to) {
      const Stop& a = feed_.stops[from];
      const Stop& b = feed_.stops[to];
      if (!a.has_position || !b.has_position) {
        report_.add(DefectKind::missing_position, DefectAction::dropped, where,
                    fmt::format("a link {} to {} without a time or positions", a.id, b.id));
        return;
      }
      const double seconds = great_circle_m(a.position, b.position) / options_.walk_m_per_s;
      if (seconds > kLinkSecondsMax) {
        report_.add(DefectKind::implausible_position, DefectAction::dropped, where,
                    fmt::format("a link {} to {} over {:.0f} s", a.id, b.id, seconds));
        return;
      }
      stated.seconds = static_cast<int32_t>(std::ceil(seconds));
    } else if (needs_time && transfer.kind == TransferKind::walk) {
      return;  // "one can change here", which says nothing about how long it takes
    }
    const auto [at, is_new] = stated_.try_emplace({from, to}, stated);
    if (is_new) return;
    Stated& before = at->second;
    if (stated.rank > before.rank) {
      before = stated;
    } else if (stated.rank == before.rank) {
      before.seconds = std::min(before.seconds, stated.seconds);
      before.impossible |= stated.impossible;
    }
  }

  int32_t default_change(uint32_t stop) const {
    const bool rail = (modes_[stop] & mask(Mode::rail)) != 0;
    return rail ? options_.change_rail_s : options_.change_other_s;
  }

  int32_t change_at(uint32_t stop) const {
    const auto stated = stated_.find({stop, stop});
    if (stated == stated_.end()) return default_change(stop);
    return stated->second.impossible ? kCannotChange : stated->second.seconds;
  }

  void add_stated() {
    for (const auto& [pair, stated] : stated_) {
      if (pair.first == pair.second || stated.impossible) continue;
      const bool inside = station_of(feed_, pair.first) == station_of(feed_, pair.second);
      direct_[pair.first].push_back({pair.second, stated.seconds, inside ? kLinkInStation : 0});
    }
  }

  void add_within_stations(const Links& links) {
    for (uint32_t station = 0; station < feed_.stops.size(); ++station) {
      if (members_[station].size() < 2) continue;
      for (const uint32_t from : members_[station]) {
        for (const uint32_t to : members_[station]) {
          if (from == to || stated_.contains({from, to})) continue;
          const int32_t a = links.change_s[from];
          const int32_t b = links.change_s[to];
          const int32_t seconds = std::max(a == kCannotChange ? default_change(from) : a,
                                           b == kCannotChange ? default_change(to) : b);
          direct_[from].push_back({to, seconds, kLinkInStation});
        }
      }
    }
  }

  /// Shortest ways over direct links from each stop, within the limit (Dijkstra 1959).
  void add_chains(Links& links) const {
    if (options_.walk_chain_max_s == 0) return;
    std::unordered_map<uint32_t, int32_t> best;
    for (uint32_t from = 0; from < feed_.stops.size(); ++from) {
      if (direct_[from].empty()) continue;
      best.clear();
      best[from] = 0;
      using Entry = std::pair<int32_t, uint32_t>;
      std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
      queue.push({0, from});
      while (!queue.empty()) {
        const auto [seconds, stop] = queue.top();
        queue.pop();
        if (seconds > best[stop]) continue;
        for (const LinkRecord& link : direct_[stop]) {
          const int32_t sum = seconds + link.seconds;
          if (sum > options_.walk_chain_max_s) continue;
          const auto [at, is_new] = best.try_emplace(link.stop, sum);
          if (!is_new && at->second <= sum) continue;
          at->second = sum;
          queue.push({sum, link.stop});
        }
      }
      for (const auto& [to, seconds] : best) {
        if (to == from || stated_.contains({from, to})) continue;
        const bool is_direct = std::ranges::any_of(
            direct_[from], [to](const LinkRecord& link) { return link.stop == to; });
        if (!is_direct) links.from[from].push_back({to, seconds, kLinkChained});
      }
    }
  }

  const Feed& feed_;
  const std::vector<std::vector<uint32_t>>& members_;
  const std::vector<uint32_t>& modes_;
  const CompileOptions& options_;
  ImportReport& report_;
  Pairs stated_;
  std::vector<std::vector<LinkRecord>> direct_;
};

}  // namespace

Links compile_links(const Feed& feed, const std::vector<std::vector<uint32_t>>& members,
                    const std::vector<uint32_t>& modes, const CompileOptions& options,
                    ImportReport& report) {
  return LinkCompiler(feed, members, modes, options, report).run();
}

}  // namespace hq::route
