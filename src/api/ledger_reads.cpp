// GET /ledger/accounts, /ledger/transfers, /ledger/trial-balance, /ledger/limits, and below them.
#include <fmt/format.h>

#include <algorithm>

#include "api/api.h"
#include "api/parameters.h"
#include "base/json.h"
#include "hub/ledger/ledger_json.h"
#include "hub/ledger/opening.h"

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
constexpr uint32_t kSliceAccounts = 1 << 14;

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

struct LimitsPage {
  Instant time{};
  std::vector<hub::LimitAnswer> limits;
  std::optional<uint32_t> next;
};
BOOST_DESCRIBE_STRUCT(LimitsPage, (), (time, limits, next))

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

/// Which accounts: all of these hold together.
struct AccountFilter {
  std::optional<int64_t> asset;
  std::optional<int64_t> kind;
  std::optional<bool> is_closed;

  bool takes(const ledger::Account& account) const {
    return (!asset || *asset == account.asset) && (!kind || *kind == account.kind) &&
           (!is_closed || *is_closed == ((account.flags & ledger::kClosed) != 0));
  }
};

AccountFilter account_filter(Parameters& query) {
  AccountFilter filter{query.integer("asset", 1, UINT32_MAX), query.integer("kind", 1, UINT16_MAX),
                       std::nullopt};
  const std::size_t state = query.choice("state", {"all", "open", "closed"}, 0);
  if (state != 0) filter.is_closed = state == 2;
  return filter;
}

Result<net::Response> get_accounts(const Services& services, const net::Request& request) {
  Parameters query(request);
  const Page page = page_of(query);
  const AccountFilter filter = account_filter(query);
  HQ_TRY_VOID(query.check());
  AccountsPage answer;
  uint32_t index = page.cursor.value_or(0);
  bool is_done = false;
  while (!is_done) {
    services.ledger.read([&](const Ledger& ledger, const LedgerExtent& extent) {
      const uint32_t end = std::min(extent.accounts, index + std::min(kSliceAccounts, ~index));
      for (; index < end; ++index) {
        const ledger::Account account = ledger.account_at(index, extent.records);
        if (!filter.takes(account)) continue;
        if (answer.accounts.size() == page.limit) break;
        answer.accounts.push_back(hub::answer_of(account));
      }
      if (index < end) answer.next = index;
      is_done = answer.next.has_value() || index >= extent.accounts;
    });
  }
  return json_answer(request, to_json(answer));
}

/// The account as it was after a commit, or at the end of a time. not_found before it was opened.
Result<hub::AccountAnswer> account_then(const Services& services, Uint128 id,
                                        std::optional<int64_t> at_commit,
                                        std::optional<Instant> at_time) {
  std::optional<ledger::Account> account;
  services.ledger.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    if (is_known(ledger, extent, id)) account = ledger.account(id, extent.records);
  });
  if (!account) return no_account(id);
  if (at_commit) {
    HQ_TRY(const bool was_there,
           hub::was_open(services.log, *account, static_cast<uint64_t>(*at_commit)));
    if (!was_there) return hub::not_yet_open(*account);
  }
  if (at_time && at_time->time_since_epoch().count() < account->time_us) {
    return hub::not_yet_open(*account);
  }
  return services.ledger.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    uint32_t record_end = extent.records;
    if (at_commit) record_end = ledger.records_at_commit(static_cast<uint64_t>(*at_commit));
    if (at_time) record_end = ledger.records_at_time(at_time->time_since_epoch().count());
    return hub::answer_of(*ledger.account(id, std::min(record_end, extent.records)));
  });
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
  HQ_TRY(const hub::AccountAnswer account, account_then(services, id, at_commit, at_time));
  return json_answer(request, to_json(account));
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

/// Visits rows of a statement as Ledger::statement does, and lets the writer have its turns.
template <class Visit>
void visit_statement(const Services& services, Uint128 account, ledger::StatementFilter filter,
                     const Visit& visit) {
  const uint32_t begin = filter.record_begin;
  bool goes_on = true;
  while (goes_on && filter.record_end > begin) {
    const uint32_t end = filter.record_end;
    filter.record_begin = end - begin > kSliceRecords ? end - kSliceRecords : begin;
    services.ledger.read([&](const Ledger& ledger, const LedgerExtent&) {
      ledger.statement(account, filter, [&](const ledger::StatementRow& row) {
        return goes_on = visit(ledger, row);
      });
    });
    filter.record_end = filter.record_begin;
  }
}

Result<net::Response> get_statement(const Services& services, const net::Request& request) {
  Parameters query(request);
  StatementQuery wanted = statement_query(query);
  HQ_TRY_VOID(query.check());
  HQ_TRY(const Uint128 id, path_number(request, "id"));
  uint32_t record_end = 0;
  const bool known = services.ledger.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    record_end = extent.records;
    wanted.filter.record_end = std::min(record_end, wanted.page.cursor.value_or(kNone));
    if (wanted.from_time) wanted.filter.record_begin = records_before(ledger, *wanted.from_time);
    if (wanted.to_time) {
      wanted.filter.record_end =
          std::min(wanted.filter.record_end, records_before(ledger, *wanted.to_time));
    }
    return is_known(ledger, extent, id);
  });
  if (!known) return no_account(id);
  StatementPage answer;
  visit_statement(services, id, wanted.filter,
                  [&](const Ledger& ledger, const ledger::StatementRow& row) {
                    if (answer.rows.size() == wanted.page.limit) {
                      answer.next = answer.rows.back().transfer.record;
                      return false;
                    }
                    answer.rows.push_back(hub::row_answer(ledger, id, row, record_end));
                    return true;
                  });
  return json_answer(request, to_json(answer));
}

Result<net::Response> get_pending(const Services& services, const net::Request& request) {
  Parameters query(request);
  const Page page = page_of(query);
  HQ_TRY_VOID(query.check());
  HQ_TRY(const Uint128 id, path_number(request, "id"));
  uint32_t record_end = 0;
  std::optional<ledger::Account> account;
  services.ledger.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    record_end = extent.records;
    if (is_known(ledger, extent, id)) account = ledger.account(id, record_end);
  });
  if (!account) return no_account(id);
  PendingPage answer;
  answer.account = hub::answer_of(*account);
  // All that is pending makes up these balances: with the last of it a first page is done. Later
  // ones look on to the beginning.
  Uint128 rest = account->balances.debits_pending + account->balances.credits_pending;
  ledger::StatementFilter filter;
  filter.record_end = rest == 0 ? 0 : std::min(record_end, page.cursor.value_or(kNone));
  filter.pending_at = record_end;
  visit_statement(services, id, filter, [&](const Ledger& ledger, const ledger::StatementRow& row) {
    if (answer.transfers.size() == page.limit) {
      answer.next = answer.transfers.back().record;
      return false;
    }
    answer.transfers.push_back(hub::transfer_answer(ledger, row.record, record_end));
    rest -= ledger.transfers()[row.record].amount;
    return rest != 0;
  });
  return json_answer(request, to_json(answer));
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
  Parameters query(request);
  const Page page = page_of(query);
  const auto account = query.number("account");
  HQ_TRY_VOID(query.check());
  const auto is_wanted = [&](const ledger::LimitWeight& weight) {
    return !account || weight.account == *account;
  };
  LimitsPage answer;
  services.ledger.read([&](const Ledger& ledger, const LedgerExtent& extent) {
    answer.time = extent.time;
    for (uint32_t i = page.cursor.value_or(0); i < extent.limits && !answer.next; ++i) {
      const ledger::Limit& limit = ledger.limit(i);
      if (std::ranges::none_of(limit.weights, is_wanted)) continue;
      if (answer.limits.size() == page.limit) {
        answer.next = i;
      } else {
        answer.limits.push_back(hub::limit_answer(limit, extent.limit_use(ledger, i)));
      }
    }
  });
  return json_answer(request, to_json(answer));
}

}  // namespace

void add_ledger_read_routes(net::Router& router, Services& services) {
  add_private_get(router, services, "/api/v1/ledger/accounts", get_accounts);
  add_private_get(router, services, "/api/v1/ledger/accounts/{id}", get_account);
  add_private_get(router, services, "/api/v1/ledger/accounts/{id}/statement", get_statement);
  add_private_get(router, services, "/api/v1/ledger/accounts/{id}/pending", get_pending);
  add_private_get(router, services, "/api/v1/ledger/transfers", get_transfers);
  add_private_get(router, services, "/api/v1/ledger/transfers/{id}", get_transfer);
  add_private_get(router, services, "/api/v1/ledger/trial-balance", get_trial_balance);
  add_private_get(router, services, "/api/v1/ledger/limits", get_limits);
}

}  // namespace hq::api
