#include "route/train_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/assert.h"
#include "base/file.h"
#include "route/detail/train_listings.h"
#include "route/detail/train_numbers.h"
#include "route/detail/train_stations.h"

namespace hq::route {
namespace {

using enum DefectKind;
using enum DefectAction;

constexpr uint64_t kListingBytesMax = uint64_t{1} << 30;
constexpr int32_t kHour = 3600;

/// Departs from a stop between 01:00 and 05:00: high-speed lines are closed for maintenance then,
/// but for extra trains.
bool runs_at_night(const std::vector<ListedCall>& calls) {
  for (std::size_t i = 0; i + 1 < calls.size(); ++i) {
    const int32_t clock = calls[i].departure % (24 * kHour);
    if (clock >= 1 * kHour && clock < 5 * kHour) return true;
  }
  return false;
}

bool is_holiday_train(const Listing& train) {
  if (std::ranges::any_of(train.numbers, is_holiday_number)) return true;
  const char letter = train.numbers[0][0];
  return (letter == 'G' || letter == 'C') && runs_at_night(train.calls);
}

/// Builds the Feed from trains that are in order.
class FeedBuilder {
 public:
  FeedBuilder(const TrainListingOptions& options, const StationDirectory& stations,
              ImportReport& report)
      : options_(options), stations_(stations), report_(report) {
    feed_.id = options.id;
    feed_.title = options.title;
    feed_.title_zh = options.title_zh;
    feed_.caveat = options.caveat;
    feed_.caveat_zh = options.caveat_zh;
    feed_.version = options.version;
    feed_.language = "zh";
    feed_.agencies = {options.agency};
  }

  Feed build(const std::vector<Listing>& trains, const std::string& file) {
    for (const Listing& train : trains) add_train(train, file);
    reject_positions(trains);
    note_hops_too_fast(trains, file);
    return std::move(feed_);
  }

 private:
  void add_train(const Listing& train, const std::string& file) {
    Trip trip;
    trip.id = fmt::format("{}", fmt::join(train.numbers, "-"));
    trip.short_name = fmt::format("{}", fmt::join(train.numbers, "/"));
    trip.headsign = train.calls.back().station;
    trip.first_stop_time = static_cast<uint32_t>(feed_.stop_times.size());
    trip.stop_time_count = static_cast<uint32_t>(train.calls.size());
    for (const ListedCall& call : train.calls) {
      feed_.stop_times.push_back(
          {.arrival = call.arrival, .departure = call.departure, .stop = stop(call, file)});
    }
    trip.line = line(train, trip);
    trip.service = service(is_holiday_train(train));
    feed_.trips.push_back(std::move(trip));
  }

  uint32_t stop(const ListedCall& call, const std::string& file) {
    const auto [known, is_new] =
        stop_of_.emplace(call.station, static_cast<uint32_t>(feed_.stops.size()));
    if (!is_new) return known->second;
    Stop stop;
    stop.name = call.station;
    if (const Station* station = stations_.find(call.station)) {
      stop.id = stop.code = station->id;
      stop.position = station->position;
      stop.has_position = station->has_position;
      stop.position_quality = station->position_quality;
      if (!stop.has_position) {
        report_.add(missing_position, noted, fmt::format("{}:{}", file, call.line), stop.name);
      }
    } else {
      stop.id = "?" + call.station;  // no telecode begins so
      report_.add(unknown_station, noted, fmt::format("{}:{}", file, call.line), call.station);
    }
    feed_.stops.push_back(std::move(stop));
    return known->second;
  }

  /// Lines are made of the trains of one letter from one station to another.
  uint32_t line(const Listing& train, const Trip& trip) {
    const std::string& number = train.numbers[0];
    const bool lettered = number[0] >= 'A';
    const std::string letter = lettered ? number.substr(0, 1) : std::string();
    const Stop& from = feed_.stops[feed_.stop_times[trip.first_stop_time].stop];
    const Stop& to = feed_.stops[feed_.stop_times.back().stop];
    const std::string id = fmt::format("{}_{}_{}", letter.empty() ? "0" : letter, from.id, to.id);
    const auto [known, is_new] = line_of_.emplace(id, static_cast<uint32_t>(feed_.lines.size()));
    if (is_new) {
      feed_.lines.push_back({.id = id,
                             .short_name = letter,
                             .long_name = from.name + "-" + to.name,
                             .service_class = std::string(service_class(number)),
                             .agency = 0,
                             .type = 2});
    }
    return known->second;
  }

  uint32_t service(bool holiday) {
    uint32_t& index = holiday ? holiday_service_ : daily_service_;
    if (index != kNone) return index;
    index = static_cast<uint32_t>(feed_.services.size());
    Service& service = feed_.services.emplace_back();
    service.id = holiday ? "HOLIDAY" : "DAILY";
    if (!holiday) {
      service.weekdays = 0x7f;
      service.first = options_.first_day;
      service.last = options_.last_day;
      return index;
    }
    for (const Date day : options_.holidays) {
      if (day >= options_.first_day && day <= options_.last_day) service.added.push_back(day);
    }
    std::ranges::sort(service.added);
    const auto doubles = std::ranges::unique(service.added);
    service.added.erase(doubles.begin(), doubles.end());
    if (service.added.empty()) {
      report_.add(service_never_runs, noted, "HOLIDAY", "no holidays were given");
    }
    return index;
  }

  /// True where a train of this number cannot get from one call to the next so fast; a minute is
  /// allowed for rounding.
  bool is_too_fast(const std::string& number, const StopTime& from, const StopTime& to) const {
    const Stop& a = feed_.stops[from.stop];
    const Stop& b = feed_.stops[to.stop];
    if (!a.has_position || !b.has_position) return false;
    const double hours = (to.arrival - from.departure + 60) / 3600.0;
    return great_circle_m(a.position, b.position) / 1000 > speed_kmh_max(number) * hours;
  }

  template <class Visit>
  void for_each_hop(const std::vector<Listing>& trains, Visit visit) const {
    for (std::size_t i = 0; i < trains.size(); ++i) {
      const Trip& trip = feed_.trips[i];
      for (uint32_t k = 1; k < trip.stop_time_count; ++k) {
        const StopTime* to = &feed_.stop_times[trip.first_stop_time + k];
        visit(trains[i], to[-1], to[0]);
      }
    }
  }

  /// Takes away, one by one, the place of the station that most of all makes trains too fast, as
  /// long as half of its hops are so. Geocoders find namesakes in another province.
  void reject_positions(const std::vector<Listing>& trains) {
    for (;;) {
      struct Hops {
        uint32_t all = 0;
        uint32_t too_fast = 0;
      };
      std::vector<Hops> hops(feed_.stops.size());
      for_each_hop(trains, [&](const Listing& train, const StopTime& from, const StopTime& to) {
        const bool bad = is_too_fast(train.numbers[0], from, to);
        for (const uint32_t at : {from.stop, to.stop}) {
          ++hops[at].all;
          hops[at].too_fast += bad;
        }
      });
      const auto share = [&](uint32_t i) {
        return hops[i].all == 0 ? 0.0 : static_cast<double>(hops[i].too_fast) / hops[i].all;
      };
      uint32_t worst = kNone;
      for (uint32_t i = 0; i < hops.size(); ++i) {
        if (share(i) < 0.5) continue;
        const bool worse = worst == kNone || share(i) > share(worst) ||
                           (share(i) == share(worst) && hops[i].all > hops[worst].all);
        if (worse) worst = i;
      }
      if (worst == kNone) return;
      Stop& stop = feed_.stops[worst];
      report_.add(
          implausible_position, dropped, stop.id,
          fmt::format("'{}' at {:.4f}, {:.4f}: {} of {} hops would be too fast", stop.name,
                      stop.position.lat, stop.position.lng, hops[worst].too_fast, hops[worst].all));
      stop.position = {};
      stop.has_position = false;
      stop.position_quality.clear();
    }
  }

  void note_hops_too_fast(const std::vector<Listing>& trains, const std::string& file) {
    for_each_hop(trains, [&](const Listing& train, const StopTime& from, const StopTime& to) {
      if (!is_too_fast(train.numbers[0], from, to)) return;
      report_.add(too_fast, noted, fmt::format("{}:{}", file, train.line),
                  fmt::format("train {} from {} to {} in {} min", train.numbers[0],
                              feed_.stops[from.stop].name, feed_.stops[to.stop].name,
                              (to.arrival - from.departure) / 60));
    });
  }

  const TrainListingOptions& options_;
  const StationDirectory& stations_;
  ImportReport& report_;
  Feed feed_;
  std::unordered_map<std::string, uint32_t> stop_of_;
  std::unordered_map<std::string, uint32_t> line_of_;
  uint32_t daily_service_ = kNone;
  uint32_t holiday_service_ = kNone;
};

Result<NamedText> load(const std::filesystem::path& path) {
  HQ_TRY(std::string bytes, read_file(path, kListingBytesMax));
  return NamedText{path.filename().string(), std::move(bytes)};
}

}  // namespace

Result<Feed> read_train_listing(const std::filesystem::path& listing,
                                const TrainListingOptions& options, ImportReport& report) {
  HQ_TRY(const NamedText text, load(listing));
  NamedText second;
  if (!options.second_edition.empty()) {
    HQ_TRY(second, load(options.second_edition));
  }
  std::vector<NamedText> stations;
  for (const auto& path : options.station_files) {
    HQ_TRY(NamedText list, load(path));
    stations.push_back(std::move(list));
  }
  return read_train_listing(text, second, stations, options, report);
}

Result<Feed> read_train_listing(const NamedText& listing, const NamedText& second_edition,
                                const std::vector<NamedText>& stations,
                                const TrainListingOptions& options, ImportReport& report) {
  if (options.last_day < options.first_day) {
    return fail(ErrorCode::invalid_argument, "the last day of service lies before the first",
                "末日早于首日", "last_day");
  }
  StationDirectory directory;
  for (const NamedText& list : stations) {
    HQ_TRY_VOID(directory.add(list, report));
  }

  std::vector<Listing> second = parse_listings(second_edition, report);
  std::vector<Listing> listings = parse_listings(listing, report);
  for (Listing& train : second) directory.mend_names(train, second_edition.name, report);
  for (Listing& train : listings) directory.mend_names(train, listing.name, report);
  restore_stations(listings, second, listing.name, report);
  replace_scrambled(listings, second, listing.name, report);
  const std::vector<Listing> trains = merge_twins(std::move(listings), listing.name, report);
  if (trains.empty()) {
    return fail(ErrorCode::parse_error, "the listing holds no train", "文件中没有任何列车",
                listing.name);
  }
  Feed feed = FeedBuilder(options, directory, report).build(trains, listing.name);
  HQ_ASSERT(check(feed).has_value());
  return feed;
}

}  // namespace hq::route
