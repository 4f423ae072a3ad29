#include "server/server.h"

#include <atomic>
#include <cmath>

#include "api/api.h"
#include "auth/operator_token.h"
#include "base/json.h"
#include "hub/reference/reference.h"
#include "hub/timetables/import.h"
#include "log/snapshot.h"
#include "log/sqlite_log.h"
#include "net/static_files.h"
#include "server/metrics.h"
#include "server/node.h"

namespace hq::server {

std::span<const net::EmbeddedFile> web_files();  // made from the built page

namespace {

constexpr uint64_t kUploadBytesMax = uint64_t{128} << 20;       // a feed to import
constexpr uint64_t kUploadBytesTotalMax = uint64_t{512} << 20;  // all uploads at a time

struct Health {
  std::string status;
  uint64_t seq = 0;
  std::string timetable;
  std::string role = "single";  // or active or standby, in a cluster
  std::optional<uint64_t> term = {};
  std::optional<std::string> active = {};  // where the active node is reached, or what it is called
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, seq, timetable, role, term, active))

Result<> make_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) return std::unexpected(system_error(failure.value(), folder.string()));
  return {};
}

}  // namespace

/// All parts, in the order in which they stand on each other; destroyed the other way round.
class Server::Parts {
 public:
  explicit Parts(const Options& options) : options_(options), lines_(options.log) {}
  ~Parts() { stop(); }

  Result<> open();
  void stop();
  std::string url() const { return http_->url(); }
  const std::optional<std::string>& new_token() const { return new_token_; }

 private:
  Result<> open_hub();
  Result<> open_log();
  Result<std::unique_ptr<Node>> open_node();
  std::string own_address() const;
  hub::CredentialOptions credential_options();
  Result<> start_writer();
  Result<> serve();
  void add_system_routes(net::Router& router);
  void on_request(const net::RequestRecord& record);

  const Options options_;
  LogLines lines_;
  Metrics metrics_;
  std::shared_ptr<const hub::ReferenceHub> hub_;
  std::unique_ptr<auth::OperatorToken> token_;
  std::optional<std::string> new_token_;
  std::unique_ptr<log::Log> log_;
  std::unique_ptr<hub::Timetables> timetables_;
  std::unique_ptr<hub::LedgerService> ledger_;
  hub::AssetRegister assets_;
  std::unique_ptr<hub::CredentialService> credentials_;
  std::unique_ptr<const hub::PolicyService> policies_;
  log::Machine machine_;
  std::optional<log::SnapshotStore> snapshots_;
  std::unique_ptr<log::Writer> writer_;   // on a log of our own,
  std::unique_ptr<Node> node_;            // or a node of a cluster
  log::CommandSink* commands_ = nullptr;  // whichever it is
  std::unique_ptr<hub::Networks> networks_;
  std::unique_ptr<api::Services> services_;
  std::unique_ptr<net::HttpServer> http_;
  std::atomic<const net::HttpServer*> running_ = nullptr;  // http_, once it serves
};

Result<> Server::Parts::open() {
  HQ_TRY_VOID(make_folder(options_.data));
  HQ_TRY_VOID(open_log());
  HQ_TRY_VOID(open_hub());
  HQ_TRY(auto opened, auth::OperatorToken::open(options_.data));
  token_ = std::move(opened.token);
  new_token_ = std::move(opened.new_token);
  return serve();
}

Result<> Server::Parts::open_log() {
  // First of all, since it is what refuses a folder that is taken or newer than this program.
  if (!options_.log_address.empty()) {
    if (std::error_code none; std::filesystem::exists(options_.data / log::kLogFileName, none)) {
      return fail(ErrorCode::conflict,
                  "this data folder holds a log of its own; choose another folder for a node of a "
                  "cluster",
                  "该数据文件夹已有自己的日志；集群节点请使用其他文件夹", options_.data.string());
    }
    return {};
  }
  HQ_TRY(log_, log::open_log(options_.data));
  return {};
}

Result<> Server::Parts::open_hub() {
  HQ_TRY(hub::ReferenceHub hub, hub::load_hub(options_.hub));
  hub_ = std::make_shared<const hub::ReferenceHub>(std::move(hub));
  const auto folder = options_.data / "timetables";
  HQ_TRY(auto reference, hub::open_reference(*hub_, options_.hub, folder));
  timetables_ = std::make_unique<hub::Timetables>(folder, std::move(reference));
  machine_.add(*timetables_);
  ledger_ = std::make_unique<hub::LedgerService>(hub::with_random_seed(options_.ledger));
  machine_.add(*ledger_);
  machine_.add(assets_);
  HQ_TRY(credentials_, hub::CredentialService::open(credential_options()));
  machine_.add(*credentials_);
  HQ_TRY(auto book, hub::load_policies(options_.hub / "policies"));
  policies_ = std::make_unique<const hub::PolicyService>(std::move(book), *credentials_,
                                                         "hongqiao " HQ_VERSION);
  HQ_TRY_VOID(start_writer());
  HQ_TRY_VOID(ledger_->fits());
  if (const auto signers = credentials_->check_signers(); !signers) {
    lines_.error("earlier credentials cannot be vouched for", {{"error", signers.error().text()}});
  }
  networks_ = std::make_unique<hub::Networks>(*timetables_, hub_);
  // Made now, so that the first question does not wait for it. A timetable whose file is damaged
  // is said here and in each answer; another can still be chosen.
  if (const auto network = networks_->get({}); !network) {
    const std::string why = network.error().text();
    lines_.error("the active timetable cannot be used", {{"error", why}});
  }
  return {};
}

/// Replays the log behind the newest sound snapshot, here or as a node of a cluster.
Result<> Server::Parts::start_writer() {
  HQ_TRY(snapshots_, log::SnapshotStore::open(options_.data / "snapshots"));
  if (!options_.log_address.empty()) {
    HQ_TRY(node_, open_node());
  }
  const log::LogReader& reader = node_ ? node_->reader() : *log_;
  HQ_TRY(const log::Head folded, snapshots_->load(machine_, reader, [this](const Error& why) {
    lines_.error("a snapshot was passed over", {{"error", why.text()}});
  }));
  log::WriterOptions writing;
  writing.folded = folded;
  writing.snapshots = &*snapshots_;
  writing.on_snapshot = [this](const Result<log::Head>& kept) {
    if (kept) {
      lines_.info("a snapshot was kept", {{"seq", kept->seq}});
    } else {
      lines_.error("no snapshot was kept", {{"error", kept.error().text()}});
    }
  };
  if (node_) {
    commands_ = node_.get();
    return node_->start(std::move(writing));
  }
  HQ_TRY(writer_, log::Writer::start(*log_, machine_, std::move(writing)));
  commands_ = writer_.get();
  return {};
}

Result<std::unique_ptr<Node>> Server::Parts::open_node() {
  NodeOptions node;
  node.log.connection = options_.log_address;
  node.log.stream = options_.stream;
  node.log.address = own_address();
  node.check = [this] { return ledger_->fits(); };
  node.on_change = [this](const std::string& what, const NodeState& state) {
    lines_.warning(what, {{"role", state.role == Role::active ? "active" : "standby"},
                          {"term", state.term},
                          {"holder", state.holder}});
  };
  return Node::open(std::move(node), machine_);
}

hub::CredentialOptions Server::Parts::credential_options() {
  hub::CredentialOptions options{options_.data, options_.hub, options_.public_url, {}};
  options.on_passed_over = [this](const Error& why) {
    lines_.error("a file of another issuer was passed over", {{"error", why.text()}});
  };
  return options;
}

/// Where other nodes send those who want to write.
std::string Server::Parts::own_address() const {
  if (!options_.advertised.empty()) return options_.advertised;
  const std::string scheme = options_.tls_certificate.empty() ? "http" : "https";
  return scheme + "://" + options_.address + ":" + std::to_string(options_.port);
}

Result<> Server::Parts::serve() {
  services_ = std::make_unique<api::Services>(hub_, *timetables_, *networks_, *ledger_, assets_,
                                              *credentials_, *policies_,
                                              node_ ? node_->reader() : *log_, *commands_, *token_);
  net::Router router;
  router.set_cors({.allowed_origins = options_.allowed_origins});
  api::add_routes(router, *services_);
  add_system_routes(router);
  router.set_fallback(net::StaticFiles(web_files(), {}));

  net::ServerOptions http;
  http.address = options_.address;
  http.port = options_.port;
  http.worker_count = options_.workers;
  http.body_bytes_max = kUploadBytesMax;
  http.body_bytes_total_max = kUploadBytesTotalMax;
  if (!options_.tls_certificate.empty() || !options_.tls_key.empty()) {
    http.tls = net::TlsOptions{options_.tls_certificate, options_.tls_key};
  }
  // All that is no question is a command for the log, which says soonest that it has too many.
  http.refuse = [this](const net::Request& request) -> std::optional<Error> {
    return api::is_question(request) ? std::nullopt : commands_->overload();
  };
  // With a log of its own: a node of a cluster may have to wait to know who writes.
  if (!node_) http.is_quick = [this](const auto& asked) { return is_quick(*services_, asked); };
  http.on_request = [this](const net::RequestRecord& record) { on_request(record); };
  http.on_error = [this](std::string_view request, const Error& error) {
    lines_.error(error.text(), {{"request", request}, {"code", info(error.code).id}});
  };
  HQ_TRY(http_, net::HttpServer::start(std::move(http), std::move(router)));
  running_ = http_.get();
  lines_.info(
      "serving",
      {{"url", http_->url()}, {"data", options_.data.native()}, {"seq", commands_->last_seq()}});
  return {};
}

void Server::Parts::add_system_routes(net::Router& router) {
  router.add(net::Method::get, "/healthz", [this](const net::Request&) -> Result<net::Response> {
    const std::string active = timetables_->active_id();
    const bool usable = networks_->get(active).has_value();
    Health health{usable ? "ok" : "timetable unusable", commands_->last_seq(), active};
    if (node_) {
      const NodeState state = node_->state();
      health.role = state.role == Role::active ? "active" : "standby";
      health.term = state.term;
      health.active = state.address.empty() ? state.holder : state.address;
    }
    auto response = net::Response::json(to_json(health), usable ? 200 : 503);
    response.headers.set("Cache-Control", "no-store");
    return response;
  });
  // For what stands in front of a cluster and has to find the node that takes commands.
  router.add(
      net::Method::get, "/healthz/active", [this](const net::Request&) -> Result<net::Response> {
        const bool is_active = !node_ || node_->state().role == Role::active;
        auto response = net::Response::text(is_active ? "active\n" : "standby\n",
                                            "text/plain; charset=utf-8", is_active ? 200 : 503);
        response.headers.set("Cache-Control", "no-store");
        return response;
      });
  router.add(net::Method::get, "/metrics", [this](const net::Request&) -> Result<net::Response> {
    const net::HttpServer* running = running_.load();
    auto response = net::Response::text(
        metrics_.text(node_ ? node_->metrics() : writer_->metrics(), commands_->last_seq(),
                      running ? running->stats() : net::ServerStats{}) +
            (node_ ? node_metrics(node_->state()) : std::string()),
        "text/plain; version=0.0.4; charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    return response;
  });
}

void Server::Parts::on_request(const net::RequestRecord& record) {
  metrics_.count_request(record);
  lines_.info("request", {{"method", record.method},
                          {"path", record.path},
                          {"status", static_cast<uint64_t>(record.status)},
                          {"bytes", record.bytes},
                          {"ms", std::round(record.seconds * 1e5) / 100},
                          {"request", record.request_id},
                          {"remote", record.remote_address}});
}

void Server::Parts::stop() {
  if (http_) http_->stop();
  if (writer_) writer_->stop();
  if (node_) node_->stop();
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(const Options& options) {
  auto parts = std::make_unique<Parts>(options);
  HQ_TRY_VOID(parts->open());
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::string Server::url() const {
  return parts_->url();
}
const std::optional<std::string>& Server::new_token() const {
  return parts_->new_token();
}
void Server::stop() {
  parts_->stop();
}

}  // namespace hq::server
