// The options of `hongqiao log ...`, for the command line of arguments.h.
//
//   LogArguments log(language, [&](auto action) { chosen = action; });
//   log.add(app);                       // lives as long as the app
#pragma once

#include <functional>
#include <string>

#include "cli/logs.h"

namespace CLI {
class App;
}

namespace hq::cli {

class LogArguments {
 public:
  using Action = std::function<int(const Console&)>;

  LogArguments(Language language, std::function<void(Action)> choose)
      : language_(language), choose_(std::move(choose)) {}
  LogArguments(const LogArguments&) = delete;
  LogArguments& operator=(const LogArguments&) = delete;

  void add(CLI::App& app);

 private:
  const char* tr(const char* en, const char* zh) const {
    return language_ == Language::zh ? zh : en;
  }
  CLI::App* command(CLI::App& parent, const char* name, const char* en, const char* zh,
                    Action action);
  void add_source(CLI::App& app, LogSource& source);
  void add_keys(CLI::App& app, std::vector<std::string>& keys);
  void add_verify(CLI::App& parent);
  void add_tail(CLI::App& parent);
  void add_export(CLI::App& parent);
  void add_checkpoint(CLI::App& parent);
  void add_backup(CLI::App& parent);
  void add_restore(CLI::App& parent);
  void add_drill(CLI::App& parent);

  const Language language_;
  const std::function<void(Action)> choose_;
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
