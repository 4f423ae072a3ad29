// GET /policies, /policies/{id}, /policies/{id}/proofs, /diff, /readiness; POST
// /policies/{id}/diff.
#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"

namespace hq::api {
namespace {

std::string_view id_of(const net::Request& request) {
  return request.path_parameter("id");
}

Result<net::Response> get_policies(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  return json_answer(request, to_json(services.policies.list()));
}

Result<net::Response> get_policy(const Services& services, const net::Request& request) {
  Parameters query(request);
  const auto as_of = query.date("as_of");
  const auto known_at = query.date("known_at");
  HQ_TRY_VOID(query.check());
  HQ_TRY(const hub::PolicyDetail detail,
         services.policies.get(id_of(request), as_of, known_at, services.clock()));
  return json_answer(request, to_json(detail));
}

/// What `ask` of the service says of a whole version.
template <auto ask>
Result<net::Response> get_of_version(const Services& services, const net::Request& request) {
  Parameters query(request);
  const auto version = query.text("version");
  const auto as_of = query.date("as_of");
  HQ_TRY_VOID(query.check());
  HQ_TRY(const auto answer,
         (services.policies.*ask)(id_of(request), version, as_of, services.clock()));
  return json_answer(request, to_json(answer));
}

Result<net::Response> get_diff(const Services& services, const net::Request& request) {
  Parameters query(request);
  hub::DiffRequest wanted;
  wanted.from = query.required_text("from");
  wanted.to = query.required_text("to");
  HQ_TRY_VOID(query.check());
  HQ_TRY(const hub::DiffAnswer answer,
         services.policies.diff(id_of(request), wanted, services.clock()));
  return json_answer(request, to_json(answer));
}

Result<net::Response> post_diff(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const auto wanted, from_json<hub::DiffRequest>(request.body));
  HQ_TRY(const hub::DiffAnswer answer,
         services.policies.diff(id_of(request), wanted, services.clock()));
  return net::Response::json(to_json(answer));
}

}  // namespace

void add_policy_routes(net::Router& router, Services& services) {
  using net::Method;
  using Handler = Result<net::Response> (*)(const Services&, const net::Request&);
  const auto add = [&](Method method, std::string_view path, Handler handler) {
    router.add(method, path, [&services, handler](const net::Request& request) {
      return handler(services, request);
    });
  };
  add(Method::get, "/api/v1/policies", get_policies);
  add(Method::get, "/api/v1/policies/{id}", get_policy);
  add(Method::get, "/api/v1/policies/{id}/proofs", get_of_version<&hub::PolicyService::prove>);
  add(Method::get, "/api/v1/policies/{id}/diff", get_diff);
  add(Method::post, "/api/v1/policies/{id}/diff", post_diff);
  add(Method::get, "/api/v1/policies/{id}/readiness",
      get_of_version<&hub::PolicyService::readiness>);
}

}  // namespace hq::api
