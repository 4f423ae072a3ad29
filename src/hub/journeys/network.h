// Network: one timetable together with the hub, made ready for people's questions.
//
// Adds to the timetable what it does not know: English names, which city a stop belongs to, how
// important a stop is, search by name, and the day views of the dates asked for. Made once for each
// timetable (some 0.1 s), then shared between threads; day views and search memory are cached
// behind a lock.
//
//   auto network = std::make_shared<Network>(timetable, hub, "4f2a...");
//   for (uint32_t stop : network->search("shhq", 10)) show(network->stop_answer(stop));
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time_zone.h"
#include "hub/journeys/answers.h"
#include "hub/journeys/stop_search.h"
#include "hub/reference/hub_data.h"
#include "route/route.h"

namespace hq::hub {

/// Where a journey starts or ends: what was meant, and the stops that stand for it.
struct Endpoints {
  Endpoint endpoint;
  std::vector<route::Access> access;
};

class Network {
 public:
  static Result<std::shared_ptr<const Network>> make(
      std::shared_ptr<const route::Timetable> timetable, std::shared_ptr<const ReferenceHub> hub,
      std::string id);

  const std::string& id() const { return id_; }
  const route::Timetable& timetable() const { return *timetable_; }
  const ReferenceHub& hub() const { return *hub_; }
  Name caveat() const;

  Name stop_name(uint32_t stop) const { return stop_names_[stop]; }
  /// The hub's city a stop belongs to, or null.
  const City* city(uint32_t stop) const { return stop_cities_[stop]; }
  StopAnswer stop_answer(uint32_t stop) const;
  LegStop leg_stop(uint32_t stop) const;

  /// Stops that a person may choose: stations and stops without one, that some trip calls at.
  const std::vector<uint32_t>& public_stops() const { return public_stops_; }
  std::vector<uint32_t> search(std::string_view text, std::size_t limit) const;

  /// "AOH" or "stop:AOH", "place:kunshan", "city:苏州", "31.19,121.32". Errors name `parameter`.
  Result<Endpoints> resolve(std::string_view text, std::string_view parameter) const;

  /// The view of a date, made on first use. Errors: not_found for a date without timetable.
  Result<std::shared_ptr<const route::DayView>> day(Date date, route::ModeMask modes,
                                                    std::vector<uint32_t> services = {}) const;

  /// Runs `search` with a Router that no other thread uses meanwhile.
  template <class Search>
  auto with_router(Search&& search) const {
    auto router = take_router();
    auto result = search(*router);
    return_router(std::move(router));
    return result;
  }

  /// Seconds of a service date as a local time with offset: "2026-11-24T08:00:00+08:00".
  std::string local_time(Date date, int32_t seconds) const;
  const TimeZone& time_zone() const { return time_zone_; }

  /// Each section between neighbouring stops once, express jumps left out, as GeoJSON; the text is
  /// made on first use.
  const std::string& sections_geojson() const;

 private:
  Network(std::shared_ptr<const route::Timetable> timetable,
          std::shared_ptr<const ReferenceHub> hub, std::string id, TimeZone time_zone);

  void name_stops();
  void find_cities();
  void count_departures();
  void index_names();
  Result<Endpoints> resolve_stop(std::string_view id, std::string_view parameter) const;
  Result<Endpoints> resolve_place(std::string_view id, std::string_view parameter) const;
  Result<Endpoints> resolve_city(std::string_view id, std::string_view parameter) const;
  Result<Endpoints> resolve_position(LatLng position, std::string_view parameter) const;
  void add_access(Endpoints& endpoints, const std::string& stop_id) const;
  std::unique_ptr<route::Router> take_router() const;
  void return_router(std::unique_ptr<route::Router> router) const;

  struct CachedDay {
    Date date;
    route::ModeMask modes;
    std::vector<uint32_t> services;
    std::shared_ptr<const route::DayView> view;
  };

  std::shared_ptr<const route::Timetable> timetable_;
  std::shared_ptr<const ReferenceHub> hub_;
  std::string id_;
  TimeZone time_zone_;
  std::vector<Name> stop_names_;
  std::vector<const City*> stop_cities_;
  std::vector<uint32_t> importance_;               // departures on the busiest day
  std::vector<std::vector<uint32_t>> stop_lines_;  // per public stop, lines that call
  std::vector<uint32_t> public_stops_;
  StopSearch search_;

  mutable std::mutex mutex_;
  mutable std::list<CachedDay> days_;  // latest used first
  mutable std::vector<std::unique_ptr<route::Router>> routers_;
  mutable std::once_flag sections_once_;
  mutable std::string sections_;
};

}  // namespace hq::hub
