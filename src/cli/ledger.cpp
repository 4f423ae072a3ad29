// hongqiao ledger account, transfer, balance, statement, limits.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/json.h"
#include "cli/desk.h"
#include "cli/ledger.h"
#include "hub/ledger/ledger_json.h"

namespace hq::cli {
namespace {

using hub::LedgerExtent;
using ledger::kNone;
using ledger::Ledger;
using ledger::Status;
using ledger::Uint128;

struct StatementAnswer {
  std::vector<hub::StatementRowAnswer> rows;
};
BOOST_DESCRIBE_STRUCT(StatementAnswer, (), (rows))

struct TrialBalanceList {
  std::vector<hub::TrialBalanceAnswer> assets;
};
BOOST_DESCRIBE_STRUCT(TrialBalanceList, (), (assets))

struct LimitList {
  std::vector<hub::LimitAnswer> limits;
};
BOOST_DESCRIBE_STRUCT(LimitList, (), (limits))

/// Zero where nothing is given.
Result<Uint128> number(const std::string& text, std::string_view where) {
  if (text.empty()) return Uint128{0};
  auto value = ledger::parse_uint128(text);
  if (!value) return std::unexpected(std::move(value).error().at(where));
  return *value;
}

Result<std::optional<int64_t>> instant_us(const std::string& text, std::string_view where) {
  if (text.empty()) return std::nullopt;
  auto instant = parse_instant(text);
  if (!instant) return std::unexpected(std::move(instant).error().at(where));
  return instant->time_since_epoch().count();
}

std::unexpected<Error> no_account(const std::string& id) {
  return fail(ErrorCode::not_found, fmt::format("there is no account '{}'", id),
              fmt::format("没有账户“{}”", id), "id");
}

Error refusal(Status status) {
  return {ErrorCode::invalid_argument,
          fmt::format("refused: {}", id(status)),
          fmt::format("被拒绝：{}", id(status)),
          {}};
}

std::vector<std::string> balance_cells(const hub::BalancesAnswer& balances) {
  return {balances.debits_posted.text(), balances.credits_posted.text(),
          balances.debits_pending.text(), balances.credits_pending.text()};
}

std::vector<std::string> with_balances(std::vector<std::string> cells,
                                       const std::vector<std::string>& balances) {
  cells.insert(cells.end(), balances.begin(), balances.end());
  return cells;
}

std::vector<std::string> balance_header(std::vector<std::string> first, const Console& console) {
  const auto add = [&](const char* en, const char* zh) {
    first.emplace_back(console.choose(en, zh));
  };
  add("debits", "借方");
  add("credits", "贷方");
  add("debits pending", "待定借方");
  add("credits pending", "待定贷方");
  return first;
}

void show_account(const hub::AccountAnswer& account, const Console& console) {
  if (console.json()) return console.line(to_json(account));
  console.table(balance_header({std::string(console.choose("account", "账户")),
                                std::string(console.choose("asset", "资产"))},
                               console),
                {with_balances({account.id.text(), std::to_string(account.asset)},
                               balance_cells(account.balances))});
}

void show_limits(const std::vector<hub::LimitAnswer>& limits, const Console& console) {
  if (console.json()) return console.line(to_json(LimitList{limits}));
  const auto word = [&](const char* en, const char* zh) {
    return std::string(console.choose(en, zh));
  };
  std::vector<std::vector<std::string>> rows;
  rows.reserve(limits.size());
  for (const hub::LimitAnswer& limit : limits) {
    rows.push_back({limit.id.text(), limit.use, limit.value,
                    boost::describe::enum_to_string(limit.side, ""),
                    boost::describe::enum_to_string(limit.window, "")});
  }
  console.table({word("limit", "限额"), word("use", "用量"), word("value", "数值"),
                 word("side", "方向"), word("window", "时段")},
                rows);
}

/// Adds or sets a limit, as the options have it.
Result<> change_limits(const LedgerLimitsOptions& options) {
  if (!options.add.empty()) {
    HQ_TRY(const std::string text, read_file(options.add));
    auto limit = hub::limit_from(text);
    if (!limit) return std::unexpected(std::move(limit).error().at(options.add.string()));
    HQ_TRY(const auto desk, LedgerDesk::open(options.source));
    HQ_TRY_VOID(desk->desk.submit("ledger.limit", hub::to_json_text(*limit)));
  }
  if (!options.set.empty()) {
    HQ_TRY(const Uint128 id, number(options.set, "--set"));
    HQ_TRY(const Uint128 value, ledger::parse_uint128(options.value));
    HQ_TRY(const auto from_us, instant_us(options.from, "--from"));
    const Instant from{std::chrono::microseconds(from_us.value_or(0))};
    HQ_TRY(const auto desk, LedgerDesk::open(options.source));
    HQ_TRY_VOID(desk->desk.submit("ledger.set_limit", hub::limit_change_text(id, value, from)));
  }
  return {};
}

Result<ledger::Transfer> transfer_of(const LedgerTransferOptions& options) {
  ledger::Transfer transfer;
  HQ_TRY(transfer.id, number(options.id, "--id"));
  HQ_TRY(transfer.debit_account, number(options.debit_account, "--debit"));
  HQ_TRY(transfer.credit_account, number(options.credit_account, "--credit"));
  HQ_TRY(transfer.amount, number(options.amount, "--amount"));
  HQ_TRY(transfer.pending_id, number(options.pending_id, "--pending-id"));
  HQ_TRY(transfer.reference, number(options.reference, "--reference"));
  HQ_TRY(transfer.flags, hub::transfer_flags_from(options.flags));
  transfer.asset = options.asset;
  transfer.timeout_s = options.timeout_s;
  transfer.code = options.code;
  return transfer;
}

Result<ledger::StatementFilter> filter_of(const LedgerStatementOptions& options,
                                          const Ledger& ledger, uint32_t record_end) {
  ledger::StatementFilter filter;
  HQ_TRY(const auto from_us, instant_us(options.from_time, "--from-time"));
  HQ_TRY(const auto to_us, instant_us(options.to_time, "--to-time"));
  if (from_us) filter.record_begin = ledger.records_at_time(*from_us - 1);
  filter.record_end = to_us ? std::min(record_end, ledger.records_at_time(*to_us - 1)) : record_end;
  if (!options.reference.empty()) {
    HQ_TRY(filter.reference, number(options.reference, "--reference"));
  }
  filter.code = options.code;
  filter.debits = options.side != "credit";
  filter.credits = options.side != "debit";
  return filter;
}

void show_rows(const std::vector<hub::StatementRowAnswer>& rows, const Console& console) {
  if (console.json()) return console.line(to_json(StatementAnswer{rows}));
  std::vector<std::vector<std::string>> cells;
  cells.reserve(rows.size());
  for (const hub::StatementRowAnswer& row : rows) {
    const bool is_debit = row.side == hub::Side::debit;
    cells.push_back(with_balances(
        {format_instant(row.transfer.time), row.transfer.id ? row.transfer.id->text() : "-",
         std::string(is_debit ? console.choose("debit", "借") : console.choose("credit", "贷")),
         row.transfer.amount.text()},
        balance_cells(row.balances)));
  }
  console.table(balance_header({std::string(console.choose("time", "时间")),
                                std::string(console.choose("transfer", "转账")),
                                std::string(console.choose("side", "方向")),
                                std::string(console.choose("amount", "数额"))},
                               console),
                cells);
}

}  // namespace

int ledger_account(const LedgerAccountOptions& options, const Console& console) {
  const auto open = [&]() -> Result<hub::AccountAnswer> {
    ledger::Account account{.asset = options.asset, .kind = options.kind};
    HQ_TRY(account.id, number(options.id, "id"));
    HQ_TRY(account.reference, number(options.reference, "--reference"));
    HQ_TRY(account.flags, hub::account_flags_from(options.flags));
    HQ_TRY(const auto desk, LedgerDesk::open(options.source));
    HQ_TRY(const log::Receipt receipt,
           desk->desk.submit("ledger.open", hub::to_bytes({&account, 1})));
    HQ_TRY(const auto statuses, desk->ledger->statuses(1, receipt));
    if (statuses[0] > Status::exists) return std::unexpected(refusal(statuses[0]));
    return desk->ledger->read([&](const Ledger& ledger, const LedgerExtent& extent) {
      return hub::answer_of(*ledger.account(account.id, extent.records));
    });
  };
  const auto account = open();
  if (!account) return console.fail(account.error());
  show_account(*account, console);
  return 0;
}

int ledger_transfer(const LedgerTransferOptions& options, const Console& console) {
  const auto make = [&]() -> Result<std::pair<ledger::Outcome, hub::TransferOutcomeAnswer>> {
    HQ_TRY(const ledger::Transfer transfer, transfer_of(options));
    HQ_TRY(const auto desk, LedgerDesk::open(options.source));
    HQ_TRY(const log::Receipt receipt,
           desk->desk.submit("ledger.transfer", hub::to_bytes({&transfer, 1})));
    HQ_TRY(const auto outcomes, desk->ledger->outcomes({&transfer, 1}, receipt));
    return desk->ledger->read([&](const Ledger& ledger, const LedgerExtent&) {
      return std::pair(outcomes[0], hub::outcome_answer(ledger, transfer, outcomes[0]));
    });
  };
  const auto made = make();
  if (!made) return console.fail(made.error());
  const auto& [outcome, answer] = *made;
  if (console.json()) console.line(to_json(answer));
  if (outcome.status > Status::exists) return console.fail(refusal(outcome.status));
  if (!console.json()) {
    console.line(
        fmt::format("{} {}: {}", answer.status, answer.id.text(), ledger::to_text(outcome.amount)));
    console.table(balance_header({""}, console),
                  {with_balances({std::string(console.choose("debit account", "借方账户"))},
                                 balance_cells(answer.debit)),
                   with_balances({std::string(console.choose("credit account", "贷方账户"))},
                                 balance_cells(answer.credit))});
  }
  return 0;
}

int ledger_balance(const LedgerBalanceOptions& options, const Console& console) {
  const auto show_all = [&](const Ledger& ledger, const LedgerExtent& extent) {
    TrialBalanceList list;
    std::vector<std::vector<std::string>> rows;
    for (const auto& balance : ledger.trial_balance(extent.accounts, extent.records)) {
      list.assets.push_back(hub::answer_of(balance));
      rows.push_back(
          with_balances({std::to_string(balance.asset), std::to_string(balance.accounts)},
                        balance_cells(list.assets.back().sums)));
    }
    if (console.json()) return console.line(to_json(list));
    console.table(balance_header({std::string(console.choose("asset", "资产")),
                                  std::string(console.choose("accounts", "账户数"))},
                                 console),
                  rows);
  };
  const auto show = [&]() -> Result<> {
    HQ_TRY(const Uint128 id, number(options.id, "id"));
    HQ_TRY(const auto at_us, instant_us(options.at_time, "--at-time"));
    HQ_TRY(const auto view, read_ledger(options.source));
    return view->ledger->read([&](const Ledger& ledger, const LedgerExtent& extent) -> Result<> {
      if (options.id.empty()) {
        show_all(ledger, extent);
        return {};
      }
      uint32_t record_end = extent.records;
      if (options.at_commit) record_end = ledger.records_at_commit(*options.at_commit);
      if (at_us) record_end = ledger.records_at_time(*at_us);
      const auto account = ledger.account(id, record_end);
      if (!account) return no_account(options.id);
      show_account(hub::answer_of(*account), console);
      return {};
    });
  };
  const auto shown = show();
  return shown ? 0 : console.fail(shown.error());
}

int ledger_statement(const LedgerStatementOptions& options, const Console& console) {
  const auto list = [&]() -> Result<std::vector<hub::StatementRowAnswer>> {
    HQ_TRY(const Uint128 id, number(options.id, "id"));
    HQ_TRY(const auto view, read_ledger(options.source));
    return view->ledger->read(
        [&](const Ledger& ledger,
            const LedgerExtent& extent) -> Result<std::vector<hub::StatementRowAnswer>> {
          if (ledger.find_account(id) == kNone) return no_account(options.id);
          HQ_TRY(const auto filter, filter_of(options, ledger, extent.records));
          std::vector<hub::StatementRowAnswer> rows;
          ledger.statement(id, filter, [&](const ledger::StatementRow& row) {
            rows.push_back(hub::row_answer(ledger, id, row, extent.records));
            return rows.size() < options.limit;
          });
          return rows;
        });
  };
  const auto rows = list();
  if (!rows) return console.fail(rows.error());
  show_rows(*rows, console);
  return 0;
}

int ledger_limits(const LedgerLimitsOptions& options, const Console& console) {
  const auto list = [&]() -> Result<std::vector<hub::LimitAnswer>> {
    HQ_TRY_VOID(change_limits(options));
    HQ_TRY(const auto view, read_ledger(options.source));
    return view->ledger->read([&](const Ledger& ledger, const LedgerExtent& extent) {
      std::vector<hub::LimitAnswer> limits;
      limits.reserve(extent.limits);
      for (uint32_t i = 0; i < extent.limits; ++i) {
        limits.push_back(hub::limit_answer(ledger.limit(i), extent.limit_use(ledger, i)));
      }
      return limits;
    });
  };
  const auto limits = list();
  if (!limits) return console.fail(limits.error());
  show_limits(*limits, console);
  return 0;
}

}  // namespace hq::cli
