// The options of `hongqiao rules ...`, for the command line of arguments.h.
//
//   RulesArguments rules(language, [&](auto action) { chosen = action; });
//   rules.add(app);                     // lives as long as the app
#pragma once

#include "cli/command_family.h"
#include "cli/policies.h"
#include "cli/rules.h"

namespace hq::cli {

class RulesArguments : public CommandFamily {
 public:
  using CommandFamily::CommandFamily;

  void add(CLI::App& app);

 private:
  void add_tck(CLI::App& parent);
  void add_eval(CLI::App& parent);
  void add_explain(CLI::App& parent);
  void add_check(CLI::App& parent);
  void add_what_if(CLI::App& parent);
  void add_ask(CLI::App& parent);
  void add_prove(CLI::App& parent);
  void add_diff(CLI::App& parent);
  void add_readiness(CLI::App& parent);
  void add_replay(CLI::App& parent);
  void add_cases(CLI::App& parent);
  void add_bench(CLI::App& parent);

  /// The model or policy, and what belongs to models alone.
  void add_target(CLI::App& app);
  void add_policy(CLI::App& app);
  void add_days(CLI::App& app);
  void add_input(CLI::App& app);
  void add_version(CLI::App& app);
  /// Where the policies are, for commands that name none.
  void add_book(CLI::App& app);
  /// The options of either, the target being in `policy_`.
  RulesModelOptions model() const;

  RulesTckOptions tck_;
  RulesModelOptions model_;
  PolicyOptions policy_;
};

}  // namespace hq::cli
