// The options of `hongqiao stops`, `journey` and `reach`, for the command line of arguments.h.
//
//   JourneyArguments journeys(language, [&](auto action) { chosen = action; });
//   journeys.add(app);                  // lives as long as the app
#pragma once

#include <vector>

#include "cli/command_family.h"
#include "cli/commands.h"

namespace hq::cli {

class JourneyArguments : public CommandFamily {
 public:
  using CommandFamily::CommandFamily;

  void add(CLI::App& app);

 private:
  void add_sources(CLI::App& app, Sources& sources);
  void add_modes(CLI::App& app, std::vector<hub::Mode>& modes);
  void add_batch(CLI::App& app, BatchFile& batch);
  void add_stops(CLI::App& parent);
  void add_journey(CLI::App& parent);
  void add_reach(CLI::App& parent);
  void add_reach_measure(CLI::App& app, hub::ReachRequest& request);
  /// What a batch has of its request, and of how the answer is wanted.
  void fill_batch_rules(const Console& console);

  StopsOptions stops_;
  JourneyOptions journey_;
  ReachOptions reach_;
  bool no_walking_ = false;
};

}  // namespace hq::cli
