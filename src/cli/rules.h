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
};

struct RulesEvalOptions {
  std::filesystem::path model;
  std::vector<std::filesystem::path> imports;
  std::string decision;
  std::string input;  // a file of JSON; "-": standard input; empty: no inputs
};

/// 0 where every case passes strictly, 1 otherwise.
int rules_tck(const RulesTckOptions& options, const Console& console);
/// 0 also where the decision is null: why is on standard error, or in the JSON.
int rules_eval(const RulesEvalOptions& options, const Console& console);

}  // namespace hq::cli
