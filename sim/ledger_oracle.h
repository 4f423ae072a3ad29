// LedgerOracle: what the ledger must hold after the commits of a log, worked out by the naive
// ledger from the commands that were sent.
//
// Each commit is held against the command that it carries out: what was accepted, what was refused
// and why. Then every account, transfer and limit of a ledger against the naive one. One thread.
//
//   LedgerOracle oracle;
//   HQ_TRY_VOID(oracle.fold(commit, command));
//   HQ_TRY_VOID(oracle.compare(ledger));
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "ledger/naive_ledger_testing.h"
#include "log/commit.h"
#include "log/machine.h"

namespace hq::sim {

/// A promise that was broken: what ends a simulated run as a failure.
std::unexpected<Error> broken(std::string what);

class LedgerOracle {
 public:
  LedgerOracle();

  /// `command` is the one that `commit` carries out.
  Result<> fold(const log::Commit& commit, const log::Command& command);
  Result<> compare(const ledger::Ledger& ledger) const;

 private:
  Result<> fold_open(const log::Commit& commit, const log::Command& command);
  Result<> fold_transfer(const log::Commit& commit, const log::Command& command);
  Result<> fold_limit(const log::Commit& commit, const log::Command& command);
  Result<> fold_limit_change(const log::Commit& commit, const log::Command& command);
  Result<> compare_accounts(const ledger::Ledger& ledger) const;

  ledger::NaiveLedger naive_;
};

}  // namespace hq::sim
