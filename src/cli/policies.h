// The commands under `hongqiao rules` that work on policies: a folder, or an id of the hub's.
// Functions of plain options; each returns the exit code.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/console.h"
#include "hub/policies/policy_answers.h"

namespace hq::cli {

struct PolicyOptions {
  std::string policy;                // folder of a policy, or id of one of the hub's
  std::filesystem::path hub;         // empty: the one beside the program
  std::string as_of;                 // a day; empty: today
  std::string known_at;              // the same
  std::string input;                 // facts: a file of JSON; "-": standard input; empty: none
  std::vector<std::string> fixed;    // facts that must not change
  std::vector<std::string> weights;  // "Fact=2"
  std::string version;               // empty: the one in force
  std::string from;                  // versions
  std::string to;
  std::string population;  // a file of JSON: an array of facts
  std::filesystem::path receipt;
  bool is_whole = false;                     // also what the answer did not turn on
  std::vector<std::filesystem::path> cases;  // files
};

/// Is it a policy, and not the file of a model?
bool is_policy(const std::string& target);

int policy_eval(const PolicyOptions& options, const Console& console);
int policy_explain(const PolicyOptions& options, const Console& console);
/// Why, as sentences; all of them, or those that the answer turned on.
void show_lines(const std::vector<hub::LineAnswer>& lines, bool is_whole, const Console& console);
/// Runs cases of policies written as text (spec/rules/README.md): 0 where all hold, else 1.
int policy_cases(const PolicyOptions& options, const Console& console);
/// What is wrong with the models of its versions: 0 where nothing is an error, 1 otherwise.
int policy_check(const PolicyOptions& options, const Console& console);
int policy_what_if(const PolicyOptions& options, const Console& console);
int policy_ask(const PolicyOptions& options, const Console& console);
/// 0 where it is proved that there is no gap, overlap, conflict or dead rule; else 1.
int policy_prove(const PolicyOptions& options, const Console& console);
int policy_diff(const PolicyOptions& options, const Console& console);
int policy_readiness(const PolicyOptions& options, const Console& console);
/// 0 where the decision comes out the same and the receipt is valid; else 1.
int policy_replay(const PolicyOptions& options, const Console& console);

}  // namespace hq::cli
