#include "cli/arguments.h"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>

#include "base/time.h"
#include "cli/command_family.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/credential_arguments.h"
#include "cli/feed_arguments.h"
#include "cli/journey_arguments.h"
#include "cli/ledger_arguments.h"
#include "cli/log_arguments.h"
#include "cli/rules_arguments.h"
#include "cli/views_arguments.h"

namespace hq::cli {
namespace {

Language language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return std::string_view(value).starts_with("zh") ? Language::zh : Language::en;
    }
  }
  return Language::en;
}

/// --lang has to be known before the help texts are made.
Language language_of(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string value;
    if (arguments[i] == "--lang" && i + 1 < arguments.size()) value = arguments[i + 1];
    if (arguments[i].starts_with("--lang=")) value = arguments[i].substr(7);
    if (!value.empty()) return value == "zh" ? Language::zh : Language::en;
  }
  return language_of_environment();
}

/// The command line being put together: one CLI11 app, and what the chosen command will do.
class CommandLine : public CommandFamily {
 public:
  explicit CommandLine(Language language);
  int run(std::vector<std::string> arguments);

 private:
  std::function<void(Action)> chooser() {
    return [this](Action action) { action_ = std::move(action); };
  }
  void add_serve();
  void add_others();
  std::vector<CompletedCommand> completed() const;

  bool json_ = false;
  std::string lang_;  // read by language_of before all else
  CLI::App app_;
  Action action_;
  CredentialArguments credential_;
  FeedArguments feeds_;
  JourneyArguments journeys_;
  LedgerArguments ledger_;
  LogArguments log_;
  RulesArguments rules_;
  ViewsArguments views_;

  server::Options serve_;
  std::string log_format_;
  bool quiet_ = false;
  Sources sources_;
  std::string shell_;
};

CommandLine::CommandLine(Language language)
    : CommandFamily(language, chooser()),
      app_(tr("Hongqiao, an operating system for an open hub", "虹桥：开放枢纽的操作系统"),
           "hongqiao"),
      credential_(language, chooser()),
      feeds_(language, chooser()),
      journeys_(language, chooser()),
      ledger_(language, chooser()),
      log_(language, chooser()),
      rules_(language, chooser()),
      views_(language, chooser()) {
  app_.require_subcommand(0, 1);
  app_.fallthrough();
  app_.set_help_flag("-h,--help", tr("Show this help", "显示帮助"));
  app_.add_flag("--json", json_, tr("Answer in JSON", "以 JSON 输出"));
  app_.add_option(
          "--lang", lang_,
          tr("Language: en or zh (default: that of the system)", "语言：en 或 zh（默认随系统）"))
      ->check(CLI::IsMember({"en", "zh"}));
  add_serve();
  feeds_.add(app_);
  journeys_.add(app_);
  credential_.add(app_);
  ledger_.add(app_);
  log_.add(app_);
  rules_.add(app_);
  views_.add(app_);
  add_others();
}

void CommandLine::add_serve() {
  CLI::App* app = command(app_, "serve", "Serve the page and the API", "启动网页与接口服务",
                          [this](const Console& console) {
                            const bool terminal = ::isatty(STDERR_FILENO) != 0;
                            serve_.log.json =
                                log_format_.empty() ? !terminal : log_format_ == "json";
                            if (quiet_ || (terminal && log_format_.empty())) {
                              serve_.log.level = server::LogLevel::warning;
                            }
                            return serve(serve_, sources_, console);
                          });
  add_data(*app, sources_.data);
  add_hub(*app, sources_.hub);
  app->add_option(
      "--port", serve_.port,
      tr("Port (default 8080; 0: any free one)", "端口（默认 8080；0 为任一空闲端口）"));
  app->add_option("--address", serve_.address,
                  tr("Address to listen on (default 127.0.0.1)", "监听地址（默认 127.0.0.1）"));
  app->add_option("--database", serve_.log_address,
                  tr("postgresql://... : be a node of a cluster that shares this log; without it "
                     "the log is in the data folder",
                     "postgresql://…：作为共享该日志的集群节点；省略时日志在数据文件夹中"));
  app->add_option("--stream", serve_.stream,
                  tr("Stream of the log in PostgreSQL", "PostgreSQL 中的日志流"));
  app->add_option("--advertise", serve_.advertised,
                  tr("URL at which other nodes name this one to those who write",
                     "其他节点告知写入者的本节点网址"));
  app->add_option("--public-url", serve_.public_url,
                  tr("https://HOST of this hub: it issues credentials as did:web:HOST",
                     "本枢纽的 https://主机：以 did:web:主机 签发凭证"));
  app->add_option("--tls-certificate", serve_.tls_certificate,
                  tr("PEM file: serve by TLS", "PEM 证书文件：启用 TLS"));
  app->add_option("--tls-key", serve_.tls_key, tr("PEM file of its key", "PEM 私钥文件"));
  app->add_option("--allow-origin", serve_.allowed_origins,
                  tr("Origin of pages that may use the API (CORS); repeatable",
                     "允许使用接口的网页来源（CORS），可重复"));
  ledger_.add_capacity(*app, serve_.ledger);
  app->add_option("--workers", serve_.workers, tr("Threads that answer", "应答线程数"))
      ->check(CLI::Range(1, 256));
  app->add_option("--log", log_format_,
                  tr("json or text (default: text with warnings on a terminal, else json)",
                     "json 或 text（默认：终端为 text 且只含警告，否则为 json）"))
      ->check(CLI::IsMember({"json", "text"}));
  app->add_flag("--quiet", quiet_, tr("Warnings and errors alone", "仅输出警告和错误"));
}

void CommandLine::add_others() {
  CLI::App* tokens = command(app_, "token", "The operator token", "操作员令牌", {});
  CLI::App* token =
      command(*tokens, "rotate", "Make a new one; the old one ends", "生成新令牌，旧令牌失效",
              [this](const Console& console) { return rotate_token({sources_}, console); });
  add_data(*token, sources_.data);
  command(app_, "version", "Show the version", "显示版本", version);
  CLI::App* completion = command(app_, "completion", "Print a shell's completion script",
                                 "输出命令补全脚本", [this](const Console& console) {
                                   console.line(completion_script(shell_, completed()));
                                   return 0;
                                 });
  completion->add_option("shell", shell_, "bash, zsh, fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

std::vector<CompletedCommand> CommandLine::completed() const {
  std::vector<CompletedCommand> commands;
  const std::function<void(const CLI::App&, const std::string&)> add =
      [&](const CLI::App& app, const std::string& words) {
        CompletedCommand command{words, {}, {}};
        for (const CLI::Option* option : app.get_options()) {
          for (const std::string& name : option->get_lnames())
            command.options.push_back("--" + name);
        }
        const auto children = app.get_subcommands([](const CLI::App*) { return true; });
        for (const CLI::App* child : children) command.subcommands.push_back(child->get_name());
        commands.push_back(std::move(command));
        for (const CLI::App* child : children) {
          add(*child, words.empty() ? child->get_name() : words + " " + child->get_name());
        }
      };
  add(app_, "");
  return commands;
}

int CommandLine::run(std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app_.parse(arguments);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      return app_.exit(error);  // help
    }
    const Error shown{.code = ErrorCode::invalid_argument,
                      .message = std::string(error.what()) + " (see --help)",
                      .message_zh = std::string("命令行有误：") + error.what() + "（参见 --help）",
                      .where = {}};
    return Console(language(), json_).fail(shown);
  }
  if (!action_) {
    Console(language(), json_).line(app_.help());
    return 0;
  }
  return action_(Console(language(), json_));
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  return CommandLine(language_of(arguments)).run(arguments);
}

}  // namespace hq::cli
