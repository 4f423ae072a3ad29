// The options of `hongqiao log ...`, for the command line of arguments.h.
//
//   LogArguments log(language, [&](auto action) { chosen = action; });
//   log.add(app);                       // lives as long as the app
#pragma once

#include <string>

#include "cli/command_family.h"
#include "cli/logs.h"

namespace hq::cli {

class LogArguments : public CommandFamily {
 public:
  using CommandFamily::CommandFamily;

  void add(CLI::App& app);

 private:
  void add_source(CLI::App& app, LogSource& source);
  void add_keys(CLI::App& app, std::vector<std::string>& keys);
  void add_verify(CLI::App& parent);
  void add_tail(CLI::App& parent);
  void add_export(CLI::App& parent);
  void add_checkpoint(CLI::App& parent);
  void add_backup(CLI::App& parent);
  void add_restore(CLI::App& parent);
  void add_drill(CLI::App& parent);

  LogVerifyOptions verify_;
  LogTailOptions tail_;
  LogExportOptions export_;
  std::string export_format_;
  LogCheckpointOptions checkpoint_;
  LogBackupOptions backup_;
  LogRestoreOptions restore_;
  LogDrillOptions drill_;
};

}  // namespace hq::cli
