// hongqiao ledger bench: transfers per second of a running server, or of a ledger in a new folder.
//
// Random pairs of accounts; each connection sends one batch after the other and waits for it to be
// on disk. In process the batches go to the writer as a server's do; the folder is removed after.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>

#include "base/json.h"
#include "cli/desk.h"
#include "cli/ledger.h"

namespace hq::cli {
namespace {

using Clock = std::chrono::steady_clock;
using ledger::Transfer;
using ledger::Uint128;

constexpr uint32_t kAsset = 156;
constexpr int kWaitSeconds = 60;  // for one answer

/// Where batches go: all of a batch is created, or an Error.
class Target {
 public:
  virtual ~Target() = default;
  virtual Result<> open(const std::vector<ledger::Account>& accounts) = 0;
  virtual Result<> make(const std::vector<Transfer>& transfers) = 0;
};

Error refusal(ledger::Status status) {
  return {
      ErrorCode::conflict,
      fmt::format("the ledger refused a transfer ({}): {}", id(status), text(status, Language::en)),
      fmt::format("账本拒绝了一笔转账（{}）：{}", id(status), text(status, Language::zh)),
      {}};
}

/// A ledger of its own. Shared by all threads: the writer takes from each.
class InProcess : public Target {
 public:
  explicit InProcess(LedgerDesk& desk) : desk_(desk) {}

  Result<> open(const std::vector<ledger::Account>& accounts) override {
    HQ_TRY(const log::Receipt receipt, desk_.desk.submit("ledger.open", hub::to_bytes(accounts)));
    HQ_TRY(const auto statuses, desk_.ledger->statuses(accounts.size(), receipt));
    return check(statuses);
  }
  Result<> make(const std::vector<Transfer>& transfers) override {
    HQ_TRY(const log::Receipt receipt,
           desk_.desk.submit("ledger.transfer", hub::to_bytes(transfers)));
    HQ_TRY(const auto statuses, desk_.ledger->statuses(transfers.size(), receipt));
    return check(statuses);
  }

 private:
  static Result<> check(const std::vector<ledger::Status>& statuses) {
    const auto wrong = std::ranges::find_if(
        statuses, [](ledger::Status status) { return status != ledger::Status::created; });
    if (wrong != statuses.end()) return std::unexpected(refusal(*wrong));
    return {};
  }

  LedgerDesk& desk_;
};

/// One connection to a server, over plain HTTP/1.1, kept alive. One thread.
class Connection : public Target {
 public:
  static Result<std::unique_ptr<Connection>> to(const std::string& url, std::string token);
  ~Connection() override { ::close(descriptor_); }

  Result<> open(const std::vector<ledger::Account>& accounts) override {
    return post("accounts", hub::to_bytes(accounts), sizeof(ledger::Status));
  }
  Result<> make(const std::vector<Transfer>& transfers) override {
    return post("transfers", hub::to_bytes(transfers), sizeof(ledger::Outcome));
  }

 private:
  Connection(int descriptor, std::string host, std::string token)
      : descriptor_(descriptor), host_(std::move(host)), token_(std::move(token)) {}
  Result<> post(std::string_view what, const std::string& body, std::size_t answer_bytes);
  Result<> send_all(std::string_view bytes);
  Result<std::string> read_answer();

  int descriptor_;
  std::string host_;
  std::string token_;
};

std::unexpected<Error> bad_url(const std::string& url) {
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' is not like http://127.0.0.1:8080", url),
              fmt::format("“{}”应形如 http://127.0.0.1:8080", url), "--url");
}

Result<std::unique_ptr<Connection>> Connection::to(const std::string& url, std::string token) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return bad_url(url);
  std::string host = url.substr(kScheme.size());
  while (host.ends_with('/')) host.pop_back();
  const std::size_t colon = host.rfind(':');
  const std::string name = host.substr(0, colon);
  const std::string port = colon == std::string::npos ? "80" : host.substr(colon + 1);
  addrinfo wanted = {};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (name.empty() || ::getaddrinfo(name.c_str(), port.c_str(), &wanted, &found) != 0) {
    return bad_url(url);
  }
  const int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_connected =
      descriptor >= 0 && ::connect(descriptor, found->ai_addr, found->ai_addrlen) == 0;
  const int failure = errno;
  ::freeaddrinfo(found);
  if (!is_connected) {
    if (descriptor >= 0) ::close(descriptor);
    return std::unexpected(system_error(failure, url));
  }
  timeval wait = {};
  wait.tv_sec = kWaitSeconds;
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return std::unique_ptr<Connection>(new Connection(descriptor, host, std::move(token)));
}

Result<> Connection::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return std::unexpected(system_error(errno, host_));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

/// The body of an answer with status 200 and a Content-Length, as the server sends all of its own.
Result<std::string> Connection::read_answer() {
  std::string bytes;
  std::size_t body_at = std::string::npos;
  std::size_t length = 0;
  while (body_at == std::string::npos || bytes.size() < body_at + length) {
    char buffer[65536];
    const ssize_t count = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (count < 0) return std::unexpected(system_error(errno, host_));
    if (count == 0) {
      return fail(ErrorCode::unavailable, "the server closed the connection", "服务器关闭了连接",
                  host_);
    }
    bytes.append(buffer, static_cast<std::size_t>(count));
    if (body_at != std::string::npos) continue;
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const std::size_t at = bytes.find(kLength);
    if (at < end) {
      std::from_chars(bytes.data() + at + kLength.size(), bytes.data() + end, length);
    }
    body_at = end + 4;
  }
  std::string body = bytes.substr(body_at);
  if (bytes.starts_with("HTTP/1.1 200")) return body;
  return fail(ErrorCode::conflict, fmt::format("the server says: {}", body),
              fmt::format("服务器答复：{}", body), host_);
}

Result<> Connection::post(std::string_view what, const std::string& body,
                          std::size_t answer_bytes) {
  HQ_TRY_VOID(send_all(
      fmt::format("POST /api/v1/ledger/{} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n"
                  "Content-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
                  what, host_, token_, body.size())));
  HQ_TRY_VOID(send_all(body));
  HQ_TRY(const std::string answer, read_answer());
  for (std::size_t at = 0; at + sizeof(uint16_t) <= answer.size(); at += answer_bytes) {
    const auto low = static_cast<uint8_t>(answer[at]);
    const auto high = static_cast<uint8_t>(answer[at + 1]);
    const auto status = static_cast<uint16_t>(low | high << 8);
    if (status >= ledger::kStatusCount) continue;
    if (status != 0) return std::unexpected(refusal(static_cast<ledger::Status>(status)));
  }
  return {};
}

struct BenchAnswer {
  uint64_t transfers = 0;
  uint64_t transfers_per_s = 0;
  double batch_ms_p50 = 0;
  double batch_ms_p99 = 0;
};
BOOST_DESCRIBE_STRUCT(BenchAnswer, (), (transfers, transfers_per_s, batch_ms_p50, batch_ms_p99))

/// Ids from a place of their own, so that a server's accounts are not touched.
struct Ids {
  Uint128 accounts = 0;
  Uint128 transfers = 0;
};

Result<> open_accounts(Target& target, const LedgerBenchOptions& options, const Ids& ids) {
  for (uint32_t begin = 0; begin < options.accounts;) {
    const auto count = std::min<std::size_t>(options.accounts - begin, hub::kLedgerBatchMax);
    std::vector<ledger::Account> accounts(count);
    for (auto& account : accounts) {
      account = {.id = ids.accounts + begin++, .asset = kAsset, .kind = 1};
    }
    HQ_TRY_VOID(target.open(accounts));
  }
  return {};
}

/// One connection's share: its batches, and how long each took.
Result<std::vector<double>> run_share(Target& target, const LedgerBenchOptions& options,
                                      const Ids& ids, std::atomic<uint64_t>& taken, uint64_t seed) {
  std::mt19937_64 random(seed);
  const uint64_t used = options.hot == 0 ? options.accounts : options.hot;
  std::vector<double> took_ms;
  for (;;) {
    const uint64_t begin = taken.fetch_add(options.batch);
    if (begin >= options.transfers) return took_ms;
    std::vector<Transfer> batch(std::min<uint64_t>(options.batch, options.transfers - begin));
    for (uint64_t i = 0; i < batch.size(); ++i) {
      const uint64_t debit = random() % used;
      const uint64_t credit = (debit + 1 + random() % (used - 1)) % used;
      batch[i] = {.id = ids.transfers + begin + i,
                  .debit_account = ids.accounts + debit,
                  .credit_account = ids.accounts + credit,
                  .amount = 1 + random() % 1000,
                  .asset = kAsset,
                  .code = 1};
    }
    const auto start = Clock::now();
    HQ_TRY_VOID(target.make(batch));
    took_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
}

Result<BenchAnswer> measure(std::vector<std::unique_ptr<Target>> targets,
                            const LedgerBenchOptions& options) {
  std::random_device chance;
  const Uint128 place = (Uint128{chance()} << 64 | Uint128{chance()} << 32) << 16;
  const Ids ids{place + 1, place + 1};
  HQ_TRY_VOID(open_accounts(*targets.front(), options, ids));
  std::atomic<uint64_t> taken = 0;
  std::vector<Result<std::vector<double>>> shares(targets.size());
  const auto start = Clock::now();
  {
    std::vector<std::jthread> threads;
    threads.reserve(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
      threads.emplace_back(
          [&, i] { shares[i] = run_share(*targets[i], options, ids, taken, i + 1); });
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::vector<double> took_ms;
  for (auto& share : shares) {
    if (!share) return std::unexpected(std::move(share).error());
    took_ms.insert(took_ms.end(), share->begin(), share->end());
  }
  std::ranges::sort(took_ms);
  const auto at = [&](double part) {
    return took_ms[static_cast<std::size_t>(part * static_cast<double>(took_ms.size() - 1))];
  };
  return BenchAnswer{options.transfers,
                     static_cast<uint64_t>(static_cast<double>(options.transfers) / seconds),
                     at(0.5), at(0.99)};
}

Result<BenchAnswer> bench_server(const LedgerBenchOptions& options) {
  std::vector<std::unique_ptr<Target>> targets;
  for (uint32_t i = 0; i < options.connections; ++i) {
    HQ_TRY(auto connection, Connection::to(options.url, options.token));
    targets.push_back(std::move(connection));
  }
  return measure(std::move(targets), options);
}

Result<BenchAnswer> bench_folder(const LedgerBenchOptions& options) {
  const auto folder = options.folder / fmt::format("hongqiao-bench-{}", ::getpid());
  const auto run = [&]() -> Result<BenchAnswer> {
    LedgerSource source;
    source.sources.data = folder;
    source.capacity = {.accounts_max = options.accounts, .transfers_max = options.transfers};
    HQ_TRY(const auto desk, LedgerDesk::open(source));
    std::vector<std::unique_ptr<Target>> targets;
    targets.reserve(options.connections);
    for (uint32_t i = 0; i < options.connections; ++i) {
      targets.push_back(std::make_unique<InProcess>(*desk));
    }
    auto answer = measure(std::move(targets), options);
    desk->desk.writer->stop();
    return answer;
  };
  auto answer = run();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return answer;
}

}  // namespace

int ledger_bench(const LedgerBenchOptions& options, const Console& console) {
  if (options.hot == 1 || options.hot > options.accounts) {
    return console.fail({ErrorCode::invalid_argument,
                         "--hot is 0, or from 2 to the number of accounts",
                         "--hot 应为 0，或 2 至账户数", "--hot"});
  }
  const auto answer = options.url.empty() ? bench_folder(options) : bench_server(options);
  if (!answer) return console.fail(answer.error());
  if (console.json()) {
    console.line(to_json(*answer));
  } else {
    console.line(fmt::format("{} {}, {} {}/s; {} p50 {:.2f} ms, p99 {:.2f} ms", answer->transfers,
                             console.choose("transfers", "笔转账"), answer->transfers_per_s,
                             console.choose("transfers", "笔"), console.choose("per batch", "每批"),
                             answer->batch_ms_p50, answer->batch_ms_p99));
  }
  return 0;
}

}  // namespace hq::cli
