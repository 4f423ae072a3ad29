#include "cli/ledger_arguments.h"

#include <CLI/CLI.hpp>

namespace hq::cli {

void LedgerArguments::add_capacity(CLI::App& app, ledger::LedgerOptions& capacity) {
  app.add_option("--ledger-accounts", capacity.accounts_max,
                 tr("Most accounts of the ledger (1000000)", "账本最多账户数（1000000）"))
      ->check(CLI::Range(1u, 1'000'000'000u));
  app.add_option("--ledger-transfers", capacity.transfers_max,
                 tr("Most transfers of the ledger (16000000)", "账本最多转账笔数（16000000）"))
      ->check(CLI::Range(1u, 4'000'000'000u));
}

CLI::App* LedgerArguments::ledger_command(CLI::App* parent, const char* name, const char* en,
                                          const char* zh, LedgerSource& source, Action action) {
  CLI::App* app = command(*parent, name, en, zh, std::move(action));
  add_data(*app, source.sources.data);
  add_capacity(*app, source.capacity);
  return app;
}

void LedgerArguments::add(CLI::App& app) {
  CLI::App* parent = command(app, "ledger", "Accounts, transfers and limits of a data folder",
                             "数据文件夹中的账户、转账与限额", {});
  add_ledger_account(parent);
  add_ledger_asset(parent);
  add_ledger_transfer(parent);
  add_ledger_reads(parent);
  add_ledger_limits(parent);
  add_ledger_bench(parent);
  CLI::App* import = command(*parent, "import", "Transfers from a table", "从表格导入转账", {});
  CLI::App* csv = ledger_command(
      import, "csv",
      "Columns id,debit_account,credit_account,amount,asset,code and, if wanted, reference,flags,"
      "pending_id,timeout_s,note",
      "列 id,debit_account,credit_account,amount,asset,code，可另有 reference,flags,pending_id,"
      "timeout_s,note",
      transfers_.source,
      [this](const Console& console) { return ledger_import(transfers_, console); });
  csv->add_option("file", transfers_.file, tr("File", "文件"))->required();
}

void LedgerArguments::add_ledger_account(CLI::App* parent) {
  CLI::App* app =
      ledger_command(parent, "account", "Open an account", "开立账户", account_.source,
                     [this](const Console& console) { return ledger_account(account_, console); });
  app->add_option("id", account_.id, tr("Its id, a number", "账户编号（数字）"))->required();
  app->add_option("--asset", account_.asset,
                  tr("Number of its asset (156: yuan)", "资产代号（156 为人民币）"))
      ->required();
  app->add_option("--kind", account_.kind, tr("A code of yours (1)", "自定类别代码（1）"));
  app->add_option("--flags", account_.flags,
                  tr("With | between: debits_must_not_exceed_credits, "
                     "credits_must_not_exceed_debits, closed",
                     "以 | 分隔：debits_must_not_exceed_credits、"
                     "credits_must_not_exceed_debits、closed"));
  app->add_option("--reference", account_.reference, tr("A number of yours", "自定业务编号"));
}

void LedgerArguments::add_ledger_asset(CLI::App* parent) {
  CLI::App* app = ledger_command(
      parent, "asset", "Assets that are no currencies; describe one", "货币以外的资产；说明一种",
      asset_.source, [this](const Console& console) { return ledger_asset(asset_, console); });
  hub::AssetDescription& asset = asset_.description;
  auto* number = app->add_option(
      "number", asset.asset,
      tr("Its number, from 1000 on (default: list them)", "代号，1000 起（默认：列出）"));
  auto* code = app->add_option("--code", asset.code, tr("Short code (KWH)", "代码（KWH）"));
  app->add_option("--exponent", asset.exponent,
                  tr("Decimals of its least unit (0)", "最小单位的小数位（0）"));
  auto* zh = app->add_option("--name-zh", asset.name.zh, tr("Chinese name", "中文名称"));
  auto* en = app->add_option("--name-en", asset.name.en, tr("English name", "英文名称"));
  number->needs(code)->needs(zh)->needs(en);
}

void LedgerArguments::add_ledger_transfer(CLI::App* parent) {
  CLI::App* app = ledger_command(
      parent, "transfer", "Make a transfer, or post or void a pending one",
      "转账，或将待定转账入账、撤销", transfer_.source,
      [this](const Console& console) { return ledger_transfer(transfer_, console); });
  app->add_option("id", transfer_.id, tr("Its id, a number", "转账编号（数字）"))->required();
  app->add_option("--debit", transfer_.debit_account, tr("Account to debit", "借方账户"));
  app->add_option("--credit", transfer_.credit_account, tr("Account to credit", "贷方账户"));
  app->add_option("--amount", transfer_.amount, tr("In least units", "数额（最小单位）"));
  app->add_option("--asset", transfer_.asset, tr("Number of the asset", "资产代号"));
  app->add_option("--code", transfer_.code,
                  tr("A reason of yours, 1 or above; not needed to post or void",
                     "自定事由代码，1 起；入账或撤销时可省略"));
  app->add_option("--reference", transfer_.reference, tr("A number of yours", "自定业务编号"));
  app->add_option("--timeout", transfer_.timeout_s,
                  tr("Pending: seconds until it expires", "待定：过期秒数"));
  app->add_option("--pending-id", transfer_.pending_id,
                  tr("Post or void: which one", "入账或撤销：哪一笔"));
  app->add_option("--flags", transfer_.flags,
                  tr("With | between: pending, post, void, whole_chain, balancing_debit, "
                     "balancing_credit, closing_debit, closing_credit",
                     "以 | 分隔：pending、post、void、whole_chain、balancing_debit、"
                     "balancing_credit、closing_debit、closing_credit"));
}

void LedgerArguments::add_ledger_reads(CLI::App* parent) {
  CLI::App* balance =
      ledger_command(parent, "balance", "Balances of an account, or the trial balance",
                     "账户余额，或试算平衡表", balance_.source,
                     [this](const Console& console) { return ledger_balance(balance_, console); });
  balance->add_option("id", balance_.id,
                      tr("Account (default: sums by asset)", "账户（默认：按资产汇总）"));
  auto* at_commit = balance->add_option("--at-commit", balance_.at_commit,
                                        tr("After this commit", "此次提交之后"));
  balance
      ->add_option(
          "--at-time", balance_.at_time,
          tr("At a time (2026-11-24T08:00:00+08:00)", "某一时刻（2026-11-24T08:00:00+08:00）"))
      ->excludes(at_commit);
  CLI::App* statement = ledger_command(
      parent, "statement", "Transfers of an account, newest first", "账户明细，最新的在前",
      statement_.source,
      [this](const Console& console) { return ledger_statement(statement_, console); });
  statement->add_option("id", statement_.id, tr("Account", "账户"))->required();
  statement->add_option("--limit", statement_.limit, tr("How many at most (20)", "最多条数（20）"))
      ->check(CLI::Range(1, 1'000'000));
  statement->add_option("--from-time", statement_.from_time, tr("From this time on", "自此时起"));
  statement->add_option("--to-time", statement_.to_time, tr("Before this time", "早于此时"));
  statement->add_option("--reference", statement_.reference,
                        tr("Only with this reference", "仅此业务编号"));
  statement->add_option("--code", statement_.code, tr("Only with this code", "仅此代码"));
  statement->add_option("--side", statement_.side, tr("debit or credit", "debit 或 credit"))
      ->check(CLI::IsMember({"debit", "credit"}));
}

void LedgerArguments::add_ledger_limits(CLI::App* parent) {
  CLI::App* app = ledger_command(
      parent, "limits", "Limits and their use; add or set one", "限额及其用量；添加或设定",
      limits_.source, [this](const Console& console) { return ledger_limits(limits_, console); });
  app->add_option("--add", limits_.add,
                  tr("JSON file of a limit to add", "要添加的限额（JSON 文件）"));
  auto* set = app->add_option("--set", limits_.set, tr("Limit to set", "要设定的限额"));
  auto* value = app->add_option("--value", limits_.value, tr("To this value", "设为此数值"));
  set->needs(value);
  value->needs(set);
  app->add_option("--from", limits_.from,
                  tr("From this time on (default: now)", "自此时起（默认：立即）"))
      ->needs(set);
}

void LedgerArguments::add_ledger_bench(CLI::App* parent) {
  CLI::App* app = command(*parent, "bench", "Measure transfers per second", "测量每秒转账笔数",
                          [this](const Console& console) { return ledger_bench(bench_, console); });
  auto* url = app->add_option("--url", bench_.url,
                              tr("A running server, http://HOST:PORT (default: in process)",
                                 "运行中的服务器 http://主机:端口（默认：进程内）"));
  app->add_option("--token", bench_.token, tr("Its operator token", "其操作员令牌"))->needs(url);
  app->add_option("--folder", bench_.folder,
                  tr("In process: disk to write to (default: the temporary one)",
                     "进程内：写入的磁盘位置（默认：临时文件夹）"))
      ->excludes(url);
  app->add_option("--accounts", bench_.accounts, tr("Accounts (10000)", "账户数（10000）"))
      ->check(CLI::Range(2u, 1'000'000u));
  app->add_option("--transfers", bench_.transfers, tr("Transfers (1000000)", "转账笔数（1000000）"))
      ->check(CLI::Range(1u, 100'000'000u));
  app->add_option("--batch", bench_.batch, tr("Transfers in a batch (8190)", "每批笔数（8190）"))
      ->check(CLI::Range(1u, 8190u));
  app->add_option("--connections", bench_.connections,
                  tr("Batches under way at a time (4)", "同时进行的批数（4）"))
      ->check(CLI::Range(1u, 256u));
  app->add_option(
      "--hot", bench_.hot,
      tr("Only so many accounts take part (default: all)", "仅使用这么多账户（默认：全部）"));
}

}  // namespace hq::cli
