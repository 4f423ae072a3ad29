// GET /ledger/accounts, /ledger/transfers, /ledger/trial-balance, /ledger/limits.
#include <fmt/format.h>

#include <algorithm>

#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"
#include "hub/ledger/ledger_json.h"

namespace hq::api {
namespace {

using hub::LedgerExtent;
using ledger::kNone;
using ledger::Ledger;
using ledger::Uint128;

constexpr int64_t kRowsMax = 1000;
constexpr int64_t kRowsDefault = 100;
// Records that are looked through before the writer gets its turn: a filter may pass over many.
constexpr uint32_t kSliceRecords = 1 << 18;

struct AccountsPage {
  std::vector<hub::AccountAnswer> accounts;
  std::optional<uint32_t> next;
};
BOOST_DESCRIBE_STRUCT(AccountsPage, (), (accounts, next))

struct StatementPage {
  std::vector<hub::StatementRowAnswer> rows;
  std::optional<uint32_t> next;
};
BOOST_DESCRIBE_STRUCT(StatementPage, (), (rows, next))

struct PendingPage {
  hub::AccountAnswer account;
  std::vector<hub::TransferAnswer> transfers;
  std::optional<uint32_t> next;
};
BOOST_DESCRIBE_STRUCT(PendingPage, (), (account, transfers, next))

struct TransfersPage {
  std::vector<hub::TransferAnswer> transfers;
  std::optional<uint32_t> next;
};
BOOST_DESCRIBE_STRUCT(TransfersPage, (), (transfers, next))

struct TrialBalances {
  Instant time{};  // when the ledger changed last
  uint32_t records = 0;
  std::vector<hub::TrialBalanceAnswer> assets;
};
BOOST_DESCRIBE_STRUCT(TrialBalances, (), (time, records, assets))

struct Limits {
  Instant time{};
  std::vector<hub::LimitAnswer> limits;
};
BOOST_DESCRIBE_STRUCT(Limits, (), (time, limits))

struct Page {
  std::size_t limit = 0;
  std::optional<uint32_t> cursor;
};

Page page_of(Parameters& query) {
  Page page;
  page.limit = static_cast<std::size_t>(query.integer("limit", 1, kRowsMax, kRowsDefault));
  if (const auto cursor = query.integer("cursor", 0, kNone)) {
    page.cursor = static_cast<uint32_t>(*cursor);
  }
  return page;
}

std::unexpected<Error> no_account(Uint128 id) {
  const std::string text = ledger::to_text(id);
  return fail(ErrorCode::not_found, fmt::format("there is no account '{}'", text),
              fmt::format("没有账户“{}”", text), "id");
}

bool is_known(const Ledger& ledger, const LedgerExtent& extent, Uint128 account) {
  return ledger.find_account(account) < extent.accounts;  // kNone is none
}

Result<net::Response> get_accounts(const Services& services, const net::Request& request) {
  Parameters query(request);
  const Page page = page_of(query);
  HQ_TRY_VOID(query.check());
  AccountsPage answer;
  services.ledger.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    uint32_t index = page.cursor.value_or(0);
    for (; index < extent.accounts && answer.accounts.size() < page.limit; ++index) {
      answer.accounts.push_back(hub::answer_of(ledger.account_at(index, extent.records)));
    }
    if (index < extent.accounts) answer.next = index;
  });
  return json_answer(request, to_json(answer));
}

Result<net::Response> get_account(const Services& services, const net::Request& request) {
  Parameters query(request);
  const auto at_commit = query.integer("at_commit", 0, INT64_MAX);
  const auto at_time = query.instant("at_time");
  HQ_TRY_VOID(query.check());
  HQ_TRY(const Uint128 id, path_number(request, "id"));
  if (at_commit && at_time) {
    return fail(ErrorCode::invalid_argument, "give at_commit or at_time, not both",
                "at_commit 与 at_time 只能给出一个", "at_time");
  }
  return services.ledger.read(
      [&](const Ledger& ledger, const LedgerExtent& extent) -> Result<net::Response> {
        if (!is_known(ledger, extent, id)) return no_account(id);
        uint32_t record_end = extent.records;
        if (at_commit) record_end = ledger.records_at_commit(static_cast<uint64_t>(*at_commit));
        if (at_time) record_end = ledger.records_at_time(at_time->time_since_epoch().count());
        const auto account = ledger.account(id, std::min(record_end, extent.records));
        return json_answer(request, to_json(hub::answer_of(*account)));
      });
}

/// The filter that a query asks for. Times from and up to, not with, the ones given.
struct StatementQuery {
  Page page;
  std::optional<Instant> from_time;
  std::optional<Instant> to_time;
  ledger::StatementFilter filter;
};

StatementQuery statement_query(Parameters& query) {
  StatementQuery wanted;
  wanted.page = page_of(query);
  wanted.from_time = query.instant("from_time");
  wanted.to_time = query.instant("to_time");
  if (const auto code = query.integer("code", 1, UINT16_MAX)) {
    wanted.filter.code = static_cast<uint16_t>(*code);
  }
  wanted.filter.reference = query.number("reference");
  const std::size_t side = query.choice("side", {"both", "debit", "credit"}, 0);
  wanted.filter.debits = side != 2;
  wanted.filter.credits = side != 1;
  return wanted;
}

/// How many records there were before a time.
uint32_t records_before(const Ledger& ledger, Instant time) {
  return ledger.records_at_time(time.time_since_epoch().count() - 1);
}

Result<net::Response> get_statement(const Services& services, const net::Request& request) {
  Parameters query(request);
  StatementQuery wanted = statement_query(query);
  HQ_TRY_VOID(query.check());
  HQ_TRY(const Uint128 id, path_number(request, "id"));
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t record_end = 0;
  const bool known = services.ledger.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    record_end = extent.records;
    end = std::min(record_end, wanted.page.cursor.value_or(kNone));
    if (wanted.from_time) begin = records_before(ledger, *wanted.from_time);
    if (wanted.to_time) end = std::min(end, records_before(ledger, *wanted.to_time));
    return is_known(ledger, extent, id);
  });
  if (!known) return no_account(id);
  StatementPage answer;
  while (end > begin && !answer.next) {
    wanted.filter.record_end = end;
    wanted.filter.record_begin = end - begin > kSliceRecords ? end - kSliceRecords : begin;
    services.ledger.read([&](const Ledger& ledger, const LedgerExtent&) {
      ledger.statement(id, wanted.filter, [&](const ledger::StatementRow& row) {
        if (answer.rows.size() == wanted.page.limit) {
          answer.next = answer.rows.back().transfer.record;
          return false;
        }
        answer.rows.push_back(hub::row_answer(ledger, id, row, record_end));
        return true;
      });
    });
    end = wanted.filter.record_begin;
  }
  return json_answer(request, to_json(answer));
}

Result<net::Response> get_pending(const Services& services, const net::Request& request) {
  Parameters query(request);
  const Page page = page_of(query);
  HQ_TRY_VOID(query.check());
  HQ_TRY(const Uint128 id, path_number(request, "id"));
  return services.ledger.read(
      [&](const Ledger& ledger, const LedgerExtent& extent) -> Result<net::Response> {
        if (!is_known(ledger, extent, id)) return no_account(id);
        PendingPage answer;
        answer.account = hub::answer_of(*ledger.account(id, extent.records));
        for (const uint32_t record : ledger.pendings(id, extent.records)) {
          if (record >= page.cursor.value_or(kNone)) continue;
          if (answer.transfers.size() == page.limit) {
            answer.next = answer.transfers.back().record;
            break;
          }
          answer.transfers.push_back(hub::transfer_answer(ledger, record, extent.records));
        }
        return json_answer(request, to_json(answer));
      });
}

Result<net::Response> get_transfer(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const Uint128 id, path_number(request, "id"));
  return services.ledger.read(
      [&](const Ledger& ledger, const LedgerExtent& extent) -> Result<net::Response> {
        const auto record = ledger.find_transfer(id);
        if (!record || *record >= extent.records) {
          const std::string text = ledger::to_text(id);
          return fail(ErrorCode::not_found, fmt::format("there is no transfer '{}'", text),
                      fmt::format("没有转账“{}”", text), "id");
        }
        return json_answer(request, to_json(hub::transfer_answer(ledger, *record, extent.records)));
      });
}

Result<net::Response> get_transfers(const Services& services, const net::Request& request) {
  Parameters query(request);
  const Page page = page_of(query);
  query.required_text("reference");
  const auto reference = query.number("reference");
  HQ_TRY_VOID(query.check());
  return services.ledger.read(
      [&](const Ledger& ledger, const LedgerExtent& extent) -> Result<net::Response> {
        if (page.cursor && (*page.cursor >= extent.records ||
                            ledger.transfers()[*page.cursor].reference != *reference)) {
          return fail(ErrorCode::invalid_argument, "the cursor is not one of this reference",
                      "游标不属于该业务编号", "cursor");
        }
        TransfersPage answer;
        const auto visit = [&](uint32_t record) {
          if (record >= extent.records) return true;
          if (answer.transfers.size() == page.limit) {
            answer.next = answer.transfers.back().record;
            return false;
          }
          answer.transfers.push_back(hub::transfer_answer(ledger, record, extent.records));
          return true;
        };
        if (*reference != 0) ledger.by_reference(*reference, visit, page.cursor.value_or(kNone));
        return json_answer(request, to_json(answer));
      });
}

Result<net::Response> get_trial_balance(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  TrialBalances answer;
  services.ledger.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    answer.time = extent.time;
    answer.records = extent.records;
    for (const auto& balance : ledger.trial_balance(extent.accounts, extent.records)) {
      answer.assets.push_back(hub::answer_of(balance));
    }
  });
  return json_answer(request, to_json(answer));
}

Result<net::Response> get_limits(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  Limits answer;
  services.ledger.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    answer.time = extent.time;
    for (uint32_t i = 0; i < extent.limits.size(); ++i) {
      answer.limits.push_back(hub::limit_answer(ledger.limit(i), extent.limits[i]));
    }
  });
  return json_answer(request, to_json(answer));
}

using Get = Result<net::Response> (*)(const Services&, const net::Request&);

void add(net::Router& router, Services& services, std::string_view path, Get get) {
  router.add(net::Method::get, path,
             [&services, get](const net::Request& request) -> Result<net::Response> {
               // First of all, so that nobody else learns what there is.
               HQ_TRY_VOID(authorise(services, request, auth::Permission::read_private));
               HQ_TRY(net::Response response, get(services, request));
               response.headers.set("Cache-Control", "private, no-cache");
               return response;
             });
}

}  // namespace

void add_ledger_read_routes(net::Router& router, Services& services) {
  add(router, services, "/api/v1/ledger/accounts", get_accounts);
  add(router, services, "/api/v1/ledger/accounts/{id}", get_account);
  add(router, services, "/api/v1/ledger/accounts/{id}/statement", get_statement);
  add(router, services, "/api/v1/ledger/accounts/{id}/pending", get_pending);
  add(router, services, "/api/v1/ledger/transfers", get_transfers);
  add(router, services, "/api/v1/ledger/transfers/{id}", get_transfer);
  add(router, services, "/api/v1/ledger/trial-balance", get_trial_balance);
  add(router, services, "/api/v1/ledger/limits", get_limits);
}

}  // namespace hq::api
