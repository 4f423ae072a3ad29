// hongqiao serve, token rotate, version.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "auth/operator_token.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/sources.h"

namespace hq::cli {
namespace {

/// Blocks the signals that end a server, in this thread and all it starts, to be waited for.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

void welcome(const server::Server& server, const Console& console) {
  const std::string url = server.url();
  console.line(fmt::format("{} {}", console.choose("Hongqiao serves", "虹桥已启动："), url));
  if (const auto& token = server.new_token()) {
    console.line(console.choose("The operator token, needed for writing and shown this once:",
                                "操作员令牌（写入时需要，仅显示这一次）："));
    console.line("  " + *token);
  }
  console.line(console.choose("Try:", "试一试："));
  console.line(fmt::format("  {}/journeys?from=place:hongqiao&to=city:杭州", url));
  console.line(fmt::format("  {}/circle?from=AOH&limit_min=120", url));
  console.line(fmt::format("  curl '{}/api/v1/reach?from=AOH&measure=best'", url));
  console.line(console.choose("Stop with Ctrl-C.", "按 Ctrl-C 停止。"));
  std::fflush(stdout);
}

}  // namespace

int serve(server::Options options, const Sources& sources, const Console& console) {
  const sigset_t signals = block_stop_signals();
  auto hub = find_hub_folder(sources.hub);
  if (!hub) return console.fail(hub.error());
  options.hub = *std::move(hub);
  options.data = sources.data;
  auto server = server::Server::start(options);
  if (!server) return console.fail(server.error());
  welcome(**server, console);
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  console.note("stopping", "正在停止");
  (*server)->stop();
  return 0;
}

int rotate_token(const TokenOptions& options, const Console& console) {
  const auto token = auth::OperatorToken::rotate(options.sources.data);
  if (!token) return console.fail(token.error());
  if (console.json()) {
    std::string text;
    JsonWriter(text).begin_object().field("token", *token).end_object();
    console.line(text);
  } else {
    console.line(*token);
    console.note("The old token is worth nothing from now on.", "旧令牌即刻失效。");
  }
  return 0;
}

int version(const Console& console) {
  if (console.json()) {
    std::string text;
    JsonWriter(text).begin_object().field("version", std::string_view(HQ_VERSION)).end_object();
    console.line(text);
  } else {
    console.line("hongqiao " HQ_VERSION);
  }
  return 0;
}

}  // namespace hq::cli
