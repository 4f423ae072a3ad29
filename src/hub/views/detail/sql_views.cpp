// What people ask for first, as views: a statement, the trial balance, what is open, major units.
#include <fmt/format.h>

#include <map>

#include "hub/views/detail/tables.h"

namespace hq::hub::views {
namespace {

using enum ColumnType;

constexpr Column kStatementColumns[] = {
    {"account", number, "Account id", "账户编号"},
    {"record", integer, "Number of the transfer in the ledger; order by it",
     "转账在账本中的记录号；可据此排序"},
    {"commit_seq", integer, "Commit that made it", "产生它的提交序号"},
    {"time", time, "Time of that commit", "该提交的时间"},
    {"side", text, "debit or credit", "debit（借）或 credit（贷）"},
    {"transfer_id", number, "Transfer id", "转账编号", true},
    {"other_account", number, "Account on the other side", "对方账户"},
    {"amount", number, "Least units", "数额（最小单位）"},
    {"asset_code", text, "Code of the asset", "资产代码", true},
    {"code", integer, "The caller's reason", "自定事由代码", true},
    {"reference", number, "The caller's reference", "自定业务编号", true},
    {"flags", text, "Names of its flags", "标志名称"},
    {"state", text, "Of a pending transfer", "待定转账的状态", true},
    {"debits_pending", number, "Running balance: pending debits after it", "此后的待定借方"},
    {"debits_posted", number, "Posted debits after it", "此后的已入账借方"},
    {"credits_pending", number, "Pending credits after it", "此后的待定贷方"},
    {"credits_posted", number, "Posted credits after it", "此后的已入账贷方"},
};

constexpr Column kTrialBalanceColumns[] = {
    {"asset", integer, "Number of the asset", "资产代号"},
    {"asset_code", text, "Its code", "资产代码", true},
    {"accounts", integer, "How many accounts hold it", "账户数"},
    {"debits_pending", number, "Sum of pending debits; SQLite: NULL where it passes 63 bits",
     "待定借方合计；SQLite 中超过 63 位时为 NULL", true},
    {"debits_posted", number, "Sum of posted debits; likewise", "已入账借方合计；同上", true},
    {"credits_pending", number, "Sum of pending credits; likewise", "待定贷方合计；同上", true},
    {"credits_posted", number, "Sum of posted credits; likewise", "已入账贷方合计；同上", true},
};

constexpr Column kOpenPendingColumns[] = {
    {"record", integer, "Number of the transfer in the ledger", "转账在账本中的记录号"},
    {"id", number, "Transfer id", "转账编号", true},
    {"commit_seq", integer, "Commit that made it", "产生它的提交序号"},
    {"time", time, "Time of that commit", "该提交的时间"},
    {"expires_at", time, "When it expires; NULL for never", "到期时间；NULL 表示不过期", true},
    {"debit_account", number, "Account to be debited", "借方账户"},
    {"credit_account", number, "Account to be credited", "贷方账户"},
    {"amount", number, "Amount reserved, least units", "预留数额（最小单位）"},
    {"amount_major", decimal, "The same in major units", "预留数额（主单位）", true},
    {"asset_code", text, "Code of the asset", "资产代码", true},
    {"code", integer, "The caller's reason", "自定事由代码", true},
    {"reference", number, "The caller's reference", "自定业务编号", true},
};

constexpr Column kBalanceColumns[] = {
    {"account", number, "Account id", "账户编号"},
    {"asset_code", text, "Code of the asset; NULL where it was not described",
     "资产代码；未登记时为 NULL", true},
    {"debits_pending", decimal, "Pending debits; NULL where the asset was not described",
     "待定借方；资产未登记时为 NULL", true},
    {"debits_posted", decimal, "Posted debits; likewise", "已入账借方；同上", true},
    {"credits_pending", decimal, "Pending credits; likewise", "待定贷方；同上", true},
    {"credits_posted", decimal, "Posted credits; likewise", "已入账贷方；同上", true},
};

constexpr Column kMajorTransferColumns[] = {
    {"record", integer, "Number of the transfer in the ledger", "转账在账本中的记录号"},
    {"id", number, "Transfer id", "转账编号", true},
    {"time", time, "Time of its commit", "所属提交的时间"},
    {"debit_account", number, "Account debited", "借方账户", true},
    {"credit_account", number, "Account credited", "贷方账户", true},
    {"amount", decimal, "Amount; NULL where the asset was not described",
     "数额；资产未登记时为 NULL", true},
    {"asset_code", text, "Code of the asset", "资产代码", true},
    {"code", integer, "The caller's reason", "自定事由代码", true},
    {"flags", text, "Names of its flags", "标志名称"},
    {"state", text, "Of a pending transfer", "待定转账的状态", true},
};

constexpr SqlView kViews[] = {
    {"statement", "Transfers of each account with the running balance", "各账户的明细及逐笔余额",
     kStatementColumns},
    {"trial_balance", "Sums of all accounts by asset; debits equal credits",
     "按资产汇总全部账户；借贷相等", kTrialBalanceColumns},
    {"open_pendings", "Pending transfers that are neither posted, voided nor expired",
     "尚未入账、撤销或到期的待定转账", kOpenPendingColumns},
    {"balances_in_major_units", "Balances of each account as people write them",
     "以主单位表示的各账户余额", kBalanceColumns},
    {"transfers_in_major_units", "Transfers with the amount as people write it",
     "以主单位表示数额的转账", kMajorTransferColumns},
};

/// An amount with the decimals of its asset, exactly.
std::string major(Dialect dialect, std::string_view amount) {
  if (dialect == Dialect::postgres)
    return fmt::format("({}::text || 'e-' || s.exponent)::numeric", amount);
  // As text: SQLite has no decimals, and its amounts may be text already.
  return fmt::format(
      "CASE s.exponent WHEN 0 THEN CAST({0} AS TEXT) ELSE "
      "substr('0000000000000000000' || {0}, -max(length({0}), s.exponent + 1),"
      " max(length({0}), s.exponent + 1) - s.exponent) || '.' || "
      "substr('0000000000000000000' || {0}, -s.exponent) END",
      amount);
}

/// A sum. SQLite would fail, or go over to floating point, where it passes 63 bits; so the halves
/// are added apart, and what does not fit is NULL.
std::string sum(Dialect dialect, std::string_view amount) {
  if (dialect == Dialect::postgres) return fmt::format("sum({})", amount);
  return fmt::format(
      "CASE WHEN max(typeof({0})) = 'text' THEN NULL"
      " WHEN sum({0} >> 32) + (sum({0} & 4294967295) >> 32) > 2147483647 THEN NULL"
      " ELSE ((sum({0} >> 32) + (sum({0} & 4294967295) >> 32)) << 32)"
      " + (sum({0} & 4294967295) & 4294967295) END",
      amount);
}

/// Expressions that are more than the column of their name, and where the rows come from.
struct Selection {
  std::map<std::string_view, std::string> expressions;
  std::string rows;
};

Selection selection_of(const SqlView& view, Dialect dialect) {
  const auto table = [&](std::string_view name) { return name_in(dialect, name); };
  const std::string transfers = fmt::format("{} t LEFT JOIN {} s ON s.asset = t.asset",
                                            table("ledger_transfers"), table("assets"));
  const std::string accounts = fmt::format("{} a LEFT JOIN {} s ON s.asset = a.asset",
                                           table("ledger_accounts"), table("assets"));
  const std::string_view name = view.name;
  if (name == "statement") {
    return {{{"record", "e.record"},
             {"side", "e.side"},
             {"account", "e.account"},
             {"transfer_id", "t.id"},
             {"other_account",
              "CASE e.side WHEN 'debit' THEN t.credit_account ELSE t.debit_account END"},
             {"code", "t.code"},
             {"asset_code", "s.code"}},
            fmt::format("{} e JOIN {} t ON t.record = e.record LEFT JOIN {} s ON s.asset = t.asset",
                        table("ledger_entries"), table("ledger_transfers"), table("assets"))};
  }
  if (name == "trial_balance") {
    return {{{"asset", "a.asset"},
             {"asset_code", "s.code"},
             {"accounts", "count(*)"},
             {"debits_pending", sum(dialect, "a.debits_pending")},
             {"debits_posted", sum(dialect, "a.debits_posted")},
             {"credits_pending", sum(dialect, "a.credits_pending")},
             {"credits_posted", sum(dialect, "a.credits_posted")}},
            accounts + " GROUP BY a.asset, s.code"};
  }
  if (name == "balances_in_major_units") {
    return {{{"account", "a.id"},
             {"asset_code", "s.code"},
             {"debits_pending", major(dialect, "a.debits_pending")},
             {"debits_posted", major(dialect, "a.debits_posted")},
             {"credits_pending", major(dialect, "a.credits_pending")},
             {"credits_posted", major(dialect, "a.credits_posted")}},
            accounts};
  }
  Selection selection{
      {{"code", "t.code"}, {"asset_code", "s.code"}, {"amount_major", major(dialect, "t.amount")}},
      transfers};
  if (name == "open_pendings") selection.rows += " WHERE t.state = 'pending'";
  if (name == "transfers_in_major_units") {
    selection.expressions["amount"] = major(dialect, "t.amount");
  }
  return selection;
}

}  // namespace

std::span<const SqlView> sql_views() {
  return kViews;
}

std::string creation_of(const SqlView& view, Dialect dialect) {
  const Selection selection = selection_of(view, dialect);
  std::string columns;
  for (const Column& column : view.columns) {
    const auto found = selection.expressions.find(column.name);
    const std::string from =
        found == selection.expressions.end() ? std::string(column.name) : found->second;
    columns += fmt::format("{}{} AS {}", columns.empty() ? "  " : ",\n  ", from, column.name);
    if (dialect == Dialect::sqlite) columns += fmt::format(" /* {} / {} */", column.en, column.zh);
  }
  std::string sql = fmt::format("CREATE VIEW {} AS SELECT\n{}\nFROM {};\n",
                                name_in(dialect, view.name), columns, selection.rows);
  if (dialect == Dialect::postgres) sql += comments_of(view);
  return sql;
}

}  // namespace hq::hub::views
