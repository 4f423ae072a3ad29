#include "cli/views_arguments.h"

#include <CLI/CLI.hpp>

namespace hq::cli {

void ViewsArguments::add(CLI::App& app) {
  CLI::App* parent = command(app, "views", "The log as SQL tables", "日志的 SQL 视图", {});
  add_build(*parent);
  add_wait(*parent);
}

void ViewsArguments::add_build(CLI::App& parent) {
  CLI::App* app = command(parent, "build", "Make the tables, or take them to the end of the log",
                          "建立各表，或更新到日志末端",
                          [this](const Console& console) { return views_build(build_, console); });
  add_data(*app, build_.source.data);
  app->add_option("--database,--log", build_.source.database,
                  tr("postgresql://...: the log is there, not in the data folder",
                     "postgresql://…：日志在该数据库，而不在数据文件夹"));
  app->add_option("--stream", build_.source.stream,
                  tr("Stream of the log (main)", "日志的流（main）"));
  app->add_option("--to", build_.to,
                  tr("SQLite file, or postgresql://...", "SQLite 文件，或 postgresql://…"))
      ->required();
  app->add_flag("--rebuild", build_.rebuild,
                tr("Drop the tables and make them anew", "删除各表并重建"));
  app->add_flag("-f,--follow", build_.follow, tr("Go on with new commits", "持续跟随新提交"));
  app->add_option("--ledger-accounts", build_.capacity.accounts_max,
                  tr("Most accounts of the ledger (1000000)", "账本最多账户数（1000000）"))
      ->check(CLI::Range(1u, 1'000'000'000u));
  app->add_option("--ledger-transfers", build_.capacity.transfers_max,
                  tr("Most transfers of the ledger (16000000)", "账本最多转账笔数（16000000）"))
      ->check(CLI::Range(1u, 4'000'000'000u));
}

void ViewsArguments::add_wait(CLI::App& parent) {
  CLI::App* app =
      command(parent, "wait", "Wait until the tables show a commit", "等待表反映某次提交",
              [this](const Console& console) { return views_wait(wait_, console); });
  app->add_option("--to", wait_.to,
                  tr("SQLite file, or postgresql://...", "SQLite 文件，或 postgresql://…"))
      ->required();
  app->add_option("--at-least", wait_.at_least, tr("Sequence number of the commit", "提交的序号"))
      ->required();
  app->add_option("--timeout", wait_.timeout_s, tr("Seconds at most (60)", "最多等待的秒数（60）"));
}

}  // namespace hq::cli
