// Load on a ledger server over HTTP: transfers/s and latency of binary batches on keep-alive
// connections.
//
//   ledger_load --port P --token T [--accounts 1000000] [--used N] [--connections 64] [--batch 1]
//               [--rate TRANSFERS_PER_S] [--warm 2] [--seconds 10]
//
// Without --rate each connection sends its next batch as soon as the last one is answered (closed
// loop). With it, batches fall due at random moments (Poisson) whether or not the server keeps up
// (open loop), and latency counts from the moment at which a batch was due, so that a
// server that stalls is not spared what would have come meanwhile (no coordinated omission).
// Only batches that fall due after the warm-up count. Transfers go between random ones of the
// first N accounts; each outcome of each answer is looked at.
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <random>
#include <vector>

#include "http_peer.h"
#include "ledger/records.h"

namespace {

using hq::bench::HttpAnswer;
using hq::bench::HttpPeer;
using hq::ledger::Account;
using hq::ledger::Outcome;
using hq::ledger::Status;
using hq::ledger::Transfer;
using hq::ledger::Uint128;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t kBatchMax = 8190;

struct Options {
  uint16_t port = 0;
  std::string token;
  uint64_t accounts = 1'000'000;
  uint64_t used = 0;  // 0: all
  std::size_t connections = 64;
  std::size_t batch = 1;
  double rate = 0;  // transfers/s; 0: closed loop
  double warm_s = 2;
  double seconds = 10;
};

struct Totals {
  std::vector<double> accepted_ms;
  uint64_t transfers = 0;
  uint64_t refused = 0;  // transfers that the ledger did not create
  uint64_t overloaded = 0;
  uint64_t with_retry_after = 0;
  uint64_t other = 0;
  uint64_t offered = 0;  // batches that fell due
  uint64_t unsent = 0;   // of those, still without a free connection at the end
};

/// splitmix64: quick, and good enough to choose accounts.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t operator()() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  /// Below `end`, by multiplication instead of division.
  uint64_t below(uint64_t end) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<uint64_t>(Wide{(*this)()} * end >> 64);
  }

 private:
  uint64_t state_;
};

std::string head_of(const Options& options, const char* path, std::size_t body_bytes) {
  return fmt::format(
      "POST /api/v1/ledger/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
      path, options.token, body_bytes);
}

class Load {
 public:
  explicit Load(const Options& options);

  void open_accounts();
  Totals run();

 private:
  struct Lane {
    HttpPeer peer;
    std::vector<Transfer> batch;
    Clock::time_point due;
  };

  void watch(std::size_t lane);
  void begin(std::size_t lane, Clock::time_point due);
  void end(std::size_t lane, const HttpAnswer& answer);
  void make_due(Clock::time_point now);
  void wait(Clock::time_point until);

  const Options options_;
  const std::string head_;
  // In the upper half of each id, so that a second run on the same ledger makes new ones.
  const Uint128 run_;
  Random random_;
  std::exponential_distribution<double> gap_s_;
  std::mt19937_64 gap_random_{1};
  std::vector<Lane> lanes_;
  std::vector<std::size_t> free_;
  std::deque<Clock::time_point> due_;  // without a free connection
  Clock::time_point next_due_;
  Clock::time_point counted_from_;
  Clock::time_point counted_to_;
  uint64_t made_ = 0;
  std::size_t busy_ = 0;
  int epoll_;
  Totals totals_;
};

Load::Load(const Options& options)
    : options_(options),
      head_(head_of(options, "transfers", options.batch * sizeof(Transfer))),
      run_(Uint128{std::random_device()()} << 96 | Uint128{1} << 64),
      random_(static_cast<uint64_t>(run_ >> 64)),
      gap_s_(options.rate > 0 ? options.rate / static_cast<double>(options.batch) : 1),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  lanes_.reserve(options.connections);
  for (std::size_t i = 0; i < options.connections; ++i) {
    lanes_.push_back({HttpPeer(options.port), std::vector<Transfer>(options.batch), {}});
    for (Transfer& t : lanes_[i].batch) t = {.amount = 1, .asset = 156, .code = 1};
    watch(i);
    free_.push_back(i);
  }
}

void Load::watch(std::size_t lane) {
  epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.u64 = lane}};
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, lanes_[lane].peer.descriptor(), &event);
}

// One batch at a time; accounts that are there already are as good.
void Load::open_accounts() {
  HttpPeer& peer = lanes_[0].peer;
  for (uint64_t first = 1; first <= options_.accounts; first += kBatchMax) {
    std::vector<Account> accounts(std::min<uint64_t>(kBatchMax, options_.accounts - first + 1));
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      accounts[i] = {.id = first + i, .asset = 156, .kind = 1};
    }
    const std::size_t bytes = accounts.size() * sizeof(Account);
    const std::string head = head_of(options_, "accounts", bytes);
    peer.begin(head, {reinterpret_cast<const char*>(accounts.data()), bytes});
    const HttpAnswer* answer = nullptr;
    while ((answer = peer.go_on()) == nullptr) wait(Clock::now() + std::chrono::seconds(1));
    if (answer->status != 200) {
      fmt::print(stderr, "accounts: {} {}\n", answer->status, answer->body);
      std::exit(1);
    }
  }
}

void Load::begin(std::size_t lane, Clock::time_point due) {
  Lane& at = lanes_[lane];
  const uint64_t used = options_.used == 0 ? options_.accounts : options_.used;
  for (Transfer& t : at.batch) {
    const uint64_t debit = random_.below(used);
    const uint64_t other = debit + 1 + random_.below(used - 1);
    t.id = run_ | ++made_;
    t.debit_account = 1 + debit;
    t.credit_account = 1 + (other < used ? other : other - used);
    t.amount = 1 + (random_() & 1023);
    t.reference = random_();
  }
  at.due = due;
  ++busy_;
  at.peer.begin(
      head_, {reinterpret_cast<const char*>(at.batch.data()), at.batch.size() * sizeof(Transfer)});
}

void Load::end(std::size_t lane, const HttpAnswer& answer) {
  --busy_;
  free_.push_back(lane);
  if (answer.closes) {
    lanes_[lane].peer.connect();
    watch(lane);
  }
  const Clock::time_point due = lanes_[lane].due;
  const bool counts = due >= counted_from_ && due < counted_to_;
  if (!counts) return;
  if (answer.status == 200) {
    totals_.accepted_ms.push_back(Seconds(Clock::now() - due).count() * 1e3);
    for (std::size_t at = 0; at + sizeof(Outcome) <= answer.body.size(); at += sizeof(Outcome)) {
      Status status{};
      std::memcpy(&status, answer.body.data() + at, sizeof status);
      ++(status == Status::created ? totals_.transfers : totals_.refused);
    }
  } else if (answer.status == 503) {
    ++totals_.overloaded;
    if (answer.has_retry_after) ++totals_.with_retry_after;
  } else {
    if (totals_.other++ == 0) fmt::print(stderr, "{} {}\n", answer.status, answer.body);
  }
}

// What falls due by `now`, in the order of time.
void Load::make_due(Clock::time_point now) {
  while (options_.rate > 0 && next_due_ <= now && next_due_ < counted_to_) {
    if (next_due_ >= counted_from_) ++totals_.offered;
    due_.push_back(next_due_);
    next_due_ += std::chrono::duration_cast<Clock::duration>(Seconds(gap_s_(gap_random_)));
  }
  while (!free_.empty()) {
    Clock::time_point due = now;
    if (options_.rate > 0) {
      if (due_.empty()) return;
      due = due_.front();
      due_.pop_front();
    } else {
      if (now >= counted_to_) return;
      if (now >= counted_from_) ++totals_.offered;
    }
    const std::size_t lane = free_.back();
    free_.pop_back();
    begin(lane, due);
  }
}

void Load::wait(Clock::time_point until) {
  const auto left = std::max(until - Clock::now(), Clock::duration::zero());
  const timespec timeout = {.tv_sec = left.count() / 1'000'000'000,
                            .tv_nsec = left.count() % 1'000'000'000};
  epoll_event events[256];
  const int count = ::epoll_pwait2(epoll_, events, 256, &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    const auto lane = static_cast<std::size_t>(events[i].data.u64);
    if (busy_ == 0) continue;  // the accounts, which are waited for one by one
    if (const HttpAnswer* answer = lanes_[lane].peer.go_on()) end(lane, *answer);
  }
}

Totals Load::run() {
  const auto start = Clock::now();
  counted_from_ = start + std::chrono::duration_cast<Clock::duration>(Seconds(options_.warm_s));
  counted_to_ =
      counted_from_ + std::chrono::duration_cast<Clock::duration>(Seconds(options_.seconds));
  // What is accepted gets its time to be answered, or the slowest would not count.
  const auto give_up = counted_to_ + std::chrono::seconds(30);
  next_due_ = start;
  while (true) {
    const auto now = Clock::now();
    make_due(now);
    if (now >= give_up || (now >= counted_to_ && busy_ == 0)) break;
    // At the end nothing more is begun: what found no connection is counted as such.
    if (now >= counted_to_ && !due_.empty()) {
      totals_.unsent += due_.size();
      due_.clear();
    }
    const bool is_open = options_.rate > 0 && now < counted_to_;
    wait(is_open ? std::min(next_due_, counted_to_) : now + std::chrono::milliseconds(100));
  }
  totals_.unsent += busy_;
  std::ranges::sort(totals_.accepted_ms);
  return totals_;
}

double percentile(const std::vector<double>& sorted, double part) {
  if (sorted.empty()) return std::nan("");
  const auto at = static_cast<std::size_t>(part * static_cast<double>(sorted.size()));
  return sorted[std::min(at, sorted.size() - 1)];
}

void print(const Options& options, const Totals& totals) {
  const double offered = static_cast<double>(totals.offered * options.batch) / options.seconds;
  fmt::print(
      "{}  batch {:>4}  connections {:>4}  offered {:>9.0f}/s  done {:>9.0f}/s  "
      "p50 {:>7.2f}  p99 {:>7.2f}  max {:>7.2f} ms  503 {} (Retry-After {})  refused {}  "
      "other {}  unsent {}\n",
      options.rate > 0 ? "open  " : "closed", options.batch, options.connections, offered,
      static_cast<double>(totals.transfers) / options.seconds, percentile(totals.accepted_ms, 0.5),
      percentile(totals.accepted_ms, 0.99), percentile(totals.accepted_ms, 1), totals.overloaded,
      totals.with_retry_after, totals.refused, totals.other, totals.unsent);
}

Options options_from(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 1; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
  Options options;
  const auto number = [&](const char* name, auto otherwise) {
    const auto at = given.find(name);
    return at == given.end() ? otherwise
                             : static_cast<decltype(otherwise)>(std::atof(at->second.c_str()));
  };
  options.port = number("--port", options.port);
  options.token = given["--token"];
  options.accounts = number("--accounts", options.accounts);
  options.used = number("--used", options.used);
  options.connections = number("--connections", options.connections);
  options.batch = std::clamp<std::size_t>(number("--batch", options.batch), 1, kBatchMax);
  options.rate = number("--rate", options.rate);
  options.warm_s = number("--warm", options.warm_s);
  options.seconds = number("--seconds", options.seconds);
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = options_from(argc, argv);
  if (options.port == 0 || options.token.empty() || options.accounts < 2 || options.used == 1 ||
      options.used > options.accounts) {
    fmt::print(stderr,
               "usage: ledger_load --port P --token T [--accounts N] [--used N] "
               "[--connections N] [--batch N] [--rate R] [--warm S] [--seconds S]\n");
    return 64;
  }
  const rlimit files = {65536, 65536};
  ::setrlimit(RLIMIT_NOFILE, &files);
  Load load(options);
  load.open_accounts();
  const Totals totals = load.run();
  print(options, totals);
  return totals.other > 0 || totals.refused > 0 ? 1 : 0;
}
