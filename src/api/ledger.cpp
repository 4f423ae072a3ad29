// POST /ledger/accounts, /ledger/transfers, /ledger/limits, PUT /ledger/limits/{id}.
#include <fmt/format.h>

#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"
#include "hub/ledger/ledger_json.h"
#include "net/reply.h"

namespace hq::api {
namespace {

using ledger::Outcome;
using ledger::Status;

constexpr std::string_view kJson = "application/json";
constexpr std::size_t kQuickBatch = 4;
constexpr std::size_t kQuickBodyBytes = 2048;  // of some more, as JSON or records

constexpr std::string_view kTransfersPath = "/api/v1/ledger/transfers";
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

/// Gives the command to the writer and answers when it is on disk, while no thread waits for it.
/// `make` makes the answer of a receipt, on a thread of the server.
template <class Make>
net::Response answer_when_done(Services& services, log::Command command, Make make) {
  net::Reply reply;
  net::Response later = net::Response::later(reply);
  services.writer.submit(std::move(command), [reply = std::move(reply), make = std::move(make)](
                                                 Result<log::Receipt> receipt) mutable {
    reply.send_made_by(
        [make = std::move(make), receipt = std::move(receipt)]() mutable -> Result<net::Response> {
          HQ_TRY(const log::Receipt done, std::move(receipt));
          return make(done);
        });
  });
  return later;
}

Result<net::Response> accounts_answer(const Services& services, const Form& form,
                                      const std::vector<ledger::Account>& accounts,
                                      const log::Receipt& receipt) {
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

Result<net::Response> post_accounts(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const Form form, form_of(request));
  HQ_TRY(auto accounts,
         (read_records<ledger::Account, hub::AccountBatch>(request, form, hub::accounts_from)));
  log::Command command =
      command_of(services, request, actor, "ledger.open", hub::to_bytes(accounts));
  return answer_when_done(
      services, std::move(command),
      [&services, form, accounts = std::move(accounts)](const log::Receipt& receipt) {
        return accounts_answer(services, form, accounts, receipt);
      });
}

/// A batch of transfers on its way through the writer.
struct TransferBatchUnderWay {
  Services& services;
  Form form;
  std::vector<ledger::Transfer> transfers;
  std::vector<Outcome> outcomes = {};

  /// On the writer's thread, where the outcomes of a batch are still at hand.
  Result<log::Receipt> take_outcomes(Result<log::Receipt> receipt) {
    if (!receipt || receipt->repeated) return receipt;
    HQ_TRY(outcomes, services.ledger.outcomes(transfers, *receipt));
    return receipt;
  }

  /// Answered in less time than another thread takes to wake.
  bool is_quick() const { return transfers.size() <= kQuickBatch; }

  /// The outcomes of a repeated batch are looked up here.
  Result<net::Response> answer(const Result<log::Receipt>& done) {
    if (!done) return std::unexpected(done.error());
    const log::Receipt& receipt = *done;
    if (receipt.repeated) {
      HQ_TRY(outcomes, services.ledger.outcomes(transfers, receipt));
    }
    if (form.binary_out) {
      const auto* bytes = reinterpret_cast<const char*>(outcomes.data());
      return binary_answer({bytes, outcomes.size() * sizeof(Outcome)}, receipt);
    }
    TransfersAnswer answer{receipt.seq, receipt.time, receipt.repeated, {}};
    services.ledger.read([&](const ledger::Ledger& ledger, const hub::LedgerExtent&) {
      for (std::size_t i = 0; i < transfers.size(); ++i) {
        answer.outcomes.push_back(hub::outcome_answer(ledger, transfers[i], outcomes[i]));
      }
    });
    return private_json(to_json(answer));
  }
};

Result<net::Response> post_transfers(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const Form form, form_of(request));
  HQ_TRY(auto transfers,
         (read_records<ledger::Transfer, hub::TransferBatch>(request, form, hub::transfers_from)));
  log::Command command =
      command_of(services, request, actor, "ledger.transfer", hub::to_bytes(transfers));
  net::Reply reply;
  net::Response later = net::Response::later(reply);
  services.writer.submit(
      std::move(command), [reply = std::move(reply),
                           batch = TransferBatchUnderWay{services, form, std::move(transfers)}](
                              Result<log::Receipt> receipt) mutable {
        receipt = batch.take_outcomes(std::move(receipt));
        if (batch.is_quick()) return reply.send(batch.answer(receipt));
        reply.send_made_by([batch = std::move(batch), receipt = std::move(receipt)]() mutable {
          return batch.answer(receipt);
        });
      });
  return later;
}

/// A limit as it stands, for the answer to whoever changed it.
std::string limit_text(const Services& services, ledger::Uint128 id) {
  return services.ledger.read([&](const ledger::Ledger& ledger, const hub::LedgerExtent& extent) {
    const uint32_t index = ledger.find_limit(id);
    HQ_ASSERT(index < extent.limits);
    return to_json(hub::limit_answer(ledger.limit(index), extent.limit_use(ledger, index)));
  });
}

Result<net::Response> post_limit(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const ledger::Limit limit, hub::limit_from(request.body));
  return answer_when_done(
      services, command_of(services, request, actor, "ledger.limit", hub::to_json_text(limit)),
      [&services, id = limit.id](const log::Receipt&) -> Result<net::Response> {
        net::Response response = private_json(limit_text(services, id), 201);
        response.headers.set("Location", "/api/v1/ledger/limits");
        return response;
      });
}

Result<net::Response> put_limit(Services& services, const net::Request& request) {
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const auto id, path_number(request, "id"));
  HQ_TRY(const auto setting, from_json<LimitSetting>(request.body));
  // Without a time it holds at once: the ledger takes no time before its own.
  const Instant from = setting.from.value_or(Instant{});
  return answer_when_done(services,
                          command_of(services, request, actor, "ledger.set_limit",
                                     hub::limit_change_text(id, setting.value.value, from)),
                          [&services, id](const log::Receipt&) -> Result<net::Response> {
                            return private_json(limit_text(services, id));
                          });
}

}  // namespace

bool is_quick(const Services& services, const net::Request& request) {
  return request.method == net::Method::post && request.path == kTransfersPath &&
         request.body.size() <= kQuickBodyBytes && services.authenticator.is_quick();
}

void add_ledger_routes(net::Router& router, Services& services) {
  using net::Method;
  using net::Request;
  router.add(Method::post, "/api/v1/ledger/accounts",
             [&services](const Request& request) { return post_accounts(services, request); });
  router.add(Method::post, kTransfersPath,
             [&services](const Request& request) { return post_transfers(services, request); });
  router.add(Method::post, "/api/v1/ledger/limits",
             [&services](const Request& request) { return post_limit(services, request); });
  router.add(Method::put, "/api/v1/ledger/limits/{id}",
             [&services](const Request& request) { return put_limit(services, request); });
}

}  // namespace hq::api
