// GET /journeys (P1).
#include "hub/journeys/journeys.h"
#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"

namespace hq::api {
namespace {

Result<net::Response> get_journeys(const Services& services, const net::Request& request) {
  Parameters query(request);
  hub::JourneyRequest wanted;
  wanted.from = query.required_text("from");
  wanted.to = query.required_text("to");
  wanted.time = query.text("time").value_or("");
  wanted.now = services.clock();
  wanted.arrive_by = query.flag("arrive_by", false);
  wanted.modes = query.modes("modes");
  wanted.changes_max = static_cast<int32_t>(query.integer("changes_max", 0, 7, wanted.changes_max));
  if (const auto minutes = query.integer("change_min", 0, 120)) {
    wanted.change_min = static_cast<int32_t>(*minutes);
  }
  wanted.window_min = static_cast<int32_t>(query.integer("window_min", 0, 1440, wanted.window_min));
  wanted.limit = static_cast<std::size_t>(query.integer("limit", 1, 50, 8));
  const auto timetable = query.text("timetable");
  HQ_TRY_VOID(query.check());
  HQ_TRY(const auto network, services.networks.get(timetable.value_or("")));
  HQ_TRY(const hub::JourneysAnswer answer, hub::find_journeys(*network, wanted));
  return json_answer(request, to_json(answer));
}

}  // namespace

void add_journey_routes(net::Router& router, Services& services) {
  router.add(net::Method::get, "/api/v1/journeys",
             [&services](const net::Request& request) { return get_journeys(services, request); });
}

}  // namespace hq::api
