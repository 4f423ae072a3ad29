#include "hub/views/detail/tables.h"

#include <fmt/format.h>

#include <array>

namespace hq::hub::views {
namespace {

using enum ColumnType;

constexpr Column kAsOfColumns[] = {
    {"format", integer, "Version of these tables", "表结构版本"},
    {"seq", integer, "The last commit that the tables show; 0 for none",
     "表中已反映的最后一次提交的序号；0 表示没有"},
    {"hash", text, "Its hash in the log, hexadecimal; empty for none",
     "该提交在日志中的哈希（十六进制）；没有则为空"},
    {"time", time, "Its time", "该提交的时间", true},
};

constexpr Column kCommitColumns[] = {
    {"seq", integer, "Sequence number in the log: 1, 2, 3 ...", "日志中的序号：1、2、3……"},
    {"time", time, "When it was decided", "作出决定的时间"},
    {"actor", text, "Who sent the command", "命令的发出者"},
    {"organisation", text, "For whom; may be empty", "所代表的机构；可为空"},
    {"command_id", text, "Id that the sender gave; unique", "发出者给定的编号；唯一"},
    {"type", text, "Type of the command, as ledger.transfer", "命令类型，如 ledger.transfer"},
    {"reply", text, "What the sender was told, JSON", "给发出者的应答（JSON）"},
    {"hash", text, "SHA-256 over the commit, hexadecimal", "该提交的 SHA-256 哈希（十六进制）"},
};

constexpr Column kTimetableColumns[] = {
    {"id", text, "Id of the compiled timetable", "编译后时刻表的编号"},
    {"name", text, "Short name given at the import", "导入时给定的名称"},
    {"kind", text, "gtfs or trains", "gtfs 或 trains"},
    {"title_zh", text, "Title, Chinese", "中文标题"},
    {"title_en", text, "Title, English", "英文标题"},
    {"stops", integer, "How many stops", "车站数"},
    {"trips", integer, "How many trips", "车次数"},
    {"stop_times", integer, "How many stop times", "停站时刻数"},
    {"first_day", date, "First day of service", "首个运行日"},
    {"last_day", date, "Last day of service", "最后运行日"},
    {"caveat_zh", text, "What to mind, Chinese; may be empty", "注意事项（中文）；可为空"},
    {"caveat_en", text, "What to mind, English; may be empty", "注意事项（英文）；可为空"},
    {"active", flag, "Whether it answers now; where none does, the reference plan does",
     "当前是否启用；全部未启用时使用参考运行计划"},
    {"imported_at", time, "When it was imported", "导入时间"},
    {"commit_seq", integer, "Commit that imported it", "导入它的提交序号"},
};

constexpr Column kAssetColumns[] = {
    {"asset", integer, "Number; below 1000 that of a currency in ISO 4217",
     "代号；小于 1000 的为 ISO 4217 货币代号"},
    {"code", text, "Code, as CNY", "代码，如 CNY"},
    {"exponent", integer, "Decimals of its least unit: 2 where a hundred make one",
     "最小单位的小数位数：100 个最小单位为 1 时是 2"},
    {"name_zh", text, "Name, Chinese; NULL for a currency", "中文名称；货币为 NULL", true},
    {"name_en", text, "Name, English; NULL for a currency", "英文名称；货币为 NULL", true},
};

constexpr Column kAccountColumns[] = {
    {"id", number, "Account id", "账户编号"},
    {"asset", integer, "Number of its asset", "资产代号"},
    {"kind", integer, "The caller's code", "自定类别代码"},
    {"flags", text, "Names of its flags with | between; may be empty",
     "标志名称，以 | 分隔；可为空"},
    {"reference", number, "The caller's reference", "自定业务编号", true},
    {"opened_at", time, "When it was opened", "开立时间"},
    {"debits_pending", number, "Pending debits, least units", "待定借方（最小单位）"},
    {"debits_posted", number, "Posted debits, least units", "已入账借方（最小单位）"},
    {"credits_pending", number, "Pending credits, least units", "待定贷方（最小单位）"},
    {"credits_posted", number, "Posted credits, least units", "已入账贷方（最小单位）"},
};

constexpr Column kTransferColumns[] = {
    {"record", integer, "Its number in the ledger, from 0 on", "账本中的记录号，从 0 起"},
    {"id", number, "Transfer id; NULL for what the ledger made itself: expiries, parts of a chain",
     "转账编号；账本自行产生的记录（到期、链的各部分）为 NULL", true},
    {"commit_seq", integer, "Commit that made it", "产生它的提交序号"},
    {"time", time, "Time of that commit", "该提交的时间"},
    {"debit_account", number, "Account debited; NULL where it moves nothing itself",
     "借方账户；自身不产生变动时为 NULL", true},
    {"credit_account", number, "Account credited; likewise", "贷方账户；同上", true},
    {"asset", integer, "Number of the asset; likewise", "资产代号；同上", true},
    {"amount", number, "Amount moved or reserved, least units", "转移或预留的数额（最小单位）"},
    {"code", integer, "The caller's reason", "自定事由代码", true},
    {"flags", text, "Names of its flags with | between; may be empty",
     "标志名称，以 | 分隔；可为空"},
    {"reference", number, "The caller's reference", "自定业务编号", true},
    {"note", number, "The caller's note, a number", "自定附注（数字）", true},
    {"timeout_s", integer, "Seconds after which a pending one expires", "待定转账的有效秒数", true},
    {"expires_at", time, "When a pending one expires", "待定转账的到期时间", true},
    {"pending_id", number, "Pending transfer that this one posts or voids",
     "本记录所入账或撤销的待定转账", true},
    {"state", text, "Of a pending transfer: pending, posted, voided or expired",
     "待定转账的状态：pending、posted、voided 或 expired", true},
    {"ended_by", integer, "Record that posted, voided or expired it", "使其终结的记录号", true},
};

constexpr Column kEntryColumns[] = {
    {"account", number, "Account id", "账户编号"},
    {"record", integer, "Transfer that moved it (ledger_transfers)",
     "使其变动的记录（ledger_transfers）"},
    {"side", text, "debit or credit", "debit（借）或 credit（贷）"},
    {"debits_pending", number, "Pending debits of the account right after it",
     "此后该账户的待定借方"},
    {"debits_posted", number, "Posted debits right after it", "此后的已入账借方"},
    {"credits_pending", number, "Pending credits right after it", "此后的待定贷方"},
    {"credits_posted", number, "Posted credits right after it", "此后的已入账贷方"},
};

constexpr Column kLimitColumns[] = {
    {"id", number, "Limit id", "限额编号"},
    {"value", number, "How far the use may go, weighted least units", "用量上限（加权最小单位）"},
    {"use", number, "Use, as of the last commit that changed the ledger; below 0 where it is net",
     "截至最近一次改变账本的提交的用量；净额可为负"},
    {"side", text, "debits, credits, net_debits or net_credits",
     "debits、credits、net_debits 或 net_credits"},
    {"window_kind", text, "none, sliding, day, month, quarter or year",
     "时段：none、sliding、day、month、quarter 或 year"},
    {"span_s", integer, "Seconds of a sliding window", "滑动时段的秒数", true},
    {"utc_offset_s", integer, "Offset of the calendar from UTC, seconds", "日历相对 UTC 的秒数",
     true},
    {"window_begin", time, "Begin of the window", "时段起点", true},
    {"window_end", time, "End of a calendar window", "日历时段终点", true},
};

constexpr Column kLimitWeightColumns[] = {
    {"limit_id", number, "Limit id", "限额编号"},
    {"account", number, "Account that counts for it", "计入的账户"},
    {"weight", integer, "How many times over", "权重"},
};

std::string_view type_in(Dialect dialect, ColumnType type) {
  const bool is_sqlite = dialect == Dialect::sqlite;
  switch (type) {
    case integer:
      return is_sqlite ? "INTEGER" : "bigint";
    case number:
      return is_sqlite ? "ANY" : "numeric(39,0)";
    case text:
      return is_sqlite ? "TEXT" : "text";
    case time:
      return is_sqlite ? "TEXT" : "timestamptz";
    case date:
      return is_sqlite ? "TEXT" : "date";
    case flag:
      return is_sqlite ? "INTEGER" : "boolean";
    case decimal:
      break;  // of views alone, which state no types
  }
  return {};
}

std::string sql_text(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) literal += c == '\'' ? "''" : std::string(1, c);
  return literal + '\'';
}

std::string comment_on(std::string_view what, const std::string& name, const char* en,
                       const char* zh) {
  return fmt::format("COMMENT ON {} {} IS {};\n", what, name,
                     sql_text(fmt::format("{} / {}", en, zh)));
}

std::string comments_on(std::string_view what, const char* name, const char* en, const char* zh,
                        std::span<const Column> columns) {
  const std::string full = name_in(Dialect::postgres, name);
  std::string sql = comment_on(what, full, en, zh);
  for (const Column& column : columns) {
    sql += comment_on("COLUMN", full + '.' + column.name, column.en, column.zh);
  }
  return sql;
}

/// What is looked up besides the keys: transfers by id and by reference, and those still open.
std::string indices_of(const Table& table, Dialect dialect) {
  if (&table != &kTransfers) return {};
  const std::string on = name_in(dialect, table.name);
  const auto index = [&](const char* name, const char* column, const char* where) {
    // An index lies in the schema of its table; SQLite has but one.
    return fmt::format("CREATE INDEX {} ON {} ({}) WHERE {};\n", name, on, column, where);
  };
  return index("ledger_transfers_by_id", "id", "id IS NOT NULL") +
         index("ledger_transfers_by_reference", "reference", "reference IS NOT NULL") +
         index("ledger_transfers_open", "record", "state = 'pending'");
}

}  // namespace

const Table kAsOf = {"as_of",
                     "format",
                     false,
                     "How far the tables are: one row, changed in the same transaction as they are",
                     "表的进度：只有一行，与各表在同一事务中更新",
                     kAsOfColumns};
const Table kCommits = {"commits",          "seq",         false, "All commits of the log",
                        "日志中的全部提交", kCommitColumns};
const Table kTimetables = {"timetables",
                           "id",
                           true,
                           "Timetables that were imported; not the reference plan of the hub",
                           "已导入的时刻表；不含枢纽的参考运行计划",
                           kTimetableColumns};
const Table kAssets = {"assets",
                       "asset",
                       false,
                       "What asset numbers stand for: currencies, and what was described",
                       "资产代号的含义：货币及已登记的资产",
                       kAssetColumns};
const Table kAccounts = {"ledger_accounts", "id",           true, "Accounts with their balances",
                         "账户及其余额",    kAccountColumns};
const Table kTransfers = {"ledger_transfers",
                          "record",
                          false,
                          "All records of the ledger, in order, those it makes itself included",
                          "账本的全部记录（按顺序，含账本自行产生的记录）",
                          kTransferColumns};
const Table kEntries = {"ledger_entries",
                        "account, record",
                        true,
                        "What each transfer did to each of its accounts: the balances after it",
                        "每笔转账对其每个账户的影响：转账后的余额",
                        kEntryColumns};
const Table kLimits = {"ledger_limits",        "id",           true,
                       "Limits and their use", "限额及其用量", kLimitColumns};
const Table kLimitWeights = {"ledger_limit_weights",
                             "limit_id, account",
                             true,
                             "Which accounts count for a limit, and how much",
                             "计入限额的账户及权重",
                             kLimitWeightColumns};

std::span<const Table* const> tables() {
  static constexpr std::array<const Table*, 9> kTables = {&kAsOf,    &kCommits,  &kTimetables,
                                                          &kAssets,  &kAccounts, &kTransfers,
                                                          &kEntries, &kLimits,   &kLimitWeights};
  return kTables;
}

std::string name_in(Dialect dialect, std::string_view name) {
  if (dialect == Dialect::sqlite) return std::string(name);
  return fmt::format("{}.{}", kSchema, name);
}

std::string creation_of(const Table& table, Dialect dialect) {
  const bool is_sqlite = dialect == Dialect::sqlite;
  std::string sql = fmt::format("CREATE TABLE {} (", name_in(dialect, table.name));
  sql += is_sqlite ? fmt::format(" -- {} / {}\n", table.en, table.zh) : "\n";
  for (const Column& column : table.columns) {
    sql += fmt::format("  {} {}{},", column.name, type_in(dialect, column.type),
                       column.may_be_null ? "" : " NOT NULL");
    // SQLite keeps the text of the statement, comments and all.
    sql += is_sqlite ? fmt::format(" -- {} / {}\n", column.en, column.zh) : "\n";
  }
  sql += fmt::format("  PRIMARY KEY ({})\n){};\n", table.key,
                     !is_sqlite             ? ""
                     : table.is_kept_by_key ? " STRICT, WITHOUT ROWID"
                                            : " STRICT");
  sql += indices_of(table, dialect);
  if (!is_sqlite) sql += comments_on("TABLE", table.name, table.en, table.zh, table.columns);
  return sql;
}

std::string comments_of(const SqlView& view) {
  return comments_on("VIEW", view.name, view.en, view.zh, view.columns);
}

}  // namespace hq::hub::views
