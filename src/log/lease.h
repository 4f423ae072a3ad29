// Lease: who may write a stream of the log in PostgreSQL, for how long, and in which term.
//
// One row per stream: holder, its address, a term that each taking raises by one, and the time at
// which it ends, by the clock of the database. A node takes the lease once it has ended, and renews
// it on a thread of its own. Every append checks the term in its own transaction, so a node that
// was paused and believes itself the holder writes nothing, whatever its clock says.
//
//   HQ_TRY(auto lease, Lease::take({.connection = "postgresql://...", .stream = "main"}));
//   lease->term();                       // goes with each append
//
// Any thread. The destructor gives the lease back, so that another need not wait for its end.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.h"
#include "log/limits.h"

namespace hq::log {

class PostgresConnection;

/// Prints a last word for the operator on standard error and ends the process.
[[noreturn]] void stop_node(const Error& error);

struct PostgresOptions {
  std::string connection;  // libpq connection string, direct to the servers (no pooler between)
  std::string stream = "main";
  std::string holder;   // what the lease calls this node; empty: host name and process id
  std::string address;  // where the active node is reached, for those whom a standby sends there
  std::chrono::milliseconds lease_time = kLeaseTime;
  std::chrono::milliseconds answer_wait = kPostgresAnswerWait;
  /// How long a lost database is tried again before a write fails.
  std::chrono::milliseconds reconnect_wait = kPostgresReconnectWait;
  /// Called once, on the thread that renews, when another has taken the lease.
  std::function<void(const Error&)> on_lease_lost = stop_node;
};

/// The lease row as it stands.
struct LeaseState {
  std::string holder;
  std::string address;
  uint64_t term = 0;
  std::chrono::milliseconds left{0};  // by the clock of the database; none: it has ended

  bool is_held() const { return left.count() > 0; }
};

class Lease {
 public:
  /// conflict: another holds it, and retry_after_s says when it may have ended; else the errors of
  /// a connection. All commits that were acknowledged in earlier terms are there when it returns.
  static Result<std::unique_ptr<Lease>> take(const PostgresOptions& options);
  ~Lease();
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  const std::string& holder() const;
  uint64_t term() const;

 private:
  class Keeper;
  explicit Lease(std::unique_ptr<Keeper> keeper);

  std::unique_ptr<Keeper> keeper_;
};

/// Reads the lease of one stream again and again, and connects anew where it must.
class LeaseReader {
 public:
  explicit LeaseReader(PostgresOptions options);
  ~LeaseReader();

  /// Nothing where nobody has ever taken it.
  Result<std::optional<LeaseState>> read();
  /// For how long the present connection has been up; a database that has just come back has
  /// leases that ended while nobody could renew them.
  std::chrono::milliseconds connected_for() const;

 private:
  const PostgresOptions options_;
  std::unique_ptr<PostgresConnection> connection_;
  std::chrono::steady_clock::time_point connected_at_;
};

/// Renews the lease of this term on a connection, as a durable write: what was committed before on
/// that server is durable too when it returns. conflict: the term is over.
Result<> renew_lease(PostgresConnection& connection, const PostgresOptions& options, uint64_t term);

}  // namespace hq::log
