// /credentials: issued, listed and revoked by the hub, verified by anyone; /.well-known/did.json.
#include <fmt/format.h>

#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"

namespace hq::api {
namespace {

constexpr int64_t kRowsMax = 1000;
constexpr int64_t kRowsDefault = 100;
constexpr std::size_t kVerifyBytesMax = std::size_t{1} << 20;  // of whoever comes along
constexpr std::string_view kPath = "/api/v1/credentials";

struct RevokeBody {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(RevokeBody, (), (reason))

struct IdReply {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(IdReply, (), (id))

std::unexpected<Error> no_such(std::string_view id) {
  return fail(ErrorCode::not_found, fmt::format("there is no credential '{}' here", id),
              fmt::format("没有凭证“{}”", id), "id");
}

net::Response not_stored(std::string body, int status = 200) {
  net::Response response = net::Response::json(std::move(body), status);
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Result<net::Response> post_credential(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const auto wanted, from_json<hub::IssueRequest>(request.body));
  HQ_TRY(const log::Receipt receipt,
         services.writer
             .submit(command_of(services, request, actor, "credentials.issue", to_json(wanted)))
             .get());
  HQ_TRY(const auto reply, from_json<IdReply>(receipt.reply));
  auto issued = services.credentials.find(reply.id, services.clock());
  HQ_ASSERT(issued.has_value());
  HQ_TRY(issued->credential, services.credentials.text_of(wanted, *issued));
  net::Response response = not_stored(to_json(*issued), 201);
  response.headers.set("Location", fmt::format("{}/{}", kPath, issued->id));
  return response;
}

Result<net::Response> get_credentials(const Services& services, const net::Request& request) {
  Parameters query(request);
  hub::CredentialFilter filter;
  filter.now = services.clock();
  filter.limit = static_cast<std::size_t>(query.integer("limit", 1, kRowsMax, kRowsDefault));
  if (const auto cursor = query.integer("cursor", 0, UINT32_MAX)) {
    filter.cursor = static_cast<uint64_t>(*cursor);
  }
  filter.subject_id = query.text("subject", 1000);
  const std::vector<std::string_view> statuses = {"valid", "not_yet_valid", "expired", "revoked"};
  const std::size_t status = query.choice("status", statuses, statuses.size());
  if (status < statuses.size()) filter.status = static_cast<hub::CredentialStatus>(status);
  HQ_TRY_VOID(query.check());
  return json_answer(request, to_json(services.credentials.list(filter)));
}

Result<net::Response> get_credential(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  const std::string_view id = request.path_parameter("id");
  const auto found = services.credentials.find(id, services.clock());
  return found ? json_answer(request, to_json(*found)) : Result<net::Response>(no_such(id));
}

Result<net::Response> post_revocation(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(auto body, from_json<RevokeBody>(request.body));
  const std::string id(request.path_parameter("id"));
  const hub::RevokeRequest wanted{id, std::move(body.reason)};
  HQ_TRY_VOID(
      services.writer
          .submit(command_of(services, request, actor, "credentials.revoke", to_json(wanted)))
          .get());
  const auto revoked = services.credentials.find(id, services.clock());
  HQ_ASSERT(revoked.has_value());
  return not_stored(to_json(*revoked));
}

// Nothing of it is kept, and no login is asked for: whoever is shown a credential may check it.
Result<net::Response> post_verification(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  if (request.body.size() > kVerifyBytesMax) {
    return fail(ErrorCode::too_large, fmt::format("at most {} bytes", kVerifyBytesMax),
                fmt::format("最多 {} 字节", kVerifyBytesMax), "body");
  }
  HQ_TRY(const auto wanted, from_json<hub::VerifyRequest>(request.body));
  return not_stored(to_json(services.credentials.verify(wanted, services.clock())));
}

Result<net::Response> get_status_list(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const ledger::Uint128 number, path_number(request, "list"));
  const auto list = static_cast<uint32_t>(std::min<ledger::Uint128>(number, UINT32_MAX));
  HQ_TRY(std::string text, services.credentials.status_list(list, services.clock()));
  net::Response response = json_answer(request, std::move(text));
  response.headers.set("Content-Type", "application/vc");
  return response;
}

Result<net::Response> get_did(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  return json_answer(request, services.credentials.identity().document());
}

}  // namespace

void add_credential_routes(net::Router& router, Services& services) {
  using net::Method;
  using net::Request;
  const std::string path(kPath);
  router.add(Method::post, path,
             [&services](const Request& request) { return post_credential(services, request); });
  add_private_get(router, services, path, get_credentials);
  add_private_get(router, services, path + "/{id}", get_credential);
  router.add(Method::post, path + "/{id}/revoke",
             [&services](const Request& request) { return post_revocation(services, request); });
  router.add(Method::post, path + "/verify",
             [&services](const Request& request) { return post_verification(services, request); });
  router.add(Method::get, path + "/status/{list}",
             [&services](const Request& request) { return get_status_list(services, request); });
  router.add(Method::get, "/.well-known/did.json",
             [&services](const Request& request) { return get_did(services, request); });
}

}  // namespace hq::api
