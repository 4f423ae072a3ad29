// The options of `hongqiao rules ...`, for the command line of arguments.h.
//
//   RulesArguments rules(language, [&](auto action) { chosen = action; });
//   rules.add(app);                     // lives as long as the app
#pragma once

#include "cli/command_family.h"
#include "cli/rules.h"

namespace hq::cli {

class RulesArguments : public CommandFamily {
 public:
  using CommandFamily::CommandFamily;

  void add(CLI::App& app);

 private:
  void add_tck(CLI::App& parent);
  void add_eval(CLI::App& parent);

  RulesTckOptions tck_;
  RulesEvalOptions eval_;
};

}  // namespace hq::cli
