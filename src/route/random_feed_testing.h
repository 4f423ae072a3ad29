// random_feed(): small networks with everything that makes routing hard, from a seed.
//
// Overtaking trips, hops of no time, loops, trips past 24:00 and 48:00, several services,
// frequencies, stations with platforms, links, changes that cost nothing or are ruled out. For
// tests alone; the same seed gives the same feed.
//
//   Feed feed = random_feed(17);
#pragma once

#include <random>
#include <string>

#include "route/feed.h"

namespace hq::route {

inline constexpr Date kRandomFeedDate{
    std::chrono::days{20'000}};  // the day its services are around

class RandomFeed {
 public:
  explicit RandomFeed(uint64_t seed) : random_(seed) {}

  Feed make() {
    feed_.id = "random";
    feed_.agencies.push_back({"A", "Agency", "", "", "Asia/Shanghai"});
    add_stops();
    add_services();
    const int lines = below(6) + 2;
    for (int i = 0; i < lines; ++i) add_line(i);
    add_transfers();
    return std::move(feed_);
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<uint64_t>(limit)); }
  bool chance(int percent) { return below(100) < percent; }

  void add_stops() {
    platforms_ = below(9) + 3;
    for (int i = 0; i < platforms_; ++i) {
      Stop stop;
      stop.id = "p" + std::to_string(i);
      stop.name = stop.id;
      stop.has_position = chance(80);
      stop.position = {31 + below(100) * 0.0002, 121 + below(100) * 0.0002};
      feed_.stops.push_back(stop);
    }
    const int stations = below(3);
    for (int i = 0; i < stations; ++i) {
      Stop station;
      station.id = "s" + std::to_string(i);
      station.name = station.id;
      station.kind = StopKind::station;
      feed_.stops.push_back(station);
    }
    for (int i = 0; i < platforms_ && stations > 0; ++i) {
      if (chance(50)) feed_.stops[i].parent = static_cast<uint32_t>(platforms_ + below(stations));
    }
  }

  void add_services() {
    const int services = below(3) + 1;
    for (int i = 0; i < services; ++i) {
      Service service;
      service.id = "d" + std::to_string(i);
      service.weekdays = static_cast<uint8_t>(chance(50) ? 127 : below(128));
      service.first = kRandomFeedDate - std::chrono::days{below(6)};
      service.last = kRandomFeedDate + std::chrono::days{below(6)};
      if (chance(40)) service.added = {kRandomFeedDate + std::chrono::days{below(3) - 1}};
      if (chance(30)) service.removed = {kRandomFeedDate + std::chrono::days{below(3) + 2}};
      feed_.services.push_back(service);
    }
  }

  void add_line(int number) {
    static constexpr int kTypes[] = {0, 1, 2, 3, 109, 700};
    Line line;
    line.id = "l" + std::to_string(number);
    line.agency = 0;
    line.type = kTypes[below(6)];
    feed_.lines.push_back(line);
    std::vector<uint32_t> stops;
    const int length = below(6) + 2;
    while (static_cast<int>(stops.size()) < length) {
      const auto stop = static_cast<uint32_t>(below(platforms_));
      if (stops.empty() || stops.back() != stop || chance(10)) stops.push_back(stop);
    }
    const bool restricted = chance(20);
    const int trips = below(8) + 1;
    for (int i = 0; i < trips; ++i) {
      add_trip(static_cast<uint32_t>(number), i, stops, restricted);
    }
  }

  void add_trip(uint32_t line, int number, const std::vector<uint32_t>& stops, bool restricted) {
    static constexpr int kHops[] = {0, 0, 300, 600, 600, 900, 1800, 3600, 7200, 20000};
    Trip trip;
    trip.id = "t" + std::to_string(line) + "." + std::to_string(number);
    trip.line = line;
    trip.service = static_cast<uint32_t>(below(static_cast<int>(feed_.services.size())));
    trip.first_stop_time = static_cast<uint32_t>(feed_.stop_times.size());
    trip.stop_time_count = static_cast<uint32_t>(stops.size());
    int time = below(chance(20) ? 60 * 12 : 26 * 12) * 300 + (chance(20) ? below(300) : 0);
    for (const uint32_t stop : stops) {
      StopTime at;
      at.stop = stop;
      at.arrival = time;
      at.departure = time + (chance(50) ? 0 : below(4) * 300);
      at.can_board = !restricted || chance(70);
      at.can_alight = !restricted || chance(70);
      feed_.stop_times.push_back(at);
      time = at.departure + kHops[below(chance(10) ? 10 : 8)];
    }
    const auto index = static_cast<uint32_t>(feed_.trips.size());
    feed_.trips.push_back(trip);
    if (!chance(15)) return;
    const int windows = below(2) + 1;
    int start = below(20) * 3600;
    for (int i = 0; i < windows; ++i) {
      const int end = start + (below(4) + 1) * 3600;
      feed_.frequencies.push_back({index, start, end, (below(6) + 1) * 420, chance(50)});
      start = end;
    }
  }

  void add_transfers() {
    const int transfers = below(8);
    for (int i = 0; i < transfers; ++i) {
      Transfer transfer;
      transfer.from = static_cast<uint32_t>(below(static_cast<int>(feed_.stops.size())));
      transfer.to = chance(25) ? transfer.from
                               : static_cast<uint32_t>(below(static_cast<int>(feed_.stops.size())));
      transfer.kind = static_cast<TransferKind>(below(4));
      transfer.seconds = chance(20) ? 0 : below(10) * 120;
      if (chance(5)) transfer.from_line = 0;
      feed_.transfers.push_back(transfer);
    }
  }

  std::mt19937_64 random_;
  int platforms_ = 0;
  Feed feed_;
};

inline Feed random_feed(uint64_t seed) {
  return RandomFeed(seed).make();
}

}  // namespace hq::route
