// The options of `hongqiao views ...`, for the command line of arguments.h.
//
//   ViewsArguments views(language, [&](auto action) { chosen = action; });
//   views.add(app);                     // lives as long as the app
#pragma once

#include "cli/command_family.h"
#include "cli/views.h"

namespace hq::cli {

class ViewsArguments : public CommandFamily {
 public:
  using CommandFamily::CommandFamily;

  void add(CLI::App& app);

 private:
  void add_build(CLI::App& parent);
  void add_wait(CLI::App& parent);

  ViewsBuildOptions build_;
  ViewsWaitOptions wait_;
};

}  // namespace hq::cli
