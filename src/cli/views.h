// The commands under `hongqiao views`, as functions of plain options. Each returns the exit code.
#pragma once

#include <cstdint>
#include <string>

#include "cli/console.h"
#include "cli/logs.h"
#include "ledger/ledger.h"

namespace hq::cli {

struct ViewsBuildOptions {
  LogSource source;
  std::string to;  // a file of SQLite, or an address of PostgreSQL
  bool rebuild = false;
  bool follow = false;
  ledger::LedgerOptions capacity;
};

struct ViewsWaitOptions {
  std::string to;
  uint64_t at_least = 0;
  uint32_t timeout_s = 60;
};

int views_build(const ViewsBuildOptions& options, const Console& console);
int views_wait(const ViewsWaitOptions& options, const Console& console);

}  // namespace hq::cli
