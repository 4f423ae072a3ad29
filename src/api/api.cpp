#include "api/api.h"

#include "api/openapi.h"
#include "api/parameters.h"
#include "net/etag.h"

namespace hq::api {

net::Response json_answer(const net::Request& request, std::string body) {
  return net::answer_with_etag(request, net::Response::json(std::move(body)));
}

std::string Services::new_id() {
  const std::lock_guard lock(ids_mutex_);
  return ids_.next(clock()).text();
}

void add_routes(net::Router& router, Services& services) {
  add_hub_routes(router, services);
  add_stop_routes(router, services);
  add_journey_routes(router, services);
  add_reach_routes(router, services);
  add_timetable_routes(router, services);
  add_event_routes(router, services);
  router.add(net::Method::get, "/api/v1/openapi.json",
             [](const net::Request& request) -> Result<net::Response> {
               HQ_TRY_VOID(Parameters(request).check());
               return json_answer(request, std::string(openapi_text()));
             });
}

}  // namespace hq::api
