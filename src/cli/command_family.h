// CommandFamily: commands that belong together, as `hongqiao log ...`, on the command line of
// arguments.h.
//
// A family holds the options that CLI11 fills, so it lives as long as the app; not copied.
//
//   class LogArguments : public CommandFamily { void add(CLI::App& app); ... };
//   LogArguments log(language, [&](auto action) { chosen = action; });
#pragma once

#include <filesystem>
#include <functional>
#include <utility>

#include "cli/console.h"

namespace CLI {
class App;
}

namespace hq::cli {

class CommandFamily {
 public:
  using Action = std::function<int(const Console&)>;

  /// `choose` is told what the command that was given will do.
  CommandFamily(Language language, std::function<void(Action)> choose)
      : language_(language), choose_(std::move(choose)) {}
  CommandFamily(const CommandFamily&) = delete;
  CommandFamily& operator=(const CommandFamily&) = delete;

 protected:
  const char* tr(const char* en, const char* zh) const {
    return language_ == Language::zh ? zh : en;
  }
  /// A command of `parent`; without an action one that only has others below it.
  CLI::App* command(CLI::App& parent, const char* name, const char* en, const char* zh,
                    Action action);
  /// Options that many commands have.
  void add_data(CLI::App& app, std::filesystem::path& folder);
  void add_hub(CLI::App& app, std::filesystem::path& folder);
  Language language() const { return language_; }

 private:
  const Language language_;
  const std::function<void(Action)> choose_;
};

}  // namespace hq::cli
