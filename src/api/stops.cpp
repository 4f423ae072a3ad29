// GET /stops, /stops/{id}.
#include <algorithm>

#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"
#include "hub/journeys/journeys.h"

namespace hq::api {
namespace {

constexpr int64_t kStopsMax = 1000;
constexpr int64_t kStopsDefault = 20;
constexpr std::size_t kSearchTextBytesMax = 400;  // 100 characters of up to four bytes

struct StopsAnswer {
  std::vector<hub::StopAnswer> stops;
  std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(StopsAnswer, (), (stops, next))

std::string_view id_of(const hub::Network& network, uint32_t stop) {
  return network.timetable().text(network.timetable().stop(stop).id);
}

/// A page of all stops, in the order of their ids; `cursor` is the last id of the page before.
StopsAnswer list_stops(const hub::Network& network, const std::string& cursor, std::size_t limit,
                       route::ModeMask modes) {
  std::vector<uint32_t> stops;
  for (const uint32_t stop : network.public_stops()) {
    const bool is_served = (network.timetable().stop(stop).modes & modes) != 0;
    if (is_served && id_of(network, stop) > cursor) stops.push_back(stop);
  }
  const std::size_t count = std::min(limit, stops.size());
  std::ranges::partial_sort(stops, stops.begin() + static_cast<std::ptrdiff_t>(count), {},
                            [&](uint32_t stop) { return id_of(network, stop); });
  StopsAnswer answer;
  for (std::size_t i = 0; i < count; ++i) answer.stops.push_back(network.stop_answer(stops[i]));
  if (count < stops.size()) answer.next = answer.stops.back().id;
  return answer;
}

StopsAnswer search_stops(const hub::Network& network, const std::string& text, std::size_t limit,
                         route::ModeMask modes) {
  StopsAnswer answer;
  for (const uint32_t stop : network.search(text, network.public_stops().size())) {
    if ((network.timetable().stop(stop).modes & modes) == 0) continue;
    if (answer.stops.size() == limit) break;
    answer.stops.push_back(network.stop_answer(stop));
  }
  return answer;
}

Result<net::Response> get_stops(const Services& services, const net::Request& request) {
  Parameters query(request);
  const auto text = query.text("q", kSearchTextBytesMax);
  const auto limit = static_cast<std::size_t>(query.integer("limit", 1, kStopsMax, kStopsDefault));
  const auto cursor = query.text("cursor");
  const auto modes = hub::mode_mask(query.modes("modes"));
  HQ_TRY_VOID(query.check());
  HQ_TRY(const auto network, services.networks.get({}));
  const StopsAnswer answer = text ? search_stops(*network, *text, limit, modes)
                                  : list_stops(*network, cursor.value_or(""), limit, modes);
  return json_answer(request, to_json(answer));
}

Result<net::Response> get_stop(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const auto network, services.networks.get({}));
  const std::string id(request.path_parameter("id"));
  HQ_TRY(const auto found, network->resolve("stop:" + id, "id"));
  return json_answer(request, to_json(network->stop_answer(found.access.front().stop)));
}

}  // namespace

void add_stop_routes(net::Router& router, Services& services) {
  router.add(net::Method::get, "/api/v1/stops",
             [&services](const net::Request& request) { return get_stops(services, request); });
  router.add(net::Method::get, "/api/v1/stops/{id}",
             [&services](const net::Request& request) { return get_stop(services, request); });
}

}  // namespace hq::api
