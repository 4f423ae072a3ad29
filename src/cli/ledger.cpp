// hongqiao ledger account, transfer, balance, statement, limits.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/json.h"
#include "cli/desk.h"
#include "cli/ledger.h"
#include "hub/ledger/ledger_json.h"
#include "hub/ledger/opening.h"

namespace hq::cli {
namespace {

using hub::LedgerExtent;
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
          fmt::format("refused ({}): {}", id(status), text(status, Language::en)),
          fmt::format("被拒绝（{}）：{}", id(status), text(status, Language::zh)),
          {}};
}

/// "45.00 (4500)": for people, and exactly. Least units alone where the asset is not known.
std::string amount_cell(const hub::Decimal& amount, const std::optional<hub::Asset>& asset) {
  if (!asset || asset->exponent == 0) return amount.text();
  return fmt::format("{} ({})", hub::major_text(amount.value, asset->exponent), amount.text());
}

std::string asset_cell(uint32_t number, const std::optional<hub::Asset>& asset) {
  return asset ? fmt::format("{} {}", number, asset->code) : std::to_string(number);
}

std::vector<std::string> balance_cells(const hub::BalancesAnswer& balances,
                                       const std::optional<hub::Asset>& asset) {
  return {amount_cell(balances.debits_posted, asset), amount_cell(balances.credits_posted, asset),
          amount_cell(balances.debits_pending, asset),
          amount_cell(balances.credits_pending, asset)};
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

void show_account(const hub::AccountAnswer& account, const hub::AssetRegister& assets,
                  const Console& console) {
  if (console.json()) return console.line(to_json(account));
  const auto asset = assets.find(account.asset);
  console.table(balance_header({std::string(console.choose("account", "账户")),
                                std::string(console.choose("asset", "资产"))},
                               console),
                {with_balances({account.id.text(), asset_cell(account.asset, asset)},
                               balance_cells(account.balances, asset))});
}

void show_limits(const std::vector<hub::LimitAnswer>& limits, const Console& console) {
  if (console.json()) return console.line(to_json(LimitList{limits}));
  if (limits.empty()) return console.line(console.choose("There are no limits.", "没有限额。"));
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

void show_rows(const std::vector<hub::StatementRowAnswer>& rows,
               const std::optional<hub::Asset>& asset, const Console& console) {
  if (console.json()) return console.line(to_json(StatementAnswer{rows}));
  std::vector<std::vector<std::string>> cells;
  cells.reserve(rows.size());
  for (const hub::StatementRowAnswer& row : rows) {
    const bool is_debit = row.side == hub::Side::debit;
    cells.push_back(with_balances(
        {format_instant(row.transfer.time), row.transfer.id ? row.transfer.id->text() : "-",
         std::string(is_debit ? console.choose("debit", "借") : console.choose("credit", "贷")),
         amount_cell(row.transfer.amount, asset)},
        balance_cells(row.balances, asset)));
  }
  console.table(balance_header({std::string(console.choose("time", "时间")),
                                std::string(console.choose("transfer", "转账")),
                                std::string(console.choose("side", "方向")),
                                std::string(console.choose("amount", "数额"))},
                               console),
                cells);
}

void show_outcome(const hub::TransferOutcomeAnswer& answer, const std::optional<hub::Asset>& asset,
                  const Console& console) {
  const hub::Decimal amount = answer.amount.value_or(hub::Decimal{});
  console.line(asset ? fmt::format("{} {}: {} ({})", answer.status, answer.id.text(), amount.text(),
                                   hub::amount_text(amount.value, *asset))
                     : fmt::format("{} {}: {}", answer.status, answer.id.text(), amount.text()));
  console.table(balance_header({""}, console),
                {with_balances({std::string(console.choose("debit account", "借方账户"))},
                               balance_cells(answer.debit, asset)),
                 with_balances({std::string(console.choose("credit account", "贷方账户"))},
                               balance_cells(answer.credit, asset))});
}

void show_trial_balance(const Ledger& ledger, const LedgerExtent& extent,
                        const hub::AssetRegister& assets, const Console& console) {
  TrialBalanceList list;
  std::vector<std::vector<std::string>> rows;
  for (const auto& balance : ledger.trial_balance(extent.accounts, extent.records)) {
    list.assets.push_back(hub::answer_of(balance));
    const auto asset = assets.find(balance.asset);
    rows.push_back(
        with_balances({asset_cell(balance.asset, asset), std::to_string(balance.accounts)},
                      balance_cells(list.assets.back().sums, asset)));
  }
  if (console.json()) return console.line(to_json(list));
  console.table(balance_header({std::string(console.choose("asset", "资产")),
                                std::string(console.choose("accounts", "账户数"))},
                               console),
                rows);
}

}  // namespace

int ledger_account(const LedgerAccountOptions& options, const Console& console) {
  const auto open = [&]() -> Result<> {
    ledger::Account account{.asset = options.asset, .kind = options.kind};
    HQ_TRY(account.id, number(options.id, "id"));
    HQ_TRY(account.reference, number(options.reference, "--reference"));
    HQ_TRY(account.flags, hub::account_flags_from(options.flags));
    HQ_TRY(const auto desk, LedgerDesk::open(options.source));
    HQ_TRY(const log::Receipt receipt,
           desk->desk.submit("ledger.open", hub::to_bytes({&account, 1})));
    HQ_TRY(const auto statuses, desk->ledger->statuses(1, receipt));
    if (statuses[0] > Status::exists) return std::unexpected(refusal(statuses[0]));
    desk->ledger->read([&](const Ledger& ledger, const LedgerExtent& extent) {
      show_account(hub::answer_of(*ledger.account(account.id, extent.records)), desk->assets,
                   console);
    });
    return {};
  };
  const auto opened = open();
  return opened ? 0 : console.fail(opened.error());
}

int ledger_transfer(const LedgerTransferOptions& options, const Console& console) {
  const auto make = [&]() -> Result<Status> {
    HQ_TRY(const ledger::Transfer transfer, transfer_of(options));
    HQ_TRY(const auto desk, LedgerDesk::open(options.source));
    HQ_TRY(const log::Receipt receipt,
           desk->desk.submit("ledger.transfer", hub::to_bytes({&transfer, 1})));
    HQ_TRY(const auto outcomes, desk->ledger->outcomes({&transfer, 1}, receipt));
    const ledger::Outcome& outcome = outcomes[0];
    desk->ledger->read([&](const Ledger& ledger, const LedgerExtent&) {
      const auto answer = hub::outcome_answer(ledger, transfer, outcome);
      if (console.json()) return console.line(to_json(answer));
      if (outcome.status > Status::exists) return;
      const auto asset = desk->assets.find(ledger.transfers()[outcome.record].asset);
      show_outcome(answer, asset, console);
    });
    return outcome.status;
  };
  const auto made = make();
  if (!made) return console.fail(made.error());
  return *made > Status::exists ? console.fail(refusal(*made)) : 0;
}

int ledger_balance(const LedgerBalanceOptions& options, const Console& console) {
  const auto show = [&]() -> Result<> {
    HQ_TRY(const Uint128 id, number(options.id, "id"));
    HQ_TRY(const auto at_us, instant_us(options.at_time, "--at-time"));
    HQ_TRY(const auto view, read_ledger(options.source));
    return view->ledger->read([&](const Ledger& ledger, const LedgerExtent& extent) -> Result<> {
      if (options.id.empty()) {
        show_trial_balance(ledger, extent, view->assets, console);
        return {};
      }
      const auto now = ledger.account(id, extent.records);
      if (!now) return no_account(options.id);
      uint32_t record_end = extent.records;
      if (options.at_commit) {
        HQ_TRY(const bool was_there, hub::was_open(*view->log, *now, *options.at_commit));
        if (!was_there) return hub::not_yet_open(*now);
        record_end = ledger.records_at_commit(*options.at_commit);
      }
      if (at_us) {
        if (*at_us < now->time_us) return hub::not_yet_open(*now);
        record_end = ledger.records_at_time(*at_us);
      }
      show_account(hub::answer_of(*ledger.account(id, record_end)), view->assets, console);
      return {};
    });
  };
  const auto shown = show();
  return shown ? 0 : console.fail(shown.error());
}

int ledger_statement(const LedgerStatementOptions& options, const Console& console) {
  const auto show = [&]() -> Result<> {
    HQ_TRY(const Uint128 id, number(options.id, "id"));
    HQ_TRY(const auto view, read_ledger(options.source));
    return view->ledger->read([&](const Ledger& ledger, const LedgerExtent& extent) -> Result<> {
      const auto account = ledger.account(id, extent.records);
      if (!account) return no_account(options.id);
      HQ_TRY(const auto filter, filter_of(options, ledger, extent.records));
      std::vector<hub::StatementRowAnswer> rows;
      ledger.statement(id, filter, [&](const ledger::StatementRow& row) {
        rows.push_back(hub::row_answer(ledger, id, row, extent.records));
        return rows.size() < options.limit;
      });
      show_rows(rows, view->assets.find(account->asset), console);
      return {};
    });
  };
  const auto shown = show();
  return shown ? 0 : console.fail(shown.error());
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
