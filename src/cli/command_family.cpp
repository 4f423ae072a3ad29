#include "cli/command_family.h"

#include <CLI/CLI.hpp>

namespace hq::cli {

CLI::App* CommandFamily::command(CLI::App& parent, const char* name, const char* en, const char* zh,
                                 Action action) {
  CLI::App* app = parent.add_subcommand(name, tr(en, zh));
  app->fallthrough();
  app->set_help_flag("-h,--help", tr("Show this help", "显示帮助"));
  if (action) {
    app->callback([this, chosen = std::move(action)] { choose_(chosen); });
  } else {
    app->require_subcommand(1);
  }
  return app;
}

void CommandFamily::add_data(CLI::App& app, std::filesystem::path& folder) {
  app.add_option("--data", folder, tr("Data folder (default ./data)", "数据文件夹（默认 ./data）"));
}

void CommandFamily::add_hub(CLI::App& app, std::filesystem::path& folder) {
  app.add_option("--hub", folder, tr("Folder of the hub", "枢纽数据文件夹"));
}

}  // namespace hq::cli
