// POST /decisions, /decisions/what-if, /decisions/ask, /decisions/replay. Nothing is kept: whoever
// wants a record of a decision asks for its receipt.
#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"

namespace hq::api {
namespace {

/// What the service answers to a body, as JSON.
template <class Wanted, class Answer>
void add(net::Router& router, const Services& services, std::string_view path,
         Result<Answer> (hub::PolicyService::*take)(const Wanted&, Instant) const) {
  router.add(net::Method::post, path,
             [&services, take](const net::Request& request) -> Result<net::Response> {
               HQ_TRY_VOID(Parameters(request).check());
               HQ_TRY(const auto wanted, from_json<Wanted>(request.body));
               HQ_TRY(const Answer answer, (services.policies.*take)(wanted, services.clock()));
               return net::Response::json(to_json(answer));
             });
}

}  // namespace

void add_decision_routes(net::Router& router, Services& services) {
  add(router, services, "/api/v1/decisions", &hub::PolicyService::decide);
  add(router, services, "/api/v1/decisions/what-if", &hub::PolicyService::what_if);
  add(router, services, "/api/v1/decisions/ask", &hub::PolicyService::ask);
  add(router, services, "/api/v1/decisions/replay", &hub::PolicyService::replay);
}

}  // namespace hq::api
