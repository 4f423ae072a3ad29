// The options of `hongqiao ledger ...`, for the command line of arguments.h.
//
//   LedgerArguments ledger(language, [&](auto action) { chosen = action; });
//   ledger.add(app);                       // lives as long as the app
#pragma once

#include "cli/command_family.h"
#include "cli/ledger.h"

namespace hq::cli {

class LedgerArguments : public CommandFamily {
 public:
  using CommandFamily::CommandFamily;

  void add(CLI::App& app);
  /// How much a ledger may hold, also for `serve`.
  void add_capacity(CLI::App& app, ledger::LedgerOptions& capacity);

 private:
  CLI::App* ledger_command(CLI::App* parent, const char* name, const char* en, const char* zh,
                           LedgerSource& source, Action action);
  void add_ledger_account(CLI::App* parent);
  void add_ledger_asset(CLI::App* parent);
  void add_ledger_transfer(CLI::App* parent);
  void add_ledger_reads(CLI::App* parent);
  void add_ledger_limits(CLI::App* parent);
  void add_ledger_bench(CLI::App* parent);

  LedgerAccountOptions account_;
  LedgerAssetOptions asset_;
  LedgerTransferOptions transfer_;
  LedgerBalanceOptions balance_;
  LedgerStatementOptions statement_;
  LedgerLimitsOptions limits_;
  LedgerImportOptions transfers_;
  LedgerBenchOptions bench_;
};

}  // namespace hq::cli
