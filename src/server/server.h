// Server: the whole of Hongqiao in one process, wired together. Nothing is decided here.
//
// start() opens the data folder (log, timetables, operator token), loads the hub, starts the
// writer and serves. It lives until stop(); one per process and data folder.
//
//   HQ_TRY(auto server, Server::start({.port = 8080, .data = "data", .hub = "hubs/hongqiao"}));
//   wait_for_signal();
//   server->stop();
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "ledger/ledger.h"
#include "server/log_lines.h"

namespace hq::server {

struct Options {
  std::string address = "127.0.0.1";
  uint16_t port = 8080;  // 0 for any free port
  std::filesystem::path data = "data";
  std::filesystem::path hub;    // folder of the hub
  std::string log_address;      // postgresql://...: a node of a cluster; empty: the log in `data`
  std::string stream = "main";  // of the log in PostgreSQL
  std::string advertised;       // where other nodes send writers; empty: from address and port
  std::string public_url;       // "https://hub.example": its credentials are those of a did:web
  std::string tls_certificate;  // PEM files; both or neither
  std::string tls_key;
  std::vector<std::string> allowed_origins;  // CORS; "*" for all
  std::size_t workers = std::max(2U, std::thread::hardware_concurrency());
  ledger::LedgerOptions ledger;  // its capacity; the seed is made at the start
  LogOptions log;
};

class Server {
 public:
  /// Errors of any part, with a message for the person who started it: conflict (port or folder
  /// taken), newer_version, disk_full, forbidden, parse_error of a hub file ...
  static Result<std::unique_ptr<Server>> start(const Options& options);
  ~Server();

  std::string url() const;
  /// The operator token, at the first start on a data folder; it is never shown again.
  const std::optional<std::string>& new_token() const;
  void stop();

 private:
  class Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace hq::server
