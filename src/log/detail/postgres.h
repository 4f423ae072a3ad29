// PostgresConnection: libpq behind Results and owners; all that the log needs of it.
//
// One connection, for one thread at a time. A connection that broke stays broken (is_broken): its
// owner opens another. Every answer is waited for with a bound; one that does not come breaks the
// connection, and whether the statement was carried out is then unknown. Values go both ways as
// bytes (binary format), so no value is ever part of the SQL text.
//
//   HQ_TRY(auto connection, PostgresConnection::open("postgresql://...", Role::write));
//   HQ_TRY(PostgresRows rows, connection.run({"seq", "SELECT seq FROM t WHERE id = $1"},
//                                            PostgresValues().add_bytes("c-1")));
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

struct pg_conn;
struct pg_result;

namespace hq::log {

/// Values for $1, $2 ... of a statement. Texts and bytes are not copied: they outlive the run.
class PostgresValues {
 public:
  PostgresValues& add(int64_t value);
  PostgresValues& add_text(std::string_view text);
  PostgresValues& add_bytes(std::string_view bytes);
  /// bytea[]
  PostgresValues& add_bytes_list(std::span<const std::string_view> list);

 private:
  friend class PostgresConnection;

  struct Value {
    std::string owned;       // encoded here, or empty
    std::string_view given;  // of the caller
    bool is_owned = false;
  };
  std::vector<Value> values_;
};

/// The rows of an answer. Columns count from 0.
class PostgresRows {
 public:
  std::size_t count() const;
  bool is_null(std::size_t row, int column) const;
  /// bigint columns only.
  int64_t integer(std::size_t row, int column) const;
  /// bytea and text columns; live as long as the rows.
  std::string_view bytes(std::size_t row, int column) const;

 private:
  friend class PostgresConnection;
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

/// A statement that is prepared at its first run on a connection, under its name.
struct PostgresStatement {
  const char* name;
  const char* sql;
};

class PostgresConnection {
 public:
  /// Of the servers that the address names, the one that takes writes. A reader takes another
  /// where its address says so (target_session_attrs=any); there nothing can be listened to.
  enum class Role { read, write };

  /// `address` is a libpq connection string: a URI or key=value pairs. unavailable: no server
  /// answers; forbidden: it does not let us in; invalid_argument: the string is none.
  static Result<PostgresConnection> open(const std::string& address, Role role,
                                         std::chrono::milliseconds answer_wait);

  Result<PostgresRows> run(const PostgresStatement& statement, const PostgresValues& values = {});
  /// Statements without values, as one transaction.
  Result<> run_script(const std::string& sql);
  /// Sends without waiting; the answer is read, and passed over, before the next run.
  void send(const std::string& sql);

  /// Waits for a notification on any channel that is listened to: true when one came.
  Result<bool> wait_for_notification(std::chrono::milliseconds timeout,
                                     const std::stop_token& stop);

  /// The connection cannot be used any more. What ran when it broke may have been carried out.
  bool is_broken() const;
  /// A statement since the last call came with a warning: its text.
  std::optional<std::string> take_warning();
  /// Name of a constraint that the last statement violated.
  const std::string& violated_constraint() const { return violated_constraint_; }

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  using Rows = std::unique_ptr<pg_result, PostgresRows::Clear>;

  Result<> wait_readable(std::chrono::steady_clock::time_point deadline);
  Result<Rows> next_result();
  Result<Rows> last_result();
  Result<> finish_sent();
  Result<> prepare(const PostgresStatement& statement);
  Error error_of(const pg_result* result);
  Error lost(std::string why);

  std::unique_ptr<pg_conn, Finish> connection_;
  std::unique_ptr<std::optional<std::string>> warning_;  // its address is known to libpq
  std::set<std::string, std::less<>> prepared_;
  std::chrono::milliseconds answer_wait_{0};
  std::string where_;  // host and database, for messages; no password
  std::string violated_constraint_;
  bool is_sent_ = false;
  bool is_broken_ = false;
};

}  // namespace hq::log
