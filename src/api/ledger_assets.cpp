// GET and POST /ledger/assets: what the asset numbers of the ledger stand for.
#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"

namespace hq::api {
namespace {

struct AssetList {
  std::vector<hub::Asset> assets;
};
BOOST_DESCRIBE_STRUCT(AssetList, (), (assets))

Result<net::Response> get_assets(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  AssetList list{hub::currencies_as_assets()};
  for (hub::Asset& asset : services.assets.described()) list.assets.push_back(std::move(asset));
  return json_answer(request, to_json(list));
}

Result<net::Response> post_asset(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const auto wanted, from_json<hub::AssetDescription>(request.body));
  HQ_TRY_VOID(services.writer
                  .submit(command_of(services, request, actor, "asset.describe", to_json(wanted)))
                  .get());
  const auto asset = services.assets.find(wanted.asset);
  HQ_ASSERT(asset.has_value());
  net::Response response = net::Response::json(to_json(*asset), 201);
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Location", "/api/v1/ledger/assets");
  return response;
}

}  // namespace

void add_asset_routes(net::Router& router, Services& services) {
  add_private_get(router, services, "/api/v1/ledger/assets", get_assets);
  router.add(net::Method::post, "/api/v1/ledger/assets",
             [&services](const net::Request& request) { return post_asset(services, request); });
}

}  // namespace hq::api
