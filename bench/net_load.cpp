// A server with one handler of 200 bytes of JSON, for bench/net_load.sh: net_load PORT WORKERS
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "net/http_server.h"
#include "net/router.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: net_load PORT WORKERS\n", stderr);
    return 64;
  }
  const std::string json = "{\"id\":\"" + std::string(200 - 9, 'x') + "\"}";
  hq::net::Router router;
  router.add(hq::net::Method::get, "/stops/{id}",
             [&](const hq::net::Request&) -> hq::Result<hq::net::Response> {
               return hq::net::Response::json(json);
             });
  sigset_t end_signals;
  sigemptyset(&end_signals);
  sigaddset(&end_signals, SIGINT);
  sigaddset(&end_signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &end_signals, nullptr);
  hq::net::ServerOptions options;
  options.port = static_cast<uint16_t>(std::atoi(argv[1]));
  options.worker_count = static_cast<std::size_t>(std::atoi(argv[2]));
  const auto server = hq::net::HttpServer::start(std::move(options), std::move(router));
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().text().c_str());
    return 1;
  }
  int signal = 0;
  sigwait(&end_signals, &signal);
  (*server)->stop();
  return 0;
}
