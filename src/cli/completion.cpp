#include "cli/completion.h"

#include <fmt/format.h>

namespace hq::cli {
namespace {

std::string joined(const CompletedCommand& command) {
  return fmt::format("{}{}{}", fmt::join(command.subcommands, " "),
                     command.subcommands.empty() ? "" : " ", fmt::join(command.options, " "));
}

std::string bash_script(const std::vector<CompletedCommand>& commands) {
  std::string known;  // command paths, as patterns of a case
  std::string cases;
  for (const CompletedCommand& command : commands) {
    if (!command.words.empty())
      known += fmt::format("{}'{}'", known.empty() ? "" : "|", command.words);
    cases += fmt::format("    '{}') words='{}' ;;\n", command.words, joined(command));
  }
  return fmt::format(
      "_hongqiao() {{\n"
      "  local typed='' word words=''\n"
      "  for word in \"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n"
      "    case \"${{typed:+$typed }}$word\" in {}) typed=\"${{typed:+$typed }}$word\" ;; esac\n"
      "  done\n"
      "  case \"$typed\" in\n{}  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n"
      "  [ ${{#COMPREPLY[@]}} -gt 0 ] ||\n"
      "    COMPREPLY=($(compgen -f -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n"
      "}}\n"
      "complete -o filenames -F _hongqiao hongqiao\n",
      known, cases);
}

std::string fish_script(const std::vector<CompletedCommand>& commands) {
  std::string script;
  for (const CompletedCommand& command : commands) {
    const std::string when = command.words.empty()
                                 ? std::string("__fish_use_subcommand")
                                 : fmt::format("__fish_seen_subcommand_from {}",
                                               command.words.substr(command.words.rfind(' ') + 1));
    for (const std::string& word : command.subcommands) {
      script += fmt::format("complete -c hongqiao -f -n '{}' -a {}\n", when, word);
    }
    for (const std::string& option : command.options) {
      if (option.starts_with("--")) {
        script += fmt::format("complete -c hongqiao -n '{}' -l {}\n", when, option.substr(2));
      }
    }
  }
  return script;
}

}  // namespace

std::string completion_script(std::string_view shell,
                              const std::vector<CompletedCommand>& commands) {
  if (shell == "bash") return bash_script(commands);
  if (shell == "zsh") {
    return "#compdef hongqiao\nautoload -U +X bashcompinit && bashcompinit\n" +
           bash_script(commands);
  }
  if (shell == "fish") return fish_script(commands);
  return {};
}

}  // namespace hq::cli
