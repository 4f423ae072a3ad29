// POST /ledger/accounts, /ledger/transfers, /ledger/limits, PUT /ledger/limits/{id}.
#include <fmt/format.h>

#include <future>

#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"
#include "hub/ledger/ledger_json.h"

namespace hq::api {
namespace {

using ledger::Outcome;
using ledger::Status;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kBinary = "application/octet-stream";

struct AccountsAnswer {
  uint64_t commit = 0;
  Instant time{};
  bool repeated = false;
  std::vector<hub::AccountOutcomeAnswer> outcomes;
};
BOOST_DESCRIBE_STRUCT(AccountsAnswer, (), (commit, time, repeated, outcomes))

struct TransfersAnswer {
  uint64_t commit = 0;
  Instant time{};
  bool repeated = false;
  std::vector<hub::TransferOutcomeAnswer> outcomes;
};
BOOST_DESCRIBE_STRUCT(TransfersAnswer, (), (commit, time, repeated, outcomes))

struct LimitSetting {
  hub::Decimal value;
  std::optional<Instant> from;
};
BOOST_DESCRIBE_STRUCT(LimitSetting, (), (value, from))

/// What a body is, and what its answer is to be.
struct Form {
  bool binary_in = false;
  bool binary_out = false;
};

Result<Form> form_of(const net::Request& request) {
  std::string_view type = request.headers.find("Content-Type").value_or(kJson);
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  const bool is_binary = net::equal_ignoring_case(type, kBinary);
  if (!is_binary && !net::equal_ignoring_case(type, kJson)) {
    return fail(ErrorCode::unsupported,
                fmt::format("send {} or {}, not '{}'", kJson, kBinary, type),
                fmt::format("请使用 {} 或 {}，而不是“{}”", kJson, kBinary, type), "Content-Type");
  }
  const bool wants_json = request.headers.joined("Accept").contains(kJson);
  return Form{is_binary, is_binary && !wants_json};
}

/// The records of a body, whichever way they are written.
template <class Record, class Batch>
Result<std::vector<Record>> read_records(
    const net::Request& request, const Form& form,
    Result<std::vector<Record>> (*from_bytes)(std::string_view)) {
  if (form.binary_in) return from_bytes(request.body);
  HQ_TRY(const auto batch, from_json<Batch>(request.body));
  return hub::records_of(batch);
}

/// Bytes as the answer, with what JSON says beside them in the header.
net::Response binary_answer(std::string bytes, const log::Receipt& receipt) {
  net::Response response = net::Response::text(std::move(bytes), kBinary);
  response.headers.set("X-Commit", std::to_string(receipt.seq));
  response.headers.set("X-Commit-Time", format_instant(receipt.time));
  return response;
}

net::Response private_json(std::string body, int status = 200) {
  net::Response response = net::Response::json(std::move(body), status);
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Result<net::Response> post_accounts(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const Form form, form_of(request));
  HQ_TRY(const auto accounts,
         (read_records<ledger::Account, hub::AccountBatch>(request, form, hub::accounts_from)));
  HQ_TRY(const log::Receipt receipt,
         services.writer
             .submit(command_of(services, request, actor, "ledger.open", hub::to_bytes(accounts)))
             .get());
  HQ_TRY(const auto statuses, services.ledger.statuses(accounts.size(), receipt));
  if (form.binary_out) {
    const auto* bytes = reinterpret_cast<const char*>(statuses.data());
    return binary_answer({bytes, statuses.size() * sizeof(Status)}, receipt);
  }
  AccountsAnswer answer{receipt.seq, receipt.time, receipt.repeated, {}};
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    answer.outcomes.push_back(hub::outcome_answer(accounts[i].id, statuses[i]));
  }
  return private_json(to_json(answer));
}

struct Done {
  log::Receipt receipt;
  std::vector<Outcome> outcomes;
};

/// Makes transfers. The answers of a batch are taken on the writer's thread, where they are still
/// at hand; those of a repeated one are looked up here.
Result<Done> make_transfers(Services& services, log::Command command,
                            const std::vector<ledger::Transfer>& transfers) {
  std::promise<Result<Done>> promise;
  auto future = promise.get_future();
  services.writer.submit(std::move(command), [&services, &transfers, done = std::move(promise)](
                                                 Result<log::Receipt> receipt) mutable {
    const auto answer = [&]() -> Result<Done> {
      if (!receipt) return std::unexpected(std::move(receipt).error());
      if (receipt->repeated) return Done{*std::move(receipt), {}};
      HQ_TRY(auto outcomes, services.ledger.outcomes(transfers, *receipt));
      return Done{*std::move(receipt), std::move(outcomes)};
    };
    done.set_value(answer());
  });
  HQ_TRY(Done done, future.get());
  if (done.receipt.repeated) {
    HQ_TRY(done.outcomes, services.ledger.outcomes(transfers, done.receipt));
  }
  return done;
}

Result<net::Response> post_transfers(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const Form form, form_of(request));
  HQ_TRY(const auto transfers,
         (read_records<ledger::Transfer, hub::TransferBatch>(request, form, hub::transfers_from)));
  HQ_TRY(const Done done, make_transfers(services,
                                         command_of(services, request, actor, "ledger.transfer",
                                                    hub::to_bytes(transfers)),
                                         transfers));
  if (form.binary_out) {
    const auto* bytes = reinterpret_cast<const char*>(done.outcomes.data());
    return binary_answer({bytes, done.outcomes.size() * sizeof(Outcome)}, done.receipt);
  }
  TransfersAnswer answer{done.receipt.seq, done.receipt.time, done.receipt.repeated, {}};
  services.ledger.read([&](const ledger::Ledger& ledger, const hub::LedgerExtent&) {
    for (std::size_t i = 0; i < transfers.size(); ++i) {
      answer.outcomes.push_back(hub::outcome_answer(ledger, transfers[i], done.outcomes[i]));
    }
  });
  return private_json(to_json(answer));
}

/// A limit as it stands, for the answer to whoever changed it.
std::string limit_text(const Services& services, ledger::Uint128 id) {
  return services.ledger.read([&](const ledger::Ledger& ledger, const hub::LedgerExtent& extent) {
    uint32_t index = 0;
    while (index < extent.limits.size() && ledger.limit(index).id != id) ++index;
    HQ_ASSERT(index < extent.limits.size());
    return to_json(hub::limit_answer(ledger.limit(index), extent.limits[index]));
  });
}

Result<net::Response> post_limit(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const ledger::Limit limit, hub::limit_from(request.body));
  HQ_TRY_VOID(
      services.writer
          .submit(command_of(services, request, actor, "ledger.limit", hub::to_json_text(limit)))
          .get());
  net::Response response = private_json(limit_text(services, limit.id), 201);
  response.headers.set("Location", "/api/v1/ledger/limits");
  return response;
}

Result<net::Response> put_limit(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const auto id, path_number(request, "id"));
  HQ_TRY(const auto setting, from_json<LimitSetting>(request.body));
  // Without a time it holds at once: the ledger takes no time before its own.
  const Instant from = setting.from.value_or(Instant{});
  HQ_TRY_VOID(services.writer
                  .submit(command_of(services, request, actor, "ledger.set_limit",
                                     hub::limit_change_text(id, setting.value.value, from)))
                  .get());
  return private_json(limit_text(services, id));
}

}  // namespace

void add_ledger_routes(net::Router& router, Services& services) {
  using net::Method;
  using net::Request;
  router.add(Method::post, "/api/v1/ledger/accounts",
             [&services](const Request& request) { return post_accounts(services, request); });
  router.add(Method::post, "/api/v1/ledger/transfers",
             [&services](const Request& request) { return post_transfers(services, request); });
  router.add(Method::post, "/api/v1/ledger/limits",
             [&services](const Request& request) { return post_limit(services, request); });
  router.add(Method::put, "/api/v1/ledger/limits/{id}",
             [&services](const Request& request) { return put_limit(services, request); });
}

}  // namespace hq::api
