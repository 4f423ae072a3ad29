// When an account was opened, to the commit.
//
// The ledger knows the time at which each account was opened; two commits may share one. The log
// then says which came first. Reads the log; any thread.
//
//   HQ_TRY(const bool was_there, was_open(log, account, 17));
#pragma once

#include <cstdint>

#include "ledger/records.h"
#include "log/log.h"

namespace hq::hub {

/// Whether the account was there after commit `seq`. Errors: those of the log.
Result<bool> was_open(const log::LogReader& log, const ledger::Account& account, uint64_t seq);

/// not_found for an account that was opened only later.
std::unexpected<Error> not_yet_open(const ledger::Account& account);

}  // namespace hq::hub
