// The commands under `hongqiao rules`, as functions of plain options. Each returns the exit code.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/console.h"

namespace hq::cli {

struct RulesTckOptions {
  std::filesystem::path folder;
  std::size_t failures_max = 20;
  bool is_walked = false;  // by the walker; else compiled
};

struct RulesModelOptions {
  std::filesystem::path model;
  std::vector<std::filesystem::path> imports;
  std::string decision;
  std::string input;      // a file of JSON; "-": standard input; empty: no inputs
  bool is_whole = false;  // of an explanation: also what the answer did not turn on
  double seconds = 1;     // of each measurement
};

/// 0 where every case passes strictly, 1 otherwise.
int rules_tck(const RulesTckOptions& options, const Console& console);
/// 0 also where the decision is null: why is on standard error, or in the JSON.
int rules_eval(const RulesModelOptions& options, const Console& console);
int rules_explain(const RulesModelOptions& options, const Console& console);
/// 0 where nothing is an error, 1 otherwise.
int rules_check(const RulesModelOptions& options, const Console& console);
/// Decisions per second, by each way to take them.
int rules_bench(const RulesModelOptions& options, const Console& console);
/// 0 where it is proved that there is no gap, overlap, conflict or dead rule; else 1. Inputs may be
/// anything of their types.
int rules_prove(const RulesModelOptions& options, const Console& console);

}  // namespace hq::cli
