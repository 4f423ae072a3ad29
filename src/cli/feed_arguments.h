// The options of `hongqiao hub`, `import`, `export`, `doctor` and `timetables`, for the command
// line of arguments.h.
//
//   FeedArguments feeds(language, [&](auto action) { chosen = action; });
//   feeds.add(app);                     // lives as long as the app
#pragma once

#include "cli/command_family.h"
#include "cli/commands.h"

namespace hq::cli {

class FeedArguments : public CommandFamily {
 public:
  using CommandFamily::CommandFamily;

  void add(CLI::App& app);

 private:
  void add_build(CLI::App& parent);
  void add_import(CLI::App& parent);
  void add_import_kind(CLI::App& parent, const char* name, hub::TimetableKind kind, const char* en,
                       const char* zh);
  void add_export(CLI::App& parent);
  void add_doctor(CLI::App& parent);
  void add_timetables(CLI::App& parent);

  BuildOptions build_;
  ImportOptions import_;
  bool keep_active_ = false;
  ExportOptions export_;
  DoctorOptions doctor_;
  bool all_defects_ = false;
  TimetablesOptions timetables_;
};

}  // namespace hq::cli
