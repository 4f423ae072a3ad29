#include "cli/log_arguments.h"

#include <CLI/CLI.hpp>

namespace hq::cli {

void LogArguments::add(CLI::App& app) {
  CLI::App* parent = command(app, "log", "The log", "日志", {});
  add_verify(*parent);
  add_tail(*parent);
  add_export(*parent);
  add_checkpoint(*parent);
  add_backup(*parent);
  add_restore(*parent);
  add_drill(*parent);
}

void LogArguments::add_source(CLI::App& app, LogSource& source) {
  add_data(app, source.data);
  app.add_option("--database", source.database,
                 tr("postgresql://...: the log is there, not in the data folder",
                    "postgresql://…：日志在该数据库，而不在数据文件夹"));
  app.add_option("--stream", source.stream, tr("Stream of the log (main)", "日志的流（main）"));
}

void LogArguments::add_keys(CLI::App& app, std::vector<std::string>& keys) {
  app.add_option("--public-key", keys,
                 tr("Public key to check checkpoints with, 64 hexadecimal digits; repeatable",
                    "核查检查点所用的公钥，64 位十六进制数字，可重复"));
}

void LogArguments::add_verify(CLI::App& parent) {
  CLI::App* app = command(parent, "verify", "Check the whole hash chain, or an export",
                          "校验整条哈希链或导出文件",
                          [this](const Console& console) { return log_verify(verify_, console); });
  add_source(*app, verify_.source);
  app->add_option(
      "--export", verify_.exported,
      tr("Check this export, without any data folder", "校验此导出文件，无需数据文件夹"));
  app->add_option("--checkpoint", verify_.checkpoint,
                  tr("File of checkpoints that have to fit", "须相符的检查点文件"));
  add_keys(*app, verify_.public_keys);
}

void LogArguments::add_tail(CLI::App& parent) {
  CLI::App* app =
      command(parent, "tail", "Show the last commits as JSON lines", "以 JSON 行显示最近的提交",
              [this](const Console& console) { return log_tail(tail_, console); });
  add_source(*app, tail_.source);
  app->add_option("-n,--count", tail_.count, tr("How many (10)", "条数（10）"));
  app->add_option("--from", tail_.from_seq, tr("From this commit on", "从此提交开始"));
  app->add_flag("-f,--follow", tail_.follow, tr("Go on with new ones", "持续显示新提交"));
}

void LogArguments::add_export(CLI::App& parent) {
  CLI::App* app = command(parent, "export", "Write commits into one portable file",
                          "将提交导出为一个可移植文件", [this](const Console& console) {
                            export_.json = export_format_ == "json";
                            return log_export(export_, console);
                          });
  add_source(*app, export_.source);
  app->add_option("--out", export_.output,
                  tr("File, - for standard output", "文件，- 表示标准输出"))
      ->required();
  app->add_option("--from", export_.from_seq, tr("First commit (1)", "首条提交（1）"));
  app->add_option("--to", export_.to_seq, tr("Last commit (the last)", "末条提交（最后一条）"));
  app->add_option("--format", export_format_,
                  tr("binary (default) or json", "binary（默认）或 json"))
      ->check(CLI::IsMember({"binary", "json"}));
}

void LogArguments::add_checkpoint(CLI::App& parent) {
  CLI::App* app =
      command(parent, "checkpoint", "Verify the log and sign its end", "校验日志并对其末端签名",
              [this](const Console& console) { return log_checkpoint(checkpoint_, console); });
  add_source(*app, checkpoint_.source);
  app->add_option("--out", checkpoint_.output,
                  tr("Add the line to this file", "将该行追加到此文件"));
  app->add_flag("--public-key", checkpoint_.public_key,
                tr("Print the public key and sign nothing", "仅输出公钥，不签名"));
}

void LogArguments::add_backup(CLI::App& parent) {
  CLI::App* app =
      command(parent, "backup", "Back up all streams and files, also while the server runs",
              "备份全部流与文件，服务运行时亦可",
              [this](const Console& console) { return log_backup(backup_, console); });
  add_source(*app, backup_.source);
  app->add_option("--out", backup_.output,
                  tr("Folder of the backup; again: what is new is added",
                     "备份文件夹；再次运行只添加新内容"))
      ->required();
  app->add_flag(
      "--with-key", backup_.with_key,
      tr("Take the private keys of checkpoints and credentials too", "同时备份检查点与凭证的私钥"));
}

void LogArguments::add_restore(CLI::App& parent) {
  CLI::App* app = command(parent, "restore", "Check a backup and make a data folder of it",
                          "检查备份并还原为数据文件夹", [this](const Console& console) {
                            return log_restore(restore_, console);
                          });
  app->add_option("--from", restore_.backup, tr("Folder of the backup", "备份文件夹"))->required();
  app->add_option("--data", restore_.target.data,
                  tr("Data folder to make: new or empty", "要生成的数据文件夹：新建或为空"))
      ->required();
  app->add_option(
      "--database", restore_.target.database,
      tr("postgresql://...: the streams go there", "postgresql://…：日志流写入该数据库"));
  add_keys(*app, restore_.public_keys);
}

void LogArguments::add_drill(CLI::App& parent) {
  CLI::App* app =
      command(parent, "drill", "Restore a backup in a scratch folder and prove that it is good",
              "在临时文件夹中演练恢复并证明备份可用",
              [this](const Console& console) { return log_drill(drill_, console); });
  app->add_option("--from", drill_.backup, tr("Folder of the backup", "备份文件夹"))->required();
  const auto compare = [this](const std::string&) { drill_.compare = true; };
  app->add_option("--data", drill_.live.data,
                  tr("Compare with the log of this data folder", "与此数据文件夹的日志比较"))
      ->each(compare);
  app->add_option("--database", drill_.live.database,
                  tr("Compare with the log in this database", "与此数据库中的日志比较"))
      ->each(compare);
  app->add_option("--scratch", drill_.scratch,
                  tr("Where a folder for it is made (default: that of the system)",
                     "临时文件夹所在位置（默认为系统临时目录）"));
  add_hub(*app, drill_.hub);
  add_keys(*app, drill_.public_keys);
  app->add_option("--ledger-accounts", drill_.capacity.accounts_max,
                  tr("Most accounts of the ledger (1000000)", "账本最多账户数（1000000）"))
      ->check(CLI::Range(1u, 1'000'000'000u));
  app->add_option("--ledger-transfers", drill_.capacity.transfers_max,
                  tr("Most transfers of the ledger (16000000)", "账本最多转账笔数（16000000）"))
      ->check(CLI::Range(1u, 4'000'000'000u));
}

}  // namespace hq::cli
