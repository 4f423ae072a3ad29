// A simulated run: from one seed, a disk with its faults, callers, crashes at any call, restarts,
// second writers and jumps of the clock, over the real log, Writer and ledger.
//
// The same seed gives the same run, call by call: `Outcome::trace` tells. A program runs one at a
// time, since SQLite's random numbers are one sequence for all.
//
//   const Outcome outcome = run_scenario({.seed = 17});
//   if (!outcome.result) fmt::print("{}\n", outcome.result.error().text());
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "sim/met.h"
#include "sim/node.h"

namespace hq::sim {

struct ScenarioOptions {
  uint64_t seed = 1;
  Defect defect = Defect::none;
  std::function<void(const std::string&)> tell = {};  // what happens, a line each
};

struct Outcome {
  Result<> result;  // an Error is a promise that was broken
  Met met;
  uint64_t trace = 0;
};

Outcome run_scenario(const ScenarioOptions& options);

}  // namespace hq::sim
