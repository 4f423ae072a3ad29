// Shell completion: scripts that know every command and its options.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hq::cli {

/// A command as it is typed ("import gtfs"), its options, and the words that may follow it.
struct CompletedCommand {
  std::string words;
  std::vector<std::string> options;
  std::vector<std::string> subcommands;
};

/// The script for "bash", "zsh" or "fish"; empty for another shell.
std::string completion_script(std::string_view shell,
                              const std::vector<CompletedCommand>& commands);

}  // namespace hq::cli
