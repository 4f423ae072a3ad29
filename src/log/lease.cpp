#include "log/lease.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <random>
#include <thread>

#include "log/detail/postgres_schema.h"

namespace hq::log {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// $4 is milliseconds. A lease that has ended is taken by one, since the row is locked meanwhile;
// the second finds it held.
constexpr PostgresStatement kTake = {
    "take_lease",
    "INSERT INTO hongqiao.lease AS held (stream, holder, address, term, expires) "
    "VALUES ($1, $2, $3, 1, clock_timestamp() + $4::bigint * interval '1 ms') "
    "ON CONFLICT (stream) DO UPDATE SET holder = excluded.holder, address = excluded.address, "
    "term = held.term + 1, expires = clock_timestamp() + $4::bigint * interval '1 ms' "
    "WHERE held.expires <= clock_timestamp() RETURNING term"};
constexpr PostgresStatement kRenew = {
    "renew_lease",
    "UPDATE hongqiao.lease SET expires = clock_timestamp() + $3::bigint * interval '1 ms' "
    "WHERE stream = $1 AND term = $2 RETURNING term"};
constexpr PostgresStatement kGiveBack = {
    "give_back_lease",
    "UPDATE hongqiao.lease SET expires = clock_timestamp() WHERE stream = $1 AND term = $2 "
    "RETURNING term"};
constexpr PostgresStatement kRead = {
    "read_lease",
    "SELECT holder, address, term, "
    "greatest(0, ceil(extract(epoch FROM expires - clock_timestamp()) * 1000))::bigint "
    "FROM hongqiao.lease WHERE stream = $1"};

/// Host name, process id and a random word: no two nodes, nor two lives of one, are the same.
std::string default_holder() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  return fmt::format("{}-{}-{:08x}", host.data(), ::getpid(), std::random_device()());
}

Result<std::optional<LeaseState>> read_lease(PostgresConnection& connection,
                                             const std::string& stream) {
  HQ_TRY(const PostgresRows rows, connection.run(kRead, PostgresValues().add_text(stream)));
  if (rows.count() == 0) return std::nullopt;
  return LeaseState{std::string(rows.bytes(0, 0)), std::string(rows.bytes(0, 1)),
                    static_cast<uint64_t>(rows.integer(0, 2)), milliseconds(rows.integer(0, 3))};
}

Error held_by(const std::string& stream, const LeaseState& state) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(state.left).count();
  return {ErrorCode::conflict,
          fmt::format("the stream {} of the log is being written by {} (term {}, renewed at least "
                      "every {} s); stop it first",
                      stream, state.holder, state.term, seconds),
          fmt::format("日志流 {} 正由 {} 写入（任期 {}）；请先停止它", stream, state.holder,
                      state.term),
          {},
          static_cast<int>(seconds)};
}

Error lost_to(const std::string& stream, uint64_t term, const std::optional<LeaseState>& now) {
  const std::string other = now ? fmt::format("{} (term {})", now->holder, now->term) : "nobody";
  return {
      ErrorCode::conflict,
      fmt::format("term {} of the stream {} is over; its lease is held by {}", term, stream, other),
      fmt::format("日志流 {} 的任期 {} 已结束，租约现由 {} 持有", stream, term, other),
      {}};
}

}  // namespace

void stop_node(const Error& error) {
  end_process(
      error,
      fmt::format(
          "hongqiao: this node lost its lease: {}\n"
          "hongqiao: the process stops now. All that was acknowledged is in the log; start it "
          "again "
          "and it will follow the active node.\n"
          "hongqiao: "
          "本节点失去租约：{}。进程现在停止；已确认的内容均在日志中，重新启动后将作为备用节点。\n",
          error.text(), error.text(Language::zh)));
}

Result<> renew_lease(PostgresConnection& connection, const PostgresOptions& options,
                     uint64_t term) {
  HQ_TRY(const PostgresRows rows, connection.run(kRenew, PostgresValues()
                                                             .add_text(options.stream)
                                                             .add(static_cast<int64_t>(term))
                                                             .add(options.lease_time.count())));
  // The commit is there, but the wait for its copy was cut short from outside: not yet durable.
  if (const auto warning = connection.take_warning()) {
    return fail(ErrorCode::unavailable, *warning);
  }
  if (rows.count() == 1) return {};
  HQ_TRY(const std::optional<LeaseState> now, read_lease(connection, options.stream));
  return std::unexpected(lost_to(options.stream, term, now));
}

/// The lease that was taken, and the thread that renews it.
class Lease::Keeper {
 public:
  Keeper(PostgresOptions options, PostgresConnection connection, uint64_t term)
      : options_(std::move(options)), connection_(std::move(connection)), term_(term) {
    thread_ = std::jthread([this](const std::stop_token& stop) { renew_until(stop); });
  }

  ~Keeper() {
    thread_.request_stop();
    thread_.join();
    if (is_lost_ || connection_.is_broken()) return;
    // At the worst the next holder waits for its end.
    [[maybe_unused]] const auto given = connection_.run(
        kGiveBack, PostgresValues().add_text(options_.stream).add(static_cast<int64_t>(term_)));
  }

  const std::string& holder() const { return options_.holder; }
  uint64_t term() const { return term_; }

 private:
  void renew_until(const std::stop_token& stop) {
    while (true) {
      std::unique_lock lock(mutex_);
      never_.wait_for(lock, stop, options_.lease_time / kLeaseRenewalsPerTime,
                      [] { return false; });
      lock.unlock();
      if (stop.stop_requested()) return;
      const Result<> renewed = renew();
      if (!renewed && renewed.error().code == ErrorCode::conflict) {
        is_lost_ = true;
        options_.on_lease_lost(renewed.error());
        return;
      }
      // Any other failure: the database is away. Nobody can take the lease there meanwhile, and
      // nothing is written without the term being checked, so it is simply tried again.
    }
  }

  Result<> renew() {
    if (connection_.is_broken()) {
      HQ_TRY(connection_, open_for_writing(options_));
    }
    return renew_lease(connection_, options_, term_);
  }

  const PostgresOptions options_;
  PostgresConnection connection_;  // the thread's own while that runs
  const uint64_t term_;
  bool is_lost_ = false;
  std::mutex mutex_;
  std::condition_variable_any never_;
  std::jthread thread_;
};

Lease::Lease(std::unique_ptr<Keeper> keeper) : keeper_(std::move(keeper)) {}
Lease::~Lease() = default;

const std::string& Lease::holder() const {
  return keeper_->holder();
}
uint64_t Lease::term() const {
  return keeper_->term();
}

Result<std::unique_ptr<Lease>> Lease::take(const PostgresOptions& given) {
  PostgresOptions options = given;
  if (options.holder.empty()) options.holder = default_holder();
  HQ_TRY(PostgresConnection connection, open_for_writing(options));
  HQ_TRY(const PostgresRows rows, connection.run(kTake, PostgresValues()
                                                            .add_text(options.stream)
                                                            .add_text(options.holder)
                                                            .add_text(options.address)
                                                            .add(options.lease_time.count())));
  if (rows.count() == 0) {
    HQ_TRY(const std::optional<LeaseState> state, read_lease(connection, options.stream));
    return std::unexpected(held_by(options.stream, state.value_or(LeaseState{})));
  }
  const auto term = static_cast<uint64_t>(rows.integer(0, 0));
  // If the wait for a copy was cut short, this one makes good for it, and for all before.
  if (connection.take_warning()) {
    HQ_TRY_VOID(renew_lease(connection, options, term));
  }
  auto keeper = std::make_unique<Keeper>(std::move(options), std::move(connection), term);
  return std::unique_ptr<Lease>(new Lease(std::move(keeper)));
}

LeaseReader::LeaseReader(PostgresOptions options) : options_(std::move(options)) {}
LeaseReader::~LeaseReader() = default;

Result<std::optional<LeaseState>> LeaseReader::read() {
  if (!connection_ || connection_->is_broken()) {
    connection_.reset();
    HQ_TRY(PostgresConnection opened, open_for_writing(options_));
    connection_ = std::make_unique<PostgresConnection>(std::move(opened));
    connected_at_ = SteadyClock::now();
  }
  return read_lease(*connection_, options_.stream);
}

milliseconds LeaseReader::connected_for() const {
  if (!connection_) return milliseconds(0);
  return std::chrono::floor<milliseconds>(SteadyClock::now() - connected_at_);
}

}  // namespace hq::log
