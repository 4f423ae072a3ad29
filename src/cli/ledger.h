// `hongqiao ledger ...`: its commands, as functions of plain options. Each returns the exit code.
//
// Ids and amounts are decimal digits, flags names with | between; empty where not given.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "hub/ledger/asset_register.h"
#include "ledger/ledger.h"

namespace hq::cli {

/// Where a ledger is, and how much of it may be held.
struct LedgerSource {
  Sources sources;
  ledger::LedgerOptions capacity;
};

struct LedgerAccountOptions {
  LedgerSource source;
  std::string id;
  uint32_t asset = 0;
  uint16_t kind = 1;
  std::string flags;
  std::string reference;
};

struct LedgerAssetOptions {
  LedgerSource source;
  hub::AssetDescription description;  // number 0: list them
};

struct LedgerTransferOptions {
  LedgerSource source;
  std::string id;
  std::string debit_account;
  std::string credit_account;
  std::string amount;
  std::string pending_id;
  std::string reference;
  std::string flags;
  uint32_t asset = 0;
  uint32_t timeout_s = 0;
  uint16_t code = 0;
};

struct LedgerBalanceOptions {
  LedgerSource source;
  std::string id;  // empty: the trial balance
  std::optional<uint64_t> at_commit;
  std::string at_time;
};

struct LedgerStatementOptions {
  LedgerSource source;
  std::string id;
  std::size_t limit = 20;
  std::string from_time;
  std::string to_time;
  std::string reference;
  std::string side;  // debit, credit, or empty for both
  std::optional<uint16_t> code;
};

struct LedgerLimitsOptions {
  LedgerSource source;
  std::filesystem::path add;  // JSON of a limit to add
  std::string set;            // id of a limit to set to `value`
  std::string value;
  std::string from;
};

struct LedgerImportOptions {
  LedgerSource source;
  std::filesystem::path file;
};

/// Where the load goes: a server, or a ledger in a new folder below `folder`, removed afterwards.
struct LedgerBenchOptions {
  std::string url;
  std::string token;
  std::filesystem::path folder = std::filesystem::temp_directory_path();
  uint32_t accounts = 10'000;
  uint32_t transfers = 1'000'000;
  uint32_t batch = 8190;
  uint32_t connections = 4;
  uint32_t hot = 0;  // only so many of the accounts take part; 0: all
};

int ledger_account(const LedgerAccountOptions& options, const Console& console);
int ledger_asset(const LedgerAssetOptions& options, const Console& console);
int ledger_transfer(const LedgerTransferOptions& options, const Console& console);
int ledger_balance(const LedgerBalanceOptions& options, const Console& console);
int ledger_statement(const LedgerStatementOptions& options, const Console& console);
int ledger_limits(const LedgerLimitsOptions& options, const Console& console);
int ledger_bench(const LedgerBenchOptions& options, const Console& console);
int ledger_import(const LedgerImportOptions& options, const Console& console);

}  // namespace hq::cli
