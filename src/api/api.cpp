#include "api/api.h"

#include "api/openapi.h"
#include "api/parameters.h"
#include "api/waiting_reads.h"
#include "net/etag.h"

namespace hq::api {

net::Response json_answer(const net::Request& request, std::string body) {
  return net::answer_with_etag(request, net::Response::json(std::move(body)));
}

std::string Services::new_id() {
  const std::lock_guard lock(ids_mutex_);
  return ids_.next(clock()).text();
}

Result<auth::Actor> authorise(Services& services, const net::Request& request,
                              auth::Permission permission) {
  HQ_TRY(auth::Actor actor,
         services.authenticator.authenticate(request.headers.find("Authorization"),
                                             request.remote_address, services.clock()));
  HQ_TRY_VOID(auth::authorise(actor, permission));
  return actor;
}

void add_private_get(net::Router& router, Services& services, std::string_view path,
                     PrivateGet get) {
  router.add(net::Method::get, path,
             [&services, get](const net::Request& request) -> Result<net::Response> {
               HQ_TRY_VOID(authorise(services, request, auth::Permission::read_private));
               HQ_TRY(net::Response response, get(services, request));
               response.headers.set("Cache-Control", "private, no-cache");
               return response;
             });
}

log::Command command_of(Services& services, const net::Request& request, const auth::Actor& actor,
                        std::string type, std::string body) {
  std::string id(request.headers.find("Idempotency-Key")
                     .or_else([&] { return request.headers.find("X-Command-Id"); })
                     .value_or(""));
  if (id.empty()) id = services.new_id();
  return {.id = std::move(id),
          .type = std::move(type),
          .actor = actor.id,
          .organisation = actor.organisation,
          .body = std::move(body)};
}

bool is_question(const net::Request& request) {
  using net::Method;
  if (request.method != Method::post) {
    return request.method == Method::get || request.method == Method::head ||
           request.method == Method::options;
  }
  const std::string_view path = request.path;
  return path.starts_with("/api/v1/decisions") || path.starts_with("/api/v1/policies/") ||
         path == "/api/v1/credentials/verify";
}

void add_routes(net::Router& router, Services& services) {
  add_hub_routes(router, services);
  add_stop_routes(router, services);
  add_journey_routes(router, services);
  add_reach_routes(router, services);
  add_timetable_routes(router, services);
  add_ledger_routes(router, services);
  add_ledger_read_routes(router, services);
  add_asset_routes(router, services);
  add_credential_routes(router, services);
  add_policy_routes(router, services);
  add_decision_routes(router, services);
  add_log_routes(router, services);
  add_event_routes(router, services);
  router.set_around_reads([reads = std::make_shared<WaitingReads>(services.writer)](
                              const net::Request& request, const net::RouteHandler& handler) {
    return reads->answer(request, handler);
  });
  router.add(net::Method::get, "/api/v1/openapi.json",
             [](const net::Request& request) -> Result<net::Response> {
               HQ_TRY_VOID(Parameters(request).check());
               return json_answer(request, std::string(openapi_text()));
             });
}

}  // namespace hq::api
