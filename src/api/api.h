// The API: resources under /api/v1, a file each. openapi.json is their contract.
//
// add_routes() is called once, before the server starts; Services outlives the router.
//
//   api::Services services{...};
//   api::add_routes(router, services);
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "api/event_streams.h"
#include "auth/authenticator.h"
#include "base/id.h"
#include "hub/credentials/credential_service.h"
#include "hub/journeys/networks.h"
#include "hub/ledger/asset_register.h"
#include "hub/ledger/ledger_service.h"
#include "hub/policies/policy_service.h"
#include "hub/reference/hub_data.h"
#include "hub/timetables/timetables.h"
#include "log/command_sink.h"
#include "net/router.h"

namespace hq::api {

/// What the resources stand on.
struct Services {
  Services(std::shared_ptr<const hub::ReferenceHub> the_hub, hub::Timetables& the_timetables,
           hub::Networks& the_networks, hub::LedgerService& the_ledger,
           hub::AssetRegister& the_assets, hub::CredentialService& the_credentials,
           const hub::PolicyService& the_policies, const log::LogReader& the_log,
           log::CommandSink& the_writer, auth::Authenticator& the_authenticator)
      : hub(std::move(the_hub)),
        timetables(the_timetables),
        networks(the_networks),
        ledger(the_ledger),
        assets(the_assets),
        credentials(the_credentials),
        policies(the_policies),
        log(the_log),
        writer(the_writer),
        authenticator(the_authenticator) {}

  std::shared_ptr<const hub::ReferenceHub> hub;
  hub::Timetables& timetables;
  hub::Networks& networks;
  hub::LedgerService& ledger;
  hub::AssetRegister& assets;
  hub::CredentialService& credentials;
  const hub::PolicyService& policies;
  const log::LogReader& log;
  log::CommandSink& writer;
  auth::Authenticator& authenticator;
  std::function<Instant()> clock = now;
  EventStreams events = {};
  std::mutex import_turn = {};  // one import at a time

  /// An id for a command whose sender gave none, or for a file.
  std::string new_id();

 private:
  std::mutex ids_mutex_;
  IdSource ids_;
};

void add_routes(net::Router& router, Services& services);

/// Whether a request is answered in some microseconds without waiting: a few transfers, from
/// whoever is known already. For net::ServerOptions::is_quick.
bool is_quick(const Services& services, const net::Request& request);

/// Whether a request changes nothing: a GET, or a question whose body is too large for one.
bool is_question(const net::Request& request);

// The resources.
void add_hub_routes(net::Router& router, Services& services);
void add_stop_routes(net::Router& router, Services& services);
void add_journey_routes(net::Router& router, Services& services);
void add_reach_routes(net::Router& router, Services& services);
void add_timetable_routes(net::Router& router, Services& services);
void add_ledger_routes(net::Router& router, Services& services);
void add_ledger_read_routes(net::Router& router, Services& services);
void add_asset_routes(net::Router& router, Services& services);
void add_credential_routes(net::Router& router, Services& services);
void add_policy_routes(net::Router& router, Services& services);
void add_decision_routes(net::Router& router, Services& services);
void add_log_routes(net::Router& router, Services& services);
void add_event_routes(net::Router& router, Services& services);

/// A GET for whoever may read what is private; nobody else learns what there is.
using PrivateGet = Result<net::Response> (*)(const Services&, const net::Request&);
void add_private_get(net::Router& router, Services& services, std::string_view path,
                     PrivateGet get);

/// Who asks, if they may do this.
Result<auth::Actor> authorise(Services& services, const net::Request& request,
                              auth::Permission permission);

/// The command that a request asks for, under the id that its sender gave (Idempotency-Key or
/// X-Command-Id), or a new one.
log::Command command_of(Services& services, const net::Request& request, const auth::Actor& actor,
                        std::string type, std::string body);

/// A JSON answer with its ETag, asked for anew each time (Cache-Control: no-cache).
net::Response json_answer(const net::Request& request, std::string body);

}  // namespace hq::api
