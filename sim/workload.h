// Workload: what callers send to the ledger, from a seed: new commands, the same again, ids that
// are used for something else, and commands that arrive after later ones.
//
// Few accounts and small amounts, so that what is sent meets what was sent before: refusals,
// limits, expiries, chains that fail half way. A value; one thread.
//
//   Workload workload(random.fork());
//   node->send(workload.next_group(5));
#pragma once

#include <vector>

#include "ledger/ledger.h"
#include "log/machine.h"
#include "sim/random.h"

namespace hq::sim {

struct WorkloadMet {
  uint64_t sent = 0;
  uint64_t repeated = 0;
  uint64_t reused = 0;  // an id for another command
  uint64_t late = 0;
};

class Workload {
 public:
  explicit Workload(Random random) : random_(random) {}

  /// From 1 to `commands_max` commands.
  std::vector<log::Command> next_group(std::size_t commands_max);
  const WorkloadMet& met() const { return met_; }

 private:
  log::Command next();
  log::Command fresh();
  log::Command make(std::string_view type, std::string body);
  log::Command open_accounts();
  log::Command transfers();
  log::Command limit();
  log::Command change_limit();
  ledger::Transfer transfer();

  Random random_;
  std::vector<log::Command> sent_;
  std::vector<log::Command> late_;  // made, and not sent yet
  WorkloadMet met_;
  uint64_t last_command_ = 0;
  uint64_t last_transfer_ = 0;
  uint64_t last_limit_ = 0;
};

}  // namespace hq::sim
