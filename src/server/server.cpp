#include "server/server.h"

#include <atomic>
#include <cmath>

#include "api/api.h"
#include "auth/operator_token.h"
#include "base/json.h"
#include "hub/reference/reference.h"
#include "hub/timetables/import.h"
#include "log/sqlite_log.h"
#include "net/static_files.h"
#include "server/metrics.h"

namespace hq::server {

std::span<const net::EmbeddedFile> web_files();  // made from the built page

namespace {

constexpr uint64_t kUploadBytesMax = uint64_t{128} << 20;       // a feed to import
constexpr uint64_t kUploadBytesTotalMax = uint64_t{512} << 20;  // all uploads at a time

struct Health {
  std::string status;
  uint64_t seq = 0;
  std::string timetable;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, seq, timetable))

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
  log::Machine machine_;
  std::unique_ptr<log::Writer> writer_;
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
  HQ_TRY(writer_, log::Writer::start(*log_, machine_));
  HQ_TRY_VOID(ledger_->fits());
  networks_ = std::make_unique<hub::Networks>(*timetables_, hub_);
  // Made now, so that the first question does not wait for it. A timetable whose file is damaged
  // is said here and in each answer; another can still be chosen.
  if (const auto network = networks_->get({}); !network) {
    const std::string why = network.error().text();
    lines_.error("the active timetable cannot be used", {{"error", why}});
  }
  return {};
}

Result<> Server::Parts::serve() {
  services_ =
      std::make_unique<api::Services>(hub_, *timetables_, *networks_, *ledger_, assets_, *log_,
                                      *writer_, *token_);
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
  http.on_request = [this](const net::RequestRecord& record) { on_request(record); };
  http.on_error = [this](std::string_view request, const Error& error) {
    lines_.error(error.text(), {{"request", request}, {"code", info(error.code).id}});
  };
  HQ_TRY(http_, net::HttpServer::start(std::move(http), std::move(router)));
  running_ = http_.get();
  lines_.info(
      "serving",
      {{"url", http_->url()}, {"data", options_.data.native()}, {"seq", writer_->last_seq()}});
  return {};
}

void Server::Parts::add_system_routes(net::Router& router) {
  router.add(net::Method::get, "/healthz", [this](const net::Request&) -> Result<net::Response> {
    const std::string active = timetables_->active_id();
    const bool usable = networks_->get(active).has_value();
    auto response = net::Response::json(
        to_json(Health{usable ? "ok" : "timetable unusable", writer_->last_seq(), active}),
        usable ? 200 : 503);
    response.headers.set("Cache-Control", "no-store");
    return response;
  });
  router.add(net::Method::get, "/metrics", [this](const net::Request&) -> Result<net::Response> {
    const net::HttpServer* running = running_.load();
    auto response =
        net::Response::text(metrics_.text(writer_->metrics(), writer_->last_seq(),
                                          running ? running->stats() : net::ServerStats{}),
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
